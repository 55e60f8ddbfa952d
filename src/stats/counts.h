/*
 * counts.h
 *		Do counts fit together? Pearson's chi-square test of a table, and the log-rank test
 *		of two groups' survival.
 */
#ifndef MPC_COUNTS_H
#define MPC_COUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/status.h"
#include "stats/finding.h"

#define MPC_TABLE_MAX	1024	/* rows, and columns */

typedef struct MpcChiSquare
{
	MpcFinding	finding;
	int			rows;			/* that have a count above 0 */
	int			columns;
	double		least_expected; /* of the cells in these; below 5 the distribution is a poor approximation */
	double		statistic;
	double		df;				/* (rows - 1) * (columns - 1) */
	double		p;
} MpcChiSquare;

/*
 * Are rows and columns independent? cell[rows * columns], row by row. Without Yates' correction. Rows and columns of zeros say
 * nothing and are left out; MPC_TOO_FEW: fewer than two of either remain. MPC_RANGE: a negative count, or a total above 2^63 - 1.
 * MPC_LIMIT: more than MPC_TABLE_MAX rows or columns, or fewer than 1. Public values only.
 */
extern MpcStatus mpc_chi_square_test(MpcChiSquare *r, const int64_t *cell, int rows, int columns) MPC_MUST_CHECK;

/* What happened to two groups in one stretch of time. */
typedef struct MpcTimeCell
{
	int64_t		at_risk[2];		/* just before */
	int64_t		events[2];
} MpcTimeCell;

typedef struct MpcLogRank
{
	MpcFinding	finding;
	double		observed[2];	/* events */
	double		expected[2];	/* events, were the hazards the same */
	double		variance;		/* of observed minus expected */
	double		statistic;		/* chi-square with 1 degree of freedom */
	double		p;
} MpcLogRank;

/*
 * Log-rank test (Mantel, Cancer Chemotherapy Reports 50, 1966) with the hypergeometric variance, survdiff() of R where no cell holds two
 * times of events. The order of cells does not matter. MPC_TOO_FEW: never were both groups at risk when some had events and some not.
 * MPC_RANGE: a negative number, or more events than at risk. Public values only.
 */
extern MpcStatus mpc_log_rank_test(MpcLogRank *r, const MpcTimeCell *cell, size_t count) MPC_MUST_CHECK;

#endif							/* MPC_COUNTS_H */
