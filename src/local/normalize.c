/*
 * normalize.c
 *		How does SQL write an identifier as all parties write it?
 *
 * Assumes that equal texts must come out of equal values in every database: so collation "C", under which lower() and ranges of
 * characters know ASCII only, whatever locale a column has. normalize() needs encoding UTF8, which mpc_publish() sees to.
 */
#include "postgres.h"

#include "local/normalize.h"

/* The order is the contract's. */
static char *
normalized(const char *value, uint16 steps)
{
	char	   *result = psprintf("%s::pg_catalog.text COLLATE pg_catalog.\"C\"", value);

	if ((steps & MPC_NORMALIZE_NFC) != 0)
		result = psprintf("pg_catalog.normalize(%s, 'NFC')", result);
	if ((steps & MPC_NORMALIZE_TRIM) != 0)
		result = psprintf("pg_catalog.btrim(%s, E' \\t\\n\\r')", result);
	if ((steps & MPC_NORMALIZE_LOWER) != 0)
		result = psprintf("pg_catalog.lower(%s)", result);
	if ((steps & MPC_NORMALIZE_DIGITS) != 0)
		result = psprintf("pg_catalog.regexp_replace(%s, '[^0-9]+', '', 'g')", result);
	return result;
}

void
mpc_normalize_append(StringInfo sql, const char *value, uint16 steps)
{
	char	   *result = normalized(value, steps);

	appendStringInfo(sql, "CASE WHEN %s OPERATOR(pg_catalog.<>) '' THEN %s END", result, result);
}
