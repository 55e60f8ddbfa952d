/*
 * answer_relay.c
 *		May the shares that this party holds be summed up for these dealers?
 *
 * Who dealt (U1) is the asker's word, under everybody's signatures. It decides what the sum is, so
 * it is judged like the question was: by the threshold, by who publishes (R6), and by what was
 * answered to the same question before (R8), written down and flushed before one share is opened.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/identity.h"
#include "catalog/shamir_guard.h"
#include "crypto/secret.h"
#include "executor/spi.h"
#include "face/answer_relay.h"
#include "face/entry.h"
#include "face/settings.h"
#include "miscadmin.h"
#include "tcop/pquery.h"

typedef struct Relaying
{
	MemoryContext context;
	MpcDealt   *dealt;
	const MpcParty *party;
	const bytea *message;
	const MpcFederation *federation;
	MpcRelay	relay;
} Relaying;

/* Refers to the request that the relay names: the asker must know it again, also where nothing is known of it here. */
static bytea *
refuse(const Relaying *r, MpcRefusalCode code, const char *rule)
{
	static const uint8 no_reference[MPC_RID_BYTES];
	const uint8 *rid = mpc_relay_rid(VARDATA_ANY(r->message), VARSIZE_ANY_EXHDR(r->message));
	MpcRefusal	refusal = {.code = code,.rule = mpc_str(rule)};

	MemoryContextSwitchTo(r->context);
	return mpc_entry_refusal(&refusal, rid != NULL ? rid : no_reference, r->party->name, NULL, false);
}

/* NULL: go on. */
static bytea *
open_relay(Relaying *r)
{
	int			least = r->federation->min_contributors + 1;	/* the asker is one of them */

	switch (mpc_shamir_read_relay(&r->relay, &r->dealt->peer, &r->federation->roster,
								  VARDATA_ANY(r->message), VARSIZE_ANY_EXHDR(r->message), least))
	{
		case MPC_OK:
			return NULL;
		case MPC_IDENTITY:
			return refuse(r, MPC_REFUSE_ROSTER, "the federation has other parties than when the shares were dealt");
		case MPC_SIGNATURE:
			return refuse(r, MPC_REFUSE_SIGNATURE, "the list of dealers is not signed by the asker and each of them");
		case MPC_LIMIT:
			return refuse(r, MPC_REFUSE_LIMIT, "fewer parties than the threshold, or than min_contributors and the asker, dealt their shares");
		case MPC_MISMATCH:
			return refuse(r, MPC_REFUSE_MALFORMED, "the list of dealers is not of this request, or this party's shares are not in it");
		default:
			return refuse(r, MPC_REFUSE_MALFORMED, "the list of dealers is not well-formed");
	}
}

/* R6 of those who dealt: two others that publish. */
static bool
has_publishers(const Relaying *r)
{
	int			count = 0;

	for (int i = 0; i < r->federation->roster.n; i++)
	{
		if (i != r->dealt->peer.asker && r->relay.hash[i] != NULL && r->dealt->publishes[i])
			count++;
	}
	return count >= 2 || r->federation->allow_two_party;
}

/* R8, durably. */
static bool
may_differ(const Relaying *r)
{
	uint8	   *pids = palloc(MPC_MAX_PARTIES * MPC_PID_BYTES);
	int			n = 0;

	for (int i = 0; i < r->federation->roster.n; i++)
	{
		if (r->relay.hash[i] != NULL)
			memcpy(pids + n++ * MPC_PID_BYTES, r->federation->roster.member[i].pid, MPC_PID_BYTES);
	}
	if (!mpc_shamir_guard(r->federation->name, r->dealt->query_hash, pids, n,
						  r->dealt->asker, r->federation->min_contributors))
		return false;
	ForceSyncCommit();
	SPI_commit();
	mpc_fix_settings(GUC_ACTION_LOCAL);
	EnsurePortalSnapshotExists();
	return true;
}

static bytea *
sum_up(Relaying *r)
{
	MpcShamirPeer *peer = &r->dealt->peer;
	Size		bytes = (Size) peer->m * MPC_FIELD_BYTES;
	uint16_t	bad = 0;
	MpcFe	   *work;
	MpcWriter	w;
	bytea	   *buffer;
	MpcStatus	status;

	MemoryContextSwitchTo(r->context);
	work = palloc_extended(bytes, MCXT_ALLOC_HUGE);
	buffer = mpc_entry_buffer(&w, mpc_sum_share_size(peer->m));
	status = mpc_shamir_sum(&w, mpc_identity(), peer, &r->relay, work, &bad);
	pfree(work);
	CHECK_FOR_INTERRUPTS();
	if (status == MPC_CONFIRMATION || status == MPC_NONCANONICAL)
		return refuse(r, MPC_REFUSE_MALFORMED, "a share that was dealt to this party does not open");
	if (status != MPC_OK)
		elog(ERROR, "the shares could not be summed up: %s", mpc_status_name(status));
	return mpc_entry_finish(buffer, &w);
}

bytea *
mpc_answer_relay(MpcDealt *dealt, const MpcParty *party, const bytea *message,
				 TimestampTz start, MemoryContext context)
{
	Relaying   *r = palloc0(sizeof(Relaying));
	bytea	   *refusal;

	r->context = context;
	r->dealt = dealt;
	r->party = party;
	r->message = message;
	if (dealt == NULL || memcmp(dealt->asker, party->card.pid, MPC_PID_BYTES) != 0)
		return refuse(r, MPC_REFUSE_KEY, "no shares were dealt on this connection, or they were summed up");
	r->federation = mpc_federation_get(dealt->federation);
	if (r->federation->timeout_ms > 0)
		mpc_deadline_move(TimestampTzPlusMilliseconds(start, r->federation->timeout_ms));
	if ((refusal = open_relay(r)) != NULL)
		return refusal;
	if (!has_publishers(r))
		return refuse(r, MPC_REFUSE_PUBLISHERS, "fewer than two parties other than the asker publish the dataset and dealt their shares");
	if (!may_differ(r))
		return refuse(r, MPC_REFUSE_DIFFERENCE,
					  "the same question was answered within a day for other parties, and what some of them hold could be had by subtraction");
	return sum_up(r);
}
