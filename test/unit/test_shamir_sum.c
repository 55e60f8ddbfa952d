/*
 * test_shamir_sum.c
 *		Do any t of those who dealt open the sum, whoever falls silent, and is a wrong sum share named?
 */
#include "test_shamir_sum.h"

static Federation fed;
static Question question;
static Question saved;

static void
test_thresholds(void **state)
{
	static const uint16_t known[][2] = {{3, 3}, {4, 3}, {5, 4}, {7, 5}, {10, 7}, {100, 67}};	/* PROTOCOLS B.1 */
	uint16_t	n;
	size_t		i;

	(void) state;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_int_equal(mpc_shamir_default_threshold(known[i][0]), known[i][1]);
	for (n = 2; n <= 100; n++)
		assert_true(mpc_threshold_fits(n, mpc_shamir_default_threshold(n)));
	assert_false(mpc_threshold_fits(4, 2));
	assert_false(mpc_threshold_fits(3, 2));
	assert_false(mpc_threshold_fits(5, 3));
	assert_true(mpc_threshold_fits(6, 4));
	assert_false(mpc_threshold_fits(6, 7));
}

static void
check_sum(uint16_t n, uint16_t t, uint16_t asker)
{
	federation_make(&fed, n, n);
	begin(&question, &fed, t, asker);
	deal_everybody(&question);
	close_with_everybody(&question);
	sum_everybody(&question);
	check_end(&question);
	mpc_shamir_ask_wipe(&question.ask);
	assert_true(mpc_is_zero(&question.ask, sizeof(question.ask)));
	assert_true(mpc_is_zero(question.x[asker], sizeof(question.x[asker])));
}

static void
test_sums(void **state)
{
	uint16_t	n;
	uint16_t	t;

	(void) state;
	for (n = 2; n <= 10; n++)
		for (t = 2; t <= n; t++)
			if (mpc_threshold_fits(n, t))
				check_sum(n, t, t % n);
}

/* Messages are as long as the header says. */
static void
test_sizes(void **state)
{
	(void) state;
	start(&question, &fed, 7, 5);
	write_relay(&question, 3);
	assert_int_equal(question.shares_len[3], 149 + 2 * (32 * LANES + 18));
	assert_int_equal(mpc_shares_size(7, 5, LANES), question.shares_len[3] + 192);
	assert_int_equal(question.relay_len, 120 + 7 * 128 + 2 * (32 * LANES + 16));
	assert_int_equal(mpc_relay_size(7, 5, LANES), question.relay_len);
	assert_int_equal(mpc_sum_share_size(LANES), 138 + 32 * LANES);
	assert_true(question.ask.shares[3].ledger_seq == 7);
	assert_string_equal((const char *) question.ask.shares[3].ledger_head, "a ledger head");
	assert_null(question.ask.shares[3].next_card);
}

/* The sum shares of a set of those who answered open the sum, or are too few. */
static void
check_answers(Set answered, uint16_t t)
{
	const MpcFe *sum[MPC_MAX_PARTIES];
	bool		wrong[MPC_MAX_PARTIES];
	MpcFe		out[LANES];
	unsigned	count = 0;
	uint16_t	i;

	memcpy(sum, question.ask.sum, sizeof(sum));
	for (i = 0; i < fed.n; i++)
	{
		if ((answered >> i & 1) == 0)
			question.ask.sum[i] = NULL;
		count += question.ask.sum[i] != NULL;
	}
	if (count >= t)
		check_end(&question);
	else
		assert_int_equal(mpc_shamir_ask_end(&question.ask, out, wrong), MPC_MISMATCH);
	memcpy(question.ask.sum, sum, sizeof(sum));
}

/* Every set of dealers, and of each every set of answers. */
static void
check_drop_outs(uint16_t n, uint16_t t)
{
	Set			dealers;
	Set			answered;
	unsigned	count;
	uint16_t	i;

	federation_make(&fed, n, n);
	begin(&question, &fed, t, 1);
	deal_everybody(&question);
	saved = question;
	for (dealers = 0; dealers < 1u << n; dealers++)
	{
		if ((dealers >> question.asker & 1) == 0)
			continue;
		/* What points into the question stays true: it is the same one. */
		question = saved;
		for (i = 0, count = 0; i < n; i++)
		{
			count += dealers >> i & 1;
			if (i != question.asker && (dealers >> i & 1) != 0)
				assert_int_equal(take_shares(&question, i), MPC_OK);
		}
		assert_int_equal(close_dealers(&question, 0), count < t ? MPC_LIMIT : MPC_OK);
		if (count < t)
			continue;
		sum_everybody(&question);
		for (answered = 0; answered < 1u << n; answered++)
			check_answers(answered, t);
	}
}

static void
test_drop_outs(void **state)
{
	uint16_t	n;
	uint16_t	t;

	(void) state;
	for (n = 2; n <= 6; n++)
		for (t = 2; t <= n; t++)
			if (mpc_threshold_fits(n, t))
				check_drop_outs(n, t);
}

/* Party i signs a sum share that is wrong in one lane. */
static void
falsify_sum(uint16_t i, uint32_t lane)
{
	question.sum[i][74 + lane * 32] ^= 1;
	resign(question.sum[i], question.sum_len[i], &fed.id[i], SUM_TAG);
	question.ask.sum[i] = NULL;
	assert_int_equal(take_sum(&question, i), MPC_OK);
}

/* Parties first .. first + count - 1, in the circle without the asker, lie. */
static void
check_wrong(uint16_t n, uint16_t t, uint16_t first, uint16_t count)
{
	bool		wrong[MPC_MAX_PARTIES];
	bool		expected[MPC_MAX_PARTIES] = {false};
	MpcFe		sum[LANES];
	MpcStatus	status;
	uint16_t	a;

	start(&question, &fed, n, t);
	sum_everybody(&question);
	for (a = 0; a < count; a++)
	{
		uint16_t	i = (uint16_t) (1 + (first + a) % (n - 1));

		falsify_sum(i, (first + 3 * a) % LANES);
		expected[i] = true;
	}
	status = mpc_shamir_ask_end(&question.ask, sum, wrong);
	if (count > (n - t) / 2)
	{
		assert_int_equal(status, MPC_UNDECODABLE);
		return;
	}
	assert_int_equal(status, MPC_OK);
	assert_true(is_sum(&question, (const MpcFe *) sum));
	assert_memory_equal(wrong, expected, sizeof(wrong));
}

static void
test_wrong_sums(void **state)
{
	uint16_t	first;

	(void) state;
	for (first = 0; first < 6; first++)
		check_wrong(7, 5, first, 1);
	check_wrong(7, 5, 0, 2);
	check_wrong(10, 6, 4, 2);
	check_wrong(10, 7, 4, 1);
	check_wrong(10, 7, 4, 2);
	check_wrong(6, 5, 2, 1);
}

/* A full house, and as many liars as can be named. */
static void
test_hundred(void **state)
{
	(void) state;
	check_wrong(100, 67, 90, 16);
}

/* With t answers and no more a wrong one shows in the sum alone: the header says so. */
static void
test_no_spare(void **state)
{
	bool		wrong[MPC_MAX_PARTIES];
	MpcFe		sum[LANES];

	(void) state;
	start(&question, &fed, 3, 3);
	sum_everybody(&question);
	check_end(&question);
	falsify_sum(2, 0);
	assert_int_equal(mpc_shamir_ask_end(&question.ask, sum, wrong), MPC_OK);
	assert_false(is_sum(&question, (const MpcFe *) sum));
	assert_false(wrong[2]);
}

/* The asker's own share can be the wrong one, too: what was dealt to it, or its memory. */
static void
test_own_sum_wrong(void **state)
{
	bool		wrong[MPC_MAX_PARTIES];
	MpcFe		sum[LANES];

	(void) state;
	start(&question, &fed, 7, 5);
	sum_everybody(&question);
	question.x[0][LANES - 1][0] ^= 1;
	assert_int_equal(mpc_shamir_ask_end(&question.ask, sum, wrong), MPC_OK);
	assert_true(is_sum(&question, (const MpcFe *) sum));
	assert_true(wrong[0]);
}

/* In its order, each once, and nothing before or after its time. */
static void
test_order(void **state)
{
	uint8_t		bytes[RELAY_MAX];
	MpcFe		work[LANES];
	MpcWriter	w;
	uint16_t	bad;

	(void) state;
	federation_make(&fed, 4, 4);
	begin(&question, &fed, 3, 0);
	assert_int_equal(close_dealers(&question, 0), MPC_MISMATCH);
	deal_everybody(&question);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	assert_int_equal(mpc_shamir_ask_contribute(&question.ask, work, &w), MPC_MISMATCH);
	assert_int_equal(mpc_shamir_ask_relay(&question.ask, 1, &w), MPC_MISMATCH);
	assert_int_equal(take_shares(&question, 1), MPC_OK);
	assert_int_equal(take_shares(&question, 1), MPC_MISMATCH);
	assert_int_equal(take_shares(&question, 0), MPC_MISMATCH);
	assert_int_equal(mpc_shamir_ask_take_shares(&question.ask, 4, bytes, 1), MPC_MISMATCH);
	assert_int_equal(mpc_shamir_ask_take_shares(&question.ask, 2, question.shares[3], question.shares_len[3]), MPC_SIGNATURE);
	assert_int_equal(close_dealers(&question, 0), MPC_LIMIT);
	assert_int_equal(take_shares(&question, 2), MPC_OK);
	assert_int_equal(close_dealers(&question, 4), MPC_LIMIT);
	assert_int_equal(close_dealers(&question, 3), MPC_OK);
	assert_int_equal(close_dealers(&question, 3), MPC_MISMATCH);
	assert_int_equal(take_shares(&question, 3), MPC_MISMATCH);
	assert_int_equal(mpc_shamir_ask_relay(&question.ask, 0, &w), MPC_MISMATCH);
	assert_int_equal(mpc_shamir_ask_relay(&question.ask, 3, &w), MPC_MISMATCH);
	assert_int_equal(mpc_shamir_ask_relay(&question.ask, 4, &w), MPC_MISMATCH);
	write_relay(&question, 1);
	assert_int_equal(sum_up(&question, 1, &bad), MPC_OK);
	assert_int_equal(mpc_shamir_ask_take_sum(&question.ask, 2, question.sum[1], question.sum_len[1]), MPC_SIGNATURE);
	assert_int_equal(mpc_shamir_ask_take_sum(&question.ask, 3, question.sum[1], question.sum_len[1]), MPC_MISMATCH);
	assert_int_equal(take_sum(&question, 1), MPC_OK);
	assert_int_equal(take_sum(&question, 1), MPC_MISMATCH);
	assert_int_equal(take_sum(&question, 0), MPC_MISMATCH);
}

/* What the asker was dealt does not open: the question ends, and the dealer is named. */
static void
test_asker_share_altered(void **state)
{
	MpcFe		work[LANES];
	uint16_t	bad = 0;

	(void) state;
	federation_make(&fed, 4, 4);
	begin(&question, &fed, 3, 0);
	deal_everybody(&question);
	assert_int_equal(take_shares(&question, 1), MPC_OK);
	assert_int_equal(take_shares(&question, 2), MPC_OK);
	/* Of member 1 only member 0 is three places away. */
	question.shares[1][44 + 2 + 5] ^= 1;
	assert_int_equal(mpc_shamir_ask_close(&question.ask, 0, work, &bad), MPC_CONFIRMATION);
	assert_int_equal(bad, 1);
	assert_true(mpc_is_zero(&question.ask.self, sizeof(question.ask.self)));
	assert_true(mpc_is_zero(question.x[0], sizeof(question.x[0])));
	assert_int_equal(take_shares(&question, 3), MPC_MISMATCH);	/* U1 is fixed */
}

/* PROTOCOLS B.1: limits of a request are looked at before anything is written. */
static void
test_ask_limits(void **state)
{
	uint8_t		hash[32] = {0};
	MpcWriter	w;

	(void) state;
	federation_make(&fed, 4, 4);
	federation_keys(&fed, "payroll");
	mpc_writer_init(&w, question.message, sizeof(question.message));
#define ASK(t, m) mpc_shamir_ask_begin(&question.ask, &fed.id[0], &fed.roster[0], (const MpcStaticHalf *) fed.half[0], \
									   fed.cards, hash, t, m, 1, mpc_str("q"), mpc_str("p"), &w)
	assert_int_equal(ASK(2, 1), MPC_LIMIT);
	assert_int_equal(ASK(5, 1), MPC_LIMIT);
	assert_int_equal(ASK(3, MPC_MAX_LANES + 1), MPC_LIMIT);
	assert_int_equal(w.len, 0);
	assert_int_equal(ASK(3, MPC_MAX_LANES), MPC_OK);
	mpc_writer_init(&w, question.message, 100);
	assert_int_equal(ASK(3, 1), MPC_NOSPACE);
	assert_true(mpc_is_zero(&question.ask, sizeof(question.ask)));
	mpc_writer_init(&w, NULL, 0);
	assert_int_equal(ASK(3, 1), MPC_NOSPACE);
	federation_make(&fed, 10, 10);
	mpc_writer_init(&w, question.message, sizeof(question.message));
	assert_int_equal(ASK(7, MPC_MAX_LANES), MPC_LIMIT);
#undef ASK
}

/*
 * PROTOCOLS B.1: with four parties and t = 2, which no request may say, an asker shows U1 = {0, 1, 2, 3} to member 1 and
 * U1 = {0, 1, 2} to member 2, adds its own shares to both, opens both and subtracts: the vector of member 3 is out. An
 * asker that keeps the rules is saved by the hash of U1, everybody else by 2t > n + 1.
 */
static void
test_split_view(void **state)
{
	Set			shown[] = {0xf, 0x7};
	MpcShamirPeer self;
	MpcShamirPeer copy;
	MpcFe		own[LANES];
	MpcFe		sum[2][LANES];
	MpcFe		work[LANES];
	MpcFe		lambda[2];
	uint16_t	index[2] = {1, 0};
	uint16_t	bad;
	int			view;

	(void) state;
	federation_make(&fed, 4, 4);
	begin(&question, &fed, 3, 0);
	question.ask.request.threshold = 2;
	contribute(&question);
	self = question.ask.self;
	for (uint16_t i = 1; i < 4; i++)
	{
		assert_int_equal(deal(&question, i, 2), MPC_OK);
		assert_int_equal(take_shares(&question, i), MPC_OK);
	}
	memcpy(own, question.x[0], sizeof(own));
	for (view = 0; view < 2; view++)
	{
		uint16_t	peer = (uint16_t) (view + 1);
		const MpcFe *value[2];
		MpcRelay	relay;

		craft_relay(&question, &relay, shown[view], peer);
		send_crafted(&question, &relay);
		assert_int_equal(sum_up(&question, peer, &bad), MPC_OK);
		craft_relay(&question, &relay, shown[view], 0);
		copy = self;
		memcpy(question.x[0], own, sizeof(own));
		assert_int_equal(mpc_shamir_add_up(&copy, &relay, work, &bad), MPC_OK);
		index[1] = (uint16_t) (peer + 1);
		value[0] = (const MpcFe *) question.x[0];
		value[1] = (const MpcFe *) (question.sum[peer] + 74);
		assert_int_equal(mpc_shamir_lagrange(lambda, index, 2, 0), MPC_OK);
		mpc_shamir_combine(sum[view], value, (const MpcFe *) lambda, 2, LANES);
	}
	mpc_field_sub_all(sum[0], (const MpcFe *) sum[1], LANES);
	assert_memory_equal(sum[0], question.plain[3], sizeof(sum[0]));

	/* The honest end of the same: the second view is another U1. */
	memcpy(question.x[0], own, sizeof(own));
	question.ask.self = self;
	assert_int_equal(close_dealers(&question, 0), MPC_OK);
	assert_int_equal(take_sum(&question, 1), MPC_OK);
	assert_int_equal(take_sum(&question, 2), MPC_MISMATCH);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_thresholds),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_hundred),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_drop_outs),
		cmocka_unit_test(test_wrong_sums),
		cmocka_unit_test(test_no_spare),
		cmocka_unit_test(test_own_sum_wrong),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_asker_share_altered),
		cmocka_unit_test(test_ask_limits),
		cmocka_unit_test(test_split_view),
	};

	return cmocka_run_group_tests(tests, start_core, NULL);
}
