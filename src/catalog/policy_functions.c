/*
 * policy_functions.c
 *		Which functions of which columns does this dataset answer?
 */
#include "postgres.h"

#include "catalog/policy_rules.h"

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

bool
mpc_rule_functions(MpcJudgement *j)
{
	int			i;

	for (i = 0; i < j->query->naggs; i++)
	{
		const char *name;
		uint32		class = class_of(j->query->agg[i].function, &name);

		if ((class & j->dataset->functions) == 0)
			return mpc_policy_refuse(j, MPC_REFUSE_FUNCTION,
						  psprintf("function class \"%s\" is not allowed on dataset \"%.*s\"",
								   name, MPC_STR_ARGS(j->query->dataset)));
	}
	return true;
}

/* What products leave out is judged without groups only (fold.h); of registers, few groups would fill a message. */
bool
mpc_rule_ungrouped(MpcJudgement *j)
{
	for (int i = 0; i < j->query->naggs && j->query->nkeys > 0; i++)
	{
		if (mpc_function_is_model(j->query->agg[i].function))
			return mpc_policy_refuse(j, MPC_REFUSE_FUNCTION, "sums of products are not given by groups");
		if (j->query->agg[i].function == MPC_DISTINCT)
			return mpc_policy_refuse(j, MPC_REFUSE_FUNCTION, "numbers of different identifiers are not given by groups");
	}
	return true;
}

/* Two grids over one column, or two filters, would leave cells of few values between them (R3). */
bool
mpc_rule_histograms(MpcJudgement *j)
{
	const MpcAgg *agg = j->query->agg;

	for (int i = 0; i < j->query->naggs; i++)
	{
		for (int k = 0; k < i && agg[i].function == MPC_HISTOGRAM; k++)
		{
			if (agg[k].function == MPC_HISTOGRAM && mpc_str_equal(agg[i].arg[0], agg[k].arg[0]) &&
				!mpc_same_histogram(&agg[i], &agg[k]))
				return mpc_policy_refuse(j, MPC_REFUSE_FUNCTION,
							  psprintf("column \"%.*s\" has one histogram in a question, of one grid and filter",
									   MPC_STR_ARGS(agg[i].arg[0])));
		}
	}
	return true;
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
rule_argument(const MpcJudgement *j, const MpcAgg *agg, const MpcContractColumn *column)
{
	if (!takes(agg->function, column))
		return mpc_policy_refuse(j, MPC_REFUSE_FUNCTION,
					  psprintf("column \"%.*s\" has a type that the function does not take", MPC_STR_ARGS(column->name)));
	if (needs_squares(agg->function) && !mpc_contract_fits_squares(column))
		return mpc_policy_refuse(j, MPC_REFUSE_FUNCTION,
					  psprintf("the declared bounds of column \"%.*s\" are too wide for sums of squares: declare bounds below 2^%d",
							   MPC_STR_ARGS(column->name), MPC_SQUARE_BITS));
	if ((agg->function == MPC_MIN || agg->function == MPC_MAX) && mpc_extreme_bits(column) > MPC_MAX_KEY_BITS)
		return mpc_policy_refuse(j, MPC_REFUSE_FUNCTION,
					  psprintf("the declared bounds of column \"%.*s\" are too wide for min and max: declare bounds less than 2^%d apart",
							   MPC_STR_ARGS(column->name), MPC_MAX_KEY_BITS));
	return true;
}

/* Another value would have to be refused when it is met, and so tell of rows (R9). */
static bool
rule_outcome(const MpcJudgement *j, const MpcContractColumn *column)
{
	static const char *const yes_or_no[] = {"0", "1", NULL};

	if (column->scale == 0 && is_type(column->low, yes_or_no) && is_type(column->high, yes_or_no))
		return true;
	return mpc_policy_refuse(j, MPC_REFUSE_FUNCTION,
				  psprintf("column \"%.*s\" is no outcome of yes or no: publish it as boolean, or as an integer with bounds 0 and 1",
						   MPC_STR_ARGS(column->name)));
}

bool
mpc_rule_arguments(const MpcJudgement *j)
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
