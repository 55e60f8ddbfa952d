/*
 * statement.c
 *		Which SQL statement gives one party's part of a question?
 *
 * Only combinable aggregates over one relation, so that parallel workers,
 * partitions and whatever stands behind a view or foreign table can do their part.
 */
#include "postgres.h"

#include "local/column.h"
#include "local/normalize.h"
#include "local/statement.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* An identifier as all parties write it. */
void
mpc_statement_append_column(StringInfo sql, const MpcColumn *column)
{
	const char *name = psprintf("%s.%s", MPC_STATEMENT_ALIAS, column->quoted);

	if (column->normalize != 0)
		mpc_normalize_append(sql, name, column->normalize);
	else
		appendStringInfoString(sql, name);
}

/* A key column, bare, or an identifier: its collation is deterministic, so that groups are told apart by their bytes. */
static MpcStatus
append_key(MpcStatement *statement, const MpcContract *contract, MpcStr name)
{
	MpcRole		role = statement->nkeys < statement->nidentifiers ? MPC_ROLE_IDENTIFIER : MPC_ROLE_KEY;
	const MpcContractColumn *declared = mpc_contract_find(contract, name, role);
	MpcColumn  *column = &statement->key[statement->nkeys];
	MpcStatus	status;

	if (declared == NULL)
		return MPC_MISMATCH;
	status = mpc_column_resolve(column, statement->relid, declared);
	if (status != MPC_OK)
		return status;
	if (statement->nkeys > 0)
		appendStringInfoString(&statement->sql, ", ");
	mpc_statement_append_column(&statement->sql, column);
	statement->nkeys++;
	return MPC_OK;
}

/* False when the relation is gone. No ONLY: children and partitions are part of it. */
static bool
append_from(MpcStatement *statement)
{
	char	   *name = get_rel_name(statement->relid);
	char	   *schema = get_namespace_name(get_rel_namespace(statement->relid));

	if (name == NULL || schema == NULL)
		return false;
	appendStringInfo(&statement->sql, " FROM %s AS %s", quote_qualified_identifier(schema, name),
					 MPC_STATEMENT_ALIAS);
	return true;
}

/* The filters, written once each, so that their values are parameters once. */
static MpcStatus
write_filters(MpcStatement *statement, const MpcContract *contract, const MpcQuery *query)
{
	StringInfoData sql = statement->sql;
	MpcStatus	status = MPC_OK;

	for (int i = 0; i < query->nfilters && status == MPC_OK; i++)
	{
		initStringInfo(&statement->sql);
		status = mpc_predicate_write(statement, contract, query, &query->filter[i]);
		statement->filter[i] = statement->sql.data;
	}
	statement->sql = sql;
	return status;
}

/* Everything between SELECT and FROM. */
static MpcStatus
append_targets(MpcStatement *statement, const MpcContract *contract, const MpcQuery *query,
			   const MpcLanes *lanes)
{
	const char *separator;
	MpcStatus	status = MPC_OK;
	int			i;

	for (i = 0; i < query->nkeys && status == MPC_OK; i++)
		status = append_key(statement, contract, query->key[i]);
	separator = query->nkeys > 0 ? ", " : "";
	if (mpc_statement_needs_count(lanes))
	{
		appendStringInfo(&statement->sql, "%spg_catalog.count(*)", separator);
		separator = ", ";
	}
	for (i = 0; i < lanes->nmeasures && status == MPC_OK; i++)
	{
		appendStringInfoString(&statement->sql, separator);
		separator = ", ";
		status = mpc_statement_append_measure(statement, contract, lanes, i);
	}
	return status;
}

static MpcStatus
append_where(MpcStatement *statement, const MpcContract *contract, const MpcQuery *query)
{
	const char *separator = " WHERE ";
	MpcStatus	status = MPC_OK;

	if (query->where.nnodes > 0)
	{
		appendStringInfoString(&statement->sql, separator);
		status = mpc_predicate_write(statement, contract, query, &query->where);
		separator = " AND ";
	}
	for (int i = 0; i < statement->nidentifiers; i++)
	{
		appendStringInfoString(&statement->sql, separator);
		mpc_statement_append_column(&statement->sql, &statement->key[i]);
		appendStringInfoString(&statement->sql, " IS NOT NULL");
		separator = " AND ";
	}
	return status;
}

static void
append_group_by(MpcStatement *statement)
{
	int			i;

	for (i = 1; i <= statement->nkeys; i++)
		appendStringInfo(&statement->sql, "%s%d", i == 1 ? " GROUP BY " : ", ", i);
}

/* salt: where different values of an identifier are counted. */
static MpcStatus
write_statement(MpcStatement *statement, Oid relid, const MpcContract *contract, const MpcQuery *query,
				int nidentifiers, const MpcLanes *lanes, const uint8 *salt)
{
	MpcStatus	status;

	memset(statement, 0, sizeof(*statement));
	statement->relid = relid;
	statement->nidentifiers = nidentifiers;
	statement->salt = salt;
	statement->maxparams = query->nvalues + 1;
	statement->types = palloc0(statement->maxparams * sizeof(Oid));
	statement->values = palloc0(statement->maxparams * sizeof(Datum));
	statement->nulls = palloc0(statement->maxparams * sizeof(char));
	initStringInfo(&statement->sql);
	appendStringInfoString(&statement->sql, "SELECT ");
	status = write_filters(statement, contract, query);
	if (status == MPC_OK)
		status = append_targets(statement, contract, query, lanes);
	if (status != MPC_OK)
		return status;
	if (!append_from(statement))
		return MPC_MISMATCH;
	status = append_where(statement, contract, query);
	append_group_by(statement);
	return status;
}

MpcStatus
mpc_statement_write_identifiers(MpcStatement *statement, Oid relid, const MpcContract *contract,
								const MpcQuery *query, int nidentifiers, const MpcLanes *lanes)
{
	return write_statement(statement, relid, contract, query, nidentifiers, lanes, NULL);
}

MpcStatus
mpc_statement_write(MpcStatement *statement, Oid relid, const MpcContract *contract,
					const MpcQuery *query, const MpcLanes *lanes, const uint8 *salt)
{
	return write_statement(statement, relid, contract, query, 0, lanes, salt);
}
