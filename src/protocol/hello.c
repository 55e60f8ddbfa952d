/*
 * hello.c
 *		How does a cold connection get its first one-time key?
 *
 * Assumes that the answering side limits how many hellos it serves; here only
 * the bytes and signatures are judged.
 */
#include "protocol/hello.h"

#include <string.h>

#include "protocol/description.h"
#include "protocol/signed.h"

#define HELLO_TAG	"MPCAGG-v1/sig/hello"
#define ANSWER_TAG	"MPCAGG-v1/sig/hello-answer"

void
mpc_hello_write(MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
				const uint8_t nonce[32], MpcStr dataset, bool want_contract)
{
	size_t		start = w->len;
	uint8_t		digest[32];

	if (dataset.len > MPC_MAX_NAME)
		mpc_write_fail(w, MPC_LIMIT);
	mpc_roster_digest(digest, roster);
	mpc_write_magic(w, "MPCAGH");
	mpc_write_bytes(w, me->card.pid, MPC_PID_BYTES);
	mpc_write_bytes(w, nonce, 32);
	mpc_write_bytes(w, digest, sizeof(digest));
	mpc_write_str(w, dataset);
	mpc_write_u8(w, want_contract);
	mpc_write_signature(w, start, me->sign_sk, HELLO_TAG);
}

MpcStatus
mpc_hello_read(MpcHello *hello, const void *bytes, size_t len)
{
	MpcReader	r;

	mpc_reader_init(&r, bytes, len);
	mpc_read_magic(&r, "MPCAGH");
	hello->asker_pid = mpc_read_bytes(&r, MPC_PID_BYTES);
	hello->nonce = mpc_read_bytes(&r, 32);
	hello->roster_digest = mpc_read_bytes(&r, 32);
	hello->dataset = mpc_read_str(&r, MPC_MAX_NAME);
	hello->want_contract = mpc_read_flag(&r);
	hello->sig = mpc_read_signature(&r, &hello->signed_part);
	return mpc_reader_end(&r);
}

MpcStatus
mpc_hello_verify(const MpcHello *hello, const MpcCard *asker)
{
	if (memcmp(hello->asker_pid, asker->pid, MPC_PID_BYTES) != 0)
		return MPC_IDENTITY;
	return mpc_sign_verify(hello->sig, asker->sign_pk, HELLO_TAG,
						   hello->signed_part.data, hello->signed_part.len);
}

void
mpc_hello_answer_write(MpcWriter *w, const MpcIdentity *me, const uint8_t nonce[32],
					   const MpcOneTimeKey *key, const MpcStr *description)
{
	size_t		start = w->len;

	mpc_write_magic(w, "MPCAGh");
	mpc_write_bytes(w, nonce, 32);
	mpc_write_bytes(w, key->card, MPC_ONETIME_BYTES);
	mpc_write_u8(w, description != NULL);
	if (description != NULL)
		mpc_write_long(w, *description);
	mpc_write_signature(w, start, me->sign_sk, ANSWER_TAG);
}

/* The shape alone; *nonce, *sig and *signed_part are for the caller to judge. */
static MpcStatus
answer_parse(MpcHelloAnswer *answer, const void *bytes, size_t len,
			 const uint8_t **nonce, const uint8_t **sig, MpcStr *signed_part)
{
	static const MpcStr none = {NULL, 0};
	MpcReader	r;

	mpc_reader_init(&r, bytes, len);
	mpc_read_magic(&r, "MPCAGh");
	*nonce = mpc_read_bytes(&r, 32);
	answer->card = mpc_read_bytes(&r, MPC_ONETIME_BYTES);
	answer->description = none;
	if (mpc_read_flag(&r))
		answer->description = mpc_read_long(&r, MPC_MAX_DESCRIPTION_BYTES);
	*sig = mpc_read_signature(&r, signed_part);
	return mpc_reader_end(&r);
}

MpcStatus
mpc_hello_answer_read(MpcHelloAnswer *answer, const void *bytes, size_t len,
					  const uint8_t nonce[32], const MpcCard *peer)
{
	const uint8_t *their_nonce;
	const uint8_t *sig;
	MpcStr		signed_part;
	MpcOneTimeCard card;
	MpcStatus	status;

	status = answer_parse(answer, bytes, len, &their_nonce, &sig, &signed_part);
	if (status != MPC_OK)
		return status;
	status = mpc_sign_verify(sig, peer->sign_pk, ANSWER_TAG, signed_part.data, signed_part.len);
	if (status != MPC_OK)
		return status;
	if (memcmp(their_nonce, nonce, 32) != 0)
		return MPC_MISMATCH;
	mpc_onetime_read(&card, answer->card);
	return mpc_onetime_verify(&card, peer);
}
