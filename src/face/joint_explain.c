/*
 * joint_explain.c
 *		What will be asked of whom? EXPLAIN without ANALYZE contacts nobody.
 */
#include "compat.h"

#include "access/table.h"
#include "catalog/pg_authid.h"
#include "face/ask.h"
#include "face/domains.h"
#include "face/joint_state.h"
#include "local/aggregate.h"
#include "local/text.h"
#include "local/types.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

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

static bool
shares_in(const MpcFederation *federation)
{
	return federation->protocol == MPC_PROTOCOL_SHAMIR_SUM;
}

static void
explain_protocol(const MpcFederation *federation, ExplainState *es)
{
	ExplainPropertyText("Protocol", shares_in(federation) ?
						psprintf("Shamir sum, threshold %u of %u", federation->threshold, federation->roster.n) :
						"masked sum", es);
}

/* Number of elements that each party sends; of a sketch it depends on the number of groups. */
static void
explain_lanes(const MpcSetting *setting, const MpcAnswer *answer, const MpcQuery *query, ExplainState *es)
{
	MpcLanes   *lanes = palloc0(sizeof(MpcLanes));
	MpcLayout  *layout = palloc0(sizeof(MpcLayout));
	MpcContract *used = palloc0(sizeof(MpcContract));
	MpcStr		missing;
	MpcRole		role;

	mpc_lanes_init(lanes, query);
	if (query->nkeys == 0)
		ExplainPropertyInteger("Lanes", NULL, lanes->nlanes, es);
	else if (answer != NULL)
		ExplainPropertyInteger("Lanes", NULL, answer->layout.m, es);
	if (query->nkeys == 0 || !setting->has_contract ||
		mpc_contract_of_query(used, &setting->contract, query, &missing, &role) != MPC_OK ||
		mpc_layout_init(layout, query, used, lanes, 0) != MPC_OK)
		return;
	if (answer == NULL && layout->kind == MPC_LAYOUT_DOMAIN)
		ExplainPropertyInteger("Lanes", NULL, layout->m, es);
	ExplainPropertyText("Keys", layout->kind == MPC_LAYOUT_DOMAIN ? "declared domain" : "open, by sketch", es);
}

/* The question as the peers will see it. Values of parameters that are not bound yet are unknown. */
static void
explain_question(MpcJointScan *state, MpcSetting *setting, ExplainState *es)
{
	ExprContext *econtext = state->node->ps.ps_ExprContext;
	MpcQuery   *query = palloc0(sizeof(MpcQuery));

	if (state->node->ps.state->es_param_list_info == NULL &&
		has_unbound_parameter((Node *) state->plan.exprs, NULL))
	{
		ExplainPropertyText("Question", "unknown until its parameters are bound", es);
		return;
	}
	if (!mpc_joint_open(&state->plan, econtext))
	{
		ExplainPropertyText("Question", "none: no row can qualify", es);
		return;
	}
	(void) mpc_joint_question(&state->plan, econtext, setting->has_contract ? &setting->contract : NULL, query);
	if (setting->dataset != NULL)
	{
		mpc_domains_read(setting->dataset, query);
		memcpy(setting->contract.column, setting->dataset->contract.column, sizeof(setting->contract.column));
	}
	explain_lanes(setting, state->answer, query, es);
	if (!setting->has_contract)
		contract_of_columns(state->plan.relid, &setting->contract);
	query->dataset = mpc_str(mpc_text_to_utf8(setting->dataset_name, strlen(setting->dataset_name)));
	ExplainPropertyText("Question", mpc_query_text(query, &setting->contract), es);
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

void
mpc_joint_scan_explain(MpcJointScan *state, ExplainState *es)
{
	bool		bare = !ActiveSnapshotSet();	/* auto_explain comes when the executor has ended */
	MpcSetting *setting;

	if (bare)
		PushActiveSnapshot(GetTransactionSnapshot());
	setting = mpc_setting_of(mpc_joint_scan_question(state));
	ExplainPropertyText("Federation", setting->federation->name, es);
	if (es->verbose)
		explain_parties(setting->federation, es);
	explain_protocol(setting->federation, es);
	ExplainPropertyInteger("Rounds", NULL, state->answer ? state->answer->rounds :
						   state->asked ? 0 : shares_in(setting->federation) ? 2 : 1, es);
	if (es->verbose)
		explain_question(state, setting, es);
	if (es->analyze && state->answer != NULL)
		explain_cost(state->answer, es);
	if (bare)
		PopActiveSnapshot();
}

static void
joint_explain(ForeignScanState *node, ExplainState *es)
{
	mpc_joint_scan_explain(node->fdw_state, es);
}

void
mpc_joint_explain_callbacks(FdwRoutine *routine)
{
	routine->ExplainForeignScan = joint_explain;
}
