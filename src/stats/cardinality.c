/*
 * cardinality.c
 *		How many different values have raised registers so far?
 *
 * The sum that HyperLogLog takes of 2^-level is put right at both ends: sigma for registers that
 * are empty, tau for those at the highest level. Both are series that a double ends.
 */
#include "stats/cardinality.h"

#include <math.h>

#define LOG_2	0.693147180559945309417232121458

/* x + sum of x^(2^k) 2^(k-1) over k >= 1, for 0 <= x < 1; x is the share of empty registers. */
static double
sigma(double x)
{
	double		sum = x;
	double		before;
	double		power = 1;

	do
	{
		x *= x;
		before = sum;
		sum += x * power;
		power += power;
	} while (sum != before);
	return sum;
}

/* (1 - x - sum of (1 - x^(2^-k))^2 2^-k over k >= 1) / 3, for 0 <= x <= 1; 1 - x is the share of full registers. */
static double
tau(double x)
{
	double		sum = 1 - x;
	double		before;
	double		power = 1;

	if (x == 0 || x == 1)
		return 0;
	do
	{
		x = sqrt(x);
		before = sum;
		power *= 0.5;
		sum -= (1 - x) * (1 - x) * power;
	} while (sum != before);
	return sum / 3;
}

MpcStatus
mpc_cardinality(double *estimate, const uint32_t *registers, int levels)
{
	double		m = 0;
	double		sum;
	int			k;

	*estimate = 0;
	if (levels < 1 || levels > MPC_MAX_CARDINALITY_LEVELS)
		return MPC_LIMIT;
	for (k = 0; k <= levels; k++)
		m += registers[k];
	if (m == 0)
		return MPC_LIMIT;
	if (registers[0] == m)
		return MPC_OK;
	if (registers[levels] == m)
		return MPC_RANGE;
	sum = m * tau(1 - registers[levels] / m);
	for (k = levels - 1; k >= 1; k--)
		sum = 0.5 * (sum + registers[k]);
	sum += m * sigma(registers[0] / m);
	*estimate = m * m / (2 * LOG_2 * sum);
	return MPC_OK;
}
