/*
 * identifiers_probe.c
 *		The identifiers of a relation as text, for test/tap/061_identifiers.pl.
 *
 * identifiers_probe(relation regclass, role regrole, identifiers text[], keys text[], measures text[], filter text, most bigint,
 * keep boolean) gives a line "n rows too_many violated", then for each identifier one of
 * "element identifier key values sum …", bytes in hex and "-" where there are none. A column is written "name:type", for a
 * filter "name:type=value". What ends in a status gives its name. An element of bytes that were kept is checked.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "local/identifiers.h"
#include "local/measure.h"
#include "local/types.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(identifiers_probe);

#define MOST	32

/* "name:type" as a column of the contract; returns its name. */
static MpcStr
add_column(MpcContract *contract, MpcRole role, const char *spec)
{
	MpcContractColumn *column = &contract->column[contract->ncolumns++];
	char	   *name = pstrdup(spec);
	char	   *type = strchr(name, ':');
	MpcType		parsed;

	*type++ = '\0';
	column->name = mpc_str(name);
	column->role = role;
	column->type = mpc_str(type);
	if (!mpc_type_parse(column->type, &parsed))
		elog(ERROR, "no type of a contract: %s", type);
	if (role == MPC_ROLE_MEASURE)
		mpc_measure_declare(column, &parsed, -1, NULL, NULL);
	return column->name;
}

static int
add_columns(MpcContract *contract, MpcRole role, MpcStr *name, ArrayType *array)
{
	Datum	   *value;
	bool	   *null;
	int			n;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &value, &null, &n);
	for (int i = 0; i < n; i++)
		name[i] = add_column(contract, role, TextDatumGetCString(value[i]));
	return n;
}

/* "name:type=value" */
static void
add_filter(MpcQuery *query, MpcContract *contract, char *spec)
{
	char	   *value = strchr(spec, '=');
	StringInfoData bytes;
	MpcType		type;

	*value++ = '\0';
	query->node[0].op = MPC_OP_EQ;
	query->node[0].column = add_column(contract, MPC_ROLE_FILTER, spec);
	query->node[0].nvalues = 1;
	if (!mpc_type_parse(contract->column[contract->ncolumns - 1].type, &type))
		elog(ERROR, "no type of a contract");
	initStringInfo(&bytes);
	mpc_value_parse(&bytes, &type, value);
	query->value[0].bytes = (MpcStr) {(const uint8 *) bytes.data, bytes.len};
	query->nnodes = query->nvalues = query->where.nnodes = 1;
}

static void
append_bytes(StringInfo out, const char *before, MpcStr bytes)
{
	appendStringInfoString(out, before);
	if (bytes.len == 0)
		appendStringInfoChar(out, '-');
	for (Size i = 0; i < bytes.len; i++)
		appendStringInfo(out, "%02x", bytes.data[i]);
}

static void
append_identifier(StringInfo out, const MpcIdentifiers *ids, Size i)
{
	const uint8 *element = mpc_identifiers_hash(ids, i);
	MpcStr		tuple = mpc_identifiers_tuple(ids, i);
	uint8		expected[MPC_ELEMENT_BYTES];

	mpc_identifier_hash(expected, tuple);
	if (tuple.len > 0 && memcmp(expected, element, sizeof(expected)) != 0)
		elog(ERROR, "element is not that of its bytes");
	append_bytes(out, "\n", (MpcStr) {element, MPC_ELEMENT_BYTES});
	append_bytes(out, " ", tuple);
	append_bytes(out, " ", mpc_identifiers_key(ids, i));
	for (int k = 0; k < 2 * ids->nmeasures; k++)
	{
		char		digits[MPC_WIDE_DECIMAL_MAX];

		mpc_wide_to_decimal(digits, &mpc_identifiers_sums(ids, i)[k]);
		appendStringInfo(out, " %s", digits);
	}
}

Datum
identifiers_probe(PG_FUNCTION_ARGS)
{
	MpcContract *contract = palloc0(sizeof(MpcContract));
	MpcQuery   *query = palloc0(sizeof(MpcQuery));
	MpcStr		name[3][MOST];
	MpcIdentifierColumns columns = {.identifier = name[0],.key = name[1],.measure = name[2]};
	MpcIdentifiers *ids;
	StringInfoData out;
	MpcStatus	status;

	columns.nidentifiers = add_columns(contract, MPC_ROLE_IDENTIFIER, name[0], PG_GETARG_ARRAYTYPE_P(2));
	columns.nkeys = add_columns(contract, MPC_ROLE_KEY, name[1], PG_GETARG_ARRAYTYPE_P(3));
	columns.nmeasures = add_columns(contract, MPC_ROLE_MEASURE, name[2], PG_GETARG_ARRAYTYPE_P(4));
	if (!PG_ARGISNULL(5))
		add_filter(query, contract, text_to_cstring(PG_GETARG_TEXT_PP(5)));
	mpc_contract_sort(contract);
	initStringInfo(&out);
	SPI_connect();
	status = mpc_identifiers_read(PG_GETARG_OID(0), PG_GETARG_OID(1), contract, query, &columns,
								  PG_GETARG_INT64(6), PG_GETARG_BOOL(7), &ids);
	if (status != MPC_OK)
		appendStringInfoString(&out, mpc_status_name(status));
	else
	{
		appendStringInfo(&out, "%zu " INT64_FORMAT " %d %d", mpc_identifiers_count(ids), ids->rows, ids->too_many, ids->violated);
		for (Size i = 0; i < mpc_identifiers_count(ids); i++)
			append_identifier(&out, ids, i);
		MemoryContextDelete(ids->context);
	}
	SPI_finish();
	PG_RETURN_TEXT_P(cstring_to_text(out.data));
}
