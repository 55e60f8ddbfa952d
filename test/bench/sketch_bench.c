/*
 * sketch_bench.c
 *		What do a key of a sketch, and finding it again, cost?
 *
 * Prints the median of several runs, in cells per second: a key is five cells
 * when it is added, and peeling is the whole table. Nothing is asserted but that
 * it peels: a clock proves nothing on a busy machine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crypto/secret.h"
#include "crypto/sketch.h"

#define RUNS		5
#define KEY_LANES	2
#define VALUES		7
#define WIDTH		(2 + KEY_LANES + VALUES)
#define KEY_BYTES	60			/* fills two lanes nearly */

static const uint8_t seed[MPC_SKETCH_SEED_BYTES] = "a seed for the stopwatch";
static MpcFe value[VALUES];

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

static void
fail(const char *what)
{
	fprintf(stderr, "sketch_bench: %s\n", what);
	exit(EXIT_FAILURE);
}

static void *
allocate(size_t n, size_t size)
{
	void	   *p = calloc(n, size);

	if (p == NULL)
		fail("out of memory");
	return p;
}

static void
build(const MpcSketch *sketch, MpcFe *cell, uint32_t keys)
{
	char		key[KEY_BYTES] = "";
	uint32_t	k;

	for (k = 0; k < keys; k++)
	{
		memcpy(key, &k, sizeof(k));
		if (mpc_sketch_add(sketch, cell, seed, key, sizeof(key), (const MpcFe *) value) != MPC_OK)
			fail("a key was refused");
	}
}

/* Seconds for building and for peeling, the median of each, of a table for so many keys. */
static void
measure(double *built, double *peeled, uint32_t keys)
{
	MpcSketch	sketch = {(uint32_t) mpc_sketch_cells(keys), KEY_LANES, VALUES};
	size_t		elements = (size_t) sketch.cells * WIDTH;
	MpcFe	   *cell = allocate(elements, sizeof(MpcFe));
	uint32_t   *found = allocate(sketch.cells, sizeof(*found));
	uint32_t   *work = allocate(sketch.cells, sizeof(*work));
	uint32_t	repeats = 1 + 1000 / keys;
	double		took[2][RUNS] = {{0}};
	uint32_t	nfound;
	uint32_t	i;
	int			run;

	for (run = 0; run < RUNS; run++)
	{
		for (i = 0; i < repeats; i++)
		{
			double		start;

			memset(cell, 0, elements * sizeof(MpcFe));
			start = now_ns();
			build(&sketch, cell, keys);
			took[0][run] += (now_ns() - start) / 1e9 / repeats;
			start = now_ns();
			if (mpc_sketch_peel(&sketch, cell, seed, found, &nfound, work) != MPC_OK || nfound != keys)
				fail("a table did not peel");
			took[1][run] += (now_ns() - start) / 1e9 / repeats;
		}
	}
	for (i = 0; i < 2; i++)
		qsort(took[i], RUNS, sizeof(took[i][0]), by_value);
	*built = took[0][RUNS / 2];
	*peeled = took[1][RUNS / 2];
	free(cell);
	free(found);
	free(work);
}

int
main(void)
{
	static const uint32_t keys[] = {10, 100, 1000, 10000, 100000};
	size_t		i;

	if (mpc_core_init() != MPC_OK)
		return EXIT_FAILURE;
	mpc_random(value, sizeof(value));
	for (i = 0; i < VALUES; i++)
		value[i][MPC_FIELD_BYTES - 1] &= 0x0f;

	printf("%8s %8s %14s %14s %10s\n", "keys", "cells", "built cells/s", "peeled cells/s", "bytes/key");
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
	{
		double		cells = (double) mpc_sketch_cells(keys[i]);
		double		built;
		double		peeled;

		measure(&built, &peeled, keys[i]);
		printf("%8u %8.0f %14.0f %14.0f %10.0f\n", (unsigned) keys[i], cells,
			   MPC_SKETCH_HASHES * keys[i] / built, cells / peeled,
			   cells * WIDTH * MPC_FIELD_BYTES / keys[i]);
	}
	return EXIT_SUCCESS;
}
