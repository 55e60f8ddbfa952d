/*
 * fuzz_sketch.h
 *		What the fuzz target of sketches and the maker of its seed share: small shapes,
 *		and keys of a chosen weight, because nothing here may differ between two runs.
 */
#ifndef MPC_FUZZ_SKETCH_H
#define MPC_FUZZ_SKETCH_H

#include "crypto/sketch.h"
#include "fuzz.h"

#define FUZZ_SHAPE_BYTES	3
#define FUZZ_MAX_ELEMENTS	(5 * 16 * 8)	/* the largest shape: 80 cells, 2 + 3 + 3 elements */

static const uint8_t fuzz_sketch_seed[MPC_SKETCH_SEED_BYTES] = "a seed that runs share";

static inline void
fuzz_shape(MpcSketch *sketch, const uint8_t bytes[FUZZ_SHAPE_BYTES])
{
	sketch->cells = 5 * (1 + bytes[0] % 16u);
	sketch->key_lanes = 1 + bytes[1] % 3;
	sketch->values = bytes[2] % 4;
}

static inline size_t
fuzz_elements(const MpcSketch *sketch)
{
	return (size_t) sketch->cells * mpc_sketch_width(sketch);
}

/* Adds a key as mpc_sketch_add does, but with this w instead of a random one. */
static inline void
fuzz_add_key(const MpcSketch *sketch, MpcFe *cell, const void *key, size_t len, const MpcFe *value, const MpcFe w)
{
	static MpcFe one[FUZZ_MAX_ELEMENTS];
	MpcFe		drawn = {0};
	MpcFe		factor;
	size_t		i;

	memset(one, 0, sizeof(one));
	fuzz_check(mpc_sketch_add(sketch, one, fuzz_sketch_seed, key, len, value) == MPC_OK);
	for (i = 0; i < fuzz_elements(sketch) && mpc_is_zero(drawn, sizeof(drawn)); i += mpc_sketch_width(sketch))
		memcpy(drawn, one[i], sizeof(drawn));
	mpc_field_invert_all(&factor, (const MpcFe *) &drawn, 1);
	mpc_field_mul(factor, factor, w);
	for (i = 0; i < fuzz_elements(sketch); i++)
	{
		if (i % mpc_sketch_width(sketch) < 2u + sketch->key_lanes)
			mpc_field_mul(one[i], one[i], factor);
		mpc_field_add(cell[i], cell[i], one[i]);
	}
}

#endif							/* MPC_FUZZ_SKETCH_H */
