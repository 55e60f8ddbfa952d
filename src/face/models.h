/*
 * models.h
 *		Between the functions of models only: from SQL numbers to exact integers, and from a status to an error.
 */
#ifndef MPC_MODELS_H
#define MPC_MODELS_H

#include "postgres.h"

#include "crypto/wide.h"

/* Raises unless holds, which only a direct call of mpc.* breaks: argument what is no such thing. */
extern void mpc_model_check(bool holds, const char *what);

/* Raises unless MPC_OK: sums that no rows have. */
extern void mpc_model_status(MpcStatus status);

/* The elements of an array of the given element type without nulls. */
extern Datum *mpc_model_array(Datum array, Oid type, int *n);

/* number as an integer, which it must be. Raises where it is none, or has more than 255 bits. */
extern void mpc_model_wide(MpcWide *w, Datum number);

#endif							/* MPC_MODELS_H */
