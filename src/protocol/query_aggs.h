/*
 * query_aggs.h
 *		The aggregates of a question: between query.c and query_aggs.c only.
 */
#ifndef MPC_QUERY_AGGS_H
#define MPC_QUERY_AGGS_H

#include "protocol/query.h"

/* A failure is in the status of writer or reader: MPC_MALFORMED, MPC_LIMIT. */
extern void mpc_query_write_agg(MpcWriter *w, const MpcAgg *agg);
extern void mpc_query_read_agg(MpcReader *r, MpcAgg *agg);

/* Whether there are not more than may be of those whose lanes are many. */
extern bool mpc_query_aggs_fit(const MpcQuery *q);

/* query.c: a name of a dataset or column; SQL has no empty one. */
extern MpcStr mpc_query_read_name(MpcReader *r);

#endif							/* MPC_QUERY_AGGS_H */
