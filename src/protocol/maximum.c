/*
 * maximum.c
 *		What does a party show of its keys in a round, and what did everybody's replies say together?
 *
 * A lane is random or zero, so that a sum tells whether anybody put something there and
 * never how many did.  Assumes that the cards of a request were checked against the
 * pinned roster before its keys are used here.
 */
#include "protocol/maximum.h"

#include <string.h>

#include "crypto/hash.h"
#include "crypto/secret.h"

#define CHUNK			16		/* elements drawn at once */
#define WIDE_BYTES		64		/* of randomness per element: uniform but for 2^-260 */

static uint32_t
vector_count(const MpcMaximumPeer *peer)
{
	return peer->m >> peer->digit_bits;
}

static uint8_t
rounds_of(const MpcMaximumPeer *peer)
{
	return mpc_maximum_rounds(peer->digit_bits, peer->key_bits);
}

/* How far right of a key the digit of the round under way stands. */
static unsigned
digit_shift(const MpcMaximumPeer *peer)
{
	return (unsigned) peer->digit_bits * (rounds_of(peer) - 1u - peer->round);
}

static uint64_t
own_digit(const MpcMaximumPeer *peer, const MpcMaximum *vector)
{
	return vector->key >> digit_shift(peer) & ((UINT64_C(1) << peer->digit_bits) - 1);
}

/* ------------------------------------------------------------------ keys */

/* Every key must have a place among the digits. CT: all are looked at, only the verdict leaks. */
static MpcStatus
check_keys(const MpcMaximumPeer *peer)
{
	uint64_t	beyond = 0;
	uint32_t	g;

	for (g = 0; g < vector_count(peer); g++)
		beyond |= (0 - peer->vector[g].alive) & peer->vector[g].key & ~mpc_key_max(peer->key_bits);
	mpc_declassify(&beyond, sizeof(beyond));	/* a mistake of the caller, who refuses for it */
	return beyond == 0 ? MPC_OK : MPC_RANGE;
}

static MpcStatus
derive_halves(MpcMaximumPeer *peer, const MpcOneTimeKey *key, const MpcRequest *request)
{
	MpcStatus	status = MPC_OK;
	uint16_t	j;

	for (j = 0; j < peer->n && status == MPC_OK; j++)
		if (j != peer->me)
			status = mpc_dh(peer->fresh[j], key->esk, request->card[j].epk);
	return status;
}

static void
init_peer(MpcMaximumPeer *peer, const MpcRoster *roster, const MpcRequest *request, MpcMaximum *vector)
{
	uint32_t	g;

	memset(peer, 0, sizeof(*peer));
	peer->n = request->n;
	peer->me = roster->me;
	peer->asker = request->asker;
	peer->digit_bits = request->digit_bits;
	peer->key_bits = request->key_bits;
	peer->m = request->m;
	memcpy(peer->rid, request->rid, sizeof(peer->rid));
	mpc_roster_digest(peer->roster, roster);
	peer->vector = vector;
	for (g = 0; g < vector_count(peer); g++)
	{
		vector[g].overruled = 0;
		vector[g].value = 0;
		vector[g].empty = false;
	}
}

MpcStatus
mpc_maximum_start(MpcMaximumPeer *peer, const MpcRoster *roster, MpcOneTimeKey *key,
				  const MpcRequest *request, MpcMaximum *vector)
{
	MpcStatus	status;

	init_peer(peer, roster, request, vector);
	if (request->protocol != MPC_PROTOCOL_MAXIMUM)
		status = MPC_VERSION;
	else if (request->n != roster->n)
		status = MPC_IDENTITY;
	else if (memcmp(key->card, request->card[roster->me].bytes, MPC_ONETIME_BYTES) != 0)
		status = MPC_STALE_KEY;
	else
		status = check_keys(peer);
	if (status == MPC_OK)
		status = derive_halves(peer, key, request);
	/* Spent, whatever comes: a key that may have masked once never masks another question. */
	mpc_wipe(key, sizeof(*key));
	if (status != MPC_OK)
		mpc_maximum_peer_wipe(peer);
	return status;
}

void
mpc_maximum_peer_wipe(MpcMaximumPeer *peer)
{
	if (peer->vector != NULL)
		mpc_wipe(peer->vector, vector_count(peer) * sizeof(*peer->vector));
	mpc_wipe(peer, sizeof(*peer));
}

/* ------------------------------------------------------------------ a reply */

/* All ones where a <= b, else zero; both below 2^63. CT. */
static uint64_t
at_most(uint64_t a, uint64_t b)
{
	return ((b - a) >> 63) - 1;
}

/*
 * Lanes first .. first + lanes - 1 of a vector: uniform over the field up to my digit, zero above it; uniform
 * everywhere once I was overruled. CT.
 */
static void
fill_lanes(MpcFe *out, const MpcMaximumPeer *peer, const MpcMaximum *vector, uint32_t first, uint32_t lanes)
{
	uint8_t		bytes[CHUNK * WIDE_BYTES];
	uint64_t	digit = own_digit(peer, vector);
	uint64_t	alive = 0 - vector->alive;
	uint64_t	overruled = 0 - vector->overruled;
	uint32_t	v;
	size_t		i;

	/* Drawn for every lane, so that neither time nor the generator tells which are kept. */
	mpc_random(bytes, lanes * WIDE_BYTES);
	for (v = 0; v < lanes; v++)
	{
		uint8_t		kept = (uint8_t) ((alive & at_most(first + v, digit)) | overruled);

		mpc_field_from_hash(out[v], bytes + v * WIDE_BYTES);
		for (i = 0; i < MPC_FIELD_BYTES; i++)
			out[v][i] &= kept;
	}
	mpc_wipe(bytes, sizeof(bytes));
}

static MpcStatus
fill_vectors(MpcFe *out, const MpcMaximumPeer *peer)
{
	uint32_t	width = UINT32_C(1) << peer->digit_bits;
	uint32_t	g;
	uint32_t	first;

	for (g = 0; g < vector_count(peer); g++)
		for (first = 0; first < width; first += CHUNK)
		{
			if (mpc_interrupted != NULL && mpc_interrupted())
				return MPC_INTERRUPTED;
			fill_lanes(out + g * width + first, peer, &peer->vector[g], first, width < CHUNK ? width : CHUNK);
		}
	return MPC_OK;
}

/* Adds my masks of this round to y and writes the n - 1 tags in roster order, own left out. */
static MpcStatus
mask_vectors(MpcFe *y, uint8_t *tags, const MpcMaximumPeer *peer, const MpcRoster *roster,
			 const MpcStaticHalf *static_half)
{
	MpcMask		pairs[MPC_MAX_PARTIES];
	size_t		npairs = 0;
	MpcStatus	status;
	uint16_t	j;

	for (j = 0; j < peer->n; j++)
	{
		if (j == peer->me)
			continue;
		mpc_pair_key(pairs[npairs].key, MPC_PURPOSE_MASK, static_half[j], peer->fresh[j], peer->rid,
					 roster->member[peer->me].pid, roster->member[j].pid);
		mpc_pair_confirm(tags + npairs * MPC_CONFIRM_BYTES, pairs[npairs].key);
		/* The roster is sorted, so the greater pid stands at the greater position. */
		pairs[npairs].sign = j > peer->me ? 1 : -1;
		npairs++;
	}
	status = mpc_mask_apply(y, (const MpcFe *) y, peer->m, pairs, npairs);
	mpc_wipe(pairs, sizeof(pairs));
	return status;
}

MpcStatus
mpc_maximum_reply(MpcMaximumPeer *peer, MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
				  const MpcStaticHalf *static_half, MpcFe *work,
				  uint64_t ledger_seq, const uint8_t ledger_head[32], const MpcOneTimeKey *next)
{
	uint8_t		tags[(MPC_MAX_PARTIES - 1) * MPC_CONFIRM_BYTES];
	MpcReply	reply;
	MpcStatus	status;

	status = fill_vectors(work, peer);
	if (status == MPC_OK)
		status = mask_vectors(work, tags, peer, roster, static_half);
	if (status == MPC_OK)
	{
		/* A masked vector is uniform to everybody who lacks one of its masks. */
		mpc_declassify(work, (size_t) peer->m * sizeof(*work));
		reply.ledger_seq = ledger_seq;
		reply.ledger_head = ledger_head;
		reply.confirm = tags;
		reply.y = (const MpcFe *) work;
		reply.next_card = next != NULL ? next->card : NULL;
		mpc_reply_write(w, me, peer->rid, peer->me, peer->n, peer->m, &reply);
		status = w->status;
	}
	mpc_wipe(work, (size_t) peer->m * sizeof(*work));
	if (status != MPC_OK)
		mpc_maximum_peer_wipe(peer);
	return status;
}

/* ------------------------------------------------------------------ opening a round */

/* What i's reply says of its key with j: n - 1 tags, the own left out. */
static const uint8_t *
tag_of(const MpcReply *reply, uint16_t i, uint16_t j)
{
	return reply[i].confirm + (size_t) (j < i ? j : j - 1) * MPC_CONFIRM_BYTES;
}

static MpcStatus
check_confirmations(const MpcReply *reply, uint16_t n, uint16_t *a, uint16_t *b)
{
	uint16_t	i;
	uint16_t	j;

	for (i = 0; i < n; i++)
		for (j = (uint16_t) (i + 1); j < n; j++)
		{
			if (memcmp(tag_of(reply, i, j), tag_of(reply, j, i), MPC_CONFIRM_BYTES) == 0)
				continue;
			*a = i;
			*b = j;
			return MPC_CONFIRMATION;
		}
	return MPC_OK;
}

static MpcStatus
add_replies(MpcFe *sum, const MpcReply *reply, uint16_t n, uint32_t m)
{
	uint16_t	i;

	memset(sum, 0, (size_t) m * sizeof(*sum));
	for (i = 0; i < n; i++)
	{
		if (mpc_interrupted != NULL && mpc_interrupted())
			return MPC_INTERRUPTED;
		mpc_field_add_all(sum, reply[i].y, m);
	}
	return MPC_OK;
}

/* How many lanes from 0 on are not zero; MPC_RANGE when any is not zero after one that is. */
static MpcStatus
count_lanes(uint64_t *count, const MpcFe *sum, uint32_t width)
{
	uint32_t	v;

	*count = 0;
	for (v = 0; v < width; v++)
	{
		if (mpc_is_zero(sum[v], MPC_FIELD_BYTES))
			continue;
		if (*count != v)
			return MPC_RANGE;
		*count = v + 1;
	}
	return MPC_OK;
}

/*
 * Lives on where my digit is the greatest. Where a smaller one was made it, although mine was in the sum, somebody took
 * it out again: but for a chance of 1 / l. CT.
 */
static void
judge_own(const MpcMaximumPeer *peer, MpcMaximum *vector, uint64_t count)
{
	uint64_t	below = own_digit(peer, vector) + 1;	/* lanes that I filled, if alive */

	vector->overruled |= vector->alive & ~at_most(below, count);
	vector->alive &= at_most(count, below) & at_most(below, count);
}

/* Takes the digit of this round. */
static MpcStatus
take_digit(const MpcMaximumPeer *peer, MpcMaximum *vector, const MpcFe *sum)
{
	uint64_t	count;
	MpcStatus	status;

	status = count_lanes(&count, sum, UINT32_C(1) << peer->digit_bits);
	if (status != MPC_OK)
		return status;
	if (peer->round == 0)
		vector->empty = count == 0;
	/* Somebody has the digits found so far, unless nobody ever had a key. */
	if (vector->empty != (count == 0))
		return MPC_RANGE;
	judge_own(peer, vector, count);
	if (count == 0)
		return MPC_OK;
	/* The first digit may be short. */
	if (count - 1 > mpc_key_max(peer->key_bits) >> digit_shift(peer))
		return MPC_RANGE;
	vector->value = vector->value << peer->digit_bits | (count - 1);
	return MPC_OK;
}

/* rid = TH32(rid || TH32(S)): parties that were shown different sums have no mask in common any more. */
static void
next_rid(uint8_t rid[MPC_RID_BYTES], const MpcFe *sum, uint32_t m)
{
	uint8_t		text[MPC_RID_BYTES + MPC_TH32_BYTES];

	memcpy(text, rid, MPC_RID_BYTES);
	mpc_th32(text + MPC_RID_BYTES, "MPCAGG-v1/round-sum", sum, (size_t) m * sizeof(*sum));
	mpc_th32(rid, "MPCAGG-v1/round", text, sizeof(text));
}

MpcStatus
mpc_maximum_open(MpcMaximumPeer *peer, const MpcReply *reply, MpcFe *sum, uint16_t *a, uint16_t *b)
{
	MpcStatus	status;
	uint32_t	g;

	status = check_confirmations(reply, peer->n, a, b);
	if (status == MPC_OK)
		status = add_replies(sum, reply, peer->n, peer->m);
	for (g = 0; g < vector_count(peer) && status == MPC_OK; g++)
		status = take_digit(peer, &peer->vector[g], (const MpcFe *) sum + ((size_t) g << peer->digit_bits));
	if (status != MPC_OK)
	{
		mpc_wipe(sum, (size_t) peer->m * sizeof(*sum));
		mpc_maximum_peer_wipe(peer);
		return status;
	}
	next_rid(peer->rid, (const MpcFe *) sum, peer->m);
	peer->round++;
	return MPC_OK;
}

/* ------------------------------------------------------------------ the peer */

/* A peer has nothing to hear after its last reply. */
static void
forget_when_done(MpcMaximumPeer *peer)
{
	if (peer->vector != NULL && peer->round + 1 == rounds_of(peer))
		mpc_maximum_peer_wipe(peer);
}

MpcStatus
mpc_maximum_answer(MpcMaximumPeer *peer, MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
				   const MpcStaticHalf *static_half, MpcOneTimeKey *key,
				   const MpcRequest *request, MpcMaximum *vector, MpcFe *work,
				   uint64_t ledger_seq, const uint8_t ledger_head[32], const MpcOneTimeKey *next)
{
	MpcStatus	status;

	status = mpc_maximum_start(peer, roster, key, request, vector);
	if (status == MPC_OK)
		status = mpc_maximum_reply(peer, w, me, roster, static_half, work, ledger_seq, ledger_head, next);
	forget_when_done(peer);
	return status;
}

/* The step is of the round under way, and everybody's replies are in it. */
static MpcStatus
read_step(MpcStep *step, const MpcMaximumPeer *peer, const MpcRoster *roster, const void *bytes, size_t len)
{
	uint8_t		digest[32];

	mpc_roster_digest(digest, roster);
	if (memcmp(digest, peer->roster, sizeof(digest)) != 0 || roster->me != peer->me)
		return MPC_IDENTITY;
	return mpc_step_read(step, bytes, len, peer->rid, roster, peer->asker, peer->m);
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
	status = read_step(&step, peer, roster, bytes, len);
	if (status != MPC_OK)
	{
		mpc_maximum_peer_wipe(peer);
		return status;
	}
	status = mpc_maximum_open(peer, step.reply, work, a, b);
	if (status == MPC_OK)
		status = mpc_maximum_reply(peer, w, me, roster, static_half, work, ledger_seq, ledger_head, next);
	forget_when_done(peer);
	return status;
}
