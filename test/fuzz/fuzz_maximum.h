/*
 * fuzz_maximum.h
 *		The maximum whose step is fuzzed: small, and the same for target and seeds.
 */
#ifndef MPC_FUZZ_MAXIMUM_H
#define MPC_FUZZ_MAXIMUM_H

#include "fuzz.h"
#include "protocol/maximum.h"

#define FUZZ_MAXIMUM_PARTIES	3
#define FUZZ_MAXIMUM_DIGIT_BITS	2
#define FUZZ_MAXIMUM_KEY_BITS	3
#define FUZZ_MAXIMUM_VECTORS	2
#define FUZZ_MAXIMUM_LANES		(FUZZ_MAXIMUM_VECTORS << FUZZ_MAXIMUM_DIGIT_BITS)

#endif							/* MPC_FUZZ_MAXIMUM_H */
