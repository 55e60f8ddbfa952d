/*
 * overlap.c
 *		Do the totals of two federations show the part of a few parties (R8)?
 *
 * Members are compared by identity. Views over one table, and equal rows in two tables, are
 * different relations here: a stated limit.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/pg_list.h"
#include "utils/builtins.h"

#include "catalog/overlap.h"
#include "catalog/owner.h"
#include "catalog/party.h"
#include "crypto/secret.h"

PG_FUNCTION_INFO_V1(mpc_sql_federations_overlap);

/* NULL when it is gone or broken: nobody is answered there. */
static MpcFederation *
federation_if_sound(const char *name)
{
	const ForeignServer *server = mpc_server_by_name(name);
	MpcProblem	problem;

	if (server == NULL || !mpc_is_federation_wrapper(server->fdwid))
		return NULL;
	return mpc_federation_load(server->serverid, &problem);
}

static bool
is_member(const MpcRoster *roster, const uint8_t *pid)
{
	int			i;

	for (i = 0; i < roster->n; i++)
	{
		if (mpc_equal(roster->member[i].pid, pid, MPC_PID_BYTES))
			return true;
	}
	return false;
}

static int
count_missing(const MpcRoster *from, const MpcRoster *in)
{
	int			missing = 0;
	int			i;

	for (i = 0; i < from->n; i++)
	{
		if (!is_member(in, from->member[i].pid))
			missing++;
	}
	return missing;
}

/* Fills all but the name. */
static bool
overlaps(MpcOverlap *overlap, const MpcFederation *a, const MpcFederation *b)
{
	int			only_a = count_missing(&a->roster, &b->roster);
	int			only_b = count_missing(&b->roster, &a->roster);

	overlap->differ = only_a == 0 || (only_b > 0 && only_b < only_a) ? only_b : only_a;
	overlap->least = Max(a->min_contributors, b->min_contributors);
	return overlap->differ > 0 && overlap->differ < overlap->least;
}

/* Names of the federations, other than this one, that have the relation. */
static List *
federations_of(Oid relid, const char *except)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {OIDOID, TEXTOID};
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext old;
	Datum		values[2];
	List	   *names = NIL;
	uint64		n;
	uint64		i;

	values[0] = ObjectIdGetDatum(relid);
	values[1] = CStringGetTextDatum(except);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
	n = mpc_owner_execute(&plan, "SELECT DISTINCT federation COLLATE \"C\" FROM mpc.dataset"
						  " WHERE relation = $1 AND federation <> $2 ORDER BY 1",
						  2, types, values, NULL, false);
	old = MemoryContextSwitchTo(caller);
	for (i = 0; i < n; i++)
		names = lappend(names, SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1));
	MemoryContextSwitchTo(old);
	SPI_finish();
	return names;
}

bool
mpc_overlap_find(MpcOverlap *overlap, Oid relid, const MpcFederation *federation)
{
	ListCell   *lc;

	foreach(lc, federations_of(relid, federation->name))
	{
		MpcFederation *other = federation_if_sound(lfirst(lc));

		if (other == NULL || !overlaps(overlap, federation, other))
			continue;
		overlap->federation = lfirst(lc);
		return true;
	}
	return false;
}

/* mpc.federations_overlap(federation text, other text) RETURNS boolean, for mpc_check(). */
Datum
mpc_sql_federations_overlap(PG_FUNCTION_ARGS)
{
	MpcFederation *a = federation_if_sound(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	MpcFederation *b = federation_if_sound(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	MpcOverlap	overlap;

	PG_RETURN_BOOL(a != NULL && b != NULL && overlaps(&overlap, a, b));
}
