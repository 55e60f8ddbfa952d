/*
 * make_seeds.c
 *		One genuine message of each kind, as files: where the fuzz targets start.
 */
#include <stdio.h>

#include "fuzz.h"
#include "fuzz_maximum.h"
#include "fuzz_shamir.h"
#include "fuzz_sketch.h"
#include "protocol/description.h"
#include "protocol/group_key.h"
#include "protocol/hello.h"
#include "protocol/refusal.h"
#include "protocol/set_messages.h"

#define PARTIES 3

static const uint8_t zeros[32];
static uint8_t bytes[FUZZ_MAX];
static MpcIdentity identity;
static MpcOneTimeKey key;

static void
save(const char *folder, const char *name, const void *data, size_t len)
{
	char		path[4096];
	FILE	   *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "wb");
	fuzz_check(file != NULL && fwrite(data, 1, len, file) == len && fclose(file) == 0);
}

static void
save_written(const char *folder, const char *name, const MpcWriter *w)
{
	fuzz_check(w->status == MPC_OK);
	save(folder, name, w->data, w->len);
}

static void
save_hellos(const char *folder)
{
	static MpcRoster roster;
	MpcStr		contract = mpc_str("contract");
	MpcStr		description = mpc_str("description");
	MpcRefusal	refusal = {MPC_REFUSE_CONTRACT, {NULL, 0}, {NULL, 0}, NULL};
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_hello_write(&w, &identity, &roster, zeros, mpc_str("payroll"), true);
	save_written(folder, "hello", &w);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_hello_answer_write(&w, &identity, zeros, &key, &description);
	save_written(folder, "answer", &w);
	refusal.rule = mpc_str("rule");
	refusal.contract = contract;
	refusal.next_card = key.card;
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_refusal_write(&w, &identity, zeros, &refusal);
	save_written(folder, "refusal", &w);
}

static void
save_request(const char *folder)
{
	static MpcRoster roster;
	static uint8_t cards[PARTIES * MPC_ONETIME_BYTES];
	static const MpcFe y[2];
	static const uint8_t tags[(PARTIES - 1) * MPC_CONFIRM_BYTES];
	MpcReply	reply = {1, zeros, tags, y, NULL};
	MpcWriter	w;

	roster.n = PARTIES;
	memcpy(cards, key.card, sizeof(key.card));
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_request_write(&w, &identity, &roster, MPC_PROTOCOL_MASKED_SUM, 2, 1, zeros, cards,
					  mpc_str("query"), mpc_str("policy"));
	save_written(folder, "request", &w);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_request_write(&w, &identity, &roster, MPC_PROTOCOL_SKETCH, 2, 1, zeros, cards,
					  mpc_str("query"), mpc_str("policy"));
	save_written(folder, "request_sketch", &w);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_request_write_shamir(&w, &identity, &roster, PARTIES, 2, 1, zeros, cards, mpc_str("query"), mpc_str("policy"));
	save_written(folder, "request_shamir", &w);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_request_write_maximum(&w, &identity, &roster, 1, 3, 2, 1, zeros, cards, mpc_str("query"), mpc_str("policy"));
	save_written(folder, "request_maximum", &w);
	reply.next_card = key.card;
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_reply_write(&w, &identity, zeros, 1, PARTIES, 2, &reply);
	save_written(folder, "reply", &w);
}

/* A request for an intersection, the answer, and a step of two pieces with its reply. */
static void
save_sets(const char *folder)
{
	static MpcRoster roster;
	static uint8_t cards[PARTIES * MPC_ONETIME_BYTES];
	static const uint8_t elements[2 * MPC_SET_ELEMENT];
	MpcSetAnswer answer = {3, 1, zeros, key.card};
	MpcSetStep	step = {zeros, 1, 1, 2, {{MPC_SET_ASKED, 0, 2, elements}},
	{{MPC_SET_EVALUATED, 0, 2, elements}, {MPC_SET_OWN, 7, 1, elements}}};
	MpcWriter	w;

	roster.n = PARTIES;
	memcpy(cards, key.card, sizeof(key.card));
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_request_write_sets(&w, &identity, &roster, MPC_ENGINE_CURVE, 3, 2, 1, zeros, cards, mpc_str("query"), mpc_str("policy"));
	save_written(folder, "request_sets", &w);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_set_answer_write(&w, &identity, zeros, 1, &answer);
	save_written(folder, "set_answer", &w);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_set_step_write(&w, &identity, &step);
	save_written(folder, "set_step", &w);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_set_reply_write(&w, &identity, 1, &step);
	save_written(folder, "set_reply", &w);
}

/* The three messages of a Shamir sum of four parties, as the targets know it, with nothing sealed. */
static void
save_shamir(const char *folder)
{
	static MpcRequest request;
	static MpcRelay relay;
	static const uint8_t hash[MPC_TH_BYTES];
	static const uint8_t sealed[FUZZ_LANES * 32 + MPC_SEAL_TAG_BYTES];
	static const MpcFe sum[FUZZ_LANES];
	MpcSumShare share = {zeros, sum};
	uint8_t		signed_hash[MPC_TH_BYTES];
	MpcWriter	w;
	uint16_t	i;

	fuzz_shamir_request(&request);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_shares_begin(&w, &request, FUZZ_DEALER);
	(void) mpc_shares_room(&w, (FUZZ_DEALER + FUZZ_THRESHOLD) % FUZZ_PARTIES, FUZZ_LANES);
	mpc_shares_end(&w, 0, &identity, &request, FUZZ_DEALER, 1, zeros, key.card, signed_hash);
	save_written(folder, "shares", &w);
	for (i = 0; i < FUZZ_PARTIES; i++)
	{
		relay.hash[i] = hash;
		relay.sig[i] = hash;
	}
	relay.sealed[FUZZ_DEALER] = sealed;
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_relay_write(&w, &identity, request.rid, &relay, FUZZ_PARTIES, FUZZ_LANES);
	save_written(folder, "relay", &w);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_sum_share_write(&w, &identity, request.rid, FUZZ_DEALER, &share, FUZZ_LANES);
	save_written(folder, "sum_share", &w);
}

/* The step of a round in which member 2 has the digit 1 in the first of the two vectors. */
static void
save_step(const char *folder)
{
	static uint8_t text[FUZZ_MAXIMUM_PARTIES][2048];
	static const uint8_t tags[(FUZZ_MAXIMUM_PARTIES - 1) * MPC_CONFIRM_BYTES];
	static const MpcFe y[FUZZ_MAXIMUM_LANES];
	static const MpcFe one[FUZZ_MAXIMUM_LANES] = {{1}, {1}};
	MpcReply	reply = {1, zeros, tags, y, NULL};
	MpcStr		signed_reply[FUZZ_MAXIMUM_PARTIES];
	MpcWriter	w;
	uint16_t	i;

	for (i = 0; i < FUZZ_MAXIMUM_PARTIES; i++)
	{
		reply.y = i == 2 ? one : y;
		reply.next_card = i == 1 ? key.card : NULL;
		mpc_writer_init(&w, text[i], sizeof(text[i]));
		mpc_reply_write(&w, &identity, zeros, i, FUZZ_MAXIMUM_PARTIES, FUZZ_MAXIMUM_LANES, &reply);
		fuzz_check(w.status == MPC_OK);
		signed_reply[i].data = text[i];
		signed_reply[i].len = w.len;
	}
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_step_write(&w, &identity, zeros, signed_reply, FUZZ_MAXIMUM_PARTIES);
	save_written(folder, "step", &w);
}

/* A histogram of 1024 cells and the two beside them. */
#define GRID(column) "\x31\1\1\0" column "\1\0" "0\4\0" "1024\0\4\0"

/* and (eq, or (in, not (prefix))) over two keys and four functions, two of them filtered, by hand as WIRE says. */
static void
save_query(const char *folder)
{
	static const char query[] = "\1" "\1\0t" "\2" "\1\0k" "\1\0l" "\4" "\1\0\1" "\3\1\1\0v\0"
	"\x22\2\1\0v\1\0w\2" "\xc\1\1\0v\1"
	"\1\2" "\x10\1\0c\1" "\0\2\0zz" "\2\2" "\x18\1\0d\2" "\0\1\0a" "\1\0\0" "\3\1" "\x19\1\0e\1" "\0\1\0p"
	"\2" "\x16\1\0c\0" "\3\1" "\x16\1\0c\0";
	static const char histograms[] = "\1" "\1\0t" "\0" "\2" "\x31\1\1\0v\2\0-5\2\0" "17\3\0\0" "\x31\1\1\0w\1\0" "0\1\0" "1\0\4\0" "\0\0";

	static const char grids[] = "\1" "\1\0t" "\0" "\4" GRID("1") GRID("2") GRID("3") GRID("4") "\0\0";
	static const char logistic[] = "\1" "\1\0t" "\0" "\1" "\x32\2\1\0y\1\0x" "\0\0\0\0\0\0\xf0\x3f" "\0\0\0\0\0\0\0\xc0" "\0" "\0\0";
	static const char members[] = "\1" "\1\0t" "\0" "\1" "\x40\2\2\0id\1\0n\0" "\0\0";
	static const char sums[] = "\1" "\1\0t" "\1\1\0k" "\2" "\x41\1\2\0id\0" "\x42\2\2\0id\1\0v\0" "\0\0";
	static const char numbers[] = "\1" "\1\0t" "\0" "\2" "\x43\1\2\0id\0" "\x41\1\2\0id\0" "\0\0";

	save(folder, "grids", grids, sizeof(grids) - 1);
	save(folder, "logistic", logistic, sizeof(logistic) - 1);
	save(folder, "members", members, sizeof(members) - 1);
	save(folder, "set_sums", sums, sizeof(sums) - 1);
	save(folder, "set_numbers", numbers, sizeof(numbers) - 1);
	save(folder, "query", query, sizeof(query) - 1);
	save(folder, "histograms", histograms, sizeof(histograms) - 1);
}

/* A contract, its one domain, both in a description, and a group's key. */
static void
save_contract(const char *folder)
{
	static MpcContract contract;
	MpcStr		value[2] = {mpc_str("north"), mpc_str("south")};
	MpcDomain	domain = {2, value};
	MpcStr		dataset = mpc_str("payroll");
	MpcValue	tuple[2] = {{false, mpc_str("north")}, {true, {NULL, 0}}};
	MpcWriter	w;

	contract.protocol = MPC_PROTOCOL_MASKED_SUM;
	contract.ncolumns = 2;
	contract.column[0].name = mpc_str("dept");
	contract.column[0].role = MPC_ROLE_KEY;
	contract.column[0].type = mpc_str("text");
	contract.column[0].max_key_bytes = 61;
	contract.column[0].values = &domain;
	mpc_domain_hash(contract.column[0].domain, &domain);
	contract.column[1].name = mpc_str("pay");
	contract.column[1].role = MPC_ROLE_MEASURE;
	contract.column[1].type = mpc_str("bigint");
	contract.column[1].low = mpc_str("-5");
	contract.column[1].high = mpc_str("100");
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_contract_write(&w, &contract);
	save_written(folder, "contract", &w);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_domain_write(&w, &domain);
	save_written(folder, "domain", &w);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_description_write(&w, &dataset, &contract, 1);
	save_written(folder, "description", &w);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_group_key_write(&w, tuple, 2);
	save_written(folder, "group_key", &w);
}

/* Three keys in 30 cells of four elements: small enough to change. */
static void
save_sketch(const char *folder)
{
	static const char shape[FUZZ_SHAPE_BYTES] = {5, 0, 1};
	static const char *const keys[] = {"north", "south", "west"};
	static MpcFe cell[FUZZ_MAX_ELEMENTS];
	MpcSketch	sketch;
	MpcFe		value = {7};
	MpcFe		w = {1};
	uint8_t		i;

	memcpy(bytes, shape, sizeof(shape));
	fuzz_shape(&sketch, bytes);
	for (i = 0; i < 3; i++)
	{
		w[1] = i;
		fuzz_add_key(&sketch, cell, keys[i], strlen(keys[i]), (const MpcFe *) &value, w);
	}
	memcpy(bytes + sizeof(shape), cell, fuzz_elements(&sketch) * sizeof(MpcFe));
	save(folder, "sketch", bytes, sizeof(shape) + fuzz_elements(&sketch) * sizeof(MpcFe));
}

int
main(int argc, char **argv)
{
	static const uint8_t seed[32] = "another seed that runs share";
	char		text[MPC_CARD_TEXT_MAX];

	/* Nothing random, and not the identity of the targets: none of this may verify there. */
	fuzz_check(argc == 2 && mpc_core_init() == MPC_OK);
	fuzz_check(mpc_identity_restore(&identity, seed, seed, 1) == MPC_OK);
	memset(key.card, 'k', sizeof(key.card));
	mpc_card_text(text, &identity);
	save(argv[1], "card", text, strlen(text));
	save(argv[1], "onetime", key.card, sizeof(key.card));
	save_hellos(argv[1]);
	save_request(argv[1]);
	save_sets(argv[1]);
	save_shamir(argv[1]);
	save_step(argv[1]);
	save_query(argv[1]);
	save_contract(argv[1]);
	save_sketch(argv[1]);
	return 0;
}
