/*
 * slot.c
 *		What is the next step of this call?
 *
 * One function for each state that needs the network; none of them waits. A
 * link is judged by its generation: when somebody else closed it (a
 * subtransaction aborted, say), the call is lost, whatever the link does now.
 * Whoever closes a connection or wants other events says so in "changed".
 * Never used here: PQexec, PQconnectdb, PQcancel, PQgetResult while PQisBusy.
 */
#include "postgres.h"

#include "access/xact.h"
#include "transport/slot.h"

#include "catalog/pg_type_d.h"
#include "transport/link_state.h"
#include "transport/reply.h"

/* ---- endings ---- */

bool
mpc_slot_owns_link(const MpcSlot *slot)
{
	return slot->link->conn != NULL && slot->link->generation == slot->generation;
}

/* Links on which nothing is under way are as good as before. */
void
mpc_slot_leave(MpcSlot *slot)
{
	if (mpc_slot_owns_link(slot) && slot->link->state != MPC_LINK_IDLE)
		mpc_link_close(slot->link);
}

static void
end_call(MpcExchange *exchange, MpcSlot *slot)
{
	instr_time	now;

	INSTR_TIME_SET_CURRENT(now);
	INSTR_TIME_SUBTRACT(now, exchange->begun);
	slot->call->ms = INSTR_TIME_GET_MILLISEC(now);
	slot->state = MPC_SLOT_DONE;
}

/* detail: clean text in the exchange's context, or NULL */
void
mpc_slot_fail(MpcExchange *exchange, MpcSlot *slot, MpcFault fault, char *detail)
{
	exchange->changed = true;
	mpc_slot_leave(slot);
	slot->call->fault = fault;
	slot->call->log_detail = detail;
	slot->call->reply = NULL;
	slot->call->reply_len = 0;
	exchange->missing++;
	end_call(exchange, slot);
}

/* With libpq's own text, which has to be taken before the connection goes. */
static void
fail_connection(MpcExchange *exchange, MpcSlot *slot, MpcFault fault)
{
	char	   *detail = slot->error;

	if (detail == NULL && mpc_slot_owns_link(slot))
		detail = mpc_link_clean_text(PQerrorMessage(slot->link->conn));
	mpc_slot_fail(exchange, slot, fault, detail);
}

/* ---- receiving ---- */

static void
keep_reply(MpcSlot *slot, const PGresult *result)
{
	Size		len = (Size) PQgetlength(result, 0, 0);
	uint8	   *copy = palloc(Max(len, 1));

	memcpy(copy, PQgetvalue(result, 0, 0), len);
	slot->call->reply = copy;
	slot->call->reply_len = len;
	slot->call->bytes_in = len;
}

/* No more results: what did it come to? */
static void
finish_call(MpcExchange *exchange, MpcSlot *slot)
{
	PGconn	   *conn = slot->link->conn;
	bool		clean = PQtransactionStatus(conn) == PQTRANS_IDLE;

	if (PQstatus(conn) != CONNECTION_OK)
		fail_connection(exchange, slot, MPC_FAULT_LOST);
	else if (slot->sqlstate[0] != '\0')
	{
		if (clean)
			mpc_link_release(slot->link);
		strlcpy(slot->call->sqlstate, slot->sqlstate, sizeof(slot->call->sqlstate));
		mpc_slot_fail(exchange, slot, MPC_FAULT_SQLSTATE, slot->error);
	}
	else if (slot->call->reply == NULL || slot->error != NULL || !clean)
		mpc_slot_fail(exchange, slot, MPC_FAULT_PROTOCOL, slot->error);
	else
	{
		mpc_link_release(slot->link);
		if (slot->link->conn == NULL)
			exchange->changed = true;
		end_call(exchange, slot);
	}
}

static void
take_result(MpcExchange *exchange, MpcSlot *slot, const PGresult *result)
{
	char		sqlstate[6] = "";

	switch (mpc_reply_judge(result, sqlstate))
	{
		case MPC_REPLY_VALUE:
			if (slot->call->reply != NULL || slot->error != NULL)
				mpc_slot_fail(exchange, slot, MPC_FAULT_PROTOCOL, slot->error);
			else
				keep_reply(slot, result);
			break;
		case MPC_REPLY_ERROR:
		case MPC_REPLY_NO_STATE:
			if (slot->error != NULL)
				break;			/* the first one is the cause */
			slot->error = mpc_reply_text(result);
			strlcpy(slot->sqlstate, sqlstate, sizeof(slot->sqlstate));
			break;
		case MPC_REPLY_OTHER:
			mpc_slot_fail(exchange, slot, MPC_FAULT_PROTOCOL, slot->error);
			break;
	}
}

/* Takes what has come, without waiting. A result of the wrong shape ends the call before the rest is read. */
static void
collect(MpcExchange *exchange, MpcSlot *slot)
{
	while (slot->state == MPC_SLOT_WAITING && !PQisBusy(slot->link->conn))
	{
		exchange->held = PQgetResult(slot->link->conn);
		if (exchange->held == NULL)
		{
			finish_call(exchange, slot);
			return;
		}
		take_result(exchange, slot, exchange->held);
		PQclear(exchange->held);
		exchange->held = NULL;
	}
}

void
mpc_slot_read(MpcExchange *exchange, MpcSlot *slot)
{
	/* a peer's last words may be in the buffer although its connection is gone */
	bool		open = PQconsumeInput(slot->link->conn) != 0;

	collect(exchange, slot);
	if (!open && slot->state == MPC_SLOT_WAITING)
		fail_connection(exchange, slot, MPC_FAULT_LOST);
}

/* ---- sending ---- */

static void
flush_request(MpcExchange *exchange, MpcSlot *slot)
{
	switch (PQflush(slot->link->conn))
	{
		case 0:
			slot->state = MPC_SLOT_WAITING;
			slot->events = WL_SOCKET_READABLE;
			exchange->changed = true;
			collect(exchange, slot);
			break;
		case 1:
			slot->events = WL_SOCKET_READABLE | WL_SOCKET_WRITEABLE;
			break;
		default:
			fail_connection(exchange, slot, MPC_FAULT_LOST);
			break;
	}
}

/* Reads, too: a peer that cannot get rid of its bytes would not take ours. */
static void
advance_sending(MpcExchange *exchange, MpcSlot *slot)
{
	if (PQconsumeInput(slot->link->conn) == 0)
		fail_connection(exchange, slot, MPC_FAULT_LOST);
	else
		flush_request(exchange, slot);
}

void
mpc_slot_send(MpcExchange *exchange, MpcSlot *slot)
{
	MpcCall    *call = slot->call;
	const Oid	types[1] = {BYTEAOID};
	const char *values[1];
	int			lengths[1];
	const int	formats[1] = {1};

	values[0] = call->request_len > 0 ? call->request : "";	/* NULL would be SQL's NULL */
	lengths[0] = (int) call->request_len;
	slot->link->state = MPC_LINK_BUSY;
	slot->link->nest_level = GetCurrentTransactionNestLevel();
	slot->state = MPC_SLOT_SENDING;
	if (PQsendQueryParams(slot->link->conn, call->statement, 1, types, values, lengths, formats, 1) == 0)
	{
		fail_connection(exchange, slot, MPC_FAULT_LOST);
		return;
	}
	call->bytes_out = call->request_len;
	flush_request(exchange, slot);
}

/* ---- connecting ---- */

static void
admit_peer(MpcExchange *exchange, MpcSlot *slot)
{
	const char *objection = mpc_link_admit(slot->link);

	if (objection == NULL)
		slot->state = MPC_SLOT_READY;
	else
		mpc_slot_fail(exchange, slot, MPC_FAULT_CONNECT, pstrdup(objection));
}

static void
advance_connecting(MpcExchange *exchange, MpcSlot *slot)
{
	/* libpq may have closed this socket and opened another one under the same number */
	exchange->changed = true;
	switch (PQconnectPoll(slot->link->conn))
	{
		case PGRES_POLLING_OK:
			admit_peer(exchange, slot);
			break;
		case PGRES_POLLING_READING:
			slot->events = WL_SOCKET_READABLE;
			break;
		case PGRES_POLLING_WRITING:
			slot->events = WL_SOCKET_WRITEABLE;
			break;
		default:
			fail_connection(exchange, slot, MPC_FAULT_CONNECT);
			break;
	}
}

void
mpc_slot_start(MpcExchange *exchange, MpcSlot *slot)
{
	MpcLink    *link = slot->link;

	if (link->state == MPC_LINK_IDLE)
	{
		slot->state = MPC_SLOT_READY;
		return;
	}
	slot->call->was_cold = true;
	slot->state = MPC_SLOT_CONNECTING;
	slot->events = WL_SOCKET_WRITEABLE;	/* what libpq wants before its first poll */
	mpc_link_start(link);
	if (PQstatus(link->conn) == CONNECTION_BAD)
		fail_connection(exchange, slot, MPC_FAULT_CONNECT);
}

/* ---- the next step ---- */

void
mpc_slot_advance(MpcExchange *exchange, MpcSlot *slot)
{
	if (slot->state != MPC_SLOT_DONE && !mpc_slot_owns_link(slot))
	{
		mpc_slot_fail(exchange, slot, MPC_FAULT_LOST, NULL);
		return;
	}
	switch (slot->state)
	{
		case MPC_SLOT_CONNECTING:
			advance_connecting(exchange, slot);
			break;
		case MPC_SLOT_SENDING:
			advance_sending(exchange, slot);
			break;
		case MPC_SLOT_WAITING:
			mpc_slot_read(exchange, slot);
			break;
		case MPC_SLOT_READY:
		case MPC_SLOT_DONE:
			exchange->changed = true;	/* it would be reported again and again */
			break;
	}
}
