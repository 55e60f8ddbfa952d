/*
 * joint.h
 *		The joint table between planner and executor: a question with holes where
 *		its constants will stand. A published table of this database that is asked by mpc_* aggregates
 *		(own.h) goes the same way.
 *
 * Everything here is made of List and Node, so that plans can be copied. Plans carry
 * OIDs and column numbers only; dataset, federation and contract are read when
 * execution begins.
 */
#ifndef MPC_JOINT_H
#define MPC_JOINT_H

#include "postgres.h"

#include "face/ask.h"
#include "nodes/execnodes.h"
#include "nodes/pathnodes.h"
#include "protocol/query.h"

#define MPC_COST_OF_A_QUESTION	100.0
#define MPC_GUESSED_GROUPS		100

/* The private list of the plan, by position. Its expressions are gates, values and local conditions, in this order. */
enum MpcPlanItem
{
	MPC_PLAN_RELID,				/* OidList of one: the joint table, or the own one */
	MPC_PLAN_KEYS,				/* IntList of attnums: GROUP BY, then columns counted DISTINCT */
	MPC_PLAN_COLUMNS,			/* List of IntList (what, argument, second argument, filter from 1 or 0, further arguments or MpcGridItem; of MPC_LOGISTIC then its coefficients' index into the value expressions), one per column of the scan, see MpcScanColumn */
	MPC_PLAN_NODES,				/* List of IntList, all predicates in prefix order: the conditions', then the filters', see MpcPlanNode */
	MPC_PLAN_CONDITIONS,		/* List of IntList (number of nodes, index of the local condition or -1), joined by AND */
	MPC_PLAN_COUNTS,			/* IntList: GROUP BY columns, gates, values, 1 when the planner proved that no row qualifies */
	MPC_PLAN_FILTERS,			/* List of IntList (first node, number of nodes): FILTER clauses, in order of first use; one gate alone is decided here */
	MPC_PLAN_SETS,				/* List of IntList (number of keys, their indexes): grouping sets, a question for each; NIL: all keys */
	MPC_PLAN_PUBLICATION,		/* own tables only: Strings dataset and federation, as which the table was published */
	MPC_PLAN_AS_USER			/* own tables only: OidList of one, the owner of the view around it or InvalidOid */
};

/* Where in such a list of MPC_HISTOGRAM the grid stands: indexes into the value expressions, -1 for none. */
enum MpcGridItem
{
	MPC_GRID_LOW = 4,
	MPC_GRID_HIGH,
	MPC_GRID_BUCKETS,
	MPC_GRID_FRACTION			/* of mpc_percentile */
};

/* What a column of the scan is: an MpcFunction of columns (attnums or 0), or one of these. */
enum MpcScanColumn
{
	MPC_COLUMN_KEY = 100,		/* argument: index into the keys */
	MPC_COLUMN_DISTINCT,		/* count(DISTINCT key); argument: index into the keys */
	MPC_COLUMN_REMAINDER,		/* mpc_remainder(*) */
	MPC_COLUMN_PARTIES,			/* mpc_parties(*) */
	MPC_COLUMN_GROUPING			/* GROUPING(...); behind the filter: indexes into the keys */
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
	bool		own;			/* not a joint table, a published one of this database: only mpc_* aggregates ask */
	List	   *keys;			/* as MPC_PLAN_KEYS */
	List	   *key_vars;		/* the same as Vars */
	int			ngroup;			/* how many of them are GROUP BY's */
	List	   *sets;			/* as MPC_PLAN_SETS */
	List	   *nodes;			/* the predicate, as MPC_PLAN_NODES */
	List	   *conditions;		/* as MPC_PLAN_CONDITIONS */
	List	   *gates;			/* row-independent conditions, evaluated here */
	List	   *values;			/* value expressions of the predicate */
	List	   *locals;			/* conditions on keys only, for evaluation over decoded groups */

	/* of the grouped relation only */
	List	   *columns;		/* as MPC_PLAN_COLUMNS */
	List	   *filters;		/* as MPC_PLAN_FILTERS */
	List	   *filter_clauses; /* the same as they were written */
	List	   *tlist;			/* one bare Aggref or key Var per column of the scan */
	List	   *having;
	Oid			relid;
	bool		empty;
} MpcJointRel;

/* joint_keys.c: which key a column is, -1 for none (and for NULL). */
extern int	mpc_joint_key(const MpcJointRel *joint, const Var *var);

/*
 * joint_keys.c: whether count(DISTINCT column) is the size of the union: where the own publication has the column as an identifier
 * for intersections and not as a key. Reads mpc.dataset.
 */
extern bool mpc_joint_counts_union(Oid relid, AttrNumber attnum);

/* joint_keys.c: the columns a query groups by or counts DISTINCT. Sets refusal. */
extern void mpc_joint_keys(MpcJointRel *joint, PlannerInfo *root, Index relid);

/*
 * joint_where.c: whether a cast changes nothing about comparisons: varchar to text, COLLATE, a longer length. text to
 * character would ignore trailing blanks, integer to oid has no sign: the peers would not.
 */
extern bool mpc_joint_same_value(const RelabelType *relabel);

/* joint_where.c: conditions joined by AND as predicate nodes. Sets refusal when they are outside the grammar. */
extern void mpc_joint_where(MpcJointRel *joint, List *clauses, Index relid);

/* joint_where.c: the index of an expression among the question's values, added to them. -1: it is no value, see there. */
extern int	mpc_joint_value(MpcJointRel *joint, Node *expr);

/* joint_where.c: which of the question's filters, from 1, a FILTER clause is, added where it is new. Sets refusal. */
extern int	mpc_joint_filter(MpcJointRel *joint, Node *clause, Index relid);

/* joint_aggs.c: keys and aggregates that a query wants to see. Sets refusal. */
extern void mpc_joint_columns(MpcJointRel *joint, PathTarget *target, List *having, Index relid);

/* joint_aggs.c: whether this is one of the aggregates mpc_*; false where the extension is not. */
/* min or max, or the twin of one: DISTINCT changes nothing for it. */
extern bool mpc_joint_is_extreme(Oid aggfnoid);

extern bool mpc_is_twin(Oid funcid);

/* joint_plan.c: a foreign table of a federation? */
extern bool mpc_is_joint_table(Oid relid);

/* joint_plan.c: what a plan carries, as MpcPlanItem says, and its expressions. */
extern List *mpc_joint_private(const MpcJointRel *joint);
extern List *mpc_joint_exprs(const MpcJointRel *joint);

/*
 * joint_values.c: the literal prefix of a LIKE pattern into prefix (strlen(pattern) + 1 bytes): 'abc%' gives
 * abc and *open. False when wildcards stand anywhere but as one closing %. Raises on a dangling escape.
 */
extern bool mpc_like_prefix(const char *pattern, char *prefix, bool *open);

/* Grid and fraction of a column of the scan that is a histogram, evaluated; numbers are of type numeric. */
typedef struct MpcJointGrid
{
	Datum		low;
	Datum		high;
	int			buckets;		/* 0: none is written, the contract's bounds are meant */
	bool		percentile;
	bool		fraction_null;
	double		fraction;
} MpcJointGrid;

/* joint_question.c: fills a query from a plan and the values of its expressions. */
typedef struct MpcJointPlan
{
	Oid			relid;
	List	   *keys;
	int			ngroup;
	List	   *sets;
	bool		restricts_keys;	/* a condition is about keys only: it says nothing of the remainder */
	int			nasked;			/* keys of the question at hand: those of one grouping set */
	int			position[MPC_MAX_KEYS];	/* of each key among the question's, which ascend by name; -1: not in this grouping set */
	List	   *columns;
	List	   *nodes;
	List	   *conditions;
	List	   *filters;
	int			ngates;
	int			nvalues;
	bool		empty;
	bool	   *closed;			/* per column: its FILTER is a gate that lets no row pass, so that it is not asked; set with the question */
	MpcJointGrid *grid;			/* per column, of those that are histograms; set by mpc_joint_grids() */
	List	   *exprs;			/* expressions: gates, values, local conditions */
	List	   *states;			/* their ExprStates */
} MpcJointPlan;

extern void mpc_joint_plan_init(MpcJointPlan *plan, List *private, List *exprs, PlanState *parent);

/* Is it about what parties have in common? */
extern bool mpc_joint_is_of_sets(const MpcJointPlan *plan);

/* How many questions the plan asks, and makes one of them the question at hand; the first is after mpc_joint_plan_init(). */
extern int	mpc_joint_questions(const MpcJointPlan *plan);
extern void mpc_joint_choose(MpcJointPlan *plan, int question);

/* False when a gate is false or null, so that no row qualifies anywhere. */
extern bool mpc_joint_open(const MpcJointPlan *plan, ExprContext *econtext);

/* joint_grid.c: evaluates grids and fractions, before any question of the plan. Raises where they are none, whatever the rows are. */
extern void mpc_joint_grids(const MpcJointPlan *plan, ExprContext *econtext);

/*
 * query is the caller's, zeroed. Conditions on keys that the contract does not allow as filters are not sent: returns their ExprStates,
 * for each decoded group to pass (R26). contract NULL: unknown yet, everything that can be sent is.
 */
extern List *mpc_joint_question(const MpcJointPlan *plan, ExprContext *econtext,
								const MpcContract *contract, MpcQuery *query);

/* joint_rows.c: the rows of an answer, as the plan wants them. */
typedef struct MpcJointRow
{
	const MpcAnswerGroup *group;	/* NULL: known to be empty without asking */
	int64	   *distinct;		/* per column of the scan, where it counts DISTINCT */
} MpcJointRow;

typedef struct MpcJointRows
{
	int64		n;
	MpcJointRow *row;
} MpcJointRows;

/* Groups that pass the local conditions, columns counted DISTINCT rolled up. answer NULL: nobody was asked, since no row can qualify. slot, econtext: to evaluate conditions on. palloc'd. */
extern void mpc_joint_rows(MpcJointRows *rows, const MpcJointPlan *plan, const MpcAnswer *answer,
						   List *conditions, TupleTableSlot *slot, ExprContext *econtext);

/*
 * joint_distribution.c: the value of a histogram, of type mpc_distribution, or of a percentile, a numrange. agg NULL: nobody was asked, and all
 * counts are 0.
 */
extern Datum mpc_joint_distribution(const MpcJointGrid *grid, const MpcAnswer *answer, const MpcAnswerGroup *group,
									const MpcAgg *agg, Oid type, bool *null);

/* Fills a slot's values from one row. answer NULL: nobody was asked. */
extern void mpc_joint_fill_slot(TupleTableSlot *slot, const MpcJointPlan *plan, const MpcAnswer *answer, const MpcJointRow *row);

/* joint_plan.c, joint_scan.c, joint_explain.c, joint_import.c: the callbacks of the wrapper. */
extern void mpc_joint_plan_callbacks(struct FdwRoutine *routine);
extern void mpc_joint_scan_callbacks(struct FdwRoutine *routine);
extern void mpc_joint_explain_callbacks(struct FdwRoutine *routine);
extern void mpc_joint_import_callbacks(struct FdwRoutine *routine);

#endif							/* MPC_JOINT_H */
