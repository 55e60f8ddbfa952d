/*
 * seal.h
 *		Secrets under a passphrase: Argon2id and XChaCha20-Poly1305 of libsodium;
 *		and one message under a key of its own.
 *
 * Sealed form of a passphrase: "MPCAGP" 00 01 | salt 16 | nonce 24 | ciphertext | tag 16.
 * The first eight bytes are associated data of the tag.
 * The cost parameters belong to the version, so that a file cannot ask for
 * gigabytes: crypto_pwhash MODERATE of libsodium 1.0.18 (3 passes, 256 MiB).
 */
#ifndef MPC_SEAL_H
#define MPC_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/status.h"

#define MPC_SEAL_OVERHEAD (8 + 16 + 24 + 16)

/* out has len + MPC_SEAL_OVERHEAD bytes. MPC_CRYPTO when memory for the hash is missing. */
extern MpcStatus mpc_seal_passphrase(uint8_t *out, const uint8_t *secret, size_t len,
									 const char *passphrase, size_t passphrase_len) MPC_MUST_CHECK;

/*
 * out has len - MPC_SEAL_OVERHEAD bytes, zeroed on failure; the caller wipes it.
 * MPC_MALFORMED, MPC_VERSION, MPC_PASSPHRASE (wrong passphrase or altered bytes).
 */
extern MpcStatus mpc_open_passphrase(uint8_t *out, const uint8_t *sealed, size_t len,
									 const char *passphrase, size_t passphrase_len) MPC_MUST_CHECK;

#define MPC_SEAL_KEY_BYTES	32
#define MPC_SEAL_TAG_BYTES	16

/*
 * ChaCha20-Poly1305 (RFC 8439) with a nonce of zeros: sound for a key that seals one message ever (PROTOCOLS 0.6). Seals the len
 * bytes of text in place and writes the tag behind them: text has len + MPC_SEAL_TAG_BYTES. CT: text and key do not leak.
 */
extern void mpc_seal_once(uint8_t *text, size_t len, const void *context, size_t context_len,
						  const uint8_t key[MPC_SEAL_KEY_BYTES]);

/*
 * out: the len bytes under a tag; sealed has len + MPC_SEAL_TAG_BYTES. MPC_CONFIRMATION: another key, another context or altered
 * bytes; out is zeroed then. The caller wipes out. CT but for the verdict.
 */
extern MpcStatus mpc_open_once(uint8_t *out, size_t len, const uint8_t *sealed, const void *context, size_t context_len,
							   const uint8_t key[MPC_SEAL_KEY_BYTES]) MPC_MUST_CHECK;

#endif							/* MPC_SEAL_H */
