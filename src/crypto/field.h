/*
 * field.h
 *		The field Z_l, l = 2^252 + 27742317777372353535851937790883648493:
 *		the scalars of ristretto255 (PROTOCOLS 0.2; RFC 9496 section 4.4).
 *
 * An element is 32 bytes, little-endian and canonical (< l) everywhere; an
 * element from a peer is checked with mpc_field_is_canonical and refused, never
 * reduced. A signed integer v stands as v mod l (centred representation).
 */
#ifndef MPC_FIELD_H
#define MPC_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/status.h"
#include "crypto/wide.h"

#define MPC_FIELD_BYTES 32

typedef uint8_t MpcFe[MPC_FIELD_BYTES];

/* The order l as 64-bit limbs, least significant first. */
extern const uint64_t mpc_field_order[4];

/* CT: the element does not leak, the verdict does. */
extern bool mpc_field_is_canonical(const MpcFe e) MPC_MUST_CHECK;

/* r = a + b, r = a - b mod l. Inputs canonical. r may alias. CT. */
extern void mpc_field_add(MpcFe r, const MpcFe a, const MpcFe b);
extern void mpc_field_sub(MpcFe r, const MpcFe a, const MpcFe b);

/* r[i] += a[i], r[i] -= a[i] mod l for n elements. Inputs canonical. CT; wiped once at the end. */
extern void mpc_field_add_all(MpcFe *r, const MpcFe *a, size_t n);
extern void mpc_field_sub_all(MpcFe *r, const MpcFe *a, size_t n);

/* r = a * b mod l. Inputs canonical. r may alias. CT. */
extern void mpc_field_mul(MpcFe r, const MpcFe a, const MpcFe b);

/*
 * r[i] = 1 / a[i] mod l for n elements, none of them zero: one inversion and three products
 * each (Montgomery's trick). r must not overlap a. Public values only.
 */
extern void mpc_field_invert_all(MpcFe *r, const MpcFe *a, size_t n);

/* r = 64 bytes, little-endian, mod l: uniform when the bytes are. CT. */
extern void mpc_field_from_hash(MpcFe r, const uint8_t bytes[64]);

/* Encodes a signed integer. The caller knows |v| < 2^251. CT: v does not leak. */
extern void mpc_field_from_wide(MpcFe r, const MpcWide *v);

/* Decodes to the centred integer in (-l/2, l/2). Never fails on canonical input. Public values only. */
extern void mpc_field_to_wide(MpcWide *r, const MpcFe e);

#endif							/* MPC_FIELD_H */
