/*
 * total.c
 *		What do sum(x) and avg(x) give in SQL for an exact total?
 *
 * PostgreSQL's own result types and arithmetic, to the last digit (R13, R15):
 * numeric results go through core's numeric functions; real and double precision
 * are rounded once, from the exact total.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "local/measure.h"
#include "local/text.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/numeric.h"

static Datum
numeric_from_text(const char *text)
{
	return DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid),
							   Int32GetDatum(-1));
}

/* total / 10^scale, with scale digits shown. */
static Datum
decimal_total(const MpcWide *total, int scale)
{
	char		digits[MPC_WIDE_DECIMAL_MAX];
	const char *at = digits;
	StringInfoData text;
	int			whole;

	mpc_wide_to_decimal(digits, total);
	initStringInfo(&text);
	if (*at == '-')
		appendStringInfoChar(&text, *at++);
	whole = (int) strlen(at) - scale;	/* digits before the point; negative: zeros behind it */
	appendStringInfo(&text, "%.*s.", Max(whole, 0), whole > 0 ? at : "");
	for (; whole < 0; whole++)
		appendStringInfoChar(&text, '0');
	appendStringInfoString(&text, at + whole);
	if (scale == 0)
		text.data[--text.len] = '\0';
	return numeric_from_text(text.data);
}

/*
 * total / 2^scale as decimal text with exponent: total * 5^scale, then e-scale. strtod and strtof
 * round it correctly, which a quotient of two doubles would not.
 */
static char *
binary_total_text(const MpcWide *total, int scale)
{
	char		digits[MPC_WIDE_DECIMAL_MAX];
	MpcWide		factor;
	Datum		product;
	int			i;

	mpc_wide_from_int128(&factor, 1);
	for (i = 0; i < scale; i++)
		mpc_wide_scale(&factor, &factor, 5);	/* 5^64 < 2^149 */
	mpc_wide_to_decimal(digits, total);
	product = numeric_from_text(digits);
	mpc_wide_to_decimal(digits, &factor);
	product = DirectFunctionCall2(numeric_mul, product, numeric_from_text(digits));
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

static MpcType
contract_type(const MpcContractColumn *column)
{
	MpcType		type;

	if (!mpc_type_parse(column->type, &type) || !mpc_type_is_measure(&type))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot aggregate column \"%s\" of type %s",
						mpc_text_shown(column->name), mpc_text_shown(column->type))));
	return type;
}

Datum
mpc_measure_sum(const MpcContractColumn *column, const MpcWide *total, int64 count, Oid *rettype)
{
	MpcType		type = contract_type(column);

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
			return decimal_total(total, column->scale);
		default:
			*rettype = INT8OID;
			return bigint_total(total);
	}
}

Datum
mpc_measure_avg(const MpcContractColumn *column, const MpcWide *total, int64 count, Oid *rettype)
{
	MpcType		type = contract_type(column);
	Datum		n;

	Assert(count > 0);
	if (type.kind == MPC_KIND_FLOAT4 || type.kind == MPC_KIND_FLOAT8)
	{
		*rettype = FLOAT8OID;
		return Float8GetDatum(DatumGetFloat8(double_total(total, column->scale)) / (double) count);
	}
	*rettype = NUMERICOID;
	n = DirectFunctionCall1(int8_numeric, Int64GetDatum(count));
	return DirectFunctionCall2(numeric_div, decimal_total(total, column->scale), n);
}
