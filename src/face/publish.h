/*
 * publish.h
 *		Between publish.c and publish_columns.c only.
 */
#ifndef MPC_PUBLISH_H
#define MPC_PUBLISH_H

#include "postgres.h"

#include "catalog/datasets.h"

/* Adds the named columns in this role to the dataset's contract. declarations: what argument "columns" says. Raises. */
extern void mpc_publish_columns(MpcDataset *dataset, ArrayType *names, MpcRole role, List *declarations);

/* Raises when a declaration belongs to no published column, or bounds to no measure. */
extern void mpc_publish_check_declarations(const MpcContract *contract, List *declarations);

#endif							/* MPC_PUBLISH_H */
