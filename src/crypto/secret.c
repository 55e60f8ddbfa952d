/*
 * secret.c
 *		How are secrets made, compared and ended?
 *
 * Assumes nothing but libsodium; every function but mpc_core_init needs that
 * one to have succeeded.
 */
#include "crypto/secret.h"

#include <sodium.h>

MpcStatus
mpc_core_init(void)
{
	/* 1 means that somebody else in this process has already done it */
	return sodium_init() < 0 ? MPC_CRYPTO : MPC_OK;
}

void
mpc_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}

bool
mpc_equal(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}

bool
mpc_is_zero(const void *p, size_t n)
{
	return sodium_is_zero(p, n) == 1;
}

void
mpc_random(void *p, size_t n)
{
	randombytes_buf(p, n);
}
