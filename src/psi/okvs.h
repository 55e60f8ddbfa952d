/*
 * okvs.h
 *		A table from which everybody reads a field element for every key, and nobody sees for which keys it was made: an
 *		oblivious key-value store (a garbled cuckoo table; Pinkas, Rosulek, Trieu and Yanai, EUROCRYPT 2020, and
 *		Raghuraman and Rindal, CCS 2022).
 *
 * A key is a 64-byte element hash (sets.h). Under a public seed it has three cells, one in each third of the table, and a
 * coefficient h; its value is the sum of the three cells and of h^i times dense cell i. The table is a solution of these
 * equations, uniform among all of them.
 *
 * What a reader learns. Where the values are uniform and unknown to the reader, the table is uniform whatever the keys
 * are: each equation fixes one cell to a uniform value, the other cells are drawn uniform (up to 2^-127 an element, see
 * pair.h). So it tells the announced number of keys, mpc_okvs_shape's argument, and nothing else. Keys outside the set
 * read values that are uniform, too.
 *
 * The seed. It is drawn until the keys can be placed, and by that alone depends on them: with probability below
 * 2^-40 for a seed, for any number of keys (okvs.c has the argument).
 *
 * A table from a peer may hold anything: it is checked with mpc_okvs_check, and reads of it are what they are.
 *
 * Not constant time, except in values and cells: which places of memory encoding and decoding touch depends on the keys.
 * This tells something only to who watches the caches of the machine that holds them.
 */
#ifndef MPC_OKVS_H
#define MPC_OKVS_H

#include <stddef.h>

#include "crypto/field.h"
#include "psi/sets.h"

#define MPC_OKVS_SEED_BYTES	32
#define MPC_OKVS_DENSE		24					/* dense cells, at the end of the table */
#define MPC_OKVS_MAX_KEYS	((size_t) 1 << 24)

/* Public: how large a table is. */
typedef struct MpcOkvs
{
	size_t		keys;			/* the most that it holds */
	size_t		third;			/* cells of each third */
} MpcOkvs;

/* The table for so many keys: 1.6 cells for each and 324 more. keys <= MPC_OKVS_MAX_KEYS. */
extern MpcOkvs mpc_okvs_shape(size_t keys);

/* Elements of the table. */
extern size_t mpc_okvs_cells(const MpcOkvs *okvs);

/* Bytes of working memory for encoding, aligned as uint32_t. About 29 a key. */
extern size_t mpc_okvs_work(const MpcOkvs *okvs);

/*
 * Draws seed and fills table, so that key[i] reads value[i]; 0 <= n <= okvs->keys, else MPC_LIMIT. Values canonical.
 * MPC_MALFORMED: two keys are the same. MPC_INTERRUPTED. After any failure the table is to be wiped. The caller
 * wipes work, which is about the keys. Linear time, 3 to 7 microseconds a key.
 */
extern MpcStatus mpc_okvs_encode(const MpcOkvs *okvs, MpcFe *table, uint8_t seed[MPC_OKVS_SEED_BYTES],
								 const MpcElement *key, const MpcFe *value, size_t n, void *work) MPC_MUST_CHECK;

/*
 * The same with this seed. MPC_UNDECODABLE: the keys cannot be placed by it, which happens for every seed when more
 * than half of MPC_OKVS_DENSE keys are there twice.
 */
extern MpcStatus mpc_okvs_try(const MpcOkvs *okvs, MpcFe *table, const uint8_t seed[MPC_OKVS_SEED_BYTES],
							  const MpcElement *key, const MpcFe *value, size_t n, void *work) MPC_MUST_CHECK;

/* MPC_NONCANONICAL: an element of a table is >= l. Public values only. */
extern MpcStatus mpc_okvs_check(const MpcOkvs *okvs, const MpcFe *table) MPC_MUST_CHECK;

/*
 * value[i] = what key[i] reads, for i from .. to - 1. The table is canonical. MPC_INTERRUPTED. The caller wipes value.
 * 3 to 5 microseconds a key.
 */
extern MpcStatus mpc_okvs_decode(const MpcOkvs *okvs, MpcFe *value, const MpcFe *table,
								 const uint8_t seed[MPC_OKVS_SEED_BYTES], const MpcElement *key,
								 size_t from, size_t to) MPC_MUST_CHECK;

#endif							/* MPC_OKVS_H */
