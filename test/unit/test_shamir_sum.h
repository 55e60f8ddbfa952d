/*
 * test_shamir_sum.h
 *		One Shamir sum in one process: its parties, what they send, and how it is sent wrongly.
 */
#ifndef MPC_TEST_SHAMIR_SUM_H
#define MPC_TEST_SHAMIR_SUM_H

#include "protocol/shamir_sum.h"
#include "test_protocol.h"

#define LANES		11			/* more than are dealt at once, and odd */
#define REQUEST_MAX (164 + MPC_MAX_PARTIES * MPC_ONETIME_BYTES + 1024)
#define SHARES_MAX	(149 + 33 * (LANES * 32 + 18) + MPC_ONETIME_BYTES)
#define RELAY_MAX	(120 + MPC_MAX_PARTIES * 128 + 33 * (LANES * 32 + 16))
#define SUM_MAX		(138 + LANES * 32)

#define RELAY_TAG	"MPCAGG-v1/sig/relay"
#define SUM_TAG		"MPCAGG-v1/sig/sum-share"
#define SHARES_TAG	"MPCAGG-v1/sig/shares"

/* A set of positions as bits: enough for every pattern of a few parties. */
typedef uint32_t Set;

typedef struct Question
{
	Federation *fed;
	uint16_t	asker;
	MpcShamirAsk ask;
	uint8_t		message[REQUEST_MAX];
	size_t		len;
	MpcFe		plain[MPC_MAX_PARTIES][LANES];
	MpcFe		x[MPC_MAX_PARTIES][LANES];
	MpcShamirPeer peer[MPC_MAX_PARTIES];
	uint8_t		shares[MPC_MAX_PARTIES][SHARES_MAX];
	size_t		shares_len[MPC_MAX_PARTIES];
	uint8_t		relay[RELAY_MAX];
	size_t		relay_len;
	uint8_t		sum[MPC_MAX_PARTIES][SUM_MAX];
	size_t		sum_len[MPC_MAX_PARTIES];
} Question;

static inline void
fill_plain(Question *q, uint32_t seed)
{
	uint8_t		bytes[64];
	uint16_t	i;
	uint32_t	k;

	for (i = 0; i < q->fed->n; i++)
		for (k = 0; k < LANES; k++)
		{
			kat_fill(bytes, sizeof(bytes), seed + i * LANES + k);
			mpc_field_from_hash(q->plain[i][k], bytes);
		}
	memcpy(q->x, q->plain, sizeof(q->x));
}

/* The request, with fresh one-time keys for all. */
static inline void
begin(Question *q, Federation *f, uint16_t t, uint16_t asker)
{
	uint8_t		hash[32];
	MpcWriter	w;

	memset(q, 0, sizeof(*q));
	q->fed = f;
	q->asker = asker;
	fill_plain(q, 1000u * f->n + t);
	federation_keys(f, "payroll");
	mpc_dataset_hash(hash, mpc_str("payroll"));
	mpc_writer_init(&w, q->message, sizeof(q->message));
	assert_int_equal(mpc_shamir_ask_begin(&q->ask, &f->id[asker], &f->roster[asker],
										  (const MpcStaticHalf *) f->half[asker], f->cards, hash, t, LANES, 1,
										  mpc_str("query"), mpc_str("policy"), &w), MPC_OK);
	q->len = w.len;
}

/* What peer i does with the request; t as the test wants it, where it is not the request's. */
static inline MpcStatus
deal(Question *q, uint16_t i, uint16_t t)
{
	static const uint8_t head[32] = "a ledger head";
	Federation *f = q->fed;
	MpcRequest	request;
	MpcStatus	status;
	MpcWriter	w;
	uint16_t	bad;

	assert_int_equal(mpc_request_read(&request, q->message, q->len), MPC_OK);
	assert_int_equal(mpc_request_verify(&request, &f->id[q->asker].card), MPC_OK);
	assert_int_equal(mpc_request_check_cards(&request, &f->roster[i], mpc_str("payroll"), &bad), MPC_OK);
	request.threshold = t;
	mpc_writer_init(&w, q->shares[i], SHARES_MAX);
	status = mpc_shamir_deal(&q->peer[i], &w, &f->id[i], &f->roster[i], (const MpcStaticHalf *) f->half[i],
							 &f->key[i], &request, q->x[i], 7, head, NULL);
	q->shares_len[i] = w.len;
	return status;
}

static inline MpcStatus
take_shares(Question *q, uint16_t i)
{
	return mpc_shamir_ask_take_shares(&q->ask, i, q->shares[i], q->shares_len[i]);
}

static inline void
contribute(Question *q)
{
	MpcWriter	w;

	mpc_writer_init(&w, q->shares[q->asker], SHARES_MAX);
	assert_int_equal(mpc_shamir_ask_contribute(&q->ask, q->x[q->asker], &w), MPC_OK);
	q->shares_len[q->asker] = w.len;
}

/* Everybody deals; nobody's shares are taken but the asker's. */
static inline void
deal_everybody(Question *q)
{
	uint16_t	i;

	contribute(q);
	for (i = 0; i < q->fed->n; i++)
		if (i != q->asker)
			assert_int_equal(deal(q, i, q->ask.request.threshold), MPC_OK);
}

static inline MpcStatus
close_dealers(Question *q, uint16_t min_dealers)
{
	MpcFe		work[LANES];
	uint16_t	bad = 0;
	MpcStatus	status = mpc_shamir_ask_close(&q->ask, min_dealers, work, &bad);

	if (status == MPC_OK)
		assert_true(mpc_is_zero(work, sizeof(work)));
	return status;
}

/* The asker takes all shares and fixes U1. */
static inline void
close_with_everybody(Question *q)
{
	uint16_t	i;

	for (i = 0; i < q->fed->n; i++)
		if (i != q->asker)
			assert_int_equal(take_shares(q, i), MPC_OK);
	assert_int_equal(close_dealers(q, 0), MPC_OK);
}

static inline void
write_relay(Question *q, uint16_t i)
{
	MpcWriter	w;

	mpc_writer_init(&w, q->relay, sizeof(q->relay));
	assert_int_equal(mpc_shamir_ask_relay(&q->ask, i, &w), MPC_OK);
	q->relay_len = w.len;
}

/* What peer i does with the relay that lies in q->relay. */
static inline MpcStatus
sum_up(Question *q, uint16_t i, uint16_t *bad)
{
	MpcRelay	relay;
	MpcFe		work[LANES];
	MpcStatus	status;
	MpcWriter	w;

	status = mpc_shamir_read_relay(&relay, &q->peer[i], &q->fed->roster[i], q->relay, q->relay_len, 0);
	if (status != MPC_OK)
		return status;
	mpc_writer_init(&w, q->sum[i], SUM_MAX);
	status = mpc_shamir_sum(&w, &q->fed->id[i], &q->peer[i], &relay, work, bad);
	q->sum_len[i] = w.len;
	assert_true(mpc_is_zero(work, sizeof(work)));
	assert_true(mpc_is_zero(&q->peer[i], sizeof(q->peer[i])));
	assert_true(mpc_is_zero(q->x[i], sizeof(q->x[i])));
	return status;
}

static inline MpcStatus
take_sum(Question *q, uint16_t i)
{
	return mpc_shamir_ask_take_sum(&q->ask, i, q->sum[i], q->sum_len[i]);
}

/* All of U1 but the asker get their relay and answer. */
static inline void
sum_everybody(Question *q)
{
	uint16_t	i;
	uint16_t	bad;

	for (i = 0; i < q->fed->n; i++)
	{
		if (i == q->asker || !q->ask.dealt[i])
			continue;
		write_relay(q, i);
		assert_int_equal(sum_up(q, i, &bad), MPC_OK);
		assert_int_equal(take_sum(q, i), MPC_OK);
	}
}

/* Is this the sum of the vectors of all who dealt? */
static inline bool
is_sum(const Question *q, const MpcFe *sum)
{
	MpcFe		expected[LANES] = {{0}};
	uint16_t	i;

	for (i = 0; i < q->fed->n; i++)
		if (q->ask.dealt[i])
			mpc_field_add_all(expected, q->plain[i], LANES);
	return memcmp(expected, sum, sizeof(expected)) == 0;
}

static inline void
check_end(Question *q)
{
	static const bool none[MPC_MAX_PARTIES];
	bool		wrong[MPC_MAX_PARTIES];
	MpcFe		sum[LANES];

	assert_int_equal(mpc_shamir_ask_end(&q->ask, sum, wrong), MPC_OK);
	assert_true(is_sum(q, (const MpcFe *) sum));
	assert_memory_equal(wrong, none, sizeof(none));
}

/* Up to the relays: n parties, all dealt, U1 is everybody, the first asks. */
static inline void
start(Question *q, Federation *f, uint16_t n, uint16_t t)
{
	federation_make(f, n, n);
	begin(q, f, t, 0);
	deal_everybody(q);
	close_with_everybody(q);
}

/* What an asker who lies tells party i: the dealers of a set, with what they sealed for receiver. */
static inline void
craft_relay(Question *q, MpcRelay *relay, Set set, uint16_t receiver)
{
	uint16_t	n = q->fed->n;
	uint16_t	i;

	memset(relay, 0, sizeof(*relay));
	for (i = 0; i < n; i++)
	{
		if ((set >> i & 1) == 0)
			continue;
		relay->count++;
		relay->hash[i] = q->ask.shares[i].hash;
		relay->sig[i] = q->ask.shares[i].sig;
		if (mpc_shamir_distance(n, i, receiver) >= q->ask.request.threshold)
			relay->sealed[i] = mpc_shares_for(&q->ask.shares[i], &q->ask.request, i, receiver);
	}
}

static inline void
send_crafted(Question *q, const MpcRelay *relay)
{
	MpcWriter	w;

	mpc_writer_init(&w, q->relay, sizeof(q->relay));
	mpc_relay_write(&w, &q->fed->id[q->asker], q->ask.request.rid, relay, q->fed->n, LANES);
	assert_int_equal(w.status, MPC_OK);
	q->relay_len = w.len;
}

#endif							/* MPC_TEST_SHAMIR_SUM_H */
