/*
 * fuzz_contract.c
 *		Any bytes as a contract: no crash, one spelling, and the hash is that of the bytes.
 */
#include "crypto/hash.h"
#include "fuzz.h"
#include "protocol/contract.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static MpcContract contract;
	static uint8_t bytes[FUZZ_MAX];
	uint8_t		a[32];
	uint8_t		b[32];
	MpcWriter	w;
	size_t		i;

	if (size > FUZZ_MAX || mpc_contract_read(&contract, data, size) != MPC_OK)
		return 0;
	for (i = 0; i < contract.ncolumns; i++)
		fuzz_check(contract.column[i].values == NULL);
	mpc_contract_sort(&contract);
	mpc_writer_init(&w, bytes, sizeof(bytes));
	mpc_contract_write(&w, &contract);
	fuzz_same(&w, data, size);
	mpc_contract_hash(a, &contract);
	mpc_th32(b, "MPCAGG-v1/contract", data, size);
	fuzz_check(memcmp(a, b, sizeof(a)) == 0);
	return 0;
}
