/*
 * lookup.h
 *		Domains that are kept in a lookup relation: read at each question (R17).
 */
#ifndef MPC_LOOKUP_H
#define MPC_LOOKUP_H

#include "postgres.h"

#include "local/types.h"
#include "protocol/domain.h"

/*
 * Why this relation cannot be read as a lookup with the rights of role, or NULL: it must be a plain, partitioned
 * or materialized one without row security, so that reading runs nobody's code, and role must be allowed to
 * read the column. Locks it until the transaction ends. Fixed words, no data.
 */
extern const char *mpc_lookup_broken(Oid relid, const char *column, Oid role);

/*
 * The column's distinct values, NULLs left out, as a domain of a key of this contract type. SPI need not be
 * connected; reads with the rights of role as mpc_local_aggregate() does. palloc'd. NULL: the lookup is broken,
 * the column's type does not fit, there are more than MPC_MAX_DOMAIN_GROUPS values, or one takes more than the key's max_key_bytes.
 */
extern MpcDomain *mpc_lookup_read(Oid relid, const char *column, Oid role, const MpcContractColumn *key);

/*
 * The domain a type has by itself: false and true, the labels of an enum; NULL for any other. palloc'd.
 */
extern MpcDomain *mpc_type_domain(MpcStr type_name);

/*
 * Bytes that a column of this type takes in a group key at most, flag and length included: by the type itself, or
 * "declared" where its values have no bound of their own or a higher one (text and its kin; -1: 61). At most
 * MPC_MAX_TUPLE_BYTES. Raises unless mpc_type_parse() knows the type.
 */
extern int	mpc_type_key_bytes(MpcStr type_name, int declared);

#endif							/* MPC_LOOKUP_H */
