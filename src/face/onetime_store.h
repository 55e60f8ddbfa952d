/*
 * onetime_store.h
 *		The one outstanding one-time key of an answering backend (R23).
 *
 * It lives in locked memory of this backend only: no rollback, crash, restore or
 * failover brings it back, and one connection's key never answers another's request.
 */
#ifndef MPC_ONETIME_STORE_H
#define MPC_ONETIME_STORE_H

#include "postgres.h"

#include "protocol/card.h"

#define MPC_HELLOS_WITHOUT_ANSWER	16
#define MPC_ONETIME_LIFE_SECONDS	(24 * 60 * 60)

/* Issues a new key for this dataset (hash of its name), replacing the old. published: the card says so. */
extern const MpcOneTimeKey *mpc_onetime_issue(const MpcIdentity *me, const uint8 dataset[32], bool published);

/*
 * Takes the outstanding key if card is exactly its card and it was issued for this dataset and is not
 * expired: copies it to *key and forgets it. The caller wipes *key. False: unknown, spent, expired.
 */
extern bool mpc_onetime_take(const uint8 card[MPC_ONETIME_BYTES], const uint8 dataset[32], MpcOneTimeKey *key);

/* Counts a hello; ends the connection after too many without an answer. */
extern void mpc_onetime_count_hello(void);

#endif							/* MPC_ONETIME_STORE_H */
