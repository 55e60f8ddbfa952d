/*
 * test_pair.c
 *		Do two parties derive the same key, and nobody a weak one?
 *
 * Vectors: RFC 7748, sections 5.2 and 6.1; low-order points after Wycheproof's
 * x25519_test.json; PROTOCOLS section L for the keys of our own.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "crypto/pair.h"
#include "crypto/secret.h"
#include "kat.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

typedef struct DhVector
{
	const char *sk;
	const char *pk;
	const char *shared;
} DhVector;

static const DhVector vectors[] = {
	/* RFC 7748, section 5.2 */
	{"a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
		"e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
	"c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"},
	{"4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
		"e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
	"95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"},
	/* RFC 7748, section 6.1: Alice with Bob, Bob with Alice */
	{"77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
		"de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
	"4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"},
	{"5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
		"8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
	"4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"},
};

/* 0, 1, the two points of order 8, p - 1, p, p + 1 for p = 2^255 - 19 */
static const char *const low_order[] = {
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
	"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

static void
test_x25519_rfc7748(void **state)
{
	uint8_t		sk[32];
	uint8_t		pk[32];
	uint8_t		shared[32];
	uint8_t		expected[32];
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(vectors); i++)
	{
		kat_hex(sk, 32, vectors[i].sk);
		kat_hex(pk, 32, vectors[i].pk);
		kat_hex(expected, 32, vectors[i].shared);
		assert_int_equal(mpc_dh(shared, sk, pk), MPC_OK);
		assert_memory_equal(shared, expected, 32);
	}
}

/* RFC 7748, section 5.2: the function applied to its own results, 1 and 1000 times */
static void
test_x25519_iterated(void **state)
{
	uint8_t		k[32] = {9};
	uint8_t		u[32] = {9};
	uint8_t		next[32];
	uint8_t		expected[32];
	int			i;

	(void) state;
	for (i = 0; i < 1000; i++)
	{
		assert_int_equal(mpc_dh(next, k, u), MPC_OK);
		memcpy(u, k, 32);
		memcpy(k, next, 32);
		if (i == 0)
		{
			kat_hex(expected, 32, "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
			assert_memory_equal(k, expected, 32);
		}
	}
	kat_hex(expected, 32, "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
	assert_memory_equal(k, expected, 32);
}

static void
test_low_order_refused(void **state)
{
	uint8_t		sk[32];
	uint8_t		pk[32];
	uint8_t		shared[32];
	size_t		i;

	(void) state;
	kat_hex(sk, 32, vectors[0].sk);
	for (i = 0; i < 2 * LENGTH(low_order); i++)
	{
		kat_hex(pk, 32, low_order[i / 2]);
		pk[31] |= (uint8_t) (i % 2 << 7);	/* the top bit is ignored, RFC 7748, section 5 */
		memset(shared, 0xee, sizeof(shared));
		assert_int_equal(mpc_dh(shared, sk, pk), MPC_IDENTITY);
		assert_true(mpc_is_zero(shared, sizeof(shared)));
	}
}

static void
test_fresh_pairs(void **state)
{
	uint8_t		pk[2][32];
	uint8_t		sk[2][32];
	uint8_t		shared[2][32];

	(void) state;
	assert_int_equal(mpc_dh_keypair(pk[0], sk[0]), MPC_OK);
	assert_int_equal(mpc_dh_keypair(pk[1], sk[1]), MPC_OK);
	assert_memory_not_equal(sk[0], sk[1], 32);
	assert_int_equal(mpc_dh(shared[0], sk[0], pk[1]), MPC_OK);
	assert_int_equal(mpc_dh(shared[1], sk[1], pk[0]), MPC_OK);
	assert_memory_equal(shared[0], shared[1], 32);
}

/* The key that party `me` derives with party `them`. */
static void
own_key(uint8_t key[MPC_PAIR_KEY_BYTES], int me, int them)
{
	uint8_t		static_half[32];
	uint8_t		fresh_half[32];

	assert_int_equal(mpc_dh(static_half, kat_x25519_sk[me], kat_x25519_pk[them]), MPC_OK);
	assert_int_equal(mpc_dh(fresh_half, kat_eph_sk[me], kat_eph_pk[them]), MPC_OK);
	mpc_pair_key(key, MPC_PURPOSE_MASK, static_half, fresh_half, kat_rid, kat_pid[me], kat_pid[them]);
}

/* PROTOCOLS section L: both ends, all pairs, with the confirmation */
static void
test_own_keys(void **state)
{
	uint8_t		key[MPC_PAIR_KEY_BYTES];
	uint8_t		tag[MPC_CONFIRM_BYTES];
	int			p;

	(void) state;
	for (p = 0; p < KAT_PAIRS; p++)
	{
		own_key(key, kat_pair[p][0], kat_pair[p][1]);
		assert_memory_equal(key, kat_key[p], 32);
		own_key(key, kat_pair[p][1], kat_pair[p][0]);
		assert_memory_equal(key, kat_key[p], 32);
		mpc_pair_confirm(tag, key);
		assert_memory_equal(tag, kat_kc[p], MPC_CONFIRM_BYTES);
	}
}

/* Every input of the key changes it. */
static void
test_key_separation(void **state)
{
	uint8_t		a[32] = {1};
	uint8_t		b[32] = {2};
	uint8_t		key[32];
	uint8_t		other[32];

	(void) state;
	mpc_pair_key(key, MPC_PURPOSE_MASK, a, b, kat_rid, kat_pid[0], kat_pid[1]);
	mpc_pair_key(other, MPC_PURPOSE_MASK, b, a, kat_rid, kat_pid[0], kat_pid[1]);
	assert_memory_not_equal(key, other, 32);
	mpc_pair_key(other, (MpcPurpose) 2, a, b, kat_rid, kat_pid[0], kat_pid[1]);
	assert_memory_not_equal(key, other, 32);
	mpc_pair_key(other, MPC_PURPOSE_MASK, a, b, kat_pid[0], kat_pid[0], kat_pid[1]);
	assert_memory_not_equal(key, other, 32);
	mpc_pair_key(other, MPC_PURPOSE_MASK, a, b, kat_rid, kat_pid[0], kat_pid[2]);
	assert_memory_not_equal(key, other, 32);
}

/* RFC 8439, appendix A.1, test vectors #1 and #2: the zero key's stream, and any part of it. */
static void
test_stream(void **state)
{
	static const uint8_t zero[MPC_PAIR_KEY_BYTES];
	MpcFe		expected[4];
	MpcFe		out[4];
	MpcFe		all[37];
	MpcFe		part[3];
	size_t		k;

	(void) state;
	kat_hex(expected[0], 64, "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
			"da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586");
	kat_hex(expected[2], 64, "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
			"29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f");
	for (k = 0; k < 4; k++)
		expected[k][31] &= 0x0f;
	mpc_pair_stream(out, zero, 0, 4);
	assert_memory_equal(out, expected, sizeof(out));
	mpc_pair_stream(all, kat_key[0], 0, 37);
	for (k = 0; k + 3 <= 37; k += 2)
	{
		mpc_pair_stream(part, kat_key[0], k, 3);
		assert_memory_equal(part, all[k], sizeof(part));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_x25519_rfc7748),
		cmocka_unit_test(test_x25519_iterated),
		cmocka_unit_test(test_low_order_refused),
		cmocka_unit_test(test_fresh_pairs),
		cmocka_unit_test(test_own_keys),
		cmocka_unit_test(test_key_separation),
		cmocka_unit_test(test_stream),
	};

	if (mpc_core_init() != MPC_OK)
		return 1;
	return cmocka_run_group_tests_name("pair", tests, NULL, NULL);
}
