/*
 * party.c
 *		Who is the partner behind this server?
 *
 * Says quietly what is wrong with it: who needs the partner raises that, who only
 * searches passes on.
 */
#include "postgres.h"

#include "commands/defrem.h"
#include "utils/builtins.h"

#include "catalog/cards.h"
#include "catalog/options.h"
#include "catalog/owner.h"
#include "catalog/party.h"

bool
mpc_complain(MpcProblem *problem, int code, const char *message, const char *hint)
{
	problem->code = code;
	problem->message = message;
	problem->hint = hint;
	return false;
}

const ForeignServer *
mpc_server_by_name(const char *name)
{
	Oid			serverid = get_foreign_server_oid(name, true);

	return OidIsValid(serverid) ? GetForeignServer(serverid) : NULL;
}

bool
mpc_party_load(MpcParty *party, const char *name, MpcProblem *problem)
{
	const ForeignServer *server = mpc_server_by_name(name);
	const char *identity;
	const MpcCard *card;

	if (server == NULL)
		return mpc_complain(problem, ERRCODE_UNDEFINED_OBJECT,
						psprintf("party \"%s\" does not exist", name),
						"It may have been renamed; name its server as it is called now.");
	if (!mpc_is_party_wrapper(server->fdwid))
		return mpc_complain(problem, ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE,
						psprintf("server \"%s\" is not a server of foreign-data wrapper \"mpc_party\"", name), NULL);
	identity = mpc_option(server->options, "identity");
	if (identity == NULL)
		return mpc_complain(problem, ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE,
						psprintf("party \"%s\" has no identity", name),
						"Set its server option \"identity\" to what SELECT mpc_identity() returns at the partner.");
	card = mpc_pinned_card(identity);
	if (card == NULL)
		return mpc_complain(problem, ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE,
						psprintf("the identity of party \"%s\" is not valid", name), NULL);
	party->serverid = server->serverid;
	party->owner = server->owner;
	party->name = pstrdup(server->servername);
	party->card = *card;
	return true;
}
