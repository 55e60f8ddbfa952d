/*
 * means.c
 *		Do groups differ in their means by more than their rows scatter?
 *
 * Assumes that the sums of all groups together are sums as well: below 2^255. Each difference is taken in integers; what is
 * added afterwards is never negative, so that doubles lose nothing.
 */
#include "stats/means.h"

#include "stats/distributions.h"

/* rows * b - c * d, rounded once. */
static double
cross_rows(int64_t rows, const MpcWide *b, const MpcWide *c, const MpcWide *d)
{
	MpcWide		n;

	mpc_wide_from_int128(&n, rows);
	return mpc_rounded_cross(&n, b, c, d).hi;
}

/* The sum of squares around the mean, in integers' units. Negative: no rows have such sums. */
static double
scatter(const MpcMoments *group)
{
	return cross_rows(group->rows, &group->squares, &group->sum, &group->sum) / (double) group->rows;
}

/* One row has no scatter, and its sums must not say so. */
static bool
is_possible(const MpcMoments *group)
{
	double		s = group->rows > 0 ? scatter(group) : 0;

	return group->rows >= 0 && s >= 0 && (group->rows != 1 || s == 0);
}

static MpcStatus
describe(MpcTwoMeans *r, const MpcMoments group[2], double unit)
{
	MpcWide		n;
	int			i;

	for (i = 0; i < 2; i++)
	{
		if (!is_possible(&group[i]))
			return MPC_RANGE;
		r->mean[i] = mpc_rounded_wide(&group[i].sum).hi / (double) group[i].rows * unit;
		r->variance[i] = group[i].rows > 1 ? scatter(&group[i]) / (double) (group[i].rows - 1) * unit * unit : 0;
	}
	mpc_wide_from_int128(&n, group[0].rows);
	r->difference = cross_rows(group[1].rows, &group[0].sum, &n, &group[1].sum) /
		(double) group[0].rows / (double) group[1].rows * unit;
	return MPC_OK;
}

/* df is set. */
static MpcStatus
test_difference(MpcTwoMeans *r)
{
	MpcStatus	status;

	r->finding = MPC_FOUND_PERFECT;
	if (r->error == 0)
		return MPC_OK;
	r->finding = MPC_FOUND;
	r->t = r->difference / r->error;
	status = mpc_tail_student(&r->p, fabs(r->t), r->df);
	r->p *= 2;
	return status;
}

MpcStatus
mpc_welch_test(MpcTwoMeans *r, const MpcMoments group[2], MpcUnit unit)
{
	double		share[2];		/* of the variance of the difference */
	double		sum;
	double		part[2];
	MpcStatus	status = mpc_unit_check(unit);
	int			i;

	if (status != MPC_OK || group[0].rows < 0 || group[1].rows < 0)
		return MPC_RANGE;
	r->finding = MPC_TOO_FEW;
	if (group[0].rows < 2 || group[1].rows < 2)
		return MPC_OK;
	status = describe(r, group, mpc_unit_value(unit).hi);
	if (status != MPC_OK)
		return status;

	for (i = 0; i < 2; i++)
		share[i] = r->variance[i] / (double) group[i].rows;
	sum = share[0] + share[1];
	r->error = sqrt(sum);
	/* Satterthwaite's degrees of freedom; of shares of the sum, since a square of variances may exceed a double */
	for (i = 0; i < 2; i++)
		part[i] = share[i] / sum * (share[i] / sum) / (double) (group[i].rows - 1);
	r->df = 1 / (part[0] + part[1]);
	return test_difference(r);
}

MpcStatus
mpc_pooled_test(MpcTwoMeans *r, const MpcMoments group[2], MpcUnit unit)
{
	double		rows[2];
	double		pooled;
	MpcStatus	status = mpc_unit_check(unit);
	int			i;

	if (status != MPC_OK || group[0].rows < 0 || group[1].rows < 0)
		return MPC_RANGE;
	for (i = 0; i < 2; i++)
		rows[i] = (double) group[i].rows;
	r->df = (rows[0] - 1) + (rows[1] - 1);
	r->finding = MPC_TOO_FEW;
	if (group[0].rows < 1 || group[1].rows < 1 || r->df < 1)
		return MPC_OK;
	status = describe(r, group, mpc_unit_value(unit).hi);
	if (status != MPC_OK)
		return status;

	pooled = ((rows[0] - 1) * r->variance[0] + (rows[1] - 1) * r->variance[1]) / r->df;
	r->error = sqrt(pooled * (1 / rows[0] + 1 / rows[1]));
	return test_difference(r);
}

/* All groups as one; false when they are no possible groups. */
static bool
sum_up(MpcMoments *all, int64_t *groups, const MpcMoments *group, size_t count)
{
	static const MpcMoments none;
	size_t		i;

	*all = none;
	*groups = 0;
	for (i = 0; i < count; i++)
	{
		if (!is_possible(&group[i]) || group[i].rows > INT64_MAX - all->rows)
			return false;
		all->rows += group[i].rows;
		mpc_wide_add(&all->sum, &group[i].sum);
		if (group[i].rows > 0)
			(*groups)++;
	}
	return true;
}

/* The two sums of squares, in integers' units. */
static void
split_squares(MpcVarianceTable *r, const MpcMoments *all, const MpcMoments *group, size_t count)
{
	double		total = (double) all->rows;
	size_t		i;

	r->between = 0;
	r->within = 0;
	for (i = 0; i < count; i++)
	{
		MpcWide		n;
		double		away;

		if (group[i].rows == 0)
			continue;
		mpc_wide_from_int128(&n, group[i].rows);
		away = cross_rows(all->rows, &group[i].sum, &n, &all->sum) / total; /* times the rows of the group */
		r->between += away * (away / (double) group[i].rows);
		r->within += scatter(&group[i]);
	}
}

MpcStatus
mpc_variance_table(MpcVarianceTable *r, const MpcMoments *group, size_t count, MpcUnit unit)
{
	double		square;
	MpcMoments	all;

	if (mpc_unit_check(unit) != MPC_OK || !sum_up(&all, &r->groups, group, count))
		return MPC_RANGE;
	r->between_df = r->groups - 1;
	r->within_df = all.rows - r->groups;
	r->finding = MPC_TOO_FEW;
	if (r->between_df < 1 || r->within_df < 1)
		return MPC_OK;

	split_squares(r, &all, group, count);
	r->f = r->between / (double) r->between_df / (r->within / (double) r->within_df);
	r->finding = r->within > 0 ? MPC_FOUND : r->between > 0 ? MPC_FOUND_PERFECT : MPC_CONSTANT_OUTCOME;
	square = mpc_unit_value(unit).hi * mpc_unit_value(unit).hi;
	r->between *= square;
	r->within *= square;
	return r->finding == MPC_FOUND ? mpc_tail_f(&r->p, r->f, (double) r->between_df, (double) r->within_df) : MPC_OK;
}
