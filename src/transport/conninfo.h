/*
 * conninfo.h
 *		Connection string of one party: ours alone, nothing from the environment.
 */
#ifndef MPC_CONNINFO_H
#define MPC_CONNINFO_H

#include "postgres.h"

#include "foreign/foreign.h"

/* Palloc'd. Holds the password: it goes to libpq and nowhere else. */
extern char *mpc_conninfo(const ForeignServer *server, const UserMapping *mapping, Oid userid);

#endif							/* MPC_CONNINFO_H */
