/*
 * query_text.c
 *		How is a question said in words?
 *
 * For EXPLAIN, the ledger and errors; never executed. Text of a peer is quoted and
 * its control characters are replaced, so that no value can look like another line
 * or another part of the question. Dates are written in ISO 8601 whatever the
 * session's DateStyle.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"

#include "local/aggregate.h"
#include "local/moments.h"
#include "local/text.h"
#include "local/types.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#define MOST_CHARACTERS	60		/* of one text value */

typedef struct Walk
{
	StringInfo	out;
	const MpcContract *contract;
	const MpcQuery *query;
	int			next;			/* node to read next */
	int			end;
} Walk;

static void append_node(Walk *walk, int depth);

static void
append_name(StringInfo out, MpcStr name)
{
	const char *c;

	for (c = quote_identifier(mpc_text_shown(name)); *c != '\0'; c++)
		appendStringInfoChar(out, (unsigned char) *c < ' ' || *c == 0x7f ? '?' : *c);
}

static void
append_hex(StringInfo out, MpcStr bytes)
{
	size_t		shown = Min(bytes.len, MOST_CHARACTERS);
	size_t		i;

	appendStringInfoString(out, "'\\x");
	for (i = 0; i < shown; i++)
		appendStringInfo(out, "%02x", bytes.data[i]);
	appendStringInfoString(out, shown < bytes.len ? "...'" : "'");
}

/* text is in the database's encoding. */
static void
append_quoted(StringInfo out, const char *text)
{
	int			len = (int) strlen(text);
	int			shown = pg_mbcharcliplen(text, len, MOST_CHARACTERS);
	int			i;

	appendStringInfoChar(out, '\'');
	for (i = 0; i < shown; i++)
	{
		if (text[i] == '\'')
			appendStringInfoChar(out, '\'');
		appendStringInfoChar(out, (unsigned char) text[i] < ' ' || text[i] == 0x7f ? '?' : text[i]);
	}
	appendStringInfoString(out, shown < len ? "...'" : "'");
}

/* False when the bytes are no text here. */
static bool
append_text(StringInfo out, MpcStr bytes)
{
	char	   *text = mpc_text_is_utf8(bytes) ? mpc_text_from_utf8(bytes) : NULL;

	if (text == NULL)
		return false;
	append_quoted(out, text);
	return true;
}

static void
append_time(StringInfo out, Oid typid, Datum value)
{
	char		text[MAXDATELEN + 1];
	int			utc = 0;

	appendStringInfo(out, "'%s'", JsonEncodeDateTime(text, value, typid,
													 typid == TIMESTAMPTZOID ? &utc : NULL));
}

static void
append_datum(StringInfo out, const MpcType *type, Datum value)
{
	switch (type->kind)
	{
		case MPC_KIND_INT2:
			appendStringInfo(out, "%d", DatumGetInt16(value));
			break;
		case MPC_KIND_INT4:
			appendStringInfo(out, "%d", DatumGetInt32(value));
			break;
		case MPC_KIND_INT8:
			appendStringInfo(out, INT64_FORMAT, DatumGetInt64(value));
			break;
		case MPC_KIND_BOOL:
			appendStringInfoString(out, DatumGetBool(value) ? "true" : "false");
			break;
		case MPC_KIND_DATE:
		case MPC_KIND_TIMESTAMP:
		case MPC_KIND_TIMESTAMPTZ:
			append_time(out, type->typid, value);
			break;
		case MPC_KIND_UUID:
			appendStringInfo(out, "'%s'", DatumGetCString(DirectFunctionCall1(uuid_out, value)));
			break;
		default:
			elog(ERROR, "unexpected kind of constant: %d", (int) type->kind);
	}
}

/* False when the bytes are no value of the type here. */
static bool
append_typed(StringInfo out, const MpcType *type, MpcStr bytes)
{
	Datum		value;

	switch (type->kind)
	{
		case MPC_KIND_TEXT:
		case MPC_KIND_VARCHAR:
		case MPC_KIND_BPCHAR:
		case MPC_KIND_ENUM:
			return append_text(out, bytes);
		case MPC_KIND_BYTEA:
			return false;
		default:
			break;
	}
	if (mpc_value_decode(type, bytes, &value) != MPC_OK)
		return false;
	if (type->kind == MPC_KIND_NUMERIC) /* canonical bytes are its text; cut like text */
		appendStringInfo(out, "%.*s%s", (int) Min(bytes.len, MOST_CHARACTERS),
						 (const char *) bytes.data, bytes.len > MOST_CHARACTERS ? "..." : "");
	else
		append_datum(out, type, value);
	return true;
}

static void
append_value(Walk *walk, const MpcNode *node, int i)
{
	const MpcContractColumn *column = mpc_contract_find(walk->contract, node->column, MPC_ROLE_FILTER);
	MpcValue	value = walk->query->value[node->first_value + i];
	MpcType		type;

	if (value.null)
		appendStringInfoString(walk->out, "null");
	else if (node->op == MPC_OP_PREFIX ? append_text(walk->out, value.bytes) :
			 column != NULL && mpc_type_parse(column->type, &type) &&
			 append_typed(walk->out, &type, value.bytes))
		return;
	else
		append_hex(walk->out, value.bytes);
}

static const char *
op_words(MpcOp op)
{
	switch (op)
	{
		case MPC_OP_AND:
			return " and ";
		case MPC_OP_OR:
			return " or ";
		case MPC_OP_EQ:
			return " = ";
		case MPC_OP_NE:
			return " <> ";
		case MPC_OP_LT:
			return " < ";
		case MPC_OP_LE:
			return " <= ";
		case MPC_OP_GT:
			return " > ";
		case MPC_OP_GE:
			return " >= ";
		case MPC_OP_IS_NULL:
			return " is null";
		case MPC_OP_IS_NOT_NULL:
			return " is not null";
		case MPC_OP_IN:
			return " in (";
		case MPC_OP_PREFIX:
			return " starts with ";
		default:
			return " ? ";
	}
}

static void
append_leaf(Walk *walk, const MpcNode *node)
{
	int			i;

	append_name(walk->out, node->column);
	appendStringInfoString(walk->out, op_words(node->op));
	for (i = 0; i < node->nvalues; i++)
	{
		if (i > 0)
			appendStringInfoString(walk->out, ", ");
		append_value(walk, node, i);
	}
	if (node->op == MPC_OP_IN)
		appendStringInfoChar(walk->out, ')');
}

static void
append_inner(Walk *walk, const MpcNode *node, int depth)
{
	int			i;

	appendStringInfoString(walk->out, node->op == MPC_OP_NOT ? "not (" : "(");
	for (i = 0; i < node->nchildren; i++)
	{
		if (i > 0)
			appendStringInfoString(walk->out, op_words(node->op));
		append_node(walk, depth + 1);
	}
	appendStringInfoChar(walk->out, ')');
}

static void
append_node(Walk *walk, int depth)
{
	const MpcNode *node;

	if (depth > MPC_MAX_DEPTH || walk->next >= walk->end)
		return;
	node = &walk->query->node[walk->next++];
	if (mpc_op_is_inner(node->op))
		append_inner(walk, node, depth);
	else
		append_leaf(walk, node);
}

static void
append_predicate(StringInfo out, const MpcQuery *query, const MpcContract *contract, const MpcPredicate *predicate)
{
	Walk		walk = {out, contract, query, predicate->first, predicate->first + predicate->nnodes};

	append_node(&walk, 0);
}

static const char *
function_name(MpcFunction function)
{
	static const char *const names[] = {
		[MPC_COUNT_ROWS] = "count",[MPC_COUNT] = "count",[MPC_SUM] = "sum",[MPC_AVG] = "avg",
		[MPC_VAR_POP] = "var_pop",[MPC_VAR_SAMP] = "var_samp",
		[MPC_STDDEV_POP] = "stddev_pop",[MPC_STDDEV_SAMP] = "stddev_samp",
		[MPC_BOOL_AND] = "bool_and",[MPC_BOOL_OR] = "bool_or",[MPC_BIT_AND] = "bit_and",[MPC_BIT_OR] = "bit_or",
		[MPC_MIN] = "min",[MPC_MAX] = "max",[MPC_SUM_INTERVAL] = "sum",[MPC_AVG_INTERVAL] = "avg",[MPC_DISTINCT] = "approx_count_distinct",
		[MPC_COVAR_POP] = "covar_pop",[MPC_COVAR_SAMP] = "covar_samp",[MPC_CORR] = "corr",
		[MPC_REGR_COUNT] = "regr_count",[MPC_REGR_AVGX] = "regr_avgx",[MPC_REGR_AVGY] = "regr_avgy",
		[MPC_REGR_SXX] = "regr_sxx",[MPC_REGR_SYY] = "regr_syy",[MPC_REGR_SXY] = "regr_sxy",
		[MPC_REGR_SLOPE] = "regr_slope",[MPC_REGR_INTERCEPT] = "regr_intercept",[MPC_REGR_R2] = "regr_r2",
		[MPC_PRODUCTS] = "products",[MPC_HISTOGRAM] = "histogram",[MPC_LOGISTIC] = "logistic_sums",
		[MPC_INTERSECT] = "intersect",[MPC_INTERSECT_COUNT] = "intersect_count",
		[MPC_INTERSECT_SUM] = "intersect_sum",[MPC_UNION_COUNT] = "union_count"
	};

	return (int) function < lengthof(names) && names[function] != NULL ? names[function] : "unknown";
}

/* A limit in the column's own units; without the contract, as it travels. */
static void
append_limit(StringInfo out, MpcStr limit, const MpcContractColumn *column)
{
	char		digits[MPC_WIDE_DECIMAL_MAX];
	MpcWide		wide;
	Datum		number;

	snprintf(digits, sizeof(digits), "%.*s", (int) limit.len, (const char *) limit.data);
	if (column == NULL || mpc_wide_from_decimal(&wide, digits) != MPC_OK)
		appendStringInfo(out, ", %s", digits);
	else
	{
		number = DirectFunctionCall1(numeric_trim_scale, mpc_products_datum(&wide, column, NULL));
		appendStringInfo(out, ", %s", DatumGetCString(DirectFunctionCall1(numeric_out, number)));
	}
}

/* Where it is known. */
static void
append_grid(StringInfo out, const MpcAgg *agg, const MpcContract *contract)
{
	const MpcContractColumn *column = mpc_contract_find(contract, agg->arg[0], MPC_ROLE_MEASURE);

	if (agg->grid.low.len == 0)
		return;
	append_limit(out, agg->grid.low, column);
	append_limit(out, agg->grid.high, column);
	appendStringInfo(out, ", %d", agg->grid.buckets);
}

/* " at (-1.5, 0.25)" */
static void
append_coefficients(StringInfo out, const MpcAgg *agg)
{
	for (int i = 0; i < agg->nargs && agg->coefficients.len > 0; i++)
		appendStringInfo(out, "%s%.17g", i == 0 ? " at (" : ", ", mpc_query_coefficient(agg->coefficients, i));
	if (agg->coefficients.len > 0)
		appendStringInfoChar(out, ')');
}

static void
append_aggregate(StringInfo out, const MpcAgg *agg, const MpcQuery *query, const MpcContract *contract)
{
	appendStringInfo(out, "%s(%s", function_name(agg->function), agg->nargs == 0 ? "*" : "");
	for (int i = 0; i < agg->nargs; i++)
	{
		if (i > 0)
			appendStringInfoString(out, ", ");
		append_name(out, agg->arg[i]);
	}
	if (agg->function == MPC_HISTOGRAM)
		append_grid(out, agg, contract);
	appendStringInfoChar(out, ')');
	append_coefficients(out, agg);
	if (agg->filter == 0 || agg->filter > query->nfilters)
		return;
	appendStringInfoString(out, " filter (where ");
	append_predicate(out, query, contract, &query->filter[agg->filter - 1]);
	appendStringInfoChar(out, ')');
}

static void
append_keys(StringInfo out, const MpcQuery *query)
{
	int			i;

	for (i = 0; i < query->nkeys; i++)
	{
		appendStringInfoString(out, i == 0 ? " group by " : ", ");
		append_name(out, query->key[i]);
	}
}

char *
mpc_query_text(const MpcQuery *query, const MpcContract *contract)
{
	StringInfoData out;
	int			i;

	initStringInfo(&out);
	for (i = 0; i < query->naggs; i++)
	{
		if (i > 0)
			appendStringInfoString(&out, ", ");
		append_aggregate(&out, &query->agg[i], query, contract);
	}
	appendStringInfoString(&out, " from ");
	append_name(&out, query->dataset);
	if (query->where.nnodes > 0)
	{
		appendStringInfoString(&out, " where ");
		append_predicate(&out, query, contract, &query->where);
	}
	append_keys(&out, query);
	return out.data;
}

char *
mpc_measure_columns(const MpcMeasure *measure)
{
	char	   *names = measure->ncolumns > 0 ? mpc_text_shown(measure->column[0]) : "*";

	for (int i = 1; i < measure->ncolumns; i++)
		names = psprintf("%s\" or \"%s", names, mpc_text_shown(measure->column[i]));
	return names;
}
