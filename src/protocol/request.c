/*
 * request.c
 *		What is the canonical request, who asks it, and whose one-time keys does
 *		it carry?
 *
 * Assumes nothing of the bytes; identities come from the pinned roster, never
 * from the message.  Times are informative and never compared.
 */
#include "protocol/request.h"

#include <string.h>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "protocol/signed.h"

#define REQUEST_MAGIC		"MPCAGG"
#define REQUEST_TAG			"MPCAGG-v1/sig/request"
#define REQUEST_LIFETIME	UINT64_C(600000000)		/* 10 minutes in microseconds */

#define MAXIMUM_EXTRAS		2
#define SETS_EXTRAS			3

static void
query_hash(uint8_t out[32], MpcStr query)
{
	mpc_th32(out, "MPCAGG-v1/query", query.data, query.len);
}

static void
policy_hash(uint8_t out[32], MpcStr policy)
{
	mpc_th32(out, "MPCAGG-v1/policy", policy.data, policy.len);
}

/* All but shares, of which some may be missing. */
static bool
needs_everybody(uint8_t protocol)
{
	return protocol == MPC_PROTOCOL_MASKED_SUM || protocol == MPC_PROTOCOL_SKETCH ||
		protocol == MPC_PROTOCOL_MAXIMUM || protocol == MPC_PROTOCOL_SETS;
}

bool
mpc_threshold_fits(uint16_t n, uint16_t t)
{
	return t <= n && 2 * t > n + 1;
}

bool
mpc_digits_fit(uint8_t digit_bits, uint8_t key_bits, uint32_t m)
{
	return digit_bits >= 1 && digit_bits <= MPC_MAX_DIGIT_BITS &&
		digit_bits <= key_bits && key_bits <= MPC_MAX_KEY_BITS &&
		m > 0 && (m & ((UINT32_C(1) << digit_bits) - 1)) == 0;
}

static void
write_header(MpcWriter *w, const MpcRoster *roster, uint8_t protocol, uint16_t t, uint32_t m, uint64_t issued_at,
			 const uint8_t nonce[32], MpcStr query, MpcStr policy)
{
	uint8_t		hash[32];

	mpc_write_magic(w, REQUEST_MAGIC);
	mpc_write_u8(w, protocol);
	mpc_write_u8(w, MPC_REQUEST_FLAGS);
	mpc_write_le16(w, roster->n);
	mpc_write_le16(w, t);
	mpc_write_le16(w, (uint16_t) (roster->me + 1));
	mpc_write_le32(w, m);
	mpc_write_le64(w, issued_at);
	mpc_write_le64(w, issued_at + REQUEST_LIFETIME);
	mpc_write_bytes(w, nonce, 32);
	query_hash(hash, query);
	mpc_write_bytes(w, hash, sizeof(hash));
	policy_hash(hash, policy);
	mpc_write_bytes(w, hash, sizeof(hash));
	mpc_write_zeros(w, 32);			/* no previous session */
}

static void
write_request(MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
			  uint8_t protocol, uint16_t t, uint32_t m, uint64_t issued_at, const uint8_t nonce[32],
			  const uint8_t *cards, MpcStr query, MpcStr policy, MpcStr extras)
{
	size_t		start = w->len;

	if (m == 0 || m > MPC_MAX_LANES ||
		query.len > MPC_MAX_QUERY_BYTES || policy.len > MPC_MAX_POLICY_BYTES)
		mpc_write_fail(w, MPC_LIMIT);
	write_header(w, roster, protocol, t, m, issued_at, nonce, query, policy);
	mpc_write_bytes(w, cards, (size_t) roster->n * MPC_ONETIME_BYTES);
	mpc_write_long(w, query);
	mpc_write_long(w, policy);
	mpc_write_long(w, extras);
	mpc_write_signature(w, start, me->sign_sk, REQUEST_TAG);
}

void
mpc_request_write(MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
				  uint8_t protocol, uint32_t m, uint64_t issued_at, const uint8_t nonce[32],
				  const uint8_t *cards, MpcStr query, MpcStr policy)
{
	static const MpcStr none;

	if (protocol != MPC_PROTOCOL_MASKED_SUM && protocol != MPC_PROTOCOL_SKETCH)
		mpc_write_fail(w, MPC_VERSION);
	write_request(w, me, roster, protocol, roster->n, m, issued_at, nonce, cards, query, policy, none);
}

void
mpc_request_write_shamir(MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
						 uint16_t threshold, uint32_t m, uint64_t issued_at, const uint8_t nonce[32],
						 const uint8_t *cards, MpcStr query, MpcStr policy)
{
	static const MpcStr none;

	if (!mpc_threshold_fits(roster->n, threshold))
		mpc_write_fail(w, MPC_LIMIT);
	write_request(w, me, roster, MPC_PROTOCOL_SHAMIR_SUM, threshold, m, issued_at, nonce, cards, query, policy, none);
}

void
mpc_request_write_maximum(MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
						  uint8_t digit_bits, uint8_t key_bits, uint32_t m, uint64_t issued_at,
						  const uint8_t nonce[32], const uint8_t *cards, MpcStr query, MpcStr policy)
{
	uint8_t		extras[MAXIMUM_EXTRAS];
	MpcStr		text = {extras, sizeof(extras)};

	extras[0] = digit_bits;
	extras[1] = key_bits;
	if (!mpc_digits_fit(digit_bits, key_bits, m))
		mpc_write_fail(w, MPC_LIMIT);
	write_request(w, me, roster, MPC_PROTOCOL_MAXIMUM, roster->n, m, issued_at, nonce, cards, query, policy, text);
}

void
mpc_request_write_sets(MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
					   uint8_t engine, uint16_t lanes, uint32_t m, uint64_t issued_at,
					   const uint8_t nonce[32], const uint8_t *cards, MpcStr query, MpcStr policy)
{
	uint8_t		extras[SETS_EXTRAS] = {engine, (uint8_t) lanes, (uint8_t) (lanes >> 8)};
	MpcStr		text = {extras, sizeof(extras)};

	write_request(w, me, roster, MPC_PROTOCOL_SETS, roster->n, m, issued_at, nonce, cards, query, policy, text);
}

/* Up to t; a field of another version is refused before anything depends on it. */
static void
read_parties(MpcReader *r, MpcRequest *request)
{
	uint8_t		flags;
	uint16_t	index;

	mpc_read_magic(r, REQUEST_MAGIC);
	request->protocol = mpc_read_u8(r);
	flags = mpc_read_u8(r);
	if ((!needs_everybody(request->protocol) && request->protocol != MPC_PROTOCOL_SHAMIR_SUM) || flags != MPC_REQUEST_FLAGS)
		mpc_read_fail(r, MPC_VERSION);
	request->n = mpc_read_le16(r);
	if (request->n < 2 || request->n > MPC_MAX_PARTIES)
		mpc_read_fail(r, MPC_LIMIT);
	request->threshold = mpc_read_le16(r);
	if (needs_everybody(request->protocol) ? request->threshold != request->n :
		!mpc_threshold_fits(request->n, request->threshold))
		mpc_read_fail(r, MPC_MALFORMED);
	index = mpc_read_le16(r);
	if (index < 1 || index > request->n)
		mpc_read_fail(r, MPC_MALFORMED);
	request->asker = (uint16_t) (index - 1);
}

static void
read_header(MpcReader *r, MpcRequest *request)
{
	const uint8_t *previous;

	read_parties(r, request);
	request->m = mpc_read_le32(r);
	if (request->m == 0 || request->m > MPC_MAX_LANES)
		mpc_read_fail(r, MPC_LIMIT);
	request->issued_at = mpc_read_le64(r);
	request->expires_at = mpc_read_le64(r);
	request->nonce = mpc_read_bytes(r, 32);
	request->query_hash = mpc_read_bytes(r, 32);
	request->policy_hash = mpc_read_bytes(r, 32);
	previous = mpc_read_bytes(r, 32);
	if (previous != NULL && !mpc_is_zero(previous, 32))
		mpc_read_fail(r, MPC_VERSION);
}

static void
read_cards(MpcReader *r, MpcRequest *request)
{
	size_t		i;

	for (i = 0; i < request->n && r->status == MPC_OK; i++)
	{
		const uint8_t *bytes = mpc_read_bytes(r, MPC_ONETIME_BYTES);

		if (bytes != NULL)
			mpc_onetime_read(&request->card[i], bytes);
	}
}

/* What a protocol alone has. */
static void
read_extras(MpcReader *r, MpcRequest *request)
{
	uint32_t	len = mpc_read_le32(r);

	request->digit_bits = 0;
	request->key_bits = 0;
	request->engine = 0;
	request->lanes = 0;
	if (request->protocol == MPC_PROTOCOL_MAXIMUM && len == MAXIMUM_EXTRAS)
	{
		request->digit_bits = mpc_read_u8(r);
		request->key_bits = mpc_read_u8(r);
		if (!mpc_digits_fit(request->digit_bits, request->key_bits, request->m))
			mpc_read_fail(r, MPC_MALFORMED);
	}
	else if (request->protocol == MPC_PROTOCOL_SETS && len == SETS_EXTRAS)
	{
		request->engine = mpc_read_u8(r);
		request->lanes = mpc_read_le16(r);
		if (request->engine != MPC_ENGINE_CURVE)
			mpc_read_fail(r, MPC_VERSION);
	}
	else if (len != 0 || request->protocol == MPC_PROTOCOL_MAXIMUM || request->protocol == MPC_PROTOCOL_SETS)
		mpc_read_fail(r, MPC_VERSION);
}

static void
read_texts(MpcReader *r, MpcRequest *request)
{
	uint8_t		query[32];
	uint8_t		policy[32];

	request->query = mpc_read_long(r, MPC_MAX_QUERY_BYTES);
	request->policy = mpc_read_long(r, MPC_MAX_POLICY_BYTES);
	read_extras(r, request);
	if (r->status != MPC_OK)
		return;
	query_hash(query, request->query);
	policy_hash(policy, request->policy);
	if (memcmp(query, request->query_hash, 32) != 0 ||
		memcmp(policy, request->policy_hash, 32) != 0)
		mpc_read_fail(r, MPC_MALFORMED);
}

MpcStatus
mpc_request_read(MpcRequest *r, const void *bytes, size_t len)
{
	MpcReader	reader;
	MpcStatus	status;

	mpc_reader_init(&reader, bytes, len);
	read_header(&reader, r);
	read_cards(&reader, r);
	read_texts(&reader, r);
	r->sig = mpc_read_signature(&reader, &r->signed_part);
	status = mpc_reader_end(&reader);
	if (status == MPC_OK)
		mpc_th32(r->rid, "MPCAGG-v1/rid", r->signed_part.data, r->signed_part.len);
	return status;
}

MpcStatus
mpc_request_verify(const MpcRequest *r, const MpcCard *asker)
{
	if (memcmp(r->card[r->asker].pid, asker->pid, MPC_PID_BYTES) != 0)
		return MPC_IDENTITY;
	return mpc_sign_verify(r->sig, asker->sign_pk, REQUEST_TAG,
						   r->signed_part.data, r->signed_part.len);
}

/*
 * Two cards need no signature check of their own: ours is compared with the key we
 * hold, byte for byte, and the asker's lies under the signature of R by the same key.
 */
static bool
vouched_for(const MpcRequest *r, const MpcRoster *roster, uint16_t i)
{
	return i == roster->me || i == r->asker;
}

MpcStatus
mpc_request_check_cards(const MpcRequest *r, const MpcRoster *roster,
						MpcStr dataset, uint16_t *bad)
{
	uint8_t		hash[32];
	uint16_t	i;

	*bad = 0;
	if (r->n != roster->n)
		return MPC_IDENTITY;
	mpc_dataset_hash(hash, dataset);
	for (i = 0; i < r->n; i++)
	{
		const MpcOneTimeCard *card = &r->card[i];
		MpcStatus	status = vouched_for(r, roster, i) ? mpc_onetime_is_of(card, &roster->member[i]) :
			mpc_onetime_verify(card, &roster->member[i]);

		*bad = i;
		if (status != MPC_OK)
			return status;
		if (!mpc_is_zero(card->dataset, 32) && memcmp(card->dataset, hash, 32) != 0)
			return MPC_STALE_KEY;
	}
	return MPC_OK;
}

int
mpc_request_other_publishers(const MpcRequest *r)
{
	int			count = 0;
	uint16_t	i;

	for (i = 0; i < r->n; i++)
		if (i != r->asker && !mpc_is_zero(r->card[i].dataset, 32))
			count++;
	return count;
}
