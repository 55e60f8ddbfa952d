/*
 * liar.h
 *		What the lies about masked sums, Shamir sums and maxima share.
 */
#ifndef MPC_LIAR_H
#define MPC_LIAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/field.h"

typedef struct Lie
{
	char		verb[16];
	long		number;
	char		rest[512];
} Lie;

extern Lie	read_lie(void);
extern size_t from_hex(uint8_t *out, const char *hex);
extern bool element(MpcFe e, const char *decimal);	/* false: no number, or none that an element can be */

#endif							/* MPC_LIAR_H */
