/*
 * joint_rows.c
 *		From the groups of an answer to the rows of a scan.
 *
 * Conditions on keys that are no filters are applied here, to decoded groups. Where keys are counted
 * DISTINCT the answer is finer than the query: sums of lanes are lanes of the sum, so that
 * its groups are rolled up exactly. What is folded into a remainder has no key any more: then
 * nothing can be counted DISTINCT, and it is no row of a condition on keys.
 */
#include "postgres.h"

#include "executor/executor.h"
#include "face/joint.h"
#include "protocol/group_key.h"
#include "utils/memutils.h"

#define FOLDED_AT_PARTIES \
	"A party folds small groups into it, and keys outside a declared domain or too long: groups that are shown may lack such rows."

static bool
passes(List *conditions, TupleTableSlot *slot, ExprContext *econtext)
{
	ListCell   *lc;

	econtext->ecxt_scantuple = slot;
	foreach(lc, conditions)
	{
		bool		null;
		Datum		result = ExecEvalExprSwitchContext(lfirst(lc), econtext, &null);

		if (null || !DatumGetBool(result))
			return false;
	}
	return true;
}

/* NULL where the grouping set is without this key. */
static Datum
key_datum(const MpcJointPlan *plan, const MpcAnswer *answer, const MpcAnswerGroup *group, int key, bool *null)
{
	*null = plan->position[key] < 0;
	return *null ? (Datum) 0 : mpc_answer_key(answer, group, plan->position[key], null);
}

/* The keys of a group, where conditions read them. */
static void
fill_keys(TupleTableSlot *slot, const MpcJointPlan *plan, const MpcAnswer *answer, const MpcAnswerGroup *group)
{
	int			at = 0;
	ListCell   *lc;

	ExecClearTuple(slot);
	foreach(lc, plan->columns)
	{
		const List *item = lfirst(lc);

		slot->tts_isnull[at] = true;
		if (linitial_int(item) == MPC_COLUMN_KEY)
			slot->tts_values[at] = key_datum(plan, answer, group, lsecond_int(item), &slot->tts_isnull[at]);
		at++;
	}
	ExecStoreVirtualTuple(slot);
}

/* In memory of one row. */
static bool
group_passes(const MpcAnswerGroup *group, const MpcJointPlan *plan, const MpcAnswer *answer,
			 List *conditions, TupleTableSlot *slot, ExprContext *econtext)
{
	MemoryContext old = MemoryContextSwitchTo(econtext->ecxt_per_tuple_memory);
	bool		passed;

	fill_keys(slot, plan, answer, group);
	passed = passes(conditions, slot, econtext);
	ExecClearTuple(slot);
	MemoryContextSwitchTo(old);
	ResetExprContext(econtext);
	return passed;
}

static void
select_groups(MpcJointRows *rows, const MpcJointPlan *plan, const MpcAnswer *answer,
			  List *conditions, TupleTableSlot *slot, ExprContext *econtext)
{
	for (int64 i = 0; i < answer->ngroups; i++)
	{
		const MpcAnswerGroup *group = &answer->group[i];

		if (group->remainder && plan->restricts_keys)
			continue;
		if (conditions != NIL && !group_passes(group, plan, answer, conditions, slot, econtext))
			continue;
		rows->row[rows->n++].group = group;
	}
}

/* What a reader of groups must know (R5). A row without keys meets no condition on keys. */
static void
notice_remainder(const MpcAnswer *answer, bool left_out)
{
	ereport(NOTICE,
			(errmsg("the answer has a remainder: rows that are in no group shown"),
			 answer->folded > 0 ?
			 errdetail_plural(FOLDED_AT_PARTIES " " INT64_FORMAT " group to which too few parties contribute is folded into it as a whole.",
							  FOLDED_AT_PARTIES " " INT64_FORMAT " groups to which too few parties contribute are folded into it as a whole.",
							  (unsigned long) answer->folded, answer->folded) :
			 errdetail(FOLDED_AT_PARTIES),
			 left_out ?
			 errhint("It is left out here, since a condition on keys says nothing of its rows.") :
			 errhint("mpc_remainder(*) is true in its row, the last one. HAVING, LIMIT and conditions on keys may hide it.")));
}

/* ------------------------------------------------------------------ count(DISTINCT key) */

static bool
counts_distinct(const MpcJointPlan *plan)
{
	ListCell   *lc;

	foreach(lc, plan->columns)
	{
		if (linitial_int(lfirst(lc)) == MPC_COLUMN_DISTINCT)
			return true;
	}
	return false;
}

static void
refuse_remainder(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("distinct keys cannot be counted exactly"),
			 errdetail("Some rows are in no group that may be shown: nobody knows how many keys they have."),
			 errhint("GROUP BY the keys and count the rows that are shown.")));
}

/* A group with its decoded key, while groups are rolled up. */
typedef struct Tuple
{
	const MpcAnswerGroup *group;
	MpcValue   *value;
} Tuple;

static int
compare_str(const void *x, const void *y)
{
	return mpc_str_compare(*(const MpcStr *) x, *(const MpcStr *) y);
}

static int64
count_distinct(const Tuple *tuple, int64 n, int key)
{
	MpcStr	   *values = MemoryContextAllocHuge(CurrentMemoryContext, Max(n, 1) * sizeof(MpcStr));
	int64		found = 0;
	int64		distinct = 0;

	for (int64 i = 0; i < n; i++)
	{
		if (!tuple[i].value[key].null)
			values[found++] = tuple[i].value[key].bytes;
	}
	qsort(values, found, sizeof(MpcStr), compare_str);
	for (int64 i = 0; i < found; i++)
		distinct += i == 0 || compare_str(&values[i - 1], &values[i]) != 0 ? 1 : 0;
	pfree(values);
	return distinct;
}

/* One row for groups that agree in the GROUP BY columns. */
static MpcJointRow
roll_up(const MpcJointPlan *plan, const MpcAnswer *answer, const Tuple *tuple, int64 n)
{
	MpcAnswerGroup *group = palloc(sizeof(MpcAnswerGroup));
	MpcWide    *sum = palloc(answer->lanes.nlanes * sizeof(MpcWide));
	MpcJointRow row = {group, palloc0(list_length(plan->columns) * sizeof(int64))};

	*group = *tuple[0].group;
	memcpy(sum, group->sum, answer->lanes.nlanes * sizeof(MpcWide));
	group->sum = sum;
	for (int64 i = 1; i < n; i++)
	{
		for (int k = 0; k < answer->lanes.nlanes; k++)
			mpc_wide_add(&sum[k], &tuple[i].group->sum[k]);
		group->parties = -1;
	}
	for (int c = 0; c < list_length(plan->columns); c++)
	{
		const List *item = list_nth(plan->columns, c);

		if (linitial_int(item) == MPC_COLUMN_DISTINCT)
			row.distinct[c] = count_distinct(tuple, n, plan->position[lsecond_int(item)]);
	}
	return row;
}

static Tuple *
read_tuples(const MpcJointRows *rows, int nkeys)
{
	Tuple	   *tuple = MemoryContextAllocHuge(CurrentMemoryContext, Max(rows->n, 1) * sizeof(Tuple));

	for (int64 i = 0; i < rows->n; i++)
	{
		tuple[i].group = rows->row[i].group;
		tuple[i].value = palloc(nkeys * sizeof(MpcValue));
		if (mpc_group_key_read(tuple[i].value, nkeys, tuple[i].group->key) != MPC_OK)
			elog(ERROR, "a group's key is not well-formed");
	}
	return tuple;
}

/* By the GROUP BY columns, NULL behind all others. */
static int
compare_tuples(const void *x, const void *y, void *arg)
{
	const MpcJointPlan *plan = arg;

	for (int i = 0; i < plan->ngroup; i++)
	{
		const MpcValue *a = &((const Tuple *) x)->value[plan->position[i]];
		const MpcValue *b = &((const Tuple *) y)->value[plan->position[i]];
		int			order = a->null != b->null ? (a->null ? 1 : -1) : mpc_str_compare(a->bytes, b->bytes);

		if (order != 0)
			return order;
	}
	return 0;
}

static void
roll_up_all(MpcJointRows *rows, const MpcJointPlan *plan, const MpcAnswer *answer)
{
	Tuple	   *tuple = read_tuples(rows, answer->query->nkeys);
	int64		n = 0;
	int64		end;

	qsort_arg(tuple, rows->n, sizeof(Tuple), compare_tuples, unconstify(MpcJointPlan *, plan));
	for (int64 i = 0; i < rows->n; i = end)
	{
		for (end = i + 1; end < rows->n && compare_tuples(&tuple[i], &tuple[end], unconstify(MpcJointPlan *, plan)) == 0; end++)
			;
		rows->row[n++] = roll_up(plan, answer, &tuple[i], end - i);
	}
	rows->n = n;
}

/* Without GROUP BY there is a row even for nothing. */
static void
add_empty_row(MpcJointRows *rows, const MpcJointPlan *plan)
{
	rows->row[0].group = NULL;
	rows->row[0].distinct = palloc0(list_length(plan->columns) * sizeof(int64));
	rows->n = 1;
}

void
mpc_joint_rows(MpcJointRows *rows, const MpcJointPlan *plan, const MpcAnswer *answer,
			   List *conditions, TupleTableSlot *slot, ExprContext *econtext)
{
	bool		distinct = counts_distinct(plan);
	bool		remainder = answer != NULL && answer->ngroups > 0 && answer->group[answer->ngroups - 1].remainder;

	rows->n = 0;
	rows->row = MemoryContextAllocExtended(CurrentMemoryContext, (answer != NULL ? answer->ngroups + 1 : 1) * sizeof(MpcJointRow),
										   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	if (answer != NULL)
	{
		if (remainder && distinct)
			refuse_remainder();
		if (remainder)
			notice_remainder(answer, plan->restricts_keys);
		select_groups(rows, plan, answer, conditions, slot, econtext);
		if (distinct)
			roll_up_all(rows, plan, answer);
	}
	if (rows->n == 0 && (plan->ngroup == 0 || plan->nasked == 0))
		add_empty_row(rows, plan);
}

/* ------------------------------------------------------------------ one row */

/* One bit for each argument, the last one lowest: whether the grouping set is without it. */
static int32
grouping(const MpcJointPlan *plan, const List *item)
{
	int32		bits = 0;

	for (int i = 4; i < list_length(item); i++)
		bits = bits << 1 | (plan->position[list_nth_int(item, i)] < 0 ? 1 : 0);
	return bits;
}

/* No row qualifies anywhere: counts are 0, everything else is NULL. */
static Datum
empty_datum(const MpcJointPlan *plan, const List *item, bool *null)
{
	int			function = linitial_int(item);

	if (function == MPC_COLUMN_KEY || function == MPC_COLUMN_GROUPING)
	{
		*null = function == MPC_COLUMN_KEY;
		return Int32GetDatum(grouping(plan, item));
	}
	*null = function < MPC_COLUMN_DISTINCT && !mpc_function_counts(function);
	return function == MPC_COLUMN_REMAINDER ? BoolGetDatum(false) :
		function == MPC_COLUMN_PARTIES ? Int32GetDatum(0) : Int64GetDatum(0);
}

static Datum
own_datum(const MpcJointPlan *plan, const MpcAnswer *answer, const MpcJointRow *row, int column, const List *item, bool *null)
{
	*null = false;
	switch (linitial_int(item))
	{
		case MPC_COLUMN_KEY:
			return key_datum(plan, answer, row->group, lsecond_int(item), null);
		case MPC_COLUMN_DISTINCT:
			return Int64GetDatum(row->distinct[column]);
		case MPC_COLUMN_GROUPING:
			return Int32GetDatum(grouping(plan, item));
		case MPC_COLUMN_REMAINDER:
			return BoolGetDatum(row->group->remainder);
		case MPC_COLUMN_PARTIES:
			*null = row->group->parties < 0;
			return Int32GetDatum(row->group->parties);
		default:
			elog(ERROR, "unrecognized column of a joint scan: %d", linitial_int(item));
	}
}

void
mpc_joint_fill_slot(TupleTableSlot *slot, const MpcJointPlan *plan, const MpcAnswer *answer, const MpcJointRow *row)
{
	int			agg = 0;
	int			at = 0;
	ListCell   *lc;

	foreach(lc, plan->columns)
	{
		const List *item = lfirst(lc);
		int			what = linitial_int(item);
		bool	   *null = &slot->tts_isnull[at];

		if (what == MPC_HISTOGRAM)
			slot->tts_values[at] = mpc_joint_distribution(&plan->grid[at], answer, row->group,
														  row->group == NULL || plan->closed[at] ? NULL : &answer->query->agg[agg++],
														  TupleDescAttr(slot->tts_tupleDescriptor, at)->atttypid, null);
		else if (row->group == NULL || plan->closed[at])
			slot->tts_values[at] = empty_datum(plan, item, null);
		else if (what < MPC_COLUMN_KEY)
			slot->tts_values[at] = mpc_answer_datum(answer, row->group, &answer->query->agg[agg++], null);
		else
			slot->tts_values[at] = own_datum(plan, answer, row, at, item, null);
		at++;
	}
}
