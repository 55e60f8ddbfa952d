/*
 * aggregate.c
 *		What does one party have to say to a question?
 *
 * One statement, run with the publisher's rights and row security on. Its groups come
 * row by row (rows.c), are folded in memory (groups.c) and become a vector (vector.c).
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "local/aggregate.h"
#include "local/role_scope.h"
#include "local/rows.h"
#include "local/text.h"
#include "utils/rel.h"

bool
mpc_relation_lock(Oid relid)
{
	Relation	rel = try_table_open(relid, AccessShareLock);
	char		relkind;

	if (rel == NULL)
		return false;
	relkind = rel->rd_rel->relkind;
	table_close(rel, NoLock);
	return mpc_relation_is_publishable(relkind);
}

/* Whether reading the relation runs code of its owner's: a view, a foreign table, row security. */
static bool
runs_code(Oid relid)
{
	Relation	rel = table_open(relid, AccessShareLock);
	bool		result = rel->rd_rel->relkind == RELKIND_VIEW ||
		rel->rd_rel->relkind == RELKIND_FOREIGN_TABLE || rel->rd_rel->relrowsecurity;

	table_close(rel, NoLock);
	return result;
}

void
mpc_refuse_temporary(Oid relid)
{
	Oid			namespace;
	Oid			toast_namespace;

	GetTempNamespaceState(&namespace, &toast_namespace);
	if (!OidIsValid(namespace) || (OidIsValid(relid) && !runs_code(relid)))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("a session with temporary objects is not answered"),
			 errdetail("A function that a published relation calls could take them for its own."),
			 errhint("Ask in a session that has made no temporary table, view or function.")));
}

bool
mpc_relation_is_publishable(char relkind)
{
	return relkind == RELKIND_RELATION || relkind == RELKIND_VIEW ||
		relkind == RELKIND_MATVIEW || relkind == RELKIND_FOREIGN_TABLE ||
		relkind == RELKIND_PARTITIONED_TABLE;
}

static void
run_statement(const MpcStatement *statement, const MpcLanes *lanes, const MpcLayout *layout,
			  int64 max_groups, MpcLocalAnswer *answer)
{
	MpcRows		rows;

	mpc_rows_init(&rows, answer, statement, lanes, layout, max_groups);
	mpc_role_read(statement->sql.data, mpc_statement_params(statement), &rows.receiver);
	mpc_rows_end(&rows);
}

/* For its owner only, and without the keys. */
static void
log_long_keys(const MpcQuery *query, const MpcLocalAnswer *answer)
{
	if (answer->long_keys > 0)
		ereport(LOG_SERVER_ONLY,
				(errmsg_plural(INT64_FORMAT " group of dataset \"%s\" has a key longer than max_key_bytes and is part of the remainder",
							   INT64_FORMAT " groups of dataset \"%s\" have a key longer than max_key_bytes and are part of the remainder",
							   (unsigned long) answer->long_keys, answer->long_keys, mpc_text_shown(query->dataset))));
}

MpcStatus
mpc_local_aggregate(Oid relid, Oid role, const MpcContract *contract,
					const MpcQuery *query, const MpcLanes *lanes,
					const MpcLayout *layout, int64 max_groups, const uint8 *salt,
					MpcLocalAnswer **answer)
{
	MpcStatement statement;
	MpcStatus	status;
	MpcRoleScope scope;

	*answer = NULL;
	if (!mpc_relation_lock(relid))
		return MPC_MISMATCH;
	scope = mpc_role_begin(role);
	status = mpc_statement_write(&statement, relid, contract, query, lanes, salt);
	if (status == MPC_OK)
	{
		MpcLocalAnswer *filled = mpc_groups_create(lanes);

		run_statement(&statement, lanes, layout, max_groups, filled);
		log_long_keys(query, filled);
		*answer = filled;
	}
	mpc_role_end(scope);
	return status;
}
