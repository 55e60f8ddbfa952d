/*
 * linear.c
 *		Which linear model fits the rows best, and how sure is it?
 *
 * Columns are centered and brought to length 1, so that the system to solve holds their correlations. Assumes that all
 * sums are over the same rows.
 */
#include "stats/linear.h"

#include "stats/distributions.h"

#define PERFECT		1e-20

/* What the sums come to, in the integers' own units until the end. */
typedef struct Fit
{
	const MpcLinearSums *sums;
	int			d;				/* predictors */
	MpcTwofold	n;
	MpcTwofold	length[MPC_LINEAR_MAX + 1]; /* of the centered columns, times the root of n */
	MpcTwofold	unit[MPC_LINEAR_MAX + 1];
	MpcTwofold	l[MPC_LINEAR_PACKED];	/* correlations, then their factor */
	MpcTwofold	slope[MPC_LINEAR_MAX];	/* per length of outcome and predictor */
	MpcTwofold	explained;
	MpcTwofold	unexplained;
	MpcTwofold	variance;		/* of the residual, in units of the outcome squared */
} Fit;

/* n * sum of products - product of sums: n times what centered columns have. */
static MpcTwofold
centered(const MpcLinearSums *sums, int j, int k)
{
	MpcWide		n;

	mpc_wide_from_int128(&n, sums->rows);
	return mpc_rounded_cross(&n, &sums->product[mpc_triangle(j, k)], &sums->sum[j], &sums->sum[k]);
}

static MpcStatus
measure_columns(Fit *fit, MpcFinding *finding, int *column)
{
	int			j;

	*finding = MPC_FOUND;
	for (j = 0; j <= fit->d; j++)
	{
		MpcTwofold	square = centered(fit->sums, j, j);
		MpcStatus	status = mpc_unit_check(fit->sums->unit[j]);

		if (status != MPC_OK || square.hi < 0)
			return MPC_RANGE;
		if (square.hi == 0)
		{
			*finding = j < fit->d ? MPC_CONSTANT_PREDICTOR : MPC_CONSTANT_OUTCOME;
			*column = j;
			return MPC_OK;
		}
		fit->length[j] = mpc_twofold_sqrt(square);
		fit->unit[j] = mpc_unit_value(fit->sums->unit[j]);
	}
	return MPC_OK;
}

static void
correlate(Fit *fit)
{
	int			j;
	int			k;

	for (j = 0; j <= fit->d; j++)
	{
		for (k = 0; k < j; k++)
			fit->l[mpc_triangle(j, k)] = mpc_twofold_div(centered(fit->sums, j, k),
														 mpc_twofold_mul(fit->length[j], fit->length[k]));
		fit->l[mpc_triangle(j, j)] = mpc_twofold(1);
	}
}

/* Of the outcome's correlations, the last row, go forward: what each predictor adds to those before it. */
static MpcStatus
solve(Fit *fit, MpcFinding *finding, int *column)
{
	const MpcTwofold *outcome = fit->l + mpc_triangle(fit->d, 0);
	MpcStatus	status;
	int			j;

	status = mpc_cholesky_factor(fit->l, fit->d, MPC_CHOLESKY_TOLERANCE, finding, column);
	if (status != MPC_OK || *finding != MPC_FOUND)
		return status;

	for (j = 0; j < fit->d; j++)
		fit->slope[j] = outcome[j];
	mpc_cholesky_forward(fit->slope, fit->l, fit->d);
	fit->explained = mpc_cholesky_square(fit->slope, fit->d);
	fit->unexplained = mpc_twofold_sub(mpc_twofold(1), fit->explained);
	if (!(fit->unexplained.hi >= -MPC_CHOLESKY_TOLERANCE))
		return MPC_RANGE;
	if (fit->unexplained.hi <= PERFECT)
	{
		*finding = MPC_FOUND_PERFECT;
		fit->explained = mpc_twofold(1);
		fit->unexplained = mpc_twofold(0);
	}
	mpc_cholesky_backward(fit->slope, fit->l, fit->d);
	return MPC_OK;
}

/* Estimate and error in the units of the columns; no statistic where there is no error. */
static MpcStatus
report(const Fit *fit, MpcCoefficient *c, MpcTwofold estimate, MpcTwofold error, MpcTwofold unit)
{
	int64_t		df = fit->sums->rows - fit->d - 1;
	MpcStatus	status;

	c->estimate = mpc_twofold_mul(estimate, unit).hi;
	c->error = mpc_twofold_mul(error, unit).hi;
	if (!isfinite(c->estimate) || !isfinite(c->error))
		return MPC_RANGE;
	if (error.hi == 0)
		return MPC_OK;
	c->statistic = mpc_twofold_div(estimate, error).hi;
	status = mpc_tail_student(&c->p, fabs(c->statistic), (double) df);
	c->p *= 2;
	return status;
}

/* Slopes in the units of the outcome and their predictor, and the intercept: the mean outcome minus what slopes make of mean predictors. */
static MpcStatus
report_coefficients(const Fit *fit, MpcCoefficient *coefficient)
{
	const MpcLinearSums *sums = fit->sums;
	MpcTwofold	root_n = mpc_twofold_sqrt(fit->n);
	MpcTwofold	intercept = mpc_rounded_wide(&sums->sum[fit->d]);
	MpcTwofold	origin[MPC_LINEAR_MAX]; /* where all predictors are 0: its distance from their means, in standard deviations */
	MpcTwofold	variance;
	MpcStatus	status = MPC_OK;
	int			j;

	for (j = 0; j < fit->d && status == MPC_OK; j++)
	{
		MpcTwofold	total = mpc_rounded_wide(&sums->sum[j]);
		MpcTwofold	slope = mpc_twofold_mul(fit->slope[j], mpc_twofold_div(fit->length[fit->d], fit->length[j]));

		variance = mpc_twofold_mul(fit->variance, mpc_cholesky_inverse(fit->l, fit->d, j));
		status = report(fit, &coefficient[j + 1], slope,
						mpc_twofold_div(mpc_twofold_mul(mpc_twofold_sqrt(variance), root_n), fit->length[j]),
						mpc_twofold_div(fit->unit[fit->d], fit->unit[j]));
		intercept = mpc_twofold_sub(intercept, mpc_twofold_mul(slope, total));
		origin[j] = mpc_twofold_div(total, mpc_twofold_mul(root_n, fit->length[j]));
	}
	if (status != MPC_OK)
		return status;

	mpc_cholesky_forward(origin, fit->l, fit->d);
	variance = mpc_twofold_add(mpc_twofold_div(mpc_twofold(1), fit->n), mpc_cholesky_square(origin, fit->d));
	variance = mpc_twofold_mul(fit->variance, variance);
	return report(fit, &coefficient[0], mpc_twofold_div(intercept, fit->n), mpc_twofold_sqrt(variance), fit->unit[fit->d]);
}

static MpcStatus
report_model(Fit *fit, MpcLinear *r)
{
	MpcTwofold	length = fit->length[fit->d];
	double		df = (double) r->df;

	/* the outcome's centered sum of squares is the square of its length over n */
	fit->variance = mpc_twofold_div(mpc_twofold_mul(mpc_twofold_mul(length, length), fit->unexplained),
									mpc_twofold_mul(fit->n, mpc_rounded_int64(r->df)));
	r->residual_error = mpc_twofold_mul(mpc_twofold_sqrt(fit->variance), fit->unit[fit->d]).hi;
	r->r_squared = fit->explained.hi;
	r->adjusted_r_squared = 1 - fit->unexplained.hi * ((double) (fit->sums->rows - 1) / df);
	if (r->finding == MPC_FOUND_PERFECT)
		return MPC_OK;
	r->f = fit->explained.hi / fit->d / (fit->unexplained.hi / df);
	return mpc_tail_f(&r->f_p, r->f, fit->d, df);
}

MpcStatus
mpc_linear(MpcLinear *r, const MpcLinearSums *sums)
{
	Fit			fit;
	MpcStatus	status;

	if (sums->predictors < 1 || sums->predictors > MPC_LINEAR_MAX)
		return MPC_LIMIT;
	if (sums->rows < 0)
		return MPC_RANGE;
	fit.sums = sums;
	fit.d = sums->predictors;
	fit.n = mpc_rounded_int64(sums->rows);
	r->df = sums->rows - fit.d - 1;
	r->column = -1;
	r->finding = MPC_TOO_FEW;
	if (r->df < 1)
		return MPC_OK;

	status = measure_columns(&fit, &r->finding, &r->column);
	if (status != MPC_OK || r->finding != MPC_FOUND)
		return status;
	correlate(&fit);
	status = solve(&fit, &r->finding, &r->column);
	if (status != MPC_OK || (r->finding != MPC_FOUND && r->finding != MPC_FOUND_PERFECT))
		return status;
	status = report_model(&fit, r);
	return status == MPC_OK ? report_coefficients(&fit, r->coefficient) : status;
}
