/*
 * test_stats_rounded.c
 *		Are differences of products exact before they are rounded, and do numbers of 106 bits
 *		keep theirs?
 *
 * The reference is the compiler's 128-bit arithmetic, and powers of two beyond it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "kat.h"
#include "stats/cholesky.h"
#include "stats/rounded.h"
#include "test_stats.h"

#define ROUNDS	2000

/* 2^-100 */
#define BITS	7.9e-31

static MpcWide
wide(const char *text)
{
	MpcWide		r;

	assert_int_equal(mpc_wide_from_decimal(&r, text), MPC_OK);
	return r;
}

static void
test_cross(void **state)
{
	uint32_t	seed;

	(void) state;
	for (seed = 0; seed < ROUNDS; seed++)
	{
		int64_t		x[4];
		MpcWide		w[4];
		MpcTwofold	r;
		__int128	want;
		int			i;

		kat_fill(x, sizeof(x), seed);
		for (i = 0; i < 4; i++)
		{
			x[i] >>= 1 + (seed + (uint32_t) i) % 40;
			mpc_wide_from_int128(&w[i], x[i]);
		}
		if (seed % 3 == 0)		/* nearly equal products */
		{
			w[2] = w[0];
			x[2] = x[0];
			x[3] = x[1] + (int64_t) (seed % 5) - 2;
			mpc_wide_from_int128(&w[3], x[3]);
		}
		want = (__int128) x[0] * x[1] - (__int128) x[2] * x[3];
		r = mpc_rounded_cross(&w[0], &w[1], &w[2], &w[3]);
		assert_true(r.hi == (double) want);
		assert_close(r.lo, (double) (want - (__int128) r.hi), 1e-15);
	}
}

static void
test_cross_extremes(void **state)
{
	static const char *const most = "57896044618658097711785492504343953926634992332820282019728792003956564819967";	/* 2^255 - 1 */
	MpcWide		high = wide(most);
	MpcWide		low = high;
	MpcWide		one = wide("1");
	MpcWide		large = wide("170141183460469231731687303715884105728");	/* 2^127 */
	MpcWide		larger = wide("170141183460469231731687303715884105729");
	MpcWide		less = wide("170141183460469231731687303715884105727");
	MpcTwofold	r;

	(void) state;
	mpc_wide_negate(&low);
	mpc_wide_add_int128(&low, -1);	/* -2^255 */
	r = mpc_rounded_cross(&low, &low, &one, &one);
	assert_true(r.hi == ldexp(1, 510) && r.lo == -1);
	r = mpc_rounded_cross(&low, &low, &low, &high);
	assert_true(r.hi == ldexp(1, 511) && r.lo == ldexp(-1, 255));
	r = mpc_rounded_cross(&low, &high, &low, &low);
	assert_true(r.hi == ldexp(-1, 511) && r.lo == ldexp(1, 255));
	r = mpc_rounded_cross(&high, &high, &high, &high);
	assert_true(r.hi == 0 && r.lo == 0);

	/* 255 bits cancel and 1 remains, of the other sign when the two change places */
	r = mpc_rounded_cross(&large, &large, &larger, &less);
	assert_true(r.hi == 1 && r.lo == 0);
	r = mpc_rounded_cross(&larger, &less, &large, &large);
	assert_true(r.hi == -1 && r.lo == 0);

	r = mpc_rounded_wide(&low);
	assert_true(r.hi == ldexp(-1, 255) && r.lo == 0);
	r = mpc_rounded_int64(INT64_MAX);
	assert_true(r.hi == ldexp(1, 63) && r.lo == -1);
	r = mpc_rounded_int64(INT64_MIN);
	assert_true(r.hi == ldexp(-1, 63) && r.lo == 0);
}

/* Each operation is undone by another. */
static void
test_twofold(void **state)
{
	uint32_t	seed;

	(void) state;
	for (seed = 0; seed < ROUNDS; seed++)
	{
		int64_t		x[4];
		MpcTwofold	a;
		MpcTwofold	b;
		MpcTwofold	back;

		kat_fill(x, sizeof(x), seed);
		a = mpc_twofold_ordered(ldexp((double) x[0], (int) (seed % 50)), ldexp((double) x[1], -60));
		b = mpc_twofold_ordered((double) x[2], ldexp((double) x[3], -53));

		back = mpc_twofold_sub(mpc_twofold_mul(mpc_twofold_div(a, b), b), a);
		assert_true(fabs(back.hi) <= BITS * fabs(a.hi));
		back = mpc_twofold_sub(mpc_twofold_sub(mpc_twofold_add(a, b), b), a);
		assert_true(fabs(back.hi) <= BITS * (fabs(a.hi) + fabs(b.hi)));
		if (a.hi < 0)
			a = mpc_twofold_sub(mpc_twofold(0), a);
		back = mpc_twofold_sqrt(a);
		back = mpc_twofold_sub(mpc_twofold_mul(back, back), a);
		assert_true(fabs(back.hi) <= BITS * a.hi);
	}
	assert_true(mpc_twofold_sqrt(mpc_twofold(0)).hi == 0);
}

static void
test_units(void **state)
{
	static const MpcUnit bad[] = {{8, 1}, {0, 0}, {10, 77}, {10, -77}, {2, 253}, {2, -253}};
	static const MpcUnit good[] = {{10, 76}, {10, -76}, {2, 252}, {2, -252}, {10, 0}};
	MpcUnit		third = {10, -3};
	MpcUnit		eighth = {2, -3};
	MpcTwofold	r;
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(bad); i++)
		assert_int_equal(mpc_unit_check(bad[i]), MPC_RANGE);
	for (i = 0; i < LENGTH(good); i++)
	{
		MpcUnit		inverse = {good[i].base, -good[i].exponent};

		assert_int_equal(mpc_unit_check(good[i]), MPC_OK);
		r = mpc_twofold_mul(mpc_unit_value(good[i]), mpc_unit_value(inverse));
		assert_true(fabs(mpc_twofold_sub(r, mpc_twofold(1)).hi) < 1e-28);
	}
	r = mpc_unit_value(third);
	assert_true(r.hi == 0.001);
	assert_true(fabs(mpc_twofold_sub(mpc_twofold_mul(r, mpc_twofold(1000)), mpc_twofold(1)).hi) < BITS);
	assert_true(mpc_unit_value(eighth).hi == 0.125);
}

/* Hilbert's matrix with unit diagonal: the inverse is known in whole numbers, and almost nothing is left at the end. */
static void
test_cholesky(void **state)
{
	enum
	{
		n = 6
	};
	static const double inverse[n] = {36, 14700, 564480, 3628800, 4410000, 698544}; /* of the diagonal */
	MpcTwofold	l[n * (n + 1) / 2];
	MpcTwofold	x[n];
	MpcFinding	finding;
	int			column = -1;
	int			j;
	int			k;

	(void) state;
	for (j = 0; j < n; j++)
	{
		for (k = 0; k <= j; k++)
			l[mpc_triangle(j, k)] = mpc_twofold_div(mpc_twofold_sqrt(mpc_twofold((2 * j + 1) * (2 * k + 1))), mpc_twofold(j + k + 1));
		x[j] = mpc_twofold_sqrt(mpc_twofold(2 * j + 1));
	}
	assert_int_equal(mpc_cholesky_factor(l, n, MPC_CHOLESKY_TOLERANCE, &finding, &column), MPC_OK);
	assert_int_equal(finding, MPC_FOUND);
	for (j = 0; j < n; j++)
		assert_close(mpc_cholesky_inverse(l, n, j).hi, inverse[j] / (2 * j + 1), 1e-15);

	/* the first column: the solution is the first unit vector, sqrt(1) times */
	for (j = 0; j < n; j++)
		x[j] = mpc_twofold_div(x[j], mpc_twofold(j + 1));
	mpc_cholesky_forward(x, l, n);
	assert_close(mpc_cholesky_square(x, n).hi, 1, 1e-15);
	mpc_cholesky_backward(x, l, n);
	for (j = 0; j < n; j++)
		assert_true(fabs(x[j].hi - (j == 0)) < 1e-22);
}

static void
test_not_definite(void **state)
{
	MpcTwofold	equal[] = {{1, 0}, {0.5, 0}, {1, 0}, {1, 0}, {0.5, 0}, {1, 0}};
	MpcTwofold	impossible[] = {{1, 0}, {1.5, 0}, {1, 0}};
	MpcTwofold	nothing[] = {{1, 0}, {NAN, 0}, {1, 0}};
	MpcFinding	finding;
	int			column;

	(void) state;
	assert_int_equal(mpc_cholesky_factor(equal, 3, MPC_CHOLESKY_TOLERANCE, &finding, &column), MPC_OK);
	assert_int_equal(finding, MPC_COLLINEAR);
	assert_int_equal(column, 2);
	assert_int_equal(mpc_cholesky_factor(impossible, 2, MPC_CHOLESKY_TOLERANCE, &finding, &column), MPC_RANGE);
	assert_int_equal(mpc_cholesky_factor(nothing, 2, MPC_CHOLESKY_TOLERANCE, &finding, &column), MPC_RANGE);
}

static void
test_names(void **state)
{
	int			i;
	int			j;

	(void) state;
	for (i = MPC_FOUND; i <= MPC_UNFINISHED; i++)
		for (j = MPC_FOUND; j < i; j++)
			assert_string_not_equal(mpc_finding_name((MpcFinding) i), mpc_finding_name((MpcFinding) j));
	assert_string_equal(mpc_finding_name((MpcFinding) i), "unrecognized finding");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cross),
		cmocka_unit_test(test_cross_extremes),
		cmocka_unit_test(test_twofold),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_cholesky),
		cmocka_unit_test(test_not_definite),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("stats rounded", tests, NULL, NULL);
}
