/*
 * chain.c
 *		Is the ledger as it was written? The hash of a row, and the proof over all.
 *
 * The hash covers what the row says of the question, in UTF-8 and with the clock
 * in microseconds since 1970, so that a dump restored elsewhere proves the same.
 * A chain shows changes to whoever holds an earlier head: every reply carries one.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "catalog/chain.h"
#include "catalog/owner.h"
#include "crypto/hash.h"
#include "crypto/secret.h"

#define VERIFY_BATCH 1000
#define EPOCH_OFFSET_US \
	((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY * USECS_PER_SEC)

PG_FUNCTION_INFO_V1(mpc_sql_verify_ledger);

typedef struct Verification
{
	uint64		seq;			/* last row that was right */
	uint64		rows;			/* seen */
	uint64		broken_at;		/* 0: nowhere */
	uint8_t		head[32];
} Verification;

static void
add_le(MpcHash *hash, uint64 value, int bytes)
{
	uint8_t		le[8];
	int			i;

	for (i = 0; i < bytes; i++)
		le[i] = (uint8_t) (value >> (8 * i));
	mpc_hash_add(hash, le, bytes);
}

static void
add_text(MpcHash *hash, const char *text)
{
	char	   *utf8 = pg_server_to_any(text, strlen(text), PG_UTF8);
	size_t		len = strlen(utf8);

	add_le(hash, len, 4);
	mpc_hash_add(hash, utf8, len);
}

void
mpc_chain_hash(uint8_t hash[32], const uint8_t prev[32], const MpcChainRow *row)
{
	MpcHash		h;

	mpc_hash_begin(&h, "MPCAGG-v1/ledger");
	mpc_hash_add(&h, prev, 32);
	add_le(&h, row->seq, 8);
	mpc_hash_add(&h, row->rid, 32);
	add_le(&h, (uint64) (row->at + EPOCH_OFFSET_US), 8);
	add_text(&h, row->party);
	add_text(&h, row->login);
	add_text(&h, row->dataset);
	add_text(&h, row->question);
	add_le(&h, row->request.len, 4);
	mpc_hash_add(&h, row->request.data, row->request.len);
	mpc_hash_end32(&h, hash);
}

static MpcStr
bytes_cell(uint64 i, int column)
{
	bool		isnull;
	bytea	   *value = DatumGetByteaPP(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc,
													  column, &isnull));
	MpcStr		s;

	s.data = (const uint8_t *) VARDATA_ANY(value);
	s.len = VARSIZE_ANY_EXHDR(value);
	return s;
}

static bool
is_head(const Verification *v, MpcStr hash)
{
	return hash.len == 32 && mpc_equal(hash.data, v->head, 32);
}

/* Columns as read by verify_rows(). */
static bool
verify_row(Verification *v, uint64 i)
{
	HeapTuple	tuple = SPI_tuptable->vals[i];
	TupleDesc	desc = SPI_tuptable->tupdesc;
	MpcStr		rid = bytes_cell(i, 2);
	MpcChainRow row;
	bool		isnull;

	row.seq = (uint64) DatumGetInt64(SPI_getbinval(tuple, desc, 1, &isnull));
	row.rid = rid.data;
	row.at = DatumGetTimestampTz(SPI_getbinval(tuple, desc, 3, &isnull));
	row.party = SPI_getvalue(tuple, desc, 4);
	row.login = SPI_getvalue(tuple, desc, 5);
	row.dataset = SPI_getvalue(tuple, desc, 6);
	row.question = SPI_getvalue(tuple, desc, 7);
	row.request = bytes_cell(i, 8);
	if (row.seq != v->seq + 1 || rid.len != 32 || !is_head(v, bytes_cell(i, 9)))
		return false;
	mpc_chain_hash(v->head, v->head, &row);
	if (!is_head(v, bytes_cell(i, 10)))
		return false;
	v->seq = row.seq;
	return true;
}

static void
verify_rows(Verification *v)
{
	Portal		portal = SPI_cursor_open_with_args(NULL,
												   "SELECT seq, rid, at, party, login, dataset, question, request,"
												   " prev_hash, row_hash"
												   " FROM mpc.ledger_entry WHERE role = 'peer' ORDER BY seq",
												   0, NULL, NULL, NULL, true, 0);
	uint64		i;

	do
	{
		SPI_cursor_fetch(portal, true, VERIFY_BATCH);
		for (i = 0; i < SPI_processed; i++)
		{
			v->rows++;
			if (v->broken_at == 0 && !verify_row(v, i))
				v->broken_at = v->seq + 1;
		}
		i = SPI_processed;
		SPI_freetuptable(SPI_tuptable);
		CHECK_FOR_INTERRUPTS();
	} while (i > 0);
	SPI_cursor_close(portal);
}

/* The head must be the last row: else rows were taken off the end. */
static void
verify_head(Verification *v)
{
	bool		isnull;
	uint64		seq;

	if (SPI_execute("SELECT seq, row_hash FROM mpc.ledger_head", true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read the head of the ledger");
	if (v->broken_at != 0 || (SPI_processed == 0 && v->rows == 0))
		return;
	if (SPI_processed == 0)
	{
		v->broken_at = v->seq;
		return;
	}
	seq = (uint64) DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	if (seq > v->seq)
		v->broken_at = v->seq + 1;
	else if (seq < v->seq || !is_head(v, bytes_cell(0, 2)))
		v->broken_at = Max(v->seq, 1);
}

/* mpc.verify_ledger(): both statements under the caller's one snapshot. */
Datum
mpc_sql_verify_ledger(PG_FUNCTION_ARGS)
{
	Verification v;
	MpcOwnerScope scope;
	TupleDesc	desc;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	memset(&v, 0, sizeof(v));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
	scope = mpc_owner_begin();
	verify_rows(&v);
	verify_head(&v);
	mpc_owner_end(scope);
	SPI_finish();
	values[0] = Int64GetDatum((int64) v.rows);
	values[1] = Int64GetDatum((int64) v.broken_at);
	nulls[1] = v.broken_at == 0;
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
