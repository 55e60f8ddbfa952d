/*
 * unlock.c
 *		Rule R1 taken out: a session that counts as locked and is not.
 *
 * What stands behind the lock is tested with it, as if the lock had failed.
 */
#include "postgres.h"

#include "lock/lock.h"

PG_MODULE_MAGIC;

extern void _PG_init(void);

static MpcLock open_lock;

void
_PG_init(void)
{
	*(MpcLock **) find_rendezvous_variable(MPC_LOCK_RENDEZVOUS) = &open_lock;
}
