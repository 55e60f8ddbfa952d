/*
 * measure_sum.c
 *		The aggregate mpc.measure_sum(value, low, high, scale): an exact sum, the
 *		counts of rows and of values behind it, and whether a value broke the contract.
 *
 * Bounds and scale are arguments, so that no catalog is read while rows pass; they
 * are taken from the first row, as the caller gives constants. A value outside them
 * is remembered and never raised: an error would be an oracle for each filter (R9).
 *
 * It counts the rows as well, null or not: one call a row is all that a question costs
 * above the scan.
 *
 * Result and parallel state are the same 56 bytes:
 *	le64 rows | le64 non-null count | sum, 32 | u8 violated | 7 zeros
 */
#include "postgres.h"

#include "fmgr.h"
#include "local/measure.h"
#include "local/measure_sum.h"
#include "local/number.h"
#include "protocol/wire.h"

/* int128 is core's type, aligned as palloc aligns; plain __int128 would ask for more. */
typedef struct SumState
{
	int64		rows;
	int64		nonnull;
	MpcWide		sum;
	int128		small;			/* part of the sum: 2^63 rows of 64-bit integers cannot overflow it */
	int128		low;			/* bounds, factor and scale are unset in a combined state */
	int128		high;
	double		factor;
	int			scale;
	bool		violated;
} SumState;

PG_FUNCTION_INFO_V1(mpc_sql_measure_add_bool);
PG_FUNCTION_INFO_V1(mpc_sql_measure_add_int4);
PG_FUNCTION_INFO_V1(mpc_sql_measure_add_int8);
PG_FUNCTION_INFO_V1(mpc_sql_measure_add_numeric);
PG_FUNCTION_INFO_V1(mpc_sql_measure_add_float8);
PG_FUNCTION_INFO_V1(mpc_sql_measure_combine);
PG_FUNCTION_INFO_V1(mpc_sql_measure_serialize);
PG_FUNCTION_INFO_V1(mpc_sql_measure_deserialize);
PG_FUNCTION_INFO_V1(mpc_sql_measure_final);

static MemoryContext
aggregate_context(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("function of an aggregate called directly"),
				 errhint("Use the aggregate mpc.measure_sum instead.")));
	return context;
}

static SumState *
make_state(FunctionCallInfo fcinfo)
{
	return MemoryContextAllocZero(aggregate_context(fcinfo), sizeof(SumState));
}

/* The scale, checked since anyone may call the aggregate. */
static int
scale_argument(FunctionCallInfo fcinfo, int most)
{
	int			scale;

	if (PG_ARGISNULL(2) || PG_ARGISNULL(3) || PG_ARGISNULL(4))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("bounds and scale of a measure must not be null")));
	scale = PG_GETARG_INT32(4);
	if (scale < 0 || scale > most)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("scale of a measure must be between 0 and %d", most)));
	return scale;
}

/* A bound given as numeric, already scaled: an integer of at most 38 digits. */
static int128
numeric_bound(FunctionCallInfo fcinfo, int arg)
{
	int128		bound;

	if (!mpc_number_from_numeric(PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(arg)), 0, &bound))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("bounds of a measure must be integers of at most %d digits",
						MPC_MAX_DECIMAL_DIGITS)));
	return bound;
}

static SumState *
start_integer(FunctionCallInfo fcinfo)
{
	SumState   *state = make_state(fcinfo);

	state->scale = scale_argument(fcinfo, 0);
	state->low = PG_GETARG_INT64(2);
	state->high = PG_GETARG_INT64(3);
	return state;
}

static SumState *
start_scaled(FunctionCallInfo fcinfo, int most_scale)
{
	SumState   *state = make_state(fcinfo);
	int			i;

	state->scale = scale_argument(fcinfo, most_scale);
	state->factor = 1.0;
	for (i = 0; i < state->scale; i++)
		state->factor *= 2.0;
	state->low = numeric_bound(fcinfo, 2);
	state->high = numeric_bound(fcinfo, 3);
	return state;
}

/* 64-bit integers: the bounds are, too. */
static inline void
add_integer(SumState *state, int64 v)
{
	state->nonnull++;
	if (likely(v >= (int64) state->low && v <= (int64) state->high))
		state->small += v;
	else
		state->violated = true;
}

static inline void
add_value(SumState *state, int128 v)
{
	state->nonnull++;
	if (likely(v >= state->low && v <= state->high))
		mpc_wide_add_int128(&state->sum, v);
	else
		state->violated = true;
}

/* A value that is no integer of the measure's scale. */
static inline void
add_misfit(SumState *state)
{
	state->nonnull++;
	state->violated = true;
}

/* Counts are below 2^63: more rows than any relation has. */
static inline SumState *
integer_state(FunctionCallInfo fcinfo)
{
	SumState   *state = PG_ARGISNULL(0) ? start_integer(fcinfo) : (SumState *) PG_GETARG_POINTER(0);

	state->rows++;
	return state;
}

static inline SumState *
scaled_state(FunctionCallInfo fcinfo, int most_scale)
{
	SumState   *state = PG_ARGISNULL(0) ? start_scaled(fcinfo, most_scale) : (SumState *) PG_GETARG_POINTER(0);

	state->rows++;
	return state;
}

Datum
mpc_sql_measure_add_bool(PG_FUNCTION_ARGS)
{
	SumState   *state = integer_state(fcinfo);

	if (!PG_ARGISNULL(1))
		add_integer(state, PG_GETARG_BOOL(1) ? 1 : 0);
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_measure_add_int4(PG_FUNCTION_ARGS)
{
	SumState   *state = integer_state(fcinfo);

	if (!PG_ARGISNULL(1))
		add_integer(state, PG_GETARG_INT32(1));
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_measure_add_int8(PG_FUNCTION_ARGS)
{
	SumState   *state = integer_state(fcinfo);

	if (!PG_ARGISNULL(1))
		add_integer(state, PG_GETARG_INT64(1));
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_measure_add_numeric(PG_FUNCTION_ARGS)
{
	SumState   *state = scaled_state(fcinfo, MPC_MAX_DECIMAL_DIGITS);
	struct varlena *num;
	int128		v;

	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(state);

	/* in per-row memory when it was compressed, which a number of 38 digits never is */
	num = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1));
	if (mpc_number_from_numeric(num, state->scale, &v))
		add_value(state, v);
	else
		add_misfit(state);
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_measure_add_float8(PG_FUNCTION_ARGS)
{
	SumState   *state = scaled_state(fcinfo, MPC_MAX_BINARY_SCALE);
	int128		v;

	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(state);
	if (mpc_number_from_double(PG_GETARG_FLOAT8(1), state->factor, &v))
		add_value(state, v);
	else
		add_misfit(state);
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_measure_combine(PG_FUNCTION_ARGS)
{
	SumState   *state = PG_ARGISNULL(0) ? make_state(fcinfo) : (SumState *) PG_GETARG_POINTER(0);
	SumState   *other;

	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(state);
	other = (SumState *) PG_GETARG_POINTER(1);
	state->rows += other->rows;
	state->nonnull += other->nonnull;
	state->small += other->small;
	mpc_wide_add(&state->sum, &other->sum);
	state->violated |= other->violated;
	PG_RETURN_POINTER(state);
}

/* state NULL: no row was seen. */
static bytea *
state_bytes(const SumState *state)
{
	bytea	   *result = palloc0(VARHDRSZ + MPC_MEASURE_SUM_BYTES);
	MpcWriter	w;
	MpcWide		sum;

	SET_VARSIZE(result, VARHDRSZ + MPC_MEASURE_SUM_BYTES);
	if (state == NULL)
		return result;
	sum = state->sum;
	mpc_wide_add_int128(&sum, state->small);
	mpc_writer_init(&w, (uint8 *) VARDATA(result), MPC_MEASURE_SUM_BYTES);
	mpc_write_le64(&w, (uint64) state->rows);
	mpc_write_le64(&w, (uint64) state->nonnull);
	mpc_wide_store(w.data + w.len, &sum);
	w.len += MPC_WIDE_BYTES;
	mpc_write_u8(&w, state->violated ? 1 : 0);
	return result;
}

Datum
mpc_sql_measure_serialize(PG_FUNCTION_ARGS)
{
	(void) aggregate_context(fcinfo);
	PG_RETURN_BYTEA_P(state_bytes((SumState *) PG_GETARG_POINTER(0)));
}

Datum
mpc_sql_measure_deserialize(PG_FUNCTION_ARGS)
{
	MpcLocalSum sum;
	SumState   *state;

	(void) aggregate_context(fcinfo);
	state = palloc0(sizeof(SumState));
	mpc_measure_sum_read(&sum, PG_GETARG_DATUM(0));
	state->rows = sum.rows;
	state->nonnull = sum.nonnull;
	state->sum = sum.sum;
	state->violated = sum.violated;
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_measure_final(PG_FUNCTION_ARGS)
{
	(void) aggregate_context(fcinfo);
	PG_RETURN_BYTEA_P(state_bytes(PG_ARGISNULL(0) ? NULL : (SumState *) PG_GETARG_POINTER(0)));
}

void
mpc_measure_sum_read(MpcLocalSum *sum, Datum value)
{
	bytea	   *bytes = DatumGetByteaPP(value);
	MpcReader	r;

	mpc_reader_init(&r, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
	if (VARSIZE_ANY_EXHDR(bytes) != MPC_MEASURE_SUM_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("state of aggregate mpc.measure_sum must have %d bytes",
						MPC_MEASURE_SUM_BYTES)));
	sum->rows = (int64) mpc_read_le64(&r);
	sum->nonnull = (int64) mpc_read_le64(&r);
	mpc_wide_load(&sum->sum, mpc_read_bytes(&r, MPC_WIDE_BYTES));
	sum->violated = mpc_read_u8(&r) != 0;
}
