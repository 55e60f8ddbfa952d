/*
 * key_share.h
 *		A key split among custodians: any t of n shares give it back, fewer tell nothing but its length (PROTOCOLS I.3).
 *
 * Record: "MPCAGK" 01 | id 16 | u8 t | u8 n | u8 index | len le32 | lanes, 32 each | tag 32
 *	lane 0		31 random bytes, known to nobody
 *	lane 1 ..	the key, 31 bytes each, the last filled up with zeros
 * each lane, as a little-endian number below 2^248, is shared over Z_l (crypto/shamir.h) by itself.
 *	tag = HMAC-SHA-512-256(HKDF(salt "MPCAGG-v1/split", ikm = lane 0 | TH32("MPCAGG-v1/split-key", key),
 *		info "share-tag", 32 bytes), all before)
 * so that a wrong share shows once the key is back. Without lane 0 the tag of a single share would be enough to try
 * out guesses of a key that is a password.
 */
#ifndef MPC_KEY_SHARE_H
#define MPC_KEY_SHARE_H

#include "crypto/shamir.h"

#define MPC_KEY_MAX_BYTES		65536
#define MPC_KEY_LANE_BYTES		31
#define MPC_KEY_ID_BYTES		16
#define MPC_KEY_TAG_BYTES		32
#define MPC_KEY_HEADER_BYTES	30
#define MPC_KEY_MIN_THRESHOLD	2		/* with 1, every share would be the key */

/* Lanes and record of a key of len bytes, len <= MPC_KEY_MAX_BYTES. */
static inline size_t
mpc_key_lanes(size_t len)
{
	return 1 + (len + MPC_KEY_LANE_BYTES - 1) / MPC_KEY_LANE_BYTES;
}

static inline size_t
mpc_key_share_bytes(size_t len)
{
	return MPC_KEY_HEADER_BYTES + mpc_key_lanes(len) * MPC_FIELD_BYTES + MPC_KEY_TAG_BYTES;
}

/*
 * Splits key into n records of mpc_key_share_bytes(len), one after the other in index order. MPC_LIMIT: a key too long,
 * or not 2 <= t <= n <= MPC_SHAMIR_MAX_PARTIES.
 * CT: the key does not leak, its length does. The caller wipes key and record.
 */
extern MpcStatus mpc_key_split(uint8_t *record, const uint8_t *key, size_t len, uint16_t n, uint16_t t) MPC_MUST_CHECK;

/* A record, pointing into its bytes. Lanes are its holder's secret, all else is public. */
typedef struct MpcKeyShare
{
	const uint8_t *bytes;
	size_t		size;
	const uint8_t *id;
	uint16_t	t;
	uint16_t	n;
	uint16_t	index;			/* 1 .. n */
	uint32_t	len;			/* of the key */
	const MpcFe *lane;			/* mpc_key_lanes(len) */
	const uint8_t *tag;
} MpcKeyShare;

/*
 * MPC_MALFORMED: no record. MPC_VERSION. MPC_LIMIT: t, n and index do not fit together, or a length above the maximum.
 * MPC_NONCANONICAL. The tag is checked by mpc_key_combine alone.
 */
extern MpcStatus mpc_key_share_read(MpcKeyShare *share, const void *bytes, size_t size) MPC_MUST_CHECK;

/* Do two shares say the same of the key they are of? */
extern bool mpc_key_share_alike(const MpcKeyShare *a, const MpcKeyShare *b);

/*
 * key[len] from count shares. work: room for mpc_key_lanes(len) elements, wiped here. wrong: count entries.
 * MPC_LIMIT: fewer than t. MPC_MALFORMED: not alike, or an index twice; then nothing is written. MPC_MISMATCH: those marked in wrong are not
 * what was dealt, the others are: always found when one is wrong and one is spare, or (count - t) / 2.
 * MPC_UNDECODABLE: some are wrong, and it cannot be said which. key is zeroed on failure. The caller wipes key.
 * CT: the lanes do not leak while all shares are right; when some are not, how they differ may.
 */
extern MpcStatus mpc_key_combine(uint8_t *key, MpcFe *work, bool *wrong, const MpcKeyShare *share, size_t count) MPC_MUST_CHECK;

#endif							/* MPC_KEY_SHARE_H */
