/*
 * rounded.h
 *		From exact sums to floating point: the subtraction that loses digits is done first,
 *		in 512-bit integers, and what is left is rounded once.
 *
 * a * d - b * c is centering (n * sum xy - sum x * sum y), the difference of two means and
 * the distance of a count from its expectation.
 */
#ifndef MPC_ROUNDED_H
#define MPC_ROUNDED_H

#include "crypto/wide.h"
#include "stats/twofold.h"

/* The value times base^exponent: the unit of a column's integers, or of their sums. */
typedef struct MpcUnit
{
	int			base;			/* 2 or 10 */
	int			exponent;
} MpcUnit;

/* The largest |exponent|; with them nothing that sums of 255 bits can give exceeds a double. */
#define MPC_UNIT_MAX_10		76
#define MPC_UNIT_MAX_2		252

/* MPC_RANGE when this is no unit. */
extern MpcStatus mpc_unit_check(MpcUnit unit) MPC_MUST_CHECK;

/* base^exponent, to 2^-96; of a unit that was checked. */
extern MpcTwofold mpc_unit_value(MpcUnit unit);

/* a * d - b * c for all values of the four, correct to 2^-100, zero and sign exactly. Public values only. */
extern MpcTwofold mpc_rounded_cross(const MpcWide *a, const MpcWide *d, const MpcWide *b, const MpcWide *c);

/* The same for one integer. */
extern MpcTwofold mpc_rounded_wide(const MpcWide *a);

/* The same for one of 64 bits. */
extern MpcTwofold mpc_rounded_int64(int64_t a);

#endif							/* MPC_ROUNDED_H */
