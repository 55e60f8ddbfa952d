/*
 * mask.h
 *		Pairwise masks over a vector of field elements (PROTOCOLS 0.6 and A.1).
 *
 * Element k of a pair's mask is bytes 32k..32k+31 of ChaCha20-IETF(K, nonce 0,
 * counter 0) with byte 31 and-ed with 0x0f: a 252-bit integer, already < l.
 * Its distance from uniform is 2^-127.6 per element, stated in docs/security.md.
 */
#ifndef MPC_MASK_H
#define MPC_MASK_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/field.h"
#include "crypto/pair.h"

/* One pair: its key and whether its mask is added (+1) or subtracted (-1). */
typedef struct MpcMask
{
	uint8_t		key[MPC_PAIR_KEY_BYTES];
	int			sign;
} MpcMask;

#define MPC_MASK_MAX_LANES ((size_t) 1 << 31)	/* the 32-bit block counter of RFC 8439, half a block a lane */

/*
 * y[k] = x[k] + sum over pairs of sign * mask[k], summed lazily and reduced once
 * per element. y may be x, but not overlap it otherwise. x canonical. m <= MPC_MASK_MAX_LANES, npairs <= 2^16.
 * CT: x, keys do not leak; m, npairs and signs do. Working memory is on the
 * stack and wiped here; the caller wipes the keys. MPC_INTERRUPTED: y is to be wiped, too, and the keys never to be used again.
 */
extern MpcStatus mpc_mask_apply(MpcFe *y, const MpcFe *x, size_t m,
								const MpcMask *pairs, size_t npairs);

#endif							/* MPC_MASK_H */
