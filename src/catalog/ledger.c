/*
 * ledger.c
 *		How does a question get into the record?
 *
 * A peer's row is chained to the one before, so writers stand in line at the head
 * row, from reading it to the commit that follows at once. An asker's row is not
 * chained (R22): an asker that waits for its peers must not hold that lock.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "catalog/chain.h"
#include "catalog/ledger.h"
#include "catalog/owner.h"
#include "crypto/pair.h"

static Datum
bytea_datum(const uint8_t *bytes, size_t len)
{
	bytea	   *value = palloc(VARHDRSZ + len);

	SET_VARSIZE(value, VARHDRSZ + len);
	memcpy(VARDATA(value), bytes, len);
	return PointerGetDatum(value);
}

/* R with its signature, as it came: whoever reads the ledger later can prove who asked. */
static MpcStr
signed_message(const MpcRequest *request)
{
	return (MpcStr)
	{
		request->signed_part.data, request->signed_part.len + MPC_SIG_BYTES
	};
}

/* Locks the head; false when there is none yet. */
static bool
lock_head(MpcLedgerRow *head)
{
	static SPIPlanPtr plan = NULL;
	bool		isnull;
	bytea	   *hash;

	if (mpc_owner_execute(&plan, "SELECT seq, row_hash FROM mpc.ledger_head FOR UPDATE",
						  0, NULL, NULL, NULL, false) == 0)
		return false;
	head->seq = (uint64) DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	hash = DatumGetByteaPP(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &isnull));
	if (VARSIZE_ANY_EXHDR(hash) != sizeof(head->head))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("the head of the ledger is damaged"),
				 errhint("See SELECT * FROM mpc.verify_ledger().")));
	memcpy(head->head, VARDATA_ANY(hash), sizeof(head->head));
	return true;
}

/* The first head; after a partial restore it goes on from the last row there is. */
static void
make_head(void)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {BYTEAOID};
	static const uint8_t zeros[32] = {0};
	Datum		value = bytea_datum(zeros, sizeof(zeros));

	mpc_owner_execute(&plan, "INSERT INTO mpc.ledger_head (seq, row_hash)"
					  " (SELECT seq, row_hash FROM mpc.ledger_entry WHERE role = 'peer'"
					  "  UNION ALL SELECT 0, $1 ORDER BY 1 DESC LIMIT 1)"
					  " ON CONFLICT DO NOTHING",
					  1, types, &value, NULL, false);
}

static void
move_head(const MpcLedgerRow *row)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {INT8OID, BYTEAOID};
	Datum		values[2];

	values[0] = Int64GetDatum((int64) row->seq);
	values[1] = bytea_datum(row->head, sizeof(row->head));
	mpc_owner_execute(&plan, "UPDATE mpc.ledger_head SET seq = $1, row_hash = $2",
					  2, types, values, NULL, false);
}

/* False when the request id stands there already. */
static bool
insert_peer(const MpcChainRow *row, const uint8_t prev[32], const uint8_t hash[32])
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {INT8OID, BYTEAOID, TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, BYTEAOID, BYTEAOID, BYTEAOID};
	Datum		values[10];

	values[0] = Int64GetDatum((int64) row->seq);
	values[1] = bytea_datum(row->rid, MPC_RID_BYTES);
	values[2] = TimestampTzGetDatum(row->at);
	values[3] = CStringGetTextDatum(row->party);
	values[4] = CStringGetTextDatum(row->login);
	values[5] = CStringGetTextDatum(row->dataset);
	values[6] = CStringGetTextDatum(row->question);
	values[7] = bytea_datum(row->request.data, row->request.len);
	values[8] = bytea_datum(prev, 32);
	values[9] = bytea_datum(hash, 32);
	return mpc_owner_execute(&plan, "INSERT INTO mpc.ledger_entry"
							 " (role, seq, rid, at, party, login, dataset, question, request, prev_hash, row_hash)"
							 " VALUES ('peer', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
							 " ON CONFLICT (rid) WHERE role = 'peer' DO NOTHING",
							 10, types, values, NULL, false) > 0;
}

bool
mpc_ledger_add_peer(const MpcRequest *request, const char *party, const char *dataset,
					const char *question, MpcLedgerRow *row)
{
	MpcLedgerRow head;
	MpcChainRow entry;

	if (!lock_head(&head))
	{
		make_head();
		if (!lock_head(&head))
			elog(ERROR, "the head of the ledger disappeared");
	}
	entry.seq = head.seq + 1;
	entry.rid = request->rid;
	entry.at = GetCurrentTimestamp();
	entry.party = party;
	entry.login = GetUserNameFromId(GetSessionUserId(), false);
	entry.dataset = dataset;
	entry.question = question;
	entry.request = signed_message(request);
	row->seq = entry.seq;
	mpc_chain_hash(row->head, head.head, &entry);
	if (!insert_peer(&entry, head.head, row->head))
		return false;
	move_head(row);
	return true;
}

/*
 * An asker's note is written for its own reader; the record that counts is at the peers, and the
 * server log has a line, too. So a transaction that wrote nothing but the note need not wait for the
 * disk. Anything else in it, before or after, and it commits as the user has set.
 */
static XLogRecPtr note_end = InvalidXLogRecPtr;
static int	set_synchronous_commit = -1;

static void
note_at_commit(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_PRE_COMMIT && note_end != InvalidXLogRecPtr && note_end == XactLastRecEnd)
	{
		set_synchronous_commit = synchronous_commit;
		synchronous_commit = SYNCHRONOUS_COMMIT_OFF;
	}
	else if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
	{
		if (set_synchronous_commit >= 0)
			synchronous_commit = set_synchronous_commit;
		set_synchronous_commit = -1;
		note_end = InvalidXLogRecPtr;
	}
}

/* Nothing but notes so far: no transaction id yet, or the last thing logged was a note. */
static bool
only_notes_so_far(void)
{
	static bool registered = false;

	if (!registered)
		RegisterXactCallback(note_at_commit, NULL);
	registered = true;
	return !TransactionIdIsValid(GetTopTransactionIdIfAny()) ||
		(note_end != InvalidXLogRecPtr && note_end == XactLastRecEnd);
}

static void
insert_asker(const MpcRequest *request, const char *federation, const char *dataset, const char *question)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {BYTEAOID, TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTOID, BYTEAOID};
	Datum		values[6];

	values[0] = bytea_datum(request->rid, MPC_RID_BYTES);
	values[1] = TimestampTzGetDatum(GetCurrentTimestamp());
	values[2] = CStringGetTextDatum(federation);
	values[3] = CStringGetTextDatum(dataset);
	values[4] = CStringGetTextDatum(question);
	values[5] = bytea_datum(request->signed_part.data, request->signed_part.len + MPC_SIG_BYTES);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
	mpc_owner_execute(&plan, "INSERT INTO mpc.ledger_entry"
					  " (role, rid, at, party, dataset, question, request)"
					  " VALUES ('asker', $1, $2, $3, $4, $5, $6)",
					  6, types, values, NULL, false);
	SPI_finish();
}

void
mpc_ledger_add_asker(const MpcRequest *request, const char *federation, const char *dataset,
					 const char *question)
{
	char		rid[2 * MPC_RID_BYTES + 1];

	hex_encode((const char *) request->rid, MPC_RID_BYTES, rid);
	rid[2 * MPC_RID_BYTES] = '\0';
	ereport(LOG_SERVER_ONLY,
			(errmsg("joint question %s to federation \"%s\" on dataset \"%s\": %s",
					rid, federation, dataset, question),
			 errhidestmt(true)));
	if (!XactReadOnly && !RecoveryInProgress() && !IsInParallelMode())
	{
		bool		alone = only_notes_so_far();

		insert_asker(request, federation, dataset, question);
		note_end = alone ? XactLastRecEnd : InvalidXLogRecPtr;
	}
}
