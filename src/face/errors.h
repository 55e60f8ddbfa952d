/*
 * errors.h
 *		From a status, a refusal or a fault of transport to one well-written message.
 *
 * Nothing a peer wrote is ever shown except the rule of a refusal whose signature
 * verified, with control characters removed; the rest goes to this server's own log.
 */
#ifndef MPC_ERRORS_H
#define MPC_ERRORS_H

#include "postgres.h"

#include "crypto/status.h"
#include "protocol/refusal.h"
#include "transport/exchange.h"

/* Conditions of our own (class "MP"). */
#define MPC_ERRCODE_TOO_FEW_CONTRIBUTORS	MAKE_SQLSTATE('M', 'P', '0', '0', '1')
#define MPC_ERRCODE_REFUSED					MAKE_SQLSTATE('M', 'P', '0', '0', '2')
#define MPC_ERRCODE_DISAGREEMENT			MAKE_SQLSTATE('M', 'P', '0', '0', '3')
#define MPC_ERRCODE_NOT_AUTHENTIC			MAKE_SQLSTATE('M', 'P', '0', '0', '4')
#define MPC_ERRCODE_SUSPENDED				MAKE_SQLSTATE('M', 'P', '0', '0', '5')
#define MPC_ERRCODE_NOT_ANSWERED			MAKE_SQLSTATE('M', 'P', '0', '0', '6')

/* A peer's message that did not verify, or an exchange that did not add up. */
extern void mpc_raise_status(MpcStatus status, const char *party, const char *step) pg_attribute_noreturn();

/* A refusal that verified. own_contract: ours for the used columns, to name what differs. */
extern void mpc_raise_refusal(const MpcRefusal *refusal, const char *party,
							  const MpcStr *own_contract) pg_attribute_noreturn();

/* A call that brought no reply. opened: other numbers of the same question are known here by now, so that only the result is not shown. */
extern void mpc_raise_fault(const MpcCall *call, const char *step, bool opened) pg_attribute_noreturn();

/* A question our own rules refuse. */
extern void mpc_raise_own_refusal(const MpcRefusal *refusal) pg_attribute_noreturn();

#endif							/* MPC_ERRORS_H */
