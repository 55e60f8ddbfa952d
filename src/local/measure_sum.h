/*
 * measure_sum.h
 *		What the aggregate mpc.measure_sum returns.
 */
#ifndef MPC_MEASURE_SUM_H
#define MPC_MEASURE_SUM_H

#include "postgres.h"

#include "local/aggregate.h"

#define MPC_MEASURE_SUM_BYTES	56

/* Reads the aggregate's result. Raises unless it has the right length. */
extern void mpc_measure_sum_read(MpcLocalSum *sum, Datum value);

#endif							/* MPC_MEASURE_SUM_H */
