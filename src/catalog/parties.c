/*
 * parties.c
 *		With whom does this database compute, and is that list sound (R18)?
 *
 * The loader says quietly what is wrong; who needs the federation raises it, who only
 * searches passes on.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_foreign_server.h"
#include "foreign/foreign.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/rel.h"

#include "catalog/identity.h"
#include "catalog/options.h"
#include "catalog/owner.h"
#include "catalog/parties.h"
#include "catalog/party.h"
#include "crypto/secret.h"
#include "protocol/request.h"
#include "protocol/shamir_sum.h"

PG_FUNCTION_INFO_V1(mpc_sql_federation_problem);

/* One identity twice, or my own among them. */
static bool
check_identities(const MpcParty *party, int n, MpcProblem *problem)
{
	int			i;
	int			j;

	for (i = 1; i < n; i++)
	{
		for (j = 0; j < i; j++)
		{
			if (!mpc_equal(party[i].card.pid, party[j].card.pid, MPC_PID_BYTES))
				continue;
			if (j == 0)
				return mpc_complain(problem, ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE,
								psprintf("the identity of party \"%s\" is that of this database itself", party[i].name), NULL);
			return mpc_complain(problem, ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE,
							psprintf("parties \"%s\" and \"%s\" have the same identity",
									 party[j].name, party[i].name), NULL);
		}
	}
	return true;
}

/* Me first, then the partners in the order of the option; at most MPC_MAX_PARTIES in all. */
static bool
load_members(MpcParty *party, int *n, const ForeignServer *server, MpcProblem *problem)
{
	const char *value = mpc_option(server->options, "parties");
	List	   *names = value != NULL ? mpc_split_names(value) : NIL;
	const MpcIdentity *me = mpc_identity_if_any();
	ListCell   *cell;

	if (me == NULL)
		return mpc_complain(problem, ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
						"this database has no identity", "Restore it with mpc_identity_import().");
	if (names == NIL || list_length(names) > MPC_MAX_PARTNERS)
		return mpc_complain(problem, ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE,
						"option \"parties\" is not valid", NULL);
	party[0].serverid = InvalidOid;
	party[0].owner = server->owner;
	party[0].name = "(this database)";
	party[0].card = me->card;
	*n = 1;
	foreach(cell, names)
	{
		if (!mpc_party_load(&party[*n], lfirst(cell), problem))
			return false;
		if (party[*n].owner != server->owner)
			return mpc_complain(problem, ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE,
							psprintf("party \"%s\" has another owner than the federation", party[*n].name),
							"Give both servers to one owner.");
		(*n)++;
	}
	return check_identities(party, *n, problem);
}

static int
position_of(const MpcRoster *roster, const MpcCard *card)
{
	int			i;

	for (i = 0; i < roster->n; i++)
	{
		if (mpc_equal(roster->member[i].pid, card->pid, MPC_PID_BYTES))
			break;
	}
	return i;
}

/* The validator has seen these values: what does not parse now keeps its default. */
static void
load_rules(MpcFederation *federation, List *options)
{
	const char *value = mpc_option(options, "allow_two_party");

	if (value != NULL)
		(void) parse_bool(value, &federation->allow_two_party);
	value = mpc_option(options, "pad_sets");
	if (value != NULL)
		(void) parse_bool(value, &federation->pad_sets);
	federation->min_contributors = federation->allow_two_party ? 1 : 2;
	value = mpc_option(options, "min_contributors");
	if (value != NULL)
		(void) parse_int(value, &federation->min_contributors, 0, NULL);
	value = mpc_option(options, "timeout");
	if (value != NULL)
		(void) parse_int(value, &federation->timeout_ms, GUC_UNIT_MS, NULL);
}

/*
 * Which sum, and how many of its parties give it back. With half of them, an asker that shows each half
 * another set of contributors reads two sums, and in their difference one party (PROTOCOLS B.1).
 */
static bool
load_protocol(MpcFederation *federation, List *options, MpcProblem *problem)
{
	const char *value = mpc_option(options, "protocol");
	int			n = federation->roster.n;
	int			least = (n + 1) / 2 + 1;	/* see mpc_threshold_fits() */
	int			threshold = mpc_shamir_default_threshold(n);

	federation->protocol = MPC_PROTOCOL_MASKED_SUM;
	if (value == NULL || strcmp(value, "shamir") != 0)
		return true;
	if (n < 3)
		return mpc_complain(problem, ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE,
							"protocol \"shamir\" needs three parties or more", "Use protocol \"masked\".");
	value = mpc_option(options, "threshold");
	if (value != NULL)
		(void) parse_int(value, &threshold, 0, NULL);
	if (threshold < least || threshold > n)
		return mpc_complain(problem, ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE,
							psprintf("threshold %d does not fit %d parties: it must be between %d and %d",
									 threshold, n, least, n), NULL);
	federation->protocol = MPC_PROTOCOL_SHAMIR_SUM;
	federation->threshold = (uint16) threshold;
	return true;
}

static MpcFederation *
read_federation(Oid serverid, MpcProblem *problem)
{
	const ForeignServer *server = GetForeignServer(serverid);
	MpcFederation *federation = palloc0(sizeof(MpcFederation));
	MpcParty   *party = palloc0(sizeof(MpcParty) * MPC_MAX_PARTIES);
	MpcCard    *cards = palloc0(sizeof(MpcCard) * MPC_MAX_PARTIES);
	int			n = 0;
	int			i;

	if (!load_members(party, &n, server, problem))
		return NULL;
	for (i = 0; i < n; i++)
		cards[i] = party[i].card;
	if (mpc_roster_init(&federation->roster, cards, n, cards[0].pid) != MPC_OK)
	{
		(void) mpc_complain(problem, ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE,
						"its parties make no roster", NULL);
		return NULL;
	}
	for (i = 0; i < n; i++)
	{
		federation->order[i] = position_of(&federation->roster, &cards[i]);
		federation->party[federation->order[i]] = party[i];
	}
	federation->serverid = serverid;
	federation->name = pstrdup(server->servername);
	federation->owner = server->owner;
	load_rules(federation, server->options);
	if (!load_protocol(federation, server->options, problem))
		return NULL;
	pfree(party);
	pfree(cards);
	return federation;
}

/* Oids of all servers of the wrapper mpc_federation. */
List *
mpc_federation_servers(void)
{
	Relation	rel = table_open(ForeignServerRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	List	   *result = NIL;
	HeapTuple	tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_foreign_server form = (Form_pg_foreign_server) GETSTRUCT(tuple);

		if (mpc_is_federation_wrapper(form->srvfdw))
			result = lappend_oid(result, form->oid);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return result;
}

/* By who they are, whatever their other keys: a request finds its federation by that, too. */
static bool
same_members(const MpcRoster *a, const MpcRoster *b)
{
	uint8_t		x[32];
	uint8_t		y[32];

	mpc_roster_digest(x, a);
	mpc_roster_digest(y, b);
	return memcmp(x, y, sizeof(x)) == 0;
}

/* Another readable federation with the same members, or NULL. */
static MpcFederation *
twin_of(const MpcFederation *federation)
{
	ListCell   *cell;

	foreach(cell, mpc_federation_servers())
	{
		MpcProblem	problem;
		MpcFederation *other;

		if (lfirst_oid(cell) == federation->serverid)
			continue;
		other = read_federation(lfirst_oid(cell), &problem);
		if (other != NULL && same_members(&other->roster, &federation->roster))
			return other;
	}
	return NULL;
}

MpcFederation *
mpc_federation_load(Oid serverid, MpcProblem *problem)
{
	MpcFederation *federation = read_federation(serverid, problem);
	MpcFederation *twin = federation != NULL ? twin_of(federation) : NULL;

	if (twin == NULL)
		return federation;
	(void) mpc_complain(problem, ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE,
						psprintf("federation \"%s\" has the same parties", twin->name),
						"Publish all datasets of these parties to one federation.");
	return NULL;
}

Oid
mpc_federation_oid(const char *name)
{
	const ForeignServer *server = mpc_server_by_name(name);

	if (server == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("federation \"%s\" does not exist", name),
				 errhint("Create it with CREATE SERVER ... FOREIGN DATA WRAPPER mpc_federation.")));
	if (!mpc_is_federation_wrapper(server->fdwid))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("server \"%s\" is not a federation", name),
				 errhint("A federation is a server of foreign-data wrapper mpc_federation.")));
	return server->serverid;
}

/* For mpc_check(): what is wrong with a federation, NULL when nothing is. */
Datum
mpc_sql_federation_problem(PG_FUNCTION_ARGS)
{
	Oid			serverid = mpc_federation_oid(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	MpcProblem	problem;

	if (mpc_federation_load(serverid, &problem) != NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(problem.message));
}
