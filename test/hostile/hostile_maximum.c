/*
 * hostile_maximum.c
 *		What does a lying asker tell whom between the rounds of a maximum, and what do the replies show it?
 *
 * It takes part like everybody, without a key or with one that it makes up. What it chooses is its own reply of a round, which it
 * can write when it has seen all others', and what each peer is told of that round.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "hostile.h"

#define REPLY_TAG	"MPCAGG-v1/sig/reply"
#define FIRST_REPLY	(8 + MPC_RID_BYTES)
#define FIXED		(8 + 32 + 2 + 2 + 4 + 8 + 32 + 32 + 32)

static MpcMaximumAsk maximum;
static uint8_t question[MAX_BYTES];	/* the request as it was built */
static MpcMaximum *vector;
static MpcFe *work;
static uint8_t *own;			/* my reply of the round under way */
static size_t own_len;

MpcStatus
begin_maximum(const MpcStaticHalf *halves, uint8_t *cards, const uint8_t *dataset_hash,
			  const MpcExtremes *extremes, MpcStr query, MpcStr policy)
{
	uint32_t	vectors = mpc_extremes_vectors(extremes);
	uint32_t	m = vectors << extremes->digit_bits;
	MpcWriter	w;
	MpcStatus	status;

	mpc_maximum_ask_wipe(&maximum);
	free(vector);
	vector = calloc(vectors + 1, sizeof(MpcMaximum));
	free(work);
	work = calloc(m + 1, sizeof(MpcFe));
	free(own);
	own = malloc(mpc_reply_size(roster.n, m));
	mpc_writer_init(&w, question, sizeof(question));
	status = mpc_maximum_ask_begin(&maximum, &me, &roster, halves, cards, dataset_hash, extremes->digit_bits, extremes->key_bits,
								   vectors, 1, query, policy, work, &w);
	message_len = status == MPC_OK ? w.len : 0;
	memcpy(message, question, message_len);
	ask.request = maximum.request;
	return status;
}

void
claim_key(const char *number)
{
	vector[0].key = strtoull(number, NULL, 10);
	vector[0].alive = 1;
}

/* Where element k stands in a reply. */
static MpcFe *
element(uint8_t *reply, long k)
{
	return (MpcFe *) (reply + FIXED + (size_t) (roster.n - 1) * MPC_CONFIRM_BYTES) + k;
}

static void
sign_reply(uint8_t *reply, size_t len)
{
	mpc_sign(reply + len - MPC_SIG_BYTES, me.sign_sk, REPLY_TAG, reply, len - MPC_SIG_BYTES);
}

/* Takes away what the others put into the first vector above this digit. */
static void
overrule(long digit)
{
	long		k;
	int			i;

	for (k = digit + 1; k < 1L << maximum.request.digit_bits; k++)
	{
		MpcFe	   *mine = element(own, k);

		memset(*mine, 0, sizeof(*mine));
		for (i = 0; i < roster.n; i++)
			if (i != roster.me)
				mpc_field_sub(*mine, *mine, maximum.reply[i].y[k]);
	}
	sign_reply(own, own_len);
}

/* Everybody's replies of the round under way. */
static MpcStatus
gather(void)
{
	MpcStatus	status = MPC_OK;
	MpcWriter	w;
	int			i;

	if (!maximum.started)
		status = mpc_maximum_ask_start(&maximum, vector);
	mpc_writer_init(&w, own, mpc_reply_size(roster.n, maximum.request.m));
	if (status == MPC_OK)
		status = mpc_maximum_ask_contribute(&maximum, &w);
	own_len = w.len;
	for (i = 0; i < roster.n && status == MPC_OK; i++)
	{
		Party	   *p = party_at(i);

		if (p != NULL)
			status = mpc_maximum_ask_take_reply(&maximum, (uint16_t) i, p->reply, p->reply_len);
	}
	return status;
}

static void
say_found(void)
{
	uint32_t	g;

	printf("found");
	for (g = 0; g < maximum.request.m >> maximum.request.digit_bits; g++)
	{
		if (vector[g].empty)
			printf(" nothing");
		else
			printf(" %llu", (unsigned long long) vector[g].value);
	}
	printf("\n");
}

/* digit < 0: an honest step. */
void
write_step(long digit)
{
	MpcStatus	status = gather();
	MpcWriter	w;
	uint16_t	a;
	uint16_t	b;

	mpc_writer_init(&w, message, sizeof(message));
	if (status == MPC_OK && digit >= 0)
		overrule(digit);
	if (status == MPC_OK)
		status = mpc_maximum_ask_close(&maximum, &w, &a, &b);
	message_len = w.len;
	if (status != MPC_OK)
		printf("no step: %s\n", mpc_status_name(status));
	else if (maximum.ended)
		say_found();
	else
	{
		read_back();
		say_request();
	}
}

/* The step tells of another element in my own reply. */
void
twist_step(long lane)
{
	uint8_t    *reply = message + FIRST_REPLY;
	uint32_t	len = 0;
	MpcFe		e;
	int			i;

	for (i = 0; i <= roster.me; i++)
	{
		reply += len;
		len = (uint32_t) reply[0] | (uint32_t) reply[1] << 8 | (uint32_t) reply[2] << 16 | (uint32_t) reply[3] << 24;
		reply += 4;
	}
	crypto_core_ristretto255_scalar_random(e);
	mpc_field_add(*element(reply, lane), *element(reply, lane), e);
	sign_reply(reply, len);
	sign_as(&me);
	say_request();
}
