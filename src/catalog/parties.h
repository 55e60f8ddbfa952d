/*
 * parties.h
 *		Who the partners are: servers of the wrappers mpc_party and
 *		mpc_federation, and the logins admitted for them.
 */
#ifndef MPC_PARTIES_H
#define MPC_PARTIES_H

#include "postgres.h"

#include "protocol/card.h"

typedef struct MpcParty
{
	Oid			serverid;		/* InvalidOid: this database itself */
	Oid			owner;			/* of the server */
	char	   *name;			/* server name; "(this database)" for itself */
	MpcCard		card;			/* as pinned */
} MpcParty;

typedef struct MpcFederation
{
	Oid			serverid;
	char	   *name;
	Oid			owner;
	MpcRoster	roster;			/* all members, sorted by pid, me included */
	MpcParty	party[MPC_MAX_PARTIES];		/* in roster order */
	uint16		order[MPC_MAX_PARTIES];		/* positions as people see them: me, then the partners as named */
	int			min_contributors;	/* others than the asker; default 2, or 1 when allow_two_party; 0 is off */
	bool		allow_two_party;
	bool		pad_sets;		/* sizes of sets are told as the next power of two */
	int			timeout_ms;		/* 0: mpc_agg.timeout */
	uint8		protocol;		/* MPC_PROTOCOL_MASKED_SUM or MPC_PROTOCOL_SHAMIR_SUM */
	uint16		threshold;		/* with MPC_PROTOCOL_SHAMIR_SUM, 2 * threshold > n + 1; else 0 */
} MpcFederation;

/*
 * Reads and checks a federation (R18): every named party exists, is a server of
 * mpc_party with a pinned identity and the federation's own owner, none stands
 * twice, none is this database; no other federation has the same members. With
 * protocol shamir it has three members or more, and a threshold that keeps an asker from two sums.
 * Raises, naming what is wrong. palloc'd.
 */
extern MpcFederation *mpc_federation_get(Oid serverid);

/*
 * The federation whose members are exactly these n identities (as a set, me included), or NULL.
 * A federation that cannot be read does not match. For the answering side: raises nothing data-dependent.
 */
extern MpcFederation *mpc_federation_by_members(const uint8_t *const *pids, int n);

/* The same by the roster digest of a hello. */
extern MpcFederation *mpc_federation_by_digest(const uint8_t digest[32]);

/* Oid of the federation server of this name; raises when it does not exist or is no federation. */
extern Oid	mpc_federation_oid(const char *name);

/*
 * The party a login role is admitted for (mpc.login), or NULL. The party's
 * identity is the pinned one of its server. Used with GetSessionUserId().
 */
extern MpcParty *mpc_login_party(Oid role);

#endif							/* MPC_PARTIES_H */
