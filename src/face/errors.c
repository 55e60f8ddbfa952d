/*
 * errors.c
 *		What does the user read when a question ends without an answer?
 *
 * One place turns every status, refusal and fault into a message, so that the
 * words stay the same and so that one reader can check that none carries a value
 * or another database's text.
 */
#include "postgres.h"

#include "crypto/secret.h"
#include "face/errors.h"
#include "local/text.h"
#include "protocol/contract.h"

/* A signed rule, in this database's encoding and without control characters. */
static char *
printable_rule(MpcStr rule)
{
	char	   *text = mpc_text_shown(rule);

	for (char *p = text; *p != '\0'; p++)
	{
		if ((unsigned char) *p < ' ' || *p == 0x7f)
			*p = ' ';
	}
	return text;
}

void
mpc_raise_status(MpcStatus status, const char *party, const char *step)
{
	switch (status)
	{
		case MPC_VERSION:
			ereport(ERROR,
					(errcode(MPC_ERRCODE_DISAGREEMENT),
					 errmsg("party \"%s\" speaks another version of the protocol", party),
					 errdetail("This database speaks wire version 1. No value was revealed."),
					 errhint("Install the same version of extension \"mpc_agg\" at all parties.")));
			break;
		case MPC_SIGNATURE:
		case MPC_IDENTITY:
			ereport(ERROR,
					(errcode(MPC_ERRCODE_NOT_AUTHENTIC),
					 errmsg("%s of party \"%s\" is not signed with its pinned identity", step, party),
					 errdetail("No value was revealed."),
					 errhint("Compare the identity of server \"%s\" with what the partner's mpc_identity() shows.", party)));
			break;
		case MPC_CONFIRMATION:
			ereport(ERROR,
					(errcode(MPC_ERRCODE_NOT_AUTHENTIC),
					 errmsg("parties %s derived different keys", party),
					 errdetail("No value was revealed."),
					 errhint("One of them holds an outdated identity of the other: compare mpc_identity() with what is pinned.")));
			break;
		case MPC_RANGE:
			ereport(ERROR,
					(errcode(MPC_ERRCODE_NOT_AUTHENTIC),
					 errmsg("joint totals are outside the bounds of the contract"),
					 errdetail("A party contributed values it may not hold, or masks did not cancel. No result is shown.")));
			break;
		default:
			ereport(ERROR,
					(errcode(MPC_ERRCODE_NOT_AUTHENTIC),
					 errmsg("%s of party \"%s\" is not valid: %s", step, party, mpc_status_name(status)),
					 errdetail("No value was revealed.")));
	}
	pg_unreachable();
}

/* How the domains of a key differ, in words; NULL when they do not. */
static char *
domain_difference(const MpcContractColumn *own, const MpcContractColumn *theirs)
{
	bool		open_here = mpc_is_zero(own->domain, sizeof(own->domain));
	bool		open_there = mpc_is_zero(theirs->domain, sizeof(theirs->domain));

	if (memcmp(own->domain, theirs->domain, sizeof(own->domain)) == 0)
		return NULL;
	if (open_here || open_there)
		return psprintf("Key column \"%s\" is open %s and has a domain %s.", printable_rule(own->name),
						open_there ? "there" : "here", open_there ? "here" : "there");
	return psprintf("Key column \"%s\" has another domain there.", printable_rule(own->name));
}

/* The normalization of an identifier, in words. */
static char *
normalize_words(uint16 steps)
{
	char		words[MPC_NORMALIZE_WORDS_MAX];

	mpc_normalize_write(words, steps);
	return steps == 0 ? pstrdup("not normalized") : psprintf("normalized by \"%s\"", words);
}

/* What differs first, in words; NULL when that cannot be said. */
static char *
contract_difference(const MpcStr *own, MpcStr theirs)
{
	MpcContract *a = palloc(sizeof(MpcContract));
	MpcContract *b = palloc(sizeof(MpcContract));

	if (mpc_contract_read(a, own->data, own->len) != MPC_OK ||
		mpc_contract_read(b, theirs.data, theirs.len) != MPC_OK)
		return NULL;
	for (int i = 0; i < a->ncolumns; i++)
	{
		const MpcContractColumn *x = &a->column[i];
		const MpcContractColumn *y = mpc_contract_find(b, x->name, x->role);

		if (y == NULL)
			return psprintf("It has no %s \"%s\".", mpc_role_name(x->role), printable_rule(x->name));
		if (!mpc_str_equal(x->type, y->type))
			return psprintf("Column \"%s\" is %s there and %s here.", printable_rule(x->name),
							printable_rule(y->type), printable_rule(x->type));
		if (x->scale != y->scale)
			return psprintf("Column \"%s\" has scale %u there and %u here.", printable_rule(x->name),
							y->scale, x->scale);
		if (!mpc_str_equal(x->low, y->low) || !mpc_str_equal(x->high, y->high))
			return psprintf("Column \"%s\" has other declared bounds there.", printable_rule(x->name));
		if (domain_difference(x, y) != NULL)
			return domain_difference(x, y);
		if (x->max_key_bytes != y->max_key_bytes)
			return psprintf("Key column \"%s\" has max_key_bytes %u there and %u here.", printable_rule(x->name),
							y->max_key_bytes, x->max_key_bytes);
		if (x->normalize != y->normalize)
			return psprintf("Identifier \"%s\" is %s there and %s here.", printable_rule(x->name),
							normalize_words(y->normalize), normalize_words(x->normalize));
	}
	if (a->protocol != b->protocol)
		return "The federation's option \"protocol\" is another one there.";
	if (a->threshold != b->threshold)
		return psprintf("The federation's threshold is %u there and %u here.", b->threshold, a->threshold);
	return NULL;
}

static void
raise_contract_refusal(const MpcRefusal *refusal, const char *party, const MpcStr *own)
{
	char	   *difference = own ? contract_difference(own, refusal->contract) : NULL;

	ereport(ERROR,
			(errcode(MPC_ERRCODE_DISAGREEMENT),
			 errmsg("party \"%s\" publishes this dataset under another contract", party),
			 difference ? errdetail("%s", difference) : errdetail("The rules of the federation differ."),
			 errhint("All parties must publish the same column types, scales, bounds, domains and normalizations, and give the federation the same protocol and threshold.")));
}

/* What an analyst can do about a refusal, or NULL. */
static const char *
refusal_hint(MpcRefusalCode code)
{
	switch (code)
	{
		case MPC_REFUSE_ROSTER:
			return "All members need a federation with exactly the same parties: compare the views mpc.parties.";
		case MPC_REFUSE_KEY:
			return "A connection pooler in transaction mode cannot stand between the parties: use session mode. Otherwise ask again.";
		case MPC_REFUSE_SIGNATURE:
			return "The partner has pinned another identity for this login: give it the result of mpc_identity().";
		case MPC_REFUSE_TWO_PARTY:
			return "Both parties must set the federation option allow_two_party.";
		case MPC_REFUSE_VERSION:
			return "Install the same version of extension \"mpc_agg\" at all parties.";
		case MPC_REFUSE_DIFFERENCE:
			return "Ask again when the same parties as then take part, or a day later.";
		default:
			return NULL;
	}
}

void
mpc_raise_refusal(const MpcRefusal *refusal, const char *party, const MpcStr *own_contract)
{
	const char *hint = refusal_hint(refusal->code);
	int			code = MPC_ERRCODE_REFUSED;

	if (refusal->code == MPC_REFUSE_CONTRACT)
		raise_contract_refusal(refusal, party, own_contract);
	if (refusal->code == MPC_REFUSE_ROSTER || refusal->code == MPC_REFUSE_VERSION)
		code = MPC_ERRCODE_DISAGREEMENT;
	else if (refusal->code == MPC_REFUSE_SIGNATURE || refusal->code == MPC_REFUSE_KEY)
		code = MPC_ERRCODE_NOT_AUTHENTIC;
	else if (refusal->code == MPC_REFUSE_SUSPENDED)
		code = MPC_ERRCODE_SUSPENDED;
	ereport(ERROR,
			(errcode(code),
			 errmsg("party \"%s\" refused the question", party),
			 refusal->rule.len > 0 ?
			 errdetail("The rule: %s.", printable_rule(refusal->rule)) :
			 errdetail("Refusal code %d.", (int) refusal->code),
			 hint ? errhint("%s", hint) : 0));
}

void
mpc_raise_own_refusal(const MpcRefusal *refusal)
{
	const char *hint = refusal_hint(refusal->code);
	int			code = MPC_ERRCODE_REFUSED;

	if (refusal->code == MPC_REFUSE_SUSPENDED)
		code = MPC_ERRCODE_SUSPENDED;
	else if (refusal->code == MPC_REFUSE_COLUMN)
		code = ERRCODE_UNDEFINED_COLUMN;
	ereport(ERROR,
			(errcode(code),
			 errmsg("this database's own rules refuse the question"),
			 errdetail("The rule: %s.", printable_rule(refusal->rule)),
			 hint ? errhint("%s", hint) : 0));
}

void
mpc_raise_fault(const MpcCall *call, const char *step, bool opened)
{
	const char *party = mpc_link_party(call->link);
	bool		logged = call->log_detail != NULL;
	const char *kept = opened ? "No result is shown." : "No value was revealed.";

	switch (call->fault)
	{
		case MPC_FAULT_CONNECT:
			ereport(ERROR,
					(errcode(ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION),
					 errmsg("could not connect to party \"%s\" after %.0f ms", party, call->ms),
					 errdetail("%s The reason is in this server's log.", kept),
					 logged ? errdetail_log("%s", call->log_detail) : 0,
					 errhint("mpc_check() tests every party.")));
			break;
		case MPC_FAULT_LOST:
			ereport(ERROR,
					(errcode(ERRCODE_CONNECTION_FAILURE),
					 errmsg("lost the connection to party \"%s\" at step \"%s\" after %.0f ms", party, step, call->ms),
					 errdetail("%s", kept),
					 logged ? errdetail_log("%s", call->log_detail) : 0,
					 errhint("Ask again: a new connection is made.")));
			break;
		case MPC_FAULT_DEADLINE:
			ereport(ERROR,
					(errcode(ERRCODE_QUERY_CANCELED),
					 errmsg("party \"%s\" did not answer at step \"%s\" within %.0f ms", party, step, call->ms),
					 errdetail("%s", kept),
					 errhint("The time allowed is mpc_agg.timeout or the federation's option \"timeout\".")));
			break;
		case MPC_FAULT_SQLSTATE:
			ereport(ERROR,
					(errcode(MPC_ERRCODE_NOT_ANSWERED),
					 errmsg("party \"%s\" could not answer at step \"%s\" (SQLSTATE %s)", party, step, call->sqlstate),
					 errdetail("%s The reason is in that party's own log.", kept),
					 logged ? errdetail_log("%s", call->log_detail) : 0));
			break;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_PROTOCOL_VIOLATION),
					 errmsg("party \"%s\" sent something other than one reply at step \"%s\"", party, step),
					 errdetail("%s", kept),
					 logged ? errdetail_log("%s", call->log_detail) : 0));
	}
	pg_unreachable();
}
