/*
 * test_protocol.h
 *		What the tests of the protocol floor share: a federation in one process,
 *		and every way to damage a message.
 */
#ifndef MPC_TEST_PROTOCOL_H
#define MPC_TEST_PROTOCOL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/secret.h"
#include "kat.h"
#include "protocol/card.h"
#include "protocol/masked_sum.h"

#define TEST_EPOCH			7
#define TEST_MESSAGE_MAX	4096

/* All members of one federation, in roster order, with their secrets. */
typedef struct Federation
{
	uint16_t	n;
	MpcIdentity id[MPC_MAX_PARTIES];
	MpcRoster	roster[MPC_MAX_PARTIES];
	MpcStaticHalf half[MPC_MAX_PARTIES][MPC_MAX_PARTIES];
	MpcOneTimeKey key[MPC_MAX_PARTIES];
	uint8_t		cards[MPC_MAX_PARTIES * MPC_ONETIME_BYTES];
} Federation;

static inline void
make_identity(MpcIdentity *id, uint32_t seed)
{
	uint8_t		secret[64];

	kat_fill(secret, sizeof(secret), seed);
	assert_int_equal(mpc_identity_restore(id, secret, secret + 32, TEST_EPOCH), MPC_OK);
}

static inline int
identity_compare(const void *a, const void *b)
{
	return memcmp(((const MpcIdentity *) a)->card.pid, ((const MpcIdentity *) b)->card.pid, MPC_PID_BYTES);
}

/* Rosters and static halves from the identities as they stand. */
static inline void
federation_connect(Federation *fed)
{
	MpcCard		card[MPC_MAX_PARTIES];
	size_t		i;
	size_t		j;

	qsort(fed->id, fed->n, sizeof(MpcIdentity), identity_compare);
	for (i = 0; i < fed->n; i++)
		card[i] = fed->id[i].card;
	for (i = 0; i < fed->n; i++)
	{
		assert_int_equal(mpc_roster_init(&fed->roster[i], card, fed->n, card[i].pid), MPC_OK);
		for (j = 0; j < fed->n; j++)
			if (i != j)
				assert_int_equal(mpc_dh(fed->half[i][j], fed->id[i].dh_sk, card[j].dh_pk), MPC_OK);
	}
}

static inline void
federation_make(Federation *fed, uint16_t n, uint32_t seed)
{
	size_t		i;

	memset(fed, 0, sizeof(*fed));
	fed->n = n;
	for (i = 0; i < n; i++)
		make_identity(&fed->id[i], seed * 1000 + (uint32_t) i);
	federation_connect(fed);
}

/* A fresh one-time key for every member; dataset NULL where nobody publishes. */
static inline void
federation_keys(Federation *fed, const char *dataset)
{
	static const uint8_t boot_id[MPC_BOOT_ID_BYTES] = "bootboot";
	uint8_t		hash[32];
	size_t		i;

	if (dataset != NULL)
		mpc_dataset_hash(hash, mpc_str(dataset));
	for (i = 0; i < fed->n; i++)
	{
		assert_int_equal(mpc_onetime_make(&fed->key[i], &fed->id[i], 5, 6, boot_id,
										  dataset != NULL ? hash : NULL), MPC_OK);
		memcpy(fed->cards + i * MPC_ONETIME_BYTES, fed->key[i].card, MPC_ONETIME_BYTES);
	}
}

/* Signs a message again after a change, as its author could. */
static inline void
resign(uint8_t *message, size_t len, const MpcIdentity *id, const char *tag)
{
	mpc_sign(message + len - MPC_SIG_BYTES, id->sign_sk, tag, message, len - MPC_SIG_BYTES);
}

/* What a judge says of bytes; arg is its own. */
typedef MpcStatus (*Judge) (const uint8_t *bytes, size_t len, void *arg);

/* Judges a copy of exactly len bytes, so that a sanitizer sees a read beyond. */
static inline MpcStatus
judge_copy(const uint8_t *bytes, size_t len, Judge judge, void *arg)
{
	uint8_t    *copy = malloc(len > 0 ? len : 1);
	MpcStatus	status;

	assert_non_null(copy);
	if (len > 0)
		memcpy(copy, bytes, len);
	status = judge(copy, len, arg);
	free(copy);
	return status;
}

/* Every truncation and one byte more: none may be accepted. */
static inline void
refuse_lengths(const uint8_t *bytes, size_t len, Judge judge, void *arg)
{
	uint8_t		longer[TEST_MESSAGE_MAX] = {0};
	size_t		i;

	if (len >= sizeof(longer))
	{
		fail_msg("a message of %zu bytes is too long for this test", len);
		return;
	}
	memcpy(longer, bytes, len);
	for (i = 0; i < len; i++)
		assert_int_not_equal(judge_copy(bytes, i, judge, arg), MPC_OK);
	assert_int_not_equal(judge_copy(longer, len + 1, judge, arg), MPC_OK);
}

/* Every byte changed: to all other values in the first `head` bytes, by four patterns after. */
static inline void
refuse_changes(const uint8_t *bytes, size_t len, size_t head, Judge judge, void *arg)
{
	static const uint8_t pattern[] = {0x01, 0x80, 0xff, 0x20};
	uint8_t		copy[TEST_MESSAGE_MAX];
	size_t		i;
	unsigned	x;

	if (len > sizeof(copy))
	{
		fail_msg("a message of %zu bytes is too long for this test", len);
		return;
	}
	memcpy(copy, bytes, len);
	for (i = 0; i < len; i++)
		for (x = 1; x < 256; x++)
		{
			if (i >= head && memchr(pattern, (int) x, sizeof(pattern)) == NULL)
				continue;
			copy[i] ^= (uint8_t) x;
			if (judge_copy(copy, len, judge, arg) == MPC_OK)
				fail_msg("accepted byte %zu changed by %02x", i, x);
			copy[i] ^= (uint8_t) x;
		}
}

/* The message itself is accepted, and nothing near it is. */
static inline void
refuse_damage(const uint8_t *bytes, size_t len, size_t head, Judge judge, void *arg)
{
	assert_int_equal(judge_copy(bytes, len, judge, arg), MPC_OK);
	refuse_lengths(bytes, len, judge, arg);
	refuse_changes(bytes, len, head, judge, arg);
}

static inline int
start_core(void **state)
{
	(void) state;
	return mpc_core_init() == MPC_OK ? 0 : -1;
}

#endif							/* MPC_TEST_PROTOCOL_H */
