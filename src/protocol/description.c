/*
 * description.c
 *		What are the datasets of a party, in one message that another can read without memory?
 *
 * Assumes nothing of the bytes but that they come in a hello answer, whose signature says who
 * wrote them.  Contracts and domains are bytes here.
 */
#include "protocol/description.h"

#define DESCRIPTION_VERSION	1

static bool
has_domain(const MpcContractColumn *column)
{
	return column->role == MPC_ROLE_KEY && column->values != NULL;
}

/* A name in its place: MPC_MALFORMED when it does not come after the last one. */
static void
write_name(MpcWriter *w, const MpcStr *last, MpcStr name)
{
	if (name.len > MPC_MAX_NAME)
		mpc_write_fail(w, MPC_LIMIT);
	if (name.len == 0 || (last != NULL && mpc_str_compare(*last, name) >= 0))
		mpc_write_fail(w, MPC_MALFORMED);
	mpc_write_str(w, name);
}

/* The length before the bytes: from a writer that only counts. */
static void
write_contract(MpcWriter *w, const MpcContract *contract)
{
	MpcWriter	counter;

	mpc_writer_init(&counter, NULL, 0);
	mpc_contract_write(&counter, contract);
	mpc_write_le32(w, (uint32_t) counter.len);
	mpc_contract_write(w, contract);
}

static void
write_domain(MpcWriter *w, const MpcDomain *domain)
{
	MpcWriter	counter;

	mpc_writer_init(&counter, NULL, 0);
	mpc_domain_write(&counter, domain);
	if (counter.len > MPC_MAX_MESSAGE)
		mpc_write_fail(w, MPC_LIMIT);
	mpc_write_le32(w, (uint32_t) counter.len);
	mpc_domain_write(w, domain);
}

static void
write_domains(MpcWriter *w, const MpcContract *contract)
{
	const MpcStr *last = NULL;
	uint16_t	n = 0;
	size_t		i;

	/* Too many columns to be a contract, for one. */
	if (w->status != MPC_OK)
		return;
	for (i = 0; i < contract->ncolumns; i++)
		if (has_domain(&contract->column[i]))
			n++;
	mpc_write_le16(w, n);
	for (i = 0; i < contract->ncolumns; i++)
	{
		const MpcContractColumn *column = &contract->column[i];

		if (!has_domain(column))
			continue;
		write_name(w, last, column->name);
		write_domain(w, column->values);
		last = &column->name;
	}
}

void
mpc_description_write(MpcWriter *w, const MpcStr *dataset, const MpcContract *contract, size_t n)
{
	size_t		start = w->len;
	size_t		i;

	if (n > MPC_MAX_DESCRIBED)
		mpc_write_fail(w, MPC_LIMIT);
	mpc_write_u8(w, DESCRIPTION_VERSION);
	mpc_write_le16(w, (uint16_t) n);
	for (i = 0; i < n && w->status == MPC_OK; i++)
	{
		write_name(w, i > 0 ? &dataset[i - 1] : NULL, dataset[i]);
		write_contract(w, &contract[i]);
		write_domains(w, &contract[i]);
	}
	if (w->len - start > MPC_MAX_DESCRIPTION_BYTES)
		mpc_write_fail(w, MPC_LIMIT);
}

void
mpc_description_begin(MpcDescriptionReader *d, const void *bytes, size_t len)
{
	static const MpcStr none = {NULL, 0};

	mpc_reader_init(&d->r, bytes, len);
	if (mpc_read_u8(&d->r) != DESCRIPTION_VERSION)
		mpc_read_fail(&d->r, MPC_VERSION);
	d->left = mpc_read_le16(&d->r);
	if (d->left > MPC_MAX_DESCRIBED || len > MPC_MAX_DESCRIPTION_BYTES)
		mpc_read_fail(&d->r, MPC_LIMIT);
	d->last = none;
}

/* A name after *last, which it becomes. No name is empty, so an empty *last comes before all. */
static MpcStr
read_name(MpcReader *r, MpcStr *last)
{
	MpcStr		name = mpc_read_str(r, MPC_MAX_NAME);

	if (mpc_str_compare(*last, name) >= 0)
		mpc_read_fail(r, MPC_MALFORMED);
	*last = name;
	return name;
}

/* From the number of columns to the end of the last domain. */
static MpcStr
read_domains(MpcReader *r)
{
	MpcStr		domains = {NULL, 0};
	MpcStr		last = {NULL, 0};
	size_t		start = r->pos;
	uint16_t	n = mpc_read_le16(r);

	if (n > MPC_MAX_COLUMNS)
		mpc_read_fail(r, MPC_LIMIT);
	for (; n > 0 && r->status == MPC_OK; n--)
	{
		read_name(r, &last);
		mpc_read_long(r, MPC_MAX_MESSAGE);
	}
	if (r->status == MPC_OK)
	{
		domains.data = r->data + start;
		domains.len = r->pos - start;
	}
	return domains;
}

bool
mpc_description_next(MpcDescriptionReader *d, MpcStr *dataset, MpcStr *contract, MpcStr *domains)
{
	if (d->r.status != MPC_OK || d->left == 0)
		return false;
	d->left--;
	*dataset = read_name(&d->r, &d->last);
	*contract = mpc_read_long(&d->r, MPC_MAX_CONTRACT_BYTES);
	*domains = read_domains(&d->r);
	return d->r.status == MPC_OK;
}

MpcStatus
mpc_description_end(MpcDescriptionReader *d)
{
	if (d->left > 0)
		mpc_read_fail(&d->r, MPC_MALFORMED);
	return mpc_reader_end(&d->r);
}

bool
mpc_description_domain(MpcStr domains, MpcStr column, MpcStr *bytes)
{
	MpcReader	r;
	uint16_t	n;

	mpc_reader_init(&r, domains.data, domains.len);
	for (n = mpc_read_le16(&r); n > 0; n--)
	{
		MpcStr		name = mpc_read_str(&r, MPC_MAX_NAME);

		*bytes = mpc_read_long(&r, MPC_MAX_MESSAGE);
		if (r.status != MPC_OK)
			return false;
		if (mpc_str_equal(name, column))
			return true;
	}
	return false;
}
