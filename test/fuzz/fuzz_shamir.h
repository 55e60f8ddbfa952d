/*
 * fuzz_shamir.h
 *		The Shamir sum whose messages are fuzzed: small, and the same for targets and seeds.
 */
#ifndef MPC_FUZZ_SHAMIR_H
#define MPC_FUZZ_SHAMIR_H

#include "fuzz.h"
#include "protocol/shamir_messages.h"

#define FUZZ_PARTIES	4
#define FUZZ_THRESHOLD	3
#define FUZZ_LANES		2
#define FUZZ_DEALER		1		/* seals one share: for member 0 */

static inline void
fuzz_shamir_request(MpcRequest *request)
{
	memset(request, 0, sizeof(*request));
	request->protocol = MPC_PROTOCOL_SHAMIR_SUM;
	request->n = FUZZ_PARTIES;
	request->threshold = FUZZ_THRESHOLD;
	request->m = FUZZ_LANES;
}

#endif							/* MPC_FUZZ_SHAMIR_H */
