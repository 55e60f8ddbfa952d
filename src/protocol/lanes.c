/*
 * lanes.c
 *		Which sums does a question need, in which order, and can they be true?
 *
 * Assumes that both sides read the same query and contract: then both derive the
 * same lanes, and a request says which so that any difference is seen.
 */
#include "crypto/wide.h"
#include "protocol/masked_sum.h"
#include "protocol/query.h"

#define POLICY_VERSION	1
#define NO_MEASURE		255

/* The measure of a column, added when it is new. */
static MpcMeasure *
measure_of(MpcLanes *lanes, MpcStr column)
{
	static const MpcMeasure fresh = {{NULL, 0}, false, 0, 0, 0};
	MpcMeasure *measure;
	size_t		i;

	for (i = 0; i < lanes->nmeasures; i++)
		if (mpc_str_equal(lanes->measure[i].column, column))
			return &lanes->measure[i];
	measure = &lanes->measure[lanes->nmeasures++];
	*measure = fresh;
	measure->column = column;
	return measure;
}

void
mpc_lanes_init(MpcLanes *lanes, const MpcQuery *q)
{
	size_t		i;

	/* One argument per function: there are never more measures than functions. */
	lanes->nmeasures = 0;
	for (i = 0; i < q->naggs; i++)
	{
		const MpcAgg *agg = &q->agg[i];
		MpcMeasure *measure;

		if (agg->nargs == 0)
			continue;
		measure = measure_of(lanes, agg->arg[0]);
		if (agg->function != MPC_COUNT)
			measure->wants_sum = true;
	}
	lanes->nlanes = MPC_CONTRIBUTOR_LANE + 1;
	for (i = 0; i < lanes->nmeasures; i++)
	{
		lanes->measure[i].nonnull_lane = lanes->nlanes++;
		if (lanes->measure[i].wants_sum)
			lanes->measure[i].sum_lane = lanes->nlanes++;
		lanes->measure[i].contributor_lane = lanes->nlanes++;
	}
}

int
mpc_lanes_measure(const MpcLanes *lanes, const MpcAgg *agg)
{
	size_t		i;

	for (i = 0; agg->nargs > 0 && i < lanes->nmeasures; i++)
		if (mpc_str_equal(lanes->measure[i].column, agg->arg[0]))
			return (int) i;
	return -1;
}

static void
write_lane(MpcWriter *w, MpcLaneKind kind, uint8_t measure)
{
	mpc_write_u8(w, (uint8_t) kind);
	mpc_write_u8(w, measure);
}

void
mpc_policy_write(MpcWriter *w, const MpcLanes *lanes, const uint8_t contract_hash[32])
{
	size_t		i;

	mpc_write_u8(w, POLICY_VERSION);
	mpc_write_bytes(w, contract_hash, 32);
	mpc_write_le16(w, lanes->nlanes);
	write_lane(w, MPC_LANE_ROWS, NO_MEASURE);
	write_lane(w, MPC_LANE_CONTRIBUTOR, NO_MEASURE);
	for (i = 0; i < lanes->nmeasures; i++)
	{
		write_lane(w, MPC_LANE_NONNULL, (uint8_t) i);
		if (lanes->measure[i].wants_sum)
			write_lane(w, MPC_LANE_SUM, (uint8_t) i);
		write_lane(w, MPC_LANE_MEASURE_CONTRIBUTOR, (uint8_t) i);
	}
}

/* 0 <= *v <= max, where v is a count. */
static bool
count_fits(const MpcWide *v, int64_t max, int64_t *count)
{
	return mpc_wide_to_int64(v, count) && *count >= 0 && *count <= max;
}

/* |bound| < 2^191, so that its product with a count below 2^63 stays below 2^254. */
static bool
bound_is_scalable(const MpcWide *bound)
{
	return bound->limb[3] == (uint64_t) 0 - (bound->limb[2] >> 63);
}

/* count * low <= sum <= count * high. */
static bool
sum_fits(const MpcWide *sum, int64_t count, const MpcWide *low, const MpcWide *high)
{
	MpcWide		least;
	MpcWide		most;

	if (!bound_is_scalable(low) || !bound_is_scalable(high))
		return false;
	mpc_wide_scale(&least, low, (uint64_t) count);
	mpc_wide_scale(&most, high, (uint64_t) count);
	return mpc_wide_compare(&least, sum) <= 0 && mpc_wide_compare(sum, &most) <= 0;
}

MpcStatus
mpc_lanes_check(const MpcLanes *lanes, const MpcWide *sums, uint16_t n, bool remainder,
				const MpcWide *low, const MpcWide *high)
{
	int64_t		rows;
	int64_t		contributors;
	size_t		i;

	if (!count_fits(&sums[MPC_ROWS_LANE], INT64_MAX, &rows) ||
		!count_fits(&sums[MPC_CONTRIBUTOR_LANE], n, &contributors))
		return MPC_RANGE;
	/* A contributor has rows. No rows means no counts, and no counts means sums of zero. */
	if (rows < contributors || (contributors == 0 && rows != 0))
		return MPC_RANGE;
	for (i = 0; i < lanes->nmeasures; i++)
	{
		const MpcMeasure *measure = &lanes->measure[i];
		int64_t		count;
		int64_t		holders;

		if (!count_fits(&sums[measure->nonnull_lane], remainder ? INT64_MAX : rows, &count) ||
			!count_fits(&sums[measure->contributor_lane], remainder ? n : contributors, &holders))
			return MPC_RANGE;
		/* Who contributes to a measure has values of it, and who has values says so. */
		if (count < holders || (holders == 0 && count != 0))
			return MPC_RANGE;
		if (measure->wants_sum &&
			!sum_fits(&sums[measure->sum_lane], count, &low[i], &high[i]))
			return MPC_RANGE;
	}
	return MPC_OK;
}
