/*
 * test_key_share.c
 *		Do any t shares of a key give it back, and is a wrong share named?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "kat.h"
#include "protocol/key_share.h"

#define PARTIES		7
#define KEY_MAX		200
#define LANES_MAX	8			/* 1 + ceil(200 / 31) */
#define RECORD_MAX	(MPC_KEY_HEADER_BYTES + LANES_MAX * MPC_FIELD_BYTES + MPC_KEY_TAG_BYTES)

/* A key and its records, of which some are changed and then picked. */
typedef struct Split
{
	uint8_t		key[KEY_MAX];
	size_t		len;
	size_t		size;
	uint8_t		record[PARTIES * RECORD_MAX];
	MpcKeyShare share[PARTIES];
	bool		wrong[PARTIES];
	uint8_t		out[KEY_MAX];
} Split;

static int
start_core(void **state)
{
	(void) state;
	return mpc_core_init() == MPC_OK ? 0 : -1;
}

static void
split(Split *s, size_t len, uint16_t t)
{
	kat_fill(s->key, sizeof(s->key), (uint32_t) len);
	s->len = len;
	s->size = mpc_key_share_bytes(len);
	assert_true(s->size <= RECORD_MAX);
	assert_int_equal(mpc_key_split(s->record, s->key, len, PARTIES, t), MPC_OK);
}

/* Combines the records of these indexes, count of them. */
static MpcStatus
combine(Split *s, const int *index, size_t count)
{
	MpcFe		work[LANES_MAX];
	MpcStatus	status;
	size_t		i;

	for (i = 0; i < count; i++)
		assert_int_equal(mpc_key_share_read(&s->share[i], s->record + (size_t) (index[i] - 1) * s->size, s->size), MPC_OK);
	memset(work, 0xff, sizeof(work));
	memset(s->out, 0xff, sizeof(s->out));
	status = mpc_key_combine(s->out, work, s->wrong, s->share, count);
	if (status != MPC_LIMIT && status != MPC_MALFORMED)
		assert_true(mpc_is_zero(work, mpc_key_lanes(s->len) * sizeof(MpcFe)));
	if (status == MPC_OK)
		assert_memory_equal(s->out, s->key, s->len);
	else if (status != MPC_LIMIT && status != MPC_MALFORMED)
		assert_true(mpc_is_zero(s->out, s->len));
	return status;
}

static const int all[PARTIES] = {1, 2, 3, 4, 5, 6, 7};

static void
test_round_trip(void **state)
{
	static const int pick[] = {6, 2, 7};
	Split		s;
	size_t		len;

	(void) state;
	for (len = 0; len <= KEY_MAX; len++)
	{
		split(&s, len, 3);
		assert_int_equal(combine(&s, pick, 3), MPC_OK);
		assert_int_equal(combine(&s, all, PARTIES), MPC_OK);
		assert_int_equal(combine(&s, pick, 2), MPC_LIMIT);
	}
}

/* Header, sizes, the shape of the lanes and the tag, against the words of the header file. */
static void
test_record(void **state)
{
	uint8_t		tag_key[32];
	uint8_t		tag[32];
	uint8_t		ikm[63];
	MpcFe		lambda[2];
	MpcFe		lane[3];
	const MpcFe *value[2];
	Split		s;
	size_t		body;

	(void) state;
	split(&s, 40, 2);
	assert_int_equal(s.size, 30 + 3 * 32 + 32);
	assert_memory_equal(s.record, "MPCAGK\001", 7);
	assert_memory_equal(s.record + s.size + 23, "\002\007\002\050\000\000\000", 7);
	assert_memory_equal(s.record + 7, s.record + s.size + 7, 16);
	assert_int_equal(combine(&s, all, 2), MPC_OK);
	assert_int_equal(mpc_shamir_lagrange(lambda, (const uint16_t[]) {1, 2}, 2, 0), MPC_OK);
	value[0] = s.share[0].lane;
	value[1] = s.share[1].lane;
	mpc_shamir_combine(lane, value, (const MpcFe *) lambda, 2, 3);
	assert_memory_equal(lane[1], s.key, 31);
	assert_memory_equal(lane[2], s.key + 31, 9);
	memcpy(ikm, lane[0], 31);
	mpc_th32(ikm + 31, "MPCAGG-v1/split-key", s.key, 40);
	mpc_hkdf(tag_key, 32, "MPCAGG-v1/split", 15, ikm, 63, "share-tag", 9);
	body = s.size - 32;
	crypto_auth_hmacsha512256(tag, s.record, body, tag_key);
	assert_memory_equal(tag, s.record + body, 32);
}

static void
flip(Split *s, int index, size_t place)
{
	s->record[(size_t) (index - 1) * s->size + place] ^= 1;
}

/* One wrong byte, wherever it stands past the header: with one spare share it is named. */
static void
test_one_wrong(void **state)
{
	static const int pick[] = {1, 2, 3, 4};
	Split		s;
	size_t		place;
	size_t		i;
	int			index;

	(void) state;
	split(&s, 33, 3);
	for (index = 1; index <= 4; index++)
	{
		for (place = MPC_KEY_HEADER_BYTES; place < s.size; place += 7)
		{
			flip(&s, index, place);
			assert_int_equal(combine(&s, pick, 4), MPC_MISMATCH);
			for (i = 0; i < 4; i++)
				assert_true(s.wrong[i] == (pick[i] == index));
			flip(&s, index, place);
		}
	}
	flip(&s, 2, 50);
	assert_int_equal(combine(&s, pick, 3), MPC_UNDECODABLE);
	assert_false(s.wrong[0] || s.wrong[1] || s.wrong[2]);
	assert_int_equal(combine(&s, pick + 1, 3), MPC_UNDECODABLE);
	assert_int_equal(combine(&s, (const int[]) {1, 3, 4}, 3), MPC_OK);
}

static void
test_more_wrong(void **state)
{
	Split		s;
	size_t		i;

	(void) state;
	split(&s, 64, 3);
	flip(&s, 1, 40);
	flip(&s, 3, 100);
	assert_int_equal(combine(&s, all, PARTIES), MPC_MISMATCH);
	for (i = 0; i < PARTIES; i++)
		assert_true(s.wrong[i] == (i == 0 || i == 2));
	flip(&s, 5, 70);
	assert_int_equal(combine(&s, all, PARTIES), MPC_UNDECODABLE);
}

/* All shares changed so that they still lie on polynomials: only their tags tell. */
static void
test_all_changed(void **state)
{
	Split		s;
	size_t		i;

	(void) state;
	split(&s, 40, 2);
	for (i = 0; i < PARTIES; i++)
	{
		uint8_t    *lane = s.record + i * s.size + MPC_KEY_HEADER_BYTES + 2 * MPC_FIELD_BYTES;
		MpcFe		add = {0};

		add[9] = 1;				/* a byte behind the end of the key */
		mpc_field_add(lane, lane, add);
	}
	assert_int_equal(combine(&s, all, PARTIES), MPC_UNDECODABLE);
}

static void
test_unlike(void **state)
{
	static const int twice[] = {1, 2, 1};
	MpcFe		work[LANES_MAX];
	Split		a;
	Split		b;

	(void) state;
	split(&a, 32, 2);
	split(&b, 32, 2);
	assert_memory_not_equal(a.record + 30, b.record + 30, 32);
	assert_int_equal(combine(&a, twice, 3), MPC_MALFORMED);
	assert_int_equal(mpc_key_share_read(&a.share[0], a.record, a.size), MPC_OK);
	assert_int_equal(mpc_key_share_read(&a.share[1], b.record + b.size, b.size), MPC_OK);
	assert_false(mpc_key_share_alike(&a.share[0], &a.share[1]));
	assert_int_equal(mpc_key_combine(a.out, work, a.wrong, a.share, 2), MPC_MALFORMED);
	assert_int_equal(mpc_key_combine(a.out, work, a.wrong, a.share, 0), MPC_LIMIT);
}

static MpcStatus
read_changed(const Split *s, size_t place, uint8_t value)
{
	uint8_t		bytes[RECORD_MAX];
	MpcKeyShare share;

	memcpy(bytes, s->record, s->size);
	bytes[place] = value;
	return mpc_key_share_read(&share, bytes, s->size);
}

static void
test_read_errors(void **state)
{
	MpcKeyShare share;
	Split		s;
	size_t		i;

	(void) state;
	split(&s, 32, 3);
	for (i = 0; i <= s.size + 1; i++)
		assert_int_equal(mpc_key_share_read(&share, s.record, i), i == s.size ? MPC_OK : MPC_MALFORMED);
	assert_int_equal(mpc_key_share_read(&share, NULL, 0), MPC_MALFORMED);
	assert_int_equal(read_changed(&s, 0, 'm'), MPC_MALFORMED);
	assert_int_equal(read_changed(&s, 6, 2), MPC_VERSION);
	assert_int_equal(read_changed(&s, 23, 1), MPC_LIMIT);
	assert_int_equal(read_changed(&s, 23, 8), MPC_LIMIT);
	assert_int_equal(read_changed(&s, 24, 101), MPC_LIMIT);
	assert_int_equal(read_changed(&s, 25, 0), MPC_LIMIT);
	assert_int_equal(read_changed(&s, 25, 8), MPC_LIMIT);
	assert_int_equal(read_changed(&s, 28, 2), MPC_LIMIT);
	assert_int_equal(read_changed(&s, 26, 63), MPC_MALFORMED);
	assert_int_equal(read_changed(&s, 61, 0x11), MPC_NONCANONICAL);
	assert_int_equal(read_changed(&s, 125, 0x11), MPC_NONCANONICAL);
	assert_int_equal(mpc_key_split(s.record, s.key, 32, 1, 1), MPC_LIMIT);
	assert_int_equal(mpc_key_split(s.record, s.key, 32, 3, 1), MPC_LIMIT);
	assert_int_equal(mpc_key_split(s.record, s.key, 32, 3, 4), MPC_LIMIT);
	assert_int_equal(mpc_key_split(s.record, s.key, 32, 101, 4), MPC_LIMIT);
	assert_int_equal(mpc_key_split(s.record, s.key, MPC_KEY_MAX_BYTES + 1, 3, 2), MPC_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_record),
		cmocka_unit_test(test_one_wrong),
		cmocka_unit_test(test_more_wrong),
		cmocka_unit_test(test_all_changed),
		cmocka_unit_test(test_unlike),
		cmocka_unit_test(test_read_errors),
	};

	return cmocka_run_group_tests(tests, start_core, NULL);
}
