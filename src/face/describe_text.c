/*
 * describe_text.c
 *		How does a column of a contract read?
 *
 * A contract holds bounds as integers; people think in the measure's own unit.
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "crypto/wide.h"
#include "face/describe.h"
#include "fmgr.h"
#include "local/text.h"
#include "local/types.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/timestamp.h"

#define MAX_SHOWN_SCALE	1000	/* numeric has no larger one */

static Datum
numeric_from_text(const char *text)
{
	return DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

/* digits / 10^scale, without zeros at its end. */
static Datum
shift_point(const char *digits, int scale)
{
	return DirectFunctionCall1(numeric_trim_scale, numeric_from_text(psprintf("%se-%d", digits, scale)));
}

/* 2^-scale, which has as many decimal digits as binary ones: 5^scale / 10^scale. */
static Datum
binary_unit(int scale)
{
	Datum		power = numeric_from_text("1");

	for (int i = 0; i < scale; i++)
		power = DirectFunctionCall2(numeric_mul, power, numeric_from_text("5"));
	return shift_point(DatumGetCString(DirectFunctionCall1(numeric_out, power)), scale);
}

static bool
has_binary_scale(const MpcContractColumn *column)
{
	MpcType		type;

	return mpc_type_parse(column->type, &type) && (type.kind == MPC_KIND_FLOAT4 || type.kind == MPC_KIND_FLOAT8);
}

static bool
is_time(const MpcContractColumn *column, MpcType *type)
{
	return mpc_type_parse(column->type, type) && mpc_type_is_time(type);
}

/* The date or timestamp with this integer; NULL where there is none. */
static char *
time_text(const MpcType *type, const char *digits)
{
	char		text[MAXDATELEN + 1];
	int			utc = 0;
	int64_t		v;
	MpcWide		wide;
	bool		date = type->kind == MPC_KIND_DATE;

	if (mpc_wide_from_decimal(&wide, digits) != MPC_OK || !mpc_wide_to_int64(&wide, &v))
		return NULL;
	if (date ? v < PG_INT32_MIN || v > PG_INT32_MAX || (!DATE_NOT_FINITE((DateADT) v) && !IS_VALID_DATE((DateADT) v)) :
		!TIMESTAMP_NOT_FINITE(v) && !IS_VALID_TIMESTAMP(v))
		return NULL;
	return pstrdup(JsonEncodeDateTime(text, date ? DateADTGetDatum((DateADT) v) : TimestampGetDatum(v), type->typid,
									  type->kind == MPC_KIND_TIMESTAMPTZ ? &utc : NULL));
}

char *
mpc_told_bound(const MpcContractColumn *column, MpcStr bound)
{
	char	   *digits = pnstrdup((const char *) bound.data, bound.len);
	MpcType		type;
	Datum		value;

	if (bound.len == 0 || column->scale > MAX_SHOWN_SCALE)
		return NULL;
	if (is_time(column, &type))
		return time_text(&type, digits);
	if (has_binary_scale(column))
	{
		value = DirectFunctionCall2(numeric_mul, numeric_from_text(digits), binary_unit(column->scale));
		value = DirectFunctionCall1(numeric_trim_scale, value);
	}
	else
		value = shift_point(digits, column->scale);
	return DatumGetCString(DirectFunctionCall1(numeric_out, value));
}

char *
mpc_told_domain(const MpcContractColumn *column)
{
	if (column->role != MPC_ROLE_KEY)
		return NULL;
	return column->values == NULL ? pstrdup("open") : psprintf("%zu values", column->values->nvalues);
}

char *
mpc_told_normalize(const MpcContractColumn *column)
{
	char		words[MPC_NORMALIZE_WORDS_MAX];

	if (column->normalize == 0)
		return NULL;
	mpc_normalize_write(words, column->normalize);
	return pstrdup(words);
}

/* Domains of as many values are told apart by the first bytes of their hashes. */
static char *
key_words(const MpcContractColumn *column)
{
	char	   *domain = mpc_told_domain(column);
	const uint8 *hash = column->domain;

	if (column->values != NULL)
		return psprintf(", %s with hash %02x%02x%02x%02x, at most %d bytes", domain,
						hash[0], hash[1], hash[2], hash[3], column->max_key_bytes);
	return psprintf(", %s, at most %d bytes", domain, column->max_key_bytes);
}

static char *
measure_words(const MpcContractColumn *column)
{
	char	   *low = mpc_told_bound(column, column->low);
	char	   *high = mpc_told_bound(column, column->high);

	return psprintf("%s from %s to %s",
					has_binary_scale(column) ? psprintf(", %d binary digits,", column->scale) : "",
					low != NULL ? low : "?", high != NULL ? high : "?");
}

char *
mpc_told_words(const MpcContractColumn *column)
{
	const char *rest = "";

	if (column->role == MPC_ROLE_KEY)
		rest = key_words(column);
	if (column->role == MPC_ROLE_MEASURE && column->low.len > 0)
		rest = measure_words(column);
	if (column->normalize != 0)
		rest = psprintf(", normalized by \"%s\"", mpc_told_normalize(column));
	return psprintf("%s%s", mpc_told_shown(column->type), rest);
}

char *
mpc_told_shown(MpcStr text)
{
	char	   *shown = mpc_text_shown(text);

	for (char *p = shown; *p != '\0'; p++)
	{
		if ((unsigned char) *p < ' ' || *p == 0x7f)
			*p = ' ';
	}
	return shown;
}
