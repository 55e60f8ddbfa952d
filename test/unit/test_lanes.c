/*
 * test_lanes.c
 *		Do both sides see the same lanes in a question, and are sums that cannot be
 *		true refused?
 */
#include "test_query.h"

static MpcQuery query;
static MpcLanes lanes;

static void
start_query(void)
{
	memset(&query, 0, sizeof(query));
	query.dataset = mpc_str("payroll");
}

static void
add_filtered(MpcFunction function, const char *column, uint8_t filter)
{
	add_agg(&query, function, column);
	query.agg[query.naggs - 1].filter = filter;
}

/* Writes the policy and compares the lanes in it, two bytes each. */
static void
expect_policy(const void *expected, size_t len)
{
	static uint8_t policy[35 + 2 * MPC_MAX_GROUP_LANES];
	uint8_t		hash[32];
	MpcWriter	w;

	memset(hash, 'c', sizeof(hash));
	mpc_writer_init(&w, policy, sizeof(policy));
	mpc_policy_write(&w, &lanes, hash);
	assert_int_equal(w.status, MPC_OK);
	assert_int_equal(w.len, 35 + 2 * (size_t) lanes.nlanes);
	assert_int_equal(w.len, 35 + len);
	assert_int_equal(policy[0], 1);
	assert_memory_equal(policy + 1, hash, 32);
	assert_int_equal(policy[33] | policy[34] << 8, lanes.nlanes);
	assert_memory_equal(policy + 35, expected, len);
}

static void
test_plain(void **state)
{
	static const char golden[] = "\1\xff\2\xff" "\3\0\4\0\5\0" "\3\1\4\1\5\1" "\3\2\5\2";

	(void) state;
	start_query();
	add_agg(&query, MPC_COUNT_ROWS, NULL);
	add_agg(&query, MPC_COUNT, "age");
	add_agg(&query, MPC_AVG, "pay");
	add_agg(&query, MPC_SUM, "age");
	add_agg(&query, MPC_COUNT, "pay");
	add_agg(&query, MPC_COUNT, "name");
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nlanes, 10);
	assert_int_equal(lanes.nmeasures, 3);
	assert_int_equal(lanes.measure[0].ncolumns, 1);
	assert_true(mpc_str_equal(lanes.measure[0].column[0], mpc_str("age")));
	assert_int_equal(lanes.measure[0].moment_lane[MPC_SUM_Y], 3);
	assert_int_equal(lanes.measure[0].contributor_lane, 4);
	assert_int_equal(lanes.measure[1].nonnull_lane, 5);
	assert_false(lanes.measure[2].wants[MPC_SUM_Y]);
	assert_int_equal(mpc_lanes_measure(&lanes, &query.agg[0]), -1);
	assert_int_equal(mpc_lanes_measure(&lanes, &query.agg[3]), 0);
	assert_int_equal(mpc_lanes_measure(&lanes, &query.agg[4]), 1);
	expect_policy(golden, sizeof(golden) - 1);
}

/* Which moments a function of x, or of y and x, has lanes of, as a string of lane kinds. */
static void
expect_moments(MpcFunction function, const char *kinds)
{
	char		expected[32] = "\1\xff\2\xff\3";
	size_t		len = 6;

	start_query();
	if (function < MPC_COVAR_POP)
		add_agg(&query, function, "y");
	else
		add_pair(&query, function, "y", "x");
	mpc_lanes_init(&lanes, &query);
	for (; *kinds != '\0'; kinds++, len += 2)
		expected[len] = *kinds;
	expected[len] = MPC_LANE_MEASURE_CONTRIBUTOR;
	expect_policy(expected, len + 2);
}

static void
test_moments(void **state)
{
	(void) state;
	expect_moments(MPC_COUNT, "");
	expect_moments(MPC_SUM, "\4");
	expect_moments(MPC_AVG, "\4");
	expect_moments(MPC_VAR_POP, "\4\7");
	expect_moments(MPC_VAR_SAMP, "\4\7");
	expect_moments(MPC_STDDEV_POP, "\4\7");
	expect_moments(MPC_STDDEV_SAMP, "\4\7");
	expect_moments(MPC_COVAR_POP, "\4\6\11");
	expect_moments(MPC_COVAR_SAMP, "\4\6\11");
	expect_moments(MPC_CORR, "\4\6\7\10\11");
	expect_moments(MPC_REGR_COUNT, "");
	expect_moments(MPC_REGR_AVGX, "\6");
	expect_moments(MPC_REGR_AVGY, "\4");
	expect_moments(MPC_REGR_SXX, "\6\10");
	expect_moments(MPC_REGR_SYY, "\4\7");
	expect_moments(MPC_REGR_SXY, "\4\6\11");
	expect_moments(MPC_REGR_SLOPE, "\4\6\7\10\11");
	expect_moments(MPC_REGR_INTERCEPT, "\4\6\7\10\11");
	expect_moments(MPC_REGR_R2, "\4\6\7\10\11");
	expect_moments(MPC_SUM_INTERVAL, "\14\15\16");
	expect_moments(MPC_AVG_INTERVAL, "\14\15\16");
	expect_moments(MPC_BOOL_OR, "\12");
	expect_moments(MPC_BOOL_AND, "\13");
}

/* A measure is its columns in their order and its filter; count(*) is one where it has a filter. */
static void
test_measures(void **state)
{
	static const int expected[] = {-1, 0, 1, 2, 3, 4, 5, 4, 0};
	size_t		i;

	(void) state;
	start_query();
	add_agg(&query, MPC_COUNT_ROWS, NULL);
	add_filtered(MPC_COUNT_ROWS, NULL, 1);
	add_agg(&query, MPC_SUM, "y");
	add_filtered(MPC_SUM, "y", 1);
	add_filtered(MPC_SUM, "y", 2);
	add_pair(&query, MPC_CORR, "y", "x");
	add_pair(&query, MPC_CORR, "x", "y");
	add_pair(&query, MPC_REGR_COUNT, "y", "x");
	add_filtered(MPC_COUNT_ROWS, NULL, 1);
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nmeasures, 6);
	for (i = 0; i < query.naggs; i++)
		assert_int_equal(mpc_lanes_measure(&lanes, &query.agg[i]), expected[i]);
	assert_int_equal(lanes.measure[0].ncolumns, 0);
	assert_int_equal(lanes.measure[0].filter, 1);
	assert_int_equal(lanes.measure[0].contributor_lane, lanes.measure[0].nonnull_lane + 1);
	assert_int_equal(lanes.measure[4].ncolumns, 2);
	assert_true(mpc_str_equal(lanes.measure[4].column[1], mpc_str("x")));
}

/* All that one column can have, and as many measures as there can be. */
static void
test_bits(void **state)
{
	const MpcMeasure *measure = &lanes.measure[0];
	char		expected[2 * (2 + 4 + 128)];
	size_t		i;

	(void) state;
	start_query();
	add_agg(&query, MPC_BIT_AND, "y");
	add_agg(&query, MPC_VAR_POP, "y");
	add_agg(&query, MPC_BIT_OR, "y");
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nlanes, 2 + 4 + 128);
	assert_int_equal(measure->width, 64);
	assert_int_equal(measure->set_lane, 5);
	assert_int_equal(measure->clear_lane, 5 + 64);
	assert_int_equal(measure->contributor_lane, 5 + 128);
	memset(expected, 0, sizeof(expected));
	memcpy(expected, "\1\xff\2\xff\3\0\4\0\7", 9);
	for (i = 0; i < 64; i++)
	{
		expected[2 * (5 + i)] = MPC_LANE_BIT_SET;
		expected[2 * (5 + 64 + i)] = MPC_LANE_BIT_CLEAR;
	}
	expected[2 * (5 + 128)] = MPC_LANE_MEASURE_CONTRIBUTOR;
	expect_policy(expected, sizeof(expected));
	start_query();
	for (i = 0; i < MPC_MAX_AGGS; i++)
		add_filtered(MPC_BIT_OR, "y", (uint8_t) (i + 1));
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nmeasures, MPC_MAX_AGGS);
	assert_int_equal(lanes.nlanes, 2 + 66 * MPC_MAX_AGGS);
	assert_true(lanes.nlanes <= MPC_MAX_GROUP_LANES);
}

/* ------------------------------------------------------------------ ranges */

/* rows, contributor | count, Y, X, YY, XX, XY, contributor: of corr(y, x). */
#define COUNT_LANE	2
#define FIRST_SUM	3
#define HOLDER_LANE	8

typedef struct Range
{
	MpcWide		sums[9];
	MpcBounds	bounds[1];
} Range;

/* y in -3 .. 2, x in 5 .. 7, over four pairs of two parties; all sums 0 but X, which must be more. */
static void
set_range(Range *range)
{
	memset(range, 0, sizeof(*range));
	start_query();
	add_pair(&query, MPC_CORR, "y", "x");
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nlanes, 9);
	mpc_wide_from_int128(&range->sums[0], 6);
	mpc_wide_from_int128(&range->sums[1], 2);
	mpc_wide_from_int128(&range->sums[COUNT_LANE], 4);
	mpc_wide_from_int128(&range->sums[FIRST_SUM + MPC_SUM_X], 20);
	mpc_wide_from_int128(&range->sums[HOLDER_LANE], 2);
	mpc_wide_from_int128(&range->bounds[0].low[0], -3);
	mpc_wide_from_int128(&range->bounds[0].high[0], 2);
	mpc_wide_from_int128(&range->bounds[0].low[1], 5);
	mpc_wide_from_int128(&range->bounds[0].high[1], 7);
}

static MpcStatus
check(const Range *range)
{
	return mpc_lanes_check(&lanes, range->sums, 3, false, range->bounds);
}

static MpcStatus
check_moment(Range *range, MpcMoment moment, __int128 value)
{
	Range		changed = *range;

	mpc_wide_from_int128(&changed.sums[FIRST_SUM + moment], value);
	return check(&changed);
}

static void
test_moment_ranges(void **state)
{
	static const int edge[MPC_MOMENTS][2] = {{-12, 8}, {20, 28}, {0, 36}, {0, 196}, {-84, 84}};
	Range		range;
	int			i;

	(void) state;
	set_range(&range);
	assert_int_equal(check(&range), MPC_OK);
	for (i = 0; i < MPC_MOMENTS; i++)
	{
		assert_int_equal(check_moment(&range, (MpcMoment) i, edge[i][0]), MPC_OK);
		assert_int_equal(check_moment(&range, (MpcMoment) i, edge[i][1]), MPC_OK);
		assert_int_equal(check_moment(&range, (MpcMoment) i, edge[i][0] - 1), MPC_RANGE);
		assert_int_equal(check_moment(&range, (MpcMoment) i, edge[i][1] + 1), MPC_RANGE);
	}
}

/* Without values there is nothing to sum. */
static void
test_moments_of_none(void **state)
{
	Range		range;
	int			i;

	(void) state;
	set_range(&range);
	memset(&range.sums[COUNT_LANE], 0, 7 * sizeof(MpcWide));
	assert_int_equal(check(&range), MPC_OK);
	for (i = 0; i < MPC_MOMENTS; i++)
		assert_int_equal(check_moment(&range, (MpcMoment) i, 1), MPC_RANGE);
}

static void
set_bit(MpcWide *v, int bit)
{
	memset(v, 0, sizeof(*v));
	v->limb[bit / 64] = UINT64_C(1) << bit % 64;
}

/* Bounds that multiply to 2^200 are refused, and counts from 2^50 on. */
static void
test_wide_products(void **state)
{
	Range		range;

	(void) state;
	set_range(&range);
	set_bit(&range.bounds[0].high[0], 99);
	set_bit(&range.bounds[0].high[1], 100);
	assert_int_equal(check(&range), MPC_RANGE); /* XX: 2^200 */
	set_bit(&range.bounds[0].high[1], 99);
	assert_int_equal(check(&range), MPC_OK);
	range.bounds[0].high[1].limb[0] = UINT64_MAX;
	range.bounds[0].high[1].limb[1] = (UINT64_C(1) << 36) - 1;
	set_bit(&range.bounds[0].high[0], 100);
	assert_int_equal(check(&range), MPC_RANGE); /* YY: 2^200 */
	range.bounds[0].high[0] = range.bounds[0].high[1];
	assert_int_equal(check(&range), MPC_OK);
	set_bit(&range.bounds[0].low[0], 100);
	mpc_wide_negate(&range.bounds[0].low[0]);
	assert_int_equal(check(&range), MPC_RANGE);
	set_range(&range);
	set_bit(&range.bounds[0].high[0], 130);
	assert_int_equal(check(&range), MPC_RANGE);
	set_range(&range);
	set_bit(&range.sums[0], 50);
	set_bit(&range.sums[COUNT_LANE], 50);
	mpc_wide_scale(&range.sums[FIRST_SUM + MPC_SUM_X], &range.sums[COUNT_LANE], 5);
	assert_int_equal(check(&range), MPC_RANGE);
	mpc_wide_from_int128(&range.sums[COUNT_LANE], ((int64_t) 1 << 50) - 1);
	mpc_wide_scale(&range.sums[FIRST_SUM + MPC_SUM_X], &range.sums[COUNT_LANE], 5);
	assert_int_equal(check(&range), MPC_OK);
}

/* Of two intervals: the field's lowest sum, its highest, and beyond each. */
static void
test_field_ranges(void **state)
{
	static const int64_t low[MPC_FIELDS] = {INT32_MIN, INT32_MIN, INT64_MIN};
	static const int64_t high[MPC_FIELDS] = {INT32_MAX, INT32_MAX, INT64_MAX};
	MpcWide		sums[2 + 1 + MPC_FIELDS + 1];
	MpcBounds	bounds[1];
	int			i;

	(void) state;
	start_query();
	add_agg(&query, MPC_AVG_INTERVAL, "y");
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nlanes, sizeof(sums) / sizeof(sums[0]));
	assert_int_equal(lanes.measure[0].field_lane, 3);
	memset(bounds, 0, sizeof(bounds));
	for (i = 0; i < MPC_FIELDS; i++)
	{
		memset(sums, 0, sizeof(sums));
		assert_int_equal(mpc_lanes_check(&lanes, sums, 2, false, bounds), MPC_OK);
		mpc_wide_from_int128(&sums[3 + i], 1);	/* of no value */
		assert_int_equal(mpc_lanes_check(&lanes, sums, 2, false, bounds), MPC_RANGE);
		mpc_wide_from_int128(&sums[0], 2);
		mpc_wide_from_int128(&sums[1], 1);
		mpc_wide_from_int128(&sums[2], 2);
		mpc_wide_from_int128(&sums[3 + MPC_FIELDS], 1);
		mpc_wide_from_int128(&sums[3 + i], (__int128) 2 * low[i]);
		assert_int_equal(mpc_lanes_check(&lanes, sums, 2, false, bounds), MPC_OK);
		mpc_wide_from_int128(&sums[3 + i], (__int128) 2 * low[i] - 1);
		assert_int_equal(mpc_lanes_check(&lanes, sums, 2, false, bounds), MPC_RANGE);
		mpc_wide_from_int128(&sums[3 + i], (__int128) 2 * high[i]);
		assert_int_equal(mpc_lanes_check(&lanes, sums, 2, false, bounds), MPC_OK);
		mpc_wide_from_int128(&sums[3 + i], (__int128) 2 * high[i] + 1);
		assert_int_equal(mpc_lanes_check(&lanes, sums, 2, false, bounds), MPC_RANGE);
	}
}

/* Random elements where there are values, zeros where there are none. */
static void
test_bit_ranges(void **state)
{
	MpcWide		sums[2 + 1 + 128 + 1];
	MpcBounds	bounds[1];
	size_t		i;

	(void) state;
	start_query();
	add_agg(&query, MPC_BIT_AND, "y");
	add_agg(&query, MPC_BIT_OR, "y");
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nlanes, sizeof(sums) / sizeof(sums[0]));
	memset(bounds, 0, sizeof(bounds));
	memset(sums, 0, sizeof(sums));
	mpc_wide_from_int128(&sums[0], 5);
	mpc_wide_from_int128(&sums[1], 1);
	assert_int_equal(mpc_lanes_check(&lanes, sums, 2, false, bounds), MPC_OK);
	for (i = 3; i < 3 + 128; i++)
	{
		mpc_wide_from_int128(&sums[i], -1);
		assert_int_equal(mpc_lanes_check(&lanes, sums, 2, false, bounds), MPC_RANGE);
		memset(&sums[i], 0, sizeof(MpcWide));
	}
	mpc_wide_from_int128(&sums[2], 5);
	mpc_wide_from_int128(&sums[3 + 128], 1);
	for (i = 3; i < 3 + 128; i++)
		set_bit(&sums[i], 250);
	assert_int_equal(mpc_lanes_check(&lanes, sums, 2, false, bounds), MPC_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_moments),
		cmocka_unit_test(test_measures),
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_moment_ranges),
		cmocka_unit_test(test_moments_of_none),
		cmocka_unit_test(test_wide_products),
		cmocka_unit_test(test_field_ranges),
		cmocka_unit_test(test_bit_ranges),
	};

	return cmocka_run_group_tests(tests, start_core, NULL);
}
