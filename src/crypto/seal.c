/*
 * seal.c
 *		How does a secret rest under a passphrase, and travel under a key of its own?
 *
 * Assumes that a thief has the sealed bytes and guesses passphrases: the cost
 * of a guess is Argon2id's. The cost is part of version 1 and not of the bytes.
 */
#include "crypto/seal.h"

#include <stdbool.h>
#include <string.h>

#include <sodium.h>

#include "crypto/secret.h"

/* crypto_pwhash MODERATE as of libsodium 1.0.18, spelled out: it must never drift */
#define ARGON_PASSES	3
#define ARGON_BYTES		((size_t) 268435456)

#define MAGIC_BYTES		6
#define HEAD_BYTES		8
#define SALT_BYTES		crypto_pwhash_argon2id_SALTBYTES
#define NONCE_BYTES		crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define KEY_BYTES		crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define SALT_AT			HEAD_BYTES
#define NONCE_AT		(SALT_AT + SALT_BYTES)
#define TEXT_AT			(NONCE_AT + NONCE_BYTES)

static const uint8_t head[HEAD_BYTES] = {'M', 'P', 'C', 'A', 'G', 'P', 0, 1};

/*
 * False when 256 MiB cannot be had. CT: the first half pass of Argon2id is
 * independent of the passphrase, the rest is not (RFC 9106, section 3.4).
 */
static bool
passphrase_key(uint8_t key[KEY_BYTES], const char *passphrase, size_t len, const uint8_t *salt)
{
	return crypto_pwhash_argon2id(key, KEY_BYTES, passphrase, len, salt, ARGON_PASSES,
								  ARGON_BYTES, crypto_pwhash_argon2id_ALG_ARGON2ID13) == 0;
}

MpcStatus
mpc_seal_passphrase(uint8_t *out, const uint8_t *secret, size_t len,
					const char *passphrase, size_t passphrase_len)
{
	uint8_t		key[KEY_BYTES];
	MpcStatus	status = MPC_CRYPTO;

	memcpy(out, head, HEAD_BYTES);
	mpc_random(out + SALT_AT, SALT_BYTES + NONCE_BYTES);
	if (!passphrase_key(key, passphrase, passphrase_len, out + SALT_AT))
		goto cleanup;
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + TEXT_AT, NULL, secret, len, head, HEAD_BYTES,
											   NULL, out + NONCE_AT, key);
	status = MPC_OK;

cleanup:
	if (status != MPC_OK)
		mpc_wipe(out, len + MPC_SEAL_OVERHEAD);
	mpc_wipe(key, sizeof(key));
	return status;
}

/* Is this a sealed secret of our version? Looked at before any costly hash. */
static MpcStatus
check_head(const uint8_t *sealed, size_t len)
{
	if (len < HEAD_BYTES || memcmp(sealed, head, MAGIC_BYTES) != 0)
		return MPC_MALFORMED;
	if (memcmp(sealed, head, HEAD_BYTES) != 0)
		return MPC_VERSION;
	return len < MPC_SEAL_OVERHEAD ? MPC_MALFORMED : MPC_OK;
}

MpcStatus
mpc_open_passphrase(uint8_t *out, const uint8_t *sealed, size_t len,
					const char *passphrase, size_t passphrase_len)
{
	uint8_t		key[KEY_BYTES];
	MpcStatus	status = check_head(sealed, len);

	if (status != MPC_OK)
		goto cleanup;
	status = MPC_CRYPTO;
	if (!passphrase_key(key, passphrase, passphrase_len, sealed + SALT_AT))
		goto cleanup;
	status = MPC_PASSPHRASE;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed + TEXT_AT, len - TEXT_AT,
												   head, HEAD_BYTES, sealed + NONCE_AT, key) != 0)
		goto cleanup;
	status = MPC_OK;

cleanup:
	if (status != MPC_OK && len >= MPC_SEAL_OVERHEAD)
		mpc_wipe(out, len - MPC_SEAL_OVERHEAD);
	mpc_wipe(key, sizeof(key));
	return status;
}

/* zero: the key seals this message and no other */
static const uint8_t no_nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

void
mpc_seal_once(uint8_t *text, size_t len, const void *context, size_t context_len,
			  const uint8_t key[MPC_SEAL_KEY_BYTES])
{
	crypto_aead_chacha20poly1305_ietf_encrypt(text, NULL, text, len, context, context_len, NULL, no_nonce, key);
	mpc_declassify(text, len + MPC_SEAL_TAG_BYTES); /* sealed: it is sent */
}

MpcStatus
mpc_open_once(uint8_t *out, size_t len, const uint8_t *sealed, const void *context, size_t context_len,
			  const uint8_t key[MPC_SEAL_KEY_BYTES])
{
	int			failed;

	failed = crypto_aead_chacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed, len + MPC_SEAL_TAG_BYTES,
													   context, context_len, no_nonce, key);
	mpc_declassify(&failed, sizeof(failed));	/* the verdict decides whether we go on */
	if (failed == 0)
		return MPC_OK;
	mpc_wipe(out, len);
	return MPC_CONFIRMATION;
}
