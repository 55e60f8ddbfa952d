/*
 * link.c
 *		Which connection does this user have to that party, and when must it go?
 *
 * Links live until the session ends, in a hash table by user mapping; their
 * connections come and go. The mark is set before anything is sent and cleared
 * after the reply was read whole, so that any error between the two, wherever
 * it is raised, leaves a link that the callbacks at the end of this file close.
 * A connection in doubt is never repaired: a new one costs milliseconds.
 *
 * Closing is PQfinish, which does not wait: a non-blocking connection drops
 * what it cannot send. The peer's work ends by its own
 * client_connection_check_interval (conninfo.c). Host names are resolved by
 * libpq inside mpc_link_start, and that does wait; option hostaddr avoids it.
 */
#include "postgres.h"

#include "transport/link.h"

#include "access/xact.h"
#include "commands/defrem.h"
#include "foreign/foreign.h"
#include "libpq-fe.h"
#include "miscadmin.h"
#include "storage/fd.h"
#include "storage/ipc.h"
#include "transport/conninfo.h"
#include "transport/link_state.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/syscache.h"

/* Of a peer's text, in our log. */
#define LOG_TEXT_BYTES	1000

static HTAB *link_cache = NULL;

static void close_at_exit(int code, Datum arg);

static void
create_cache(void)
{
	HASHCTL		ctl;

	memset(&ctl, 0, sizeof(ctl));
	ctl.keysize = sizeof(Oid);
	ctl.entrysize = sizeof(MpcLink);
	link_cache = hash_create("mpc_agg links", 8, &ctl, HASH_ELEM | HASH_BLOBS);

	/* here and not in mpc_link_init: backends forget what the postmaster registered for its exit */
	before_shmem_exit(close_at_exit, (Datum) 0);
}

static MpcLink *
find_link(Oid mappingid)
{
	MpcLink    *link;
	bool		found;

	if (link_cache == NULL)
		create_cache();
	link = hash_search(link_cache, &mappingid, HASH_ENTER, &found);
	if (!found)
	{
		memset(link, 0, sizeof(MpcLink));
		link->mappingid = mappingid;
		link->state = MPC_LINK_CLOSED;
	}
	return link;
}

/* A user who is no superuser must prove himself to the peer: never ride on what the server may do. */
static bool
must_use_password(const UserMapping *mapping, Oid userid)
{
	ListCell   *cell;

	if (superuser_arg(userid))
		return false;
	foreach(cell, mapping->options)
	{
		DefElem    *option = (DefElem *) lfirst(cell);

		if (strcmp(option->defname, "password_required") == 0)
			return defGetBoolean(option);
	}
	return true;
}

static void
check_password(const ForeignServer *server, const UserMapping *mapping)
{
	ListCell   *cell;

	foreach(cell, mapping->options)
	{
		DefElem    *option = (DefElem *) lfirst(cell);

		if (strcmp(option->defname, "password") == 0 && defGetString(option)[0] != '\0')
			return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("user mapping for party \"%s\" has no password", server->servername),
			 errdetail("Only superusers may connect to a party without a password."),
			 errhint("Set option \"password\" of the user mapping, or ask a superuser to set its option \"password_required\" to false.")));
}

/* An idle connection that must not be used again is closed here, where nobody relies on it or its note. */
static void
close_if_unfit(MpcLink *link)
{
	if (link->state != MPC_LINK_IDLE)
		return;
	if (link->stale || !mpc_link_alive(link) ||
		(link->needs_password && !PQconnectionUsedPassword(link->conn)))
		mpc_link_close(link);
}

/* PostgreSQL's own error would name neither the party nor the remedy. */
static UserMapping *
mapping_of(Oid userid, Oid serverid)
{
	ForeignServer *server = GetForeignServer(serverid);
	char	   *user = GetUserNameFromId(userid, false);

	if (!SearchSysCacheExists2(USERMAPPINGUSERSERVER, ObjectIdGetDatum(userid), ObjectIdGetDatum(serverid)) &&
		!SearchSysCacheExists2(USERMAPPINGUSERSERVER, ObjectIdGetDatum(InvalidOid), ObjectIdGetDatum(serverid)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("user \"%s\" has no user mapping for party \"%s\"", user, server->servername),
				 errhint("CREATE USER MAPPING FOR %s SERVER %s OPTIONS (user ..., password ...).",
						 quote_identifier(user), quote_identifier(server->servername))));
	return GetUserMapping(userid, serverid);
}

MpcLink *
mpc_link_get(Oid serverid, Oid userid)
{
	ForeignServer *server = GetForeignServer(serverid);
	UserMapping *mapping = mapping_of(userid, serverid);
	bool		needs_password = must_use_password(mapping, userid);
	MpcLink    *link;

	if (needs_password)
		check_password(server, mapping);

	link = find_link(mapping->umid);
	link->serverid = serverid;
	link->userid = userid;
	link->needs_password = needs_password;
	namestrcpy(&link->party, server->servername);
	link->server_hash = GetSysCacheHashValue1(FOREIGNSERVEROID, ObjectIdGetDatum(serverid));
	link->mapping_hash = GetSysCacheHashValue1(USERMAPPINGOID, ObjectIdGetDatum(mapping->umid));
	close_if_unfit(link);
	return link;
}

const char *
mpc_link_party(const MpcLink *link)
{
	return NameStr(link->party);
}

void
mpc_link_put_note(MpcLink *link, const void *note, Size len)
{
	if (len > MPC_LINK_NOTE_BYTES)
		elog(ERROR, "note of %zu bytes does not fit a link", len);
	mpc_link_clear_note(link);
	memcpy(link->note, note, len);
	link->note_len = len;
}

const void *
mpc_link_note(const MpcLink *link, Size *len)
{
	*len = link->note_len;
	return link->note_len > 0 ? link->note : NULL;
}

void
mpc_link_clear_note(MpcLink *link)
{
	memset(link->note, 0, sizeof(link->note));
	link->note_len = 0;
}

/* No line break can forge a log line, no byte is wrong in this database's encoding. */
char *
mpc_link_clean_text(const char *text)
{
	char	   *clean = pnstrdup(text, LOG_TEXT_BYTES);
	char	   *at;

	for (at = clean; *at != '\0'; at++)
	{
		if (*at == '\n' || *at == '\t')
			*at = ' ';
		else if ((unsigned char) *at < 0x20 || (unsigned char) *at >= 0x7f)
			*at = '?';
	}
	while (at > clean && at[-1] == ' ')
		*--at = '\0';
	return clean;
}

/* A peer's words are for our log only; the detail does not reach the client. */
static void
drop_notice(void *arg, const PGresult *result)
{
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (!message_level_is_interesting(DEBUG1))
		return;
	ereport(DEBUG1,
			(errmsg_internal("notice from party \"%s\" was dropped", mpc_link_party((MpcLink *) arg)),
			 text != NULL ? errdetail_log("%s", mpc_link_clean_text(text)) : 0));
}

static void
reserve_descriptor(const MpcLink *link)
{
	if (AcquireExternalFD())
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_RESOURCES),
			 errmsg("could not open a connection to party \"%s\"", mpc_link_party(link)),
			 errdetail("All file descriptors that this session may use for connections are taken."),
			 errhint("Increase \"max_files_per_process\" and the operating system's limit on open files.")));
}

void
mpc_link_start(MpcLink *link)
{
	ForeignServer *server;
	UserMapping *mapping;
	char	   *conninfo;

	Assert(link->conn == NULL);
	link->stale = false;		/* before reading: a change after this counts */
	server = GetForeignServer(link->serverid);
	mapping = GetUserMapping(link->userid, link->serverid);
	conninfo = mpc_conninfo(server, mapping, link->userid);

	reserve_descriptor(link);
	link->conn = PQconnectStart(conninfo);
	pfree(conninfo);
	if (link->conn == NULL)
	{
		ReleaseExternalFD();
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory")));
	}
	link->state = MPC_LINK_CONNECTING;
	link->nest_level = GetCurrentTransactionNestLevel();
	mpc_link_clear_note(link);
	PQsetNoticeReceiver(link->conn, drop_notice, link);
}

const char *
mpc_link_admit(MpcLink *link)
{
	if (link->needs_password && !PQconnectionUsedPassword(link->conn))
		return "The peer did not ask for the password of the user mapping; only superusers may connect without.";
	if (PQsetnonblocking(link->conn, 1) != 0)
		return "The connection could not be made non-blocking.";
	link->state = MPC_LINK_IDLE;
	return NULL;
}

bool
mpc_link_alive(MpcLink *link)
{
	int			i;

	/* twice: the first read may return a farewell, only the next one finds the end behind it */
	for (i = 0; i < 2; i++)
	{
		if (PQconsumeInput(link->conn) == 0)
			return false;
		if (PQisBusy(link->conn))
			return false;
	}
	return PQstatus(link->conn) == CONNECTION_OK;
}

void
mpc_link_release(MpcLink *link)
{
	if (link->stale)
		mpc_link_close(link);
	else
		link->state = MPC_LINK_IDLE;
}

void
mpc_link_close(MpcLink *link)
{
	if (link->conn == NULL)
		return;
	PQfinish(link->conn);
	ReleaseExternalFD();
	link->conn = NULL;
	link->state = MPC_LINK_CLOSED;
	link->generation++;
	mpc_link_clear_note(link);
}

/* Links in use since this nesting level or deeper; 0: in use at all; -1: idle ones, too. */
static void
close_links(int level)
{
	HASH_SEQ_STATUS scan;
	MpcLink    *link;

	if (link_cache == NULL)
		return;
	hash_seq_init(&scan, link_cache);
	while ((link = hash_seq_search(&scan)) != NULL)
	{
		if (level < 0 || (link->state != MPC_LINK_IDLE && link->nest_level >= level))
			mpc_link_close(link);
	}
}

static void
close_at_exit(int code pg_attribute_unused(), Datum arg pg_attribute_unused())
{
	close_links(-1);
}

/* No exchange outlives its transaction. */
static void
close_at_transaction_end(XactEvent event, void *arg pg_attribute_unused())
{
	switch (event)
	{
		case XACT_EVENT_ABORT:
		case XACT_EVENT_PARALLEL_ABORT:
		case XACT_EVENT_COMMIT:
		case XACT_EVENT_PARALLEL_COMMIT:
		case XACT_EVENT_PREPARE:
			close_links(0);
			break;
		default:
			break;
	}
}

/*
 * Only what the aborted subtransaction itself began: a function in a published view
 * that catches an error while the peers work must not end the question around it.
 */
static void
close_at_subtransaction_end(SubXactEvent event, SubTransactionId mySubid pg_attribute_unused(),
							SubTransactionId parentSubid pg_attribute_unused(), void *arg pg_attribute_unused())
{
	if (event == SUBXACT_EVENT_ABORT_SUB)
		close_links(GetCurrentTransactionNestLevel());
}

/* Only marks: this may run in the middle of an exchange. hash 0 means all. */
static void
mark_stale(Datum arg pg_attribute_unused(), int cacheid, uint32 hash)
{
	HASH_SEQ_STATUS scan;
	MpcLink    *link;

	if (link_cache == NULL)
		return;
	hash_seq_init(&scan, link_cache);
	while ((link = hash_seq_search(&scan)) != NULL)
	{
		if (hash == 0 ||
			hash == (cacheid == FOREIGNSERVEROID ? link->server_hash : link->mapping_hash))
			link->stale = true;
	}
}

void
mpc_link_init(void)
{
	RegisterXactCallback(close_at_transaction_end, NULL);
	RegisterSubXactCallback(close_at_subtransaction_end, NULL);
	CacheRegisterSyscacheCallback(FOREIGNSERVEROID, mark_stale, (Datum) 0);
	CacheRegisterSyscacheCallback(USERMAPPINGOID, mark_stale, (Datum) 0);
}
