/*
 * statement.h
 *		The one SQL statement that reads rows: its text and its parameters.
 *
 * Names are quoted, operators qualified, values only ever parameters. Identifiers are written as the contract normalizes them.
 */
#ifndef MPC_STATEMENT_H
#define MPC_STATEMENT_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "local/column.h"
#include "local/extreme.h"
#include "nodes/params.h"
#include "protocol/contract.h"

#define MPC_STATEMENT_ALIAS	"r"	/* the relation in FROM; columns are qualified by it */

typedef struct MpcStatement
{
	Oid			relid;
	StringInfoData sql;
	int			nkeys;
	int			nidentifiers;	/* so many of the keys come first and are identifiers */
	MpcColumn	key[MPC_MAX_KEYS];	/* in the order of the query, and first in every row */
	int			nparams;
	int			maxparams;
	Oid		   *types;
	Datum	   *values;
	char	   *nulls;
	const MpcExtremeKeys *keys[MPC_MAX_AGGS];	/* of each measure whose least or greatest value is asked, else NULL */
	const uint8 *salt;			/* of the question; NULL where it counts no identifiers */
	const char *filter[MPC_MAX_AGGS];	/* of the query, as conditions in parentheses */
} MpcStatement;

/*
 * SELECT the key columns; count(*) where no sum counts the rows anyway; per measure, in the order of the lanes:
 *	mpc.measure_sum(…), measure_moments(…) or measure_pair(…) when moments are wanted, measure_interval(…) for fields,
 *	measure_products(…) or measure_logistic(…) for products, measure_registers(…) for registers,
 *	measure_histogram(…) for a histogram, else count(…)
 *	bit_or or bool_or when set bits are wanted, bit_and or bool_and when clear ones are
 *	min(…), max(…) of the contract's type when either is asked, and max(min_scale(…)) where the column's own type lets
 *		digits in that the contract has not
 *	count(…) of each column alone, for what a filter or the other column leaves out
 * Statuses of mpc_local_aggregate().
 */
extern MpcStatus mpc_statement_write(MpcStatement *statement, Oid relid, const MpcContract *contract,
									 const MpcQuery *query, const MpcLanes *lanes,
									 const uint8 *salt) MPC_MUST_CHECK;

/*
 * The same where the first keys of the query are identifiers: rows in which one of them is NULL, or normalized to nothing, are
 * left out.
 */
extern MpcStatus mpc_statement_write_identifiers(MpcStatement *statement, Oid relid, const MpcContract *contract,
												 const MpcQuery *query, int nidentifiers, const MpcLanes *lanes) MPC_MUST_CHECK;

/* Its parameters, for the executor (predicate.c). palloc'd. */
extern ParamListInfo mpc_statement_params(const MpcStatement *statement);

/* Whether the aggregate of this measure counts all rows (statement_measure.c). */
extern bool mpc_statement_counts_rows(const MpcMeasure *measure);

/* Whether none does, so that the statement counts them first. */
extern bool mpc_statement_needs_count(const MpcLanes *lanes);

/* Whether the columns of this measure are counted alone, too. */
static inline bool
mpc_statement_counts_columns(const MpcMeasure *measure)
{
	return measure->filter > 0 || measure->ncolumns > 1;
}

/* How many columns a row has in all (statement_measure.c). */
extern int	mpc_statement_columns(const MpcStatement *statement, const MpcLanes *lanes);

/* Appends a column, of the relation and as all parties write it: an identifier normalized. */
extern void mpc_statement_append_column(StringInfo sql, const MpcColumn *column);

/* Appends what the measure at a place of the lanes asks for, after a comma (statement_measure.c). Statuses of mpc_local_aggregate(). */
extern MpcStatus mpc_statement_append_measure(MpcStatement *statement, const MpcContract *contract, const MpcLanes *lanes,
											  int at) MPC_MUST_CHECK;

/* Appends one of the query's predicates, not an empty one, in parentheses (predicate.c). */
extern MpcStatus mpc_predicate_write(MpcStatement *statement, const MpcContract *contract, const MpcQuery *query,
									 const MpcPredicate *predicate) MPC_MUST_CHECK;

/* Appends a parameter with this value (predicate.c). There is room for the query's values and the salt. */
extern void mpc_statement_parameter(MpcStatement *statement, Oid type, Datum value, bool null);

#endif							/* MPC_STATEMENT_H */
