/*
 * measure_state.c
 *		How do the aggregates over measures start, meet in parallel, and end?
 *
 * The row loops are in measure_sum.c, measure_moments.c, measure_interval.c, measure_pair.c, measure_products.c,
 * measure_histogram.c and measure_logistic.c. They assume
 * what is checked here, as anyone may call the aggregates.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "crypto/secret.h"
#include "local/measure.h"
#include "local/measure_state.h"
#include "local/measure_sum.h"
#include "protocol/wire.h"
#include "utils/array.h"

#define MOST_MOMENTS	MPC_GRID_CELLS(MPC_MAX_BUCKETS)	/* products have fewer */

PG_FUNCTION_INFO_V1(mpc_sql_measure_combine);
PG_FUNCTION_INFO_V1(mpc_sql_measure_serialize);
PG_FUNCTION_INFO_V1(mpc_sql_measure_deserialize);

static MemoryContext
aggregate_context(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("function of an aggregate called directly"),
				 errhint("Use the aggregates mpc.measure_sum, mpc.measure_moments, mpc.measure_interval, mpc.measure_pair, mpc.measure_products, mpc.measure_histogram and mpc.measure_logistic instead.")));
	return context;
}

static MpcMeasureState *
make_state(MemoryContext context, int ncolumns, int nmoments)
{
	Size		head = offsetof(MpcMeasureState, column) + ncolumns * sizeof(MpcMeasureColumn);
	MpcMeasureState *state = MemoryContextAllocZero(context, head + nmoments * sizeof(MpcMeasureTotal));

	state->total = (MpcMeasureTotal *) ((char *) state + head);
	state->nmoments = (uint16) nmoments;
	state->ncolumns = (uint8) ncolumns;
	return state;
}

MpcMeasureState *
mpc_measure_make(FunctionCallInfo fcinfo, int ncolumns, int nmoments)
{
	return make_state(aggregate_context(fcinfo), ncolumns, nmoments);
}

static int
most_scale(MpcKind kind)
{
	switch (kind)
	{
		case MPC_KIND_NUMERIC:
			return MPC_MAX_DECIMAL_DIGITS;
		case MPC_KIND_FLOAT4:
		case MPC_KIND_FLOAT8:
			return MPC_MAX_BINARY_SCALE;
		default:
			return 0;
	}
}

static void
check_scale(int scale, int most)
{
	if (scale < 0 || scale > most)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("scale of a measure must be between 0 and %d", most)));
}

/* The scale, and that none of the three is null. */
static int
scale_argument(FunctionCallInfo fcinfo, int first)
{
	if (PG_ARGISNULL(first) || PG_ARGISNULL(first + 1) || PG_ARGISNULL(first + 2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("bounds and scale of a measure must not be null")));
	return PG_GETARG_INT32(first + 2);
}

/* A bound given as numeric, already scaled: an integer of at most 38 digits. */
static int128
numeric_bound(Datum value)
{
	int128		bound;

	if (!mpc_number_from_numeric(PG_DETOAST_DATUM_PACKED(value), 0, &bound))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("bounds of a measure must be integers of at most %d digits",
						MPC_MAX_DECIMAL_DIGITS)));
	return bound;
}

/* The rule of mpc_contract_fits_squares(), which the publisher has seen to. */
static void
check_squares(const MpcMeasureColumn *column)
{
	const int128 most = (int128) 1 << MPC_SQUARE_BITS;

	if (column->low <= -most || column->low >= most || column->high <= -most || column->high >= most)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("bounds of a measure whose squares are summed must be below 2^%d",
						MPC_SQUARE_BITS)));
}

/* Bounds without a small integer between them become an empty range. */
static void
set_bounds(MpcMeasureColumn *column, int128 low, int128 high)
{
	bool		none = low > MPC_SMALL_LIMIT || high < -MPC_SMALL_LIMIT;

	column->low = low;
	column->high = high;
	column->small_low = none ? 1 : (int64) Max(low, -MPC_SMALL_LIMIT);
	column->small_high = none ? 0 : (int64) Min(high, MPC_SMALL_LIMIT);
}

void
mpc_measure_describe_values(MpcMeasureColumn *column, Datum low, Datum high, int scale, MpcKind kind, bool squares)
{
	check_scale(scale, most_scale(kind));
	column->scale = scale;
	column->factor = ldexp(1.0, scale);
	set_bounds(column, numeric_bound(low), numeric_bound(high));
	column->kind = kind;
	if (squares)
		check_squares(column);
}

void
mpc_measure_describe(MpcMeasureColumn *column, FunctionCallInfo fcinfo, int first, MpcKind kind, bool squares)
{
	int			scale = scale_argument(fcinfo, first);

	mpc_measure_describe_values(column, PG_GETARG_DATUM(first), PG_GETARG_DATUM(first + 1), scale, kind, squares);
}

Datum *
mpc_measure_array(FunctionCallInfo fcinfo, int arg, Oid type, int16 len, bool byval, char align, int n)
{
	Datum	   *values = NULL;
	bool	   *nulls;
	int			found = 0;

	if (!PG_ARGISNULL(arg))
		deconstruct_array(PG_GETARG_ARRAYTYPE_P(arg), type, len, byval, align, &values, &nulls, &found);
	for (int i = 0; i < found; i++)
	{
		if (nulls[i])
			found = 0;
	}
	if (found != n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bounds, scales and coefficients are one, not null, for each column")));
	return values;
}

MpcMeasureState *
mpc_measure_start_integer(FunctionCallInfo fcinfo, int nmoments)
{
	MpcMeasureState *state = mpc_measure_make(fcinfo, 1, nmoments);

	check_scale(scale_argument(fcinfo, 2), 0);
	set_bounds(state->column, PG_GETARG_INT64(2), PG_GETARG_INT64(3));
	return state;
}

MpcMeasureState *
mpc_measure_start_scaled(FunctionCallInfo fcinfo, MpcKind kind, int nmoments)
{
	MpcMeasureState *state = mpc_measure_make(fcinfo, 1, nmoments);

	mpc_measure_describe(state->column, fcinfo, 2, kind, nmoments > 1);
	return state;
}

void
mpc_measure_empty(MpcMeasureState *state)
{
	int			i;

	for (i = 0; i < state->nmoments; i++)
	{
		mpc_wide_add_int128(&state->total[i].wide, state->total[i].small);
		state->total[i].small = 0;
	}
	state->nsmall = 0;
}

Datum
mpc_sql_measure_combine(PG_FUNCTION_ARGS)
{
	MemoryContext context = aggregate_context(fcinfo);
	MpcMeasureState *state = mpc_measure_state(fcinfo);
	MpcMeasureState *other;
	int			i;

	if (PG_ARGISNULL(1))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	other = (MpcMeasureState *) PG_GETARG_POINTER(1);
	if (state == NULL)
		state = make_state(context, 0, other->nmoments);
	if (state->nmoments != other->nmoments)
		elog(ERROR, "states of two aggregates cannot be combined");
	state->rows += other->rows;
	state->nonnull += other->nonnull;
	state->violated |= other->violated;
	mpc_measure_empty(other);
	for (i = 0; i < state->nmoments; i++)
		mpc_wide_add(&state->total[i].wide, &other->total[i].wide);
	PG_RETURN_POINTER(state);
}

bytea *
mpc_measure_bytes(MpcMeasureState *state, int nmoments)
{
	Size		size = MPC_MEASURE_BYTES(nmoments);
	bytea	   *result = palloc0(VARHDRSZ + size);
	MpcWriter	w;
	int			i;

	SET_VARSIZE(result, VARHDRSZ + size);
	if (state == NULL)
		return result;
	if (state->nmoments != nmoments)
		elog(ERROR, "state is of another aggregate");
	mpc_measure_empty(state);
	mpc_writer_init(&w, (uint8 *) VARDATA(result), size);
	mpc_write_le64(&w, (uint64) state->rows);
	mpc_write_le64(&w, (uint64) state->nonnull);
	mpc_write_u8(&w, state->violated ? 1 : 0);
	mpc_write_zeros(&w, 7);
	for (i = 0; i < nmoments; i++)
	{
		mpc_wide_store(w.data + w.len, &state->total[i].wide);
		w.len += MPC_WIDE_BYTES;
	}
	return result;
}

Datum
mpc_sql_measure_serialize(PG_FUNCTION_ARGS)
{
	MpcMeasureState *state = (MpcMeasureState *) PG_GETARG_POINTER(0);

	(void) aggregate_context(fcinfo);
	PG_RETURN_BYTEA_P(mpc_measure_bytes(state, state->nmoments));
}

/* The result's counts and all its moments; returns the rows. */
static int64
read_bytes(MpcLocalSum *sum, MpcWide *moment, int nmoments, Datum value)
{
	bytea	   *bytes = DatumGetByteaPP(value);
	int64		rows;
	MpcReader	r;
	int			i;

	mpc_reader_init(&r, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
	if (VARSIZE_ANY_EXHDR(bytes) != MPC_MEASURE_BYTES(nmoments))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("state of an aggregate over a measure must have %d bytes",
						MPC_MEASURE_BYTES(nmoments))));
	rows = (int64) mpc_read_le64(&r);
	sum->nonnull = (int64) mpc_read_le64(&r);
	sum->violated = mpc_read_u8(&r) != 0;
	(void) mpc_read_bytes(&r, 7);
	for (i = 0; i < nmoments; i++)
		mpc_wide_load(&moment[i], mpc_read_bytes(&r, MPC_WIDE_BYTES));
	return rows;
}

/* Which aggregate answers for a measure, by its moments (statement.c). */
static const uint8 one_moment[] = {MPC_SUM_Y};
static const uint8 two_moments[] = {MPC_SUM_Y, MPC_SUM_YY};
static const uint8 all_moments[] = {MPC_SUM_Y, MPC_SUM_X, MPC_SUM_YY, MPC_SUM_XX, MPC_SUM_XY};

static int64
read_moments(MpcLocalSum *sum, const MpcMeasure *measure, Datum value)
{
	const uint8 *kind = all_moments;
	int			nmoments = lengthof(all_moments);
	MpcWide		moment[MPC_MOMENTS];
	int			kept = 0;
	int64		rows;
	int			i;

	if (measure->ncolumns == 1)
	{
		kind = measure->wants[MPC_SUM_YY] ? two_moments : one_moment;
		nmoments = measure->wants[MPC_SUM_YY] ? lengthof(two_moments) : lengthof(one_moment);
	}
	rows = read_bytes(sum, moment, nmoments, value);
	for (i = 0; i < nmoments; i++)
	{
		if (measure->wants[kind[i]])
			sum->moment[kept++] = moment[i];
	}
	mpc_wipe(moment, sizeof(moment));
	return rows;
}

/* The rest is for whoever folds. Where no row passed the filter there are no cells. */
static int64
read_cells(MpcLocalSum *sum, int ncounts, Datum value)
{
	bool		none = VARSIZE_ANY_EXHDR(DatumGetByteaPP(value)) == MPC_MEASURE_HEAD_BYTES;

	memset(sum->moment, 0, ncounts * sizeof(MpcWide));
	return read_bytes(sum, sum->moment, none ? 0 : ncounts - 1, value);
}

int64
mpc_measure_read(MpcLocalSum *sum, const MpcMeasure *measure, Datum value)
{
	if (measure->wants_products)
		return read_bytes(sum, sum->moment, mpc_measure_sums(measure), value);
	if (measure->wants_fields)
		return read_bytes(sum, sum->moment, MPC_FIELDS, value);
	if (mpc_measure_cells(measure) > 0)
		return read_cells(sum, mpc_measure_cells(measure), value);
	return read_moments(sum, measure, value);
}

/* How many moments a result has, by its length. Another length is refused where it is read. */
static int
count_moments(Datum value)
{
	int			n = ((int) VARSIZE_ANY_EXHDR(DatumGetByteaPP(value)) - MPC_MEASURE_HEAD_BYTES) / MPC_WIDE_BYTES;

	return Min(Max(n, 1), MOST_MOMENTS);
}

Datum
mpc_sql_measure_deserialize(PG_FUNCTION_ARGS)
{
	Datum		value = PG_GETARG_DATUM(0);
	MpcMeasureState *state;
	MpcWide		moment[MOST_MOMENTS];
	MpcLocalSum counts;
	int			i;

	(void) aggregate_context(fcinfo);
	state = make_state(CurrentMemoryContext, 0, count_moments(value));
	state->rows = read_bytes(&counts, moment, state->nmoments, value);
	state->nonnull = counts.nonnull;
	state->violated = counts.violated;
	for (i = 0; i < state->nmoments; i++)
		state->total[i].wide = moment[i];
	PG_RETURN_POINTER(state);
}
