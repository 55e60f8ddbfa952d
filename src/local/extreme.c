/*
 * extreme.c
 *		Which key has a value, and which value a key?
 *
 * Assumes bounds that mpc_extreme_bits() has seen: at most 2^64 apart, except of real and double precision.
 */
#include "postgres.h"

#include <math.h>

#include "local/exact.h"
#include "local/extreme.h"
#include "local/measure.h"
#include "local/number.h"
#include "local/text.h"
#include "utils/date.h"
#include "utils/timestamp.h"

static int128
narrow(const MpcWide *wide)
{
	return (int128) ((uint128) wide->limb[1] << 64 | wide->limb[0]);
}

void
mpc_extreme_keys(MpcExtremeKeys *keys, const MpcContractColumn *column)
{
	MpcWide		low;
	MpcWide		high;

	memset(keys, 0, sizeof(*keys));
	if (!mpc_type_parse(column->type, &keys->type) || !mpc_type_is_measure(&keys->type) ||
		keys->type.kind == MPC_KIND_BOOL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("column \"%s\" of type %s has no minimum and maximum",
						mpc_text_shown(column->name), mpc_text_shown(column->type))));
	mpc_measure_bounds(column, &low, &high);
	keys->scale = column->scale;
	keys->factor = ldexp(1.0, column->scale);
	keys->low = narrow(&low);
	keys->high = narrow(&high);
}

static bool
is_inside(const MpcExtremeKeys *keys, int128 v)
{
	return v >= keys->low && v <= keys->high;
}

/* ------------------------------------------------------------------ real and double precision */

/* sign: the highest bit of the type; the others of bits are those below it. */
static uint64
key_of_bits(uint64 bits, uint64 sign)
{
	return (bits & sign) != 0 ? ~bits & (sign | (sign - 1)) : bits | sign;
}

static uint64
bits_of_key(uint64 key, uint64 sign)
{
	return (key & sign) != 0 ? key & ~sign : ~key & (sign | (sign - 1));
}

#define SIGN_OF_REAL	(UINT64CONST(1) << 31)
#define SIGN_OF_DOUBLE	(UINT64CONST(1) << 63)

static uint64
key_of_real(float v)
{
	uint32		bits;

	memcpy(&bits, &v, sizeof(bits));
	return key_of_bits(bits, SIGN_OF_REAL);
}

static uint64
key_of_double(double v)
{
	uint64		bits;

	memcpy(&bits, &v, sizeof(bits));
	return key_of_bits(bits, SIGN_OF_DOUBLE);
}

static float
real_of_key(uint64 key)
{
	uint32		bits = (uint32) bits_of_key(key, SIGN_OF_REAL);
	float		v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

static double
double_of_key(uint64 key)
{
	uint64		bits = bits_of_key(key, SIGN_OF_DOUBLE);
	double		v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

/* The same rule as for its sum. */
static bool
is_sound(const MpcExtremeKeys *keys, double v)
{
	int128		scaled;

	return mpc_number_from_double(v, keys->factor, &scaled) && is_inside(keys, scaled);
}

/* ------------------------------------------------------------------ all types */

/* Of all but real and double precision. */
static bool
scaled_value(const MpcExtremeKeys *keys, Datum value, int128 *v)
{
	switch (keys->type.kind)
	{
		case MPC_KIND_INT2:
			*v = DatumGetInt16(value);
			return true;
		case MPC_KIND_INT4:
			*v = DatumGetInt32(value);
			return true;
		case MPC_KIND_DATE:
			*v = DatumGetDateADT(value);
			return true;
		case MPC_KIND_NUMERIC:
			return mpc_number_from_numeric(PG_DETOAST_DATUM_PACKED(value), keys->scale, v);
		default:
			*v = DatumGetInt64(value);	/* timestamps, too */
			return true;
	}
}

bool
mpc_extreme_key(const MpcExtremeKeys *keys, Datum value, uint64 *key)
{
	int128		v;

	if (keys->type.kind == MPC_KIND_FLOAT4)
	{
		*key = key_of_real(DatumGetFloat4(value));
		return is_sound(keys, DatumGetFloat4(value));
	}
	if (keys->type.kind == MPC_KIND_FLOAT8)
	{
		*key = key_of_double(DatumGetFloat8(value));
		return is_sound(keys, DatumGetFloat8(value));
	}
	if (!scaled_value(keys, value, &v) || !is_inside(keys, v))
		return false;
	*key = (uint64) (v - keys->low);
	return true;
}

static Datum
scaled_datum(const MpcExtremeKeys *keys, int128 v)
{
	MpcWide		wide;

	switch (keys->type.kind)
	{
		case MPC_KIND_INT2:
			return Int16GetDatum((int16) v);
		case MPC_KIND_INT4:
			return Int32GetDatum((int32) v);
		case MPC_KIND_DATE:
			return DateADTGetDatum((DateADT) v);
		case MPC_KIND_NUMERIC:
			mpc_wide_from_int128(&wide, v);
			return mpc_exact_decimal(&wide, keys->scale);
		default:
			return Int64GetDatum((int64) v);
	}
}

/* Bounds may reach further than the values of a date or timestamp do, and a contract of others than the type. */
static bool
is_value(const MpcExtremeKeys *keys, int128 v)
{
	switch (keys->type.kind)
	{
		case MPC_KIND_INT2:
			return v >= PG_INT16_MIN && v <= PG_INT16_MAX;
		case MPC_KIND_INT4:
			return v >= PG_INT32_MIN && v <= PG_INT32_MAX;
		case MPC_KIND_DATE:
			return v >= PG_INT32_MIN && v <= PG_INT32_MAX &&
				(DATE_NOT_FINITE((DateADT) v) || IS_VALID_DATE((DateADT) v));
		case MPC_KIND_TIMESTAMP:
		case MPC_KIND_TIMESTAMPTZ:
			return v >= PG_INT64_MIN && v <= PG_INT64_MAX &&
				(TIMESTAMP_NOT_FINITE((Timestamp) v) || IS_VALID_TIMESTAMP((Timestamp) v));
		case MPC_KIND_NUMERIC:
			return true;
		default:
			return v >= PG_INT64_MIN && v <= PG_INT64_MAX;
	}
}

bool
mpc_extreme_value(const MpcExtremeKeys *keys, uint64 key, Datum *value)
{
	int128		v;

	switch (keys->type.kind)
	{
		case MPC_KIND_FLOAT4:
			*value = Float4GetDatum(real_of_key(key));
			return key <= PG_UINT32_MAX && is_sound(keys, real_of_key(key));
		case MPC_KIND_FLOAT8:
			*value = Float8GetDatum(double_of_key(key));
			return is_sound(keys, double_of_key(key));
		default:
			if ((uint128) key > (uint128) (keys->high - keys->low))
				return false;
			v = keys->low + (int128) key;
			*value = scaled_datum(keys, v);
			return is_value(keys, v);
	}
}
