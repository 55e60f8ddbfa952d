/*
 * policy_rules.h
 *		The rules of policy.c one by one: between the files policy*.c only.
 *
 * One function per rule, true when it holds; otherwise the refusal has its code and sentence. None looks at a row. Sentences are
 * UTF-8, made of ASCII words and of names as they came over the wire.
 */
#ifndef MPC_POLICY_RULES_H
#define MPC_POLICY_RULES_H

#include "postgres.h"

#include "catalog/policy.h"

/* Widths for printing an MpcStr, which has no terminating zero. */
#define MPC_STR_ARGS(s) (int) Min((s).len, MPC_MAX_NAME), (const char *) (s).data

typedef struct MpcJudgement
{
	const MpcFederation *federation;
	MpcDataset *dataset;		/* NULL: this party publishes none */
	const MpcRequest *request;	/* NULL: this party asks */
	const MpcQuery *query;
	MpcLanes   *lanes;
	MpcLayout  *layout;			/* filled by the rule about the vector */
	MpcExtremes *extremes;		/* the same, of a maximum */
	MpcContract *used;			/* filled by the rule about columns; NULL: none is published */
	MpcRefusal *refusal;
} MpcJudgement;

/* False, with this refusal. */
extern bool mpc_policy_refuse(const MpcJudgement *j, MpcRefusalCode code, const char *rule);

/* policy.c */
extern bool mpc_rule_usable(MpcJudgement *j);
extern bool mpc_rule_columns(MpcJudgement *j);
extern bool mpc_rule_contract(MpcJudgement *j);

/* policy_functions.c: what is asked of which columns. used is filled for the last one. */
extern bool mpc_rule_functions(MpcJudgement *j);
extern bool mpc_rule_ungrouped(MpcJudgement *j);
extern bool mpc_rule_histograms(MpcJudgement *j);
extern bool mpc_rule_arguments(const MpcJudgement *j);

/* policy_sets.c: all rules of a question about sets; those that hold at the asker, too. */
extern bool mpc_rule_sets(MpcJudgement *j);
extern bool mpc_rule_own_sets(MpcJudgement *j);

#endif							/* MPC_POLICY_RULES_H */
