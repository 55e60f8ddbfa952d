/*
 * joint.h
 *		The joint table between planner and executor: a question with holes where
 *		its constants will stand.
 *
 * Everything here is made of List and Node, so that plans can be copied. Plans carry
 * OIDs and column numbers only; dataset, federation and contract are read when
 * execution begins.
 */
#ifndef MPC_JOINT_H
#define MPC_JOINT_H

#include "postgres.h"

#include "nodes/execnodes.h"
#include "nodes/pathnodes.h"
#include "protocol/query.h"

/* fdw_private of the plan, by position. */
enum MpcPlanItem
{
	MPC_PLAN_RELID,				/* IntList/OidList of one: the joint table */
	MPC_PLAN_AGGS,				/* List of IntList (function, attnum or 0), one per column of the scan */
	MPC_PLAN_NODES,				/* List of IntList, the predicate in prefix order, see MpcPlanNode */
	MPC_PLAN_GATES,				/* IntList of one: how many of fdw_exprs are gates */
	MPC_PLAN_EMPTY				/* IntList of one: 1 when the planner proved that no row qualifies */
};

/*
 * One predicate node: (op, nchildren) for and, or, not;
 * (op, attnum, form, index into the value expressions) for leaves.
 */
typedef enum MpcValueForm
{
	MPC_FORM_NONE,				/* no value: IS [NOT] NULL */
	MPC_FORM_SCALAR,			/* the expression is the value */
	MPC_FORM_ARRAY,				/* its elements are the values */
	MPC_FORM_PATTERN,			/* a LIKE pattern */
	MPC_FORM_TRUE,				/* the constant true, no expression */
	MPC_FORM_FALSE,
	MPC_FORM_GATE				/* a condition without columns, below OR or NOT; attnum is 0 */
} MpcValueForm;

/* What planning keeps with a joint table's RelOptInfo (fdw_private). */
typedef struct MpcJointRel
{
	const char *refusal;		/* why the question cannot be asked, NULL while it can */
	List	   *nodes;			/* the predicate, as MPC_PLAN_NODES */
	List	   *gates;			/* row-independent conditions, evaluated here */
	List	   *values;			/* value expressions of the predicate */

	/* of the grouped relation only */
	List	   *aggs;			/* as MPC_PLAN_AGGS */
	List	   *tlist;			/* one bare Aggref per column of the scan */
	List	   *having;
	Oid			relid;
	bool		empty;
} MpcJointRel;

/* joint_where.c: the WHERE clause of a joint table as predicate nodes. Sets refusal when it is outside the grammar. */
extern void mpc_joint_where(MpcJointRel *joint, List *restrictinfos, Index relid);

/* joint_aggs.c: the aggregates of a query. Sets refusal. */
extern void mpc_joint_aggregates(MpcJointRel *joint, PathTarget *target, List *having);

/*
 * joint_values.c: the literal prefix of a LIKE pattern into prefix (strlen(pattern) + 1 bytes): 'abc%' gives
 * abc and *open. False when wildcards stand anywhere but as one closing %. Raises on a dangling escape.
 */
extern bool mpc_like_prefix(const char *pattern, char *prefix, bool *open);

/* joint_question.c: fills a query from a plan and the values of its expressions. */
typedef struct MpcJointPlan
{
	Oid			relid;
	List	   *aggs;
	List	   *nodes;
	int			ngates;
	bool		empty;
	List	   *exprs;			/* expressions: gates, then values */
	List	   *states;			/* their ExprStates */
} MpcJointPlan;

extern void mpc_joint_plan_init(MpcJointPlan *plan, List *fdw_private, List *fdw_exprs, PlanState *parent);

/* False when a gate is false or null, so that no row qualifies anywhere. query is the caller's, zeroed. */
extern bool mpc_joint_question(const MpcJointPlan *plan, ExprContext *econtext, MpcQuery *query);

/* joint_plan.c, joint_scan.c, joint_explain.c, joint_import.c: the callbacks of the wrapper. */
extern void mpc_joint_plan_callbacks(struct FdwRoutine *routine);
extern void mpc_joint_scan_callbacks(struct FdwRoutine *routine);
extern void mpc_joint_import_callbacks(struct FdwRoutine *routine);

#endif							/* MPC_JOINT_H */
