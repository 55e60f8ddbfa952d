/*
 * test_fold.c
 *		Does what is folded hide enough, in every question and between questions, and no
 *		more than the rule says?
 *
 * Random small cases from SEED (default 1, printed). Of each count the same numbers are folded whatever
 * else is asked, so that subtracting answers gives nothing; and what contributors make fold as whole groups leaves,
 * between questions, nothing that stands on too few.
 */
#include "test_fold.h"

#define CASES	10000
#define SUBSETS	(1 << MEASURES)

static uint32_t seed;
static uint32_t stream;

static int
start_seed(void **state)
{
	const char *text = getenv("SEED");

	seed = text != NULL ? (uint32_t) strtoul(text, NULL, 10) : 1;
	print_message("# SEED=%u\n", seed);
	return start_core(state);
}

/* 0 .. n - 1 */
static unsigned
below(unsigned n)
{
	stream = stream * 1664525 + 1013904223;
	return (stream >> 8) % n;
}

static void
start_stream(uint32_t number)
{
	uint32_t	mixed[2] = {seed, number};
	uint8_t		hash[32];

	assert_int_equal(crypto_generichash(hash, sizeof(hash), (uint8_t *) mixed, sizeof(mixed), NULL, 0), 0);
	memcpy(&stream, hash, sizeof(stream));
}

/* All different, in no order, of different lengths. */
static void
make_keys(Case *c)
{
	size_t		g;
	size_t		k;

	for (g = 0; g < c->n; g++)
	{
		c->key[g][0] = (char) ('a' + g / 2);
		c->key[g][1] = (char) (g % 2 != 0 ? 'x' : '\0');
		c->key[g][2] = '\0';
	}
	for (g = c->n; g > 1; g--)
	{
		char		saved[3];

		k = below((unsigned) g);
		memcpy(saved, c->key[g - 1], sizeof(saved));
		memcpy(c->key[g - 1], c->key[k], sizeof(saved));
		memcpy(c->key[k], saved, sizeof(saved));
	}
}

/* Rows of a group or of the remainder and how many of them have a value of each measure. */
static void
make_rows(int64_t count[COUNTS], unsigned rows)
{
	size_t		i;

	count[0] = rows;
	for (i = 1; i < COUNTS; i++)
		count[i] = below(2) != 0 ? (int64_t) below(rows + 1) : below(2) != 0 ? (int64_t) rows : 0;
}

static void
make_row_case(Case *c, uint32_t number)
{
	size_t		g;

	start_stream(number);
	memset(c, 0, sizeof(*c));
	c->n = below(GROUPS + 1);
	c->least = 1 + below(7);
	make_keys(c);
	for (g = 0; g < c->n; g++)
		make_rows(c->count[g], 1 + below((unsigned) c->least * 2));
	make_rows(c->rest, below(2) != 0 ? below((unsigned) c->least * 2) : 0);
}

/* Who is behind the rows of a group, and who of them behind each measure; the asker is the bit above the others. */
static void
make_parties(unsigned who[COUNTS], int64_t count[COUNTS], int64_t mine[COUNTS], bool may_be_empty)
{
	size_t		i;

	do
		who[0] = below(1u << (PARTIES + 1)) & below(1u << (PARTIES + 1));
	while (who[0] == 0 && !may_be_empty);
	for (i = 1; i < COUNTS; i++)
		who[i] = who[0] & (below(2) != 0 ? ~0u : below(1u << (PARTIES + 1)));
	for (i = 0; i < COUNTS; i++)
	{
		count[i] = parties_in(who[i]);
		mine[i] = who[i] >> PARTIES;
	}
}

static void
make_party_case(Case *c, uint32_t number)
{
	size_t		g;

	start_stream(number);
	memset(c, 0, sizeof(*c));
	c->n = below(GROUPS + 1);
	c->least = 1 + below(4);
	make_keys(c);
	for (g = 0; g < c->n; g++)
	{
		make_parties(c->who[g], c->count[g], c->mine[g], false);
		c->size[g] = 1 + below(6);
	}
	make_parties(c->who_rest, c->rest, c->my_rest, true);
}

/* Every number is shown or folded or withheld as it may be. What contributors withhold is an error, and nothing is shown. */
static void
check_shown(const Case *c, unsigned subset, const Outcome *outcome, bool parties, uint32_t number)
{
	size_t		g;
	size_t		i;

	for (i = 0; i < COUNTS; i++)
	{
		unsigned	folded = parties ? outcome->whole : outcome->folded[i];

		if (!asks(subset, i) || outcome->withheld[i])
			continue;
		if (!may_be_known(c, folded, i, parties))
			fail_msg("case %u, measures %u: remainder of count %zu", number, subset, i);
		for (g = 0; g < c->n; g++)
			if ((folded >> g & 1) == 0 && !may_be_shown(c, g, i, parties))
				fail_msg("case %u, measures %u: count %zu of group %zu", number, subset, i, g);
	}
}

/* Of each count the same groups are folded whatever else is asked: with what all measures together say. */
static void
check_same(const Outcome outcome[SUBSETS], uint32_t number)
{
	const Outcome *all = &outcome[SUBSETS - 1];
	unsigned	subset;
	size_t		i;

	for (subset = 0; subset < SUBSETS; subset++)
		for (i = 0; i < COUNTS; i++)
			if (asks(subset, i) && (outcome[subset].folded[i] != all->folded[i] || outcome[subset].withheld[i] != all->withheld[i]))
				fail_msg("case %u, measures %u: count %zu depends on the others", number, subset, i);
}

/* What three questions hide as whole groups from all who know their answers: with a == b two, with a == b == d one. */
static void
check_common(const Case *c, const Outcome outcome[SUBSETS], uint32_t number)
{
	unsigned	a;
	unsigned	b;
	unsigned	d;
	size_t		i;

	for (a = 0; a < SUBSETS; a++)
		for (b = 0; b <= a; b++)
			for (d = 0; d <= b; d++)
			{
				unsigned	common = outcome[a].whole & outcome[b].whole & outcome[d].whole;

				if (outcome[a].failed >= 0 || outcome[b].failed >= 0 || outcome[d].failed >= 0)
					continue;
				for (i = 0; i < COUNTS; i++)
					if (asks(a & b & d, i) && !may_be_known(c, common, i, true))
						fail_msg("case %u, measures %u, %u, %u: count %zu", number, a, b, d, i);
			}
}

/* Whether one group comes before another where the smallest is chosen. */
static bool
is_before(const Case *c, size_t a, size_t b, size_t count, bool parties)
{
	int64_t		x = parties ? c->size[a] : c->count[a][count];
	int64_t		y = parties ? c->size[b] : c->count[b][count];

	return x != y ? x < y : strcmp(c->key[a], c->key[b]) < 0;
}

/* The closure of one count as the rule words it; *closed false where nothing fills it up. */
static unsigned
closure_of(const Case *c, unsigned base, size_t count, bool parties, bool *closed)
{
	int64_t		most = c->rest[count];
	bool		enough;
	size_t		best = c->n;
	size_t		g;

	*closed = true;
	for (g = 0; g < c->n; g++)
		if (!may_be_shown(c, g, count, parties))
			base |= 1u << g;
	for (g = 0; g < c->n; g++)
		if ((base >> g & 1) && c->count[g][count] > most)
			most = c->count[g][count];
	/* Of parties only a bound is known: as many as behind one group. */
	enough = parties ? most >= c->least || who_of(c, base, count) == 0 : may_be_known(c, base, count, false);
	if (enough)
		return base;
	for (g = 0; g < c->n; g++)
		if ((base >> g & 1) == 0 && c->count[g][count] > 0 &&
			(best == c->n || is_before(c, g, best, count, parties)))
			best = g;
	*closed = best < c->n;
	return *closed ? base | 1u << best : base;
}

/* Of each count that is asked no more and no less than its closure, and the first that ends all is named. */
static void
check_exact(const Case *c, unsigned subset, const Outcome *outcome, bool parties, uint32_t number)
{
	unsigned	rows = 0;
	int			failed = -1;
	size_t		i;

	for (i = 0; i < COUNTS; i++)
	{
		bool		closed;
		unsigned	folded;

		if (!asks(subset, i))
			continue;
		folded = closure_of(c, rows, i, parties, &closed);
		if (i == 0)
			rows = folded;
		if (!closed && failed < 0 && (i == 0 || parties))
			failed = (int) i;
		if (outcome->withheld[i] == closed)
			fail_msg("case %u, measures %u: count %zu withheld: %d", number, subset, i, outcome->withheld[i]);
		if (outcome->folded[i] != folded)
			fail_msg("case %u, measures %u: of count %zu folded %x, not %x", number, subset, i, outcome->folded[i], folded);
	}
	if (failed != outcome->failed)
		fail_msg("case %u, measures %u: count %d fails, not %d", number, subset, failed, outcome->failed);
}

/* A count is withheld exactly where the question without groups would withhold it. */
static void
check_total(const Case *c, unsigned subset, const Outcome *outcome, uint32_t number)
{
	size_t		i;

	for (i = 0; i < COUNTS; i++)
		if (asks(subset, i) && may_be_known(c, (1u << c->n) - 1, i, false) == outcome->withheld[i])
			fail_msg("case %u, measures %u: count %zu withheld: %d", number, subset, i, outcome->withheld[i]);
}

static void
check_case(const Case *c, bool parties, uint32_t number)
{
	Outcome		outcome[SUBSETS];
	unsigned	subset;

	for (subset = 0; subset < SUBSETS; subset++)
	{
		outcome[subset] = fold_case(c, subset, parties);
		check_exact(c, subset, &outcome[subset], parties, number);
		check_shown(c, subset, &outcome[subset], parties, number);
		if (!parties)
			check_total(c, subset, &outcome[subset], number);
	}
	check_same(outcome, number);
	if (parties)
		check_common(c, outcome, number);
}

static void
test_rows(void **state)
{
	Case		c;
	uint32_t	i;

	(void) state;
	for (i = 0; i < CASES; i++)
	{
		make_row_case(&c, i);
		check_case(&c, false, i);
	}
}

static void
test_parties(void **state)
{
	Case		c;
	uint32_t	i;

	(void) state;
	for (i = 0; i < CASES; i++)
	{
		make_party_case(&c, CASES + i);
		check_case(&c, true, i);
	}
}

/* The rule holds for any counts, also where more rows have a value than there are rows. */
static void
test_any_counts(void **state)
{
	Case		c;
	Outcome		outcome;
	uint32_t	i;
	size_t		g;

	(void) state;
	for (i = 0; i < CASES; i++)
	{
		make_row_case(&c, i);
		for (g = 0; g < c.n; g++)
			c.count[g][1] = below((unsigned) c.least * 2);
		outcome = fold_case(&c, 1, false);
		check_exact(&c, 1, &outcome, false, i);
		check_shown(&c, 1, &outcome, false, i);
	}
}

static void
test_nothing_to_hide(void **state)
{
	Case		c;
	uint32_t	i;

	(void) state;
	for (i = 0; i < CASES; i++)
	{
		make_row_case(&c, i);
		c.least = 1;
		assert_int_equal(fold_case(&c, SUBSETS - 1, false).whole, 0);
		make_party_case(&c, i);
		c.least = 0;
		assert_int_equal(fold_case(&c, SUBSETS - 1, true).whole, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_parties),
		cmocka_unit_test(test_any_counts),
		cmocka_unit_test(test_nothing_to_hide),
	};

	return cmocka_run_group_tests(tests, start_seed, NULL);
}
