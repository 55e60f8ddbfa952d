/*
 * sets_many.c
 *		The asker where more than two sets are intersected: which of its elements, or how many, are in all of them
 *		(PROTOCOLS G.5, RULES R28; psi/shares.h says what each learns)?
 *
 * Each peer evaluates the blinded elements under a key of its own, and gives a table of zero shares under the same. What an
 * element reads from all tables, less its evaluations, adds up to zero where all have it. No peer's table says anything by itself.
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "face/curve_workers.h"
#include "face/errors.h"
#include "face/progress.h"
#include "face/sets_asking.h"
#include "miscadmin.h"
#include "protocol/set_pairs.h"
#include "psi/shares.h"

typedef struct Many
{
	MpcSetsAsking *s;
	MpcFe		scalar;			/* secret */
	uint32	   *order;			/* which own element stands where on the wire; secret */
	MpcPoint   *asked;			/* own, blinded */
	MpcPoint   *evaluated[MPC_MAX_PARTIES];
	MpcFe	   *table[MPC_MAX_PARTIES];	/* seed, then cells */
	uint32		table_size[MPC_MAX_PARTIES];
	uint32		table_at[MPC_MAX_PARTIES];
	MpcFe	   *sum;			/* of each own element; secret */
} Many;

static void
wipe_many(void *arg)
{
	Many	   *m = arg;

	mpc_wipe(m->scalar, sizeof(MpcFe));
	mpc_wipe(m->sum, (Size) m->s->announced * sizeof(MpcFe));
}

static Many *
begin(MpcSetsAsking *s)
{
	Many	   *m = mpc_asking_alloc(sizeof(Many));
	MemoryContextCallback *wipe = palloc0(sizeof(MemoryContextCallback));

	m->s = s;
	m->sum = mpc_asking_alloc((Size) s->announced * sizeof(MpcFe));
	wipe->func = wipe_many;
	wipe->arg = m;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, wipe);
	mpc_group_scalar(m->scalar);
	m->order = mpc_asking_alloc((Size) s->announced * sizeof(uint32));
	mpc_set_shuffle(m->order, s->announced);
	m->asked = mpc_asking_alloc((Size) s->announced * MPC_POINT_BYTES);
	for (int i = 0; i < s->a->roster->n; i++)
	{
		MpcOkvs		okvs;

		if (!s->takes_part[i])
			continue;
		okvs = mpc_okvs_shape(s->size[i]);
		m->table_size[i] = (uint32) (1 + mpc_okvs_cells(&okvs));
		m->table[i] = mpc_asking_alloc((Size) m->table_size[i] * sizeof(MpcFe));
		m->evaluated[i] = mpc_asking_alloc((Size) s->announced * MPC_POINT_BYTES);
	}
	return m;
}

/* ------------------------------------------------------------------ lists out and in */

static void
take_pieces(Many *m, int peer)
{
	const MpcSetStep *step = &m->s->step[peer];

	for (int i = 0; i < step->ngets; i++)
	{
		const MpcSetPart *part = &step->get[i];
		uint8	   *to = part->channel == MPC_SET_TABLE ? m->table[peer][part->first] : m->evaluated[peer][part->first];

		memcpy(to, part->elements, (Size) part->count * MPC_SET_ELEMENT);
	}
}

/* A piece of every list that still has one, from every peer. False: there was nothing left. */
static bool
step_all(Many *m, uint32 *asked)
{
	MpcSetsAsking *s = m->s;
	MpcSetPart	piece;
	bool		more = mpc_sets_next_piece(&piece, MPC_SET_ASKED, asked, s->announced, MPC_SET_PIECE);
	bool		any = more;

	if (more)
		mpc_sets_blind(m->asked + piece.first, &s->own, m->order + piece.first, piece.count, m->scalar);
	for (int i = 0; i < s->a->roster->n; i++)
	{
		MpcSetStep *step = &s->step[i];

		step->nputs = step->ngets = 0;
		if (!s->takes_part[i])
			continue;
		if (more)
		{
			step->put[step->nputs++] = (MpcSetPart) {MPC_SET_ASKED, piece.first, piece.count, m->asked[piece.first]};
			step->get[step->ngets++] = (MpcSetPart) {MPC_SET_EVALUATED, piece.first, piece.count, NULL};
		}
		if (mpc_sets_next_piece(&step->get[step->ngets], MPC_SET_TABLE, &m->table_at[i], m->table_size[i], MPC_SET_PIECE))
			step->ngets++;
		any |= step->ngets > 0;
	}
	if (!any)
		return false;
	mpc_sets_exchange(s, NULL, NULL);
	for (int i = 0; i < s->a->roster->n; i++)
	{
		if (s->takes_part[i])
			take_pieces(m, i);
	}
	return true;
}

static void
converse(Many *m)
{
	uint32		asked = 0;

	mpc_progress_phase(MPC_PHASE_EXCHANGING, m->s->announced);
	while (step_all(m, &asked))
		;
}

/* ------------------------------------------------------------------ what they add up to */

static void
multiply(const Many *m, const MpcFe scalar, MpcPoint *point, uint32 n, int peer)
{
	MpcCurveJob job = {.op = MPC_CURVE_MULTIPLY,.in = point[0],.out = point,.n = n};
	MpcStatus	status;

	memcpy(job.scalar, scalar, sizeof(MpcFe));
	status = mpc_curve_execute(&job);
	mpc_wipe(job.scalar, sizeof(MpcFe));
	CHECK_FOR_INTERRUPTS();
	if (status != MPC_OK)
		mpc_raise_status(status, mpc_asking_party(m->s->a, peer), "the reply");
}

/* Padding reads what it may: its sums are noise. */
static MpcElement *
elements_on_wire(const Many *m)
{
	MpcElement *element = mpc_asking_alloc((Size) m->s->announced * MPC_ELEMENT_BYTES);

	for (uint32 i = 0; i < m->s->announced; i++)
	{
		if (m->order[i] < m->s->own.n)
			mpc_sets_element(element[i], &m->s->own, m->order[i]);
		else
			mpc_random(element[i], MPC_ELEMENT_BYTES);
	}
	return element;
}

static void
collect(Many *m, int peer, const MpcElement *element, const MpcFe inverse)
{
	MpcOkvs		okvs = mpc_okvs_shape(m->s->size[peer]);
	const MpcFe *table = (const MpcFe *) m->table[peer];
	MpcStatus	status = mpc_okvs_check(&okvs, table + 1);

	if (status != MPC_OK)
		mpc_raise_status(status, mpc_asking_party(m->s->a, peer), "the reply");
	multiply(m, inverse, m->evaluated[peer], m->s->announced, peer);
	status = mpc_psi_collect(m->sum, &okvs, table + 1, table[0], element, (const MpcPoint *) m->evaluated[peer],
							 0, m->s->announced);
	CHECK_FOR_INTERRUPTS();
	if (status != MPC_OK)
		elog(ERROR, "shares of zero could not be added: %s", mpc_status_name(status));
	pfree(m->evaluated[peer]);
	pfree(m->table[peer]);
}

static void
add_up(Many *m)
{
	MpcElement *element = elements_on_wire(m);
	MpcFe		inverse;

	mpc_progress_phase(MPC_PHASE_MATCHING, m->s->announced);
	mpc_group_invert(inverse, m->scalar);
	for (int i = 0; i < m->s->a->roster->n; i++)
	{
		if (m->s->takes_part[i])
			collect(m, i, (const MpcElement *) element, inverse);
	}
	mpc_wipe(inverse, sizeof(inverse));
	mpc_wipe(element, (Size) m->s->announced * MPC_ELEMENT_BYTES);
	pfree(element);
}

static void
find_members(Many *m)
{
	MpcSetsAsking *s = m->s;
	bool	   *found = mpc_asking_alloc(s->announced * sizeof(bool));

	s->count = (uint32) mpc_psi_members(found, (const MpcFe *) m->sum, s->announced);
	s->found = mpc_asking_alloc(Max(s->own.n, 1) * sizeof(bool));
	for (uint32 i = 0; i < s->announced; i++)
	{
		if (found[i] && m->order[i] < s->own.n)
			s->found[m->order[i]] = true;
	}
}

/* ------------------------------------------------------------------ counting, with the counter alone */

static void
blind_sums(Many *m)
{
	MpcElement *element = mpc_asking_alloc((Size) m->s->announced * MPC_ELEMENT_BYTES);
	MpcCurveJob job = {.op = MPC_CURVE_HASH,.in = element[0],.out = m->asked,.n = m->s->announced};
	MpcStatus	status;

	for (uint32 i = 0; i < m->s->announced; i++)
		mpc_psi_element(element[i], m->s->a->request->rid, m->sum[i]);
	memcpy(job.scalar, m->scalar, sizeof(MpcFe));
	status = mpc_curve_execute(&job);
	mpc_wipe(job.scalar, sizeof(MpcFe));
	mpc_wipe(element, (Size) m->s->announced * MPC_ELEMENT_BYTES);
	CHECK_FOR_INTERRUPTS();
	if (status != MPC_OK)
		elog(ERROR, "sums could not be blinded: %s", mpc_status_name(status));
	pfree(element);
}

/* One list to or from the counter. */
static void
move_list(Many *m, int counter, MpcSetChannel channel, MpcPoint *list, uint32 n)
{
	MpcSetsAsking *s = m->s;
	bool		puts = channel == MPC_SET_SECOND_ASKED;
	uint32		at = 0;
	MpcSetPart	part;

	for (int i = 0; i < s->a->roster->n; i++)
		s->step[i].nputs = s->step[i].ngets = 0;
	while (mpc_sets_next_piece(&part, channel, &at, n, MPC_SET_PIECE))
	{
		MpcSetStep *step = &s->step[counter];

		step->nputs = puts ? 1 : 0;
		step->ngets = puts ? 0 : 1;
		if (puts)
			part.elements = list[part.first];
		*(puts ? &step->put[0] : &step->get[0]) = part;
		mpc_sets_exchange(s, NULL, NULL);
		if (!puts)
			memcpy(list[part.first], step->get[0].elements, (Size) part.count * MPC_POINT_BYTES);
	}
}

/* What the counter evaluated is only compared: nobody multiplies it, who would see what is no point. */
static void
check_points(const Many *m, const MpcPoint *point, uint32 n, int counter)
{
	for (uint32 i = 0; i < n; i++)
	{
		if (!mpc_group_is_valid(point[i]))
			mpc_raise_status(MPC_NONCANONICAL, mpc_asking_party(m->s->a, counter), "the reply");
	}
}

static void
check_distinct(const Many *m, const MpcPoint *sorted, uint32 n, int counter)
{
	if (!mpc_set_is_distinct(sorted, n))
		mpc_raise_status(MPC_MALFORMED, mpc_asking_party(m->s->a, counter), "the reply");
}

static void
count_members(Many *m)
{
	MpcSetsAsking *s = m->s;
	int			counter = mpc_set_counter(s->a->request);
	MpcPoint   *evaluated = mpc_asking_alloc((Size) s->announced * MPC_POINT_BYTES);
	MpcPoint   *own = mpc_asking_alloc(Max((Size) s->size[counter], 1) * MPC_POINT_BYTES);

	blind_sums(m);
	move_list(m, counter, MPC_SET_SECOND_ASKED, m->asked, s->announced);
	move_list(m, counter, MPC_SET_SECOND_EVALUATED, evaluated, s->announced);
	move_list(m, counter, MPC_SET_SECOND_OWN, own, s->size[counter]);
	check_points(m, (const MpcPoint *) evaluated, s->announced, counter);
	multiply(m, m->scalar, own, s->size[counter], counter);
	mpc_set_sort(own, s->size[counter]);
	mpc_set_sort(evaluated, s->announced);
	check_distinct(m, (const MpcPoint *) own, s->size[counter], counter);
	check_distinct(m, (const MpcPoint *) evaluated, s->announced, counter);
	s->count = (uint32) mpc_set_match(NULL, (const MpcPoint *) evaluated, s->announced, (const MpcPoint *) own, s->size[counter]);
}

void
mpc_sets_find_many(MpcSetsAsking *s)
{
	Many	   *m = begin(s);

	converse(m);
	add_up(m);
	if (s->kind == MPC_SETS_MEMBERS)
		find_members(m);
	else
		count_members(m);
}
