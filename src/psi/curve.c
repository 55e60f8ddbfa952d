/*
 * curve.c
 *		How is one scalar put on many points?
 *
 * Item by item, since libsodium has nothing faster. Nothing is shared between items, so that pieces need no order.
 */
#include "psi/curve.h"

#include "crypto/secret.h"

#define BATCH	8				/* items between two looks at mpc_interrupted */
#define HASHED	64				/* bytes of an item that is hashed to the group */

static MpcStatus
run_item(const MpcCurveJob *job, size_t i)
{
	MpcPoint	point;
	MpcStatus	status;

	if (job->op == MPC_CURVE_MULTIPLY)
		return mpc_group_mul(job->out[i], job->scalar, job->in + i * MPC_POINT_BYTES);
	mpc_group_hash(point, job->in + i * HASHED);
	status = mpc_group_mul(job->out[i], job->scalar, point);
	mpc_wipe(point, sizeof(point));
	return status;
}

MpcStatus
mpc_curve_run(const MpcCurveJob *job, size_t from, size_t to)
{
	MpcStatus	status;
	size_t		i;

	for (i = from; i < to; i++)
	{
		if (i % BATCH == 0 && mpc_interrupted != NULL && mpc_interrupted())
			return MPC_INTERRUPTED;
		status = run_item(job, i);
		if (status != MPC_OK)
			return status;
		mpc_declassify(job->out[i], MPC_POINT_BYTES);	/* under a secret scalar: it is sent, or compared with what was */
	}
	return MPC_OK;
}
