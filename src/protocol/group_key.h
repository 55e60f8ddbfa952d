/*
 * group_key.h
 *		The key of a group as bytes (WIRE.md, "Group key").
 *
 * Per key column: u8 null flag | varint length | bytes; NULL is 01 00. varint: seven bits a byte, low ones
 * first, no needless byte. Bytes are canonical bytes of the contract's type, so that equal keys are equal bytes.
 */
#ifndef MPC_GROUP_KEY_H
#define MPC_GROUP_KEY_H

#include "protocol/query.h"

#define MPC_MAX_TUPLE_BYTES	2048		/* MPC_SKETCH_MAX_KEY_BYTES */

/* Bytes of one column's part: flag, length, bytes. */
extern size_t mpc_group_key_size(const MpcValue *value);

extern void mpc_group_key_write(MpcWriter *w, const MpcValue *value, size_t ncolumns);

/* Fills value[ncolumns], which point into key. MPC_MALFORMED. */
extern MpcStatus mpc_group_key_read(MpcValue *value, size_t ncolumns, MpcStr key) MPC_MUST_CHECK;

#endif							/* MPC_GROUP_KEY_H */
