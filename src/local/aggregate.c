/*
 * aggregate.c
 *		What does one party have to say to a question?
 *
 * One statement, run read-only through SPI with the publisher's rights and row
 * security on. Everything the caller's session could have set to bend names or
 * rights is pinned first. Errors of the statement itself (a view that divides by
 * zero) go up: whoever answers a peer replaces their text.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "local/aggregate.h"
#include "local/measure_sum.h"
#include "local/statement.h"
#include "miscadmin.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/rel.h"

typedef struct RoleScope
{
	Oid			user;
	int			context;
	int			guc_level;
} RoleScope;

static void
pin_setting(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

static RoleScope
begin_role(Oid role)
{
	RoleScope	scope;

	GetUserIdAndSecContext(&scope.user, &scope.context);
	scope.guc_level = NewGUCNestLevel();
	pin_setting("search_path", "pg_catalog, pg_temp");
	pin_setting("row_security", "on");
	/* row security applies even where our own entry points had switched it off */
	SetUserIdAndSecContext(role, (scope.context & ~SECURITY_NOFORCE_RLS) |
						   SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
	return scope;
}

static void
end_role(RoleScope scope)
{
	AtEOXact_GUC(true, scope.guc_level);
	SetUserIdAndSecContext(scope.user, scope.context);
}

/* Locks the relation until the transaction ends, so that its name stays its own. */
static bool
lock_relation(Oid relid)
{
	Relation	rel = try_table_open(relid, AccessShareLock);
	char		relkind;

	if (rel == NULL)
		return false;
	relkind = rel->rd_rel->relkind;
	table_close(rel, NoLock);
	return mpc_relation_is_publishable(relkind);
}

/* Whether reading the relation runs code of its owner's: a view, a foreign table, row security. */
static bool
runs_code(Oid relid)
{
	Relation	rel = table_open(relid, AccessShareLock);
	bool		result = rel->rd_rel->relkind == RELKIND_VIEW ||
		rel->rd_rel->relkind == RELKIND_FOREIGN_TABLE || rel->rd_rel->relrowsecurity;

	table_close(rel, NoLock);
	return result;
}

void
mpc_refuse_temporary(Oid relid)
{
	Oid			namespace;
	Oid			toast_namespace;

	GetTempNamespaceState(&namespace, &toast_namespace);
	if (!OidIsValid(namespace) || (OidIsValid(relid) && !runs_code(relid)))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("a session with temporary objects is not answered"),
			 errdetail("A function that a published relation calls could take them for its own."),
			 errhint("Ask in a session that has made no temporary table, view or function.")));
}

bool
mpc_relation_is_publishable(char relkind)
{
	return relkind == RELKIND_RELATION || relkind == RELKIND_VIEW ||
		relkind == RELKIND_MATVIEW || relkind == RELKIND_FOREIGN_TABLE ||
		relkind == RELKIND_PARTITIONED_TABLE;
}

static Datum
column_datum(int column)
{
	bool		isnull;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, &isnull);

	if (isnull)
		elog(ERROR, "aggregate of a dataset gave null");
	return value;
}

/* Columns as mpc_statement_write wrote them. Any measure's sum has counted the rows. */
static void
read_row(MpcLocalAnswer *answer, const MpcLanes *lanes)
{
	int			column = 1;
	int			i;

	if (!mpc_statement_has_sums(lanes))
		answer->rows = DatumGetInt64(column_datum(column++));
	for (i = 0; i < lanes->nmeasures; i++)
	{
		if (lanes->measure[i].wants_sum)
		{
			mpc_measure_sum_read(&answer->measure[i], column_datum(column++));
			answer->rows = answer->measure[i].rows;
		}
		else
			answer->measure[i].nonnull = DatumGetInt64(column_datum(column++));
	}
}

static void
run_statement(const MpcStatement *statement, const MpcLanes *lanes, MpcLocalAnswer *answer)
{
	/* count 0: only then the plan may have parallel workers */
	int			rc = SPI_execute_with_args(statement->sql.data, statement->nparams,
										   statement->types, statement->values,
										   statement->nulls, true, 0);

	if (rc != SPI_OK_SELECT || SPI_processed != 1 ||
		SPI_tuptable->tupdesc->natts != lanes->nmeasures + (mpc_statement_has_sums(lanes) ? 0 : 1))
		elog(ERROR, "aggregate of a dataset ended with %s", SPI_result_code_string(rc));
	read_row(answer, lanes);
	SPI_freetuptable(SPI_tuptable);
}

/* A published view may call code that raises INFO, which no setting keeps from the client. */
static void
run_silently(const MpcStatement *statement, const MpcLanes *lanes, MpcLocalAnswer *answer)
{
	CommandDest destination = whereToSendOutput;

	whereToSendOutput = DestNone;
	PG_TRY();
	{
		run_statement(statement, lanes, answer);
	}
	PG_FINALLY();
	{
		whereToSendOutput = destination;
	}
	PG_END_TRY();
}

MpcStatus
mpc_local_aggregate(Oid relid, Oid role, const MpcContract *contract,
					const MpcQuery *query, const MpcLanes *lanes, MpcLocalAnswer *answer)
{
	MpcStatement statement;
	MpcStatus	status;
	RoleScope	scope;

	if (query->nkeys != 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("questions with GROUP BY are not supported")));
	memset(answer, 0, sizeof(*answer));
	answer->nmeasures = lanes->nmeasures;
	if (!lock_relation(relid))
		return MPC_MISMATCH;
	scope = begin_role(role);
	status = mpc_statement_write(&statement, relid, contract, query, lanes);
	if (status == MPC_OK)
		run_silently(&statement, lanes, answer);
	end_role(scope);
	return status;
}

bool
mpc_threshold_holds(const MpcLocalAnswer *answer, int min_rows)
{
	int			i;

	if (answer->rows == 0 || answer->rows < min_rows)
		return false;
	for (i = 0; i < answer->nmeasures; i++)
	{
		if (answer->measure[i].nonnull != 0 && answer->measure[i].nonnull < min_rows)
			return false;
	}
	return true;
}

static void
encode_count(MpcFe x, int64 count)
{
	MpcWide		wide;

	mpc_wide_from_int128(&wide, count);
	mpc_field_from_wide(x, &wide);
}

void
mpc_local_vector(MpcFe *x, const MpcLocalAnswer *answer, const MpcLanes *lanes)
{
	int			i;

	encode_count(x[MPC_ROWS_LANE], answer->rows);
	encode_count(x[MPC_CONTRIBUTOR_LANE], 1);
	for (i = 0; i < lanes->nmeasures; i++)
	{
		encode_count(x[lanes->measure[i].nonnull_lane], answer->measure[i].nonnull);
		if (lanes->measure[i].wants_sum)
			mpc_field_from_wide(x[lanes->measure[i].sum_lane], &answer->measure[i].sum);
		encode_count(x[lanes->measure[i].contributor_lane], answer->measure[i].nonnull > 0 ? 1 : 0);
	}
}
