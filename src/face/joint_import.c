/*
 * joint_import.c
 *		IMPORT FOREIGN SCHEMA: a joint table for every dataset of a federation.
 *
 * Own datasets are known here. The partners are asked only where this database publishes none, or where
 * LIMIT TO names one that it does not publish (R24).
 */
#include "compat.h"

#include "catalog/datasets.h"
#include "catalog/parties.h"
#include "face/describe.h"
#include "face/joint.h"
#include "face/joint_import.h"
#include "foreign/foreign.h"
#include "local/text.h"
#include "local/types.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* ------------------------------------------------------------------ one statement */

void
mpc_joint_table_begin(MpcJointTable *table, const char *schema, const char *name)
{
	initStringInfo(&table->sql);
	appendStringInfo(&table->sql, "CREATE FOREIGN TABLE %s (", quote_qualified_identifier(schema, name));
	table->separator = "";
}

static bool
is_text(const MpcType *type)
{
	return type->kind == MPC_KIND_TEXT || type->kind == MPC_KIND_VARCHAR || type->kind == MPC_KIND_BPCHAR;
}

/* Text is compared by bytes at every party (R16). */
void
mpc_joint_table_column(MpcJointTable *table, const char *name, const MpcType *type)
{
	appendStringInfo(&table->sql, "%s\n\t%s %s%s", table->separator, quote_identifier(name),
					 format_type_extended(type->typid, type->typmod, FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_FORCE_QUALIFY),
					 is_text(type) ? " COLLATE pg_catalog.\"C\"" : "");
	table->separator = ",";
}

char *
mpc_joint_table_end(MpcJointTable *table, const char *server, const char *dataset)
{
	appendStringInfo(&table->sql, "\n) SERVER %s OPTIONS (dataset %s)",
					 quote_identifier(server), quote_literal_cstr(dataset));
	return table->sql.data;
}

/* ------------------------------------------------------------------ own datasets */

/* An enum is the published column's own. */
static MpcType
own_type(const MpcDataset *dataset, const MpcContractColumn *column)
{
	char	   *name = mpc_text_shown(column->name);
	MpcType		type;
	AttrNumber	attnum;

	if (!mpc_type_parse(column->type, &type))
		elog(ERROR, "unrecognized type \"%s\" in a contract", mpc_text_shown(column->type));
	if (type.kind != MPC_KIND_ENUM)
		return type;
	attnum = get_attnum(dataset->relid, name);
	if (attnum == InvalidAttrNumber)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("published relation of dataset \"%s\" has no column \"%s\"", dataset->name, name)));
	type.typid = get_atttype(dataset->relid, attnum);
	return type;
}

/* A column may stand in the contract in several roles; it is declared once. */
static bool
seen_before(const MpcContract *contract, int at)
{
	return at > 0 && mpc_str_equal(contract->column[at - 1].name, contract->column[at].name);
}

static char *
own_statement(const MpcDataset *dataset, const char *server, const char *schema)
{
	const MpcContract *contract = &dataset->contract;
	MpcJointTable table;

	mpc_joint_table_begin(&table, schema, dataset->name);
	for (int i = 0; i < contract->ncolumns; i++)
	{
		MpcType		type;

		if (seen_before(contract, i))
			continue;
		type = own_type(dataset, &contract->column[i]);
		mpc_joint_table_column(&table, mpc_text_shown(contract->column[i].name), &type);
	}
	return mpc_joint_table_end(&table, server, dataset->name);
}

static bool
is_own(List *datasets, const char *name)
{
	ListCell   *lc;

	foreach(lc, datasets)
	{
		if (strcmp(((MpcDataset *) lfirst(lc))->name, name) == 0)
			return true;
	}
	return false;
}

/* ------------------------------------------------------------------ datasets of others */

static bool
names_another(const ImportForeignSchemaStmt *stmt, List *datasets)
{
	ListCell   *lc;

	if (stmt->list_type != FDW_IMPORT_SCHEMA_LIMIT_TO)
		return false;
	foreach(lc, stmt->table_list)
	{
		if (!is_own(datasets, ((RangeVar *) lfirst(lc))->relname))
			return true;
	}
	return false;
}

/* Whether an earlier party told of this dataset, too. */
static bool
told_before(const List *told, int at, MpcStr dataset)
{
	for (int i = 0; i < at; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (mpc_str_equal(((MpcTold *) list_nth(told, i))->dataset, dataset))
			return true;
	}
	return false;
}

/* Of the datasets that are asked for, those that this database does not publish itself. */
static List *
statements_of_others(ImportForeignSchemaStmt *stmt, const MpcFederation *federation, List *datasets)
{
	List	   *told = mpc_describe(federation);
	List	   *statements = NIL;

	for (int i = 0; i < list_length(told); i++)
	{
		MpcStr		dataset = ((MpcTold *) list_nth(told, i))->dataset;
		char	   *name = mpc_text_from_utf8(dataset);

		if (told_before(told, i, dataset))
			continue;
		if (name == NULL)
			ereport(WARNING,
					(errmsg("dataset \"%s\" is left out", mpc_told_shown(dataset)),
					 errdetail("Its name has no form in the encoding of this database.")));
		else if (!is_own(datasets, name) && IsImportableForeignTable(name, stmt))
			statements = lappend(statements, mpc_joint_merged(told, dataset, name, federation->name, stmt->local_schema));
	}
	return statements;
}

/* ------------------------------------------------------------------ the callback */

static List *
joint_import(ImportForeignSchemaStmt *stmt, Oid serverid)
{
	MpcFederation *federation = mpc_federation_get(serverid);
	List	   *datasets = mpc_dataset_list(federation->name);
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
	foreach(lc, datasets)
	{
		MpcDataset *dataset = lfirst(lc);

		if (IsImportableForeignTable(dataset->name, stmt))
			statements = lappend(statements, own_statement(dataset, federation->name, stmt->local_schema));
	}
	if (datasets == NIL || names_another(stmt, datasets))
		statements = list_concat(statements, statements_of_others(stmt, federation, datasets));
	return statements;
}

void
mpc_joint_import_callbacks(FdwRoutine *routine)
{
	routine->ImportForeignSchema = joint_import;
}
