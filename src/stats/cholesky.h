/*
 * cholesky.h
 *		Symmetric systems of equations with unit diagonal, in 106 bits: correlations, or a
 *		Hessian that was scaled to look like them.
 *
 * A = L L'. Triangles are packed by rows: element (j, k), k <= j, at mpc_triangle(j, k). With 106 bits even a system
 * on the brink of MPC_CHOLESKY_TOLERANCE is solved to all digits of a double.
 */
#ifndef MPC_CHOLESKY_H
#define MPC_CHOLESKY_H

#include "crypto/status.h"
#include "stats/finding.h"
#include "stats/twofold.h"

#define MPC_CHOLESKY_MAX		39	/* unknowns: 38 predictors and an intercept */
#define MPC_CHOLESKY_PACKED		(MPC_CHOLESKY_MAX * (MPC_CHOLESKY_MAX + 1) / 2)

/*
 * A column is collinear when those before it leave this or less of its sum of squares: 10^-7 of its
 * length, as in R's lm().
 */
#define MPC_CHOLESKY_TOLERANCE	1e-14

static inline int
mpc_triangle(int j, int k)
{
	return j * (j + 1) / 2 + k;
}

/*
 * a, the lower triangle of A with ones in the diagonal, becomes L. *finding is MPC_FOUND, or MPC_COLLINEAR with the
 * first such *column, counted from 0. MPC_RANGE: A is further from positive semidefinite than the tolerance, hence no
 * matrix of sums. 0 < n <= MPC_CHOLESKY_MAX. a is used up unless MPC_FOUND.
 */
extern MpcStatus mpc_cholesky_factor(MpcTwofold *a, int n, double tolerance, MpcFinding *finding, int *column) MPC_MUST_CHECK;

/* x = inverse of L times x. */
extern void mpc_cholesky_forward(MpcTwofold *x, const MpcTwofold *l, int n);

/* x = inverse of L' times x; after the forward one x solves A. */
extern void mpc_cholesky_backward(MpcTwofold *x, const MpcTwofold *l, int n);

/* The sum of the squares of x, of n elements: x' inv(A) x when x went forward. */
extern MpcTwofold mpc_cholesky_square(const MpcTwofold *x, int n);

/* Element (j, j) of the inverse of A. */
extern MpcTwofold mpc_cholesky_inverse(const MpcTwofold *l, int n, int j);

#endif							/* MPC_CHOLESKY_H */
