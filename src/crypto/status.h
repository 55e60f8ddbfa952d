/*
 * status.h
 *		Every way a function of the core (floors 0 and 1) can end.
 *
 * The core never prints and never calls ereport: a longjmp would skip the
 * wiping of secrets.  It returns one of these; src/face/errors.c turns it into
 * one well-written message.
 */
#ifndef MPC_STATUS_H
#define MPC_STATUS_H

#include <stdbool.h>

typedef enum MpcStatus
{
	MPC_OK = 0,
	MPC_MALFORMED,				/* bytes that are no message of ours: lengths, tags, trailing bytes */
	MPC_VERSION,				/* a message of another wire version, flag or protocol */
	MPC_LIMIT,					/* a count or length above its cap */
	MPC_NONCANONICAL,			/* a scalar >= l or no point of the group, never reduced, always refused */
	MPC_SIGNATURE,				/* a signature or proof that does not verify */
	MPC_IDENTITY,				/* an identity that is not the pinned one, or not a member */
	MPC_STALE_KEY,				/* a one-time key that is unknown, spent or for another dataset */
	MPC_MISMATCH,				/* a valid message that belongs to another request */
	MPC_CONFIRMATION,			/* two parties derived different pairwise keys */
	MPC_RANGE,					/* a value outside its bounds: masks that do not cancel, or a lie */
	MPC_UNDECODABLE,			/* a sketch that does not peel: too small for its keys, or forged */
	MPC_NOSPACE,				/* the caller's buffer is too small */
	MPC_INTERRUPTED,			/* mpc_interrupted() said so in the middle of long work */
	MPC_PASSPHRASE,				/* a sealed identity does not open with this passphrase */
	MPC_CRYPTO					/* libsodium reported a failure that no input explains */
} MpcStatus;

#define MPC_MUST_CHECK __attribute__((warn_unused_result))

/*
 * Set by whoever runs the core: true when long work should stop soon. NULL: never. Long loops ask about every
 * millisecond and then end in MPC_INTERRUPTED.
 */
extern bool (*mpc_interrupted) (void);

/* A short lowercase English name, for logs and tests. Never NULL. */
extern const char *mpc_status_name(MpcStatus status);

#endif							/* MPC_STATUS_H */
