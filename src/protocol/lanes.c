/*
 * lanes.c
 *		Which sums does a question need, and in which order?
 *
 * Assumes that both sides read the same query and contract: then both derive the
 * same lanes, and a request says which so that any difference is seen.
 */
#include "protocol/query.h"
#include "protocol/query_sets.h"

#define POLICY_VERSION	1
#define NO_MEASURE		255

#define Y	(1u << MPC_SUM_Y)
#define X	(1u << MPC_SUM_X)
#define YY	(1u << MPC_SUM_YY)
#define XX	(1u << MPC_SUM_XX)
#define XY	(1u << MPC_SUM_XY)

static const MpcLaneKind lane_of_moment[MPC_MOMENTS] = {
	MPC_LANE_SUM, MPC_LANE_SUM_X, MPC_LANE_SQUARE_Y, MPC_LANE_SQUARE_X, MPC_LANE_PRODUCT
};

/* The moments that a function is computed from. */
static unsigned
moments_of(MpcFunction function)
{
	switch (function)
	{
		case MPC_SUM:
		case MPC_AVG:
		case MPC_REGR_AVGY:
			return Y;
		case MPC_VAR_POP:
		case MPC_VAR_SAMP:
		case MPC_STDDEV_POP:
		case MPC_STDDEV_SAMP:
		case MPC_REGR_SYY:
			return Y | YY;
		case MPC_REGR_AVGX:
			return X;
		case MPC_REGR_SXX:
			return X | XX;
		case MPC_COVAR_POP:
		case MPC_COVAR_SAMP:
		case MPC_REGR_SXY:
			return Y | X | XY;
		case MPC_CORR:
		case MPC_REGR_SLOPE:
		case MPC_REGR_INTERCEPT:
		case MPC_REGR_R2:
			return Y | X | YY | XX | XY;
		default:
			return 0;
	}
}

/* An aggregate that is no histogram has none, whatever stands there. */
static const MpcGrid *
grid_of(const MpcAgg *agg)
{
	static const MpcGrid none;

	return agg->function == MPC_HISTOGRAM ? &agg->grid : &none;
}

static bool
is_measure_of(const MpcMeasure *measure, const MpcAgg *agg)
{
	size_t		i;

	if (measure->ncolumns != agg->nargs || measure->filter != agg->filter ||
		measure->wants_products != (mpc_function_is_model(agg->function)) ||
		measure->wants_levels != (agg->function == MPC_DISTINCT) ||
		!mpc_grid_equal(&measure->grid, grid_of(agg)) ||
		!mpc_str_equal(measure->coefficients, agg->coefficients))
		return false;
	for (i = 0; i < agg->nargs; i++)
		if (!mpc_str_equal(measure->column[i], agg->arg[i]))
			return false;
	return true;
}

int
mpc_lanes_measure(const MpcLanes *lanes, const MpcAgg *agg)
{
	size_t		i;

	for (i = 0; i < lanes->nmeasures; i++)
		if (is_measure_of(&lanes->measure[i], agg))
			return (int) i;
	return -1;
}

/* The measure of an aggregate, added when it is new. */
static MpcMeasure *
measure_of(MpcLanes *lanes, const MpcAgg *agg)
{
	static const MpcMeasure fresh;
	int			found = mpc_lanes_measure(lanes, agg);
	MpcMeasure *measure;
	size_t		i;

	if (found >= 0)
		return &lanes->measure[found];
	measure = &lanes->measure[lanes->nmeasures++];
	*measure = fresh;
	measure->ncolumns = agg->nargs;
	for (i = 0; i < agg->nargs; i++)
		measure->column[i] = agg->arg[i];
	measure->coefficients = agg->coefficients;
	measure->filter = agg->filter;
	measure->wants_products = mpc_function_is_model(agg->function);
	measure->wants_levels = agg->function == MPC_DISTINCT;
	measure->grid = *grid_of(agg);
	return measure;
}

static void
want(MpcMeasure *measure, MpcFunction function)
{
	bool		of_bool = function == MPC_BOOL_AND || function == MPC_BOOL_OR;
	bool		of_bits = function == MPC_BIT_AND || function == MPC_BIT_OR;
	unsigned	moments = moments_of(function);
	size_t		i;

	for (i = 0; i < MPC_MOMENTS; i++)
		measure->wants[i] |= (moments >> i & 1) != 0;
	measure->wants_fields |= function == MPC_SUM_INTERVAL || function == MPC_AVG_INTERVAL;
	measure->wants_set |= function == MPC_BOOL_OR || function == MPC_BIT_OR;
	measure->wants_clear |= function == MPC_BOOL_AND || function == MPC_BIT_AND;
	measure->wants_min |= function == MPC_MIN;
	measure->wants_max |= function == MPC_MAX;
	/* No type has both; whoever asks for both gets the wider, and is refused for the type. */
	if (of_bits)
		measure->width = MPC_MAX_WIDTH;
	else if (of_bool && measure->width == 0)
		measure->width = 1;
}

/* Gives the measure its lanes, from *next on. */
static void
place(MpcMeasure *measure, uint16_t *next)
{
	size_t		i;

	measure->nonnull_lane = (*next)++;
	for (i = 0; i < MPC_MOMENTS; i++)
		if (measure->wants[i])
			measure->moment_lane[i] = (*next)++;
	if (measure->wants_fields)
	{
		measure->field_lane = *next;
		*next += MPC_FIELDS;
	}
	if (measure->wants_products)
	{
		measure->products_lane = *next;
		*next += (uint16_t) mpc_measure_sums(measure);
	}
	if (measure->wants_levels)
	{
		measure->levels_lane = *next;
		*next += MPC_LEVEL_LANES;
	}
	if (mpc_measure_cells(measure) > 0)
	{
		measure->cells_lane = *next;
		*next += (uint16_t) (2 * mpc_measure_cells(measure));
	}
	if (measure->wants_set)
	{
		measure->set_lane = *next;
		*next += measure->width;
	}
	if (measure->wants_clear)
	{
		measure->clear_lane = *next;
		*next += measure->width;
	}
	measure->contributor_lane = (*next)++;
}

void
mpc_lanes_init(MpcLanes *lanes, const MpcQuery *q)
{
	size_t		i;

	/* One measure per function at most, so that they fit. */
	lanes->nmeasures = 0;
	for (i = 0; i < q->naggs; i++)
		if ((q->agg[i].nargs > 0 || q->agg[i].filter > 0) && !mpc_function_is_of_sets(q->agg[i].function))
			want(measure_of(lanes, &q->agg[i]), q->agg[i].function);
	lanes->nlanes = MPC_CONTRIBUTOR_LANE + 1;
	for (i = 0; i < lanes->nmeasures; i++)
		place(&lanes->measure[i], &lanes->nlanes);
}

static void
write_lane(MpcWriter *w, MpcLaneKind kind, uint8_t measure)
{
	mpc_write_u8(w, (uint8_t) kind);
	mpc_write_u8(w, measure);
}

static void
write_products(MpcWriter *w, const MpcMeasure *measure, uint8_t number)
{
	bool		logistic = measure->coefficients.len > 0;
	int			n = mpc_products_count(measure->ncolumns);
	int			i;

	if (logistic)
		write_lane(w, MPC_LANE_LOG_LIKELIHOOD, number);
	for (i = 0; i < measure->ncolumns; i++)
		write_lane(w, logistic ? MPC_LANE_GRADIENT : MPC_LANE_COLUMN_SUM, number);
	for (; i < n; i++)
		write_lane(w, logistic ? MPC_LANE_HESSIAN : MPC_LANE_COLUMN_PRODUCT, number);
}

static void
write_cells(MpcWriter *w, const MpcMeasure *measure, uint8_t number)
{
	int			i;

	for (i = 0; i < mpc_measure_cells(measure); i++)
	{
		write_lane(w, MPC_LANE_CELL, number);
		write_lane(w, MPC_LANE_CELL_CONTRIBUTOR, number);
	}
}

/* The lanes of one measure, as place() has them. */
static void
write_measure(MpcWriter *w, const MpcMeasure *measure, uint8_t number)
{
	size_t		i;

	write_lane(w, MPC_LANE_NONNULL, number);
	for (i = 0; i < MPC_MOMENTS; i++)
		if (measure->wants[i])
			write_lane(w, lane_of_moment[i], number);
	for (i = 0; measure->wants_fields && i < MPC_FIELDS; i++)
		write_lane(w, (MpcLaneKind) (MPC_LANE_MONTHS + i), number);
	if (measure->wants_products)
		write_products(w, measure, number);
	if (measure->wants_levels)
		write_lane(w, MPC_LANE_LEVEL, number);	/* once: they are always as many */
	write_cells(w, measure, number);
	for (i = 0; measure->wants_set && i < measure->width; i++)
		write_lane(w, MPC_LANE_BIT_SET, number);
	for (i = 0; measure->wants_clear && i < measure->width; i++)
		write_lane(w, MPC_LANE_BIT_CLEAR, number);
	write_lane(w, MPC_LANE_MEASURE_CONTRIBUTOR, number);
}

void
mpc_policy_write(MpcWriter *w, const MpcLanes *lanes, const uint8_t contract_hash[32])
{
	size_t		i;

	mpc_write_u8(w, POLICY_VERSION);
	mpc_write_bytes(w, contract_hash, 32);
	mpc_write_le16(w, lanes->nlanes);
	write_lane(w, MPC_LANE_ROWS, NO_MEASURE);
	write_lane(w, MPC_LANE_CONTRIBUTOR, NO_MEASURE);
	for (i = 0; i < lanes->nmeasures; i++)
		write_measure(w, &lanes->measure[i], (uint8_t) i);
}
