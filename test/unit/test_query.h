/*
 * test_query.h
 *		What the tests of questions share: a question, piece by piece.
 */
#ifndef MPC_TEST_QUERY_H
#define MPC_TEST_QUERY_H

#include "test_protocol.h"

static inline void
add_agg(MpcQuery *q, MpcFunction function, const char *column)
{
	MpcAgg	   *agg = &q->agg[q->naggs++];

	agg->function = function;
	agg->nargs = column != NULL;
	if (column != NULL)
		agg->arg[0] = mpc_str(column);
}

static inline void
add_pair(MpcQuery *q, MpcFunction function, const char *y, const char *x)
{
	MpcAgg	   *agg = &q->agg[q->naggs];

	add_agg(q, function, y);
	agg->nargs = 2;
	agg->arg[1] = mpc_str(x);
}

/* The nodes that come now are the next filter's. */
static inline void
add_filter(MpcQuery *q)
{
	q->filter[q->nfilters].first = q->nnodes;
	q->filter[q->nfilters++].nnodes = 0;
}

static inline MpcNode *
new_node(MpcQuery *q)
{
	(q->nfilters == 0 ? &q->where : &q->filter[q->nfilters - 1])->nnodes++;
	return &q->node[q->nnodes++];
}

static inline void
add_inner(MpcQuery *q, MpcOp op, uint8_t nchildren)
{
	MpcNode    *node = new_node(q);

	node->op = op;
	node->nchildren = nchildren;
}

static inline void
add_leaf(MpcQuery *q, MpcOp op, const char *column, uint8_t nvalues, const char *value)
{
	MpcNode    *node = new_node(q);
	size_t		i;

	node->op = op;
	node->column = mpc_str(column);
	node->nvalues = nvalues;
	node->first_value = q->nvalues;
	for (i = 0; i < nvalues; i++)
	{
		q->value[q->nvalues].null = value == NULL;
		q->value[q->nvalues++].bytes = mpc_str(value != NULL ? value : "");
	}
}

#endif							/* MPC_TEST_QUERY_H */
