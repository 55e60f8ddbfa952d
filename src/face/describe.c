/*
 * describe.c
 *		What do all parties of a federation say of their datasets?
 *
 * Every peer is greeted, without a dataset, and its description counts as it signed it. What one of
 * them says is judged here only for its form; whether they agree is said column by column.
 */
#include "postgres.h"

#include "catalog/identity.h"
#include "crypto/secret.h"
#include "face/describe.h"
#include "face/domains.h"
#include "face/errors.h"
#include "face/settings.h"
#include "miscadmin.h"
#include "protocol/description.h"
#include "protocol/hello.h"

typedef struct Inquiry
{
	const MpcFederation *federation;
	uint8		nonce[32];
	uint8		message[1024];
	MpcCall		call[MPC_MAX_PARTIES];	/* in roster order, my own skipped */
} Inquiry;

/* ------------------------------------------------------------------ asking */

static void
prepare(Inquiry *inquiry)
{
	const MpcFederation *federation = inquiry->federation;
	MpcWriter	w;

	mpc_random(inquiry->nonce, sizeof(inquiry->nonce));
	mpc_writer_init(&w, inquiry->message, sizeof(inquiry->message));
	mpc_hello_write(&w, mpc_identity(), &federation->roster, inquiry->nonce, mpc_str(""), true);
	Assert(w.status == MPC_OK);
	for (int i = 0; i < federation->roster.n; i++)
	{
		MpcCall    *call = &inquiry->call[i];

		call->skip = i == federation->roster.me;
		if (call->skip)
			continue;
		call->link = mpc_link_get(federation->party[i].serverid, GetUserId());
		call->statement = "CALL mpc.hello($1, NULL)";
		call->request = inquiry->message;
		call->request_len = w.len;
		mpc_link_clear_note(call->link);	/* the peer's next key takes the place of the one noted */
	}
}

static void
raise_refusal(const Inquiry *inquiry, int position)
{
	const MpcParty *party = &inquiry->federation->party[position];
	const MpcCall *call = &inquiry->call[position];
	MpcRefusal	refusal;
	MpcStatus	status = mpc_refusal_read(&refusal, call->reply, call->reply_len, inquiry->nonce, &party->card);

	if (status != MPC_OK)
		mpc_raise_status(status, party->name, "the refusal");
	mpc_raise_refusal(&refusal, party->name, NULL);
}

/* A refusal goes before a mere fault; a call that was not waited for any more says nothing. */
static void
raise_failures(const Inquiry *inquiry)
{
	const MpcCall *fault = NULL;

	for (int k = 0; k < inquiry->federation->roster.n; k++)
	{
		int			i = inquiry->federation->order[k];
		const MpcCall *call = &inquiry->call[i];

		if (call->skip)
			continue;
		if (call->fault == MPC_FAULT_NONE && mpc_is_refusal(call->reply, call->reply_len))
			raise_refusal(inquiry, i);
		if (call->fault != MPC_FAULT_NONE && (fault == NULL || fault->ms > call->ms))
			fault = call;
	}
	if (fault != NULL)
		mpc_raise_fault(fault, "hello", false);
}

/* A peer counts greetings without a question: the connections are not kept. */
static void
inquire(Inquiry *inquiry, TimestampTz deadline)
{
	const MpcFederation *federation = inquiry->federation;

	prepare(inquiry);
	mpc_exchange_end(mpc_exchange_begin(inquiry->call, federation->roster.n, deadline));
	for (int i = 0; i < federation->roster.n; i++)
	{
		if (!inquiry->call[i].skip)
			mpc_link_close(inquiry->call[i].link);
	}
	raise_failures(inquiry);
}

/* ------------------------------------------------------------------ what they told */

static MpcTold *
read_dataset(const char *party, MpcStr dataset, MpcStr contract_bytes, MpcStr domains)
{
	MpcContract *contract = palloc(sizeof(MpcContract));
	MpcStatus	status = mpc_contract_read(contract, contract_bytes.data, contract_bytes.len);
	MpcTold    *told = palloc(sizeof(MpcTold));

	if (status == MPC_OK && !mpc_domains_take(contract, domains))
		status = MPC_MALFORMED;
	if (status != MPC_OK)
		mpc_raise_status(status, party, "the description");
	CHECK_FOR_INTERRUPTS();
	told->party = party;
	told->dataset = dataset;
	told->ncolumns = contract->ncolumns;
	told->column = palloc(sizeof(MpcContractColumn) * Max(contract->ncolumns, 1));
	memcpy(told->column, contract->column, sizeof(MpcContractColumn) * contract->ncolumns);
	pfree(contract);			/* has room for far more columns than most datasets have */
	return told;
}

static List *
read_description(List *told, const char *party, MpcStr description)
{
	MpcDescriptionReader reader;
	MpcStr		dataset;
	MpcStr		contract;
	MpcStr		domains;
	MpcStatus	status;

	mpc_description_begin(&reader, description.data, description.len);
	while (mpc_description_next(&reader, &dataset, &contract, &domains))
		told = lappend(told, read_dataset(party, dataset, contract, domains));
	status = mpc_description_end(&reader);
	if (status != MPC_OK)
		mpc_raise_status(status, party, "the description");
	return told;
}

static List *
read_answer(List *told, const Inquiry *inquiry, int position)
{
	const MpcParty *party = &inquiry->federation->party[position];
	const MpcCall *call = &inquiry->call[position];
	MpcHelloAnswer answer;
	MpcStatus	status = mpc_hello_answer_read(&answer, call->reply, call->reply_len, inquiry->nonce, &party->card);

	if (status != MPC_OK)
		mpc_raise_status(status, party->name, "the greeting");
	return read_description(told, party->name, answer.description);
}

static List *
read_own(List *told, const MpcFederation *federation)
{
	MpcStr		description;

	if (!mpc_describe_own(federation, NULL, &description))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the description of this database's datasets is too long")));
	return read_description(told, federation->party[federation->roster.me].name, description);
}

static List *
ask_everybody(const MpcFederation *federation, TimestampTz deadline)
{
	Inquiry    *inquiry = palloc0(sizeof(Inquiry));
	List	   *told = NIL;

	inquiry->federation = federation;
	inquire(inquiry, deadline);
	for (int k = 0; k < federation->roster.n; k++)
	{
		int			i = federation->order[k];

		told = inquiry->call[i].skip ? read_own(told, federation) : read_answer(told, inquiry, i);
	}
	return told;
}

/* Our own deadline cancels like a user does; the message must tell them apart. */
static void
raise_deadline(void)
{
	FlushErrorState();
	ereport(ERROR,
			(errcode(ERRCODE_QUERY_CANCELED),
			 errmsg("the descriptions of the parties could not be read in the time allowed"),
			 errhint("The time allowed is mpc_agg.timeout or the federation's option \"timeout\".")));
}

/* Reading what peers sent takes no longer than asking them may, either. */
List *
mpc_describe(const MpcFederation *federation)
{
	int			timeout = federation->timeout_ms > 0 ? federation->timeout_ms : mpc_timeout_ms;
	TimestampTz deadline = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), timeout);
	List	   *volatile told = NIL;

	mpc_deadline_refuse_nested();
	PG_TRY();
	{
		/* a little later than the exchange's own, which can name the party that was late */
		mpc_deadline_set(TimestampTzPlusMilliseconds(deadline, 200));
		told = ask_everybody(federation, deadline);
	}
	PG_CATCH();
	{
		bool		late = mpc_deadline_passed() && geterrcode() == ERRCODE_QUERY_CANCELED;

		mpc_deadline_clear();
		if (late)
			raise_deadline();
		PG_RE_THROW();
	}
	PG_END_TRY();
	mpc_deadline_clear();
	return told;
}

/* ------------------------------------------------------------------ do they agree? */

const MpcContractColumn *
mpc_told_column(const MpcTold *told, MpcStr name, MpcRole role)
{
	for (int i = 0; i < told->ncolumns; i++)
	{
		if (told->column[i].role == role && mpc_str_equal(told->column[i].name, name))
			return &told->column[i];
	}
	return NULL;
}

static bool
same_terms(const MpcContractColumn *a, const MpcContractColumn *b)
{
	return mpc_str_equal(a->type, b->type) && a->scale == b->scale &&
		mpc_str_equal(a->low, b->low) && mpc_str_equal(a->high, b->high) &&
		memcmp(a->domain, b->domain, sizeof(a->domain)) == 0 && a->max_key_bytes == b->max_key_bytes &&
		a->normalize == b->normalize;
}

const MpcContractColumn *
mpc_told_agreed(const List *told, MpcStr dataset, MpcStr name, MpcRole role)
{
	const MpcContractColumn *agreed = NULL;
	ListCell   *lc;

	foreach(lc, told)
	{
		const MpcTold *one = lfirst(lc);
		const MpcContractColumn *column;

		CHECK_FOR_INTERRUPTS();
		if (!mpc_str_equal(one->dataset, dataset))
			continue;
		column = mpc_told_column(one, name, role);
		if (column == NULL || (agreed != NULL && !same_terms(agreed, column)))
			return NULL;
		agreed = column;
	}
	return agreed;
}
