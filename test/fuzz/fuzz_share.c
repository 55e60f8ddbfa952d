/*
 * fuzz_share.c
 *		Any text and any bytes as a share of a number, any bytes as a share of a key.
 *
 * The input is also put into a genuine record under a right checksum, so that what lies behind the checksum is reached; what is
 * accepted must be written as it was read. Keys are combined from shares of which one is the input's. The genuine
 * records are drawn anew in each run, as they always are.
 */
#include "fuzz.h"
#include "crypto/hash.h"
#include "protocol/key_share.h"
#include "protocol/share.h"

#define KEY_LEN		40
#define KEY_LANES	3
#define KEY_RECORD	(MPC_KEY_HEADER_BYTES + KEY_LANES * MPC_FIELD_BYTES + MPC_KEY_TAG_BYTES)
#define PARTIES		4

static const uint8_t key[KEY_LEN] = "a key that every run shares";
static uint8_t record[PARTIES * KEY_RECORD];
static MpcShare genuine[PARTIES];

static void
start(void)
{
	MpcWide		secret;

	if (genuine[0].n != 0)
		return;
	fuzz_check(mpc_core_init() == MPC_OK);
	mpc_wide_from_int128(&secret, -42);
	fuzz_check(mpc_share_deal(genuine, &secret, 2, PARTIES, 2) == MPC_OK);
	fuzz_check(mpc_key_share_bytes(KEY_LEN) == KEY_RECORD);
	fuzz_check(mpc_key_split(record, key, KEY_LEN, PARTIES, 2) == MPC_OK);
}

static void
try_text(const uint8_t *data, size_t size)
{
	char		text[2 * MPC_SHARE_TEXT_MAX];
	char		again[MPC_SHARE_TEXT_MAX];
	MpcShare	share;

	if (size >= sizeof(text))
		size = sizeof(text) - 1;
	memcpy(text, data, size);
	text[size] = '\0';
	if (mpc_share_parse(&share, text) != MPC_OK)
		return;
	mpc_share_text(again, &share);
	fuzz_check(strcmp(again, text) == 0);
}

/* Arithmetic on what was read stays within its bounds, or is refused. */
static void
try_arithmetic(const MpcShare *share)
{
	bool		wrong[PARTIES];
	MpcShare	r = *share;
	MpcWide		number;
	MpcWide		factor;

	mpc_wide_from_int128(&factor, -3);
	if (mpc_share_add(&r, share, share) == MPC_OK && mpc_share_multiply(&r, &r, &factor, 1) == MPC_OK)
		fuzz_check(r.weight <= MPC_SHARE_MAX_WEIGHT && r.id < MPC_SHARE_ID_PRIME && r.scale <= MPC_SHARE_MAX_SCALE &&
				   mpc_field_is_canonical(r.point));
	(void) !mpc_share_open(&number, wrong, share, 1);
}

static void
try_record(const uint8_t *data, size_t size)
{
	uint8_t		bytes[MPC_SHARE_BYTES];
	uint8_t		again[MPC_SHARE_BYTES];
	uint8_t		hash[MPC_TH_BYTES];
	MpcShare	share;

	(void) !mpc_share_read(&share, data, size);
	mpc_share_write(bytes, &genuine[0]);
	memcpy(bytes, data, size < MPC_SHARE_BYTES - 8 ? size : MPC_SHARE_BYTES - 8);
	mpc_th(hash, "MPCAGG-v1/share", bytes, MPC_SHARE_BYTES - 8);
	memcpy(bytes + MPC_SHARE_BYTES - 8, hash, 8);
	if (mpc_share_read(&share, bytes, sizeof(bytes)) != MPC_OK)
		return;
	mpc_share_write(again, &share);
	fuzz_check(memcmp(again, bytes, sizeof(bytes)) == 0);
	try_arithmetic(&share);
}

/* The first share is what the input makes of it: the key comes out, or an error. */
static void
try_key(const uint8_t *data, size_t size)
{
	uint8_t		bytes[KEY_RECORD];
	uint8_t		out[KEY_LEN];
	bool		wrong[PARTIES];
	MpcFe		work[KEY_LANES];
	MpcKeyShare share[PARTIES];
	MpcStatus	status;
	size_t		i;

	(void) !mpc_key_share_read(&share[0], data, size);
	memcpy(bytes, record, sizeof(bytes));
	memcpy(bytes, data, size < sizeof(bytes) ? size : sizeof(bytes));
	if (mpc_key_share_read(&share[0], bytes, sizeof(bytes)) != MPC_OK || share[0].len != KEY_LEN)
		return;
	for (i = 1; i < PARTIES; i++)
		fuzz_check(mpc_key_share_read(&share[i], record + i * KEY_RECORD, KEY_RECORD) == MPC_OK);
	status = mpc_key_combine(out, work, wrong, share, PARTIES);
	if (status == MPC_OK)
		fuzz_check(memcmp(bytes, record, sizeof(bytes)) == 0 && memcmp(out, key, KEY_LEN) == 0);
	else
		fuzz_check(status == MPC_LIMIT || status == MPC_MALFORMED || (status == MPC_MISMATCH && wrong[0] && !wrong[1] && !wrong[2] && !wrong[3]));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	start();
	try_text(data, size);
	try_record(data, size);
	try_key(data, size);
	return 0;
}
