/*
 * distributions.c
 *		How probable is a statistic at least this large?
 *
 * By the regularized incomplete beta and gamma functions: continued fractions where the tail asked for is the
 * smaller one, else one minus the other tail. Both have a factor in front that is a binomial or Poisson probability;
 * written with lgamma() it would lose the digits that large parameters have before the point, so it is
 * taken in the saddle-point form of Loader (Fast and accurate computation of binomial probabilities, 2000).
 */
#include "stats/distributions.h"

#include <math.h>
#include <stdbool.h>

#define TWO_PI			6.283185307179586476925
#define SQRT_HALF		0.707106781186547524401
#define ROUNDING		3e-16
#define MAX_TERMS		1000000
#define MAX_STATISTIC	1e150
#define MAX_DF			1e18

/* ln Gamma(z + 1) - ln(sqrt(2 pi z) (z / e)^z): DLMF 5.11.1, after going up to where it converges. z > 0. */
static double
stirling_rest(double z)
{
	double		r = 0;
	double		w;

	for (; z < 16; z++)
		r += (z + 0.5) * log1p(1 / z) - 1;
	w = 1 / (z * z);
	return r + (1.0 / 12 - w * (1.0 / 360 - w * (1.0 / 1260 - w * (1.0 / 1680 - w * (1.0 / 1188 - w * (691.0 / 360360)))))) / z;
}

/* x ln(x / m) + m - x >= 0 for x, m > 0: Loader's bd0, by its series until x and m differ threefold. */
static double
deviance(double x, double m)
{
	double		v = (x - m) / (x + m);
	double		power = 2 * x * v;
	double		sum = (x - m) * v;
	int			j;

	if (fabs(v) > 0.5)
		return x * log(x / m) + m - x;
	for (j = 3; j < 100; j += 2)
	{
		double		before = sum;

		power *= v * v;
		sum += power / j;
		if (sum == before)
			break;
	}
	return sum;
}

/*
 * Lentz's way to go through a continued fraction b0 + a1 / (b1 + a2 / (b2 + ...)), as improved by Thompson
 * and Barnett (Journal of Computational Physics 64, 1986): its value so far, and what the last term changed.
 */
typedef struct Fraction
{
	double		value;
	double		c;
	double		d;
	double		change;
} Fraction;

static double
not_zero(double x)
{
	return x == 0 ? 1e-300 : x;
}

static void
fraction_begin(Fraction *f, double b0)
{
	f->value = f->c = not_zero(b0);
	f->d = 0;
	f->change = 0;
}

static bool
fraction_converges(Fraction *f, double a, double b)
{
	f->d = 1 / not_zero(b + a * f->d);
	f->c = not_zero(b + a / f->c);
	f->change = f->c * f->d;
	f->value *= f->change;
	return fabs(f->change - 1) <= ROUNDING;
}

/*
 * Ix(a, b) for x = 1 - y at or below a / (a + b): DLMF 8.17.22, contracted to its even part (Didonato and Morris, ACM TOMS
 * 18(3), 1992): as it stands it would subtract what is nearly equal when x is near 1.
 */
static MpcStatus
beta_fraction(double *r, double a, double b, double x, double y)
{
	double		n = a + b;
	double		front;
	Fraction	f;
	int			m;

	if (x == 0)
	{
		*r = 0;
		return MPC_OK;
	}
	front = exp(stirling_rest(n) - stirling_rest(a) - stirling_rest(b) - deviance(a, n * x) - deviance(b, n * y)) *
		sqrt(a * b / (TWO_PI * n));
	fraction_begin(&f, a * (a * y - b * x + 1) / (a + 1));
	for (m = 1; m < MAX_TERMS; m++)
	{
		double		k = a + 2.0 * m;

		if (fraction_converges(&f, (a + m - 1) * (n + m - 1) / (k - 1) * (m * (b - m) * x * x / (k - 1)),
							   m + m * (b - m) * x / (k - 1) + (a + m) * (a * y - b * x + 1 + m * (1 + y)) / (k + 1)))
		{
			*r = front / f.value;
			return MPC_OK;
		}
	}
	return MPC_LIMIT;
}

/* Ix(a, b) for x = odds / (1 + odds), one over odds given as well so that neither x nor 1 - x loses digits. */
static MpcStatus
beta_below(double *r, double a, double b, double odds, double inverse)
{
	double		x = odds < 1 ? odds / (1 + odds) : 1 / (1 + inverse);
	double		y = odds < 1 ? 1 / (1 + odds) : inverse / (1 + inverse);
	MpcStatus	status;

	if (x <= a / (a + b))
		return beta_fraction(r, a, b, x, y);
	status = beta_fraction(r, b, a, y, x);
	if (status == MPC_OK)
		*r = 1 - *r;
	return status;
}

/* x^a e^-x / Gamma(a + 1) */
static double
gamma_front(double a, double x)
{
	return exp(-stirling_rest(a) - deviance(a, x)) / sqrt(TWO_PI * a);
}

/* P(a, x): DLMF 8.11.4. */
static MpcStatus
gamma_series(double *r, double a, double x)
{
	double		term = 1;
	double		sum = 1;
	int			m;

	for (m = 1; m < MAX_TERMS; m++)
	{
		term *= x / (a + m);
		sum += term;
		if (term <= sum * ROUNDING)
		{
			*r = gamma_front(a, x) * sum;
			return MPC_OK;
		}
	}
	return MPC_LIMIT;
}

/* Q(a, x): DLMF 8.9.2, contracted to its even part. */
static MpcStatus
gamma_fraction(double *r, double a, double x)
{
	Fraction	f;
	int			m;

	fraction_begin(&f, x + 1 - a);
	for (m = 1; m < MAX_TERMS; m++)
	{
		if (fraction_converges(&f, m * (a - m), x + 1 - a + 2.0 * m))
		{
			*r = a * gamma_front(a, x) / f.value;
			return MPC_OK;
		}
	}
	return MPC_LIMIT;
}

/* Written so that a NaN is not within. */
static bool
is_within(double x, double low, double high)
{
	return x >= low && x <= high;
}

static bool
is_df(double df)
{
	return df > 0 && df <= MAX_DF;
}

MpcStatus
mpc_tail_normal(double *p, double z)
{
	if (!isfinite(z))
		return MPC_RANGE;
	*p = 0.5 * erfc(z * SQRT_HALF); /* DLMF 7.2.2 */
	return MPC_OK;
}

MpcStatus
mpc_tail_student(double *p, double t, double df)
{
	double		both;
	MpcStatus	status;

	if (!is_within(t, -MAX_STATISTIC, MAX_STATISTIC) || !is_df(df))
		return MPC_RANGE;
	if (t == 0)
	{
		*p = 0.5;
		return MPC_OK;
	}
	status = beta_below(&both, df / 2, 0.5, df / t / t, t / df * t);
	if (status == MPC_OK)
		*p = t > 0 ? both / 2 : 1 - both / 2;
	return status;
}

MpcStatus
mpc_tail_f(double *p, double f, double df1, double df2)
{
	if (!is_within(f, 0, MAX_STATISTIC) || !is_df(df1) || !is_df(df2))
		return MPC_RANGE;
	if (f == 0)
	{
		*p = 1;
		return MPC_OK;
	}
	return beta_below(p, df2 / 2, df1 / 2, df2 / df1 / f, df1 / df2 * f);
}

MpcStatus
mpc_tail_chi_square(double *p, double x, double df)
{
	MpcStatus	status;

	if (!is_within(x, 0, MAX_STATISTIC) || !is_df(df))
		return MPC_RANGE;
	if (x == 0)
	{
		*p = 1;
		return MPC_OK;
	}
	if (x / 2 >= df / 2 + 1)
		return gamma_fraction(p, df / 2, x / 2);
	status = gamma_series(p, df / 2, x / 2);
	if (status == MPC_OK)
		*p = 1 - *p;
	return status;
}
