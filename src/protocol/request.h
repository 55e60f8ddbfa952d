/*
 * request.h
 *		The canonical request R and its reply, as bytes (PROTOCOLS 0.5 and A.1).
 *
 * A request message is R | SIG 64 (tag "MPCAGG-v1/sig/request"); rid = TH32("MPCAGG-v1/rid", R)
 * is recomputed by whoever needs it, never transmitted as an input.
 */
#ifndef MPC_REQUEST_H
#define MPC_REQUEST_H

#include "protocol/card.h"
#include "crypto/field.h"
#include "protocol/query.h"

#define MPC_PROTOCOL_MASKED_SUM	1
#define MPC_PROTOCOL_SHAMIR_SUM	2
#define MPC_PROTOCOL_MAXIMUM	3	/* maxima, a digit a round (PROTOCOLS D1) */
#define MPC_PROTOCOL_SKETCH		4	/* the masked sum of sketches: open keys (PROTOCOLS E.3) */
#define MPC_PROTOCOL_SETS		5	/* intersections (PROTOCOLS G) */
#define MPC_ENGINE_CURVE		1	/* by scalar multiplication on ristretto255 */
#define MPC_MAX_DIGIT_BITS		12
#define MPC_MAX_KEY_BITS		64
#define MPC_FLAG_FRESH_KEYS		0x01
#define MPC_FLAG_CONFIRMATION	0x40
#define MPC_REQUEST_FLAGS		(MPC_FLAG_FRESH_KEYS | MPC_FLAG_CONFIRMATION)	/* exactly these in version 1 */

typedef struct MpcRequest
{
	uint16_t	n;
	uint16_t	asker;			/* position of the initiator, 0-based; always a member */
	uint16_t	threshold;		/* t of a Shamir sum, else n */
	uint8_t		protocol;		/* one of MPC_PROTOCOL_... */
	uint32_t	m;				/* field elements per party; of a maximum, per round; of sets, what the asker's is announced with */
	uint8_t		digit_bits;		/* w of a maximum, else 0 */
	uint8_t		key_bits;		/* of a maximum's keys, else 0 */
	uint8_t		engine;			/* of sets, MPC_ENGINE_CURVE; else 0 */
	uint16_t	lanes;			/* of sets, how many sums each matched element adds to; else 0 */
	uint64_t	issued_at;		/* microseconds, informative, never compared */
	uint64_t	expires_at;
	const uint8_t *nonce;
	const uint8_t *query_hash;
	const uint8_t *policy_hash;
	MpcOneTimeCard card[MPC_MAX_PARTIES];	/* in roster order */
	MpcStr		query;
	MpcStr		policy;
	MpcStr		signed_part;	/* R */
	const uint8_t *sig;
	uint8_t		rid[MPC_RID_BYTES];
} MpcRequest;

/*
 * May t of n parties open a Shamir sum? 2t > n + 1 and t <= n: an asker who is a member and shows different
 * sets of dealers to different peers never finds t answers for two of them (PROTOCOLS B.1, c = 1).
 */
extern bool mpc_threshold_fits(uint16_t n, uint16_t t);

/*
 * May m elements be the digits of keys? 1 <= digit_bits <= 12, digit_bits <= key_bits <= 64, and m a multiple, not zero,
 * of the 2^digit_bits lanes of one vector.
 */
extern bool mpc_digits_fit(uint8_t digit_bits, uint8_t key_bits, uint32_t m);

/* Writes R | SIG for a masked sum or a sketch. cards: n * 192 bytes in roster order. MPC_LIMIT, MPC_VERSION (protocol), MPC_NOSPACE through w->status. */
extern void mpc_request_write(MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
							  uint8_t protocol, uint32_t m, uint64_t issued_at, const uint8_t nonce[32],
							  const uint8_t *cards, MpcStr query, MpcStr policy);

/* The same for a Shamir sum with this threshold. MPC_LIMIT also when it does not fit. */
extern void mpc_request_write_shamir(MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
									 uint16_t threshold, uint32_t m, uint64_t issued_at, const uint8_t nonce[32],
									 const uint8_t *cards, MpcStr query, MpcStr policy);

/* The same for m / 2^digit_bits maxima: the extras of R are u8 digit_bits | u8 key_bits. MPC_LIMIT also when they do not fit. */
extern void mpc_request_write_maximum(MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
									  uint8_t digit_bits, uint8_t key_bits, uint32_t m, uint64_t issued_at,
									  const uint8_t nonce[32], const uint8_t *cards, MpcStr query, MpcStr policy);

/* The same for an intersection; m: elements of the asker's set as it is announced. The extras of R are u8 engine | le16 lanes. */
extern void mpc_request_write_sets(MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
								   uint8_t engine, uint16_t lanes, uint32_t m, uint64_t issued_at,
								   const uint8_t nonce[32], const uint8_t *cards, MpcStr query, MpcStr policy);

/*
 * Parses, checks the hashes of query and policy, computes rid. Verifies no signature.
 * MPC_MALFORMED (a threshold or digits that do not fit too), MPC_VERSION (version, protocol, engine, flag, previous session, extras),
 * MPC_LIMIT.
 */
extern MpcStatus mpc_request_read(MpcRequest *r, const void *bytes, size_t len) MPC_MUST_CHECK;

/* MPC_IDENTITY unless the initiator's card carries this party's pid, MPC_SIGNATURE. */
extern MpcStatus mpc_request_verify(const MpcRequest *r, const MpcCard *asker) MPC_MUST_CHECK;

/*
 * The cards are those of exactly this roster in its order, each of the pinned epoch and
 * signed by the pinned key, each for this query's dataset or none. After mpc_request_verify:
 * the asker's card lies under that signature. The own one is for the caller to compare
 * with its one-time key, as mpc_answer does.
 * MPC_IDENTITY, MPC_SIGNATURE, MPC_STALE_KEY (another dataset); *bad is the position.
 */
extern MpcStatus mpc_request_check_cards(const MpcRequest *r, const MpcRoster *roster,
										 MpcStr dataset, uint16_t *bad) MPC_MUST_CHECK;

/* How many members other than the asker publish the dataset, by their cards (R6). */
extern int	mpc_request_other_publishers(const MpcRequest *r);

/*
 * Reply (A.1): "MPCAGR" 00 01 | rid 32 | index le16 | flags le16 0 | m le32 | ledger seq le64 | ledger head 32
 *	| h_i 32 zeros | C_i 32 zeros | (n-1) * 16 confirmation tags in roster order, own left out
 *	| m * 32 bytes y_i | u8 ncards (0 or 1), 192 each | SIG 64, tag "MPCAGG-v1/sig/reply"
 */
typedef struct MpcReply
{
	uint64_t	ledger_seq;
	const uint8_t *ledger_head;
	const uint8_t *confirm;		/* (n-1) * 16 */
	const MpcFe *y;				/* m, all canonical */
	const uint8_t *next_card;	/* 192 bytes or NULL */
} MpcReply;

extern size_t mpc_reply_size(uint16_t n, uint32_t m);

extern void mpc_reply_write(MpcWriter *w, const MpcIdentity *me, const uint8_t rid[MPC_RID_BYTES],
							uint16_t position, uint16_t n, uint32_t m, const MpcReply *reply);

/*
 * Reads and verifies the reply of the member at this position.
 * MPC_MALFORMED, MPC_VERSION, MPC_SIGNATURE, MPC_MISMATCH (rid, index, m), MPC_NONCANONICAL.
 */
extern MpcStatus mpc_reply_read(MpcReply *reply, const void *bytes, size_t len,
								const uint8_t rid[MPC_RID_BYTES], const MpcRoster *roster,
								uint16_t position, uint32_t m) MPC_MUST_CHECK;

#endif							/* MPC_REQUEST_H */
