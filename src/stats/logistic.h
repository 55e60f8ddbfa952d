/*
 * logistic.h
 *		Logistic regression by Newton's method, when each iteration is a question: given the sums at some
 *		coefficients, where are they asked for next, or is this the maximum?
 *
 * With p = 1 / (1 + exp(-x'beta)) and x_0 = 1 the sums over rows are: log likelihood, sum of ln p where the outcome is 1
 * and of ln (1 - p) where it is 0; gradient, of (y - p) x_j; Hessian with its sign turned, of p (1 - p) x_j x_k.
 * The caller keeps MpcLogistic from step to step:
 *
 *		mpc_logistic_begin(&r, ...)
 *		while r.finding is MPC_UNFINISHED: sums at r.beta, mpc_logistic_step(&r, sums)
 */
#ifndef MPC_LOGISTIC_H
#define MPC_LOGISTIC_H

#include "stats/cholesky.h"
#include "stats/rounded.h"

#define MPC_LOGISTIC_MAX		38	/* predictors */
#define MPC_LOGISTIC_MAX_BITS	200
#define MPC_LOGISTIC_MAX_STEPS	50 /* questions, at most */

/* Integers times 2^-bits; each term was rounded to one before it was added. 64 bits are enough for all but strange units. */
typedef struct MpcLogisticSums
{
	int			bits;
	MpcWide		log_likelihood;
	MpcWide		gradient[MPC_LOGISTIC_MAX + 1];
	MpcWide		hessian[MPC_CHOLESKY_PACKED];	/* element (j, k), k <= j, at mpc_triangle(j, k) */
} MpcLogisticSums;

typedef struct MpcLogistic
{
	MpcFinding	finding;
	int			column;			/* the predictor that is constant or collinear with those before it */
	int			predictors;
	int64_t		rows;
	int64_t		events;			/* rows whose outcome is 1 */
	int			steps;			/* questions so far */
	double		beta[MPC_LOGISTIC_MAX + 1]; /* where the next sums are wanted: the intercept, then the predictors */
	double		null_log_likelihood;	/* of the intercept alone */

	/* Set when found; log_likelihood at these estimates. */
	MpcCoefficient coefficient[MPC_LOGISTIC_MAX + 1];
	double		log_likelihood;

	/* For logistic.c: the best place so far, what a whole step from there gains, what the slope promised, and how steps went. */
	double		best[MPC_LOGISTIC_MAX + 1];
	double		best_log_likelihood;
	double		gain;
	double		promise;
	int			cuts;
	int			slow;
} MpcLogistic;

/*
 * Begins at the model without predictors. Findings: MPC_UNFINISHED, MPC_TOO_FEW: rows <= predictors + 1,
 * MPC_CONSTANT_OUTCOME. MPC_LIMIT: predictors not in 1 .. MPC_LOGISTIC_MAX. MPC_RANGE: events not within rows.
 */
extern MpcStatus mpc_logistic_begin(MpcLogistic *r, int predictors, int64_t rows, int64_t events) MPC_MUST_CHECK;

/*
 * The sums at r->beta. MPC_UNFINISHED: ask again, at the new r->beta. MPC_FOUND: one more step would raise the log
 * likelihood by less than 10^-12, hence move no estimate by more than 10^-6 of its standard error; that step is
 * still made. MPC_SEPARATED: some or all rows are told apart, estimates would grow for ever; known after 20 to 40 steps,
 * or fewer when all are. MPC_CONSTANT_PREDICTOR,
 * MPC_COLLINEAR, MPC_NOT_CONVERGED. MPC_RANGE: sums that no rows have, bits not in 1 .. MPC_LOGISTIC_MAX_BITS or too few to
 * tell columns apart and the gain from rounding. MPC_MISMATCH: r is not unfinished. Public values only.
 */
extern MpcStatus mpc_logistic_step(MpcLogistic *r, const MpcLogisticSums *sums) MPC_MUST_CHECK;

#endif							/* MPC_LOGISTIC_H */
