/*
 * joint_scan.c
 *		Running a joint question, or one for each grouping set.
 *
 * Each is asked once per plan node: the rows are kept and replayed on rescan, so that a
 * nested loop cannot ask twice.
 */
#include "compat.h"

#include "executor/executor.h"
#include "face/ask.h"
#include "face/joint.h"
#include "face/joint_state.h"
#include "miscadmin.h"
#include "nodes/plannodes.h"
#include "parser/parsetree.h"
#include "utils/memutils.h"

static void
form_question(const MpcContract *contract, MpcQuery *query, void *arg)
{
	MpcJointScan *scan = arg;

	scan->conditions = mpc_joint_question(&scan->plan, scan->node->ps.ps_ExprContext, contract, query);
}

void
mpc_joint_scan_begin(MpcJointScan *scan, ScanState *node, List *private, List *exprs, Oid as_user)
{
	scan->node = node;
	scan->as_user = as_user;
	mpc_joint_plan_init(&scan->plan, private, exprs, (PlanState *) node);
	scan->question.joint_relid = scan->plan.relid;
	scan->question.form = form_question;
	scan->question.arg = scan;
	scan->question.sets = mpc_joint_is_of_sets(&scan->plan);
}

/* Whose user mappings carry the question: a view's owner, or the current user. */
const MpcQuestion *
mpc_joint_scan_question(MpcJointScan *scan)
{
	scan->question.userid = OidIsValid(scan->as_user) ? scan->as_user : GetUserId();
	return &scan->question;
}

/* Two grouping sets of the same keys are one question. */
static MpcAnswer *
answer_of_same_keys(const MpcJointScan *scan, int question)
{
	for (int i = 0; i < question; i++)
	{
		if (memcmp(scan->part[i].plan.position, scan->plan.position, list_length(scan->plan.keys) * sizeof(int)) == 0)
			return scan->part[i].answer;
	}
	return NULL;
}

static void
ask_one(MpcJointScan *scan, int question, bool open)
{
	MpcJointPart *part = &scan->part[question];

	mpc_joint_choose(&scan->plan, question);
	part->answer = open ? answer_of_same_keys(scan, question) : NULL;
	if (open && part->answer == NULL)
		part->answer = mpc_ask(mpc_joint_scan_question(scan));
	part->plan = scan->plan;
	mpc_joint_rows(&part->rows, &part->plan, part->answer, scan->conditions,
				   scan->node->ss_ScanTupleSlot, scan->node->ps.ps_ExprContext);
}

/* The answers' memory lives as long as the query. */
static void
ask_all(MpcJointScan *scan)
{
	ScanState  *node = scan->node;
	MemoryContext old = MemoryContextSwitchTo(node->ps.state->es_query_cxt);
	bool		open;

	mpc_joint_grids(&scan->plan, node->ps.ps_ExprContext);
	open = mpc_joint_open(&scan->plan, node->ps.ps_ExprContext);
	scan->part = palloc0(mpc_joint_questions(&scan->plan) * sizeof(MpcJointPart));
	for (int i = 0; i < mpc_joint_questions(&scan->plan); i++)
		ask_one(scan, i, open);
	scan->nparts = mpc_joint_questions(&scan->plan);
	MemoryContextSwitchTo(old);
}

TupleTableSlot *
mpc_joint_scan_next(MpcJointScan *scan)
{
	TupleTableSlot *slot = scan->node->ss_ScanTupleSlot;
	const MpcJointPart *part;

	if (scan->nparts == 0)
		ask_all(scan);
	ExecClearTuple(slot);
	while (scan->next_part < scan->nparts && scan->next >= scan->part[scan->next_part].rows.n)
	{
		scan->next_part++;
		scan->next = 0;
	}
	if (scan->next_part >= scan->nparts)
		return slot;
	part = &scan->part[scan->next_part];
	mpc_joint_fill_slot(slot, &part->plan, part->answer, &part->rows.row[scan->next++]);
	return ExecStoreVirtualTuple(slot);
}

void
mpc_joint_scan_rewind(MpcJointScan *scan)
{
	scan->next = 0;
	scan->next_part = 0;
}

/* ------------------------------------------------------------------ the wrapper's side */

static Oid
view_owner(ForeignScanState *node)
{
	ForeignScan *scan = (ForeignScan *) node->ss.ps.plan;
#if PG_VERSION_NUM >= 160000
	return scan->checkAsUser;
#else
	return exec_rt_fetch(bms_next_member(scan->fs_relids, -1), node->ss.ps.state)->checkAsUser;
#endif
}

static void
joint_begin(ForeignScanState *node, int eflags)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	MpcJointScan *scan = palloc0(sizeof(MpcJointScan));

	mpc_joint_scan_begin(scan, &node->ss, plan->fdw_private, plan->fdw_exprs, view_owner(node));
	node->fdw_state = scan;
}

static TupleTableSlot *
joint_iterate(ForeignScanState *node)
{
	return mpc_joint_scan_next(node->fdw_state);
}

static void
joint_rescan(ForeignScanState *node)
{
	mpc_joint_scan_rewind(node->fdw_state);
}

static void
joint_end(ForeignScanState *node)
{
}

void
mpc_joint_scan_callbacks(FdwRoutine *routine)
{
	routine->BeginForeignScan = joint_begin;
	routine->IterateForeignScan = joint_iterate;
	routine->ReScanForeignScan = joint_rescan;
	routine->EndForeignScan = joint_end;
}
