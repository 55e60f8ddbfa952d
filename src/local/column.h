/*
 * column.h
 *		A contract's column in the relation that is published for it.
 */
#ifndef MPC_COLUMN_H
#define MPC_COLUMN_H

#include "postgres.h"

#include "local/types.h"

typedef struct MpcColumn
{
	const char *quoted;			/* name, quoted for SQL */
	MpcType		local;			/* type in the relation */
	MpcType		contract;		/* an enum's typid is the local one */
	uint16		normalize;		/* steps of an identifier (normalize.h) */
} MpcColumn;

/* MPC_MISMATCH: there is no such column, or its type does not fit the contract. */
extern MpcStatus mpc_column_resolve(MpcColumn *result, Oid relid, const MpcContractColumn *column) MPC_MUST_CHECK;

#endif							/* MPC_COLUMN_H */
