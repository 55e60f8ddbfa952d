/*
 * make_seeds.c
 *		One genuine message of each kind, as files: where the fuzz targets start.
 */
#include <stdio.h>

#include "fuzz.h"
#include "protocol/contract.h"
#include "protocol/hello.h"
#include "protocol/refusal.h"
#include "protocol/request.h"

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
	MpcRefusal	refusal = {MPC_REFUSE_CONTRACT, {NULL, 0}, {NULL, 0}, NULL};
	MpcWriter	w;

	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_hello_write(&w, &identity, &roster, zeros, mpc_str("payroll"), true);
	save_written(folder, "hello", &w);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_hello_answer_write(&w, &identity, zeros, &key, &contract);
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
	mpc_request_write(&w, &identity, &roster, 2, 1, zeros, cards, mpc_str("query"), mpc_str("policy"));
	save_written(folder, "request", &w);
	reply.next_card = key.card;
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_reply_write(&w, &identity, zeros, 1, PARTIES, 2, &reply);
	save_written(folder, "reply", &w);
}

/* and (eq, or (in, not (prefix))) over two keys and two functions, by hand as WIRE says. */
static void
save_query(const char *folder)
{
	static const char query[] = "\1" "\1\0t" "\2" "\1\0k" "\1\0l" "\2" "\1\0" "\3\1\1\0v"
	"\1\2" "\x10\1\0c\1" "\0\2\0zz" "\2\2" "\x18\1\0d\2" "\0\1\0a" "\1\0\0" "\3\1" "\x19\1\0e\1" "\0\1\0p";

	save(folder, "query", query, sizeof(query) - 1);
}

static void
save_contract(const char *folder)
{
	static MpcContract contract;
	MpcWriter	w;

	contract.protocol = MPC_PROTOCOL_MASKED_SUM;
	contract.ncolumns = 2;
	contract.column[0].name = mpc_str("dept");
	contract.column[0].role = MPC_ROLE_KEY;
	contract.column[0].type = mpc_str("text");
	contract.column[0].max_key_bytes = 61;
	contract.column[1].name = mpc_str("pay");
	contract.column[1].role = MPC_ROLE_MEASURE;
	contract.column[1].type = mpc_str("bigint");
	contract.column[1].low = mpc_str("-5");
	contract.column[1].high = mpc_str("100");
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_contract_write(&w, &contract);
	save_written(folder, "contract", &w);
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
	save_query(argv[1]);
	save_contract(argv[1]);
	return 0;
}
