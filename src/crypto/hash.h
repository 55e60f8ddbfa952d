/*
 * hash.h
 *		Domain-separated hashing and key derivation (PROTOCOLS 0.3).
 *
 * TH(tag, m) = SHA-512(u8(len tag) || tag || m); TH32 is its first 32 bytes.
 * All tags are ASCII literals that begin with "MPCAGG-v1/".
 */
#ifndef MPC_HASH_H
#define MPC_HASH_H

#include <stddef.h>
#include <stdint.h>

#include <sodium.h>

#define MPC_TH_BYTES	64
#define MPC_TH32_BYTES	32

/* A running tagged hash: begin, add any number of pieces, end. */
typedef struct MpcHash
{
	crypto_hash_sha512_state state;
} MpcHash;

extern void mpc_hash_begin(MpcHash *hash, const char *tag);
extern void mpc_hash_add(MpcHash *hash, const void *bytes, size_t len);
extern void mpc_hash_end(MpcHash *hash, uint8_t out[MPC_TH_BYTES]);		/* wipes the state */
extern void mpc_hash_end32(MpcHash *hash, uint8_t out[MPC_TH32_BYTES]);	/* wipes the state */

/* The same over one piece. */
extern void mpc_th(uint8_t out[MPC_TH_BYTES], const char *tag, const void *m, size_t len);
extern void mpc_th32(uint8_t out[MPC_TH32_BYTES], const char *tag, const void *m, size_t len);

/*
 * HKDF with HMAC-SHA-512 (RFC 5869, sections 2.2 and 2.3).
 * out_len <= 255 * 64. CT: ikm does not leak. Intermediate keys are wiped here;
 * the caller wipes ikm and out.
 */
extern void mpc_hkdf(uint8_t *out, size_t out_len,
					 const void *salt, size_t salt_len,
					 const void *ikm, size_t ikm_len,
					 const void *info, size_t info_len);

#endif							/* MPC_HASH_H */
