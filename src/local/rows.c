/*
 * rows.c
 *		Which group is a row of the statement, or does it belong to the rest?
 *
 * Columns stand as mpc_statement_write() wrote them: keys, count(*) where no sum counts
 * the rows, measures. A key outside its domain or too long for its contract is no group:
 * partners have no place for it.
 */
#include "postgres.h"

#include "access/detoast.h"
#include "crypto/secret.h"
#include "executor/tuptable.h"
#include "local/measure_registers.h"
#include "local/measure_sum.h"
#include "local/rows.h"
#include "protocol/group_key.h"
#include "utils/memutils.h"

/* No encoding of a server takes more than four times the bytes of UTF-8. */
#define MAX_GROWTH		4

/* Groups kept before small ones are folded: a limit near to max_groups would tell of groups that min_rows hides. */

typedef enum Place
{
	OWN_GROUP,
	OUTSIDE_DOMAIN,
	TOO_LONG
} Place;

static Datum
column_datum(const TupleTableSlot *slot, int column)
{
	if (slot->tts_isnull[column])
		elog(ERROR, "aggregate of a dataset gave null");
	return slot->tts_values[column];
}

/* What stands in a row, column by column. */
typedef struct Cursor
{
	const TupleTableSlot *slot;
	int			column;
} Cursor;

static int64
next_count(Cursor *cursor)
{
	return DatumGetInt64(column_datum(cursor->slot, cursor->column++));
}

/* Bits of a bitwise aggregate, which is null without values. */
static uint64
next_bits(Cursor *cursor, int width, bool inverted)
{
	int			column = cursor->column++;
	uint64		bits;

	if (cursor->slot->tts_isnull[column])
		return 0;
	bits = width == 1 ? (DatumGetBool(cursor->slot->tts_values[column]) ? 1 : 0) :
		(uint64) DatumGetInt64(cursor->slot->tts_values[column]);
	return (inverted ? ~bits : bits) & (width == 1 ? 1 : ~UINT64CONST(0));
}

/* Extremes are null without values. Where they are outside the contract, a value is; and none is where they are not. */
static void
read_extremes(MpcLocalSum *sum, const MpcExtremeKeys *keys, Cursor *cursor)
{
	const TupleTableSlot *slot = cursor->slot;
	int			at = cursor->column;
	uint64		least = 0;
	uint64		greatest = 0;

	cursor->column += keys->checks_scale ? 3 : 2;
	memset(sum->peak, 0, sizeof(sum->peak));
	if (slot->tts_isnull[at])
		return;
	/* the scale of NaN is null, but NaN is the greatest */
	if (!mpc_extreme_key(keys, slot->tts_values[at], &least) ||
		!mpc_extreme_key(keys, slot->tts_values[at + 1], &greatest) ||
		(keys->checks_scale && !slot->tts_isnull[at + 2] && DatumGetInt32(slot->tts_values[at + 2]) > keys->scale))
	{
		sum->violated = true;
		return;
	}
	sum->peak[MPC_PEAK_MIN] = ~least;
	sum->peak[MPC_PEAK_MAX] = greatest;
}

/* Rows with a value of a column that are not behind the measure; without X the same twice (fold.h). */
static void
read_left_out(MpcLocalSum *sum, const MpcMeasure *measure, Cursor *cursor)
{
	for (int i = 0; i < measure->ncolumns; i++)
		sum->left_out[i] = next_count(cursor) - sum->nonnull;
	if (measure->ncolumns == 1)
		sum->left_out[1] = sum->left_out[0];
}

/* Products have as many series as columns, and fold.h two: the smallest that there is stands for all. */
static void
read_smallest_left_out(MpcLocalSum *sum, const MpcMeasure *measure, Cursor *cursor)
{
	int64		smallest = 0;

	for (int i = 0; i < measure->ncolumns; i++)
	{
		int64		left_out = next_count(cursor) - sum->nonnull;

		if (left_out > 0 && (smallest == 0 || left_out < smallest))
			smallest = left_out;
	}
	sum->left_out[0] = sum->left_out[1] = smallest;
}

static void
read_measure(MpcRows *rows, int i, Cursor *cursor)
{
	const MpcMeasure *measure = &rows->lanes->measure[i];
	MpcLocalGroup *row = &rows->row;
	MpcLocalSum *sum = &row->measure[i];

	sum->violated = false;
	if (rows->answer->nmoments[i] > 0)
	{
		int64		nrows = mpc_measure_read(sum, measure, column_datum(cursor->slot, cursor->column++));

		if (mpc_statement_counts_rows(measure))
			row->rows = nrows;
	}
	else if (measure->wants_levels)
		mpc_registers_read(sum, column_datum(cursor->slot, cursor->column++));
	else
		sum->nonnull = next_count(cursor);
	if (measure->wants_set)
		sum->set = next_bits(cursor, measure->width, false);
	if (measure->wants_clear)
		sum->clear = next_bits(cursor, measure->width, true);
	if (rows->statement->keys[i] != NULL)
		read_extremes(sum, rows->statement->keys[i], cursor);
	if (measure->wants_products)
		read_smallest_left_out(sum, measure, cursor);
	else if (mpc_statement_counts_columns(measure))
		read_left_out(sum, measure, cursor);
}

/* Rows and measures. Rows are counted by a measure, or first. */
static void
read_row(MpcRows *rows, const TupleTableSlot *slot)
{
	const MpcLanes *lanes = rows->lanes;
	MpcLocalGroup *row = &rows->row;
	Cursor		cursor = {slot, rows->statement->nkeys};

	if (mpc_statement_needs_count(lanes))
		row->rows = next_count(&cursor);
	for (int i = 0; i < lanes->nmeasures; i++)
		read_measure(rows, i, &cursor);
	for (int i = 0; i < lanes->nmeasures; i++)
	{
		MpcLocalSum *sum = &row->measure[i];

		if (lanes->measure[i].ncolumns == 0)
			sum->left_out[0] = sum->left_out[1] = row->rows - sum->nonnull;
	}
}

static void
note_violation(const MpcRows *rows)
{
	MpcLocalAnswer *answer = rows->answer;
	int			i;

	for (i = 0; i < answer->nmeasures; i++)
	{
		if (rows->row.measure[i].violated && (answer->violated < 0 || i < answer->violated))
			answer->violated = i;
	}
}

/* Text that is longer than any key may be, without reading it. */
static bool
is_oversized(const MpcType *type, Datum value)
{
	return (type->kind == MPC_KIND_TEXT || type->kind == MPC_KIND_VARCHAR) &&
		toast_raw_datum_size(value) > VARHDRSZ + MAX_GROWTH * MPC_MAX_TUPLE_BYTES;
}

/* The canonical bytes of one key column, in memory of the row. */
static bool
encode_column(MpcValue *value, const MpcType *type, const TupleTableSlot *slot, int column)
{
	StringInfoData bytes;

	value->null = slot->tts_isnull[column];
	value->bytes = mpc_str("");
	if (value->null)
		return true;
	if (is_oversized(type, slot->tts_values[column]))
		return false;
	initStringInfo(&bytes);
	mpc_value_encode(&bytes, type, slot->tts_values[column]);
	value->bytes.data = (const uint8 *) bytes.data;
	value->bytes.len = bytes.len;
	return true;
}

/* A value outside a domain is no long key, however long it is. */
static Place
place_column(const MpcLayout *layout, int column, const MpcValue *value)
{
	const MpcDomain *domain = layout->domain[column];
	uint32_t	position;

	if (domain != NULL && !mpc_domain_find(domain, value, &position))
		return OUTSIDE_DOMAIN;
	return mpc_group_key_size(value) > layout->max_key_bytes[column] ? TOO_LONG : OWN_GROUP;
}

/* Fills tuple for a group of its own. */
static Place
place_row(const MpcRows *rows, const TupleTableSlot *slot, MpcValue *tuple)
{
	const MpcLayout *layout = rows->layout;
	Place		place = OWN_GROUP;
	int			i;

	for (i = 0; i < rows->statement->nkeys && place == OWN_GROUP; i++)
	{
		if (encode_column(&tuple[i], &rows->statement->key[i].local, slot, i))
			place = place_column(layout, i, &tuple[i]);
		else
			place = layout->domain[i] != NULL ? OUTSIDE_DOMAIN : TOO_LONG;
	}
	return place;
}

/* Bounds the memory only: what is judged by the dataset's limit is what is left after folding. */
static bool
has_room(const MpcRows *rows)
{
	return rows->layout->kind == MPC_LAYOUT_DOMAIN || rows->answer->ngroups < mpc_layout_unfolded(rows->max_groups);
}

static MpcLocalGroup *
add_group(MpcRows *rows, const MpcValue *tuple)
{
	int			nkeys = rows->statement->nkeys;
	Size		size = 0;
	MpcWriter	w;
	MpcStr		key;
	MpcLocalGroup *group;
	int			i;

	for (i = 0; i < nkeys; i++)
		size += mpc_group_key_size(&tuple[i]);
	mpc_writer_init(&w, palloc(size), size);
	mpc_group_key_write(&w, tuple, nkeys);
	key.data = w.data;
	key.len = w.len;
	group = mpc_groups_add(rows->answer, key);	/* copies the key */
	mpc_wipe(w.data, w.len);
	if (rows->layout->kind == MPC_LAYOUT_DOMAIN &&
		!mpc_domain_group(rows->layout->domain, rows->layout->nkeys, tuple, &group->position))
		elog(ERROR, "key of a group is outside its domain");
	return group;
}

/* The row's context is reset for the next one, which wipes nothing. */
static void
wipe_tuple(MpcValue *tuple, int nkeys)
{
	int			i;

	for (i = 0; i < nkeys; i++)
		mpc_wipe(unconstify(uint8_t *, tuple[i].bytes.data), tuple[i].bytes.len);
}

/* Where the row's numbers go; NULL: there are more groups than may be. */
static MpcLocalGroup *
find_place(MpcRows *rows, const TupleTableSlot *slot)
{
	MpcValue	tuple[MPC_MAX_KEYS] = {0};	/* columns behind one that is no key stay unread */
	MpcLocalGroup *group = &rows->answer->rest;
	Place		place;

	if (rows->statement->nkeys == 0)
		return group;
	place = place_row(rows, slot, tuple);
	if (place == OWN_GROUP)
		group = has_room(rows) ? add_group(rows, tuple) : NULL;
	else if (place == TOO_LONG)
		rows->answer->long_keys++;
	wipe_tuple(tuple, rows->statement->nkeys);
	return group;
}

static bool
take_row(TupleTableSlot *slot, DestReceiver *self)
{
	MpcRows    *rows = (MpcRows *) self;
	MemoryContext old;
	MpcLocalGroup *place;

	MemoryContextReset(rows->context);
	old = MemoryContextSwitchTo(rows->context);
	slot_getallattrs(slot);
	rows->nrows++;
	place = find_place(rows, slot);
	if (place != NULL)
	{
		read_row(rows, slot);
		note_violation(rows);
		mpc_groups_merge(rows->answer, place, &rows->row);
	}
	else
		rows->answer->too_many = true;
	MemoryContextSwitchTo(old);
	return place != NULL;
}

static void
start_rows(DestReceiver *self, int operation, TupleDesc columns)
{
	const MpcRows *rows = (const MpcRows *) self;
	int			expected = mpc_statement_columns(rows->statement, rows->lanes);

	if (columns->natts != expected)
		elog(ERROR, "aggregate of a dataset has %d columns instead of %d", columns->natts, expected);
}

static void
nothing_to_do(DestReceiver *self)
{
}

void
mpc_rows_init(MpcRows *rows, MpcLocalAnswer *answer, const MpcStatement *statement,
			  const MpcLanes *lanes, const MpcLayout *layout, int64 max_groups)
{
	memset(rows, 0, sizeof(*rows));
	rows->receiver.receiveSlot = take_row;
	rows->receiver.rStartup = start_rows;
	rows->receiver.rShutdown = nothing_to_do;
	rows->receiver.rDestroy = nothing_to_do;
	rows->receiver.mydest = DestTuplestore; /* any that has no meaning to SPI */
	rows->statement = statement;
	rows->lanes = lanes;
	rows->layout = layout;
	rows->max_groups = max_groups;
	rows->answer = answer;
	rows->row.measure = mpc_groups_sums(answer);
	rows->context = AllocSetContextCreate(answer->context, "mpc_agg row", ALLOCSET_DEFAULT_SIZES);
}

void
mpc_rows_end(MpcRows *rows)
{
	MemoryContextDelete(rows->context);
	mpc_wipe(&rows->row, sizeof(rows->row));
	if (rows->statement->nkeys == 0 && rows->nrows != 1)
		elog(ERROR, "aggregate of a dataset gave " INT64_FORMAT " rows", rows->nrows);
	if (rows->answer->too_many)
		rows->answer->violated = -1;	/* which groups came first is chance */
	else
		mpc_groups_sort(rows->answer);
}
