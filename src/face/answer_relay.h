/*
 * answer_relay.h
 *		The second round of a Shamir sum, at a peer (PROTOCOLS B.2).
 */
#ifndef MPC_ANSWER_RELAY_H
#define MPC_ANSWER_RELAY_H

#include "postgres.h"

#include "face/dealt_store.h"
#include "utils/timestamp.h"

/*
 * The sum share for a relay, or why there is none. dealt: what this connection dealt, NULL for nothing; the caller
 * forgets it, whatever comes. start: of the call, for the federation's timeout. Commits, flushed, before it forms one byte of the sum share (R8); SPI must be connected.
 * The result is in context. Raises what the caller turns into its fixed text.
 */
extern bytea *mpc_answer_relay(MpcDealt *dealt, const MpcParty *party, const bytea *message,
							   TimestampTz start, MemoryContext context);

#endif							/* MPC_ANSWER_RELAY_H */
