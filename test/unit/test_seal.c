/*
 * test_seal.c
 *		Does a sealed secret open with its passphrase or key, and with nothing else?
 *
 * Vector: RFC 8439, appendix A.1, test vector #2: the stream of the zero key from block 1.
 * Every attempt that reaches the password hash costs most of a second: one byte
 * of each field is altered, not every byte.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "crypto/seal.h"
#include "crypto/secret.h"
#include "kat.h"

#define PASSPHRASE		"correct horse battery staple"
#define SECRET_BYTES	40
#define SEALED_BYTES	(SECRET_BYTES + MPC_SEAL_OVERHEAD)

static uint8_t secret[SECRET_BYTES];
static uint8_t sealed[SEALED_BYTES];

static int
seal_once(void **state)
{
	(void) state;
	kat_fill(secret, sizeof(secret), 1);
	return mpc_seal_passphrase(sealed, secret, SECRET_BYTES, PASSPHRASE, strlen(PASSPHRASE)) == MPC_OK ? 0 : -1;
}

static void
check_open(const uint8_t *bytes, size_t len, const char *passphrase, MpcStatus expected)
{
	uint8_t		out[SECRET_BYTES];

	memset(out, 0xee, sizeof(out));
	assert_int_equal(mpc_open_passphrase(out, bytes, len, passphrase, strlen(passphrase)), expected);
	if (expected == MPC_OK)
		assert_memory_equal(out, secret, SECRET_BYTES);
	else if (len == SEALED_BYTES)
		assert_true(mpc_is_zero(out, sizeof(out)));
}

static void
check_flipped(size_t at, MpcStatus expected)
{
	uint8_t		altered[SEALED_BYTES];

	memcpy(altered, sealed, sizeof(altered));
	altered[at] ^= 1;
	check_open(altered, sizeof(altered), PASSPHRASE, expected);
}

static void
test_round_trip(void **state)
{
	(void) state;
	check_open(sealed, SEALED_BYTES, PASSPHRASE, MPC_OK);
	check_open(sealed, SEALED_BYTES, "correct horse battery stapl", MPC_PASSPHRASE);
	check_open(sealed, SEALED_BYTES, "", MPC_PASSPHRASE);
}

/* The layout of seal.h, opened by hand: a file written today must open for ever. */
static void
test_layout(void **state)
{
	uint8_t		key[32];
	uint8_t		out[SECRET_BYTES];

	(void) state;
	assert_memory_equal(sealed, "MPCAGP\0\1", 8);
	assert_int_equal(crypto_pwhash(key, sizeof(key), PASSPHRASE, strlen(PASSPHRASE), sealed + 8,
								   3, 268435456, crypto_pwhash_ALG_ARGON2ID13), 0);
	assert_int_equal(crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed + 48,
																SECRET_BYTES + 16, sealed, 8,
																sealed + 24, key), 0);
	assert_memory_equal(out, secret, SECRET_BYTES);
}

static void
test_altered(void **state)
{
	size_t		at;

	(void) state;
	for (at = 0; at < 6; at++)
		check_flipped(at, MPC_MALFORMED);
	check_flipped(6, MPC_VERSION);
	check_flipped(7, MPC_VERSION);
	check_flipped(8, MPC_PASSPHRASE);	/* salt */
	check_flipped(47, MPC_PASSPHRASE);	/* nonce */
	check_flipped(48, MPC_PASSPHRASE);	/* ciphertext */
	check_flipped(SEALED_BYTES - 1, MPC_PASSPHRASE);	/* tag */
}

static void
test_truncated(void **state)
{
	size_t		len;

	(void) state;
	for (len = 0; len < MPC_SEAL_OVERHEAD; len++)
		check_open(sealed, len, PASSPHRASE, MPC_MALFORMED);
	check_open(sealed, SEALED_BYTES - 1, PASSPHRASE, MPC_PASSPHRASE);
}

/* No salt or nonce twice. */
static void
test_fresh(void **state)
{
	uint8_t		again[SEALED_BYTES];

	(void) state;
	assert_int_equal(mpc_seal_passphrase(again, secret, SECRET_BYTES, PASSPHRASE, strlen(PASSPHRASE)), MPC_OK);
	assert_memory_not_equal(again + 8, sealed + 8, 16);
	assert_memory_not_equal(again + 24, sealed + 24, 24);
	assert_memory_not_equal(again + 48, sealed + 48, SECRET_BYTES);
}

/* Sealed zeros are the stream itself; what follows is the tag. */
static void
test_once_is_the_stream(void **state)
{
	static const uint8_t key[MPC_SEAL_KEY_BYTES];
	uint8_t		text[64 + MPC_SEAL_TAG_BYTES] = {0};
	uint8_t		expected[64];

	(void) state;
	kat_hex(expected, sizeof(expected),
			"9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
			"29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f");
	mpc_seal_once(text, 64, "context", 7, key);
	assert_memory_equal(text, expected, sizeof(expected));
	assert_false(mpc_is_zero(text + 64, MPC_SEAL_TAG_BYTES));
}

static void
check_once(const uint8_t *bytes, const char *context, const uint8_t *key, MpcStatus expected)
{
	uint8_t		out[SECRET_BYTES];

	memset(out, 0xee, sizeof(out));
	assert_int_equal(mpc_open_once(out, sizeof(out), bytes, context, strlen(context), key), expected);
	if (expected == MPC_OK)
		assert_memory_equal(out, secret, sizeof(out));
	else
		assert_true(mpc_is_zero(out, sizeof(out)));
}

static void
test_once(void **state)
{
	uint8_t		key[MPC_SEAL_KEY_BYTES];
	uint8_t		text[SECRET_BYTES + MPC_SEAL_TAG_BYTES];
	size_t		bit;

	(void) state;
	kat_fill(key, sizeof(key), 2);
	memcpy(text, secret, sizeof(secret));
	mpc_seal_once(text, SECRET_BYTES, "one", 3, key);
	check_once(text, "one", key, MPC_OK);
	check_once(text, "two", key, MPC_CONFIRMATION);
	check_once(text, "one ", key, MPC_CONFIRMATION);
	check_once(text, "", key, MPC_CONFIRMATION);
	for (bit = 0; bit < 8 * sizeof(text); bit++)
	{
		text[bit / 8] ^= (uint8_t) (1 << bit % 8);
		check_once(text, "one", key, MPC_CONFIRMATION);
		text[bit / 8] ^= (uint8_t) (1 << bit % 8);
	}
	key[31] ^= 0x80;
	check_once(text, "one", key, MPC_CONFIRMATION);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_altered),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_fresh),
		cmocka_unit_test(test_once_is_the_stream),
		cmocka_unit_test(test_once),
	};

	if (mpc_core_init() != MPC_OK)
		return 1;
	return cmocka_run_group_tests_name("seal", tests, seal_once, NULL);
}
