/*
 * test_field.c
 *		Is arithmetic modulo l right, and is every result canonical?
 *
 * The reference adds, subtracts and compares byte by byte, as on paper; products
 * are also compared with libsodium's.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "crypto/field.h"
#include "crypto/secret.h"
#include "kat.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))
#define ROUNDS 2000

/* l in bytes: RFC 9496, section 4.4 */
static const MpcFe order = {
	0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10
};

/* Canonical elements where carries and comparisons go wrong if they do. */
static const char *const edges[] = {
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0f",	/* 2^252 - 1 */
	"0000000000000000000000000000000000000000000000000000000000000010",	/* 2^252 */
	"f6e97a2e8d31092c6bce7b51ef7c6f0a00000000000000000000000000000008",	/* (l - 1) / 2 */
	"f7e97a2e8d31092c6bce7b51ef7c6f0a00000000000000000000000000000008",	/* (l + 1) / 2 */
	"ebd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",	/* l - 2 */
	"ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",	/* l - 1 */
	"ffffffffffffffff000000000000000000000000000000000000000000000000",
	"0000000000000000ffffffffffffffffffffffffffffffff0000000000000000",
};

static int
slow_compare(const uint8_t *a, const uint8_t *b)
{
	int			i;

	for (i = 31; i >= 0; i--)
	{
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	}
	return 0;
}

static void
slow_plus(uint8_t *r, const uint8_t *a, const uint8_t *b)
{
	int			carry = 0;
	int			i;

	for (i = 0; i < 32; i++)
	{
		carry += a[i] + b[i];
		r[i] = (uint8_t) (carry % 256);
		carry /= 256;
	}
}

static void
slow_minus(uint8_t *r, const uint8_t *a, const uint8_t *b)
{
	int			borrow = 0;
	int			i;

	for (i = 0; i < 32; i++)
	{
		int			digit = a[i] - b[i] - borrow;

		borrow = digit < 0;
		r[i] = (uint8_t) (digit + 256 * borrow);
	}
}

static void
check_pair(const MpcFe a, const MpcFe b)
{
	MpcFe		expected;
	MpcFe		r;

	slow_plus(expected, a, b);
	if (slow_compare(expected, order) >= 0)
		slow_minus(expected, expected, order);
	mpc_field_add(r, a, b);
	assert_memory_equal(r, expected, 32);
	assert_true(mpc_field_is_canonical(r));

	memcpy(expected, a, 32);
	if (slow_compare(a, b) < 0)
		slow_plus(expected, a, order);
	slow_minus(expected, expected, b);
	mpc_field_sub(r, a, b);
	assert_memory_equal(r, expected, 32);
	assert_true(mpc_field_is_canonical(r));
}

/* r = a + b mod l on paper */
static void
slow_add(MpcFe r, const MpcFe a, const MpcFe b)
{
	MpcFe		sum;

	slow_plus(sum, a, b);
	if (slow_compare(sum, order) >= 0)
		slow_minus(sum, sum, order);
	memcpy(r, sum, 32);
}

/* r = n bytes, little-endian, times factor, mod l: doubled and added, bit by bit. */
static void
slow_times(MpcFe r, const uint8_t *bytes, size_t n, const MpcFe factor)
{
	MpcFe		product = {0};
	size_t		bit;

	for (bit = 8 * n; bit-- > 0;)
	{
		slow_add(product, product, product);
		if (bytes[bit / 8] >> (bit % 8) & 1)
			slow_add(product, product, factor);
	}
	memcpy(r, product, 32);
}

static void
check_product(const MpcFe a, const MpcFe b)
{
	MpcFe		expected;
	MpcFe		r;

	slow_times(expected, a, 32, b);
	mpc_field_mul(r, a, b);
	assert_memory_equal(r, expected, 32);
	crypto_core_ristretto255_scalar_mul(expected, a, b);
	assert_memory_equal(r, expected, 32);
}

static void
check_hash(const uint8_t bytes[64])
{
	static const MpcFe one = {1};
	MpcFe		expected;
	MpcFe		r;

	slow_times(expected, bytes, 64, one);
	mpc_field_from_hash(r, bytes);
	assert_memory_equal(r, expected, 32);
}

static void
test_order(void **state)
{
	MpcWide		wide;

	(void) state;
	mpc_wide_load(&wide, order);
	assert_memory_equal(wide.limb, mpc_field_order, sizeof(wide.limb));
}

static void
test_edges(void **state)
{
	MpcFe		a;
	MpcFe		b;
	size_t		i;
	size_t		j;

	(void) state;
	for (i = 0; i < LENGTH(edges); i++)
	{
		for (j = 0; j < LENGTH(edges); j++)
		{
			kat_hex(a, 32, edges[i]);
			kat_hex(b, 32, edges[j]);
			check_pair(a, b);
			check_product(a, b);
		}
	}
}

static void
test_random_pairs(void **state)
{
	uint8_t		pair[2][32];
	uint32_t	seed;

	(void) state;
	for (seed = 0; seed < ROUNDS; seed++)
	{
		kat_fill(pair, sizeof(pair), seed);
		pair[0][31] &= 0x0f;
		pair[1][31] &= 0x0f;
		check_pair(pair[0], pair[1]);
		check_product(pair[0], pair[1]);
	}
}

/* Far more products than the slow reference can check; many of them with long runs of equal bits. */
static void
test_products(void **state)
{
	uint8_t		drawn[4][32];
	MpcFe		expected;
	MpcFe		r;
	uint32_t	seed;
	int			i;

	(void) state;
	for (seed = 0; seed < 100 * ROUNDS; seed++)
	{
		kat_fill(drawn, sizeof(drawn), seed);
		for (i = 0; i < 32; i++)
		{
			drawn[0][i] = drawn[2][i] % 3 == 0 ? drawn[0][i] : (uint8_t) -(drawn[2][i] & 1);
			drawn[1][i] = drawn[3][i] % 3 == 0 ? drawn[1][i] : (uint8_t) -(drawn[3][i] & 1);
		}
		drawn[0][31] &= 0x0f;
		drawn[1][31] &= 0x0f;
		mpc_field_mul(r, drawn[0], drawn[1]);
		crypto_core_ristretto255_scalar_mul(expected, drawn[0], drawn[1]);
		assert_memory_equal(r, expected, 32);
	}
}

static void
test_inverses(void **state)
{
	static const size_t counts[] = {0, 1, 2, 3, 128};
	static const MpcFe one = {1};
	MpcFe		a[129];
	MpcFe		r[129];
	MpcFe		product;
	size_t		i;
	size_t		n;

	(void) state;
	kat_fill(a, sizeof(a), 7);
	for (i = 0; i < LENGTH(a); i++)
		a[i][31] &= 0x0f;
	kat_hex(a[0], 32, edges[7]);
	for (i = 0; i < LENGTH(counts); i++)
	{
		memset(r, 0xaa, sizeof(r));
		mpc_field_invert_all(r, (const MpcFe *) a, counts[i]);
		for (n = 0; n < counts[i]; n++)
		{
			slow_times(product, r[n], 32, a[n]);
			assert_memory_equal(product, one, 32);
		}
		assert_int_equal(r[n][0], 0xaa);	/* no more than n were written */
	}
}

static void
test_hashes(void **state)
{
	uint8_t		bytes[64];
	uint32_t	seed;

	(void) state;
	memset(bytes, 0xff, sizeof(bytes));
	check_hash(bytes);
	memset(bytes, 0, sizeof(bytes));
	check_hash(bytes);
	memcpy(bytes, order, 32);
	check_hash(bytes);
	memcpy(bytes + 32, order, 32);
	check_hash(bytes);
	for (seed = 0; seed < 50; seed++)
	{
		kat_fill(bytes, sizeof(bytes), seed);
		check_hash(bytes);
	}
}

static void
test_aliasing(void **state)
{
	MpcFe		a = {200};
	MpcFe		b = {100};
	MpcFe		zero = {0};

	(void) state;
	mpc_field_add(a, a, b);
	mpc_field_sub(b, a, b);
	assert_int_equal(b[0], 200);
	mpc_field_add(b, b, b);
	assert_int_equal(b[0] + 256 * b[1], 400);
	mpc_field_sub(b, b, b);
	assert_memory_equal(b, zero, 32);
	memcpy(a, zero, 32);
	a[0] = 5;
	b[0] = 3;
	mpc_field_mul(a, a, b);
	mpc_field_mul(b, a, b);
	mpc_field_mul(b, b, b);
	assert_int_equal(b[0] + 256 * b[1], 45 * 45);
}

static void
check_canonical(const char *hex, bool expected)
{
	MpcFe		e;

	kat_hex(e, 32, hex);
	assert_int_equal(mpc_field_is_canonical(e), expected);
}

static void
test_canonical(void **state)
{
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(edges); i++)
		check_canonical(edges[i], true);
	check_canonical("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", false); /* l */
	check_canonical("eed3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", false); /* l + 1 */
	check_canonical("0000000000000000d79cf7a2def9de1400000000000000000000000000000010", false);
	check_canonical("0000000000000000000000000000000001000000000000000000000000000010", false);
	check_canonical("0000000000000000000000000000000000000000000000000000000000000011", false);
	check_canonical("0000000000000000000000000000000000000000000000000000000000000080", false);
	check_canonical("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", false);
}

static void
check_encoding(const char *decimal, const char *hex)
{
	MpcWide		v;
	MpcWide		back;
	MpcFe		e;
	MpcFe		expected;

	kat_hex(expected, 32, hex);
	assert_int_equal(mpc_wide_from_decimal(&v, decimal), MPC_OK);
	mpc_field_from_wide(e, &v);
	assert_memory_equal(e, expected, 32);
	assert_true(mpc_field_is_canonical(e));
	mpc_field_to_wide(&back, e);
	assert_int_equal(mpc_wide_compare(&v, &back), 0);
}

static void
test_encodings(void **state)
{
	(void) state;
	check_encoding("0", edges[0]);
	check_encoding("1", edges[1]);
	check_encoding("-1", "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
	check_encoding("-2", "ebd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
	check_encoding("18446744073709551615", edges[8]);
	/* 2^251 - 1 and its negative, the largest that may be encoded */
	check_encoding("3618502788666131106986593281521497120414687020801267626233049500247285301247",
				   "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff07");
	check_encoding("-3618502788666131106986593281521497120414687020801267626233049500247285301247",
				   "eed3f55c1a631258d69cf7a2def9de1400000000000000000000000000000008");
}

/* (l - 1) / 2 is the largest that stands for itself; its successor is its negative. */
static void
test_centre(void **state)
{
	MpcFe		e;
	MpcWide		low;
	MpcWide		high;

	(void) state;
	kat_hex(e, 32, edges[4]);
	mpc_field_to_wide(&low, e);
	assert_false(mpc_wide_is_negative(&low));
	kat_hex(e, 32, edges[5]);
	mpc_field_to_wide(&high, e);
	assert_true(mpc_wide_is_negative(&high));
	mpc_wide_negate(&high);
	assert_int_equal(mpc_wide_compare(&low, &high), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_random_pairs),
		cmocka_unit_test(test_products),
		cmocka_unit_test(test_inverses),
		cmocka_unit_test(test_hashes),
		cmocka_unit_test(test_aliasing),
		cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_centre),
	};

	if (mpc_core_init() != MPC_OK)
		return 1;
	return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
