/*
 * grid.h
 *		The cells into which a histogram sorts values, as SQL's width_bucket() does.
 *
 * Cell 0 holds what is below low, cells 1 .. buckets the range from low to high in equal parts, cell buckets + 1 what is
 * at or above high. Values and limits are the scaled integers of a contract's column, so that
 * a value v is in cell b or a higher one exactly where v >= low + (b - 1) * (high - low) / buckets: no rounding.
 */
#ifndef MPC_GRID_H
#define MPC_GRID_H

#include "protocol/wire.h"

#define MPC_MAX_BUCKETS		1024
#define MPC_GRID_DIGITS		38	/* of a limit: it is below 2^127 */

#define MPC_GRID_CELLS(buckets)		((buckets) + 2)
#define MPC_GRID_COUNTS(buckets)	(MPC_GRID_CELLS(buckets) + 1)	/* the cells, then the rest: what may not be shown in its cell */

/* As on the wire. */
typedef struct MpcGrid
{
	MpcStr		low;			/* canonical decimal integers of at most MPC_GRID_DIGITS, low < high */
	MpcStr		high;
	uint16_t	buckets;		/* 1 .. MPC_MAX_BUCKETS; 0: no grid */
} MpcGrid;

/* The same to compute with. */
typedef struct MpcEdges
{
	__int128	low;
	unsigned __int128 width;	/* high - low */
	uint16_t	buckets;
} MpcEdges;

/* MPC_MALFORMED: a limit is no canonical integer, too long, low is not below high, or there are 0 or too many buckets. */
extern MpcStatus mpc_grid_edges(MpcEdges *edges, const MpcGrid *grid) MPC_MUST_CHECK;

extern bool mpc_grid_equal(const MpcGrid *a, const MpcGrid *b);

/* The least integer of cell i + 1, for i of 0 .. buckets: edge 0 is low, edge buckets is high. */
extern __int128 mpc_grid_edge(const MpcEdges *edges, unsigned i);

#endif							/* MPC_GRID_H */
