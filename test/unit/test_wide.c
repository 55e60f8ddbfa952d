/*
 * test_wide.c
 *		Are the wide integers exact, and is their text?
 *
 * The reference is the compiler's 128-bit arithmetic; beyond it, decimal text
 * computed by hand.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "crypto/secret.h"
#include "crypto/wide.h"
#include "kat.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))
#define ROUNDS 2000
#define INT128_MAX ((__int128) (~(unsigned __int128) 0 >> 1))
#define INT128_MIN (-INT128_MAX - 1)

/* Canonical texts, in ascending order. */
static const char *const ascending[] = {
	"-57896044618658097711785492504343953926634992332820282019728792003956564819967", /* 1 - 2^255 */
	"-340282366920938463463374607431768211456",	/* -2^128 */
	"-170141183460469231731687303715884105729",	/* INT128_MIN - 1 */
	"-170141183460469231731687303715884105728",	/* INT128_MIN */
	"-100000000000000000000000000000000000000",	/* -10^38 */
	"-10000000000000000000000",
	"-18446744073709551616",
	"-9223372036854775809",
	"-9223372036854775808",
	"-1",
	"0",
	"1",
	"9",
	"10",
	"9223372036854775807",
	"9223372036854775808",
	"9999999999999999999",
	"10000000000000000000",		/* 10^19, where the digits are cut */
	"18446744073709551615",
	"18446744073709551616",
	"99999999999999999999999999999999999999",	/* 10^38 - 1, the largest numeric(38) */
	"100000000000000000000000000000000000000",	/* 10^38 */
	"170141183460469231731687303715884105727",
	"340282366920938463463374607431768211455",
	"6277101735386680763835789423207666416102355444464034512896",	/* 2^192 */
	"57896044618658097711785492504343953926634992332820282019728792003956564819967",	/* 2^255 - 1 */
};

static void
random_int128(__int128 *v, uint32_t seed)
{
	kat_fill(v, sizeof(*v), seed);
	*v >>= seed % 127;			/* all sizes */
}

static void
assert_wide_is(const MpcWide *r, __int128 v)
{
	uint64_t	sign = v < 0 ? UINT64_MAX : 0;

	assert_true(r->limb[0] == (uint64_t) v);
	assert_true(r->limb[1] == (uint64_t) ((unsigned __int128) v >> 64));
	assert_true(r->limb[2] == sign);
	assert_true(r->limb[3] == sign);
}

static void
test_from_int128(void **state)
{
	static const __int128 values[] = {0, 1, -1, INT64_MAX, INT64_MIN, INT128_MAX, INT128_MIN};
	MpcWide		r;
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(values); i++)
	{
		mpc_wide_from_int128(&r, values[i]);
		assert_wide_is(&r, values[i]);
		assert_int_equal(mpc_wide_is_negative(&r), values[i] < 0);
	}
}

static void
test_add_and_compare(void **state)
{
	MpcWide		x;
	MpcWide		y;
	__int128	a;
	__int128	b;
	uint32_t	seed;

	(void) state;
	for (seed = 0; seed < ROUNDS; seed++)
	{
		random_int128(&a, seed);
		random_int128(&b, seed + ROUNDS);
		mpc_wide_from_int128(&x, a);
		mpc_wide_from_int128(&y, b);
		assert_int_equal(mpc_wide_compare(&x, &y), (a > b) - (a < b));
		mpc_wide_from_int128(&x, a / 2);
		mpc_wide_from_int128(&y, b / 2);
		mpc_wide_add(&x, &y);
		assert_wide_is(&x, a / 2 + b / 2);
		mpc_wide_add_int128(&x, -(b / 2));
		assert_wide_is(&x, a / 2);
		mpc_wide_negate(&x);
		assert_wide_is(&x, -(a / 2));
	}
}

/* Carries beyond 128 bits, in both directions. */
static void
test_long_sums(void **state)
{
	MpcWide		r;
	char		text[MPC_WIDE_DECIMAL_MAX];
	int			i;

	(void) state;
	mpc_wide_from_int128(&r, 0);
	for (i = 0; i < 1000; i++)
		mpc_wide_add_int128(&r, INT128_MIN);
	mpc_wide_to_decimal(text, &r);
	assert_string_equal(text, "-170141183460469231731687303715884105728000");
	for (i = 0; i < 2000; i++)
		mpc_wide_add_int128(&r, INT128_MAX);
	mpc_wide_to_decimal(text, &r);
	assert_string_equal(text, "170141183460469231731687303715884105726000");
}

/* a * b, bit by bit. */
static void
slow_product(MpcWide *r, __int128 a, __int128 b)
{
	MpcWide		part;
	int			bit;

	mpc_wide_from_int128(r, 0);
	for (bit = 0; bit < 127; bit++)
	{
		if ((a >> bit & 1) == 0)
			continue;
		mpc_wide_from_int128(&part, b);
		mpc_wide_scale(&part, &part, UINT64_C(1) << bit / 2);
		mpc_wide_scale(&part, &part, UINT64_C(1) << (bit - bit / 2));
		mpc_wide_add(r, &part);
	}
	if (a >= 0)
		return;
	mpc_wide_from_int128(&part, b);	/* the sign bit: -2^127 * b */
	mpc_wide_scale(&part, &part, UINT64_C(1) << 63);
	mpc_wide_scale(&part, &part, UINT64_C(1) << 63);
	mpc_wide_scale(&part, &part, 2);
	mpc_wide_negate(&part);
	mpc_wide_add(r, &part);
}

static void
assert_product(__int128 a, __int128 b)
{
	MpcWide		r;
	MpcWide		expected;
	MpcWide		one;

	slow_product(&expected, a, b);
	mpc_wide_from_int128(&r, -1);
	mpc_wide_add_product(&r, a, b);
	mpc_wide_from_int128(&one, 1);
	mpc_wide_add(&r, &one);
	assert_int_equal(mpc_wide_compare(&r, &expected), 0);
}

static void
test_products(void **state)
{
	static const __int128 edges[] = {
		0, 1, -1, INT64_MAX, INT64_MIN, (__int128) 1 << 64, -((__int128) 1 << 64), ((__int128) 1 << 64) - 1,
		((__int128) 1 << 100) - 1, 1 - ((__int128) 1 << 100), INT128_MAX, -INT128_MAX
	};
	__int128	a;
	__int128	b;
	size_t		i;
	size_t		k;
	uint32_t	seed;

	(void) state;
	for (i = 0; i < LENGTH(edges); i++)
	{
		for (k = 0; k < LENGTH(edges); k++)
			assert_product(edges[i], edges[k]);
	}
	for (seed = 0; seed < ROUNDS; seed++)
	{
		random_int128(&a, seed);
		random_int128(&b, 3 * seed + ROUNDS);
		assert_product(a, b);
	}
}

/* Sums of products pass 2^192 and come back, digit for digit. */
static void
test_sum_of_products(void **state)
{
	const __int128 most = ((__int128) 1 << 100) - 1;
	MpcWide		r;
	char		text[MPC_WIDE_DECIMAL_MAX];
	int			i;

	(void) state;
	mpc_wide_from_int128(&r, 0);
	for (i = 0; i < 1000; i++)
		mpc_wide_add_product(&r, -most, most);
	mpc_wide_to_decimal(text, &r);
	assert_string_equal(text, "-1606938044258990275541962092338627301321746534979799428890625000");
	for (i = 0; i < 1000; i++)
		mpc_wide_add_product(&r, -most, -most);
	mpc_wide_to_decimal(text, &r);
	assert_string_equal(text, "0");
}

/* Beside multiplication by the power of two. */
static void
test_add_shifted(void **state)
{
	static const int64_t value[] = {0, 1, -1, INT64_MAX, INT64_MIN, INT64_C(0x123456789abcdef), -INT64_C(0x123456789abcdef)};
	unsigned	shift;
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(value); i++)
		for (shift = 0; shift <= 190; shift++)
		{
			MpcWide		want;
			MpcWide		r;
			unsigned	k;

			mpc_wide_from_int128(&want, value[i]);
			for (k = 0; k < shift; k++)
				mpc_wide_add(&want, &want);
			mpc_wide_add_int128(&want, 7);
			mpc_wide_from_int128(&r, 7);
			mpc_wide_add_shifted(&r, value[i], shift);
			assert_int_equal(mpc_wide_compare(&r, &want), 0);
		}
}

static void
test_scale(void **state)
{
	MpcWide		x;
	MpcWide		r;
	int64_t		a;
	uint64_t	k;
	uint32_t	seed;

	(void) state;
	for (seed = 0; seed < ROUNDS; seed++)
	{
		kat_fill(&a, sizeof(a), seed);
		kat_fill(&k, sizeof(k), seed + ROUNDS);
		k >>= 1 + seed % 60;	/* |a * k| < 2^126 */
		mpc_wide_from_int128(&x, a);
		mpc_wide_scale(&r, &x, k);
		assert_wide_is(&r, (__int128) a * (__int128) k);
		mpc_wide_scale(&x, &x, k);	/* in place */
		assert_int_equal(mpc_wide_compare(&x, &r), 0);
	}
}

static void
test_scale_wide(void **state)
{
	MpcWide		x;
	char		text[MPC_WIDE_DECIMAL_MAX];

	(void) state;
	mpc_wide_from_int128(&x, INT128_MIN);
	mpc_wide_scale(&x, &x, UINT64_MAX);
	mpc_wide_to_decimal(text, &x);
	assert_string_equal(text, "-3138550867693340381747753528143363976319490418516133150720");
}

/* r = a * b by school, with factors of 128 bits as sums of shifted ones. */
static void
multiply_slowly(MpcWide *r, const MpcWide *a, __int128 b)
{
	bool		negative = b < 0;
	unsigned __int128 left = negative ? -(unsigned __int128) b : (unsigned __int128) b;
	MpcWide		shifted = *a;

	mpc_wide_from_int128(r, 0);
	for (; left != 0; left >>= 1)
	{
		if (left & 1)
			mpc_wide_add(r, &shifted);
		mpc_wide_add(&shifted, &shifted);
	}
	if (negative)
		mpc_wide_negate(r);
}

static void
test_multiply(void **state)
{
	MpcWide		a;
	MpcWide		b;
	MpcWide		expected;
	MpcWide		product;
	__int128	factor[2];
	uint32_t	i;

	(void) state;
	for (i = 0; i < 1000; i++)
	{
		kat_fill((uint8_t *) factor, sizeof(factor), i);
		factor[0] >>= i % 120;
		factor[1] >>= i % 7 * 20;
		mpc_wide_from_int128(&a, factor[0]);
		mpc_wide_from_int128(&b, factor[1]);
		multiply_slowly(&expected, &a, factor[1]);
		mpc_wide_multiply(&product, &a, &b);
		assert_int_equal(mpc_wide_compare(&product, &expected), 0);
		mpc_wide_multiply(&b, &b, &a);
		assert_int_equal(mpc_wide_compare(&b, &expected), 0);
	}
	assert_int_equal(mpc_wide_from_decimal(&a, "-340282366920938463463374607431768211457"), MPC_OK);
	assert_int_equal(mpc_wide_from_decimal(&b, "12345678901234567890123456789012345678"), MPC_OK);
	mpc_wide_multiply(&product, &a, &b);
	assert_int_equal(mpc_wide_from_decimal(&expected,
		"-4201016837757989640354003777801564375348905362952937543405483248882284032846"), MPC_OK);
	assert_int_equal(mpc_wide_compare(&product, &expected), 0);
}

static void
test_to_int64(void **state)
{
	MpcWide		x;
	int64_t		out = 42;

	(void) state;
	mpc_wide_from_int128(&x, INT64_MIN);
	assert_true(mpc_wide_to_int64(&x, &out));
	assert_true(out == INT64_MIN);
	mpc_wide_from_int128(&x, INT64_MAX);
	assert_true(mpc_wide_to_int64(&x, &out));
	assert_true(out == INT64_MAX);
	mpc_wide_add_int128(&x, 1);
	assert_false(mpc_wide_to_int64(&x, &out));
	mpc_wide_from_int128(&x, (__int128) INT64_MIN - 1);
	assert_false(mpc_wide_to_int64(&x, &out));
	mpc_wide_from_int128(&x, (__int128) 1 << 64);
	assert_false(mpc_wide_to_int64(&x, &out));
	assert_true(out == INT64_MAX);	/* untouched */
}

static void
test_decimal_round_trip(void **state)
{
	MpcWide		value;
	MpcWide		before;
	char		text[MPC_WIDE_DECIMAL_MAX];
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(ascending); i++)
	{
		assert_int_equal(mpc_wide_from_decimal(&value, ascending[i]), MPC_OK);
		mpc_wide_to_decimal(text, &value);
		assert_string_equal(text, ascending[i]);
		if (i > 0)
			assert_int_equal(mpc_wide_compare(&before, &value), -1);
		before = value;
	}
}

static void
test_decimal_extremes(void **state)
{
	MpcWide		r;
	char		text[MPC_WIDE_DECIMAL_MAX];

	(void) state;
	assert_int_equal(mpc_wide_from_decimal(&r, "-0"), MPC_OK);
	mpc_wide_to_decimal(text, &r);
	assert_string_equal(text, "0");
	assert_int_equal(mpc_wide_from_decimal(&r, "-00000000000000000000000000000000000000000000"
										   "0000000000000000000000000000000000000000000007"), MPC_OK);
	assert_wide_is(&r, -7);

	/* -2^255 cannot be read but has a text, the longest there is */
	memset(&r, 0, sizeof(r));
	r.limb[3] = UINT64_C(1) << 63;
	mpc_wide_to_decimal(text, &r);
	assert_string_equal(text, "-578960446186580977117854925043439539266349923328202820197287920"
						"03956564819968");
}

static void
test_decimal_errors(void **state)
{
	static const char *const malformed[] = {
		"", "-", "--1", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "1-", "a", "-a", "/", ":",
		"999999999999999999999999999999999999999999999999999999999999999999999999999999999999x"
	};
	static const char *const range[] = {
		"57896044618658097711785492504343953926634992332820282019728792003956564819968", /* 2^255 */
		"-57896044618658097711785492504343953926634992332820282019728792003956564819968",
		"115792089237316195423570985008687907853269984665640564039457584007913129639937", /* 2^256 + 1 */
		"1000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	};
	MpcWide		r;
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(malformed); i++)
	{
		assert_int_equal(mpc_wide_from_decimal(&r, malformed[i]), MPC_MALFORMED);
		assert_wide_is(&r, 0);
	}
	for (i = 0; i < LENGTH(range); i++)
	{
		assert_int_equal(mpc_wide_from_decimal(&r, range[i]), MPC_RANGE);
		assert_wide_is(&r, 0);
	}
}

static void
test_store(void **state)
{
	uint8_t		bytes[MPC_WIDE_BYTES];
	uint8_t		expected[MPC_WIDE_BYTES];
	MpcWide		r;

	(void) state;
	mpc_wide_from_int128(&r, -2);
	mpc_wide_store(bytes, &r);
	memset(expected, 0xff, sizeof(expected));
	expected[0] = 0xfe;
	assert_memory_equal(bytes, expected, sizeof(bytes));

	kat_fill(expected, sizeof(expected), 7);
	mpc_wide_load(&r, expected);
	mpc_wide_store(bytes, &r);
	assert_memory_equal(bytes, expected, sizeof(bytes));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_int128),
		cmocka_unit_test(test_add_and_compare),
		cmocka_unit_test(test_long_sums),
		cmocka_unit_test(test_products),
		cmocka_unit_test(test_sum_of_products),
		cmocka_unit_test(test_add_shifted),
		cmocka_unit_test(test_scale),
		cmocka_unit_test(test_scale_wide),
		cmocka_unit_test(test_multiply),
		cmocka_unit_test(test_to_int64),
		cmocka_unit_test(test_decimal_round_trip),
		cmocka_unit_test(test_decimal_extremes),
		cmocka_unit_test(test_decimal_errors),
		cmocka_unit_test(test_store),
	};

	if (mpc_core_init() != MPC_OK)
		return 1;
	return cmocka_run_group_tests_name("wide", tests, NULL, NULL);
}
