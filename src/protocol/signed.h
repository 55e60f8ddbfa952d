/*
 * signed.h
 *		How a message ends: a signature over everything before it.
 */
#ifndef MPC_SIGNED_H
#define MPC_SIGNED_H

#include "crypto/sign.h"
#include "protocol/wire.h"

/* Signs what was written since start. Counts only where the writer only counts. */
extern void mpc_write_signature(MpcWriter *w, size_t start,
								const uint8_t sk[MPC_SIGN_SK_BYTES], const char *tag);

/* The signature at the reader's position; *signed_part becomes all before it. NULL after a failure. */
extern const uint8_t *mpc_read_signature(MpcReader *r, MpcStr *signed_part);

#endif							/* MPC_SIGNED_H */
