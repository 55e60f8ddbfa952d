/*
 * statement.h
 *		The one SQL statement that reads rows: its text and its parameters.
 *
 * Names are quoted, operators qualified, values only ever parameters.
 */
#ifndef MPC_STATEMENT_H
#define MPC_STATEMENT_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "local/column.h"
#include "protocol/contract.h"

#define MPC_STATEMENT_ALIAS	"r"	/* the relation in FROM; columns are qualified by it */

typedef struct MpcStatement
{
	Oid			relid;
	StringInfoData sql;
	int			nkeys;
	MpcColumn	key[MPC_MAX_KEYS];	/* in the order of the query, and first in every row */
	int			nparams;
	int			maxparams;
	Oid		   *types;
	Datum	   *values;
	char	   *nulls;
} MpcStatement;

/*
 * SELECT the key columns; count(*) where no sum counts the rows anyway; per measure mpc.measure_sum(…)
 * when its sum is wanted, else count(…). Statuses of mpc_local_aggregate().
 */
extern MpcStatus mpc_statement_write(MpcStatement *statement, Oid relid, const MpcContract *contract,
									 const MpcQuery *query, const MpcLanes *lanes) MPC_MUST_CHECK;

/* Whether any measure's sum is wanted. */
extern bool mpc_statement_has_sums(const MpcLanes *lanes);

/* Appends " WHERE …" (predicate.c), nothing when the query has no predicate. */
extern MpcStatus mpc_predicate_write(MpcStatement *statement, const MpcContract *contract,
									 const MpcQuery *query) MPC_MUST_CHECK;

#endif							/* MPC_STATEMENT_H */
