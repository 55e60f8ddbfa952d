/*
 * groups.c
 *		Which groups has one party, which of them may stand alone, and where in memory
 *		are they?
 *
 * All of it is secret: every block is known, and wiped before it goes back to the
 * server. Keys and measures lie in chunks, since there may be millions of them.
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "local/groups.h"
#include "protocol/fold.h"
#include "utils/memutils.h"

#define CHUNK_BYTES		65536
#define FIRST_GROUPS	64

typedef struct Chunk
{
	struct Chunk *next;
	Size		room;			/* bytes behind the header */
	Size		used;
} Chunk;

#define CHUNK_HEADER	MAXALIGN(sizeof(Chunk))

/* What stands behind every MpcLocalAnswer. */
typedef struct Groups
{
	MpcLocalAnswer answer;
	Size		room;			/* groups that fit into answer.group */
	Chunk	   *chunks;			/* the first is being filled */
	MemoryContextCallback at_end;
} Groups;

/* Runs before the context's memory is freed. */
static void
wipe_groups(void *arg)
{
	Groups	   *groups = arg;
	Chunk	   *chunk;

	for (chunk = groups->chunks; chunk != NULL; chunk = chunk->next)
		mpc_wipe((char *) chunk + CHUNK_HEADER, chunk->used);
	if (groups->answer.group != NULL)
		mpc_wipe(groups->answer.group, groups->room * sizeof(MpcLocalGroup));
	mpc_wipe(groups, sizeof(*groups));
}

MpcLocalAnswer *
mpc_groups_create(int nmeasures)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "mpc_agg answer",
												  ALLOCSET_DEFAULT_SIZES);
	Groups	   *groups = MemoryContextAllocZero(context, sizeof(Groups));
	MpcLocalAnswer *answer = &groups->answer;

	groups->at_end.func = wipe_groups;
	groups->at_end.arg = groups;
	MemoryContextRegisterResetCallback(context, &groups->at_end);
	answer->context = context;
	answer->nmeasures = nmeasures;
	answer->violated = -1;
	answer->rest.measure = mpc_groups_alloc(answer, nmeasures * sizeof(MpcLocalSum));
	return answer;
}

void
mpc_local_wipe(MpcLocalAnswer *answer)
{
	if (answer != NULL)
		MemoryContextDelete(answer->context);
}

static Chunk *
add_chunk(Groups *groups, Size size)
{
	Size		room = Max(size, CHUNK_BYTES - CHUNK_HEADER);
	Chunk	   *chunk = MemoryContextAllocZero(groups->answer.context, CHUNK_HEADER + room);

	chunk->room = room;
	chunk->next = groups->chunks;
	groups->chunks = chunk;
	return chunk;
}

void *
mpc_groups_alloc(MpcLocalAnswer *answer, Size size)
{
	Groups	   *groups = (Groups *) answer;
	Chunk	   *chunk = groups->chunks;
	char	   *result;

	size = MAXALIGN(size);
	if (chunk == NULL || chunk->room - chunk->used < size)
		chunk = add_chunk(groups, size);
	result = (char *) chunk + CHUNK_HEADER + chunk->used;
	chunk->used += size;
	return result;
}

/* Not by repalloc(), which would leave a copy behind. */
static void
make_room(Groups *groups)
{
	MpcLocalAnswer *answer = &groups->answer;
	Size		room = groups->room > 0 ? 2 * groups->room : FIRST_GROUPS;
	MpcLocalGroup *group = MemoryContextAllocHuge(answer->context, room * sizeof(MpcLocalGroup));

	if (answer->group != NULL)
	{
		memcpy(group, answer->group, groups->room * sizeof(MpcLocalGroup));
		mpc_wipe(answer->group, groups->room * sizeof(MpcLocalGroup));
		pfree(answer->group);
	}
	answer->group = group;
	groups->room = room;
}

MpcLocalGroup *
mpc_groups_add(MpcLocalAnswer *answer, MpcStr key)
{
	Groups	   *groups = (Groups *) answer;
	Size		measures = answer->nmeasures * sizeof(MpcLocalSum);
	MpcLocalGroup *group;
	char	   *memory;

	if (answer->ngroups == groups->room)
		make_room(groups);
	memory = mpc_groups_alloc(answer, measures + key.len);
	memcpy(memory + measures, key.data, key.len);
	group = &answer->group[answer->ngroups++];
	memset(group, 0, sizeof(*group));
	group->measure = (MpcLocalSum *) memory;
	group->key.data = (uint8 *) memory + measures;
	group->key.len = key.len;
	return group;
}

void
mpc_groups_merge(const MpcLocalAnswer *answer, MpcLocalGroup *into, const MpcLocalGroup *from)
{
	int			i;

	into->rows += from->rows;
	for (i = 0; i < answer->nmeasures; i++)
	{
		into->measure[i].rows += from->measure[i].rows;
		into->measure[i].nonnull += from->measure[i].nonnull;
		mpc_wide_add(&into->measure[i].sum, &from->measure[i].sum);
		into->measure[i].violated |= from->measure[i].violated;
	}
}

static int
compare_groups(const void *a, const void *b)
{
	return mpc_str_compare(((const MpcLocalGroup *) a)->key, ((const MpcLocalGroup *) b)->key);
}

void
mpc_groups_sort(MpcLocalAnswer *answer)
{
	int64		i;

	if (answer->ngroups == 0)
		return;
	qsort(answer->group, answer->ngroups, sizeof(MpcLocalGroup), compare_groups);
	for (i = 1; i < answer->ngroups; i++)
	{
		/* SQL told them apart, and partners could not */
		if (mpc_str_equal(answer->group[i - 1].key, answer->group[i].key))
			elog(ERROR, "two groups of a dataset have one key");
	}
}

const MpcLocalGroup *
mpc_local_find(const MpcLocalAnswer *answer, MpcStr key)
{
	int64		low = 0;
	int64		high = answer->ngroups;

	while (low < high)
	{
		int64		middle = low + (high - low) / 2;
		int			c = mpc_str_compare(key, answer->group[middle].key);

		if (c == 0)
			return &answer->group[middle];
		if (c < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static void
copy_counts(int64 *count, const MpcLocalAnswer *answer, const MpcLocalGroup *group)
{
	int			i;

	count[0] = group->rows;
	for (i = 0; i < answer->nmeasures; i++)
		count[1 + i] = group->measure[i].nonnull;
}

/* Moves one measure of a group into the rest. */
static void
fold_measure(MpcLocalSum *rest, MpcLocalSum *measure)
{
	rest->rows += measure->rows;
	rest->nonnull += measure->nonnull;
	mpc_wide_add(&rest->sum, &measure->sum);
	mpc_wipe(measure, sizeof(*measure));
}

/* Moves what is folded into the rest; the groups that stay keep their order. */
static void
fold_groups(MpcLocalAnswer *answer, const bool *folded)
{
	Size		ncounts = 1 + answer->nmeasures;
	int64		kept = 0;
	int64		i;
	int			k;

	for (i = 0; i < answer->ngroups; i++)
	{
		const bool *of_group = folded + i * ncounts;

		if (of_group[0])
		{
			mpc_groups_merge(answer, &answer->rest, &answer->group[i]);
			continue;
		}
		for (k = 0; k < answer->nmeasures; k++)
		{
			if (of_group[1 + k])
				fold_measure(&answer->rest.measure[k], &answer->group[i].measure[k]);
		}
		answer->group[kept++] = answer->group[i];
	}
	answer->ngroups = kept;
}

/* A measure that has too few values in all its groups together is not contributed. */
static void
withhold_measures(MpcLocalAnswer *answer, const bool *withheld)
{
	int64		i;
	int			k;

	for (k = 0; k < answer->nmeasures; k++)
	{
		if (!withheld[1 + k])
			continue;
		mpc_wipe(&answer->rest.measure[k], sizeof(MpcLocalSum));
		for (i = 0; i < answer->ngroups; i++)
			mpc_wipe(&answer->group[i].measure[k], sizeof(MpcLocalSum));
	}
}

bool
mpc_local_fold(MpcLocalAnswer *answer, int min_rows)
{
	Size		n = answer->ngroups;
	Size		ncounts = 1 + answer->nmeasures;
	Size		count_bytes = (n + 1) * ncounts * sizeof(int64);	/* those of the rest come last */
	int64	   *count = MemoryContextAllocHuge(answer->context, count_bytes);
	MpcStr	   *key = MemoryContextAllocHuge(answer->context, (n + 1) * sizeof(MpcStr));
	Size		folded_bytes = (n + 1) * ncounts * sizeof(bool);	/* what is withheld comes last */
	bool	   *folded = MemoryContextAllocHuge(answer->context, folded_bytes);
	MpcFold		fold = {n, ncounts, count, count + n * ncounts, key, min_rows, folded, folded + n * ncounts};
	bool		holds;
	Size		i;

	for (i = 0; i < n; i++)
	{
		copy_counts(count + i * ncounts, answer, &answer->group[i]);
		key[i] = answer->group[i].key;
	}
	copy_counts(count + n * ncounts, answer, &answer->rest);
	holds = mpc_fold_rows(&fold);
	if (holds)
	{
		fold_groups(answer, folded);
		withhold_measures(answer, fold.withheld);
	}
	mpc_wipe(count, count_bytes);
	mpc_wipe(folded, folded_bytes);
	pfree(count);
	pfree(key);
	pfree(folded);
	return holds;
}
