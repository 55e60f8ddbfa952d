/*
 * test_contract.c
 *		Does a contract have one spelling, and which part of it does a question use?
 */
#include "crypto/hash.h"
#include "protocol/contract.h"
#include "test_protocol.h"

static MpcContract contract;
static MpcContract again;
static MpcQuery query;
static uint8_t bytes[1 << 16];
static uint8_t rewritten[1 << 16];

static MpcContractColumn *
add_column(MpcContract *c, const char *name, MpcRole role, const char *type)
{
	MpcContractColumn *column = &c->column[c->ncolumns++];

	memset(column, 0, sizeof(*column));
	column->name = mpc_str(name);
	column->role = role;
	column->type = mpc_str(type);
	return column;
}

/* Out of order on purpose; every role once. */
static void
build_contract(MpcContract *c)
{
	MpcContractColumn *column;

	memset(c, 0, sizeof(*c));
	c->protocol = 1;
	column = add_column(c, "pay", MPC_ROLE_MEASURE, "numeric(12,2)");
	column->scale = 2;
	column->low = mpc_str("-5");
	column->high = mpc_str("999999999999");
	add_column(c, "dept", MPC_ROLE_FILTER, "text");
	column = add_column(c, "dept", MPC_ROLE_KEY, "text");
	column->max_key_bytes = 61;
	memset(column->domain, 0xd0, 32);
	add_column(c, "id", MPC_ROLE_IDENTIFIER, "uuid");
	add_column(c, "name", MPC_ROLE_MEASURE, "text");
	mpc_contract_sort(c);
}

static size_t
write_contract(const MpcContract *c)
{
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_contract_write(&w, c);
	assert_int_equal(w.status, MPC_OK);
	return w.len;
}

static MpcStatus
pass(const MpcContract *c)
{
	return mpc_contract_read(&again, bytes, write_contract(c));
}

static void
test_round_trip(void **state)
{
	uint8_t		a[32];
	uint8_t		b[32];
	size_t		len;

	(void) state;
	build_contract(&contract);
	len = write_contract(&contract);
	assert_int_equal(mpc_contract_read(&again, bytes, len), MPC_OK);
	assert_int_equal(again.ncolumns, 5);
	assert_int_equal(again.column[0].role, MPC_ROLE_KEY);
	assert_int_equal(again.column[1].role, MPC_ROLE_FILTER);
	assert_true(mpc_str_equal(again.column[4].high, mpc_str("999999999999")));
	assert_non_null(mpc_contract_find(&again, mpc_str("dept"), MPC_ROLE_FILTER));
	assert_null(mpc_contract_find(&again, mpc_str("dept"), MPC_ROLE_MEASURE));
	mpc_contract_hash(a, &again);
	mpc_th32(b, "MPCAGG-v1/contract", bytes, len);
	assert_memory_equal(a, b, 32);
	again.column[4].scale = 3;
	mpc_contract_hash(b, &again);
	assert_memory_not_equal(a, b, 32);
}

static void
test_known_bytes(void **state)
{
	static const char golden[] = "\1\0" "\1\0m\2" "\4\0int4\0\0" "\2\0-1" "\1\0" "9"
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" "\0\0" "\1\0\0";
	MpcContractColumn *column;

	(void) state;
	memset(&contract, 0, sizeof(contract));
	contract.protocol = 1;
	column = add_column(&contract, "m", MPC_ROLE_MEASURE, "int4");
	column->low = mpc_str("-1");
	column->high = mpc_str("9");
	assert_int_equal(write_contract(&contract), sizeof(golden) - 1);
	assert_memory_equal(bytes, golden, sizeof(golden) - 1);
}

static MpcStatus
judge_read(const uint8_t *message, size_t len, void *arg)
{
	(void) arg;
	return mpc_contract_read(&again, message, len);
}

/* Unsigned bytes may change into another contract, never into one with two spellings. */
static MpcStatus
judge_respelled(const uint8_t *message, size_t len, void *arg)
{
	MpcStatus	status = mpc_contract_read(&again, message, len);
	MpcWriter	w;

	(void) arg;
	if (status != MPC_OK)
		return status;
	mpc_writer_init(&w, rewritten, sizeof(rewritten));
	mpc_contract_write(&w, &again);
	assert_int_equal(w.status, MPC_OK);
	assert_int_equal(w.len, len);
	assert_memory_equal(rewritten, message, len);
	return MPC_MISMATCH;
}

static void
test_damage(void **state)
{
	static uint8_t saved[1024];
	size_t		len;

	(void) state;
	build_contract(&contract);
	len = write_contract(&contract);
	assert_true(len < sizeof(saved));
	memcpy(saved, bytes, len);
	refuse_lengths(saved, len, judge_read, NULL);
	refuse_changes(saved, len, len, judge_respelled, NULL);
}

static void
test_order(void **state)
{
	MpcContractColumn column;

	(void) state;
	build_contract(&contract);
	column = contract.column[1];
	contract.column[1] = contract.column[2];
	contract.column[2] = column;
	assert_int_equal(pass(&contract), MPC_MALFORMED);
	build_contract(&contract);
	contract.column[1] = contract.column[0];
	assert_int_equal(pass(&contract), MPC_MALFORMED);
	build_contract(&contract);
	contract.column[0].role = MPC_ROLE_FILTER;
	contract.column[0].max_key_bytes = 0;
	assert_int_equal(pass(&contract), MPC_MALFORMED);
}

static void
test_bounds(void **state)
{
	static const char *bad[] = {"+1", "01", "-0", "-", "1.0", "1e3", " 1", "00", "-01", "0x1", ""};
	static const char *good[] = {"0", "-1", "10", "-10"};
	size_t		i;

	(void) state;
	build_contract(&contract);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		contract.column[4].low = mpc_str(bad[i]);
		assert_int_equal(pass(&contract), MPC_MALFORMED);
	}
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
	{
		contract.column[4].low = mpc_str(good[i]);
		assert_int_equal(pass(&contract), MPC_OK);
	}
	contract.column[0].low = mpc_str("1");
	contract.column[0].high = mpc_str("2");
	assert_int_equal(pass(&contract), MPC_MALFORMED);
}

static void
test_fields(void **state)
{
	(void) state;
	build_contract(&contract);
	contract.column[1].max_key_bytes = 61;
	assert_int_equal(pass(&contract), MPC_MALFORMED);
	build_contract(&contract);
	contract.column[4].domain[31] = 1;
	assert_int_equal(pass(&contract), MPC_MALFORMED);
	build_contract(&contract);
	contract.column[4].role = (MpcRole) 5;
	assert_int_equal(pass(&contract), MPC_MALFORMED);
	build_contract(&contract);
	contract.column[0].name = mpc_str("");
	assert_int_equal(pass(&contract), MPC_MALFORMED);
	build_contract(&contract);
	contract.protocol = 3;
	assert_int_equal(pass(&contract), MPC_VERSION);
	build_contract(&contract);
	contract.threshold = 2;
	assert_int_equal(pass(&contract), MPC_MALFORMED);
	assert_int_equal(mpc_contract_read(&again, "\1\1\1\0\0", 5), MPC_LIMIT);
	assert_int_equal(mpc_contract_read(&again, "\0\0\1\0\0", 5), MPC_OK);
}

/* A Shamir sum has a threshold, which a contract only knows to be one of some n. */
static void
test_thresholds(void **state)
{
	static const struct
	{
		uint16_t	threshold;
		MpcStatus	status;
	}			cases[] = {
		{0, MPC_MALFORMED}, {1, MPC_MALFORMED}, {2, MPC_OK}, {67, MPC_OK}, {100, MPC_OK}, {101, MPC_MALFORMED},
	};
	size_t		i;

	(void) state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		build_contract(&contract);
		contract.protocol = 2;
		contract.threshold = cases[i].threshold;
		assert_int_equal(pass(&contract), cases[i].status);
		if (cases[i].status == MPC_OK)
			assert_int_equal(again.threshold, cases[i].threshold);
	}
}

/* A key has room for its flag and its length at least, and for no more than a tuple may have. */
static void
test_key_bytes(void **state)
{
	static const struct
	{
		uint16_t	max_key_bytes;
		MpcStatus	status;
	}			cases[] = {
		{0, MPC_MALFORMED},
		{1, MPC_MALFORMED},
		{2, MPC_OK},
		{61, MPC_OK},
		{2048, MPC_OK},
		{2049, MPC_MALFORMED},
		{65535, MPC_MALFORMED},
	};
	size_t		i;

	(void) state;
	build_contract(&contract);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		contract.column[0].max_key_bytes = cases[i].max_key_bytes;
		assert_int_equal(pass(&contract), cases[i].status);
	}
	/* An open key: a domain of zeros. */
	contract.column[0].max_key_bytes = 61;
	memset(contract.column[0].domain, 0, 32);
	assert_int_equal(pass(&contract), MPC_OK);
}

/* Of an identifier the steps stand there, of which four are known; of any other column nothing that is not its own. */
static void
test_normalize(void **state)
{
	uint8_t		plain[32];
	uint8_t		lower[32];
	uint16_t	steps;

	(void) state;
	build_contract(&contract);
	assert_int_equal(contract.column[2].role, MPC_ROLE_IDENTIFIER);
	mpc_contract_hash(plain, &contract);
	for (steps = 0; steps < 32; steps++)
	{
		contract.column[2].normalize = steps;
		assert_int_equal(pass(&contract), steps <= MPC_NORMALIZE_ALL ? MPC_OK : MPC_MALFORMED);
		if (steps > MPC_NORMALIZE_ALL)
			continue;
		assert_int_equal(again.column[2].normalize, steps);
		assert_int_equal(again.column[2].max_key_bytes, 0);
		assert_int_equal(again.column[0].normalize, 0);
	}
	contract.column[2].normalize = 0x8000;
	assert_int_equal(pass(&contract), MPC_MALFORMED);
	contract.column[2].normalize = MPC_NORMALIZE_LOWER;
	mpc_contract_hash(lower, &contract);
	assert_memory_not_equal(plain, lower, 32);
}

static void
test_normalize_words(void **state)
{
	static const char *bad[] = {"upper", "trim trim", "trim,lower", "TRIM", "tri", "trims", "nfc lower trim digits nfc", "trim\tlower"};
	static const struct
	{
		const char *words;
		const char *written;
	}			good[] = {
		{"", ""}, {"  ", ""}, {"lower trim", "trim lower"}, {"  digits  nfc ", "nfc digits"}, {"digits lower trim nfc", "nfc trim lower digits"},
	};
	char		words[MPC_NORMALIZE_WORDS_MAX];
	uint16_t	steps;
	size_t		i;

	(void) state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		steps = 0;
		assert_false(mpc_normalize_read(&steps, bad[i]));
	}
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
	{
		steps = 0;
		assert_true(mpc_normalize_read(&steps, good[i].words));
		mpc_normalize_write(words, steps);
		assert_string_equal(words, good[i].written);
	}
	assert_int_equal(steps, MPC_NORMALIZE_ALL);
	steps = MPC_NORMALIZE_TRIM;
	assert_false(mpc_normalize_add(&steps, "trim", 4));
	assert_true(mpc_normalize_add(&steps, "lowercase", 5));
	assert_int_equal(steps, MPC_NORMALIZE_TRIM | MPC_NORMALIZE_LOWER);
}

/* A domain's values are no part of the bytes, and go with the column into a question's contract. */
static void
test_values(void **state)
{
	static const MpcDomain domain = {0, NULL};
	MpcStr		missing;
	MpcRole		role;

	(void) state;
	build_contract(&contract);
	contract.column[0].values = &domain;
	memset(&again, 0xff, sizeof(again));
	assert_int_equal(pass(&contract), MPC_OK);
	assert_null(again.column[0].values);
	assert_null(again.column[4].values);
	memset(&query, 0, sizeof(query));
	query.nkeys = 1;
	query.key[0] = mpc_str("dept");
	assert_int_equal(mpc_contract_of_query(&again, &contract, &query, &missing, &role), MPC_OK);
	assert_ptr_equal(again.column[0].values, &domain);
}

static void
test_caps(void **state)
{
	static char type[MPC_MAX_TYPE_BYTES + 2];
	MpcWriter	w;

	(void) state;
	memset(type, 't', sizeof(type) - 1);
	build_contract(&contract);
	contract.column[0].type = mpc_str(type);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_contract_write(&w, &contract);
	assert_int_equal(w.status, MPC_LIMIT);
	contract.column[0].type.len--;
	assert_int_equal(pass(&contract), MPC_OK);
}

static void
test_of_query(void **state)
{
	MpcStr		missing;
	MpcRole		role;

	(void) state;
	build_contract(&contract);
	memset(&query, 0, sizeof(query));
	query.nkeys = 1;
	query.key[0] = mpc_str("dept");
	query.naggs = 3;
	query.agg[0].function = MPC_COUNT_ROWS;
	query.agg[1].function = MPC_SUM;
	query.agg[1].nargs = 1;
	query.agg[1].arg[0] = mpc_str("pay");
	query.agg[2] = query.agg[1];
	query.agg[2].function = MPC_CORR;
	query.agg[2].nargs = 2;
	query.agg[2].arg[1] = mpc_str("pay");
	query.where.nnodes = 2;
	query.nnodes = 2;
	query.node[0].op = MPC_OP_NOT;
	query.node[0].nchildren = 1;
	query.node[1].op = MPC_OP_IS_NULL;
	query.node[1].column = mpc_str("dept");
	assert_int_equal(mpc_contract_of_query(&again, &contract, &query, &missing, &role), MPC_OK);
	assert_int_equal(again.ncolumns, 3);
	assert_int_equal(again.protocol, 1);
	assert_int_equal(pass(&again), MPC_OK);
	/* A filter's columns as the condition's, and both arguments. */
	query.nfilters = 1;
	query.filter[0].first = 2;
	query.filter[0].nnodes = 1;
	query.nnodes = 3;
	query.node[2] = query.node[1];
	query.agg[2].arg[1] = mpc_str("name");
	assert_int_equal(mpc_contract_of_query(&again, &contract, &query, &missing, &role), MPC_OK);
	assert_int_equal(again.ncolumns, 4);
	query.node[2].column = mpc_str("name");
	assert_int_equal(mpc_contract_of_query(&again, &contract, &query, &missing, &role), MPC_MISMATCH);
	assert_true(mpc_str_equal(missing, mpc_str("name")));
	assert_int_equal(role, MPC_ROLE_FILTER);
	query.node[2] = query.node[1];
	query.agg[2].arg[1] = mpc_str("dept");
	assert_int_equal(mpc_contract_of_query(&again, &contract, &query, &missing, &role), MPC_MISMATCH);
	assert_int_equal(role, MPC_ROLE_MEASURE);
	query.agg[2].arg[1] = mpc_str("pay");
	query.node[1].column = mpc_str("pay");
	assert_int_equal(mpc_contract_of_query(&again, &contract, &query, &missing, &role), MPC_MISMATCH);
	assert_true(mpc_str_equal(missing, mpc_str("pay")));
	assert_string_equal(mpc_role_name(role), "filter");
}

/* Bounds decide whether squares can be summed: below 2^100, 0 among them. */
static void
test_squares(void **state)
{
	static const struct
	{
		const char *low;
		const char *high;
		bool		fits;
	}			cases[] =
	{
		{"0", "1", true},
		{"-5", "0", true},
		{"0", "0", true},
		{"-1267650600228229401496703205375", "1267650600228229401496703205375", true},
		{"0", "1267650600228229401496703205376", false},
		{"-1267650600228229401496703205376", "0", false},
		{"-99999999999999999999999999999999999999", "99999999999999999999999999999999999999", false},
		{"0", "340282366920938463463374607431768211456", false},
		{"", "1", false},
		{"0", "1.5", false},
	};
	MpcContractColumn column;
	size_t		i;

	(void) state;
	memset(&column, 0, sizeof(column));
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		column.low = mpc_str(cases[i].low);
		column.high = mpc_str(cases[i].high);
		assert_int_equal(mpc_contract_fits_squares(&column), cases[i].fits);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_known_bytes),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_thresholds),
		cmocka_unit_test(test_key_bytes),
		cmocka_unit_test(test_normalize),
		cmocka_unit_test(test_normalize_words),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_caps),
		cmocka_unit_test(test_of_query),
		cmocka_unit_test(test_squares),
	};

	return cmocka_run_group_tests(tests, start_core, NULL);
}
