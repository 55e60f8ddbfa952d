/*
 * test_sign.c
 *		Do tagged signatures hold, and is the library below the one we think?
 *
 * Vectors: RFC 8032, section 7.1 (pure Ed25519 of libsodium); malleability
 * after Wycheproof's ed25519_test.json: S + l must be refused.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "crypto/field.h"
#include "crypto/secret.h"
#include "crypto/sign.h"
#include "kat.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))
#define TAG "MPCAGG-v1/test"

typedef struct SignVector
{
	const char *name;
	const char *seed;
	const char *pk;
	const char *message;
	const char *sig;
} SignVector;

/* RFC 8032, section 7.1: TEST 1, TEST 2, TEST 3, TEST SHA(abc) */
static const SignVector vectors[] = {
	{"TEST 1",
		"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
		"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
		"",
		"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
	"5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
	{"TEST 2",
		"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
		"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
		"72",
		"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
	"085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
	{"TEST 3",
		"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
		"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
		"af82",
		"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
	"18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
	{"TEST SHA(abc)",
		"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
		"ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
		"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
		"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
		"dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
	"09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"},
};

/* A key pair for the tests below: TEST 1 of the RFC. */
static void
test_key(uint8_t pk[MPC_SIGN_PK_BYTES], uint8_t sk[MPC_SIGN_SK_BYTES])
{
	uint8_t		seed[32];

	kat_hex(seed, sizeof(seed), vectors[0].seed);
	crypto_sign_seed_keypair(pk, sk, seed);
}

static void
check_rfc8032(const SignVector *v)
{
	uint8_t		seed[32];
	uint8_t		expected[64];
	uint8_t		pk[32];
	uint8_t		sk[64];
	uint8_t		sig[64];
	uint8_t		message[64];
	size_t		len = strlen(v->message) / 2;

	kat_hex(seed, 32, v->seed);
	kat_hex(message, len, v->message);
	crypto_sign_seed_keypair(pk, sk, seed);
	kat_hex(expected, 32, v->pk);
	assert_memory_equal(pk, expected, 32);

	crypto_sign_detached(sig, NULL, message, len, sk);
	kat_hex(expected, 64, v->sig);
	assert_memory_equal(sig, expected, 64);
	assert_int_equal(crypto_sign_verify_detached(expected, message, len, pk), 0);
}

static void
test_ed25519_rfc8032(void **state)
{
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(vectors); i++)
		check_rfc8032(&vectors[i]);
}

/* What is signed: u8(len tag) || tag || TH(tag, m), rebuilt from its parts (PROTOCOLS 0.3). */
static void
test_signed_text(void **state)
{
	uint8_t		pk[MPC_SIGN_PK_BYTES];
	uint8_t		sk[MPC_SIGN_SK_BYTES];
	uint8_t		sig[MPC_SIG_BYTES];
	uint8_t		text[1 + 14 + 64];

	(void) state;
	test_key(pk, sk);
	text[0] = 14;
	memcpy(text + 1, TAG, 14);
	memcpy(text + 15, kat_th, 64);	/* TH(TAG, "") */
	mpc_sign(sig, sk, TAG, NULL, 0);
	assert_int_equal(crypto_sign_verify_detached(sig, text, sizeof(text), pk), 0);
}

static void
test_round_trip(void **state)
{
	uint8_t		pk[MPC_SIGN_PK_BYTES];
	uint8_t		sk[MPC_SIGN_SK_BYTES];
	uint8_t		sig[MPC_SIG_BYTES];

	(void) state;
	test_key(pk, sk);
	mpc_sign(sig, sk, TAG, "hello", 5);
	assert_int_equal(mpc_sign_verify(sig, pk, TAG, "hello", 5), MPC_OK);
	assert_int_equal(mpc_sign_verify(sig, pk, TAG, "hellO", 5), MPC_SIGNATURE);
	assert_int_equal(mpc_sign_verify(sig, pk, TAG, "hello", 4), MPC_SIGNATURE);
	assert_int_equal(mpc_sign_verify(sig, pk, "MPCAGG-v1/tesT", "hello", 5), MPC_SIGNATURE);
}

static void
test_every_flipped_bit(void **state)
{
	uint8_t		pk[MPC_SIGN_PK_BYTES];
	uint8_t		sk[MPC_SIGN_SK_BYTES];
	uint8_t		sig[MPC_SIG_BYTES];
	size_t		bit;

	(void) state;
	test_key(pk, sk);
	mpc_sign(sig, sk, TAG, "hello", 5);
	for (bit = 0; bit < 8 * sizeof(sig); bit++)
	{
		sig[bit / 8] ^= (uint8_t) (1 << bit % 8);
		assert_int_equal(mpc_sign_verify(sig, pk, TAG, "hello", 5), MPC_SIGNATURE);
		sig[bit / 8] ^= (uint8_t) (1 << bit % 8);
	}
	pk[0] ^= 1;
	assert_int_equal(mpc_sign_verify(sig, pk, TAG, "hello", 5), MPC_SIGNATURE);
}

/* S + l satisfies the equation of the curve; RFC 8032, section 5.1.7, refuses S >= l. */
static void
test_malleability(void **state)
{
	uint8_t		pk[MPC_SIGN_PK_BYTES];
	uint8_t		sk[MPC_SIGN_SK_BYTES];
	uint8_t		sig[MPC_SIG_BYTES];
	MpcWide		s;
	MpcWide		order;

	(void) state;
	test_key(pk, sk);
	mpc_sign(sig, sk, TAG, "hello", 5);
	memcpy(order.limb, mpc_field_order, sizeof(order.limb));
	mpc_wide_load(&s, sig + 32);
	mpc_wide_add(&s, &order);
	mpc_wide_store(sig + 32, &s);
	assert_int_equal(mpc_sign_verify(sig, pk, TAG, "hello", 5), MPC_SIGNATURE);
}

/* Public keys of small order verify anything in a careless library. */
static void
test_small_order_key(void **state)
{
	uint8_t		pk[MPC_SIGN_PK_BYTES] = {1};	/* the neutral element */
	uint8_t		sig[MPC_SIG_BYTES] = {1};	/* R neutral, S zero */

	(void) state;
	assert_int_equal(mpc_sign_verify(sig, pk, TAG, "hello", 5), MPC_SIGNATURE);
	pk[0] = 0;					/* order 4 */
	assert_int_equal(mpc_sign_verify(sig, pk, TAG, "hello", 5), MPC_SIGNATURE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ed25519_rfc8032),
		cmocka_unit_test(test_signed_text),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_every_flipped_bit),
		cmocka_unit_test(test_malleability),
		cmocka_unit_test(test_small_order_key),
	};

	if (mpc_core_init() != MPC_OK)
		return 1;
	return cmocka_run_group_tests_name("sign", tests, NULL, NULL);
}
