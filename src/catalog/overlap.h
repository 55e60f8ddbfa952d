/*
 * overlap.h
 *		Roster differencing (R8): a relation published to two federations of nearly the same members.
 *
 * Members are compared, not publishers: who of the members publishes cannot be known here. Where only some of those
 * that stand out do, fewer parties stand behind the difference than are counted.
 */
#ifndef MPC_OVERLAP_H
#define MPC_OVERLAP_H

#include "postgres.h"

#include "catalog/parties.h"

/* Another federation that has the relation. */
typedef struct MpcOverlap
{
	char	   *federation;
	int			differ;			/* parties that stand out on one side: the fewest of a side that has any */
	int			least;			/* the larger min_contributors of the two */
} MpcOverlap;

/*
 * Whether a relation is published, as any dataset, to another federation so that the members of one that are not of the
 * other are at least one and fewer than min_contributors. Each side counts for itself: with one party more here and
 * another one there, each of the two takes its own part from the difference of the totals and has the other's. A
 * federation that cannot be read does not count. Fills overlap with the first by name; palloc'd.
 */
extern bool mpc_overlap_find(MpcOverlap *overlap, Oid relid, const MpcFederation *federation);

#endif							/* MPC_OVERLAP_H */
