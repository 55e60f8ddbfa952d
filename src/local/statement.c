/*
 * statement.c
 *		Which SQL statement gives one party's part of a question?
 *
 * Only combinable aggregates over one relation, so that parallel workers,
 * partitions and whatever stands behind a view or foreign table can do their part.
 */
#include "postgres.h"

#include "local/column.h"
#include "local/measure.h"
#include "local/statement.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/*
 * The column in the form that the aggregate takes. Integers keep their width: that is lossless,
 * and bounds are the contract's. Never a cast to numeric(p,s), which would round what must be noticed.
 */
static const char *
measure_cast(const MpcColumn *column)
{
	if (column->contract.kind == MPC_KIND_NUMERIC)
		return column->local.kind == MPC_KIND_NUMERIC ? "" : "::pg_catalog.numeric";
	if (column->local.kind == MPC_KIND_INT2)
		return "::pg_catalog.int4";
	if (column->local.kind == MPC_KIND_FLOAT4)
		return "::pg_catalog.float8";	/* exact */
	return "";
}

/* The type of the bounds that the aggregate for this column takes. */
static const char *
bound_type(const MpcColumn *column)
{
	switch (column->contract.kind)
	{
		case MPC_KIND_NUMERIC:
		case MPC_KIND_FLOAT4:
		case MPC_KIND_FLOAT8:
			return "numeric";
		default:
			return "int8";
	}
}

static void
append_bound(StringInfo sql, const MpcWide *bound, const char *type)
{
	char		digits[MPC_WIDE_DECIMAL_MAX];

	mpc_wide_to_decimal(digits, bound);
	appendStringInfo(sql, ", '%s'::pg_catalog.%s", digits, type);
}

static void
append_sum(StringInfo sql, const MpcColumn *column, const MpcContractColumn *declared)
{
	MpcWide		low;
	MpcWide		high;

	mpc_measure_bounds(declared, &low, &high);
	appendStringInfo(sql, "mpc.measure_sum(%s.%s%s", MPC_STATEMENT_ALIAS, column->quoted,
					 measure_cast(column));
	append_bound(sql, &low, bound_type(column));
	append_bound(sql, &high, bound_type(column));
	appendStringInfo(sql, ", %d)", declared->scale);
}

static MpcStatus
append_measure(MpcStatement *statement, const MpcContract *contract, const MpcMeasure *measure)
{
	const MpcContractColumn *declared = mpc_contract_find(contract, measure->column, MPC_ROLE_MEASURE);
	MpcColumn	column;
	MpcStatus	status;

	if (declared == NULL)
		return MPC_MISMATCH;
	status = mpc_column_resolve(&column, statement->relid, declared);
	if (status != MPC_OK)
		return status;
	if (measure->wants_sum)
		append_sum(&statement->sql, &column, declared);
	else
		appendStringInfo(&statement->sql, "pg_catalog.count(%s.%s)", MPC_STATEMENT_ALIAS,
						 column.quoted);
	return MPC_OK;
}

/* A key column, bare: its collation is deterministic, so that groups are told apart by their bytes. */
static MpcStatus
append_key(MpcStatement *statement, const MpcContract *contract, MpcStr name)
{
	const MpcContractColumn *declared = mpc_contract_find(contract, name, MPC_ROLE_KEY);
	MpcColumn  *column = &statement->key[statement->nkeys];
	MpcStatus	status;

	if (declared == NULL)
		return MPC_MISMATCH;
	status = mpc_column_resolve(column, statement->relid, declared);
	if (status != MPC_OK)
		return status;
	appendStringInfo(&statement->sql, "%s%s.%s", statement->nkeys > 0 ? ", " : "",
					 MPC_STATEMENT_ALIAS, column->quoted);
	statement->nkeys++;
	return MPC_OK;
}

/* False when the relation is gone. No ONLY: children and partitions are part of it. */
static bool
append_from(MpcStatement *statement)
{
	char	   *name = get_rel_name(statement->relid);
	char	   *schema = get_namespace_name(get_rel_namespace(statement->relid));

	if (name == NULL || schema == NULL)
		return false;
	appendStringInfo(&statement->sql, " FROM %s AS %s", quote_qualified_identifier(schema, name),
					 MPC_STATEMENT_ALIAS);
	return true;
}

bool
mpc_statement_has_sums(const MpcLanes *lanes)
{
	int			i;

	for (i = 0; i < lanes->nmeasures; i++)
	{
		if (lanes->measure[i].wants_sum)
			return true;
	}
	return false;
}

/* Everything between SELECT and FROM. */
static MpcStatus
append_targets(MpcStatement *statement, const MpcContract *contract, const MpcQuery *query,
			   const MpcLanes *lanes)
{
	const char *separator;
	MpcStatus	status = MPC_OK;
	int			i;

	for (i = 0; i < query->nkeys && status == MPC_OK; i++)
		status = append_key(statement, contract, query->key[i]);
	separator = query->nkeys > 0 ? ", " : "";
	if (!mpc_statement_has_sums(lanes))
	{
		appendStringInfo(&statement->sql, "%spg_catalog.count(*)", separator);
		separator = ", ";
	}
	for (i = 0; i < lanes->nmeasures && status == MPC_OK; i++)
	{
		appendStringInfoString(&statement->sql, separator);
		separator = ", ";
		status = append_measure(statement, contract, &lanes->measure[i]);
	}
	return status;
}

static void
append_group_by(MpcStatement *statement)
{
	int			i;

	for (i = 1; i <= statement->nkeys; i++)
		appendStringInfo(&statement->sql, "%s%d", i == 1 ? " GROUP BY " : ", ", i);
}

MpcStatus
mpc_statement_write(MpcStatement *statement, Oid relid, const MpcContract *contract,
					const MpcQuery *query, const MpcLanes *lanes)
{
	MpcStatus	status;

	memset(statement, 0, sizeof(*statement));
	statement->relid = relid;
	statement->maxparams = Max(query->nvalues, 1);
	statement->types = palloc0(statement->maxparams * sizeof(Oid));
	statement->values = palloc0(statement->maxparams * sizeof(Datum));
	statement->nulls = palloc0(statement->maxparams * sizeof(char));
	initStringInfo(&statement->sql);
	appendStringInfoString(&statement->sql, "SELECT ");
	status = append_targets(statement, contract, query, lanes);
	if (status != MPC_OK)
		return status;
	if (!append_from(statement))
		return MPC_MISMATCH;
	status = mpc_predicate_write(statement, contract, query);
	append_group_by(statement);
	return status;
}
