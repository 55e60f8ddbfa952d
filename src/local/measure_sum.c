/*
 * measure_sum.c
 *		The aggregate mpc.measure_sum(value, low, high, scale): an exact sum, the
 *		counts of rows and of values behind it, and whether a value broke the contract.
 *
 * It counts the rows as well, null or not: one call a row is all that a question costs
 * above the scan.
 */
#include "postgres.h"

#include "fmgr.h"
#include "local/measure_state.h"

#define MOMENTS	1				/* Y */

PG_FUNCTION_INFO_V1(mpc_sql_measure_add_bool);
PG_FUNCTION_INFO_V1(mpc_sql_measure_add_int4);
PG_FUNCTION_INFO_V1(mpc_sql_measure_add_int8);
PG_FUNCTION_INFO_V1(mpc_sql_measure_add_numeric);
PG_FUNCTION_INFO_V1(mpc_sql_measure_add_float8);
PG_FUNCTION_INFO_V1(mpc_sql_measure_final);

/* 64-bit integers: the bounds are, too. */
static inline void
add_integer(MpcMeasureState *state, int64 v)
{
	state->nonnull++;
	if (likely(v >= (int64) state->column->low && v <= (int64) state->column->high))
		state->total->small += v;
	else
		state->violated = true;
}

/* is_number: else the value is no integer of the measure's scale. */
static inline void
add_value(MpcMeasureState *state, bool is_number, int128 v)
{
	state->nonnull++;
	if (likely(is_number) && mpc_measure_is_inside(state->column, v))
		mpc_wide_add_int128(&state->total->wide, v);
	else
		state->violated = true;
}

Datum
mpc_sql_measure_add_bool(PG_FUNCTION_ARGS)
{
	MpcMeasureState *state = mpc_measure_integer_state(fcinfo, MOMENTS);

	if (!PG_ARGISNULL(1))
		add_integer(state, PG_GETARG_BOOL(1) ? 1 : 0);
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_measure_add_int4(PG_FUNCTION_ARGS)
{
	MpcMeasureState *state = mpc_measure_integer_state(fcinfo, MOMENTS);

	if (!PG_ARGISNULL(1))
		add_integer(state, PG_GETARG_INT32(1));
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_measure_add_int8(PG_FUNCTION_ARGS)
{
	MpcMeasureState *state = mpc_measure_integer_state(fcinfo, MOMENTS);

	if (!PG_ARGISNULL(1))
		add_integer(state, PG_GETARG_INT64(1));
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_measure_add_numeric(PG_FUNCTION_ARGS)
{
	MpcMeasureState *state = mpc_measure_scaled_state(fcinfo, MPC_KIND_NUMERIC, MOMENTS);
	int128		v = 0;

	if (!PG_ARGISNULL(1))
	{
		bool		is_number = mpc_measure_from_numeric(state->column, PG_GETARG_DATUM(1), &v);

		add_value(state, is_number, v);
	}
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_measure_add_float8(PG_FUNCTION_ARGS)
{
	MpcMeasureState *state = mpc_measure_scaled_state(fcinfo, MPC_KIND_FLOAT8, MOMENTS);
	int128		v = 0;

	if (!PG_ARGISNULL(1))
	{
		bool		is_number = mpc_number_from_double(PG_GETARG_FLOAT8(1), state->column->factor, &v);

		add_value(state, is_number, v);
	}
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_measure_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(mpc_measure_bytes(mpc_measure_state(fcinfo), MOMENTS));
}
