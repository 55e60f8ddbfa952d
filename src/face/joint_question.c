/*
 * joint_question.c
 *		Filling the holes: from a plan and the values of its expressions to the
 *		query that is sent.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "executor/executor.h"
#include "face/joint_fill.h"
#include "local/text.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

static MpcStr
copy_str(const void *data, size_t len)
{
	uint8	   *copy = palloc(Max(len, 1));

	memcpy(copy, data, len);
	return (MpcStr)
	{
		copy, len
	};
}

/* Names travel in UTF-8. */
static MpcStr
name_str(const char *name)
{
	return mpc_str(mpc_text_to_utf8(name, strlen(name)));
}

static MpcFillColumn
column_of_attribute(Oid relid, AttrNumber attnum)
{
	MpcFillColumn		column;
	HeapTuple	tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(attnum));
	Form_pg_attribute att;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for attribute %d of relation %u", attnum, relid);
	att = (Form_pg_attribute) GETSTRUCT(tuple);
	column.name = pstrdup(NameStr(att->attname));
	if (mpc_type_name(att->atttypid, att->atttypmod, att->attcollation, &column.type) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("column \"%s\" has type %s, which no dataset can have",
						column.name, format_type_be(att->atttypid))));
	ReleaseSysCache(tuple);
	return column;
}

MpcNode *
mpc_fill_node(MpcFiller *f, MpcOp op)
{
	MpcNode    *node;

	if (f->query->nnodes >= MPC_MAX_NODES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the condition has too many parts for one joint question")));
	node = &f->query->node[f->query->nnodes++];
	memset(node, 0, sizeof(*node));
	node->op = op;
	return node;
}

MpcNode *
mpc_fill_leaf_node(MpcFiller *f, MpcOp op, const MpcFillColumn *column)
{
	MpcNode    *node = mpc_fill_node(f, op);

	node->column = name_str(column->name);
	node->first_value = f->query->nvalues;
	return node;
}

void
mpc_fill_bytes(MpcFiller *f, MpcNode *node, bool null, MpcStr bytes)
{
	MpcValue   *value;

	if (f->query->nvalues >= MPC_MAX_VALUES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a joint question can carry at most %d values", MPC_MAX_VALUES)));
	if (bytes.len > PG_UINT16_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a value in a joint question can have at most %d bytes", PG_UINT16_MAX)));
	value = &f->query->value[f->query->nvalues++];
	value->null = null;
	value->bytes = bytes;
	node->nvalues++;
}

void
mpc_fill_datum(MpcFiller *f, MpcNode *node, const MpcType *type, Datum datum, bool null)
{
	StringInfoData bytes;

	initStringInfo(&bytes);
	if (!null)
		mpc_value_encode(&bytes, type, datum);
	mpc_fill_bytes(f, node, null, copy_str(bytes.data, bytes.len));
}

static const MpcFillColumn *
use_column(MpcFiller *f, AttrNumber attnum)
{
	if (f->columns[attnum].name == NULL)
		f->columns[attnum] = column_of_attribute(f->plan->relid, attnum);
	return &f->columns[attnum];
}

/* A gate borrows a column that its condition reads anyway. There is one: else it would stand above. */
static AttrNumber
borrowed_column(const MpcJointPlan *plan, int first)
{
	for (int i = first; i < list_length(plan->nodes); i++)
	{
		const List *item = list_nth(plan->nodes, i);

		if (!mpc_op_is_inner(linitial_int(item)) && lsecond_int(item) != 0)
			return lsecond_int(item);
	}
	elog(ERROR, "a joint question's condition reads no column");
}

/* Nodes first .. first + n - 1 are one condition. */
static void
fill_condition(MpcFiller *f, int first, int n)
{
	for (int i = first; i < first + n; i++)
	{
		const List *item = list_nth(f->plan->nodes, i);
		AttrNumber	attnum;

		if (mpc_op_is_inner(linitial_int(item)))
		{
			mpc_fill_node(f, linitial_int(item))->nchildren = lsecond_int(item);
			continue;
		}
		attnum = lsecond_int(item) != 0 ? lsecond_int(item) : borrowed_column(f->plan, first);
		mpc_fill_leaf(f, use_column(f, attnum), linitial_int(item), (MpcValueForm) lthird_int(item), lfourth_int(item));
	}
}

static bool
all_are_filters(MpcFiller *f, const MpcContract *contract, int first, int n)
{
	for (int i = first; i < first + n; i++)
	{
		const List *item = list_nth(f->plan->nodes, i);

		if (!mpc_op_is_inner(linitial_int(item)) && lsecond_int(item) != 0 &&
			mpc_contract_find(contract, name_str(use_column(f, lsecond_int(item))->name), MPC_ROLE_FILTER) == NULL)
			return false;
	}
	return true;
}

/* Whether a condition travels: it must be of the grammar, and where it could be evaluated here, too, its columns be filters. */
static bool
is_sent(MpcFiller *f, const MpcContract *contract, const List *condition, int first)
{
	int			n = linitial_int(condition);

	if (n == 0)
		return false;
	return lsecond_int(condition) < 0 || contract == NULL || all_are_filters(f, contract, first, n);
}

static void
fill_conditions(MpcFiller *f, const MpcContract *contract)
{
	int			sent = 0;
	int			first = 0;
	ListCell   *lc;

	foreach(lc, f->plan->conditions)
	{
		sent += is_sent(f, contract, lfirst(lc), first) ? 1 : 0;
		first += linitial_int(lfirst(lc));
	}
	if (sent > 1)
		mpc_fill_node(f, MPC_OP_AND)->nchildren = sent;
	first = 0;
	foreach(lc, f->plan->conditions)
	{
		if (is_sent(f, contract, lfirst(lc), first))
			fill_condition(f, first, linitial_int(lfirst(lc)));
		first += linitial_int(lfirst(lc));
	}
}

/* The conditions that stay here. */
static List *
local_conditions(MpcFiller *f, const MpcContract *contract)
{
	const MpcJointPlan *plan = f->plan;
	List	   *result = NIL;
	int			first = 0;
	ListCell   *lc;

	foreach(lc, plan->conditions)
	{
		if (!is_sent(f, contract, lfirst(lc), first))
			result = lappend(result, list_nth(plan->states, plan->ngates + plan->nvalues + lsecond_int(lfirst(lc))));
		first += linitial_int(lfirst(lc));
	}
	return result;
}

static void
fill_keys(MpcFiller *f)
{
	for (int i = 0; i < list_length(f->plan->keys); i++)
		f->query->key[f->plan->position[i]] = name_str(use_column(f, list_nth_int(f->plan->keys, i))->name);
	f->query->nkeys = list_length(f->plan->keys);
}

/* What is asked in the end is at least a number of rows: who allows no counts allows no keys alone. */
static void
fill_aggregates(MpcFiller *f)
{
	ListCell   *lc;

	foreach(lc, f->plan->columns)
	{
		const List *item = lfirst(lc);
		MpcAgg	   *agg;

		if (linitial_int(item) >= MPC_COLUMN_KEY)
			continue;
		agg = &f->query->agg[f->query->naggs++];
		agg->function = linitial_int(item);
		if (lsecond_int(item) != 0)
			agg->arg[agg->nargs++] = name_str(use_column(f, lsecond_int(item))->name);
	}
	if (f->query->naggs == 0)
		f->query->agg[f->query->naggs++].function = MPC_COUNT_ROWS;
}

bool
mpc_joint_open(const MpcJointPlan *plan, ExprContext *econtext)
{
	if (plan->empty)
		return false;
	for (int i = 0; i < plan->ngates; i++)
	{
		bool		null;
		Datum		open = ExecEvalExprSwitchContext(list_nth(plan->states, i), econtext, &null);

		if (null || !DatumGetBool(open))
			return false;
	}
	return true;
}

/* Keys travel by name, whatever the order of GROUP BY (query.h). */
static void
sort_keys(MpcJointPlan *plan)
{
	int			n = list_length(plan->keys);
	MpcStr		name[MPC_MAX_KEYS];

	for (int i = 0; i < n; i++)
		name[i] = name_str(get_attname(plan->relid, list_nth_int(plan->keys, i), false));
	for (int i = 0; i < n; i++)
	{
		plan->position[i] = 0;
		for (int k = 0; k < n; k++)
			plan->position[i] += mpc_str_compare(name[k], name[i]) < 0 ? 1 : 0;
	}
}

void
mpc_joint_plan_init(MpcJointPlan *plan, List *private, List *exprs, PlanState *parent)
{
	ListCell   *lc;
	List	   *counts = list_nth(private, MPC_PLAN_COUNTS);

	plan->relid = linitial_oid(list_nth(private, MPC_PLAN_RELID));
	plan->keys = list_nth(private, MPC_PLAN_KEYS);
	plan->columns = list_nth(private, MPC_PLAN_COLUMNS);
	plan->nodes = list_nth(private, MPC_PLAN_NODES);
	plan->conditions = list_nth(private, MPC_PLAN_CONDITIONS);
	plan->ngroup = linitial_int(counts);
	plan->ngates = lsecond_int(counts);
	plan->nvalues = lthird_int(counts);
	plan->empty = lfourth_int(counts) != 0;
	sort_keys(plan);
	plan->restricts_keys = false;
	foreach(lc, plan->conditions)
		plan->restricts_keys |= lsecond_int(lfirst(lc)) >= 0;
	plan->exprs = exprs;
	plan->states = ExecInitExprList(exprs, parent);
}

List *
mpc_joint_question(const MpcJointPlan *plan, ExprContext *econtext,
				   const MpcContract *contract, MpcQuery *query)
{
	MpcFiller	f = {.plan = plan,.econtext = econtext,.query = query};

	f.columns = palloc0((MaxHeapAttributeNumber + 1) * sizeof(MpcFillColumn));
	fill_keys(&f);
	fill_aggregates(&f);
	fill_conditions(&f, contract);
	return local_conditions(&f, contract);
}
