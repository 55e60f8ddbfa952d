/*
 * check.c
 *		What does SQL need from C to set up and check an installation: versions,
 *		and the parts of a connection string.
 */
#include "postgres.h"

#include <sodium.h>

#include "fmgr.h"
#include "funcapi.h"
#include "libpq-fe.h"
#include "utils/builtins.h"

#include "catalog/version.h"
#include "crypto/secret.h"

PG_FUNCTION_INFO_V1(mpc_sql_library_version);
PG_FUNCTION_INFO_V1(mpc_sql_sodium_version);
PG_FUNCTION_INFO_V1(mpc_sql_parse_conninfo);

Datum
mpc_sql_library_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(MPC_LIBRARY_VERSION));
}

/* NULL when libsodium does not start. */
Datum
mpc_sql_sodium_version(PG_FUNCTION_ARGS)
{
	if (mpc_core_init() != MPC_OK)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(sodium_version_string()));
}

static PQconninfoOption *
parse(const char *conninfo)
{
	char	   *error = NULL;
	PQconninfoOption *options = PQconninfoParse(conninfo, &error);
	char	   *reason;

	if (options != NULL)
		return options;
	reason = error != NULL ? pchomp(error) : pstrdup("out of memory");
	PQfreemem(error);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid connection string: %s", reason)));
	return NULL;				/* keep compiler quiet */
}

/* Rows (name, value) of what the string says; which of them may be used is the validator's. */
Datum
mpc_sql_parse_conninfo(PG_FUNCTION_ARGS)
{
	char	   *conninfo = text_to_cstring(PG_GETARG_TEXT_PP(0));
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	PQconninfoOption *options;

	InitMaterializedSRF(fcinfo, 0);
	options = parse(conninfo);
	PG_TRY();
	{
		PQconninfoOption *option;

		for (option = options; option->keyword != NULL; option++)
		{
			Datum		values[2];
			bool		nulls[2] = {false, false};

			if (option->val == NULL)
				continue;
			values[0] = CStringGetTextDatum(option->keyword);
			values[1] = CStringGetTextDatum(option->val);
			tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
		}
	}
	PG_FINALLY();
	{
		PQconninfoFree(options);
	}
	PG_END_TRY();
	return (Datum) 0;
}
