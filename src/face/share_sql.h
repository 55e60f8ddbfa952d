/*
 * share_sql.h
 *		Between SQL and the shares of the core (protocol/share.h): values, numbers, errors.
 */
#ifndef MPC_SHARE_SQL_H
#define MPC_SHARE_SQL_H

#include "postgres.h"

#include "fmgr.h"

#include "protocol/share.h"

/* A value of type mpc_share: its record, palloc'd. */
extern Datum mpc_share_datum(const MpcShare *share);

/* Raises when the value is no share. The caller wipes share. */
extern void mpc_share_from_datum(MpcShare *share, Datum value);

/* Raises for a share that could not be read. The SQLSTATE "code" says where it came from. */
extern void mpc_share_raise_invalid(MpcStatus status, int code) pg_attribute_noreturn();

/* Raises unless the two arguments of a sharing fit: 2 <= threshold <= parties <= 100. */
extern void mpc_share_check_parties(int32 parties, int32 threshold);

/*
 * *out * 10^-scale is the SQL number; scale is the one it is shown with. Raises for NaN, infinities and more than 38 digits,
 * decimal places among them; "what" names the number in the message. The caller wipes *out.
 */
extern void mpc_share_integer(MpcWide *out, uint16_t *scale, Datum number, const char *what);

/* Raises: these of count shares are wrong. detail says what tells so. */
extern void mpc_share_raise_wrong(const bool *wrong, const uint16_t *index, size_t count, const char *detail) pg_attribute_noreturn();

/* The memory in which an aggregate keeps its state. */
extern MemoryContext mpc_share_aggregate_context(FunctionCallInfo fcinfo);

#endif							/* MPC_SHARE_SQL_H */
