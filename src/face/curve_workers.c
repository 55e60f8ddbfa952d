/*
 * curve_workers.c
 *		Who multiplies the points of a job, and how do several processes share them?
 *
 * The job passes through shared memory in batches. Everybody, the caller included, takes pieces by one counter that runs over
 * the whole job; who takes a piece behind the batch waits until it is there. A worker that has taken a piece finishes it or
 * hears that nobody wants it any more, so nothing is ever lost between two processes.
 *
 * The caller's mapping of the memory ends on every way out, by return, error or exit: then workers are told to stop, and secrets are
 * wiped. Assumes that postmaster ends all processes when one of them crashes.
 */
#include "postgres.h"

#include "catalog/version.h"
#include "crypto/secret.h"
#include "face/curve_workers.h"
#include "face/settings.h"
#include "miscadmin.h"
#include "port/atomics.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/condition_variable.h"
#include "storage/dsm.h"
#include "storage/ipc.h"
#include "utils/wait_event.h"

#define PIECE_ITEMS		256		/* 20 ms */
#define BATCH_ITEMS		65536	/* whole pieces */
#define NAP_MS			200		/* longest sleep without a look around */
#define ELEMENT_BYTES	64

/* What all processes see. Items stand behind it, then what comes of them; of MPC_CURVE_MULTIPLY in the same place. */
typedef struct Shared
{
	char		version[16];	/* a library may be replaced while sessions still have the old one */
	MpcCurveOp	op;
	MpcFe		scalar;
	uint64		n;
	pg_atomic_uint64 next;		/* the first item that nobody has taken; may pass n */
	pg_atomic_uint64 ready;		/* items before it are here, or were */
	pg_atomic_uint64 finished;	/* how many */
	pg_atomic_uint32 status;	/* the first that is not MPC_OK */
	pg_atomic_uint32 stop;		/* nothing is wanted any more */
	ConditionVariable more;		/* ready has grown, or stop */
	ConditionVariable done;		/* all that is ready is finished, or stop */
} Shared;

#define SHARED_HEADER	CACHELINEALIGN(sizeof(Shared))

/* One process at work on the shared job. */
typedef struct Work
{
	Shared	   *shared;
	MpcCurveJob batch;			/* in shared memory; the scalar is this process's own */
	uint64		taken;			/* first item of the piece */
} Work;

/* Of this process. Not palloc'd: an abort frees memory before it lets go of shared memory. */
static Work own_work;

static Size
item_bytes(MpcCurveOp op)
{
	return op == MPC_CURVE_HASH ? ELEMENT_BYTES : MPC_POINT_BYTES;
}

/* Where the points stand that come of the items, behind the header. */
static Size
out_offset(MpcCurveOp op, uint64 n)
{
	return op == MPC_CURVE_HASH ? Min(n, BATCH_ITEMS) * ELEMENT_BYTES : 0;
}

/* Bytes behind the header. */
static Size
area_bytes(MpcCurveOp op, uint64 n)
{
	return out_offset(op, n) + Min(n, BATCH_ITEMS) * MPC_POINT_BYTES;
}

static bool
is_stopped(const Shared *shared)
{
	return pg_atomic_read_u32(unconstify(pg_atomic_uint32 *, &shared->stop)) != 0;
}

static void
stop_all(Shared *shared)
{
	pg_atomic_write_u32(&shared->stop, 1);
	ConditionVariableBroadcast(&shared->more);
	ConditionVariableBroadcast(&shared->done);
}

static void
open_work(Work *work, Shared *shared)
{
	uint8	   *area = (uint8 *) shared + SHARED_HEADER;

	work->shared = shared;
	work->batch.op = shared->op;
	memcpy(work->batch.scalar, shared->scalar, sizeof(MpcFe));
	work->batch.in = area;
	work->batch.out = (MpcPoint *) (area + out_offset(shared->op, shared->n));
	work->batch.n = Min(shared->n, BATCH_ITEMS);
}

/* False when no item is left. */
static bool
take_piece(Work *work)
{
	work->taken = pg_atomic_fetch_add_u64(&work->shared->next, PIECE_ITEMS);
	return work->taken < work->shared->n;
}

/* A piece that is ready. A failure stops everybody. */
static void
run_piece(Work *work)
{
	Shared	   *shared = work->shared;
	uint64		ready = pg_atomic_read_u64(&shared->ready);
	uint64		count = Min(PIECE_ITEMS, ready - work->taken);
	Size		at = work->taken % BATCH_ITEMS;
	uint32		no_failure = MPC_OK;
	MpcStatus	status;

	pg_read_barrier();
	status = mpc_curve_run(&work->batch, at, at + count);
	if (status == MPC_OK)
	{
		/* a full barrier: what was written is seen by whoever sees the count */
		if (pg_atomic_fetch_add_u64(&shared->finished, count) + count == ready)
			ConditionVariableBroadcast(&shared->done);
		return;
	}
	if (status != MPC_INTERRUPTED)
		(void) pg_atomic_compare_exchange_u32(&shared->status, &no_failure, status);
	stop_all(shared);
}

/* ------------------------------------------------------------------ a worker */

static bool
is_unwanted(void)
{
	return is_stopped(own_work.shared);
}

/* Also on an exit out of a sleep, whose list is in memory that goes away with this process. */
static void
leave(int code, Datum arg)
{
	ConditionVariableCancelSleep();
	mpc_wipe(&own_work, sizeof(own_work));
}

/* False: it is not wanted any more. */
static bool
wait_until_ready(Work *work)
{
	Shared	   *shared = work->shared;

	while (!is_stopped(shared) && pg_atomic_read_u64(&shared->ready) <= work->taken)
		(void) ConditionVariableTimedSleep(&shared->more, NAP_MS, PG_WAIT_EXTENSION);
	ConditionVariableCancelSleep();
	return !is_stopped(shared);
}

void
mpc_curve_worker(Datum handle)
{
	dsm_segment *segment;
	Shared	   *shared;

	/* asked to end, it ends between two pieces */
	pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
	BackgroundWorkerUnblockSignals();
	segment = dsm_attach(DatumGetUInt32(handle));
	if (segment == NULL)
		return;					/* whoever asked for it is gone */
	shared = dsm_segment_address(segment);
	if (strncmp(shared->version, MPC_LIBRARY_VERSION, sizeof(shared->version)) != 0)
		return;
	before_shmem_exit(leave, (Datum) 0);
	open_work(&own_work, shared);
	mpc_interrupted = is_unwanted;
	while (!ShutdownRequestPending && !is_stopped(shared) && take_piece(&own_work) && wait_until_ready(&own_work))
		run_piece(&own_work);
}

/* ------------------------------------------------------------------ the caller */

/* The caller's end of the memory, whichever way it ends. What workers read until they stop stays. */
static void
close_shared(dsm_segment *segment, Datum arg)
{
	Shared	   *shared = dsm_segment_address(segment);

	stop_all(shared);
	mpc_wipe(shared->scalar, sizeof(shared->scalar));
	mpc_wipe((uint8 *) shared + SHARED_HEADER, area_bytes(shared->op, shared->n));
	mpc_wipe(&own_work, sizeof(own_work));
}

/* NULL: the server has no room for one more segment. */
static dsm_segment *
create_shared(const MpcCurveJob *job)
{
	dsm_segment *segment = dsm_create(SHARED_HEADER + area_bytes(job->op, job->n), DSM_CREATE_NULL_IF_MAXSEGMENTS);
	Shared	   *shared;

	if (segment == NULL)
		return NULL;
	shared = dsm_segment_address(segment);
	memset(shared, 0, sizeof(*shared));
	strlcpy(shared->version, MPC_LIBRARY_VERSION, sizeof(shared->version));
	shared->op = job->op;
	shared->n = job->n;
	pg_atomic_init_u64(&shared->next, 0);
	pg_atomic_init_u64(&shared->ready, 0);
	pg_atomic_init_u64(&shared->finished, 0);
	pg_atomic_init_u32(&shared->status, MPC_OK);
	pg_atomic_init_u32(&shared->stop, 0);
	ConditionVariableInit(&shared->more);
	ConditionVariableInit(&shared->done);
	on_dsm_detach(segment, close_shared, (Datum) 0);
	memcpy(shared->scalar, job->scalar, sizeof(MpcFe));
	return segment;
}

/* As many as wanted, or as the server has. */
static int
start_workers(BackgroundWorkerHandle **handle, int wanted, dsm_segment *segment)
{
	BackgroundWorker worker;
	int			n = 0;

	memset(&worker, 0, sizeof(worker));
	snprintf(worker.bgw_name, BGW_MAXLEN, "mpc_agg curve worker for PID %d", MyProcPid);
	strlcpy(worker.bgw_type, "mpc_agg curve", BGW_MAXLEN);
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS;
	worker.bgw_start_time = BgWorkerStart_ConsistentState;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	strlcpy(worker.bgw_library_name, "$libdir/mpc_agg", BGW_MAXLEN);
	strlcpy(worker.bgw_function_name, "mpc_curve_worker", BGW_MAXLEN);
	worker.bgw_main_arg = UInt32GetDatum(dsm_segment_handle(segment));
	worker.bgw_notify_pid = MyProcPid;
	while (n < wanted && RegisterDynamicBackgroundWorker(&worker, &handle[n]))
		n++;
	return n;
}

/* So that their places are free for the next job. */
static void
end_workers(BackgroundWorkerHandle **handle, int n)
{
	int			i;

	for (i = 0; i < n; i++)
		TerminateBackgroundWorker(handle[i]);
	for (i = 0; i < n; i++)
		(void) WaitForBackgroundWorkerShutdown(handle[i]);
}

/* Works on what is ready and waits for what others have taken of it. The piece behind it is kept for the next batch. */
static void
work_batch(Work *work)
{
	Shared	   *shared = work->shared;
	uint64		ready = pg_atomic_read_u64(&shared->ready);

	while (work->taken < ready && !is_stopped(shared))
	{
		run_piece(work);
		CHECK_FOR_INTERRUPTS();
		(void) take_piece(work);
	}
	while (pg_atomic_read_u64(&shared->finished) < ready && !is_stopped(shared))
		(void) ConditionVariableTimedSleep(&shared->done, NAP_MS, PG_WAIT_EXTENSION);
	ConditionVariableCancelSleep();
	pg_read_barrier();
}

static void
share_batches(Work *work, const MpcCurveJob *job)
{
	Shared	   *shared = work->shared;
	Size		size = item_bytes(job->op);
	uint64		from;

	(void) take_piece(work);
	for (from = 0; from < job->n && !is_stopped(shared); from += BATCH_ITEMS)
	{
		Size		count = Min(BATCH_ITEMS, job->n - from);

		memcpy(unconstify(uint8 *, work->batch.in), job->in + from * size, count * size);
		pg_write_barrier();
		pg_atomic_write_u64(&shared->ready, from + count);
		ConditionVariableBroadcast(&shared->more);
		work_batch(work);
		if (!is_stopped(shared))
			memcpy(job->out + from, work->batch.out, count * MPC_POINT_BYTES);
	}
}

static MpcStatus
run_shared(const MpcCurveJob *job, int workers, dsm_segment *segment)
{
	BackgroundWorkerHandle *handle[MPC_MAX_CURVE_WORKERS];
	Shared	   *shared = dsm_segment_address(segment);
	MpcStatus	status;

	workers = start_workers(handle, workers, segment);
	open_work(&own_work, shared);
	share_batches(&own_work, job);
	status = (MpcStatus) pg_atomic_read_u32(&shared->status);
	if (status == MPC_OK && pg_atomic_read_u64(&shared->finished) < job->n)
		status = MPC_INTERRUPTED;
	dsm_detach(segment);
	end_workers(handle, workers);
	return status;
}

static MpcStatus
run_alone(const MpcCurveJob *job)
{
	MpcStatus	status = MPC_OK;
	Size		from;

	for (from = 0; from < job->n && status == MPC_OK; from += PIECE_ITEMS)
	{
		Size		to = Min(from + PIECE_ITEMS, job->n);

		status = mpc_curve_run(job, from, to);
		CHECK_FOR_INTERRUPTS();
	}
	return status;
}

MpcStatus
mpc_curve_execute(const MpcCurveJob *job)
{
	Size		pieces = (job->n + PIECE_ITEMS - 1) / PIECE_ITEMS;
	int			workers = Min(mpc_workers, pieces > 0 ? pieces - 1 : 0);
	dsm_segment *segment = NULL;

	if (workers > 0 && dynamic_shared_memory_type != DSM_IMPL_MMAP)
		segment = create_shared(job);
	return segment != NULL ? run_shared(job, workers, segment) : run_alone(job);
}
