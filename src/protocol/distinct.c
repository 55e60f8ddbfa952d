/*
 * distinct.c
 *		Which register does a value raise, and how far?
 *
 * Assumes that nobody knew the salt when the values came to be: whoever can choose values by
 * it can have many of them count as one, or one as many.
 */
#include "protocol/distinct.h"

#include <string.h>

#include <sodium.h>

#include "crypto/hash.h"
#include "crypto/secret.h"

#define HASH_BYTES	16
#define PLACE_BITS	10			/* MPC_REGISTERS is 2^PLACE_BITS */

void
mpc_distinct_salt(uint8_t salt[MPC_SALT_BYTES], const MpcRequest *r)
{
	MpcHash		hash;
	size_t		i;

	mpc_hash_begin(&hash, "MPCAGG-v1/distinct");
	for (i = 0; i < r->n; i++)
		if (i != r->asker)
			mpc_hash_add(&hash, r->card[i].epk, MPC_DH_BYTES);
	mpc_hash_end32(&hash, salt);
}

/* As a number whose first bits are those of the first byte. */
static uint64_t
read_bits(const uint8_t *bytes)
{
	uint64_t	bits = 0;
	size_t		i;

	for (i = 0; i < sizeof(bits); i++)
		bits = bits << 8 | bytes[i];
	return bits;
}

void
mpc_distinct_add(uint8_t *level, const void *bytes, size_t len, const uint8_t salt[MPC_SALT_BYTES])
{
	uint8_t		hash[HASH_BYTES];
	uint64_t	bits;
	uint8_t    *at;
	uint8_t		reached = 1;

	/* cannot fail with these lengths */
	(void) crypto_generichash(hash, sizeof(hash), bytes, len, salt, MPC_SALT_BYTES);
	bits = read_bits(hash);
	at = &level[bits >> (64 - PLACE_BITS)];
	for (bits <<= PLACE_BITS; reached < MPC_LEVELS && bits >> 63 == 0; bits <<= 1)
		reached++;
	if (*at < reached)
		*at = reached;
	mpc_wipe(hash, sizeof(hash));
}

void
mpc_distinct_merge(uint8_t *into, const uint8_t *from)
{
	size_t		i;

	for (i = 0; i < MPC_REGISTERS; i++)
		if (into[i] < from[i])
			into[i] = from[i];
}

/* How many lanes in a row say yes; more than there are where a later one does again. */
static unsigned
read_register(const MpcWide *sums)
{
	static const MpcWide zero;
	unsigned	reached = 0;
	unsigned	i;

	while (reached < MPC_LEVELS && mpc_wide_compare(&sums[reached], &zero) != 0)
		reached++;
	for (i = reached; i < MPC_LEVELS; i++)
		if (mpc_wide_compare(&sums[i], &zero) != 0)
			return MPC_LEVELS + 1;
	return reached;
}

bool
mpc_distinct_read(uint8_t *level, const MpcWide *sums)
{
	size_t		i;

	for (i = 0; i < MPC_REGISTERS; i++)
	{
		unsigned	reached = read_register(sums + i * MPC_LEVELS);

		if (reached > MPC_LEVELS)
			return false;
		level[i] = (uint8_t) reached;
	}
	return true;
}
