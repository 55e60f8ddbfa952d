/*
 * test_layout.c
 *		Do asker and peers see the same vector in a question, and does a peer refuse a length
 *		that is not the question's?
 */
#include "protocol/layout.h"
#include "protocol/request.h"
#include "test_protocol.h"

static MpcQuery query;
static MpcContract used;
static MpcLanes lanes;
static MpcLayout layout;
static MpcLayout again;
static MpcStr values[1000];
static MpcDomain domain[MPC_MAX_KEYS];

/* A question for count(*) and one sum by n keys: lanes are rows, contributor, values, sum, contributor. */
static void
ask(uint8_t n)
{
	static char name[MPC_MAX_KEYS][4];
	size_t		i;

	memset(&query, 0, sizeof(query));
	memset(&used, 0, sizeof(used));
	query.naggs = 2;
	query.agg[0].function = MPC_COUNT_ROWS;
	query.agg[1].function = MPC_SUM;
	query.agg[1].nargs = 1;
	query.agg[1].arg[0] = mpc_str("pay");
	query.nkeys = n;
	for (i = 0; i < n; i++)
	{
		MpcContractColumn *column = &used.column[used.ncolumns++];

		name[i][0] = 'k';
		name[i][1] = (char) ('a' + i);
		query.key[i] = mpc_str(name[i]);
		column->name = query.key[i];
		column->role = MPC_ROLE_KEY;
		column->max_key_bytes = 61;
	}
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nlanes, 5);
}

/* Gives a key a domain of n values. */
static void
declare(size_t key, size_t n)
{
	domain[key].nvalues = n;
	domain[key].value = values;
	memset(used.column[key].domain, 0xd0, 32);
	used.column[key].values = &domain[key];
}

static MpcStatus
init(uint64_t groups)
{
	return mpc_layout_init(&layout, &query, &used, &lanes, groups);
}

static MpcStatus
of_request(uint8_t protocol, uint32_t m)
{
	return mpc_layout_of_request(&again, &query, &used, &lanes, protocol, m);
}

/* The same to a party that publishes nothing. */
static MpcStatus
unseen(uint8_t protocol, uint32_t m)
{
	return mpc_layout_of_request(&again, &query, NULL, &lanes, protocol, m);
}

static void
check_same(void)
{
	assert_int_equal(of_request(layout.protocol, layout.m), MPC_OK);
	assert_memory_equal(&again, &layout, sizeof(layout));
	assert_int_equal(of_request((uint8_t) (5 - layout.protocol), layout.m), MPC_MISMATCH);
	assert_int_equal(of_request(layout.protocol, layout.m + 1), MPC_MISMATCH);
	assert_int_equal(of_request(layout.protocol, layout.m - 1), MPC_MISMATCH);
	assert_int_equal(unseen(layout.protocol, layout.m), MPC_OK);
	assert_int_equal(again.kind, layout.kind);
	assert_int_equal(again.m, layout.m);
	assert_int_equal(again.ngroups, layout.ngroups);
}

static void
test_total(void **state)
{
	(void) state;
	ask(0);
	assert_int_equal(init(7), MPC_OK);
	assert_int_equal(layout.kind, MPC_LAYOUT_TOTAL);
	assert_int_equal(layout.protocol, 1);
	assert_int_equal(layout.m, 5);
	assert_int_equal(mpc_layout_tail(&layout), 0);
	check_same();
	assert_int_equal(unseen(1, 10), MPC_MISMATCH);
	assert_int_equal(unseen(4, 5), MPC_MISMATCH);
}

static void
test_domain(void **state)
{
	(void) state;
	ask(2);
	declare(0, 3);
	declare(1, 6);
	assert_int_equal(init(0), MPC_OK);
	assert_int_equal(layout.kind, MPC_LAYOUT_DOMAIN);
	assert_int_equal(layout.protocol, 1);
	assert_int_equal(layout.ngroups, 28);
	assert_int_equal(layout.m, 29 * 5);
	assert_int_equal(mpc_layout_tail(&layout), 28 * 5);
	assert_ptr_equal(layout.domain[1], &domain[1]);
	check_same();
	assert_int_equal(of_request(1, 28 * 5), MPC_MISMATCH);
	assert_int_equal(of_request(1, 30 * 5), MPC_MISMATCH);
	/* Domains are found by the key's name, whatever the order of columns. */
	used.column[2] = used.column[0];
	used.column[0] = used.column[1];
	used.column[1] = used.column[2];
	assert_int_equal(init(0), MPC_OK);
	assert_ptr_equal(layout.domain[0], &domain[0]);
}

/* 999 * 1000 values and a NULL each are a million groups; one more is a sketch. */
static void
test_large_domain(void **state)
{
	(void) state;
	ask(2);
	declare(0, 999);
	declare(1, 999);
	assert_int_equal(init(10), MPC_OK);
	assert_int_equal(layout.kind, MPC_LAYOUT_DOMAIN);
	assert_int_equal(layout.m, 1000001 * 5);
	check_same();
	assert_int_equal(unseen(1, 1000002 * 5), MPC_MISMATCH);
	domain[1].nvalues = 1000;
	assert_int_equal(init(10), MPC_OK);
	assert_int_equal(layout.kind, MPC_LAYOUT_SKETCH);
	assert_int_equal(layout.ngroups, 0);
	check_same();
	domain[1].nvalues = 999;
	/* Lanes times groups can be more than a vector holds. */
	lanes.nlanes = 17;
	assert_int_equal(init(10), MPC_LIMIT);
	lanes.nlanes = 16;
	assert_int_equal(init(10), MPC_OK);
}

static void
test_sketch(void **state)
{
	static const uint64_t groups[] = {0, 1, 64, 1000, 900000};
	uint32_t	width;
	size_t		i;

	(void) state;
	ask(2);
	declare(0, 3);
	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
	{
		assert_int_equal(init(groups[i]), MPC_OK);
		assert_int_equal(layout.kind, MPC_LAYOUT_SKETCH);
		assert_int_equal(layout.protocol, 4);
		assert_int_equal(layout.sketch.key_lanes, mpc_sketch_key_lanes(122));
		assert_int_equal(layout.sketch.values, 5);
		assert_int_equal(layout.sketch.cells, mpc_sketch_cells(groups[i]));
		width = mpc_sketch_width(&layout.sketch);
		assert_int_equal(layout.m, layout.sketch.cells * width + 5);
		assert_int_equal(mpc_layout_tail(&layout), layout.sketch.cells * width);
		assert_ptr_equal(layout.domain[0], &domain[0]);
		assert_null(layout.domain[1]);
		check_same();
	}
	assert_int_equal(init(1000000), MPC_LIMIT);
	assert_int_equal(init(UINT64_MAX), MPC_LIMIT);
}

/* Every number of cells that a sketch may have is taken from m, and no other. */
static void
test_cells(void **state)
{
	uint32_t	width;
	uint32_t	cells;
	uint64_t	groups = 0;
	bool		given;

	(void) state;
	ask(1);
	assert_int_equal(init(0), MPC_OK);
	width = mpc_sketch_width(&layout.sketch);
	for (cells = 0; cells < 2000; cells++)
	{
		while (mpc_sketch_cells(groups) < cells)
			groups++;
		given = mpc_sketch_cells(groups) == cells;
		assert_int_equal(of_request(4, cells * width + 5), given ? MPC_OK : MPC_MISMATCH);
		assert_int_equal(of_request(4, cells * width + 6), MPC_MISMATCH);
		assert_int_equal(of_request(4, cells * width + 4), MPC_MISMATCH);
	}
	assert_int_equal(of_request(4, 0), MPC_MISMATCH);
	assert_int_equal(of_request(4, 5), MPC_MISMATCH);
}

/* The longest tuple a sketch takes, by the sum of its columns' limits. */
static void
test_tuple_limit(void **state)
{
	(void) state;
	ask(3);
	used.column[0].max_key_bytes = 2000;
	used.column[1].max_key_bytes = 46;
	used.column[2].max_key_bytes = 2;
	assert_int_equal(init(1), MPC_OK);
	assert_int_equal(layout.sketch.key_lanes, MPC_SKETCH_MAX_KEY_LANES);
	assert_int_equal(layout.max_key_bytes[0], 2000);
	used.column[2].max_key_bytes = 3;
	assert_int_equal(init(1), MPC_LIMIT);
	assert_int_equal(of_request(4, layout.m), MPC_LIMIT);
	/* Declared domains need no key bytes. */
	declare(0, 1);
	declare(1, 1);
	declare(2, 1);
	assert_int_equal(init(1), MPC_OK);
}

static void
test_missing(void **state)
{
	(void) state;
	ask(2);
	declare(0, 3);
	used.column[0].values = NULL;
	assert_int_equal(init(1), MPC_MISMATCH);
	assert_int_equal(of_request(4, 5), MPC_MISMATCH);
	/* Without a hash no domain was declared, whatever is at hand. */
	memset(used.column[0].domain, 0, 32);
	used.column[0].values = &domain[0];
	assert_int_equal(init(1), MPC_OK);
	assert_null(layout.domain[0]);
	used.column[1].role = MPC_ROLE_FILTER;
	assert_int_equal(init(1), MPC_MISMATCH);
}

/* What a party can refuse that does not know the contract. */
static void
test_unseen(void **state)
{
	(void) state;
	ask(1);
	assert_int_equal(unseen(1, 5), MPC_MISMATCH);
	assert_int_equal(unseen(1, 10), MPC_OK);
	assert_int_equal(again.ngroups, 1);
	assert_int_equal(unseen(1, 11), MPC_MISMATCH);
	assert_int_equal(unseen(1, 0), MPC_MISMATCH);
	assert_int_equal(unseen(4, 5), MPC_MISMATCH);
	assert_int_equal(unseen(4, 6), MPC_OK);
	assert_int_equal(mpc_layout_tail(&again), 1);
	assert_int_equal(unseen(4, MPC_MAX_LANES), MPC_OK);
	assert_int_equal(unseen(4, MPC_MAX_LANES + 1), MPC_LIMIT);
	assert_int_equal(unseen(2, 10), MPC_OK);
	assert_int_equal(unseen(2, 11), MPC_MISMATCH);
	assert_int_equal(unseen(0, 10), MPC_MISMATCH);
}

/* A federation that shares: the same vectors, and no sketch. */
static void
test_shamir(void **state)
{
	(void) state;
	ask(0);
	used.protocol = MPC_PROTOCOL_SHAMIR_SUM;
	assert_int_equal(init(7), MPC_OK);
	assert_int_equal(layout.protocol, 2);
	assert_int_equal(layout.m, 5);
	check_same();
	assert_int_equal(of_request(1, 5), MPC_MISMATCH);
	ask(1);
	used.protocol = MPC_PROTOCOL_SHAMIR_SUM;
	assert_int_equal(init(7), MPC_VERSION);
	assert_int_equal(of_request(4, 1000), MPC_VERSION);
	declare(0, 3);
	assert_int_equal(init(7), MPC_OK);
	assert_int_equal(layout.kind, MPC_LAYOUT_DOMAIN);
	assert_int_equal(layout.protocol, 2);
	check_same();
	assert_int_equal(of_request(1, layout.m), MPC_MISMATCH);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_total),
		cmocka_unit_test(test_domain),
		cmocka_unit_test(test_large_domain),
		cmocka_unit_test(test_sketch),
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_tuple_limit),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_unseen),
		cmocka_unit_test(test_shamir),
	};

	return cmocka_run_group_tests(tests, start_core, NULL);
}
