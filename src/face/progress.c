/*
 * progress.c
 *		How far has an intersection come, in any session of this database?
 *
 * Everything but mpc_progress_begin() does nothing unless this backend reports an intersection: what does the work
 * need not know whether anybody wants to hear of it.
 */
#include "compat.h"

#include "catalog/pg_authid.h"
#include "face/progress.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/backend_progress.h"
#include "utils/backend_status.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(mpc_sql_progress_rows);

/* "mpc": far from core's commands, which are numbered from 0. */
#define COMMAND			((ProgressCommandType) 0x6d7063)

/* Numbers of a status entry. The name of the dataset fills several. */
#define PARAM_ROLE		0
#define PARAM_PHASE		1
#define PARAM_TOTAL		2
#define PARAM_DONE		3
#define PARAM_DATASET	4
#define PARAM_COUNT		(PARAM_DATASET + NAMEDATALEN / sizeof(int64))

/* What core reported when we began. */
static struct
{
	ProgressCommandType command;
	Oid			target;
	int64		param[PGSTAT_NUM_PROGRESS_PARAM];
}			outer;

static bool
is_reporting(void)
{
	return MyBEEntry != NULL && MyBEEntry->st_progress_command == COMMAND;
}

static void
start(ProgressCommandType command, Oid target, const int64 *param, int n)
{
	int			index[PGSTAT_NUM_PROGRESS_PARAM];

	for (int i = 0; i < n; i++)
		index[i] = i;
	pgstat_progress_start_command(command, target);
	pgstat_progress_update_multi_param(n, index, param);
}

static void
remember_outer(void)
{
	outer.command = MyBEEntry->st_progress_command;
	outer.target = MyBEEntry->st_progress_command_target;
	memcpy(outer.param, MyBEEntry->st_progress_param, sizeof(outer.param));
}

void
mpc_progress_begin(MpcProgressRole role, Oid relid, const char *dataset)
{
	int64		param[PARAM_COUNT] = {0};

	StaticAssertStmt(PARAM_COUNT <= PGSTAT_NUM_PROGRESS_PARAM, "a name of so many bytes needs another place");
	if (MyBEEntry == NULL)
		return;
	if (!is_reporting())
		remember_outer();
	param[PARAM_ROLE] = role;
	strlcpy((char *) &param[PARAM_DATASET], dataset, NAMEDATALEN);
	start(COMMAND, relid, param, PARAM_COUNT);
}

void
mpc_progress_phase(MpcPhase phase, int64 total)
{
	const int	index[] = {PARAM_PHASE, PARAM_TOTAL, PARAM_DONE};
	const int64 value[] = {phase, total, 0};

	if (is_reporting())
		pgstat_progress_update_multi_param(lengthof(index), index, value);
}

void
mpc_progress_done(int64 done)
{
	if (is_reporting())
		pgstat_progress_update_param(PARAM_DONE, done);
}

void
mpc_progress_end(void)
{
	if (!is_reporting())
		return;
	pgstat_progress_end_command();
	if (outer.command != PROGRESS_COMMAND_INVALID)
		start(outer.command, outer.target, outer.param, lengthof(outer.param));
}

/* ------------------------------------------------------------------ the view */

/* Columns of the result, in their order. */
typedef enum Shown
{
	SHOWN_PID,
	SHOWN_ROLE,
	SHOWN_DATASET,
	SHOWN_RELATION,
	SHOWN_PHASE,
	SHOWN_DONE,
	SHOWN_TOTAL,
	SHOWN_COUNT
} Shown;

static const char *
phase_name(int64 phase)
{
	static const char *const names[] = {
		[MPC_PHASE_READING] = "reading",[MPC_PHASE_BLINDING] = "blinding",
		[MPC_PHASE_EXCHANGING] = "exchanging",[MPC_PHASE_EVALUATING] = "evaluating",
		[MPC_PHASE_MATCHING] = "matching"
	};

	return phase > 0 && phase < lengthof(names) ? names[phase] : NULL;
}

static bool
may_see(const PgBackendStatus *entry)
{
	return has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS) || has_privs_of_role(GetUserId(), entry->st_userid);
}

/* The copy may be of another library's version, or damaged: the name ends within its place. */
static Datum
dataset_name(const PgBackendStatus *entry)
{
	char		name[NAMEDATALEN];

	memcpy(name, &entry->st_progress_param[PARAM_DATASET], NAMEDATALEN);
	name[NAMEDATALEN - 1] = '\0';
	return CStringGetTextDatum(name);
}

static void
put_entry(ReturnSetInfo *result, const PgBackendStatus *entry)
{
	const int64 *param = entry->st_progress_param;
	Datum		value[SHOWN_COUNT];
	bool		null[SHOWN_COUNT] = {false};

	value[SHOWN_PID] = Int32GetDatum(entry->st_procpid);
	value[SHOWN_ROLE] = CStringGetTextDatum(param[PARAM_ROLE] == MPC_PROGRESS_PEER ? "peer" : "asker");
	value[SHOWN_DATASET] = dataset_name(entry);
	value[SHOWN_RELATION] = ObjectIdGetDatum(entry->st_progress_command_target);
	null[SHOWN_RELATION] = !OidIsValid(entry->st_progress_command_target);
	null[SHOWN_PHASE] = phase_name(param[PARAM_PHASE]) == NULL;
	if (!null[SHOWN_PHASE])
		value[SHOWN_PHASE] = CStringGetTextDatum(phase_name(param[PARAM_PHASE]));
	value[SHOWN_DONE] = Int64GetDatum(param[PARAM_DONE]);
	value[SHOWN_TOTAL] = Int64GetDatum(param[PARAM_TOTAL]);
	null[SHOWN_TOTAL] = param[PARAM_TOTAL] == 0;
	tuplestore_putvalues(result->setResult, result->setDesc, value, null);
}

Datum
mpc_sql_progress_rows(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, 0);
	for (int i = 1; i <= pgstat_fetch_stat_numbackends(); i++)
	{
		const PgBackendStatus *entry = mpc_backend_status(i);

		if (entry != NULL && entry->st_progress_command == COMMAND &&
			entry->st_databaseid == MyDatabaseId && may_see(entry))
			put_entry((ReturnSetInfo *) fcinfo->resultinfo, entry);
	}
	return (Datum) 0;
}
