/*
 * joint_fill.h
 *		Building blocks with which a joint question is filled: shared by
 *		joint_question.c and joint_values.c only.
 */
#ifndef MPC_JOINT_FILL_H
#define MPC_JOINT_FILL_H

#include "face/joint.h"
#include "local/types.h"

/* The joint table's side of one column. */
typedef struct MpcFillColumn
{
	char	   *name;
	MpcType		type;
} MpcFillColumn;

typedef struct MpcFiller
{
	const MpcJointPlan *plan;
	ExprContext *econtext;
	MpcQuery   *query;
	MpcFillColumn	   *columns;		/* by attribute number, filled when used */
} MpcFiller;

/* A new node; raises 54000 when the query is full. */
extern MpcNode *mpc_fill_node(MpcFiller *f, MpcOp op);
extern MpcNode *mpc_fill_leaf_node(MpcFiller *f, MpcOp op, const MpcFillColumn *column);

/* One more value of the newest leaf. */
extern void mpc_fill_bytes(MpcFiller *f, MpcNode *node, bool null, MpcStr bytes);
extern void mpc_fill_datum(MpcFiller *f, MpcNode *node, const MpcType *type, Datum datum, bool null);

/* joint_values.c: one leaf of the plan with the values of its expression. */
extern void mpc_fill_leaf(MpcFiller *f, const MpcFillColumn *column, MpcOp op, MpcValueForm form, int index);

/*
 * joint_grid.c: the grid of one aggregate, in the units of the contract. contract NULL or without the column: of a grid that is
 * only shown the number of buckets, where it is known. Then, when all are filled, whether they can be asked together. Raise.
 */
extern void mpc_fill_grid(MpcAgg *agg, const MpcJointGrid *written, const MpcContract *contract);
extern void mpc_fill_check_grids(const MpcQuery *query);

/* joint_values.c: the coefficients of MPC_LOGISTIC, which has its arguments already. */
extern void mpc_fill_coefficients(MpcFiller *f, MpcAgg *agg, int index);

/* joint_values.c: whether a gate's expression is true. */
extern bool mpc_fill_is_open(MpcFiller *f, int index);

#endif							/* MPC_JOINT_FILL_H */
