/*
 * answer_values.c
 *		What are an answer's keys and numbers in SQL?
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "face/ask.h"
#include "local/measure.h"
#include "protocol/group_key.h"
#include "utils/builtins.h"

Datum
mpc_answer_datum(const MpcAnswer *answer, const MpcAnswerGroup *group, const MpcAgg *agg, bool *null)
{
	int			at = mpc_lanes_measure(&answer->lanes, agg);
	const MpcMeasure *measure = at < 0 ? NULL : &answer->lanes.measure[at];
	const MpcContractColumn *column;
	int64		count = 0;
	Oid			type;

	*null = false;
	if (!mpc_wide_to_int64(&group->sum[measure ? measure->nonnull_lane : MPC_ROWS_LANE], &count))
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
		return mpc_measure_sum(column, &group->sum[measure->sum_lane], count, &type);
	return mpc_measure_avg(column, &group->sum[measure->sum_lane], count, &type);
}

Datum
mpc_answer_key(const MpcAnswer *answer, const MpcAnswerGroup *group, int i, bool *null)
{
	const MpcType *type = &answer->key_type[i];
	MpcValue	value[MPC_MAX_KEYS];
	Datum		datum = (Datum) 0;
	MpcStatus	status;

	*null = group->remainder;
	if (*null)
		return (Datum) 0;
	status = mpc_group_key_read(value, answer->query->nkeys, group->key);
	*null = status == MPC_OK && value[i].null;
	if (*null)
		return (Datum) 0;
	if (status == MPC_OK)
		status = mpc_value_decode(type, value[i].bytes, &datum);
	if (status == MPC_RANGE)
		ereport(ERROR,
				(errcode(ERRCODE_UNTRANSLATABLE_CHARACTER),
				 errmsg("a group's key has no form in this database"),
				 errhint("Ask from a database with encoding \"UTF8\", or publish an enum with all labels.")));
	if (status != MPC_OK)		/* looked at when it was decoded */
		elog(ERROR, "a group's key is not well-formed: %s", mpc_status_name(status));
	if (type->kind == MPC_KIND_BPCHAR)	/* its blanks do not travel */
		datum = DirectFunctionCall3(bpchar, datum, Int32GetDatum(type->typmod), BoolGetDatum(false));
	return datum;
}
