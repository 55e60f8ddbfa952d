/*
 * logistic.c
 *		From a row, its terms; from the sums of one iteration: the next coefficients, the result, or that there is none?
 *
 * Newton's method with steps cut where needed (McCullagh and Nelder, Generalized Linear Models, 1989, 2.5). The log likelihood is concave, hence a step
 * that lowers it was too long, never in a wrong direction. What a step promises to add to it, half the square of its length in
 * standard errors, says when to stop. Assumes that the sums are those at r->beta.
 */
#include "stats/logistic.h"

#include "stats/distributions.h"

#define ENOUGH			1e-12	/* gain */
#define LN_2			0.693147180559945309417
#define ROUNDING		1e-14	/* of a log likelihood */

/*
 * Near a maximum the gain is squared at every step, towards infinity it falls by e. A maximum that is still approached so
 * slowly when so little is left to gain has a direction in which a standard error is about 10^4 logits: none to speak of.
 */
#define NEAR			1e-8
#define SLOW_RATIO		0.125
#define SLOW_STEPS		2

typedef struct Newton
{
	int			n;				/* unknowns */
	MpcTwofold	length[MPC_CHOLESKY_MAX];	/* roots of the Hessian's diagonal */
	MpcTwofold	l[MPC_CHOLESKY_PACKED];
	MpcTwofold	step[MPC_CHOLESKY_MAX];
	double		gain;
} Newton;

void
mpc_logistic_row(MpcLogisticRow *row, double eta, bool event)
{
	double		e = exp(-fabs(eta));
	double		less = e / (1 + e); /* of p and 1 - p */
	double		more = 1 / (1 + e);

	if (event == (eta >= 0))	/* as expected */
	{
		row->log_likelihood = -log1p(e);
		row->residual = event ? less : -less;
	}
	else
	{
		row->log_likelihood = fmax(-fabs(eta) - log1p(e), MPC_LOGISTIC_LEAST);
		row->residual = event ? more : -more;
	}
	row->weight = less * more;
}

MpcStatus
mpc_logistic_begin(MpcLogistic *r, int predictors)
{
	static const MpcLogistic none;

	if (predictors < 1 || predictors > MPC_LOGISTIC_MAX)
		return MPC_LIMIT;
	*r = none;
	r->predictors = predictors;
	r->column = -1;
	r->finding = MPC_UNFINISHED;
	return MPC_OK;
}

/*
 * At coefficients of 0 each p is 1/2 and each weight 1/4: so the sums there give the number of events, and the sums at the model
 * without predictors, where all p are the share of events. That is where Newton's method begins.
 */
static MpcStatus
move_to_null(MpcLogistic *r, MpcLogisticSums *null, const MpcLogisticSums *sums)
{
	double		events = sums->gradient[0] + (double) sums->rows / 2;
	double		share;
	int			n = r->predictors + 1;
	int			j;

	if (sums->rows < 0 || !(events >= 0 && events <= (double) sums->rows))
		return MPC_RANGE;
	r->rows = sums->rows;
	r->events = (int64_t) events;
	r->finding = MPC_TOO_FEW;
	if (r->rows - 1 <= r->predictors)
		return MPC_OK;
	r->finding = MPC_CONSTANT_OUTCOME;
	if (r->events == 0 || r->events == r->rows)
		return MPC_OK;

	r->finding = MPC_UNFINISHED;
	share = (double) r->events / (double) r->rows;
	r->beta[0] = log((double) r->events / (double) (r->rows - r->events));
	r->null_log_likelihood = (double) r->events * log(share) + (double) (r->rows - r->events) * log1p(-share);
	null->rows = r->rows;
	null->log_likelihood = r->null_log_likelihood;
	for (j = 0; j < n; j++)
		null->gradient[j] = sums->gradient[j] + (0.5 - share) * 4 * sums->hessian[mpc_triangle(j, 0)];
	for (j = 0; j < mpc_triangle(n, 0); j++)
		null->hessian[j] = sums->hessian[j] * 4 * share * (1 - share);
	return MPC_OK;
}

/* The Hessian with unit diagonal, into l. False: a diagonal is not positive, and *column which. */
static bool
scale_hessian(Newton *newton, const MpcLogisticSums *sums, int *column)
{
	int			j;
	int			k;

	for (j = 0; j < newton->n; j++)
	{
		double		diagonal = sums->hessian[mpc_triangle(j, j)];

		*column = j;
		if (!(diagonal > 0))
			return false;
		newton->length[j] = mpc_twofold_sqrt(mpc_twofold(diagonal));
		for (k = 0; k < j; k++)
			newton->l[mpc_triangle(j, k)] =
				mpc_twofold_div(mpc_twofold(sums->hessian[mpc_triangle(j, k)]),
								mpc_twofold_mul(newton->length[j], newton->length[k]));
		newton->l[mpc_triangle(j, j)] = mpc_twofold(1);
	}
	return true;
}

/*
 * Factors the Hessian. Columns that are independent under the equal weights of the first step, and not under
 * later ones, have rows that no longer weigh: those are told apart.
 */
static MpcStatus
factor_hessian(Newton *newton, MpcLogistic *r, const MpcLogisticSums *sums)
{
	int			column;
	bool		first = r->steps == 1;
	MpcStatus	status;

	if (!scale_hessian(newton, sums, &column))
	{
		if (!(sums->hessian[mpc_triangle(column, column)] >= 0) || (first && column == 0))
			return MPC_RANGE;
		r->finding = first ? MPC_CONSTANT_PREDICTOR : MPC_SEPARATED;
		r->column = first ? column - 1 : -1;
		return MPC_OK;
	}

	status = mpc_cholesky_factor(newton->l, newton->n, MPC_CHOLESKY_TOLERANCE, &r->finding, &column);
	if (status != MPC_OK || r->finding == MPC_FOUND)
		return status;
	if (!first)
	{
		r->finding = MPC_SEPARATED;
		return MPC_OK;
	}
	if (1 - fabs(newton->l[mpc_triangle(column, 0)].hi) <= MPC_CHOLESKY_TOLERANCE)	/* collinear with the intercept alone */
		r->finding = MPC_CONSTANT_PREDICTOR;
	r->column = column - 1;
	return MPC_OK;
}

static void
find_step(Newton *newton, const MpcLogisticSums *sums)
{
	int			j;

	for (j = 0; j < newton->n; j++)
		newton->step[j] = mpc_twofold_div(mpc_twofold(sums->gradient[j]), newton->length[j]);
	mpc_cholesky_forward(newton->step, newton->l, newton->n);
	newton->gain = mpc_cholesky_square(newton->step, newton->n).hi / 2;
	mpc_cholesky_backward(newton->step, newton->l, newton->n);
	for (j = 0; j < newton->n; j++)
		newton->step[j] = mpc_twofold_div(newton->step[j], newton->length[j]);
}

static MpcStatus
report_estimates(MpcLogistic *r)
{
	int			j;

	for (j = 0; j <= r->predictors; j++)
	{
		MpcCoefficient *c = &r->coefficient[j];
		MpcStatus	status;

		c->estimate = r->beta[j];
		c->statistic = c->estimate / c->error;
		status = mpc_tail_normal(&c->p, fabs(c->statistic));
		if (status != MPC_OK)
			return status;
		c->p *= 2;
	}
	return MPC_OK;
}

/* As the Hessian has them that was factored last. */
static void
report_errors(MpcLogistic *r, const Newton *newton)
{
	int			j;

	for (j = 0; j < newton->n; j++)
		r->coefficient[j].error =
			mpc_twofold_div(mpc_twofold_sqrt(mpc_cholesky_inverse(newton->l, newton->n, j)), newton->length[j]).hi;
}

/* The last step was too long: less than half of it, to where a parabola through both ends with the slope at the best place has its top. */
static MpcStatus
step_back(MpcLogistic *r, double log_likelihood)
{
	double		part = fmax(r->promise / (2 * (r->promise + r->best_log_likelihood - log_likelihood)), 0.1);
	int			j;

	r->cuts++;
	r->promise *= part;
	for (j = 0; j <= r->predictors; j++)
		r->beta[j] = r->best[j] + part * (r->beta[j] - r->best[j]);
	return report_estimates(r);
}

static bool
goes_to_infinity(MpcLogistic *r, double gain)
{
	if (r->cuts == 0 && gain < NEAR && gain > r->gain * SLOW_RATIO)
		r->slow++;
	else
		r->slow = 0;
	return r->slow >= SLOW_STEPS;
}

/* At r->beta, which is the best place so far. */
static MpcStatus
go_on(MpcLogistic *r, Newton *newton, const MpcLogisticSums *sums)
{
	double		part = 1;
	MpcStatus	status;
	int			j;

	status = factor_hessian(newton, r, sums);
	if (status != MPC_OK || r->finding != MPC_FOUND)
		return status;
	find_step(newton, sums);
	/* no log likelihood is above 0; what its slope promises for a part of the step is twice that part of the gain */
	if (newton->gain > -r->best_log_likelihood)
		part = -r->best_log_likelihood / (2 * newton->gain);
	for (j = 0; j < newton->n; j++)
	{
		r->best[j] = r->beta[j];
		r->beta[j] += part * newton->step[j].hi;
		if (!isfinite(r->beta[j]))
			return MPC_RANGE;
	}
	report_errors(r, newton);
	status = report_estimates(r);
	if (status != MPC_OK || newton->gain <= ENOUGH)
		return status;

	r->finding = MPC_UNFINISHED;
	if (r->steps > 1 && goes_to_infinity(r, newton->gain))
		r->finding = MPC_SEPARATED;
	r->gain = newton->gain;
	r->promise = 2 * part * newton->gain;
	r->cuts = 0;
	return MPC_OK;
}

MpcStatus
mpc_logistic_step(MpcLogistic *r, const MpcLogisticSums *sums)
{
	MpcLogisticSums null;
	Newton		newton;
	MpcStatus	status = MPC_OK;

	if (r->finding != MPC_UNFINISHED || (r->steps > 0 && sums->rows != r->rows))
		return MPC_MISMATCH;
	if (!(sums->log_likelihood <= 0))
		return MPC_RANGE;
	newton.n = r->predictors + 1;
	if (r->steps++ == 0)
	{
		status = move_to_null(r, &null, sums);
		if (status != MPC_OK || r->finding != MPC_UNFINISHED)
			return status;
		sums = &null;
	}
	if (sums->log_likelihood > -LN_2)
		r->finding = MPC_SEPARATED; /* each row has its outcome with probability above 1/2 */
	else if (r->steps > 1 && sums->log_likelihood < r->best_log_likelihood + ROUNDING * sums->log_likelihood)
		status = step_back(r, sums->log_likelihood);
	else
	{
		r->best_log_likelihood = sums->log_likelihood;
		status = go_on(r, &newton, sums);
	}
	return status;
}
