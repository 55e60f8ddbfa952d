/*
 * extreme.h
 *		Values of a measure as keys of a maximum (PROTOCOLS D.1): order-preserving, unsigned, 64 bits at most.
 *
 * Integers, numeric, dates and timestamps: the scaled value minus the contract's lower bound. real and double precision: their own
 * bits, of negatives inverted, else with the sign set; so -0.0 goes before 0.0, which SQL takes for equal, and either may be
 * SQL's answer. Width: mpc_extreme_bits() in protocol/extremes.h.
 */
#ifndef MPC_EXTREME_H
#define MPC_EXTREME_H

#include "postgres.h"

#include "local/types.h"

typedef struct MpcExtremeKeys
{
	MpcType		type;			/* the contract's */
	int			scale;
	double		factor;			/* real and double precision: 2^scale */
	int128		low;
	int128		high;
	bool		checks_scale;	/* set and read with the statement: a column of the type numeric may have more digits */
} MpcExtremeKeys;

/* Of a measure whose width is at most 64 bits. Raises 0A000 when it has no minimum. */
extern void mpc_extreme_keys(MpcExtremeKeys *keys, const MpcContractColumn *column);

/* The key of a value of the contract's type. False: the value is outside the contract (NaN and infinite numbers always are). */
extern bool mpc_extreme_key(const MpcExtremeKeys *keys, Datum value, uint64 *key);

/* The value of a key; numeric with the contract's scale. False: no value within the contract has it. */
extern bool mpc_extreme_value(const MpcExtremeKeys *keys, uint64 key, Datum *value);

#endif							/* MPC_EXTREME_H */
