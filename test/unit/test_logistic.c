/*
 * test_logistic.c
 *		Questions for the sums of logistic regression: their bytes, coefficients, lanes and ranges.
 */
#include "test_query.h"

#include "crypto/wide.h"
#include "protocol/masked_sum.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static MpcQuery query;
static MpcLanes lanes;
static uint8_t coefficients[2][3 * MPC_COEFFICIENT_BYTES];
static uint8_t bytes[4096];
static size_t len;

static void
set_coefficient(int of, int i, uint64_t bits)
{
	int			k;

	for (k = 0; k < 8; k++)
		coefficients[of][8 * i + k] = (uint8_t) (bits >> 8 * k);
}

/* Columns y, a, b, at -1.5, 0.25 and 0; and the same again at other coefficients. */
static void
ask(int naggs)
{
	int			i;

	memset(&query, 0, sizeof(query));
	query.dataset = mpc_str("trial");
	for (i = 0; i < naggs; i++)
	{
		MpcAgg	   *agg = &query.agg[i];

		add_pair(&query, MPC_LOGISTIC, "y", "a");
		agg->arg[agg->nargs++] = mpc_str("b");
		agg->coefficients.data = coefficients[i];
		agg->coefficients.len = sizeof(coefficients[i]);
		set_coefficient(i, 0, UINT64_C(0xbff8000000000000));
		set_coefficient(i, 1, UINT64_C(0x3fd0000000000000));
		set_coefficient(i, 2, (uint64_t) i);
	}
}

static MpcStatus
write_query(void)
{
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_query_write(&w, &query);
	len = w.len;
	return w.status;
}

static void
test_round_trip(void **state)
{
	static const char golden[] = "\1\5\0trial\0\1" "\62\3\1\0y\1\0a\1\0b"
		"\0\0\0\0\0\0\370\277" "\0\0\0\0\0\0\320\77" "\0\0\0\0\0\0\0\0" "\0" "\0\0";

	(void) state;
	ask(1);
	assert_int_equal(write_query(), MPC_OK);
	assert_int_equal(len, sizeof(golden) - 1);
	assert_memory_equal(bytes, golden, len);
	assert_int_equal(mpc_query_read(&query, bytes, len), MPC_OK);
	assert_int_equal(query.agg[0].coefficients.len, 24);
	assert_true(mpc_query_coefficient(query.agg[0].coefficients, 0) == -1.5);
	assert_true(mpc_query_coefficient(query.agg[0].coefficients, 1) == 0.25);
	for (; len > 0; len--)
		assert_int_equal(mpc_query_read(&query, bytes, len - 1), MPC_MALFORMED);
}

/* Neither written, nor read where another wrote them. */
static void
test_coefficients(void **state)
{
	static const struct
	{
		uint64_t	bits;
		MpcStatus	status;
	}			value[] = {
		{UINT64_C(0x4fefffffffffffff), MPC_OK}, /* just below 2^256 */
		{UINT64_C(0xcfefffffffffffff), MPC_OK},
		{UINT64_C(0x4ff0000000000000), MPC_MALFORMED},
		{UINT64_C(0xcff0000000000000), MPC_MALFORMED},
		{UINT64_C(0x7ff0000000000000), MPC_MALFORMED},	/* infinity */
		{UINT64_C(0x7ff8000000000000), MPC_MALFORMED},	/* no number */
		{UINT64_C(0x8000000000000000), MPC_MALFORMED},	/* -0 */
		{UINT64_C(0x8000000000000001), MPC_OK},
	};
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(value); i++)
	{
		ask(1);
		assert_int_equal(write_query(), MPC_OK);
		set_coefficient(0, 2, value[i].bits);
		memcpy(bytes + len - 3 - 8, coefficients[0] + 16, 8);
		assert_int_equal(write_query(), value[i].status);
		ask(1);
		assert_int_equal(write_query(), MPC_OK);
		set_coefficient(0, 2, value[i].bits);
		memcpy(bytes + len - 3 - 8, coefficients[0] + 16, 8);
		assert_int_equal(mpc_query_read(&query, bytes, len), value[i].status);
	}
	ask(1);
	query.agg[0].coefficients.len -= 8;
	assert_int_equal(write_query(), MPC_MALFORMED);
	ask(1);
	query.agg[0].function = MPC_PRODUCTS;
	assert_int_equal(write_query(), MPC_MALFORMED);
	query.agg[0].coefficients.len = 0;
	assert_int_equal(write_query(), MPC_OK);
}

/* At other coefficients it is another measure; at the same ones the same. */
static void
test_lanes(void **state)
{
	static const char golden[] = "\1\xff\2\xff"
		"\3\0\24\0\25\0\25\0\25\0\26\0\26\0\26\0\26\0\26\0\26\0\5\0"
		"\3\1\24\1\25\1\25\1\25\1\26\1\26\1\26\1\26\1\26\1\26\1\5\1";
	static uint8_t policy[35 + 2 * MPC_MAX_GROUP_LANES];
	static const uint8_t hash[32];
	MpcWriter	w;

	(void) state;
	ask(2);
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nmeasures, 2);
	assert_int_equal(mpc_lanes_measure(&lanes, &query.agg[1]), 1);
	assert_int_equal(lanes.measure[1].products_lane, 2 + 12 + 1);
	assert_int_equal(lanes.nlanes, 2 + 2 * 12);
	mpc_writer_init(&w, policy, sizeof(policy));
	mpc_policy_write(&w, &lanes, hash);
	assert_int_equal(w.len, 35 + sizeof(golden) - 1);
	assert_memory_equal(policy + 35, golden, sizeof(golden) - 1);
	set_coefficient(1, 2, 0);
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nmeasures, 1);
}

/* Of four rows: one sum has so many times 2^200, and one more. */
static MpcStatus
check(int lane, int times, int more)
{
	static const int64_t counts[] = {4, 2, 4};
	MpcWide		sums[14] = {{{0}}};
	MpcBounds	bounds;
	int			i;

	memset(&bounds, 0, sizeof(bounds));
	for (i = 0; i < 3; i++)
		mpc_wide_from_int128(&sums[i], counts[i]);
	mpc_wide_from_int128(&sums[13], 2);
	if (lane > 0)
	{
		mpc_wide_add_shifted(&sums[lane], times * (INT64_C(1) << 10), 190);
		mpc_wide_add_int128(&sums[lane], more);
	}
	ask(1);
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nlanes, 14);
	return mpc_lanes_check(&lanes, sums, 3, false, &bounds);
}

static void
test_ranges(void **state)
{
	int			lane;

	(void) state;
	assert_int_equal(check(0, 0, 0), MPC_OK);
	/* log likelihood | gradient | 11, 1a, 1b, aa, ab, bb */
	for (lane = 3; lane < 13; lane++)
	{
		bool		below = lane != 7 && lane != 10 && lane != 12;

		assert_int_equal(check(lane, 4, 0), lane == 3 ? MPC_RANGE : MPC_OK);
		assert_int_equal(check(lane, 4, 1), MPC_RANGE);
		assert_int_equal(check(lane, 0, 1), lane == 3 ? MPC_RANGE : MPC_OK);
		assert_int_equal(check(lane, 0, -1), below ? MPC_OK : MPC_RANGE);
		assert_int_equal(check(lane, -4, 0), below ? MPC_OK : MPC_RANGE);
		assert_int_equal(check(lane, -4, -1), MPC_RANGE);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_coefficients),
		cmocka_unit_test(test_lanes),
		cmocka_unit_test(test_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
