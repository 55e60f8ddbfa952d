/*
 * ask_size.c
 *		For how many groups does a sketch need room?
 *
 * Nobody knows before it is asked. The last answer's number for this joint table and these
 * keys is a good guess; a sketch that does not peel is followed by one with four times the room.
 * Every attempt is a question of its own, with keys and ledger rows of its own. The peers see the size: it
 * goes in steps, four to a doubling, so that it does not say how many groups another answer or we ourselves had.
 */
#include "postgres.h"

#include "catalog/datasets.h"
#include "common/hashfn.h"
#include "crypto/hash.h"
#include "face/asking.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#define FIRST_SIZE	64
#define GROWTH		4

/* What is asked about: joint table and keys. */
typedef struct SizeKey
{
	Oid			joint_relid;
	uint8		keys[MPC_TH32_BYTES];
} SizeKey;

typedef struct SizeEntry
{
	SizeKey		key;			/* hash key */
	int64		groups;
} SizeEntry;

static HTAB *sizes = NULL;

static void
make_sizes(void)
{
	HASHCTL		ctl = {.keysize = sizeof(SizeKey),.entrysize = sizeof(SizeEntry),.hcxt = TopMemoryContext};

	if (sizes == NULL)
		sizes = hash_create("mpc_agg group counts", 16, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

static SizeKey
size_key(const Asking *a)
{
	SizeKey		key;
	MpcHash		hash;

	memset(&key, 0, sizeof(key));
	key.joint_relid = a->question->joint_relid;
	mpc_hash_begin(&hash, "MPCAGG-v1/group-count");
	for (int i = 0; i < a->query->nkeys; i++)
		mpc_hash_add(&hash, a->query->key[i].data, a->query->key[i].len + 1);	/* with its terminating zero */
	mpc_hash_end32(&hash, key.keys);
	return key;
}

/* What fits into one message, and not more than this database itself would answer; each peer has its own limit, which is four times as tolerant. */
static int64
largest_size(const Asking *a)
{
	MpcLayout	layout;
	int64		most = a->setting->dataset != NULL ? a->setting->dataset->max_groups : MPC_DEFAULT_MAX_GROUPS;

	while (most > FIRST_SIZE && mpc_layout_init(&layout, a->query, a->used, a->lanes, most) == MPC_LIMIT)
		most /= 2;
	return most;
}

/* The next of 4/4, 5/4, 6/4, 7/4 of a power of two, within the limit. */
static int64
rung(const Asking *a, int64 groups)
{
	int64		power = FIRST_SIZE;
	int64		size;

	while (2 * power < groups)
		power *= 2;
	for (size = power; size < groups; size += power / 4)
		;
	return Min(size, largest_size(a));
}

int64
mpc_asking_first_size(const Asking *a)
{
	SizeKey		key = size_key(a);
	SizeEntry  *entry;

	make_sizes();
	entry = hash_search(sizes, &key, HASH_FIND, NULL);
	return rung(a, entry != NULL ? entry->groups : FIRST_SIZE);
}

int64
mpc_asking_next_size(const Asking *a, int64 size)
{
	int64		most = largest_size(a);

	if (size >= most)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the groups of this joint question could not be decoded"),
				 errdetail("There are more than " INT64_FORMAT " groups, or a party sent what is no sum of groups.", most),
				 errhint("Group by fewer keys, or publish the dataset with a larger max_groups.")));
	mpc_asking_keep_size(a, size * GROWTH);	/* for the next question, should this one end here */
	/* our own groups are among them */
	return rung(a, Max(size * GROWTH, a->local != NULL ? a->local->ngroups * 2 : 0));
}

void
mpc_asking_keep_size(const Asking *a, int64 groups)
{
	SizeKey		key = size_key(a);

	if (a->layout->kind != MPC_LAYOUT_SKETCH)
		return;
	make_sizes();
	((SizeEntry *) hash_search(sizes, &key, HASH_ENTER, NULL))->groups = groups;
}
