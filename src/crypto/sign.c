/*
 * sign.c
 *		Who said this, and in which kind of message?
 *
 * Ed25519 of libsodium over a tagged hash. Everything but the secret key is
 * public. libsodium refuses s >= l and public keys of small order.
 */
#include "crypto/sign.h"

#include <string.h>

#include <sodium.h>

#include "crypto/hash.h"

#define SIGNED_MAX (1 + UINT8_MAX + MPC_TH_BYTES)

/* u8(len tag) || tag || TH(tag, m); returns its length */
static size_t
signed_text(uint8_t text[SIGNED_MAX], const char *tag, const void *m, size_t len)
{
	size_t		tag_len = strlen(tag);	/* a literal, < 256 */

	text[0] = (uint8_t) tag_len;
	memcpy(text + 1, tag, tag_len);
	mpc_th(text + 1 + tag_len, tag, m, len);
	return 1 + tag_len + MPC_TH_BYTES;
}

void
mpc_sign(uint8_t sig[MPC_SIG_BYTES], const uint8_t sk[MPC_SIGN_SK_BYTES],
		 const char *tag, const void *m, size_t len)
{
	uint8_t		text[SIGNED_MAX];
	size_t		text_len = signed_text(text, tag, m, len);

	crypto_sign_detached(sig, NULL, text, text_len, sk);
}

MpcStatus
mpc_sign_verify(const uint8_t sig[MPC_SIG_BYTES], const uint8_t pk[MPC_SIGN_PK_BYTES],
				const char *tag, const void *m, size_t len)
{
	uint8_t		text[SIGNED_MAX];
	size_t		text_len = signed_text(text, tag, m, len);

	if (crypto_sign_verify_detached(sig, text, text_len, pk) != 0)
		return MPC_SIGNATURE;
	return MPC_OK;
}
