/*
 * okvs.c
 *		How are cells found that give every key its value?
 *
 * By peeling. A key that has a cell to itself is set aside; this may leave others with a cell to themselves, and so on. What
 * remains, the core, has no such key. It is served by the dense cells: they are the coefficients of a polynomial
 * without constant term, which goes through one point for each key of the core. Then the keys set aside follow in
 * reverse order, each by its own cell, which nothing that came before has used.
 *
 * A seed fails when the core has more than d = MPC_OKVS_DENSE keys. Every cell of a core is one of at least two of its
 * keys. There are C(n, s) sets of s keys; with q cells in a third, each of the three cells of s keys is s balls in q bins
 * of which none stands alone, with probability p_s = s! [x^s] (e^x - x)^q / q^s, the thirds independently. So a seed
 * fails with probability at most the sum over s > d of C(n, s) p_s^3, where p_s <= s! (e^x - x)^q / (x q)^s for any x > 0.
 * With q = 8 n / 15 + 100 and d = 24 this sum is at most 2^-43.9, for n near 400; 2^-49 for n = 10^3, 2^-84 for
 * 10^4 and 2^-181 for 2^21. (With fewer than 1.52 n cells it would grow with n. Large cores are rarer than the sum says, down
 * to 1.23 n, but that would be a measurement and not a bound.) Up to d keys never fail.
 */
#include "psi/okvs.h"

#include <string.h>

#include <sodium.h>

#include "crypto/limbs.h"
#include "crypto/pair.h"
#include "crypto/secret.h"

#define CELLS		3			/* of a key */
#define DENSE		MPC_OKVS_DENSE
#define TRIES		4			/* seeds: all fail with probability 2^-170, or for keys that are there twice */
#define BATCH		256			/* keys or cells between two looks at mpc_interrupted; even, for mpc_pair_stream */
#define ROW_BYTES	64
#define TOP_NIBBLE	0x0f		/* keeps 252 of 256 bits */

MpcOkvs
mpc_okvs_shape(size_t keys)
{
	MpcOkvs		okvs = {keys, (8 * keys + 14) / 15 + 100};

	return okvs;
}

size_t
mpc_okvs_cells(const MpcOkvs *okvs)
{
	return CELLS * okvs->third + DENSE;
}

/* Where a key reads. Secret. */
typedef struct Row
{
	uint32_t	cell[CELLS];
	MpcFe		h;
} Row;

/* All of a row comes from one keyed hash of the key: 8 bytes for each cell, then h. */
static void
make_row(Row *row, const MpcOkvs *okvs, const uint8_t seed[MPC_OKVS_SEED_BYTES], const MpcElement key)
{
	uint8_t		hash[ROW_BYTES];
	size_t		i;

	(void) crypto_generichash(hash, sizeof(hash), key, MPC_ELEMENT_BYTES, seed, MPC_OKVS_SEED_BYTES);
	for (i = 0; i < CELLS; i++)
	{
		unsigned __int128 place = (unsigned __int128) mpc_load64(hash + 8 * i) * okvs->third;

		row->cell[i] = (uint32_t) (i * okvs->third + (size_t) (place >> 64));
	}
	memcpy(row->h, hash + ROW_BYTES - MPC_FIELD_BYTES, MPC_FIELD_BYTES);
	row->h[MPC_FIELD_BYTES - 1] &= TOP_NIBBLE;
}

/* r = the sum over i of coefficient[i] x^(i + 1), i < n */
static void
evaluate(MpcFe r, const MpcFe *coefficient, size_t n, const MpcFe x)
{
	memset(r, 0, MPC_FIELD_BYTES);
	while (n-- > 0)
	{
		mpc_field_add(r, r, coefficient[n]);
		mpc_field_mul(r, r, x);
	}
}

static void
read_row(MpcFe r, const MpcOkvs *okvs, const MpcFe *table, const Row *row)
{
	size_t		i;

	evaluate(r, table + CELLS * okvs->third, DENSE, row->h);
	for (i = 0; i < CELLS; i++)
		mpc_field_add(r, r, table[row->cell[i]]);
}

/* One encoding: the arguments of mpc_okvs_try, and its working memory. */
typedef struct Encoding
{
	const MpcOkvs *okvs;
	MpcFe	   *table;
	const uint8_t *seed;
	const MpcElement *key;
	const MpcFe *value;
	uint32_t	n;
	uint32_t  (*cell)[CELLS];	/* n: the cells of a key, its own first once it is set aside */
	uint32_t   *order;			/* n: keys in the order in which they were set aside */
	uint32_t   *count;			/* each cell: how many keys not set aside have it */
	uint32_t   *keys;			/* each cell: the exclusive or of their numbers; of one, its number */
	uint32_t	aside;			/* how many are set aside */
} Encoding;

size_t
mpc_okvs_work(const MpcOkvs *okvs)
{
	return ((CELLS + 1) * okvs->keys + 2 * CELLS * okvs->third) * sizeof(uint32_t);
}

static void
lay_out(Encoding *e, void *work)
{
	size_t		cells = CELLS * e->okvs->third;

	e->cell = work;
	e->order = (uint32_t *) (e->cell + e->okvs->keys);
	e->count = e->order + e->okvs->keys;
	e->keys = e->count + cells;
	memset(e->count, 0, 2 * cells * sizeof(uint32_t));
	e->aside = 0;
}

static bool
is_interrupted(size_t i)
{
	return i % BATCH == 0 && mpc_interrupted != NULL && mpc_interrupted();
}

static MpcStatus
place_keys(Encoding *e)
{
	Row			row;
	MpcStatus	status = MPC_OK;
	uint32_t	k;
	int			i;

	for (k = 0; k < e->n && status == MPC_OK; k++)
	{
		if (is_interrupted(k))
			status = MPC_INTERRUPTED;
		make_row(&row, e->okvs, e->seed, e->key[k]);
		memcpy(e->cell[k], row.cell, sizeof(row.cell));
		for (i = 0; i < CELLS; i++)
		{
			e->count[row.cell[i]]++;
			e->keys[row.cell[i]] ^= k;
		}
	}
	mpc_wipe(&row, sizeof(row));
	return status;
}

/* Sets the key aside that has this cell to itself, if one has. */
static void
set_aside(Encoding *e, uint32_t cell)
{
	uint32_t	k;
	int			i;

	if (e->count[cell] != 1)
		return;
	k = e->keys[cell];
	for (i = 0; i < CELLS; i++)
	{
		uint32_t	each = e->cell[k][i];

		e->count[each]--;
		e->keys[each] ^= k;
		if (each == cell)
		{
			e->cell[k][i] = e->cell[k][0];
			e->cell[k][0] = cell;
		}
	}
	e->order[e->aside++] = k;
}

/* Only a key set aside leaves another one alone in a cell, so that looking at its cells once is enough. */
static MpcStatus
peel(Encoding *e)
{
	uint32_t	cells = (uint32_t) (CELLS * e->okvs->third);
	uint32_t	next;

	for (next = 0; next < cells; next++)
	{
		if (is_interrupted(next))
			return MPC_INTERRUPTED;
		set_aside(e, next);
	}
	for (next = 0; next < e->aside; next++)
	{
		uint32_t	k = e->order[next];

		if (is_interrupted(next))
			return MPC_INTERRUPTED;
		set_aside(e, e->cell[k][1]);
		set_aside(e, e->cell[k][2]);
	}
	return e->n - e->aside > DENSE ? MPC_UNDECODABLE : MPC_OK;
}

/* Uniform cells, from a stream of a fresh key. */
static MpcStatus
fill_table(Encoding *e)
{
	size_t		cells = mpc_okvs_cells(e->okvs);
	uint8_t		key[MPC_PAIR_KEY_BYTES];
	MpcStatus	status = MPC_OK;
	size_t		first;

	mpc_random(key, sizeof(key));
	for (first = 0; first < cells && status == MPC_OK; first += BATCH)
	{
		if (is_interrupted(first))
			status = MPC_INTERRUPTED;
		mpc_pair_stream(e->table + first, key, first, cells - first < BATCH ? cells - first : BATCH);
	}
	mpc_wipe(key, sizeof(key));
	return status;
}

/* r = what the cell of this key has to be added for it to read its value */
static void
missing(MpcFe r, const Encoding *e, uint32_t k, Row *row)
{
	make_row(row, e->okvs, e->seed, e->key[k]);
	read_row(r, e->okvs, (const MpcFe *) e->table, row);
	mpc_field_sub(r, e->value[k], r);
}

/* The polynomial zero of degree n becomes zero (x - h). Coefficient i belongs to x^(i + 1); zero[n] is set. */
static void
add_root(MpcFe *zero, size_t n, const MpcFe h)
{
	static const MpcFe nothing;
	MpcFe		term;
	size_t		i;

	memcpy(zero[n], zero[n - 1], MPC_FIELD_BYTES);
	for (i = n - 1; i > 0; i--)
	{
		mpc_field_mul(term, zero[i], h);
		mpc_field_sub(zero[i], zero[i - 1], term);
	}
	mpc_field_mul(term, zero[0], h);
	mpc_field_sub(zero[0], nothing, term);
	mpc_wipe(term, sizeof(term));
}

/*
 * The dense cells for one more key of the core: a multiple of the polynomial that is zero at 0 and at all keys before, so
 * that these keep their values. It is of degree n after n - 1 keys: what it leaves of the dense cells above stays uniform.
 */
static MpcStatus
serve(Encoding *e, MpcFe *zero, size_t n, uint32_t k)
{
	MpcFe	   *dense = e->table + CELLS * e->okvs->third;
	Row			row;
	MpcFe		factor;
	MpcFe		at;
	bool		same;
	size_t		i;

	missing(factor, e, k, &row);
	evaluate(at, (const MpcFe *) zero, n, row.h);
	same = mpc_is_zero(at, sizeof(at));
	mpc_declassify(&same, sizeof(same));	/* a mistake of the caller, who is told */
	if (!same)
	{
		mpc_group_invert(at, at);
		mpc_field_mul(factor, factor, at);
		for (i = 0; i < n; i++)
		{
			mpc_field_mul(at, factor, zero[i]);
			mpc_field_add(dense[i], dense[i], at);
		}
		if (n < DENSE)
			add_root(zero, n, row.h);
	}
	mpc_wipe(&row, sizeof(row));
	mpc_wipe(factor, sizeof(factor));
	mpc_wipe(at, sizeof(at));
	return same ? MPC_MALFORMED : MPC_OK;
}

/* A key set aside has left its first cell without any; one of the core has not. */
static MpcStatus
serve_core(Encoding *e)
{
	MpcFe		zero[DENSE] = {{1}};	/* the polynomial x */
	size_t		core = e->n - e->aside;
	size_t		n = 0;
	MpcStatus	status = MPC_OK;
	uint32_t	k;

	for (k = 0; n < core && status == MPC_OK; k++)
		if (e->count[e->cell[k][0]] != 0)
			status = serve(e, zero, ++n, k);
	mpc_wipe(zero, sizeof(zero));
	return status;
}

static MpcStatus
serve_aside(Encoding *e)
{
	Row			row;
	MpcFe		difference;
	MpcStatus	status = MPC_OK;
	uint32_t	i;

	for (i = e->aside; i > 0 && status == MPC_OK; i--)
	{
		uint32_t	k = e->order[i - 1];
		uint32_t	own = e->cell[k][0];

		if (is_interrupted(i))
			status = MPC_INTERRUPTED;
		missing(difference, e, k, &row);
		mpc_field_add(e->table[own], e->table[own], difference);
	}
	mpc_wipe(&row, sizeof(row));
	mpc_wipe(difference, sizeof(difference));
	return status;
}

MpcStatus
mpc_okvs_try(const MpcOkvs *okvs, MpcFe *table, const uint8_t seed[MPC_OKVS_SEED_BYTES],
			 const MpcElement *key, const MpcFe *value, size_t n, void *work)
{
	Encoding	e = {.okvs = okvs, .table = table, .seed = seed, .key = key, .value = value};
	MpcStatus	status;

	if (n > okvs->keys || okvs->keys > MPC_OKVS_MAX_KEYS)
		return MPC_LIMIT;
	e.n = (uint32_t) n;
	lay_out(&e, work);
	status = place_keys(&e);
	if (status == MPC_OK)
		status = peel(&e);
	if (status == MPC_OK)
		status = fill_table(&e);
	if (status == MPC_OK)
		status = serve_core(&e);
	if (status == MPC_OK)
		status = serve_aside(&e);
	return status;
}

MpcStatus
mpc_okvs_encode(const MpcOkvs *okvs, MpcFe *table, uint8_t seed[MPC_OKVS_SEED_BYTES],
				const MpcElement *key, const MpcFe *value, size_t n, void *work)
{
	MpcStatus	status = MPC_UNDECODABLE;
	int			i;

	for (i = 0; i < TRIES && status == MPC_UNDECODABLE; i++)
	{
		mpc_random(seed, MPC_OKVS_SEED_BYTES);
		status = mpc_okvs_try(okvs, table, seed, key, value, n, work);
	}
	return status == MPC_UNDECODABLE ? MPC_MALFORMED : status;
}

MpcStatus
mpc_okvs_check(const MpcOkvs *okvs, const MpcFe *table)
{
	size_t		cells = mpc_okvs_cells(okvs);
	size_t		i;

	for (i = 0; i < cells; i++)
		if (!mpc_field_is_canonical(table[i]))
			return MPC_NONCANONICAL;
	return MPC_OK;
}

MpcStatus
mpc_okvs_decode(const MpcOkvs *okvs, MpcFe *value, const MpcFe *table, const uint8_t seed[MPC_OKVS_SEED_BYTES],
				const MpcElement *key, size_t from, size_t to)
{
	Row			row;
	MpcStatus	status = MPC_OK;
	size_t		i;

	for (i = from; i < to && status == MPC_OK; i++)
	{
		if (is_interrupted(i))
			status = MPC_INTERRUPTED;
		make_row(&row, okvs, seed, key[i]);
		read_row(value[i], okvs, table, &row);
	}
	mpc_wipe(&row, sizeof(row));
	return status;
}
