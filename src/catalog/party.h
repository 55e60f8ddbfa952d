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

/* Whether the server belongs to this wrapper of the extension. */
extern bool mpc_server_is_of(const ForeignServer *server, const char *wrapper);

/* The party of this server name. False: problem says why. */
extern bool mpc_party_load(MpcParty *party, const char *name, MpcProblem *problem);

#endif							/* MPC_PARTY_H */
