/*
 * dealt_store.h
 *		What an answering backend keeps of a Shamir sum between its two rounds.
 *
 * It lives in locked memory of this backend only: the connection that dealt is the one that sums up, once, and
 * with the connection it is gone.
 */
#ifndef MPC_DEALT_STORE_H
#define MPC_DEALT_STORE_H

#include "postgres.h"

#include "catalog/parties.h"
#include "protocol/shamir_sum.h"

typedef struct MpcDealt
{
	MpcShamirPeer peer;			/* secret; points to x */
	Oid			federation;
	uint8		asker[MPC_PID_BYTES];
	uint8		query_hash[32];	/* of the question without coefficients and limits of grids */
	bool		publishes[MPC_MAX_PARTIES];	/* by their cards in the request (R6) */
	MpcFe		x[FLEXIBLE_ARRAY_MEMBER];	/* secret */
} MpcDealt;

/* For a request that is to be dealt, in place of what there was; peer is zeroed. x: copied and wiped. */
extern MpcDealt *mpc_dealt_begin(const MpcRequest *request, const MpcQuery *query, Oid federation, MpcFe *x);

/* NULL: nothing was dealt, or it was summed up. */
extern MpcDealt *mpc_dealt(void);

/* Wipes what there is, if there is any. */
extern void mpc_dealt_forget(void);

#endif							/* MPC_DEALT_STORE_H */
