/*
 * maximum_messages.h
 *		The one message of a maximum that no masked sum has: a step, with which the asker opens the next round (PROTOCOLS D.5).
 *
 * Every round is answered with a reply as in request.h, under the round's own id. A step is the same for all peers and carries
 * everybody's signed reply, the asker's own among them, so that nobody has to believe what the sums were:
 *	"MPCAGM" 00 01 | rid 32 of the round that was answered | n * (le32 length, reply), in roster order
 *	| SIG 64 of the asker over all before, tag "MPCAGG-v1/sig/step"
 * At most 104 + n * (4 + mpc_reply_size(n, m)) bytes.
 *
 * Decoded structures point into the message. All bytes here are public: a reply is masked.
 */
#ifndef MPC_MAXIMUM_MESSAGES_H
#define MPC_MAXIMUM_MESSAGES_H

#include "protocol/request.h"

typedef struct MpcStep
{
	MpcReply	reply[MPC_MAX_PARTIES];
} MpcStep;

/* True when the bytes claim to be a step. */
extern bool mpc_is_step(const void *bytes, size_t len);

/* The id of the round that a step says was answered; NULL when it ends before that. */
extern const uint8_t *mpc_step_rid(const void *bytes, size_t len);

/* The size where every reply brings a next one-time key card: none is longer. */
extern size_t mpc_step_size(uint16_t n, uint32_t m);

/* reply: n replies of the round with this id, as they came. */
extern void mpc_step_write(MpcWriter *w, const MpcIdentity *me, const uint8_t rid[MPC_RID_BYTES],
						   const MpcStr *reply, uint16_t n);

/*
 * Reads and verifies: the asker's signature, then every reply.
 * MPC_MALFORMED, MPC_VERSION, MPC_LIMIT, MPC_SIGNATURE, MPC_MISMATCH (rid, index, m), MPC_NONCANONICAL, MPC_INTERRUPTED.
 */
extern MpcStatus mpc_step_read(MpcStep *step, const void *bytes, size_t len, const uint8_t rid[MPC_RID_BYTES],
							   const MpcRoster *roster, uint16_t asker, uint32_t m) MPC_MUST_CHECK;

#endif							/* MPC_MAXIMUM_MESSAGES_H */
