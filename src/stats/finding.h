/*
 * finding.h
 *		What exact sums say: an answer, or why the data have none.
 *
 * A status (crypto/status.h) says that a call went wrong, a finding what is so with the rows. Only with the two
 * first ones are there figures to show.
 */
#ifndef MPC_FINDING_H
#define MPC_FINDING_H

typedef enum MpcFinding
{
	MPC_FOUND = 0,
	MPC_FOUND_PERFECT,			/* no residual: estimates hold, standard errors are 0, there is nothing to test with */
	MPC_TOO_FEW,				/* fewer rows, groups or events than what is asked needs */
	MPC_CONSTANT_PREDICTOR,		/* one predictor has the same value in all rows */
	MPC_CONSTANT_OUTCOME,		/* the outcome has */
	MPC_COLLINEAR,				/* one predictor follows from those before it */
	MPC_SEPARATED,				/* predictors tell the outcomes apart: the likelihood has no maximum */
	MPC_UNFINISHED				/* the sums of another iteration are needed */
} MpcFinding;

/* A coefficient of a model. */
typedef struct MpcCoefficient
{
	double		estimate;
	double		error;			/* standard error */
	double		statistic;		/* estimate / error: t or z */
	double		p;				/* of both tails */
} MpcCoefficient;

/* A short lowercase English name, for logs and tests. Never NULL. */
extern const char *mpc_finding_name(MpcFinding finding);

#endif							/* MPC_FINDING_H */
