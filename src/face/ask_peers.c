/*
 * ask_peers.c
 *		Talking to everybody: greetings where a connection is cold, the cards that come
 *		with them, and who failed.
 *
 * A refusal that verifies is shown before a mere fault of transport; a call that
 * was not waited for any more says nothing. What a question's rounds are is its protocol's: ask_masked.c, ask_shamir.c.
 */
#include "postgres.h"

#include "catalog/identity.h"
#include "crypto/secret.h"
#include "face/asking.h"
#include "face/errors.h"
#include "protocol/hello.h"
#include "utils/builtins.h"

#define HELLO_STATEMENT		"CALL mpc.hello($1, NULL)"

/* What a link keeps between questions: the peer's next one-time key card. */
typedef struct CardNote
{
	Oid			federation;		/* the card says whether the peer publishes the dataset to this one */
	uint8		dataset[32];	/* hash of the dataset's name */
	uint8		card[MPC_ONETIME_BYTES];
} CardNote;

void
mpc_asking_connect(Asking *a)
{
	for (int k = 0; k < a->roster->n; k++)
	{
		int			i = a->federation->order[k];

		memset(&a->call[i], 0, sizeof(MpcCall));
		a->call[i].skip = mpc_asking_is_me(a, i);
		if (!a->call[i].skip)
			a->call[i].link = mpc_link_get(a->federation->party[i].serverid, a->question->userid);
	}
}

/* A call that merely was not waited for any more says nothing. */
void
mpc_asking_failures(Asking *a, const uint8 *reference, const char *step, int tolerated)
{
	const MpcCall *fault = NULL;
	int			faults = 0;

	for (int k = 0; k < a->roster->n; k++)
	{
		int			i = a->federation->order[k];
		MpcCall    *call = &a->call[i];
		MpcRefusal	refusal;
		MpcStatus	status;

		if (call->skip)
			continue;
		if (call->fault != MPC_FAULT_NONE)
		{
			faults++;
			if (fault == NULL || fault->ms > call->ms)
				fault = call;
			continue;
		}
		if (!mpc_is_refusal(call->reply, call->reply_len))
			continue;
		mpc_link_clear_note(call->link);
		status = mpc_refusal_read(&refusal, call->reply, call->reply_len, reference, &a->roster->member[i]);
		if (status != MPC_OK)
			mpc_raise_status(status, mpc_asking_party(a, i), "the refusal");
		if (refusal.code == MPC_REFUSE_CONTRACT)
			mpc_setting_forget(a->question->joint_relid);
		mpc_raise_refusal(&refusal, mpc_asking_party(a, i), &a->used_bytes);
	}
	if (faults > tolerated)
		mpc_raise_fault(fault, step, a->opened);
}

void
mpc_asking_count_cost(Asking *a)
{
	int			at = 0;

	a->answer->rounds++;
	for (int k = 0; k < a->roster->n; k++)
	{
		int			i = a->federation->order[k];
		MpcPartyCost *cost;

		if (mpc_asking_is_me(a, i))
			continue;
		cost = &a->answer->party[at++];
		cost->name = mpc_asking_party(a, i);
		if (a->call[i].skip)
			continue;
		cost->bytes_out += a->call[i].bytes_out;
		cost->bytes_in += a->call[i].bytes_in;
		cost->ms += a->call[i].ms;
	}
	a->answer->nparties = at;
}

static const CardNote *
card_note(const Asking *a, int position)
{
	Size		len;
	const CardNote *note = mpc_link_note(a->call[position].link, &len);

	if (note == NULL || len != sizeof(CardNote) || note->federation != a->federation->serverid ||
		memcmp(note->dataset, a->dataset_hash, sizeof(note->dataset)) != 0)
		return NULL;
	return note;
}

void
mpc_asking_keep_card(Asking *a, int position, const uint8 *card)
{
	CardNote	note;

	if (card == NULL)
		return;
	note.federation = a->federation->serverid;
	memcpy(note.dataset, a->dataset_hash, sizeof(note.dataset));
	memcpy(note.card, card, MPC_ONETIME_BYTES);
	mpc_link_put_note(a->call[position].link, &note, sizeof(note));
}

static void
take_hello_answers(Asking *a, const uint8 *nonce)
{
	mpc_asking_failures(a, nonce, "hello", 0);
	for (int i = 0; i < a->roster->n; i++)
	{
		MpcHelloAnswer answer;
		MpcStatus	status;

		if (a->call[i].skip)
			continue;
		status = mpc_hello_answer_read(&answer, a->call[i].reply, a->call[i].reply_len, nonce, &a->roster->member[i]);
		if (status != MPC_OK)
			mpc_raise_status(status, mpc_asking_party(a, i), "the greeting");
		mpc_asking_keep_card(a, i, answer.card);
		if (!a->setting->has_contract && answer.description.data != NULL)
			mpc_setting_learn(a->setting, a->question->joint_relid, answer.description);
	}
}

/* Greets every peer from which no card for this dataset is at hand. */
void
mpc_asking_hello(Asking *a)
{
	bool		want_contract = !a->setting->has_contract;
	uint8		nonce[32];
	uint8	   *message = palloc(1024);
	MpcWriter	w;
	bool		needed = false;

	mpc_random(nonce, sizeof(nonce));
	mpc_writer_init(&w, message, 1024);
	mpc_hello_write(&w, a->me, a->roster, nonce, a->query->dataset, want_contract);
	Assert(w.status == MPC_OK);
	for (int i = 0; i < a->roster->n; i++)
	{
		MpcCall    *call = &a->call[i];

		if (mpc_asking_is_me(a, i))
			continue;
		call->statement = HELLO_STATEMENT;
		call->request = message;
		call->request_len = w.len;
		call->skip = !want_contract && card_note(a, i) != NULL;
		if (!call->skip)
			mpc_link_clear_note(call->link);
		needed |= !call->skip;
	}
	if (!needed)
		return;
	mpc_exchange_end(mpc_exchange_begin(a->call, a->roster->n, a->deadline));
	take_hello_answers(a, nonce);
	mpc_asking_count_cost(a);
}

void
mpc_asking_collect_cards(Asking *a)
{
	a->cards = mpc_asking_alloc((Size) a->roster->n * MPC_ONETIME_BYTES);
	for (int i = 0; i < a->roster->n; i++)
	{
		const CardNote *note = mpc_asking_is_me(a, i) ? NULL : card_note(a, i);

		if (mpc_asking_is_me(a, i))
			continue;
		if (note == NULL)
			mpc_raise_status(MPC_STALE_KEY, mpc_asking_party(a, i), "the one-time key");
		memcpy(a->cards + i * MPC_ONETIME_BYTES, note->card, MPC_ONETIME_BYTES);
		mpc_link_clear_note(a->call[i].link);	/* spent, whatever happens next */
	}
}

/* Counts first, then writes: most questions are small, and their cap is not. */
static MpcStr
write_bytes(void (*write) (MpcWriter *w, const Asking *a), const Asking *a, const char *what)
{
	MpcWriter	w;

	mpc_writer_init(&w, NULL, 0);
	write(&w, a);
	if (w.status == MPC_OK && w.len <= MPC_MAX_QUERY_BYTES)
	{
		mpc_writer_init(&w, palloc(w.len), w.len);
		write(&w, a);
	}
	if (w.status != MPC_OK || w.data == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the %s of this question is too long", what)));
	return (MpcStr)
	{
		w.data, w.len
	};
}

static void
write_query(MpcWriter *w, const Asking *a)
{
	mpc_query_write(w, a->query);
}

static void
write_policy(MpcWriter *w, const Asking *a)
{
	mpc_policy_write(w, a->lanes, a->contract_hash);
}

MpcWriter
mpc_asking_request_room(const Asking *a, MpcStr *query, MpcStr *policy)
{
	MpcWriter	w;
	Size		cap;

	*query = write_bytes(write_query, a, "condition");
	*policy = write_bytes(write_policy, a, "lane table");
	cap = 512 + (Size) a->roster->n * MPC_ONETIME_BYTES + query->len + policy->len;
	mpc_writer_init(&w, mpc_asking_alloc(cap), cap);
	return w;
}

void
mpc_asking_address(Asking *a, const MpcRequest *request, const MpcWriter *message)
{
	a->request = request;
	for (int i = 0; i < a->roster->n; i++)
	{
		a->publishes[i] = !mpc_is_zero(request->card[i].dataset, 32);
		a->call[i].skip = mpc_asking_is_me(a, i);
		a->call[i].statement = MPC_ANSWER_STATEMENT;
		a->call[i].request = message->data;
		a->call[i].request_len = message->len;
	}
}
