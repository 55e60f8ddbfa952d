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
#include "catalog/pg_aggregate.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "face/joint_aggs.h"
#include "protocol/query_sets.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#define ANY_ARGUMENTS	(-1)

/* By the names of pg_catalog; mpc_* is the twin of each. */
static const struct
{
	const char *name;
	int			what;			/* an MpcFunction or an MpcScanColumn */
	int			nargs;
}			functions[] =
{
	{"count", MPC_COUNT, ANY_ARGUMENTS},
	{"sum", MPC_SUM, 1},
	{"avg", MPC_AVG, 1},
	{"var_pop", MPC_VAR_POP, 1},
	{"var_samp", MPC_VAR_SAMP, 1},
	{"variance", MPC_VAR_SAMP, 1},
	{"stddev_pop", MPC_STDDEV_POP, 1},
	{"stddev_samp", MPC_STDDEV_SAMP, 1},
	{"stddev", MPC_STDDEV_SAMP, 1},
	{"bool_and", MPC_BOOL_AND, 1},
	{"every", MPC_BOOL_AND, 1},
	{"bool_or", MPC_BOOL_OR, 1},
	{"bit_and", MPC_BIT_AND, 1},
	{"bit_or", MPC_BIT_OR, 1},
	{"min", MPC_MIN, 1},
	{"max", MPC_MAX, 1},
	{"approx_count_distinct", MPC_DISTINCT, 1},
	{"covar_pop", MPC_COVAR_POP, 2},
	{"covar_samp", MPC_COVAR_SAMP, 2},
	{"corr", MPC_CORR, 2},
	{"regr_count", MPC_REGR_COUNT, 2},
	{"regr_avgx", MPC_REGR_AVGX, 2},
	{"regr_avgy", MPC_REGR_AVGY, 2},
	{"regr_sxx", MPC_REGR_SXX, 2},
	{"regr_syy", MPC_REGR_SYY, 2},
	{"regr_sxy", MPC_REGR_SXY, 2},
	{"regr_slope", MPC_REGR_SLOPE, 2},
	{"regr_intercept", MPC_REGR_INTERCEPT, 2},
	{"regr_r2", MPC_REGR_R2, 2},
	{"products", MPC_PRODUCTS, ANY_ARGUMENTS},
	{"intersect_count", MPC_INTERSECT_COUNT, ANY_ARGUMENTS},
	{"intersect_sum", MPC_INTERSECT_SUM, 2},
	{"union_count", MPC_UNION_COUNT, ANY_ARGUMENTS},
	{"histogram", MPC_HISTOGRAM, 4},
	{"percentile", MPC_HISTOGRAM, ANY_ARGUMENTS},
	{"logistic_sums", MPC_LOGISTIC, ANY_ARGUMENTS},
	{"parties", MPC_COLUMN_PARTIES, 0},
	{"remainder", MPC_COLUMN_REMAINDER, 0}
};

/* Index of the function of this name, -1 when no joint table has it. */
static int
function_named(const char *name)
{
	for (int i = 0; i < lengthof(functions); i++)
	{
		if (strcmp(functions[i].name, name) == 0)
			return i;
	}
	return -1;
}

/* mpc_reconstruct and mpc_combine are none: they compute from their arguments. */
static bool
is_twin_name(const char *name)
{
	return strncmp(name, "mpc_", 4) == 0 && function_named(name + 4) >= 0;
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

bool
mpc_joint_is_extreme(Oid aggfnoid)
{
	char	   *name = aggregate_name(aggfnoid);

	return name != NULL && (strcmp(name, "min") == 0 || strcmp(name, "max") == 0);
}

static const char *
aggref_refusal(const Aggref *agg)
{
	if (AGGKIND_IS_ORDERED_SET(agg->aggkind))
		return "Aggregates WITHIN GROUP need values in order: mpc_percentile(fraction, column, low, high, buckets) gives an interval that certainly holds percentile_disc.";
	if (agg->agglevelsup > 0)
		return "An aggregate of an outer query cannot be asked.";
	if (agg->aggorder != NIL || agg->aggdirectargs != NIL)
		return "ORDER BY inside an aggregate cannot be asked.";
	return NULL;
}

/* The casts between numbers that PostgreSQL makes by itself go upwards. */
static int
rank_of_number(Oid type)
{
	static const Oid types[] = {INT2OID, INT4OID, INT8OID, NUMERICOID, FLOAT4OID, FLOAT8OID};

	for (int i = 0; i < lengthof(types); i++)
	{
		if (types[i] == type)
			return i;
	}
	return -1;
}

/*
 * Statistics of pairs are there for double precision only, histograms for some types: what the parser casts to them is taken
 * exactly.
 */
static Node *
without_cast(Node *arg)
{
	FuncExpr   *cast = (FuncExpr *) arg;
	int			from;

	if (!IsA(arg, FuncExpr) || cast->funcid >= FirstGenbkiObjectId || list_length(cast->args) != 1 ||
		cast->funcformat == COERCE_EXPLICIT_CALL)
		return arg;
	from = rank_of_number(exprType(linitial(cast->args)));
	return from >= 0 && from < rank_of_number(cast->funcresulttype) ? linitial(cast->args) : arg;
}

/* The column an argument is, also below a cast of the parser's; 0 when it is no plain column. */
AttrNumber
mpc_joint_argument(const Aggref *agg, int i, bool cast)
{
	Node	   *arg = (Node *) list_nth_node(TargetEntry, agg->args, i)->expr;

	if (cast)
		arg = without_cast(arg);
	if (IsA(arg, RelabelType) && mpc_joint_same_value((RelabelType *) arg))
		arg = (Node *) ((RelabelType *) arg)->arg;
	if (!IsA(arg, Var) || ((Var *) arg)->varlevelsup > 0 || ((Var *) arg)->varattno <= 0)
		return 0;
	return ((Var *) arg)->varattno;
}

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
	AttrNumber	column = mpc_joint_argument(agg, 0, false);
	int			key;

	if (strcmp(name, "count") != 0)
		return "DISTINCT inside an aggregate is for count(DISTINCT key) only.";
	if (agg->aggfilter != NULL)
		return "FILTER is not possible with count(DISTINCT ...).";
	for (key = 0; key < list_length(joint->keys); key++)
	{
		if (list_nth_int(joint->keys, key) == column)
			break;
	}
	if (key == list_length(joint->keys) && column != 0 && mpc_joint_counts_union(joint->relid, column))
		return mpc_joint_add_set(joint, agg, MPC_UNION_COUNT);
	if (key == list_length(joint->keys))
		return "The argument of count(DISTINCT ...) must be a plain column of this table.";
	joint->columns = lappend(joint->columns, list_make4_int(MPC_COLUMN_DISTINCT, key, 0, 0));
	return NULL;
}

/* min and max of these have keys; of characters, for one, there is nothing that rounds could find. */
static bool
has_extremes(Oid type)
{
	switch (type)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case NUMERICOID:
		case FLOAT4OID:
		case FLOAT8OID:
		case DATEOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return true;
		default:
			return false;
	}
}

/* The function as it is asked: count(1) counts rows, and sums of intervals have lanes of their own. */
static int
asked_function(const Aggref *agg, int what)
{
	if (what == MPC_COUNT && (agg->aggstar || is_constant_not_null(agg)))
		return MPC_COUNT_ROWS;
	if ((what == MPC_SUM || what == MPC_AVG) && linitial_oid(agg->aggargtypes) == INTERVALOID)
		return what == MPC_SUM ? MPC_SUM_INTERVAL : MPC_AVG_INTERVAL;
	return what;
}

/* Why an argument that is no plain column cannot be asked; for sum(b::integer), what can be asked instead. */
static const char *
argument_refusal(const Aggref *agg, int i)
{
	Node	   *arg = (Node *) list_nth_node(TargetEntry, agg->args, i)->expr;

	if (IsA(arg, FuncExpr) && ((FuncExpr *) arg)->funcid == F_INT4_BOOL)
		return "A boolean cannot be cast to a number: count(*) FILTER (WHERE ...) counts the rows in which it is true, where it is a filter; mpc_sum and mpc_avg take the boolean itself.";
	return psprintf("The argument of \"%s\" must be a plain column of this table.", get_func_name(agg->aggfnoid));
}

/* Adds function, columns and filter of one Aggref whose function is known; returns why not, or NULL. */
static const char *
add_function(MpcJointRel *joint, const Aggref *agg, int what, Index relid)
{
	int			column[MPC_MAX_ARGS] = {0};
	int			filter = 0;

	what = asked_function(agg, what);
	if (mpc_joint_is_extreme(agg->aggfnoid) && !has_extremes(linitial_oid(agg->aggargtypes)))
		return psprintf("\"%s\" can be asked of numbers, dates and timestamps only.", get_func_name(agg->aggfnoid));
	for (int i = 0; what != MPC_COUNT_ROWS && i < list_length(agg->args); i++)
	{
		column[i] = mpc_joint_argument(agg, i, what >= MPC_COVAR_POP && what <= MPC_REGR_R2);
		if (column[i] == 0)
			return argument_refusal(agg, i);
	}
	if (agg->aggfilter != NULL && what >= MPC_COLUMN_KEY)
		return psprintf("FILTER is not possible with \"%s\".", get_func_name(agg->aggfnoid));
	filter = mpc_joint_filter_of(joint, agg, relid);
	if (joint->refusal != NULL)
		return joint->refusal;
	joint->columns = lappend(joint->columns, list_make4_int(what, column[0], column[1], filter));
	return NULL;
}

/* Why this function cannot be asked like this, or NULL. */
static const char *
function_refusal(const MpcJointRel *joint, const Aggref *agg, int what)
{
	if (what == MPC_DISTINCT && joint->keys != NIL)
		return "Aggregate \"mpc_approx_count_distinct\" is for all rows together, without GROUP BY.";
	return NULL;
}

/* Returns why one Aggref cannot be asked, or NULL. */
static const char *
add_aggregate(MpcJointRel *joint, const Aggref *agg, Index relid)
{
	char	   *name = aggregate_name(agg->aggfnoid);
	const char *refusal = aggref_refusal(agg);
	int			function = name != NULL ? function_named(name) : -1;

	if (refusal != NULL)
		return refusal;
	if (joint->own && !mpc_is_twin(agg->aggfnoid))
		return psprintf("Aggregate \"%s\" is about the rows of this database, mpc_* about everybody's: ask each in a subquery of its own and join the two.",
						get_func_name(agg->aggfnoid));
	if (name == NULL)
		return "This aggregate is none that a federation answers.";
	if (agg->aggdistinct != NIL && !mpc_joint_is_extreme(agg->aggfnoid))	/* which values are there twice is all the same to these */
		return add_distinct(joint, agg, name);
	if (function >= 0 && mpc_function_is_model(functions[function].what))
		return mpc_joint_add_model(joint, agg, functions[function].what, relid);
	if (function >= 0)
		refusal = function_refusal(joint, agg, functions[function].what);
	if (refusal != NULL)
		return refusal;
	if (function >= 0 && mpc_function_is_of_sets(functions[function].what))
		return mpc_joint_add_set(joint, agg, functions[function].what);
	if (function < 0 ||
		(functions[function].nargs != ANY_ARGUMENTS && functions[function].nargs != list_length(agg->args)))
		return psprintf("Aggregate \"%s\" is none that a federation answers.", get_func_name(agg->aggfnoid));
	if (functions[function].what == MPC_HISTOGRAM)
		return mpc_joint_add_histogram(joint, agg, relid);
	return add_function(joint, agg, functions[function].what, relid);
}

/* A column outside an aggregate: a key that the query groups by, or a row would be needed. */
static const char *
add_key_column(MpcJointRel *joint, const Var *var)
{
	int			key = mpc_joint_key(joint, var);

	if (key < 0)
		return "A column outside an aggregate needs rows.";
	joint->columns = lappend(joint->columns, list_make4_int(MPC_COLUMN_KEY, key, 0, 0));
	return NULL;
}

/* GROUPING(key, ...). */
static const char *
add_grouping(MpcJointRel *joint, const GroupingFunc *grouping)
{
	List	   *item = list_make4_int(MPC_COLUMN_GROUPING, 0, 0, 0);
	ListCell   *lc;

	if (grouping->agglevelsup > 0)
		return "GROUPING of an outer query cannot be asked.";
	foreach(lc, grouping->args)
	{
		int			key = IsA(lfirst(lc), Var) ? mpc_joint_key(joint, lfirst(lc)) : -1;

		if (key < 0)
			return "GROUPING takes key columns only.";
		item = lappend_int(item, key);
	}
	joint->columns = lappend(joint->columns, item);
	return NULL;
}

/* Of one function, or of all. */
static int
count_aggregates(const MpcJointRel *joint, int function)
{
	int			n = 0;
	ListCell   *lc;

	foreach(lc, joint->columns)
	{
		int			what = linitial_int(lfirst(lc));

		n += what == function || (function == 0 && what < MPC_COLUMN_KEY) ? 1 : 0;
	}
	return n;
}

/* The keys are in the scan's row even where nobody selects them: conditions are evaluated on it. */
void
mpc_joint_columns(MpcJointRel *joint, PathTarget *target, List *having, Index relid)
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
			joint->refusal = add_aggregate(joint, (Aggref *) expr, relid);
		else if (IsA(expr, GroupingFunc))
			joint->refusal = add_grouping(joint, (GroupingFunc *) expr);
		else if (IsA(expr, Var))
			joint->refusal = add_key_column(joint, (Var *) expr);
		else
			joint->refusal = "A column outside an aggregate needs rows.";
		if (joint->refusal != NULL)
			return;
	}
	if (joint->columns == NIL)
		joint->refusal = "The query asks for no aggregate.";
	if (count_aggregates(joint, 0) > MPC_MAX_AGGS)
		joint->refusal = psprintf("One question can have at most %d aggregates.", MPC_MAX_AGGS);
	else if (count_aggregates(joint, MPC_PRODUCTS) + count_aggregates(joint, MPC_LOGISTIC) > MPC_MAX_PRODUCTS)
		joint->refusal = psprintf("One question can have at most %d aggregates \"mpc_products\" or \"mpc_logistic_sums\".", MPC_MAX_PRODUCTS);
	else if (count_aggregates(joint, MPC_DISTINCT) > MPC_MAX_DISTINCT)
		joint->refusal = "One question can have one aggregate \"mpc_approx_count_distinct\" only.";
	else if (joint->refusal == NULL)
		joint->refusal = mpc_joint_mixture(joint);
	joint->having = having;
}
