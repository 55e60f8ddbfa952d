/*
 * fuzz.h
 *		What the fuzz targets share: a check that stops the run, and buffers.
 */
#ifndef MPC_FUZZ_H
#define MPC_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "protocol/wire.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_MAX 65536

/* Stops with a crash that the fuzzer keeps. */
static inline void
fuzz_check(bool holds)
{
	if (!holds)
		abort();
}

/* What was decoded must have been written exactly so. */
static inline void
fuzz_same(const MpcWriter *w, const uint8_t *data, size_t size)
{
	fuzz_check(w->status == MPC_OK && w->len == size && memcmp(w->data, data, size) == 0);
}

#endif							/* MPC_FUZZ_H */
