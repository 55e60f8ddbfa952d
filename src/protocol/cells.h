/*
 * cells.h
 *		Which cells of a group's histogram may be shown, and which go to its rest? Pure functions.
 *
 * Within a group the cells are folded as groups are (fold.h), the values of the group standing for its rows: at a party each
 * cell shown and the rest have at least min_rows values or none (R4), at the asker enough others stand behind each (R7).
 * So cells and rest always add up to the group's number of values, which passes by itself: a rest that holds all cells may
 * be shown wherever the number may.
 */
#ifndef MPC_CELLS_H
#define MPC_CELLS_H

#include "protocol/fold.h"

#define MPC_MAX_CELLS	MPC_GRID_CELLS(MPC_MAX_BUCKETS)

/* 45 kB. All of it is as secret as the counts: the caller wipes. */
typedef struct MpcCells
{
	MpcFold		fold;
	int64_t		count[MPC_MAX_CELLS];	/* values, or at the asker contributors other than itself */
	int64_t		rest;
	int64_t		mine[MPC_MAX_CELLS];	/* asker: 1 where it contributes itself */
	int64_t		my_rest;
	int64_t		size[MPC_MAX_CELLS];	/* asker: values */
	bool		folded[MPC_MAX_CELLS];	/* the result */
	bool		withheld;
	MpcStr		key[MPC_MAX_CELLS];
	uint8_t		number[MPC_MAX_CELLS][2];
} MpcCells;

/* For n cells; then the caller fills the counts, as often as it likes. */
extern void mpc_cells_init(MpcCells *cells, size_t n, int64_t least);

/* By count and rest. */
extern void mpc_cells_fold_rows(MpcCells *cells);

/* By all of them. */
extern void mpc_cells_fold_contributors(MpcCells *cells);

#endif							/* MPC_CELLS_H */
