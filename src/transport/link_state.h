/*
 * link_state.h
 *		The inside of a link, shared by link.c and exchange.c only.
 */
#ifndef MPC_LINK_STATE_H
#define MPC_LINK_STATE_H

#include "postgres.h"

#include "libpq-fe.h"
#include "transport/link.h"

typedef enum MpcLinkState
{
	MPC_LINK_CLOSED,
	MPC_LINK_CONNECTING,
	MPC_LINK_IDLE,
	MPC_LINK_BUSY				/* set before anything is sent, cleared when the reply was read whole */
} MpcLinkState;

struct MpcLink
{
	Oid			mappingid;		/* hash key; must be first */
	Oid			serverid;
	Oid			userid;			/* who asked for the link last */
	NameData	party;
	uint32		server_hash;	/* of the catalog caches, for invalidation */
	uint32		mapping_hash;

	MpcLinkState state;
	int			nest_level;		/* of the transaction in which it was last taken into use */
	bool		stale;			/* server or mapping changed since it was connected */
	bool		needs_password; /* the peer must have asked for the mapping's password */
	uint64		generation;		/* counts connections: whoever remembers an older one has lost it */
	PGconn	   *conn;			/* NULL when closed */

	Size		note_len;
	uint8		note[MPC_LINK_NOTE_BYTES];
};

/* Starts to connect a closed link; PQstatus tells at once when that failed. Raises when out of descriptors. */
extern void mpc_link_start(MpcLink *link);

/* libpq is connected: makes the link idle and returns NULL, or says why this connection must not be used. */
extern const char *mpc_link_admit(MpcLink *link);

/* False when the peer went away while the link was idle. */
extern bool mpc_link_alive(MpcLink *link);

/* The reply was read whole: idle again, or closed if its server or mapping changed meanwhile. */
extern void mpc_link_release(MpcLink *link);

/* Text of libpq or of a peer made fit for our server log; palloc'd. */
extern char *mpc_link_clean_text(const char *text);

#endif							/* MPC_LINK_STATE_H */
