/*
 * test_domain.c
 *		Has a declared domain one spelling, and is every tuple of it one group and back?
 */
#include "crypto/hash.h"
#include "protocol/domain.h"
#include "test_protocol.h"

#define MAX_VALUES	3000

static MpcStr values[MAX_VALUES];
static MpcStr values_again[MAX_VALUES];
static MpcDomain domain;
static MpcDomain again;
static uint8_t bytes[1 << 17];
static uint8_t rewritten[1 << 17];
static uint8_t text[MAX_VALUES * 8 + 65536];

static void
set_values(const char *const *value, size_t n)
{
	size_t		i;

	domain.value = values;
	domain.nvalues = n;
	for (i = 0; i < n; i++)
		values[i] = mpc_str(value[i]);
}

static size_t
write_domain(const MpcDomain *d)
{
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_domain_write(&w, d);
	assert_int_equal(w.status, MPC_OK);
	return w.len;
}

/* Reads into room for exactly what is claimed. */
static MpcStatus
read_domain(const uint8_t *message, size_t len)
{
	size_t		room = mpc_domain_count(message, len);
	MpcStr	   *exact = malloc((room > 0 ? room : 1) * sizeof(MpcStr));
	MpcStatus	status;

	assert_non_null(exact);
	assert_true(room <= MAX_VALUES && room <= len / 2);
	again.value = exact;
	status = mpc_domain_read(&again, message, len);
	assert_int_equal(again.nvalues, status == MPC_OK ? room : 0);
	again.value = values_again;
	if (again.nvalues > 0)
		memcpy(values_again, exact, again.nvalues * sizeof(MpcStr));
	free(exact);
	return status;
}

static void
test_known_bytes(void **state)
{
	static const char golden[] = "\3\0\0\0" "\0\0" "\1\0a" "\2\0ab";
	static const char *const unsorted[] = {"ab", "", "a", "ab", ""};
	uint8_t		a[32];
	uint8_t		b[32];
	size_t		len;

	(void) state;
	set_values(unsorted, 5);
	mpc_domain_sort(&domain);
	assert_int_equal(domain.nvalues, 3);
	len = write_domain(&domain);
	assert_int_equal(len, sizeof(golden) - 1);
	assert_memory_equal(bytes, golden, len);
	mpc_domain_hash(a, &domain);
	mpc_th32(b, "MPCAGG-v1/domain", golden, len);
	assert_memory_equal(a, b, 32);
	assert_int_equal(read_domain(bytes, len), MPC_OK);
	assert_int_equal(again.nvalues, 3);
	assert_true(mpc_str_equal(again.value[2], mpc_str("ab")));
	/* Only NULL. */
	assert_int_equal(read_domain((const uint8_t *) "\0\0\0\0", 4), MPC_OK);
	assert_int_equal(again.nvalues, 0);
}

/* Sorted, every value once and none lost, for every size around the heap's edges. */
static void
test_sort(void **state)
{
	static bool present[256 * 4];
	size_t		n;
	size_t		i;

	(void) state;
	for (n = 0; n <= 40; n++)
	{
		size_t		distinct = 0;

		kat_fill(text, sizeof(text), (uint32_t) n);
		memset(present, 0, sizeof(present));
		domain.value = values;
		domain.nvalues = n;
		for (i = 0; i < n; i++)
		{
			size_t		len = i % 3;	/* 0 to 2 bytes, few values */

			text[2 * i] &= 3;
			text[2 * i + 1] &= 3;
			values[i].data = text + 2 * i;
			values[i].len = len;
			present[len * 256 + (len > 0 ? text[2 * i] : 0) * 4 + (len > 1 ? text[2 * i + 1] : 0)] = true;
		}
		for (i = 0; i < sizeof(present); i++)
			distinct += present[i];
		mpc_domain_sort(&domain);
		assert_int_equal(domain.nvalues, distinct);
		for (i = 1; i < domain.nvalues; i++)
			assert_true(mpc_str_compare(values[i - 1], values[i]) < 0);
		assert_int_equal(read_domain(bytes, write_domain(&domain)), MPC_OK);
	}
}

static MpcStatus
judge_read(const uint8_t *message, size_t len, void *arg)
{
	(void) arg;
	return read_domain(message, len);
}

/* Whatever is read is written as the same bytes. */
static MpcStatus
judge_respelled(const uint8_t *message, size_t len, void *arg)
{
	MpcStatus	status = read_domain(message, len);
	MpcWriter	w;

	(void) arg;
	if (status != MPC_OK)
		return status;
	mpc_writer_init(&w, rewritten, sizeof(rewritten));
	mpc_domain_write(&w, &again);
	assert_int_equal(w.len, len);
	assert_memory_equal(rewritten, message, len);
	return MPC_MISMATCH;
}

static void
test_damage(void **state)
{
	static const char *const value[] = {"", "\xff", "abc", "north", "south", "west"};
	static uint8_t saved[256];
	size_t		len;

	(void) state;
	set_values(value, 6);
	mpc_domain_sort(&domain);
	len = write_domain(&domain);
	memcpy(saved, bytes, len);
	refuse_lengths(saved, len, judge_read, NULL);
	refuse_changes(saved, len, len, judge_respelled, NULL);
}

static MpcStatus
read_bytes(const char *message, size_t len)
{
	return read_domain((const uint8_t *) message, len);
}

static void
test_strict(void **state)
{
	(void) state;
	assert_int_equal(read_bytes("\2\0\0\0" "\1\0a" "\1\0b", 10), MPC_OK);
	assert_int_equal(read_bytes("\2\0\0\0" "\1\0b" "\1\0a", 10), MPC_MALFORMED);
	assert_int_equal(read_bytes("\2\0\0\0" "\1\0a" "\1\0a", 10), MPC_MALFORMED);
	assert_int_equal(read_bytes("\1\0\0\0" "\1\0a" "\1\0b", 10), MPC_MALFORMED);
	assert_int_equal(read_bytes("\3\0\0\0" "\1\0a" "\1\0b", 10), MPC_MALFORMED);
	assert_int_equal(read_bytes("\xff\xff\xff\xff" "\1\0a" "\1\0b", 10), MPC_MALFORMED);
	assert_int_equal(mpc_domain_count("\xff\xff\xff\xff" "\1\0a" "\1\0b", 10), 3);
	assert_int_equal(mpc_domain_count("\2\0\0\0" "\1\0a" "\1\0b", 10), 2);
	assert_int_equal(mpc_domain_count("\xff\0\0", 3), 0);
	assert_int_equal(mpc_domain_count(NULL, 0), 0);
	assert_int_equal(read_domain(NULL, 0), MPC_MALFORMED);
}

static void
test_long_values(void **state)
{
	MpcWriter	w;

	(void) state;
	memset(text, 'v', sizeof(text));
	domain.value = values;
	domain.nvalues = 1;
	values[0].data = text;
	values[0].len = 65535;
	assert_int_equal(read_domain(bytes, write_domain(&domain)), MPC_OK);
	values[0].len = 65536;
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_domain_write(&w, &domain);
	assert_int_equal(w.status, MPC_LIMIT);
}

/* A domain of n values, two bytes each in big-endian order. */
static MpcDomain
make_domain(MpcStr *value, size_t n)
{
	MpcDomain	d;
	size_t		i;

	for (i = 0; i < n; i++)
	{
		text[2 * i] = (uint8_t) (i >> 8);
		text[2 * i + 1] = (uint8_t) i;
		value[i].data = text + 2 * i;
		value[i].len = 2;
	}
	d.nvalues = n;
	d.value = value;
	return d;
}

static void
test_find(void **state)
{
	static const char *const value[] = {"b", "bb", "d"};
	static const struct
	{
		const char *text;
		int			position;	/* -1: outside */
	}			cases[] = {
		{"b", 0}, {"bb", 1}, {"d", 2}, {NULL, 3}, {"", -1}, {"a", -1}, {"ba", -1}, {"bbb", -1}, {"c", -1}, {"e", -1}
	};
	MpcValue	searched;
	uint32_t	position;
	size_t		n;
	size_t		i;

	(void) state;
	set_values(value, 3);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		searched.null = cases[i].text == NULL;
		searched.bytes = mpc_str(cases[i].text != NULL ? cases[i].text : "");
		position = 99;
		assert_int_equal(mpc_domain_find(&domain, &searched, &position), cases[i].position >= 0);
		assert_int_equal(position, cases[i].position >= 0 ? cases[i].position : 99);
	}
	for (n = 0; n < 20; n++)
	{
		domain = make_domain(values, n);
		searched.null = false;
		for (i = 0; i < 20; i++)
		{
			uint8_t		two[2] = {0, (uint8_t) i};

			searched.bytes.data = two;
			searched.bytes.len = 2;
			assert_int_equal(mpc_domain_find(&domain, &searched, &position), i < n);
			assert_true(i >= n || position == i);
		}
	}
}

static void
test_groups(void **state)
{
	MpcDomain	d[3];
	const MpcDomain *list[3] = {&d[0], &d[1], &d[2]};
	const MpcDomain *many[16];
	size_t		i;

	(void) state;
	d[0] = make_domain(values, 999);
	d[1] = make_domain(values, 999);
	d[2] = make_domain(values, 0);
	assert_int_equal(mpc_domain_groups(list, 1), 1000);
	assert_int_equal(mpc_domain_groups(list, 2), 1000000);
	assert_int_equal(mpc_domain_groups(list, 3), 1000000);
	d[2].nvalues = 1;
	assert_int_equal(mpc_domain_groups(list, 3), 0);
	d[0].nvalues = 1000;
	assert_int_equal(mpc_domain_groups(list, 2), 0);
	d[0].nvalues = 999999;
	assert_int_equal(mpc_domain_groups(list, 1), 1000000);
	d[0].nvalues = 1000000;
	assert_int_equal(mpc_domain_groups(list, 1), 0);
	/* Sizes whose product wraps around 64 bits to a small number. */
	d[0].nvalues = 1;
	d[1].nvalues = SIZE_MAX / 2 + 1;
	assert_int_equal(mpc_domain_groups(list, 2), 0);
	d[0].nvalues = SIZE_MAX;
	assert_int_equal(mpc_domain_groups(list, 1), 0);
	d[0].nvalues = 15;
	for (i = 0; i < 16; i++)
		many[i] = &d[0];
	assert_int_equal(mpc_domain_groups(many, 4), 65536);
	assert_int_equal(mpc_domain_groups(many, 16), 0);
}

/* Groups in mixed-radix order, the last key running fastest; each is its tuple's and back. */
static void
test_tuples(void **state)
{
	static MpcStr value[3][4];
	MpcDomain	d[3];
	const MpcDomain *list[3] = {&d[0], &d[1], &d[2]};
	MpcValue	tuple[3];
	uint32_t	position;
	uint32_t	group;
	uint32_t	i;

	(void) state;
	d[0] = make_domain(value[0], 2);
	d[1] = make_domain(value[1], 0);
	d[2] = make_domain(value[2], 3);
	assert_int_equal(mpc_domain_groups(list, 3), 3 * 1 * 4);
	for (i = 0; i < 12; i++)
	{
		mpc_domain_tuple(list, 3, i, tuple);
		assert_true(mpc_domain_find(&d[0], &tuple[0], &position));
		assert_int_equal(position, i / 4);
		assert_true(tuple[1].null);
		assert_true(mpc_domain_find(&d[2], &tuple[2], &position));
		assert_int_equal(position, i % 4);
		assert_true(tuple[2].null == (i % 4 == 3) && (tuple[2].bytes.len == 0) == tuple[2].null);
		assert_true(mpc_domain_group(list, 3, tuple, &group));
		assert_int_equal(group, i);
	}
	/* One key outside, and the tuple is. */
	tuple[1].null = false;
	tuple[1].bytes = mpc_str("x");
	group = 99;
	assert_false(mpc_domain_group(list, 3, tuple, &group));
	assert_int_equal(group, 99);
}

/* The last group of the largest product. */
static void
test_last_group(void **state)
{
	MpcDomain	d = make_domain(values, 999);
	const MpcDomain *list[2] = {&d, &d};
	MpcValue	tuple[2];
	uint32_t	group;

	(void) state;
	mpc_domain_tuple(list, 2, 999999, tuple);
	assert_true(tuple[0].null && tuple[1].null);
	assert_true(mpc_domain_group(list, 2, tuple, &group));
	assert_int_equal(group, 999999);
	mpc_domain_tuple(list, 2, 998, tuple);
	assert_true(mpc_str_equal(tuple[0].bytes, values[0]));
	assert_true(mpc_str_equal(tuple[1].bytes, values[998]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_bytes),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_strict),
		cmocka_unit_test(test_long_values),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_tuples),
		cmocka_unit_test(test_last_group),
	};

	return cmocka_run_group_tests(tests, start_core, NULL);
}
