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
			slot->tts_values[at] = mpc_answer_key(answer, group, lsecond_int(item), &slot->tts_isnull[at]);
		at++;
	}
	ExecStoreVirtualTuple(slot);
}

static void
select_groups(MpcJointRows *rows, const MpcJointPlan *plan, const MpcAnswer *answer,
			  List *conditions, TupleTableSlot *slot, ExprContext *econtext)
{
	for (int64 i = 0; i < answer->ngroups; i++)
	{
		const MpcAnswerGroup *group = &answer->group[i];

		if (conditions != NIL)
		{
			MemoryContext old = MemoryContextSwitchTo(econtext->ecxt_per_tuple_memory);
			bool		passed = false;

			if (!group->remainder)
			{
				fill_keys(slot, plan, answer, group);
				passed = passes(conditions, slot, econtext);
			}
			ExecClearTuple(slot);
			MemoryContextSwitchTo(old);
			ResetExprContext(econtext);
			if (!passed)
				continue;
		}
		rows->row[rows->n++].group = group;
	}
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
refuse_remainder(const MpcAnswer *answer)
{
	if (answer->ngroups == 0 || !answer->group[answer->ngroups - 1].remainder)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("distinct keys cannot be counted exactly"),
			 errdetail("Some groups are too small to be shown and are folded into a remainder: nobody knows how many."),
			 errhint("GROUP BY the keys and count the rows that are shown.")));
}

static int
compare_str(const void *x, const void *y)
{
	return mpc_str_compare(*(const MpcStr *) x, *(const MpcStr *) y);
}

static int64
count_distinct(const MpcValue *const *tuple, int64 n, int key)
{
	MpcStr	   *values = MemoryContextAllocHuge(CurrentMemoryContext, Max(n, 1) * sizeof(MpcStr));
	int64		found = 0;
	int64		distinct = 0;

	for (int64 i = 0; i < n; i++)
	{
		if (!tuple[i][key].null)
			values[found++] = tuple[i][key].bytes;
	}
	qsort(values, found, sizeof(MpcStr), compare_str);
	for (int64 i = 0; i < found; i++)
		distinct += i == 0 || compare_str(&values[i - 1], &values[i]) != 0 ? 1 : 0;
	pfree(values);
	return distinct;
}

/* One row for groups that agree in the GROUP BY columns. */
static MpcJointRow
roll_up(const MpcJointPlan *plan, const MpcAnswer *answer, const MpcJointRow *from,
		const MpcValue *const *tuple, int64 n)
{
	MpcAnswerGroup *group = palloc(sizeof(MpcAnswerGroup));
	MpcWide    *sum = palloc(answer->lanes.nlanes * sizeof(MpcWide));
	MpcJointRow row = {group, palloc0(list_length(plan->columns) * sizeof(int64))};

	*group = *from[0].group;
	memcpy(sum, group->sum, answer->lanes.nlanes * sizeof(MpcWide));
	group->sum = sum;
	for (int64 i = 1; i < n; i++)
	{
		for (int k = 0; k < answer->lanes.nlanes; k++)
			mpc_wide_add(&sum[k], &from[i].group->sum[k]);
		group->rows += from[i].group->rows;
		group->parties = -1;
	}
	for (int c = 0; c < list_length(plan->columns); c++)
	{
		const List *item = list_nth(plan->columns, c);

		if (linitial_int(item) == MPC_COLUMN_DISTINCT)
			row.distinct[c] = count_distinct(tuple, n, lsecond_int(item));
	}
	return row;
}

static MpcValue **
read_tuples(const MpcJointRows *rows, int nkeys)
{
	MpcValue  **tuple = MemoryContextAllocHuge(CurrentMemoryContext, Max(rows->n, 1) * sizeof(MpcValue *));

	for (int64 i = 0; i < rows->n; i++)
	{
		tuple[i] = palloc(nkeys * sizeof(MpcValue));
		if (mpc_group_key_read(tuple[i], nkeys, rows->row[i].group->key) != MPC_OK)
			elog(ERROR, "a group's key is not well-formed");
	}
	return tuple;
}

static bool
same_group(const MpcValue *x, const MpcValue *y, int ngroup)
{
	for (int i = 0; i < ngroup; i++)
	{
		if (x[i].null != y[i].null || !mpc_str_equal(x[i].bytes, y[i].bytes))
			return false;
	}
	return true;
}

/* Groups come sorted by the bytes of their keys or by their domains: those that agree in the first keys stand together. */
static void
roll_up_all(MpcJointRows *rows, const MpcJointPlan *plan, const MpcAnswer *answer)
{
	MpcValue  **tuple = read_tuples(rows, answer->query->nkeys);
	int64		n = 0;
	int64		end;

	for (int64 i = 0; i < rows->n; i = end)
	{
		for (end = i + 1; end < rows->n && same_group(tuple[i], tuple[end], plan->ngroup); end++)
			;
		rows->row[n++] = roll_up(plan, answer, &rows->row[i], (const MpcValue *const *) &tuple[i], end - i);
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

	rows->n = 0;
	rows->row = MemoryContextAllocExtended(CurrentMemoryContext, (answer != NULL ? answer->ngroups + 1 : 1) * sizeof(MpcJointRow),
										   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	if (answer != NULL)
	{
		if (distinct)
			refuse_remainder(answer);
		select_groups(rows, plan, answer, conditions, slot, econtext);
		if (distinct)
			roll_up_all(rows, plan, answer);
	}
	if (rows->n == 0 && plan->ngroup == 0)
		add_empty_row(rows, plan);
}

/* ------------------------------------------------------------------ one row */

/* No row qualifies anywhere: counts are 0, everything else is NULL. */
static Datum
empty_datum(int function, bool *null)
{
	*null = !(function == MPC_COUNT || function == MPC_COUNT_ROWS || function >= MPC_COLUMN_DISTINCT);
	return function == MPC_COLUMN_REMAINDER ? BoolGetDatum(false) :
		function == MPC_COLUMN_PARTIES ? Int32GetDatum(0) : Int64GetDatum(0);
}

static Datum
own_datum(const MpcAnswer *answer, const MpcJointRow *row, int column, const List *item, bool *null)
{
	*null = false;
	switch (linitial_int(item))
	{
		case MPC_COLUMN_KEY:
			return mpc_answer_key(answer, row->group, lsecond_int(item), null);
		case MPC_COLUMN_DISTINCT:
			return Int64GetDatum(row->distinct[column]);
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

		if (row->group == NULL)
			slot->tts_values[at] = empty_datum(what, null);
		else if (what < MPC_COLUMN_KEY)
			slot->tts_values[at] = mpc_answer_datum(answer, row->group, &answer->query->agg[agg++], null);
		else
			slot->tts_values[at] = own_datum(answer, row, at, item, null);
		at++;
	}
}
