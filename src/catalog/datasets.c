/*
 * datasets.c
 *		What does this database publish? Reading and writing mpc.dataset.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "catalog/dataset_columns.h"
#include "catalog/datasets.h"
#include "catalog/owner.h"
#include "compat.h"

#define DATASET_COLUMNS "name, federation, relation::oid, owner::oid, min_rows, functions, max_groups, suspended," \
	" \"intersect\", min_set, max_ratio, max_probes, max_changes"

static const char *const intersects[] = {NULL, "count", "sum", "members"};

const char *
mpc_intersect_name(MpcIntersect intersect)
{
	return intersects[intersect];
}

MpcIntersect
mpc_intersect_of_name(const char *name)
{
	if (name == NULL)
		return MPC_INTERSECT_NOTHING;
	for (int i = MPC_INTERSECT_COUNTS; i <= MPC_INTERSECT_MEMBERS; i++)
	{
		if (strcmp(name, intersects[i]) == 0)
			return i;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unrecognized kind of intersection: \"%s\"", name),
			 errhint("It is count, sum or members; each allows those before it.")));
}

static void
connect_spi(void)
{
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
}

static MpcDataset *
dataset_of_row(uint64 row)
{
	MpcDataset *dataset = palloc0(sizeof(MpcDataset));

	dataset->name = mpc_cell_text(row, 1);
	dataset->federation = mpc_cell_text(row, 2);
	dataset->relid = DatumGetObjectId(mpc_cell(row, 3));
	dataset->owner = DatumGetObjectId(mpc_cell(row, 4));
	dataset->min_rows = DatumGetInt32(mpc_cell(row, 5));
	dataset->functions = mpc_function_classes(DatumGetArrayTypeP(mpc_cell(row, 6)));
	dataset->max_groups = DatumGetInt32(mpc_cell(row, 7));
	dataset->suspended = mpc_cell_text(row, 8);
	dataset->intersect = mpc_intersect_of_name(mpc_cell_text(row, 9));
	dataset->limits.min_set = DatumGetInt32(mpc_cell(row, 10));
	dataset->limits.max_ratio = DatumGetInt32(mpc_cell(row, 11));
	dataset->limits.max_probes = DatumGetInt64(mpc_cell(row, 12));
	dataset->limits.max_changes = DatumGetInt32(mpc_cell(row, 13));
	return dataset;
}

/* SPI connected, rows of DATASET_COLUMNS just read; list and contents in "context". */
static List *
read_datasets(uint64 n, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	List	   *result = NIL;
	ListCell   *lc;
	uint64		i;

	for (i = 0; i < n; i++)
		result = lappend(result, dataset_of_row(i));
	MemoryContextSwitchTo(old);
	SPI_freetuptable(SPI_tuptable);
	foreach(lc, result)
		mpc_dataset_columns_read(lfirst(lc), context);
	return result;
}

MpcDataset *
mpc_dataset_get(const char *name, const char *federation)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {TEXTOID, TEXTOID};
	MemoryContext context = CurrentMemoryContext;
	Datum		values[2];
	List	   *found;
	uint64		n;

	values[0] = CStringGetTextDatum(name);
	values[1] = CStringGetTextDatum(federation);
	connect_spi();
	n = mpc_owner_execute(&plan, "SELECT " DATASET_COLUMNS " FROM mpc.dataset"
						  " WHERE name = $1 AND federation = $2",
						  2, types, values, NULL, false);
	found = read_datasets(n, context);
	SPI_finish();
	return found != NIL ? linitial(found) : NULL;
}

/* Counts first, then writes: most contracts are small, and their cap is not. */
MpcStr
mpc_contract_bytes(const MpcContract *contract)
{
	MpcWriter	w;
	MpcStr		s;

	mpc_writer_init(&w, NULL, 0);
	mpc_contract_write(&w, contract);
	mpc_writer_init(&w, palloc(w.len), w.len);
	mpc_contract_write(&w, contract);
	if (w.status != MPC_OK)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the contract of this question is too long")));
	s.data = w.data;
	s.len = w.len;
	return s;
}

List *
mpc_dataset_list(const char *federation)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {TEXTOID};
	MemoryContext context = CurrentMemoryContext;
	Datum		value = CStringGetTextDatum(federation);
	List	   *result;
	uint64		n;

	connect_spi();
	n = mpc_owner_execute(&plan, "SELECT " DATASET_COLUMNS " FROM mpc.dataset"
						  " WHERE federation = $1 ORDER BY name",
						  1, types, &value, NULL, false);
	result = read_datasets(n, context);
	SPI_finish();
	return result;
}

static void
put_row(const MpcDataset *dataset)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {TEXTOID, TEXTOID, OIDOID, OIDOID, INT4OID, TEXTARRAYOID, INT4OID,
	TEXTOID, INT4OID, INT4OID, INT8OID, INT4OID};
	Datum		values[lengthof(types)];
	char		nulls[lengthof(types)];

	memset(nulls, ' ', sizeof(nulls));

	values[0] = CStringGetTextDatum(dataset->name);
	values[1] = CStringGetTextDatum(dataset->federation);
	values[2] = ObjectIdGetDatum(dataset->relid);
	values[3] = ObjectIdGetDatum(dataset->owner);
	values[4] = Int32GetDatum(dataset->min_rows);
	values[5] = mpc_function_class_names(dataset->functions);
	values[6] = Int32GetDatum(dataset->max_groups);
	if (dataset->intersect == MPC_INTERSECT_NOTHING)
		nulls[7] = 'n';
	else
		values[7] = CStringGetTextDatum(mpc_intersect_name(dataset->intersect));
	values[8] = Int32GetDatum(dataset->limits.min_set);
	values[9] = Int32GetDatum(dataset->limits.max_ratio);
	values[10] = Int64GetDatum(dataset->limits.max_probes);
	values[11] = Int32GetDatum(dataset->limits.max_changes);
	mpc_owner_execute(&plan, "INSERT INTO mpc.dataset (name, federation, relation, owner, min_rows, functions, max_groups,"
					  " \"intersect\", min_set, max_ratio, max_probes, max_changes)"
					  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
					  " ON CONFLICT (name, federation) DO UPDATE SET relation = EXCLUDED.relation,"
					  " owner = EXCLUDED.owner, min_rows = EXCLUDED.min_rows,"
					  " functions = EXCLUDED.functions, max_groups = EXCLUDED.max_groups,"
					  " \"intersect\" = EXCLUDED.\"intersect\", min_set = EXCLUDED.min_set, max_ratio = EXCLUDED.max_ratio,"
					  " max_probes = EXCLUDED.max_probes, max_changes = EXCLUDED.max_changes,"
					  " suspended = NULL, published_at = pg_catalog.now()",
					  lengthof(types), types, values, nulls, false);
}

void
mpc_dataset_put(const MpcDataset *dataset)
{
	connect_spi();
	put_row(dataset);
	mpc_dataset_columns_write(dataset);
	SPI_finish();
}

bool
mpc_dataset_drop(const char *name, const char *federation)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {TEXTOID, TEXTOID};
	Datum		values[2];
	uint64		n;

	values[0] = CStringGetTextDatum(name);
	values[1] = CStringGetTextDatum(federation);
	connect_spi();
	n = mpc_owner_execute(&plan, "DELETE FROM mpc.dataset WHERE name = $1 AND federation = $2",
						  2, types, values, NULL, false);
	SPI_finish();
	return n > 0;
}

void
mpc_dataset_suspend(const char *name, const char *federation, const char *column)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID};
	Datum		values[3];

	values[0] = CStringGetTextDatum(name);
	values[1] = CStringGetTextDatum(federation);
	values[2] = CStringGetTextDatum(column);
	connect_spi();
	mpc_owner_execute(&plan, "UPDATE mpc.dataset SET suspended = $3"
					  " WHERE name = $1 AND federation = $2 AND suspended IS NULL",
					  3, types, values, NULL, false);
	SPI_finish();
}

const char *
mpc_dataset_broken(const MpcDataset *dataset)
{
	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(dataset->relid)))
		return "its relation does not exist";
	if (!SearchSysCacheExists1(AUTHOID, ObjectIdGetDatum(dataset->owner)))
		return "its owner does not exist";
	if (!mpc_owns_relation(dataset->relid, dataset->owner))
		return "its owner does not own its relation";
	return NULL;
}
