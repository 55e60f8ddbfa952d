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
				 errmsg("column \"%s\" of the joint table has type %s, which no dataset can have",
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

/* A gate borrows a column that the condition reads anyway. There is one: else it would stand above. */
static AttrNumber
borrowed_column(const MpcJointPlan *plan)
{
	ListCell   *lc;

	foreach(lc, plan->nodes)
	{
		const List *item = lfirst(lc);

		if (!mpc_op_is_inner(linitial_int(item)) && lsecond_int(item) != 0)
			return lsecond_int(item);
	}
	elog(ERROR, "a joint question's condition reads no column");
}

static void
fill_leaf(MpcFiller *f, const List *item)
{
	AttrNumber	attnum = lsecond_int(item) != 0 ? lsecond_int(item) : borrowed_column(f->plan);

	mpc_fill_leaf(f, use_column(f, attnum), linitial_int(item), (MpcValueForm) lthird_int(item), lfourth_int(item));
}

static void
fill_nodes(MpcFiller *f)
{
	ListCell   *lc;

	foreach(lc, f->plan->nodes)
	{
		const List *item = lfirst(lc);

		if (mpc_op_is_inner(linitial_int(item)))
			mpc_fill_node(f, linitial_int(item))->nchildren = lsecond_int(item);
		else
			fill_leaf(f, item);
	}
}

static void
fill_aggregates(MpcFiller *f)
{
	ListCell   *lc;

	foreach(lc, f->plan->aggs)
	{
		const List *item = lfirst(lc);
		MpcAgg	   *agg = &f->query->agg[f->query->naggs++];

		agg->function = linitial_int(item);
		if (lsecond_int(item) != 0)
			agg->arg[agg->nargs++] = name_str(use_column(f, lsecond_int(item))->name);
	}
}

static bool
gates_open(const MpcJointPlan *plan, ExprContext *econtext)
{
	for (int i = 0; i < plan->ngates; i++)
	{
		bool		null;
		Datum		open = ExecEvalExprSwitchContext(list_nth(plan->states, i), econtext, &null);

		if (null || !DatumGetBool(open))
			return false;
	}
	return true;
}

void
mpc_joint_plan_init(MpcJointPlan *plan, List *fdw_private, List *fdw_exprs, PlanState *parent)
{
	plan->relid = linitial_oid(list_nth(fdw_private, MPC_PLAN_RELID));
	plan->aggs = list_nth(fdw_private, MPC_PLAN_AGGS);
	plan->nodes = list_nth(fdw_private, MPC_PLAN_NODES);
	plan->ngates = linitial_int(list_nth(fdw_private, MPC_PLAN_GATES));
	plan->empty = linitial_int(list_nth(fdw_private, MPC_PLAN_EMPTY)) != 0;
	plan->exprs = fdw_exprs;
	plan->states = ExecInitExprList(fdw_exprs, parent);
}

bool
mpc_joint_question(const MpcJointPlan *plan, ExprContext *econtext, MpcQuery *query)
{
	MpcFiller		f = {.plan = plan,.econtext = econtext,.query = query};

	f.columns = palloc0((MaxHeapAttributeNumber + 1) * sizeof(MpcFillColumn));
	fill_aggregates(&f);
	if (plan->empty || !gates_open(plan, econtext))
		return false;
	fill_nodes(&f);
	return true;
}
