/*
 * test_share.c
 *		Is a share of a number written in one way only, and does arithmetic on shares give what it gives on numbers?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "kat.h"
#include "protocol/share.h"

#define ROUNDS	200

static int
start_core(void **state)
{
	(void) state;
	return mpc_core_init() == MPC_OK ? 0 : -1;
}

static MpcWide
wide(const char *decimal)
{
	MpcWide		w;

	assert_int_equal(mpc_wide_from_decimal(&w, decimal), MPC_OK);
	return w;
}

static void
deal(MpcShare *share, const char *secret, uint16_t scale, uint16_t n, uint16_t t)
{
	MpcWide		w = wide(secret);

	assert_int_equal(mpc_share_deal(share, &w, scale, n, t), MPC_OK);
}

static void
assert_opens(const MpcShare *share, size_t count, const char *expected)
{
	bool		wrong[MPC_SHAMIR_MAX_PARTIES];
	char		text[MPC_WIDE_DECIMAL_MAX];
	MpcWide		w;

	assert_int_equal(mpc_share_open(&w, wrong, share, count), MPC_OK);
	mpc_wide_to_decimal(text, &w);
	assert_string_equal(text, expected);
}

/* PROTOCOLS L.4: 42 with known coefficients; the points are those of an independent prototype. */
static void
test_known_answer(void **state)
{
	static const char *point[] = {
		"bb327575d9a4240e46dac585d104935c7bf240dd6f6b90853b88571cb61a3d0c",
		"31474568be50a0fa9db7ec8952f08adb88c8fea2fdf55a8c604604ad57ea5e04",
		"66e55b92e3c99775b4d1635240b6a5a628823951a99f5f146f3a06b2e46e6508",
		"6d39c3962eadf826b38b333cbc5c04a95a1ff1e772689e1d67645d2b5da85008",
		"46437b759ffac20e9ae55b47c6e3a6e21ea025675a5017a848c40919c1962004"};
	MpcShare	share[5];
	size_t		i;

	(void) state;
	memset(share, 0, sizeof(share));
	for (i = 0; i < 5; i++)
	{
		share[i].n = 5;
		share[i].t = 3;
		share[i].index = (uint16_t) (i + 1);
		share[i].weight = 1;
		kat_hex(share[i].point, sizeof(MpcFe), point[i]);
	}
	assert_opens(share, 5, "42");
	assert_opens(share, 3, "42");
	assert_opens(share + 2, 3, "42");
}

/* A record of known bytes. */
static void
test_record(void **state)
{
	MpcShare	share = {.n = 7, .t = 5, .index = 3, .scale = 2, .weight = ((MpcShareInt) 9 << 64) | 8, .id = ((MpcShareInt) 5 << 64) | 4};
	uint8_t		bytes[MPC_SHARE_BYTES];
	uint8_t		expected[70];
	uint8_t		hash[MPC_TH_BYTES];

	(void) state;
	share.point[0] = 6;
	mpc_share_write(bytes, &share);
	kat_hex(expected, 70, "010705030200" "0800000000000000" "0900000000000000" "0400000000000000" "0500000000000000"
			"0600000000000000000000000000000000000000000000000000000000000000");
	assert_memory_equal(bytes, expected, 70);
	mpc_th(hash, "MPCAGG-v1/share", bytes, 70);
	assert_memory_equal(bytes + 70, hash, 8);
}

static void
test_round_trip(void **state)
{
	uint8_t		bytes[MPC_SHARE_BYTES];
	uint8_t		again[MPC_SHARE_BYTES];
	char		text[MPC_SHARE_TEXT_MAX];
	MpcShare	share[4];
	MpcShare	read;
	size_t		i;

	(void) state;
	deal(share, "-123456", 3, 4, 3);
	for (i = 0; i < 4; i++)
	{
		assert_int_equal(share[i].index, i + 1);
		assert_true(share[i].weight == 1);
		mpc_share_write(bytes, &share[i]);
		assert_int_equal(mpc_share_read(&read, bytes, sizeof(bytes)), MPC_OK);
		assert_true(mpc_share_alike(&read, &share[i]) && read.index == share[i].index);
		mpc_share_write(again, &read);
		assert_memory_equal(again, bytes, sizeof(bytes));
		mpc_share_text(text, &share[i]);
		assert_int_equal(strlen(text), MPC_SHARE_TEXT_LEN);
		assert_int_equal(mpc_share_parse(&read, text), MPC_OK);
		mpc_share_write(again, &read);
		assert_memory_equal(again, bytes, sizeof(bytes));
	}
}

/* Every bit of a record, every other character of a text, every length: refused. */
static void
test_damage(void **state)
{
	uint8_t		bytes[MPC_SHARE_BYTES + 1];
	char		text[MPC_SHARE_TEXT_MAX + 1];
	MpcShare	share[2];
	MpcShare	read;
	size_t		i;
	int			c;

	(void) state;
	deal(share, "1", 0, 2, 2);
	mpc_share_write(bytes, &share[0]);
	bytes[MPC_SHARE_BYTES] = 0;
	for (i = 0; i < 8 * MPC_SHARE_BYTES; i++)
	{
		bytes[i / 8] ^= (uint8_t) (1 << i % 8);
		assert_int_equal(mpc_share_read(&read, bytes, MPC_SHARE_BYTES), i < 8 ? MPC_VERSION : MPC_SIGNATURE);
		assert_true(mpc_is_zero(&read, sizeof(read)));
		bytes[i / 8] ^= (uint8_t) (1 << i % 8);
	}
	for (i = 0; i <= MPC_SHARE_BYTES + 1; i++)
		assert_int_equal(mpc_share_read(&read, bytes, i), i == MPC_SHARE_BYTES ? MPC_OK : MPC_MALFORMED);
	mpc_share_text(text, &share[0]);
	for (i = 0; i < MPC_SHARE_TEXT_LEN; i++)
	{
		char		right = text[i];

		for (c = 1; c < 256; c++)
		{
			text[i] = (char) c;
			assert_true((mpc_share_parse(&read, text) == MPC_OK) == (text[i] == right));
		}
		text[i] = '\0';
		assert_int_equal(mpc_share_parse(&read, text), MPC_MALFORMED);
		text[i] = right;
	}
	for (c = 1; c < 256; c++)
	{
		text[MPC_SHARE_TEXT_LEN] = (char) c;
		text[MPC_SHARE_TEXT_LEN + 1] = '\0';
		assert_int_equal(mpc_share_parse(&read, text), MPC_MALFORMED);
	}
}

/* Writes what no arithmetic gives, with a right checksum. */
static MpcStatus
read_back(const MpcShare *share)
{
	uint8_t		bytes[MPC_SHARE_BYTES];
	MpcShare	read;

	mpc_share_write(bytes, share);
	return mpc_share_read(&read, bytes, sizeof(bytes));
}

static void
test_forged_fields(void **state)
{
	MpcShare	share[3];
	MpcShare	forged;

	(void) state;
	deal(share, "1", 0, 3, 2);
#define FORGED(field, value, status) do { \
		forged = share[0]; \
		forged.field = (value); \
		assert_int_equal(read_back(&forged), (status)); \
	} while (0)
	FORGED(n, 101, MPC_LIMIT);
	FORGED(n, 1, MPC_LIMIT);
	FORGED(n, 100, MPC_OK);
	FORGED(t, 1, MPC_LIMIT);
	FORGED(t, 4, MPC_LIMIT);
	FORGED(t, 3, MPC_OK);
	FORGED(index, 0, MPC_LIMIT);
	FORGED(index, 4, MPC_LIMIT);
	FORGED(index, 3, MPC_OK);
	FORGED(scale, MPC_SHARE_MAX_SCALE + 1, MPC_RANGE);
	FORGED(scale, MPC_SHARE_MAX_SCALE, MPC_OK);
	FORGED(weight, MPC_SHARE_MAX_WEIGHT + 1, MPC_RANGE);
	FORGED(weight, MPC_SHARE_MAX_WEIGHT, MPC_OK);
	FORGED(id, MPC_SHARE_ID_PRIME, MPC_RANGE);
	FORGED(id, MPC_SHARE_ID_PRIME - 1, MPC_OK);
	FORGED(point[31], 0x11, MPC_NONCANONICAL);
#undef FORGED
}

static void
test_deal_errors(void **state)
{
	MpcShare	share[MPC_SHAMIR_MAX_PARTIES];
	MpcWide		most = wide("100000000000000000000000000000000000000");
	MpcWide		above = wide("100000000000000000000000000000000000001");
	MpcWide		below = wide("-100000000000000000000000000000000000001");

	(void) state;
	assert_int_equal(mpc_share_deal(share, &most, 38, 100, 100), MPC_OK);
	assert_int_equal(mpc_share_deal(share, &most, 39, 3, 2), MPC_RANGE);
	assert_int_equal(mpc_share_deal(share, &above, 0, 3, 2), MPC_RANGE);
	assert_int_equal(mpc_share_deal(share, &below, 0, 3, 2), MPC_RANGE);
	assert_int_equal(mpc_share_deal(share, &most, 0, 101, 2), MPC_LIMIT);
	assert_int_equal(mpc_share_deal(share, &most, 0, 3, 1), MPC_LIMIT);
	assert_int_equal(mpc_share_deal(share, &most, 0, 3, 4), MPC_LIMIT);
	assert_int_equal(mpc_share_deal(share, &most, 0, 1, 1), MPC_LIMIT);
}

/* A number of up to 62 bits, either sign. */
static int64_t
draw(uint32_t seed)
{
	int64_t		v;

	kat_fill(&v, sizeof(v), seed);
	return v / 2;
}

/* ka * a + kb * b, computed on every share and then opened. */
static void
check_linear(uint32_t seed)
{
	MpcShare	a[5];
	MpcShare	b[5];
	__int128	x = draw(seed);
	__int128	y = draw(seed + 1);
	int64_t		kx = draw(seed + 2) >> 40;
	int64_t		ky = draw(seed + 3) >> 40;
	char		text[MPC_WIDE_DECIMAL_MAX];
	MpcWide		w;
	MpcWide		v;
	size_t		i;

	mpc_wide_from_int128(&w, x);
	assert_int_equal(mpc_share_deal(a, &w, 2, 5, 3), MPC_OK);
	mpc_wide_from_int128(&w, y);
	assert_int_equal(mpc_share_deal(b, &w, 1, 5, 3), MPC_OK);
	mpc_wide_from_int128(&w, kx);
	mpc_wide_from_int128(&v, ky);
	for (i = 0; i < 5; i++)
	{
		assert_int_equal(mpc_share_multiply(&a[i], &a[i], &w, 3), MPC_OK);
		assert_int_equal(mpc_share_multiply(&b[i], &b[i], &v, 2), MPC_OK);
		assert_int_equal((seed & 4 ? mpc_share_subtract : mpc_share_add) (&a[i], &a[i], &b[i]), MPC_OK);
		assert_int_equal(a[i].scale, 5);
	}
	mpc_wide_from_int128(&w, x * kx + (seed & 4 ? -100 : 100) * y * ky);
	mpc_wide_to_decimal(text, &w);
	assert_opens(a, 5, text);
	assert_opens(a + 1, 3, text);
}

static void
test_arithmetic(void **state)
{
	uint32_t	i;

	(void) state;
	for (i = 0; i < ROUNDS; i++)
		check_linear(4 * i);
}

/* 2^123 * 10^38 goes in and comes out; one more is refused, and nothing is touched. */
static void
test_bound(void **state)
{
	MpcShare	share[3];
	MpcShare	one[3];
	MpcShare	before;
	MpcWide		factor = wide("-10633823966279326983230456482242756608");
	MpcWide		more = wide("-10633823966279326983230456482242756609");
	MpcWide		two = wide("2");
	size_t		i;

	(void) state;
	deal(share, "100000000000000000000000000000000000000", 0, 3, 2);
	deal(one, "1", 0, 3, 2);
	before = share[0];
	assert_int_equal(mpc_share_multiply(&share[0], &share[0], &more, 0), MPC_RANGE);
	assert_int_equal(mpc_share_multiply(&share[0], &share[0], &two, MPC_SHARE_MAX_SCALE + 1), MPC_RANGE);
	assert_memory_equal(share[0].point, before.point, sizeof(MpcFe));
	for (i = 0; i < 3; i++)
		assert_int_equal(mpc_share_multiply(&share[i], &share[i], &factor, 0), MPC_OK);
	assert_true(share[0].weight == MPC_SHARE_MAX_WEIGHT);
	assert_opens(share, 3, "-1063382396627932698323045648224275660800000000000000000000000000000000000000");
	assert_int_equal(mpc_share_multiply(&share[0], &share[0], &two, 0), MPC_RANGE);
	assert_int_equal(mpc_share_add(&share[0], &share[0], &one[0]), MPC_RANGE);
	assert_int_equal(mpc_share_subtract(&one[0], &one[0], &share[0]), MPC_RANGE);
	assert_true(share[0].weight == MPC_SHARE_MAX_WEIGHT && one[0].weight == 1);
}

/* Powers of two must not wash an id out: shares of two secrets stay unlike. */
static void
test_ids(void **state)
{
	MpcShare	a[2];
	MpcShare	b[2];
	MpcShare	sum;
	MpcShare	back;
	MpcWide		two = wide("2");
	MpcWide		zero = wide("0");
	MpcWide		minus = wide("-1");
	int			i;

	(void) state;
	deal(a, "1", 0, 2, 2);
	deal(b, "1", 0, 2, 2);
	assert_true(a[0].id == a[1].id && a[0].id != b[0].id && a[0].id < MPC_SHARE_ID_PRIME);
	assert_false(mpc_share_alike(&a[0], &b[1]));
	assert_int_equal(mpc_share_add(&sum, &a[0], &b[0]), MPC_OK);
	assert_int_equal(mpc_share_subtract(&back, &sum, &b[0]), MPC_OK);
	assert_true(back.id == a[0].id && back.weight == 3);
	assert_int_equal(mpc_share_multiply(&back, &b[0], &minus, 0), MPC_OK);
	assert_int_equal(mpc_share_add(&back, &sum, &back), MPC_OK);
	assert_true(back.id == a[0].id);
	for (i = 0; i < 123; i++)
	{
		assert_int_equal(mpc_share_multiply(&a[0], &a[0], &two, 0), MPC_OK);
		assert_int_equal(mpc_share_multiply(&b[1], &b[1], &two, 0), MPC_OK);
		assert_true(a[0].id != b[1].id);
	}
	assert_int_equal(mpc_share_multiply(&a[0], &a[0], &zero, 0), MPC_OK);
	assert_true(a[0].id == 0 && a[0].weight == 0);
	assert_true(mpc_is_zero(a[0].point, sizeof(MpcFe)));
}

/* More shares than there can be: refused before anything is made of them. */
static void
test_too_many(void **state)
{
	static MpcShare share[3 * MPC_SHAMIR_MAX_PARTIES];
	bool		wrong[3 * MPC_SHAMIR_MAX_PARTIES];
	MpcWide		w;
	size_t		i;

	(void) state;
	deal(share, "1", 0, 100, 2);
	for (i = 100; i < 300; i++)
		share[i] = share[i - 100];
	assert_int_equal(mpc_share_open(&w, wrong, share, 300), MPC_MALFORMED);
	assert_opens(share, 100, "1");
}

static void
test_open_errors(void **state)
{
	bool		wrong[7];
	MpcShare	share[7];
	MpcShare	other[7];
	MpcShare	bad;
	MpcWide		w;

	(void) state;
	deal(share, "77", 1, 7, 3);
	deal(other, "77", 1, 7, 3);
	assert_int_equal(mpc_share_add(&bad, &share[0], &share[1]), MPC_MISMATCH);
	assert_int_equal(mpc_share_open(&w, wrong, share, 0), MPC_LIMIT);
	assert_int_equal(mpc_share_open(&w, wrong, share, 2), MPC_LIMIT);
	bad = share[2];
	share[2] = share[1];
	assert_int_equal(mpc_share_open(&w, wrong, share, 7), MPC_MALFORMED);
	share[2] = other[2];
	assert_int_equal(mpc_share_open(&w, wrong, share, 7), MPC_MALFORMED);
	share[2] = bad;
	share[2].point[5] ^= 1;
	share[6].point[9] ^= 1;
	assert_int_equal(mpc_share_open(&w, wrong, share, 7), MPC_MISMATCH);
	assert_true(wrong[2] && wrong[6] && !wrong[0] && !wrong[1] && !wrong[3] && !wrong[4] && !wrong[5]);
	assert_true(mpc_is_zero(&w, sizeof(w)));
	assert_int_equal(mpc_share_open(&w, wrong, share, 4), MPC_UNDECODABLE);
	share[0].point[30] ^= 1;
	assert_int_equal(mpc_share_open(&w, wrong, share, 3), MPC_RANGE);
	assert_true(mpc_is_zero(&w, sizeof(w)));
	assert_opens(share + 3, 3, "77");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_answer),
		cmocka_unit_test(test_record),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_forged_fields),
		cmocka_unit_test(test_deal_errors),
		cmocka_unit_test(test_arithmetic),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_open_errors),
	};

	return cmocka_run_group_tests(tests, start_core, NULL);
}
