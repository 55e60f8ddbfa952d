/*
 * measure_value.c
 *		Which integer is a value, whatever type of a measure it has?
 *
 * For the aggregates that take columns of any type: mpc.measure_pair, mpc.measure_products and mpc.measure_histogram.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "local/measure_state.h"
#include "utils/builtins.h"

MpcKind
mpc_measure_kind(Oid typid)
{
	switch (typid)
	{
		case BOOLOID:
			return MPC_KIND_BOOL;
		case INT2OID:
			return MPC_KIND_INT2;
		case INT4OID:
			return MPC_KIND_INT4;
		case INT8OID:
			return MPC_KIND_INT8;
		case NUMERICOID:
			return MPC_KIND_NUMERIC;
		case FLOAT4OID:
			return MPC_KIND_FLOAT4;
		case FLOAT8OID:
			return MPC_KIND_FLOAT8;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("values of type %s are no measure", format_type_be(typid)),
					 errdetail("Measures are integers, numeric, real, double precision or boolean.")));
	}
}

bool
mpc_measure_value(const MpcMeasureColumn *column, Datum value, int128 *v)
{
	bool		is_number = true;

	switch (column->kind)
	{
		case MPC_KIND_BOOL:
			*v = DatumGetBool(value) ? 1 : 0;
			break;
		case MPC_KIND_INT2:
			*v = DatumGetInt16(value);
			break;
		case MPC_KIND_INT4:
			*v = DatumGetInt32(value);
			break;
		case MPC_KIND_INT8:
			*v = DatumGetInt64(value);
			break;
		case MPC_KIND_FLOAT4:
			is_number = mpc_number_from_double(DatumGetFloat4(value), column->factor, v);
			break;
		case MPC_KIND_FLOAT8:
			is_number = mpc_number_from_double(DatumGetFloat8(value), column->factor, v);
			break;
		default:
			is_number = mpc_measure_from_numeric(column, value, v);
	}
	return is_number && mpc_measure_is_inside(column, *v);
}
