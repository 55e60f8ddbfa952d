/*
 * field.c
 *		How are integers added modulo l so that nothing leaks?
 *
 * Assumes canonical inputs (< l < 2^253): a sum of two fits 254 bits, and one
 * conditional subtraction or addition of l makes every result canonical. The
 * limbs on the stack are secret and wiped.
 */
#include "crypto/field.h"

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

void
mpc_field_add(MpcFe r, const MpcFe a, const MpcFe b)
{
	uint64_t	x[MPC_LIMBS];
	uint64_t	y[MPC_LIMBS];
	uint64_t	below;

	mpc_limbs_load(x, a);
	mpc_limbs_load(y, b);
	(void) mpc_limbs_add(x, x, y, UINT64_MAX);	/* < 2l < 2^254 */
	below = mpc_limbs_sub(x, x, mpc_field_order);
	(void) mpc_limbs_add(x, x, mpc_field_order, mpc_limbs_mask(below));
	mpc_limbs_store(r, x);
	mpc_wipe(x, sizeof(x));
	mpc_wipe(y, sizeof(y));
}

void
mpc_field_sub(MpcFe r, const MpcFe a, const MpcFe b)
{
	uint64_t	x[MPC_LIMBS];
	uint64_t	y[MPC_LIMBS];
	uint64_t	below;

	mpc_limbs_load(x, a);
	mpc_limbs_load(y, b);
	below = mpc_limbs_sub(x, x, y);	/* -l < x - y < l */
	(void) mpc_limbs_add(x, x, mpc_field_order, mpc_limbs_mask(below));
	mpc_limbs_store(r, x);
	mpc_wipe(x, sizeof(x));
	mpc_wipe(y, sizeof(y));
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
