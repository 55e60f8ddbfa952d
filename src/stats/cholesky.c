/*
 * cholesky.c
 *		How is a symmetric system solved, and which column does it not determine?
 *
 * Assumes a unit diagonal: a pivot is then the share of a column that those before it leave unexplained.
 */
#include "stats/cholesky.h"

/* x minus the first n products of two rows. */
static MpcTwofold
minus_products(MpcTwofold x, const MpcTwofold *a, const MpcTwofold *b, int n)
{
	int			i;

	for (i = 0; i < n; i++)
		x = mpc_twofold_sub(x, mpc_twofold_mul(a[i], b[i]));
	return x;
}

MpcStatus
mpc_cholesky_factor(MpcTwofold *a, int n, double tolerance, MpcFinding *finding, int *column)
{
	int			j;
	int			k;

	for (j = 0; j < n; j++)
	{
		MpcTwofold *row = a + mpc_triangle(j, 0);

		for (k = 0; k < j; k++)
		{
			const MpcTwofold *above = a + mpc_triangle(k, 0);

			row[k] = mpc_twofold_div(minus_products(row[k], row, above, k), above[k]);
		}
		row[j] = minus_products(row[j], row, row, j);
		if (!(row[j].hi >= -tolerance))
			return MPC_RANGE;
		if (row[j].hi <= tolerance)
		{
			*finding = MPC_COLLINEAR;
			*column = j;
			return MPC_OK;
		}
		row[j] = mpc_twofold_sqrt(row[j]);
	}
	*finding = MPC_FOUND;
	return MPC_OK;
}

void
mpc_cholesky_forward(MpcTwofold *x, const MpcTwofold *l, int n)
{
	int			j;

	for (j = 0; j < n; j++)
	{
		const MpcTwofold *row = l + mpc_triangle(j, 0);

		x[j] = mpc_twofold_div(minus_products(x[j], row, x, j), row[j]);
	}
}

void
mpc_cholesky_backward(MpcTwofold *x, const MpcTwofold *l, int n)
{
	int			j;
	int			k;

	for (j = n - 1; j >= 0; j--)
	{
		for (k = j + 1; k < n; k++)
			x[j] = mpc_twofold_sub(x[j], mpc_twofold_mul(l[mpc_triangle(k, j)], x[k]));
		x[j] = mpc_twofold_div(x[j], l[mpc_triangle(j, j)]);
	}
}

MpcTwofold
mpc_cholesky_square(const MpcTwofold *x, int n)
{
	MpcTwofold	r = {0, 0};
	int			i;

	for (i = 0; i < n; i++)
		r = mpc_twofold_add(r, mpc_twofold_mul(x[i], x[i]));
	return r;
}

MpcTwofold
mpc_cholesky_inverse(const MpcTwofold *l, int n, int j)
{
	MpcTwofold	x[MPC_CHOLESKY_MAX];
	int			i;

	for (i = 0; i < n; i++)
		x[i] = mpc_twofold(i == j ? 1 : 0);
	mpc_cholesky_forward(x, l, n);
	return mpc_cholesky_square(x, n);
}
