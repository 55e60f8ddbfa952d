/*
 * publish.h
 *		Between publish.c, publish_columns.c and publish_keys.c only.
 */
#ifndef MPC_PUBLISH_H
#define MPC_PUBLISH_H

#include "postgres.h"

#include "catalog/datasets.h"
#include "local/declare.h"

/* Adds the named columns in this role to the dataset's contract. declarations: what argument "columns" says. Raises. */
extern void mpc_publish_columns(MpcDataset *dataset, ArrayType *names, MpcRole role, List *declarations);

/*
 * Fills what only a key has: max_key_bytes, and the domain if it has one. Name, type and role are set.
 * declaration may be NULL. Raises.
 */
extern void mpc_publish_key(MpcDataset *dataset, MpcContractColumn *column, const MpcType *type,
							const MpcDeclaration *declaration);

/* Raises when a declaration belongs to no published column, bounds to no measure, a domain to no key or steps to no identifier. */
extern void mpc_publish_check_declarations(const MpcContract *contract, List *declarations);

#endif							/* MPC_PUBLISH_H */
