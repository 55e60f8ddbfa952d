/*
 * sets_groups.c
 *		The asker's own groups in an intersection: which lanes does an identifier fill, and what do the sums say in the end?
 *
 * Keys and measures are the asker's: the peer sees how many lanes there are, never whose they are. An identifier counts once in each
 * group in which it has rows, and all its rows there go into the sums.
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "face/errors.h"
#include "face/sets_asking.h"

/* ------------------------------------------------------------------ before */

static int
compare_keys(const void *a, const void *b)
{
	return mpc_str_compare(*(const MpcStr *) a, *(const MpcStr *) b);
}

/* Different keys of all records, in order. */
static void
collect_keys(MpcSetsAsking *s, uint32 records)
{
	s->key = mpc_asking_alloc((Size) records * sizeof(MpcStr));
	for (uint32 i = 0; i < records; i++)
		s->key[i] = mpc_identifiers_key(s->own.ids, i);
	qsort(s->key, records, sizeof(MpcStr), compare_keys);
	s->ngroups = 0;
	for (uint32 i = 0; i < records; i++)
	{
		if (i == 0 || compare_keys(&s->key[s->ngroups - 1], &s->key[i]) != 0)
			s->key[s->ngroups++] = s->key[i];
	}
}

/* A row of lanes must fit one piece, and all of them be counted (set_messages.h). */
static void
check_lanes(const MpcSetsAsking *s)
{
	uint64		lanes = (uint64) Max(s->ngroups, 1) * mpc_sets_group_lanes(s->nmeasures);

	if (lanes <= MPC_SET_PIECE && lanes * s->announced <= MPC_MAX_LANES)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("the joint question is too large"),
			 errdetail("Sums over common identifiers have at most %d lanes, and these times the identifiers are at most %u; here %u groups of %d lanes are asked for %u identifiers.",
					   MPC_SET_PIECE, MPC_MAX_LANES, s->ngroups, mpc_sets_group_lanes(s->nmeasures), s->announced),
			 errhint("Group by fewer keys, or ask for fewer sums at once.")));
}

/* One lane for each group's members, two for each measure of it. */
void
mpc_sets_group(MpcSetsAsking *s)
{
	uint32		records = (uint32) mpc_identifiers_count(s->own.ids);
	bool		keys = s->a->query->nkeys > 0;

	s->ngroups = 1;
	if (keys)
		collect_keys(s, records);
	s->nmeasures = 0;
	for (int i = 0; i < s->a->query->naggs; i++)
		s->nmeasures = Max(s->nmeasures, mpc_sets_measure(s->a->query, i) + 1);
	check_lanes(s);
	s->lanes = Max(s->ngroups, 1) * mpc_sets_group_lanes(s->nmeasures);
	if (!keys)
		return;
	s->group = mpc_asking_alloc((Size) records * sizeof(uint32));
	for (uint32 i = 0; i < records; i++)
	{
		MpcStr		key = mpc_identifiers_key(s->own.ids, i);

		s->group[i] = (uint32) ((MpcStr *) bsearch(&key, s->key, s->ngroups, sizeof(MpcStr), compare_keys) - s->key);
	}
}

static void
add_wide(MpcFe to, const MpcWide *value)
{
	MpcFe		fe;

	mpc_field_from_wide(fe, value);
	mpc_field_add(to, to, fe);
}

static void
add_record(const MpcSetsAsking *s, MpcFe *value, uint32 record)
{
	const MpcWide *sums = mpc_identifiers_sums(s->own.ids, record);
	MpcFe	   *lane = value + (Size) (s->group != NULL ? s->group[record] : 0) * mpc_sets_group_lanes(s->nmeasures);
	MpcWide		one;

	mpc_wide_from_int128(&one, 1);
	add_wide(*lane++, &one);
	for (int k = 0; k < 2 * s->nmeasures; k++)
		add_wide(*lane++, &sums[k]);
}

void
mpc_sets_values(const MpcSetsAsking *s, MpcFe *value, uint32 identifier)
{
	if (s->own.record == NULL)
	{
		add_record(s, value, identifier);
		return;
	}
	for (uint32 i = s->own.first[identifier]; i < s->own.first[identifier + 1]; i++)
		add_record(s, value, s->own.record[i]);
}

/* ------------------------------------------------------------------ after */

/* The least and the greatest that any choice of own identifiers adds up to, of each lane. */
static void
find_ranges(const MpcSetsAsking *s, MpcWide *low, MpcWide *high)
{
	uint32		records = (uint32) mpc_identifiers_count(s->own.ids);
	int			per = mpc_sets_group_lanes(s->nmeasures);
	MpcWide		one;

	mpc_wide_from_int128(&one, 1);
	for (uint32 i = 0; i < records; i++)
	{
		const MpcWide *sums = mpc_identifiers_sums(s->own.ids, i);
		Size		lane = (Size) (s->group != NULL ? s->group[i] : 0) * per;

		mpc_wide_add(&high[lane], &one);
		for (int k = 0; k < per - 1; k++)
			mpc_wide_add(mpc_wide_is_negative(&sums[k]) ? &low[lane + 1 + k] : &high[lane + 1 + k], &sums[k]);
	}
}

/* Where nothing matched nothing was added up, and no values have no sum. */
static bool
group_fits(const MpcSetsAsking *s, const MpcWide *lane)
{
	static const MpcWide zero;

	for (int k = 1; k <= 2 * s->nmeasures; k += 2)
	{
		if (mpc_wide_compare(&lane[0], &zero) == 0 && mpc_wide_compare(&lane[k], &zero) != 0)
			return false;
		if (mpc_wide_compare(&lane[k], &zero) == 0 && mpc_wide_compare(&lane[k + 1], &zero) != 0)
			return false;
	}
	return true;
}

/* A share that is no share adds up to anything. */
static void
check_sums(const MpcSetsAsking *s)
{
	int			per = mpc_sets_group_lanes(s->nmeasures);
	MpcWide    *low = mpc_asking_alloc(s->lanes * sizeof(MpcWide));
	MpcWide    *high = mpc_asking_alloc(s->lanes * sizeof(MpcWide));

	find_ranges(s, low, high);
	for (int lane = 0; lane < s->lanes; lane++)
	{
		if (mpc_wide_compare(&s->sum[lane], &low[lane]) < 0 || mpc_wide_compare(&s->sum[lane], &high[lane]) > 0 ||
			(lane % per == 0 && !group_fits(s, &s->sum[lane])))
			mpc_raise_status(MPC_RANGE, s->a->federation->name, "the answer");
	}
	mpc_wipe(low, s->lanes * sizeof(MpcWide));
	mpc_wipe(high, s->lanes * sizeof(MpcWide));
}

static MpcAnswerGroup *
add_group(MpcSetsAsking *s, const MpcWide *count)
{
	MpcAnswer  *answer = s->a->answer;
	MpcAnswerGroup *group = &answer->group[answer->ngroups++];
	MpcWide    *sum = MemoryContextAllocZero(s->a->context, (MPC_SETS_SUM_MEASURES + 2 * s->nmeasures) * sizeof(MpcWide));

	memset(group, 0, sizeof(*group));
	sum[MPC_SETS_SUM_COUNT] = *count;
	group->sum = sum;
	group->parties = s->npeers + (s->own.n > 0 ? 1 : 0);
	if (!mpc_wide_to_int64(count, &group->rows))
		mpc_raise_status(MPC_RANGE, s->a->federation->name, "the answer");
	return group;
}

/*
 * The own rows are under their own policy (R3, R22): what stands on fewer identifiers than min_rows, or values, but on some, is somebody's, and
 * the answer is not shown at all.
 */
static void
check_least(const MpcSetsAsking *s)
{
	int			per = mpc_sets_group_lanes(s->nmeasures);
	int			least = s->a->setting->dataset->min_rows;

	for (int lane = 0; lane < s->lanes; lane++)
	{
		int64		n = 0;

		if (lane % per > 0 && lane % per % 2 == 0)
			continue;			/* a sum; before it stands its count */
		if (!mpc_wide_to_int64(&s->sum[lane], &n) || n == 0 || n >= least)
			continue;
		ereport(ERROR,
				(errcode(MPC_ERRCODE_TOO_FEW_CONTRIBUTORS),
				 errmsg("too few rows of this database are behind a number of the answer"),
				 errdetail("Its own dataset \"%s\" has min_rows %d.", s->a->setting->dataset_name, least),
				 errhint("Group by fewer keys, or ask for all rows together.")));
	}
}

/* Groups in which nothing matched are none, as they are in SQL. */
static void
answer_sums(MpcSetsAsking *s)
{
	int			per = mpc_sets_group_lanes(s->nmeasures);
	static const MpcWide zero;

	check_sums(s);
	check_least(s);
	for (uint32 g = 0; g < s->ngroups; g++)
	{
		const MpcWide *lane = s->sum + (Size) g * per;
		MpcAnswerGroup *group;

		if (s->key != NULL && mpc_wide_compare(&lane[0], &zero) == 0)
			continue;
		group = add_group(s, &lane[0]);
		memcpy(unconstify(MpcWide *, group->sum) + MPC_SETS_SUM_MEASURES, lane + 1, (per - 1) * sizeof(MpcWide));
		if (s->key != NULL)
		{
			uint8	   *key = MemoryContextAlloc(s->a->context, Max(s->key[g].len, 1));

			memcpy(key, s->key[g].data, s->key[g].len);
			group->key = (MpcStr) {key, s->key[g].len};
		}
	}
}

/* The union of two: what each has, less what both have. */
static void
answer_count(MpcSetsAsking *s)
{
	MpcAnswerGroup *group;
	MpcWide		count;
	uint64		everybody = s->own.n;

	for (int i = 0; i < s->a->roster->n; i++)
		everybody += s->takes_part[i] ? s->size[i] : 0;
	mpc_wide_from_int128(&count, s->count);
	group = add_group(s, &count);
	mpc_wide_from_int128(unconstify(MpcWide *, &group->sum[MPC_SETS_SUM_UNION]), (__int128) everybody - s->count);
}

/* Own identifiers that all have. */
static void
answer_members(MpcSetsAsking *s)
{
	MpcAnswer  *answer = s->a->answer;

	answer->member = MemoryContextAllocExtended(s->a->context, Max((Size) s->count, 1) * sizeof(MpcStr), MCXT_ALLOC_HUGE);
	for (uint32 i = 0; i < s->own.n; i++)
	{
		MpcStr		tuple = mpc_identifiers_tuple(s->own.ids, i);
		uint8	   *copy;

		if (!s->found[i])
			continue;
		copy = MemoryContextAllocExtended(s->a->context, tuple.len, MCXT_ALLOC_HUGE);
		memcpy(copy, tuple.data, tuple.len);
		answer->member[answer->nmembers++] = (MpcStr) {copy, tuple.len};
	}
}

void
mpc_sets_answer_groups(MpcSetsAsking *s)
{
	s->a->answer->group = MemoryContextAllocExtended(s->a->context, Max(s->ngroups, 1) * sizeof(MpcAnswerGroup), MCXT_ALLOC_HUGE);
	switch (s->kind)
	{
		case MPC_SETS_MEMBERS:
			answer_members(s);
			break;
		case MPC_SETS_COUNT:
			answer_count(s);
			break;
		case MPC_SETS_SUMS:
			answer_sums(s);
			break;
	}
}
