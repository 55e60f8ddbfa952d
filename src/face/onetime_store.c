/*
 * onetime_store.c
 *		Which one-time key is outstanding on this connection?
 */
#include "postgres.h"

#include <time.h>

#include <sodium.h>

#include "crypto/secret.h"
#include "face/onetime_store.h"
#include "storage/ipc.h"
#include "utils/timestamp.h"

typedef struct Store
{
	bool		outstanding;
	MpcOneTimeKey key;
	uint8		dataset[32];
	time_t		issued;			/* monotonic seconds */
	uint64		serial;
	uint8		boot_id[MPC_BOOT_ID_BYTES];
	int			hellos;
} Store;

static Store *store = NULL;

static time_t
monotonic_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static void
close_store(int code, Datum arg)
{
	sodium_free(store);			/* wipes and unlocks */
	store = NULL;
}

static Store *
the_store(void)
{
	if (store != NULL)
		return store;
	store = sodium_malloc(sizeof(Store));
	if (store == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory for one-time keys")));
	memset(store, 0, sizeof(*store));
	mpc_random(store->boot_id, sizeof(store->boot_id));
	before_shmem_exit(close_store, (Datum) 0);
	return store;
}

static void
forget(Store *s)
{
	mpc_wipe(&s->key, sizeof(s->key));
	s->outstanding = false;
}

const MpcOneTimeKey *
mpc_onetime_issue(const MpcIdentity *me, const uint8 dataset[32], bool published)
{
	Store	   *s = the_store();
	uint64		not_after = (uint64) GetCurrentTimestamp() + (uint64) MPC_ONETIME_LIFE_SECONDS * USECS_PER_SEC;

	forget(s);
	if (mpc_onetime_make(&s->key, me, ++s->serial, not_after, s->boot_id, published ? dataset : NULL) != MPC_OK)
		ereport(ERROR,
				(errcode(ERRCODE_SYSTEM_ERROR),
				 errmsg("could not make a one-time key")));
	memcpy(s->dataset, dataset, sizeof(s->dataset));
	s->issued = monotonic_seconds();
	s->outstanding = true;
	return &s->key;
}

bool
mpc_onetime_take(const uint8 card[MPC_ONETIME_BYTES], const uint8 dataset[32], MpcOneTimeKey *key)
{
	Store	   *s = the_store();

	if (!s->outstanding ||
		memcmp(s->key.card, card, MPC_ONETIME_BYTES) != 0 ||
		memcmp(s->dataset, dataset, sizeof(s->dataset)) != 0)
		return false;
	if (monotonic_seconds() - s->issued > MPC_ONETIME_LIFE_SECONDS)
	{
		forget(s);
		return false;
	}
	*key = s->key;
	forget(s);
	s->hellos = 0;
	return true;
}

void
mpc_onetime_count_hello(void)
{
	if (++the_store()->hellos > MPC_HELLOS_WITHOUT_ANSWER)
		ereport(FATAL,
				(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
				 errmsg("too many greetings without a question")));
}
