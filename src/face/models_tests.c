/*
 * models_tests.c
 *		Do groups differ, or their survival? Tests from what a question with GROUP BY gives.
 *
 * A group's variance comes rounded, to 16 digits or more, and its mean as an exact sum over a count, or as the nearest
 * double. src/stats takes sums of integers: the unit is chosen so fine that 120 bits of each mean are kept, and the sums
 * are made so that they have this mean and this variance. Means then do not cancel when they are subtracted.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "face/models.h"
#include "fmgr.h"
#include "funcapi.h"
#include "local/exact.h"
#include "stats/counts.h"
#include "stats/means.h"
#include "utils/builtins.h"

/* Of sums of squares: they stay below 2^255 whatever is rounded. */
#define MOST_BITS	245

PG_FUNCTION_INFO_V1(mpc_sql_two_means);
PG_FUNCTION_INFO_V1(mpc_sql_variance_table);
PG_FUNCTION_INFO_V1(mpc_sql_chi_square);
PG_FUNCTION_INFO_V1(mpc_sql_log_rank);

/* Groups as SQL gives them. */
typedef struct Groups
{
	int			n;
	Datum	   *rows;
	Datum	   *total;
	Datum	   *variance;		/* of the population */
} Groups;

static Groups
read_groups(FunctionCallInfo fcinfo)
{
	Groups		g;
	int			ntotals;
	int			nvariances;

	g.rows = mpc_model_array(PG_GETARG_DATUM(0), INT8OID, &g.n);
	g.total = mpc_model_array(PG_GETARG_DATUM(1), NUMERICOID, &ntotals);
	g.variance = mpc_model_array(PG_GETARG_DATUM(2), NUMERICOID, &nvariances);
	mpc_model_check(g.n == ntotals && g.n == nvariances, "these groups");
	for (int i = 0; i < g.n; i++)
		mpc_model_check(DatumGetInt64(g.rows[i]) > 0 &&
						mpc_exact_compare(g.variance[i], mpc_exact_int64(0)) >= 0, "these groups");
	return g;
}

static double
as_double(Datum number)
{
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, number));
}

/* Bits after the point of the unit, for values: those of squares are twice as many. */
static int
unit_bits(const Groups *g)
{
	double		squares = 0;
	int			bits;

	for (int i = 0; i < g->n; i++)
	{
		double		n = (double) DatumGetInt64(g->rows[i]);
		double		total = as_double(g->total[i]);

		squares += n * as_double(g->variance[i]) + total * (total / n);
	}
	mpc_model_check(squares < 1e100, "these groups");	/* and no NaN */
	(void) frexp(squares, &bits);
	bits = (MOST_BITS - bits) / 2;
	return Max(Min(bits, MPC_UNIT_MAX_2), -MPC_UNIT_MAX_2);
}

/* a * 2^bits / b without its fraction. */
static Datum
shifted_quotient(Datum a, int bits, Datum b)
{
	if (bits >= 0)
		a = mpc_exact_multiply(a, mpc_exact_power(2, bits));
	else
		b = mpc_exact_multiply(b, mpc_exact_power(2, -bits));
	return DirectFunctionCall2(numeric_div_trunc, a, b);
}

/* n values of this mean whose squared distances from it sum to n times the variance. */
static void
make_moments(MpcMoments *m, const Groups *g, int i, int bits)
{
	Datum		n = mpc_exact_int64(DatumGetInt64(g->rows[i]));
	MpcWide		mean;
	MpcWide		scatter;

	m->rows = DatumGetInt64(g->rows[i]);
	mpc_model_wide(&mean, shifted_quotient(g->total[i], bits, n));
	mpc_model_wide(&scatter, shifted_quotient(mpc_exact_multiply(n, g->variance[i]), 2 * bits, mpc_exact_int64(1)));
	mpc_wide_scale(&m->sum, &mean, (uint64) m->rows);
	mpc_wide_multiply(&m->squares, &mean, &m->sum);
	mpc_wide_add(&m->squares, &scatter);
}

static MpcMoments *
make_all_moments(const Groups *g, MpcUnit *unit)
{
	MpcMoments *moments = palloc_extended(Max(g->n, 1) * sizeof(MpcMoments), MCXT_ALLOC_HUGE);
	int			bits = unit_bits(g);

	for (int i = 0; i < g->n; i++)
		make_moments(&moments[i], g, i, bits);
	unit->base = 2;
	unit->exponent = -bits;
	return moments;
}

/* The nearest double, which that of a sum divided by a count need not be. */
static double
mean(const Groups *g, int i)
{
	return mpc_exact_quotient(g->total[i], mpc_exact_int64(DatumGetInt64(g->rows[i])));
}

static Datum
return_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls)
{
	TupleDesc	row;

	if (get_call_result_type(fcinfo, NULL, &row) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row), values, nulls));
}

static void
raise_too_few(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("too few values for %s", what)));
}

Datum
mpc_sql_two_means(PG_FUNCTION_ARGS)
{
	Groups		g = read_groups(fcinfo);
	MpcUnit		unit;
	MpcMoments *moments = make_all_moments(&g, &unit);
	MpcTwoMeans r;
	bool		perfect;

	mpc_model_check(g.n == 2, "these groups");
	mpc_model_status(PG_GETARG_BOOL(3) ? mpc_pooled_test(&r, moments, unit) : mpc_welch_test(&r, moments, unit));
	if (r.finding == MPC_TOO_FEW)
		raise_too_few("a t-test");
	perfect = r.finding != MPC_FOUND;
	{
		Datum		values[] = {
			Float8GetDatum(perfect ? 0 : r.t), Float8GetDatum(perfect ? 0 : r.df), Float8GetDatum(perfect ? 0 : r.p),
			Float8GetDatum(r.difference), Float8GetDatum(r.error),
			Float8GetDatum(mean(&g, 0)), Float8GetDatum(r.variance[0]), Float8GetDatum(mean(&g, 1)), Float8GetDatum(r.variance[1])};
		bool		nulls[lengthof(values)] = {perfect, perfect, perfect};

		return return_row(fcinfo, values, nulls);
	}
}

Datum
mpc_sql_variance_table(PG_FUNCTION_ARGS)
{
	Groups		g = read_groups(fcinfo);
	MpcUnit		unit;
	MpcMoments *moments = make_all_moments(&g, &unit);
	MpcVarianceTable r;
	bool		perfect;

	mpc_model_status(mpc_variance_table(&r, moments, g.n, unit));
	if (r.finding == MPC_TOO_FEW)
		raise_too_few("an analysis of variance");
	perfect = r.finding != MPC_FOUND;
	{
		Datum		values[] = {
			Float8GetDatum(perfect ? 0 : r.f), Int64GetDatum(r.between_df), Int64GetDatum(r.within_df),
			Float8GetDatum(perfect ? 0 : r.p), Float8GetDatum(r.between), Float8GetDatum(r.within)};
		bool		nulls[lengthof(values)] = {perfect, [3] = perfect};

		return return_row(fcinfo, values, nulls);
	}
}

Datum
mpc_sql_chi_square(PG_FUNCTION_ARGS)
{
	int			ncells;
	Datum	   *cell = mpc_model_array(PG_GETARG_DATUM(0), INT8OID, &ncells);
	int			columns = PG_GETARG_INT32(1);
	int64_t    *count;
	MpcChiSquare r;
	MpcStatus	status;

	mpc_model_check(columns > 0 && ncells % columns == 0, "these counts");
	count = palloc_extended(Max(ncells, 1) * sizeof(int64_t), MCXT_ALLOC_HUGE);
	for (int i = 0; i < ncells; i++)
		count[i] = DatumGetInt64(cell[i]);
	status = mpc_chi_square_test(&r, count, ncells / columns, columns);
	if (status == MPC_LIMIT)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a chi-square test takes at most %d rows and columns", MPC_TABLE_MAX)));
	mpc_model_status(status);
	if (r.finding == MPC_TOO_FEW)
		raise_too_few("a chi-square test");
	{
		Datum		values[] = {Float8GetDatum(r.statistic), Int64GetDatum((int64) r.df), Float8GetDatum(r.p), Float8GetDatum(r.least_expected)};
		bool		nulls[lengthof(values)] = {false};

		return return_row(fcinfo, values, nulls);
	}
}

/* at_risk and events of two arms in turn, time by time. */
Datum
mpc_sql_log_rank(PG_FUNCTION_ARGS)
{
	int			n;
	int			nevents;
	Datum	   *at_risk = mpc_model_array(PG_GETARG_DATUM(0), INT8OID, &n);
	Datum	   *events = mpc_model_array(PG_GETARG_DATUM(1), INT8OID, &nevents);
	MpcTimeCell *cell = palloc_extended(Max(n, 1) * sizeof(MpcTimeCell), MCXT_ALLOC_HUGE);
	MpcLogRank	r;

	mpc_model_check(n % 2 == 0 && n == nevents, "these counts");
	for (int i = 0; i < n; i++)
	{
		cell[i / 2].at_risk[i % 2] = DatumGetInt64(at_risk[i]);
		cell[i / 2].events[i % 2] = DatumGetInt64(events[i]);
	}
	mpc_model_status(mpc_log_rank_test(&r, cell, n / 2));
	if (r.finding == MPC_TOO_FEW)
		raise_too_few("a log-rank test");
	{
		Datum		values[] = {Float8GetDatum(r.statistic), Float8GetDatum(r.p), Float8GetDatum(r.expected[0]), Float8GetDatum(r.expected[1])};
		bool		nulls[lengthof(values)] = {false};

		return return_row(fcinfo, values, nulls);
	}
}
