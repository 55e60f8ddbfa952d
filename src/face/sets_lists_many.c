/*
 * sets_lists_many.c
 *		A peer's lists where more than two sets are intersected (PROTOCOLS G.5, RULES R28; psi/shares.h says what each learns).
 *
 * The asker reads a table of zero shares by its elements: what it reads from all peers adds up to nothing where all have the
 * element, and to noise where one lacks it. Of a count the counter's values add a secret number of their own, which the asker
 * compares with the counter's in sorted order only.
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "face/curve_workers.h"
#include "face/sets_lists.h"
#include "miscadmin.h"

static void *
allocate(MpcSetsStep *s, Size bytes)
{
	return MemoryContextAllocExtended(s->context, Max(bytes, 1), MCXT_ALLOC_HUGE);
}

/* All own elements. */
static MpcElement *
own_elements(MpcSetsStep *s)
{
	const MpcSetsOwn *own = &s->sets->own;
	MpcElement *element = allocate(s, (Size) own->n * MPC_ELEMENT_BYTES);

	for (uint32 i = 0; i < own->n; i++)
		mpc_sets_element(element[i], own, i);
	return element;
}

static void
blind(MpcPoint *point, const MpcElement *element, uint32 n, const MpcFe scalar)
{
	MpcCurveJob job = {.op = MPC_CURVE_HASH,.in = element[0],.out = point,.n = n};
	MpcStatus	status;

	memcpy(job.scalar, scalar, sizeof(MpcFe));
	status = mpc_curve_execute(&job);
	mpc_wipe(job.scalar, sizeof(MpcFe));
	CHECK_FOR_INTERRUPTS();
	if (status != MPC_OK)
		elog(ERROR, "own identifiers could not be blinded: %s", mpc_status_name(status));
}

/* What each own element reads in the table: its pseudorandom value and a share of zero. */
static MpcFe *
make_values(MpcSetsStep *s, const MpcElement *element)
{
	MpcSets    *sets = s->sets;
	uint32		n = sets->own.n;
	MpcPoint   *point = allocate(s, (Size) n * MPC_POINT_BYTES);
	MpcFe	   *value = allocate(s, (Size) n * sizeof(MpcFe));
	MpcStatus	status;

	blind(point, element, n, sets->scalar);
	status = mpc_psi_values(value, element, (const MpcPoint *) point, sets->pair, sets->npairs,
							sets->counts ? sets->counter : NULL, 0, n);
	CHECK_FOR_INTERRUPTS();
	if (status != MPC_OK)
		elog(ERROR, "shares of zero could not be made: %s", mpc_status_name(status));
	mpc_wipe(point, (Size) n * MPC_POINT_BYTES);
	pfree(point);
	return value;
}

/* As large as the announced size says, whatever is in it. */
static void
make_table(MpcSetsStep *s)
{
	MpcSets    *sets = s->sets;
	MpcOkvs		okvs = mpc_okvs_shape(sets->size);
	MpcElement *element = own_elements(s);
	MpcFe	   *value = make_values(s, element);
	Size		work_size = mpc_okvs_work(&okvs);
	void	   *work = allocate(s, work_size);
	MpcStatus	status;

	sets->table_size = (uint32) (1 + mpc_okvs_cells(&okvs));
	sets->table = MemoryContextAllocHuge(sets->context, (Size) sets->table_size * sizeof(MpcFe));
	status = mpc_okvs_encode(&okvs, sets->table + 1, sets->table[0], (const MpcElement *) element,
							 (const MpcFe *) value, sets->own.n, work);
	mpc_wipe(work, work_size);
	mpc_wipe(value, (Size) sets->own.n * sizeof(MpcFe));
	mpc_wipe(element, (Size) sets->own.n * MPC_ELEMENT_BYTES);
	pfree(work);
	pfree(value);
	pfree(element);
	CHECK_FOR_INTERRUPTS();
	if (status != MPC_OK)
		elog(ERROR, "a table of shares could not be made: %s", mpc_status_name(status));
}

bool
mpc_sets_give_table(MpcSetsStep *s, MpcSetPart *part)
{
	MpcSets    *sets = s->sets;

	if (!sets->many)
		return mpc_sets_wrong(s, "a list is asked for that this intersection does not have");
	if (sets->table == NULL)
		make_table(s);
	if (part->first > sets->table_size || part->count > sets->table_size - part->first)
		return mpc_sets_wrong(s, "cells are asked for that the table does not have");
	part->elements = sets->table[part->first];
	return true;
}

/* ------------------------------------------------------------------ counting */

bool
mpc_sets_take_second(MpcSetsStep *s, const MpcSetPart *part)
{
	MpcSets    *sets = s->sets;
	MpcPoint   *to;

	if (!sets->counts)
		return mpc_sets_wrong(s, "a list is put that this intersection does not have");
	to = mpc_sets_append(s, &sets->second, part);
	return to != NULL && mpc_sets_multiply(s, sets->second_scalar, to, part->count);
}

/* w(y) of own elements as points, in the order that nobody knows; padding where the size is padded. */
static bool
give_second_own(MpcSetsStep *s, MpcSetPart *part)
{
	MpcSets    *sets = s->sets;
	MpcElement *element;
	MpcPoint   *point;

	if (part->first > sets->size || part->count > sets->size - part->first)
		return mpc_sets_wrong(s, "elements are asked for that the set does not have");
	element = allocate(s, (Size) part->count * MPC_ELEMENT_BYTES);
	point = allocate(s, (Size) part->count * MPC_POINT_BYTES);
	for (uint32 i = 0; i < part->count; i++)
	{
		uint32		own = sets->order[part->first + i];
		MpcElement	key;
		MpcFe		w;

		if (own >= sets->own.n)
		{
			mpc_random(element[i], MPC_ELEMENT_BYTES);
			continue;
		}
		mpc_sets_element(key, &sets->own, own);
		mpc_psi_prf(w, sets->counter, key);
		mpc_psi_element(element[i], sets->rid, w);
		mpc_wipe(w, sizeof(w));
		mpc_wipe(key, sizeof(key));
	}
	blind(point, (const MpcElement *) element, part->count, sets->second_scalar);
	mpc_wipe(element, (Size) part->count * MPC_ELEMENT_BYTES);
	part->elements = point[0];
	return true;
}

bool
mpc_sets_give_second(MpcSetsStep *s, MpcSetPart *part)
{
	MpcSets    *sets = s->sets;

	if (!sets->counts)
		return mpc_sets_wrong(s, "a list is asked for that this intersection does not have");
	if (sets->second.came < sets->second.n)
		return mpc_sets_wrong(s, "a list is asked for that is not complete yet");
	if (part->channel == MPC_SET_SECOND_OWN)
		return give_second_own(s, part);
	if (!mpc_sets_sort_list(s, &sets->second, &sets->second_sorted))
		return false;
	if (part->first > sets->second.n || part->count > sets->second.n - part->first)
		return mpc_sets_wrong(s, "elements are asked for that were not put");
	part->elements = sets->second.element[part->first];
	return true;
}
