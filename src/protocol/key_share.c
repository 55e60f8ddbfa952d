/*
 * key_share.c
 *		How is a key split among custodians, and how is it put together again?
 *
 * Assumes that the shares were dealt by one honest hand: there is no proof that any t of them give the same key.
 */
#include "protocol/key_share.h"

#include <sodium.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "protocol/wire.h"

#define KEY_MAGIC		"MPCAGK"
#define KEY_VERSION		1
#define KEY_TAG			"MPCAGG-v1/split-key"
#define SPLIT_SALT		"MPCAGG-v1/split"
#define TAG_INFO		"share-tag"

static bool
parties_fit(unsigned n, unsigned t)
{
	return t >= MPC_KEY_MIN_THRESHOLD && t <= n && n <= MPC_SHAMIR_MAX_PARTIES;
}

/* The key of all tags, which lane 0 makes unguessable. */
static void
make_tag_key(uint8_t tag_key[MPC_KEY_TAG_BYTES], const uint8_t lane0[MPC_KEY_LANE_BYTES], const uint8_t *key, size_t len)
{
	uint8_t		ikm[MPC_KEY_LANE_BYTES + MPC_TH32_BYTES];

	memcpy(ikm, lane0, MPC_KEY_LANE_BYTES);
	mpc_th32(ikm + MPC_KEY_LANE_BYTES, KEY_TAG, key, len);
	mpc_hkdf(tag_key, MPC_KEY_TAG_BYTES, SPLIT_SALT, sizeof(SPLIT_SALT) - 1, ikm, sizeof(ikm),
			 TAG_INFO, sizeof(TAG_INFO) - 1);
	mpc_wipe(ikm, sizeof(ikm));
}

static void
write_header(uint8_t *record, const uint8_t *id, size_t len, uint16_t n, uint16_t t, uint16_t index)
{
	MpcWriter	w;

	mpc_writer_init(&w, record, MPC_KEY_HEADER_BYTES);
	mpc_write_bytes(&w, KEY_MAGIC, 6);
	mpc_write_u8(&w, KEY_VERSION);
	mpc_write_bytes(&w, id, MPC_KEY_ID_BYTES);
	mpc_write_u8(&w, (uint8_t) t);
	mpc_write_u8(&w, (uint8_t) n);
	mpc_write_u8(&w, (uint8_t) index);
	mpc_write_le32(&w, (uint32_t) len);
}

/* Bytes of the key in the lane that begins with byte "done" of it. */
static size_t
piece(size_t len, size_t done)
{
	return len - done < MPC_KEY_LANE_BYTES ? len - done : MPC_KEY_LANE_BYTES;
}

/* Writes one lane into all records. */
static MpcStatus
write_lane(uint8_t *record, size_t size, size_t lane, const uint8_t *bytes, size_t len, uint16_t n, uint16_t t)
{
	MpcFe		share[MPC_SHAMIR_MAX_PARTIES];
	MpcFe		element = {0};
	MpcStatus	status;
	size_t		i;

	memcpy(element, bytes, len);
	status = mpc_shamir_share(share, (const MpcFe *) &element, 1, n, t);
	for (i = 0; i < n && status == MPC_OK; i++)
		memcpy(record + i * size + MPC_KEY_HEADER_BYTES + lane * MPC_FIELD_BYTES, share[i], MPC_FIELD_BYTES);
	mpc_wipe(element, sizeof(element));
	mpc_wipe(share, sizeof(share));
	return status;
}

MpcStatus
mpc_key_split(uint8_t *record, const uint8_t *key, size_t len, uint16_t n, uint16_t t)
{
	size_t		size = mpc_key_share_bytes(len);
	size_t		body = size - MPC_KEY_TAG_BYTES;
	uint8_t		id[MPC_KEY_ID_BYTES];
	uint8_t		lane0[MPC_KEY_LANE_BYTES];
	uint8_t		tag_key[MPC_KEY_TAG_BYTES];
	MpcStatus	status;
	size_t		done;
	size_t		i;

	if (len > MPC_KEY_MAX_BYTES || !parties_fit(n, t))
		return MPC_LIMIT;
	mpc_random(id, sizeof(id));
	mpc_random(lane0, sizeof(lane0));
	make_tag_key(tag_key, lane0, key, len);
	status = write_lane(record, size, 0, lane0, MPC_KEY_LANE_BYTES, n, t);
	for (done = 0; done < len && status == MPC_OK; done += MPC_KEY_LANE_BYTES)
		status = write_lane(record, size, 1 + done / MPC_KEY_LANE_BYTES, key + done, piece(len, done), n, t);
	for (i = 0; i < n && status == MPC_OK; i++)
	{
		write_header(record + i * size, id, len, n, t, (uint16_t) (i + 1));
		crypto_auth_hmacsha512256(record + i * size + body, record + i * size, body, tag_key);
	}
	mpc_wipe(lane0, sizeof(lane0));
	mpc_wipe(tag_key, sizeof(tag_key));
	return status;
}

/* All lanes canonical? Every one is looked at, whatever the others are. */
static bool
lanes_are_canonical(const MpcFe *lane, size_t lanes)
{
	bool		canonical = true;
	size_t		k;

	for (k = 0; k < lanes; k++)
		canonical &= mpc_field_is_canonical(lane[k]);
	return canonical;
}

MpcStatus
mpc_key_share_read(MpcKeyShare *share, const void *bytes, size_t size)
{
	const uint8_t *magic;
	MpcReader	r;
	size_t		lanes;

	memset(share, 0, sizeof(*share));
	mpc_reader_init(&r, bytes, size);
	magic = mpc_read_bytes(&r, 6);
	if (magic == NULL || memcmp(magic, KEY_MAGIC, 6) != 0)
		return MPC_MALFORMED;
	if (mpc_read_u8(&r) != KEY_VERSION)
		return r.status == MPC_OK ? MPC_VERSION : r.status;
	share->bytes = bytes;
	share->size = size;
	share->id = mpc_read_bytes(&r, MPC_KEY_ID_BYTES);
	share->t = mpc_read_u8(&r);
	share->n = mpc_read_u8(&r);
	share->index = mpc_read_u8(&r);
	share->len = mpc_read_le32(&r);
	if (r.status != MPC_OK)
		return r.status;
	if (!parties_fit(share->n, share->t) || share->index < 1 || share->index > share->n ||
		share->len > MPC_KEY_MAX_BYTES)
		return MPC_LIMIT;
	lanes = mpc_key_lanes(share->len);
	share->lane = (const MpcFe *) mpc_read_bytes(&r, lanes * MPC_FIELD_BYTES);
	share->tag = mpc_read_bytes(&r, MPC_KEY_TAG_BYTES);
	if (mpc_reader_end(&r) != MPC_OK)
		return r.status;
	return lanes_are_canonical(share->lane, lanes) ? MPC_OK : MPC_NONCANONICAL;
}

bool
mpc_key_share_alike(const MpcKeyShare *a, const MpcKeyShare *b)
{
	return a->n == b->n && a->t == b->t && a->len == b->len && memcmp(a->id, b->id, MPC_KEY_ID_BYTES) == 0;
}

/* The lanes that t shares give. */
static MpcStatus
open_lanes(MpcFe *lane, const MpcKeyShare *share, const size_t *pick)
{
	const MpcFe *value[MPC_SHAMIR_MAX_PARTIES];
	MpcFe		lambda[MPC_SHAMIR_MAX_PARTIES];
	uint16_t	index[MPC_SHAMIR_MAX_PARTIES];
	MpcStatus	status;
	size_t		i;

	for (i = 0; i < share->t; i++)
	{
		index[i] = share[pick[i]].index;
		value[i] = share[pick[i]].lane;
	}
	status = mpc_shamir_lagrange(lambda, index, share->t, 0);
	if (status == MPC_OK)
		mpc_shamir_combine(lane, value, (const MpcFe *) lambda, share->t, mpc_key_lanes(share->len));
	return status;
}

/* The key in its lanes. What stands behind its end is under the tags, as all of them. */
static void
read_lanes(uint8_t *key, const MpcFe *lane, size_t len)
{
	size_t		done;

	for (done = 0; done < len; done += MPC_KEY_LANE_BYTES)
		memcpy(key + done, lane[1 + done / MPC_KEY_LANE_BYTES], piece(len, done));
}

static bool
tag_is_right(const MpcKeyShare *share, const uint8_t tag_key[MPC_KEY_TAG_BYTES])
{
	uint8_t		tag[MPC_KEY_TAG_BYTES];
	bool		right;

	crypto_auth_hmacsha512256(tag, share->bytes, share->size - MPC_KEY_TAG_BYTES, tag_key);
	right = mpc_equal(tag, share->tag, sizeof(tag));
	mpc_wipe(tag, sizeof(tag));
	return right;
}

/*
 * Tries t shares. With one wrong lane among them no tag is right; so a single right one proves the key, and
 * wrong then tells of every share what its tag says.
 */
static bool
try_pick(uint8_t *key, MpcFe *work, bool *wrong, const MpcKeyShare *share, size_t count, const size_t *pick)
{
	uint8_t		tag_key[MPC_KEY_TAG_BYTES];
	bool		right = false;
	size_t		i;

	if (open_lanes(work, share, pick) != MPC_OK)
		return false;
	read_lanes(key, (const MpcFe *) work, share->len);
	make_tag_key(tag_key, work[0], key, share->len);
	for (i = 0; i < count; i++)
	{
		wrong[i] = !tag_is_right(&share[i], tag_key);
		right |= !wrong[i];
	}
	mpc_wipe(tag_key, sizeof(tag_key));
	return right;
}

/* One random combination of the lanes of each share: it lies on a polynomial where they all do, but for 1 case in l. */
static void
mix_lanes(MpcFe *word, const MpcKeyShare *share, size_t count)
{
	size_t		lanes = mpc_key_lanes(share->len);
	uint8_t		bytes[64];
	MpcFe		factor;
	MpcFe		product;
	size_t		k;
	size_t		i;

	memset(word, 0, count * sizeof(MpcFe));
	for (k = 0; k < lanes; k++)
	{
		mpc_random(bytes, sizeof(bytes));
		mpc_field_from_hash(factor, bytes);
		for (i = 0; i < count; i++)
		{
			mpc_field_mul(product, factor, share[i].lane[k]);
			mpc_field_add(word[i], word[i], product);
		}
	}
	mpc_wipe(product, sizeof(product));
}

/* Picks t shares that lie on a polynomial with all but the few wrong ones. */
static bool
pick_located(size_t *pick, const MpcKeyShare *share, size_t count)
{
	MpcFe		word[MPC_SHAMIR_MAX_PARTIES];
	uint16_t	index[MPC_SHAMIR_MAX_PARTIES];
	bool		wrong[MPC_SHAMIR_MAX_PARTIES];
	MpcStatus	status;
	size_t		picked = 0;
	size_t		i;

	for (i = 0; i < count; i++)
		index[i] = share[i].index;
	mix_lanes(word, share, count);
	status = mpc_shamir_locate(wrong, (const MpcFe *) word, index, count, share->t);
	mpc_wipe(word, sizeof(word));
	for (i = 0; i < count && picked < share->t; i++)
		if (!wrong[i])
			pick[picked++] = i;
	return status == MPC_MISMATCH && picked == share->t;
}

/* Finds t shares that give the key; false when there are none to be found. */
static bool
find_pick(uint8_t *key, MpcFe *work, bool *wrong, const MpcKeyShare *share, size_t count)
{
	size_t		pick[MPC_SHAMIR_MAX_PARTIES];
	size_t		left_out;
	size_t		i;

	for (i = 0; i < share->t; i++)
		pick[i] = i;
	if (try_pick(key, work, wrong, share, count, pick))
		return true;
	if (count == share->t)
		return false;
	if (pick_located(pick, share, count) && try_pick(key, work, wrong, share, count, pick))
		return true;
	/* One is wrong among the first t, and the next one is right? */
	for (left_out = 0; left_out < share->t; left_out++)
	{
		for (i = 0; i < share->t; i++)
			pick[i] = i == left_out ? share->t : i;
		if (try_pick(key, work, wrong, share, count, pick))
			return true;
	}
	return false;
}

static bool
shares_fit(const MpcKeyShare *share, size_t count)
{
	bool		seen[MPC_SHAMIR_MAX_PARTIES + 1] = {false};
	size_t		i;

	for (i = 0; i < count; i++)
	{
		if (!mpc_key_share_alike(&share[i], &share[0]) || seen[share[i].index])
			return false;
		seen[share[i].index] = true;
	}
	return true;
}

MpcStatus
mpc_key_combine(uint8_t *key, MpcFe *work, bool *wrong, const MpcKeyShare *share, size_t count)
{
	MpcStatus	status = MPC_OK;
	size_t		i;

	if (count == 0 || count < share->t)
		return MPC_LIMIT;
	if (!shares_fit(share, count))
		return MPC_MALFORMED;
	if (!find_pick(key, work, wrong, share, count))
	{
		memset(wrong, 0, count * sizeof(bool));
		status = MPC_UNDECODABLE;
	}
	for (i = 0; i < count; i++)
		if (wrong[i])
			status = MPC_MISMATCH;
	mpc_wipe(work, mpc_key_lanes(share->len) * sizeof(MpcFe));
	if (status != MPC_OK)
		mpc_wipe(key, share->len);
	return status;
}
