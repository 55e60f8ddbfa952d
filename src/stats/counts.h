/*
 * counts.h
 *		Do counts fit together? Pearson's chi-square test of a table.
 */
#ifndef MPC_COUNTS_H
#define MPC_COUNTS_H

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

#endif							/* MPC_COUNTS_H */
