/*
 * text.h
 *		Text between this database's encoding and UTF-8, without raising.
 *
 * Contracts, queries and everything else that travels hold UTF-8; names and
 * values in this database stand in its own encoding.
 */
#ifndef MPC_TEXT_H
#define MPC_TEXT_H

#include "postgres.h"

#include "protocol/wire.h"

/* NULL when the text has no form on the other side; zero-terminated and palloc'd. */
extern char *mpc_text_to_utf8(const char *text, size_t len);
extern char *mpc_text_from_utf8(MpcStr text);

/* The same for messages: what has no form here becomes "?". Never NULL. */
extern char *mpc_text_shown(MpcStr text);

extern bool mpc_text_is_utf8(MpcStr text);

#endif							/* MPC_TEXT_H */
