/*
 * test_hello.c
 *		Are hellos, their answers and refusals accepted only as signed, only
 *		from their author and only in reply to what was asked?
 */
#include "protocol/hello.h"
#include "protocol/refusal.h"
#include "test_protocol.h"

static Federation fed;
static uint8_t bytes[4096];
static const uint8_t nonce[32] = "thirty-two bytes of fresh nonce";

static int
make_federation(void **state)
{
	if (start_core(state) != 0)
		return -1;
	federation_make(&fed, 3, 11);
	federation_keys(&fed, "payroll");
	return 0;
}

/* Member 0 greets. */
static size_t
write_hello(const char *dataset, bool want_contract)
{
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_hello_write(&w, &fed.id[0], &fed.roster[0], nonce, mpc_str(dataset), want_contract);
	assert_int_equal(w.status, MPC_OK);
	return w.len;
}

static MpcStatus
judge_hello(const uint8_t *message, size_t len, void *arg)
{
	MpcHello	hello;
	MpcStatus	status = mpc_hello_read(&hello, message, len);

	return status != MPC_OK ? status : mpc_hello_verify(&hello, arg);
}

static void
test_hello(void **state)
{
	MpcHello	hello;
	uint8_t		digest[32];
	size_t		len = write_hello("payroll", true);

	(void) state;
	assert_int_equal(mpc_hello_read(&hello, bytes, len), MPC_OK);
	assert_true(mpc_str_equal(hello.dataset, mpc_str("payroll")));
	assert_true(hello.want_contract);
	assert_memory_equal(hello.nonce, nonce, 32);
	mpc_roster_digest(digest, &fed.roster[1]);
	assert_memory_equal(hello.roster_digest, digest, 32);
	assert_int_equal(mpc_hello_verify(&hello, &fed.id[0].card), MPC_OK);
	assert_int_equal(mpc_hello_verify(&hello, &fed.id[1].card), MPC_IDENTITY);
	refuse_damage(bytes, len, 16, judge_hello, &fed.id[0].card);
	assert_int_equal(judge_hello(bytes, write_hello("", false), &fed.id[0].card), MPC_OK);
}

static void
test_hello_strict(void **state)
{
	char		name[65] = {0};
	MpcWriter	w;
	size_t		len = write_hello("", false);

	(void) state;
	bytes[len - MPC_SIG_BYTES - 1] = 2;
	resign(bytes, len, &fed.id[0], "MPCAGG-v1/sig/hello");
	assert_int_equal(judge_hello(bytes, len, &fed.id[0].card), MPC_MALFORMED);
	len = write_hello("", false);
	resign(bytes, len, &fed.id[0], "MPCAGG-v1/sig/hello-answer");
	assert_int_equal(judge_hello(bytes, len, &fed.id[0].card), MPC_SIGNATURE);
	resign(bytes, len, &fed.id[1], "MPCAGG-v1/sig/hello");
	assert_int_equal(judge_hello(bytes, len, &fed.id[0].card), MPC_SIGNATURE);
	memset(name, 'n', 64);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_hello_write(&w, &fed.id[0], &fed.roster[0], nonce, mpc_str(name), false);
	assert_int_equal(w.status, MPC_LIMIT);
}

/* Member 1 answers. */
static size_t
write_answer(const uint8_t *to, const MpcOneTimeKey *key, const MpcStr *description)
{
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_hello_answer_write(&w, &fed.id[1], to, key, description);
	assert_int_equal(w.status, MPC_OK);
	return w.len;
}

static MpcStatus
judge_answer(const uint8_t *message, size_t len, void *arg)
{
	MpcHelloAnswer answer;

	return mpc_hello_answer_read(&answer, message, len, nonce, arg);
}

static void
test_answer(void **state)
{
	MpcStr		description = mpc_str("description bytes");
	MpcHelloAnswer answer;
	size_t		len = write_answer(nonce, &fed.key[1], &description);

	(void) state;
	assert_int_equal(mpc_hello_answer_read(&answer, bytes, len, nonce, &fed.id[1].card), MPC_OK);
	assert_true(mpc_str_equal(answer.description, description));
	assert_memory_equal(answer.card, fed.key[1].card, MPC_ONETIME_BYTES);
	refuse_damage(bytes, len, 16, judge_answer, &fed.id[1].card);
	len = write_answer(nonce, &fed.key[1], NULL);
	assert_int_equal(mpc_hello_answer_read(&answer, bytes, len, nonce, &fed.id[1].card), MPC_OK);
	assert_null(answer.description.data);
	refuse_lengths(bytes, len, judge_answer, &fed.id[1].card);
}

static void
test_answer_belongs(void **state)
{
	uint8_t		other[32] = {1};
	MpcCard		later = fed.id[1].card;
	MpcOneTimeKey forged = fed.key[1];
	size_t		len = write_answer(nonce, &fed.key[1], NULL);

	(void) state;
	assert_int_equal(judge_answer(bytes, len, &fed.id[2].card), MPC_SIGNATURE);
	later.epoch++;
	assert_int_equal(judge_answer(bytes, len, &later), MPC_IDENTITY);
	len = write_answer(other, &fed.key[1], NULL);
	assert_int_equal(judge_answer(bytes, len, &fed.id[1].card), MPC_MISMATCH);
	len = write_answer(nonce, &fed.key[2], NULL);
	assert_int_equal(judge_answer(bytes, len, &fed.id[1].card), MPC_IDENTITY);
	forged.card[40] ^= 1;
	len = write_answer(nonce, &forged, NULL);
	assert_int_equal(judge_answer(bytes, len, &fed.id[1].card), MPC_SIGNATURE);
}

/* Member 1 refuses. */
static size_t
write_refusal(const uint8_t *reference, int code, const char *rule, const char *contract, const uint8_t *card)
{
	MpcRefusal	refusal;
	MpcWriter	w;

	refusal.code = (MpcRefusalCode) code;
	refusal.rule = mpc_str(rule);
	refusal.contract = mpc_str(contract);
	refusal.next_card = card;
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_refusal_write(&w, &fed.id[1], reference, &refusal);
	assert_int_equal(w.status, MPC_OK);
	return w.len;
}

static MpcStatus
judge_refusal(const uint8_t *message, size_t len, void *arg)
{
	MpcRefusal	refusal;

	return mpc_refusal_read(&refusal, message, len, nonce, arg);
}

static void
test_refusal(void **state)
{
	MpcRefusal	refusal;
	size_t		len = write_refusal(nonce, MPC_REFUSE_CONTRACT, "differs", "contract", fed.key[1].card);

	(void) state;
	assert_true(mpc_is_refusal(bytes, len));
	assert_false(mpc_is_refusal(bytes, 5));
	assert_false(mpc_is_refusal("MPCAGR\0\1", 8));
	assert_int_equal(mpc_refusal_read(&refusal, bytes, len, nonce, &fed.id[1].card), MPC_OK);
	assert_int_equal(refusal.code, MPC_REFUSE_CONTRACT);
	assert_true(mpc_str_equal(refusal.rule, mpc_str("differs")));
	assert_true(mpc_str_equal(refusal.contract, mpc_str("contract")));
	assert_memory_equal(refusal.next_card, fed.key[1].card, MPC_ONETIME_BYTES);
	refuse_damage(bytes, len, 16, judge_refusal, &fed.id[1].card);
	len = write_refusal(nonce, MPC_REFUSE_LIMIT, "", "", NULL);
	assert_int_equal(mpc_refusal_read(&refusal, bytes, len, nonce, &fed.id[1].card), MPC_OK);
	assert_null(refusal.next_card);
	refuse_lengths(bytes, len, judge_refusal, &fed.id[1].card);
}

static void
test_refusal_belongs(void **state)
{
	static const uint8_t zeros[32];
	uint8_t		other[32] = {1};
	MpcCard    *peer = &fed.id[1].card;

	(void) state;
	assert_int_equal(judge_refusal(bytes, write_refusal(zeros, 1, "", "", NULL), peer), MPC_OK);
	assert_int_equal(judge_refusal(bytes, write_refusal(other, 1, "", "", NULL), peer), MPC_MISMATCH);
	assert_int_equal(judge_refusal(bytes, write_refusal(nonce, 0, "", "", NULL), peer), MPC_MALFORMED);
	assert_int_equal(judge_refusal(bytes, write_refusal(nonce, 17, "", "", NULL), peer), MPC_MALFORMED);
	assert_int_equal(judge_refusal(bytes, write_refusal(nonce, 8, "", "c", NULL), peer), MPC_MALFORMED);
	assert_int_equal(judge_refusal(bytes, write_refusal(nonce, 8, "\xff", "", NULL), peer), MPC_MALFORMED);
	assert_int_equal(judge_refusal(bytes, write_refusal(nonce, 8, "", "", NULL), &fed.id[0].card), MPC_SIGNATURE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hello),
		cmocka_unit_test(test_hello_strict),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_answer_belongs),
		cmocka_unit_test(test_refusal),
		cmocka_unit_test(test_refusal_belongs),
	};

	return cmocka_run_group_tests(tests, make_federation, NULL);
}
