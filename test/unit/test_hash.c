/*
 * test_hash.c
 *		Do tagged hashes and HKDF give the published answers?
 *
 * Vectors: RFC 4231 (HMAC-SHA-512 of libsodium, which our HKDF rests on),
 * Wycheproof hkdf_sha512_test.json (tcId given), PROTOCOLS section L.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "kat.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

typedef struct HmacVector
{
	const char *section;
	uint8_t		key_byte;		/* the key, when key is NULL, is key_len of these */
	size_t		key_len;
	const char *key;
	uint8_t		data_byte;		/* likewise */
	size_t		data_len;
	const char *data;
	const char *mac;
} HmacVector;

/* RFC 4231, sections 4.2 to 4.5, 4.7 and 4.8 (4.6 is truncated to 128 bits, see below) */
static const HmacVector hmac_vectors[] = {
	{"4.2", 0x0b, 20, NULL, 0, 8, "Hi There",
		"87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
	"daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"},
	{"4.3", 0, 4, "Jefe", 0, 28, "what do ya want for nothing?",
		"164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
	"9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"},
	{"4.4", 0xaa, 20, NULL, 0xdd, 50, NULL,
		"fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39"
	"bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb"},
	{"4.5", 0, 25,
		"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d"
		"\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19",
		0xcd, 50, NULL,
		"b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3db"
	"a91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd"},
	{"4.7", 0xaa, 131, NULL, 0, 54, "Test Using Larger Than Block-Size Key - Hash Key First",
		"80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
	"6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"},
	{"4.8", 0xaa, 131, NULL, 0, 152,
		"This is a test using a larger than block-size key and a larger than "
		"block-size data. The key needs to be hashed before being used by the "
		"HMAC algorithm.",
		"e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944"
	"b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58"},
};

typedef struct HkdfVector
{
	int			tc_id;
	size_t		out_len;
	const char *ikm;
	const char *salt;
	const char *info;
	const char *okm;			/* out_len bytes, or the first ones of them */
} HkdfVector;

/* C2SP/wycheproof, testvectors_v1/hkdf_sha512_test.json */
static const HkdfVector hkdf_vectors[] = {
	{1, 20, "24aeff2645e3e0f5494a9a102778c43a", "", "",
	"dd2599840b09699c6200b5cba79002b3aa75c61b"},
	{3, 64, "a4748031a14d3e6aafe42aa20c568f5f", "", "",
		"62ea97e06051e40b79deb127a4da294f557cafa3d7a90a75c02064571dfbbe46"
	"99129bdcec4b39eed7757ce8e3571589f7d8f5523c0dc3fd6a56b099fb4bfd51"},
	{5, 42, "c181696a19ab1a32eb6e81b2925d8990", "", "d8c8de92fe5422c9825996354db1821ba43a81ac",
	"bd646410b4ef179e10369db6d7e4fe841e7915f8ae793b8f49149c05a0cee691b234c8cbb51c8b038b7a"},
	{9, 64, "529e91a61895f1c4ceb5b6994f48783b", "12e4ae515328983bab2d88da3cb32a95", "",
		"9c40abb65d7ef9826758a9818668624907b2bc0d9ff6b80d60673d2fdd684188"
	"74f48bf1960d75e19c6594d7079b6b019d8e3ec98705a6b4886e122c9eab955e"},
	{12, 64, "7a00817689a3d79001825a864c69c120", "08bc01c053a6406c7c4a667c9b9b3894",
		"967ccd75395be6e96a67759f070487c9e2107791",
		"aed987bcc5ed33c4feec7b28aa9fe1c16b1181e00ff42c63cf692ec19242f6d4"
	"628604b3382db0806d5e61518f83fc651e6f3bd0a9d1322926a76869b98b75d6"},
	{18, 64, "d515f58eed428b2bac233c8538580e2f",
		"c2a3ad9db6621fceb7498c0e6287522077acd2d47b55c09d52e114943b37",
		"14de8cffd89e49275f69d2e1e6b43fa0c3775451",
		"04039af015d1b63b0af171e0fc283c06d19a0e4b1093fa5f8c721d85580c5279"
	"9f13d644543c2249497492f55029ce9cd19a29cd84acbc1488724941a3fc97fc"},
	{20, 42, "24a37db03dbcffbe9e28d582d0d8c60a",
		"4c3d3b4f5436418713fbe2fbc4d647095ce5d5392dcfffd20327187e14fb6836"
		"0b94c5122203292d8b648a754ab70f6d3d61e0650f06d55c4b5762cba0231e27",
		"8cd9e7b786a74bd370bae434e31a559bdf75d65f",
	"ea18185ff290f27480f625404a39d56582a1bcd8f74f97cfccb898ddf2611833ed57fa46e88e145b604d"},
	{21, 16320, "83c6fa101a922bf4e0ab38c1853b82f8",
		"7ea9bd3ed65fdbec456e4859209d0e87336b0a04bd342fccede6fa4cb1233178"
		"9a9af13d3c96e955a74550883aa5a80e055ad7682a26c8b2343088d05f15f80d",
		"c893d162bf0036e4",
		"c80c2cce5fc294e1e680e665bbd7aac8f4fc270436bf0d016022ef38a2c44790"
		"eee8cbbd7215e4a5664ab22c8228fb8eb384d120e1a7fe80eff18e03e8ff41fd"
		"3968470ba1cacf52ada34d31fcba1fbb7b6f5e4ed784b20e7b06d943e52cb8e7"
	"95f4aaf4b4a9011af559d0cc7d7bada79c3c2b24d5bab8ad8608b8ee8f52ddd3"},
};

static const void *
bytes_or_fill(uint8_t *room, const char *bytes, uint8_t byte, size_t len)
{
	if (bytes != NULL)
		return bytes;
	memset(room, byte, len);
	return room;
}

static void
hmac_of(uint8_t mac[64], const HmacVector *v)
{
	crypto_auth_hmacsha512_state state;
	uint8_t		key[256];
	uint8_t		data[256];

	crypto_auth_hmacsha512_init(&state, bytes_or_fill(key, v->key, v->key_byte, v->key_len), v->key_len);
	crypto_auth_hmacsha512_update(&state, bytes_or_fill(data, v->data, v->data_byte, v->data_len),
								  v->data_len);
	crypto_auth_hmacsha512_final(&state, mac);
}

static void
test_hmac_rfc4231(void **state)
{
	uint8_t		mac[64];
	uint8_t		expected[64];
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(hmac_vectors); i++)
	{
		kat_hex(expected, 64, hmac_vectors[i].mac);
		hmac_of(mac, &hmac_vectors[i]);
		assert_memory_equal(mac, expected, 64);
	}
}

/* RFC 4231, section 4.6: only 16 bytes are given */
static void
test_hmac_truncated(void **state)
{
	static const HmacVector v = {"4.6", 0x0c, 20, NULL, 0, 20, "Test With Truncation", NULL};
	uint8_t		mac[64];
	uint8_t		expected[16];

	(void) state;
	kat_hex(expected, 16, "415fad6271580a531d4179bc891d87a6");
	hmac_of(mac, &v);
	assert_memory_equal(mac, expected, 16);
}

static void
check_hkdf(const HkdfVector *v)
{
	static uint8_t out[16320];
	uint8_t		expected[128];
	uint8_t		ikm[16];
	uint8_t		salt[64];
	uint8_t		info[20];
	size_t		salt_len = strlen(v->salt) / 2;
	size_t		info_len = strlen(v->info) / 2;
	size_t		given = strlen(v->okm) / 2;

	kat_hex(ikm, sizeof(ikm), v->ikm);
	kat_hex(salt, salt_len, v->salt);
	kat_hex(info, info_len, v->info);
	kat_hex(expected, given, v->okm);
	mpc_hkdf(out, v->out_len, salt, salt_len, ikm, sizeof(ikm), info, info_len);
	assert_memory_equal(out, expected, given);
}

static void
test_hkdf_wycheproof(void **state)
{
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(hkdf_vectors); i++)
		check_hkdf(&hkdf_vectors[i]);
}

/* The last bytes of tcId 21: the step number 255 is right too. */
static void
test_hkdf_longest(void **state)
{
	const HkdfVector *v = &hkdf_vectors[LENGTH(hkdf_vectors) - 1];
	static uint8_t out[16320];
	uint8_t		ikm[16];
	uint8_t		salt[64];
	uint8_t		info[8];
	uint8_t		expected[32];

	(void) state;
	kat_hex(ikm, sizeof(ikm), v->ikm);
	kat_hex(salt, sizeof(salt), v->salt);
	kat_hex(info, sizeof(info), v->info);
	kat_hex(expected, sizeof(expected), "4d04ccc3790da286dd5bb194f1f4999252d28cc443137c843763e3e5b5d32c59");
	mpc_hkdf(out, sizeof(out), salt, sizeof(salt), ikm, sizeof(ikm), info, sizeof(info));
	assert_memory_equal(out + sizeof(out) - sizeof(expected), expected, sizeof(expected));
}

static void
test_hkdf_empty_pieces(void **state)
{
	uint8_t		zeros[64] = {0};
	uint8_t		a[40];
	uint8_t		b[40];

	(void) state;
	/* RFC 5869, section 2.2: no salt means HashLen zeros */
	mpc_hkdf(a, sizeof(a), NULL, 0, "ikm", 3, NULL, 0);
	mpc_hkdf(b, sizeof(b), zeros, sizeof(zeros), "ikm", 3, "", 0);
	assert_memory_equal(a, b, sizeof(a));
}

/* PROTOCOLS section L */
static void
test_th_own_vectors(void **state)
{
	uint8_t		out[MPC_TH_BYTES];

	(void) state;
	mpc_th(out, "MPCAGG-v1/test", NULL, 0);
	assert_memory_equal(out, kat_th, sizeof(kat_th));
	mpc_th32(out, "MPCAGG-v1/rid", "kat request", 11);
	assert_memory_equal(out, kat_rid, sizeof(kat_rid));
}

static void
test_pids_own_vectors(void **state)
{
	uint8_t		pid[MPC_TH32_BYTES];
	int			i;

	(void) state;
	for (i = 0; i < KAT_PARTIES; i++)
	{
		mpc_th32(pid, "MPCAGG-v1/party", kat_ed25519_pk[i], 32);
		assert_memory_equal(pid, kat_pid[i], 32);
	}
}

/* Pieces do not matter, and the tag cannot slide into the message. */
static void
test_th_pieces(void **state)
{
	MpcHash		hash;
	uint8_t		whole[MPC_TH_BYTES];
	uint8_t		pieces[MPC_TH_BYTES];

	(void) state;
	mpc_th(whole, "MPCAGG-v1/test", "abcdef", 6);
	mpc_hash_begin(&hash, "MPCAGG-v1/test");
	mpc_hash_add(&hash, "abc", 3);
	mpc_hash_add(&hash, NULL, 0);
	mpc_hash_add(&hash, "def", 3);
	mpc_hash_end(&hash, pieces);
	assert_memory_equal(whole, pieces, sizeof(whole));
	assert_true(mpc_is_zero(&hash, sizeof(hash)));

	mpc_th(pieces, "MPCAGG-v1/testa", "bcdef", 5);
	assert_memory_not_equal(whole, pieces, sizeof(whole));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hmac_rfc4231),
		cmocka_unit_test(test_hmac_truncated),
		cmocka_unit_test(test_hkdf_wycheproof),
		cmocka_unit_test(test_hkdf_longest),
		cmocka_unit_test(test_hkdf_empty_pieces),
		cmocka_unit_test(test_th_own_vectors),
		cmocka_unit_test(test_pids_own_vectors),
		cmocka_unit_test(test_th_pieces),
	};

	if (mpc_core_init() != MPC_OK)
		return 1;
	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
