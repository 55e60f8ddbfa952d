/*
 * joint_merge.c
 *		Which columns has the joint table of a dataset that others publish?
 *
 * Those on which all its publishers agree, in one role at least: a question uses columns in
 * roles, and every other use would be refused. Whatever is left out is said.
 */
#include "postgres.h"

#include "face/describe.h"
#include "face/joint_import.h"
#include "local/text.h"
#include "miscadmin.h"
#include "utils/builtins.h"

static int
compare_names(const ListCell *a, const ListCell *b)
{
	return mpc_str_compare(*(MpcStr *) lfirst(a), *(MpcStr *) lfirst(b));
}

/* The names of all columns that any publisher of the dataset has, each once. */
static List *
column_names(const List *told, MpcStr dataset)
{
	List	   *all = NIL;
	List	   *names = NIL;
	ListCell   *lc;

	foreach(lc, told)
	{
		const MpcTold *one = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; mpc_str_equal(one->dataset, dataset) && i < one->ncolumns; i++)
			all = lappend(all, &one->column[i].name);
	}
	list_sort(all, compare_names);
	foreach(lc, all)
	{
		if (names == NIL || !mpc_str_equal(*(MpcStr *) llast(names), *(MpcStr *) lfirst(lc)))
			names = lappend(names, lfirst(lc));
	}
	return names;
}

/* "south": integer from 0 to 5; "west": nothing. False: nobody has it in this role. */
static bool
who_says_what(StringInfo words, const List *told, MpcStr dataset, MpcStr name, MpcRole role)
{
	bool		any = false;
	ListCell   *lc;

	foreach(lc, told)
	{
		const MpcTold *one = lfirst(lc);
		const MpcContractColumn *column = mpc_told_column(one, name, role);

		CHECK_FOR_INTERRUPTS();
		if (!mpc_str_equal(one->dataset, dataset))
			continue;
		any |= column != NULL;
		appendStringInfo(words, "%s\"%s\": %s", words->len > 0 ? "; " : "", one->party,
						 column != NULL ? mpc_told_words(column) : "nothing");
	}
	return any;
}

static void
warn_of_role(const List *told, MpcStr dataset, MpcStr name, MpcRole role, bool left_out)
{
	StringInfoData words;

	initStringInfo(&words);
	if (!who_says_what(&words, told, dataset, name, role))
		return;
	ereport(WARNING,
			(errmsg("the parties differ on %s \"%s\" of dataset \"%s\"",
					mpc_role_name(role), mpc_told_shown(name), mpc_told_shown(dataset)),
			 errdetail("%s.", words.data),
			 left_out ? errhint("The joint table is made without this column.")
			 : errhint("The column is there for its other uses.")));
}

/* The column of the first role on which all agree, NULL for none. */
static const MpcContractColumn *
agreed_column(const List *told, MpcStr dataset, MpcStr name)
{
	const MpcContractColumn *agreed = NULL;

	for (MpcRole role = MPC_ROLE_KEY; role <= MPC_ROLE_IDENTIFIER && agreed == NULL; role++)
		agreed = mpc_told_agreed(told, dataset, name, role);
	for (MpcRole role = MPC_ROLE_KEY; role <= MPC_ROLE_IDENTIFIER; role++)
	{
		if (mpc_told_agreed(told, dataset, name, role) == NULL)
			warn_of_role(told, dataset, name, role, agreed == NULL);
	}
	return agreed;
}

static void
warn_of_type(MpcStr dataset, const MpcContractColumn *column)
{
	char	   *name = mpc_text_from_utf8(column->name);
	char	   *create = name != NULL ? mpc_joint_create_enum(column->type, name) : NULL;

	ereport(WARNING,
			(errmsg("the joint table of dataset \"%s\" is made without column \"%s\"",
					mpc_told_shown(dataset), mpc_told_shown(column->name)),
			 name == NULL ? errdetail("Its name has no form in the encoding of this database.") :
			 errdetail("This database has no type %s.", mpc_told_shown(column->type)),
			 create != NULL ? errhint("%s", create) : 0));
}

static void
put_column(MpcJointTable *table, MpcStr dataset, const MpcContractColumn *column)
{
	char	   *name = mpc_text_from_utf8(column->name);
	MpcType		type;

	if (name == NULL || !mpc_joint_type(column->type, &type))
		warn_of_type(dataset, column);
	else
		mpc_joint_table_column(table, name, &type);
}

char *
mpc_joint_merged(const List *told, MpcStr dataset, const char *name, const char *server, const char *schema)
{
	MpcJointTable table;
	ListCell   *lc;

	mpc_joint_table_begin(&table, schema, name);
	foreach(lc, column_names(told, dataset))
	{
		const MpcContractColumn *column = agreed_column(told, dataset, *(MpcStr *) lfirst(lc));

		if (column != NULL)
			put_column(&table, dataset, column);
	}
	return mpc_joint_table_end(&table, server, name);
}
