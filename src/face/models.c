/*
 * models.c
 *		How do sums in SQL become the exact integers that src/stats computes from?
 *
 * All of them are public: the answer of a question. Anyone may call the functions of models with other
 * numbers, so that nothing is taken for granted.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "face/models.h"
#include "fmgr.h"
#include "local/exact.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

void
mpc_model_check(bool holds, const char *what)
{
	if (!holds)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s cannot be those of any rows", what)));
}

void
mpc_model_status(MpcStatus status)
{
	mpc_model_check(status == MPC_OK, "these sums");
}

Datum *
mpc_model_array(Datum array, Oid type, int *n)
{
	Datum	   *values;
	bool	   *nulls;
	int16		len;
	bool		byval;
	char		align;

	get_typlenbyvalalign(type, &len, &byval, &align);
	deconstruct_array(DatumGetArrayTypeP(array), type, len, byval, align, &values, &nulls, n);
	for (int i = 0; i < *n; i++)
		mpc_model_check(!nulls[i], "sums that are null");
	return values;
}

void
mpc_model_wide(MpcWide *w, Datum number)
{
	Datum		whole = DirectFunctionCall2(numeric_trunc, number, Int32GetDatum(0));
	char	   *text = DatumGetCString(DirectFunctionCall1(numeric_out, whole));

	mpc_model_check(mpc_exact_compare(whole, number) == 0 && mpc_wide_from_decimal(w, text) == MPC_OK, "these sums");
}
