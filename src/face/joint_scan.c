/*
 * joint_scan.c
 *		Running a joint question.
 *
 * One exchange per plan node: the rows are kept and replayed on rescan, so that a
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

/* Whose user mappings carry the question: a view's owner, or the current user. */
static Oid
asking_user(ForeignScanState *node)
{
	ForeignScan *scan = (ForeignScan *) node->ss.ps.plan;
#if PG_VERSION_NUM >= 160000
	Oid			as = scan->checkAsUser;
#else
	int			rti = bms_next_member(scan->fs_relids, -1);
	Oid			as = exec_rt_fetch(rti, node->ss.ps.state)->checkAsUser;
#endif

	return OidIsValid(as) ? as : GetUserId();
}

static void
joint_begin(ForeignScanState *node, int eflags)
{
	ForeignScan *scan = (ForeignScan *) node->ss.ps.plan;
	MpcJointScan *state = palloc0(sizeof(MpcJointScan));

	mpc_joint_plan_init(&state->plan, scan->fdw_private, scan->fdw_exprs, (PlanState *) node);
	node->fdw_state = state;
}

static void
form_question(const MpcContract *contract, MpcQuery *query, void *arg)
{
	ForeignScanState *node = arg;
	MpcJointScan *state = node->fdw_state;

	state->conditions = mpc_joint_question(&state->plan, node->ss.ps.ps_ExprContext, contract, query);
}

/* A row without keys meets no condition on keys; its reader was told that it exists. */
static void
notice_conditions(const MpcJointScan *state)
{
	const MpcAnswer *answer = state->answer;

	if (state->conditions == NIL || answer->ngroups == 0 || !answer->group[answer->ngroups - 1].remainder)
		return;
	ereport(NOTICE,
			(errmsg("the remainder is left out of this answer"),
			 errdetail("A condition on keys is applied here, to the groups that are shown: it says nothing of the rows in the remainder.")));
}

/* The answer's memory lives as long as the query. */
static void
ask_once(ForeignScanState *node, MpcJointScan *state)
{
	MemoryContext old = MemoryContextSwitchTo(node->ss.ps.state->es_query_cxt);
	MpcQuestion question = {.joint_relid = state->plan.relid,.userid = asking_user(node),.form = form_question,.arg = node};

	if (mpc_joint_open(&state->plan, node->ss.ps.ps_ExprContext))
	{
		state->answer = mpc_ask(&question);
		notice_conditions(state);
	}
	mpc_joint_rows(&state->rows, &state->plan, state->answer, state->conditions,
				   node->ss.ss_ScanTupleSlot, node->ss.ps.ps_ExprContext);
	state->asked = true;
	MemoryContextSwitchTo(old);
}

static TupleTableSlot *
joint_iterate(ForeignScanState *node)
{
	MpcJointScan *state = node->fdw_state;
	TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;

	if (!state->asked)
		ask_once(node, state);
	ExecClearTuple(slot);
	if (state->next >= state->rows.n)
		return slot;
	mpc_joint_fill_slot(slot, &state->plan, state->answer, &state->rows.row[state->next++]);
	return ExecStoreVirtualTuple(slot);
}

static void
joint_rescan(ForeignScanState *node)
{
	((MpcJointScan *) node->fdw_state)->next = 0;
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
