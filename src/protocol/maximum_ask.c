/*
 * maximum_ask.c
 *		How does the asker of a maximum lead all parties from digit to digit, without being believed?
 *
 * Assumes nothing of a reply but that it is signed.  The asker is a party of its own question: it replies and
 * finds the digits by the same code as everybody, and its reply stands in the step beside the others'.
 */
#include "protocol/maximum.h"

#include <string.h>

#include "crypto/secret.h"


MpcStatus
mpc_maximum_ask_begin(MpcMaximumAsk *ask, const MpcIdentity *me, const MpcRoster *roster,
					  const MpcStaticHalf *static_half, uint8_t *cards,
					  const uint8_t *dataset_hash, uint8_t digit_bits, uint8_t key_bits,
					  uint32_t vectors, uint64_t now, MpcStr query, MpcStr policy,
					  MpcFe *work, MpcWriter *message)
{
	size_t		start = message->len;
	uint8_t		nonce[32];
	uint32_t	m;
	MpcStatus	status;

	memset(ask, 0, sizeof(*ask));
	ask->roster = roster;
	ask->me = me;
	ask->static_half = static_half;
	ask->work = work;
	if (message->data == NULL)
		return MPC_NOSPACE;
	if (digit_bits > MPC_MAX_DIGIT_BITS || vectors > MPC_MAX_LANES >> digit_bits)
		return MPC_LIMIT;
	m = vectors << digit_bits;
	if (!mpc_digits_fit(digit_bits, key_bits, m) || mpc_step_size(roster->n, m) > MPC_MAX_MESSAGE)
		return MPC_LIMIT;
	status = mpc_onetime_make_own(&ask->own, ask->me, now, dataset_hash, cards + (size_t) roster->me * MPC_ONETIME_BYTES);
	if (status != MPC_OK)
		return status;
	mpc_random(nonce, sizeof(nonce));
	mpc_request_write_maximum(message, me, roster, digit_bits, key_bits, m, now, nonce, cards, query, policy);
	status = message->status;
	/* Read back, so that asker and peers work from the same bytes. */
	if (status == MPC_OK)
		status = mpc_request_read(&ask->request, message->data + start, message->len - start);
	if (status != MPC_OK)
		mpc_wipe(ask, sizeof(*ask));
	return status;
}

MpcStatus
mpc_maximum_ask_start(MpcMaximumAsk *ask, MpcMaximum *vector)
{
	MpcStatus	status;

	if (ask->started)
		return MPC_MISMATCH;
	ask->started = true;
	status = mpc_maximum_start(&ask->self, ask->roster, &ask->own, &ask->request, vector);
	ask->ended = status != MPC_OK;
	return status;
}

/* Keeps a reply of the round under way, mine or a peer's. */
static MpcStatus
take_reply(MpcMaximumAsk *ask, uint16_t position, const uint8_t *bytes, size_t len)
{
	const uint8_t *rid = ask->started ? ask->self.rid : ask->request.rid;
	MpcStatus	status;

	status = mpc_reply_read(&ask->reply[position], bytes, len, rid, ask->roster, position, ask->request.m);
	if (status == MPC_OK)
	{
		ask->bytes[position].data = bytes;
		ask->bytes[position].len = len;
	}
	return status;
}

MpcStatus
mpc_maximum_ask_contribute(MpcMaximumAsk *ask, MpcWriter *w)
{
	static const uint8_t no_ledger[32];
	size_t		start = w->len;
	uint16_t	me = ask->roster->me;
	MpcStatus	status;

	if (!ask->started || ask->ended || ask->bytes[me].data != NULL)
		return MPC_MISMATCH;
	if (w->data == NULL)
		return MPC_NOSPACE;
	status = mpc_maximum_reply(&ask->self, w, ask->me, ask->roster, ask->static_half, ask->work, 0, no_ledger, NULL);
	if (status == MPC_OK)
		status = take_reply(ask, me, w->data + start, w->len - start);
	ask->ended = status != MPC_OK;
	return status;
}

MpcStatus
mpc_maximum_ask_take_reply(MpcMaximumAsk *ask, uint16_t position, const void *bytes, size_t len)
{
	if (ask->ended || position >= ask->roster->n || position == ask->roster->me || ask->bytes[position].data != NULL)
		return MPC_MISMATCH;
	return take_reply(ask, position, bytes, len);
}

MpcStatus
mpc_maximum_ask_close(MpcMaximumAsk *ask, MpcWriter *step, uint16_t *a, uint16_t *b)
{
	uint16_t	n = ask->roster->n;
	uint8_t		rid[MPC_RID_BYTES];
	MpcStatus	status;
	uint16_t	i;

	if (ask->ended)
		return MPC_MISMATCH;
	for (i = 0; i < n; i++)
		if (ask->bytes[i].data == NULL)
			return MPC_MISMATCH;
	memcpy(rid, ask->self.rid, sizeof(rid));
	status = mpc_maximum_open(&ask->self, ask->reply, ask->work, a, b);
	mpc_wipe(ask->work, (size_t) ask->request.m * sizeof(*ask->work));
	ask->ended = status != MPC_OK ||
		ask->self.round == mpc_maximum_rounds(ask->self.digit_bits, ask->self.key_bits);
	if (ask->ended)
		return status;
	mpc_step_write(step, ask->me, rid, ask->bytes, n);
	memset(ask->bytes, 0, sizeof(ask->bytes));
	memset(ask->reply, 0, sizeof(ask->reply));
	ask->ended = step->status != MPC_OK;
	return step->status;
}

void
mpc_maximum_ask_wipe(MpcMaximumAsk *ask)
{
	if (ask->work != NULL)
		mpc_wipe(ask->work, (size_t) ask->request.m * sizeof(*ask->work));
	mpc_maximum_peer_wipe(&ask->self);
	mpc_wipe(ask, sizeof(*ask));
}
