/*
 * wide.c
 *		How are a party's rows summed exactly, and read and shown?
 *
 * Assumes the bounds of wide.h: no sum reaches 2^255, hence none is checked.
 */
#include "crypto/wide.h"

#include <string.h>

#include "crypto/limbs.h"

#define CHUNK_BASE		UINT64_C(10000000000000000000)	/* 10^19 < 2^64 */
#define CHUNK_DIGITS	19
#define CHUNKS			5	/* 5 * 19 digits > 78 */

static const MpcWide zero;

void
mpc_wide_from_int128(MpcWide *r, __int128 v)
{
	*r = zero;
	mpc_wide_add_int128(r, v);
}

void
mpc_wide_add(MpcWide *r, const MpcWide *a)
{
	/* the carry of two's complement is not an overflow: |r + a| < 2^255 */
	(void) mpc_limbs_add(r->limb, r->limb, a->limb, UINT64_MAX);
}

void
mpc_wide_add_shifted(MpcWide *r, int64_t v, unsigned shift)
{
	uint64_t	sign = (uint64_t) (v >> 63);
	MpcWide		term;
	unsigned	whole = shift / 64;
	unsigned	bits = shift % 64;
	unsigned	i;

	for (i = 0; i < MPC_LIMBS; i++)
	{
		uint64_t	here = i < whole ? 0 : i == whole ? (uint64_t) v : sign;
		uint64_t	below = i <= whole ? 0 : i == whole + 1 ? (uint64_t) v : sign;

		/* in two steps, as no shift may be by 64 */
		term.limb[i] = here << bits | below >> 1 >> (63 - bits);
	}
	mpc_wide_add(r, &term);
}

void
mpc_wide_negate(MpcWide *r)
{
	(void) mpc_limbs_sub(r->limb, zero.limb, r->limb);
}

bool
mpc_wide_is_negative(const MpcWide *a)
{
	return (a->limb[3] >> 63) != 0;
}

int
mpc_wide_compare(const MpcWide *a, const MpcWide *b)
{
	uint64_t	flip = UINT64_C(1) << 63;	/* makes the signed order an unsigned one */
	int			i;

	if (a->limb[3] != b->limb[3])
		return (a->limb[3] ^ flip) < (b->limb[3] ^ flip) ? -1 : 1;
	for (i = 2; i >= 0; i--)
	{
		if (a->limb[i] != b->limb[i])
			return a->limb[i] < b->limb[i] ? -1 : 1;
	}
	return 0;
}

/* r = r * k + add over unsigned limbs, returns what exceeds 256 bits. */
static uint64_t
multiply_add(MpcWide *r, uint64_t k, uint64_t add)
{
	unsigned __int128 t = add;
	int			i;

	for (i = 0; i < MPC_LIMBS; i++)
	{
		t += (unsigned __int128) r->limb[i] * k;	/* (2^64-1)^2 + 2^64-1 < 2^128 */
		r->limb[i] = (uint64_t) t;
		t >>= 64;
	}
	return (uint64_t) t;
}

/* r = r / k over unsigned limbs, returns the remainder. */
static uint64_t
divide(MpcWide *r, uint64_t k)
{
	unsigned __int128 t = 0;
	int			i;

	for (i = MPC_LIMBS - 1; i >= 0; i--)
	{
		t = (t << 64) | r->limb[i]; /* t < k before, so the quotient fits a limb */
		r->limb[i] = (uint64_t) (t / k);
		t %= k;
	}
	return (uint64_t) t;
}

void
mpc_wide_scale(MpcWide *r, const MpcWide *a, uint64_t k)
{
	*r = *a;
	/* mod 2^256, unsigned and signed products agree */
	(void) multiply_add(r, k, 0);
}

void
mpc_wide_multiply(MpcWide *r, const MpcWide *a, const MpcWide *b)
{
	MpcWide		product = zero;
	int			i;
	int			k;

	/* mod 2^256, where unsigned and signed products agree, rows of limbs above the fourth fall off */
	for (i = 0; i < MPC_LIMBS; i++)
	{
		unsigned __int128 t = 0;

		for (k = 0; i + k < MPC_LIMBS; k++)
		{
			t += (unsigned __int128) a->limb[i] * b->limb[k] + product.limb[i + k];	/* < 2^128, as above */
			product.limb[i + k] = (uint64_t) t;
			t >>= 64;
		}
	}
	*r = product;
}

bool
mpc_wide_to_int64(const MpcWide *a, int64_t *out)
{
	MpcWide		back;
	int64_t		low = (int64_t) a->limb[0];

	mpc_wide_from_int128(&back, low);
	if (mpc_wide_compare(&back, a) != 0)
		return false;
	*out = low;
	return true;
}

/* The digits of an unsigned value, most significant first, at least one. */
static void
write_digits(char *out, MpcWide a)
{
	char		digits[CHUNKS * CHUNK_DIGITS];
	uint64_t	chunk = 0;
	int			at = sizeof(digits);
	int			first = sizeof(digits) - 1;

	while (at > 0)
	{
		if (at % CHUNK_DIGITS == 0)
			chunk = divide(&a, CHUNK_BASE);
		digits[--at] = (char) ('0' + chunk % 10);
		chunk /= 10;
		if (digits[at] != '0')
			first = at;
	}
	memcpy(out, digits + first, sizeof(digits) - (size_t) first);
	out[sizeof(digits) - (size_t) first] = '\0';
}

void
mpc_wide_to_decimal(char out[MPC_WIDE_DECIMAL_MAX], const MpcWide *a)
{
	MpcWide		magnitude = *a;

	if (mpc_wide_is_negative(a))
	{
		mpc_wide_negate(&magnitude);	/* right for -2^255 too, read as unsigned */
		*out++ = '-';
	}
	write_digits(out, magnitude);
}

/* True when text is one or more digits up to its end. */
static bool
all_digits(const char *text)
{
	const char *p;

	for (p = text; *p != '\0'; p++)
	{
		if (*p < '0' || *p > '9')
			return false;
	}
	return p > text;
}

/* MPC_RANGE at the first digit that takes r to 2^255 or beyond. */
static MpcStatus
read_digits(MpcWide *r, const char *digits)
{
	for (; *digits != '\0'; digits++)
	{
		if (multiply_add(r, 10, (uint64_t) (*digits - '0')) != 0 || mpc_wide_is_negative(r))
			return MPC_RANGE;
	}
	return MPC_OK;
}

MpcStatus
mpc_wide_from_decimal(MpcWide *r, const char *text)
{
	bool		negative = text[0] == '-';
	MpcStatus	status;

	*r = zero;
	if (negative)
		text++;
	if (!all_digits(text))
		return MPC_MALFORMED;
	status = read_digits(r, text);
	if (status != MPC_OK)
		*r = zero;
	else if (negative)
		mpc_wide_negate(r);
	return status;
}

void
mpc_wide_store(uint8_t out[MPC_WIDE_BYTES], const MpcWide *a)
{
	mpc_limbs_store(out, a->limb);
}

void
mpc_wide_load(MpcWide *r, const uint8_t in[MPC_WIDE_BYTES])
{
	mpc_limbs_load(r->limb, in);
}
