/*
 * joint_aggs.c
 *		Which keys and aggregates does a query want to see of a joint table?
 *
 * Standard aggregates of pg_catalog and their explicit twins mpc_*. Expressions
 * over aggregates and HAVING stay above the scan and are PostgreSQL's own.
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/pg_proc.h"
#include "commands/extension.h"
#include "face/joint.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "utils/lsyscache.h"

/* mpc_reconstruct and mpc_combine are none: they compute from their arguments. */
static bool
is_twin_name(const char *name)
{
	static const char *const twins[] = {"mpc_count", "mpc_sum", "mpc_avg", "mpc_parties", "mpc_remainder"};

	for (int i = 0; i < lengthof(twins); i++)
	{
		if (strcmp(name, twins[i]) == 0)
			return true;
	}
	return false;
}

/* Every query with aggregates is looked at: built-in ones cost nothing, those of others a name. */
bool
mpc_is_twin(Oid funcid)
{
	char	   *name = funcid >= FirstNormalObjectId ? get_func_name(funcid) : NULL;
	Oid			extension;

	if (name == NULL || !is_twin_name(name))
		return false;
	extension = getExtensionOfObject(ProcedureRelationId, funcid);
	return OidIsValid(extension) && extension == get_extension_oid("mpc_agg", true);
}

/* "sum" for pg_catalog.sum and for our mpc_sum, NULL for any other function. */
static char *
aggregate_name(Oid aggfnoid)
{
	if (aggfnoid < FirstGenbkiObjectId)
		return get_func_name(aggfnoid);
	return mpc_is_twin(aggfnoid) ? get_func_name(aggfnoid) + 4 : NULL;
}

static const char *
aggref_refusal(const Aggref *agg)
{
	if (agg->agglevelsup > 0)
		return "An aggregate of an outer query cannot be asked.";
	if (agg->aggorder != NIL || agg->aggdirectargs != NIL)
		return "ORDER BY inside an aggregate cannot be asked.";
	if (agg->aggfilter != NULL)
		return "FILTER is not in this version: group by the column, or ask a second question with WHERE.";
	return NULL;
}

/* The column an aggregate reads; 0 when its argument is no plain column. */
static AttrNumber
argument_column(const Aggref *agg)
{
	Node	   *arg = (Node *) linitial_node(TargetEntry, agg->args)->expr;

	if (IsA(arg, RelabelType) && mpc_joint_same_value((RelabelType *) arg))
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

/* count(DISTINCT key): the keys were collected before, joint_keys.c. */
static const char *
add_distinct(MpcJointRel *joint, const Aggref *agg, const char *name)
{
	int			key;

	if (strcmp(name, "count") != 0)
		return "DISTINCT inside an aggregate is for count(DISTINCT key) only.";
	for (key = 0; key < list_length(joint->keys); key++)
	{
		if (list_nth_int(joint->keys, key) == argument_column(agg))
			break;
	}
	if (key == list_length(joint->keys))
		return "The argument of count(DISTINCT ...) must be a plain column of this table.";
	joint->columns = lappend(joint->columns, list_make2_int(MPC_COLUMN_DISTINCT, key));
	return NULL;
}

/* The function of a name, 0 when no joint table has it. */
static int
function_of(const char *name, const Aggref *agg)
{
	if (strcmp(name, "count") == 0)
		return (agg->aggstar || is_constant_not_null(agg)) ? MPC_COUNT_ROWS : MPC_COUNT;
	if (strcmp(name, "sum") == 0)
		return MPC_SUM;
	if (strcmp(name, "avg") == 0)
		return MPC_AVG;
	if (strcmp(name, "remainder") == 0)
		return MPC_COLUMN_REMAINDER;
	if (strcmp(name, "parties") == 0)
		return MPC_COLUMN_PARTIES;
	return 0;
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
	if (joint->own && !mpc_is_twin(agg->aggfnoid))
		return psprintf("Aggregate \"%s\" is about the rows of this database, mpc_* about everybody's: ask each in a subquery of its own and join the two.",
						get_func_name(agg->aggfnoid));
	if (name == NULL)
		return "This aggregate is not one of count, sum and avg.";
	if (agg->aggdistinct != NIL)
		return add_distinct(joint, agg, name);
	function = function_of(name, agg);
	if (function == 0)
		return psprintf("Aggregate \"%s\" is not one of count, sum and avg.", get_func_name(agg->aggfnoid));
	if (!agg->aggstar && function != MPC_COUNT_ROWS)
	{
		column = argument_column(agg);
		if (column == 0)
			return psprintf("The argument of \"%s\" must be a plain column of this table.", get_func_name(agg->aggfnoid));
	}
	joint->columns = lappend(joint->columns, list_make2_int(function, column));
	return NULL;
}

/* A column outside an aggregate: a key that the query groups by, or a row would be needed. */
static const char *
add_key_column(MpcJointRel *joint, const Var *var)
{
	for (int key = 0; key < list_length(joint->keys); key++)
	{
		if (list_nth_int(joint->keys, key) != var->varattno)
			continue;
		joint->columns = lappend(joint->columns, list_make2_int(MPC_COLUMN_KEY, key));
		return NULL;
	}
	return "A column outside an aggregate needs rows.";
}

static int
count_aggregates(const MpcJointRel *joint)
{
	int			n = 0;
	ListCell   *lc;

	foreach(lc, joint->columns)
		n += linitial_int(lfirst(lc)) < MPC_COLUMN_KEY ? 1 : 0;
	return n;
}

/* The keys are in the scan's row even where nobody selects them: conditions are evaluated on it. */
void
mpc_joint_columns(MpcJointRel *joint, PathTarget *target, List *having)
{
	List	   *exprs = list_concat_copy(target->exprs, having);
	List	   *found = pull_var_clause((Node *) exprs,
										PVC_INCLUDE_AGGREGATES | PVC_RECURSE_PLACEHOLDERS | PVC_RECURSE_WINDOWFUNCS);
	ListCell   *lc;

	joint->tlist = add_to_flat_tlist(add_to_flat_tlist(NIL, found), joint->key_vars);
	foreach(lc, joint->tlist)
	{
		Expr	   *expr = lfirst_node(TargetEntry, lc)->expr;

		if (IsA(expr, Aggref))
			joint->refusal = add_aggregate(joint, (Aggref *) expr);
		else if (IsA(expr, Var))
			joint->refusal = add_key_column(joint, (Var *) expr);
		else
			joint->refusal = "A column outside an aggregate needs rows.";
		if (joint->refusal != NULL)
			return;
	}
	if (joint->columns == NIL)
		joint->refusal = "The query asks for no aggregate.";
	if (count_aggregates(joint) > MPC_MAX_AGGS)
		joint->refusal = psprintf("One question can have at most %d aggregates.", MPC_MAX_AGGS);
	joint->having = having;
}
