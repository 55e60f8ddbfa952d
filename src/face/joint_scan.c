/*
 * joint_scan.c
 *		Running a joint question and explaining it.
 *
 * One exchange per plan node: the row is kept and replayed on rescan, so that a
 * nested loop cannot ask twice. EXPLAIN without ANALYZE contacts nobody.
 */
#include "compat.h"

#include "access/table.h"
#include "catalog/pg_authid.h"
#include "executor/executor.h"
#include "face/ask.h"
#include "face/joint.h"
#include "local/aggregate.h"
#include "local/text.h"
#include "local/types.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/plannodes.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

typedef struct JointScan
{
	MpcJointPlan plan;
	MpcQuery   *query;
	MpcAnswer  *answer;			/* NULL until asked; stays NULL for an answer known to be empty */
	bool		asked;
	bool		returned;		/* the one row was handed out since the last rescan */
} JointScan;

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
	JointScan  *state = palloc0(sizeof(JointScan));

	mpc_joint_plan_init(&state->plan, scan->fdw_private, scan->fdw_exprs, (PlanState *) node);
	node->fdw_state = state;
}

/* The answer's memory lives as long as the query. */
static void
ask_once(ForeignScanState *node, JointScan *state)
{
	MemoryContext old = MemoryContextSwitchTo(node->ss.ps.state->es_query_cxt);
	MpcQuestion question = {.joint_relid = state->plan.relid,.userid = asking_user(node)};

	state->query = palloc0(sizeof(MpcQuery));
	if (mpc_joint_question(&state->plan, node->ss.ps.ps_ExprContext, state->query))
	{
		question.query = state->query;
		state->answer = mpc_ask(&question);
	}
	state->asked = true;
	MemoryContextSwitchTo(old);
}

/* No row qualifies anywhere: counts are 0, everything else is NULL. */
static Datum
empty_datum(const MpcAgg *agg, bool *null)
{
	*null = !(agg->function == MPC_COUNT || agg->function == MPC_COUNT_ROWS);
	return Int64GetDatum(0);
}

static TupleTableSlot *
joint_iterate(ForeignScanState *node)
{
	JointScan  *state = node->fdw_state;
	TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;

	ExecClearTuple(slot);
	if (state->returned)
		return slot;
	if (!state->asked)
		ask_once(node, state);
	for (int i = 0; i < state->query->naggs; i++)
	{
		const MpcAgg *agg = &state->query->agg[i];

		slot->tts_values[i] = state->answer ?
			mpc_answer_datum(state->answer, agg, &slot->tts_isnull[i]) :
			empty_datum(agg, &slot->tts_isnull[i]);
	}
	state->returned = true;
	return ExecStoreVirtualTuple(slot);
}

static void
joint_rescan(ForeignScanState *node)
{
	((JointScan *) node->fdw_state)->returned = false;
}

static void
joint_end(ForeignScanState *node)
{
}

/* ------------------------------------------------------------------ EXPLAIN */

/* Where no contract is known yet: the joint table's own columns, to show values by their types. */
static void
contract_of_columns(Oid relid, MpcContract *contract)
{
	Relation	rel = table_open(relid, AccessShareLock);
	TupleDesc	desc = RelationGetDescr(rel);

	for (int i = 0; i < desc->natts && contract->ncolumns < MPC_MAX_COLUMNS; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		MpcContractColumn *column = &contract->column[contract->ncolumns];
		MpcType		type;
		char	   *name = att->attisdropped ? NULL : mpc_type_name(att->atttypid, att->atttypmod, att->attcollation, &type);

		if (name == NULL)
			continue;
		column->name = mpc_str(mpc_text_to_utf8(NameStr(att->attname), strlen(NameStr(att->attname))));
		column->type = mpc_str(name);
		column->role = MPC_ROLE_FILTER;
		contract->ncolumns++;
	}
	table_close(rel, AccessShareLock);
	mpc_contract_sort(contract);
}

/* The question as the peers will see it. Values of parameters that are not bound yet are unknown. */
static char *
question_text(ForeignScanState *node, MpcSetting *setting)
{
	JointScan  *state = node->fdw_state;
	MpcQuery   *query = palloc0(sizeof(MpcQuery));

	if (!mpc_joint_question(&state->plan, node->ss.ps.ps_ExprContext, query))
		return "none: no row can qualify";
	if (!setting->has_contract)
		contract_of_columns(state->plan.relid, &setting->contract);
	query->dataset = mpc_str(mpc_text_to_utf8(setting->dataset_name, strlen(setting->dataset_name)));
	return mpc_query_text(query, &setting->contract);
}

static bool
has_unbound_parameter(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Param))
		return true;
	return expression_tree_walker(node, has_unbound_parameter, context);
}

static void
explain_parties(const MpcFederation *federation, ExplainState *es)
{
	List	   *names = NIL;

	for (int i = 0; i < federation->roster.n; i++)
		names = lappend(names, federation->party[federation->order[i]].name);
	ExplainPropertyList("Parties", names, es);
}

static void
explain_question(ForeignScanState *node, MpcSetting *setting, ExplainState *es)
{
	JointScan  *state = node->fdw_state;
	MpcQuery   *query = palloc0(sizeof(MpcQuery));
	MpcLanes   *lanes = palloc0(sizeof(MpcLanes));

	if (node->ss.ps.state->es_param_list_info == NULL &&
		has_unbound_parameter((Node *) state->plan.exprs, NULL))
	{
		ExplainPropertyText("Question", "unknown until its parameters are bound", es);
		return;
	}
	if (mpc_joint_question(&state->plan, node->ss.ps.ps_ExprContext, query))
	{
		mpc_lanes_init(lanes, query);
		ExplainPropertyInteger("Lanes", NULL, lanes->nlanes, es);
	}
	ExplainPropertyText("Question", question_text(node, setting), es);
}

/* Times tell of rows, too: per party only for those who may see everybody's statistics (R10). */
static void
explain_cost(const MpcAnswer *answer, ExplainState *es)
{
	bool		times = es->timing && has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS);
	Size		bytes = 0;

	for (int i = 0; i < answer->nparties; i++)
		bytes += answer->party[i].bytes_out + answer->party[i].bytes_in;
	ExplainPropertyInteger("Bytes", NULL, bytes, es);
	if (es->timing)
		ExplainPropertyFloat("Total Time", "ms", answer->ms, 3, es);
	ExplainOpenGroup("Exchanges", "Exchanges", false, es);
	for (int i = 0; i < answer->nparties; i++)
	{
		const MpcPartyCost *cost = &answer->party[i];

		ExplainOpenGroup("Exchange", NULL, true, es);
		ExplainPropertyText("Party", cost->name, es);
		ExplainPropertyInteger("Bytes Sent", NULL, cost->bytes_out, es);
		ExplainPropertyInteger("Bytes Received", NULL, cost->bytes_in, es);
		if (times)
			ExplainPropertyFloat("Party Time", "ms", cost->ms, 3, es);
		ExplainCloseGroup("Exchange", NULL, true, es);
	}
	ExplainCloseGroup("Exchanges", "Exchanges", false, es);
}

static void
joint_explain(ForeignScanState *node, ExplainState *es)
{
	JointScan  *state = node->fdw_state;
	bool		bare = !ActiveSnapshotSet();	/* auto_explain comes when the executor has ended */
	MpcSetting *setting;

	if (bare)
		PushActiveSnapshot(GetTransactionSnapshot());
	setting = mpc_setting_of(state->plan.relid);
	if (bare)
		PopActiveSnapshot();
	ExplainPropertyText("Federation", setting->federation->name, es);
	if (es->verbose)
		explain_parties(setting->federation, es);
	ExplainPropertyText("Protocol", "masked sum", es);
	ExplainPropertyInteger("Rounds", NULL, state->answer ? state->answer->rounds : state->asked ? 0 : 1, es);
	if (es->verbose)
		explain_question(node, setting, es);
	if (es->analyze && state->answer != NULL)
		explain_cost(state->answer, es);
}

void
mpc_joint_scan_callbacks(FdwRoutine *routine)
{
	routine->BeginForeignScan = joint_begin;
	routine->IterateForeignScan = joint_iterate;
	routine->ReScanForeignScan = joint_rescan;
	routine->EndForeignScan = joint_end;
	routine->ExplainForeignScan = joint_explain;
}
