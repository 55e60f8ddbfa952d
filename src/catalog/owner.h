/*
 * owner.h
 *		Acting as the extension's owner for a few statements on mpc.* tables,
 *		and SPI with cached plans.
 *
 * The scope switches the user and pins search_path; it must be closed before
 * SPI_commit (a commit inside it would leave the session as the owner). An error
 * inside it needs no care: the abort restores both.
 */
#ifndef MPC_OWNER_H
#define MPC_OWNER_H

#include "postgres.h"

#include "executor/spi.h"

/* Under this path every statement of ours runs; face/ fixes the same for rows. */
#define MPC_SEARCH_PATH "pg_catalog, pg_temp"

typedef struct MpcOwnerScope
{
	Oid			user;
	int			context;
	int			guc_level;		/* 0: the path was pinned already */
} MpcOwnerScope;

extern Oid	mpc_extension_oid(void);		/* ereport when the extension is not here */
extern Oid	mpc_extension_owner(void);
extern Oid	mpc_extension_schema(void);		/* where the mpc_* functions are */

extern Oid	mpc_identity_table(void);

/* Whether this is our own foreign-data wrapper mpc_party or mpc_federation. */
extern bool mpc_is_party_wrapper(Oid fdwid);
extern bool mpc_is_federation_wrapper(Oid fdwid);

extern MpcOwnerScope mpc_owner_begin(void);
extern void mpc_owner_end(MpcOwnerScope scope);

/*
 * One statement on mpc.* tables as the owner; SPI must be connected by the caller.
 * The plan is kept in *plan for the session. nulls as SPI_execute_plan. Returns SPI_processed
 * rows in SPI_tuptable. Raises when the statement does not end as expected.
 */
extern uint64 mpc_owner_execute(SPIPlanPtr *plan, const char *sql, int nargs, const Oid *types,
								Datum *values, const char *nulls, bool read_only);

#endif							/* MPC_OWNER_H */
