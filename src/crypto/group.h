/*
 * group.h
 *		The group ristretto255 (RFC 9496): points that hide an exponent.
 *
 * A point is its 32-byte canonical encoding. From a peer only valid ones other than the identity are taken. Scalars are
 * field elements (field.h), never zero here.
 *
 * CT in this header: scalars and points do not leak, but libsodium branches on whether an encoding is one. Points that
 * we made always are.
 */
#ifndef MPC_GROUP_H
#define MPC_GROUP_H

#include "crypto/field.h"
#include "crypto/status.h"

#define MPC_POINT_BYTES 32

typedef uint8_t MpcPoint[MPC_POINT_BYTES];

/* A uniform scalar, never zero. The caller wipes it. */
extern void mpc_group_scalar(MpcFe scalar);

/* r = 1 / scalar mod l; scalar is not zero. CT. The caller wipes both. */
extern void mpc_group_invert(MpcFe r, const MpcFe scalar);

/* The one-way map of 64 uniform bytes to the group (RFC 9496, 4.3.4). CT. */
extern void mpc_group_hash(MpcPoint r, const uint8_t bytes[64]);

/* A uniform point: what pads a set. */
extern void mpc_group_random(MpcPoint r);

/* Valid, canonical and not the identity: what a peer may send. Public values only. */
extern bool mpc_group_is_valid(const MpcPoint p) MPC_MUST_CHECK;

/* r = scalar * p. MPC_NONCANONICAL: p is no valid point, or the identity; r is zeroed. r may alias p. CT for the scalar. */
extern MpcStatus mpc_group_mul(MpcPoint r, const MpcFe scalar, const MpcPoint p) MPC_MUST_CHECK;

/* r = scalar * B, scalar not zero. CT. */
extern void mpc_group_base(MpcPoint r, const MpcFe scalar);

/* r = a + b, r = a - b. MPC_NONCANONICAL: one is no valid encoding. The identity may come out. CT. */
extern MpcStatus mpc_group_add(MpcPoint r, const MpcPoint a, const MpcPoint b) MPC_MUST_CHECK;
extern MpcStatus mpc_group_sub(MpcPoint r, const MpcPoint a, const MpcPoint b) MPC_MUST_CHECK;

#endif							/* MPC_GROUP_H */
