/*
 * datasets.h
 *		What this database publishes: tables mpc.dataset and mpc.dataset_column.
 */
#ifndef MPC_DATASETS_H
#define MPC_DATASETS_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "utils/array.h"

#include "protocol/contract.h"

/* Classes of functions a dataset may allow (R11). */
#define MPC_CLASS_COUNT		0x01
#define MPC_CLASS_SUM		0x02
#define MPC_CLASS_AVG		0x04
#define MPC_CLASS_MOMENTS	0x08
#define MPC_CLASS_EXTREMES	0x10
#define MPC_CLASS_DISTRIBUTION	0x20
#define MPC_CLASS_MODELS	0x40
#define MPC_CLASS_ALL		0x7f

/* What partners may learn of what a dataset's identifiers have in common with theirs; each allows those before it. */
typedef enum MpcIntersect
{
	MPC_INTERSECT_NOTHING,
	MPC_INTERSECT_COUNTS,
	MPC_INTERSECT_SUMS,
	MPC_INTERSECT_MEMBERS
} MpcIntersect;

/* Against whoever learns a set by asking often, of few, or of everything there could be. */
typedef struct MpcIntersectLimits
{
	int			min_set;		/* least identifiers on either side */
	int			max_ratio;		/* most times as many on the asker's side as on this one */
	int64		max_probes;		/* most identifiers that one partner asks about in 24 hours */
	int			max_changes;	/* most runs of one partner in 24 hours: each may be over other sets */
} MpcIntersectLimits;

#define MPC_DEFAULT_MAX_GROUPS	100000
#define MPC_MAX_MAX_GROUPS		10000000

/* A key column whose domain stands in a relation of this database and is read at each question. */
typedef struct MpcLookup
{
	MpcStr		key;			/* the contract's column */
	Oid			relid;
	char	   *column;
} MpcLookup;

typedef struct MpcDataset
{
	char	   *name;
	char	   *federation;		/* name of the federation server */
	Oid			relid;
	Oid			owner;			/* questions run with this role's rights */
	int			min_rows;
	uint32		functions;		/* MPC_CLASS_* */
	int			max_groups;		/* of open keys: this party's own limit on the work of one question */
	List	   *lookups;		/* of MpcLookup *; the contract's domain of such a column is unset until it is read */
	MpcIntersect intersect;
	MpcIntersectLimits limits;	/* of intersections */
	char	   *suspended;		/* name of the column that broke the contract, or NULL */
	MpcContract contract;		/* all columns, with the values of declared domains; protocol and threshold unset */
} MpcDataset;

/* The dataset of this name published to this federation, or NULL. palloc'd. */
extern MpcDataset *mpc_dataset_get(const char *name, const char *federation);

/* The bytes of a contract, palloc'd. Raises 54000 when it is too long. */
extern MpcStr mpc_contract_bytes(const MpcContract *contract);

/* All datasets published to a federation, as a List of MpcDataset *. */
extern List *mpc_dataset_list(const char *federation);

/*
 * Inserts, or replaces the one of the same name and federation (R20: published anew without downtime). The values of
 * a domain that stands in a lookup relation are not written.
 */
extern void mpc_dataset_put(const MpcDataset *dataset);

/* False when there was none. */
extern bool mpc_dataset_drop(const char *name, const char *federation);

/* Marks the dataset unusable until published anew (R9). The caller commits. */
extern void mpc_dataset_suspend(const char *name, const char *federation, const char *column);

/*
 * Why the dataset cannot be read right now, or NULL: relation or owner gone, owner no longer
 * owns the relation. Fixed words, no data.
 */
extern const char *mpc_dataset_broken(const MpcDataset *dataset);

/* "count", "sum" or "members", NULL for nothing; the first raises 22023 for any other word. */
extern MpcIntersect mpc_intersect_of_name(const char *name);
extern const char *mpc_intersect_name(MpcIntersect intersect);

/* Bits of a list of class names; raises 22023 naming the first that is none. */
extern uint32 mpc_function_classes(ArrayType *names);

/* The way back: the names as a text[]. */
extern Datum mpc_function_class_names(uint32 bits);

#endif							/* MPC_DATASETS_H */
