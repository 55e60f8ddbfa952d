/*
 * shamir_messages.c
 *		What do the parties of a Shamir sum send after its request, and is it
 *		whole, of this request and of its signer?
 *
 * Assumes that the roster's order is the request's.  The shape is read first,
 * then the signature, and only a signed message is compared with the request.
 */
#include "protocol/shamir_messages.h"

#include <string.h>

#include "crypto/secret.h"
#include "protocol/signed.h"

#define SHARES_MAGIC	"MPCAGS"
#define SHARES_TAG		"MPCAGG-v1/sig/shares"
#define RELAY_MAGIC		"MPCAGU"
#define RELAY_TAG		"MPCAGG-v1/sig/relay"
#define SUM_MAGIC		"MPCAGT"
#define SUM_TAG			"MPCAGG-v1/sig/sum-share"

#define MAGIC_BYTES		8
#define BITMAP_BYTES	16
#define ENTRY_BYTES		(MPC_TH_BYTES + MPC_SIG_BYTES)
#define SHARES_FIXED	(MAGIC_BYTES + MPC_RID_BYTES + 2 + 2 + 8 + 32 + 1 + MPC_SIG_BYTES)

/* ------------------------------------------------------------------ shares */

size_t
mpc_shares_size(uint16_t n, uint16_t t, uint32_t m)
{
	return SHARES_FIXED + (size_t) (n - t) * (2 + mpc_sealed_size(m)) + MPC_ONETIME_BYTES;
}

/* rid || index || hash: what a dealer signs. */
static void
write_shares_text(MpcWriter *w, const uint8_t rid[MPC_RID_BYTES], uint16_t position, const uint8_t hash[MPC_TH_BYTES])
{
	mpc_write_bytes(w, rid, MPC_RID_BYTES);
	mpc_write_le16(w, (uint16_t) (position + 1));
	mpc_write_bytes(w, hash, MPC_TH_BYTES);
}

static MpcStatus
verify_shares(const uint8_t *sig, const MpcRoster *roster, uint16_t position,
			  const uint8_t rid[MPC_RID_BYTES], const uint8_t hash[MPC_TH_BYTES])
{
	uint8_t		text[MPC_RID_BYTES + 2 + MPC_TH_BYTES];
	MpcWriter	w;

	mpc_writer_init(&w, text, sizeof(text));
	write_shares_text(&w, rid, position, hash);
	return mpc_sign_verify(sig, roster->member[position].sign_pk, SHARES_TAG, text, sizeof(text));
}

void
mpc_shares_begin(MpcWriter *w, const MpcRequest *request, uint16_t position)
{
	mpc_write_magic(w, SHARES_MAGIC);
	mpc_write_bytes(w, request->rid, MPC_RID_BYTES);
	mpc_write_le16(w, (uint16_t) (position + 1));
	mpc_write_le16(w, (uint16_t) (request->n - request->threshold));
}

uint8_t *
mpc_shares_room(MpcWriter *w, uint16_t receiver, uint32_t m)
{
	mpc_write_le16(w, (uint16_t) (receiver + 1));
	mpc_write_zeros(w, mpc_sealed_size(m));
	if (w->status != MPC_OK || w->data == NULL)
		return NULL;
	return w->data + w->len - mpc_sealed_size(m);
}

void
mpc_shares_end(MpcWriter *w, size_t start, const MpcIdentity *me, const MpcRequest *request, uint16_t position,
			   uint64_t ledger_seq, const uint8_t ledger_head[32], const uint8_t *next_card,
			   uint8_t hash[MPC_TH_BYTES])
{
	uint8_t		text[MPC_RID_BYTES + 2 + MPC_TH_BYTES];
	uint8_t		sig[MPC_SIG_BYTES];
	MpcWriter	signed_text;

	mpc_write_le64(w, ledger_seq);
	mpc_write_bytes(w, ledger_head, 32);
	mpc_write_u8(w, next_card != NULL);
	if (next_card != NULL)
		mpc_write_bytes(w, next_card, MPC_ONETIME_BYTES);
	if (w->status != MPC_OK || w->data == NULL)
	{
		mpc_write_zeros(w, MPC_SIG_BYTES);
		return;
	}
	mpc_th(hash, "MPCAGG-v1/shares", w->data + start, w->len - start);
	mpc_writer_init(&signed_text, text, sizeof(text));
	write_shares_text(&signed_text, request->rid, position, hash);
	mpc_sign(sig, me->sign_sk, SHARES_TAG, text, sizeof(text));
	mpc_write_bytes(w, sig, sizeof(sig));
}

/* What only the check of shares needs of them. */
typedef struct SharesFrame
{
	const uint8_t *rid;
	uint16_t	index;
	MpcStr		signed_part;
} SharesFrame;

static MpcStatus
parse_shares(MpcShares *shares, SharesFrame *frame, const void *bytes, size_t len, const MpcRequest *request)
{
	uint16_t	count = (uint16_t) (request->n - request->threshold);
	MpcReader	r;

	mpc_reader_init(&r, bytes, len);
	mpc_read_magic(&r, SHARES_MAGIC);
	frame->rid = mpc_read_bytes(&r, MPC_RID_BYTES);
	frame->index = mpc_read_le16(&r);
	if (mpc_read_le16(&r) != count)
		mpc_read_fail(&r, MPC_MALFORMED);
	shares->sealed = mpc_read_bytes(&r, count * (2 + mpc_sealed_size(request->m)));
	shares->ledger_seq = mpc_read_le64(&r);
	shares->ledger_head = mpc_read_bytes(&r, 32);
	shares->next_card = NULL;
	if (mpc_read_flag(&r))
		shares->next_card = mpc_read_bytes(&r, MPC_ONETIME_BYTES);
	shares->sig = mpc_read_signature(&r, &frame->signed_part);
	return mpc_reader_end(&r);
}

const uint8_t *
mpc_shares_for(const MpcShares *shares, const MpcRequest *request, uint16_t dealer, uint16_t receiver)
{
	size_t		nth = (size_t) mpc_shamir_distance(request->n, dealer, receiver) - request->threshold;

	return shares->sealed + nth * (2 + mpc_sealed_size(request->m)) + 2;
}

/* Exactly those whose share is no stream, each at its place. */
static bool
receivers_fit(const MpcShares *shares, const MpcRequest *request, uint16_t dealer)
{
	uint16_t	distance;

	for (distance = request->threshold; distance < request->n; distance++)
	{
		uint16_t	receiver = (uint16_t) ((dealer + distance) % request->n);
		const uint8_t *index = mpc_shares_for(shares, request, dealer, receiver) - 2;

		if ((index[0] | index[1] << 8) != receiver + 1)
			return false;
	}
	return true;
}

MpcStatus
mpc_shares_read(MpcShares *shares, const void *bytes, size_t len,
				const MpcRequest *request, const MpcRoster *roster, uint16_t position)
{
	SharesFrame frame;
	MpcStatus	status;

	if (position >= roster->n || request->n != roster->n)
		return MPC_MISMATCH;
	status = parse_shares(shares, &frame, bytes, len, request);
	if (status != MPC_OK)
		return status;
	mpc_th(shares->hash, "MPCAGG-v1/shares", frame.signed_part.data, frame.signed_part.len);
	/* As the message itself says whose it is: what does not belong here is then reported of its signer. */
	status = verify_shares(shares->sig, roster, position, frame.rid, shares->hash);
	if (status != MPC_OK)
		return status;
	if (memcmp(frame.rid, request->rid, MPC_RID_BYTES) != 0 || frame.index != position + 1 ||
		!receivers_fit(shares, request, position))
		return MPC_MISMATCH;
	return MPC_OK;
}

/* ------------------------------------------------------------------ relay */

bool
mpc_is_relay(const void *bytes, size_t len)
{
	return len >= 6 && memcmp(bytes, RELAY_MAGIC, 6) == 0;
}

const uint8_t *
mpc_relay_rid(const void *bytes, size_t len)
{
	return len >= MAGIC_BYTES + MPC_RID_BYTES ? (const uint8_t *) bytes + MAGIC_BYTES : NULL;
}

size_t
mpc_relay_size(uint16_t n, uint16_t t, uint32_t m)
{
	return MAGIC_BYTES + MPC_RID_BYTES + BITMAP_BYTES + (size_t) n * ENTRY_BYTES +
		(size_t) (n - t) * mpc_sealed_size(m) + MPC_SIG_BYTES;
}

static void
make_bitmap(uint8_t bitmap[BITMAP_BYTES], const MpcRelay *relay, uint16_t n)
{
	uint16_t	i;

	memset(bitmap, 0, BITMAP_BYTES);
	for (i = 0; i < n; i++)
		if (relay->hash[i] != NULL)
			bitmap[i / 8] |= (uint8_t) (1 << i % 8);
}

void
mpc_relay_hash(MpcRelay *relay, uint16_t n)
{
	uint8_t		bitmap[BITMAP_BYTES];
	MpcHash		hash;
	uint16_t	i;

	make_bitmap(bitmap, relay, n);
	mpc_hash_begin(&hash, "MPCAGG-v1/u1");
	mpc_hash_add(&hash, bitmap, sizeof(bitmap));
	for (i = 0; i < n; i++)
		if (relay->hash[i] != NULL)
			mpc_hash_add(&hash, relay->hash[i], MPC_TH_BYTES);
	mpc_hash_end32(&hash, relay->u1_hash);
}

void
mpc_relay_write(MpcWriter *w, const MpcIdentity *me, const uint8_t rid[MPC_RID_BYTES],
				const MpcRelay *relay, uint16_t n, uint32_t m)
{
	size_t		start = w->len;
	uint8_t		bitmap[BITMAP_BYTES];
	uint16_t	i;

	make_bitmap(bitmap, relay, n);
	mpc_write_magic(w, RELAY_MAGIC);
	mpc_write_bytes(w, rid, MPC_RID_BYTES);
	mpc_write_bytes(w, bitmap, sizeof(bitmap));
	for (i = 0; i < n; i++)
		if (relay->hash[i] != NULL)
		{
			mpc_write_bytes(w, relay->hash[i], MPC_TH_BYTES);
			mpc_write_bytes(w, relay->sig[i], MPC_SIG_BYTES);
		}
	for (i = 0; i < n; i++)
		if (relay->sealed[i] != NULL)
			mpc_write_bytes(w, relay->sealed[i], mpc_sealed_size(m));
	mpc_write_signature(w, start, me->sign_sk, RELAY_TAG);
}

/* One bit per member, and none beyond. */
static void
read_dealers(MpcReader *r, MpcRelay *relay, uint16_t n)
{
	const uint8_t *bitmap = mpc_read_bytes(r, BITMAP_BYTES);
	uint16_t	i;

	memset(relay, 0, sizeof(*relay));
	for (i = 0; i < 8 * BITMAP_BYTES && r->status == MPC_OK; i++)
	{
		if ((bitmap[i / 8] >> i % 8 & 1) == 0)
			continue;
		if (i >= n)
		{
			mpc_read_fail(r, MPC_MALFORMED);
			return;
		}
		relay->hash[i] = mpc_read_bytes(r, MPC_TH_BYTES);
		relay->sig[i] = mpc_read_bytes(r, MPC_SIG_BYTES);
		relay->count++;
	}
}

static void
read_sealed(MpcReader *r, MpcRelay *relay, const MpcRelayFrame *frame, uint16_t n)
{
	uint16_t	i;

	for (i = 0; i < n && r->status == MPC_OK; i++)
		if (relay->hash[i] != NULL && mpc_shamir_distance(n, i, frame->receiver) >= frame->t)
			relay->sealed[i] = mpc_read_bytes(r, mpc_sealed_size(frame->m));
}

MpcStatus
mpc_relay_read(MpcRelay *relay, const void *bytes, size_t len,
			   const MpcRelayFrame *frame, const MpcRoster *roster)
{
	const uint8_t *rid;
	const uint8_t *sig;
	MpcStr		signed_part;
	MpcReader	r;
	MpcStatus	status;
	uint16_t	i;

	mpc_reader_init(&r, bytes, len);
	mpc_read_magic(&r, RELAY_MAGIC);
	rid = mpc_read_bytes(&r, MPC_RID_BYTES);
	read_dealers(&r, relay, roster->n);
	read_sealed(&r, relay, frame, roster->n);
	sig = mpc_read_signature(&r, &signed_part);
	status = mpc_reader_end(&r);
	if (status == MPC_OK)
		status = mpc_sign_verify(sig, roster->member[frame->asker].sign_pk, RELAY_TAG, signed_part.data, signed_part.len);
	if (status == MPC_OK && memcmp(rid, frame->rid, MPC_RID_BYTES) != 0)
		status = MPC_MISMATCH;
	for (i = 0; i < roster->n && status == MPC_OK; i++)
		if (relay->hash[i] != NULL)
			status = verify_shares(relay->sig[i], roster, i, rid, relay->hash[i]);
	if (status == MPC_OK)
		mpc_relay_hash(relay, roster->n);
	return status;
}

/* ------------------------------------------------------------------ sum share */

size_t
mpc_sum_share_size(uint32_t m)
{
	return MAGIC_BYTES + MPC_RID_BYTES + 2 + MPC_TH32_BYTES + (size_t) m * MPC_FIELD_BYTES + MPC_SIG_BYTES;
}

void
mpc_sum_share_write(MpcWriter *w, const MpcIdentity *me, const uint8_t rid[MPC_RID_BYTES],
					uint16_t position, const MpcSumShare *share, uint32_t m)
{
	size_t		start = w->len;

	mpc_write_magic(w, SUM_MAGIC);
	mpc_write_bytes(w, rid, MPC_RID_BYTES);
	mpc_write_le16(w, (uint16_t) (position + 1));
	mpc_write_bytes(w, share->u1_hash, MPC_TH32_BYTES);
	mpc_write_bytes(w, share->sum, (size_t) m * MPC_FIELD_BYTES);
	mpc_write_signature(w, start, me->sign_sk, SUM_TAG);
}

MpcStatus
mpc_sum_share_read(MpcSumShare *share, const void *bytes, size_t len, const uint8_t rid[MPC_RID_BYTES],
				   const MpcRoster *roster, uint16_t position, uint32_t m)
{
	const uint8_t *said_rid;
	const uint8_t *sig;
	uint16_t	index;
	MpcStr		signed_part;
	MpcReader	r;
	MpcStatus	status;
	uint32_t	k;

	if (position >= roster->n)
		return MPC_MISMATCH;
	mpc_reader_init(&r, bytes, len);
	mpc_read_magic(&r, SUM_MAGIC);
	said_rid = mpc_read_bytes(&r, MPC_RID_BYTES);
	index = mpc_read_le16(&r);
	share->u1_hash = mpc_read_bytes(&r, MPC_TH32_BYTES);
	share->sum = (const MpcFe *) mpc_read_bytes(&r, (size_t) m * MPC_FIELD_BYTES);
	sig = mpc_read_signature(&r, &signed_part);
	status = mpc_reader_end(&r);
	if (status == MPC_OK)
		status = mpc_sign_verify(sig, roster->member[position].sign_pk, SUM_TAG, signed_part.data, signed_part.len);
	if (status != MPC_OK)
		return status;
	if (memcmp(said_rid, rid, MPC_RID_BYTES) != 0 || index != position + 1)
		return MPC_MISMATCH;
	for (k = 0; k < m; k++)
		if (!mpc_field_is_canonical(share->sum[k]))
			return MPC_NONCANONICAL;
	return MPC_OK;
}
