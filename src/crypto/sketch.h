/*
 * sketch.h
 *		A linear sketch of keyed sums: an invertible Bloom lookup table over the field
 *		(Goodrich and Mitzenmacher, 2011; under secure aggregation Gascon, Kairouz, Sun and
 *		Suresh, ICML 2023; PROTOCOLS E.3).
 *
 * Every key adds one cell's content to k = 5 cells, one in each of five sub-tables of cells / 5:
 *	w | w * kappa, q lanes | w * chi | s values
 * kappa: the key as q elements; chi: its check element under the seed; w: uniform and not zero, fresh
 * for every party and key, the same in all five cells. Sums of sketches are sketches of the sums: keys
 * of several parties add up in the same cells, and w hides how many they are.
 *
 * kappa holds varint(length) | key | zeros, 31 bytes an element, little-endian: injective and < l.
 * chi = TH("MPCAGG-v1/iblt-chk", seed | kappa) mod l. Cell j of a key is
 * j * sub + floor(u_j * sub / 2^64) with u_j = bytes 8j..8j+7, little-endian, of TH("MPCAGG-v1/iblt-pos", seed | kappa).
 * The seed must be unpredictable before keys are chosen: nobody can then make keys that collide.
 */
#ifndef MPC_SKETCH_H
#define MPC_SKETCH_H

#include "crypto/field.h"

#define MPC_SKETCH_HASHES			5
#define MPC_SKETCH_SEED_BYTES		32
#define MPC_SKETCH_MAX_KEY_BYTES	2048
#define MPC_SKETCH_MAX_KEY_LANES	67		/* (2 + 2048) / 31, rounded up */

typedef struct MpcSketch
{
	uint32_t	cells;			/* a multiple of 5 */
	uint16_t	key_lanes;		/* q, 1 .. MPC_SKETCH_MAX_KEY_LANES */
	uint16_t	values;			/* s */
} MpcSketch;

/* Field elements of one cell. */
static inline uint32_t
mpc_sketch_width(const MpcSketch *sketch)
{
	return 2u + sketch->key_lanes + sketch->values;
}

/* 5 * ceil((1.6 * keys + 128) / 5): peels with probability 1 - 2e-5 or better. keys <= 2^31. */
extern uint64_t mpc_sketch_cells(uint64_t keys);

/* q for keys of up to this many bytes, at most MPC_SKETCH_MAX_KEY_BYTES. */
extern uint16_t mpc_sketch_key_lanes(size_t max_key_bytes);

/*
 * Adds a key with its values (s elements) to cell[cells * width]. MPC_LIMIT, and nothing is added, when the key is too long
 * for q or the shape is none: cells 0 or no multiple of 5, q 0 or above its maximum.
 * CT: values and w do not leak; where a key lands shows in memory access, as in any hash table of this
 * server. What it had on the stack is wiped here.
 */
extern MpcStatus mpc_sketch_add(const MpcSketch *sketch, MpcFe *cell, const uint8_t seed[MPC_SKETCH_SEED_BYTES],
								const void *key, size_t len, const MpcFe *value) MPC_MUST_CHECK;

/*
 * Peels an opened sum of sketches. cell: every element canonical; used up. found: room for sketch->cells cell numbers; on
 * MPC_OK the *nfound first name the cells that now hold one key each: its lanes 1..q are kappa itself, its values the sums.
 * work: room for sketch->cells numbers. MPC_LIMIT: as above. MPC_INTERRUPTED; MPC_UNDECODABLE: more keys than fit, or somebody's cells
 * are no sketch; then nothing of cell or found may be used. A false key has probability 2^-252 per cell. Public values only.
 */
extern MpcStatus mpc_sketch_peel(const MpcSketch *sketch, MpcFe *cell, const uint8_t seed[MPC_SKETCH_SEED_BYTES],
								 uint32_t *found, uint32_t *nfound, uint32_t *work) MPC_MUST_CHECK;

/* The key in kappa's q elements. key: room for 31 * q bytes. MPC_MALFORMED: not canonical. */
extern MpcStatus mpc_sketch_key(void *key, size_t *len, const MpcFe *kappa, uint16_t key_lanes) MPC_MUST_CHECK;

#endif							/* MPC_SKETCH_H */
