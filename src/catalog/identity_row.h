/*
 * identity_row.h
 *		Inside catalog/ only: the one row of mpc.identity as bytes.
 */
#ifndef MPC_IDENTITY_ROW_H
#define MPC_IDENTITY_ROW_H

#include "postgres.h"

#include "protocol/card.h"

/* Secret: whoever holds one wipes it. Also the payload that is sealed for export. */
typedef struct MpcIdentityRow
{
	uint8_t		epoch[8];		/* little-endian */
	uint8_t		seed[32];		/* Ed25519 */
	uint8_t		dh_secret[32];	/* X25519 */
} MpcIdentityRow;

StaticAssertDecl(sizeof(MpcIdentityRow) == 72, "the sealed payload has no padding");

extern uint64 mpc_identity_row_epoch(const MpcIdentityRow *row);

/* False when there is none. The newest committed row, or this transaction's own. */
extern bool mpc_identity_row_read(MpcIdentityRow *row);

/*
 * Puts this row in the place of any other. Against concurrent writers the table is locked.
 * fresh: raises when there is a row already.
 */
extern void mpc_identity_row_write(const MpcIdentityRow *row, bool fresh);

#endif							/* MPC_IDENTITY_ROW_H */
