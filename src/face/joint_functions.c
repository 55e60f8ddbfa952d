/*
 * joint_functions.c
 *		Functions whose arguments are more than a column or two: grids, coefficients, many columns, identifiers.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "face/joint_aggs.h"
#include "nodes/nodeFuncs.h"
#include "protocol/query_sets.h"
#include "utils/lsyscache.h"

static bool
is_always_true(const Node *clause)
{
	const Const *constant = (const Const *) clause;

	return IsA(clause, Const) && !constant->constisnull && DatumGetBool(constant->constvalue);
}

/* The number of an aggregate's FILTER, 0 for none. Sets refusal. */
int
mpc_joint_filter_of(MpcJointRel *joint, const Aggref *agg, Index relid)
{
	if (agg->aggfilter == NULL || is_always_true((Node *) agg->aggfilter))
		return 0;
	return mpc_joint_filter(joint, (Node *) agg->aggfilter, relid);
}

/* mpc_histogram(column, grid), mpc_percentile(fraction, column) and mpc_percentile(fraction, column, grid). */
const char *
mpc_joint_add_histogram(MpcJointRel *joint, const Aggref *agg, Index relid)
{
	int			nargs = list_length(agg->args);
	bool		percentile = nargs != 4;
	int			at = percentile ? 1 : 0;	/* of the column */
	AttrNumber	column = mpc_joint_argument(agg, at, true);
	int			value[4] = {-1, -1, -1, -1};	/* as MpcGridItem */
	List	   *item;

	if (column == 0)
		return psprintf("The measure of \"%s\" must be a plain column of this table.", get_func_name(agg->aggfnoid));
	for (int i = 0; i < nargs; i++)
	{
		int			place = i < at ? MPC_GRID_FRACTION - MPC_GRID_LOW : i - at - 1;

		if (i == at)
			continue;
		value[place] = mpc_joint_value(joint, (Node *) list_nth_node(TargetEntry, agg->args, i)->expr);
		if (value[place] < 0)
			return psprintf("All other arguments of \"%s\" must be constants or parameters.", get_func_name(agg->aggfnoid));
	}
	item = list_make4_int(MPC_HISTOGRAM, column, 0, mpc_joint_filter_of(joint, agg, relid));
	for (int i = 0; i < lengthof(value); i++)
		item = lappend_int(item, value[i]);
	joint->columns = lappend(joint->columns, item);
	return joint->refusal;
}

static bool
is_number(Oid type)
{
	return type == INT2OID || type == INT4OID || type == INT8OID || type == NUMERICOID ||
		type == FLOAT4OID || type == FLOAT8OID;
}

/* Why sums over many columns cannot be asked like this, or NULL. Arguments may have any type as yet; columns begin with number first. */
static const char *
model_refusal(const MpcJointRel *joint, const Aggref *agg, int first)
{
	char	   *name = get_func_name(agg->aggfnoid);
	int			n = list_length(agg->args) - first;

	if (joint->keys != NIL)
		return psprintf("Aggregate \"%s\" is for all rows together, without GROUP BY.", name);
	if (agg->aggvariadic || n < 2 || n > MPC_MAX_PRODUCT_ARGS)
		return psprintf("Aggregate \"%s\" takes between 2 and %d columns.", name, MPC_MAX_PRODUCT_ARGS);
	for (int i = first; i < first + n; i++)
	{
		Oid			type = exprType((Node *) list_nth_node(TargetEntry, agg->args, i)->expr);

		if (!is_number(type) && !(first > 0 && type == BOOLOID))
			return psprintf("The arguments of \"%s\" must be integers, numeric, real%s double precision%s.", name,
							first > 0 ? "," : " or", first > 0 ? " or boolean" : "");
	}
	return NULL;
}

/* Adds one of the functions over many columns; of MPC_LOGISTIC the coefficients come before them. */
const char *
mpc_joint_add_model(MpcJointRel *joint, const Aggref *agg, int what, Index relid)
{
	int			first = what == MPC_LOGISTIC ? 1 : 0;
	const char *refusal = model_refusal(joint, agg, first);
	int			column[MPC_MAX_PRODUCT_ARGS] = {0};
	int			n = list_length(agg->args) - first;
	List	   *item;

	if (refusal != NULL)
		return refusal;
	for (int i = 0; i < n; i++)
	{
		column[i] = mpc_joint_argument(agg, first + i, false);
		if (column[i] == 0)
			return psprintf("The argument of \"%s\" must be a plain column of this table.", get_func_name(agg->aggfnoid));
	}
	item = list_make4_int(what, column[0], column[1], mpc_joint_filter_of(joint, agg, relid));
	for (int i = 2; i < n; i++)
		item = lappend_int(item, column[i]);
	if (what == MPC_LOGISTIC)
		item = lappend_int(item, mpc_joint_value(joint, (Node *) linitial_node(TargetEntry, agg->args)->expr));
	joint->columns = lappend(joint->columns, item);
	if (what == MPC_LOGISTIC && llast_int(item) < 0)
		return "The coefficients of \"mpc_logistic_sums\" must be a value, neither volatile nor a sub-select.";
	return joint->refusal;
}

/* Why a function of sets cannot be asked like this, or NULL. */
static const char *
set_refusal(const Aggref *agg)
{
	if (agg->aggvariadic || list_length(agg->args) > MPC_MAX_IDENTIFIERS)
		return psprintf("Aggregate \"%s\" takes at most %d columns.", get_func_name(agg->aggfnoid), MPC_MAX_IDENTIFIERS);
	if (agg->aggfilter != NULL)
		return psprintf("FILTER is not possible with \"%s\": restrict the sets by WHERE.", get_func_name(agg->aggfnoid));
	return NULL;
}

/* Adds a function of sets: its identifiers, and a sum's measure last. */
const char *
mpc_joint_add_set(MpcJointRel *joint, const Aggref *agg, int what)
{
	int			column[MPC_MAX_IDENTIFIERS + 1] = {0};
	int			n = list_length(agg->args);
	const char *refusal = set_refusal(agg);
	List	   *item;

	if (refusal != NULL)
		return refusal;
	for (int i = 0; i < n; i++)
	{
		column[i] = mpc_joint_argument(agg, i, false);
		if (column[i] == 0)
			return psprintf("The argument of \"%s\" must be a plain column of this table.", get_func_name(agg->aggfnoid));
	}
	item = list_make4_int(what, column[0], column[1], 0);
	for (int i = 2; i < n; i++)
		item = lappend_int(item, column[i]);
	joint->columns = lappend(joint->columns, item);
	return NULL;
}

/* What stands in this place of a function of sets, 0 where it is no identifier: of a sum the second one is its measure. */
static int
identifier(const List *item, int place)
{
	if (place >= list_length(item) || (place == 2 && linitial_int(item) == MPC_INTERSECT_SUM))
		return 0;
	return list_nth_int(item, place);
}

/* Are the identifiers of two functions of sets the same, in the same order? */
static bool
same_identifiers(const List *a, const List *b)
{
	for (int i = 1; i < Max(list_length(a), list_length(b)); i++)
	{
		if (identifier(a, i) != identifier(b, i))
			return false;
	}
	return true;
}

/* Functions of sets go through another protocol than all others. NULL: there are none, or nothing else. */
const char *
mpc_joint_mixture(const MpcJointRel *joint)
{
	const List *first = NIL;
	int			others = 0;
	bool		unions = false;
	ListCell   *lc;

	foreach(lc, joint->columns)
	{
		const List *item = lfirst(lc);
		int			what = linitial_int(item);

		if (!mpc_function_is_of_sets(what))
		{
			others += what != MPC_COLUMN_KEY && what != MPC_COLUMN_PARTIES ? 1 : 0;
			continue;
		}
		unions |= what == MPC_UNION_COUNT;
		if (first == NIL)
			first = item;
		else if (!same_identifiers(first, item))
			return "One question intersects one identifier only: ask for each in a subquery of its own.";
	}
	if (first == NIL)
		return NULL;
	if (others > 0)
		return "Intersections stand with no other aggregates: ask for each in a subquery of its own and join the two.";
	if (joint->sets != NIL || (unions && joint->keys != NIL))
		return "A union has no groups, and an intersection no grouping sets.";
	return NULL;
}
