/*
 * settings.h
 *		Settings of our own (mpc_agg.*), the settings we fix while rows are read
 *		(R2), and the deadline of a question.
 */
#ifndef MPC_SETTINGS_H
#define MPC_SETTINGS_H

#include "postgres.h"

#include "utils/guc.h"
#include "utils/timestamp.h"

extern int	mpc_timeout_ms;		/* mpc_agg.timeout */
extern int	mpc_workers;		/* mpc_agg.workers */

extern void mpc_settings_init(void);

/*
 * Fixes every setting through which whoever called could see or bend our queries (R2).
 * GUC_ACTION_LOCAL: until the transaction ends, for the peers' entry points, called again after each
 * SPI_commit. GUC_ACTION_SAVE: until the caller's nest level ends, for the asker's own aggregate.
 */
extern void mpc_fix_settings(GucAction action);

/*
 * One deadline for everything a question does in this backend, SPI included: when it passes,
 * the running statement is cancelled. mpc_deadline_passed() tells our cancel from a user's.
 */
extern void mpc_deadline_refuse_nested(void);	/* raises when one is set: questions do not nest */
extern void mpc_deadline_set(TimestampTz when);
extern void mpc_deadline_move(TimestampTz when);
extern void mpc_deadline_clear(void);
extern bool mpc_deadline_passed(void);

#endif							/* MPC_SETTINGS_H */
