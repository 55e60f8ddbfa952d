/*
 * cards.c
 *		Is this text an identity?
 *
 * Verifying its signature costs more than everything else that is done to read a
 * federation, and every question reads all federations, so verified cards are
 * kept for the session. They are public.
 */
#include "postgres.h"

#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "catalog/cards.h"

#define MAX_CACHED_CARDS 4096

typedef struct CardEntry
{
	char		text[MPC_CARD_TEXT_MAX];	/* hash key */
	MpcCard		card;
} CardEntry;

static HTAB *cards = NULL;

/* An empty cache in place of none or a full one: whoever fills it costs himself time, not memory. */
static void
make_room(void)
{
	HASHCTL		ctl;

	if (cards != NULL && hash_get_num_entries(cards) < MAX_CACHED_CARDS)
		return;
	if (cards != NULL)
		hash_destroy(cards);
	cards = NULL;
	ctl.keysize = MPC_CARD_TEXT_MAX;
	ctl.entrysize = sizeof(CardEntry);
	ctl.hcxt = TopMemoryContext;
	cards = hash_create("mpc_agg identity cards", 32, &ctl,
						HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
}

const MpcCard *
mpc_pinned_card(const char *text)
{
	CardEntry  *entry;
	MpcCard		card;

	if (strlen(text) >= MPC_CARD_TEXT_MAX)
		return NULL;
	make_room();
	entry = hash_search(cards, text, HASH_FIND, NULL);
	if (entry != NULL)
		return &entry->card;
	if (mpc_card_parse(&card, text) != MPC_OK)
		return NULL;
	entry = hash_search(cards, text, HASH_ENTER, NULL);
	entry->card = card;
	return &entry->card;
}
