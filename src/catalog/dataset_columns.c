/*
 * dataset_columns.c
 *		Which columns does a dataset have, and which values may its keys have? Reading and
 *		writing mpc.dataset_column.
 *
 * The table holds text in the database's encoding, a contract holds UTF-8: the
 * two meet here. A declared domain stands in the table as domain bytes.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "catalog/dataset_columns.h"
#include "catalog/owner.h"

Datum
mpc_cell(uint64 row, int column)
{
	bool		isnull;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &isnull);

	if (isnull)
		elog(ERROR, "null in column %d of a table that has none there", column);
	return value;
}

char *
mpc_cell_text(uint64 row, int column)
{
	bool		isnull;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

static bytea *
bytes_cell(uint64 row, int column)
{
	bool		isnull;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &isnull);

	return isnull ? NULL : DatumGetByteaPCopy(value);
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

/* ------------------------------------------------------------------ reading */

/* The values point into bytes. */
static void
set_domain(MpcContractColumn *column, const bytea *bytes)
{
	MpcDomain  *domain = palloc(sizeof(MpcDomain));
	size_t		n = mpc_domain_count(VARDATA(bytes), VARSIZE(bytes) - VARHDRSZ);

	domain->value = palloc_extended(Max(n, 1) * sizeof(MpcStr), MCXT_ALLOC_HUGE);
	if (mpc_domain_read(domain, VARDATA(bytes), VARSIZE(bytes) - VARHDRSZ) != MPC_OK)
		elog(ERROR, "domain of a published key column is damaged");
	column->values = domain;
	mpc_domain_hash(column->domain, domain);
}

static void
add_lookup(MpcDataset *dataset, MpcStr key, Oid relid, char *column)
{
	MpcLookup  *lookup = palloc(sizeof(MpcLookup));

	lookup->key = key;
	lookup->relid = relid;
	lookup->column = column;
	dataset->lookups = lappend(dataset->lookups, lookup);
}

static uint16
normalize_of_words(const char *words)
{
	uint16		steps = 0;

	if (!mpc_normalize_read(&steps, words))
		elog(ERROR, "unrecognized normalization of a column: \"%s\"", words);
	return steps;
}

static void
column_of_row(MpcDataset *dataset, MpcContractColumn *column, uint64 row)
{
	bytea	   *domain = bytes_cell(row, 8);
	char	   *lookup_column = mpc_cell_text(row, 10);

	column->name = wire_text(mpc_cell_text(row, 1));
	column->role = role_of_name(mpc_cell_text(row, 2));
	column->type = wire_text(mpc_cell_text(row, 3));
	column->scale = DatumGetInt32(mpc_cell(row, 4));
	column->low = wire_text(mpc_cell_text(row, 5));
	column->high = wire_text(mpc_cell_text(row, 6));
	column->max_key_bytes = DatumGetInt32(mpc_cell(row, 7));
	column->normalize = normalize_of_words(mpc_cell_text(row, 11));
	if (domain != NULL)
		set_domain(column, domain);
	if (lookup_column != NULL)
		add_lookup(dataset, column->name, DatumGetObjectId(mpc_cell(row, 9)), lookup_column);
}

void
mpc_dataset_columns_read(MpcDataset *dataset, MemoryContext context)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {TEXTOID, TEXTOID};
	Datum		values[2];
	MemoryContext old;
	uint64		n;
	uint64		i;

	values[0] = CStringGetTextDatum(dataset->name);
	values[1] = CStringGetTextDatum(dataset->federation);
	n = mpc_owner_execute(&plan, "SELECT name, role, type, scale, low, high, max_key_bytes,"
						  " domain, lookup::oid, lookup_column, normalize"
						  " FROM mpc.dataset_column WHERE dataset = $1 AND federation = $2",
						  2, types, values, NULL, false);
	if (n > MPC_MAX_COLUMNS)
		elog(ERROR, "dataset \"%s\" has too many columns", dataset->name);
	old = MemoryContextSwitchTo(context);
	for (i = 0; i < n; i++)
		column_of_row(dataset, &dataset->contract.column[i], i);
	dataset->contract.ncolumns = n;
	mpc_contract_sort(&dataset->contract);
	MemoryContextSwitchTo(old);
	SPI_freetuptable(SPI_tuptable);
}

/* ------------------------------------------------------------------ writing */

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

/* Counts first, then writes. */
static Datum
domain_bytes(const MpcDomain *domain)
{
	MpcWriter	w;
	bytea	   *bytes;

	mpc_writer_init(&w, NULL, 0);
	mpc_domain_write(&w, domain);
	bytes = palloc(VARHDRSZ + w.len);
	SET_VARSIZE(bytes, VARHDRSZ + w.len);
	mpc_writer_init(&w, (uint8_t *) VARDATA(bytes), w.len);
	mpc_domain_write(&w, domain);
	if (w.status != MPC_OK)
		elog(ERROR, "could not write a domain: %s", mpc_status_name(w.status));
	return PointerGetDatum(bytes);
}

static const MpcLookup *
lookup_of(const MpcDataset *dataset, const MpcContractColumn *column)
{
	ListCell   *lc;

	foreach(lc, dataset->lookups)
	{
		const MpcLookup *lookup = lfirst(lc);

		if (column->role == MPC_ROLE_KEY && mpc_str_equal(lookup->key, column->name))
			return lookup;
	}
	return NULL;
}

static void
put_column(const MpcDataset *dataset, const MpcContractColumn *column)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, INT4OID, TEXTOID, TEXTOID, INT4OID,
	BYTEAOID, OIDOID, TEXTOID, TEXTOID};
	const MpcLookup *lookup = lookup_of(dataset, column);
	Datum		values[13] = {0};
	char		nulls[] = "         nnn ";
	char		words[MPC_NORMALIZE_WORDS_MAX];

	values[0] = CStringGetTextDatum(dataset->name);
	values[1] = CStringGetTextDatum(dataset->federation);
	values[2] = table_text(column->name);
	values[3] = CStringGetTextDatum(mpc_role_name(column->role));
	values[4] = table_text(column->type);
	values[5] = Int32GetDatum(column->scale);
	values[6] = table_text(column->low);
	values[7] = table_text(column->high);
	values[8] = Int32GetDatum(column->max_key_bytes);
	mpc_normalize_write(words, column->normalize);
	values[12] = CStringGetTextDatum(words);
	if (lookup != NULL)
	{
		values[10] = ObjectIdGetDatum(lookup->relid);
		values[11] = CStringGetTextDatum(lookup->column);
		nulls[10] = nulls[11] = ' ';
	}
	else if (column->values != NULL)
	{
		values[9] = domain_bytes(column->values);
		nulls[9] = ' ';
	}
	mpc_owner_execute(&plan, "INSERT INTO mpc.dataset_column"
					  " (dataset, federation, name, role, type, scale, low, high, max_key_bytes,"
					  " domain, lookup, lookup_column, normalize)"
					  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
					  13, types, values, nulls, false);
}

void
mpc_dataset_columns_write(const MpcDataset *dataset)
{
	int			i;

	clear_columns(dataset);
	for (i = 0; i < dataset->contract.ncolumns; i++)
		put_column(dataset, &dataset->contract.column[i]);
}
