/*
 * measure_interval.c
 *		The aggregate mpc.measure_interval(value): the exact sums of months, of days and of
 *		microseconds, as core's sum(interval) adds them, each for itself.
 *
 * As mpc.measure_sum otherwise, without bounds: every interval is one that the contract allows, but for the
 * infinite ones of later versions.
 */
#include "postgres.h"

#include "compat.h"
#include "fmgr.h"
#include "local/measure_state.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(mpc_sql_interval_add);
PG_FUNCTION_INFO_V1(mpc_sql_interval_final);

static inline void
add_interval(MpcMeasureState *state, const Interval *v)
{
	state->nonnull++;
	if (unlikely(!mpc_interval_is_finite(v)))
	{
		state->violated = true;
		return;
	}
	state->total[MPC_MONTHS].small += v->month;
	state->total[MPC_DAYS].small += v->day;
	state->total[MPC_MICROSECONDS].small += v->time;
}

Datum
mpc_sql_interval_add(PG_FUNCTION_ARGS)
{
	MpcMeasureState *state = mpc_measure_state(fcinfo);

	if (unlikely(state == NULL))
		state = mpc_measure_make(fcinfo, 0, MPC_FIELDS);
	state->rows++;
	if (!PG_ARGISNULL(1))
		add_interval(state, PG_GETARG_INTERVAL_P(1));
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_interval_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(mpc_measure_bytes(mpc_measure_state(fcinfo), MPC_FIELDS));
}
