/*
 * status.c
 *		What is a status called?
 *
 * Names for logs and tests only: what a user reads is written on the SQL face.
 */
#include "crypto/status.h"

#include <stddef.h>

bool		(*mpc_interrupted) (void) = NULL;

const char *
mpc_status_name(MpcStatus status)
{
	switch (status)				/* no default: the compiler then names a forgotten one */
	{
		case MPC_OK:
			return "ok";
		case MPC_MALFORMED:
			return "malformed message";
		case MPC_VERSION:
			return "other version";
		case MPC_LIMIT:
			return "limit exceeded";
		case MPC_NONCANONICAL:
			return "noncanonical scalar";
		case MPC_SIGNATURE:
			return "wrong signature";
		case MPC_IDENTITY:
			return "wrong identity";
		case MPC_STALE_KEY:
			return "stale one-time key";
		case MPC_MISMATCH:
			return "message of another request";
		case MPC_CONFIRMATION:
			return "key confirmation failed";
		case MPC_RANGE:
			return "value out of range";
		case MPC_UNDECODABLE:
			return "undecodable sketch";
		case MPC_NOSPACE:
			return "buffer too small";
		case MPC_INTERRUPTED:
			return "interrupted";
		case MPC_PASSPHRASE:
			return "wrong passphrase";
		case MPC_CRYPTO:
			return "cryptographic library failure";
	}
	return "unrecognized status";
}
