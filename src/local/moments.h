/*
 * moments.h
 *		Variances, covariances, correlation and regression from exact sums.
 */
#ifndef MPC_MOMENTS_H
#define MPC_MOMENTS_H

#include "postgres.h"

#include "protocol/contract.h"

/*
 * The value of a statistic over exact sums, with PostgreSQL's own result type and NULLs: MPC_VAR_POP to
 * MPC_STDDEV_SAMP of Y, MPC_COVAR_POP to MPC_REGR_R2 of Y and X (contract columns; x is NULL for one argument).
 * count: rows or pairs without NULL. moment: of the scaled integers, MPC_MOMENTS entries below 2^251, of which
 * only those are read that mpc_lanes_init() has lanes for.
 *
 * var_* and stddev_* of integers and numeric are numeric, to the last digit (R13); regr_count is bigint; all else is
 * double precision: the double nearest to the true value over the scaled integers, ties to even. A spread below 0, which
 * only lies make, counts as 0. *rettype is set also where *null is. palloc's in CurrentMemoryContext.
 * Raises 0A000 for a column that is no number.
 */
extern Datum mpc_moments_datum(MpcFunction function, const MpcContractColumn *y, const MpcContractColumn *x,
							   int64 count, const MpcWide moment[MPC_MOMENTS], bool *null, Oid *rettype);

/*
 * The sum of a column's values, or of the products of two columns where b is not NULL, of the sum of their scaled integers.
 * Exact, with as many digits after the point as the scales have together. Raises 0A000 for a column that is no number.
 */
extern Datum mpc_products_datum(const MpcWide *sum, const MpcContractColumn *a, const MpcContractColumn *b);

#endif							/* MPC_MOMENTS_H */
