/*
 * domain.h
 *		Declared domains of key columns (RULES R17, PROTOCOLS E.1): which values a column may
 *		have, and which group a tuple of them is.
 *
 * Domain bytes: le32 count, then a str for each value, strictly ascending as bytes. NULL is a value
 * of its own behind all others and is not written. Hash: TH32("MPCAGG-v1/domain", domain bytes).
 */
#ifndef MPC_DOMAIN_H
#define MPC_DOMAIN_H

#include "protocol/query.h"

#define MPC_MAX_DOMAIN_GROUPS	1000000	/* of all keys of a question together, NULLs included */

typedef struct MpcDomain
{
	size_t		nvalues;
	MpcStr	   *value;			/* strictly ascending; the caller's memory */
} MpcDomain;

/* Sorts the values and takes duplicates out. */
extern void mpc_domain_sort(MpcDomain *domain);

/* Writes domain bytes. MPC_LIMIT through w->status when a value has more than 65535 bytes. */
extern void mpc_domain_write(MpcWriter *w, const MpcDomain *domain);

/* How many values domain bytes claim to hold; never more than len / 2, so that room for them can be had. */
extern size_t mpc_domain_count(const void *bytes, size_t len);

/* Fills domain->value, which has room for mpc_domain_count() and points into bytes. MPC_MALFORMED also when not ascending. */
extern MpcStatus mpc_domain_read(MpcDomain *domain, const void *bytes, size_t len) MPC_MUST_CHECK;

extern void mpc_domain_hash(uint8_t out[32], const MpcDomain *domain);

/* Product of the sizes, NULLs included; 0 when it exceeds MPC_MAX_DOMAIN_GROUPS. n >= 1. */
extern uint32_t mpc_domain_groups(const MpcDomain *const *domain, size_t n);

/* Position of a value in one domain: nvalues for NULL. False: outside. */
extern bool mpc_domain_find(const MpcDomain *domain, const MpcValue *value, uint32_t *position);

/* Which group a tuple is, the last key running fastest; and which tuple a group is. */
extern bool mpc_domain_group(const MpcDomain *const *domain, size_t n, const MpcValue *tuple, uint32_t *group);
extern void mpc_domain_tuple(const MpcDomain *const *domain, size_t n, uint32_t group, MpcValue *tuple);

#endif							/* MPC_DOMAIN_H */
