/*
 * test_maximum_lies.c
 *		Does every lie in a question for maxima end in a refusal or in nothing to see?
 *
 * The question is that of start_three.
 */
#include "test_maximum.h"

#define PARTIES		3
#define WIDTH		16			/* lanes of a vector */
#define NOBODYS		WIDTH		/* lane 0 of the second vector */

static Federation fed;
static Question question;
static Question saved;
static Question second;
static uint8_t old_step[STEP_MAX];
static MpcFe sum[M_MAX];

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

/* ------------------------------------------------------------------ what an asker can say */

/* A step with these messages in it, signed by the asker. */
static void
send_step(const uint8_t *rid, const MpcStr *reply)
{
	MpcWriter	w;

	mpc_writer_init(&w, question.step, sizeof(question.step));
	mpc_step_write(&w, &fed.id[0], rid, reply, PARTIES);
	assert_int_equal(w.status, MPC_OK);
	question.step_len = w.len;
}

static void
collect(const Question *q, MpcStr *reply)
{
	uint16_t	i;

	for (i = 0; i < PARTIES; i++)
	{
		reply[i].data = q->reply[i];
		reply[i].len = q->reply_len[i];
	}
}

/* Party i refuses the step, gives nothing, and has no second try. */
static void
refuse(uint16_t i, MpcStatus expected)
{
	assert_int_equal(go_on(&question, i), expected);
	assert_int_equal(question.reply_len[i], 0);
	check_wiped(&question, i);
	assert_int_equal(go_on(&question, i), MPC_STALE_KEY);
}

/* A false prefix needs other sums, and so a reply that its signer did not sign. */
static void
test_false_prefix(void **state)
{
	MpcStr		reply[PARTIES];
	uint32_t	k;

	(void) state;
	add_up(&question, sum);
	for (k = 6; k <= 0xa; k++)
		mpc_field_sub(element(&question, 2, k), element(&question, 2, k), sum[k]);
	collect(&question, reply);
	send_step(question.ask.self.rid, reply);
	refuse(1, MPC_SIGNATURE);
	question.peer[1] = saved.peer[1];
	memcpy(question.vector[1], saved.vector[1], sizeof(question.vector[1]));
	/* Signed by the asker in the other's place. */
	resign(question.reply[2], question.reply_len[2], &fed.id[0], REPLY_TAG);
	send_step(question.ask.self.rid, reply);
	refuse(1, MPC_SIGNATURE);
}

static void
test_swapped_replies(void **state)
{
	MpcStr		reply[PARTIES];
	MpcStr		other;

	(void) state;
	collect(&question, reply);
	other = reply[1];
	reply[1] = reply[2];
	reply[2] = other;
	send_step(question.ask.self.rid, reply);
	refuse(1, MPC_SIGNATURE);
	collect(&question, reply);
	reply[1] = reply[2];
	send_step(question.ask.self.rid, reply);
	refuse(2, MPC_SIGNATURE);
}

/* Replies of another question, and of a round before. */
static void
test_replay(void **state)
{
	MpcStr		reply[PARTIES];
	MpcStr		other[PARTIES];

	(void) state;
	start_three(&second, &fed, 8);
	collect(&question, reply);
	collect(&second, other);
	reply[2] = other[2];
	send_step(question.ask.self.rid, reply);
	refuse(1, MPC_MISMATCH);
	question = saved;
	collect(&question, reply);
	send_step(second.ask.self.rid, other);
	refuse(1, MPC_MISMATCH);
	/* Only the one party that was there can have signed a reply of this round. */
	question = saved;
	send_step(question.ask.self.rid, other);
	refuse(1, MPC_MISMATCH);
}

/* Each round is answered once, a step is good for one round, and after the last there is nothing. */
static void
test_once(void **state)
{
	size_t		len;

	(void) state;
	assert_int_equal(answer(&question, 1), MPC_STALE_KEY);
	check_wiped(&question, 1);
	question = saved;
	begin(&second, &fed, 2, 8, 1, 0);
	answer_everybody(&second);
	reach_step(&second);
	len = second.step_len;
	memcpy(old_step, second.step, len);
	assert_int_equal(go_on(&second, 1), MPC_OK);
	assert_int_equal(go_on(&second, 1), MPC_MISMATCH);
	check_wiped(&second, 1);
	assert_int_equal(go_on(&second, 2), MPC_OK);
	assert_int_equal(go_on(&second, 1), MPC_STALE_KEY);
	/* Two rounds later. */
	begin(&second, &fed, 2, 8, 1, 0);
	answer_everybody(&second);
	reach_step(&second);
	memcpy(old_step, second.step, len);
	go_on_everybody(&second);
	reach_step(&second);
	assert_int_equal(go_on(&second, 1), MPC_OK);
	memcpy(second.step, old_step, len);
	assert_int_equal(go_on(&second, 1), MPC_MISMATCH);
	reach_step(&question);
	assert_int_equal(go_on(&question, 1), MPC_OK);
	check_wiped(&question, 1);
	assert_int_equal(go_on(&question, 1), MPC_STALE_KEY);
}

/* Only the asker steps, and to the roster of the first round. */
static void
test_step_signer(void **state)
{
	MpcRoster	roster = fed.roster[1];

	(void) state;
	reach_step(&question);
	resign(question.step, question.step_len, &fed.id[2], STEP_TAG);
	refuse(1, MPC_SIGNATURE);
	resign(question.step, question.step_len, &fed.id[0], REPLY_TAG);
	refuse(2, MPC_SIGNATURE);
	question = saved;
	reach_step(&question);
	fed.roster[1].member[2] = fed.roster[1].member[0];
	refuse(1, MPC_IDENTITY);
	fed.roster[1] = roster;
}

/* The asker shows each peer another reply of its own: they go on, but nothing they say fits together any more. */
static void
test_equivocation(void **state)
{
	MpcStr		reply[PARTIES];
	MpcReply	of_one;
	MpcReply	of_two;
	uint8_t		rid[2][32];
	uint32_t	k;

	(void) state;
	second = saved;
	collect(&second, reply);
	send_step(question.ask.self.rid, reply);
	assert_int_equal(go_on(&question, 1), MPC_OK);
	force_lane(&second, 0, 0, 9);
	send_step(question.ask.self.rid, reply);
	assert_int_equal(go_on(&question, 2), MPC_OK);
	for (k = 0; k < 2; k++)
		memcpy(rid[k], question.reply[k + 1] + 8, 32);
	assert_memory_not_equal(rid[0], rid[1], 32);
	assert_int_equal(mpc_reply_read(&of_one, question.reply[1], question.reply_len[1], rid[0], &fed.roster[0], 1, question.m),
					 MPC_OK);
	assert_int_equal(mpc_reply_read(&of_two, question.reply[2], question.reply_len[2], rid[1], &fed.roster[0], 2, question.m),
					 MPC_OK);
	/* Their tags for each other differ: so do the masks. */
	assert_memory_not_equal(of_one.confirm + 16, of_two.confirm + 16, 16);
}

/* ------------------------------------------------------------------ what a party can put into a sum */

/* The asker and peer 1 meet the round as the replies now say. */
static void
meet_round(MpcStatus expected)
{
	static uint8_t first[REPLY_MAX];
	size_t		len = question.reply_len[1];
	MpcStr		reply[PARTIES];

	memcpy(first, question.reply[1], len);
	collect(&question, reply);
	send_step(question.ask.self.rid, reply);
	if (expected == MPC_OK)
		assert_int_equal(go_on(&question, 1), MPC_OK);
	else
		refuse(1, expected);
	memset(question.ask.bytes, 0, sizeof(question.ask.bytes));
	assert_int_equal(mpc_maximum_ask_take_reply(&question.ask, 1, first, len), MPC_OK);
	question.ask.bytes[0] = reply[0];
	assert_int_equal(mpc_reply_read(&question.ask.reply[0], reply[0].data, reply[0].len, question.ask.self.rid, &fed.roster[0], 0,
									question.m), MPC_OK);
	assert_int_equal(take(&question, 2), MPC_OK);
	assert_int_equal(close_round(&question), expected);
	if (expected == MPC_OK)
		return;
	assert_true(question.ask.ended);
	assert_true(mpc_is_zero(&question.ask.self, sizeof(question.ask.self)));
	assert_true(mpc_is_zero(question.vector[0], sizeof(question.vector[0])));
	assert_true(mpc_is_zero(question.work[0], sizeof(question.work[0])));
	assert_int_equal(close_round(&question), MPC_MISMATCH);
	assert_int_equal(take(&question, 2), MPC_MISMATCH);
}

static void
test_holes(void **state)
{
	uint32_t	lane;

	(void) state;
	for (lane = 0; lane < 0xa; lane++)
	{
		question = saved;
		force_lane(&question, 2, lane, 0);
		meet_round(MPC_RANGE);
	}
	for (lane = 0xc; lane < WIDTH; lane++)
	{
		question = saved;
		force_lane(&question, 2, lane, 1);
		meet_round(MPC_RANGE);
	}
	for (lane = 1; lane < WIDTH; lane++)
	{
		question = saved;
		force_lane(&question, 2, NOBODYS + lane, 1);
		meet_round(MPC_RANGE);
	}
	question = saved;
	force_lane(&question, 2, 0xb, 1);	/* no hole: a phantom */
	meet_round(MPC_OK);
}

/* The first digit of six bits is two bits wide: lanes 0 to 3. */
static void
test_short_digit(void **state)
{
	uint32_t	top;
	uint32_t	k;

	(void) state;
	for (top = 1; top <= 5; top++)
	{
		start_three(&question, &fed, 6);
		for (k = 1; k <= top; k++)
			force_lane(&question, 2, k, 1);
		meet_round(top <= 3 ? MPC_OK : MPC_RANGE);
	}
}

/* Nobody in the first round is nobody in the second, and somebody somebody. */
static void
test_somebody(void **state)
{
	MpcStr		reply[PARTIES];
	uint16_t	a;
	uint16_t	b;
	uint16_t	i;
	uint32_t	lane;

	(void) state;
	for (lane = 0; lane <= NOBODYS; lane += NOBODYS)
	{
		MpcReply	read[PARTIES];

		question = saved;
		reach_step(&question);
		go_on_everybody(&question);
		if (lane == NOBODYS)
			force_lane(&question, 2, lane, 1);
		else
			for (i = 0; i < 4; i++)
				force_lane(&question, 2, i, 0);
		collect(&question, reply);
		for (i = 0; i < PARTIES; i++)
			assert_int_equal(mpc_reply_read(&read[i], reply[i].data, reply[i].len, question.ask.self.rid, &fed.roster[0], i,
											question.m), MPC_OK);
		assert_int_equal(mpc_maximum_open(&question.ask.self, read, sum, &a, &b), MPC_RANGE);
		assert_true(mpc_is_zero(sum, question.m * sizeof(MpcFe)));
		assert_true(mpc_is_zero(question.vector[0], sizeof(question.vector[0])));
	}
}

/*
 * The asker takes the others' elements above 5 away, as it sees them before it sends its own: nobody refuses, but
 * the branch below 5, where member 2 has its 7, shows nothing but what member 1 filled all of it with.
 */
static void
test_rushing_asker(void **state)
{
	uint32_t	k;

	(void) state;
	for (k = 6; k <= 0xa; k++)
		force_lane(&question, 0, k, 0);
	meet_round(MPC_OK);
	assert_true(question.ask.self.vector[0].value == 5);
	assert_int_equal(go_on(&question, 2), MPC_OK);
	contribute(&question);
	add_up(&question, sum);
	for (k = 0; k < WIDTH; k++)
	{
		assert_false(mpc_is_zero(sum[k], 32));
		assert_true(mpc_is_zero(sum[NOBODYS + k], 32));
	}
}

/* Two parties that derived different keys are named, by the asker and by peers. */
static void
test_confirmation(void **state)
{
	uint16_t	a = 9;
	uint16_t	b = 9;
	MpcWriter	w;

	(void) state;
	question.reply[2][152 + 16] ^= 1;	/* its tag for member 1 */
	resign(question.reply[2], question.reply_len[2], &fed.id[2], REPLY_TAG);
	take_everybody(&question);
	mpc_writer_init(&w, question.step, sizeof(question.step));
	assert_int_equal(mpc_maximum_ask_close(&question.ask, &w, &a, &b), MPC_CONFIRMATION);
	assert_true(a == 1 && b == 2 && w.len == 0);
	question = saved;
	question.reply[2][152] ^= 1;
	resign(question.reply[2], question.reply_len[2], &fed.id[2], REPLY_TAG);
	meet_round(MPC_CONFIRMATION);
}

#define TEST(f) cmocka_unit_test_setup(f, restore_question)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_false_prefix),
		TEST(test_swapped_replies),
		TEST(test_replay),
		TEST(test_once),
		TEST(test_step_signer),
		TEST(test_equivocation),
		TEST(test_holes),
		TEST(test_short_digit),
		TEST(test_somebody),
		TEST(test_rushing_asker),
		TEST(test_confirmation),
	};

	return cmocka_run_group_tests(tests, make_question, NULL);
}
