/*
 * sets.c
 *		How is a set brought into an order, filled up and compared?
 *
 * Points under a secret scalar are uniform to their reader, but a peer may send others: sorting is by a heap, whose
 * time no input makes worse, in place and without recursion.
 */
#include "psi/sets.h"

#include <string.h>

#include "crypto/hash.h"
#include "crypto/secret.h"

#define PAD_BATCH	32			/* points between two looks at mpc_interrupted */
#define PAD_LEAST	16			/* elements of the smallest padded set */
#define DRAWS		256			/* random words fetched at once: each fetch is a call of the system */

void
mpc_identifier_hash(uint8_t hash[MPC_ELEMENT_BYTES], MpcStr identifier)
{
	mpc_th(hash, "MPCAGG-v1/identifier", identifier.data, identifier.len);
}

void
mpc_element_hash(uint8_t element[MPC_ELEMENT_BYTES], const uint8_t rid[MPC_RID_BYTES], MpcStr identifier)
{
	MpcHash		hash;

	mpc_hash_begin(&hash, "MPCAGG-v1/psi");
	mpc_hash_add(&hash, rid, MPC_RID_BYTES);
	mpc_hash_add(&hash, identifier.data, identifier.len);
	mpc_hash_end(&hash, element);
}

typedef struct Draw
{
	uint32_t	word[DRAWS];	/* secret */
	size_t		left;
} Draw;

/* Uniform in 0 .. bound - 1: words below 2^32 mod bound are drawn anew, the others are a whole number of rounds. */
static uint32_t
draw_below(Draw *draw, uint32_t bound)
{
	uint32_t	least = (uint32_t) -bound % bound;
	uint32_t	word;

	do
	{
		if (draw->left == 0)
		{
			mpc_random(draw->word, sizeof(draw->word));
			draw->left = DRAWS;
		}
		word = draw->word[--draw->left];
	} while (word < least);
	return word % bound;
}

void
mpc_set_shuffle(uint32_t *order, size_t n)
{
	Draw		draw = {{0}, 0};
	size_t		i;
	uint32_t	j;

	/* inside out: after step i the first i + 1 places are a uniform permutation of 0 .. i */
	for (i = 0; i < n; i++)
	{
		j = draw_below(&draw, (uint32_t) i + 1);
		order[i] = order[j];
		order[j] = (uint32_t) i;
	}
	mpc_wipe(&draw, sizeof(draw));
}

size_t
mpc_set_padded(size_t n, bool padded)
{
	size_t		size = PAD_LEAST;

	if (!padded)
		return n;
	while (size < n)
		size *= 2;
	return size;
}

MpcStatus
mpc_set_pad(MpcPoint *point, size_t from, size_t to)
{
	size_t		i;

	for (i = from; i < to; i++)
	{
		if (i % PAD_BATCH == 0 && mpc_interrupted != NULL && mpc_interrupted())
			return MPC_INTERRUPTED;
		mpc_group_random(point[i]);
	}
	return MPC_OK;
}

static int
compare(const MpcPoint a, const MpcPoint b)
{
	return memcmp(a, b, MPC_POINT_BYTES);
}

static void
swap(MpcPoint a, MpcPoint b)
{
	MpcPoint	kept;

	memcpy(kept, a, MPC_POINT_BYTES);
	memcpy(a, b, MPC_POINT_BYTES);
	memcpy(b, kept, MPC_POINT_BYTES);
}

/* Lets point[at] sink to where neither child is larger; below it the first n points are a heap. */
static void
sink(MpcPoint *point, size_t at, size_t n)
{
	size_t		child;

	while ((child = 2 * at + 1) < n)
	{
		if (child + 1 < n && compare(point[child], point[child + 1]) < 0)
			child++;
		if (compare(point[at], point[child]) >= 0)
			return;
		swap(point[at], point[child]);
		at = child;
	}
}

void
mpc_set_sort(MpcPoint *point, size_t n)
{
	size_t		i;

	for (i = n / 2; i > 0; i--)
		sink(point, i - 1, n);
	for (i = n; i > 1; i--)
	{
		swap(point[0], point[i - 1]);
		sink(point, 0, i - 1);
	}
}

bool
mpc_set_is_distinct(const MpcPoint *sorted, size_t n)
{
	size_t		i;

	for (i = 1; i < n; i++)
	{
		if (compare(sorted[i - 1], sorted[i]) >= 0)
			return false;
	}
	return true;
}

static bool
contains(const MpcPoint *sorted, size_t m, const MpcPoint point)
{
	size_t		low = 0;
	size_t		high = m;

	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;
		int			order = compare(sorted[middle], point);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

size_t
mpc_set_match(bool *found, const MpcPoint *point, size_t n, const MpcPoint *sorted, size_t m)
{
	size_t		count = 0;
	size_t		i;

	for (i = 0; i < n; i++)
	{
		bool		match = contains(sorted, m, point[i]);

		count += match;
		if (found != NULL)
			found[i] = match;
	}
	return count;
}
