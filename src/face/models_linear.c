/*
 * models_linear.c
 *		Which coefficients do the sums of mpc_products() give?
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "face/models.h"
#include "fmgr.h"
#include "funcapi.h"
#include "local/exact.h"
#include "miscadmin.h"
#include "protocol/query.h"
#include "stats/linear.h"
#include "utils/array.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(mpc_sql_linear_model);

/* What mpc_products() gave, column 0 being the outcome. */
typedef struct Products
{
	int			ncolumns;
	Datum	   *value;			/* n, sums, triangle */
	Datum	   *binary;			/* per column: counted in binary fractions */
	Datum	   *name;
	int			scale[MPC_MAX_PRODUCT_ARGS];
} Products;

static Products *
read_products(FunctionCallInfo fcinfo)
{
	Products   *p = palloc0(sizeof(Products));
	int			nvalues;
	int			nnames;

	p->value = mpc_model_array(PG_GETARG_DATUM(0), NUMERICOID, &nvalues);
	p->binary = mpc_model_array(PG_GETARG_DATUM(1), BOOLOID, &p->ncolumns);
	p->name = mpc_model_array(PG_GETARG_DATUM(2), NAMEOID, &nnames);
	mpc_model_check(p->ncolumns >= 2 && p->ncolumns <= MPC_MAX_PRODUCT_ARGS && nnames == p->ncolumns &&
					nvalues == 1 + mpc_products_count(p->ncolumns), "these products");
	/* written with all the digits of the scale */
	for (int i = 0; i < p->ncolumns; i++)
		p->scale[i] = DatumGetInt32(DirectFunctionCall1(numeric_scale, p->value[1 + i]));
	return p;
}

/* A sum over column i, or over products of it with column k: as an integer in their units. */
static void
read_sum(MpcWide *w, const Products *p, int at, int i, int k)
{
	Datum		v = p->value[at];

	v = mpc_exact_multiply(v, mpc_exact_power(DatumGetBool(p->binary[i]) ? 2 : 10, p->scale[i]));
	if (k >= 0)
		v = mpc_exact_multiply(v, mpc_exact_power(DatumGetBool(p->binary[k]) ? 2 : 10, p->scale[k]));
	mpc_model_wide(w, v);
}

/* Which column of the model is a column of the products: the outcome comes last. */
static int
place(const Products *p, int column)
{
	return column == 0 ? p->ncolumns - 1 : column - 1;
}

static MpcLinearSums *
make_sums(const Products *p)
{
	MpcLinearSums *sums = palloc0(sizeof(MpcLinearSums));
	MpcWide		rows;
	int			at = 0;

	sums->predictors = p->ncolumns - 1;
	mpc_model_wide(&rows, p->value[at++]);
	mpc_model_check(mpc_wide_to_int64(&rows, &sums->rows), "these products");
	for (int i = 0; i < p->ncolumns; i++)
	{
		MpcUnit    *unit = &sums->unit[place(p, i)];

		unit->base = DatumGetBool(p->binary[i]) ? 2 : 10;
		unit->exponent = -p->scale[i];
		read_sum(&sums->sum[place(p, i)], p, at++, i, -1);
	}
	for (int i = 0; i < p->ncolumns; i++)
	{
		for (int k = i; k < p->ncolumns; k++)
		{
			int			a = place(p, i);
			int			b = place(p, k);

			read_sum(&sums->product[mpc_triangle(Max(a, b), Min(a, b))], p, at++, i, k);
		}
	}
	return sums;
}

static void
raise_finding(const Products *p, const MpcLinearSums *sums, const MpcLinear *r)
{
	const char *name = r->column >= 0 && r->column < sums->predictors ? NameStr(*DatumGetName(p->name[r->column + 1])) : "";
	const char *outcome = NameStr(*DatumGetName(p->name[0]));

	switch (r->finding)
	{
		case MPC_FOUND:
		case MPC_FOUND_PERFECT:
			return;
		case MPC_TOO_FEW:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("too few rows for this model"),
					 errdetail("%lld rows have values of all columns; %d coefficients need at least %d.",
							   (long long) sums->rows, sums->predictors + 1, sums->predictors + 2)));
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
		default:
			elog(ERROR, "unexpected finding of a linear model: %s", mpc_finding_name(r->finding));
	}
}

/* One coefficient as a row; nothing is tested where the fit is perfect. */
static void
put_row(ReturnSetInfo *result, const MpcLinearSums *sums, const MpcLinear *r, int i, const char *term)
{
	const MpcCoefficient *c = &r->coefficient[i];
	bool		perfect = r->finding == MPC_FOUND_PERFECT;
	Datum		values[] = {
		CStringGetTextDatum(term), Float8GetDatum(c->estimate), Float8GetDatum(c->error),
		Float8GetDatum(perfect ? 0 : c->statistic), Float8GetDatum(perfect ? 0 : c->p), Int64GetDatum(sums->rows),
		Float8GetDatum(r->r_squared), Float8GetDatum(r->adjusted_r_squared), Float8GetDatum(r->residual_error)};
	bool		nulls[lengthof(values)] = {[3] = perfect,[4] = perfect};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
mpc_sql_linear_model(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const Products *p = read_products(fcinfo);
	const MpcLinearSums *sums = make_sums(p);
	MpcLinear  *r = palloc0(sizeof(MpcLinear));

	mpc_model_status(mpc_linear(r, sums));
	raise_finding(p, sums, r);
	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i <= sums->predictors; i++)
		put_row(result, sums, r, i, i == 0 ? "(intercept)" : NameStr(*DatumGetName(p->name[i])));
	return (Datum) 0;
}
