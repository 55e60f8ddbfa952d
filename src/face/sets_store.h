/*
 * sets_store.h
 *		What an answering backend keeps of an intersection between its steps.
 *
 * It lives in memory of this backend only: the connection that answered the request is the one that answers the steps, and with
 * the connection it is gone.
 */
#ifndef MPC_SETS_STORE_H
#define MPC_SETS_STORE_H

#include "postgres.h"

#include "catalog/ledger.h"
#include "face/sets_own.h"
#include "crypto/mask.h"
#include "protocol/set_messages.h"
#include "psi/shares.h"
#include "psi/sets.h"

/* A list that is put in pieces, in order. */
typedef struct MpcSetsList
{
	MpcPoint   *element;		/* n; NULL before the first */
	uint32		n;				/* as many as must come */
	uint32		came;
} MpcSetsList;

typedef struct MpcSets
{
	MemoryContext context;		/* holds everything; its scalar is wiped with it */
	Oid			federation;
	uint8		roster[32];		/* digest of its parties when the request was answered */
	Oid			relid;			/* published relation and dataset, for mpc.progress */
	char	   *dataset;
	uint8		asker[MPC_PID_BYTES];
	uint8		rid[MPC_RID_BYTES];
	MpcLedgerRow ledger;
	MpcSetsKind kind;
	uint16		lanes;
	uint32		next;			/* number of the next step */
	uint32		gave[MPC_SET_CHANNELS];	/* how far each list was given */
	MpcFe		scalar;			/* secret */
	MpcSetsOwn	own;			/* secret */
	uint32		size;			/* elements of the own set on the wire */
	uint32	   *order;			/* which own element stands where; secret */
	uint32		announced;		/* elements of the asker's set */
	MpcSetsList asked;			/* multiplied as they come; of a count sorted when all have come */
	bool		sorted;

	/* of more than two sets */
	bool		many;
	MpcMask		pair[MPC_MAX_PARTIES];	/* with the other peers; secret */
	int			npairs;
	bool		counts;			/* a count comes out by this party's values */
	uint8		counter[MPC_PSI_KEY_BYTES];	/* secret */
	MpcFe	   *table;			/* seed, then cells; NULL until it is asked for */
	uint32		table_size;		/* elements of it, seed included */
	MpcFe		second_scalar;	/* secret */
	MpcSetsList second;
	bool		second_sorted;

	/* of sums: this party finds which of the asker's elements match */
	MpcSetsList twice;			/* own set, multiplied by both, sorted */
	MpcSetsList sender;			/* the asker's R */
	bool	   *match;			/* per element of the asker's; secret */
	MpcFe	   *kappa;			/* of each choice; secret */
	uint32		chosen;
	uint32		opened;
	MpcFe	   *share;			/* of each lane; secret */
} MpcSets;

/* In place of what there was: a context, rid and asker; all else is zero. */
extern MpcSets *mpc_sets_store(const MpcRequest *request, Oid federation, const MpcLedgerRow *ledger);

/* NULL: no request was answered that a step follows. */
extern MpcSets *mpc_sets_stored(void);

/* Wipes what there is, if there is any. */
extern void mpc_sets_forget(void);

#endif							/* MPC_SETS_STORE_H */
