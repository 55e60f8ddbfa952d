/*
 * set_messages.c
 *		What do the parties of an intersection send each other, and is it whole, signed and the piece that was asked for?
 *
 * Assumes nothing about the bytes.  Shape first, then the signature, and only what is signed is compared with the
 * conversation; whether an element is a point is judged by whoever uses it.
 */
#include "protocol/set_messages.h"

#include <string.h>

#include "protocol/signed.h"

#define ANSWER_MAGIC	"MPCAGI"
#define ANSWER_TAG		"MPCAGG-v1/sig/set-answer"
#define STEP_MAGIC		"MPCAGX"
#define STEP_TAG		"MPCAGG-v1/sig/set-step"
#define REPLY_MAGIC		"MPCAGx"
#define REPLY_TAG		"MPCAGG-v1/sig/set-reply"
#define MAGIC_BYTES		8
#define PART_HEAD		9

/* ------------------------------------------------------------------ the answer to R */

void
mpc_set_answer_write(MpcWriter *w, const MpcIdentity *me, const uint8_t rid[MPC_RID_BYTES],
					 uint16_t position, const MpcSetAnswer *answer)
{
	size_t		start = w->len;

	mpc_write_magic(w, ANSWER_MAGIC);
	mpc_write_bytes(w, rid, MPC_RID_BYTES);
	mpc_write_le16(w, (uint16_t) (position + 1));
	mpc_write_le32(w, answer->size);
	mpc_write_le64(w, answer->ledger_seq);
	mpc_write_bytes(w, answer->ledger_head, 32);
	mpc_write_u8(w, answer->next_card != NULL);
	if (answer->next_card != NULL)
		mpc_write_bytes(w, answer->next_card, MPC_ONETIME_BYTES);
	mpc_write_signature(w, start, me->sign_sk, ANSWER_TAG);
}

MpcStatus
mpc_set_answer_read(MpcSetAnswer *answer, const void *bytes, size_t len, const uint8_t rid[MPC_RID_BYTES],
					const MpcRoster *roster, uint16_t position)
{
	const uint8_t *said_rid;
	const uint8_t *sig;
	uint16_t	index;
	MpcStr		signed_part;
	MpcReader	r;
	MpcStatus	status;

	mpc_reader_init(&r, bytes, len);
	mpc_read_magic(&r, ANSWER_MAGIC);
	said_rid = mpc_read_bytes(&r, MPC_RID_BYTES);
	index = mpc_read_le16(&r);
	answer->size = mpc_read_le32(&r);
	if (answer->size > MPC_MAX_LANES)
		mpc_read_fail(&r, MPC_LIMIT);
	answer->ledger_seq = mpc_read_le64(&r);
	answer->ledger_head = mpc_read_bytes(&r, 32);
	answer->next_card = mpc_read_flag(&r) ? mpc_read_bytes(&r, MPC_ONETIME_BYTES) : NULL;
	sig = mpc_read_signature(&r, &signed_part);
	status = mpc_reader_end(&r);
	if (status == MPC_OK)
		status = mpc_sign_verify(sig, roster->member[position].sign_pk, ANSWER_TAG, signed_part.data, signed_part.len);
	if (status == MPC_OK && (memcmp(said_rid, rid, MPC_RID_BYTES) != 0 || index != position + 1))
		status = MPC_MISMATCH;
	return status;
}

/* ------------------------------------------------------------------ pieces */

static bool
part_fits(const MpcSetPart *part)
{
	return part->count >= 1 && part->count <= MPC_SET_PIECE && part->first <= MPC_MAX_LANES;
}

/* Where no elements go along, elements is false. */
static void
write_parts(MpcWriter *w, const MpcSetPart *part, uint8_t n, bool elements)
{
	uint8_t		i;

	if (n > MPC_SET_MAX_PARTS)
		mpc_write_fail(w, MPC_LIMIT);
	mpc_write_u8(w, n);
	for (i = 0; i < n && w->status == MPC_OK; i++)
	{
		if (!part_fits(&part[i]))
			mpc_write_fail(w, MPC_LIMIT);
		mpc_write_u8(w, part[i].channel);
		mpc_write_le32(w, part[i].first);
		mpc_write_le32(w, part[i].count);
		if (elements)
			mpc_write_bytes(w, part[i].elements, (size_t) part[i].count * MPC_SET_ELEMENT);
	}
}

/* 0 after a failure. */
static uint8_t
read_parts(MpcReader *r, MpcSetPart *part, bool elements)
{
	uint8_t		n = mpc_read_u8(r);
	uint8_t		i;

	if (n > MPC_SET_MAX_PARTS)
		mpc_read_fail(r, MPC_LIMIT);
	for (i = 0; i < n && r->status == MPC_OK; i++)
	{
		part[i].channel = mpc_read_u8(r);
		part[i].first = mpc_read_le32(r);
		part[i].count = mpc_read_le32(r);
		part[i].elements = NULL;
		if (r->status == MPC_OK && !part_fits(&part[i]))
			mpc_read_fail(r, MPC_LIMIT);
		if (elements && r->status == MPC_OK)
			part[i].elements = mpc_read_bytes(r, (size_t) part[i].count * MPC_SET_ELEMENT);
	}
	return r->status == MPC_OK ? n : 0;
}

static size_t
parts_size(const MpcSetPart *part, uint8_t n, bool elements)
{
	size_t		size = 1;
	uint8_t		i;

	for (i = 0; i < n; i++)
		size += PART_HEAD + (elements ? (size_t) part[i].count * MPC_SET_ELEMENT : 0);
	return size;
}

/* ------------------------------------------------------------------ steps and replies */

bool
mpc_is_set_step(const void *bytes, size_t len)
{
	return len >= 6 && memcmp(bytes, STEP_MAGIC, 6) == 0;
}

const uint8_t *
mpc_set_step_rid(const void *bytes, size_t len)
{
	return len >= MAGIC_BYTES + MPC_RID_BYTES ? (const uint8_t *) bytes + MAGIC_BYTES : NULL;
}

size_t
mpc_set_step_size(const MpcSetStep *step)
{
	return MAGIC_BYTES + MPC_RID_BYTES + 4 + parts_size(step->put, step->nputs, true) +
		parts_size(step->get, step->ngets, false) + MPC_SIG_BYTES;
}

size_t
mpc_set_reply_size(const MpcSetStep *step)
{
	return MAGIC_BYTES + MPC_RID_BYTES + 2 + 4 + parts_size(step->get, step->ngets, true) + MPC_SIG_BYTES;
}

void
mpc_set_step_write(MpcWriter *w, const MpcIdentity *me, const MpcSetStep *step)
{
	size_t		start = w->len;

	mpc_write_magic(w, STEP_MAGIC);
	mpc_write_bytes(w, step->rid, MPC_RID_BYTES);
	mpc_write_le32(w, step->number);
	write_parts(w, step->put, step->nputs, true);
	write_parts(w, step->get, step->ngets, false);
	mpc_write_signature(w, start, me->sign_sk, STEP_TAG);
}

MpcStatus
mpc_set_step_read(MpcSetStep *step, const void *bytes, size_t len, const uint8_t rid[MPC_RID_BYTES],
				  uint32_t number, const uint8_t asker_pk[MPC_SIGN_PK_BYTES])
{
	const uint8_t *sig;
	MpcStr		signed_part;
	MpcReader	r;
	MpcStatus	status;

	mpc_reader_init(&r, bytes, len);
	mpc_read_magic(&r, STEP_MAGIC);
	step->rid = mpc_read_bytes(&r, MPC_RID_BYTES);
	step->number = mpc_read_le32(&r);
	step->nputs = read_parts(&r, step->put, true);
	step->ngets = read_parts(&r, step->get, false);
	sig = mpc_read_signature(&r, &signed_part);
	status = mpc_reader_end(&r);
	if (status == MPC_OK)
		status = mpc_sign_verify(sig, asker_pk, STEP_TAG, signed_part.data, signed_part.len);
	if (status == MPC_OK && (memcmp(step->rid, rid, MPC_RID_BYTES) != 0 || step->number != number))
		status = MPC_MISMATCH;
	return status;
}

void
mpc_set_reply_write(MpcWriter *w, const MpcIdentity *me, uint16_t position, const MpcSetStep *step)
{
	size_t		start = w->len;

	mpc_write_magic(w, REPLY_MAGIC);
	mpc_write_bytes(w, step->rid, MPC_RID_BYTES);
	mpc_write_le16(w, (uint16_t) (position + 1));
	mpc_write_le32(w, step->number);
	write_parts(w, step->get, step->ngets, true);
	mpc_write_signature(w, start, me->sign_sk, REPLY_TAG);
}

static bool
same_part(const MpcSetPart *a, const MpcSetPart *b)
{
	return a->channel == b->channel && a->first == b->first && a->count == b->count;
}

/* What came, in place of what was asked for. False: it is something else. */
static bool
take_parts(MpcSetStep *step, const MpcSetPart *part, uint8_t n)
{
	uint8_t		i;

	if (n != step->ngets)
		return false;
	for (i = 0; i < n; i++)
	{
		if (!same_part(&step->get[i], &part[i]))
			return false;
		step->get[i].elements = part[i].elements;
	}
	return true;
}

MpcStatus
mpc_set_reply_read(MpcSetStep *step, const void *bytes, size_t len, const MpcRoster *roster, uint16_t position)
{
	MpcSetPart	part[MPC_SET_MAX_PARTS];
	const uint8_t *rid;
	const uint8_t *sig;
	uint16_t	index;
	uint32_t	number;
	uint8_t		n;
	MpcStr		signed_part;
	MpcReader	r;
	MpcStatus	status;

	mpc_reader_init(&r, bytes, len);
	mpc_read_magic(&r, REPLY_MAGIC);
	rid = mpc_read_bytes(&r, MPC_RID_BYTES);
	index = mpc_read_le16(&r);
	number = mpc_read_le32(&r);
	n = read_parts(&r, part, true);
	sig = mpc_read_signature(&r, &signed_part);
	status = mpc_reader_end(&r);
	if (status == MPC_OK)
		status = mpc_sign_verify(sig, roster->member[position].sign_pk, REPLY_TAG, signed_part.data, signed_part.len);
	if (status != MPC_OK)
		return status;
	if (memcmp(rid, step->rid, MPC_RID_BYTES) != 0 || index != position + 1 || number != step->number ||
		!take_parts(step, part, n))
		return MPC_MISMATCH;
	return MPC_OK;
}
