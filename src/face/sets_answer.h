/*
 * sets_answer.h
 *		The peer's part of an intersection.
 */
#ifndef MPC_SETS_ANSWER_H
#define MPC_SETS_ANSWER_H

#include "postgres.h"

#include "catalog/parties.h"
#include "face/sets_store.h"
#include "utils/timestamp.h"

/*
 * The answer to a request that was judged and is in the ledger: how large the own set is. sets: stored just now, with own, kind, dataset and
 * whether sizes are padded already known. next: the next one-time key. The reply is palloc'd in context.
 */
extern bytea *mpc_sets_answer(MpcSets *sets, const MpcFederation *federation, const MpcOneTimeKey *next,
							  MemoryContext context);

/* The reply to a step, or a refusal; sets NULL: no request was answered on this connection. Whatever is wrong ends the intersection. */
extern bytea *mpc_sets_answer_step(MpcSets *sets, const MpcParty *party, const bytea *message,
								   TimestampTz start, MemoryContext context);

#endif							/* MPC_SETS_ANSWER_H */
