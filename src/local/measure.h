/*
 * measure.h
 *		The measures of a dataset: scale, bounds, and the way between SQL numbers
 *		and exact integers.
 *
 * A measure's value v stands as the integer v * 10^scale (integers, numeric, boolean as 0 or 1) or
 * round-to-nearest-even(v * 2^scale) (real, double precision; error at most 2^-(scale+1) a row).
 * Integers have scale 0, and so have dates and timestamps, whose integers are days and microseconds as core stores
 * them, infinity included. An interval is three integers, its fields, which have no bounds but those of their types. |integer| < 2^127 by the declared bounds, decided when published.
 */
#ifndef MPC_MEASURE_H
#define MPC_MEASURE_H

#include "postgres.h"

#include "crypto/wide.h"
#include "local/types.h"

#define MPC_DEFAULT_BINARY_SCALE	32
#define MPC_MAX_BINARY_SCALE		64
#define MPC_DEFAULT_BINARY_BITS		100
#define MPC_MAX_DECIMAL_DIGITS		38

/*
 * Completes a measure's contract column: scale and bounds from the type, or from what the
 * publisher declares (scale -1, low/high NULL: not declared; low/high are numeric text in the
 * measure's own unit). real and double default to scale 32 and |v * 2^scale| < 2^100,
 * so that squares fit; as declared they reach to 2^126. Of interval no bounds can be declared, and the column has none.
 * Raises 22023 naming the column when they do not fit the type or 38 digits.
 */
extern void mpc_measure_declare(MpcContractColumn *column, const MpcType *type,
								int scale, const char *low, const char *high);

/* Whether bounds were declared that are narrower than those of the type. */
extern bool mpc_measure_is_bounded(const MpcContractColumn *column);

/* The declared bounds as integers, of a column that has bounds. */
extern void mpc_measure_bounds(const MpcContractColumn *column, MpcWide *low, MpcWide *high);

/*
 * The SQL type of a measure that has a sum. Raises 0A000 when it has none, and with number also for boolean, which has a sum and
 * an average and no other moments.
 */
extern MpcType mpc_measure_type(const MpcContractColumn *column, bool number);

/*
 * sum(x) and avg(x) with PostgreSQL's own result types and arithmetic (R13, R15):
 * sum int2|int4 -> bigint, int8 -> numeric, numeric -> numeric at the contract's scale, real -> real,
 * double -> double, boolean -> bigint; avg -> numeric_div(S, N), double for real and double, rounded once.
 * total is the scaled sum, count > 0 the non-null count. Raises 22003 when the total is outside the result type.
 */
extern Datum mpc_measure_sum(const MpcContractColumn *column, const MpcWide *total, int64 count, Oid *rettype);
extern Datum mpc_measure_avg(const MpcContractColumn *column, const MpcWide *total, int64 count, Oid *rettype);

/*
 * sum(x) and avg(x) of interval for the sums of its fields: PostgreSQL's own division. Raises 22008 when the sum is outside
 * the type.
 */
extern Datum mpc_interval_sum(const MpcWide field[MPC_FIELDS]);
extern Datum mpc_interval_avg(const MpcWide field[MPC_FIELDS], int64 count);

#endif							/* MPC_MEASURE_H */
