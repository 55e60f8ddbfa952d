/*
 * joint_question.c
 *		Filling the holes: from a plan and the values of its expressions to the
 *		query that is sent.
 *
 * Values are turned into canonical bytes of the joint table's own column types.
 * Where SQL compares with a value the column's type cannot hold (an integer
 * column with a larger integer), the node is replaced by one with the same truth
 * value, so that the answer stays exact.
 */
#include "postgres.h"

#include "access/attnum.h"
#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "face/joint.h"
#include "local/types.h"
#include "mb/pg_wchar.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* The joint table's side of one column. */
typedef struct Column
{
	char	   *name;
	MpcType		type;
} Column;

typedef struct Filler
{
	const MpcJointPlan *plan;
	ExprContext *econtext;
	MpcQuery   *query;
	Column	   *columns;		/* by attribute number, filled when used */
} Filler;

static MpcStr
copy_str(const void *data, size_t len)
{
	uint8	   *copy = palloc(Max(len, 1));

	memcpy(copy, data, len);
	return (MpcStr)
	{
		copy, len
	};
}

/* Names travel in UTF-8. */
static MpcStr
name_str(const char *name)
{
	char	   *utf8 = pg_server_to_any(name, strlen(name), PG_UTF8);

	return copy_str(utf8, strlen(utf8));
}

static Column
column_of_attribute(Oid relid, AttrNumber attnum)
{
	Column		column;
	HeapTuple	tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(attnum));
	Form_pg_attribute att;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for attribute %d of relation %u", attnum, relid);
	att = (Form_pg_attribute) GETSTRUCT(tuple);
	column.name = pstrdup(NameStr(att->attname));
	if (mpc_type_name(att->atttypid, att->atttypmod, att->attcollation, &column.type) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("column \"%s\" of the joint table has type %s, which no dataset can have",
						column.name, format_type_be(att->atttypid))));
	ReleaseSysCache(tuple);
	return column;
}

static MpcNode *
new_node(Filler *f, MpcOp op)
{
	MpcNode    *node;

	if (f->query->nnodes >= MPC_MAX_NODES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the condition has too many parts for one joint question")));
	node = &f->query->node[f->query->nnodes++];
	memset(node, 0, sizeof(*node));
	node->op = op;
	return node;
}

static MpcNode *
new_leaf(Filler *f, MpcOp op, const Column *column)
{
	MpcNode    *node = new_node(f, op);

	node->column = name_str(column->name);
	node->first_value = f->query->nvalues;
	return node;
}

static void
add_bytes(Filler *f, MpcNode *node, bool null, MpcStr bytes)
{
	MpcValue   *value;

	if (f->query->nvalues >= MPC_MAX_VALUES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a joint question can carry at most %d values", MPC_MAX_VALUES)));
	if (bytes.len > PG_UINT16_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a value in a joint question can have at most %d bytes", PG_UINT16_MAX)));
	value = &f->query->value[f->query->nvalues++];
	value->null = null;
	value->bytes = bytes;
	node->nvalues++;
}

static void
add_datum(Filler *f, MpcNode *node, const MpcType *type, Datum datum, bool null)
{
	StringInfoData bytes;

	initStringInfo(&bytes);
	if (!null)
		mpc_value_encode(&bytes, type, datum);
	add_bytes(f, node, null, copy_str(bytes.data, bytes.len));
}

/* Integer columns: the range of the column's type. */
static bool
integer_range(const MpcType *type, int64 *low, int64 *high)
{
	switch (type->kind)
	{
		case MPC_KIND_INT2:
			*low = PG_INT16_MIN;
			*high = PG_INT16_MAX;
			return true;
		case MPC_KIND_INT4:
			*low = PG_INT32_MIN;
			*high = PG_INT32_MAX;
			return true;
		case MPC_KIND_INT8:
			*low = PG_INT64_MIN;
			*high = PG_INT64_MAX;
			return true;
		default:
			return false;
	}
}

static int64
integer_of(Datum datum, Oid type)
{
	if (type == INT2OID)
		return DatumGetInt16(datum);
	if (type == INT4OID)
		return DatumGetInt32(datum);
	return DatumGetInt64(datum);
}

static Datum
integer_datum(const MpcType *type, int64 value)
{
	if (type->kind == MPC_KIND_INT2)
		return Int16GetDatum((int16) value);
	if (type->kind == MPC_KIND_INT4)
		return Int32GetDatum((int32) value);
	return Int64GetDatum(value);
}

/*
 * column op value where the value lies outside the column's type: true or false for every
 * row that is not null. "column >= lowest" is that true, "column < lowest" that false.
 */
static void
add_decided(Filler *f, const Column *column, bool truth, int64 lowest)
{
	MpcNode    *node = new_leaf(f, truth ? MPC_OP_GE : MPC_OP_LT, column);

	add_datum(f, node, &column->type, integer_datum(&column->type, lowest), false);
}

static void
fill_integer(Filler *f, const Column *column, MpcOp op, int64 value)
{
	int64		low,
				high;
	bool		above;
	MpcNode    *node;

	(void) integer_range(&column->type, &low, &high);
	if (value >= low && value <= high)
	{
		node = new_leaf(f, op, column);
		add_datum(f, node, &column->type, integer_datum(&column->type, value), false);
		return;
	}
	above = value > high;
	add_decided(f, column,
				op == MPC_OP_NE || (above ? (op == MPC_OP_LT || op == MPC_OP_LE) : (op == MPC_OP_GT || op == MPC_OP_GE)),
				low);
}

static Datum
evaluate(Filler *f, int index, bool *null, Oid *type)
{
	int			at = f->plan->ngates + index;

	*type = exprType(list_nth(f->plan->exprs, at));
	return ExecEvalExprSwitchContext(list_nth(f->plan->states, at), f->econtext, null);
}

static void
fill_scalar(Filler *f, const Column *column, MpcOp op, int index)
{
	bool		null;
	Oid			type;
	Datum		datum = evaluate(f, index, &null, &type);
	int64		low,
				high;

	if (!null && integer_range(&column->type, &low, &high))
		fill_integer(f, column, op, integer_of(datum, type));
	else
		add_datum(f, new_leaf(f, op, column), &column->type, datum, null);
}

/* An element of IN that the column's type cannot hold matches nothing and is left out. */
static bool
element_fits(const Column *column, Datum *datum, Oid type)
{
	int64		low,
				high,
				value;

	if (!integer_range(&column->type, &low, &high))
		return true;
	value = integer_of(*datum, type);
	*datum = integer_datum(&column->type, value);
	return value >= low && value <= high;
}

/* A condition that is false for every row, null or not. */
static void
add_false(Filler *f, const Column *column)
{
	new_node(f, MPC_OP_AND)->nchildren = 2;
	(void) new_leaf(f, MPC_OP_IS_NULL, column);
	(void) new_leaf(f, MPC_OP_IS_NOT_NULL, column);
}

typedef struct Elements
{
	Datum	   *datum;
	bool	   *null;
	int			n;
	Oid			type;
} Elements;

/* One IN leaf holds at most 255 values. */
static void
add_in_leaf(Filler *f, const Column *column, const Elements *e, int from, int to)
{
	MpcNode    *node = new_leaf(f, MPC_OP_IN, column);

	for (int i = from; i < to; i++)
		add_datum(f, node, &column->type, e->datum[i], e->null[i]);
}

static void
keep_fitting(const Column *column, Elements *e)
{
	int			kept = 0;

	for (int i = 0; i < e->n; i++)
	{
		if (!e->null[i] && !element_fits(column, &e->datum[i], e->type))
			continue;
		e->datum[kept] = e->datum[i];
		e->null[kept++] = e->null[i];
	}
	e->n = kept;
}

static Elements
array_elements(Datum datum)
{
	ArrayType  *array = DatumGetArrayTypeP(datum);
	Elements	e;
	int16		len;
	bool		byval;
	char		align;

	e.type = ARR_ELEMTYPE(array);
	get_typlenbyvalalign(e.type, &len, &byval, &align);
	deconstruct_array(array, e.type, len, byval, align, &e.datum, &e.null, &e.n);
	return e;
}

static void
fill_in(Filler *f, const Column *column, int index)
{
	const int	most = 255;
	bool		null;
	Oid			type;
	Datum		datum = evaluate(f, index, &null, &type);
	Elements	e;
	int			given;

	if (null)					/* = ANY (NULL) is unknown: an IN with one null */
	{
		add_bytes(f, new_leaf(f, MPC_OP_IN, column), true, copy_str("", 0));
		return;
	}
	e = array_elements(datum);
	given = e.n;
	keep_fitting(column, &e);
	if (given == 0)
		add_false(f, column);
	else if (e.n == 0)
		add_decided(f, column, false, column->type.kind == MPC_KIND_INT2 ? PG_INT16_MIN : PG_INT32_MIN);
	else
	{
		if (e.n > most)
			new_node(f, MPC_OP_OR)->nchildren = (e.n + most - 1) / most;
		for (int from = 0; from < e.n; from += most)
			add_in_leaf(f, column, &e, from, Min(from + most, e.n));
	}
}

/*
 * The literal prefix of a LIKE pattern: 'abc%' gives abc and *open. False when wildcards stand
 * anywhere but as one closing %.
 */
static bool
like_prefix(const char *pattern, char *prefix, bool *open)
{
	const char *p = pattern;

	*open = false;
	while (*p != '\0')
	{
		if (*p == '%')
		{
			*open = true;
			while (*p == '%')
				p++;
			break;
		}
		if (*p == '_')
			return false;
		if (*p == '\\' && *++p == '\0')
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_ESCAPE_SEQUENCE),
					 errmsg("LIKE pattern must not end with escape character")));
		*prefix++ = *p++;
	}
	*prefix = '\0';
	return *p == '\0';
}

static void
raise_like(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("LIKE over a joint table takes a prefix only"),
			 errdetail("The pattern must be plain text followed by one %%.")));
}

static void
fill_pattern(Filler *f, const Column *column, int index)
{
	bool		null;
	Oid			type;
	Datum		datum = evaluate(f, index, &null, &type);
	MpcType		as_text = {.kind = MPC_KIND_TEXT,.typid = TEXTOID,.typmod = -1};
	char	   *pattern;
	char	   *prefix;
	bool		open;

	if (null)
	{
		add_bytes(f, new_leaf(f, MPC_OP_PREFIX, column), true, copy_str("", 0));
		return;
	}
	pattern = TextDatumGetCString(datum);
	prefix = palloc(strlen(pattern) + 1);
	if (!like_prefix(pattern, prefix, &open))
		raise_like();
	if (!open && column->type.kind == MPC_KIND_BPCHAR)
		raise_like();			/* LIKE sees the padding of character(n), = does not */
	datum = CStringGetTextDatum(prefix);
	add_datum(f, new_leaf(f, open ? MPC_OP_PREFIX : MPC_OP_EQ, column), &as_text, datum, false);
}

static void
fill_constant(Filler *f, const Column *column, MpcOp op, bool truth)
{
	add_datum(f, new_leaf(f, op, column), &column->type, BoolGetDatum(truth), false);
}

static const Column *
use_column(Filler *f, AttrNumber attnum)
{
	if (f->columns[attnum].name == NULL)
		f->columns[attnum] = column_of_attribute(f->plan->relid, attnum);
	return &f->columns[attnum];
}

static void
fill_leaf(Filler *f, const List *item)
{
	MpcOp		op = linitial_int(item);
	const Column *column = use_column(f, lsecond_int(item));
	int			index = lfourth_int(item);

	switch ((MpcValueForm) lthird_int(item))
	{
		case MPC_FORM_NONE:
			(void) new_leaf(f, op, column);
			break;
		case MPC_FORM_SCALAR:
			fill_scalar(f, column, op, index);
			break;
		case MPC_FORM_ARRAY:
			fill_in(f, column, index);
			break;
		case MPC_FORM_PATTERN:
			fill_pattern(f, column, index);
			break;
		case MPC_FORM_TRUE:
		case MPC_FORM_FALSE:
			fill_constant(f, column, op, lthird_int(item) == MPC_FORM_TRUE);
			break;
	}
}

static void
fill_nodes(Filler *f)
{
	ListCell   *lc;

	foreach(lc, f->plan->nodes)
	{
		const List *item = lfirst(lc);

		if (mpc_op_is_inner(linitial_int(item)))
			new_node(f, linitial_int(item))->nchildren = lsecond_int(item);
		else
			fill_leaf(f, item);
	}
}

static void
fill_aggregates(Filler *f)
{
	ListCell   *lc;

	foreach(lc, f->plan->aggs)
	{
		const List *item = lfirst(lc);
		MpcAgg	   *agg = &f->query->agg[f->query->naggs++];

		agg->function = linitial_int(item);
		if (lsecond_int(item) != 0)
			agg->arg[agg->nargs++] = name_str(use_column(f, lsecond_int(item))->name);
	}
}

static bool
gates_open(const MpcJointPlan *plan, ExprContext *econtext)
{
	for (int i = 0; i < plan->ngates; i++)
	{
		bool		null;
		Datum		open = ExecEvalExprSwitchContext(list_nth(plan->states, i), econtext, &null);

		if (null || !DatumGetBool(open))
			return false;
	}
	return true;
}

void
mpc_joint_plan_init(MpcJointPlan *plan, List *fdw_private, List *fdw_exprs, PlanState *parent)
{
	plan->relid = linitial_oid(list_nth(fdw_private, MPC_PLAN_RELID));
	plan->aggs = list_nth(fdw_private, MPC_PLAN_AGGS);
	plan->nodes = list_nth(fdw_private, MPC_PLAN_NODES);
	plan->ngates = linitial_int(list_nth(fdw_private, MPC_PLAN_GATES));
	plan->empty = linitial_int(list_nth(fdw_private, MPC_PLAN_EMPTY)) != 0;
	plan->exprs = fdw_exprs;
	plan->states = ExecInitExprList(fdw_exprs, parent);
}

bool
mpc_joint_question(const MpcJointPlan *plan, ExprContext *econtext, MpcQuery *query)
{
	Filler		f = {.plan = plan,.econtext = econtext,.query = query};

	f.columns = palloc0((MaxHeapAttributeNumber + 1) * sizeof(Column));
	fill_aggregates(&f);
	if (plan->empty || !gates_open(plan, econtext))
		return false;
	fill_nodes(&f);
	return true;
}
