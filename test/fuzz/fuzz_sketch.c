/*
 * fuzz_sketch.c
 *		Any bytes as an opened sum of sketches: no crash, and what peels is exactly the
 *		sketch of the keys that came out.
 */
#include "fuzz_sketch.h"

static MpcFe given[FUZZ_MAX_ELEMENTS];
static MpcFe cell[FUZZ_MAX_ELEMENTS];
static MpcFe again[FUZZ_MAX_ELEMENTS];

/* The rest of the bytes as canonical elements, then zeros. */
static void
fill(const uint8_t *data, size_t size, size_t n)
{
	size_t		i;

	memset(given, 0, sizeof(given));
	memcpy(given, data, size < n * sizeof(MpcFe) ? size : n * sizeof(MpcFe));
	for (i = 0; i < n; i++)
		given[i][MPC_FIELD_BYTES - 1] &= 0x0f;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint32_t found[80];
	static uint32_t work[80];
	uint8_t		key[3 * MPC_FIELD_BYTES];
	MpcSketch	sketch;
	uint32_t	nfound;
	uint32_t	i;
	size_t		n;
	size_t		len;

	if (size < FUZZ_SHAPE_BYTES || mpc_core_init() != MPC_OK)
		return 0;
	fuzz_shape(&sketch, data);
	n = fuzz_elements(&sketch);
	fill(data + FUZZ_SHAPE_BYTES, size - FUZZ_SHAPE_BYTES, n);
	memcpy(cell, given, sizeof(cell));
	if (mpc_sketch_peel(&sketch, cell, fuzz_sketch_seed, found, &nfound, work) != MPC_OK)
		return 0;

	memset(again, 0, sizeof(again));
	fuzz_check(nfound <= sketch.cells);
	for (i = 0; i < nfound; i++)
	{
		const MpcFe *at = (const MpcFe *) cell + (size_t) found[i] * mpc_sketch_width(&sketch);

		fuzz_check(mpc_sketch_key(key, &len, at + 1, sketch.key_lanes) == MPC_OK);
		fuzz_add_key(&sketch, again, key, len, at + 2 + sketch.key_lanes, at[0]);
	}
	fuzz_check(memcmp(again, given, n * sizeof(MpcFe)) == 0);
	return 0;
}
