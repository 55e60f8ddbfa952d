/*
 * query.h
 *		What is asked: dataset, keys, aggregates, predicate tree. Never SQL.
 *
 * Query bytes (WIRE.md), order as written, nothing normalized but the order of the keys:
 *	u8 1 | str dataset | u8 nkeys, str each | u8 naggs, each: u8 function, u8 nargs, str each
 *	| predicate
 * Keys ascend strictly by their bytes. Predicate in prefix form: inner "u8 op, u8 n, children"; leaf "u8 op, str column,
 * u8 nvals, each u8 null + str value"; u8 0 = no predicate. A null value has an
 * empty str. Values are canonical bytes of the contract's type.
 */
#ifndef MPC_QUERY_H
#define MPC_QUERY_H

#include "protocol/wire.h"

#define MPC_MAX_KEYS		16
#define MPC_MAX_AGGS		64
#define MPC_MAX_ARGS		2
#define MPC_MAX_NODES		512
#define MPC_MAX_VALUES		2048
#define MPC_MAX_DEPTH		32
#define MPC_MAX_QUERY_BYTES	((size_t) 1 << 20)

typedef enum MpcFunction
{
	MPC_COUNT_ROWS = 1,			/* count(*), no argument */
	MPC_COUNT = 2,				/* count(x) */
	MPC_SUM = 3,
	MPC_AVG = 4
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
	MpcStr		arg[MPC_MAX_ARGS];
} MpcAgg;

typedef struct MpcValue
{
	bool		null;
	MpcStr		bytes;
} MpcValue;

/* One node of the predicate; nodes stand in prefix order. */
typedef struct MpcNode
{
	MpcOp		op;
	uint8_t		nchildren;		/* inner nodes */
	MpcStr		column;			/* leaves */
	uint8_t		nvalues;		/* leaves */
	uint16_t	first_value;	/* leaves: index into value[] */
} MpcNode;

typedef struct MpcQuery
{
	MpcStr		dataset;
	uint8_t		nkeys;
	MpcStr		key[MPC_MAX_KEYS];
	uint8_t		naggs;
	MpcAgg		agg[MPC_MAX_AGGS];
	uint16_t	nnodes;			/* 0: no predicate */
	MpcNode		node[MPC_MAX_NODES];
	uint16_t	nvalues;
	MpcValue	value[MPC_MAX_VALUES];
} MpcQuery;

static inline bool
mpc_op_is_inner(MpcOp op)
{
	return op >= MPC_OP_AND && op <= MPC_OP_NOT;
}

/* Writes the query bytes. MPC_LIMIT, MPC_NOSPACE through w->status; the caller built a well-formed query. */
extern void mpc_query_write(MpcWriter *w, const MpcQuery *q);

/* MPC_OK, MPC_VERSION, MPC_MALFORMED, MPC_LIMIT. q points into bytes. */
extern MpcStatus mpc_query_read(MpcQuery *q, const void *bytes, size_t len) MPC_MUST_CHECK;

/*
 * The lanes of one group (WIRE.md, "Vector"):
 *	rows | contributor | per distinct measure, in order of first use:
 *		non-null count [, sum], contributor of this measure
 * A sum lane is there when a function needs it. A measure has contributors of its own: a party
 * with rows but no value of it stands behind the rows, not behind the measure (R7).
 */
typedef enum MpcLaneKind
{
	MPC_LANE_ROWS = 1,
	MPC_LANE_CONTRIBUTOR = 2,
	MPC_LANE_NONNULL = 3,
	MPC_LANE_SUM = 4,
	MPC_LANE_MEASURE_CONTRIBUTOR = 5
} MpcLaneKind;

typedef struct MpcMeasure
{
	MpcStr		column;
	bool		wants_sum;
	uint16_t	nonnull_lane;
	uint16_t	sum_lane;		/* only when wants_sum */
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
#define MPC_MAX_GROUP_LANES		(2 + 3 * MPC_MAX_AGGS)

extern void mpc_lanes_init(MpcLanes *lanes, const MpcQuery *q);

/* Index of the measure an aggregate reads, -1 for count(*). */
extern int	mpc_lanes_measure(const MpcLanes *lanes, const MpcAgg *agg);

/*
 * Policy bytes of a request: u8 1 | contract hash 32 | le16 nlanes, each u8 kind, u8 measure
 * (255 where none). Both sides derive them from query and contract and compare.
 */
extern void mpc_policy_write(MpcWriter *w, const MpcLanes *lanes, const uint8_t contract_hash[32]);

#endif							/* MPC_QUERY_H */
