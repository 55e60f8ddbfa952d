/*
 * publish_columns.c
 *		Which type, scale and bounds does a published column have in the contract?
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "face/publish.h"
#include "local/declare.h"
#include "local/measure.h"
#include "local/text.h"
#include "local/types.h"
#include "mb/pg_wchar.h"
#include "protocol/normalize.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#define SUPPORTED_TYPES \
	"Supported are smallint, integer, bigint, numeric, real, double precision, boolean, text, " \
	"character varying, character, date, timestamp, timestamp with time zone, interval, uuid, bytea and enum types, " \
	"text with a deterministic collation."

/* The contract name of the column's own type. */
static char *
local_type(Oid relid, const char *name, MpcType *type)
{
	AttrNumber	attnum = get_attnum(relid, name);
	Oid			typid;
	int32		typmod;
	Oid			collid;
	char	   *type_name;

	if (attnum == InvalidAttrNumber)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" of relation \"%s\" does not exist", name, get_rel_name(relid))));
	if (attnum < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_COLUMN_REFERENCE),
				 errmsg("cannot publish system column \"%s\"", name)));
	get_atttypetypmodcoll(relid, attnum, &typid, &typmod, &collid);
	type_name = mpc_type_name(typid, typmod, collid, type);
	if (type_name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot publish column \"%s\" of type %s", name,
						format_type_with_typemod(typid, typmod)),
				 errdetail(SUPPORTED_TYPES)));
	return type_name;
}

/* The type the contract gives the column: its own, or a wider one that is declared. */
static char *
contract_type(Oid relid, const char *name, const MpcDeclaration *declaration, MpcType *type)
{
	MpcType		local;
	char	   *local_name = local_type(relid, name, &local);
	char	   *declared_name;

	*type = local;
	if (declaration == NULL || declaration->type == NULL)
		return local_name;
	declared_name = mpc_declared_type(declaration, type);
	if (!mpc_type_fits(&local, mpc_str(local_name), type, mpc_str(declared_name)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("column \"%s\" of type %s cannot be published as %s", name,
						mpc_text_shown(mpc_str(local_name)), mpc_text_shown(mpc_str(declared_name))),
				 errdetail("A contract's type must hold every value of the column's type.")));
	return declared_name;
}

static bool
takes_type(MpcRole role, const MpcType *type)
{
	switch (role)
	{
		case MPC_ROLE_KEY:
			return mpc_type_is_key(type);
		case MPC_ROLE_MEASURE:
			return mpc_type_is_measure(type);
		case MPC_ROLE_FILTER:
			return mpc_type_is_filter(type);
		case MPC_ROLE_IDENTIFIER:
			return mpc_type_is_identifier(type);
	}
	return false;
}

static const char *
types_of_role(MpcRole role)
{
	switch (role)
	{
		case MPC_ROLE_MEASURE:
			return "Measures are integers, numeric(p,s), real, double precision, boolean, date, timestamps or interval.";
		case MPC_ROLE_IDENTIFIER:
			return "Identifiers are text, character varying, integers, date, uuid or bytea.";
		default:
			return "Keys and filters are text, integers, boolean, dates, timestamps, uuid and enums; filters also numeric.";
	}
}

static void
check_role(const char *name, MpcRole role, const char *type_name, const MpcType *type)
{
	const char *shown = mpc_text_shown(mpc_str(type_name));

	if (role == MPC_ROLE_MEASURE && type->kind == MPC_KIND_NUMERIC && type->typmod < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("measure \"%s\" of type numeric needs a precision and scale", name),
				 errhint("Declare them, for example with columns => '{\"%s\": {\"type\": \"numeric(12,2)\"}}'.",
						 name)));
	if (!takes_type(role, type))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("column \"%s\" of type %s cannot be %s", name, shown, mpc_role_words(role)),
				 errdetail("%s", types_of_role(role))));
}

/* normalize() knows no other encoding than UTF8. */
static uint16
normalize_steps(const char *name, const MpcType *type, uint16 steps)
{
	if (steps != 0 && type->kind != MPC_KIND_TEXT && type->kind != MPC_KIND_VARCHAR)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("identifier \"%s\" cannot be normalized", name),
				 errdetail("Only text and character varying are.")));
	if ((steps & MPC_NORMALIZE_NFC) != 0 && GetDatabaseEncoding() != PG_UTF8)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("identifier \"%s\" cannot be normalized by \"nfc\" in a database with encoding \"%s\"",
						name, GetDatabaseEncodingName())));
	return steps;
}

static void
add_column(MpcDataset *dataset, const char *name, MpcRole role, const MpcDeclaration *declaration)
{
	MpcContract *contract = &dataset->contract;
	MpcContractColumn *column;
	MpcType		type;
	char	   *type_name = contract_type(dataset->relid, name, declaration, &type);
	char	   *utf8 = mpc_text_to_utf8(name, strlen(name));

	check_role(name, role, type_name, &type);
	if (utf8 == NULL || strlen(utf8) > MPC_MAX_NAME)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("name of column \"%s\" must have at most %d bytes in encoding \"%s\"",
						name, MPC_MAX_NAME, "UTF8")));
	if (mpc_contract_find(contract, mpc_str(utf8), role) != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_COLUMN),
				 errmsg("column \"%s\" is named twice as %s", name, mpc_role_words(role))));
	if (contract->ncolumns == MPC_MAX_COLUMNS)
		ereport(ERROR,
				(errcode(ERRCODE_TOO_MANY_COLUMNS),
				 errmsg("a dataset can have at most %d columns", MPC_MAX_COLUMNS)));

	column = &contract->column[contract->ncolumns++];
	column->name = mpc_str(utf8);
	column->role = role;
	column->type = mpc_str(type_name);
	column->low = mpc_str("");
	column->high = mpc_str("");
	if (role == MPC_ROLE_KEY)
		mpc_publish_key(dataset, column, &type, declaration);
	if (role == MPC_ROLE_IDENTIFIER && declaration != NULL)
		column->normalize = normalize_steps(name, &type, declaration->normalize);
	if (role == MPC_ROLE_MEASURE)
		mpc_measure_declare(column, &type, declaration != NULL ? declaration->scale : -1,
							declaration != NULL ? declaration->low : NULL,
							declaration != NULL ? declaration->high : NULL);
}

void
mpc_publish_columns(MpcDataset *dataset, ArrayType *names, MpcRole role, List *declarations)
{
	Datum	   *values;
	bool	   *nulls;
	int			n;
	int			i;

	deconstruct_array(names, TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, &n);
	for (i = 0; i < n; i++)
	{
		char	   *name;

		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("name of %s column must not be null", mpc_role_words(role))));
		name = TextDatumGetCString(values[i]);
		add_column(dataset, name, role, mpc_declaration_find(declarations, name));
	}
}

static bool
is_published(const MpcContract *contract, const char *name, MpcRole role)
{
	char	   *utf8 = mpc_text_to_utf8(name, strlen(name));

	return utf8 != NULL && mpc_contract_find(contract, mpc_str(utf8), role) != NULL;
}

/* What is declared for a column that is not published, or not in the role it is for, is a mistake. */
void
mpc_publish_check_declarations(const MpcContract *contract, List *declarations)
{
	ListCell   *lc;

	foreach(lc, declarations)
	{
		const MpcDeclaration *declaration = lfirst(lc);

		bool		is_measure = is_published(contract, declaration->column, MPC_ROLE_MEASURE);
		bool		is_key = is_published(contract, declaration->column, MPC_ROLE_KEY);
		bool		is_identifier = is_published(contract, declaration->column, MPC_ROLE_IDENTIFIER);

		if (!is_measure && !is_key && !is_identifier && !is_published(contract, declaration->column, MPC_ROLE_FILTER))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("argument \"columns\" describes column \"%s\", which is not published",
							declaration->column),
					 errhint("Name it in \"keys\", \"measures\", \"filters\" or \"identifiers\" as well.")));
		if ((declaration->low != NULL || declaration->high != NULL || declaration->scale != -1) &&
			!is_measure)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("bounds and scale are for measures, and column \"%s\" is not one",
							declaration->column)));
		if ((declaration->domain != NIL || declaration->lookup_relation != NULL || declaration->max_key_bytes != -1) &&
			!is_key)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a domain and max_key_bytes are for keys, and column \"%s\" is not one",
							declaration->column)));
		if (declaration->normalize != 0 && !is_identifier)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("normalization is for identifiers, and column \"%s\" is not one",
							declaration->column)));
	}
}
