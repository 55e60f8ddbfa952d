/*
 * test_okvs.c
 *		Does a table give every key its value, and nobody a hint which keys it holds?
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <setjmp.h>

#include <cmocka.h>

#include "crypto/secret.h"
#include "kat.h"
#include "psi/okvs.h"

#define LENGTH(a)	(sizeof(a) / sizeof((a)[0]))

/* A table and what it was made of. */
typedef struct Store
{
	size_t		n;
	MpcOkvs		okvs;
	MpcElement *key;
	MpcFe	   *value;
	MpcFe	   *table;
	MpcFe	   *out;
	void	   *work;
	uint8_t		seed[MPC_OKVS_SEED_BYTES];
} Store;

static void *
allocate(size_t bytes)
{
	void	   *p = malloc(bytes + 1);	/* so that n = 0 is no special case */

	assert_non_null(p);
	return p;
}

/* n keys and values by seed, in a table for so many. */
static Store
make(size_t n, size_t room, uint32_t seed)
{
	Store		s = {.n = n, .okvs = mpc_okvs_shape(room)};
	size_t		i;

	s.key = allocate(n * sizeof(*s.key));
	s.value = allocate(n * sizeof(*s.value));
	s.out = allocate(n * sizeof(*s.out));
	s.table = allocate(mpc_okvs_cells(&s.okvs) * sizeof(*s.table));
	s.work = allocate(mpc_okvs_work(&s.okvs));
	kat_fill(s.key, n * sizeof(*s.key), 2 * seed);
	kat_fill(s.value, n * sizeof(*s.value), 2 * seed + 1);
	for (i = 0; i < n; i++)
		s.value[i][MPC_FIELD_BYTES - 1] &= 0x0f;
	return s;
}

static void
drop(Store *s)
{
	free(s->key);
	free(s->value);
	free(s->out);
	free(s->table);
	free(s->work);
}

static MpcStatus
encode(Store *s)
{
	return mpc_okvs_encode(&s->okvs, s->table, s->seed, (const MpcElement *) s->key, (const MpcFe *) s->value, s->n,
						   s->work);
}

static MpcStatus
try_seed(Store *s, uint32_t seed)
{
	kat_fill(s->seed, sizeof(s->seed), seed);
	return mpc_okvs_try(&s->okvs, s->table, s->seed, (const MpcElement *) s->key, (const MpcFe *) s->value, s->n,
						s->work);
}

static void
read_keys(Store *s, const MpcElement *key, size_t from, size_t to)
{
	assert_int_equal(mpc_okvs_decode(&s->okvs, s->out, (const MpcFe *) s->table, s->seed, key, from, to), MPC_OK);
}

static void
check(Store *s)
{
	assert_int_equal(mpc_okvs_check(&s->okvs, (const MpcFe *) s->table), MPC_OK);
	read_keys(s, (const MpcElement *) s->key, s->n / 3, s->n);
	read_keys(s, (const MpcElement *) s->key, 0, s->n / 3);
	assert_memory_equal(s->out, s->value, s->n * sizeof(*s->value));
}

static void
test_sizes(void **state)
{
	static const size_t sizes[] = {0, 1, 2, 3, 24, 25, 100, 1000, 10000, 100000};
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(sizes); i++)
	{
		Store		s = make(sizes[i], sizes[i], (uint32_t) i);

		assert_int_equal(encode(&s), MPC_OK);
		check(&s);
		drop(&s);
	}
}

/* What a key reads, as okvs.h and okvs.c say: the reader may be of another version. */
static void
test_definition(void **state)
{
	Store		s = make(40, 40, 9);
	uint8_t		hash[64];
	uint64_t	word[3];
	MpcFe		expected;
	MpcFe		power;
	MpcFe		term;
	MpcFe		h;
	size_t		k;
	size_t		i;

	(void) state;
	assert_int_equal(encode(&s), MPC_OK);
	for (k = 0; k < s.n; k++)
	{
		crypto_generichash(hash, sizeof(hash), s.key[k], sizeof(*s.key), s.seed, sizeof(s.seed));
		memcpy(word, hash, sizeof(word));	/* little-endian */
		memcpy(h, hash + 32, sizeof(h));
		h[31] &= 0x0f;
		memset(expected, 0, sizeof(expected));
		for (i = 0; i < 3; i++)
			mpc_field_add(expected, expected,
						  s.table[i * s.okvs.third + (size_t) ((unsigned __int128) word[i] * s.okvs.third >> 64)]);
		memcpy(power, h, sizeof(h));
		for (i = 0; i < MPC_OKVS_DENSE; i++)
		{
			mpc_field_mul(term, power, s.table[3 * s.okvs.third + i]);
			mpc_field_add(expected, expected, term);
			mpc_field_mul(power, power, h);
		}
		assert_memory_equal(expected, s.value[k], sizeof(expected));
	}
	drop(&s);
}

/* Fewer keys than the table was announced for; more are refused. */
static void
test_room(void **state)
{
	Store		s = make(50, 1000, 1);

	(void) state;
	assert_int_equal(mpc_okvs_cells(&s.okvs), 3 * (534 + 100) + MPC_OKVS_DENSE);
	assert_int_equal(encode(&s), MPC_OK);
	check(&s);
	drop(&s);
	s = make(50, 49, 1);
	assert_int_equal(encode(&s), MPC_LIMIT);
	s.okvs.keys = MPC_OKVS_MAX_KEYS + 1;
	assert_int_equal(encode(&s), MPC_LIMIT);
	drop(&s);
}

/* One key twice is found among few, and thirty of them, too many for every seed. */
static void
test_duplicates(void **state)
{
	static const size_t sizes[] = {2, 30, 1000};
	size_t		i;
	size_t		k;

	(void) state;
	for (i = 0; i < LENGTH(sizes); i++)
	{
		Store		s = make(sizes[i], sizes[i], 1);

		memcpy(s.key[s.n - 1], s.key[0], sizeof(*s.key));
		assert_int_equal(encode(&s), MPC_MALFORMED);
		/* the same value makes it no better */
		memcpy(s.value[s.n - 1], s.value[0], sizeof(*s.value));
		assert_int_equal(encode(&s), MPC_MALFORMED);
		drop(&s);
	}
	{
		Store		s = make(100, 100, 1);

		for (k = 0; k < 30; k++)
			memcpy(s.key[50 + k], s.key[k], sizeof(*s.key));
		assert_int_equal(try_seed(&s, 1), MPC_UNDECODABLE);
		assert_int_equal(encode(&s), MPC_MALFORMED);
		drop(&s);
	}
}

/*
 * Tables far too small: many seeds fail, cores of all sizes up to the limit are solved, and encoding goes on to the next
 * seed until one does.
 */
static void
test_other_seeds(void **state)
{
	Store		s = make(120, 120, 1);
	int			failed = 0;
	int			encoded = 0;
	uint32_t	seed;
	MpcStatus	status;

	(void) state;
	s.okvs.third = 50;			/* 1.25 n: about half of all seeds fail, for so few */
	for (seed = 0; seed < 200; seed++)
	{
		status = try_seed(&s, seed);
		failed += status == MPC_UNDECODABLE;
		if (status == MPC_OK)
			check(&s);
		else
			assert_int_equal(status, MPC_UNDECODABLE);
	}
	assert_in_range(failed, 90, 135);
	for (seed = 0; seed < 50; seed++)
	{
		status = encode(&s);
		encoded += status == MPC_OK;
		if (status == MPC_OK)
			check(&s);
	}
	/* with one seed each about 21 would be, with four 45 */
	assert_in_range(encoded, 33, 50);
	drop(&s);
}

/* With too few cells for peeling at all, up to 24 keys are all core, and their cells still theirs. */
static void
test_core_alone(void **state)
{
	size_t		n;

	(void) state;
	for (n = 1; n <= MPC_OKVS_DENSE + 1; n++)
	{
		Store		s = make(n, n, (uint32_t) n);

		s.okvs.third = 1;
		if (n <= MPC_OKVS_DENSE)
		{
			assert_int_equal(try_seed(&s, 1), MPC_OK);
			check(&s);
		}
		else
			assert_int_equal(try_seed(&s, 1), MPC_UNDECODABLE);
		drop(&s);
	}
}

static int
by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(MpcFe));
}

/* Other keys read neither the values nor anything else twice; the next table of the same keys and seed has no cell in common. */
static void
test_oblivious(void **state)
{
	Store		s = make(1000, 1000, 1);
	Store		t = make(1000, 1000, 1);
	Store		others = make(1000, 1000, 2);
	size_t		cells = mpc_okvs_cells(&s.okvs);
	size_t		low = 0;
	size_t		i;

	(void) state;
	memset(s.value, 0, s.n * sizeof(*s.value));
	memset(t.value, 0, t.n * sizeof(*t.value));
	assert_int_equal(try_seed(&s, 7), MPC_OK);
	assert_int_equal(try_seed(&t, 7), MPC_OK);
	for (i = 0; i < cells; i++)
	{
		assert_memory_not_equal(s.table[i], t.table[i], sizeof(*s.table));
		low += s.table[i][MPC_FIELD_BYTES - 1] < 8;
	}
	/* half of the cells, six deviations */
	assert_in_range(low, cells / 2 - 132, cells / 2 + 132);

	read_keys(&s, (const MpcElement *) others.key, 0, s.n);
	qsort(s.out, s.n, sizeof(*s.out), by_bytes);
	for (i = 1; i < s.n; i++)
		assert_memory_not_equal(s.out[i], s.out[i - 1], sizeof(*s.out));
	for (i = 0, low = 0; i < s.n; i++)
	{
		assert_false(mpc_is_zero(s.out[i], sizeof(*s.out)));
		low += s.out[i][MPC_FIELD_BYTES - 1] < 8;
	}
	assert_in_range(low, 500 - 95, 500 + 95);
	drop(&s);
	drop(&t);
	drop(&others);
}

static void
test_check(void **state)
{
	Store		s = make(10, 10, 1);
	size_t		last = mpc_okvs_cells(&s.okvs) - 1;

	(void) state;
	assert_int_equal(encode(&s), MPC_OK);
	memset(s.table[last], 0xff, sizeof(*s.table));
	assert_int_equal(mpc_okvs_check(&s.okvs, (const MpcFe *) s.table), MPC_NONCANONICAL);
	drop(&s);
}

static int	looks;
static int	looked;

static bool
stop_soon(void)
{
	looked++;
	return looks-- == 0;
}

/* Wherever it is stopped, it says so. */
static void
test_interrupts(void **state)
{
	Store		s = make(1000, 1000, 1);
	int			all;
	int			i;

	(void) state;
	mpc_interrupted = stop_soon;
	looks = INT32_MAX;
	assert_int_equal(encode(&s), MPC_OK);
	all = looked;
	assert_true(all > 20);
	for (i = 0; i < all; i++)
	{
		looks = i;
		assert_int_equal(encode(&s), MPC_INTERRUPTED);
	}
	looks = 2;
	assert_int_equal(mpc_okvs_decode(&s.okvs, s.out, (const MpcFe *) s.table, s.seed, (const MpcElement *) s.key, 0, s.n),
					 MPC_INTERRUPTED);
	mpc_interrupted = NULL;
	drop(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_definition),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_other_seeds),
		cmocka_unit_test(test_core_alone),
		cmocka_unit_test(test_oblivious),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_interrupts),
	};

	if (mpc_core_init() != MPC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
