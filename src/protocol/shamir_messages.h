/*
 * shamir_messages.h
 *		The three messages of a Shamir sum after its request, as bytes (PROTOCOLS B.2).
 *
 * Positions are 0-based here and 1-based on the wire, where they are Shamir's points too. For the t - 1 parties
 * that cyclically follow a dealer in the roster its share is the stream of a pairwise key and is not sent; the
 * other n - t get theirs sealed; its own it keeps. A sealed share vector is m * 32 bytes and a tag of 16.
 *
 * Shares (reply 1), 149 + (n - t) * (m * 32 + 18) bytes, and 192 with a card:
 *	"MPCAGS" 00 01 | rid 32 | index le16 | count le16 = n - t
 *	| count * (index le16, sealed shares), in the order in which they follow the dealer
 *	| ledger seq le64 | ledger head 32 | u8 0 or 1, next one-time key card 192 | SIG 64
 * SIG, tag "MPCAGG-v1/sig/shares", is over rid 32 | index le16 | TH("MPCAGG-v1/shares", all before SIG) 64: a receiver
 * verifies it from the hash alone, and it stands for one dealer in one request.
 *
 * Relay (request 2) to one party, at most 120 + n * 128 + (n - t) * (m * 32 + 16) bytes:
 *	"MPCAGU" 00 01 | rid 32 | bitmap of U1 16 (position p is bit p % 8 of byte p / 8)
 *	| per dealer of U1 in roster order: the hash of its shares 64, its SIG 64
 *	| per dealer of U1 in roster order that sealed a share for this party: that share
 *	| SIG 64 of the asker over all before, tag "MPCAGG-v1/sig/relay"
 *
 * Sum share (reply 2), 138 + m * 32 bytes:
 *	"MPCAGT" 00 01 | rid 32 | index le16 | u1 hash 32 = TH32("MPCAGG-v1/u1", bitmap 16 | hash 64 per dealer)
 *	| m * 32 bytes | SIG 64 over all before, tag "MPCAGG-v1/sig/sum-share"
 *
 * Decoded structures point into the message. All bytes here are public: shares are sealed before they are signed.
 */
#ifndef MPC_SHAMIR_MESSAGES_H
#define MPC_SHAMIR_MESSAGES_H

#include "crypto/hash.h"
#include "crypto/seal.h"
#include "protocol/request.h"

/* How far a receiver stands behind a dealer in the circle of n. */
static inline uint16_t
mpc_shamir_distance(uint16_t n, uint16_t dealer, uint16_t receiver)
{
	return (uint16_t) ((receiver + n - dealer) % n);
}

/* Bytes of one sealed share vector. */
static inline size_t
mpc_sealed_size(uint32_t m)
{
	return (size_t) m * MPC_FIELD_BYTES + MPC_SEAL_TAG_BYTES;
}

typedef struct MpcShares
{
	const uint8_t *sealed;		/* count * (2 + m * 32 + 16) */
	uint64_t	ledger_seq;
	const uint8_t *ledger_head;
	const uint8_t *next_card;	/* 192 bytes or NULL */
	uint8_t		hash[MPC_TH_BYTES];
	const uint8_t *sig;
} MpcShares;

/* The size with a next one-time key card: none is longer. */
extern size_t mpc_shares_size(uint16_t n, uint16_t t, uint32_t m);

/*
 * Written in parts, so that shares can be dealt where they are sealed: begin, room for each receiver, end. Room returns where
 * its m elements and the tag stand, NULL when they do not fit. End signs and leaves the hash in hash.
 */
extern void mpc_shares_begin(MpcWriter *w, const MpcRequest *request, uint16_t position);
extern uint8_t *mpc_shares_room(MpcWriter *w, uint16_t receiver, uint32_t m);
extern void mpc_shares_end(MpcWriter *w, size_t start, const MpcIdentity *me, const MpcRequest *request, uint16_t position,
						   uint64_t ledger_seq, const uint8_t ledger_head[32], const uint8_t *next_card,
						   uint8_t hash[MPC_TH_BYTES]);

/*
 * Reads and verifies the shares of the member at this position.
 * MPC_MALFORMED, MPC_VERSION, MPC_SIGNATURE, MPC_MISMATCH (rid, index, receivers).
 */
extern MpcStatus mpc_shares_read(MpcShares *shares, const void *bytes, size_t len,
								 const MpcRequest *request, const MpcRoster *roster, uint16_t position) MPC_MUST_CHECK;

/* The sealed share vector for a receiver whose distance from this dealer is t or more. */
extern const uint8_t *mpc_shares_for(const MpcShares *shares, const MpcRequest *request, uint16_t dealer, uint16_t receiver);

/* What the asker tells one party about all dealers: NULL for members outside of U1. */
typedef struct MpcRelay
{
	uint16_t	count;			/* of U1 */
	const uint8_t *hash[MPC_MAX_PARTIES];	/* 64 bytes each */
	const uint8_t *sig[MPC_MAX_PARTIES];
	const uint8_t *sealed[MPC_MAX_PARTIES];	/* NULL also where the share is a stream or one's own */
	uint8_t		u1_hash[MPC_TH32_BYTES];
} MpcRelay;

/* What a relay is read against: the request as the receiver knew it in round 1. */
typedef struct MpcRelayFrame
{
	const uint8_t *rid;
	uint32_t	m;
	uint16_t	t;
	uint16_t	asker;
	uint16_t	receiver;
} MpcRelayFrame;

/* True when the bytes claim to be a relay. */
extern bool mpc_is_relay(const void *bytes, size_t len);

/* The id of the request that a relay says it is of; NULL when it ends before that. */
extern const uint8_t *mpc_relay_rid(const void *bytes, size_t len);

extern size_t mpc_relay_size(uint16_t n, uint16_t t, uint32_t m);

/* Sets u1_hash from the dealers' hashes. */
extern void mpc_relay_hash(MpcRelay *relay, uint16_t n);

/* Writes what relay holds, u1_hash aside. */
extern void mpc_relay_write(MpcWriter *w, const MpcIdentity *me, const uint8_t rid[MPC_RID_BYTES],
							const MpcRelay *relay, uint16_t n, uint32_t m);

/*
 * Reads and verifies: the asker's signature, then every dealer's. That U1 is large enough and holds the receiver with the
 * hash it signed is for the caller. MPC_MALFORMED, MPC_VERSION, MPC_SIGNATURE, MPC_MISMATCH (rid).
 */
extern MpcStatus mpc_relay_read(MpcRelay *relay, const void *bytes, size_t len,
								const MpcRelayFrame *frame, const MpcRoster *roster) MPC_MUST_CHECK;

typedef struct MpcSumShare
{
	const uint8_t *u1_hash;
	const MpcFe *sum;			/* m, all canonical */
} MpcSumShare;

extern size_t mpc_sum_share_size(uint32_t m);

extern void mpc_sum_share_write(MpcWriter *w, const MpcIdentity *me, const uint8_t rid[MPC_RID_BYTES],
								uint16_t position, const MpcSumShare *share, uint32_t m);

/*
 * Reads and verifies the sum share of the member at this position.
 * MPC_MALFORMED, MPC_VERSION, MPC_SIGNATURE, MPC_MISMATCH (rid, index), MPC_NONCANONICAL.
 */
extern MpcStatus mpc_sum_share_read(MpcSumShare *share, const void *bytes, size_t len, const uint8_t rid[MPC_RID_BYTES],
									const MpcRoster *roster, uint16_t position, uint32_t m) MPC_MUST_CHECK;

#endif							/* MPC_SHAMIR_MESSAGES_H */
