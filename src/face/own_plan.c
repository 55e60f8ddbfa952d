/*
 * own_plan.c
 *		Can mpc_* aggregates over a relation of this database be asked, and as which question?
 *
 * The question is about everybody's rows. So it is taken from FROM, WHERE and GROUP BY as they were written, never from
 * what the planner concluded from this table's constraints, keys or partitions: a local CHECK must not
 * empty it. What cannot be asked is refused here, at planning: over an empty table no transition
 * function would be called, and the answer would be a silent NULL.
 */
#include "compat.h"

#include "catalog/owner.h"
#include "catalog/pg_inherits.h"
#include "face/joint.h"
#include "face/own.h"
#include "foreign/foreign.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"

typedef struct OwnPath
{
	CustomPath	custom;
	MpcJointRel *joint;
	MpcPublication publication;
	Oid			as_user;		/* the owner of the view around the table, or InvalidOid */
} OwnPath;

void
mpc_own_refuse(Oid relid, const char *reason)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 OidIsValid(relid) ? errmsg("cannot ask a federation this of relation \"%s\"", get_rel_name(relid)) :
			 errmsg("aggregates mpc_* cannot be answered in this query"),
			 errdetail("%s", reason),
			 errhint("Over one published relation, with WHERE over its filters and GROUP BY over its keys, they ask everybody; the answer can be joined with anything.")));
}

/* ------------------------------------------------------------------ as it was written */

typedef struct Written
{
	List	   *clauses;		/* joined by AND */
	int			ntables;
	bool		joined;
} Written;

/* Views and subqueries that were merged into the query are parts of its FROM by now. */
static void
read_from(Written *written, Node *node)
{
	FromExpr   *from = (FromExpr *) node;
	ListCell   *lc;

	if (!IsA(node, FromExpr))
	{
		written->ntables++;
		written->joined |= !IsA(node, RangeTblRef);
		return;
	}
	foreach(lc, from->fromlist)
		read_from(written, lfirst(lc));
	written->clauses = list_concat(written->clauses, (List *) from->quals);
}

static const char *
shape_refusal(const RelOptInfo *input_rel, const Written *written)
{
	if (written->joined || written->ntables > 1 || input_rel->reloptkind != RELOPT_BASEREL)
		return "The relation is joined with something below the aggregate, or by a sub-select in WHERE: aggregate it in a subquery first.";
	return NULL;
}

/* ------------------------------------------------------------------ the relation */

static bool
is_joint_table(const RangeTblEntry *rte)
{
	return rte->rtekind == RTE_RELATION && mpc_is_joint_table(rte->relid);
}

/* A published view is no table: its rows are others than those of the table it reads. */
static const char *
view_refusal(const Query *parse)
{
	MpcPublication publication;
	ListCell   *lc;

	foreach(lc, parse->rtable)
	{
		const RangeTblEntry *rte = lfirst(lc);

		if (rte->relkind == RELKIND_VIEW && OidIsValid(rte->relid) &&
			mpc_own_publications(rte->relid, true, &publication) > 0)
			return psprintf("View \"%s\" is published itself: ask its joint table, this would ask about the table behind it.",
							get_rel_name(rte->relid));
	}
	return NULL;
}

static const char *
rows_refusal(const RangeTblEntry *rte, Oid as_user)
{
	if (rte->tablesample != NULL)
		return "TABLESAMPLE cannot be asked.";
	if (!rte->inh && has_subclass(rte->relid))
		return "ONLY cannot be asked: the relation is published with its children.";
	if (check_enable_rls(rte->relid, as_user, true) == RLS_ENABLED)
		return "Row security applies to the asker here, and could not apply to the rows of the others.";
	return NULL;
}

static const char *
publication_refusal(Oid relid, MpcPublication *publication)
{
	switch (mpc_own_publications(relid, true, publication))
	{
		case 0:
			return "It is not published by this database.";
		case 1:
			return NULL;
		default:
			return "It is published more than once: ask the joint table of the dataset that is meant.";
	}
}

static const char *
relation_refusal(const Query *parse, const RangeTblEntry *rte, OwnPath *path)
{
	const char *refusal = view_refusal(parse);

	if (refusal == NULL && rte->rtekind != RTE_RELATION)
		return "Only a published relation can be asked, directly or through a view that is no more than columns and WHERE; a view that is published itself is asked over its joint table.";
	if (refusal == NULL)
		refusal = rows_refusal(rte, path->as_user);
	return refusal != NULL ? refusal : publication_refusal(rte->relid, &path->publication);
}

/* ------------------------------------------------------------------ the path */

static MpcJointRel *
own_question(PlannerInfo *root, Index relid, List *clauses, PathTarget *target, List *having)
{
	MpcJointRel *joint = palloc0(sizeof(MpcJointRel));

	joint->own = true;
	joint->relid = planner_rt_fetch(relid, root)->relid;
	mpc_joint_keys(joint, root, relid);
	if (joint->refusal == NULL)
		mpc_joint_where(joint, clauses, relid);
	if (joint->refusal == NULL)
		mpc_joint_columns(joint, target, having, relid);
	return joint;
}

static Plan *
own_plan(PlannerInfo *root, RelOptInfo *rel, CustomPath *best_path, List *tlist, List *clauses, List *custom_plans)
{
	OwnPath    *path = (OwnPath *) best_path;
	CustomScan *scan = makeNode(CustomScan);

	scan->scan.plan.targetlist = tlist;
	scan->scan.plan.qual = path->joint->having;
	scan->flags = best_path->flags;
	scan->custom_exprs = mpc_joint_exprs(path->joint);
	scan->custom_private = lappend(mpc_joint_private(path->joint),
								   list_make2(makeString(path->publication.dataset), makeString(path->publication.federation)));
	scan->custom_private = lappend(scan->custom_private, list_make1_oid(path->as_user));
	scan->custom_scan_tlist = path->joint->tlist;
	scan->methods = &mpc_own_scan_methods;
	return &scan->scan.plan;
}

static const CustomPathMethods path_methods = {
	.CustomName = "mpc_agg",
	.PlanCustomPath = own_plan
};

/* The only path: everything else would aggregate local rows. */
static void
offer(OwnPath *own, RelOptInfo *rel)
{
	Path	   *path = &own->custom.path;

	path->pathtype = T_CustomScan;
	path->parent = rel;
	path->pathtarget = rel->reltarget;
	path->rows = own->joint->ngroup > 0 ? MPC_GUESSED_GROUPS : 1;
	path->startup_cost = MPC_COST_OF_A_QUESTION;
	path->total_cost = MPC_COST_OF_A_QUESTION;
	own->custom.flags = CUSTOMPATH_SUPPORT_PROJECTION;
	own->custom.methods = &path_methods;
	rel->pathlist = NIL;
	rel->partial_pathlist = NIL;
	add_path(rel, path);
}

void
mpc_own_paths(PlannerInfo *root, RelOptInfo *input_rel, RelOptInfo *output_rel, List *having)
{
	OwnPath    *path = (OwnPath *) newNode(sizeof(OwnPath), T_CustomPath);
	Written		written = {NIL, 0, false};
	const char *refusal;
	RangeTblEntry *rte;

	read_from(&written, (Node *) root->parse->jointree);
	refusal = shape_refusal(input_rel, &written);
	if (input_rel->reloptkind != RELOPT_BASEREL)
		mpc_own_refuse(InvalidOid, refusal);
	rte = planner_rt_fetch(input_rel->relid, root);
	if (is_joint_table(rte))
		return;
	path->as_user = mpc_check_as_user(root->parse, rte);
	if (refusal == NULL)
		refusal = relation_refusal(root->parse, rte, path);
	if (refusal != NULL)
		mpc_own_refuse(rte->relid, refusal);
	path->joint = own_question(root, input_rel->relid, written.clauses, output_rel->reltarget, having);
	if (path->joint->refusal != NULL)
		mpc_own_refuse(rte->relid, path->joint->refusal);
	offer(path, output_rel);
}
