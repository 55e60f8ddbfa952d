/*
 * test_extremes.c
 *		Do asker and peers see the same vectors of minima and maxima in a question, and does a peer refuse others?
 */
#include "protocol/extremes.h"
#include "protocol/maximum.h"
#include "test_protocol.h"

static MpcQuery query;
static MpcContract used;
static MpcLanes lanes;
static MpcLayout layout;
static MpcExtremes extremes;
static MpcRequest request;
static MpcDomain domain;
static MpcStr values[1000];
static uint16_t measure;

static void
add(MpcFunction function, const char *column)
{
	MpcAgg	   *agg = &query.agg[query.naggs++];

	agg->function = function;
	agg->nargs = 1;
	agg->arg[0] = mpc_str(column);
}

static void
declare(const char *name, const char *type, const char *low, const char *high)
{
	MpcContractColumn *column = &used.column[used.ncolumns++];

	memset(column, 0, sizeof(*column));
	column->name = mpc_str(name);
	column->role = MPC_ROLE_MEASURE;
	column->type = mpc_str(type);
	column->low = mpc_str(low);
	column->high = mpc_str(high);
}

/* Grouped by a key with so many values, NULL not among them; 0: not grouped. */
static void
group_by(size_t nvalues)
{
	MpcContractColumn *column;

	if (nvalues == 0)
		return;
	query.nkeys = 1;
	query.key[0] = mpc_str("k");
	column = &used.column[used.ncolumns++];
	memset(column, 0, sizeof(*column));
	column->name = mpc_str("k");
	column->role = MPC_ROLE_KEY;
	column->type = mpc_str("integer");
	column->max_key_bytes = 10;
	domain.nvalues = nvalues;
	domain.value = values;
	memset(column->domain, 0xd0, sizeof(column->domain));
	column->values = &domain;
}

static void
clear(void)
{
	memset(&query, 0, sizeof(query));
	memset(&used, 0, sizeof(used));
	used.protocol = MPC_PROTOCOL_MASKED_SUM;
}

static MpcStatus
init(uint16_t n)
{
	mpc_contract_sort(&used);
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(mpc_layout_init(&layout, &query, &used, &lanes, 0), MPC_OK);
	return mpc_extremes_init(&extremes, &lanes, &used, &layout, n, &measure);
}

/* max(a), sum(b), min(c), min(a), max(c): of a both, of c both, of b none. */
static void
ask(size_t nvalues)
{
	clear();
	add(MPC_MAX, "a");
	add(MPC_SUM, "b");
	add(MPC_MIN, "c");
	add(MPC_MIN, "a");
	add(MPC_COUNT, "c");
	declare("a", "integer", "-2147483648", "2147483647");
	declare("b", "integer", "-2147483648", "2147483647");
	declare("c", "date", "0", "100");
	group_by(nvalues);
}

static void
test_order(void **state)
{
	(void) state;
	ask(0);
	assert_int_equal(init(3), MPC_OK);
	assert_int_equal(extremes.per_group, 3);
	assert_int_equal(extremes.groups, 1);
	assert_int_equal(mpc_extremes_count(&lanes), 3);
	assert_int_equal(mpc_extremes_index(&lanes, 0, false), 0);
	assert_int_equal(mpc_extremes_index(&lanes, 0, true), 1);
	assert_int_equal(mpc_extremes_index(&lanes, 2, false), 2);
	ask(9);
	assert_int_equal(init(3), MPC_OK);
	assert_int_equal(extremes.groups, 11);	/* NULL and the remainder */
	assert_int_equal(mpc_extremes_vectors(&extremes), 33);
}

static unsigned
bits_of(const char *type, const char *low, const char *high)
{
	clear();
	declare("x", type, low, high);
	return mpc_extreme_bits(&used.column[0]);
}

static void
test_bits(void **state)
{
	(void) state;
	assert_int_equal(bits_of("integer", "5", "5"), 1);
	assert_int_equal(bits_of("integer", "0", "1"), 1);
	assert_int_equal(bits_of("integer", "-1", "1"), 2);
	assert_int_equal(bits_of("integer", "0", "4095"), 12);
	assert_int_equal(bits_of("integer", "0", "4096"), 13);
	assert_int_equal(bits_of("integer", "-2147483648", "2147483647"), 32);
	assert_int_equal(bits_of("bigint", "-9223372036854775808", "9223372036854775807"), 64);
	assert_int_equal(bits_of("numeric(38,0)", "0", "18446744073709551615"), 64);
	assert_int_equal(bits_of("numeric(38,0)", "0", "18446744073709551616"), 65);
	assert_int_equal(bits_of("numeric(38,0)", "170141183460469231731687303715884105700", "170141183460469231731687303715884105727"), 5);
	assert_int_equal(bits_of("numeric(38,0)", "170141183460469231731687303715884105700", "170141183460469231731687303715884105728"), 65);
	assert_int_equal(bits_of("numeric(38,0)", "9", "8"), 65);
	assert_int_equal(bits_of("numeric(38,0)", "", ""), 65);
	assert_int_equal(bits_of("real", "0", "1"), 32);
	assert_int_equal(bits_of("double precision", "0", "1"), 64);
}

/* The widest of a question, and of a question that is too wide the column. */
static void
test_widest(void **state)
{
	(void) state;
	clear();
	add(MPC_MAX, "a");
	add(MPC_MIN, "b");
	declare("a", "integer", "0", "7");
	declare("b", "integer", "0", "1000");
	assert_int_equal(init(3), MPC_OK);
	assert_int_equal(extremes.key_bits, 10);
	used.column[1].high = mpc_str("99999999999999999999");
	assert_int_equal(init(3), MPC_RANGE);
	assert_int_equal(measure, 1);
}

static void
expect_digits(const char *high, size_t nvalues, uint16_t n, uint8_t key_bits, uint8_t digit_bits)
{
	clear();
	add(MPC_MAX, "a");
	declare("a", "numeric(38,0)", "0", high);
	group_by(nvalues);
	assert_int_equal(init(n), MPC_OK);
	assert_int_equal(extremes.key_bits, key_bits);
	assert_int_equal(extremes.digit_bits, digit_bits);
	assert_true(mpc_digits_fit(extremes.digit_bits, extremes.key_bits,
							   mpc_extremes_vectors(&extremes) << extremes.digit_bits));
}

/* One round of short keys, bytes of long ones, less where there are many vectors or parties. */
static void
test_digits(void **state)
{
	(void) state;
	expect_digits("0", 0, 3, 1, 1);
	expect_digits("4095", 0, 3, 12, 12);
	expect_digits("4095", 0, 64, 12, 12);
	expect_digits("4096", 0, 3, 13, 8);
	expect_digits("18446744073709551615", 0, 3, 64, 8);
	expect_digits("4095", 83, 3, 12, 12);
	expect_digits("4095", 84, 3, 12, 11);
	expect_digits("18446744073709551615", 1000, 3, 64, 8);
	expect_digits("18446744073709551615", 1000, 5, 64, 7);
	expect_digits("1", 1000, 64, 1, 1);
}

static void
test_refused(void **state)
{
	(void) state;
	ask(0);
	query.naggs = 0;
	add(MPC_SUM, "b");
	assert_int_equal(init(3), MPC_OK);
	assert_int_equal(extremes.per_group, 0);
	ask(0);
	used.protocol = MPC_PROTOCOL_SHAMIR_SUM;
	used.threshold = 3;
	assert_int_equal(init(3), MPC_VERSION);
	ask(2);
	used.column[3].values = NULL;
	memset(used.column[3].domain, 0, sizeof(used.column[3].domain));
	assert_int_equal(init(3), MPC_VERSION);
}

static MpcStatus
read_request(bool published)
{
	MpcExtremes again;

	memset(&again, 0xee, sizeof(again));
	return mpc_extremes_of_request(&again, &lanes, published ? &used : NULL, published ? &layout : NULL, &query, &request);
}

/* The request that an honest asker would write. */
static void
make_request(uint16_t n)
{
	memset(&request, 0, sizeof(request));
	request.protocol = MPC_PROTOCOL_MAXIMUM;
	request.n = n;
	request.key_bits = extremes.key_bits;
	request.digit_bits = extremes.digit_bits;
	request.m = mpc_extremes_vectors(&extremes) << extremes.digit_bits;
}

/* Each number on its own, and digits that would tell more of who contributes, or cost more. */
static void
test_requests(void **state)
{
	(void) state;
	ask(9);
	assert_int_equal(init(3), MPC_OK);
	make_request(3);
	assert_int_equal(read_request(true), MPC_OK);
	assert_int_equal(read_request(false), MPC_OK);

	request.m += 3u << extremes.digit_bits;
	assert_int_equal(read_request(true), MPC_MISMATCH);
	assert_int_equal(read_request(false), MPC_OK);	/* a larger domain, for all that it knows */
	request.m -= 2u << extremes.digit_bits;
	assert_int_equal(read_request(false), MPC_MISMATCH);
	make_request(3);
	request.m = 3u << extremes.digit_bits;
	assert_int_equal(read_request(false), MPC_MISMATCH);

	make_request(3);
	request.key_bits--;
	assert_int_equal(read_request(true), MPC_MISMATCH);
	make_request(3);
	request.digit_bits--;
	assert_int_equal(read_request(true), MPC_MISMATCH);
	assert_int_equal(read_request(false), MPC_MISMATCH);
	request.m /= 2;
	assert_int_equal(read_request(true), MPC_MISMATCH);
	assert_int_equal(read_request(false), MPC_MISMATCH);
	make_request(3);
	request.protocol = MPC_PROTOCOL_MASKED_SUM;
	assert_int_equal(read_request(true), MPC_MISMATCH);
	assert_int_equal(read_request(false), MPC_MISMATCH);
	make_request(3);
	query.naggs = 0;
	add(MPC_SUM, "b");
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(read_request(true), MPC_MISMATCH);
	assert_int_equal(read_request(false), MPC_MISMATCH);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_widest),
		cmocka_unit_test(test_digits),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_requests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
