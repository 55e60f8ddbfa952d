/*
 * contract.c
 *		What do the parties promise a dataset's columns to be, and which of these
 *		promises does a question rest on?
 *
 * Assumes that names are compared as bytes, so that every database sorts them
 * alike.  Whether a type exists is not asked here.
 */
#include "protocol/contract.h"
#include "protocol/query_sets.h"

#include <string.h>

#include "crypto/secret.h"
#include "crypto/wide.h"
#include "protocol/group_key.h"
#include "protocol/request.h"
#include "protocol/sink.h"

static int
column_compare(const MpcContractColumn *a, const MpcContractColumn *b)
{
	int			c = mpc_str_compare(a->name, b->name);

	return c != 0 ? c : (a->role > b->role) - (a->role < b->role);
}

void
mpc_contract_sort(MpcContract *c)
{
	size_t		i;
	size_t		k;

	for (i = 1; i < c->ncolumns; i++)
	{
		MpcContractColumn column = c->column[i];

		for (k = i; k > 0 && column_compare(&column, &c->column[k - 1]) < 0; k--)
			c->column[k] = c->column[k - 1];
		c->column[k] = column;
	}
}

const MpcContractColumn *
mpc_contract_find(const MpcContract *c, MpcStr name, MpcRole role)
{
	size_t		i;

	for (i = 0; i < c->ncolumns; i++)
		if (c->column[i].role == role && mpc_str_equal(c->column[i].name, name))
			return &c->column[i];
	return NULL;
}

static void
put_contract(const MpcSink *sink, const MpcContract *c)
{
	size_t		i;

	mpc_sink_le16(sink, c->ncolumns);
	for (i = 0; i < c->ncolumns; i++)
	{
		const MpcContractColumn *column = &c->column[i];

		mpc_sink_str(sink, column->name);
		mpc_sink_u8(sink, (uint8_t) column->role);
		mpc_sink_str(sink, column->type);
		mpc_sink_le16(sink, column->scale);
		mpc_sink_str(sink, column->low);
		mpc_sink_str(sink, column->high);
		mpc_sink_bytes(sink, column->domain, sizeof(column->domain));
		mpc_sink_le16(sink, column->role == MPC_ROLE_IDENTIFIER ? column->normalize : column->max_key_bytes);
	}
	mpc_sink_u8(sink, c->protocol);
	mpc_sink_le16(sink, c->threshold);
}

/* What the other side would refuse for its length is not written in the first place. */
static bool
lengths_fit(const MpcContract *c)
{
	size_t		i;

	if (c->ncolumns > MPC_MAX_COLUMNS)
		return false;
	for (i = 0; i < c->ncolumns; i++)
	{
		const MpcContractColumn *column = &c->column[i];

		if (column->name.len > MPC_MAX_NAME || column->type.len > MPC_MAX_TYPE_BYTES ||
			column->low.len >= MPC_WIDE_DECIMAL_MAX || column->high.len >= MPC_WIDE_DECIMAL_MAX)
			return false;
	}
	return true;
}

void
mpc_contract_write(MpcWriter *w, const MpcContract *c)
{
	size_t		start = w->len;
	MpcSink		sink;

	if (!lengths_fit(c))
	{
		mpc_write_fail(w, MPC_LIMIT);
		return;
	}
	sink.w = w;
	sink.hash = NULL;
	put_contract(&sink, c);
	if (w->len - start > MPC_MAX_CONTRACT_BYTES)
		mpc_write_fail(w, MPC_LIMIT);
}

void
mpc_contract_hash(uint8_t out[32], const MpcContract *c)
{
	MpcHash		hash;
	MpcSink		sink;

	mpc_hash_begin(&hash, "MPCAGG-v1/contract");
	sink.w = NULL;
	sink.hash = &hash;
	put_contract(&sink, c);
	mpc_hash_end32(&hash, out);
}

/* An integer with one spelling: no plus, no leading zero, no "-0". */
static bool
is_canonical_integer(MpcStr s)
{
	size_t		sign = s.len > 0 && s.data[0] == '-';
	size_t		i;

	if (s.len == sign)
		return false;
	for (i = sign; i < s.len; i++)
		if (s.data[i] < '0' || s.data[i] > '9')
			return false;
	return s.data[sign] != '0' || s.len == 1;
}

/* Bounds stand at measures only, and then both: the type of a counted column may have none. */
static bool
bounds_fit(const MpcContractColumn *column)
{
	if (column->low.len == 0 && column->high.len == 0)
		return true;
	return column->role == MPC_ROLE_MEASURE &&
		is_canonical_integer(column->low) && is_canonical_integer(column->high);
}

/* What a contract says of a key, it says of keys only. A key's part of a tuple has a flag and a length at least. */
static bool
key_fits(const MpcContractColumn *column)
{
	if (column->role != MPC_ROLE_KEY)
		return column->max_key_bytes == 0 && mpc_is_zero(column->domain, sizeof(column->domain));
	return column->max_key_bytes >= 2 && column->max_key_bytes <= MPC_MAX_TUPLE_BYTES;
}

/* One number, of which the role says what it is. */
static void
read_limits(MpcReader *r, MpcContractColumn *column)
{
	uint16_t	n = mpc_read_le16(r);
	bool		identifier = column->role == MPC_ROLE_IDENTIFIER;

	column->max_key_bytes = identifier ? 0 : n;
	column->normalize = identifier ? n : 0;
	if ((column->normalize & ~MPC_NORMALIZE_ALL) != 0)
		mpc_read_fail(r, MPC_MALFORMED);
}

static void
read_column(MpcReader *r, MpcContractColumn *column)
{
	const uint8_t *domain;

	column->name = mpc_read_str(r, MPC_MAX_NAME);
	column->role = (MpcRole) mpc_read_u8(r);
	column->type = mpc_read_str(r, MPC_MAX_TYPE_BYTES);
	column->scale = mpc_read_le16(r);
	column->low = mpc_read_str(r, MPC_WIDE_DECIMAL_MAX - 1);
	column->high = mpc_read_str(r, MPC_WIDE_DECIMAL_MAX - 1);
	domain = mpc_read_bytes(r, sizeof(column->domain));
	read_limits(r, column);
	if (r->status != MPC_OK)
		return;
	memcpy(column->domain, domain, sizeof(column->domain));
	column->values = NULL;
	if (column->name.len == 0 || column->type.len == 0 ||
		column->role < MPC_ROLE_KEY || column->role > MPC_ROLE_IDENTIFIER ||
		!key_fits(column) || !bounds_fit(column))
		mpc_read_fail(r, MPC_MALFORMED);
}

static void
read_columns(MpcReader *r, MpcContract *c)
{
	size_t		i;

	c->ncolumns = mpc_read_le16(r);
	if (c->ncolumns > MPC_MAX_COLUMNS)
		mpc_read_fail(r, MPC_LIMIT);
	for (i = 0; i < c->ncolumns && r->status == MPC_OK; i++)
	{
		read_column(r, &c->column[i]);
		if (r->status == MPC_OK && i > 0 &&
			column_compare(&c->column[i - 1], &c->column[i]) >= 0)
			mpc_read_fail(r, MPC_MALFORMED);
	}
}

/* A contract does not know n: whether t fits it, the request says. */
static bool
threshold_fits(const MpcContract *c)
{
	if (c->protocol == MPC_PROTOCOL_MASKED_SUM)
		return c->threshold == 0;
	return c->threshold >= 2 && c->threshold <= MPC_MAX_PARTIES;
}

MpcStatus
mpc_contract_read(MpcContract *c, const void *bytes, size_t len)
{
	MpcReader	r;

	mpc_reader_init(&r, bytes, len);
	if (len > MPC_MAX_CONTRACT_BYTES)
		mpc_read_fail(&r, MPC_LIMIT);
	read_columns(&r, c);
	c->protocol = mpc_read_u8(&r);
	c->threshold = mpc_read_le16(&r);
	if (c->protocol != MPC_PROTOCOL_MASKED_SUM && c->protocol != MPC_PROTOCOL_SHAMIR_SUM)
		mpc_read_fail(&r, MPC_VERSION);
	if (!threshold_fits(c))
		mpc_read_fail(&r, MPC_MALFORMED);
	if (mpc_reader_end(&r) != MPC_OK)
		c->ncolumns = 0;
	return r.status;
}

/* What a question asks of a contract, while it is collected. */
typedef struct Use
{
	MpcContract *used;
	const MpcContract *all;
	MpcStr	   *missing;
	MpcRole    *role;
} Use;

/* Takes a column over once. used is a subset of all, so it cannot overflow. */
static MpcStatus
use_column(Use *use, MpcStr name, MpcRole role)
{
	const MpcContractColumn *column = mpc_contract_find(use->all, name, role);

	if (column == NULL)
	{
		*use->missing = name;
		*use->role = role;
		return MPC_MISMATCH;
	}
	if (mpc_contract_find(use->used, name, role) == NULL)
		use->used->column[use->used->ncolumns++] = *column;
	return MPC_OK;
}

/* Of functions of sets the identifiers: what else they name is the asker's alone. */
static MpcStatus
use_arguments(Use *use, const MpcAgg *agg)
{
	bool		sets = mpc_function_is_of_sets(agg->function);
	size_t		n = sets ? (size_t) mpc_agg_identifiers(agg) : agg->nargs;
	MpcStatus	status = MPC_OK;
	size_t		i;

	for (i = 0; i < n && status == MPC_OK; i++)
		status = use_column(use, agg->arg[i], mpc_argument_role(agg->function));
	return status;
}

/* Conditions of WHERE and FILTER alike. */
static MpcStatus
use_columns(Use *use, const MpcQuery *q)
{
	MpcStatus	status = MPC_OK;
	size_t		i;

	for (i = 0; i < q->nkeys && status == MPC_OK && !mpc_query_is_of_sets(q); i++)
		status = use_column(use, q->key[i], MPC_ROLE_KEY);
	for (i = 0; i < q->naggs && status == MPC_OK; i++)
		status = use_arguments(use, &q->agg[i]);
	for (i = 0; i < q->nnodes && status == MPC_OK; i++)
		if (!mpc_op_is_inner(q->node[i].op))
			status = use_column(use, q->node[i].column, MPC_ROLE_FILTER);
	return status;
}

MpcStatus
mpc_contract_of_query(MpcContract *used, const MpcContract *all, const MpcQuery *q,
					  MpcStr *missing, MpcRole *role)
{
	Use			use;
	MpcStatus	status;

	use.used = used;
	use.all = all;
	use.missing = missing;
	use.role = role;
	used->ncolumns = 0;
	used->protocol = all->protocol;
	used->threshold = all->threshold;
	status = use_columns(&use, q);
	mpc_contract_sort(used);
	return status;
}

const char *
mpc_role_name(MpcRole role)
{
	switch (role)
	{
		case MPC_ROLE_KEY:
			return "key";
		case MPC_ROLE_MEASURE:
			return "measure";
		case MPC_ROLE_FILTER:
			return "filter";
		case MPC_ROLE_IDENTIFIER:
			return "identifier";
	}
	return "unrecognized";
}

const char *
mpc_role_words(MpcRole role)
{
	switch (role)
	{
		case MPC_ROLE_KEY:
			return "a key";
		case MPC_ROLE_MEASURE:
			return "a measure";
		case MPC_ROLE_FILTER:
			return "a filter";
		case MPC_ROLE_IDENTIFIER:
			return "an identifier";
	}
	return "unrecognized";
}

/* |bound| < 2^100. */
static bool
bound_fits_squares(MpcStr bound)
{
	static const MpcWide most = {{0, UINT64_C(1) << (MPC_SQUARE_BITS - 64), 0, 0}};
	char		text[MPC_WIDE_DECIMAL_MAX];
	MpcWide		wide;

	if (bound.len >= sizeof(text))
		return false;
	memcpy(text, bound.data, bound.len);
	text[bound.len] = '\0';
	if (mpc_wide_from_decimal(&wide, text) != MPC_OK)
		return false;
	if (mpc_wide_is_negative(&wide))
		mpc_wide_negate(&wide);
	return mpc_wide_compare(&wide, &most) < 0;
}

bool
mpc_contract_fits_squares(const MpcContractColumn *column)
{
	return bound_fits_squares(column->low) && bound_fits_squares(column->high);
}
