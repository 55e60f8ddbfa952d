/*
 * intersections.c
 *		Has this partner asked too much of a dataset's identifiers today?
 *
 * Runs of one partner stand in line at an advisory lock until the commit that follows at once, so that two at a time do not both
 * find room for one. What a rule says depends on sizes and repetition only, never on an identifier.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "catalog/intersections.h"
#include "catalog/owner.h"

#define WINDOW	" AND at > pg_catalog.clock_timestamp() - '24 hours'::pg_catalog.interval"
#define OF_PARTY " WHERE party = $1 AND dataset = $2 AND federation = $3" WINDOW

static Datum
bytes_datum(const uint8 *bytes, Size len)
{
	bytea	   *value = palloc(VARHDRSZ + len);

	SET_VARSIZE(value, VARHDRSZ + len);
	memcpy(VARDATA(value), bytes, len);
	return PointerGetDatum(value);
}

/* $1 to $3 of every statement. */
static void
set_party(Datum *values, const MpcDataset *dataset, const char *party)
{
	values[0] = CStringGetTextDatum(party);
	values[1] = CStringGetTextDatum(dataset->name);
	values[2] = CStringGetTextDatum(dataset->federation);
}

static void
stand_in_line(const MpcDataset *dataset, const char *party)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID};
	Datum		values[3];

	set_party(values, dataset, party);
	(void) mpc_owner_execute(&plan, "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended("
							 "pg_catalog.format('mpc_agg intersections %s %s %s', $1, $2, $3), 0))",
							 3, types, values, NULL, false);
}

static int64
first_int64(int column)
{
	bool		null;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, &null);

	return null ? 0 : DatumGetInt64(value);
}

/* Identifiers that were asked about today, and in how many runs: each may be over another pair of sets, whatever became of it. */
static void
count_today(const MpcDataset *dataset, const char *party, int64 *probes, int64 *runs)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID};
	Datum		values[3];

	set_party(values, dataset, party);
	(void) mpc_owner_execute(&plan, "SELECT pg_catalog.sum(probes)::pg_catalog.int8, pg_catalog.count(*) FROM mpc.intersection_run" OF_PARTY,
							 3, types, values, NULL, false);
	*probes = first_int64(1);
	*runs = first_int64(2);
}

static void
delete_old(void)
{
	static SPIPlanPtr plan = NULL;

	(void) mpc_owner_execute(&plan, "DELETE FROM mpc.intersection_run WHERE at <"
							 " pg_catalog.clock_timestamp() - '48 hours'::pg_catalog.interval",
							 0, NULL, NULL, NULL, false);
}

const char *
mpc_intersection_begin(const MpcDataset *dataset, const MpcRequest *request, const char *party)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID, BYTEAOID, BYTEAOID, INT8OID};
	Datum		values[lengthof(types)];
	int64		probes;
	int64		runs;

	stand_in_line(dataset, party);
	count_today(dataset, party, &probes, &runs);
	if (runs >= dataset->limits.max_changes)
		return psprintf("the dataset answers at most %d intersections of one partner in 24 hours", dataset->limits.max_changes);
	if (probes + (int64) request->m > dataset->limits.max_probes)
		return psprintf("the dataset answers for at most " INT64_FORMAT " identifiers of one partner in 24 hours",
						dataset->limits.max_probes);
	delete_old();
	set_party(values, dataset, party);
	values[3] = bytes_datum(request->rid, MPC_RID_BYTES);
	values[4] = bytes_datum(request->query_hash, 32);
	values[5] = Int64GetDatum(request->m);
	(void) mpc_owner_execute(&plan, "INSERT INTO mpc.intersection_run (party, dataset, federation, rid, question, probes)"
							 " VALUES ($1, $2, $3, $4, $5, $6)",
							 lengthof(types), types, values, NULL, false);
	return NULL;
}

/* The earlier run of the same question over the same own set by a set of the same size; NULL: there is none. */
static const char *
find_repeated(const MpcDataset *dataset, const MpcRequest *request, const char *party, Datum digest)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID, BYTEAOID, INT8OID, BYTEAOID};
	Datum		values[lengthof(types)];

	set_party(values, dataset, party);
	values[3] = bytes_datum(request->query_hash, 32);
	values[4] = Int64GetDatum(request->m);
	values[5] = digest;
	if (mpc_owner_execute(&plan, "SELECT pg_catalog.encode(rid, 'hex') FROM mpc.intersection_run" OF_PARTY
						  " AND question = $4 AND probes = $5"
						  " AND own_set = $6 ORDER BY at LIMIT 1",
						  lengthof(types), types, values, NULL, false) == 0)
		return NULL;
	return SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
}

const char *
mpc_intersection_answer(const MpcDataset *dataset, const MpcRequest *request, const char *party, const uint8 digest[32])
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {BYTEAOID, BYTEAOID};
	Datum		values[2];
	const char *earlier;

	stand_in_line(dataset, party);
	values[0] = bytes_datum(request->rid, MPC_RID_BYTES);
	values[1] = bytes_datum(digest, 32);
	earlier = find_repeated(dataset, request, party, values[1]);
	if (earlier != NULL)
		return psprintf("the same question was answered in the last 24 hours by request %s", earlier);
	(void) mpc_owner_execute(&plan, "UPDATE mpc.intersection_run SET own_set = $2 WHERE rid = $1",
							 2, types, values, NULL, false);
	return NULL;
}
