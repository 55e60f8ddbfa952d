/*
 * identifiers.c
 *		Which identifiers has one party, and what do their rows add up to?
 *
 * Rows come as the statement gives them: identifiers, keys, rows where no sum counts them, sums (statement.h). There may be
 * millions: each becomes a record in blocks that never move, and of its text only the hash stays unless somebody will
 * show it. Every block is known, and wiped before it goes back to the server.
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "executor/tuptable.h"
#include "local/aggregate.h"
#include "local/identifiers.h"
#include "local/measure_sum.h"
#include "local/role_scope.h"
#include "local/statement.h"
#include "protocol/group_key.h"
#include "utils/memutils.h"

#define BLOCK_BYTES		((Size) 1 << 20)

/* Blocks of equal size but for large ones, in order. */
typedef struct Blocks
{
	int			n;
	int			room;			/* pointers that fit */
	uint8	  **block;
	Size	   *size;
	Size		used;			/* of the last one */
} Blocks;

/* What stands behind every MpcIdentifiers. */
typedef struct Identifiers
{
	MpcIdentifiers ids;
	Size		record_size;
	Size		per_block;		/* records */
	bool		keeps_bytes;
	Blocks		records;		/* element, sums, pointer to bytes */
	Blocks		bytes;			/* two lengths, identifier, key */
	MemoryContextCallback at_end;
} Identifiers;

/* ------------------------------------------------------------------ memory */

static void
wipe_blocks(const Blocks *blocks)
{
	for (int i = 0; i < blocks->n; i++)
		mpc_wipe(blocks->block[i], blocks->size[i]);
}

/* Runs before the context's memory is freed. */
static void
wipe_identifiers(void *arg)
{
	Identifiers *all = arg;

	wipe_blocks(&all->records);
	wipe_blocks(&all->bytes);
	mpc_wipe(all, sizeof(*all));
}

static Identifiers *
create(const MpcIdentifierColumns *columns, bool keep)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "mpc_agg identifiers", ALLOCSET_DEFAULT_SIZES);
	Identifiers *all = MemoryContextAllocZero(context, sizeof(Identifiers));

	all->at_end.func = wipe_identifiers;
	all->at_end.arg = all;
	MemoryContextRegisterResetCallback(context, &all->at_end);
	all->ids.context = context;
	all->ids.nmeasures = columns->nmeasures;
	all->ids.violated = -1;
	all->keeps_bytes = keep || columns->nkeys > 0;
	all->record_size = MPC_ELEMENT_BYTES + 2 * columns->nmeasures * sizeof(MpcWide) +
		(all->keeps_bytes ? sizeof(uint8 *) : 0);
	all->per_block = BLOCK_BYTES / all->record_size;
	return all;
}

/* Only pointers are copied when the list of blocks grows. */
static void
add_block(Blocks *blocks, MemoryContext context, Size size)
{
	if (blocks->n == blocks->room)
	{
		int			room = blocks->room > 0 ? 2 * blocks->room : 16;
		uint8	  **block = MemoryContextAlloc(context, room * sizeof(uint8 *));
		Size	   *sizes = MemoryContextAlloc(context, room * sizeof(Size));

		if (blocks->n > 0)
		{
			memcpy(block, blocks->block, blocks->n * sizeof(uint8 *));
			memcpy(sizes, blocks->size, blocks->n * sizeof(Size));
			pfree(blocks->block);
			pfree(blocks->size);
		}
		blocks->block = block;
		blocks->size = sizes;
		blocks->room = room;
	}
	blocks->block[blocks->n] = MemoryContextAllocHuge(context, size);
	blocks->size[blocks->n] = size;
	blocks->used = 0;
	blocks->n++;
}

static uint8 *
take(Blocks *blocks, MemoryContext context, Size size)
{
	uint8	   *result;

	if (blocks->n == 0 || blocks->size[blocks->n - 1] - blocks->used < size)
		add_block(blocks, context, Max(size, BLOCK_BYTES));
	result = blocks->block[blocks->n - 1] + blocks->used;
	blocks->used += size;
	return result;
}

/* As many records as fit, so that the i-th is found by division. */
static uint8 *
take_record(Identifiers *all)
{
	Size		size = all->record_size;

	if (all->ids.n % all->per_block == 0)
		add_block(&all->records, all->ids.context, all->per_block * size);
	all->ids.n++;
	all->records.used += size;
	return all->records.block[all->records.n - 1] + all->records.used - size;
}

static uint8 *
record(const MpcIdentifiers *ids, Size i)
{
	const Identifiers *all = (const Identifiers *) ids;

	Assert(i < ids->n);
	return all->records.block[i / all->per_block] + i % all->per_block * all->record_size;
}

const uint8 *
mpc_identifiers_hash(const MpcIdentifiers *ids, Size i)
{
	return record(ids, i);
}

const MpcWide *
mpc_identifiers_sums(const MpcIdentifiers *ids, Size i)
{
	return (const MpcWide *) (record(ids, i) + MPC_ELEMENT_BYTES);
}

static uint8 **
place_of_bytes(const MpcIdentifiers *ids, uint8 *of)
{
	return (uint8 **) (of + MPC_ELEMENT_BYTES + 2 * ids->nmeasures * sizeof(MpcWide));
}

/* The part at 0 is the identifier, at 1 the key. */
static MpcStr
kept_part(const MpcIdentifiers *ids, Size i, int part)
{
	MpcStr		result = {NULL, 0};
	const uint8 *bytes;
	uint32		len[2];

	if (!((const Identifiers *) ids)->keeps_bytes)
		return result;
	bytes = *place_of_bytes(ids, record(ids, i));
	memcpy(len, bytes, sizeof(len));
	result.data = bytes + sizeof(len) + (part == 0 ? 0 : len[0]);
	result.len = len[part];
	return result;
}

MpcStr
mpc_identifiers_tuple(const MpcIdentifiers *ids, Size i)
{
	return kept_part(ids, i, 0);
}

MpcStr
mpc_identifiers_key(const MpcIdentifiers *ids, Size i)
{
	return kept_part(ids, i, 1);
}

/* ------------------------------------------------------------------ rows */

typedef struct Reading
{
	DestReceiver receiver;		/* first: the executor knows only this */
	Identifiers *all;
	const MpcStatement *statement;
	const MpcLanes *lanes;
	int64		most;
	bool		keep;
	MemoryContext context;		/* of one row */
} Reading;

static Datum
column_datum(const TupleTableSlot *slot, int column)
{
	if (slot->tts_isnull[column])
		elog(ERROR, "aggregate of a dataset gave null");
	return slot->tts_values[column];
}

/* The columns from first to end - 1 as one key, in memory of the row. */
static MpcStr
encode_columns(const Reading *r, const TupleTableSlot *slot, int first, int end)
{
	MpcValue	value[MPC_MAX_KEYS];
	MpcStr		result;
	MpcWriter	w;
	Size		size = 0;

	for (int i = first; i < end; i++)
	{
		StringInfoData bytes;

		initStringInfo(&bytes);
		if (!slot->tts_isnull[i])
			mpc_value_encode(&bytes, &r->statement->key[i].local, slot->tts_values[i]);
		value[i - first].null = slot->tts_isnull[i];
		value[i - first].bytes = (MpcStr) {(const uint8 *) bytes.data, bytes.len};
		size += mpc_group_key_size(&value[i - first]);
	}
	mpc_writer_init(&w, MemoryContextAllocHuge(CurrentMemoryContext, Max(size, 1)), size);
	mpc_group_key_write(&w, value, end - first);
	for (int i = 0; i < end - first; i++)
		mpc_wipe(unconstify(uint8_t *, value[i].bytes.data), value[i].bytes.len);
	if (w.status != MPC_OK)
		elog(ERROR, "identifier could not be written: %s", mpc_status_name(w.status));
	result.data = w.data;
	result.len = w.len;
	return result;
}

/* Sums of a row's measures, and how many rows of the table it stands for. */
static int64
read_sums(Reading *r, MpcWide *sums, const TupleTableSlot *slot)
{
	MpcIdentifiers *ids = &r->all->ids;
	int			column = r->statement->nkeys;
	int64		rows = 0;

	if (mpc_statement_needs_count(r->lanes))
		rows = DatumGetInt64(column_datum(slot, column++));
	for (int i = 0; i < r->lanes->nmeasures; i++)
	{
		MpcLocalSum sum = {.moment = &sums[2 * i + 1]};

		rows = mpc_measure_read(&sum, &r->lanes->measure[i], column_datum(slot, column++));
		mpc_wide_from_int128(&sums[2 * i], sum.nonnull);
		if (sum.violated && (ids->violated < 0 || i < ids->violated))
			ids->violated = i;
	}
	return rows;
}

static void
keep_bytes(Reading *r, uint8 *of, MpcStr identifier, MpcStr key)
{
	uint32		len[2] = {r->keep ? identifier.len : 0, key.len};
	uint8	   *bytes = take(&r->all->bytes, r->all->ids.context, sizeof(len) + len[0] + len[1]);

	memcpy(bytes, len, sizeof(len));
	memcpy(bytes + sizeof(len), identifier.data, len[0]);
	memcpy(bytes + sizeof(len) + len[0], key.data, len[1]);
	*place_of_bytes(&r->all->ids, of) = bytes;
}

static void
add_row(Reading *r, const TupleTableSlot *slot)
{
	int			nidentifiers = r->statement->nidentifiers;
	MpcStr		identifier = encode_columns(r, slot, 0, nidentifiers);
	MpcStr		key = encode_columns(r, slot, nidentifiers, r->statement->nkeys);
	uint8	   *to = take_record(r->all);

	mpc_identifier_hash(to, identifier);
	r->all->ids.rows += read_sums(r, (MpcWide *) (to + MPC_ELEMENT_BYTES), slot);
	if (r->all->keeps_bytes)
		keep_bytes(r, to, identifier, key);
	mpc_wipe(unconstify(uint8_t *, identifier.data), identifier.len);
	mpc_wipe(unconstify(uint8_t *, key.data), key.len);
}

static bool
take_row(TupleTableSlot *slot, DestReceiver *self)
{
	Reading    *r = (Reading *) self;
	MemoryContext old;

	if (r->all->ids.n >= r->most)
	{
		r->all->ids.too_many = true;
		return false;
	}
	MemoryContextReset(r->context);
	old = MemoryContextSwitchTo(r->context);
	slot_getallattrs(slot);
	add_row(r, slot);
	MemoryContextSwitchTo(old);
	return true;
}

static void
start_rows(DestReceiver *self, int operation, TupleDesc columns)
{
	const Reading *r = (const Reading *) self;

	if (columns->natts != mpc_statement_columns(r->statement, r->lanes))
		elog(ERROR, "aggregate of a dataset has %d columns", columns->natts);
}

static void
nothing_to_do(DestReceiver *self)
{
}

static Identifiers *
run_statement(const MpcStatement *statement, const MpcLanes *lanes, const MpcIdentifierColumns *columns,
			  int64 most, bool keep)
{
	Reading		r = {.statement = statement,.lanes = lanes,.most = most,.keep = keep};

	r.receiver.receiveSlot = take_row;
	r.receiver.rStartup = start_rows;
	r.receiver.rShutdown = nothing_to_do;
	r.receiver.rDestroy = nothing_to_do;
	r.receiver.mydest = DestTuplestore; /* any that has no meaning to SPI */
	r.all = create(columns, keep);
	r.context = AllocSetContextCreate(r.all->ids.context, "mpc_agg row", ALLOCSET_DEFAULT_SIZES);
	mpc_role_read(statement->sql.data, mpc_statement_params(statement), &r.receiver);
	MemoryContextDelete(r.context);
	if (r.all->ids.too_many)
	{
		r.all->ids.n = 0;
		r.all->ids.violated = -1;	/* which came first is chance */
	}
	return r.all;
}

/* ------------------------------------------------------------------ the statement */

/* The question that the statement is written from: grouped by identifiers and keys, one sum for each measure. */
static MpcStatus
make_query(MpcQuery *query, const MpcQuery *asked, const MpcIdentifierColumns *columns)
{
	if (columns->nidentifiers < 1 || columns->nidentifiers + columns->nkeys > MPC_MAX_KEYS ||
		columns->nmeasures > MPC_MAX_AGGS)
		return MPC_LIMIT;
	*query = *asked;
	query->nfilters = 0;
	query->nkeys = 0;
	for (int i = 0; i < columns->nidentifiers; i++)
		query->key[query->nkeys++] = columns->identifier[i];
	for (int i = 0; i < columns->nkeys; i++)
		query->key[query->nkeys++] = columns->key[i];
	query->naggs = (uint8) columns->nmeasures;
	for (int i = 0; i < columns->nmeasures; i++)
		query->agg[i] = (MpcAgg) {.function = MPC_SUM,.nargs = 1,.arg = {columns->measure[i]}};
	return MPC_OK;
}

MpcStatus
mpc_identifiers_read(Oid relid, Oid role, const MpcContract *contract, const MpcQuery *asked,
					 const MpcIdentifierColumns *columns,
					 int64 most, bool keep, MpcIdentifiers **result)
{
	MpcQuery   *query = palloc(sizeof(MpcQuery));
	MpcLanes   *lanes = palloc(sizeof(MpcLanes));
	MpcStatement *statement = palloc(sizeof(MpcStatement));
	MpcStatus	status = make_query(query, asked, columns);
	MpcRoleScope scope;

	*result = NULL;
	if (status == MPC_OK && !mpc_relation_lock(relid))
		status = MPC_MISMATCH;
	if (status != MPC_OK)
		return status;
	mpc_lanes_init(lanes, query);
	if (lanes->nmeasures != columns->nmeasures)
		return MPC_MISMATCH;	/* one is there twice */
	scope = mpc_role_begin(role);
	status = mpc_statement_write_identifiers(statement, relid, contract, query, columns->nidentifiers, lanes);
	if (status == MPC_OK)
		*result = &run_statement(statement, lanes, columns, most, keep)->ids;
	mpc_role_end(scope);
	return status;
}
