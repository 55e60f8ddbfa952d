/*
 * ask.c
 *		How does one question get its answer from everybody?
 *
 * contract and own policy -> greetings where a connection is cold -> request to all
 * -> own rows meanwhile -> replies -> check, add, decode -> ledger -> fold. Each step raises with the
 * party's name; nothing is released before the last check, and a question that
 * failed leaves only wiped keys. Minima and maxima are asked next, in a request and rounds of their own. Where keys are open and the sketch was too small, it is asked
 * again with a larger one, under the same deadline.
 */
#include "postgres.h"

#include "catalog/identity.h"
#include "catalog/ledger.h"
#include "crypto/secret.h"
#include "face/asking.h"
#include "face/sets_asking.h"
#include "face/settings.h"
#include "local/aggregate.h"
#include "local/text.h"
#include "portability/instr_time.h"
#include "utils/memutils.h"

void *
mpc_asking_alloc(Size size)
{
	return MemoryContextAllocExtended(CurrentMemoryContext, Max(size, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

static void
begin_asking(Asking *a, const MpcQuestion *question)
{
	int			timeout;

	a->context = CurrentMemoryContext;
	a->question = question;
	a->setting = mpc_setting_of(question);
	a->federation = a->setting->federation;
	a->roster = &a->federation->roster;
	a->me = mpc_identity();
	a->used = palloc0(sizeof(MpcContract));
	a->lanes = palloc0(sizeof(MpcLanes));
	a->layout = palloc0(sizeof(MpcLayout));
	a->query = palloc0(sizeof(MpcQuery));
	a->answer = mpc_asking_alloc(sizeof(MpcAnswer));
	a->query->dataset = mpc_str(mpc_text_to_utf8(a->setting->dataset_name, strlen(a->setting->dataset_name)));
	mpc_dataset_hash(a->dataset_hash, a->query->dataset);
	timeout = a->federation->timeout_ms > 0 ? a->federation->timeout_ms : mpc_timeout_ms;
	a->deadline = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), timeout);
}

static void
raise_no_contract(const Asking *a)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("no party of federation \"%s\" publishes dataset \"%s\"",
					a->federation->name, a->setting->dataset_name)));
}

static void
lay_out(Asking *a, int64 groups)
{
	MpcStatus	status = mpc_layout_init(a->layout, a->query, a->used, a->lanes, groups);

	if (status == MPC_LIMIT)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the joint question is too large"),
				 errdetail("Its groups, keys and aggregates together have no room in one message."),
				 errhint("Ask for fewer aggregates at once, or group by fewer or shorter keys.")));
	if (status == MPC_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a federation with protocol \"shamir\" cannot be asked for these groups"),
				 errdetail("Shares are for keys with declared domains of at most %d groups in all.", MPC_MAX_DOMAIN_GROUPS),
				 errhint("Declare the domains of the keys, or ask a federation with protocol \"masked\".")));
	if (status != MPC_OK)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the domain of a key of dataset \"%s\" cannot be read", a->setting->dataset_name),
				 errhint("SELECT * FROM mpc_check() says what is wrong here.")));
}

static void
wipe_attempt(Asking *a)
{
	mpc_ask_wipe(&a->masked);
	mpc_shamir_ask_wipe(&a->shamir);
	mpc_maximum_ask_wipe(&a->maximum);
	if (a->vector != NULL)
		mpc_wipe(a->vector, mpc_extremes_vectors(&a->extremes) * sizeof(MpcMaximum));
	a->vector = NULL;
	if (a->x != NULL)
		mpc_wipe(a->x, (Size) a->layout->m * MPC_FIELD_BYTES);
	a->x = NULL;
}

/* Once around. False: the sketch had no room for all groups. What the attempt needs goes with its memory. */
static bool
ask_once(Asking *a, int64 groups)
{
	MemoryContext attempt = AllocSetContextCreate(a->context, "mpc_agg attempt", ALLOCSET_DEFAULT_SIZES);
	bool		decoded;

	lay_out(a, groups);
	MemoryContextSwitchTo(attempt);
	mpc_asking_collect_cards(a);
	if (a->layout->protocol == MPC_PROTOCOL_SHAMIR_SUM)
		mpc_asking_shamir(a);
	else
		mpc_asking_masked(a);
	decoded = mpc_asking_decode(a);
	/* before anything can still raise: a rollback takes the row along, the log line stays (R22) */
	mpc_ledger_add_asker(a->request, a->federation->name, a->setting->dataset_name,
						 mpc_query_text(a->query, a->used));
	MemoryContextSwitchTo(a->context);
	wipe_attempt(a);
	MemoryContextDelete(attempt);
	return decoded;
}

/* The same question in a second request, once its sums may be shown (R7). */
static void
ask_extremes(Asking *a)
{
	MemoryContext attempt = AllocSetContextCreate(a->context, "mpc_agg extremes", ALLOCSET_DEFAULT_SIZES);

	a->opened = true;
	mpc_asking_hello(a);
	MemoryContextSwitchTo(attempt);
	mpc_asking_collect_cards(a);
	mpc_asking_extremes(a);
	mpc_ledger_add_asker(a->request, a->federation->name, a->setting->dataset_name,
						 mpc_query_text(a->query, a->used));
	MemoryContextSwitchTo(a->context);
	wipe_attempt(a);
	MemoryContextDelete(attempt);
}

/* An intersection: a request and steps of its own. What it needs goes with its memory. */
static void
ask_sets(Asking *a)
{
	MemoryContext attempt = AllocSetContextCreate(a->context, "mpc_agg intersection", ALLOCSET_DEFAULT_SIZES);

	MemoryContextSwitchTo(attempt);
	mpc_asking_collect_cards(a);
	mpc_asking_sets(a);
	mpc_ledger_add_asker(a->request, a->federation->name, a->setting->dataset_name,
						 mpc_query_text(a->query, a->used));
	MemoryContextSwitchTo(a->context);
	MemoryContextDelete(attempt);
	a->answer->query = a->query;
	a->answer->contract = a->setting->dataset->contract;
}

static void
run_asking(Asking *a)
{
	int64		size;

	if (a->setting->has_contract)
		mpc_asking_settle_contract(a);
	mpc_asking_check_policy(a);
	mpc_asking_connect(a);
	mpc_asking_hello(a);
	if (!a->setting->has_contract)
		raise_no_contract(a);
	if (a->lanes->nlanes == 0)
		mpc_asking_settle_contract(a);
	if (a->question->sets)
	{
		ask_sets(a);
		return;
	}
	size = mpc_asking_first_size(a);
	while (!ask_once(a, size))
	{
		size = mpc_asking_next_size(a, size);
		mpc_asking_hello(a);
	}
	mpc_asking_keep_size(a, a->answer->ngroups);
	mpc_asking_judge(a);
	if (a->extremes.per_group > 0)
		ask_extremes(a);
	a->answer->query = a->query;
	a->answer->lanes = *a->lanes;
	a->answer->layout = *a->layout;
	a->answer->extremes = a->extremes;
	a->answer->contract = *a->used;
	mpc_asking_fold(a);
	mpc_asking_notice(a);
}

/* Our own deadline cancels like a user does; the message must tell them apart. */
static void
raise_deadline(const Asking *a)
{
	FlushErrorState();
	ereport(ERROR,
			(errcode(ERRCODE_QUERY_CANCELED),
			 errmsg("the joint question did not finish in the time allowed"),
			 a->opened ? errdetail("No result is shown.") : errdetail("No value was revealed."),
			 errhint("The time allowed is mpc_agg.timeout or the federation's option \"timeout\".")));
}

/* Every end of a question, good or bad: no deadline, no secret stays. */
static void
end_asking(Asking *a)
{
	mpc_deadline_clear();
	wipe_attempt(a);
	mpc_local_wipe(a->local);
	a->local = NULL;
}

MpcAnswer *
mpc_ask(const MpcQuestion *question)
{
	Asking	   *a = mpc_asking_alloc(sizeof(Asking));
	instr_time	start,
				end;

	mpc_deadline_refuse_nested();
	INSTR_TIME_SET_CURRENT(start);
	PG_TRY();
	{
		begin_asking(a, question);
		/* a little later than the exchange's own, which can name the party that was late */
		mpc_deadline_set(TimestampTzPlusMilliseconds(a->deadline, 200));
		run_asking(a);
	}
	PG_CATCH();
	{
		bool		late = mpc_deadline_passed() && geterrcode() == ERRCODE_QUERY_CANCELED;

		end_asking(a);
		if (late)
			raise_deadline(a);
		PG_RE_THROW();
	}
	PG_END_TRY();
	end_asking(a);
	INSTR_TIME_SET_CURRENT(end);
	INSTR_TIME_SUBTRACT(end, start);
	a->answer->ms = INSTR_TIME_GET_MILLISEC(end);
	return a->answer;
}

