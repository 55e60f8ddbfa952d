/*
 * share.h
 *		A share of a decimal number: its record, its text, and the arithmetic on it.
 *
 * The secret stands as the integer secret * 10^scale, shared over Z_l (crypto/shamir.h). Beside its point a share
 * carries, in public, what it takes to see that shares belong together and that no result can have wrapped:
 *	id		drawn once for all shares of a secret, a number below 2^127 - 1. Arithmetic on shares is done on their ids as well,
 *			modulo that prime, so that a factor that is not zero loses nothing of them: equal ids, the same secrets in the same places.
 *	weight	the sum of the absolute factors of all secrets in it: |secret * 10^scale| <= weight * 10^38. At most
 *			2^123, hence below 2^123 * 2^127 = 2^250 < l / 2.
 *
 * Record, 78 bytes:
 *	u8 1 | u8 n | u8 t | u8 index | u8 scale | 1 zero | weight le128 | id le128 | point 32
 *	| first 8 bytes of TH("MPCAGG-v1/share", all before)
 * Text: "mpcs1:" + base64url of the record, 104 characters. A record and a text each have one spelling.
 * The checksum finds slips, not lies: whoever wants to can write another.
 */
#ifndef MPC_SHARE_H
#define MPC_SHARE_H

#include "crypto/shamir.h"

#define MPC_SHARE_BYTES			78
#define MPC_SHARE_TEXT_LEN		110
#define MPC_SHARE_TEXT_MAX		(MPC_SHARE_TEXT_LEN + 1)
#define MPC_SHARE_DIGITS		38		/* of a secret and of a factor */
#define MPC_SHARE_MAX_SCALE		76		/* a secret's 38 and a factor's 38 */
#define MPC_SHARE_MIN_THRESHOLD	2		/* with 1, every share would be the secret */

/* Aligned as palloc aligns, where the compiler would ask for 16 bytes. */
typedef unsigned __int128 MpcShareInt __attribute__((aligned(8)));

#define MPC_SHARE_MAX_WEIGHT	((MpcShareInt) 1 << 123)
#define MPC_SHARE_ID_PRIME		(((MpcShareInt) 1 << 127) - 1)

/* Its point is its holder's secret; all else is public. */
typedef struct MpcShare
{
	uint16_t	n;
	uint16_t	t;
	uint16_t	index;			/* 1 .. n */
	uint16_t	scale;
	MpcShareInt weight;
	MpcShareInt id;
	MpcFe		point;
} MpcShare;

/* 2 <= t <= n <= MPC_SHAMIR_MAX_PARTIES */
extern bool mpc_share_parties_fit(uint32_t n, uint32_t t);

/*
 * Shares secret, an integer already scaled and below 2^254, among n parties: share[n] in index order, of weight 1.
 * MPC_RANGE: |secret| above 10^38 or scale above 38. MPC_LIMIT: the parties do not fit.
 * CT: secret does not leak. The caller wipes secret and share.
 */
extern MpcStatus mpc_share_deal(MpcShare *share, const MpcWide *secret, uint16_t scale, uint16_t n, uint16_t t) MPC_MUST_CHECK;

extern void mpc_share_write(uint8_t out[MPC_SHARE_BYTES], const MpcShare *share);

/*
 * MPC_MALFORMED: no record of a share. MPC_VERSION. MPC_SIGNATURE: its checksum is wrong. MPC_LIMIT: n, t and index do not
 * fit together. MPC_RANGE: scale, weight or id beyond what arithmetic gives. MPC_NONCANONICAL: its point. share is zeroed on failure.
 */
extern MpcStatus mpc_share_read(MpcShare *share, const void *bytes, size_t len) MPC_MUST_CHECK;

extern void mpc_share_text(char out[MPC_SHARE_TEXT_MAX], const MpcShare *share);

/* As mpc_share_read. MPC_VERSION also for a text that begins with "mpcsN:", N not 1. */
extern MpcStatus mpc_share_parse(MpcShare *share, const char *text) MPC_MUST_CHECK;

/*
 * r = a + b, r = a - b, of the same party: the larger scale is taken. MPC_MISMATCH: n, t or index differ.
 * MPC_RANGE: the weight would pass its maximum. r may alias; it is not touched on failure. CT: points do not leak.
 */
extern MpcStatus mpc_share_add(MpcShare *r, const MpcShare *a, const MpcShare *b) MPC_MUST_CHECK;
extern MpcStatus mpc_share_subtract(MpcShare *r, const MpcShare *a, const MpcShare *b) MPC_MUST_CHECK;

/*
 * r = a * factor * 10^-scale. MPC_RANGE: |factor| is above 10^38, or the weight or the scale would pass its
 * maximum. r may alias; it is not touched on failure. factor, below 2^254, is public. CT: the point does not leak.
 */
extern MpcStatus mpc_share_multiply(MpcShare *r, const MpcShare *a, const MpcWide *factor, uint16_t scale) MPC_MUST_CHECK;

/* Do two shares, apart from index and point, say the same? */
extern bool mpc_share_alike(const MpcShare *a, const MpcShare *b);

/*
 * The secret, scaled, of count shares; wrong has room for count. Spare shares, above t, are checked.
 * MPC_LIMIT: fewer than t. MPC_MALFORMED: not alike, or an index twice. MPC_MISMATCH: those marked in wrong do not lie
 * with the others. MPC_UNDECODABLE: they do not lie together, and it cannot be said which are wrong.
 * MPC_RANGE: they give a number that no such shares can give. secret is zeroed on failure. The caller wipes share.
 */
extern MpcStatus mpc_share_open(MpcWide *secret, bool *wrong, const MpcShare *share, size_t count) MPC_MUST_CHECK;

#endif							/* MPC_SHARE_H */
