/*
 * setting.c
 *		Which federation, dataset and contract stand behind a joint table, or an own one?
 *
 * The contract is this database's own publication; where it publishes none, what a peer
 * told in this session, the first one; else it stays unknown until a peer is asked.
 */
#include "postgres.h"

#include "catalog/options.h"
#include "face/ask.h"
#include "face/domains.h"
#include "face/own.h"
#include "foreign/foreign.h"
#include "local/text.h"
#include "miscadmin.h"
#include "protocol/description.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

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

/* What peers told of their datasets, by joint table. */
typedef struct Learned
{
	Oid			joint_relid;	/* hash key */
	char		dataset[NAMEDATALEN];
	Oid			federation;
	Size		contract_len;
	Size		domains_len;
	uint8	   *bytes;			/* of this dataset: contract, then domains as in a description */
} Learned;

static HTAB *learned = NULL;

static void
make_learned(void)
{
	HASHCTL		ctl = {.keysize = sizeof(Oid),.entrysize = sizeof(Learned),.hcxt = TopMemoryContext};

	if (learned == NULL)
		learned = hash_create("mpc_agg descriptions", 16, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
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

/* Copies of bytes may be as large as a message. */
static uint8 *
copy_bytes(MemoryContext context, const uint8 *bytes, Size len)
{
	uint8	   *copy = MemoryContextAllocHuge(context, Max(len, 1));

	memcpy(copy, bytes, len);
	return copy;
}

/* The last part of a description is read before any is believed. False: it is damaged, or without this dataset. */
static bool
find_dataset(MpcStr description, MpcStr name, MpcStr *contract, MpcStr *domains)
{
	MpcDescriptionReader reader;
	MpcStr		dataset;
	MpcStr		its_contract;
	MpcStr		its_domains;
	bool		found = false;

	mpc_description_begin(&reader, description.data, description.len);
	while (mpc_description_next(&reader, &dataset, &its_contract, &its_domains))
	{
		CHECK_FOR_INTERRUPTS();
		if (!mpc_str_equal(dataset, name))
			continue;
		found = true;
		*contract = its_contract;
		*domains = its_domains;
	}
	return mpc_description_end(&reader) == MPC_OK && found;
}

/* The setting's contract points into both. False: they are not what an honest peer says. */
static bool
use_told(MpcSetting *setting, MpcStr contract, MpcStr domains)
{
	MpcContract *told = palloc(sizeof(MpcContract));

	if (mpc_contract_read(told, contract.data, contract.len) != MPC_OK || !mpc_domains_take(told, domains))
		return false;
	setting->contract = *told;
	setting->contract.protocol = setting->federation->protocol;
	setting->contract.threshold = setting->federation->threshold;
	setting->has_contract = true;
	return true;
}

/* Of all that a peer told, only this dataset's part: that of others may be long, and was not asked for. */
static void
keep_told(const MpcSetting *setting, Oid joint_relid, MpcStr contract, MpcStr domains)
{
	uint8	   *kept = MemoryContextAllocHuge(TopMemoryContext, contract.len + domains.len);
	Learned    *entry;

	memcpy(kept, contract.data, contract.len);
	memcpy(kept + contract.len, domains.data, domains.len);
	mpc_setting_forget(joint_relid);
	entry = hash_search(learned, &joint_relid, HASH_ENTER, NULL);
	strlcpy(entry->dataset, setting->dataset_name, sizeof(entry->dataset));
	entry->federation = setting->federation->serverid;
	entry->contract_len = contract.len;
	entry->domains_len = domains.len;
	entry->bytes = kept;
}

void
mpc_setting_learn(MpcSetting *setting, Oid joint_relid, MpcStr description)
{
	MpcStr		name = mpc_str(mpc_text_to_utf8(setting->dataset_name, strlen(setting->dataset_name)));
	MpcStr		contract = {NULL, 0};
	MpcStr		domains = {NULL, 0};

	description.data = copy_bytes(CurrentMemoryContext, description.data, description.len);
	if (find_dataset(description, name, &contract, &domains) && use_told(setting, contract, domains))
		keep_told(setting, joint_relid, contract, domains);
}

/* The question has a copy of its own: what is kept may be forgotten while it runs. */
static void
recall_description(MpcSetting *setting, Oid joint_relid)
{
	Learned    *entry;
	uint8	   *bytes;

	make_learned();
	entry = hash_search(learned, &joint_relid, HASH_FIND, NULL);
	if (entry == NULL || strcmp(entry->dataset, setting->dataset_name) != 0 ||
		entry->federation != setting->federation->serverid)
		return;
	bytes = copy_bytes(CurrentMemoryContext, entry->bytes, entry->contract_len + entry->domains_len);
	(void) use_told(setting, (MpcStr) {bytes, entry->contract_len},
					(MpcStr) {bytes + entry->contract_len, entry->domains_len});
}

/* The federation's OID; names the dataset. */
static Oid
name_dataset(MpcSetting *setting, const MpcQuestion *question)
{
	if (question->dataset == NULL)
	{
		setting->dataset_name = dataset_option(question->joint_relid);
		return GetForeignTable(question->joint_relid)->serverid;
	}
	setting->dataset_name = pstrdup(question->dataset);
	return mpc_own_federation(question);
}

MpcSetting *
mpc_setting_of(const MpcQuestion *question)
{
	MpcSetting *setting = palloc0(sizeof(MpcSetting));

	setting->federation = mpc_federation_get(name_dataset(setting, question));
	setting->dataset = mpc_dataset_get(setting->dataset_name, setting->federation->name);
	if (setting->dataset != NULL)
	{
		setting->contract = setting->dataset->contract;
		setting->has_contract = true;
	}
	setting->contract.protocol = setting->federation->protocol;
	setting->contract.threshold = setting->federation->threshold;
	if (!setting->has_contract)
		recall_description(setting, question->joint_relid);
	return setting;
}
