/*
 * joint_state.h
 *		The state of a running joint scan: shared by joint_scan.c and joint_explain.c only.
 */
#ifndef MPC_JOINT_STATE_H
#define MPC_JOINT_STATE_H

#include "face/joint.h"

typedef struct MpcJointScan
{
	MpcJointPlan plan;
	MpcAnswer  *answer;			/* NULL until asked; stays NULL for an answer known to be empty */
	List	   *conditions;		/* ExprStates of the conditions on keys that were not sent */
	MpcJointRows rows;
	int64		next;			/* row to hand out */
	bool		asked;
} MpcJointScan;

#endif							/* MPC_JOINT_STATE_H */
