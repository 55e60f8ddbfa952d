/*
 * fuzz_maximum.c
 *		Any signed bytes as the step of a maximum: no crash, one spelling, and no digit but what the sums say.
 *
 * Signatures are put under the replies in a step and under the step before it is judged: a fuzzer cannot find
 * them. All members are one identity here.
 */
#include "fuzz_maximum.h"

#define HEAD	40				/* magic and the round's id */

static MpcIdentity identity;
static MpcRoster roster;
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
	roster.n = FUZZ_MAXIMUM_PARTIES;
	for (i = 0; i < FUZZ_MAXIMUM_PARTIES; i++)
		roster.member[i] = identity.card;
}

/* Signs every reply that lies whole in the step, which belongs to its round then; then the step. False: some do not. */
static bool
sign_step(size_t size, MpcStr *reply)
{
	size_t		at = HEAD;
	uint16_t	i;

	for (i = 0; i < FUZZ_MAXIMUM_PARTIES; i++)
	{
		MpcReader	r;

		mpc_reader_init(&r, bytes + at, size - MPC_SIG_BYTES - at);
		reply[i] = mpc_read_long(&r, FUZZ_MAX);
		if (r.status != MPC_OK || reply[i].len < HEAD + MPC_SIG_BYTES)
			return false;
		at += r.pos;
		memcpy(bytes + at - reply[i].len + 8, bytes + 8, MPC_RID_BYTES);
		mpc_sign(bytes + at - MPC_SIG_BYTES, identity.sign_sk, "MPCAGG-v1/sig/reply",
				 reply[i].data, reply[i].len - MPC_SIG_BYTES);
	}
	mpc_sign(bytes + size - MPC_SIG_BYTES, identity.sign_sk, "MPCAGG-v1/sig/step", bytes, size - MPC_SIG_BYTES);
	return true;
}

/* Opens the round of a party whose keys are 7 and none. */
static void
open_round(const MpcStep *step)
{
	static MpcFe sum[FUZZ_MAXIMUM_LANES];
	MpcMaximum	vector[FUZZ_MAXIMUM_VECTORS] = {{7, 1, 0, 0, false}};
	MpcMaximumPeer peer;
	MpcStatus	status;
	uint16_t	a;
	uint16_t	b;
	int			g;

	memset(&peer, 0, sizeof(peer));
	peer.n = FUZZ_MAXIMUM_PARTIES;
	peer.digit_bits = FUZZ_MAXIMUM_DIGIT_BITS;
	peer.key_bits = FUZZ_MAXIMUM_KEY_BITS;
	peer.m = FUZZ_MAXIMUM_LANES;
	peer.vector = vector;
	status = mpc_maximum_open(&peer, step->reply, sum, &a, &b);
	if (status != MPC_OK)
	{
		fuzz_check(status == MPC_RANGE || status == MPC_CONFIRMATION);
		fuzz_check(mpc_is_zero(sum, sizeof(sum)) && mpc_is_zero(vector, sizeof(vector)) && mpc_is_zero(&peer, sizeof(peer)));
		return;
	}
	for (g = 0; g < FUZZ_MAXIMUM_VECTORS; g++)
	{
		/* The first digit is one bit wide. */
		fuzz_check(vector[g].value <= 1 && !(vector[g].empty && vector[g].value != 0));
		fuzz_check(vector[g].empty == mpc_is_zero(sum[g << FUZZ_MAXIMUM_DIGIT_BITS], MPC_FIELD_BYTES));
	}
	/* Mine is 1: I live on or was overruled. */
	fuzz_check(vector[0].alive == vector[0].value && vector[0].overruled == 1 - vector[0].alive);
	fuzz_check(vector[1].alive == 0 && vector[1].overruled == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	MpcStr		reply[FUZZ_MAXIMUM_PARTIES];
	MpcStep		step;
	MpcWriter	w;

	start();
	if (size < HEAD + MPC_SIG_BYTES || size > FUZZ_MAX)
		return 0;
	memcpy(bytes, data, size);
	if (!sign_step(size, reply))
		mpc_sign(bytes + size - MPC_SIG_BYTES, identity.sign_sk, "MPCAGG-v1/sig/step", bytes, size - MPC_SIG_BYTES);
	if (mpc_step_read(&step, bytes, size, bytes + 8, &roster, 0, FUZZ_MAXIMUM_LANES) != MPC_OK)
		return 0;
	mpc_writer_init(&w, rewritten, sizeof(rewritten));
	mpc_step_write(&w, &identity, bytes + 8, reply, FUZZ_MAXIMUM_PARTIES);
	fuzz_same(&w, bytes, size);
	open_round(&step);
	return 0;
}
