/*
 * shamir_guard.h
 *		Roster differencing in one federation (R8): a threshold sum can be had over most of its parties,
 *		and the same question over other parties gives some party's part by subtraction.
 */
#ifndef MPC_SHAMIR_GUARD_H
#define MPC_SHAMIR_GUARD_H

#include "postgres.h"

#include "protocol/card.h"

/*
 * Whether this database may help to open this question's sum over these parties, and writes down that it does.
 *
 * pids: n identifiers of MPC_PID_BYTES one behind the other, sorted as in the roster: the dealers of the sum (U1).
 * asker: the identifier of who asks; its own part is no secret to it and does not count as a difference.
 * False, and nothing is written, when within 24 hours the same question was answered to this federation over a set that
 * differs by a party other than the asker, by however many: what every single party allows itself adds up.
 * Equal sets may be asked any number of times. min_contributors 0: off, always true, nothing written; 1: one party's
 * part may be known, so written only.
 *
 * Until the transaction ends no other session judges the same question. The caller commits, flushed, before it
 * forms one byte of the answer. READ COMMITTED only: the lock is worth nothing under an old snapshot; raises 25000
 * otherwise. Connects to SPI by itself; call it before mpc_ledger_add_peer, which holds up everybody.
 * What this does not stop: equal questions in other words, and askers who pool their answers.
 */
extern bool mpc_shamir_guard(const char *federation, const uint8 query_hash[32], const uint8 *pids, int n,
							 const uint8 asker[MPC_PID_BYTES], int min_contributors);

#endif							/* MPC_SHAMIR_GUARD_H */
