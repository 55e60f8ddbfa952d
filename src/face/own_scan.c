/*
 * own_scan.c
 *		Running a question over a published relation of this database: the joint table's scan, as a custom
 *		scan. No row of the relation is read here; the asker's own part is computed with its publisher's rights.
 */
#include "compat.h"

#include "executor/executor.h"
#include "face/joint_state.h"
#include "face/own.h"

typedef struct OwnScan
{
	CustomScanState css;
	MpcJointScan joint;
} OwnScan;

static MpcJointScan *
joint_of(CustomScanState *node)
{
	return &((OwnScan *) node)->joint;
}

static void
own_begin(CustomScanState *node, EState *estate, int eflags)
{
	CustomScan *plan = (CustomScan *) node->ss.ps.plan;
	List	   *publication = list_nth(plan->custom_private, MPC_PLAN_PUBLICATION);
	MpcJointScan *scan = joint_of(node);

	scan->question.dataset = strVal(linitial(publication));
	scan->question.federation = strVal(lsecond(publication));
	mpc_joint_scan_begin(scan, &node->ss, plan->custom_private, plan->custom_exprs,
						 linitial_oid(list_nth(plan->custom_private, MPC_PLAN_AS_USER)));
}

static TupleTableSlot *
next_row(ScanState *node)
{
	return mpc_joint_scan_next(joint_of((CustomScanState *) node));
}

/* A group is nobody's row version: it stays what it is. */
static bool
recheck_row(ScanState *node, TupleTableSlot *slot)
{
	return true;
}

static TupleTableSlot *
own_exec(CustomScanState *node)
{
	return ExecScan(&node->ss, next_row, recheck_row);
}

static void
own_rescan(CustomScanState *node)
{
	mpc_joint_scan_rewind(joint_of(node));
	ExecScanReScan(&node->ss);
}

static void
own_end(CustomScanState *node)
{
}

static void
own_explain(CustomScanState *node, List *ancestors, ExplainState *es)
{
	mpc_joint_scan_explain(joint_of(node), es);
}

static const CustomExecMethods exec_methods = {
	.CustomName = "mpc_agg",
	.BeginCustomScan = own_begin,
	.ExecCustomScan = own_exec,
	.EndCustomScan = own_end,
	.ReScanCustomScan = own_rescan,
	.ExplainCustomScan = own_explain
};

static Node *
own_create(CustomScan *plan)
{
	OwnScan    *state = (OwnScan *) newNode(sizeof(OwnScan), T_CustomScanState);

	state->css.methods = &exec_methods;
	return (Node *) state;
}

const CustomScanMethods mpc_own_scan_methods = {
	.CustomName = "mpc_agg",
	.CreateCustomScanState = own_create
};
