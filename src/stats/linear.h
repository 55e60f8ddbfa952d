/*
 * linear.h
 *		Linear regression from exact sums (ordinary least squares with an intercept).
 *
 * The sums of a column and of its products with others say all that least squares ask of the rows. Centering by them is
 * known to lose digits; here it is done in integers and loses none, and what follows has 106 bits: the figures are right to
 * 14 digits wherever the data determine them at all. The same as lm() of R: same order, same tolerance.
 */
#ifndef MPC_LINEAR_H
#define MPC_LINEAR_H

#include "stats/cholesky.h"
#include "stats/rounded.h"

#define MPC_LINEAR_MAX		38	/* predictors */
#define MPC_LINEAR_PACKED	((MPC_LINEAR_MAX + 1) * (MPC_LINEAR_MAX + 2) / 2)

/*
 * Columns 0 .. predictors - 1 are the predictors, column number predictors is the outcome. Each is counted in integers of its
 * own unit, and so a product of two in the product of their units.
 */
typedef struct MpcLinearSums
{
	int			predictors;
	int64_t		rows;
	MpcUnit		unit[MPC_LINEAR_MAX + 1];
	MpcWide		sum[MPC_LINEAR_MAX + 1];
	MpcWide		product[MPC_LINEAR_PACKED]; /* of columns j and k, k <= j, at mpc_triangle(j, k) */
} MpcLinearSums;

typedef struct MpcLinear
{
	MpcFinding	finding;
	int			column;			/* the predictor that is constant or collinear with those before it */
	MpcCoefficient coefficient[MPC_LINEAR_MAX + 1]; /* the intercept, then the predictors */
	int64_t		df;				/* of the residual: rows - predictors - 1 */
	double		residual_error; /* square root of residual variance */
	double		r_squared;
	double		adjusted_r_squared;
	double		f;				/* of all predictors together, with predictors and df degrees of freedom */
	double		f_p;
} MpcLinear;

/*
 * Findings: MPC_FOUND; MPC_FOUND_PERFECT: at most 10^-20 of the outcome's variance is residual: errors are 0, statistics, p, f
 * and f_p are not set; MPC_TOO_FEW: rows <= predictors + 1; MPC_CONSTANT_PREDICTOR, MPC_CONSTANT_OUTCOME, MPC_COLLINEAR. Only with
 * the first two more is set than finding and column.
 * MPC_LIMIT: predictors not in 1 .. MPC_LINEAR_MAX. MPC_RANGE: sums that no rows have, a unit that is none, or a figure that is no
 * double. Public values only.
 */
extern MpcStatus mpc_linear(MpcLinear *r, const MpcLinearSums *sums) MPC_MUST_CHECK;

#endif							/* MPC_LINEAR_H */
