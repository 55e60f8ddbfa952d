/*
 * test_histogram.c
 *		Questions for histograms: their bytes, edges, lanes and ranges, and which cells are folded.
 */
#include "test_query.h"

#include "crypto/wide.h"
#include "protocol/cells.h"
#include "protocol/masked_sum.h"

static MpcQuery query;
static MpcLanes lanes;
static uint8_t bytes[1 << 12];
static size_t len;

static void
ask(const char *column, const char *low, const char *high, uint16_t buckets, uint8_t filter)
{
	MpcAgg	   *agg = &query.agg[query.naggs];

	add_agg(&query, MPC_HISTOGRAM, column);
	agg->grid.low = mpc_str(low);
	agg->grid.high = mpc_str(high);
	agg->grid.buckets = buckets;
	agg->filter = filter;
}

static void
start_query(void)
{
	memset(&query, 0, sizeof(query));
	query.dataset = mpc_str("d");
}

static void
one_filter(void)
{
	add_filter(&query);
	add_leaf(&query, MPC_OP_IS_NULL, "f", 0, NULL);
}

static MpcStatus
write_query(void)
{
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_query_write(&w, &query);
	len = w.len;
	return w.status;
}

static MpcStatus
read_query(void)
{
	return mpc_query_read(&query, bytes, len);
}

/* ------------------------------------------------------------------ bytes */

static void
test_round_trip(void **state)
{
	static const char golden[] = "\1" "\1\0d" "\0" "\1" "\61\1" "\1\0x" "\2\0-5" "\3\0" "100" "\0\4" "\1" "\0" "\1\26\1\0f\0";

	(void) state;
	start_query();
	ask("x", "-5", "100", 1024, 1);
	one_filter();
	assert_int_equal(write_query(), MPC_OK);
	assert_int_equal(len, sizeof(golden) - 1);
	assert_memory_equal(bytes, golden, len);
	memset(&query, 0xff, sizeof(query));
	assert_int_equal(read_query(), MPC_OK);
	assert_int_equal(query.agg[0].function, MPC_HISTOGRAM);
	assert_true(mpc_str_equal(query.agg[0].grid.low, mpc_str("-5")));
	assert_true(mpc_str_equal(query.agg[0].grid.high, mpc_str("100")));
	assert_int_equal(query.agg[0].grid.buckets, 1024);
	assert_int_equal(query.agg[0].filter, 1);
}

/* As another would write a grid: the writer here refuses what the reader does. */
static MpcStatus
read_grid(const char *low, const char *high, uint16_t buckets)
{
	MpcWriter	w;
	MpcStatus	written;

	start_query();
	ask("x", low, high, buckets, 0);
	written = write_query();
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_write_bytes(&w, "\1\1\0d\0\1\61\1\1\0x", 11);
	mpc_write_str(&w, mpc_str(low));
	mpc_write_str(&w, mpc_str(high));
	mpc_write_le16(&w, buckets);
	mpc_write_zeros(&w, 3);
	len = w.len;
	assert_int_equal(written == MPC_OK, read_query() == MPC_OK);
	return read_query();
}

#define NINES	"99999999999999999999999999999999999999"	/* 38 of them */

static void
test_grids(void **state)
{
	static const char *const no_limits[] = {"", "-", "-0", "+1", "01", "-01", "1.5", "1e2", " 1", "x", "1" NINES, "-1" NINES};
	size_t		i;

	(void) state;
	assert_int_equal(read_grid("0", "1", 1), MPC_OK);
	assert_int_equal(read_grid("-" NINES, NINES, 1024), MPC_OK);
	assert_int_equal(read_grid("0", "1", 0), MPC_MALFORMED);
	assert_int_equal(read_grid("0", "1", 1025), MPC_MALFORMED);
	assert_int_equal(read_grid("1", "1", 1), MPC_MALFORMED);
	assert_int_equal(read_grid("1", "0", 1), MPC_MALFORMED);
	assert_int_equal(read_grid("-1", "-2", 1), MPC_MALFORMED);
	for (i = 0; i < sizeof(no_limits) / sizeof(no_limits[0]); i++)
	{
		assert_int_not_equal(read_grid(no_limits[i], NINES, 1), MPC_OK);
		assert_int_not_equal(read_grid("-" NINES, no_limits[i], 1), MPC_OK);
	}
}

static void
test_most(void **state)
{
	static const char *const column[] = {"a", "b", "c", "d", "e"};
	int			i;

	(void) state;
	start_query();
	for (i = 0; i < MPC_MAX_HISTOGRAMS; i++)
		ask(column[i], "0", "9", MPC_MAX_BUCKETS, 0);
	/* again is no other one */
	for (i = 0; i < 20; i++)
		ask(column[i % MPC_MAX_HISTOGRAMS], "0", "9", MPC_MAX_BUCKETS, 0);
	assert_int_equal(write_query(), MPC_OK);
	assert_int_equal(read_query(), MPC_OK);
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nmeasures, MPC_MAX_HISTOGRAMS);
	assert_int_equal(lanes.nlanes, 2 + MPC_MAX_HISTOGRAMS * (2 + 2 * 1027));
	assert_true(lanes.nlanes <= MPC_MAX_GROUP_LANES);
	/* one more, by column, filter or grid */
	ask("e", "0", "9", 1, 0);
	assert_int_equal(write_query(), MPC_LIMIT);
	query.agg[query.naggs - 1].arg[0] = mpc_str("a");
	assert_int_equal(write_query(), MPC_LIMIT);
	query.agg[query.naggs - 1].grid.buckets = MPC_MAX_BUCKETS;
	assert_int_equal(write_query(), MPC_OK);
	query.agg[query.naggs - 1].filter = 1;
	one_filter();
	assert_int_equal(write_query(), MPC_LIMIT);
	query.agg[query.naggs - 1].filter = 0;
	query.nfilters = query.nnodes = 0;
	assert_int_equal(write_query(), MPC_OK);
	/* as another would have written it */
	ask("e", "0", "9", MPC_MAX_BUCKETS, 0);
	query.naggs--;
	assert_int_equal(write_query(), MPC_OK);
	bytes[len - 12] = 'e';		/* column of the last one, which was as the first */
	assert_int_equal(read_query(), MPC_LIMIT);
}

/* ------------------------------------------------------------------ edges */

/* Cell of v by division, as SQL has it. */
static unsigned
cell_of(int v, int low, int high, int buckets)
{
	return v < low ? 0 : v >= high ? (unsigned) buckets + 1 : 1 + (unsigned) ((v - low) * buckets / (high - low));
}

static void
test_edges(void **state)
{
	MpcEdges	edges;
	MpcGrid		grid;
	char		text[2][16];
	int			low;
	int			width;
	int			v;
	unsigned	i;

	(void) state;
	for (low = -9; low <= 3; low += 3)
		for (width = 1; width <= 40; width += 3)
			for (grid.buckets = 1; grid.buckets <= 50; grid.buckets++)
			{
				snprintf(text[0], sizeof(text[0]), "%d", low);
				snprintf(text[1], sizeof(text[1]), "%d", low + width);
				grid.low = mpc_str(text[0]);
				grid.high = mpc_str(text[1]);
				assert_int_equal(mpc_grid_edges(&edges, &grid), MPC_OK);
				for (v = low - 2; v <= low + width + 2; v++)
				{
					unsigned	below = 0;

					for (i = 0; i <= grid.buckets; i++)
						below += mpc_grid_edge(&edges, i) <= v;
					assert_int_equal(below, cell_of(v, low, low + width, grid.buckets));
				}
			}
	/* the widest: no product overflows */
	grid.low = mpc_str("-" NINES);
	grid.high = mpc_str(NINES);
	grid.buckets = 2;
	assert_int_equal(mpc_grid_edges(&edges, &grid), MPC_OK);
	assert_true(mpc_grid_edge(&edges, 1) == 0);
	grid.buckets = 1000;
	assert_int_equal(mpc_grid_edges(&edges, &grid), MPC_OK);
	assert_true(mpc_grid_edge(&edges, 0) == edges.low && mpc_grid_edge(&edges, 1000) == -edges.low);
	assert_true(mpc_grid_edge(&edges, 500) == 0 && mpc_grid_edge(&edges, 499) == -mpc_grid_edge(&edges, 501) + 1);
}

/* ------------------------------------------------------------------ lanes */

static void
test_lanes(void **state)
{
	static const char golden[] = "\1\xff\2\xff"
		"\3\0\4\0\5\0"
		"\3\1\22\1\23\1\22\1\23\1\22\1\23\1\22\1\23\1\5\1"
		"\3\2\22\2\23\2\22\2\23\2\22\2\23\2\22\2\23\2\22\2\23\2\5\2";
	static const uint8_t hash[32];
	uint8_t		policy[200];
	MpcWriter	w;

	(void) state;
	start_query();
	add_agg(&query, MPC_SUM, "x");
	ask("x", "0", "5", 1, 0);
	ask("y", "0", "5", 2, 0);
	ask("x", "0", "5", 1, 0);
	add_agg(&query, MPC_AVG, "x");
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nmeasures, 3);
	assert_int_equal(lanes.nlanes, 2 + 3 + 10 + 12);
	assert_int_equal(mpc_lanes_measure(&lanes, &query.agg[0]), 0);
	assert_int_equal(mpc_lanes_measure(&lanes, &query.agg[3]), 1);
	assert_int_equal(mpc_lanes_measure(&lanes, &query.agg[4]), 0);
	assert_int_equal(mpc_measure_cells(&lanes.measure[0]), 0);
	assert_int_equal(mpc_measure_cells(&lanes.measure[2]), 5);
	assert_int_equal(lanes.measure[1].nonnull_lane, 5);
	assert_int_equal(lanes.measure[1].cells_lane, 6);
	assert_int_equal(lanes.measure[1].contributor_lane, 14);
	mpc_writer_init(&w, policy, sizeof(policy));
	mpc_policy_write(&w, &lanes, hash);
	assert_int_equal(w.status, MPC_OK);
	assert_int_equal(w.len, 35 + sizeof(golden) - 1);
	assert_memory_equal(policy + 35, golden, sizeof(golden) - 1);
}

/* rows, contributor | values, four times count and contributors, contributors */
static MpcStatus
check_sums(const int *sum)
{
	MpcWide		sums[12];
	MpcBounds	bounds[1];
	int			i;

	memset(bounds, 0, sizeof(bounds));
	for (i = 0; i < 12; i++)
		mpc_wide_from_int128(&sums[i], sum[i]);
	return mpc_lanes_check(&lanes, sums, 3, false, bounds);
}

static void
test_ranges(void **state)
{
	static const int good[12] = {20, 3, 12, 0, 0, 5, 2, 3, 1, 4, 2, 2};
	static const int none[12] = {20, 3};
	static const struct
	{
		int			lane;
		int			value;
	}			bad[] = {
		{5, 4}, {5, 6}, {5, -5}, {7, 12}, {3, 1}, {4, 1}, {6, 0}, {6, 3}, {6, -1}, {8, 0}, {10, 3}, {2, 11}, {2, 13}
	};
	int			sum[12];
	size_t		i;

	(void) state;
	start_query();
	ask("x", "0", "5", 1, 0);
	mpc_lanes_init(&lanes, &query);
	assert_int_equal(lanes.nlanes, 12);
	assert_int_equal(check_sums(good), MPC_OK);
	assert_int_equal(check_sums(none), MPC_OK);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		memcpy(sum, good, sizeof(sum));
		sum[bad[i].lane] = bad[i].value;
		assert_int_equal(check_sums(sum), MPC_RANGE);
	}
	/* a value more in one cell and a value less in another, below none */
	memcpy(sum, good, sizeof(sum));
	sum[3] = -1, sum[5] = 6;
	assert_int_equal(check_sums(sum), MPC_RANGE);
}

/* ------------------------------------------------------------------ folding */

/* A cell's digit: what of it is shown, "." where it is folded. */
static const char *
shown(MpcCells *cells, const char *counts)
{
	static char text[16];
	size_t		i;

	for (i = 0; i < cells->fold.ngroups; i++)
		text[i] = cells->folded[i] ? '.' : counts[i];
	text[i] = '\0';
	return text;
}

static const char *
fold_rows(const char *counts, int64_t least)
{
	static MpcCells cells;
	size_t		i;

	mpc_cells_init(&cells, strlen(counts), least);
	for (i = 0; counts[i] != '\0'; i++)
		cells.count[i] = counts[i] - '0';
	mpc_cells_fold_rows(&cells);
	return shown(&cells, counts);
}

static void
test_fold_rows(void **state)
{
	(void) state;
	assert_string_equal(fold_rows("1203", 1), "1203");
	assert_string_equal(fold_rows("5709", 5), "5709");
	/* two small ones are enough together; one takes the smallest along, the first of equal ones */
	assert_string_equal(fold_rows("5230", 5), "5..0");
	assert_string_equal(fold_rows("7239", 6), "...9");
	assert_string_equal(fold_rows("92785", 5), "9.78.");
	assert_string_equal(fold_rows("9277", 5), "9..7");
	assert_string_equal(fold_rows("1111", 4), "....");
	assert_string_equal(fold_rows("1009", 5), ".00.");
	/* the group's values are fewer than that: withheld before, folded all the same */
	assert_string_equal(fold_rows("1000", 5), "....");
	assert_string_equal(fold_rows("0000", 5), "0000");
}

/* others and mine: contributors of each cell; sizes are those of others. */
static const char *
fold_contributors(const char *others, const char *mine, int rest, int64_t least)
{
	static MpcCells cells;
	size_t		i;

	mpc_cells_init(&cells, strlen(others), least);
	for (i = 0; others[i] != '\0'; i++)
	{
		cells.count[i] = others[i] - '0';
		cells.mine[i] = mine[i] - '0';
		cells.size[i] = 10 * cells.count[i] + (int64_t) i;
	}
	cells.rest = rest;
	mpc_cells_fold_contributors(&cells);
	return shown(&cells, others);
}

static void
test_fold_contributors(void **state)
{
	(void) state;
	assert_string_equal(fold_contributors("2302", "1001", 0, 2), "2302");
	assert_string_equal(fold_contributors("2312", "0000", 2, 2), "23.2");
	/* what is mine alone is known to me, and hidden from whoever sees the answer */
	assert_string_equal(fold_contributors("2302", "0010", 2, 2), "23.2");
	/* a rest of one party takes the smallest cell along */
	assert_string_equal(fold_contributors("2312", "0000", 0, 2), ".3.2");
	assert_string_equal(fold_contributors("2302", "0000", 1, 2), ".302");
	/* each cell of another party: all of them are the group's own number */
	assert_string_equal(fold_contributors("1110", "0000", 0, 2), "....");
	assert_string_equal(fold_contributors("1110", "1110", 0, 0), "1110");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_grids),
		cmocka_unit_test(test_most),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_lanes),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_fold_rows),
		cmocka_unit_test(test_fold_contributors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
