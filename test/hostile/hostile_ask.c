/*
 * hostile_ask.c
 *		What does a lying asker ask, and what does it see when all have replied?
 *
 * Everything follows from question and contract as it does at an honest asker, until a
 * test has one thing said otherwise. What is opened is shown whole: an asker's process
 * sees what its analyst is not shown.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "hostile.h"
#include "protocol/description.h"

#define REQUEST_TAG		"MPCAGG-v1/sig/request"
#define RELAY_TAG		"MPCAGG-v1/sig/relay"
#define STEP_TAG		"MPCAGG-v1/sig/step"
#define SET_STEP_TAG	"MPCAGG-v1/sig/set-step"
#define FIRST_GROUPS	64

MpcAsk ask;
uint8_t message[MAX_BYTES];
size_t message_len = 0;

static MpcContract contract;
static MpcContract used;
static char contract_dataset[64];	/* whose contract it is; empty: none was told */
static MpcQuery query;
static MpcLanes lanes;
static MpcLayout layout;
static MpcExtremes extremes;	/* of a maximum */
static uint8_t query_bytes[MAX_BYTES];
static uint8_t policy_bytes[4096];
static MpcStaticHalf halves[MPC_MAX_PARTIES];
static uint8_t cards[16 * MPC_ONETIME_BYTES];
static uint8_t confirm[16 * 16 * MPC_CONFIRM_BYTES];
static MpcFe *sums;

/* What is said instead of the truth; 0 or empty: the truth. */
static char own_dataset[64];
static long lanes_said;
static long protocol_said;
static long cells_said;
static long threshold_said;
static char column_said[64];
static size_t query_said;		/* bytes */

/* ------------------------------------------------------------------ what the peers promise */

/* Values of the domains that came with the contract; they live as long as the program. */
static void
learn_domain(MpcContractColumn *column, MpcStr domains)
{
	MpcStr		bytes;
	MpcDomain  *domain;

	if (!mpc_description_domain(domains, column->name, &bytes))
		return;
	domain = calloc(1, sizeof(MpcDomain));
	domain->value = calloc(mpc_domain_count(bytes.data, bytes.len) + 1, sizeof(MpcStr));
	if (mpc_domain_read(domain, bytes.data, bytes.len) == MPC_OK)
		column->values = domain;
}

void
learn(const char *dataset, MpcStr description)
{
	MpcDescriptionReader reader;
	MpcStr		name;
	MpcStr		its_contract;
	MpcStr		domains;
	uint8_t    *copy;
	int			i;

	if (strcmp(contract_dataset, dataset) == 0)
		return;
	copy = malloc(description.len);
	memcpy(copy, description.data, description.len);
	mpc_description_begin(&reader, copy, description.len);
	while (mpc_description_next(&reader, &name, &its_contract, &domains))
	{
		if (!mpc_str_equal(name, mpc_str(dataset)) ||
			mpc_contract_read(&contract, its_contract.data, its_contract.len) != MPC_OK)
			continue;
		for (i = 0; i < contract.ncolumns; i++)
			learn_domain(&contract.column[i], domains);
		snprintf(contract_dataset, sizeof(contract_dataset), "%s", dataset);
	}
	if (mpc_description_end(&reader) != MPC_OK)
		contract_dataset[0] = '\0';
}

/* ------------------------------------------------------------------ the question */

void
begin_question(const char *dataset)
{
	memset(&query, 0, sizeof(query));
	query.dataset = mpc_str(strdup(dataset));
	lanes_said = protocol_said = cells_said = threshold_said = 0;
	query_said = 0;
	column_said[0] = '\0';
}

void
add_aggregate(const char *function, const char *column)
{
	MpcAgg	   *agg = &query.agg[query.naggs++];
	char	   *name;

	agg->function = strcmp(function, "rows") == 0 ? MPC_COUNT_ROWS :
		strcmp(function, "count") == 0 ? MPC_COUNT :
		strcmp(function, "sum") == 0 ? MPC_SUM :
		strcmp(function, "avg") == 0 ? MPC_AVG :
		strcmp(function, "min") == 0 ? MPC_MIN :
		strcmp(function, "max") == 0 ? MPC_MAX : (MpcFunction) atoi(function);
	agg->nargs = 0;
	if (agg->function == MPC_HISTOGRAM)
	{
		agg->arg[agg->nargs++] = mpc_str(strtok(strdup(column), ","));
		agg->grid.low = mpc_str(strtok(NULL, ","));
		agg->grid.high = mpc_str(strtok(NULL, ","));
		agg->grid.buckets = (uint16_t) atoi(strtok(NULL, ","));
		return;
	}
	for (name = strtok(strdup(column), ","); name != NULL; name = strtok(NULL, ","))
		agg->arg[agg->nargs++] = mpc_str(name);
	if (agg->function == MPC_LOGISTIC)	/* all 0 */
		agg->coefficients = (MpcStr) {calloc(agg->nargs, MPC_COEFFICIENT_BYTES), agg->nargs * MPC_COEFFICIENT_BYTES};
}

void
add_key(const char *column)
{
	query.key[query.nkeys++] = mpc_str(strdup(column));
}

void
set_condition(const char *op, const char *column, const char *hex)
{
	static uint8_t value[4096];

	memset(&query.node[0], 0, sizeof(query.node[0]));
	query.where.nnodes = 1;
	query.nnodes = 1;
	query.nvalues = 1;
	query.node[0].op = (MpcOp) atoi(op);
	query.node[0].column = mpc_str(strdup(column));
	query.node[0].nvalues = 1;
	query.value[0].null = false;
	query.value[0].bytes.data = value;
	query.value[0].bytes.len = from_hex(value, sizeof(value), hex);
}

/* ------------------------------------------------------------------ lies */

void
lie_about_column(const char *what, const char *column)
{
	snprintf(column_said, sizeof(column_said), "%s %s", what, column);
}

void
lie_about_vector(const char *what, long number)
{
	*(strcmp(what, "lanes") == 0 ? &lanes_said :
	  strcmp(what, "cells") == 0 ? &cells_said :
	  strcmp(what, "threshold") == 0 ? &threshold_said : &protocol_said) = number;
}

void
lie_about_query(const char *hex)
{
	query_said = from_hex(query_bytes, sizeof(query_bytes), hex);
}

void
lie_about_dataset(const char *dataset)
{
	snprintf(own_dataset, sizeof(own_dataset), "%s", strcmp(dataset, "-") == 0 ? "" : dataset);
}

/* Says another domain, or another size of keys, than the peers told. */
static void
change_columns(void)
{
	const char *column = strchr(column_said, ' ');
	int			i;

	for (i = 0; column != NULL && i < used.ncolumns; i++)
	{
		if (!mpc_str_equal(used.column[i].name, mpc_str(column + 1)))
			continue;
		if (strncmp(column_said, "domain ", 7) == 0)
			used.column[i].domain[0] ^= 1;
		else
			used.column[i].max_key_bytes++;
	}
}

/* ------------------------------------------------------------------ the request */

/* The vectors of a maximum, or one that is nobody's. */
static void
settle_extremes(void)
{
	uint16_t	measure;

	if (mpc_extremes_init(&extremes, &lanes, &used, &layout, roster.n, &measure) == MPC_OK && extremes.per_group > 0)
		return;
	extremes = (MpcExtremes) {.per_group = 1,.groups = 1,.key_bits = 16,.digit_bits = 8};
}

/* The contract of the question, its lanes and its vector, as far as they can be had. */
static void
settle(uint8_t hash[32])
{
	MpcStr		missing;
	MpcRole		role;
	size_t		width;

	mpc_lanes_init(&lanes, &query);
	memset(hash, 0, 32);
	memset(&used, 0, sizeof(used));
	if (contract_dataset[0] != '\0' && mpc_contract_of_query(&used, &contract, &query, &missing, &role) == MPC_OK)
	{
		change_columns();
		if (threshold_said > 0)
			used.threshold = (uint16_t) threshold_said;
		mpc_contract_hash(hash, &used);
	}
	if (mpc_layout_init(&layout, &query, &used, &lanes, FIRST_GROUPS) != MPC_OK)
	{
		/* then the vector is nobody's */
		memset(&layout, 0, sizeof(layout));
		layout.protocol = used.protocol == MPC_PROTOCOL_SHAMIR_SUM ? MPC_PROTOCOL_SHAMIR_SUM : MPC_PROTOCOL_MASKED_SUM;
		layout.m = lanes.nlanes;
	}
	width = mpc_sketch_width(&layout.sketch);
	if (cells_said > 0)
	{
		layout.sketch.cells = (uint32_t) cells_said;
		layout.m = (uint32_t) (cells_said * (long) width + lanes.nlanes);
	}
	if (lanes_said > 0)
		layout.m = (uint32_t) lanes_said;
	if (protocol_said > 0)
		layout.protocol = (uint8_t) protocol_said;
	if (layout.protocol == MPC_PROTOCOL_MAXIMUM)
		settle_extremes();
}

static void
collect_cards(void)
{
	int			i;

	memset(cards, 0, sizeof(cards));
	for (i = 0; i < roster.n; i++)
	{
		Party	   *other = party_at(i);

		if (other == NULL)
			continue;
		memcpy(cards + i * MPC_ONETIME_BYTES, other->key, MPC_ONETIME_BYTES);
		forget_reply(other);
		if (mpc_dh(halves[i], me.dh_sk, other->card.dh_pk) != MPC_OK)
			exit(1);
	}
}

static MpcStr
write_query(void)
{
	MpcWriter	w;

	if (query_said > 0)
		return (MpcStr) {query_bytes, query_said};
	mpc_writer_init(&w, query_bytes, sizeof(query_bytes));
	mpc_query_write(&w, &query);
	return (MpcStr) {query_bytes, w.len};
}

static MpcStatus
begin_masked(const uint8_t *dataset_hash, MpcStr q, MpcStr policy)
{
	MpcWriter	w;
	MpcStatus	status;

	free(sums);
	sums = calloc(layout.m, sizeof(MpcFe));
	mpc_writer_init(&w, message, sizeof(message));
	status = mpc_ask_begin(&ask, &me, &roster, (const MpcStaticHalf *) halves, cards, dataset_hash,
						   layout.protocol, layout.m, 1, q, policy, sums, confirm, &w);
	message_len = w.len;
	return status;
}

void
build_request(void)
{
	uint8_t		hash[32];
	uint8_t		dataset[32];
	const uint8_t *mine = own_dataset[0] != '\0' ? dataset : NULL;
	MpcWriter	policy;
	MpcStr		said;
	MpcStr		q = write_query();
	MpcStatus	status;

	settle(hash);
	mpc_writer_init(&policy, policy_bytes, sizeof(policy_bytes));
	mpc_policy_write(&policy, &lanes, hash);
	collect_cards();
	mpc_dataset_hash(dataset, mpc_str(own_dataset));
	said = (MpcStr) {policy_bytes, policy.len};
	if (layout.protocol == MPC_PROTOCOL_SHAMIR_SUM)
		status = begin_shamir((const MpcStaticHalf *) halves, cards, mine,
							  used.threshold > 0 ? used.threshold : roster.n, layout.m, q, said);
	else if (layout.protocol == MPC_PROTOCOL_MAXIMUM)
		status = begin_maximum((const MpcStaticHalf *) halves, cards, mine, &extremes, q, said);
	else if (layout.protocol == MPC_PROTOCOL_SETS)
		status = begin_sets(cards, mine, q, said);
	else
		status = begin_masked(mine, q, said);
	if (status != MPC_OK)
		printf("cannot build: %s\n", mpc_status_name(status));
	else
		say_request();
}

void
say_request(void)
{
	say_hex(ask.request.rid, MPC_RID_BYTES);
}

void
read_back(void)
{
	MpcStatus	status;

	bool		step = mpc_is_step(message, message_len);
	bool		sets = mpc_is_set_step(message, message_len);

	if (step || sets || mpc_is_relay(message, message_len))
	{
		const uint8_t *rid = step ? mpc_step_rid(message, message_len) :
			sets ? mpc_set_step_rid(message, message_len) : mpc_relay_rid(message, message_len);

		if (rid != NULL)
			memcpy(ask.request.rid, rid, MPC_RID_BYTES);
		return;
	}
	/* what I broke may not be readable; the id is what a peer would compute */
	status = mpc_request_read(&ask.request, message, message_len);
	(void) status;
	mpc_th32(ask.request.rid, "MPCAGG-v1/rid", message, message_len - MPC_SIG_BYTES);
}

void
sign_as(const MpcIdentity *who)
{
	size_t		len = message_len - MPC_SIG_BYTES;

	mpc_sign(message + len, who->sign_sk, mpc_is_relay(message, len) ? RELAY_TAG :
			 mpc_is_step(message, len) ? STEP_TAG : mpc_is_set_step(message, len) ? SET_STEP_TAG : REQUEST_TAG, message, len);
	read_back();
}

/* ------------------------------------------------------------------ the answer */

/* Adds all replies to zeros. False: it was said why there is no result. */
static bool
open_sums(void)
{
	MpcFe	   *zeros = calloc(ask.request.m, sizeof(MpcFe));
	MpcReply	reply;
	uint16_t	a;
	uint16_t	b;
	MpcStatus	status;
	int			i;

	status = mpc_ask_contribute(&ask, (const MpcFe *) zeros);
	for (i = 0; i < roster.n && status == MPC_OK; i++)
	{
		Party	   *p = party_at(i);

		if (p != NULL)
			status = mpc_ask_take_reply(&ask, (uint16_t) i, p->reply, p->reply_len, &reply);
	}
	if (status == MPC_OK)
		status = mpc_ask_end(&ask, &a, &b);
	if (status != MPC_OK)
		printf("no result: %s\n", mpc_status_name(status));
	free(zeros);
	return status == MPC_OK;
}

void
say_lanes(const MpcFe *lane, size_t n)
{
	size_t		k;

	for (k = 0; k < n; k++)
	{
		MpcWide		wide;
		char		digits[MPC_WIDE_DECIMAL_MAX];

		mpc_field_to_wide(&wide, lane[k]);
		mpc_wide_to_decimal(digits, &wide);
		printf("%s%s", k > 0 ? " " : "", digits);
	}
}

void
say_sums(void)
{
	if (!open_sums())
		return;
	say_lanes((const MpcFe *) sums, ask.request.m);
	printf("\n");
}

/* Every group of a sketch, in no order: "KEY: lanes; ". */
static void
say_sketch(void)
{
	uint32_t   *found = calloc(layout.sketch.cells, sizeof(uint32_t));
	uint32_t   *work = calloc(layout.sketch.cells, sizeof(uint32_t));
	uint8_t		key[MPC_SKETCH_MAX_KEY_LANES * 31];
	uint32_t	n = 0;
	uint32_t	i;

	if (mpc_sketch_peel(&layout.sketch, sums, ask.request.rid, found, &n, work) != MPC_OK)
		printf("does not peel; ");
	for (i = 0; i < n; i++)
	{
		const MpcFe *cell = (const MpcFe *) sums + (size_t) found[i] * mpc_sketch_width(&layout.sketch);
		size_t		len;
		size_t		k;

		if (mpc_sketch_key(key, &len, cell + 1, layout.sketch.key_lanes) != MPC_OK)
			continue;
		for (k = 0; k < len; k++)
			printf("%02x", key[k]);
		printf(": ");
		say_lanes(cell + 2 + layout.sketch.key_lanes, lanes.nlanes);
		printf("; ");
	}
	free(found);
	free(work);
}

/* All that the asker's process sees of groups, then the tail. */
void
say_groups(void)
{
	uint32_t	g;

	if (!open_sums())
		return;
	for (g = 0; g < layout.ngroups; g++)
	{
		printf("%u: ", g);
		say_lanes((const MpcFe *) sums + (size_t) g * lanes.nlanes, lanes.nlanes);
		printf("; ");
	}
	if (layout.kind == MPC_LAYOUT_SKETCH)
		say_sketch();
	printf("tail: ");
	say_lanes((const MpcFe *) sums + ask.request.m - lanes.nlanes, lanes.nlanes);
	printf("\n");
}
