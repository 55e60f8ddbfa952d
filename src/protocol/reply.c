/*
 * reply.c
 *		What does a member send back, and is it canonical, of this request and
 *		of this member?
 *
 * Assumes that the roster's order is the request's.  The shape is read first,
 * then the signature, and only a signed reply is compared with the request: so
 * what does not belong here is reported of its signer, not of a forger.
 */
#include <string.h>

#include "crypto/pair.h"
#include "crypto/secret.h"
#include "protocol/request.h"
#include "protocol/signed.h"

#define REPLY_MAGIC		"MPCAGR"
#define REPLY_TAG		"MPCAGG-v1/sig/reply"
#define REPLY_FIXED		(8 + 32 + 2 + 2 + 4 + 8 + 32 + 32 + 32)

/* What only the check of a reply needs of it. */
typedef struct ReplyFrame
{
	const uint8_t *rid;
	uint16_t	index;
	uint32_t	m;
	const uint8_t *sig;
	MpcStr		signed_part;
} ReplyFrame;

/* The size with a next one-time key card: no reply is longer. */
size_t
mpc_reply_size(uint16_t n, uint32_t m)
{
	return REPLY_FIXED + (size_t) (n - 1) * MPC_CONFIRM_BYTES + (size_t) m * MPC_FIELD_BYTES +
		1 + MPC_ONETIME_BYTES + MPC_SIG_BYTES;
}

void
mpc_reply_write(MpcWriter *w, const MpcIdentity *me, const uint8_t rid[MPC_RID_BYTES],
				uint16_t position, uint16_t n, uint32_t m, const MpcReply *reply)
{
	size_t		start = w->len;

	mpc_write_magic(w, REPLY_MAGIC);
	mpc_write_bytes(w, rid, MPC_RID_BYTES);
	mpc_write_le16(w, (uint16_t) (position + 1));
	mpc_write_le16(w, 0);			/* no flags */
	mpc_write_le32(w, m);
	mpc_write_le64(w, reply->ledger_seq);
	mpc_write_bytes(w, reply->ledger_head, 32);
	mpc_write_zeros(w, 64);			/* no h_i, no C_i */
	mpc_write_bytes(w, reply->confirm, (size_t) (n - 1) * MPC_CONFIRM_BYTES);
	mpc_write_bytes(w, reply->y, (size_t) m * MPC_FIELD_BYTES);
	mpc_write_u8(w, reply->next_card != NULL);
	if (reply->next_card != NULL)
		mpc_write_bytes(w, reply->next_card, MPC_ONETIME_BYTES);
	mpc_write_signature(w, start, me->sign_sk, REPLY_TAG);
}

static void
read_reply_header(MpcReader *r, MpcReply *reply, ReplyFrame *frame)
{
	const uint8_t *commitments;

	mpc_read_magic(r, REPLY_MAGIC);
	frame->rid = mpc_read_bytes(r, MPC_RID_BYTES);
	frame->index = mpc_read_le16(r);
	if (mpc_read_le16(r) != 0)
		mpc_read_fail(r, MPC_VERSION);
	frame->m = mpc_read_le32(r);
	if (frame->m > MPC_MAX_LANES)
		mpc_read_fail(r, MPC_LIMIT);
	reply->ledger_seq = mpc_read_le64(r);
	reply->ledger_head = mpc_read_bytes(r, 32);
	commitments = mpc_read_bytes(r, 64);
	if (commitments != NULL && !mpc_is_zero(commitments, 64))
		mpc_read_fail(r, MPC_VERSION);
}

static MpcStatus
reply_parse(MpcReply *reply, ReplyFrame *frame, const void *bytes, size_t len, uint16_t n)
{
	MpcReader	r;

	mpc_reader_init(&r, bytes, len);
	read_reply_header(&r, reply, frame);
	reply->confirm = mpc_read_bytes(&r, (size_t) (n - 1) * MPC_CONFIRM_BYTES);
	reply->y = (const MpcFe *) mpc_read_bytes(&r, (size_t) frame->m * MPC_FIELD_BYTES);
	reply->next_card = NULL;
	if (mpc_read_flag(&r))
		reply->next_card = mpc_read_bytes(&r, MPC_ONETIME_BYTES);
	frame->sig = mpc_read_signature(&r, &frame->signed_part);
	return mpc_reader_end(&r);
}

MpcStatus
mpc_reply_read(MpcReply *reply, const void *bytes, size_t len,
			   const uint8_t rid[MPC_RID_BYTES], const MpcRoster *roster,
			   uint16_t position, uint32_t m)
{
	ReplyFrame	frame;
	MpcStatus	status;
	uint32_t	k;

	if (position >= roster->n)
		return MPC_MISMATCH;
	status = reply_parse(reply, &frame, bytes, len, roster->n);
	if (status != MPC_OK)
		return status;
	status = mpc_sign_verify(frame.sig, roster->member[position].sign_pk, REPLY_TAG,
							 frame.signed_part.data, frame.signed_part.len);
	if (status != MPC_OK)
		return status;
	if (memcmp(frame.rid, rid, MPC_RID_BYTES) != 0 || frame.index != position + 1 || frame.m != m)
		return MPC_MISMATCH;
	for (k = 0; k < m; k++)
		if (!mpc_field_is_canonical(reply->y[k]))
			return MPC_NONCANONICAL;
	return MPC_OK;
}
