/*
 * exchange.c
 *		How do all peers get their requests and all replies come back, in time?
 *
 * Every call goes through the states of MpcSlotState; one loop waits for
 * whichever peer is ready, the latch and the deadline together; slot.c holds the steps. Nothing
 * is sent before all are connected: a party that cannot be reached must not
 * cost the others an entry in their ledgers. Where some may be missing, that
 * one is given up first.
 *
 * Assumes that the calls stay where they are until the end. The wait event set
 * lives no longer than one drive(): what runs between begin and end may raise.
 */
#include "postgres.h"

#include "transport/exchange.h"

#include "compat.h"
#include "libpq-fe.h"
#include "miscadmin.h"
#include "portability/instr_time.h"
#include "storage/latch.h"
#include "transport/link_state.h"
#include "transport/slot.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

/* Latch and postmaster. */
#define OTHER_EVENTS	2

/*
 * A TLS layer may hold bytes that the socket no longer announces: links with
 * one are read again after this many milliseconds.
 */
#define TLS_POLL_MS		50
#define LONGEST_WAIT_MS	60000

/* ---- endings ---- */

/* Ends every call that has not come as far as goal. */
static void
fail_before(MpcExchange *exchange, MpcSlotState goal, MpcFault fault)
{
	int			i;

	for (i = 0; i < exchange->nslots; i++)
	{
		if (exchange->slots[i].state < goal)
			mpc_slot_fail(exchange, &exchange->slots[i], fault, NULL);
	}
}

/* More calls failed than may: the others are in vain. */
static bool
in_vain(const MpcExchange *exchange)
{
	return exchange->missing > exchange->tolerated;
}

/* Theirs was not the fault. */
static void
abandon_unfinished(MpcExchange *exchange)
{
	fail_before(exchange, MPC_SLOT_DONE, MPC_FAULT_NONE);
}

/* The memory goes, finished or not. Touches nothing of the caller's. */
static void
release_exchange(void *arg)
{
	MpcExchange *exchange = arg;
	int			i;

	if (exchange->held != NULL)
		PQclear(exchange->held);
	exchange->held = NULL;
	for (i = 0; i < exchange->nslots; i++)
	{
		if (exchange->slots[i].state != MPC_SLOT_DONE)
			mpc_slot_leave(&exchange->slots[i]);
	}
}

/* ---- waiting ---- */

static bool
needs_network(const MpcSlot *slot)
{
	return slot->state != MPC_SLOT_READY && slot->state != MPC_SLOT_DONE;
}

static void
drop_set(MpcExchange *exchange)
{
	if (exchange->set != NULL)
		FreeWaitEventSet(exchange->set);
	exchange->set = NULL;
}

static void
build_set(MpcExchange *exchange)
{
	int			i;

	drop_set(exchange);
	exchange->changed = false;
	exchange->set = mpc_create_wait_event_set(exchange->nslots + OTHER_EVENTS);
	AddWaitEventToSet(exchange->set, WL_LATCH_SET, PGINVALID_SOCKET, MyLatch, NULL);
	AddWaitEventToSet(exchange->set, WL_EXIT_ON_PM_DEATH, PGINVALID_SOCKET, NULL, NULL);
	for (i = 0; i < exchange->nslots; i++)
	{
		MpcSlot    *slot = &exchange->slots[i];

		if (needs_network(slot))
			AddWaitEventToSet(exchange->set, slot->events, PQsocket(slot->link->conn), NULL, slot);
	}
}

static bool
is_encrypted(const MpcSlot *slot)
{
	return slot->state == MPC_SLOT_WAITING &&
		(PQsslInUse(slot->link->conn) || PQgssEncInUse(slot->link->conn));
}

static int
count_before(const MpcExchange *exchange, MpcSlotState goal)
{
	int			count = 0;
	int			i;

	for (i = 0; i < exchange->nslots; i++)
	{
		if (exchange->slots[i].state < goal)
			count++;
	}
	return count;
}

/* All that are still waited for may be missing, and had the time they were given. */
static bool
may_give_up(const MpcExchange *exchange, MpcSlotState goal, TimestampTz now)
{
	return now >= exchange->patience &&
		exchange->missing + count_before(exchange, goal) <= exchange->tolerated;
}

static long
wait_ms(const MpcExchange *exchange, MpcSlotState goal)
{
	TimestampTz now = GetCurrentTimestamp();
	long		left = TimestampDifferenceMilliseconds(now, exchange->deadline);
	int			i;

	if (may_give_up(exchange, goal, now))
		return 0;
	if (exchange->patience > now)
		left = Min(left, TimestampDifferenceMilliseconds(now, exchange->patience));
	left = Min(left, LONGEST_WAIT_MS);
	for (i = 0; i < exchange->nslots; i++)
	{
		if (is_encrypted(&exchange->slots[i]))
			left = Min(left, TLS_POLL_MS);
	}
	return left;
}

/* Closed under us, by an abort between begin and end: there is no socket to wait for. */
static void
find_lost(MpcExchange *exchange)
{
	int			i;

	for (i = 0; i < exchange->nslots; i++)
	{
		if (exchange->slots[i].state != MPC_SLOT_DONE && !mpc_slot_owns_link(&exchange->slots[i]))
			mpc_slot_fail(exchange, &exchange->slots[i], MPC_FAULT_LOST, NULL);
	}
}

/* See TLS_POLL_MS. */
static void
read_encrypted(MpcExchange *exchange)
{
	int			i;

	for (i = 0; i < exchange->nslots; i++)
	{
		if (is_encrypted(&exchange->slots[i]))
			mpc_slot_read(exchange, &exchange->slots[i]);
	}
}

/* False when nothing had come. */
static bool
wait_once(MpcExchange *exchange, MpcSlotState goal)
{
	int			n;
	int			i;

	if (exchange->set == NULL || exchange->changed)
		build_set(exchange);
	n = WaitEventSetWait(exchange->set, wait_ms(exchange, goal), exchange->occurred,
						 exchange->nslots + OTHER_EVENTS, PG_WAIT_EXTENSION);
	for (i = 0; i < n; i++)
	{
		if (exchange->occurred[i].events & WL_LATCH_SET)
			ResetLatch(MyLatch);
		else if (exchange->occurred[i].user_data != NULL)
			mpc_slot_advance(exchange, exchange->occurred[i].user_data);
	}
	if (n == 0)
		read_encrypted(exchange);
	CHECK_FOR_INTERRUPTS();
	return n > 0;
}

/*
 * Until every call came as far as goal or failed, or too many failed, or time is up. Nobody is given up
 * before it was seen that nothing more has come: the caller may be late, not the peer.
 */
static void
drive(MpcExchange *exchange, MpcSlotState goal)
{
	CHECK_FOR_INTERRUPTS();
	if (!in_vain(exchange))
		find_lost(exchange);
	PG_TRY();
	{
		bool		more = true;

		while (!in_vain(exchange) && count_before(exchange, goal) > 0)
		{
			TimestampTz now = GetCurrentTimestamp();

			if (now >= exchange->deadline)
				fail_before(exchange, MPC_SLOT_DONE, MPC_FAULT_DEADLINE);
			else if (!more && may_give_up(exchange, goal, now))
				fail_before(exchange, goal, MPC_FAULT_DEADLINE);
			else
				more = wait_once(exchange, goal);
		}
	}
	PG_FINALLY();
	{
		drop_set(exchange);
	}
	PG_END_TRY();
	if (in_vain(exchange))
		abandon_unfinished(exchange);
}

/* ---- the two doors ---- */

static void
send_requests(MpcExchange *exchange)
{
	int			i;

	for (i = 0; i < exchange->nslots && !in_vain(exchange); i++)
	{
		if (exchange->slots[i].state == MPC_SLOT_READY)
			mpc_slot_send(exchange, &exchange->slots[i]);
	}
}

/* A link carries one call at a time, of this exchange or of another one around it. */
static bool
is_taken(const MpcExchange *exchange, const MpcLink *link)
{
	int			i;

	for (i = 0; i < exchange->nslots; i++)
	{
		if (exchange->slots[i].link == link)
			return true;
	}
	return link->state != MPC_LINK_IDLE && link->state != MPC_LINK_CLOSED;
}

static void
check_call(const MpcExchange *exchange, const MpcCall *call)
{
	if (is_taken(exchange, call->link))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("connection to party \"%s\" is in use by another joint query of this session",
						mpc_link_party(call->link)),
				 errhint("End the other query first, or use a second session.")));
	if (!AllocSizeIsValid(call->request_len))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("request to party \"%s\" is too large", mpc_link_party(call->link))));
}

static void
clear_results(MpcCall *call)
{
	call->fault = MPC_FAULT_NONE;
	memset(call->sqlstate, 0, sizeof(call->sqlstate));
	call->log_detail = NULL;
	call->was_cold = false;
	call->reply = NULL;
	call->reply_len = 0;
	call->bytes_out = 0;
	call->bytes_in = 0;
	call->ms = 0;
}

static MpcExchange *
create_exchange(int ncalls, TimestampTz deadline, int tolerated)
{
	MpcExchange *exchange = palloc0(sizeof(MpcExchange));

	exchange->context = CurrentMemoryContext;
	exchange->deadline = deadline;
	exchange->tolerated = tolerated;
	INSTR_TIME_SET_CURRENT(exchange->begun);
	exchange->slots = palloc0(sizeof(MpcSlot) * Max(ncalls, 1));
	exchange->occurred = palloc0(sizeof(WaitEvent) * (ncalls + OTHER_EVENTS));
	exchange->callback.func = release_exchange;
	exchange->callback.arg = exchange;
	MemoryContextRegisterResetCallback(exchange->context, &exchange->callback);
	return exchange;
}

static void
add_call(MpcExchange *exchange, MpcCall *call)
{
	MpcSlot    *slot = &exchange->slots[exchange->nslots];

	clear_results(call);
	if (call->skip)
		return;
	check_call(exchange, call);
	slot->call = call;
	slot->link = call->link;
	slot->generation = call->link->generation;
	slot->state = MPC_SLOT_READY;
	exchange->nslots++;
}

MpcExchange *
mpc_exchange_begin_tolerant(MpcCall *calls, int ncalls, TimestampTz deadline,
							int tolerated, TimestampTz patience)
{
	MpcExchange *exchange = create_exchange(ncalls, deadline, tolerated);
	int			i;

	exchange->patience = patience;
	for (i = 0; i < ncalls; i++)
		add_call(exchange, &calls[i]);
	for (i = 0; i < exchange->nslots && !in_vain(exchange); i++)
		mpc_slot_start(exchange, &exchange->slots[i]);
	drive(exchange, MPC_SLOT_READY);
	send_requests(exchange);
	drive(exchange, MPC_SLOT_WAITING);
	return exchange;
}

MpcExchange *
mpc_exchange_begin(MpcCall *calls, int ncalls, TimestampTz deadline)
{
	return mpc_exchange_begin_tolerant(calls, ncalls, deadline, 0, deadline);
}

void
mpc_exchange_end_tolerant(MpcExchange *exchange, TimestampTz patience)
{
	MemoryContext caller = MemoryContextSwitchTo(exchange->context);

	exchange->patience = patience;
	drive(exchange, MPC_SLOT_DONE);
	MemoryContextSwitchTo(caller);
}

void
mpc_exchange_end(MpcExchange *exchange)
{
	mpc_exchange_end_tolerant(exchange, exchange->deadline);
}
