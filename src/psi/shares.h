/*
 * shares.h
 *		What is in the sets of three and more parties, or how much: sums that are zero only where everybody adds a term
 *		(PROTOCOLS G.5; Kolesnikov, Matania, Pinkas, Rosulek and Trieu, CCS 2017, the augmented semi-honest protocol).
 *
 * One party, the receiver, has the elements x; the others, the peers, have elements y of their own.
 *
 * Members. Peer i has a key k_i of this request and F_i(y) = mpc_psi_oprf(y, k_i hash-to-group(y)). The receiver gets
 * k_i hash-to-group(x) of each x, by blinding (curve.h). Peer i sends a table (okvs.h) with
 *		y -> F_i(y) + z_i(y),	z_i(y) = sum over the other peers j of +- F(K_ij, y)
 * where F is keyed BLAKE2b, K_ij a pairwise key for MPC_PURPOSE_ZERO_SHARE, and the peer with the lower pid adds. The z_i
 * of all peers add up to zero. The receiver sums what x reads less F_i(x) over all peers: 0 if x is in every set, else uniform.
 *
 * Count. One peer, the counter, adds w(y) = F(secret of its own, y) to its values. The sum of an x in every set is w(x) then. The
 * receiver and the counter compare the sums with the w(y) by counting alone (PROTOCOLS G.3, on mpc_psi_element): the
 * counter gives the blinded sums back in another order.
 *
 * What each learns, when all follow the protocol and nobody talks. The receiver: the elements of the intersection, or, by
 * count, only how many they are; how large (or padded to what) each peer's set is. Not: which peer lacks an element, or
 * how many do. A peer: the size of the receiver's set. No peer learns anything of another one's set.
 *
 * Who talks. A peer is hidden by its zero shares with those peers who are silent.
 *	- The receiver together with some peers learns which of its elements are in the sets of all the silent peers: what
 *	  these have in common, no more. If only one peer is silent, that is this peer's pairwise intersection with the
 *	  receiver. So with two peers (three parties), the receiver and one of them learn what the receiver and the other have in
 *	  common; with n - 1 peers it takes the receiver and n - 2 of them.
 *	- By count the same, if the counter is among those who talk. If the counter is silent: how many of the elements are in
 *	  the sets of all the silent peers, not which.
 *	- Peers without the receiver learn nothing: they see blinded points and sizes.
 * A receiver (or who talks to it) may put elements of its choice in place of its own, as many as it announced: F_i is given
 * for these only, so that a table cannot be searched at leisure. By count it may announce one element and fill up with
 * points that match nothing: the count tells then whether this one is in every set. Limits on sizes and on how often
 * are for the caller. A peer that lies in its table or evaluations makes the result wrong, undetected.
 */
#ifndef MPC_SHARES_H
#define MPC_SHARES_H

#include "crypto/mask.h"
#include "psi/okvs.h"

#define MPC_PSI_KEY_BYTES 32

/* F_i of an element as a field element: TH("MPCAGG-v1/psi-oprf", element || point) mod l. The caller wipes r. CT. */
extern void mpc_psi_oprf(MpcFe r, const MpcElement element, const MpcPoint point);

/* F(key, element): keyed BLAKE2b, 64 bytes, mod l. The caller wipes r. CT. */
extern void mpc_psi_prf(MpcFe r, const uint8_t key[MPC_PSI_KEY_BYTES], const MpcElement element);

/*
 * A peer's values for its table: value[i] = F_i + z_i, of point[i] = k_i hash-to-group(element[i]). pairs: the other peers
 * (not the receiver), +1 where this one has the lower pid. counter: NULL, or the counter's own secret key. MPC_INTERRUPTED.
 * The caller wipes value and keys. CT.
 */
extern MpcStatus mpc_psi_values(MpcFe *value, const MpcElement *element, const MpcPoint *point, const MpcMask *pairs,
								size_t npairs, const uint8_t *counter, size_t from, size_t to) MPC_MUST_CHECK;

/*
 * The receiver takes in one peer's table: sum[i] += what element[i] reads - F_i, of point[i] = k_i hash-to-group(element[i]).
 * sum starts as zeros; the table is canonical. MPC_INTERRUPTED. The caller wipes sum.
 */
extern MpcStatus mpc_psi_collect(MpcFe *sum, const MpcOkvs *okvs, const MpcFe *table,
								 const uint8_t seed[MPC_OKVS_SEED_BYTES], const MpcElement *element,
								 const MpcPoint *point, size_t from, size_t to) MPC_MUST_CHECK;

/* found[i]: is sum[i] zero, and so element[i] in every set? Returns how many are. A wrong one: 2^-252 each. */
extern size_t mpc_psi_members(bool *found, const MpcFe *sum, size_t n);

/* What receiver and counter compare of a sum, or of w(y): TH("MPCAGG-v1/psi-count", rid || sum). Secret. CT. */
extern void mpc_psi_element(MpcElement element, const uint8_t rid[MPC_RID_BYTES], const MpcFe sum);

#endif							/* MPC_SHARES_H */
