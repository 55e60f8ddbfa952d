/*
 * joint_plan.c
 *		Can this query be asked of a joint table, and as which question?
 *
 * A joint table has no rows to give. The scan that would need them is offered at
 * a price nobody pays and raises when it is chosen after all, with the reason;
 * the grouped relation above it is what becomes a question. No I/O happens here.
 */
#include "compat.h"

#include "catalog/owner.h"
#include "catalog/pg_class.h"
#include "face/joint.h"
#include "foreign/foreign.h"
#include "optimizer/optimizer.h"
#include "optimizer/planmain.h"
#include "optimizer/restrictinfo.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"
#include "utils/rel.h"
#include "utils/lsyscache.h"

#define COST_OF_ROWS		1.0e10

bool
mpc_is_joint_table(Oid relid)
{
	return get_rel_relkind(relid) == RELKIND_FOREIGN_TABLE &&
		mpc_is_federation_wrapper(GetForeignServer(GetForeignTable(relid)->serverid)->fdwid);
}

static void
joint_rel_size(PlannerInfo *root, RelOptInfo *baserel, Oid foreigntableid)
{
	MpcJointRel *joint = palloc0(sizeof(MpcJointRel));
	List	   *clauses = list_concat(extract_actual_clauses(baserel->baserestrictinfo, false),
									  extract_actual_clauses(baserel->baserestrictinfo, true));

	joint->relid = foreigntableid;
	mpc_joint_keys(joint, root, baserel->relid);
	mpc_joint_where(joint, clauses, baserel->relid);
	baserel->fdw_private = joint;
	baserel->rows = 1000;
}

static void
joint_paths(PlannerInfo *root, RelOptInfo *baserel, Oid foreigntableid)
{
	add_path(baserel, (Path *) mpc_create_foreignscan_path(root, baserel, baserel->rows, COST_OF_ROWS));
}

/* Parts of the query around the aggregates that need rows of the joint table. */
static const char *
query_shape_refusal(PlannerInfo *root, RelOptInfo *input_rel)
{
	if (input_rel->reloptkind != RELOPT_BASEREL)
		return "A joint table cannot be joined with anything below the aggregate: aggregate it in a subquery first.";
	return NULL;
}

static Oid
joint_relid(PlannerInfo *root, RelOptInfo *rel)
{
	return planner_rt_fetch(rel->relid, root)->relid;
}

static void
joint_upper_paths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input_rel,
				  RelOptInfo *output_rel, void *extra)
{
	MpcJointRel *below = input_rel->fdw_private;
	MpcJointRel *joint;
	GroupPathExtraData *group = extra;

	if (stage != UPPERREL_GROUP_AGG || group->patype == PARTITIONWISE_AGGREGATE_PARTIAL ||
		output_rel->fdw_private != NULL || input_rel->reloptkind != RELOPT_BASEREL)
		return;
	joint = palloc0(sizeof(MpcJointRel));
	if (below != NULL)
	{
		*joint = *below;
		joint->nodes = list_copy(below->nodes); /* filters come behind */
		joint->values = list_copy(below->values);
	}
	else
	{
		joint->empty = true;	/* WHERE is constantly false: the planner never sized the table */
		mpc_joint_keys(joint, root, input_rel->relid);
	}
	joint->relid = joint_relid(root, input_rel);
	if (joint->refusal == NULL)
		joint->refusal = query_shape_refusal(root, input_rel);
	if (joint->refusal == NULL)
		mpc_joint_columns(joint, output_rel->reltarget, (List *) group->havingQual, input_rel->relid);
	if (joint->refusal != NULL)
	{
		if (below != NULL)
			below->refusal = joint->refusal;
		return;
	}
	output_rel->fdw_private = joint;
	add_path(output_rel, (Path *) mpc_create_foreign_upper_path(root, output_rel, joint->ngroup > 0 ? MPC_GUESSED_GROUPS : 1,
															  joint->empty ? 0 : MPC_COST_OF_A_QUESTION, NIL));
}

/* Why a plan wants rows although nothing else was refused. */
static const char *
rows_refusal(PlannerInfo *root, RelOptInfo *baserel)
{
	MpcJointRel *joint = baserel->fdw_private;

	if (joint->refusal != NULL)
		return joint->refusal;
	if (baserel->reloptkind == RELOPT_OTHER_MEMBER_REL)
		return "A joint table cannot be asked as a part of another table.";
	if (!bms_equal(root->all_baserels, baserel->relids))
		return "A joint table cannot be joined with anything below the aggregate: aggregate it in a subquery first.";
	if (root->parse->hasWindowFuncs)
		return "Window functions need rows: aggregate in a subquery first.";
	if (root->parse->distinctClause != NIL)
		return "SELECT DISTINCT needs rows: write GROUP BY instead.";
	return "Nobody's rows can be read: ask for aggregates.";
}

static void
raise_refusal(Oid relid, const char *reason)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("cannot ask this of joint table \"%s\"", get_rel_name(relid)),
			 errdetail("%s", reason),
			 errhint("A joint table answers count, sum, avg, min, max and statistics, with WHERE over its filters and GROUP BY over its keys.")));
}

List *
mpc_joint_private(const MpcJointRel *joint)
{
	List	   *private = list_make5(list_make1_oid(joint->relid), joint->keys, joint->columns, joint->nodes, joint->conditions);

	private = lappend(private, list_make4_int(joint->ngroup, list_length(joint->gates), list_length(joint->values), joint->empty ? 1 : 0));
	return lappend(lappend(private, joint->filters), joint->sets);
}

List *
mpc_joint_exprs(const MpcJointRel *joint)
{
	return list_concat(list_concat_copy(joint->gates, joint->values), joint->locals);
}

static ForeignScan *
joint_plan(PlannerInfo *root, RelOptInfo *rel, Oid foreigntableid, ForeignPath *best_path,
		   List *tlist, List *scan_clauses, Plan *outer_plan)
{
	MpcJointRel *joint = rel->fdw_private;

	if (!IS_UPPER_REL(rel))
		raise_refusal(foreigntableid, rows_refusal(root, rel));
	return make_foreignscan(tlist, joint->having, 0, mpc_joint_exprs(joint),
							mpc_joint_private(joint), joint->tlist, NIL, outer_plan);
}

void
mpc_joint_plan_callbacks(FdwRoutine *routine)
{
	routine->GetForeignRelSize = joint_rel_size;
	routine->GetForeignPaths = joint_paths;
	routine->GetForeignPlan = joint_plan;
	routine->GetForeignUpperPaths = joint_upper_paths;
}
