/*
 * total.c
 *		What do sum(x) and avg(x) give in SQL for an exact total?
 *
 * PostgreSQL's own result types and arithmetic, to the last digit (R13, R15):
 * numeric results go through core's numeric functions; real and double precision
 * are rounded once, from the exact total; intervals are added and divided field by field.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "compat.h"
#include "fmgr.h"
#include "local/exact.h"
#include "local/measure.h"
#include "local/text.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

/*
 * total / 2^scale as decimal text with exponent: total * 5^scale, then e-scale. strtod and strtof
 * round it correctly, which a quotient of two doubles would not.
 */
static char *
binary_total_text(const MpcWide *total, int scale)
{
	Datum		product = mpc_exact_multiply(mpc_exact_decimal(total, 0), mpc_exact_power(5, scale));

	return psprintf("%se-%d", DatumGetCString(DirectFunctionCall1(numeric_out, product)), scale);
}

static Datum
double_total(const MpcWide *total, int scale)
{
	return Float8GetDatum(strtod(binary_total_text(total, scale), NULL));
}

static Datum
real_total(const MpcWide *total, int scale)
{
	float		sum = strtof(binary_total_text(total, scale), NULL);

	if (isinf(sum))
		float_overflow_error();
	return Float4GetDatum(sum);
}

static Datum
bigint_total(const MpcWide *total)
{
	int64_t		sum;

	if (!mpc_wide_to_int64(total, &sum))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("bigint out of range")));
	return Int64GetDatum(sum);
}

MpcType
mpc_measure_type(const MpcContractColumn *column, bool number)
{
	MpcType		type;

	if (!mpc_type_parse(column->type, &type) || !mpc_type_is_measure(&type) ||
		mpc_type_is_time(&type) || type.kind == MPC_KIND_INTERVAL || (number && type.kind == MPC_KIND_BOOL))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot aggregate column \"%s\" of type %s",
						mpc_text_shown(column->name), mpc_text_shown(column->type))));
	return type;
}

Datum
mpc_measure_sum(const MpcContractColumn *column, const MpcWide *total, int64 count, Oid *rettype)
{
	MpcType		type = mpc_measure_type(column, false);

	Assert(count > 0);
	(void) count;
	switch (type.kind)
	{
		case MPC_KIND_FLOAT4:
			*rettype = FLOAT4OID;
			return real_total(total, column->scale);
		case MPC_KIND_FLOAT8:
			*rettype = FLOAT8OID;
			return double_total(total, column->scale);
		case MPC_KIND_INT8:
		case MPC_KIND_NUMERIC:
			*rettype = NUMERICOID;
			return mpc_exact_decimal(total, column->scale);
		default:
			*rettype = INT8OID;
			return bigint_total(total);
	}
}

Datum
mpc_measure_avg(const MpcContractColumn *column, const MpcWide *total, int64 count, Oid *rettype)
{
	MpcType		type = mpc_measure_type(column, false);
	Datum		n = mpc_exact_int64(count);

	Assert(count > 0);
	if (type.kind == MPC_KIND_FLOAT4 || type.kind == MPC_KIND_FLOAT8)
	{
		*rettype = FLOAT8OID;
		return Float8GetDatum(mpc_exact_quotient(mpc_exact_decimal(total, 0),
												 mpc_exact_multiply(n, mpc_exact_power(2, column->scale))));
	}
	*rettype = NUMERICOID;
	return DirectFunctionCall2(numeric_div, mpc_exact_decimal(total, column->scale), n);
}

/* False: outside the type. */
static bool
set_interval(Interval *sum, const MpcWide *field)
{
	int64_t		months;
	int64_t		days;
	int64_t		time;

	if (!mpc_wide_to_int64(&field[MPC_MONTHS], &months) || months != (int32) months ||
		!mpc_wide_to_int64(&field[MPC_DAYS], &days) || days != (int32) days ||
		!mpc_wide_to_int64(&field[MPC_MICROSECONDS], &time))
		return false;
	sum->month = (int32) months;
	sum->day = (int32) days;
	sum->time = time;
	return mpc_interval_is_finite(sum);
}

Datum
mpc_interval_sum(const MpcWide field[MPC_FIELDS])
{
	Interval   *sum = palloc0(sizeof(Interval));

	if (!set_interval(sum, field))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("interval out of range")));
	return IntervalPGetDatum(sum);
}

Datum
mpc_interval_avg(const MpcWide field[MPC_FIELDS], int64 count)
{
	return DirectFunctionCall2(interval_div, mpc_interval_sum(field), Float8GetDatum((double) count));
}
