/*
 * field.c
 *		How are integers added and multiplied modulo l so that nothing leaks?
 *
 * Assumes canonical inputs (< l < 2^253): a sum of two fits 254 bits, and one
 * conditional subtraction or addition of l makes every result canonical. The
 * limbs on the stack are secret and wiped.
 */
#include "crypto/field.h"

#include <string.h>

#include <sodium.h>

#include "crypto/limbs.h"
#include "crypto/secret.h"

const uint64_t mpc_field_order[4] = {
	UINT64_C(0x5812631a5cf5d3ed), UINT64_C(0x14def9dea2f79cd6),
	UINT64_C(0x0000000000000000), UINT64_C(0x1000000000000000)
};

/* (l - 1) / 2, the largest element that stands for itself */
static const uint64_t half_order[4] = {
	UINT64_C(0x2c09318d2e7ae9f6), UINT64_C(0x0a6f7cef517bce6b),
	UINT64_C(0x0000000000000000), UINT64_C(0x0800000000000000)
};

bool
mpc_field_is_canonical(const MpcFe e)
{
	uint64_t	limb[MPC_LIMBS];
	uint64_t	below;

	mpc_limbs_load(limb, e);
	below = mpc_limbs_sub(limb, limb, mpc_field_order);
	mpc_wipe(limb, sizeof(limb));
	mpc_declassify(&below, sizeof(below));	/* the verdict decides whether we go on */
	return below != 0;
}

/* Elements as limbs, secret; whoever has one wipes it. */
typedef struct Pair
{
	uint64_t	x[MPC_LIMBS];
	uint64_t	y[MPC_LIMBS];
} Pair;

static inline void
add_pair(Pair *p, MpcFe r, const MpcFe a, const MpcFe b)
{
	uint64_t	below;

	mpc_limbs_load(p->x, a);
	mpc_limbs_load(p->y, b);
	(void) mpc_limbs_add(p->x, p->x, p->y, UINT64_MAX);	/* < 2l < 2^254 */
	below = mpc_limbs_sub(p->x, p->x, mpc_field_order);
	(void) mpc_limbs_add(p->x, p->x, mpc_field_order, mpc_limbs_mask(below));
	mpc_limbs_store(r, p->x);
}

static inline void
sub_pair(Pair *p, MpcFe r, const MpcFe a, const MpcFe b)
{
	uint64_t	below;

	mpc_limbs_load(p->x, a);
	mpc_limbs_load(p->y, b);
	below = mpc_limbs_sub(p->x, p->x, p->y);	/* -l < x - y < l */
	(void) mpc_limbs_add(p->x, p->x, mpc_field_order, mpc_limbs_mask(below));
	mpc_limbs_store(r, p->x);
}

void
mpc_field_add(MpcFe r, const MpcFe a, const MpcFe b)
{
	Pair		p;

	add_pair(&p, r, a, b);
	mpc_wipe(&p, sizeof(p));
}

void
mpc_field_sub(MpcFe r, const MpcFe a, const MpcFe b)
{
	Pair		p;

	sub_pair(&p, r, a, b);
	mpc_wipe(&p, sizeof(p));
}

void
mpc_field_add_all(MpcFe *r, const MpcFe *a, size_t n)
{
	Pair		p;
	size_t		i;

	for (i = 0; i < n; i++)
		add_pair(&p, r[i], r[i], a[i]);
	mpc_wipe(&p, sizeof(p));
}

void
mpc_field_sub_all(MpcFe *r, const MpcFe *a, size_t n)
{
	Pair		p;
	size_t		i;

	for (i = 0; i < n; i++)
		sub_pair(&p, r[i], r[i], a[i]);
	mpc_wipe(&p, sizeof(p));
}

/*
 * r[0..4] = r[0..3] + a * b; no step is above (2^64 - 1)^2 + 2 (2^64 - 1) =
 * 2^128 - 1. Written out: gcc -O2 leaves the loops in place, at 1.5 times the time.
 */
static inline void
add_product(uint64_t r[MPC_LIMBS + 1], const uint64_t a[MPC_LIMBS], uint64_t b)
{
	unsigned __int128 t;

	t = (unsigned __int128) a[0] * b + r[0];
	r[0] = (uint64_t) t;
	t = (unsigned __int128) a[1] * b + r[1] + (uint64_t) (t >> 64);
	r[1] = (uint64_t) t;
	t = (unsigned __int128) a[2] * b + r[2] + (uint64_t) (t >> 64);
	r[2] = (uint64_t) t;
	t = (unsigned __int128) a[3] * b + r[3] + (uint64_t) (t >> 64);
	r[3] = (uint64_t) t;
	r[4] = (uint64_t) (t >> 64);
}

/* high = floor(p / 2^252), p = p mod 2^252, for p < 2^508 */
static inline void
split(uint64_t high[MPC_LIMBS], uint64_t p[2 * MPC_LIMBS])
{
	high[0] = p[3] >> 60 | p[4] << 4;
	high[1] = p[4] >> 60 | p[5] << 4;
	high[2] = p[5] >> 60 | p[6] << 4;
	high[3] = p[6] >> 60 | p[7] << 4;
	p[3] &= UINT64_MAX >> 4;
}

/*
 * With c = l - 2^252 < 2^125, the lower two limbs of l, 2^252 = -c mod l. Hence
 *		a b = p0 + 2^252 p1 = p0 - p1 c, where a b < 2^506 and p1 < 2^254;
 *		p1 c = m0 + 2^252 m1 = m0 - m1 c, where p1 c < 2^379 and m1 < 2^127;
 *		a b = p0 + m1 c - m0, where m1 c < 2^252.
 * p0 + m1 c < 2^253 < 2l: one subtraction of l makes that canonical; m0 < 2^252 < l
 * is then subtracted as in mpc_field_sub.
 */
void
mpc_field_mul(MpcFe r, const MpcFe a, const MpcFe b)
{
	struct
	{
		uint64_t	x[MPC_LIMBS];
		uint64_t	y[MPC_LIMBS];
		uint64_t	p[2 * MPC_LIMBS];	/* a b, then p0 */
		uint64_t	m[2 * MPC_LIMBS];	/* p1 c, then m0 */
		uint64_t	q[2 * MPC_LIMBS];	/* m1 c */
	}			s;
	uint64_t	below;

	memset(&s, 0, sizeof(s));
	mpc_limbs_load(s.x, a);
	mpc_limbs_load(s.y, b);
	add_product(s.p, s.x, s.y[0]);
	add_product(s.p + 1, s.x, s.y[1]);
	add_product(s.p + 2, s.x, s.y[2]);
	add_product(s.p + 3, s.x, s.y[3]);
	split(s.x, s.p);
	add_product(s.m, s.x, mpc_field_order[0]);
	add_product(s.m + 1, s.x, mpc_field_order[1]);
	split(s.x, s.m);
	add_product(s.q, s.x, mpc_field_order[0]);
	add_product(s.q + 1, s.x, mpc_field_order[1]);

	(void) mpc_limbs_add(s.x, s.p, s.q, UINT64_MAX);
	below = mpc_limbs_sub(s.x, s.x, mpc_field_order);
	(void) mpc_limbs_add(s.x, s.x, mpc_field_order, mpc_limbs_mask(below));
	below = mpc_limbs_sub(s.x, s.x, s.m);
	(void) mpc_limbs_add(s.x, s.x, mpc_field_order, mpc_limbs_mask(below));
	mpc_limbs_store(r, s.x);
	mpc_wipe(&s, sizeof(s));
}

void
mpc_field_invert_all(MpcFe *r, const MpcFe *a, size_t n)
{
	MpcFe		inverse;
	size_t		i;

	if (n == 0)
		return;
	memcpy(r[0], a[0], MPC_FIELD_BYTES);
	for (i = 1; i < n; i++)
		mpc_field_mul(r[i], r[i - 1], a[i]);	/* r[i] = a[0] * .. * a[i] */
	(void) crypto_core_ristretto255_scalar_invert(inverse, r[n - 1]);
	for (i = n - 1; i > 0; i--)
	{
		/* here inverse = 1 / (a[0] * .. * a[i]) */
		mpc_field_mul(r[i], inverse, r[i - 1]);
		mpc_field_mul(inverse, inverse, a[i]);
	}
	memcpy(r[0], inverse, MPC_FIELD_BYTES);
}

void
mpc_field_from_hash(MpcFe r, const uint8_t bytes[64])
{
	crypto_core_ristretto255_scalar_reduce(r, bytes);
}

void
mpc_field_from_wide(MpcFe r, const MpcWide *v)
{
	uint64_t	x[MPC_LIMBS];
	uint64_t	negative = v->limb[3] >> 63;

	/* |v| < 2^251 < l: v or l + v lies in [0, l) */
	(void) mpc_limbs_add(x, v->limb, mpc_field_order, mpc_limbs_mask(negative));
	mpc_limbs_store(r, x);
	mpc_wipe(x, sizeof(x));
}

void
mpc_field_to_wide(MpcWide *r, const MpcFe e)
{
	uint64_t	limb[MPC_LIMBS];

	mpc_limbs_load(r->limb, e);
	if (mpc_limbs_sub(limb, half_order, r->limb) != 0)
		(void) mpc_limbs_sub(r->limb, r->limb, mpc_field_order);
}
