/*
 * sets_own.c
 *		Which identifiers are in our own set, and what are they as points that nobody else can read?
 */
#include "postgres.h"

#include "catalog/identity.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "face/curve_workers.h"
#include "face/sets_own.h"
#include "miscadmin.h"
#include "protocol/query_sets.h"

/* ------------------------------------------------------------------ reading */

/* Columns of the question, in the order in which both sides encode them; measures once each. */
static void
set_columns(MpcIdentifierColumns *columns, const MpcQuery *query, bool values)
{
	MpcStr	   *measure = palloc(MPC_MAX_AGGS * sizeof(MpcStr));

	memset(columns, 0, sizeof(*columns));
	columns->nidentifiers = mpc_agg_identifiers(&query->agg[0]);
	columns->identifier = query->agg[0].arg;
	columns->measure = measure;
	if (!values)
		return;
	columns->nkeys = query->nkeys;
	columns->key = query->key;
	for (int i = 0; i < query->naggs; i++)
	{
		if (mpc_sets_measure(query, i) == columns->nmeasures)
			measure[columns->nmeasures++] = query->agg[i].arg[query->agg[i].nargs - 1];
	}
}

static int
compare_records(const void *a, const void *b, void *arg)
{
	const MpcIdentifiers *ids = arg;

	return memcmp(mpc_identifiers_hash(ids, *(const uint32 *) a), mpc_identifiers_hash(ids, *(const uint32 *) b),
				  MPC_ELEMENT_BYTES);
}

/* Records of one identifier together. */
static void
tell_apart(MpcSetsOwn *own)
{
	MpcIdentifiers *ids = own->ids;
	uint32		n = (uint32) mpc_identifiers_count(ids);

	own->record = MemoryContextAllocHuge(ids->context, Max((Size) n, 1) * sizeof(uint32));
	own->first = MemoryContextAllocHuge(ids->context, ((Size) n + 1) * sizeof(uint32));
	for (uint32 i = 0; i < n; i++)
		own->record[i] = i;
	qsort_arg(own->record, n, sizeof(uint32), compare_records, ids);
	own->n = 0;
	for (uint32 i = 0; i < n; i++)
	{
		if (i == 0 || compare_records(&own->record[i - 1], &own->record[i], ids) != 0)
			own->first[own->n++] = i;
	}
	own->first[own->n] = n;
}

MpcStatus
mpc_sets_read(MpcSetsOwn *own, const MpcDataset *dataset, const MpcQuery *query, bool values, bool members)
{
	MpcIdentifierColumns columns;
	MpcStatus	status;

	memset(own, 0, sizeof(*own));
	set_columns(&columns, query, values);
	status = mpc_identifiers_read(dataset->relid, dataset->owner, &dataset->contract, query, &columns,
								  MPC_MAX_LANES, members, &own->ids);
	if (status != MPC_OK)
		return status;
	own->n = (uint32) mpc_identifiers_count(own->ids);
	if (columns.nkeys > 0)
		tell_apart(own);
	return MPC_OK;
}

static const uint8 *
hash_of(const MpcSetsOwn *own, uint32 i)
{
	return mpc_identifiers_hash(own->ids, own->record != NULL ? own->record[own->first[i]] : i);
}

/*
 * The sum of all hashes, little-endian, modulo 2^256, is the same in any order. It is kept under a secret of this database: of two sums that
 * differ by one person, the difference could be guessed.
 */
void
mpc_sets_digest(uint8 digest[32], const MpcSetsOwn *own)
{
	MpcHash		hash;

	memset(digest, 0, 32);
	for (uint32 i = 0; i < own->n; i++)
	{
		const uint8 *hash = hash_of(own, i);
		unsigned	carry = 0;

		for (int k = 0; k < 32; k++)
		{
			carry += (unsigned) digest[k] + hash[k];
			digest[k] = (uint8) carry;
			carry >>= 8;
		}
	}
	mpc_hash_begin(&hash, "MPCAGG-v1/own-set");
	mpc_hash_add(&hash, mpc_identity()->sign_sk, sizeof(mpc_identity()->sign_sk));
	mpc_hash_add(&hash, digest, 32);
	mpc_hash_end32(&hash, digest);
}

/* ------------------------------------------------------------------ blinding */

void
mpc_sets_element(uint8 *element, const MpcSetsOwn *own, uint32 i)
{
	mpc_element_hash(element, own->rid, (MpcStr) {hash_of(own, i), MPC_ELEMENT_BYTES});
}

/* Elements of own identifiers, packed; at[i] is where the i-th of them belongs. */
static uint32
pack(uint8 *elements, uint32 *at, const MpcSetsOwn *own, const uint32 *order, uint32 n)
{
	uint32		packed = 0;

	for (uint32 i = 0; i < n; i++)
	{
		if (order[i] >= own->n)
			continue;
		mpc_sets_element(elements + (Size) packed * MPC_ELEMENT_BYTES, own, order[i]);
		at[packed++] = i;
	}
	return packed;
}

/* From the back, so that no point is overwritten before it is in its place; padding is a uniform point, which is no identifier. */
static void
spread(MpcPoint *out, const uint32 *at, uint32 packed, uint32 n)
{
	for (uint32 i = n; i-- > 0;)
	{
		if (packed > 0 && at[packed - 1] == i)
		{
			packed--;
			memmove(out[i], out[packed], MPC_POINT_BYTES);
		}
		else
			mpc_group_random(out[i]);
	}
}

void
mpc_sets_blind(MpcPoint *out, const MpcSetsOwn *own, const uint32 *order, uint32 n, const MpcFe scalar)
{
	Size		bytes = (Size) n * MPC_ELEMENT_BYTES;
	uint8	   *elements = palloc_extended(Max(bytes, 1), MCXT_ALLOC_HUGE);
	uint32	   *at = palloc_extended(Max((Size) n, 1) * sizeof(uint32), MCXT_ALLOC_HUGE);
	MpcCurveJob job = {.op = MPC_CURVE_HASH,.in = elements,.out = out};
	MpcStatus	status;

	job.n = pack(elements, at, own, order, n);
	memcpy(job.scalar, scalar, sizeof(MpcFe));
	status = mpc_curve_execute(&job);
	mpc_wipe(job.scalar, sizeof(MpcFe));
	mpc_wipe(elements, bytes);
	CHECK_FOR_INTERRUPTS();
	if (status != MPC_OK)
		elog(ERROR, "own identifiers could not be blinded: %s", mpc_status_name(status));
	spread(out, at, (uint32) job.n, n);
	pfree(elements);
	pfree(at);
}
