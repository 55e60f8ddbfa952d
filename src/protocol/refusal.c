/*
 * refusal.c
 *		How does a peer say no, and is this no an answer to what was asked?
 *
 * Assumes that the rule's text was chosen without looking at any row: it is sent
 * as it stands.
 */
#include "protocol/refusal.h"

#include <string.h>

#include "crypto/secret.h"
#include "protocol/contract.h"
#include "protocol/signed.h"

#define REFUSAL_MAGIC	"MPCAGF"
#define REFUSAL_TAG		"MPCAGG-v1/sig/refusal"

void
mpc_refusal_write(MpcWriter *w, const MpcIdentity *me, const uint8_t reference[32],
				  const MpcRefusal *refusal)
{
	size_t		start = w->len;

	if (refusal->rule.len > MPC_MAX_RULE_BYTES || refusal->contract.len > MPC_MAX_CONTRACT_BYTES)
		mpc_write_fail(w, MPC_LIMIT);
	mpc_write_magic(w, REFUSAL_MAGIC);
	mpc_write_bytes(w, reference, 32);
	mpc_write_le16(w, (uint16_t) refusal->code);
	mpc_write_str(w, refusal->rule);
	mpc_write_long(w, refusal->contract);
	mpc_write_u8(w, refusal->next_card != NULL);
	if (refusal->next_card != NULL)
		mpc_write_bytes(w, refusal->next_card, MPC_ONETIME_BYTES);
	mpc_write_signature(w, start, me->sign_sk, REFUSAL_TAG);
}

bool
mpc_is_refusal(const void *bytes, size_t len)
{
	return len >= 6 && memcmp(bytes, REFUSAL_MAGIC, 6) == 0;
}

/* The shape alone; *reference, *sig and *signed_part are for the caller to judge. */
static MpcStatus
refusal_parse(MpcRefusal *refusal, const void *bytes, size_t len,
			  const uint8_t **reference, const uint8_t **sig, MpcStr *signed_part)
{
	MpcReader	r;

	mpc_reader_init(&r, bytes, len);
	mpc_read_magic(&r, REFUSAL_MAGIC);
	*reference = mpc_read_bytes(&r, 32);
	refusal->code = (MpcRefusalCode) mpc_read_le16(&r);
	refusal->rule = mpc_read_str(&r, MPC_MAX_RULE_BYTES);
	refusal->contract = mpc_read_long(&r, MPC_MAX_CONTRACT_BYTES);
	refusal->next_card = NULL;
	if (mpc_read_flag(&r))
		refusal->next_card = mpc_read_bytes(&r, MPC_ONETIME_BYTES);
	*sig = mpc_read_signature(&r, signed_part);
	if (refusal->code < MPC_REFUSE_MALFORMED || refusal->code > MPC_REFUSE_DIFFERENCE ||
		(refusal->contract.len > 0 && refusal->code != MPC_REFUSE_CONTRACT))
		mpc_read_fail(&r, MPC_MALFORMED);
	return mpc_reader_end(&r);
}

/* Refusals that come before the reference could be read. */
static bool
says_not_understood(MpcRefusalCode code)
{
	return code == MPC_REFUSE_MALFORMED || code == MPC_REFUSE_VERSION;
}

MpcStatus
mpc_refusal_read(MpcRefusal *refusal, const void *bytes, size_t len,
				 const uint8_t reference[32], const MpcCard *peer)
{
	const uint8_t *theirs;
	const uint8_t *sig;
	MpcStr		signed_part;
	MpcStatus	status;

	status = refusal_parse(refusal, bytes, len, &theirs, &sig, &signed_part);
	if (status != MPC_OK)
		return status;
	status = mpc_sign_verify(sig, peer->sign_pk, REFUSAL_TAG, signed_part.data, signed_part.len);
	if (status != MPC_OK)
		return status;
	if (memcmp(theirs, reference, 32) == 0)
		return MPC_OK;
	/* an old refusal without reference could be replayed: it may say only that we were not understood */
	if (mpc_is_zero(theirs, 32) && says_not_understood(refusal->code))
		return MPC_OK;
	return MPC_MISMATCH;
}
