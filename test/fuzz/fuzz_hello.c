/*
 * fuzz_hello.c
 *		Any bytes as a hello, its answer or a refusal, as they are and signed.
 *
 * A signature is put under the bytes before they are judged: a fuzzer cannot
 * find one, and what a signed message says is the interesting part.
 */
#include "fuzz.h"
#include "protocol/hello.h"
#include "protocol/refusal.h"

static MpcIdentity identity;
static uint8_t bytes[FUZZ_MAX];
static uint8_t rewritten[FUZZ_MAX];

static void
start(void)
{
	static const uint8_t seed[32] = "a seed that every run shares";
	static bool started;

	if (started)
		return;
	started = true;
	fuzz_check(mpc_core_init() == MPC_OK);
	fuzz_check(mpc_identity_restore(&identity, seed, seed, 1) == MPC_OK);
}

static void
sign_copy(const uint8_t *data, size_t size, const char *tag)
{
	memcpy(bytes, data, size);
	if (size >= MPC_SIG_BYTES)
		mpc_sign(bytes + size - MPC_SIG_BYTES, identity.sign_sk, tag, bytes, size - MPC_SIG_BYTES);
}

/* A refusal is written again as it was read; the reference is ours. */
static void
try_refusal(const uint8_t *data, size_t size)
{
	MpcRefusal	refusal;
	MpcWriter	w;
	uint8_t		reference[32] = {0};

	sign_copy(data, size, "MPCAGG-v1/sig/refusal");
	if (size >= 40)
		memcpy(reference, data + 8, 32);
	if (mpc_refusal_read(&refusal, bytes, size, reference, &identity.card) != MPC_OK)
		return;
	mpc_writer_init(&w, rewritten, sizeof(rewritten));
	mpc_refusal_write(&w, &identity, reference, &refusal);
	fuzz_same(&w, bytes, size);
}

static void
try_answer(const uint8_t *data, size_t size)
{
	MpcHelloAnswer answer;
	uint8_t		nonce[32] = {0};

	sign_copy(data, size, "MPCAGG-v1/sig/hello-answer");
	if (size >= 40)
		memcpy(nonce, data + 8, 32);
	/* The card inside has a signature of its own, which stays out of reach. */
	fuzz_check(mpc_hello_answer_read(&answer, bytes, size, nonce, &identity.card) != MPC_OK);
}

/* The fields of a hello in their order are the whole of it. */
static void
try_hello(const uint8_t *data, size_t size)
{
	MpcHello	hello;
	MpcWriter	w;

	if (mpc_hello_read(&hello, data, size) != MPC_OK)
		return;
	mpc_writer_init(&w, rewritten, sizeof(rewritten));
	mpc_write_magic(&w, "MPCAGH");
	mpc_write_bytes(&w, hello.asker_pid, MPC_PID_BYTES);
	mpc_write_bytes(&w, hello.nonce, 32);
	mpc_write_bytes(&w, hello.roster_digest, 32);
	mpc_write_str(&w, hello.dataset);
	mpc_write_u8(&w, hello.want_contract);
	mpc_write_bytes(&w, hello.sig, MPC_SIG_BYTES);
	fuzz_same(&w, data, size);
	fuzz_check(mpc_hello_verify(&hello, &identity.card) != MPC_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	start();
	if (size > FUZZ_MAX)
		return 0;
	try_hello(data, size);
	try_answer(data, size);
	if (mpc_is_refusal(data, size))
		try_refusal(data, size);
	return 0;
}
