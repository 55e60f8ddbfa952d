/*
 * shamir_sum.h
 *		Protocol B: the sum of the vectors of all who dealt, opened by any t of them (PROTOCOLS B).
 *
 * The conversation, for whoever conducts it. n parties, threshold t, m elements; messages in shamir_messages.h.
 *
 * Request	(asker to all)	mpc_shamir_ask_begin writes R with protocol 2 and t. The asker deals its own vector with
 *			mpc_shamir_ask_contribute: its shares are a message like a peer's, which it keeps for itself.
 * Shares	(peer to asker)	After mpc_request_read, verify and check_cards: mpc_shamir_deal. It derives every key of both
 *			rounds, wipes the one-time key, deals x and leaves in x the peer's share of itself. Between the rounds a peer
 *			holds an MpcShamirPeer (n keys of 32 bytes) and x (m elements); both are secret and live in that backend's
 *			memory only. When the connection ends or another request comes, the caller wipes both.
 *			The asker: mpc_shamir_ask_take_shares for each message that came; it must stay until mpc_shamir_ask_end.
 * U1		(asker)			mpc_shamir_ask_close: who dealt until now is in, everybody else out for good. It opens the shares
 *			for the asker and leaves its sum share in its x.
 * Relay	(asker to each of U1 but itself)	mpc_shamir_ask_relay: the list of U1 and the sealed shares for that party.
 * Sum share	(peer to asker)	mpc_shamir_read_relay verifies the list and tells U1; here the caller records U1, durably
 *			(R8). Then mpc_shamir_sum opens, adds, signs and wipes MpcShamirPeer and x, whatever comes: one relay per
 *			request is answered, a second one finds no state and is MPC_STALE_KEY.
 * Result	(asker)			mpc_shamir_ask_take_sum for each message that came, then mpc_shamir_ask_end with t or more of them,
 *			its own counted; mpc_shamir_ask_wipe and a wipe of its x always.
 *
 * Bytes: shares 149 + (n - t) * (32 m + 18), and 192 with a card; relay at most 120 + 128 n + (n - t) * (32 m + 16); sum share
 * 138 + 32 m. A peer that falls silent before its shares is not in U1; after them, t of U1 are enough.
 * No sockets, no allocation: the caller owns all buffers. Everything returns a status; on any other than MPC_OK the
 * output is unchanged or zeroed. mpc_interrupted is asked once per few lanes.
 */
#ifndef MPC_SHAMIR_SUM_H
#define MPC_SHAMIR_SUM_H

#include "crypto/shamir.h"
#include "protocol/masked_sum.h"
#include "protocol/shamir_messages.h"

/* floor(2n / 3) + 1: the most that c < n / 3 corrupt members, the asker counted, cannot break (PROTOCOLS B.1). */
extern uint16_t mpc_shamir_default_threshold(uint16_t n);

/* What a party keeps from its shares to its sum share. Secret; small: keys, not shares. All zero when there is nothing. */
typedef struct MpcShamirPeer
{
	uint16_t	n;
	uint16_t	t;
	uint16_t	me;
	uint16_t	asker;
	uint32_t	m;
	uint8_t		rid[MPC_RID_BYTES];
	uint8_t		roster[32];		/* its digest */
	uint8_t		hash[MPC_TH_BYTES];	/* of the shares I signed */
	uint8_t		key[MPC_MAX_PARTIES][MPC_PAIR_KEY_BYTES];	/* what dealer i gives me: a stream's key or a seal's; secret */
	MpcFe	   *own;			/* m, the caller's: my share of my own vector; secret */
} MpcShamirPeer;

/*
 * Deals x among the roster and writes the shares. request: read, verified, checked. key: the one-time key the request
 * names, spent by this call and wiped here: all that both rounds need is in peer then, bound to this request.
 * x: m elements; the caller keeps it for peer, and wipes it with peer. next: the next one-time key or NULL.
 * MPC_VERSION: no Shamir sum. MPC_IDENTITY, MPC_STALE_KEY as mpc_answer, MPC_NOSPACE, MPC_INTERRUPTED; peer, x and what was
 * written are wiped then. CT: x, the shares and the keys do not leak.
 */
extern MpcStatus mpc_shamir_deal(MpcShamirPeer *peer, MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
								 const MpcStaticHalf *static_half, MpcOneTimeKey *key,
								 const MpcRequest *request, MpcFe *x,
								 uint64_t ledger_seq, const uint8_t ledger_head[32],
								 const MpcOneTimeKey *next) MPC_MUST_CHECK;

/*
 * Reads a relay against what was dealt: signed by the asker, of this request, each dealer's signature over its hash, me
 * among them with the shares I sent, and max(t, min_dealers) dealers. Nothing secret is touched: the caller may record U1,
 * which are the positions where relay->hash is not NULL, and then goes on with mpc_shamir_sum, or wipes peer.
 * MPC_STALE_KEY: nothing was dealt or it was summed up already. MPC_IDENTITY: another roster than in round 1.
 * MPC_LIMIT: too few dealers. MPC_MISMATCH: another request, or not with my shares. MPC_MALFORMED, MPC_VERSION, MPC_SIGNATURE.
 */
extern MpcStatus mpc_shamir_read_relay(MpcRelay *relay, const MpcShamirPeer *peer, const MpcRoster *roster,
									   const void *bytes, size_t len, uint16_t min_dealers) MPC_MUST_CHECK;

/*
 * Adds up what all dealers of the relay gave me: peer->own becomes my sum share. The keys in peer are wiped, whatever
 * comes. work: m elements, wiped here. MPC_CONFIRMATION, MPC_NONCANONICAL: what *bad dealt does not open or is none;
 * MPC_INTERRUPTED. peer and its m elements are wiped then. For the asker; a peer uses mpc_shamir_sum.
 */
extern MpcStatus mpc_shamir_add_up(MpcShamirPeer *peer, const MpcRelay *relay, MpcFe *work, uint16_t *bad) MPC_MUST_CHECK;

/* mpc_shamir_add_up, and the message of it. peer and its m elements are wiped, whatever comes. */
extern MpcStatus mpc_shamir_sum(MpcWriter *w, const MpcIdentity *me, MpcShamirPeer *peer,
								const MpcRelay *relay, MpcFe *work, uint16_t *bad) MPC_MUST_CHECK;

/* Wipes the state and, where there is one, the vector it points to. */
extern void mpc_shamir_peer_wipe(MpcShamirPeer *peer);

typedef struct MpcShamirAsk
{
	const MpcRoster *roster;
	const MpcIdentity *me;
	const MpcStaticHalf *static_half;
	MpcOneTimeKey own;			/* secret */
	MpcRequest	request;		/* points into the request message */
	MpcShamirPeer self;			/* secret: I am a party of my own question */
	bool		dealt[MPC_MAX_PARTIES];
	MpcShares	shares[MPC_MAX_PARTIES];	/* point into the messages of those who dealt */
	bool		closed;			/* U1 is fixed: all who dealt until then */
	uint8_t		u1_hash[MPC_TH32_BYTES];
	const MpcFe *sum[MPC_MAX_PARTIES];	/* sum shares, NULL while missing */
} MpcShamirAsk;

/*
 * Writes the request, as mpc_ask_begin does. MPC_LIMIT: t does not fit n, or a message would be longer than
 * MPC_MAX_MESSAGE. message must stay until mpc_shamir_ask_end.
 */
extern MpcStatus mpc_shamir_ask_begin(MpcShamirAsk *ask, const MpcIdentity *me, const MpcRoster *roster,
									  const MpcStaticHalf *static_half, uint8_t *cards,
									  const uint8_t *dataset_hash, uint16_t threshold, uint32_t m, uint64_t now,
									  MpcStr query, MpcStr policy, MpcWriter *message) MPC_MUST_CHECK;

/*
 * Deals the asker's own vector by the same code as a peer's. x: m elements, the asker's share, then its sum share; w gets its
 * shares. Both must stay until mpc_shamir_ask_end; the caller wipes x. MPC_MISMATCH the second time.
 */
extern MpcStatus mpc_shamir_ask_contribute(MpcShamirAsk *ask, MpcFe *x, MpcWriter *w) MPC_MUST_CHECK;

/*
 * Verifies and keeps a peer's shares, which point into bytes: ask->shares[position] then holds its ledger head and next card.
 * Statuses of mpc_shares_read; MPC_MISMATCH also for second ones of the same member and once U1 is fixed.
 */
extern MpcStatus mpc_shamir_ask_take_shares(MpcShamirAsk *ask, uint16_t position,
											const void *bytes, size_t len) MPC_MUST_CHECK;

/*
 * Fixes U1 and adds up the asker's shares. work: m elements, wiped here. MPC_LIMIT: fewer than max(t, min_dealers) dealt.
 * MPC_MISMATCH: the asker did not, or U1 is fixed. MPC_CONFIRMATION, MPC_NONCANONICAL: *bad dealt what does not open.
 */
extern MpcStatus mpc_shamir_ask_close(MpcShamirAsk *ask, uint16_t min_dealers, MpcFe *work, uint16_t *bad) MPC_MUST_CHECK;

/* Writes the relay to a member of U1 other than the asker; MPC_MISMATCH to anybody else or before U1 is fixed. */
extern MpcStatus mpc_shamir_ask_relay(const MpcShamirAsk *ask, uint16_t position, MpcWriter *w) MPC_MUST_CHECK;

/*
 * Verifies and keeps a sum share, which points into bytes. Statuses of mpc_sum_share_read; MPC_MISMATCH also for another
 * U1 than ours, a second one, or a party outside of U1.
 */
extern MpcStatus mpc_shamir_ask_take_sum(MpcShamirAsk *ask, uint16_t position, const void *bytes, size_t len) MPC_MUST_CHECK;

/*
 * Opens the m totals of U1 into sum. MPC_MISMATCH: fewer than t sum shares. With more than t, r of them, up to (r - t) / 2 wrong
 * ones are left out and marked in wrong (MPC_MAX_PARTIES entries); MPC_UNDECODABLE: more are wrong. A mark says where, not
 * who: a dealer that gave one party a share off its polynomial makes that party's sum share wrong. With exactly t
 * nothing can be checked here; the range check of the decoded sums remains.
 * A vector is judged by one random combination of its lanes: an error escapes with probability 1 / l.
 */
extern MpcStatus mpc_shamir_ask_end(MpcShamirAsk *ask, MpcFe *sum, bool *wrong) MPC_MUST_CHECK;

extern void mpc_shamir_ask_wipe(MpcShamirAsk *ask);

#endif							/* MPC_SHAMIR_SUM_H */
