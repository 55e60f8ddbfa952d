/*
 * set_messages.h
 *		How two parties of an intersection hand each other long lists of 32-byte elements: points, field elements.
 *
 * The request is R with protocol 5 (request.h); its m is how many elements the asker's set is announced with. Then:
 *
 * Answer	(peer to asker)	"MPCAGI" 00 01 | rid 32 | index le16 | size le32 | ledger seq le64 | ledger head 32
 *			| u8 ncards (0 or 1), 192 each | SIG 64, tag "MPCAGG-v1/sig/set-answer"
 *			size: elements of the peer's own set as it is announced, at most MPC_MAX_LANES.
 * Step		(asker to peer)	"MPCAGX" 00 01 | rid 32 | number le32 | u8 nputs, each: u8 channel, le32 first, le32 count, count * 32
 *			| u8 ngets, each: u8 channel, le32 first, le32 count | SIG 64, tag "MPCAGG-v1/sig/set-step"
 * Reply	(peer to asker)	"MPCAGx" 00 01 | rid 32 | index le16 | number le32 | u8 ngets, each as in the step with its count * 32 bytes
 *			| SIG 64, tag "MPCAGG-v1/sig/set-reply"
 *
 * A channel is one list; what each means is the conversation's (psi, face/intersect.h). Lists are put in order and without gaps, in
 * pieces of at most MPC_SET_PIECE elements, so that no message is long however long a list is. Steps are numbered from 0, and
 * each is answered once.
 *
 * Decoded structures point into the message. Nothing here is secret: what is put or got is blinded, or masked.
 */
#ifndef MPC_SET_MESSAGES_H
#define MPC_SET_MESSAGES_H

#include "protocol/request.h"

#define MPC_SET_ELEMENT		32
#define MPC_SET_PIECE		32768	/* elements, 1 MB */
#define MPC_SET_MAX_PARTS	4		/* pieces in one message */

/* What is asked decides how it is found (PROTOCOLS G). */
typedef enum MpcSetsKind
{
	MPC_SETS_MEMBERS,			/* G.1, of more than two parties with a table of zero shares (R28) */
	MPC_SETS_COUNT,				/* G.3: the asker's elements come back sorted, so that it cannot tell which matched */
	MPC_SETS_SUMS				/* G.4: the peer finds which of the asker's elements match, and neither knows the sum before the shares meet */
} MpcSetsKind;

/*
 * The lists. b is the peer's scalar, a the asker's, H an identifier as a point; of sums the roles are turned round, so that
 * it is the asker whose values are summed.
 */
typedef enum MpcSetChannel
{
	MPC_SET_OWN = 1,			/* got: b * H of the peer's set, shuffled; of sums, too */
	MPC_SET_ASKED = 2,			/* put: a * H of the asker's set, shuffled */
	MPC_SET_EVALUATED = 3,		/* got: b * each of these, in the same order; of a count sorted, once all are put */
	MPC_SET_TABLE = 4,			/* got, of three and more parties: seed, then cells of the peer's key-value store of zero shares */
	MPC_SET_DOUBLE = 5,			/* put, of sums: a * each of MPC_SET_OWN, sorted */
	MPC_SET_SENDER = 6,			/* put, of sums: the one point R of the oblivious transfers */
	MPC_SET_CHOICES = 7,		/* got, of sums: for each of MPC_SET_ASKED the point that hides whether it matched */
	MPC_SET_PADDED = 8,			/* put, of sums: values under pads, lanes for each element */
	MPC_SET_SHARE = 9,			/* got, of sums: the peer's share of each lane's sum */
	MPC_SET_SECOND_ASKED = 10,	/* put, of a count of many, to the counter: a * H of what the asker's elements add up to */
	MPC_SET_SECOND_EVALUATED = 11,	/* got: b' * each of these, sorted */
	MPC_SET_SECOND_OWN = 12,	/* got: b' * H of what the counter's own elements would add up to, shuffled */
	MPC_SET_CHANNELS
} MpcSetChannel;

/* A piece of a list. */
typedef struct MpcSetPart
{
	uint8_t		channel;
	uint32_t	first;
	uint32_t	count;
	const uint8_t *elements;	/* count * 32; NULL of what is to be got */
} MpcSetPart;

typedef struct MpcSetAnswer
{
	uint32_t	size;
	uint64_t	ledger_seq;
	const uint8_t *ledger_head;
	const uint8_t *next_card;	/* 192 bytes or NULL */
} MpcSetAnswer;

typedef struct MpcSetStep
{
	const uint8_t *rid;			/* 32 */
	uint32_t	number;
	uint8_t		nputs;
	uint8_t		ngets;
	MpcSetPart	put[MPC_SET_MAX_PARTS];
	MpcSetPart	get[MPC_SET_MAX_PARTS];
} MpcSetStep;

#define MPC_SET_ANSWER_MAX	(8 + 32 + 2 + 4 + 8 + 32 + 1 + MPC_ONETIME_BYTES + MPC_SIG_BYTES)

extern void mpc_set_answer_write(MpcWriter *w, const MpcIdentity *me, const uint8_t rid[MPC_RID_BYTES],
								 uint16_t position, const MpcSetAnswer *answer);

/* Reads and verifies. MPC_MALFORMED, MPC_VERSION, MPC_LIMIT, MPC_SIGNATURE, MPC_MISMATCH (rid, index). */
extern MpcStatus mpc_set_answer_read(MpcSetAnswer *answer, const void *bytes, size_t len, const uint8_t rid[MPC_RID_BYTES],
									 const MpcRoster *roster, uint16_t position) MPC_MUST_CHECK;

/* True when the bytes claim to be a step. */
extern bool mpc_is_set_step(const void *bytes, size_t len);

/* The id of the request a step says it belongs to; NULL when it ends before that. */
extern const uint8_t *mpc_set_step_rid(const void *bytes, size_t len);

/* Sizes of the messages with these pieces. */
extern size_t mpc_set_step_size(const MpcSetStep *step);
extern size_t mpc_set_reply_size(const MpcSetStep *step);

/* MPC_LIMIT through w->status: pieces that are too many, empty or too long. */
extern void mpc_set_step_write(MpcWriter *w, const MpcIdentity *me, const MpcSetStep *step);

/* Reads and verifies the step of this asker. MPC_MALFORMED, MPC_VERSION, MPC_LIMIT, MPC_SIGNATURE, MPC_MISMATCH (rid, number). */
extern MpcStatus mpc_set_step_read(MpcSetStep *step, const void *bytes, size_t len, const uint8_t rid[MPC_RID_BYTES],
								   uint32_t number, const uint8_t asker_pk[MPC_SIGN_PK_BYTES]) MPC_MUST_CHECK;

/* What was got stands in step->get[].elements. */
extern void mpc_set_reply_write(MpcWriter *w, const MpcIdentity *me, uint16_t position, const MpcSetStep *step);

/*
 * Reads and verifies the reply to this step; step->get[].elements then point into it.
 * MPC_MALFORMED, MPC_VERSION, MPC_SIGNATURE, MPC_MISMATCH (rid, index, number, pieces).
 */
extern MpcStatus mpc_set_reply_read(MpcSetStep *step, const void *bytes, size_t len,
									const MpcRoster *roster, uint16_t position) MPC_MUST_CHECK;

#endif							/* MPC_SET_MESSAGES_H */
