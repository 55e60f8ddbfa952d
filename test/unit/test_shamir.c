/*
 * test_shamir.c
 *		Do any t shares give the secret back, fewer nothing, and are wrong ones named?
 *
 * Vectors: PROTOCOLS section L.4, made by an independent prototype; RFC 9591,
 * appendix E.3 (FROST(ristretto255, SHA-512)), whose participant shares are a
 * Shamir sharing over this field.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "crypto/secret.h"
#include "crypto/shamir.h"
#include "kat.h"

#define SMALL	7				/* every subset up to here */
#define LANES	3
#define MAX		MPC_SHAMIR_MAX_PARTIES

/* PROTOCOLS L.4: secret 42, shares 1 to 5 of a polynomial of degree 2 */
static const char *const own_share[] = {
	"2a00000000000000000000000000000000000000000000000000000000000000",
	"bb327575d9a4240e46dac585d104935c7bf240dd6f6b90853b88571cb61a3d0c",
	"31474568be50a0fa9db7ec8952f08adb88c8fea2fdf55a8c604604ad57ea5e04",
	"66e55b92e3c99775b4d1635240b6a5a628823951a99f5f146f3a06b2e46e6508",
	"6d39c3962eadf826b38b333cbc5c04a95a1ff1e772689e1d67645d2b5da85008",
	"46437b759ffac20e9ae55b47c6e3a6e21ea025675a5017a848c40919c1962004",
};

/* PROTOCOLS L.4: the factors of shares 1, 2 and 4 */
static const char *const own_lambda[] = {
	"a746a7c9082106c89c8952364a534a5c55555555555555555555555555555505",
	"ebd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
	"498d4e9311420c903913a56c94a694b8aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0a",
};

/* RFC 9591, appendix E.3: group_secret_key, then the participant shares of 1, 2 and 3; threshold 2 */
static const char *const rfc_share[] = {
	"1b25a55e463cfd15cf14a5d3acc3d15053f08da49c8afcf3ab265f2ebc4f970b",
	"5c3430d391552f6e60ecdc093ff9f6f4488756aa6cebdbad75a768010b8f830e",
	"b06fc5eac20b4f6e1b271d9df2343d843e1e1fb03c4cbb673f2872d459ce6f01",
	"f17e505f0e2581c6acfe54d3846a622834b5e7b50cad9a2109a97ba7a80d5c04",
};

static MpcFe secret[LANES];
static MpcFe share[MAX * LANES];

/* A uniform element, the same in every run. */
static void
fill_element(MpcFe r, uint32_t seed)
{
	uint8_t		bytes[64];

	kat_fill(bytes, sizeof(bytes), seed);
	mpc_field_from_hash(r, bytes);
}

static void
deal(uint16_t n, uint16_t t, uint32_t seed)
{
	uint32_t	k;

	for (k = 0; k < LANES; k++)
		fill_element(secret[k], seed + k);
	assert_int_equal(mpc_shamir_share(share, (const MpcFe *) secret, LANES, n, t), MPC_OK);
}

/* What the parties of index say of the point at. */
static void
interpolate(MpcFe *out, const uint16_t *index, size_t count, uint16_t at)
{
	const MpcFe *value[MAX];
	MpcFe		lambda[MAX];
	size_t		a;

	for (a = 0; a < count; a++)
		value[a] = (const MpcFe *) &share[(size_t) (index[a] - 1) * LANES];
	assert_int_equal(mpc_shamir_lagrange(lambda, index, count, at), MPC_OK);
	mpc_shamir_combine(out, value, (const MpcFe *) lambda, count, LANES);
}

/* The members of a set of bits, as indexes from 1. */
static size_t
members(uint16_t *index, unsigned set)
{
	size_t		count = 0;
	uint16_t	i;

	for (i = 1; set != 0; i++, set >>= 1)
		if (set & 1)
			index[count++] = i;
	return count;
}

/* Shares by their index give the share, or the secret, at another. */
static void
check_vector(const char *const *known, const uint16_t *index, size_t count, uint16_t at)
{
	MpcFe		element[3];
	MpcFe		lambda[3];
	const MpcFe *value[3];
	MpcFe		out[1];
	MpcFe		expected;
	size_t		a;

	for (a = 0; a < count; a++)
	{
		kat_hex(element[a], 32, known[index[a]]);
		value[a] = (const MpcFe *) &element[a];
	}
	kat_hex(expected, 32, known[at]);
	assert_int_equal(mpc_shamir_lagrange(lambda, index, count, at), MPC_OK);
	mpc_shamir_combine(out, value, (const MpcFe *) lambda, count, 1);
	assert_memory_equal(out, expected, 32);
}

/* Every subset of the points 0 .. last at every point outside of it, and at its own. */
static void
check_vectors(const char *const *known, uint16_t last, size_t t)
{
	uint16_t	index[SMALL];
	unsigned	set;
	uint16_t	at;
	size_t		a;

	for (set = 0; set < 1u << (last + 1); set++)
	{
		if (members(index, set) != t)
			continue;
		for (a = 0; a < t; a++)
			index[a]--;
		for (at = 0; at <= last; at++)
			if (at != 0 || index[0] != 0)
				check_vector(known, index, t, at);
	}
}

static void
test_known_answers(void **state)
{
	static const uint16_t index[] = {1, 2, 4};
	MpcFe		lambda[3];
	MpcFe		expected;
	size_t		a;

	(void) state;
	check_vectors(own_share, 5, 3);
	check_vectors(rfc_share, 3, 2);
	assert_int_equal(mpc_shamir_lagrange(lambda, index, 3, 0), MPC_OK);
	for (a = 0; a < 3; a++)
	{
		kat_hex(expected, 32, own_lambda[a]);
		assert_memory_equal(lambda[a], expected, 32);
	}
}

/* All subsets of t shares agree; all smaller ones miss the secret. */
static void
check_subsets(uint16_t n, uint16_t t)
{
	uint16_t	index[SMALL];
	MpcFe		out[LANES];
	unsigned	set;
	uint16_t	i;

	deal(n, t, 100u * n + t);
	for (set = 1; set < 1u << n; set++)
	{
		size_t		count = members(index, set);

		interpolate(out, index, count, 0);
		if (count < t)
		{
			assert_memory_not_equal(out, secret, sizeof(out));
			continue;
		}
		assert_memory_equal(out, secret, sizeof(out));
		for (i = 1; i <= n; i++)
		{
			interpolate(out, index, count, i);
			assert_memory_equal(out, share[(i - 1) * LANES], sizeof(out));
		}
	}
}

static void
test_subsets(void **state)
{
	uint16_t	n;
	uint16_t	t;

	(void) state;
	for (n = 1; n <= SMALL; n++)
		for (t = 1; t <= n; t++)
			check_subsets(n, t);
}

/* Coefficients are fresh and none is zero: no share stays what it was, and t - 1 shares never are enough. */
static void
test_fresh(void **state)
{
	static MpcFe again[MAX * LANES];
	uint16_t	i;

	(void) state;
	deal(MAX, 2, 1);
	assert_int_equal(mpc_shamir_share(again, (const MpcFe *) secret, LANES, MAX, 2), MPC_OK);
	for (i = 0; i < MAX * LANES; i++)
	{
		assert_memory_not_equal(share[i], again[i], 32);
		assert_memory_not_equal(share[i], secret[i % LANES], 32);
		assert_true(mpc_field_is_canonical(share[i]));
	}
}

static void
test_sums(void **state)
{
	static const uint16_t index[] = {7, 2, 5, 1};
	static MpcFe first[SMALL * LANES];
	MpcFe		sum[LANES];
	MpcFe		out[LANES];

	(void) state;
	deal(SMALL, 4, 1);
	memcpy(first, share, sizeof(first));
	memcpy(sum, secret, sizeof(sum));
	deal(SMALL, 4, 50);
	mpc_field_add_all(sum, (const MpcFe *) secret, LANES);
	mpc_field_add_all(share, (const MpcFe *) first, SMALL * LANES);
	interpolate(out, index, 4, 0);
	assert_memory_equal(out, sum, sizeof(out));
}

static void
test_limits(void **state)
{
	static const uint16_t twice[] = {1, 2, 1};
	static const uint16_t zero[] = {3, 0};
	static const uint16_t large[] = {1, MAX + 1};
	static const uint16_t sound[] = {1, 2, 3};
	static const MpcFe word[3];
	MpcFe		lambda[3];
	bool		wrong[3];

	(void) state;
	assert_int_equal(mpc_shamir_share(share, (const MpcFe *) secret, 1, 3, 0), MPC_LIMIT);
	assert_int_equal(mpc_shamir_share(share, (const MpcFe *) secret, 1, 3, 4), MPC_LIMIT);
	assert_int_equal(mpc_shamir_share(share, (const MpcFe *) secret, 1, MAX + 1, 4), MPC_LIMIT);
	assert_int_equal(mpc_shamir_lagrange(lambda, twice, 3, 0), MPC_MALFORMED);
	assert_int_equal(mpc_shamir_lagrange(lambda, zero, 2, 0), MPC_MALFORMED);
	assert_int_equal(mpc_shamir_lagrange(lambda, zero, 2, 1), MPC_OK);
	assert_int_equal(mpc_shamir_lagrange(lambda, large, 2, 0), MPC_MALFORMED);
	assert_int_equal(mpc_shamir_lagrange(lambda, sound, 0, 0), MPC_MALFORMED);
	assert_int_equal(mpc_shamir_lagrange(lambda, sound, 3, MAX + 1), MPC_MALFORMED);
	assert_int_equal(mpc_shamir_locate(wrong, word, twice, 3, 1), MPC_MALFORMED);
	assert_int_equal(mpc_shamir_locate(wrong, word, zero, 2, 1), MPC_MALFORMED);
	assert_int_equal(mpc_shamir_locate(wrong, word, large, 2, 1), MPC_MALFORMED);
	assert_int_equal(mpc_shamir_locate(wrong, word, sound, 3, 0), MPC_MALFORMED);
	assert_int_equal(mpc_shamir_locate(wrong, word, sound, 3, 4), MPC_MALFORMED);
	assert_int_equal(mpc_shamir_locate(wrong, word, sound, 3, 1), MPC_OK);
}

/* A word of first lanes; errors added where bad says so. */
static MpcStatus
locate(bool *wrong, const uint16_t *index, size_t count, uint16_t t, const bool *bad, uint32_t seed)
{
	MpcFe		word[MAX];
	MpcFe		error;
	size_t		a;

	for (a = 0; a < count; a++)
	{
		memcpy(word[a], share[(size_t) (index[a] - 1) * LANES], 32);
		if (!bad[a])
			continue;
		fill_element(error, seed + (uint32_t) a);
		mpc_field_add(word[a], word[a], error);
	}
	return mpc_shamir_locate(wrong, (const MpcFe *) word, index, count, t);
}

/* One word with these errors: named exactly up to the bound, never called sound. */
static void
check_errors(const uint16_t *index, size_t count, uint16_t t, const bool *bad, uint32_t seed)
{
	static const bool none[MAX];
	bool		wrong[MAX];
	size_t		errors = 0;
	size_t		a;
	MpcStatus	status;

	for (a = 0; a < count; a++)
		errors += bad[a];
	status = locate(wrong, index, count, t, bad, seed);
	if (errors == 0 || count == t)
		assert_int_equal(status, MPC_OK);
	else if (errors <= (count - t) / 2)
		assert_int_equal(status, MPC_MISMATCH);
	else
		assert_int_equal(status, MPC_UNDECODABLE);
	assert_memory_equal(wrong, status == MPC_MISMATCH ? bad : none, count * sizeof(bool));
}

/* Every word of every subset of up to SMALL parties, with errors at every set of places. */
static void
test_every_error(void **state)
{
	uint16_t	index[SMALL];
	bool		bad[SMALL];
	uint16_t	t;
	unsigned	set;
	unsigned	errors;
	size_t		a;

	(void) state;
	for (t = 1; t <= SMALL; t++)
	{
		deal(SMALL, t, t);
		for (set = 1; set < 1u << SMALL; set++)
		{
			size_t		count = members(index, set);

			if (count < t)
				continue;
			for (errors = 0; errors < 1u << count; errors++)
			{
				for (a = 0; a < count; a++)
					bad[a] = errors >> a & 1;
				check_errors(index, count, t, bad, set * 977 + errors);
			}
		}
	}
}

/* Random subsets in random order, up to one error more than can be named. */
static void
test_many_errors(void **state)
{
	uint32_t	run;

	(void) state;
	deal(MAX, 67, 3);
	for (run = 0; run < 60; run++)
	{
		uint16_t	index[MAX];
		uint16_t	draw[MAX];
		bool		bad[MAX] = {false};
		size_t		count = 67 + run % 34;
		size_t		errors = run % ((count - 67) / 2 + 2);
		size_t		a;

		kat_fill(draw, sizeof(draw), run);
		for (a = 0; a < MAX; a++)
			index[a] = (uint16_t) (a + 1);
		for (a = 0; a < MAX; a++)
		{
			size_t		b = a + draw[a] % (MAX - a);
			uint16_t	swap = index[a];

			index[a] = index[b];
			index[b] = swap;
		}
		for (a = 0; a < errors; a++)
			bad[a * 7 % count] = true;
		check_errors(index, count, 67, bad, 1000 * run);
	}
}

/* A whole vector of zeros, the secret included, with one share that is not. */
static void
test_zero_word(void **state)
{
	static const uint16_t index[] = {3, 1, 7, 4, 2};
	MpcFe		word[5] = {{0}};
	bool		wrong[5];
	size_t		a;

	(void) state;
	assert_int_equal(mpc_shamir_locate(wrong, (const MpcFe *) word, index, 5, 3), MPC_OK);
	for (a = 0; a < 5; a++)
	{
		word[a][0] = 1;
		assert_int_equal(mpc_shamir_locate(wrong, (const MpcFe *) word, index, 5, 3), MPC_MISMATCH);
		word[a][0] = 0;
		assert_true(wrong[a]);
		wrong[a] = false;
		assert_true(mpc_is_zero(wrong, sizeof(wrong)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_answers),
		cmocka_unit_test(test_subsets),
		cmocka_unit_test(test_fresh),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_every_error),
		cmocka_unit_test(test_many_errors),
		cmocka_unit_test(test_zero_word),
	};

	if (mpc_core_init() != MPC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
