/*
 * statement_measure.c
 *		What one measure of a question adds to the statement: which aggregates, and how many columns.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "local/column.h"
#include "local/measure.h"
#include "local/statement.h"
#include "protocol/distinct.h"

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

/* The declared bounds as decimal integers. */
static void
write_bounds(const MpcContractColumn *declared, char *low, char *high)
{
	MpcWide		least;
	MpcWide		most;

	mpc_measure_bounds(declared, &least, &most);
	mpc_wide_to_decimal(low, &least);
	mpc_wide_to_decimal(high, &most);
}

/* ", low, high" */
static void
append_bounds(StringInfo sql, const MpcContractColumn *declared, const char *type)
{
	char		low[MPC_WIDE_DECIMAL_MAX];
	char		high[MPC_WIDE_DECIMAL_MAX];

	write_bounds(declared, low, high);
	appendStringInfo(sql, ", '%s'::pg_catalog.%s, '%s'::pg_catalog.%s", low, type, high, type);
}

/* One measure while it is written. */
typedef struct Written
{
	MpcStatement *statement;
	const MpcMeasure *measure;
	const MpcContractColumn *declared[MPC_MAX_PRODUCT_ARGS];
	MpcColumn	column[MPC_MAX_PRODUCT_ARGS];
} Written;

/* Or fields, products or a histogram. */
static bool
wants_moments(const MpcMeasure *measure)
{
	if (measure->wants_fields || measure->wants_products || mpc_measure_cells(measure) > 0)
		return true;
	for (int i = 0; i < MPC_MOMENTS; i++)
	{
		if (measure->wants[i])
			return true;
	}
	return false;
}

/* " FILTER (WHERE …)" for the measure's own. */
static void
append_filter(const Written *w)
{
	if (w->measure->filter > 0)
		appendStringInfo(&w->statement->sql, " FILTER (WHERE %s)", w->statement->filter[w->measure->filter - 1]);
}

/* Sum, or sum and squares, of one column. */
static void
append_sum(const Written *w)
{
	StringInfo	sql = &w->statement->sql;

	appendStringInfo(sql, "mpc.%s(", w->measure->wants[MPC_SUM_YY] ? "measure_moments" : "measure_sum");
	mpc_statement_append_column(sql, &w->column[0]);
	appendStringInfoString(sql, measure_cast(&w->column[0]));
	append_bounds(sql, w->declared[0], bound_type(&w->column[0]));
	appendStringInfo(sql, ", %d)", w->declared[0]->scale);
}

static void
append_fields(const Written *w)
{
	appendStringInfoString(&w->statement->sql, "mpc.measure_interval(");
	mpc_statement_append_column(&w->statement->sql, &w->column[0]);
	appendStringInfoChar(&w->statement->sql, ')');
}

static void
append_pair(const Written *w)
{
	StringInfo	sql = &w->statement->sql;

	appendStringInfoString(sql, "mpc.measure_pair(");
	for (int i = 0; i < MPC_MAX_ARGS; i++)
	{
		mpc_statement_append_column(sql, &w->column[i]);
		appendStringInfo(sql, "%s, ", measure_cast(&w->column[i]));
	}
	for (int i = 0; i < MPC_MAX_ARGS; i++)
	{
		char		low[MPC_WIDE_DECIMAL_MAX];
		char		high[MPC_WIDE_DECIMAL_MAX];

		write_bounds(w->declared[i], low, high);
		appendStringInfo(sql, "%s%s,%s,%d", i == 0 ? "'{" : ",", low, high, w->declared[i]->scale);
	}
	appendStringInfoString(sql, "}'::pg_catalog.numeric[]");
	appendStringInfoChar(sql, ')');
}

/* '{bound, …}'::numeric[], the lower bounds or the higher ones. */
static void
append_bound_array(const Written *w, bool high)
{
	StringInfo	sql = &w->statement->sql;

	for (int i = 0; i < w->measure->ncolumns; i++)
	{
		char		digits[2][MPC_WIDE_DECIMAL_MAX];

		write_bounds(w->declared[i], digits[0], digits[1]);
		appendStringInfo(sql, "%s%s", i == 0 ? "'{" : ",", digits[high ? 1 : 0]);
	}
	appendStringInfoString(sql, "}'::pg_catalog.numeric[], ");
}

/* With all their bits. */
static void
append_coefficients(const Written *w)
{
	StringInfo	sql = &w->statement->sql;

	for (int i = 0; i < w->measure->ncolumns; i++)
		appendStringInfo(sql, "%s%.17g", i == 0 ? ", '{" : ",", mpc_query_coefficient(w->measure->coefficients, i));
	appendStringInfoString(sql, "}'::pg_catalog.float8[]");
}

static void
append_products(const Written *w)
{
	StringInfo	sql = &w->statement->sql;

	appendStringInfo(sql, "mpc.%s(", w->measure->coefficients.len > 0 ? "measure_logistic" : "measure_products");
	append_bound_array(w, false);
	append_bound_array(w, true);
	for (int i = 0; i < w->measure->ncolumns; i++)
		appendStringInfo(sql, "%s%d", i == 0 ? "'{" : ",", w->declared[i]->scale);
	appendStringInfoString(sql, "}'::pg_catalog.int4[]");
	if (w->measure->coefficients.len > 0)
		append_coefficients(w);
	for (int i = 0; i < w->measure->ncolumns; i++)
	{
		appendStringInfoString(sql, ", ");
		mpc_statement_append_column(sql, &w->column[i]);
		appendStringInfoString(sql, measure_cast(&w->column[i]));
	}
	appendStringInfoChar(sql, ')');
}

static void
append_registers(const Written *w)
{
	StringInfo	sql = &w->statement->sql;
	bytea	   *salt = palloc(VARHDRSZ + MPC_SALT_BYTES);

	if (w->statement->salt == NULL)
		elog(ERROR, "identifiers cannot be counted without a salt");
	SET_VARSIZE(salt, VARHDRSZ + MPC_SALT_BYTES);
	memcpy(VARDATA(salt), w->statement->salt, MPC_SALT_BYTES);
	appendStringInfoString(sql, "mpc.measure_registers(");
	mpc_statement_append_column(sql, &w->column[0]);
	appendStringInfoString(sql, ", ");
	mpc_statement_parameter(w->statement, BYTEAOID, PointerGetDatum(salt), false);
	appendStringInfoChar(sql, ')');
	append_filter(w);
}

static void
append_histogram(const Written *w)
{
	StringInfo	sql = &w->statement->sql;
	const MpcGrid *grid = &w->measure->grid;

	appendStringInfoString(sql, "mpc.measure_histogram(");
	mpc_statement_append_column(sql, &w->column[0]);
	appendStringInfoString(sql, measure_cast(&w->column[0]));
	append_bounds(sql, w->declared[0], "numeric");
	appendStringInfo(sql, ", %d, '%.*s'::pg_catalog.numeric, '%.*s'::pg_catalog.numeric, %d)", w->declared[0]->scale,
					 (int) grid->low.len, (const char *) grid->low.data,
					 (int) grid->high.len, (const char *) grid->high.data, grid->buckets);
}

/* Rows behind the measure, where nothing is summed. */
static void
append_count(const Written *w)
{
	StringInfo	sql = &w->statement->sql;

	if (w->measure->ncolumns == 1)
	{
		appendStringInfoString(sql, "pg_catalog.count(");
		mpc_statement_append_column(sql, &w->column[0]);
		appendStringInfoChar(sql, ')');
		append_filter(w);
		return;
	}
	appendStringInfoString(sql, "pg_catalog.count(*) FILTER (WHERE ");
	for (int i = 0; i < w->measure->ncolumns; i++)
	{
		mpc_statement_append_column(sql, &w->column[i]);
		appendStringInfoString(sql, i + 1 < w->measure->ncolumns ? " IS NOT NULL AND " : " IS NOT NULL");
	}
	if (w->measure->filter > 0)
		appendStringInfo(sql, "%s%s", w->measure->ncolumns > 0 ? " AND " : "",
						 w->statement->filter[w->measure->filter - 1]);
	appendStringInfoChar(sql, ')');
}

/* ", bit_or(column)" */
static void
append_bits(const Written *w, const char *of_bits, const char *of_truth)
{
	StringInfo	sql = &w->statement->sql;
	bool		truth = w->column[0].contract.kind == MPC_KIND_BOOL;

	appendStringInfo(sql, ", pg_catalog.%s(", truth ? of_truth : of_bits);
	mpc_statement_append_column(sql, &w->column[0]);
	appendStringInfo(sql, "%s)", truth ? "" : "::pg_catalog.int8");
	append_filter(w);
}

/* The column as a value of the contract's type: lossless, since it fits. */
static const char *
contract_cast(const MpcColumn *column)
{
	if (column->local.kind == column->contract.kind)
		return "";
	switch (column->contract.kind)
	{
		case MPC_KIND_INT4:
			return "::pg_catalog.int4";
		case MPC_KIND_INT8:
			return "::pg_catalog.int8";
		case MPC_KIND_NUMERIC:
			return "::pg_catalog.numeric";
		case MPC_KIND_FLOAT8:
			return "::pg_catalog.float8";
		default:
			return "";			/* no other measure fits another type */
	}
}

static void
append_extreme(const Written *w, const char *function)
{
	StringInfo	sql = &w->statement->sql;

	appendStringInfo(sql, ", pg_catalog.%s(", function);
	mpc_statement_append_column(sql, &w->column[0]);
	appendStringInfo(sql, "%s)", contract_cast(&w->column[0]));
	append_filter(w);
}

/*
 * Least and greatest, whichever is asked: bounds that hold for both hold for all values. Only too many digits after the point,
 * which a numeric without scale may have, are seen of no extreme.
 */
static void
append_extremes(const Written *w, int measure)
{
	StringInfo	sql = &w->statement->sql;
	MpcExtremeKeys *keys = palloc(sizeof(MpcExtremeKeys));

	mpc_extreme_keys(keys, w->declared[0]);
	keys->checks_scale = w->column[0].local.kind == MPC_KIND_NUMERIC && w->column[0].local.typmod < 0;
	w->statement->keys[measure] = keys;
	append_extreme(w, "min");
	append_extreme(w, "max");
	if (!keys->checks_scale)
		return;
	appendStringInfoString(sql, ", pg_catalog.max(pg_catalog.min_scale(");
	mpc_statement_append_column(sql, &w->column[0]);
	appendStringInfoString(sql, "))");
	append_filter(w);
}

MpcStatus
mpc_statement_append_measure(MpcStatement *statement, const MpcContract *contract, const MpcLanes *lanes, int at)
{
	const MpcMeasure *measure = &lanes->measure[at];
	Written		w = {.statement = statement,.measure = measure};

	for (int i = 0; i < measure->ncolumns; i++)
	{
		MpcStatus	status;

		w.declared[i] = mpc_contract_find(contract, measure->column[i],
										  measure->wants_levels ? MPC_ROLE_IDENTIFIER : MPC_ROLE_MEASURE);
		if (w.declared[i] == NULL)
			return MPC_MISMATCH;
		status = mpc_column_resolve(&w.column[i], statement->relid, w.declared[i]);
		if (status != MPC_OK)
			return status;
	}
	if (measure->wants_levels)
		append_registers(&w);
	else if (!wants_moments(measure))
		append_count(&w);
	else
	{
		if (measure->wants_products)
			append_products(&w);
		else if (measure->wants_fields)
			append_fields(&w);
		else if (mpc_measure_cells(measure) > 0)
			append_histogram(&w);
		else if (measure->ncolumns == 1)
			append_sum(&w);
		else
			append_pair(&w);
		append_filter(&w);
	}
	if (measure->wants_set)
		append_bits(&w, "bit_or", "bool_or");
	if (measure->wants_clear)
		append_bits(&w, "bit_and", "bool_and");
	if (measure->wants_min || measure->wants_max)
		append_extremes(&w, at);
	for (int i = 0; i < measure->ncolumns && mpc_statement_counts_columns(measure); i++)
	{
		appendStringInfoString(&statement->sql, ", pg_catalog.count(");
		mpc_statement_append_column(&statement->sql, &w.column[i]);
		appendStringInfoChar(&statement->sql, ')');
	}
	return MPC_OK;
}

bool
mpc_statement_counts_rows(const MpcMeasure *measure)
{
	return measure->ncolumns == 1 && measure->filter == 0 && wants_moments(measure);
}

bool
mpc_statement_needs_count(const MpcLanes *lanes)
{
	for (int i = 0; i < lanes->nmeasures; i++)
	{
		if (mpc_statement_counts_rows(&lanes->measure[i]))
			return false;
	}
	return true;
}

int
mpc_statement_columns(const MpcStatement *statement, const MpcLanes *lanes)
{
	int			n = statement->nkeys + (mpc_statement_needs_count(lanes) ? 1 : 0);

	for (int i = 0; i < lanes->nmeasures; i++)
	{
		const MpcMeasure *measure = &lanes->measure[i];

		n += 1 + (measure->wants_set ? 1 : 0) + (measure->wants_clear ? 1 : 0) +
			(mpc_statement_counts_columns(measure) ? measure->ncolumns : 0);
		if (statement->keys[i] != NULL)
			n += statement->keys[i]->checks_scale ? 3 : 2;
	}
	return n;
}
