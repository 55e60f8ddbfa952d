/*
 * fuzz_description.c
 *		Any bytes as a description of datasets: no crash, names ascend, and the parts are the whole.
 */
#include "fuzz.h"
#include "protocol/description.h"

static uint8_t bytes[FUZZ_MAX];

/* Every column that is named is found; the parts of a description follow each other without a gap. */
static void
check_domains(MpcStr domains)
{
	MpcReader	r;
	MpcStr		column;
	MpcStr		domain;
	MpcStr		found;
	uint16_t	n;

	mpc_reader_init(&r, domains.data, domains.len);
	for (n = mpc_read_le16(&r); n > 0; n--)
	{
		column = mpc_read_str(&r, MPC_MAX_NAME);
		domain = mpc_read_long(&r, FUZZ_MAX);
		fuzz_check(mpc_description_domain(domains, column, &found) && found.data == domain.data);
	}
	fuzz_check(mpc_reader_end(&r) == MPC_OK);
	fuzz_check(!mpc_description_domain(domains, mpc_str(""), &found));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	MpcDescriptionReader d;
	MpcStr		last = {NULL, 0};
	MpcStr		dataset;
	MpcStr		contract;
	MpcStr		domains;
	MpcWriter	w;

	if (size > FUZZ_MAX)
		return 0;
	mpc_description_begin(&d, data, size);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_write_u8(&w, 1);
	mpc_write_le16(&w, d.left);
	while (mpc_description_next(&d, &dataset, &contract, &domains))
	{
		fuzz_check(mpc_str_compare(last, dataset) < 0);
		last = dataset;
		check_domains(domains);
		mpc_write_str(&w, dataset);
		mpc_write_long(&w, contract);
		mpc_write_bytes(&w, domains.data, domains.len);
	}
	if (mpc_description_end(&d) == MPC_OK)
		fuzz_same(&w, data, size);
	return 0;
}
