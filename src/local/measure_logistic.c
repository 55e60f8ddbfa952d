/*
 * measure_logistic.c
 *		The aggregate mpc.measure_logistic(lows, highs, scales, coefficients, outcome, predictor, ...): what logistic
 *		regression asks at these coefficients, over the rows where no column is null.
 *
 * As mpc.measure_products otherwise. A row's terms are doubles, so each is right to a few units of its last place; another
 * libm may round exp() and log1p() otherwise by one such unit. They become integers and are added exactly, in the order of the lanes
 * (query.h): which rows come first, in which worker or at which party, changes nothing.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "local/measure_state.h"
#include "protocol/query.h"
#include "stats/logistic.h"

/* Arguments of the transition function, behind those of mpc.measure_products. */
enum {COEFFICIENTS = 4, FIRST_COLUMN};

PG_FUNCTION_INFO_V1(mpc_sql_logistic_add);
PG_FUNCTION_INFO_V1(mpc_sql_logistic_final);

/* The least power of two that no integer of the column is beyond. */
static int
bound_bits(const MpcMeasureColumn *column)
{
	int128		most = Max(-column->low, column->high);
	int			bits = 0;

	while (((int128) 1 << bits) < most)
		bits++;
	return bits;
}

/* A coefficient is of the column's values: of its integers it is less by the scale. */
static double
integer_coefficient(const MpcMeasureColumn *column, double coefficient)
{
	double		unit = 1;

	if (column->kind == MPC_KIND_FLOAT4 || column->kind == MPC_KIND_FLOAT8)
		return coefficient / column->factor;
	for (int i = 0; i < column->scale; i++)
		unit *= 10;
	return coefficient / unit;
}

static void
check_column(bool holds, const char *what)
{
	if (!holds)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s", what)));
}

static pg_noinline MpcMeasureState *
start(FunctionCallInfo fcinfo)
{
	int			n = mpc_measure_count_columns(fcinfo, FIRST_COLUMN);
	MpcMeasureState *state = mpc_measure_start_columns(fcinfo, FIRST_COLUMN, mpc_logistic_count(n));
	Datum	   *coefficient = mpc_measure_array(fcinfo, COEFFICIENTS, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, n);

	check_column(state->column[0].low >= 0 && state->column[0].high <= 1, "an outcome has bounds 0 and 1");
	for (int i = 0; i < n; i++)
	{
		MpcMeasureColumn *column = &state->column[i];
		double		given = DatumGetFloat8(coefficient[i]);

		check_column(fabs(given) < ldexp(1, MPC_MAX_COEFFICIENT_BITS), "coefficients are below 2^256");
		column->bits = i == 0 ? 0 : bound_bits(column);
		column->coefficient = i == 0 ? given : integer_coefficient(column, given);
	}
	return state;
}

/* term: at most 2^bits, so that its integer is at most 2^MPC_TERM_BITS. */
static void
add_term(MpcMeasureTotal *total, double term, int bits)
{
	int			exponent;
	double		mantissa = frexp(term, &exponent);
	int			shift = MPC_TERM_BITS - bits + exponent - DBL_MANT_DIG;

	if (shift >= 0)
		mpc_wide_add_shifted(&total->wide, (int64) ldexp(mantissa, DBL_MANT_DIG), (unsigned) shift);
	else
		mpc_wide_add_shifted(&total->wide, (int64) rint(ldexp(mantissa, DBL_MANT_DIG + shift)), 0);
}

/* x: 1, then the predictors' integers. */
static void
add_row(MpcMeasureState *state, const MpcLogisticRow *row, const double *x)
{
	int			n = state->ncolumns;
	MpcMeasureTotal *total = state->total;

	add_term(total++, row->log_likelihood, MPC_LIKELIHOOD_BITS);
	for (int i = 0; i < n; i++)
		add_term(total++, row->residual * x[i], state->column[i].bits);
	for (int i = 0; i < n; i++)
	{
		double		weighted = row->weight * x[i];

		for (int k = i; k < n; k++)
			add_term(total++, weighted * x[k], state->column[i].bits + state->column[k].bits);
	}
}

Datum
mpc_sql_logistic_add(PG_FUNCTION_ARGS)
{
	MpcMeasureState *state = mpc_measure_state(fcinfo);
	int128		v[MPC_MAX_PRODUCT_ARGS];
	double		x[MPC_MAX_PRODUCT_ARGS];
	double		eta;
	MpcLogisticRow row;
	bool		small;

	if (unlikely(state == NULL))
		state = start(fcinfo);
	if (!mpc_measure_take_columns(state, fcinfo, FIRST_COLUMN, v, &small))
		PG_RETURN_POINTER(state);
	x[0] = 1;
	eta = state->column[0].coefficient;
	for (int i = 1; i < state->ncolumns; i++)
	{
		x[i] = (double) v[i];
		eta += state->column[i].coefficient * x[i];
	}
	mpc_logistic_row(&row, eta, v[0] == 1);
	add_row(state, &row, x);
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_logistic_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(mpc_measure_bytes(mpc_measure_state(fcinfo),
										mpc_logistic_count(mpc_measure_count_columns(fcinfo, FIRST_COLUMN))));
}
