/*
 * own_hook.c
 *		Does a query use mpc_* aggregates over something else than a joint table?
 *
 * No preload is needed: the support function of their transition function is called for its cost before the
 * planner looks for this hook, and calling it loads the library. Where that order should ever change,
 * transition and final functions still raise, and as window functions the aggregates are refused by
 * PostgreSQL itself, since their final function is declared to modify its state.
 */
#include "postgres.h"

#include "face/joint.h"
#include "face/own.h"
#include "fmgr.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/planner.h"

PG_FUNCTION_INFO_V1(mpc_sql_twin_support);

static create_upper_paths_hook_type previous_hook = NULL;

static bool
has_twin(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Aggref) && mpc_is_twin(((Aggref *) node)->aggfnoid))
		return true;
	return expression_tree_walker(node, has_twin, context);
}

static bool
has_window_twin(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, WindowFunc) && mpc_is_twin(((WindowFunc *) node)->winfnoid))
		return true;
	return expression_tree_walker(node, has_window_twin, context);
}

/* A child of a partitioned table is no query of its own. */
static void
upper_paths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input_rel, RelOptInfo *output_rel, void *extra)
{
	const Query *parse = root->parse;

	if (previous_hook != NULL)
		(*previous_hook) (root, stage, input_rel, output_rel, extra);
	if (stage == UPPERREL_GROUP_AGG && parse->hasAggs && !IS_OTHER_REL(input_rel) &&
		(has_twin((Node *) root->processed_tlist, NULL) || has_twin(parse->havingQual, NULL)))
		mpc_own_paths(root, input_rel, output_rel, (List *) ((GroupPathExtraData *) extra)->havingQual);
	if (stage == UPPERREL_WINDOW && parse->hasWindowFuncs &&
		has_window_twin((Node *) root->processed_tlist, NULL))
		mpc_own_refuse(InvalidOid, "As window functions they would need rows: aggregate in a subquery first.");
}

void
mpc_own_init(void)
{
	previous_hook = create_upper_paths_hook;
	create_upper_paths_hook = upper_paths;
	RegisterCustomScanMethods(&mpc_own_scan_methods);
}

/* Knows nothing of costs: it is there to be called. */
Datum
mpc_sql_twin_support(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(NULL);
}
