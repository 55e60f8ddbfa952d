/*
 * wire.h
 *		The one reader and the one writer of peer bytes.
 *
 * Both are bounded and sticky: after the first failure every further call does
 * nothing and the status stays, so that a decoder reads straight down and asks
 * once at its end. Integers are little-endian; a str is le16 length + UTF-8
 * bytes. Nothing is allocated: decoded structures point into the message, which
 * must outlive them. All bytes here are public.
 */
#ifndef MPC_WIRE_H
#define MPC_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/status.h"

/* Caps, checked before anything is allocated or looped over. */
#define MPC_MAX_PARTIES		100
#define MPC_MAX_LANES		(1u << 24)
#define MPC_MAX_MESSAGE		((size_t) 1 << 30)	/* PostgreSQL's own limit of one value */
#define MPC_MAX_NAME		63					/* NAMEDATALEN - 1 */

typedef struct MpcStr
{
	const uint8_t *data;
	size_t		len;
} MpcStr;

typedef struct MpcReader
{
	const uint8_t *data;
	size_t		len;
	size_t		pos;
	MpcStatus	status;
} MpcReader;

extern void mpc_reader_init(MpcReader *r, const void *data, size_t len);
extern uint8_t mpc_read_u8(MpcReader *r);		/* 0 after a failure */
extern uint16_t mpc_read_le16(MpcReader *r);
extern uint32_t mpc_read_le32(MpcReader *r);
extern uint64_t mpc_read_le64(MpcReader *r);
extern const uint8_t *mpc_read_bytes(MpcReader *r, size_t n);	/* NULL after a failure */
extern MpcStr mpc_read_str(MpcReader *r, size_t max_len);		/* MPC_LIMIT above max_len, MPC_MALFORMED unless UTF-8 without NUL */
extern MpcStr mpc_read_raw(MpcReader *r, size_t max_len);		/* le16 length + any bytes */
extern MpcStr mpc_read_long(MpcReader *r, size_t max_len);		/* le32 length + any bytes */
extern bool mpc_read_flag(MpcReader *r);						/* u8 0 or 1, anything else MPC_MALFORMED */
extern void mpc_read_magic(MpcReader *r, const char magic[6]);	/* magic | 00 01; MPC_VERSION when only the version differs */
extern void mpc_read_fail(MpcReader *r, MpcStatus status);		/* keeps the first failure */
extern MpcStatus mpc_reader_end(MpcReader *r) MPC_MUST_CHECK;	/* MPC_MALFORMED on trailing bytes */

typedef struct MpcWriter
{
	uint8_t    *data;			/* NULL: only count */
	size_t		cap;
	size_t		len;
	MpcStatus	status;			/* MPC_NOSPACE once cap is passed */
} MpcWriter;

extern void mpc_writer_init(MpcWriter *w, uint8_t *data, size_t cap);
extern void mpc_write_u8(MpcWriter *w, uint8_t v);
extern void mpc_write_le16(MpcWriter *w, uint16_t v);
extern void mpc_write_le32(MpcWriter *w, uint32_t v);
extern void mpc_write_le64(MpcWriter *w, uint64_t v);
extern void mpc_write_bytes(MpcWriter *w, const void *data, size_t n);
extern void mpc_write_zeros(MpcWriter *w, size_t n);
extern void mpc_write_str(MpcWriter *w, MpcStr s);		/* MPC_LIMIT above 65535 bytes */
extern void mpc_write_long(MpcWriter *w, MpcStr s);
extern void mpc_write_magic(MpcWriter *w, const char magic[6]);
extern void mpc_write_fail(MpcWriter *w, MpcStatus status);		/* keeps the first failure */

extern MpcStr mpc_str(const char *zero_terminated);
extern bool mpc_str_equal(MpcStr a, MpcStr b);
extern int	mpc_str_compare(MpcStr a, MpcStr b);		/* bytewise, as memcmp then length */

#endif							/* MPC_WIRE_H */
