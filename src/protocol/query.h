/*
 * query.h
 *		What is asked: dataset, keys, aggregates, predicate trees. Never SQL.
 *
 * Query bytes (WIRE.md), order as written, nothing normalized but the order of the keys:
 *	u8 1 | str dataset | u8 nkeys, str each | u8 naggs, each: u8 function, u8 nargs, str each, of MPC_LOGISTIC its
 *	coefficients, u8 filter
 *	| predicate (WHERE) | u8 nfilters, each: predicate, not empty
 * Behind the argument of MPC_HISTOGRAM stands its grid (grid.h): str low | str high | le16 buckets.
 * Keys ascend strictly by their bytes. Functions of sets stand with no others, and all with the same identifiers and no filter
 * of their own; keys and measures of theirs are the asker's alone. Filters are all different, each is used, and they come in the order of
 * their first use. Predicate in prefix form: inner "u8 op, u8 n, children"; leaf "u8 op, str column,
 * u8 nvals, each u8 null + str value"; u8 0 = no predicate. A null value has an
 * empty str. Values are canonical bytes of the contract's type.
 */
#ifndef MPC_QUERY_H
#define MPC_QUERY_H

#include "protocol/grid.h"
#include "protocol/wire.h"

#define MPC_MAX_KEYS		16
#define MPC_MAX_AGGS		64
#define MPC_MAX_ARGS		2	/* of all functions but MPC_PRODUCTS and MPC_LOGISTIC */
#define MPC_MAX_PRODUCT_ARGS	33
#define MPC_MAX_PRODUCTS	16	/* aggregates MPC_PRODUCTS and MPC_LOGISTIC */
#define MPC_MAX_IDENTIFIERS	8
#define MPC_MAX_DISTINCT	1	/* aggregates MPC_DISTINCT */
#define MPC_MAX_HISTOGRAMS	4	/* different aggregates MPC_HISTOGRAM */
#define MPC_MAX_NODES		512
#define MPC_MAX_VALUES		2048
#define MPC_MAX_DEPTH		32
#define MPC_MAX_QUERY_BYTES	((size_t) 1 << 20)

typedef enum MpcFunction
{
	MPC_COUNT_ROWS = 1,			/* count(*), no argument */
	MPC_COUNT = 2,				/* count(x), and so on with one argument */
	MPC_SUM = 3,
	MPC_AVG = 4,
	MPC_VAR_POP = 5,
	MPC_VAR_SAMP = 6,
	MPC_STDDEV_POP = 7,
	MPC_STDDEV_SAMP = 8,
	MPC_BOOL_AND = 9,
	MPC_BOOL_OR = 10,
	MPC_BIT_AND = 11,
	MPC_BIT_OR = 12,
	MPC_MIN = 13,
	MPC_MAX = 14,
	MPC_SUM_INTERVAL = 15,		/* sum(x) and avg(x) of type interval, which have other lanes */
	MPC_AVG_INTERVAL = 16,
	MPC_DISTINCT = 17,			/* how many different values, about: of an identifier; at most one of these, and without keys */
	MPC_COVAR_POP = 32,			/* from here two arguments, Y and X */
	MPC_COVAR_SAMP = 33,
	MPC_CORR = 34,
	MPC_REGR_COUNT = 35,
	MPC_REGR_AVGX = 36,
	MPC_REGR_AVGY = 37,
	MPC_REGR_SXX = 38,
	MPC_REGR_SYY = 39,
	MPC_REGR_SXY = 40,
	MPC_REGR_SLOPE = 41,
	MPC_REGR_INTERCEPT = 42,
	MPC_REGR_R2 = 43,
	MPC_PRODUCTS = 48,			/* 2 to MPC_MAX_PRODUCT_ARGS arguments: all their sums and products */
	MPC_HISTOGRAM = 49,			/* one argument and a grid: how many values lie in each of its cells */
	MPC_LOGISTIC = 50,			/* as many, the first of them 0 or 1: what logistic regression asks at some coefficients (stats/logistic.h) */
	MPC_INTERSECT = 64,			/* from here sets of identifiers, 1 to MPC_MAX_IDENTIFIERS columns: the members all have */
	MPC_INTERSECT_COUNT = 65,	/* how many they are */
	MPC_INTERSECT_SUM = 66,		/* identifiers, then a measure of the asker's: its sum over their rows */
	MPC_UNION_COUNT = 67		/* how many anybody has */
} MpcFunction;

typedef enum MpcOp
{
	MPC_OP_NONE = 0,
	MPC_OP_AND = 1,				/* 2 or more children */
	MPC_OP_OR = 2,				/* 2 or more children */
	MPC_OP_NOT = 3,				/* 1 child */
	MPC_OP_EQ = 16,				/* the comparisons take 1 value */
	MPC_OP_NE = 17,
	MPC_OP_LT = 18,
	MPC_OP_LE = 19,
	MPC_OP_GT = 20,
	MPC_OP_GE = 21,
	MPC_OP_IS_NULL = 22,		/* no value */
	MPC_OP_IS_NOT_NULL = 23,	/* no value */
	MPC_OP_IN = 24,				/* 1 to 255 values */
	MPC_OP_PREFIX = 25			/* 1 value: LIKE 'value%' */
} MpcOp;

typedef struct MpcAgg
{
	MpcFunction function;
	uint8_t		nargs;
	MpcStr		arg[MPC_MAX_PRODUCT_ARGS];	/* Y, X */
	MpcGrid		grid;			/* of MPC_HISTOGRAM */
	MpcStr		coefficients;	/* of MPC_LOGISTIC, MPC_COEFFICIENT_BYTES for each argument: the intercept, then of each X; else empty */
	uint8_t		filter;			/* which of the query's filters, from 1; 0: none */
} MpcAgg;

typedef struct MpcValue
{
	bool		null;
	MpcStr		bytes;
} MpcValue;

/* One node of a predicate; nodes stand in prefix order. */
typedef struct MpcNode
{
	MpcOp		op;
	uint8_t		nchildren;		/* inner nodes */
	MpcStr		column;			/* leaves */
	uint8_t		nvalues;		/* leaves */
	uint16_t	first_value;	/* leaves: index into value[] */
} MpcNode;

/* A run of the query's nodes. */
typedef struct MpcPredicate
{
	uint16_t	first;
	uint16_t	nnodes;			/* 0: no predicate */
} MpcPredicate;

typedef struct MpcQuery
{
	MpcStr		dataset;
	uint8_t		nkeys;
	MpcStr		key[MPC_MAX_KEYS];
	uint8_t		naggs;
	MpcAgg		agg[MPC_MAX_AGGS];
	MpcPredicate where;
	uint8_t		nfilters;
	MpcPredicate filter[MPC_MAX_AGGS];
	uint16_t	nnodes;			/* of all predicates: first of where, then of the filters in order */
	MpcNode		node[MPC_MAX_NODES];
	uint16_t	nvalues;
	MpcValue	value[MPC_MAX_VALUES];
} MpcQuery;

/* A coefficient: le64, the bits of an IEEE double below 2^256 in magnitude, hence finite, and not -0. */
#define MPC_COEFFICIENT_BYTES		8
#define MPC_MAX_COEFFICIENT_BITS	256

static inline bool
mpc_op_is_inner(MpcOp op)
{
	return op >= MPC_OP_AND && op <= MPC_OP_NOT;
}

/* Whether it counts: without rows it is 0, and every other function null. */
static inline bool
mpc_function_counts(MpcFunction function)
{
	return function == MPC_COUNT_ROWS || function == MPC_COUNT || function == MPC_REGR_COUNT || function == MPC_DISTINCT ||
		function == MPC_INTERSECT_COUNT || function == MPC_UNION_COUNT;
}

/* Whether two aggregates count the same values in the same cells. Both are MPC_HISTOGRAM. */
extern bool mpc_same_histogram(const MpcAgg *a, const MpcAgg *b);

/* Writes the query bytes. MPC_LIMIT, MPC_NOSPACE through w->status; the caller built a well-formed query. */
extern void mpc_query_write(MpcWriter *w, const MpcQuery *q);

/* MPC_OK, MPC_VERSION, MPC_MALFORMED, MPC_LIMIT. q points into bytes. */
extern MpcStatus mpc_query_read(MpcQuery *q, const void *bytes, size_t len) MPC_MUST_CHECK;

/* One coefficient of an aggregate that was read. */
extern double mpc_query_coefficient(MpcStr coefficients, int i);

/* What is summed over the rows behind a measure: the argument Y, or Y and X, and products. Scaled integers. */
typedef enum MpcMoment
{
	MPC_SUM_Y,
	MPC_SUM_X,
	MPC_SUM_YY,
	MPC_SUM_XX,
	MPC_SUM_XY,
	MPC_MOMENTS					/* how many there are */
} MpcMoment;

/* What is summed of intervals, each for itself as in core: months, days and microseconds do not carry into each other. */
typedef enum MpcField
{
	MPC_MONTHS,
	MPC_DAYS,
	MPC_MICROSECONDS,
	MPC_FIELDS					/* how many there are */
} MpcField;

/*
 * The lanes of one group (WIRE.md, "Vector"):
 *	rows | contributor | per distinct measure, in order of first use:
 *		non-null count [, moments] [, fields] [, a bit set, for each bit] [, a bit clear, for each bit], contributor of this measure
 * Lanes of moments, fields and bits are there when a function needs them. A measure is a pair of columns and filter. It has
 * contributors of its own: a party with rows but no value of it stands behind the rows, not behind the measure (R7).
 * Of MPC_PRODUCTS it has, instead of moments, the sums of its k columns, then of the products of two of them, the upper triangle
 * row by row: 1*1, 1*2, .. 1*k, 2*2, .. k*k. It is a measure apart from that of other functions over the same columns.
 * Of MPC_DISTINCT it has, instead of moments, MPC_LEVELS levels of each of MPC_REGISTERS registers (distinct.h), register by register:
 * each a bit lane that says whether the register is at this level or above. A measure apart, too.
 * Of MPC_HISTOGRAM it has instead, for each cell of its grid and then for the rest, the number of values and the contributors of it:
 * values in cells that are too small to be shown alone are in the rest. It is a measure apart, too.
 * Of MPC_LOGISTIC it has the log likelihood, the gradient by the k coefficients and the Hessian with its sign turned, the upper
 * triangle row by row. A term is counted in units of 2^(bits - MPC_TERM_BITS), where 2^bits bounds its size: 2^40 of a log likelihood
 * (MPC_LOGISTIC_LEAST), of the others the product of the bounds of the X in it, each raised to a power of two.
 * A bit lane is a random element of the field where a value of the party answers yes, and 0 where none does: of the sum
 * only whether it is 0 means something (wrong once in 2^252), and how many say yes stays hidden.
 */
typedef enum MpcLaneKind
{
	MPC_LANE_ROWS = 1,
	MPC_LANE_CONTRIBUTOR = 2,
	MPC_LANE_NONNULL = 3,
	MPC_LANE_SUM = 4,			/* MPC_SUM_Y */
	MPC_LANE_MEASURE_CONTRIBUTOR = 5,
	MPC_LANE_SUM_X = 6,
	MPC_LANE_SQUARE_Y = 7,
	MPC_LANE_SQUARE_X = 8,
	MPC_LANE_PRODUCT = 9,
	MPC_LANE_BIT_SET = 10,
	MPC_LANE_BIT_CLEAR = 11,
	MPC_LANE_MONTHS = 12,		/* of intervals */
	MPC_LANE_DAYS = 13,
	MPC_LANE_MICROSECONDS = 14,
	MPC_LANE_COLUMN_SUM = 16,	/* of MPC_PRODUCTS */
	MPC_LANE_COLUMN_PRODUCT = 17,
	MPC_LANE_CELL = 18,			/* of MPC_HISTOGRAM */
	MPC_LANE_CELL_CONTRIBUTOR = 19,
	MPC_LANE_LEVEL = 23,		/* of MPC_DISTINCT */
	MPC_LANE_LOG_LIKELIHOOD = 20,	/* of MPC_LOGISTIC */
	MPC_LANE_GRADIENT = 21,
	MPC_LANE_HESSIAN = 22
} MpcLaneKind;

#define MPC_MAX_WIDTH	64
#define MPC_REGISTERS	1024
#define MPC_LEVELS		32
#define MPC_LEVEL_LANES	(MPC_REGISTERS * MPC_LEVELS)
#define MPC_TERM_BITS	200		/* no term of MPC_LOGISTIC is more than 2^200 units */
#define MPC_LIKELIHOOD_BITS	40

typedef struct MpcMeasure
{
	uint8_t		ncolumns;		/* 0: rows that pass a filter; 1; 2: pairs of non-null Y and X; more: rows where none is null */
	MpcStr		column[MPC_MAX_PRODUCT_ARGS];	/* Y, X */
	MpcStr		coefficients;	/* as in MpcAgg */
	uint8_t		filter;			/* as in MpcAgg */
	bool		wants[MPC_MOMENTS];
	bool		wants_fields;	/* all of them, of intervals */
	bool		wants_products;	/* all sums of MPC_PRODUCTS, or where there are coefficients of MPC_LOGISTIC, and nothing else */
	bool		wants_levels;	/* registers of MPC_DISTINCT, and nothing else */
	MpcGrid		grid;			/* of MPC_HISTOGRAM; buckets 0: none is asked */
	bool		wants_set;		/* per bit: does any value have it set? */
	bool		wants_clear;	/* per bit: does any value have it clear? */
	uint8_t		width;			/* bits: 1 for bool_*, 64 for bit_* (values sign-extended), 0 without */
	bool		wants_min;		/* of these a vector tells, no lane (extremes.h) */
	bool		wants_max;
	uint16_t	nonnull_lane;
	uint16_t	moment_lane[MPC_MOMENTS];	/* only where wanted */
	uint16_t	field_lane;		/* first of MPC_FIELDS, only when wants_fields */
	uint16_t	products_lane;	/* first of mpc_measure_sums(), only when wants_products */
	uint16_t	levels_lane;	/* first of MPC_LEVEL_LANES, only when wants_levels */
	uint16_t	cells_lane;		/* first of 2 * mpc_measure_cells() */
	uint16_t	set_lane;		/* first of width, only when wants_set */
	uint16_t	clear_lane;		/* first of width, only when wants_clear */
	uint16_t	contributor_lane;
} MpcMeasure;

typedef struct MpcLanes
{
	uint16_t	nlanes;
	uint16_t	nmeasures;
	MpcMeasure	measure[MPC_MAX_AGGS];
} MpcLanes;

#define MPC_ROWS_LANE			0
#define MPC_CONTRIBUTOR_LANE	1
#define MPC_MAX_PRODUCT_SUMS	(1 + MPC_MAX_PRODUCT_ARGS * (MPC_MAX_PRODUCT_ARGS + 3) / 2)
#define MPC_MAX_GROUP_LANES		(2 + (2 + MPC_MOMENTS + MPC_FIELDS + 2 * MPC_MAX_WIDTH) * MPC_MAX_AGGS + \
								 MPC_MAX_PRODUCT_SUMS * MPC_MAX_PRODUCTS + MPC_LEVEL_LANES * MPC_MAX_DISTINCT + \
								 2 * MPC_GRID_COUNTS(MPC_MAX_BUCKETS) * MPC_MAX_HISTOGRAMS)
#define MPC_MAX_POLICY_BYTES	(35 + 2 * (MPC_MAX_GROUP_LANES - (MPC_LEVEL_LANES - 1) * MPC_MAX_DISTINCT))

/* How many sums MPC_PRODUCTS has: of so many columns and of their products. */
static inline int
mpc_products_count(int ncolumns)
{
	return ncolumns * (ncolumns + 3) / 2;
}

/* How many counts of a histogram this measure has, the rest last; 0: it is none. */
static inline int
mpc_measure_cells(const MpcMeasure *measure)
{
	return measure->grid.buckets > 0 ? MPC_GRID_COUNTS(measure->grid.buckets) : 0;
}

/* The same of MPC_LOGISTIC: it has as many coefficients as columns, and a log likelihood. */
static inline int
mpc_logistic_count(int ncolumns)
{
	return 1 + mpc_products_count(ncolumns);
}

/* How many sums a measure has that wants products. */
static inline int
mpc_measure_sums(const MpcMeasure *measure)
{
	return measure->coefficients.len > 0 ? mpc_logistic_count(measure->ncolumns) : mpc_products_count(measure->ncolumns);
}

/* All sums of many columns: of MPC_PRODUCTS and MPC_LOGISTIC. */
static inline bool
mpc_function_is_model(MpcFunction function)
{
	return function == MPC_PRODUCTS || function == MPC_LOGISTIC;
}

/* q is well-formed, as mpc_query_read() leaves it. lanes points into what q points into. */
extern void mpc_lanes_init(MpcLanes *lanes, const MpcQuery *q);

/* Index of the measure an aggregate reads, -1 for count(*) without a filter. */
extern int	mpc_lanes_measure(const MpcLanes *lanes, const MpcAgg *agg);

/*
 * Policy bytes of a request: u8 1 | contract hash 32 | le16 nlanes, each u8 kind, u8 measure
 * (255 where none); a bit lane for each bit, but one MPC_LANE_LEVEL for all levels. Both sides derive them from query and contract and compare.
 */
extern void mpc_policy_write(MpcWriter *w, const MpcLanes *lanes, const uint8_t contract_hash[32]);

#endif							/* MPC_QUERY_H */
