/*
 * options.h
 *		Options of servers, mappings and joint tables: the names that count here,
 *		and reading those of federations. The validators of options.c let nothing
 *		else in.
 */
#ifndef MPC_OPTIONS_H
#define MPC_OPTIONS_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "protocol/wire.h"

#define MPC_MAX_PARTNERS		(MPC_MAX_PARTIES - 1)	/* all but me */
#define MPC_MAX_TIMEOUT_MS		3600000

/* Names of an option "parties" as a List of char *, NULL when it is no such list. palloc'd. */
extern List *mpc_split_names(const char *value);

/* The value of an option in a List of DefElem, NULL when it is not there. */
extern const char *mpc_option(List *options, const char *name);

#endif							/* MPC_OPTIONS_H */
