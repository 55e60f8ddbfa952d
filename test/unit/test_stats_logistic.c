/*
 * test_stats_logistic.c
 *		Does Newton's method over sums find the maximum, and say when there is none?
 *
 * References: Newton's method over rows in Python's mpmath with 60 digits. R 4.2.2 agrees (its errors to 7 digits, as it
 * leaves out the last step for them):
 *		summary(glm(am ~ wt + hp, binomial, mtcars, epsilon = 1e-15))
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "stats/logistic.h"
#include "test_stats.h"

#define DIGITS	1e-12

/* Rows with the same predictors. */
typedef struct Row
{
	double		x[2];
	int64_t		count[2];		/* with outcome 0, with outcome 1 */
} Row;

static const Row mtcars[] = {
	{{2.620, 110}, {0, 1}}, {{2.875, 110}, {0, 1}}, {{2.320, 93}, {0, 1}}, {{3.215, 110}, {1, 0}}, {{3.440, 175}, {1, 0}},
	{{3.460, 105}, {1, 0}}, {{3.570, 245}, {1, 0}}, {{3.190, 62}, {1, 0}}, {{3.150, 95}, {1, 0}}, {{3.440, 123}, {2, 0}},
	{{4.070, 180}, {1, 0}}, {{3.730, 180}, {1, 0}}, {{3.780, 180}, {1, 0}}, {{5.250, 205}, {1, 0}}, {{5.424, 215}, {1, 0}},
	{{5.345, 230}, {1, 0}}, {{2.200, 66}, {0, 1}}, {{1.615, 52}, {0, 1}}, {{1.835, 65}, {0, 1}}, {{2.465, 97}, {1, 0}},
	{{3.520, 150}, {1, 0}}, {{3.435, 150}, {1, 0}}, {{3.840, 245}, {1, 0}}, {{3.845, 175}, {1, 0}}, {{1.935, 66}, {0, 1}},
	{{2.140, 91}, {0, 1}}, {{1.513, 113}, {0, 1}}, {{3.170, 264}, {0, 1}}, {{2.770, 175}, {0, 1}}, {{3.570, 335}, {0, 1}},
	{{2.780, 109}, {0, 1}}
};

/* What the parties together would answer at the coefficients. */
static void
sum_rows(MpcLogisticSums *sums, const MpcLogistic *r, const Row *row, size_t rows)
{
	size_t		i;
	int			y;
	int			j;
	int			k;

	memset(sums, 0, sizeof(*sums));
	for (i = 0; i < 2 * rows; i++)
	{
		const Row  *at = &row[i / 2];
		double		x[3] = {1, at->x[0], at->x[1]};
		double		eta = 0;
		double		count;
		MpcLogisticRow term;

		y = i % 2;
		count = (double) at->count[y];
		sums->rows += at->count[y];
		for (j = 0; j <= r->predictors; j++)
			eta += r->beta[j] * x[j];
		mpc_logistic_row(&term, eta, y == 1);
		sums->log_likelihood += term.log_likelihood * count;
		for (j = 0; j <= r->predictors; j++)
		{
			sums->gradient[j] += term.residual * x[j] * count;
			for (k = 0; k <= j; k++)
				sums->hessian[mpc_triangle(j, k)] += term.weight * x[j] * x[k] * count;
		}
	}
}

/* Asks until there is a finding; returns how often a step was cut. */
static int
ask(MpcLogistic *r, int predictors, const Row *row, size_t rows, MpcFinding finding)
{
	MpcLogisticSums sums;
	int			cuts = 0;

	assert_int_equal(mpc_logistic_begin(r, predictors), MPC_OK);
	while (r->finding == MPC_UNFINISHED && r->steps < 60)
	{
		sum_rows(&sums, r, row, rows);
		assert_int_equal(mpc_logistic_step(r, &sums), MPC_OK);
		cuts += r->cuts > 0;
	}
	assert_string_equal(mpc_finding_name(r->finding), mpc_finding_name(finding));
	return cuts;
}

static void
test_two_predictors(void **state)
{
	static const MpcCoefficient want[] = {
		{18.866298717204155, 7.4435584279817278, 2.5345805906866010, 0.011258202740763003},
		{-8.0834751824446490, 3.0686752753905919, -2.6341904753723919, 0.0084338160612911035},
		{0.036255596082216615, 0.017734154331947037, 2.0443938517499134, 0.040914654210384267},
	};
	MpcLogistic r;
	MpcLogisticSums sums;
	int			j;

	(void) state;
	ask(&r, 2, mtcars, LENGTH(mtcars), MPC_FOUND);
	for (j = 0; j < 3; j++)
	{
		/* errors are those before the last step, which was shorter than 10^-6 of them */
		assert_close(r.coefficient[j].estimate, want[j].estimate, DIGITS);
		assert_close(r.coefficient[j].error, want[j].error, 1e-6);
		assert_close(r.coefficient[j].statistic, want[j].statistic, 1e-6);
		assert_close(r.coefficient[j].p, want[j].p, 1e-5);
	}
	assert_int_equal(r.rows, 32);
	assert_int_equal(r.events, 13);
	assert_close(r.best_log_likelihood, -5.0295552361334937, DIGITS);
	assert_close(r.null_log_likelihood, -21.614866638428907, DIGITS);
	assert_true(r.steps < 10);
	sum_rows(&sums, &r, mtcars, LENGTH(mtcars));
	assert_int_equal(mpc_logistic_step(&r, &sums), MPC_MISMATCH);
}

/* Two groups: logits and their errors are known in closed form. The rarer an event, the longer the way. */
static void
test_two_groups(void **state)
{
	static const Row groups[][2] = {
		{{{0, 0}, {999999, 1}}, {{1, 0}, {999997, 3}}},
		{{{0, 0}, {999999, 1}}, {{1, 0}, {500000, 500000}}},
		{{{0, 0}, {1, 1}}, {{1, 0}, {1, 2}}},
		{{{0, 0}, {1, INT64_C(1000000000000)}}, {{1, 0}, {INT64_C(1000000000000), 1}}},
	};
	MpcLogistic r;
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(groups); i++)
	{
		double		n[2][2];
		int			g;

		for (g = 0; g < 4; g++)
			n[g / 2][g % 2] = (double) groups[i][g / 2].count[g % 2];
		ask(&r, 1, groups[i], 2, MPC_FOUND);
		assert_close(r.coefficient[0].estimate, log(n[0][1] / n[0][0]), 1e-10);
		assert_close(r.coefficient[0].error, sqrt(1 / n[0][0] + 1 / n[0][1]), 1e-6);
		assert_close(r.coefficient[1].estimate, log(n[1][1] / n[1][0] / (n[0][1] / n[0][0])), 1e-10);
		assert_close(r.coefficient[1].error, sqrt(1 / n[0][0] + 1 / n[0][1] + 1 / n[1][0] + 1 / n[1][1]), 1e-6);
	}
}

static void
test_separated(void **state)
{
	static const Row complete[] = {{{1, 0}, {1, 0}}, {{2, 0}, {1, 0}}, {{3, 0}, {0, 1}}, {{5, 0}, {0, 1}}};
	/* at 3 both outcomes occur, on each side of it one */
	static const Row quasi[] = {{{1, 0}, {9, 0}}, {{2, 0}, {5, 0}}, {{3, 0}, {4, 6}}, {{4, 0}, {0, 3}}, {{9, 0}, {0, 1}}};
	/* no row of the second kind had the event, among very many */
	static const Row empty[] = {{{0, 0}, {40000, 60000}}, {{1, 0}, {100, 0}}};
	/* both predictors together tell all rows but two apart */
	static const Row both[] = {{{1, 4}, {1, 0}}, {{2, 1}, {1, 0}}, {{2, 2}, {1, 1}}, {{3, 3}, {0, 1}}, {{1, 7}, {0, 1}}, {{4, 2}, {0, 1}}};
	/* the same as quasi, but for one row of a hundred thousand */
	static const Row overlap[] = {{{1, 0}, {90000, 0}}, {{2, 0}, {5, 0}}, {{3, 0}, {4, 6}}, {{4, 0}, {1, 3}}, {{9, 0}, {0, 1}}};
	/* gains fall by e for a while, since one row is far away */
	static const Row slow[] = {{{1, 0}, {2, 1}}, {{0, 0}, {4, 2}}, {{56, 0}, {2, 0}}};
	MpcLogistic r;

	(void) state;
	ask(&r, 1, complete, LENGTH(complete), MPC_SEPARATED);
	assert_true(r.steps < 10);
	ask(&r, 1, quasi, LENGTH(quasi), MPC_SEPARATED);
	assert_true(r.steps < 30);
	ask(&r, 1, empty, LENGTH(empty), MPC_SEPARATED);
	assert_true(r.steps < 35);
	ask(&r, 2, both, LENGTH(both), MPC_SEPARATED);
	ask(&r, 1, overlap, LENGTH(overlap), MPC_FOUND);
	assert_true(r.steps < 12);	/* the first whole step would go 500 times too far */
	ask(&r, 1, slow, LENGTH(slow), MPC_FOUND);
}

static void
test_collinear(void **state)
{
	Row			row[LENGTH(mtcars)];
	MpcLogistic r;
	size_t		i;
	int			kind;

	(void) state;
	for (kind = 0; kind < 4; kind++)
	{
		memcpy(row, mtcars, sizeof(row));
		for (i = 0; i < LENGTH(row); i++)
			row[i].x[kind % 2] = kind == 0 ? 7 : kind == 1 ? 3 - 2 * row[i].x[0] : 0;
		ask(&r, 2, row, LENGTH(row), kind == 1 ? MPC_COLLINEAR : MPC_CONSTANT_PREDICTOR);
		assert_int_equal(r.column, kind % 2);
	}
}

/* Many rows of one kind and none like it far from the rest: whole steps go too far. */
static void
test_cut_steps(void **state)
{
	static const Row lopsided[] = {
		{{2, -2}, {2, 3}}, {{0, 1}, {1, 2}}, {{0, 0}, {3, 1}}, {{3, -2}, {1645, 2}}, {{-2, -3}, {1, 2}}, {{0, -3}, {0, 2}}
	};
	static const double want[] = {-0.076115766752775222, -1.9832030568951192, -0.070442879155573523};
	MpcLogistic r;
	int			j;

	(void) state;
	assert_true(ask(&r, 2, lopsided, LENGTH(lopsided), MPC_FOUND) > 0);
	for (j = 0; j < 3; j++)
		assert_close(r.coefficient[j].estimate, want[j], DIGITS);
}

static void
test_row(void **state)
{
	/* R: dbinom(y, 1, plogis(eta), log = TRUE), y - plogis(eta), dlogis(eta) */
	static const struct
	{
		double		eta;
		bool		event;
		MpcLogisticRow want;
	}			row[] = {
		{0, true, {-0.69314718055994531, 0.5, 0.25}},
		{-2, false, {-0.12692801104297249, -0.11920292202211755, 0.10499358540350651}},
		{-2, true, {-2.1269280110429725, 0.88079707797788243, 0.10499358540350651}},
		{40, true, {-4.2483542552915889e-18, 4.2483542552915889e-18, 4.2483542552915889e-18}},
		{40, false, {-40, -1, 4.2483542552915889e-18}},
		{1e300, true, {0, 0, 0}},
		{1e300, false, {MPC_LOGISTIC_LEAST, -1, 0}},
	};
	MpcLogisticRow got;
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(row); i++)
	{
		mpc_logistic_row(&got, row[i].eta, row[i].event);
		assert_close(got.log_likelihood, row[i].want.log_likelihood, 1e-15);
		assert_close(got.residual, row[i].want.residual, 1e-15);
		assert_close(got.weight, row[i].want.weight, 1e-15);
	}
}

static void
test_begin(void **state)
{
	static const Row few[] = {{{1, 5}, {1, 1}}, {{2, 3}, {1, 0}}};
	static const Row never[] = {{{1, 5}, {2, 0}}, {{2, 3}, {2, 0}}};
	static const Row always[] = {{{1, 5}, {0, 2}}, {{2, 3}, {0, 2}}};
	MpcLogistic r;

	(void) state;
	assert_int_equal(mpc_logistic_begin(&r, 0), MPC_LIMIT);
	assert_int_equal(mpc_logistic_begin(&r, MPC_LOGISTIC_MAX + 1), MPC_LIMIT);
	ask(&r, 2, few, LENGTH(few), MPC_TOO_FEW);
	ask(&r, 1, few, LENGTH(few), MPC_SEPARATED);
	ask(&r, 1, never, LENGTH(never), MPC_CONSTANT_OUTCOME);
	ask(&r, 1, always, LENGTH(always), MPC_CONSTANT_OUTCOME);
	assert_int_equal(r.steps, 1);
}

static void
refuse(const MpcLogistic *r, const MpcLogisticSums *bad, MpcStatus status)
{
	MpcLogistic again = *r;

	assert_int_equal(mpc_logistic_step(&again, bad), status);
}

/* The sums of the second question, damaged. */
static void
test_errors(void **state)
{
	MpcLogistic r;
	MpcLogisticSums sums;
	MpcLogisticSums bad;

	(void) state;
	assert_int_equal(mpc_logistic_begin(&r, 2), MPC_OK);
	sum_rows(&sums, &r, mtcars, LENGTH(mtcars));
	bad = sums;
	bad.gradient[0] = 17;		/* more events than rows */
	refuse(&r, &bad, MPC_RANGE);
	bad.gradient[0] = -17;
	refuse(&r, &bad, MPC_RANGE);
	bad.gradient[0] = NAN;
	refuse(&r, &bad, MPC_RANGE);
	bad = sums;
	bad.rows = -1;
	refuse(&r, &bad, MPC_RANGE);
	assert_int_equal(mpc_logistic_step(&r, &sums), MPC_OK);

	sum_rows(&sums, &r, mtcars, LENGTH(mtcars));
	bad = sums;
	bad.rows++;
	refuse(&r, &bad, MPC_MISMATCH);
	bad = sums;
	bad.log_likelihood = -bad.log_likelihood;
	refuse(&r, &bad, MPC_RANGE);
	bad = sums;
	bad.hessian[mpc_triangle(1, 1)] *= -1;
	refuse(&r, &bad, MPC_RANGE);
	bad.hessian[mpc_triangle(1, 1)] = NAN;
	refuse(&r, &bad, MPC_RANGE);
	bad = sums;					/* weighted columns with a correlation above 1 */
	bad.hessian[mpc_triangle(2, 1)] *= 2;
	refuse(&r, &bad, MPC_RANGE);
	refuse(&r, &sums, MPC_OK);
}

/* Sums that never get better, as of a party that lies: steps are cut and the estimates stay where they were. */
static void
test_no_better(void **state)
{
	MpcLogistic r;
	MpcLogisticSums sums;

	(void) state;
	assert_int_equal(mpc_logistic_begin(&r, 2), MPC_OK);
	while (r.finding == MPC_UNFINISHED && r.steps < 50)
	{
		sum_rows(&sums, &r, mtcars, LENGTH(mtcars));
		sums.log_likelihood *= r.steps + 1;
		assert_int_equal(mpc_logistic_step(&r, &sums), MPC_OK);
	}
	assert_int_equal(r.finding, MPC_UNFINISHED);
	assert_close(r.coefficient[0].estimate, log(13.0 / 19), 1e-3);
	assert_close(r.coefficient[0].statistic, r.coefficient[0].estimate / r.coefficient[0].error, DIGITS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_row),
		cmocka_unit_test(test_two_predictors),
		cmocka_unit_test(test_two_groups),
		cmocka_unit_test(test_separated),
		cmocka_unit_test(test_collinear),
		cmocka_unit_test(test_cut_steps),
		cmocka_unit_test(test_begin),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_no_better),
	};

	return cmocka_run_group_tests_name("stats logistic", tests, NULL, NULL);
}
