/*
 * fold.h
 *		Which groups may stand alone, and which are folded into the remainder? Pure functions.
 *
 * At a party (RULES R3, R4): every number it contributes, and every number that can be had by
 * subtracting answers over the same keys and condition, stands on at least min_rows of its rows, or on none.
 * At the asker (R7): every number shown stands on enough others than the asker.
 *
 * Both fold by closures, one for each count: the rows first, then each measure for itself. A closure
 * holds all groups that fail the count and, when together they still fail, the smallest group that passes: one is enough.
 * A measure's closure begins with the rows' and depends on no other measure, so that two questions
 * with different measures fold at least the same groups for the one they share: what both hide is never
 * less than one closure. (Extending the union of all failures instead would leak: a group folded only to fill up
 * could be shown by another question, and the difference would be what it was to hide.)
 */
#ifndef MPC_FOLD_H
#define MPC_FOLD_H

#include "protocol/wire.h"

typedef struct MpcFold
{
	size_t		ngroups;
	size_t		ncounts;		/* rows, then one for each measure */
	const int64_t *count;		/* ngroups * ncounts, group by group */
	const int64_t *rest;		/* ncounts: of what is in no group */
	const MpcStr *key;			/* ngroups, all different: for ties */
	int64_t		least;
	bool	   *folded;			/* ngroups, the result */
} MpcFold;

/*
 * counts are numbers of rows, and of rows with a value of each measure. False: even all together fail, so that
 * nothing may be contributed. Without groups: all or nothing.
 */
extern bool mpc_fold_rows(MpcFold *fold);

/*
 * counts are numbers of contributing parties other than the asker; mine (as count) and my_rest (as rest) are 1 where the asker
 * contributes. A count fails when anybody contributes but fewer than least others do. The parties behind several groups
 * together are at least as many as behind one of them. -1: groups and remainder may be shown so; otherwise the count that
 * fails even when all is folded. size: rows of each group, for choosing the smallest.
 */
extern int	mpc_fold_contributors(MpcFold *fold, const int64_t *mine, const int64_t *my_rest, const int64_t *size);

#endif							/* MPC_FOLD_H */
