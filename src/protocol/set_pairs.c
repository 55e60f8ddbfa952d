/*
 * set_pairs.c
 *		With whom does a peer of an intersection share zeros?
 *
 * Assumes that the cards of the request were checked against the pinned roster.
 */
#include "protocol/set_pairs.h"

#include "crypto/secret.h"

static bool
has_set(const MpcRequest *request, uint16_t i)
{
	return !mpc_is_zero(request->card[i].dataset, sizeof(request->card[i].dataset));
}

int
mpc_set_count(const MpcRequest *request)
{
	int			count = 0;
	uint16_t	i;

	for (i = 0; i < request->n; i++)
		count += has_set(request, i);
	return count;
}

uint16_t
mpc_set_counter(const MpcRequest *request)
{
	uint16_t	counter = request->asker;
	uint16_t	i;

	for (i = 0; i < request->n; i++)
		if (i != request->asker && has_set(request, i))
			counter = i;
	return counter;
}

MpcStatus
mpc_set_pairs(MpcMask *pair, int *npairs, const MpcRoster *roster, const MpcStaticHalf *static_half,
			  const MpcOneTimeKey *key, const MpcRequest *request)
{
	uint8_t		fresh[MPC_DH_BYTES];
	MpcStatus	status = MPC_OK;
	uint16_t	j;

	*npairs = 0;
	for (j = 0; j < roster->n && status == MPC_OK; j++)
	{
		if (j == roster->me || j == request->asker || !has_set(request, j))
			continue;
		status = mpc_dh(fresh, key->esk, request->card[j].epk);
		if (status != MPC_OK)
			break;
		mpc_pair_key(pair[*npairs].key, MPC_PURPOSE_ZERO_SHARE, static_half[j], fresh, request->rid,
					 roster->member[roster->me].pid, roster->member[j].pid);
		/* The roster is sorted, so the greater pid stands at the greater position. */
		pair[*npairs].sign = j > roster->me ? 1 : -1;
		(*npairs)++;
	}
	mpc_wipe(fresh, sizeof(fresh));
	if (status != MPC_OK)
		mpc_wipe(pair, MPC_MAX_PARTIES * sizeof(MpcMask));
	return status;
}
