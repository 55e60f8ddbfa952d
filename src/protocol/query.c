/*
 * query.c
 *		What does a partner ask, as bytes and as a structure?
 *
 * Assumes nothing about the bytes.  Whatever decodes encodes to the same bytes
 * again, so that the hash of a question is the hash of its meaning.  A column's
 * existence and a value's form are judged by whoever knows the contract.
 */
#include "protocol/query.h"
#include "protocol/query_functions.h"

#define QUERY_VERSION 1

/* Where a walk through the prefix form stands: children still to come per open node. */
typedef struct TreeWalk
{
	uint8_t		open[MPC_MAX_DEPTH];
	size_t		depth;
	bool		done;
} TreeWalk;

/* Steps over one node: opens an inner one, closes every node that is complete. */
static MpcStatus
walk_step(TreeWalk *walk, MpcOp op, uint8_t nchildren)
{
	if (walk->done)
		return MPC_MALFORMED;
	if (walk->depth >= MPC_MAX_DEPTH)
		return MPC_LIMIT;
	if (mpc_op_is_inner(op))
	{
		walk->open[walk->depth++] = nchildren;
		return MPC_OK;
	}
	while (walk->depth > 0 && --walk->open[walk->depth - 1] == 0)
		walk->depth--;
	walk->done = walk->depth == 0;
	return MPC_OK;
}

static bool
children_fit(MpcOp op, uint8_t n)
{
	return op == MPC_OP_NOT ? n == 1 : n >= 2;
}

/* False also for an operator that does not exist. */
static bool
values_fit(MpcOp op, uint8_t n)
{
	switch (op)
	{
		case MPC_OP_EQ:
		case MPC_OP_NE:
		case MPC_OP_LT:
		case MPC_OP_LE:
		case MPC_OP_GT:
		case MPC_OP_GE:
		case MPC_OP_PREFIX:
			return n == 1;
		case MPC_OP_IS_NULL:
		case MPC_OP_IS_NOT_NULL:
			return n == 0;
		case MPC_OP_IN:
			return n >= 1;
		default:
			return false;
	}
}

static void
write_agg(MpcWriter *w, const MpcAgg *agg)
{
	size_t		i;

	if (!mpc_query_args_fit(agg->function, agg->nargs) || agg->coefficients.len != mpc_query_coefficient_bytes(agg) ||
		!mpc_query_coefficients_fit(agg->coefficients))
	{
		mpc_write_fail(w, MPC_MALFORMED);
		return;
	}
	mpc_write_u8(w, (uint8_t) agg->function);
	mpc_write_u8(w, agg->nargs);
	for (i = 0; i < agg->nargs; i++)
		mpc_write_str(w, agg->arg[i]);
	mpc_write_bytes(w, agg->coefficients.data, agg->coefficients.len);
	mpc_write_u8(w, agg->filter);
}

static void
write_leaf(MpcWriter *w, const MpcQuery *q, const MpcNode *node)
{
	size_t		i;

	if (!values_fit(node->op, node->nvalues))
		mpc_write_fail(w, MPC_MALFORMED);
	if ((size_t) node->first_value + node->nvalues > MPC_MAX_VALUES)
		mpc_write_fail(w, MPC_LIMIT);
	if (w->status != MPC_OK)
		return;
	mpc_write_u8(w, (uint8_t) node->op);
	mpc_write_str(w, node->column);
	mpc_write_u8(w, node->nvalues);
	for (i = node->first_value; i < (size_t) node->first_value + node->nvalues; i++)
	{
		mpc_write_u8(w, q->value[i].null);
		mpc_write_str(w, q->value[i].bytes);
	}
}

static void
write_predicate(MpcWriter *w, const MpcQuery *q, const MpcPredicate *predicate)
{
	TreeWalk	walk = {{0}, 0, false};
	size_t		i;

	if (predicate->nnodes == 0)
	{
		mpc_write_u8(w, MPC_OP_NONE);
		return;
	}
	for (i = 0; i < predicate->nnodes && w->status == MPC_OK; i++)
	{
		const MpcNode *node = &q->node[predicate->first + i];

		if (mpc_op_is_inner(node->op))
		{
			if (!children_fit(node->op, node->nchildren))
				mpc_write_fail(w, MPC_MALFORMED);
			mpc_write_u8(w, (uint8_t) node->op);
			mpc_write_u8(w, node->nchildren);
		}
		else
			write_leaf(w, q, node);
		mpc_write_fail(w, walk_step(&walk, node->op, node->nchildren));
	}
	if (!walk.done)
		mpc_write_fail(w, MPC_MALFORMED);
}

/* Another order, or a key twice, would be a second spelling of the same groups, and another way to break ties. */
static bool
keys_ascend(const MpcQuery *q)
{
	size_t		i;

	for (i = 1; i < q->nkeys; i++)
		if (mpc_str_compare(q->key[i - 1], q->key[i]) >= 0)
			return false;
	return true;
}

/* The pool holds where, then the filters in order, and nothing else. */
static bool
pool_fits(const MpcQuery *q)
{
	size_t		next = q->where.nnodes;
	size_t		i;

	if (q->where.first != 0)
		return false;
	for (i = 0; i < q->nfilters; i++)
	{
		if (q->filter[i].first != next || q->filter[i].nnodes == 0)
			return false;
		next += q->filter[i].nnodes;
	}
	return next == q->nnodes;
}

static bool
same_values(const MpcQuery *q, const MpcNode *a, const MpcNode *b)
{
	size_t		i;

	for (i = 0; i < a->nvalues; i++)
	{
		const MpcValue *x = &q->value[a->first_value + i];
		const MpcValue *y = &q->value[b->first_value + i];

		if (x->null != y->null || !mpc_str_equal(x->bytes, y->bytes))
			return false;
	}
	return true;
}

/* Whether two nodes have the same bytes. Both were written or read. */
static bool
same_node(const MpcQuery *q, const MpcNode *a, const MpcNode *b)
{
	if (a->op != b->op)
		return false;
	if (mpc_op_is_inner(a->op))
		return a->nchildren == b->nchildren;
	return mpc_str_equal(a->column, b->column) && a->nvalues == b->nvalues && same_values(q, a, b);
}

static bool
same_filter(const MpcQuery *q, const MpcPredicate *a, const MpcPredicate *b)
{
	size_t		i;

	if (a->nnodes != b->nnodes)
		return false;
	for (i = 0; i < a->nnodes; i++)
		if (!same_node(q, &q->node[a->first + i], &q->node[b->first + i]))
			return false;
	return true;
}

static bool
filters_differ(const MpcQuery *q)
{
	size_t		i;
	size_t		k;

	for (i = 1; i < q->nfilters; i++)
		for (k = 0; k < i; k++)
			if (same_filter(q, &q->filter[i], &q->filter[k]))
				return false;
	return true;
}

/* Each is used, and the first uses count up: any other numbering would be a second spelling. */
static bool
filters_are_used(const MpcQuery *q)
{
	size_t		used = 0;
	size_t		i;

	for (i = 0; i < q->naggs; i++)
	{
		if (q->agg[i].filter > used + 1)
			return false;
		if (q->agg[i].filter == used + 1)
			used++;
	}
	return used == q->nfilters;
}

void
mpc_query_write(MpcWriter *w, const MpcQuery *q)
{
	size_t		start = w->len;
	size_t		i;

	if (q->nkeys > MPC_MAX_KEYS || q->naggs > MPC_MAX_AGGS || q->nfilters > MPC_MAX_AGGS ||
		q->nnodes > MPC_MAX_NODES || q->nvalues > MPC_MAX_VALUES || !mpc_query_products_fit(q))
	{
		mpc_write_fail(w, MPC_LIMIT);
		return;
	}
	if (!keys_ascend(q) || !pool_fits(q) || !filters_are_used(q))
		mpc_write_fail(w, MPC_MALFORMED);
	if (w->status != MPC_OK)	/* the pool may not be what it says */
		return;
	mpc_write_u8(w, QUERY_VERSION);
	mpc_write_str(w, q->dataset);
	mpc_write_u8(w, q->nkeys);
	for (i = 0; i < q->nkeys; i++)
		mpc_write_str(w, q->key[i]);
	mpc_write_u8(w, q->naggs);
	for (i = 0; i < q->naggs; i++)
		write_agg(w, &q->agg[i]);
	write_predicate(w, q, &q->where);
	mpc_write_u8(w, q->nfilters);
	for (i = 0; i < q->nfilters; i++)
		write_predicate(w, q, &q->filter[i]);
	if (w->status == MPC_OK && !filters_differ(q))
		mpc_write_fail(w, MPC_MALFORMED);
	if (w->len - start > MPC_MAX_QUERY_BYTES)
		mpc_write_fail(w, MPC_LIMIT);
}

/* A name of a dataset or column: SQL has no empty one. */
static MpcStr
read_name(MpcReader *r)
{
	MpcStr		name = mpc_read_str(r, MPC_MAX_NAME);

	if (name.len == 0)
		mpc_read_fail(r, MPC_MALFORMED);
	return name;
}

/* A count that sizes a loop: 0 after a failure. */
static uint8_t
read_count(MpcReader *r, uint8_t max)
{
	uint8_t		n = mpc_read_u8(r);

	if (n > max)
		mpc_read_fail(r, MPC_LIMIT);
	return r->status == MPC_OK ? n : 0;
}

static void
read_agg(MpcReader *r, MpcAgg *agg)
{
	size_t		i;

	agg->function = (MpcFunction) mpc_read_u8(r);
	agg->nargs = mpc_read_u8(r);
	if (!mpc_query_args_fit(agg->function, agg->nargs))
	{
		mpc_read_fail(r, MPC_MALFORMED);
		agg->nargs = 0;
	}
	for (i = 0; i < agg->nargs; i++)
		agg->arg[i] = read_name(r);
	agg->coefficients.len = mpc_query_coefficient_bytes(agg);
	agg->coefficients.data = mpc_read_bytes(r, agg->coefficients.len);
	if (agg->coefficients.data == NULL)
		agg->coefficients.len = 0;
	else if (!mpc_query_coefficients_fit(agg->coefficients))
		mpc_read_fail(r, MPC_MALFORMED);
	agg->filter = mpc_read_u8(r);
}

/* Values are bytes of the contract's type, so no UTF-8 is asked of them here. */
static void
read_value(MpcReader *r, MpcQuery *q)
{
	MpcValue   *value;

	if (q->nvalues >= MPC_MAX_VALUES)
	{
		mpc_read_fail(r, MPC_LIMIT);
		return;
	}
	value = &q->value[q->nvalues++];
	value->null = mpc_read_flag(r);
	value->bytes = mpc_read_raw(r, UINT16_MAX);
	if (value->null && value->bytes.len != 0)
		mpc_read_fail(r, MPC_MALFORMED);
}

static void
read_leaf(MpcReader *r, MpcQuery *q, MpcNode *node)
{
	size_t		i;

	node->column = read_name(r);
	node->nvalues = mpc_read_u8(r);
	node->first_value = q->nvalues;
	if (!values_fit(node->op, node->nvalues))
		mpc_read_fail(r, MPC_MALFORMED);
	for (i = 0; i < node->nvalues && r->status == MPC_OK; i++)
		read_value(r, q);
}

static void
read_node(MpcReader *r, MpcQuery *q, MpcOp op)
{
	static const MpcNode empty = {MPC_OP_NONE, 0, {NULL, 0}, 0, 0};
	MpcNode    *node;

	if (q->nnodes >= MPC_MAX_NODES)
	{
		mpc_read_fail(r, MPC_LIMIT);
		return;
	}
	node = &q->node[q->nnodes++];
	*node = empty;
	node->op = op;
	if (!mpc_op_is_inner(op))
	{
		read_leaf(r, q, node);
		return;
	}
	node->nchildren = mpc_read_u8(r);
	if (!children_fit(op, node->nchildren))
		mpc_read_fail(r, MPC_MALFORMED);
}

/* Reads nodes up to the end of the tree that op begins. */
static void
read_tree(MpcReader *r, MpcQuery *q, MpcOp op)
{
	TreeWalk	walk = {{0}, 0, false};

	while (r->status == MPC_OK)
	{
		read_node(r, q, op);
		if (r->status == MPC_OK)
			mpc_read_fail(r, walk_step(&walk, op, q->node[q->nnodes - 1].nchildren));
		if (walk.done)
			return;
		op = (MpcOp) mpc_read_u8(r);
	}
}

static void
read_predicate(MpcReader *r, MpcQuery *q, MpcPredicate *predicate)
{
	MpcOp		op = (MpcOp) mpc_read_u8(r);

	predicate->first = q->nnodes;
	if (op != MPC_OP_NONE)
		read_tree(r, q, op);
	predicate->nnodes = q->nnodes - predicate->first;
}

static void
read_filters(MpcReader *r, MpcQuery *q)
{
	size_t		i;

	q->nfilters = read_count(r, MPC_MAX_AGGS);
	for (i = 0; i < q->nfilters && r->status == MPC_OK; i++)
	{
		read_predicate(r, q, &q->filter[i]);
		if (q->filter[i].nnodes == 0)
			mpc_read_fail(r, MPC_MALFORMED);
	}
	if (r->status == MPC_OK && (!filters_are_used(q) || !filters_differ(q)))
		mpc_read_fail(r, MPC_MALFORMED);
}

MpcStatus
mpc_query_read(MpcQuery *q, const void *bytes, size_t len)
{
	MpcReader	r;
	size_t		i;

	mpc_reader_init(&r, bytes, len);
	if (len > MPC_MAX_QUERY_BYTES)
		mpc_read_fail(&r, MPC_LIMIT);
	if (mpc_read_u8(&r) != QUERY_VERSION)
		mpc_read_fail(&r, MPC_VERSION);
	q->dataset = read_name(&r);
	q->nkeys = read_count(&r, MPC_MAX_KEYS);
	for (i = 0; i < q->nkeys; i++)
		q->key[i] = read_name(&r);
	if (r.status == MPC_OK && !keys_ascend(q))
		mpc_read_fail(&r, MPC_MALFORMED);
	q->naggs = read_count(&r, MPC_MAX_AGGS);
	for (i = 0; i < q->naggs; i++)
		read_agg(&r, &q->agg[i]);
	if (!mpc_query_products_fit(q))
		mpc_read_fail(&r, MPC_LIMIT);
	q->nnodes = 0;
	q->nvalues = 0;
	read_predicate(&r, q, &q->where);
	read_filters(&r, q);
	return mpc_reader_end(&r);
}
