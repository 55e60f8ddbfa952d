/*
 * cards.h
 *		Inside catalog/ only: pinned identity texts, parsed and verified once.
 */
#ifndef MPC_CARDS_H
#define MPC_CARDS_H

#include "postgres.h"

#include "protocol/card.h"

/*
 * The card of this text, or NULL when it is none or its signature is wrong. Valid
 * until the next call.
 */
extern const MpcCard *mpc_pinned_card(const char *text);

#endif							/* MPC_CARDS_H */
