/*
 * query_functions.h
 *		Between query_aggs.c and its functions only: what an aggregate looks like.
 */
#ifndef MPC_QUERY_FUNCTIONS_H
#define MPC_QUERY_FUNCTIONS_H

#include "protocol/query.h"

/* Whether the function exists and takes n arguments. */
extern bool mpc_query_args_fit(MpcFunction function, uint8_t n);

/* How many bytes of coefficients an aggregate has; 0 of all functions but MPC_LOGISTIC. */
extern size_t mpc_query_coefficient_bytes(const MpcAgg *agg);

/* Each is small enough, and no 0 has a sign: it would be a second spelling. */
extern bool mpc_query_coefficients_fit(MpcStr coefficients);

#endif							/* MPC_QUERY_FUNCTIONS_H */
