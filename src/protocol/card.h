/*
 * card.h
 *		Who a party is: its secret identity, its public card, the roster of a
 *		federation, and the one-time key card that one request consumes.
 *
 * Identity card, text form: "mpc1:" + base64url without padding of
 *	ed25519_pk 32 | x25519_pk 32 | epoch le64 | SIG 64	(tag "MPCAGG-v1/card").
 * pid = TH32("MPCAGG-v1/party", ed25519_pk).
 *
 * One-time key card, 192 bytes:
 *	pid 32 | epk 32 | card epoch le64 | serial le64 | not_after le64 | boot_id 8
 *	| TH32("MPCAGG-v1/dataset", name) 32, zeros where it publishes none
 *	| SIG 64 over all before, tag "MPCAGG-v1/prekey".
 */
#ifndef MPC_CARD_H
#define MPC_CARD_H

#include "crypto/pair.h"
#include "crypto/sign.h"
#include "protocol/wire.h"

#define MPC_CARD_BYTES		136
#define MPC_CARD_TEXT_MAX	192		/* "mpc1:" + 182 characters + zero */
#define MPC_ONETIME_BYTES	192
#define MPC_BOOT_ID_BYTES	8

/* A party as its partners know it. Public. */
typedef struct MpcCard
{
	uint8_t		pid[MPC_PID_BYTES];
	uint8_t		sign_pk[MPC_SIGN_PK_BYTES];
	uint8_t		dh_pk[MPC_DH_BYTES];
	uint64_t	epoch;
} MpcCard;

/* A party as it knows itself. Secret: whoever holds one wipes it. */
typedef struct MpcIdentity
{
	MpcCard		card;
	uint8_t		sign_sk[MPC_SIGN_SK_BYTES];
	uint8_t		dh_sk[MPC_DH_BYTES];
} MpcIdentity;

extern MpcStatus mpc_identity_make(MpcIdentity *id, uint64_t epoch) MPC_MUST_CHECK;

/* From the parts that are kept: the Ed25519 seed and the X25519 scalar, 32 bytes each. */
extern MpcStatus mpc_identity_restore(MpcIdentity *id, const uint8_t seed[32],
									  const uint8_t dh_sk[MPC_DH_BYTES], uint64_t epoch) MPC_MUST_CHECK;

extern void mpc_card_text(char out[MPC_CARD_TEXT_MAX], const MpcIdentity *id);

/* MPC_MALFORMED, MPC_VERSION (another prefix "mpcN:"), MPC_SIGNATURE. */
extern MpcStatus mpc_card_parse(MpcCard *card, const char *text) MPC_MUST_CHECK;

/* A short form for people to compare: 8 groups of 4 hexadecimal digits of the pid. */
extern void mpc_card_fingerprint(char out[40], const MpcCard *card);

/* All members of a federation, sorted by pid. Wire indexes are position + 1. */
typedef struct MpcRoster
{
	uint16_t	n;
	uint16_t	me;				/* my position */
	MpcCard		member[MPC_MAX_PARTIES];
} MpcRoster;

/* Sorts by pid and finds me. MPC_IDENTITY when I am missing or a pid stands twice, MPC_LIMIT unless 2..100. */
extern MpcStatus mpc_roster_init(MpcRoster *roster, const MpcCard *members, size_t n,
								 const uint8_t my_pid[MPC_PID_BYTES]) MPC_MUST_CHECK;

/* TH32("MPCAGG-v1/roster", pids in order). */
extern void mpc_roster_digest(uint8_t out[32], const MpcRoster *roster);

/* TH32("MPCAGG-v1/dataset", name): what a one-time key card says of the dataset. */
extern void mpc_dataset_hash(uint8_t out[32], MpcStr name);

/* The private side of a one-time key card. It lives in one backend's memory only. */
typedef struct MpcOneTimeKey
{
	uint8_t		card[MPC_ONETIME_BYTES];
	uint8_t		esk[MPC_DH_BYTES];
} MpcOneTimeKey;

/* The public fields of a card, pointing into it. */
typedef struct MpcOneTimeCard
{
	const uint8_t *bytes;
	const uint8_t *pid;
	const uint8_t *epk;
	uint64_t	epoch;
	uint64_t	serial;
	uint64_t	not_after;
	const uint8_t *boot_id;
	const uint8_t *dataset;		/* zeros where the party publishes none */
} MpcOneTimeCard;

/*
 * Makes a key and its card. esk is hedged (RFC 8937's idea): it mixes fresh
 * randomness with an HMAC under the signing key, so that a repeating generator
 * does not repeat a key. dataset NULL: this party publishes none. The caller wipes.
 */
extern MpcStatus mpc_onetime_make(MpcOneTimeKey *key, const MpcIdentity *id, uint64_t serial,
								  uint64_t not_after, const uint8_t boot_id[MPC_BOOT_ID_BYTES],
								  const uint8_t *dataset_hash) MPC_MUST_CHECK;

/* A key of the asker's for one question, which never leaves it; its card goes into slot, 192 bytes. now: microseconds. The caller wipes. */
extern MpcStatus mpc_onetime_make_own(MpcOneTimeKey *key, const MpcIdentity *id, uint64_t now,
									  const uint8_t *dataset_hash, uint8_t *slot) MPC_MUST_CHECK;

/* Points card into the 192 bytes; verifies nothing. */
extern void mpc_onetime_read(MpcOneTimeCard *card, const uint8_t bytes[MPC_ONETIME_BYTES]);

/* MPC_IDENTITY unless pid and epoch are the owner's. */
extern MpcStatus mpc_onetime_is_of(const MpcOneTimeCard *card, const MpcCard *owner) MPC_MUST_CHECK;

/* The same, and MPC_SIGNATURE. */
extern MpcStatus mpc_onetime_verify(const MpcOneTimeCard *card, const MpcCard *owner) MPC_MUST_CHECK;

#endif							/* MPC_CARD_H */
