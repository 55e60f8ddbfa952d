/*
 * rows.h
 *		The rows of a party's statement as groups, taken as they come.
 */
#ifndef MPC_ROWS_H
#define MPC_ROWS_H

#include "postgres.h"

#include "local/groups.h"
#include "local/statement.h"
#include "tcop/dest.h"

typedef struct MpcRows
{
	DestReceiver receiver;		/* first: the executor knows only this */
	const MpcStatement *statement;
	const MpcLanes *lanes;
	const MpcLayout *layout;
	int64		max_groups;
	MpcLocalAnswer *answer;
	MpcLocalGroup row;			/* the row at hand */
	int64		nrows;
	MemoryContext context;		/* of one row */
} MpcRows;

/* A receiver of mpc_role_read() that fills the answer; it ends the scan when that has too many groups. */
extern void mpc_rows_init(MpcRows *rows, MpcLocalAnswer *answer, const MpcStatement *statement,
						  const MpcLanes *lanes, const MpcLayout *layout, int64 max_groups);

/* After the last row. Raises when the statement gave none without keys. */
extern void mpc_rows_end(MpcRows *rows);

#endif							/* MPC_ROWS_H */
