/*
 * test_query_filters.c
 *		Do questions with filters have exactly one spelling?
 */
#include "test_query.h"

static MpcQuery query;
static MpcQuery again;
static uint8_t bytes[4096];

/* A question without keys: count(*) with each of these filters, then the bytes given. */
static MpcStatus
read_filtered(const char *uses, const char *rest, size_t len)
{
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_write_bytes(&w, "\1\1\0t\0", 5);
	mpc_write_u8(&w, (uint8_t) strlen(uses));
	for (; *uses != '\0'; uses++)
	{
		mpc_write_bytes(&w, "\1\0", 2);
		mpc_write_u8(&w, (uint8_t) (*uses - '0'));
	}
	mpc_write_bytes(&w, rest, len);
	return mpc_query_read(&again, bytes, w.len);
}

#define READ(uses, rest)	read_filtered(uses, rest, sizeof(rest) - 1)
#define C_NULL				"\x16\1\0c\0"
#define D_NULL				"\x16\1\0d\0"
#define NO_WHERE			"\0"

static void
test_uses(void **state)
{
	(void) state;
	assert_int_equal(READ("1", NO_WHERE "\1" C_NULL), MPC_OK);
	assert_int_equal(READ("12", NO_WHERE "\2" C_NULL D_NULL), MPC_OK);
	assert_int_equal(READ("01021", NO_WHERE "\2" C_NULL D_NULL), MPC_OK);
	assert_int_equal(READ("0", NO_WHERE "\0"), MPC_OK);
	/* One that is not there, is not used, or comes out of order. */
	assert_int_equal(READ("1", NO_WHERE "\0"), MPC_MALFORMED);
	assert_int_equal(READ("2", NO_WHERE "\1" C_NULL), MPC_MALFORMED);
	assert_int_equal(READ("12", NO_WHERE "\1" C_NULL), MPC_MALFORMED);
	assert_int_equal(READ("0", NO_WHERE "\1" C_NULL), MPC_MALFORMED);
	assert_int_equal(READ("11", NO_WHERE "\2" C_NULL D_NULL), MPC_MALFORMED);
	assert_int_equal(READ("21", NO_WHERE "\2" C_NULL D_NULL), MPC_MALFORMED);
	assert_int_equal(READ("13", NO_WHERE "\3" C_NULL D_NULL "\x17\1\0d\0"), MPC_MALFORMED);
	assert_int_equal(READ("0", NO_WHERE "\x41"), MPC_LIMIT);
}

/* A filter is not empty, and no two are the same. The condition may be what a filter is. */
static void
test_content(void **state)
{
	(void) state;
	assert_int_equal(READ("1", NO_WHERE "\1" "\0"), MPC_MALFORMED);
	assert_int_equal(READ("12", NO_WHERE "\2" C_NULL C_NULL), MPC_MALFORMED);
	assert_int_equal(READ("12", C_NULL "\2" C_NULL D_NULL), MPC_OK);
	assert_int_equal(again.where.nnodes, 1);
	assert_int_equal(again.filter[0].first, 1);
	assert_int_equal(again.filter[1].first, 2);
	assert_int_equal(again.nnodes, 3);
	assert_int_equal(READ("12", NO_WHERE "\2" "\3\1" C_NULL C_NULL), MPC_OK);
	assert_int_equal(READ("12", NO_WHERE "\2" "\3\1" C_NULL "\3\1" C_NULL), MPC_MALFORMED);
	assert_int_equal(READ("12", NO_WHERE "\2" "\1\2" C_NULL D_NULL "\2\2" C_NULL D_NULL), MPC_OK);
	/* Values tell filters apart, also null from the empty value. */
	assert_int_equal(READ("12", NO_WHERE "\2" "\x10\1\0c\1\0\1\0a" "\x10\1\0c\1\0\1\0b"), MPC_OK);
	assert_int_equal(READ("12", NO_WHERE "\2" "\x10\1\0c\1\0\0\0" "\x10\1\0c\1\1\0\0"), MPC_OK);
	assert_int_equal(READ("12", NO_WHERE "\2" "\x18\1\0c\1\0\0\0" "\x18\1\0c\2\0\0\0\0\0\0"), MPC_OK);
	assert_int_equal(READ("12", NO_WHERE "\2" "\x10\1\0c\1\0\1\0a" "\x10\1\0c\1\0\1\0a"), MPC_MALFORMED);
	assert_int_equal(READ("1", NO_WHERE "\1" C_NULL "\0"), MPC_MALFORMED);
	assert_int_equal(READ("1", NO_WHERE "\1" "\3\1"), MPC_MALFORMED);
}

/* count(*) with a filter on c and one on d. */
static void
build_filtered(void)
{
	memset(&query, 0, sizeof(query));
	query.dataset = mpc_str("t");
	add_agg(&query, MPC_COUNT_ROWS, NULL);
	add_agg(&query, MPC_COUNT_ROWS, NULL);
	query.agg[0].filter = 1;
	query.agg[1].filter = 2;
	add_leaf(&query, MPC_OP_EQ, "a", 1, "x");
	add_filter(&query);
	add_leaf(&query, MPC_OP_EQ, "c", 1, "x");
	add_filter(&query);
	add_leaf(&query, MPC_OP_EQ, "d", 1, "x");
}

static MpcStatus
write_status(void)
{
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_query_write(&w, &query);
	return w.status;
}

/* What nobody could read back is not written. */
static void
test_writer(void **state)
{
	(void) state;
	build_filtered();
	assert_int_equal(write_status(), MPC_OK);
	query.node[2].column = mpc_str("c");
	assert_int_equal(write_status(), MPC_MALFORMED);
	build_filtered();
	query.agg[1].filter = 1;
	assert_int_equal(write_status(), MPC_MALFORMED);
	build_filtered();
	query.agg[0].filter = 2;
	assert_int_equal(write_status(), MPC_MALFORMED);
	build_filtered();
	query.filter[1].first = 1;
	assert_int_equal(write_status(), MPC_MALFORMED);
	build_filtered();
	query.filter[1].nnodes = 60000;
	assert_int_equal(write_status(), MPC_MALFORMED);
	build_filtered();
	query.where.first = 1;
	assert_int_equal(write_status(), MPC_MALFORMED);
	build_filtered();
	query.nfilters = MPC_MAX_AGGS + 1;
	assert_int_equal(write_status(), MPC_LIMIT);
}

/* The pools of nodes and values are for all predicates together. */
static void
test_shared_caps(void **state)
{
	static uint8_t many[1 << 16];
	MpcWriter	w;
	size_t		n;
	size_t		i;

	(void) state;
	for (n = 255; n <= 256; n++)
	{
		mpc_writer_init(&w, many, sizeof(many));
		mpc_write_bytes(&w, "\1\1\0t\0\1\1\0\1", 9);
		/* 1 + 255 nodes, then 1 + 254 or 255 and one more around them all */
		mpc_write_bytes(&w, "\2\xff", 2);
		for (i = 0; i < 255; i++)
			mpc_write_bytes(&w, C_NULL, 5);
		mpc_write_u8(&w, 1);
		mpc_write_bytes(&w, "\3\1\2", 3);
		mpc_write_u8(&w, (uint8_t) (n - 1));
		for (i = 0; i < n - 1; i++)
			mpc_write_bytes(&w, C_NULL, 5);
		assert_int_equal(mpc_query_read(&again, many, w.len), n == 255 ? MPC_OK : MPC_LIMIT);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uses),
		cmocka_unit_test(test_content),
		cmocka_unit_test(test_writer),
		cmocka_unit_test(test_shared_caps),
	};

	return cmocka_run_group_tests(tests, start_core, NULL);
}
