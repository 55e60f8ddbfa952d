/*
 * policy.c
 *		May this question be answered here?
 *
 * One function per rule, true when it holds. None looks at a row. Sentences are
 * UTF-8, made of ASCII words and of names as they came over the wire.
 */
#include "postgres.h"

#include "catalog/policy_rules.h"
#include "crypto/secret.h"
#include "protocol/query_sets.h"
#include "protocol/shamir_messages.h"

#define MOST_UNPUBLISHED	(1u << 22)	/* 128 MB */
#define SKETCH_GROWTH		4	/* of a sketch from one attempt of the asker to the next (R17) */

bool
mpc_policy_refuse(const MpcJudgement *j, MpcRefusalCode code, const char *rule)
{
	j->refusal->code = code;
	j->refusal->rule = mpc_str(rule);
	return false;
}

static bool
rule_cards(MpcJudgement *j)
{
	uint16_t	bad = 0;

	switch (mpc_request_check_cards(j->request, &j->federation->roster, j->query->dataset, &bad))
	{
		case MPC_OK:
			return true;
		case MPC_SIGNATURE:
			return mpc_policy_refuse(j, MPC_REFUSE_SIGNATURE, "a one-time key is not signed by its party");
		case MPC_STALE_KEY:
			return mpc_policy_refuse(j, MPC_REFUSE_KEY, "a one-time key is for another dataset");
		default:
			return mpc_policy_refuse(j, MPC_REFUSE_ROSTER, "the one-time keys are not those of the federation's parties");
	}
}

/*
 * The others count publishers by the cards. If ours says that we publish and we
 * no longer do, their count is too high, and one party's total would stand alone.
 */
static bool
rule_own_card(MpcJudgement *j)
{
	const MpcOneTimeCard *own = &j->request->card[j->federation->roster.me];
	bool		says_none = mpc_is_zero(own->dataset, 32);

	if (says_none == (j->dataset == NULL))
		return true;
	return mpc_policy_refuse(j, MPC_REFUSE_KEY, "the dataset was published or withdrawn since the one-time key was made");
}

static bool
rule_two_parties(MpcJudgement *j)
{
	if (j->federation->roster.n > 2 || j->federation->allow_two_party)
		return true;
	return mpc_policy_refuse(j, MPC_REFUSE_TWO_PARTY,
				  "sums of two parties need the option allow_two_party at both");
}

/* R6: what is summed must not be one other party's own total. */
static bool
rule_publishers(MpcJudgement *j)
{
	if (j->federation->allow_two_party || mpc_request_other_publishers(j->request) >= 2)
		return true;
	return mpc_policy_refuse(j, MPC_REFUSE_PUBLISHERS,
				  psprintf("fewer than two parties other than the asker publish dataset \"%.*s\"",
						   MPC_STR_ARGS(j->query->dataset)));
}

/* Keys alone would be shown without any function that the dataset allows (R11). */
static bool
rule_asks(MpcJudgement *j)
{
	if (j->query->naggs > 0)
		return true;
	return mpc_policy_refuse(j, MPC_REFUSE_MALFORMED, "the question asks for nothing");
}

bool
mpc_rule_usable(MpcJudgement *j)
{
	if (j->dataset->suspended != NULL)
		return mpc_policy_refuse(j, MPC_REFUSE_SUSPENDED,
					  psprintf("dataset \"%.*s\" is suspended by this party", MPC_STR_ARGS(j->query->dataset)));
	if (mpc_dataset_broken(j->dataset) != NULL)
		return mpc_policy_refuse(j, MPC_REFUSE_UNAVAILABLE,
					  psprintf("dataset \"%.*s\" cannot be read at this party", MPC_STR_ARGS(j->query->dataset)));
	return true;
}

bool
mpc_rule_columns(MpcJudgement *j)
{
	MpcStr		missing = {NULL, 0};
	MpcRole		role = MPC_ROLE_KEY;
	MpcStatus	status;

	status = mpc_contract_of_query(j->used, &j->dataset->contract, j->query, &missing, &role);
	j->used->protocol = j->federation->protocol;
	j->used->threshold = j->federation->threshold;
	if (status == MPC_OK)
		return true;
	if (status != MPC_MISMATCH)
		return mpc_policy_refuse(j, MPC_REFUSE_LIMIT, "the question uses too many columns");
	return mpc_policy_refuse(j, MPC_REFUSE_COLUMN,
				  psprintf("column \"%.*s\" is not %s of dataset \"%.*s\"", MPC_STR_ARGS(missing),
						   mpc_role_words(role), MPC_STR_ARGS(j->query->dataset)));
}

/* R17: a domain kept in a lookup relation was read just now, or could not be. */
static bool
rule_lookups(MpcJudgement *j)
{
	ListCell   *lc;

	foreach(lc, j->dataset->lookups)
	{
		const MpcLookup *lookup = lfirst(lc);
		const MpcContractColumn *key = mpc_contract_find(j->used, lookup->key, MPC_ROLE_KEY);

		if (key != NULL && key->values == NULL)
			return mpc_policy_refuse(j, MPC_REFUSE_UNAVAILABLE,
						  psprintf("the domain of key column \"%.*s\" cannot be read", MPC_STR_ARGS(lookup->key)));
	}
	return true;
}

/* R20: the policy bytes follow from query and contract; what differs is the contract or a lie. */
bool
mpc_rule_contract(MpcJudgement *j)
{
	uint8_t		hash[32];
	uint8_t		bytes[MPC_MAX_POLICY_BYTES];
	MpcWriter	w;
	MpcStr		own = {bytes, 0};
	MpcStr		policy = j->request->policy;

	mpc_contract_hash(hash, j->used);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_policy_write(&w, j->lanes, hash);
	own.len = w.len;
	if (w.status == MPC_OK && mpc_str_equal(own, policy))
		return true;
	if (policy.len != own.len || mpc_equal(policy.data + 1, hash, sizeof(hash)))
		return mpc_policy_refuse(j, MPC_REFUSE_MALFORMED, "the lanes are not those of the question");
	j->refusal->contract = mpc_contract_bytes(j->used);
	return mpc_policy_refuse(j, MPC_REFUSE_CONTRACT,
				  psprintf("columns of dataset \"%.*s\" differ", MPC_STR_ARGS(j->query->dataset)));
}

/* Also where no contract says so. */
static bool
rule_protocol(MpcJudgement *j)
{
	bool		shares = j->federation->protocol == MPC_PROTOCOL_SHAMIR_SUM;

	if (j->request->protocol == MPC_PROTOCOL_SETS)
		return mpc_policy_refuse(j, MPC_REFUSE_MALFORMED, "the request is not one for this question");
	if (shares == (j->request->protocol == MPC_PROTOCOL_SHAMIR_SUM) &&
		(!shares || j->request->threshold == j->federation->threshold))
		return true;
	return mpc_policy_refuse(j, MPC_REFUSE_MALFORMED, "the federation has another protocol or threshold at this party");
}

/*
 * Minima and maxima are asked in a request of their own, after the sums of the same question. Keys that are open are told of in a
 * sketch only, and of shares nobody makes a maximum.
 */
static bool
rule_extremes(MpcJudgement *j)
{
	if (mpc_extremes_count(j->lanes) == 0)
		return true;
	if (j->federation->protocol == MPC_PROTOCOL_SHAMIR_SUM)
		return mpc_policy_refuse(j, MPC_REFUSE_FUNCTION, "a federation with protocol shamir has no min and max");
	if (j->request->protocol == MPC_PROTOCOL_SKETCH)
		return mpc_policy_refuse(j, MPC_REFUSE_FUNCTION, "min and max need keys with declared domains");
	return true;
}

static bool
are_vectors(MpcJudgement *j)
{
	if (j->used != NULL && mpc_layout_init(j->layout, j->query, j->used, j->lanes, 0) != MPC_OK)
		return false;
	return mpc_extremes_of_request(j->extremes, j->lanes, j->used, j->layout, j->query, j->request) == MPC_OK;
}

/*
 * Also where nothing is published: nobody makes this party work on a vector that is not the question's.
 * Nothing was allocated by m before.
 */
static bool
rule_lanes(MpcJudgement *j)
{
	if (j->request->protocol == MPC_PROTOCOL_MAXIMUM ? are_vectors(j) :
		mpc_layout_of_request(j->layout, j->query, j->used, j->lanes, j->request->protocol, j->request->m) == MPC_OK)
		return true;
	return mpc_policy_refuse(j, MPC_REFUSE_MALFORMED, "the number of lanes is not that of the question");
}

/*
 * The asker chooses how many cells a sketch has, this party how many it works on. The asker does not know max_groups
 * and grows by four: a question whose groups are within it may come with room for four times as many. This party's
 * own groups are counted against max_groups itself, once they are folded.
 */
static bool
rule_max_groups(MpcJudgement *j)
{
	uint64		most = MPC_MAX_UNFOLDED_LANES / (uint64) mpc_layout_unfolded(j->dataset->max_groups);

	if (j->layout->kind == MPC_LAYOUT_SKETCH && j->lanes->nlanes > most)
		return mpc_policy_refuse(j, MPC_REFUSE_LIMIT,
								 psprintf("groups by keys without a declared domain have at most %d lanes at this party", (int) most));
	if (j->layout->kind != MPC_LAYOUT_SKETCH ||
		j->layout->sketch.cells <= mpc_sketch_cells(SKETCH_GROWTH * (uint64) j->dataset->max_groups))
		return true;
	return mpc_policy_refuse(j, MPC_REFUSE_LIMIT,
				  psprintf("dataset \"%.*s\" allows at most %d groups, and sketches for up to %d times as many",
						   MPC_STR_ARGS(j->query->dataset), j->dataset->max_groups, SKETCH_GROWTH));
}

/* Each message of a Shamir sum has a share for every party that gets none by a stream: more than the vector. */
static bool
rule_shares(MpcJudgement *j)
{
	const MpcRequest *request = j->request;

	if (request->protocol != MPC_PROTOCOL_SHAMIR_SUM ||
		mpc_shares_size(request->n, request->threshold, request->m) <= MPC_MAX_MESSAGE)
		return true;
	return mpc_policy_refuse(j, MPC_REFUSE_LIMIT, "the shares have no room in one message");
}

/* Who publishes nothing has no limit of its own for a vector of zeros. */
static bool
rule_unpublished(MpcJudgement *j)
{
	if (j->request->m <= MOST_UNPUBLISHED)
		return true;
	return mpc_policy_refuse(j, MPC_REFUSE_LIMIT,
				  psprintf("a party that publishes nothing takes part with at most %u numbers", MOST_UNPUBLISHED));
}

/* The dataset as it is here. What is refused whatever the domains are is refused before any is read. */
static bool
rule_dataset(MpcJudgement *j, MpcDomainsReader read_domains)
{
	if (!mpc_rule_usable(j) || !mpc_rule_functions(j) || !mpc_rule_ungrouped(j) || !mpc_rule_histograms(j))
		return false;
	read_domains(j->dataset, j->query);
	j->used = palloc0(sizeof(MpcContract));
	return mpc_rule_columns(j) && mpc_rule_arguments(j) && rule_lookups(j);
}

bool
mpc_policy_check(const MpcFederation *federation, MpcDataset *dataset,
				 const MpcRequest *request, const MpcQuery *query, MpcDomainsReader read_domains,
				 MpcLanes *lanes, MpcLayout *layout, MpcExtremes *extremes, MpcRefusal *refusal)
{
	MpcJudgement	j = {federation, dataset, request, query, lanes, layout, extremes, NULL, refusal};

	memset(refusal, 0, sizeof(*refusal));
	mpc_lanes_init(lanes, query);
	if (!rule_cards(&j) || !rule_own_card(&j))
		return false;
	if (mpc_query_is_of_sets(query))
		return mpc_rule_sets(&j);
	if (!rule_two_parties(&j) || !rule_publishers(&j) || !rule_asks(&j))
		return false;
	if (dataset == NULL)
		return rule_protocol(&j) && rule_extremes(&j) && rule_lanes(&j) && rule_unpublished(&j) && rule_shares(&j);
	if (!rule_dataset(&j, read_domains))
		return false;
	/* What differs in the contract also makes another vector: the contract is named first. */
	return mpc_rule_contract(&j) && rule_protocol(&j) && rule_extremes(&j) && rule_lanes(&j) && rule_max_groups(&j) && rule_shares(&j);
}

bool
mpc_policy_check_own(const MpcFederation *federation, MpcDataset *dataset,
					 const MpcQuery *query, MpcDomainsReader read_domains, MpcRefusal *refusal)
{
	MpcJudgement	j = {federation, dataset, NULL, query, NULL, NULL, NULL, NULL, refusal};

	memset(refusal, 0, sizeof(*refusal));
	if (dataset != NULL && mpc_query_is_of_sets(query))
		return mpc_rule_own_sets(&j);
	if (!rule_two_parties(&j))
		return false;
	if (dataset == NULL)
		return true;
	return rule_asks(&j) && rule_dataset(&j, read_domains);
}

bool
mpc_policy_check_contract(MpcContract *used, const MpcQuery *query, MpcRefusal *refusal)
{
	const MpcJudgement j = {.query = query,.used = used,.refusal = refusal};

	memset(refusal, 0, sizeof(*refusal));
	return mpc_rule_arguments(&j);
}
