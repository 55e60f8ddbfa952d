/*
 * sets_lists.h
 *		The lists that a peer takes and gives in an intersection: sets_lists.c of members and counts of two, sets_lists_many.c of more,
 *		sets_lists_sums.c of sums.
 *
 * Each returns false where what was put or asked for has no place in the conversation; s->rule then says why.
 */
#ifndef MPC_SETS_LISTS_H
#define MPC_SETS_LISTS_H

#include "postgres.h"

#include "face/sets_store.h"

typedef struct MpcSetsStep
{
	MpcSets    *sets;
	MemoryContext context;		/* of the reply: lists that are given may live there */
	const char *rule;
} MpcSetsStep;

/* false, with a reason. */
extern bool mpc_sets_wrong(MpcSetsStep *s, const char *rule);

/* Puts a piece where it belongs: lists come in order. NULL: it has no place; otherwise its first element. */
extern MpcPoint *mpc_sets_append(MpcSetsStep *s, MpcSetsList *list, const MpcSetPart *part);

/* Multiplies points in place. */
extern bool mpc_sets_multiply(MpcSetsStep *s, const MpcFe scalar, MpcPoint *point, uint32 n);

extern bool mpc_sets_take_asked(MpcSetsStep *s, const MpcSetPart *part);
extern bool mpc_sets_give_own(MpcSetsStep *s, MpcSetPart *part);
extern bool mpc_sets_give_evaluated(MpcSetsStep *s, MpcSetPart *part);

/* Sorts a list once all of it is there, and sees that nothing is in it twice. */
extern bool mpc_sets_sort_list(MpcSetsStep *s, MpcSetsList *list, bool *sorted);

/* sets_lists_many.c: the list of a question to more than two. */
extern bool mpc_sets_give_table(MpcSetsStep *s, MpcSetPart *part);
extern bool mpc_sets_take_second(MpcSetsStep *s, const MpcSetPart *part);
extern bool mpc_sets_give_second(MpcSetsStep *s, MpcSetPart *part);

extern bool mpc_sets_take_of_sums(MpcSetsStep *s, const MpcSetPart *part);
extern bool mpc_sets_give_of_sums(MpcSetsStep *s, MpcSetPart *part);

#endif							/* MPC_SETS_LISTS_H */
