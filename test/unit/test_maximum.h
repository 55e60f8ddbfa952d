/*
 * test_maximum.h
 *		One question for maxima in one process: its parties, what they send, and how it is sent wrongly.
 */
#ifndef MPC_TEST_MAXIMUM_H
#define MPC_TEST_MAXIMUM_H

#include "crypto/hash.h"
#include "protocol/maximum.h"
#include "test_protocol.h"

#define PARTIES_MAX	5
#define VECTORS_MAX	6
#define M_MAX		4096
#define REQUEST_MAX (164 + PARTIES_MAX * MPC_ONETIME_BYTES + 1024)
#define REPLY_MAX	(512 + M_MAX * 32)
#define STEP_MAX	(104 + PARTIES_MAX * (4 + REPLY_MAX))

#define REPLY_TAG	"MPCAGG-v1/sig/reply"
#define STEP_TAG	"MPCAGG-v1/sig/step"

typedef struct Question
{
	Federation *fed;
	uint16_t	asker;
	uint8_t		digit_bits;
	uint8_t		key_bits;
	uint32_t	vectors;
	uint32_t	m;
	MpcMaximumAsk ask;
	uint8_t		message[REQUEST_MAX];
	size_t		len;
	MpcMaximum	plain[PARTIES_MAX][VECTORS_MAX];	/* key and alive as the test drew them */
	MpcMaximum	vector[PARTIES_MAX][VECTORS_MAX];
	MpcMaximumPeer peer[PARTIES_MAX];
	MpcFe		work[PARTIES_MAX][M_MAX];
	uint8_t		reply[PARTIES_MAX][REPLY_MAX];
	size_t		reply_len[PARTIES_MAX];
	uint8_t		step[STEP_MAX];
	size_t		step_len;
} Question;

static inline void
set_key(Question *q, uint16_t i, uint32_t g, uint64_t key)
{
	q->plain[i][g].key = key;
	q->plain[i][g].alive = 1;
}

/* The request, with fresh one-time keys for all; nobody has a key yet. */
static inline void
begin(Question *q, Federation *f, uint8_t digit_bits, uint8_t key_bits, uint32_t vectors, uint16_t asker)
{
	uint8_t		hash[32];
	MpcWriter	w;

	memset(q, 0, sizeof(*q));
	q->fed = f;
	q->asker = asker;
	q->digit_bits = digit_bits;
	q->key_bits = key_bits;
	q->vectors = vectors;
	q->m = vectors << digit_bits;
	assert_true(q->m <= M_MAX && vectors <= VECTORS_MAX && f->n <= PARTIES_MAX);
	federation_keys(f, "payroll");
	mpc_dataset_hash(hash, mpc_str("payroll"));
	mpc_writer_init(&w, q->message, sizeof(q->message));
	assert_int_equal(mpc_maximum_ask_begin(&q->ask, &f->id[asker], &f->roster[asker],
										   (const MpcStaticHalf *) f->half[asker], f->cards, hash, digit_bits, key_bits,
										   vectors, 1, mpc_str("query"), mpc_str("policy"), q->work[asker], &w), MPC_OK);
	q->len = w.len;
}

/* What peer i does with the request. */
static inline MpcStatus
answer(Question *q, uint16_t i)
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
	memcpy(q->vector[i], q->plain[i], sizeof(q->vector[i]));
	mpc_writer_init(&w, q->reply[i], REPLY_MAX);
	status = mpc_maximum_answer(&q->peer[i], &w, &f->id[i], &f->roster[i], (const MpcStaticHalf *) f->half[i], &f->key[i],
								&request, q->vector[i], q->work[i], 7, head, NULL);
	q->reply_len[i] = w.len;
	return status;
}

/* What peer i does with the step that lies in q->step. */
static inline MpcStatus
go_on(Question *q, uint16_t i)
{
	static const uint8_t head[32] = "a ledger head";
	Federation *f = q->fed;
	MpcStatus	status;
	MpcWriter	w;
	uint16_t	a;
	uint16_t	b;

	mpc_writer_init(&w, q->reply[i], REPLY_MAX);
	status = mpc_maximum_continue(&q->peer[i], &w, &f->id[i], &f->roster[i], (const MpcStaticHalf *) f->half[i],
								  q->step, q->step_len, q->work[i], 7, head, NULL, &a, &b);
	q->reply_len[i] = w.len;
	return status;
}

static inline MpcStatus
take(Question *q, uint16_t i)
{
	return mpc_maximum_ask_take_reply(&q->ask, i, q->reply[i], q->reply_len[i]);
}

static inline void
contribute(Question *q)
{
	MpcWriter	w;

	mpc_writer_init(&w, q->reply[q->asker], REPLY_MAX);
	assert_int_equal(mpc_maximum_ask_contribute(&q->ask, &w), MPC_OK);
	q->reply_len[q->asker] = w.len;
}

/* The first round is answered by everybody, and no reply is taken but the asker's. */
static inline void
answer_everybody(Question *q)
{
	uint16_t	i;

	memcpy(q->vector[q->asker], q->plain[q->asker], sizeof(q->vector[q->asker]));
	assert_int_equal(mpc_maximum_ask_start(&q->ask, q->vector[q->asker]), MPC_OK);
	contribute(q);
	for (i = 0; i < q->fed->n; i++)
		if (i != q->asker)
			assert_int_equal(answer(q, i), MPC_OK);
}

static inline void
take_everybody(Question *q)
{
	uint16_t	i;

	for (i = 0; i < q->fed->n; i++)
		if (i != q->asker)
			assert_int_equal(take(q, i), MPC_OK);
}

static inline MpcStatus
close_round(Question *q)
{
	MpcStatus	status;
	MpcWriter	w;
	uint16_t	a;
	uint16_t	b;

	mpc_writer_init(&w, q->step, sizeof(q->step));
	status = mpc_maximum_ask_close(&q->ask, &w, &a, &b);
	if (status == MPC_OK)
	{
		q->step_len = w.len;
		assert_true(mpc_is_zero(q->work[q->asker], q->m * sizeof(MpcFe)));
	}
	return status;
}

/* From a step to everybody's replies of the next round. */
static inline void
go_on_everybody(Question *q)
{
	uint16_t	i;

	contribute(q);
	for (i = 0; i < q->fed->n; i++)
		if (i != q->asker)
			assert_int_equal(go_on(q, i), MPC_OK);
}

/* To the step of the next round. */
static inline void
reach_step(Question *q)
{
	take_everybody(q);
	assert_int_equal(close_round(q), MPC_OK);
	assert_false(q->ask.ended);
}

/*
 * A question of three parties for two vectors in digits of four bits, its first round answered; member 0 asks and
 * has no key. In the first vector member 1 has a3 and member 2 has 57, or with less than eight bits both have 0; in the
 * second nobody has any.
 */
static inline void
start_three(Question *q, Federation *f, uint8_t key_bits)
{
	begin(q, f, 4, key_bits, 2, 0);
	set_key(q, 1, 0, key_bits < 8 ? 0 : 0xa3);
	set_key(q, 2, 0, key_bits < 8 ? 0 : 0x57);
	answer_everybody(q);
}

/* Everybody's replies of the round under way, as anybody could add them up. */
static inline void
add_up(const Question *q, MpcFe *sum)
{
	MpcReply	reply;
	uint16_t	i;

	memset(sum, 0, q->m * sizeof(*sum));
	for (i = 0; i < q->fed->n; i++)
	{
		assert_int_equal(mpc_reply_read(&reply, q->reply[i], q->reply_len[i], q->ask.self.rid, &q->fed->roster[0], i, q->m),
						 MPC_OK);
		mpc_field_add_all(sum, reply.y, q->m);
	}
}

/* Where element k of i's reply stands. */
static inline uint8_t *
element(Question *q, uint16_t i, uint32_t k)
{
	return q->reply[i] + 152 + (q->fed->n - 1) * 16 + k * 32;
}

/* Party i, who knows what everybody sends, makes the sum of lane k what it likes. */
static inline void
force_lane(Question *q, uint16_t i, uint32_t k, uint8_t value)
{
	static MpcFe sum[M_MAX];
	MpcFe		wanted = {value};

	add_up(q, sum);
	mpc_field_sub(wanted, wanted, sum[k]);
	mpc_field_add(element(q, i, k), element(q, i, k), wanted);
	resign(q->reply[i], q->reply_len[i], &q->fed->id[i], REPLY_TAG);
}

/* Nothing of party i's secrets is left. */
static inline void
check_wiped(const Question *q, uint16_t i)
{
	assert_true(mpc_is_zero(&q->peer[i], sizeof(q->peer[i])));
	assert_true(mpc_is_zero(q->vector[i], q->vectors * sizeof(MpcMaximum)));
	assert_true(mpc_is_zero(q->work[i], q->m * sizeof(MpcFe)));
}

#endif							/* MPC_TEST_MAXIMUM_H */
