/*
 * card.c
 *		Who is a party, how is it written down for people, and who belongs to a
 *		federation?
 *
 * Assumes that a card's text was pinned by a human decision: its own signature
 * proves only that whoever wrote it holds the key, not who that is.
 */
#include "protocol/card.h"

#include <sodium.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/secret.h"

#define CARD_TAG		"MPCAGG-v1/card"
#define CARD_PREFIX		"mpc1:"
#define CARD_PREFIX_LEN (sizeof(CARD_PREFIX) - 1)
#define CARD_SIGNED		(MPC_CARD_BYTES - MPC_SIG_BYTES)
#define CARD_BASE64_LEN 182		/* ceil(136 * 8 / 6) */

static const char base64url[] =
"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void
party_id(uint8_t pid[MPC_PID_BYTES], const uint8_t sign_pk[MPC_SIGN_PK_BYTES])
{
	mpc_th32(pid, "MPCAGG-v1/party", sign_pk, MPC_SIGN_PK_BYTES);
}

MpcStatus
mpc_identity_restore(MpcIdentity *id, const uint8_t seed[32],
					 const uint8_t dh_sk[MPC_DH_BYTES], uint64_t epoch)
{
	memset(id, 0, sizeof(*id));
	id->card.epoch = epoch;
	memcpy(id->dh_sk, dh_sk, MPC_DH_BYTES);
	if (crypto_sign_seed_keypair(id->card.sign_pk, id->sign_sk, seed) != 0 ||
		crypto_scalarmult_curve25519_base(id->card.dh_pk, id->dh_sk) != 0)
	{
		mpc_wipe(id, sizeof(*id));
		return MPC_CRYPTO;
	}
	mpc_declassify(&id->card, sizeof(id->card));	/* public keys */
	party_id(id->card.pid, id->card.sign_pk);
	return MPC_OK;
}

MpcStatus
mpc_identity_make(MpcIdentity *id, uint64_t epoch)
{
	uint8_t		seed[32];
	uint8_t		dh_sk[MPC_DH_BYTES];
	MpcStatus	status;

	/* Two independent secrets: the loss of one must not hurt the other. */
	mpc_random(seed, sizeof(seed));
	mpc_random(dh_sk, sizeof(dh_sk));
	status = mpc_identity_restore(id, seed, dh_sk, epoch);
	mpc_wipe(seed, sizeof(seed));
	mpc_wipe(dh_sk, sizeof(dh_sk));
	return status;
}

void
mpc_card_text(char out[MPC_CARD_TEXT_MAX], const MpcIdentity *id)
{
	uint8_t		bytes[MPC_CARD_BYTES];
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_write_bytes(&w, id->card.sign_pk, MPC_SIGN_PK_BYTES);
	mpc_write_bytes(&w, id->card.dh_pk, MPC_DH_BYTES);
	mpc_write_le64(&w, id->card.epoch);
	mpc_sign(bytes + CARD_SIGNED, id->sign_sk, CARD_TAG, bytes, CARD_SIGNED);
	memcpy(out, CARD_PREFIX, CARD_PREFIX_LEN);
	sodium_bin2base64(out + CARD_PREFIX_LEN, MPC_CARD_TEXT_MAX - CARD_PREFIX_LEN,
					  bytes, sizeof(bytes), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* True for "mpcN:" with N a number other than 1, which is ours. */
static bool
is_other_version(const char *text)
{
	size_t		digits;

	if (strncmp(text, "mpc", 3) != 0)
		return false;
	digits = strspn(text + 3, "0123456789");
	if (digits == 0 || text[3 + digits] != ':')
		return false;
	return digits > 1 ? text[3] != '0' : text[3] != '1';
}

/*
 * The 136 bytes of a card's text, which has one spelling. libsodium refuses unused
 * bits that are set, but 1.0.18 takes some characters above 127 for letters: the
 * alphabet is checked here.
 */
static MpcStatus
card_bytes(uint8_t bytes[MPC_CARD_BYTES], const char *text)
{
	size_t		len = 0;

	if (is_other_version(text))
		return MPC_VERSION;
	if (strncmp(text, CARD_PREFIX, CARD_PREFIX_LEN) != 0)
		return MPC_MALFORMED;
	text += CARD_PREFIX_LEN;
	if (strlen(text) != CARD_BASE64_LEN || strspn(text, base64url) != CARD_BASE64_LEN)
		return MPC_MALFORMED;
	if (sodium_base642bin(bytes, MPC_CARD_BYTES, text, CARD_BASE64_LEN, NULL, &len, NULL,
						  sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
		len != MPC_CARD_BYTES)
		return MPC_MALFORMED;
	return MPC_OK;
}

MpcStatus
mpc_card_parse(MpcCard *card, const char *text)
{
	uint8_t		bytes[MPC_CARD_BYTES];
	MpcStatus	status;
	MpcReader	r;

	memset(card, 0, sizeof(*card));
	status = card_bytes(bytes, text);
	if (status != MPC_OK)
		return status;
	status = mpc_sign_verify(bytes + CARD_SIGNED, bytes, CARD_TAG, bytes, CARD_SIGNED);
	if (status != MPC_OK)
		return status;
	mpc_reader_init(&r, bytes, CARD_SIGNED);
	memcpy(card->sign_pk, mpc_read_bytes(&r, MPC_SIGN_PK_BYTES), MPC_SIGN_PK_BYTES);
	memcpy(card->dh_pk, mpc_read_bytes(&r, MPC_DH_BYTES), MPC_DH_BYTES);
	card->epoch = mpc_read_le64(&r);
	party_id(card->pid, card->sign_pk);
	return mpc_reader_end(&r);
}

void
mpc_card_fingerprint(char out[40], const MpcCard *card)
{
	static const char hex[] = "0123456789abcdef";
	size_t		pos = 0;
	size_t		i;

	/* 16 bytes: nobody finds a second key with the same 128 bits. */
	for (i = 0; i < 16; i++)
	{
		if (i > 0 && i % 2 == 0)
			out[pos++] = ' ';
		out[pos++] = hex[card->pid[i] >> 4];
		out[pos++] = hex[card->pid[i] & 15];
	}
	out[pos] = '\0';
}

/* Inserts a card into the sorted list. False when its pid is there already. */
static bool
roster_insert(MpcRoster *roster, const MpcCard *card)
{
	size_t		i = roster->n;
	int			c = 1;

	while (i > 0)
	{
		c = memcmp(card->pid, roster->member[i - 1].pid, MPC_PID_BYTES);
		if (c >= 0)
			break;
		roster->member[i] = roster->member[i - 1];
		i--;
	}
	if (i > 0 && c == 0)
		return false;
	roster->member[i] = *card;
	roster->n++;
	return true;
}

MpcStatus
mpc_roster_init(MpcRoster *roster, const MpcCard *members, size_t n,
				const uint8_t my_pid[MPC_PID_BYTES])
{
	size_t		i;

	memset(roster, 0, sizeof(*roster));
	if (n < 2 || n > MPC_MAX_PARTIES)
		return MPC_LIMIT;
	for (i = 0; i < n; i++)
		if (!roster_insert(roster, &members[i]))
			return MPC_IDENTITY;
	for (i = 0; i < n; i++)
	{
		if (memcmp(roster->member[i].pid, my_pid, MPC_PID_BYTES) != 0)
			continue;
		roster->me = (uint16_t) i;
		return MPC_OK;
	}
	return MPC_IDENTITY;
}

void
mpc_roster_digest(uint8_t out[32], const MpcRoster *roster)
{
	MpcHash		hash;
	size_t		i;

	mpc_hash_begin(&hash, "MPCAGG-v1/roster");
	for (i = 0; i < roster->n; i++)
		mpc_hash_add(&hash, roster->member[i].pid, MPC_PID_BYTES);
	mpc_hash_end32(&hash, out);
}
