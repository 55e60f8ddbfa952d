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
	Size		sums_size;		/* of one group's measures with their moments */
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

/* The measures of a group with their moments and registers, in zeroed memory of sums_size. */
static MpcLocalSum *
place_sums(const MpcLocalAnswer *answer, void *memory)
{
	MpcLocalSum *sum = memory;
	MpcWide    *moment = (MpcWide *) (sum + answer->nmeasures);
	uint8	   *level;

	for (int i = 0; i < answer->nmeasures; i++)
	{
		sum[i].moment = moment;
		moment += answer->nmoments[i];
	}
	level = (uint8 *) moment;
	for (int i = 0; i < answer->nmeasures; i++)
	{
		if (!answer->has_levels[i])
			continue;
		sum[i].level = level;
		level += MPC_REGISTERS;
	}
	return sum;
}

MpcLocalSum *
mpc_groups_sums(MpcLocalAnswer *answer)
{
	return place_sums(answer, mpc_groups_alloc(answer, ((Groups *) answer)->sums_size));
}

MpcLocalAnswer *
mpc_groups_create(const MpcLanes *lanes)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "mpc_agg answer",
												  ALLOCSET_DEFAULT_SIZES);
	Groups	   *groups = MemoryContextAllocZero(context, sizeof(Groups));
	MpcLocalAnswer *answer = &groups->answer;

	groups->at_end.func = wipe_groups;
	groups->at_end.arg = groups;
	MemoryContextRegisterResetCallback(context, &groups->at_end);
	answer->context = context;
	answer->nmeasures = lanes->nmeasures;
	answer->violated = -1;
	groups->sums_size = lanes->nmeasures * sizeof(MpcLocalSum);
	for (int i = 0; i < lanes->nmeasures; i++)
	{
		const MpcMeasure *measure = &lanes->measure[i];

		for (int k = 0; k < MPC_MOMENTS; k++)
			answer->nmoments[i] += measure->wants[k] ? 1 : 0;
		if (measure->wants_fields)
			answer->nmoments[i] = MPC_FIELDS;
		if (measure->wants_products)
		{
			answer->nmoments[i] = mpc_measure_sums(measure);
			answer->least[i] = answer->nmoments[i] + 3;
			answer->weights[i] = measure->coefficients.len > 0 ? 1 + measure->ncolumns : 0;
		}
		answer->has_levels[i] = measure->wants_levels;
		answer->counts_cells[i] = mpc_measure_cells(measure) > 0;
		if (answer->counts_cells[i])
			answer->nmoments[i] = mpc_measure_cells(measure);
		groups->sums_size += answer->nmoments[i] * sizeof(MpcWide) + (measure->wants_levels ? MPC_REGISTERS : 0);
	}
	answer->rest.measure = mpc_groups_sums(answer);
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
	MpcLocalGroup *group;
	char	   *memory;

	if (answer->ngroups == groups->room)
		make_room(groups);
	memory = mpc_groups_alloc(answer, groups->sums_size + key.len);
	memcpy(memory + groups->sums_size, key.data, key.len);
	group = &answer->group[answer->ngroups++];
	memset(group, 0, sizeof(*group));
	group->measure = place_sums(answer, memory);
	group->key.data = (uint8 *) memory + groups->sums_size;
	group->key.len = key.len;
	return group;
}

/* Adds one measure to another. */
static void
merge_sum(MpcLocalSum *into, const MpcLocalSum *from, int nmoments)
{
	into->nonnull += from->nonnull;
	for (int i = 0; i < MPC_MAX_ARGS; i++)
		into->left_out[i] += from->left_out[i];
	for (int i = 0; i < nmoments; i++)
		mpc_wide_add(&into->moment[i], &from->moment[i]);
	for (int i = 0; i < MPC_PEAKS; i++)
		into->peak[i] = Max(into->peak[i], from->peak[i]);
	if (into->level != NULL)
		mpc_distinct_merge(into->level, from->level);
	into->set |= from->set;
	into->clear |= from->clear;
	into->violated |= from->violated;
}

void
mpc_groups_clear_sum(MpcLocalSum *sum, int nmoments)
{
	MpcWide    *moment = sum->moment;
	uint8	   *level = sum->level;

	mpc_wipe(moment, nmoments * sizeof(MpcWide));
	if (level != NULL)
		mpc_wipe(level, MPC_REGISTERS);
	mpc_wipe(sum, sizeof(*sum));
	sum->moment = moment;
	sum->level = level;
}

void
mpc_groups_merge(const MpcLocalAnswer *answer, MpcLocalGroup *into, const MpcLocalGroup *from)
{
	into->rows += from->rows;
	for (int i = 0; i < answer->nmeasures; i++)
		merge_sum(&into->measure[i], &from->measure[i], answer->nmoments[i]);
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

/* left_out: MPC_MAX_ARGS for each count. */
static void
copy_counts(int64 *count, int64 *left_out, const MpcLocalAnswer *answer, const MpcLocalGroup *group)
{
	count[0] = group->rows;
	memset(left_out, 0, MPC_MAX_ARGS * sizeof(int64));
	for (int i = 0; i < answer->nmeasures; i++)
	{
		count[1 + i] = group->measure[i].nonnull;
		memcpy(left_out + (1 + i) * MPC_MAX_ARGS, group->measure[i].left_out, MPC_MAX_ARGS * sizeof(int64));
	}
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
			{
				merge_sum(&answer->rest.measure[k], &answer->group[i].measure[k], answer->nmoments[k]);
				mpc_groups_clear_sum(&answer->group[i].measure[k], answer->nmoments[k]);
			}
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
		mpc_groups_clear_sum(&answer->rest.measure[k], answer->nmoments[k]);
		for (i = 0; i < answer->ngroups; i++)
			mpc_groups_clear_sum(&answer->group[i].measure[k], answer->nmoments[k]);
	}
}

/* What mpc_fold_rows() reads and writes, in one block that is wiped. */
typedef struct Folding
{
	MpcFold		fold;
	void	   *block;
	Size		size;
} Folding;

static void *
take(char **at, Size size)
{
	void	   *result = *at;

	*at += MAXALIGN(size);
	return result;
}

/* The rest comes behind the groups, what is withheld behind what is folded. */
static void
begin_folding(Folding *f, const MpcLocalAnswer *answer, int min_rows)
{
	MpcFold    *fold = &f->fold;
	Size		n = answer->ngroups;
	Size		ncounts = 1 + answer->nmeasures;
	Size		counts = (n + 1) * ncounts;
	int64	   *count;
	int64	   *left_out;
	MpcStr	   *key;
	char	   *at;

	f->size = MAXALIGN(counts * sizeof(int64)) + MAXALIGN(counts * MPC_MAX_ARGS * sizeof(int64)) +
		MAXALIGN((n + 1) * sizeof(MpcStr)) + MAXALIGN(counts * sizeof(bool));
	f->block = at = MemoryContextAllocHuge(answer->context, f->size);
	count = take(&at, counts * sizeof(int64));
	left_out = take(&at, counts * MPC_MAX_ARGS * sizeof(int64));
	key = take(&at, (n + 1) * sizeof(MpcStr));
	for (Size i = 0; i <= n; i++)
	{
		const MpcLocalGroup *group = i < n ? &answer->group[i] : &answer->rest;

		copy_counts(count + i * ncounts, left_out + i * ncounts * MPC_MAX_ARGS, answer, group);
		key[i] = group->key;
	}
	memset(fold, 0, sizeof(*fold));
	fold->ngroups = n;
	fold->ncounts = ncounts;
	fold->count = count;
	fold->rest = count + n * ncounts;
	fold->left_out = left_out;
	fold->rest_left_out = left_out + n * ncounts * MPC_MAX_ARGS;
	fold->key = key;
	fold->least = min_rows;
	fold->folded = take(&at, counts * sizeof(bool));
	fold->withheld = fold->folded + n * ncounts;
}

/* How many rows of the largest weight, 1/4, weigh as much as all rows do (query.h). */
static int64
weighing_rows(const MpcWide *weights)
{
	return (int64) (weights->limb[3] >> (MPC_TERM_BITS - 2 - 192));
}

/*
 * So many sums of few rows are their values (R11): then nothing is answered of the question at all, or what else is asked beside them
 * would be had with and without this party, and in the difference its total (R3). They come without groups: what there is of them is in the rest.
 */
static bool
models_stand(const MpcLocalAnswer *answer, int min_rows)
{
	for (int k = 0; k < answer->nmeasures; k++)
	{
		const MpcLocalSum *sum = &answer->rest.measure[k];

		if (sum->nonnull > 0 && sum->nonnull < answer->least[k])
			return false;
		if (sum->nonnull > 0 && answer->weights[k] > 0 &&
			weighing_rows(&sum->moment[answer->weights[k]]) < Max(min_rows, answer->least[k]))
			return false;
	}
	return true;
}

bool
mpc_local_fold(MpcLocalAnswer *answer, int min_rows)
{
	Folding		f;
	bool		holds;

	if (min_rows > 1 && !models_stand(answer, min_rows))
		return false;
	begin_folding(&f, answer, min_rows);
	holds = mpc_fold_rows(&f.fold);
	if (holds)
	{
		fold_groups(answer, f.fold.folded);
		withhold_measures(answer, f.fold.withheld);
		mpc_groups_fold_cells(answer, min_rows);
	}
	mpc_wipe(f.block, f.size);
	pfree(f.block);
	return holds;
}
