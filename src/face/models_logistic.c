/*
 * models_logistic.c
 *		Which coefficients does Newton's method find, asking for the sums at each place it comes to?
 *
 * The question is the caller's, run as the caller, with the coefficients as its parameter. Each is one joint question.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "face/models.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "protocol/query.h"
#include "stats/logistic.h"
#include "utils/array.h"
#include "utils/builtins.h"

#define MOST_ITERATIONS	25

PG_FUNCTION_INFO_V1(mpc_sql_logistic_model);

typedef struct Regression
{
	const char *question;
	int			ncolumns;
	Datum	   *name;			/* the outcome's, then the predictors' */
	MpcLogistic model;
	MpcLogisticSums sums;
} Regression;

static Datum
coefficients(const MpcLogistic *r)
{
	Datum		value[MPC_LOGISTIC_MAX + 1];
	int			n = r->predictors + 1;

	for (int i = 0; i < n; i++)
		value[i] = Float8GetDatum(r->beta[i]);
	return PointerGetDatum(construct_array(value, n, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* What mpc_logistic_sums() gave: n, log likelihood, gradient, upper triangle of the Hessian row by row. */
static void
read_sums(Regression *g, Datum array)
{
	int			nvalues;
	Datum	   *value = mpc_model_array(array, FLOAT8OID, &nvalues);
	double		rows;

	mpc_model_check(nvalues == 1 + mpc_logistic_count(g->ncolumns), "these sums");
	rows = DatumGetFloat8(*value++);
	mpc_model_check(rows >= 0 && rows < 9007199254740992.0, "these sums");
	g->sums.rows = (int64_t) rows;
	g->sums.log_likelihood = DatumGetFloat8(*value++);
	for (int i = 0; i < g->ncolumns; i++)
		g->sums.gradient[i] = DatumGetFloat8(*value++);
	for (int i = 0; i < g->ncolumns; i++)
	{
		for (int k = i; k < g->ncolumns; k++)
			g->sums.hessian[mpc_triangle(k, i)] = DatumGetFloat8(*value++);
	}
}

/* One iteration is one question. */
static void
ask_sums(Regression *g)
{
	Oid			type = FLOAT8ARRAYOID;
	Datum		parameter = coefficients(&g->model);
	bool		null = true;
	Datum		sums = (Datum) 0;

	if (SPI_execute_with_args(g->question, 1, &type, &parameter, NULL, false, 2) != SPI_OK_SELECT ||
		SPI_processed != 1 || SPI_gettypeid(SPI_tuptable->tupdesc, 1) != FLOAT8ARRAYOID)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the question of a logistic model must give one array of sums")));
	sums = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &null);
	if (!null)
		read_sums(g, sums);
	else if (g->model.steps > 0)
		g->sums.rows = 0;
	else
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no row has values of all columns of the model")));
	SPI_freetuptable(SPI_tuptable);
}

/* Rows that come or go on the way would be another model's, and so would those of a party that withholds its part. */
static void
check_rows(const Regression *g)
{
	if (g->model.steps > 0 && g->sums.rows != g->model.rows)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the rows behind the model changed between two of its questions"),
				 errhint("A party's rows were changed, or it withholds its part, as the predictors tell nearly all of its outcomes: leave predictors out, or ask for fewer iterations.")));
}

static void
raise_finding(const Regression *g)
{
	const MpcLogistic *r = &g->model;
	const char *name = r->column >= 0 ? NameStr(*DatumGetName(g->name[r->column + 1])) : "";
	const char *outcome = NameStr(*DatumGetName(g->name[0]));

	switch (r->finding)
	{
		case MPC_FOUND:
		case MPC_UNFINISHED:
			return;
		case MPC_TOO_FEW:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("too few rows for this model"),
					 errdetail("%lld rows have values of all columns; %d coefficients need at least %d.",
							   (long long) r->rows, r->predictors + 1, r->predictors + 2)));
			break;
		case MPC_CONSTANT_PREDICTOR:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("predictor \"%s\" has the same value in all rows", name),
					 errhint("Leave it out: the intercept says as much.")));
			break;
		case MPC_CONSTANT_OUTCOME:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("outcome \"%s\" has the same value in all rows", outcome)));
			break;
		case MPC_COLLINEAR:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("predictor \"%s\" is collinear with those before it", name),
					 errhint("Leave it out, or one of the others.")));
			break;
		case MPC_SEPARATED:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("the predictors tell some or all outcomes \"%s\" exactly", outcome),
					 errdetail("The likelihood has no maximum: coefficients would grow for ever."),
					 errhint("Leave out the predictor that tells them, or use a coarser one.")));
			break;
		default:
			elog(ERROR, "unexpected finding of a logistic model: %s", mpc_finding_name(r->finding));
	}
}

static void
iterate(Regression *g, int most)
{
	mpc_model_status(mpc_logistic_begin(&g->model, g->ncolumns - 1));
	SPI_connect();
	while (g->model.finding == MPC_UNFINISHED && g->model.steps < most)
	{
		CHECK_FOR_INTERRUPTS();
		ask_sums(g);
		check_rows(g);
		mpc_model_status(mpc_logistic_step(&g->model, &g->sums));
	}
	SPI_finish();
	raise_finding(g);
}

static void
put_row(ReturnSetInfo *result, const MpcLogistic *r, int i, const char *term)
{
	const MpcCoefficient *c = &r->coefficient[i];
	Datum		values[] = {
		CStringGetTextDatum(term), Float8GetDatum(c->estimate), Float8GetDatum(c->error), Float8GetDatum(c->statistic),
		Float8GetDatum(c->p), Int64GetDatum(r->rows), Float8GetDatum(r->best_log_likelihood),
		Float8GetDatum(r->null_log_likelihood), Int32GetDatum(r->steps), BoolGetDatum(r->finding == MPC_FOUND)};
	bool		nulls[lengthof(values)] = {false};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
mpc_sql_logistic_model(PG_FUNCTION_ARGS)
{
	Regression *g = palloc0(sizeof(Regression));
	int			most = PG_GETARG_INT32(2);

	if (most < 1 || most > MOST_ITERATIONS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a logistic model takes between 1 and %d iterations", MOST_ITERATIONS)));
	g->question = text_to_cstring(PG_GETARG_TEXT_PP(0));
	g->name = mpc_model_array(PG_GETARG_DATUM(1), NAMEOID, &g->ncolumns);
	mpc_model_check(g->ncolumns >= 2 && g->ncolumns <= MPC_MAX_PRODUCT_ARGS, "these columns");
	iterate(g, most);
	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < g->ncolumns; i++)
		put_row((ReturnSetInfo *) fcinfo->resultinfo, &g->model, i, i == 0 ? "(intercept)" : NameStr(*DatumGetName(g->name[i])));
	return (Datum) 0;
}
