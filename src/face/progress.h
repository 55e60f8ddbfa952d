/*
 * progress.h
 *		How far an intersection has come: what mpc.progress shows.
 *
 * Stands in this backend's own status entry, as core's commands report theirs (pg_stat_progress_*), under a number that core
 * does not use: it needs no preload, core's views do not see it, and the end of a transaction or subtransaction by
 * an error clears it. Nothing is reported where track_activities is off.
 */
#ifndef MPC_PROGRESS_H
#define MPC_PROGRESS_H

#include "postgres.h"

typedef enum MpcProgressRole
{
	MPC_PROGRESS_ASKER = 1,
	MPC_PROGRESS_PEER = 2
} MpcProgressRole;

typedef enum MpcPhase
{
	MPC_PHASE_READING = 1,		/* own rows */
	MPC_PHASE_BLINDING,			/* own identifiers */
	MPC_PHASE_EXCHANGING,		/* with partners */
	MPC_PHASE_EVALUATING,		/* points of partners */
	MPC_PHASE_MATCHING
} MpcPhase;

/*
 * relid: joint table, or published relation; InvalidOid where there is none. dataset: its name, at most NAMEDATALEN - 1 bytes.
 * What core reports around it, of a COPY for one, comes back at the end.
 */
extern void mpc_progress_begin(MpcProgressRole role, Oid relid, const char *dataset);

/* total: items of the phase, 0 where they are not known. None is done. */
extern void mpc_progress_phase(MpcPhase phase, int64 total);

/* So many items of the phase are done. */
extern void mpc_progress_done(int64 done);

extern void mpc_progress_end(void);

#endif							/* MPC_PROGRESS_H */
