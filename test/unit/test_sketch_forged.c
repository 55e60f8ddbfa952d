/*
 * test_sketch_forged.c
 *		Is everything refused that is no sketch, or too full a one, and never decoded wrong?
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "test_sketch.h"

/* One byte more than q lanes hold is refused, and nothing is added. */
static void
test_too_long(void **state)
{
	static const size_t room[][2] = {
		{1, 30}, {2, 61}, {4, 123}, {5, 153}, {MPC_SKETCH_MAX_KEY_LANES, MPC_SKETCH_MAX_KEY_BYTES}
	};
	uint8_t		key[MPC_SKETCH_MAX_KEY_BYTES + 1] = {0};
	Table		t;
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(room); i++)
	{
		table_init(&t, 130, (uint16_t) room[i][0]);
		assert_int_equal(add(&t, key, room[i][1] + 1, 1, 1), MPC_LIMIT);
		assert_true(mpc_is_zero(t.cell, elements(&t.shape) * sizeof(MpcFe)));
		assert_int_equal(add(&t, key, room[i][1], 1, 1), MPC_OK);
		assert_int_equal(peel(&t), MPC_OK);
		assert_int_equal(t.nfound, 1);
		table_free(&t);
	}
}

static void
check_shape_refused(Table *t, uint32_t cells, uint16_t key_lanes)
{
	t->shape.cells = cells;
	t->shape.key_lanes = key_lanes;
	assert_int_equal(add(t, "k", 1, 1, 1), MPC_LIMIT);
	assert_int_equal(peel(t), MPC_LIMIT);
}

static void
test_shapes(void **state)
{
	Table		t;

	(void) state;
	table_init(&t, 130, 2);
	check_shape_refused(&t, 0, 2);
	check_shape_refused(&t, 129, 2);
	check_shape_refused(&t, UINT32_MAX, 2);	/* a multiple of 5 */
	check_shape_refused(&t, 130, 0);
	check_shape_refused(&t, 130, MPC_SKETCH_MAX_KEY_LANES + 1);
	table_free(&t);
}

static void
check_key(const char *first, const char *second, MpcStatus expected)
{
	uint8_t		key[2 * MPC_FIELD_BYTES];
	MpcFe		kappa[2] = {{0}};
	size_t		len;

	sodium_hex2bin(kappa[0], sizeof(MpcFe), first, strlen(first), NULL, NULL, NULL);
	sodium_hex2bin(kappa[1], sizeof(MpcFe), second, strlen(second), NULL, NULL, NULL);
	assert_int_equal(mpc_sketch_key(key, &len, (const MpcFe *) kappa, 2), expected);
}

/* A key has one encoding, and no other is read. */
static void
test_canonical_keys(void **state)
{
	static const char full[] = "3d000000000000000000000000000000000000000000000000000000000000";

	(void) state;
	check_key("", "", MPC_OK);
	check_key("0107", "", MPC_OK);
	check_key(full, full, MPC_OK);	/* 61 bytes */
	check_key("010701", "", MPC_MALFORMED);	/* not zeros behind the key */
	check_key("0107", "01", MPC_MALFORMED);
	check_key("3c", full, MPC_OK);
	check_key("3c000000000000000000000000000000000000000000000000000000000000",
			  "00000000000000000000000000000000000000000000000000000000000001", MPC_MALFORMED);
	check_key("3e", "", MPC_MALFORMED);	/* 62 bytes do not fit */
	check_key("8001", "", MPC_MALFORMED);	/* nor do 128 */
	check_key("8000", "", MPC_MALFORMED);	/* two bytes for a length of 0 */
	check_key("858000", "", MPC_MALFORMED);
	check_key("8500", "", MPC_MALFORMED);
	check_key("0000000000000000000000000000000000000000000000000000000000000001", "", MPC_MALFORMED);
	check_key(full, "0000000000000000000000000000000000000000000000000000000000000001", MPC_MALFORMED);
}

/* More and more keys for the same cells: exact at first, then refused, never wrong. */
static void
test_overflow(void **state)
{
	uint32_t	n;
	uint32_t	exact = 0;
	uint32_t	refused = 0;

	(void) state;
	for (n = 10; n <= 400; n += 5)
	{
		Table		t;
		Plain		plain;
		MpcStatus	status;

		table_init(&t, 145, 1);
		plain_init(&plain, n, 12);
		build(&t, &plain, 0);
		build(&t, &plain, 1);
		status = peel(&t);
		if (status == MPC_OK)
		{
			check_against(&t, &plain);
			exact++;
		}
		else
		{
			assert_int_equal(status, MPC_UNDECODABLE);
			refused++;
		}
		plain_free(&plain);
		table_free(&t);
	}
	assert_true(exact >= 10 && refused >= 40);
}

/* One more in any single lane of any cell: of a key, of several, or of none. */
static void
test_junk(void **state)
{
	Table		genuine;
	Table		t;
	Plain		plain;
	uint32_t	c;
	uint32_t	lane;

	(void) state;
	table_init(&genuine, 145, 2);
	table_init(&t, 145, 2);
	plain_init(&plain, 20, 40);
	build(&genuine, &plain, 0);
	build(&genuine, &plain, 1);
	for (c = 0; c < t.shape.cells; c++)
	{
		for (lane = 0; lane < mpc_sketch_width(&t.shape); lane++)
		{
			table_copy(&t, &genuine);
			add_one(lane_of(&t, c, lane));
			assert_int_equal(peel(&t), MPC_UNDECODABLE);
		}
	}
	table_copy(&t, &genuine);
	assert_int_equal(peel(&t), MPC_OK);
	check_against(&t, &plain);
	plain_free(&plain);
	table_free(&t);
	table_free(&genuine);
}

/* The same wrong check element in all five cells of a key. */
static void
test_forged_check(void **state)
{
	Table		t;
	uint32_t	c;

	(void) state;
	table_init(&t, 145, 1);
	add_text(&t, "alpha", 1, 2);
	for (c = 0; c < t.shape.cells; c++)
	{
		if (!mpc_is_zero(*lane_of(&t, c, 0), sizeof(MpcFe)))
			add_one(lane_of(&t, c, 2));
	}
	assert_int_equal(peel(&t), MPC_UNDECODABLE);
	table_free(&t);
}

/* A key's content once more, in a cell that is none of its own and comes before them. */
static void
test_displaced(void **state)
{
	Table		t;

	(void) state;
	table_init(&t, 290, 1);
	add_text(&t, "alpha", 1, 2);
	memcpy(lane_of(&t, 0, 0), lane_of(&t, 20, 0), mpc_sketch_width(&t.shape) * sizeof(MpcFe));
	assert_int_equal(peel(&t), MPC_UNDECODABLE);
	table_free(&t);
}

/*
 * One w in the first of a key's cells and another in the other four: what is left
 * of these looks like the key again, and would be found a second time.
 */
static void
test_two_weights(void **state)
{
	Table		t;
	Table		other;

	(void) state;
	table_init(&t, 290, 1);
	table_init(&other, 290, 1);
	add_text(&t, "alpha", 1, 2);
	add_text(&other, "alpha", 1, 2);
	memcpy(lane_of(&t, 20, 0), lane_of(&other, 20, 0), mpc_sketch_width(&t.shape) * sizeof(MpcFe));
	assert_int_equal(peel(&t), MPC_UNDECODABLE);
	table_free(&t);
	table_free(&other);
}

static void
test_other_seed(void **state)
{
	Table		t;
	Table		copy;
	uint8_t		seed[MPC_SKETCH_SEED_BYTES];

	(void) state;
	memcpy(seed, kat_rid, sizeof(seed));
	seed[31] ^= 1;
	table_init(&t, 145, 1);
	table_init(&copy, 145, 1);
	add_text(&t, "alpha", 1, 2);
	table_copy(&copy, &t);
	assert_int_equal(mpc_sketch_peel(&copy.shape, copy.cell, seed, copy.found, &copy.nfound, copy.work),
					 MPC_UNDECODABLE);
	assert_int_equal(peel(&t), MPC_OK);
	table_free(&t);
	table_free(&copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_canonical_keys),
		cmocka_unit_test(test_overflow),
		cmocka_unit_test(test_junk),
		cmocka_unit_test(test_forged_check),
		cmocka_unit_test(test_displaced),
		cmocka_unit_test(test_two_weights),
		cmocka_unit_test(test_other_seed),
	};

	if (mpc_core_init() != MPC_OK)
		return 1;
	return cmocka_run_group_tests_name("sketch_forged", tests, NULL, NULL);
}
