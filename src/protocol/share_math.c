/*
 * share_math.c
 *		How is a number shared, how are shares added up, and how do they become a number again?
 *
 * Assumes that whoever computes on shares does the same on all of them; the ids show where somebody did not.
 */
#include "protocol/share.h"

#include <string.h>

#include "crypto/secret.h"

#define TEN_TO_19	UINT64_C(10000000000000000000)

/* Ids: numbers below the prime 2^127 - 1. A sum of two fits 128 bits. */

static MpcShareInt
id_add(MpcShareInt a, MpcShareInt b)
{
	MpcShareInt sum = a + b;

	return sum >= MPC_SHARE_ID_PRIME ? sum - MPC_SHARE_ID_PRIME : sum;
}

static MpcShareInt
id_negate(MpcShareInt a)
{
	return a == 0 ? 0 : MPC_SHARE_ID_PRIME - a;
}

static MpcShareInt
id_times(MpcShareInt a, MpcShareInt factor)
{
	MpcShareInt r = 0;
	int			bit;

	for (bit = 127; bit >= 0; bit--)
	{
		r = id_add(r, r);
		if ((factor >> bit) & 1)
			r = id_add(r, a);
	}
	return r;
}

static MpcShareInt
id_draw(void)
{
	MpcShareInt id;

	mpc_random(&id, sizeof(id));
	id &= MPC_SHARE_ID_PRIME;	/* all ones: 127 bits */
	return id_add(id, 0);
}

/* weight * 10^38, the largest magnitude of what such a share can stand for; weight <= 2^123. */
static void
bound_of(MpcWide *bound, MpcShareInt weight)
{
	MpcWide		high;

	memset(bound, 0, sizeof(*bound));
	memset(&high, 0, sizeof(high));
	bound->limb[0] = (uint64_t) weight;
	high.limb[1] = (uint64_t) (weight >> 64);
	mpc_wide_add(bound, &high);
	mpc_wide_scale(bound, bound, TEN_TO_19);
	mpc_wide_scale(bound, bound, TEN_TO_19);
}

/* CT: whether it is does not leak before the verdict, which every caller shows. */
static bool
is_within(const MpcWide *value, MpcShareInt weight)
{
	MpcWide		above;
	MpcWide		below;
	bool		outside;

	bound_of(&above, weight);
	below = above;
	mpc_wide_negate(&above);
	mpc_wide_add(&above, value);	/* value - bound */
	mpc_wide_add(&below, value);	/* value + bound */
	outside = mpc_wide_is_negative(&below) ||
		(!mpc_wide_is_negative(&above) && !mpc_is_zero(&above, sizeof(above)));
	mpc_wipe(&above, sizeof(above));
	mpc_wipe(&below, sizeof(below));
	return !outside;
}

MpcStatus
mpc_share_deal(MpcShare *share, const MpcWide *secret, uint16_t scale, uint16_t n, uint16_t t)
{
	MpcFe		point[MPC_SHAMIR_MAX_PARTIES];
	MpcFe		element;
	MpcShareInt id = id_draw();
	MpcStatus	status;
	uint16_t	i;

	if (!mpc_share_parties_fit(n, t))
		return MPC_LIMIT;
	if (scale > MPC_SHARE_DIGITS || !is_within(secret, 1))
		return MPC_RANGE;
	mpc_field_from_wide(element, secret);
	status = mpc_shamir_share(point, (const MpcFe *) &element, 1, n, t);
	for (i = 0; i < n && status == MPC_OK; i++)
	{
		share[i].n = n;
		share[i].t = t;
		share[i].index = (uint16_t) (i + 1);
		share[i].scale = scale;
		share[i].weight = 1;
		share[i].id = id;
		memcpy(share[i].point, point[i], sizeof(MpcFe));
	}
	mpc_wipe(element, sizeof(element));
	mpc_wipe(point, sizeof(point));
	return status;
}

static MpcShareInt
magnitude(const MpcWide *v)
{
	MpcWide		m = *v;

	if (mpc_wide_is_negative(v))
		mpc_wide_negate(&m);
	return (MpcShareInt) m.limb[1] << 64 | m.limb[0];
}

/* a * factor without a new scale. */
static MpcStatus
times(MpcShare *r, const MpcShare *a, const MpcWide *factor)
{
	MpcShareInt k = magnitude(factor);
	MpcFe		element;

	/* is_within(10^38): the two lower limbs are the whole magnitude */
	if (!is_within(factor, 1) || (k > 0 && a->weight > MPC_SHARE_MAX_WEIGHT / k))
		return MPC_RANGE;
	*r = *a;
	r->weight = a->weight * k;
	r->id = id_times(a->id, k);
	if (mpc_wide_is_negative(factor))
		r->id = id_negate(r->id);
	mpc_field_from_wide(element, factor);
	mpc_field_mul(r->point, a->point, element);
	return MPC_OK;
}

MpcStatus
mpc_share_multiply(MpcShare *r, const MpcShare *a, const MpcWide *factor, uint16_t scale)
{
	MpcStatus	status;

	if (a->scale + scale > MPC_SHARE_MAX_SCALE)
		return MPC_RANGE;
	status = times(r, a, factor);
	if (status == MPC_OK)
		r->scale = (uint16_t) (r->scale + scale);
	return status;
}

/* The same number with a larger scale. */
static MpcStatus
rescale(MpcShare *r, const MpcShare *a, uint16_t scale)
{
	MpcWide		power;
	uint16_t	i;

	*r = *a;
	if (scale == a->scale)
		return MPC_OK;
	if (scale - a->scale > MPC_SHARE_DIGITS)
		return MPC_RANGE;
	mpc_wide_from_int128(&power, 1);
	for (i = a->scale; i < scale; i++)
		mpc_wide_scale(&power, &power, 10);
	if (times(r, a, &power) != MPC_OK)
		return MPC_RANGE;
	r->scale = scale;
	return MPC_OK;
}

/* sum = x + y of one scale; y is used up. */
static MpcStatus
combine(MpcShare *sum, MpcShare *x, MpcShare *y, bool subtract)
{
	if (x->weight + y->weight > MPC_SHARE_MAX_WEIGHT)
		return MPC_RANGE;
	*sum = *x;
	sum->weight += y->weight;
	sum->id = id_add(x->id, subtract ? id_negate(y->id) : y->id);
	if (subtract)
		mpc_field_sub(sum->point, x->point, y->point);
	else
		mpc_field_add(sum->point, x->point, y->point);
	return MPC_OK;
}

static MpcStatus
add_or_subtract(MpcShare *r, const MpcShare *a, const MpcShare *b, bool subtract)
{
	uint16_t	scale = a->scale > b->scale ? a->scale : b->scale;
	MpcShare	x;
	MpcShare	y;
	MpcStatus	status;

	if (a->n != b->n || a->t != b->t || a->index != b->index)
		return MPC_MISMATCH;
	status = rescale(&x, a, scale);
	if (status == MPC_OK)
	{
		status = rescale(&y, b, scale);
		if (status == MPC_OK)
			status = combine(r, &x, &y, subtract);
		mpc_wipe(&y, sizeof(y));
	}
	mpc_wipe(&x, sizeof(x));
	return status;
}

MpcStatus
mpc_share_add(MpcShare *r, const MpcShare *a, const MpcShare *b)
{
	return add_or_subtract(r, a, b, false);
}

MpcStatus
mpc_share_subtract(MpcShare *r, const MpcShare *a, const MpcShare *b)
{
	return add_or_subtract(r, a, b, true);
}

bool
mpc_share_alike(const MpcShare *a, const MpcShare *b)
{
	return a->n == b->n && a->t == b->t && a->scale == b->scale && a->weight == b->weight && a->id == b->id;
}

/* The number at 0 of the first t shares. */
static MpcStatus
interpolate(MpcWide *secret, const MpcShare *share, const uint16_t *index)
{
	const MpcFe *value[MPC_SHAMIR_MAX_PARTIES];
	MpcFe		lambda[MPC_SHAMIR_MAX_PARTIES];
	MpcFe		element;
	MpcStatus	status;
	size_t		a;

	status = mpc_shamir_lagrange(lambda, index, share->t, 0);
	if (status != MPC_OK)
		return status;
	for (a = 0; a < share->t; a++)
		value[a] = (const MpcFe *) &share[a].point;
	mpc_shamir_combine(&element, value, (const MpcFe *) lambda, share->t, 1);
	mpc_field_to_wide(secret, element);
	mpc_wipe(element, sizeof(element));
	return MPC_OK;
}

/* Do the shares lie on one polynomial? */
static MpcStatus
check_spares(bool *wrong, const MpcShare *share, const uint16_t *index, size_t count)
{
	MpcFe		word[MPC_SHAMIR_MAX_PARTIES];
	MpcStatus	status;
	size_t		a;

	for (a = 0; a < count; a++)
		memcpy(word[a], share[a].point, sizeof(MpcFe));
	status = mpc_shamir_locate(wrong, (const MpcFe *) word, index, count, share->t);
	mpc_wipe(word, sizeof(word));
	return status;
}

MpcStatus
mpc_share_open(MpcWide *secret, bool *wrong, const MpcShare *share, size_t count)
{
	uint16_t	index[MPC_SHAMIR_MAX_PARTIES];
	MpcStatus	status = MPC_OK;
	size_t		a;

	memset(secret, 0, sizeof(*secret));
	memset(wrong, 0, count * sizeof(bool));
	if (count == 0 || count < share->t)
		return MPC_LIMIT;
	if (count > share->n)
		return MPC_MALFORMED;	/* an index is there twice; else interpolation finds it */
	for (a = 0; a < count; a++)
	{
		if (!mpc_share_alike(&share[a], &share[0]))
			return MPC_MALFORMED;
		index[a] = share[a].index;
	}
	if (count > share->t)
		status = check_spares(wrong, share, index, count);
	if (status == MPC_OK)
		status = interpolate(secret, share, index);
	if (status == MPC_OK && !is_within(secret, share->weight))
	{
		mpc_wipe(secret, sizeof(*secret));
		status = MPC_RANGE;
	}
	return status;
}
