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

static int
count_columns(FunctionCallInfo fcinfo)
{
	int			n = PG_NARGS() - FIRST_COLUMN;

	if (n < 2 || n > MPC_MAX_PRODUCT_ARGS)
		ereport(ERROR,
				(errcode(ERRCODE_TOO_MANY_ARGUMENTS),
				 errmsg("products take between 2 and %d columns", MPC_MAX_PRODUCT_ARGS)));
	return n;
}

static pg_noinline MpcMeasureState *
start(FunctionCallInfo fcinfo)
{
	int			n = count_columns(fcinfo);
	MpcMeasureState *state = mpc_measure_make(fcinfo, n, mpc_products_count(n));
	Datum	   *low = mpc_measure_array(fcinfo, LOWS, NUMERICOID, -1, false, n);
	Datum	   *high = mpc_measure_array(fcinfo, HIGHS, NUMERICOID, -1, false, n);
	Datum	   *scale = mpc_measure_array(fcinfo, SCALES, INT4OID, sizeof(int32), true, n);

	for (int i = 0; i < n; i++)
		mpc_measure_describe_values(&state->column[i], low[i], high[i], DatumGetInt32(scale[i]),
									mpc_measure_kind(get_fn_expr_argtype(fcinfo->flinfo, FIRST_COLUMN + i)), true);
	return state;
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
	bool		complete = true;
	bool		fits = true;
	bool		small = true;

	if (unlikely(state == NULL))
		state = start(fcinfo);
	state->rows++;
	for (int i = 0; i < state->ncolumns; i++)
	{
		if (PG_ARGISNULL(FIRST_COLUMN + i))
			complete = false;
		else if (likely(mpc_measure_value(&state->column[i], PG_GETARG_DATUM(FIRST_COLUMN + i), &v[i])))
			small = small && mpc_measure_is_small_int128(&state->column[i], v[i]);
		else
			fits = false;
	}
	state->violated |= !fits;
	state->nonnull += complete ? 1 : 0;
	if (complete && fits && small)
		add_small(state, v);
	else if (complete && fits)
		add_large(state, v);
	PG_RETURN_POINTER(state);
}

/* Its arguments are there for their number, where no row was seen. */
Datum
mpc_sql_products_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(mpc_measure_bytes(mpc_measure_state(fcinfo), mpc_products_count(count_columns(fcinfo))));
}
