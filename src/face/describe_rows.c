/*
 * describe_rows.c
 *		mpc.describe(federation): what the parties publish, for people to read.
 */
#include "compat.h"

#include "face/describe.h"
#include "fmgr.h"
#include "funcapi.h"
#include "local/text.h"
#include "miscadmin.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(mpc_sql_describe);

/* Columns of the result, in their order. */
typedef enum Shown
{
	SHOWN_PARTY,
	SHOWN_DATASET,
	SHOWN_COLUMN,
	SHOWN_ROLE,
	SHOWN_TYPE,
	SHOWN_SCALE,
	SHOWN_LOW,
	SHOWN_HIGH,
	SHOWN_DOMAIN,
	SHOWN_NORMALIZE,
	SHOWN_AGREES,
	SHOWN_COUNT
} Shown;

typedef struct Row
{
	Datum		value[SHOWN_COUNT];
	bool		null[SHOWN_COUNT];
} Row;

static void
set_text(Row *row, Shown at, const char *text)
{
	row->null[at] = text == NULL;
	if (text != NULL)
		row->value[at] = CStringGetTextDatum(text);
}

static void
put_column(ReturnSetInfo *result, const List *told, const MpcTold *one, const MpcContractColumn *column)
{
	Row			row;

	memset(&row, 0, sizeof(row));
	set_text(&row, SHOWN_PARTY, one->party);
	set_text(&row, SHOWN_DATASET, mpc_text_shown(one->dataset));
	set_text(&row, SHOWN_COLUMN, mpc_text_shown(column->name));
	set_text(&row, SHOWN_ROLE, mpc_role_name(column->role));
	set_text(&row, SHOWN_TYPE, mpc_text_shown(column->type));
	row.value[SHOWN_SCALE] = Int32GetDatum(column->scale);
	row.null[SHOWN_SCALE] = column->role != MPC_ROLE_MEASURE;
	set_text(&row, SHOWN_LOW, mpc_told_bound(column, column->low));
	set_text(&row, SHOWN_HIGH, mpc_told_bound(column, column->high));
	set_text(&row, SHOWN_DOMAIN, mpc_told_domain(column));
	set_text(&row, SHOWN_NORMALIZE, mpc_told_normalize(column));
	row.value[SHOWN_AGREES] = BoolGetDatum(mpc_told_agreed(told, one->dataset, column->name, column->role) != NULL);
	tuplestore_putvalues(result->setResult, result->setDesc, row.value, row.null);
}

/* As for asking: USAGE here, the user mappings when the parties are greeted. */
static Oid
federation_to_use(const char *name)
{
	Oid			serverid = mpc_federation_oid(name);
	AclResult	result = mpc_server_aclcheck(serverid, GetUserId(), ACL_USAGE);

	if (result != ACLCHECK_OK)
		aclcheck_error(result, OBJECT_FOREIGN_SERVER, name);
	return serverid;
}

/*
 * mpc.describe(federation text) RETURNS TABLE (party text, dataset text, "column" text, role text, type text,
 * scale int, low text, high text, domain text, normalize text, agrees boolean)
 */
Datum
mpc_sql_describe(PG_FUNCTION_ARGS)
{
	Oid			serverid = federation_to_use(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	List	   *told = mpc_describe(mpc_federation_get(serverid));
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	ListCell   *lc;

	InitMaterializedSRF(fcinfo, 0);
	foreach(lc, told)
	{
		const MpcTold *one = lfirst(lc);

		for (int i = 0; i < one->ncolumns; i++)
		{
			CHECK_FOR_INTERRUPTS();
			put_column(result, told, one, &one->column[i]);
		}
	}
	return (Datum) 0;
}
