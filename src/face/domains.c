/*
 * domains.c
 *		Which values may the keys of a contract have?
 *
 * catalog/ knows where a domain is kept, local/ reads relations: they meet here. What
 * cannot be read is left out in silence; whoever needs it says so in words of its own.
 * What a peer sent counts only under the hash that the contract gives.
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "face/domains.h"
#include "face/settings.h"
#include "local/lookup.h"
#include "miscadmin.h"
#include "protocol/description.h"
#include "protocol/group_key.h"

static bool
is_grouped_by(const MpcQuery *query, MpcStr column)
{
	for (int i = 0; i < query->nkeys; i++)
	{
		if (mpc_str_equal(query->key[i], column))
			return true;
	}
	return false;
}

static MpcContractColumn *
key_column(MpcContract *contract, MpcStr name)
{
	for (int i = 0; i < contract->ncolumns; i++)
	{
		if (contract->column[i].role == MPC_ROLE_KEY && mpc_str_equal(contract->column[i].name, name))
			return &contract->column[i];
	}
	return NULL;
}

static void
read_lookup(const MpcDataset *dataset, const MpcLookup *lookup, MpcContractColumn *column)
{
	MpcDomain  *domain;

	if (mpc_lookup_broken(lookup->relid, lookup->column, dataset->owner) != NULL)
		return;
	domain = mpc_lookup_read(lookup->relid, lookup->column, dataset->owner, column);
	if (domain == NULL)
		return;
	column->values = domain;
	mpc_domain_hash(column->domain, domain);
}

static void
read_lookups(MpcDataset *dataset, const MpcQuery *query)
{
	ListCell   *lc;

	foreach(lc, dataset->lookups)
	{
		const MpcLookup *lookup = lfirst(lc);
		MpcContractColumn *column = key_column(&dataset->contract, lookup->key);

		if (column != NULL && (query == NULL || is_grouped_by(query, lookup->key)))
			read_lookup(dataset, lookup, column);
	}
}

/* Whoever asks, here or at a peer: its settings do not rule how the publisher's rows are read (R2). */
void
mpc_domains_read(MpcDataset *dataset, const MpcQuery *query)
{
	int			nest;

	if (dataset->lookups == NIL)
		return;
	nest = NewGUCNestLevel();
	mpc_fix_settings(GUC_ACTION_SAVE);
	(void) set_config_option("transaction_read_only", "on", PGC_SUSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	read_lookups(dataset, query);
	AtEOXact_GUC(true, nest);
}

static MpcDomain *
read_values(MpcStr bytes)
{
	MpcDomain  *domain = palloc0(sizeof(MpcDomain));
	size_t		n = mpc_domain_count(bytes.data, bytes.len);

	domain->value = palloc_extended(Max(n, 1) * sizeof(MpcStr), MCXT_ALLOC_HUGE);
	return mpc_domain_read(domain, bytes.data, bytes.len) == MPC_OK ? domain : NULL;
}

/* No party publishes a domain with a value that is too long to be a key. */
static bool
are_keys(const MpcDomain *domain, uint16 max_key_bytes)
{
	for (size_t i = 0; i < domain->nvalues; i++)
	{
		MpcValue	value = {false, domain->value[i]};

		if (mpc_group_key_size(&value) > max_key_bytes)
			return false;
	}
	return true;
}

static bool
take_values(MpcContractColumn *column, MpcStr domains)
{
	MpcStr		bytes;
	MpcDomain  *domain;
	uint8		hash[32];

	if (!mpc_description_domain(domains, column->name, &bytes))
		return false;
	domain = read_values(bytes);
	if (domain == NULL || !are_keys(domain, column->max_key_bytes))
		return false;
	mpc_domain_hash(hash, domain);
	column->values = domain;
	return memcmp(hash, column->domain, sizeof(hash)) == 0;
}

bool
mpc_domains_take(MpcContract *contract, MpcStr domains)
{
	for (int i = 0; i < contract->ncolumns; i++)
	{
		MpcContractColumn *column = &contract->column[i];

		CHECK_FOR_INTERRUPTS();
		if (!mpc_is_zero(column->domain, sizeof(column->domain)) && !take_values(column, domains))
			return false;
	}
	return true;
}
