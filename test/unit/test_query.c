/*
 * test_query.c
 *		Does a question have exactly one spelling?
 */
#include "test_query.h"

static MpcQuery query;
static MpcQuery again;
static uint8_t bytes[MPC_MAX_QUERY_BYTES];
static uint8_t rewritten[MPC_MAX_QUERY_BYTES];

/* Every operator once, a function of each number of arguments, and a filter. */
static void
build_query(MpcQuery *q)
{
	memset(q, 0, sizeof(*q));
	q->dataset = mpc_str("payroll");
	q->nkeys = 2;
	q->key[0] = mpc_str("dept");
	q->key[1] = mpc_str("j\xc3\xa9");
	add_agg(q, MPC_COUNT_ROWS, NULL);
	add_agg(q, MPC_COUNT, "age");
	add_agg(q, MPC_AVG, "pay");
	add_agg(q, MPC_SUM, "age");
	add_agg(q, MPC_COUNT, "pay");
	add_agg(q, MPC_COUNT, "name");
	add_inner(q, MPC_OP_AND, 3);
	add_leaf(q, MPC_OP_EQ, "a", 1, "\xff\xfe\x80");
	add_inner(q, MPC_OP_OR, 8);
	add_leaf(q, MPC_OP_NE, "b", 1, "1");
	add_leaf(q, MPC_OP_LT, "c", 1, "");
	add_leaf(q, MPC_OP_LE, "d", 1, "3");
	add_leaf(q, MPC_OP_GT, "e", 1, "4");
	add_leaf(q, MPC_OP_GE, "f", 1, NULL);
	add_leaf(q, MPC_OP_IS_NULL, "g", 0, NULL);
	add_leaf(q, MPC_OP_IS_NOT_NULL, "h", 0, NULL);
	add_inner(q, MPC_OP_NOT, 1);
	add_leaf(q, MPC_OP_PREFIX, "i", 1, "x");
	add_leaf(q, MPC_OP_IN, "j", 3, "y");
	add_pair(q, MPC_CORR, "pay", "age");
	q->agg[q->naggs - 1].filter = 1;
	add_filter(q);
	add_leaf(q, MPC_OP_IN, "k", 2, "z");
}

static size_t
write_query(const MpcQuery *q)
{
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_query_write(&w, q);
	assert_int_equal(w.status, MPC_OK);
	return w.len;
}

/* Reads what the writer wrote of this query. */
static MpcStatus
pass(const MpcQuery *q)
{
	return mpc_query_read(&again, bytes, write_query(q));
}

static MpcStatus
write_status(const MpcQuery *q)
{
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_query_write(&w, q);
	return w.status;
}

static void
test_round_trip(void **state)
{
	MpcWriter	w;
	size_t		len;

	(void) state;
	build_query(&query);
	len = write_query(&query);
	assert_int_equal(mpc_query_read(&again, bytes, len), MPC_OK);
	assert_int_equal(again.nnodes, query.nnodes);
	assert_int_equal(again.where.nnodes, query.where.nnodes);
	assert_int_equal(again.nfilters, 1);
	assert_int_equal(again.filter[0].first, query.where.nnodes);
	assert_int_equal(again.filter[0].nnodes, 1);
	assert_int_equal(again.agg[6].filter, 1);
	assert_true(mpc_str_equal(again.agg[6].arg[1], mpc_str("age")));
	assert_int_equal(again.nvalues, query.nvalues);
	assert_true(again.value[5].null);
	assert_true(mpc_str_equal(again.value[0].bytes, mpc_str("\xff\xfe\x80")));
	assert_int_equal(again.node[2].nchildren, 8);
	mpc_writer_init(&w, rewritten, sizeof(rewritten));
	mpc_query_write(&w, &again);
	assert_int_equal(w.len, len);
	assert_memory_equal(rewritten, bytes, len);
}

/* The bytes as WIRE.md says, written by hand. */
static void
test_known_bytes(void **state)
{
	static const char golden[] = "\1" "\1\0t" "\1" "\1\0k" "\2" "\1\0\0" "\x20\2\1\0v\1\0u\1"
	"\3\1" "\x10\1\0c\1" "\0\2\0zz" "\1" "\x16\1\0d\0";

	(void) state;
	memset(&query, 0, sizeof(query));
	query.dataset = mpc_str("t");
	query.nkeys = 1;
	query.key[0] = mpc_str("k");
	add_agg(&query, MPC_COUNT_ROWS, NULL);
	add_pair(&query, MPC_COVAR_POP, "v", "u");
	query.agg[1].filter = 1;
	add_inner(&query, MPC_OP_NOT, 1);
	add_leaf(&query, MPC_OP_EQ, "c", 1, "zz");
	add_filter(&query);
	add_leaf(&query, MPC_OP_IS_NULL, "d", 0, NULL);
	assert_int_equal(write_query(&query), sizeof(golden) - 1);
	assert_memory_equal(bytes, golden, sizeof(golden) - 1);
	query.agg[1].filter = 0;
	query.nfilters = 0;
	query.where.nnodes = 0;
	query.nnodes = 0;
	query.nvalues = 0;
	assert_int_equal(pass(&query), MPC_OK);
	assert_int_equal(again.nnodes, 0);
}

/* Unsigned bytes may change into another question, never into one with two spellings. */
static MpcStatus
judge_respelled(const uint8_t *message, size_t len, void *arg)
{
	MpcStatus	status = mpc_query_read(&again, message, len);
	MpcWriter	w;

	(void) arg;
	if (status != MPC_OK)
		return status;
	mpc_writer_init(&w, rewritten, sizeof(rewritten));
	mpc_query_write(&w, &again);
	assert_int_equal(w.status, MPC_OK);
	assert_int_equal(w.len, len);
	assert_memory_equal(rewritten, message, len);
	return MPC_MISMATCH;
}

static MpcStatus
judge_read(const uint8_t *message, size_t len, void *arg)
{
	(void) arg;
	return mpc_query_read(&again, message, len);
}

static void
test_damage(void **state)
{
	static uint8_t saved[1024];
	size_t		len;

	(void) state;
	build_query(&query);
	len = write_query(&query);
	assert_true(len < sizeof(saved));
	memcpy(saved, bytes, len);
	refuse_lengths(saved, len, judge_read, NULL);
	refuse_changes(saved, len, len, judge_respelled, NULL);
}

/* One leaf written by hand: operator, number of values, the values' bytes. */
static MpcStatus
read_leaf_bytes(uint8_t op, uint8_t nvalues, const char *values, size_t len)
{
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_write_bytes(&w, "\1\1\0t\0\0", 6);
	mpc_write_u8(&w, op);
	mpc_write_str(&w, mpc_str("c"));
	mpc_write_u8(&w, nvalues);
	mpc_write_bytes(&w, values, len);
	mpc_write_u8(&w, 0);
	return mpc_query_read(&again, bytes, w.len);
}

/* How many values an operator takes at most; -1 for no leaf operator. */
static int
values_of(int op)
{
	if (op == MPC_OP_IS_NULL || op == MPC_OP_IS_NOT_NULL)
		return 0;
	if ((op >= MPC_OP_EQ && op <= MPC_OP_GE) || op == MPC_OP_PREFIX)
		return 1;
	return op == MPC_OP_IN ? 255 : -1;
}

static void
test_value_counts(void **state)
{
	int			op;
	int			n;

	(void) state;
	for (op = 4; op < 256; op++)
		for (n = 0; n < 4; n++)
		{
			int			most = values_of(op);
			bool		good = most == 255 ? n > 0 : n == most;

			assert_int_equal(read_leaf_bytes((uint8_t) op, (uint8_t) n, "\0\0\0\0\0\0\0\0\0", (size_t) n * 3),
							 good ? MPC_OK : MPC_MALFORMED);
		}
	assert_int_equal(read_leaf_bytes(MPC_OP_EQ, 1, "\1\0\0", 3), MPC_OK);
	assert_int_equal(read_leaf_bytes(MPC_OP_EQ, 1, "\1\1\0x", 4), MPC_MALFORMED);
	assert_int_equal(read_leaf_bytes(MPC_OP_EQ, 1, "\2\0\0", 3), MPC_MALFORMED);
	assert_int_equal(read_leaf_bytes(MPC_OP_EQ, 1, "\0\0\0\0", 4), MPC_MALFORMED);
}

/* An inner node with this many children announced, and as many leaves behind it. */
static MpcStatus
read_inner_bytes(uint8_t op, uint8_t announced, int leaves)
{
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_write_bytes(&w, "\1\1\0t\0\0", 6);
	mpc_write_u8(&w, op);
	mpc_write_u8(&w, announced);
	while (leaves-- > 0)
		mpc_write_bytes(&w, "\x16\1\0c\0", 5);
	mpc_write_u8(&w, 0);
	return mpc_query_read(&again, bytes, w.len);
}

static void
test_child_counts(void **state)
{
	(void) state;
	assert_int_equal(read_inner_bytes(MPC_OP_AND, 2, 2), MPC_OK);
	assert_int_equal(read_inner_bytes(MPC_OP_OR, 255, 255), MPC_OK);
	assert_int_equal(read_inner_bytes(MPC_OP_NOT, 1, 1), MPC_OK);
	assert_int_equal(read_inner_bytes(MPC_OP_AND, 1, 1), MPC_MALFORMED);
	assert_int_equal(read_inner_bytes(MPC_OP_OR, 0, 0), MPC_MALFORMED);
	assert_int_equal(read_inner_bytes(MPC_OP_NOT, 0, 0), MPC_MALFORMED);
	assert_int_equal(read_inner_bytes(MPC_OP_NOT, 2, 2), MPC_MALFORMED);
	assert_int_equal(read_inner_bytes(MPC_OP_AND, 2, 3), MPC_MALFORMED);
	assert_int_equal(read_inner_bytes(MPC_OP_AND, 3, 2), MPC_MALFORMED);
}

static MpcStatus
read_agg_bytes(const char *agg, size_t len)
{
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_write_bytes(&w, "\1\1\0t\0\1", 6);
	mpc_write_bytes(&w, agg, len);
	mpc_write_bytes(&w, "\0\0\0", 3);	/* no filter, no predicate, no filters */
	return mpc_query_read(&again, bytes, w.len);
}

static void
test_functions(void **state)
{
	(void) state;
	assert_int_equal(read_agg_bytes("\1\0", 2), MPC_OK);
	assert_int_equal(read_agg_bytes("\2\1\1\0x", 5), MPC_OK);
	assert_int_equal(read_agg_bytes("\1\1\1\0x", 5), MPC_MALFORMED);
	assert_int_equal(read_agg_bytes("\3\0", 2), MPC_MALFORMED);
	assert_int_equal(read_agg_bytes("\3\2\1\0x\1\0y", 8), MPC_MALFORMED);
	assert_int_equal(read_agg_bytes("\0\0", 2), MPC_MALFORMED);
	assert_int_equal(read_agg_bytes("\3\3\1\0x\1\0x\1\0x", 11), MPC_MALFORMED);
}

/* How many arguments a function has; -1 for no function. */
static int
args_of(int function)
{
	if (function == MPC_COUNT_ROWS)
		return 0;
	if (function >= MPC_COUNT && function <= MPC_DISTINCT)
		return 1;
	if (function == MPC_PRODUCTS)	/* or more: test_products.c */
		return 2;
	if (function == MPC_LOGISTIC)	/* with coefficients: test_logistic.c */
		return -1;
	return function >= MPC_COVAR_POP && function <= MPC_REGR_R2 ? 2 : -1;
}

/* Functions of sets take some more: test_query_sets.c. */
static bool
takes(int function, int n)
{
	if (function == MPC_INTERSECT || function == MPC_INTERSECT_COUNT || function == MPC_UNION_COUNT)
		return n >= 1;
	return n == (function == MPC_INTERSECT_SUM ? 2 : args_of(function));
}

static void
test_argument_counts(void **state)
{
	char		agg[8] = "\0\0\1\0x\1\0x";
	int			function;
	int			n;

	(void) state;
	for (function = 0; function < 256; function++)
		for (n = 0; n <= MPC_MAX_ARGS; n++)
		{
			agg[0] = (char) function;
			agg[1] = (char) n;
			assert_int_equal(read_agg_bytes(agg, 2 + 3 * (size_t) n),
							 takes(function, n) ? MPC_OK : MPC_MALFORMED);
		}
}

static void
test_names(void **state)
{
	char		name[65];

	(void) state;
	memset(name, 'n', 64);
	name[64] = '\0';
	build_query(&query);
	query.dataset = mpc_str(name);
	assert_int_equal(pass(&query), MPC_LIMIT);
	query.dataset.len = 63;
	assert_int_equal(pass(&query), MPC_OK);
	query.dataset.len = 0;
	assert_int_equal(pass(&query), MPC_MALFORMED);
	query.dataset = mpc_str("\xed\xa0\x80");
	assert_int_equal(pass(&query), MPC_MALFORMED);
	build_query(&query);
	query.node[1].column = mpc_str(name);
	assert_int_equal(pass(&query), MPC_LIMIT);
	build_query(&query);
	query.key[1] = mpc_str("\xff");
	assert_int_equal(pass(&query), MPC_MALFORMED);
}

/* By bytes, then by length: in another order, or twice, the same groups would have a second spelling. */
static void
test_keys_ascend(void **state)
{
	static const char *const other[] = {"depts", "e", "dept", "dep", "A"};
	size_t		i;

	(void) state;
	build_query(&query);
	for (i = 0; i < 5; i++)
	{
		query.key[1] = mpc_str(other[i]);
		assert_int_equal(write_status(&query), i < 2 ? MPC_OK : MPC_MALFORMED);
	}
	assert_int_equal(mpc_query_read(&again, "\1\1\0t\2\1\0a\1\0a\0\0\0", 14), MPC_MALFORMED);
	assert_int_equal(mpc_query_read(&again, "\1\1\0t\2\2\0aa\1\0a\0\0\0", 15), MPC_MALFORMED);
	assert_int_equal(mpc_query_read(&again, "\1\1\0t\3\1\0b\1\0c\1\0a\0\0\0", 17), MPC_MALFORMED);
	assert_int_equal(mpc_query_read(&again, "\1\1\0t\3\1\0a\2\0aa\1\0b\0\0\0", 18), MPC_OK);
}

static void
test_version_and_size(void **state)
{
	size_t		len;

	(void) state;
	build_query(&query);
	len = write_query(&query);
	bytes[0] = 2;
	assert_int_equal(mpc_query_read(&again, bytes, len), MPC_VERSION);
	assert_int_equal(mpc_query_read(&again, bytes, MPC_MAX_QUERY_BYTES + 1), MPC_LIMIT);
	assert_int_equal(mpc_query_read(&again, NULL, 0), MPC_MALFORMED);
	assert_int_equal(mpc_query_read(&again, "\1\1\0t\x11", 5), MPC_LIMIT);
	assert_int_equal(mpc_query_read(&again, "\1\1\0t\0\x41", 6), MPC_LIMIT);
}

/* `not` so many times around one leaf, written by hand. */
static MpcStatus
read_nested(size_t depth)
{
	MpcWriter	w;
	size_t		i;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_write_bytes(&w, "\1\1\0t\0\0", 6);
	for (i = 1; i < depth; i++)
		mpc_write_bytes(&w, "\3\1", 2);
	mpc_write_bytes(&w, "\x16\1\0c\0\0", 6);
	return mpc_query_read(&again, bytes, w.len);
}

static void
test_depth(void **state)
{
	size_t		i;

	(void) state;
	assert_int_equal(read_nested(1), MPC_OK);
	assert_int_equal(read_nested(MPC_MAX_DEPTH), MPC_OK);
	assert_int_equal(read_nested(MPC_MAX_DEPTH + 1), MPC_LIMIT);
	assert_int_equal(read_nested(100000), MPC_LIMIT);
	memset(&query, 0, sizeof(query));
	query.dataset = mpc_str("t");
	for (i = 0; i < MPC_MAX_DEPTH; i++)
		add_inner(&query, MPC_OP_NOT, 1);
	add_leaf(&query, MPC_OP_IS_NULL, "c", 0, NULL);
	assert_int_equal(write_status(&query), MPC_LIMIT);
}

/* and(255 leaves, 255 leaves ...): nodes and values up to their caps. */
static void
build_wide(uint8_t first, uint8_t second, MpcOp op, uint8_t nvalues)
{
	size_t		i;

	memset(&query, 0, sizeof(query));
	query.dataset = mpc_str("t");
	add_inner(&query, MPC_OP_AND, 2);
	add_inner(&query, MPC_OP_OR, first);
	for (i = 0; i < first; i++)
		add_leaf(&query, op, "c", nvalues, "v");
	add_inner(&query, MPC_OP_OR, second);
	for (i = 0; i < second; i++)
		add_leaf(&query, op, "c", nvalues, "v");
}

static void
test_caps(void **state)
{
	MpcWriter	w;
	size_t		len;

	(void) state;
	build_wide(255, 254, MPC_OP_IS_NULL, 0);
	assert_int_equal(query.nnodes, MPC_MAX_NODES);
	assert_int_equal(pass(&query), MPC_OK);
	/* One node more, by hand: the last leaf becomes `not leaf`. */
	len = write_query(&query);
	mpc_writer_init(&w, bytes + len - 6, 8);
	mpc_write_bytes(&w, "\3\1\x16\1\0c\0\0", 8);
	assert_int_equal(mpc_query_read(&again, bytes, len + 2), MPC_LIMIT);
	build_wide(4, 4, MPC_OP_IN, 255);
	assert_int_equal(query.nvalues, 2040);
	assert_int_equal(pass(&query), MPC_OK);
	query.where.nnodes++;
	assert_int_equal(write_status(&query), MPC_MALFORMED);
	query.nnodes++;
	assert_int_equal(write_status(&query), MPC_MALFORMED);
	query.nnodes = MPC_MAX_NODES + 1;
	assert_int_equal(write_status(&query), MPC_LIMIT);
}

static void
test_value_cap(void **state)
{
	MpcWriter	w;
	size_t		leaf;
	size_t		i;

	(void) state;
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_write_bytes(&w, "\1\1\0t\0\0\1\x9", 8);
	for (leaf = 0; leaf < 9; leaf++)
	{
		mpc_write_bytes(&w, "\x18\1\0c\xff", 5);
		for (i = 0; i < 255; i++)
			mpc_write_bytes(&w, "\0\0\0", 3);
	}
	assert_int_equal(mpc_query_read(&again, bytes, w.len), MPC_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_known_bytes),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_value_counts),
		cmocka_unit_test(test_child_counts),
		cmocka_unit_test(test_functions),
		cmocka_unit_test(test_argument_counts),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_keys_ascend),
		cmocka_unit_test(test_version_and_size),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_caps),
		cmocka_unit_test(test_value_cap),
	};

	return cmocka_run_group_tests(tests, start_core, NULL);
}
