/*
 * dataset_check.c
 *		Does a published relation still have the columns of its contract? For mpc_check().
 */
#include "postgres.h"

#include "catalog/datasets.h"
#include "fmgr.h"
#include "local/column.h"
#include "local/text.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(mpc_sql_dataset_problem);

/* mpc.dataset_problem(dataset text, federation text) RETURNS text: the first column that does not fit, NULL when all do. */
Datum
mpc_sql_dataset_problem(PG_FUNCTION_ARGS)
{
	MpcDataset *dataset = mpc_dataset_get(text_to_cstring(PG_GETARG_TEXT_PP(0)), text_to_cstring(PG_GETARG_TEXT_PP(1)));

	if (dataset == NULL)
		PG_RETURN_TEXT_P(cstring_to_text("it is not published"));
	for (int i = 0; i < dataset->contract.ncolumns; i++)
	{
		const MpcContractColumn *declared = &dataset->contract.column[i];
		MpcColumn	column;

		if (mpc_column_resolve(&column, dataset->relid, declared) != MPC_OK)
			PG_RETURN_TEXT_P(cstring_to_text(psprintf("its relation has no column \"%s\" that fits %s",
													  mpc_text_shown(declared->name), mpc_text_shown(declared->type))));
	}
	PG_RETURN_NULL();
}
