/*
 * answer_maximum.h
 *		The rounds of a maximum, at a peer (PROTOCOLS D.2, D.5).
 */
#ifndef MPC_ANSWER_MAXIMUM_H
#define MPC_ANSWER_MAXIMUM_H

#include "postgres.h"

#include "face/maximum_store.h"
#include "utils/timestamp.h"

/*
 * The first round's reply. rounds: with its vectors filled; key: spent and wiped. The result is in context. Raises what the caller
 * turns into its fixed text, and forgets the rounds then.
 */
extern bytea *mpc_answer_maximum(MpcMaximumRounds *rounds, const MpcFederation *federation, const MpcStaticHalf *static_half,
								 MpcOneTimeKey *key, const MpcRequest *request, const MpcOneTimeKey *next,
								 MemoryContext context);

/*
 * The reply of the round that a step opens, or why there is none. rounds: what this connection keeps, NULL for nothing; it is forgotten
 * unless another round follows. start: of the call, for the federation's timeout. No row is read, and no ledger row written: the
 * request's covers all rounds. The result is in context. Raises as above.
 */
extern bytea *mpc_answer_step(MpcMaximumRounds *rounds, const MpcParty *party, const bytea *message,
							  TimestampTz start, MemoryContext context);

#endif							/* MPC_ANSWER_MAXIMUM_H */
