/*
 * measure_state.h
 *		Between the aggregates over measures only: what they know of a column, and what
 *		they keep while rows pass.
 *
 * Bounds and scale are arguments, so that no catalog is read while rows pass; they are taken from the
 * first row, as the caller gives constants. A value outside them is remembered and never raised: an error
 * would be an oracle for each filter (R9).
 */
#ifndef MPC_MEASURE_STATE_H
#define MPC_MEASURE_STATE_H

#include "postgres.h"

#include "crypto/wide.h"
#include "fmgr.h"
#include "local/number.h"
#include "local/types.h"

/* Magnitudes that are summed in 128 bits first: squares of 2^59, MPC_SMALL_ROWS times, stay below 2^127. */
#define MPC_SMALL_LIMIT	INT64CONST(0x0800000000000000)
#define MPC_SMALL_ROWS	256

/* int128 is core's type, aligned as palloc aligns; plain __int128 would ask for more. */
typedef struct MpcMeasureColumn
{
	int128		low;
	int128		high;
	int64		small_low;		/* the bounds again, within MPC_SMALL_LIMIT */
	int64		small_high;
	double		factor;			/* real and double precision: 2^scale */
	int			scale;
	MpcKind		kind;			/* measure_pair, measure_products, measure_histogram, measure_logistic: of its values */
	int			bits;			/* measure_logistic: its integers are at most 2^bits */
	double		coefficient;	/* measure_logistic: of its integers; of the outcome, which has none, the intercept */
} MpcMeasureColumn;

/* What it is, is the sum of both. */
typedef struct MpcMeasureTotal
{
	MpcWide		wide;
	int128		small;			/* emptied each MPC_SMALL_ROWS; without squares never: no 2^63 rows fill it */
} MpcMeasureTotal;

/* Counts are below 2^63: more rows than any relation has. A state that was combined knows no columns. */
typedef struct MpcMeasureState
{
	int64		rows;			/* null or not */
	int64		nonnull;
	MpcMeasureTotal *total;		/* the moments */
	uint16		nsmall;			/* rows since the last emptying */
	uint16		nmoments;
	bool		violated;
	uint8		ncolumns;
	MpcMeasureColumn column[FLEXIBLE_ARRAY_MEMBER];	/* Y, X */
} MpcMeasureState;

/* A state without rows, in the aggregate's memory. Raises outside an aggregate. */
extern MpcMeasureState *mpc_measure_make(FunctionCallInfo fcinfo, int ncolumns, int nmoments);

/*
 * Takes low, high and scale of a column from the arguments first, first + 1 and first + 2. Raises when one is
 * null, the scale is none of the kind, or the bounds are no integers of at most 38 digits, of at most
 * MPC_MAX_SQUARE_BITS where squares are summed.
 */
extern void mpc_measure_describe(MpcMeasureColumn *column, FunctionCallInfo fcinfo, int first, MpcKind kind, bool squares);

/* The same of values. */
extern void mpc_measure_describe_values(MpcMeasureColumn *column, Datum low, Datum high, int scale, MpcKind kind, bool squares);

/*
 * The state of a first row of (bounds, bounds, scales, ...) that has its columns from an argument on: between 2 and
 * MPC_MAX_PRODUCT_ARGS, which mpc_measure_count_columns() makes sure of. The bounds of all allow squares.
 */
extern int	mpc_measure_count_columns(FunctionCallInfo fcinfo, int first);
extern MpcMeasureState *mpc_measure_start_columns(FunctionCallInfo fcinfo, int first, int nmoments);

/* The n elements of an array argument. Raises when it has another number of them, or a null. */
extern Datum *mpc_measure_array(FunctionCallInfo fcinfo, int arg, Oid type, int16 len, bool byval, char align, int n);

/*
 * One row more: which integers its values are, and whether they are complete and within their bounds. Counts the row.
 * small: also within MPC_SMALL_LIMIT.
 */
extern bool mpc_measure_take_columns(MpcMeasureState *state, FunctionCallInfo fcinfo, int first, int128 *v, bool *small);

/* Which kind of measure the values of a type are. Raises where they are none. */
extern MpcKind mpc_measure_kind(Oid typid);

/* A value of the column's kind, not null. False: no integer of the column's scale, or outside the bounds. */
extern bool mpc_measure_value(const MpcMeasureColumn *column, Datum value, int128 *v);

/*
 * The state of a first row of (value, low, high, scale), bounds bigint or numeric. More than one moment: the
 * second is of squares, which those of 64-bit integers always allow.
 */
extern MpcMeasureState *mpc_measure_start_integer(FunctionCallInfo fcinfo, int nmoments);
extern MpcMeasureState *mpc_measure_start_scaled(FunctionCallInfo fcinfo, MpcKind kind, int nmoments);

/* Empties the small parts of all totals. */
extern void mpc_measure_empty(MpcMeasureState *state);

/* The result, with as many moments where no row was seen and state is NULL. palloc'd. */
extern bytea *mpc_measure_bytes(MpcMeasureState *state, int nmoments);

static inline MpcMeasureState *
mpc_measure_state(FunctionCallInfo fcinfo)
{
	return PG_ARGISNULL(0) ? NULL : (MpcMeasureState *) PG_GETARG_POINTER(0);
}

/* The state for one row more. */
static inline MpcMeasureState *
mpc_measure_integer_state(FunctionCallInfo fcinfo, int nmoments)
{
	MpcMeasureState *state = mpc_measure_state(fcinfo);

	if (unlikely(state == NULL))
		state = mpc_measure_start_integer(fcinfo, nmoments);
	state->rows++;
	return state;
}

static inline MpcMeasureState *
mpc_measure_scaled_state(FunctionCallInfo fcinfo, MpcKind kind, int nmoments)
{
	MpcMeasureState *state = mpc_measure_state(fcinfo);

	if (unlikely(state == NULL))
		state = mpc_measure_start_scaled(fcinfo, kind, nmoments);
	state->rows++;
	return state;
}

static inline bool
mpc_measure_is_inside(const MpcMeasureColumn *column, int128 v)
{
	return likely(v >= column->low && v <= column->high);
}

/* False: outside, or not small. */
static inline bool
mpc_measure_is_small(const MpcMeasureColumn *column, int64 v)
{
	return likely(v >= column->small_low && v <= column->small_high);
}

static inline bool
mpc_measure_is_small_int128(const MpcMeasureColumn *column, int128 v)
{
	return v == (int64) v && mpc_measure_is_small(column, (int64) v);
}

/* After each row whose products went into small parts. */
static inline void
mpc_measure_count_small(MpcMeasureState *state)
{
	if (unlikely(++state->nsmall == MPC_SMALL_ROWS))
		mpc_measure_empty(state);
}

/* Of a numeric argument. In per-row memory when it was compressed, which a number of 38 digits never is. */
static inline bool
mpc_measure_from_numeric(const MpcMeasureColumn *column, Datum value, int128 *v)
{
	return mpc_number_from_numeric(PG_DETOAST_DATUM_PACKED(value), column->scale, v);
}

#endif							/* MPC_MEASURE_STATE_H */
