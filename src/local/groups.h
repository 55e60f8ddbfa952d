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
extern MpcLocalAnswer *mpc_groups_create(int nmeasures);

/* Zeroed memory that is wiped and freed with the answer. */
extern void *mpc_groups_alloc(MpcLocalAnswer *answer, Size size);

/* One more group of zeros, with a copy of the key. Pointers to other groups are invalid afterwards. */
extern MpcLocalGroup *mpc_groups_add(MpcLocalAnswer *answer, MpcStr key);

/* Adds rows and measures. */
extern void mpc_groups_merge(const MpcLocalAnswer *answer, MpcLocalGroup *into, const MpcLocalGroup *from);

/* Sorts by key. Raises when a key is there twice. */
extern void mpc_groups_sort(MpcLocalAnswer *answer);

#endif							/* MPC_GROUPS_H */
