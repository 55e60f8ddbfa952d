/*
 * ask.h
 *		The asker's conductor: one question through the house (DESIGN section 4).
 */
#ifndef MPC_ASK_H
#define MPC_ASK_H

#include "postgres.h"

#include "catalog/datasets.h"
#include "catalog/parties.h"
#include "protocol/masked_sum.h"

/* What is asked, of whom, as whom. */
typedef struct MpcQuestion
{
	Oid			joint_relid;	/* the joint table */
	Oid			userid;			/* whose user mappings carry the question */
	MpcQuery   *query;			/* without dataset: the joint table's option fills it */
} MpcQuestion;

/* What one party's part cost, for EXPLAIN. */
typedef struct MpcPartyCost
{
	const char *name;
	Size		bytes_out;
	Size		bytes_in;
	double		ms;
} MpcPartyCost;

typedef struct MpcAnswer
{
	MpcLanes	lanes;
	MpcWide    *sum;			/* lanes.nlanes totals */
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
	const MpcDataset *dataset;	/* own publication, or NULL */
	bool		has_contract;	/* false: unknown until asked */
	MpcContract contract;		/* of the whole dataset */
} MpcSetting;

/* Reads federation, dataset and contract of a joint table; contacts nobody. palloc'd. */
extern MpcSetting *mpc_setting_of(Oid joint_relid);

/*
 * Contract bytes that a peer signed, for an asker that publishes nothing: kept for the session, so that a
 * warm question needs no greeting; forgotten when a peer says that its own differs.
 */
extern void mpc_setting_learn(MpcSetting *setting, Oid joint_relid, MpcStr bytes);
extern void mpc_setting_forget(Oid joint_relid);

/* Asks. Raises unless the answer is exact and may be shown. palloc'd. */
extern MpcAnswer *mpc_ask(const MpcQuestion *question);

/* The value of one aggregate of the answered query, with SQL's own type. */
extern Datum mpc_answer_datum(const MpcAnswer *answer, const MpcAgg *agg, bool *null);

#endif							/* MPC_ASK_H */
