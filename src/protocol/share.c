/*
 * share.c
 *		How is a share of a number written, for machines and for people?
 *
 * Assumes nothing about what it reads; what it has read is within the bounds that arithmetic on shares relies on.
 */
#include "protocol/share.h"

#include <sodium.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "protocol/wire.h"

#define SHARE_VERSION		1
#define SHARE_TAG			"MPCAGG-v1/share"
#define SHARE_PREFIX		"mpcs1:"
#define SHARE_PREFIX_LEN	(sizeof(SHARE_PREFIX) - 1)
#define CHECKSUM_BYTES		8
#define CHECKED_BYTES		(MPC_SHARE_BYTES - CHECKSUM_BYTES)

static const char base64url[] =
"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

bool
mpc_share_parties_fit(uint32_t n, uint32_t t)
{
	return t >= MPC_SHARE_MIN_THRESHOLD && t <= n && n <= MPC_SHAMIR_MAX_PARTIES;
}

static void
checksum(uint8_t out[CHECKSUM_BYTES], const uint8_t *record)
{
	uint8_t		hash[MPC_TH_BYTES];

	mpc_th(hash, SHARE_TAG, record, CHECKED_BYTES);
	memcpy(out, hash, CHECKSUM_BYTES);
	mpc_wipe(hash, sizeof(hash));
}

static void
write_le128(MpcWriter *w, MpcShareInt v)
{
	mpc_write_le64(w, (uint64_t) v);
	mpc_write_le64(w, (uint64_t) (v >> 64));
}

void
mpc_share_write(uint8_t out[MPC_SHARE_BYTES], const MpcShare *share)
{
	MpcWriter	w;

	mpc_writer_init(&w, out, CHECKED_BYTES);
	mpc_write_u8(&w, SHARE_VERSION);
	mpc_write_u8(&w, (uint8_t) share->n);
	mpc_write_u8(&w, (uint8_t) share->t);
	mpc_write_u8(&w, (uint8_t) share->index);
	mpc_write_u8(&w, (uint8_t) share->scale);
	mpc_write_u8(&w, 0);
	write_le128(&w, share->weight);
	write_le128(&w, share->id);
	mpc_write_bytes(&w, share->point, sizeof(MpcFe));
	checksum(out + CHECKED_BYTES, out);
}

static MpcShareInt
read_le128(MpcReader *r)
{
	MpcShareInt low = mpc_read_le64(r);

	return low | (MpcShareInt) mpc_read_le64(r) << 64;
}

/* What stands between version and checksum, where both are right. */
static MpcStatus
read_fields(MpcShare *share, MpcReader *r)
{
	share->n = mpc_read_u8(r);
	share->t = mpc_read_u8(r);
	share->index = mpc_read_u8(r);
	share->scale = mpc_read_u8(r);
	if (mpc_read_u8(r) != 0)
		return MPC_MALFORMED;
	share->weight = read_le128(r);
	share->id = read_le128(r);
	memcpy(share->point, mpc_read_bytes(r, sizeof(MpcFe)), sizeof(MpcFe));
	if (!mpc_share_parties_fit(share->n, share->t) || share->index < 1 || share->index > share->n)
		return MPC_LIMIT;
	if (share->scale > MPC_SHARE_MAX_SCALE || share->weight > MPC_SHARE_MAX_WEIGHT ||
		share->id >= MPC_SHARE_ID_PRIME)
		return MPC_RANGE;
	if (!mpc_field_is_canonical(share->point))
		return MPC_NONCANONICAL;
	return mpc_reader_end(r);
}

MpcStatus
mpc_share_read(MpcShare *share, const void *bytes, size_t len)
{
	uint8_t		expected[CHECKSUM_BYTES];
	MpcStatus	status;
	MpcReader	r;

	memset(share, 0, sizeof(*share));
	if (len < 1)
		return MPC_MALFORMED;
	if (*(const uint8_t *) bytes != SHARE_VERSION)
		return MPC_VERSION;
	if (len != MPC_SHARE_BYTES)
		return MPC_MALFORMED;
	checksum(expected, bytes);
	if (memcmp(expected, (const uint8_t *) bytes + CHECKED_BYTES, CHECKSUM_BYTES) != 0)
		return MPC_SIGNATURE;
	mpc_reader_init(&r, (const uint8_t *) bytes + 1, CHECKED_BYTES - 1);
	status = read_fields(share, &r);
	if (status != MPC_OK)
		mpc_wipe(share, sizeof(*share));
	return status;
}

void
mpc_share_text(char out[MPC_SHARE_TEXT_MAX], const MpcShare *share)
{
	uint8_t		bytes[MPC_SHARE_BYTES];

	mpc_share_write(bytes, share);
	memcpy(out, SHARE_PREFIX, SHARE_PREFIX_LEN);
	sodium_bin2base64(out + SHARE_PREFIX_LEN, MPC_SHARE_TEXT_MAX - SHARE_PREFIX_LEN,
					  bytes, sizeof(bytes), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	mpc_wipe(bytes, sizeof(bytes));
}

/* True for "mpcsN:" with N a number other than 1, which is ours. */
static bool
is_other_version(const char *text)
{
	size_t		digits;

	if (strncmp(text, "mpcs", 4) != 0)
		return false;
	digits = strspn(text + 4, "0123456789");
	if (digits == 0 || text[4 + digits] != ':')
		return false;
	return digits > 1 ? text[4] != '0' : text[4] != '1';
}

MpcStatus
mpc_share_parse(MpcShare *share, const char *text)
{
	uint8_t		bytes[MPC_SHARE_BYTES];
	MpcStatus	status = MPC_MALFORMED;
	size_t		len = 0;

	memset(share, 0, sizeof(*share));
	if (is_other_version(text))
		return MPC_VERSION;
	/* libsodium 1.0.18 takes some characters above 127 for letters: the alphabet is checked here. */
	if (strncmp(text, SHARE_PREFIX, SHARE_PREFIX_LEN) != 0 || strlen(text) != MPC_SHARE_TEXT_LEN ||
		strspn(text + SHARE_PREFIX_LEN, base64url) != MPC_SHARE_TEXT_LEN - SHARE_PREFIX_LEN)
		return MPC_MALFORMED;
	if (sodium_base642bin(bytes, sizeof(bytes), text + SHARE_PREFIX_LEN, MPC_SHARE_TEXT_LEN - SHARE_PREFIX_LEN,
						  NULL, &len, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0)
		status = mpc_share_read(share, bytes, len);
	mpc_wipe(bytes, sizeof(bytes));
	return status;
}
