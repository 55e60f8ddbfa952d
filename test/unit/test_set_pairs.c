/*
 * test_set_pairs.c
 *		Do the peers of an intersection of many agree on the keys of their zeros, and on who counts?
 */
#include "protocol/set_pairs.h"
#include "test_protocol.h"

#define PARTIES		5
#define NONE		PARTIES

static Federation fed;
static uint8_t bytes[TEST_MESSAGE_MAX];
static MpcRequest request;

static int
make_federation(void **state)
{
	if (start_core(state) != 0)
		return -1;
	federation_make(&fed, PARTIES, 57);
	return 0;
}

/* A request of this member's; none: who publishes nothing. */
static void
ask(uint16_t asker, uint16_t none, uint16_t other)
{
	static const uint8_t boot_id[MPC_BOOT_ID_BYTES] = "bootboot";
	static const uint8_t nonce[32] = "a nonce";
	uint8_t		hash[32];
	MpcWriter	w;
	uint16_t	i;

	mpc_dataset_hash(hash, mpc_str("people"));
	for (i = 0; i < PARTIES; i++)
	{
		assert_int_equal(mpc_onetime_make(&fed.key[i], &fed.id[i], 5, 6, boot_id, i == none || i == other ? NULL : hash), MPC_OK);
		memcpy(fed.cards + i * MPC_ONETIME_BYTES, fed.key[i].card, MPC_ONETIME_BYTES);
	}
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_request_write_sets(&w, &fed.id[asker], &fed.roster[asker], MPC_ENGINE_CURVE, 0, 9, 1, nonce, fed.cards,
						   mpc_str("q"), mpc_str("p"));
	assert_int_equal(w.status, MPC_OK);
	assert_int_equal(mpc_request_read(&request, bytes, w.len), MPC_OK);
}

static int
pairs_of(uint16_t i, MpcMask *pair)
{
	int			n = -1;

	memset(pair, 0xee, MPC_MAX_PARTIES * sizeof(MpcMask));
	assert_int_equal(mpc_set_pairs(pair, &n, &fed.roster[i], (const MpcStaticHalf *) fed.half[i], &fed.key[i], &request), MPC_OK);
	return n;
}

/* The key of j stands among those of i where j is counted without i, the asker and those who have no set. */
static int
place_of(uint16_t i, uint16_t j, uint16_t asker, uint16_t none, uint16_t other)
{
	int			place = 0;
	uint16_t	k;

	for (k = 0; k < j; k++)
		place += k != i && k != asker && k != none && k != other;
	return place;
}

static void
check_pairs(uint16_t asker, uint16_t none, uint16_t other)
{
	static MpcMask a[MPC_MAX_PARTIES];
	static MpcMask b[MPC_MAX_PARTIES];
	int			sets = PARTIES - (none < PARTIES) - (other < PARTIES);
	uint16_t	i;
	uint16_t	j;

	ask(asker, none, other);
	assert_int_equal(mpc_set_count(&request), sets);
	for (i = 0; i < PARTIES; i++)
	{
		if (i == asker || i == none || i == other)
			continue;
		assert_int_equal(pairs_of(i, a), sets - 2);
		for (j = 0; j < PARTIES; j++)
		{
			const MpcMask *mine = &a[place_of(i, j, asker, none, other)];
			const MpcMask *theirs = &b[place_of(j, i, asker, none, other)];

			if (j == i || j == asker || j == none || j == other)
				continue;
			assert_int_equal(pairs_of(j, b), sets - 2);
			assert_memory_equal(mine->key, theirs->key, sizeof(mine->key));
			assert_int_equal(mine->sign, j > i ? 1 : -1);
			assert_int_equal(mine->sign + theirs->sign, 0);
		}
	}
}

static void
test_pairs(void **state)
{
	uint16_t	asker;

	(void) state;
	for (asker = 0; asker < PARTIES; asker++)
	{
		check_pairs(asker, NONE, NONE);
		check_pairs(asker, (uint16_t) ((asker + 1) % PARTIES), NONE);
		check_pairs(asker, (uint16_t) ((asker + 2) % PARTIES), (uint16_t) ((asker + 4) % PARTIES));
	}
}

/* Other pairs have other keys, and so has every request. */
static void
test_different(void **state)
{
	static MpcMask a[MPC_MAX_PARTIES];
	static MpcMask b[MPC_MAX_PARTIES];
	int			n;
	int			i;
	int			j;

	(void) state;
	ask(0, NONE, NONE);
	n = pairs_of(1, a);
	for (i = 0; i < n; i++)
		for (j = 0; j < i; j++)
			assert_memory_not_equal(a[i].key, a[j].key, sizeof(a[i].key));
	request.rid[31] ^= 1;
	assert_int_equal(pairs_of(1, b), n);
	for (i = 0; i < n; i++)
		assert_memory_not_equal(a[i].key, b[i].key, sizeof(a[i].key));
}

/* Two of it, with a one-time key of low order: nothing is left of the keys before. */
static void
test_low_order(void **state)
{
	static const uint8_t zeros[MPC_MAX_PARTIES * sizeof(MpcMask)];
	static const uint8_t zero_point[32];
	static MpcMask pair[MPC_MAX_PARTIES];
	int			n;

	(void) state;
	ask(0, NONE, NONE);
	request.card[PARTIES - 1].epk = zero_point;
	memset(pair, 0xee, sizeof(pair));
	assert_int_equal(mpc_set_pairs(pair, &n, &fed.roster[1], (const MpcStaticHalf *) fed.half[1], &fed.key[1], &request), MPC_IDENTITY);
	assert_memory_equal(pair, zeros, sizeof(pair));
}

/* The last that has a set and does not ask. */
static void
test_counter(void **state)
{
	(void) state;
	ask(0, NONE, NONE);
	assert_int_equal(mpc_set_counter(&request), 4);
	ask(4, NONE, NONE);
	assert_int_equal(mpc_set_counter(&request), 3);
	ask(0, 4, NONE);
	assert_int_equal(mpc_set_counter(&request), 3);
	ask(3, 4, 2);
	assert_int_equal(mpc_set_counter(&request), 1);
	assert_int_equal(mpc_set_count(&request), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_different),
		cmocka_unit_test(test_low_order),
		cmocka_unit_test(test_counter),
	};

	return cmocka_run_group_tests(tests, make_federation, NULL);
}
