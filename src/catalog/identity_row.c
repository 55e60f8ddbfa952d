/*
 * identity_row.c
 *		How is the secret row of mpc.identity read and written?
 *
 * Straight through the table's access method: no SQL text, no parameter, no plan
 * ever holds the secret, so no log, no error context and no statistics view can
 * show it. The columns are NOT NULL and short enough never to be moved out of line.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "catalog/identity_row.h"
#include "catalog/owner.h"
#include "crypto/secret.h"

#define IDENTITY_COLUMNS 3

uint64
mpc_identity_row_epoch(const MpcIdentityRow *row)
{
	uint64		epoch = 0;
	int			i;

	for (i = 7; i >= 0; i--)
		epoch = epoch << 8 | row->epoch[i];
	return epoch;
}

static void
copy_secret(uint8_t out[32], Datum value)
{
	bytea	   *bytes = DatumGetByteaPP(value);	/* points into the tuple: 32 bytes are never toasted */

	if (VARSIZE_ANY_EXHDR(bytes) != 32)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("the identity of this database is damaged"),
				 errhint("Restore it with mpc_identity_import().")));
	memcpy(out, VARDATA_ANY(bytes), 32);
}

static void
copy_tuple(MpcIdentityRow *row, Relation rel, HeapTuple tuple)
{
	Datum		value[IDENTITY_COLUMNS];
	bool		null[IDENTITY_COLUMNS];
	uint64		epoch;
	int			i;

	heap_deform_tuple(tuple, RelationGetDescr(rel), value, null);
	epoch = (uint64) DatumGetInt64(value[0]);
	for (i = 0; i < 8; i++)
		row->epoch[i] = (uint8_t) (epoch >> (8 * i));
	copy_secret(row->seed, value[1]);
	copy_secret(row->dh_secret, value[2]);
}

bool
mpc_identity_row_read(MpcIdentityRow *row)
{
	Relation	rel = table_open(mpc_identity_table(), AccessShareLock);
	SysScanDesc scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	HeapTuple	tuple = systable_getnext(scan);
	bool		found = HeapTupleIsValid(tuple);

	if (found)
		copy_tuple(row, rel, tuple);
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return found;
}

/* Deletes every row; returns how many there were. */
static int
clear_table(Relation rel)
{
	SysScanDesc scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	HeapTuple	tuple;
	int			n = 0;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		simple_heap_delete(rel, &tuple->t_self);
		n++;
	}
	systable_endscan(scan);
	return n;
}

static void
insert_row(Relation rel, const MpcIdentityRow *row)
{
	Datum		value[IDENTITY_COLUMNS];
	bool		null[IDENTITY_COLUMNS] = {false, false, false};
	bytea	   *secret[2];
	HeapTuple	tuple;
	int			i;

	for (i = 0; i < 2; i++)
	{
		secret[i] = palloc(VARHDRSZ + 32);
		SET_VARSIZE(secret[i], VARHDRSZ + 32);
		memcpy(VARDATA(secret[i]), i == 0 ? row->seed : row->dh_secret, 32);
		value[i + 1] = PointerGetDatum(secret[i]);
	}
	value[0] = Int64GetDatum((int64) mpc_identity_row_epoch(row));
	tuple = heap_form_tuple(RelationGetDescr(rel), value, null);
	simple_heap_insert(rel, tuple);
	mpc_wipe(tuple->t_data, tuple->t_len);
	for (i = 0; i < 2; i++)
		mpc_wipe(secret[i], VARHDRSZ + 32);
}

void
mpc_identity_row_write(const MpcIdentityRow *row, bool fresh)
{
	const char *command = fresh ? "mpc.make_identity()" : "mpc_identity_import()";
	Relation	rel;

	PreventCommandIfReadOnly(command);
	PreventCommandIfParallelMode(command);
	PreventCommandDuringRecovery(command);
	rel = table_open(mpc_identity_table(), ShareRowExclusiveLock);
	if (clear_table(rel) > 0 && fresh)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("this database already has an identity"),
				 errhint("To replace it, use mpc_identity_import().")));
	insert_row(rel, row);
	table_close(rel, NoLock);
	CommandCounterIncrement();
}
