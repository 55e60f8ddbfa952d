/*
 * test_transfer.c
 *		Do the two shares add up to the sum of the matched values, and does a lie change no more than the sum?
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "kat.h"
#include "psi/transfer.h"

#define LENGTH(a)	(sizeof(a) / sizeof((a)[0]))
#define MAX			100
#define WIDTH_MAX	35

/* One run: what both sides hold. */
typedef struct Run
{
	size_t		n;
	MpcTransfer transfer;
	MpcTransferOwner owner;
	int64_t		plain[MAX][WIDTH_MAX];
	MpcFe		value[MAX * WIDTH_MAX];
	bool		bit[MAX];
	MpcFe		kappa[MAX];
	MpcPoint	choice[MAX];
	MpcFe		tau[MAX * WIDTH_MAX];
	MpcFe		owner_share[WIDTH_MAX];
	MpcFe		matcher_share[WIDTH_MAX];
} Run;

static Run run;

static void
from_int64(MpcFe r, int64_t v)
{
	MpcWide		wide = {{0}};

	mpc_wide_add_int128(&wide, v);
	mpc_field_from_wide(r, &wide);
}

/* Values of both signs, and every other pattern of bits by seed: none, all, random. */
static void
start(size_t n, size_t width, uint32_t seed)
{
	uint8_t		random[MAX];
	size_t		j;
	size_t		k;

	memset(&run, 0, sizeof(run));
	run.n = n;
	run.transfer.width = width;
	memcpy(run.transfer.rid, kat_rid, sizeof(kat_rid));
	mpc_transfer_point(run.transfer.q, kat_rid);
	assert_int_equal(mpc_transfer_begin(&run.owner, &run.transfer), MPC_OK);
	kat_fill(run.plain, sizeof(run.plain), seed);
	kat_fill(random, sizeof(random), seed);
	for (j = 0; j < n; j++)
	{
		run.bit[j] = seed % 3 == 0 ? false : seed % 3 == 1 ? true : random[j] & 1;
		for (k = 0; k < width; k++)
		{
			run.plain[j][k] /= 1000;
			from_int64(run.value[j * width + k], run.plain[j][k]);
		}
	}
}

static MpcStatus
choose(size_t from, size_t to)
{
	return mpc_transfer_choose(run.choice, run.kappa, &run.transfer, run.bit, from, to);
}

static MpcStatus
pad(MpcFe *share, size_t from, size_t to)
{
	return mpc_transfer_pad(run.tau, share, &run.transfer, &run.owner, (const MpcPoint *) run.choice,
							(const MpcFe *) run.value, from, to);
}

static MpcStatus
open_share(MpcFe *share, size_t from, size_t to)
{
	return mpc_transfer_open(share, &run.transfer, run.owner.sender, run.bit, (const MpcFe *) run.kappa,
							 (const MpcFe *) run.tau, from, to);
}

static void
whole(void)
{
	assert_int_equal(choose(0, run.n), MPC_OK);
	assert_int_equal(pad(run.owner_share, 0, run.n), MPC_OK);
	assert_int_equal(open_share(run.matcher_share, 0, run.n), MPC_OK);
}

/* The shares' sum is that of the values whose bits these are. */
static bool
adds_up(const bool *bit)
{
	bool		right = true;
	size_t		j;
	size_t		k;

	for (k = 0; k < run.transfer.width; k++)
	{
		int64_t		expected = 0;
		MpcFe		sum;
		MpcFe		plain;

		for (j = 0; j < run.n; j++)
			expected += bit[j] ? run.plain[j][k] : 0;
		from_int64(plain, expected);
		mpc_field_add(sum, run.owner_share[k], run.matcher_share[k]);
		right &= memcmp(sum, plain, sizeof(sum)) == 0;
	}
	return right;
}

static void
test_sums(void **state)
{
	static const size_t sizes[] = {0, 1, 7, MAX};
	static const size_t widths[] = {1, 2, 16, 17, WIDTH_MAX};
	size_t		s;
	size_t		w;

	(void) state;
	for (s = 0; s < LENGTH(sizes); s++)
		for (w = 0; w < LENGTH(widths); w++)
		{
			uint32_t	seed;

			for (seed = 3; seed < 6; seed++)
			{
				start(sizes[s], widths[w], seed);
				whole();
				assert_true(adds_up(run.bit));
				if (run.n > 0)
					assert_false(mpc_is_zero(run.matcher_share[0], sizeof(MpcFe)));
			}
		}
}

/* Element k of the stream that a point is the key of, as transfer.h says. */
static void
stream(MpcFe r, uint8_t bit, uint64_t j, const MpcPoint point, size_t k)
{
	uint8_t		bytes[MPC_RID_BYTES + 1 + 8 + MPC_POINT_BYTES];
	uint8_t		key[MPC_TH32_BYTES];
	MpcFe		lanes[WIDTH_MAX];

	memcpy(bytes, kat_rid, MPC_RID_BYTES);
	bytes[MPC_RID_BYTES] = bit;
	memset(bytes + MPC_RID_BYTES + 1, 0, 8);
	bytes[MPC_RID_BYTES + 1] = (uint8_t) j;
	memcpy(bytes + MPC_RID_BYTES + 9, point, MPC_POINT_BYTES);
	mpc_th32(key, "MPCAGG-v1/ot", bytes, sizeof(bytes));
	mpc_pair_stream(lanes, key, 0, WIDTH_MAX);
	memcpy(r, lanes[k], sizeof(lanes[k]));
}

/* Both sides are built of these bytes: another version would open nothing. */
static void
test_definition(void **state)
{
	uint8_t		hash[MPC_TH_BYTES];
	MpcPoint	q0;
	MpcPoint	q1;
	MpcFe		expected;
	MpcFe		term;
	size_t		j;
	size_t		k;

	(void) state;
	start(9, WIDTH_MAX, 5);
	whole();
	mpc_th(hash, "MPCAGG-v1/ot-q", kat_rid, sizeof(kat_rid));
	mpc_group_hash(q1, hash);
	assert_memory_equal(run.transfer.q, q1, sizeof(q1));
	for (j = 0; j < run.n; j++)
	{
		assert_int_equal(mpc_group_mul(q0, run.owner.r, run.choice[j]), MPC_OK);
		assert_int_equal(mpc_group_sub(q1, run.transfer.q, run.choice[j]), MPC_OK);
		assert_int_equal(mpc_group_mul(q1, run.owner.r, q1), MPC_OK);
		for (k = 0; k < WIDTH_MAX; k++)
		{
			stream(expected, 0, j, q0, k);
			mpc_field_add(expected, expected, run.value[j * WIDTH_MAX + k]);
			stream(term, 1, j, q1, k);
			mpc_field_sub(expected, expected, term);
			assert_memory_equal(run.tau[j * WIDTH_MAX + k], expected, sizeof(expected));
		}
	}
}

/* In pieces, in another order, each piece with a share of its own; tau where the values were. */
static void
test_pieces(void **state)
{
	static const size_t piece[][2] = {{50, 77}, {0, 13}, {77, MAX}, {13, 13}, {13, 50}};
	MpcFe		share[3];
	size_t		i;

	(void) state;
	start(MAX, 3, 5);
	for (i = 0; i < LENGTH(piece); i++)
		assert_int_equal(choose(piece[i][0], piece[i][1]), MPC_OK);
	for (i = 0; i < LENGTH(piece); i++)
	{
		memset(share, 0, sizeof(share));
		assert_int_equal(mpc_transfer_pad(run.value, share, &run.transfer, &run.owner, (const MpcPoint *) run.choice,
										  (const MpcFe *) run.value, piece[i][0], piece[i][1]), MPC_OK);
		mpc_field_add_all(run.owner_share, (const MpcFe *) share, 3);
	}
	memcpy(run.tau, run.value, sizeof(run.tau));
	for (i = 0; i < LENGTH(piece); i++)
	{
		memset(share, 0, sizeof(share));
		assert_int_equal(open_share(share, piece[i][0], piece[i][1]), MPC_OK);
		mpc_field_add_all(run.matcher_share, (const MpcFe *) share, 3);
	}
	assert_true(adds_up(run.bit));
}

/* Choices are fresh points for any bit, pads fresh for every owner, element and request. */
static void
test_fresh(void **state)
{
	Run			first;
	size_t		j;

	(void) state;
	start(20, 2, 4);
	memset(run.value, 0, sizeof(run.value));
	whole();
	first = run;
	start(20, 2, 3);
	memset(run.value, 0, sizeof(run.value));
	whole();
	for (j = 0; j < 20; j++)
	{
		assert_true(mpc_group_is_valid(run.choice[j]));
		assert_memory_not_equal(run.choice[j], first.choice[j], sizeof(MpcPoint));
		assert_memory_not_equal(run.tau[2 * j], first.tau[2 * j], sizeof(MpcFe));
		assert_memory_not_equal(run.tau[2 * j], run.tau[2 * j + 1], sizeof(MpcFe));
		if (j > 0)
			assert_memory_not_equal(run.tau[2 * j], run.tau[2 * j - 2], sizeof(MpcFe));
	}
	/* the same choices under another request: nothing opens */
	first.transfer.rid[0] ^= 1;
	memset(first.matcher_share, 0, sizeof(first.matcher_share));
	assert_int_equal(mpc_transfer_open(first.matcher_share, &first.transfer, first.owner.sender, first.bit,
									   (const MpcFe *) first.kappa, (const MpcFe *) first.tau, 0, 20), MPC_OK);
	run = first;
	assert_false(adds_up(run.bit));
}

/* A bit that changes before the choice is another sum; after it, the shares add up to nothing. */
static void
test_changed_bits(void **state)
{
	(void) state;
	start(30, 2, 5);
	run.bit[7] = !run.bit[7];
	whole();
	assert_true(adds_up(run.bit));

	assert_int_equal(choose(0, run.n), MPC_OK);
	run.bit[7] = !run.bit[7];
	memset(run.owner_share, 0, sizeof(run.owner_share));
	memset(run.matcher_share, 0, sizeof(run.matcher_share));
	assert_int_equal(pad(run.owner_share, 0, run.n), MPC_OK);
	assert_int_equal(open_share(run.matcher_share, 0, run.n), MPC_OK);
	assert_false(adds_up(run.bit));
	run.bit[7] = !run.bit[7];
	assert_false(adds_up(run.bit));
}

static void
test_refused(void **state)
{
	static const uint8_t bytes[] = {0x00, 0x01, 0xff};
	Run			good;
	size_t		i;

	(void) state;
	start(10, 2, 5);
	whole();
	good = run;
	for (i = 0; i < LENGTH(bytes); i++)
	{
		memset(run.choice[9], bytes[i], sizeof(MpcPoint));
		assert_int_equal(pad(run.owner_share, 0, run.n), MPC_NONCANONICAL);
		memset(run.owner.sender, bytes[i], sizeof(MpcPoint));
		assert_int_equal(open_share(run.matcher_share, 0, run.n), MPC_NONCANONICAL);
		run = good;
	}
	memcpy(run.choice[4], run.transfer.q, sizeof(MpcPoint));
	assert_int_equal(pad(run.owner_share, 0, run.n), MPC_NONCANONICAL);
	assert_int_equal(pad(run.owner_share, 5, run.n), MPC_OK);

	run = good;
	memset(run.tau[19], 0xff, sizeof(MpcFe));
	assert_int_equal(open_share(run.matcher_share, 0, run.n), MPC_NONCANONICAL);
	run.bit[9] = false;			/* refused whether it is looked at or not */
	assert_int_equal(open_share(run.matcher_share, 0, run.n), MPC_NONCANONICAL);
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
	(void) state;
	start(MAX, 1, 5);
	whole();
	mpc_interrupted = stop_soon;
	looks = 2;
	assert_int_equal(choose(0, run.n), MPC_INTERRUPTED);
	looks = 2;
	assert_int_equal(pad(run.owner_share, 0, run.n), MPC_INTERRUPTED);
	looks = 2;
	assert_int_equal(open_share(run.matcher_share, 0, run.n), MPC_INTERRUPTED);
	mpc_interrupted = NULL;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_definition),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_fresh),
		cmocka_unit_test(test_changed_bits),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_interrupts),
	};

	if (mpc_core_init() != MPC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
