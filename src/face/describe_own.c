/*
 * describe_own.c
 *		What do we say of our own datasets?
 *
 * Assumes that whoever asks is a member of the federation.
 */
#include "postgres.h"

#include "face/describe.h"
#include "face/domains.h"
#include "local/text.h"
#include "miscadmin.h"
#include "protocol/description.h"

/* Names and contracts of n datasets, ascending by name as bytes. */
typedef struct Described
{
	size_t		n;
	MpcStr	   *name;
	MpcContract *contract;
} Described;

static List *
datasets_to_describe(const MpcFederation *federation, const char *name)
{
	MpcDataset *dataset;

	if (name == NULL)
		return mpc_dataset_list(federation->name);
	dataset = mpc_dataset_get(name, federation->name);
	return dataset != NULL ? list_make1(dataset) : NIL;
}

static MpcStr
name_of(const MpcDataset *dataset)
{
	return mpc_str(mpc_text_to_utf8(dataset->name, strlen(dataset->name)));
}

/* The catalog sorts by the database's collation. */
static int
compare_names(const ListCell *a, const ListCell *b)
{
	return mpc_str_compare(name_of(lfirst(a)), name_of(lfirst(b)));
}

static bool
has_unread_lookup(const MpcDataset *dataset, const MpcContractColumn *column)
{
	ListCell   *lc;

	foreach(lc, dataset->lookups)
	{
		const MpcLookup *lookup = lfirst(lc);

		if (column->role == MPC_ROLE_KEY && column->values == NULL && mpc_str_equal(lookup->key, column->name))
			return true;
	}
	return false;
}

/* Without its values a domain would look open, and no question about it would be answered. */
static void
describe_one(MpcContract *contract, const MpcFederation *federation, MpcDataset *dataset)
{
	const MpcContract *all = &dataset->contract;

	mpc_domains_read(dataset, NULL);
	contract->protocol = federation->protocol;
	contract->threshold = federation->threshold;
	contract->ncolumns = 0;
	for (int i = 0; i < all->ncolumns; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!has_unread_lookup(dataset, &all->column[i]))
			contract->column[contract->ncolumns++] = all->column[i];
	}
}

static void
describe_all(Described *described, const MpcFederation *federation, List *datasets)
{
	Size		n = Max(list_length(datasets), 1);
	ListCell   *lc;

	described->n = 0;
	described->name = palloc_extended(n * sizeof(MpcStr), MCXT_ALLOC_HUGE);
	described->contract = palloc_extended(n * sizeof(MpcContract), MCXT_ALLOC_HUGE);
	foreach(lc, datasets)
	{
		described->name[described->n] = name_of(lfirst(lc));
		describe_one(&described->contract[described->n], federation, lfirst(lc));
		described->n++;
	}
}

/* Counts first, then writes. */
bool
mpc_describe_own(const MpcFederation *federation, const char *dataset, MpcStr *description)
{
	List	   *datasets = datasets_to_describe(federation, dataset);
	Described	described;
	MpcWriter	w;

	if (list_length(datasets) > MPC_MAX_DESCRIBED)
		return false;			/* before any domain is read */
	list_sort(datasets, compare_names);
	describe_all(&described, federation, datasets);
	mpc_writer_init(&w, NULL, 0);
	mpc_description_write(&w, described.name, described.contract, described.n);
	if (w.status == MPC_LIMIT)
		return false;
	mpc_writer_init(&w, palloc(w.len), w.len);
	mpc_description_write(&w, described.name, described.contract, described.n);
	if (w.status != MPC_OK)
		elog(ERROR, "a description could not be written: %s", mpc_status_name(w.status));
	*description = (MpcStr)
	{
		w.data, w.len
	};
	return true;
}
