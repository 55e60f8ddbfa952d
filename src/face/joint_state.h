/*
 * joint_state.h
 *		The state of a running joint question: shared by joint_scan.c, joint_explain.c and own_scan.c only.
 */
#ifndef MPC_JOINT_STATE_H
#define MPC_JOINT_STATE_H

#include "face/joint.h"

struct ExplainState;

/* One question of the plan, answered. */
typedef struct MpcJointPart
{
	MpcJointPlan plan;			/* with this question's keys */
	MpcAnswer  *answer;			/* NULL: known to be empty */
	MpcJointRows rows;
} MpcJointPart;

typedef struct MpcJointScan
{
	ScanState  *node;
	MpcJointPlan plan;
	MpcQuestion question;		/* userid is set when it is needed: mpc_joint_scan_question */
	Oid			as_user;		/* the owner of a view around it, or InvalidOid: who runs it by then */
	List	   *conditions;		/* ExprStates of the conditions on keys that were not sent */
	int			nparts;			/* 0 until asked */
	MpcJointPart *part;
	int			next_part;		/* part and row to hand out */
	int64		next;
} MpcJointScan;

/* joint_scan.c: scan is the caller's, zeroed; node has its slots already. question.dataset and .federation stay as they are. */
extern void mpc_joint_scan_begin(MpcJointScan *scan, ScanState *node, List *private, List *exprs, Oid as_user);

/* The next row in the node's scan slot, which is empty after the last. Asks when it is called first. */
extern TupleTableSlot *mpc_joint_scan_next(MpcJointScan *scan);
extern void mpc_joint_scan_rewind(MpcJointScan *scan);

/* The question, asked by whoever would ask it now. */
extern const MpcQuestion *mpc_joint_scan_question(MpcJointScan *scan);

/* joint_explain.c: the properties of the node. */
extern void mpc_joint_scan_explain(MpcJointScan *scan, struct ExplainState *es);

#endif							/* MPC_JOINT_STATE_H */
