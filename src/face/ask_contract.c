/*
 * ask_contract.c
 *		Which contract rules a question, and do our own rules allow it?
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/policy.h"
#include "face/asking.h"
#include "face/domains.h"
#include "face/errors.h"
#include "local/text.h"
#include "local/types.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

static void
raise_other_type(const Asking *a, const char *column, const char *here, MpcStr contract)
{
	char	   *relation = get_rel_name(a->question->joint_relid);
	bool		own = a->question->dataset != NULL;

	ereport(ERROR,
			(errcode(MPC_ERRCODE_DISAGREEMENT),
			 own ? errmsg("relation \"%s\" cannot be asked as dataset \"%s\"", relation, a->setting->dataset_name) :
			 errmsg("joint table \"%s\" does not fit the contract of dataset \"%s\"", relation, a->setting->dataset_name),
			 errdetail("Column \"%s\" is %s here and %s in the contract.", column, here, mpc_text_shown(contract)),
			 own ? errhint("The joint table of the dataset has the types of its contract: ask that one.") :
			 errhint("DROP FOREIGN TABLE %s, import it again with IMPORT FOREIGN SCHEMA, and grant it again.",
					 quote_identifier(relation))));
}

/* The column of the table that is asked must be exactly what the contract says (R15). */
static void
check_joint_column(const Asking *a, const MpcContractColumn *column)
{
	Oid			relid = a->question->joint_relid;
	char	   *name = mpc_text_shown(column->name);
	HeapTuple	tuple = SearchSysCacheAttName(relid, name);
	Form_pg_attribute att;
	MpcType		type;
	Oid			typid;
	char	   *here;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "column \"%s\" vanished from the relation that is asked", name);
	att = (Form_pg_attribute) GETSTRUCT(tuple);
	typid = att->atttypid;
	here = mpc_type_name(typid, att->atttypmod, att->attcollation, &type);
	ReleaseSysCache(tuple);
	if (here != NULL && mpc_str_equal(mpc_str(here), column->type))	/* both in UTF-8 */
		return;
	raise_other_type(a, name, here ? mpc_text_shown(mpc_str(here)) : format_type_be(typid), column->type);
}

/* "age, gender", for a hint; members of the federation know the contract anyway. */
static char *
columns_in_role(const MpcContract *contract, MpcRole role)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < contract->ncolumns; i++)
	{
		if (contract->column[i].role == role)
			appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", mpc_text_shown(contract->column[i].name));
	}
	return names.len > 0 ? names.data : "none";
}

/* What the column is instead. */
static char *
missing_hint(const Asking *a, MpcStr name, MpcRole role)
{
	const MpcContract *contract = &a->setting->contract;
	char	   *there = columns_in_role(contract, role);

	if (role == MPC_ROLE_FILTER && mpc_contract_find(contract, name, MPC_ROLE_KEY) != NULL)
		return psprintf("It is a key: in WHERE of a query that groups by it, the condition is applied to the groups. Its filters are: %s.", there);
	if (role != MPC_ROLE_FILTER && mpc_contract_find(contract, name, MPC_ROLE_IDENTIFIER) != NULL)
		return psprintf("It is an identifier: mpc_approx_count_distinct estimates how many different ones there are. Its %ss are: %s.", mpc_role_name(role), there);
	return psprintf("Its %ss are: %s.", mpc_role_name(role), there);
}

static void
raise_missing_column(const Asking *a, MpcStr name, MpcRole role)
{
	mpc_setting_forget(a->question->joint_relid);	/* what a peer told may have grown since */
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("column \"%s\" is not %s of dataset \"%s\"",
					mpc_text_shown(name), mpc_role_words(role), a->setting->dataset_name),
			 errhint("%s", missing_hint(a, name, role))));
}

/* Keys and measures of an intersection are the asker's alone: in no contract with others, but published here. */
static void
find_own_columns(const Asking *a)
{
	const MpcContract *own = &a->setting->contract;
	const MpcQuery *query = a->query;

	for (int i = 0; i < query->nkeys; i++)
	{
		if (mpc_contract_find(own, query->key[i], MPC_ROLE_KEY) == NULL)
			raise_missing_column(a, query->key[i], MPC_ROLE_KEY);
	}
	for (int i = 0; i < query->naggs; i++)
	{
		const MpcAgg *agg = &query->agg[i];

		if (agg->function == MPC_INTERSECT_SUM && mpc_contract_find(own, agg->arg[agg->nargs - 1], MPC_ROLE_MEASURE) == NULL)
			raise_missing_column(a, agg->arg[agg->nargs - 1], MPC_ROLE_MEASURE);
	}
}

static void
find_columns(Asking *a)
{
	MpcStr		missing;
	MpcRole		role;

	if (mpc_contract_of_query(a->used, &a->setting->contract, a->query, &missing, &role) != MPC_OK)
		raise_missing_column(a, missing, role);
	if (a->question->sets)
		find_own_columns(a);
}

/*
 * Our own dataset's rules. Domains that are kept in lookup relations are read meanwhile, not before the dataset is known to
 * be usable: they are part of what must agree.
 */
static void
check_own_rules(Asking *a)
{
	MpcRefusal	refusal;

	memset(&refusal, 0, sizeof(refusal));
	if (!mpc_policy_check_own(a->federation, a->setting->dataset, a->query, mpc_domains_read, &refusal))
		mpc_raise_own_refusal(&refusal);
	memcpy(a->setting->contract.column, a->setting->dataset->contract.column, sizeof(a->setting->contract.column));
}

/* What no party would answer for the types and bounds of its columns is not sent, where nothing is published here either. */
static void
check_told_contract(const Asking *a)
{
	MpcRefusal	refusal;

	if (a->question->sets)
		ereport(ERROR,
				(errcode(MPC_ERRCODE_REFUSED),
				 errmsg("this database does not publish dataset \"%s\"", a->setting->dataset_name),
				 errdetail("An intersection is of its own set and those of others.")));
	if (!mpc_policy_check_contract(a->used, a->query, &refusal))
		ereport(ERROR,
				(errcode(MPC_ERRCODE_REFUSED),
				 errmsg("the contract of dataset \"%s\" does not allow the question", a->setting->dataset_name),
				 errdetail("The rule: %s.", mpc_text_shown(refusal.rule))));
}

static void
note_key_types(Asking *a)
{
	Oid			relid = a->question->joint_relid;

	for (int i = 0; i < a->query->nkeys; i++)
	{
		AttrNumber	attnum = get_attnum(relid, mpc_text_shown(a->query->key[i]));
		Oid			typid;
		int32		typmod;
		Oid			collid;

		get_atttypetypmodcoll(relid, attnum, &typid, &typmod, &collid);
		if (mpc_type_name(typid, typmod, collid, &a->answer->key_type[i]) == NULL)
			elog(ERROR, "a key column has a type that no dataset can have");
	}
}

/* Query, contract, lanes and hashes of this question, once the dataset's contract is known. */
void
mpc_asking_settle_contract(Asking *a)
{
	mpc_asking_check_policy(a); /* cheapest, and in plainer words than the own rules */
	a->question->form(&a->setting->contract, a->query, a->question->arg);
	find_columns(a);
	if (a->setting->dataset != NULL)
	{
		check_own_rules(a);
		find_columns(a);
	}
	else
		check_told_contract(a);
	for (int i = 0; i < a->used->ncolumns; i++)
		check_joint_column(a, &a->used->column[i]);
	a->used_bytes = mpc_contract_bytes(a->used);
	mpc_contract_hash(a->contract_hash, a->used);
	mpc_lanes_init(a->lanes, a->query);
	mpc_asking_plan_extremes(a);
	note_key_types(a);
}

/* What holds whatever is asked, and also where nothing is published here. */
void
mpc_asking_check_policy(const Asking *a)
{
	if (a->roster->n == 2 && !a->federation->allow_two_party && !a->question->sets)
		ereport(ERROR,
				(errcode(MPC_ERRCODE_REFUSED),
				 errmsg("federation \"%s\" has two parties and does not allow two-party sums", a->federation->name),
				 errdetail("The sum of two parties shows each the other's part."),
				 errhint("Both parties must set the federation option allow_two_party.")));
}

