/*
 * dataset_check.c
 *		Does a published relation still have the columns of its contract, and can the domains
 *		of its keys be read? For mpc_check().
 */
#include "postgres.h"

#include "catalog/datasets.h"
#include "fmgr.h"
#include "local/column.h"
#include "local/lookup.h"
#include "local/text.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(mpc_sql_dataset_problem);

/* The first column that does not fit, in words; NULL when all do. */
static char *
column_problem(const MpcDataset *dataset)
{
	for (int i = 0; i < dataset->contract.ncolumns; i++)
	{
		const MpcContractColumn *declared = &dataset->contract.column[i];
		MpcColumn	column;

		if (mpc_column_resolve(&column, dataset->relid, declared) != MPC_OK)
			return psprintf("its relation has no column \"%s\" that fits %s",
							mpc_text_shown(declared->name), mpc_text_shown(declared->type));
	}
	return NULL;
}

/* The first key whose lookup relation cannot be read with the publisher's rights. */
static char *
lookup_problem(const MpcDataset *dataset)
{
	ListCell   *lc;

	foreach(lc, dataset->lookups)
	{
		const MpcLookup *lookup = lfirst(lc);
		const char *problem = mpc_lookup_broken(lookup->relid, lookup->column, dataset->owner);

		if (problem != NULL)
			return psprintf("the domain of key \"%s\" cannot be read: %s", mpc_text_shown(lookup->key), problem);
	}
	return NULL;
}

/*
 * mpc.dataset_problem(dataset text, federation text) RETURNS text: what keeps the dataset from being read, NULL when
 * nothing does. That its relation and owner are there is seen before, in SQL.
 */
Datum
mpc_sql_dataset_problem(PG_FUNCTION_ARGS)
{
	MpcDataset *dataset = mpc_dataset_get(text_to_cstring(PG_GETARG_TEXT_PP(0)), text_to_cstring(PG_GETARG_TEXT_PP(1)));
	char	   *problem;

	if (dataset == NULL)
		PG_RETURN_TEXT_P(cstring_to_text("it is not published"));
	problem = column_problem(dataset);
	if (problem == NULL)
		problem = lookup_problem(dataset);
	if (problem == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(problem));
}
