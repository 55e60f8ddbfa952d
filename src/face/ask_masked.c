/*
 * ask_masked.c
 *		The asker's part of a masked sum: one round, in which everybody must answer (PROTOCOLS A).
 */
#include "postgres.h"

#include "catalog/identity.h"
#include "crypto/secret.h"
#include "face/asking.h"
#include "face/errors.h"
#include "miscadmin.h"
#include "utils/builtins.h"

static void
build_request(Asking *a)
{
	int			n = a->roster->n;
	MpcStr		query;
	MpcStr		policy;
	MpcWriter	w = mpc_asking_request_room(a, &query, &policy);
	MpcStatus	status;

	a->sum = mpc_asking_alloc((Size) a->layout->m * MPC_FIELD_BYTES);
	status = mpc_ask_begin(&a->masked, a->me, a->roster, mpc_static_halves(a->roster), a->cards,
						   a->setting->dataset ? a->dataset_hash : NULL,
						   a->layout->protocol, a->layout->m, (uint64) GetCurrentTimestamp(), query, policy,
						   a->sum, mpc_asking_alloc((Size) n * n * MPC_CONFIRM_BYTES), &w);
	if (status != MPC_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not form the joint question: %s", mpc_status_name(status))));
	mpc_asking_address(a, &a->masked.request, &w);
}

static void
contribute(Asking *a)
{
	MpcStatus	status = mpc_ask_contribute(&a->masked, a->x);

	CHECK_FOR_INTERRUPTS();
	if (status != MPC_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not mask this database's own part: %s", mpc_status_name(status))));
	mpc_wipe(a->x, (Size) a->layout->m * MPC_FIELD_BYTES);
	pfree(a->x);
	a->x = NULL;
}

/* What a party sent, for whoever wants to see that it is nothing but noise. */
static void
show_masked(const Asking *a, int position, const MpcReply *reply)
{
	char		hex[2 * MPC_FIELD_BYTES + 1];

	if (!message_level_is_interesting(DEBUG1))
		return;
	hex_encode((const char *) reply->y[0], MPC_FIELD_BYTES, hex);
	hex[2 * MPC_FIELD_BYTES] = '\0';
	ereport(DEBUG1,
			(errmsg_internal("party \"%s\" sent %u masked field elements: %s…",
							 mpc_asking_party(a, position), a->request->m, hex)));
}

static void
take_replies(Asking *a)
{
	mpc_asking_failures(a, a->request->rid, "answer", 0);
	for (int i = 0; i < a->roster->n; i++)
	{
		MpcReply	reply;
		MpcStatus	status;

		if (mpc_asking_is_me(a, i))
			continue;
		status = mpc_ask_take_reply(&a->masked, i, a->call[i].reply, a->call[i].reply_len, &reply);
		if (status != MPC_OK)
			mpc_raise_status(status, mpc_asking_party(a, i), "the reply");
		show_masked(a, i, &reply);
		mpc_asking_keep_card(a, i, reply.next_card);
	}
}

static void
open_totals(Asking *a)
{
	uint16		x = 0,
				y = 0;
	MpcStatus	status = mpc_ask_end(&a->masked, &x, &y);

	if (status == MPC_CONFIRMATION)
		mpc_raise_status(status, psprintf("\"%s\" and \"%s\"", mpc_asking_party(a, x), mpc_asking_party(a, y)), "the reply");
	if (status != MPC_OK)
		mpc_raise_status(status, a->federation->name, "the answer");
}

/* The requests are out before our own rows are read. */
void
mpc_asking_masked(Asking *a)
{
	MpcExchange *exchange;

	build_request(a);
	exchange = mpc_exchange_begin(a->call, a->roster->n, a->deadline);
	mpc_asking_own_vector(a);
	contribute(a);
	mpc_exchange_end(exchange);
	mpc_asking_count_cost(a);
	take_replies(a);
	open_totals(a);
}
