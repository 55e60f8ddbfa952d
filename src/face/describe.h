/*
 * describe.h
 *		What the parties of a federation say of their datasets (R24).
 *
 * Nothing here shows more than contracts: no relation, no owner, no min_rows. All results are palloc'd.
 */
#ifndef MPC_DESCRIBE_H
#define MPC_DESCRIBE_H

#include "postgres.h"

#include "catalog/datasets.h"
#include "catalog/parties.h"

/*
 * describe_own.c: description bytes of what this database publishes to a federation: of this dataset, or of all where
 * it is NULL. A key column whose lookup cannot be read is left out. False: longer than a description may be.
 */
extern bool mpc_describe_own(const MpcFederation *federation, const char *dataset, MpcStr *description);

/* What one party says of one dataset. */
typedef struct MpcTold
{
	const char *party;
	MpcStr		dataset;
	int			ncolumns;
	MpcContractColumn *column;	/* by name, then role; with the values of declared domains */
} MpcTold;

/*
 * describe.c: asks every party, this database included, with the user mappings of the current user. List of MpcTold *, parties
 * as people see them, datasets by name. Raises with the party's name unless all answer.
 */
extern List *mpc_describe(const MpcFederation *federation);

/* What a party says of a column; NULL: it has none in this role. */
extern const MpcContractColumn *mpc_told_column(const MpcTold *told, MpcStr name, MpcRole role);

/* The column as all parties tell it that publish the dataset; NULL where they differ. */
extern const MpcContractColumn *mpc_told_agreed(const List *told, MpcStr dataset, MpcStr name, MpcRole role);

/* describe_text.c: a bound in the measure's own unit; NULL without one, or of a scale that no measure has. */
extern char *mpc_told_bound(const MpcContractColumn *column, MpcStr bound);

/* "open" or "N values"; NULL where the column is no key. */
extern char *mpc_told_domain(const MpcContractColumn *column);

/* "trim lower"; NULL where the column is not normalized. */
extern char *mpc_told_normalize(const MpcContractColumn *column);

/* The whole column in words, for a message. */
extern char *mpc_told_words(const MpcContractColumn *column);

/* A peer's text in a message: in this database's encoding, without control characters. */
extern char *mpc_told_shown(MpcStr text);

#endif							/* MPC_DESCRIBE_H */
