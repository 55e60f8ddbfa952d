/*
 * normalize.h
 *		How identifiers are written alike at all parties before they are compared: the steps, and their names.
 *
 * Steps are bits, in the order in which they are taken, whoever writes them in which order. What a step does to a text
 * says docs/reference.md; local/normalize.h does it.
 */
#ifndef MPC_NORMALIZE_H
#define MPC_NORMALIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MPC_NORMALIZE_NFC		1	/* Unicode normalization form C */
#define MPC_NORMALIZE_TRIM		2	/* without blanks, tabs and line ends around it */
#define MPC_NORMALIZE_LOWER		4	/* A to Z become a to z */
#define MPC_NORMALIZE_DIGITS	8	/* only 0 to 9 are kept */
#define MPC_NORMALIZE_ALL		15

#define MPC_NORMALIZE_WORDS_MAX	32	/* bytes of all names, blanks and the zero at their end */

/* Adds the step of this name. False, and nothing is added: there is none, or it is there already. */
extern bool mpc_normalize_add(uint16_t *steps, const char *name, size_t len);

/* Adds all steps of names with blanks between them, in any order. False, with some added: as above. */
extern bool mpc_normalize_read(uint16_t *steps, const char *names);

/* "trim lower": names in order with blanks between them, "" for no step. */
extern void mpc_normalize_write(char out[MPC_NORMALIZE_WORDS_MAX], uint16_t steps);

#endif							/* MPC_NORMALIZE_H */
