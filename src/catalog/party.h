/*
 * party.h
 *		Inside catalog/ only: reading one party without raising.
 */
#ifndef MPC_PARTY_H
#define MPC_PARTY_H

#include "postgres.h"

#include "foreign/foreign.h"

#include "catalog/parties.h"

/* Why a party or federation cannot be used. */
typedef struct MpcProblem
{
	int			code;
	const char *message;
	const char *hint;			/* may be NULL */
} MpcProblem;

/* Fills the problem; always false, so that a caller can return it. */
extern bool mpc_complain(MpcProblem *problem, int code, const char *message, const char *hint);

/* NULL when there is none of this name. */
extern const ForeignServer *mpc_server_by_name(const char *name);

/* The party of this server name. False: problem says why. */
extern bool mpc_party_load(MpcParty *party, const char *name, MpcProblem *problem);

/* A federation as its server says, checked by all of R18; NULL: problem says why. palloc'd. */
extern MpcFederation *mpc_federation_load(Oid serverid, MpcProblem *problem);

/* Oids of all federation servers. */
extern List *mpc_federation_servers(void);

#endif							/* MPC_PARTY_H */
