/*
 * asking.h
 *		One question on its way: the state that the files ask*.c share.
 */
#ifndef MPC_ASKING_H
#define MPC_ASKING_H

#include "postgres.h"

#include "face/ask.h"
#include "local/aggregate.h"
#include "transport/exchange.h"
#include "utils/timestamp.h"

/* One question on its way. */
typedef struct Asking
{
	const MpcQuestion *question;
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
	MpcCall		call[MPC_MAX_PARTIES];	/* in roster order, my own skipped */
	uint8	   *cards;			/* n * 192 */
	MpcAsk		ask;			/* secret */
	MpcFe	   *x;				/* own vector, secret */
	MpcLocalAnswer *local;		/* own counts and sums, secret */
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

/* ask_peers.c: greetings, request and replies. Raise with the party's name. */
extern void mpc_asking_connect(Asking *a);
extern void mpc_asking_hello(Asking *a);
extern MpcExchange *mpc_asking_send(Asking *a);
extern void mpc_asking_receive(Asking *a, MpcExchange *exchange);

/* ask_own.c: our own rows, masked like everybody's. */
extern void mpc_asking_contribute(Asking *a);

/* ask_result.c: the totals, checked, and who took part. Raise unless they may be shown. */
extern void mpc_asking_decode(Asking *a);
extern void mpc_asking_check_contributors(const Asking *a);
extern void mpc_asking_notice(const Asking *a);

#endif							/* MPC_ASKING_H */
