/*
 * joint_type.c
 *		Which type of this database is the one that a contract names?
 *
 * A partner wrote the name: it reaches SQL only after it was parsed, an enum's labels included.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "face/joint_import.h"
#include "local/text.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

static bool
is_enum_of(Oid typid, MpcStr type_name)
{
	MpcType		type;
	char	   *here = mpc_type_name(typid, -1, InvalidOid, &type);

	return here != NULL && mpc_str_equal(mpc_str(here), type_name);
}

/* Seen by the search_path before not seen, then the oldest. */
static bool
goes_before(Oid a, Oid b)
{
	bool		a_seen = TypeIsVisible(a);
	bool		b_seen = OidIsValid(b) && TypeIsVisible(b);

	return !OidIsValid(b) || (a_seen != b_seen ? a_seen : a < b);
}

static Oid
find_enum(MpcStr type_name)
{
	Relation	pg_type = table_open(TypeRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	Oid			found = InvalidOid;

	ScanKeyInit(&key, Anum_pg_type_typtype, BTEqualStrategyNumber, F_CHAREQ, CharGetDatum(TYPTYPE_ENUM));
	scan = systable_beginscan(pg_type, InvalidOid, false, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Oid			typid = ((Form_pg_type) GETSTRUCT(tuple))->oid;

		if (goes_before(typid, found) && is_enum_of(typid, type_name))
			found = typid;
	}
	systable_endscan(scan);
	table_close(pg_type, AccessShareLock);
	return found;
}

bool
mpc_joint_type(MpcStr type_name, MpcType *type)
{
	if (!mpc_type_parse(type_name, type))
		return false;
	if (type->kind == MPC_KIND_ENUM)
		type->typid = find_enum(type_name);
	return OidIsValid(type->typid);
}

/* 'a','b''c': quoted labels between commas, without control characters; the closing parenthesis follows. */
static bool
are_labels(const char *text)
{
	for (;;)
	{
		if (*text++ != '\'')
			return false;
		while (*text != '\'' || text[1] == '\'')
		{
			if ((unsigned char) *text < ' ' || *text == 0x7f)
				return false;	/* also the end */
			text += *text == '\'' ? 2 : 1;
		}
		text++;
		if (strcmp(text, ")") == 0)
			return true;
		if (*text++ != ',')
			return false;
	}
}

char *
mpc_joint_create_enum(MpcStr type_name, const char *name)
{
	char	   *text = mpc_text_from_utf8(type_name);

	if (text == NULL || strncmp(text, "enum(", 5) != 0 || strchr(text, '\\') != NULL || !are_labels(text + 5))
		return NULL;
	return psprintf("CREATE TYPE %s AS ENUM %s;", quote_identifier(name), text + strlen("enum"));
}
