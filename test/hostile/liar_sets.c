/*
 * liar_sets.c
 *		A peer that lies in an intersection: takes the place of mpc_set_answer_write() and mpc_set_reply_write() in the
 *		second build of the library.
 *
 * Told like the lies of liar.c. About its answer to R:
 *	size NUMBER -			says so many elements more, or fewer
 *	aset OFFSET HEX			overwrites bytes and signs it again; aflip OFFSET BIT flips a bit after signing
 *	aforge 0 -				signs it with another key
 * About its replies; the number after the verb is the channel, and other channels are left alone:
 *	elem CHANNEL PLACE:HEX	overwrites the element in this place of the list
 *	same CHANNEL PLACE:FROM	puts the element of another place there, of the same piece
 *	less CHANNEL NUMBER		so many fewer elements in each piece
 *	fadd CHANNEL LANE:NUMBER	adds to a field element
 *	from CHANNEL NUMBER		says that each piece begins so much later
 *	leave CHANNEL -			leaves the piece out
 *	into CHANNEL OTHER		says that it is of another list
 *	rset OFFSET HEX			overwrites bytes and signs it again; flip OFFSET BIT flips a bit after signing
 *	cut NUMBER -			drops bytes at the end
 *	forge 0 -				signs it with another key
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/sign.h"
#include "liar.h"
#include "protocol/set_messages.h"

#define ANSWER_TAG	"MPCAGG-v1/sig/set-answer"
#define REPLY_TAG	"MPCAGG-v1/sig/set-reply"
#define IS(name)	(strcmp(lie.verb, name) == 0)

extern void mpc_honest_set_answer(MpcWriter *w, const MpcIdentity *me, const uint8_t rid[MPC_RID_BYTES],
								  uint16_t position, const MpcSetAnswer *answer);
extern void mpc_honest_set_reply(MpcWriter *w, const MpcIdentity *me, uint16_t position, const MpcSetStep *step);

static const char *
second(const Lie *lie)
{
	const char *colon = strchr(lie->rest, ':');

	return colon != NULL ? colon + 1 : "";
}

static void
sign_as(MpcWriter *w, size_t start, const uint8_t *sk, const char *tag)
{
	size_t		len = w->len - start - MPC_SIG_BYTES;

	mpc_sign(w->data + start + len, sk, tag, w->data + start, len);
}

static void
forge(MpcWriter *w, size_t start, const char *tag)
{
	MpcIdentity stranger;

	if (mpc_identity_make(&stranger, 1) == MPC_OK)
		sign_as(w, start, stranger.sign_sk, tag);
}

static void
flip(MpcWriter *w, size_t start, const Lie *lie)
{
	long		at = lie->number < 0 ? (long) (w->len - start) + lie->number : lie->number;

	w->data[start + at] ^= (uint8_t) (1 << atoi(lie->rest));
}

void
mpc_set_answer_write(MpcWriter *w, const MpcIdentity *me, const uint8_t rid[MPC_RID_BYTES],
					 uint16_t position, const MpcSetAnswer *answer)
{
	Lie			lie = read_lie();
	MpcSetAnswer said = *answer;
	size_t		start = w->len;

	if (IS("size"))
		said.size = (uint32_t) ((long) said.size + lie.number);
	mpc_honest_set_answer(w, me, rid, position, &said);
	if (IS("aset"))
	{
		from_hex(w->data + start + lie.number, lie.rest);
		sign_as(w, start, me->sign_sk, ANSWER_TAG);
	}
	else if (IS("aforge"))
		forge(w, start, ANSWER_TAG);
	else if (IS("aflip"))
		flip(w, start, &lie);
}

/* Changes a copy of the piece's elements. */
static void
change_elements(MpcSetPart *part, uint8_t *copy, const Lie *told)
{
	const Lie	lie = *told;
	uint32_t	place = (uint32_t) atol(lie.rest);
	uint8_t    *at;

	if (place < part->first || place - part->first >= part->count)
		return;
	memcpy(copy, part->elements, (size_t) part->count * MPC_SET_ELEMENT);
	part->elements = copy;
	at = copy + (size_t) (place - part->first) * MPC_SET_ELEMENT;
	if (IS("elem"))
		from_hex(at, second(told));
	else if (IS("same"))
		memcpy(at, copy + (size_t) ((uint32_t) atol(second(told)) - part->first) * MPC_SET_ELEMENT, MPC_SET_ELEMENT);
	else
	{
		MpcFe		e;

		if (element(e, second(told)))
			mpc_field_add(at, at, e);
	}
}

static void
change_piece(MpcSetStep *step, int i, uint8_t *copy, const Lie *told)
{
	const Lie	lie = *told;
	MpcSetPart *part = &step->get[i];

	if (IS("elem") || IS("same") || IS("fadd"))
		change_elements(part, copy, told);
	else if (IS("less"))
		part->count -= (uint32_t) atol(lie.rest);
	else if (IS("from"))
		part->first += (uint32_t) atol(lie.rest);
	else if (IS("into"))
		part->channel = (uint8_t) atoi(lie.rest);
	else if (IS("leave"))
	{
		memmove(part, part + 1, (size_t) (step->ngets - 1 - i) * sizeof(*part));
		step->ngets--;
	}
}

void
mpc_set_reply_write(MpcWriter *w, const MpcIdentity *me, uint16_t position, const MpcSetStep *step)
{
	static uint8_t copy[MPC_SET_PIECE * MPC_SET_ELEMENT];
	Lie			lie = read_lie();
	MpcSetStep	said = *step;
	size_t		start = w->len;
	int			i;

	for (i = 0; i < said.ngets; i++)
	{
		if (said.get[i].channel == lie.number)
		{
			change_piece(&said, i, copy, &lie);
			break;
		}
	}
	mpc_honest_set_reply(w, me, position, &said);
	if (IS("rset"))
	{
		from_hex(w->data + start + lie.number, lie.rest);
		sign_as(w, start, me->sign_sk, REPLY_TAG);
	}
	else if (IS("forge"))
		forge(w, start, REPLY_TAG);
	else if (IS("flip"))
		flip(w, start, &lie);
	else if (IS("cut"))
		w->len -= (size_t) lie.number;
}
