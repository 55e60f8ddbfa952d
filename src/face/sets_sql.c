/*
 * sets_sql.c
 *		mpc_intersect(): which of our identifiers have all others, too?
 *
 * The column's type is known only once the joint table is looked up, a function's result before: so the members come as text, as
 * values of the type of an argument, or as the columns of a column definition list, which must be those of the joint table.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "face/joint.h"
#include "funcapi.h"
#include "local/text.h"
#include "local/types.h"
#include "miscadmin.h"
#include "protocol/group_key.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(mpc_sql_intersect);
PG_FUNCTION_INFO_V1(mpc_sql_intersect_columns);

/* What is asked, and how its result leaves. */
typedef struct Intersect
{
	Oid			relid;
	int			n;
	const char *name[MPC_MAX_IDENTIFIERS];
	AttrNumber	attnum[MPC_MAX_IDENTIFIERS];
	MpcType		type[MPC_MAX_IDENTIFIERS];
} Intersect;

static void
raise_null(const char *argument)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("argument \"%s\" must not be null", argument)));
}

/* Whoever may read a column of the joint table may ask about it. */
static void
check_column(Intersect *x, int i)
{
	HeapTuple	tuple = SearchSysCacheAttName(x->relid, x->name[i]);
	Form_pg_attribute att;
	char	   *type;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" of relation \"%s\" does not exist", x->name[i], get_rel_name(x->relid))));
	att = (Form_pg_attribute) GETSTRUCT(tuple);
	x->attnum[i] = att->attnum;
	type = mpc_type_name(att->atttypid, att->atttypmod, att->attcollation, &x->type[i]);
	if (type == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("column \"%s\" has type %s, which no dataset can have", x->name[i], format_type_be(att->atttypid))));
	if (x->type[i].kind == MPC_KIND_VARCHAR)
		x->type[i].typmod = -1; /* normalized, a value may be longer */
	ReleaseSysCache(tuple);
	if (pg_class_aclcheck(x->relid, GetUserId(), ACL_SELECT) != ACLCHECK_OK &&
		pg_attribute_aclcheck(x->relid, x->attnum[i], GetUserId(), ACL_SELECT) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_FOREIGN_TABLE, get_rel_name(x->relid));
}

static void
check_relation(Oid relid)
{
	char	   *name = get_rel_name(relid);

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relid)));
	if (!mpc_is_joint_table(relid))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a joint table", name)));
}

static void
add_identifier(Intersect *x, Datum name)
{
	if (x->n >= MPC_MAX_IDENTIFIERS)
		ereport(ERROR,
				(errcode(ERRCODE_TOO_MANY_ARGUMENTS),
				 errmsg("an identifier has at most %d columns", MPC_MAX_IDENTIFIERS)));
	x->name[x->n] = TextDatumGetCString(name);
	check_column(x, x->n);
	x->n++;
}

static void
form_question(const MpcContract *contract, MpcQuery *query, void *arg)
{
	const Intersect *x = arg;
	MpcAgg	   *agg = &query->agg[0];

	query->naggs = 1;
	agg->function = MPC_INTERSECT;
	for (int i = 0; i < x->n; i++)
		agg->arg[agg->nargs++] = mpc_str(mpc_text_to_utf8(x->name[i], strlen(x->name[i])));
}

static MpcAnswer *
ask(Intersect *x)
{
	MpcQuestion question = {.joint_relid = x->relid,.userid = GetUserId(),.form = form_question,.arg = x,.sets = true};

	return mpc_ask(&question);
}

/* The columns of one member. */
static void
read_member(Datum *values, bool *nulls, const Intersect *x, MpcStr member)
{
	MpcValue	part[MPC_MAX_IDENTIFIERS];

	if (mpc_group_key_read(part, x->n, member) != MPC_OK)
		elog(ERROR, "an identifier is not well-formed");
	for (int i = 0; i < x->n; i++)
	{
		nulls[i] = false;
		if (mpc_value_decode(&x->type[i], part[i].bytes, &values[i]) != MPC_OK)
			elog(ERROR, "an identifier has no form in this database");
	}
}

/* In memory of one row each. */
static void
return_members(FunctionCallInfo fcinfo, const Intersect *x, const MpcAnswer *answer, bool as_text)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "mpc_agg member", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);

	for (Size i = 0; i < answer->nmembers; i++)
	{
		Datum		values[MPC_MAX_IDENTIFIERS];
		bool		nulls[MPC_MAX_IDENTIFIERS];

		CHECK_FOR_INTERRUPTS();
		read_member(values, nulls, x, answer->member[i]);
		if (as_text)
		{
			Oid			output;
			bool		varlena;

			getTypeOutputInfo(x->type[0].typid, &output, &varlena);
			values[0] = CStringGetTextDatum(OidOutputFunctionCall(output, values[0]));
		}
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		MemoryContextReset(context);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}

/* mpc_intersect(joint, identifier), as text, and mpc_intersect(joint, identifier, like), as values of the type of like. */
Datum
mpc_sql_intersect(PG_FUNCTION_ARGS)
{
	Intersect	x = {.relid = InvalidOid};
	bool		as_text = PG_NARGS() == 2;
	Oid			type;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		raise_null(PG_ARGISNULL(0) ? "joint" : "identifier");
	x.relid = PG_GETARG_OID(0);
	check_relation(x.relid);
	add_identifier(&x, PG_GETARG_DATUM(1));
	type = as_text ? x.type[0].typid : get_fn_expr_argtype(fcinfo->flinfo, 2);
	if (type != x.type[0].typid)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" has type %s, not %s", x.name[0], format_type_be(x.type[0].typid), format_type_be(type))));
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	return_members(fcinfo, &x, ask(&x), as_text);
	return (Datum) 0;
}

static void
check_columns(const Intersect *x, TupleDesc desc)
{
	if (desc->natts != x->n)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("the column definition list has %d columns, the identifier has %d", desc->natts, x->n)));
	for (int i = 0; i < x->n; i++)
	{
		if (TupleDescAttr(desc, i)->atttypid != x->type[i].typid)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("column \"%s\" has type %s, not %s", x->name[i], format_type_be(x->type[i].typid),
							format_type_be(TupleDescAttr(desc, i)->atttypid))));
	}
}

/* mpc_intersect(joint, identifiers) AS (...): a tuple as identifier. */
Datum
mpc_sql_intersect_columns(PG_FUNCTION_ARGS)
{
	Intersect	x = {.relid = InvalidOid};
	Datum	   *names;
	bool	   *nulls;
	int			n;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		raise_null(PG_ARGISNULL(0) ? "joint" : "identifiers");
	x.relid = PG_GETARG_OID(0);
	check_relation(x.relid);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT, &names, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			raise_null("identifiers");
		add_identifier(&x, names[i]);
	}
	if (n == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must name a column", "identifiers")));
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	check_columns(&x, ((ReturnSetInfo *) fcinfo->resultinfo)->setDesc);
	return_members(fcinfo, &x, ask(&x), false);
	return (Datum) 0;
}
