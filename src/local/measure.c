/*
 * measure.c
 *		Which integers may the values of a measure be?
 *
 * Decided once, when a dataset is published, from the type and what is declared:
 * then no sum overflows and no row is looked at twice.
 */
#include "postgres.h"

#include "fmgr.h"
#include "local/measure.h"
#include "local/text.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

static Datum
numeric_from_text(const char *text)
{
	return DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid),
							   Int32GetDatum(-1));
}

static char *
numeric_to_text(Datum num)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, num));
}

static char *
wide_text(const MpcWide *v)
{
	char	   *text = palloc(MPC_WIDE_DECIMAL_MAX);

	mpc_wide_to_decimal(text, v);
	return text;
}

static void
wide_from_text(MpcWide *v, const char *text)
{
	if (mpc_wide_from_decimal(v, text) != MPC_OK)
		elog(ERROR, "bound of a measure is no integer");
}

/* base^exponent, below 2^255 for all that is asked here: 10^38, 2^64, 5^64. */
static MpcWide
power(uint64 base, int exponent)
{
	MpcWide		r;

	mpc_wide_from_int128(&r, 1);
	while (exponent-- > 0)
		mpc_wide_scale(&r, &r, base);
	return r;
}

static bool
is_binary(const MpcType *type)
{
	return type->kind == MPC_KIND_FLOAT4 || type->kind == MPC_KIND_FLOAT8;
}

static void
declare_error(const MpcContractColumn *column, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("cannot use column \"%s\" of type %s as a measure",
					mpc_text_shown(column->name), mpc_text_shown(column->type)),
			 errdetail_internal("%s", detail)));
}

/* The scale that the type has, or that is declared for real and double precision. */
static int
declare_scale(const MpcContractColumn *column, const MpcType *type, int declared)
{
	int			scale = 0;

	if (is_binary(type))
	{
		if (declared < -1 || declared > MPC_MAX_BINARY_SCALE)
			declare_error(column, psprintf("The binary scale must be between 0 and %d.",
										   MPC_MAX_BINARY_SCALE));
		return declared == -1 ? MPC_DEFAULT_BINARY_SCALE : declared;
	}
	if (type->kind == MPC_KIND_NUMERIC)
	{
		scale = mpc_numeric_scale(type->typmod);
		if (mpc_numeric_precision(type->typmod) > MPC_MAX_DECIMAL_DIGITS ||
			scale < 0 || scale > MPC_MAX_DECIMAL_DIGITS)
			declare_error(column, psprintf("Precision and scale must be at most %d, and the scale at least 0.",
										   MPC_MAX_DECIMAL_DIGITS));
	}
	if (declared != -1 && declared != scale)
		declare_error(column, "The scale is that of the type; only real and double precision take another.");
	return scale;
}

/* The largest scaled value of the type, and the lowest. */
static void
type_bounds(const MpcType *type, MpcWide *low, MpcWide *high)
{
	int128		most = 1;		/* boolean */
	int128		least = 0;

	if (type->kind == MPC_KIND_INT2)
		most = PG_INT16_MAX, least = PG_INT16_MIN;
	else if (type->kind == MPC_KIND_INT4)
		most = PG_INT32_MAX, least = PG_INT32_MIN;
	else if (type->kind == MPC_KIND_INT8)
		most = PG_INT64_MAX, least = PG_INT64_MIN;
	else if (type->kind == MPC_KIND_DATE)
		most = DATEVAL_NOEND, least = DATEVAL_NOBEGIN;
	else if (mpc_type_is_time(type))
		most = DT_NOEND, least = DT_NOBEGIN;
	else if (is_binary(type))
		most = ((int128) 1 << 126) - 1, least = -most;
	mpc_wide_from_int128(high, most);
	mpc_wide_from_int128(low, least);
	if (type->kind == MPC_KIND_NUMERIC)
	{
		*high = power(10, mpc_numeric_precision(type->typmod));
		*low = *high;
		mpc_wide_negate(low);
		mpc_wide_add_int128(high, -1);
		mpc_wide_add_int128(low, 1);
	}
}

/* Those of the type, and for real and double precision what squares allow. */
static void
default_bounds(const MpcType *type, MpcWide *low, MpcWide *high)
{
	int128		most = ((int128) 1 << MPC_DEFAULT_BINARY_BITS) - 1;

	type_bounds(type, low, high);
	if (is_binary(type))
	{
		mpc_wide_from_int128(low, -most);
		mpc_wide_from_int128(high, most);
	}
}

/* A declared bound as an integer. Binary scales round it outwards, so that the bound itself is inside. */
static void
scale_bound(const MpcContractColumn *column, const MpcType *type, const char *text,
			PGFunction outwards, MpcWide *bound)
{
	MpcWide		factor = power(is_binary(type) ? 2 : 10, column->scale);
	Datum		num = numeric_from_text(text);
	Datum		whole;

	if (numeric_is_nan(DatumGetNumeric(num)) || numeric_is_inf(DatumGetNumeric(num)))
		declare_error(column, "Its bounds must be finite.");
	num = DirectFunctionCall2(numeric_mul, num, numeric_from_text(wide_text(&factor)));
	whole = DirectFunctionCall1(outwards, num);
	if (!is_binary(type) && !DatumGetBool(DirectFunctionCall2(numeric_eq, num, whole)))
		declare_error(column, "Its bounds have more digits after the point than its type.");
	if (mpc_wide_from_decimal(bound, numeric_to_text(whole)) != MPC_OK)
		declare_error(column, "Its bounds are outside its type.");
}

/* The integer behind a date or timestamp that is declared as text. */
static void
time_bound(const MpcType *type, const char *text, MpcWide *bound)
{
	StringInfoData bytes;
	Datum		value;

	initStringInfo(&bytes);
	mpc_value_parse(&bytes, type, text);
	if (mpc_value_decode(type, (MpcStr) {(const uint8 *) bytes.data, bytes.len}, &value) != MPC_OK)
		elog(ERROR, "bound of a measure is not canonical");
	mpc_wide_from_int128(bound, type->kind == MPC_KIND_DATE ? DatumGetDateADT(value) : DatumGetTimestamp(value));
}

static void
read_bound(const MpcContractColumn *column, const MpcType *type, const char *text,
		   PGFunction outwards, MpcWide *bound)
{
	if (mpc_type_is_time(type))
		time_bound(type, text, bound);
	else
		scale_bound(column, type, text, outwards, bound);
}

void
mpc_measure_declare(MpcContractColumn *column, const MpcType *type,
					int scale, const char *low, const char *high)
{
	MpcWide		least;
	MpcWide		most;
	MpcWide		from;
	MpcWide		to;

	if (!mpc_type_is_measure(type))
		declare_error(column, "Measures are integers, numeric(p,s), real, double precision, boolean, date, timestamps or interval.");
	column->scale = (uint16) declare_scale(column, type, scale);
	if (type->kind == MPC_KIND_INTERVAL)
	{
		if (low != NULL || high != NULL)
			declare_error(column, "Its fields are summed each for itself, and have the bounds of their type.");
		return;
	}
	type_bounds(type, &least, &most);
	default_bounds(type, &from, &to);
	if (low != NULL)
		read_bound(column, type, low, numeric_floor, &from);
	if (high != NULL)
		read_bound(column, type, high, numeric_ceil, &to);
	if (mpc_wide_compare(&from, &to) > 0)
		declare_error(column, "Its lower bound is above its upper bound.");
	if (mpc_wide_compare(&from, &least) < 0 || mpc_wide_compare(&to, &most) > 0)
		declare_error(column, "Its bounds are outside its type.");
	column->low = mpc_str(wide_text(&from));
	column->high = mpc_str(wide_text(&to));
}

bool
mpc_measure_is_bounded(const MpcContractColumn *column)
{
	MpcType		type;
	MpcWide		low;
	MpcWide		high;
	MpcWide		default_low;
	MpcWide		default_high;

	if (!mpc_type_parse(column->type, &type))
		return false;
	mpc_measure_bounds(column, &low, &high);
	default_bounds(&type, &default_low, &default_high);
	return mpc_wide_compare(&low, &default_low) != 0 || mpc_wide_compare(&high, &default_high) != 0;
}

void
mpc_measure_bounds(const MpcContractColumn *column, MpcWide *low, MpcWide *high)
{
	wide_from_text(low, pnstrdup((const char *) column->low.data, column->low.len));
	wide_from_text(high, pnstrdup((const char *) column->high.data, column->high.len));
}
