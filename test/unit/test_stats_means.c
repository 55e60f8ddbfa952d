/*
 * test_stats_means.c
 *		Do tests of means from sums give the figures of tests from rows?
 *
 * References: NIST Statistical Reference Datasets, Simon and Lesage 7 and 9 and atomic weights of silver; else Python's
 * fractions with roots and tails by mpmath, 50 digits. R 4.2.2 agrees:
 *		t.test(extra ~ group, data = sleep); t.test(extra ~ group, data = sleep, var.equal = TRUE)
 *		with(InsectSprays, t.test(count[spray == "A"], count[spray == "C"]))
 *		summary(aov(count ~ spray, InsectSprays))
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "stats/means.h"
#include "test_stats.h"

#define DIGITS 1e-14

static const MpcUnit one = {10, 0};
static const MpcUnit tenth = {10, -1};

/* Rows of datasets sleep, in tenths, and InsectSprays. */
static const int64_t sleep[2][10] = {{7, -16, -2, -12, -1, 34, 37, 8, 0, 20}, {19, 8, 11, 1, -1, 44, 55, 16, 46, 34}};
static const int64_t sprays[6][12] = {
	{10, 7, 20, 14, 14, 12, 10, 23, 17, 20, 14, 13}, {11, 17, 21, 11, 16, 14, 17, 17, 19, 21, 7, 13},
	{0, 1, 7, 2, 3, 1, 2, 1, 3, 0, 1, 4}, {3, 5, 12, 6, 4, 3, 5, 5, 5, 5, 2, 4},
	{3, 5, 3, 5, 3, 6, 1, 1, 3, 2, 6, 4}, {11, 9, 15, 22, 15, 16, 13, 10, 26, 26, 24, 13}
};

static MpcMoments
moments(const int64_t *value, int64_t rows)
{
	MpcMoments	r;
	int64_t		i;

	memset(&r, 0, sizeof(r));
	r.rows = rows;
	for (i = 0; i < rows; i++)
	{
		mpc_wide_add_int128(&r.sum, value[i]);
		mpc_wide_add_int128(&r.squares, (__int128) value[i] * value[i]);
	}
	return r;
}

static void
test_welch(void **state)
{
	MpcMoments	group[2] = {moments(sleep[0], 10), moments(sleep[1], 10)};
	MpcTwoMeans r;

	(void) state;
	assert_int_equal(mpc_welch_test(&r, group, tenth), MPC_OK);
	assert_int_equal(r.finding, MPC_FOUND);
	assert_close(r.mean[0], 0.75, DIGITS);
	assert_close(r.mean[1], 2.33, DIGITS);
	assert_close(r.variance[0], 3.2005555555555556, DIGITS);
	assert_close(r.variance[1], 4.009, DIGITS);
	assert_close(r.difference, -1.58, DIGITS);
	assert_close(r.error, 0.84909101723876196, DIGITS);
	assert_close(r.t, -1.8608134674868531, DIGITS);
	assert_close(r.df, 17.776473516178490, DIGITS);
	assert_close(r.p, 0.079394140187358138, 10 * DIGITS);

	group[0] = moments(sprays[0], 12);
	group[1] = moments(sprays[2], 5);
	assert_int_equal(mpc_welch_test(&r, group, one), MPC_OK);
	assert_close(r.difference, 11.9, DIGITS);
	assert_close(r.error, 1.8210053833145596, DIGITS);
	assert_close(r.t, 6.5348516314322174, DIGITS);
	assert_close(r.df, 12.996738397601477, DIGITS);
	assert_close(r.p, 1.9000285106555396e-5, 10 * DIGITS);
}

static void
test_pooled(void **state)
{
	MpcMoments	group[2] = {moments(sleep[0], 10), moments(sleep[1], 10)};
	MpcTwoMeans r;

	(void) state;
	assert_int_equal(mpc_pooled_test(&r, group, tenth), MPC_OK);
	assert_int_equal(r.finding, MPC_FOUND);
	assert_close(r.df, 18, 0);
	assert_close(r.t, -1.8608134674868531, DIGITS);
	assert_close(r.p, 0.079186714215938111, 10 * DIGITS);

	group[0] = moments(sprays[0], 12);
	group[1] = moments(sprays[2], 5);
	assert_int_equal(mpc_pooled_test(&r, group, one), MPC_OK);
	assert_close(r.error, 2.2758148723772181, DIGITS);
	assert_close(r.t, 5.2288963150898883, DIGITS);
	assert_close(r.p, 0.00010196430669156259, 10 * DIGITS);
}

/* The same differences around 10^17: doubles would lose them all. */
static void
test_far_from_zero(void **state)
{
	int64_t		far[2][10];
	MpcMoments	group[2];
	MpcTwoMeans r;
	int			i;
	int			g;

	(void) state;
	for (g = 0; g < 2; g++)
	{
		for (i = 0; i < 10; i++)
			far[g][i] = INT64_C(100000000000000000) + sleep[g][i];
		group[g] = moments(far[g], 10);
	}
	assert_int_equal(mpc_welch_test(&r, group, tenth), MPC_OK);
	assert_close(r.difference, -1.58, DIGITS);
	assert_close(r.t, -1.8608134674868531, DIGITS);
	assert_close(r.df, 17.776473516178490, DIGITS);
}

static void
test_two_findings(void **state)
{
	static const int64_t fives[] = {5, 5, 5};
	static const int64_t sixes[] = {6, 6};
	MpcMoments	group[2] = {moments(sleep[0], 10), moments(sleep[1], 1)};
	MpcTwoMeans r;

	(void) state;
	assert_int_equal(mpc_welch_test(&r, group, tenth), MPC_OK);
	assert_int_equal(r.finding, MPC_TOO_FEW);
	assert_int_equal(mpc_pooled_test(&r, group, tenth), MPC_OK);
	assert_int_equal(r.finding, MPC_FOUND);
	assert_close(r.df, 9, 0);
	group[0] = moments(sleep[0], 1);
	assert_int_equal(mpc_pooled_test(&r, group, tenth), MPC_OK);
	assert_int_equal(r.finding, MPC_TOO_FEW);
	group[0] = moments(sleep[0], 10);
	group[1] = moments(sleep[1], 0);
	assert_int_equal(mpc_pooled_test(&r, group, tenth), MPC_OK);
	assert_int_equal(r.finding, MPC_TOO_FEW);

	group[0] = moments(fives, 3);
	group[1] = moments(sixes, 2);
	assert_int_equal(mpc_welch_test(&r, group, tenth), MPC_OK);
	assert_int_equal(r.finding, MPC_FOUND_PERFECT);
	assert_close(r.difference, -0.1, DIGITS);
	assert_close(r.error, 0, 0);
	assert_int_equal(mpc_pooled_test(&r, group, tenth), MPC_OK);
	assert_int_equal(r.finding, MPC_FOUND_PERFECT);
	/* one of the two is enough */
	group[0] = moments(sleep[0], 10);
	assert_int_equal(mpc_welch_test(&r, group, tenth), MPC_OK);
	assert_int_equal(r.finding, MPC_FOUND);
	assert_close(r.df, 9, DIGITS);
}

static void
test_variance_table(void **state)
{
	MpcMoments	group[7];
	MpcVarianceTable r;
	int			i;

	(void) state;
	for (i = 0; i < 7; i++)
		group[i] = moments(sprays[i - (i > 2)], i == 2 ? 0 : 12);	/* the third has no rows */
	assert_int_equal(mpc_variance_table(&r, group, 7, one), MPC_OK);
	assert_int_equal(r.finding, MPC_FOUND);
	assert_int_equal(r.groups, 6);
	assert_int_equal(r.between_df, 5);
	assert_int_equal(r.within_df, 66);
	assert_close(r.between, 2668.8333333333333, DIGITS);
	assert_close(r.within, 1015.1666666666667, DIGITS);
	assert_close(r.f, 34.702282055491709, DIGITS);
	assert_close(r.p, 3.1825837261451218e-17, 10 * DIGITS);

	group[0] = moments(sprays[0], 12);
	group[1] = moments(sprays[2], 5);
	group[2] = moments(sprays[5], 1);
	assert_int_equal(mpc_variance_table(&r, group, 3, tenth), MPC_OK);
	assert_close(r.between, 4.998, DIGITS);
	assert_close(r.within, 2.742, DIGITS);
	assert_close(r.f, 13.670678336980306, DIGITS);
	assert_close(r.p, 0.00041682011903133829, 10 * DIGITS);
}

/* Nine groups around 10^12, in tenths: the certified figures are exact numbers. */
static void
test_simon_lesage(void **state)
{
	static const int64_t mean[9] = {4, 3, 5, 3, 5, 3, 5, 3, 5};
	static const int rows[] = {21, 2001};
	static const double within[] = {1.8, 180};
	static const double between[] = {1.68, 160.08};
	static const double f[] = {21, 2001};
	int64_t		value[2001];
	MpcMoments	group[9];
	MpcVarianceTable r;
	int			size;
	int			g;
	int			i;

	(void) state;
	for (size = 0; size < 2; size++)
	{
		for (g = 0; g < 9; g++)
		{
			for (i = 0; i < rows[size]; i++)
				value[i] = INT64_C(10000000000000) + mean[g] + (i == 0 ? 0 : i % 2 == 1 ? -1 : 1);
			group[g] = moments(value, rows[size]);
		}
		assert_int_equal(mpc_variance_table(&r, group, 9, tenth), MPC_OK);
		assert_close(r.between, between[size], DIGITS);
		assert_close(r.within, within[size], DIGITS);
		assert_close(r.f, f[size], DIGITS);
	}
}

/* 107.868 and these, in 10^-7: two instruments. */
static void
test_atomic_weight(void **state)
{
	static const MpcUnit unit = {10, -7};
	int64_t		value[2][24] = {
		{1568, 1465, 1572, 1785, 1446, 1903, 1526, 1494, 1616, 1587, 1519, 1486, 1419, 1569, 1508, 1672, 1385, 1518, 1662, 1424, 1360, 1333, 1610, 1477},
		{1079, 1344, 1513, 1197, 1604, 1385, 1642, 1365, 1151, 1082, 1517, 1448, 1198, 1482, 1334, 1609, 1101, 1512, 1469, 1360, 1254, 1261, 1450, 1368}
	};
	MpcMoments	group[2];
	MpcVarianceTable r;
	int			g;
	int			i;

	(void) state;
	for (g = 0; g < 2; g++)
	{
		for (i = 0; i < 24; i++)
			value[g][i] += INT64_C(1078680000);
		group[g] = moments(value[g], 24);
	}
	assert_int_equal(mpc_variance_table(&r, group, 2, unit), MPC_OK);
	assert_close(r.between, 3.63834187500000e-9, DIGITS);
	assert_close(r.within, 1.04951729166667e-8, DIGITS);
	assert_close(r.f, 1.59467335677930e1, DIGITS);
}

static void
test_table_findings(void **state)
{
	static const int64_t fives[] = {5, 5, 5};
	static const int64_t sixes[] = {6, 6};
	MpcMoments	group[3] = {moments(fives, 3), moments(sixes, 2), moments(fives, 1)};
	MpcMoments	single[2] = {moments(fives, 1), moments(sixes, 1)};
	MpcVarianceTable r;

	(void) state;
	assert_int_equal(mpc_variance_table(&r, group, 3, one), MPC_OK);
	assert_int_equal(r.finding, MPC_FOUND_PERFECT);
	assert_close(r.within, 0, 0);
	group[1] = moments(fives, 2);
	assert_int_equal(mpc_variance_table(&r, group, 3, one), MPC_OK);
	assert_int_equal(r.finding, MPC_CONSTANT_OUTCOME);
	assert_int_equal(mpc_variance_table(&r, group, 1, one), MPC_OK);
	assert_int_equal(r.finding, MPC_TOO_FEW);
	assert_int_equal(mpc_variance_table(&r, group, 0, one), MPC_OK);
	assert_int_equal(r.finding, MPC_TOO_FEW);
	assert_int_equal(mpc_variance_table(&r, single, 2, one), MPC_OK);
	assert_int_equal(r.finding, MPC_TOO_FEW);
}

static void
test_errors(void **state)
{
	static const MpcUnit none = {3, 1};
	MpcMoments	group[2] = {moments(sleep[0], 10), moments(sleep[1], 10)};
	MpcTwoMeans r;
	MpcVarianceTable table;

	(void) state;
	assert_int_equal(mpc_welch_test(&r, group, none), MPC_RANGE);
	assert_int_equal(mpc_pooled_test(&r, group, none), MPC_RANGE);
	assert_int_equal(mpc_variance_table(&table, group, 2, none), MPC_RANGE);

	group[1].rows = -10;
	assert_int_equal(mpc_welch_test(&r, group, one), MPC_RANGE);
	assert_int_equal(mpc_pooled_test(&r, group, one), MPC_RANGE);
	assert_int_equal(mpc_variance_table(&table, group, 2, one), MPC_RANGE);

	/* squares too small for their sum */
	group[1] = moments(sleep[1], 10);
	mpc_wide_add_int128(&group[1].squares, -9029);
	assert_int_equal(mpc_welch_test(&r, group, one), MPC_RANGE);
	assert_int_equal(mpc_pooled_test(&r, group, one), MPC_RANGE);
	assert_int_equal(mpc_variance_table(&table, group, 2, one), MPC_RANGE);

	/* a single row that varies; more rows than can be counted */
	group[1] = moments(sleep[1], 1);
	mpc_wide_add_int128(&group[1].squares, 1);
	assert_int_equal(mpc_pooled_test(&r, group, one), MPC_RANGE);
	group[1] = moments(sleep[1], 10);
	group[1].rows = INT64_MAX;
	assert_int_equal(mpc_variance_table(&table, group, 2, one), MPC_RANGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_welch),
		cmocka_unit_test(test_pooled),
		cmocka_unit_test(test_far_from_zero),
		cmocka_unit_test(test_two_findings),
		cmocka_unit_test(test_variance_table),
		cmocka_unit_test(test_simon_lesage),
		cmocka_unit_test(test_atomic_weight),
		cmocka_unit_test(test_table_findings),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests_name("stats means", tests, NULL, NULL);
}
