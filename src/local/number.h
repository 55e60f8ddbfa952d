/*
 * number.h
 *		SQL numbers as exact scaled integers, fast enough for every row.
 */
#ifndef MPC_NUMBER_H
#define MPC_NUMBER_H

#include "postgres.h"

#include <math.h>

#define MPC_POWERS_OF_TEN	39	/* 10^38 < 2^127 */

/*
 * *out = num * 10^scale. False when that is no integer of at most 38 digits, or num is NaN or
 * infinite. num may have a short varlena header; 0 <= scale <= 38.
 */
extern bool mpc_number_from_numeric(const struct varlena *num, int scale, int128 *out);

/*
 * *out = v * factor, rounded to nearest, ties to even, where factor is 2^0 to 2^64. False when the
 * magnitude is 2^126 or more, or v is NaN or infinite.
 */
extern bool mpc_number_from_double(double v, double factor, int128 *out);

/*
 * The same for magnitudes below 2^51, and false for others. Inline for the row loop, and without rint(),
 * which is a call on most machines: next to 1.5 * 2^52 a double has no digits behind the point, and its
 * last bits are the number.
 */
static inline bool
mpc_number_small_from_double(double v, double factor, int64 *out)
{
	const double shift = 0x1.8p52;
	double		x = v * factor; /* exact: a power of two, and infinite when too large */
	int64		zero;

	if (unlikely(!(fabs(x) < 0x1p51)))	/* also NaN */
		return false;
	x += shift;
	memcpy(out, &x, sizeof(*out));
	memcpy(&zero, &shift, sizeof(zero));
	*out -= zero;
	return true;
}

#endif							/* MPC_NUMBER_H */
