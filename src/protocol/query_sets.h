/*
 * query_sets.h
 *		Questions about what parties have in common: identifiers of all, counted or summed over.
 */
#ifndef MPC_QUERY_SETS_H
#define MPC_QUERY_SETS_H

#include "protocol/query.h"

static inline bool
mpc_function_is_of_sets(MpcFunction function)
{
	return function >= MPC_INTERSECT && function <= MPC_UNION_COUNT;
}

/* Is this a question about sets? Then all its functions are of sets, and of the same identifiers. */
static inline bool
mpc_query_is_of_sets(const MpcQuery *q)
{
	return q->naggs > 0 && mpc_function_is_of_sets(q->agg[0].function);
}

/* How many identifiers a function of sets has. */
static inline int
mpc_agg_identifiers(const MpcAgg *agg)
{
	return agg->nargs - (agg->function == MPC_INTERSECT_SUM ? 1 : 0);
}

/* Which of the different measures of a question about sets an aggregate sums, in order of first use; -1: none. */
extern int	mpc_sets_measure(const MpcQuery *q, int agg);

static inline bool
mpc_query_asks_union(const MpcQuery *q)
{
	bool		asks = false;

	for (int i = 0; i < q->naggs; i++)
		asks |= q->agg[i].function == MPC_UNION_COUNT;
	return asks;
}

/* Does the sum of something over the members need to be found, and not only how many there are? */
static inline bool
mpc_query_sums_sets(const MpcQuery *q)
{
	bool		sums = q->nkeys > 0;

	for (int i = 0; i < q->naggs; i++)
		sums |= q->agg[i].function == MPC_INTERSECT_SUM;
	return sums;
}

/*
 * Functions of sets stand with no others, all with the same identifiers and no filter of their own. Members stand alone, since
 * whoever has them can count and add up; a union has no groups.
 */
extern bool mpc_query_sets_fit(const MpcQuery *q);

#endif							/* MPC_QUERY_SETS_H */
