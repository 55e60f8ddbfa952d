/*
 * exchange.h
 *		Fan-out: begin on all, end on all, under one deadline.
 *
 *	mpc_exchange_begin	connects what is not connected, all in parallel, sends every call and returns
 *						when all are flushed, so that the peers work while the caller does.
 *	mpc_exchange_end	waits for all replies.
 *	The _tolerant pair	does the same where some of the parties may be missing.
 * Each call is one extended-protocol "CALL mpc.answer($1, NULL)" with one bytea in and one bytea
 * out, both binary. Cancel, terminate and the deadline act within milliseconds in both.
 */
#ifndef MPC_EXCHANGE_H
#define MPC_EXCHANGE_H

#include "postgres.h"

#include "transport/link.h"
#include "utils/timestamp.h"

typedef enum MpcFault
{
	MPC_FAULT_NONE = 0,
	MPC_FAULT_CONNECT,			/* no connection: unreachable, or the login was refused */
	MPC_FAULT_LOST,				/* the connection broke */
	MPC_FAULT_DEADLINE,			/* no reply in time */
	MPC_FAULT_SQLSTATE,			/* the peer's server raised an error: sqlstate only */
	MPC_FAULT_PROTOCOL			/* rows, columns or types other than one bytea */
} MpcFault;

typedef struct MpcCall
{
	MpcLink    *link;
	const char *statement;		/* "CALL mpc.answer($1, NULL)" */
	const void *request;
	Size		request_len;
	bool		skip;			/* take no part in this exchange */

	/* results */
	MpcFault	fault;
	char		sqlstate[6];
	char	   *log_detail;		/* text of libpq or of the peer, for our own server log only (errdetail_log); NULL if none */
	bool		was_cold;		/* a connection was made for this call */
	const uint8 *reply;			/* palloc'd in the exchange's context */
	Size		reply_len;
	Size		bytes_out;
	Size		bytes_in;
	double		ms;				/* from begin to the end of this call */
} MpcCall;

typedef struct MpcExchange MpcExchange;

/*
 * Starts all calls. Faults are recorded per call, not raised; cancel and terminate raise. Everything is
 * freed with CurrentMemoryContext, and links of unfinished calls are closed then.
 */
extern MpcExchange *mpc_exchange_begin(MpcCall *calls, int ncalls, TimestampTz deadline);

/*
 * Waits until every call ended or the deadline passed. As soon as one call failed the others
 * are not waited for (their links are closed): the question cannot succeed any more. An abandoned call
 * keeps MPC_FAULT_NONE and has no reply.
 */
extern void mpc_exchange_end(MpcExchange *exchange);

/*
 * The same, but up to tolerated calls may fail without harm to the others: one that cannot connect, is lost or
 * ends with a fault has its fault, and the others go on. A refusal is a reply. Where more fail, the rest is
 * abandoned as above; count the faults to know.
 *
 * patience is a point in time: from then on, as soon as those still waited for and those that failed are no more
 * than tolerated, the former are given up: MPC_FAULT_DEADLINE, links closed. So a silent party costs the
 * patience and not the whole time until the deadline. In begin it is that of connecting and sending, in end that of
 * the replies; the deadline itself is for no patience. A pair may be mixed with the functions above.
 */
extern MpcExchange *mpc_exchange_begin_tolerant(MpcCall *calls, int ncalls, TimestampTz deadline,
												int tolerated, TimestampTz patience);
extern void mpc_exchange_end_tolerant(MpcExchange *exchange, TimestampTz patience);

#endif							/* MPC_EXCHANGE_H */
