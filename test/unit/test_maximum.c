/*
 * test_maximum.c
 *		Do n parties find the greatest key, whoever has one, and does nobody see more than the header says?
 */
#include "test_maximum.h"

static Federation fed;
static Question question;
static MpcFe sum[M_MAX];
static MpcFe own[M_MAX];

static uint64_t
draw(uint32_t seed)
{
	uint64_t	value;

	kat_fill(&value, sizeof(value), seed);
	return value;
}

/* Some have none; those who have share high bits or whole keys, at random. */
static void
draw_keys(Question *q, uint32_t seed)
{
	uint64_t	key;
	uint32_t	g;
	uint16_t	i;

	for (g = 0; g < q->vectors; g++)
		for (i = 0; i < q->fed->n; i++)
		{
			uint64_t	dice = draw(seed * 977 + g * 31 + i);

			/* Where alive is 0 the key is of no meaning, so anything. */
			q->plain[i][g].key = dice;
			if (dice % 4 == 0)
				continue;
			key = draw(seed * 977 + g * 31 + 1000);
			if (dice % 4 != 1)
				key ^= draw(seed * 977 + g * 31 + i + 2000) >> (dice >> 8) % 64;
			set_key(q, i, g, key & mpc_key_max(q->key_bits));
		}
}

/* The oracle. False: nobody has one. skip: a party to leave out, or PARTIES_MAX. */
static bool
greatest(const Question *q, uint32_t g, uint16_t skip, uint64_t *key)
{
	bool		any = false;
	uint16_t	i;

	*key = 0;
	for (i = 0; i < q->fed->n; i++)
		if (i != skip && q->plain[i][g].alive != 0 && (!any || q->plain[i][g].key > *key))
		{
			*key = q->plain[i][g].key;
			any = true;
		}
	return any;
}

/* All rounds; every party's state is gone after its last reply. */
static void
run(Question *q)
{
	uint8_t		rounds = 1;
	uint16_t	i;

	answer_everybody(q);
	take_everybody(q);
	assert_int_equal(close_round(q), MPC_OK);
	for (; !q->ask.ended; rounds++)
	{
		go_on_everybody(q);
		take_everybody(q);
		assert_int_equal(close_round(q), MPC_OK);
	}
	assert_int_equal(rounds, (q->key_bits + q->digit_bits - 1) / q->digit_bits);
	for (i = 0; i < q->fed->n; i++)
		if (i != q->asker)
			check_wiped(q, i);
}

static void
check_result(const Question *q)
{
	const MpcMaximum *result = q->vector[q->asker];
	uint64_t	key;
	uint32_t	g;

	for (g = 0; g < q->vectors; g++)
	{
		assert_int_equal(result[g].empty, !greatest(q, g, PARTIES_MAX, &key));
		assert_true(result[g].value == key);
		assert_true(result[g].overruled == 0);
	}
}

static void
check_drawn(uint16_t n, uint8_t digit_bits, uint8_t key_bits, uint32_t vectors, uint32_t seed)
{
	federation_make(&fed, n, n);
	begin(&question, &fed, digit_bits, key_bits, vectors, (uint16_t) (seed % n));
	draw_keys(&question, seed);
	run(&question);
	check_result(&question);
	mpc_maximum_ask_wipe(&question.ask);
	assert_true(mpc_is_zero(&question.ask, sizeof(question.ask)));
	check_wiped(&question, question.asker);
}

static void
test_widths(void **state)
{
	static const uint8_t width[] = {1, 4, 8, 11};
	uint8_t		bits;
	size_t		a;

	(void) state;
	for (a = 0; a < sizeof(width); a++)
		for (bits = 1; bits <= 64; bits = (uint8_t) (bits + (width[a] == 1 ? 9 : 1)))
			check_drawn(3, width[a] < bits ? width[a] : bits, bits, width[a] == 11 ? 1 : 2, bits * 4u + (uint32_t) a);
	check_drawn(2, 12, 12, 1, 5);
	check_drawn(2, 12, 64, 1, 6);
}

static void
test_vectors(void **state)
{
	uint32_t	seed;

	(void) state;
	for (seed = 0; seed < 30; seed++)
		check_drawn((uint16_t) (2 + seed % 4), (uint8_t) (3 + seed % 5), (uint8_t) (20 + seed), VECTORS_MAX, 1000 + seed);
}

/* Nobody, one, all the same, and the ends of the range; a party without a key sets no zero in. */
static void
test_ends(void **state)
{
	const uint64_t top = mpc_key_max(10);
	uint16_t	i;

	(void) state;
	federation_make(&fed, 3, 3);
	begin(&question, &fed, 4, 10, 6, 1);
	set_key(&question, 2, 1, 0);
	for (i = 0; i < 3; i++)
		set_key(&question, i, 2, 77);
	set_key(&question, 0, 3, top);
	set_key(&question, 1, 3, top - 1);
	set_key(&question, 1, 4, 5);
	question.plain[0][5].key = UINT64_MAX;
	set_key(&question, 2, 5, 3);
	run(&question);
	check_result(&question);
	assert_true(question.vector[1][0].empty && !question.vector[1][1].empty);
	assert_true(question.vector[1][1].value == 0 && question.vector[1][3].value == top && question.vector[1][5].value == 3);
}

/* The minimum of keys is the complement of the maximum of their complements. */
static void
test_minimum(void **state)
{
	static const uint64_t key[] = {0x0123, 0x0122, 0xffff};
	uint16_t	i;

	(void) state;
	federation_make(&fed, 3, 3);
	begin(&question, &fed, 8, 16, 2, 0);
	for (i = 0; i < 3; i++)
	{
		set_key(&question, i, 0, key[i]);
		set_key(&question, i, 1, mpc_key_complement(key[i], 16));
	}
	run(&question);
	assert_true(question.vector[0][0].value == 0xffff);
	assert_true(mpc_key_complement(question.vector[0][1].value, 16) == 0x0122);
	assert_true(mpc_key_complement(0, 64) == UINT64_MAX && mpc_key_complement(1, 1) == 0);
}

/* ------------------------------------------------------------------ what is seen */

/* Takes out of the asker's reply the masks that PROTOCOLS A.1 and D.2 say, under this id: what it put in is left in own. */
static void
unmask_own(const uint8_t *rid)
{
	MpcMask		pairs[PARTIES_MAX];
	size_t		npairs = 0;
	uint16_t	me = question.asker;
	uint16_t	j;

	for (j = 0; j < fed.n; j++)
	{
		if (j == me)
			continue;
		mpc_pair_key(pairs[npairs].key, MPC_PURPOSE_MASK, fed.half[me][j], question.ask.self.fresh[j], rid,
					 fed.id[me].card.pid, fed.id[j].card.pid);
		pairs[npairs++].sign = j > me ? -1 : 1;
	}
	memcpy(own, element(&question, me, 0), question.m * sizeof(MpcFe));
	assert_int_equal(mpc_mask_apply(own, (const MpcFe *) own, question.m, pairs, npairs), MPC_OK);
}

/* Lanes below count are not zero, no two alike; the others are exactly zero. */
static void
check_lanes(const MpcFe *lane, uint32_t count)
{
	uint32_t	v;

	for (v = 0; v < 1u << question.digit_bits; v++)
	{
		assert_int_equal(mpc_is_zero(lane[v], 32), v >= count);
		if (v > 0 && v < count)
			assert_memory_not_equal(lane[v], lane[v - 1], 16);
	}
}

/* How many lanes show, by the statement of the header: of this key, while it has the maximum's digits. */
static uint32_t
expected_lanes(bool any, uint64_t key, uint64_t maximum, uint8_t round)
{
	uint8_t		rounds = mpc_maximum_rounds(question.digit_bits, question.key_bits);
	unsigned	shift = question.digit_bits * (rounds - 1u - round);
	unsigned	above = shift + question.digit_bits;

	if (!any || (above < 64 && key >> above != maximum >> above))
		return 0;
	return (uint32_t) (key >> shift & ((1u << question.digit_bits) - 1)) + 1;
}

/* One round as three see it: who gives nothing, the asker itself, and the asker of all others. */
static void
check_view(const uint8_t *rid, uint8_t round)
{
	uint16_t	me = question.asker;
	uint64_t	maximum;
	uint64_t	key;
	uint32_t	g;
	bool		any;

	add_up(&question, sum);
	unmask_own(rid);
	for (g = 0; g < question.vectors; g++)
	{
		size_t		at = (size_t) g << question.digit_bits;
		uint32_t	v;

		any = greatest(&question, g, PARTIES_MAX, &maximum);
		check_lanes((const MpcFe *) sum + at, expected_lanes(any, maximum, maximum, round));
		check_lanes((const MpcFe *) own + at,
					expected_lanes(question.plain[me][g].alive != 0, question.plain[me][g].key, maximum, round));
		for (v = 0; v < 1u << question.digit_bits; v++)
			mpc_field_sub(own[at + v], sum[at + v], own[at + v]);
		any = greatest(&question, g, me, &key);
		check_lanes((const MpcFe *) own + at, expected_lanes(any, key, maximum, round));
	}
}

static void
next_id(uint8_t *rid)
{
	uint8_t		text[64];

	memcpy(text, rid, 32);
	mpc_th32(text + 32, "MPCAGG-v1/round-sum", sum, question.m * sizeof(MpcFe));
	mpc_th32(rid, "MPCAGG-v1/round", text, sizeof(text));
}

/* PROTOCOLS D.2: what a contributor sees is the others' maximum up to the first digit that is not the joint one's. */
static void
test_views(void **state)
{
	uint8_t		rid[32];
	uint32_t	seed;
	uint8_t		round;

	(void) state;
	federation_make(&fed, 4, 4);
	for (seed = 0; seed < 12; seed++)
	{
		begin(&question, &fed, 4, 30, VECTORS_MAX, (uint16_t) (seed % 4));
		draw_keys(&question, 500 + seed);
		memcpy(rid, question.ask.request.rid, 32);
		answer_everybody(&question);
		for (round = 0; !question.ask.ended; round++)
		{
			assert_memory_equal(rid, question.ask.self.rid, 32);
			check_view(rid, round);
			next_id(rid);
			take_everybody(&question);
			assert_int_equal(close_round(&question), MPC_OK);
			if (!question.ask.ended)
				go_on_everybody(&question);
		}
		check_result(&question);
	}
}

/* The bytes of all lanes below the digit, as counts. Keys of all ones: there are no others. */
static void
count_bytes(uint32_t count[256], uint32_t times, uint16_t holders)
{
	uint32_t	k;
	uint16_t	i;
	size_t		b;

	memset(count, 0, 256 * sizeof(*count));
	while (times-- > 0)
	{
		begin(&question, &fed, 11, 11, 1, 0);
		for (i = 1; i <= holders; i++)
			set_key(&question, i, 0, mpc_key_max(11));
		answer_everybody(&question);
		add_up(&question, sum);
		for (k = 0; k < question.m; k++)
			for (b = 0; b < 31; b++)
				count[sum[k][b]]++;
	}
}

/*
 * To an asker who has no key, a lane is uniform over the field however many hold it: chi-square of its bytes, 255
 * degrees of freedom, 6 standard deviations. The 32nd byte is 0x10 once in 2^128.
 */
static void
test_uniform(void **state)
{
	uint32_t	count[256];
	uint16_t	holders;
	double		expected = 2 * 2048 * 31 / 256.0;
	double		chi;
	size_t		b;

	(void) state;
	federation_make(&fed, 4, 4);
	for (holders = 1; holders <= 3; holders++)
	{
		count_bytes(count, 2, holders);
		for (b = 0, chi = 0; b < 256; b++)
			chi += (count[b] - expected) * (count[b] - expected) / expected;
		assert_true(chi < 255 + 6 * 22.6 && chi > 255 - 6 * 22.6);
	}
	for (b = 0, chi = 0; b < 2048; b++)
		chi += sum[b][31] > 7;
	assert_true(chi > 1024 - 6 * 22.7 && chi < 1024 + 6 * 22.7);
}

/* ------------------------------------------------------------------ shape */

static void
test_sizes(void **state)
{
	(void) state;
	federation_make(&fed, 3, 3);
	begin(&question, &fed, 2, 4, 2, 0);
	answer_everybody(&question);
	take_everybody(&question);
	assert_int_equal(close_round(&question), MPC_OK);
	assert_int_equal(question.reply_len[1], 152 + 2 * 16 + 8 * 32 + 1 + 64);
	assert_int_equal(question.step_len, 104 + 3 * (4 + question.reply_len[1]));
	assert_int_equal(mpc_step_size(3, 8), question.step_len + 3 * 192);
	assert_int_equal(question.ask.request.m, 8);
	assert_int_equal(question.ask.request.digit_bits, 2);
	assert_int_equal(question.ask.request.key_bits, 4);
	assert_int_equal(mpc_maximum_rounds(8, 64), 8);
	assert_int_equal(mpc_maximum_rounds(11, 64), 6);
	assert_int_equal(mpc_maximum_rounds(12, 12), 1);
	assert_int_equal(mpc_maximum_rounds(12, 13), 2);
}

/* Limits of a question are looked at before anything is written. */
static void
test_ask_limits(void **state)
{
	uint8_t		hash[32] = {0};
	MpcWriter	w;

	(void) state;
	federation_make(&fed, 4, 4);
	federation_keys(&fed, "payroll");
	mpc_writer_init(&w, question.message, sizeof(question.message));
#define ASK(digit, key, vectors) mpc_maximum_ask_begin(&question.ask, &fed.id[0], &fed.roster[0], \
													   (const MpcStaticHalf *) fed.half[0], fed.cards, hash, digit, key, vectors, \
													   1, mpc_str("q"), mpc_str("p"), sum, &w)
	assert_int_equal(ASK(0, 8, 1), MPC_LIMIT);
	assert_int_equal(ASK(13, 64, 1), MPC_LIMIT);
	assert_int_equal(ASK(255, 64, 1), MPC_LIMIT);
	assert_int_equal(ASK(5, 4, 1), MPC_LIMIT);
	assert_int_equal(ASK(8, 65, 1), MPC_LIMIT);
	assert_int_equal(ASK(8, 64, 0), MPC_LIMIT);
	assert_int_equal(ASK(8, 64, (MPC_MAX_LANES >> 8) + 1), MPC_LIMIT);
	assert_int_equal(ASK(8, 64, UINT32_MAX), MPC_LIMIT);
	assert_int_equal(ASK(8, 64, (UINT32_C(1) << 24) + 1), MPC_LIMIT);	/* one vector, modulo 2^32 */
	assert_int_equal(ASK(8, 64, MPC_MAX_LANES >> 8), MPC_LIMIT);	/* four replies of 2^29 bytes in a step */
	assert_int_equal(w.len, 0);
	assert_int_equal(ASK(12, 12, 1), MPC_OK);
	mpc_maximum_ask_wipe(&question.ask);
	mpc_writer_init(&w, question.message, 100);
	assert_int_equal(ASK(4, 4, 1), MPC_NOSPACE);
	assert_true(mpc_is_zero(&question.ask, sizeof(question.ask)));
	mpc_writer_init(&w, NULL, 0);
	assert_int_equal(ASK(4, 4, 1), MPC_NOSPACE);
#undef ASK
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_minimum),
		cmocka_unit_test(test_views),
		cmocka_unit_test(test_uniform),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_ask_limits),
	};

	return cmocka_run_group_tests(tests, start_core, NULL);
}
