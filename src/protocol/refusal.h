/*
 * refusal.h
 *		How a peer says no: a fixed code, the rule that holds whatever the data
 *		are, and the next one-time key. Never a value, never its own error text.
 *
 *	"MPCAGF" 00 01 | reference 32 (rid of the request, nonce of the hello, zeros where neither could be read)
 *	| le16 code | str rule | le32 len, contract bytes (MPC_REFUSE_CONTRACT, else empty)
 *	| u8 0 or 1, next one-time key card 192 | SIG 64, tag "MPCAGG-v1/sig/refusal"
 */
#ifndef MPC_REFUSAL_H
#define MPC_REFUSAL_H

#include "protocol/card.h"

#define MPC_MAX_RULE_BYTES 500

typedef enum MpcRefusalCode
{
	MPC_REFUSE_MALFORMED = 1,	/* bytes that are no request */
	MPC_REFUSE_VERSION = 2,		/* another wire version, protocol or flag */
	MPC_REFUSE_SIGNATURE = 3,	/* not signed by the party of this login */
	MPC_REFUSE_KEY = 4,			/* one-time key unknown, spent or for another dataset */
	MPC_REFUSE_ROSTER = 5,		/* no federation with exactly these parties */
	MPC_REFUSE_UNAVAILABLE = 6,	/* the dataset is published but cannot be read: owner, rights, columns */
	MPC_REFUSE_CONTRACT = 7,	/* columns or rules differ; the peer's own follow */
	MPC_REFUSE_COLUMN = 8,		/* a column may not be used so */
	MPC_REFUSE_FUNCTION = 9,	/* a class of functions is not allowed */
	MPC_REFUSE_TWO_PARTY = 10,	/* sums of two parties need explicit permission here */
	MPC_REFUSE_PUBLISHERS = 11,	/* fewer than two members other than the asker own data (R6) */
	MPC_REFUSE_SUSPENDED = 12,	/* a value broke the contract; the owner has to act (R9) */
	MPC_REFUSE_REPLAY = 13,		/* this request id was answered before */
	MPC_REFUSE_VALUE = 14,		/* a constant has no form in this database */
	MPC_REFUSE_LIMIT = 15,		/* too many hellos or a cap of this party */
	MPC_REFUSE_DIFFERENCE = 16	/* the same question was answered for other parties within a day (R8) */
} MpcRefusalCode;

typedef struct MpcRefusal
{
	MpcRefusalCode code;
	MpcStr		rule;			/* may be empty */
	MpcStr		contract;		/* may be empty */
	const uint8_t *next_card;	/* 192 bytes or NULL */
} MpcRefusal;

extern void mpc_refusal_write(MpcWriter *w, const MpcIdentity *me, const uint8_t reference[32],
							  const MpcRefusal *refusal);

/* True when the bytes claim to be a refusal. */
extern bool mpc_is_refusal(const void *bytes, size_t len);

/*
 * Reads and verifies. A reference of zeros is accepted only for MALFORMED and VERSION (the peer could not read ours).
 * MPC_MISMATCH for any other reference but the expected one.
 */
extern MpcStatus mpc_refusal_read(MpcRefusal *refusal, const void *bytes, size_t len,
								  const uint8_t reference[32], const MpcCard *peer) MPC_MUST_CHECK;

#endif							/* MPC_REFUSAL_H */
