/*
 * rounded.c
 *		How does the difference of two products of sums become a number without losing digits?
 *
 * Assumes nothing of the four factors: their products are at most 2^510 in magnitude, the difference
 * is below 2^511, and so 512 bits in two's complement hold all of them.
 */
#include "stats/rounded.h"

#define WIDE_LIMBS	4
#define LIMBS		8

#define TWO_32		4294967296.0

/* r = a * b, modulo 2^512. */
static void
multiply(uint64_t r[LIMBS], const uint64_t a[LIMBS], const uint64_t b[LIMBS])
{
	int			i;
	int			j;

	for (i = 0; i < LIMBS; i++)
		r[i] = 0;
	for (i = 0; i < LIMBS; i++)
	{
		unsigned __int128 t = 0;

		for (j = 0; i + j < LIMBS; j++)
		{
			t += (unsigned __int128) a[i] * b[j] + r[i + j];	/* at most 2^128 - 1 */
			r[i + j] = (uint64_t) t;
			t >>= 64;
		}
	}
}

/* r = a - b, modulo 2^512. r may alias. */
static void
subtract(uint64_t r[LIMBS], const uint64_t a[LIMBS], const uint64_t b[LIMBS])
{
	uint64_t	borrow = 0;
	int			i;

	for (i = 0; i < LIMBS; i++)
	{
		unsigned __int128 t = (unsigned __int128) a[i] - b[i] - borrow;

		borrow = (uint64_t) (t >> 127);
		r[i] = (uint64_t) t;
	}
}

static void
extend(uint64_t r[LIMBS], const MpcWide *a)
{
	uint64_t	sign = mpc_wide_is_negative(a) ? UINT64_MAX : 0;
	int			i;

	for (i = 0; i < LIMBS; i++)
		r[i] = i < WIDE_LIMBS ? a->limb[i] : sign;
}

/* Halves of limbs are doubles without rounding; multiplying by 2^32 rounds nothing either. */
static MpcTwofold
to_twofold(const uint64_t a[LIMBS])
{
	static const uint64_t zero[LIMBS];
	uint64_t	magnitude[LIMBS];
	double		sign = (a[LIMBS - 1] >> 63) != 0 ? -1 : 1;
	MpcTwofold	r = {0, 0};
	int			i;

	/* of -2^511 too the magnitude is right, read as unsigned */
	if (sign < 0)
		subtract(magnitude, zero, a);
	else
		subtract(magnitude, a, zero);
	for (i = 2 * LIMBS - 1; i >= 0; i--)
	{
		uint32_t	half = (uint32_t) (magnitude[i / 2] >> (i % 2 * 32));

		r.hi *= TWO_32;
		r.lo *= TWO_32;
		r = mpc_twofold_add(r, mpc_twofold(half));
	}
	r.hi *= sign;
	r.lo *= sign;
	return r;
}

MpcTwofold
mpc_rounded_cross(const MpcWide *a, const MpcWide *d, const MpcWide *b, const MpcWide *c)
{
	uint64_t	x[LIMBS];
	uint64_t	y[LIMBS];
	uint64_t	plus[LIMBS];
	uint64_t	minus[LIMBS];

	extend(x, a);
	extend(y, d);
	multiply(plus, x, y);
	extend(x, b);
	extend(y, c);
	multiply(minus, x, y);
	subtract(plus, plus, minus);
	return to_twofold(plus);
}

MpcTwofold
mpc_rounded_wide(const MpcWide *a)
{
	uint64_t	x[LIMBS];

	extend(x, a);
	return to_twofold(x);
}

MpcTwofold
mpc_rounded_int64(int64_t a)
{
	MpcWide		wide;

	mpc_wide_from_int128(&wide, a);
	return mpc_rounded_wide(&wide);
}

MpcStatus
mpc_unit_check(MpcUnit unit)
{
	int			most = unit.base == 10 ? MPC_UNIT_MAX_10 : MPC_UNIT_MAX_2;

	if (unit.base != 2 && unit.base != 10)
		return MPC_RANGE;
	return unit.exponent >= -most && unit.exponent <= most ? MPC_OK : MPC_RANGE;
}

MpcTwofold
mpc_unit_value(MpcUnit unit)
{
	MpcTwofold	one = mpc_twofold(1);
	MpcTwofold	power = one;
	int			i;

	for (i = unit.exponent < 0 ? -unit.exponent : unit.exponent; i > 0; i--)
		power = mpc_twofold_mul(power, mpc_twofold(unit.base));
	return unit.exponent < 0 ? mpc_twofold_div(one, power) : power;
}
