/*
 * test_shamir_lies.c
 *		Does every lie and every damage in a Shamir sum end in a refusal, and leave nothing secret behind?
 *
 * Four parties, any three open; member 0 asks. Member 1 seals a share for member 0, 2 for 1, 3 for 2, 0 for 3;
 * all other shares are streams.
 */
#include "test_shamir_sum.h"

#define PARTIES		4
#define T			3
#define SEALED		(120 - 64 + PARTIES * 128)	/* where the sealed share begins in a relay */
#define EVERYBODY	0xf

static Federation fed;
static Question question;
static Question saved;
static Question second;

/* A question where everything is dealt and closed; the same for every test. */
static int
make_question(void **state)
{
	if (start_core(state) != 0)
		return -1;
	start(&question, &fed, PARTIES, T);
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

static void
begin_again(Question *q, uint16_t t)
{
	begin(q, &fed, t, 0);
}

/* ------------------------------------------------------------------ damage */

static MpcStatus
judge_shares(const uint8_t *bytes, size_t len, void *arg)
{
	MpcShares	shares;

	(void) arg;
	return mpc_shares_read(&shares, bytes, len, &question.ask.request, &fed.roster[0], 1);
}

static MpcStatus
judge_relay(const uint8_t *bytes, size_t len, void *arg)
{
	MpcRelay	relay;

	(void) arg;
	return mpc_shamir_read_relay(&relay, &question.peer[1], &fed.roster[1], bytes, len, 0);
}

static MpcStatus
judge_sum(const uint8_t *bytes, size_t len, void *arg)
{
	question.ask.sum[1] = NULL;
	(void) arg;
	return mpc_shamir_ask_take_sum(&question.ask, 1, bytes, len);
}

static void
test_damage(void **state)
{
	uint16_t	bad;

	(void) state;
	refuse_damage(question.shares[1], question.shares_len[1], 44, judge_shares, NULL);
	write_relay(&question, 1);
	refuse_damage(question.relay, question.relay_len, 56, judge_relay, NULL);
	assert_int_equal(sum_up(&question, 1, &bad), MPC_OK);
	refuse_damage(question.sum[1], question.sum_len[1], 42, judge_sum, NULL);
}

/* ------------------------------------------------------------------ what a dealer can say */

/* Signs altered shares, as their dealer could. */
static void
sign_shares(uint8_t *bytes, size_t len, const uint8_t *rid, uint16_t index, const MpcIdentity *id)
{
	uint8_t		text[32 + 2 + 64];

	memcpy(text, rid, 32);
	text[32] = (uint8_t) index;
	text[33] = 0;
	mpc_th(text + 34, "MPCAGG-v1/shares", bytes, len - 64);
	mpc_sign(bytes + len - 64, id->sign_sk, SHARES_TAG, text, sizeof(text));
}

static MpcStatus
judge_altered_shares(size_t offset, uint8_t value)
{
	uint8_t		bytes[SHARES_MAX];
	size_t		len = question.shares_len[1];

	memcpy(bytes, question.shares[1], len);
	bytes[offset] = value;
	sign_shares(bytes, len, bytes + 8, (uint16_t) (bytes[40] | bytes[41] << 8), &fed.id[1]);
	return judge_copy(bytes, len, judge_shares, NULL);
}

static void
test_shares_fields(void **state)
{
	uint8_t		bytes[SHARES_MAX];
	size_t		len = question.shares_len[1];
	const uint8_t *rid = question.ask.request.rid;

	(void) state;
	assert_int_equal(judge_altered_shares(44, 1), MPC_OK);	/* as it was */
	assert_int_equal(judge_altered_shares(5, 's'), MPC_MALFORMED);
	assert_int_equal(judge_altered_shares(7, 2), MPC_VERSION);
	assert_int_equal(judge_altered_shares(8, (uint8_t) (rid[0] ^ 1)), MPC_MISMATCH);
	assert_int_equal(judge_altered_shares(42, 0), MPC_MALFORMED);
	assert_int_equal(judge_altered_shares(42, 2), MPC_MALFORMED);
	assert_int_equal(judge_altered_shares(44, 2), MPC_MISMATCH);
	assert_int_equal(judge_altered_shares(45, 1), MPC_MISMATCH);
	assert_int_equal(judge_altered_shares(len - 65, 1), MPC_MALFORMED);
	/* The signed text says whose it is and of which request. */
	memcpy(bytes, question.shares[1], len);
	sign_shares(bytes, len, rid, 2, &fed.id[1]);
	assert_int_equal(judge_copy(bytes, len, judge_shares, NULL), MPC_OK);
	sign_shares(bytes, len, rid, 3, &fed.id[1]);
	assert_int_equal(judge_copy(bytes, len, judge_shares, NULL), MPC_SIGNATURE);
	sign_shares(bytes, len, fed.cards, 2, &fed.id[1]);
	assert_int_equal(judge_copy(bytes, len, judge_shares, NULL), MPC_SIGNATURE);
	sign_shares(bytes, len, rid, 2, &fed.id[2]);
	assert_int_equal(judge_copy(bytes, len, judge_shares, NULL), MPC_SIGNATURE);
	bytes[40] = 3;
	sign_shares(bytes, len, rid, 2, &fed.id[1]);
	assert_int_equal(judge_copy(bytes, len, judge_shares, NULL), MPC_MISMATCH);
}

/* A dealer that seals what is no element: its receiver says so and gives nothing. */
static void
test_noncanonical_share(void **state)
{
	MpcRelay	relay;
	MpcFe		work[LANES];
	uint8_t		sealed[LANES * 32 + 16];
	uint8_t		context[37];
	uint16_t	bad = 99;

	(void) state;
	craft_relay(&question, &relay, EVERYBODY, 1);
	memset(sealed, 0xff, sizeof(sealed));
	memcpy(context, question.ask.request.rid, 32);
	memcpy(context + 32, "\3\0\2\0\1", 5);	/* of member 2 for member 1, round 1 */
	mpc_seal_once(sealed, LANES * 32, context, sizeof(context), question.peer[1].key[2]);
	relay.sealed[2] = sealed;
	assert_int_equal(mpc_shamir_add_up(&question.peer[1], &relay, work, &bad), MPC_NONCANONICAL);
	assert_int_equal(bad, 2);
	assert_true(mpc_is_zero(work, sizeof(work)));
	assert_true(mpc_is_zero(&question.peer[1], sizeof(question.peer[1])));
	assert_true(mpc_is_zero(question.x[1], sizeof(question.x[1])));
}

/* ------------------------------------------------------------------ what an asker can say */

/* A relay whose sealed share was changed by the asker, who signs it. */
static void
send_altered(uint16_t i, size_t offset)
{
	question = saved;
	write_relay(&question, i);
	question.relay[offset] ^= 1;
	resign(question.relay, question.relay_len, &fed.id[0], RELAY_TAG);
}

static void
test_sealed_bit_flips(void **state)
{
	size_t		offset;
	uint16_t	bad;

	(void) state;
	for (offset = SEALED; offset < SEALED + LANES * 32 + 16; offset++)
	{
		send_altered(1, offset);
		assert_int_equal(sum_up(&question, 1, &bad), MPC_CONFIRMATION);
		assert_int_equal(bad, 2);
		assert_int_equal(question.sum_len[1], 0);
		/* It has no second try. */
		write_relay(&question, 1);
		assert_int_equal(sum_up(&question, 1, &bad), MPC_STALE_KEY);
	}
}

/* What is sealed for one opens for nobody else. */
static void
test_swapped_ciphertexts(void **state)
{
	MpcRelay	relay;
	MpcRelay	other;
	uint16_t	bad;
	uint16_t	j;

	(void) state;
	for (j = 2; j <= 3; j++)
	{
		question = saved;
		craft_relay(&question, &relay, EVERYBODY, 1);
		craft_relay(&question, &other, EVERYBODY, j);
		relay.sealed[2] = other.sealed[j == 3 ? 0 : 3];
		send_crafted(&question, &relay);
		assert_int_equal(sum_up(&question, 1, &bad), MPC_CONFIRMATION);
	}
	/* The whole relay of another party. */
	question = saved;
	write_relay(&question, 2);
	assert_int_equal(sum_up(&question, 1, &bad), MPC_CONFIRMATION);
}

static MpcStatus
read_crafted(const MpcRelay *relay, uint16_t i, uint16_t min_dealers)
{
	MpcRelay	again;

	send_crafted(&question, relay);
	return mpc_shamir_read_relay(&again, &question.peer[i], &fed.roster[i], question.relay, question.relay_len, min_dealers);
}

static void
test_dealers(void **state)
{
	MpcRelay	relay;
	Set			set;

	(void) state;
	for (set = 0; set <= EVERYBODY; set++)
	{
		craft_relay(&question, &relay, set, 1);
		if ((set >> 1 & 1) == 0)
			assert_int_equal(read_crafted(&relay, 1, 0), MPC_MISMATCH);
		else if (relay.count < T)
			assert_int_equal(read_crafted(&relay, 1, 0), MPC_LIMIT);
		else
		{
			assert_int_equal(read_crafted(&relay, 1, 0), MPC_OK);
			assert_int_equal(read_crafted(&relay, 1, relay.count), MPC_OK);
			assert_int_equal(read_crafted(&relay, 1, (uint16_t) (relay.count + 1)), MPC_LIMIT);
		}
	}
}

/* A bit that stands for nobody. */
static void
test_no_such_dealer(void **state)
{
	MpcRelay	relay;
	MpcWriter	w;

	(void) state;
	craft_relay(&question, &relay, EVERYBODY, 1);
	relay.hash[PARTIES] = relay.hash[0];
	relay.sig[PARTIES] = relay.sig[0];
	mpc_writer_init(&w, question.relay, sizeof(question.relay));
	mpc_relay_write(&w, &fed.id[0], question.ask.request.rid, &relay, PARTIES + 1, LANES);
	assert_int_equal(judge_relay(question.relay, w.len, NULL), MPC_MALFORMED);
}

/* Signs a hash as dealer i could, for the request with this id. */
static void
sign_hash(uint8_t sig[64], const uint8_t *hash, const uint8_t *rid, uint16_t i)
{
	uint8_t		text[32 + 2 + 64];

	memcpy(text, rid, 32);
	text[32] = (uint8_t) (i + 1);
	text[33] = 0;
	memcpy(text + 34, hash, 64);
	mpc_sign(sig, fed.id[i].sign_sk, SHARES_TAG, text, sizeof(text));
}

static void
test_dealer_signatures(void **state)
{
	uint8_t		hash[64] = "another hash";
	uint8_t		sig[64];
	MpcRelay	relay;

	(void) state;
	craft_relay(&question, &relay, EVERYBODY, 1);
	relay.hash[3] = hash;
	assert_int_equal(read_crafted(&relay, 1, 0), MPC_SIGNATURE);
	relay.sig[3] = sig;
	sign_hash(sig, hash, question.ask.request.rid, 2);
	assert_int_equal(read_crafted(&relay, 1, 0), MPC_SIGNATURE);
	sign_hash(sig, hash, fed.cards, 3);	/* what it dealt in another request */
	assert_int_equal(read_crafted(&relay, 1, 0), MPC_SIGNATURE);
	sign_hash(sig, hash, question.ask.request.rid, 3);
	assert_int_equal(read_crafted(&relay, 1, 0), MPC_OK);
	/* Two dealers in each other's place. */
	craft_relay(&question, &relay, EVERYBODY, 1);
	relay.hash[3] = question.ask.shares[2].hash;
	relay.sig[3] = question.ask.shares[2].sig;
	assert_int_equal(read_crafted(&relay, 1, 0), MPC_SIGNATURE);
	/* My own entry, signed by me, with what I did not send. */
	craft_relay(&question, &relay, EVERYBODY, 1);
	relay.hash[1] = hash;
	relay.sig[1] = sig;
	sign_hash(sig, hash, question.ask.request.rid, 1);
	assert_int_equal(read_crafted(&relay, 1, 0), MPC_MISMATCH);
}

/* All dealers sign what they dealt for another request: the relay is not of ours. */
static void
test_relay_rid(void **state)
{
	uint8_t		sig[PARTIES][64];
	MpcRelay	relay;
	MpcWriter	w;
	uint16_t	i;

	(void) state;
	craft_relay(&question, &relay, EVERYBODY, 1);
	for (i = 0; i < PARTIES; i++)
	{
		sign_hash(sig[i], relay.hash[i], fed.cards, i);
		relay.sig[i] = sig[i];
	}
	mpc_writer_init(&w, question.relay, sizeof(question.relay));
	mpc_relay_write(&w, &fed.id[0], fed.cards, &relay, PARTIES, LANES);
	assert_int_equal(judge_relay(question.relay, w.len, NULL), MPC_MISMATCH);
}

/* The hash of U1 is TH32 over bitmap and hashes, as written out here. */
static void
test_u1_hash(void **state)
{
	uint8_t		text[16 + 3 * 64] = {0x0b};
	uint8_t		expected[32];
	MpcRelay	relay;

	(void) state;
	craft_relay(&question, &relay, 0x0b, 1);
	memcpy(text + 16, relay.hash[0], 64);
	memcpy(text + 80, relay.hash[1], 64);
	memcpy(text + 144, relay.hash[3], 64);
	mpc_th32(expected, "MPCAGG-v1/u1", text, sizeof(text));
	mpc_relay_hash(&relay, PARTIES);
	assert_memory_equal(relay.u1_hash, expected, sizeof(expected));
}

/* A dealer and the asker together show one party another list: its sum share is not taken. */
static void
test_other_list(void **state)
{
	uint8_t		hash[64] = "another hash";
	uint8_t		sig[64];
	MpcRelay	relay;
	uint16_t	bad;

	(void) state;
	craft_relay(&question, &relay, EVERYBODY, 1);
	relay.hash[3] = hash;
	relay.sig[3] = sig;
	sign_hash(sig, hash, question.ask.request.rid, 3);
	send_crafted(&question, &relay);
	assert_int_equal(sum_up(&question, 1, &bad), MPC_OK);
	assert_int_equal(take_sum(&question, 1), MPC_MISMATCH);
}

/* Only the asker relays, and only once. */
static void
test_relay_signer(void **state)
{
	uint16_t	bad;

	(void) state;
	write_relay(&question, 1);
	resign(question.relay, question.relay_len, &fed.id[2], RELAY_TAG);
	assert_int_equal(sum_up(&question, 1, &bad), MPC_SIGNATURE);
	resign(question.relay, question.relay_len, &fed.id[0], SUM_TAG);
	assert_int_equal(sum_up(&question, 1, &bad), MPC_SIGNATURE);
	resign(question.relay, question.relay_len, &fed.id[0], RELAY_TAG);
	assert_int_equal(sum_up(&question, 1, &bad), MPC_OK);
	assert_int_equal(sum_up(&question, 1, &bad), MPC_STALE_KEY);
}

/* A relay of one request to a party that dealt in another, and the same parties in another roster. */
static void
test_other_request(void **state)
{
	MpcRelay	relay;
	MpcRoster	roster = fed.roster[1];
	uint16_t	bad;

	(void) state;
	begin_again(&second, T);
	deal_everybody(&second);
	close_with_everybody(&second);
	write_relay(&second, 1);
	memcpy(question.relay, second.relay, second.relay_len);
	question.relay_len = second.relay_len;
	assert_int_equal(sum_up(&question, 1, &bad), MPC_MISMATCH);
	/* With our request's id in it, the dealers' signatures say otherwise. */
	memcpy(question.relay + 8, question.ask.request.rid, 32);
	resign(question.relay, question.relay_len, &fed.id[0], RELAY_TAG);
	assert_int_equal(sum_up(&question, 1, &bad), MPC_SIGNATURE);
	write_relay(&question, 1);
	roster.member[3] = fed.roster[1].member[2];
	assert_int_equal(mpc_shamir_read_relay(&relay, &question.peer[1], &roster, question.relay, question.relay_len, 0),
					 MPC_IDENTITY);
	assert_int_equal(mpc_shamir_read_relay(&relay, &question.peer[1], &fed.roster[2], question.relay, question.relay_len, 0),
					 MPC_IDENTITY);
	/* A sum share of the other question. */
	assert_int_equal(sum_up(&second, 1, &bad), MPC_OK);
	assert_int_equal(mpc_shamir_ask_take_sum(&question.ask, 1, second.sum[1], second.sum_len[1]), MPC_MISMATCH);
}

static MpcStatus
judge_altered_sum(size_t offset, uint8_t value)
{
	uint8_t		bytes[SUM_MAX];

	memcpy(bytes, question.sum[1], question.sum_len[1]);
	bytes[offset] = value;
	resign(bytes, question.sum_len[1], &fed.id[1], SUM_TAG);
	return judge_copy(bytes, question.sum_len[1], judge_sum, NULL);
}

static void
test_sum_fields(void **state)
{
	uint16_t	bad;

	(void) state;
	write_relay(&question, 1);
	assert_int_equal(sum_up(&question, 1, &bad), MPC_OK);
	assert_int_equal(judge_altered_sum(40, 2), MPC_OK);	/* as it was */
	assert_int_equal(judge_altered_sum(7, 2), MPC_VERSION);
	assert_int_equal(judge_altered_sum(8, (uint8_t) (question.sum[1][8] ^ 1)), MPC_MISMATCH);
	assert_int_equal(judge_altered_sum(40, 3), MPC_MISMATCH);
	assert_int_equal(judge_altered_sum(41, 1), MPC_MISMATCH);
	assert_int_equal(judge_altered_sum(42, (uint8_t) (question.sum[1][42] ^ 1)), MPC_MISMATCH);
	assert_int_equal(judge_altered_sum(74 + 31, 0xff), MPC_NONCANONICAL);
	assert_int_equal(judge_altered_sum(74 + 32 * LANES - 1, 0x20), MPC_NONCANONICAL);
}

#define TEST(f) cmocka_unit_test_setup(f, restore_question)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_damage),
		TEST(test_shares_fields),
		TEST(test_noncanonical_share),
		TEST(test_sealed_bit_flips),
		TEST(test_swapped_ciphertexts),
		TEST(test_dealers),
		TEST(test_no_such_dealer),
		TEST(test_dealer_signatures),
		TEST(test_relay_rid),
		TEST(test_u1_hash),
		TEST(test_other_list),
		TEST(test_relay_signer),
		TEST(test_other_request),
		TEST(test_sum_fields),
	};

	return cmocka_run_group_tests(tests, make_question, NULL);
}
