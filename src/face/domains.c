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
#include "local/lookup.h"
#include "protocol/description.h"

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

void
mpc_domains_read(MpcDataset *dataset, const MpcQuery *query)
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

static MpcDomain *
read_values(MpcStr bytes)
{
	MpcDomain  *domain = palloc0(sizeof(MpcDomain));
	size_t		n = mpc_domain_count(bytes.data, bytes.len);

	domain->value = palloc_extended(Max(n, 1) * sizeof(MpcStr), MCXT_ALLOC_HUGE);
	return mpc_domain_read(domain, bytes.data, bytes.len) == MPC_OK ? domain : NULL;
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
	if (domain == NULL)
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

		if (!mpc_is_zero(column->domain, sizeof(column->domain)) && !take_values(column, domains))
			return false;
	}
	return true;
}
