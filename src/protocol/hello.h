/*
 * hello.h
 *		The first exchange on a cold connection: a one-time key card and, when
 *		asked for, what the peer says of its datasets.
 *
 * Hello  "MPCAGH" 00 01 | pid asker 32 | nonce 32 | roster digest 32 | str dataset | u8 want_contract | SIG 64
 *		tag "MPCAGG-v1/sig/hello"
 * Answer "MPCAGh" 00 01 | nonce 32 | one-time key card 192
 *		| u8 has_description [, le32 len, description bytes (description.h)] | SIG 64
 *		tag "MPCAGG-v1/sig/hello-answer"
 * The signature covers everything before it.
 */
#ifndef MPC_HELLO_H
#define MPC_HELLO_H

#include "protocol/card.h"

typedef struct MpcHello
{
	const uint8_t *asker_pid;
	const uint8_t *nonce;
	const uint8_t *roster_digest;
	MpcStr		dataset;		/* empty: the key serves none, as when mpc_check() asks for identity and version */
	bool		want_contract;	/* a description of the dataset; of all datasets where it is empty */
	const uint8_t *sig;
	MpcStr		signed_part;
} MpcHello;

extern void mpc_hello_write(MpcWriter *w, const MpcIdentity *me, const MpcRoster *roster,
							const uint8_t nonce[32], MpcStr dataset, bool want_contract);
extern MpcStatus mpc_hello_read(MpcHello *hello, const void *bytes, size_t len) MPC_MUST_CHECK;
extern MpcStatus mpc_hello_verify(const MpcHello *hello, const MpcCard *asker) MPC_MUST_CHECK;	/* MPC_IDENTITY, MPC_SIGNATURE */

typedef struct MpcHelloAnswer
{
	const uint8_t *card;		/* 192 bytes */
	MpcStr		description;	/* data NULL where none was sent */
} MpcHelloAnswer;

/* description NULL: none. */
extern void mpc_hello_answer_write(MpcWriter *w, const MpcIdentity *me, const uint8_t nonce[32],
								   const MpcOneTimeKey *key, const MpcStr *description);

/* Reads and verifies: signature and card of the pinned peer, nonce. MPC_MISMATCH for another nonce. */
extern MpcStatus mpc_hello_answer_read(MpcHelloAnswer *answer, const void *bytes, size_t len,
									   const uint8_t nonce[32], const MpcCard *peer) MPC_MUST_CHECK;

#endif							/* MPC_HELLO_H */
