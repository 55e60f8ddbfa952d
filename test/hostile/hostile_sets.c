/*
 * hostile_sets.c
 *		What does a lying asker put and get in an intersection, and what do the replies show it?
 *
 * A step is made of pieces, each as a test says it: lists that are too long, out of order, of no points. Elements of which
 * nothing else is said are new points, so that what a peer refuses is what the test changed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "crypto/secret.h"
#include "hostile.h"
#include "protocol/group_key.h"
#include "psi/sets.h"

#define MOST_ELEMENTS	8192

static MpcFe scalar;
static uint8_t rid[MPC_RID_BYTES];	/* of the intersection under way */
static uint32_t number;			/* of the next step */
static MpcSetStep step;
static MpcPoint element[MPC_SET_MAX_PARTS][MOST_ELEMENTS];
static MpcPoint *own;			/* what was got of this list last, multiplied */
static uint32_t nown;

/* What R says beside the question. */
static long announced;
static long lanes_said;
static long engine_said = MPC_ENGINE_CURVE;

void
lie_about_sets(const char *what, long said)
{
	*(strcmp(what, "announce") == 0 ? &announced : strcmp(what, "sumlanes") == 0 ? &lanes_said : &engine_said) = said;
}

MpcStatus
begin_sets(const uint8_t *cards, const uint8_t *dataset_hash, MpcStr query, MpcStr policy)
{
	static uint8_t all[16 * MPC_ONETIME_BYTES];
	uint8_t		nonce[32];
	MpcOneTimeKey key;
	MpcWriter	w;
	MpcStatus	status;

	memcpy(all, cards, (size_t) roster.n * MPC_ONETIME_BYTES);
	status = mpc_onetime_make_own(&key, &me, 1, dataset_hash, all + (size_t) roster.me * MPC_ONETIME_BYTES);
	if (status != MPC_OK)
		return status;
	mpc_random(nonce, sizeof(nonce));
	mpc_writer_init(&w, message, sizeof(message));
	mpc_request_write_sets(&w, &me, &roster, (uint8_t) engine_said, (uint16_t) lanes_said, (uint32_t) announced, 1, nonce,
						   all, query, policy);
	message_len = w.len;
	if (w.status != MPC_OK)
		return w.status;
	read_back();				/* what it says may be more than a request can */
	memcpy(rid, ask.request.rid, MPC_RID_BYTES);
	mpc_group_scalar(scalar);
	number = 0;
	memset(&step, 0, sizeof(step));
	return MPC_OK;
}

/* ------------------------------------------------------------------ pieces */

/* The point of an identifier of one text column. */
static void
identify(MpcPoint point, const char *text)
{
	MpcValue	value = {false, mpc_str(text)};
	MpcElement	hash;
	MpcElement	e;
	uint8_t		bytes[1024];
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_group_key_write(&w, &value, 1);
	mpc_identifier_hash(hash, (MpcStr) {bytes, w.len});
	mpc_element_hash(e, rid, (MpcStr) {hash, sizeof(hash)});
	mpc_group_hash(point, e);
	if (mpc_group_mul(point, scalar, point) != MPC_OK)
		exit(1);
}

/* new, zero, ff, one (always the same point), own (what was got, multiplied), id:TEXT, or hexadecimal */
static void
make_element(MpcPoint point, const char *what, uint32_t i)
{
	static const uint8_t same[64] = "one point that is always the same";

	memset(point, 0, MPC_POINT_BYTES);
	if (strcmp(what, "new") == 0)
		mpc_group_random(point);
	else if (strcmp(what, "ff") == 0)
		memset(point, 0xff, MPC_POINT_BYTES);
	else if (strcmp(what, "one") == 0)
		mpc_group_hash(point, same);
	else if (strcmp(what, "own") == 0 && i < nown)
		memcpy(point, own[i], MPC_POINT_BYTES);
	else if (strncmp(what, "id:", 3) == 0)
		identify(point, what + 3);
	else if (strcmp(what, "zero") != 0)
		from_hex(point, MPC_POINT_BYTES, what);
}

/* elements: separated by commas, NUMBER*WHAT or WHAT */
void
put_piece(uint8_t channel, uint32_t first, char *elements)
{
	MpcPoint   *to = element[step.nputs];
	uint32_t	n = 0;
	char	   *word;

	for (word = strtok(elements, ","); word != NULL; word = strtok(NULL, ","))
	{
		char	   *star = strchr(word, '*');
		long		times = star != NULL ? atol(word) : 1;

		while (times-- > 0 && n < MOST_ELEMENTS)
		{
			make_element(to[n], star != NULL ? star + 1 : word, n);
			n++;
		}
	}
	step.put[step.nputs++] = (MpcSetPart) {channel, first, n, to[0]};
}

void
get_piece(uint8_t channel, uint32_t first, uint32_t count)
{
	step.get[step.ngets++] = (MpcSetPart) {channel, first, count, NULL};
}

/* said < 0: the next number. */
void
write_set_step(long said)
{
	MpcWriter	w;

	step.rid = rid;
	step.number = said < 0 ? number : (uint32_t) said;
	mpc_writer_init(&w, message, sizeof(message));
	mpc_set_step_write(&w, &me, &step);
	message_len = w.len;
	memcpy(ask.request.rid, rid, MPC_RID_BYTES);
	if (w.status != MPC_OK)
		printf("no step: %s\n", mpc_status_name(w.status));
	else
		printf("step %u\n", step.number);
}

/* Forgets the pieces of the step that was refused, or not sent. */
void
clear_pieces(void)
{
	step.nputs = step.ngets = 0;
}

/* ------------------------------------------------------------------ what came back */

static void
keep_own(const MpcSetPart *part)
{
	uint32_t	i;

	own = realloc(own, (size_t) part->count * MPC_POINT_BYTES);
	nown = part->count;
	for (i = 0; i < nown; i++)
		if (mpc_group_mul(own[i], scalar, part->elements + (size_t) i * MPC_SET_ELEMENT) != MPC_OK)
			exit(1);
	mpc_set_sort(own, nown);
}

/* Reads the reply to the last step; how many of each piece came, and of evaluated elements how many own ones equal. */
void
say_pieces(const Party *p)
{
	uint16_t	i = 0;
	MpcStatus	status;

	while (i < roster.n && party_at(i) != p)
		i++;
	status = mpc_set_reply_read(&step, p->reply, p->reply_len, &roster, i);
	if (status != MPC_OK)
	{
		printf("no pieces: %s\n", mpc_status_name(status));
		return;
	}
	printf("got");
	for (i = 0; i < step.ngets; i++)
	{
		const MpcSetPart *part = &step.get[i];

		printf(" %u:%u", part->channel, part->count);
		if (part->channel == MPC_SET_OWN)
			keep_own(part);
		if (part->channel == MPC_SET_EVALUATED)
			printf("=%zu", mpc_set_match(NULL, (const MpcPoint *) part->elements, part->count, (const MpcPoint *) own, nown));
	}
	printf("\n");
	number++;
	clear_pieces();
}

/* The answer to R: how large the peer's set is. */
void
say_size(const Party *p)
{
	MpcSetAnswer answer;
	uint16_t	i = 0;
	MpcStatus	status;

	while (i < roster.n && party_at(i) != p)
		i++;
	status = mpc_set_answer_read(&answer, p->reply, p->reply_len, rid, &roster, i);
	if (status != MPC_OK)
		printf("no size: %s\n", mpc_status_name(status));
	else
		printf("size %u\n", answer.size);
}
