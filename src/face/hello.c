/*
 * hello.c
 *		CALL mpc.hello: a partner's cold connection asks for a one-time key, and what we
 *		publish (R24).
 */
#include "postgres.h"

#include "catalog/datasets.h"
#include "catalog/identity.h"
#include "face/dealt_store.h"
#include "face/describe.h"
#include "face/entry.h"
#include "face/errors.h"
#include "face/maximum_store.h"
#include "face/onetime_store.h"
#include "face/sets_store.h"
#include "face/settings.h"
#include "local/text.h"
#include "protocol/hello.h"

PG_FUNCTION_INFO_V1(mpc_sql_hello);

static const uint8 no_reference[32];

static bytea *
refuse(MpcRefusalCode code, const char *rule, const uint8 *reference, const MpcParty *party)
{
	MpcRefusal	refusal = {.code = code,.rule = mpc_str(rule)};

	return mpc_entry_refusal(&refusal, reference, party->name, NULL, false);
}

static bool
is_member(const MpcRoster *roster, const uint8 *pid)
{
	for (int i = 0; i < roster->n; i++)
	{
		if (memcmp(roster->member[i].pid, pid, MPC_PID_BYTES) == 0)
			return true;
	}
	return false;
}

/* Room for a whole answer but its description. */
#define ANSWER_ROOM		1024

/* Of the dataset, or of all where none is named. False: longer than a description may be. */
static bool
describe(const MpcHello *hello, const MpcFederation *federation, const char *name, MpcStr *description)
{
	if (hello->dataset.len == 0)
		name = NULL;
	else if (name == NULL)
		name = "";				/* has no form here, so nobody here publishes it */
	return mpc_describe_own(federation, name, description);
}

static bytea *
greet(const MpcHello *hello, const MpcFederation *federation, const MpcParty *party)
{
	char	   *name = mpc_text_from_utf8(hello->dataset);
	MpcDataset *dataset = name != NULL && *name ? mpc_dataset_get(name, federation->name) : NULL;
	const MpcOneTimeKey *key;
	uint8		hash[32];
	MpcStr		description = {NULL, 0};
	MpcWriter	w;
	bytea	   *buffer;

	if (hello->want_contract && !describe(hello, federation, name, &description))
		return refuse(MPC_REFUSE_LIMIT, "the description of the datasets is too long", hello->nonce, party);
	buffer = mpc_entry_buffer(&w, ANSWER_ROOM + description.len);
	mpc_dataset_hash(hash, hello->dataset);
	key = mpc_onetime_issue(mpc_identity(), hash, dataset != NULL);
	mpc_hello_answer_write(&w, mpc_identity(), hello->nonce, key, hello->want_contract ? &description : NULL);
	return mpc_entry_finish(buffer, &w);
}

/*
 * A description reads lookup relations: it takes no longer than a question may, and an error says no more
 * to the partner than that there was one.
 */
static bytea *
greet_guarded(const MpcHello *hello, const MpcFederation *federation, const MpcParty *party)
{
	MemoryContext context = CurrentMemoryContext;
	int			timeout = federation->timeout_ms > 0 ? federation->timeout_ms : mpc_timeout_ms;
	bytea	   *reply = NULL;

	PG_TRY();
	{
		mpc_deadline_set(TimestampTzPlusMilliseconds(GetCurrentTimestamp(), timeout));
		reply = greet(hello, federation, party);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		mpc_deadline_clear();
		ereport(ERROR,
				(errcode(error->sqlerrcode == ERRCODE_QUERY_CANCELED ? ERRCODE_QUERY_CANCELED : MPC_ERRCODE_NOT_ANSWERED),
				 errmsg("the greeting could not be answered"),
				 errdetail_log("Greeting of party \"%s\": %s", party->name, error->message)));
	}
	PG_END_TRY();
	mpc_deadline_clear();
	return reply;
}

static bytea *
answer_hello(const bytea *message, const MpcParty *party)
{
	MpcHello	hello;
	MpcFederation *federation;
	MpcStatus	status = mpc_hello_read(&hello, VARDATA_ANY(message), VARSIZE_ANY_EXHDR(message));

	if (status == MPC_VERSION)
		return refuse(MPC_REFUSE_VERSION, "this database speaks wire version 1", no_reference, party);
	if (status != MPC_OK)
		return refuse(MPC_REFUSE_MALFORMED, "the greeting is not well-formed", no_reference, party);
	if (mpc_hello_verify(&hello, &party->card) != MPC_OK)
		return refuse(MPC_REFUSE_SIGNATURE, "the greeting is not signed by the party of this login", hello.nonce, party);
	federation = mpc_federation_by_digest(hello.roster_digest);
	if (federation == NULL || !is_member(&federation->roster, hello.asker_pid))
		return refuse(MPC_REFUSE_ROSTER, "no federation with exactly these parties is known here", hello.nonce, party);
	return greet_guarded(&hello, federation, party);
}

Datum
mpc_sql_hello(PG_FUNCTION_ARGS)
{
	TupleDesc	row = mpc_entry_row(fcinfo);
	bytea	   *message;
	bytea	   *reply;
	MpcParty   *party;

	mpc_entry_enter();
	mpc_fix_settings(GUC_ACTION_LOCAL);
	mpc_entry_refuse_atomic(fcinfo);
	party = mpc_entry_party();
	mpc_onetime_count_hello();
	mpc_dealt_forget();			/* nobody greets between the rounds of a question */
	mpc_maximum_forget();
	mpc_sets_forget();
	message = mpc_entry_message(fcinfo);
	reply = answer_hello(message, party);
	mpc_entry_leave();
	return mpc_entry_return(fcinfo, row, reply);
}
