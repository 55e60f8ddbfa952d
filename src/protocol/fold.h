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
 * A measure's closure begins with the rows' and depends on no other measure, so that the same numbers are folded whatever
 * else is asked with them. (Deciding by all counts of a question together would leak twice: a group folded only to fill up
 * could be shown by another question; and a party that hides all of a group for one measure would show itself as the
 * difference to a question without it.)
 *
 * What a measure leaves out (rows that have a value of a column but do not pass the measure's filter, or lack the value
 * beside it) is the difference between the column's numbers and the measure's. So its closure begins with those of its
 * columns, as if they were asked without filter and alone; it takes up groups where either what is counted or what is left out
 * fails; and what it then holds must not fail either when groups are taken out of it that are known otherwise: of
 * each group beyond the column's closure stands but the smaller part. Who fills up must have enough of both.
 *
 * Ties go by key bytes. Keys come in one order on the wire (query.h), so that no order of GROUP BY gives another tie.
 */
#ifndef MPC_FOLD_H
#define MPC_FOLD_H

#include "protocol/query.h"

typedef struct MpcFold
{
	size_t		ngroups;
	size_t		ncounts;		/* rows, then one for each measure */
	const int64_t *count;		/* ngroups * ncounts, group by group */
	const int64_t *rest;		/* ncounts: of what is in no group */
	const int64_t *left_out;	/* rows: MPC_MAX_ARGS for each of count; NULL: all 0 */
	const int64_t *rest_left_out;	/* MPC_MAX_ARGS for each of rest; NULL with left_out */
	const MpcStr *key;			/* ngroups, all different: for ties */
	int64_t		least;
	bool	   *folded;			/* ngroups * ncounts, as count: the result */
	bool	   *withheld;		/* ncounts, the result: even all together fail this count, or no group fills up */
} MpcFold;

/*
 * counts are numbers of rows, and of rows with a value of each measure. left_out: rows with a value of its column Y, and X, that
 * are not counted; of a measure without X the same number twice, without columns the rows that do not pass, twice; 0 of the rows.
 * Counted and left out together are fewer than 2^63. A group whose rows are folded has all its counts folded; one that
 * has a measure folded keeps the others, and what is folded of it, left out as well, adds to the rest. A withheld measure is contributed to no group
 * and not to the rest. False: the rows are withheld, so that nothing may be contributed. Without groups: all or nothing, for the rows
 * and for each measure.
 */
extern bool mpc_fold_rows(MpcFold *fold);

/*
 * left_out is NULL. counts are numbers of contributing parties other than the asker; mine (as count) and my_rest (as rest) are 1 where the asker
 * contributes. A count fails when anybody contributes but fewer than least others do. The parties behind several groups
 * together are at least as many as behind one of them. What is folded of any count is for the caller to fold as a whole group. -1: groups
 * and remainder may be shown so; otherwise the first count that is withheld. size: rows of each group, for choosing the smallest.
 */
extern int	mpc_fold_contributors(MpcFold *fold, const int64_t *mine, const int64_t *my_rest, const int64_t *size);

#endif							/* MPC_FOLD_H */
