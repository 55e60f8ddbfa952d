/*
 * module.c
 *		Start of the library, and the handler of the wrapper for joint tables.
 */
#include "compat.h"

#include "catalog/pg_foreign_server.h"
#include "crypto/secret.h"
#include "face/joint.h"
#include "face/own.h"
#include "face/settings.h"
#include "miscadmin.h"
#include "fmgr.h"
#include "transport/link.h"
#include "utils/builtins.h"

PG_MODULE_MAGIC;

extern void _PG_init(void);

PG_FUNCTION_INFO_V1(mpc_sql_federation_handler);
PG_FUNCTION_INFO_V1(mpc_sql_refuse_local);

/* For the core, which must not be left by a longjmp: it stops, wipes, and then we raise. */
static bool
is_interrupted(void)
{
	return QueryCancelPending || ProcDiePending;
}

void
_PG_init(void)
{
	mpc_interrupted = is_interrupted;
	if (mpc_core_init() != MPC_OK)
		ereport(ERROR,
				(errcode(ERRCODE_SYSTEM_ERROR),
				 errmsg("libsodium could not be started")));
	mpc_settings_init();
	mpc_link_init();
	mpc_own_init();
}

Datum
mpc_sql_federation_handler(PG_FUNCTION_ARGS)
{
	FdwRoutine *routine = makeNode(FdwRoutine);

	mpc_joint_plan_callbacks(routine);
	mpc_joint_scan_callbacks(routine);
	mpc_joint_explain_callbacks(routine);
	mpc_joint_import_callbacks(routine);
	PG_RETURN_POINTER(routine);
}

/* Transition and final function of every mpc_* aggregate: reaching it means that nobody was asked. */
Datum
mpc_sql_refuse_local(PG_FUNCTION_ARGS)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("aggregates mpc_* are answered by a federation, not from rows"),
			 errdetail("Here they would see rows of this database only."),
			 errhint("Use them in a query over one joint table or published relation, without joins or window functions.")));
	PG_RETURN_NULL();
}
