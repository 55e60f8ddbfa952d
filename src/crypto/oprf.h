/*
 * oprf.h
 *		OPRF(ristretto255, SHA-512) of RFC 9497, modes OPRF and VOPRF: a keyed function of an input that the holder of
 *		the key never sees (PROTOCOLS G.2).
 *
 *	client				server
 *	blind			->				blinded element
 *						mpc_group_mul	evaluated element = sk * blinded element; VOPRF: mpc_oprf_prove
 *	finalize		<-				VOPRF: mpc_oprf_verify first
 *
 * The client learns the function of its inputs, one for each element it sends, and may choose these from a
 * dictionary: the server limits their number. The server learns how many there are. With VOPRF the client also knows
 * that the key is the one of pk, so that no client gets a key of its own by which it could be told apart.
 *
 * Scalars here are never zero. Inputs and outputs are secrets of the client.
 */
#ifndef MPC_OPRF_H
#define MPC_OPRF_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/group.h"

#define MPC_OPRF_OUTPUT_BYTES	64
#define MPC_OPRF_SEED_BYTES		32
#define MPC_OPRF_MAX_INPUT		65535	/* bytes; lengths have two bytes in all transcripts */
#define MPC_OPRF_MAX_BATCH		65535	/* elements of one proof, likewise */

typedef enum MpcOprfMode
{
	MPC_OPRF = 0,
	MPC_VOPRF = 1
} MpcOprfMode;

/* That evaluated = sk * blinded and pk = sk * B, for all of a batch. Public. */
typedef struct MpcOprfProof
{
	MpcFe		c;
	MpcFe		s;
} MpcOprfProof;

/*
 * DeriveKeyPair (RFC 9497, 3.2.1). info is public. MPC_LIMIT: info_len above MPC_OPRF_MAX_INPUT. CT.
 * The caller wipes seed and sk.
 */
extern MpcStatus mpc_oprf_derive_key(MpcFe sk, MpcPoint pk, MpcOprfMode mode,
									 const uint8_t seed[MPC_OPRF_SEED_BYTES],
									 const void *info, size_t info_len) MPC_MUST_CHECK;

/*
 * Blind: blinded = blind * hash-to-group(input), blind from mpc_group_scalar and used once. MPC_LIMIT: len above
 * MPC_OPRF_MAX_INPUT. CT but for len.
 */
extern MpcStatus mpc_oprf_blind(MpcPoint blinded, MpcOprfMode mode, const MpcFe blind,
								const void *input, size_t len) MPC_MUST_CHECK;

/*
 * Finalize: the function's value, of an evaluated element. MPC_LIMIT. MPC_NONCANONICAL: the element is no valid point,
 * or the identity; output is zeroed. CT but for len. The caller wipes output.
 */
extern MpcStatus mpc_oprf_finalize(uint8_t output[MPC_OPRF_OUTPUT_BYTES], const void *input, size_t len,
								   const MpcFe blind, const MpcPoint evaluated) MPC_MUST_CHECK;

/* Evaluate: the same value, for who holds key and input. MPC_LIMIT. CT but for len. The caller wipes output. */
extern MpcStatus mpc_oprf_evaluate(uint8_t output[MPC_OPRF_OUTPUT_BYTES], MpcOprfMode mode, const MpcFe sk,
								   const void *input, size_t len) MPC_MUST_CHECK;

/*
 * GenerateProof, mode VOPRF, of n elements from 1 to MPC_OPRF_MAX_BATCH (else MPC_LIMIT). nonce: from mpc_group_scalar;
 * used for two proofs it gives sk away. MPC_NONCANONICAL: an element is no valid point, or the identity.
 * MPC_INTERRUPTED. CT for sk and nonce. The caller wipes nonce.
 */
extern MpcStatus mpc_oprf_prove(MpcOprfProof *proof, const MpcFe sk, const MpcPoint pk, const MpcPoint *blinded,
								const MpcPoint *evaluated, size_t n, const MpcFe nonce) MPC_MUST_CHECK;

/*
 * VerifyProof. MPC_SIGNATURE: it is no proof of these elements under pk. MPC_NONCANONICAL: a scalar >= l or zero, or
 * a point as above. MPC_LIMIT. MPC_INTERRUPTED. Public values only. About 165 microseconds an element.
 */
extern MpcStatus mpc_oprf_verify(const MpcOprfProof *proof, const MpcPoint pk, const MpcPoint *blinded,
								 const MpcPoint *evaluated, size_t n) MPC_MUST_CHECK;

#endif							/* MPC_OPRF_H */
