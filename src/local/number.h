/*
 * number.h
 *		SQL numbers as exact scaled integers, fast enough for every row.
 */
#ifndef MPC_NUMBER_H
#define MPC_NUMBER_H

#include "postgres.h"

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

#endif							/* MPC_NUMBER_H */
