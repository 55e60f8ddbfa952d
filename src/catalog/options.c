/*
 * options.c
 *		Which options may servers, user mappings and joint tables have? The
 *		validators of the wrappers mpc_party and mpc_federation.
 *
 * An allow-list: what libpq could do besides (service files, passwords on disk,
 * options for the server's command line) must not be reachable through it.
 */
#include "postgres.h"

#include "access/reloptions.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_foreign_table.h"
#include "catalog/pg_user_mapping.h"
#include "commands/defrem.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "catalog/option_values.h"
#include "catalog/options.h"

typedef enum OptionGuard
{
	ANYBODY,
	SUPERUSER,					/* names a file of the server */
	SUPERUSER_IF_FALSE			/* weakens a check */
} OptionGuard;

typedef struct OptionRule
{
	const char *name;
	Oid			context;
	MpcOptionCheck check;
	OptionGuard guard;
} OptionRule;

static const OptionRule party_rules[] = {
	{"host", ForeignServerRelationId, mpc_check_text, ANYBODY},
	{"hostaddr", ForeignServerRelationId, mpc_check_text, ANYBODY},
	{"port", ForeignServerRelationId, mpc_check_port, ANYBODY},
	{"dbname", ForeignServerRelationId, mpc_check_text, ANYBODY},
	{"sslmode", ForeignServerRelationId, mpc_check_sslmode, ANYBODY},
	{"sslrootcert", ForeignServerRelationId, mpc_check_text, SUPERUSER},
	{"sslcert", ForeignServerRelationId, mpc_check_text, SUPERUSER},
	{"sslkey", ForeignServerRelationId, mpc_check_text, SUPERUSER},
	{"channel_binding", ForeignServerRelationId, mpc_check_channel_binding, ANYBODY},
	{"connect_timeout", ForeignServerRelationId, mpc_check_count, ANYBODY},
	{"keepalives", ForeignServerRelationId, mpc_check_count, ANYBODY},
	{"keepalives_idle", ForeignServerRelationId, mpc_check_count, ANYBODY},
	{"keepalives_interval", ForeignServerRelationId, mpc_check_count, ANYBODY},
	{"keepalives_count", ForeignServerRelationId, mpc_check_count, ANYBODY},
	{"tcp_user_timeout", ForeignServerRelationId, mpc_check_count, ANYBODY},
	{"identity", ForeignServerRelationId, mpc_check_identity, ANYBODY},
	{"user", UserMappingRelationId, mpc_check_text, ANYBODY},
	{"password", UserMappingRelationId, mpc_check_any, ANYBODY},
	{"password_required", UserMappingRelationId, mpc_check_boolean, SUPERUSER_IF_FALSE},
	{"sslcert", UserMappingRelationId, mpc_check_text, SUPERUSER},
	{"sslkey", UserMappingRelationId, mpc_check_text, SUPERUSER},
	{NULL, InvalidOid, NULL, ANYBODY}
};

static const OptionRule federation_rules[] = {
	{"parties", ForeignServerRelationId, mpc_check_parties, ANYBODY},
	{"protocol", ForeignServerRelationId, mpc_check_protocol, ANYBODY},
	{"threshold", ForeignServerRelationId, mpc_check_threshold, ANYBODY},
	{"min_contributors", ForeignServerRelationId, mpc_check_min_contributors, ANYBODY},
	{"allow_two_party", ForeignServerRelationId, mpc_check_boolean, ANYBODY},
	{"pad_sets", ForeignServerRelationId, mpc_check_boolean, ANYBODY},
	{"timeout", ForeignServerRelationId, mpc_check_timeout, ANYBODY},
	{"dataset", ForeignTableRelationId, mpc_check_dataset, ANYBODY},
	{NULL, InvalidOid, NULL, ANYBODY}
};

PG_FUNCTION_INFO_V1(mpc_sql_party_validator);
PG_FUNCTION_INFO_V1(mpc_sql_federation_validator);
PG_FUNCTION_INFO_V1(mpc_sql_split_names);

const char *
mpc_option(List *options, const char *name)
{
	ListCell   *cell;

	foreach(cell, options)
	{
		DefElem    *option = lfirst(cell);

		if (strcmp(option->defname, name) == 0)
			return defGetString(option);
	}
	return NULL;
}

static void
refuse_unknown(const OptionRule *rules, Oid context, const char *name)
{
	StringInfoData valid;

	initStringInfo(&valid);
	for (; rules->name != NULL; rules++)
	{
		if (rules->context == context)
			appendStringInfo(&valid, "%s%s", valid.len > 0 ? ", " : "", rules->name);
	}
	ereport(ERROR,
			(errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
			 errmsg("invalid option \"%s\"", name),
			 valid.len > 0
			 ? errhint("Valid options in this context are: %s.", valid.data)
			 : errhint("There are no valid options in this context.")));
}

static const OptionRule *
find_rule(const OptionRule *rules, Oid context, const char *name)
{
	const OptionRule *rule;

	for (rule = rules; rule->name != NULL; rule++)
	{
		if (rule->context == context && strcmp(rule->name, name) == 0)
			return rule;
	}
	refuse_unknown(rules, context, name);
	return NULL;				/* keep compiler quiet */
}

static void
check_guard(const OptionRule *rule, const char *value)
{
	bool		on = true;

	if (rule->guard == ANYBODY || superuser())
		return;
	if (rule->guard == SUPERUSER_IF_FALSE && parse_bool(value, &on) && on)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 rule->guard == SUPERUSER
			 ? errmsg("must be superuser to set option \"%s\"", rule->name)
			 : errmsg("must be superuser to set option \"%s\" to false", rule->name)));
}

static void
check_options(const OptionRule *rules, List *options, Oid context)
{
	ListCell   *cell;

	foreach(cell, options)
	{
		DefElem    *option = lfirst(cell);
		const OptionRule *rule = find_rule(rules, context, option->defname);
		const char *value = defGetString(option);

		rule->check(rule->name, value);
		check_guard(rule, value);
	}
}

static void
require_option(List *options, const char *name)
{
	if (mpc_option(options, name) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_OPTION_NAME_NOT_FOUND),
				 errmsg("option \"%s\" is required", name)));
}

/* A threshold that nothing obeys would be a promise. */
static void
check_threshold_obeyed(List *options)
{
	const char *protocol = mpc_option(options, "protocol");

	if (mpc_option(options, "threshold") != NULL && (protocol == NULL || strcmp(protocol, "shamir") != 0))
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
				 errmsg("option \"threshold\" needs protocol \"shamir\"")));
}

Datum
mpc_sql_party_validator(PG_FUNCTION_ARGS)
{
	check_options(party_rules, untransformRelOptions(PG_GETARG_DATUM(0)), PG_GETARG_OID(1));
	PG_RETURN_VOID();
}

Datum
mpc_sql_federation_validator(PG_FUNCTION_ARGS)
{
	List	   *options = untransformRelOptions(PG_GETARG_DATUM(0));
	Oid			context = PG_GETARG_OID(1);

	check_options(federation_rules, options, context);
	if (context == ForeignServerRelationId)
	{
		require_option(options, "parties");
		check_threshold_obeyed(options);
	}
	if (context == ForeignTableRelationId)
		require_option(options, "dataset");
	PG_RETURN_VOID();
}

/* For views: the names in an option "parties". */
Datum
mpc_sql_split_names(PG_FUNCTION_ARGS)
{
	List	   *names = mpc_split_names(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	Datum	   *values = palloc(sizeof(Datum) * Max(list_length(names), 1));
	ListCell   *cell;
	int			n = 0;

	foreach(cell, names)
		values[n++] = CStringGetTextDatum(lfirst(cell));
	PG_RETURN_ARRAYTYPE_P(construct_array(values, n, TEXTOID, -1, false, TYPALIGN_INT));
}
