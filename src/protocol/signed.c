/*
 * signed.c
 *		How is a message closed, and which of its bytes does the signature cover?
 *
 * Assumes that the signature is the last field of every message, so that "all
 * before it" needs no length of its own.
 */
#include "protocol/signed.h"

void
mpc_write_signature(MpcWriter *w, size_t start,
					const uint8_t sk[MPC_SIGN_SK_BYTES], const char *tag)
{
	size_t		end = w->len;

	mpc_write_zeros(w, MPC_SIG_BYTES);
	if (w->status == MPC_OK && w->data != NULL)
		mpc_sign(w->data + end, sk, tag, w->data + start, end - start);
}

const uint8_t *
mpc_read_signature(MpcReader *r, MpcStr *signed_part)
{
	signed_part->data = r->data;
	signed_part->len = r->pos;
	return mpc_read_bytes(r, MPC_SIG_BYTES);
}
