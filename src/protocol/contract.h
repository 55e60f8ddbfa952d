/*
 * contract.h
 *		What every party of a federation promises a dataset's columns to be.
 *
 * Contract bytes (WIRE.md): le16 count, then the columns sorted by name, then role, each
 *	str name | u8 role | str type | le16 scale | str low | str high | domain hash 32 |
 *	le16 of a key max_key_bytes, of an identifier its normalization, 0 otherwise
 * then u8 protocol | le16 threshold of the federation.
 * Contract of a question: only the columns it uses, in the roles it uses them.
 */
#ifndef MPC_CONTRACT_H
#define MPC_CONTRACT_H

#include "protocol/domain.h"
#include "protocol/normalize.h"
#include "protocol/query_sets.h"

#define MPC_MAX_COLUMNS			256
#define MPC_MAX_TYPE_BYTES		8192	/* an enum's label list */
#define MPC_SQUARE_BITS			100		/* of the bounds of what is squared */
#define MPC_MAX_CONTRACT_BYTES	((size_t) 1 << 20)

typedef enum MpcRole
{
	MPC_ROLE_KEY = 1,
	MPC_ROLE_MEASURE = 2,
	MPC_ROLE_FILTER = 3,
	MPC_ROLE_IDENTIFIER = 4
} MpcRole;

typedef struct MpcContractColumn
{
	MpcStr		name;
	MpcRole		role;
	MpcStr		type;			/* SQL type as format_type() writes it, or enum('a','b') */
	uint16_t	scale;			/* measures: decimal digits (numeric) or binary digits (real, double) after the point */
	MpcStr		low;			/* measures: declared bounds as canonical decimal integers of the scaled value; else empty */
	MpcStr		high;
	uint8_t		domain[32];		/* keys: hash of the declared domain, zeros where open */
	uint16_t	max_key_bytes;	/* keys: of the column's part of a group key, flag and length included; 0 otherwise */
	uint16_t	normalize;		/* identifiers: steps of normalize.h; 0 otherwise. On the wire in the place of max_key_bytes */
	const MpcDomain *values;	/* not on the wire: the domain's values where they are at hand */
} MpcContractColumn;

typedef struct MpcContract
{
	uint16_t	ncolumns;
	MpcContractColumn column[MPC_MAX_COLUMNS];	/* sorted by name, then role */
	uint8_t		protocol;		/* 1 masked sum, 2 Shamir sum */
	uint16_t	threshold;		/* t of a Shamir sum, 0 for the masked sum */
} MpcContract;

/* Sorts the columns into their order on the wire. */
extern void mpc_contract_sort(MpcContract *c);

/* NULL when there is no such column in that role. */
extern const MpcContractColumn *mpc_contract_find(const MpcContract *c, MpcStr name, MpcRole role);

extern void mpc_contract_write(MpcWriter *w, const MpcContract *c);

/* MPC_MALFORMED also when the order is wrong, a column stands twice in a role or the threshold is none of its protocol. */
extern MpcStatus mpc_contract_read(MpcContract *c, const void *bytes, size_t len) MPC_MUST_CHECK;

/*
 * The part of a contract that a question uses. MPC_MISMATCH when it uses a column
 * the contract lacks in that role; *missing and *role then name it.
 */
extern MpcStatus mpc_contract_of_query(MpcContract *used, const MpcContract *all, const MpcQuery *q,
									   MpcStr *missing, MpcRole *role) MPC_MUST_CHECK;

/*
 * Whether squares and products of this measure's values can be summed: its bounds are below 2^100, so that 2^50 rows
 * stay below 2^250 (H.2). False also for bounds that are no integers.
 */
extern bool mpc_contract_fits_squares(const MpcContractColumn *column);

/* TH32("MPCAGG-v1/contract", contract bytes). */
extern void mpc_contract_hash(uint8_t out[32], const MpcContract *c);

extern const char *mpc_role_name(MpcRole role);		/* "key", "measure", … */
extern const char *mpc_role_words(MpcRole role);	/* "a key", …, "an identifier" */

/* In which role the arguments of a function are published; of a sum over an intersection, all but the last. */
static inline MpcRole
mpc_argument_role(MpcFunction function)
{
	return function == MPC_DISTINCT || mpc_function_is_of_sets(function) ? MPC_ROLE_IDENTIFIER : MPC_ROLE_MEASURE;
}

#endif							/* MPC_CONTRACT_H */
