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
#include "protocol/query_sets.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#define CLOSED	(-1)

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
	f->query->where.nnodes = f->query->nnodes;
}

/* Whether two predicates ask the same, value by value. */
static bool
same_predicate(const MpcQuery *query, const MpcPredicate *a, const MpcPredicate *b)
{
	if (a->nnodes != b->nnodes)
		return false;
	for (int i = 0; i < a->nnodes; i++)
	{
		const MpcNode *x = &query->node[a->first + i];
		const MpcNode *y = &query->node[b->first + i];

		if (x->op != y->op || x->nchildren != y->nchildren || x->nvalues != y->nvalues ||
			!mpc_str_equal(x->column, y->column))
			return false;
		for (int k = 0; k < x->nvalues; k++)
		{
			const MpcValue *v = &query->value[x->first_value + k];
			const MpcValue *w = &query->value[y->first_value + k];

			if (v->null != w->null || !mpc_str_equal(v->bytes, w->bytes))
				return false;
		}
	}
	return true;
}

/* One FILTER clause; where its values make it another one of this question, it is that one. */
static int
fill_filter(MpcFiller *f, const List *filter)
{
	MpcQuery   *query = f->query;
	MpcPredicate *added = &query->filter[query->nfilters];
	uint16_t	nvalues = query->nvalues;

	added->first = query->nnodes;
	fill_condition(f, linitial_int(filter), lsecond_int(filter));
	added->nnodes = query->nnodes - added->first;
	for (int i = 0; i < query->nfilters; i++)
	{
		if (!same_predicate(query, &query->filter[i], added))
			continue;
		query->nnodes = added->first;
		query->nvalues = nvalues;
		return i + 1;
	}
	return ++query->nfilters;
}

/* Index of the value of a filter that is nothing but a gate, -1 for one that reads columns. */
static int
gate_of_filter(const MpcJointPlan *plan, const List *filter)
{
	const List *leaf = list_nth(plan->nodes, linitial_int(filter));

	return lsecond_int(filter) == 1 && lthird_int(leaf) == MPC_FORM_GATE ? lfourth_int(leaf) : -1;
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
	{
		if (f->plan->position[i] >= 0)
			f->query->key[f->plan->position[i]] = name_str(use_column(f, list_nth_int(f->plan->keys, i))->name);
	}
	f->query->nkeys = f->plan->nasked;
}

static void
add_argument(MpcFiller *f, MpcAgg *agg, AttrNumber attnum)
{
	if (attnum != 0)
		agg->arg[agg->nargs++] = name_str(use_column(f, attnum)->name);
}

/* The question's number of each FILTER clause of the plan: 0 lets all rows pass, CLOSED none. */
static int *
fill_filters(MpcFiller *f)
{
	int		   *filter = palloc((list_length(f->plan->filters) + 1) * sizeof(int));
	ListCell   *lc;

	filter[0] = 0;
	foreach(lc, f->plan->filters)
	{
		int			gate = gate_of_filter(f->plan, lfirst(lc));

		filter[foreach_current_index(lc) + 1] = gate < 0 ? fill_filter(f, lfirst(lc)) :
			mpc_fill_is_open(f, gate) ? 0 : CLOSED;
	}
	return filter;
}

/* What is asked in the end is at least a number of rows: who allows no counts allows no keys alone. */
static void
fill_aggregates(MpcFiller *f, const MpcContract *contract)
{
	int		   *filter = fill_filters(f);
	ListCell   *lc;

	foreach(lc, f->plan->columns)
	{
		const List *item = lfirst(lc);
		bool	   *closed = &f->plan->closed[foreach_current_index(lc)];
		MpcAgg	   *agg;

		if (linitial_int(item) >= MPC_COLUMN_KEY)
			continue;
		*closed = filter[lfourth_int(item)] == CLOSED;
		if (*closed)
			continue;
		agg = &f->query->agg[f->query->naggs++];
		agg->function = linitial_int(item);
		add_argument(f, agg, lsecond_int(item));
		add_argument(f, agg, lthird_int(item));
		for (int i = 4; i < list_length(item) - (agg->function == MPC_LOGISTIC ? 1 : 0) && agg->function != MPC_HISTOGRAM; i++)
			add_argument(f, agg, list_nth_int(item, i));
		if (agg->function == MPC_HISTOGRAM)
			mpc_fill_grid(agg, &f->plan->grid[foreach_current_index(lc)], contract);
		if (agg->function == MPC_LOGISTIC)
			mpc_fill_coefficients(f, agg, llast_int(item));
		agg->filter = filter[lfourth_int(item)];
	}
	mpc_fill_check_grids(f->query);
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

bool
mpc_joint_is_of_sets(const MpcJointPlan *plan)
{
	ListCell   *lc;

	foreach(lc, plan->columns)
	{
		if (mpc_function_is_of_sets(linitial_int(lfirst(lc))))
			return true;
	}
	return false;
}

int
mpc_joint_questions(const MpcJointPlan *plan)
{
	return Max(list_length(plan->sets), 1);
}

static bool
is_asked(const MpcJointPlan *plan, int question, int key)
{
	const List *set = plan->sets != NIL ? list_nth(plan->sets, question) : NIL;

	if (set == NIL)
		return true;
	for (int i = 1; i <= linitial_int(set); i++)
	{
		if (list_nth_int(set, i) == key)
			return true;
	}
	return false;
}

/* Keys travel by name, whatever the order of GROUP BY (query.h). */
void
mpc_joint_choose(MpcJointPlan *plan, int question)
{
	int			n = list_length(plan->keys);
	MpcStr		name[MPC_MAX_KEYS];

	for (int i = 0; i < n; i++)
		name[i] = name_str(get_attname(plan->relid, list_nth_int(plan->keys, i), false));
	plan->nasked = 0;
	for (int i = 0; i < n; i++)
	{
		plan->position[i] = -1;
		if (!is_asked(plan, question, i))
			continue;
		plan->nasked++;
		plan->position[i] = 0;
		for (int k = 0; k < n; k++)
			plan->position[i] += is_asked(plan, question, k) && mpc_str_compare(name[k], name[i]) < 0 ? 1 : 0;
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
	plan->filters = list_nth(private, MPC_PLAN_FILTERS);
	plan->ngroup = linitial_int(counts);
	plan->ngates = lsecond_int(counts);
	plan->nvalues = lthird_int(counts);
	plan->empty = lfourth_int(counts) != 0;
	plan->sets = list_nth(private, MPC_PLAN_SETS);
	mpc_joint_choose(plan, 0);
	plan->restricts_keys = false;
	foreach(lc, plan->conditions)
		plan->restricts_keys |= lsecond_int(lfirst(lc)) >= 0;
	plan->closed = palloc0(list_length(plan->columns) * sizeof(bool));
	plan->grid = palloc0(list_length(plan->columns) * sizeof(MpcJointGrid));
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
	fill_conditions(&f, contract);
	fill_aggregates(&f, contract);
	return local_conditions(&f, contract);
}
