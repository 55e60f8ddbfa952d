/*
 * joint_where.c
 *		Which WHERE and FILTER clauses can travel to the peers?
 *
 * A closed grammar: column op value, IN, IS [NOT] NULL, LIKE 'prefix%', boolean columns, AND, OR,
 * NOT. A value is any expression without columns that is not volatile; it is evaluated
 * once, at the asker. Conditions without any column ("gates"), as in $1 IS NULL OR name = $1, are
 * decided at the asker, too. Operators are known by OID of pg_catalog, so that a shadowing operator in another
 * schema is refused instead of misread.
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "face/joint.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/pg_locale.h"

typedef struct WhereContext
{
	MpcJointRel *joint;
	Index		relid;
} WhereContext;

static bool add_clause(WhereContext *cx, Node *clause);

static bool
refuse(WhereContext *cx, const char *reason)
{
	if (cx->joint->refusal == NULL)
		cx->joint->refusal = reason;
	return false;
}

static bool
refuse_shape(WhereContext *cx)
{
	return refuse(cx, "WHERE and FILTER can compare a filter column with a value by =, <>, <, <=, >, >=, BETWEEN, IN, LIKE 'prefix%' or IS [NOT] NULL, combined by AND, OR and NOT; nothing else can be asked of the peers.");
}

/* A parameter that the executor of this very query sets: a sub-select or an outer row. */
static bool
has_exec_param(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Param))
		return ((Param *) node)->paramkind != PARAM_EXTERN;
	if (IsA(node, SubPlan) || IsA(node, AlternativeSubPlan) || IsA(node, SubLink))
		return true;
	return expression_tree_walker(node, has_exec_param, context);
}

static bool
is_value(Node *node)
{
	return !contain_var_clause(node) && !contain_volatile_functions(node) &&
		!has_exec_param(node, NULL);
}

bool
mpc_joint_same_value(const RelabelType *relabel)
{
	Oid			from = exprType((Node *) relabel->arg);

	if (OidIsValid(relabel->resultcollid) && !get_collation_isdeterministic(relabel->resultcollid))
		return false;
	return relabel->resulttype == from || (from == VARCHAROID && relabel->resulttype == TEXTOID);
}

/* Attribute number of a plain column of the joint table, 0 otherwise. */
static AttrNumber
column_of(WhereContext *cx, Node *node)
{
	if (IsA(node, RelabelType) && mpc_joint_same_value((RelabelType *) node))
		node = (Node *) ((RelabelType *) node)->arg;
	if (IsA(node, Var) && ((Var *) node)->varno == cx->relid && ((Var *) node)->varlevelsup == 0)
		return Max(((Var *) node)->varattno, 0);
	return 0;
}

static void
add_inner(WhereContext *cx, MpcOp op, int nchildren)
{
	cx->joint->nodes = lappend(cx->joint->nodes, list_make2_int(op, nchildren));
}

static void
add_leaf(WhereContext *cx, MpcOp op, AttrNumber column, MpcValueForm form, Node *value)
{
	int			index = -1;

	if (value != NULL)
	{
		index = list_length(cx->joint->values);
		cx->joint->values = lappend(cx->joint->values, value);
	}
	cx->joint->nodes = lappend(cx->joint->nodes, list_make4_int(op, column, form, index));
}

static const struct
{
	const char *name;
	MpcOp		op;
	MpcOp		commuted;		/* value op column */
}			comparisons[] =
{
	{"=", MPC_OP_EQ, MPC_OP_EQ},
	{"<>", MPC_OP_NE, MPC_OP_NE},
	{"<", MPC_OP_LT, MPC_OP_GT},
	{"<=", MPC_OP_LE, MPC_OP_GE},
	{">", MPC_OP_GT, MPC_OP_LT},
	{">=", MPC_OP_GE, MPC_OP_LE},
};

static MpcOp
comparison_of(const char *name, bool commuted)
{
	for (int i = 0; i < lengthof(comparisons); i++)
	{
		if (strcmp(comparisons[i].name, name) == 0)
			return commuted ? comparisons[i].commuted : comparisons[i].op;
	}
	return MPC_OP_NONE;
}

static bool
is_integer(Oid type)
{
	return type == INT2OID || type == INT4OID || type == INT8OID;
}

/* Both sides have one type, or are integers of different width, whose comparison is exact. */
static bool
types_agree(Oid left, Oid right)
{
	return left == right || (is_integer(left) && is_integer(right)) ||
		(IsBinaryCoercible(left, right) || IsBinaryCoercible(right, left)) ||
		right == ANYENUMOID || left == ANYENUMOID;
}

/* The peers compare text under COLLATE "C": the question must mean the same here (R16). */
static bool
collation_agrees(MpcOp op, Oid collation)
{
	if (!OidIsValid(collation))
		return true;
	if (op == MPC_OP_EQ || op == MPC_OP_NE || op == MPC_OP_IN)
		return get_collation_isdeterministic(collation);
	return lc_collate_is_c(collation);
}

static bool
check_collation(WhereContext *cx, MpcOp op, Oid collation)
{
	if (collation_agrees(op, collation))
		return true;
	return refuse(cx, "The peers order text by COLLATE \"C\": write column COLLATE \"C\" in the comparison, or declare the column so.");
}

/* Patterns known at planning are refused there; those of parameters when they are bound. */
static bool
is_prefix_pattern(const Node *pattern)
{
	const Const *constant = (const Const *) pattern;
	char	   *given;
	bool		open;

	if (!IsA(pattern, Const) || constant->constisnull)
		return true;
	given = TextDatumGetCString(constant->constvalue);
	return mpc_like_prefix(given, palloc(strlen(given) + 1), &open);
}

/* column LIKE pattern, by the operators of text and character. */
static bool
add_like(WhereContext *cx, OpExpr *op, AttrNumber column, Node *pattern)
{
	bool		negated = (op->opno == OID_TEXT_LIKE_OP || op->opno == OID_BPCHAR_LIKE_OP) ? false : true;

	if (!get_collation_isdeterministic(op->inputcollid))
		return refuse(cx, "LIKE needs a deterministic collation.");
	if (!is_prefix_pattern(pattern))
		return refuse(cx, "LIKE in a joint question takes a prefix only: plain text followed by one %.");
	if (negated)
		add_inner(cx, MPC_OP_NOT, 1);
	add_leaf(cx, MPC_OP_PREFIX, column, MPC_FORM_PATTERN, pattern);
	return true;
}

static bool
is_like(const OpExpr *op)
{
	const char *name = get_opname(op->opno);

	return (strcmp(name, "~~") == 0 || strcmp(name, "!~~") == 0) &&
		exprType(lsecond(op->args)) == TEXTOID;
}

static bool
add_comparison(WhereContext *cx, OpExpr *op)
{
	Node	   *left = linitial(op->args);
	Node	   *right = list_length(op->args) == 2 ? lsecond(op->args) : NULL;
	AttrNumber	column = column_of(cx, left);
	bool		commuted = false;
	MpcOp		code;

	if (right == NULL || op->opno >= FirstGenbkiObjectId)
		return refuse_shape(cx);
	if (column == 0)
	{
		column = column_of(cx, right);
		right = left;
		commuted = true;
	}
	if (column == 0 || !is_value(right))
		return refuse_shape(cx);
	if (!commuted && is_like(op))
		return add_like(cx, op, column, right);
	code = comparison_of(get_opname(op->opno), commuted);
	if (code == MPC_OP_NONE)
		return refuse_shape(cx);
	if (!types_agree(exprType(linitial(op->args)), exprType(lsecond(op->args))))
		return refuse(cx, "A filter column must be compared with a value of its own type: cast the value.");
	if (!check_collation(cx, code, op->inputcollid))
		return false;
	add_leaf(cx, code, column, MPC_FORM_SCALAR, right);
	return true;
}

/* column IN (…), column = ANY (array), column <> ALL (array). */
static bool
add_in(WhereContext *cx, ScalarArrayOpExpr *in)
{
	AttrNumber	column = column_of(cx, linitial(in->args));
	Node	   *array = lsecond(in->args);
	MpcOp		code = in->opno < FirstGenbkiObjectId ? comparison_of(get_opname(in->opno), false) : MPC_OP_NONE;

	if (column == 0 || !is_value(array) ||
		!((code == MPC_OP_EQ && in->useOr) || (code == MPC_OP_NE && !in->useOr)))
		return refuse_shape(cx);
	if (!types_agree(exprType(linitial(in->args)), get_base_element_type(exprType(array))))
		return refuse(cx, "A filter column must be compared with values of its own type: cast the list.");
	if (!check_collation(cx, MPC_OP_IN, in->inputcollid))
		return false;
	if (code == MPC_OP_NE)
		add_inner(cx, MPC_OP_NOT, 1);
	add_leaf(cx, MPC_OP_IN, column, MPC_FORM_ARRAY, array);
	return true;
}

static bool
add_bool(WhereContext *cx, BoolExpr *expr)
{
	static const MpcOp ops[] = {
		[AND_EXPR] = MPC_OP_AND,[OR_EXPR] = MPC_OP_OR,[NOT_EXPR] = MPC_OP_NOT
	};
	ListCell   *lc;

	if (list_length(expr->args) > 255)
		return refuse(cx, "AND and OR can combine at most 255 conditions.");
	add_inner(cx, ops[expr->boolop], list_length(expr->args));
	foreach(lc, expr->args)
	{
		if (!add_clause(cx, lfirst(lc)))
			return false;
	}
	return true;
}

static bool
add_null_test(WhereContext *cx, NullTest *test)
{
	AttrNumber	column = column_of(cx, (Node *) test->arg);

	if (column == 0)
		return refuse_shape(cx);
	add_leaf(cx, test->nulltesttype == IS_NULL ? MPC_OP_IS_NULL : MPC_OP_IS_NOT_NULL,
			 column, MPC_FORM_NONE, NULL);
	return true;
}

/*
 * column IS [NOT] TRUE | FALSE | UNKNOWN, two-valued: "IS TRUE" is not null and equal to true,
 * "IS NOT TRUE" is null or equal to false.
 */
static bool
add_boolean_test(WhereContext *cx, BooleanTest *test)
{
	AttrNumber	column = column_of(cx, (Node *) test->arg);
	BoolTestType kind = test->booltesttype;
	bool		negated = (kind == IS_NOT_TRUE || kind == IS_NOT_FALSE);
	bool		equals = (kind == IS_TRUE || kind == IS_NOT_FALSE);

	if (column == 0)
		return refuse_shape(cx);
	if (kind == IS_UNKNOWN || kind == IS_NOT_UNKNOWN)
	{
		add_leaf(cx, kind == IS_UNKNOWN ? MPC_OP_IS_NULL : MPC_OP_IS_NOT_NULL, column, MPC_FORM_NONE, NULL);
		return true;
	}
	add_inner(cx, negated ? MPC_OP_OR : MPC_OP_AND, 2);
	add_leaf(cx, negated ? MPC_OP_IS_NULL : MPC_OP_IS_NOT_NULL, column, MPC_FORM_NONE, NULL);
	add_leaf(cx, MPC_OP_EQ, column, equals ? MPC_FORM_TRUE : MPC_FORM_FALSE, NULL);
	return true;
}

static bool
add_clause(WhereContext *cx, Node *clause)
{
	AttrNumber	column;

	check_stack_depth();
	if (!contain_var_clause(clause) && is_value(clause))
	{
		add_leaf(cx, MPC_OP_NONE, 0, MPC_FORM_GATE, clause);
		return true;
	}
	switch (nodeTag(clause))
	{
		case T_BoolExpr:
			return add_bool(cx, (BoolExpr *) clause);
		case T_OpExpr:
			return add_comparison(cx, (OpExpr *) clause);
		case T_ScalarArrayOpExpr:
			return add_in(cx, (ScalarArrayOpExpr *) clause);
		case T_NullTest:
			return add_null_test(cx, (NullTest *) clause);
		case T_BooleanTest:
			return add_boolean_test(cx, (BooleanTest *) clause);
		default:
			column = column_of(cx, clause);
			if (column == 0)
				return refuse_shape(cx);
			add_leaf(cx, MPC_OP_EQ, column, MPC_FORM_TRUE, NULL);
			return true;
	}
}

/* True when the expression reads no column but keys of the question, and can be evaluated over groups. */
static bool
is_about_keys(WhereContext *cx, Node *clause)
{
	List	   *vars = pull_var_clause(clause, PVC_RECURSE_PLACEHOLDERS);
	ListCell   *lc;

	foreach(lc, vars)
	{
		Var		   *var = lfirst_node(Var, lc);

		if (var->varno != cx->relid || !list_member_int(cx->joint->keys, var->varattno))
			return false;
	}
	return !contain_volatile_functions(clause) && !has_exec_param(clause, NULL);
}

/*
 * One condition of those joined by AND. About keys only, it may also be evaluated here, over decoded groups: there
 * it need not be of the grammar (R26). Which of both is decided when the contract is known.
 */
static void
add_condition(WhereContext *cx, Node *clause)
{
	MpcJointRel *joint = cx->joint;
	int			nodes = list_length(joint->nodes);
	int			values = list_length(joint->values);
	int			local = -1;

	/* some grouping set lacks the key */
	if (joint->sets == NIL && is_about_keys(cx, clause))
	{
		local = list_length(joint->locals);
		joint->locals = lappend(joint->locals, clause);
	}
	if (!add_clause(cx, clause) && local >= 0)
	{
		joint->refusal = NULL;
		joint->nodes = list_truncate(joint->nodes, nodes);
		joint->values = list_truncate(joint->values, values);
	}
	joint->conditions = lappend(joint->conditions, list_make2_int(list_length(joint->nodes) - nodes, local));
}

void
mpc_joint_where(MpcJointRel *joint, List *clauses, Index relid)
{
	WhereContext cx = {.joint = joint,.relid = relid};
	ListCell   *lc;

	foreach(lc, clauses)
	{
		Node	   *clause = lfirst(lc);

		if (joint->refusal != NULL)
			return;
		if (contain_var_clause(clause))
			add_condition(&cx, clause);
		else if (is_value(clause))
			joint->gates = lappend(joint->gates, clause);
		else
			refuse(&cx, "WHERE holds a condition that is volatile or a sub-select; it cannot be asked of the peers.");
	}
	if (list_length(joint->conditions) > 255)
		(void) refuse(&cx, "AND and OR can combine at most 255 conditions.");
	if (list_length(joint->nodes) > MPC_MAX_NODES)
		(void) refuse(&cx, "WHERE has too many conditions for one question.");
}

int
mpc_joint_value(MpcJointRel *joint, Node *expr)
{
	if (!is_value(expr))
		return -1;
	joint->values = lappend(joint->values, expr);
	return list_length(joint->values) - 1;
}

/* Aggregates with equal filters share one, so that they share their lanes. */
int
mpc_joint_filter(MpcJointRel *joint, Node *clause, Index relid)
{
	WhereContext cx = {.joint = joint,.relid = relid};
	int			first = list_length(joint->nodes);
	ListCell   *lc;

	foreach(lc, joint->filter_clauses)
	{
		if (equal(lfirst(lc), clause))
			return foreach_current_index(lc) + 1;
	}
	if (!add_clause(&cx, clause))
		return 0;
	joint->filter_clauses = lappend(joint->filter_clauses, clause);
	joint->filters = lappend(joint->filters, list_make2_int(first, list_length(joint->nodes) - first));
	if (list_length(joint->nodes) > MPC_MAX_NODES)
		(void) refuse(&cx, "WHERE and FILTER have too many conditions for one question.");
	return list_length(joint->filters);
}
