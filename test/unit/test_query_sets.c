/*
 * test_query_sets.c
 *		Does a question about sets have one spelling, and stand with nothing that would say more than it asks?
 */
#include "protocol/query_sets.h"
#include "test_query.h"

static MpcQuery query;
static uint8_t bytes[TEST_MESSAGE_MAX];

/* A function of sets by these columns, the measure last. */
static MpcAgg *
add_sets(MpcFunction function, int n, const char *const *column)
{
	MpcAgg	   *agg = &query.agg[query.naggs++];

	agg->function = function;
	for (agg->nargs = 0; agg->nargs < n; agg->nargs++)
		agg->arg[agg->nargs] = mpc_str(column[agg->nargs]);
	return agg;
}

static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
static const char *const id[] = {"id"};
static const char *const id_v[] = {"id", "v"};
static const char *const id_w[] = {"id", "w"};

static void
begin(void)
{
	memset(&query, 0, sizeof(query));
	query.dataset = mpc_str("t");
}

static MpcStatus
write(size_t *len)
{
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_query_write(&w, &query);
	*len = w.len;
	return w.status;
}

static MpcStatus
judge(const uint8_t *message, size_t len, void *arg)
{
	static MpcQuery other;
	uint8_t		again[TEST_MESSAGE_MAX];
	MpcWriter	w;

	(void) arg;
	if (mpc_query_read(&other, message, len) != MPC_OK)
		return MPC_MALFORMED;
	/* What is read is written the same: another question, but no second spelling of this one. */
	mpc_writer_init(&w, again, sizeof(again));
	mpc_query_write(&w, &other);
	if (w.status != MPC_OK || w.len != len || memcmp(again, message, len) != 0)
		fail_msg("a second spelling was read");
	return MPC_OK;
}

/* The question as it stands is written and read, or is malformed both ways. */
static void
check_fits(bool fits)
{
	size_t		len;
	MpcStatus	status = write(&len);

	assert_int_equal(status, fits ? MPC_OK : MPC_MALFORMED);
	assert_int_equal(mpc_query_sets_fit(&query), fits);
	if (fits)
		assert_int_equal(judge(bytes, len, NULL), MPC_OK);
}

/* By hand, as WIRE says. */
static void
test_bytes(void **state)
{
	static const char members[] = "\1" "\1\0t" "\0" "\1" "\x40\2\2\0id\1\0n\0" "\0" "\0";
	static const char sums[] = "\1" "\1\0t" "\1\1\0k" "\3" "\x41\1\2\0id\0" "\x42\2\2\0id\1\0v\0" "\x42\2\2\0id\1\0w\0" "\0" "\0";
	static const char numbers[] = "\1" "\1\0t" "\0" "\2" "\x43\1\2\0id\0" "\x41\1\2\0id\0" "\0" "\0";
	static const char *const pair[] = {"id", "n"};
	size_t		len;

	(void) state;
	begin();
	add_sets(MPC_INTERSECT, 2, pair);
	assert_int_equal(write(&len), MPC_OK);
	assert_int_equal(len, sizeof(members) - 1);
	assert_memory_equal(bytes, members, len);
	begin();
	query.key[query.nkeys++] = mpc_str("k");
	add_sets(MPC_INTERSECT_COUNT, 1, id);
	add_sets(MPC_INTERSECT_SUM, 2, id_v);
	add_sets(MPC_INTERSECT_SUM, 2, id_w);
	assert_int_equal(write(&len), MPC_OK);
	assert_int_equal(len, sizeof(sums) - 1);
	assert_memory_equal(bytes, sums, len);
	begin();
	add_sets(MPC_UNION_COUNT, 1, id);
	add_sets(MPC_INTERSECT_COUNT, 1, id);
	assert_int_equal(write(&len), MPC_OK);
	assert_int_equal(len, sizeof(numbers) - 1);
	assert_memory_equal(bytes, numbers, len);
	refuse_lengths(bytes, len, judge, NULL);
}

/* Each byte of the functions changed: what is read then is written the same. */
static void
test_one_spelling(void **state)
{
	size_t		len;
	size_t		i;
	unsigned	x;

	(void) state;
	begin();
	add_sets(MPC_INTERSECT_COUNT, 1, id);
	add_sets(MPC_INTERSECT_SUM, 2, id_v);
	assert_int_equal(write(&len), MPC_OK);
	for (i = 0; i < len; i++)
		for (x = 1; x < 256; x++)
		{
			bytes[i] ^= (uint8_t) x;
			(void) judge(bytes, len, NULL);
			bytes[i] ^= (uint8_t) x;
		}
}

static void
test_arguments(void **state)
{
	static const MpcFunction function[] = {MPC_INTERSECT, MPC_INTERSECT_COUNT, MPC_INTERSECT_SUM, MPC_UNION_COUNT};
	size_t		i;
	int			n;

	(void) state;
	for (i = 0; i < 4; i++)
		for (n = 0; n <= 10; n++)
		{
			int			identifiers = n - (function[i] == MPC_INTERSECT_SUM ? 1 : 0);
			bool		fits = identifiers >= 1 && identifiers <= MPC_MAX_IDENTIFIERS;
			size_t		len;
			MpcAgg	   *agg;

			begin();
			agg = add_sets(function[i], n, names);
			assert_int_equal(mpc_agg_identifiers(agg), identifiers);
			assert_int_equal(write(&len) == MPC_OK, fits);
			if (fits)
				assert_int_equal(judge(bytes, len, NULL), MPC_OK);
		}
}

static void
test_together(void **state)
{
	static const char *const other[] = {"no"};
	static const char *const longer[] = {"id", "no"};

	(void) state;
	begin();
	add_sets(MPC_INTERSECT_COUNT, 1, id);
	add_sets(MPC_UNION_COUNT, 1, id);
	add_sets(MPC_INTERSECT_SUM, 2, id_v);
	check_fits(true);
	add_agg(&query, MPC_COUNT_ROWS, NULL);
	check_fits(false);			/* another function behind it */
	begin();
	add_agg(&query, MPC_COUNT, "id");
	add_sets(MPC_INTERSECT_COUNT, 1, id);
	check_fits(false);			/* and before */
	begin();
	add_sets(MPC_INTERSECT_COUNT, 1, id);
	add_sets(MPC_INTERSECT_COUNT, 1, other);
	check_fits(false);			/* other identifiers */
	begin();
	add_sets(MPC_INTERSECT_COUNT, 1, id);
	add_sets(MPC_INTERSECT_COUNT, 2, longer);
	check_fits(false);			/* more of them */
	begin();
	add_sets(MPC_INTERSECT, 1, id);
	check_fits(true);
	add_sets(MPC_INTERSECT_COUNT, 1, id);
	check_fits(false);			/* members stand alone */
	begin();
	add_sets(MPC_INTERSECT, 1, id);
	query.key[query.nkeys++] = mpc_str("k");
	check_fits(false);			/* and have no groups */
	begin();
	add_sets(MPC_UNION_COUNT, 1, id);
	query.key[query.nkeys++] = mpc_str("k");
	check_fits(false);			/* nor has a union */
	begin();
	add_sets(MPC_INTERSECT_COUNT, 1, id);
	query.key[query.nkeys++] = mpc_str("k");
	check_fits(true);
	add_filter(&query);
	add_leaf(&query, MPC_OP_EQ, "k", 1, "x");
	query.agg[0].filter = 1;
	check_fits(false);			/* no filter of its own */
	begin();
	add_leaf(&query, MPC_OP_EQ, "k", 1, "x");
	add_sets(MPC_INTERSECT, 1, id);
	check_fits(true);			/* but WHERE */
	begin();
	add_agg(&query, MPC_COUNT_ROWS, NULL);
	check_fits(true);			/* what is not of sets is judged elsewhere */
}

static void
test_kind(void **state)
{
	(void) state;
	begin();
	assert_false(mpc_query_is_of_sets(&query));
	add_sets(MPC_INTERSECT_COUNT, 1, id);
	assert_true(mpc_query_is_of_sets(&query));
	assert_false(mpc_query_asks_union(&query));
	assert_false(mpc_query_sums_sets(&query));
	query.key[query.nkeys++] = mpc_str("k");
	assert_true(mpc_query_sums_sets(&query));	/* groups are sums of ones */
	query.nkeys = 0;
	add_sets(MPC_UNION_COUNT, 1, id);
	assert_true(mpc_query_asks_union(&query));
	assert_false(mpc_query_sums_sets(&query));
	add_sets(MPC_INTERSECT_SUM, 2, id_v);
	assert_true(mpc_query_sums_sets(&query));
	assert_false(mpc_function_is_of_sets(MPC_LOGISTIC));
	assert_false(mpc_function_is_of_sets((MpcFunction) (MPC_INTERSECT - 1)));
	assert_false(mpc_function_is_of_sets((MpcFunction) (MPC_UNION_COUNT + 1)));
}

/* The same measure again is the same number; others count up by first use. */
static void
test_measure(void **state)
{
	static const int expected[] = {-1, 0, 1, 0, -1, 2, 1, 2};
	static const char *const id_x[] = {"id", "x"};
	int			i;

	(void) state;
	begin();
	add_sets(MPC_INTERSECT_COUNT, 1, id);
	add_sets(MPC_INTERSECT_SUM, 2, id_v);
	add_sets(MPC_INTERSECT_SUM, 2, id_w);
	add_sets(MPC_INTERSECT_SUM, 2, id_v);
	add_sets(MPC_UNION_COUNT, 1, id);
	add_sets(MPC_INTERSECT_SUM, 2, id_x);
	add_sets(MPC_INTERSECT_SUM, 2, id_w);
	add_sets(MPC_INTERSECT_SUM, 2, id_x);
	for (i = 0; i < 8; i++)
		assert_int_equal(mpc_sets_measure(&query, i), expected[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_one_spelling),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_together),
		cmocka_unit_test(test_kind),
		cmocka_unit_test(test_measure),
	};

	return cmocka_run_group_tests(tests, start_core, NULL);
}
