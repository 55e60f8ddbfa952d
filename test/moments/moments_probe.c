/*
 * moments_probe.c
 *		The final arithmetic of a statistic as an SQL function, for test/tap/052_moments.pl.
 *
 * moments_probe(function integer, ytype text, yscale integer, xtype text, xscale integer, n bigint, moment numeric[])
 * gives "type|value", the value empty where it is NULL. xtype is NULL for functions of one argument; a moment that
 * is NULL must not be read: it is given as an absurd number. Of interval the first three are its fields.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "local/measure.h"
#include "local/moments.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

PG_MODULE_MAGIC;
PG_FUNCTION_INFO_V1(moments_probe);

static MpcContractColumn
column(const char *name, text *type, int32 scale)
{
	MpcContractColumn c;

	memset(&c, 0, sizeof(c));
	c.name = mpc_str(name);
	c.role = MPC_ROLE_MEASURE;
	c.type = mpc_str(text_to_cstring(type));
	c.scale = (uint16) scale;
	return c;
}

static void
read_moments(MpcWide moment[MPC_MOMENTS], ArrayType *array)
{
	Datum	   *value;
	bool	   *null;
	int			n;

	deconstruct_array(array, NUMERICOID, -1, false, TYPALIGN_INT, &value, &null, &n);
	if (n != MPC_MOMENTS)
		elog(ERROR, "%d moments", n);
	memset(moment, 0x55, MPC_MOMENTS * sizeof(MpcWide));
	for (int i = 0; i < n; i++)
	{
		if (!null[i] && mpc_wide_from_decimal(&moment[i], DatumGetCString(DirectFunctionCall1(numeric_out, value[i]))) != MPC_OK)
			elog(ERROR, "moment %d is no integer below 2^255", i);
	}
}

static Datum
statistic(MpcFunction function, const MpcContractColumn *y, const MpcContractColumn *x, int64 n,
		  const MpcWide moment[MPC_MOMENTS], bool *null, Oid *type)
{
	*null = false;
	if (function == MPC_SUM)
		return mpc_measure_sum(y, &moment[MPC_SUM_Y], n, type);
	if (function == MPC_AVG)
		return mpc_measure_avg(y, &moment[MPC_SUM_Y], n, type);
	if (function == MPC_SUM_INTERVAL || function == MPC_AVG_INTERVAL)
	{
		*type = INTERVALOID;
		return function == MPC_SUM_INTERVAL ? mpc_interval_sum(moment) : mpc_interval_avg(moment, n);
	}
	return mpc_moments_datum(function, y, x, n, moment, null, type);
}

Datum
moments_probe(PG_FUNCTION_ARGS)
{
	MpcContractColumn y = column("y", PG_GETARG_TEXT_PP(1), PG_GETARG_INT32(2));
	MpcContractColumn x;
	MpcWide		moment[MPC_MOMENTS];
	Datum		value;
	bool		null = false;
	Oid			type = InvalidOid;
	Oid			output;
	bool		varlena;

	if (!PG_ARGISNULL(3))
		x = column("x", PG_GETARG_TEXT_PP(3), PG_GETARG_INT32(4));
	read_moments(moment, PG_GETARG_ARRAYTYPE_P(6));
	value = statistic((MpcFunction) PG_GETARG_INT32(0), &y, PG_ARGISNULL(3) ? NULL : &x, PG_GETARG_INT64(5),
					  moment, &null, &type);
	getTypeOutputInfo(type, &output, &varlena);
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("%s|%s", format_type_be(type),
											  null ? "" : OidOutputFunctionCall(output, value))));
}
