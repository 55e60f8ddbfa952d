/*
 * asking.h
 *		One question on its way: the state that the files ask*.c share.
 */
#ifndef MPC_ASKING_H
#define MPC_ASKING_H

#include "postgres.h"

#include "face/ask.h"
#include "local/aggregate.h"
#include "protocol/maximum.h"
#include "protocol/shamir_sum.h"
#include "transport/exchange.h"
#include "utils/timestamp.h"

/* One question on its way. */
typedef struct Asking
{
	MemoryContext context;		/* of the question; an attempt has one of its own below */
	const MpcQuestion *question;
	MpcQuery   *query;
	MpcSetting *setting;
	const MpcFederation *federation;
	const MpcRoster *roster;
	const MpcIdentity *me;
	TimestampTz deadline;
	MpcContract *used;			/* contract of this question */
	MpcStr		used_bytes;
	uint8		contract_hash[32];
	uint8		dataset_hash[32];
	MpcLanes   *lanes;
	MpcLayout  *layout;
	MpcCall		call[MPC_MAX_PARTIES];	/* in roster order, my own skipped */
	uint8	   *cards;			/* n * 192 */
	bool		publishes[MPC_MAX_PARTIES];		/* by their cards */
	MpcAsk		masked;			/* secret; of the one protocol or the other */
	MpcShamirAsk shamir;		/* secret */
	MpcMaximumAsk maximum;		/* secret; after the sums, where extremes are asked */
	const MpcRequest *request;	/* in one of them */
	bool		missing[MPC_MAX_PARTIES];	/* Shamir sum: not in the answer */
	MpcFe	   *x;				/* own vector, or what became of it; secret */
	MpcFe	   *sum;			/* the totals, once they are opened */
	MpcLocalAnswer *local;		/* own counts and sums, secret; NULL without a publication */
	bool		opened;			/* sums of this question are known here, though not shown */
	bool		contributes;	/* own thresholds let the own part go */
	MpcExtremes extremes;
	MpcMaximum *vector;			/* own keys, and what is found; secret; NULL before there are any */
	bool	   *folded;			/* per group of the answer: may it not be shown? */
	MpcAnswer  *answer;
} Asking;

static inline bool
mpc_asking_is_me(const Asking *a, int position)
{
	return position == a->roster->me;
}

static inline const char *
mpc_asking_party(const Asking *a, int position)
{
	return a->federation->party[position].name;
}

/* Zeroed; may be larger than 1 GB. */
extern void *mpc_asking_alloc(Size size);

/* ask_contract.c: which contract rules this question, and do we allow it ourselves? Raise. */
extern void mpc_asking_settle_contract(Asking *a);
extern void mpc_asking_check_policy(const Asking *a);

/* ask_size.c: room for how many groups? Kept for the session by joint table and keys. */
extern int64 mpc_asking_first_size(const Asking *a);
extern int64 mpc_asking_next_size(const Asking *a, int64 size);	/* raises when there is no larger one */
extern void mpc_asking_keep_size(const Asking *a, int64 groups);

/* ask_peers.c: greetings, and what the rounds of both protocols share. Raise with the party's name. */
extern void mpc_asking_connect(Asking *a);
extern void mpc_asking_hello(Asking *a);
extern void mpc_asking_collect_cards(Asking *a);	/* spends them */
extern void mpc_asking_keep_card(Asking *a, int position, const uint8 *card);	/* NULL is allowed */
extern MpcWriter mpc_asking_request_room(const Asking *a, MpcStr *query, MpcStr *policy);
extern void mpc_asking_address(Asking *a, const MpcRequest *request, const MpcWriter *message);	/* to everybody else */
extern void mpc_asking_count_cost(Asking *a);

/*
 * Looks at every call of the exchange that ended: raises the first refusal that verifies, else, when more than
 * tolerated calls failed, the first fault. Calls with a fault are left for the caller then.
 */
extern void mpc_asking_failures(Asking *a, const uint8 *reference, const char *step, int tolerated);

#define MPC_ANSWER_STATEMENT	"CALL mpc.answer($1, NULL)"

/* ask_masked.c, ask_shamir.c: all rounds of an attempt, to the totals in a->sum. */
extern void mpc_asking_masked(Asking *a);
extern void mpc_asking_shamir(Asking *a);

/*
 * ask_extremes.c: may minima and maxima be asked so? Before anything is sent; raises. Then, with the sums at hand, all rounds of them,
 * to the groups of the answer.
 */
extern void mpc_asking_plan_extremes(Asking *a);
extern void mpc_asking_extremes(Asking *a);

/*
 * ask_own.c: raises in place of the error at hand, which came from reading our own rows and goes to the log alone; a cancel is itself.
 * In the caller's memory context.
 */
extern void mpc_asking_raise_own(const Asking *a) pg_attribute_noreturn();

/* ask_own.c: our own rows, as a vector in a->x. */
extern void mpc_asking_own_vector(Asking *a);

/* ask_groups.c: the totals, checked, as groups in the question's context. False: the sketch was too small. */
extern bool mpc_asking_decode(Asking *a);

/* ask_result.c: which groups may be shown, raises when nothing may; then only these are left; and what their reader must know. */
extern const MpcLocalGroup *mpc_asking_own_group(const Asking *a, const MpcAnswerGroup *group, bool rest);	/* NULL: we contribute nothing to it */
extern void mpc_asking_judge(Asking *a);
extern void mpc_asking_fold(Asking *a);
extern void mpc_asking_notice(const Asking *a);

/* ask_cells.c: once groups are judged, moves what may not be shown of histograms into their rests. */
extern void mpc_asking_judge_cells(Asking *a);

#endif							/* MPC_ASKING_H */
