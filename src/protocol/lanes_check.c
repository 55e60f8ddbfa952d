/*
 * lanes_check.c
 *		Can the opened sums of a group be true?
 *
 * Assumes nothing about them.  Sums whose masks did not cancel are uniform and
 * practically never pass.
 */
#include "crypto/wide.h"
#include "protocol/distinct.h"
#include "protocol/masked_sum.h"

/* Products that fewer than 2^50 rows sum to less than 2^250, within the field. */
#define PRODUCT_BITS	200
#define COUNT_BITS		50

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

/* The largest absolute value of a column. False: beyond 128 bits. */
static bool
magnitude(MpcWide *most, const MpcBounds *bounds, int column)
{
	MpcWide		low = bounds->low[column];
	MpcWide		high = bounds->high[column];

	if (mpc_wide_is_negative(&low))
		mpc_wide_negate(&low);
	if (mpc_wide_is_negative(&high))
		mpc_wide_negate(&high);
	*most = mpc_wide_compare(&low, &high) < 0 ? high : low;
	return most->limb[2] == 0 && most->limb[3] == 0;
}

/* The sum of as many products of two columns; of squares where they are the same. */
static bool
products_fit(const MpcWide *sum, int64_t count, const MpcBounds *bounds, int a, int b)
{
	static const MpcWide zero;
	MpcWide		x;
	MpcWide		y;
	MpcWide		least = zero;
	MpcWide		most;

	if (count >> COUNT_BITS != 0 || !magnitude(&x, bounds, a) || !magnitude(&y, bounds, b))
		return false;
	mpc_wide_multiply(&most, &x, &y);	/* below 2^256, as unsigned numbers */
	if (most.limb[3] >> (PRODUCT_BITS - 192) != 0)
		return false;
	mpc_wide_scale(&most, &most, (uint64_t) count);
	if (a != b)
	{
		least = most;
		mpc_wide_negate(&least);
	}
	return mpc_wide_compare(&least, sum) <= 0 && mpc_wide_compare(sum, &most) <= 0;
}

static bool
moment_fits(const MpcWide *sum, MpcMoment moment, int64_t count, const MpcBounds *bounds)
{
	switch (moment)
	{
		case MPC_SUM_Y:
			return sum_fits(sum, count, &bounds->low[0], &bounds->high[0]);
		case MPC_SUM_X:
			return sum_fits(sum, count, &bounds->low[1], &bounds->high[1]);
		case MPC_SUM_YY:
			return products_fit(sum, count, bounds, 0, 0);
		case MPC_SUM_XX:
			return products_fit(sum, count, bounds, 1, 1);
		case MPC_SUM_XY:
			return products_fit(sum, count, bounds, 0, 1);
		default:
			return false;
	}
}

/* Every value has fields of its type: 32, 32 and 64 bits. */
static bool
fields_fit(const MpcWide *sum, int64_t count)
{
	static const int64_t low[MPC_FIELDS] = {INT32_MIN, INT32_MIN, INT64_MIN};
	static const int64_t high[MPC_FIELDS] = {INT32_MAX, INT32_MAX, INT64_MAX};
	MpcWide		least;
	MpcWide		most;
	int			i;

	for (i = 0; i < MPC_FIELDS; i++)
	{
		mpc_wide_from_int128(&least, low[i]);
		mpc_wide_from_int128(&most, high[i]);
		if (!sum_fits(&sum[i], count, &least, &most))
			return false;
	}
	return true;
}

/* All that MPC_PRODUCTS has, from its first lane on. */
static bool
triangle_fits(const MpcWide *sum, int ncolumns, int64_t count, const MpcBounds *bounds)
{
	int			i;
	int			k;

	for (i = 0; i < ncolumns; i++)
		if (!sum_fits(sum++, count, &bounds->low[i], &bounds->high[i]))
			return false;
	for (i = 0; i < ncolumns; i++)
		for (k = i; k < ncolumns; k++)
			if (!products_fit(sum++, count, bounds, i, k))
				return false;
	return true;
}

/* -most <= sum <= most. */
static bool
is_within(const MpcWide *sum, const MpcWide *most)
{
	MpcWide		least = *most;

	mpc_wide_negate(&least);
	return mpc_wide_compare(&least, sum) <= 0 && mpc_wide_compare(sum, most) <= 0;
}

/*
 * All that MPC_LOGISTIC has: so many terms of 2^MPC_TERM_BITS units each. No log likelihood is above 0, no square of the Hessian's
 * diagonal below.
 */
static bool
logistic_fits(const MpcWide *sum, int ncolumns, int64_t count)
{
	static const MpcWide term = {{0, 0, 0, UINT64_C(1) << (MPC_TERM_BITS - 192)}};
	static const MpcWide zero;
	MpcWide		most;
	int			i;
	int			k;

	if (count >> COUNT_BITS != 0)
		return false;
	mpc_wide_scale(&most, &term, (uint64_t) count);
	for (i = 0; i < mpc_logistic_count(ncolumns); i++)
		if (!is_within(&sum[i], &most))
			return false;
	if (mpc_wide_compare(sum, &zero) > 0)
		return false;
	sum += 1 + ncolumns;
	for (k = ncolumns; k > 0; k--)
	{
		if (mpc_wide_is_negative(sum))
			return false;
		sum += k;
	}
	return true;
}

static bool
all_zero(const MpcWide *sums, size_t n)
{
	static const MpcWide zero;
	size_t		i;

	for (i = 0; i < n; i++)
		if (mpc_wide_compare(&sums[i], &zero) != 0)
			return false;
	return true;
}

/* Whoever answers yes adds a random element: without values nobody does, with values all sums are possible. */
static bool
bits_fit(const MpcMeasure *measure, const MpcWide *sums, int64_t count)
{
	return count > 0 ||
		((!measure->wants_set || all_zero(&sums[measure->set_lane], measure->width)) &&
		 (!measure->wants_clear || all_zero(&sums[measure->clear_lane], measure->width)));
}

/* Each value raises one register, and no level is missing below another. */
static bool
levels_fit(const MpcWide *sums, int64_t count)
{
	uint8_t		level[MPC_REGISTERS];
	int64_t		raised = 0;
	size_t		i;

	if (!mpc_distinct_read(level, sums))
		return false;
	for (i = 0; i < MPC_REGISTERS; i++)
		raised += level[i] > 0;
	return raised <= count && (count == 0 || raised > 0);
}

/* Each value is in one cell or in the rest, and who has a value in a cell is behind the measure. */
static bool
cells_fit(const MpcMeasure *measure, const MpcWide *sums, int64_t count, int64_t holders)
{
	const MpcWide *cell = &sums[measure->cells_lane];
	int64_t		left = count;
	int			i;

	for (i = 0; i < mpc_measure_cells(measure); i++)
	{
		int64_t		of_cell;
		int64_t		behind;

		if (!count_fits(cell++, left, &of_cell) || !count_fits(cell++, holders, &behind) ||
			of_cell < behind || (behind == 0 && of_cell != 0))
			return false;
		left -= of_cell;
	}
	return left == 0;
}

/* max_count, max_holders: how many values there can be, and parties behind them. */
static bool
measure_fits(const MpcMeasure *measure, const MpcWide *sums, int64_t max_count, int64_t max_holders,
			 const MpcBounds *bounds)
{
	int64_t		count;
	int64_t		holders;
	int			i;

	if (!count_fits(&sums[measure->nonnull_lane], max_count, &count) ||
		!count_fits(&sums[measure->contributor_lane], max_holders, &holders))
		return false;
	/* Who contributes to a measure has values of it, and who has values says so. */
	if (count < holders || (holders == 0 && count != 0))
		return false;
	for (i = 0; i < MPC_MOMENTS; i++)
		if (measure->wants[i] && !moment_fits(&sums[measure->moment_lane[i]], (MpcMoment) i, count, bounds))
			return false;
	if (measure->wants_fields && !fields_fit(&sums[measure->field_lane], count))
		return false;
	if (measure->wants_products && !(measure->coefficients.len > 0 ?
									 logistic_fits(&sums[measure->products_lane], measure->ncolumns, count) :
									 triangle_fits(&sums[measure->products_lane], measure->ncolumns, count, bounds)))
		return false;
	if (measure->wants_levels && !levels_fit(&sums[measure->levels_lane], count))
		return false;
	if (mpc_measure_cells(measure) > 0 && !cells_fit(measure, sums, count, holders))
		return false;
	return bits_fit(measure, sums, count);
}

MpcStatus
mpc_lanes_check(const MpcLanes *lanes, const MpcWide *sums, uint16_t n, bool remainder, const MpcBounds *bounds)
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
		if (!measure_fits(&lanes->measure[i], sums, remainder ? INT64_MAX : rows,
						  remainder ? n : contributors, &bounds[i]))
			return MPC_RANGE;
	return MPC_OK;
}
