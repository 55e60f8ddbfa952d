/*
 * liar.c
 *		A peer that lies: takes the place of mpc_answer() in a second build of the
 *		library, which a test puts under the functions of one cluster.
 *
 * Which lie is told stands in the file "liar" in the data directory, one line,
 * read at each answer:
 *	add LANE NUMBER		adds to its own vector before it is masked; a lane below 0 counts from the end
 *	key POSITION		masks with another key towards this member of the roster
 *	bare				does not mask at all, but sends the right confirmation tags
 *	set OFFSET HEX		overwrites bytes of the reply and signs it again
 *	lane LANE HEX		the same for one element of the vector
 *	lanes NUMBER		leaves lanes out (-1) or adds some (1), signed
 *	flip OFFSET BIT		flips a bit after signing; an offset below 0 counts from the end
 *	cut NUMBER			drops bytes at the end
 *	more NUMBER			adds bytes at the end
 *	again				sends the previous reply once more
 *	small				as many lanes as the previous reply had, when it had fewer
 * About groups, on its own vector before it is masked:
 *	noise 0				random elements everywhere but in the tail
 *	group Q KEY:V,V,...	adds a key, in hexadecimal, with these lanes to a sketch of Q key elements
 * Lies in Shamir sums are told in liar_shamir.c, those in maxima in liar_maximum.c, those in intersections in
 * liar_sets.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "crypto/field.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "crypto/sketch.h"
#include "liar.h"
#include "protocol/masked_sum.h"

#define REPLY_TAG	"MPCAGG-v1/sig/reply"
#define FIXED		(8 + 32 + 2 + 2 + 4 + 8 + 32 + 32 + 32)
#define LANES_AT	(8 + 32 + 2 + 2)

extern MpcStatus mpc_honest_answer(MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
								   const MpcStaticHalf *static_half, MpcOneTimeKey *key,
								   const MpcRequest *request, MpcFe *x,
								   uint64_t ledger_seq, const uint8_t ledger_head[32],
								   const MpcOneTimeKey *next, uint8_t *confirm);

static uint8_t previous[1 << 20];
static size_t previous_len = 0;
static uint32_t previous_m = 0;

Lie
read_lie(void)
{
	Lie			lie = {"", 0, ""};
	FILE	   *file = fopen("liar", "r");
	char		line[600];

	if (file == NULL)
		return lie;
	if (fgets(line, sizeof(line), file) != NULL)
		(void) sscanf(line, "%15s %ld %511s", lie.verb, &lie.number, lie.rest);
	fclose(file);
	return lie;
}

size_t
from_hex(uint8_t *out, const char *hex)
{
	size_t		n = strlen(hex) / 2;
	size_t		i;

	for (i = 0; i < n; i++)
	{
		unsigned	byte = 0;

		(void) sscanf(hex + 2 * i, "%2x", &byte);
		out[i] = (uint8_t) byte;
	}
	return n;
}

static void
sign_again(MpcWriter *w, size_t start, const MpcIdentity *me)
{
	size_t		len = w->len - start - MPC_SIG_BYTES;

	mpc_sign(w->data + start + len, me->sign_sk, REPLY_TAG, w->data + start, len);
}

/* Another number of lanes; there is room, because the next card is left out. */
static void
change_lanes(MpcWriter *w, size_t start, const MpcIdentity *me, const MpcRequest *request, long change)
{
	uint32_t	m = (uint32_t) ((long) request->m + change);
	size_t		at = start + FIXED + (size_t) (request->n - 1) * MPC_CONFIRM_BYTES;

	if (change > 0)
		memset(w->data + at + (size_t) request->m * MPC_FIELD_BYTES, 0, (size_t) change * MPC_FIELD_BYTES);
	w->data[start + LANES_AT] = (uint8_t) m;
	w->data[start + LANES_AT + 1] = (uint8_t) (m >> 8);
	w->data[start + LANES_AT + 2] = (uint8_t) (m >> 16);
	at += (size_t) m * MPC_FIELD_BYTES;
	w->data[at] = 0;			/* no next card */
	w->len = at + 1 + MPC_SIG_BYTES;
	sign_again(w, start, me);
}

/* ------------------------------------------------------------------ before it is masked */

bool
element(MpcFe e, const char *decimal)
{
	MpcWide		wide;

	if (mpc_wide_from_decimal(&wide, decimal) != MPC_OK)
		return false;
	mpc_field_from_wide(e, &wide);
	return true;
}

static void
add_to_lane(MpcFe *x, const Lie *lie, uint32_t m)
{
	long		lane = lie->number < 0 ? (long) m + lie->number : lie->number;
	MpcFe		e;

	if (element(e, lie->rest))
		mpc_field_add(x[lane], x[lane], e);
}

static uint16_t
lanes_of(const MpcRequest *request)
{
	static MpcQuery query;
	MpcLanes	lanes;

	if (mpc_query_read(&query, request->query.data, request->query.len) != MPC_OK)
		return 0;
	mpc_lanes_init(&lanes, &query);
	return lanes.nlanes;
}

static void
make_noise(MpcFe *x, const MpcRequest *request)
{
	uint32_t	k;

	for (k = 0; k < request->m - lanes_of(request); k++)
		crypto_core_ristretto255_scalar_random(x[k]);
}

static MpcStatus
add_group(MpcFe *x, const Lie *lie, const MpcRequest *request)
{
	static MpcFe value[MPC_MAX_GROUP_LANES];
	uint8_t		key[256];
	char		text[512];
	char	   *at;
	MpcSketch	sketch;
	uint16_t	i;

	sketch.key_lanes = (uint16_t) lie->number;
	sketch.values = lanes_of(request);
	sketch.cells = (request->m - sketch.values) / mpc_sketch_width(&sketch);
	memset(value, 0, sizeof(value));
	snprintf(text, sizeof(text), "%s", lie->rest);
	at = strtok(text, ":");
	for (i = 0; i < sketch.values && (at = strtok(NULL, ",")) != NULL; i++)
		if (!element(value[i], at))
			return MPC_MALFORMED;
	return mpc_sketch_add(&sketch, x, request->rid, key, from_hex(key, text), (const MpcFe *) value);
}

/* A lie that cannot be told is an error, so that no test takes it for one that was seen through. */
static MpcStatus
change_vector(MpcFe *x, const Lie *lie, const MpcRequest *request)
{
	if (strcmp(lie->verb, "add") == 0)
		add_to_lane(x, lie, request->m);
	else if (strcmp(lie->verb, "noise") == 0)
		make_noise(x, request);
	else if (strcmp(lie->verb, "group") == 0)
		return add_group(x, lie, request);
	return MPC_OK;
}

/* ------------------------------------------------------------------ afterwards */

static void
change_reply(MpcWriter *w, size_t start, const Lie *lie, const MpcIdentity *me, const MpcRequest *request)
{
	size_t		len = w->len - start;
	uint8_t	   *reply = w->data + start;

	if (strcmp(lie->verb, "set") == 0)
	{
		from_hex(reply + lie->number, lie->rest);
		sign_again(w, start, me);
	}
	else if (strcmp(lie->verb, "lane") == 0)
	{
		from_hex(reply + FIXED + (size_t) (request->n - 1) * MPC_CONFIRM_BYTES +
				 (size_t) lie->number * MPC_FIELD_BYTES, lie->rest);
		sign_again(w, start, me);
	}
	else if (strcmp(lie->verb, "lanes") == 0)
		change_lanes(w, start, me, request, lie->number);
	else if (strcmp(lie->verb, "small") == 0 && previous_m > 0 && previous_m < request->m)
		change_lanes(w, start, me, request, (long) previous_m - (long) request->m);
	else if (strcmp(lie->verb, "flip") == 0)
	{
		long		at = lie->number < 0 ? (long) len + lie->number : lie->number;

		reply[at] ^= (uint8_t) (1 << atoi(lie->rest));
	}
	else if (strcmp(lie->verb, "cut") == 0)
		w->len -= (size_t) lie->number < len ? (size_t) lie->number : len;
	else if (strcmp(lie->verb, "more") == 0)
	{
		change_lanes(w, start, me, request, 0);
		memset(w->data + w->len, 0, (size_t) lie->number);
		w->len += (size_t) lie->number;
	}
	else if (strcmp(lie->verb, "again") == 0 && previous_len == len)
		memcpy(reply, previous, len);
}

MpcStatus
mpc_answer(MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
		   const MpcStaticHalf *static_half, MpcOneTimeKey *key,
		   const MpcRequest *request, MpcFe *x,
		   uint64_t ledger_seq, const uint8_t ledger_head[32],
		   const MpcOneTimeKey *next, uint8_t *confirm)
{
	Lie			lie = read_lie();
	MpcStaticHalf halves[MPC_MAX_PARTIES];
	static uint8_t bare[1 << 20];
	size_t		start = w->len;
	size_t		vector = (size_t) request->m * MPC_FIELD_BYTES;
	MpcStatus	status;

	memcpy(halves, static_half, roster->n * sizeof(MpcStaticHalf));
	status = change_vector(x, &lie, request);
	if (status != MPC_OK)
		return status;
	if (strcmp(lie.verb, "key") == 0)
		halves[lie.number][0] ^= 1;
	if (vector <= sizeof(bare))
		memcpy(bare, x, vector);
	status = mpc_honest_answer(w, me, roster, (const MpcStaticHalf *) halves, key, request, x,
							   ledger_seq, ledger_head, next, confirm);
	if (status != MPC_OK)
		return status;
	if (strcmp(lie.verb, "bare") == 0 && vector <= sizeof(bare))
	{
		memcpy(w->data + start + FIXED + (size_t) (request->n - 1) * MPC_CONFIRM_BYTES, bare, vector);
		sign_again(w, start, me);
	}
	else
		change_reply(w, start, &lie, me, request);
	if (w->len - start <= sizeof(previous) && strcmp(lie.verb, "again") != 0)
	{
		previous_len = w->len - start;
		previous_m = request->m;
		memcpy(previous, w->data + start, previous_len);
	}
	return MPC_OK;
}
