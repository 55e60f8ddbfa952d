/*
 * latency.c
 *		What does a warm joint question cost beside a bare durable CALL to the same peers?
 *
 *	latency ROUNDS ASKER PEER...	(connection strings)
 *
 * In turns, one of each per round: a CALL of bench_call() at all peers at once,
 * which inserts one row and commits, and a prepared "SELECT count(*)" over the joint
 * table at the asker. Prints the medians in milliseconds and their ratio.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libpq-fe.h>

#define MAX_PEERS 100

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void
die(PGconn *conn, const char *what)
{
	fprintf(stderr, "%s: %s", what, PQerrorMessage(conn));
	exit(1);
}

static PGconn *
connect_to(const char *conninfo)
{
	PGconn	   *conn = PQconnectdb(conninfo);

	if (PQstatus(conn) != CONNECTION_OK)
		die(conn, conninfo);
	return conn;
}

static void
send_call(PGconn *conn)
{
	static const char request[1024];	/* about the size of a request of three parties */
	const char *values[] = {request};
	int			lengths[] = {sizeof(request)};
	int			formats[] = {1};
	static const Oid types[] = {17};

	if (!PQsendQueryParams(conn, "CALL bench_call($1, NULL)", 1, types, values, lengths, formats, 1))
		die(conn, "send");
	if (PQflush(conn) != 0)
		die(conn, "flush");
}

static void
finish_call(PGconn *conn)
{
	PGresult   *result;

	while ((result = PQgetResult(conn)) != NULL)
	{
		if (PQresultStatus(result) != PGRES_TUPLES_OK)
			die(conn, "call");
		PQclear(result);
	}
}

static double
bare_call(PGconn **peer, int n)
{
	double		start = now_ms();

	for (int i = 0; i < n; i++)
		send_call(peer[i]);
	for (int i = 0; i < n; i++)
		finish_call(peer[i]);
	return now_ms() - start;
}

static double
joint_question(PGconn *asker)
{
	double		start = now_ms();
	PGresult   *result = PQexecPrepared(asker, "question", 0, NULL, NULL, NULL, 0);

	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		die(asker, "question");
	PQclear(result);
	return now_ms() - start;
}

static int
compare(const void *a, const void *b)
{
	double		x = *(const double *) a,
				y = *(const double *) b;

	return (x > y) - (x < y);
}

static double
median(double *values, int n)
{
	qsort(values, n, sizeof(double), compare);
	return values[n / 2];
}

int
main(int argc, char **argv)
{
	int			rounds = argc > 3 ? atoi(argv[1]) : 0;
	int			npeers = argc - 3;
	PGconn	   *asker;
	PGconn	   *peer[MAX_PEERS];
	double	   *bare = calloc(rounds + 1, sizeof(double));
	double	   *joint = calloc(rounds + 1, sizeof(double));

	if (rounds < 1 || npeers < 1 || npeers > MAX_PEERS)
		return fprintf(stderr, "usage: latency ROUNDS ASKER PEER...\n"), 2;
	asker = connect_to(argv[2]);
	PQclear(PQprepare(asker, "question", "SELECT count(*) FROM joint.small", 0, NULL));
	for (int i = 0; i < npeers; i++)
		peer[i] = connect_to(argv[3 + i]);
	for (int i = 0; i < 20; i++)
	{
		bare_call(peer, npeers);
		joint_question(asker);
	}
	for (int i = 0; i < rounds; i++)
	{
		bare[i] = bare_call(peer, npeers);
		joint[i] = joint_question(asker);
	}
	printf("%.3f %.3f %.2f\n", median(bare, rounds), median(joint, rounds),
		   median(joint, rounds) / median(bare, rounds));
	return 0;
}
