/*
 * policy.c
 *		May this question be answered here?
 *
 * One function per rule, true when it holds. None looks at a row. Sentences are
 * UTF-8, made of ASCII words and of names as they came over the wire.
 */
#include "postgres.h"

#include "catalog/policy.h"
#include "crypto/secret.h"
#include "protocol/query_sets.h"
#include "protocol/set_pairs.h"
#include "protocol/shamir_messages.h"

/* Widths for printing an MpcStr, which has no terminating zero. */
#define STR_ARGS(s) (int) Min((s).len, MPC_MAX_NAME), (const char *) (s).data

#define MOST_UNPUBLISHED	(1u << 22)	/* 128 MB */
#define SKETCH_GROWTH		4	/* of a sketch from one attempt of the asker to the next (R17) */

typedef struct Judgement
{
	const MpcFederation *federation;
	MpcDataset *dataset;		/* NULL: this party publishes none */
	const MpcRequest *request;	/* NULL: this party asks */
	const MpcQuery *query;
	MpcLanes   *lanes;
	MpcLayout  *layout;			/* filled by the rule about the vector */
	MpcExtremes *extremes;		/* the same, of a maximum */
	MpcContract *used;			/* filled by the rule about columns; NULL: none is published */
	MpcRefusal *refusal;
} Judgement;

static bool
refuse(const Judgement *j, MpcRefusalCode code, const char *rule)
{
	j->refusal->code = code;
	j->refusal->rule = mpc_str(rule);
	return false;
}

static bool
rule_cards(Judgement *j)
{
	uint16_t	bad = 0;

	switch (mpc_request_check_cards(j->request, &j->federation->roster, j->query->dataset, &bad))
	{
		case MPC_OK:
			return true;
		case MPC_SIGNATURE:
			return refuse(j, MPC_REFUSE_SIGNATURE, "a one-time key is not signed by its party");
		case MPC_STALE_KEY:
			return refuse(j, MPC_REFUSE_KEY, "a one-time key is for another dataset");
		default:
			return refuse(j, MPC_REFUSE_ROSTER, "the one-time keys are not those of the federation's parties");
	}
}

/*
 * The others count publishers by the cards. If ours says that we publish and we
 * no longer do, their count is too high, and one party's total would stand alone.
 */
static bool
rule_own_card(Judgement *j)
{
	const MpcOneTimeCard *own = &j->request->card[j->federation->roster.me];
	bool		says_none = mpc_is_zero(own->dataset, 32);

	if (says_none == (j->dataset == NULL))
		return true;
	return refuse(j, MPC_REFUSE_KEY, "the dataset was published or withdrawn since the one-time key was made");
}

static bool
rule_two_parties(Judgement *j)
{
	if (j->federation->roster.n > 2 || j->federation->allow_two_party)
		return true;
	return refuse(j, MPC_REFUSE_TWO_PARTY,
				  "sums of two parties need the option allow_two_party at both");
}

/* R6: what is summed must not be one other party's own total. */
static bool
rule_publishers(Judgement *j)
{
	if (j->federation->allow_two_party || mpc_request_other_publishers(j->request) >= 2)
		return true;
	return refuse(j, MPC_REFUSE_PUBLISHERS,
				  psprintf("fewer than two parties other than the asker publish dataset \"%.*s\"",
						   STR_ARGS(j->query->dataset)));
}

/* Keys alone would be shown without any function that the dataset allows (R11). */
static bool
rule_asks(Judgement *j)
{
	if (j->query->naggs > 0)
		return true;
	return refuse(j, MPC_REFUSE_MALFORMED, "the question asks for nothing");
}

static bool
rule_usable(Judgement *j)
{
	if (j->dataset->suspended != NULL)
		return refuse(j, MPC_REFUSE_SUSPENDED,
					  psprintf("dataset \"%.*s\" is suspended by this party", STR_ARGS(j->query->dataset)));
	if (mpc_dataset_broken(j->dataset) != NULL)
		return refuse(j, MPC_REFUSE_UNAVAILABLE,
					  psprintf("dataset \"%.*s\" cannot be read at this party", STR_ARGS(j->query->dataset)));
	return true;
}

/* Class of a function and its name; 0 for one that is in no class. */
static uint32
class_of(MpcFunction function, const char **name)
{
	switch (function)
	{
		case MPC_COUNT_ROWS:
		case MPC_COUNT:
			*name = "count";
			return MPC_CLASS_COUNT;
		case MPC_SUM:
		case MPC_SUM_INTERVAL:
			*name = "sum";
			return MPC_CLASS_SUM;
		case MPC_AVG:
		case MPC_AVG_INTERVAL:
			*name = "avg";
			return MPC_CLASS_AVG;
		case MPC_BOOL_AND:
		case MPC_BOOL_OR:
		case MPC_BIT_AND:
		case MPC_BIT_OR:
		case MPC_MIN:
		case MPC_MAX:
			*name = "extremes";
			return MPC_CLASS_EXTREMES;
		case MPC_VAR_POP:
		case MPC_VAR_SAMP:
		case MPC_STDDEV_POP:
		case MPC_STDDEV_SAMP:
		case MPC_COVAR_POP:
		case MPC_COVAR_SAMP:
		case MPC_CORR:
		case MPC_REGR_COUNT:
		case MPC_REGR_AVGX:
		case MPC_REGR_AVGY:
		case MPC_REGR_SXX:
		case MPC_REGR_SYY:
		case MPC_REGR_SXY:
		case MPC_REGR_SLOPE:
		case MPC_REGR_INTERCEPT:
		case MPC_REGR_R2:
			*name = "moments";
			return MPC_CLASS_MOMENTS;
		case MPC_DISTINCT:
			*name = "distribution";
			return MPC_CLASS_DISTRIBUTION;
		case MPC_PRODUCTS:
		case MPC_LOGISTIC:
			*name = "models";
			return MPC_CLASS_MODELS;
		case MPC_HISTOGRAM:
			*name = "distribution";
			return MPC_CLASS_DISTRIBUTION;
		default:				/* of sets: rule_intersect */
			break;
	}
	*name = "this function";
	return 0;
}

static bool
rule_functions(Judgement *j)
{
	int			i;

	for (i = 0; i < j->query->naggs; i++)
	{
		const char *name;
		uint32		class = class_of(j->query->agg[i].function, &name);

		if ((class & j->dataset->functions) == 0)
			return refuse(j, MPC_REFUSE_FUNCTION,
						  psprintf("function class \"%s\" is not allowed on dataset \"%.*s\"",
								   name, STR_ARGS(j->query->dataset)));
	}
	return true;
}

/* What products leave out is judged without groups only (fold.h); of registers, few groups would fill a message. */
/* What the question would tell of common identifiers. */
static MpcIntersect
intersect_of(const MpcQuery *query)
{
	switch (query->agg[0].function)
	{
		case MPC_INTERSECT:
			return MPC_INTERSECT_MEMBERS;
		default:
			return mpc_query_sums_sets(query) ? MPC_INTERSECT_SUMS : MPC_INTERSECT_COUNTS;
	}
}

static bool
rule_intersect(Judgement *j)
{
	MpcIntersect needed = intersect_of(j->query);

	if (needed <= j->dataset->intersect)
		return true;
	return refuse(j, MPC_REFUSE_FUNCTION,
				  psprintf("intersections with \"%s\" are not allowed on dataset \"%.*s\"",
						   mpc_intersect_name(needed), STR_ARGS(j->query->dataset)));
}

/*
 * Sums are of two: of more, shares of many would have to meet (R28). Who asks must have a set of its own, and so must everybody: that a
 * party publishes nothing is said by a key that the asker chose, and without it the others' pairs would show.
 */
static bool
rule_sets(Judgement *j)
{
	int			others = mpc_request_other_publishers(j->request);

	if (mpc_is_zero(j->request->card[j->request->asker].dataset, 32))
		return refuse(j, MPC_REFUSE_PUBLISHERS, "who asks for an intersection must publish the dataset, too");
	if (mpc_set_count(j->request) < j->request->n)
		return refuse(j, MPC_REFUSE_PUBLISHERS, "an intersection is of the sets of all parties of the federation");
	if (j->request->protocol != MPC_PROTOCOL_SETS || (j->request->lanes > 0) != mpc_query_sums_sets(j->query))
		return refuse(j, MPC_REFUSE_MALFORMED, "the request is not one for this question");
	if (j->federation->pad_sets && mpc_query_asks_union(j->query))
		return refuse(j, MPC_REFUSE_FUNCTION, "the size of a union would tell the sizes of sets, which this federation pads");
	if (others > 1 && (mpc_query_sums_sets(j->query) || mpc_query_asks_union(j->query)))
		return refuse(j, MPC_REFUSE_FUNCTION, "sums over common identifiers, and unions, are of two parties only");
	if (j->request->m < (uint32) j->dataset->limits.min_set)
		return refuse(j, MPC_REFUSE_LIMIT,
					  psprintf("dataset \"%.*s\" is intersected with sets of at least %d identifiers only",
							   STR_ARGS(j->query->dataset), j->dataset->limits.min_set));
	return true;
}

/* What they leave out is judged without groups only (fold.h). */
static bool
rule_ungrouped(Judgement *j)
{
	for (int i = 0; i < j->query->naggs && j->query->nkeys > 0; i++)
	{
		if (mpc_function_is_model(j->query->agg[i].function))
			return refuse(j, MPC_REFUSE_FUNCTION, "sums of products are not given by groups");
		if (j->query->agg[i].function == MPC_DISTINCT)
			return refuse(j, MPC_REFUSE_FUNCTION, "numbers of different identifiers are not given by groups");
	}
	return true;
}

/* Two grids over one column, or two filters, would leave cells of few values between them (R3). */
static bool
rule_histograms(Judgement *j)
{
	const MpcAgg *agg = j->query->agg;

	for (int i = 0; i < j->query->naggs; i++)
	{
		for (int k = 0; k < i && agg[i].function == MPC_HISTOGRAM; k++)
		{
			if (agg[k].function == MPC_HISTOGRAM && mpc_str_equal(agg[i].arg[0], agg[k].arg[0]) &&
				!mpc_same_histogram(&agg[i], &agg[k]))
				return refuse(j, MPC_REFUSE_FUNCTION,
							  psprintf("column \"%.*s\" has one histogram in a question, of one grid and filter",
									   STR_ARGS(agg[i].arg[0])));
		}
	}
	return true;
}

static bool
rule_columns(Judgement *j)
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
		return refuse(j, MPC_REFUSE_LIMIT, "the question uses too many columns");
	return refuse(j, MPC_REFUSE_COLUMN,
				  psprintf("column \"%.*s\" is not %s of dataset \"%.*s\"", STR_ARGS(missing),
						   mpc_role_words(role), STR_ARGS(j->query->dataset)));
}

static bool
is_type(MpcStr type, const char *const *names)
{
	while (*names != NULL && !mpc_str_equal(type, mpc_str(*names)))
		names++;
	return *names != NULL;
}

/* date, timestamp(3) with time zone, ... */
static bool
is_time(MpcStr type)
{
	static const char *const names[] = {"date", NULL};
	const size_t len = strlen("timestamp");

	return is_type(type, names) || (type.len > len && memcmp(type.data, "timestamp", len) == 0);
}

static bool
is_statistic(MpcFunction function)
{
	const char *name;

	return (class_of(function, &name) & (MPC_CLASS_MOMENTS | MPC_CLASS_MODELS)) != 0;
}

/* Of bits, truth values, times and intervals of a column, and of statistics of a number: what SQL has a function for. */
static bool
takes(MpcFunction function, const MpcContractColumn *column)
{
	static const char *const truth[] = {"boolean", NULL};
	static const char *const interval[] = {"interval", NULL};
	static const char *const integers[] = {"smallint", "integer", "bigint", NULL};

	if (column->role == MPC_ROLE_IDENTIFIER)	/* of which there is no type that cannot be counted */
		return true;
	if (is_type(column->type, interval))
		return function == MPC_COUNT || function == MPC_SUM_INTERVAL || function == MPC_AVG_INTERVAL;
	if (function == MPC_SUM_INTERVAL || function == MPC_AVG_INTERVAL)
		return false;
	if (is_time(column->type))
		return function == MPC_COUNT || function == MPC_MIN || function == MPC_MAX;
	if (function == MPC_BOOL_AND || function == MPC_BOOL_OR)
		return is_type(column->type, truth);
	if (function == MPC_BIT_AND || function == MPC_BIT_OR)
		return is_type(column->type, integers);
	if (function == MPC_LOGISTIC)
		return true;
	return (function != MPC_MIN && function != MPC_MAX && function != MPC_HISTOGRAM && !is_statistic(function)) ||
		!is_type(column->type, truth);
}

/* Where anything is summed over pairs, products may be (mpc.measure_pair makes them all). */
static bool
needs_squares(MpcFunction function)
{
	return is_statistic(function) && function != MPC_REGR_COUNT;
}

/* Squares and keys that do not fit are decided by the bounds, before any row is looked at (H.2). */
static bool
rule_argument(const Judgement *j, const MpcAgg *agg, const MpcContractColumn *column)
{
	if (!takes(agg->function, column))
		return refuse(j, MPC_REFUSE_FUNCTION,
					  psprintf("column \"%.*s\" has a type that the function does not take", STR_ARGS(column->name)));
	if (needs_squares(agg->function) && !mpc_contract_fits_squares(column))
		return refuse(j, MPC_REFUSE_FUNCTION,
					  psprintf("the declared bounds of column \"%.*s\" are too wide for sums of squares: declare bounds below 2^%d",
							   STR_ARGS(column->name), MPC_SQUARE_BITS));
	if ((agg->function == MPC_MIN || agg->function == MPC_MAX) && mpc_extreme_bits(column) > MPC_MAX_KEY_BITS)
		return refuse(j, MPC_REFUSE_FUNCTION,
					  psprintf("the declared bounds of column \"%.*s\" are too wide for min and max: declare bounds less than 2^%d apart",
							   STR_ARGS(column->name), MPC_MAX_KEY_BITS));
	return true;
}

/* Another value would have to be refused when it is met, and so tell of rows (R9). */
static bool
rule_outcome(const Judgement *j, const MpcContractColumn *column)
{
	static const char *const yes_or_no[] = {"0", "1", NULL};

	if (is_type(column->low, yes_or_no) && is_type(column->high, yes_or_no))
		return true;
	return refuse(j, MPC_REFUSE_FUNCTION,
				  psprintf("column \"%.*s\" is no outcome of yes or no: publish it as boolean, or as an integer with bounds 0 and 1",
						   STR_ARGS(column->name)));
}

static bool
rule_arguments(const Judgement *j)
{
	for (int i = 0; i < j->query->naggs; i++)
	{
		const MpcAgg *agg = &j->query->agg[i];

		if (agg->function == MPC_LOGISTIC && !rule_outcome(j, mpc_contract_find(j->used, agg->arg[0], MPC_ROLE_MEASURE)))
			return false;
		for (int k = 0; k < agg->nargs; k++)
		{
			if (!rule_argument(j, agg, mpc_contract_find(j->used, agg->arg[k], mpc_argument_role(agg->function))))
				return false;
		}
	}
	return true;
}

/* R17: a domain kept in a lookup relation was read just now, or could not be. */
static bool
rule_lookups(Judgement *j)
{
	ListCell   *lc;

	foreach(lc, j->dataset->lookups)
	{
		const MpcLookup *lookup = lfirst(lc);
		const MpcContractColumn *key = mpc_contract_find(j->used, lookup->key, MPC_ROLE_KEY);

		if (key != NULL && key->values == NULL)
			return refuse(j, MPC_REFUSE_UNAVAILABLE,
						  psprintf("the domain of key column \"%.*s\" cannot be read", STR_ARGS(lookup->key)));
	}
	return true;
}

/* R20: the policy bytes follow from query and contract; what differs is the contract or a lie. */
static bool
rule_contract(Judgement *j)
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
		return refuse(j, MPC_REFUSE_MALFORMED, "the lanes are not those of the question");
	j->refusal->contract = mpc_contract_bytes(j->used);
	return refuse(j, MPC_REFUSE_CONTRACT,
				  psprintf("columns of dataset \"%.*s\" differ", STR_ARGS(j->query->dataset)));
}

/* Also where no contract says so. */
static bool
rule_protocol(Judgement *j)
{
	bool		shares = j->federation->protocol == MPC_PROTOCOL_SHAMIR_SUM;

	if (j->request->protocol == MPC_PROTOCOL_SETS)
		return refuse(j, MPC_REFUSE_MALFORMED, "the request is not one for this question");
	if (shares == (j->request->protocol == MPC_PROTOCOL_SHAMIR_SUM) &&
		(!shares || j->request->threshold == j->federation->threshold))
		return true;
	return refuse(j, MPC_REFUSE_MALFORMED, "the federation has another protocol or threshold at this party");
}

/*
 * Minima and maxima are asked in a request of their own, after the sums of the same question. Keys that are open are told of in a
 * sketch only, and of shares nobody makes a maximum.
 */
static bool
rule_extremes(Judgement *j)
{
	if (mpc_extremes_count(j->lanes) == 0)
		return true;
	if (j->federation->protocol == MPC_PROTOCOL_SHAMIR_SUM)
		return refuse(j, MPC_REFUSE_FUNCTION, "a federation with protocol shamir has no min and max");
	if (j->request->protocol == MPC_PROTOCOL_SKETCH)
		return refuse(j, MPC_REFUSE_FUNCTION, "min and max need keys with declared domains");
	return true;
}

static bool
are_vectors(Judgement *j)
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
rule_lanes(Judgement *j)
{
	if (j->request->protocol == MPC_PROTOCOL_MAXIMUM ? are_vectors(j) :
		mpc_layout_of_request(j->layout, j->query, j->used, j->lanes, j->request->protocol, j->request->m) == MPC_OK)
		return true;
	return refuse(j, MPC_REFUSE_MALFORMED, "the number of lanes is not that of the question");
}

/*
 * The asker chooses how many cells a sketch has, this party how many it works on. The asker does not know max_groups
 * and grows by four: a question whose groups are within it may come with room for four times as many. This party's
 * own groups are counted against max_groups itself, once they are folded.
 */
static bool
rule_max_groups(Judgement *j)
{
	if (j->layout->kind != MPC_LAYOUT_SKETCH ||
		j->layout->sketch.cells <= mpc_sketch_cells(SKETCH_GROWTH * (uint64) j->dataset->max_groups))
		return true;
	return refuse(j, MPC_REFUSE_LIMIT,
				  psprintf("dataset \"%.*s\" allows at most %d groups, and sketches for up to %d times as many",
						   STR_ARGS(j->query->dataset), j->dataset->max_groups, SKETCH_GROWTH));
}

/* Each message of a Shamir sum has a share for every party that gets none by a stream: more than the vector. */
static bool
rule_shares(Judgement *j)
{
	const MpcRequest *request = j->request;

	if (request->protocol != MPC_PROTOCOL_SHAMIR_SUM ||
		mpc_shares_size(request->n, request->threshold, request->m) <= MPC_MAX_MESSAGE)
		return true;
	return refuse(j, MPC_REFUSE_LIMIT, "the shares have no room in one message");
}

/* Who publishes nothing has no limit of its own for a vector of zeros. */
static bool
rule_unpublished(Judgement *j)
{
	if (j->request->m <= MOST_UNPUBLISHED)
		return true;
	return refuse(j, MPC_REFUSE_LIMIT,
				  psprintf("a party that publishes nothing takes part with at most %u numbers", MOST_UNPUBLISHED));
}

/* The dataset as it is here. What is refused whatever the domains are is refused before any is read. */
static bool
rule_dataset(Judgement *j, MpcDomainsReader read_domains)
{
	if (!rule_usable(j) || !rule_functions(j) || !rule_ungrouped(j) || !rule_histograms(j))
		return false;
	read_domains(j->dataset, j->query);
	j->used = palloc0(sizeof(MpcContract));
	return rule_columns(j) && rule_arguments(j) && rule_lookups(j);
}

/* Of two parties, too, and of any protocol for sums: the result is the purpose (R28). */
static bool
check_sets(Judgement *j)
{
	if (j->dataset == NULL)
		return refuse(j, MPC_REFUSE_PUBLISHERS, "this party publishes no such dataset");
	j->used = palloc0(sizeof(MpcContract));
	return rule_usable(j) && rule_intersect(j) && rule_sets(j) && rule_columns(j) && rule_contract(j);
}

bool
mpc_policy_check(const MpcFederation *federation, MpcDataset *dataset,
				 const MpcRequest *request, const MpcQuery *query, MpcDomainsReader read_domains,
				 MpcLanes *lanes, MpcLayout *layout, MpcExtremes *extremes, MpcRefusal *refusal)
{
	Judgement	j = {federation, dataset, request, query, lanes, layout, extremes, NULL, refusal};

	memset(refusal, 0, sizeof(*refusal));
	mpc_lanes_init(lanes, query);
	if (!rule_cards(&j) || !rule_own_card(&j))
		return false;
	if (mpc_query_is_of_sets(query))
		return check_sets(&j);
	if (!rule_two_parties(&j) || !rule_publishers(&j) || !rule_asks(&j))
		return false;
	if (dataset == NULL)
		return rule_protocol(&j) && rule_extremes(&j) && rule_lanes(&j) && rule_unpublished(&j) && rule_shares(&j);
	if (!rule_dataset(&j, read_domains))
		return false;
	/* What differs in the contract also makes another vector: the contract is named first. */
	return rule_contract(&j) && rule_protocol(&j) && rule_extremes(&j) && rule_lanes(&j) && rule_max_groups(&j) && rule_shares(&j);
}

bool
mpc_policy_check_own(const MpcFederation *federation, MpcDataset *dataset,
					 const MpcQuery *query, MpcDomainsReader read_domains, MpcRefusal *refusal)
{
	Judgement	j = {federation, dataset, NULL, query, NULL, NULL, NULL, NULL, refusal};

	memset(refusal, 0, sizeof(*refusal));
	if (dataset != NULL && mpc_query_is_of_sets(query))
	{
		j.used = palloc0(sizeof(MpcContract));
		return rule_usable(&j) && rule_intersect(&j) && rule_columns(&j);
	}
	if (!rule_two_parties(&j))
		return false;
	if (dataset == NULL)
		return true;
	return rule_asks(&j) && rule_dataset(&j, read_domains);
}

bool
mpc_policy_check_contract(MpcContract *used, const MpcQuery *query, MpcRefusal *refusal)
{
	const Judgement j = {.query = query,.used = used,.refusal = refusal};

	memset(refusal, 0, sizeof(*refusal));
	return rule_arguments(&j);
}
