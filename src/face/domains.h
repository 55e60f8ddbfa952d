/*
 * domains.h
 *		Putting the values of declared domains into a contract: from lookup relations, as they are
 *		now (R17), and from what a peer told.
 */
#ifndef MPC_DOMAINS_H
#define MPC_DOMAINS_H

#include "postgres.h"

#include "catalog/datasets.h"

/*
 * Reads the lookup domains of the key columns that the query groups by (query NULL: of all) into
 * dataset->contract: values and hash. A column whose lookup cannot be read keeps values NULL. Under
 * fixed settings and read-only. SPI need not be connected. palloc'd.
 */
extern void mpc_domains_read(MpcDataset *dataset, const MpcQuery *query);

/*
 * Takes the values of every declared domain of a contract from the domains that a description gave with it; they
 * point into these bytes. False: one is missing, is not that of the contract's hash, or has a value that is too long. palloc'd.
 */
extern bool mpc_domains_take(MpcContract *contract, MpcStr domains);

#endif							/* MPC_DOMAINS_H */
