/*
 * measure_moments.c
 *		The aggregate mpc.measure_moments(value, low, high, scale): the exact sums of the
 *		values and of their squares, for variances.
 *
 * As mpc.measure_sum otherwise, for bounds whose squares can be summed.
 */
#include "postgres.h"

#include "fmgr.h"
#include "local/measure_state.h"

enum {SUM, SQUARES, MOMENTS};	/* Y, YY */

PG_FUNCTION_INFO_V1(mpc_sql_moments_add_bool);
PG_FUNCTION_INFO_V1(mpc_sql_moments_add_int4);
PG_FUNCTION_INFO_V1(mpc_sql_moments_add_int8);
PG_FUNCTION_INFO_V1(mpc_sql_moments_add_numeric);
PG_FUNCTION_INFO_V1(mpc_sql_moments_add_float8);
PG_FUNCTION_INFO_V1(mpc_sql_moments_final);

static inline void
add_small(MpcMeasureState *state, int64 v)
{
	state->nonnull++;
	state->total[SUM].small += v;
	state->total[SQUARES].small += (int128) v * v;
	mpc_measure_count_small(state);
}

/* is_number: else the value is no integer of the measure's scale. */
static void
add_value(MpcMeasureState *state, bool is_number, int128 v)
{
	state->nonnull++;
	if (likely(is_number) && mpc_measure_is_inside(state->column, v))
	{
		mpc_wide_add_int128(&state->total[SUM].wide, v);
		mpc_wide_add_product(&state->total[SQUARES].wide, v, v);
	}
	else
		state->violated = true;
}

static inline void
add_integer(MpcMeasureState *state, int64 v)
{
	if (mpc_measure_is_small(state->column, v))
		add_small(state, v);
	else
		add_value(state, true, v);
}

Datum
mpc_sql_moments_add_bool(PG_FUNCTION_ARGS)
{
	MpcMeasureState *state = mpc_measure_integer_state(fcinfo, MOMENTS);

	if (!PG_ARGISNULL(1))
		add_integer(state, PG_GETARG_BOOL(1) ? 1 : 0);
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_moments_add_int4(PG_FUNCTION_ARGS)
{
	MpcMeasureState *state = mpc_measure_integer_state(fcinfo, MOMENTS);

	if (!PG_ARGISNULL(1))
		add_integer(state, PG_GETARG_INT32(1));
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_moments_add_int8(PG_FUNCTION_ARGS)
{
	MpcMeasureState *state = mpc_measure_integer_state(fcinfo, MOMENTS);

	if (!PG_ARGISNULL(1))
		add_integer(state, PG_GETARG_INT64(1));
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_moments_add_numeric(PG_FUNCTION_ARGS)
{
	MpcMeasureState *state = mpc_measure_scaled_state(fcinfo, MPC_KIND_NUMERIC, MOMENTS);
	int128		v = 0;
	bool		is_number;

	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(state);
	is_number = mpc_measure_from_numeric(state->column, PG_GETARG_DATUM(1), &v);
	if (likely(is_number && v == (int64) v) && mpc_measure_is_small(state->column, (int64) v))
		add_small(state, (int64) v);
	else
		add_value(state, is_number, v);
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_moments_add_float8(PG_FUNCTION_ARGS)
{
	MpcMeasureState *state = mpc_measure_scaled_state(fcinfo, MPC_KIND_FLOAT8, MOMENTS);
	int64		small;
	int128		v = 0;

	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(state);
	if (mpc_number_small_from_double(PG_GETARG_FLOAT8(1), state->column->factor, &small) &&
		mpc_measure_is_small(state->column, small))
		add_small(state, small);
	else
	{
		bool		is_number = mpc_number_from_double(PG_GETARG_FLOAT8(1), state->column->factor, &v);

		add_value(state, is_number, v);
	}
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_moments_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(mpc_measure_bytes(mpc_measure_state(fcinfo), MOMENTS));
}
