/*
 * compat.h
 *		The one place that knows PostgreSQL's versions. Base is 15; 16, 17 and
 *		18 are meant to build.
 */
#ifndef MPC_COMPAT_H
#define MPC_COMPAT_H

#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "foreign/fdwapi.h"
#include "nodes/pathnodes.h"
#include "optimizer/pathnode.h"
#include "parser/parse_relation.h"
#include "storage/latch.h"
#include "utils/acl.h"
#include "utils/backend_status.h"
#include "utils/guc_tables.h"
#include "utils/resowner.h"
#include "utils/timestamp.h"

#if PG_VERSION_NUM >= 180000
#include "commands/explain_format.h"
#include "commands/explain_state.h"
#else
#include "commands/explain.h"
#endif

static inline struct config_generic **
mpc_guc_variables(int *n)
{
#if PG_VERSION_NUM >= 160000
	return get_guc_variables(n);
#else
	*n = GetNumConfigOptions();
	return get_guc_variables();
#endif
}

#if PG_VERSION_NUM >= 160000
#define mpc_owns_relation(relid, role) \
	object_ownercheck(RelationRelationId, (relid), (role))
#define mpc_server_aclcheck(serverid, role, mode) \
	object_aclcheck(ForeignServerRelationId, (serverid), (role), (mode))
#define mpc_namespace_aclcheck(namespace, role, mode) \
	object_aclcheck(NamespaceRelationId, (namespace), (role), (mode))
#else
#define mpc_owns_relation(relid, role)	pg_class_ownercheck((relid), (role))
#define mpc_server_aclcheck(serverid, role, mode) \
	pg_foreign_server_aclcheck((serverid), (role), (mode))
#define mpc_namespace_aclcheck(namespace, role, mode) \
	pg_namespace_aclcheck((namespace), (role), (mode))
#endif

static inline ForeignPath *
mpc_create_foreignscan_path(PlannerInfo *root, RelOptInfo *rel, double rows, Cost cost)
{
#if PG_VERSION_NUM >= 180000
	return create_foreignscan_path(root, rel, NULL, rows, 0, cost, cost, NIL, NULL, NULL, NIL, NIL);
#elif PG_VERSION_NUM >= 170000
	return create_foreignscan_path(root, rel, NULL, rows, cost, cost, NIL, NULL, NULL, NIL, NIL);
#else
	return create_foreignscan_path(root, rel, NULL, rows, cost, cost, NIL, NULL, NULL, NIL);
#endif
}

static inline ForeignPath *
mpc_create_foreign_upper_path(PlannerInfo *root, RelOptInfo *rel, double rows, Cost cost, List *fdw_private)
{
#if PG_VERSION_NUM >= 180000
	return create_foreign_upper_path(root, rel, rel->reltarget, rows, 0, cost, cost, NIL, NULL, NIL, fdw_private);
#elif PG_VERSION_NUM >= 170000
	return create_foreign_upper_path(root, rel, rel->reltarget, rows, cost, cost, NIL, NULL, NIL, fdw_private);
#else
	return create_foreign_upper_path(root, rel, rel->reltarget, rows, cost, cost, NIL, NULL, fdw_private);
#endif
}

/* Whose rights reach a table of a query: a view's owner, or InvalidOid for whoever runs it. */
static inline Oid
mpc_check_as_user(Query *parse, RangeTblEntry *rte)
{
#if PG_VERSION_NUM >= 160000
	return rte->perminfoindex == 0 ? InvalidOid : getRTEPermissionInfo(parse->rteperminfos, rte)->checkAsUser;
#else
	return rte->checkAsUser;
#endif
}

/* Infinite ones are there from 17 on. */
static inline bool
mpc_interval_is_finite(const Interval *interval)
{
#if PG_VERSION_NUM >= 170000
	return !INTERVAL_NOT_FINITE(interval);
#else
	(void) interval;
	return true;
#endif
}

static inline WaitEventSet *
mpc_create_wait_event_set(int nevents)
{
#if PG_VERSION_NUM >= 170000
	return CreateWaitEventSet(CurrentResourceOwner, nevents);
#else
	return CreateWaitEventSet(CurrentMemoryContext, nevents);
#endif
}

/* A copy of one entry of the list of backends, from 1. */
static inline const PgBackendStatus *
mpc_backend_status(int i)
{
	const LocalPgBackendStatus *local;

#if PG_VERSION_NUM >= 160000
	local = pgstat_get_local_beentry_by_index(i);
#else
	local = pgstat_fetch_stat_local_beentry(i);
#endif
	return local != NULL ? &local->backendStatus : NULL;
}

#endif							/* MPC_COMPAT_H */
