/*
 * extremes.h
 *		Through which vectors do the minima and maxima of a question go (PROTOCOLS D.1)?
 *
 * A vector for each group, the remainder last, and in a group for each measure of which they are asked, in order: of its least
 * value, then of its greatest. Everything follows from question, contract and number of parties, so that a peer need believe nothing
 * that an asker says of it. How values become keys is local/extreme.h.
 */
#ifndef MPC_EXTREMES_H
#define MPC_EXTREMES_H

#include "protocol/layout.h"
#include "protocol/request.h"

typedef struct MpcExtremes
{
	uint16_t	per_group;		/* minima and maxima that are asked; 0: none */
	uint32_t	groups;			/* with the remainder */
	uint8_t		key_bits;		/* of the widest of them */
	uint8_t		digit_bits;
} MpcExtremes;

static inline uint32_t
mpc_extremes_vectors(const MpcExtremes *extremes)
{
	return extremes->groups * extremes->per_group;
}

/* How many minima and maxima a group has. */
extern uint16_t mpc_extremes_count(const MpcLanes *lanes);

/* Which of them is the minimum, or the maximum, of this measure; it is asked. */
extern uint16_t mpc_extremes_index(const MpcLanes *lanes, uint16_t measure, bool maximum);

/*
 * Bits of a measure's keys: 32 and 64 of real and double precision, else those of the distance of its bounds, at least 1.
 * Above MPC_MAX_KEY_BITS: it has none, for its bounds are further apart, beyond 2^127 or no integers.
 */
extern unsigned mpc_extreme_bits(const MpcContractColumn *column);

/*
 * Of a question over the columns it uses, with its layout, among n parties. MPC_RANGE: bounds are too far apart, *measure is the
 * first such. MPC_VERSION: open keys, or the protocol is a Shamir sum. MPC_LIMIT: too many groups for one message.
 * With per_group 0 MPC_OK, and nothing else is set.
 */
extern MpcStatus mpc_extremes_init(MpcExtremes *extremes, const MpcLanes *lanes, const MpcContract *used,
								   const MpcLayout *layout, uint16_t n, uint16_t *measure) MPC_MUST_CHECK;

/*
 * The same where a request of protocol MPC_PROTOCOL_MAXIMUM says digits and m. MPC_MISMATCH: they are not those of the question,
 * or it asks for none. used and layout NULL: this party publishes nothing and only sees to it that they can be such a question's.
 */
extern MpcStatus mpc_extremes_of_request(MpcExtremes *extremes, const MpcLanes *lanes, const MpcContract *used,
										 const MpcLayout *layout, const MpcQuery *q, const MpcRequest *request) MPC_MUST_CHECK;

#endif							/* MPC_EXTREMES_H */
