/*
 * answer_sets.c
 *		May the partner intersect its set with ours, and how large is ours?
 *
 * The question is in the ledger by then. Runs are counted before the set is read and again before anything of it leaves.
 */
#include "postgres.h"

#include "catalog/identity.h"
#include "catalog/intersections.h"
#include "crypto/secret.h"
#include "face/answering.h"
#include "face/onetime_store.h"
#include "face/progress.h"
#include "face/sets_answer.h"
#include "protocol/set_pairs.h"

/* The size of a set is told at the end of this; that it is too small or too large, at the price of one of the day's runs. */
static const char *
judge_set(const MpcAnswering *a, const MpcSets *sets)
{
	const MpcIntersectLimits *limits = &a->dataset->limits;

	if (sets->own.ids->too_many)
		return "this party's own set is too large";
	if (sets->own.n < (uint32) limits->min_set)
		return psprintf("this party's own set has fewer than %d identifiers", limits->min_set);
	if ((uint64) a->request.m > (uint64) limits->max_ratio * Max(mpc_set_padded(sets->own.n, a->federation->pad_sets), 1))
		return psprintf("the asker's set is more than %d times as large as this party's own", limits->max_ratio);
	return NULL;
}

/* NULL: our own set stands in the store, and it may be asked about. */
static bytea *
read_set(MpcAnswering *a, MpcSets *sets)
{
	MemoryContext old = MemoryContextSwitchTo(sets->context);
	MpcStatus	status;
	const char *rule;
	uint8		digest[32];

	mpc_refuse_temporary(a->dataset->relid);
	status = mpc_sets_read(&sets->own, a->dataset, &a->query, false, false);
	MemoryContextSwitchTo(old);
	if (status == MPC_RANGE)
		return mpc_answering_refuse(a, MPC_REFUSE_VALUE, "a value in the condition has no form in this database");
	if (status == MPC_MALFORMED)
		return mpc_answering_refuse(a, MPC_REFUSE_MALFORMED, "a value in the condition is not canonical");
	if (status != MPC_OK)
		return mpc_answering_refuse(a, MPC_REFUSE_UNAVAILABLE, "the published relation no longer has the columns of its contract");
	if ((rule = judge_set(a, sets)) != NULL)
		return mpc_answering_refuse(a, MPC_REFUSE_LIMIT, rule);
	mpc_sets_digest(digest, &sets->own);
	mpc_answering_write();
	rule = mpc_intersection_answer(a->dataset, &a->request, a->party->name, digest);
	mpc_answering_written();
	return rule != NULL ? mpc_answering_refuse(a, MPC_REFUSE_LIMIT, rule) : NULL;
}

/* Of more than two sets: what hides each peer's own among those of the others. */
static void
share_zeros(MpcAnswering *a, MpcSets *sets)
{
	MpcStatus	status = MPC_OK;

	sets->many = mpc_set_count(&a->request) > 2;
	if (sets->many)
		status = mpc_set_pairs(sets->pair, &sets->npairs, &a->federation->roster, a->static_half, &a->key, &a->request);
	if (status != MPC_OK)
		elog(ERROR, "keys of an intersection could not be derived: %s", mpc_status_name(status));
	mpc_random(sets->counter, sizeof(sets->counter));
	mpc_group_scalar(sets->second_scalar);
}

/* An intersection begins: how large our set is. The steps that follow are sets_answer.c's. */
bytea *
mpc_answering_sets(MpcAnswering *a)
{
	MpcSets    *sets = mpc_sets_store(&a->request, a->federation->serverid, &a->ledger);
	bytea	   *refusal;

	sets->relid = a->dataset->relid;
	sets->dataset = MemoryContextStrdup(sets->context, a->dataset->name);
	mpc_progress_begin(MPC_PROGRESS_PEER, sets->relid, sets->dataset);
	mpc_progress_phase(MPC_PHASE_READING, 0);
	refusal = read_set(a, sets);
	mpc_progress_end();
	if (refusal != NULL)
	{
		mpc_sets_forget();
		return refusal;
	}
	memcpy(sets->own.rid, a->request.rid, MPC_RID_BYTES);
	share_zeros(a, sets);
	sets->kind = a->query.agg[0].function == MPC_INTERSECT ? MPC_SETS_MEMBERS :
		mpc_query_sums_sets(&a->query) ? MPC_SETS_SUMS : MPC_SETS_COUNT;
	sets->counts = sets->many && sets->kind == MPC_SETS_COUNT && mpc_set_counter(&a->request) == a->federation->roster.me;
	return mpc_sets_answer(sets, a->federation, mpc_onetime_issue(mpc_identity(), a->dataset_hash, true), a->context);
}
