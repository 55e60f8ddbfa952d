/*
 * sets_talk.c
 *		The asker's steps with the peers of an intersection: pieces out, pieces in.
 */
#include "postgres.h"

#include "catalog/identity.h"
#include "face/errors.h"
#include "face/sets_asking.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

static void
write_step(MpcSetsAsking *s, int peer)
{
	MpcSetStep *step = &s->step[peer];
	Size		size;
	MpcWriter	w;

	step->rid = s->a->request->rid;
	step->number = s->number;
	size = mpc_set_step_size(step);
	mpc_writer_init(&w, mpc_asking_alloc(size), size);
	mpc_set_step_write(&w, s->a->me, step);
	if (w.status != MPC_OK)
		elog(ERROR, "a step of an intersection could not be written: %s", mpc_status_name(w.status));
	s->a->call[peer].request = w.data;
	s->a->call[peer].request_len = w.len;
}

/* How a list that a party gives begins, for whoever wants to see that it is nothing but noise. */
static void
show_lists(const MpcSetsAsking *s, int peer)
{
	const MpcSetStep *step = &s->step[peer];
	char		hex[2 * MPC_SET_ELEMENT + 1];

	if (!message_level_is_interesting(DEBUG1))
		return;
	for (int i = 0; i < step->ngets; i++)
	{
		const MpcSetPart *part = &step->get[i];

		if (part->first > 0)
			continue;
		hex_encode((const char *) part->elements, MPC_SET_ELEMENT, hex);
		hex[2 * MPC_SET_ELEMENT] = '\0';
		ereport(DEBUG1,
				(errmsg_internal("party \"%s\" sent list %d, its first %u elements: %s…",
								 mpc_asking_party(s->a, peer), part->channel, part->count, hex)));
	}
}

static void
read_replies(MpcSetsAsking *s)
{
	Asking	   *a = s->a;

	mpc_asking_failures(a, a->request->rid, "answer", 0);
	for (int i = 0; i < a->roster->n; i++)
	{
		MpcStatus	status;

		if (a->call[i].skip)
			continue;
		status = mpc_set_reply_read(&s->step[i], a->call[i].reply, a->call[i].reply_len, a->roster, i);
		if (status != MPC_OK)
			mpc_raise_status(status, mpc_asking_party(a, i), "the reply");
		show_lists(s, i);
	}
}

void
mpc_sets_exchange(MpcSetsAsking *s, void (*work) (void *arg), void *arg)
{
	Asking	   *a = s->a;
	MpcExchange *exchange;
	MemoryContext old;

	if (s->context == NULL)
		s->context = AllocSetContextCreate(CurrentMemoryContext, "mpc_agg step", ALLOCSET_DEFAULT_SIZES);
	MemoryContextReset(s->context);
	old = MemoryContextSwitchTo(s->context);
	for (int i = 0; i < a->roster->n; i++)
	{
		a->call[i].skip = !s->takes_part[i] || (s->step[i].nputs == 0 && s->step[i].ngets == 0);
		if (!a->call[i].skip)
			write_step(s, i);
	}
	exchange = mpc_exchange_begin(a->call, a->roster->n, a->deadline);
	if (work != NULL)
		work(arg);
	mpc_exchange_end(exchange);
	mpc_asking_count_cost(a);
	read_replies(s);
	MemoryContextSwitchTo(old);
	s->number++;
}

bool
mpc_sets_next_piece(MpcSetPart *part, MpcSetChannel channel, uint32 *first, uint32 n, uint32 piece)
{
	if (*first >= n)
		return false;
	part->channel = channel;
	part->first = *first;
	part->count = Min(piece, n - *first);
	part->elements = NULL;
	*first += part->count;
	return true;
}
