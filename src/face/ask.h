/*
 * ask.h
 *		The asker's conductor: one question through the house (DESIGN section 4).
 */
#ifndef MPC_ASK_H
#define MPC_ASK_H

#include "postgres.h"

#include "catalog/datasets.h"
#include "catalog/parties.h"
#include "local/types.h"
#include "protocol/extremes.h"
#include "protocol/layout.h"
#include "protocol/masked_sum.h"

/* What is asked, of whom, as whom. */
typedef struct MpcQuestion
{
	Oid			joint_relid;	/* the joint table, or an own one that is published */
	const char *dataset;		/* own table: as what it was published when that was planned; else NULL */
	const char *federation;		/* the same */
	Oid			userid;			/* whose user mappings carry the question */
	/* Fills a zeroed query but for the dataset, once the contract is known. */
	void		(*form) (const MpcContract *contract, MpcQuery *query, void *arg);
	void	   *arg;
	bool		sets;			/* about identifiers that parties have in common */
} MpcQuestion;

/* What one party's part cost, for EXPLAIN. */
typedef struct MpcPartyCost
{
	const char *name;
	Size		bytes_out;
	Size		bytes_in;
	double		ms;
} MpcPartyCost;

/* One group, or what is in none. */
typedef struct MpcAnswerGroup
{
	MpcStr		key;			/* group key bytes; empty for the remainder and without keys */
	const MpcWide *sum;			/* one per lane */
	uint64	   *peak;			/* one per minimum and maximum (extremes.h): greatest key, of a minimum its complement; NULL: none is asked */
	uint32		position;		/* of its vectors */
	int64		rows;
	int			parties;		/* how many contribute; -1: unknown, since groups were folded here */
	bool		remainder;
} MpcAnswerGroup;

typedef struct MpcAnswer
{
	const MpcQuery *query;
	MpcLanes	lanes;
	MpcLayout	layout;
	MpcExtremes extremes;
	int64		ngroups;
	int64		folded;			/* groups that went into the remainder here, for too few contributors */
	MpcAnswerGroup *group;		/* by key, the remainder last where it has rows; without keys one */
	MpcType		key_type[MPC_MAX_KEYS];	/* of the joint table's columns */
	Size		nmembers;		/* of an intersection whose members are asked for */
	MpcStr	   *member;			/* their identifiers as group key bytes */
	MpcContract contract;		/* the columns the question used */
	int			rounds;
	double		ms;
	int			nparties;		/* peers */
	MpcPartyCost party[MPC_MAX_PARTIES];
} MpcAnswer;

/* What is known of a question before anybody is asked. */
typedef struct MpcSetting
{
	const MpcFederation *federation;
	char	   *dataset_name;
	MpcDataset *dataset;		/* own publication, or NULL */
	bool		has_contract;	/* false: unknown until asked */
	MpcContract contract;		/* of the whole dataset */
} MpcSetting;

/*
 * Reads federation, dataset and contract of a question, but for its form; contacts nobody. Of an own table
 * it raises 42501 unless userid may use the federation, 55000 when the table is published otherwise by now. palloc'd.
 */
extern MpcSetting *mpc_setting_of(const MpcQuestion *question);

/*
 * Description bytes that a peer signed, for an asker that publishes nothing: kept for the session, so that a
 * warm question needs no greeting; forgotten when a peer says that its own differs.
 */
extern void mpc_setting_learn(MpcSetting *setting, Oid joint_relid, MpcStr bytes);
extern void mpc_setting_forget(Oid joint_relid);

/* Asks. Raises unless the answer is exact and may be shown. palloc'd. */
extern MpcAnswer *mpc_ask(const MpcQuestion *question);

/* The value of one aggregate of a group, with SQL's own type. */
extern Datum mpc_answer_datum(const MpcAnswer *answer, const MpcAnswerGroup *group, const MpcAgg *agg, bool *null);

/* Key number i of a group; NULL for the remainder. Raises 22021 where it has no form in this database. */
extern Datum mpc_answer_key(const MpcAnswer *answer, const MpcAnswerGroup *group, int i, bool *null);

#endif							/* MPC_ASK_H */
