/*
 * cells.c
 *		Which cells of a histogram does a party show, and which are in the rest?
 *
 * Once its groups are folded: what stands alone then has enough values of the measure, or none, and its cells are
 * folded within it (R4).
 */
#include "postgres.h"

#include "local/groups.h"
#include "miscadmin.h"
#include "protocol/cells.h"

static int64
count_of(const MpcWide *cell)
{
	int64_t		count;

	if (!mpc_wide_to_int64(cell, &count))
		elog(ERROR, "a cell of a histogram has no number of values");
	return count;
}

/* cell: as many as there are, then the rest. */
static void
fold_one(MpcCells *cells, MpcWide *cell, int ncells)
{
	static const MpcWide zero;

	for (int i = 0; i < ncells; i++)
		cells->count[i] = count_of(&cell[i]);
	mpc_cells_fold_rows(cells);
	for (int i = 0; i < ncells; i++)
	{
		if (!cells->folded[i])
			continue;
		mpc_wide_add(&cell[ncells], &cell[i]);
		cell[i] = zero;
	}
}

void
mpc_groups_fold_cells(MpcLocalAnswer *answer, int min_rows)
{
	MpcCells   *cells = NULL;

	for (int k = 0; k < answer->nmeasures; k++)
	{
		int			ncells = answer->counts_cells[k] ? answer->nmoments[k] - 1 : 0;

		if (ncells == 0)
			continue;
		if (cells == NULL)
			cells = mpc_groups_alloc(answer, sizeof(MpcCells));	/* wiped with the answer */
		mpc_cells_init(cells, ncells, min_rows);
		for (int64 i = 0; i < answer->ngroups; i++)
		{
			CHECK_FOR_INTERRUPTS();
			fold_one(cells, answer->group[i].measure[k].moment, ncells);
		}
		fold_one(cells, answer->rest.measure[k].moment, ncells);
	}
}
