/*
 * test_masked_sum.c
 *		Do n parties learn the sum and only the sum, and does every deviation show?
 */
#include "test_protocol.h"

#define LANES		7
#define MESSAGE_MAX (164 + MPC_MAX_PARTIES * MPC_ONETIME_BYTES + 1024)

/* One question: the asker's side and what the parties hold. */
typedef struct Question
{
	Federation *fed;
	uint16_t	asker;
	MpcAsk		ask;
	MpcFe		sum[LANES];
	uint8_t		confirm[MPC_MAX_PARTIES * MPC_MAX_PARTIES * MPC_CONFIRM_BYTES];
	uint8_t		message[MESSAGE_MAX];
	size_t		len;
	MpcFe		x[MPC_MAX_PARTIES][LANES];
	MpcWide		plain[LANES];
} Question;

static Federation fed;
static Federation other;
static Question question;
static Question second;
static uint8_t reply_bytes[4096];

/* Random signed 62-bit values and their plain sum. */
static void
fill_vectors(Question *q, uint32_t seed)
{
	int64_t		value;
	MpcWide		wide;
	uint16_t	i;
	size_t		k;

	memset(q->plain, 0, sizeof(q->plain));
	for (i = 0; i < q->fed->n; i++)
		for (k = 0; k < LANES; k++)
		{
			kat_fill(&value, sizeof(value), seed + (uint32_t) (i * LANES + k));
			value /= 2;
			mpc_wide_from_int128(&wide, value);
			mpc_wide_add(&q->plain[k], &wide);
			mpc_field_from_wide(q->x[i][k], &wide);
		}
}

static void
begin(Question *q, Federation *f, uint16_t asker, const char *text)
{
	MpcWriter	w;
	uint8_t		hash[32];

	memset(q, 0, sizeof(*q));
	q->fed = f;
	q->asker = asker;
	fill_vectors(q, 9);
	mpc_dataset_hash(hash, mpc_str("payroll"));
	mpc_writer_init(&w, q->message, sizeof(q->message));
	assert_int_equal(mpc_ask_begin(&q->ask, &f->id[asker], &f->roster[asker],
								   (const MpcStaticHalf *) f->half[asker], f->cards, hash,
								   MPC_PROTOCOL_MASKED_SUM, LANES, 1, mpc_str(text), mpc_str("policy"),
								   q->sum, q->confirm, &w), MPC_OK);
	q->len = w.len;
}

/* What peer i does with the message; its reply is left in reply_bytes. */
static MpcStatus
answer(Question *q, uint16_t i, size_t *len)
{
	static const uint8_t head[32];
	uint8_t		tags[MPC_MAX_PARTIES * MPC_CONFIRM_BYTES];
	Federation *f = q->fed;
	MpcRequest	request;
	MpcStatus	status;
	MpcWriter	w;
	uint16_t	bad;

	assert_int_equal(mpc_request_read(&request, q->message, q->len), MPC_OK);
	assert_int_equal(mpc_request_verify(&request, &f->id[q->asker].card), MPC_OK);
	assert_int_equal(mpc_request_check_cards(&request, &f->roster[i], mpc_str("payroll"), &bad), MPC_OK);
	mpc_writer_init(&w, reply_bytes, sizeof(reply_bytes));
	status = mpc_answer(&w, &f->id[i], &f->roster[i], (const MpcStaticHalf *) f->half[i], &f->key[i],
						&request, q->x[i], 1, head, NULL, tags);
	*len = w.len;
	return status;
}

static MpcStatus
exchange(Question *q, uint16_t i)
{
	MpcReply	reply;
	size_t		len;

	assert_int_equal(answer(q, i, &len), MPC_OK);
	return mpc_ask_take_reply(&q->ask, i, reply_bytes, len, &reply);
}

static void
exchange_all(Question *q)
{
	uint16_t	i;

	assert_int_equal(mpc_ask_contribute(&q->ask, (const MpcFe *) q->x[q->asker]), MPC_OK);
	for (i = 0; i < q->fed->n; i++)
		if (i != q->asker)
			assert_int_equal(exchange(q, i), MPC_OK);
}

static void
decode_sums(MpcWide out[LANES], const MpcFe *sum)
{
	size_t		k;

	for (k = 0; k < LANES; k++)
		mpc_field_to_wide(&out[k], sum[k]);
}

static void
check_sum(uint16_t n, uint16_t asker)
{
	MpcWide		out[LANES];
	uint16_t	a;
	uint16_t	b;
	size_t		k;

	federation_make(&fed, n, n);
	federation_keys(&fed, "payroll");
	begin(&question, &fed, asker, "query");
	exchange_all(&question);
	assert_int_equal(mpc_ask_end(&question.ask, &a, &b), MPC_OK);
	decode_sums(out, question.ask.sum);
	for (k = 0; k < LANES; k++)
		assert_int_equal(mpc_wide_compare(&out[k], &question.plain[k]), 0);
	mpc_ask_wipe(&question.ask);
	assert_true(mpc_is_zero(&question.ask, sizeof(question.ask)));
}

static void
test_sums(void **state)
{
	uint16_t	n;

	(void) state;
	for (n = 2; n <= 12; n++)
	{
		check_sum(n, 0);
		check_sum(n, (uint16_t) (n - 1));
		check_sum(n, n / 2);
	}
}

static void
test_hundred(void **state)
{
	(void) state;
	check_sum(100, 37);
}

/* The parties, keys and request id of PROTOCOLS L.1, member me's view. */
static void
kat_setup(uint16_t me, MpcRequest *request, MpcOneTimeKey key[KAT_PARTIES])
{
	uint16_t	i;

	memset(&fed, 0, sizeof(fed));
	memset(request, 0, sizeof(*request));
	fed.n = KAT_PARTIES;
	fed.roster[me].n = KAT_PARTIES;
	fed.roster[me].me = me;
	request->n = KAT_PARTIES;
	request->m = KAT_LANES;
	memcpy(request->rid, kat_rid, 32);
	for (i = 0; i < KAT_PARTIES; i++)
	{
		memcpy(fed.roster[me].member[i].pid, kat_pid[i], 32);
		memcpy(key[i].esk, kat_eph_sk[i], 32);
		memset(key[i].card, i, sizeof(key[i].card));
		memcpy(key[i].card + 32, kat_eph_pk[i], 32);
		mpc_onetime_read(&request->card[i], key[i].card);
		if (i != me)
			assert_int_equal(mpc_dh(fed.half[me][i], kat_x25519_sk[me], kat_x25519_pk[i]), MPC_OK);
	}
}

static void
kat_vector(MpcFe x[KAT_LANES], uint16_t me)
{
	MpcWide		wide;
	size_t		k;

	for (k = 0; k < KAT_LANES; k++)
	{
		mpc_wide_from_int128(&wide, kat_x[me][k]);
		mpc_field_from_wide(x[k], &wide);
	}
}

/* The confirmation tag that i and j share. */
static const uint8_t *
kat_tag(uint16_t i, uint16_t j)
{
	return kat_kc[i + j - 1];	/* 01, 02, 12 */
}

static void
test_known_answer_peer(void **state)
{
	static const uint8_t head[32];
	MpcOneTimeKey key[KAT_PARTIES];
	MpcRequest	request;
	MpcFe		x[KAT_LANES];
	uint8_t		tags[(KAT_PARTIES - 1) * 16];
	MpcWriter	w;
	uint16_t	me;

	(void) state;
	for (me = 0; me < KAT_PARTIES; me++)
	{
		MpcOneTimeKey mine;

		kat_setup(me, &request, key);
		mine = key[me];
		kat_vector(x, me);
		mpc_writer_init(&w, reply_bytes, sizeof(reply_bytes));
		assert_int_equal(mpc_answer(&w, &fed.id[me], &fed.roster[me], (const MpcStaticHalf *) fed.half[me],
									&mine, &request, x, 1, head, NULL, tags), MPC_OK);
		assert_memory_equal(x, kat_y[me], sizeof(x));
		assert_memory_equal(reply_bytes + 152, tags, sizeof(tags));
		assert_memory_equal(reply_bytes + 152 + sizeof(tags), kat_y[me], sizeof(x));
		assert_memory_equal(tags, kat_tag(me, me == 0 ? 1 : 0), 16);
		assert_memory_equal(tags + 16, kat_tag(me, me == 2 ? 1 : 2), 16);
	}
}

static void
test_known_answer_asker(void **state)
{
	MpcOneTimeKey key[KAT_PARTIES];
	MpcFe		x[KAT_LANES];
	MpcFe		sum[KAT_LANES];
	uint8_t		confirm[KAT_PARTIES * KAT_PARTIES * 16];
	MpcAsk		ask;
	uint16_t	me;
	uint16_t	j;

	(void) state;
	for (me = 0; me < KAT_PARTIES; me++)
	{
		memset(&ask, 0, sizeof(ask));
		memset(sum, 0, sizeof(sum));
		kat_setup(me, &ask.request, key);
		ask.own = key[me];
		ask.roster = &fed.roster[me];
		ask.static_half = (const MpcStaticHalf *) fed.half[me];
		ask.sum = sum;
		ask.confirm = confirm;
		kat_vector(x, me);
		assert_int_equal(mpc_ask_contribute(&ask, (const MpcFe *) x), MPC_OK);
		assert_memory_equal(sum, kat_y[me], sizeof(sum));
		assert_true(mpc_is_zero(ask.own.esk, 32));
		for (j = 0; j < KAT_PARTIES; j++)
			if (j != me)
				assert_memory_equal(confirm + (me * KAT_PARTIES + j) * 16, kat_tag(me, j), 16);
		assert_true(mpc_is_zero(confirm + (me * KAT_PARTIES + me) * 16, 16));
	}
}

static void
start_three(void)
{
	federation_make(&fed, 3, 50);
	federation_keys(&fed, "payroll");
	begin(&question, &fed, 0, "query");
}

/* Peers read which protocol it is from the request. */
static void
test_protocol(void **state)
{
	MpcWriter	w;

	(void) state;
	start_three();
	assert_int_equal(question.ask.request.protocol, MPC_PROTOCOL_MASKED_SUM);
	mpc_writer_init(&w, question.message, sizeof(question.message));
	assert_int_equal(mpc_ask_begin(&question.ask, &fed.id[0], &fed.roster[0], (const MpcStaticHalf *) fed.half[0],
								   fed.cards, NULL, MPC_PROTOCOL_SKETCH, LANES, 1, mpc_str("q"), mpc_str("p"),
								   question.sum, question.confirm, &w), MPC_OK);
	assert_int_equal(question.ask.request.protocol, MPC_PROTOCOL_SKETCH);
	mpc_ask_wipe(&question.ask);
}

static void
test_each_once(void **state)
{
	MpcReply	reply;
	uint16_t	a;
	uint16_t	b;
	size_t		len;

	(void) state;
	start_three();
	assert_int_equal(mpc_ask_contribute(&question.ask, (const MpcFe *) question.x[0]), MPC_OK);
	assert_int_equal(mpc_ask_contribute(&question.ask, (const MpcFe *) question.x[0]), MPC_MISMATCH);
	assert_int_equal(answer(&question, 1, &len), MPC_OK);
	assert_int_equal(mpc_ask_take_reply(&question.ask, 2, reply_bytes, len, &reply), MPC_SIGNATURE);
	assert_int_equal(mpc_ask_take_reply(&question.ask, 0, reply_bytes, len, &reply), MPC_MISMATCH);
	assert_int_equal(mpc_ask_take_reply(&question.ask, 3, reply_bytes, len, &reply), MPC_MISMATCH);
	assert_int_equal(mpc_ask_take_reply(&question.ask, 1, reply_bytes, len, &reply), MPC_OK);
	assert_int_equal(mpc_ask_take_reply(&question.ask, 1, reply_bytes, len, &reply), MPC_MISMATCH);
	assert_int_equal(mpc_ask_end(&question.ask, &a, &b), MPC_MISMATCH);
	assert_int_equal(exchange(&question, 2), MPC_OK);
	assert_int_equal(mpc_ask_end(&question.ask, &a, &b), MPC_OK);
}

static void
test_key_is_spent(void **state)
{
	size_t		len;

	(void) state;
	start_three();
	assert_int_equal(answer(&question, 1, &len), MPC_OK);
	assert_true(mpc_is_zero(&fed.key[1], sizeof(fed.key[1])));
	assert_int_equal(answer(&question, 1, &len), MPC_STALE_KEY);
	assert_int_equal(len, 0);
	assert_true(mpc_is_zero(question.x[1], sizeof(question.x[1])));
	/* Also where the answer fails: here on a key the request does not name. */
	fed.key[2].card[0] ^= 1;
	assert_int_equal(answer(&question, 2, &len), MPC_STALE_KEY);
	assert_true(mpc_is_zero(&fed.key[2], sizeof(fed.key[2])));
}

/* A reply that does not fit leaves neither key nor values behind. */
static void
test_no_space(void **state)
{
	static const uint8_t head[32];
	uint8_t		tags[2 * MPC_CONFIRM_BYTES];
	MpcWriter	w;

	(void) state;
	start_three();
	mpc_writer_init(&w, reply_bytes, mpc_reply_size(3, LANES) - MPC_ONETIME_BYTES - 1);
	assert_int_equal(mpc_answer(&w, &fed.id[1], &fed.roster[1], (const MpcStaticHalf *) fed.half[1], &fed.key[1],
								&question.ask.request, question.x[1], 1, head, NULL, tags), MPC_NOSPACE);
	assert_true(mpc_is_zero(&fed.key[1], sizeof(fed.key[1])));
	assert_true(mpc_is_zero(question.x[1], sizeof(question.x[1])));
	mpc_writer_init(&w, question.message, 300);
	assert_int_equal(mpc_ask_begin(&question.ask, &fed.id[0], &fed.roster[0], (const MpcStaticHalf *) fed.half[0],
								   fed.cards, NULL, MPC_PROTOCOL_MASKED_SUM, LANES, 1, mpc_str("q"), mpc_str("p"),
								   question.sum, question.confirm, &w), MPC_NOSPACE);
	assert_true(mpc_is_zero(&question.ask.own, sizeof(question.ask.own)));
}

/* A member whose ephemeral key is a low-order point. */
static void
test_low_order_key(void **state)
{
	size_t		len;

	(void) state;
	federation_make(&fed, 3, 50);
	federation_keys(&fed, "payroll");
	memset(fed.cards + 2 * MPC_ONETIME_BYTES + 32, 0, 32);
	resign(fed.cards + 2 * MPC_ONETIME_BYTES, MPC_ONETIME_BYTES, &fed.id[2], "MPCAGG-v1/prekey");
	begin(&question, &fed, 0, "query");
	assert_int_equal(answer(&question, 1, &len), MPC_IDENTITY);
	assert_true(mpc_is_zero(&fed.key[1], sizeof(fed.key[1])));
	assert_true(mpc_is_zero(question.x[1], sizeof(question.x[1])));
	assert_int_equal(mpc_ask_contribute(&question.ask, (const MpcFe *) question.x[0]), MPC_IDENTITY);
	assert_true(mpc_is_zero(question.ask.own.esk, 32));
}

static void
test_wrong_tag(void **state)
{
	MpcReply	reply;
	uint16_t	a = 99;
	uint16_t	b = 99;
	size_t		len;

	(void) state;
	start_three();
	assert_int_equal(mpc_ask_contribute(&question.ask, (const MpcFe *) question.x[0]), MPC_OK);
	assert_int_equal(exchange(&question, 1), MPC_OK);
	assert_int_equal(answer(&question, 2, &len), MPC_OK);
	reply_bytes[152 + 16] ^= 1;
	resign(reply_bytes, len, &fed.id[2], "MPCAGG-v1/sig/reply");
	assert_int_equal(mpc_ask_take_reply(&question.ask, 2, reply_bytes, len, &reply), MPC_OK);
	assert_int_equal(mpc_ask_end(&question.ask, &a, &b), MPC_CONFIRMATION);
	assert_int_equal(a, 1);
	assert_int_equal(b, 2);
}

/* rows, contributor; count, sum, contributor of one measure; count, contributor of another. */
static void
make_lanes(MpcLanes *lanes)
{
	MpcQuery   *q = calloc(1, sizeof(*q));

	assert_non_null(q);
	q->naggs = 2;
	q->agg[0].function = MPC_SUM;
	q->agg[0].nargs = 1;
	q->agg[0].arg[0] = mpc_str("pay");
	q->agg[1].function = MPC_COUNT;
	q->agg[1].nargs = 1;
	q->agg[1].arg[0] = mpc_str("age");
	mpc_lanes_init(lanes, q);
	assert_int_equal(lanes->nlanes, LANES);
	free(q);
}

static MpcStatus
check_range(const MpcWide *sums, uint16_t n, int64_t low, int64_t high)
{
	MpcLanes	lanes;
	MpcBounds	bounds[2];

	make_lanes(&lanes);
	memset(bounds, 0, sizeof(bounds));
	mpc_wide_from_int128(&bounds[0].low[0], low);
	mpc_wide_from_int128(&bounds[0].high[0], high);
	return mpc_lanes_check(&lanes, sums, n, false, bounds);
}

/* Takes peer 2's reply to another request, as an asker who lies would. */
static void
take_foreign(void)
{
	MpcWide		out[LANES];
	MpcReply	reply;
	uint8_t		rid[32];
	uint16_t	a;
	uint16_t	b;
	size_t		len;

	assert_int_equal(mpc_ask_contribute(&question.ask, (const MpcFe *) question.x[0]), MPC_OK);
	assert_int_equal(exchange(&question, 1), MPC_OK);
	assert_int_equal(answer(&second, 2, &len), MPC_OK);
	assert_int_equal(mpc_ask_take_reply(&question.ask, 2, reply_bytes, len, &reply), MPC_MISMATCH);
	memcpy(rid, question.ask.request.rid, 32);
	memcpy(question.ask.request.rid, second.ask.request.rid, 32);
	assert_int_equal(mpc_ask_take_reply(&question.ask, 2, reply_bytes, len, &reply), MPC_OK);
	memcpy(question.ask.request.rid, rid, 32);
	assert_int_equal(mpc_ask_end(&question.ask, &a, &b), MPC_CONFIRMATION);
	decode_sums(out, (const MpcFe *) question.sum);
	assert_int_equal(check_range(out, 3, INT64_MIN, INT64_MAX), MPC_RANGE);
}

static void
test_other_question(void **state)
{
	(void) state;
	start_three();
	/* The same keys under another text: one word differs. */
	begin(&second, &fed, 0, "another query");
	begin(&question, &fed, 0, "query");
	take_foreign();
}

/* Another member 1, whose pid lies between those of the other two. */
static void
replace_member(uint32_t seed)
{
	do
	{
		make_identity(&other.id[1], seed++);
	} while (memcmp(other.id[1].card.pid, other.id[0].card.pid, 32) < 0 ||
			 memcmp(other.id[1].card.pid, other.id[2].card.pid, 32) > 0);
	federation_connect(&other);
	federation_keys(&other, "payroll");
}

static void
test_other_roster(void **state)
{
	(void) state;
	start_three();
	other = fed;
	replace_member(7000);
	memcpy(other.cards + 2 * MPC_ONETIME_BYTES, fed.key[2].card, MPC_ONETIME_BYTES);
	other.key[2] = fed.key[2];
	begin(&second, &other, 0, "query");
	take_foreign();
}

static void
set_sums(MpcWide *sums, const int64_t v[LANES])
{
	for (size_t k = 0; k < LANES; k++)
		mpc_wide_from_int128(&sums[k], v[k]);
}

/* As many contributors as can be: all of the group, where there are values. */
static void
set_whole(MpcWide *sums, int64_t rows, int64_t contributors, int64_t count, int64_t sum, int64_t other_count)
{
	const int64_t v[LANES] = {
		rows, contributors, count, sum, count < contributors ? count : contributors,
		other_count, other_count < contributors ? other_count : contributors
	};

	set_sums(sums, v);
}

static void
test_range(void **state)
{
	static const struct
	{
		int64_t		v[5];
		MpcStatus	status;
	}			cases[] = {
		{{10, 2, 4, 40, 10}, MPC_OK},
		{{10, 2, 4, -20, 0}, MPC_OK},
		{{10, 2, 4, 41, 0}, MPC_RANGE},
		{{10, 2, 4, -21, 0}, MPC_RANGE},
		{{10, 2, 0, 0, 0}, MPC_OK},
		{{10, 2, 0, 1, 0}, MPC_RANGE},
		{{10, 3, 10, 0, 10}, MPC_OK},
		{{10, 4, 10, 0, 10}, MPC_RANGE},
		{{10, -1, 1, 1, 1}, MPC_RANGE},
		{{-1, 1, 0, 0, 0}, MPC_RANGE},
		{{10, 1, 11, 0, 0}, MPC_RANGE},
		{{10, 1, -1, 0, 0}, MPC_RANGE},
		{{10, 1, 0, 0, 11}, MPC_RANGE},
		{{0, 0, 0, 0, 0}, MPC_OK},
		{{1, 0, 0, 0, 0}, MPC_RANGE},
		{{0, 0, 1, 0, 0}, MPC_RANGE},
		{{0, 0, 0, 1, 0}, MPC_RANGE},
		{{0, 0, 0, 0, 1}, MPC_RANGE},
	};
	MpcWide		sums[LANES];
	size_t		i;

	(void) state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		const int64_t *v = cases[i].v;

		set_whole(sums, v[0], v[1], v[2], v[3], v[4]);
		if (check_range(sums, 3, -5, 10) != cases[i].status)
			fail_msg("case %zu", i);
	}
}

/* A measure's contributors: some where there are values, none where there are not, never more than values or the group's. */
static void
test_range_contributors(void **state)
{
	static const struct
	{
		int64_t		v[LANES];
		MpcStatus	status;
	}			cases[] = {
		{{10, 3, 5, 7, 2, 10, 3}, MPC_OK},
		{{10, 3, 0, 0, 0, 10, 3}, MPC_OK},
		{{10, 3, 5, 7, 0, 10, 3}, MPC_RANGE},
		{{10, 3, 0, 0, 1, 10, 3}, MPC_RANGE},
		{{10, 3, 1, 2, 2, 10, 3}, MPC_RANGE},
		{{10, 2, 5, 7, 3, 10, 2}, MPC_RANGE},
		{{10, 3, 5, 7, -1, 10, 3}, MPC_RANGE},
		{{10, 3, 5, 7, 2, 10, 0}, MPC_RANGE},
	};
	MpcWide		sums[LANES];
	size_t		i;

	(void) state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		set_sums(sums, cases[i].v);
		if (check_range(sums, 3, -5, 10) != cases[i].status)
			fail_msg("case %zu", i);
	}
}

/* Sums whose masks did not cancel are uniform, and bounds may be absurd. */
static void
test_range_garbage(void **state)
{
	MpcWide		sums[LANES];
	MpcBounds	bounds[2];
	MpcLanes	lanes;
	MpcFe		e;
	uint32_t	i;
	size_t		k;

	(void) state;
	for (i = 0; i < 1000; i++)
	{
		for (k = 0; k < LANES; k++)
		{
			kat_fill(e, sizeof(e), i * LANES + (uint32_t) k);
			e[31] &= 0x0f;
			mpc_field_to_wide(&sums[k], (const uint8_t *) e);
		}
		assert_int_equal(check_range(sums, 100, INT64_MIN, INT64_MAX), MPC_RANGE);
	}
	make_lanes(&lanes);
	set_whole(sums, 10, 1, 1, 0, 0);
	memset(bounds, 0, sizeof(bounds));
	assert_int_equal(mpc_lanes_check(&lanes, sums, 2, false, bounds), MPC_OK);
	bounds[0].high[0].limb[3] = 1;
	assert_int_equal(mpc_lanes_check(&lanes, sums, 2, false, bounds), MPC_RANGE);
	memset(bounds, 0, sizeof(bounds));
	bounds[0].low[0].limb[3] = 1;
	assert_int_equal(mpc_lanes_check(&lanes, sums, 2, false, bounds), MPC_RANGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_hundred),
		cmocka_unit_test(test_known_answer_peer),
		cmocka_unit_test(test_known_answer_asker),
		cmocka_unit_test(test_protocol),
		cmocka_unit_test(test_each_once),
		cmocka_unit_test(test_key_is_spent),
		cmocka_unit_test(test_no_space),
		cmocka_unit_test(test_low_order_key),
		cmocka_unit_test(test_wrong_tag),
		cmocka_unit_test(test_other_question),
		cmocka_unit_test(test_other_roster),
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_range_contributors),
		cmocka_unit_test(test_range_garbage),
	};

	return cmocka_run_group_tests(tests, start_core, NULL);
}
