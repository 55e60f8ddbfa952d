/*
 * test_fold_examples.c
 *		Folding by hand: what each part of the rule is for.
 */
#include "test_fold.h"

/* Groups a, b, c ... with these rows and, where there is one, values of one measure. */
static void
set_groups(Case *c, int64_t least, size_t n, const int64_t count[][2])
{
	size_t		g;

	memset(c, 0, sizeof(*c));
	c->least = least;
	c->n = n;
	for (g = 0; g < n; g++)
	{
		c->key[g][0] = (char) ('a' + g);
		c->count[g][0] = count[g][0];
		c->count[g][1] = count[g][1];
	}
}

/* Of 3, 7 and 5 rows the first fails. Alone it would be the total less the groups shown: so the 5 go with it. */
static void
test_filled_up(void **state)
{
	static const int64_t count[][2] = {{3, 0}, {7, 0}, {5, 0}};
	Case		c;

	(void) state;
	set_groups(&c, 5, 3, count);
	assert_false(may_be_known(&c, 1, 0, false));
	assert_int_equal(fold_case(&c, 0, false).whole, 1 | 4);
	/* A remainder of two rows does as well. */
	c.rest[0] = 2;
	assert_int_equal(fold_case(&c, 0, false).whole, 1);
	/* A remainder that fails alone is filled up, too. */
	c.count[0][0] = 9;
	assert_int_equal(fold_case(&c, 0, false).whole, 4);
}

/*
 * Rows fold a (3 rows) and, filling up, b. The measure also fails in c. A closure of it that began
 * with all failures, a and c, would have values enough without b: with b shown, a question for both would hide
 * a alone of the rows. So it begins with the rows' closure, then c, and fills up 4 values by d. The rows of c and d are shown.
 */
static void
test_closures(void **state)
{
	static const int64_t count[][2] = {{3, 2}, {5, 0}, {6, 2}, {8, 8}};
	Case		c;
	Outcome		both;

	(void) state;
	set_groups(&c, 5, 4, count);
	assert_int_equal(fold_case(&c, 0, false).folded[0], 1 | 2);
	both = fold_case(&c, 1, false);
	assert_int_equal(both.folded[0], 1 | 2);
	assert_int_equal(both.folded[1], 1 | 2 | 4 | 8);
}

/*
 * Of one measure a group has few values. Were its rows folded, too, their number less what a question without the
 * measure says would be this party's. They are shown, and 2 + 3 values are folded.
 */
static void
test_measure_alone(void **state)
{
	static const int64_t count[][2] = {{9, 2}, {9, 9}, {9, 3}};
	Case		c;
	Outcome		outcome;

	(void) state;
	set_groups(&c, 5, 3, count);
	outcome = fold_case(&c, 1, false);
	assert_int_equal(outcome.folded[0], 0);
	assert_int_equal(outcome.folded[1], 1 | 4);
	/* 2 + 2 values are filled up by the group that has enough of them, */
	c.count[2][1] = 2;
	assert_int_equal(fold_case(&c, 1, false).folded[1], 1 | 2 | 4);
	/* and where none has, withheld: of the measure nothing is said, of the rows all. */
	c.count[1][1] = 0;
	outcome = fold_case(&c, 1, false);
	assert_int_equal(outcome.failed, -1);
	assert_false(outcome.withheld[0]);
	assert_true(outcome.withheld[1]);
	assert_int_equal(outcome.folded[0], 0);
	/* A remainder of one value does as well. */
	c.rest[1] = 1;
	outcome = fold_case(&c, 1, false);
	assert_false(outcome.withheld[1]);
	assert_int_equal(outcome.folded[1], 1 | 4);
}

static void
test_ties(void **state)
{
	static const int64_t count[][2] = {{3, 0}, {5, 0}, {5, 0}, {5, 0}};
	Case		c;

	(void) state;
	set_groups(&c, 5, 4, count);
	assert_int_equal(fold_case(&c, 0, false).whole, 1 | 2);
	c.key[2][0] = 'A';
	assert_int_equal(fold_case(&c, 0, false).whole, 1 | 4);
	/* Bytes are compared, then lengths. */
	strcpy(c.key[1], "bb");
	strcpy(c.key[2], "bc");
	strcpy(c.key[3], "b");
	assert_int_equal(fold_case(&c, 0, false).whole, 1 | 8);
	/* Parties: by rows of the group first, whatever the counts. */
	c.size[1] = c.size[2] = 4;
	c.size[3] = 9;
	assert_int_equal(fold_case(&c, 0, true).whole, 1 | 2);
}

/* Without groups: all or nothing, of the rows and of each measure. */
static void
test_without_groups(void **state)
{
	Case		c;

	(void) state;
	set_groups(&c, 5, 0, NULL);
	assert_int_equal(fold_case(&c, 1, false).failed, -1);
	c.rest[0] = 5;
	assert_int_equal(fold_case(&c, 1, false).failed, -1);
	c.rest[1] = 4;
	assert_int_equal(fold_case(&c, 1, false).failed, -1);
	assert_true(fold_case(&c, 1, false).withheld[1]);
	assert_int_equal(fold_case(&c, 1, true).failed, 1);
	c.rest[0] = 4;
	assert_int_equal(fold_case(&c, 1, false).failed, 0);
	assert_int_equal(fold_case(&c, 1, true).failed, 0);
}

/* What the asker holds alone fails; what nobody holds does not. */
static void
test_asker_alone(void **state)
{
	static const int64_t count[][2] = {{0, 0}, {2, 2}, {3, 3}};
	Case		c;

	(void) state;
	set_groups(&c, 2, 3, count);
	assert_int_equal(fold_case(&c, 1, true).whole, 0);
	c.mine[0][0] = 1;
	c.size[1] = 8;
	c.size[2] = 7;
	assert_int_equal(fold_case(&c, 0, true).whole, 1 | 4);
	c.my_rest[0] = 1;
	c.mine[0][0] = 0;
	assert_int_equal(fold_case(&c, 0, true).whole, 4);
}

/* Counts at the end of their range do not wrap around. */
static void
test_large_counts(void **state)
{
	static const int64_t count[][2] = {{INT64_MAX - 1, 0}, {INT64_MAX - 1, 0}, {INT64_MAX, 0}};
	Case		c;

	(void) state;
	set_groups(&c, INT64_MAX, 3, count);
	assert_int_equal(fold_case(&c, 0, false).failed, -1);
	assert_int_equal(fold_case(&c, 0, false).whole, 1 | 2);
	c.rest[0] = INT64_MAX;
	assert_int_equal(fold_case(&c, 0, false).whole, 1 | 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_filled_up),
		cmocka_unit_test(test_closures),
		cmocka_unit_test(test_measure_alone),
		cmocka_unit_test(test_ties),
		cmocka_unit_test(test_without_groups),
		cmocka_unit_test(test_asker_alone),
		cmocka_unit_test(test_large_counts),
	};

	return cmocka_run_group_tests(tests, start_core, NULL);
}
