/*
 * aggregate.h
 *		One party's own rows, aggregated by one plain SQL statement.
 *
 * The statement is written here from relation, contract and query with quoted
 * names and parameters, and run through SPI with parallel workers (count 0,
 * never a cursor). It is the only place where rows are read.
 */
#ifndef MPC_AGGREGATE_H
#define MPC_AGGREGATE_H

#include "postgres.h"

#include "crypto/field.h"
#include "protocol/contract.h"

typedef struct MpcLocalSum
{
	int64		rows;			/* null or not; zero unless the sum is wanted */
	int64		nonnull;
	MpcWide		sum;			/* scaled; zero unless wanted */
	bool		violated;		/* a value outside scale or bounds, NaN or infinity (R9) */
} MpcLocalSum;

typedef struct MpcLocalAnswer
{
	int64		rows;
	int			nmeasures;
	MpcLocalSum measure[MPC_MAX_AGGS];	/* in the order of lanes */
} MpcLocalAnswer;

/*
 * Runs the query over the relation with the rights and row security of role, under
 * SECURITY_RESTRICTED_OPERATION, read-only. SPI must be connected; the user is restored on return, an
 * abort restores it after an error. No threshold is applied here.
 * contract: the dataset's columns in the roles the query uses (policy has checked that).
 * MPC_OK; MPC_RANGE: a constant of the predicate has no form in this database; MPC_MALFORMED: a constant is
 * not canonical; MPC_MISMATCH: a column is gone or its type no longer fits.
 */
extern MpcStatus mpc_local_aggregate(Oid relid, Oid role, const MpcContract *contract,
									 const MpcQuery *query, const MpcLanes *lanes,
									 MpcLocalAnswer *answer);

/* Tables, partitioned and foreign ones, views and materialized views. */
extern bool mpc_relation_is_publishable(char relkind);

/*
 * Raises when this session has temporary objects and reading the relation runs code of its owner's:
 * under a search_path without pg_temp, a name in that code may mean the caller's object. InvalidOid:
 * any relation. For whoever is not the publisher itself; at a peer again after each commit, whose
 * deferred triggers are the caller's.
 */
extern void mpc_refuse_temporary(Oid relid);

/*
 * min_rows without groups (R3, R4): true when the answer may be contributed, that is rows and every
 * measure's non-null count are 0 or at least min_rows, and rows is not 0. Otherwise the party contributes
 * zeros and is no contributor. A pure function.
 */
extern bool mpc_threshold_holds(const MpcLocalAnswer *answer, int min_rows);

/* The vector of a contributor: rows, 1, then per measure non-null count, sum, and 1 if there are values. x: lanes->nlanes elements. */
extern void mpc_local_vector(MpcFe *x, const MpcLocalAnswer *answer, const MpcLanes *lanes);

/* A query in words for EXPLAIN, the ledger and errors: "count(*), avg(earnings) from workers where age >= 30". palloc'd. */
extern char *mpc_query_text(const MpcQuery *query, const MpcContract *contract);

#endif							/* MPC_AGGREGATE_H */
