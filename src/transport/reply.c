/*
 * reply.c
 *		Is this result what a call may return?
 *
 * Assumes a peer that sends whatever it likes within what libpq accepts as
 * protocol. Nothing of a result is used before its shape was checked here.
 */
#include "postgres.h"

#include "transport/reply.h"

#include "catalog/pg_type_d.h"
#include "transport/link_state.h"
#include "utils/memutils.h"

static bool
is_one_bytea(const PGresult *result)
{
	return PQnfields(result) == 1 && PQntuples(result) == 1 &&
		PQftype(result, 0) == BYTEAOID && PQfformat(result, 0) == 1 &&
		!PQgetisnull(result, 0, 0) &&
		AllocSizeIsValid((Size) PQgetlength(result, 0, 0));
}

static bool
is_sqlstate(const char *text)
{
	return text != NULL && strlen(text) == 5 &&
		strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5;
}

MpcReplyKind
mpc_reply_judge(const PGresult *result, char sqlstate[6])
{
	const char *text;

	switch (PQresultStatus(result))
	{
		case PGRES_TUPLES_OK:
			return is_one_bytea(result) ? MPC_REPLY_VALUE : MPC_REPLY_OTHER;
		case PGRES_FATAL_ERROR:
			text = PQresultErrorField(result, PG_DIAG_SQLSTATE);
			if (!is_sqlstate(text))
				return MPC_REPLY_NO_STATE;
			strlcpy(sqlstate, text, 6);
			return MPC_REPLY_ERROR;
		default:
			return MPC_REPLY_OTHER;
	}
}

/* The peer's first line only: detail and context are likelier to hold its rows. */
char *
mpc_reply_text(const PGresult *result)
{
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	return mpc_link_clean_text(text != NULL ? text : PQresultErrorMessage(result));
}
