/*
 * test_request.c
 *		Are requests and replies accepted only whole, signed, canonical and where
 *		they belong?
 */
#include "crypto/hash.h"
#include "test_protocol.h"

#define PARTIES		3
#define LANES		2
#define REQUEST		"MPCAGG-v1/sig/request"
#define REPLY		"MPCAGG-v1/sig/reply"
#define REPLY_Y		(152 + (PARTIES - 1) * 16)	/* where the masked vector begins */

static Federation fed;
static uint8_t bytes[TEST_MESSAGE_MAX];
static uint8_t nonce[32] = "a nonce";
static MpcRequest request;

static int
make_federation(void **state)
{
	if (start_core(state) != 0)
		return -1;
	federation_make(&fed, PARTIES, 21);
	federation_keys(&fed, "payroll");
	return 0;
}

/* Member 1 asks. */
static size_t
write_request_for(uint8_t protocol)
{
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_request_write(&w, &fed.id[1], &fed.roster[1], protocol, LANES, 1000000, nonce, fed.cards,
					  mpc_str("the query"), mpc_str("the policy"));
	assert_int_equal(w.status, MPC_OK);
	return w.len;
}

static size_t
write_request(void)
{
	return write_request_for(MPC_PROTOCOL_MASKED_SUM);
}

static MpcStatus
judge_request(const uint8_t *message, size_t len, void *arg)
{
	MpcStatus	status = mpc_request_read(&request, message, len);

	return status != MPC_OK ? status : mpc_request_verify(&request, arg);
}

static void
test_request(void **state)
{
	uint8_t		hash[32];
	uint16_t	bad;
	size_t		len = write_request();

	(void) state;
	assert_int_equal(mpc_request_read(&request, bytes, len), MPC_OK);
	assert_int_equal(request.n, PARTIES);
	assert_int_equal(request.asker, 1);
	assert_int_equal(request.protocol, MPC_PROTOCOL_MASKED_SUM);
	assert_int_equal(request.m, LANES);
	assert_true(request.issued_at == 1000000 && request.expires_at == 601000000);
	assert_true(mpc_str_equal(request.query, mpc_str("the query")));
	assert_true(mpc_str_equal(request.policy, mpc_str("the policy")));
	mpc_th32(hash, "MPCAGG-v1/rid", bytes, len - 64);
	assert_memory_equal(hash, request.rid, 32);
	assert_int_equal(mpc_request_verify(&request, &fed.id[1].card), MPC_OK);
	assert_int_equal(mpc_request_verify(&request, &fed.id[0].card), MPC_IDENTITY);
	assert_int_equal(mpc_request_check_cards(&request, &fed.roster[0], mpc_str("payroll"), &bad), MPC_OK);
	assert_int_equal(len, 164 + PARTIES * 192 + 4 + 9 + 4 + 10 + 4 + 64);
}

/* The protocol is a byte of the header; those that need everybody say no threshold. */
static void
test_request_protocol(void **state)
{
	MpcWriter	w;
	size_t		len = write_request_for(MPC_PROTOCOL_SKETCH);

	(void) state;
	assert_int_equal(bytes[8], 4);
	assert_int_equal(judge_request(bytes, len, &fed.id[1].card), MPC_OK);
	assert_int_equal(request.protocol, MPC_PROTOCOL_SKETCH);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_request_write(&w, &fed.id[1], &fed.roster[1], 2, LANES, 1, nonce, fed.cards, mpc_str(""), mpc_str(""));
	assert_int_equal(w.status, MPC_VERSION);
}

/* t of a Shamir sum: 2t > n + 1 and t <= n, at both ends. */
static void
test_request_threshold(void **state)
{
	static Federation five;
	MpcWriter	w;
	uint16_t	t;

	(void) state;
	federation_make(&five, 5, 23);
	federation_keys(&five, "payroll");
	for (t = 0; t <= 6; t++)
	{
		bool		fits = t == 4 || t == 5;

		mpc_writer_init(&w, bytes, sizeof(bytes));
		mpc_request_write_shamir(&w, &five.id[1], &five.roster[1], t, LANES, 1, nonce, five.cards, mpc_str("q"), mpc_str("p"));
		assert_int_equal(w.status, fits ? MPC_OK : MPC_LIMIT);
		mpc_writer_init(&w, bytes, sizeof(bytes));
		mpc_request_write_shamir(&w, &five.id[1], &five.roster[1], 4, LANES, 1, nonce, five.cards, mpc_str("q"), mpc_str("p"));
		bytes[12] = (uint8_t) t;
		resign(bytes, w.len, &five.id[1], REQUEST);
		assert_int_equal(judge_request(bytes, w.len, &five.id[1].card), fits ? MPC_OK : MPC_MALFORMED);
		if (fits)
			assert_int_equal(request.threshold, t);
	}
	assert_int_equal(bytes[8], 2);
	assert_int_equal(mpc_request_read(&request, bytes, write_request()), MPC_OK);
	assert_int_equal(request.threshold, PARTIES);
}

static void
test_request_damage(void **state)
{
	(void) state;
	refuse_damage(bytes, write_request(), 40, judge_request, &fed.id[1].card);
}

/* A header field changed by the asker itself, who signs again. */
static MpcStatus
read_altered(size_t offset, size_t width, uint64_t value)
{
	size_t		len = write_request();
	size_t		i;

	for (i = 0; i < width; i++)
		bytes[offset + i] = (uint8_t) (value >> (8 * i));
	resign(bytes, len, &fed.id[1], REQUEST);
	return judge_request(bytes, len, &fed.id[1].card);
}

static void
test_request_fields(void **state)
{
	(void) state;
	assert_int_equal(read_altered(7, 1, 2), MPC_VERSION);
	assert_int_equal(read_altered(8, 1, 0), MPC_VERSION);
	assert_int_equal(read_altered(8, 1, MPC_PROTOCOL_SHAMIR_SUM), MPC_OK);
	assert_int_equal(read_altered(8, 1, 3), MPC_VERSION);
	assert_int_equal(read_altered(8, 1, 5), MPC_VERSION);
	assert_int_equal(read_altered(8, 1, MPC_PROTOCOL_SKETCH), MPC_OK);
	assert_int_equal(read_altered(9, 1, 0x01), MPC_VERSION);
	assert_int_equal(read_altered(9, 1, 0x43), MPC_VERSION);
	assert_int_equal(read_altered(10, 2, 1), MPC_LIMIT);
	assert_int_equal(read_altered(10, 2, 101), MPC_LIMIT);
	assert_int_equal(read_altered(10, 2, 2), MPC_MALFORMED);
	assert_int_equal(read_altered(12, 2, 2), MPC_MALFORMED);
	assert_int_equal(read_altered(14, 2, 0), MPC_MALFORMED);
	assert_int_equal(read_altered(14, 2, PARTIES + 1), MPC_MALFORMED);
	assert_int_equal(read_altered(14, 2, 1), MPC_IDENTITY);
	assert_int_equal(read_altered(16, 4, 0), MPC_LIMIT);
	assert_int_equal(read_altered(16, 4, MPC_MAX_LANES + 1), MPC_LIMIT);
	assert_int_equal(read_altered(16, 4, MPC_MAX_LANES), MPC_OK);
	assert_int_equal(read_altered(28, 8, 0), MPC_OK);
	assert_int_equal(read_altered(68, 1, bytes[68] ^ 1), MPC_MALFORMED);
	assert_int_equal(read_altered(100, 1, bytes[100] ^ 1), MPC_MALFORMED);
	assert_int_equal(read_altered(132, 1, 1), MPC_VERSION);
	assert_int_equal(read_altered(164 + PARTIES * 192 + 4 + 9 + 4 + 10, 1, 1), MPC_VERSION);
}

static void
test_request_signer(void **state)
{
	size_t		len = write_request();

	(void) state;
	resign(bytes, len, &fed.id[0], REQUEST);
	assert_int_equal(judge_request(bytes, len, &fed.id[1].card), MPC_SIGNATURE);
	resign(bytes, len, &fed.id[1], REPLY);
	assert_int_equal(judge_request(bytes, len, &fed.id[1].card), MPC_SIGNATURE);
	resign(bytes, len, &fed.id[1], REQUEST);
	assert_int_equal(judge_request(bytes, len, &fed.id[1].card), MPC_OK);
}

/* The cards as the test left them, judged with this roster. */
static MpcStatus
check_cards(const MpcRoster *roster, uint16_t *bad)
{
	assert_int_equal(mpc_request_read(&request, bytes, write_request()), MPC_OK);
	return mpc_request_check_cards(&request, roster, mpc_str("payroll"), bad);
}

static void
test_cards(void **state)
{
	static Federation other;
	MpcRoster	roster = fed.roster[0];
	uint16_t	bad = 99;

	(void) state;
	assert_int_equal(check_cards(&roster, &bad), MPC_OK);
	roster.member[2].epoch++;
	assert_int_equal(check_cards(&roster, &bad), MPC_IDENTITY);
	assert_int_equal(bad, 2);
	federation_make(&other, PARTIES, 22);
	roster = fed.roster[0];
	roster.member[1] = other.id[1].card;
	assert_int_equal(check_cards(&roster, &bad), MPC_IDENTITY);
	assert_int_equal(bad, 1);
	roster = fed.roster[0];
	roster.n--;
	assert_int_equal(check_cards(&roster, &bad), MPC_IDENTITY);
	fed.cards[2 * 192 + 40] ^= 1;
	assert_int_equal(check_cards(&fed.roster[0], &bad), MPC_SIGNATURE);
	assert_int_equal(bad, 2);
	/* The own card is compared with the key itself, by mpc_answer: here only its owner counts. */
	assert_int_equal(check_cards(&fed.roster[2], &bad), MPC_OK);
	fed.cards[2 * 192 + 40] ^= 1;
	roster = fed.roster[2];
	roster.member[2].epoch++;
	assert_int_equal(check_cards(&roster, &bad), MPC_IDENTITY);
	assert_int_equal(bad, 2);
}

static void
test_datasets(void **state)
{
	static const uint8_t boot_id[8];
	MpcOneTimeKey key;
	uint8_t		hash[32];
	uint16_t	bad;

	(void) state;
	assert_int_equal(check_cards(&fed.roster[0], &bad), MPC_OK);
	assert_int_equal(mpc_request_other_publishers(&request), 2);
	mpc_dataset_hash(hash, mpc_str("another"));
	assert_int_equal(mpc_onetime_make(&key, &fed.id[2], 1, 1, boot_id, hash), MPC_OK);
	memcpy(fed.cards + 2 * 192, key.card, 192);
	assert_int_equal(check_cards(&fed.roster[0], &bad), MPC_STALE_KEY);
	assert_int_equal(bad, 2);
	assert_int_equal(mpc_onetime_make(&key, &fed.id[2], 1, 1, boot_id, NULL), MPC_OK);
	memcpy(fed.cards + 2 * 192, key.card, 192);
	assert_int_equal(check_cards(&fed.roster[0], &bad), MPC_OK);
	assert_int_equal(mpc_request_other_publishers(&request), 1);
	memcpy(fed.cards + 2 * 192, fed.key[2].card, 192);
}

static void
test_request_limits(void **state)
{
	static uint8_t large[MPC_MAX_QUERY_BYTES + 1];
	MpcStr		query = {large, sizeof(large)};
	MpcWriter	w;

	(void) state;
	mpc_writer_init(&w, NULL, 0);
	mpc_request_write(&w, &fed.id[1], &fed.roster[1], MPC_PROTOCOL_MASKED_SUM, LANES, 1, nonce, fed.cards, query, mpc_str(""));
	assert_int_equal(w.status, MPC_LIMIT);
	mpc_writer_init(&w, NULL, 0);
	mpc_request_write(&w, &fed.id[1], &fed.roster[1], MPC_PROTOCOL_SKETCH, 0, 1, nonce, fed.cards, mpc_str(""), mpc_str(""));
	assert_int_equal(w.status, MPC_LIMIT);
	mpc_writer_init(&w, bytes, 100);
	mpc_request_write(&w, &fed.id[1], &fed.roster[1], MPC_PROTOCOL_MASKED_SUM, 1, 1, nonce, fed.cards, mpc_str(""), mpc_str(""));
	assert_int_equal(w.status, MPC_NOSPACE);
}

/* Member 0 replies with these values. */
static size_t
write_reply(MpcFe y[LANES], const uint8_t *next_card)
{
	static const uint8_t tags[(PARTIES - 1) * 16] = "tags";
	static const uint8_t head[32] = "head";
	MpcReply	reply;
	MpcWriter	w;

	reply.ledger_seq = 77;
	reply.ledger_head = head;
	reply.confirm = tags;
	reply.y = (const MpcFe *) y;
	reply.next_card = next_card;
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_reply_write(&w, &fed.id[0], nonce, 0, PARTIES, LANES, &reply);
	assert_int_equal(w.status, MPC_OK);
	return w.len;
}

static MpcStatus
judge_reply(const uint8_t *message, size_t len, void *arg)
{
	MpcReply	reply;

	(void) arg;
	return mpc_reply_read(&reply, message, len, nonce, &fed.roster[1], 0, LANES);
}

static void
test_reply(void **state)
{
	MpcFe		y[LANES] = {{1}, {2}};
	MpcReply	reply;
	size_t		len = write_reply(y, fed.key[0].card);

	(void) state;
	assert_int_equal(len, mpc_reply_size(PARTIES, LANES));
	assert_int_equal(mpc_reply_read(&reply, bytes, len, nonce, &fed.roster[1], 0, LANES), MPC_OK);
	assert_true(reply.ledger_seq == 77);
	assert_string_equal(reply.ledger_head, "head");
	assert_string_equal(reply.confirm, "tags");
	assert_memory_equal(reply.y, y, sizeof(y));
	assert_memory_equal(reply.next_card, fed.key[0].card, 192);
	refuse_damage(bytes, len, 60, judge_reply, NULL);
	len = write_reply(y, NULL);
	assert_int_equal(mpc_reply_read(&reply, bytes, len, nonce, &fed.roster[1], 0, LANES), MPC_OK);
	assert_null(reply.next_card);
	refuse_lengths(bytes, len, judge_reply, NULL);
}

static void
test_reply_belongs(void **state)
{
	MpcFe		y[LANES] = {{1}, {2}};
	uint8_t		rid[32] = {1};
	MpcReply	reply;
	MpcRoster	roster = fed.roster[1];
	size_t		len = write_reply(y, NULL);

	(void) state;
	assert_int_equal(mpc_reply_read(&reply, bytes, len, rid, &roster, 0, LANES), MPC_MISMATCH);
	assert_int_equal(mpc_reply_read(&reply, bytes, len, nonce, &roster, 2, LANES), MPC_SIGNATURE);
	assert_int_equal(mpc_reply_read(&reply, bytes, len, nonce, &roster, 3, LANES), MPC_MISMATCH);
	assert_int_equal(mpc_reply_read(&reply, bytes, len, nonce, &roster, 0, LANES + 1), MPC_MISMATCH);
	assert_int_equal(mpc_reply_read(&reply, bytes, len, nonce, &roster, 0, LANES - 1), MPC_MISMATCH);
	roster.n = 2;
	assert_int_equal(mpc_reply_read(&reply, bytes, len, nonce, &roster, 0, LANES), MPC_MALFORMED);
}

/* A field changed by the member itself, who signs again. */
static MpcStatus
read_altered_reply(size_t offset, uint8_t value)
{
	MpcFe		y[LANES] = {{1}, {2}};
	size_t		len = write_reply(y, fed.key[0].card);

	bytes[offset] = value;
	resign(bytes, len, &fed.id[0], REPLY);
	return judge_reply(bytes, len, NULL);
}

static void
test_reply_fields(void **state)
{
	size_t		i;

	(void) state;
	assert_int_equal(read_altered_reply(7, 2), MPC_VERSION);
	assert_int_equal(read_altered_reply(8, 'b'), MPC_MISMATCH);
	assert_int_equal(read_altered_reply(40, 2), MPC_MISMATCH);
	assert_int_equal(read_altered_reply(40, 0), MPC_MISMATCH);
	assert_int_equal(read_altered_reply(42, 1), MPC_VERSION);
	assert_int_equal(read_altered_reply(43, 1), MPC_VERSION);
	assert_int_equal(read_altered_reply(44, LANES + 1), MPC_MALFORMED);
	assert_int_equal(read_altered_reply(47, 2), MPC_LIMIT);
	for (i = 88; i < 152; i++)
		assert_int_equal(read_altered_reply(i, 1), MPC_VERSION);
	assert_int_equal(read_altered_reply(REPLY_Y + LANES * 32, 0), MPC_MALFORMED);
	assert_int_equal(read_altered_reply(REPLY_Y + LANES * 32, 2), MPC_MALFORMED);
}

/* l + delta as little-endian bytes. */
static void
order_plus(MpcFe e, uint8_t delta)
{
	size_t		i;

	for (i = 0; i < 32; i++)
		e[i] = (uint8_t) (mpc_field_order[i / 8] >> (8 * (i % 8)));
	e[0] = (uint8_t) (e[0] + delta);
}

static void
test_reply_noncanonical(void **state)
{
	MpcFe		y[LANES] = {{1}, {2}};
	int			lane;

	(void) state;
	for (lane = 0; lane < LANES; lane++)
	{
		order_plus(y[lane], 0);
		assert_int_equal(judge_reply(bytes, write_reply(y, NULL), NULL), MPC_NONCANONICAL);
		order_plus(y[lane], 1);
		assert_int_equal(judge_reply(bytes, write_reply(y, NULL), NULL), MPC_NONCANONICAL);
		memset(y[lane], 0xff, 32);
		assert_int_equal(judge_reply(bytes, write_reply(y, NULL), NULL), MPC_NONCANONICAL);
		order_plus(y[lane], 0xff);
		assert_int_equal(judge_reply(bytes, write_reply(y, NULL), NULL), MPC_OK);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_request_protocol),
		cmocka_unit_test(test_request_threshold),
		cmocka_unit_test(test_request_damage),
		cmocka_unit_test(test_request_fields),
		cmocka_unit_test(test_request_signer),
		cmocka_unit_test(test_cards),
		cmocka_unit_test(test_datasets),
		cmocka_unit_test(test_request_limits),
		cmocka_unit_test(test_reply),
		cmocka_unit_test(test_reply_belongs),
		cmocka_unit_test(test_reply_fields),
		cmocka_unit_test(test_reply_noncanonical),
	};

	return cmocka_run_group_tests(tests, make_federation, NULL);
}
