/*
 * query_aggs.c
 *		Which functions of which columns does a question ask for, as bytes and as a structure?
 *
 * As query.c, of which this is a part: assumes nothing about the bytes.
 */
#include "protocol/query_aggs.h"
#include "protocol/query_functions.h"

bool
mpc_same_histogram(const MpcAgg *a, const MpcAgg *b)
{
	return mpc_str_equal(a->arg[0], b->arg[0]) && a->filter == b->filter && mpc_grid_equal(&a->grid, &b->grid);
}

/* Whether an aggregate is a histogram that none before it is. */
static bool
is_new_histogram(const MpcQuery *q, size_t agg)
{
	size_t		i;

	if (q->agg[agg].function != MPC_HISTOGRAM)
		return false;
	for (i = 0; i < agg; i++)
		if (q->agg[i].function == MPC_HISTOGRAM && mpc_same_histogram(&q->agg[i], &q->agg[agg]))
			return false;
	return true;
}

bool
mpc_query_aggs_fit(const MpcQuery *q)
{
	size_t		products = 0;
	size_t		distinct = 0;
	size_t		histograms = 0;
	size_t		i;

	for (i = 0; i < q->naggs; i++)
	{
		products += mpc_function_is_model(q->agg[i].function);
		distinct += q->agg[i].function == MPC_DISTINCT;
		histograms += is_new_histogram(q, i);
	}
	return products <= MPC_MAX_PRODUCTS && distinct <= MPC_MAX_DISTINCT && histograms <= MPC_MAX_HISTOGRAMS;
}

static void
write_grid(MpcWriter *w, const MpcGrid *grid)
{
	MpcEdges	edges;

	mpc_write_fail(w, mpc_grid_edges(&edges, grid));
	mpc_write_str(w, grid->low);
	mpc_write_str(w, grid->high);
	mpc_write_le16(w, grid->buckets);
}

void
mpc_query_write_agg(MpcWriter *w, const MpcAgg *agg)
{
	size_t		i;

	if (!mpc_query_args_fit(agg->function, agg->nargs) || agg->coefficients.len != mpc_query_coefficient_bytes(agg) ||
		!mpc_query_coefficients_fit(agg->coefficients))
	{
		mpc_write_fail(w, MPC_MALFORMED);
		return;
	}
	mpc_write_u8(w, (uint8_t) agg->function);
	mpc_write_u8(w, agg->nargs);
	for (i = 0; i < agg->nargs; i++)
		mpc_write_str(w, agg->arg[i]);
	if (agg->function == MPC_HISTOGRAM)
		write_grid(w, &agg->grid);
	mpc_write_bytes(w, agg->coefficients.data, agg->coefficients.len);
	mpc_write_u8(w, agg->filter);
}

static void
read_coefficients(MpcReader *r, MpcAgg *agg)
{
	agg->coefficients.len = mpc_query_coefficient_bytes(agg);
	agg->coefficients.data = mpc_read_bytes(r, agg->coefficients.len);
	if (agg->coefficients.data == NULL)
		agg->coefficients.len = 0;
	else if (!mpc_query_coefficients_fit(agg->coefficients))
		mpc_read_fail(r, MPC_MALFORMED);
}

static void
read_grid(MpcReader *r, MpcGrid *grid)
{
	MpcEdges	edges;

	grid->low = mpc_read_str(r, MPC_GRID_DIGITS + 1);
	grid->high = mpc_read_str(r, MPC_GRID_DIGITS + 1);
	grid->buckets = mpc_read_le16(r);
	if (r->status == MPC_OK)
		mpc_read_fail(r, mpc_grid_edges(&edges, grid));
}

void
mpc_query_read_agg(MpcReader *r, MpcAgg *agg)
{
	static const MpcGrid none;
	size_t		i;

	agg->function = (MpcFunction) mpc_read_u8(r);
	agg->nargs = mpc_read_u8(r);
	if (!mpc_query_args_fit(agg->function, agg->nargs))
	{
		mpc_read_fail(r, MPC_MALFORMED);
		agg->nargs = 0;
	}
	for (i = 0; i < agg->nargs; i++)
		agg->arg[i] = mpc_query_read_name(r);
	agg->grid = none;
	if (agg->function == MPC_HISTOGRAM)
		read_grid(r, &agg->grid);
	read_coefficients(r, agg);
	agg->filter = mpc_read_u8(r);
}
