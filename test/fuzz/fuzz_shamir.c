/*
 * fuzz_shamir.c
 *		Any signed bytes as each of the three messages of a Shamir sum: no crash, and one spelling.
 *
 * Signatures are put under the bytes before they are judged, and those of the dealers into a relay:
 * a fuzzer cannot find them. All members are one identity here.
 */
#include "fuzz_shamir.h"

#define HEAD		40			/* magic and request id */
#define BITMAP		HEAD
#define ENTRIES		(BITMAP + 16)
#define ENTRY		(64 + 64)

static MpcIdentity identity;
static MpcRoster roster;
static MpcRequest request;
static uint8_t bytes[FUZZ_MAX];
static uint8_t rewritten[FUZZ_MAX];

static void
start(void)
{
	static const uint8_t seed[32] = "a seed that every run shares";
	int			i;

	if (roster.n != 0)
		return;
	fuzz_check(mpc_core_init() == MPC_OK);
	fuzz_check(mpc_identity_restore(&identity, seed, seed, 1) == MPC_OK);
	roster.n = FUZZ_PARTIES;
	for (i = 0; i < FUZZ_PARTIES; i++)
		roster.member[i] = identity.card;
	fuzz_shamir_request(&request);
}

/* rid | index | hash, signed as a dealer does. */
static void
sign_hash(uint8_t *sig, const uint8_t *rid, uint16_t position, const uint8_t *hash)
{
	uint8_t		text[32 + 2 + 64];

	memcpy(text, rid, 32);
	text[32] = (uint8_t) (position + 1);
	text[33] = 0;
	memcpy(text + 34, hash, 64);
	mpc_sign(sig, identity.sign_sk, "MPCAGG-v1/sig/shares", text, sizeof(text));
}

static void
judge_shares(size_t size)
{
	const size_t sealed = 2 + mpc_sealed_size(FUZZ_LANES);
	uint8_t		hash[64];
	MpcShares	shares;
	MpcWriter	w;
	uint8_t    *room;

	mpc_th(hash, "MPCAGG-v1/shares", bytes, size - MPC_SIG_BYTES);
	sign_hash(bytes + size - MPC_SIG_BYTES, bytes + 8, FUZZ_DEALER, hash);
	memcpy(request.rid, bytes + 8, 32);
	if (mpc_shares_read(&shares, bytes, size, &request, &roster, FUZZ_DEALER) != MPC_OK)
		return;
	fuzz_check(mpc_shares_for(&shares, &request, FUZZ_DEALER, 0) == shares.sealed + 2);
	mpc_writer_init(&w, rewritten, sizeof(rewritten));
	mpc_shares_begin(&w, &request, FUZZ_DEALER);
	room = mpc_shares_room(&w, 0, FUZZ_LANES);
	fuzz_check(room != NULL);
	memcpy(room, shares.sealed + 2, sealed - 2);
	mpc_shares_end(&w, 0, &identity, &request, FUZZ_DEALER, shares.ledger_seq, shares.ledger_head, shares.next_card, hash);
	fuzz_same(&w, bytes, size);
	fuzz_check(memcmp(hash, shares.hash, sizeof(hash)) == 0);
}

/* The dealers' signatures, as many as the bitmap has bits. */
static void
sign_entries(size_t size)
{
	size_t		at = ENTRIES;
	uint16_t	i;

	for (i = 0; i < FUZZ_PARTIES; i++)
	{
		if ((bytes[BITMAP] >> i & 1) == 0)
			continue;
		if (at + ENTRY + MPC_SIG_BYTES > size)
			return;
		sign_hash(bytes + at + 64, bytes + 8, i, bytes + at);
		at += ENTRY;
	}
}

static void
judge_relay(size_t size)
{
	MpcRelayFrame frame = {bytes + 8, FUZZ_LANES, FUZZ_THRESHOLD, 2, 0};
	MpcRelay	relay;
	MpcRelay	again;
	MpcWriter	w;

	sign_entries(size);
	mpc_sign(bytes + size - MPC_SIG_BYTES, identity.sign_sk, "MPCAGG-v1/sig/relay", bytes, size - MPC_SIG_BYTES);
	if (mpc_relay_read(&relay, bytes, size, &frame, &roster) != MPC_OK)
		return;
	fuzz_check(relay.count <= FUZZ_PARTIES);
	mpc_writer_init(&w, rewritten, sizeof(rewritten));
	mpc_relay_write(&w, &identity, bytes + 8, &relay, FUZZ_PARTIES, FUZZ_LANES);
	fuzz_same(&w, bytes, size);
	again = relay;
	mpc_relay_hash(&again, FUZZ_PARTIES);
	fuzz_check(memcmp(again.u1_hash, relay.u1_hash, sizeof(relay.u1_hash)) == 0);
}

static void
judge_sum_share(size_t size)
{
	MpcSumShare share;
	MpcWriter	w;
	uint32_t	k;

	mpc_sign(bytes + size - MPC_SIG_BYTES, identity.sign_sk, "MPCAGG-v1/sig/sum-share", bytes, size - MPC_SIG_BYTES);
	if (mpc_sum_share_read(&share, bytes, size, bytes + 8, &roster, FUZZ_DEALER, FUZZ_LANES) != MPC_OK)
		return;
	for (k = 0; k < FUZZ_LANES; k++)
		fuzz_check(mpc_field_is_canonical(share.sum[k]));
	mpc_writer_init(&w, rewritten, sizeof(rewritten));
	mpc_sum_share_write(&w, &identity, bytes + 8, FUZZ_DEALER, &share, FUZZ_LANES);
	fuzz_same(&w, bytes, size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	start();
	if (size < HEAD + MPC_SIG_BYTES || size > FUZZ_MAX)
		return 0;
	memcpy(bytes, data, size);
	judge_shares(size);
	memcpy(bytes, data, size);
	judge_relay(size);
	memcpy(bytes, data, size);
	judge_sum_share(size);
	return 0;
}
