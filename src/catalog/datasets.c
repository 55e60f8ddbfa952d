/*
 * datasets.c
 *		What does this database publish? Reading and writing mpc.dataset and
 *		mpc.dataset_column.
 *
 * The tables hold text in the database's encoding, a contract holds UTF-8: the
 * two meet here.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "catalog/datasets.h"
#include "catalog/owner.h"
#include "compat.h"

#define DATASET_COLUMNS "name, federation, relation::oid, owner::oid, min_rows, functions, suspended"

static void
connect_spi(void)
{
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
}

static Datum
cell(uint64 row, int column, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, isnull);
}

static char *
text_cell(uint64 row, int column)
{
	bool		isnull;
	Datum		value = cell(row, column, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

static int32
int_cell(uint64 row, int column)
{
	bool		isnull;

	return DatumGetInt32(cell(row, column, &isnull));
}

static MpcStr
wire_text(char *text)
{
	return mpc_str(pg_server_to_any(text, strlen(text), PG_UTF8));
}

static Datum
table_text(MpcStr s)
{
	char	   *text = pnstrdup((const char *) s.data, s.len);

	return CStringGetTextDatum(pg_any_to_server(text, s.len, PG_UTF8));
}

static MpcRole
role_of_name(const char *name)
{
	MpcRole		role;

	for (role = MPC_ROLE_KEY; role <= MPC_ROLE_IDENTIFIER; role++)
	{
		if (strcmp(mpc_role_name(role), name) == 0)
			return role;
	}
	elog(ERROR, "unrecognized role of a column: \"%s\"", name);
	return MPC_ROLE_KEY;		/* keep compiler quiet */
}

static MpcDataset *
dataset_of_row(uint64 row)
{
	MpcDataset *dataset = palloc0(sizeof(MpcDataset));
	bool		isnull;

	dataset->name = text_cell(row, 1);
	dataset->federation = text_cell(row, 2);
	dataset->relid = DatumGetObjectId(cell(row, 3, &isnull));
	dataset->owner = DatumGetObjectId(cell(row, 4, &isnull));
	dataset->min_rows = int_cell(row, 5);
	dataset->functions = mpc_function_classes(DatumGetArrayTypeP(cell(row, 6, &isnull)));
	dataset->suspended = text_cell(row, 7);
	return dataset;
}

static void
column_of_row(MpcContractColumn *column, uint64 row)
{
	column->name = wire_text(text_cell(row, 1));
	column->role = role_of_name(text_cell(row, 2));
	column->type = wire_text(text_cell(row, 3));
	column->scale = int_cell(row, 4);
	column->low = wire_text(text_cell(row, 5));
	column->high = wire_text(text_cell(row, 6));
	column->max_key_bytes = int_cell(row, 7);
}

/* SPI connected; allocates in "context". */
static void
read_columns(MpcDataset *dataset, MemoryContext context)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {TEXTOID, TEXTOID};
	Datum		values[2];
	MemoryContext old;
	uint64		n;
	uint64		i;

	values[0] = CStringGetTextDatum(dataset->name);
	values[1] = CStringGetTextDatum(dataset->federation);
	n = mpc_owner_execute(&plan, "SELECT name, role, type, scale, low, high, max_key_bytes"
						  " FROM mpc.dataset_column WHERE dataset = $1 AND federation = $2",
						  2, types, values, NULL, false);
	if (n > MPC_MAX_COLUMNS)
		elog(ERROR, "dataset \"%s\" has too many columns", dataset->name);
	old = MemoryContextSwitchTo(context);
	for (i = 0; i < n; i++)
		column_of_row(&dataset->contract.column[i], i);
	dataset->contract.ncolumns = n;
	mpc_contract_sort(&dataset->contract);
	MemoryContextSwitchTo(old);
	SPI_freetuptable(SPI_tuptable);
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
		read_columns(lfirst(lc), context);
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
	static const Oid types[] = {TEXTOID, TEXTOID, OIDOID, OIDOID, INT4OID, TEXTARRAYOID};
	Datum		values[6];

	values[0] = CStringGetTextDatum(dataset->name);
	values[1] = CStringGetTextDatum(dataset->federation);
	values[2] = ObjectIdGetDatum(dataset->relid);
	values[3] = ObjectIdGetDatum(dataset->owner);
	values[4] = Int32GetDatum(dataset->min_rows);
	values[5] = mpc_function_class_names(dataset->functions);
	mpc_owner_execute(&plan, "INSERT INTO mpc.dataset (name, federation, relation, owner, min_rows, functions)"
					  " VALUES ($1, $2, $3, $4, $5, $6)"
					  " ON CONFLICT (name, federation) DO UPDATE SET relation = EXCLUDED.relation,"
					  " owner = EXCLUDED.owner, min_rows = EXCLUDED.min_rows,"
					  " functions = EXCLUDED.functions, suspended = NULL,"
					  " published_at = pg_catalog.now()",
					  6, types, values, NULL, false);
}

static void
clear_columns(const MpcDataset *dataset)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {TEXTOID, TEXTOID};
	Datum		values[2];

	values[0] = CStringGetTextDatum(dataset->name);
	values[1] = CStringGetTextDatum(dataset->federation);
	mpc_owner_execute(&plan, "DELETE FROM mpc.dataset_column WHERE dataset = $1 AND federation = $2",
					  2, types, values, NULL, false);
}

static void
put_column(const MpcDataset *dataset, const MpcContractColumn *column)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, INT4OID, TEXTOID, TEXTOID, INT4OID};
	Datum		values[9];

	values[0] = CStringGetTextDatum(dataset->name);
	values[1] = CStringGetTextDatum(dataset->federation);
	values[2] = table_text(column->name);
	values[3] = CStringGetTextDatum(mpc_role_name(column->role));
	values[4] = table_text(column->type);
	values[5] = Int32GetDatum(column->scale);
	values[6] = table_text(column->low);
	values[7] = table_text(column->high);
	values[8] = Int32GetDatum(column->max_key_bytes);
	mpc_owner_execute(&plan, "INSERT INTO mpc.dataset_column"
					  " (dataset, federation, name, role, type, scale, low, high, max_key_bytes)"
					  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
					  9, types, values, NULL, false);
}

void
mpc_dataset_put(const MpcDataset *dataset)
{
	int			i;

	connect_spi();
	put_row(dataset);
	clear_columns(dataset);
	for (i = 0; i < dataset->contract.ncolumns; i++)
		put_column(dataset, &dataset->contract.column[i]);
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
