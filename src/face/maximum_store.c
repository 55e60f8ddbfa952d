/*
 * maximum_store.c
 *		Which maximum did this connection answer the last round of, and what are its keys?
 */
#include "postgres.h"

#include <sodium.h>

#include "face/maximum_store.h"
#include "storage/ipc.h"

static MpcMaximumRounds *store = NULL;

static void
close_store(int code, Datum arg)
{
	mpc_maximum_forget();
}

MpcMaximumRounds *
mpc_maximum_store(const MpcRequest *request, Oid federation, const MpcLedgerRow *ledger)
{
	static bool registered = false;
	Size		bytes = offsetof(MpcMaximumRounds, vector) +
	(Size) (request->m >> request->digit_bits) * sizeof(MpcMaximum);

	mpc_maximum_forget();
	store = sodium_malloc(bytes);
	if (store == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory for the keys of a maximum")));
	memset(store, 0, bytes);
	if (!registered)
		before_shmem_exit(close_store, (Datum) 0);
	registered = true;
	store->federation = federation;
	memcpy(store->asker, request->card[request->asker].pid, MPC_PID_BYTES);
	memcpy(store->request, request->rid, MPC_RID_BYTES);
	store->ledger = *ledger;
	return store;
}

MpcMaximumRounds *
mpc_maximum_stored(void)
{
	return store;
}

void
mpc_maximum_forget(void)
{
	if (store != NULL)
		sodium_free(store);		/* wipes and unlocks */
	store = NULL;
}
