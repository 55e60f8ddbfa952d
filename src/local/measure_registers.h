/*
 * measure_registers.h
 *		What the aggregate mpc.measure_registers returns.
 *
 * Result and parallel state are the same bytes: le64 non-null count | MPC_REGISTERS levels (distinct.h).
 */
#ifndef MPC_MEASURE_REGISTERS_H
#define MPC_MEASURE_REGISTERS_H

#include "postgres.h"

#include "local/aggregate.h"

/* Reads the result into count and level of sum. Raises unless it is well-formed. */
extern void mpc_registers_read(MpcLocalSum *sum, Datum value);

#endif							/* MPC_MEASURE_REGISTERS_H */
