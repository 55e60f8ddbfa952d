/*
 * masked_sum.c
 *		How do n parties give away nothing but the sum of their vectors?
 *
 * Every pair of members derives a mask from one-time keys and everything the
 * request says; the lower pid adds it, the higher one subtracts it, so that only
 * the sum over all of them is free of masks.  Assumes that the cards of a request
 * were checked against the pinned roster before its keys are used here.
 */
#include "protocol/masked_sum.h"

#include <string.h>

#include "crypto/secret.h"


/* One member's view of one request: all that its masks depend on. */
typedef struct Masker
{
	const MpcRoster *roster;
	const MpcStaticHalf *static_half;
	const uint8_t *esk;			/* secret */
	const MpcRequest *request;
} Masker;

/* The mask and the confirmation tag of the pair (me, j). */
static MpcStatus
derive_pair(const Masker *masker, uint16_t j, MpcMask *mask, uint8_t tag[MPC_CONFIRM_BYTES])
{
	const MpcRoster *roster = masker->roster;
	uint8_t		fresh[MPC_DH_BYTES];
	MpcStatus	status;

	status = mpc_dh(fresh, masker->esk, masker->request->card[j].epk);
	if (status == MPC_OK)
	{
		mpc_pair_key(mask->key, MPC_PURPOSE_MASK, masker->static_half[j], fresh,
					 masker->request->rid, roster->member[roster->me].pid, roster->member[j].pid);
		mpc_pair_confirm(tag, mask->key);
		/* The roster is sorted, so the greater pid stands at the greater position. */
		mask->sign = j > roster->me ? 1 : -1;
	}
	mpc_wipe(fresh, sizeof(fresh));
	return status;
}

/*
 * Adds my masks to y and writes the n - 1 tags in roster order, own left out.
 * A mask is used once: y is masked by nothing else, esk is wiped by the caller.
 */
static MpcStatus
mask_vector(const Masker *masker, MpcFe *y, uint8_t *tags)
{
	MpcMask		pairs[MPC_MAX_PARTIES];
	size_t		npairs = 0;
	MpcStatus	status = MPC_OK;
	uint16_t	j;

	for (j = 0; j < masker->roster->n; j++)
	{
		if (j == masker->roster->me)
			continue;
		status = derive_pair(masker, j, &pairs[npairs], tags + npairs * MPC_CONFIRM_BYTES);
		if (status != MPC_OK)
			goto cleanup;
		npairs++;
	}
	status = mpc_mask_apply(y, (const MpcFe *) y, masker->request->m, pairs, npairs);
	/* Confirmation tags are sent in clear: they tell nothing of a uniform key. */
	mpc_declassify(tags, npairs * MPC_CONFIRM_BYTES);

cleanup:
	mpc_wipe(pairs, sizeof(pairs));
	return status;
}

/* Turns n - 1 tags into a row of n slots with the own slot zero. row may be tags. */
static void
expand_row(uint8_t *row, const uint8_t *tags, uint16_t n, uint16_t own)
{
	size_t		head = (size_t) own * MPC_CONFIRM_BYTES;
	size_t		tail = (size_t) (n - 1 - own) * MPC_CONFIRM_BYTES;

	memmove(row + head + MPC_CONFIRM_BYTES, tags + head, tail);
	memmove(row, tags, head);
	memset(row + head, 0, MPC_CONFIRM_BYTES);
}

static uint8_t *
confirm_row(const MpcAsk *ask, uint16_t i)
{
	return ask->confirm + (size_t) i * ask->roster->n * MPC_CONFIRM_BYTES;
}

MpcStatus
mpc_ask_begin(MpcAsk *ask, const MpcIdentity *me, const MpcRoster *roster,
			  const MpcStaticHalf *static_half, uint8_t *cards,
			  const uint8_t *dataset_hash, uint8_t protocol, uint32_t m, uint64_t now,
			  MpcStr query, MpcStr policy,
			  MpcFe *sum, uint8_t *confirm, MpcWriter *message)
{
	size_t		start = message->len;
	uint8_t		nonce[32];
	MpcStatus	status;

	memset(ask, 0, sizeof(*ask));
	ask->roster = roster;
	ask->me = me;
	ask->static_half = static_half;
	ask->sum = sum;
	ask->confirm = confirm;
	if (message->data == NULL)
		return MPC_NOSPACE;
	status = mpc_onetime_make_own(&ask->own, ask->me, now, dataset_hash, cards + (size_t) roster->me * MPC_ONETIME_BYTES);
	if (status != MPC_OK)
		return status;
	mpc_random(nonce, sizeof(nonce));
	mpc_request_write(message, me, roster, protocol, m, now, nonce, cards, query, policy);
	status = message->status;
	/* Read back, so that asker and peers work from the same bytes. */
	if (status == MPC_OK)
		status = mpc_request_read(&ask->request, message->data + start, message->len - start);
	if (status != MPC_OK)
	{
		mpc_ask_wipe(ask);
		return status;
	}
	memset(sum, 0, (size_t) m * sizeof(*sum));
	memset(confirm, 0, (size_t) roster->n * roster->n * MPC_CONFIRM_BYTES);
	return MPC_OK;
}

MpcStatus
mpc_ask_contribute(MpcAsk *ask, const MpcFe *x)
{
	uint16_t	me = ask->roster->me;
	Masker		masker;
	MpcStatus	status;

	if (ask->taken[me])
		return MPC_MISMATCH;
	masker.roster = ask->roster;
	masker.static_half = ask->static_half;
	masker.esk = ask->own.esk;
	masker.request = &ask->request;
	/* The masks go in before the values do: the sum never holds them bare. */
	status = mask_vector(&masker, ask->sum, confirm_row(ask, me));
	mpc_wipe(ask->own.esk, sizeof(ask->own.esk));
	if (status != MPC_OK)
		return status;
	expand_row(confirm_row(ask, me), confirm_row(ask, me), ask->roster->n, me);
	mpc_field_add_all(ask->sum, x, ask->request.m);
	/* A masked vector is uniform to everybody who lacks one of its masks. */
	mpc_declassify(ask->sum, (size_t) ask->request.m * sizeof(*ask->sum));
	ask->taken[me] = true;
	return MPC_OK;
}

MpcStatus
mpc_ask_take_reply(MpcAsk *ask, uint16_t position, const void *bytes, size_t len,
				   MpcReply *reply)
{
	MpcStatus	status;

	if (position >= ask->roster->n || position == ask->roster->me || ask->taken[position])
		return MPC_MISMATCH;
	status = mpc_reply_read(reply, bytes, len, ask->request.rid, ask->roster, position, ask->request.m);
	if (status != MPC_OK)
		return status;
	mpc_field_add_all(ask->sum, reply->y, ask->request.m);
	expand_row(confirm_row(ask, position), reply->confirm, ask->roster->n, position);
	ask->taken[position] = true;
	return MPC_OK;
}

/* Tag (i, j) against tag (j, i) for every pair; the first that differs is named. */
static MpcStatus
check_confirmations(const MpcAsk *ask, uint16_t *a, uint16_t *b)
{
	uint16_t	i;
	uint16_t	j;

	for (i = 0; i < ask->roster->n; i++)
		for (j = (uint16_t) (i + 1); j < ask->roster->n; j++)
		{
			if (memcmp(confirm_row(ask, i) + (size_t) j * MPC_CONFIRM_BYTES,
					   confirm_row(ask, j) + (size_t) i * MPC_CONFIRM_BYTES,
					   MPC_CONFIRM_BYTES) == 0)
				continue;
			*a = i;
			*b = j;
			return MPC_CONFIRMATION;
		}
	return MPC_OK;
}

MpcStatus
mpc_ask_end(MpcAsk *ask, uint16_t *a, uint16_t *b)
{
	uint16_t	i;

	for (i = 0; i < ask->roster->n; i++)
		if (!ask->taken[i])
			return MPC_MISMATCH;
	/* When all agree, everybody's masks have cancelled: what is left is the opened totals. */
	return check_confirmations(ask, a, b);
}

void
mpc_ask_wipe(MpcAsk *ask)
{
	mpc_wipe(ask, sizeof(*ask));
}

MpcStatus
mpc_answer(MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
		   const MpcStaticHalf *static_half, MpcOneTimeKey *key,
		   const MpcRequest *request, MpcFe *x,
		   uint64_t ledger_seq, const uint8_t ledger_head[32],
		   const MpcOneTimeKey *next, uint8_t *confirm)
{
	Masker		masker;
	MpcReply	reply;
	MpcStatus	status;

	masker.roster = roster;
	masker.static_half = static_half;
	masker.esk = key->esk;
	masker.request = request;
	if (request->n != roster->n)
		status = MPC_IDENTITY;
	else if (memcmp(key->card, request->card[roster->me].bytes, MPC_ONETIME_BYTES) != 0)
		status = MPC_STALE_KEY;
	else
		status = mask_vector(&masker, x, confirm);
	/* Spent, whatever comes: a key that may have masked once never masks again. */
	mpc_wipe(key, sizeof(*key));
	if (status != MPC_OK)
		goto cleanup;
	/* A masked vector is uniform to everybody who lacks one of its masks. */
	mpc_declassify(x, (size_t) request->m * sizeof(*x));
	reply.ledger_seq = ledger_seq;
	reply.ledger_head = ledger_head;
	reply.confirm = confirm;
	reply.y = (const MpcFe *) x;
	reply.next_card = next != NULL ? next->card : NULL;
	mpc_reply_write(w, me, request->rid, roster->me, request->n, request->m, &reply);
	status = w->status;

cleanup:
	if (status != MPC_OK)
		mpc_wipe(x, (size_t) request->m * sizeof(*x));
	return status;
}
