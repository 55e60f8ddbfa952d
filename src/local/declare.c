/*
 * declare.c
 *		What does a publisher declare about a column?
 *
 * Every member is checked: a misspelt bound must not silently become the type's.
 */
#include "postgres.h"

#include "fmgr.h"
#include "local/declare.h"
#include "parser/parse_type.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

static void
member_error(const MpcDeclaration *declaration, const char *member, const char *expected)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" of column \"%s\" must be %s", member, declaration->column, expected)));
}

static char *
json_string(const JsonbValue *v)
{
	return pnstrdup(v->val.string.val, v->val.string.len);
}

/* A number, or a string for what JSON cannot write exactly elsewhere. */
static char *
read_number(const MpcDeclaration *declaration, const char *member, const JsonbValue *v)
{
	Datum		num = (Datum) 0;

	if (v->type == jbvNumeric)
		num = NumericGetDatum(v->val.numeric);
	else if (v->type == jbvString)
		num = DirectFunctionCall3(numeric_in, CStringGetDatum(json_string(v)),
								  ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	else
		member_error(declaration, member, "a number");
	return DatumGetCString(DirectFunctionCall1(numeric_out, num));
}

static int
read_scale(const MpcDeclaration *declaration, const JsonbValue *v)
{
	int			scale = -1;

	if (v->type == jbvNumeric)
	{
		Datum		given = NumericGetDatum(v->val.numeric);

		scale = DatumGetInt32(DirectFunctionCall1(numeric_int4, given));
		if (!DatumGetBool(DirectFunctionCall2(numeric_eq, given, DirectFunctionCall1(int4_numeric, Int32GetDatum(scale)))))
			scale = -1;			/* a fraction would have been rounded */
	}
	if (scale < 0)
		member_error(declaration, "scale", "an integer not below 0");
	return scale;
}

static void
read_member(MpcDeclaration *declaration, const char *member, const JsonbValue *v)
{
	if (strcmp(member, "type") == 0)
	{
		if (v->type != jbvString)
			member_error(declaration, member, "a string");
		declaration->type = json_string(v);
	}
	else if (strcmp(member, "low") == 0)
		declaration->low = read_number(declaration, member, v);
	else if (strcmp(member, "high") == 0)
		declaration->high = read_number(declaration, member, v);
	else if (strcmp(member, "scale") == 0)
		declaration->scale = read_scale(declaration, v);
	else
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unrecognized member \"%s\" for column \"%s\"", member, declaration->column),
				 errhint("Members are type, low, high and scale.")));
}

static MpcDeclaration *
read_declaration(const JsonbValue *name, const JsonbValue *members)
{
	MpcDeclaration *declaration = palloc0(sizeof(MpcDeclaration));
	JsonbIterator *it;
	JsonbValue	key;
	JsonbValue	value;

	declaration->column = json_string(name);
	declaration->scale = -1;
	if (members->type != jbvBinary || !JsonContainerIsObject(members->val.binary.data))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("what is declared for column \"%s\" must be an object", declaration->column)));
	it = JsonbIteratorInit(members->val.binary.data);
	(void) JsonbIteratorNext(&it, &key, true);	/* its beginning */
	while (JsonbIteratorNext(&it, &key, true) == WJB_KEY)
	{
		(void) JsonbIteratorNext(&it, &value, true);
		read_member(declaration, json_string(&key), &value);
	}
	return declaration;
}

List *
mpc_declarations_read(Jsonb *columns)
{
	List	   *result = NIL;
	JsonbIterator *it;
	JsonbValue	key;
	JsonbValue	value;

	if (!JB_ROOT_IS_OBJECT(columns))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"columns\" must be an object")));
	it = JsonbIteratorInit(&columns->root);
	(void) JsonbIteratorNext(&it, &key, true);
	while (JsonbIteratorNext(&it, &key, true) == WJB_KEY)
	{
		(void) JsonbIteratorNext(&it, &value, true);
		result = lappend(result, read_declaration(&key, &value));
	}
	return result;
}

MpcDeclaration *
mpc_declaration_find(List *declarations, const char *column)
{
	ListCell   *lc;

	foreach(lc, declarations)
	{
		MpcDeclaration *declaration = lfirst(lc);

		if (strcmp(declaration->column, column) == 0)
			return declaration;
	}
	return NULL;
}

char *
mpc_declared_type(const MpcDeclaration *declaration, MpcType *type)
{
	Oid			typid;
	int32		typmod;
	char	   *name;

	/* the last argument says "raise" in every version, as false here and as no context later */
	parseTypeString(declaration->type, &typid, &typmod, 0);
	name = mpc_type_name(typid, typmod, InvalidOid, type);
	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a dataset cannot have column \"%s\" of type %s",
						declaration->column, declaration->type)));
	return name;
}
