/*
 * measure_products.c
 *		The aggregate mpc.measure_products(lows, highs, scales, column, ...): the exact sums
 *		of all columns and of all products of two, over the rows where none is null, for
 *		regression on many columns.
 *
 * As mpc.measure_pair otherwise: columns of any type of a measure, each value held against its bounds also where
 * another column is null. Sums stand in the order of the lanes (query.h).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "local/measure_state.h"
#include "protocol/query.h"

/* Arguments of the transition function. */
enum {LOWS = 1, HIGHS, SCALES, FIRST_COLUMN};

PG_FUNCTION_INFO_V1(mpc_sql_products_add);
PG_FUNCTION_INFO_V1(mpc_sql_products_final);

int
mpc_measure_count_columns(FunctionCallInfo fcinfo, int first)
{
	int			n = PG_NARGS() - first;

	if (n < 2 || n > MPC_MAX_PRODUCT_ARGS)
		ereport(ERROR,
				(errcode(ERRCODE_TOO_MANY_ARGUMENTS),
				 errmsg("products take between 2 and %d columns", MPC_MAX_PRODUCT_ARGS)));
	return n;
}

MpcMeasureState *
mpc_measure_start_columns(FunctionCallInfo fcinfo, int first, int nmoments)
{
	int			n = mpc_measure_count_columns(fcinfo, first);
	MpcMeasureState *state = mpc_measure_make(fcinfo, n, nmoments);
	Datum	   *low = mpc_measure_array(fcinfo, LOWS, NUMERICOID, -1, false, TYPALIGN_INT, n);
	Datum	   *high = mpc_measure_array(fcinfo, HIGHS, NUMERICOID, -1, false, TYPALIGN_INT, n);
	Datum	   *scale = mpc_measure_array(fcinfo, SCALES, INT4OID, sizeof(int32), true, TYPALIGN_INT, n);

	for (int i = 0; i < n; i++)
		mpc_measure_describe_values(&state->column[i], low[i], high[i], DatumGetInt32(scale[i]),
									mpc_measure_kind(get_fn_expr_argtype(fcinfo->flinfo, first + i)), true);
	return state;
}

bool
mpc_measure_take_columns(MpcMeasureState *state, FunctionCallInfo fcinfo, int first, int128 *v, bool *small)
{
	bool		complete = true;
	bool		fits = true;

	*small = true;
	state->rows++;
	for (int i = 0; i < state->ncolumns; i++)
	{
		if (PG_ARGISNULL(first + i))
			complete = false;
		else if (likely(mpc_measure_value(&state->column[i], PG_GETARG_DATUM(first + i), &v[i])))
			*small = *small && mpc_measure_is_small_int128(&state->column[i], v[i]);
		else
			fits = false;
	}
	state->violated |= !fits;
	state->nonnull += complete ? 1 : 0;
	return complete && fits;
}

static void
add_small(MpcMeasureState *state, const int128 *v)
{
	int			n = state->ncolumns;
	MpcMeasureTotal *total = state->total;

	for (int i = 0; i < n; i++)
		(total++)->small += v[i];
	for (int i = 0; i < n; i++)
	{
		int64		x = (int64) v[i];

		for (int k = i; k < n; k++)
			(total++)->small += (int128) x * (int64) v[k];
	}
	mpc_measure_count_small(state);
}

static void
add_large(MpcMeasureState *state, const int128 *v)
{
	int			n = state->ncolumns;
	MpcMeasureTotal *total = state->total;

	for (int i = 0; i < n; i++)
		mpc_wide_add_int128(&(total++)->wide, v[i]);
	for (int i = 0; i < n; i++)
	{
		for (int k = i; k < n; k++)
			mpc_wide_add_product(&(total++)->wide, v[i], v[k]);
	}
}

Datum
mpc_sql_products_add(PG_FUNCTION_ARGS)
{
	MpcMeasureState *state = mpc_measure_state(fcinfo);
	int128		v[MPC_MAX_PRODUCT_ARGS];
	bool		small;

	if (unlikely(state == NULL))
		state = mpc_measure_start_columns(fcinfo, FIRST_COLUMN,
										  mpc_products_count(mpc_measure_count_columns(fcinfo, FIRST_COLUMN)));
	if (!mpc_measure_take_columns(state, fcinfo, FIRST_COLUMN, v, &small))
		PG_RETURN_POINTER(state);
	if (small)
		add_small(state, v);
	else
		add_large(state, v);
	PG_RETURN_POINTER(state);
}

/* Its arguments are there for their number, where no row was seen. */
Datum
mpc_sql_products_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(mpc_measure_bytes(mpc_measure_state(fcinfo),
										mpc_products_count(mpc_measure_count_columns(fcinfo, FIRST_COLUMN))));
}
