/*
 * test_psi_many.c
 *		Do three and more parties find what is in all their sets, or how much, and do those who talk learn only what shares.h says?
 *
 * The oracle compares the plain sets. Party 0 is the receiver, the last one the counter.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <setjmp.h>

#include <cmocka.h>

#include "crypto/hash.h"
#include "psi/shares.h"
#include "test_psi.h"

#define MAX_PARTIES 5

static Party party[MAX_PARTIES];
static size_t n;

/* What the parties keep and send. */
static MpcMask pair[MAX_PARTIES][MAX_PARTIES];	/* the key with another peer, by their numbers */
static uint8_t counter[MPC_PSI_KEY_BYTES];
static MpcFe key[MAX_PARTIES];
static MpcOkvs okvs[MAX_PARTIES];
static MpcFe *table[MAX_PARTIES];
static uint8_t seed[MAX_PARTIES][MPC_OKVS_SEED_BYTES];
static MpcPoint point[MAX_PARTIES][MAX_SET];	/* key * H(x) of the receiver's elements, as it got them */
static MpcFe sum[MAX_SET];

/* The bytes that parties hash: those of another version must hash the same. */
static void
test_definition(void **state)
{
	uint8_t		bytes[MPC_ELEMENT_BYTES + MPC_POINT_BYTES];
	uint8_t		hash[64];
	MpcElement	element;
	MpcPoint	place;
	MpcFe		expected;
	MpcFe		r;

	(void) state;
	kat_fill(bytes, sizeof(bytes), 1);
	memcpy(element, bytes, sizeof(element));
	memcpy(place, bytes + sizeof(element), sizeof(place));
	mpc_th(hash, "MPCAGG-v1/psi-oprf", bytes, sizeof(bytes));
	mpc_field_from_hash(expected, hash);
	mpc_psi_oprf(r, element, place);
	assert_memory_equal(r, expected, sizeof(r));

	crypto_generichash(hash, sizeof(hash), element, sizeof(element), kat_rid, sizeof(kat_rid));
	mpc_field_from_hash(expected, hash);
	mpc_psi_prf(r, kat_rid, element);
	assert_memory_equal(r, expected, sizeof(r));

	memcpy(bytes, kat_rid, sizeof(kat_rid));
	memcpy(bytes + sizeof(kat_rid), r, sizeof(r));
	mpc_th(hash, "MPCAGG-v1/psi-count", bytes, sizeof(kat_rid) + sizeof(r));
	mpc_psi_element(element, kat_rid, r);
	assert_memory_equal(element, hash, sizeof(element));
}

/* Pids are in the order of the numbers: the lower one adds. */
static void
share_keys(void)
{
	size_t		i;
	size_t		j;

	mpc_random(counter, sizeof(counter));
	for (i = 1; i < n; i++)
	{
		mpc_group_scalar(key[i]);
		for (j = 1; j < i; j++)
		{
			mpc_random(pair[i][j].key, sizeof(pair[i][j].key));
			memcpy(pair[j][i].key, pair[i][j].key, sizeof(pair[i][j].key));
			pair[j][i].sign = 1;
			pair[i][j].sign = -1;
		}
	}
}

/* The keys of one peer with those whose bit is set. */
static size_t
pairs_of(MpcMask *out, size_t i, unsigned with)
{
	size_t		npairs = 0;
	size_t		j;

	for (j = 1; j < n; j++)
		if (j != i && (with >> j & 1))
			out[npairs++] = pair[i][j];
	return npairs;
}

#define EVERYBODY (~0u)

/* A peer's table, in room for a padded set. */
static MpcStatus
make_table(size_t i, bool counting)
{
	MpcPoint	own[MAX_SET];
	MpcFe		value[MAX_SET];
	MpcMask		pairs[MAX_PARTIES];
	size_t		npairs = pairs_of(pairs, i, EVERYBODY);
	MpcStatus	status;
	void	   *work;

	okvs[i] = mpc_okvs_shape(mpc_set_padded(party[i].n, true));
	free(table[i]);
	table[i] = malloc(mpc_okvs_cells(&okvs[i]) * sizeof(MpcFe));
	work = malloc(mpc_okvs_work(&okvs[i]));
	assert_true(table[i] != NULL && work != NULL);
	hash_and_multiply(own, key[i], (const MpcElement *) party[i].element, party[i].n);
	assert_int_equal(mpc_psi_values(value, (const MpcElement *) party[i].element, (const MpcPoint *) own, pairs, npairs,
									counting && i == n - 1 ? counter : NULL, 0, party[i].n), MPC_OK);
	status = mpc_okvs_encode(&okvs[i], table[i], seed[i], (const MpcElement *) party[i].element, (const MpcFe *) value,
							 party[i].n, work);
	free(work);
	return status;
}

/* The receiver gets key * H(x) of a peer for each of its elements, under a scalar that hides them. */
static void
evaluate(size_t i)
{
	MpcFe		scalar;
	MpcFe		inverse;

	mpc_group_scalar(scalar);
	mpc_group_invert(inverse, scalar);
	hash_and_multiply(point[i], scalar, (const MpcElement *) party[0].element, party[0].n);
	assert_int_equal(receive(point[i], key[i], (const MpcPoint *) point[i], party[0].n), MPC_OK);
	assert_int_equal(multiply(point[i], inverse, (const MpcPoint *) point[i], party[0].n), MPC_OK);
}

/* Adds what a peer's table reads, in two pieces. */
static void
collect(size_t i)
{
	size_t		middle = party[0].n / 3;

	assert_int_equal(mpc_okvs_check(&okvs[i], (const MpcFe *) table[i]), MPC_OK);
	assert_int_equal(mpc_psi_collect(sum, &okvs[i], (const MpcFe *) table[i], seed[i], (const MpcElement *) party[0].element,
									 (const MpcPoint *) point[i], middle, party[0].n), MPC_OK);
	assert_int_equal(mpc_psi_collect(sum, &okvs[i], (const MpcFe *) table[i], seed[i], (const MpcElement *) party[0].element,
									 (const MpcPoint *) point[i], 0, middle), MPC_OK);
}

static void
run(bool counting)
{
	size_t		i;

	share_keys();
	memset(sum, 0, sizeof(sum));
	for (i = 1; i < n; i++)
	{
		assert_int_equal(make_table(i, counting), MPC_OK);
		evaluate(i);
		collect(i);
	}
}

/* Is an identifier in the sets of all these peers? */
static bool
in_all(uint32_t id, unsigned peers)
{
	size_t		i;

	for (i = 1; i < n; i++)
		if ((peers >> i & 1) && !has(&party[i], id))
			return false;
	return true;
}

static size_t
common(void)
{
	size_t		count = 0;
	size_t		k;

	for (k = 0; k < party[0].n; k++)
		count += in_all(party[0].id[k], EVERYBODY);
	return count;
}

static void
check_members(void)
{
	bool		found[MAX_SET];
	size_t		k;

	run(false);
	assert_int_equal(mpc_psi_members(found, (const MpcFe *) sum, party[0].n), common());
	for (k = 0; k < party[0].n; k++)
		assert_int_equal(found[k], in_all(party[0].id[k], EVERYBODY));
}

/* The sums name nobody; counting alone compares them with the counter's. */
static void
check_count(void)
{
	MpcElement	mine[MAX_SET];
	MpcElement	theirs[MAX_SET];
	MpcPoint	sent[2][MAX_SET];
	bool		found[MAX_SET];
	MpcFe		scalar[2];
	MpcFe		w;
	size_t		k;

	run(true);
	assert_int_equal(mpc_psi_members(found, (const MpcFe *) sum, party[0].n), 0);
	for (k = 0; k < party[0].n; k++)
		mpc_psi_element(mine[k], kat_rid, sum[k]);
	for (k = 0; k < party[n - 1].n; k++)
	{
		mpc_psi_prf(w, counter, party[n - 1].element[k]);
		mpc_psi_element(theirs[k], kat_rid, w);
	}
	mpc_group_scalar(scalar[0]);
	mpc_group_scalar(scalar[1]);
	hash_and_multiply(sent[0], scalar[0], (const MpcElement *) mine, party[0].n);
	hash_and_multiply(sent[1], scalar[1], (const MpcElement *) theirs, party[n - 1].n);
	assert_int_equal(receive(sent[0], scalar[1], (const MpcPoint *) sent[0], party[0].n), MPC_OK);
	assert_int_equal(receive(sent[1], scalar[0], (const MpcPoint *) sent[1], party[n - 1].n), MPC_OK);
	mpc_set_sort(sent[0], party[0].n);
	mpc_set_sort(sent[1], party[n - 1].n);
	assert_int_equal(mpc_set_match(NULL, (const MpcPoint *) sent[0], party[0].n, (const MpcPoint *) sent[1],
								   party[n - 1].n), common());
}

static void
fill_parties(size_t parties, const size_t *size, Overlap overlap, uint32_t with)
{
	size_t		i;

	n = parties;
	for (i = 0; i < n; i++)
		fill_party(&party[i], (uint32_t) i, size[i], overlap, with);
}

static void
for_all_sets(void (*check) (void))
{
	static const size_t sizes[][MAX_PARTIES] = {{40, 40, 40, 40, 40}, {0, 3, 3, 3, 3}, {5, 0, 5, 5, 5}, {1, 1, 1, 1, 1},
	{2, 40, 1, 60, 2}, {50, 49, 48, 47, 46}};
	static const size_t large[] = {MAX_SET, MAX_SET, MAX_SET};
	Overlap		overlap;
	size_t		parties;
	size_t		i;

	for (overlap = NONE; overlap <= ALL; overlap++)
	{
		for (parties = 2; parties <= MAX_PARTIES; parties++)
			for (i = 0; i < LENGTH(sizes); i++)
			{
				fill_parties(parties, sizes[i], overlap, (uint32_t) i);
				check();
			}
	}
	fill_parties(LENGTH(large), large, SOME, 7);
	check();
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

/*
 * The receiver knows all keys of the peers that talk to it. Of the silent ones, it sums what their tables read and takes off
 * the zero shares that it knows: zero wherever all silent peers have the element. For one of several silent peers alone
 * nothing is zero, whoever has it.
 */
static void
check_talk(unsigned silent, unsigned asked)
{
	unsigned	talking = ~silent;
	bool		found[MAX_SET];
	MpcFe		share;
	size_t		i;
	size_t		k;

	memset(sum, 0, sizeof(sum));
	for (i = 1; i < n; i++)
	{
		MpcPoint	nothing = {0};
		MpcMask		pairs[MAX_PARTIES];
		size_t		npairs;

		if (!(asked >> i & 1))
			continue;
		collect(i);
		npairs = pairs_of(pairs, i, talking);
		for (k = 0; k < party[0].n; k++)
		{
			MpcFe		oprf;

			mpc_psi_oprf(oprf, party[0].element[k], nothing);
			assert_int_equal(mpc_psi_values(&share, (const MpcElement *) &party[0].element[k],
											(const MpcPoint *) &nothing, pairs, npairs, NULL, 0, 1), MPC_OK);
			mpc_field_sub(share, share, oprf);
			mpc_field_sub(sum[k], sum[k], share);
		}
	}
	mpc_psi_members(found, (const MpcFe *) sum, party[0].n);
	for (k = 0; k < party[0].n; k++)
		assert_int_equal(found[k], asked == silent && in_all(party[0].id[k], silent));
}

static void
test_who_talks(void **state)
{
	static const size_t sizes[MAX_PARTIES] = {40, 40, 40, 40, 40};
	unsigned	silent;
	unsigned	asked;

	(void) state;
	fill_parties(MAX_PARTIES, sizes, SOME, 3);
	run(false);
	for (silent = 2; silent < 1u << MAX_PARTIES; silent += 2)
		for (asked = 2; asked <= silent; asked += 2)
			if ((asked & ~silent) == 0)
				check_talk(silent, asked);
}

/* An element that is there twice is its owner's mistake, and found before anything is sent. */
static void
test_duplicates(void **state)
{
	static const size_t sizes[] = {10, 10, 10};

	(void) state;
	fill_parties(3, sizes, SOME, 1);
	share_keys();
	memcpy(party[1].element[4], party[1].element[9], sizeof(MpcElement));
	assert_int_equal(make_table(1, false), MPC_MALFORMED);
}

/* Another key, pair or cell of one peer alone: nothing is found any more. */
static void
test_damage(void **state)
{
	static const size_t sizes[] = {20, 20, 20};
	bool		found[MAX_SET];
	int			damage;

	(void) state;
	fill_parties(3, sizes, ALL, 1);
	for (damage = 0; damage < 4; damage++)
	{
		run(false);
		assert_int_equal(mpc_psi_members(found, (const MpcFe *) sum, 20), 20);
		memset(sum, 0, sizeof(sum));
		if (damage == 0)
			pair[1][2].key[0] ^= 1;
		else if (damage == 1)
			pair[1][2].sign = -1;
		assert_int_equal(make_table(1, false), MPC_OK);
		if (damage == 2)
			seed[1][0] ^= 1;
		else if (damage == 3)
			mpc_group_scalar(key[2]);
		evaluate(2);
		collect(1);
		collect(2);
		assert_int_equal(mpc_psi_members(found, (const MpcFe *) sum, 20), 0);
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
	static const size_t sizes[] = {MAX_SET, MAX_SET};
	MpcFe		value[MAX_SET];
	int			first;

	(void) state;
	fill_parties(2, sizes, ALL, 1);
	run(false);
	mpc_interrupted = stop_soon;
	for (first = 0; first < 4; first++)
	{
		looks = first;
		assert_int_equal(mpc_psi_values(value, (const MpcElement *) party[0].element, (const MpcPoint *) point[1], NULL, 0,
										NULL, 0, MAX_SET), MPC_INTERRUPTED);
		looks = first;
		assert_int_equal(mpc_psi_collect(sum, &okvs[1], (const MpcFe *) table[1], seed[1],
										 (const MpcElement *) party[0].element, (const MpcPoint *) point[1], 0, MAX_SET),
						 MPC_INTERRUPTED);
	}
	mpc_interrupted = NULL;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_definition),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_who_talks),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_interrupts),
	};

	if (mpc_core_init() != MPC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
