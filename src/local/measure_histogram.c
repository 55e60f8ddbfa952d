/*
 * measure_histogram.c
 *		The aggregate mpc.measure_histogram(value, low, high, scale, grid low, grid high,
 *		buckets): how many values are in each cell of a grid.
 *
 * As mpc.measure_pair otherwise: a column of any type of a number, each value held against the bounds of its contract. A cell's
 * count stands where others have a moment, so that states meet in the same way. Where the cells begin is found once, and
 * the same for all groups.
 */
#include "postgres.h"

#include "fmgr.h"
#include "local/measure_state.h"
#include "protocol/grid.h"
#include "utils/builtins.h"

/* Arguments of the transition function. */
enum {VALUE = 1, LOW, GRID_LOW = 5, GRID_HIGH, BUCKETS};

PG_FUNCTION_INFO_V1(mpc_sql_histogram_add);
PG_FUNCTION_INFO_V1(mpc_sql_histogram_final);

/* Kept with the call, for all of its states. Of core's int128, see measure_state.h. */
typedef struct Cells
{
	int			n;
	int128		edge[FLEXIBLE_ARRAY_MEMBER];	/* where cells 1 .. n - 1 begin */
} Cells;

static MpcStr
limit_argument(FunctionCallInfo fcinfo, int arg)
{
	return mpc_str(DatumGetCString(DirectFunctionCall1(numeric_out, PG_GETARG_DATUM(arg))));
}

static MpcEdges
read_grid(FunctionCallInfo fcinfo)
{
	MpcGrid		grid = {{NULL, 0}, {NULL, 0}, 0};
	MpcEdges	edges;

	if (!PG_ARGISNULL(GRID_LOW) && !PG_ARGISNULL(GRID_HIGH) && !PG_ARGISNULL(BUCKETS) &&
		PG_GETARG_INT32(BUCKETS) > 0 && PG_GETARG_INT32(BUCKETS) <= MPC_MAX_BUCKETS)
	{
		grid.low = limit_argument(fcinfo, GRID_LOW);
		grid.high = limit_argument(fcinfo, GRID_HIGH);
		grid.buckets = (uint16) PG_GETARG_INT32(BUCKETS);
	}
	if (mpc_grid_edges(&edges, &grid) != MPC_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the grid of a histogram must be two integers of at most %d digits, the lower one first, and 1 to %d buckets",
						MPC_GRID_DIGITS, MPC_MAX_BUCKETS)));
	return edges;
}

static Cells *
make_cells(FunctionCallInfo fcinfo, const MpcEdges *edges)
{
	Cells	   *cells = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, offsetof(Cells, edge) + (edges->buckets + 1) * sizeof(int128));

	cells->n = MPC_GRID_CELLS(edges->buckets);
	for (int i = 0; i <= edges->buckets; i++)
		cells->edge[i] = mpc_grid_edge(edges, i);
	fcinfo->flinfo->fn_extra = cells;
	return cells;
}

static pg_noinline MpcMeasureState *
start(FunctionCallInfo fcinfo)
{
	MpcEdges	edges = read_grid(fcinfo);
	Cells	   *cells = fcinfo->flinfo->fn_extra;
	MpcMeasureState *state;

	if (cells == NULL)
		cells = make_cells(fcinfo, &edges);
	if (cells->n != MPC_GRID_CELLS(edges.buckets) || cells->edge[0] != edges.low ||
		cells->edge[edges.buckets] != mpc_grid_edge(&edges, edges.buckets))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the grid of a histogram must be the same for all groups")));
	state = mpc_measure_make(fcinfo, 1, cells->n);
	mpc_measure_describe(state->column, fcinfo, LOW, mpc_measure_kind(get_fn_expr_argtype(fcinfo->flinfo, VALUE)), false);
	return state;
}

/* As many cells begin at or below it. */
static int
cell_of(const Cells *cells, int128 v)
{
	int			low = 0;
	int			high = cells->n - 1;

	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (cells->edge[middle] <= v)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

Datum
mpc_sql_histogram_add(PG_FUNCTION_ARGS)
{
	MpcMeasureState *state = mpc_measure_state(fcinfo);
	int128		v;

	if (unlikely(state == NULL))
		state = start(fcinfo);
	state->rows++;
	if (PG_ARGISNULL(VALUE))
		PG_RETURN_POINTER(state);
	state->nonnull++;
	if (likely(mpc_measure_value(state->column, PG_GETARG_DATUM(VALUE), &v)))
		state->total[cell_of(fcinfo->flinfo->fn_extra, v)].small++;
	else
		state->violated = true;
	PG_RETURN_POINTER(state);
}

/* Without rows there is no cell. */
Datum
mpc_sql_histogram_final(PG_FUNCTION_ARGS)
{
	MpcMeasureState *state = mpc_measure_state(fcinfo);

	PG_RETURN_BYTEA_P(mpc_measure_bytes(state, state != NULL ? state->nmoments : 0));
}
