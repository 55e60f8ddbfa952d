/*
 * option_values.h
 *		Inside catalog/ only: one check per kind of option value.
 */
#ifndef MPC_OPTION_VALUES_H
#define MPC_OPTION_VALUES_H

#include "postgres.h"

/* Each raises HV024, naming the option, unless the value is right. */
typedef void (*MpcOptionCheck) (const char *name, const char *value);

extern void mpc_check_text(const char *name, const char *value);		/* not empty */
extern void mpc_check_any(const char *name, const char *value);
extern void mpc_check_boolean(const char *name, const char *value);
extern void mpc_check_port(const char *name, const char *value);
extern void mpc_check_count(const char *name, const char *value);		/* an integer, 0 or more */
extern void mpc_check_sslmode(const char *name, const char *value);
extern void mpc_check_channel_binding(const char *name, const char *value);
extern void mpc_check_identity(const char *name, const char *value);
extern void mpc_check_parties(const char *name, const char *value);
extern void mpc_check_protocol(const char *name, const char *value);
extern void mpc_check_threshold(const char *name, const char *value);
extern void mpc_check_min_contributors(const char *name, const char *value);
extern void mpc_check_timeout(const char *name, const char *value);
extern void mpc_check_dataset(const char *name, const char *value);

#endif							/* MPC_OPTION_VALUES_H */
