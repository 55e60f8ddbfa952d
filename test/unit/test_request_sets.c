/*
 * test_request_sets.c
 *		Does the request of an intersection say engine and lanes in one way only?
 */
#include "test_protocol.h"

#define PARTIES		3
#define REQUEST		"MPCAGG-v1/sig/request"
#define EXTRAS_AT	(164 + PARTIES * 192 + 4 + 9 + 4 + 10)	/* le32 length, then what the protocol alone has */

static Federation fed;
static uint8_t bytes[TEST_MESSAGE_MAX];
static MpcRequest request;

static int
make_federation(void **state)
{
	if (start_core(state) != 0)
		return -1;
	federation_make(&fed, PARTIES, 31);
	federation_keys(&fed, "people");
	return 0;
}

static MpcStatus
write_request(uint8_t engine, uint16_t lanes, uint32_t m, size_t *len)
{
	static const uint8_t nonce[32] = "a nonce";
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_request_write_sets(&w, &fed.id[1], &fed.roster[1], engine, lanes, m, 1000000, nonce, fed.cards,
						   mpc_str("the query"), mpc_str("the policy"));
	*len = w.len;
	return w.status;
}

static MpcStatus
judge(const uint8_t *message, size_t len, void *arg)
{
	MpcStatus	status = mpc_request_read(&request, message, len);

	return status != MPC_OK ? status : mpc_request_verify(&request, arg);
}

static void
test_bytes(void **state)
{
	static const uint8_t extras[] = {3, 0, 0, 0, 1, 0xcd, 0xab};
	size_t		len;

	(void) state;
	assert_int_equal(write_request(MPC_ENGINE_CURVE, 0xabcd, 0x010203, &len), MPC_OK);
	assert_int_equal(bytes[8], MPC_PROTOCOL_SETS);
	assert_int_equal(len, EXTRAS_AT + sizeof(extras) + 64);
	assert_memory_equal(bytes + EXTRAS_AT, extras, sizeof(extras));
	assert_int_equal(judge(bytes, len, &fed.id[1].card), MPC_OK);
	assert_int_equal(request.protocol, MPC_PROTOCOL_SETS);
	assert_int_equal(request.engine, MPC_ENGINE_CURVE);
	assert_int_equal(request.lanes, 0xabcd);
	assert_int_equal(request.m, 0x010203);
	assert_int_equal(request.threshold, PARTIES);
	assert_int_equal(request.digit_bits, 0);
	assert_int_equal(request.key_bits, 0);
	refuse_damage(bytes, len, 40, judge, &fed.id[1].card);
}

/* What another protocol was read with is not left over. */
static void
test_no_engine(void **state)
{
	static const uint8_t nonce[32] = "a nonce";
	MpcWriter	w;
	size_t		len;

	(void) state;
	assert_int_equal(write_request(MPC_ENGINE_CURVE, 7, 1, &len), MPC_OK);
	assert_int_equal(judge(bytes, len, &fed.id[1].card), MPC_OK);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_request_write(&w, &fed.id[1], &fed.roster[1], MPC_PROTOCOL_MASKED_SUM, 2, 1, nonce, fed.cards, mpc_str("q"), mpc_str("p"));
	assert_int_equal(judge(bytes, w.len, &fed.id[1].card), MPC_OK);
	assert_int_equal(request.engine, 0);
	assert_int_equal(request.lanes, 0);
}

static MpcStatus
altered(size_t at, uint8_t value)
{
	size_t		len;

	assert_int_equal(write_request(MPC_ENGINE_CURVE, 2, 9, &len), MPC_OK);
	bytes[at] = value;
	resign(bytes, len, &fed.id[1], REQUEST);
	return judge(bytes, len, &fed.id[1].card);
}

static void
test_limits(void **state)
{
	size_t		len;

	(void) state;
	assert_int_equal(write_request(MPC_ENGINE_CURVE, 0, MPC_MAX_LANES, &len), MPC_OK);
	assert_int_equal(judge(bytes, len, &fed.id[1].card), MPC_OK);
	assert_int_equal(write_request(MPC_ENGINE_CURVE, 0, 0, &len), MPC_LIMIT);
	assert_int_equal(write_request(MPC_ENGINE_CURVE, 0, MPC_MAX_LANES + 1, &len), MPC_LIMIT);
	assert_int_equal(altered(EXTRAS_AT + 5, 3), MPC_OK);	/* other lanes, as the asker says */
	assert_int_equal(altered(EXTRAS_AT + 4, 0), MPC_VERSION);
	assert_int_equal(altered(EXTRAS_AT + 4, 2), MPC_VERSION);
	assert_int_equal(altered(EXTRAS_AT, 2), MPC_VERSION);	/* extras of a maximum, of none */
	assert_int_equal(altered(EXTRAS_AT, 0), MPC_VERSION);
	assert_int_equal(altered(EXTRAS_AT, 4), MPC_VERSION);
	assert_int_equal(altered(8, MPC_PROTOCOL_MAXIMUM), MPC_VERSION);	/* these extras under another protocol */
	assert_int_equal(altered(8, MPC_PROTOCOL_MASKED_SUM), MPC_VERSION);
	assert_int_equal(altered(12, 2), MPC_MALFORMED);	/* everybody, and no threshold */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_no_engine),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, make_federation, NULL);
}
