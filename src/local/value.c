/*
 * value.c
 *		What are the canonical bytes of a value, and which value do bytes stand for?
 *
 * Encoding is for this database's own values and may raise; decoding is for what a
 * peer sent: it ends in a status, and takes no form but the canonical one, so that
 * equal values are equal bytes.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_enum.h"
#include "fmgr.h"
#include "local/role_scope.h"
#include "local/text.h"
#include "local/types.h"
#include "mb/pg_wchar.h"
#include "port/pg_bswap.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* Longer constants than any number that a table can hold have no use; below core's own limits. */
#define MAX_NUMBER_TEXT		16000

static void
append_int64(StringInfo out, int64 v)
{
	uint64		bytes = pg_hton64((uint64) v);

	appendBinaryStringInfo(out, (const char *) &bytes, sizeof(bytes));
}

static void
append_int32(StringInfo out, int32 v)
{
	uint32		bytes = pg_hton32((uint32) v);

	appendBinaryStringInfo(out, (const char *) &bytes, sizeof(bytes));
}

static void
append_text(StringInfo out, const char *text, size_t len)
{
	char	   *utf8 = mpc_text_to_utf8(text, len);

	if (utf8 == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CHARACTER_NOT_IN_REPERTOIRE),
				 errmsg("text has no form in encoding \"%s\"", pg_encoding_to_char(PG_UTF8))));
	appendStringInfoString(out, utf8);
}

static void
append_text_datum(StringInfo out, Datum value, bool trim)
{
	text	   *t = DatumGetTextPP(value);
	const char *data = VARDATA_ANY(t);
	size_t		len = VARSIZE_ANY_EXHDR(t);

	while (trim && len > 0 && data[len - 1] == ' ')
		len--;
	append_text(out, data, len);
}

static void
append_bytes(StringInfo out, Datum value)
{
	bytea	   *bytes = DatumGetByteaPP(value);

	appendBinaryStringInfo(out, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
}

static void
append_numeric(StringInfo out, Datum value)
{
	Numeric		num = DatumGetNumeric(value);

	if (numeric_is_nan(num) || numeric_is_inf(num))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot compare with NaN or infinity in a joint question")));
	appendStringInfoString(out, numeric_normalize(num));
}

static void
append_label(StringInfo out, Datum value)
{
	Oid			label = DatumGetObjectId(value);
	HeapTuple	tuple = SearchSysCache1(ENUMOID, ObjectIdGetDatum(label));
	const char *name;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for enum label %u", label);
	name = NameStr(((Form_pg_enum) GETSTRUCT(tuple))->enumlabel);
	append_text(out, name, strlen(name));
	ReleaseSysCache(tuple);
}

void
mpc_value_encode(StringInfo out, const MpcType *type, Datum value)
{
	switch (type->kind)
	{
		case MPC_KIND_INT2:
			append_int64(out, DatumGetInt16(value));
			break;
		case MPC_KIND_INT4:
			append_int64(out, DatumGetInt32(value));
			break;
		case MPC_KIND_INT8:
			append_int64(out, DatumGetInt64(value));
			break;
		case MPC_KIND_NUMERIC:
			append_numeric(out, value);
			break;
		case MPC_KIND_BOOL:
			appendStringInfoCharMacro(out, DatumGetBool(value) ? 1 : 0);
			break;
		case MPC_KIND_TEXT:
		case MPC_KIND_VARCHAR:
			append_text_datum(out, value, false);
			break;
		case MPC_KIND_BPCHAR:
			append_text_datum(out, value, true);
			break;
		case MPC_KIND_DATE:
			append_int32(out, DatumGetDateADT(value));
			break;
		case MPC_KIND_TIMESTAMP:
		case MPC_KIND_TIMESTAMPTZ:
			append_int64(out, DatumGetTimestamp(value));
			break;
		case MPC_KIND_UUID:
			appendBinaryStringInfo(out, (const char *) DatumGetUUIDP(value)->data, UUID_LEN);
			break;
		case MPC_KIND_ENUM:
			append_label(out, value);
			break;
		case MPC_KIND_BYTEA:
			append_bytes(out, value);
			break;
		case MPC_KIND_FLOAT4:
		case MPC_KIND_FLOAT8:
		case MPC_KIND_INTERVAL:
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("cannot compare columns of type real, double precision or interval in a joint question")));
	}
}

/* typmod -1: the value as it is written. */
static void
parse_with(StringInfo out, const MpcType *type, int32 typmod, const char *text)
{
	Oid			input;
	Oid			param;

	getTypeInputInfo(type->typid, &input, &param);
	mpc_value_encode(out, type, OidInputFunctionCall(input, unconstify(char *, text), param, typmod));
}

void
mpc_value_parse(StringInfo out, const MpcType *type, const char *text)
{
	int			nest = NewGUCNestLevel();
	StringInfoData exact;
	StringInfoData typed;

	/* what is declared must not depend on who publishes it from where */
	mpc_pin_setting("DateStyle", "ISO, YMD");
	mpc_pin_setting("TimeZone", "UTC");
	initStringInfo(&exact);
	initStringInfo(&typed);
	parse_with(&exact, type, -1, text);
	parse_with(&typed, type, type->typmod, text);
	AtEOXact_GUC(true, nest);
	if (exact.len != typed.len || memcmp(exact.data, typed.data, typed.len) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("value \"%s\" does not fit type %s", text,
						format_type_with_typemod(type->typid, type->typmod))));
	appendBinaryStringInfo(out, typed.data, typed.len);
}

static MpcStatus
decode_int(MpcStr bytes, int64 low, int64 high, int64 *v)
{
	uint64		raw;

	if (bytes.len != sizeof(raw))
		return MPC_MALFORMED;
	memcpy(&raw, bytes.data, sizeof(raw));
	*v = (int64) pg_ntoh64(raw);
	return *v >= low && *v <= high ? MPC_OK : MPC_MALFORMED;
}

static MpcStatus
decode_int2(MpcStr bytes, Datum *value)
{
	int64		v;
	MpcStatus	status = decode_int(bytes, PG_INT16_MIN, PG_INT16_MAX, &v);

	if (status == MPC_OK)
		*value = Int16GetDatum((int16) v);
	return status;
}

static MpcStatus
decode_int4(MpcStr bytes, Datum *value)
{
	int64		v;
	MpcStatus	status = decode_int(bytes, PG_INT32_MIN, PG_INT32_MAX, &v);

	if (status == MPC_OK)
		*value = Int32GetDatum((int32) v);
	return status;
}

static MpcStatus
decode_int8(MpcStr bytes, Datum *value)
{
	int64		v;
	MpcStatus	status = decode_int(bytes, PG_INT64_MIN, PG_INT64_MAX, &v);

	if (status == MPC_OK)
		*value = Int64GetDatum(v);
	return status;
}

static MpcStatus
decode_timestamp(MpcStr bytes, Datum *value)
{
	int64		v;
	MpcStatus	status = decode_int(bytes, PG_INT64_MIN, PG_INT64_MAX, &v);

	if (status == MPC_OK && !TIMESTAMP_NOT_FINITE(v) && !IS_VALID_TIMESTAMP(v))
		status = MPC_MALFORMED;
	if (status == MPC_OK)
		*value = TimestampGetDatum(v);
	return status;
}

static MpcStatus
decode_date(MpcStr bytes, Datum *value)
{
	uint32		raw;
	DateADT		v;

	if (bytes.len != sizeof(raw))
		return MPC_MALFORMED;
	memcpy(&raw, bytes.data, sizeof(raw));
	v = (DateADT) pg_ntoh32(raw);
	if (!DATE_NOT_FINITE(v) && !IS_VALID_DATE(v))
		return MPC_MALFORMED;
	*value = DateADTGetDatum(v);
	return MPC_OK;
}

static MpcStatus
decode_bool(MpcStr bytes, Datum *value)
{
	if (bytes.len != 1 || bytes.data[0] > 1)
		return MPC_MALFORMED;
	*value = BoolGetDatum(bytes.data[0] == 1);
	return MPC_OK;
}

static MpcStatus
decode_uuid(MpcStr bytes, Datum *value)
{
	pg_uuid_t  *uuid;

	if (bytes.len != UUID_LEN)
		return MPC_MALFORMED;
	uuid = palloc(sizeof(pg_uuid_t));
	memcpy(uuid->data, bytes.data, UUID_LEN);
	*value = UUIDPGetDatum(uuid);
	return MPC_OK;
}

/* [-]digits[.digits] and nothing else: then the input function cannot raise. */
static bool
is_number_text(const char *text)
{
	text += *text == '-' ? 1 : 0;
	if (strspn(text, "0123456789") == 0)
		return false;
	text += strspn(text, "0123456789");
	if (*text == '\0')
		return true;
	return *text == '.' && text[1] != '\0' && text[1 + strspn(text + 1, "0123456789")] == '\0';
}

static MpcStatus
decode_numeric(MpcStr bytes, Datum *value)
{
	char	   *text;

	if (bytes.len > MAX_NUMBER_TEXT)
		return MPC_RANGE;
	text = pnstrdup((const char *) bytes.data, bytes.len);
	if (strlen(text) != bytes.len || !is_number_text(text))
		return MPC_MALFORMED;
	*value = DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid),
								 Int32GetDatum(-1));
	return strcmp(numeric_normalize(DatumGetNumeric(*value)), text) == 0 ? MPC_OK : MPC_MALFORMED;
}

static MpcStatus
decode_text(MpcStr bytes, bool trimmed, Datum *value)
{
	char	   *text;

	if (!mpc_text_is_utf8(bytes) ||
		(trimmed && bytes.len > 0 && bytes.data[bytes.len - 1] == ' '))
		return MPC_MALFORMED;
	text = mpc_text_from_utf8(bytes);
	if (text == NULL)
		return MPC_RANGE;
	*value = CStringGetTextDatum(text);
	return MPC_OK;
}

static MpcStatus
decode_bytes(MpcStr bytes, Datum *value)
{
	bytea	   *result = palloc(VARHDRSZ + bytes.len);

	SET_VARSIZE(result, VARHDRSZ + bytes.len);
	memcpy(VARDATA(result), bytes.data, bytes.len);
	*value = PointerGetDatum(result);
	return MPC_OK;
}

static MpcStatus
decode_label(Oid typid, MpcStr bytes, Datum *value)
{
	HeapTuple	tuple;
	char	   *label;

	if (!mpc_text_is_utf8(bytes))
		return MPC_MALFORMED;
	label = mpc_text_from_utf8(bytes);
	if (label == NULL || strlen(label) >= NAMEDATALEN)
		return MPC_RANGE;
	tuple = SearchSysCache2(ENUMTYPOIDNAME, ObjectIdGetDatum(typid), CStringGetDatum(label));
	if (!HeapTupleIsValid(tuple))
		return MPC_RANGE;
	*value = ObjectIdGetDatum(((Form_pg_enum) GETSTRUCT(tuple))->oid);
	ReleaseSysCache(tuple);
	return MPC_OK;
}

MpcStatus
mpc_value_decode(const MpcType *type, MpcStr bytes, Datum *value)
{
	switch (type->kind)
	{
		case MPC_KIND_INT2:
			return decode_int2(bytes, value);
		case MPC_KIND_INT4:
			return decode_int4(bytes, value);
		case MPC_KIND_INT8:
			return decode_int8(bytes, value);
		case MPC_KIND_NUMERIC:
			return decode_numeric(bytes, value);
		case MPC_KIND_BOOL:
			return decode_bool(bytes, value);
		case MPC_KIND_TEXT:
		case MPC_KIND_VARCHAR:
			return decode_text(bytes, false, value);
		case MPC_KIND_BPCHAR:
			return decode_text(bytes, true, value);
		case MPC_KIND_DATE:
			return decode_date(bytes, value);
		case MPC_KIND_TIMESTAMP:
		case MPC_KIND_TIMESTAMPTZ:
			return decode_timestamp(bytes, value);
		case MPC_KIND_UUID:
			return decode_uuid(bytes, value);
		case MPC_KIND_ENUM:
			return decode_label(type->typid, bytes, value);
		case MPC_KIND_BYTEA:
			return decode_bytes(bytes, value);
		case MPC_KIND_FLOAT4:
		case MPC_KIND_FLOAT8:
		case MPC_KIND_INTERVAL:
			break;
	}
	return MPC_MALFORMED;
}

/* n in char(n) and varchar(n), trailing blanks of a decoded char(n) being cut off. */
static bool
fits_length(int32 typmod, Datum value)
{
	text	   *t = DatumGetTextPP(value);

	return pg_mbstrlen_with_len(VARDATA_ANY(t), (int) VARSIZE_ANY_EXHDR(t)) <= typmod - VARHDRSZ;
}

static bool
fits_digits(int32 typmod, Timestamp value)
{
	int64		unit = USECS_PER_SEC;

	for (; typmod > 0; typmod--)
		unit /= 10;
	return TIMESTAMP_NOT_FINITE(value) || value % unit == 0;
}

bool
mpc_value_fits(const MpcType *type, Datum value)
{
	if (type->typmod < 0)
		return true;
	switch (type->kind)
	{
		case MPC_KIND_VARCHAR:
		case MPC_KIND_BPCHAR:
			return fits_length(type->typmod, value);
		case MPC_KIND_TIMESTAMP:
		case MPC_KIND_TIMESTAMPTZ:
			return fits_digits(type->typmod, DatumGetTimestamp(value));
		default:
			return true;
	}
}
