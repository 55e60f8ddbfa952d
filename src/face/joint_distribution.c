/*
 * joint_distribution.c
 *		What are a histogram and a percentile in SQL?
 *
 * Both are read from the counts of one grid. Values that may not be shown in their cell are in its rest: they may be
 * anywhere, so that a percentile is an interval that certainly holds it.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "face/joint.h"
#include "funcapi.h"
#include "local/exact.h"
#include "local/moments.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

/* Counts of the cells, then of the rest. */
typedef struct Counts
{
	int			ncells;
	int64	   *cell;
	int64		rest;
	int64		values;			/* all of them */
} Counts;

static int64
count_of(const MpcWide *lane)
{
	int64		count = 0;

	if (!mpc_wide_to_int64(lane, &count))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("bigint out of range")));
	return count;
}

/* agg NULL: nobody was asked, since no row can pass. */
static Counts
read_counts(const MpcAnswer *answer, const MpcAnswerGroup *group, const MpcAgg *agg, int buckets)
{
	Counts		counts = {.ncells = MPC_GRID_CELLS(buckets)};
	const MpcMeasure *measure;

	counts.cell = palloc0(counts.ncells * sizeof(int64));
	if (agg == NULL)
		return counts;
	measure = &answer->lanes.measure[mpc_lanes_measure(&answer->lanes, agg)];
	for (int i = 0; i < counts.ncells; i++)
		counts.cell[i] = count_of(&group->sum[measure->cells_lane + 2 * i]);
	counts.rest = count_of(&group->sum[measure->cells_lane + 2 * counts.ncells]);
	counts.values = count_of(&group->sum[measure->nonnull_lane]);
	return counts;
}

/* From cell 0 on. */
static Datum
counts_array(const Counts *counts)
{
	Datum	   *value = palloc(counts->ncells * sizeof(Datum));
	int			dims[1] = {counts->ncells};
	int			lbs[1] = {0};

	for (int i = 0; i < counts->ncells; i++)
		value[i] = Int64GetDatum(counts->cell[i]);
	return PointerGetDatum(construct_md_array(value, NULL, 1, dims, lbs, INT8OID, sizeof(int64),
											  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* type is mpc_distribution. */
static Datum
histogram_datum(const Counts *counts, const MpcJointGrid *grid, Oid type)
{
	TupleDesc	desc = lookup_rowtype_tupdesc(type, -1);
	Datum		value[4] = {grid->low, grid->high, counts_array(counts), Int64GetDatum(counts->rest)};
	bool		null[4] = {false, false, false, false};
	Datum		result;

	if (desc->natts != lengthof(value))
		elog(ERROR, "type mpc_distribution has %d columns", desc->natts);
	result = HeapTupleGetDatum(heap_form_tuple(desc, value, null));
	ReleaseTupleDesc(desc);
	return result;
}

/* Where cell i + 1 begins, in the column's own units. */
static RangeBound
edge_bound(const MpcEdges *edges, int i, const MpcContractColumn *column, bool lower)
{
	RangeBound	bound = {.inclusive = lower,.lower = lower,.infinite = i < 0 || i > edges->buckets};
	MpcWide		edge;

	if (bound.infinite)
		return bound;
	mpc_wide_from_int128(&edge, mpc_grid_edge(edges, i));
	bound.val = mpc_products_datum(&edge, column, NULL);
	if (!mpc_str_equal(column->type, mpc_str("numeric")))
		bound.val = DirectFunctionCall1(numeric_trim_scale, bound.val);
	return bound;
}

/* The row that percentile_disc() takes, counted from 1; computed as it does. */
static int64
row_of(double fraction, int64 values)
{
	return Max(1, (int64) ceil(fraction * values));
}

/*
 * Between the edges: below the lower one lie fewer values than that row has before it, even with all of the rest; below the
 * upper one enough, even without.
 */
static Datum
percentile_datum(const Counts *counts, double fraction, const MpcGrid *grid, const MpcContractColumn *column)
{
	TypeCacheEntry *type = lookup_type_cache(NUMRANGEOID, TYPECACHE_RANGE_INFO);
	int64		row = row_of(fraction, counts->values);
	int64		below = 0;
	int			lower = -1;
	int			upper = counts->ncells;
	MpcEdges	edges;
	RangeBound	from;
	RangeBound	to;

	if (mpc_grid_edges(&edges, grid) != MPC_OK)
		elog(ERROR, "the grid of a histogram is not well-formed");
	for (int i = 0; i < counts->ncells - 1; i++)
	{
		below += counts->cell[i];
		if (below + counts->rest < row)
			lower = i;
		if (below >= row && i < upper)
			upper = i;
	}
	from = edge_bound(&edges, lower, column, true);
	to = edge_bound(&edges, upper, column, false);
	return RangeTypePGetDatum(make_range(type, &from, &to, false));
}

Datum
mpc_joint_distribution(const MpcJointGrid *grid, const MpcAnswer *answer, const MpcAnswerGroup *group, const MpcAgg *agg,
					   Oid type, bool *null)
{
	Counts		counts = read_counts(answer, group, agg, agg != NULL ? agg->grid.buckets : grid->buckets);

	*null = grid->percentile && (grid->fraction_null || counts.values == 0);
	if (*null)
		return (Datum) 0;
	if (!grid->percentile)
		return histogram_datum(&counts, grid, type);
	return percentile_datum(&counts, grid->fraction, &agg->grid,
							mpc_contract_find(&answer->contract, agg->arg[0], MPC_ROLE_MEASURE));
}
