/*
 * extremes.c
 *		Which minima and maxima does a question have, how wide are their keys, and how many
 *		bits does each round find?
 *
 * Assumes a question whose columns are in the contract.
 */
#include "protocol/extremes.h"

#include <string.h>

#include "protocol/maximum_messages.h"

#define DIGIT_BITS		8		/* where one round is not enough */
#define REAL_BITS		32
#define DOUBLE_BITS		64
#define NO_BITS			(MPC_MAX_KEY_BITS + 1)

/* Elements of all parties in one round, above which digits get narrower: 32 MB a step. */
#define MOST_ELEMENTS	(UINT64_C(1) << 20)

uint16_t
mpc_extremes_count(const MpcLanes *lanes)
{
	uint16_t	count = 0;
	size_t		i;

	for (i = 0; i < lanes->nmeasures; i++)
		count = (uint16_t) (count + lanes->measure[i].wants_min + lanes->measure[i].wants_max);
	return count;
}

uint16_t
mpc_extremes_index(const MpcLanes *lanes, uint16_t measure, bool maximum)
{
	uint16_t	index = 0;
	size_t		i;

	for (i = 0; i < measure; i++)
		index = (uint16_t) (index + lanes->measure[i].wants_min + lanes->measure[i].wants_max);
	return (uint16_t) (index + (maximum && lanes->measure[measure].wants_min));
}

/* ------------------------------------------------------------------ keys */

/* False: no integer, or its absolute is 2^127 or more. */
static bool
read_bound(MpcWide *wide, MpcStr bound)
{
	char		text[MPC_WIDE_DECIMAL_MAX];
	MpcWide		absolute;

	if (bound.len >= sizeof(text))
		return false;
	memcpy(text, bound.data, bound.len);
	text[bound.len] = '\0';
	if (mpc_wide_from_decimal(wide, text) != MPC_OK)
		return false;
	absolute = *wide;
	if (mpc_wide_is_negative(&absolute))
		mpc_wide_negate(&absolute);
	return absolute.limb[3] == 0 && absolute.limb[2] == 0 && absolute.limb[1] >> 63 == 0;
}

unsigned
mpc_extreme_bits(const MpcContractColumn *column)
{
	MpcWide		low;
	MpcWide		distance;
	unsigned	bits = 1;

	if (mpc_str_equal(column->type, mpc_str("real")))
		return REAL_BITS;
	if (mpc_str_equal(column->type, mpc_str("double precision")))
		return DOUBLE_BITS;
	if (!read_bound(&low, column->low) || !read_bound(&distance, column->high))
		return NO_BITS;
	mpc_wide_negate(&low);
	mpc_wide_add(&distance, &low);
	if (distance.limb[3] != 0 || distance.limb[2] != 0 || distance.limb[1] != 0)	/* or negative */
		return NO_BITS;
	while (distance.limb[0] >> 1 != 0)
	{
		distance.limb[0] >>= 1;
		bits++;
	}
	return bits;
}

/* ------------------------------------------------------------------ digits */

static bool
is_light(uint64_t vectors, uint8_t digit_bits, uint16_t n)
{
	return n * (vectors << digit_bits) <= MOST_ELEMENTS;
}

/* One round where the keys are short, else bytes; fewer bits, and more rounds, of very many vectors. */
static MpcStatus
choose_digits(MpcExtremes *extremes, uint64_t vectors, uint16_t n)
{
	uint8_t		bits = extremes->key_bits;

	if (bits > MPC_MAX_DIGIT_BITS)
		bits = DIGIT_BITS;
	while (bits > 1 && !is_light(vectors, bits, n))
		bits--;
	extremes->digit_bits = bits;
	if (vectors << bits > MPC_MAX_LANES || mpc_step_size(n, (uint32_t) (vectors << bits)) > MPC_MAX_MESSAGE)
		return MPC_LIMIT;
	return MPC_OK;
}

/* The widest of what is asked. */
static MpcStatus
find_key_bits(MpcExtremes *extremes, const MpcLanes *lanes, const MpcContract *used, uint16_t *measure)
{
	uint16_t	i;

	extremes->key_bits = 0;
	for (i = 0; i < lanes->nmeasures; i++)
	{
		unsigned	bits;

		if (!lanes->measure[i].wants_min && !lanes->measure[i].wants_max)
			continue;
		*measure = i;
		bits = mpc_extreme_bits(mpc_contract_find(used, lanes->measure[i].column[0], MPC_ROLE_MEASURE));
		if (bits > MPC_MAX_KEY_BITS)
			return MPC_RANGE;
		if (bits > extremes->key_bits)
			extremes->key_bits = (uint8_t) bits;
	}
	return MPC_OK;
}

MpcStatus
mpc_extremes_init(MpcExtremes *extremes, const MpcLanes *lanes, const MpcContract *used,
				  const MpcLayout *layout, uint16_t n, uint16_t *measure)
{
	MpcStatus	status;

	memset(extremes, 0, sizeof(*extremes));
	extremes->per_group = mpc_extremes_count(lanes);
	if (extremes->per_group == 0)
		return MPC_OK;
	if (layout->protocol == MPC_PROTOCOL_SHAMIR_SUM || layout->kind == MPC_LAYOUT_SKETCH)
		return MPC_VERSION;
	extremes->groups = layout->kind == MPC_LAYOUT_DOMAIN ? layout->ngroups + 1 : 1;
	status = find_key_bits(extremes, lanes, used, measure);
	if (status != MPC_OK)
		return status;
	return choose_digits(extremes, (uint64_t) extremes->groups * extremes->per_group, n);
}

/* What follows from the question alone. */
static MpcStatus
take_unseen(MpcExtremes *extremes, const MpcLanes *lanes, const MpcQuery *q, const MpcRequest *request)
{
	uint32_t	vectors = request->m >> request->digit_bits;

	memset(extremes, 0, sizeof(*extremes));
	extremes->per_group = mpc_extremes_count(lanes);
	if (extremes->per_group == 0)
		return MPC_MISMATCH;
	extremes->groups = vectors / extremes->per_group;	/* a rest shows when m is compared */
	extremes->key_bits = request->key_bits;
	if (q->nkeys == 0 ? extremes->groups != 1 : extremes->groups < 2 || extremes->groups > MPC_MAX_DOMAIN_GROUPS + 1)
		return MPC_MISMATCH;
	return choose_digits(extremes, vectors, request->n);
}

MpcStatus
mpc_extremes_of_request(MpcExtremes *extremes, const MpcLanes *lanes, const MpcContract *used,
						const MpcLayout *layout, const MpcQuery *q, const MpcRequest *request)
{
	uint16_t	measure;
	MpcStatus	status;

	if (request->protocol != MPC_PROTOCOL_MAXIMUM)
		return MPC_MISMATCH;
	if (used == NULL)
		status = take_unseen(extremes, lanes, q, request);
	else
		status = mpc_extremes_init(extremes, lanes, used, layout, request->n, &measure);
	if (status != MPC_OK)
		return status;
	if (extremes->per_group == 0 ||
		request->key_bits != extremes->key_bits || request->digit_bits != extremes->digit_bits ||
		request->m != mpc_extremes_vectors(extremes) << extremes->digit_bits)
		return MPC_MISMATCH;
	return MPC_OK;
}
