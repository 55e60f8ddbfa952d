/*
 * test_fold.h
 *		What the tests of folding share: a case in numbers, the code's word on it, and what
 *		may be known.
 */
#ifndef MPC_TEST_FOLD_H
#define MPC_TEST_FOLD_H

#include "protocol/fold.h"
#include "test_protocol.h"

#define GROUPS		7
#define MEASURES	3
#define COUNTS		(1 + MEASURES)
#define PARTIES		5			/* others than the asker */

/* Sets of groups are bits. */
typedef struct Case
{
	size_t		n;
	int64_t		least;
	int64_t		count[GROUPS][COUNTS];
	int64_t		rest[COUNTS];
	int64_t		mine[GROUPS][COUNTS];
	int64_t		my_rest[COUNTS];
	int64_t		size[GROUPS];
	char		key[GROUPS][3];
	/* Who is behind counts and rest: a bit for each of the others, the next one for the asker. */
	unsigned	who[GROUPS][COUNTS];
	unsigned	who_rest[COUNTS];
} Case;

/* What came of one subset of the measures; counts are those of the case. Nothing is said of a count that was not asked for. */
typedef struct Outcome
{
	int			failed;			/* the count that ends all, -1: none */
	unsigned	folded[COUNTS];
	unsigned	whole;			/* folded for any count */
	bool		withheld[COUNTS];
} Outcome;

static inline int64_t
parties_in(unsigned who)
{
	return __builtin_popcount(who & ((1u << PARTIES) - 1));
}

/* Whether a question with this subset of the measures asks for this count. */
static inline bool
asks(unsigned subset, size_t count)
{
	return count == 0 || (subset >> (count - 1) & 1) != 0;
}

/* What the code wrote, group by group, as sets of groups for each count. */
static inline void
read_outcome(Outcome *outcome, const MpcFold *fold, const size_t *asked)
{
	size_t		g;
	size_t		i;

	for (i = 0; i < fold->ncounts; i++)
	{
		outcome->withheld[asked[i]] = fold->withheld[i];
		for (g = 0; g < fold->ngroups; g++)
			outcome->folded[asked[i]] |= (unsigned) fold->folded[g * fold->ncounts + i] << g;
		outcome->whole |= outcome->folded[asked[i]];
	}
}

/* Puts the case before the code, for one subset of the measures. */
static inline Outcome
fold_case(const Case *c, unsigned subset, bool parties)
{
	int64_t		count[GROUPS * COUNTS];
	int64_t		mine[GROUPS * COUNTS];
	int64_t		rest[COUNTS];
	int64_t		my_rest[COUNTS];
	size_t		asked[COUNTS];
	MpcStr		key[GROUPS];
	bool		folded[GROUPS * COUNTS];
	bool		withheld[COUNTS];
	MpcFold		fold = {c->n, 0, count, rest, NULL, NULL, key, c->least, folded, withheld};
	Outcome		outcome = {-1, {0}, 0, {false}};
	int			failed;
	size_t		g;
	size_t		i;

	for (i = 0; i < COUNTS; i++)
		if (asks(subset, i))
			asked[fold.ncounts++] = i;
	for (i = 0; i < fold.ncounts; i++)
	{
		rest[i] = c->rest[asked[i]];
		my_rest[i] = c->my_rest[asked[i]];
		for (g = 0; g < c->n; g++)
		{
			count[g * fold.ncounts + i] = c->count[g][asked[i]];
			mine[g * fold.ncounts + i] = c->mine[g][asked[i]];
		}
	}
	for (g = 0; g < c->n; g++)
		key[g] = mpc_str(c->key[g]);
	memset(folded, 1, sizeof(folded));
	memset(withheld, 1, sizeof(withheld));
	failed = parties ? mpc_fold_contributors(&fold, mine, my_rest, c->size) : mpc_fold_rows(&fold) ? -1 : 0;
	assert_true(failed >= -1 && failed < (int) fold.ncounts);
	outcome.failed = failed < 0 ? -1 : (int) asked[failed];
	read_outcome(&outcome, &fold, asked);
	return outcome;
}

/* Rows in these groups and the remainder. */
static inline int64_t
total_of(const Case *c, unsigned groups, size_t count)
{
	int64_t		total = c->rest[count];
	size_t		g;

	for (g = 0; g < c->n; g++)
		if (groups >> g & 1)
			total += c->count[g][count];
	return total;
}

/* Who is truly behind these groups and the remainder. */
static inline unsigned
who_of(const Case *c, unsigned groups, size_t count)
{
	unsigned	who = c->who_rest[count];
	size_t		g;

	for (g = 0; g < c->n; g++)
		if (groups >> g & 1)
			who |= c->who[g][count];
	return who;
}

/* Whether a number over these groups and the remainder may be known. */
static inline bool
may_be_known(const Case *c, unsigned groups, size_t count, bool parties)
{
	int64_t		total;

	if (parties)
	{
		unsigned	who = who_of(c, groups, count);

		return who == 0 || parties_in(who) >= c->least;
	}
	total = total_of(c, groups, count);
	return total == 0 || total >= c->least;
}

/* The same of one group alone. */
static inline bool
may_be_shown(const Case *c, size_t g, size_t count, bool parties)
{
	int64_t		x = c->count[g][count];

	return x >= c->least || (x == 0 && (!parties || c->mine[g][count] == 0));
}

#endif							/* MPC_TEST_FOLD_H */
