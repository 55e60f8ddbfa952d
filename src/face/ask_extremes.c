/*
 * ask_extremes.c
 *		The asker's part of minima and maxima: a request after that of the sums, and a round for each digit (PROTOCOLS D).
 *
 * Assumes the sums of the same question, which say how many values stand behind each group, and that
 * what they show may be shown. Everybody's replies of a round go on to everybody with the next.
 * Parties read their rows once for each request: where these changed in between, and it shows, the question ends.
 */
#include "postgres.h"

#include "catalog/identity.h"
#include "crypto/secret.h"
#include "face/asking.h"
#include "face/errors.h"
#include "local/extreme.h"
#include "local/text.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* ------------------------------------------------------------------ before anything is sent */

static void
raise_too_wide(const Asking *a, uint16 measure)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("the bounds of column \"%s\" are too wide for min and max",
					mpc_text_shown(a->lanes->measure[measure].column[0])),
			 errdetail("In the contract they must be less than 2^%d apart, counted in its last digit.", MPC_MAX_KEY_BITS),
			 errhint("All parties must publish dataset \"%s\" with declared bounds.", a->setting->dataset_name)));
}

static void
raise_unsupported(const Asking *a)
{
	bool		shares = a->federation->protocol == MPC_PROTOCOL_SHAMIR_SUM;

	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 shares ? errmsg("a federation with protocol \"shamir\" cannot be asked for min and max") :
			 errmsg("min and max need keys with declared domains"),
			 shares ? errdetail("A maximum is found by masks, for which all parties must answer.") :
			 errdetail("Who holds which open key is hidden inside a sketch, and a maximum has no place there."),
			 shares ? errhint("Ask a federation with protocol \"masked\".") :
			 errhint("Publish the keys with declared domains of at most %d groups in all.", MPC_MAX_DOMAIN_GROUPS)));
}

static void
raise_too_large(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("the joint question is too large"),
			 errdetail("The minima and maxima of its groups have no room in one message."),
			 errhint("Ask for fewer groups, minima or maxima at once.")));
}

void
mpc_asking_plan_extremes(Asking *a)
{
	MpcLayout  *layout;
	uint16_t	measure = 0;
	MpcStatus	status;

	a->extremes.per_group = 0;
	if (mpc_extremes_count(a->lanes) == 0)
		return;
	if (a->federation->protocol == MPC_PROTOCOL_SHAMIR_SUM)
		raise_unsupported(a);
	layout = palloc0(sizeof(MpcLayout));
	if (mpc_layout_init(layout, a->query, a->used, a->lanes, 0) != MPC_OK)
		return;					/* that ends the question when it is laid out */
	status = mpc_extremes_init(&a->extremes, a->lanes, a->used, layout, a->roster->n, &measure);
	if (status == MPC_RANGE)
		raise_too_wide(a, measure);
	if (status == MPC_VERSION)
		raise_unsupported(a);
	if (status != MPC_OK)
		raise_too_large();
}

/* ------------------------------------------------------------------ rounds */

/* One conversation: buffers that every round uses again. */
typedef struct Rounds
{
	Asking	   *a;
	MemoryContext context;		/* of one round: the replies */
	MpcWriter	own;			/* our own reply */
	MpcWriter	step;
	uint8		rid[MPC_RID_BYTES];	/* what replies and refusals refer to */
} Rounds;

static void
raise_round(MpcStatus status, const char *whose)
{
	ereport(ERROR,
			(errcode(MPC_ERRCODE_NOT_AUTHENTIC),
			 errmsg("a round of the maximum is not valid at party \"%s\": %s", whose, mpc_status_name(status)),
			 errdetail("No result is shown.")));
}

static void
build_request(Asking *a)
{
	MpcStr		query;
	MpcStr		policy;
	MpcWriter	w = mpc_asking_request_room(a, &query, &policy);
	uint32		vectors = mpc_extremes_vectors(&a->extremes);
	MpcStatus	status;

	status = mpc_maximum_ask_begin(&a->maximum, a->me, a->roster, mpc_static_halves(a->roster), a->cards,
								   a->setting->dataset ? a->dataset_hash : NULL,
								   a->extremes.digit_bits, a->extremes.key_bits, vectors, (uint64) GetCurrentTimestamp(),
								   query, policy,
								   mpc_asking_alloc(((Size) vectors << a->extremes.digit_bits) * MPC_FIELD_BYTES), &w);
	if (status != MPC_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not form the joint question: %s", mpc_status_name(status))));
	mpc_asking_address(a, &a->maximum.request, &w);
}

/* From the rows that were read for the sums. */
static void
take_own_keys(Asking *a)
{
	a->vector = mpc_asking_alloc(mpc_extremes_vectors(&a->extremes) * sizeof(MpcMaximum));
	if (a->contributes)
		mpc_local_extremes(a->vector, a->local, a->lanes, &a->extremes);
	if (mpc_maximum_ask_start(&a->maximum, a->vector) != MPC_OK)
		elog(ERROR, "this database's own keys do not fit the question");
}

static void
contribute(Rounds *r)
{
	MpcStatus	status;

	r->own.len = 0;
	status = mpc_maximum_ask_contribute(&r->a->maximum, &r->own);
	CHECK_FOR_INTERRUPTS();
	if (status != MPC_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not mask this database's own part: %s", mpc_status_name(status))));
}

/* What a party sent, for whoever wants to see that it is nothing but noise. */
static void
show_masked(const Asking *a, int position)
{
	char		hex[2 * MPC_FIELD_BYTES + 1] = "";

	if (!message_level_is_interesting(DEBUG1))
		return;
	hex_encode((const char *) a->maximum.reply[position].y[0], MPC_FIELD_BYTES, hex);
	hex[2 * MPC_FIELD_BYTES] = '\0';
	ereport(DEBUG1,
			(errmsg_internal("party \"%s\" sent %u masked field elements: %s…",
							 mpc_asking_party(a, position), a->request->m, hex)));
}

static void
take_replies(Rounds *r)
{
	Asking	   *a = r->a;

	mpc_asking_failures(a, r->rid, "maximum", 0);
	for (int i = 0; i < a->roster->n; i++)
	{
		MpcStatus	status;

		if (mpc_asking_is_me(a, i))
			continue;
		status = mpc_maximum_ask_take_reply(&a->maximum, i, a->call[i].reply, a->call[i].reply_len);
		if (status != MPC_OK)
			raise_round(status, mpc_asking_party(a, i));
		show_masked(a, i);
		mpc_asking_keep_card(a, i, a->maximum.reply[i].next_card);
	}
}

/* Finds the digits. Unless they were the last, the step to the next round goes to everybody else. */
static void
close_round(Rounds *r)
{
	Asking	   *a = r->a;
	uint16_t	x = 0;
	uint16_t	y = 0;
	MpcStatus	status;

	memcpy(r->rid, a->maximum.self.rid, sizeof(r->rid));
	r->step.len = 0;
	status = mpc_maximum_ask_close(&a->maximum, &r->step, &x, &y);
	CHECK_FOR_INTERRUPTS();
	if (status == MPC_CONFIRMATION)
		raise_round(status, psprintf("%s\" or \"%s", mpc_asking_party(a, x), mpc_asking_party(a, y)));
	if (status == MPC_RANGE)
		mpc_raise_status(status, a->federation->name, "the answer");
	if (status != MPC_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not lead the maximum to its next round: %s", mpc_status_name(status))));
	for (int i = 0; i < a->roster->n; i++)
	{
		a->call[i].request = r->step.data;
		a->call[i].request_len = r->step.len;
	}
}

static void
run_round(Rounds *r)
{
	MemoryContext old = MemoryContextSwitchTo(r->context);
	MpcExchange *exchange;

	exchange = mpc_exchange_begin(r->a->call, r->a->roster->n, r->a->deadline);
	contribute(r);
	mpc_exchange_end(exchange);
	mpc_asking_count_cost(r->a);
	take_replies(r);
	close_round(r);
	MemoryContextSwitchTo(old);
	MemoryContextReset(r->context);
}

static void
run_rounds(Asking *a)
{
	Rounds		r = {.a = a};
	Size		reply = mpc_reply_size(a->roster->n, a->request->m);
	Size		step = mpc_step_size(a->roster->n, a->request->m);

	r.context = AllocSetContextCreate(CurrentMemoryContext, "mpc_agg round", ALLOCSET_DEFAULT_SIZES);
	mpc_writer_init(&r.own, mpc_asking_alloc(reply), reply);
	mpc_writer_init(&r.step, mpc_asking_alloc(step), step);
	memcpy(r.rid, a->request->rid, sizeof(r.rid));
	while (!a->maximum.ended)
		run_round(&r);
}

/* ------------------------------------------------------------------ what was found */

static void
raise_changed(const Asking *a)
{
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("the rows of a party changed while dataset \"%s\" was asked", a->setting->dataset_name),
			 errdetail("Sums, and then minima and maxima, are asked in two requests, which disagree. No result is shown."),
			 errhint("Ask again.")));
}

/* A value that an honest party may hold. */
static void
check_value(const Asking *a, const MpcExtremeKeys *keys, uint64 key)
{
	Datum		value;

	if (!mpc_extreme_value(keys, key, &value))
		mpc_raise_status(MPC_RANGE, a->federation->name, "the answer");
}

/* No rows have a least value above the greatest. */
static void
check_order(const Asking *a, const MpcMaximum *least, const MpcMaximum *greatest)
{
	if (mpc_key_complement(least->value, a->extremes.key_bits) > greatest->value)
		mpc_raise_status(MPC_RANGE, a->federation->name, "the answer");
}

/* Of a measure's minimum and maximum in one group. Values are behind it exactly where one is the greatest. */
static const MpcMaximum *
take_measure(const Asking *a, MpcAnswerGroup *group, int measure, const MpcExtremeKeys *keys, const MpcMaximum *vector)
{
	const MpcMeasure *m = &a->lanes->measure[measure];
	static const MpcWide zero;
	bool		empty = mpc_wide_compare(&group->sum[m->nonnull_lane], &zero) == 0;

	for (int maximum = 0; maximum <= 1; maximum++)
	{
		if (!(maximum ? m->wants_max : m->wants_min))
			continue;
		if (vector->empty != empty)
			raise_changed(a);
		group->peak[mpc_extremes_index(a->lanes, (uint16) measure, maximum)] = vector->value;
		if (!empty)
			check_value(a, keys, maximum ? vector->value : mpc_key_complement(vector->value, a->extremes.key_bits));
		vector++;
	}
	if (m->wants_min && m->wants_max && !empty)
		check_order(a, vector - 2, vector - 1);
	return vector;
}

/* Groups of which the sums knew nothing. */
static void
check_others(const Asking *a, const bool *taken)
{
	for (uint32 g = 0; g < a->extremes.groups; g++)
	{
		for (int k = 0; k < a->extremes.per_group && !taken[g]; k++)
		{
			if (!a->vector[(Size) g * a->extremes.per_group + k].empty)
				raise_changed(a);
		}
	}
}

static void
take_values(Asking *a)
{
	MpcExtremeKeys *keys = palloc(MPC_MAX_AGGS * sizeof(MpcExtremeKeys));
	bool	   *taken = mpc_asking_alloc(a->extremes.groups * sizeof(bool));

	for (int k = 0; k < a->lanes->nmeasures; k++)
	{
		if (a->lanes->measure[k].wants_min || a->lanes->measure[k].wants_max)
			mpc_extreme_keys(&keys[k], mpc_contract_find(a->used, a->lanes->measure[k].column[0], MPC_ROLE_MEASURE));
	}
	for (int64 i = 0; i <= a->answer->ngroups; i++)
	{
		MpcAnswerGroup *group = &a->answer->group[i];
		const MpcMaximum *vector = a->vector + (Size) group->position * a->extremes.per_group;

		group->peak = MemoryContextAlloc(a->context, a->extremes.per_group * sizeof(uint64));
		taken[group->position] = true;
		for (int k = 0; k < a->lanes->nmeasures; k++)
			vector = take_measure(a, group, k, &keys[k], vector);
	}
	check_others(a, taken);
}

void
mpc_asking_extremes(Asking *a)
{
	build_request(a);
	take_own_keys(a);
	run_rounds(a);
	take_values(a);
}
