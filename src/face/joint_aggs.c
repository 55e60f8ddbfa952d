/*
 * joint_aggs.c
 *		Which aggregates does a query want from a joint table?
 *
 * Standard aggregates of pg_catalog and their explicit twins mpc_*. Expressions
 * over aggregates and HAVING stay above the scan and are PostgreSQL's own.
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/owner.h"
#include "catalog/pg_proc.h"
#include "face/joint.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "utils/lsyscache.h"

/* "sum" for pg_catalog.sum and for our mpc_sum, NULL for any other function. */
static char *
aggregate_name(Oid aggfnoid)
{
	char	   *name = get_func_name(aggfnoid);

	if (name == NULL)
		return NULL;
	if (aggfnoid < FirstGenbkiObjectId)
		return name;
	if (strncmp(name, "mpc_", 4) == 0 &&
		getExtensionOfObject(ProcedureRelationId, aggfnoid) == mpc_extension_oid())
		return name + 4;
	return NULL;
}

static const char *
aggref_refusal(const Aggref *agg)
{
	if (agg->agglevelsup > 0)
		return "An aggregate of an outer query cannot be asked.";
	if (agg->aggdistinct != NIL)
		return "DISTINCT inside an aggregate is not possible over a joint table.";
	if (agg->aggorder != NIL || agg->aggdirectargs != NIL)
		return "ORDER BY inside an aggregate is not possible over a joint table.";
	if (agg->aggfilter != NULL)
		return "FILTER is not in this version: ask a second question with WHERE.";
	return NULL;
}

/* The column an aggregate reads; 0 when its argument is no plain column. */
static AttrNumber
argument_column(const Aggref *agg)
{
	Node	   *arg = (Node *) linitial_node(TargetEntry, agg->args)->expr;

	if (IsA(arg, RelabelType))
		arg = (Node *) ((RelabelType *) arg)->arg;
	if (!IsA(arg, Var) || ((Var *) arg)->varlevelsup > 0 || ((Var *) arg)->varattno <= 0)
		return 0;
	return ((Var *) arg)->varattno;
}

/* count(1) counts rows, as count(*) does. */
static bool
is_constant_not_null(const Aggref *agg)
{
	Node	   *arg = (Node *) linitial_node(TargetEntry, agg->args)->expr;

	return IsA(arg, Const) && !((Const *) arg)->constisnull;
}

/* Adds (function, attnum) of one Aggref; returns why not, or NULL. */
static const char *
add_aggregate(MpcJointRel *joint, const Aggref *agg)
{
	char	   *name = aggregate_name(agg->aggfnoid);
	const char *refusal = aggref_refusal(agg);
	int			function;
	AttrNumber	column = 0;

	if (refusal != NULL)
		return refusal;
	if (name == NULL)
		return "This aggregate is not one of count, sum and avg.";
	if (strcmp(name, "count") == 0)
		function = (agg->aggstar || is_constant_not_null(agg)) ? MPC_COUNT_ROWS : MPC_COUNT;
	else if (strcmp(name, "sum") == 0)
		function = MPC_SUM;
	else if (strcmp(name, "avg") == 0)
		function = MPC_AVG;
	else
		return psprintf("Aggregate \"%s\" is not one of count, sum and avg.", get_func_name(agg->aggfnoid));
	if (function != MPC_COUNT_ROWS)
	{
		column = argument_column(agg);
		if (column == 0)
			return psprintf("The argument of \"%s\" must be a plain column of the joint table.", get_func_name(agg->aggfnoid));
	}
	joint->aggs = lappend(joint->aggs, list_make2_int(function, column));
	return NULL;
}

void
mpc_joint_aggregates(MpcJointRel *joint, PathTarget *target, List *having)
{
	List	   *exprs = list_concat_copy(target->exprs, having);
	List	   *found = pull_var_clause((Node *) exprs,
										PVC_INCLUDE_AGGREGATES | PVC_RECURSE_PLACEHOLDERS | PVC_RECURSE_WINDOWFUNCS);
	ListCell   *lc;

	joint->tlist = add_to_flat_tlist(NIL, found);
	foreach(lc, joint->tlist)
	{
		Expr	   *expr = lfirst_node(TargetEntry, lc)->expr;

		if (!IsA(expr, Aggref))
		{
			joint->refusal = "A column outside an aggregate needs rows.";
			return;
		}
		joint->refusal = add_aggregate(joint, (Aggref *) expr);
		if (joint->refusal != NULL)
			return;
	}
	if (joint->aggs == NIL)
		joint->refusal = "The query asks for no aggregate.";
	if (list_length(joint->aggs) > MPC_MAX_AGGS)
		joint->refusal = psprintf("One question can have at most %d aggregates.", MPC_MAX_AGGS);
	joint->having = having;
}
