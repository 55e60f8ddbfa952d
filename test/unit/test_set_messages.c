/*
 * test_set_messages.c
 *		Are the messages of an intersection accepted only whole, signed, within their limits, and as what was asked for?
 */
#include "protocol/set_messages.h"
#include "test_protocol.h"

#define PARTIES		3
#define ASKER		1
#define PEER		2
#define ANSWER		"MPCAGG-v1/sig/set-answer"
#define STEP		"MPCAGG-v1/sig/set-step"
#define REPLY		"MPCAGG-v1/sig/set-reply"
#define ELEMENTS	3
#define PUTS_AT		44				/* in a step: u8 nputs */
#define PUT_COUNT	(PUTS_AT + 6)
#define GETS_AT		(PUTS_AT + 1 + 9 + ELEMENTS * 32)

static Federation fed;
static uint8_t bytes[TEST_MESSAGE_MAX];
static uint8_t elements[ELEMENTS * MPC_SET_ELEMENT];
static MpcSetStep step;

static int
make_federation(void **state)
{
	if (start_core(state) != 0)
		return -1;
	federation_make(&fed, PARTIES, 41);
	federation_keys(&fed, "people");
	kat_fill(elements, sizeof(elements), 7);
	return 0;
}

/* ------------------------------------------------------------------ the answer */

static size_t
write_answer(uint32_t size, bool card)
{
	MpcSetAnswer answer = {size, 0x0102030405060708, kat_pid[0], card ? fed.key[PEER].card : NULL};
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_set_answer_write(&w, &fed.id[PEER], kat_rid, PEER, &answer);
	assert_int_equal(w.status, MPC_OK);
	return w.len;
}

static MpcStatus
judge_answer(const uint8_t *message, size_t len, void *arg)
{
	MpcSetAnswer answer;

	(void) arg;
	return mpc_set_answer_read(&answer, message, len, kat_rid, &fed.roster[ASKER], PEER);
}

static void
test_answer(void **state)
{
	static const uint8_t head[] = {'M', 'P', 'C', 'A', 'G', 'I', 0, 1};
	static const uint8_t rest[] = {PEER + 1, 0, 0xef, 0xbe, 0xad, 0, 8, 7, 6, 5, 4, 3, 2, 1};
	MpcSetAnswer answer;
	size_t		len = write_answer(0xadbeef, true);

	(void) state;
	assert_int_equal(len, MPC_SET_ANSWER_MAX);
	assert_memory_equal(bytes, head, 8);
	assert_memory_equal(bytes + 8, kat_rid, 32);
	assert_memory_equal(bytes + 40, rest, sizeof(rest));
	assert_memory_equal(bytes + 54, kat_pid[0], 32);
	assert_int_equal(bytes[86], 1);
	assert_memory_equal(bytes + 87, fed.key[PEER].card, MPC_ONETIME_BYTES);
	assert_int_equal(mpc_sign_verify(bytes + len - 64, fed.id[PEER].card.sign_pk, ANSWER, bytes, len - 64), MPC_OK);
	assert_int_equal(mpc_set_answer_read(&answer, bytes, len, kat_rid, &fed.roster[ASKER], PEER), MPC_OK);
	assert_int_equal(answer.size, 0xadbeef);
	assert_true(answer.ledger_seq == 0x0102030405060708);
	assert_memory_equal(answer.ledger_head, kat_pid[0], 32);
	assert_memory_equal(answer.next_card, fed.key[PEER].card, MPC_ONETIME_BYTES);
	refuse_damage(bytes, len, 48, judge_answer, NULL);
	len = write_answer(0, false);
	assert_int_equal(mpc_set_answer_read(&answer, bytes, len, kat_rid, &fed.roster[ASKER], PEER), MPC_OK);
	assert_null(answer.next_card);
	assert_int_equal(answer.size, 0);
	refuse_damage(bytes, len, 48, judge_answer, NULL);
}

static void
test_answer_limits(void **state)
{
	MpcSetAnswer answer;
	size_t		len = write_answer(MPC_MAX_LANES, true);

	(void) state;
	assert_int_equal(judge_answer(bytes, len, NULL), MPC_OK);
	len = write_answer(MPC_MAX_LANES + 1, true);
	assert_int_equal(judge_answer(bytes, len, NULL), MPC_LIMIT);
	len = write_answer(5, true);
	assert_int_equal(mpc_set_answer_read(&answer, bytes, len, kat_pid[1], &fed.roster[ASKER], PEER), MPC_MISMATCH);
	assert_int_equal(mpc_set_answer_read(&answer, bytes, len, kat_rid, &fed.roster[ASKER], 0), MPC_SIGNATURE);
	bytes[40] = 1;				/* signed by the right party, in another's place */
	resign(bytes, len, &fed.id[PEER], ANSWER);
	assert_int_equal(judge_answer(bytes, len, NULL), MPC_MISMATCH);
	len = write_answer(5, true);
	bytes[86] = 2;
	resign(bytes, len, &fed.id[PEER], ANSWER);
	assert_int_equal(judge_answer(bytes, len, NULL), MPC_MALFORMED);
	len = write_answer(5, true);
	bytes[7] = 2;
	resign(bytes, len, &fed.id[PEER], ANSWER);
	assert_int_equal(judge_answer(bytes, len, NULL), MPC_VERSION);
	len = write_answer(5, true);
	resign(bytes, len, &fed.id[PEER], REPLY);	/* signed as another kind of message */
	assert_int_equal(judge_answer(bytes, len, NULL), MPC_SIGNATURE);
}

/* ------------------------------------------------------------------ steps */

/* Puts three, gets two of them from another list. */
static void
make_step(void)
{
	memset(&step, 0, sizeof(step));
	step.rid = kat_rid;
	step.number = 0x01020304;
	step.nputs = step.ngets = 1;
	step.put[0] = (MpcSetPart) {MPC_SET_ASKED, 0x0a0b0c, ELEMENTS, elements};
	step.get[0] = (MpcSetPart) {MPC_SET_EVALUATED, 7, 2, NULL};
}

static MpcStatus
write_step(size_t *len)
{
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_set_step_write(&w, &fed.id[ASKER], &step);
	*len = w.len;
	return w.status;
}

static MpcStatus
judge_step(const uint8_t *message, size_t len, void *arg)
{
	static MpcSetStep read;

	(void) arg;
	return mpc_set_step_read(&read, message, len, kat_rid, 0x01020304, fed.id[ASKER].card.sign_pk);
}

static void
test_step(void **state)
{
	static const uint8_t head[] = {'M', 'P', 'C', 'A', 'G', 'X', 0, 1};
	static const uint8_t put[] = {4, 3, 2, 1, 1, 2, 0x0c, 0x0b, 0x0a, 0, 3, 0, 0, 0};
	static const uint8_t get[] = {1, 3, 7, 0, 0, 0, 2, 0, 0, 0};
	MpcSetStep	read;
	size_t		len;

	(void) state;
	make_step();
	assert_int_equal(write_step(&len), MPC_OK);
	assert_int_equal(len, mpc_set_step_size(&step));
	assert_int_equal(len, GETS_AT + sizeof(get) + 64);
	assert_memory_equal(bytes, head, 8);
	assert_memory_equal(bytes + 8, kat_rid, 32);
	assert_memory_equal(bytes + 40, put, sizeof(put));
	assert_memory_equal(bytes + 54, elements, sizeof(elements));
	assert_memory_equal(bytes + GETS_AT, get, sizeof(get));
	assert_int_equal(mpc_sign_verify(bytes + len - 64, fed.id[ASKER].card.sign_pk, STEP, bytes, len - 64), MPC_OK);
	assert_true(mpc_is_set_step(bytes, len));
	assert_false(mpc_is_set_step(bytes, 5));
	assert_ptr_equal(mpc_set_step_rid(bytes, 40), bytes + 8);
	assert_null(mpc_set_step_rid(bytes, 39));
	assert_int_equal(mpc_set_step_read(&read, bytes, len, kat_rid, step.number, fed.id[ASKER].card.sign_pk), MPC_OK);
	assert_int_equal(read.nputs, 1);
	assert_int_equal(read.ngets, 1);
	assert_int_equal(read.put[0].channel, MPC_SET_ASKED);
	assert_int_equal(read.put[0].first, 0x0a0b0c);
	assert_int_equal(read.put[0].count, ELEMENTS);
	assert_memory_equal(read.put[0].elements, elements, sizeof(elements));
	assert_int_equal(read.get[0].channel, MPC_SET_EVALUATED);
	assert_int_equal(read.get[0].first, 7);
	assert_int_equal(read.get[0].count, 2);
	assert_null(read.get[0].elements);
	refuse_damage(bytes, len, 60, judge_step, NULL);
	assert_int_equal(mpc_set_step_read(&read, bytes, len, kat_pid[0], step.number, fed.id[ASKER].card.sign_pk), MPC_MISMATCH);
	assert_int_equal(mpc_set_step_read(&read, bytes, len, kat_rid, step.number + 1, fed.id[ASKER].card.sign_pk), MPC_MISMATCH);
	assert_int_equal(mpc_set_step_read(&read, bytes, len, kat_rid, step.number, fed.id[PEER].card.sign_pk), MPC_SIGNATURE);
	resign(bytes, len, &fed.id[ASKER], REPLY);
	assert_int_equal(judge_step(bytes, len, NULL), MPC_SIGNATURE);
}

/* As many pieces as there may be; one more is none. */
static void
test_step_parts(void **state)
{
	size_t		len;
	int			i;

	(void) state;
	make_step();
	step.nputs = step.ngets = 0;
	assert_int_equal(write_step(&len), MPC_OK);
	assert_int_equal(len, mpc_set_step_size(&step));
	assert_int_equal(judge_step(bytes, len, NULL), MPC_OK);
	refuse_damage(bytes, len, 48, judge_step, NULL);
	for (i = 0; i < MPC_SET_MAX_PARTS; i++)
	{
		step.put[i] = (MpcSetPart) {(uint8_t) (250 + i), (uint32_t) i, 1 + (uint32_t) i % 2, elements + i};
		step.get[i] = (MpcSetPart) {(uint8_t) i, MPC_MAX_LANES, MPC_SET_PIECE, NULL};
	}
	step.nputs = step.ngets = MPC_SET_MAX_PARTS;
	assert_int_equal(write_step(&len), MPC_OK);
	assert_int_equal(len, mpc_set_step_size(&step));
	assert_int_equal(judge_step(bytes, len, NULL), MPC_OK);
	refuse_lengths(bytes, len, judge_step, NULL);
	step.nputs = MPC_SET_MAX_PARTS + 1;
	assert_int_equal(write_step(&len), MPC_LIMIT);
	step.nputs = 0;
	step.ngets = MPC_SET_MAX_PARTS + 1;
	assert_int_equal(write_step(&len), MPC_LIMIT);
}

/* A count, a place, a number of pieces that a step cannot have: neither written nor read. */
static void
test_step_limits(void **state)
{
	static const uint32_t count[] = {0, MPC_SET_PIECE + 1, UINT32_MAX};
	static const uint32_t first[] = {MPC_MAX_LANES + 1, UINT32_MAX};
	size_t		len;
	size_t		i;

	(void) state;
	for (i = 0; i < 3; i++)
	{
		make_step();
		step.get[0].count = count[i];
		assert_int_equal(write_step(&len), MPC_LIMIT);
		make_step();
		assert_int_equal(write_step(&len), MPC_OK);
		memcpy(bytes + GETS_AT + 6, &count[i], 4);	/* little-endian here, as everywhere this runs */
		resign(bytes, len, &fed.id[ASKER], STEP);
		assert_int_equal(judge_step(bytes, len, NULL), MPC_LIMIT);
		make_step();
		assert_int_equal(write_step(&len), MPC_OK);
		memcpy(bytes + PUT_COUNT, &count[i], 4);
		resign(bytes, len, &fed.id[ASKER], STEP);
		assert_int_equal(judge_step(bytes, len, NULL), MPC_LIMIT);
	}
	for (i = 0; i < 2; i++)
	{
		make_step();
		step.put[0].first = first[i];
		assert_int_equal(write_step(&len), MPC_LIMIT);
		make_step();
		assert_int_equal(write_step(&len), MPC_OK);
		memcpy(bytes + GETS_AT + 2, &first[i], 4);
		resign(bytes, len, &fed.id[ASKER], STEP);
		assert_int_equal(judge_step(bytes, len, NULL), MPC_LIMIT);
	}
	make_step();
	assert_int_equal(write_step(&len), MPC_OK);
	bytes[PUTS_AT] = MPC_SET_MAX_PARTS + 1;
	resign(bytes, len, &fed.id[ASKER], STEP);
	assert_int_equal(judge_step(bytes, len, NULL), MPC_LIMIT);
	make_step();
	assert_int_equal(write_step(&len), MPC_OK);
	bytes[PUT_COUNT] = ELEMENTS + 1;	/* its last element would be what follows, and part of the signature */
	resign(bytes, len, &fed.id[ASKER], STEP);
	assert_int_not_equal(judge_step(bytes, len, NULL), MPC_OK);
}

/* ------------------------------------------------------------------ replies */

/* The reply to make_step(). */
static size_t
write_reply(void)
{
	MpcSetStep	said = step;
	MpcWriter	w;

	said.get[0].elements = elements;
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_set_reply_write(&w, &fed.id[PEER], PEER, &said);
	assert_int_equal(w.status, MPC_OK);
	assert_int_equal(w.len, mpc_set_reply_size(&said));
	return w.len;
}

static MpcStatus
judge_reply(const uint8_t *message, size_t len, void *arg)
{
	MpcSetStep	copy = step;

	(void) arg;
	return mpc_set_reply_read(&copy, message, len, &fed.roster[ASKER], PEER);
}

static void
test_reply(void **state)
{
	static const uint8_t head[] = {'M', 'P', 'C', 'A', 'G', 'x', 0, 1};
	static const uint8_t rest[] = {PEER + 1, 0, 4, 3, 2, 1, 1, 3, 7, 0, 0, 0, 2, 0, 0, 0};
	size_t		len;

	(void) state;
	make_step();
	len = write_reply();
	assert_memory_equal(bytes, head, 8);
	assert_memory_equal(bytes + 8, kat_rid, 32);
	assert_memory_equal(bytes + 40, rest, sizeof(rest));
	assert_memory_equal(bytes + 56, elements, 2 * 32);
	assert_int_equal(len, 56 + 2 * 32 + 64);
	assert_int_equal(mpc_sign_verify(bytes + len - 64, fed.id[PEER].card.sign_pk, REPLY, bytes, len - 64), MPC_OK);
	assert_false(mpc_is_set_step(bytes, len));
	assert_int_equal(mpc_set_reply_read(&step, bytes, len, &fed.roster[ASKER], PEER), MPC_OK);
	assert_ptr_equal(step.get[0].elements, bytes + 56);
	step.get[0].elements = NULL;
	refuse_damage(bytes, len, 60, judge_reply, NULL);
	assert_int_equal(mpc_set_reply_read(&step, bytes, len, &fed.roster[ASKER], 0), MPC_SIGNATURE);
	resign(bytes, len, &fed.id[PEER], STEP);
	assert_int_equal(judge_reply(bytes, len, NULL), MPC_SIGNATURE);
}

/* Signed, but not what was asked for. */
static void
test_reply_mismatch(void **state)
{
	static const struct
	{
		size_t		at;
		uint8_t		value;
		MpcStatus	status;
	}			lie[] = {
		{8, 0, MPC_MISMATCH},	/* the request */
		{40, 1, MPC_MISMATCH},	/* the party */
		{42, 5, MPC_MISMATCH},	/* the step */
		{47, MPC_SET_OWN, MPC_MISMATCH},	/* the list */
		{48, 8, MPC_MISMATCH},	/* the place */
		{7, 2, MPC_VERSION},
		{52, 0, MPC_LIMIT},		/* a piece of nothing */
		{46, MPC_SET_MAX_PARTS + 1, MPC_LIMIT}
	};
	MpcSetStep	asked;
	size_t		len;
	size_t		i;

	(void) state;
	make_step();
	for (i = 0; i < sizeof(lie) / sizeof(lie[0]); i++)
	{
		len = write_reply();
		bytes[lie[i].at] = lie[i].value;
		resign(bytes, len, &fed.id[PEER], REPLY);
		assert_int_equal(judge_reply(bytes, len, NULL), lie[i].status);
	}
	asked = step;
	step.get[0].count = 1;		/* fewer elements */
	len = write_reply();
	step = asked;
	assert_int_equal(judge_reply(bytes, len, NULL), MPC_MISMATCH);
	step.get[0].count = 3;		/* more */
	len = write_reply();
	step = asked;
	assert_int_equal(judge_reply(bytes, len, NULL), MPC_MISMATCH);
	step.ngets = 0;				/* no piece */
	len = write_reply();
	step = asked;
	assert_int_equal(judge_reply(bytes, len, NULL), MPC_MISMATCH);
	len = write_reply();
	step.ngets = 2;				/* one of two */
	step.get[1] = (MpcSetPart) {MPC_SET_OWN, 0, 1, NULL};
	assert_int_equal(judge_reply(bytes, len, NULL), MPC_MISMATCH);
	step = asked;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_answer_limits),
		cmocka_unit_test(test_step),
		cmocka_unit_test(test_step_parts),
		cmocka_unit_test(test_step_limits),
		cmocka_unit_test(test_reply),
		cmocka_unit_test(test_reply_mismatch),
	};

	return cmocka_run_group_tests(tests, make_federation, NULL);
}
