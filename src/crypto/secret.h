/*
 * secret.h
 *		Wiping, comparing and marking secrets: the constant-time vocabulary.
 *
 * Everything here is a thin name over libsodium, so that a reader finds every
 * place where a secret ends (mpc_wipe) or stops being one (mpc_declassify).
 */
#ifndef MPC_SECRET_H
#define MPC_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/status.h"

/* Starts libsodium. Idempotent. MPC_CRYPTO when no randomness can be had. */
extern MpcStatus mpc_core_init(void) MPC_MUST_CHECK;

/* Overwrites n bytes with zeros; the compiler cannot drop it. */
extern void mpc_wipe(void *p, size_t n);

/* True when the n bytes are equal. CT: contents do not leak, n does. */
extern bool mpc_equal(const void *a, const void *b, size_t n) MPC_MUST_CHECK;

/* True when all n bytes are zero. CT: contents do not leak, n does. */
extern bool mpc_is_zero(const void *p, size_t n) MPC_MUST_CHECK;

/* Fills n bytes from the system's generator. */
extern void mpc_random(void *p, size_t n);

/*
 * Tell Valgrind that these bytes are secret, or no longer are. Compiled to
 * nothing unless MPC_CT_CHECK is defined. Every mpc_declassify names its reason.
 */
#ifdef MPC_CT_CHECK
#include <valgrind/memcheck.h>
#define mpc_classify(p, n)		((void) VALGRIND_MAKE_MEM_UNDEFINED((p), (n)))
#define mpc_declassify(p, n)	((void) VALGRIND_MAKE_MEM_DEFINED((p), (n)))
#else
#define mpc_classify(p, n)		((void) 0)
#define mpc_declassify(p, n)	((void) 0)
#endif

#endif							/* MPC_SECRET_H */
