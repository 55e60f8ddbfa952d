/*
 * joint_aggs.h
 *		The aggregates of a query over a joint table: between joint_aggs.c and joint_functions.c only.
 */
#ifndef MPC_JOINT_AGGS_H
#define MPC_JOINT_AGGS_H

#include "face/joint.h"

/* The column an argument is, of a pair also below a cast; 0 when it is no plain column. */
extern AttrNumber mpc_joint_argument(const Aggref *agg, int i, bool pair);

/* The number of an aggregate's FILTER, 0 for none. Sets refusal. */
extern int	mpc_joint_filter_of(MpcJointRel *joint, const Aggref *agg, Index relid);

/* Add the column of the scan for one Aggref; return why it cannot be asked, or NULL. */
extern const char *mpc_joint_add_histogram(MpcJointRel *joint, const Aggref *agg, Index relid);
extern const char *mpc_joint_add_model(MpcJointRel *joint, const Aggref *agg, int what, Index relid);
extern const char *mpc_joint_add_set(MpcJointRel *joint, const Aggref *agg, int what);

/* Why functions of sets cannot be asked beside the others of this query, or NULL. */
extern const char *mpc_joint_mixture(const MpcJointRel *joint);

#endif							/* MPC_JOINT_AGGS_H */
