/*
 * ask_own.c
 *		The asker's own part: its rows, under its own policy, with its publisher's
 *		rights, masked by the same code as a peer's.
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "executor/spi.h"
#include "face/asking.h"
#include "face/errors.h"
#include "face/settings.h"
#include "local/aggregate.h"
#include "local/text.h"
#include "miscadmin.h"

static void
raise_violation(const Asking *a)
{
	if (a->local->violated < 0)
		return;
	ereport(ERROR,
			(errcode(MPC_ERRCODE_SUSPENDED),
			 errmsg("column \"%s\" of this database's own dataset \"%s\" holds a value outside its contract",
					mpc_measure_columns(&a->lanes->measure[a->local->violated]), a->setting->dataset_name),
			 errdetail("It is NaN, infinite, outside the declared bounds or has more digits than the contract."),
			 errhint("Correct the value, or publish the dataset again with other bounds.")));
}

static void
raise_too_many(const MpcDataset *dataset)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("this database's own part of dataset \"%s\" has more than %d groups", dataset->name, dataset->max_groups),
			 errhint("Group by fewer keys, or publish the dataset with a larger max_groups.")));
}

void
mpc_asking_raise_own(const Asking *a)
{
	ErrorData  *error;

	if (geterrcode() == ERRCODE_QUERY_CANCELED)
		PG_RE_THROW();
	error = CopyErrorData();
	FlushErrorState();
	ereport(ERROR,
			(errcode(MPC_ERRCODE_NOT_ANSWERED),
			 errmsg("this database's own part of dataset \"%s\" could not be computed", a->setting->dataset_name),
			 errdetail("The reason is in this server's log."),
			 errdetail_log("%s", error->message)));
}

/*
 * A cast in a published view may put a row's value into an error, and who asks need not be
 * allowed to read rows, not even this database's own.
 */
static MpcStatus
own_aggregate(Asking *a, const MpcDataset *dataset)
{
	MemoryContext context = CurrentMemoryContext;
	uint8		salt[MPC_SALT_BYTES];
	MpcStatus	status = MPC_OK;

	mpc_distinct_salt(salt, a->request);

	PG_TRY();
	{
		MemoryContextSwitchTo(a->context);
		status = mpc_local_aggregate(dataset->relid, dataset->owner, a->used, a->query, a->lanes,
									 a->layout, dataset->max_groups, salt, &a->local);
		MemoryContextSwitchTo(context);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		mpc_asking_raise_own(a);
	}
	PG_END_TRY();
	return status;
}

/* Our own rows, with our publisher's rights, once however often the question is sent. */
static void
read_own_rows(Asking *a, const MpcDataset *dataset)
{
	MpcStatus	status;
	int			nest;

	mpc_refuse_temporary(dataset->relid);
	nest = NewGUCNestLevel();
	mpc_fix_settings(GUC_ACTION_SAVE);
	/* what a published view calls must not write, either */
	(void) set_config_option("transaction_read_only", "on", PGC_SUSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	SPI_connect();
	status = own_aggregate(a, dataset);
	SPI_finish();
	AtEOXact_GUC(true, nest);
	if (status != MPC_OK)
		ereport(ERROR,
				(errcode(status == MPC_RANGE ? ERRCODE_UNTRANSLATABLE_CHARACTER : ERRCODE_DATATYPE_MISMATCH),
				 errmsg("this database's own part of dataset \"%s\" could not be computed", dataset->name),
				 status == MPC_RANGE ?
				 errdetail("A value in the condition has no form in this database.") :
				 errdetail("The published relation no longer has the columns of its contract."),
				 errhint("Publish the dataset again.")));
	if (a->local->too_many)
		raise_too_many(dataset);
	raise_violation(a);
	a->contributes = mpc_local_fold(a->local, dataset->min_rows);
	if (a->contributes && a->layout->kind == MPC_LAYOUT_SKETCH && a->local->ngroups > dataset->max_groups)
		raise_too_many(dataset);
}

void
mpc_asking_own_vector(Asking *a)
{
	a->x = mpc_asking_alloc((Size) a->layout->m * MPC_FIELD_BYTES);
	if (a->setting->dataset != NULL && a->local == NULL)
		read_own_rows(a, a->setting->dataset);
	if (a->contributes)
		mpc_local_vector(a->x, a->local, a->lanes, a->layout, a->request->rid);
}
