/*
 * sets_asking.h
 *		Intersections: what is found, whichever engine finds it.
 *
 * The asker's conductor (ask.c) calls mpc_asking_sets() once contract and connections are there; what it finds is an answer as of
 * any other question, with the lanes below, or a list of members. Engines are told apart by R (request.h): this one is that of
 * curve points, sets_curve.h.
 */
#ifndef MPC_SETS_ASKING_H
#define MPC_SETS_ASKING_H

#include "postgres.h"

#include "face/asking.h"
#include "face/sets_own.h"
#include "protocol/query_sets.h"
#include "protocol/set_messages.h"

/* The sums of a group of an answer about sets: members, and of a question without sums the union; then two for each measure. */
#define MPC_SETS_SUM_COUNT		0
#define MPC_SETS_SUM_UNION		1
#define MPC_SETS_SUM_MEASURES	2

/* On the wire a group has a lane for its members, and two for each measure: values, their sum. */
static inline int
mpc_sets_group_lanes(int nmeasures)
{
	return 1 + 2 * nmeasures;
}

/* What an engine works on. Sizes are as announced, that is padded. */
typedef struct MpcSetsAsking
{
	Asking	   *a;
	MpcSetsKind kind;
	MpcSetsOwn	own;			/* secret */
	uint32		announced;		/* elements of the own set on the wire */
	int			nmeasures;		/* of sums */
	uint32		ngroups;		/* of sums: own groups, by key */
	MpcStr	   *key;			/* of each */
	uint32	   *group;			/* of each record */
	uint16		lanes;			/* of sums: of all groups; else 0 */
	bool		takes_part[MPC_MAX_PARTIES];	/* peers that publish the dataset */
	int			npeers;			/* how many they are */
	uint32		size[MPC_MAX_PARTIES];	/* elements of their sets on the wire */
	uint32		number;			/* of the next step */
	MemoryContext context;		/* of one step */
	MpcSetStep	step[MPC_MAX_PARTIES];	/* of each peer: to be filled before mpc_sets_exchange(), read after it */

	/* what was found */
	bool	   *found;			/* members: per own identifier */
	uint32		count;			/* count */
	MpcWide    *sum;			/* sums: lanes */
} MpcSetsAsking;

/* sets_ask.c: all of an intersection, to a->answer. */
extern void mpc_asking_sets(Asking *a);

/*
 * sets_talk.c: one step with every peer whose step has something to put or to get; the others are left alone. work runs
 * while the peers do theirs, in memory of the step. Pieces that were got stay until the next step. Raises with the party's name.
 */
extern void mpc_sets_exchange(MpcSetsAsking *s, void (*work) (void *arg), void *arg);

/* Is anything left of a list of n elements from first on? Then part is the next piece of it, and first goes on. */
extern bool mpc_sets_next_piece(MpcSetPart *part, MpcSetChannel channel, uint32 *first, uint32 n, uint32 piece);

/* sets_groups.c: own groups of a question for sums, and the lanes of one identifier. Raises when they are too many. */
extern void mpc_sets_group(MpcSetsAsking *s);
extern void mpc_sets_values(const MpcSetsAsking *s, MpcFe *value, uint32 identifier);

/* sets_groups.c: what was found, as the groups of a->answer. Raises when no honest peer can have said so. */
extern void mpc_sets_answer_groups(MpcSetsAsking *s);

/* The engine: sets_curve.c, sets_many.c, sets_sums.c. From sizes to what was found. */
extern void mpc_sets_find(MpcSetsAsking *s);
extern void mpc_sets_find_many(MpcSetsAsking *s);
extern void mpc_sets_add_up(MpcSetsAsking *s);

#endif							/* MPC_SETS_ASKING_H */
