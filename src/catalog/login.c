/*
 * login.c
 *		For which partner may this login role ask?
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "catalog/owner.h"
#include "catalog/party.h"

/* Name of the party in the caller's context, or NULL. */
static char *
admitted_party(Oid role)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {OIDOID};
	MemoryContext caller = CurrentMemoryContext;
	Datum		value = ObjectIdGetDatum(role);
	char	   *party = NULL;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
	if (mpc_owner_execute(&plan, "SELECT party FROM mpc.login WHERE login = $1::regrole",
						  1, types, &value, NULL, false) > 0)
	{
		bool		isnull;
		Datum		name = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);

		party = MemoryContextStrdup(caller, TextDatumGetCString(name));
	}
	SPI_finish();
	return party;
}

/* A party whose server is gone or cannot be used is nobody's. */
MpcParty *
mpc_login_party(Oid role)
{
	char	   *name = admitted_party(role);
	MpcParty   *party = palloc0(sizeof(MpcParty));
	MpcProblem	problem;

	if (name == NULL)
		return NULL;
	if (!mpc_party_load(party, name, &problem))
		return NULL;
	return party;
}
