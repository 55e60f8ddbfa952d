/*
 * shamir_bench.c
 *		What does one more value cost a party of a Shamir sum?
 *
 * Prints the median of several runs, in microseconds per value: sharing it by fresh coefficients,
 * interpolating it at the n - t + 1 points that are no streams (what dealing does), and opening it.
 * Nothing is asserted: a clock proves nothing on a busy machine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "crypto/secret.h"
#include "crypto/shamir.h"

#define RUNS	7
#define LANES	20
#define MAX		MPC_SHAMIR_MAX_PARTIES

static MpcFe secret[LANES];
static MpcFe share[MAX * LANES];
static const MpcFe *value[MAX];
static MpcFe lambda[MAX];

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return 1e6 * (double) t.tv_sec + (double) t.tv_nsec / 1e3;
}

static int
by_value(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x > y) - (x < y);
}

static void
share_all(uint16_t n, uint16_t t)
{
	if (mpc_shamir_share(share, (const MpcFe *) secret, LANES, n, t) != MPC_OK)
		abort();
}

static void
interpolate(uint16_t points, uint16_t t)
{
	static MpcFe out[LANES];
	uint16_t	i;

	for (i = 0; i < points; i++)
		mpc_shamir_combine(out, value, (const MpcFe *) lambda, t, LANES);
}

static void
deal(uint16_t n, uint16_t t)
{
	interpolate((uint16_t) (n - t + 1), t);
}

static void
open_sum(uint16_t n, uint16_t t)
{
	(void) n;
	interpolate(1, t);
}

static double
median_us(void (*work) (uint16_t n, uint16_t t), uint16_t n, uint16_t t)
{
	double		took[RUNS];
	int			repeats = 1 + 20000 / (n * n);
	int			run;
	int			i;

	for (run = 0; run < RUNS; run++)
	{
		double		start = now_us();

		for (i = 0; i < repeats; i++)
			work(n, t);
		took[run] = (now_us() - start) / (repeats * LANES);
	}
	qsort(took, RUNS, sizeof(took[0]), by_value);
	return took[RUNS / 2];
}

int
main(void)
{
	static const uint16_t parties[] = {3, 10, 100};
	uint16_t	index[MAX];
	size_t		i;
	uint16_t	a;

	if (mpc_core_init() != MPC_OK)
		return EXIT_FAILURE;
	printf("%8s %6s %10s %10s %10s\n", "parties", "t", "share us", "deal us", "open us");
	for (i = 0; i < sizeof(parties) / sizeof(parties[0]); i++)
	{
		uint16_t	n = parties[i];
		uint16_t	t = (uint16_t) (2 * n / 3 + 1);

		for (a = 0; a < t; a++)
		{
			index[a] = (uint16_t) (a + 1);
			value[a] = (const MpcFe *) &share[(size_t) a * LANES];
		}
		share_all(n, t);
		if (mpc_shamir_lagrange(lambda, index, t, 0) != MPC_OK)
			return EXIT_FAILURE;
		printf("%8u %6u %10.2f %10.2f %10.2f\n", n, t,
			   median_us(share_all, n, t), median_us(deal, n, t), median_us(open_sum, n, t));
	}
	return EXIT_SUCCESS;
}
