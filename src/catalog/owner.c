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
#include "catalog/indexing.h"
#include "catalog/pg_extension.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/rel.h"

#include "catalog/owner.h"

Oid
mpc_extension_oid(void)
{
	Oid			extension = get_extension_oid("mpc_agg", true);

	if (!OidIsValid(extension))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("extension \"mpc_agg\" is not installed in this database"),
				 errhint("Run CREATE EXTENSION mpc_agg.")));
	return extension;
}

/* Owner and schema of the extension. There is no syscache for them before PostgreSQL 18. */
static void
read_extension(Oid *owner, Oid *schema)
{
	Oid			extension = mpc_extension_oid();
	Relation	rel = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_extension_oid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(extension));
	scan = systable_beginscan(rel, ExtensionOidIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "could not find tuple for extension %u", extension);
	*owner = ((Form_pg_extension) GETSTRUCT(tuple))->extowner;
	*schema = ((Form_pg_extension) GETSTRUCT(tuple))->extnamespace;
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
}

Oid
mpc_extension_owner(void)
{
	Oid			owner;
	Oid			schema;

	read_extension(&owner, &schema);
	return owner;
}

Oid
mpc_extension_schema(void)
{
	Oid			owner;
	Oid			schema;

	read_extension(&owner, &schema);
	return schema;
}

MpcOwnerScope
mpc_owner_begin(void)
{
	Oid			owner = mpc_extension_owner();
	MpcOwnerScope scope;

	GetUserIdAndSecContext(&scope.user, &scope.context);
	scope.guc_level = NewGUCNestLevel();
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	SetUserIdAndSecContext(owner, scope.context | SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_NOFORCE_RLS);
	return scope;
}

void
mpc_owner_end(MpcOwnerScope scope)
{
	SetUserIdAndSecContext(scope.user, scope.context);
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
