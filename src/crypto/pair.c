/*
 * pair.c
 *		Which key do two parties share for one purpose of one request?
 *
 * Assumes that the peer's public keys came from a pinned card and that its
 * signature was checked: nothing here authenticates anybody.
 */
#include "crypto/pair.h"

#include <string.h>

#include <sodium.h>

#include "crypto/hash.h"
#include "crypto/secret.h"

#define PAIR_SALT	"MPCAGG-v1/pair"
#define KEY_LABEL	"MPCAGG-v1/key"
#define LABEL_BYTES (sizeof(KEY_LABEL) - 1)	/* no terminating zero on the wire */
#define INFO_BYTES	(LABEL_BYTES + 1 + MPC_RID_BYTES + 2 * MPC_PID_BYTES)

#define LANES_PER_BLOCK	2		/* 64-byte blocks of ChaCha20 */
#define TOP_NIBBLE		0x0f	/* keeps 252 of 256 bits */

MpcStatus
mpc_dh_keypair(uint8_t pk[MPC_DH_BYTES], uint8_t sk[MPC_DH_BYTES])
{
	mpc_random(sk, MPC_DH_BYTES);
	mpc_classify(sk, MPC_DH_BYTES);
	if (crypto_scalarmult_curve25519_base(pk, sk) != 0)
	{
		mpc_wipe(sk, MPC_DH_BYTES);
		return MPC_CRYPTO;
	}
	mpc_declassify(pk, MPC_DH_BYTES);	/* a public key */
	return MPC_OK;
}

MpcStatus
mpc_dh(uint8_t shared[MPC_DH_BYTES], const uint8_t sk[MPC_DH_BYTES], const uint8_t pk[MPC_DH_BYTES])
{
	int			failed;

	/* libsodium says so when the result is zero; RFC 7748 section 6.1 asks for the check */
	failed = crypto_scalarmult_curve25519(shared, sk, pk);
	mpc_declassify(&failed, sizeof(failed));	/* depends on the order of the public pk alone */
	if (failed != 0)
	{
		mpc_wipe(shared, MPC_DH_BYTES);
		return MPC_IDENTITY;
	}
	return MPC_OK;
}

/* label || u8 purpose || rid || lo || hi: both ends write the same bytes. All public. */
static void
write_info(uint8_t info[INFO_BYTES], MpcPurpose purpose, const uint8_t rid[MPC_RID_BYTES],
		   const uint8_t a[MPC_PID_BYTES], const uint8_t b[MPC_PID_BYTES])
{
	bool		ordered = memcmp(a, b, MPC_PID_BYTES) < 0;
	uint8_t    *at = info;

	memcpy(at, KEY_LABEL, LABEL_BYTES);
	at += LABEL_BYTES;
	*at++ = (uint8_t) purpose;
	memcpy(at, rid, MPC_RID_BYTES);
	at += MPC_RID_BYTES;
	memcpy(at, ordered ? a : b, MPC_PID_BYTES);
	at += MPC_PID_BYTES;
	memcpy(at, ordered ? b : a, MPC_PID_BYTES);
}

void
mpc_pair_key(uint8_t key[MPC_PAIR_KEY_BYTES], MpcPurpose purpose,
			 const uint8_t static_half[MPC_DH_BYTES], const uint8_t fresh_half[MPC_DH_BYTES],
			 const uint8_t rid[MPC_RID_BYTES],
			 const uint8_t my_pid[MPC_PID_BYTES], const uint8_t their_pid[MPC_PID_BYTES])
{
	uint8_t		ikm[2 * MPC_DH_BYTES];
	uint8_t		info[INFO_BYTES];

	memcpy(ikm, static_half, MPC_DH_BYTES);
	memcpy(ikm + MPC_DH_BYTES, fresh_half, MPC_DH_BYTES);
	write_info(info, purpose, rid, my_pid, their_pid);
	mpc_hkdf(key, MPC_PAIR_KEY_BYTES, PAIR_SALT, sizeof(PAIR_SALT) - 1,
			 ikm, sizeof(ikm), info, sizeof(info));
	mpc_wipe(ikm, sizeof(ikm));
}

void
mpc_pair_stream(MpcFe *out, const uint8_t key[MPC_PAIR_KEY_BYTES], size_t first, size_t lanes)
{
	static const uint8_t nonce[crypto_stream_chacha20_ietf_NONCEBYTES]; /* zero: a key is used once */
	size_t		k;

	memset(out, 0, lanes * sizeof(*out));
	crypto_stream_chacha20_ietf_xor_ic((uint8_t *) out, (const uint8_t *) out, lanes * sizeof(*out), nonce,
									   (uint32_t) (first / LANES_PER_BLOCK), key);
	for (k = 0; k < lanes; k++)
		out[k][MPC_FIELD_BYTES - 1] &= TOP_NIBBLE;
}

void
mpc_pair_confirm(uint8_t tag[MPC_CONFIRM_BYTES], const uint8_t key[MPC_PAIR_KEY_BYTES])
{
	uint8_t		hash[MPC_TH32_BYTES];

	mpc_th32(hash, "MPCAGG-v1/kc", key, MPC_PAIR_KEY_BYTES);
	memcpy(tag, hash, MPC_CONFIRM_BYTES);
	mpc_wipe(hash, sizeof(hash));
	mpc_declassify(tag, MPC_CONFIRM_BYTES); /* published in the reply: a hash of a uniform key */
}
