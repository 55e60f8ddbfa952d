/*
 * description.h
 *		What a party says of its datasets to a member that asks: contracts and declared domains
 *		(RULES R24). In a hello answer.
 *
 * Description bytes: u8 1 | le16 ndatasets, each: str dataset | le32 len, contract bytes
 *	| le16 number of key columns with a domain, each: str column | le32 len, domain bytes
 * Datasets and columns ascend by name as bytes; none stands twice.
 */
#ifndef MPC_DESCRIPTION_H
#define MPC_DESCRIPTION_H

#include "protocol/contract.h"

/* A reader holds those of all parties at once. */
#define MPC_MAX_DESCRIBED			1000
#define MPC_MAX_DESCRIPTION_BYTES	((size_t) 1 << 26)

/*
 * Writes n datasets, ascending by name. Domains are those of key columns whose values are at hand. MPC_MALFORMED through
 * w->status: a name is empty or out of order. MPC_LIMIT: more datasets or bytes than a description may have, or what contracts and domains are refused for.
 */
extern void mpc_description_write(MpcWriter *w, const MpcStr *dataset, const MpcContract *contract, size_t n);

typedef struct MpcDescriptionReader
{
	MpcReader	r;
	uint16_t	left;			/* datasets still to come */
	MpcStr		last;			/* name of the one before; empty at first */
} MpcDescriptionReader;

/* Longer ones are left unread: MPC_LIMIT at the end. */
extern void mpc_description_begin(MpcDescriptionReader *d, const void *bytes, size_t len);

/*
 * The next dataset; all point into the bytes. False: no more, or a failure. What contract and domains
 * themselves say is judged by mpc_contract_read() and mpc_domain_read().
 */
extern bool mpc_description_next(MpcDescriptionReader *d, MpcStr *dataset, MpcStr *contract, MpcStr *domains);

/* After next said false. MPC_OK, MPC_VERSION, MPC_MALFORMED, MPC_LIMIT: unless MPC_OK nothing read before may be used. */
extern MpcStatus mpc_description_end(MpcDescriptionReader *d) MPC_MUST_CHECK;

/* The domain bytes of one column, from domains as next gave them. False: none. */
extern bool mpc_description_domain(MpcStr domains, MpcStr column, MpcStr *bytes);

#endif							/* MPC_DESCRIPTION_H */
