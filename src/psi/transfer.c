/*
 * transfer.c
 *		How does one side learn a padded value or its pad, and the other not which?
 *
 * Assumes a rid that is used once. Points of the peer are checked by mpc_group_mul, which refuses what is no valid
 * point and the identity, and here against Q.
 */
#include "psi/transfer.h"

#include <string.h>

#include "crypto/hash.h"
#include "crypto/limbs.h"
#include "crypto/secret.h"

#define BATCH		8			/* elements between two looks at mpc_interrupted */
#define LANES		16			/* elements of a stream at once; even, for mpc_pair_stream */
#define INDEX_BYTES	8

void
mpc_transfer_point(MpcPoint q, const uint8_t rid[MPC_RID_BYTES])
{
	uint8_t		uniform[MPC_TH_BYTES];

	mpc_th(uniform, "MPCAGG-v1/ot-q", rid, MPC_RID_BYTES);
	mpc_group_hash(q, uniform);
}

MpcStatus
mpc_transfer_begin(MpcTransferOwner *owner, const MpcTransfer *transfer)
{
	mpc_group_scalar(owner->r);
	mpc_group_base(owner->sender, owner->r);
	mpc_declassify(owner->sender, sizeof(owner->sender));	/* sent: a public key */
	return mpc_group_mul(owner->rq, owner->r, transfer->q);
}

/* The key of element j's stream: of its pad for a bit of 0, of what hides its value for a bit of 1. */
static void
stream_key(uint8_t key[MPC_PAIR_KEY_BYTES], const MpcTransfer *transfer, uint8_t bit, size_t j, const MpcPoint point)
{
	uint8_t		index[INDEX_BYTES];
	MpcHash		hash;

	mpc_store64(index, transfer->base + j);
	mpc_hash_begin(&hash, "MPCAGG-v1/ot");
	mpc_hash_add(&hash, transfer->rid, MPC_RID_BYTES);
	mpc_hash_add(&hash, &bit, sizeof(bit));
	mpc_hash_add(&hash, index, sizeof(index));
	mpc_hash_add(&hash, point, MPC_POINT_BYTES);
	mpc_hash_end32(&hash, key);
}

/* r = bit ? b : a, of n bytes */
static void
choose(uint8_t *r, const uint8_t *a, const uint8_t *b, uint8_t bit, size_t n)
{
	uint8_t		mask = (uint8_t) mpc_limbs_mask(bit);
	size_t		i;

	for (i = 0; i < n; i++)
		r[i] = (uint8_t) (a[i] ^ (mask & (a[i] ^ b[i])));
}

MpcStatus
mpc_transfer_choose(MpcPoint *choice, MpcFe *kappa, const MpcTransfer *transfer, const bool *bit, size_t from, size_t to)
{
	MpcPoint	plain;
	MpcPoint	other;
	MpcStatus	status = MPC_OK;
	size_t		j;

	for (j = from; j < to && status == MPC_OK; j++)
	{
		if (j % BATCH == 0 && mpc_interrupted != NULL && mpc_interrupted())
		{
			status = MPC_INTERRUPTED;
			break;
		}
		mpc_group_scalar(kappa[j]);
		mpc_group_base(plain, kappa[j]);
		status = mpc_group_sub(other, transfer->q, plain);
		choose(choice[j], plain, other, bit[j], sizeof(plain));
		mpc_declassify(choice[j], MPC_POINT_BYTES);	/* uniform, whatever the bit is: it is sent */
	}
	mpc_wipe(plain, sizeof(plain));
	mpc_wipe(other, sizeof(other));
	return status;
}

/* One element of the owner's list. All secret; whoever has it wipes it. */
typedef struct Pads
{
	MpcPoint	q0;
	MpcPoint	q1;
	uint8_t		key[2][MPC_PAIR_KEY_BYTES];
	MpcFe		pad[LANES];
	MpcFe		hide[LANES];
} Pads;

static MpcStatus
make_keys(Pads *p, const MpcTransfer *transfer, const MpcTransferOwner *owner, size_t j, const MpcPoint choice)
{
	MpcStatus	status;

	if (memcmp(choice, transfer->q, MPC_POINT_BYTES) == 0)
		return MPC_NONCANONICAL;
	status = mpc_group_mul(p->q0, owner->r, choice);
	if (status == MPC_OK)
		status = mpc_group_sub(p->q1, owner->rq, p->q0);
	if (status != MPC_OK)
		return status;
	stream_key(p->key[0], transfer, 0, j, p->q0);
	stream_key(p->key[1], transfer, 1, j, p->q1);
	return MPC_OK;
}

/* tau = value + pad - hide; share -= pad */
static void
pad_row(Pads *p, MpcFe *tau, MpcFe *share, const MpcFe *value, size_t width)
{
	size_t		first;
	size_t		lanes;

	for (first = 0; first < width; first += LANES)
	{
		lanes = width - first < LANES ? width - first : LANES;
		mpc_pair_stream(p->pad, p->key[0], first, lanes);
		mpc_pair_stream(p->hide, p->key[1], first, lanes);
		memmove(tau + first, value + first, lanes * sizeof(*tau));
		mpc_field_add_all(tau + first, (const MpcFe *) p->pad, lanes);
		mpc_field_sub_all(tau + first, (const MpcFe *) p->hide, lanes);
		mpc_field_sub_all(share + first, (const MpcFe *) p->pad, lanes);
	}
	mpc_declassify(tau, width * sizeof(*tau));	/* sent: under a stream that whoever has the pad lacks, or the other way round */
}

MpcStatus
mpc_transfer_pad(MpcFe *tau, MpcFe *share, const MpcTransfer *transfer, const MpcTransferOwner *owner,
				 const MpcPoint *choice, const MpcFe *value, size_t from, size_t to)
{
	Pads		p;
	MpcStatus	status = MPC_OK;
	size_t		j;

	for (j = from; j < to && status == MPC_OK; j++)
	{
		if (j % BATCH == 0 && mpc_interrupted != NULL && mpc_interrupted())
		{
			status = MPC_INTERRUPTED;
			break;
		}
		status = make_keys(&p, transfer, owner, j, choice[j]);
		if (status == MPC_OK)
			pad_row(&p, tau + j * transfer->width, share, value + j * transfer->width, transfer->width);
	}
	mpc_wipe(&p, sizeof(p));
	return status;
}

/* What the matcher opens of one element. All secret; whoever has it wipes it. */
typedef struct Opening
{
	MpcPoint	point;			/* kappa_j R: q0 for a bit of 0, q1 for 1 */
	uint8_t		key[MPC_PAIR_KEY_BYTES];
	MpcFe		stream[LANES];
	MpcFe		term[LANES];	/* tau for a bit of 1, else 0 */
} Opening;

/* share += the stream of key, and tau if the bit is set */
static MpcStatus
open_row(Opening *o, MpcFe *share, const MpcFe *tau, uint8_t bit, size_t width)
{
	static const MpcFe zero;
	size_t		first;
	size_t		lanes;
	size_t		k;

	for (first = 0; first < width; first += LANES)
	{
		lanes = width - first < LANES ? width - first : LANES;
		for (k = 0; k < lanes; k++)
		{
			if (!mpc_field_is_canonical(tau[first + k]))
				return MPC_NONCANONICAL;
			choose(o->term[k], zero, tau[first + k], bit, sizeof(zero));
		}
		mpc_pair_stream(o->stream, o->key, first, lanes);
		mpc_field_add_all(share + first, (const MpcFe *) o->stream, lanes);
		mpc_field_add_all(share + first, (const MpcFe *) o->term, lanes);
	}
	return MPC_OK;
}

MpcStatus
mpc_transfer_open(MpcFe *share, const MpcTransfer *transfer, const MpcPoint sender, const bool *bit,
				  const MpcFe *kappa, const MpcFe *tau, size_t from, size_t to)
{
	Opening		o;
	MpcStatus	status = MPC_OK;
	size_t		j;

	for (j = from; j < to && status == MPC_OK; j++)
	{
		if (j % BATCH == 0 && mpc_interrupted != NULL && mpc_interrupted())
		{
			status = MPC_INTERRUPTED;
			break;
		}
		status = mpc_group_mul(o.point, kappa[j], sender);
		if (status != MPC_OK)
			break;
		stream_key(o.key, transfer, bit[j], j, o.point);
		status = open_row(&o, share, tau + j * transfer->width, bit[j], transfer->width);
	}
	mpc_wipe(&o, sizeof(o));
	return status;
}
