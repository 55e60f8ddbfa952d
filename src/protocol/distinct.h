/*
 * distinct.h
 *		Registers that count different values, whoever holds them (HyperLogLog): a value raises one of them to
 *		its level, and the greater of two parties' registers is that of both their values together.
 *
 * h = BLAKE2b keyed by the question's salt, 16 bytes, of the value's canonical bytes. Register: the first 10 bits of h; level: 1 and the
 * number of zeros that the next ones begin with, MPC_LEVELS at most. A register that no value is in has level 0.
 *
 * As lanes (query.h) a register of level v is v times yes, then no: of the sum the yes of anybody is left, and so the greatest level.
 */
#ifndef MPC_DISTINCT_H
#define MPC_DISTINCT_H

#include "crypto/wide.h"
#include "protocol/request.h"

#define MPC_SALT_BYTES	32

/*
 * TH32("MPCAGG-v1/distinct", one-time public keys of all parties but the asker, in roster order): the same at every party, another
 * one for each question, and not the choice of the asker alone.
 */
extern void mpc_distinct_salt(uint8_t salt[MPC_SALT_BYTES], const MpcRequest *r);

/* One value more. level: MPC_REGISTERS of them, zeros at first; secret. Which one it touches depends on the value. */
extern void mpc_distinct_add(uint8_t *level, const void *bytes, size_t len, const uint8_t salt[MPC_SALT_BYTES]);

/* The registers of both, into the first. */
extern void mpc_distinct_merge(uint8_t *into, const uint8_t *from);

/* The registers behind MPC_LEVEL_LANES opened sums. False: a level is missing below another, which no honest sum has. */
extern bool mpc_distinct_read(uint8_t *level, const MpcWide *sums) MPC_MUST_CHECK;

#endif							/* MPC_DISTINCT_H */
