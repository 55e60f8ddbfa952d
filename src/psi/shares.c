/*
 * shares.c
 *		Which values does a peer put into its table, and what does the receiver make of all tables?
 *
 * Assumes pairwise keys and OPRF keys of this request alone: then every value is uniform to who lacks one of them.
 */
#include "psi/shares.h"

#include <sodium.h>

#include "crypto/hash.h"
#include "crypto/secret.h"

#define BATCH	16				/* elements between two looks at mpc_interrupted: a hundred peers are 40 microseconds each */
#define CHUNK	64				/* elements read from a table at once */

void
mpc_psi_oprf(MpcFe r, const MpcElement element, const MpcPoint point)
{
	MpcHash		hash;
	uint8_t		uniform[MPC_TH_BYTES];

	mpc_hash_begin(&hash, "MPCAGG-v1/psi-oprf");
	mpc_hash_add(&hash, element, MPC_ELEMENT_BYTES);
	mpc_hash_add(&hash, point, MPC_POINT_BYTES);
	mpc_hash_end(&hash, uniform);
	mpc_field_from_hash(r, uniform);
	mpc_wipe(uniform, sizeof(uniform));
}

void
mpc_psi_prf(MpcFe r, const uint8_t key[MPC_PSI_KEY_BYTES], const MpcElement element)
{
	uint8_t		uniform[64];

	(void) crypto_generichash(uniform, sizeof(uniform), element, MPC_ELEMENT_BYTES, key, MPC_PSI_KEY_BYTES);
	mpc_field_from_hash(r, uniform);
	mpc_wipe(uniform, sizeof(uniform));
}

/* r += z of the element */
static void
add_zero_share(MpcFe r, const MpcMask *pairs, size_t npairs, const MpcElement element)
{
	MpcFe		term;
	size_t		p;

	for (p = 0; p < npairs; p++)
	{
		mpc_psi_prf(term, pairs[p].key, element);
		if (pairs[p].sign > 0)
			mpc_field_add(r, r, term);
		else
			mpc_field_sub(r, r, term);
	}
	mpc_wipe(term, sizeof(term));
}

MpcStatus
mpc_psi_values(MpcFe *value, const MpcElement *element, const MpcPoint *point, const MpcMask *pairs, size_t npairs,
			   const uint8_t *counter, size_t from, size_t to)
{
	MpcFe		term;
	MpcStatus	status = MPC_OK;
	size_t		i;

	for (i = from; i < to; i++)
	{
		if (i % BATCH == 0 && mpc_interrupted != NULL && mpc_interrupted())
		{
			status = MPC_INTERRUPTED;
			break;
		}
		mpc_psi_oprf(value[i], element[i], point[i]);
		add_zero_share(value[i], pairs, npairs, element[i]);
		if (counter == NULL)
			continue;
		mpc_psi_prf(term, counter, element[i]);
		mpc_field_add(value[i], value[i], term);
	}
	mpc_wipe(term, sizeof(term));
	return status;
}

MpcStatus
mpc_psi_collect(MpcFe *sum, const MpcOkvs *okvs, const MpcFe *table, const uint8_t seed[MPC_OKVS_SEED_BYTES],
				const MpcElement *element, const MpcPoint *point, size_t from, size_t to)
{
	MpcFe		read[CHUNK];
	MpcFe		expected;
	MpcStatus	status = MPC_OK;
	size_t		first;
	size_t		n;
	size_t		i;

	for (first = from; first < to && status == MPC_OK; first += n)
	{
		n = to - first < CHUNK ? to - first : CHUNK;
		if (mpc_interrupted != NULL && mpc_interrupted())
		{
			status = MPC_INTERRUPTED;
			break;
		}
		status = mpc_okvs_decode(okvs, read, table, seed, element + first, 0, n);
		for (i = 0; i < n; i++)
		{
			mpc_psi_oprf(expected, element[first + i], point[first + i]);
			mpc_field_sub(read[i], read[i], expected);
		}
		mpc_field_add_all(sum + first, (const MpcFe *) read, n);
	}
	mpc_wipe(read, sizeof(read));
	mpc_wipe(expected, sizeof(expected));
	return status;
}

size_t
mpc_psi_members(bool *found, const MpcFe *sum, size_t n)
{
	size_t		count = 0;
	size_t		i;

	for (i = 0; i < n; i++)
	{
		found[i] = mpc_is_zero(sum[i], sizeof(sum[i]));
		mpc_declassify(&found[i], sizeof(found[i]));	/* the result */
		count += found[i];
	}
	return count;
}

void
mpc_psi_element(MpcElement element, const uint8_t rid[MPC_RID_BYTES], const MpcFe sum)
{
	MpcHash		hash;

	mpc_hash_begin(&hash, "MPCAGG-v1/psi-count");
	mpc_hash_add(&hash, rid, MPC_RID_BYTES);
	mpc_hash_add(&hash, sum, MPC_FIELD_BYTES);
	mpc_hash_end(&hash, element);
}
