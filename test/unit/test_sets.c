/*
 * test_sets.c
 *		Are sets shuffled, filled up, sorted and compared rightly, and points multiplied in pieces as in one go?
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <setjmp.h>

#include <cmocka.h>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "kat.h"
#include "psi/curve.h"
#include "psi/sets.h"

#define LENGTH(a)	(sizeof(a) / sizeof((a)[0]))
#define MAX			300

static MpcPoint point[MAX];
static MpcPoint other[MAX];
static uint8_t element[MAX][MPC_ELEMENT_BYTES];

static void
test_element(void **state)
{
	uint8_t		joined[MPC_RID_BYTES + 5];
	uint8_t		hash[MPC_ELEMENT_BYTES];
	uint8_t		expected[MPC_TH_BYTES];

	(void) state;
	memcpy(joined, kat_rid, MPC_RID_BYTES);
	memcpy(joined + MPC_RID_BYTES, "alice", 5);
	mpc_th(expected, "MPCAGG-v1/psi", joined, sizeof(joined));
	mpc_element_hash(hash, kat_rid, mpc_str("alice"));
	assert_memory_equal(hash, expected, sizeof(hash));
	mpc_th(expected, "MPCAGG-v1/psi", kat_rid, MPC_RID_BYTES);
	mpc_element_hash(hash, kat_rid, mpc_str(""));
	assert_memory_equal(hash, expected, sizeof(hash));
	mpc_element_hash(hash, kat_pid[0], mpc_str(""));
	assert_memory_not_equal(hash, expected, sizeof(hash));
}

static void
check_permutation(const uint32_t *order, size_t n)
{
	bool	   *seen = calloc(n + 1, sizeof(bool));
	size_t		i;

	assert_non_null(seen);
	for (i = 0; i < n; i++)
	{
		assert_true(order[i] < n);
		assert_false(seen[order[i]]);
		seen[order[i]] = true;
	}
	free(seen);
}

/* Every order of four comes up as often as the others: 24,000 draws, 1,000 each with a deviation of 31. */
static void
test_shuffle(void **state)
{
	static uint32_t order[1000];
	static const size_t sizes[] = {0, 1, 2, 5, LENGTH(order)};
	int			times[256] = {0};
	int			orders = 0;
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(sizes); i++)
	{
		mpc_set_shuffle(order, sizes[i]);
		check_permutation(order, sizes[i]);
	}
	for (i = 0; i < 24000; i++)
	{
		mpc_set_shuffle(order, 4);
		times[order[0] | order[1] << 2 | order[2] << 4 | order[3] << 6]++;
	}
	for (i = 0; i < LENGTH(times); i++)
	{
		orders += times[i] > 0;
		assert_true(times[i] == 0 || (times[i] > 780 && times[i] < 1220));
	}
	assert_int_equal(orders, 24);
}

static void
test_padding(void **state)
{
	static const MpcPoint untouched;
	static const size_t sizes[][2] = {{0, 16}, {1, 16}, {16, 16}, {17, 32}, {1024, 1024}, {1025, 2048}};
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(sizes); i++)
	{
		assert_int_equal(mpc_set_padded(sizes[i][0], true), sizes[i][1]);
		assert_int_equal(mpc_set_padded(sizes[i][0], false), sizes[i][0]);
	}
	memset(point, 0, sizeof(point));
	assert_int_equal(mpc_set_pad(point, 3, 40), MPC_OK);
	assert_memory_equal(point[2], untouched, sizeof(untouched));
	assert_memory_equal(point[40], untouched, sizeof(untouched));
	for (i = 3; i < 40; i++)
		assert_true(mpc_group_is_valid(point[i]));
	mpc_set_sort(point + 3, 37);
	assert_true(mpc_set_is_distinct((const MpcPoint *) point + 3, 37));
}

static int
by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(MpcPoint));
}

/* Few values of a byte: many points are the same. */
static void
fill(MpcPoint *set, size_t n, uint32_t seed, uint8_t values)
{
	uint8_t		byte[MAX];
	size_t		i;

	kat_fill(byte, n, seed);
	for (i = 0; i < n; i++)
		memset(set[i], byte[i] % values, sizeof(set[i]));
}

static void
test_sort(void **state)
{
	size_t		n;
	int			run;
	bool		distinct;
	size_t		i;

	(void) state;
	for (n = 0; n <= 70; n++)
		for (run = 0; run < 4; run++)
		{
			if (run == 0)
				kat_fill(point, n * sizeof(*point), (uint32_t) n);
			else if (run < 3)
				fill(point, n, (uint32_t) n, run == 1 ? 255 : 5);
			else
				for (i = 0; i < n / 2; i++)
				{
					memcpy(other[0], point[i], sizeof(*point));	/* descending */
					memcpy(point[i], point[n - 1 - i], sizeof(*point));
					memcpy(point[n - 1 - i], other[0], sizeof(*point));
				}
			memcpy(other, point, n * sizeof(*point));
			qsort(other, n, sizeof(*other), by_bytes);
			mpc_set_sort(point, n);
			assert_memory_equal(point, other, n * sizeof(*point));
			for (distinct = true, i = 1; i < n; i++)
				distinct &= memcmp(point[i - 1], point[i], sizeof(*point)) != 0;
			assert_int_equal(mpc_set_is_distinct((const MpcPoint *) point, n), distinct);
		}
	/* what is not sorted is not taken for distinct */
	kat_fill(point, 2 * sizeof(*point), 1);
	mpc_set_sort(point, 2);
	assert_true(mpc_set_is_distinct((const MpcPoint *) point, 2));
	assert_false(memcmp(point[0], point[1], sizeof(*point)) > 0);
	memcpy(point[2], point[0], sizeof(*point));
	assert_false(mpc_set_is_distinct((const MpcPoint *) point + 1, 2));
}

static void
test_match(void **state)
{
	bool		found[MAX];
	size_t		n;
	size_t		m;
	size_t		i;
	size_t		j;

	(void) state;
	for (n = 0; n < 40; n += 3)
		for (m = 0; m < 40; m += 3)
		{
			size_t		expected = 0;

			fill(point, n, (uint32_t) n, 30);
			fill(other, m, 1000 + (uint32_t) m, 30);
			mpc_set_sort(other, m);
			assert_true(mpc_set_match(found, (const MpcPoint *) point, n, (const MpcPoint *) other, m) ==
						mpc_set_match(NULL, (const MpcPoint *) point, n, (const MpcPoint *) other, m));
			for (i = 0; i < n; i++)
			{
				bool		in = false;

				for (j = 0; j < m; j++)
					in |= memcmp(point[i], other[j], sizeof(*point)) == 0;
				assert_int_equal(found[i], in);
				expected += in;
			}
			assert_int_equal(mpc_set_match(found, (const MpcPoint *) point, n, (const MpcPoint *) other, m), expected);
		}
}

/* a (b H(x)) = b (a H(x)), in any pieces, in place. */
static void
test_curve(void **state)
{
	static MpcPoint straight[MAX];
	static MpcPoint expected;
	MpcCurveJob a = {MPC_CURVE_HASH, {0}, element[0], point, MAX};
	MpcCurveJob b = {MPC_CURVE_MULTIPLY, {0}, point[0], point, MAX};
	size_t		i;

	(void) state;
	kat_fill(element, sizeof(element), 1);
	mpc_group_scalar(a.scalar);
	mpc_group_scalar(b.scalar);
	assert_int_equal(mpc_curve_run(&a, 0, MAX), MPC_OK);
	assert_int_equal(mpc_curve_run(&b, 100, MAX), MPC_OK);
	assert_int_equal(mpc_curve_run(&b, 0, 0), MPC_OK);
	assert_int_equal(mpc_curve_run(&b, 0, 37), MPC_OK);
	assert_int_equal(mpc_curve_run(&b, 37, 100), MPC_OK);

	b.op = MPC_CURVE_HASH;
	b.in = element[0];
	b.out = straight;
	a.op = MPC_CURVE_MULTIPLY;
	a.in = straight[0];
	a.out = other;
	assert_int_equal(mpc_curve_run(&b, 0, MAX), MPC_OK);
	assert_int_equal(mpc_curve_run(&a, 0, MAX), MPC_OK);
	assert_memory_equal(point, other, sizeof(point));
	for (i = 0; i < MAX; i += 50)
	{
		mpc_group_hash(expected, element[i]);
		assert_int_equal(mpc_group_mul(expected, b.scalar, expected), MPC_OK);
		assert_memory_equal(straight[i], expected, sizeof(expected));
	}
}

static void
test_curve_refused(void **state)
{
	static const uint8_t bytes[] = {0x00, 0x01, 0xff};
	MpcCurveJob job = {MPC_CURVE_MULTIPLY, {0}, point[0], other, MAX};
	size_t		i;

	(void) state;
	mpc_group_scalar(job.scalar);
	for (i = 0; i < LENGTH(bytes); i++)
	{
		assert_int_equal(mpc_set_pad(point, 0, 20), MPC_OK);
		memset(point[13], bytes[i], sizeof(*point));
		assert_int_equal(mpc_curve_run(&job, 0, 13), MPC_OK);
		assert_int_equal(mpc_curve_run(&job, 14, 20), MPC_OK);
		assert_int_equal(mpc_curve_run(&job, 0, 20), MPC_NONCANONICAL);
		assert_true(mpc_is_zero(other[13], sizeof(*other)));
	}
}

static int	looks;

static bool
stop_soon(void)
{
	return looks-- == 0;
}

static void
test_interrupts(void **state)
{
	MpcCurveJob job = {MPC_CURVE_HASH, {0}, element[0], other, MAX};

	(void) state;
	mpc_group_scalar(job.scalar);
	mpc_interrupted = stop_soon;
	looks = 2;
	assert_int_equal(mpc_curve_run(&job, 0, 100), MPC_INTERRUPTED);
	looks = 2;
	assert_int_equal(mpc_set_pad(point, 0, MAX), MPC_INTERRUPTED);
	mpc_interrupted = NULL;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_element),
		cmocka_unit_test(test_shuffle),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_curve),
		cmocka_unit_test(test_curve_refused),
		cmocka_unit_test(test_interrupts),
	};

	if (mpc_core_init() != MPC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
