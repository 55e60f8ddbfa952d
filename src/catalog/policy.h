/*
 * policy.h
 *		May this question be answered? The rules that hold whatever the data are.
 *
 * One function per rule, called in one visible order; the first that refuses
 * fills the refusal with its code and a sentence that names columns of the
 * contract, never a value.
 */
#ifndef MPC_POLICY_H
#define MPC_POLICY_H

#include "postgres.h"

#include "catalog/datasets.h"
#include "catalog/parties.h"
#include "protocol/refusal.h"
#include "protocol/request.h"

/*
 * Checks a request that was read and verified: roster and cards, two parties, publishers (R6),
 * lane count, dataset usable, function classes (R11), columns in their roles, contract hash (R20),
 * policy bytes. dataset NULL: this party publishes none and contributes zeros (then only the rules about
 * the roster and the lane count hold). Fills lanes. False: refused; rule and contract are palloc'd, UTF-8.
 */
extern bool mpc_policy_check(const MpcFederation *federation, const MpcDataset *dataset,
							 const MpcRequest *request, const MpcQuery *query,
							 MpcLanes *lanes, MpcRefusal *refusal);

/*
 * The asker's own side of the same rules, before anything is sent: its own contribution obeys its
 * own policy, too. False: refused, as above.
 */
extern bool mpc_policy_check_own(const MpcFederation *federation, const MpcDataset *dataset,
								 const MpcQuery *query, MpcRefusal *refusal);

#endif							/* MPC_POLICY_H */
