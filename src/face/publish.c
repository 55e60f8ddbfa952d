/*
 * publish.c
 *		mpc_publish(): which columns of a relation does this database offer to a
 *		federation, and as what?
 *
 * All that can be refused without looking at rows is refused first; then one scan
 * checks every measure against its contract (R9), so that an answer never has to.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "executor/spi.h"
#include "foreign/foreign.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "catalog/datasets.h"
#include "catalog/overlap.h"
#include "catalog/owner.h"
#include "catalog/parties.h"
#include "compat.h"
#include "face/errors.h"
#include "face/joint.h"
#include "face/publish.h"
#include "local/aggregate.h"
#include "local/declare.h"
#include "local/measure.h"
#include "local/text.h"
#include "local/types.h"

/* In the order of the SQL function. */
enum
{
	ARG_DATASET, ARG_RELATION, ARG_FEDERATION, ARG_KEYS, ARG_MEASURES, ARG_FILTERS,
	ARG_IDENTIFIERS, ARG_INTERSECT, ARG_FUNCTIONS, ARG_MIN_ROWS, ARG_COLUMNS,
	ARG_MAX_GROUPS, ARG_ALLOW_OVERLAP, ARG_MIN_SET, ARG_MAX_RATIO, ARG_MAX_PROBES, ARG_MAX_CHANGES
};

static const char *const argument_names[] = {
	"dataset", "relation", "federation", "keys", "measures", "filters",
	"identifiers", "intersect", "functions", "min_rows", "columns",
	"max_groups", "allow_overlap", "min_set", "max_ratio", "max_probes", "max_changes"
};

PG_FUNCTION_INFO_V1(mpc_sql_publish);

static void
check_arguments(FunctionCallInfo fcinfo)
{
	int			i;

	for (i = ARG_DATASET; i <= ARG_MAX_CHANGES; i++)
	{
		if (PG_ARGISNULL(i) && i != ARG_INTERSECT)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("argument \"%s\" must not be null", argument_names[i])));
	}
	if (!PG_ARGISNULL(ARG_INTERSECT) &&
		ArrayGetNItems(ARR_NDIM(PG_GETARG_ARRAYTYPE_P(ARG_IDENTIFIERS)),
					   ARR_DIMS(PG_GETARG_ARRAYTYPE_P(ARG_IDENTIFIERS))) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" needs identifiers", "intersect"),
				 errhint("Name the columns in \"identifiers\".")));
	if (PG_GETARG_INT32(ARG_MIN_ROWS) < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"min_rows\" must be at least 1")));
	if (PG_GETARG_INT32(ARG_MAX_GROUPS) < 1 || PG_GETARG_INT32(ARG_MAX_GROUPS) > MPC_MAX_MAX_GROUPS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"max_groups\" must be between 1 and %d", MPC_MAX_MAX_GROUPS)));
	if (GetDatabaseEncoding() == PG_SQL_ASCII)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot publish from a database with encoding \"%s\"", "SQL_ASCII"),
				 errdetail("Text of such a database has no defined form at the partners.")));
}

/* Intersections: what may be learned, and how often. */
static void
read_intersect(MpcDataset *dataset, FunctionCallInfo fcinfo)
{
	MpcIntersectLimits *limits = &dataset->limits;

	if (!PG_ARGISNULL(ARG_INTERSECT))
		dataset->intersect = mpc_intersect_of_name(text_to_cstring(PG_GETARG_TEXT_PP(ARG_INTERSECT)));
	limits->min_set = PG_GETARG_INT32(ARG_MIN_SET);
	limits->max_ratio = PG_GETARG_INT32(ARG_MAX_RATIO);
	limits->max_probes = PG_GETARG_INT64(ARG_MAX_PROBES);
	limits->max_changes = PG_GETARG_INT32(ARG_MAX_CHANGES);
	if (limits->max_ratio < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must be at least 1", "max_ratio")));
	if (limits->min_set < 0 || limits->max_probes < 0 || limits->max_changes < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must not be negative",
						limits->min_set < 0 ? "min_set" : limits->max_probes < 0 ? "max_probes" : "max_changes")));
}

static void
check_name(const char *name)
{
	char	   *utf8 = mpc_text_to_utf8(name, strlen(name));

	if (utf8 == NULL || *utf8 == '\0' || strlen(utf8) > MPC_MAX_NAME)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("name of a dataset must have 1 to %d bytes", MPC_MAX_NAME)));
}

/* Raises unless the caller owns the relation and others can read it. Keeps it locked. */
static void
check_relation(Oid relid)
{
	Relation	rel = try_table_open(relid, AccessShareLock);

	if (rel == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relid)));
	if (!mpc_owns_relation(relid, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, get_relkind_objtype(rel->rd_rel->relkind),
					   RelationGetRelationName(rel));
	if (!mpc_relation_is_publishable(rel->rd_rel->relkind))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("cannot publish relation \"%s\"", RelationGetRelationName(rel)),
				 errdetail("A dataset is a table, a partitioned or foreign table, a view or a materialized view.")));
	if (mpc_is_joint_table(relid))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("cannot publish joint table \"%s\"", RelationGetRelationName(rel)),
				 errdetail("It has no rows of this database.")));
	if (rel->rd_rel->relpersistence == RELPERSISTENCE_TEMP)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("cannot publish temporary relation \"%s\"", RelationGetRelationName(rel)),
				 errdetail("Partners are answered by other sessions, which cannot read it.")));
	table_close(rel, NoLock);
}

/* Raises unless the federation is whole and the caller may use it. */
static MpcFederation *
check_federation(const char *name)
{
	Oid			serverid = mpc_federation_oid(name);
	AclResult	result = mpc_server_aclcheck(serverid, GetUserId(), ACL_USAGE);

	if (result != ACLCHECK_OK)
		aclcheck_error(result, OBJECT_FOREIGN_SERVER, name);
	return mpc_federation_get(serverid);
}

/* R8: who may ask two federations of nearly the same members could subtract their totals. */
static void
check_overlap(Oid relid, const MpcFederation *federation)
{
	MpcOverlap	overlap;

	if (!mpc_overlap_find(&overlap, relid, federation))
		return;
	ereport(ERROR,
			(errcode(MPC_ERRCODE_REFUSED),
			 errmsg("relation \"%s\" is published to federation \"%s\", which has nearly the same parties as \"%s\"",
					get_rel_name(relid), overlap.federation, federation->name),
			 errdetail_plural("One of them has %d party that the other has not, and the difference of their totals would show its part. There must be none of these or at least %d.",
							  "One of them has %d parties that the other has not, and the difference of their totals would show their part. There must be none of these or at least %d.",
							  overlap.differ, overlap.differ, overlap.least),
			 errhint("Publish it to one of them only, or with allow_overlap => true where that difference may be known.")));
}

/* Nobody takes over the dataset of another role by publishing the same name. */
static void
check_publisher(const char *name, const char *federation)
{
	MpcDataset *published = mpc_dataset_get(name, federation);

	if (published != NULL && !has_privs_of_role(GetUserId(), published->owner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("dataset \"%s\" of federation \"%s\" belongs to another role",
						name, federation)));
}

/* Dates and timestamps have no sum; the greatest, too, is looked for together with the least. Intervals have one of their own. */
static MpcFunction
checking_function(const MpcContractColumn *column)
{
	MpcType		type;

	if (!mpc_type_parse(column->type, &type))
		return MPC_SUM;
	return mpc_type_is_time(&type) ? MPC_MAX : type.kind == MPC_KIND_INTERVAL ? MPC_SUM_INTERVAL : MPC_SUM;
}

/* Asks for up to MPC_MAX_AGGS measures, from column number "from" on; returns where it ended. */
static int
ask_measures(MpcQuery *query, const MpcContract *contract, int from)
{
	memset(query, 0, sizeof(*query));
	for (; from < contract->ncolumns && query->naggs < MPC_MAX_AGGS; from++)
	{
		MpcAgg	   *agg = &query->agg[query->naggs];

		if (contract->column[from].role != MPC_ROLE_MEASURE)
			continue;
		agg->function = checking_function(&contract->column[from]);
		agg->nargs = 1;
		agg->arg[0] = contract->column[from].name;
		query->naggs++;
	}
	return from;
}

static void
raise_violation(const MpcDataset *dataset, MpcStr measure)
{
	const MpcContractColumn *column = mpc_contract_find(&dataset->contract, measure, MPC_ROLE_MEASURE);

	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg("column \"%s\" of relation \"%s\" holds a value that does not fit its contract type %s",
					mpc_text_shown(column->name), get_rel_name(dataset->relid),
					mpc_text_shown(column->type)),
			 errdetail("It is NaN, infinite, has more digits than the scale, or is outside the bounds."),
			 errhint("Declare a wider type or bounds with \"columns\", or publish a view without such rows.")));
}

/* The totals of all rows: what they are does not matter here, only whether they could be computed. */
static void
check_sums(const MpcDataset *dataset, const MpcQuery *query, MpcLanes *lanes, MpcLayout *layout)
{
	MpcLocalAnswer *answer = NULL;
	MpcStatus	status;
	int			violated;

	mpc_lanes_init(lanes, query);
	status = mpc_layout_init(layout, query, &dataset->contract, lanes, 0);
	if (status == MPC_OK)
		status = mpc_local_aggregate(dataset->relid, GetUserId(), &dataset->contract, query, lanes,
									 layout, 0, NULL, &answer);
	if (status != MPC_OK)
		elog(ERROR, "could not read relation \"%s\": %s", get_rel_name(dataset->relid),
			 mpc_status_name(status));
	violated = answer->violated;
	mpc_local_wipe(answer);
	if (violated >= 0)
		raise_violation(dataset, lanes->measure[violated].column[0]);
}

/* One scan for all measures (64 at a time). */
static void
check_rows(const MpcDataset *dataset)
{
	MpcQuery   *query = palloc(sizeof(MpcQuery));
	MpcLanes   *lanes = palloc0(sizeof(MpcLanes));
	MpcLayout  *layout = palloc(sizeof(MpcLayout));
	int			next = 0;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
	while (next < dataset->contract.ncolumns)
	{
		next = ask_measures(query, &dataset->contract, next);
		if (query->naggs == 0)
			break;
		check_sums(dataset, query, lanes, layout);
	}
	SPI_finish();
}

/*
 * Several moments of few rows are their values (R11). The threshold is that of the dataset, whatever is asked:
 * one for each kind of question would let two of them be subtracted. 1 is none, and stays none. Products of more than
 * two columns need more rows yet, which only the question tells.
 */
static void
raise_min_rows(MpcDataset *dataset)
{
	const int	least = MPC_MOMENTS + 3;

	if ((dataset->functions & (MPC_CLASS_MOMENTS | MPC_CLASS_MODELS)) == 0 || dataset->min_rows == 1 || dataset->min_rows >= least)
		return;
	ereport(NOTICE,
			(errmsg("min_rows of dataset \"%s\" is %d instead of %d", dataset->name, least, dataset->min_rows),
			 (dataset->functions & MPC_CLASS_MOMENTS) != 0 ?
			 errdetail("Functions of class moments give up to %d sums over the same rows.", MPC_MOMENTS) :
			 errdetail("Functions of class models give at least %d sums over the same rows.", mpc_products_count(2))));
	dataset->min_rows = least;
}

Datum
mpc_sql_publish(PG_FUNCTION_ARGS)
{
	MpcDataset *dataset = palloc0(sizeof(MpcDataset));
	MpcFederation *federation;
	List	   *declarations;

	check_arguments(fcinfo);
	dataset->name = text_to_cstring(PG_GETARG_TEXT_PP(ARG_DATASET));
	dataset->relid = PG_GETARG_OID(ARG_RELATION);
	dataset->federation = text_to_cstring(PG_GETARG_TEXT_PP(ARG_FEDERATION));
	dataset->owner = GetUserId();
	dataset->min_rows = PG_GETARG_INT32(ARG_MIN_ROWS);
	check_name(dataset->name);
	check_relation(dataset->relid);
	federation = check_federation(dataset->federation);
	check_publisher(dataset->name, dataset->federation);
	if (!PG_GETARG_BOOL(ARG_ALLOW_OVERLAP))
		check_overlap(dataset->relid, federation);
	dataset->max_groups = PG_GETARG_INT32(ARG_MAX_GROUPS);
	dataset->functions = mpc_function_classes(PG_GETARG_ARRAYTYPE_P(ARG_FUNCTIONS));
	raise_min_rows(dataset);
	read_intersect(dataset, fcinfo);

	declarations = mpc_declarations_read(PG_GETARG_JSONB_P(ARG_COLUMNS));
	mpc_publish_columns(dataset, PG_GETARG_ARRAYTYPE_P(ARG_KEYS), MPC_ROLE_KEY, declarations);
	mpc_publish_columns(dataset, PG_GETARG_ARRAYTYPE_P(ARG_MEASURES), MPC_ROLE_MEASURE, declarations);
	mpc_publish_columns(dataset, PG_GETARG_ARRAYTYPE_P(ARG_FILTERS), MPC_ROLE_FILTER, declarations);
	mpc_publish_columns(dataset, PG_GETARG_ARRAYTYPE_P(ARG_IDENTIFIERS), MPC_ROLE_IDENTIFIER, declarations);
	mpc_publish_check_declarations(&dataset->contract, declarations);
	mpc_contract_sort(&dataset->contract);
	check_rows(dataset);
	mpc_dataset_put(dataset);
	PG_RETURN_VOID();
}
