/*
 * maximum_messages.c
 *		What does the asker of a maximum send to open the next round, and is it whole, of this round and of its signers?
 *
 * Assumes that the roster's order is the request's.  The shape is read first, then the
 * asker's signature, and only a signed step is compared with the round.
 */
#include "protocol/maximum_messages.h"

#include <string.h>

#include "protocol/signed.h"

#define STEP_MAGIC	"MPCAGM"
#define STEP_TAG	"MPCAGG-v1/sig/step"
#define MAGIC_BYTES	8
#define STEP_FIXED	(MAGIC_BYTES + MPC_RID_BYTES + MPC_SIG_BYTES)

bool
mpc_is_step(const void *bytes, size_t len)
{
	return len >= 6 && memcmp(bytes, STEP_MAGIC, 6) == 0;
}

const uint8_t *
mpc_step_rid(const void *bytes, size_t len)
{
	return len >= MAGIC_BYTES + MPC_RID_BYTES ? (const uint8_t *) bytes + MAGIC_BYTES : NULL;
}

size_t
mpc_step_size(uint16_t n, uint32_t m)
{
	return STEP_FIXED + n * (4 + mpc_reply_size(n, m));
}

void
mpc_step_write(MpcWriter *w, const MpcIdentity *me, const uint8_t rid[MPC_RID_BYTES], const MpcStr *reply, uint16_t n)
{
	size_t		start = w->len;
	uint16_t	i;

	mpc_write_magic(w, STEP_MAGIC);
	mpc_write_bytes(w, rid, MPC_RID_BYTES);
	for (i = 0; i < n; i++)
		mpc_write_long(w, reply[i]);
	mpc_write_signature(w, start, me->sign_sk, STEP_TAG);
}

MpcStatus
mpc_step_read(MpcStep *step, const void *bytes, size_t len, const uint8_t rid[MPC_RID_BYTES],
			  const MpcRoster *roster, uint16_t asker, uint32_t m)
{
	MpcStr		reply[MPC_MAX_PARTIES];
	const uint8_t *said_rid;
	const uint8_t *sig;
	MpcStr		signed_part;
	MpcReader	r;
	MpcStatus	status;
	uint16_t	i;

	mpc_reader_init(&r, bytes, len);
	mpc_read_magic(&r, STEP_MAGIC);
	said_rid = mpc_read_bytes(&r, MPC_RID_BYTES);
	for (i = 0; i < roster->n; i++)
		reply[i] = mpc_read_long(&r, mpc_reply_size(roster->n, m));
	sig = mpc_read_signature(&r, &signed_part);
	status = mpc_reader_end(&r);
	if (status == MPC_OK)
		status = mpc_sign_verify(sig, roster->member[asker].sign_pk, STEP_TAG, signed_part.data, signed_part.len);
	if (status == MPC_OK && memcmp(said_rid, rid, MPC_RID_BYTES) != 0)
		status = MPC_MISMATCH;
	for (i = 0; i < roster->n && status == MPC_OK; i++)
	{
		if (mpc_interrupted != NULL && mpc_interrupted())
			return MPC_INTERRUPTED;
		status = mpc_reply_read(&step->reply[i], reply[i].data, reply[i].len, rid, roster, i, m);
	}
	return status;
}
