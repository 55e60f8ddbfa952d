/*
 * slot.h
 *		One call of an exchange on its way; exchange.c and slot.c only.
 */
#ifndef MPC_SLOT_H
#define MPC_SLOT_H

#include "postgres.h"

#include "libpq-fe.h"
#include "portability/instr_time.h"
#include "storage/latch.h"
#include "transport/exchange.h"

/* In the order of a call's life. */
typedef enum MpcSlotState
{
	MPC_SLOT_CONNECTING,
	MPC_SLOT_READY,				/* connected; nothing sent yet */
	MPC_SLOT_SENDING,			/* not flushed yet; the reply may come already */
	MPC_SLOT_WAITING,
	MPC_SLOT_DONE
} MpcSlotState;

/* What the exchange keeps of a call in its own memory, for the reset callback. */
typedef struct MpcSlot
{
	MpcCall    *call;
	MpcLink    *link;
	MpcSlotState state;
	uint32		events;			/* socket events to wait for */
	uint64		generation;		/* of the link */
	char		sqlstate[6];	/* empty unless the peer raised an error */
	char	   *error;			/* its text */
} MpcSlot;

struct MpcExchange
{
	MemoryContext context;
	MemoryContextCallback callback;
	TimestampTz deadline;
	TimestampTz patience;		/* from here on those that may be missing are not waited for */
	int			tolerated;		/* how many calls may be missing */
	int			missing;		/* how many failed */
	instr_time	begun;
	int			nslots;
	MpcSlot    *slots;
	PGresult   *held;			/* being looked at: freed on error, too */
	WaitEventSet *set;			/* lives within drive() only */
	bool		changed;		/* the set is out of date */
	WaitEvent  *occurred;
};

/* False when somebody closed the connection of this call. */
extern bool mpc_slot_owns_link(const MpcSlot *slot);

/* Closes the connection unless nothing is under way on it. */
extern void mpc_slot_leave(MpcSlot *slot);

/* Ends the call. detail: clean text in the exchange's context, or NULL. */
extern void mpc_slot_fail(MpcExchange *exchange, MpcSlot *slot, MpcFault fault, char *detail);

/* To MPC_SLOT_READY, at once or through MPC_SLOT_CONNECTING. */
extern void mpc_slot_start(MpcExchange *exchange, MpcSlot *slot);

/* From MPC_SLOT_READY to MPC_SLOT_WAITING, at once or through MPC_SLOT_SENDING. */
extern void mpc_slot_send(MpcExchange *exchange, MpcSlot *slot);

/* Takes whatever reply has come. */
extern void mpc_slot_read(MpcExchange *exchange, MpcSlot *slot);

/* The socket is ready for what the slot waits for. */
extern void mpc_slot_advance(MpcExchange *exchange, MpcSlot *slot);

#endif							/* MPC_SLOT_H */
