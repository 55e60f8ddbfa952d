/*
 * measure_registers.c
 *		The aggregate mpc.measure_registers(value, salt): the registers that the non-null values of an
 *		identifier raise under a salt, and how many values there are.
 *
 * A value counts by its canonical bytes, so that all parties see one in the same register, whatever
 * the encoding of their databases and the width of their integers. Salt and type are taken from the first row.
 */
#include "postgres.h"

#include "fmgr.h"
#include "local/measure_registers.h"
#include "local/types.h"
#include "protocol/wire.h"
#include "utils/builtins.h"

#define STATE_BYTES	(8 + MPC_REGISTERS)

/* Arguments of the transition function. */
enum {VALUE = 1, SALT};

typedef struct Registers
{
	int64		nonnull;
	uint8		level[MPC_REGISTERS];
	MpcType		type;			/* these three are unset in a state that was combined */
	uint8		salt[MPC_SALT_BYTES];
	StringInfoData bytes;		/* of the value at hand */
} Registers;

PG_FUNCTION_INFO_V1(mpc_sql_registers_add);
PG_FUNCTION_INFO_V1(mpc_sql_registers_combine);
PG_FUNCTION_INFO_V1(mpc_sql_registers_serialize);
PG_FUNCTION_INFO_V1(mpc_sql_registers_deserialize);

static MemoryContext
aggregate_context(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("function of an aggregate called directly"),
				 errhint("Use the aggregate mpc.measure_registers instead.")));
	return context;
}

static Registers *
argument(FunctionCallInfo fcinfo, int arg)
{
	return PG_ARGISNULL(arg) ? NULL : (Registers *) PG_GETARG_POINTER(arg);
}

static void
take_salt(Registers *state, FunctionCallInfo fcinfo)
{
	bytea	   *salt = PG_ARGISNULL(SALT) ? NULL : PG_GETARG_BYTEA_PP(SALT);

	if (salt == NULL || VARSIZE_ANY_EXHDR(salt) != MPC_SALT_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("salt of registers must have %d bytes", MPC_SALT_BYTES)));
	memcpy(state->salt, VARDATA_ANY(salt), MPC_SALT_BYTES);
}

static pg_noinline Registers *
start(FunctionCallInfo fcinfo)
{
	MemoryContext old = MemoryContextSwitchTo(aggregate_context(fcinfo));
	Registers  *state = palloc0(sizeof(Registers));
	Oid			typid = get_fn_expr_argtype(fcinfo->flinfo, VALUE);

	if (mpc_type_name(typid, -1, InvalidOid, &state->type) == NULL || !mpc_type_is_identifier(&state->type))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("values of type %s are no identifiers", format_type_be(typid)),
				 errdetail("Identifiers are text, character varying, integers, date, uuid or bytea.")));
	take_salt(state, fcinfo);
	initStringInfo(&state->bytes);
	MemoryContextSwitchTo(old);
	return state;
}

Datum
mpc_sql_registers_add(PG_FUNCTION_ARGS)
{
	Registers  *state = argument(fcinfo, 0);

	if (unlikely(state == NULL))
		state = start(fcinfo);
	if (PG_ARGISNULL(VALUE))
		PG_RETURN_POINTER(state);
	resetStringInfo(&state->bytes);
	mpc_value_encode(&state->bytes, &state->type, PG_GETARG_DATUM(VALUE));
	mpc_distinct_add(state->level, state->bytes.data, state->bytes.len, state->salt);
	state->nonnull++;
	PG_RETURN_POINTER(state);
}

Datum
mpc_sql_registers_combine(PG_FUNCTION_ARGS)
{
	MemoryContext context = aggregate_context(fcinfo);
	Registers  *state = argument(fcinfo, 0);
	Registers  *other = argument(fcinfo, 1);

	if (state == NULL && other == NULL)
		PG_RETURN_NULL();
	if (state == NULL)
		state = MemoryContextAllocZero(context, sizeof(Registers));
	if (other != NULL)
	{
		state->nonnull += other->nonnull;
		mpc_distinct_merge(state->level, other->level);
	}
	PG_RETURN_POINTER(state);
}

/* The result, too, which is all zeros where no row was seen. */
Datum
mpc_sql_registers_serialize(PG_FUNCTION_ARGS)
{
	Registers  *state = argument(fcinfo, 0);
	bytea	   *result = palloc0(VARHDRSZ + STATE_BYTES);
	MpcWriter	w;

	(void) aggregate_context(fcinfo);
	SET_VARSIZE(result, VARHDRSZ + STATE_BYTES);
	if (state == NULL)
		PG_RETURN_BYTEA_P(result);
	mpc_writer_init(&w, (uint8 *) VARDATA(result), STATE_BYTES);
	mpc_write_le64(&w, (uint64) state->nonnull);
	mpc_write_bytes(&w, state->level, MPC_REGISTERS);
	PG_RETURN_BYTEA_P(result);
}

static void
read_bytes(int64 *nonnull, uint8 *level, Datum value)
{
	bytea	   *bytes = DatumGetByteaPP(value);
	MpcReader	r;

	if (VARSIZE_ANY_EXHDR(bytes) != STATE_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("state of registers must have %d bytes", STATE_BYTES)));
	mpc_reader_init(&r, VARDATA_ANY(bytes), STATE_BYTES);
	*nonnull = (int64) mpc_read_le64(&r);
	memcpy(level, mpc_read_bytes(&r, MPC_REGISTERS), MPC_REGISTERS);
	for (int i = 0; i < MPC_REGISTERS; i++)
	{
		if (level[i] > MPC_LEVELS)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("level of a register must be at most %d", MPC_LEVELS)));
	}
}

void
mpc_registers_read(MpcLocalSum *sum, Datum value)
{
	read_bytes(&sum->nonnull, sum->level, value);
}

Datum
mpc_sql_registers_deserialize(PG_FUNCTION_ARGS)
{
	Registers  *state = palloc0(sizeof(Registers));

	(void) aggregate_context(fcinfo);
	read_bytes(&state->nonnull, state->level, PG_GETARG_DATUM(0));
	PG_RETURN_POINTER(state);
}
