/*
 * ask.c
 *		How does one question get its answer from everybody?
 *
 * plan -> hello where a connection is cold -> request to all -> own rows meanwhile
 * -> replies -> check, add, decode. Each step raises with the party's name; nothing is
 * released before the last check, and a question that failed leaves only wiped keys.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/identity.h"
#include "catalog/ledger.h"
#include "catalog/policy.h"
#include "crypto/secret.h"
#include "executor/spi.h"
#include "face/ask.h"
#include "face/errors.h"
#include "face/settings.h"
#include "local/aggregate.h"
#include "local/measure.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "portability/instr_time.h"
#include "protocol/hello.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#define HELLO_STATEMENT		"CALL mpc.hello($1, NULL)"
#define ANSWER_STATEMENT	"CALL mpc.answer($1, NULL)"

/* What a link keeps between questions: the peer's next one-time key card. */
typedef struct CardNote
{
	uint8		dataset[32];	/* hash of the dataset the card was given for */
	uint8		card[MPC_ONETIME_BYTES];
} CardNote;

/* One question on its way. */
typedef struct Asking
{
	const MpcQuestion *question;
	MpcSetting *setting;
	const MpcFederation *federation;
	const MpcRoster *roster;
	const MpcIdentity *me;
	TimestampTz deadline;
	MpcContract *used;			/* contract of this question */
	MpcStr		used_bytes;
	uint8		contract_hash[32];
	uint8		dataset_hash[32];
	MpcLanes   *lanes;
	MpcCall		call[MPC_MAX_PARTIES];	/* in roster order, my own skipped */
	uint8	   *cards;			/* n * 192 */
	MpcAsk		ask;			/* secret */
	MpcFe	   *x;				/* own vector, secret */
	MpcAnswer  *answer;
} Asking;

static bool
is_me(const Asking *a, int position)
{
	return position == a->roster->me;
}

static const char *
party_name(const Asking *a, int position)
{
	return a->federation->party[position].name;
}

static void *
alloc_large(Size size)
{
	return MemoryContextAllocExtended(CurrentMemoryContext, Max(size, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

/* ------------------------------------------------------------------ what is asked */

/* The joint table's column must be exactly what the contract says (R15). */
static void
check_joint_column(const Asking *a, const MpcContractColumn *column)
{
	Oid			relid = a->question->joint_relid;
	char	   *name = pg_any_to_server((char *) pnstrdup((const char *) column->name.data, column->name.len),
										column->name.len, PG_UTF8);
	HeapTuple	tuple = SearchSysCacheAttName(relid, name);
	Form_pg_attribute att;
	MpcType		type;
	char	   *here;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "column \"%s\" vanished from the joint table", name);
	att = (Form_pg_attribute) GETSTRUCT(tuple);
	here = mpc_type_name(att->atttypid, att->atttypmod, att->attcollation, &type);
	ReleaseSysCache(tuple);
	if (here != NULL && mpc_str_equal(mpc_str(here), column->type))
		return;
	ereport(ERROR,
			(errcode(MPC_ERRCODE_DISAGREEMENT),
			 errmsg("joint table \"%s\" does not fit the contract of dataset \"%s\"",
					get_rel_name(relid), a->setting->dataset_name),
			 errdetail("Column \"%s\" is %s here and %s in the contract.", name,
					   here ? here : format_type_be(type.typid), mpc_cstring(column->type)),
			 errhint("Import the joint table again with IMPORT FOREIGN SCHEMA.")));
}

static void
raise_missing_column(const Asking *a, MpcStr name, MpcRole role)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("column \"%s\" is not a %s of dataset \"%s\"",
					mpc_cstring(name), mpc_role_name(role), a->setting->dataset_name),
			 errhint("The view mpc.datasets shows what each dataset offers.")));
}

/* Contract, lanes and hashes of this question, once the dataset's contract is known. */
static void
settle_contract(Asking *a)
{
	MpcStr		missing;
	MpcRole		role;
	MpcWriter	w;
	uint8	   *bytes = palloc(MPC_MAX_CONTRACT_BYTES);

	if (mpc_contract_of_query(a->used, &a->setting->contract, a->question->query, &missing, &role) != MPC_OK)
		raise_missing_column(a, missing, role);
	for (int i = 0; i < a->used->ncolumns; i++)
		check_joint_column(a, &a->used->column[i]);
	mpc_writer_init(&w, bytes, MPC_MAX_CONTRACT_BYTES);
	mpc_contract_write(&w, a->used);
	if (w.status != MPC_OK)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the contract of this question is too long")));
	a->used_bytes = (MpcStr)
	{
		bytes, w.len
	};
	mpc_contract_hash(a->contract_hash, a->used);
	mpc_lanes_init(a->lanes, a->question->query);
}

static void
check_own_policy(Asking *a)
{
	MpcRefusal	refusal;

	if (a->roster->n == 2 && !a->federation->allow_two_party)
		ereport(ERROR,
				(errcode(MPC_ERRCODE_REFUSED),
				 errmsg("federation \"%s\" has two parties and does not allow two-party sums", a->federation->name),
				 errdetail("The sum of two parties shows each the other's part."),
				 errhint("Both parties must set the federation option allow_two_party.")));
	memset(&refusal, 0, sizeof(refusal));
	if (!mpc_policy_check_own(a->federation, a->setting->dataset, a->question->query, &refusal))
		mpc_raise_own_refusal(&refusal);
}

/* ------------------------------------------------------------------ one exchange with all */

static void
prepare_calls(Asking *a)
{
	for (int i = 0; i < a->roster->n; i++)
	{
		memset(&a->call[i], 0, sizeof(MpcCall));
		a->call[i].skip = is_me(a, i);
		if (!a->call[i].skip)
			a->call[i].link = mpc_link_get(a->federation->party[i].serverid, a->question->userid);
	}
}

/*
 * Looks at every call that took part: the first refusal that verifies, else the first fault,
 * is raised. A call that merely was not waited for any more says nothing.
 */
static void
raise_failures(Asking *a, const uint8 *reference, const char *step)
{
	const MpcCall *fault = NULL;

	for (int i = 0; i < a->roster->n; i++)
	{
		MpcCall    *call = &a->call[i];
		MpcRefusal	refusal;
		MpcStatus	status;

		if (call->skip)
			continue;
		if (call->fault != MPC_FAULT_NONE)
		{
			if (fault == NULL || fault->ms > call->ms)
				fault = call;
			continue;
		}
		if (!mpc_is_refusal(call->reply, call->reply_len))
			continue;
		mpc_link_clear_note(call->link);
		status = mpc_refusal_read(&refusal, call->reply, call->reply_len, reference, &a->roster->member[i]);
		if (status != MPC_OK)
			mpc_raise_status(status, party_name(a, i), "the refusal");
		mpc_raise_refusal(&refusal, party_name(a, i), &a->used_bytes);
	}
	if (fault != NULL)
		mpc_raise_fault(fault, step);
}

static void
count_cost(Asking *a)
{
	int			at = 0;

	a->answer->rounds++;
	for (int i = 0; i < a->roster->n; i++)
	{
		MpcPartyCost *cost;

		if (is_me(a, i))
			continue;
		cost = &a->answer->party[at++];
		cost->name = party_name(a, i);
		if (a->call[i].skip)
			continue;
		cost->bytes_out += a->call[i].bytes_out;
		cost->bytes_in += a->call[i].bytes_in;
		cost->ms += a->call[i].ms;
	}
	a->answer->nparties = at;
}

/* ------------------------------------------------------------------ hello */

static const CardNote *
card_note(const Asking *a, int position)
{
	Size		len;
	const CardNote *note = mpc_link_note(a->call[position].link, &len);

	if (note == NULL || len != sizeof(CardNote) ||
		memcmp(note->dataset, a->dataset_hash, sizeof(note->dataset)) != 0)
		return NULL;
	return note;
}

static void
keep_card(Asking *a, int position, const uint8 *card)
{
	CardNote	note;

	if (card == NULL)
		return;
	memcpy(note.dataset, a->dataset_hash, sizeof(note.dataset));
	memcpy(note.card, card, MPC_ONETIME_BYTES);
	mpc_link_put_note(a->call[position].link, &note, sizeof(note));
}

static void
take_contract(Asking *a, MpcStr bytes)
{
	uint8		protocol = a->federation->protocol;

	if (a->setting->has_contract || bytes.data == NULL)
		return;
	if (mpc_contract_read(&a->setting->contract, bytes.data, bytes.len) != MPC_OK)
		return;
	a->setting->contract.protocol = protocol;
	a->setting->contract.threshold = a->federation->threshold;
	a->setting->has_contract = true;
}

static void
take_hello_answers(Asking *a, const uint8 *nonce)
{
	raise_failures(a, nonce, "hello");
	for (int i = 0; i < a->roster->n; i++)
	{
		MpcHelloAnswer answer;
		MpcStatus	status;

		if (a->call[i].skip)
			continue;
		status = mpc_hello_answer_read(&answer, a->call[i].reply, a->call[i].reply_len, nonce, &a->roster->member[i]);
		if (status != MPC_OK)
			mpc_raise_status(status, party_name(a, i), "the greeting");
		keep_card(a, i, answer.card);
		take_contract(a, answer.contract);
	}
}

/* Greets every peer from which no card for this dataset is at hand. */
static void
say_hello(Asking *a)
{
	bool		want_contract = !a->setting->has_contract;
	uint8		nonce[32];
	uint8	   *message = palloc(1024);
	MpcWriter	w;
	bool		needed = false;

	mpc_random(nonce, sizeof(nonce));
	mpc_writer_init(&w, message, 1024);
	mpc_hello_write(&w, a->me, a->roster, nonce, mpc_str(a->setting->dataset_name), want_contract);
	Assert(w.status == MPC_OK);
	for (int i = 0; i < a->roster->n; i++)
	{
		MpcCall    *call = &a->call[i];

		if (is_me(a, i))
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
	count_cost(a);
}

/* ------------------------------------------------------------------ the request and our own part */

static void
collect_cards(Asking *a)
{
	a->cards = alloc_large((Size) a->roster->n * MPC_ONETIME_BYTES);
	for (int i = 0; i < a->roster->n; i++)
	{
		const CardNote *note = is_me(a, i) ? NULL : card_note(a, i);

		if (is_me(a, i))
			continue;
		if (note == NULL)
			mpc_raise_status(MPC_STALE_KEY, party_name(a, i), "the one-time key");
		memcpy(a->cards + i * MPC_ONETIME_BYTES, note->card, MPC_ONETIME_BYTES);
		mpc_link_clear_note(a->call[i].link);	/* spent, whatever happens next */
	}
}

static MpcStr
write_bytes(void (*write) (MpcWriter *w, const Asking *a), const Asking *a, const char *what)
{
	uint8	   *bytes = palloc(MPC_MAX_QUERY_BYTES);
	MpcWriter	w;

	mpc_writer_init(&w, bytes, MPC_MAX_QUERY_BYTES);
	write(&w, a);
	if (w.status != MPC_OK)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the %s of this question is too long", what)));
	return (MpcStr)
	{
		bytes, w.len
	};
}

static void
write_query(MpcWriter *w, const Asking *a)
{
	mpc_query_write(w, a->question->query);
}

static void
write_policy(MpcWriter *w, const Asking *a)
{
	mpc_policy_write(w, a->lanes, a->contract_hash);
}

/* Builds the signed request; its bytes live as long as the question. */
static MpcStr
build_request(Asking *a)
{
	int			n = a->roster->n;
	MpcStr		query = write_bytes(write_query, a, "condition");
	MpcStr		policy = write_bytes(write_policy, a, "lane table");
	Size		cap = 512 + (Size) n * MPC_ONETIME_BYTES + query.len + policy.len;
	MpcWriter	w;
	MpcStatus	status;

	mpc_writer_init(&w, alloc_large(cap), cap);
	status = mpc_ask_begin(&a->ask, a->me, a->roster, mpc_static_halves(a->roster), a->cards,
						   a->setting->dataset ? a->dataset_hash : NULL,
						   a->lanes->nlanes, (uint64) GetCurrentTimestamp(), query, policy,
						   alloc_large((Size) a->lanes->nlanes * MPC_FIELD_BYTES),
						   alloc_large((Size) n * n * MPC_CONFIRM_BYTES), &w);
	if (status != MPC_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not form the joint question: %s", mpc_status_name(status))));
	return (MpcStr)
	{
		w.data, w.len
	};
}

static void
raise_violation(const Asking *a, const MpcLocalAnswer *local)
{
	for (int i = 0; i < local->nmeasures; i++)
	{
		if (local->measure[i].violated)
			ereport(ERROR,
					(errcode(MPC_ERRCODE_SUSPENDED),
					 errmsg("column \"%s\" of this database's own dataset \"%s\" holds a value outside its contract",
							mpc_cstring(a->lanes->measure[i].column), a->setting->dataset_name),
					 errdetail("It is NaN, infinite, outside the declared bounds or has more digits than the contract."),
					 errhint("Correct the value, or publish the dataset again with other bounds.")));
	}
}

/* Our own rows, under our own policy, with our publisher's rights. */
static void
own_contribution(Asking *a)
{
	const MpcDataset *dataset = a->setting->dataset;
	MpcLocalAnswer *local;
	MpcStatus	status;
	int			nest;

	if (dataset == NULL)
		return;
	local = palloc0(sizeof(MpcLocalAnswer));
	nest = NewGUCNestLevel();
	mpc_fix_settings(GUC_ACTION_SAVE);
	SPI_connect();
	status = mpc_local_aggregate(dataset->relid, dataset->owner, a->used, a->question->query, a->lanes, local);
	SPI_finish();
	AtEOXact_GUC(true, nest);
	if (status != MPC_OK)
		ereport(ERROR,
				(errcode(status == MPC_RANGE ? ERRCODE_UNTRANSLATABLE_CHARACTER : ERRCODE_DATATYPE_MISMATCH),
				 errmsg("this database's own part of dataset \"%s\" could not be computed", dataset->name),
				 status == MPC_RANGE ?
				 errdetail("A value in the condition has no form in this database.") :
				 errdetail("The published relation no longer has the columns of its contract."),
				 errhint("Publish the dataset again.")));
	raise_violation(a, local);
	if (mpc_threshold_holds(local, dataset->min_rows))
		mpc_local_vector(a->x, local, a->lanes);
	mpc_wipe(local, sizeof(*local));
}

static void
contribute(Asking *a)
{
	MpcStatus	status;

	own_contribution(a);
	status = mpc_ask_contribute(&a->ask, a->x);
	if (status != MPC_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not mask this database's own part: %s", mpc_status_name(status))));
}

/* ------------------------------------------------------------------ replies */

static void
take_replies(Asking *a)
{
	raise_failures(a, a->ask.request.rid, "answer");
	for (int i = 0; i < a->roster->n; i++)
	{
		MpcReply	reply;
		MpcStatus	status;

		if (is_me(a, i))
			continue;
		status = mpc_ask_take_reply(&a->ask, i, a->call[i].reply, a->call[i].reply_len, &reply);
		if (status != MPC_OK)
			mpc_raise_status(status, party_name(a, i), "the reply");
		keep_card(a, i, reply.next_card);
	}
}

static void
decode_sums(Asking *a)
{
	MpcAnswer  *answer = a->answer;
	uint16		x = 0,
				y = 0;
	MpcWide    *low = palloc0(sizeof(MpcWide) * Max(a->lanes->nmeasures, 1));
	MpcWide    *high = palloc0(sizeof(MpcWide) * Max(a->lanes->nmeasures, 1));
	MpcStatus	status;

	answer->sum = alloc_large(a->lanes->nlanes * sizeof(MpcWide));
	status = mpc_ask_end(&a->ask, answer->sum, &x, &y);
	if (status == MPC_CONFIRMATION)
		mpc_raise_status(status, psprintf("\"%s\" and \"%s\"", party_name(a, x), party_name(a, y)), "the reply");
	if (status != MPC_OK)
		mpc_raise_status(status, a->federation->name, "the answer");
	for (int i = 0; i < a->lanes->nmeasures; i++)
		mpc_measure_bounds(mpc_contract_find(a->used, a->lanes->measure[i].column, MPC_ROLE_MEASURE),
						   &low[i], &high[i]);
	if (mpc_lanes_check(a->lanes, answer->sum, a->roster->n, low, high) != MPC_OK)
		mpc_raise_status(MPC_RANGE, a->federation->name, "the answer");
	answer->lanes = *a->lanes;
	answer->contract = *a->used;
}

/* R7: enough others must stand behind what is shown. */
static void
check_contributors(Asking *a)
{
	int64		all = 0;
	MpcWide		mine,
				total;
	int			others;

	total = a->answer->sum[MPC_CONTRIBUTOR_LANE];
	if (!mpc_wide_to_int64(&total, &all))
		mpc_raise_status(MPC_RANGE, a->federation->name, "the answer");
	mpc_field_to_wide(&mine, a->x[MPC_CONTRIBUTOR_LANE]);
	others = (int) all - (int) mine.limb[0];
	if (all == 0 || others >= a->federation->min_contributors)
		return;
	ereport(ERROR,
			(errcode(MPC_ERRCODE_TOO_FEW_CONTRIBUTORS),
			 errmsg("too few parties contribute to this answer"),
			 errdetail("At least %d parties other than the asker must have enough matching rows.",
					   a->federation->min_contributors),
			 errhint("Ask a wider question.")));
}

static void
notice_silent_parties(const Asking *a)
{
	for (int i = 0; i < a->roster->n; i++)
	{
		if (!is_me(a, i) && mpc_is_zero(a->ask.request.card[i].dataset, 32))
			ereport(NOTICE,
					(errmsg("party \"%s\" publishes no dataset \"%s\" and took part with nothing",
							party_name(a, i), a->setting->dataset_name)));
	}
}

/* ------------------------------------------------------------------ the whole question */

static void
begin_asking(Asking *a, const MpcQuestion *question)
{
	int			timeout;

	a->question = question;
	a->setting = mpc_setting_of(question->joint_relid);
	a->federation = a->setting->federation;
	a->roster = &a->federation->roster;
	a->me = mpc_identity();
	a->used = palloc0(sizeof(MpcContract));
	a->lanes = palloc0(sizeof(MpcLanes));
	a->answer = alloc_large(sizeof(MpcAnswer));
	question->query->dataset = mpc_str(a->setting->dataset_name);
	mpc_dataset_hash(a->dataset_hash, question->query->dataset);
	timeout = a->federation->timeout_ms > 0 ? a->federation->timeout_ms : mpc_timeout_ms;
	a->deadline = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), timeout);
}

static void
exchange_answers(Asking *a)
{
	MpcStr		message = build_request(a);
	MpcExchange *exchange;

	a->x = alloc_large((Size) a->lanes->nlanes * MPC_FIELD_BYTES);
	for (int i = 0; i < a->roster->n; i++)
	{
		a->call[i].skip = is_me(a, i);
		a->call[i].statement = ANSWER_STATEMENT;
		a->call[i].request = message.data;
		a->call[i].request_len = message.len;
	}
	exchange = mpc_exchange_begin(a->call, a->roster->n, a->deadline);
	contribute(a);
	mpc_exchange_end(exchange);
	count_cost(a);
	take_replies(a);
	decode_sums(a);
}

static void
run_asking(Asking *a)
{
	if (a->setting->has_contract)
		settle_contract(a);
	check_own_policy(a);
	prepare_calls(a);
	say_hello(a);
	if (!a->setting->has_contract)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("no party of federation \"%s\" publishes dataset \"%s\"",
						a->federation->name, a->setting->dataset_name)));
	if (a->lanes->nlanes == 0)
		settle_contract(a);
	collect_cards(a);
	exchange_answers(a);
	check_contributors(a);
	mpc_ledger_add_asker(&a->ask.request, a->federation->name, a->setting->dataset_name,
						 mpc_query_text(a->question->query, a->used));
	notice_silent_parties(a);
}

/* Our own deadline cancels like a user does; the message must tell them apart. */
static void
raise_deadline(void)
{
	FlushErrorState();
	ereport(ERROR,
			(errcode(ERRCODE_QUERY_CANCELED),
			 errmsg("the joint question did not finish in the time allowed"),
			 errdetail("No value was revealed."),
			 errhint("The time allowed is mpc_agg.timeout or the federation's option \"timeout\".")));
}

/* Every end of a question, good or bad: no deadline, no secret stays. */
static void
end_asking(Asking *a)
{
	mpc_deadline_clear();
	mpc_ask_wipe(&a->ask);
	if (a->x != NULL)
		mpc_wipe(a->x, (Size) a->lanes->nlanes * MPC_FIELD_BYTES);
}

MpcAnswer *
mpc_ask(const MpcQuestion *question)
{
	Asking	   *a = alloc_large(sizeof(Asking));
	instr_time	start,
				end;

	INSTR_TIME_SET_CURRENT(start);
	PG_TRY();
	{
		begin_asking(a, question);
		mpc_deadline_set(a->deadline);
		run_asking(a);
	}
	PG_CATCH();
	{
		bool		late = mpc_deadline_passed() && geterrcode() == ERRCODE_QUERY_CANCELED;

		end_asking(a);
		if (late)
			raise_deadline();
		PG_RE_THROW();
	}
	PG_END_TRY();
	end_asking(a);
	INSTR_TIME_SET_CURRENT(end);
	INSTR_TIME_SUBTRACT(end, start);
	a->answer->ms = INSTR_TIME_GET_MILLISEC(end);
	return a->answer;
}

Datum
mpc_answer_datum(const MpcAnswer *answer, const MpcAgg *agg, bool *null)
{
	int			at = mpc_lanes_measure(&answer->lanes, agg);
	const MpcMeasure *measure = at < 0 ? NULL : &answer->lanes.measure[at];
	const MpcContractColumn *column;
	int64		count = 0;
	Oid			type;

	*null = false;
	if (!mpc_wide_to_int64(&answer->sum[measure ? measure->nonnull_lane : MPC_ROWS_LANE], &count))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("bigint out of range")));
	if (agg->function == MPC_COUNT_ROWS || agg->function == MPC_COUNT)
		return Int64GetDatum(count);
	*null = (count == 0);
	if (*null)
		return (Datum) 0;
	column = mpc_contract_find(&answer->contract, measure->column, MPC_ROLE_MEASURE);
	if (agg->function == MPC_SUM)
		return mpc_measure_sum(column, &answer->sum[measure->sum_lane], count, &type);
	return mpc_measure_avg(column, &answer->sum[measure->sum_lane], count, &type);
}
