/*
 * hostile.c
 *		An asker that lies: speaks to peers over libpq with a real identity, and
 *		breaks whatever rule a test tells it to.
 *
 * Reads commands from stdin, one a line, and prints one line for each:
 *	identity SEED DH EPOCH			who I am, from the tables of my own organization
 *	member NAME CARD				another party of the roster
 *	fake NAME						a party that I made up
 *	roster [NAME ...]				sorts them all, or me and these
 *	connect NAME CONNINFO			one connection a party; close NAME ends it
 *	sql NAME STATEMENT				by simple query
 *	hello NAME DATASET				takes contract and one-time key
 *	hellos NAME DATASET NUMBER		greets so often; prints how often it was answered
 *	forge NAME DATASET				a one-time key of a party that I made up; - for none
 *	own DATASET						what my own card says I publish; - for none
 *	ask DATASET | agg FUNCTION [COLUMN] | key COLUMN | where OP COLUMN HEX
 *	lanes NUMBER					says so many instead of as many as the question has
 *	build							writes and signs the request; prints its id
 *	patch OFFSET HEX				changes the request and signs it again; prints its id
 *	resign NAME						signs it as a party that I made up
 *	dump, load HEX					the request as it is; another one instead
 *	next NAME						takes the next one-time key out of the last reply
 *	send NAME WAY					see send_request()
 *	flips NAME STEP					flips a bit in every STEPth byte, sends it with the old signature
 *	result							adds all replies; prints the sums
 *	heard							every notice and error since the last time, on one line
 */
#define _GNU_SOURCE			/* memmem */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>
#include <sodium.h>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "protocol/contract.h"
#include "protocol/hello.h"
#include "protocol/masked_sum.h"
#include "protocol/refusal.h"

#define MAX_BYTES	(1 << 20)
#define MAX_LANES	4096
#define REQUEST_TAG	"MPCAGG-v1/sig/request"
#define CALL		"CALL mpc.answer($1, NULL)"

typedef struct Party
{
	char		name[64];
	MpcCard		card;
	bool		fake;
	MpcIdentity secret;			/* of a fake party */
	PGconn	   *conn;
	bool		has_key;
	uint8_t		key[MPC_ONETIME_BYTES];
	uint8_t	   *reply;			/* the last one */
	size_t		reply_len;
} Party;

static Party party[16];
static int	nparties = 0;
static MpcIdentity me;
static MpcRoster roster;
static MpcContract contract;
static MpcContract used;
static bool has_contract = false;
static char contract_dataset[64];	/* whose contract it is */
static MpcQuery query;
static MpcLanes lanes;
static long lanes_said = 0;
static char own_dataset[64] = "";
static uint8_t message[MAX_BYTES];
static size_t message_len = 0;
static uint8_t query_bytes[MAX_BYTES];
static uint8_t policy_bytes[4096];
static MpcAsk ask;
static MpcStaticHalf halves[MPC_MAX_PARTIES];
static MpcFe sums[MAX_LANES];
static MpcWide totals[MAX_LANES];
static uint8_t confirm[16 * 16 * MPC_CONFIRM_BYTES];
static uint8_t cards[16 * MPC_ONETIME_BYTES];
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

static Party *
find(const char *name)
{
	int			i;

	for (i = 0; i < nparties; i++)
		if (strcmp(party[i].name, name) == 0)
			return &party[i];
	printf("no party %s\n", name);
	exit(1);
}

static size_t
from_hex(uint8_t *out, size_t cap, const char *hex)
{
	size_t		n = 0;

	if (sodium_hex2bin(out, cap, hex, strlen(hex), NULL, &n, NULL) != 0)
	{
		printf("bad hex\n");
		exit(1);
	}
	return n;
}

/* ------------------------------------------------------------------ what came back */

/* Is there a reply to a question in these bytes, plain or as hexadecimal text? */
static bool
holds_reply(const char *bytes, size_t len)
{
	return (len > 6 && memmem(bytes, len, "MPCAGR", 6) != NULL) ||
		(len > 12 && memmem(bytes, len, "4d5043414752", 12) != NULL);
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

static void
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
call(Party *p, const uint8_t *bytes, size_t len)
{
	const char *values[1] = {(const char *) bytes};
	int			lengths[1] = {(int) len};
	int			formats[1] = {1};

	return PQexecParams(p->conn, CALL, 1, NULL, values, lengths, formats, 1);
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

static void
send_request(Party *p, const char *way)
{
	char		error[200] = "";
	bool		leak = false;

	forget_reply(p);
	if (strcmp(way, "plain") == 0)
		leak = take_result(p, call(p, message, message_len), error);
	else if (strcmp(way, "begin") == 0)
	{
		run(p, "BEGIN", error);
		leak = take_result(p, call(p, message, message_len), error);
		run(p, "ROLLBACK", error);
	}
	else if (strcmp(way, "savepoint") == 0)
	{
		run(p, "BEGIN", error);
		run(p, "SAVEPOINT s", error);
		leak = take_result(p, call(p, message, message_len), error);
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

/* ------------------------------------------------------------------ commands */

static void
do_member(const char *name, const char *text)
{
	Party	   *p = &party[nparties++];

	snprintf(p->name, sizeof(p->name), "%s", name);
	if (text == NULL)
	{
		p->fake = true;
		if (mpc_identity_make(&p->secret, 1) != MPC_OK)
			exit(1);
		p->card = p->secret.card;
	}
	else if (mpc_card_parse(&p->card, text) != MPC_OK)
	{
		printf("bad card\n");
		exit(1);
	}
}

static char *word(char **line);

static void
do_roster(char *names)
{
	MpcCard		member[17];
	int			n = 1;
	int			i;
	MpcStatus	status;

	member[0] = me.card;
	for (i = 0; i < nparties && *names == '\0'; i++)
		member[n++] = party[i].card;
	while (*names != '\0')
		member[n++] = find(word(&names))->card;
	status = mpc_roster_init(&roster, member, n, me.card.pid);
	printf("%s\n", mpc_status_name(status));
	for (i = 0; i < roster.n; i++)
		if (i != roster.me && mpc_dh(halves[i], me.dh_sk, roster.member[i].dh_pk) != MPC_OK)
			exit(1);
}

static Party *
party_at(int position)
{
	int			i;

	for (i = 0; i < nparties; i++)
		if (memcmp(party[i].card.pid, roster.member[position].pid, MPC_PID_BYTES) == 0)
			return &party[i];
	return NULL;
}

static void
do_connect(Party *p, const char *conninfo)
{
	if (p->conn != NULL)
		PQfinish(p->conn);
	p->conn = PQconnectdb(conninfo);
	PQsetErrorVerbosity(p->conn, PQERRORS_VERBOSE);
	PQsetNoticeReceiver(p->conn, hear_notice, NULL);
	printf("%s\n", PQstatus(p->conn) == CONNECTION_OK ? "ok" : PQerrorMessage(p->conn));
}

static void
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

static bool
greet(Party *p, const char *dataset, bool quiet)
{
	uint8_t		bytes[1024];
	uint8_t		nonce[32];
	MpcWriter	w;
	const char *values[1] = {(const char *) bytes};
	int			lengths[1];
	int			formats[1] = {1};
	char		error[200] = "";
	MpcHelloAnswer answer;

	mpc_random(nonce, sizeof(nonce));
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_hello_write(&w, &me, &roster, nonce, mpc_str(strcmp(dataset, "-") == 0 ? "" : dataset), true);
	lengths[0] = (int) w.len;
	forget_reply(p);
	take_result(p, PQexecParams(p->conn, "CALL mpc.hello($1, NULL)", 1, NULL, values, lengths, formats, 1), error);
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
	p->has_key = true;
	if (answer.contract.data != NULL && (!has_contract || strcmp(contract_dataset, dataset) != 0))
	{
		uint8_t    *copy = malloc(answer.contract.len);

		memcpy(copy, answer.contract.data, answer.contract.len);
		has_contract = mpc_contract_read(&contract, copy, answer.contract.len) == MPC_OK;
		snprintf(contract_dataset, sizeof(contract_dataset), "%s", dataset);
	}
	if (!quiet)
		printf("key\n");
	return true;
}

static void
do_forge(Party *p, const char *dataset)
{
	MpcOneTimeKey key;
	uint8_t		boot_id[MPC_BOOT_ID_BYTES] = {1};
	uint8_t		hash[32];

	mpc_dataset_hash(hash, mpc_str(dataset));
	if (mpc_onetime_make(&key, &p->secret, 1, 1, boot_id, strcmp(dataset, "-") == 0 ? NULL : hash) != MPC_OK)
		exit(1);
	memcpy(p->key, key.card, MPC_ONETIME_BYTES);
	p->has_key = true;
	printf("ok\n");
}

static void
do_agg(const char *function, const char *column)
{
	MpcAgg	   *agg = &query.agg[query.naggs++];

	agg->function = strcmp(function, "rows") == 0 ? MPC_COUNT_ROWS :
		strcmp(function, "count") == 0 ? MPC_COUNT :
		strcmp(function, "sum") == 0 ? MPC_SUM :
		strcmp(function, "avg") == 0 ? MPC_AVG : (MpcFunction) atoi(function);
	agg->nargs = column != NULL && *column != '\0';
	if (agg->nargs)
		agg->arg[0] = mpc_str(strdup(column));
	printf("ok\n");
}

static void
do_where(const char *op, const char *column, const char *hex)
{
	static uint8_t value[4096];

	memset(&query.node[0], 0, sizeof(query.node[0]));
	query.nnodes = 1;
	query.nvalues = 1;
	query.node[0].op = (MpcOp) atoi(op);
	query.node[0].column = mpc_str(strdup(column));
	query.node[0].nvalues = 1;
	query.value[0].null = false;
	query.value[0].bytes.data = value;
	query.value[0].bytes.len = from_hex(value, sizeof(value), hex);
	printf("ok\n");
}

static void
say_request(void)
{
	char		rid[2 * MPC_RID_BYTES + 1];

	sodium_bin2hex(rid, sizeof(rid), ask.request.rid, MPC_RID_BYTES);
	printf("%s\n", rid);
}

static void
read_back(void)
{
	/* what I broke may not be readable; the id is what a peer would compute */
	MpcStatus	status = mpc_request_read(&ask.request, message, message_len);

	(void) status;
	mpc_th32(ask.request.rid, "MPCAGG-v1/rid", message, message_len - MPC_SIG_BYTES);
}

static void
do_build(void)
{
	MpcWriter	q;
	MpcWriter	p;
	MpcWriter	w;
	MpcStr		missing;
	MpcRole		role;
	uint8_t		hash[32] = {0};
	uint8_t		dataset[32];
	MpcStatus	status;
	int			i;

	mpc_writer_init(&q, query_bytes, sizeof(query_bytes));
	mpc_query_write(&q, &query);
	mpc_lanes_init(&lanes, &query);
	if (has_contract && mpc_contract_of_query(&used, &contract, &query, &missing, &role) == MPC_OK)
		mpc_contract_hash(hash, &used);
	mpc_writer_init(&p, policy_bytes, sizeof(policy_bytes));
	mpc_policy_write(&p, &lanes, hash);
	memset(cards, 0, sizeof(cards));
	for (i = 0; i < roster.n; i++)
	{
		Party	   *other = party_at(i);

		if (other != NULL)
			memcpy(cards + i * MPC_ONETIME_BYTES, other->key, MPC_ONETIME_BYTES);
		if (other != NULL)
			forget_reply(other);
	}
	mpc_dataset_hash(dataset, mpc_str(own_dataset));
	mpc_writer_init(&w, message, sizeof(message));
	status = mpc_ask_begin(&ask, &me, &roster, (const MpcStaticHalf *) halves, cards,
						   own_dataset[0] != '\0' ? dataset : NULL,
						   lanes_said > 0 ? (uint32_t) lanes_said : lanes.nlanes, 1,
						   (MpcStr) {query_bytes, q.len}, (MpcStr) {policy_bytes, p.len},
						   sums, confirm, &w);
	message_len = w.len;
	if (status != MPC_OK)
		printf("cannot build: %s\n", mpc_status_name(status));
	else
		say_request();
}

static void
sign_as(const MpcIdentity *who)
{
	size_t		len = message_len - MPC_SIG_BYTES;

	mpc_sign(message + len, who->sign_sk, REQUEST_TAG, message, len);
	read_back();
}

static void
do_flips(Party *p, long step)
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
		if (take_result(p, call(p, message, message_len), error))
			answered++;
		else if (p->reply != NULL && mpc_is_refusal(p->reply, p->reply_len))
			refused++;
		else
			other++;
		message[at] ^= (uint8_t) (1 << (at % 8));
	}
	printf("answered %ld other %ld refused %ld\n", answered, other, refused);
}

static void
do_result(void)
{
	static MpcFe zeros[MAX_LANES];
	MpcReply	reply;
	uint16_t	a;
	uint16_t	b;
	MpcStatus	status;
	uint32_t	k;
	int			i;

	status = mpc_ask_contribute(&ask, (const MpcFe *) zeros);
	for (i = 0; i < roster.n && status == MPC_OK; i++)
	{
		Party	   *p = party_at(i);

		if (p != NULL)
			status = mpc_ask_take_reply(&ask, (uint16_t) i, p->reply, p->reply_len, &reply);
	}
	if (status == MPC_OK)
		status = mpc_ask_end(&ask, totals, &a, &b);
	if (status != MPC_OK)
	{
		printf("no result: %s\n", mpc_status_name(status));
		return;
	}
	for (k = 0; k < ask.request.m; k++)
	{
		char		digits[MPC_WIDE_DECIMAL_MAX];

		mpc_wide_to_decimal(digits, &totals[k]);
		printf("%s%s", k > 0 ? " " : "", digits);
	}
	printf("\n");
}

static char *
word(char **line)
{
	char	   *start = *line + strspn(*line, " ");
	size_t		len = strcspn(start, " ");

	*line = start + len;
	if (**line != '\0')
		*(*line)++ = '\0';
	return start;
}

static void
obey(char *line)
{
	char	   *verb = word(&line);

#define IS(name) (strcmp(verb, name) == 0)

	if (IS("identity"))
	{
		uint8_t		seed[32];
		uint8_t		dh[32];
		char	   *a = word(&line);
		char	   *b = word(&line);

		from_hex(seed, sizeof(seed), a);
		from_hex(dh, sizeof(dh), b);
		printf("%s\n", mpc_status_name(mpc_identity_restore(&me, seed, dh, strtoull(word(&line), NULL, 10))));
	}
	else if (IS("member"))
	{
		char	   *name = word(&line);

		do_member(name, word(&line));
		printf("ok\n");
	}
	else if (IS("fake"))
	{
		do_member(word(&line), NULL);
		printf("ok\n");
	}
	else if (IS("roster"))
		do_roster(line);
	else if (IS("connect"))
	{
		Party	   *p = find(word(&line));

		do_connect(p, line);
	}
	else if (IS("close"))
	{
		Party	   *p = find(word(&line));

		PQfinish(p->conn);
		p->conn = NULL;
		printf("ok\n");
	}
	else if (IS("sql"))
	{
		Party	   *p = find(word(&line));

		say_result(p, PQexec(p->conn, line));
	}
	else if (IS("prepared"))
	{
		Party	   *p = find(word(&line));

		say_result(p, PQexecParams(p->conn, line, 0, NULL, NULL, NULL, NULL, 0));
	}
	else if (IS("fastpath"))
	{
		Party	   *p = find(word(&line));
		int			result;
		int			len;

		say_result(p, PQfn(p->conn, atoi(word(&line)), &result, &len, 1, NULL, 0));
	}
	else if (IS("hello"))
	{
		Party	   *p = find(word(&line));

		(void) greet(p, word(&line), false);
	}
	else if (IS("hellos"))
	{
		Party	   *p = find(word(&line));
		char	   *dataset = word(&line);
		long		n = atol(word(&line));
		long		good = 0;

		while (n-- > 0 && greet(p, dataset, true))
			good++;
		printf("%ld\n", good);
	}
	else if (IS("forge"))
	{
		Party	   *p = find(word(&line));

		do_forge(p, word(&line));
	}
	else if (IS("own"))
	{
		char	   *dataset = word(&line);

		snprintf(own_dataset, sizeof(own_dataset), "%s", strcmp(dataset, "-") == 0 ? "" : dataset);
		printf("ok\n");
	}
	else if (IS("ask"))
	{
		memset(&query, 0, sizeof(query));
		query.dataset = mpc_str(strdup(word(&line)));
		lanes_said = 0;
		printf("ok\n");
	}
	else if (IS("agg"))
	{
		char	   *function = word(&line);

		do_agg(function, word(&line));
	}
	else if (IS("key"))
	{
		query.key[query.nkeys++] = mpc_str(strdup(word(&line)));
		printf("ok\n");
	}
	else if (IS("where"))
	{
		char	   *op = word(&line);
		char	   *column = word(&line);

		do_where(op, column, word(&line));
	}
	else if (IS("lanes"))
	{
		lanes_said = atol(word(&line));
		if (lanes_said > MAX_LANES)
			lanes_said = MAX_LANES;
		printf("ok\n");
	}
	else if (IS("build"))
		do_build();
	else if (IS("patch"))
	{
		long		at = atol(word(&line));

		from_hex(message + at, sizeof(message) - at, word(&line));
		sign_as(&me);
		say_request();
	}
	else if (IS("resign"))
	{
		sign_as(&find(word(&line))->secret);
		say_request();
	}
	else if (IS("dump"))
	{
		size_t		i;

		for (i = 0; i < message_len; i++)
			printf("%02x", message[i]);
		printf("\n");
	}
	else if (IS("load"))
	{
		message_len = from_hex(message, sizeof(message), word(&line));
		read_back();
		say_request();
	}
	else if (IS("next"))
	{
		Party	   *p = find(word(&line));

		if (p->reply_len > MPC_ONETIME_BYTES + MPC_SIG_BYTES)
			memcpy(p->key, p->reply + p->reply_len - MPC_SIG_BYTES - MPC_ONETIME_BYTES, MPC_ONETIME_BYTES);
		printf("ok\n");
	}
	else if (IS("send"))
	{
		Party	   *p = find(word(&line));

		send_request(p, word(&line));
	}
	else if (IS("flips"))
	{
		Party	   *p = find(word(&line));

		do_flips(p, atol(word(&line)));
	}
	else if (IS("result"))
		do_result();
	else if (IS("heard"))
	{
		printf("%s\n", heard);
		heard[0] = '\0';
	}
	else
		printf("no such command: %s\n", verb);
}

int
main(void)
{
	static char line[MAX_BYTES];

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (mpc_core_init() != MPC_OK)
		return 1;
	while (fgets(line, sizeof(line), stdin) != NULL)
	{
		line[strcspn(line, "\n")] = '\0';
		if (line[0] != '\0')
			obey(line);
	}
	return 0;
}
