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
#include "protocol/distinct.h"
#include "protocol/extremes.h"
#include "protocol/layout.h"
#include "protocol/maximum.h"
#include "protocol/request.h"

/* Where they are asked: keys of values (extreme.h), so that of two the greater is of both together. */
typedef enum MpcPeak
{
	MPC_PEAK_MIN,				/* complement of the least key, all 64 bits of it */
	MPC_PEAK_MAX,				/* the greatest key */
	MPC_PEAKS
} MpcPeak;

typedef struct MpcLocalSum
{
	int64		nonnull;		/* rows behind it: they pass the filter, and no column is null */
	int64		left_out[MPC_MAX_ARGS];	/* filter or pairs: rows with a value of column i (without columns: all rows) that are not behind it; of many columns twice the smallest number that is not 0; else 0 */
	MpcWide    *moment;			/* scaled; those that are wanted, in the order of MpcMoment, or fields, or products in the order of their lanes, or counts of a histogram's cells and rest */
	uint8	   *level;			/* MPC_REGISTERS (distinct.h); NULL where no identifiers are counted */
	uint64		set;			/* bits that a value has set, where wanted */
	uint64		clear;			/* the same of clear ones */
	uint64		peak[MPC_PEAKS];	/* 0 without values */
	bool		violated;		/* a value outside scale or bounds, NaN or infinity (R9) */
} MpcLocalSum;

typedef struct MpcLocalGroup
{
	MpcStr		key;			/* group key bytes (group_key.h); empty for the rest */
	uint32		position;		/* domain: which group */
	int64		rows;
	MpcLocalSum *measure;		/* in the order of lanes */
} MpcLocalGroup;

/* All of it is secret. Made by mpc_local_aggregate() only. */
typedef struct MpcLocalAnswer
{
	MemoryContext context;		/* holds everything below */
	int			nmeasures;
	int			nmoments[MPC_MAX_AGGS];	/* of each measure, or sums of products, or counts of a histogram */
	bool		counts_cells[MPC_MAX_AGGS];	/* of each measure: it is a histogram */
	int			least[MPC_MAX_AGGS];	/* rows that a measure of products needs where min_rows is above 1; 0 of others */
	bool		has_levels[MPC_MAX_AGGS];
	int			weights[MPC_MAX_AGGS];	/* which of the sums of MPC_LOGISTIC is that of weights; 0 of others */
	int64		ngroups;
	MpcLocalGroup *group;
	MpcLocalGroup rest;			/* without keys all rows; else those with keys outside a domain or too long */
	int64		long_keys;		/* how many of its groups had a key that is too long, for the own log */
	bool		too_many;		/* more groups than are kept in memory: nothing else counts then */
	int			violated;		/* the first measure with a value outside its contract, -1: none */
} MpcLocalAnswer;

/*
 * Runs the query over the relation with the rights and row security of role, under
 * SECURITY_RESTRICTED_OPERATION, read-only. SPI must be connected; the user is restored on return, an
 * abort restores it after an error. No threshold is applied here. Groups of a layout with a domain never
 * exceed it; otherwise many more than max_groups, which
 * is for the caller to judge after folding, end the scan. Memory: about 100 bytes, 72 for each measure and 32 for each of its moments a
 * group, in a context of its own below the current one, which must outlive the answer (after SPI_connect()
 * that is SPI's own until the caller switches); rows are taken as they come.
 * contract: the dataset's columns in the roles the query uses (policy has checked that). layout: of this query.
 * salt: mpc_distinct_salt(); NULL is allowed where the query counts no identifiers.
 * MPC_OK; MPC_RANGE: a constant of the predicate has no form in this database; MPC_MALFORMED: a constant is
 * not canonical; MPC_MISMATCH: a column is gone or its type no longer fits. *answer is NULL unless MPC_OK; an
 * error wipes what there was.
 */
extern MpcStatus mpc_local_aggregate(Oid relid, Oid role, const MpcContract *contract,
									 const MpcQuery *query, const MpcLanes *lanes,
									 const MpcLayout *layout, int64 max_groups, const uint8 *salt,
									 MpcLocalAnswer **answer);

/*
 * The thresholds of a party (R3, R4): groups that may not stand alone are added to the rest and leave the
 * list, which stays sorted by key; cells of histograms that may not be shown are added to the rest of their group. False: nothing may be
 * contributed, also where sums of products stand on fewer rows than they are themselves and 3 more, or the weights of all rows of MPC_LOGISTIC
 * are less than so many rows can have at most: coefficients can be chosen so that hardly a row but one weighs.
 */
extern bool mpc_local_fold(MpcLocalAnswer *answer, int min_rows);

/*
 * The vector of a contributor. x: layout->m elements, zeroed by the caller. seed: request id, for a sketch.
 * Lanes of a group: rows, 1, then per measure non-null count, moments, fields or cells, levels, bits, and 1 if there are values. The rest is a
 * contributor only where it has rows.
 */
extern void mpc_local_vector(MpcFe *x, const MpcLocalAnswer *answer, const MpcLanes *lanes,
							 const MpcLayout *layout, const uint8 seed[MPC_RID_BYTES]);

/*
 * The keys of a contributor, one for each vector of the question; a party is alive where it has a value. vector: as many as extremes
 * say, zeroed by the caller; secret.
 */
extern void mpc_local_extremes(MpcMaximum *vector, const MpcLocalAnswer *answer, const MpcLanes *lanes,
							   const MpcExtremes *extremes);

/* The group of this key, or NULL. */
extern const MpcLocalGroup *mpc_local_find(const MpcLocalAnswer *answer, MpcStr key);

/* Wipes and frees. NULL is allowed. */
extern void mpc_local_wipe(MpcLocalAnswer *answer);

/* Locks the relation until the transaction ends, so that its name stays its own. False: it is gone, or none that can be published. */
extern bool mpc_relation_lock(Oid relid);

/* Tables, partitioned and foreign ones, views and materialized views. */
extern bool mpc_relation_is_publishable(char relkind);

/*
 * Raises when this session has temporary objects and reading the relation runs code of its owner's:
 * under a search_path without pg_temp, a name in that code may mean the caller's object. InvalidOid:
 * any relation. For whoever is not the publisher itself; at a peer again after each commit, whose
 * deferred triggers are the caller's.
 */
extern void mpc_refuse_temporary(Oid relid);

/* The column of a measure between the quotes of a message; of several: y" or "x. */
extern char *mpc_measure_columns(const MpcMeasure *measure);

/* A query in words for EXPLAIN, the ledger and errors: "count(*), avg(earnings) from workers where age >= 30". palloc'd. */
extern char *mpc_query_text(const MpcQuery *query, const MpcContract *contract);

#endif							/* MPC_AGGREGATE_H */
