/*
 * sets_store.c
 *		Which intersection is this connection in the middle of?
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "face/progress.h"
#include "face/sets_store.h"
#include "utils/memutils.h"

static MpcSets *store = NULL;

static void
wipe_store(void *arg)
{
	MpcSets    *sets = arg;

	mpc_wipe(sets->scalar, sizeof(MpcFe));
	mpc_wipe(sets->second_scalar, sizeof(MpcFe));
	mpc_wipe(sets->pair, sizeof(sets->pair));
	mpc_wipe(sets->counter, sizeof(sets->counter));
	if (sets->kappa != NULL)
		mpc_wipe(sets->kappa, (Size) sets->announced * sizeof(MpcFe));
	if (sets->match != NULL)
		mpc_wipe(sets->match, sets->announced * sizeof(bool));
	if (sets->share != NULL)
		mpc_wipe(sets->share, sets->lanes * sizeof(MpcFe));
}

MpcSets *
mpc_sets_store(const MpcRequest *request, Oid federation, const MpcLedgerRow *ledger)
{
	MemoryContext context;
	MemoryContextCallback *wipe;

	mpc_sets_forget();
	context = AllocSetContextCreate(TopMemoryContext, "mpc_agg intersection", ALLOCSET_DEFAULT_SIZES);
	store = MemoryContextAllocZero(context, sizeof(MpcSets));
	wipe = MemoryContextAllocZero(context, sizeof(MemoryContextCallback));
	wipe->func = wipe_store;
	wipe->arg = store;
	MemoryContextRegisterResetCallback(context, wipe);
	store->context = context;
	store->federation = federation;
	store->ledger = *ledger;
	store->lanes = request->lanes;
	store->announced = request->m;
	memcpy(store->asker, request->card[request->asker].pid, MPC_PID_BYTES);
	memcpy(store->rid, request->rid, MPC_RID_BYTES);
	return store;
}

MpcSets *
mpc_sets_stored(void)
{
	return store;
}

void
mpc_sets_forget(void)
{
	MpcSets    *old = store;

	store = NULL;
	if (old == NULL)
		return;
	MemoryContextDelete(old->context);
	mpc_progress_end();
}
