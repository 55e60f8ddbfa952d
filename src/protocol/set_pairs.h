/*
 * set_pairs.h
 *		The pairwise keys behind shares of zero, where more than two sets are intersected (RULES R28; psi/shares.h).
 */
#ifndef MPC_SET_PAIRS_H
#define MPC_SET_PAIRS_H

#include "crypto/mask.h"
#include "protocol/masked_sum.h"

/*
 * Keys of this peer with every other one that has a set, the asker left out: pair[*npairs], +1 where this one has the lower pid.
 * key: the one-time key that the request names; the caller wipes it, and pair. pair has room for MPC_MAX_PARTIES.
 * MPC_IDENTITY: a one-time key of low order; pair is wiped then. CT.
 */
extern MpcStatus mpc_set_pairs(MpcMask *pair, int *npairs, const MpcRoster *roster, const MpcStaticHalf *static_half,
							   const MpcOneTimeKey *key, const MpcRequest *request) MPC_MUST_CHECK;

/* How many sets there are, and whose values make a count of more than two come out: the last publisher's that does not ask. */
extern int	mpc_set_count(const MpcRequest *request);
extern uint16_t mpc_set_counter(const MpcRequest *request);

#endif							/* MPC_SET_PAIRS_H */
