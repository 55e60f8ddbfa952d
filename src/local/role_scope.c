/*
 * role_scope.c
 *		With whose rights are rows read, and who hears of it?
 *
 * Everything the caller's session could have set to bend names or rights is pinned
 * first. Errors of the statement itself (a view that divides by zero) go up: whoever
 * answers a peer replaces their text.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "local/role_scope.h"
#include "miscadmin.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"

void
mpc_pin_setting(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

MpcRoleScope
mpc_role_begin(Oid role)
{
	MpcRoleScope scope;

	GetUserIdAndSecContext(&scope.user, &scope.context);
	scope.guc_level = NewGUCNestLevel();
	mpc_pin_setting("search_path", "pg_catalog, pg_temp");
	mpc_pin_setting("row_security", "on");
	/* row security applies even where our own entry points had switched it off */
	SetUserIdAndSecContext(role, (scope.context & ~SECURITY_NOFORCE_RLS) |
						   SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
	return scope;
}

void
mpc_role_end(MpcRoleScope scope)
{
	AtEOXact_GUC(true, scope.guc_level);
	SetUserIdAndSecContext(scope.user, scope.context);
}

static void
read_rows(const char *sql, ParamListInfo params, DestReceiver *receiver)
{
	SPIExecuteOptions options;
	int			rc;

	memset(&options, 0, sizeof(options));
	options.params = params;
	options.read_only = true;
	options.tcount = 0;			/* only then the plan may have parallel workers */
	options.dest = receiver;
	rc = SPI_execute_extended(sql, &options);
	if (rc != SPI_OK_SELECT)
		elog(ERROR, "reading a dataset ended with %s", SPI_result_code_string(rc));
}

/* An error raised while nothing is sent would not be sent later, either, and the client would see success. */
static void
rethrow(MemoryContext context, CommandDest destination)
{
	ErrorData  *error;

	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	FlushErrorState();
	error->output_to_client = destination == DestRemote;
	ReThrowError(error);
}

/* A published view may call code that raises INFO, which no setting keeps from the client. */
void
mpc_role_read(const char *sql, ParamListInfo params, DestReceiver *receiver)
{
	MemoryContext context = CurrentMemoryContext;
	CommandDest destination = whereToSendOutput;

	whereToSendOutput = DestNone;
	PG_TRY();
	{
		read_rows(sql, params, receiver);
	}
	PG_CATCH();
	{
		whereToSendOutput = destination;
		rethrow(context, destination);
	}
	PG_END_TRY();
	whereToSendOutput = destination;
	MemoryContextSwitchTo(context); /* SPI leaves its own */
}
