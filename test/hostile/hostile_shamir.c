/*
 * hostile_shamir.c
 *		What does a lying asker tell whom between the two rounds of a Shamir sum,
 *		and what do the sum shares give that it gets?
 *
 * It deals like everybody, and zeros. What it chooses is of which dealers each party
 * is told; and it opens whatever it can put together, whether that fits or not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "hostile.h"

static MpcShamirAsk shamir;
static uint8_t question[MAX_BYTES];	/* the request as it was built */
static uint8_t *dealt[16];		/* shares as they came */
static uint8_t *sum_reply[16];	/* sum shares as they came */
static MpcSumShare sum[16];
static bool has_sum[16];
static uint8_t *own_shares;
static MpcFe *own;				/* my share of my own zeros */

MpcStatus
begin_shamir(const MpcStaticHalf *halves, uint8_t *cards, const uint8_t *dataset_hash,
			 uint16_t threshold, uint32_t m, MpcStr query, MpcStr policy)
{
	MpcWriter	w;
	MpcStatus	status;

	mpc_shamir_ask_wipe(&shamir);
	memset(has_sum, 0, sizeof(has_sum));
	mpc_writer_init(&w, question, sizeof(question));
	status = mpc_shamir_ask_begin(&shamir, &me, &roster, halves, cards, dataset_hash, threshold, m, 1, query, policy, &w);
	message_len = status == MPC_OK ? w.len : 0;
	memcpy(message, question, message_len);
	ask.request = shamir.request;
	return status;
}

static MpcStatus
deal_own(void)
{
	MpcWriter	w;

	free(own);
	own = calloc(shamir.request.m, sizeof(MpcFe));
	free(own_shares);
	own_shares = malloc(mpc_shares_size(roster.n, shamir.request.threshold, shamir.request.m));
	mpc_writer_init(&w, own_shares, mpc_shares_size(roster.n, shamir.request.threshold, shamir.request.m));
	return mpc_shamir_ask_contribute(&shamir, own, &w);
}

void
take_shares(void)
{
	MpcStatus	status = shamir.dealt[roster.me] ? MPC_OK : deal_own();
	int			count = 1;
	int			i;

	for (i = 0; i < roster.n && status == MPC_OK; i++)
	{
		Party	   *p = party_at(i);

		if (p == NULL || (p->reply == NULL && !shamir.dealt[i]))
			continue;
		count++;
		if (shamir.dealt[i])
			continue;
		free(dealt[i]);
		dealt[i] = malloc(p->reply_len + 1);
		memcpy(dealt[i], p->reply, p->reply_len);
		status = mpc_shamir_ask_take_shares(&shamir, (uint16_t) i, dealt[i], p->reply_len);
	}
	if (status != MPC_OK)
		printf("no shares: %s\n", mpc_status_name(status));
	else
		printf("%d dealt\n", count);
}

/* What an honest asker would tell this party, were these all that dealt. */
static void
build_relay(MpcRelay *relay, int receiver, const bool *dealer)
{
	int			i;

	memset(relay, 0, sizeof(*relay));
	for (i = 0; i < roster.n; i++)
	{
		if (!dealer[i] || !shamir.dealt[i])
			continue;
		relay->count++;
		relay->hash[i] = shamir.shares[i].hash;
		relay->sig[i] = shamir.shares[i].sig;
		if (mpc_shamir_distance(roster.n, (uint16_t) i, (uint16_t) receiver) >= shamir.request.threshold)
			relay->sealed[i] = mpc_shares_for(&shamir.shares[i], &shamir.request, (uint16_t) i, (uint16_t) receiver);
	}
	mpc_relay_hash(relay, roster.n);
}

void
write_relay(int receiver, const bool *dealer)
{
	MpcRelay	relay;
	MpcWriter	w;

	build_relay(&relay, receiver, dealer);
	mpc_writer_init(&w, message, sizeof(message));
	mpc_relay_write(&w, &me, shamir.request.rid, &relay, roster.n, shamir.request.m);
	message_len = w.status == MPC_OK ? w.len : 0;
	read_back();
	say_hex(relay.u1_hash, sizeof(relay.u1_hash));
}

void
take_sum(int position)
{
	Party	   *p = party_at(position);
	MpcStatus	status;

	free(sum_reply[position]);
	sum_reply[position] = malloc(p->reply_len + 1);
	memcpy(sum_reply[position], p->reply, p->reply_len);
	status = mpc_sum_share_read(&sum[position], sum_reply[position], p->reply_len, shamir.request.rid,
								&roster, (uint16_t) position, shamir.request.m);
	has_sum[position] = status == MPC_OK;
	if (status != MPC_OK)
		printf("no sum share: %s\n", mpc_status_name(status));
	else
		say_hex(sum[position].u1_hash, MPC_TH32_BYTES);
}

/* My sum share for any set of dealers: nobody can keep me from having one for each. */
static MpcStatus
add_up(MpcFe *x, const MpcRelay *relay)
{
	MpcShamirPeer peer = shamir.self;
	MpcFe	   *work = calloc(peer.m, sizeof(MpcFe));
	uint16_t	bad;
	MpcStatus	status;

	if (relay->hash[roster.me] != NULL)
		memcpy(x, own, peer.m * sizeof(MpcFe));
	peer.own = x;
	status = mpc_shamir_add_up(&peer, relay, work, &bad);
	free(work);
	return status;
}

void
open_shares(const bool *dealer, const bool *by)
{
	uint32_t	m = shamir.request.m;
	MpcFe	   *x = calloc(m, sizeof(MpcFe));
	MpcFe	   *opened = calloc(m, sizeof(MpcFe));
	MpcFe		lambda[MPC_MAX_PARTIES];
	const MpcFe *value[MPC_MAX_PARTIES];
	uint16_t	index[MPC_MAX_PARTIES];
	MpcRelay	relay;
	bool		same = true;
	size_t		n = 0;
	int			i;

	build_relay(&relay, roster.me, dealer);
	if (add_up(x, &relay) != MPC_OK)
		exit(1);
	for (i = 0; i < roster.n; i++)
	{
		if (i != roster.me && (!by[i] || !has_sum[i]))
			continue;
		same &= i == roster.me || memcmp(sum[i].u1_hash, relay.u1_hash, MPC_TH32_BYTES) == 0;
		index[n] = (uint16_t) (i + 1);
		value[n++] = i == roster.me ? (const MpcFe *) x : sum[i].sum;
	}
	if (n < shamir.request.threshold)
		printf("too few: ");
	if (mpc_shamir_lagrange(lambda, index, n, 0) != MPC_OK)
		exit(1);
	mpc_shamir_combine(opened, value, (const MpcFe *) lambda, n, m);
	printf(same ? "same: " : "mixed: ");
	say_lanes((const MpcFe *) opened, m);
	printf("\n");
	free(x);
	free(opened);
}
