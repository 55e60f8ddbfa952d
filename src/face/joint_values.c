/*
 * joint_values.c
 *		The values of a condition, as the joint table's own column types.
 *
 * Where SQL compares with a value the column's type cannot hold (an integer
 * column with a larger integer), the node is replaced by one with the same truth
 * value, so that the answer stays exact.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "face/joint_fill.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

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
add_decided(MpcFiller *f, const MpcFillColumn *column, bool truth, int64 lowest)
{
	MpcNode    *node = mpc_fill_leaf_node(f, truth ? MPC_OP_GE : MPC_OP_LT, column);

	mpc_fill_datum(f, node, &column->type, integer_datum(&column->type, lowest), false);
}

static void
fill_integer(MpcFiller *f, const MpcFillColumn *column, MpcOp op, int64 value)
{
	int64		low,
				high;
	bool		above;
	MpcNode    *node;

	(void) integer_range(&column->type, &low, &high);
	if (value >= low && value <= high)
	{
		node = mpc_fill_leaf_node(f, op, column);
		mpc_fill_datum(f, node, &column->type, integer_datum(&column->type, value), false);
		return;
	}
	above = value > high;
	add_decided(f, column,
				op == MPC_OP_NE || (above ? (op == MPC_OP_LT || op == MPC_OP_LE) : (op == MPC_OP_GT || op == MPC_OP_GE)),
				low);
}

static Datum
evaluate(MpcFiller *f, int index, bool *null, Oid *type)
{
	int			at = f->plan->ngates + index;

	*type = exprType(list_nth(f->plan->exprs, at));
	return ExecEvalExprSwitchContext(list_nth(f->plan->states, at), f->econtext, null);
}

static void
fill_scalar(MpcFiller *f, const MpcFillColumn *column, MpcOp op, int index)
{
	bool		null;
	Oid			type;
	Datum		datum = evaluate(f, index, &null, &type);
	int64		low,
				high;

	if (!null && integer_range(&column->type, &low, &high))
		fill_integer(f, column, op, integer_of(datum, type));
	else
		mpc_fill_datum(f, mpc_fill_leaf_node(f, op, column), &column->type, datum, null);
}

/* An element of IN that the column's type cannot hold matches nothing and is left out. */
static bool
element_fits(const MpcFillColumn *column, Datum *datum, Oid type)
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

/* A condition that is true, or false, for every row, null or not. */
static void
add_truth(MpcFiller *f, const MpcFillColumn *column, bool truth)
{
	mpc_fill_node(f, truth ? MPC_OP_OR : MPC_OP_AND)->nchildren = 2;
	(void) mpc_fill_leaf_node(f, MPC_OP_IS_NULL, column);
	(void) mpc_fill_leaf_node(f, MPC_OP_IS_NOT_NULL, column);
}

/* A condition that is null for every row: = ANY (NULL), an IN with one null. */
static void
add_unknown(MpcFiller *f, const MpcFillColumn *column)
{
	mpc_fill_bytes(f, mpc_fill_leaf_node(f, MPC_OP_IN, column), true, (MpcStr) {NULL, 0});
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
add_in_leaf(MpcFiller *f, const MpcFillColumn *column, const Elements *e, int from, int to)
{
	MpcNode    *node = mpc_fill_leaf_node(f, MPC_OP_IN, column);

	for (int i = from; i < to; i++)
		mpc_fill_datum(f, node, &column->type, e->datum[i], e->null[i]);
}

static void
keep_fitting(const MpcFillColumn *column, Elements *e)
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
fill_in(MpcFiller *f, const MpcFillColumn *column, int index)
{
	const int	most = 255;
	bool		null;
	Oid			type;
	Datum		datum = evaluate(f, index, &null, &type);
	Elements	e;
	int			given;

	if (null)
	{
		add_unknown(f, column);
		return;
	}
	e = array_elements(datum);
	given = e.n;
	keep_fitting(column, &e);
	if (given == 0)
		add_truth(f, column, false);
	else if (e.n == 0)
		add_decided(f, column, false, column->type.kind == MPC_KIND_INT2 ? PG_INT16_MIN : PG_INT32_MIN);
	else
	{
		if (e.n > most)
			mpc_fill_node(f, MPC_OP_OR)->nchildren = (e.n + most - 1) / most;
		for (int from = 0; from < e.n; from += most)
			add_in_leaf(f, column, &e, from, Min(from + most, e.n));
	}
}

bool
mpc_like_prefix(const char *pattern, char *prefix, bool *open)
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
			 errmsg("LIKE in a joint question takes a prefix only"),
			 errdetail("The pattern must be plain text followed by one %%.")));
}

static void
fill_pattern(MpcFiller *f, const MpcFillColumn *column, int index)
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
		mpc_fill_bytes(f, mpc_fill_leaf_node(f, MPC_OP_PREFIX, column), true, (MpcStr) {NULL, 0});
		return;
	}
	pattern = TextDatumGetCString(datum);
	prefix = palloc(strlen(pattern) + 1);
	if (!mpc_like_prefix(pattern, prefix, &open))
		raise_like();
	if (!open && column->type.kind == MPC_KIND_BPCHAR)
		raise_like();			/* LIKE sees the padding of character(n), = does not */
	datum = CStringGetTextDatum(prefix);
	mpc_fill_datum(f, mpc_fill_leaf_node(f, open ? MPC_OP_PREFIX : MPC_OP_EQ, column), &as_text, datum, false);
}

/* A condition without columns is decided here; its value is the same for every row. */
static void
fill_gate(MpcFiller *f, const MpcFillColumn *column, int index)
{
	bool		null;
	Oid			type;
	Datum		datum = evaluate(f, index, &null, &type);

	if (null)
		add_unknown(f, column);
	else
		add_truth(f, column, DatumGetBool(datum));
}

static void
write_coefficient(MpcWriter *w, double coefficient)
{
	union
	{
		double		value;
		uint64		bits;
	}			u = {coefficient + 0.0};	/* -0 becomes 0 */

	if (!(fabs(coefficient) < ldexp(1, MPC_MAX_COEFFICIENT_BITS)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("coefficients must be finite and below 2^%d", MPC_MAX_COEFFICIENT_BITS)));
	mpc_write_le64(w, u.bits);
}

void
mpc_fill_coefficients(MpcFiller *f, MpcAgg *agg, int index)
{
	Size		size = (Size) agg->nargs * MPC_COEFFICIENT_BYTES;
	bool		null;
	Oid			type;
	Datum		datum = evaluate(f, index, &null, &type);
	Elements	e = {0};
	MpcWriter	w;

	if (!null)
		e = array_elements(datum);
	for (int i = 0; i < e.n; i++)
		null |= e.null[i];
	if (null || e.n != agg->nargs)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("logistic sums of %d columns take %d coefficients, not null", agg->nargs, agg->nargs),
				 errdetail("They are the intercept and one for each predictor.")));
	mpc_writer_init(&w, palloc(size), size);
	for (int i = 0; i < e.n; i++)
		write_coefficient(&w, DatumGetFloat8(e.datum[i]));
	agg->coefficients = (MpcStr) {w.data, w.len};
}

bool
mpc_fill_is_open(MpcFiller *f, int index)
{
	bool		null;
	Oid			type;
	Datum		datum = evaluate(f, index, &null, &type);

	return !null && DatumGetBool(datum);
}

void
mpc_fill_leaf(MpcFiller *f, const MpcFillColumn *column, MpcOp op, MpcValueForm form, int index)
{
	switch (form)
	{
		case MPC_FORM_NONE:
			(void) mpc_fill_leaf_node(f, op, column);
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
			mpc_fill_datum(f, mpc_fill_leaf_node(f, op, column), &column->type,
						   BoolGetDatum(form == MPC_FORM_TRUE), false);
			break;
		case MPC_FORM_GATE:
			fill_gate(f, column, index);
			break;
	}
}
