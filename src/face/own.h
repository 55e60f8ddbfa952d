/*
 * own.h
 *		The second face: aggregates mpc_* over a published relation of this database ask its
 *		federation, as they do over its joint table.
 *
 * own_hook.c finds such queries, own_plan.c judges them, own_publication.c knows as what a relation is
 * published, own_scan.c runs them. Everything between is the joint table's.
 */
#ifndef MPC_OWN_H
#define MPC_OWN_H

#include "postgres.h"

#include "face/ask.h"
#include "nodes/extensible.h"
#include "nodes/pathnodes.h"

typedef struct MpcPublication
{
	char	   *dataset;
	char	   *federation;		/* name of its server */
} MpcPublication;

/* Puts the hook in its place. */
extern void mpc_own_init(void);

/*
 * A grouped relation with mpc_* aggregates, which become a question, or an error with the reason. Over
 * a joint table it does nothing: that has its own callbacks. Reads mpc.dataset, contacts nobody.
 */
extern void mpc_own_paths(PlannerInfo *root, RelOptInfo *input_rel, RelOptInfo *output_rel, List *having);

/* Raises, saying why mpc_* aggregates cannot be answered; relid InvalidOid: of no relation in particular. */
extern void mpc_own_refuse(Oid relid, const char *reason) pg_attribute_noreturn();

/*
 * How often a relation is published, 2 standing for more; one is filled when it is 1. planning: what the
 * query's snapshot sees, otherwise what is committed now. palloc'd.
 */
extern int	mpc_own_publications(Oid relid, bool planning, MpcPublication *one);

/* The server of the federation asked. Raises when the relation is published otherwise by now, or userid may not use it. */
extern Oid	mpc_own_federation(const MpcQuestion *question);

/* own_scan.c */
extern const CustomScanMethods mpc_own_scan_methods;

#endif							/* MPC_OWN_H */
