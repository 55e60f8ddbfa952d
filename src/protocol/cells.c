/*
 * cells.c
 *		Folding a histogram's cells as if they were groups.
 *
 * Assumes that the group's number of values may be shown.
 */
#include "protocol/cells.h"

#include <string.h>

void
mpc_cells_init(MpcCells *cells, size_t n, int64_t least)
{
	size_t		i;

	memset(cells, 0, sizeof(*cells));
	cells->fold.ngroups = n;
	cells->fold.ncounts = 1;
	cells->fold.count = cells->count;
	cells->fold.rest = &cells->rest;
	cells->fold.key = cells->key;
	cells->fold.least = least;
	cells->fold.folded = cells->folded;
	cells->fold.withheld = &cells->withheld;
	for (i = 0; i < n; i++)
	{
		cells->number[i][0] = (uint8_t) (i >> 8);
		cells->number[i][1] = (uint8_t) i;
		cells->key[i].data = cells->number[i];
		cells->key[i].len = sizeof(cells->number[i]);
	}
}

/* The rest is then all there is. */
static void
fold_all(MpcCells *cells)
{
	memset(cells->folded, true, cells->fold.ngroups);
}

void
mpc_cells_fold_rows(MpcCells *cells)
{
	if (!mpc_fold_rows(&cells->fold))
		fold_all(cells);
}

void
mpc_cells_fold_contributors(MpcCells *cells)
{
	if (mpc_fold_contributors(&cells->fold, cells->mine, &cells->my_rest, cells->size) >= 0)
		fold_all(cells);
}
