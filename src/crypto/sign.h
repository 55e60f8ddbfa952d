/*
 * sign.h
 *		Tagged Ed25519 signatures (PROTOCOLS 0.3; RFC 8032).
 *
 * SIG(sk, tag, m) signs u8(len tag) || tag || TH(tag, m): always a hash with a
 * tag, never raw bytes, so that no signature can be moved between message kinds.
 */
#ifndef MPC_SIGN_H
#define MPC_SIGN_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/status.h"

#define MPC_SIG_BYTES		64
#define MPC_SIGN_PK_BYTES	32
#define MPC_SIGN_SK_BYTES	64	/* libsodium's seed || public key */

/* CT: sk does not leak; m and its length may. */
extern void mpc_sign(uint8_t sig[MPC_SIG_BYTES], const uint8_t sk[MPC_SIGN_SK_BYTES],
					 const char *tag, const void *m, size_t len);

/* MPC_OK or MPC_SIGNATURE. All inputs are public. */
extern MpcStatus mpc_sign_verify(const uint8_t sig[MPC_SIG_BYTES], const uint8_t pk[MPC_SIGN_PK_BYTES],
								 const char *tag, const void *m, size_t len) MPC_MUST_CHECK;

#endif							/* MPC_SIGN_H */
