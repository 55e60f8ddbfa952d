/*
 * sink.h
 *		Where bytes go that are sent by one and hashed by another: to a message or into
 *		a hash, from one piece of code, so that both are the same.
 *
 * Lengths are the caller's to judge first: a string above 65535 bytes has no form here.
 */
#ifndef MPC_SINK_H
#define MPC_SINK_H

#include "crypto/hash.h"
#include "protocol/wire.h"

/* Exactly one is set. */
typedef struct MpcSink
{
	MpcWriter  *w;
	MpcHash    *hash;
} MpcSink;

static inline void
mpc_sink_bytes(const MpcSink *sink, const void *bytes, size_t len)
{
	if (sink->w != NULL)
		mpc_write_bytes(sink->w, bytes, len);
	else
		mpc_hash_add(sink->hash, bytes, len);
}

static inline void
mpc_sink_u8(const MpcSink *sink, uint8_t v)
{
	mpc_sink_bytes(sink, &v, 1);
}

static inline void
mpc_sink_le16(const MpcSink *sink, size_t v)
{
	mpc_sink_u8(sink, (uint8_t) v);
	mpc_sink_u8(sink, (uint8_t) (v >> 8));
}

static inline void
mpc_sink_le32(const MpcSink *sink, size_t v)
{
	mpc_sink_le16(sink, v);
	mpc_sink_le16(sink, v >> 16);
}

static inline void
mpc_sink_str(const MpcSink *sink, MpcStr s)
{
	mpc_sink_le16(sink, s.len);
	if (s.len > 0)
		mpc_sink_bytes(sink, s.data, s.len);
}

#endif							/* MPC_SINK_H */
