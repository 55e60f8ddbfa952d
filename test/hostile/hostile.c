/*
 * hostile.c
 *		An asker that lies: speaks to peers over libpq with a real identity, and
 *		breaks whatever rule a test tells it to.
 *
 * Reads commands from stdin, one a line, and prints one line for each:
 *	identity SEED DH EPOCH			who I am, from the tables of my own organization
 *	member NAME CARD				another party of the roster
 *	fake NAME						a party that I made up
 *	roster [NAME ...]				sorts them all, or me and these
 *	connect NAME CONNINFO			one connection a party; close NAME ends it
 *	sql NAME STATEMENT				by simple query; prepared NAME STATEMENT by the extended one
 *	fastpath NAME OID				calls a function by its number
 *	hello NAME DATASET				takes contract and one-time key
 *	hellos NAME DATASET NUMBER		greets so often; prints how often it was answered
 *	forge NAME DATASET				a one-time key of a party that I made up; - for none
 *	own DATASET						what my own card says I publish; - for none
 *	ask DATASET | agg FUNCTION [COLUMN,...] | key COLUMN | where OP COLUMN HEX
 *	lanes NUMBER					says so many instead of as many as the question has
 *	cells NUMBER					the same for the cells of its sketch
 *	protocol NUMBER					says this instead of the question's own
 *	threshold NUMBER				says this instead of the contract's own
 *	column WHAT NAME				says another "domain" or other "key_bytes" of this column
 *	query HEX						says these bytes instead of the question
 *	build							writes and signs the request; prints its id
 *	patch OFFSET HEX				changes the request and signs it again; prints its id
 *	resign NAME						signs it as a party that I made up
 *	dump, load HEX					the request as it is; another one instead
 *	next NAME						takes the next one-time key out of the last reply
 *	send NAME WAY					see send_request()
 *	got NAME						its last reply, as it came
 *	flips NAME STEP					flips a bit in every STEPth byte, sends it with the old signature
 *	result							adds all replies; prints the sums
 *	groups							the same, taken apart into groups
 * and of a Shamir sum, where "me" is the name of my own part, which is zeros:
 *	shares							deals, and keeps what the last replies dealt; prints how many did
 *	relay NAME DEALER ...			what NAME is told of these dealers, in place of the request: send, patch, dump as that
 *	sum NAME						keeps the sum share in the last reply; prints the hash of its dealers
 *	open DEALER ... by NAME ...		the sum of these dealers by those sum shares and mine; "same" or "mixed" dealers
 * and of a maximum, which is asked with "protocol 3" and built as such:
 *	mine KEY						claims this key in the first group
 *	step							from all replies the step of the next round, in place of the request: send, patch, dump as that; or what was found
 *	overrule DIGIT					the same, having taken away what the others put into the first group above this digit
 *	twist LANE						another element in my own reply, as the step tells of it
 * and of an intersection, which is asked with "protocol 5":
 *	announce NUMBER					how large my set is said to be; sumlanes NUMBER, engine NUMBER: what else R says
 *	put CHANNEL FIRST ELEMENTS		a piece of the next step, see make_element(); get CHANNEL FIRST COUNT; clear: none
 *	pieces [NUMBER]					the step of these pieces, in place of the request, with the next number or this one
 *	took NAME						what its reply gave, and goes on to the next step; size NAME: what it said of its set
 *	heard							every notice and error since the last time, on one line
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "crypto/secret.h"
#include "hostile.h"

Party party[16];
int nparties = 0;
MpcIdentity me;
MpcRoster roster;

static Party *
find(const char *name)
{
	int			i;

	for (i = 0; i < nparties; i++)
		if (strcmp(party[i].name, name) == 0)
			return &party[i];
	printf("no party %s\n", name);
	exit(1);
}

Party *
party_at(int position)
{
	int			i;

	for (i = 0; i < nparties; i++)
		if (memcmp(party[i].card.pid, roster.member[position].pid, MPC_PID_BYTES) == 0)
			return &party[i];
	return NULL;
}

size_t
from_hex(uint8_t *out, size_t cap, const char *hex)
{
	size_t		n = 0;

	if (sodium_hex2bin(out, cap, hex, strlen(hex), NULL, &n, NULL) != 0)
	{
		printf("bad hex\n");
		exit(1);
	}
	return n;
}

void
say_hex(const void *bytes, size_t len)
{
	size_t		i;

	for (i = 0; i < len; i++)
		printf("%02x", ((const uint8_t *) bytes)[i]);
	printf("\n");
}

static char *
word(char **line)
{
	char	   *start = *line + strspn(*line, " ");
	size_t		len = strcspn(start, " ");

	*line = start + len;
	if (**line != '\0')
		*(*line)++ = '\0';
	return start;
}

/* ------------------------------------------------------------------ who is who */

static void
be(char *line)
{
	uint8_t		seed[32];
	uint8_t		dh[32];

	from_hex(seed, sizeof(seed), word(&line));
	from_hex(dh, sizeof(dh), word(&line));
	printf("%s\n", mpc_status_name(mpc_identity_restore(&me, seed, dh, strtoull(word(&line), NULL, 10))));
}

/* card "": a party that I make up */
static void
add_party(const char *name, const char *card)
{
	Party	   *p = &party[nparties++];

	snprintf(p->name, sizeof(p->name), "%s", name);
	if (*card == '\0')
	{
		if (mpc_identity_make(&p->secret, 1) != MPC_OK)
			exit(1);
		p->card = p->secret.card;
	}
	else if (mpc_card_parse(&p->card, card) != MPC_OK)
	{
		printf("bad card\n");
		exit(1);
	}
}

static void
form_roster(char *names)
{
	MpcCard		member[17];
	int			n = 1;
	int			i;

	member[0] = me.card;
	for (i = 0; i < nparties && *names == '\0'; i++)
		member[n++] = party[i].card;
	while (*names != '\0')
		member[n++] = find(word(&names))->card;
	printf("%s\n", mpc_status_name(mpc_roster_init(&roster, member, n, me.card.pid)));
}

static void
forge_key(Party *p, const char *dataset)
{
	MpcOneTimeKey key;
	uint8_t		boot_id[MPC_BOOT_ID_BYTES] = {1};
	uint8_t		hash[32];

	mpc_dataset_hash(hash, mpc_str(dataset));
	if (mpc_onetime_make(&key, &p->secret, 1, 1, boot_id, strcmp(dataset, "-") == 0 ? NULL : hash) != MPC_OK)
		exit(1);
	memcpy(p->key, key.card, MPC_ONETIME_BYTES);
}

static void
take_next_key(Party *p)
{
	if (p->reply_len > MPC_ONETIME_BYTES + MPC_SIG_BYTES)
		memcpy(p->key, p->reply + p->reply_len - MPC_SIG_BYTES - MPC_ONETIME_BYTES, MPC_ONETIME_BYTES);
}

/* ------------------------------------------------------------------ commands */

#define IS(name) (strcmp(verb, name) == 0)

/* What is said about me, others and the question. False: another command. */
static bool
obey_quietly(const char *verb, char *line)
{
	char	   *first = word(&line);
	char	   *second = word(&line);

	if (IS("member"))
		add_party(first, second);
	else if (IS("fake"))
		add_party(first, "");
	else if (IS("forge"))
		forge_key(find(first), second);
	else if (IS("next"))
		take_next_key(find(first));
	else if (IS("own"))
		lie_about_dataset(first);
	else if (IS("ask"))
		begin_question(first);
	else if (IS("agg"))
		add_aggregate(first, second);
	else if (IS("key"))
		add_key(first);
	else if (IS("where"))
		set_condition(first, second, word(&line));
	else if (IS("lanes") || IS("cells") || IS("protocol") || IS("threshold"))
		lie_about_vector(verb, atol(first));
	else if (IS("column"))
		lie_about_column(first, second);
	else if (IS("query"))
		lie_about_query(first);
	else if (IS("mine"))
		claim_key(first);
	else if (IS("announce") || IS("sumlanes") || IS("engine"))
		lie_about_sets(verb, atol(first));
	else if (IS("put"))
		put_piece((uint8_t) atoi(first), (uint32_t) atol(second), word(&line));
	else if (IS("get"))
		get_piece((uint8_t) atoi(first), (uint32_t) atol(second), (uint32_t) atol(word(&line)));
	else if (IS("clear"))
		clear_pieces();
	else
		return false;
	return true;
}

/* Marks these members of the roster, up to the end or the word "by". */
static void
mark_members(bool *marked, char **line)
{
	int			i;

	memset(marked, 0, MPC_MAX_PARTIES * sizeof(*marked));
	while (**line != '\0')
	{
		const char *name = word(line);
		const Party *p;

		if (strcmp(name, "by") == 0)
			return;
		p = strcmp(name, "me") == 0 ? NULL : find(name);
		for (i = 0; i < roster.n; i++)
			marked[i] |= party_at(i) == p;
	}
}

static int
position_of(const char *name)
{
	bool		marked[MPC_MAX_PARTIES];
	char		copy[64];
	char	   *line = copy;
	int			i = 0;

	snprintf(copy, sizeof(copy), "%s", name);
	mark_members(marked, &line);
	while (i < roster.n - 1 && !marked[i])
		i++;
	return i;
}

/* What there is in Shamir sums only. False: another command. */
static bool
obey_shamir(const char *verb, char *line)
{
	bool		dealer[MPC_MAX_PARTIES];
	bool		by[MPC_MAX_PARTIES];
	int			receiver;

	if (IS("shares"))
		take_shares();
	else if (IS("relay"))
	{
		receiver = position_of(word(&line));
		mark_members(dealer, &line);
		write_relay(receiver, dealer);
	}
	else if (IS("sum"))
		take_sum(position_of(word(&line)));
	else if (IS("open"))
	{
		mark_members(dealer, &line);
		mark_members(by, &line);
		open_shares(dealer, by);
	}
	else
		return false;
	return true;
}

/* What there is in maxima only. False: another command. */
static bool
obey_maximum(const char *verb, char *line)
{
	if (IS("step"))
		write_step(-1);
	else if (IS("overrule"))
		write_step(atol(word(&line)));
	else if (IS("twist"))
		twist_step(atol(word(&line)));
	else
		return false;
	return true;
}

/* What there is in intersections only. False: another command. */
static bool
obey_sets(const char *verb, char *line)
{
	if (IS("pieces"))
		write_set_step(*line != '\0' ? atol(word(&line)) : -1);
	else if (IS("took"))
		say_pieces(find(word(&line)));
	else if (IS("size"))
		say_size(find(word(&line)));
	else
		return false;
	return true;
}

/* The request's bytes. False: another command. */
static bool
obey_request(const char *verb, char *line)
{
	if (IS("build"))
		build_request();
	else if (IS("patch"))
	{
		long		at = atol(word(&line));

		from_hex(message + at, sizeof(message) - at, word(&line));
		sign_as(&me);
		say_request();
	}
	else if (IS("resign"))
	{
		sign_as(&find(word(&line))->secret);
		say_request();
	}
	else if (IS("dump"))
		say_hex(message, message_len);
	else if (IS("load"))
	{
		message_len = from_hex(message, sizeof(message), word(&line));
		read_back();
		say_request();
	}
	else if (IS("result"))
		say_sums();
	else if (IS("groups"))
		say_groups();
	else
		return false;
	return true;
}

static void
call_by_number(Party *p, const char *oid)
{
	int			result;
	int			len;

	say_result(p, PQfn(p->conn, atoi(oid), &result, &len, 1, NULL, 0));
}

static void
hang_up(Party *p)
{
	PQfinish(p->conn);
	p->conn = NULL;
	printf("ok\n");
}

/* What goes to one party. */
static void
obey_party(const char *verb, Party *p, char *line)
{
	if (IS("connect"))
		connect_to(p, line);
	else if (IS("close"))
		hang_up(p);
	else if (IS("sql"))
		say_result(p, PQexec(p->conn, line));
	else if (IS("prepared"))
		say_result(p, PQexecParams(p->conn, line, 0, NULL, NULL, NULL, NULL, 0));
	else if (IS("fastpath"))
		call_by_number(p, word(&line));
	else if (IS("hello"))
		greet(p, word(&line));
	else if (IS("hellos"))
	{
		char	   *dataset = word(&line);

		greet_often(p, dataset, atol(word(&line)));
	}
	else if (IS("send"))
		send_request(p, word(&line));
	else if (IS("got"))
		say_hex(p->reply, p->reply_len);
	else if (IS("flips"))
		send_flipped(p, atol(word(&line)));
	else
		printf("no such command: %s\n", verb);
}

static void
obey(char *line)
{
	char	   *verb = word(&line);
	char	   *copy = strdup(line);

	/* words are cut out of the copy: the next one to look needs the line whole */
	if (obey_quietly(verb, copy))
		printf("ok\n");
	else if (IS("identity"))
		be(line);
	else if (IS("roster"))
		form_roster(line);
	else if (IS("heard"))
		say_heard();
	else if (!obey_request(verb, line) && !obey_shamir(verb, line) && !obey_maximum(verb, line) &&
			 !obey_sets(verb, line))
	{
		Party	   *p = find(word(&line));

		obey_party(verb, p, line);
	}
	free(copy);
}

int
main(void)
{
	static char line[MAX_BYTES];

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (mpc_core_init() != MPC_OK)
		return 1;
	while (fgets(line, sizeof(line), stdin) != NULL)
	{
		line[strcspn(line, "\n")] = '\0';
		if (line[0] != '\0')
			obey(line);
	}
	return 0;
}
