/*
 * grid.c
 *		Where does each cell of a histogram begin?
 *
 * Assumes nothing about the limits as they came; |limit| < 10^38, so that their distance fits 128 bits without sign.
 */
#include "protocol/grid.h"

#include <string.h>

#include "crypto/wide.h"

#define MOST_TEXT	(1 + MPC_GRID_DIGITS)	/* with a sign */

/* False: not as mpc_wide_to_decimal() writes it, or too long. */
static bool
read_limit(__int128 *limit, MpcStr bytes)
{
	char		text[MPC_WIDE_DECIMAL_MAX];
	char		again[MPC_WIDE_DECIMAL_MAX];
	MpcWide		wide;

	if (bytes.len == 0 || bytes.len > MOST_TEXT)
		return false;
	memcpy(text, bytes.data, bytes.len);
	text[bytes.len] = '\0';
	if (strlen(text) != bytes.len || mpc_wide_from_decimal(&wide, text) != MPC_OK)
		return false;
	mpc_wide_to_decimal(again, &wide);
	if (strcmp(text, again) != 0 || strlen(text) - (text[0] == '-') > MPC_GRID_DIGITS)
		return false;
	*limit = (__int128) ((unsigned __int128) wide.limb[1] << 64 | wide.limb[0]);
	return true;
}

MpcStatus
mpc_grid_edges(MpcEdges *edges, const MpcGrid *grid)
{
	__int128	high;

	if (grid->buckets < 1 || grid->buckets > MPC_MAX_BUCKETS ||
		!read_limit(&edges->low, grid->low) || !read_limit(&high, grid->high) || edges->low >= high)
		return MPC_MALFORMED;
	edges->width = (unsigned __int128) high - (unsigned __int128) edges->low;
	edges->buckets = grid->buckets;
	return MPC_OK;
}

bool
mpc_grid_equal(const MpcGrid *a, const MpcGrid *b)
{
	return a->buckets == b->buckets && mpc_str_equal(a->low, b->low) && mpc_str_equal(a->high, b->high);
}

/* low + ceil(i * width / buckets), without a product that could overflow. */
__int128
mpc_grid_edge(const MpcEdges *edges, unsigned i)
{
	unsigned __int128 whole = edges->width / edges->buckets * i;
	unsigned __int128 part = edges->width % edges->buckets * i;

	return (__int128) ((unsigned __int128) edges->low + whole + (part + edges->buckets - 1) / edges->buckets);
}
