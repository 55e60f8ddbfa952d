/*
 * probe.c
 *		Does a partner answer, with the pinned identity and this version? For mpc_check().
 */
#include "postgres.h"

#include "catalog/identity.h"
#include "catalog/parties.h"
#include "crypto/secret.h"
#include "face/errors.h"
#include "face/settings.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "protocol/hello.h"
#include "transport/exchange.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(mpc_sql_probe);

static int
position_of(const MpcFederation *federation, const char *party)
{
	for (int i = 0; i < federation->roster.n; i++)
	{
		if (i != federation->roster.me && strcmp(federation->party[i].name, party) == 0)
			return i;
	}
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("federation \"%s\" has no party \"%s\"", federation->name, party)));
}

static void
check_greeting(const MpcCall *call, const uint8 *nonce, const MpcParty *party)
{
	MpcHelloAnswer answer;
	MpcRefusal	refusal;
	MpcStatus	status;

	if (call->fault != MPC_FAULT_NONE)
		mpc_raise_fault(call, "hello", false);
	if (mpc_is_refusal(call->reply, call->reply_len))
	{
		status = mpc_refusal_read(&refusal, call->reply, call->reply_len, nonce, &party->card);
		if (status != MPC_OK)
			mpc_raise_status(status, party->name, "the refusal");
		mpc_raise_refusal(&refusal, party->name, NULL);
	}
	status = mpc_hello_answer_read(&answer, call->reply, call->reply_len, nonce, &party->card);
	if (status != MPC_OK)
		mpc_raise_status(status, party->name, "the greeting");
}

/* mpc.probe(federation text, party text) RETURNS text: how long a greeting took; raises otherwise. */
Datum
mpc_sql_probe(PG_FUNCTION_ARGS)
{
	MpcFederation *federation = mpc_federation_get(mpc_federation_oid(text_to_cstring(PG_GETARG_TEXT_PP(0))));
	int			at = position_of(federation, text_to_cstring(PG_GETARG_TEXT_PP(1)));
	const MpcParty *party = &federation->party[at];
	uint8		nonce[32];
	uint8		message[1024];
	MpcWriter	w;
	MpcCall		call;

	mpc_random(nonce, sizeof(nonce));
	mpc_writer_init(&w, message, sizeof(message));
	mpc_hello_write(&w, mpc_identity(), &federation->roster, nonce, mpc_str(""), false);
	memset(&call, 0, sizeof(call));
	call.link = mpc_link_get(party->serverid, GetUserId());
	call.statement = "CALL mpc.hello($1, NULL)";
	call.request = message;
	call.request_len = w.len;
	mpc_link_clear_note(call.link);
	mpc_exchange_end(mpc_exchange_begin(&call, 1,
										TimestampTzPlusMilliseconds(GetCurrentTimestamp(), mpc_timeout_ms)));
	check_greeting(&call, nonce, party);
	mpc_link_close(call.link);	/* a peer counts greetings without a question */
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("answered in %.1f ms with its pinned identity", call.ms)));
}
