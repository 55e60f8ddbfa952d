/*
 * exact.h
 *		Exact integers without a bound, and the doubles nearest to their quotients.
 *
 * They are values of type numeric, palloc'd in CurrentMemoryContext; arithmetic on them loses nothing.
 */
#ifndef MPC_EXACT_H
#define MPC_EXACT_H

#include "postgres.h"

#include "crypto/wide.h"

/* v / 10^scale with scale digits after the point: an integer where scale is 0. */
extern Datum mpc_exact_decimal(const MpcWide *v, int scale);

extern Datum mpc_exact_int64(int64 v);
extern Datum mpc_exact_power(int64 base, int exponent);	/* exponent 0 or more */
extern Datum mpc_exact_multiply(Datum a, Datum b);
extern Datum mpc_exact_subtract(Datum a, Datum b);
extern int	mpc_exact_compare(Datum a, Datum b);	/* below 0, 0, above 0 */

/*
 * The double nearest to a / b, and to the square root of a / b; ties to even. |a|, b < 2^1020 and b > 0, for the
 * root a >= 0: then no quotient overflows, and none is subnormal.
 */
extern double mpc_exact_quotient(Datum a, Datum b);
extern double mpc_exact_root(Datum a, Datum b);

#endif							/* MPC_EXACT_H */
