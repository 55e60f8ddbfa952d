/*
 * psi_bench.c
 *		What does one element of an intersection cost?
 *
 * Prints the median of several runs, in microseconds per element: what is done on the curve, where the time goes, and
 * what is done besides, for sets of several sizes. Nothing is asserted: a clock proves nothing on a busy machine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crypto/secret.h"
#include "psi/curve.h"
#include "psi/shares.h"
#include "psi/transfer.h"

#define RUNS	3
#define CURVE	500				/* elements of each run on the curve */
#define WIDTH	8				/* lanes of a value */
#define PEERS	4

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

static void *
allocate(size_t n, size_t size)
{
	void	   *p = calloc(n, size);

	if (p == NULL)
		abort();
	return p;
}

static void
check(MpcStatus status)
{
	if (status != MPC_OK)
		abort();
}

/* What all work is done with. */
typedef struct Bench
{
	size_t		n;
	MpcElement *element;
	MpcPoint   *point;
	MpcPoint   *other;
	MpcFe	   *value;
	MpcFe	   *table;
	void	   *work;
	MpcOkvs		okvs;
	uint8_t		seed[MPC_OKVS_SEED_BYTES];
	MpcMask		pair[PEERS];
	MpcTransfer transfer;
	MpcTransferOwner owner;
	MpcFe		share[WIDTH];
	bool	   *bit;
	MpcFe	   *kappa;
	MpcFe	   *tau;
} Bench;

static void
start(Bench *b, size_t n)
{
	size_t		i;

	memset(b, 0, sizeof(*b));
	b->n = n;
	b->element = allocate(n, sizeof(*b->element));
	b->point = allocate(n, sizeof(*b->point));
	b->other = allocate(n, sizeof(*b->other));
	b->value = allocate(n, sizeof(*b->value));
	b->okvs = mpc_okvs_shape(n);
	b->table = allocate(mpc_okvs_cells(&b->okvs), sizeof(*b->table));
	b->work = allocate(1, mpc_okvs_work(&b->okvs));
	mpc_random(b->element, n * sizeof(*b->element));
	mpc_random(b->point, n * sizeof(*b->point));
	memcpy(b->other, b->point, n * sizeof(*b->point));
	mpc_set_sort(b->other, n);
	for (i = 0; i < PEERS; i++)
	{
		mpc_random(b->pair[i].key, sizeof(b->pair[i].key));
		b->pair[i].sign = i % 2 == 0 ? 1 : -1;
	}
}

static void
finish(Bench *b)
{
	free(b->element);
	free(b->point);
	free(b->other);
	free(b->value);
	free(b->table);
	free(b->work);
}

static void
measure(const char *what, Bench *b, void (*work) (Bench *b))
{
	double		took[RUNS];
	double		begun;
	int			run;

	for (run = 0; run < RUNS; run++)
	{
		begun = now_us();
		work(b);
		took[run] = (now_us() - begun) / (double) b->n;
	}
	qsort(took, RUNS, sizeof(took[0]), by_value);
	printf("%8u %-28s %10.2f\n", (unsigned) b->n, what, took[RUNS / 2]);
}

static void
run_job(Bench *b, MpcCurveOp op, const void *in)
{
	MpcCurveJob job = {op, {0}, in, b->point, b->n};

	mpc_group_scalar(job.scalar);
	check(mpc_curve_run(&job, 0, job.n));
}

static void
hash_all(Bench *b)
{
	run_job(b, MPC_CURVE_HASH, b->element);
}

static void
multiply_all(Bench *b)
{
	run_job(b, MPC_CURVE_MULTIPLY, b->point);
}

static void
choose_all(Bench *b)
{
	check(mpc_transfer_choose(b->point, b->kappa, &b->transfer, b->bit, 0, b->n));
}

static void
pad_all(Bench *b)
{
	check(mpc_transfer_pad(b->tau, b->share, &b->transfer, &b->owner, (const MpcPoint *) b->point,
						   (const MpcFe *) b->tau, 0, b->n));
}

static void
open_all(Bench *b)
{
	check(mpc_transfer_open(b->share, &b->transfer, b->owner.sender, b->bit, (const MpcFe *) b->kappa,
							(const MpcFe *) b->tau, 0, b->n));
}

static void
on_the_curve(void)
{
	Bench		b;
	size_t		i;

	start(&b, CURVE);
	b.bit = allocate(CURVE, sizeof(*b.bit));
	b.kappa = allocate(CURVE, sizeof(*b.kappa));
	b.tau = allocate(CURVE * WIDTH, sizeof(*b.tau));
	for (i = 0; i < CURVE; i++)
		b.bit[i] = i % 2 == 0;
	b.transfer.width = WIDTH;
	mpc_transfer_point(b.transfer.q, b.transfer.rid);
	check(mpc_transfer_begin(&b.owner, &b.transfer));

	measure("hashed and multiplied", &b, hash_all);
	measure("multiplied", &b, multiply_all);
	measure("transfer: choice", &b, choose_all);
	measure("transfer: pads, 8 lanes", &b, pad_all);
	measure("transfer: opened, 8 lanes", &b, open_all);
	free(b.bit);
	free(b.kappa);
	free(b.tau);
	finish(&b);
}

static void
sort_all(Bench *b)
{
	mpc_random(b->point, b->n * sizeof(*b->point));
	mpc_set_sort(b->point, b->n);
}

static void
match_all(Bench *b)
{
	(void) mpc_set_match(NULL, (const MpcPoint *) b->point, b->n, (const MpcPoint *) b->other, b->n);
}

static void
value_all(Bench *b)
{
	check(mpc_psi_values(b->value, (const MpcElement *) b->element, (const MpcPoint *) b->point, b->pair, PEERS, NULL,
						 0, b->n));
}

static void
encode_all(Bench *b)
{
	check(mpc_okvs_encode(&b->okvs, b->table, b->seed, (const MpcElement *) b->element, (const MpcFe *) b->value, b->n,
						  b->work));
}

static void
collect_all(Bench *b)
{
	check(mpc_psi_collect(b->value, &b->okvs, (const MpcFe *) b->table, b->seed, (const MpcElement *) b->element,
						  (const MpcPoint *) b->point, 0, b->n));
}

static void
besides(size_t n)
{
	Bench		b;

	start(&b, n);
	measure("drawn and sorted", &b, sort_all);
	measure("matched", &b, match_all);
	measure("values, 4 other peers", &b, value_all);
	measure("table encoded", &b, encode_all);
	measure("table collected", &b, collect_all);
	printf("%8u %-28s %10.2f\n", (unsigned) n, "bytes of the table", 32.0 * (double) mpc_okvs_cells(&b.okvs) / (double) n);
	finish(&b);
}

int
main(void)
{
	if (mpc_core_init() != MPC_OK)
		return EXIT_FAILURE;
	printf("%8s %-28s %10s\n", "elements", "what", "us each");
	on_the_curve();
	besides(1000);
	besides(100000);
	besides(1000000);
	return EXIT_SUCCESS;
}
