/*
 * curve_probe.c
 *		A curve job as an SQL function, for test/tap/060_curve_workers.pl.
 *
 * curve_probe(op integer, n bigint, workers integer, bad bigint, piece bigint, relation regclass) runs a job over n items in pieces
 * of so many and gives the hash of what came of it, or the name of the status. Items and scalar are always the same. bad: the number of an item
 * that is no point, or -1. Reports its progress as that of the relation.
 */
#include "postgres.h"

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "face/curve_workers.h"
#include "face/progress.h"
#include "face/settings.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "psi/sets.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_MODULE_MAGIC;
PG_FUNCTION_INFO_V1(curve_probe);

int			mpc_workers;		/* in place of the setting */

extern void _PG_init(void);

static bool
is_interrupted(void)
{
	return QueryCancelPending || ProcDiePending;
}

void
_PG_init(void)
{
	mpc_interrupted = is_interrupted;
	if (mpc_core_init() != MPC_OK)
		elog(ERROR, "libsodium could not be started");
}

static uint8 *
make_items(MpcCurveOp op, Size n, int64 bad)
{
	static const uint8 rid[MPC_RID_BYTES];
	Size		size = op == MPC_CURVE_HASH ? MPC_ELEMENT_BYTES : MPC_POINT_BYTES;
	uint8	   *items = MemoryContextAllocHuge(CurrentMemoryContext, Max(n, 1) * size);

	for (Size i = 0; i < n; i++)
	{
		uint8		element[MPC_ELEMENT_BYTES];

		CHECK_FOR_INTERRUPTS();
		mpc_element_hash(element, rid, (MpcStr) {(const uint8 *) &i, sizeof(i)});
		if (op == MPC_CURVE_HASH)
			memcpy(items + i * size, element, size);
		else if ((int64) i == bad)
			memset(items + i * size, 0xff, size);
		else
			mpc_group_hash(items + i * size, element);
	}
	return items;
}

static MpcStatus
run_pieces(const MpcCurveJob *job, Size piece)
{
	Size		size = job->op == MPC_CURVE_HASH ? MPC_ELEMENT_BYTES : MPC_POINT_BYTES;
	MpcStatus	status = MPC_OK;

	for (Size from = 0; from < job->n && status == MPC_OK; from += piece)
	{
		MpcCurveJob part = *job;

		part.in = job->in + from * size;
		part.out = job->out + from;
		part.n = Min(piece, job->n - from);
		status = mpc_curve_execute(&part);
		mpc_progress_done(from + part.n);
	}
	return status;
}

/* Of points: in place, as peers' are multiplied. */
Datum
curve_probe(PG_FUNCTION_ARGS)
{
	MpcCurveJob job = {.op = (MpcCurveOp) PG_GETARG_INT32(0),.n = (Size) PG_GETARG_INT64(1)};
	uint8	   *items = make_items(job.op, job.n, PG_GETARG_INT64(3));
	uint8		digest[32];
	char		hex[2 * sizeof(digest) + 1];
	MpcStatus	status;

	mpc_workers = PG_GETARG_INT32(2);
	memset(job.scalar, 7, sizeof(MpcFe) - 1);	/* below the order */
	job.in = items;
	job.out = job.op == MPC_CURVE_HASH ?
		MemoryContextAllocHuge(CurrentMemoryContext, Max(job.n, 1) * MPC_POINT_BYTES) : (MpcPoint *) items;
	mpc_progress_begin(MPC_PROGRESS_ASKER, PG_GETARG_OID(5), "probe");
	mpc_progress_phase(MPC_PHASE_BLINDING, job.n);
	status = run_pieces(&job, (Size) PG_GETARG_INT64(4));
	mpc_progress_end();
	if (status != MPC_OK)
		PG_RETURN_TEXT_P(cstring_to_text(mpc_status_name(status)));
	crypto_generichash(digest, sizeof(digest), (const uint8 *) job.out, job.n * MPC_POINT_BYTES, NULL, 0);
	(void) sodium_bin2hex(hex, sizeof(hex), digest, sizeof(digest));
	PG_RETURN_TEXT_P(cstring_to_text(hex));
}
