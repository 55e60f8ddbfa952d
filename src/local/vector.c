/*
 * vector.c
 *		Which field elements does one party contribute?
 *
 * Assumes groups that may stand alone, at most one for each position or key.
 */
#include "postgres.h"

#include "local/groups.h"
#include "miscadmin.h"

static void
encode_count(MpcFe x, int64 count)
{
	MpcWide		wide;

	mpc_wide_from_int128(&wide, count);
	mpc_field_from_wide(x, &wide);
}

/* x: lanes->nlanes elements. */
static void
encode_group(MpcFe *x, const MpcLocalGroup *group, const MpcLanes *lanes)
{
	int			i;

	encode_count(x[MPC_ROWS_LANE], group->rows);
	encode_count(x[MPC_CONTRIBUTOR_LANE], group->rows > 0 ? 1 : 0);
	for (i = 0; i < lanes->nmeasures; i++)
	{
		encode_count(x[lanes->measure[i].nonnull_lane], group->measure[i].nonnull);
		if (lanes->measure[i].wants_sum)
			mpc_field_from_wide(x[lanes->measure[i].sum_lane], &group->measure[i].sum);
		encode_count(x[lanes->measure[i].contributor_lane], group->measure[i].nonnull > 0 ? 1 : 0);
	}
}

static void
encode_domain(MpcFe *x, const MpcLocalAnswer *answer, const MpcLanes *lanes)
{
	int64		i;

	for (i = 0; i < answer->ngroups; i++)
	{
		CHECK_FOR_INTERRUPTS();
		encode_group(x + (Size) answer->group[i].position * lanes->nlanes, &answer->group[i], lanes);
	}
}

static void
encode_sketch(MpcFe *x, const MpcLocalAnswer *answer, const MpcLanes *lanes,
			  const MpcSketch *sketch, const uint8 *seed)
{
	/* wiped with the answer, also when the loop is interrupted */
	MpcFe	   *values = mpc_groups_alloc(unconstify(MpcLocalAnswer *, answer), lanes->nlanes * sizeof(MpcFe));
	int64		i;

	for (i = 0; i < answer->ngroups; i++)
	{
		const MpcLocalGroup *group = &answer->group[i];

		CHECK_FOR_INTERRUPTS();
		encode_group(values, group, lanes);
		if (mpc_sketch_add(sketch, x, seed, group->key.data, group->key.len, values) != MPC_OK)
			elog(ERROR, "the key of a group is longer than the layout says");
	}
}

void
mpc_local_vector(MpcFe *x, const MpcLocalAnswer *answer, const MpcLanes *lanes,
				 const MpcLayout *layout, const uint8 seed[MPC_RID_BYTES])
{
	if (layout->kind == MPC_LAYOUT_DOMAIN)
		encode_domain(x, answer, lanes);
	else if (layout->kind == MPC_LAYOUT_SKETCH)
		encode_sketch(x, answer, lanes, &layout->sketch, seed);
	/* it may have values of a measure whose rows are shown in their groups */
	encode_group(x + mpc_layout_tail(layout), &answer->rest, lanes);
}
