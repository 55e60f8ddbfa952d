/*
 * chain.h
 *		Inside catalog/ only: the hash that chains the rows of the ledger.
 */
#ifndef MPC_CHAIN_H
#define MPC_CHAIN_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "protocol/wire.h"

typedef struct MpcChainRow
{
	uint64		seq;
	const uint8_t *rid;			/* 32 */
	TimestampTz at;
	const char *party;			/* database encoding */
	const char *login;
	const char *dataset;
	const char *question;
	MpcStr		request;
} MpcChainRow;

/* row_hash of a row after prev. hash may be prev. */
extern void mpc_chain_hash(uint8_t hash[32], const uint8_t prev[32], const MpcChainRow *row);

#endif							/* MPC_CHAIN_H */
