/*
 * shamir_ask.c
 *		How does the asker of a Shamir sum bring shares together that it cannot
 *		open, and open the sum from t or more of what comes back?
 *
 * Assumes nothing of a sum share but that it is signed: wrong ones are found
 * where there are spare ones.  The asker is a party of its own question and deals
 * and adds up by the same code as everybody.
 */
#include "protocol/shamir_sum.h"

#include <string.h>

#include "crypto/secret.h"

#define CHUNK			64					/* lanes between two looks at mpc_interrupted; even, for mpc_pair_stream */

/* ------------------------------------------------------------------ request and shares */

MpcStatus
mpc_shamir_ask_begin(MpcShamirAsk *ask, const MpcIdentity *me, const MpcRoster *roster,
					 const MpcStaticHalf *static_half, uint8_t *cards,
					 const uint8_t *dataset_hash, uint16_t threshold, uint32_t m, uint64_t now,
					 MpcStr query, MpcStr policy, MpcWriter *message)
{
	size_t		start = message->len;
	uint8_t		nonce[32];
	MpcStatus	status;

	memset(ask, 0, sizeof(*ask));
	ask->roster = roster;
	ask->me = me;
	ask->static_half = static_half;
	if (message->data == NULL)
		return MPC_NOSPACE;
	if (!mpc_threshold_fits(roster->n, threshold) || m > MPC_MAX_LANES ||
		mpc_shares_size(roster->n, threshold, m) > MPC_MAX_MESSAGE ||
		mpc_relay_size(roster->n, threshold, m) > MPC_MAX_MESSAGE ||
		mpc_sum_share_size(m) > MPC_MAX_MESSAGE)
		return MPC_LIMIT;
	status = mpc_onetime_make_own(&ask->own, ask->me, now, dataset_hash, cards + (size_t) roster->me * MPC_ONETIME_BYTES);
	if (status != MPC_OK)
		return status;
	mpc_random(nonce, sizeof(nonce));
	mpc_request_write_shamir(message, me, roster, threshold, m, now, nonce, cards, query, policy);
	status = message->status;
	/* Read back, so that asker and peers work from the same bytes. */
	if (status == MPC_OK)
		status = mpc_request_read(&ask->request, message->data + start, message->len - start);
	if (status != MPC_OK)
		mpc_shamir_ask_wipe(ask);
	return status;
}

MpcStatus
mpc_shamir_ask_contribute(MpcShamirAsk *ask, MpcFe *x, MpcWriter *w)
{
	static const uint8_t no_ledger[32];
	size_t		start = w->len;
	uint16_t	me = ask->roster->me;
	MpcStatus	status;

	if (ask->dealt[me] || ask->self.own != NULL)
		return MPC_MISMATCH;
	status = mpc_shamir_deal(&ask->self, w, ask->me, ask->roster, ask->static_half, &ask->own, &ask->request, x,
							 0, no_ledger, NULL);
	if (status == MPC_OK)
		status = mpc_shares_read(&ask->shares[me], w->data + start, w->len - start, &ask->request, ask->roster, me);
	ask->dealt[me] = status == MPC_OK;
	return status;
}

MpcStatus
mpc_shamir_ask_take_shares(MpcShamirAsk *ask, uint16_t position, const void *bytes, size_t len)
{
	MpcStatus	status;

	if (ask->closed || position >= ask->roster->n || position == ask->roster->me || ask->dealt[position])
		return MPC_MISMATCH;
	status = mpc_shares_read(&ask->shares[position], bytes, len, &ask->request, ask->roster, position);
	ask->dealt[position] = status == MPC_OK;
	return status;
}

/* ------------------------------------------------------------------ who is in, and what they are told */

/* What a receiver is told: all who dealt, and their sealed shares for it. */
static void
build_relay(MpcRelay *relay, const MpcShamirAsk *ask, uint16_t receiver)
{
	uint16_t	n = ask->roster->n;
	uint16_t	i;

	memset(relay, 0, sizeof(*relay));
	for (i = 0; i < n; i++)
	{
		if (!ask->dealt[i])
			continue;
		relay->count++;
		relay->hash[i] = ask->shares[i].hash;
		relay->sig[i] = ask->shares[i].sig;
		if (mpc_shamir_distance(n, i, receiver) >= ask->request.threshold)
			relay->sealed[i] = mpc_shares_for(&ask->shares[i], &ask->request, i, receiver);
	}
	mpc_relay_hash(relay, n);
}

MpcStatus
mpc_shamir_ask_close(MpcShamirAsk *ask, uint16_t min_dealers, MpcFe *work, uint16_t *bad)
{
	uint16_t	me = ask->roster->me;
	MpcRelay	relay;
	MpcStatus	status;

	if (ask->closed || !ask->dealt[me])
		return MPC_MISMATCH;
	build_relay(&relay, ask, me);
	if (relay.count < ask->request.threshold || relay.count < min_dealers)
		return MPC_LIMIT;
	ask->closed = true;
	memcpy(ask->u1_hash, relay.u1_hash, sizeof(ask->u1_hash));
	status = mpc_shamir_add_up(&ask->self, &relay, work, bad);
	if (status == MPC_OK)
		ask->sum[me] = (const MpcFe *) ask->self.own;
	return status;
}

MpcStatus
mpc_shamir_ask_relay(const MpcShamirAsk *ask, uint16_t position, MpcWriter *w)
{
	MpcRelay	relay;

	if (!ask->closed || position >= ask->roster->n || position == ask->roster->me || !ask->dealt[position])
		return MPC_MISMATCH;
	build_relay(&relay, ask, position);
	mpc_relay_write(w, ask->me, ask->request.rid, &relay, ask->roster->n, ask->request.m);
	return w->status;
}

MpcStatus
mpc_shamir_ask_take_sum(MpcShamirAsk *ask, uint16_t position, const void *bytes, size_t len)
{
	MpcSumShare share;
	MpcStatus	status;

	if (!ask->closed || position >= ask->roster->n || !ask->dealt[position] || ask->sum[position] != NULL)
		return MPC_MISMATCH;
	status = mpc_sum_share_read(&share, bytes, len, ask->request.rid, ask->roster, position, ask->request.m);
	if (status != MPC_OK)
		return status;
	if (memcmp(share.u1_hash, ask->u1_hash, MPC_TH32_BYTES) != 0)
		return MPC_MISMATCH;
	ask->sum[position] = share.sum;
	return MPC_OK;
}

/* ------------------------------------------------------------------ opening */

/* Sum shares and the points where they stand. */
typedef struct Word
{
	size_t		count;
	uint16_t	index[MPC_MAX_PARTIES];
	const MpcFe *sum[MPC_MAX_PARTIES];
} Word;

static void
collect(Word *word, const MpcShamirAsk *ask, const bool *wrong)
{
	uint16_t	i;

	word->count = 0;
	for (i = 0; i < ask->roster->n; i++)
	{
		if (ask->sum[i] == NULL || wrong[i])
			continue;
		word->index[word->count] = (uint16_t) (i + 1);
		word->sum[word->count++] = ask->sum[i];
	}
}

/* The key of the challenge: nobody who chose a sum share knew it then. */
static void
challenge_key(uint8_t key[MPC_TH32_BYTES], const MpcShamirAsk *ask, const Word *word)
{
	uint8_t		index[2];
	MpcHash		hash;
	size_t		a;

	mpc_hash_begin(&hash, "MPCAGG-v1/sum-challenge");
	mpc_hash_add(&hash, ask->u1_hash, sizeof(ask->u1_hash));
	for (a = 0; a < word->count; a++)
	{
		index[0] = (uint8_t) word->index[a];
		index[1] = (uint8_t) (word->index[a] >> 8);
		mpc_hash_add(&hash, index, sizeof(index));
		mpc_hash_add(&hash, word->sum[a], (size_t) ask->request.m * MPC_FIELD_BYTES);
	}
	mpc_hash_end32(&hash, key);
}

/* combined[a] = sum over lanes of challenge[k] * sum[a][k]. */
static MpcStatus
combine_lanes(MpcFe *combined, const MpcShamirAsk *ask, const Word *word)
{
	uint8_t		key[MPC_TH32_BYTES];
	MpcFe		challenge[CHUNK];
	MpcFe		product;
	uint32_t	m = ask->request.m;
	uint32_t	first;
	uint32_t	k;
	size_t		a;

	challenge_key(key, ask, word);
	memset(combined, 0, word->count * sizeof(*combined));
	for (first = 0; first < m; first += CHUNK)
	{
		uint32_t	lanes = m - first < CHUNK ? m - first : CHUNK;

		if (mpc_interrupted != NULL && mpc_interrupted())
			return MPC_INTERRUPTED;
		mpc_pair_stream(challenge, key, first, lanes);
		for (a = 0; a < word->count; a++)
			for (k = 0; k < lanes; k++)
			{
				mpc_field_mul(product, challenge[k], word->sum[a][first + k]);
				mpc_field_add(combined[a], combined[a], product);
			}
	}
	return MPC_OK;
}

/* Marks the members whose sum shares are wrong. MPC_OK: with these left out, the rest agrees. */
static MpcStatus
find_wrong(bool *wrong, const MpcShamirAsk *ask, const Word *word)
{
	MpcFe		combined[MPC_MAX_PARTIES];
	bool		marked[MPC_MAX_PARTIES];
	MpcStatus	status;
	size_t		a;

	status = combine_lanes(combined, ask, word);
	if (status != MPC_OK)
		return status;
	status = mpc_shamir_locate(marked, (const MpcFe *) combined, word->index, word->count, ask->request.threshold);
	if (status != MPC_MISMATCH)
		return status;
	for (a = 0; a < word->count; a++)
		wrong[word->index[a] - 1] = marked[a];
	return MPC_OK;
}

/* The value at 0 of what the first t of a word say. */
static MpcStatus
open_lanes(MpcFe *sum, const Word *word, uint16_t t, uint32_t m)
{
	MpcFe		lambda[MPC_MAX_PARTIES];
	const MpcFe *value[MPC_MAX_PARTIES];
	uint32_t	first;
	uint16_t	a;
	MpcStatus	status;

	status = mpc_shamir_lagrange(lambda, word->index, t, 0);
	for (first = 0; first < m && status == MPC_OK; first += CHUNK)
	{
		if (mpc_interrupted != NULL && mpc_interrupted())
			status = MPC_INTERRUPTED;
		for (a = 0; a < t; a++)
			value[a] = word->sum[a] + first;
		mpc_shamir_combine(sum + first, value, (const MpcFe *) lambda, t, m - first < CHUNK ? m - first : CHUNK);
	}
	if (status != MPC_OK)
		mpc_wipe(sum, (size_t) m * sizeof(*sum));
	return status;
}

MpcStatus
mpc_shamir_ask_end(MpcShamirAsk *ask, MpcFe *sum, bool *wrong)
{
	uint16_t	t = ask->request.threshold;
	Word		word;
	MpcStatus	status;

	memset(wrong, 0, MPC_MAX_PARTIES * sizeof(*wrong));
	collect(&word, ask, wrong);
	if (word.count < t || t == 0)
		return MPC_MISMATCH;
	if (word.count > t)
	{
		status = find_wrong(wrong, ask, &word);
		if (status != MPC_OK)
			return status;
		collect(&word, ask, wrong);
	}
	/* Any t of those that agree give the same. */
	return open_lanes(sum, &word, t, ask->request.m);
}

void
mpc_shamir_ask_wipe(MpcShamirAsk *ask)
{
	mpc_shamir_peer_wipe(&ask->self);
	mpc_wipe(ask, sizeof(*ask));
}
