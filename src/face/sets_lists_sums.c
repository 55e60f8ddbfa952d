/*
 * sets_lists_sums.c
 *		The peer of a sum over an intersection: which of the asker's elements match, and what is our share of their values
 *		(PROTOCOLS G.4)?
 *
 * The peer learns how many match, and no value; its share is uniform by itself. It goes to the asker, who owns the values:
 * nobody else may put the shares together.
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "face/sets_lists.h"
#include "miscadmin.h"
#include "psi/transfer.h"

static void
set_transfer(MpcTransfer *transfer, const MpcSets *sets, uint32 base)
{
	memcpy(transfer->rid, sets->rid, MPC_RID_BYTES);
	mpc_transfer_point(transfer->q, transfer->rid);
	transfer->width = sets->lanes;
	transfer->base = base;
}

static void *
make_secret(const MpcSets *sets, Size bytes)
{
	return MemoryContextAllocExtended(sets->context, Max(bytes, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

/* Our own set as the asker multiplied it. */
static bool
take_twice(MpcSetsStep *s, const MpcSetPart *part)
{
	MpcSetsList *list = &s->sets->twice;

	if (mpc_sets_append(s, list, part) == NULL)
		return false;
	if (list->came < list->n)
		return true;
	mpc_set_sort(list->element, list->n);
	return mpc_set_is_distinct((const MpcPoint *) list->element, list->n) || mpc_sets_wrong(s, "an element is there twice");
}

/* The asker's elements, once ours are there to compare with. An element that is there twice would be paid twice. */
static bool
take_asked(MpcSetsStep *s, const MpcSetPart *part)
{
	MpcSets    *sets = s->sets;
	MpcPoint   *to;

	if (sets->twice.came < sets->twice.n)
		return mpc_sets_wrong(s, "a list is put before the one that it is compared with");
	to = mpc_sets_append(s, &sets->asked, part);
	if (to == NULL || !mpc_sets_multiply(s, sets->scalar, to, part->count))
		return false;
	if (sets->match == NULL)
		sets->match = make_secret(sets, sets->announced * sizeof(bool));
	(void) mpc_set_match(sets->match + part->first, (const MpcPoint *) to, part->count,
						 (const MpcPoint *) sets->twice.element, sets->twice.n);
	if (sets->asked.came < sets->asked.n)
		return true;
	mpc_set_sort(sets->asked.element, sets->asked.n);
	return mpc_set_is_distinct((const MpcPoint *) sets->asked.element, sets->asked.n) ||
		mpc_sets_wrong(s, "an element is there twice");
}

/* Values under pads: rows of lanes, of elements whose choices were given. */
static bool
take_padded(MpcSetsStep *s, const MpcSetPart *part)
{
	MpcSets    *sets = s->sets;
	uint32		row = part->first / sets->lanes;
	uint32		rows = part->count / sets->lanes;
	MpcTransfer transfer;
	MpcFe	   *share;
	MpcStatus	status;

	if (part->first % sets->lanes != 0 || part->count % sets->lanes != 0 || row != sets->opened ||
		rows > sets->chosen - sets->opened || sets->sender.came < sets->sender.n)
		return mpc_sets_wrong(s, "padded values are not put in order, or not for elements whose choices were given");
	if (sets->share == NULL)
		sets->share = make_secret(sets, sets->lanes * sizeof(MpcFe));
	share = MemoryContextAllocZero(s->context, sets->lanes * sizeof(MpcFe));
	set_transfer(&transfer, sets, row);
	status = mpc_transfer_open(share, &transfer, sets->sender.element[0], sets->match + row, (const MpcFe *) sets->kappa + row,
							   (const MpcFe *) part->elements, 0, rows);
	mpc_field_add_all(sets->share, (const MpcFe *) share, sets->lanes);
	mpc_wipe(share, sets->lanes * sizeof(MpcFe));
	CHECK_FOR_INTERRUPTS();
	sets->opened += rows;
	return status == MPC_OK || mpc_sets_wrong(s, "a padded value is no element of the field, or the sender's point is none");
}

bool
mpc_sets_take_of_sums(MpcSetsStep *s, const MpcSetPart *part)
{
	switch (part->channel)
	{
		case MPC_SET_DOUBLE:
			return take_twice(s, part);
		case MPC_SET_ASKED:
			return take_asked(s, part);
		case MPC_SET_SENDER:
			return mpc_sets_append(s, &s->sets->sender, part) != NULL;
		case MPC_SET_PADDED:
			return take_padded(s, part);
		default:
			return mpc_sets_wrong(s, "a list is put that this intersection does not have");
	}
}

/* In order: a choice that was given twice would be a second transfer under the same pads. */
static bool
give_choices(MpcSetsStep *s, MpcSetPart *part)
{
	MpcSets    *sets = s->sets;
	MpcPoint   *choice;
	MpcTransfer transfer;
	MpcStatus	status;

	if (sets->asked.came < sets->asked.n)
		return mpc_sets_wrong(s, "a list is asked for that is not complete yet");
	if (part->first != sets->chosen || part->count > sets->announced - sets->chosen)
		return mpc_sets_wrong(s, "choices are not asked for in order");
	if (sets->kappa == NULL)
		sets->kappa = make_secret(sets, (Size) sets->announced * sizeof(MpcFe));
	choice = MemoryContextAlloc(s->context, (Size) part->count * MPC_POINT_BYTES);
	set_transfer(&transfer, sets, part->first);
	status = mpc_transfer_choose(choice, sets->kappa + part->first, &transfer, sets->match + part->first, 0, part->count);
	CHECK_FOR_INTERRUPTS();
	if (status != MPC_OK)
		elog(ERROR, "choices could not be made: %s", mpc_status_name(status));
	sets->chosen += part->count;
	part->elements = choice[0];
	return true;
}

static bool
give_share(MpcSetsStep *s, MpcSetPart *part)
{
	MpcSets    *sets = s->sets;

	if (sets->opened < sets->announced || part->first != 0 || part->count != sets->lanes)
		return mpc_sets_wrong(s, "the shares are not asked for as they are");
	part->elements = sets->share[0];
	return true;
}

bool
mpc_sets_give_of_sums(MpcSetsStep *s, MpcSetPart *part)
{
	switch (part->channel)
	{
		case MPC_SET_CHOICES:
			return give_choices(s, part);
		case MPC_SET_SHARE:
			return give_share(s, part);
		default:
			return mpc_sets_wrong(s, "a list is asked for that this intersection does not have");
	}
}
