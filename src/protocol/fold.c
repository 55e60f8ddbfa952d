/*
 * fold.c
 *		Which groups stand on too little to be shown, and what is folded with them so that
 *		the remainder does not stand on too little either?
 *
 * Assumes counts that are not negative.  Rows of several groups add up; parties
 * behind several groups may be the same ones, so that together they are at least
 * as many as behind any one of them.  The rest is the same for both.
 */
#include "protocol/fold.h"

#define ROWS	0				/* the count whose closure every other begins with */

typedef struct Closing
{
	MpcFold    *fold;
	const int64_t *mine;		/* parties: 1 where the asker contributes, as count; NULL: rows */
	const int64_t *my_rest;		/* the same as rest */
	const int64_t *size;		/* parties: rows of each group */
	size_t		filler;			/* the group that fills up the rows' closure; ngroups: none */
	size_t		column_filler[MPC_MAX_ARGS];	/* the same of the columns of the count that is closed */
} Closing;

/* Group ngroups is the rest. */
static int64_t
count_of(const Closing *closing, size_t group, size_t count)
{
	const MpcFold *fold = closing->fold;

	return group < fold->ngroups ? fold->count[group * fold->ncounts + count] : fold->rest[count];
}

static int64_t
left_out_of(const Closing *closing, size_t group, size_t count, size_t column)
{
	const MpcFold *fold = closing->fold;

	if (fold->left_out == NULL)
		return 0;
	return group < fold->ngroups ? fold->left_out[(group * fold->ncounts + count) * MPC_MAX_ARGS + column] :
		fold->rest_left_out[count * MPC_MAX_ARGS + column];
}

/* What there is of a column without filter, alone. */
static int64_t
whole_of(const Closing *closing, size_t group, size_t count, size_t column)
{
	return count_of(closing, group, count) + left_out_of(closing, group, count, column);
}

static int64_t
mine_of(const Closing *closing, size_t group, size_t count)
{
	const MpcFold *fold = closing->fold;

	if (closing->mine == NULL)
		return 0;
	return group < fold->ngroups ? closing->mine[group * fold->ncounts + count] : closing->my_rest[count];
}

/* Whether so many are some, but not enough. */
static bool
is_few(const Closing *closing, __int128 x)
{
	return x > 0 && x < closing->fold->least;
}

/* Whether a group's part of a column fails. */
static bool
fails(const Closing *closing, size_t group, size_t count, size_t column)
{
	int64_t		x = whole_of(closing, group, count, column);

	return is_few(closing, x) || (mine_of(closing, group, count) > 0 && x < closing->fold->least);
}

/* Whether a group lies in the closure of a column. */
static bool
is_in_column(const Closing *closing, size_t group, size_t count, size_t column)
{
	return fails(closing, group, ROWS, 0) || group == closing->filler ||
		fails(closing, group, count, column) || group == closing->column_filler[column];
}

/* Whether a column's closure and the rest together fail. 2^63 sums of 2^63 fit into 128 bits. */
static bool
fails_together(const Closing *closing, size_t count, size_t column)
{
	size_t		rest = closing->fold->ngroups;
	__int128	x = 0;
	bool		any = false;
	size_t		g;

	for (g = 0; g <= rest; g++)
	{
		int64_t		more = whole_of(closing, g, count, column);

		if (g < rest && !is_in_column(closing, g, count, column))
			continue;
		any = any || more > 0 || mine_of(closing, g, count) > 0;
		if (closing->mine == NULL)
			x += more;
		else if (more > x)
			x = more;
	}
	return any && x < closing->fold->least;
}

static bool
is_smaller(const Closing *closing, size_t a, size_t b, __int128 x, __int128 y)
{
	return x != y ? x < y : mpc_str_compare(closing->fold->key[a], closing->fold->key[b]) < 0;
}

static int64_t
size_in_column(const Closing *closing, size_t group, size_t count, size_t column)
{
	return closing->mine != NULL ? closing->size[group] : whole_of(closing, group, count, column);
}

/* The smallest group outside that passes, ngroups where there is none. What lies outside passes or has nothing of this column. */
static size_t
smallest_outside(const Closing *closing, size_t count, size_t column)
{
	const MpcFold *fold = closing->fold;
	size_t		smallest = fold->ngroups;
	size_t		g;

	for (g = 0; g < fold->ngroups; g++)
		if (!is_in_column(closing, g, count, column) && whole_of(closing, g, count, column) >= fold->least &&
			(smallest == fold->ngroups ||
			 is_smaller(closing, g, smallest, size_in_column(closing, g, count, column),
						size_in_column(closing, smallest, count, column))))
			smallest = g;
	return smallest;
}

/* Closes one column of a count. False: it fails even with all groups inside. */
static bool
close_column(Closing *closing, size_t count, size_t column)
{
	size_t		none = closing->fold->ngroups;

	closing->column_filler[column] = none;
	if (!fails_together(closing, count, column))
		return true;
	closing->column_filler[column] = smallest_outside(closing, count, column);
	return closing->column_filler[column] != none;
}

/* Whether a group lies in the closure of a count before that is filled up for what is left out. */
static bool
is_inside(const Closing *closing, size_t group, size_t count)
{
	size_t		i;

	for (i = 0; i < MPC_MAX_ARGS; i++)
		if (is_in_column(closing, group, count, i) || is_few(closing, left_out_of(closing, group, count, i)))
			return true;
	return is_few(closing, count_of(closing, group, count));
}

/*
 * Whether too few are known of what a count's closure and the rest hold. The column's numbers are known of its own closure together
 * and of each group beyond. Taking these out of the count's, or it out of them, leaves of the former what is counted, or what is
 * left out, and of each of the latter one or the other: at least the smaller.
 */
static bool
differs_by_few(const Closing *closing, size_t count, size_t column)
{
	size_t		rest = closing->fold->ngroups;
	__int128	counted = 0;
	__int128	left_out = 0;
	size_t		g;

	for (g = 0; g <= rest; g++)
	{
		int64_t		x = count_of(closing, g, count);
		int64_t		y = left_out_of(closing, g, count, column);
		bool		together = g == rest || is_in_column(closing, g, count, column);

		if (!together && !is_inside(closing, g, count))
			continue;
		counted += together || x < y ? x : y;
		left_out += together || y < x ? y : x;
	}
	return is_few(closing, counted) || is_few(closing, left_out);
}

/* Whether a group has enough of both for every column that differs by few. */
static bool
fills_up(const Closing *closing, size_t group, size_t count, const bool *few)
{
	int64_t		least = closing->fold->least;
	size_t		i;

	for (i = 0; i < MPC_MAX_ARGS; i++)
		if (few[i] && (count_of(closing, group, count) < least || left_out_of(closing, group, count, i) < least))
			return false;
	return true;
}

/* Of both columns, so that a filter and its opposite are filled up by the same group. */
static __int128
size_of(const Closing *closing, size_t group, size_t count)
{
	return (__int128) whole_of(closing, group, count, 0) + whole_of(closing, group, count, 1);
}

/* The group that fills up the closure of a count, ngroups where none does. */
static size_t
smallest_filler(const Closing *closing, size_t count, const bool *few)
{
	size_t		none = closing->fold->ngroups;
	size_t		smallest = none;
	size_t		g;

	for (g = 0; g < none; g++)
		if (!is_inside(closing, g, count) && fills_up(closing, g, count, few) &&
			(smallest == none ||
			 is_smaller(closing, g, smallest, size_of(closing, g, count), size_of(closing, smallest, count))))
			smallest = g;
	return smallest;
}

/* Folds what the closures of a count's columns hold, and more for what it leaves out. False: a difference stays too small. */
static bool
close_difference(const Closing *closing, size_t count)
{
	MpcFold    *fold = closing->fold;
	bool		few[MPC_MAX_ARGS] = {false, false};
	bool		any = false;
	size_t		i;
	size_t		g;

	for (i = 0; i < MPC_MAX_ARGS && fold->left_out != NULL; i++)
	{
		few[i] = differs_by_few(closing, count, i);
		any = any || few[i];
	}
	for (g = 0; g < fold->ngroups; g++)
		fold->folded[g * fold->ncounts + count] = is_inside(closing, g, count);
	if (!any)
		return true;
	g = smallest_filler(closing, count, few);
	if (g == fold->ngroups)
		return false;
	fold->folded[g * fold->ncounts + count] = true;
	return true;
}

/* Folds the closure of one count. False: it is withheld. */
static bool
close_count(Closing *closing, size_t count)
{
	bool		closed = true;
	size_t		i;

	for (i = 0; i < MPC_MAX_ARGS; i++)
		closed = close_column(closing, count, i) && closed;
	if (count == ROWS)
		closing->filler = closing->column_filler[0];
	closed = close_difference(closing, count) && closed;
	closing->fold->withheld[count] = !closed;
	return closed;
}

/* The first count that is withheld, -1 when all closures are folded. */
static int
close_all(Closing *closing)
{
	MpcFold    *fold = closing->fold;
	int			failed = -1;
	size_t		i;

	closing->filler = fold->ngroups;
	for (i = 0; i < fold->ncounts; i++)
		if (!close_count(closing, i) && failed < 0)
			failed = (int) i;
	return failed;
}

bool
mpc_fold_rows(MpcFold *fold)
{
	Closing		closing = {fold, NULL, NULL, NULL, 0, {0, 0}};

	return close_all(&closing) != ROWS;
}

int
mpc_fold_contributors(MpcFold *fold, const int64_t *mine, const int64_t *my_rest, const int64_t *size)
{
	Closing		closing = {fold, mine, my_rest, size, 0, {0, 0}};

	return close_all(&closing);
}
