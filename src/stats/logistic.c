/*
 * logistic.c
 *		From the sums of one iteration: the next coefficients, the result, or that there is none?
 *
 * Newton's method with steps cut where needed (McCullagh and Nelder, Generalized Linear Models, 1989, 2.5). The log likelihood is concave, hence a step
 * that lowers it was too long, never in a wrong direction. What a step promises to add to it, half the square of its length in
 * standard errors, says when to stop. Assumes that the sums are those at r->beta.
 */
#include "stats/logistic.h"

#include "stats/distributions.h"

#define ENOUGH			1e-12	/* gain */
#define LN_2			0.693147180559945309417

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
	double		rounding;		/* of a sum, at most */
	MpcTwofold	length[MPC_CHOLESKY_MAX];	/* roots of the Hessian's diagonal */
	MpcTwofold	l[MPC_CHOLESKY_PACKED];
	MpcTwofold	step[MPC_CHOLESKY_MAX];
	double		gain;
} Newton;

MpcStatus
mpc_logistic_begin(MpcLogistic *r, int predictors, int64_t rows, int64_t events)
{
	static const MpcLogistic none;
	double		share;

	if (predictors < 1 || predictors > MPC_LOGISTIC_MAX)
		return MPC_LIMIT;
	if (events < 0 || events > rows)
		return MPC_RANGE;
	*r = none;
	r->predictors = predictors;
	r->rows = rows;
	r->events = events;
	r->column = -1;
	r->finding = MPC_TOO_FEW;
	if (rows - 1 <= predictors)
		return MPC_OK;
	r->finding = MPC_CONSTANT_OUTCOME;
	if (events == 0 || events == rows)
		return MPC_OK;

	r->finding = MPC_UNFINISHED;
	share = (double) events / (double) rows;
	r->beta[0] = log((double) events / (double) (rows - events));
	r->null_log_likelihood = (double) events * log(share) + (double) (rows - events) * log1p(-share);
	return MPC_OK;
}

static MpcTwofold
fixed_point(const MpcWide *a, int bits)
{
	MpcTwofold	r = mpc_rounded_wide(a);

	r.hi = ldexp(r.hi, -bits);
	r.lo = ldexp(r.lo, -bits);
	return r;
}

/* The Hessian with unit diagonal, into l. False: a diagonal is not positive, and *column which. */
static bool
scale_hessian(Newton *newton, const MpcLogisticSums *sums, double *least, int *column)
{
	int			j;
	int			k;

	*least = INFINITY;
	for (j = 0; j < newton->n; j++)
	{
		MpcTwofold	diagonal = fixed_point(&sums->hessian[mpc_triangle(j, j)], sums->bits);

		*column = j;
		if (!(diagonal.hi > 0))
			return false;
		*least = fmin(*least, diagonal.hi);
		newton->length[j] = mpc_twofold_sqrt(diagonal);
		for (k = 0; k < j; k++)
			newton->l[mpc_triangle(j, k)] =
				mpc_twofold_div(fixed_point(&sums->hessian[mpc_triangle(j, k)], sums->bits),
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
	double		least;
	double		tolerance;
	int			column;
	bool		first = r->steps == 1;
	MpcStatus	status;

	if (!scale_hessian(newton, sums, &least, &column))
	{
		if (mpc_wide_is_negative(&sums->hessian[mpc_triangle(column, column)]) || (first && column == 0))
			return MPC_RANGE;
		r->finding = first ? MPC_CONSTANT_PREDICTOR : MPC_SEPARATED;
		r->column = first ? column - 1 : -1;
		return MPC_OK;
	}

	/* what rounding can make of a column that is exactly collinear */
	tolerance = MPC_CHOLESKY_TOLERANCE + newton->n * newton->rounding / least;
	if (first && !(tolerance < 1 && newton->n * newton->rounding * newton->rounding / least < ENOUGH))
		return MPC_RANGE;
	status = mpc_cholesky_factor(newton->l, newton->n, tolerance, &r->finding, &column);
	if (status != MPC_OK || r->finding == MPC_FOUND)
		return status;
	if (!first)
	{
		r->finding = MPC_SEPARATED;
		return MPC_OK;
	}
	if (1 - fabs(newton->l[mpc_triangle(column, 0)].hi) <= tolerance)	/* collinear with the intercept alone */
		r->finding = MPC_CONSTANT_PREDICTOR;
	r->column = column - 1;
	return MPC_OK;
}

static void
find_step(Newton *newton, const MpcLogisticSums *sums)
{
	int			j;

	for (j = 0; j < newton->n; j++)
		newton->step[j] = mpc_twofold_div(fixed_point(&sums->gradient[j], sums->bits), newton->length[j]);
	mpc_cholesky_forward(newton->step, newton->l, newton->n);
	newton->gain = mpc_cholesky_square(newton->step, newton->n).hi / 2;
	mpc_cholesky_backward(newton->step, newton->l, newton->n);
	for (j = 0; j < newton->n; j++)
		newton->step[j] = mpc_twofold_div(newton->step[j], newton->length[j]);
}

/* The last step was too long: less than half of it, to where a parabola through both ends with the slope at the best place has its top. */
static void
step_back(MpcLogistic *r, double log_likelihood)
{
	double		part = fmax(r->promise / (2 * (r->promise + r->best_log_likelihood - log_likelihood)), 0.1);
	int			j;

	r->cuts++;
	r->promise *= part;
	for (j = 0; j <= r->predictors; j++)
		r->beta[j] = r->best[j] + part * (r->beta[j] - r->best[j]);
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

static MpcStatus
report(MpcLogistic *r, const Newton *newton)
{
	int			j;

	r->log_likelihood = r->best_log_likelihood + newton->gain;
	for (j = 0; j < newton->n; j++)
	{
		MpcCoefficient *c = &r->coefficient[j];
		MpcStatus	status;

		c->estimate = r->beta[j];
		c->error = mpc_twofold_div(mpc_twofold_sqrt(mpc_cholesky_inverse(newton->l, newton->n, j)), newton->length[j]).hi;
		c->statistic = c->estimate / c->error;
		status = mpc_tail_normal(&c->p, fabs(c->statistic));
		if (status != MPC_OK)
			return status;
		c->p *= 2;
	}
	return MPC_OK;
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
	if (newton->gain <= ENOUGH)
		return report(r, newton);

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
	Newton		newton;
	double		log_likelihood;
	MpcStatus	status = MPC_OK;

	if (r->finding != MPC_UNFINISHED)
		return MPC_MISMATCH;
	if (sums->bits < 1 || sums->bits > MPC_LOGISTIC_MAX_BITS)
		return MPC_RANGE;
	newton.n = r->predictors + 1;
	newton.rounding = ldexp((double) r->rows, -sums->bits);
	log_likelihood = fixed_point(&sums->log_likelihood, sums->bits).hi;
	if (log_likelihood > 0)
		return MPC_RANGE;

	r->steps++;
	if (log_likelihood - newton.rounding > -LN_2)
		r->finding = MPC_SEPARATED; /* each row has its outcome with probability above 1/2 */
	else if (r->steps > 1 && log_likelihood < r->best_log_likelihood - newton.rounding + 1e-14 * log_likelihood)
		step_back(r, log_likelihood);
	else
	{
		r->best_log_likelihood = log_likelihood;
		status = go_on(r, &newton, sums);
	}
	if (status == MPC_OK && r->finding == MPC_UNFINISHED && r->steps == MPC_LOGISTIC_MAX_STEPS)
		r->finding = MPC_NOT_CONVERGED;
	return status;
}
