/*
 * test_group_key.c
 *		Has every tuple exactly one group key, and is nothing else read as one?
 */
#include "protocol/group_key.h"
#include "test_protocol.h"

#define MAX_COLUMNS 4

static uint8_t bytes[70000];
static uint8_t rewritten[70000];
static uint8_t text[65535];

static MpcValue
value_of(const char *s)
{
	MpcValue	value = {s == NULL, {NULL, 0}};

	if (s != NULL)
		value.bytes = mpc_str(s);
	return value;
}

/* n bytes of text. */
static MpcValue
value_of_length(size_t n)
{
	MpcValue	value = {false, {text, n}};

	return value;
}

static MpcStr
write_key(const MpcValue *value, size_t n)
{
	MpcStr		key;
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_group_key_write(&w, value, n);
	assert_int_equal(w.status, MPC_OK);
	key.data = bytes;
	key.len = w.len;
	return key;
}

static void
test_known_bytes(void **state)
{
	static const char golden[] = "\0\2ab" "\1\0" "\0\0" "\0\1c";
	MpcValue	value[4];
	MpcStr		key;

	(void) state;
	value[0] = value_of("ab");
	value[1] = value_of(NULL);
	value[2] = value_of("");
	value[3] = value_of("c");
	key = write_key(value, 4);
	assert_int_equal(key.len, sizeof(golden) - 1);
	assert_memory_equal(key.data, golden, sizeof(golden) - 1);
	assert_int_equal(write_key(value, 0).len, 0);
	/* A NULL has no bytes, whatever its value points to. */
	value[0].null = true;
	assert_int_equal(write_key(value, 1).len, 2);
	assert_int_equal(mpc_group_key_size(&value[0]), 2);
}

/* Lengths around every step of the varint. */
static void
test_lengths(void **state)
{
	static const struct
	{
		size_t		len;
		size_t		varint;
		uint8_t		last;		/* of the varint */
	}			cases[] = {
		{0, 1, 0}, {1, 1, 1}, {127, 1, 127}, {128, 2, 1}, {16383, 2, 127}, {16384, 3, 1}, {65535, 3, 3}
	};
	MpcValue	value;
	MpcValue	again;
	MpcStr		key;
	size_t		i;

	(void) state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		value = value_of_length(cases[i].len);
		key = write_key(&value, 1);
		assert_int_equal(key.len, 1 + cases[i].varint + cases[i].len);
		assert_int_equal(mpc_group_key_size(&value), key.len);
		assert_int_equal(bytes[cases[i].varint], cases[i].last);
		assert_int_equal(mpc_group_key_read(&again, 1, key), MPC_OK);
		assert_false(again.null);
		assert_int_equal(again.bytes.len, cases[i].len);
		assert_ptr_equal(again.bytes.data, bytes + 1 + cases[i].varint);
	}
	value.bytes.len = (size_t) 1 << 30;
	assert_int_equal(mpc_group_key_size(&value), 1 + 5 + ((size_t) 1 << 30));
}

static MpcStatus
read_bytes(const char *key, size_t len, size_t ncolumns)
{
	MpcValue	value[MAX_COLUMNS];
	MpcStr		s;

	s.data = (const uint8_t *) key;
	s.len = len;
	return mpc_group_key_read(value, ncolumns, s);
}

static void
test_strict(void **state)
{
	(void) state;
	assert_int_equal(read_bytes("", 0, 0), MPC_OK);
	assert_int_equal(read_bytes("", 0, 1), MPC_MALFORMED);
	assert_int_equal(read_bytes("\0\0", 2, 1), MPC_OK);
	assert_int_equal(read_bytes("\0\0", 2, 0), MPC_MALFORMED);
	assert_int_equal(read_bytes("\0\0", 2, 2), MPC_MALFORMED);
	assert_int_equal(read_bytes("\0\0\0\0", 4, 2), MPC_OK);
	assert_int_equal(read_bytes("\2\0", 2, 1), MPC_MALFORMED);
	assert_int_equal(read_bytes("\1\1x", 3, 1), MPC_MALFORMED);
	assert_int_equal(read_bytes("\0\2x", 3, 1), MPC_MALFORMED);
	assert_int_equal(read_bytes("\0\1xy", 4, 1), MPC_MALFORMED);
	/* A needless byte, an unfinished length, one without end, one that would wrap around. */
	assert_int_equal(read_bytes("\0\x80\0", 3, 1), MPC_MALFORMED);
	assert_int_equal(read_bytes("\0\x81\0x", 4, 1), MPC_MALFORMED);
	assert_int_equal(read_bytes("\0\x81", 2, 1), MPC_MALFORMED);
	assert_int_equal(read_bytes("\0\x81\x80\x80\x80\x80\x80\x80\x80\x80\x01x", 12, 1), MPC_MALFORMED);
	assert_int_equal(read_bytes("\0\x81\x80\x80\x80\x10x", 7, 1), MPC_MALFORMED);
}

/* Whatever is read is written as the same bytes. */
static MpcStatus
judge_respelled(const uint8_t *message, size_t len, void *arg)
{
	MpcValue	value[MAX_COLUMNS];
	MpcStr		key = {message, len};
	MpcStatus	status = mpc_group_key_read(value, *(size_t *) arg, key);
	MpcWriter	w;

	if (status != MPC_OK)
		return status;
	mpc_writer_init(&w, rewritten, sizeof(rewritten));
	mpc_group_key_write(&w, value, *(size_t *) arg);
	assert_int_equal(w.len, len);
	assert_memory_equal(rewritten, message, len);
	return MPC_MISMATCH;
}

static MpcStatus
judge_read(const uint8_t *message, size_t len, void *arg)
{
	MpcValue	value[MAX_COLUMNS];
	MpcStr		key = {message, len};

	return mpc_group_key_read(value, *(size_t *) arg, key);
}

static void
test_damage(void **state)
{
	MpcValue	value[3];
	size_t		n = 3;
	MpcStr		key;

	(void) state;
	value[0] = value_of_length(130);
	value[1] = value_of(NULL);
	value[2] = value_of("xyz");
	key = write_key(value, n);
	refuse_lengths(key.data, key.len, judge_read, &n);
	refuse_changes(key.data, key.len, key.len, judge_respelled, &n);
}

/* Tuples that only differ in where a column ends, or in NULL and empty, are different keys. */
static void
test_injective(void **state)
{
	static const char *const parts[] = {NULL, "", "a", "b", "ab", "ba", "a\1b"};
	const size_t n = sizeof(parts) / sizeof(parts[0]);
	uint8_t		seen[64][16];
	size_t		len[64];
	size_t		i;
	size_t		k;

	(void) state;
	for (i = 0; i < n * n; i++)
	{
		MpcValue	value[2];
		MpcStr		key;

		value[0] = value_of(parts[i / n]);
		value[1] = value_of(parts[i % n]);
		key = write_key(value, 2);
		len[i] = key.len;
		memcpy(seen[i], key.data, key.len);
		for (k = 0; k < i; k++)
			assert_true(len[k] != len[i] || memcmp(seen[k], seen[i], len[i]) != 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_bytes),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_strict),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_injective),
	};

	return cmocka_run_group_tests(tests, start_core, NULL);
}
