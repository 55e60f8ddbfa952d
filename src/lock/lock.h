/*
 * lock.h
 *		What the two libraries share: whether this session is locked, and whether
 *		one of the entry points is at work.
 *
 * mpc_agg_lock puts the address of its own copy into a rendezvous variable of the server when it
 * is loaded. No role can do that from SQL, and there is no way back within a session.
 */
#ifndef MPC_LOCK_H
#define MPC_LOCK_H

#include "postgres.h"

#include "fmgr.h"

#define MPC_LOCK_RENDEZVOUS "mpc_agg_lock"

typedef struct MpcLock
{
	int			inside;			/* entry points at work; back to 0 when their transaction aborts */
} MpcLock;

/* NULL: this session is not locked. */
static inline MpcLock *
mpc_lock(void)
{
	return *(MpcLock **) find_rendezvous_variable(MPC_LOCK_RENDEZVOUS);
}

#endif							/* MPC_LOCK_H */
