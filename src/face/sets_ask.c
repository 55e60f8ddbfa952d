/*
 * sets_ask.c
 *		How does the asker of an intersection get its answer?
 *
 * own set -> request, which says how large it is -> the others' sizes -> steps of the engine -> answer. The asker's own policy
 * holds for its own set as for those of others; the peers' policies hold at the peers, before anything leaves them.
 */
#include "postgres.h"

#include "catalog/identity.h"
#include "catalog/policy.h"
#include "crypto/secret.h"
#include "executor/spi.h"
#include "face/errors.h"
#include "face/progress.h"
#include "face/sets_asking.h"
#include "face/settings.h"
#include "local/aggregate.h"
#include "local/text.h"
#include "miscadmin.h"
#include "psi/okvs.h"

static MpcSetsKind
kind_of(const MpcQuery *query)
{
	if (query->agg[0].function == MPC_INTERSECT)
		return MPC_SETS_MEMBERS;
	return mpc_query_sums_sets(query) ? MPC_SETS_SUMS : MPC_SETS_COUNT;
}

/* ------------------------------------------------------------------ the own set */

static void
raise_own(const Asking *a, MpcStatus status)
{
	ereport(ERROR,
			(errcode(status == MPC_RANGE ? ERRCODE_UNTRANSLATABLE_CHARACTER : ERRCODE_DATATYPE_MISMATCH),
			 errmsg("this database's own part of dataset \"%s\" could not be computed", a->setting->dataset_name),
			 status == MPC_RANGE ?
			 errdetail("A value in the condition has no form in this database.") :
			 errdetail("The published relation no longer has the columns of its contract."),
			 errhint("Publish the dataset again.")));
}

/* As of any own part: what goes wrong below may hold a row's value (ask_own.c). */
static MpcStatus
read_guarded(MpcSetsAsking *s)
{
	MemoryContext context = CurrentMemoryContext;
	MpcStatus	status = MPC_OK;

	PG_TRY();
	{
		MemoryContextSwitchTo(s->a->context);
		status = mpc_sets_read(&s->own, s->a->setting->dataset, s->a->query, s->kind == MPC_SETS_SUMS,
							   s->kind == MPC_SETS_MEMBERS);
		MemoryContextSwitchTo(context);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		mpc_asking_raise_own(s->a);
	}
	PG_END_TRY();
	return status;
}

static void
check_own(const MpcSetsAsking *s)
{
	const MpcDataset *dataset = s->a->setting->dataset;

	if (s->own.ids->too_many)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("this database's own set has more than %u identifiers", MPC_MAX_LANES)));
	if (s->own.ids->violated >= 0)
		ereport(ERROR,
				(errcode(MPC_ERRCODE_SUSPENDED),
				 errmsg("a measure of this database's own dataset \"%s\" holds a value outside its contract", dataset->name),
				 errdetail("It is NaN, infinite, outside the declared bounds or has more digits than the contract."),
				 errhint("Correct the value, or publish the dataset again with other bounds.")));
	if (s->own.n < (uint32) dataset->limits.min_set)
		ereport(ERROR,
				(errcode(MPC_ERRCODE_REFUSED),
				 errmsg("this database's own set has fewer than %d identifiers", dataset->limits.min_set),
				 errdetail("The option \"min_set\" of its own dataset \"%s\" holds for it, too.", dataset->name)));
}

static void
read_own(MpcSetsAsking *s)
{
	const MpcDataset *dataset = s->a->setting->dataset;
	MpcStatus	status;
	int			nest;

	mpc_progress_phase(MPC_PHASE_READING, 0);
	mpc_refuse_temporary(dataset->relid);
	nest = NewGUCNestLevel();
	mpc_fix_settings(GUC_ACTION_SAVE);
	(void) set_config_option("transaction_read_only", "on", PGC_SUSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	SPI_connect();
	status = read_guarded(s);
	SPI_finish();
	AtEOXact_GUC(true, nest);
	if (status != MPC_OK)
		raise_own(s->a, status);
	check_own(s);
	s->announced = (uint32) Max(mpc_set_padded(s->own.n, s->a->federation->pad_sets), 1);	/* a request has room for one at least */
	if (s->kind == MPC_SETS_SUMS)
		mpc_sets_group(s);
}

/* ------------------------------------------------------------------ the request */

static void
raise_unwritten(MpcStatus status)
{
	ereport(ERROR,
			(errcode(ERRCODE_INTERNAL_ERROR),
			 errmsg("could not form the joint question: %s", mpc_status_name(status))));
}

/* The own one-time key goes along as that of a roster member; nothing is derived from it. */
static void
build_request(MpcSetsAsking *s)
{
	Asking	   *a = s->a;
	MpcRequest *request = mpc_asking_alloc(sizeof(MpcRequest));
	MpcOneTimeKey key;
	uint8		nonce[32];
	MpcStr		query;
	MpcStr		policy;
	MpcWriter	w = mpc_asking_request_room(a, &query, &policy);
	uint64		now = (uint64) GetCurrentTimestamp();
	MpcStatus	status;

	status = mpc_onetime_make_own(&key, a->me, now, a->dataset_hash, a->cards + (Size) a->roster->me * MPC_ONETIME_BYTES);
	mpc_wipe(&key, sizeof(key));
	if (status != MPC_OK)
		raise_unwritten(status);
	mpc_random(nonce, sizeof(nonce));
	mpc_request_write_sets(&w, a->me, a->roster, MPC_ENGINE_CURVE, s->lanes, s->announced, now, nonce, a->cards, query, policy);
	status = w.status;
	/* Read back, so that asker and peers work from the same bytes. */
	if (status == MPC_OK)
		status = mpc_request_read(request, w.data, w.len);
	if (status != MPC_OK)
		raise_unwritten(status);
	mpc_asking_address(a, request, &w);
	memcpy(s->own.rid, request->rid, MPC_RID_BYTES);
}

/* All others: who leaves one out is refused by the rest (rule_request in policy_sets.c). */
static void
choose_peers(MpcSetsAsking *s)
{
	Asking	   *a = s->a;

	for (int i = 0; i < a->roster->n; i++)
	{
		s->takes_part[i] = !mpc_asking_is_me(a, i) && a->publishes[i];
		a->call[i].skip = !s->takes_part[i];
		s->npeers += s->takes_part[i] ? 1 : 0;
	}
	if (s->npeers < a->roster->n - 1)
		ereport(ERROR,
				(errcode(MPC_ERRCODE_REFUSED),
				 errmsg("not all parties of federation \"%s\" publish dataset \"%s\"", a->federation->name, a->setting->dataset_name),
				 errdetail("An intersection is of the sets of all of them: without one it would show what the others have in common."),
				 errhint("Make a federation of those who publish it.")));
	if (a->federation->pad_sets && mpc_query_asks_union(a->query))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the size of a union cannot be had where sizes of sets are padded"),
				 errhint("The federation option is \"pad_sets\".")));
	if (s->npeers > 1 && (s->kind == MPC_SETS_SUMS || mpc_query_asks_union(a->query)))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("sums over common identifiers, and unions, are of two parties only"),
				 errdetail("Dataset \"%s\" is published by %d other parties.", a->setting->dataset_name, s->npeers),
				 mpc_query_asks_union(a->query) ?
				 errhint("mpc_approx_count_distinct() estimates the size of the union.") :
				 errhint("Ask for the members, or their number.")));
}

/* Before anything is allocated by it. The own limits hold for the sets of others as for those of who asks. */
static void
check_size(const MpcSetsAsking *s, int peer, uint32 size)
{
	const MpcIntersectLimits *limits = &s->a->setting->dataset->limits;
	MpcOkvs		okvs = mpc_okvs_shape(size);
	bool		small = size < (uint32) limits->min_set;

	if (!small && (uint64) size <= (uint64) limits->max_ratio * s->announced &&
		(s->npeers == 1 || 1 + mpc_okvs_cells(&okvs) <= MPC_MAX_LANES))
		return;
	ereport(ERROR,
			(errcode(MPC_ERRCODE_REFUSED),
			 small ? errmsg("the set of party \"%s\" has fewer than %d identifiers", mpc_asking_party(s->a, peer), limits->min_set) :
			 errmsg("the set of party \"%s\" is too large to be intersected with this database's own", mpc_asking_party(s->a, peer)),
			 errdetail("The limits of this database's own dataset hold for it, too.")));
}

static void
take_sizes(MpcSetsAsking *s)
{
	Asking	   *a = s->a;

	mpc_asking_failures(a, a->request->rid, "answer", 0);
	for (int i = 0; i < a->roster->n; i++)
	{
		MpcSetAnswer answer;
		MpcStatus	status;

		if (!s->takes_part[i])
			continue;
		status = mpc_set_answer_read(&answer, a->call[i].reply, a->call[i].reply_len, a->request->rid, a->roster, i);
		if (status != MPC_OK)
			mpc_raise_status(status, mpc_asking_party(a, i), "the reply");
		check_size(s, i, answer.size);
		s->size[i] = answer.size;
		mpc_asking_keep_card(a, i, answer.next_card);
	}
}

static void
exchange_sizes(MpcSetsAsking *s)
{
	Asking	   *a = s->a;

	mpc_exchange_end(mpc_exchange_begin(a->call, a->roster->n, a->deadline));
	mpc_asking_count_cost(a);
	take_sizes(s);
	a->opened = true;
}

void
mpc_asking_sets(Asking *a)
{
	MpcSetsAsking *s = mpc_asking_alloc(sizeof(MpcSetsAsking));

	s->a = a;
	s->kind = kind_of(a->query);
	mpc_progress_begin(MPC_PROGRESS_ASKER, a->question->joint_relid, a->setting->dataset_name);
	read_own(s);
	build_request(s);
	choose_peers(s);
	exchange_sizes(s);
	if (s->kind == MPC_SETS_SUMS)
		mpc_sets_add_up(s);
	else if (s->npeers > 1)
		mpc_sets_find_many(s);
	else
		mpc_sets_find(s);
	mpc_sets_answer_groups(s);
	mpc_progress_end();
}
