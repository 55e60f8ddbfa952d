/*
 * conninfo.c
 *		With which settings do we connect to a party?
 *
 * With those of its server and user mapping, and our own. libpq fills every
 * option that was not stated from environment variables, from the service that
 * PGSERVICE names and from files in the home directory of the operating system
 * user: the server's credentials, which its users must not borrow. So every
 * option with such a source is stated here. That needs a connection string:
 * in it an empty value counts as stated, in PQconnectStartParams it does not.
 *
 * Assumes that the options were validated when they were set. A server option
 * that libpq does not know belongs to another room and is passed over. The
 * password is not wiped here: it is in the catalog, in the catalog caches and
 * in libpq for the life of the connection, all in plain text.
 */
#include "postgres.h"

#include "transport/conninfo.h"

#include "commands/defrem.h"
#include "lib/stringinfo.h"
#include "libpq-fe.h"
#include "miscadmin.h"

/* Below a file there is no file: libpq finds nothing there and says nothing. */
#define NO_FILE		"/dev/null/none"

/*
 * The peer's session, fixed before its first statement. lock_timeout, because
 * a lock waited for through another server is a deadlock that nobody detects;
 * client_connection_check_interval, because a peer we gave up has to stop.
 */
#define SESSION_OPTIONS \
	"-c search_path=pg_catalog -c lock_timeout=2s -c client_connection_check_interval=1s " \
	"-c default_transaction_isolation=read\\ committed -c default_transaction_read_only=off " \
	"-c DateStyle=ISO -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"

typedef struct Setting
{
	const char *keyword;
	const char *value;			/* NULL: never stated */
} Setting;

/* Whatever server and mapping say. */
static const Setting fixed[] = {
	{"client_encoding", "UTF8"},
	{"options", SESSION_OPTIONS},
	{"fallback_application_name", "mpc_agg"},
	{"passfile", NO_FILE},
	{"service", NULL},
	{"replication", NULL},
	{NULL, NULL}
};

/* When server and mapping say nothing. */
static const Setting defaults[] = {
	{"application_name", "mpc_agg"},	/* PGAPPNAME would beat the fallback */
	{"gssencmode", "disable"},	/* no credentials of the server's own user */
	{"sslcert", NO_FILE},		/* nor its certificate */
	{"keepalives", "1"},
	{"keepalives_idle", "10"},
	{"keepalives_interval", "5"},
	{"keepalives_count", "3"},
	{"tcp_user_timeout", "10000"},
	{NULL, NULL}
};

static const Setting *
find_setting(const Setting *settings, const char *keyword)
{
	for (; settings->keyword != NULL; settings++)
	{
		if (strcmp(settings->keyword, keyword) == 0)
			return settings;
	}
	return NULL;
}

static const char *
find_option(List *options, const char *keyword)
{
	ListCell   *cell;

	foreach(cell, options)
	{
		DefElem    *option = (DefElem *) lfirst(cell);

		if (strcmp(option->defname, keyword) == 0)
			return defGetString(option);
	}
	return NULL;
}

/* The user mapping's word counts before the server's. */
static const char *
given_value(const ForeignServer *server, const UserMapping *mapping, const char *keyword)
{
	const char *value = find_option(mapping->options, keyword);

	return value != NULL ? value : find_option(server->options, keyword);
}

/* libpq's own defaults for these two depend on the environment and the operating system user. */
static const char *
default_address(const ForeignServer *server, const UserMapping *mapping, Oid userid, const char *keyword)
{
	if (strcmp(keyword, "user") == 0)
		return GetUserNameFromId(userid, false);
	if (strcmp(keyword, "host") == 0 && given_value(server, mapping, "hostaddr") == NULL)
		return DEFAULT_PGSOCKET_DIR;
	return NULL;
}

/* What libpq would take when the environment were empty. */
static const char *
default_value(const PQconninfoOption *option)
{
	const Setting *setting = find_setting(defaults, option->keyword);

	if (setting != NULL)
		return setting->value;
	if (option->compiled != NULL)
		return option->compiled;
	if (option->envvar != NULL && getenv(option->envvar) != NULL)
		return "";
	return NULL;
}

static const char *
choose_value(const ForeignServer *server, const UserMapping *mapping, Oid userid, const PQconninfoOption *option)
{
	const Setting *setting = find_setting(fixed, option->keyword);
	const char *value;

	if (setting != NULL)
		return setting->value;
	value = given_value(server, mapping, option->keyword);
	if (value == NULL)
		value = default_address(server, mapping, userid, option->keyword);
	return value != NULL ? value : default_value(option);
}

static void
append_option(StringInfo conninfo, const char *keyword, const char *value)
{
	appendStringInfo(conninfo, " %s='", keyword);
	for (; *value != '\0'; value++)
	{
		if (*value == '\'' || *value == '\\')
			appendStringInfoChar(conninfo, '\\');
		appendStringInfoChar(conninfo, *value);
	}
	appendStringInfoChar(conninfo, '\'');
}

/* Every option this libpq knows. Parsed once and kept: it does not change. */
static const PQconninfoOption *
known_options(void)
{
	static PQconninfoOption *known = NULL;

	if (known == NULL)
		known = PQconninfoParse("", NULL);
	if (known == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory")));
	return known;
}

char *
mpc_conninfo(const ForeignServer *server, const UserMapping *mapping, Oid userid)
{
	const PQconninfoOption *option;
	StringInfoData conninfo;

	initStringInfo(&conninfo);
	for (option = known_options(); option->keyword != NULL; option++)
	{
		const char *value = choose_value(server, mapping, userid, option);

		if (value != NULL)
			append_option(&conninfo, option->keyword, value);
	}
	return conninfo.data;
}
