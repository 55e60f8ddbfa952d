/*
 * test_psi.h
 *		The parties of an intersection in one process: their sets, and what two of them say to each other.
 */
#ifndef MPC_TEST_PSI_H
#define MPC_TEST_PSI_H

#include <stdio.h>

#include "crypto/secret.h"
#include "kat.h"
#include "psi/curve.h"
#include "psi/sets.h"

#define LENGTH(a)	(sizeof(a) / sizeof((a)[0]))
#define MAX_SET		300
#define MAX_SENT	512			/* padded */

typedef enum Overlap
{
	NONE,
	SOME,
	ALL							/* each set holds every smaller one */
} Overlap;

typedef struct Party
{
	size_t		n;
	uint32_t	id[MAX_SET];	/* in no order, each once */
	MpcElement	element[MAX_SET];
	MpcFe		scalar;
	size_t		nsent;
	uint32_t	order[MAX_SENT];	/* element order[k] is sent at k */
	MpcPoint	sent[MAX_SENT];		/* scalar * H(element), and padding */
} Party;

/* n identifiers of the party with this number, by overlap. */
static inline void
fill_party(Party *party, uint32_t number, size_t n, Overlap overlap, uint32_t seed)
{
	uint32_t	universe[2 * MAX_SET];
	uint32_t	draw[2 * MAX_SET];
	char		text[32];
	size_t		i;

	kat_fill(draw, sizeof(draw), 1000 * seed + number);
	for (i = 0; i < 2 * n; i++)
		universe[i] = (uint32_t) i;
	for (i = 0; overlap == SOME && i < n; i++)
	{
		size_t		j = i + draw[i] % (2 * n - i);
		uint32_t	kept = universe[i];

		universe[i] = universe[j];
		universe[j] = kept;
	}
	party->n = n;
	for (i = 0; i < n; i++)
	{
		party->id[i] = universe[i] + (overlap == NONE ? 1000 * number : 0);
		snprintf(text, sizeof(text), "person %u", (unsigned) party->id[i]);
		mpc_element_hash(party->element[i], kat_rid, mpc_str(text));
	}
}

static inline bool
has(const Party *party, uint32_t id)
{
	size_t		i;

	for (i = 0; i < party->n; i++)
		if (party->id[i] == id)
			return true;
	return false;
}

static inline MpcStatus
multiply(MpcPoint *out, const MpcFe scalar, const MpcPoint *in, size_t n)
{
	MpcCurveJob job = {MPC_CURVE_MULTIPLY, {0}, (const uint8_t *) in, out, n};

	memcpy(job.scalar, scalar, sizeof(job.scalar));
	return mpc_curve_run(&job, 0, n);
}

static inline void
hash_and_multiply(MpcPoint *out, const MpcFe scalar, const MpcElement *element, size_t n)
{
	MpcCurveJob job = {MPC_CURVE_HASH, {0}, (const uint8_t *) element, out, n};

	memcpy(job.scalar, scalar, sizeof(job.scalar));
	assert_int_equal(mpc_curve_run(&job, 0, n), MPC_OK);
}

/* Under a fresh scalar, shuffled, with padding. */
static inline void
blind(Party *party, bool padded)
{
	MpcPoint	point[MAX_SENT];
	size_t		k;

	mpc_group_scalar(party->scalar);
	party->nsent = mpc_set_padded(party->n, padded);
	hash_and_multiply(point, party->scalar, (const MpcElement *) party->element, party->n);
	assert_int_equal(mpc_set_pad(point, party->n, party->nsent), MPC_OK);
	mpc_set_shuffle(party->order, party->nsent);
	for (k = 0; k < party->nsent; k++)
		memcpy(party->sent[k], point[party->order[k]], sizeof(MpcPoint));
}

/* A list of the peer's under one's own scalar: what is no point is refused, and so is one that is there twice. */
static inline MpcStatus
receive(MpcPoint *out, const MpcFe scalar, const MpcPoint *in, size_t n)
{
	MpcPoint	sorted[MAX_SENT];

	memcpy(sorted, in, n * sizeof(MpcPoint));
	mpc_set_sort(sorted, n);
	if (!mpc_set_is_distinct((const MpcPoint *) sorted, n))
		return MPC_MALFORMED;
	return multiply(out, scalar, in, n);
}

#endif							/* MPC_TEST_PSI_H */
