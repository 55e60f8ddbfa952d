/*
 * hello.c
 *		CALL mpc.hello: a partner's cold connection asks for a one-time key.
 */
#include "postgres.h"

#include "catalog/datasets.h"
#include "catalog/identity.h"
#include "face/entry.h"
#include "face/onetime_store.h"
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

/* Our contract of this dataset as one value, or no value. */
static bool
contract_bytes(const MpcFederation *federation, const MpcDataset *dataset, MpcStr *out)
{
	MpcContract *contract;

	if (dataset == NULL)
		return false;
	contract = palloc(sizeof(MpcContract));
	*contract = dataset->contract;
	contract->protocol = federation->protocol;
	contract->threshold = federation->threshold;
	*out = mpc_contract_bytes(contract);
	return true;
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

static bytea *
greet(const MpcHello *hello, const MpcFederation *federation)
{
	char	   *name = mpc_text_from_utf8(hello->dataset);
	MpcDataset *dataset = name != NULL && *name ? mpc_dataset_get(name, federation->name) : NULL;
	const MpcOneTimeKey *key;
	uint8		hash[32];
	MpcStr		contract = {NULL, 0};
	bool		has_contract = hello->want_contract && contract_bytes(federation, dataset, &contract);
	MpcWriter	w;
	bytea	   *buffer = mpc_entry_buffer(&w, 1024 + contract.len);

	mpc_dataset_hash(hash, hello->dataset);
	key = mpc_onetime_issue(mpc_identity(), hash, dataset != NULL);
	mpc_hello_answer_write(&w, mpc_identity(), hello->nonce, key, has_contract ? &contract : NULL);
	return mpc_entry_finish(buffer, &w);
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
	return greet(&hello, federation);
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
	message = mpc_entry_message(fcinfo);
	reply = answer_hello(message, party);
	mpc_entry_leave();
	return mpc_entry_return(fcinfo, row, reply);
}
