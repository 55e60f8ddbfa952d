/*
 * identity.h
 *		This database's identity: table mpc.identity, one row, secret.
 */
#ifndef MPC_CATALOG_IDENTITY_H
#define MPC_CATALOG_IDENTITY_H

#include "postgres.h"

#include "protocol/card.h"
#include "protocol/masked_sum.h"

/*
 * The identity of this database, read from its table when the table changed and
 * kept in a memory of its own that is wiped when the backend ends. Never wiped by
 * callers. Raises when there is none.
 */
extern const MpcIdentity *mpc_identity(void);

/* The same, but NULL when there is none (an extension half restored). */
extern const MpcIdentity *mpc_identity_if_any(void);

/*
 * The static halves of X25519 with every member, in roster order, cached per
 * partner key for the session. The array is palloc'd in CurrentMemoryContext and
 * wiped when that context is reset.
 */
extern const MpcStaticHalf *mpc_static_halves(const MpcRoster *roster);

#endif							/* MPC_CATALOG_IDENTITY_H */
