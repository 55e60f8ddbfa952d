/*
 * ask_shamir.c
 *		The asker's part of a Shamir sum: two rounds, in which parties may be missing (PROTOCOLS B).
 *
 * Shares come in the first, go on to whom they are sealed for, and sums of shares come in the second.
 * Who is silent in the first is not in the answer, and a NOTICE says so; who is silent in the second
 * is in it. A party that refuses, or whose message does not verify, ends the question as ever: it is not missing.
 */
#include "postgres.h"

#include "catalog/identity.h"
#include "crypto/secret.h"
#include "face/asking.h"
#include "face/errors.h"
#include "miscadmin.h"
#include "utils/builtins.h"

/* The parties that must have dealt: enough to open the sum, and enough others to stand behind it. */
static int
least_dealers(const Asking *a)
{
	return Min(Max(a->federation->threshold, a->federation->min_contributors + 1), a->roster->n);
}

/* A part of the time that is left: what a silent party may cost where it may be missing. */
static TimestampTz
patience(const Asking *a, int parts)
{
	TimestampTz now = GetCurrentTimestamp();

	return now + Max(a->deadline - now, 0) / parts;
}

/* ------------------------------------------------------------------ shares */

static void
build_request(Asking *a)
{
	MpcStr		query;
	MpcStr		policy;
	MpcWriter	w = mpc_asking_request_room(a, &query, &policy);
	MpcStatus	status;

	status = mpc_shamir_ask_begin(&a->shamir, a->me, a->roster, mpc_static_halves(a->roster), a->cards,
								  a->setting->dataset ? a->dataset_hash : NULL,
								  a->federation->threshold, a->layout->m, (uint64) GetCurrentTimestamp(),
								  query, policy, &w);
	if (status == MPC_LIMIT)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the joint question is too large"),
				 errdetail("Its shares have no room in one message."),
				 errhint("Ask for fewer groups or aggregates at once, or use a federation with protocol \"masked\".")));
	if (status != MPC_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not form the joint question: %s", mpc_status_name(status))));
	mpc_asking_address(a, &a->shamir.request, &w);
}

static void
contribute(Asking *a)
{
	Size		room = mpc_shares_size(a->roster->n, a->federation->threshold, a->layout->m);
	MpcWriter	w;
	MpcStatus	status;

	mpc_writer_init(&w, mpc_asking_alloc(room), room);
	status = mpc_shamir_ask_contribute(&a->shamir, a->x, &w);
	CHECK_FOR_INTERRUPTS();
	if (status != MPC_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not share this database's own part: %s", mpc_status_name(status))));
}

/* What a party sent, for whoever wants to see that it is nothing but noise. */
static void
show_shares(const Asking *a, int position)
{
	char		hex[2 * MPC_FIELD_BYTES + 1] = "";

	if (!message_level_is_interesting(DEBUG1))
		return;
	if (a->roster->n > a->request->threshold)
		hex_encode((const char *) a->shamir.shares[position].sealed + 2, MPC_FIELD_BYTES, hex);
	ereport(DEBUG1,
			(errmsg_internal("party \"%s\" sent %d sealed vectors of %u shares: %s…",
							 mpc_asking_party(a, position), a->roster->n - a->request->threshold, a->request->m, hex)));
}

static void
take_shares(Asking *a)
{
	mpc_asking_failures(a, a->request->rid, "answer", a->roster->n - least_dealers(a));
	for (int i = 0; i < a->roster->n; i++)
	{
		MpcStatus	status;

		a->missing[i] = a->call[i].fault != MPC_FAULT_NONE;
		if (mpc_asking_is_me(a, i) || a->missing[i])
			continue;
		status = mpc_shamir_ask_take_shares(&a->shamir, i, a->call[i].reply, a->call[i].reply_len);
		if (status != MPC_OK)
			mpc_raise_status(status, mpc_asking_party(a, i), "the reply");
		show_shares(a, i);
		mpc_asking_keep_card(a, i, a->shamir.shares[i].next_card);
	}
}

/* ------------------------------------------------------------------ sums of shares */

/* Fixes who is in the answer and adds up our own shares of them. */
static void
close_dealers(Asking *a)
{
	Size		bytes = (Size) a->layout->m * MPC_FIELD_BYTES;
	uint16_t	bad = 0;
	MpcStatus	status;

	status = mpc_shamir_ask_close(&a->shamir, least_dealers(a), mpc_asking_alloc(bytes), &bad);
	CHECK_FOR_INTERRUPTS();
	if (status == MPC_CONFIRMATION)
		mpc_raise_status(status, psprintf("\"%s\" and \"%s\"", mpc_asking_party(a, bad),
										  mpc_asking_party(a, a->roster->me)), "the share");
	if (status != MPC_OK)
		mpc_raise_status(status, mpc_asking_party(a, bad), "the share");
}

/* Each gets the list of dealers and what was sealed for it. */
static void
address_relays(Asking *a)
{
	Size		room = mpc_relay_size(a->roster->n, a->federation->threshold, a->layout->m);

	for (int i = 0; i < a->roster->n; i++)
	{
		MpcWriter	w;

		a->call[i].skip = mpc_asking_is_me(a, i) || a->missing[i];
		if (a->call[i].skip)
			continue;
		mpc_writer_init(&w, mpc_asking_alloc(room), room);
		if (mpc_shamir_ask_relay(&a->shamir, i, &w) != MPC_OK)
			elog(ERROR, "the shares for party \"%s\" could not be written", mpc_asking_party(a, i));
		a->call[i].request = w.data;
		a->call[i].request_len = w.len;
	}
}

static void
take_sum_shares(Asking *a, int tolerated)
{
	mpc_asking_failures(a, a->request->rid, "sum of shares", tolerated);
	for (int i = 0; i < a->roster->n; i++)
	{
		MpcStatus	status;

		if (a->call[i].skip)
			continue;
		if (a->call[i].fault != MPC_FAULT_NONE)
		{
			ereport(NOTICE,
					(errmsg("party \"%s\" dropped out after it had shared its part", mpc_asking_party(a, i)),
					 errdetail("Its rows are in the answer.")));
			continue;
		}
		status = mpc_shamir_ask_take_sum(&a->shamir, i, a->call[i].reply, a->call[i].reply_len);
		if (status != MPC_OK)
			mpc_raise_status(status, mpc_asking_party(a, i), "the sum of shares");
	}
}

static void
warn_wrong(const Asking *a, const bool *wrong)
{
	for (int i = 0; i < a->roster->n; i++)
	{
		if (wrong[i])
			ereport(WARNING,
					(errmsg("the sum of shares of party \"%s\" does not fit those of the others", mpc_asking_party(a, i)),
					 errdetail("It was left out; the others give the answer. It computed wrongly, or was dealt a wrong share.")));
	}
}

static void
open_totals(Asking *a)
{
	bool		wrong[MPC_MAX_PARTIES];
	MpcStatus	status;

	a->sum = mpc_asking_alloc((Size) a->layout->m * MPC_FIELD_BYTES);
	status = mpc_shamir_ask_end(&a->shamir, a->sum, wrong);
	CHECK_FOR_INTERRUPTS();
	if (status == MPC_UNDECODABLE)
		ereport(ERROR,
				(errcode(MPC_ERRCODE_NOT_AUTHENTIC),
				 errmsg("the sums of shares contradict each other"),
				 errdetail("A party computed wrongly or dealt wrong shares, and there are too few spare ones to say which. No result is shown.")));
	if (status != MPC_OK)
		mpc_raise_status(status, a->federation->name, "the answer");
	warn_wrong(a, wrong);
}

/* ------------------------------------------------------------------ both rounds */

void
mpc_asking_shamir(Asking *a)
{
	int			n = a->roster->n;
	MpcExchange *exchange;
	int			dealers = 0;

	build_request(a);
	exchange = mpc_exchange_begin_tolerant(a->call, n, a->deadline, n - least_dealers(a), patience(a, 4));
	mpc_asking_own_vector(a);
	contribute(a);
	mpc_exchange_end_tolerant(exchange, patience(a, 2));
	mpc_asking_count_cost(a);
	take_shares(a);

	close_dealers(a);
	for (int i = 0; i < n; i++)
		dealers += a->missing[i] ? 0 : 1;
	address_relays(a);
	exchange = mpc_exchange_begin_tolerant(a->call, n, a->deadline, dealers - a->federation->threshold, patience(a, 4));
	mpc_exchange_end_tolerant(exchange, patience(a, 2));
	mpc_asking_count_cost(a);
	take_sum_shares(a, dealers - a->federation->threshold);
	open_totals(a);
}
