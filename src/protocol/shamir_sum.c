/*
 * shamir_sum.c
 *		What does a party deal to the others, and what does it add up?
 *
 * A dealer's polynomial is not drawn: t - 1 of its values are streams of pairwise
 * keys, uniform to everybody else, and with the value at 0 they determine the
 * rest.  Assumes that the cards of a request were checked against the pinned
 * roster before its keys are used here.
 */
#include "protocol/shamir_sum.h"

#include <string.h>

#include "crypto/secret.h"

#define CHUNK			8		/* lanes dealt at once; even, for mpc_pair_stream */
#define ROUND			1		/* of the sealed shares, in their context */
#define CONTEXT_BYTES	(MPC_RID_BYTES + 2 + 2 + 1)

uint16_t
mpc_shamir_default_threshold(uint16_t n)
{
	return (uint16_t) (2 * n / 3 + 1);
}

/* rid || dealer || receiver || round: what a sealed share vector is tied to. */
static void
write_context(uint8_t context[CONTEXT_BYTES], const uint8_t rid[MPC_RID_BYTES], uint16_t dealer, uint16_t receiver)
{
	MpcWriter	w;

	mpc_writer_init(&w, context, CONTEXT_BYTES);
	mpc_write_bytes(&w, rid, MPC_RID_BYTES);
	mpc_write_le16(&w, (uint16_t) (dealer + 1));
	mpc_write_le16(&w, (uint16_t) (receiver + 1));
	mpc_write_u8(&w, ROUND);
}

/* ------------------------------------------------------------------ keys */

/* A key for what a dealer gives a receiver: the roster is sorted, so up is towards the greater position. */
static MpcPurpose
purpose_of(uint16_t n, uint16_t t, uint16_t dealer, uint16_t receiver)
{
	bool		up = dealer < receiver;

	if (mpc_shamir_distance(n, dealer, receiver) < t)
		return up ? MPC_PURPOSE_SHARE_UP : MPC_PURPOSE_SHARE_DOWN;
	return up ? MPC_PURPOSE_SEAL_UP : MPC_PURPOSE_SEAL_DOWN;
}

/* given[j]: for what I give j; taken[j]: for what j gives me. My own stay as they are. */
static MpcStatus
derive_keys(uint8_t (*given)[MPC_PAIR_KEY_BYTES], uint8_t (*taken)[MPC_PAIR_KEY_BYTES], const MpcRoster *roster,
			const MpcStaticHalf *static_half, const MpcOneTimeKey *key, const MpcRequest *request)
{
	const uint8_t *my_pid = roster->member[roster->me].pid;
	uint16_t	me = roster->me;
	uint8_t		fresh[MPC_DH_BYTES];
	MpcStatus	status = MPC_OK;
	uint16_t	j;

	for (j = 0; j < roster->n && status == MPC_OK; j++)
	{
		if (j == me)
			continue;
		status = mpc_dh(fresh, key->esk, request->card[j].epk);
		if (status != MPC_OK)
			break;
		mpc_pair_key(given[j], purpose_of(roster->n, request->threshold, me, j), static_half[j], fresh,
					 request->rid, my_pid, roster->member[j].pid);
		mpc_pair_key(taken[j], purpose_of(roster->n, request->threshold, j, me), static_half[j], fresh,
					 request->rid, my_pid, roster->member[j].pid);
	}
	mpc_wipe(fresh, sizeof(fresh));
	return status;
}

/* ------------------------------------------------------------------ dealing */

/* One vector that is dealt: its polynomials by their value at 0 and by t - 1 streams. */
typedef struct Dealing
{
	const MpcRequest *request;
	uint16_t	me;
	MpcFe	   *x;				/* secret */
	uint8_t		key[MPC_MAX_PARTIES][MPC_PAIR_KEY_BYTES];	/* for what I give j; secret */
	uint16_t	stream[MPC_MAX_PARTIES];	/* whose streams: the t - 1 that follow me */
	uint16_t	point[MPC_MAX_PARTIES]; /* 0, then theirs */
} Dealing;

static void
place_points(Dealing *d)
{
	uint16_t	n = d->request->n;
	uint16_t	a;

	d->point[0] = 0;
	for (a = 1; a < d->request->threshold; a++)
	{
		d->stream[a] = (uint16_t) ((d->me + a) % n);
		d->point[a] = (uint16_t) (d->stream[a] + 1);
	}
}

/* The values of lanes first .. first + lanes - 1 at one more point, from those at d->point. */
static void
deal_chunk(const Dealing *d, MpcFe *out, const MpcFe *lambda, uint32_t first, uint32_t lanes)
{
	MpcFe		share[MPC_MAX_PARTIES][CHUNK];
	MpcFe		result[CHUNK];
	const MpcFe *value[MPC_MAX_PARTIES];
	uint16_t	t = d->request->threshold;
	uint16_t	a;

	value[0] = (const MpcFe *) d->x + first;
	for (a = 1; a < t; a++)
	{
		mpc_pair_stream(share[a], d->key[d->stream[a]], first, lanes);
		value[a] = (const MpcFe *) share[a];
	}
	mpc_shamir_combine(result, value, lambda, t, lanes);
	memcpy(out, result, lanes * sizeof(*out));	/* out may be x */
	mpc_wipe(share, sizeof(share));
	mpc_wipe(result, sizeof(result));
}

/* The m values at the point of a party. out may be x: nothing of x is read twice. */
static MpcStatus
deal_to(const Dealing *d, MpcFe *out, uint16_t receiver)
{
	MpcFe		lambda[MPC_MAX_PARTIES];
	uint32_t	m = d->request->m;
	uint32_t	first;
	MpcStatus	status;

	status = mpc_shamir_lagrange(lambda, d->point, d->request->threshold, (uint16_t) (receiver + 1));
	for (first = 0; first < m && status == MPC_OK; first += CHUNK)
	{
		if (mpc_interrupted != NULL && mpc_interrupted())
			status = MPC_INTERRUPTED;
		else
			deal_chunk(d, out + first, (const MpcFe *) lambda, first, m - first < CHUNK ? m - first : CHUNK);
	}
	return status;
}

/* Deals into the message, where each share is sealed; then x becomes my own share. */
static MpcStatus
deal_all(const Dealing *d, MpcWriter *w)
{
	uint8_t		context[CONTEXT_BYTES];
	uint16_t	distance;
	MpcStatus	status = MPC_OK;

	for (distance = d->request->threshold; distance < d->request->n && status == MPC_OK; distance++)
	{
		uint16_t	j = (uint16_t) ((d->me + distance) % d->request->n);
		uint8_t    *room = mpc_shares_room(w, j, d->request->m);

		if (room == NULL)
			return MPC_NOSPACE;
		status = deal_to(d, (MpcFe *) room, j);
		if (status != MPC_OK)
			break;
		write_context(context, d->request->rid, d->me, j);
		mpc_seal_once(room, (size_t) d->request->m * MPC_FIELD_BYTES, context, sizeof(context), d->key[j]);
	}
	return status == MPC_OK ? deal_to(d, d->x, d->me) : status;
}

static void
init_peer(MpcShamirPeer *peer, const MpcRoster *roster, const MpcRequest *request, MpcFe *x)
{
	memset(peer, 0, sizeof(*peer));
	peer->n = request->n;
	peer->t = request->threshold;
	peer->me = roster->me;
	peer->asker = request->asker;
	peer->m = request->m;
	memcpy(peer->rid, request->rid, sizeof(peer->rid));
	mpc_roster_digest(peer->roster, roster);
	peer->own = x;
}

MpcStatus
mpc_shamir_deal(MpcShamirPeer *peer, MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
				const MpcStaticHalf *static_half, MpcOneTimeKey *key,
				const MpcRequest *request, MpcFe *x,
				uint64_t ledger_seq, const uint8_t ledger_head[32],
				const MpcOneTimeKey *next)
{
	size_t		start = w->len;
	Dealing		d;
	MpcStatus	status;

	d.request = request;
	d.me = roster->me;
	d.x = x;
	init_peer(peer, roster, request, x);
	if (request->protocol != MPC_PROTOCOL_SHAMIR_SUM)
		status = MPC_VERSION;
	else if (request->n != roster->n)
		status = MPC_IDENTITY;
	else if (memcmp(key->card, request->card[roster->me].bytes, MPC_ONETIME_BYTES) != 0)
		status = MPC_STALE_KEY;
	else
		status = derive_keys(d.key, peer->key, roster, static_half, key, request);
	/* Spent, whatever comes: a key that may have dealt once never deals again. */
	mpc_wipe(key, sizeof(*key));
	if (status == MPC_OK)
	{
		place_points(&d);
		mpc_shares_begin(w, request, roster->me);
		status = deal_all(&d, w);
	}
	mpc_wipe(&d, sizeof(d));
	if (status == MPC_OK)
	{
		mpc_shares_end(w, start, me, request, roster->me, ledger_seq, ledger_head,
					   next != NULL ? next->card : NULL, peer->hash);
		status = w->data != NULL ? w->status : MPC_NOSPACE;
	}
	if (status == MPC_OK)
		return MPC_OK;
	/* What stands in the message may not be sealed yet. */
	if (w->data != NULL)
		mpc_wipe(w->data + start, w->len - start);
	w->len = start;
	mpc_shamir_peer_wipe(peer);
	return status;
}

/* ------------------------------------------------------------------ adding up */

MpcStatus
mpc_shamir_read_relay(MpcRelay *relay, const MpcShamirPeer *peer, const MpcRoster *roster,
					  const void *bytes, size_t len, uint16_t min_dealers)
{
	uint8_t		digest[32];
	MpcRelayFrame frame;
	MpcStatus	status;

	if (peer->own == NULL)
		return MPC_STALE_KEY;
	mpc_roster_digest(digest, roster);
	if (memcmp(digest, peer->roster, sizeof(digest)) != 0 || roster->me != peer->me)
		return MPC_IDENTITY;
	frame.rid = peer->rid;
	frame.m = peer->m;
	frame.t = peer->t;
	frame.asker = peer->asker;
	frame.receiver = peer->me;
	status = mpc_relay_read(relay, bytes, len, &frame, roster);
	if (status != MPC_OK)
		return status;
	if (relay->hash[peer->me] == NULL || memcmp(relay->hash[peer->me], peer->hash, MPC_TH_BYTES) != 0)
		return MPC_MISMATCH;
	return relay->count < peer->t || relay->count < min_dealers ? MPC_LIMIT : MPC_OK;
}

/* What one dealer gave me. work: m elements, left for the caller to wipe. */
static MpcStatus
take_share(const MpcShamirPeer *peer, uint16_t dealer, const uint8_t *sealed, MpcFe *work)
{
	uint8_t		context[CONTEXT_BYTES];
	MpcStatus	status;
	uint32_t	k;

	if (sealed == NULL)
	{
		mpc_pair_stream(work, peer->key[dealer], 0, peer->m);
		return MPC_OK;
	}
	write_context(context, peer->rid, dealer, peer->me);
	status = mpc_open_once((uint8_t *) work, (size_t) peer->m * MPC_FIELD_BYTES, sealed,
						   context, sizeof(context), peer->key[dealer]);
	for (k = 0; k < peer->m && status == MPC_OK; k++)
		if (!mpc_field_is_canonical(work[k]))
			status = MPC_NONCANONICAL;
	return status;
}

MpcStatus
mpc_shamir_add_up(MpcShamirPeer *peer, const MpcRelay *relay, MpcFe *work, uint16_t *bad)
{
	MpcStatus	status = MPC_OK;
	uint16_t	i;

	for (i = 0; i < peer->n && status == MPC_OK; i++)
	{
		if (relay->hash[i] == NULL || i == peer->me)
			continue;
		*bad = i;
		if (mpc_interrupted != NULL && mpc_interrupted())
			status = MPC_INTERRUPTED;
		else
			status = take_share(peer, i, relay->sealed[i], work);
		if (status == MPC_OK)
			mpc_field_add_all(peer->own, (const MpcFe *) work, peer->m);
	}
	mpc_wipe(work, (size_t) peer->m * sizeof(*work));
	mpc_wipe(peer->key, sizeof(peer->key));
	if (status != MPC_OK)
		mpc_shamir_peer_wipe(peer);
	else
		mpc_declassify(peer->own, (size_t) peer->m * sizeof(*peer->own));	/* one of t of the sum that is opened */
	return status;
}

MpcStatus
mpc_shamir_sum(MpcWriter *w, const MpcIdentity *me, MpcShamirPeer *peer, const MpcRelay *relay, MpcFe *work,
			   uint16_t *bad)
{
	MpcSumShare share;
	MpcStatus	status;

	if (peer->own == NULL)
		return MPC_STALE_KEY;
	status = mpc_shamir_add_up(peer, relay, work, bad);
	if (status == MPC_OK)
	{
		share.u1_hash = relay->u1_hash;
		share.sum = (const MpcFe *) peer->own;
		mpc_sum_share_write(w, me, peer->rid, peer->me, &share, peer->m);
		status = w->status;
	}
	mpc_shamir_peer_wipe(peer);
	return status;
}

void
mpc_shamir_peer_wipe(MpcShamirPeer *peer)
{
	if (peer->own != NULL)
		mpc_wipe(peer->own, (size_t) peer->m * sizeof(*peer->own));
	mpc_wipe(peer, sizeof(*peer));
}
