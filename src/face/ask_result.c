/*
 * ask_result.c
 *		Do the totals add up, may they be shown, and what are they in SQL?
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "face/asking.h"
#include "face/errors.h"
#include "local/measure.h"
#include "local/text.h"

void
mpc_asking_decode(Asking *a)
{
	MpcAnswer  *answer = a->answer;
	uint16		x = 0,
				y = 0;
	MpcWide    *low = palloc0(sizeof(MpcWide) * Max(a->lanes->nmeasures, 1));
	MpcWide    *high = palloc0(sizeof(MpcWide) * Max(a->lanes->nmeasures, 1));
	MpcStatus	status;

	answer->sum = mpc_asking_alloc(a->lanes->nlanes * sizeof(MpcWide));
	status = mpc_ask_end(&a->ask, answer->sum, &x, &y);
	if (status == MPC_CONFIRMATION)
		mpc_raise_status(status, psprintf("\"%s\" and \"%s\"", mpc_asking_party(a, x), mpc_asking_party(a, y)), "the reply");
	if (status != MPC_OK)
		mpc_raise_status(status, a->federation->name, "the answer");
	for (int i = 0; i < a->lanes->nmeasures; i++)
		mpc_measure_bounds(mpc_contract_find(a->used, a->lanes->measure[i].column, MPC_ROLE_MEASURE),
						   &low[i], &high[i]);
	if (mpc_lanes_check(a->lanes, answer->sum, a->roster->n, low, high) != MPC_OK)
		mpc_raise_status(MPC_RANGE, a->federation->name, "the answer");
	answer->lanes = *a->lanes;
	answer->contract = *a->used;
}

/* How many others than the asker stand behind a lane's group or measure; *all counts the asker, too. */
static int
other_contributors(const Asking *a, int lane, int *all)
{
	MpcWide		mine;
	int64		total = 0;

	if (!mpc_wide_to_int64(&a->answer->sum[lane], &total))
		mpc_raise_status(MPC_RANGE, a->federation->name, "the answer");
	mpc_field_to_wide(&mine, a->x[lane]);
	*all = (int) total;
	return (int) total - (int) mine.limb[0];
}

/* R7: enough others must stand behind what is shown. column NULL: behind the rows. */
static void
check_lane(const Asking *a, int lane, const char *column)
{
	int			least = a->federation->min_contributors;
	int			all;

	if (other_contributors(a, lane, &all) >= least || all == 0)
		return;
	ereport(ERROR,
			(errcode(MPC_ERRCODE_TOO_FEW_CONTRIBUTORS),
			 column ? errmsg("too few parties contribute to this answer about \"%s\"", column) :
			 errmsg("too few parties contribute to this answer"),
			 errdetail_plural("At least %d party other than the asker must have enough matching rows.",
							  "At least %d parties other than the asker must have enough matching rows.",
							  least, least),
			 errhint("Ask a wider question.")));
}

/* Behind the rows, and behind each measure: a party may have rows and no value of it. */
void
mpc_asking_check_contributors(const Asking *a)
{
	int			all;

	(void) other_contributors(a, MPC_CONTRIBUTOR_LANE, &all);
	if (all == 0)
		ereport(NOTICE,
				(errmsg("no party contributes to this answer"),
				 errdetail("A party with fewer matching rows than its own min_rows contributes nothing.")));
	check_lane(a, MPC_CONTRIBUTOR_LANE, NULL);
	for (int i = 0; i < a->lanes->nmeasures; i++)
		check_lane(a, a->lanes->measure[i].contributor_lane, mpc_text_shown(a->lanes->measure[i].column));
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

		if (!mpc_asking_is_me(a, i) && mpc_is_zero(a->ask.request.card[i].dataset, 32))
			ereport(NOTICE,
					(errmsg("party \"%s\" publishes no dataset \"%s\" and took part with nothing",
							mpc_asking_party(a, i), a->setting->dataset_name)));
	}
}

Datum
mpc_answer_datum(const MpcAnswer *answer, const MpcAgg *agg, bool *null)
{
	int			at = mpc_lanes_measure(&answer->lanes, agg);
	const MpcMeasure *measure = at < 0 ? NULL : &answer->lanes.measure[at];
	const MpcContractColumn *column;
	int64		count = 0;
	Oid			type;

	*null = false;
	if (!mpc_wide_to_int64(&answer->sum[measure ? measure->nonnull_lane : MPC_ROWS_LANE], &count))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("bigint out of range")));
	if (agg->function == MPC_COUNT_ROWS || agg->function == MPC_COUNT)
		return Int64GetDatum(count);
	*null = (count == 0);
	if (*null)
		return (Datum) 0;
	column = mpc_contract_find(&answer->contract, measure->column, MPC_ROLE_MEASURE);
	if (agg->function == MPC_SUM)
		return mpc_measure_sum(column, &answer->sum[measure->sum_lane], count, &type);
	return mpc_measure_avg(column, &answer->sum[measure->sum_lane], count, &type);
}
