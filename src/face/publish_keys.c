/*
 * publish_keys.c
 *		Which values may a published key column have, and how long are they?
 *
 * A domain is declared as a list, kept in a lookup relation, or the type's own; any other key is
 * open. A lookup relation is read at each question: here once, to see that it can be.
 */
#include "postgres.h"

#include "face/publish.h"
#include "local/lookup.h"
#include "local/text.h"
#include "local/types.h"
#include "miscadmin.h"
#include "protocol/group_key.h"
#include "utils/builtins.h"
#include "utils/regproc.h"

static void
set_max_key_bytes(MpcContractColumn *column, const MpcDeclaration *declaration)
{
	int			declared = declaration != NULL ? declaration->max_key_bytes : -1;

	column->max_key_bytes = mpc_type_key_bytes(column->type, declared);
	if (declared != -1 && declared != column->max_key_bytes)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_key_bytes of column \"%s\" must be %d by its type %s",
						mpc_text_shown(column->name), column->max_key_bytes, mpc_text_shown(column->type))));
}

/* NULL is one more, and no value that is in the domain may be too long to be a key. */
static void
check_domain(const MpcContractColumn *column, const MpcDomain *domain)
{
	size_t		i;

	if (domain->nvalues >= MPC_MAX_DOMAIN_GROUPS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("domain of column \"%s\" must have at most %d values",
						mpc_text_shown(column->name), MPC_MAX_DOMAIN_GROUPS - 1)));
	for (i = 0; i < domain->nvalues; i++)
	{
		MpcValue	value = {false, domain->value[i]};

		if (mpc_group_key_size(&value) > column->max_key_bytes)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("domain of column \"%s\" has a value of more than max_key_bytes %d, length included",
							mpc_text_shown(column->name), column->max_key_bytes),
					 errhint("Declare a larger max_key_bytes, at all parties.")));
	}
}

/* Canonical bytes of the texts, in their order. */
static void
parse_values(MpcDomain *domain, const MpcType *type, List *texts)
{
	StringInfoData bytes;
	ListCell   *lc;

	initStringInfo(&bytes);
	domain->nvalues = 0;
	domain->value = palloc_extended(list_length(texts) * sizeof(MpcStr), MCXT_ALLOC_HUGE);
	foreach(lc, texts)
	{
		MpcStr	   *value = &domain->value[domain->nvalues++];

		resetStringInfo(&bytes);
		mpc_value_parse(&bytes, type, lfirst(lc));
		value->data = memcpy(palloc(bytes.len + 1), bytes.data, bytes.len);
		value->len = bytes.len;
	}
}

static MpcDomain *
declared_domain(const MpcType *type, List *texts)
{
	MpcDomain  *domain = palloc(sizeof(MpcDomain));

	parse_values(domain, type, texts);
	mpc_domain_sort(domain);
	return domain;
}

static void
check_lookup(const MpcContractColumn *column, const MpcLookup *lookup, const char *relation)
{
	const char *problem = mpc_lookup_broken(lookup->relid, lookup->column, GetUserId());
	MpcContractColumn widest = *column;
	MpcDomain  *domain;

	if (problem != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("domain of column \"%s\" cannot be read from column \"%s\" of relation \"%s\": %s",
						mpc_text_shown(column->name), lookup->column, relation, problem)));
	widest.max_key_bytes = MPC_MAX_TUPLE_BYTES; /* a value too long for this column is told apart below */
	domain = mpc_lookup_read(lookup->relid, lookup->column, GetUserId(), &widest);
	if (domain == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("column \"%s\" of relation \"%s\" cannot be the domain of column \"%s\" of type %s",
						lookup->column, relation, mpc_text_shown(column->name), mpc_text_shown(column->type)),
				 errdetail("It has another type or more than %d values.", MPC_MAX_DOMAIN_GROUPS - 1)));
	check_domain(column, domain);
}

/* The name is resolved as in any SQL, now: the relation may be renamed later. */
static void
add_lookup(MpcDataset *dataset, const MpcContractColumn *column, const MpcDeclaration *declaration)
{
	MpcLookup  *lookup = palloc(sizeof(MpcLookup));

	lookup->key = column->name;
	lookup->relid = DatumGetObjectId(DirectFunctionCall1(regclassin, CStringGetDatum(declaration->lookup_relation)));
	lookup->column = declaration->lookup_column != NULL ? declaration->lookup_column : declaration->column;
	check_lookup(column, lookup, declaration->lookup_relation);
	dataset->lookups = lappend(dataset->lookups, lookup);
}

void
mpc_publish_key(MpcDataset *dataset, MpcContractColumn *column, const MpcType *type,
				const MpcDeclaration *declaration)
{
	MpcDomain  *domain;

	set_max_key_bytes(column, declaration);
	if (declaration != NULL && declaration->lookup_relation != NULL)
	{
		add_lookup(dataset, column, declaration);
		return;
	}
	if (declaration != NULL && declaration->domain != NIL)
		domain = declared_domain(type, declaration->domain);
	else
		domain = mpc_type_domain(column->type);
	if (domain == NULL)
		return;
	check_domain(column, domain);
	column->values = domain;
}
