/*
 * maximum_store.h
 *		What an answering backend keeps of a maximum between its rounds.
 *
 * It lives in locked memory of this backend only: the connection that answered a round is the one that answers the next,
 * and with the connection it is gone.
 */
#ifndef MPC_MAXIMUM_STORE_H
#define MPC_MAXIMUM_STORE_H

#include "postgres.h"

#include "catalog/ledger.h"
#include "catalog/parties.h"
#include "protocol/maximum.h"

typedef struct MpcMaximumRounds
{
	MpcMaximumPeer peer;		/* secret; points to vector once the first round is answered */
	Oid			federation;
	uint8		asker[MPC_PID_BYTES];
	uint8		request[MPC_RID_BYTES];	/* id of the request, for the log */
	MpcLedgerRow ledger;		/* of the request: every round's reply names it */
	MpcMaximum	vector[FLEXIBLE_ARRAY_MEMBER];	/* secret */
} MpcMaximumRounds;

/* For a request that is to be answered, in place of what there was; all zero but federation, asker, request and ledger. */
extern MpcMaximumRounds *mpc_maximum_store(const MpcRequest *request, Oid federation, const MpcLedgerRow *ledger);

/* NULL: no round was answered that another one follows. */
extern MpcMaximumRounds *mpc_maximum_stored(void);

/* Wipes what there is, if there is any. */
extern void mpc_maximum_forget(void);

#endif							/* MPC_MAXIMUM_STORE_H */
