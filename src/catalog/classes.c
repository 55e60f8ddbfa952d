/*
 * classes.c
 *		Which classes of functions may a dataset allow (R11), and who may
 *		withdraw one?
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "catalog/datasets.h"
#include "catalog/owner.h"

typedef struct FunctionClass
{
	const char *name;
	uint32		bits;
} FunctionClass;

static const FunctionClass classes[] = {
	{"count", MPC_CLASS_COUNT},
	{"sum", MPC_CLASS_SUM},
	{"avg", MPC_CLASS_AVG},
	{"moments", MPC_CLASS_MOMENTS},
	{"extremes", MPC_CLASS_EXTREMES},
	{"distribution", MPC_CLASS_DISTRIBUTION},
	{"models", MPC_CLASS_MODELS}
};

#define CLASSES_HINT	"Classes in this version are count, sum, avg, moments, extremes, distribution and models, or all."

PG_FUNCTION_INFO_V1(mpc_sql_unpublish);

static uint32
class_of_name(const char *name)
{
	int			i;

	if (strcmp(name, "all") == 0)
		return MPC_CLASS_ALL;	/* that this version has */
	for (i = 0; i < lengthof(classes); i++)
	{
		if (strcmp(classes[i].name, name) == 0)
			return classes[i].bits;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unrecognized class of functions: \"%s\"", name),
			 errhint(CLASSES_HINT)));
	return 0;					/* keep compiler quiet */
}

uint32
mpc_function_classes(ArrayType *names)
{
	Datum	   *values;
	bool	   *nulls;
	uint32		bits = 0;
	int			n;
	int			i;

	deconstruct_array(names, TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, &n);
	for (i = 0; i < n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("class of functions must not be null")));
		bits |= class_of_name(TextDatumGetCString(values[i]));
	}
	if (bits == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("at least one class of functions must be allowed"),
				 errhint(CLASSES_HINT)));
	return bits;
}

Datum
mpc_function_class_names(uint32 bits)
{
	Datum		values[lengthof(classes)];
	int			n = 0;
	int			i;

	for (i = 0; i < lengthof(classes); i++)
	{
		if ((bits & classes[i].bits) != 0)
			values[n++] = CStringGetTextDatum(classes[i].name);
	}
	return PointerGetDatum(construct_array(values, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/* The federation of the one dataset of this name that the caller means. */
static char *
only_federation(const char *name)
{
	static SPIPlanPtr plan = NULL;
	static const Oid types[] = {TEXTOID};
	MemoryContext caller = CurrentMemoryContext;
	Datum		value = CStringGetTextDatum(name);
	char	   *federation = NULL;
	uint64		n;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
	n = mpc_owner_execute(&plan, "SELECT federation FROM mpc.dataset WHERE name = $1",
						  1, types, &value, NULL, false);
	if (n > 1)
		ereport(ERROR,
				(errcode(ERRCODE_AMBIGUOUS_PARAMETER),
				 errmsg("dataset \"%s\" is published to several federations", name),
				 errhint("Name the federation.")));
	if (n == 1)
		federation = MemoryContextStrdup(caller, SPI_getvalue(SPI_tuptable->vals[0],
															  SPI_tuptable->tupdesc, 1));
	SPI_finish();
	return federation;
}

static void
check_may_unpublish(const MpcDataset *dataset)
{
	if (superuser() || has_privs_of_role(GetUserId(), dataset->owner))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("must be owner of dataset \"%s\"", dataset->name)));
}

Datum
mpc_sql_unpublish(PG_FUNCTION_ARGS)
{
	char	   *name;
	char	   *federation;
	MpcDataset *dataset = NULL;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" must not be null", "dataset")));
	name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	federation = PG_ARGISNULL(1) ? only_federation(name) : text_to_cstring(PG_GETARG_TEXT_PP(1));
	if (federation != NULL)
		dataset = mpc_dataset_get(name, federation);
	if (dataset == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("dataset \"%s\" is not published", name),
				 errhint("See the view mpc.datasets.")));
	check_may_unpublish(dataset);
	(void) mpc_dataset_drop(name, federation);
	PG_RETURN_VOID();
}
