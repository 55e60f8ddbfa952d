/*
 * test_stats_counts.c
 *		Do tests of counts give the figures of R, and refuse what are no counts?
 *
 * References: Python's fractions with tails by mpmath, 50 digits. R 4.2.2 agrees:
 *		chisq.test(apply(HairEyeColor, c(1, 2), sum))
 *		survival::survdiff(Surv(time, status) ~ x, data = aml)
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "stats/counts.h"
#include "test_stats.h"

#define DIGITS 1e-14

static void
test_table(void **state)
{
	static const int64_t hair_eye[] = {68, 20, 15, 5, 119, 84, 54, 29, 26, 17, 14, 14, 7, 94, 10, 16};
	/* the same with a row and a column of zeros */
	static const int64_t holes[] = {68, 20, 15, 0, 5, 119, 84, 54, 0, 29, 0, 0, 0, 0, 0, 26, 17, 14, 0, 14, 7, 94, 10, 0, 16};
	MpcChiSquare r;
	int			i;

	(void) state;
	for (i = 0; i < 2; i++)
	{
		assert_int_equal(mpc_chi_square_test(&r, i == 0 ? hair_eye : holes, 4 + i, 4 + i), MPC_OK);
		assert_int_equal(r.finding, MPC_FOUND);
		assert_int_equal(r.rows, 4);
		assert_int_equal(r.columns, 4);
		assert_close(r.df, 9, 0);
		assert_close(r.statistic, 138.28984162600827, DIGITS);
		assert_close(r.least_expected, 7.6756756756756757, DIGITS);
		assert_close(r.p, 2.3252867870988051e-25, 10 * DIGITS);
	}
	assert_int_equal(mpc_chi_square_test(&r, hair_eye, 8, 2), MPC_OK);
	assert_close(r.df, 7, 0);
}

/* Where a count and its expectation share more digits than a double has. */
static void
test_large_counts(void **state)
{
	static const int64_t cell[] = {
		INT64_C(200000000000000000), INT64_C(200000001000000000), INT64_C(300000000000000000), INT64_C(299999999000000000)
	};
	MpcChiSquare r;

	(void) state;
	assert_int_equal(mpc_chi_square_test(&r, cell, 2, 2), MPC_OK);
	assert_close(r.statistic, 4.1666666631944445, DIGITS);
	assert_close(r.p, 0.041226833421661032, 10 * DIGITS);
}

static void
test_table_refused(void **state)
{
	static const int64_t one_row[] = {3, 4, 0, 0};
	static const int64_t one_column[] = {3, 0, 4, 0};
	static const int64_t zero[4];
	static const int64_t negative[] = {3, 4, 5, -1};
	static const int64_t many[] = {INT64_MAX, 1, 0, 1};
	MpcChiSquare r;

	(void) state;
	assert_int_equal(mpc_chi_square_test(&r, one_row, 2, 2), MPC_OK);
	assert_int_equal(r.finding, MPC_TOO_FEW);
	assert_int_equal(mpc_chi_square_test(&r, one_column, 2, 2), MPC_OK);
	assert_int_equal(r.finding, MPC_TOO_FEW);
	assert_int_equal(mpc_chi_square_test(&r, zero, 2, 2), MPC_OK);
	assert_int_equal(r.finding, MPC_TOO_FEW);
	assert_int_equal(mpc_chi_square_test(&r, one_row, 1, 4), MPC_OK);
	assert_int_equal(r.finding, MPC_TOO_FEW);
	assert_int_equal(mpc_chi_square_test(&r, negative, 2, 2), MPC_RANGE);
	assert_int_equal(mpc_chi_square_test(&r, many, 2, 2), MPC_RANGE);
	assert_int_equal(mpc_chi_square_test(&r, zero, 0, 4), MPC_LIMIT);
	assert_int_equal(mpc_chi_square_test(&r, zero, 4, -1), MPC_LIMIT);
	assert_int_equal(mpc_chi_square_test(&r, zero, MPC_TABLE_MAX + 1, 2), MPC_LIMIT);
	assert_int_equal(mpc_chi_square_test(&r, zero, 2, MPC_TABLE_MAX + 1), MPC_LIMIT);
}

/* aml, maintained or not, at each week with events and two without. */
static const MpcTimeCell weeks[] = {
	{{11, 12}, {0, 2}}, {{11, 10}, {0, 2}}, {{11, 8}, {1, 0}}, {{10, 8}, {0, 1}}, {{10, 7}, {1, 0}}, {{0, 0}, {0, 0}}, {{9, 7}, {0, 0}},
	{{8, 6}, {1, 0}}, {{7, 6}, {1, 1}}, {{6, 5}, {0, 1}}, {{5, 4}, {0, 1}}, {{5, 3}, {1, 0}}, {{4, 3}, {0, 1}},
	{{4, 2}, {1, 0}}, {{3, 2}, {0, 1}}, {{3, 1}, {0, 1}}, {{2, 0}, {1, 0}}
};

static void
test_log_rank(void **state)
{
	MpcLogRank	r;

	(void) state;
	assert_int_equal(mpc_log_rank_test(&r, weeks, LENGTH(weeks)), MPC_OK);
	assert_int_equal(r.finding, MPC_FOUND);
	assert_close(r.observed[0], 7, 0);
	assert_close(r.observed[1], 11, 0);
	assert_close(r.expected[0], 10.689335992300725, DIGITS);
	assert_close(r.expected[1], 7.3106640076992749, DIGITS);
	assert_close(r.variance, 4.0075507459387343, DIGITS);
	assert_close(r.statistic, 3.3963886989776019, DIGITS);
	assert_close(r.p, 0.065339322040504936, 10 * DIGITS);
}

static void
test_log_rank_refused(void **state)
{
	static const MpcTimeCell alone[] = {{{5, 0}, {2, 0}}, {{0, 3}, {0, 1}}, {{1, 1}, {1, 1}}, {{1, 0}, {1, 0}}, {{0, 0}, {0, 0}}};
	static const MpcTimeCell more[] = {{{5, 4}, {2, 5}}};
	static const MpcTimeCell negative[] = {{{5, 4}, {-1, 0}}};
	static const MpcTimeCell none[] = {{{-5, 4}, {-6, 0}}};
	MpcLogRank	r;

	(void) state;
	assert_int_equal(mpc_log_rank_test(&r, alone, LENGTH(alone)), MPC_OK);
	assert_int_equal(r.finding, MPC_TOO_FEW);
	assert_int_equal(mpc_log_rank_test(&r, weeks, 0), MPC_OK);
	assert_int_equal(r.finding, MPC_TOO_FEW);
	assert_int_equal(mpc_log_rank_test(&r, more, 1), MPC_RANGE);
	assert_int_equal(mpc_log_rank_test(&r, negative, 1), MPC_RANGE);
	assert_int_equal(mpc_log_rank_test(&r, none, 1), MPC_RANGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_large_counts),
		cmocka_unit_test(test_table_refused),
		cmocka_unit_test(test_log_rank),
		cmocka_unit_test(test_log_rank_refused),
	};

	return cmocka_run_group_tests_name("stats counts", tests, NULL, NULL);
}
