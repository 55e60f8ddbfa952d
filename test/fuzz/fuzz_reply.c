/*
 * fuzz_reply.c
 *		Any signed bytes as a reply: no crash, one spelling, nothing but canonical scalars.
 *
 * The signature is put under the bytes before they are judged: a fuzzer cannot
 * find one, and what a signed reply says is the interesting part.
 */
#include "fuzz.h"
#include "protocol/request.h"

#define PARTIES 3

static MpcIdentity identity;
static MpcRoster roster;
static uint8_t bytes[FUZZ_MAX];
static uint8_t rewritten[FUZZ_MAX];

static void
start(void)
{
	static const uint8_t seed[32] = "a seed that every run shares";

	if (roster.n != 0)
		return;
	fuzz_check(mpc_core_init() == MPC_OK);
	fuzz_check(mpc_identity_restore(&identity, seed, seed, 1) == MPC_OK);
	roster.n = PARTIES;
	roster.member[1] = identity.card;
}

static void
check_reply(const MpcReply *reply, const uint8_t *rid, uint32_t m, size_t size)
{
	MpcWriter	w;
	uint32_t	k;

	for (k = 0; k < m; k++)
		fuzz_check(mpc_field_is_canonical(reply->y[k]));
	mpc_writer_init(&w, rewritten, sizeof(rewritten));
	mpc_reply_write(&w, &identity, rid, 1, PARTIES, m, reply);
	fuzz_same(&w, bytes, size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	MpcReply	reply;
	uint8_t		rid[32];
	uint32_t	m;

	start();
	if (size < 48 + MPC_SIG_BYTES || size > FUZZ_MAX)
		return 0;
	memcpy(bytes, data, size);
	memcpy(rid, data + 8, sizeof(rid));
	m = data[44];
	mpc_sign(bytes + size - MPC_SIG_BYTES, identity.sign_sk, "MPCAGG-v1/sig/reply",
			 bytes, size - MPC_SIG_BYTES);
	if (mpc_reply_read(&reply, bytes, size, rid, &roster, 1, m) == MPC_OK)
		check_reply(&reply, rid, m, size);
	return 0;
}
