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
} Closing;

static int64_t
count_of(const Closing *closing, size_t group, size_t count)
{
	return closing->fold->count[group * closing->fold->ncounts + count];
}

static int64_t
mine_of(const Closing *closing, size_t group, size_t count)
{
	return closing->mine != NULL ? closing->mine[group * closing->fold->ncounts + count] : 0;
}

static bool
fails(const Closing *closing, size_t group, size_t count)
{
	int64_t		x = count_of(closing, group, count);

	return (x > 0 || mine_of(closing, group, count) > 0) && x < closing->fold->least;
}

/* Whether a group lies in the closure of this count before that is filled up. */
static bool
is_inside(const Closing *closing, size_t group, size_t count)
{
	return fails(closing, group, ROWS) || group == closing->filler || fails(closing, group, count);
}

/* Whether the closure and the rest together fail. 2^63 sums of 2^63 fit into 128 bits. */
static bool
fails_together(const Closing *closing, size_t count)
{
	const MpcFold *fold = closing->fold;
	__int128	x = fold->rest[count];
	bool		any = x > 0 || (closing->mine != NULL && closing->my_rest[count] > 0);
	size_t		g;

	for (g = 0; g < fold->ngroups; g++)
	{
		int64_t		more = count_of(closing, g, count);

		if (!is_inside(closing, g, count))
			continue;
		any = any || more > 0 || mine_of(closing, g, count) > 0;
		if (closing->mine == NULL)
			x += more;
		else if (more > x)
			x = more;
	}
	return any && x < fold->least;
}

static bool
is_smaller(const Closing *closing, size_t a, size_t b, size_t count)
{
	int64_t		x = closing->mine != NULL ? closing->size[a] : count_of(closing, a, count);
	int64_t		y = closing->mine != NULL ? closing->size[b] : count_of(closing, b, count);

	return x != y ? x < y : mpc_str_compare(closing->fold->key[a], closing->fold->key[b]) < 0;
}

/* The smallest group outside that passes, ngroups where there is none. What lies outside passes or has nothing of this count. */
static size_t
smallest_outside(const Closing *closing, size_t count)
{
	const MpcFold *fold = closing->fold;
	size_t		smallest = fold->ngroups;
	size_t		g;

	for (g = 0; g < fold->ngroups; g++)
		if (!is_inside(closing, g, count) && count_of(closing, g, count) >= fold->least &&
			(smallest == fold->ngroups || is_smaller(closing, g, smallest, count)))
			smallest = g;
	return smallest;
}

/* Folds the closure of one count. False: it fails even with all groups inside. */
static bool
close_count(Closing *closing, size_t count)
{
	MpcFold    *fold = closing->fold;
	size_t		g;

	for (g = 0; g < fold->ngroups; g++)
		fold->folded[g * fold->ncounts + count] = is_inside(closing, g, count);
	fold->withheld[count] = false;
	if (!fails_together(closing, count))
		return true;
	g = smallest_outside(closing, count);
	fold->withheld[count] = g == fold->ngroups;
	if (fold->withheld[count])
		return false;
	fold->folded[g * fold->ncounts + count] = true;
	if (count == ROWS)
		closing->filler = g;
	return true;
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
	Closing		closing = {fold, NULL, NULL, NULL, 0};

	return close_all(&closing) != ROWS;
}

int
mpc_fold_contributors(MpcFold *fold, const int64_t *mine, const int64_t *my_rest, const int64_t *size)
{
	Closing		closing = {fold, mine, my_rest, size, 0};

	return close_all(&closing);
}
