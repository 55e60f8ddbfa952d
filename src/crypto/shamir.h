/*
 * shamir.h
 *		Shamir sharing over Z_l (Shamir, CACM 22(11), 1979; PROTOCOLS B; the field and points of RFC 9591).
 *
 * A secret is f(0) of a polynomial of degree t - 1; the share of party i, 1 <= i <= n, is f(i). Any t shares give
 * the secret, t - 1 of them are uniform and independent of it. Sums of shares are shares of sums.
 */
#ifndef MPC_SHAMIR_H
#define MPC_SHAMIR_H

#include "crypto/field.h"

#define MPC_SHAMIR_MAX_PARTIES	100

/*
 * Shares m secrets among n parties: share[(i - 1) * m + k] is the share of secret[k] for party i. Fresh uniform
 * coefficients. secret canonical. MPC_LIMIT unless 1 <= t <= n <= MPC_SHAMIR_MAX_PARTIES.
 * CT: secrets and coefficients do not leak. Coefficients are wiped here, the caller wipes secret and share.
 */
extern MpcStatus mpc_shamir_share(MpcFe *share, const MpcFe *secret, size_t m, uint16_t n, uint16_t t) MPC_MUST_CHECK;

/*
 * lambda[a] such that f(at) = sum of lambda[a] * f(index[a]), count terms, for every f of degree below count; at 0 gives
 * the secret. The point 0, the secret itself, may stand among the indexes unless it is the one asked for.
 * MPC_MALFORMED: no index, one of them or at above MPC_SHAMIR_MAX_PARTIES, one twice, 0 where at is 0.
 * Public values only.
 */
extern MpcStatus mpc_shamir_lagrange(MpcFe *lambda, const uint16_t *index, size_t count, uint16_t at) MPC_MUST_CHECK;

/*
 * out[k] = sum of lambda[a] * value[a][k] over the count values, m elements. All canonical. out may not overlap a value.
 * CT: values and factors do not leak.
 */
extern void mpc_shamir_combine(MpcFe *out, const MpcFe *const *value, const MpcFe *lambda, size_t count, size_t m);

/*
 * Do count shares lie on one polynomial of degree t - 1? word[a] stands at index[a], canonical. MPC_OK: they do; t of
 * them always do. MPC_MISMATCH: they do not, but all except those marked in wrong[a] do, at most (count - t) / 2 of
 * them: no other set so small explains the word. MPC_UNDECODABLE: more are wrong than can be named.
 * MPC_MALFORMED: indexes as for mpc_shamir_lagrange at 0, t 0 or above count. wrong has count entries, all false
 * unless MPC_MISMATCH.
 * For whole vectors the caller gives one random combination of the lanes. Public values only.
 */
extern MpcStatus mpc_shamir_locate(bool *wrong, const MpcFe *word, const uint16_t *index, size_t count, uint16_t t) MPC_MUST_CHECK;

#endif							/* MPC_SHAMIR_H */
