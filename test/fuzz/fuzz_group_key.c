/*
 * fuzz_group_key.c
 *		Any bytes as the key of a group of one to four columns: no crash, one spelling.
 */
#include "fuzz.h"
#include "protocol/group_key.h"

#define MAX_COLUMNS 4

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t bytes[FUZZ_MAX];
	MpcValue	value[MAX_COLUMNS];
	MpcStr		key = {data, size};
	MpcWriter	w;
	size_t		total;
	size_t		n;
	size_t		i;

	if (size > FUZZ_MAX)
		return 0;
	for (n = 1; n <= MAX_COLUMNS; n++)
	{
		if (mpc_group_key_read(value, n, key) != MPC_OK)
			continue;
		total = 0;
		for (i = 0; i < n; i++)
			total += mpc_group_key_size(&value[i]);
		fuzz_check(total == size);
		mpc_writer_init(&w, bytes, sizeof(bytes));
		mpc_group_key_write(&w, value, n);
		fuzz_same(&w, data, size);
	}
	return 0;
}
