/*
 * sets_lists.c
 *		What does a peer make of the asker's elements, and what does it give of its own (PROTOCOLS G.1, G.3)?
 *
 * Every element that comes is a point or ends the intersection. Of a count nothing is given back before all has come, sorted, so
 * that nobody can tell which was which; and an element that is there twice would be counted twice.
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "face/curve_workers.h"
#include "face/sets_lists.h"
#include "miscadmin.h"

bool
mpc_sets_wrong(MpcSetsStep *s, const char *rule)
{
	s->rule = rule;
	return false;
}

MpcPoint *
mpc_sets_append(MpcSetsStep *s, MpcSetsList *list, const MpcSetPart *part)
{
	MpcPoint   *to;

	if (part->first != list->came || part->count > list->n - list->came)
	{
		(void) mpc_sets_wrong(s, "a list is not put in order, or is longer than it was announced");
		return NULL;
	}
	if (list->element == NULL)
		list->element = MemoryContextAllocHuge(s->sets->context, (Size) list->n * MPC_POINT_BYTES);
	to = list->element + list->came;
	memcpy(to, part->elements, (Size) part->count * MPC_POINT_BYTES);
	list->came += part->count;
	return to;
}

bool
mpc_sets_multiply(MpcSetsStep *s, const MpcFe scalar, MpcPoint *point, uint32 n)
{
	MpcCurveJob job = {.op = MPC_CURVE_MULTIPLY,.in = point[0],.out = point,.n = n};
	MpcStatus	status;

	memcpy(job.scalar, scalar, sizeof(MpcFe));
	status = mpc_curve_execute(&job);
	mpc_wipe(job.scalar, sizeof(MpcFe));
	CHECK_FOR_INTERRUPTS();
	return status == MPC_OK || mpc_sets_wrong(s, "an element is no point of the group");
}

/* The asker's elements are multiplied as they come. */
bool
mpc_sets_take_asked(MpcSetsStep *s, const MpcSetPart *part)
{
	MpcPoint   *to = mpc_sets_append(s, &s->sets->asked, part);

	return to != NULL && mpc_sets_multiply(s, s->sets->scalar, to, part->count);
}

/* Own elements, blinded, shuffled. */
bool
mpc_sets_give_own(MpcSetsStep *s, MpcSetPart *part)
{
	MpcSets    *sets = s->sets;
	MpcPoint   *piece;

	if (part->first > sets->size || part->count > sets->size - part->first)
		return mpc_sets_wrong(s, "elements are asked for that the set does not have");
	piece = MemoryContextAlloc(s->context, (Size) part->count * MPC_POINT_BYTES);
	mpc_sets_blind(piece, &sets->own, sets->order + part->first, part->count, sets->scalar);
	part->elements = piece[0];
	return true;
}

bool
mpc_sets_sort_list(MpcSetsStep *s, MpcSetsList *list, bool *sorted)
{
	if (list->came < list->n)
		return mpc_sets_wrong(s, "a list is asked for that is not complete yet");
	if (!*sorted)
	{
		mpc_set_sort(list->element, list->n);
		if (!mpc_set_is_distinct((const MpcPoint *) list->element, list->n))
			return mpc_sets_wrong(s, "an element is there twice");
	}
	*sorted = true;
	return true;
}

/* Of many sets nobody counts yet: what comes back in order tells nothing without the tables. */
bool
mpc_sets_give_evaluated(MpcSetsStep *s, MpcSetPart *part)
{
	MpcSetsList *list = &s->sets->asked;

	if (s->sets->kind == MPC_SETS_COUNT && !s->sets->many && !mpc_sets_sort_list(s, list, &s->sets->sorted))
		return false;
	if (part->first > list->came || part->count > list->came - part->first)
		return mpc_sets_wrong(s, "elements are asked for that were not put");
	part->elements = list->element[part->first];
	return true;
}
