/*
 * moments.c
 *		What do variances, covariances and regressions give in SQL for exact sums?
 *
 * With n values behind them, nΣy² − (Σy)² and nΣxy − ΣxΣy are exact, so nothing cancels: what PostgreSQL loses in
 * its sums of doubles is not lost here. The statistics are quotients of such integers, rounded once; those of integers
 * and numeric that PostgreSQL computes in numeric take its very steps (R13).
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "local/exact.h"
#include "local/measure.h"
#include "local/moments.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

/* Pairs behind a statistic. A column's true value is its integer divided by its unit. */
typedef struct Pairs
{
	Datum		n;
	Datum		y_unit;
	Datum		x_unit;
	const MpcWide *moment;
} Pairs;

static Datum
multiply(Datum a, Datum b)
{
	return mpc_exact_multiply(a, b);
}

static bool
is_binary(const MpcContractColumn *column)
{
	MpcType		type = mpc_measure_type(column, true);

	return type.kind == MPC_KIND_FLOAT4 || type.kind == MPC_KIND_FLOAT8;
}

static Datum
unit(const MpcContractColumn *column)
{
	return mpc_exact_power(is_binary(column) ? 2 : 10, column->scale);
}

/* nΣv² − (Σv)²: n² times the variance. Never below 0, though parties may lie. */
static Datum
spread(Datum n, Datum sum, Datum squares)
{
	Datum		v = mpc_exact_subtract(multiply(n, squares), multiply(sum, sum));
	Datum		zero = mpc_exact_int64(0);

	return mpc_exact_compare(v, zero) > 0 ? v : zero;
}

/* n², or n(n−1) of a sample. */
static Datum
divisor(int64 count, bool sample)
{
	return multiply(mpc_exact_int64(count), mpc_exact_int64(sample ? count - 1 : count));
}

/*
 * numeric_stddev_internal() of core takes the root of the quotient as it was rounded, to the same number of digits.
 * numeric_sqrt() gives more digits than its argument only if asked: hence the zeros, and the second rounding.
 */
static Datum
numeric_root(Datum variance)
{
	int			scale = DatumGetInt32(DirectFunctionCall1(numeric_scale, variance));

	variance = DirectFunctionCall2(numeric_round, variance, Int32GetDatum(2 * scale + 40));
	return DirectFunctionCall2(numeric_round, DirectFunctionCall1(numeric_sqrt, variance), Int32GetDatum(scale));
}

/* Integers and numeric. Where the spread is 0, the result has no digits after the point. */
static Datum
numeric_variance(const MpcContractColumn *y, Datum n, Datum divide_by, const MpcWide *moment, bool root)
{
	Datum		v = spread(n, mpc_exact_decimal(&moment[MPC_SUM_Y], y->scale),
						   mpc_exact_decimal(&moment[MPC_SUM_YY], 2 * y->scale));

	if (mpc_exact_compare(v, mpc_exact_int64(0)) == 0)
		return v;
	v = DirectFunctionCall2(numeric_div, v, divide_by);
	return root ? numeric_root(v) : v;
}

/* real and double precision. */
static Datum
double_variance(const MpcContractColumn *y, Datum n, Datum divide_by, const MpcWide *moment, bool root)
{
	Datum		v = spread(n, mpc_exact_decimal(&moment[MPC_SUM_Y], 0), mpc_exact_decimal(&moment[MPC_SUM_YY], 0));

	divide_by = multiply(divide_by, mpc_exact_power(2, 2 * y->scale));
	return Float8GetDatum(root ? mpc_exact_root(v, divide_by) : mpc_exact_quotient(v, divide_by));
}

static Datum
variance(MpcFunction function, const MpcContractColumn *y, int64 count, const MpcWide *moment,
		 bool *null, Oid *rettype)
{
	bool		sample = function == MPC_VAR_SAMP || function == MPC_STDDEV_SAMP;
	bool		root = function == MPC_STDDEV_POP || function == MPC_STDDEV_SAMP;
	bool		binary = is_binary(y);

	*rettype = binary ? FLOAT8OID : NUMERICOID;
	*null = count < (sample ? 2 : 1);
	if (*null)
		return (Datum) 0;
	return (binary ? double_variance : numeric_variance) (y, mpc_exact_int64(count), divisor(count, sample), moment, root);
}

static Datum
moment_of(const Pairs *p, MpcMoment which)
{
	return mpc_exact_decimal(&p->moment[which], 0);
}

static Datum
spread_x(const Pairs *p)
{
	return spread(p->n, moment_of(p, MPC_SUM_X), moment_of(p, MPC_SUM_XX));
}

static Datum
spread_y(const Pairs *p)
{
	return spread(p->n, moment_of(p, MPC_SUM_Y), moment_of(p, MPC_SUM_YY));
}

/* nΣxy − ΣxΣy: n² times the covariance. */
static Datum
joint(const Pairs *p)
{
	return mpc_exact_subtract(multiply(p->n, moment_of(p, MPC_SUM_XY)),
							  multiply(moment_of(p, MPC_SUM_X), moment_of(p, MPC_SUM_Y)));
}

/* Covariances and the parts of a regression: a quotient for all pairs. */
static double
plain_statistic(MpcFunction function, const Pairs *p, int64 count)
{
	Datum		xy_unit = multiply(p->x_unit, p->y_unit);

	switch (function)
	{
		case MPC_COVAR_POP:
			return mpc_exact_quotient(joint(p), multiply(divisor(count, false), xy_unit));
		case MPC_COVAR_SAMP:
			return mpc_exact_quotient(joint(p), multiply(divisor(count, true), xy_unit));
		case MPC_REGR_AVGX:
			return mpc_exact_quotient(moment_of(p, MPC_SUM_X), multiply(p->n, p->x_unit));
		case MPC_REGR_AVGY:
			return mpc_exact_quotient(moment_of(p, MPC_SUM_Y), multiply(p->n, p->y_unit));
		case MPC_REGR_SXX:
			return mpc_exact_quotient(spread_x(p), multiply(p->n, multiply(p->x_unit, p->x_unit)));
		case MPC_REGR_SYY:
			return mpc_exact_quotient(spread_y(p), multiply(p->n, multiply(p->y_unit, p->y_unit)));
		case MPC_REGR_SXY:
			return mpc_exact_quotient(joint(p), multiply(p->n, xy_unit));
		default:
			elog(ERROR, "function %d is no statistic of pairs", (int) function);
	}
}

/* Correlation and the line of a regression: NULL where x has no spread, and *null then. */
static double
line_statistic(MpcFunction function, const Pairs *p, bool *null)
{
	Datum		zero = mpc_exact_int64(0);
	Datum		vx = spread_x(p);
	Datum		vy = spread_y(p);
	Datum		c = joint(p);
	bool		level = mpc_exact_compare(vy, zero) == 0;
	double		r;

	*null = mpc_exact_compare(vx, zero) == 0 || (level && function == MPC_CORR);
	if (*null)
		return 0;
	switch (function)
	{
		case MPC_CORR:
			r = mpc_exact_root(multiply(c, c), multiply(vx, vy));
			return mpc_exact_compare(c, zero) < 0 ? -r : r;
		case MPC_REGR_R2:
			return level ? 1 : mpc_exact_quotient(multiply(c, c), multiply(vx, vy));
		case MPC_REGR_SLOPE:
			return mpc_exact_quotient(multiply(c, p->x_unit), multiply(vx, p->y_unit));
		default:				/* MPC_REGR_INTERCEPT: the units of x cancel */
			return mpc_exact_quotient(mpc_exact_subtract(multiply(moment_of(p, MPC_SUM_Y), vx),
														 multiply(moment_of(p, MPC_SUM_X), c)),
									  multiply(multiply(p->n, vx), p->y_unit));
	}
}

/* What comes into quotients is below 2^1006: the squares of nΣxy − ΣxΣy, with n < 2^63 and sums below 2^251. */
static Datum
pair_statistic(MpcFunction function, const MpcContractColumn *y, const MpcContractColumn *x, int64 count,
			   const MpcWide *moment, bool *null)
{
	Pairs		p = {mpc_exact_int64(count), unit(y), unit(x), moment};
	bool		line = function == MPC_CORR || function == MPC_REGR_R2 ||
		function == MPC_REGR_SLOPE || function == MPC_REGR_INTERCEPT;

	*null = count < (function == MPC_COVAR_SAMP ? 2 : 1);
	if (*null)
		return (Datum) 0;
	return Float8GetDatum(line ? line_statistic(function, &p, null) : plain_statistic(function, &p, count));
}

/* A binary fraction m / 2^s is the decimal one m * 5^s / 10^s. */
Datum
mpc_products_datum(const MpcWide *sum, const MpcContractColumn *a, const MpcContractColumn *b)
{
	int			scale = a->scale + (b != NULL ? b->scale : 0);
	int			binary = (is_binary(a) ? a->scale : 0) + (b != NULL && is_binary(b) ? b->scale : 0);
	Datum		v = mpc_exact_decimal(sum, scale);

	return binary > 0 ? multiply(v, mpc_exact_power(5, binary)) : v;
}

Datum
mpc_moments_datum(MpcFunction function, const MpcContractColumn *y, const MpcContractColumn *x,
				  int64 count, const MpcWide moment[MPC_MOMENTS], bool *null, Oid *rettype)
{
	Assert((x != NULL) == (function >= MPC_COVAR_POP));
	if (x == NULL)
		return variance(function, y, count, moment, null, rettype);
	if (function == MPC_REGR_COUNT)
	{
		(void) mpc_measure_type(y, true);
		(void) mpc_measure_type(x, true);
		*null = false;
		*rettype = INT8OID;
		return Int64GetDatum(count);
	}
	*rettype = FLOAT8OID;
	return pair_statistic(function, y, x, count, moment, null);
}
