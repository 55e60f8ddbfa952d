/*
 * liar_shamir.c
 *		A peer that lies in a Shamir sum: takes the place of mpc_shamir_deal() and
 *		mpc_shamir_sum() in the second build of the library.
 *
 * Told like the lies of liar.c. In the first round, about its shares:
 *	deal POSITION		seals for this member a share of another vector; a stream instead: "key" of liar.c
 *	key POSITION		other keys towards this member, for what it gives and for what it takes
 *	shares OFFSET HEX	overwrites bytes of the message and signs it again
 *	late1, flip1, cut1, more1, noise1, fail1
 * In the second, about its sum of shares:
 *	share LANE NUMBER	adds to it, signed
 *	lane LANE HEX		overwrites one element, signed
 *	sum OFFSET HEX		overwrites bytes of the message and signs it again
 *	again2 0			sends the sum share of the question before
 *	refuse2 0			refuses, signed
 *	late2, flip2, cut2, more2, noise2, fail2
 * of which each round has: late MILLISECONDS; flip OFFSET BIT after signing, below 0 from the end; cut and more NUMBER
 * of bytes; noise 0, random bytes of the same length; fail 0, an error instead.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include "crypto/hash.h"
#include "crypto/sign.h"
#include "liar.h"
#include "protocol/shamir_sum.h"

#define SHARES_TAG	"MPCAGG-v1/sig/shares"
#define SUM_TAG		"MPCAGG-v1/sig/sum-share"
#define SUMS_AT		(8 + 32 + 2 + 32)
#define MOST_BYTES	(1 << 20)

extern MpcStatus mpc_honest_deal(MpcShamirPeer *peer, MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
								 const MpcStaticHalf *static_half, MpcOneTimeKey *key,
								 const MpcRequest *request, MpcFe *x,
								 uint64_t ledger_seq, const uint8_t ledger_head[32],
								 const MpcOneTimeKey *next);
extern MpcStatus mpc_honest_sum(MpcWriter *w, const MpcIdentity *me, MpcShamirPeer *peer,
								const MpcRelay *relay, MpcFe *work, uint16_t *bad);

static bool
tells(const Lie *lie, const char *verb)
{
	return strcmp(lie->verb, verb) == 0;
}

/* "cut" of round 2 is the verb cut2. */
static bool
tells_in(const Lie *lie, const char *verb, char round)
{
	size_t		len = strlen(verb);

	return strncmp(lie->verb, verb, len) == 0 && lie->verb[len] == round && lie->verb[len + 1] == '\0';
}

static void
wait_ms(long ms)
{
	struct timespec left = {ms / 1000, ms % 1000 * 1000000};

	while (nanosleep(&left, &left) != 0)
		;
}

/* What every message can suffer once it is signed. */
static void
spoil(MpcWriter *w, size_t start, const Lie *lie, char round)
{
	uint8_t    *reply = w->data + start;
	size_t		len = w->len - start;

	if (tells_in(lie, "late", round))
		wait_ms(lie->number);
	else if (tells_in(lie, "flip", round))
		reply[lie->number < 0 ? (long) len + lie->number : lie->number] ^= (uint8_t) (1 << atoi(lie->rest));
	else if (tells_in(lie, "cut", round))
		w->len -= (size_t) lie->number < len ? (size_t) lie->number : len;
	else if (tells_in(lie, "noise", round))
		randombytes_buf(reply, len);
}

/* ------------------------------------------------------------------ shares */

static void
sign_shares(MpcWriter *w, size_t start, const MpcIdentity *me, uint16_t position, MpcShamirPeer *peer)
{
	uint8_t		text[MPC_RID_BYTES + 2 + MPC_TH_BYTES];
	size_t		len = w->len - start - MPC_SIG_BYTES;

	mpc_th(peer->hash, "MPCAGG-v1/shares", w->data + start, len);
	/* of the request that the message names: else it is the signature that does not fit */
	memcpy(text, w->data + start + 8, MPC_RID_BYTES);
	text[MPC_RID_BYTES] = (uint8_t) (position + 1);
	text[MPC_RID_BYTES + 1] = 0;
	memcpy(text + MPC_RID_BYTES + 2, peer->hash, MPC_TH_BYTES);
	mpc_sign(w->data + start + len, me->sign_sk, SHARES_TAG, text, sizeof(text));
}

/* Dealt twice under the same keys; of another vector stays what is sealed for one member. */
static MpcStatus
deal_wrong(MpcShamirPeer *peer, MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
		   const MpcStaticHalf *static_half, MpcOneTimeKey *key,
		   const MpcRequest *request, MpcFe *x, const Lie *lie, const MpcOneTimeKey *next)
{
	static uint8_t bytes[MOST_BYTES];
	static const uint8_t head[32];
	uint16_t	nth = (uint16_t) (mpc_shamir_distance(roster->n, roster->me, (uint16_t) lie->number) - request->threshold);
	size_t		each = 2 + mpc_sealed_size(request->m);
	size_t		at = 8 + 32 + 2 + 2 + nth * each;
	size_t		start = w->len;
	MpcOneTimeKey twin = *key;
	MpcShamirPeer other;
	MpcFe	   *y = calloc(request->m, sizeof(MpcFe));
	MpcWriter	scratch;
	MpcStatus	status;

	memcpy(y, x, request->m * sizeof(MpcFe));
	y[0][0] ^= 1;
	mpc_writer_init(&scratch, bytes, sizeof(bytes));
	status = mpc_honest_deal(&other, &scratch, me, roster, static_half, &twin, request, y, 0, head, NULL);
	if (status == MPC_OK)
		status = mpc_honest_deal(peer, w, me, roster, static_half, key, request, x, 0, head, next);
	free(y);
	/* To seal for a party that gets a stream is no lie that can be told. */
	if (nth >= roster->n - request->threshold)
		return MPC_LIMIT;
	if (status != MPC_OK)
		return status;
	memcpy(w->data + start + at, bytes + at, each);
	sign_shares(w, start, me, roster->me, peer);
	return MPC_OK;
}

MpcStatus
mpc_shamir_deal(MpcShamirPeer *peer, MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
				const MpcStaticHalf *static_half, MpcOneTimeKey *key,
				const MpcRequest *request, MpcFe *x,
				uint64_t ledger_seq, const uint8_t ledger_head[32],
				const MpcOneTimeKey *next)
{
	Lie			lie = read_lie();
	MpcStaticHalf halves[MPC_MAX_PARTIES];
	size_t		start = w->len;
	MpcStatus	status;

	memcpy(halves, static_half, roster->n * sizeof(MpcStaticHalf));
	if (tells(&lie, "fail1"))
		return MPC_IDENTITY;
	if (tells(&lie, "key"))
		halves[lie.number][0] ^= 1;
	/* A byte more is one that was not said to be a card. */
	if (tells(&lie, "more1"))
		next = NULL;
	if (tells(&lie, "deal"))
		return deal_wrong(peer, w, me, roster, (const MpcStaticHalf *) halves, key, request, x, &lie, next);
	status = mpc_honest_deal(peer, w, me, roster, (const MpcStaticHalf *) halves, key, request, x,
							 ledger_seq, ledger_head, next);
	if (status != MPC_OK)
		return status;
	if (tells(&lie, "shares"))
	{
		from_hex(w->data + start + lie.number, lie.rest);
		sign_shares(w, start, me, roster->me, peer);
	}
	if (tells(&lie, "more1"))
		w->len += (size_t) lie.number;
	spoil(w, start, &lie, '1');
	return MPC_OK;
}

/* ------------------------------------------------------------------ sums of shares */

static void
change_sum(MpcWriter *w, size_t start, const MpcIdentity *me, const Lie *lie)
{
	size_t		len = w->len - start - MPC_SIG_BYTES;
	uint8_t    *reply = w->data + start;
	MpcFe	   *lane = (MpcFe *) (reply + SUMS_AT) + lie->number;
	MpcFe		e;

	if (tells(lie, "share") && element(e, lie->rest))
		mpc_field_add(*lane, *lane, e);
	else if (tells(lie, "lane"))
		from_hex((uint8_t *) lane, lie->rest);
	else if (tells(lie, "sum"))
		from_hex(reply + lie->number, lie->rest);
	else if (tells(lie, "more2"))
		len += (size_t) lie->number;
	else
		return;
	mpc_sign(reply + len, me->sign_sk, SUM_TAG, reply, len);
	w->len = start + len + MPC_SIG_BYTES;
}

MpcStatus
mpc_shamir_sum(MpcWriter *w, const MpcIdentity *me, MpcShamirPeer *peer, const MpcRelay *relay, MpcFe *work,
			   uint16_t *bad)
{
	static uint8_t previous[MOST_BYTES];
	static size_t previous_len = 0;
	Lie			lie = read_lie();
	size_t		start = w->len;
	MpcStatus	status;

	if (tells(&lie, "fail2"))
		return MPC_IDENTITY;
	if (tells(&lie, "refuse2"))
		return MPC_CONFIRMATION;
	status = mpc_honest_sum(w, me, peer, relay, work, bad);
	if (status != MPC_OK)
		return status;
	change_sum(w, start, me, &lie);
	if (tells(&lie, "again2") && previous_len == w->len - start)
		memcpy(w->data + start, previous, previous_len);
	else if (w->len - start <= sizeof(previous))
	{
		previous_len = w->len - start;
		memcpy(previous, w->data + start, previous_len);
	}
	spoil(w, start, &lie, '2');
	return MPC_OK;
}
