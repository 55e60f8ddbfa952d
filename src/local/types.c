/*
 * types.c
 *		Which SQL types may a dataset's columns have, and what are they called?
 *
 * Names are written here and not by format_type(), which qualifies a name that
 * something in search_path hides: a contract must not depend on that. They are
 * the same names otherwise.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "local/measure.h"
#include "local/text.h"
#include "local/types.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#define MAX_TYPE_NAME			64		/* of all but enums */

typedef struct Spelling
{
	MpcKind		kind;
	Oid			typid;
	const char *plain;			/* without type modifier */
	const char *before;			/* with it: before and behind the parentheses; NULL: takes none */
	const char *behind;
} Spelling;

static const Spelling type_names[] = {
	{MPC_KIND_INT2, INT2OID, "smallint", NULL, NULL},
	{MPC_KIND_INT4, INT4OID, "integer", NULL, NULL},
	{MPC_KIND_INT8, INT8OID, "bigint", NULL, NULL},
	{MPC_KIND_NUMERIC, NUMERICOID, "numeric", "numeric", ""},
	{MPC_KIND_FLOAT4, FLOAT4OID, "real", NULL, NULL},
	{MPC_KIND_FLOAT8, FLOAT8OID, "double precision", NULL, NULL},
	{MPC_KIND_BOOL, BOOLOID, "boolean", NULL, NULL},
	{MPC_KIND_TEXT, TEXTOID, "text", NULL, NULL},
	{MPC_KIND_VARCHAR, VARCHAROID, "character varying", "character varying", ""},
	{MPC_KIND_BPCHAR, BPCHAROID, "bpchar", "character", ""},
	{MPC_KIND_DATE, DATEOID, "date", NULL, NULL},
	{MPC_KIND_TIMESTAMP, TIMESTAMPOID, "timestamp without time zone", "timestamp", " without time zone"},
	{MPC_KIND_TIMESTAMPTZ, TIMESTAMPTZOID, "timestamp with time zone", "timestamp", " with time zone"},
	{MPC_KIND_INTERVAL, INTERVALOID, "interval", NULL, NULL},	/* sums have no modifier */
	{MPC_KIND_UUID, UUIDOID, "uuid", NULL, NULL},
	{MPC_KIND_BYTEA, BYTEAOID, "bytea", NULL, NULL}
};

static const Spelling *
name_of_typid(Oid typid)
{
	size_t		i;

	for (i = 0; i < lengthof(type_names); i++)
	{
		if (type_names[i].typid == typid)
			return &type_names[i];
	}
	return NULL;
}

/* How core packs numeric(p,s); the scale is signed and has 11 bits. */
int
mpc_numeric_precision(int32 typmod)
{
	return ((typmod - VARHDRSZ) >> 16) & 0xffff;
}

int
mpc_numeric_scale(int32 typmod)
{
	return (((typmod - VARHDRSZ) & 0x7ff) ^ 1024) - 1024;
}

static int32
numeric_typmod(int precision, int scale)
{
	return ((precision << 16) | (scale & 0x7ff)) + VARHDRSZ;
}

/* The modifier as it is written between parentheses. */
static char *
write_typmod(MpcKind kind, int32 typmod)
{
	if (kind == MPC_KIND_NUMERIC)
		return psprintf("%d,%d", mpc_numeric_precision(typmod), mpc_numeric_scale(typmod));
	if (kind == MPC_KIND_VARCHAR || kind == MPC_KIND_BPCHAR)
		return psprintf("%d", typmod - VARHDRSZ);
	return psprintf("%d", typmod);
}

static char *
write_name(const Spelling *name, int32 typmod)
{
	if (typmod < 0 || name->before == NULL)
		return pstrdup(name->plain);
	return psprintf("%s(%s)%s", name->before, write_typmod(name->kind, typmod), name->behind);
}

/* Appends a label as UTF-8 between quotes. False when it has no such form. */
static bool
append_label(StringInfo name, const char *label)
{
	char	   *text = mpc_text_to_utf8(label, strlen(label));
	const char *c;

	if (text == NULL)
		return false;
	appendStringInfoString(name, name->len > 0 ? ",'" : "'");
	for (c = text; *c != '\0'; c++)
	{
		if (*c == '\'')
			appendStringInfoChar(name, '\'');
		appendStringInfoChar(name, *c);
	}
	appendStringInfoChar(name, '\'');
	return true;
}

/* The labels of an enum in its order. */
static bool
append_labels(StringInfo name, Oid typid)
{
	Relation	pg_enum = table_open(EnumRelationId, AccessShareLock);
	Relation	index = index_open(EnumTypIdSortOrderIndexId, AccessShareLock);
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple	tuple;
	bool		ok = true;

	ScanKeyInit(&key, Anum_pg_enum_enumtypid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(typid));
	scan = systable_beginscan_ordered(pg_enum, index, NULL, 1, &key);
	while (ok && HeapTupleIsValid(tuple = systable_getnext_ordered(scan, ForwardScanDirection)))
		ok = append_label(name, NameStr(((Form_pg_enum) GETSTRUCT(tuple))->enumlabel));
	systable_endscan_ordered(scan);
	index_close(index, AccessShareLock);
	table_close(pg_enum, AccessShareLock);
	return ok;
}

static char *
write_enum_name(Oid typid)
{
	StringInfoData labels;

	initStringInfo(&labels);
	if (!append_labels(&labels, typid) || labels.len > MPC_MAX_TYPE_BYTES - (int) strlen("enum()"))
		return NULL;
	return psprintf("enum(%s)", labels.data);
}

char *
mpc_type_name(Oid typid, int32 typmod, Oid collid, MpcType *type)
{
	const Spelling *name = name_of_typid(typid);

	if (OidIsValid(collid) && !get_collation_isdeterministic(collid))
		return NULL;
	type->typid = typid;
	type->typmod = typmod;
	if (name != NULL)
	{
		type->kind = name->kind;
		return write_name(name, typmod);
	}
	if (get_typtype(typid) != TYPTYPE_ENUM)
		return NULL;
	type->kind = MPC_KIND_ENUM;
	return write_enum_name(typid);
}

/*
 * Reads the parentheses of a name. Loose on purpose: the caller compares the name
 * with what is written for the result.
 */
static bool
parse_typmod(const Spelling *name, const char *text, int32 *typmod)
{
	size_t		len = strlen(name->before);
	int			first;
	int			second;

	if (strncmp(text, name->before, len) != 0)
		return false;
	if (name->kind == MPC_KIND_NUMERIC)
	{
		if (sscanf(text + len, "(%5d,%5d)", &first, &second) != 2)
			return false;
		*typmod = numeric_typmod(first, second);
		return first >= 1 && first <= 1000 && second >= -1000 && second <= 1000;
	}
	if (sscanf(text + len, "(%8d)", &first) != 1 || first < 0)
		return false;
	*typmod = first;
	if (name->kind == MPC_KIND_TIMESTAMP || name->kind == MPC_KIND_TIMESTAMPTZ)
		return first <= MAX_TIMESTAMP_PRECISION;
	*typmod += VARHDRSZ;
	return first >= 1 && first <= 10485760; /* MaxAttrSize */
}

static bool
parse_enum(MpcStr name, MpcType *type)
{
	if (name.len < strlen("enum()") || memcmp(name.data, "enum(", 5) != 0 ||
		name.data[name.len - 1] != ')')
		return false;
	type->kind = MPC_KIND_ENUM;
	type->typid = InvalidOid;
	type->typmod = -1;
	return true;
}

bool
mpc_type_parse(MpcStr name, MpcType *type)
{
	char		text[MAX_TYPE_NAME];
	size_t		i;

	if (parse_enum(name, type))
		return true;
	if (name.len >= sizeof(text))
		return false;
	memcpy(text, name.data, name.len);
	text[name.len] = '\0';
	for (i = 0; i < lengthof(type_names); i++)
	{
		const Spelling *candidate = &type_names[i];

		type->kind = candidate->kind;
		type->typid = candidate->typid;
		type->typmod = -1;
		if (strcmp(text, candidate->plain) == 0)
			return true;
		if (candidate->before != NULL && parse_typmod(candidate, text, &type->typmod) &&
			strcmp(text, write_name(candidate, type->typmod)) == 0)
			return true;
	}
	return false;
}

/* Decimal digits before the point of a number of this kind; -1: no integer. */
static int
integer_digits(const MpcType *type)
{
	switch (type->kind)
	{
		case MPC_KIND_INT2:
			return 5;
		case MPC_KIND_INT4:
			return 10;
		case MPC_KIND_INT8:
			return 19;
		default:
			return -1;
	}
}

static bool
fits_numeric(const MpcType *from, const MpcType *to)
{
	int			left = mpc_numeric_precision(to->typmod) - mpc_numeric_scale(to->typmod);

	if (from->kind != MPC_KIND_NUMERIC)
		return integer_digits(from) >= 0 &&
			(to->typmod < 0 ||
			 (left >= integer_digits(from) && mpc_numeric_scale(to->typmod) >= 0));
	if (to->typmod < 0 || from->typmod < 0)
		return true;
	return mpc_numeric_scale(from->typmod) <= mpc_numeric_scale(to->typmod) &&
		mpc_numeric_precision(from->typmod) - mpc_numeric_scale(from->typmod) <= left;
}

/* A length or precision that is not given is the largest. */
static bool
typmod_widens(int32 from, int32 to)
{
	return to < 0 || (from >= 0 && from <= to);
}

bool
mpc_type_fits(const MpcType *from, MpcStr from_name, const MpcType *to, MpcStr to_name)
{
	switch (to->kind)
	{
		case MPC_KIND_INT2:
		case MPC_KIND_INT4:
		case MPC_KIND_INT8:
			return integer_digits(from) >= 0 && integer_digits(from) <= integer_digits(to);
		case MPC_KIND_NUMERIC:
			return fits_numeric(from, to);
		case MPC_KIND_FLOAT8:
			return from->kind == MPC_KIND_FLOAT4 || from->kind == MPC_KIND_FLOAT8;
		case MPC_KIND_TEXT:
			return from->kind == MPC_KIND_TEXT || from->kind == MPC_KIND_VARCHAR;
		case MPC_KIND_VARCHAR:
		case MPC_KIND_TIMESTAMP:
		case MPC_KIND_TIMESTAMPTZ:
			return from->kind == to->kind && typmod_widens(from->typmod, to->typmod);
		case MPC_KIND_BPCHAR:
			return from->kind == to->kind && from->typmod == to->typmod;
		case MPC_KIND_ENUM:
			return from->kind == to->kind && mpc_str_equal(from_name, to_name);
		default:
			return from->kind == to->kind;
	}
}

bool
mpc_type_is_measure(const MpcType *type)
{
	switch (type->kind)
	{
		case MPC_KIND_INT2:
		case MPC_KIND_INT4:
		case MPC_KIND_INT8:
		case MPC_KIND_FLOAT4:
		case MPC_KIND_FLOAT8:
		case MPC_KIND_BOOL:
		case MPC_KIND_DATE:
		case MPC_KIND_TIMESTAMP:
		case MPC_KIND_TIMESTAMPTZ:
		case MPC_KIND_INTERVAL:
			return true;
		case MPC_KIND_NUMERIC:
			return type->typmod >= 0;	/* its scale is part of the contract (R12) */
		default:
			return false;
	}
}

bool
mpc_type_is_time(const MpcType *type)
{
	return type->kind == MPC_KIND_DATE || type->kind == MPC_KIND_TIMESTAMP || type->kind == MPC_KIND_TIMESTAMPTZ;
}

bool
mpc_type_is_filter(const MpcType *type)
{
	return type->kind != MPC_KIND_FLOAT4 && type->kind != MPC_KIND_FLOAT8 && type->kind != MPC_KIND_INTERVAL &&
		type->kind != MPC_KIND_BYTEA;
}

bool
mpc_type_is_key(const MpcType *type)
{
	return mpc_type_is_filter(type) && type->kind != MPC_KIND_NUMERIC;
}

/* What names somebody, and is written in one way only. */
bool
mpc_type_is_identifier(const MpcType *type)
{
	switch (type->kind)
	{
		case MPC_KIND_INT2:
		case MPC_KIND_INT4:
		case MPC_KIND_INT8:
		case MPC_KIND_TEXT:
		case MPC_KIND_VARCHAR:
		case MPC_KIND_DATE:
		case MPC_KIND_UUID:
		case MPC_KIND_BYTEA:
			return true;
		default:
			return false;
	}
}
