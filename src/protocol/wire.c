/*
 * wire.c
 *		How are integers, strings and raw bytes written to and read from a peer?
 *
 * Assumes nothing about the bytes it reads: every length is compared with what
 * is left before anything is touched, and the first failure sticks.  A reader
 * never copies and a writer never grows its buffer.
 */
#include "protocol/wire.h"

#include <string.h>

void
mpc_reader_init(MpcReader *r, const void *data, size_t len)
{
	/* Never NULL, so that offsets of zero into nothing are well defined. */
	r->data = data != NULL ? data : (const void *) "";
	r->len = len;
	r->pos = 0;
	r->status = data != NULL || len == 0 ? MPC_OK : MPC_MALFORMED;
}

void
mpc_read_fail(MpcReader *r, MpcStatus status)
{
	if (r->status == MPC_OK)
		r->status = status;
}

MpcStatus
mpc_reader_end(MpcReader *r)
{
	if (r->pos != r->len)
		mpc_read_fail(r, MPC_MALFORMED);
	return r->status;
}

const uint8_t *
mpc_read_bytes(MpcReader *r, size_t n)
{
	const uint8_t *p;

	/* pos <= len always, so the difference cannot wrap. */
	if (n > r->len - r->pos)
		mpc_read_fail(r, MPC_MALFORMED);
	if (r->status != MPC_OK)
		return NULL;
	p = r->data + r->pos;
	r->pos += n;
	return p;
}

/* Little-endian integer of n <= 8 bytes, 0 after a failure. */
static uint64_t
read_le(MpcReader *r, size_t n)
{
	const uint8_t *p = mpc_read_bytes(r, n);
	uint64_t	v = 0;

	if (p == NULL)
		return 0;
	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

uint8_t
mpc_read_u8(MpcReader *r)
{
	return (uint8_t) read_le(r, 1);
}

uint16_t
mpc_read_le16(MpcReader *r)
{
	return (uint16_t) read_le(r, 2);
}

uint32_t
mpc_read_le32(MpcReader *r)
{
	return (uint32_t) read_le(r, 4);
}

uint64_t
mpc_read_le64(MpcReader *r)
{
	return read_le(r, 8);
}

bool
mpc_read_flag(MpcReader *r)
{
	uint8_t		v = mpc_read_u8(r);

	if (v > 1)
		mpc_read_fail(r, MPC_MALFORMED);
	return v == 1;
}

/* len bytes that a length field announced; empty after a failure. */
static MpcStr
read_counted(MpcReader *r, size_t len, size_t max_len)
{
	MpcStr		s;

	if (len > max_len)
		mpc_read_fail(r, MPC_LIMIT);
	s.data = mpc_read_bytes(r, len);
	s.len = s.data != NULL ? len : 0;
	return s;
}

MpcStr
mpc_read_raw(MpcReader *r, size_t max_len)
{
	size_t		len = mpc_read_le16(r);

	return read_counted(r, len, max_len);
}

MpcStr
mpc_read_long(MpcReader *r, size_t max_len)
{
	size_t		len = mpc_read_le32(r);

	return read_counted(r, len, max_len);
}

/*
 * Length of the character a lead byte announces, 0 where none may start with it:
 * zero itself, continuation bytes, C0 and C1 (always overlong), above F4.
 */
static size_t
utf8_length(uint8_t lead)
{
	if (lead < 0x80)
		return lead != 0;
	if (lead >= 0xC2 && lead <= 0xDF)
		return 2;
	if (lead >= 0xE0 && lead <= 0xEF)
		return 3;
	if (lead >= 0xF0 && lead <= 0xF4)
		return 4;
	return 0;
}

/* The second byte excludes overlong forms, surrogates and what lies above U+10FFFF. */
static bool
utf8_second_is_valid(uint8_t lead, uint8_t second)
{
	uint8_t		min = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
	uint8_t		max = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;

	return second >= min && second <= max;
}

/* Shortest-form UTF-8 without NUL: what PostgreSQL stores in a UTF-8 database (RFC 3629). */
static bool
utf8_is_valid(const uint8_t *p, size_t len)
{
	size_t		i = 0;

	while (i < len)
	{
		size_t		n = utf8_length(p[i]);
		size_t		k;

		if (n == 0 || n > len - i)
			return false;
		if (n > 1 && !utf8_second_is_valid(p[i], p[i + 1]))
			return false;
		for (k = 2; k < n; k++)
			if ((p[i + k] & 0xC0) != 0x80)
				return false;
		i += n;
	}
	return true;
}

MpcStr
mpc_read_str(MpcReader *r, size_t max_len)
{
	MpcStr		s = mpc_read_raw(r, max_len);

	if (!utf8_is_valid(s.data, s.len))
	{
		mpc_read_fail(r, MPC_MALFORMED);
		s.data = NULL;
		s.len = 0;
	}
	return s;
}

void
mpc_read_magic(MpcReader *r, const char magic[6])
{
	const uint8_t *p = mpc_read_bytes(r, 8);

	if (p == NULL)
		return;
	if (memcmp(p, magic, 6) != 0)
		mpc_read_fail(r, MPC_MALFORMED);
	if (p[6] != 0 || p[7] != 1)
		mpc_read_fail(r, MPC_VERSION);
}

void
mpc_writer_init(MpcWriter *w, uint8_t *data, size_t cap)
{
	w->data = data;
	w->cap = cap;
	w->len = 0;
	w->status = MPC_OK;
}

void
mpc_write_fail(MpcWriter *w, MpcStatus status)
{
	if (w->status == MPC_OK)
		w->status = status;
}

/* Room for n bytes, or NULL when only counting or failed. */
static uint8_t *
reserve(MpcWriter *w, size_t n)
{
	uint8_t    *p;

	if (w->data != NULL && n > w->cap - w->len)
		mpc_write_fail(w, MPC_NOSPACE);
	if (w->status != MPC_OK)
		return NULL;
	p = w->data != NULL ? w->data + w->len : NULL;
	w->len += n;
	return p;
}

void
mpc_write_bytes(MpcWriter *w, const void *data, size_t n)
{
	uint8_t    *p = reserve(w, n);

	if (p != NULL && n > 0)
		memcpy(p, data, n);
}

void
mpc_write_zeros(MpcWriter *w, size_t n)
{
	uint8_t    *p = reserve(w, n);

	if (p != NULL && n > 0)
		memset(p, 0, n);
}

static void
write_le(MpcWriter *w, uint64_t v, size_t n)
{
	uint8_t    *p = reserve(w, n);
	size_t		i;

	if (p == NULL)
		return;
	for (i = 0; i < n; i++)
		p[i] = (uint8_t) (v >> (8 * i));
}

void
mpc_write_u8(MpcWriter *w, uint8_t v)
{
	write_le(w, v, 1);
}

void
mpc_write_le16(MpcWriter *w, uint16_t v)
{
	write_le(w, v, 2);
}

void
mpc_write_le32(MpcWriter *w, uint32_t v)
{
	write_le(w, v, 4);
}

void
mpc_write_le64(MpcWriter *w, uint64_t v)
{
	write_le(w, v, 8);
}

void
mpc_write_str(MpcWriter *w, MpcStr s)
{
	if (s.len > UINT16_MAX)
		mpc_write_fail(w, MPC_LIMIT);
	mpc_write_le16(w, (uint16_t) s.len);
	mpc_write_bytes(w, s.data, s.len);
}

void
mpc_write_long(MpcWriter *w, MpcStr s)
{
	if (s.len > MPC_MAX_MESSAGE)
		mpc_write_fail(w, MPC_LIMIT);
	mpc_write_le32(w, (uint32_t) s.len);
	mpc_write_bytes(w, s.data, s.len);
}

void
mpc_write_magic(MpcWriter *w, const char magic[6])
{
	mpc_write_bytes(w, magic, 6);
	mpc_write_u8(w, 0);
	mpc_write_u8(w, 1);
}

MpcStr
mpc_str(const char *zero_terminated)
{
	MpcStr		s;

	s.data = (const uint8_t *) zero_terminated;
	s.len = strlen(zero_terminated);
	return s;
}

int
mpc_str_compare(MpcStr a, MpcStr b)
{
	size_t		shorter = a.len < b.len ? a.len : b.len;
	int			c = shorter > 0 ? memcmp(a.data, b.data, shorter) : 0;

	return c != 0 ? c : (a.len > b.len) - (a.len < b.len);
}

bool
mpc_str_equal(MpcStr a, MpcStr b)
{
	return a.len == b.len && mpc_str_compare(a, b) == 0;
}
