/*
 * types.h
 *		Contract types: which SQL types a dataset's columns may have, and the
 *		canonical bytes of their values (WIRE.md, "Query bytes").
 *
 * Canonical bytes: integers int64 big-endian; date int32 BE days; timestamp(tz) int64 BE microseconds;
 * uuid 16 bytes; boolean 1 byte; text UTF-8; char(n) without trailing blanks; enum its label;
 * numeric canonical decimal (no leading or trailing zeros, no exponent, "-0" never); bytea its bytes.
 */
#ifndef MPC_TYPES_H
#define MPC_TYPES_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "protocol/contract.h"

typedef enum MpcKind
{
	MPC_KIND_INT2, MPC_KIND_INT4, MPC_KIND_INT8, MPC_KIND_NUMERIC, MPC_KIND_FLOAT4, MPC_KIND_FLOAT8,
	MPC_KIND_BOOL, MPC_KIND_TEXT, MPC_KIND_VARCHAR, MPC_KIND_BPCHAR, MPC_KIND_DATE,
	MPC_KIND_TIMESTAMP, MPC_KIND_TIMESTAMPTZ, MPC_KIND_INTERVAL, MPC_KIND_UUID, MPC_KIND_ENUM, MPC_KIND_BYTEA
} MpcKind;

typedef struct MpcType
{
	MpcKind		kind;
	Oid			typid;			/* enum: the local enum type, or InvalidOid when parsed from a contract */
	int32		typmod;
} MpcType;

/*
 * The contract type of a SQL type: its name as format_type() writes it, enum('a','b') with the ordered
 * labels (quotes doubled) for an enum. NULL when a dataset cannot have such a column (R16: also for
 * nondeterministic collations, checked with collid, for domains, arrays, citext). palloc'd.
 */
extern char *mpc_type_name(Oid typid, int32 typmod, Oid collid, MpcType *type);

/* The SQL type a contract names. False when this version has no such type. Enums get typid InvalidOid. */
extern bool mpc_type_parse(MpcStr name, MpcType *type);

/*
 * Whether a local column of the type "from" fits a contract column of type "to" by a lossless implicit cast
 * (R15): equal, or int2->int4->int8->numeric(p,0 or more digits left), varchar(n)->varchar(m>=n)->text.
 * A plain numeric column fits any numeric(p,s): its values are checked one by one (R12).
 * real fits double precision. Enums fit when their contract names are equal.
 */
extern bool mpc_type_fits(const MpcType *from, MpcStr from_name, const MpcType *to, MpcStr to_name);

/* Precision and scale in the type modifier of numeric(p,s); the scale may be negative. */
extern int	mpc_numeric_precision(int32 typmod);
extern int	mpc_numeric_scale(int32 typmod);

extern bool mpc_type_is_measure(const MpcType *type);	/* dates and timestamps: to be counted, and of extremes */
extern bool mpc_type_is_time(const MpcType *type);	/* date and both timestamps */
extern bool mpc_type_is_filter(const MpcType *type);
extern bool mpc_type_is_key(const MpcType *type);
extern bool mpc_type_is_identifier(const MpcType *type);

/* Appends the canonical bytes of a value of this type. Raises 22021 when text has no form in UTF-8. */
extern void mpc_value_encode(StringInfo out, const MpcType *type, Datum value);

/*
 * Appends the canonical bytes of a value written as text: dates and times in ISO 8601, times with
 * time zone in UTC where the text names none. typid of an enum must be set. For the publisher's own input: raises
 * what the type's input function raises, and 22023 when the type would round or cut the value.
 */
extern void mpc_value_parse(StringInfo out, const MpcType *type, const char *text);

/*
 * The value of canonical bytes. typid of an enum must be set.
 * MPC_MALFORMED: not canonical. MPC_RANGE: no such value in this database (label, character outside
 * the database's encoding). palloc'd in CurrentMemoryContext.
 */
extern MpcStatus mpc_value_decode(const MpcType *type, MpcStr bytes, Datum *value);

/*
 * Whether a decoded value obeys its type's modifier: varchar(n) and char(n) have at most n characters, timestamps no finer
 * digits than declared. Types without one fit always.
 */
extern bool mpc_value_fits(const MpcType *type, Datum value);

#endif							/* MPC_TYPES_H */
