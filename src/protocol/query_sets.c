/*
 * query_sets.c
 *		What does a question ask about sets, and does it ask it in one way only?
 *
 * As query.c, of which this is a part: assumes aggregates that are well-formed one by one.
 */
#include "protocol/query_sets.h"

static bool
same_identifiers(const MpcAgg *a, const MpcAgg *b)
{
	int			i;

	if (mpc_agg_identifiers(a) != mpc_agg_identifiers(b))
		return false;
	for (i = 0; i < mpc_agg_identifiers(a); i++)
		if (!mpc_str_equal(a->arg[i], b->arg[i]))
			return false;
	return true;
}

/* The first aggregate that sums the same measure. */
static int
first_of_measure(const MpcQuery *q, int agg)
{
	MpcStr		measure = q->agg[agg].arg[q->agg[agg].nargs - 1];
	int			i = 0;

	while (q->agg[i].function != MPC_INTERSECT_SUM || !mpc_str_equal(q->agg[i].arg[q->agg[i].nargs - 1], measure))
		i++;
	return i;
}

int
mpc_sets_measure(const MpcQuery *q, int agg)
{
	int			number = 0;
	int			first;
	int			i;

	if (q->agg[agg].function != MPC_INTERSECT_SUM)
		return -1;
	first = first_of_measure(q, agg);
	for (i = 0; i < first; i++)
		number += q->agg[i].function == MPC_INTERSECT_SUM && first_of_measure(q, i) == i;
	return number;
}

/* Nothing else beside functions of sets; members alone, since whoever has them can count and add up. */
bool
mpc_query_sets_fit(const MpcQuery *q)
{
	size_t		i;

	for (i = 0; i < q->naggs; i++)
	{
		const MpcAgg *agg = &q->agg[i];

		if (mpc_function_is_of_sets(agg->function) != mpc_query_is_of_sets(q))
			return false;
		if (!mpc_query_is_of_sets(q))
			continue;
		if (agg->filter > 0 || !same_identifiers(agg, &q->agg[0]) ||
			(agg->function == MPC_INTERSECT && (q->naggs > 1 || q->nkeys > 0)) ||
			(agg->function == MPC_UNION_COUNT && q->nkeys > 0))
			return false;
	}
	return true;
}
