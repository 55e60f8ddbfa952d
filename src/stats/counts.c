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
