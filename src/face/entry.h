/*
 * entry.h
 *		What the peers' entry points share: who calls, under which settings, and how
 *		a reply leaves.
 */
#ifndef MPC_ENTRY_H
#define MPC_ENTRY_H

#include "postgres.h"

#include "catalog/parties.h"
#include "access/tupdesc.h"
#include "fmgr.h"
#include "protocol/refusal.h"

/*
 * Raises unless the procedure was called by a top-level CALL in read committed, outside any
 * transaction block: only then can it commit, and only then is the ledger row durable before the reply.
 * Raises also when the session has temporary objects.
 */
extern void mpc_entry_refuse_atomic(FunctionCallInfo fcinfo);

/*
 * Begins the work of an entry point for a login that is locked (R1); raises for any other. Until
 * mpc_entry_leave, or an error, the lock lets our own statements through.
 */
extern void mpc_entry_enter(void);
extern void mpc_entry_leave(void);

/* The party of the calling login; raises when the login is not admitted. */
extern MpcParty *mpc_entry_party(void);

/* Argument 0, detoasted and copied. Raises on NULL or more than MPC_MAX_MESSAGE bytes. */
extern bytea *mpc_entry_message(FunctionCallInfo fcinfo);

/* The one row of the CALL. */
extern Datum mpc_entry_return(FunctionCallInfo fcinfo, TupleDesc row, const bytea *reply);
extern TupleDesc mpc_entry_row(FunctionCallInfo fcinfo);

/* A bytea of at most cap bytes to write a message into; mpc_entry_finish sets its size. */
extern bytea *mpc_entry_buffer(MpcWriter *w, Size cap);
extern bytea *mpc_entry_finish(bytea *buffer, const MpcWriter *w);

/*
 * A signed refusal as the reply, and a line in our own log (at most one a second per backend).
 * dataset_hash NULL: no next key is offered.
 */
extern bytea *mpc_entry_refusal(const MpcRefusal *refusal, const uint8 reference[32], const char *party,
								const uint8 *dataset_hash, bool published);

#endif							/* MPC_ENTRY_H */
