/*
 * fuzz_card.c
 *		Any text as an identity card, any 192 bytes as a one-time key card.
 *
 * The input's last 64 characters are also put into a card that is genuine
 * otherwise; the signature must then refuse it or the text be the genuine one.
 */
#include "fuzz.h"
#include "protocol/card.h"

static MpcIdentity identity;
static char genuine[MPC_CARD_TEXT_MAX];

static void
start(void)
{
	static const uint8_t seed[32] = "a seed that every run shares";

	if (genuine[0] != '\0')
		return;
	fuzz_check(mpc_core_init() == MPC_OK);
	fuzz_check(mpc_identity_restore(&identity, seed, seed, 1) == MPC_OK);
	mpc_card_text(genuine, &identity);
}

static void
try_text(const uint8_t *data, size_t size)
{
	char		text[MPC_CARD_TEXT_MAX];
	MpcCard		card;

	if (size >= sizeof(text))
		size = sizeof(text) - 1;
	memcpy(text, data, size);
	text[size] = '\0';
	(void) !mpc_card_parse(&card, text);
	strcpy(text, genuine);
	if (size > 64)
		size = 64;
	memcpy(text + strlen(text) - size, data, size);
	if (mpc_card_parse(&card, text) == MPC_OK)
		fuzz_check(strcmp(text, genuine) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	MpcOneTimeCard card;
	char		print[40];

	start();
	try_text(data, size);
	if (size != MPC_ONETIME_BYTES)
		return 0;
	mpc_onetime_read(&card, data);
	mpc_card_fingerprint(print, &identity.card);
	fuzz_check(mpc_onetime_verify(&card, &identity.card) != MPC_OK);
	return 0;
}
