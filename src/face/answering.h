/*
 * answering.h
 *		One question while it is answered: between answer.c and answer_sets.c only.
 */
#ifndef MPC_ANSWERING_H
#define MPC_ANSWERING_H

#include "postgres.h"

#include "catalog/ledger.h"
#include "catalog/parties.h"
#include "local/aggregate.h"
#include "protocol/masked_sum.h"
#include "protocol/query_sets.h"
#include "protocol/refusal.h"
#include "utils/timestamp.h"

/* One question while it is answered; everything in the caller's memory context. */
typedef struct MpcAnswering
{
	MemoryContext context;		/* the caller's: SPI leaves us in one of its own, which SPI_finish frees */
	const MpcParty *party;
	const bytea *message;
	MpcRequest	request;
	MpcQuery	query;
	MpcLanes	lanes;
	MpcLayout	layout;
	MpcExtremes extremes;		/* of a maximum */
	const MpcFederation *federation;
	MpcDataset *dataset;		/* NULL: this party publishes none */
	MpcContract contract;		/* of the question */
	MpcStaticHalf *static_half;
	uint8		dataset_hash[32];
	MpcOneTimeKey key;			/* secret */
	MpcFe	   *x;				/* secret */
	MpcLocalAnswer *local;		/* secret */
	bool		contributes;	/* the thresholds let the own part go */
	MpcLedgerRow ledger;
	const char *too_much;		/* of an intersection: why it is one too many today, or NULL */
	TimestampTz start;
} MpcAnswering;

static inline bool
mpc_answering_is_of_sets(const MpcAnswering *a)
{
	return mpc_query_is_of_sets(&a->query);
}

/* A refusal with this rule as the reply, in the caller's context. */
extern bytea *mpc_answering_refuse(const MpcAnswering *a, MpcRefusalCode code, const char *rule);

/* A transaction of its own that may write, after rows were read in one that must not; and its end, durable. */
extern void mpc_answering_write(void);
extern void mpc_answering_written(void);

/* answer_sets.c: an intersection begins: the reply says how large our set is. The steps that follow are sets_answer.c's. */
extern bytea *mpc_answering_sets(MpcAnswering *a);

#endif							/* MPC_ANSWERING_H */
