/*
 * identity.c
 *		Who is this database?
 *
 * The identity is expanded once and kept, with the static halves of X25519 that
 * depend on it, in a memory context of its own that is wiped when the backend
 * ends. The one row behind it is read again at every use (microseconds), so that
 * an import or a rollback in any session is seen at once.
 */
#include "postgres.h"

#include "storage/ipc.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "catalog/identity.h"
#include "catalog/identity_row.h"
#include "crypto/secret.h"

/* All that must be wiped. */
typedef struct Secrets
{
	bool		valid;
	MpcIdentityRow row;
	MpcIdentity identity;
} Secrets;

typedef struct HalfEntry
{
	uint8_t		partner[MPC_DH_BYTES];	/* hash key */
	MpcStaticHalf half;
} HalfEntry;

static MemoryContext secret_context = NULL;
static Secrets *secrets = NULL;
static HTAB *halves = NULL;

/* Halves belong to one identity of our own: they go when it goes. */
static void
wipe_halves(void)
{
	HASH_SEQ_STATUS scan;
	HalfEntry  *entry;

	hash_seq_init(&scan, halves);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		mpc_wipe(entry->half, sizeof(entry->half));
		(void) hash_search(halves, entry->partner, HASH_REMOVE, NULL);
	}
}

static void
wipe_secrets(void)
{
	wipe_halves();
	mpc_wipe(secrets, sizeof(Secrets));
}

static void
wipe_at_exit(int code, Datum arg)
{
	(void) code;
	(void) arg;
	wipe_secrets();
}

static void
open_secrets(void)
{
	HASHCTL		ctl;

	if (secrets != NULL)
		return;
	if (mpc_core_init() != MPC_OK)
		ereport(ERROR,
				(errcode(ERRCODE_SYSTEM_ERROR),
				 errmsg("could not start libsodium")));
	if (secret_context == NULL)
		secret_context = AllocSetContextCreate(TopMemoryContext, "mpc_agg secrets",
											   ALLOCSET_SMALL_SIZES);
	if (halves == NULL)
	{
		ctl.keysize = MPC_DH_BYTES;
		ctl.entrysize = sizeof(HalfEntry);
		ctl.hcxt = secret_context;
		halves = hash_create("mpc_agg static halves", 16, &ctl,
							 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	secrets = MemoryContextAllocZero(secret_context, sizeof(Secrets));
	before_shmem_exit(wipe_at_exit, (Datum) 0);
}

static void
load_secrets(const MpcIdentityRow *row)
{
	wipe_secrets();
	secrets->row = *row;
	if (mpc_identity_restore(&secrets->identity, row->seed, row->dh_secret,
							 mpc_identity_row_epoch(row)) == MPC_OK)
		secrets->valid = true;
	else
		wipe_secrets();
}

const MpcIdentity *
mpc_identity_if_any(void)
{
	MpcIdentityRow row;

	open_secrets();
	if (!mpc_identity_row_read(&row))
	{
		wipe_secrets();
		return NULL;
	}
	if (!secrets->valid || !mpc_equal(&row, &secrets->row, sizeof(row)))
		load_secrets(&row);
	mpc_wipe(&row, sizeof(row));
	if (!secrets->valid)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("the identity of this database is damaged"),
				 errhint("Restore it with mpc_identity_import().")));
	return &secrets->identity;
}

const MpcIdentity *
mpc_identity(void)
{
	const MpcIdentity *identity = mpc_identity_if_any();

	if (identity == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("this database has no identity"),
				 errhint("Restore it with mpc_identity_import(), or make a new one with SELECT mpc.make_identity().")));
	return identity;
}

/* The half with one partner, computed at first use. */
static const uint8_t *
static_half(const MpcIdentity *me, const MpcCard *partner)
{
	HalfEntry  *entry;
	bool		found;

	entry = hash_search(halves, partner->dh_pk, HASH_ENTER, &found);
	if (found)
		return entry->half;
	if (mpc_dh(entry->half, me->dh_sk, partner->dh_pk) != MPC_OK)
	{
		char		fingerprint[40];

		(void) hash_search(halves, partner->dh_pk, HASH_REMOVE, NULL);
		mpc_card_fingerprint(fingerprint, partner);
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				 errmsg("identity %s has a key that cannot be used", fingerprint)));
	}
	return entry->half;
}

typedef struct WipeRequest
{
	MemoryContextCallback callback;
	void	   *bytes;
	size_t		len;
} WipeRequest;

static void
wipe_on_reset(void *arg)
{
	WipeRequest *request = arg;

	mpc_wipe(request->bytes, request->len);
}

const MpcStaticHalf *
mpc_static_halves(const MpcRoster *roster)
{
	const MpcIdentity *me = mpc_identity();
	WipeRequest *request = palloc0(sizeof(WipeRequest));
	MpcStaticHalf *out;
	int			i;

	request->len = roster->n * sizeof(MpcStaticHalf);
	out = palloc0(request->len);
	request->bytes = out;
	request->callback.func = wipe_on_reset;
	request->callback.arg = request;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &request->callback);
	for (i = 0; i < roster->n; i++)
	{
		if (i != roster->me)
			memcpy(out[i], static_half(me, &roster->member[i]), sizeof(MpcStaticHalf));
	}
	return out;
}
