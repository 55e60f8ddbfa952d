/*
 * ledger.h
 *		The record of every question this database answered (chained) or asked.
 *
 * Rows of role 'peer' are chained: row_hash = TH32("MPCAGG-v1/ledger", prev_hash || le64 seq
 * || rid 32 || le64 at_us || party || login || dataset || question || R | SIG), each text and the
 * message after its le32 length. The head row is locked
 * from reading it to the commit that follows at once. Rows of role 'asker' are not chained (R22).
 */
#ifndef MPC_LEDGER_H
#define MPC_LEDGER_H

#include "postgres.h"

#include "protocol/request.h"

typedef struct MpcLedgerRow
{
	uint64		seq;
	uint8		head[32];		/* row_hash of this row */
} MpcLedgerRow;

/*
 * Writes a row of role 'peer'. SPI must be connected; the caller commits and flushes
 * before it forms one byte of the reply. False when this rid was answered before.
 */
extern bool mpc_ledger_add_peer(const MpcRequest *request, const char *party, const char *dataset,
								const char *question, MpcLedgerRow *row);

/* Writes a row of role 'asker' in the caller's transaction, if that can write, and a log line always. */
extern void mpc_ledger_add_asker(const MpcRequest *request, const char *federation, const char *dataset,
								 const char *question);

#endif							/* MPC_LEDGER_H */
