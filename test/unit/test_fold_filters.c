/*
 * test_fold_filters.c
 *		Do filters and pairs hide enough of what they leave out, and no more than they must?
 *
 * Random small tables from SEED (default 1, printed), row by row. A number is a set of rows, and so is what is left
 * when numbers of a measure are subtracted from numbers of its column without filter, whichever of them: every such
 * set must be empty or large enough. Sets of rows are bits, as are sets of groups.
 */
#include "protocol/fold.h"
#include "test_protocol.h"

#define CASES	10000
#define GROUPS	4

/* Counts of a question. */
enum
{
	ALL, HAS_Y, HAS_X,			/* count(*), sum(y), sum(x) */
	PASSES, PASSING_Y,			/* count(*) and sum(y) of the rows that pass a filter */
	PAIR, PASSING_PAIR,			/* corr(y, x), without and with it */
	FAILING_Y,					/* sum(y) of the rows that do not pass */
	COUNTS
};

/* The column, without filter, that a count's column is. */
static const int column_of[COUNTS][MPC_MAX_ARGS] = {
	{ALL, ALL}, {HAS_Y, HAS_Y}, {HAS_X, HAS_X}, {ALL, ALL}, {HAS_Y, HAS_Y}, {HAS_Y, HAS_X}, {HAS_Y, HAS_X}, {HAS_Y, HAS_Y}
};

typedef struct Table
{
	size_t		n;
	int64_t		least;
	uint64_t	group[GROUPS + 1];	/* the last one, n, is the rest */
	uint64_t	rows[COUNTS];
} Table;

typedef struct Outcome
{
	bool		shown;
	unsigned	folded[COUNTS];
	bool		withheld[COUNTS];
} Outcome;

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

static int64_t
size_of(uint64_t rows)
{
	return __builtin_popcountll(rows);
}

/* Of these rows none, few, about half, most or all. */
static uint64_t
some_of(uint64_t rows)
{
	unsigned	often = below(5);
	uint64_t	chosen = 0;
	uint64_t	bit;

	for (bit = 1; bit != 0; bit <<= 1)
		if ((rows & bit) != 0 && below(8) < (often == 0 ? 0 : often == 4 ? 8 : 2 * often))
			chosen |= bit;
	return chosen;
}

static void
make_table(Table *t, uint32_t number)
{
	uint64_t	passes = 0;
	unsigned	used = 0;
	size_t		g;

	start_stream(number);
	memset(t, 0, sizeof(*t));
	t->n = below(GROUPS + 1);
	t->least = 1 + below(5);
	for (g = 0; g <= t->n; g++)
	{
		unsigned	rows = below((unsigned) t->least * 2 + 3) + (g < t->n);

		if (g == t->n && below(2) != 0)
			rows = 0;
		t->group[g] = ((UINT64_C(1) << rows) - 1) << used;
		used += rows;
		passes |= some_of(t->group[g]);
		t->rows[ALL] |= t->group[g];
		t->rows[HAS_Y] |= below(2) != 0 ? t->group[g] : some_of(t->group[g]);
		t->rows[HAS_X] |= below(2) != 0 ? t->group[g] : some_of(t->group[g]);
	}
	assert_true(used <= 64);
	t->rows[PASSES] = passes;
	t->rows[PASSING_Y] = passes & t->rows[HAS_Y];
	t->rows[PAIR] = t->rows[HAS_Y] & t->rows[HAS_X];
	t->rows[PASSING_PAIR] = passes & t->rows[PAIR];
	t->rows[FAILING_Y] = ~passes & t->rows[HAS_Y];
}

/* What a count has in a group, and what it leaves out there. */
static void
count_group(const Table *t, size_t g, int count, int64_t *counted, int64_t *left_out)
{
	size_t		i;

	*counted = size_of(t->group[g] & t->rows[count]);
	for (i = 0; i < MPC_MAX_ARGS; i++)
		left_out[i] = size_of(t->group[g] & t->rows[column_of[count][i]] & ~t->rows[count]);
}

/* Puts the table before the code, for a subset of the counts that has ALL. */
static Outcome
fold_table(const Table *t, unsigned subset)
{
	static const char *const name[GROUPS] = {"c", "a", "d", "b"};
	int64_t		count[(GROUPS + 1) * COUNTS];
	int64_t		left_out[(GROUPS + 1) * COUNTS * MPC_MAX_ARGS];
	MpcStr		key[GROUPS];
	bool		folded[GROUPS * COUNTS];
	bool		withheld[COUNTS];
	size_t		ncounts = (size_t) size_of(subset);
	size_t		rest = t->n * ncounts;
	MpcFold		fold = {t->n, ncounts, count, count + rest, left_out, left_out + rest * MPC_MAX_ARGS, key, t->least, folded, withheld};
	Outcome		outcome = {false, {0}, {false}};
	size_t		at = 0;
	size_t		g;
	int			i;

	for (g = 0; g <= t->n; g++)
		for (i = 0; i < COUNTS; i++)
			if (subset >> i & 1)
			{
				count_group(t, g, i, &count[at], &left_out[at * MPC_MAX_ARGS]);
				at++;
			}
	for (g = 0; g < t->n; g++)
		key[g] = mpc_str(name[g]);
	outcome.shown = mpc_fold_rows(&fold);
	for (i = 0, at = 0; i < COUNTS; i++)
	{
		if ((subset >> i & 1) == 0)
			continue;
		outcome.withheld[i] = withheld[at];
		for (g = 0; g < t->n; g++)
			outcome.folded[i] |= (unsigned) folded[g * ncounts + at] << g;
		at++;
	}
	return outcome;
}

static bool
is_few(const Table *t, uint64_t rows)
{
	return rows != 0 && size_of(rows) < t->least;
}

/* The rows behind a choice of a count's numbers: bit g for a group that is shown, bit n for the remainder. */
static uint64_t
rows_behind(const Table *t, int count, unsigned folded, unsigned choice)
{
	uint64_t	rows = 0;
	size_t		g;

	for (g = 0; g <= t->n; g++)
		if (choice >> (g == t->n || (folded >> g & 1) ? t->n : g) & 1)
			rows |= t->group[g] & t->rows[count];
	return rows;
}

/* Whether any choice of a count's numbers, less any of a column's, stands on few rows. */
static bool
leaks_against(const Table *t, int count, unsigned folded, int column, unsigned column_folded)
{
	unsigned	choices = 2u << t->n;
	unsigned	a;
	unsigned	b;

	for (a = 0; a < choices; a++)
		for (b = 0; b < choices; b++)
			if (is_few(t, rows_behind(t, count, folded, a) ^ rows_behind(t, column, column_folded, b)))
				return true;
	return false;
}

/* The same for a count that folds these groups, and both of its columns. */
static bool
leaks(const Table *t, const Outcome *outcome, int count, unsigned folded)
{
	int			i;

	for (i = 0; i < MPC_MAX_ARGS; i++)
		if (leaks_against(t, count, folded, column_of[count][i], outcome->folded[column_of[count][i]]))
			return true;
	return false;
}

/* Groups that a count must fold whatever else: with its columns, and where it or what it leaves out is few. */
static unsigned
base_of(const Table *t, const Outcome *outcome, int count)
{
	unsigned	base = outcome->folded[column_of[count][0]] | outcome->folded[column_of[count][1]];
	size_t		g;
	int			i;

	for (g = 0; g < t->n; g++)
		for (i = 0; i < MPC_MAX_ARGS; i++)
			if (is_few(t, t->group[g] & t->rows[count]) ||
				is_few(t, t->group[g] & t->rows[column_of[count][i]] & ~t->rows[count]))
				base |= 1u << g;
	return base;
}

/* One group at most fills up, only where it must, and only where none does is the count withheld. */
static void
check_least(const Table *t, const Outcome *outcome, int count, uint32_t number)
{
	unsigned	base = base_of(t, outcome, count);
	size_t		g;

	if (outcome->withheld[count])
	{
		for (g = 0; g < t->n; g++)
			if (!leaks(t, outcome, count, base | 1u << g))
				fail_msg("case %u: count %d is withheld, and group %zu fills up", number, count, g);
		if (!leaks(t, outcome, count, base))
			fail_msg("case %u: count %d is withheld", number, count);
	}
	else if (outcome->folded[count] != base &&
			 (size_of(outcome->folded[count] & ~base) != 1 || (base & ~outcome->folded[count]) != 0 || !leaks(t, outcome, count, base)))
		fail_msg("case %u: count %d folds %x, not %x", number, count, outcome->folded[count], base);
}

static void
check_count(const Table *t, const Outcome *outcome, int count, uint32_t number)
{
	bool		withheld = outcome->withheld[column_of[count][0]] || outcome->withheld[column_of[count][1]];

	if (withheld && !outcome->withheld[count])
		fail_msg("case %u: count %d is shown, and its column withheld", number, count);
	if (!outcome->withheld[count] && leaks(t, outcome, count, outcome->folded[count]))
		fail_msg("case %u: count %d leaks", number, count);
	if (!withheld && count >= PASSES)
		check_least(t, outcome, count, number);
}

static void
test_differences(void **state)
{
	Table		t;
	Outcome		outcome;
	uint32_t	number;
	int			i;

	(void) state;
	for (number = 0; number < CASES; number++)
	{
		make_table(&t, number);
		outcome = fold_table(&t, (1u << COUNTS) - 1);
		for (i = 0; i < COUNTS && outcome.shown; i++)
			check_count(&t, &outcome, i, number);
	}
}

/* Of a count the same is folded whatever else is asked. */
static void
test_alone(void **state)
{
	Table		t;
	Outcome		all;
	Outcome		some;
	unsigned	subset;
	uint32_t	number;
	int			i;

	(void) state;
	for (number = 0; number < CASES; number++)
	{
		make_table(&t, number);
		all = fold_table(&t, (1u << COUNTS) - 1);
		subset = 1 | below(1u << COUNTS);
		some = fold_table(&t, subset);
		for (i = 0; i < COUNTS; i++)
			if ((subset >> i & 1) && (some.folded[i] != all.folded[i] || some.withheld[i] != all.withheld[i]))
				fail_msg("case %u, counts %x: count %d depends on the others", number, subset, i);
	}
}

/* A filter and its opposite fold the same groups: else the group that only one folds would take the other's remainder apart. */
static void
test_opposite(void **state)
{
	Table		t;
	Outcome		outcome;
	uint32_t	number;

	(void) state;
	for (number = 0; number < CASES; number++)
	{
		make_table(&t, number);
		outcome = fold_table(&t, (1u << COUNTS) - 1);
		if (outcome.folded[PASSING_Y] != outcome.folded[FAILING_Y] ||
			outcome.withheld[PASSING_Y] != outcome.withheld[FAILING_Y])
			fail_msg("case %u: %x and %x", number, outcome.folded[PASSING_Y], outcome.folded[FAILING_Y]);
	}
}

/* ------------------------------------------------------------------ by hand */

/* One measure of a column in groups a, b ..., counted and left out; the rows are those of both. */
static Outcome
fold_measure(size_t n, const int64_t measure[][2])
{
	static const char *const name[] = {"a", "b", "c", "d"};
	int64_t		count[8];
	int64_t		left_out[16] = {0};
	int64_t		rest[2] = {0};
	int64_t		rest_left_out[4] = {0};
	MpcStr		key[4];
	bool		folded[8];
	bool		withheld[2];
	MpcFold		fold = {n, 2, count, rest, left_out, rest_left_out, key, 5, folded, withheld};
	Outcome		outcome = {false, {0}, {false}};
	size_t		g;
	int			i;

	for (g = 0; g < n; g++)
	{
		key[g] = mpc_str(name[g]);
		count[2 * g] = measure[g][0] + measure[g][1];
		count[2 * g + 1] = measure[g][0];
		left_out[4 * g + 2] = left_out[4 * g + 3] = measure[g][1];
	}
	outcome.shown = mpc_fold_rows(&fold);
	for (i = 0; i < 2; i++)
	{
		outcome.withheld[i] = withheld[i];
		for (g = 0; g < n; g++)
			outcome.folded[i] |= (unsigned) folded[2 * g + (size_t) i] << g;
	}
	return outcome;
}

/* A filter leaves out 1 of 21 rows: all less those that pass would be that one. */
static void
test_one_left_out(void **state)
{
	static const int64_t filled_up[][2] = {{20, 1}, {30, 30}, {9, 9}};
	static const int64_t none_fills[][2] = {{20, 1}, {0, 30}, {9, 0}};
	static const int64_t together[][2] = {{20, 1}, {20, 2}, {3, 20}, {9, 9}};
	Outcome		outcome;

	(void) state;
	outcome = fold_measure(3, filled_up);
	assert_int_equal(outcome.folded[0], 0);
	assert_int_equal(outcome.folded[1], 1 | 4);
	assert_false(outcome.withheld[1]);
	/* With b, of which all are left out, the remainder would be that of a alone, and a's rows are known. */
	outcome = fold_measure(3, none_fills);
	assert_true(outcome.shown);
	assert_true(outcome.withheld[1]);
	/* 1 and 2 and 3 differ by 6. */
	assert_int_equal(fold_measure(4, together).folded[1], 1 | 2 | 4);
}

/*
 * The rows of a are few, so that b hides them. A filter that passes all of c but 1 may not hide that one behind a and b: of
 * these all are left out, and the remainder would be what passes of c.
 */
static void
test_behind_the_column(void **state)
{
	static const int64_t measure[][2] = {{0, 3}, {0, 6}, {20, 1}, {40, 40}};
	Outcome		outcome;

	(void) state;
	outcome = fold_measure(4, measure);
	assert_int_equal(outcome.folded[0], 1 | 2);
	assert_int_equal(outcome.folded[1], 1 | 2 | 4 | 8);
	assert_true(fold_measure(3, measure).withheld[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_opposite),
		cmocka_unit_test(test_one_left_out),
		cmocka_unit_test(test_behind_the_column),
	};

	return cmocka_run_group_tests(tests, start_seed, NULL);
}
