/*
 * test_shamir_deal.c
 *		Is a dealt vector hidden as it should be, and does a deal that fails leave nothing behind?
 *
 * Four parties, any three open; member 0 asks.
 */
#include "test_shamir_sum.h"

#define PARTIES		4
#define T			3

static Federation fed;
static Question question;
static Question saved;
static Question second;

static int
make_question(void **state)
{
	if (start_core(state) != 0)
		return -1;
	start(&question, &fed, PARTIES, T);
	saved = question;
	return 0;
}

static void
begin_again(Question *q, uint16_t t)
{
	begin(q, &fed, t, 0);
}

static void
test_key_is_spent(void **state)
{
	(void) state;
	begin_again(&second, T);
	assert_int_equal(deal(&second, 1, T), MPC_OK);
	assert_true(mpc_is_zero(&fed.key[1], sizeof(fed.key[1])));
	/* Again, with no key: nothing is dealt, and nothing of the vector or the first state stays. */
	assert_int_equal(deal(&second, 1, T), MPC_STALE_KEY);
	assert_int_equal(second.shares_len[1], 0);
	assert_true(mpc_is_zero(second.x[1], sizeof(second.x[1])));
	assert_true(mpc_is_zero(&second.peer[1], sizeof(second.peer[1])));
	/* Also where the deal fails: here on a key that the request does not name. */
	fed.key[2].card[0] ^= 1;
	assert_int_equal(deal(&second, 2, T), MPC_STALE_KEY);
	assert_true(mpc_is_zero(&fed.key[2], sizeof(fed.key[2])));
}

static MpcStatus
deal_into(size_t cap, const MpcRequest *request)
{
	static const uint8_t head[32];
	MpcStatus	status;
	MpcWriter	w;

	mpc_writer_init(&w, cap > 0 ? second.shares[1] : NULL, cap);
	status = mpc_shamir_deal(&second.peer[1], &w, &fed.id[1], &fed.roster[1], (const MpcStaticHalf *) fed.half[1],
							 &fed.key[1], request, second.x[1], 1, head, NULL);
	if (status == MPC_OK)
		return status;
	assert_int_equal(w.len, 0);
	assert_true(mpc_is_zero(&fed.key[1], sizeof(fed.key[1])));
	assert_true(mpc_is_zero(second.x[1], sizeof(second.x[1])));
	assert_true(mpc_is_zero(&second.peer[1], sizeof(second.peer[1])));
	return status;
}

/* A deal that fails leaves neither key nor values, nor shares that were not sealed yet. */
static void
test_deal_fails(void **state)
{
	size_t		len = mpc_shares_size(PARTIES, T, LANES) - MPC_ONETIME_BYTES;
	size_t		cap;
	MpcRequest	request;

	(void) state;
	for (cap = 0; cap < len; cap += 7)
	{
		begin_again(&second, T);
		assert_int_equal(deal_into(cap, &second.ask.request), MPC_NOSPACE);
		assert_true(mpc_is_zero(second.shares[1], sizeof(second.shares[1])));
	}
	begin_again(&second, T);
	assert_int_equal(deal_into(len, &second.ask.request), MPC_OK);
	begin_again(&second, T);
	request = second.ask.request;
	request.protocol = MPC_PROTOCOL_MASKED_SUM;
	assert_int_equal(deal_into(len, &request), MPC_VERSION);
	begin_again(&second, T);
	request = second.ask.request;
	request.n--;
	assert_int_equal(deal_into(len, &request), MPC_IDENTITY);
	/* A low-order key of somebody else: X25519 says so. */
	begin_again(&second, T);
	memset(fed.cards + 3 * MPC_ONETIME_BYTES + 32, 0, 32);
	request = second.ask.request;
	mpc_onetime_read(&request.card[3], fed.cards + 3 * MPC_ONETIME_BYTES);
	assert_int_equal(deal_into(len, &request), MPC_IDENTITY);
}

static int	looks;

static bool
stop_soon(void)
{
	return looks-- == 0;
}

/* Whenever somebody stops the work, nothing of it stays. */
static void
test_interrupts(void **state)
{
	size_t		len = mpc_shares_size(PARTIES, T, LANES) - MPC_ONETIME_BYTES;
	uint16_t	bad;
	bool		wrong[MPC_MAX_PARTIES];
	MpcFe		sum[LANES];

	(void) state;
	mpc_interrupted = stop_soon;
	for (looks = 0; looks < 4; looks++)
	{
		int			first = looks;

		begin_again(&second, T);
		assert_int_equal(deal_into(len, &second.ask.request), MPC_INTERRUPTED);
		assert_true(mpc_is_zero(second.shares[1], sizeof(second.shares[1])));
		looks = first;
	}
	for (looks = 0; looks < 3; looks++)
	{
		int			first = looks;

		question = saved;
		write_relay(&question, 1);
		assert_int_equal(sum_up(&question, 1, &bad), MPC_INTERRUPTED);
		assert_int_equal(question.sum_len[1], 0);
		looks = first;
	}
	mpc_interrupted = NULL;
	question = saved;
	sum_everybody(&question);
	mpc_interrupted = stop_soon;
	for (looks = 0; looks < 2; looks++)
	{
		int			first = looks;

		assert_int_equal(mpc_shamir_ask_end(&question.ask, sum, wrong), MPC_INTERRUPTED);
		looks = first;
	}
	mpc_interrupted = NULL;
	check_end(&question);
}

/* What member 1 gives the two that follow it is the stream of a key, and lies on its polynomial with its own share. */
static void
test_streams(void **state)
{
	static const uint16_t index[T] = {2, 3, 4};
	const MpcFe *value[T];
	MpcFe		stream[2][LANES];
	MpcFe		lambda[T];
	MpcFe		secret[LANES];

	(void) state;
	mpc_pair_stream(stream[0], question.peer[2].key[1], 0, LANES);
	mpc_pair_stream(stream[1], question.peer[3].key[1], 0, LANES);
	value[0] = (const MpcFe *) question.x[1];
	value[1] = (const MpcFe *) stream[0];
	value[2] = (const MpcFe *) stream[1];
	assert_int_equal(mpc_shamir_lagrange(lambda, index, T, 0), MPC_OK);
	mpc_shamir_combine(secret, value, (const MpcFe *) lambda, T, LANES);
	assert_memory_equal(secret, question.plain[1], sizeof(secret));
	/* Each direction has a key of its own. */
	assert_memory_not_equal(question.peer[1].key[3], question.peer[3].key[1], 32);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_streams),
		cmocka_unit_test(test_key_is_spent),
		cmocka_unit_test(test_deal_fails),
		cmocka_unit_test(test_interrupts),
	};

	return cmocka_run_group_tests(tests, make_question, NULL);
}
