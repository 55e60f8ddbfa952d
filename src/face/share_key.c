/*
 * share_key.c
 *		mpc_split() and mpc_combine(): a key among custodians, in SQL.
 *
 * Assumes that whoever splits or combines has seen the key, and that statements with it may stand in logs: docs/tutorial.md
 * says so. Copies made here are wiped, those of the server's are not ours to wipe.
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "face/share_sql.h"
#include "fmgr.h"
#include "funcapi.h"
#include "protocol/key_share.h"

/* Shares point to copies of their records in the aggregate's memory. All indexes differ. */
typedef struct CombineState
{
	size_t		count;
	MpcKeyShare share[MPC_SHAMIR_MAX_PARTIES];
} CombineState;

PG_FUNCTION_INFO_V1(mpc_sql_split);
PG_FUNCTION_INFO_V1(mpc_sql_combine_add);
PG_FUNCTION_INFO_V1(mpc_sql_combine_final);

static void
put_records(ReturnSetInfo *result, const uint8 *record, size_t size, int n)
{
	bool		null = false;

	for (int i = 0; i < n; i++)
	{
		bytea	   *copy = palloc(VARHDRSZ + size);
		Datum		value = PointerGetDatum(copy);

		SET_VARSIZE(copy, VARHDRSZ + size);
		memcpy(VARDATA(copy), record + i * size, size);
		tuplestore_putvalues(result->setResult, result->setDesc, &value, &null);
		mpc_wipe(VARDATA(copy), size);
		pfree(copy);
	}
}

Datum
mpc_sql_split(PG_FUNCTION_ARGS)
{
	bytea	   *key = PG_GETARG_BYTEA_PP(0);
	int32		parties = PG_GETARG_INT32(1);
	int32		threshold = PG_GETARG_INT32(2);
	size_t		len = VARSIZE_ANY_EXHDR(key);
	size_t		size = mpc_key_share_bytes(len);
	uint8	   *record;
	MpcStatus	status;

	if (len > MPC_KEY_MAX_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("secret is too long"),
				 errdetail("It has %zu bytes; at most %d can be split.", len, MPC_KEY_MAX_BYTES)));
	mpc_share_check_parties(parties, threshold);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	record = palloc(parties * size);
	status = mpc_key_split(record, (const uint8 *) VARDATA_ANY(key), len, (uint16_t) parties, (uint16_t) threshold);
	if (status != MPC_OK)
		elog(ERROR, "could not split a secret: %s", mpc_status_name(status));
	put_records((ReturnSetInfo *) fcinfo->resultinfo, record, size, parties);
	mpc_wipe(record, parties * size);
	return (Datum) 0;
}

static void
raise_invalid(MpcStatus status)
{
	if (status == MPC_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("share of another version"),
				 errdetail("Version 1 is read here.")));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("these bytes are not a share of a secret"),
			 status == MPC_LIMIT ?
			 errdetail("Index, threshold, number of parties and length do not fit together.") :
			 status == MPC_NONCANONICAL ?
			 errdetail("They hold a number that is no element of the field.") : 0,
			 errhint("Give the bytes that mpc_split() returned.")));
}

static void
check_next(const CombineState *state, const MpcKeyShare *next)
{
	for (size_t i = 0; i < state->count; i++)
	{
		if (!mpc_key_share_alike(&state->share[i], next))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("shares do not belong together"),
					 errdetail("Those of index %u and %u come from two calls of mpc_split().",
							   state->share[i].index, next->index)));
		if (state->share[i].index == next->index)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("share of index %u is given twice", next->index)));
	}
}

/* A copy of a record that outlives its row. */
static void
keep_share(CombineState *state, const MpcKeyShare *next, MemoryContext context)
{
	uint8	   *copy = MemoryContextAlloc(context, next->size);

	memcpy(copy, next->bytes, next->size);
	if (mpc_key_share_read(&state->share[state->count], copy, next->size) != MPC_OK)
		elog(ERROR, "could not read the copy of a share");
	state->count++;
}

Datum
mpc_sql_combine_add(PG_FUNCTION_ARGS)
{
	MemoryContext context = mpc_share_aggregate_context(fcinfo);
	CombineState *state = PG_ARGISNULL(0) ? NULL : (CombineState *) PG_GETARG_POINTER(0);
	MpcKeyShare next;
	MpcStatus	status;
	bytea	   *record;

	if (state == NULL)
		state = MemoryContextAllocZero(context, sizeof(CombineState));
	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(state);
	record = PG_GETARG_BYTEA_PP(1);
	status = mpc_key_share_read(&next, VARDATA_ANY(record), VARSIZE_ANY_EXHDR(record));
	if (status != MPC_OK)
		raise_invalid(status);
	check_next(state, &next);
	keep_share(state, &next, context);
	PG_RETURN_POINTER(state);
}

static void
raise_not_combined(MpcStatus status, const CombineState *state, const bool *wrong)
{
	if (status == MPC_LIMIT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("too few shares: %zu of at least %u", state->count, state->share[0].t)));
	if (status == MPC_MISMATCH)
	{
		uint16_t	index[MPC_SHAMIR_MAX_PARTIES];

		for (size_t i = 0; i < state->count; i++)
			index[i] = state->share[i].index;
		mpc_share_raise_wrong(wrong, index, state->count, "The tags of all others are right.");
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("shares do not belong together"),
			 errdetail("At least one is wrong; more shares may tell which.")));
}

/* The copies of the records, which hold as much as the key. */
static void
wipe_records(CombineState *state)
{
	for (size_t i = 0; i < state->count; i++)
		mpc_wipe((uint8 *) state->share[i].bytes, state->share[i].size);
}

Datum
mpc_sql_combine_final(PG_FUNCTION_ARGS)
{
	CombineState *state = PG_ARGISNULL(0) ? NULL : (CombineState *) PG_GETARG_POINTER(0);
	bool		wrong[MPC_SHAMIR_MAX_PARTIES];
	MpcStatus	status;
	size_t		len;
	bytea	   *key;
	MpcFe	   *work;

	(void) mpc_share_aggregate_context(fcinfo);
	if (state == NULL || state->count == 0)
		PG_RETURN_NULL();
	len = state->share[0].len;
	key = palloc(VARHDRSZ + len);
	SET_VARSIZE(key, VARHDRSZ + len);
	work = palloc(mpc_key_lanes(len) * sizeof(MpcFe));
	status = mpc_key_combine((uint8 *) VARDATA(key), work, wrong, state->share, state->count);
	wipe_records(state);
	pfree(work);
	if (status != MPC_OK)
		raise_not_combined(status, state, wrong);
	PG_RETURN_BYTEA_P(key);
}
