/*
 * ask.c
 *		How does one question get its answer from everybody?
 *
 * contract and own policy -> greetings where a connection is cold -> request to all
 * -> own rows meanwhile -> replies -> check, add, decode -> ledger. Each step raises with the
 * party's name; nothing is released before the last check, and a question that
 * failed leaves only wiped keys.
 */
#include "postgres.h"

#include "catalog/identity.h"
#include "catalog/ledger.h"
#include "crypto/secret.h"
#include "face/asking.h"
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

	a->question = question;
	a->setting = mpc_setting_of(question->joint_relid);
	a->federation = a->setting->federation;
	a->roster = &a->federation->roster;
	a->me = mpc_identity();
	a->used = palloc0(sizeof(MpcContract));
	a->lanes = palloc0(sizeof(MpcLanes));
	a->answer = mpc_asking_alloc(sizeof(MpcAnswer));
	question->query->dataset = mpc_str(mpc_text_to_utf8(a->setting->dataset_name, strlen(a->setting->dataset_name)));
	mpc_dataset_hash(a->dataset_hash, question->query->dataset);
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
run_asking(Asking *a)
{
	MpcExchange *exchange;

	if (a->setting->has_contract)
		mpc_asking_settle_contract(a);
	mpc_asking_check_policy(a);
	mpc_asking_connect(a);
	mpc_asking_hello(a);
	if (!a->setting->has_contract)
		raise_no_contract(a);
	if (a->lanes->nlanes == 0)
		mpc_asking_settle_contract(a);
	exchange = mpc_asking_send(a);
	mpc_asking_contribute(a);
	mpc_asking_receive(a, exchange);
	mpc_asking_decode(a);
	/* before anything can still raise: a rollback takes the row along, the log line stays (R22) */
	mpc_ledger_add_asker(&a->ask.request, a->federation->name, a->setting->dataset_name,
						 mpc_query_text(a->question->query, a->used));
	mpc_asking_check_contributors(a);
	mpc_asking_notice(a);
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
	if (a->local != NULL)
		mpc_wipe(a->local, sizeof(*a->local));
	if (a->x != NULL)
		mpc_wipe(a->x, (Size) a->lanes->nlanes * MPC_FIELD_BYTES);
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

