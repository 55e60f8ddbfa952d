/*
 * masked_sum.h
 *		Protocol A: the sum of everybody's vector and nothing else
 *		(PROTOCOLS A; pairwise masks of Bonawitz et al., CCS 2017, without dropout recovery).
 *
 * Asker:	mpc_ask_begin -> request bytes; mpc_ask_contribute with its own vector;
 *			mpc_ask_take_reply once per peer; mpc_ask_end -> sums; mpc_ask_wipe always.
 * Peer:	mpc_request_read/verify/check_cards, then mpc_answer.
 * No sockets, no allocation: the caller owns all buffers.
 */
#ifndef MPC_MASKED_SUM_H
#define MPC_MASKED_SUM_H

#include "crypto/field.h"
#include "crypto/mask.h"
#include "protocol/request.h"

/* Static halves of X25519 with every member, in roster order; the own slot is unused. Secret. */
typedef uint8_t MpcStaticHalf[MPC_DH_BYTES];

typedef struct MpcAsk
{
	const MpcRoster *roster;
	const MpcIdentity *me;
	const MpcStaticHalf *static_half;
	MpcOneTimeKey own;			/* secret */
	MpcRequest	request;		/* points into the request message */
	MpcFe	   *sum;			/* m, the caller's */
	uint8_t    *confirm;		/* n * n * 16, the caller's; row i holds the tags of member i */
	bool		taken[MPC_MAX_PARTIES];
} MpcAsk;

/*
 * Writes the request. cards: n * 192 bytes in roster order with the peers' cards,
 * each verified by the caller; the own slot is filled here. dataset_hash NULL: the
 * asker publishes none. message must stay until mpc_ask_end.
 * sum: m elements; confirm: n * n * 16 bytes.
 */
extern MpcStatus mpc_ask_begin(MpcAsk *ask, const MpcIdentity *me, const MpcRoster *roster,
							   const MpcStaticHalf *static_half, uint8_t *cards,
							   const uint8_t *dataset_hash, uint8_t protocol, uint32_t m, uint64_t now,
							   MpcStr query, MpcStr policy,
							   MpcFe *sum, uint8_t *confirm, MpcWriter *message) MPC_MUST_CHECK;

/* Adds the asker's own vector, masked by the same code as a peer's. x: m elements, wiped by the caller. */
extern MpcStatus mpc_ask_contribute(MpcAsk *ask, const MpcFe *x) MPC_MUST_CHECK;

/*
 * Verifies and adds a peer's reply; *reply points into bytes. Statuses of mpc_reply_read;
 * MPC_MISMATCH also for a second reply of the same member.
 */
extern MpcStatus mpc_ask_take_reply(MpcAsk *ask, uint16_t position, const void *bytes, size_t len,
									MpcReply *reply) MPC_MUST_CHECK;

/*
 * Checks that everybody contributed (MPC_MISMATCH) and that all key confirmations agree
 * (MPC_CONFIRMATION, *a and *b name the pair). Then ask->sum holds the m opened totals.
 */
extern MpcStatus mpc_ask_end(MpcAsk *ask, uint16_t *a, uint16_t *b) MPC_MUST_CHECK;

extern void mpc_ask_wipe(MpcAsk *ask);

/*
 * The peer's masked reply to a request that was read, verified and checked.
 * key: the one-time key the request names, spent by this call and wiped here.
 * x: m elements, overwritten with y. next: the next one-time key or NULL.
 * confirm: scratch, (n-1) * 16 bytes.
 */
extern MpcStatus mpc_answer(MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
							const MpcStaticHalf *static_half, MpcOneTimeKey *key,
							const MpcRequest *request, MpcFe *x,
							uint64_t ledger_seq, const uint8_t ledger_head[32],
							const MpcOneTimeKey *next, uint8_t *confirm) MPC_MUST_CHECK;

/* Bounds of a measure's columns: scaled, low <= high, absolute at most 2^127. */
typedef struct MpcBounds
{
	MpcWide		low[MPC_MAX_PRODUCT_ARGS];
	MpcWide		high[MPC_MAX_PRODUCT_ARGS];
} MpcBounds;

/*
 * Range check of the decoded sums of one group (H.3): rows and contributors cannot be
 * negative, counts cannot exceed rows, contributors cannot exceed n, a sum lies within
 * count * low .. count * high of its column, a sum of squares or products within what count
 * products of such values can make; without contributors everything is zero.
 * A sum whose masks do not cancel is uniform, so this also catches every mismatch. Of a
 * bit lane that stands on values it does not: any sum is one there.
 * remainder: values of a measure may be folded into it whose rows are not.
 * bounds: per measure of lanes; read where sums are wanted, not of intervals, whose type bounds them. MPC_RANGE, also where squares or
 * products are wanted and bounds multiply beyond 2^200 or there are 2^50 values.
 */
extern MpcStatus mpc_lanes_check(const MpcLanes *lanes, const MpcWide *sums, uint16_t n, bool remainder,
								 const MpcBounds *bounds) MPC_MUST_CHECK;

#endif							/* MPC_MASKED_SUM_H */
