/*
 * group.c
 *		How are points hidden, multiplied and refused?
 *
 * Four habits of libsodium are dealt with here: it takes the identity for a valid encoding; releases up to 1.0.18 ignore
 * the top bit of an encoding, so that each point has a second one; it reduces a scalar that is not canonical (ours always
 * are); and its products fail when the identity comes out, which a scalar other than zero and a point other than the
 * identity never give, since the order of the group is prime.
 */
#include "crypto/group.h"

#include <sodium.h>

#include "crypto/secret.h"

void
mpc_group_scalar(MpcFe scalar)
{
	crypto_core_ristretto255_scalar_random(scalar);	/* by rejection, and never 0 */
	mpc_classify(scalar, MPC_FIELD_BYTES);
}

void
mpc_group_invert(MpcFe r, const MpcFe scalar)
{
	(void) crypto_core_ristretto255_scalar_invert(r, scalar);	/* fails for 0 alone */
}

void
mpc_group_hash(MpcPoint r, const uint8_t bytes[64])
{
	(void) crypto_core_ristretto255_from_hash(r, bytes);	/* never fails */
}

void
mpc_group_random(MpcPoint r)
{
	crypto_core_ristretto255_random(r);
}

/* 1 for an encoding with the top bit, which no canonical one has. */
static int
has_top_bit(const MpcPoint p)
{
	return p[MPC_POINT_BYTES - 1] >> 7;
}

bool
mpc_group_is_valid(const MpcPoint p)
{
	return has_top_bit(p) == 0 && !mpc_is_zero(p, MPC_POINT_BYTES) && crypto_core_ristretto255_is_valid_point(p) == 1;
}

/* What came of an operation that fails for a bad encoding only. */
static MpcStatus
verdict(MpcPoint r, int failed)
{
	mpc_declassify(&failed, sizeof(failed));	/* points of ours are valid: it depends on those of others */
	if (failed != 0)
	{
		mpc_wipe(r, MPC_POINT_BYTES);
		return MPC_NONCANONICAL;
	}
	return MPC_OK;
}

MpcStatus
mpc_group_mul(MpcPoint r, const MpcFe scalar, const MpcPoint p)
{
	int			failed = has_top_bit(p);	/* r may be p */

	return verdict(r, failed | crypto_scalarmult_ristretto255(r, scalar, p));
}

void
mpc_group_base(MpcPoint r, const MpcFe scalar)
{
	(void) crypto_scalarmult_ristretto255_base(r, scalar);	/* fails for 0 alone */
}

MpcStatus
mpc_group_add(MpcPoint r, const MpcPoint a, const MpcPoint b)
{
	int			failed = has_top_bit(a) | has_top_bit(b);

	return verdict(r, failed | crypto_core_ristretto255_add(r, a, b));
}

MpcStatus
mpc_group_sub(MpcPoint r, const MpcPoint a, const MpcPoint b)
{
	int			failed = has_top_bit(a) | has_top_bit(b);

	return verdict(r, failed | crypto_core_ristretto255_sub(r, a, b));
}
