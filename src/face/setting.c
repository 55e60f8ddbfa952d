/*
 * setting.c
 *		Which federation, dataset and contract stand behind a joint table?
 *
 * The contract is this database's own publication; where it publishes none, the
 * column options of the joint table; else what a peer told in this session; else it
 * stays unknown until a peer is asked.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/options.h"
#include "face/ask.h"
#include "foreign/foreign.h"
#include "local/text.h"
#include "local/types.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/varlena.h"

static char *
dataset_option(Oid relid)
{
	const char *name = mpc_option(GetForeignTable(relid)->options, "dataset");

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_OPTION_NAME_NOT_FOUND),
				 errmsg("joint table \"%s\" has no option \"dataset\"", get_rel_name(relid))));
	return pstrdup(name);
}

/* The option of a column, empty where it has none. */
static const char *
option_value(List *options, const char *name)
{
	const char *value = mpc_option(options, name);

	return value != NULL ? value : "";
}

static MpcRole
role_by_name(const char *name)
{
	for (MpcRole role = MPC_ROLE_KEY; role <= MPC_ROLE_IDENTIFIER; role++)
	{
		if (strcmp(mpc_role_name(role), name) == 0)
			return role;
	}
	elog(ERROR, "unrecognized role \"%s\" of a column", name);
}

/* One contract column per role that the options of a column name. */
static void
add_column(MpcContract *contract, const char *name, List *options)
{
	char	   *roles = pstrdup(option_value(options, "roles"));
	List	   *names;
	ListCell   *lc;

	if (!SplitIdentifierString(roles, ',', &names))
		elog(ERROR, "invalid option \"roles\" of column \"%s\"", name);
	foreach(lc, names)
	{
		MpcContractColumn *column = &contract->column[contract->ncolumns++];

		memset(column, 0, sizeof(*column));
		column->name = mpc_str(mpc_text_to_utf8(name, strlen(name)));
		column->role = role_by_name(lfirst(lc));
		column->type = mpc_str(mpc_text_to_utf8(option_value(options, "type"), strlen(option_value(options, "type"))));
		if (column->role == MPC_ROLE_MEASURE)
		{
			column->scale = pg_strtoint16(*option_value(options, "scale") ? option_value(options, "scale") : "0");
			column->low = mpc_str(option_value(options, "low"));
			column->high = mpc_str(option_value(options, "high"));
		}
		if (column->role == MPC_ROLE_KEY)
			column->max_key_bytes = 61;
		if (contract->ncolumns == MPC_MAX_COLUMNS)
			break;
	}
}

/* The contract as the joint table's own options tell it. */
static bool
contract_of_options(Oid relid, MpcContract *contract)
{
	Relation	rel = table_open(relid, AccessShareLock);
	TupleDesc	desc = RelationGetDescr(rel);

	for (int i = 0; i < desc->natts && contract->ncolumns < MPC_MAX_COLUMNS; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		List	   *options = att->attisdropped ? NIL : GetForeignColumnOptions(relid, i + 1);

		if (options != NIL && *option_value(options, "roles"))
			add_column(contract, NameStr(att->attname), options);
	}
	table_close(rel, AccessShareLock);
	mpc_contract_sort(contract);
	return contract->ncolumns > 0;
}

/* What peers told of their contracts, by joint table. */
typedef struct Learned
{
	Oid			joint_relid;	/* hash key */
	char		dataset[NAMEDATALEN];
	Oid			federation;
	Size		len;
	uint8	   *bytes;
} Learned;

static HTAB *learned = NULL;

static void
make_learned(void)
{
	HASHCTL		ctl = {.keysize = sizeof(Oid),.entrysize = sizeof(Learned),.hcxt = TopMemoryContext};

	if (learned == NULL)
		learned = hash_create("mpc_agg contracts", 16, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

void
mpc_setting_forget(Oid joint_relid)
{
	Learned    *entry;

	make_learned();
	entry = hash_search(learned, &joint_relid, HASH_FIND, NULL);
	if (entry == NULL)
		return;
	pfree(entry->bytes);
	hash_search(learned, &joint_relid, HASH_REMOVE, NULL);
}

static bool
use_contract(MpcSetting *setting, MpcStr bytes)
{
	if (mpc_contract_read(&setting->contract, bytes.data, bytes.len) != MPC_OK)
		return false;
	setting->contract.protocol = setting->federation->protocol;
	setting->contract.threshold = setting->federation->threshold;
	setting->has_contract = true;
	return true;
}

void
mpc_setting_learn(MpcSetting *setting, Oid joint_relid, MpcStr bytes)
{
	uint8	   *copy = palloc(bytes.len);	/* the contract points into it */
	Learned    *entry;
	uint8	   *kept;

	memcpy(copy, bytes.data, bytes.len);
	if (!use_contract(setting, (MpcStr) {copy, bytes.len}))
		return;
	mpc_setting_forget(joint_relid);
	kept = MemoryContextAlloc(TopMemoryContext, bytes.len);
	memcpy(kept, bytes.data, bytes.len);
	entry = hash_search(learned, &joint_relid, HASH_ENTER, NULL);
	strlcpy(entry->dataset, setting->dataset_name, sizeof(entry->dataset));
	entry->federation = setting->federation->serverid;
	entry->len = bytes.len;
	entry->bytes = kept;
}

static void
recall_contract(MpcSetting *setting, Oid joint_relid)
{
	Learned    *entry;
	uint8	   *copy;

	make_learned();
	entry = hash_search(learned, &joint_relid, HASH_FIND, NULL);
	if (entry == NULL || strcmp(entry->dataset, setting->dataset_name) != 0 ||
		entry->federation != setting->federation->serverid)
		return;
	copy = palloc(entry->len);
	memcpy(copy, entry->bytes, entry->len);
	(void) use_contract(setting, (MpcStr) {copy, entry->len});
}

MpcSetting *
mpc_setting_of(Oid joint_relid)
{
	MpcSetting *setting = palloc0(sizeof(MpcSetting));

	setting->federation = mpc_federation_get(GetForeignTable(joint_relid)->serverid);
	setting->dataset_name = dataset_option(joint_relid);
	setting->dataset = mpc_dataset_get(setting->dataset_name, setting->federation->name);
	if (setting->dataset != NULL)
	{
		setting->contract = setting->dataset->contract;
		setting->has_contract = true;
	}
	else
		setting->has_contract = contract_of_options(joint_relid, &setting->contract);
	setting->contract.protocol = setting->federation->protocol;
	setting->contract.threshold = setting->federation->threshold;
	if (!setting->has_contract)
		recall_contract(setting, joint_relid);
	return setting;
}
