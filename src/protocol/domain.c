/*
 * domain.c
 *		Which values may a key column have, and which group is a tuple of them?
 *
 * Assumes that values are canonical bytes of the column's type, so that equal values
 * are equal bytes.  A value's position is its rank; NULL comes behind all others.
 */
#include "protocol/domain.h"

#include "protocol/sink.h"

#define COUNT_BYTES	4
#define VALUE_BYTES	2			/* of an empty value: its length alone */

/* Lets value[i] sink below greater children in the heap value[0 .. n-1]. */
static void
sift_down(MpcStr *value, size_t i, size_t n)
{
	MpcStr		moving = value[i];

	while (i < n / 2)
	{
		size_t		child = 2 * i + 1;

		if (child + 1 < n && mpc_str_compare(value[child], value[child + 1]) < 0)
			child++;
		if (mpc_str_compare(moving, value[child]) >= 0)
			break;
		value[i] = value[child];
		i = child;
	}
	value[i] = moving;
}

/* Heapsort: in place, without recursion, and no order of a million values makes it slow. */
static void
sort_values(MpcStr *value, size_t n)
{
	size_t		i;

	for (i = n / 2; i-- > 0;)
		sift_down(value, i, n);
	for (i = n; i-- > 1;)
	{
		MpcStr		greatest = value[0];

		value[0] = value[i];
		value[i] = greatest;
		sift_down(value, 0, i);
	}
}

void
mpc_domain_sort(MpcDomain *domain)
{
	size_t		kept = 0;
	size_t		i;

	sort_values(domain->value, domain->nvalues);
	for (i = 0; i < domain->nvalues; i++)
		if (kept == 0 || !mpc_str_equal(domain->value[i], domain->value[kept - 1]))
			domain->value[kept++] = domain->value[i];
	domain->nvalues = kept;
}

static void
put_domain(const MpcSink *sink, const MpcDomain *domain)
{
	size_t		i;

	mpc_sink_le32(sink, domain->nvalues);
	for (i = 0; i < domain->nvalues; i++)
		mpc_sink_str(sink, domain->value[i]);
}

void
mpc_domain_write(MpcWriter *w, const MpcDomain *domain)
{
	MpcSink		sink = {w, NULL};
	size_t		i;

	if (domain->nvalues > UINT32_MAX)
		mpc_write_fail(w, MPC_LIMIT);
	for (i = 0; i < domain->nvalues; i++)
		if (domain->value[i].len > UINT16_MAX)
			mpc_write_fail(w, MPC_LIMIT);
	if (w->status == MPC_OK)
		put_domain(&sink, domain);
}

void
mpc_domain_hash(uint8_t out[32], const MpcDomain *domain)
{
	MpcHash		hash;
	MpcSink		sink = {NULL, &hash};

	mpc_hash_begin(&hash, "MPCAGG-v1/domain");
	put_domain(&sink, domain);
	mpc_hash_end32(&hash, out);
}

size_t
mpc_domain_count(const void *bytes, size_t len)
{
	size_t		claimed;
	size_t		most;
	MpcReader	r;

	mpc_reader_init(&r, bytes, len);
	claimed = mpc_read_le32(&r);
	most = (len - r.pos) / VALUE_BYTES;
	return claimed < most ? claimed : most;
}

MpcStatus
mpc_domain_read(MpcDomain *domain, const void *bytes, size_t len)
{
	size_t		room = mpc_domain_count(bytes, len);
	MpcReader	r;
	size_t		i;

	mpc_reader_init(&r, bytes, len);
	/* More values than fit into the bytes would also be more than there is room for. */
	if (mpc_read_le32(&r) != room)
		mpc_read_fail(&r, MPC_MALFORMED);
	for (i = 0; i < room && r.status == MPC_OK; i++)
	{
		domain->value[i] = mpc_read_raw(&r, UINT16_MAX);
		if (i > 0 && mpc_str_compare(domain->value[i - 1], domain->value[i]) >= 0)
			mpc_read_fail(&r, MPC_MALFORMED);
	}
	domain->nvalues = mpc_reader_end(&r) == MPC_OK ? room : 0;
	return r.status;
}

uint32_t
mpc_domain_groups(const MpcDomain *const *domain, size_t n)
{
	uint64_t	groups = 1;
	size_t		i;

	for (i = 0; i < n; i++)
	{
		/* Compared before the product, which then stays below 2^40. */
		if (domain[i]->nvalues >= MPC_MAX_DOMAIN_GROUPS)
			return 0;
		groups *= domain[i]->nvalues + 1;
		if (groups > MPC_MAX_DOMAIN_GROUPS)
			return 0;
	}
	return (uint32_t) groups;
}

bool
mpc_domain_find(const MpcDomain *domain, const MpcValue *value, uint32_t *position)
{
	size_t		low = 0;
	size_t		high = domain->nvalues;

	if (value->null)
	{
		*position = (uint32_t) domain->nvalues;
		return true;
	}
	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;
		int			c = mpc_str_compare(value->bytes, domain->value[middle]);

		if (c == 0)
		{
			*position = (uint32_t) middle;
			return true;
		}
		if (c < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

bool
mpc_domain_group(const MpcDomain *const *domain, size_t n, const MpcValue *tuple, uint32_t *group)
{
	uint32_t	result = 0;
	size_t		i;

	for (i = 0; i < n; i++)
	{
		uint32_t	position;

		if (!mpc_domain_find(domain[i], &tuple[i], &position))
			return false;
		result = result * (uint32_t) (domain[i]->nvalues + 1) + position;
	}
	*group = result;
	return true;
}

void
mpc_domain_tuple(const MpcDomain *const *domain, size_t n, uint32_t group, MpcValue *tuple)
{
	static const MpcStr none = {NULL, 0};

	while (n-- > 0)
	{
		uint32_t	size = (uint32_t) (domain[n]->nvalues + 1);
		uint32_t	position = group % size;

		group /= size;
		tuple[n].null = position == domain[n]->nvalues;
		tuple[n].bytes = tuple[n].null ? none : domain[n]->value[position];
	}
}
