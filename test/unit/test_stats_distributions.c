/*
 * test_stats_distributions.c
 *		Are tail probabilities right to 12 digits, out to 10^-300?
 *
 * References: Python's mpmath with 60 digits,
 *		t: betainc(df/2, 1/2, 0, df/(df+t*t), regularized=True)/2
 *		F: betainc(df2/2, df1/2, 0, df2/(df2+df1*f), regularized=True)
 *		chi-square: gammainc(df/2, x/2, regularized=True)
 *		normal: erfc(z/sqrt(2))/2
 * R's pt(), pf(), pchisq() and pnorm() with lower.tail = FALSE agree to the 14 digits they have.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "stats/distributions.h"
#include "test_stats.h"

#define DIGITS 3e-13

static void
test_normal(void **state)
{
	static const double want[][2] = {
		{0.0, 0.50000000000000000},
		{-1.5, 0.93319279873114193},
		{1.96, 0.024997895148220436},
		{5.0, 2.8665157187919391e-7},
		{20.0, 2.7536241186062337e-89},
		{37.0, 5.7255712225245768e-300},
	};
	double		p;
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(want); i++)
	{
		assert_int_equal(mpc_tail_normal(&p, want[i][0]), MPC_OK);
		assert_close(p, want[i][1], DIGITS);
	}
}

static void
test_student(void **state)
{
	static const double want[][3] = {
		{0.001, 3.0, 0.49963244748473047},
		{0.5, 1.0, 0.35241638234956673},
		{0.0, 2.0, 0.5},
		{2.5, 7.0, 0.020496109292876448},
		{-2.5, 7.0, 0.97950389070712355},
		{1.96, 1e9, 0.024997895286864798},
		{12, 4.5, 6.8915988266365200e-5},
		{40, 30.0, 6.8630225972032014e-28},
		{37, 100000.0, 5.9873141217123300e-298},
		{1e5, 1.0, 3.1830988617318034e-6},
		{1e60, 5.0, 9.4901672455623632e-300},
	};
	double		p;
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(want); i++)
	{
		assert_int_equal(mpc_tail_student(&p, want[i][0], want[i][1]), MPC_OK);
		assert_close(p, want[i][2], DIGITS);
	}

	/* with the most degrees of freedom it is the normal one */
	assert_int_equal(mpc_tail_student(&p, 1.96, 1e18), MPC_OK);
	assert_close(p, 0.024997895148220436, DIGITS);
}

static void
test_f(void **state)
{
	static const double want[][4] = {
		{0.0, 3.0, 17.0, 1.0},
		{0.01, 3.0, 17.0, 0.99857324182109766},
		{1.0, 5.0, 5.0, 0.5},
		{9.5, 3.0, 17.0, 0.00064985438907966630},
		{47.15, 3.0, 28.0, 4.5095399023761077e-11},
		{1.0009, 200.0, 1e6, 0.48311971794201530},
		{285.75, 38.0, 40.0, 6.2022467883337750e-39},
		{3000.0, 2.0, 200.0, 7.3085398039901025e-150},
		{31.0, 38.0, 1e6, 2.5777009855194082e-222},
	};
	double		p;
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(want); i++)
	{
		assert_int_equal(mpc_tail_f(&p, want[i][0], want[i][1], want[i][2]), MPC_OK);
		assert_close(p, want[i][3], DIGITS);
	}
}

static void
test_chi_square(void **state)
{
	static const double want[][3] = {
		{0.0, 4.0, 1.0},
		{0.01, 1.0, 0.92034432544594204},
		{3.84, 1.0, 0.050043521248705103},
		{30.0, 38.0, 0.81947171163272239},
		{1400.0, 5.0, 1.3765875143943704e-300},
		{1350.0, 1.0, 1.5405535053331526e-295},
		{1000300.5, 1e6, 0.41568855805454933},
		{998000.0, 1e6, 0.92141970801285505},
		{2000.0, 1000.0, 4.1436785914549917e-69},
	};
	double		p;
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(want); i++)
	{
		assert_int_equal(mpc_tail_chi_square(&p, want[i][0], want[i][1]), MPC_OK);
		assert_close(p, want[i][2], DIGITS);
	}
}

/* Where one formula takes over from the other, the two meet: t squared is F, and the sum of two tails is 1. */
static void
test_seams(void **state)
{
	static const double df[] = {0.5, 1, 2, 3.3, 30, 1e4, 1e8};
	double		p;
	double		q;
	double		x;
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(df); i++)
	{
		for (x = 0.25; x < 9; x += 0.125)
		{
			assert_int_equal(mpc_tail_student(&p, x, df[i]), MPC_OK);
			assert_int_equal(mpc_tail_f(&q, x * x, 1, df[i]), MPC_OK);
			assert_close(2 * p, q, DIGITS);
			assert_int_equal(mpc_tail_f(&p, x, df[i], 7), MPC_OK);
			assert_int_equal(mpc_tail_f(&q, 1 / x, 7, df[i]), MPC_OK);
			assert_close(p + q, 1, DIGITS);
		}
	}
}

static void
test_domains(void **state)
{
	double		p = 7;

	(void) state;
	assert_int_equal(mpc_tail_normal(&p, NAN), MPC_RANGE);
	assert_int_equal(mpc_tail_normal(&p, INFINITY), MPC_RANGE);
	assert_int_equal(mpc_tail_student(&p, NAN, 3), MPC_RANGE);
	assert_int_equal(mpc_tail_student(&p, 2e150, 3), MPC_RANGE);
	assert_int_equal(mpc_tail_student(&p, 1, 0), MPC_RANGE);
	assert_int_equal(mpc_tail_student(&p, 1, NAN), MPC_RANGE);
	assert_int_equal(mpc_tail_student(&p, 1, 2e18), MPC_RANGE);
	assert_int_equal(mpc_tail_f(&p, -0.1, 3, 3), MPC_RANGE);
	assert_int_equal(mpc_tail_f(&p, NAN, 3, 3), MPC_RANGE);
	assert_int_equal(mpc_tail_f(&p, 1, -1, 3), MPC_RANGE);
	assert_int_equal(mpc_tail_f(&p, 1, 3, INFINITY), MPC_RANGE);
	assert_int_equal(mpc_tail_chi_square(&p, -1, 3), MPC_RANGE);
	assert_int_equal(mpc_tail_chi_square(&p, NAN, 3), MPC_RANGE);
	assert_int_equal(mpc_tail_chi_square(&p, 1, 0), MPC_RANGE);
	/* convergence takes about as many terms as the root of the degrees of freedom */
	assert_int_equal(mpc_tail_chi_square(&p, 1e17, 1e17), MPC_LIMIT);
	assert_int_equal(mpc_tail_f(&p, 1, 1e17, 1e17), MPC_LIMIT);
	assert_true(p == 7);

	/* below what a double holds */
	assert_int_equal(mpc_tail_chi_square(&p, 1e6, 3), MPC_OK);
	assert_true(p == 0);
	assert_int_equal(mpc_tail_student(&p, 1e100, 1e6), MPC_OK);
	assert_true(p == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normal),
		cmocka_unit_test(test_student),
		cmocka_unit_test(test_f),
		cmocka_unit_test(test_chi_square),
		cmocka_unit_test(test_seams),
		cmocka_unit_test(test_domains),
	};

	return cmocka_run_group_tests_name("stats distributions", tests, NULL, NULL);
}
