/*
 * sets_own.h
 *		One side's own set, as both sides of an intersection need it: read, told apart, blinded.
 */
#ifndef MPC_SETS_OWN_H
#define MPC_SETS_OWN_H

#include "postgres.h"

#include "catalog/datasets.h"
#include "crypto/group.h"
#include "local/identifiers.h"
#include "psi/sets.h"

/* With keys a record stands for an identifier and a group, and several are one element. All of it is secret. */
typedef struct MpcSetsOwn
{
	MpcIdentifiers *ids;
	uint8		rid[MPC_RID_BYTES];
	uint32		n;				/* different identifiers */
	uint32	   *record;			/* records by identifier; NULL: the i-th record is the i-th identifier */
	uint32	   *first;			/* n + 1: where in record each identifier's begin */
} MpcSetsOwn;

/*
 * Reads the set of the publisher as the question restricts it. keys and measures of the question are read where the asker does it
 * (values), and the identifiers themselves where it wants the members. Raises or returns as mpc_identifiers_read(). SPI must be
 * connected. own->rid is set by the caller once there is a request.
 */
extern MpcStatus mpc_sets_read(MpcSetsOwn *own, const MpcDataset *dataset, const MpcQuery *query, bool values, bool members);

/* A digest of the set that does not depend on its order, to know it again. */
extern void mpc_sets_digest(uint8 digest[32], const MpcSetsOwn *own);

/* The element of the i-th identifier under the request's id, MPC_ELEMENT_BYTES. */
extern void mpc_sets_element(uint8 *element, const MpcSetsOwn *own, uint32 i);

/*
 * out[i] = scalar * H of the own element order[i], or a uniform point where that is padding. Workers help. n is a piece: its
 * elements are in memory meanwhile.
 */
extern void mpc_sets_blind(MpcPoint *out, const MpcSetsOwn *own, const uint32 *order, uint32 n, const MpcFe scalar);

#endif							/* MPC_SETS_OWN_H */
