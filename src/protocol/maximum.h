/*
 * maximum.h
 *		Protocol D1: the greatest of everybody's keys, a digit a round (PROTOCOLS D.1 to D.5).
 *
 * Several vectors, one per group and measure, go through the same rounds. Each has a key per party, order-preserving, below
 * 2^key_bits, and whether the party has one at all; how SQL's values become keys is the caller's. A minimum is the maximum of
 * mpc_key_complement. In a round a party puts into lane v of a vector, 0 <= v < 2^digit_bits, a random element when it is alive
 * (its key begins with the digits found so far) and v is at most its next digit, else zero. The sum shows the greatest digit:
 * all lanes up to it are random, all above are zero. Lane 0 of the first round is zero when nobody has a key.
 * rounds = ceil(key_bits / digit_bits); where that does not come out even the first digit is the short one. With at most
 * MPC_MAX_DIGIT_BITS key bits, digit_bits = key_bits is one round. Whoever is alive, all rounds are held.
 *
 * The conversation, for whoever conducts it. n parties, m = vectors * 2^digit_bits elements a round; replies in request.h,
 * steps in maximum_messages.h.
 *
 * Request	(asker to all)	mpc_maximum_ask_begin writes R with protocol 3; the extras of R say digit_bits and key_bits, its m the
 *			number of vectors: all three are under the signature and in rid. Then mpc_maximum_ask_start with the own keys.
 * Reply	(peer to asker)	After mpc_request_read, verify and check_cards: mpc_maximum_answer. It derives the X25519 halves for
 *			all rounds and wipes the one-time key. Between the rounds a peer holds an MpcMaximumPeer and its vectors; both are
 *			secret and live in that backend's memory only. When the connection ends or another request comes, the caller
 *			calls mpc_maximum_peer_wipe.
 *			The asker: mpc_maximum_ask_contribute once, mpc_maximum_ask_take_reply for each reply; the bytes of all
 *			must stay until the round is closed.
 * Step		(asker to peers)	mpc_maximum_ask_close opens the round and, unless it was the last, writes the step.
 * Reply	(peer to asker)	mpc_maximum_continue adds up all replies itself, finds the digits, and answers the next round. After
 *			the last round, and whenever anything is wrong, the peer's state is wiped. Each round is answered once.
 * Result	(asker)			vector[g].value and .empty after the last round; then mpc_maximum_ask_wipe always.
 *
 * The id of a round: rid of the first is the request's; rid' = TH32("MPCAGG-v1/round", rid || TH32("MPCAGG-v1/round-sum", S)),
 * S being the m sums of the round before. The masks are those of a masked sum under that id, from the same X25519 halves: new
 * keys in every round, and none in common for parties that were shown different sums.
 *
 * What is learned. Who contributes nothing: the maxima and no more. Who contributes can subtract its own elements and sees
 * the digits of the others' maximum up to and with the first that differs from the joint one; a coalition the same of all others.
 * As peers are shown the sums, too, this holds for every party, not the asker alone.
 * An asker that lies. Steps leave it no false prefix to announce. But in league with a party, or as a party itself, it can choose
 * a vector after it saw all others', and take away what they put above a digit of its choice. Whoever had something there sees
 * that it is gone, and from then on fills all lanes of that vector with random elements: the rest of the branch shows
 * nothing of anybody, nor who noticed. The maximum is wrong then, for the one who lied; honest askers never meet this.
 *
 * Bytes: reply mpc_reply_size(n, m); step mpc_step_size(n, m), so n times as much: the caller limits n or digit_bits.
 * No sockets, no allocation: the caller owns all buffers. Everything returns a status; mpc_interrupted is asked.
 */
#ifndef MPC_MAXIMUM_H
#define MPC_MAXIMUM_H

#include "protocol/masked_sum.h"
#include "protocol/maximum_messages.h"

/* One vector. The caller sets key and alive. Secret: whoever holds one wipes it. */
typedef struct MpcMaximum
{
	uint64_t	key;			/* mine; of no meaning where I have none */
	uint64_t	alive;			/* 1 or 0: can my key still be the maximum? */
	uint64_t	overruled;		/* 1 or 0: was a smaller digit than mine made the greatest? */
	uint64_t	value;			/* the digits found so far; in the end the maximum */
	bool		empty;			/* nobody has a key: after the first round */
} MpcMaximum;

/* The greatest key. */
static inline uint64_t
mpc_key_max(uint8_t key_bits)
{
	return UINT64_MAX >> (MPC_MAX_KEY_BITS - key_bits);
}

/* Turns maximum into minimum, and back. CT. */
static inline uint64_t
mpc_key_complement(uint64_t key, uint8_t key_bits)
{
	return ~key & mpc_key_max(key_bits);
}

static inline uint8_t
mpc_maximum_rounds(uint8_t digit_bits, uint8_t key_bits)
{
	return (uint8_t) ((key_bits + digit_bits - 1) / digit_bits);
}

/* What a party keeps between the rounds. Secret. All zero when there is nothing. */
typedef struct MpcMaximumPeer
{
	uint16_t	n;
	uint16_t	me;
	uint16_t	asker;
	uint8_t		digit_bits;
	uint8_t		key_bits;
	uint8_t		round;			/* that is under way, from 0 */
	uint32_t	m;
	uint8_t		rid[MPC_RID_BYTES];	/* of that round */
	uint8_t		roster[32];		/* its digest */
	uint8_t		fresh[MPC_MAX_PARTIES][MPC_DH_BYTES];	/* X25519 halves of the one-time keys; secret */
	MpcMaximum *vector;			/* m / 2^digit_bits, the caller's; secret */
} MpcMaximumPeer;

/*
 * The first reply, to a request that was read, verified and checked. key: the one-time key the request names, spent by this
 * call and wiped here. vector: request->m >> request->digit_bits of them; the caller keeps them for peer.
 * work: m elements, wiped here. next: the next one-time key or NULL.
 * MPC_VERSION: no maximum. MPC_RANGE: an own key has more than key_bits bits. MPC_IDENTITY, MPC_STALE_KEY as mpc_answer,
 * MPC_NOSPACE, MPC_INTERRUPTED; peer and vectors are wiped then. CT: keys, who is alive and what is random do not leak.
 */
extern MpcStatus mpc_maximum_answer(MpcMaximumPeer *peer, MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
									const MpcStaticHalf *static_half, MpcOneTimeKey *key,
									const MpcRequest *request, MpcMaximum *vector, MpcFe *work,
									uint64_t ledger_seq, const uint8_t ledger_head[32],
									const MpcOneTimeKey *next) MPC_MUST_CHECK;

/*
 * Every later reply: reads the step of the round that peer answered last, opens that round and answers the next one.
 * work: m elements, wiped here. MPC_STALE_KEY: nothing was answered, or all rounds were. MPC_IDENTITY: another roster than in the
 * first round. Statuses of mpc_step_read and mpc_maximum_open; MPC_NOSPACE. Peer and vectors are wiped then, and after
 * the last reply. CT as mpc_maximum_answer.
 */
extern MpcStatus mpc_maximum_continue(MpcMaximumPeer *peer, MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
									  const MpcStaticHalf *static_half, const void *bytes, size_t len, MpcFe *work,
									  uint64_t ledger_seq, const uint8_t ledger_head[32],
									  const MpcOneTimeKey *next, uint16_t *a, uint16_t *b) MPC_MUST_CHECK;

/* Wipes the state and, where there are any, the vectors it points to. */
extern void mpc_maximum_peer_wipe(MpcMaximumPeer *peer);

/*
 * The parts of the two, for the asker, who is a party of its own question. start: before the first round. reply: the reply of the
 * round under way, once. open: adds the n replies of the round up into sum, m elements, finds the digits, and goes on to
 * the next round. MPC_CONFIRMATION: a and b derived different keys. MPC_RANGE: sums that no digit gives, of masks
 * that do not cancel or of a lie. On any status but MPC_OK peer and vectors are wiped.
 */
extern MpcStatus mpc_maximum_start(MpcMaximumPeer *peer, const MpcRoster *roster, MpcOneTimeKey *key,
								   const MpcRequest *request, MpcMaximum *vector) MPC_MUST_CHECK;
extern MpcStatus mpc_maximum_reply(MpcMaximumPeer *peer, MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
								   const MpcStaticHalf *static_half, MpcFe *work,
								   uint64_t ledger_seq, const uint8_t ledger_head[32],
								   const MpcOneTimeKey *next) MPC_MUST_CHECK;
extern MpcStatus mpc_maximum_open(MpcMaximumPeer *peer, const MpcReply *reply, MpcFe *sum,
								  uint16_t *a, uint16_t *b) MPC_MUST_CHECK;

typedef struct MpcMaximumAsk
{
	const MpcRoster *roster;
	const MpcIdentity *me;
	const MpcStaticHalf *static_half;
	MpcOneTimeKey own;			/* secret */
	MpcRequest	request;		/* points into the request message */
	MpcMaximumPeer self;		/* secret: I am a party of my own question */
	MpcFe	   *work;			/* m, the caller's; secret */
	bool		started;
	bool		ended;			/* all digits are found, or none will be */
	MpcReply	reply[MPC_MAX_PARTIES];	/* of the round under way; they point into the messages */
	MpcStr		bytes[MPC_MAX_PARTIES];	/* those messages; NULL while missing */
} MpcMaximumAsk;

/*
 * Writes the request, as mpc_ask_begin does. MPC_LIMIT: the digits do not fit, vectors * 2^digit_bits is above MPC_MAX_LANES,
 * or a step would be longer than MPC_MAX_MESSAGE. work: vectors * 2^digit_bits elements, for as long as ask; zero when nothing is
 * under way. message must stay until mpc_maximum_ask_wipe.
 */
extern MpcStatus mpc_maximum_ask_begin(MpcMaximumAsk *ask, const MpcIdentity *me, const MpcRoster *roster,
									   const MpcStaticHalf *static_half, uint8_t *cards,
									   const uint8_t *dataset_hash, uint8_t digit_bits, uint8_t key_bits,
									   uint32_t vectors, uint64_t now, MpcStr query, MpcStr policy,
									   MpcFe *work, MpcWriter *message) MPC_MUST_CHECK;

/* The asker's own keys, as a peer's. They must stay until mpc_maximum_ask_wipe, which wipes them. MPC_MISMATCH: not the first. */
extern MpcStatus mpc_maximum_ask_start(MpcMaximumAsk *ask, MpcMaximum *vector) MPC_MUST_CHECK;

/* Writes the asker's own reply of the round under way, by the same code as a peer's. MPC_MISMATCH: not started, or the second. */
extern MpcStatus mpc_maximum_ask_contribute(MpcMaximumAsk *ask, MpcWriter *w) MPC_MUST_CHECK;

/*
 * Verifies and keeps a peer's reply of the round under way: ask->reply[position] then holds its ledger head and next card.
 * Statuses of mpc_reply_read; MPC_MISMATCH also for a second reply of the same member.
 */
extern MpcStatus mpc_maximum_ask_take_reply(MpcMaximumAsk *ask, uint16_t position, const void *bytes, size_t len) MPC_MUST_CHECK;

/*
 * Opens the round. Unless it was the last (ask->ended), writes the step of the next round; ask->reply is empty then.
 * MPC_MISMATCH: a reply is missing; nothing has changed. Statuses of mpc_maximum_open and MPC_NOSPACE: the question has ended.
 */
extern MpcStatus mpc_maximum_ask_close(MpcMaximumAsk *ask, MpcWriter *step, uint16_t *a, uint16_t *b) MPC_MUST_CHECK;

extern void mpc_maximum_ask_wipe(MpcMaximumAsk *ask);

#endif							/* MPC_MAXIMUM_H */
