/*
 * test_sketch.h
 *		What the tests of sketches share: tables, and keys with their plain sums.
 *
 * Include after cmocka.h. Keys are numbered, and number and length make the text.
 * Who holds which key, and with which values, is the same in every run; the
 * reference adds 64-bit integers.
 */
#ifndef MPC_TEST_SKETCH_H
#define MPC_TEST_SKETCH_H

#include <stdlib.h>

#include "crypto/secret.h"
#include "crypto/sketch.h"
#include "kat.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))
#define VALUES 2

/* An opened table, or a party's. */
typedef struct Table
{
	MpcSketch	shape;
	MpcFe	   *cell;
	uint32_t   *found;
	uint32_t   *work;
	uint32_t	nfound;
} Table;

/* What a table of keys 0 .. n - 1 must hold. */
typedef struct Plain
{
	uint32_t	n;
	size_t		max_len;		/* of every key; all_lengths: they differ */
	int64_t   (*sum)[VALUES];
	bool	   *held;
	bool	   *seen;
} Plain;

static const size_t lengths[] = {0, 1, 29, 30, 31, 60, 61, 62, 127, 128, 200, 2048};
static const size_t all_lengths = SIZE_MAX;

static inline void *
allocate(size_t n, size_t size)
{
	void	   *p = calloc(n > 0 ? n : 1, size);

	assert_non_null(p);
	return p;
}

static inline size_t
elements(const MpcSketch *shape)
{
	return (size_t) shape->cells * mpc_sketch_width(shape);
}

static inline void
table_init(Table *t, uint32_t cells, uint16_t key_lanes)
{
	t->shape.cells = cells;
	t->shape.key_lanes = key_lanes;
	t->shape.values = VALUES;
	t->cell = allocate(elements(&t->shape), sizeof(MpcFe));
	t->found = allocate(cells, sizeof(uint32_t));
	t->work = allocate(cells, sizeof(uint32_t));
	t->nfound = 0;
}

static inline void
table_free(Table *t)
{
	free(t->cell);
	free(t->found);
	free(t->work);
}

static inline void
table_add(Table *t, const Table *other)
{
	size_t		i;

	for (i = 0; i < elements(&t->shape); i++)
		mpc_field_add(t->cell[i], t->cell[i], other->cell[i]);
}

static inline void
table_copy(Table *t, const Table *other)
{
	memcpy(t->cell, other->cell, elements(&t->shape) * sizeof(MpcFe));
}

static inline MpcFe *
lane_of(Table *t, uint32_t c, uint32_t lane)
{
	return &t->cell[(size_t) c * mpc_sketch_width(&t->shape) + lane];
}

static inline void
add_one(MpcFe *e)
{
	static const MpcFe one = {1};

	mpc_field_add(*e, *e, one);
}

static inline MpcStatus
peel(Table *t)
{
	return mpc_sketch_peel(&t->shape, t->cell, kat_rid, t->found, &t->nfound, t->work);
}

static inline void
from_int64(MpcFe r, int64_t v)
{
	MpcWide		wide;

	mpc_wide_from_int128(&wide, v);
	mpc_field_from_wide(r, &wide);
}

static inline int64_t
to_int64(const MpcFe e)
{
	MpcWide		wide;
	int64_t		v = 0;

	mpc_field_to_wide(&wide, e);
	assert_true(mpc_wide_to_int64(&wide, &v));
	return v;
}

static inline MpcStatus
add(Table *t, const void *key, size_t len, int64_t first, int64_t second)
{
	MpcFe		value[VALUES];

	from_int64(value[0], first);
	from_int64(value[1], second);
	return mpc_sketch_add(&t->shape, t->cell, kat_rid, key, len, (const MpcFe *) value);
}

static inline void
add_text(Table *t, const char *key, int64_t first, int64_t second)
{
	assert_int_equal(add(t, key, strlen(key), first, second), MPC_OK);
}

/* Short lengths have few keys: of all lengths, only the first of each is that short. */
static inline size_t
key_length(const Plain *plain, uint32_t k)
{
	size_t		len = lengths[k % LENGTH(lengths)];

	if (plain->max_len != all_lengths)
		return plain->max_len;
	return k >= LENGTH(lengths) && len < sizeof(k) ? sizeof(k) : len;
}

static inline size_t
make_key(uint8_t *key, const Plain *plain, uint32_t k)
{
	size_t		len = key_length(plain, k);

	kat_fill(key, len, k);
	memcpy(key, &k, len < sizeof(k) ? len : sizeof(k));
	return len;
}

static inline void
plain_init(Plain *plain, uint32_t n, size_t max_len)
{
	plain->n = n;
	plain->max_len = max_len;
	plain->sum = allocate(n, sizeof(*plain->sum));
	plain->held = allocate(n, sizeof(bool));
	plain->seen = allocate(n, sizeof(bool));
}

static inline void
plain_free(Plain *plain)
{
	free(plain->sum);
	free(plain->held);
	free(plain->seen);
}

/* A party's sketch of the keys it holds, each held by about one party of two. */
static inline void
build(Table *t, Plain *plain, uint32_t party)
{
	uint8_t		key[MPC_SKETCH_MAX_KEY_BYTES];
	int32_t		drawn[3];
	uint32_t	k;
	size_t		len;

	for (k = 0; k < plain->n; k++)
	{
		kat_fill(drawn, sizeof(drawn), 1000003 * (party + 1) + k);
		if (drawn[0] < 0)
			continue;
		len = make_key(key, plain, k);
		assert_int_equal(add(t, key, len, drawn[1], drawn[2]), MPC_OK);
		plain->sum[k][0] += drawn[1];
		plain->sum[k][1] += drawn[2];
		plain->held[k] = true;
	}
}

/* The number of a key; plain->n when it is none of them. */
static inline uint32_t
number_of(const Plain *plain, const uint8_t *key, size_t len)
{
	uint8_t		expected[MPC_SKETCH_MAX_KEY_BYTES];
	uint32_t	k = 0;

	memcpy(&k, key, len < sizeof(k) ? len : sizeof(k));
	if (plain->max_len == all_lengths && len < sizeof(k))
	{
		for (k = 0; k < LENGTH(lengths) && lengths[k] != len;)
			k++;
	}
	if (k >= plain->n || make_key(expected, plain, k) != len || memcmp(key, expected, len) != 0)
		return plain->n;
	return k;
}

/* The peeled table holds every key that was held, once, with the plain sums, and no other. */
static inline void
check_against(Table *t, Plain *plain)
{
	uint8_t		key[MPC_FIELD_BYTES * MPC_SKETCH_MAX_KEY_LANES];
	uint32_t	lane = 2u + t->shape.key_lanes;
	uint32_t	held = 0;
	uint32_t	i;
	uint32_t	k;
	size_t		len;

	for (k = 0; k < plain->n; k++)
		held += plain->held[k];
	assert_int_equal(t->nfound, held);
	for (i = 0; i < t->nfound; i++)
	{
		assert_int_equal(mpc_sketch_key(key, &len, (const MpcFe *) lane_of(t, t->found[i], 1), t->shape.key_lanes),
						 MPC_OK);
		k = number_of(plain, key, len);
		assert_true(k < plain->n && plain->held[k] && !plain->seen[k]);
		plain->seen[k] = true;
		assert_int_equal(to_int64(*lane_of(t, t->found[i], lane)), plain->sum[k][0]);
		assert_int_equal(to_int64(*lane_of(t, t->found[i], lane + 1)), plain->sum[k][1]);
	}
}

#endif							/* MPC_TEST_SKETCH_H */
