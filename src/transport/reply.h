/*
 * reply.h
 *		The results of one call, as libpq hands them out, judged.
 */
#ifndef MPC_REPLY_H
#define MPC_REPLY_H

#include "postgres.h"

#include "libpq-fe.h"

typedef enum MpcReplyKind
{
	MPC_REPLY_VALUE,			/* exactly one row with one bytea */
	MPC_REPLY_ERROR,			/* an error of the peer's server, with a SQLSTATE */
	MPC_REPLY_NO_STATE,			/* an error without one: libpq's own, or nonsense */
	MPC_REPLY_OTHER				/* anything else */
} MpcReplyKind;

/* sqlstate is filled for MPC_REPLY_ERROR only. */
extern MpcReplyKind mpc_reply_judge(const PGresult *result, char sqlstate[6]);

/* Text of an error, fit for our server log; palloc'd. */
extern char *mpc_reply_text(const PGresult *result);

#endif							/* MPC_REPLY_H */
