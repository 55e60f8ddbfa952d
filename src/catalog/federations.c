/*
 * federations.c
 *		Which federation is this? By its server, or by its members.
 *
 * Reading and checking one means reading all of them, and every question asks, so the
 * sound ones are kept for the session. They depend on foreign servers and on our own
 * identity alone: any change of a server, or another identity, and all are read anew.
 */
#include "postgres.h"

#include "foreign/foreign.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "catalog/identity.h"
#include "catalog/owner.h"
#include "catalog/parties.h"
#include "catalog/party.h"
#include "crypto/secret.h"

typedef struct Known
{
	uint8		digest[32];
	MpcFederation federation;
} Known;

static MemoryContext known_context = NULL;
static List *known = NIL;		/* of Known */
static MpcCard known_for;		/* our own card then */
static uint64 changes = 1;		/* of any server, counted */
static uint64 known_at = 0;		/* what was counted when they were read */

static void
count_change(Datum arg, int cacheid, uint32 hash)
{
	changes++;
}

static void
copy_names(MpcFederation *federation)
{
	federation->name = pstrdup(federation->name);
	for (int i = 0; i < federation->roster.n; i++)
		federation->party[i].name = pstrdup(federation->party[i].name);
}

static void
remember(const MpcFederation *federation)
{
	MemoryContext old = MemoryContextSwitchTo(known_context);
	Known	   *entry = palloc(sizeof(Known));

	entry->federation = *federation;
	copy_names(&entry->federation);
	mpc_roster_digest(entry->digest, &federation->roster);
	known = lappend(known, entry);
	MemoryContextSwitchTo(old);
}

/* A change while we read them counts as one after: they are read again at the next use. */
static void
refresh(const MpcIdentity *me)
{
	uint64		counted = changes;
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "mpc_agg federations", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(scratch);
	MpcProblem	problem;
	ListCell   *cell;

	known_at = 0;				/* an error leaves nothing that counts as known */
	known = NIL;
	MemoryContextReset(known_context);
	foreach(cell, mpc_federation_servers())
	{
		MpcFederation *federation = mpc_federation_load(lfirst_oid(cell), &problem);

		if (federation != NULL)
			remember(federation);
	}
	known_for = me->card;
	known_at = counted;
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
}

/* False when this database has no identity: then it is in no federation. */
static bool
make_known(void)
{
	const MpcIdentity *me = mpc_identity_if_any();

	if (me == NULL)
		return false;
	if (known_context == NULL)
	{
		known_context = AllocSetContextCreate(TopMemoryContext, "mpc_agg known federations", ALLOCSET_DEFAULT_SIZES);
		CacheRegisterSyscacheCallback(FOREIGNSERVEROID, count_change, (Datum) 0);
		CacheRegisterSyscacheCallback(FOREIGNDATAWRAPPEROID, count_change, (Datum) 0);
	}
	if (known_at != changes || memcmp(&known_for, &me->card, sizeof(known_for)) != 0)
		refresh(me);
	return true;
}

/* The caller's own copy: the cache may be read anew while a question runs. */
static MpcFederation *
copy_of(const Known *entry)
{
	MpcFederation *copy = palloc(sizeof(MpcFederation));

	*copy = entry->federation;
	copy_names(copy);
	return copy;
}

/* The first known one that fits: by server, or by digest where serverid is InvalidOid. */
static MpcFederation *
find(Oid serverid, const uint8_t *digest)
{
	ListCell   *cell;

	if (!make_known())
		return NULL;
	foreach(cell, known)
	{
		Known	   *entry = lfirst(cell);

		if (OidIsValid(serverid) ? entry->federation.serverid == serverid :
			memcmp(entry->digest, digest, sizeof(entry->digest)) == 0)
			return copy_of(entry);
	}
	return NULL;
}

MpcFederation *
mpc_federation_get(Oid serverid)
{
	MpcFederation *federation = find(serverid, NULL);
	MpcProblem	problem;

	if (federation == NULL)
		federation = mpc_federation_load(serverid, &problem);
	if (federation == NULL)
		ereport(ERROR,
				(errcode(problem.code),
				 errmsg("cannot use federation \"%s\": %s",
						GetForeignServer(serverid)->servername, problem.message),
				 problem.hint != NULL ? errhint("%s", problem.hint) : 0));
	return federation;
}

MpcFederation *
mpc_federation_by_digest(const uint8_t digest[32])
{
	return find(InvalidOid, digest);
}

MpcFederation *
mpc_federation_by_members(const uint8_t *const *pids, int n)
{
	const MpcIdentity *me = mpc_identity();
	MpcRoster  *roster = palloc0(sizeof(MpcRoster));
	MpcCard    *cards = palloc0(sizeof(MpcCard) * Max(n, 1));
	uint8_t		digest[32];

	for (int i = 0; i < n; i++)
		memcpy(cards[i].pid, pids[i], MPC_PID_BYTES);
	if (n < 1 || mpc_roster_init(roster, cards, n, me->card.pid) != MPC_OK)
		return NULL;
	mpc_roster_digest(digest, roster);
	return mpc_federation_by_digest(digest);
}
