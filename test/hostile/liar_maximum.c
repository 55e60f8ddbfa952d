/*
 * liar_maximum.c
 *		A peer that lies in the rounds of a maximum: takes the place of mpc_maximum_answer() and
 *		mpc_maximum_continue() in the second build of the library.
 *
 * Told like the lies of liar.c; the number after the verb is the round, from 0. About what it puts in, in all vectors:
 *	claim ROUND KEY			from that round on it has this key, whatever it said before
 *	dead ROUND -			from that round on it has none
 *	put ROUND LANE			puts something into this lane
 * About its reply of that round:
 *	rset ROUND OFFSET:HEX	overwrites bytes and signs it again
 *	rlane ROUND LANE:HEX	the same for one element
 *	rlanes ROUND CHANGE		leaves lanes out (-1) or adds some (1), signed
 *	rflip ROUND OFFSET:BIT	flips a bit after signing; an offset below 0 counts from the end
 *	rcut ROUND NUMBER		drops bytes at the end
 *	rmore ROUND NUMBER		adds bytes at the end
 *	ragain ROUND -			sends the reply of the round before once more
 *	forge ROUND -			signs it with another key
 *	rbare ROUND -			does not mask, but sends the right tags
 *	rfail ROUND -			an error instead
 */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "crypto/secret.h"
#include "liar.h"
#include "protocol/maximum.h"

#define REPLY_TAG	"MPCAGG-v1/sig/reply"
#define FIXED		(8 + 32 + 2 + 2 + 4 + 8 + 32 + 32 + 32)
#define LANES_AT	(8 + 32 + 2 + 2)

static uint8_t previous[1 << 20];
static size_t previous_len = 0;

/* Is this lie told, and of this round? */
static bool
tells(const Lie *lie, const char *verb, int round)
{
	return strcmp(lie->verb, verb) == 0 && lie->number == round;
}

/* What stands behind the colon. */
static const char *
second(const Lie *lie)
{
	const char *colon = strchr(lie->rest, ':');

	return colon != NULL ? colon + 1 : "";
}

static void
sign_as(MpcWriter *w, size_t start, const uint8_t *sk)
{
	size_t		len = w->len - start - MPC_SIG_BYTES;

	mpc_sign(w->data + start + len, sk, REPLY_TAG, w->data + start, len);
}

static MpcFe *
vector_of(MpcWriter *w, size_t start, uint16_t n)
{
	return (MpcFe *) (w->data + start + FIXED + (size_t) (n - 1) * MPC_CONFIRM_BYTES);
}

/* ------------------------------------------------------------------ before it is masked */

static void
change_keys(MpcMaximumPeer *peer, const Lie *lie, int round)
{
	uint32_t	g;

	for (g = 0; g < peer->m >> peer->digit_bits; g++)
	{
		if (tells(lie, "claim", round))
		{
			peer->vector[g].key = strtoull(lie->rest, NULL, 10);
			peer->vector[g].alive = 1;
		}
		else if (tells(lie, "dead", round) || tells(lie, "put", round))
			peer->vector[g].alive = 0;
	}
}

/* ------------------------------------------------------------------ afterwards */

/* Another number of lanes; the next card, where there is one, is left out. */
static void
change_lanes(MpcWriter *w, size_t start, uint16_t n, uint32_t m, long change)
{
	MpcFe	   *y = vector_of(w, start, n);
	uint32_t	said = (uint32_t) ((long) m + change);
	uint8_t    *end = (uint8_t *) (y + said);

	if (change > 0)
		memset(y + m, 0, (size_t) change * MPC_FIELD_BYTES);
	w->data[start + LANES_AT] = (uint8_t) said;
	w->data[start + LANES_AT + 1] = (uint8_t) (said >> 8);
	w->data[start + LANES_AT + 2] = (uint8_t) (said >> 16);
	*end = 0;
	w->len = (size_t) (end + 1 - w->data) + MPC_SIG_BYTES;
}

/* What is signed. */
static void
change_content(MpcWriter *w, size_t start, uint16_t n, uint32_t m, const Lie *lie, int round)
{
	long		at = atol(lie->rest);
	MpcFe		e;

	if (tells(lie, "put", round))
	{
		crypto_core_ristretto255_scalar_random(e);
		mpc_field_add(vector_of(w, start, n)[at], vector_of(w, start, n)[at], e);
	}
	else if (tells(lie, "rset", round))
		from_hex(w->data + start + at, second(lie));
	else if (tells(lie, "rlane", round))
		from_hex(vector_of(w, start, n)[at], second(lie));
	else if (tells(lie, "rlanes", round))
		change_lanes(w, start, n, m, at);
	else if (tells(lie, "rbare", round))
		memset(vector_of(w, start, n), 0, (size_t) m * MPC_FIELD_BYTES);
}

/* What is no longer. */
static void
spoil(MpcWriter *w, size_t start, const Lie *lie, int round)
{
	long		at = atol(lie->rest);
	size_t		len = w->len - start;
	uint8_t    *reply = w->data + start;

	if (tells(lie, "rflip", round))
		reply[at < 0 ? (long) len + at : at] ^= (uint8_t) (1 << atoi(second(lie)));
	else if (tells(lie, "rcut", round))
		w->len -= (size_t) at < len ? (size_t) at : len;
	else if (tells(lie, "rmore", round))
	{
		memset(reply + len, 0, (size_t) at);
		w->len += (size_t) at;
	}
	else if (tells(lie, "ragain", round) && previous_len == len)
		memcpy(reply, previous, len);
}

static MpcStatus
reply_of(MpcMaximumPeer *peer, MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
		 const MpcStaticHalf *static_half, MpcFe *work,
		 uint64_t ledger_seq, const uint8_t ledger_head[32], const MpcOneTimeKey *next)
{
	Lie			lie = read_lie();
	int			round = peer->round;
	uint16_t	n = peer->n;
	uint32_t	m = peer->m;
	size_t		start = w->len;
	MpcIdentity stranger;
	MpcStatus	status;

	if (tells(&lie, "rfail", round))
		return MPC_NOSPACE;
	change_keys(peer, &lie, round);
	/* A card would take the room of bytes that are added. */
	if (tells(&lie, "rmore", round) || tells(&lie, "ragain", round + 1))
		next = NULL;
	status = mpc_maximum_reply(peer, w, me, roster, static_half, work, ledger_seq, ledger_head, next);
	if (status != MPC_OK)
		return status;
	change_content(w, start, n, m, &lie, round);
	if (tells(&lie, "forge", round))
	{
		if (mpc_identity_make(&stranger, 1) != MPC_OK)
			return MPC_IDENTITY;
		sign_as(w, start, stranger.sign_sk);
	}
	else
		sign_as(w, start, me->sign_sk);
	spoil(w, start, &lie, round);
	if (w->len - start <= sizeof(previous) && !tells(&lie, "ragain", round))
	{
		previous_len = w->len - start;
		memcpy(previous, w->data + start, previous_len);
	}
	return MPC_OK;
}

static void
forget_when_done(MpcMaximumPeer *peer)
{
	if (peer->vector != NULL && peer->round + 1 == mpc_maximum_rounds(peer->digit_bits, peer->key_bits))
		mpc_maximum_peer_wipe(peer);
}

MpcStatus
mpc_maximum_answer(MpcMaximumPeer *peer, MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
				   const MpcStaticHalf *static_half, MpcOneTimeKey *key,
				   const MpcRequest *request, MpcMaximum *vector, MpcFe *work,
				   uint64_t ledger_seq, const uint8_t ledger_head[32], const MpcOneTimeKey *next)
{
	MpcStatus	status = mpc_maximum_start(peer, roster, key, request, vector);

	if (status == MPC_OK)
		status = reply_of(peer, w, me, roster, static_half, work, ledger_seq, ledger_head, next);
	forget_when_done(peer);
	return status;
}

MpcStatus
mpc_maximum_continue(MpcMaximumPeer *peer, MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
					 const MpcStaticHalf *static_half, const void *bytes, size_t len, MpcFe *work,
					 uint64_t ledger_seq, const uint8_t ledger_head[32],
					 const MpcOneTimeKey *next, uint16_t *a, uint16_t *b)
{
	MpcStep		step;
	MpcStatus	status;

	if (peer->vector == NULL)
		return MPC_STALE_KEY;
	status = mpc_step_read(&step, bytes, len, peer->rid, roster, peer->asker, peer->m);
	if (status == MPC_OK)
		status = mpc_maximum_open(peer, step.reply, work, a, b);
	if (status == MPC_OK)
		status = reply_of(peer, w, me, roster, static_half, work, ledger_seq, ledger_head, next);
	forget_when_done(peer);
	return status;
}
