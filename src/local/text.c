/*
 * text.c
 *		How does text leave this database's encoding, and come into it?
 *
 * The conversions of mb/ raise for text without a form in the other encoding; a
 * peer's question must end in a status instead. SQL_ASCII has no conversion at
 * all, so nothing converts there: such databases publish nothing.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "local/text.h"
#include "mb/pg_wchar.h"
#include "utils/memutils.h"

static char *
convert(const char *text, size_t len, int from, int to)
{
	Oid			proc;
	char	   *result;
	size_t		size;

	if (len > (MaxAllocSize - 1) / MAX_CONVERSION_GROWTH)
		return NULL;
	if (!pg_verify_mbstr(from, text, (int) len, true))
		return NULL;
	if (from == to || len == 0)
		return pnstrdup(text, len);

	proc = FindDefaultConversionProc(from, to);
	if (!OidIsValid(proc))
		return NULL;
	size = len * MAX_CONVERSION_GROWTH + 1;
	result = palloc0(size);
	if ((size_t) pg_do_encoding_conversion_buf(proc, from, to, (unsigned char *) text, (int) len,
											   (unsigned char *) result, (int) size, true) != len)
		return NULL;
	return result;
}

char *
mpc_text_to_utf8(const char *text, size_t len)
{
	return convert(text, len, GetDatabaseEncoding(), PG_UTF8);
}

char *
mpc_text_from_utf8(MpcStr text)
{
	return convert((const char *) text.data, text.len, PG_UTF8, GetDatabaseEncoding());
}

char *
mpc_text_shown(MpcStr text)
{
	char	   *shown = mpc_text_from_utf8(text);

	return shown != NULL ? shown : pstrdup("?");
}

bool
mpc_text_is_utf8(MpcStr text)
{
	return text.len <= MaxAllocSize &&
		pg_verify_mbstr(PG_UTF8, (const char *) text.data, (int) text.len, true);
}
