/*
 * test_card.c
 *		Are identities, cards, rosters and one-time keys what they claim to be?
 */
#include "crypto/hash.h"
#include "test_protocol.h"

static void
test_text_round_trip(void **state)
{
	MpcIdentity id;
	MpcCard		card;
	char		text[MPC_CARD_TEXT_MAX];

	(void) state;
	assert_int_equal(mpc_identity_make(&id, 42), MPC_OK);
	mpc_card_text(text, &id);
	assert_int_equal(strlen(text), 187);
	assert_int_equal(mpc_card_parse(&card, text), MPC_OK);
	assert_memory_equal(card.pid, id.card.pid, MPC_PID_BYTES);
	assert_memory_equal(card.sign_pk, id.card.sign_pk, MPC_SIGN_PK_BYTES);
	assert_memory_equal(card.dh_pk, id.card.dh_pk, MPC_DH_BYTES);
	assert_true(card.epoch == 42);
}

/* The seed of the known-answer party with this position; they were numbered before sorting. */
static void
kat_seed(uint8_t seed[32], int position)
{
	uint8_t		pk[32];
	uint8_t		sk[64];
	uint8_t		i;

	for (i = 0; i < KAT_PARTIES; i++)
	{
		mpc_th32(seed, "MPCAGG-v1/kat-ed25519", &i, 1);
		crypto_sign_seed_keypair(pk, sk, seed);
		if (memcmp(pk, kat_ed25519_pk[position], 32) == 0)
			return;
	}
	fail_msg("no seed for party %d", position);
}

static void
test_known_answers(void **state)
{
	MpcIdentity id;
	uint8_t		seed[32];
	char		print[40];
	char		hex[65];
	int			i;

	(void) state;
	for (i = 0; i < KAT_PARTIES; i++)
	{
		kat_seed(seed, i);
		assert_int_equal(mpc_identity_restore(&id, seed, kat_x25519_sk[i], 1), MPC_OK);
		assert_memory_equal(id.card.dh_pk, kat_x25519_pk[i], 32);
		assert_memory_equal(id.card.pid, kat_pid[i], 32);
		mpc_card_fingerprint(print, &id.card);
		assert_int_equal(strlen(print), 39);
		sodium_bin2hex(hex, sizeof(hex), id.card.pid, 32);
		assert_memory_equal(print, hex, 4);
		assert_memory_equal(print + 35, hex + 28, 4);
	}
}

static void
test_restore(void **state)
{
	MpcIdentity id;
	MpcIdentity again;

	(void) state;
	assert_int_equal(mpc_identity_make(&id, 1), MPC_OK);
	assert_int_equal(mpc_identity_restore(&again, id.sign_sk, id.dh_sk, 1), MPC_OK);
	assert_memory_equal(&again.card, &id.card, sizeof(MpcCard));
	assert_memory_equal(again.sign_sk, id.sign_sk, MPC_SIGN_SK_BYTES);
}

static void
test_text_errors(void **state)
{
	static const char *other[] = {"mpc2:", "mpc10:AAAA", "mpc0:", "mpc9:x"};
	static const char *bad[] = {"", "m", "mpc", "mpc1", "mpc1:", "mpc:AA", "mpc01:AA", "MPC1:AA", "xmpc1:", "mpcx:A", "mpc1:AAAA"};
	MpcCard		card;
	size_t		i;

	(void) state;
	for (i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		assert_int_equal(mpc_card_parse(&card, other[i]), MPC_VERSION);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(mpc_card_parse(&card, bad[i]), MPC_MALFORMED);
}

static MpcStatus
judge_text(const uint8_t *bytes, size_t len, void *arg)
{
	char		text[256];
	MpcCard		card;

	(void) arg;
	memcpy(text, bytes, len);
	text[len] = '\0';
	return mpc_card_parse(&card, text);
}

static void
test_text_damage(void **state)
{
	MpcIdentity id;
	char		text[MPC_CARD_TEXT_MAX + 8];
	size_t		len;
	size_t		i;

	(void) state;
	make_identity(&id, 1);
	mpc_card_text(text, &id);
	len = strlen(text);
	assert_int_equal(judge_text((const uint8_t *) text, len, NULL), MPC_OK);
	/* The added byte of refuse_lengths is the terminating zero here. */
	for (i = 0; i < len; i++)
		assert_int_not_equal(judge_text((const uint8_t *) text, i, NULL), MPC_OK);
	refuse_changes((const uint8_t *) text, len, 16, judge_text, NULL);
	/* The last character carries four bits that are not part of the card. */
	for (i = 1; i < 256; i++)
	{
		text[len - 1] ^= (char) i;
		assert_int_not_equal(judge_text((const uint8_t *) text, len, NULL), MPC_OK);
		text[len - 1] ^= (char) i;
	}
	strcpy(text + len, "=");
	assert_int_equal(judge_text((const uint8_t *) text, len + 1, NULL), MPC_MALFORMED);
	strcpy(text + len, "\n");
	assert_int_equal(judge_text((const uint8_t *) text, len + 1, NULL), MPC_MALFORMED);
}

static void
test_roster(void **state)
{
	static Federation fed;
	MpcCard		card[4];
	MpcRoster	roster;
	MpcRoster	other;
	uint8_t		a[32];
	uint8_t		b[32];
	size_t		i;

	(void) state;
	federation_make(&fed, 4, 3);
	for (i = 0; i < 4; i++)
		card[i] = fed.id[(i * 3 + 2) % 4].card;
	for (i = 0; i < 4; i++)
	{
		assert_int_equal(mpc_roster_init(&roster, card, 4, fed.id[i].card.pid), MPC_OK);
		assert_int_equal(roster.me, i);
		assert_memory_equal(roster.member[i].pid, fed.id[i].card.pid, 32);
	}
	mpc_roster_digest(a, &roster);
	assert_int_equal(mpc_roster_init(&other, card, 3, card[0].pid), MPC_OK);
	mpc_roster_digest(b, &other);
	assert_memory_not_equal(a, b, 32);
	assert_int_equal(mpc_roster_init(&roster, card, 3, card[3].pid), MPC_IDENTITY);
	card[3] = card[1];
	assert_int_equal(mpc_roster_init(&roster, card, 4, card[0].pid), MPC_IDENTITY);
	assert_int_equal(mpc_roster_init(&roster, card, 1, card[0].pid), MPC_LIMIT);
	assert_int_equal(mpc_roster_init(&roster, card, 101, card[0].pid), MPC_LIMIT);
}

static MpcStatus
judge_onetime(const uint8_t *bytes, size_t len, void *arg)
{
	MpcOneTimeCard card;

	assert_int_equal(len, MPC_ONETIME_BYTES);
	mpc_onetime_read(&card, bytes);
	return mpc_onetime_verify(&card, arg);
}

static void
test_onetime(void **state)
{
	static Federation fed;
	MpcOneTimeCard card;
	MpcCard		later;
	uint8_t		hash[32];
	uint8_t		pk[32];

	(void) state;
	federation_make(&fed, 2, 4);
	federation_keys(&fed, "payroll");
	mpc_onetime_read(&card, fed.key[0].card);
	assert_true(card.epoch == TEST_EPOCH && card.serial == 5 && card.not_after == 6);
	assert_memory_equal(card.boot_id, "bootboot", 8);
	mpc_dataset_hash(hash, mpc_str("payroll"));
	assert_memory_equal(card.dataset, hash, 32);
	crypto_scalarmult_curve25519_base(pk, fed.key[0].esk);
	assert_memory_equal(card.epk, pk, 32);
	assert_int_equal(mpc_onetime_verify(&card, &fed.id[0].card), MPC_OK);
	assert_int_equal(mpc_onetime_verify(&card, &fed.id[1].card), MPC_IDENTITY);
	later = fed.id[0].card;
	later.epoch++;
	assert_int_equal(mpc_onetime_verify(&card, &later), MPC_IDENTITY);
	later = fed.id[0].card;
	memcpy(later.sign_pk, fed.id[1].card.sign_pk, 32);
	assert_int_equal(mpc_onetime_verify(&card, &later), MPC_SIGNATURE);
	refuse_changes(fed.key[0].card, MPC_ONETIME_BYTES, 0, judge_onetime, &fed.id[0].card);
}

static void
test_onetime_differs(void **state)
{
	static Federation fed;
	MpcOneTimeKey first;
	MpcOneTimeCard card;

	(void) state;
	federation_make(&fed, 2, 5);
	federation_keys(&fed, NULL);
	first = fed.key[0];
	mpc_onetime_read(&card, first.card);
	assert_true(mpc_is_zero(card.dataset, 32));
	federation_keys(&fed, NULL);
	assert_memory_not_equal(first.esk, fed.key[0].esk, 32);
	assert_memory_not_equal(first.card + 32, fed.key[0].card + 32, 32);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_round_trip),
		cmocka_unit_test(test_known_answers),
		cmocka_unit_test(test_restore),
		cmocka_unit_test(test_text_errors),
		cmocka_unit_test(test_text_damage),
		cmocka_unit_test(test_roster),
		cmocka_unit_test(test_onetime),
		cmocka_unit_test(test_onetime_differs),
	};

	return cmocka_run_group_tests(tests, start_core, NULL);
}
