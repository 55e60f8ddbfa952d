/*
 * group_key.c
 *		What is the key of a group as bytes, and which values does it hold?
 *
 * Assumes nothing of the bytes it reads.  Every tuple has one spelling: the number
 * of columns is known from the question, and a length has no needless byte.
 */
#include "protocol/group_key.h"

#define VARINT_MAX_BYTES	5		/* 35 bits: longer than any message */

static size_t
varint_size(size_t v)
{
	size_t		n = 1;

	for (; v >= 0x80; v >>= 7)
		n++;
	return n;
}

static void
write_varint(MpcWriter *w, size_t v)
{
	for (; v >= 0x80; v >>= 7)
		mpc_write_u8(w, (uint8_t) (v | 0x80));
	mpc_write_u8(w, (uint8_t) v);
}

static uint64_t
read_varint(MpcReader *r)
{
	uint64_t	v = 0;
	size_t		i;

	for (i = 0; i < VARINT_MAX_BYTES; i++)
	{
		uint8_t		byte = mpc_read_u8(r);

		v |= (uint64_t) (byte & 0x7f) << (7 * i);
		if (byte >= 0x80)
			continue;
		/* A last byte of zero adds nothing, unless it is the only one. */
		if (byte == 0 && i > 0)
			break;
		return v;
	}
	mpc_read_fail(r, MPC_MALFORMED);
	return 0;
}

size_t
mpc_group_key_size(const MpcValue *value)
{
	size_t		len = value->null ? 0 : value->bytes.len;

	return 1 + varint_size(len) + len;
}

void
mpc_group_key_write(MpcWriter *w, const MpcValue *value, size_t ncolumns)
{
	size_t		i;

	for (i = 0; i < ncolumns; i++)
	{
		size_t		len = value[i].null ? 0 : value[i].bytes.len;

		mpc_write_u8(w, value[i].null);
		write_varint(w, len);
		mpc_write_bytes(w, value[i].bytes.data, len);
	}
}

static void
read_value(MpcReader *r, MpcValue *value)
{
	uint64_t	len;

	value->null = mpc_read_flag(r);
	len = read_varint(r);
	if (len > r->len - r->pos || (value->null && len != 0))
		mpc_read_fail(r, MPC_MALFORMED);
	value->bytes.data = mpc_read_bytes(r, (size_t) len);
	value->bytes.len = value->bytes.data != NULL ? (size_t) len : 0;
}

MpcStatus
mpc_group_key_read(MpcValue *value, size_t ncolumns, MpcStr key)
{
	MpcReader	r;
	size_t		i;

	mpc_reader_init(&r, key.data, key.len);
	for (i = 0; i < ncolumns; i++)
		read_value(&r, &value[i]);
	return mpc_reader_end(&r);
}
