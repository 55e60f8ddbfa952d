/*
 * joint_import.c
 *		IMPORT FOREIGN SCHEMA: a joint table for every dataset of a federation.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/datasets.h"
#include "catalog/parties.h"
#include "face/joint.h"
#include "foreign/foreign.h"
#include "local/text.h"
#include "local/types.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* The SQL type of a contract column here; an enum goes by the name of the published column's type. */
static char *
column_type(const MpcDataset *dataset, const MpcContractColumn *column)
{
	MpcType		type;
	AttrNumber	attnum;

	if (!mpc_type_parse(column->type, &type) || type.kind != MPC_KIND_ENUM)
		return mpc_text_shown(column->type);
	attnum = get_attnum(dataset->relid, mpc_text_shown(column->name));
	if (attnum == InvalidAttrNumber)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("published relation of dataset \"%s\" has no column \"%s\"",
						dataset->name, mpc_text_shown(column->name))));
	return format_type_be_qualified(get_atttype(dataset->relid, attnum));
}

static bool
is_text(const MpcContractColumn *column)
{
	MpcType		type;

	return mpc_type_parse(column->type, &type) &&
		(type.kind == MPC_KIND_TEXT || type.kind == MPC_KIND_VARCHAR || type.kind == MPC_KIND_BPCHAR);
}

/* A column may stand in the contract in several roles; it is declared once. */
static bool
seen_before(const MpcContract *contract, int at)
{
	for (int i = 0; i < at; i++)
	{
		if (mpc_str_equal(contract->column[i].name, contract->column[at].name))
			return true;
	}
	return false;
}

static char *
create_statement(const MpcDataset *dataset, const char *server, const char *schema)
{
	const MpcContract *contract = &dataset->contract;
	StringInfoData sql;
	const char *separator = "";

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE FOREIGN TABLE %s (",
					 quote_qualified_identifier(schema, dataset->name));
	for (int i = 0; i < contract->ncolumns; i++)
	{
		if (seen_before(contract, i))
			continue;
		appendStringInfo(&sql, "%s\n\t%s %s%s", separator,
						 quote_identifier(mpc_text_shown(contract->column[i].name)),
						 column_type(dataset, &contract->column[i]),
						 is_text(&contract->column[i]) ? " COLLATE pg_catalog.\"C\"" : "");
		separator = ",";
	}
	appendStringInfo(&sql, "\n) SERVER %s OPTIONS (dataset %s)",
					 quote_identifier(server), quote_literal_cstr(dataset->name));
	return sql.data;
}

static List *
joint_import(ImportForeignSchemaStmt *stmt, Oid serverid)
{
	MpcFederation *federation = mpc_federation_get(serverid);
	List	   *statements = NIL;
	ListCell   *lc;

	if (stmt->options != NIL)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
				 errmsg("IMPORT FOREIGN SCHEMA of a federation takes no options")));
	if (strcmp(stmt->remote_schema, federation->name) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_SCHEMA_NOT_FOUND),
				 errmsg("federation \"%s\" has no schema \"%s\"", federation->name, stmt->remote_schema),
				 errhint("Write IMPORT FOREIGN SCHEMA %s FROM SERVER %s INTO ...",
						 quote_identifier(federation->name), quote_identifier(federation->name))));
	foreach(lc, mpc_dataset_list(federation->name))
	{
		MpcDataset *dataset = lfirst(lc);

		if (IsImportableForeignTable(dataset->name, stmt))
			statements = lappend(statements, create_statement(dataset, federation->name, stmt->local_schema));
	}
	return statements;
}

void
mpc_joint_import_callbacks(FdwRoutine *routine)
{
	routine->ImportForeignSchema = joint_import;
}
