/*
 * finding.c
 *		What is a finding called?
 *
 * Names for logs and tests only: what a user reads is written on the SQL face.
 */
#include "stats/finding.h"

const char *
mpc_finding_name(MpcFinding finding)
{
	switch (finding)			/* no default: the compiler then names a forgotten one */
	{
		case MPC_FOUND:
			return "found";
		case MPC_FOUND_PERFECT:
			return "perfect fit";
		case MPC_TOO_FEW:
			return "too few rows, groups or events";
		case MPC_CONSTANT_PREDICTOR:
			return "constant predictor";
		case MPC_CONSTANT_OUTCOME:
			return "constant outcome";
		case MPC_COLLINEAR:
			return "collinear predictor";
		case MPC_SEPARATED:
			return "separated outcomes";
		case MPC_UNFINISHED:
			return "unfinished";
	}
	return "unrecognized finding";
}
