/*
 * logistic.h
 *		Logistic regression by Newton's method, when each iteration is a question: what does a row add to the sums at
 *		some coefficients, and given the sums, where are they asked for next, or is this the maximum?
 *
 * With p = 1 / (1 + exp(-x'beta)) and x_0 = 1 the sums over rows are: log likelihood, sum of ln p where the outcome is 1
 * and of ln (1 - p) where it is 0; gradient, of (y - p) x_j; Hessian with its sign turned, of p (1 - p) x_j x_k.
 * The caller keeps MpcLogistic from step to step:
 *
 *		mpc_logistic_begin(&r, ...)
 *		while r.finding is MPC_UNFINISHED: sums at r.beta, mpc_logistic_step(&r, sums)
 *
 * or until it has asked often enough.
 */
#ifndef MPC_LOGISTIC_H
#define MPC_LOGISTIC_H

#include <stdbool.h>
#include <stdint.h>

#include "stats/cholesky.h"

#define MPC_LOGISTIC_MAX		38	/* predictors */
#define MPC_LOGISTIC_LEAST		(-1099511627776.0)	/* -2^40: no row's log likelihood counts as less */

/* What one row adds, but for its x. */
typedef struct MpcLogisticRow
{
	double		log_likelihood; /* MPC_LOGISTIC_LEAST to 0 */
	double		residual;		/* y - p, within -1 and 1 */
	double		weight;			/* p (1 - p), 0 to 1/4 */
} MpcLogisticRow;

/* eta = x'beta, finite. Each is within a few units of the last place: exp() and log1p() may differ by one from one libm to another. Not CT. */
extern void mpc_logistic_row(MpcLogisticRow *row, double eta, bool event);

/* The exact sums of such terms, rounded once. */
typedef struct MpcLogisticSums
{
	int64_t		rows;
	double		log_likelihood;
	double		gradient[MPC_LOGISTIC_MAX + 1];
	double		hessian[MPC_CHOLESKY_PACKED];	/* element (j, k), k <= j, at mpc_triangle(j, k) */
} MpcLogisticSums;

typedef struct MpcLogistic
{
	MpcFinding	finding;
	int			column;			/* the predictor that is constant or collinear with those before it */
	int			predictors;
	int64_t		rows;			/* these two are known from the first sums on */
	int64_t		events;			/* rows whose outcome is 1 */
	int			steps;			/* questions so far */
	double		beta[MPC_LOGISTIC_MAX + 1]; /* where the next sums are wanted: the intercept, then the predictors */
	double		null_log_likelihood;	/* of the intercept alone */

	/* Set with MPC_FOUND and MPC_UNFINISHED: the estimates that the sums so far lead to. */
	MpcCoefficient coefficient[MPC_LOGISTIC_MAX + 1];
	double		best_log_likelihood;	/* of all places asked; where found, that of the estimates to 10^-12 */

	/* For logistic.c: the best place so far, what a whole step from there gains, what the slope promised, and how steps went. */
	double		best[MPC_LOGISTIC_MAX + 1];
	double		gain;
	double		promise;
	int			cuts;
	int			slow;
} MpcLogistic;

/* Begins at coefficients of 0, where the sums tell those of any model without predictors. MPC_LIMIT: predictors not in 1 .. MPC_LOGISTIC_MAX. */
extern MpcStatus mpc_logistic_begin(MpcLogistic *r, int predictors) MPC_MUST_CHECK;

/*
 * The sums at r->beta. MPC_UNFINISHED: ask again, at the new r->beta. MPC_FOUND: one more step would raise the log
 * likelihood by less than 10^-12, hence move no estimate by more than 10^-6 of its standard error; that step is
 * still made. MPC_TOO_FEW: rows <= predictors + 1. MPC_SEPARATED: some or all rows are told apart, estimates would grow for ever;
 * known after 20 to 40 steps, or fewer when all are. MPC_CONSTANT_OUTCOME, MPC_CONSTANT_PREDICTOR,
 * MPC_COLLINEAR. MPC_RANGE: sums that no rows have. MPC_MISMATCH: r is not unfinished, or the number of rows is not what it was.
 * Public values only.
 */
extern MpcStatus mpc_logistic_step(MpcLogistic *r, const MpcLogisticSums *sums) MPC_MUST_CHECK;

#endif							/* MPC_LOGISTIC_H */
