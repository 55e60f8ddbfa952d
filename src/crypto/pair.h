/*
 * pair.h
 *		Pairwise keys of one request (PROTOCOLS 0.6; X25519 is RFC 7748).
 *
 *	ikm = X25519(s_i, S_j) || X25519(e_i, E_j)
 *	K   = HKDF("MPCAGG-v1/pair", ikm, "MPCAGG-v1/key" || u8 purpose || rid || lo || hi)
 *
 * The static half depends on the two identities alone and may be cached; it is a
 * secret for as long as the identity lives. A key is used for one purpose of one
 * request: reusing a mask key reveals the difference of two inputs.
 */
#ifndef MPC_PAIR_H
#define MPC_PAIR_H

#include <stdint.h>

#include "crypto/field.h"
#include "crypto/status.h"

#define MPC_DH_BYTES		32
#define MPC_PAIR_KEY_BYTES	32
#define MPC_CONFIRM_BYTES	16
#define MPC_PID_BYTES		32
#define MPC_RID_BYTES		32

/* Where a key has a direction, up is from the lower pid to the higher one. */
typedef enum MpcPurpose
{
	MPC_PURPOSE_MASK = 1,
	MPC_PURPOSE_SEAL_UP = 2,	/* one sealed share vector */
	MPC_PURPOSE_SEAL_DOWN = 3,
	MPC_PURPOSE_SHARE_UP = 4,	/* a share vector that is the stream of its key */
	MPC_PURPOSE_SHARE_DOWN = 5,
	MPC_PURPOSE_ZERO_SHARE = 6	/* conditional zero shares of an intersection (psi/shares.h) */
} MpcPurpose;

/* A fresh key pair for X25519. The caller wipes sk. */
extern MpcStatus mpc_dh_keypair(uint8_t pk[MPC_DH_BYTES], uint8_t sk[MPC_DH_BYTES]) MPC_MUST_CHECK;

/*
 * One X25519 half. MPC_IDENTITY when the result is all zero (a low-order point).
 * CT: sk does not leak. The caller wipes shared; on failure it is zeroed.
 */
extern MpcStatus mpc_dh(uint8_t shared[MPC_DH_BYTES], const uint8_t sk[MPC_DH_BYTES],
						const uint8_t pk[MPC_DH_BYTES]) MPC_MUST_CHECK;

/* K of the pair (mine, theirs). pids public, the two halves secret. The caller wipes key. CT. */
extern void mpc_pair_key(uint8_t key[MPC_PAIR_KEY_BYTES], MpcPurpose purpose,
						 const uint8_t static_half[MPC_DH_BYTES], const uint8_t fresh_half[MPC_DH_BYTES],
						 const uint8_t rid[MPC_RID_BYTES],
						 const uint8_t my_pid[MPC_PID_BYTES], const uint8_t their_pid[MPC_PID_BYTES]);

/*
 * Elements first .. first + lanes - 1 of a key's stream: element k is bytes 32k .. 32k + 31 of ChaCha20-IETF(key, nonce 0,
 * counter 0) with byte 31 and-ed with 0x0f, as in mask.h. first is even and below 2^32. CT: the key does not leak.
 * The caller wipes out.
 */
extern void mpc_pair_stream(MpcFe *out, const uint8_t key[MPC_PAIR_KEY_BYTES], size_t first, size_t lanes);

/* kc = TH32("MPCAGG-v1/kc", K)[0..15]: equal at both ends, tells nothing of a uniform K. */
extern void mpc_pair_confirm(uint8_t tag[MPC_CONFIRM_BYTES], const uint8_t key[MPC_PAIR_KEY_BYTES]);

#endif							/* MPC_PAIR_H */
