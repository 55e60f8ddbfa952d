/*
 * test_distinct.c
 *		Questions for the number of different values: their bytes and lanes, the salt and the
 *		registers, and which sums cannot be those of registers.
 */
#include "test_query.h"

#include "crypto/field.h"
#include "crypto/hash.h"
#include "protocol/contract.h"
#include "protocol/distinct.h"

#define PARTIES	4
#define NLANES	(2 + 1 + MPC_LEVEL_LANES + 1)
#define FIRST	3				/* lane of register 0, level 1 */

static MpcQuery query;
static MpcLanes lanes;
static uint8_t bytes[1 << 16];
static size_t len;

static MpcStatus
write_query(void)
{
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_query_write(&w, &query);
	len = w.len;
	return w.status;
}

static void
ask(void)
{
	memset(&query, 0, sizeof(query));
	query.dataset = mpc_str("people");
	add_agg(&query, MPC_DISTINCT, "email");
}

static void
test_round_trip(void **state)
{
	static const char golden[] = "\1" "\6\0people" "\0" "\1" "\21\1\5\0email\0" "\0" "\0";

	(void) state;
	ask();
	assert_int_equal(write_query(), MPC_OK);
	assert_int_equal(len, sizeof(golden) - 1);
	assert_memory_equal(bytes, golden, len);
	assert_int_equal(mpc_query_read(&query, golden, len), MPC_OK);
	assert_int_equal(query.agg[0].function, MPC_DISTINCT);
	/* a second one is neither written nor, as if another had written it, read */
	add_agg(&query, MPC_DISTINCT, "phone");
	assert_int_equal(write_query(), MPC_LIMIT);
	query.agg[1].function = MPC_COUNT;
	assert_int_equal(write_query(), MPC_OK);
	bytes[21] = MPC_DISTINCT;
	assert_int_equal(mpc_query_read(&query, bytes, len), MPC_LIMIT);
}

/* Beside the same column in another role: a measure apart, whose levels are named once. */
static void
test_lanes(void **state)
{
	static const char golden[] = "\1\xff\2\xff" "\3\0\5\0" "\3\1\27\1\5\1" "\3\2\4\2\5\2";
	static uint8_t policy[MPC_MAX_POLICY_BYTES];
	static const uint8_t hash[32];
	MpcWriter	w;

	(void) state;
	memset(&query, 0, sizeof(query));
	query.dataset = mpc_str("people");
	add_agg(&query, MPC_COUNT, "email");
	add_agg(&query, MPC_DISTINCT, "email");
	add_agg(&query, MPC_SUM, "age");
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nmeasures, 3);
	assert_int_equal(mpc_lanes_measure(&lanes, &query.agg[0]), 0);
	assert_int_equal(mpc_lanes_measure(&lanes, &query.agg[1]), 1);
	assert_false(lanes.measure[0].wants_levels);
	assert_true(lanes.measure[1].wants_levels);
	assert_int_equal(lanes.measure[1].nonnull_lane, 4);
	assert_int_equal(lanes.measure[1].levels_lane, 5);
	assert_int_equal(lanes.measure[1].contributor_lane, 5 + 32768);
	assert_int_equal(lanes.measure[2].nonnull_lane, 5 + 32768 + 1);
	assert_int_equal(lanes.nlanes, 5 + 32768 + 1 + 3);
	mpc_writer_init(&w, policy, sizeof(policy));
	mpc_policy_write(&w, &lanes, hash);
	assert_int_equal(w.status, MPC_OK);
	assert_int_equal(w.len, 35 + sizeof(golden) - 1);
	assert_int_equal(policy[33] | policy[34] << 8, lanes.nlanes);
	assert_memory_equal(policy + 35, golden, sizeof(golden) - 1);
}

/* As many lanes as there can be are counted in 16 bits. */
static void
test_most(void **state)
{
	uint8_t		k;
	size_t		i;

	(void) state;
	assert_true(MPC_MAX_GROUP_LANES <= UINT16_MAX);
	ask();
	for (k = 1; k < MPC_MAX_AGGS; k++)
	{
		add_pair(&query, k <= MPC_MAX_PRODUCTS ? MPC_PRODUCTS : MPC_CORR, "y", "x");
		query.agg[k].filter = k;
		if (k <= MPC_MAX_PRODUCTS)
			query.agg[k].nargs = MPC_MAX_PRODUCT_ARGS;
		for (i = 0; i < query.agg[k].nargs; i++)
			query.agg[k].arg[i] = mpc_str("y");
	}
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nlanes, NLANES + 16 * (2 + 33 * 36 / 2) + (64 - 17) * 7);
	assert_true(lanes.nlanes <= MPC_MAX_GROUP_LANES);
}

/* In which role its argument is looked for. */
static void
test_role(void **state)
{
	static MpcContract all;
	static MpcContract used;
	MpcStr		missing;
	MpcRole		role;

	(void) state;
	memset(&all, 0, sizeof(all));
	all.ncolumns = 2;
	all.column[0].name = mpc_str("email");
	all.column[0].type = mpc_str("text");
	all.column[0].role = MPC_ROLE_MEASURE;
	all.column[1] = all.column[0];
	all.column[1].role = MPC_ROLE_FILTER;
	ask();
	assert_int_equal(mpc_contract_of_query(&used, &all, &query, &missing, &role), MPC_MISMATCH);
	assert_true(mpc_str_equal(missing, mpc_str("email")));
	assert_int_equal(role, MPC_ROLE_IDENTIFIER);
	assert_string_equal(mpc_role_words(role), "an identifier");
	all.column[1].role = MPC_ROLE_IDENTIFIER;
	assert_int_equal(mpc_contract_of_query(&used, &all, &query, &missing, &role), MPC_OK);
	assert_int_equal(used.ncolumns, 1);
	assert_int_equal(used.column[0].role, MPC_ROLE_IDENTIFIER);
}

/* ------------------------------------------------------------------ salt and registers */

static Federation fed;

static void
salt_of(uint8_t *salt, uint16_t asker)
{
	static uint8_t message[1 << 13];
	static const uint8_t nonce[32];
	MpcRequest	request;
	MpcWriter	w;

	mpc_writer_init(&w, message, sizeof(message));
	mpc_request_write(&w, &fed.id[asker], &fed.roster[asker], MPC_PROTOCOL_MASKED_SUM, 5, 1, nonce, fed.cards,
					  mpc_str("q"), mpc_str("p"));
	assert_int_equal(w.status, MPC_OK);
	assert_int_equal(mpc_request_read(&request, message, w.len), MPC_OK);
	mpc_distinct_salt(salt, &request);
}

static void
test_salt(void **state)
{
	uint8_t		salt[2][MPC_SALT_BYTES];
	uint8_t		expected[MPC_SALT_BYTES];
	MpcHash		hash;
	uint16_t	i;

	assert_int_equal(start_core(state), 0);
	federation_make(&fed, PARTIES, 7);
	federation_keys(&fed, "people");
	salt_of(salt[0], 1);
	mpc_hash_begin(&hash, "MPCAGG-v1/distinct");
	for (i = 0; i < PARTIES; i++)
		if (i != 1)
			mpc_hash_add(&hash, fed.cards + i * MPC_ONETIME_BYTES + 32, 32);
	mpc_hash_end32(&hash, expected);
	assert_memory_equal(salt[0], expected, MPC_SALT_BYTES);
	/* any other's key changes it, the asker's own does not */
	fed.cards[MPC_ONETIME_BYTES + 32] ^= 1;
	salt_of(salt[1], 1);
	assert_memory_equal(salt[1], expected, MPC_SALT_BYTES);
	for (i = 0; i < PARTIES; i++)
	{
		if (i == 1)
			continue;
		fed.cards[i * MPC_ONETIME_BYTES + 32] ^= 1;
		salt_of(salt[1], 1);
		assert_memory_not_equal(salt[1], expected, MPC_SALT_BYTES);
		fed.cards[i * MPC_ONETIME_BYTES + 32] ^= 1;
	}
}

/* By Python's hashlib.blake2b(value, digest_size=16, key=bytes(range(32))). */
static void
test_places(void **state)
{
	static const struct
	{
		const char *value;
		size_t		len;
		int			at;
		int			level;
	}			cases[] =
	{
		{"", 0, 246, 1},
		{"alice", 5, 795, 1},
		{"k\xc3\xa4the@example.org", 18, 7, 2},
		{"\0\0\0\0\0\0\0*", 8, 445, 1},
		{"\0\0\0\0\0\x16\xa3\xfe", 8, 568, 24}
	};
	uint8_t		level[MPC_REGISTERS] = {0};
	uint8_t		salt[MPC_SALT_BYTES];
	size_t		i;
	int			raised = 0;

	(void) state;
	for (i = 0; i < sizeof(salt); i++)
		salt[i] = (uint8_t) i;
	for (i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++)	/* again changes nothing */
		mpc_distinct_add(level, cases[i / 2].value, cases[i / 2].len, salt);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(level[cases[i].at], cases[i].level);
	for (i = 0; i < MPC_REGISTERS; i++)
		raised += level[i] > 0;
	assert_int_equal(raised, 5);
}

/* Whoever holds which value, and how often. */
static void
test_merge(void **state)
{
	uint8_t		level[3][MPC_REGISTERS] = {{0}};
	uint8_t		salt[MPC_SALT_BYTES] = {9};
	uint32_t	i;

	(void) state;
	for (i = 0; i < 20000; i++)
	{
		mpc_distinct_add(level[0], &i, sizeof(i), salt);
		if (i % 3 > 0)
			mpc_distinct_add(level[1], &i, sizeof(i), salt);
		if (i % 3 < 2)
			mpc_distinct_add(level[2], &i, sizeof(i), salt);
	}
	mpc_distinct_merge(level[1], level[2]);
	assert_memory_equal(level[1], level[0], MPC_REGISTERS);
}

/* ------------------------------------------------------------------ ranges */

static MpcWide sums[NLANES];

/* Of 9 rows with 7 values of two parties: register 0 is full, 3 is at 5, the last one at 1. */
static void
set_sums(void)
{
	size_t		i;

	ask();
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nlanes, NLANES);
	memset(sums, 0, sizeof(sums));
	mpc_wide_from_int128(&sums[0], 9);
	mpc_wide_from_int128(&sums[1], 2);
	mpc_wide_from_int128(&sums[2], 7);
	mpc_wide_from_int128(&sums[NLANES - 1], 2);
	for (i = 0; i < MPC_LEVELS; i++)
		mpc_wide_from_int128(&sums[FIRST + i], -1 - (int) i);
	for (i = 0; i < 5; i++)
		mpc_wide_from_int128(&sums[FIRST + 3 * MPC_LEVELS + i], 77);
	mpc_wide_from_int128(&sums[NLANES - 1 - MPC_LEVELS], 1);
}

static MpcStatus
check(void)
{
	MpcBounds	bounds[1];

	memset(bounds, 0, sizeof(bounds));
	return mpc_lanes_check(&lanes, sums, 3, false, bounds);
}

static void
test_ranges(void **state)
{
	uint8_t		level[MPC_REGISTERS];
	size_t		i;

	(void) state;
	set_sums();
	assert_int_equal(check(), MPC_OK);
	assert_true(mpc_distinct_read(level, &sums[FIRST]));
	assert_int_equal(level[0], MPC_LEVELS);
	assert_int_equal(level[1], 0);
	assert_int_equal(level[3], 5);
	assert_int_equal(level[MPC_REGISTERS - 1], 1);
	/* a hole, wherever it is */
	for (i = 0; i < MPC_LEVELS; i++)
	{
		set_sums();
		mpc_wide_from_int128(&sums[FIRST + i], 0);
		assert_int_equal(check(), i + 1 < MPC_LEVELS ? MPC_RANGE : MPC_OK);
		set_sums();
		mpc_wide_from_int128(&sums[FIRST + 3 * MPC_LEVELS + i], i < 5 ? 0 : 1);
		assert_int_equal(check(), i == 4 || i == 5 ? MPC_OK : MPC_RANGE);
	}
	/* more registers than values, values without registers, registers without values */
	set_sums();
	mpc_wide_from_int128(&sums[2], 3);
	assert_int_equal(check(), MPC_OK);
	mpc_wide_from_int128(&sums[2], 2);
	assert_int_equal(check(), MPC_RANGE);
	set_sums();
	memset(&sums[FIRST], 0, MPC_LEVEL_LANES * sizeof(MpcWide));
	assert_int_equal(check(), MPC_RANGE);
	mpc_wide_from_int128(&sums[2], 0);
	mpc_wide_from_int128(&sums[NLANES - 1], 0);
	assert_int_equal(check(), MPC_OK);
	mpc_wide_from_int128(&sums[FIRST], 1);
	assert_int_equal(check(), MPC_RANGE);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_lanes),
		cmocka_unit_test(test_most),
		cmocka_unit_test(test_role),
		cmocka_unit_test(test_salt),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
