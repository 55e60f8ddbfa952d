/*
 * owner.c
 *		How does this code act on the extension's own tables, whoever calls?
 *
 * Nobody but the owner of the extension has rights on mpc.*, so every statement
 * runs as that owner, for as short as possible, with a pinned search_path.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_namespace.h"
#include "commands/extension.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "catalog/owner.h"

/*
 * What never changes while the extension lives in this database. Schema mpc comes and
 * goes with it, and its OID is a cheap look-up: another OID, another extension.
 */
typedef struct Extension
{
	Oid			mpc;			/* schema mpc; InvalidOid before the first use */
	Oid			oid;
	Oid			schema;			/* of the mpc_* functions */
	Oid			identity;		/* table mpc.identity: its owner owns them all */
	Oid			party_wrapper;
	Oid			federation_wrapper;
} Extension;

static Extension extension;

/* There is no syscache for extensions before PostgreSQL 18. */
static Oid
read_schema(Oid oid)
{
	Relation	rel = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	Oid			schema;

	ScanKeyInit(&key, Anum_pg_extension_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(oid));
	scan = systable_beginscan(rel, ExtensionOidIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "could not find tuple for extension %u", oid);
	schema = ((Form_pg_extension) GETSTRUCT(tuple))->extnamespace;
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return schema;
}

/* The wrapper of this name if it is ours, else InvalidOid. */
static Oid
own_wrapper(const char *name, Oid oid)
{
	Oid			fdwid = get_foreign_data_wrapper_oid(name, true);

	if (OidIsValid(fdwid) && getExtensionOfObject(ForeignDataWrapperRelationId, fdwid) == oid)
		return fdwid;
	return InvalidOid;
}

static const Extension *
the_extension(void)
{
	Oid			mpc = get_namespace_oid("mpc", true);
	Extension	fresh;

	if (OidIsValid(mpc) && mpc == extension.mpc)
		return &extension;
	fresh.oid = get_extension_oid("mpc_agg", true);
	if (!OidIsValid(fresh.oid) || !OidIsValid(mpc) ||
		getExtensionOfObject(NamespaceRelationId, mpc) != fresh.oid)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("extension \"mpc_agg\" is not installed in this database"),
				 errhint("Run CREATE EXTENSION mpc_agg.")));
	fresh.mpc = mpc;
	fresh.schema = read_schema(fresh.oid);
	fresh.identity = get_relname_relid("identity", mpc);
	fresh.party_wrapper = own_wrapper("mpc_party", fresh.oid);
	fresh.federation_wrapper = own_wrapper("mpc_federation", fresh.oid);
	extension = fresh;
	/* half made: CREATE EXTENSION is still running */
	if (!OidIsValid(fresh.identity) || !OidIsValid(fresh.party_wrapper) || !OidIsValid(fresh.federation_wrapper))
		extension.mpc = InvalidOid;
	return &extension;
}

Oid
mpc_extension_oid(void)
{
	return the_extension()->oid;
}

Oid
mpc_extension_schema(void)
{
	return the_extension()->schema;
}

Oid
mpc_extension_owner(void)
{
	Oid			identity = the_extension()->identity;
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(identity));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", identity);
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

bool
mpc_is_party_wrapper(Oid fdwid)
{
	return OidIsValid(fdwid) && fdwid == the_extension()->party_wrapper;
}

bool
mpc_is_federation_wrapper(Oid fdwid)
{
	return OidIsValid(fdwid) && fdwid == the_extension()->federation_wrapper;
}

Oid
mpc_identity_table(void)
{
	return the_extension()->identity;
}

/* A level of settings costs a walk over all of them: the entry points have pinned the path already. */
static int
pin_search_path(void)
{
	int			level;

	if (strcmp(namespace_search_path, MPC_SEARCH_PATH) == 0)
		return 0;
	level = NewGUCNestLevel();
	(void) set_config_option("search_path", MPC_SEARCH_PATH, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	return level;
}

MpcOwnerScope
mpc_owner_begin(void)
{
	Oid			owner = mpc_extension_owner();
	MpcOwnerScope scope;

	GetUserIdAndSecContext(&scope.user, &scope.context);
	scope.guc_level = pin_search_path();
	SetUserIdAndSecContext(owner, scope.context | SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_NOFORCE_RLS);
	return scope;
}

void
mpc_owner_end(MpcOwnerScope scope)
{
	SetUserIdAndSecContext(scope.user, scope.context);
	if (scope.guc_level > 0)
		AtEOXact_GUC(true, scope.guc_level);
}

uint64
mpc_owner_execute(SPIPlanPtr *plan, const char *sql, int nargs, const Oid *types,
				  Datum *values, const char *nulls, bool read_only)
{
	MpcOwnerScope scope = mpc_owner_begin();
	int			result;

	if (*plan == NULL)
	{
		SPIPlanPtr	fresh = SPI_prepare(sql, nargs, unconstify(Oid *, types));

		if (fresh == NULL || SPI_keepplan(fresh) != 0)
			elog(ERROR, "could not prepare \"%s\": %s", sql, SPI_result_code_string(SPI_result));
		*plan = fresh;
	}
	result = SPI_execute_plan(*plan, values, nulls, read_only, 0);
	if (result < 0)
		elog(ERROR, "could not execute \"%s\": %s", sql, SPI_result_code_string(result));
	mpc_owner_end(scope);
	return SPI_processed;
}
