/*
 * joint_grid.c
 *		Into which cells shall a histogram sort values, and which fraction is a percentile?
 *
 * Grid and fraction are expressions without columns, as the values of a condition are: evaluated once, when execution
 * begins. Limits are taken as the exact numbers they are and must be numbers of the column's contract; nothing is
 * rounded.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "face/joint_fill.h"
#include "local/exact.h"
#include "local/measure.h"
#include "local/text.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

static void
raise_grid(const char *reason)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_ARGUMENT_FOR_WIDTH_BUCKET_FUNCTION),
			 errmsg("the grid of a histogram is not valid"),
			 errdetail_internal("%s", reason)));
}

/* m * 2^e, with all its digits. */
static Datum
exact_double(double value)
{
	int			exponent;
	int64		m;
	Datum		number;
	char	   *text;

	if (isnan(value) || isinf(value))
		raise_grid("Its limits must be finite numbers.");
	m = (int64) ldexp(frexp(value, &exponent), 53);
	exponent -= 53;
	if (exponent >= 0)
		return mpc_exact_multiply(mpc_exact_int64(m), mpc_exact_power(2, exponent));
	number = mpc_exact_multiply(mpc_exact_int64(m), mpc_exact_power(5, -exponent));
	text = psprintf("%se%d", DatumGetCString(DirectFunctionCall1(numeric_out, number)), exponent);
	number = DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	return DirectFunctionCall1(numeric_trim_scale, number);
}

static Datum
exact_number(Datum value, Oid type)
{
	switch (type)
	{
		case INT4OID:
			return mpc_exact_int64(DatumGetInt32(value));
		case INT8OID:
			return mpc_exact_int64(DatumGetInt64(value));
		case FLOAT8OID:
			return exact_double(DatumGetFloat8(value));
		default:
			if (numeric_is_nan(DatumGetNumeric(value)) || numeric_is_inf(DatumGetNumeric(value)))
				raise_grid("Its limits must be finite numbers.");
			return DirectFunctionCall1(numeric_uplus, value);	/* a copy */
	}
}

/* The value of an expression of the plan, by its index. */
static Datum
evaluate(const MpcJointPlan *plan, ExprContext *econtext, int index, bool *null, Oid *type)
{
	*type = exprType(list_nth(plan->exprs, plan->ngates + index));
	return ExecEvalExprSwitchContext(list_nth(plan->states, plan->ngates + index), econtext, null);
}

static Datum
evaluate_limit(const MpcJointPlan *plan, ExprContext *econtext, int index)
{
	bool		null;
	Oid			type;
	Datum		value = evaluate(plan, econtext, index, &null, &type);

	if (null)
		raise_grid("Its limits and the number of buckets must not be null.");
	return exact_number(value, type);
}

static int
evaluate_buckets(const MpcJointPlan *plan, ExprContext *econtext, int index)
{
	bool		null;
	Oid			type;
	Datum		value = evaluate(plan, econtext, index, &null, &type);

	if (null || DatumGetInt32(value) < 1 || DatumGetInt32(value) > MPC_MAX_BUCKETS)
		raise_grid(psprintf("There must be between 1 and %d buckets.", MPC_MAX_BUCKETS));
	return DatumGetInt32(value);
}

/* Checked as percentile_disc() does, in its words. */
static void
evaluate_fraction(const MpcJointPlan *plan, ExprContext *econtext, int index, MpcJointGrid *grid)
{
	Oid			type;
	Datum		value = evaluate(plan, econtext, index, &grid->fraction_null, &type);

	grid->percentile = true;
	grid->fraction = grid->fraction_null ? 0 : DatumGetFloat8(value);
	if (grid->fraction < 0 || grid->fraction > 1 || isnan(grid->fraction))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("percentile value %g is not between 0 and 1", grid->fraction)));
}

void
mpc_joint_grids(const MpcJointPlan *plan, ExprContext *econtext)
{
	ListCell   *lc;

	foreach(lc, plan->columns)
	{
		const List *item = lfirst(lc);
		MpcJointGrid *grid = &plan->grid[foreach_current_index(lc)];

		if (linitial_int(item) != MPC_HISTOGRAM)
			continue;
		if (list_nth_int(item, MPC_GRID_FRACTION) >= 0)
			evaluate_fraction(plan, econtext, list_nth_int(item, MPC_GRID_FRACTION), grid);
		if (list_nth_int(item, MPC_GRID_LOW) < 0)
			continue;
		grid->low = evaluate_limit(plan, econtext, list_nth_int(item, MPC_GRID_LOW));
		grid->high = evaluate_limit(plan, econtext, list_nth_int(item, MPC_GRID_HIGH));
		grid->buckets = evaluate_buckets(plan, econtext, list_nth_int(item, MPC_GRID_BUCKETS));
		if (mpc_exact_compare(grid->low, grid->high) >= 0)
			raise_grid("Its lower limit must be below its upper limit.");
	}
}

/* ------------------------------------------------------------------ for the wire */

static bool
is_binary(const MpcContractColumn *column)
{
	return mpc_str_equal(column->type, mpc_str("real")) || mpc_str_equal(column->type, mpc_str("double precision"));
}

/* A limit as the contract's integer. */
static MpcStr
scaled_limit(const MpcContractColumn *column, Datum limit)
{
	bool		binary = is_binary(column);
	Datum		scaled = mpc_exact_multiply(limit, mpc_exact_power(binary ? 2 : 10, column->scale));
	Datum		whole = DirectFunctionCall1(numeric_floor, scaled);

	if (mpc_exact_compare(scaled, whole) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_ARGUMENT_FOR_WIDTH_BUCKET_FUNCTION),
				 errmsg("the grid of a histogram is not valid"),
				 errdetail("A limit has more digits after the point than column \"%s\" in its contract.",
						   mpc_text_shown(column->name)),
				 column->scale == 0 ? errhint("Limits must be whole numbers.") :
				 errhint("Limits must be multiples of %d^-%d.", binary ? 2 : 10, column->scale)));
	return mpc_str(DatumGetCString(DirectFunctionCall1(numeric_out, whole)));
}

/* The declared bounds, and as many buckets as may be. */
static void
fill_bounds(MpcGrid *grid, const MpcContractColumn *column)
{
	char	   *text = palloc(MPC_WIDE_DECIMAL_MAX);
	MpcWide		width;
	MpcWide		low;
	MpcWide		high;
	int64		units;

	if (!mpc_measure_is_bounded(column))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the contract declares no bounds of column \"%s\"", mpc_text_shown(column->name)),
				 errhint("Write a grid: mpc_percentile(fraction, column, low, high, buckets).")));
	mpc_measure_bounds(column, &low, &high);
	mpc_wide_add_int128(&high, 1);
	width = low;
	mpc_wide_negate(&width);
	mpc_wide_add(&width, &high);
	mpc_wide_to_decimal(text, &high);
	grid->low = column->low;
	grid->high = mpc_str(text);
	grid->buckets = mpc_wide_to_int64(&width, &units) && units < MPC_MAX_BUCKETS ? (uint16) units : MPC_MAX_BUCKETS;
}

void
mpc_fill_grid(MpcAgg *agg, const MpcJointGrid *written, const MpcContract *contract)
{
	const MpcContractColumn *column = contract == NULL ? NULL : mpc_contract_find(contract, agg->arg[0], MPC_ROLE_MEASURE);
	MpcEdges	edges;

	if (column == NULL)
	{
		agg->grid.buckets = (uint16) written->buckets;	/* all that is known of it; it is not asked so */
		return;
	}
	if (written->buckets == 0)
		fill_bounds(&agg->grid, column);
	else
	{
		agg->grid.low = scaled_limit(column, written->low);
		agg->grid.high = scaled_limit(column, written->high);
		agg->grid.buckets = (uint16) written->buckets;
	}
	if (mpc_grid_edges(&edges, &agg->grid) != MPC_OK)
		raise_grid(psprintf("In the units of its contract, a limit has more than %d digits.", MPC_GRID_DIGITS));
}

static void
raise_two_grids(const MpcAgg *agg)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("one question can have one histogram of column \"%s\"", mpc_text_shown(agg->arg[0])),
			 errdetail("Two grids, or two filters, would leave cells with few values between them."),
			 errhint("Give mpc_histogram and all mpc_percentile of a column the same grid and filter.")));
}

void
mpc_fill_check_grids(const MpcQuery *query)
{
	int			columns = 0;

	for (int i = 0; i < query->naggs; i++)
	{
		bool		found = query->agg[i].function != MPC_HISTOGRAM;

		for (int k = 0; k < i && query->agg[i].function == MPC_HISTOGRAM; k++)
		{
			if (query->agg[k].function != MPC_HISTOGRAM || !mpc_str_equal(query->agg[i].arg[0], query->agg[k].arg[0]))
				continue;
			found = true;
			if (!mpc_same_histogram(&query->agg[i], &query->agg[k]))
				raise_two_grids(&query->agg[i]);
		}
		columns += found ? 0 : 1;
	}
	if (columns > MPC_MAX_HISTOGRAMS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("one question can have histograms of at most %d columns", MPC_MAX_HISTOGRAMS)));
}
