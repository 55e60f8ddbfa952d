/*
 * mask.c
 *		How is a vector hidden under the masks of all pairs, fast?
 *
 * A vector is walked in chunks that stay in the first-level cache; within a
 * chunk the masks of all pairs are added up lazily and each element is reduced
 * once. The lazy sum of an element is eight 64-bit words, word i of weight
 * 2^(32 i): every 32-bit word of a mask is added to its own word and nothing is
 * carried, so that the compiler can use vector instructions.
 *
 * Bounds: npairs <= 2^16 masks and x, each word < 2^32, keep |word| < 2^49 and
 * the sum itself below 2^269 in absolute value.
 */
#include "crypto/mask.h"

#include <sodium.h>

#include "crypto/limbs.h"
#include "crypto/secret.h"

#define WORDS			8		/* 32-bit words of an element */
#define CHUNK			128		/* elements; a multiple of 16 fills ChaCha's vector loop */
#define LANES_PER_BLOCK	2		/* 64-byte blocks of ChaCha20 */
#define TOP_NIBBLE		0x0f	/* keeps 252 of 256 bits */

/* Lazy sums, taken modulo 2^64 and read as signed when they are reduced. */
typedef uint64_t Lazy[WORDS];

static const uint8_t zeros[CHUNK * MPC_FIELD_BYTES];
static const uint8_t nonce[crypto_stream_chacha20_ietf_NONCEBYTES]; /* zero: a key is used once */

static void
load_chunk(Lazy *sum, const MpcFe *x, size_t lanes)
{
	size_t		k;
	int			i;

	for (k = 0; k < lanes; k++)
	{
		for (i = 0; i < WORDS; i++)
			sum[k][i] = mpc_load32(x[k] + 4 * i);
	}
}

/* The elements first .. first + lanes - 1 of a pair's mask; first is even. */
static void
expand_mask(MpcFe *mask, size_t first, size_t lanes, const uint8_t key[MPC_PAIR_KEY_BYTES])
{
	size_t		k;

	/* first <= 2^31 lanes, so that the counter never wraps */
	crypto_stream_chacha20_ietf_xor_ic(mask[0], zeros, lanes * MPC_FIELD_BYTES, nonce,
									   (uint32_t) (first / LANES_PER_BLOCK), key);
	for (k = 0; k < lanes; k++)
		mask[k][MPC_FIELD_BYTES - 1] &= TOP_NIBBLE;
}

static void
add_mask(Lazy *restrict sum, const MpcFe *restrict mask, size_t lanes)
{
	size_t		k;
	int			i;

	for (k = 0; k < lanes; k++)
	{
		for (i = 0; i < WORDS; i++)
			sum[k][i] += mpc_load32(mask[k] + 4 * i);
	}
}

static void
subtract_mask(Lazy *restrict sum, const MpcFe *restrict mask, size_t lanes)
{
	size_t		k;
	int			i;

	for (k = 0; k < lanes; k++)
	{
		for (i = 0; i < WORDS; i++)
			sum[k][i] -= mpc_load32(mask[k] + 4 * i);
	}
}

/* Carries: the sum becomes limb + 2^256 * (the value returned), limb >= 0. */
static int64_t
carry(uint64_t limb[MPC_LIMBS], const Lazy sum)
{
	int64_t		t = 0;
	uint64_t	low;
	int			i;

	for (i = 0; i < MPC_LIMBS; i++)
	{
		t += (int64_t) sum[2 * i];	/* |t| < 2^49 + 2^17 throughout */
		low = (uint32_t) t;
		t = (t >> 32) + (int64_t) sum[2 * i + 1];	/* arithmetic shift: floors */
		limb[i] = low | (uint64_t) t << 32;
		t >>= 32;
	}
	return t;
}

/*
 * limb = limb + 2^256 * high mod l, congruent but not yet canonical.
 *
 * With q = 16 * high + floor(limb / 2^252) the value is rest + q * 2^252, and
 * 2^252 = -c mod l for c = l - 2^252 < 2^125: hence rest - q * c. From
 * |q| < 2^18 follows -2^143 < result < 2^252 + 2^143, in two's complement.
 */
static void
fold(uint64_t limb[MPC_LIMBS], int64_t high)
{
	int64_t		q = high * 16 + (int64_t) (limb[3] >> 60);
	__int128	t;

	limb[3] &= UINT64_MAX >> 4;
	/* both limbs of c are < 2^63, so the products are < 2^81 */
	t = (__int128) limb[0] - (__int128) q * (int64_t) mpc_field_order[0];
	limb[0] = (uint64_t) t;
	t = (t >> 64) + limb[1] - (__int128) q * (int64_t) mpc_field_order[1];
	limb[1] = (uint64_t) t;
	t = (t >> 64) + limb[2];
	limb[2] = (uint64_t) t;
	limb[3] += (uint64_t) (t >> 64);
}

/* One addition of l if negative, one subtraction if still >= l: see fold's bounds. */
static void
reduce(MpcFe y, const Lazy sum)
{
	uint64_t	limb[MPC_LIMBS];
	uint64_t	below;

	fold(limb, carry(limb, sum));
	(void) mpc_limbs_add(limb, limb, mpc_field_order, mpc_limbs_mask(limb[3] >> 63));
	below = mpc_limbs_sub(limb, limb, mpc_field_order);
	(void) mpc_limbs_add(limb, limb, mpc_field_order, mpc_limbs_mask(below));
	mpc_limbs_store(y, limb);
}

MpcStatus
mpc_mask_apply(MpcFe *y, const MpcFe *x, size_t m, const MpcMask *pairs, size_t npairs)
{
	Lazy		sum[CHUNK];
	MpcFe		mask[CHUNK];
	size_t		first;
	size_t		lanes;
	size_t		p;
	size_t		k;
	MpcStatus	status = MPC_OK;

	for (first = 0; first < m; first += CHUNK)
	{
		if (mpc_interrupted != NULL && mpc_interrupted())
		{
			status = MPC_INTERRUPTED;
			break;
		}
		lanes = m - first < CHUNK ? m - first : CHUNK;
		load_chunk(sum, x + first, lanes);
		for (p = 0; p < npairs; p++)
		{
			expand_mask(mask, first, lanes, pairs[p].key);
			if (pairs[p].sign > 0)
				add_mask(sum, mask, lanes);
			else
				subtract_mask(sum, mask, lanes);
		}
		for (k = 0; k < lanes; k++)
			reduce(y[first + k], sum[k]);
	}
	mpc_wipe(sum, sizeof(sum));
	mpc_wipe(mask, sizeof(mask));
	return status;
}
