/*
 * limbs.h
 *		Inside floor 0 only: 256-bit integers as four 64-bit limbs, least
 *		significant first, and their little-endian bytes.
 *
 * CT: none of these branches or indexes on a value.
 */
#ifndef MPC_LIMBS_H
#define MPC_LIMBS_H

#include <stdint.h>
#include <string.h>

#define MPC_LIMBS 4

static inline uint32_t
mpc_load32(const uint8_t *p)
{
	uint32_t	v;

	memcpy(&v, p, sizeof(v));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap32(v);
#endif
	return v;
}

static inline uint64_t
mpc_load64(const uint8_t *p)
{
	return (uint64_t) mpc_load32(p) | (uint64_t) mpc_load32(p + 4) << 32;
}

static inline void
mpc_store64(uint8_t *p, uint64_t v)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	memcpy(p, &v, sizeof(v));
}

static inline void
mpc_limbs_load(uint64_t r[MPC_LIMBS], const uint8_t *p)
{
	int			i;

	for (i = 0; i < MPC_LIMBS; i++)
		r[i] = mpc_load64(p + 8 * i);
}

static inline void
mpc_limbs_store(uint8_t *p, const uint64_t a[MPC_LIMBS])
{
	int			i;

	for (i = 0; i < MPC_LIMBS; i++)
		mpc_store64(p + 8 * i, a[i]);
}

/*
 * bit 1 gives all ones, bit 0 gives zero. The empty asm hides from the compiler
 * that there are only two values, lest it turn the selection into a branch.
 */
static inline uint64_t
mpc_limbs_mask(uint64_t bit)
{
	__asm__("":"+r"(bit));
	return (uint64_t) 0 - bit;
}

/* One limb: a + b + carry, a - b - borrow. Both pass on 0 or 1. */
static inline uint64_t
mpc_limb_add(uint64_t a, uint64_t b, uint64_t *carry)
{
	unsigned __int128 t = (unsigned __int128) a + b + *carry;

	*carry = (uint64_t) (t >> 64);
	return (uint64_t) t;
}

static inline uint64_t
mpc_limb_sub(uint64_t a, uint64_t b, uint64_t *borrow)
{
	unsigned __int128 t = (unsigned __int128) a - b - *borrow;

	*borrow = (uint64_t) (t >> 127);
	return (uint64_t) t;
}

/*
 * r = a + (b and mask) mod 2^256, returns the carry. r may alias. Written out,
 * as is the next one: gcc -O2 leaves such a loop in place, at twice the time.
 */
static inline uint64_t
mpc_limbs_add(uint64_t r[MPC_LIMBS], const uint64_t a[MPC_LIMBS],
			  const uint64_t b[MPC_LIMBS], uint64_t mask)
{
	uint64_t	carry = 0;

	r[0] = mpc_limb_add(a[0], b[0] & mask, &carry);
	r[1] = mpc_limb_add(a[1], b[1] & mask, &carry);
	r[2] = mpc_limb_add(a[2], b[2] & mask, &carry);
	r[3] = mpc_limb_add(a[3], b[3] & mask, &carry);
	return carry;
}

/* r = a - b mod 2^256, returns the borrow: 1 when a < b. r may alias. */
static inline uint64_t
mpc_limbs_sub(uint64_t r[MPC_LIMBS], const uint64_t a[MPC_LIMBS],
			  const uint64_t b[MPC_LIMBS])
{
	uint64_t	borrow = 0;

	r[0] = mpc_limb_sub(a[0], b[0], &borrow);
	r[1] = mpc_limb_sub(a[1], b[1], &borrow);
	r[2] = mpc_limb_sub(a[2], b[2], &borrow);
	r[3] = mpc_limb_sub(a[3], b[3], &borrow);
	return borrow;
}

#endif							/* MPC_LIMBS_H */
