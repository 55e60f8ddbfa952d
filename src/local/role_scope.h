/*
 * role_scope.h
 *		Reading rows with the rights of another role, and nothing more.
 *
 * begin, write and read the statement, end; an abort restores the user after an error.
 */
#ifndef MPC_ROLE_SCOPE_H
#define MPC_ROLE_SCOPE_H

#include "postgres.h"

#include "nodes/params.h"
#include "tcop/dest.h"

typedef struct MpcRoleScope
{
	Oid			user;
	int			context;
	int			guc_level;
} MpcRoleScope;

/*
 * Takes on the role's rights under SECURITY_RESTRICTED_OPERATION, with row security on and a
 * search_path in which no caller's object hides a name.
 */
extern MpcRoleScope mpc_role_begin(Oid role);
extern void mpc_role_end(MpcRoleScope scope);

/* Sets a setting until the GUC nest level ends that the caller has opened. */
extern void mpc_pin_setting(const char *name, const char *value);

/*
 * Runs a SELECT read-only through SPI, which must be connected, and hands its rows to the receiver as they come.
 * Parallel workers are allowed. Nothing reaches the client. CurrentMemoryContext is the caller's again on return.
 */
extern void mpc_role_read(const char *sql, ParamListInfo params, DestReceiver *receiver);

#endif							/* MPC_ROLE_SCOPE_H */
