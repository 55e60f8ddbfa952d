/*
 * ask_result.c
 *		Which groups may be shown, and what must their reader know?
 *
 * R7: enough others than the asker stand behind the rows and behind each measure of what is shown.
 * A group that lacks them is not left out, it is folded into the remainder, with another one where
 * that is too little: else the total minus the shown groups would be what was withheld.
 */
#include "postgres.h"

#include "common/int.h"
#include "face/asking.h"
#include "face/errors.h"
#include "local/text.h"
#include "protocol/fold.h"

/* What mpc_fold_contributors() reads: per group the rows' contributors, then each measure's. */
typedef struct Contributors
{
	int			ncounts;
	int64	   *others;			/* behind all groups, those of the remainder */
	int64	   *mine;
	int64	   *size;
	MpcStr	   *key;
	bool	   *folded;			/* per group and count; behind them which counts are withheld */
} Contributors;

static int64
lane_value(const Asking *a, const MpcAnswerGroup *group, int lane)
{
	int64		value = 0;

	if (!mpc_wide_to_int64(&group->sum[lane], &value))
		mpc_raise_status(MPC_RANGE, a->federation->name, "the answer");
	return value;
}

const MpcLocalGroup *
mpc_asking_own_group(const Asking *a, const MpcAnswerGroup *group, bool rest)
{
	if (a->local == NULL || !a->contributes)
		return NULL;
	return rest ? &a->local->rest : mpc_local_find(a->local, group->key);
}

static void
count_group(const Asking *a, Contributors *c, int64 i)
{
	const MpcAnswerGroup *group = &a->answer->group[i];
	const MpcLocalGroup *own = mpc_asking_own_group(a, group, i == a->answer->ngroups);
	int64	   *others = c->others + i * c->ncounts;
	int64	   *mine = c->mine + i * c->ncounts;

	mine[0] = own != NULL && own->rows > 0 ? 1 : 0;
	others[0] = lane_value(a, group, MPC_CONTRIBUTOR_LANE) - mine[0];
	for (int k = 0; k < a->lanes->nmeasures; k++)
	{
		mine[k + 1] = own != NULL && own->measure[k].nonnull > 0 ? 1 : 0;
		others[k + 1] = lane_value(a, group, a->lanes->measure[k].contributor_lane) - mine[k + 1];
	}
	c->size[i] = group->rows;
	c->key[i] = group->key;
}

/* Groups 0 .. ngroups - 1, then the remainder. */
static Contributors *
count_contributors(const Asking *a)
{
	Contributors *c = palloc0(sizeof(Contributors));
	int64		n = a->answer->ngroups + 1;

	c->ncounts = 1 + a->lanes->nmeasures;
	c->others = mpc_asking_alloc(n * c->ncounts * sizeof(int64));
	c->mine = mpc_asking_alloc(n * c->ncounts * sizeof(int64));
	c->size = mpc_asking_alloc(n * sizeof(int64));
	c->key = mpc_asking_alloc(n * sizeof(MpcStr));
	c->folded = mpc_asking_alloc(n * c->ncounts * sizeof(bool));
	for (int64 i = 0; i < n; i++)
		count_group(a, c, i);
	return c;
}

static void
raise_too_few(const Asking *a, int count)
{
	int			least = a->federation->min_contributors;
	const char *column = count > 0 && a->lanes->measure[count - 1].ncolumns > 0 ?
		mpc_measure_columns(&a->lanes->measure[count - 1]) : NULL;

	ereport(ERROR,
			(errcode(MPC_ERRCODE_TOO_FEW_CONTRIBUTORS),
			 column ? errmsg("too few parties contribute to this answer about \"%s\"", column) :
			 errmsg("too few parties contribute to this answer"),
			 errdetail_plural("At least %d party other than the asker must have enough matching rows.",
							  "At least %d parties other than the asker must have enough matching rows.",
							  least, least),
			 errhint("Ask a wider question.")));
}

static void
add_to_remainder(const Asking *a, MpcAnswerGroup *remainder, const MpcAnswerGroup *group)
{
	for (int k = 0; k < a->lanes->nlanes; k++)
		mpc_wide_add(unconstify(MpcWide *, &remainder->sum[k]), &group->sum[k]);
	for (int k = 0; k < a->extremes.per_group; k++)
		remainder->peak[k] = Max(remainder->peak[k], group->peak[k]);
	if (pg_add_s64_overflow(remainder->rows, group->rows, &remainder->rows))
		mpc_raise_status(MPC_RANGE, a->federation->name, "the answer");
	remainder->parties = -1;
}

/* One count is enough: a group is shown or not. */
static bool
is_folded(const Contributors *c, int64 group)
{
	for (int k = 0; k < c->ncounts; k++)
	{
		if (c->folded[group * c->ncounts + k])
			return true;
	}
	return false;
}

/* Whether anything is in the remainder: rows, or values whose rows are shown in their groups. */
static bool
is_empty(const Asking *a, const MpcAnswerGroup *remainder)
{
	for (int k = 0; k < a->lanes->nmeasures; k++)
	{
		if (lane_value(a, remainder, a->lanes->measure[k].nonnull_lane) > 0)
			return false;
	}
	return remainder->rows == 0;
}

/* Folded groups leave the list; the remainder stays behind the others. Returns how many left. */
static int64
take_out_folded(const Asking *a)
{
	MpcAnswer  *answer = a->answer;
	MpcAnswerGroup remainder = answer->group[answer->ngroups];
	int64		kept = 0;
	int64		taken;

	for (int64 i = 0; i < answer->ngroups; i++)
	{
		if (a->folded[i])
			add_to_remainder(a, &remainder, &answer->group[i]);
		else
			answer->group[kept++] = answer->group[i];
	}
	taken = answer->ngroups - kept;
	answer->group[kept] = remainder;
	answer->ngroups = kept;
	return taken;
}

/* Before any row is handed out: a key that this database has no form for ends the question. */
static void
check_form(const MpcAnswer *answer, const MpcAnswerGroup *group)
{
	for (int i = 0; i < answer->query->nkeys; i++)
	{
		bool		null;

		(void) mpc_answer_key(answer, group, i, &null);
	}
}

void
mpc_asking_judge(Asking *a)
{
	Contributors *c = count_contributors(a);
	int64		last = a->answer->ngroups;
	MpcFold		fold = {.ngroups = last,.ncounts = c->ncounts,.count = c->others,.rest = c->others + last * c->ncounts,
	.key = c->key,.least = a->federation->min_contributors,.folded = c->folded,.withheld = c->folded + last * c->ncounts};
	int			failed = mpc_fold_contributors(&fold, c->mine, c->mine + last * c->ncounts, c->size);

	if (failed >= 0)
		raise_too_few(a, failed);
	a->folded = mpc_asking_alloc(last * sizeof(bool));
	for (int64 i = 0; i < last; i++)
		a->folded[i] = is_folded(c, i);
	mpc_asking_judge_cells(a);
}

void
mpc_asking_fold(Asking *a)
{
	MpcAnswer  *answer = a->answer;

	answer->folded = take_out_folded(a);
	if (answer->ngroups == 0 && is_empty(a, &answer->group[0]))
		ereport(NOTICE,
				(errmsg("no party contributes to this answer"),
				 errdetail("A party with fewer matching rows than its own min_rows contributes nothing.")));
	for (int64 g = 0; g < answer->ngroups; g++)
		check_form(answer, &answer->group[g]);
	/* the remainder is a row where there is something in it; without keys it is the row */
	if (a->query->nkeys == 0 || !is_empty(a, &answer->group[answer->ngroups]))
		answer->ngroups++;
}

void
mpc_asking_notice(const Asking *a)
{
	if (a->setting->dataset == NULL)
		ereport(NOTICE,
				(errmsg("this database publishes no dataset \"%s\" and took part with nothing",
						a->setting->dataset_name)));
	for (int k = 0; k < a->roster->n; k++)
	{
		int			i = a->federation->order[k];

		if (a->missing[i])
			ereport(NOTICE,
					(errmsg("party \"%s\" did not answer, and its rows are not in this answer", mpc_asking_party(a, i)),
					 errdetail("The threshold of federation \"%s\" was met without it.", a->federation->name)));
		else if (!mpc_asking_is_me(a, i) && !a->publishes[i])
			ereport(NOTICE,
					(errmsg("party \"%s\" publishes no dataset \"%s\" and took part with nothing",
							mpc_asking_party(a, i), a->setting->dataset_name)));
	}
}
