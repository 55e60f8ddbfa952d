/*
 * measure_pair.c
 *		The aggregate mpc.measure_pair(y, x, {ylow, yhigh, yscale, xlow, xhigh, xscale}): the
 *		exact sums of both, of their squares and of their products over the rows where
 *		neither is null, for covariances and regressions.
 *
 * Bounds and scales are one argument, since the executor hands every constant to every call.
 * Each column may have any type of a measure; which, is found once. A value is held against
 * its bounds also where the other column is null: whether a column keeps its contract is then
 * the same for each question that reads it, whatever the other one is.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "local/measure_state.h"
#include "protocol/query.h"

#define PER_COLUMN	3			/* low, high, scale */

enum {Y, X, COLUMNS};

PG_FUNCTION_INFO_V1(mpc_sql_pair_add);
PG_FUNCTION_INFO_V1(mpc_sql_pair_final);

/* -1, which is none of any kind, where it is no integer. */
static int
scale_of(Datum value)
{
	int128		scale;

	if (!mpc_number_from_numeric(PG_DETOAST_DATUM_PACKED(value), 0, &scale) || scale != (int32) scale)
		return -1;
	return (int) scale;
}

static pg_noinline MpcMeasureState *
start(FunctionCallInfo fcinfo)
{
	MpcMeasureState *state = mpc_measure_make(fcinfo, COLUMNS, MPC_MOMENTS);
	Datum	   *given = mpc_measure_array(fcinfo, 3, NUMERICOID, -1, false, TYPALIGN_INT, COLUMNS * PER_COLUMN);
	int			i;

	for (i = 0; i < COLUMNS; i++, given += PER_COLUMN)
		mpc_measure_describe_values(&state->column[i], given[0], given[1], scale_of(given[2]),
									mpc_measure_kind(get_fn_expr_argtype(fcinfo->flinfo, 1 + i)), true);
	return state;
}

/* The quick way for the commonest types. False: of another type, not small, or outside the bounds. */
static inline bool
read_small(const MpcMeasureColumn *column, Datum value, int64 *v)
{
	/* two comparisons cost less than the table of a switch */
	if (likely(column->kind == MPC_KIND_FLOAT8))
	{
		if (!mpc_number_small_from_double(DatumGetFloat8(value), column->factor, v))
			return false;
	}
	else if (column->kind == MPC_KIND_INT8)
		*v = DatumGetInt64(value);
	else if (column->kind == MPC_KIND_INT4)
		*v = DatumGetInt32(value);
	else
		return false;
	return mpc_measure_is_small(column, *v);
}

static inline void
add_small(MpcMeasureState *state, int64 y, int64 x)
{
	MpcMeasureTotal *total = state->total;

	state->nonnull++;
	total[MPC_SUM_Y].small += y;
	total[MPC_SUM_X].small += x;
	total[MPC_SUM_YY].small += (int128) y * y;
	total[MPC_SUM_XX].small += (int128) x * x;
	total[MPC_SUM_XY].small += (int128) x * y;
	mpc_measure_count_small(state);
}

static void
add_large(MpcMeasureState *state, int128 y, int128 x)
{
	MpcMeasureTotal *total = state->total;

	state->nonnull++;
	mpc_wide_add_int128(&total[MPC_SUM_Y].wide, y);
	mpc_wide_add_int128(&total[MPC_SUM_X].wide, x);
	mpc_wide_add_product(&total[MPC_SUM_YY].wide, y, y);
	mpc_wide_add_product(&total[MPC_SUM_XX].wide, x, x);
	mpc_wide_add_product(&total[MPC_SUM_XY].wide, x, y);
}

/* Any row: other types, large values, nulls, values that break the contract. */
static pg_noinline void
add_row(MpcMeasureState *state, FunctionCallInfo fcinfo)
{
	bool		has_y = !PG_ARGISNULL(1);
	bool		has_x = !PG_ARGISNULL(2);
	int128		y = 0;
	int128		x = 0;
	bool		fits;

	fits = !has_y || mpc_measure_value(&state->column[Y], PG_GETARG_DATUM(1), &y);
	if (has_x && !mpc_measure_value(&state->column[X], PG_GETARG_DATUM(2), &x))
		fits = false;
	if (!fits)
		state->violated = true;
	if (!has_y || !has_x)
		return;
	if (!fits)
		state->nonnull++;
	else if (mpc_measure_is_small_int128(&state->column[Y], y) && mpc_measure_is_small_int128(&state->column[X], x))
		add_small(state, (int64) y, (int64) x);
	else
		add_large(state, y, x);
}

Datum
mpc_sql_pair_add(PG_FUNCTION_ARGS)
{
	MpcMeasureState *state = mpc_measure_state(fcinfo);
	int64		y;
	int64		x;

	if (unlikely(state == NULL))
		state = start(fcinfo);
	state->rows++;
	if (likely(!PG_ARGISNULL(1) && !PG_ARGISNULL(2)) &&
		read_small(&state->column[Y], PG_GETARG_DATUM(1), &y) &&
		read_small(&state->column[X], PG_GETARG_DATUM(2), &x))
		add_small(state, y, x);
	else
		add_row(state, fcinfo);
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_pair_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(mpc_measure_bytes(mpc_measure_state(fcinfo), MPC_MOMENTS));
}
