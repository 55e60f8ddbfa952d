/*
 * intersections.h
 *		What may one partner learn by intersections in a day (R29)?
 *
 * Masks and blinding hide what one run does not say; many runs say more: of sets that differ by one element, or that are all
 * telephone numbers there are. So runs are counted, by partner, dataset and day, in mpc.intersection_run.
 */
#ifndef MPC_INTERSECTIONS_H
#define MPC_INTERSECTIONS_H

#include "postgres.h"

#include "catalog/datasets.h"
#include "protocol/request.h"

/*
 * Before anything of the own set is read: does this run keep within the day's runs and probes? Then it is written down, and counts whatever
 * becomes of it: a refusal for a size tells of the own set, too. SPI must be connected; the caller commits. NULL: yes; otherwise why not,
 * as a rule for the partner.
 */
extern const char *mpc_intersection_begin(const MpcDataset *dataset, const MpcRequest *request, const char *party);

/*
 * Before anything of the own set leaves: is it another question, or another own set, than one that was answered in the last 24
 * hours? digest: of the own set. Then that is written down, too. SPI as above; result as above.
 */
extern const char *mpc_intersection_answer(const MpcDataset *dataset, const MpcRequest *request, const char *party,
										   const uint8 digest[32]);

#endif							/* MPC_INTERSECTIONS_H */
