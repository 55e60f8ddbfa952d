/*
 * answer_values.c
 *		What are an answer's keys and numbers in SQL?
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "face/ask.h"
#include "face/sets_asking.h"
#include "local/exact.h"
#include "local/extreme.h"
#include "local/measure.h"
#include "local/moments.h"
#include "protocol/distinct.h"
#include "protocol/group_key.h"
#include "protocol/maximum.h"
#include "stats/cardinality.h"
#include "utils/array.h"
#include "utils/builtins.h"

/* The moments of a measure, as mpc_moments_datum() wants them. */
static void
read_moments(const MpcAnswerGroup *group, const MpcMeasure *measure, MpcWide *moment)
{
	for (int k = 0; k < MPC_MOMENTS; k++)
	{
		if (measure->wants[k])
			moment[k] = group->sum[measure->moment_lane[k]];
	}
}

/* One bit for each lane whose sum is not 0: somebody said yes. */
static uint64
read_bits(const MpcAnswerGroup *group, uint16 first, int width)
{
	static const MpcWide zero;
	uint64		bits = 0;

	for (int k = 0; k < width; k++)
	{
		if (mpc_wide_compare(&group->sum[first + k], &zero) != 0)
			bits |= UINT64CONST(1) << k;
	}
	return bits;
}

static Datum
integer_datum(const MpcContractColumn *column, int64 value)
{
	if (mpc_str_equal(column->type, mpc_str("smallint")))
		return Int16GetDatum((int16) value);
	if (mpc_str_equal(column->type, mpc_str("integer")))
		return Int32GetDatum((int32) value);
	return Int64GetDatum(value);
}

/* Values have their sign in all higher bits, and so have their AND and OR. */
static Datum
bits_datum(const MpcAnswerGroup *group, const MpcMeasure *measure, MpcFunction function, const MpcContractColumn *column)
{
	switch (function)
	{
		case MPC_BOOL_AND:
			return BoolGetDatum(read_bits(group, measure->clear_lane, 1) == 0);
		case MPC_BOOL_OR:
			return BoolGetDatum(read_bits(group, measure->set_lane, 1) != 0);
		case MPC_BIT_AND:
			return integer_datum(column, (int64) ~read_bits(group, measure->clear_lane, measure->width));
		default:
			return integer_datum(column, (int64) read_bits(group, measure->set_lane, measure->width));
	}
}

/* n, the sums, the products: each in the units of its columns, with as many digits as their scales have. */
static Datum
products_datum(const MpcAnswer *answer, const MpcAnswerGroup *group, const MpcMeasure *measure, int64 count)
{
	const MpcContractColumn *column[MPC_MAX_PRODUCT_ARGS];
	Datum		value[1 + MPC_MAX_PRODUCT_SUMS];
	const MpcWide *sum = &group->sum[measure->products_lane];
	int			n = 0;

	for (int i = 0; i < measure->ncolumns; i++)
		column[i] = mpc_contract_find(&answer->contract, measure->column[i], MPC_ROLE_MEASURE);
	value[n++] = mpc_exact_int64(count);
	for (int i = 0; i < measure->ncolumns; i++)
		value[n++] = mpc_products_datum(sum++, column[i], NULL);
	for (int i = 0; i < measure->ncolumns; i++)
	{
		for (int k = i; k < measure->ncolumns; k++)
			value[n++] = mpc_products_datum(sum++, column[i], column[k]);
	}
	return PointerGetDatum(construct_array(value, n, NUMERICOID, -1, false, TYPALIGN_INT));
}

/* What a unit of the column's integers is, as the denominator of a fraction. */
static Datum
units_per_one(const MpcContractColumn *column)
{
	MpcType		type = mpc_measure_type(column, false);

	return mpc_exact_power(type.kind == MPC_KIND_FLOAT4 || type.kind == MPC_KIND_FLOAT8 ? 2 : 10, column->scale);
}

/* What a column adds to a term's bits: the size of its bounds (query.h). */
static int
bound_bits(const MpcContractColumn *column)
{
	MpcWide		low;
	MpcWide		high;
	MpcWide		power;
	int			bits = 0;

	mpc_measure_bounds(column, &low, &high);
	mpc_wide_negate(&low);
	if (mpc_wide_compare(&low, &high) > 0)
		high = low;
	mpc_wide_from_int128(&power, 1);
	for (; mpc_wide_compare(&power, &high) < 0; bits++)
		mpc_wide_scale(&power, &power, 2);
	return bits;
}

/* The nearest double to a sum of MPC_LOGISTIC; units: of the columns in it. */
static Datum
term_datum(const MpcWide *sum, int bits, Datum units)
{
	Datum		divide_by = mpc_exact_multiply(units, mpc_exact_power(2, MPC_TERM_BITS - bits));

	return Float8GetDatum(mpc_exact_quotient(mpc_exact_decimal(sum, 0), divide_by));
}

/* n, the log likelihood, the gradient, the Hessian: in the units of the columns. The first is the intercept's, in place of the outcome's. */
static Datum
logistic_datum(const MpcAnswer *answer, const MpcAnswerGroup *group, const MpcMeasure *measure, int64 count)
{
	const MpcWide *sum = &group->sum[measure->products_lane];
	Datum		value[1 + MPC_MAX_PRODUCT_SUMS];
	Datum		units[MPC_MAX_PRODUCT_ARGS] = {mpc_exact_int64(1)};
	int			bits[MPC_MAX_PRODUCT_ARGS] = {0};
	int			n = 0;

	for (int i = 1; i < measure->ncolumns; i++)
	{
		const MpcContractColumn *column = mpc_contract_find(&answer->contract, measure->column[i], MPC_ROLE_MEASURE);

		units[i] = units_per_one(column);
		bits[i] = bound_bits(column);
	}
	value[n++] = Float8GetDatum((double) count);
	value[n++] = term_datum(sum++, MPC_LIKELIHOOD_BITS, units[0]);
	for (int i = 0; i < measure->ncolumns; i++)
		value[n++] = term_datum(sum++, bits[i], units[i]);
	for (int i = 0; i < measure->ncolumns; i++)
	{
		for (int k = i; k < measure->ncolumns; k++)
			value[n++] = term_datum(sum++, bits[i] + bits[k], mpc_exact_multiply(units[i], units[k]));
	}
	return PointerGetDatum(construct_array(value, n, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* Looked at when it was found (ask_extremes.c). */
static Datum
extreme_datum(const MpcAnswer *answer, const MpcAnswerGroup *group, int measure, MpcFunction function,
			  const MpcContractColumn *column)
{
	uint64		key = group->peak[mpc_extremes_index(&answer->lanes, (uint16) measure, function == MPC_MAX)];
	MpcExtremeKeys keys;
	Datum		value = (Datum) 0;

	if (function == MPC_MIN)
		key = mpc_key_complement(key, answer->extremes.key_bits);
	mpc_extreme_keys(&keys, column);
	if (!mpc_extreme_value(&keys, key, &value))
		elog(ERROR, "a minimum or maximum is outside its contract");
	return value;
}

/* The levels were looked at when the sums were opened. There are no more different values than values. */
static Datum
distinct_datum(const MpcAnswerGroup *group, const MpcMeasure *measure, int64 count)
{
	uint8		level[MPC_REGISTERS];
	uint32		registers[MPC_LEVELS + 1] = {0};
	double		estimate;
	MpcStatus	status;

	if (!mpc_distinct_read(level, &group->sum[measure->levels_lane]))
		elog(ERROR, "a register has a level without those below it");
	for (int i = 0; i < MPC_REGISTERS; i++)
		registers[level[i]]++;
	status = mpc_cardinality(&estimate, registers, MPC_LEVELS);
	if (status != MPC_OK && status != MPC_RANGE)
		elog(ERROR, "registers could not be read: %s", mpc_status_name(status));
	return Int64GetDatum(status == MPC_RANGE || rint(estimate) >= (double) count ? count : (int64) rint(estimate));
}

static Datum
measure_datum(const MpcAnswer *answer, const MpcAnswerGroup *group, int at,
			  MpcFunction function, int64 count, bool *null)
{
	const MpcMeasure *measure = &answer->lanes.measure[at];
	const MpcContractColumn *column[MPC_MAX_ARGS] = {NULL, NULL};
	MpcWide		moment[MPC_MOMENTS];
	Oid			type;

	if (function == MPC_LOGISTIC)
		return logistic_datum(answer, group, measure, count);
	if (measure->wants_products)
		return products_datum(answer, group, measure, count);
	if (measure->wants_levels)
		return distinct_datum(group, measure, count);
	for (int k = 0; k < measure->ncolumns; k++)
		column[k] = mpc_contract_find(&answer->contract, measure->column[k], MPC_ROLE_MEASURE);
	switch (function)
	{
		case MPC_SUM:
			return mpc_measure_sum(column[0], &group->sum[measure->moment_lane[MPC_SUM_Y]], count, &type);
		case MPC_AVG:
			return mpc_measure_avg(column[0], &group->sum[measure->moment_lane[MPC_SUM_Y]], count, &type);
		case MPC_SUM_INTERVAL:
			return mpc_interval_sum(&group->sum[measure->field_lane]);
		case MPC_AVG_INTERVAL:
			return mpc_interval_avg(&group->sum[measure->field_lane], count);
		case MPC_BOOL_AND:
		case MPC_BOOL_OR:
		case MPC_BIT_AND:
		case MPC_BIT_OR:
			return bits_datum(group, measure, function, column[0]);
		case MPC_MIN:
		case MPC_MAX:
			return extreme_datum(answer, group, at, function, column[0]);
		default:
			read_moments(group, measure, moment);
			return mpc_moments_datum(function, column[0], column[1], count, moment, null, &type);
	}
}

/* Of an intersection the sums stand by measure (sets_asking.h). */
static Datum
set_datum(const MpcAnswer *answer, const MpcAnswerGroup *group, const MpcAgg *agg, bool *null)
{
	const MpcWide *sum = group->sum;
	int			measure = mpc_sets_measure(answer->query, (int) (agg - answer->query->agg));
	int64		count = 0;
	Oid			type;

	if (measure >= 0)
		sum += MPC_SETS_SUM_MEASURES + 2 * measure;
	else if (agg->function == MPC_UNION_COUNT)
		sum += MPC_SETS_SUM_UNION;
	if (!mpc_wide_to_int64(sum, &count))
		elog(ERROR, "a count is out of range");
	if (measure < 0)
		return Int64GetDatum(count);
	*null = count == 0;
	if (*null)
		return (Datum) 0;
	return mpc_measure_sum(mpc_contract_find(&answer->contract, agg->arg[agg->nargs - 1], MPC_ROLE_MEASURE), sum + 1, count, &type);
}

Datum
mpc_answer_datum(const MpcAnswer *answer, const MpcAnswerGroup *group, const MpcAgg *agg, bool *null)
{
	int			at = mpc_lanes_measure(&answer->lanes, agg);
	const MpcMeasure *measure = at < 0 ? NULL : &answer->lanes.measure[at];
	int64		count = 0;

	*null = false;
	if (mpc_function_is_of_sets(agg->function))
		return set_datum(answer, group, agg, null);
	if (!mpc_wide_to_int64(&group->sum[measure ? measure->nonnull_lane : MPC_ROWS_LANE], &count))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("bigint out of range")));
	if (mpc_function_counts(agg->function) && agg->function != MPC_DISTINCT)
		return Int64GetDatum(count);
	*null = count == 0 && !mpc_function_counts(agg->function);
	return count == 0 ? (Datum) 0 : measure_datum(answer, group, at, agg->function, count, null);
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
