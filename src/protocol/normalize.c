/*
 * normalize.c
 *		Which steps make identifiers alike, and what are they called?
 *
 * Assumes that names are ASCII.
 */
#include "protocol/normalize.h"

#include <string.h>

static const struct
{
	uint16_t	step;
	const char *name;
}			known[] = {
	{MPC_NORMALIZE_NFC, "nfc"},
	{MPC_NORMALIZE_TRIM, "trim"},
	{MPC_NORMALIZE_LOWER, "lower"},
	{MPC_NORMALIZE_DIGITS, "digits"},
};

#define KNOWN	(sizeof(known) / sizeof(known[0]))

bool
mpc_normalize_add(uint16_t *steps, const char *name, size_t len)
{
	size_t		i;

	for (i = 0; i < KNOWN; i++)
		if (strlen(known[i].name) == len && memcmp(known[i].name, name, len) == 0)
			break;
	if (i == KNOWN || (*steps & known[i].step) != 0)
		return false;
	*steps |= known[i].step;
	return true;
}

bool
mpc_normalize_read(uint16_t *steps, const char *names)
{
	while (*names != '\0')
	{
		size_t		len = 0;

		while (names[len] != ' ' && names[len] != '\0')
			len++;
		if (len > 0 && !mpc_normalize_add(steps, names, len))
			return false;
		names += len > 0 ? len : 1;
	}
	return true;
}

void
mpc_normalize_write(char out[MPC_NORMALIZE_WORDS_MAX], uint16_t steps)
{
	size_t		used = 0;
	size_t		i;

	for (i = 0; i < KNOWN; i++)
	{
		size_t		len = strlen(known[i].name);

		if ((steps & known[i].step) == 0)
			continue;
		if (used > 0)
			out[used++] = ' ';
		memcpy(out + used, known[i].name, len);
		used += len;
	}
	out[used] = '\0';
}
