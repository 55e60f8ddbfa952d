/*
 * identifiers.h
 *		One party's own identifiers, as intersections need them: each once, hashed, with the sums of its rows.
 *
 * An identifier is a tuple of one or more columns, none of them NULL: a row with a NULL in one matches nobody and is left out.
 * Its canonical bytes are a group key (group_key.h), so that equal identifiers of two parties are equal bytes whatever types
 * their tables have. Rows of equal identifiers are one; with keys, equal identifier and equal key: then an identifier stands once
 * for each key it has. The order is that in which PostgreSQL aggregates, which says something of the table: shuffle.
 */
#ifndef MPC_IDENTIFIERS_H
#define MPC_IDENTIFIERS_H

#include "postgres.h"

#include "crypto/pair.h"
#include "crypto/wide.h"
#include "protocol/contract.h"
#include "psi/sets.h"

#define MPC_MOST_IDENTIFIERS	((int64) 1 << 31)	/* they are numbered in 32 bits */

/* Columns by their names in the contract. Together at most MPC_MAX_KEYS identifiers and keys, MPC_MAX_AGGS measures. */
typedef struct MpcIdentifierColumns
{
	int			nidentifiers;
	const MpcStr *identifier;
	int			nkeys;
	const MpcStr *key;
	int			nmeasures;
	const MpcStr *measure;		/* all different; numbers or boolean, as they are summed */
} MpcIdentifierColumns;

/* All of it is secret. Wiped when its context ends, in whatever way. */
typedef struct MpcIdentifiers
{
	MemoryContext context;		/* holds everything */
	Size		n;
	int64		rows;			/* of the table, behind all of them */
	int			nmeasures;
	bool		too_many;		/* there are more than were allowed: n is 0, and nothing else counts */
	int			violated;		/* the first measure with a value outside its contract, -1: none */
} MpcIdentifiers;

/*
 * Reads them by one statement over the relation, with the rights and row security of role, as mpc_local_aggregate() does (aggregate.h),
 * and with the same statuses; MPC_MISMATCH also for a measure that is there twice, MPC_LIMIT: too many columns. SPI must be connected. query: its WHERE only. contract: with these columns
 * as identifiers, keys and measures. most: at most MPC_MOST_IDENTIFIERS.
 * keep: the canonical bytes of the identifiers stay, for who shows members. No threshold is applied here.
 * Memory of each, in a context of its own below the current one: 64 bytes, 64 for each measure; with keep or keys 16 and the bytes.
 */
extern MpcStatus mpc_identifiers_read(Oid relid, Oid role, const MpcContract *contract, const MpcQuery *query,
									  const MpcIdentifierColumns *columns,
									  int64 most, bool keep, MpcIdentifiers **result) MPC_MUST_CHECK;

static inline Size
mpc_identifiers_count(const MpcIdentifiers *ids)
{
	return ids->n;
}

/* mpc_identifier_hash() of the i-th, MPC_ELEMENT_BYTES. */
extern const uint8 *mpc_identifiers_hash(const MpcIdentifiers *ids, Size i);

/* Two for each measure: how many values, and their scaled sum. */
extern const MpcWide *mpc_identifiers_sums(const MpcIdentifiers *ids, Size i);

/* Canonical bytes, for mpc_group_key_read(): of the identifier where they were kept, of the key where there are keys; else empty. */
extern MpcStr mpc_identifiers_tuple(const MpcIdentifiers *ids, Size i);
extern MpcStr mpc_identifiers_key(const MpcIdentifiers *ids, Size i);

#endif							/* MPC_IDENTIFIERS_H */
