/*
 * shamir_guard.c
 *		Would this sum, less one that was answered before, show a few parties' part (R8)?
 *
 * Sets are compared by identity. However far two of them are from each other, three sums show more than their
 * pairs do: of the sums over A and B, A and C, B and C, half of all is A and B and C. And no party sees all three,
 * since each is opened by a threshold only: a party that allowed itself two sets would allow the asker three. With
 * one set at each party two thresholds would need a party twice, and the asker has one set (PROTOCOLS B.1).
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "catalog/owner.h"
#include "catalog/shamir_guard.h"
#include "protocol/wire.h"

#define WINDOW_US		((int64) 24 * SECS_PER_HOUR * USECS_PER_SEC)

/* Identifiers one behind the other, sorted. */
typedef struct PidSet
{
	const uint8 *pid;
	int			n;
} PidSet;

/* The columns of a row, and since when rows count. */
typedef struct Entry
{
	Datum		federation;
	Datum		query_hash;
	Datum		members;
	Datum		since;
} Entry;

static Datum
bytea_datum(const uint8 *bytes, Size len)
{
	bytea	   *value = palloc(VARHDRSZ + len);

	SET_VARSIZE(value, VARHDRSZ + len);
	memcpy(VARDATA(value), bytes, len);
	return PointerGetDatum(value);
}

static const uint8 *
member(const PidSet *set, int i)
{
	return set->pid + (Size) i * MPC_PID_BYTES;
}

static bool
is_sorted(const PidSet *set)
{
	int			i;

	for (i = 1; i < set->n; i++)
	{
		if (memcmp(member(set, i - 1), member(set, i), MPC_PID_BYTES) >= 0)
			return false;
	}
	return true;
}

/* Is a party in one of the two sets only, other than this one? */
static bool
differ(const PidSet *a, const PidSet *b, const uint8 *except)
{
	int			i = 0;
	int			j = 0;

	while (i < a->n || j < b->n)
	{
		int			order = i == a->n ? 1 : j == b->n ? -1 :
			memcmp(member(a, i), member(b, j), MPC_PID_BYTES);
		const uint8 *first = order <= 0 ? member(a, i) : member(b, j);

		if (order != 0 && memcmp(first, except, MPC_PID_BYTES) != 0)
			return true;
		if (order <= 0)
			i++;
		if (order >= 0)
			j++;
	}
	return false;
}

/*
 * One at a time for each question, until the transaction ends. A lock in the name of our own table,
 * and no advisory one: those anybody in this database can take and keep.
 */
static void
lock_question(const uint8 *query_hash)
{
	Oid			table = get_relname_relid("answered_set", get_namespace_oid("mpc", false));
	uint32		key;

	memcpy(&key, query_hash, sizeof(key));
	LockDatabaseObject(table, key, 0, AccessExclusiveLock);
}

static PidSet
set_of_row(uint64 row)
{
	bool		isnull;
	bytea	   *value = DatumGetByteaPP(SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, 1, &isnull));
	PidSet		set = {(const uint8 *) VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value) / MPC_PID_BYTES};

	if (VARSIZE_ANY_EXHDR(value) % MPC_PID_BYTES != 0 || !is_sorted(&set))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("table mpc.answered_set is damaged")));
	return set;
}

/* Were all answers of the window over this set, the asker's own part aside? */
static bool
was_no_other(const Entry *entry, const PidSet *set, const uint8 *asker)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {TEXTOID, BYTEAOID, BYTEAOID, TIMESTAMPTZOID};
	Datum		values[] = {entry->federation, entry->query_hash, entry->members, entry->since};
	uint64		n;
	uint64		i;

	n = mpc_owner_execute(&plan, "SELECT members FROM mpc.answered_set"
						  " WHERE federation = $1 AND query_hash = $2 AND members <> $3 AND at > $4",
						  4, types, values, NULL, false);
	for (i = 0; i < n; i++)
	{
		PidSet		other = set_of_row(i);

		if (differ(set, &other, asker))
			return false;
	}
	return true;
}

/* An answer given again counts from now on. False: it was given for the first time. */
static bool
renew(const Entry *entry)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {TEXTOID, BYTEAOID, BYTEAOID, TIMESTAMPTZOID};
	Datum		values[] = {entry->federation, entry->query_hash, entry->members, entry->since};

	return mpc_owner_execute(&plan, "UPDATE mpc.answered_set SET at = DEFAULT"
							 " WHERE federation = $1 AND query_hash = $2 AND members = $3 AND at > $4",
							 4, types, values, NULL, false) > 0;
}

static void
add(const Entry *entry)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {TEXTOID, BYTEAOID, BYTEAOID};
	Datum		values[] = {entry->federation, entry->query_hash, entry->members};

	mpc_owner_execute(&plan, "INSERT INTO mpc.answered_set (federation, query_hash, members) VALUES ($1, $2, $3)",
					  3, types, values, NULL, false);
}

/* A few at a time; never waits for another session that does the same. */
static void
forget_old(const Entry *entry)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {TIMESTAMPTZOID};
	Datum		values[] = {entry->since};

	mpc_owner_execute(&plan, "DELETE FROM mpc.answered_set WHERE ctid = ANY (ARRAY("
					  "SELECT ctid FROM mpc.answered_set WHERE at <= $1 LIMIT 100 FOR UPDATE SKIP LOCKED))",
					  1, types, values, NULL, false);
}

/* SPI connected. */
static bool
judge(const char *federation, const uint8 *query_hash, const PidSet *set, const uint8 *asker, int min_contributors)
{
	Entry		entry;

	entry.federation = CStringGetTextDatum(federation);
	entry.query_hash = bytea_datum(query_hash, 32);
	entry.members = bytea_datum(set->pid, (Size) set->n * MPC_PID_BYTES);
	lock_question(query_hash);
	/* the clock after the lock: nobody who came first is older than the window by our waiting */
	entry.since = TimestampTzGetDatum(GetCurrentTimestamp() - WINDOW_US);
	if (min_contributors > 1 && !was_no_other(&entry, set, asker))
		return false;
	forget_old(&entry);
	if (!renew(&entry))
		add(&entry);
	return true;
}

bool
mpc_shamir_guard(const char *federation, const uint8 query_hash[32], const uint8 *pids, int n,
				 const uint8 asker[MPC_PID_BYTES], int min_contributors)
{
	PidSet		set = {pids, n};
	bool		allowed;

	if (min_contributors == 0)
		return true;
	if (n < 1 || n > MPC_MAX_PARTIES || !is_sorted(&set))
		elog(ERROR, "the parties of a sum are not a sorted set");
	if (IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_STATE),
				 errmsg("a threshold sum is opened in a transaction of level read committed only")));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
	allowed = judge(federation, query_hash, &set, asker, min_contributors);
	SPI_finish();
	return allowed;
}
