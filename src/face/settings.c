/*
 * settings.c
 *		Which settings rule a question, and until when may it run?
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/owner.h"
#include "face/curve_workers.h"
#include "face/settings.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "utils/timeout.h"

int			mpc_timeout_ms = 30000;
int			mpc_workers = 2;

static TimeoutId deadline_timeout = MAX_TIMEOUTS;	/* registered at first use */
static volatile sig_atomic_t deadline_passed = false;
static bool deadline_set = false;

/*
 * Everything a role may set for itself (PGC_USERSET) that could show our inner
 * queries or change what they or published code mean: debug_print_plan with
 * client_min_messages = log, for one, delivers plans with constants to the caller.
 */
static const struct
{
	const char *name;
	const char *value;
}			fixed_settings[] =
{
	{"client_min_messages", "error"},
	{"debug_print_parse", "off"},
	{"debug_print_rewritten", "off"},
	{"debug_print_plan", "off"},
	{"trace_notify", "off"},
	{"trace_sort", "off"},
	{"row_security", "on"},
	{"search_path", MPC_SEARCH_PATH},
	{"TimeZone", "UTC"},
	{"DateStyle", "ISO, YMD"},
	{"IntervalStyle", "postgres"},
	{"extra_float_digits", "1"},
	{"bytea_output", "hex"},
	{"standard_conforming_strings", "on"},
	{"plan_cache_mode", "auto"},
	{"exit_on_error", "off"},
	{"lc_monetary", "C"},
	{"lc_numeric", "C"},
	{"lc_time", "C"},
	{"default_text_search_config", "pg_catalog.simple"},
	{"xmlbinary", "base64"},
	{"xmloption", "content"},
	{"array_nulls", "on"},
	{"backslash_quote", "safe_encoding"},
	{"quote_all_identifiers", "off"},
	{"transform_null_equals", "off"},
	{"gin_fuzzy_search_limit", "0"},
	{"enable_async_append", "on"},
	{"enable_bitmapscan", "on"},
	{"enable_gathermerge", "on"},
	{"enable_hashagg", "on"},
	{"enable_hashjoin", "on"},
	{"enable_incremental_sort", "on"},
	{"enable_indexonlyscan", "on"},
	{"enable_indexscan", "on"},
	{"enable_material", "on"},
	{"enable_memoize", "on"},
	{"enable_mergejoin", "on"},
	{"enable_nestloop", "on"},
	{"enable_parallel_append", "on"},
	{"enable_parallel_hash", "on"},
	{"enable_partition_pruning", "on"},
	{"enable_seqscan", "on"},
	{"enable_sort", "on"},
	{"enable_tidscan", "on"},
	{"statement_timeout", "0"},
	{"lock_timeout", "2s"},
};

void
mpc_settings_init(void)
{
	DefineCustomIntVariable("mpc_agg.timeout",
							"Longest time a joint question may take, at the asker and at each peer.",
							"A federation may set its own with the option \"timeout\".",
							&mpc_timeout_ms, 30000, 1, 3600000,
							PGC_SUSET, GUC_UNIT_MS, NULL, NULL, NULL);
	DefineCustomIntVariable("mpc_agg.workers",
							"Most background workers that a session uses for an intersection, besides itself.",
							"They count towards max_worker_processes. 0: none.",
							&mpc_workers, 2, 0, MPC_MAX_CURVE_WORKERS,
							PGC_SUSET, 0, NULL, NULL, NULL);
	MarkGUCPrefixReserved("mpc_agg");
}

static void
fix_one(const char *name, const char *value, GucAction action)
{
	(void) set_config_option(name, value, PGC_SUSET, PGC_S_SESSION, action, true, 0, false);
}

void
mpc_fix_settings(GucAction action)
{
	for (int i = 0; i < lengthof(fixed_settings); i++)
		fix_one(fixed_settings[i].name, fixed_settings[i].value, action);
	if (action == GUC_ACTION_LOCAL)
	{
		/* raised, never lowered: it must hold when SPI_commit reads it */
		if (synchronous_commit < SYNCHRONOUS_COMMIT_REMOTE_FLUSH)
			fix_one("synchronous_commit", "on", action);
		disable_timeout(STATEMENT_TIMEOUT, false);
	}
}

static void
deadline_handler(void)
{
	deadline_passed = true;
	QueryCancelPending = true;
	InterruptPending = true;
	SetLatch(MyLatch);
}

void
mpc_deadline_refuse_nested(void)
{
	if (deadline_set)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a joint question cannot be asked while another is answered"),
				 errhint("A published view must not read a joint table.")));
}

void
mpc_deadline_set(TimestampTz when)
{
	if (deadline_timeout == MAX_TIMEOUTS)
		deadline_timeout = RegisterTimeout(USER_TIMEOUT, deadline_handler);
	deadline_set = true;
	deadline_passed = false;
	enable_timeout_at(deadline_timeout, when);
}

void
mpc_deadline_move(TimestampTz when)
{
	enable_timeout_at(deadline_timeout, when);
}

void
mpc_deadline_clear(void)
{
	deadline_set = false;
	if (deadline_timeout != MAX_TIMEOUTS)
		disable_timeout(deadline_timeout, false);
	/* a cancel that fired in the last moment must not hit the next statement */
	if (deadline_passed && QueryCancelPending)
		QueryCancelPending = false;
	deadline_passed = false;
}

bool
mpc_deadline_passed(void)
{
	return deadline_passed;
}
