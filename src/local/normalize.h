/*
 * normalize.h
 *		The SQL expression that writes an identifier as all parties write it.
 */
#ifndef MPC_LOCAL_NORMALIZE_H
#define MPC_LOCAL_NORMALIZE_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "protocol/normalize.h"

/*
 * Appends the value, an expression of type text or character varying, after these steps, of which there is one at least. Of
 * type text, collation "C"; NULL where nothing is left: an empty text identifies nobody.
 */
extern void mpc_normalize_append(StringInfo sql, const char *value, uint16 steps);

#endif							/* MPC_LOCAL_NORMALIZE_H */
