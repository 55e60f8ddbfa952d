/*
 * sketch.c
 *		How are sums by key put into few cells, and the keys taken out again?
 *
 * Assumes a seed that nobody knew when the keys were chosen: then five cells per
 * key are as good as random, and a table of 1.6 cells per key nearly always has
 * cells that hold one key alone. Each of these names its key, which is taken out
 * of its other cells; some of them then hold one key alone, and so on.
 *
 * What is added is secret; what is peeled is public, whatever it is. Cells that
 * somebody made by other means end in MPC_UNDECODABLE, never in a wrong sum.
 */
#include "crypto/sketch.h"

#include <string.h>

#include <sodium.h>

#include "crypto/hash.h"
#include "crypto/limbs.h"
#include "crypto/secret.h"

#define LANE_BYTES	31			/* 248 bits are < l */
#define SHORT_KEY	127			/* the longest key whose length takes one byte */
#define BATCH		128			/* cells whose w are inverted at once */

/* In place of the number of the next cell: what else work says of a cell. */
#define LAST		UINT32_MAX			/* it is the last of the list */
#define UNLISTED	(UINT32_MAX - 1)	/* it is not in the list */
#define TAKEN		(UINT32_MAX - 2)	/* it holds a key that was found */

static const MpcFe zero;

uint64_t
mpc_sketch_cells(uint64_t keys)
{
	/* (1.6 * keys + 128) / 5 = (16 * keys + 1280) / 50, rounded up */
	return MPC_SKETCH_HASHES * ((16 * keys + 1280 + 49) / 50);
}

static size_t
length_bytes(size_t len)
{
	return len <= SHORT_KEY ? 1 : 2;
}

uint16_t
mpc_sketch_key_lanes(size_t max_key_bytes)
{
	return (uint16_t) ((length_bytes(max_key_bytes) + max_key_bytes + LANE_BYTES - 1) / LANE_BYTES);
}

/* A shape that came from somewhere: nothing here writes beside its arrays for it. */
static bool
shape_is_sound(const MpcSketch *sketch)
{
	return sketch->cells > 0 && sketch->cells % MPC_SKETCH_HASHES == 0 && sketch->cells < TAKEN &&
		sketch->key_lanes > 0 && sketch->key_lanes <= MPC_SKETCH_MAX_KEY_LANES;
}

static bool
key_fits(size_t len, uint16_t key_lanes)
{
	return len <= MPC_SKETCH_MAX_KEY_BYTES && length_bytes(len) + len <= (size_t) LANE_BYTES * key_lanes;
}

/* Byte i of varint(length) | key | zeros is byte i % 31 of element i / 31. The caller knows that it fits. */
static void
kappa_encode(MpcFe *kappa, uint16_t key_lanes, const uint8_t *key, size_t len)
{
	size_t		start = length_bytes(len);
	size_t		i;

	memset(kappa, 0, key_lanes * sizeof(MpcFe));
	if (start == 1)
		kappa[0][0] = (uint8_t) len;
	else
	{
		kappa[0][0] = (uint8_t) (len | 0x80);	/* LEB128 */
		kappa[0][1] = (uint8_t) (len >> 7);
	}
	for (i = start; i < start + len; i++)
		kappa[i / LANE_BYTES][i % LANE_BYTES] = key[i - start];
}

/* Reads the length in kappa's first element. False when it is none, or not the shortest form. */
static bool
kappa_length(size_t *len, const MpcFe first, uint16_t key_lanes)
{
	*len = first[0];
	if (first[0] > SHORT_KEY)
	{
		if (first[1] == 0)
			return false;
		/* a third byte of the length, first[1] > 127, is far beyond any key that fits */
		*len = (first[0] & 0x7f) | (size_t) first[1] << 7;
	}
	return first[MPC_FIELD_BYTES - 1] == 0 && key_fits(*len, key_lanes);
}

/* True when these elements are what kappa_encode makes of some key. */
static bool
kappa_is_canonical(size_t *len, const MpcFe *kappa, uint16_t key_lanes)
{
	size_t		i;

	if (!kappa_length(len, kappa[0], key_lanes))
		return false;
	for (i = 1; i < key_lanes; i++)
	{
		if (kappa[i][MPC_FIELD_BYTES - 1] != 0)
			return false;
	}
	for (i = length_bytes(*len) + *len; i < (size_t) LANE_BYTES * key_lanes; i++)
	{
		if (kappa[i / LANE_BYTES][i % LANE_BYTES] != 0)
			return false;
	}
	return true;
}

MpcStatus
mpc_sketch_key(void *key, size_t *len, const MpcFe *kappa, uint16_t key_lanes)
{
	uint8_t    *out = key;
	size_t		start;
	size_t		i;

	if (!kappa_is_canonical(len, kappa, key_lanes))
		return MPC_MALFORMED;
	start = length_bytes(*len);
	for (i = start; i < start + *len; i++)
		out[i - start] = kappa[i / LANE_BYTES][i % LANE_BYTES];
	return MPC_OK;
}

/* TH(tag, seed | kappa) */
static void
hash_key(uint8_t out[MPC_TH_BYTES], const char *tag, const MpcSketch *sketch,
		 const uint8_t seed[MPC_SKETCH_SEED_BYTES], const MpcFe *kappa)
{
	MpcHash		hash;

	mpc_hash_begin(&hash, tag);
	mpc_hash_add(&hash, seed, MPC_SKETCH_SEED_BYTES);
	mpc_hash_add(&hash, kappa, sketch->key_lanes * sizeof(MpcFe));
	mpc_hash_end(&hash, out);
}

static void
check_element(MpcFe chi, const MpcSketch *sketch, const uint8_t seed[MPC_SKETCH_SEED_BYTES],
			  const MpcFe *kappa)
{
	uint8_t		hash[MPC_TH_BYTES];

	hash_key(hash, "MPCAGG-v1/iblt-chk", sketch, seed, kappa);
	mpc_field_from_hash(chi, hash);
}

/* The five cells of a key, one in each sub-table, hence different ones. */
static void
find_cells(uint32_t c[MPC_SKETCH_HASHES], const MpcSketch *sketch,
		   const uint8_t seed[MPC_SKETCH_SEED_BYTES], const MpcFe *kappa)
{
	uint8_t		hash[MPC_TH_BYTES];
	uint32_t	sub = sketch->cells / MPC_SKETCH_HASHES;
	uint32_t	j;

	hash_key(hash, "MPCAGG-v1/iblt-pos", sketch, seed, kappa);
	for (j = 0; j < MPC_SKETCH_HASHES; j++)
		c[j] = j * sub + (uint32_t) ((unsigned __int128) mpc_load64(hash + 8 * j) * sub >> 64);
}

static MpcFe *
cell_at(const MpcSketch *sketch, MpcFe *cell, uint32_t c)
{
	return cell + (size_t) c * mpc_sketch_width(sketch);
}

/* w | w * kappa | w * chi for a new w */
static void
weigh(MpcFe *weighed, const MpcFe *kappa, const MpcFe chi, uint16_t key_lanes)
{
	uint16_t	i;

	crypto_core_ristretto255_scalar_random(weighed[0]);	/* never zero */
	mpc_classify(weighed[0], sizeof(MpcFe));
	for (i = 0; i < key_lanes; i++)
		mpc_field_mul(weighed[1 + i], weighed[0], kappa[i]);
	mpc_field_mul(weighed[1 + key_lanes], weighed[0], chi);
}

MpcStatus
mpc_sketch_add(const MpcSketch *sketch, MpcFe *cell, const uint8_t seed[MPC_SKETCH_SEED_BYTES],
			   const void *key, size_t len, const MpcFe *value)
{
	MpcFe		kappa[MPC_SKETCH_MAX_KEY_LANES];
	MpcFe		weighed[MPC_SKETCH_MAX_KEY_LANES + 2];
	MpcFe		chi;
	uint32_t	c[MPC_SKETCH_HASHES];
	size_t		nweighed = 2u + sketch->key_lanes;
	int			j;

	if (!shape_is_sound(sketch) || !key_fits(len, sketch->key_lanes))
		return MPC_LIMIT;
	kappa_encode(kappa, sketch->key_lanes, key, len);
	check_element(chi, sketch, seed, kappa);
	find_cells(c, sketch, seed, kappa);
	weigh(weighed, (const MpcFe *) kappa, chi, sketch->key_lanes);
	for (j = 0; j < MPC_SKETCH_HASHES; j++)
	{
		MpcFe	   *at = cell_at(sketch, cell, c[j]);

		mpc_field_add_all(at, (const MpcFe *) weighed, nweighed);
		mpc_field_add_all(at + nweighed, value, sketch->values);
	}
	mpc_wipe(kappa, sketch->key_lanes * sizeof(MpcFe));
	mpc_wipe(weighed, nweighed * sizeof(MpcFe));
	mpc_wipe(chi, sizeof(chi));
	mpc_wipe(c, sizeof(c));
	return MPC_OK;
}

/*
 * The state of a peeling. next is the caller's work: a queue of the cells that
 * changed since they were last looked at, linked by cell number. So a cell stands
 * in it once at most, and it needs no more room than one number a cell.
 */
typedef struct Peeling
{
	const MpcSketch *sketch;
	MpcFe	   *cell;
	const uint8_t *seed;
	uint32_t   *found;
	uint32_t	nfound;
	uint32_t   *next;
	uint32_t	first;
	uint32_t	last;			/* valid when first is a cell */
} Peeling;

static void
list(Peeling *p, uint32_t c)
{
	if (p->next[c] != UNLISTED)
		return;
	if (p->first == LAST)
		p->first = c;
	else
		p->next[p->last] = c;
	p->next[c] = LAST;
	p->last = c;
}

/* Takes cells with w != 0 off the list, at most BATCH; returns how many, 0 at its end. */
static size_t
unlist(Peeling *p, uint32_t c[BATCH], MpcFe w[BATCH])
{
	size_t		n = 0;

	while (n < BATCH && p->first != LAST)
	{
		c[n] = p->first;
		p->first = p->next[c[n]];
		p->next[c[n]] = UNLISTED;
		memcpy(w[n], *cell_at(p->sketch, p->cell, c[n]), sizeof(MpcFe));
		if (memcmp(w[n], zero, sizeof(MpcFe)) != 0)
			n++;
	}
	return n;
}

/* kappa of a cell if it holds one key alone: what w divides out of it. */
static bool
divide_out(MpcFe *kappa, const MpcFe *at, const MpcFe inverse, uint16_t key_lanes)
{
	size_t		len;
	uint16_t	i;

	/* of a cell with several keys the first quotient is random: few get past it */
	mpc_field_mul(kappa[0], at[1], inverse);
	if (!kappa_length(&len, kappa[0], key_lanes))
		return false;
	for (i = 1; i < key_lanes; i++)
		mpc_field_mul(kappa[i], at[1 + i], inverse);
	return kappa_is_canonical(&len, (const MpcFe *) kappa, key_lanes);
}

/* True when cell c holds one key alone; then also kappa and all cells of that key. */
static bool
is_pure(const Peeling *p, uint32_t c, const MpcFe inverse, MpcFe *kappa, uint32_t home[MPC_SKETCH_HASHES])
{
	uint32_t	sub = p->sketch->cells / MPC_SKETCH_HASHES;
	const MpcFe *at = (const MpcFe *) cell_at(p->sketch, p->cell, c);
	MpcFe		chi;

	if (!divide_out(kappa, at, inverse, p->sketch->key_lanes))
		return false;
	check_element(chi, p->sketch, p->seed, (const MpcFe *) kappa);
	mpc_field_mul(chi, chi, at[0]);
	if (memcmp(chi, at[1 + p->sketch->key_lanes], sizeof(chi)) != 0)
		return false;
	find_cells(home, p->sketch, p->seed, (const MpcFe *) kappa);
	return home[c / sub] == c;
}

/*
 * Takes the key of pure cell c out of its other cells. One of these may hold a
 * key found before: then that cell was pure without this key, or this key was
 * found twice, and no sum of sketches is like that.
 */
static MpcStatus
peel_cell(Peeling *p, uint32_t c, const uint32_t home[MPC_SKETCH_HASHES])
{
	uint32_t	width = mpc_sketch_width(p->sketch);
	MpcFe	   *at = cell_at(p->sketch, p->cell, c);
	MpcFe	   *other;
	int			j;

	for (j = 0; j < MPC_SKETCH_HASHES; j++)
	{
		if (home[j] == c)
			continue;
		if (p->next[home[j]] == TAKEN)
			return MPC_UNDECODABLE;
		other = cell_at(p->sketch, p->cell, home[j]);
		mpc_field_sub_all(other, (const MpcFe *) at, width);
		list(p, home[j]);
	}
	p->next[c] = TAKEN;
	p->found[p->nfound++] = c;	/* once per cell, so that it has room */
	return MPC_OK;
}

static MpcStatus
try_cell(Peeling *p, uint32_t c, const MpcFe inverse)
{
	MpcFe		kappa[MPC_SKETCH_MAX_KEY_LANES];
	uint32_t	home[MPC_SKETCH_HASHES];
	MpcStatus	status;

	/* listed again: it has changed since its w was inverted, and its turn comes */
	if (p->next[c] != UNLISTED || !is_pure(p, c, inverse, kappa, home))
		return MPC_OK;
	status = peel_cell(p, c, (const uint32_t *) home);
	if (status == MPC_OK)
		memcpy(cell_at(p->sketch, p->cell, c) + 1, kappa, p->sketch->key_lanes * sizeof(MpcFe));
	return status;
}

/* True when nothing is left but what was found. */
static bool
is_peeled(const Peeling *p)
{
	uint32_t	width = mpc_sketch_width(p->sketch);
	uint32_t	c;
	uint32_t	i;

	for (c = 0; c < p->sketch->cells; c++)
	{
		const MpcFe *at = (const MpcFe *) cell_at(p->sketch, p->cell, c);

		for (i = 0; p->next[c] != TAKEN && i < width; i++)
		{
			if (memcmp(at[i], zero, sizeof(MpcFe)) != 0)
				return false;
		}
	}
	return true;
}

MpcStatus
mpc_sketch_peel(const MpcSketch *sketch, MpcFe *cell, const uint8_t seed[MPC_SKETCH_SEED_BYTES],
				uint32_t *found, uint32_t *nfound, uint32_t *work)
{
	Peeling		p = {sketch, cell, seed, found, 0, work, LAST, LAST};
	MpcFe		w[BATCH];
	MpcFe		inverse[BATCH];
	uint32_t	c[BATCH];
	uint32_t	i;
	size_t		n;
	size_t		k;

	if (!shape_is_sound(sketch))
		return MPC_LIMIT;
	for (i = 0; i < sketch->cells; i++)
		work[i] = UNLISTED;
	for (i = 0; i < sketch->cells; i++)
		list(&p, i);
	while ((n = unlist(&p, c, w)) > 0)
	{
		if (mpc_interrupted != NULL && mpc_interrupted())
			return MPC_INTERRUPTED;
		mpc_field_invert_all(inverse, (const MpcFe *) w, n);
		for (k = 0; k < n; k++)
		{
			MpcStatus	status = try_cell(&p, c[k], inverse[k]);

			if (status != MPC_OK)
				return status;
		}
	}
	if (!is_peeled(&p))
		return MPC_UNDECODABLE;
	*nfound = p.nfound;
	return MPC_OK;
}
