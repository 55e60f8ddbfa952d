/*
 * fuzz_domain.c
 *		Any bytes as a domain: no crash, one spelling, and every value is where it stands.
 *
 * The bytes, cut into values by their first one, are also sorted.
 */
#include "crypto/hash.h"
#include "fuzz.h"
#include "protocol/domain.h"

static MpcStr value[FUZZ_MAX];
static uint8_t bytes[FUZZ_MAX * 4];

static void
check_values(const MpcDomain *domain)
{
	const MpcDomain *list[2] = {domain, domain};
	MpcValue	tuple[2];
	uint32_t	groups = mpc_domain_groups(list, 2);
	uint32_t	group;
	size_t		i;

	for (i = 0; groups > 0 && i <= domain->nvalues; i++)
	{
		uint32_t	expected = groups - 1 - (uint32_t) i;

		mpc_domain_tuple(list, 2, expected, tuple);
		fuzz_check(mpc_domain_group(list, 2, tuple, &group) && group == expected);
	}
}

static void
try_read(const uint8_t *data, size_t size)
{
	MpcDomain	domain = {0, value};
	uint8_t		a[32];
	uint8_t		b[32];
	MpcWriter	w;

	fuzz_check(mpc_domain_count(data, size) <= size / 2);
	if (mpc_domain_read(&domain, data, size) != MPC_OK)
		return;
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_domain_write(&w, &domain);
	fuzz_same(&w, data, size);
	mpc_domain_hash(a, &domain);
	mpc_th32(b, "MPCAGG-v1/domain", data, size);
	fuzz_check(memcmp(a, b, sizeof(a)) == 0);
	check_values(&domain);
}

static void
try_sort(const uint8_t *data, size_t size)
{
	MpcDomain	domain = {0, value};
	size_t		step = size > 0 ? 1 + data[0] % 8 : 1;
	size_t		i;

	for (i = 0; i < size; i += step)
	{
		value[domain.nvalues].data = data + i;
		value[domain.nvalues++].len = size - i < step ? size - i : step;
	}
	mpc_domain_sort(&domain);
	for (i = 1; i < domain.nvalues; i++)
		fuzz_check(mpc_str_compare(value[i - 1], value[i]) < 0);
	for (i = 0; i < size; i += step)
	{
		MpcValue	searched = {false, {data + i, size - i < step ? size - i : step}};
		uint32_t	position;

		fuzz_check(mpc_domain_find(&domain, &searched, &position));
		fuzz_check(mpc_str_equal(value[position], searched.bytes));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > FUZZ_MAX)
		return 0;
	try_read(data, size);
	try_sort(data, size);
	return 0;
}
