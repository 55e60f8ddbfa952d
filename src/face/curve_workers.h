/*
 * curve_workers.h
 *		The slow work of an intersection, on several cores.
 */
#ifndef MPC_CURVE_WORKERS_H
#define MPC_CURVE_WORKERS_H

#include "postgres.h"

#include "psi/curve.h"

#define MPC_MAX_CURVE_WORKERS	64

/*
 * Runs the job in this process and in up to mpc_agg.workers background workers, as many as there is work for and the
 * server has free; without any in this process alone. Needs no database in the worker and no preload.
 * MPC_OK; MPC_NONCANONICAL: an item is no valid point. Then out holds anything. Raises when the statement is cancelled.
 * Workers end with the call, on every way out, within the time of a piece of work (20 ms). Memory besides the job's: at most 6 MB, shared, wiped on every way out; not used where shared memory
 * would be files on disk (dynamic_shared_memory_type = mmap). The caller wipes the job. CT for the scalar.
 */
extern MpcStatus mpc_curve_execute(const MpcCurveJob *job) MPC_MUST_CHECK;

/* Where a background worker begins. */
extern PGDLLEXPORT void mpc_curve_worker(Datum handle);

#endif							/* MPC_CURVE_WORKERS_H */
