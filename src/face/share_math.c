/*
 * share_math.c
 *		How does SQL share a number, and compute on its shares?
 *
 * Assumes nothing about who holds a share; whoever calls mpc_share() sees all of them.
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "face/share_sql.h"
#include "fmgr.h"
#include "funcapi.h"

PG_FUNCTION_INFO_V1(mpc_sql_share);
PG_FUNCTION_INFO_V1(mpc_sql_share_add);
PG_FUNCTION_INFO_V1(mpc_sql_share_subtract);
PG_FUNCTION_INFO_V1(mpc_sql_share_multiply);
PG_FUNCTION_INFO_V1(mpc_sql_share_multiply_left);

static void
put_shares(ReturnSetInfo *result, const MpcShare *share, int n)
{
	bool		null = false;

	for (int i = 0; i < n; i++)
	{
		Datum		value = mpc_share_datum(&share[i]);

		tuplestore_putvalues(result->setResult, result->setDesc, &value, &null);
	}
}

Datum
mpc_sql_share(PG_FUNCTION_ARGS)
{
	int32		parties = PG_GETARG_INT32(1);
	int32		threshold = PG_GETARG_INT32(2);
	MpcShare   *share;
	MpcWide		secret;
	MpcStatus	status;
	uint16_t	scale;

	mpc_share_check_parties(parties, threshold);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	share = palloc(parties * sizeof(MpcShare));
	mpc_share_integer(&secret, &scale, PG_GETARG_DATUM(0), "secret");
	status = mpc_share_deal(share, &secret, scale, (uint16_t) parties, (uint16_t) threshold);
	mpc_wipe(&secret, sizeof(secret));
	if (status != MPC_OK)
		elog(ERROR, "could not share a number: %s", mpc_status_name(status));
	put_shares((ReturnSetInfo *) fcinfo->resultinfo, share, parties);
	mpc_wipe(share, parties * sizeof(MpcShare));
	return (Datum) 0;
}

static void
raise_unlike_parties(const MpcShare *a, const MpcShare *b)
{
	if (a->n != b->n || a->t != b->t)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("shares with unlike thresholds or numbers of parties cannot be added"),
				 errdetail("One is for %u parties with threshold %u, the other for %u with %u.", a->n, a->t, b->n, b->t)));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("shares of unlike indexes cannot be added"),
			 errdetail("One has index %u, the other %u.", a->index, b->index),
			 errhint("Each party adds its own shares; mpc_reconstruct() takes those of several.")));
}

static void
raise_too_large(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("share out of range"),
			 errdetail("The absolute factors of all secrets in a share, each in units of its last decimal place, may add up to 2^123, and its decimal places to %d.",
					   MPC_SHARE_MAX_SCALE)));
}

typedef MpcStatus (*BinaryOperation) (MpcShare *r, const MpcShare *a, const MpcShare *b);

static Datum
binary(FunctionCallInfo fcinfo, BinaryOperation operation)
{
	MpcShare	a;
	MpcShare	b;
	MpcStatus	status;
	Datum		result;

	mpc_share_from_datum(&a, PG_GETARG_DATUM(0));
	mpc_share_from_datum(&b, PG_GETARG_DATUM(1));
	status = (*operation) (&a, &a, &b);
	if (status == MPC_MISMATCH)
		raise_unlike_parties(&a, &b);
	if (status != MPC_OK)
		raise_too_large();
	result = mpc_share_datum(&a);
	mpc_wipe(&a, sizeof(a));
	mpc_wipe(&b, sizeof(b));
	return result;
}

Datum
mpc_sql_share_add(PG_FUNCTION_ARGS)
{
	return binary(fcinfo, mpc_share_add);
}

Datum
mpc_sql_share_subtract(PG_FUNCTION_ARGS)
{
	return binary(fcinfo, mpc_share_subtract);
}

static Datum
multiply(Datum value, Datum number)
{
	MpcShare	share;
	MpcWide		factor;
	MpcStatus	status;
	uint16_t	scale;
	Datum		result;

	mpc_share_integer(&factor, &scale, number, "factor");
	mpc_share_from_datum(&share, value);
	status = mpc_share_multiply(&share, &share, &factor, scale);
	if (status != MPC_OK)
		raise_too_large();
	result = mpc_share_datum(&share);
	mpc_wipe(&share, sizeof(share));
	return result;
}

Datum
mpc_sql_share_multiply(PG_FUNCTION_ARGS)
{
	return multiply(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1));
}

Datum
mpc_sql_share_multiply_left(PG_FUNCTION_ARGS)
{
	return multiply(PG_GETARG_DATUM(1), PG_GETARG_DATUM(0));
}
