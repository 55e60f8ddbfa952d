/*
 * test_mask.c
 *		Do the masks hide, cancel, and equal the published stream?
 *
 * Vectors: RFC 8439, appendix A.1 (ChaCha20 of libsodium, and our masks as its
 * stream); PROTOCOLS section L. The lazy sums are checked against one field
 * addition per mask.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "crypto/mask.h"
#include "crypto/secret.h"
#include "kat.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))
#define CHUNK		128			/* as in mask.c, so that its edges are met */
#define MAX_LANES	1000
#define MAX_PARTIES 8
#define MANY_PAIRS	65536		/* the most that mask.h allows */

typedef struct ChachaVector
{
	const char *key;
	const char *nonce;
	uint32_t	counter;
	const char *stream;
} ChachaVector;

/* RFC 8439, appendix A.1, test vectors #1 to #5 */
static const ChachaVector vectors[] = {
	{"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", 0,
		"76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
	"da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586"},
	{"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", 1,
		"9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
	"29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f"},
	{"0000000000000000000000000000000000000000000000000000000000000001", "000000000000000000000000", 1,
		"3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a"
	"8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0"},
	{"00ff000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", 2,
		"72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca"
	"13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096"},
	{"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000002", 0,
		"c2c64d378cd536374ae204b9ef933fcd1a8b2288b3dfa49672ab765b54ee27c7"
	"8a970e0e955c14f3a88e741b97c286f75f8fc299e8148362fa198a39531bed6d"},
};

static void
test_chacha20_rfc8439(void **state)
{
	uint8_t		key[32];
	uint8_t		nonce[12];
	uint8_t		expected[64];
	uint8_t		stream[64];
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(vectors); i++)
	{
		kat_hex(key, sizeof(key), vectors[i].key);
		kat_hex(nonce, sizeof(nonce), vectors[i].nonce);
		kat_hex(expected, sizeof(expected), vectors[i].stream);
		memset(stream, 0, sizeof(stream));
		crypto_stream_chacha20_ietf_xor_ic(stream, stream, sizeof(stream), nonce,
										   vectors[i].counter, key);
		assert_memory_equal(stream, expected, sizeof(stream));
	}
}

/* Vectors #1 and #2 are the first four elements of the mask of the zero key. */
static void
test_mask_is_the_stream(void **state)
{
	MpcMask		pair = {{0}, 1};
	MpcFe		expected[4];
	MpcFe		x[4] = {{0}};
	int			k;

	(void) state;
	kat_hex(expected[0], 64, vectors[0].stream);
	kat_hex(expected[2], 64, vectors[1].stream);
	mpc_mask_apply(x, (const MpcFe *) x, 4, &pair, 1);
	for (k = 0; k < 4; k++)
		expected[k][31] &= 0x0f;
	assert_memory_equal(x, expected, sizeof(expected));
}

/* The masks of a party of the own vectors: added towards greater pids. */
static size_t
own_pairs(MpcMask pairs[KAT_PAIRS], int party)
{
	size_t		n = 0;
	int			p;

	for (p = 0; p < KAT_PAIRS; p++)
	{
		if (kat_pair[p][0] != party && kat_pair[p][1] != party)
			continue;
		memcpy(pairs[n].key, kat_key[p], MPC_PAIR_KEY_BYTES);
		pairs[n].sign = kat_pair[p][0] == party ? 1 : -1;
		n++;
	}
	return n;
}

/* PROTOCOLS section L */
static void
test_own_masks(void **state)
{
	MpcMask		pair;
	MpcFe		y[KAT_LANES];
	const MpcFe zero[KAT_LANES] = {{0}};
	int			p;

	(void) state;
	for (p = 0; p < KAT_PAIRS; p++)
	{
		memcpy(pair.key, kat_key[p], MPC_PAIR_KEY_BYTES);
		pair.sign = 1;
		mpc_mask_apply(y, zero, KAT_LANES, &pair, 1);
		assert_memory_equal(y, kat_mask[p], sizeof(y));
	}
}

/* PROTOCOLS section L: what each party sends, and what everybody's sum is */
static void
test_own_replies(void **state)
{
	MpcMask		pairs[KAT_PAIRS];
	MpcFe		y[KAT_LANES];
	MpcFe		sum[KAT_LANES] = {{0}};
	MpcWide		v;
	int64_t		opened;
	int			i;
	int			k;

	(void) state;
	for (i = 0; i < KAT_PARTIES; i++)
	{
		for (k = 0; k < KAT_LANES; k++)
		{
			mpc_wide_from_int128(&v, kat_x[i][k]);
			mpc_field_from_wide(y[k], &v);
		}
		mpc_mask_apply(y, (const MpcFe *) y, KAT_LANES, pairs, own_pairs(pairs, i));
		assert_memory_equal(y, kat_y[i], sizeof(y));
		for (k = 0; k < KAT_LANES; k++)
			mpc_field_add(sum[k], sum[k], y[k]);
	}
	for (k = 0; k < KAT_LANES; k++)
	{
		mpc_field_to_wide(&v, sum[k]);
		assert_true(mpc_wide_to_int64(&v, &opened));
		assert_true(opened == kat_sum[k]);
	}
}

/* The key of the pair (i, j), the same for (j, i). */
static void
pair_of(MpcMask *pair, int i, int j, uint32_t seed)
{
	int			lo = i < j ? i : j;
	int			hi = i < j ? j : i;

	kat_fill(pair->key, MPC_PAIR_KEY_BYTES, seed * 1000 + (uint32_t) (lo * MAX_PARTIES + hi));
	pair->sign = i < j ? 1 : -1;
}

/* Party i's masked vector of random elements; the bare elements are added to sum. */
static void
take_part(MpcFe *y, MpcFe *sum, int i, int n, size_t m, uint32_t seed)
{
	MpcMask		pairs[MAX_PARTIES];
	size_t		npairs = 0;
	size_t		k;
	int			j;

	kat_fill(y, m * sizeof(MpcFe), seed * 100 + (uint32_t) i);
	for (k = 0; k < m; k++)
	{
		y[k][31] &= 0x0f;
		mpc_field_add(sum[k], sum[k], y[k]);
	}
	for (j = 0; j < n; j++)
	{
		if (j != i)
			pair_of(&pairs[npairs++], i, j, seed);
	}
	mpc_mask_apply(y, (const MpcFe *) y, m, pairs, npairs);
}

static void
check_cancel(int n, size_t m, uint32_t seed)
{
	static MpcFe y[MAX_LANES];
	static MpcFe bare[MAX_LANES];
	static MpcFe opened[MAX_LANES];
	size_t		k;
	int			i;

	memset(bare, 0, sizeof(bare));
	memset(opened, 0, sizeof(opened));
	for (i = 0; i < n; i++)
	{
		take_part(y, bare, i, n, m, seed);
		for (k = 0; k < m; k++)
		{
			assert_true(mpc_field_is_canonical(y[k]));
			mpc_field_add(opened[k], opened[k], y[k]);
		}
	}
	assert_memory_equal(opened, bare, m * sizeof(MpcFe));
}

static void
test_masks_cancel(void **state)
{
	static const size_t lanes[] = {
		1, 2, 3, 15, 16, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK - 1, 2 * CHUNK, 2 * CHUNK + 1, MAX_LANES
	};
	size_t		i;
	int			n;

	(void) state;
	for (i = 0; i < LENGTH(lanes); i++)
	{
		for (n = 2; n <= MAX_PARTIES; n += 3)
			check_cancel(n, lanes[i], (uint32_t) (i * 10) + (uint32_t) n);
	}
}

/* Element k of a mask depends on k alone: not on m, nor on the chunk it falls into. */
static void
test_mask_prefix(void **state)
{
	static MpcFe whole[MAX_LANES];
	static MpcFe part[MAX_LANES];
	static const MpcFe zero[MAX_LANES];
	static uint8_t stream[MAX_LANES * 32];
	uint8_t		nonce[12] = {0};
	MpcMask		pair;
	size_t		m;

	(void) state;
	pair_of(&pair, 0, 1, 77);
	mpc_mask_apply(whole, zero, MAX_LANES, &pair, 1);
	crypto_stream_chacha20_ietf(stream, sizeof(stream), nonce, pair.key);
	for (m = 0; m < MAX_LANES; m++)
		stream[32 * m + 31] &= 0x0f;
	assert_memory_equal(whole, stream, sizeof(stream));
	for (m = 0; m < MAX_LANES; m += 37)
	{
		memset(part, 0, sizeof(part));
		mpc_mask_apply(part, zero, m, &pair, 1);
		assert_memory_equal(part, whole, m * sizeof(MpcFe));
		assert_true(mpc_is_zero(part[m], sizeof(MpcFe)));	/* nothing beyond m */
	}
}

static void
test_aliasing(void **state)
{
	static MpcFe x[MAX_LANES];
	static MpcFe y[MAX_LANES];
	MpcMask		pairs[3];
	size_t		k;
	int			i;

	(void) state;
	kat_fill(x, sizeof(x), 5);
	for (k = 0; k < MAX_LANES; k++)
		x[k][31] &= 0x0f;
	for (i = 0; i < 3; i++)
		pair_of(&pairs[i], 1, i == 1 ? 3 : i, 5);
	mpc_mask_apply(y, (const MpcFe *) x, MAX_LANES, pairs, 3);
	mpc_mask_apply(x, (const MpcFe *) x, MAX_LANES, pairs, 3);
	assert_memory_equal(x, y, sizeof(x));
}

static void
test_no_pairs(void **state)
{
	MpcFe		x[2];
	MpcFe		y[2];

	(void) state;
	/* nothing to add: x itself, also l - 1 */
	kat_hex(x[0], 32, "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
	memset(x[1], 0, sizeof(x[1]));
	mpc_mask_apply(y, (const MpcFe *) x, 2, NULL, 0);
	assert_memory_equal(x, y, sizeof(x));
}

/* Sums far from zero in either direction: one field operation per mask is the reference. */
static void
check_many(int sign, size_t npairs)
{
	static MpcMask pairs[MANY_PAIRS];
	const MpcFe zero[2] = {{0}};
	MpcFe		mask[2];
	MpcFe		expected[2] = {{0}};
	MpcFe		y[2];
	size_t		p;

	for (p = 0; p < npairs; p++)
	{
		kat_fill(pairs[p].key, MPC_PAIR_KEY_BYTES, (uint32_t) p);
		pairs[p].sign = 1;
		mpc_mask_apply(mask, zero, 2, &pairs[p], 1);
		pairs[p].sign = sign;
		(sign > 0 ? mpc_field_add : mpc_field_sub) (expected[0], expected[0], mask[0]);
		(sign > 0 ? mpc_field_add : mpc_field_sub) (expected[1], expected[1], mask[1]);
	}
	mpc_mask_apply(y, zero, 2, pairs, npairs);
	assert_memory_equal(y, expected, sizeof(y));
}

static void
test_lazy_sums(void **state)
{
	size_t		npairs;

	(void) state;
	for (npairs = 1; npairs <= 200; npairs++)
	{
		check_many(1, npairs);
		check_many(-1, npairs);
	}
	check_many(1, MANY_PAIRS);
	check_many(-1, MANY_PAIRS);
}

/*
 * Sums that are a multiple of l away from an edge, where a conditional addition
 * or subtraction of l decides: x is chosen so that the masks lead exactly there.
 * Random sums come there with probability 2^-110.
 */
static void
check_edge(const char *hex, const MpcMask *pairs, size_t npairs)
{
	const MpcFe zero[CHUNK] = {{0}};
	MpcFe		mask[CHUNK];
	MpcFe		y[CHUNK];
	MpcFe		target;
	size_t		k;

	kat_hex(target, 32, hex);
	mpc_mask_apply(mask, zero, CHUNK, pairs, npairs);
	for (k = 0; k < CHUNK; k++)
		mpc_field_sub(y[k], target, mask[k]);
	mpc_mask_apply(y, (const MpcFe *) y, CHUNK, pairs, npairs);
	for (k = 0; k < CHUNK; k++)
		assert_memory_equal(y[k], target, 32);
}

static void
test_reduction_edges(void **state)
{
	static const char *const edges[] = {
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000000", /* l - 2^252 - 1 */
		"edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000000", /* l - 2^252 */
		"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0f", /* 2^252 - 1 */
		"0000000000000000000000000000000000000000000000000000000000000010", /* 2^252 */
		"ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", /* l - 1 */
	};
	MpcMask		pairs[MAX_PARTIES];
	size_t		npairs;
	size_t		i;
	int			sign;

	(void) state;
	for (npairs = 0; npairs < MAX_PARTIES; npairs++)
		pair_of(&pairs[npairs], 0, (int) npairs, 99);
	for (sign = -1; sign <= 1; sign += 2)
	{
		for (npairs = 0; npairs < MAX_PARTIES; npairs++)
			pairs[npairs].sign = sign;
		for (npairs = 0; npairs <= MAX_PARTIES; npairs++)
		{
			for (i = 0; i < LENGTH(edges); i++)
				check_edge(edges[i], pairs, npairs);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chacha20_rfc8439),
		cmocka_unit_test(test_mask_is_the_stream),
		cmocka_unit_test(test_own_masks),
		cmocka_unit_test(test_own_replies),
		cmocka_unit_test(test_masks_cancel),
		cmocka_unit_test(test_mask_prefix),
		cmocka_unit_test(test_aliasing),
		cmocka_unit_test(test_no_pairs),
		cmocka_unit_test(test_lazy_sums),
		cmocka_unit_test(test_reduction_edges),
	};

	if (mpc_core_init() != MPC_OK)
		return 1;
	return cmocka_run_group_tests_name("mask", tests, NULL, NULL);
}
