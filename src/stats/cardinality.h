/*
 * cardinality.h
 *		How many different values stand behind the registers of a HyperLogLog?
 *
 * By Ertl's improved raw estimator ("New cardinality estimation algorithms for HyperLogLog sketches", arXiv 1702.01284, 2017,
 * algorithm 6): without constants that were fitted, and without ranges that are told apart. Standard error 1.04 / sqrt(registers).
 */
#ifndef MPC_CARDINALITY_H
#define MPC_CARDINALITY_H

#include <stdint.h>

#include "crypto/status.h"

#define MPC_MAX_CARDINALITY_LEVELS	62

/*
 * registers[k]: how many of them have level k, 0 <= k <= levels, where a value is of level k < levels with
 * probability 2^-k, and of the highest with 2^-(levels - 1). No value at all gives 0.
 * MPC_RANGE: all are at the highest level, which says nothing of how many more there are. MPC_LIMIT: no register, or
 * levels outside 1 .. MPC_MAX_CARDINALITY_LEVELS. Public values only.
 */
extern MpcStatus mpc_cardinality(double *estimate, const uint32_t *registers, int levels) MPC_MUST_CHECK;

#endif							/* MPC_CARDINALITY_H */
