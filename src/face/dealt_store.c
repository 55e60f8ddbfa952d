/*
 * dealt_store.c
 *		Which shares did this connection deal and not sum up yet?
 */
#include "postgres.h"

#include <sodium.h>

#include "crypto/secret.h"
#include "face/dealt_store.h"
#include "storage/ipc.h"

static MpcDealt *store = NULL;

static void
close_store(int code, Datum arg)
{
	mpc_dealt_forget();
}

MpcDealt *
mpc_dealt_begin(const MpcRequest *request, Oid federation, MpcFe *x)
{
	static bool registered = false;
	Size		bytes = (Size) request->m * MPC_FIELD_BYTES;

	mpc_dealt_forget();
	store = sodium_malloc(offsetof(MpcDealt, x) + bytes);
	if (store == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory for shares")));
	memset(store, 0, offsetof(MpcDealt, x));
	if (!registered)
		before_shmem_exit(close_store, (Datum) 0);
	registered = true;
	store->federation = federation;
	memcpy(store->asker, request->card[request->asker].pid, MPC_PID_BYTES);
	memcpy(store->query_hash, request->query_hash, sizeof(store->query_hash));
	for (int i = 0; i < request->n; i++)
		store->publishes[i] = !mpc_is_zero(request->card[i].dataset, sizeof(request->card[i].dataset));
	memcpy(store->x, x, bytes);
	mpc_wipe(x, bytes);
	return store;
}

MpcDealt *
mpc_dealt(void)
{
	return store;
}

void
mpc_dealt_forget(void)
{
	if (store != NULL)
		sodium_free(store);		/* wipes and unlocks */
	store = NULL;
}
