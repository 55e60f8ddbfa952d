/*
 * hostile_send.c
 *		How does a lying asker reach its peers, and what do they let it hear?
 *
 * Requests go out in every way that a client has; whatever comes back on any of them,
 * results, notices and errors, is searched for a reply.
 */
#define _GNU_SOURCE			/* memmem */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "crypto/secret.h"
#include "hostile.h"
#include "protocol/hello.h"
#include "protocol/refusal.h"

#define CALL		"CALL mpc.answer($1, NULL)"
#define CALL_HELLO	"CALL mpc.hello($1, NULL)"

static char heard[MAX_BYTES];

static void
hear(const char *text)
{
	size_t		len = strlen(heard);
	size_t		i;

	snprintf(heard + len, sizeof(heard) - len, "%s ", text);
	for (i = len; heard[i] != '\0'; i++)
		if (heard[i] == '\n' || heard[i] == '\t')
			heard[i] = ' ';
}

static void
hear_notice(void *arg, const PGresult *result)
{
	hear(PQresultVerboseErrorMessage(result, PQERRORS_VERBOSE, PQSHOW_CONTEXT_ALWAYS));
}

/* ------------------------------------------------------------------ what came back */

/* Is there a reply to a question in these bytes, plain or as hexadecimal text? */
static bool
holds_reply(const char *bytes, size_t len)
{
	static const char *const magic[] = {"MPCAGR", "MPCAGS", "MPCAGT", "MPCAGI", "MPCAGx"};
	static const char *const hex[] = {"4d5043414752", "4d5043414753", "4d5043414754", "4d5043414749", "4d5043414778"};
	int			i;

	for (i = 0; i < 5; i++)
		if ((len > 6 && memmem(bytes, len, magic[i], 6) != NULL) ||
			(len > 12 && memmem(bytes, len, hex[i], 12) != NULL))
			return true;
	return false;
}

static bool
keep_reply(Party *p, const char *bytes, size_t len)
{
	free(p->reply);
	p->reply = malloc(len + 1);
	memcpy(p->reply, bytes, len);
	p->reply_len = len;
	return holds_reply(bytes, len);
}

/* A refusal, verified against the pinned identity. */
static void
say_refusal(const Party *p, const uint8_t *reference)
{
	MpcRefusal	refusal;
	MpcStatus	status = mpc_refusal_read(&refusal, p->reply, p->reply_len, reference, &p->card);

	if (status != MPC_OK)
		printf("bad refusal: %s\n", mpc_status_name(status));
	else
		printf("refused %d: %.*s\n", (int) refusal.code, (int) refusal.rule.len, (const char *) refusal.rule.data);
}

/* Notes everything in the result; true when it holds a reply. */
static bool
take_result(Party *p, PGresult *result, char error[200])
{
	bool		leak = false;
	int			row;
	int			column;

	if (PQresultStatus(result) == PGRES_FATAL_ERROR)
	{
		char	   *text = PQresultVerboseErrorMessage(result, PQERRORS_VERBOSE, PQSHOW_CONTEXT_ALWAYS);
		const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

		hear(text);
		leak = holds_reply(text, strlen(text));
		if (error[0] == '\0')
			snprintf(error, 200, "error %s %s", state ? state : "-----", PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) ?
					 PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : PQresultErrorMessage(result));
		PQfreemem(text);
	}
	for (row = 0; row < PQntuples(result); row++)
		for (column = 0; column < PQnfields(result); column++)
		{
			const char *value = PQgetvalue(result, row, column);
			size_t		len = PQgetlength(result, row, column);

			if (len > 6 && memcmp(value, "MPCAG", 5) == 0)
				leak |= keep_reply(p, value, len);
			leak |= holds_reply(value, len);
		}
	PQclear(result);
	return leak;
}

void
forget_reply(Party *p)
{
	free(p->reply);
	p->reply = NULL;
	p->reply_len = 0;
}

static void
say(const Party *p, bool leak, const char *error)
{
	if (leak || holds_reply(heard, strlen(heard)))
		printf("reply %s\n", error);
	else if (p->reply != NULL && mpc_is_refusal(p->reply, p->reply_len))
		say_refusal(p, ask.request.rid);
	else
		printf("%s\n", error[0] != '\0' ? error : "nothing");
}

/* ------------------------------------------------------------------ ways to send */

static PGresult *
call(Party *p, const char *statement, const uint8_t *bytes, size_t len)
{
	const char *values[1] = {(const char *) bytes};
	int			lengths[1] = {(int) len};
	int			formats[1] = {1};

	return PQexecParams(p->conn, statement, 1, NULL, values, lengths, formats, 1);
}

static bool
simple(Party *p, const char *before, const char *after, char error[200])
{
	size_t		size = 2 * message_len + strlen(before) + strlen(after) + 100;
	char	   *sql = malloc(size);
	char	   *hex = malloc(2 * message_len + 1);
	PGresult   *result;
	bool		leak = false;

	sodium_bin2hex(hex, 2 * message_len + 1, message, message_len);
	snprintf(sql, size, "%s'\\x%s'::bytea%s", before, hex, after);
	if (PQsendQuery(p->conn, sql) == 1)
		while ((result = PQgetResult(p->conn)) != NULL)
			leak |= take_result(p, result, error);
	free(sql);
	free(hex);
	return leak;
}

static bool
run(Party *p, const char *sql, char error[200])
{
	return take_result(p, PQexec(p->conn, sql), error);
}

/* First "before", then the CALL, then "after", in one pipeline. */
static bool
pipeline(Party *p, const char *before, const char *after, char error[200])
{
	const char *values[1] = {(const char *) message};
	int			lengths[1] = {(int) message_len};
	int			formats[1] = {1};
	bool		leak = false;
	int			nulls = 0;
	PGresult   *result;

	PQenterPipelineMode(p->conn);
	PQsendQueryParams(p->conn, before, 0, NULL, NULL, NULL, NULL, 1);
	PQsendQueryParams(p->conn, CALL, 1, NULL, values, lengths, formats, 1);
	if (*after != '\0')
		PQsendQueryParams(p->conn, after, 0, NULL, NULL, NULL, NULL, 1);
	PQpipelineSync(p->conn);
	while (nulls < 2)
	{
		result = PQgetResult(p->conn);
		if (result == NULL)
		{
			nulls++;
			continue;
		}
		nulls = 0;
		if (PQresultStatus(result) == PGRES_PIPELINE_SYNC)
		{
			PQclear(result);
			break;
		}
		leak |= take_result(p, result, error);
	}
	PQexitPipelineMode(p->conn);
	return leak;
}

#define DO_START	"DO $do$ DECLARE r bytea; BEGIN CALL mpc.answer("

void
send_request(Party *p, const char *way)
{
	char		error[200] = "";
	bool		leak = false;

	forget_reply(p);
	if (strcmp(way, "plain") == 0)
		leak = take_result(p, call(p, CALL, message, message_len), error);
	else if (strcmp(way, "begin") == 0)
	{
		run(p, "BEGIN", error);
		leak = take_result(p, call(p, CALL, message, message_len), error);
		run(p, "ROLLBACK", error);
	}
	else if (strcmp(way, "savepoint") == 0)
	{
		run(p, "BEGIN", error);
		run(p, "SAVEPOINT s", error);
		leak = take_result(p, call(p, CALL, message, message_len), error);
		run(p, "ROLLBACK TO s", error);
		run(p, "COMMIT", error);
	}
	else if (strcmp(way, "multi") == 0)
		leak = simple(p, "CALL mpc.answer(", ", NULL); SELECT 1/0", error);
	else if (strcmp(way, "middle") == 0)
		leak = simple(p, "SELECT 1; CALL mpc.answer(", ", NULL); SELECT 1/0", error);
	else if (strcmp(way, "late") == 0)
		leak = simple(p, "DO $do$ DECLARE r bytea; BEGIN INSERT INTO public.t VALUES (1); CALL mpc.answer(", ", r); END $do$", error);
	else if (strcmp(way, "do") == 0)
		leak = simple(p, DO_START, ", r); RAISE EXCEPTION 'got %', r; END $do$", error);
	else if (strcmp(way, "do_rollback") == 0)
		leak = simple(p, DO_START, ", r); ROLLBACK; RAISE EXCEPTION 'got %', r; END $do$", error);
	else if (strcmp(way, "do_exception") == 0)
		leak = simple(p, DO_START, ", r); RAISE EXCEPTION 'got %', r;"
					  " EXCEPTION WHEN division_by_zero THEN NULL; END $do$", error);
	else if (strcmp(way, "function") == 0)
	{
		run(p, "CREATE FUNCTION pg_temp.f(q bytea) RETURNS bytea LANGUAGE plpgsql"
			" AS 'DECLARE r bytea; BEGIN CALL mpc.answer(q, r); RETURN r; END'", error);
		leak = simple(p, "SELECT pg_temp.f(", ")", error);
	}
	else if (strcmp(way, "procedure") == 0)
	{
		run(p, "CREATE PROCEDURE pg_temp.p(q bytea) LANGUAGE plpgsql"
			" AS 'DECLARE r bytea; BEGIN CALL mpc.answer(q, r); RAISE EXCEPTION ''got %'', r; END'", error);
		leak = simple(p, "CALL pg_temp.p(", ")", error);
	}
	else if (strcmp(way, "deferred") == 0)
	{
		run(p, "CREATE TEMP TABLE one (a int PRIMARY KEY);"
			"CREATE TEMP TABLE two (a int REFERENCES one DEFERRABLE INITIALLY DEFERRED)", error);
		leak = pipeline(p, "INSERT INTO two VALUES (1)", "", error);
	}
	else if (strcmp(way, "prepare") == 0)
		leak = simple(p, "PREPARE x AS CALL mpc.answer(", ", NULL)", error);
	else if (strcmp(way, "explain") == 0)
		leak = simple(p, "EXPLAIN ANALYZE CALL mpc.answer(", ", NULL)", error);
	else if (strcmp(way, "cursor") == 0)
		leak = simple(p, "DECLARE c CURSOR WITH HOLD FOR CALL mpc.answer(", ", NULL)", error);
	else if (strcmp(way, "extended") == 0)
	{
		const char *values[1] = {(const char *) message};
		int			lengths[1] = {(int) message_len};
		int			formats[1] = {1};

		PQclear(PQprepare(p->conn, "x", CALL, 0, NULL));
		leak = take_result(p, PQexecPrepared(p->conn, "x", 1, values, lengths, formats, 1), error);
	}
	else if (strcmp(way, "pipeline") == 0)
		leak = pipeline(p, "SELECT 1", "SELECT 1/0", error);
	else if (strcmp(way, "writable") == 0)
		leak = pipeline(p, "SET transaction_read_only = off", "", error);
	else
		snprintf(error, sizeof(error), "no such way");
	say(p, leak, error);
}

/* ------------------------------------------------------------------ connections */

void
connect_to(Party *p, const char *conninfo)
{
	if (p->conn != NULL)
		PQfinish(p->conn);
	p->conn = PQconnectdb(conninfo);
	PQsetErrorVerbosity(p->conn, PQERRORS_VERBOSE);
	PQsetNoticeReceiver(p->conn, hear_notice, NULL);
	printf("%s\n", PQstatus(p->conn) == CONNECTION_OK ? "ok" : PQerrorMessage(p->conn));
}

void
say_result(Party *p, PGresult *result)
{
	char		error[200] = "";

	if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0)
		snprintf(error, sizeof(error), "%s", PQgetvalue(result, 0, 0));
	else if (PQresultStatus(result) != PGRES_FATAL_ERROR)
		snprintf(error, sizeof(error), "ok");
	(void) take_result(p, result, error);
	printf("%s\n", error);
}

/* True when the peer gave a one-time key. */
static bool
greeted(Party *p, const char *dataset, bool quiet)
{
	uint8_t		bytes[1024];
	uint8_t		nonce[32];
	MpcWriter	w;
	char		error[200] = "";
	MpcHelloAnswer answer;

	mpc_random(nonce, sizeof(nonce));
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_hello_write(&w, &me, &roster, nonce, mpc_str(strcmp(dataset, "-") == 0 ? "" : dataset), true);
	forget_reply(p);
	take_result(p, call(p, CALL_HELLO, bytes, w.len), error);
	if (p->reply != NULL && mpc_is_refusal(p->reply, p->reply_len))
	{
		if (!quiet)
			say_refusal(p, nonce);
		return false;
	}
	if (p->reply == NULL || mpc_hello_answer_read(&answer, p->reply, p->reply_len, nonce, &p->card) != MPC_OK)
	{
		if (!quiet)
			printf("%s\n", error[0] != '\0' ? error : "bad answer");
		return false;
	}
	memcpy(p->key, answer.card, MPC_ONETIME_BYTES);
	if (answer.description.data != NULL)
		learn(dataset, answer.description);
	return true;
}

void
greet(Party *p, const char *dataset)
{
	if (greeted(p, dataset, false))
		printf("key\n");
}

void
greet_often(Party *p, const char *dataset, long times)
{
	long		good = 0;

	while (times-- > 0 && greeted(p, dataset, true))
		good++;
	printf("%ld\n", good);
}

void
send_flipped(Party *p, long step)
{
	long		refused = 0;
	long		answered = 0;
	long		other = 0;
	size_t		at;

	for (at = 0; at < message_len; at += (size_t) step)
	{
		char		error[200] = "";

		message[at] ^= (uint8_t) (1 << (at % 8));
		forget_reply(p);
		if (take_result(p, call(p, CALL, message, message_len), error))
			answered++;
		else if (p->reply != NULL && mpc_is_refusal(p->reply, p->reply_len))
			refused++;
		else
			other++;
		message[at] ^= (uint8_t) (1 << (at % 8));
	}
	printf("answered %ld other %ld refused %ld\n", answered, other, refused);
}

void
say_heard(void)
{
	printf("%s\n", heard);
	heard[0] = '\0';
}
