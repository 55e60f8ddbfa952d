/*
 * link.h
 *		One cached libpq connection per party and user mapping, safe under abort.
 *
 * A link is idle, or busy from the moment something is sent until its reply was
 * read whole. Whoever leaves it busy (error, cancel, deadline, subtransaction abort) loses it:
 * the transaction callbacks here close every link that is not idle. Nothing here knows what the bytes mean.
 * Only non-blocking libpq calls: never PQexec, PQconnectdb, PQcancel.
 */
#ifndef MPC_LINK_H
#define MPC_LINK_H

#include "postgres.h"

/* What the layer above keeps with a connection: cards of its peer, gone when the connection is gone. */
#define MPC_LINK_NOTE_BYTES 1024

typedef struct MpcLink MpcLink;

/*
 * The link of this user to this server of wrapper mpc_party: cached, or new and not yet
 * connected. The user mapping is userid's (or PUBLIC's). Raises when there is no mapping, when userid is
 * no superuser and the mapping has no password (unless a superuser set password_required 'false').
 * ALTER SERVER and ALTER USER MAPPING close the link.
 */
extern MpcLink *mpc_link_get(Oid serverid, Oid userid);

extern const char *mpc_link_party(const MpcLink *link);		/* server name */

/*
 * Notes of the layer above: len bytes, at most MPC_LINK_NOTE_BYTES, zeroed and emptied
 * whenever the connection is made or closed. NULL when none was put.
 */
extern void mpc_link_put_note(MpcLink *link, const void *note, Size len);
extern const void *mpc_link_note(const MpcLink *link, Size *len);
extern void mpc_link_clear_note(MpcLink *link);

/* Closes the connection; the link itself stays and reconnects when used. */
extern void mpc_link_close(MpcLink *link);

extern void mpc_link_init(void);		/* callbacks: transaction, subtransaction, syscache, exit */

#endif							/* MPC_LINK_H */
