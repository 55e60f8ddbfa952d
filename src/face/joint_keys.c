/*
 * joint_keys.c
 *		Which columns does a query group a joint table by?
 *
 * Taken from the query as it was written: the planner may drop a grouping column that it
 * knows to be constant, or to follow from a primary key of this database, and the peers must not lose it.
 * Columns that are counted DISTINCT are keys of the question, too: their groups are rolled up here (joint_rows.c).
 */
#include "postgres.h"

#include "catalog/options.h"
#include "face/joint.h"
#include "foreign/foreign.h"
#include "local/text.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "utils/lsyscache.h"

/*
 * The plain column an expression is, NULL otherwise. Of casts, only one that keeps the column's own equality is
 * looked through: varchar to text, a longer length, COLLATE with a deterministic collation.
 */
static Var *
plain_column(Node *node, Index relid)
{
	if (IsA(node, RelabelType) && mpc_joint_same_value((RelabelType *) node))
		node = (Node *) ((RelabelType *) node)->arg;
	if (!IsA(node, Var) || ((Var *) node)->varno != relid || ((Var *) node)->varlevelsup > 0 ||
		((Var *) node)->varattno <= 0)
		return NULL;
	return (Var *) node;
}

int
mpc_joint_key(const MpcJointRel *joint, const Var *var)
{
	for (int key = 0; var != NULL && key < list_length(joint->keys); key++)
	{
		if (list_nth_int(joint->keys, key) == var->varattno)
			return key;
	}
	return -1;
}

/* NULL, or why the column cannot be a key. */
static const char *
key_refusal(const Var *var)
{
	if (OidIsValid(var->varcollid) && !get_collation_isdeterministic(var->varcollid))
		return "A key column needs a deterministic collation.";
	return NULL;
}

static void
add_key(MpcJointRel *joint, Var *var)
{
	if (joint->refusal == NULL)
		joint->refusal = key_refusal(var);
	if (list_member_int(joint->keys, var->varattno))
		return;
	joint->keys = lappend_int(joint->keys, var->varattno);
	joint->key_vars = lappend(joint->key_vars, copyObject(var));
}

static void
add_listed_columns(MpcJointRel *joint, Query *parse, Index relid)
{
	ListCell   *lc;

	foreach(lc, parse->groupClause)
	{
		Node	   *expr = get_sortgroupclause_expr(lfirst(lc), parse->targetList);
		Var		   *var = plain_column(expr, relid);

		if (var == NULL)
		{
			joint->refusal = "GROUP BY takes key columns of this table only, no expressions of them.";
			return;
		}
		add_key(joint, var);
	}
}

/*
 * What PostgreSQL before 16 has taken out of GROUP BY by then has kept its mark in the target list. Such a plain column
 * can come from nowhere else: the query has no column that is grouped by only because of a primary key.
 */
static void
add_dropped_columns(MpcJointRel *joint, Query *parse, Index relid)
{
	ListCell   *lc;

	foreach(lc, parse->targetList)
	{
		TargetEntry *entry = lfirst(lc);
		Var		   *var = entry->ressortgroupref > 0 ? plain_column((Node *) entry->expr, relid) : NULL;

		if (var != NULL)
			add_key(joint, var);
	}
}

/* The planner has expanded ROLLUP and CUBE by then: a list of marks of target list entries for each set. */
static void
add_sets(MpcJointRel *joint, Query *parse, Index relid)
{
	ListCell   *lc;

	foreach(lc, parse->groupingSets)
	{
		List	   *set = NIL;
		ListCell   *mark;

		foreach(mark, (List *) lfirst(lc))
		{
			TargetEntry *entry = get_sortgroupref_tle(lfirst_int(mark), parse->targetList);
			int			key = mpc_joint_key(joint, plain_column((Node *) entry->expr, relid));

			if (!list_member_int(set, key))
				set = lappend_int(set, key);
		}
		joint->sets = lappend(joint->sets, lcons_int(list_length(set), set));
	}
}

static void
add_group_columns(MpcJointRel *joint, Query *parse, Index relid)
{
	add_listed_columns(joint, parse, relid);
	if (joint->refusal == NULL && parse->groupClause != NIL && parse->groupingSets == NIL)
		add_dropped_columns(joint, parse, relid);
	joint->ngroup = list_length(joint->keys);
	if (joint->refusal == NULL)
		add_sets(joint, parse, relid);
}

bool
mpc_joint_counts_union(Oid relid, AttrNumber attnum)
{
	ForeignTable *table = mpc_is_joint_table(relid) ? GetForeignTable(relid) : NULL;
	const char *name = table != NULL ? mpc_option(table->options, "dataset") : NULL;
	MpcDataset *dataset = name != NULL ? mpc_dataset_get(name, GetForeignServer(table->serverid)->servername) : NULL;
	char	   *column;
	MpcStr		utf8;

	if (dataset == NULL || dataset->intersect == MPC_INTERSECT_NOTHING)
		return false;
	column = get_attname(relid, attnum, false);
	utf8 = mpc_str(mpc_text_to_utf8(column, strlen(column)));
	return mpc_contract_find(&dataset->contract, utf8, MPC_ROLE_IDENTIFIER) != NULL &&
		mpc_contract_find(&dataset->contract, utf8, MPC_ROLE_KEY) == NULL;
}

static void
add_distinct_columns(MpcJointRel *joint, Query *parse, Index relid)
{
	List	   *exprs = list_make2(parse->targetList, parse->havingQual);
	List	   *found = pull_var_clause((Node *) exprs, PVC_INCLUDE_AGGREGATES | PVC_RECURSE_PLACEHOLDERS | PVC_RECURSE_WINDOWFUNCS);
	ListCell   *lc;

	foreach(lc, found)
	{
		Aggref	   *agg = lfirst(lc);
		Var		   *var;

		if (!IsA(agg, Aggref) || agg->aggdistinct == NIL || list_length(agg->args) != 1 ||
			mpc_joint_is_extreme(agg->aggfnoid))
			continue;
		var = plain_column((Node *) linitial_node(TargetEntry, agg->args)->expr, relid);
		if (var != NULL && !mpc_joint_counts_union(joint->relid, var->varattno))
			add_key(joint, var);
	}
}

void
mpc_joint_keys(MpcJointRel *joint, PlannerInfo *root, Index relid)
{
	if (root->parse->constraintDeps != NIL)
	{
		joint->refusal = "A column stands outside GROUP BY that follows from a primary key of this database only: group by it, too.";
		return;
	}
	add_group_columns(joint, root->parse, relid);
	if (joint->refusal == NULL)
		add_distinct_columns(joint, root->parse, relid);
	if (joint->sets != NIL && list_length(joint->keys) > joint->ngroup && joint->refusal == NULL)
		joint->refusal = "count(DISTINCT ...) is not possible with GROUPING SETS, ROLLUP and CUBE.";
	if (list_length(joint->keys) > MPC_MAX_KEYS && joint->refusal == NULL)
		joint->refusal = psprintf("One question can have at most %d keys.", MPC_MAX_KEYS);
}
