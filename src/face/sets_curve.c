/*
 * sets_curve.c
 *		The asker of an intersection by curve points: which of its elements, or how many, do all have (PROTOCOLS G.1, G.3)?
 *
 * a * H(x) goes out, b * a * H(x) comes back, and b * H(y) beside it, of which a makes a * b * H(y): equal points are equal
 * identifiers, and nobody but the asker sees both. Sets go in pieces, each party working on one while the other does on its
 * own. The scalar is drawn for this question and wiped with it.
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "face/curve_workers.h"
#include "face/errors.h"
#include "face/progress.h"
#include "face/sets_asking.h"

#define LEAST_PIECE		256
#define PIECES			8		/* into which a small set is cut, so that both sides work at once */

/* With one peer. */
typedef struct Curve
{
	MpcSetsAsking *s;
	int			peer;
	MpcFe		scalar;			/* secret */
	uint32	   *order;			/* which own element stands where on the wire; secret */
	MpcPoint   *asked;			/* own, blinded */
	uint32		blinded;		/* how many of them are */
	MpcPoint   *evaluated;		/* what the peer made of them */
	MpcPoint   *theirs;			/* the peer's, as they came, then multiplied in place */
	uint32		came;
	uint32		multiplied;
} Curve;

static void
wipe_scalar(void *arg)
{
	mpc_wipe(((Curve *) arg)->scalar, sizeof(MpcFe));
}

static MpcPoint *
make_points(uint32 n)
{
	return mpc_asking_alloc((Size) n * MPC_POINT_BYTES);
}

static Curve *
begin(MpcSetsAsking *s, int peer)
{
	Curve	   *c = mpc_asking_alloc(sizeof(Curve));
	MemoryContextCallback *wipe = palloc0(sizeof(MemoryContextCallback));

	c->s = s;
	c->peer = peer;
	wipe->func = wipe_scalar;
	wipe->arg = c;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, wipe);
	mpc_group_scalar(c->scalar);
	c->order = mpc_asking_alloc((Size) s->announced * sizeof(uint32));
	mpc_set_shuffle(c->order, s->announced);
	c->asked = make_points(s->announced);
	c->evaluated = make_points(s->announced);
	c->theirs = make_points(s->size[peer]);
	return c;
}

static uint32
piece_of(const Curve *c)
{
	uint32		larger = Max(c->s->announced, c->s->size[c->peer]);

	return Min(Max(larger / PIECES, LEAST_PIECE), MPC_SET_PIECE);
}

/* Own elements up to this one, with uniform points where they are padding. */
static void
blind(Curve *c, uint32 to)
{
	if (c->blinded >= to)
		return;
	mpc_sets_blind(c->asked + c->blinded, &c->s->own, c->order + c->blinded, to - c->blinded, c->scalar);
	c->blinded = to;
}

/* What has come of the peer's set so far. */
static void
multiply(Curve *c)
{
	MpcCurveJob job = {.op = MPC_CURVE_MULTIPLY,.in = c->theirs[c->multiplied],.out = c->theirs + c->multiplied,
	.n = c->came - c->multiplied};
	MpcStatus	status;

	if (job.n == 0)
		return;
	memcpy(job.scalar, c->scalar, sizeof(MpcFe));
	status = mpc_curve_execute(&job);
	mpc_wipe(job.scalar, sizeof(MpcFe));
	if (status != MPC_OK)
		mpc_raise_status(status, mpc_asking_party(c->s->a, c->peer), "the reply");
	c->multiplied = c->came;
}

/* While the peer works. */
static void
work_ahead(void *arg)
{
	Curve	   *c = arg;

	blind(c, Min(c->blinded + piece_of(c), c->s->announced));
	multiply(c);
}

/* The peer's set is blinded by it; what it made of ours must be points, too. */
static void
take_piece(Curve *c, const MpcSetPart *part)
{
	MpcPoint   *list = part->channel == MPC_SET_OWN ? c->theirs : c->evaluated;

	memcpy(list[part->first], part->elements, (Size) part->count * MPC_POINT_BYTES);
	if (part->channel == MPC_SET_OWN)
	{
		c->came = part->first + part->count;
		return;
	}
	for (uint32 i = part->first; i < part->first + part->count; i++)
	{
		if (!mpc_group_is_valid(list[i]))
			mpc_raise_status(MPC_NONCANONICAL, mpc_asking_party(c->s->a, c->peer), "the reply");
	}
}

static void
step(Curve *c)
{
	MpcSetStep *s = &c->s->step[c->peer];

	mpc_sets_exchange(c->s, work_ahead, c);
	for (int i = 0; i < s->ngets; i++)
		take_piece(c, &s->get[i]);
	mpc_progress_done(c->came);
}

/* Everything out and in. Of a count the peer gives back what it evaluated in the end only. */
static void
converse(Curve *c)
{
	MpcSetsAsking *s = c->s;
	MpcSetStep *next = &s->step[c->peer];
	uint32		piece = piece_of(c);
	uint32		asked = 0;
	uint32		theirs = 0;
	uint32		evaluated = 0;

	while (evaluated < s->announced || theirs < s->size[c->peer])
	{
		next->nputs = next->ngets = 0;
		blind(c, Min(asked + piece, s->announced));
		if (mpc_sets_next_piece(&next->put[0], MPC_SET_ASKED, &asked, s->announced, piece))
			next->put[next->nputs++].elements = c->asked[asked - next->put[0].count];
		if (mpc_sets_next_piece(&next->get[next->ngets], MPC_SET_OWN, &theirs, s->size[c->peer], piece))
			next->ngets++;
		if ((s->kind == MPC_SETS_MEMBERS || (asked == s->announced && next->nputs == 0)) &&
			mpc_sets_next_piece(&next->get[next->ngets], MPC_SET_EVALUATED, &evaluated, s->announced, piece))
			next->ngets++;
		step(c);
	}
}

/* Sorts the peer's points. Twice the same is no set. */
static void
check_sets(Curve *c)
{
	MpcPoint   *copy = make_points(c->s->announced);

	mpc_set_sort(c->theirs, c->s->size[c->peer]);
	memcpy(copy, c->evaluated, (Size) c->s->announced * MPC_POINT_BYTES);
	mpc_set_sort(copy, c->s->announced);
	if (!mpc_set_is_distinct(c->theirs, c->s->size[c->peer]) || !mpc_set_is_distinct(copy, c->s->announced))
		mpc_raise_status(MPC_MALFORMED, mpc_asking_party(c->s->a, c->peer), "the reply");
	pfree(copy);
}

static void
match(Curve *c)
{
	MpcSetsAsking *s = c->s;
	bool	   *found = mpc_asking_alloc(s->announced * sizeof(bool));

	s->count = mpc_set_match(found, (const MpcPoint *) c->evaluated, s->announced,
							 (const MpcPoint *) c->theirs, s->size[c->peer]);
	if (s->kind != MPC_SETS_MEMBERS)
		return;
	s->found = mpc_asking_alloc(s->own.n * sizeof(bool));
	for (uint32 i = 0; i < s->announced; i++)
	{
		if (found[i] && c->order[i] < s->own.n)
			s->found[c->order[i]] = true;
	}
}

void
mpc_sets_find(MpcSetsAsking *s)
{
	Curve	   *c;
	int			peer = 0;

	while (!s->takes_part[peer])
		peer++;
	c = begin(s, peer);
	mpc_progress_phase(MPC_PHASE_EXCHANGING, s->size[peer]);
	converse(c);
	multiply(c);
	mpc_progress_phase(MPC_PHASE_MATCHING, s->announced);
	check_sets(c);
	match(c);
}
