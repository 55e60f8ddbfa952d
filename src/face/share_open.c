/*
 * share_open.c
 *		The aggregate mpc_reconstruct(mpc_share): which number do these shares give, and do they
 *		belong together?
 *
 * Assumes that who sees enough shares may see the number: nothing is hidden here.
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "face/share_sql.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

/* All indexes differ, so that there are never more. */
typedef struct OpenState
{
	size_t		count;
	MpcShare	share[MPC_SHAMIR_MAX_PARTIES];
} OpenState;

PG_FUNCTION_INFO_V1(mpc_sql_reconstruct_add);
PG_FUNCTION_INFO_V1(mpc_sql_reconstruct_final);

/* Raises: they cannot be shares of one number. */
static void
raise_unlike(const MpcShare *a, const MpcShare *b)
{
	char	   *detail;

	if (a->n != b->n || a->t != b->t)
		detail = psprintf("That of index %u is for %u parties with threshold %u, that of index %u for %u with %u.",
						  a->index, a->n, a->t, b->index, b->n, b->t);
	else if (a->scale != b->scale)
		detail = psprintf("That of index %u has %u decimal places, that of index %u has %u.",
						  a->index, a->scale, b->index, b->scale);
	else
		detail = psprintf("Those of index %u and %u come from other secrets, or these were not added up in the same way.",
						  a->index, b->index);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("shares do not belong together"),
			 errdetail("%s", detail)));
}

static void
check_next(const OpenState *state, const MpcShare *next)
{
	for (size_t i = 0; i < state->count; i++)
	{
		if (!mpc_share_alike(&state->share[i], next))
			raise_unlike(&state->share[i], next);
		if (state->share[i].index == next->index)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("share of index %u is given twice", next->index)));
	}
}

Datum
mpc_sql_reconstruct_add(PG_FUNCTION_ARGS)
{
	MemoryContext context = mpc_share_aggregate_context(fcinfo);
	OpenState  *state = PG_ARGISNULL(0) ? NULL : (OpenState *) PG_GETARG_POINTER(0);
	MpcShare	next;

	if (state == NULL)
		state = MemoryContextAllocZero(context, sizeof(OpenState));
	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(state);
	mpc_share_from_datum(&next, PG_GETARG_DATUM(1));
	check_next(state, &next);
	state->share[state->count++] = next;
	mpc_wipe(&next, sizeof(next));
	PG_RETURN_POINTER(state);
}

/* integer * 10^-scale. */
static Datum
to_numeric(const MpcWide *integer, int scale)
{
	char		digits[MPC_WIDE_DECIMAL_MAX];
	char	   *text;

	mpc_wide_to_decimal(digits, integer);
	text = psprintf("%se-%d", digits, scale);
	return DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

static void
raise_not_opened(MpcStatus status, const OpenState *state, const bool *wrong)
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
		mpc_share_raise_wrong(wrong, index, state->count, "All others lie on one polynomial.");
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("shares do not belong together"),
			 status == MPC_RANGE ?
			 errdetail("At least one is wrong: together they give a number that such shares cannot stand for.") :
			 errdetail("At least one is wrong; more shares may tell which.")));
}

Datum
mpc_sql_reconstruct_final(PG_FUNCTION_ARGS)
{
	OpenState  *state = PG_ARGISNULL(0) ? NULL : (OpenState *) PG_GETARG_POINTER(0);
	bool		wrong[MPC_SHAMIR_MAX_PARTIES];
	MpcWide		secret;
	MpcStatus	status;

	(void) mpc_share_aggregate_context(fcinfo);
	if (state == NULL || state->count == 0)
		PG_RETURN_NULL();
	status = mpc_share_open(&secret, wrong, state->share, state->count);
	for (size_t i = 0; i < state->count; i++)
		mpc_wipe(state->share[i].point, sizeof(MpcFe));
	if (status != MPC_OK)
		raise_not_opened(status, state, wrong);
	return to_numeric(&secret, state->share[0].scale);
}
