/*
 * predicate.c
 *		Which condition of SQL is a question's predicate?
 *
 * Equality of text compares bytes, since nondeterministic collations are refused
 * when a dataset is made; order and prefixes are taken under COLLATE "C" (R16), so
 * that every party draws the same line. Columns stand bare on the left, so that
 * their indexes serve.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "local/column.h"
#include "local/statement.h"
#include "utils/builtins.h"

#define C_COLLATION	" COLLATE pg_catalog.\"C\""

typedef struct Walk
{
	MpcStatement *statement;
	const MpcContract *contract;
	const MpcQuery *query;
	int			next;			/* node to read next */
	int			end;			/* behind the predicate's last one */
} Walk;

static MpcStatus append_node(Walk *walk, int depth);

static bool
is_text(const MpcType *type)
{
	return type->kind == MPC_KIND_TEXT || type->kind == MPC_KIND_VARCHAR ||
		type->kind == MPC_KIND_BPCHAR;
}

/* A parameter's type: varchar has no operators of its own. */
static Oid
parameter_type(const MpcType *type)
{
	return type->kind == MPC_KIND_VARCHAR ? TEXTOID : type->typid;
}

void
mpc_statement_parameter(MpcStatement *statement, Oid type, Datum value, bool null)
{
	int			i = statement->nparams++;

	Assert(i < statement->maxparams);
	statement->types[i] = type;
	statement->values[i] = value;
	statement->nulls[i] = null ? 'n' : ' ';
	appendStringInfo(&statement->sql, "$%d", i + 1);
}

static MpcStatus
append_value(MpcStatement *statement, const MpcType *type, const MpcValue *value)
{
	Datum		datum = (Datum) 0;
	MpcStatus	status;

	if (!value->null)
	{
		status = mpc_value_decode(type, value->bytes, &datum);
		if (status != MPC_OK)
			return status;
	}
	mpc_statement_parameter(statement, parameter_type(type), datum, value->null);
	return MPC_OK;
}

static Datum
like_pattern(Datum prefix)
{
	const char *at = TextDatumGetCString(prefix);
	StringInfoData pattern;

	initStringInfo(&pattern);
	for (; *at != '\0'; at++)
	{
		/* safe bytewise: no server encoding has these as a part of another character */
		if (*at == '\\' || *at == '%' || *at == '_')
			appendStringInfoChar(&pattern, '\\');
		appendStringInfoChar(&pattern, *at);
	}
	appendStringInfoChar(&pattern, '%');
	return CStringGetTextDatum(pattern.data);
}

/* The prefix is text even where the column is char(n): its trailing blanks count. */
static MpcStatus
append_prefix(MpcStatement *statement, const MpcColumn *column, const MpcValue *value)
{
	MpcType		type = {MPC_KIND_TEXT, TEXTOID, -1};
	Datum		prefix = (Datum) 0;
	MpcStatus	status;

	if (!is_text(&column->contract))
		return MPC_MALFORMED;
	if (!value->null)
	{
		status = mpc_value_decode(&type, value->bytes, &prefix);
		if (status != MPC_OK)
			return status;
		prefix = like_pattern(prefix);
	}
	appendStringInfo(&statement->sql, "%s.%s OPERATOR(pg_catalog.~~) (", MPC_STATEMENT_ALIAS,
					 column->quoted);
	mpc_statement_parameter(statement, TEXTOID, prefix, value->null);
	appendStringInfoString(&statement->sql, C_COLLATION ")");
	return MPC_OK;
}

static const char *
operator_name(MpcOp op)
{
	switch (op)
	{
		case MPC_OP_EQ:
			return "=";
		case MPC_OP_NE:
			return "<>";
		case MPC_OP_LT:
			return "<";
		case MPC_OP_LE:
			return "<=";
		case MPC_OP_GT:
			return ">";
		case MPC_OP_GE:
			return ">=";
		default:
			return NULL;
	}
}

static MpcStatus
append_comparison(MpcStatement *statement, const MpcColumn *column, MpcOp op, const MpcValue *value)
{
	bool		ordered = op != MPC_OP_EQ && op != MPC_OP_NE;
	MpcStatus	status;

	appendStringInfo(&statement->sql, "%s.%s OPERATOR(pg_catalog.%s) (", MPC_STATEMENT_ALIAS,
					 column->quoted, operator_name(op));
	status = append_value(statement, &column->contract, value);
	appendStringInfoString(&statement->sql,
						   ordered && is_text(&column->contract) ? C_COLLATION ")" : ")");
	return status;
}

/* = ANY (ARRAY[…]) is what the parser makes of IN, its NULLs included. */
static MpcStatus
append_in(MpcStatement *statement, const MpcColumn *column, const MpcValue *value, int nvalues)
{
	MpcStatus	status = MPC_OK;
	int			i;

	appendStringInfo(&statement->sql, "%s.%s OPERATOR(pg_catalog.=) ANY (ARRAY[",
					 MPC_STATEMENT_ALIAS, column->quoted);
	for (i = 0; i < nvalues && status == MPC_OK; i++)
	{
		if (i > 0)
			appendStringInfoString(&statement->sql, ", ");
		status = append_value(statement, &column->contract, &value[i]);
	}
	appendStringInfoString(&statement->sql, "])");
	return status;
}

/* How many values the leaf must have; those of IN are counted where the query is read. */
static bool
has_its_values(const MpcNode *node, const MpcQuery *query)
{
	int			end = node->first_value + node->nvalues;

	if (end > query->nvalues)
		return false;
	if (node->op == MPC_OP_IS_NULL || node->op == MPC_OP_IS_NOT_NULL)
		return node->nvalues == 0;
	if (node->op == MPC_OP_IN)
		return node->nvalues > 0;
	return node->nvalues == 1;
}

static MpcStatus
append_leaf(Walk *walk, const MpcNode *node)
{
	const MpcContractColumn *declared = mpc_contract_find(walk->contract, node->column, MPC_ROLE_FILTER);
	MpcStatement *statement = walk->statement;
	const MpcValue *value = walk->query->value + node->first_value;
	MpcColumn	column;
	MpcStatus	status;

	if (!has_its_values(node, walk->query))
		return MPC_MALFORMED;
	status = declared != NULL ? mpc_column_resolve(&column, statement->relid, declared) : MPC_MISMATCH;
	if (status != MPC_OK)
		return status;
	switch (node->op)
	{
		case MPC_OP_IS_NULL:
		case MPC_OP_IS_NOT_NULL:
			appendStringInfo(&statement->sql, "%s.%s IS %sNULL", MPC_STATEMENT_ALIAS,
							 column.quoted, node->op == MPC_OP_IS_NULL ? "" : "NOT ");
			return MPC_OK;
		case MPC_OP_IN:
			return append_in(statement, &column, value, node->nvalues);
		case MPC_OP_PREFIX:
			return append_prefix(statement, &column, value);
		default:
			if (operator_name(node->op) == NULL)
				return MPC_MALFORMED;
			return append_comparison(statement, &column, node->op, value);
	}
}

static MpcStatus
append_children(Walk *walk, const MpcNode *node, int depth)
{
	const char *between = node->op == MPC_OP_AND ? " AND " : " OR ";
	MpcStatus	status = MPC_OK;
	int			i;

	if (node->nchildren < 1 || (node->op == MPC_OP_NOT && node->nchildren != 1))
		return MPC_MALFORMED;
	if (node->op == MPC_OP_NOT)
		appendStringInfoString(&walk->statement->sql, "NOT ");
	for (i = 0; i < node->nchildren && status == MPC_OK; i++)
	{
		if (i > 0)
			appendStringInfoString(&walk->statement->sql, between);
		status = append_node(walk, depth + 1);
	}
	return status;
}

static MpcStatus
append_node(Walk *walk, int depth)
{
	const MpcNode *node;
	MpcStatus	status;

	if (depth > MPC_MAX_DEPTH || walk->next >= walk->end)
		return MPC_MALFORMED;
	node = &walk->query->node[walk->next++];
	appendStringInfoChar(&walk->statement->sql, '(');
	status = mpc_op_is_inner(node->op) ? append_children(walk, node, depth) : append_leaf(walk, node);
	appendStringInfoChar(&walk->statement->sql, ')');
	return status;
}

MpcStatus
mpc_predicate_write(MpcStatement *statement, const MpcContract *contract, const MpcQuery *query,
					const MpcPredicate *predicate)
{
	Walk		walk = {statement, contract, query, predicate->first, predicate->first + predicate->nnodes};
	MpcStatus	status = append_node(&walk, 0);

	return status == MPC_OK && walk.next != walk.end ? MPC_MALFORMED : status;
}

ParamListInfo
mpc_statement_params(const MpcStatement *statement)
{
	ParamListInfo params = makeParamList(statement->nparams);
	int			i;

	for (i = 0; i < statement->nparams; i++)
	{
		params->params[i].value = statement->values[i];
		params->params[i].isnull = statement->nulls[i] == 'n';
		params->params[i].pflags = PARAM_FLAG_CONST;
		params->params[i].ptype = statement->types[i];
	}
	return params;
}
