/*
 * groups.h
 *		The groups of one party's answer in memory that is wiped with it.
 */
#ifndef MPC_GROUPS_H
#define MPC_GROUPS_H

#include "postgres.h"

#include "local/aggregate.h"

/*
 * An answer without groups, in a context of its own below the current one. Whichever way that context ends, an error
 * included, its secrets are wiped first.
 */
extern MpcLocalAnswer *mpc_groups_create(const MpcLanes *lanes);

/* Zeroed memory that is wiped and freed with the answer. */
extern void *mpc_groups_alloc(MpcLocalAnswer *answer, Size size);

/* The measures of one more group, zeros, in such memory. */
extern MpcLocalSum *mpc_groups_sums(MpcLocalAnswer *answer);

/* Wipes a measure; it may be added to again. */
extern void mpc_groups_clear_sum(MpcLocalSum *sum, int nmoments);

/* One more group of zeros, with a copy of the key. Pointers to other groups are invalid afterwards. */
extern MpcLocalGroup *mpc_groups_add(MpcLocalAnswer *answer, MpcStr key);

/* Adds rows and measures. */
extern void mpc_groups_merge(const MpcLocalAnswer *answer, MpcLocalGroup *into, const MpcLocalGroup *from);

/* cells.c: moves what may not be shown of histograms into their rests, group by group. */
extern void mpc_groups_fold_cells(MpcLocalAnswer *answer, int min_rows);

/* Sorts by key. Raises when a key is there twice. */
extern void mpc_groups_sort(MpcLocalAnswer *answer);

#endif							/* MPC_GROUPS_H */
