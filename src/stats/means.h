/*
 * means.h
 *		Do groups differ in their means? Tests of Student and Welch for two, analysis of
 *		variance for any number, from each group's rows, sum and sum of squares.
 *
 * Values are counted in integers of one unit, their squares in its square.
 */
#ifndef MPC_MEANS_H
#define MPC_MEANS_H

#include "stats/finding.h"
#include "stats/rounded.h"

typedef struct MpcMoments
{
	int64_t		rows;
	MpcWide		sum;
	MpcWide		squares;
} MpcMoments;

typedef struct MpcTwoMeans
{
	MpcFinding	finding;
	double		mean[2];
	double		variance[2];	/* with rows - 1; 0 for a single row */
	double		difference;		/* mean of the first minus mean of the second */
	double		error;			/* its standard error */
	double		t;
	double		df;
	double		p;				/* of both tails */
} MpcTwoMeans;

/*
 * Welch's test (Biometrika 34, 1947) supposes that each group has a variance of its own and needs two rows of each; the pooled
 * one, Student's, that they have one in common, and needs one row of each, three together. Else MPC_TOO_FEW.
 * MPC_FOUND_PERFECT: no variance in either group: error is 0; t, df and p are not set. MPC_RANGE: sums that no rows have, a unit
 * that is none. Public values only.
 */
extern MpcStatus mpc_welch_test(MpcTwoMeans *r, const MpcMoments group[2], MpcUnit unit) MPC_MUST_CHECK;
extern MpcStatus mpc_pooled_test(MpcTwoMeans *r, const MpcMoments group[2], MpcUnit unit) MPC_MUST_CHECK;

typedef struct MpcVarianceTable
{
	MpcFinding	finding;
	int64_t		groups;			/* with rows */
	double		between;		/* sum of squares between the groups */
	int64_t		between_df;
	double		within;			/* and within them */
	int64_t		within_df;
	double		f;
	double		p;
} MpcVarianceTable;

/*
 * One-way analysis of variance. Groups without rows are left out. MPC_TOO_FEW: fewer than two groups, or no group
 * with two rows. MPC_CONSTANT_OUTCOME: all rows are equal; MPC_FOUND_PERFECT: those of each group are; f and p are then not set.
 * MPC_RANGE: sums that no rows have, a unit that is none. Public values only.
 */
extern MpcStatus mpc_variance_table(MpcVarianceTable *r, const MpcMoments *group, size_t count, MpcUnit unit) MPC_MUST_CHECK;

#endif							/* MPC_MEANS_H */
