/*
 * test_stats_linear.c
 *		Does regression from sums give the figures of regression from rows?
 *
 * Certified figures: NIST Statistical Reference Datasets, Norris, Longley and Wampler 1 to 5. Others: ordinary
 * least squares in Python's fractions, roots and tails by mpmath with 60 digits. R 4.2.2 agrees on the first of them:
 *		summary(lm(mpg ~ wt + hp + qsec, mtcars))
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "stats/linear.h"
#include "test_stats.h"
#include "test_stats_data.h"

#define DIGITS 1e-14		/* as many as the certified figures have */

/* Sums rows of predictors and, last, the outcome, counted in 10^exponent. */
static void
sum_rows(MpcLinearSums *sums, const int64_t *value, size_t rows, int columns, const int *exponent)
{
	size_t		i;
	int			j;
	int			k;

	memset(sums, 0, sizeof(*sums));
	sums->predictors = columns - 1;
	sums->rows = (int64_t) rows;
	for (j = 0; j < columns; j++)
	{
		sums->unit[j].base = 10;
		sums->unit[j].exponent = exponent == NULL ? 0 : exponent[j];
	}
	for (i = 0; i < rows; i++, value += columns)
		for (j = 0; j < columns; j++)
		{
			mpc_wide_add_int128(&sums->sum[j], value[j]);
			for (k = 0; k <= j; k++)
				mpc_wide_add_int128(&sums->product[mpc_triangle(j, k)], (__int128) value[j] * value[k]);
		}
}

static void
fit(MpcLinear *r, const MpcLinearSums *sums, MpcFinding finding)
{
	memset(r, 0, sizeof(*r));
	assert_int_equal(mpc_linear(r, sums), MPC_OK);
	assert_string_equal(mpc_finding_name(r->finding), mpc_finding_name(finding));
}

static void
check_estimates(const MpcLinear *r, const double (*want)[2], int n)
{
	int			j;

	for (j = 0; j < n; j++)
	{
		assert_close(r->coefficient[j].estimate, want[j][0], DIGITS);
		assert_close(r->coefficient[j].error, want[j][1], DIGITS);
	}
}

static void
test_norris(void **state)
{
	static const int exponent[] = {-1, -1};
	static const double want[][2] = {
		{-0.262323073774029, 0.232818234301152},
		{1.00211681802045, 0.429796848199937e-3},
	};
	MpcLinearSums sums;
	MpcLinear	r;

	(void) state;
	sum_rows(&sums, norris[0], LENGTH(norris), 2, exponent);
	fit(&r, &sums, MPC_FOUND);
	check_estimates(&r, want, 2);
	assert_int_equal(r.df, 34);
	assert_close(r.residual_error, 0.884796396144373, DIGITS);
	assert_close(r.r_squared, 0.999993745883712, DIGITS);
	assert_close(r.f, 5436385.54079785, DIGITS);
}

static void
test_longley(void **state)
{
	static const int exponent[] = {-1, 0, 0, 0, 0, 0, 0};
	static const double want[][2] = {
		{-3482258.63459582, 890420.383607373},
		{15.0618722713733, 84.9149257747669},
		{-0.358191792925910e-1, 0.334910077722432e-1},
		{-2.02022980381683, 0.488399681651699},
		{-1.03322686717359, 0.214274163161675},
		{-0.511041056535807e-1, 0.226073200069370},
		{1829.15146461355, 455.478499142212},
	};
	MpcLinearSums sums;
	MpcLinear	r;

	(void) state;
	sum_rows(&sums, longley[0], LENGTH(longley), 7, exponent);
	fit(&r, &sums, MPC_FOUND);
	check_estimates(&r, want, 7);
	assert_int_equal(r.df, 9);
	assert_close(r.residual_error, 304.854073561965, DIGITS);
	assert_close(r.r_squared, 0.995479004577296, DIGITS);
	assert_close(r.f, 330.285339234588, DIGITS);
}

#define WAMPLER_ROWS 21

/* y = polynomial + size * delta, 10^5 times; x and its powers. */
static void
sum_wampler(MpcLinearSums *sums, const int64_t *coefficient, int64_t size)
{
	static const int exponent[] = {0, 0, 0, 0, 0, -5};
	static const int64_t delta[WAMPLER_ROWS] = {
		759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048,
		-2048, 1838, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 759
	};
	int64_t		value[WAMPLER_ROWS][6];
	int			x;
	int			k;

	for (x = 0; x < WAMPLER_ROWS; x++)
	{
		int64_t		power = 1;

		value[x][5] = 100000 * size * delta[x];
		for (k = 0; k <= 5; k++)
		{
			value[x][5] += coefficient[k] * power;
			power *= x;
			if (k < 5)
				value[x][k] = power;
		}
	}
	sum_rows(sums, value[0], WAMPLER_ROWS, 6, exponent);
}

static void
test_wampler(void **state)
{
	static const int64_t ones[] = {100000, 100000, 100000, 100000, 100000, 100000};
	static const int64_t tenths[] = {100000, 10000, 1000, 100, 10, 1};
	static const double error[] = {
		2152.32624678170, 2363.55173469681, 779.343524331583, 101.475507550350, 5.64566512170752, 0.112324854679312
	};
	static const double model[3][2] = {		/* R squared and F of Wampler 3 to 5 */
		{0.999995559025820, 675524.458240122},
		{0.957478440825662, 67.5524458240122},
		{0.224668921574940e-2, 6.75524458240122e-3},
	};
	MpcLinearSums sums;
	MpcLinear	r;
	int64_t		size = 1;
	int			i;
	int			k;

	(void) state;
	for (i = 0; i < 2; i++)
	{
		sum_wampler(&sums, i == 0 ? ones : tenths, 0);
		fit(&r, &sums, MPC_FOUND_PERFECT);
		for (k = 0; k <= 5; k++)
		{
			assert_close(r.coefficient[k].estimate, (double) (i == 0 ? ones : tenths)[k] / 100000, DIGITS);
			assert_close(r.coefficient[k].error, 0, 0);
		}
		assert_close(r.residual_error, 0, 0);
		assert_close(r.r_squared, 1, 0);
		assert_close(r.adjusted_r_squared, 1, 0);
	}
	for (i = 0; i < 3; i++, size *= 100)
	{
		sum_wampler(&sums, ones, size);
		fit(&r, &sums, MPC_FOUND);
		for (k = 0; k <= 5; k++)
		{
			assert_close(r.coefficient[k].estimate, 1, DIGITS);
			assert_close(r.coefficient[k].error, (double) size * error[k], DIGITS);
		}
		assert_close(r.residual_error, (double) size * 2360.14502379268, DIGITS);
		assert_close(r.r_squared, model[i][0], DIGITS);
		assert_close(r.f, model[i][1], DIGITS);
	}
}

static void
test_all_figures(void **state)
{
	static const int exponent[] = {-3, 0, -2, -1};
	static const MpcCoefficient want[] = {
		{27.610526858204980, 8.4199284765393169, 3.2791878143783485, 0.0027845556611020361},
		{-4.3587972001626815, 0.75270039223473853, -5.7908794058437783, 3.2172215296398827e-6},
		{-0.017822271605542550, 0.014981168848936294, -1.1896449325986992, 0.24417624090336474},
		{0.51083369424505525, 0.43922153203755322, 1.1630433778491971, 0.25462838102650386},
	};
	MpcLinearSums sums;
	MpcLinear	r;
	int			j;

	(void) state;
	sum_rows(&sums, mtcars[0], LENGTH(mtcars), 4, exponent);
	fit(&r, &sums, MPC_FOUND);
	for (j = 0; j < 4; j++)
		check_coefficient(&r.coefficient[j], &want[j], DIGITS);
	assert_int_equal(r.df, 28);
	assert_close(r.residual_error, 2.5777848825208165, DIGITS);
	assert_close(r.r_squared, 0.83476776170582987, DIGITS);
	assert_close(r.adjusted_r_squared, 0.81706430760288307, DIGITS);
	assert_close(r.f, 47.152818701457810, DIGITS);
	assert_close(r.f_p, 4.5064110240247727e-11, 100 * DIGITS);
}

static const int64_t few[8][3] = {{3, 1, 5}, {1, 4, 2}, {4, 1, 9}, {1, 5, 3}, {5, 9, 8}, {9, 2, 14}, {2, 6, 1}, {6, 5, 11}};

/* Columns of which the first 18 digits are the same, in three kinds of units: doubles would see constants. */
static void
test_far_from_zero(void **state)
{
	static const MpcCoefficient want[] = {
		{2362998429882.2145, 357770793381.91990, 6.6047829325176817, 0.0011963315788661420},
		{-0.0015764053119883573, 0.00022065110861356552, -7.1443344286530392, 0.00083443888991803997},
		{0.19409242859741677, 0.23136945686557807, 0.83888526699607263, 0.43978542275770883},
	};
	int64_t		value[8][3];
	MpcLinearSums sums;
	MpcLinear	r;
	int			i;

	(void) state;
	for (i = 0; i < 8; i++)
	{
		value[i][0] = INT64_C(1000000000000000000) + few[i][0];
		value[i][1] = (INT64_C(1) << 60) + few[i][1];
		value[i][2] = INT64_C(1000000000000000000) - few[i][2];
	}
	sum_rows(&sums, value[0], 8, 3, NULL);
	sums.unit[0].exponent = -3;
	sums.unit[1].base = 2;
	sums.unit[1].exponent = -20;
	sums.unit[2].exponent = -6;
	fit(&r, &sums, MPC_FOUND);
	for (i = 0; i < 3; i++)
		check_coefficient(&r.coefficient[i], &want[i], DIGITS);
	assert_close(r.r_squared, 0.91556968749198706, DIGITS);
}

/* The second predictor repeats the first up to one part in 10^13, ten times what is still told apart. */
static void
test_nearly_collinear(void **state)
{
	static const MpcCoefficient want[] = {
		{1.2799708932144806, 1.4416064048735418, 0.88787819538493246, 0.41526986277572213},
		{555304.46889212298, 661953.29715087224, 0.83888768479924666, 0.43978418619024873},
		{-0.18510096416227033, 0.22065110861356552, -0.83888526699607263, 0.43978542275770883},
	};
	int64_t		value[8][3];
	MpcLinearSums sums;
	MpcLinear	r;
	int			i;

	(void) state;
	for (i = 0; i < 8; i++)
	{
		value[i][0] = few[i][0];
		value[i][1] = few[i][0] * 3000000 + few[i][1];
		value[i][2] = few[i][2];
	}
	sum_rows(&sums, value[0], 8, 3, NULL);
	fit(&r, &sums, MPC_FOUND);
	for (i = 0; i < 3; i++)
		check_coefficient(&r.coefficient[i], &want[i], DIGITS);

	for (i = 0; i < 8; i++)
		value[i][1] = few[i][0] * 30000000 + few[i][1];
	sum_rows(&sums, value[0], 8, 3, NULL);
	fit(&r, &sums, MPC_COLLINEAR);
	assert_int_equal(r.column, 1);
}

/* As many predictors as there may be, products modulo a prime, of which the outcome is a known sum. */
static void
test_many(void **state)
{
	enum
	{
		columns = MPC_LINEAR_MAX + 1,
		rows = 101
	};
	int64_t		value[rows][columns];
	MpcLinearSums sums;
	MpcLinear	r;
	int			i;
	int			j;

	(void) state;
	for (i = 0; i < rows; i++)
	{
		int64_t		power = i;

		value[i][columns - 1] = 1000;
		for (j = 0; j < columns - 1; j++)
		{
			power = power * (i + 7) % 101;
			value[i][j] = power;
			value[i][columns - 1] += (j - 9) * power;
		}
	}
	sum_rows(&sums, value[0], rows, columns, NULL);
	fit(&r, &sums, MPC_FOUND_PERFECT);
	assert_close(r.coefficient[0].estimate, 1000, DIGITS);
	for (j = 0; j < columns - 1; j++)
		assert_true(fabs(r.coefficient[j + 1].estimate - (j - 9)) < DIGITS);

	/* one more that is the sum of three, and it is named, not one of the three */
	for (i = 0; i < rows; i++)
		value[i][20] = value[i][3] - 5 * value[i][11] + value[i][19] + 8;
	sum_rows(&sums, value[0], rows, columns, NULL);
	fit(&r, &sums, MPC_COLLINEAR);
	assert_int_equal(r.column, 20);
}

static void
test_findings(void **state)
{
	int64_t		value[8][3];
	MpcLinearSums sums;
	MpcLinear	r;
	int			i;

	(void) state;
	sum_rows(&sums, few[0], 3, 3, NULL);
	fit(&r, &sums, MPC_TOO_FEW);
	sum_rows(&sums, few[0], 4, 3, NULL);
	fit(&r, &sums, MPC_FOUND);
	sum_rows(&sums, few[0], 0, 3, NULL);
	fit(&r, &sums, MPC_TOO_FEW);

	memcpy(value, few, sizeof(value));
	for (i = 0; i < 8; i++)
		value[i][1] = -4;
	sum_rows(&sums, value[0], 8, 3, NULL);
	fit(&r, &sums, MPC_CONSTANT_PREDICTOR);
	assert_int_equal(r.column, 1);

	memcpy(value, few, sizeof(value));
	for (i = 0; i < 8; i++)
		value[i][2] = 1;
	sum_rows(&sums, value[0], 8, 3, NULL);
	fit(&r, &sums, MPC_CONSTANT_OUTCOME);
}

static void
test_errors(void **state)
{
	MpcLinearSums sums;
	MpcLinearSums bad;
	MpcLinear	r;

	(void) state;
	sum_rows(&sums, few[0], 8, 3, NULL);
	bad = sums;
	bad.predictors = 0;
	assert_int_equal(mpc_linear(&r, &bad), MPC_LIMIT);
	bad.predictors = MPC_LINEAR_MAX + 1;
	assert_int_equal(mpc_linear(&r, &bad), MPC_LIMIT);
	bad = sums;
	bad.rows = -8;
	assert_int_equal(mpc_linear(&r, &bad), MPC_RANGE);
	bad = sums;
	bad.unit[2].base = 7;
	assert_int_equal(mpc_linear(&r, &bad), MPC_RANGE);
	bad = sums;					/* a negative variance */
	mpc_wide_add_int128(&bad.product[mpc_triangle(1, 1)], -1000);
	assert_int_equal(mpc_linear(&r, &bad), MPC_RANGE);
	bad = sums;					/* a correlation above 1, of predictors and with the outcome */
	mpc_wide_add_int128(&bad.product[mpc_triangle(1, 0)], 1000);
	assert_int_equal(mpc_linear(&r, &bad), MPC_RANGE);
	bad = sums;
	mpc_wide_add_int128(&bad.product[mpc_triangle(2, 1)], 80);
	assert_int_equal(mpc_linear(&r, &bad), MPC_RANGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_norris),
		cmocka_unit_test(test_longley),
		cmocka_unit_test(test_wampler),
		cmocka_unit_test(test_all_figures),
		cmocka_unit_test(test_far_from_zero),
		cmocka_unit_test(test_nearly_collinear),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests_name("stats linear", tests, NULL, NULL);
}
