/*
 * test_stats_cardinality.c
 *		Does the estimate follow from the registers as published, and is it as near as it says?
 *
 * References: the estimator in its closed form, in Python's decimal with 60 digits.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/distinct.h"
#include "stats/cardinality.h"
#include "test_stats.h"

#define DIGITS	1e-13
#define SIGMA	(1.04 / 32)

typedef struct Case
{
	uint32_t	registers[MPC_LEVELS + 1];
	double		estimate;
} Case;

static void
test_figures(void **state)
{
	static const Case cases[] = {
		{{1023, 1}, 1.0004820560606055846},
		{{1022, 1, 1}, 2.0019426453073498884},
		{{[0] = 1023,[32] = 1}, 1.0004827177351736101},
		{{512, 256, 128, 64, 32, 16, 8, 4, 2, 1,[32] = 1}, 698.55372275703393825},
		{{0, 0, 0, 10, 100, 300, 300, 200, 100, 10, 2, 1, 1}, 32134.963949754077476},
		{{[31] = 1000,[32] = 24}, 1611482068253.5993652},
		{{[31] = 1,[32] = 1023}, 15242470234219.167969},
		{{1024}, 0}
	};
	static const uint32_t few[] = {3, 1, 2, 2};
	double		estimate;
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(cases); i++)
	{
		assert_int_equal(mpc_cardinality(&estimate, cases[i].registers, MPC_LEVELS), MPC_OK);
		assert_close(estimate, cases[i].estimate, DIGITS);
	}
	assert_int_equal(mpc_cardinality(&estimate, few, 3), MPC_OK);
	assert_close(estimate, 8.2238642627763134385, DIGITS);
}

/* Never infinite, and nothing of no registers. */
static void
test_ends(void **state)
{
	uint32_t	registers[MPC_MAX_CARDINALITY_LEVELS + 2] = {0};
	double		estimate;

	(void) state;
	assert_int_equal(mpc_cardinality(&estimate, registers, MPC_LEVELS), MPC_LIMIT);
	registers[MPC_LEVELS] = 1024;
	assert_int_equal(mpc_cardinality(&estimate, registers, MPC_LEVELS), MPC_RANGE);
	assert_int_equal(mpc_cardinality(&estimate, registers, MPC_LEVELS + 1), MPC_OK);
	assert_int_equal(mpc_cardinality(&estimate, registers, 0), MPC_LIMIT);
	assert_int_equal(mpc_cardinality(&estimate, registers, MPC_MAX_CARDINALITY_LEVELS), MPC_OK);
	assert_int_equal(mpc_cardinality(&estimate, registers, MPC_MAX_CARDINALITY_LEVELS + 1), MPC_LIMIT);
}

static double
estimate_of(const uint8_t *level)
{
	uint32_t	registers[MPC_LEVELS + 1] = {0};
	double		estimate;
	size_t		i;

	for (i = 0; i < MPC_REGISTERS; i++)
		registers[level[i]]++;
	assert_int_equal(mpc_cardinality(&estimate, registers, MPC_LEVELS), MPC_OK);
	return estimate;
}

/* Values from .. to - 1 under a salt of this seed. */
static void
add_values(uint8_t *level, uint32_t from, uint32_t to, uint32_t seed)
{
	uint8_t		salt[MPC_SALT_BYTES] = {0};
	uint32_t	i;

	memcpy(salt, &seed, sizeof(seed));
	for (i = from; i < to; i++)
		mpc_distinct_add(level, &i, sizeof(i), salt);
}

/* From none to many, the same registers all along. */
static void
test_growth(void **state)
{
	static const uint32_t n[] = {0, 1, 2, 3, 10, 30, 100, 300, 1000, 2000, 3000, 5000, 10000, 30000, 100000, 300000, 1000000};
	uint8_t		level[MPC_REGISTERS] = {0};
	uint32_t	before = 0;
	size_t		i;

	(void) state;
	for (i = 0; i < LENGTH(n); i++)
	{
		add_values(level, before, n[i], 42);
		before = n[i];
		assert_close(estimate_of(level), n[i], 4 * SIGMA);
	}
}

/* The error it promises: that of 200 salts, and no bias beyond what chance gives them. */
static void
test_error(void **state)
{
	static const uint32_t n[] = {3000, 10000};
	size_t		k;

	(void) state;
	for (k = 0; k < LENGTH(n); k++)
	{
		double		sum = 0;
		double		squares = 0;
		uint32_t	run;

		for (run = 0; run < 200; run++)
		{
			uint8_t		level[MPC_REGISTERS] = {0};
			double		off;

			add_values(level, 0, n[k], 1000 * (uint32_t) k + run);
			off = estimate_of(level) / n[k] - 1;
			sum += off;
			squares += off * off;
		}
		assert_true(fabs(sum / 200) < 3 * SIGMA / sqrt(200));
		if (n[k] == 10000)		/* below, it is less */
			assert_true(sqrt(squares / 200) > 0.030);
		assert_true(sqrt(squares / 200) < 0.036);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_figures),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
