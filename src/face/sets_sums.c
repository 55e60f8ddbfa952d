/*
 * sets_sums.c
 *		The asker of a sum over an intersection: what do its own rows add up to whose identifiers the peer has, too (PROTOCOLS G.4)?
 *
 * The roles are turned round: the peer finds which of the asker's elements match, and opens a pad for each of these; the asker
 * holds the values and gets the sum, never which elements it is of. The peer learns how many match, and no value.
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "face/curve_workers.h"
#include "face/errors.h"
#include "face/progress.h"
#include "face/sets_asking.h"
#include "miscadmin.h"
#include "psi/transfer.h"

typedef struct Sums
{
	MpcSetsAsking *s;
	int			peer;
	MpcFe		scalar;			/* secret */
	MpcTransfer transfer;
	MpcTransferOwner owner;		/* secret */
	uint32	   *order;			/* which own element stands where; secret */
	MpcPoint   *theirs;			/* the peer's set, multiplied, then sorted */
	MpcFe	   *share;			/* own share of each lane, secret */
} Sums;

static void
wipe_sums(void *arg)
{
	Sums	   *c = arg;

	mpc_wipe(c->scalar, sizeof(MpcFe));
	mpc_wipe(&c->owner, sizeof(c->owner));
	mpc_wipe(c->share, c->s->lanes * sizeof(MpcFe));
}

static Sums *
begin(MpcSetsAsking *s, int peer)
{
	Sums	   *c = mpc_asking_alloc(sizeof(Sums));
	MemoryContextCallback *wipe = palloc0(sizeof(MemoryContextCallback));

	c->s = s;
	c->peer = peer;
	c->share = mpc_asking_alloc(s->lanes * sizeof(MpcFe));
	wipe->func = wipe_sums;
	wipe->arg = c;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, wipe);
	mpc_group_scalar(c->scalar);
	memcpy(c->transfer.rid, s->a->request->rid, MPC_RID_BYTES);
	mpc_transfer_point(c->transfer.q, c->transfer.rid);
	c->transfer.width = s->lanes;
	if (mpc_transfer_begin(&c->owner, &c->transfer) != MPC_OK)
		elog(ERROR, "oblivious transfers could not be begun");
	c->order = mpc_asking_alloc((Size) s->announced * sizeof(uint32));
	mpc_set_shuffle(c->order, s->announced);
	c->theirs = mpc_asking_alloc(Max((Size) s->size[peer], 1) * MPC_POINT_BYTES);
	return c;
}

static MpcSetStep *
new_step(Sums *c)
{
	MpcSetStep *step = &c->s->step[c->peer];

	step->nputs = step->ngets = 0;
	return step;
}

static void
raise_reply(const Sums *c, MpcStatus status)
{
	mpc_raise_status(status, mpc_asking_party(c->s->a, c->peer), "the reply");
}

/* The peer's set comes blinded by it and goes back blinded by both, sorted. */
static void
fetch_theirs(Sums *c)
{
	uint32		n = c->s->size[c->peer];
	uint32		at = 0;
	MpcSetPart	part;
	MpcCurveJob job = {.op = MPC_CURVE_MULTIPLY,.in = c->theirs[0],.out = c->theirs,.n = n};
	MpcStatus	status;

	mpc_progress_phase(MPC_PHASE_EXCHANGING, n);
	while (mpc_sets_next_piece(&part, MPC_SET_OWN, &at, n, MPC_SET_PIECE))
	{
		MpcSetStep *step = new_step(c);

		step->get[step->ngets++] = part;
		mpc_sets_exchange(c->s, NULL, NULL);
		memcpy(c->theirs[part.first], step->get[0].elements, (Size) part.count * MPC_POINT_BYTES);
	}
	memcpy(job.scalar, c->scalar, sizeof(MpcFe));
	mpc_progress_phase(MPC_PHASE_EVALUATING, n);
	status = mpc_curve_execute(&job);
	mpc_wipe(job.scalar, sizeof(MpcFe));
	if (status != MPC_OK)
		raise_reply(c, status);
	mpc_set_sort(c->theirs, n);
	if (!mpc_set_is_distinct((const MpcPoint *) c->theirs, n))
		raise_reply(c, MPC_MALFORMED);
}

static void
return_theirs(Sums *c)
{
	uint32		at = 0;
	MpcSetPart	part;

	while (mpc_sets_next_piece(&part, MPC_SET_DOUBLE, &at, c->s->size[c->peer], MPC_SET_PIECE))
	{
		MpcSetStep *step = new_step(c);

		part.elements = c->theirs[part.first];
		step->put[step->nputs++] = part;
		mpc_sets_exchange(c->s, NULL, NULL);
	}
}

/* Own elements, blinded, in an order that nobody else knows. */
static void
send_own(Sums *c)
{
	MpcPoint   *piece = palloc_extended(MPC_SET_PIECE * MPC_POINT_BYTES, MCXT_ALLOC_HUGE);
	uint32		at = 0;
	MpcSetPart	part;

	mpc_progress_phase(MPC_PHASE_BLINDING, c->s->announced);
	while (mpc_sets_next_piece(&part, MPC_SET_ASKED, &at, c->s->announced, MPC_SET_PIECE))
	{
		MpcSetStep *step = new_step(c);

		mpc_sets_blind(piece, &c->s->own, c->order + part.first, part.count, c->scalar);
		part.elements = piece[0];
		step->put[step->nputs++] = part;
		if (part.first == 0)
			step->put[step->nputs++] = (MpcSetPart) {MPC_SET_SENDER, 0, 1, c->owner.sender};
		mpc_sets_exchange(c->s, NULL, NULL);
	}
	pfree(piece);
}

/* The values of the element in this place: of its groups' lanes, zeros elsewhere and where it is padding. */
static void
set_values(Sums *c, MpcFe *value, uint32 place)
{
	memset(value, 0, c->s->lanes * sizeof(MpcFe));
	if (c->order[place] < c->s->own.n)
		mpc_sets_values(c->s, value, c->order[place]);
}

/* Values under pads, for one piece of choices. */
static void
pad_piece(Sums *c, const MpcSetPart *choices, MpcFe *value)
{
	MpcFe	   *share = mpc_asking_alloc(c->s->lanes * sizeof(MpcFe));
	MpcTransfer transfer = c->transfer;
	MpcStatus	status;

	for (uint32 i = 0; i < choices->count; i++)
		set_values(c, value + (Size) i * c->s->lanes, choices->first + i);
	transfer.base = choices->first;
	status = mpc_transfer_pad(value, share, &transfer, &c->owner, (const MpcPoint *) choices->elements,
							  (const MpcFe *) value, 0, choices->count);
	CHECK_FOR_INTERRUPTS();
	if (status != MPC_OK)
		raise_reply(c, status);
	mpc_field_add_all(c->share, (const MpcFe *) share, c->s->lanes);
	mpc_wipe(share, c->s->lanes * sizeof(MpcFe));
	pfree(share);
}

/* Choices in, padded values out with the next request for choices. */
static void
transfer_values(Sums *c)
{
	uint32		rows = Max(MPC_SET_PIECE / c->s->lanes, 1);
	MpcFe	   *value = mpc_asking_alloc((Size) rows * c->s->lanes * sizeof(MpcFe));
	uint32		at = 0;
	uint32		done = 0;
	MpcSetPart	part;

	mpc_progress_phase(MPC_PHASE_MATCHING, c->s->announced);
	while (done < c->s->announced)
	{
		MpcSetStep *step = new_step(c);

		if (at > done)
			step->put[step->nputs++] = (MpcSetPart) {MPC_SET_PADDED, done * c->s->lanes, (at - done) * c->s->lanes, value[0]};
		done = at;
		if (mpc_sets_next_piece(&part, MPC_SET_CHOICES, &at, c->s->announced, rows))
			step->get[step->ngets++] = part;
		mpc_sets_exchange(c->s, NULL, NULL);
		if (step->ngets > 0)
			pad_piece(c, &step->get[0], value);
		mpc_progress_done(done);
	}
	mpc_wipe(value, (Size) rows * c->s->lanes * sizeof(MpcFe));
}

/* Both shares meet here, with the owner of the values. */
static void
open_sums(Sums *c)
{
	MpcSetStep *step = new_step(c);

	step->get[step->ngets++] = (MpcSetPart) {MPC_SET_SHARE, 0, c->s->lanes, NULL};
	mpc_sets_exchange(c->s, NULL, NULL);
	c->s->sum = mpc_asking_alloc(c->s->lanes * sizeof(MpcWide));
	for (int k = 0; k < c->s->lanes; k++)
	{
		MpcFe		total;

		memcpy(total, step->get[0].elements + (Size) k * MPC_FIELD_BYTES, sizeof(MpcFe));
		if (!mpc_field_is_canonical(total))
			raise_reply(c, MPC_NONCANONICAL);
		mpc_field_add(total, total, c->share[k]);
		mpc_field_to_wide(&c->s->sum[k], total);
	}
}

void
mpc_sets_add_up(MpcSetsAsking *s)
{
	Sums	   *c;
	int			peer = 0;

	while (!s->takes_part[peer])
		peer++;
	c = begin(s, peer);
	fetch_theirs(c);
	return_theirs(c);
	send_own(c);
	transfer_values(c);
	open_sums(c);
}
