/*
 * query_functions.c
 *		Which arguments and coefficients may an aggregate of a question have?
 *
 * Assumes that a double is an IEEE one, of 64 bits.
 */
#include "protocol/query_functions.h"

bool
mpc_query_args_fit(MpcFunction function, uint8_t n)
{
	switch (function)
	{
		case MPC_COUNT_ROWS:
			return n == 0;
		case MPC_COUNT:
		case MPC_SUM:
		case MPC_AVG:
		case MPC_VAR_POP:
		case MPC_VAR_SAMP:
		case MPC_STDDEV_POP:
		case MPC_STDDEV_SAMP:
		case MPC_BOOL_AND:
		case MPC_BOOL_OR:
		case MPC_BIT_AND:
		case MPC_BIT_OR:
		case MPC_MIN:
		case MPC_MAX:
		case MPC_SUM_INTERVAL:
		case MPC_AVG_INTERVAL:
		case MPC_DISTINCT:
		case MPC_HISTOGRAM:
			return n == 1;
		case MPC_COVAR_POP:
		case MPC_COVAR_SAMP:
		case MPC_CORR:
		case MPC_REGR_COUNT:
		case MPC_REGR_AVGX:
		case MPC_REGR_AVGY:
		case MPC_REGR_SXX:
		case MPC_REGR_SYY:
		case MPC_REGR_SXY:
		case MPC_REGR_SLOPE:
		case MPC_REGR_INTERCEPT:
		case MPC_REGR_R2:
			return n == 2;
		case MPC_PRODUCTS:
		case MPC_LOGISTIC:
			return n >= 2 && n <= MPC_MAX_PRODUCT_ARGS;
		case MPC_INTERSECT:
		case MPC_INTERSECT_COUNT:
		case MPC_UNION_COUNT:
			return n >= 1 && n <= MPC_MAX_IDENTIFIERS;
		case MPC_INTERSECT_SUM:
			return n >= 2 && n <= MPC_MAX_IDENTIFIERS + 1;
		default:
			return false;
	}
}

size_t
mpc_query_coefficient_bytes(const MpcAgg *agg)
{
	return agg->function == MPC_LOGISTIC ? (size_t) agg->nargs * MPC_COEFFICIENT_BYTES : 0;
}

bool
mpc_query_coefficients_fit(MpcStr coefficients)
{
	MpcReader	r;

	mpc_reader_init(&r, coefficients.data, coefficients.len);
	while (r.pos < r.len)
	{
		uint64_t	bits = mpc_read_le64(&r);

		if ((bits >> 52 & 0x7ff) >= 1023 + MPC_MAX_COEFFICIENT_BITS || bits == UINT64_C(1) << 63)
			return false;
	}
	return true;
}

double
mpc_query_coefficient(MpcStr coefficients, int i)
{
	union
	{
		uint64_t	bits;
		double		value;
	}			u;
	MpcReader	r;

	mpc_reader_init(&r, coefficients.data + (size_t) i * MPC_COEFFICIENT_BYTES, MPC_COEFFICIENT_BYTES);
	u.bits = mpc_read_le64(&r);
	return u.value;
}
