/*
 * wide.h
 *		Exact signed 256-bit integers: what a party's rows are summed in.
 *
 * Two's complement, four 64-bit limbs, least significant first. A sum over
 * rows of one party stays below 2^63 rows * 2^127 = 2^190, one over 100 parties
 * below 2^197, and one of products, which bounds keep below 2^200, over all the rows
 * there are, fewer than 2^50, below 2^250: additions never overflow, and the header
 * says so instead of checking in the row loop.
 */
#ifndef MPC_WIDE_H
#define MPC_WIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/status.h"

typedef struct MpcWide
{
	uint64_t	limb[4];
} MpcWide;

#define MPC_WIDE_BYTES			32	/* the limbs, little-endian */
#define MPC_WIDE_DECIMAL_MAX	80	/* sign, 78 digits, terminating zero */

extern void mpc_wide_add(MpcWide *r, const MpcWide *a);			/* r += a. CT */

/* r += v. CT: values do not leak. Inline: this is the row loop. */
static inline void
mpc_wide_add_int128(MpcWide *r, __int128 v)
{
	unsigned __int128 low = (unsigned __int128) r->limb[1] << 64 | r->limb[0];
	unsigned __int128 high = (unsigned __int128) r->limb[3] << 64 | r->limb[2];

	low += (unsigned __int128) v;
	high += (unsigned __int128) (v >> 127) + (low < (unsigned __int128) v); /* the sign, 0 or all ones, and the carry */
	r->limb[0] = (uint64_t) low;
	r->limb[1] = (uint64_t) (low >> 64);
	r->limb[2] = (uint64_t) high;
	r->limb[3] = (uint64_t) (high >> 64);
}

/*
 * r += a * b. CT: values do not leak. Inline as above. Right for any factors, as long as the sum stays
 * below 2^255.
 */
static inline void
mpc_wide_add_product(MpcWide *r, __int128 a, __int128 b)
{
	uint64_t	a0 = (uint64_t) a;
	uint64_t	b0 = (uint64_t) b;
	uint64_t	a1 = (uint64_t) ((unsigned __int128) a >> 64);
	uint64_t	b1 = (uint64_t) ((unsigned __int128) b >> 64);
	unsigned __int128 low = (unsigned __int128) a0 * b0;
	unsigned __int128 mid = (unsigned __int128) a0 * b1;
	unsigned __int128 cross = (unsigned __int128) a1 * b0;
	unsigned __int128 high = (unsigned __int128) a1 * b1;
	MpcWide		product;

	/* the factors as unsigned: each column is below 3 * 2^64 or 2^128 */
	product.limb[0] = (uint64_t) low;
	low = (low >> 64) + (uint64_t) mid + (uint64_t) cross;
	product.limb[1] = (uint64_t) low;
	high += (low >> 64) + (mid >> 64) + (cross >> 64);

	/* a negative one stood for 2^128 more than it is */
	high -= (unsigned __int128) b & (unsigned __int128) (a >> 127);
	high -= (unsigned __int128) a & (unsigned __int128) (b >> 127);
	product.limb[2] = (uint64_t) high;
	product.limb[3] = (uint64_t) (high >> 64);
	mpc_wide_add(r, &product);
}

/* r += v * 2^shift, shift <= 190. The shift leaks, values do not. Right as long as the sum stays below 2^255. */
extern void mpc_wide_add_shifted(MpcWide *r, int64_t v, unsigned shift);

extern void mpc_wide_from_int128(MpcWide *r, __int128 v);
extern void mpc_wide_negate(MpcWide *r);							/* r = -r. CT */
extern bool mpc_wide_is_negative(const MpcWide *a);
extern int	mpc_wide_compare(const MpcWide *a, const MpcWide *b);	/* -1, 0, 1; public values only */

/* r = a * k. The caller knows |a| * k < 2^255 (see the bounds above). Public values only. */
extern void mpc_wide_scale(MpcWide *r, const MpcWide *a, uint64_t k);

/* r = a * b. The caller knows |a| * |b| < 2^255. r may alias. CT. */
extern void mpc_wide_multiply(MpcWide *r, const MpcWide *a, const MpcWide *b);

/* True and *out set when a fits 64 bits signed. Public values only. */
extern bool mpc_wide_to_int64(const MpcWide *a, int64_t *out) MPC_MUST_CHECK;

/* Decimal text, "-0" never appears, always terminated. Public values only. */
extern void mpc_wide_to_decimal(char out[MPC_WIDE_DECIMAL_MAX], const MpcWide *a);

/* MPC_MALFORMED unless text is [-]digits, MPC_RANGE when it does not fit 255 bits. */
extern MpcStatus mpc_wide_from_decimal(MpcWide *r, const char *text) MPC_MUST_CHECK;

/* Little-endian bytes, for parallel workers and messages. */
extern void mpc_wide_store(uint8_t out[MPC_WIDE_BYTES], const MpcWide *a);
extern void mpc_wide_load(MpcWide *r, const uint8_t in[MPC_WIDE_BYTES]);

#endif							/* MPC_WIDE_H */
