/*
 * fuzz_sets.c
 *		Any signed bytes as a message of an intersection: no crash, and one spelling of each.
 *
 * The magic says which of the three it is. Signatures are put under it before it is judged: a fuzzer cannot find them. All members
 * are one identity here.
 */
#include "fuzz.h"
#include "protocol/set_messages.h"

#define REPLY_PIECES	(8 + MPC_RID_BYTES + 2 + 4)

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
	roster.n = 3;
	for (i = 0; i < 3; i++)
		roster.member[i] = identity.card;
}

static void
sign(size_t size, const char *tag)
{
	mpc_sign(bytes + size - MPC_SIG_BYTES, identity.sign_sk, tag, bytes, size - MPC_SIG_BYTES);
}

static uint32_t
le32(const uint8_t *p)
{
	return (uint32_t) p[0] | (uint32_t) p[1] << 8 | (uint32_t) p[2] << 16 | (uint32_t) p[3] << 24;
}

static void
check_answer(size_t size)
{
	MpcSetAnswer answer;
	MpcWriter	w;

	sign(size, "MPCAGG-v1/sig/set-answer");
	if (mpc_set_answer_read(&answer, bytes, size, bytes + 8, &roster, 1) != MPC_OK)
		return;
	fuzz_check(answer.size <= MPC_MAX_LANES);
	mpc_writer_init(&w, rewritten, sizeof(rewritten));
	mpc_set_answer_write(&w, &identity, bytes + 8, 1, &answer);
	fuzz_same(&w, bytes, size);
}

/* Every piece is within the message and its limits. */
static void
check_parts(const MpcSetPart *part, uint8_t n, bool elements, size_t size)
{
	uint8_t		i;

	fuzz_check(n <= MPC_SET_MAX_PARTS);
	for (i = 0; i < n; i++)
	{
		fuzz_check(part[i].count >= 1 && part[i].count <= MPC_SET_PIECE && part[i].first <= MPC_MAX_LANES);
		fuzz_check((part[i].elements != NULL) == elements);
		if (elements)
			fuzz_check(part[i].elements > bytes && part[i].elements + (size_t) part[i].count * MPC_SET_ELEMENT <= bytes + size);
	}
}

static void
check_step(size_t size)
{
	MpcSetStep	step;
	MpcWriter	w;

	if (size < REPLY_PIECES)
		return;
	fuzz_check(mpc_set_step_rid(bytes, size) == bytes + 8);
	sign(size, "MPCAGG-v1/sig/set-step");
	if (mpc_set_step_read(&step, bytes, size, bytes + 8, le32(bytes + 40), identity.card.sign_pk) != MPC_OK)
		return;
	check_parts(step.put, step.nputs, true, size);
	check_parts(step.get, step.ngets, false, size);
	fuzz_check(mpc_set_step_size(&step) == size);
	mpc_writer_init(&w, rewritten, sizeof(rewritten));
	mpc_set_step_write(&w, &identity, &step);
	fuzz_same(&w, bytes, size);
}

/* What was asked for is what the message says it brings, as far as that can be read. */
static void
ask_for_it(MpcSetStep *step, size_t size)
{
	MpcReader	r;

	memset(step, 0, sizeof(*step));
	step->rid = bytes + 8;
	step->number = le32(bytes + 42);
	mpc_reader_init(&r, bytes + REPLY_PIECES, size - REPLY_PIECES);
	step->ngets = mpc_read_u8(&r);
	if (step->ngets > MPC_SET_MAX_PARTS)
		step->ngets = MPC_SET_MAX_PARTS;
	for (uint8_t i = 0; i < step->ngets && r.status == MPC_OK; i++)
	{
		step->get[i].channel = mpc_read_u8(&r);
		step->get[i].first = mpc_read_le32(&r);
		step->get[i].count = mpc_read_le32(&r);
		if (step->get[i].count <= MPC_SET_PIECE)
			(void) mpc_read_bytes(&r, (size_t) step->get[i].count * MPC_SET_ELEMENT);
	}
}

static void
check_reply(size_t size)
{
	MpcSetStep	step;
	MpcWriter	w;

	if (size < REPLY_PIECES + MPC_SIG_BYTES)
		return;
	ask_for_it(&step, size);
	sign(size, "MPCAGG-v1/sig/set-reply");
	if (mpc_set_reply_read(&step, bytes, size, &roster, 1) != MPC_OK)
		return;
	check_parts(step.get, step.ngets, true, size);
	fuzz_check(mpc_set_reply_size(&step) == size);
	mpc_writer_init(&w, rewritten, sizeof(rewritten));
	mpc_set_reply_write(&w, &identity, 1, &step);
	fuzz_same(&w, bytes, size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	start();
	if (size < 8 + MPC_RID_BYTES + MPC_SIG_BYTES || size > FUZZ_MAX)
		return 0;
	memcpy(bytes, data, size);
	if (mpc_is_set_step(bytes, size))
		check_step(size);
	else if (memcmp(bytes, "MPCAGx", 6) == 0)
		check_reply(size);
	else
		check_answer(size);
	return 0;
}
