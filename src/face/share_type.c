/*
 * share_type.c
 *		What is a value of type mpc_share, and which errors do shares end in?
 *
 * A value is the record of protocol/share.h, checked each time it is read. No message shows a share: it is its
 * holder's secret, and messages are logged.
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "face/share_sql.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "local/number.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

PG_FUNCTION_INFO_V1(mpc_sql_share_in);
PG_FUNCTION_INFO_V1(mpc_sql_share_out);
PG_FUNCTION_INFO_V1(mpc_sql_share_recv);
PG_FUNCTION_INFO_V1(mpc_sql_share_send);

static const char *
invalid_detail(MpcStatus status)
{
	switch (status)
	{
		case MPC_SIGNATURE:
			return "Its checksum is wrong: it was mistyped, cut or damaged.";
		case MPC_LIMIT:
			return "Its index, threshold and number of parties do not fit together.";
		case MPC_RANGE:
			return "Its scale, weight or id is beyond what arithmetic on shares gives.";
		case MPC_NONCANONICAL:
			return "Its point is no element of the field.";
		default:
			return "A share has 78 bytes, as text \"mpcs1:\" and 104 letters, digits, \"-\" and \"_\".";
	}
}

void
mpc_share_raise_invalid(MpcStatus status, int code)
{
	if (status == MPC_VERSION)
		ereport(ERROR,
				(errcode(code),
				 errmsg("share of another version"),
				 errdetail("Version 1 is read here.")));
	ereport(ERROR,
			(errcode(code),
			 errmsg("invalid value for type mpc_share"),
			 errdetail("%s", invalid_detail(status))));
}

Datum
mpc_share_datum(const MpcShare *share)
{
	bytea	   *value = palloc(VARHDRSZ + MPC_SHARE_BYTES);

	SET_VARSIZE(value, VARHDRSZ + MPC_SHARE_BYTES);
	mpc_share_write((uint8 *) VARDATA(value), share);
	return PointerGetDatum(value);
}

void
mpc_share_from_datum(MpcShare *share, Datum value)
{
	bytea	   *bytes = DatumGetByteaPP(value);
	MpcStatus	status = mpc_share_read(share, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));

	if (status != MPC_OK)
		mpc_share_raise_invalid(status, ERRCODE_DATA_CORRUPTED);
}

Datum
mpc_sql_share_in(PG_FUNCTION_ARGS)
{
	MpcShare	share;
	MpcStatus	status = mpc_share_parse(&share, PG_GETARG_CSTRING(0));
	Datum		value;

	if (status != MPC_OK)
		mpc_share_raise_invalid(status, ERRCODE_INVALID_TEXT_REPRESENTATION);
	value = mpc_share_datum(&share);
	mpc_wipe(&share, sizeof(share));
	PG_RETURN_DATUM(value);
}

Datum
mpc_sql_share_out(PG_FUNCTION_ARGS)
{
	char	   *text = palloc(MPC_SHARE_TEXT_MAX);
	MpcShare	share;

	mpc_share_from_datum(&share, PG_GETARG_DATUM(0));
	mpc_share_text(text, &share);
	mpc_wipe(&share, sizeof(share));
	PG_RETURN_CSTRING(text);
}

/* The whole message is the record. */
Datum
mpc_sql_share_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			len = message->len - message->cursor;
	MpcShare	share;
	MpcStatus	status = mpc_share_read(&share, pq_getmsgbytes(message, len), len);
	Datum		value;

	if (status != MPC_OK)
		mpc_share_raise_invalid(status, ERRCODE_INVALID_BINARY_REPRESENTATION);
	value = mpc_share_datum(&share);
	mpc_wipe(&share, sizeof(share));
	PG_RETURN_DATUM(value);
}

Datum
mpc_sql_share_send(PG_FUNCTION_ARGS)
{
	MpcShare	share;
	Datum		value;

	mpc_share_from_datum(&share, PG_GETARG_DATUM(0));
	value = mpc_share_datum(&share);
	mpc_wipe(&share, sizeof(share));
	PG_RETURN_DATUM(value);
}

void
mpc_share_check_parties(int32 parties, int32 threshold)
{
	if (parties < MPC_SHARE_MIN_THRESHOLD || parties > MPC_SHAMIR_MAX_PARTIES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("number of parties must be between %d and %d",
						MPC_SHARE_MIN_THRESHOLD, MPC_SHAMIR_MAX_PARTIES)));
	if (!mpc_share_parties_fit(parties, threshold))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("threshold must be between %d and the number of parties", MPC_SHARE_MIN_THRESHOLD),
				 errdetail("So many shares give the secret; with a threshold of 1, each of them would be the secret.")));
}

void
mpc_share_integer(MpcWide *out, uint16_t *scale, Datum number, const char *what)
{
	Numeric		num = DatumGetNumeric(number);
	int128		integer;
	int32		places;

	if (numeric_is_nan(num) || numeric_is_inf(num))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s must not be NaN or infinite", what)));
	places = DatumGetInt32(DirectFunctionCall1(numeric_scale, NumericGetDatum(num)));
	if (places > MPC_SHARE_DIGITS || !mpc_number_from_numeric((struct varlena *) num, places, &integer))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s has more than %d digits", what, MPC_SHARE_DIGITS),
				 errdetail("Decimal places count, zeros at their end included.")));
	mpc_wide_from_int128(out, integer);
	*scale = (uint16_t) places;
	mpc_wipe(&integer, sizeof(integer));
}

void
mpc_share_raise_wrong(const bool *wrong, const uint16_t *index, size_t count, const char *detail)
{
	StringInfoData list;
	int			marked = 0;
	int			left;

	for (size_t i = 0; i < count; i++)
		marked += wrong[i];
	left = marked;
	initStringInfo(&list);
	for (size_t i = 0; i < count; i++)
	{
		if (!wrong[i])
			continue;
		left--;
		appendStringInfo(&list, "%s%u", list.len == 0 ? "" : left == 0 ? " and " : ", ", index[i]);
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg_plural("share of index %s is wrong", "shares of index %s are wrong", marked, list.data),
			 errdetail("%s", detail),
			 errhint("Leave out what is wrong, or ask its holder again.")));
}

MemoryContext
mpc_share_aggregate_context(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	/* Arguments of type internal keep anybody from calling it otherwise. */
	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "function of an aggregate called directly");
	return context;
}
