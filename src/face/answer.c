/*
 * answer.c
 *		CALL mpc.answer: one question answered for a partner (WIRE.md, "Order in mpc.answer").
 *
 * settings -> login -> decode, signature -> card spent -> policy -> ledger row -> commit,
 * flushed -> settings again -> snapshot -> local aggregate, read-only -> threshold,
 * mask or share, sign -> wipe. The second round of a Shamir sum is answer_relay.c, the rounds
 * of a maximum are answer_maximum.c.
 * Three traps hold this order together: the owner's rights are given back before the commit (a commit
 * under them would leave the session as owner), a snapshot is set up after it (a cursor or
 * detoasting without one crashes the server), and settings revert at it.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/identity.h"
#include "catalog/intersections.h"
#include "catalog/ledger.h"
#include "catalog/policy.h"
#include "crypto/secret.h"
#include "executor/spi.h"
#include "face/answer_maximum.h"
#include "face/answer_relay.h"
#include "face/answering.h"
#include "face/domains.h"
#include "face/entry.h"
#include "face/errors.h"
#include "face/onetime_store.h"
#include "face/progress.h"
#include "face/sets_answer.h"
#include "face/settings.h"
#include "local/aggregate.h"
#include "local/text.h"
#include "miscadmin.h"
#include "protocol/masked_sum.h"
#include "tcop/pquery.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(mpc_sql_answer);

static const uint8 no_reference[32];
static const char *const too_many_groups = "this party's own part has more groups than its dataset allows";

static bytea *
refuse(const MpcAnswering *a, MpcRefusal *refusal)
{
	bool		readable = a->request.signed_part.data != NULL;
	bool		named = a->query.dataset.data != NULL;

	MemoryContextSwitchTo(a->context);
	return mpc_entry_refusal(refusal, readable ? a->request.rid : no_reference, a->party->name,
							 named ? a->dataset_hash : NULL, a->dataset != NULL);
}

bytea *
mpc_answering_refuse(const MpcAnswering *a, MpcRefusalCode code, const char *rule)
{
	MpcRefusal	refusal = {.code = code,.rule = mpc_str(rule)};

	return refuse(a, &refusal);
}

/* ------------------------------------------------------------------ before the ledger */

/* Decodes, verifies the signature of the login's party, spends the one-time key. NULL: go on. */
static bytea *
open_request(MpcAnswering *a)
{
	MpcStatus	status = mpc_request_read(&a->request, VARDATA_ANY(a->message), VARSIZE_ANY_EXHDR(a->message));

	if (status == MPC_VERSION)
		return mpc_answering_refuse(a, MPC_REFUSE_VERSION, "this database speaks wire version 1");
	if (status != MPC_OK)
	{
		a->request.signed_part.data = NULL;
		return mpc_answering_refuse(a, MPC_REFUSE_MALFORMED, "the request is not well-formed");
	}
	if (mpc_request_verify(&a->request, &a->party->card) != MPC_OK)
		return mpc_answering_refuse(a, MPC_REFUSE_SIGNATURE, "the request is not signed by the party of this login");
	status = mpc_query_read(&a->query, a->request.query.data, a->request.query.len);
	if (status != MPC_OK)
	{
		a->query.dataset.data = NULL;
		return mpc_answering_refuse(a, MPC_REFUSE_MALFORMED, "the question is not well-formed");
	}
	mpc_dataset_hash(a->dataset_hash, a->query.dataset);
	return NULL;
}

static const MpcFederation *
federation_of_request(const MpcRequest *request)
{
	const uint8 *pids[MPC_MAX_PARTIES];

	for (int i = 0; i < request->n; i++)
		pids[i] = request->card[i].pid;
	return mpc_federation_by_members(pids, request->n);
}

/* Which federation, whose dataset, is the key ours and fresh? NULL: go on. */
static bytea *
place_request(MpcAnswering *a)
{
	char	   *name = mpc_text_from_utf8(a->query.dataset);

	a->federation = federation_of_request(&a->request);
	if (a->federation == NULL)
		return mpc_answering_refuse(a, MPC_REFUSE_ROSTER, "no federation with exactly these parties is known here");
	if (a->federation->timeout_ms > 0)
		mpc_deadline_move(TimestampTzPlusMilliseconds(a->start, a->federation->timeout_ms));
	if (name != NULL)			/* a name that has no form here is published by nobody here */
		a->dataset = mpc_dataset_get(name, a->federation->name);
	if (!mpc_onetime_take(a->request.card[a->federation->roster.me].bytes, a->dataset_hash, &a->key))
		return mpc_answering_refuse(a, MPC_REFUSE_KEY, "the one-time key is unknown or spent");
	return NULL;
}

static bytea *
check_policy(MpcAnswering *a)
{
	MpcRefusal	refusal;
	MpcStr		missing;
	MpcRole		role;

	memset(&refusal, 0, sizeof(refusal));
	if (!mpc_policy_check(a->federation, a->dataset, &a->request, &a->query, mpc_domains_read,
						  &a->lanes, &a->layout, &a->extremes, &refusal))
		return refuse(a, &refusal);
	if (a->dataset != NULL &&
		mpc_contract_of_query(&a->contract, &a->dataset->contract, &a->query, &missing, &role) != MPC_OK)
		return mpc_answering_refuse(a, MPC_REFUSE_COLUMN, "a column is not part of the dataset");
	return NULL;
}

/* Writes the ledger row and makes it durable. From here on the question is answered. */
static bytea *
record(MpcAnswering *a)
{
	char	   *dataset = mpc_text_shown(a->query.dataset);
	char	   *words = mpc_query_text(&a->query, &a->contract);
	const char *rule;

	if (!mpc_ledger_add_peer(&a->request, a->party->name, dataset, words, &a->ledger))
		return mpc_answering_refuse(a, MPC_REFUSE_REPLAY, "this request was answered before");
	if (mpc_answering_is_of_sets(a) && (rule = mpc_intersection_begin(a->dataset, &a->request, a->party->name)) != NULL)
		a->too_much = rule;
	ForceSyncCommit();
	SPI_commit();
	return a->too_much != NULL ? mpc_answering_refuse(a, MPC_REFUSE_LIMIT, a->too_much) : NULL;
}

/* ------------------------------------------------------------------ after the ledger */

static void
prepare_to_read(void)
{
	mpc_fix_settings(GUC_ACTION_LOCAL);
	(void) set_config_option("transaction_isolation", "read committed", PGC_SUSET, PGC_S_SESSION,
							 GUC_ACTION_LOCAL, true, 0, false);
	(void) set_config_option("transaction_read_only", "on", PGC_SUSET, PGC_S_SESSION,
							 GUC_ACTION_LOCAL, true, 0, false);
	EnsurePortalSnapshotExists();
}

void
mpc_answering_write(void)
{
	SPI_commit();
	mpc_fix_settings(GUC_ACTION_LOCAL);
	/* default_transaction_read_only is the caller's, too */
	(void) set_config_option("transaction_read_only", "off", PGC_SUSET, PGC_S_SESSION,
							 GUC_ACTION_LOCAL, true, 0, false);
	EnsurePortalSnapshotExists();
}

void
mpc_answering_written(void)
{
	ForceSyncCommit();
	SPI_commit();
	mpc_fix_settings(GUC_ACTION_LOCAL);
	EnsurePortalSnapshotExists();
}

/* R9: one bit, once, instead of an oracle per filter. */
static bytea *
suspend(MpcAnswering *a, const char *column)
{
	char	   *rule;

	mpc_deadline_clear();		/* the caller chose it */
	mpc_answering_write();
	mpc_dataset_suspend(a->dataset->name, a->dataset->federation, column);
	mpc_answering_written();
	rule = psprintf("dataset \"%s\" is suspended: column \"%s\" broke its contract", a->dataset->name, column);
	return mpc_answering_refuse(a, MPC_REFUSE_SUSPENDED, mpc_text_to_utf8(rule, strlen(rule)));
}

/* What our rows say, before any threshold. NULL: it stands in a->local. */
static bytea *
aggregate(MpcAnswering *a)
{
	uint8		salt[MPC_SALT_BYTES];
	MpcStatus	status;

	mpc_refuse_temporary(a->dataset->relid);
	mpc_distinct_salt(salt, &a->request);
	status = mpc_local_aggregate(a->dataset->relid, a->dataset->owner, &a->contract, &a->query, &a->lanes,
								 &a->layout, a->dataset->max_groups, salt, &a->local);
	if (status == MPC_RANGE)
		return mpc_answering_refuse(a, MPC_REFUSE_VALUE, "a value in the condition has no form in this database");
	if (status == MPC_MALFORMED)
		return mpc_answering_refuse(a, MPC_REFUSE_MALFORMED, "a value in the condition is not canonical");
	if (status != MPC_OK)
		return mpc_answering_refuse(a, MPC_REFUSE_UNAVAILABLE, "the published relation no longer has the columns of its contract");
	if (a->local->too_many)
		return mpc_answering_refuse(a, MPC_REFUSE_LIMIT, too_many_groups);
	if (a->local->violated >= 0)
		return suspend(a, mpc_measure_columns(&a->lanes.measure[a->local->violated]));
	return NULL;
}

/* Our rows, or zeros. NULL: the vector stands in a->x, or of a maximum what it is made of in a->local. */
static bytea *
compute(MpcAnswering *a)
{
	bytea	   *refusal;
	bool		keys = a->request.protocol == MPC_PROTOCOL_MAXIMUM;

	if (!keys)
		a->x = palloc_extended((Size) a->layout.m * MPC_FIELD_BYTES, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	if (a->dataset == NULL)
		return NULL;
	if ((refusal = aggregate(a)) != NULL)
		return refusal;
	a->contributes = mpc_local_fold(a->local, a->dataset->min_rows);
	/* judged by what may be shown: hidden groups must not tip it */
	if (a->contributes && a->layout.kind == MPC_LAYOUT_SKETCH && a->local->ngroups > a->dataset->max_groups)
		return mpc_answering_refuse(a, MPC_REFUSE_LIMIT, too_many_groups);
	if (keys)
		return NULL;
	if (a->contributes)
		mpc_local_vector(a->x, a->local, &a->lanes, &a->layout, a->request.rid);
	mpc_local_wipe(a->local);
	a->local = NULL;
	return NULL;
}

/* The vector leaves in shares; what the second round needs stays with this connection. */
static bytea *
write_shares(MpcAnswering *a, const MpcOneTimeKey *next)
{
	MpcDealt   *dealt = mpc_dealt_begin(&a->request, &a->query, a->federation->serverid, a->x);
	MpcWriter	w;
	bytea	   *buffer;
	MpcStatus	status;

	MemoryContextSwitchTo(a->context);
	buffer = mpc_entry_buffer(&w, mpc_shares_size(a->request.n, a->request.threshold, a->request.m));
	status = mpc_shamir_deal(&dealt->peer, &w, mpc_identity(), &a->federation->roster, a->static_half, &a->key,
							 &a->request, dealt->x, a->ledger.seq, a->ledger.head, next);
	CHECK_FOR_INTERRUPTS();
	if (status != MPC_OK)
		elog(ERROR, "the vector could not be shared: %s", mpc_status_name(status));
	return mpc_entry_finish(buffer, &w);
}

static bytea *
write_masked(MpcAnswering *a, const MpcOneTimeKey *next)
{
	uint8	   *confirm = palloc0((Size) a->request.n * MPC_CONFIRM_BYTES);
	MpcWriter	w;
	bytea	   *buffer;
	MpcStatus	status;

	MemoryContextSwitchTo(a->context);
	buffer = mpc_entry_buffer(&w, mpc_reply_size(a->request.n, a->request.m));
	status = mpc_answer(&w, mpc_identity(), &a->federation->roster, a->static_half, &a->key,
						&a->request, a->x, a->ledger.seq, a->ledger.head, next, confirm);
	CHECK_FOR_INTERRUPTS();
	if (status != MPC_OK)
		elog(ERROR, "the vector could not be masked: %s", mpc_status_name(status));
	return mpc_entry_finish(buffer, &w);
}

/* The keys leave in no reply: they stay with this connection until all rounds are held. */
static bytea *
write_maximum(MpcAnswering *a, const MpcOneTimeKey *next)
{
	MpcMaximumRounds *rounds = mpc_maximum_store(&a->request, a->federation->serverid, &a->ledger);

	if (a->contributes)
		mpc_local_extremes(rounds->vector, a->local, &a->lanes, &a->extremes);
	mpc_local_wipe(a->local);
	a->local = NULL;
	return mpc_answer_maximum(rounds, a->federation, a->static_half, &a->key, &a->request, next, a->context);
}

static void
wipe(MpcAnswering *a)
{
	mpc_wipe(&a->key, sizeof(a->key));
	mpc_local_wipe(a->local);
	a->local = NULL;
	if (a->x != NULL)
		mpc_wipe(a->x, (Size) a->layout.m * MPC_FIELD_BYTES);
	if (a->static_half != NULL)
		mpc_wipe(a->static_half, (Size) a->federation->roster.n * MPC_DH_BYTES);
}

static bytea *
answer_question(MpcAnswering *a)
{
	const MpcOneTimeKey *next;
	bytea	   *refusal;

	mpc_dealt_forget();			/* another question came instead of its second round */
	if ((refusal = open_request(a)) != NULL ||
		(refusal = place_request(a)) != NULL ||
		(refusal = check_policy(a)) != NULL)
		return refusal;
	a->static_half = unconstify(MpcStaticHalf *, mpc_static_halves(&a->federation->roster));
	if ((refusal = record(a)) != NULL)
		return refusal;
	prepare_to_read();
	if (mpc_answering_is_of_sets(a))
		return mpc_answering_sets(a);
	if ((refusal = compute(a)) != NULL)
		return refusal;
	next = mpc_onetime_issue(mpc_identity(), a->dataset_hash, a->dataset != NULL);
	switch (a->request.protocol)
	{
		case MPC_PROTOCOL_SHAMIR_SUM:
			return write_shares(a, next);
		case MPC_PROTOCOL_MAXIMUM:
			return write_maximum(a, next);
		default:
			return write_masked(a, next);
	}
}

/* ------------------------------------------------------------------ the procedure */

/* Its id; of a later round, that of the first. NULL: it is not known. */
static const uint8 *
request_at_work(const MpcAnswering *a)
{
	if (mpc_dealt() != NULL)
		return mpc_dealt()->peer.rid;
	if (mpc_maximum_stored() != NULL)
		return mpc_maximum_stored()->request;
	if (mpc_sets_stored() != NULL)
		return mpc_sets_stored()->rid;
	return a->request.signed_part.data != NULL ? a->request.rid : NULL;
}

/*
 * Whatever went wrong, the partner reads one fixed text; the true one stays in our own
 * log. A cast or an index may put a row's value into an error.
 */
static void
raise_fixed(MpcAnswering *a, ErrorData *error)
{
	bool		late = mpc_deadline_passed();
	char		rid[2 * MPC_RID_BYTES + 1] = "unread";
	const uint8 *request = request_at_work(a);

	if (request != NULL)
	{
		hex_encode((const char *) request, MPC_RID_BYTES, rid);
		rid[2 * MPC_RID_BYTES] = '\0';
	}
	wipe(a);
	mpc_dealt_forget();
	mpc_maximum_forget();
	mpc_sets_forget();
	mpc_deadline_clear();
	ereport(ERROR,
			(errcode(error->sqlerrcode == ERRCODE_QUERY_CANCELED ? ERRCODE_QUERY_CANCELED : MPC_ERRCODE_NOT_ANSWERED),
			 errmsg("the joint question could not be answered"),
			 errdetail_log("Request %s of party \"%s\"%s: %s", rid, a->party->name,
						   late ? ", out of time" : "", error->message)));
}

/* One relay for each request: what was dealt is spent, whatever comes. */
static bytea *
answer_relay(MpcAnswering *a)
{
	bytea	   *reply = mpc_answer_relay(mpc_dealt(), a->party, a->message, a->start, a->context);

	mpc_dealt_forget();
	return reply;
}

/* What comes is a later round of what this connection keeps, or a question; that ends what is kept. */
static bytea *
answer_message(MpcAnswering *a)
{
	const void *bytes = VARDATA_ANY(a->message);
	size_t		len = VARSIZE_ANY_EXHDR(a->message);
	bool		relay = mpc_is_relay(bytes, len);
	bool		step = mpc_is_step(bytes, len);
	bool		sets = mpc_is_set_step(bytes, len);

	if (!relay)
		mpc_dealt_forget();
	if (!step)
		mpc_maximum_forget();
	if (sets)
		return mpc_sets_answer_step(mpc_sets_stored(), a->party, a->message, a->start, a->context);
	mpc_sets_forget();
	if (relay)
		return answer_relay(a);
	return step ? mpc_answer_step(mpc_maximum_stored(), a->party, a->message, a->start, a->context) : answer_question(a);
}

static bytea *
answer_guarded(MpcAnswering *a)
{
	MemoryContext context = CurrentMemoryContext;
	bytea	   *reply = NULL;

	PG_TRY();
	{
		mpc_deadline_set(TimestampTzPlusMilliseconds(a->start, mpc_timeout_ms));
		reply = answer_message(a);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		raise_fixed(a, error);
	}
	PG_END_TRY();
	mpc_deadline_clear();
	wipe(a);
	return reply;
}

Datum
mpc_sql_answer(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	TupleDesc	row = mpc_entry_row(fcinfo);
	MpcAnswering  *a = palloc_extended(sizeof(MpcAnswering), MCXT_ALLOC_ZERO);
	bytea	   *reply;

	a->context = caller;
	mpc_entry_enter();
	mpc_fix_settings(GUC_ACTION_LOCAL);
	mpc_entry_refuse_atomic(fcinfo);
	a->party = mpc_entry_party();
	a->message = mpc_entry_message(fcinfo);
	a->start = GetCurrentTimestamp();
	if (SPI_connect_ext(SPI_OPT_NONATOMIC) != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	MemoryContextSwitchTo(caller);	/* all of the question outlives SPI_commit and SPI_finish */
	reply = answer_guarded(a);
	SPI_finish();
	MemoryContextSwitchTo(caller);
	mpc_entry_leave();
	return mpc_entry_return(fcinfo, row, reply);
}
