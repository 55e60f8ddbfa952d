/*
 * test_psi_two.c
 *		Do two parties find what they have in common, how much, and its sum, and refuse what is none of it?
 *
 * The oracle compares the plain sets.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "psi/transfer.h"
#include "test_psi.h"

#define WIDTH 2

static Party asker;
static Party peer;

/* The peer's answer to asker.sent, and what the asker makes of the peer's own: both under both scalars. */
static MpcPoint evaluated[MAX_SENT];
static MpcPoint theirs[MAX_SENT];

static void
exchange(bool padded)
{
	blind(&asker, padded);
	blind(&peer, padded);
	assert_int_equal(receive(evaluated, peer.scalar, (const MpcPoint *) asker.sent, asker.nsent), MPC_OK);
	assert_int_equal(receive(theirs, asker.scalar, (const MpcPoint *) peer.sent, peer.nsent), MPC_OK);
}

static size_t
common(void)
{
	size_t		count = 0;
	size_t		i;

	for (i = 0; i < asker.n; i++)
		count += has(&peer, asker.id[i]);
	return count;
}

/* PROTOCOLS G.1: the asker finds each element again by its place. */
static void
check_members(bool padded)
{
	bool		found[MAX_SENT];
	size_t		k;

	exchange(padded);
	mpc_set_sort(theirs, peer.nsent);
	assert_int_equal(mpc_set_match(found, (const MpcPoint *) evaluated, asker.nsent, (const MpcPoint *) theirs,
								   peer.nsent), common());
	for (k = 0; k < asker.nsent; k++)
	{
		if (asker.order[k] < asker.n)
			assert_int_equal(found[k], has(&peer, asker.id[asker.order[k]]));
		else
			assert_false(found[k]);
	}
}

/* PROTOCOLS G.3: the peer sorts what it gives back, so that places say nothing. */
static void
check_count(bool padded)
{
	exchange(padded);
	mpc_set_sort(evaluated, asker.nsent);
	mpc_set_sort(theirs, peer.nsent);
	assert_int_equal(mpc_set_match(NULL, (const MpcPoint *) evaluated, asker.nsent, (const MpcPoint *) theirs,
								   peer.nsent), common());
}

/* Values of the peer's elements in the order in which it sent them, padding without any; plain sums of those in common. */
static void
fill_values(MpcFe *value, int64_t *sum)
{
	int64_t		plain[MAX_SET][WIDTH];
	MpcWide		wide;
	size_t		k;
	size_t		w;

	memset(value, 0, MAX_SENT * WIDTH * sizeof(*value));
	memset(sum, 0, WIDTH * sizeof(*sum));
	kat_fill(plain, sizeof(plain), (uint32_t) peer.n);
	for (k = 0; k < peer.nsent; k++)
		for (w = 0; w < WIDTH && peer.order[k] < peer.n; w++)
		{
			int64_t		v = plain[peer.order[k]][w] / 1000;

			memset(&wide, 0, sizeof(wide));
			mpc_wide_add_int128(&wide, v);
			mpc_field_from_wide(value[k * WIDTH + w], &wide);
			if (has(&asker, peer.id[peer.order[k]]))
				sum[w] += v;
		}
}

/* PROTOCOLS G.4: the asker matches, the peer owns the values. */
static void
check_sums(bool padded)
{
	static MpcFe value[MAX_SENT * WIDTH];
	static MpcFe tau[MAX_SENT * WIDTH];
	static MpcFe kappa[MAX_SENT];
	static MpcPoint choice[MAX_SENT];
	bool		bit[MAX_SENT];
	MpcTransfer transfer = {.width = WIDTH};
	MpcTransferOwner owner;
	MpcFe		share[2][WIDTH] = {{{0}}};
	int64_t		expected[WIDTH];
	MpcWide		wide;
	size_t		w;

	exchange(padded);
	mpc_set_sort(evaluated, asker.nsent);
	assert_int_equal(mpc_set_match(bit, (const MpcPoint *) theirs, peer.nsent, (const MpcPoint *) evaluated,
								   asker.nsent), common());
	fill_values(value, expected);

	memcpy(transfer.rid, kat_rid, sizeof(kat_rid));
	mpc_transfer_point(transfer.q, kat_rid);
	assert_int_equal(mpc_transfer_begin(&owner, &transfer), MPC_OK);
	assert_int_equal(mpc_transfer_choose(choice, kappa, &transfer, bit, 0, peer.nsent), MPC_OK);
	assert_int_equal(mpc_transfer_pad(tau, share[0], &transfer, &owner, (const MpcPoint *) choice,
									  (const MpcFe *) value, 0, peer.nsent), MPC_OK);
	assert_int_equal(mpc_transfer_open(share[1], &transfer, owner.sender, bit, (const MpcFe *) kappa,
									   (const MpcFe *) tau, 0, peer.nsent), MPC_OK);
	for (w = 0; w < WIDTH; w++)
	{
		mpc_field_add(share[0][w], share[0][w], share[1][w]);
		mpc_field_to_wide(&wide, share[0][w]);
		assert_int_equal((int64_t) wide.limb[0], expected[w]);
		assert_int_equal((int64_t) wide.limb[3], expected[w] < 0 ? -1 : 0);
	}
}

static void
for_all_sets(void (*check) (bool padded))
{
	static const size_t sizes[][2] = {{0, 0}, {0, 5}, {5, 0}, {1, 1}, {2, 1}, {1, MAX_SET}, {MAX_SET, 2}, {90, 60}, {MAX_SET, MAX_SET}};
	size_t		i;
	Overlap		overlap;

	for (i = 0; i < LENGTH(sizes); i++)
		for (overlap = NONE; overlap <= ALL; overlap++)
		{
			fill_party(&asker, 1, sizes[i][0], overlap, (uint32_t) i);
			fill_party(&peer, 2, sizes[i][1], overlap, (uint32_t) i);
			check(sizes[i][0] + sizes[i][1] < 2 * MAX_SET ? overlap == SOME : true);
		}
}

static void
test_members(void **state)
{
	(void) state;
	for_all_sets(check_members);
}

static void
test_count(void **state)
{
	(void) state;
	for_all_sets(check_count);
}

static void
test_sums(void **state)
{
	(void) state;
	for_all_sets(check_sums);
}

/* Another run of the same sets has no point in common with the first: nobody sees that they are the same. */
static void
test_unlinkable(void **state)
{
	Party		first;

	(void) state;
	fill_party(&asker, 1, 50, ALL, 1);
	blind(&asker, true);
	first = asker;
	blind(&asker, true);
	mpc_set_sort(first.sent, first.nsent);
	assert_int_equal(mpc_set_match(NULL, (const MpcPoint *) asker.sent, asker.nsent, (const MpcPoint *) first.sent,
								   first.nsent), 0);
}

/* What a peer can put in place of a point. */
static void
test_lies(void **state)
{
	static const uint8_t bytes[] = {0x00, 0x01, 0xff};
	static const size_t places[] = {0, 7, 19};
	size_t		i;
	size_t		j;

	(void) state;
	fill_party(&asker, 1, 20, ALL, 1);
	for (i = 0; i < LENGTH(bytes); i++)
		for (j = 0; j < LENGTH(places); j++)
		{
			blind(&asker, false);
			memset(asker.sent[places[j]], bytes[i], sizeof(MpcPoint));
			assert_int_equal(receive(evaluated, asker.scalar, (const MpcPoint *) asker.sent, asker.nsent),
							 MPC_NONCANONICAL);
		}
	blind(&asker, false);
	memcpy(asker.sent[3], asker.sent[11], sizeof(MpcPoint));
	assert_int_equal(receive(evaluated, asker.scalar, (const MpcPoint *) asker.sent, asker.nsent), MPC_MALFORMED);
	/* the second encoding that libsodium gives each point would pass for another one */
	asker.sent[3][MPC_POINT_BYTES - 1] |= 0x80;
	assert_int_equal(receive(evaluated, asker.scalar, (const MpcPoint *) asker.sent, asker.nsent), MPC_NONCANONICAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_unlinkable),
		cmocka_unit_test(test_lies),
	};

	if (mpc_core_init() != MPC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
