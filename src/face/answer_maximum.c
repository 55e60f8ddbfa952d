/*
 * answer_maximum.c
 *		What does this party say in each round of a maximum?
 *
 * In the first it was judged and written down as every question is. A later round brings all signed replies of the one before:
 * the digits are found from them, never taken from the asker, so that no other step can be walked than the one everybody sees.
 */
#include "postgres.h"

#include "catalog/identity.h"
#include "crypto/secret.h"
#include "face/answer_maximum.h"
#include "face/entry.h"
#include "face/settings.h"
#include "miscadmin.h"

/* Room of a round's sums and own elements; huge where there are many vectors. */
static MpcFe *
make_work(uint32 m)
{
	return palloc_extended((Size) m * MPC_FIELD_BYTES, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

/* The core has wiped what is no longer needed; what is left goes, too. */
static void
forget_when_done(const MpcMaximumRounds *rounds)
{
	if (rounds->peer.vector == NULL)
		mpc_maximum_forget();
}

bytea *
mpc_answer_maximum(MpcMaximumRounds *rounds, const MpcFederation *federation, const MpcStaticHalf *static_half,
				   MpcOneTimeKey *key, const MpcRequest *request, const MpcOneTimeKey *next,
				   MemoryContext context)
{
	MpcWriter	w;
	bytea	   *buffer;
	MpcFe	   *work;
	MpcStatus	status;

	MemoryContextSwitchTo(context);
	buffer = mpc_entry_buffer(&w, mpc_reply_size(request->n, request->m));
	work = make_work(request->m);
	status = mpc_maximum_answer(&rounds->peer, &w, mpc_identity(), &federation->roster, static_half, key, request,
								rounds->vector, work, rounds->ledger.seq, rounds->ledger.head, next);
	pfree(work);
	forget_when_done(rounds);
	CHECK_FOR_INTERRUPTS();
	if (status != MPC_OK)
		elog(ERROR, "a round of a maximum could not be answered: %s", mpc_status_name(status));
	return mpc_entry_finish(buffer, &w);
}

/* ------------------------------------------------------------------ later rounds */

/* Refers to the round that the step names: the asker must know it again, also where nothing is known of it here. */
static bytea *
refuse(const MpcParty *party, const bytea *message, MemoryContext context, MpcRefusalCode code, const char *rule)
{
	static const uint8 no_reference[MPC_RID_BYTES];
	const uint8 *rid = mpc_step_rid(VARDATA_ANY(message), VARSIZE_ANY_EXHDR(message));
	MpcRefusal	refusal = {.code = code,.rule = mpc_str(rule)};

	mpc_maximum_forget();
	MemoryContextSwitchTo(context);
	return mpc_entry_refusal(&refusal, rid != NULL ? rid : no_reference, party->name, NULL, false);
}

static bytea *
refuse_status(const MpcParty *party, const bytea *message, MemoryContext context, MpcStatus status)
{
	switch (status)
	{
		case MPC_IDENTITY:
			return refuse(party, message, context, MPC_REFUSE_ROSTER,
						  "the federation has other parties than when the first round was answered");
		case MPC_SIGNATURE:
			return refuse(party, message, context, MPC_REFUSE_SIGNATURE,
						  "a round is not signed by the asker, or a reply in it not by its party");
		case MPC_CONFIRMATION:
			return refuse(party, message, context, MPC_REFUSE_MALFORMED, "two parties derived different keys");
		case MPC_RANGE:
			return refuse(party, message, context, MPC_REFUSE_MALFORMED, "the replies of the round add up to no digits");
		default:
			return refuse(party, message, context, MPC_REFUSE_MALFORMED, "the round is not the next one, or not well-formed");
	}
}

static bytea *
next_round(MpcMaximumRounds *rounds, const MpcFederation *federation, const MpcParty *party, const bytea *message,
		   MemoryContext context)
{
	MpcMaximumPeer *peer = &rounds->peer;
	uint32		m = peer->m;
	uint16_t	a = 0;
	uint16_t	b = 0;
	MpcWriter	w;
	bytea	   *buffer;
	MpcFe	   *work;
	MpcStatus	status;

	MemoryContextSwitchTo(context);
	buffer = mpc_entry_buffer(&w, mpc_reply_size(peer->n, m));
	work = make_work(m);
	status = mpc_maximum_continue(peer, &w, mpc_identity(), &federation->roster, mpc_static_halves(&federation->roster),
								  VARDATA_ANY(message), VARSIZE_ANY_EXHDR(message), work,
								  rounds->ledger.seq, rounds->ledger.head, NULL, &a, &b);
	pfree(work);
	forget_when_done(rounds);
	CHECK_FOR_INTERRUPTS();
	return status == MPC_OK ? mpc_entry_finish(buffer, &w) : refuse_status(party, message, context, status);
}

bytea *
mpc_answer_step(MpcMaximumRounds *rounds, const MpcParty *party, const bytea *message,
				TimestampTz start, MemoryContext context)
{
	const MpcFederation *federation;

	if (rounds == NULL || memcmp(rounds->asker, party->card.pid, MPC_PID_BYTES) != 0)
		return refuse(party, message, context, MPC_REFUSE_KEY, "no round was answered on this connection that another one follows");
	federation = mpc_federation_get(rounds->federation);
	if (federation->timeout_ms > 0)
		mpc_deadline_move(TimestampTzPlusMilliseconds(start, federation->timeout_ms));
	return next_round(rounds, federation, party, message, context);
}
