/*
 * hash.c
 *		How are bytes hashed under a tag, and keys derived from secrets?
 *
 * libsodium 1.0.18 has SHA-512 and HMAC-SHA-512 but no HKDF; HKDF is built
 * here on the HMAC. The SHA-512 functions of libsodium cannot fail.
 */
#include "crypto/hash.h"

#include <string.h>

#include "crypto/secret.h"

#define HMAC_BYTES crypto_auth_hmacsha512_BYTES

void
mpc_hash_begin(MpcHash *hash, const char *tag)
{
	uint8_t		len = (uint8_t) strlen(tag);	/* tags are literals, all < 256 */

	crypto_hash_sha512_init(&hash->state);
	mpc_hash_add(hash, &len, sizeof(len));
	mpc_hash_add(hash, tag, len);
}

void
mpc_hash_add(MpcHash *hash, const void *bytes, size_t len)
{
	if (len > 0)				/* bytes may be NULL then */
		crypto_hash_sha512_update(&hash->state, bytes, len);
}

void
mpc_hash_end(MpcHash *hash, uint8_t out[MPC_TH_BYTES])
{
	crypto_hash_sha512_final(&hash->state, out);
	mpc_wipe(hash, sizeof(*hash));
}

void
mpc_hash_end32(MpcHash *hash, uint8_t out[MPC_TH32_BYTES])
{
	uint8_t		full[MPC_TH_BYTES];

	mpc_hash_end(hash, full);
	memcpy(out, full, MPC_TH32_BYTES);
	mpc_wipe(full, sizeof(full));
}

void
mpc_th(uint8_t out[MPC_TH_BYTES], const char *tag, const void *m, size_t len)
{
	MpcHash		hash;

	mpc_hash_begin(&hash, tag);
	mpc_hash_add(&hash, m, len);
	mpc_hash_end(&hash, out);
}

void
mpc_th32(uint8_t out[MPC_TH32_BYTES], const char *tag, const void *m, size_t len)
{
	MpcHash		hash;

	mpc_hash_begin(&hash, tag);
	mpc_hash_add(&hash, m, len);
	mpc_hash_end32(&hash, out);
}

/* Either piece may be empty, and NULL then. */
static void
hmac_add(crypto_auth_hmacsha512_state *state, const void *bytes, size_t len)
{
	if (len > 0)
		crypto_auth_hmacsha512_update(state, bytes, len);
}

/*
 * RFC 5869, section 2.2. An empty salt stands for HMAC_BYTES zeros, which is
 * what HMAC's own padding makes of an empty key.
 */
static void
hkdf_extract(uint8_t prk[HMAC_BYTES], const void *salt, size_t salt_len,
			 const void *ikm, size_t ikm_len)
{
	crypto_auth_hmacsha512_state state;

	crypto_auth_hmacsha512_init(&state, salt_len > 0 ? salt : (const void *) "", salt_len);
	hmac_add(&state, ikm, ikm_len);
	crypto_auth_hmacsha512_final(&state, prk);
	mpc_wipe(&state, sizeof(state));
}

/* T(i) = HMAC(prk, T(i-1) || info || i), RFC 5869, section 2.3. t is both. */
static void
hkdf_step(uint8_t t[HMAC_BYTES], size_t t_len, uint8_t i, const uint8_t prk[HMAC_BYTES],
		  const void *info, size_t info_len)
{
	crypto_auth_hmacsha512_state state;

	crypto_auth_hmacsha512_init(&state, prk, HMAC_BYTES);
	hmac_add(&state, t, t_len);
	hmac_add(&state, info, info_len);
	hmac_add(&state, &i, sizeof(i));
	crypto_auth_hmacsha512_final(&state, t);
	mpc_wipe(&state, sizeof(state));
}

void
mpc_hkdf(uint8_t *out, size_t out_len, const void *salt, size_t salt_len,
		 const void *ikm, size_t ikm_len, const void *info, size_t info_len)
{
	uint8_t		prk[HMAC_BYTES];
	uint8_t		t[HMAC_BYTES];
	size_t		done = 0;
	size_t		part;

	hkdf_extract(prk, salt, salt_len, ikm, ikm_len);
	while (done < out_len)
	{
		/* out_len <= 255 * 64, so that the step number fits its byte */
		hkdf_step(t, done > 0 ? HMAC_BYTES : 0, (uint8_t) (done / HMAC_BYTES + 1), prk, info, info_len);
		part = out_len - done < HMAC_BYTES ? out_len - done : HMAC_BYTES;
		memcpy(out + done, t, part);
		done += part;
	}
	mpc_wipe(prk, sizeof(prk));
	mpc_wipe(t, sizeof(t));
}
