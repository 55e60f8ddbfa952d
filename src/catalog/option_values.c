/*
 * option_values.c
 *		Is this a value that an option can have?
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/varlena.h"

#include "catalog/cards.h"
#include "catalog/identity.h"
#include "catalog/option_values.h"
#include "catalog/options.h"
#include "crypto/secret.h"

static void
refuse(const char *name, const char *value, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
			 errmsg("invalid value for option \"%s\": \"%s\"", name, value),
			 hint != NULL ? errhint("%s", hint) : 0));
}

static void
check_integer(const char *name, const char *value, int low, int high, int flags)
{
	int			number;
	const char *hint = NULL;

	/* libpq and we read plain digits; parse_int also takes 0x10 and rounds 1.5 */
	if (!parse_int(value, &number, flags, &hint) ||
		(flags == 0 && strspn(value, "-0123456789") != strlen(value)))
		refuse(name, value, hint != NULL ? hint : "The value must be an integer.");
	if (number < low || number > high)
		refuse(name, value, psprintf("The value must be between %d and %d%s.", low, high,
									 flags == GUC_UNIT_MS ? " ms" : ""));
}

static void
check_word(const char *name, const char *value, const char *const *words, const char *hint)
{
	int			i;

	for (i = 0; words[i] != NULL; i++)
	{
		if (strcmp(value, words[i]) == 0)
			return;
	}
	refuse(name, value, hint);
}

void
mpc_check_any(const char *name, const char *value)
{
}

void
mpc_check_text(const char *name, const char *value)
{
	if (value[0] == '\0')
		refuse(name, value, "The value must not be empty.");
}

void
mpc_check_boolean(const char *name, const char *value)
{
	bool		result;

	if (!parse_bool(value, &result))
		refuse(name, value, "The value must be a boolean.");
}

void
mpc_check_port(const char *name, const char *value)
{
	check_integer(name, value, 1, 65535, 0);
}

void
mpc_check_count(const char *name, const char *value)
{
	check_integer(name, value, 0, PG_INT32_MAX, 0);
}

void
mpc_check_sslmode(const char *name, const char *value)
{
	static const char *const words[] = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full", NULL};

	check_word(name, value, words,
			   "Valid values are disable, allow, prefer, require, verify-ca and verify-full.");
}

void
mpc_check_channel_binding(const char *name, const char *value)
{
	static const char *const words[] = {"disable", "prefer", "require", NULL};

	check_word(name, value, words, "Valid values are disable, prefer and require.");
}

/* A database half restored may have no identity yet: then it cannot be compared. */
void
mpc_check_identity(const char *name, const char *value)
{
	const MpcCard *card = mpc_pinned_card(value);
	const MpcIdentity *me;

	if (card == NULL)
		refuse(name, value, "Give the text that SELECT mpc_identity() returns at the partner.");
	me = mpc_identity_if_any();
	if (me != NULL && mpc_equal(me->card.pid, card->pid, MPC_PID_BYTES))
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				 errmsg("this identity is that of this database itself"),
				 errhint("A server of mpc_party stands for a partner; this database is a member of each of its federations without one.")));
}

List *
mpc_split_names(const char *value)
{
	List	   *names;

	if (!SplitIdentifierString(pstrdup(value), ',', &names))
		return NIL;
	return names;
}

static bool
has_duplicates(List *names)
{
	ListCell   *a;
	ListCell   *b;

	foreach(a, names)
	{
		for_each_cell(b, names, lnext(names, a))
		{
			if (strcmp(lfirst(a), lfirst(b)) == 0)
				return true;
		}
	}
	return false;
}

/* Whether the servers exist is checked at use: pg_dump restores servers in the order of their names. */
void
mpc_check_parties(const char *name, const char *value)
{
	List	   *names = mpc_split_names(value);

	if (names == NIL)
		refuse(name, value, "The value must be a list of server names separated by commas.");
	if (list_length(names) > MPC_MAX_PARTNERS)
		refuse(name, value, psprintf("A federation has at most %d parties.", MPC_MAX_PARTIES));
	if (has_duplicates(names))
		refuse(name, value, "A party must not be listed twice.");
}

void
mpc_check_protocol(const char *name, const char *value)
{
	static const char *const words[] = {"masked", "shamir", NULL};

	check_word(name, value, words, "Valid values are masked and shamir.");
}

/* How many parties there are, and so what fits, is known at use only. */
void
mpc_check_threshold(const char *name, const char *value)
{
	check_integer(name, value, 2, MPC_MAX_PARTIES, 0);
}

void
mpc_check_min_contributors(const char *name, const char *value)
{
	check_integer(name, value, 0, MPC_MAX_PARTNERS - 1, 0);
}

void
mpc_check_timeout(const char *name, const char *value)
{
	check_integer(name, value, 1, MPC_MAX_TIMEOUT_MS, GUC_UNIT_MS);
}

void
mpc_check_dataset(const char *name, const char *value)
{
	mpc_check_text(name, value);
	if (strlen(value) > MPC_MAX_NAME)
		refuse(name, value, psprintf("The value must have at most %d bytes.", MPC_MAX_NAME));
}
