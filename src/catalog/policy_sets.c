/*
 * policy_sets.c
 *		May this intersection be had of this dataset?
 */
#include "postgres.h"

#include "catalog/policy_rules.h"
#include "crypto/secret.h"
#include "protocol/query_sets.h"
#include "protocol/set_pairs.h"

/* What the question would tell of common identifiers. */
static MpcIntersect
intersect_of(const MpcQuery *query)
{
	switch (query->agg[0].function)
	{
		case MPC_INTERSECT:
			return MPC_INTERSECT_MEMBERS;
		default:
			return mpc_query_sums_sets(query) ? MPC_INTERSECT_SUMS : MPC_INTERSECT_COUNTS;
	}
}

static bool
rule_intersect(MpcJudgement *j)
{
	MpcIntersect needed = intersect_of(j->query);

	if (needed <= j->dataset->intersect)
		return true;
	return mpc_policy_refuse(j, MPC_REFUSE_FUNCTION,
				  psprintf("intersections with \"%s\" are not allowed on dataset \"%.*s\"",
						   mpc_intersect_name(needed), MPC_STR_ARGS(j->query->dataset)));
}

/*
 * Sums are of two: of more, shares of many would have to meet (R28). Who asks must have a set of its own, and so must everybody: that a
 * party publishes nothing is said by a key that the asker chose, and without it the others' pairs would show.
 */
static bool
rule_request(MpcJudgement *j)
{
	int			others = mpc_request_other_publishers(j->request);

	if (mpc_is_zero(j->request->card[j->request->asker].dataset, 32))
		return mpc_policy_refuse(j, MPC_REFUSE_PUBLISHERS, "who asks for an intersection must publish the dataset, too");
	if (mpc_set_count(j->request) < j->request->n)
		return mpc_policy_refuse(j, MPC_REFUSE_PUBLISHERS, "an intersection is of the sets of all parties of the federation");
	if (j->request->protocol != MPC_PROTOCOL_SETS || (j->request->lanes > 0) != mpc_query_sums_sets(j->query))
		return mpc_policy_refuse(j, MPC_REFUSE_MALFORMED, "the request is not one for this question");
	if (j->federation->pad_sets && mpc_query_asks_union(j->query))
		return mpc_policy_refuse(j, MPC_REFUSE_FUNCTION, "the size of a union would tell the sizes of sets, which this federation pads");
	if (others > 1 && (mpc_query_sums_sets(j->query) || mpc_query_asks_union(j->query)))
		return mpc_policy_refuse(j, MPC_REFUSE_FUNCTION, "sums over common identifiers, and unions, are of two parties only");
	if (j->request->m < (uint32) j->dataset->limits.min_set)
		return mpc_policy_refuse(j, MPC_REFUSE_LIMIT,
					  psprintf("dataset \"%.*s\" is intersected with sets of at least %d identifiers only",
							   MPC_STR_ARGS(j->query->dataset), j->dataset->limits.min_set));
	return true;
}

/* Of two parties, too, and of any protocol for sums: the result is the purpose (R28). */
bool
mpc_rule_sets(MpcJudgement *j)
{
	if (j->dataset == NULL)
		return mpc_policy_refuse(j, MPC_REFUSE_PUBLISHERS, "this party publishes no such dataset");
	j->used = palloc0(sizeof(MpcContract));
	return mpc_rule_usable(j) && rule_intersect(j) && rule_request(j) && mpc_rule_columns(j) && mpc_rule_contract(j);
}

/* What the asker sums and counts by groups is its own: its own classes of functions hold. */
static bool
rule_own_functions(MpcJudgement *j)
{
	for (int i = 0; i < j->query->naggs; i++)
	{
		bool		sum = j->query->agg[i].function == MPC_INTERSECT_SUM;

		if (mpc_query_sums_sets(j->query) && (j->dataset->functions & (sum ? MPC_CLASS_SUM : MPC_CLASS_COUNT)) == 0)
			return mpc_policy_refuse(j, MPC_REFUSE_FUNCTION,
									 psprintf("function class \"%s\" is not allowed on dataset \"%.*s\"",
											  sum ? "sum" : "count", MPC_STR_ARGS(j->query->dataset)));
	}
	return true;
}

bool
mpc_rule_own_sets(MpcJudgement *j)
{
	j->used = palloc0(sizeof(MpcContract));
	return mpc_rule_usable(j) && rule_intersect(j) && rule_own_functions(j) && mpc_rule_columns(j);
}
