/*
 * dealt_store.c
 *		Which shares did this connection deal and not sum up yet?
 */
#include "postgres.h"

#include <sodium.h>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "face/dealt_store.h"
#include "storage/ipc.h"

static MpcDealt *store = NULL;

static void
close_store(int code, Datum arg)
{
	mpc_dealt_forget();
}

/*
 * The question as the guard knows it again (R8): coefficients and limits of grids can be changed by so little that the sums stay the same.
 * Of all other questions the hash in the request.
 */
static void
hash_question(uint8 hash[32], const MpcQuery *query)
{
	static const uint8 zeros[MPC_MAX_PRODUCT_ARGS * MPC_COEFFICIENT_BYTES];
	MpcQuery   *outline = palloc(sizeof(MpcQuery));
	MpcWriter	w;

	*outline = *query;
	for (int i = 0; i < outline->naggs; i++)
	{
		if (outline->agg[i].function == MPC_LOGISTIC)
			outline->agg[i].coefficients.data = zeros;
		if (outline->agg[i].function == MPC_HISTOGRAM)
			outline->agg[i].grid = (MpcGrid) {mpc_str("0"), mpc_str("1"), 1};
	}
	mpc_writer_init(&w, NULL, 0);
	mpc_query_write(&w, outline);
	mpc_writer_init(&w, palloc(w.len), w.len);
	mpc_query_write(&w, outline);
	if (w.status != MPC_OK)
		elog(ERROR, "a question could not be written again: %s", mpc_status_name(w.status));
	mpc_th32(hash, "MPCAGG-v1/query", w.data, w.len);
	pfree(w.data);
	pfree(outline);
}

MpcDealt *
mpc_dealt_begin(const MpcRequest *request, const MpcQuery *query, Oid federation, MpcFe *x)
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
	hash_question(store->query_hash, query);
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
