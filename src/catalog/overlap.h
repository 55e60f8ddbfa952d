/*
 * overlap.h
 *		Roster differencing (R8): a relation published to two federations of nearly the same members.
 */
#ifndef MPC_OVERLAP_H
#define MPC_OVERLAP_H

#include "postgres.h"

#include "catalog/parties.h"

/* Another federation that has the relation. */
typedef struct MpcOverlap
{
	char	   *federation;
	int			differ;			/* parties that are in only one of the two */
	int			least;			/* the larger min_contributors of the two */
} MpcOverlap;

/*
 * Whether a relation is published, as any dataset, to another federation whose members differ from
 * this one's by at least one and fewer than min_contributors parties: the totals of both then show these
 * parties' part. A federation that cannot be read does not count. Fills overlap with the first by name; palloc'd.
 */
extern bool mpc_overlap_find(MpcOverlap *overlap, Oid relid, const MpcFederation *federation);

#endif							/* MPC_OVERLAP_H */
