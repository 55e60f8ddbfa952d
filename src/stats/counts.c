/*
 * counts.c
 *		How far are counts from what one would expect were there no difference?
 *
 * That distance is a difference of products, and is taken in integers.
 */
#include "stats/counts.h"

#include "stats/distributions.h"
#include "stats/rounded.h"

/* a * d - b * c, rounded once. */
static double
cross(int64_t a, int64_t d, int64_t b, int64_t c)
{
	MpcWide		factor[4];

	mpc_wide_from_int128(&factor[0], a);
	mpc_wide_from_int128(&factor[1], d);
	mpc_wide_from_int128(&factor[2], b);
	mpc_wide_from_int128(&factor[3], c);
	return mpc_rounded_cross(&factor[0], &factor[1], &factor[2], &factor[3]).hi;
}

typedef struct Margins
{
	int64_t		row[MPC_TABLE_MAX];
	int64_t		column[MPC_TABLE_MAX];
	int64_t		total;
} Margins;

/* False: a negative count or a total that is too large. */
static bool
add_margins(Margins *m, const int64_t *cell, int rows, int columns)
{
	static const Margins none;
	int			i;
	int			j;

	*m = none;
	for (i = 0; i < rows; i++)
	{
		for (j = 0; j < columns; j++)
		{
			int64_t		count = cell[(size_t) i * (size_t) columns + (size_t) j];

			if (count < 0 || count > INT64_MAX - m->total)
				return false;
			m->row[i] += count;
			m->column[j] += count;
			m->total += count;
		}
	}
	return true;
}

static int
count_positive(const int64_t *sum, int n)
{
	int			positive = 0;
	int			i;

	for (i = 0; i < n; i++)
		positive += sum[i] > 0;
	return positive;
}

/* Adds the squared distance of every cell over its expectation. */
static void
add_distances(MpcChiSquare *r, const Margins *m, const int64_t *cell, int rows, int columns)
{
	double		total = (double) m->total;
	int			i;
	int			j;

	r->statistic = 0;
	r->least_expected = total;
	for (i = 0; i < rows; i++)
	{
		for (j = 0; j < columns; j++)
		{
			double		expected = (double) m->row[i] * (double) m->column[j] / total;
			double		away;

			if (expected == 0)
				continue;
			away = cross(m->total, cell[(size_t) i * (size_t) columns + (size_t) j], m->row[i], m->column[j]) / total;
			r->statistic += away * away / expected;
			if (expected < r->least_expected)
				r->least_expected = expected;
		}
	}
}

MpcStatus
mpc_chi_square_test(MpcChiSquare *r, const int64_t *cell, int rows, int columns)
{
	Margins		m;

	if (rows < 1 || rows > MPC_TABLE_MAX || columns < 1 || columns > MPC_TABLE_MAX)
		return MPC_LIMIT;
	if (!add_margins(&m, cell, rows, columns))
		return MPC_RANGE;
	r->rows = count_positive(m.row, rows);
	r->columns = count_positive(m.column, columns);
	r->finding = MPC_TOO_FEW;
	if (r->rows < 2 || r->columns < 2)
		return MPC_OK;

	r->finding = MPC_FOUND;
	add_distances(r, &m, cell, rows, columns);
	r->df = (r->rows - 1.0) * (r->columns - 1.0);
	return mpc_tail_chi_square(&r->p, r->statistic, r->df);
}

static bool
is_possible(const MpcTimeCell *cell)
{
	int			g;

	for (g = 0; g < 2; g++)
	{
		if (cell->events[g] < 0 || cell->at_risk[g] < cell->events[g])
			return false;
	}
	return true;
}

/* Adds one time; *away gains what the first group had above its expectation. */
static void
add_time(MpcLogRank *r, MpcTwofold *away, const MpcTimeCell *cell)
{
	double		risk[2] = {(double) cell->at_risk[0], (double) cell->at_risk[1]};
	double		events[2] = {(double) cell->events[0], (double) cell->events[1]};
	double		all = risk[0] + risk[1];
	double		survivors = (double) (cell->at_risk[0] - cell->events[0]) + (double) (cell->at_risk[1] - cell->events[1]);
	double		both = events[0] + events[1];
	int			g;

	if (both == 0)
		return;
	for (g = 0; g < 2; g++)
	{
		r->observed[g] += events[g];
		r->expected[g] += both * (risk[g] / all);
	}
	*away = mpc_twofold_add(*away, mpc_twofold(cross(cell->events[0], cell->at_risk[1], cell->events[1], cell->at_risk[0]) / all));
	if (all > 1)
		r->variance += both * (risk[0] / all) * (risk[1] / all) * (survivors / (all - 1));
}

MpcStatus
mpc_log_rank_test(MpcLogRank *r, const MpcTimeCell *cell, size_t count)
{
	static const MpcLogRank none;
	MpcTwofold	away = {0, 0};
	size_t		i;

	*r = none;
	for (i = 0; i < count; i++)
	{
		if (!is_possible(&cell[i]))
			return MPC_RANGE;
		add_time(r, &away, &cell[i]);
	}
	r->finding = MPC_TOO_FEW;
	if (r->variance == 0)
		return MPC_OK;
	r->finding = MPC_FOUND;
	r->statistic = away.hi * away.hi / r->variance;
	return mpc_tail_chi_square(&r->p, r->statistic, 1);
}
