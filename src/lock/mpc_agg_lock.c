/*
 * mpc_agg_lock.c
 *		A session that can do nothing but call mpc.hello and mpc.answer (R1).
 *
 * Loading this library locks the session; mpc_admit() has it loaded for a partner's login
 * through session_preload_libraries, a setting that only a superuser may change and that
 * the startup packet cannot override. Three hooks hold the door:
 *	post_parse_analyze	every statement, simple, prepared or in a cursor, before it is planned
 *	ProcessUtility		the same once more for what is executed without a plan
 *	object_access		functions called by the fast-path protocol, which is never parsed
 * While one of our entry points is at work, everything is as usual: what runs then is ours
 * and the publisher's. Whether a name exists is all that a locked session can still find out.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_proc.h"
#include "lock/lock.h"
#include "nodes/parsenodes.h"
#include "parser/analyze.h"
#include "tcop/utility.h"
#include "utils/lsyscache.h"

PG_MODULE_MAGIC;

extern void _PG_init(void);

static MpcLock the_lock;
static post_parse_analyze_hook_type next_analyze = NULL;
static ProcessUtility_hook_type next_utility = NULL;
static object_access_hook_type next_access = NULL;

static void
refuse(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("this login may call mpc.hello and mpc.answer and nothing else"),
			 errdetail("It is the login of a partner, locked by mpc_admit().")));
}

/* One of the two procedures that partners call. By schema and name: nobody but the extension's owner creates there. */
static bool
is_entry_point(Oid function)
{
	char	   *name;

	if (get_func_namespace(function) != get_namespace_oid("mpc", true))
		return false;
	name = get_func_name(function);
	return name != NULL && (strcmp(name, "hello") == 0 || strcmp(name, "answer") == 0) &&
		get_func_prokind(function) == PROKIND_PROCEDURE;
}

/* [ran] an expression as argument delivered a row count through its error text. */
static bool
are_plain(List *arguments)
{
	ListCell   *lc;

	foreach(lc, arguments)
	{
		if (!IsA(lfirst(lc), Const) && !IsA(lfirst(lc), Param))
			return false;
	}
	return true;
}

static bool
is_plain_call(const CallStmt *call)
{
	return call->funcexpr != NULL && is_entry_point(call->funcexpr->funcid) &&
		are_plain(call->funcexpr->args) && are_plain(call->outargs);
}

static bool
ends_transaction(const TransactionStmt *stmt)
{
	return stmt->kind == TRANS_STMT_COMMIT || stmt->kind == TRANS_STMT_ROLLBACK;
}

static bool
may_execute(const Node *utility)
{
	if (IsA(utility, CallStmt))
		return is_plain_call((const CallStmt *) utility);
	return IsA(utility, TransactionStmt) && ends_transaction((const TransactionStmt *) utility);
}

/* A parallel worker runs its leader's plan and nothing else; the leader was let through. */
static bool
is_shut(void)
{
	return the_lock.inside == 0 && !IsParallelWorker();
}

static void
lock_analyze(ParseState *pstate, Query *query, JumbleState *jstate)
{
	if (next_analyze)
		next_analyze(pstate, query, jstate);
	if (is_shut() && (query->commandType != CMD_UTILITY || !may_execute(query->utilityStmt)))
		refuse();
}

static void
lock_utility(PlannedStmt *pstmt, const char *queryString, bool readOnlyTree,
			 ProcessUtilityContext context, ParamListInfo params,
			 QueryEnvironment *queryEnv, DestReceiver *dest, QueryCompletion *qc)
{
	if (is_shut() && !may_execute(pstmt->utilityStmt))
		refuse();
	if (next_utility)
		next_utility(pstmt, queryString, readOnlyTree, context, params, queryEnv, dest, qc);
	else
		standard_ProcessUtility(pstmt, queryString, readOnlyTree, context, params, queryEnv, dest, qc);
}

static void
lock_access(ObjectAccessType access, Oid classId, Oid objectId, int subId, void *arg)
{
	if (next_access)
		next_access(access, classId, objectId, subId, arg);
	if (is_shut() && access == OAT_FUNCTION_EXECUTE && !is_entry_point(objectId))
		refuse();
}

/* An error ends an entry point without its leave; a commit in its middle does not. */
static void
leave_at_abort(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_ABORT)
		the_lock.inside = 0;
}

void
_PG_init(void)
{
	MpcLock   **rendezvous = (MpcLock **) find_rendezvous_variable(MPC_LOCK_RENDEZVOUS);

	*rendezvous = &the_lock;
	next_analyze = post_parse_analyze_hook;
	post_parse_analyze_hook = lock_analyze;
	next_utility = ProcessUtility_hook;
	ProcessUtility_hook = lock_utility;
	next_access = object_access_hook;
	object_access_hook = lock_access;
	RegisterXactCallback(leave_at_abort, NULL);
}
