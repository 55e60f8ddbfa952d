/*
 * test_description.c
 *		Is what a party says of its datasets read as it was written, and nothing else?
 */
#include "protocol/description.h"
#include "test_protocol.h"

#define DATASETS 2

static MpcContract contract[DATASETS];
static MpcContract again;
static MpcStr names[DATASETS];
static MpcStr areas[] = {{(const uint8_t *) "north", 5}, {(const uint8_t *) "south", 5}};
static MpcDomain domain = {2, areas};
static MpcDomain only_null = {0, areas};
static uint8_t bytes[4096];

static MpcContractColumn *
add_key(MpcContract *c, const char *name, const MpcDomain *values)
{
	MpcContractColumn *column = &c->column[c->ncolumns++];

	column->name = mpc_str(name);
	column->role = MPC_ROLE_KEY;
	column->type = mpc_str("text");
	column->max_key_bytes = 61;
	column->values = values;
	if (values != NULL)
		mpc_domain_hash(column->domain, values);
	return column;
}

/* Two datasets: one with two domains and a key without, one with none. */
static void
build(void)
{
	MpcContractColumn *column;

	memset(contract, 0, sizeof(contract));
	names[0] = mpc_str("orders");
	names[1] = mpc_str("payroll");
	add_key(&contract[0], "area", &domain);
	add_key(&contract[0], "city", NULL);
	add_key(&contract[0], "grade", &only_null);
	/* A filter of that name has no domain, even if values should be at hand. */
	column = add_key(&contract[1], "area", &domain);
	column->role = MPC_ROLE_FILTER;
	column->max_key_bytes = 0;
	memset(column->domain, 0, 32);
	contract[0].protocol = contract[1].protocol = 1;
}

static MpcWriter
write_description(size_t n)
{
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_description_write(&w, names, contract, n);
	return w;
}

static void
test_round_trip(void **state)
{
	MpcDescriptionReader d;
	MpcStr		read_values[2];
	MpcDomain	read = {0, read_values};
	MpcStr		dataset;
	MpcStr		said;
	MpcStr		domains;
	MpcStr		one;
	uint8_t		hash[32];
	MpcWriter	w;

	(void) state;
	build();
	w = write_description(2);
	assert_int_equal(w.status, MPC_OK);
	mpc_description_begin(&d, bytes, w.len);
	assert_true(mpc_description_next(&d, &dataset, &said, &domains));
	assert_true(mpc_str_equal(dataset, mpc_str("orders")));
	assert_int_equal(mpc_contract_read(&again, said.data, said.len), MPC_OK);
	assert_int_equal(again.ncolumns, 3);
	assert_true(mpc_description_domain(domains, mpc_str("area"), &one));
	assert_int_equal(mpc_domain_count(one.data, one.len), 2);
	assert_int_equal(mpc_domain_read(&read, one.data, one.len), MPC_OK);
	mpc_domain_hash(hash, &read);
	assert_memory_equal(hash, again.column[0].domain, 32);
	assert_false(mpc_description_domain(domains, mpc_str("city"), &one));
	assert_true(mpc_description_domain(domains, mpc_str("grade"), &one));
	assert_int_equal(mpc_domain_read(&read, one.data, one.len), MPC_OK);
	assert_int_equal(read.nvalues, 0);
	assert_true(mpc_description_next(&d, &dataset, &said, &domains));
	assert_true(mpc_str_equal(dataset, mpc_str("payroll")));
	assert_int_equal(mpc_contract_read(&again, said.data, said.len), MPC_OK);
	assert_false(mpc_description_domain(domains, mpc_str("area"), &one));
	assert_false(mpc_description_next(&d, &dataset, &said, &domains));
	assert_int_equal(mpc_description_end(&d), MPC_OK);
}

/* The bytes by hand, with contracts of one byte. */
static const char golden[] = "\1" "\2\0"
"\1\0d" "\1\0\0\0C" "\2\0" "\1\0k" "\2\0\0\0DD" "\1\0l" "\0\0\0\0"
"\2\0da" "\0\0\0\0" "\0\0";

/* Reads all; how many datasets there were is left in *arg. */
static MpcStatus
judge_read(const uint8_t *message, size_t len, void *arg)
{
	MpcDescriptionReader d;
	MpcStr		dataset;
	MpcStr		said;
	MpcStr		domains;
	MpcStr		one;
	size_t		n = 0;

	mpc_description_begin(&d, message, len);
	while (mpc_description_next(&d, &dataset, &said, &domains))
	{
		(void) mpc_description_domain(domains, mpc_str("l"), &one);
		n++;
	}
	if (arg != NULL)
		*(size_t *) arg = n;
	return mpc_description_end(&d);
}

static MpcStatus
read_bytes(const char *message, size_t len)
{
	return judge_copy((const uint8_t *) message, len, judge_read, NULL);
}

static void
test_known_bytes(void **state)
{
	MpcDescriptionReader d;
	MpcStr		dataset;
	MpcStr		said;
	MpcStr		domains;
	MpcStr		one;
	size_t		n;

	(void) state;
	mpc_description_begin(&d, golden, sizeof(golden) - 1);
	assert_true(mpc_description_next(&d, &dataset, &said, &domains));
	assert_true(mpc_str_equal(said, mpc_str("C")));
	assert_true(mpc_description_domain(domains, mpc_str("k"), &one));
	assert_true(mpc_str_equal(one, mpc_str("DD")));
	assert_true(mpc_description_domain(domains, mpc_str("l"), &one));
	assert_int_equal(one.len, 0);
	assert_false(mpc_description_domain(domains, mpc_str("m"), &one));
	/* Not read to its end it is not judged. */
	assert_int_equal(mpc_description_end(&d), MPC_MALFORMED);
	assert_int_equal(judge_read((const uint8_t *) golden, sizeof(golden) - 1, &n), MPC_OK);
	assert_int_equal(n, 2);
	refuse_lengths((const uint8_t *) golden, sizeof(golden) - 1, judge_read, &n);
	mpc_description_begin(&d, "\1\1\0", 3);
	assert_int_equal(mpc_description_end(&d), MPC_MALFORMED);
	build();
	assert_int_equal(write_description(0).len, 3);
	assert_int_equal(judge_read(bytes, 3, &n), MPC_OK);
	assert_int_equal(n, 0);
}

static void
test_strict(void **state)
{
	(void) state;
	assert_int_equal(read_bytes("\2\0\0", 3), MPC_VERSION);
	assert_int_equal(read_bytes("\1\1\0" "\1\0d" "\0\0\0\0" "\0\0", 12), MPC_OK);
	/* Names: none, no UTF-8, out of order, twice; of datasets and of columns. */
	assert_int_equal(read_bytes("\1\1\0" "\0\0" "\0\0\0\0" "\0\0", 11), MPC_MALFORMED);
	assert_int_equal(read_bytes("\1\1\0" "\1\0\xff" "\0\0\0\0" "\0\0", 12), MPC_MALFORMED);
	assert_int_equal(read_bytes("\1\2\0" "\1\0d" "\0\0\0\0" "\0\0" "\1\0c" "\0\0\0\0" "\0\0", 21), MPC_MALFORMED);
	assert_int_equal(read_bytes("\1\2\0" "\1\0d" "\0\0\0\0" "\0\0" "\1\0d" "\0\0\0\0" "\0\0", 21), MPC_MALFORMED);
	assert_int_equal(read_bytes("\1\2\0" "\1\0d" "\0\0\0\0" "\0\0" "\1\0e" "\0\0\0\0" "\0\0", 21), MPC_OK);
	assert_int_equal(read_bytes("\1\1\0" "\1\0d" "\0\0\0\0" "\1\0" "\0\0" "\0\0\0\0", 18), MPC_MALFORMED);
	assert_int_equal(read_bytes("\1\1\0" "\1\0d" "\0\0\0\0" "\2\0" "\1\0k" "\0\0\0\0" "\1\0k" "\0\0\0\0", 26), MPC_MALFORMED);
	assert_int_equal(read_bytes("\1\1\0" "\1\0d" "\0\0\0\0" "\2\0" "\1\0k" "\0\0\0\0" "\1\0j" "\0\0\0\0", 26), MPC_MALFORMED);
	assert_int_equal(read_bytes("\1\1\0" "\1\0d" "\0\0\0\0" "\1\1", 12), MPC_LIMIT);
	/* A contract longer than any. */
	assert_int_equal(read_bytes("\1\1\0" "\1\0d" "\1\0\x10\0" "\0\0", 12), MPC_LIMIT);
}

static void
test_writer(void **state)
{
	char		name[65] = {0};

	(void) state;
	build();
	names[1] = names[0];
	assert_int_equal(write_description(2).status, MPC_MALFORMED);
	names[1] = mpc_str("nobody");
	assert_int_equal(write_description(2).status, MPC_MALFORMED);
	names[0].len = 0;
	assert_int_equal(write_description(1).status, MPC_MALFORMED);
	memset(name, 'n', 64);
	names[0] = mpc_str(name);
	assert_int_equal(write_description(1).status, MPC_LIMIT);
	names[0].len = 63;
	assert_int_equal(write_description(1).status, MPC_OK);
	contract[0].column[0].name = mpc_str("zone");
	assert_int_equal(write_description(1).status, MPC_MALFORMED);
	build();
	contract[0].ncolumns = MPC_MAX_COLUMNS + 1;
	assert_int_equal(write_description(1).status, MPC_LIMIT);
}

/* As many datasets as there may be, and one more. */
static void
test_most_datasets(void **state)
{
	MpcStr	   *many = calloc(MPC_MAX_DESCRIBED + 1, sizeof(MpcStr));
	MpcContract *none = calloc(MPC_MAX_DESCRIBED + 1, sizeof(MpcContract));
	char		text[MPC_MAX_DESCRIBED + 1][6];
	MpcWriter	w;
	int			i;

	(void) state;
	assert_non_null(many);
	assert_non_null(none);
	for (i = 0; i <= MPC_MAX_DESCRIBED; i++)
	{
		(void) snprintf(text[i], sizeof(text[i]), "%05d", i);
		many[i] = mpc_str(text[i]);
	}
	mpc_writer_init(&w, NULL, 0);
	mpc_description_write(&w, many, none, MPC_MAX_DESCRIBED);
	assert_int_equal(w.status, MPC_OK);
	mpc_writer_init(&w, NULL, 0);
	mpc_description_write(&w, many, none, MPC_MAX_DESCRIBED + 1);
	assert_int_equal(w.status, MPC_LIMIT);
	free(many);
	free(none);
	/* 1000 of which none comes, and 1001. */
	assert_int_equal(read_bytes("\1\xe8\3", 3), MPC_MALFORMED);
	assert_int_equal(read_bytes("\1\xe9\3", 3), MPC_LIMIT);
}

#define LONG_VALUES	1024

static MpcWriter
count_long_domain(size_t nvalues)
{
	static uint8_t value[UINT16_MAX];
	static MpcStr values[LONG_VALUES];
	MpcDomain	wide = {nvalues, values};
	MpcWriter	w;
	size_t		i;

	for (i = 0; i < LONG_VALUES; i++)
	{
		values[i].data = value;
		values[i].len = sizeof(value);
	}
	build();
	contract[0].column[0].values = &wide;
	mpc_writer_init(&w, NULL, 0);
	mpc_description_write(&w, names, contract, 1);
	return w;
}

static void
test_most_bytes(void **state)
{
	size_t		most = MPC_MAX_DESCRIPTION_BYTES;
	uint8_t    *zeros = calloc(most + 1, 1);
	MpcDescriptionReader d;

	(void) state;
	assert_non_null(zeros);
	assert_int_equal(count_long_domain(LONG_VALUES - 1).status, MPC_OK);
	assert_int_equal(count_long_domain(LONG_VALUES).status, MPC_LIMIT);
	zeros[0] = 1;
	mpc_description_begin(&d, zeros, most);
	assert_int_equal(mpc_description_end(&d), MPC_MALFORMED);
	mpc_description_begin(&d, zeros, most + 1);
	assert_int_equal(mpc_description_end(&d), MPC_LIMIT);
	free(zeros);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_known_bytes),
		cmocka_unit_test(test_strict),
		cmocka_unit_test(test_writer),
		cmocka_unit_test(test_most_datasets),
		cmocka_unit_test(test_most_bytes),
	};

	return cmocka_run_group_tests(tests, start_core, NULL);
}
