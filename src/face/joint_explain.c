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
#include "protocol/maximum.h"
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

/* Whether a minimum or maximum is asked. */
static bool
asks_extremes(const MpcJointPlan *plan)
{
	ListCell   *lc;

	foreach(lc, plan->columns)
	{
		int			what = linitial_int(lfirst(lc));

		if (what == MPC_MIN || what == MPC_MAX)
			return true;
	}
	return false;
}

/* Sets are intersected in the same way whatever sums are protected by. */
static const char *
protocol_name(const MpcFederation *federation, const MpcJointPlan *plan)
{
	if (mpc_joint_is_of_sets(plan))
		return "private set intersection by curve points";
	if (shares_in(federation))
		return psprintf("Shamir sum, threshold %u of %u", federation->threshold, federation->roster.n);
	return asks_extremes(plan) ? "masked sum, then secure maximum" : "masked sum";
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
	MpcStatus	status;

	for (int i = 0; i < query->naggs; i++)
	{
		if (query->agg[i].function == MPC_HISTOGRAM && query->agg[i].grid.buckets == 0)
			return;				/* the contract has the bounds */
	}
	mpc_lanes_init(lanes, query);
	if (query->nkeys == 0)
		ExplainPropertyInteger("Lanes", NULL, lanes->nlanes, es);
	else if (answer != NULL)
		ExplainPropertyInteger("Lanes", NULL, answer->layout.m, es);
	if (query->nkeys == 0 || !setting->has_contract ||
		mpc_contract_of_query(used, &setting->contract, query, &missing, &role) != MPC_OK)
		return;
	status = mpc_layout_init(layout, query, used, lanes, 0);
	if (status == MPC_VERSION)
		ExplainPropertyText("Keys", "open, which protocol \"shamir\" refuses", es);
	if (status != MPC_OK)
		return;
	if (answer == NULL && layout->kind == MPC_LAYOUT_DOMAIN)
		ExplainPropertyInteger("Lanes", NULL, layout->m, es);
	ExplainPropertyText("Keys", layout->kind == MPC_LAYOUT_DOMAIN ? "declared domain" : "open, by sketch", es);
}

/* One question as the peers will see it, but for its dataset. */
static MpcQuery *
form_question(MpcJointScan *state, MpcSetting *setting, int question)
{
	MpcQuery   *query = palloc0(sizeof(MpcQuery));

	mpc_joint_choose(&state->plan, question);
	mpc_joint_grids(&state->plan, state->node->ps.ps_ExprContext);
	(void) mpc_joint_question(&state->plan, state->node->ps.ps_ExprContext,
							  setting->has_contract ? &setting->contract : NULL, query);
	if (setting->dataset != NULL)
	{
		mpc_domains_read(setting->dataset, query);
		memcpy(setting->contract.column, setting->dataset->contract.column, sizeof(setting->contract.column));
	}
	return query;
}

static void
explain_one(MpcJointScan *state, MpcSetting *setting, int question, ExplainState *es)
{
	const MpcAnswer *answer = state->nparts > 0 ? state->part[question].answer : NULL;
	MpcContract *shown = palloc0(sizeof(MpcContract));
	MpcQuery   *query = form_question(state, setting, question);

	if (!mpc_joint_is_of_sets(&state->plan))
		explain_lanes(setting, answer, query, es);
	*shown = setting->contract;
	if (!setting->has_contract)
		contract_of_columns(state->plan.relid, shown);
	query->dataset = mpc_str(mpc_text_to_utf8(setting->dataset_name, strlen(setting->dataset_name)));
	ExplainPropertyText("Question", mpc_query_text(query, shown), es);
}

static bool
has_unknown_values(const MpcJointScan *state)
{
	return state->node->ps.state->es_param_list_info == NULL &&
		has_unbound_parameter((Node *) state->plan.exprs, NULL);
}

/* The questions, one for each grouping set. Values of parameters that are not bound yet are unknown. */
static void
explain_question(MpcJointScan *state, MpcSetting *setting, ExplainState *es)
{
	ExprContext *econtext = state->node->ps.ps_ExprContext;

	if (has_unknown_values(state))
	{
		ExplainPropertyText("Question", "unknown until its parameters are bound", es);
		return;
	}
	if (!mpc_joint_open(&state->plan, econtext))
	{
		ExplainPropertyText("Question", "none: no row can qualify", es);
		return;
	}
	for (int i = 0; i < mpc_joint_questions(&state->plan); i++)
		explain_one(state, setting, i, es);
}

/* Grouping sets of the same keys share an answer. */
static bool
answer_was_counted(const MpcJointScan *state, int question)
{
	for (int i = 0; i < question; i++)
	{
		if (state->part[i].answer == state->part[question].answer)
			return true;
	}
	return false;
}

/* What all questions cost together, in the order in which they were asked. NULL: none was asked. */
static MpcAnswer *
sum_costs(const MpcJointScan *state)
{
	MpcAnswer  *sum = NULL;

	for (int i = 0; i < state->nparts; i++)
	{
		const MpcAnswer *answer = state->part[i].answer;

		if (answer == NULL || (i > 0 && answer_was_counted(state, i)))
			continue;
		if (sum == NULL)
		{
			sum = palloc(sizeof(MpcAnswer));
			*sum = *answer;
			continue;
		}
		sum->rounds += answer->rounds;
		sum->ms += answer->ms;
		for (int k = 0; k < sum->nparties; k++)
		{
			sum->party[k].bytes_out += answer->party[k].bytes_out;
			sum->party[k].bytes_in += answer->party[k].bytes_in;
			sum->party[k].ms += answer->party[k].ms;
		}
	}
	return sum;
}

/* Rounds of a question's minima and maxima; -1: not to be told, or not to be asked so. */
static int
rounds_of_extremes(const MpcSetting *setting, const MpcQuery *query)
{
	MpcLanes   *lanes = palloc0(sizeof(MpcLanes));
	MpcLayout  *layout = palloc0(sizeof(MpcLayout));
	MpcContract *used = palloc0(sizeof(MpcContract));
	MpcExtremes extremes;
	uint16_t	measure;
	MpcStr		missing;
	MpcRole		role;

	mpc_lanes_init(lanes, query);
	if (mpc_contract_of_query(used, &setting->contract, query, &missing, &role) != MPC_OK ||
		mpc_layout_init(layout, query, used, lanes, 0) != MPC_OK ||
		mpc_extremes_init(&extremes, lanes, used, layout, setting->federation->roster.n, &measure) != MPC_OK)
		return -1;
	return mpc_maximum_rounds(extremes.digit_bits, extremes.key_bits);
}

/* Before anybody is asked; -1: that takes the contract, or values, or the sizes of sets. */
static int
planned_rounds(MpcJointScan *state, MpcSetting *setting)
{
	int			questions = mpc_joint_questions(&state->plan);
	int			rounds = questions * (shares_in(setting->federation) ? 2 : 1);

	if (mpc_joint_is_of_sets(&state->plan))
		return -1;
	if (!asks_extremes(&state->plan))
		return rounds;
	if (!setting->has_contract || has_unknown_values(state))
		return -1;
	for (int i = 0; i < questions; i++)
	{
		int			more = rounds_of_extremes(setting, form_question(state, setting, i));

		if (more < 0)
			return -1;
		rounds += more;
	}
	return rounds;
}

static void
explain_rounds(MpcJointScan *state, MpcSetting *setting, const MpcAnswer *cost, ExplainState *es)
{
	int			rounds = cost != NULL ? cost->rounds : state->nparts > 0 ? 0 : planned_rounds(state, setting);

	if (rounds >= 0)
		ExplainPropertyInteger("Rounds", NULL, rounds, es);
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
	const MpcAnswer *cost = sum_costs(state);
	MpcSetting *setting;

	if (bare)
		PushActiveSnapshot(GetTransactionSnapshot());
	setting = mpc_setting_of(mpc_joint_scan_question(state));
	ExplainPropertyText("Federation", setting->federation->name, es);
	if (es->verbose)
		explain_parties(setting->federation, es);
	ExplainPropertyText("Protocol", protocol_name(setting->federation, &state->plan), es);
	explain_rounds(state, setting, cost, es);
	if (es->verbose)
		explain_question(state, setting, es);
	if (es->analyze && cost != NULL)
		explain_cost(cost, es);
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
