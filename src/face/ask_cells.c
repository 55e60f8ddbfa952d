/*
 * ask_cells.c
 *		Which cells of a joint histogram may be shown, and which go to their rest?
 *
 * As ask_result.c judges groups (R7): enough others than the asker must have a value in each cell that is shown, and in what is
 * in the rest. Groups that are folded into the remainder are judged together with it, before they are: a
 * party behind a cell of two of them would count twice in their sum.
 */
#include "postgres.h"

#include "common/int.h"
#include "crypto/secret.h"
#include "face/asking.h"
#include "face/errors.h"
#include "protocol/cells.h"

/* One histogram of the question. */
typedef struct Judged
{
	Asking	   *a;
	int			measure;
	int			ncells;			/* without the rest */
	MpcCells   *cells;
} Judged;

static int64
to_int64(const Judged *j, const MpcWide *number)
{
	int64		value = 0;

	if (!mpc_wide_to_int64(number, &value))
		mpc_raise_status(MPC_RANGE, j->a->federation->name, "the answer");
	return value;
}

/* The lanes of a cell, or of the rest behind all cells: its count, then its contributors. */
static MpcWide *
lanes_of(const Judged *j, const MpcAnswerGroup *group, int cell)
{
	return unconstify(MpcWide *, &group->sum[j->a->lanes->measure[j->measure].cells_lane + 2 * cell]);
}

static void
begin(Judged *j)
{
	mpc_cells_init(j->cells, j->ncells, j->a->federation->min_contributors);
}

/* Parties behind several groups are at least as many as behind any one of them. */
static void
add_contributors(Judged *j, const MpcAnswerGroup *group, bool rest)
{
	const MpcLocalGroup *own = mpc_asking_own_group(j->a, group, rest);

	for (int i = 0; i <= j->ncells; i++)
	{
		const MpcWide *lane = lanes_of(j, group, i);
		int64	   *others = i < j->ncells ? &j->cells->count[i] : &j->cells->rest;
		int64	   *mine = i < j->ncells ? &j->cells->mine[i] : &j->cells->my_rest;
		int64		me = own != NULL && to_int64(j, &own->measure[j->measure].moment[i]) > 0 ? 1 : 0;

		*others = Max(*others, to_int64(j, &lane[1]) - me);
		*mine |= me;
		if (i < j->ncells && pg_add_s64_overflow(j->cells->size[i], to_int64(j, &lane[0]), &j->cells->size[i]))
			mpc_raise_status(MPC_RANGE, j->a->federation->name, "the answer");
	}
}

/* The rest's contributors are not read again. */
static void
move(const Judged *j, const MpcAnswerGroup *group)
{
	static const MpcWide zero;

	for (int i = 0; i < j->ncells; i++)
	{
		MpcWide    *lane = lanes_of(j, group, i);

		if (!j->cells->folded[i])
			continue;
		mpc_wide_add(lanes_of(j, group, j->ncells), lane);
		lane[0] = lane[1] = zero;
	}
}

static void
judge_group(Judged *j, const MpcAnswerGroup *group)
{
	begin(j);
	add_contributors(j, group, false);
	mpc_cells_fold_contributors(j->cells);
	move(j, group);
}

/* The remainder, with all that will be in it. */
static void
judge_remainder(Judged *j)
{
	const MpcAnswer *answer = j->a->answer;

	begin(j);
	for (int64 i = 0; i <= answer->ngroups; i++)
	{
		if (i == answer->ngroups || j->a->folded[i])
			add_contributors(j, &answer->group[i], i == answer->ngroups);
	}
	mpc_cells_fold_contributors(j->cells);
	for (int64 i = 0; i <= answer->ngroups; i++)
	{
		if (i == answer->ngroups || j->a->folded[i])
			move(j, &answer->group[i]);
	}
}

void
mpc_asking_judge_cells(Asking *a)
{
	Judged		j = {.a = a};

	for (j.measure = 0; j.measure < a->lanes->nmeasures; j.measure++)
	{
		j.ncells = mpc_measure_cells(&a->lanes->measure[j.measure]) - 1;
		if (j.ncells < 0)
			continue;
		if (j.cells == NULL)
			j.cells = palloc(sizeof(MpcCells));
		for (int64 i = 0; i < a->answer->ngroups; i++)
		{
			if (!a->folded[i])
				judge_group(&j, &a->answer->group[i]);
		}
		judge_remainder(&j);
	}
	if (j.cells != NULL)
	{
		mpc_wipe(j.cells, sizeof(MpcCells));
		pfree(j.cells);
	}
}
