/*
 * own_publication.c
 *		As which dataset of which federation is a relation of this database published?
 *
 * A plan keeps the answer of its planning, and the question is asked only while it is still true.
 */
#include "compat.h"

#include "catalog/owner.h"
#include "catalog/parties.h"
#include "catalog/pg_type.h"
#include "face/own.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"

static char *
cell(MemoryContext context, int column)
{
	return MemoryContextStrdup(context, SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column));
}

int
mpc_own_publications(Oid relid, bool planning, MpcPublication *one)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {OIDOID};
	MemoryContext context = CurrentMemoryContext;
	Datum		value = ObjectIdGetDatum(relid);
	uint64		n;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
	n = mpc_owner_execute(&plan, "SELECT name, federation FROM mpc.dataset WHERE relation::oid = $1 LIMIT 2",
						  1, types, &value, NULL, planning);
	if (n == 1)
	{
		one->dataset = cell(context, 1);
		one->federation = cell(context, 2);
	}
	SPI_finish();
	return (int) n;
}

/* Cached plans are made anew: the next run asks about what is published then. */
static void
raise_published_otherwise(const MpcQuestion *question)
{
	ResetPlanCache();
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("relation \"%s\" is no longer published as dataset \"%s\" of federation \"%s\" and nothing else",
					get_rel_name(question->joint_relid), question->dataset, question->federation),
			 errdetail("That was so when this query was planned. Nobody was asked."),
			 errhint("Run the query again to ask about what is published now.")));
}

Oid
mpc_own_federation(const MpcQuestion *question)
{
	MpcPublication now;
	Oid			serverid;
	AclResult	result;

	if (mpc_own_publications(question->joint_relid, false, &now) != 1 ||
		strcmp(now.dataset, question->dataset) != 0 || strcmp(now.federation, question->federation) != 0)
		raise_published_otherwise(question);
	serverid = mpc_federation_oid(question->federation);
	result = mpc_server_aclcheck(serverid, question->userid, ACL_USAGE);
	if (result != ACLCHECK_OK)
		aclcheck_error(result, OBJECT_FOREIGN_SERVER, question->federation);
	return serverid;
}
