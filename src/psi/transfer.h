/*
 * transfer.h
 *		Pads for the values of a list, of which the matcher opens those it matched: a sum over an intersection
 *		(PROTOCOLS G.4; oblivious transfer after Bellare and Micali, and Naor and Pinkas).
 *
 * The owner has a list of elements and, for each, a row of values (field elements, width of them). The matcher has a
 * bit for each element of the list: did it match?
 *
 *	owner							matcher
 *	R = r B						->
 *								<-	choice_j = bit_j ? Q - kappa_j B : kappa_j B
 *	q0 = r choice_j, q1 = r Q - q0
 *	tau_j = s_j(q0) + v_j - p_j(q1)	->
 *	share = - sum of s_j			share = sum of (bit_j ? p_j(kappa_j R) + tau_j : s_j(kappa_j R))
 *
 * The shares add up to the sum of v_j over the bits that are set. s and p are streams (crypto/pair.h) of the key
 * TH32("MPCAGG-v1/ot", rid || u8 0 for s, 1 for p || le64 j || point).
 *
 * What each learns. The owner: nothing of the bits, since every choice is a uniform point. The matcher: of each element
 * either s_j or v_j + s_j, never both, as it would have to know r Q; s_j is uniform, so its share alone is uniform,
 * too. Nobody learns a value, a bit or the sum until both shares are in one place.
 *
 * Where the shares may meet: the sum belongs to the owner, or both shares enter a masked sum with those of others.
 * Given to the matcher, it would be an open door: the owner cannot see whether only one bit is set, and the sum is
 * that element's value then. A matcher that lies about bits changes the sum and learns nothing by it. An owner that lies
 * about values changes the sum, and may choose them so that the sum names elements: with powers of two for values each
 * matched one is a digit, some 250 in a lane. Neither is detected; no sum over an intersection is better, and only other
 * organizations' shares in the same sum, or bounds on it, help. There is no third party whose help either could buy.
 *
 * All work is in pieces from .. to - 1 that may run in any order and process; each piece adds to a share of its own, zero
 * at first, and the pieces' shares are added up.
 */
#ifndef MPC_TRANSFER_H
#define MPC_TRANSFER_H

#include <stddef.h>

#include "crypto/group.h"
#include "crypto/pair.h"

/* What both know. */
typedef struct MpcTransfer
{
	uint8_t		rid[MPC_RID_BYTES];
	MpcPoint	q;				/* mpc_transfer_point(rid): nobody knows its logarithm */
	size_t		width;			/* field elements of a row */
	size_t		base;			/* which element of the list is number 0 of the arrays at hand; 0 where they hold the list */
} MpcTransfer;

extern void mpc_transfer_point(MpcPoint q, const uint8_t rid[MPC_RID_BYTES]);

/* The owner's secret. Used for one list: a second one under the same rid would repeat its pads. */
typedef struct MpcTransferOwner
{
	MpcFe		r;
	MpcPoint	rq;				/* r Q, secret */
	MpcPoint	sender;			/* R, public: the matcher gets it */
} MpcTransferOwner;

/* A fresh owner. The caller wipes it. */
extern MpcStatus mpc_transfer_begin(MpcTransferOwner *owner, const MpcTransfer *transfer) MPC_MUST_CHECK;

/*
 * The matcher's choices. kappa is secret: the caller keeps it for mpc_transfer_open and wipes it. MPC_INTERRUPTED.
 * CT for the bits. About 45 microseconds an element.
 */
extern MpcStatus mpc_transfer_choose(MpcPoint *choice, MpcFe *kappa, const MpcTransfer *transfer, const bool *bit,
									 size_t from, size_t to) MPC_MUST_CHECK;

/*
 * The owner's pads: tau and value hold width elements per element of the list, value is canonical and secret; tau may
 * be value. share has width elements. MPC_NONCANONICAL: a choice is no valid point, the identity or Q. MPC_INTERRUPTED.
 * After either, tau and share are to be wiped. CT for values and keys. About 85 microseconds an element.
 */
extern MpcStatus mpc_transfer_pad(MpcFe *tau, MpcFe *share, const MpcTransfer *transfer, const MpcTransferOwner *owner,
								  const MpcPoint *choice, const MpcFe *value, size_t from, size_t to) MPC_MUST_CHECK;

/*
 * The matcher's share of tau, with the owner's R. MPC_NONCANONICAL: R is no valid point, or the identity, or an
 * element of tau is >= l. MPC_INTERRUPTED. After either, share is to be wiped. CT for the bits. About 65 microseconds.
 */
extern MpcStatus mpc_transfer_open(MpcFe *share, const MpcTransfer *transfer, const MpcPoint sender, const bool *bit,
								   const MpcFe *kappa, const MpcFe *tau, size_t from, size_t to) MPC_MUST_CHECK;

#endif							/* MPC_TRANSFER_H */
