/*
 * fuzz_query.c
 *		Any bytes as a question: no crash, and one spelling per question.
 */
#include "fuzz.h"
#include "protocol/query_sets.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t contract_hash[32];
	static MpcQuery query;
	static uint8_t bytes[FUZZ_MAX];
	static uint8_t policy[MPC_MAX_POLICY_BYTES];	/* has room for the longest */
	MpcLanes	lanes;
	MpcWriter	w;
	size_t		i;

	if (size > FUZZ_MAX || mpc_query_read(&query, data, size) != MPC_OK)
		return 0;
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_query_write(&w, &query);
	fuzz_same(&w, data, size);
	mpc_lanes_init(&lanes, &query);
	fuzz_check(lanes.nlanes >= 2 && lanes.nlanes <= MPC_MAX_GROUP_LANES);
	for (i = 0; i < query.naggs; i++)
	{
		int			measure = mpc_lanes_measure(&lanes, &query.agg[i]);

		fuzz_check(measure < (int) lanes.nmeasures);
		/* What is asked about sets is no vector's. */
		fuzz_check((measure < 0) == (mpc_query_is_of_sets(&query) || (query.agg[i].nargs == 0 && query.agg[i].filter == 0)));
		fuzz_check(query.agg[i].filter <= query.nfilters);
	}
	mpc_writer_init(&w, policy, sizeof(policy));
	mpc_policy_write(&w, &lanes, contract_hash);
	fuzz_check(w.status == MPC_OK);
	return 0;
}
