/*
 * sets_answer.c
 *		What does this party say in an intersection, step by step?
 *
 * Its request was judged and written down as every question is. Every element that comes is a point or ends it; lists come in
 * order and as long as they were announced; what is sorted is given only when all of it is there. So whatever the steps
 * are, what leaves is the conversation of PROTOCOLS G.
 */
#include "postgres.h"

#include "catalog/identity.h"
#include "crypto/secret.h"
#include "face/entry.h"
#include "face/progress.h"
#include "face/sets_answer.h"
#include "face/sets_lists.h"
#include "face/settings.h"
#include "miscadmin.h"

/* One step while it is answered. */
typedef struct Answering
{
	MpcSetsStep s;				/* what the lists of each kind are made by */
	const MpcParty *party;
	const bytea *message;
	MpcSetStep	step;
} Answering;

bytea *
mpc_sets_answer(MpcSets *sets, const MpcFederation *federation, const MpcOneTimeKey *next, MemoryContext context)
{
	MpcSetAnswer answer = {.ledger_seq = sets->ledger.seq,.ledger_head = sets->ledger.head};
	MemoryContext old = MemoryContextSwitchTo(sets->context);
	MpcWriter	w;
	bytea	   *buffer;

	sets->size = mpc_set_padded(sets->own.n, federation->pad_sets);
	sets->order = MemoryContextAllocHuge(sets->context, Max((Size) sets->size, 1) * sizeof(uint32));
	mpc_set_shuffle(sets->order, sets->size);
	mpc_group_scalar(sets->scalar);
	sets->asked.n = sets->announced;
	sets->twice.n = sets->size;
	sets->sender.n = 1;
	sets->second.n = sets->announced;
	mpc_roster_digest(sets->roster, &federation->roster);
	MemoryContextSwitchTo(context);
	answer.size = sets->size;
	answer.next_card = next->card;
	buffer = mpc_entry_buffer(&w, MPC_SET_ANSWER_MAX);
	mpc_set_answer_write(&w, mpc_identity(), sets->rid, federation->roster.me, &answer);
	MemoryContextSwitchTo(old);
	return mpc_entry_finish(buffer, &w);
}

/* ------------------------------------------------------------------ steps */

/* Refers to the request that the step names: the asker must know it again, also where nothing is known of it here. */
static bytea *
refuse(const Answering *a, MpcRefusalCode code, const char *rule)
{
	static const uint8 no_reference[MPC_RID_BYTES];
	const uint8 *rid = mpc_set_step_rid(VARDATA_ANY(a->message), VARSIZE_ANY_EXHDR(a->message));
	MpcRefusal	refusal = {.code = code,.rule = mpc_str(rule)};

	mpc_sets_forget();
	MemoryContextSwitchTo(a->s.context);
	return mpc_entry_refusal(&refusal, rid != NULL ? rid : no_reference, a->party->name, NULL, false);
}

/* What this intersection has no list for is refused: own elements of a question to many would show pairs. */
static bool
put(Answering *a, const MpcSetPart *part)
{
	const MpcSets *sets = a->s.sets;

	if (sets->kind == MPC_SETS_SUMS)
		return mpc_sets_take_of_sums(&a->s, part);
	switch (part->channel)
	{
		case MPC_SET_ASKED:
			return mpc_sets_take_asked(&a->s, part);
		case MPC_SET_SECOND_ASKED:
			return mpc_sets_take_second(&a->s, part);
		default:
			return mpc_sets_wrong(&a->s, "a list is put that this intersection does not have");
	}
}

/* Each list is given once and in order: whoever could ask again and again would make this party work for nothing. */
static bool
get(Answering *a, MpcSetPart *part)
{
	const MpcSets *sets = a->s.sets;

	if (part->channel >= MPC_SET_CHANNELS || part->first != sets->gave[part->channel])
		return mpc_sets_wrong(&a->s, "a list is not asked for in order, once");
	if (part->channel == MPC_SET_OWN && !sets->many)
		return mpc_sets_give_own(&a->s, part);
	if (sets->kind == MPC_SETS_SUMS)
		return mpc_sets_give_of_sums(&a->s, part);
	switch (part->channel)
	{
		case MPC_SET_EVALUATED:
			return mpc_sets_give_evaluated(&a->s, part);
		case MPC_SET_TABLE:
			return mpc_sets_give_table(&a->s, part);
		case MPC_SET_SECOND_EVALUATED:
		case MPC_SET_SECOND_OWN:
			return mpc_sets_give_second(&a->s, part);
		default:
			return mpc_sets_wrong(&a->s, "a list is asked for that this intersection does not have");
	}
}

/* Has all been given that there is? Then nothing needs to be kept any longer. */
static bool
is_complete(const MpcSets *sets)
{
	const uint32 *gave = sets->gave;

	if (sets->kind == MPC_SETS_SUMS)
		return gave[MPC_SET_SHARE] > 0;
	if (gave[MPC_SET_EVALUATED] < sets->announced)
		return false;
	if (!sets->many)
		return gave[MPC_SET_OWN] >= sets->size;
	return sets->table != NULL && gave[MPC_SET_TABLE] >= sets->table_size &&
		(!sets->counts || (gave[MPC_SET_SECOND_EVALUATED] >= sets->announced && gave[MPC_SET_SECOND_OWN] >= sets->size));
}

static void
report(const MpcSets *sets)
{
	bool		opening = sets->kind == MPC_SETS_SUMS && sets->asked.came == sets->asked.n;

	mpc_progress_begin(MPC_PROGRESS_PEER, sets->relid, sets->dataset);
	mpc_progress_phase(opening ? MPC_PHASE_MATCHING : MPC_PHASE_EVALUATING, sets->announced);
	mpc_progress_done(opening ? sets->chosen : sets->asked.came);
}

static bool
same_roster(const MpcSets *sets, const MpcFederation *federation)
{
	uint8		digest[32];

	mpc_roster_digest(digest, &federation->roster);
	return memcmp(digest, sets->roster, sizeof(digest)) == 0;
}

static bytea *
answer_step(Answering *a, const MpcFederation *federation)
{
	MpcWriter	w;
	bytea	   *buffer;

	for (int i = 0; i < a->step.nputs; i++)
	{
		if (!put(a, &a->step.put[i]))
			return refuse(a, MPC_REFUSE_MALFORMED, a->s.rule);
	}
	for (int i = 0; i < a->step.ngets; i++)
	{
		MpcSetPart *part = &a->step.get[i];

		if (!get(a, part))
			return refuse(a, MPC_REFUSE_MALFORMED, a->s.rule);
		a->s.sets->gave[part->channel] = part->first + part->count;
	}
	a->s.sets->next++;
	MemoryContextSwitchTo(a->s.context);
	buffer = mpc_entry_buffer(&w, mpc_set_reply_size(&a->step));
	mpc_set_reply_write(&w, mpc_identity(), federation->roster.me, &a->step);
	if (is_complete(a->s.sets))
		mpc_sets_forget();
	return mpc_entry_finish(buffer, &w);
}

bytea *
mpc_sets_answer_step(MpcSets *sets, const MpcParty *party, const bytea *message, TimestampTz start, MemoryContext context)
{
	Answering	a = {.s = {.sets = sets,.context = context},.party = party,.message = message};
	const MpcFederation *federation;
	MpcStatus	status;
	bytea	   *reply;

	if (sets == NULL || memcmp(sets->asker, party->card.pid, MPC_PID_BYTES) != 0)
		return refuse(&a, MPC_REFUSE_KEY, "no intersection was begun on this connection that a step belongs to");
	federation = mpc_federation_get(sets->federation);
	if (federation->timeout_ms > 0)
		mpc_deadline_move(TimestampTzPlusMilliseconds(start, federation->timeout_ms));
	if (!same_roster(sets, federation))
		return refuse(&a, MPC_REFUSE_ROSTER, "the federation has other parties than when the intersection was begun");
	status = mpc_set_step_read(&a.step, VARDATA_ANY(message), VARSIZE_ANY_EXHDR(message), sets->rid, sets->next,
							   party->card.sign_pk);
	if (status == MPC_SIGNATURE)
		return refuse(&a, MPC_REFUSE_SIGNATURE, "a step is not signed by the asker");
	if (status != MPC_OK)
		return refuse(&a, MPC_REFUSE_MALFORMED, "the step is not the next one, or not well-formed");
	report(sets);
	reply = answer_step(&a, federation);
	mpc_progress_end();
	return reply;
}
