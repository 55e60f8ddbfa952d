/*
 * distributions.h
 *		Upper tails of the distributions that tests refer to.
 *
 * Relative accuracy 10^-12 as long as the tail is above 10^-300 and degrees of freedom are at most 10^6, with one
 * of F's up to 10^12 and those of t too; beyond, as good as a double argument determines it. Smaller tails become 0.
 *
 * MPC_RANGE: an argument outside its domain, as given below, or not a number; *p is then not set.
 * MPC_LIMIT: degrees of freedom so large that a fraction did not converge.
 */
#ifndef MPC_DISTRIBUTIONS_H
#define MPC_DISTRIBUTIONS_H

#include "crypto/status.h"

/* Probability of more than z; z is finite. */
extern MpcStatus mpc_tail_normal(double *p, double z) MPC_MUST_CHECK;

/* Student's t: |t| <= 10^150, 0 < df <= 10^18. */
extern MpcStatus mpc_tail_student(double *p, double t, double df) MPC_MUST_CHECK;

/* Fisher's F: 0 <= f <= 10^150, both degrees in (0, 10^18]. */
extern MpcStatus mpc_tail_f(double *p, double f, double df1, double df2) MPC_MUST_CHECK;

/* 0 <= x <= 10^150, 0 < df <= 10^18. */
extern MpcStatus mpc_tail_chi_square(double *p, double x, double df) MPC_MUST_CHECK;

#endif							/* MPC_DISTRIBUTIONS_H */
