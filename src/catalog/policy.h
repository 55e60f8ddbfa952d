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
#include "protocol/extremes.h"
#include "protocol/layout.h"
#include "protocol/refusal.h"
#include "protocol/request.h"

/*
 * Reads the domains kept in lookup relations, of the keys that the query groups by, into dataset->contract: values and
 * hash. Called once the dataset is known to be usable and its functions allowed; a column left without values
 * counts as unreadable. What it has allocated must outlive the layout.
 */
typedef void (*MpcDomainsReader) (MpcDataset *dataset, const MpcQuery *query);

/*
 * Checks a request that was read and verified: roster and cards, two parties, publishers (R6), that
 * anything is asked, dataset usable, function classes (R11), no products and different identifiers by groups, one histogram of a column, columns in their roles, domains at hand (R17), contract
 * hash (R20), policy bytes, protocol and lane count, cells of a sketch against max_groups. dataset NULL: this party
 * publishes none and contributes zeros (then only the rules about the roster, the question and the lane count hold).
 * Fills lanes and layout, which points into the dataset, and of a maximum extremes and the layout of its sums. False: refused; rule and contract are palloc'd, UTF-8.
 */
extern bool mpc_policy_check(const MpcFederation *federation, MpcDataset *dataset,
							 const MpcRequest *request, const MpcQuery *query, MpcDomainsReader read_domains,
							 MpcLanes *lanes, MpcLayout *layout, MpcExtremes *extremes, MpcRefusal *refusal);

/*
 * The asker's own side of the same rules, before anything is sent: its own contribution obeys its
 * own policy, too. dataset NULL: it contributes zeros, and the query is not looked at.
 * Domains are read, and False: refused, as above.
 */
extern bool mpc_policy_check_own(const MpcFederation *federation, MpcDataset *dataset,
								 const MpcQuery *query, MpcDomainsReader read_domains, MpcRefusal *refusal);

/*
 * Of these rules only the one about columns' types and bounds, which follows from the contract: for an asker that publishes
 * nothing, before anything is sent.
 */
extern bool mpc_policy_check_contract(MpcContract *used, const MpcQuery *query, MpcRefusal *refusal);

#endif							/* MPC_POLICY_H */
