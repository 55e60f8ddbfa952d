/*
 * test_products.c
 *		Questions for all sums and products of many columns: their bytes, lanes and ranges.
 */
#include "test_query.h"

#include "crypto/wide.h"
#include "protocol/masked_sum.h"

static MpcQuery query;
static MpcLanes lanes;
static char name[MPC_MAX_PRODUCT_ARGS + 1][4];

/* A question over columns c0 .. c(n-1), asked in so many aggregates with filters of their own after the first. */
static void
ask(int ncolumns, int naggs)
{
	int			i;
	int			k;

	memset(&query, 0, sizeof(query));
	query.dataset = mpc_str("trial");
	for (k = 0; k < naggs; k++)
	{
		add_agg(&query, MPC_PRODUCTS, "c0");
		query.agg[k].nargs = (uint8_t) ncolumns;
		query.agg[k].filter = (uint8_t) k;
		for (i = 0; i < ncolumns && i < MPC_MAX_PRODUCT_ARGS; i++)
		{
			snprintf(name[i], sizeof(name[i]), "c%d", i);
			query.agg[k].arg[i] = mpc_str(name[i]);
		}
	}
	for (k = 1; k < naggs; k++)
	{
		snprintf(name[k], sizeof(name[k]), "c%d", k);
		add_filter(&query);
		add_leaf(&query, MPC_OP_IS_NULL, name[k], 0, NULL);
	}
}

static uint8_t bytes[1 << 16];
static size_t len;

static MpcStatus
write_query(void)
{
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_query_write(&w, &query);
	len = w.len;
	return w.status;
}

static MpcStatus
read_query(void)
{
	return mpc_query_read(&query, bytes, len);
}

static void
test_round_trip(void **state)
{
	int			n;

	(void) state;
	for (n = 2; n <= MPC_MAX_PRODUCT_ARGS; n++)
	{
		ask(n, 1);
		assert_int_equal(write_query(), MPC_OK);
		assert_int_equal(read_query(), MPC_OK);
		assert_int_equal(query.agg[0].nargs, n);
		assert_true(mpc_str_equal(query.agg[0].arg[n - 1], mpc_str(name[n - 1])));
	}
	/* no fewer, no more: neither is written, and what another wrote is not read */
	ask(1, 1);
	assert_int_equal(write_query(), MPC_MALFORMED);
	ask(MPC_MAX_PRODUCT_ARGS + 1, 1);
	assert_int_equal(write_query(), MPC_MALFORMED);
	ask(2, 1);
	assert_int_equal(write_query(), MPC_OK);
	bytes[11] = 1;				/* version, str trial, nkeys, naggs, function */
	assert_int_equal(read_query(), MPC_MALFORMED);
	bytes[11] = MPC_MAX_PRODUCT_ARGS + 1;
	assert_int_equal(read_query(), MPC_MALFORMED);
}

static void
test_most(void **state)
{
	(void) state;
	ask(MPC_MAX_PRODUCT_ARGS, MPC_MAX_PRODUCTS);
	assert_int_equal(write_query(), MPC_OK);
	assert_int_equal(read_query(), MPC_OK);
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nlanes, 2 + MPC_MAX_PRODUCTS * (2 + 33 * 36 / 2));
	assert_true(lanes.nlanes <= MPC_MAX_GROUP_LANES);
	ask(2, MPC_MAX_PRODUCTS + 1);
	assert_int_equal(write_query(), MPC_LIMIT);
	/* as if another had written it: one more after as many as there may be */
	ask(2, MPC_MAX_PRODUCTS);
	assert_int_equal(write_query(), MPC_OK);
	memmove(bytes + 10 + 11, bytes + 10, len - 10);
	bytes[9]++;
	len += 11;
	assert_int_equal(read_query(), MPC_LIMIT);
}

/* Beside a pair of the same columns: a measure apart. */
static void
test_lanes(void **state)
{
	static const char golden[] = "\1\xff\2\xff"
		"\3\0\4\0\6\0\11\0\5\0"
		"\3\1\20\1\20\1\20\1\21\1\21\1\21\1\21\1\21\1\21\1\5\1"
		"\3\2\20\2\20\2\21\2\21\2\21\2\5\2";
	static uint8_t policy[35 + 2 * MPC_MAX_GROUP_LANES];
	static const uint8_t hash[32];
	MpcWriter	w;

	(void) state;
	memset(&query, 0, sizeof(query));
	query.dataset = mpc_str("trial");
	add_pair(&query, MPC_COVAR_POP, "a", "b");
	add_pair(&query, MPC_PRODUCTS, "a", "b");
	query.agg[1].nargs = 3;
	query.agg[1].arg[2] = mpc_str("c");
	add_pair(&query, MPC_PRODUCTS, "a", "b");
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nmeasures, 3);
	assert_int_equal(mpc_lanes_measure(&lanes, &query.agg[0]), 0);
	assert_int_equal(mpc_lanes_measure(&lanes, &query.agg[1]), 1);
	assert_int_equal(mpc_lanes_measure(&lanes, &query.agg[2]), 2);
	assert_int_equal(lanes.measure[1].products_lane, 8);
	assert_int_equal(lanes.measure[1].contributor_lane, 17);
	assert_false(lanes.measure[0].wants_products);
	mpc_writer_init(&w, policy, sizeof(policy));
	mpc_policy_write(&w, &lanes, hash);
	assert_int_equal(w.status, MPC_OK);
	assert_int_equal(w.len, 35 + sizeof(golden) - 1);
	assert_memory_equal(policy + 35, golden, sizeof(golden) - 1);
}

/* Of four rows: columns in -3 .. 2, 5 .. 7 and 0 .. 1. */
static MpcStatus
check(int lane, __int128 value)
{
	static const int bound[3][2] = {{-3, 2}, {5, 7}, {0, 1}};
	static const int sum[] = {6, 2, 4, 0, 20, 0, 0, 0, 0, 100, 0, 0, 2};
	MpcWide		sums[13];
	MpcBounds	bounds;
	int			i;

	memset(&bounds, 0, sizeof(bounds));
	for (i = 0; i < 3; i++)
	{
		mpc_wide_from_int128(&bounds.low[i], bound[i][0]);
		mpc_wide_from_int128(&bounds.high[i], bound[i][1]);
	}
	for (i = 0; i < 13; i++)
		mpc_wide_from_int128(&sums[i], i == lane ? value : sum[i]);
	ask(3, 1);
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nlanes, 13);
	return mpc_lanes_check(&lanes, sums, 3, false, &bounds);
}

static void
test_ranges(void **state)
{
	/* a, b, c | aa, ab, ac, bb, bc, cc */
	static const int edge[9][2] = {{-12, 8}, {20, 28}, {0, 4}, {0, 36}, {-84, 84}, {-12, 12}, {0, 196}, {-28, 28}, {0, 4}};
	int			i;

	(void) state;
	assert_int_equal(check(-1, 0), MPC_OK);
	for (i = 0; i < 9; i++)
	{
		assert_int_equal(check(3 + i, edge[i][0]), MPC_OK);
		assert_int_equal(check(3 + i, edge[i][1]), MPC_OK);
		assert_int_equal(check(3 + i, edge[i][0] - 1), MPC_RANGE);
		assert_int_equal(check(3 + i, edge[i][1] + 1), MPC_RANGE);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_most),
		cmocka_unit_test(test_lanes),
		cmocka_unit_test(test_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
