/*
 * declare.c
 *		What does a publisher declare about a column?
 *
 * Every member is checked: a misspelt bound must not silently become the type's. What
 * values of a domain mean is left to whoever knows the column's type.
 */
#include "postgres.h"

#include "fmgr.h"
#include "local/declare.h"
#include "parser/parse_type.h"
#include "protocol/group_key.h"
#include "protocol/normalize.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#define MIN_KEY_BYTES		2	/* flag and length: of an empty value and of NULL */
#define KEY_BYTES_EXPECTED	"an integer from 2 to " CppAsString2(MPC_MAX_TUPLE_BYTES)
#define STEPS_EXPECTED		"one or more of nfc, trim, lower and digits, each once"

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

/* A number, or a string for a date and for what JSON cannot write exactly elsewhere. */
static char *
read_bound(const MpcDeclaration *declaration, const char *member, const JsonbValue *v)
{
	if (v->type == jbvString)
		return json_string(v);
	if (v->type != jbvNumeric)
		member_error(declaration, member, "a number or a string");
	return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(v->val.numeric)));
}

/* An integer from low to high. */
static int
read_integer(const MpcDeclaration *declaration, const char *member, const JsonbValue *v,
			 int low, int high, const char *expected)
{
	Datum		given;

	if (v->type != jbvNumeric)
		member_error(declaration, member, expected);
	given = NumericGetDatum(v->val.numeric);
	/* compared before it is converted, and never rounded */
	if (!DatumGetBool(DirectFunctionCall2(numeric_ge, given, DirectFunctionCall1(int4_numeric, Int32GetDatum(low)))) ||
		!DatumGetBool(DirectFunctionCall2(numeric_le, given, DirectFunctionCall1(int4_numeric, Int32GetDatum(high)))) ||
		!DatumGetBool(DirectFunctionCall2(numeric_eq, given, DirectFunctionCall1(numeric_floor, given))))
		member_error(declaration, member, expected);
	return DatumGetInt32(DirectFunctionCall1(numeric_int4, given));
}

/* One value of a domain as text. */
static char *
domain_value(const MpcDeclaration *declaration, const JsonbValue *v)
{
	if (v->type == jbvNull)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" of column \"%s\" must not contain null", "domain", declaration->column),
				 errdetail("NULL is always a group of its own.")));
	if (v->type == jbvString)
		return json_string(v);
	if (v->type == jbvNumeric)
		return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(v->val.numeric)));
	if (v->type != jbvBool)
		member_error(declaration, "domain", "an array of strings, numbers or booleans");
	return pstrdup(v->val.boolean ? "true" : "false");
}

static void
read_domain_list(MpcDeclaration *declaration, JsonbContainer *array)
{
	JsonbIterator *it = JsonbIteratorInit(array);
	JsonbValue	value;

	(void) JsonbIteratorNext(&it, &value, true);	/* its beginning */
	while (JsonbIteratorNext(&it, &value, true) == WJB_ELEM)
		declaration->domain = lappend(declaration->domain, domain_value(declaration, &value));
	if (declaration->domain == NIL)
		member_error(declaration, "domain", "an array with at least one value");
}

static void
read_lookup_member(MpcDeclaration *declaration, const char *member, const JsonbValue *v)
{
	bool		relation = strcmp(member, "relation") == 0;

	if (!relation && strcmp(member, "column") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unrecognized member \"%s\" in \"%s\" of column \"%s\"",
						member, "domain", declaration->column),
				 errhint("Members are relation and column.")));
	if (v->type != jbvString)
		member_error(declaration, member, "a string");
	if (relation)
		declaration->lookup_relation = json_string(v);
	else
		declaration->lookup_column = json_string(v);
}

static void
read_lookup(MpcDeclaration *declaration, JsonbContainer *object)
{
	JsonbIterator *it = JsonbIteratorInit(object);
	JsonbValue	key;
	JsonbValue	value;

	declaration->lookup_column = declaration->column;
	(void) JsonbIteratorNext(&it, &key, true);	/* its beginning */
	while (JsonbIteratorNext(&it, &key, true) == WJB_KEY)
	{
		(void) JsonbIteratorNext(&it, &value, true);
		read_lookup_member(declaration, json_string(&key), &value);
	}
	if (declaration->lookup_relation == NULL)
		member_error(declaration, "domain", "an object with member \"relation\", or an array");
}

/* Values, or where they stand. */
static void
read_domain(MpcDeclaration *declaration, const JsonbValue *v)
{
	if (v->type == jbvBinary && JsonContainerIsArray(v->val.binary.data))
		read_domain_list(declaration, v->val.binary.data);
	else if (v->type == jbvBinary && JsonContainerIsObject(v->val.binary.data))
		read_lookup(declaration, v->val.binary.data);
	else
		member_error(declaration, "domain", "an array or an object");
}

/* Words in a string, or an array of strings. */
static void
read_normalize(MpcDeclaration *declaration, const JsonbValue *v)
{
	bool		known = true;
	JsonbIterator *it;
	JsonbValue	value;

	if (v->type == jbvString)
		known = mpc_normalize_read(&declaration->normalize, json_string(v));
	else if (v->type == jbvBinary && JsonContainerIsArray(v->val.binary.data))
	{
		it = JsonbIteratorInit(v->val.binary.data);
		(void) JsonbIteratorNext(&it, &value, true);	/* its beginning */
		while (known && JsonbIteratorNext(&it, &value, true) == WJB_ELEM)
			known = value.type == jbvString &&
				mpc_normalize_add(&declaration->normalize, value.val.string.val, value.val.string.len);
	}
	if (!known || declaration->normalize == 0)
		member_error(declaration, "normalize", STEPS_EXPECTED);
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
		declaration->low = read_bound(declaration, member, v);
	else if (strcmp(member, "high") == 0)
		declaration->high = read_bound(declaration, member, v);
	else if (strcmp(member, "scale") == 0)
		declaration->scale = read_integer(declaration, member, v, 0, PG_INT32_MAX, "an integer not below 0");
	else if (strcmp(member, "max_key_bytes") == 0)
		declaration->max_key_bytes = read_integer(declaration, member, v, MIN_KEY_BYTES, MPC_MAX_TUPLE_BYTES,
												  KEY_BYTES_EXPECTED);
	else if (strcmp(member, "domain") == 0)
		read_domain(declaration, v);
	else if (strcmp(member, "normalize") == 0)
		read_normalize(declaration, v);
	else
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unrecognized member \"%s\" for column \"%s\"", member, declaration->column),
				 errhint("Members are type, low, high, scale, max_key_bytes, domain and normalize.")));
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
	declaration->max_key_bytes = -1;
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
