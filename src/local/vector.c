/*
 * vector.c
 *		Which field elements does one party contribute, and which keys to maxima?
 *
 * Assumes groups that may stand alone, at most one for each position or key.
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "local/groups.h"
#include "miscadmin.h"

static void
encode_count(MpcFe x, int64 count)
{
	MpcWide		wide;

	mpc_wide_from_int128(&wide, count);
	mpc_field_from_wide(x, &wide);
}

/*
 * A random element where the answer is yes: of a sum of such, only whether it is 0 means something. One is drawn for every lane, so that
 * the time does not tell how many they are.
 */
static void
encode_bits(MpcFe *x, uint64 bits, int width)
{
	uint8		random[64];
	MpcFe		drawn;

	for (int k = 0; k < width; k++)
	{
		uint8		mask = (uint8) -(int) (bits >> k & 1);

		mpc_random(random, sizeof(random));
		mpc_field_from_hash(drawn, random);
		for (int i = 0; i < MPC_FIELD_BYTES; i++)
			x[k][i] = drawn[i] & mask;
	}
	mpc_wipe(random, sizeof(random));
	mpc_wipe(drawn, sizeof(drawn));
}

/* Yes at each level of a register, from the lowest up to its own. */
static void
encode_levels(MpcFe *x, const uint8 *level)
{
	for (int i = 0; i < MPC_REGISTERS; i++)
	{
		CHECK_FOR_INTERRUPTS();
		encode_bits(x + i * MPC_LEVELS, (UINT64CONST(1) << level[i]) - 1, MPC_LEVELS);
	}
}

/* Count and contributor of each cell, then of the rest. */
static void
encode_cells(MpcFe *x, const MpcWide *cell, int n)
{
	static const MpcWide zero;

	for (int i = 0; i < n; i++)
	{
		mpc_field_from_wide(x[2 * i], &cell[i]);
		encode_count(x[2 * i + 1], mpc_wide_compare(&cell[i], &zero) > 0 ? 1 : 0);
	}
}

static void
encode_measure(MpcFe *x, const MpcLocalSum *sum, const MpcMeasure *measure)
{
	int			at = 0;

	encode_count(x[measure->nonnull_lane], sum->nonnull);
	for (int k = 0; k < MPC_MOMENTS; k++)
	{
		if (measure->wants[k])
			mpc_field_from_wide(x[measure->moment_lane[k]], &sum->moment[at++]);
	}
	for (int k = 0; measure->wants_fields && k < MPC_FIELDS; k++)
		mpc_field_from_wide(x[measure->field_lane + k], &sum->moment[k]);
	for (int k = 0; measure->wants_products && k < mpc_measure_sums(measure); k++)
		mpc_field_from_wide(x[measure->products_lane + k], &sum->moment[k]);
	if (measure->wants_levels)
		encode_levels(x + measure->levels_lane, sum->level);
	encode_cells(x + measure->cells_lane, sum->moment, mpc_measure_cells(measure));
	if (measure->wants_set)
		encode_bits(x + measure->set_lane, sum->set, measure->width);
	if (measure->wants_clear)
		encode_bits(x + measure->clear_lane, sum->clear, measure->width);
	encode_count(x[measure->contributor_lane], sum->nonnull > 0 ? 1 : 0);
}

/* x: lanes->nlanes elements, all zero. */
static void
encode_group(MpcFe *x, const MpcLocalGroup *group, const MpcLanes *lanes)
{
	encode_count(x[MPC_ROWS_LANE], group->rows);
	encode_count(x[MPC_CONTRIBUTOR_LANE], group->rows > 0 ? 1 : 0);
	for (int i = 0; i < lanes->nmeasures; i++)
		encode_measure(x, &group->measure[i], &lanes->measure[i]);
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
		memset(values, 0, lanes->nlanes * sizeof(MpcFe));
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

static void
set_vector(MpcMaximum *vector, const MpcLocalSum *sum, MpcPeak peak, uint8 key_bits)
{
	vector->key = sum->peak[peak] & mpc_key_max(key_bits);
	vector->alive = sum->nonnull > 0 ? 1 : 0;
}

/* The vectors of one group. */
static void
set_extremes(MpcMaximum *vector, const MpcLocalGroup *group, const MpcLanes *lanes, uint8 key_bits)
{
	for (int i = 0; i < lanes->nmeasures; i++)
	{
		if (lanes->measure[i].wants_min)
			set_vector(vector++, &group->measure[i], MPC_PEAK_MIN, key_bits);
		if (lanes->measure[i].wants_max)
			set_vector(vector++, &group->measure[i], MPC_PEAK_MAX, key_bits);
	}
}

void
mpc_local_extremes(MpcMaximum *vector, const MpcLocalAnswer *answer, const MpcLanes *lanes,
				   const MpcExtremes *extremes)
{
	for (int64 i = 0; i < answer->ngroups; i++)
		set_extremes(vector + (Size) answer->group[i].position * extremes->per_group,
					 &answer->group[i], lanes, extremes->key_bits);
	set_extremes(vector + (Size) (extremes->groups - 1) * extremes->per_group,
				 &answer->rest, lanes, extremes->key_bits);
}
