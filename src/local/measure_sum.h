/*
 * measure_sum.h
 *		What the aggregates mpc.measure_sum, mpc.measure_moments, mpc.measure_interval,
 *		mpc.measure_pair, mpc.measure_products, mpc.measure_histogram and mpc.measure_logistic return.
 *
 * Result and parallel state of all are the same bytes, with 1, 2, 3, 5 or, of the last three, more moments:
 *	le64 rows | le64 non-null count | u8 violated | 7 zeros | moments, 32 each
 * Rows are all, null or not. Values behind the count are non-null, of a pair both. Moments stand in the
 * order of MpcMoment: Y; Y, YY; Y, X, YY, XX, XY. Of intervals they are the fields (MpcField). Of products and logistic regression they stand as their lanes (query.h). Of a
 * histogram they are the counts of its cells, or none where no row was seen.
 */
#ifndef MPC_MEASURE_SUM_H
#define MPC_MEASURE_SUM_H

#include "postgres.h"

#include "local/aggregate.h"

#define MPC_MEASURE_HEAD_BYTES		24
#define MPC_MEASURE_BYTES(nmoments)	(MPC_MEASURE_HEAD_BYTES + (nmoments) * MPC_WIDE_BYTES)

/*
 * Reads the result of the aggregate for this measure into the counts of sum and the moments, fields, products or cells that the measure
 * wants, in their order. Returns the rows, null or not. Raises unless the result has the right length.
 */
extern int64 mpc_measure_read(MpcLocalSum *sum, const MpcMeasure *measure, Datum value);

#endif							/* MPC_MEASURE_SUM_H */
