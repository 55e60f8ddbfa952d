/*
 * curve.h
 *		The work of an intersection that costs time: one scalar times many points, in pieces that any number of workers share.
 *
 * A job is plain memory: its pieces may be run in any order and by any process that sees it. It holds a secret scalar: who
 * sees it could search a dictionary for every point. The caller wipes it.
 */
#ifndef MPC_CURVE_H
#define MPC_CURVE_H

#include <stddef.h>

#include "crypto/group.h"

typedef enum MpcCurveOp
{
	MPC_CURVE_HASH,				/* out[i] = scalar * hash-to-group(in[i]); in: 64 bytes each */
	MPC_CURVE_MULTIPLY			/* out[i] = scalar * in[i]; in: points, 32 bytes each, of a peer */
} MpcCurveOp;

typedef struct MpcCurveJob
{
	MpcCurveOp	op;
	MpcFe		scalar;			/* secret */
	const uint8_t *in;			/* n * 64, or n * 32; MPC_CURVE_MULTIPLY may work in place */
	MpcPoint   *out;			/* n */
	size_t		n;
} MpcCurveJob;

/*
 * Items from .. to - 1. MPC_NONCANONICAL: an item is no valid point, or the identity. MPC_INTERRUPTED. CT for the scalar.
 * About 80 microseconds (hash) or 64 (multiply) an item.
 */
extern MpcStatus mpc_curve_run(const MpcCurveJob *job, size_t from, size_t to) MPC_MUST_CHECK;

#endif							/* MPC_CURVE_H */
