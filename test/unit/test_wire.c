/*
 * test_wire.c
 *		Do the reader and the writer agree, and do they stop at every edge?
 */
#include "test_protocol.h"

static void
test_round_trip(void **state)
{
	uint8_t		bytes[64];
	MpcWriter	w;
	MpcReader	r;

	(void) state;
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_write_magic(&w, "MPCAGX");
	mpc_write_u8(&w, 0xfe);
	mpc_write_le16(&w, 0x1234);
	mpc_write_le32(&w, 0x12345678);
	mpc_write_le64(&w, UINT64_C(0x123456789abcdef0));
	mpc_write_str(&w, mpc_str("gr\xc3\xb6\xc3\x9f" "e"));
	mpc_write_long(&w, mpc_str("long"));
	assert_int_equal(w.status, MPC_OK);
	assert_memory_equal(bytes + 8, "\xfe\x34\x12\x78\x56\x34\x12", 7);
	mpc_reader_init(&r, bytes, w.len);
	mpc_read_magic(&r, "MPCAGX");
	assert_int_equal(mpc_read_u8(&r), 0xfe);
	assert_int_equal(mpc_read_le16(&r), 0x1234);
	assert_int_equal(mpc_read_le32(&r), 0x12345678);
	assert_true(mpc_read_le64(&r) == UINT64_C(0x123456789abcdef0));
	assert_true(mpc_str_equal(mpc_read_str(&r, 8), mpc_str("gr\xc3\xb6\xc3\x9f" "e")));
	assert_true(mpc_str_equal(mpc_read_long(&r, 4), mpc_str("long")));
	assert_int_equal(mpc_reader_end(&r), MPC_OK);
}

static void
test_reader_sticks(void **state)
{
	MpcReader	r;

	(void) state;
	mpc_reader_init(&r, "\1\2\3", 3);
	assert_int_equal(mpc_read_le32(&r), 0);
	assert_int_equal(r.status, MPC_MALFORMED);
	assert_int_equal(mpc_read_u8(&r), 0);
	assert_null(mpc_read_bytes(&r, 0));
	mpc_read_fail(&r, MPC_LIMIT);
	assert_int_equal(mpc_reader_end(&r), MPC_MALFORMED);
	mpc_reader_init(&r, "\1\2\3", 3);
	assert_int_equal(mpc_read_u8(&r), 1);
	assert_int_equal(mpc_reader_end(&r), MPC_MALFORMED);
	mpc_reader_init(&r, NULL, 0);
	assert_non_null(mpc_read_bytes(&r, 0));
	assert_int_equal(mpc_reader_end(&r), MPC_OK);
	mpc_reader_init(&r, NULL, 1);
	assert_int_equal(r.status, MPC_MALFORMED);
	mpc_reader_init(&r, "\1", 1);
	assert_null(mpc_read_bytes(&r, SIZE_MAX));
}

static void
test_lengths(void **state)
{
	MpcReader	r;

	(void) state;
	mpc_reader_init(&r, "\3\0abc", 5);
	assert_int_equal(mpc_read_str(&r, 2).len, 0);
	assert_int_equal(r.status, MPC_LIMIT);
	mpc_reader_init(&r, "\4\0abc", 5);
	assert_null(mpc_read_str(&r, 9).data);
	assert_int_equal(r.status, MPC_MALFORMED);
	mpc_reader_init(&r, "\xff\xff\xff\xff", 4);
	assert_null(mpc_read_long(&r, 9).data);
	assert_int_equal(r.status, MPC_LIMIT);
	mpc_reader_init(&r, "\3\0\0\xff\xfe", 5);
	assert_int_equal(mpc_read_raw(&r, 3).len, 3);
	assert_int_equal(mpc_reader_end(&r), MPC_OK);
	mpc_reader_init(&r, "\2", 1);
	assert_false(mpc_read_flag(&r));
	assert_int_equal(r.status, MPC_MALFORMED);
}

static MpcStatus
read_text(const char *text, size_t len)
{
	uint8_t		bytes[16];
	MpcWriter	w;
	MpcReader	r;
	MpcStr		s;

	s.data = (const uint8_t *) text;
	s.len = len;
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_write_str(&w, s);
	mpc_reader_init(&r, bytes, w.len);
	(void) mpc_read_str(&r, 12);
	return mpc_reader_end(&r);
}

static void
test_utf8(void **state)
{
	static const char *good[] = {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
	"\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "a\xc3\xa9z"};
	static const char *bad[] = {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2 ", "\xc2\xc0", "\xe0\x9f\xbf",
		"\xe0\xa0", "\xe1\x80\xc0", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf0\x90\x80",
	"\xf1\x80\x80\x7f", "\xf1\x80\xc0\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "ok\xfe"};
	size_t		i;

	(void) state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(read_text(good[i], strlen(good[i])), MPC_OK);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(read_text(bad[i], strlen(bad[i])), MPC_MALFORMED);
	assert_int_equal(read_text("a\0b", 3), MPC_MALFORMED);
}

static MpcStatus
read_magic(const char *bytes)
{
	MpcReader	r;

	mpc_reader_init(&r, bytes, 8);
	mpc_read_magic(&r, "MPCAGG");
	return mpc_reader_end(&r);
}

static void
test_magic(void **state)
{
	(void) state;
	assert_int_equal(read_magic("MPCAGG\0\1"), MPC_OK);
	assert_int_equal(read_magic("MPCAGG\0\2"), MPC_VERSION);
	assert_int_equal(read_magic("MPCAGG\1\1"), MPC_VERSION);
	assert_int_equal(read_magic("MPCAGR\0\1"), MPC_MALFORMED);
	assert_int_equal(read_magic("mPCAGG\0\2"), MPC_MALFORMED);
}

static void
test_writer(void **state)
{
	uint8_t		bytes[4] = {0, 0, 0, 9};
	MpcWriter	w;
	MpcStr		large;

	(void) state;
	mpc_writer_init(&w, bytes, 3);
	mpc_write_le16(&w, 1);
	mpc_write_le16(&w, 0xffff);
	assert_int_equal(w.status, MPC_NOSPACE);
	mpc_write_u8(&w, 5);
	assert_int_equal(w.len, 2);
	assert_int_equal(bytes[2], 0);
	assert_int_equal(bytes[3], 9);
	mpc_writer_init(&w, NULL, 0);
	mpc_write_le64(&w, 1);
	mpc_write_str(&w, mpc_str("abc"));
	mpc_write_zeros(&w, 100);
	assert_int_equal(w.len, 113);
	large.data = bytes;
	large.len = 65536;
	mpc_write_str(&w, large);
	assert_int_equal(w.status, MPC_LIMIT);
}

static void
test_compare(void **state)
{
	MpcStr		empty = {NULL, 0};

	(void) state;
	assert_true(mpc_str_equal(empty, mpc_str("")));
	assert_true(mpc_str_compare(empty, mpc_str("a")) < 0);
	assert_true(mpc_str_compare(mpc_str("ab"), mpc_str("a")) > 0);
	assert_true(mpc_str_compare(mpc_str("ab"), mpc_str("b")) < 0);
	assert_true(mpc_str_compare(mpc_str("\xc3"), mpc_str("z")) > 0);
	assert_false(mpc_str_equal(mpc_str("ab"), mpc_str("ac")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_reader_sticks),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_magic),
		cmocka_unit_test(test_writer),
		cmocka_unit_test(test_compare),
	};

	return cmocka_run_group_tests(tests, start_core, NULL);
}
