/*
 * twofold.h
 *		Numbers of 106 bits as unevaluated sums of two doubles, for systems of equations
 *		whose input is exact.
 *
 * The two are hi, the nearest double, and lo, what it leaves out. Algorithms: Dekker (Numerische Mathematik 18, 1971);
 * Joldes, Muller and Popescu (ACM TOMS 44(2), 2017), whose bounds hold: a few times 2^-105, relative. Not long double, which is another
 * type on every processor. Assumes round to nearest and no excess precision.
 */
#ifndef MPC_TWOFOLD_H
#define MPC_TWOFOLD_H

#include <float.h>
#include <math.h>

#if FLT_EVAL_METHOD != 0
#error "twofold.h needs doubles that are rounded to double"
#endif

typedef struct MpcTwofold
{
	double		hi;
	double		lo;
} MpcTwofold;

static inline MpcTwofold
mpc_twofold(double a)
{
	MpcTwofold	r = {a, 0};

	return r;
}

/* a + b exactly; |a| >= |b| or a = 0. */
static inline MpcTwofold
mpc_twofold_ordered(double a, double b)
{
	MpcTwofold	r;

	r.hi = a + b;
	r.lo = b - (r.hi - a);
	return r;
}

/* a + b exactly. */
static inline MpcTwofold
mpc_twofold_sum(double a, double b)
{
	MpcTwofold	r;
	double		second;

	r.hi = a + b;
	second = r.hi - a;
	r.lo = (a - (r.hi - second)) + (b - second);
	return r;
}

static inline MpcTwofold
mpc_twofold_add(MpcTwofold a, MpcTwofold b)
{
	MpcTwofold	high = mpc_twofold_sum(a.hi, b.hi);
	MpcTwofold	low = mpc_twofold_sum(a.lo, b.lo);

	high = mpc_twofold_ordered(high.hi, high.lo + low.hi);
	return mpc_twofold_ordered(high.hi, high.lo + low.lo);
}

static inline MpcTwofold
mpc_twofold_sub(MpcTwofold a, MpcTwofold b)
{
	MpcTwofold	minus = {-b.hi, -b.lo};

	return mpc_twofold_add(a, minus);
}

static inline MpcTwofold
mpc_twofold_mul(MpcTwofold a, MpcTwofold b)
{
	double		product = a.hi * b.hi;
	double		rest = fma(a.hi, b.hi, -product);

	return mpc_twofold_ordered(product, rest + (a.hi * b.lo + a.lo * b.hi));
}

/* b is not zero. */
static inline MpcTwofold
mpc_twofold_div(MpcTwofold a, MpcTwofold b)
{
	double		first = a.hi / b.hi;
	MpcTwofold	rest = mpc_twofold_sub(a, mpc_twofold_mul(b, mpc_twofold(first)));
	double		second = rest.hi / b.hi;

	rest = mpc_twofold_sub(rest, mpc_twofold_mul(b, mpc_twofold(second)));
	return mpc_twofold_add(mpc_twofold_ordered(first, second), mpc_twofold(rest.hi / b.hi));
}

/* a >= 0. */
static inline MpcTwofold
mpc_twofold_sqrt(MpcTwofold a)
{
	double		root = sqrt(a.hi);
	double		rest;

	if (a.hi == 0)
		return a;
	rest = fma(-root, root, a.hi) + a.lo;
	return mpc_twofold_ordered(root, rest / (2 * root));
}

#endif							/* MPC_TWOFOLD_H */
