/*
 * test_stats.h
 *		How tests of figures compare, and sum rows as a party does.
 */
#ifndef MPC_TEST_STATS_H
#define MPC_TEST_STATS_H

#include <math.h>
#include <stdint.h>

#include "crypto/wide.h"
#include "stats/finding.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/* Says which figure and by how much; 0 must be 0 exactly. */
static inline void
check_close(double got, double want, double tolerance, const char *what, int line)
{
	double		away = want == 0 ? fabs(got) : fabs(got / want - 1);

	if (got == want || away <= tolerance)
		return;
	print_error("line %d: %s is %.17g, not %.17g: off by %.2g\n", line, what, got, want, away);
	fail();
}

#define assert_close(got, want, tolerance) check_close(got, want, tolerance, #got, __LINE__)

static inline void
check_coefficient(const MpcCoefficient *got, const MpcCoefficient *want, double tolerance)
{
	assert_close(got->estimate, want->estimate, tolerance);
	assert_close(got->error, want->error, tolerance);
	assert_close(got->statistic, want->statistic, tolerance);
	assert_close(got->p, want->p, 100 * tolerance);
}

#endif							/* MPC_TEST_STATS_H */
