/*
 * mask_bench.c
 *		What does hiding one element from one more party cost?
 *
 * Prints the median of several runs, in nanoseconds per element and pair.
 * Nothing is asserted: a clock proves nothing on a busy machine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "crypto/mask.h"
#include "crypto/secret.h"

#define RUNS		7
#define MAX_PAIRS	100
#define MAX_LANES	100000

static MpcFe vector[MAX_LANES];
static MpcMask pairs[MAX_PAIRS];

static double
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return 1e9 * (double) t.tv_sec + (double) t.tv_nsec;
}

static int
by_value(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x > y) - (x < y);
}

static double
median_ns(size_t m, size_t npairs)
{
	double		took[RUNS];
	size_t		repeats = 1 + 1000000 / (m * npairs);	/* a run lasts 20 ms or more */
	size_t		i;
	int			run;

	for (run = 0; run < RUNS; run++)
	{
		double		start = now_ns();

		for (i = 0; i < repeats; i++)
			mpc_mask_apply(vector, (const MpcFe *) vector, m, pairs, npairs);
		took[run] = (now_ns() - start) / (double) (repeats * m * npairs);
	}
	qsort(took, RUNS, sizeof(took[0]), by_value);
	return took[RUNS / 2];
}

int
main(void)
{
	static const size_t lanes[] = {10, 1000, MAX_LANES};
	static const size_t npairs[] = {3, 10, MAX_PAIRS};
	size_t		i;
	size_t		j;

	if (mpc_core_init() != MPC_OK)
		return EXIT_FAILURE;
	mpc_random(pairs, sizeof(pairs));
	for (i = 0; i < MAX_PAIRS; i++)
		pairs[i].sign = i % 2 == 0 ? 1 : -1;

	printf("%8s %6s %18s\n", "elements", "pairs", "ns/element/pair");
	for (i = 0; i < sizeof(lanes) / sizeof(lanes[0]); i++)
	{
		for (j = 0; j < sizeof(npairs) / sizeof(npairs[0]); j++)
			printf("%8zu %6zu %18.1f\n", lanes[i], npairs[j], median_ns(lanes[i], npairs[j]));
	}
	return EXIT_SUCCESS;
}
