/*
 * test_maximum_damage.c
 *		Is a question for maxima taken only whole, in its order and within its limits, and is nothing secret left behind?
 *
 * The question is that of start_three.
 */
#include "test_maximum.h"

#define PARTIES		3
#define EXTRAS		(164 + PARTIES * 192 + 4 + 5 + 4 + 6)	/* of the request */
#define FIRST_REPLY	(8 + 32)	/* of a step */

static Federation fed;
static Question question;
static Question saved;
static Question second;

/* The first round is answered; the same for every test. */
static int
make_question(void **state)
{
	if (start_core(state) != 0)
		return -1;
	federation_make(&fed, PARTIES, 3);
	start_three(&question, &fed, 8);
	saved = question;
	return 0;
}

/* As if nothing had happened: pointers into the question stay true. */
static int
restore_question(void **state)
{
	(void) state;
	question = saved;
	return 0;
}

/* ------------------------------------------------------------------ damage */

static MpcStatus
judge_step(const uint8_t *bytes, size_t len, void *arg)
{
	MpcStep		step;

	(void) arg;
	return mpc_step_read(&step, bytes, len, question.peer[1].rid, &fed.roster[1], 0, question.m);
}

static MpcStatus
judge_request(const uint8_t *bytes, size_t len, void *arg)
{
	MpcRequest	request;
	MpcStatus	status = mpc_request_read(&request, bytes, len);

	(void) arg;
	return status != MPC_OK ? status : mpc_request_verify(&request, &fed.id[0].card);
}

/* A small question, as every byte of its messages is changed. */
static void
test_damage(void **state)
{
	(void) state;
	begin(&question, &fed, 1, 2, 1, 0);
	refuse_damage(question.message, question.len, 40, judge_request, NULL);
	answer_everybody(&question);
	reach_step(&question);
	refuse_damage(question.step, question.step_len, FIRST_REPLY + 4, judge_step, NULL);
}

/* What the asker changed and signed. */
static MpcStatus
judge_altered_step(size_t offset, uint8_t value)
{
	static uint8_t bytes[STEP_MAX];

	memcpy(bytes, question.step, question.step_len);
	bytes[offset] = value;
	resign(bytes, question.step_len, &fed.id[0], STEP_TAG);
	return judge_copy(bytes, question.step_len, judge_step, NULL);
}

static void
test_step_fields(void **state)
{
	size_t		offset;

	(void) state;
	reach_step(&question);
	assert_int_equal(judge_altered_step(0, 'M'), MPC_OK);	/* as it was */
	assert_int_equal(judge_altered_step(5, 'm'), MPC_MALFORMED);
	assert_int_equal(judge_altered_step(7, 2), MPC_VERSION);
	for (offset = 8; offset < FIRST_REPLY; offset++)
		assert_int_equal(judge_altered_step(offset, (uint8_t) (question.step[offset] ^ 1)), MPC_MISMATCH);
	assert_int_not_equal(judge_altered_step(FIRST_REPLY, (uint8_t) (question.step[FIRST_REPLY] ^ 1)), MPC_OK);
	assert_int_equal(judge_altered_step(FIRST_REPLY + 3, 1), MPC_LIMIT);
	/* Another's reply is its signer's, byte for byte. */
	for (offset = FIRST_REPLY + 4 + question.reply_len[0] + 4; offset < question.step_len - 64; offset += 7)
		if (offset != FIRST_REPLY + 4 + question.reply_len[0] + 4 + question.reply_len[1])
			assert_int_not_equal(judge_altered_step(offset, (uint8_t) (question.step[offset] ^ 1)), MPC_OK);
}

static MpcStatus
judge_altered_request(size_t offset, uint8_t value)
{
	uint8_t		bytes[REQUEST_MAX];

	memcpy(bytes, question.message, question.len);
	bytes[offset] = value;
	resign(bytes, question.len, &fed.id[0], "MPCAGG-v1/sig/request");
	return judge_copy(bytes, question.len, judge_request, NULL);
}

/* Width, bits and the number of vectors are in R. */
static void
test_request_fields(void **state)
{
	MpcWriter	w;

	(void) state;
	assert_int_equal(judge_altered_request(EXTRAS, 2), MPC_OK);	/* as it was */
	assert_int_equal(judge_altered_request(EXTRAS, 0), MPC_VERSION);
	assert_int_equal(judge_altered_request(EXTRAS, 1), MPC_VERSION);
	assert_int_equal(judge_altered_request(EXTRAS, 3), MPC_VERSION);
	assert_int_equal(judge_altered_request(EXTRAS + 4, 0), MPC_MALFORMED);
	assert_int_equal(judge_altered_request(EXTRAS + 4, 5), MPC_OK);	/* one vector of 32 lanes */
	assert_int_equal(judge_altered_request(EXTRAS + 4, 6), MPC_MALFORMED);	/* 32 are no 64 */
	assert_int_equal(judge_altered_request(EXTRAS + 4, 13), MPC_MALFORMED);
	assert_int_equal(judge_altered_request(EXTRAS + 4, 255), MPC_MALFORMED);
	assert_int_equal(judge_altered_request(EXTRAS + 5, 3), MPC_MALFORMED);
	assert_int_equal(judge_altered_request(EXTRAS + 5, 64), MPC_OK);
	assert_int_equal(judge_altered_request(EXTRAS + 5, 65), MPC_MALFORMED);
	assert_true(mpc_digits_fit(12, 64, 1 << 12));
	assert_false(mpc_digits_fit(13, 64, 1 << 13));
	assert_int_equal(judge_altered_request(16, 33), MPC_MALFORMED);
	assert_int_equal(judge_altered_request(16, 48), MPC_OK);
	assert_int_equal(judge_altered_request(8, MPC_PROTOCOL_MASKED_SUM), MPC_VERSION);
	assert_int_equal(judge_altered_request(12, 2), MPC_MALFORMED);
	mpc_writer_init(&w, question.message, sizeof(question.message));
	mpc_request_write(&w, &fed.id[0], &fed.roster[0], MPC_PROTOCOL_MAXIMUM, 16, 1, fed.cards, fed.cards, mpc_str(""), mpc_str(""));
	assert_int_equal(w.status, MPC_VERSION);
	mpc_writer_init(&w, question.message, sizeof(question.message));
	mpc_request_write_maximum(&w, &fed.id[0], &fed.roster[0], 4, 8, 24, 1, fed.cards, fed.cards, mpc_str(""), mpc_str(""));
	assert_int_equal(w.status, MPC_LIMIT);
}

/* ------------------------------------------------------------------ order, space, time */

static void
test_order(void **state)
{
	MpcStr		mine;
	MpcWriter	w;

	(void) state;
	begin(&second, &fed, 4, 8, 2, 0);
	mpc_writer_init(&w, second.reply[0], REPLY_MAX);
	assert_int_equal(mpc_maximum_ask_contribute(&second.ask, &w), MPC_MISMATCH);
	assert_int_equal(close_round(&second), MPC_MISMATCH);
	/* A peer may be sooner than the asker. */
	assert_int_equal(answer(&second, 1), MPC_OK);
	assert_int_equal(take(&second, 1), MPC_OK);
	assert_int_equal(take(&second, 1), MPC_MISMATCH);
	assert_int_equal(mpc_maximum_ask_start(&second.ask, second.vector[0]), MPC_OK);
	assert_int_equal(mpc_maximum_ask_start(&second.ask, second.vector[0]), MPC_MISMATCH);
	contribute(&second);
	mpc_writer_init(&w, second.reply[0], REPLY_MAX);
	assert_int_equal(mpc_maximum_ask_contribute(&second.ask, &w), MPC_MISMATCH);
	assert_int_equal(close_round(&second), MPC_MISMATCH);
	assert_int_equal(take(&second, 0), MPC_MISMATCH);
	mine = second.ask.bytes[0];
	second.ask.bytes[0].data = NULL;
	assert_int_equal(take(&second, 0), MPC_MISMATCH);
	second.ask.bytes[0] = mine;
	assert_int_equal(mpc_maximum_ask_take_reply(&second.ask, PARTIES, second.reply[1], second.reply_len[1]), MPC_MISMATCH);
	assert_int_equal(mpc_maximum_ask_take_reply(&second.ask, 2, second.reply[1], second.reply_len[1]), MPC_SIGNATURE);
	assert_int_equal(answer(&second, 2), MPC_OK);
	assert_int_equal(take(&second, 2), MPC_OK);
	assert_true(second.ask.reply[2].ledger_seq == 7);
	assert_int_equal(close_round(&second), MPC_OK);
	/* The replies of the round before are none of this one. */
	assert_int_equal(take(&second, 2), MPC_MISMATCH);
	assert_int_equal(close_round(&second), MPC_MISMATCH);
	go_on_everybody(&second);
	take_everybody(&second);
	assert_int_equal(close_round(&second), MPC_OK);
	assert_true(second.ask.ended && second.step_len == 0);
	assert_true(second.vector[0][0].value == 0 && second.vector[0][0].empty);
	mpc_writer_init(&w, second.reply[0], REPLY_MAX);
	assert_int_equal(mpc_maximum_ask_contribute(&second.ask, &w), MPC_MISMATCH);
}

/* Keys that have no place, keys that are not meant, other protocols: nothing is left behind. */
static void
test_refused_at_once(void **state)
{
	MpcRequest	request;
	MpcWriter	w;
	uint16_t	i;

	(void) state;
	begin(&second, &fed, 4, 8, 2, 0);
	set_key(&second, 1, 1, 0x100);
	assert_int_equal(answer(&second, 1), MPC_RANGE);
	check_wiped(&second, 1);
	assert_true(mpc_is_zero(&fed.key[1], sizeof(fed.key[1])));
	fed.key[2].card[0] ^= 1;
	assert_int_equal(answer(&second, 2), MPC_STALE_KEY);
	check_wiped(&second, 2);
	set_key(&second, 0, 0, UINT64_MAX);
	assert_int_equal(mpc_maximum_ask_start(&second.ask, second.plain[0]), MPC_RANGE);
	assert_true(second.ask.ended && mpc_is_zero(second.plain[0], sizeof(MpcMaximum) * 2));
	mpc_writer_init(&w, second.reply[0], REPLY_MAX);
	assert_int_equal(mpc_maximum_ask_contribute(&second.ask, &w), MPC_MISMATCH);
	assert_int_equal(answer(&second, 2), MPC_STALE_KEY);
	for (i = 0; i < 2; i++)
	{
		MpcRoster	roster = fed.roster[1];

		begin(&second, &fed, 4, 8, 2, 0);
		assert_int_equal(mpc_request_read(&request, second.message, second.len), MPC_OK);
		if (i == 0)
			request.protocol = MPC_PROTOCOL_MASKED_SUM;
		else
			roster.n--;
		assert_int_equal(mpc_maximum_start(&second.peer[1], &roster, &fed.key[1], &request, second.vector[1]),
						 i == 0 ? MPC_VERSION : MPC_IDENTITY);
		check_wiped(&second, 1);
		assert_true(mpc_is_zero(&fed.key[1], sizeof(fed.key[1])));
	}
}

static void
test_no_space(void **state)
{
	static const uint8_t head[32];
	uint16_t	a;
	uint16_t	b;
	MpcWriter	w;

	(void) state;
	reach_step(&question);
	mpc_writer_init(&w, question.reply[1], question.reply_len[1] - 1);
	assert_int_equal(mpc_maximum_continue(&question.peer[1], &w, &fed.id[1], &fed.roster[1],
										  (const MpcStaticHalf *) fed.half[1], question.step, question.step_len, question.work[1],
										  7, head, NULL, &a, &b), MPC_NOSPACE);
	check_wiped(&question, 1);
	question = saved;
	take_everybody(&question);
	mpc_writer_init(&w, question.step, 1000);
	assert_int_equal(mpc_maximum_ask_close(&question.ask, &w, &a, &b), MPC_NOSPACE);
	assert_true(question.ask.ended);
}

static int	patience;

static bool
run_out(void)
{
	return patience-- <= 0;
}

/* Wherever it is interrupted, a round leaves nothing behind. */
static void
test_interrupted(void **state)
{
	MpcStatus	status = MPC_INTERRUPTED;
	int			given;

	(void) state;
	for (given = 0; status == MPC_INTERRUPTED; given++)
	{
		question = saved;
		reach_step(&question);
		patience = given;
		mpc_interrupted = run_out;
		status = go_on(&question, 1);
		mpc_interrupted = NULL;
		check_wiped(&question, 1);
	}
	assert_int_equal(status, MPC_OK);
	assert_int_equal(given - 1, PARTIES + PARTIES + 2 + 1);	/* verified, added, filled, masked */
}

#define TEST(f) cmocka_unit_test_setup(f, restore_question)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_damage),
		TEST(test_step_fields),
		TEST(test_request_fields),
		TEST(test_order),
		TEST(test_refused_at_once),
		TEST(test_no_space),
		TEST(test_interrupted),
	};

	return cmocka_run_group_tests(tests, make_question, NULL);
}
