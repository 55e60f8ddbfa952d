/*
 * fuzz_request.c
 *		Any bytes as a request: no crash, and one spelling per request.
 *
 * The hashes of query and policy are set right where the layout allows it: a
 * fuzzer cannot find them.  expires_at is written from issued_at and never read
 * for meaning, so it is left out of the comparison.
 */
#include "crypto/hash.h"
#include "fuzz.h"
#include "protocol/request.h"

#define FIXED		164
#define EXPIRES		28

static uint8_t bytes[FUZZ_MAX];
static uint8_t rewritten[FUZZ_MAX];

/* Sets one hash from the text that begins at its length field; the offset after it, 0 without one. */
static size_t
set_hash(size_t size, size_t offset, size_t where, const char *tag)
{
	MpcReader	r;
	MpcStr		text;

	if (offset == 0 || offset > size)
		return 0;
	mpc_reader_init(&r, bytes + offset, size - offset);
	text = mpc_read_long(&r, FUZZ_MAX);
	if (r.status != MPC_OK)
		return 0;
	mpc_th32(bytes + where, tag, text.data, text.len);
	return offset + r.pos;
}

static void
set_hashes(size_t size)
{
	size_t		offset;

	if (size < FIXED)
		return;
	offset = FIXED + (size_t) MPC_ONETIME_BYTES * (bytes[10] | (size_t) bytes[11] << 8);
	offset = set_hash(size, offset, 68, "MPCAGG-v1/query");
	(void) set_hash(size, offset, 100, "MPCAGG-v1/policy");
}

static void
rewrite(const MpcRequest *request, size_t size)
{
	static MpcIdentity nobody;
	static MpcRoster roster;
	MpcWriter	w;

	roster.n = request->n;
	roster.me = request->asker;
	mpc_writer_init(&w, rewritten, sizeof(rewritten));
	if (request->protocol == MPC_PROTOCOL_SHAMIR_SUM)
		mpc_request_write_shamir(&w, &nobody, &roster, request->threshold, request->m, request->issued_at, request->nonce,
								 bytes + FIXED, request->query, request->policy);
	else if (request->protocol == MPC_PROTOCOL_MAXIMUM)
		mpc_request_write_maximum(&w, &nobody, &roster, request->digit_bits, request->key_bits, request->m, request->issued_at,
								  request->nonce, bytes + FIXED, request->query, request->policy);
	else if (request->protocol == MPC_PROTOCOL_SETS)
		mpc_request_write_sets(&w, &nobody, &roster, request->engine, request->lanes, request->m, request->issued_at,
							   request->nonce, bytes + FIXED, request->query, request->policy);
	else
		mpc_request_write(&w, &nobody, &roster, request->protocol, request->m, request->issued_at, request->nonce,
						  bytes + FIXED, request->query, request->policy);
	fuzz_check(w.status == MPC_OK && w.len == size);
	memcpy(rewritten + EXPIRES, bytes + EXPIRES, 8);
	fuzz_check(memcmp(rewritten, bytes, size - MPC_SIG_BYTES) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static MpcRequest request;
	static MpcRoster roster;
	uint16_t	bad;

	if (size > FUZZ_MAX || mpc_core_init() != MPC_OK)
		return 0;
	memcpy(bytes, data, size);
	set_hashes(size);
	if (mpc_request_read(&request, bytes, size) != MPC_OK)
		return 0;
	rewrite(&request, size);
	roster.n = request.n;
	fuzz_check(mpc_request_verify(&request, &roster.member[0]) != MPC_OK);
	fuzz_check(mpc_request_check_cards(&request, &roster, mpc_str("d"), &bad) != MPC_OK);
	fuzz_check(mpc_request_other_publishers(&request) < request.n);
	return 0;
}
