/*
 * entry.c
 *		Who calls an entry point, and how does its reply leave?
 */
#include "compat.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/identity.h"
#include "catalog/namespace.h"
#include "face/entry.h"
#include "face/onetime_store.h"
#include "funcapi.h"
#include "local/aggregate.h"
#include "lock/lock.h"
#include "local/text.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "utils/timestamp.h"

/* A setting of the caller's own must be no filter of a published view. Our own connections bring none. */
static void
refuse_custom_settings(void)
{
	int			n;
	struct config_generic **settings = mpc_guc_variables(&n);

	for (int i = 0; i < n; i++)
	{
		if ((settings[i]->flags & GUC_CUSTOM_PLACEHOLDER) != 0 && settings[i]->source == PGC_S_CLIENT)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("a session with settings of its own is not answered")));
	}
}

void
mpc_entry_refuse_atomic(FunctionCallInfo fcinfo)
{
	bool		nonatomic = fcinfo->context != NULL && IsA(fcinfo->context, CallContext) &&
		!castNode(CallContext, fcinfo->context)->atomic;

	if (!nonatomic || IsSubTransaction() || IsInParallelMode())
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("a joint question cannot be answered inside a transaction block"),
				 errhint("CALL it as a single top-level statement.")));
	if (XactIsoLevel != XACT_READ_COMMITTED || XactReadOnly)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_STATE),
				 errmsg("a joint question is answered in a read-write transaction of level read committed only")));
	mpc_refuse_temporary(InvalidOid);
	refuse_custom_settings();
}

void
mpc_entry_enter(void)
{
	MpcLock    *lock = mpc_lock();

	if (lock == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("login \"%s\" is not locked", GetUserNameFromId(GetSessionUserId(), false)),
				 errdetail("A partner is answered only in a session that can do nothing else."),
				 errhint("The owner of this database locks the login with mpc_admit(); then connect again.")));
	lock->inside++;
}

void
mpc_entry_leave(void)
{
	mpc_lock()->inside--;
}

MpcParty *
mpc_entry_party(void)
{
	MpcParty   *party = mpc_login_party(GetSessionUserId());

	if (party == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("role \"%s\" is not the admitted login of a party",
						GetUserNameFromId(GetSessionUserId(), false)),
				 errhint("The owner of this database admits a partner's login with mpc_admit().")));
	return party;
}

bytea *
mpc_entry_message(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the message must not be null")));
	return PG_GETARG_BYTEA_P_COPY(0);
}

TupleDesc
mpc_entry_row(FunctionCallInfo fcinfo)
{
	TupleDesc	row;

	if (get_call_result_type(fcinfo, NULL, &row) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "an entry point must return one row");
	return BlessTupleDesc(row);
}

Datum
mpc_entry_return(FunctionCallInfo fcinfo, TupleDesc row, const bytea *reply)
{
	Datum		value = PointerGetDatum(reply);
	bool		null = false;

	return HeapTupleGetDatum(heap_form_tuple(row, &value, &null));
}

bytea *
mpc_entry_buffer(MpcWriter *w, Size cap)
{
	bytea	   *buffer = palloc_extended(VARHDRSZ + cap, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

	mpc_writer_init(w, (uint8 *) VARDATA(buffer), cap);
	return buffer;
}

bytea *
mpc_entry_finish(bytea *buffer, const MpcWriter *w)
{
	if (w->status != MPC_OK || w->len > MaxAllocSize - VARHDRSZ)
		elog(ERROR, "a reply could not be written: %s", mpc_status_name(w->status));
	SET_VARSIZE(buffer, VARHDRSZ + w->len);
	return buffer;
}

/* Refused questions are logged, but nobody can fill our disk with them. */
static void
log_refusal(const MpcRefusal *refusal, const char *party)
{
	static TimestampTz last = 0;
	static int	left_out = 0;
	TimestampTz now = GetCurrentTimestamp();

	if (now - last < USECS_PER_SEC)
	{
		left_out++;
		return;
	}
	ereport(LOG,
			(errmsg("refused a joint question of party \"%s\": %s", party,
					refusal->rule.len > 0 ? mpc_text_shown(refusal->rule) : "see the code"),
			 errdetail("Refusal code %d; %d refusals were not logged before it.", (int) refusal->code, left_out)));
	last = now;
	left_out = 0;
}

bytea *
mpc_entry_refusal(const MpcRefusal *refusal, const uint8 reference[32], const char *party,
				  const uint8 *dataset_hash, bool published)
{
	MpcRefusal	full = *refusal;
	MpcWriter	w;
	bytea	   *buffer = mpc_entry_buffer(&w, 1024 + refusal->rule.len + refusal->contract.len);

	full.next_card = NULL;
	if (dataset_hash != NULL)
		full.next_card = mpc_onetime_issue(mpc_identity(), dataset_hash, published)->card;
	mpc_refusal_write(&w, mpc_identity(), reference, &full);
	log_refusal(refusal, party);
	return mpc_entry_finish(buffer, &w);
}
