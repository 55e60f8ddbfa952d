\echo Use "CREATE EXTENSION mpc_agg" to load this file. \quit

-- Tables. Only the owner of the extension reads or writes them; what others may
-- see is in the views below.

CREATE SCHEMA mpc;
COMMENT ON SCHEMA mpc IS 'private joint analytics: tables, views and the entry points that partners call';
GRANT USAGE ON SCHEMA mpc TO PUBLIC;

CREATE TABLE mpc.identity (
	epoch bigint NOT NULL,
	sign_seed bytea NOT NULL,
	dh_secret bytea NOT NULL
);
COMMENT ON TABLE mpc.identity IS 'secret: the keys of this database; never dumped, see mpc_identity_export()';
COMMENT ON COLUMN mpc.identity.epoch IS 'counts the identities this database has had';
COMMENT ON COLUMN mpc.identity.sign_seed IS 'secret: Ed25519 seed';
COMMENT ON COLUMN mpc.identity.dh_secret IS 'secret: X25519 scalar';
REVOKE ALL ON mpc.identity FROM PUBLIC;

CREATE TABLE mpc.login (
	login regrole PRIMARY KEY,
	party text NOT NULL
);
COMMENT ON TABLE mpc.login IS 'login roles of partners, each tied to one party by mpc_admit()';
COMMENT ON COLUMN mpc.login.login IS 'login role of the partner';
COMMENT ON COLUMN mpc.login.party IS 'name of the server of wrapper mpc_party';
REVOKE ALL ON mpc.login FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('mpc.login', '');

CREATE TABLE mpc.dataset (
	name text NOT NULL,
	federation text NOT NULL,
	relation regclass NOT NULL,
	owner regrole NOT NULL,
	min_rows integer NOT NULL CHECK (min_rows >= 1),
	functions text[] NOT NULL,
	max_groups integer NOT NULL DEFAULT 100000 CHECK (max_groups BETWEEN 1 AND 10000000),
	"intersect" text CHECK ("intersect" IN ('count', 'sum', 'members')),
	min_set integer NOT NULL DEFAULT 10 CHECK (min_set >= 0),
	max_ratio integer NOT NULL DEFAULT 100 CHECK (max_ratio >= 1),
	max_probes bigint NOT NULL DEFAULT 10000000 CHECK (max_probes >= 0),
	max_changes integer NOT NULL DEFAULT 10 CHECK (max_changes >= 0),
	suspended text,
	published_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
	PRIMARY KEY (name, federation)
);
COMMENT ON TABLE mpc.dataset IS 'what this database publishes, written by mpc_publish()';
COMMENT ON COLUMN mpc.dataset.name IS 'name of the dataset, the same at every party';
COMMENT ON COLUMN mpc.dataset.federation IS 'name of the server of wrapper mpc_federation';
COMMENT ON COLUMN mpc.dataset.relation IS 'published relation';
COMMENT ON COLUMN mpc.dataset.owner IS 'role with whose rights questions run';
COMMENT ON COLUMN mpc.dataset.min_rows IS 'least number of rows behind anything this party contributes';
COMMENT ON COLUMN mpc.dataset.functions IS 'allowed classes of functions';
COMMENT ON COLUMN mpc.dataset.max_groups IS 'most groups of open keys that one question may have here';
COMMENT ON COLUMN mpc.dataset."intersect" IS 'what partners may learn of common identifiers: nothing (null), count, sum or members; each allows those before it';
COMMENT ON COLUMN mpc.dataset.min_set IS 'least number of identifiers on either side of an intersection';
COMMENT ON COLUMN mpc.dataset.max_ratio IS 'most times as many identifiers on the asker''s side of an intersection as on this one';
COMMENT ON COLUMN mpc.dataset.max_probes IS 'most identifiers that one partner may ask about in 24 hours';
COMMENT ON COLUMN mpc.dataset.max_changes IS 'most intersections that one partner may ask in 24 hours';
COMMENT ON COLUMN mpc.dataset.suspended IS 'column that broke the contract; every question is refused until published anew';
COMMENT ON COLUMN mpc.dataset.published_at IS 'when it was last published';
REVOKE ALL ON mpc.dataset FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('mpc.dataset', '');

CREATE TABLE mpc.dataset_column (
	dataset text NOT NULL,
	federation text NOT NULL,
	name text NOT NULL,
	role text NOT NULL CHECK (role IN ('key', 'measure', 'filter', 'identifier')),
	type text NOT NULL,
	scale integer NOT NULL DEFAULT 0,
	low text NOT NULL DEFAULT '',
	high text NOT NULL DEFAULT '',
	max_key_bytes integer NOT NULL DEFAULT 0,
	domain bytea,
	lookup regclass,
	lookup_column text,
	normalize text NOT NULL DEFAULT '',
	PRIMARY KEY (dataset, federation, role, name),
	FOREIGN KEY (dataset, federation) REFERENCES mpc.dataset ON DELETE CASCADE,
	CHECK ((lookup IS NULL) = (lookup_column IS NULL)),
	CHECK (domain IS NULL OR lookup IS NULL)
);
COMMENT ON TABLE mpc.dataset_column IS 'the contract of each published dataset, column by column';
COMMENT ON COLUMN mpc.dataset_column.dataset IS 'name of the dataset';
COMMENT ON COLUMN mpc.dataset_column.federation IS 'name of its federation';
COMMENT ON COLUMN mpc.dataset_column.name IS 'name of the column';
COMMENT ON COLUMN mpc.dataset_column.role IS 'key, measure, filter or identifier; a column may have several';
COMMENT ON COLUMN mpc.dataset_column.type IS 'SQL type in the contract';
COMMENT ON COLUMN mpc.dataset_column.scale IS 'measures: digits after the point, decimal for numeric, binary for real and double precision';
COMMENT ON COLUMN mpc.dataset_column.low IS 'measures: lowest value times 10^scale or 2^scale';
COMMENT ON COLUMN mpc.dataset_column.high IS 'measures: highest value times 10^scale or 2^scale';
COMMENT ON COLUMN mpc.dataset_column.max_key_bytes IS 'keys: most bytes of the column''s part of a group key, null flag and length included';
COMMENT ON COLUMN mpc.dataset_column.domain IS 'keys: the values of a declared domain; null where it is open or kept in a lookup relation';
COMMENT ON COLUMN mpc.dataset_column.lookup IS 'keys: relation that holds the domain, read at each question';
COMMENT ON COLUMN mpc.dataset_column.lookup_column IS 'keys: column of that relation';
COMMENT ON COLUMN mpc.dataset_column.normalize IS 'identifiers: nfc, trim, lower, digits, as far as they are taken, in this order; empty for none';
REVOKE ALL ON mpc.dataset_column FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('mpc.dataset_column', '');

CREATE TABLE mpc.ledger_entry (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	role text NOT NULL,
	at timestamptz NOT NULL,
	rid bytea NOT NULL,
	party text NOT NULL,
	login name NOT NULL DEFAULT SESSION_USER,
	dataset text NOT NULL,
	question text NOT NULL,
	request bytea NOT NULL,
	seq bigint,
	prev_hash bytea,
	row_hash bytea
);
CREATE UNIQUE INDEX ledger_entry_rid ON mpc.ledger_entry (rid) WHERE role = 'peer';
CREATE UNIQUE INDEX ledger_entry_seq ON mpc.ledger_entry (seq) WHERE role = 'peer';
COMMENT ON TABLE mpc.ledger_entry IS 'every question this database answered (role peer, chained) or asked (role asker)';
COMMENT ON COLUMN mpc.ledger_entry.id IS 'order of writing';
COMMENT ON COLUMN mpc.ledger_entry.role IS 'peer: answered for a partner; asker: asked by this database';
COMMENT ON COLUMN mpc.ledger_entry.at IS 'this database''s clock';
COMMENT ON COLUMN mpc.ledger_entry.rid IS 'request id: hash of the whole request';
COMMENT ON COLUMN mpc.ledger_entry.party IS 'who asked (role peer) or the federation asked (role asker)';
COMMENT ON COLUMN mpc.ledger_entry.login IS 'session user';
COMMENT ON COLUMN mpc.ledger_entry.dataset IS 'dataset of the question';
COMMENT ON COLUMN mpc.ledger_entry.question IS 'the question in words';
COMMENT ON COLUMN mpc.ledger_entry.request IS 'the request and its signature, byte for byte';
COMMENT ON COLUMN mpc.ledger_entry.seq IS 'position in the chain of answered questions';
COMMENT ON COLUMN mpc.ledger_entry.prev_hash IS 'row_hash of the row before';
COMMENT ON COLUMN mpc.ledger_entry.row_hash IS 'hash over prev_hash and this row';
COMMENT ON SEQUENCE mpc.ledger_entry_id_seq IS 'order of writing of the ledger';
REVOKE ALL ON mpc.ledger_entry FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('mpc.ledger_entry', '');
SELECT pg_catalog.pg_extension_config_dump('mpc.ledger_entry_id_seq', '');

-- Who has intersected what of late; rows older than the limits look back are deleted by whoever adds one.

CREATE TABLE mpc.intersection_run (
	rid bytea PRIMARY KEY,
	at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	party text NOT NULL,
	dataset text NOT NULL,
	federation text NOT NULL,
	question bytea NOT NULL,
	probes bigint NOT NULL,
	own_set bytea
);
CREATE INDEX intersection_run_party ON mpc.intersection_run (party, dataset, federation, at);
COMMENT ON TABLE mpc.intersection_run IS 'intersections that this database answered in the last 24 hours, for the limits of its datasets';
COMMENT ON COLUMN mpc.intersection_run.rid IS 'request id, as in the ledger';
COMMENT ON COLUMN mpc.intersection_run.at IS 'this database''s clock';
COMMENT ON COLUMN mpc.intersection_run.party IS 'who asked';
COMMENT ON COLUMN mpc.intersection_run.dataset IS 'dataset of the question';
COMMENT ON COLUMN mpc.intersection_run.federation IS 'its federation';
COMMENT ON COLUMN mpc.intersection_run.question IS 'hash of the question';
COMMENT ON COLUMN mpc.intersection_run.probes IS 'number of identifiers the partner asked about';
COMMENT ON COLUMN mpc.intersection_run.own_set IS 'digest of the identifiers of this database it was answered with; null until then';
REVOKE ALL ON mpc.intersection_run FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('mpc.intersection_run', '');

CREATE TABLE mpc.ledger_head (
	singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
	seq bigint NOT NULL,
	row_hash bytea NOT NULL
);
COMMENT ON TABLE mpc.ledger_head IS 'end of the chain, locked by whoever adds to it';
COMMENT ON COLUMN mpc.ledger_head.singleton IS 'there is at most one row';
COMMENT ON COLUMN mpc.ledger_head.seq IS 'seq of the last chained row';
COMMENT ON COLUMN mpc.ledger_head.row_hash IS 'its row_hash';
REVOKE ALL ON mpc.ledger_head FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('mpc.ledger_head', '');

-- Dumped, short as its rows live: a restored database must refuse what the old one would have.
CREATE TABLE mpc.answered_set (
	federation text NOT NULL,
	query_hash bytea NOT NULL,
	members bytea NOT NULL,
	at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
CREATE INDEX answered_set_question ON mpc.answered_set (federation, query_hash);
CREATE INDEX answered_set_at ON mpc.answered_set (at);
COMMENT ON TABLE mpc.answered_set IS 'sets of parties whose threshold sums this database helped to open in the last 24 hours: any other set is refused';
COMMENT ON COLUMN mpc.answered_set.federation IS 'name of the server of wrapper mpc_federation';
COMMENT ON COLUMN mpc.answered_set.query_hash IS 'hash of the question';
COMMENT ON COLUMN mpc.answered_set.members IS 'the parties in the sum: their identifiers of 32 bytes, sorted';
COMMENT ON COLUMN mpc.answered_set.at IS 'when this set was last answered, by this database''s clock';
REVOKE ALL ON mpc.answered_set FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('mpc.answered_set', '');
-- Identity, parties, logins, what is published, the ledger and the check of all.

-- Identity

CREATE FUNCTION mpc.make_identity() RETURNS text
	LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'mpc_sql_make_identity';
COMMENT ON FUNCTION mpc.make_identity() IS 'makes the identity of a database that has none and returns its card';
REVOKE EXECUTE ON FUNCTION mpc.make_identity() FROM PUBLIC;

CREATE FUNCTION mpc.identity_card() RETURNS text
	LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'mpc_sql_identity';
COMMENT ON FUNCTION mpc.identity_card() IS 'the public card of this database';

CREATE FUNCTION @extschema@.mpc_identity() RETURNS text
	LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'mpc_sql_identity';
COMMENT ON FUNCTION @extschema@.mpc_identity() IS 'the public card of this database: give it to the partners';

CREATE FUNCTION @extschema@.mpc_identity_export(passphrase text) RETURNS bytea
	LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'mpc_sql_identity_export';
COMMENT ON FUNCTION @extschema@.mpc_identity_export(text) IS 'the secret identity of this database, sealed under a passphrase';
REVOKE EXECUTE ON FUNCTION @extschema@.mpc_identity_export(text) FROM PUBLIC;

CREATE FUNCTION @extschema@.mpc_identity_import(sealed bytea, passphrase text) RETURNS text
	LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'mpc_sql_identity_import';
COMMENT ON FUNCTION @extschema@.mpc_identity_import(bytea, text) IS 'puts a sealed identity in the place of this database''s own and returns its card';
REVOKE EXECUTE ON FUNCTION @extschema@.mpc_identity_import(bytea, text) FROM PUBLIC;

CREATE FUNCTION mpc.fingerprint(identity text) RETURNS text
	LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'mpc_sql_fingerprint';
COMMENT ON FUNCTION mpc.fingerprint(text) IS 'a short form of an identity for people to compare; null when it is none';

CREATE FUNCTION mpc.card_epoch(identity text) RETURNS bigint
	LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'mpc_sql_card_epoch';
COMMENT ON FUNCTION mpc.card_epoch(text) IS 'the epoch in an identity; null when it is none';

-- Parties and federations

CREATE FUNCTION mpc.party_validator(options text[], context oid) RETURNS void
	LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'mpc_sql_party_validator';
COMMENT ON FUNCTION mpc.party_validator(text[], oid) IS 'validator of foreign-data wrapper mpc_party';

CREATE FUNCTION mpc.federation_validator(options text[], context oid) RETURNS void
	LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'mpc_sql_federation_validator';
COMMENT ON FUNCTION mpc.federation_validator(text[], oid) IS 'validator of foreign-data wrapper mpc_federation';

CREATE FOREIGN DATA WRAPPER mpc_party VALIDATOR mpc.party_validator;
COMMENT ON FOREIGN DATA WRAPPER mpc_party IS 'partners: one server for each, with its address and its pinned identity';

CREATE FUNCTION mpc.split_names(parties text) RETURNS text[]
	LANGUAGE c IMMUTABLE STRICT AS 'MODULE_PATHNAME', 'mpc_sql_split_names';
COMMENT ON FUNCTION mpc.split_names(text) IS 'the server names in an option "parties"';

CREATE FUNCTION mpc.federation_problem(federation text) RETURNS text
	LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'mpc_sql_federation_problem';
COMMENT ON FUNCTION mpc.federation_problem(text) IS 'why a federation cannot be used; null when it can';
REVOKE EXECUTE ON FUNCTION mpc.federation_problem(text) FROM PUBLIC;

CREATE FUNCTION mpc.federations_overlap(federation text, other text) RETURNS boolean
	LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'mpc_sql_federations_overlap';
COMMENT ON FUNCTION mpc.federations_overlap(text, text) IS 'whether two federations differ by so few parties that the totals of both show these parties'' part; false when one cannot be used';
REVOKE EXECUTE ON FUNCTION mpc.federations_overlap(text, text) FROM PUBLIC;

CREATE FUNCTION mpc.parse_conninfo(conninfo text, OUT name text, OUT value text) RETURNS SETOF record
	LANGUAGE c IMMUTABLE STRICT ROWS 10 AS 'MODULE_PATHNAME', 'mpc_sql_parse_conninfo';
COMMENT ON FUNCTION mpc.parse_conninfo(text) IS 'the parts of a connection string';

CREATE FUNCTION mpc.admit(login regrole, party text) RETURNS void
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	role pg_catalog.pg_roles;
	tied text;
BEGIN
	IF NOT (SELECT r.rolsuper FROM pg_roles AS r WHERE r.rolname = current_user) THEN
		RAISE insufficient_privilege USING MESSAGE = 'must be superuser to admit a login';
	END IF;
	IF login IS NULL OR party IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'login and party must not be null';
	END IF;
	SELECT r.* INTO role FROM pg_roles AS r WHERE r.oid = login;
	IF role.oid IS NULL THEN
		RAISE undefined_object USING MESSAGE = format('role %s does not exist', login);
	END IF;
	IF role.rolsuper OR role.rolreplication OR role.rolbypassrls OR role.rolcreaterole THEN
		RAISE invalid_parameter_value USING
			MESSAGE = format('role "%s" has too many rights to be the login of a partner', role.rolname),
			DETAIL = 'The login of a partner must not be SUPERUSER, REPLICATION, BYPASSRLS or CREATEROLE.';
	END IF;
	IF NOT role.rolcanlogin THEN
		RAISE invalid_parameter_value USING
			MESSAGE = format('role "%s" cannot log in', role.rolname),
			HINT = format('Run ALTER ROLE %I LOGIN.', role.rolname);
	END IF;
	IF NOT EXISTS (SELECT FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
				   WHERE s.srvname = party AND w.fdwname = 'mpc_party') THEN
		RAISE undefined_object USING
			MESSAGE = format('party "%s" does not exist', party),
			HINT = 'Create it with CREATE SERVER ... FOREIGN DATA WRAPPER mpc_party, or with mpc_partner().';
	END IF;
	SELECT l.party INTO tied FROM mpc.login AS l WHERE l.login = admit.login;
	IF tied <> party THEN
		RAISE object_in_use USING
			MESSAGE = format('role "%s" is the login of party "%s" already', role.rolname, tied),
			HINT = 'Give every partner a login of its own.';
	END IF;
	INSERT INTO mpc.login VALUES (login, party) ON CONFLICT DO NOTHING;
	EXECUTE format('GRANT USAGE ON SCHEMA mpc TO %I', role.rolname);
	EXECUTE format('GRANT EXECUTE ON PROCEDURE mpc.hello(bytea, bytea), mpc.answer(bytea, bytea) TO %I', role.rolname);
	-- In every database: a neighbouring one would show as much.
	EXECUTE format('ALTER ROLE %I SET session_preload_libraries = ''mpc_agg_lock''', role.rolname);
END
$$;
COMMENT ON FUNCTION mpc.admit(regrole, text) IS 'the work of mpc_admit()';
REVOKE EXECUTE ON FUNCTION mpc.admit(regrole, text) FROM PUBLIC;

CREATE FUNCTION @extschema@.mpc_admit(login regrole, party text) RETURNS void
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM mpc.admit(login, party);
END
$$;
COMMENT ON FUNCTION @extschema@.mpc_admit(regrole, text) IS 'ties a login role to a partner and locks it: it may call the entry points and nothing else, in no database of this server';
REVOKE EXECUTE ON FUNCTION @extschema@.mpc_admit(regrole, text) FROM PUBLIC;

CREATE FUNCTION mpc.partner_server(name text, identity text, conninfo text) RETURNS text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	options text;
BEGIN
	IF EXISTS (SELECT FROM mpc.parse_conninfo(conninfo) AS o WHERE o.name IN ('user', 'password')) THEN
		RAISE invalid_parameter_value USING
			MESSAGE = 'the connection string must hold neither user nor password',
			HINT = 'Give them as username and password.';
	END IF;
	SELECT string_agg(format('%I %L, ', o.name, o.value), '') INTO options FROM mpc.parse_conninfo(conninfo) AS o;
	RETURN format('CREATE SERVER %I FOREIGN DATA WRAPPER mpc_party OPTIONS (%sidentity %L)', name, options, identity);
END
$$;
COMMENT ON FUNCTION mpc.partner_server(text, text, text) IS 'the statement with which mpc_partner() creates a server';

CREATE FUNCTION @extschema@.mpc_partner(name text, identity text, conninfo text, username text, password text,
	login regrole, for_user regrole DEFAULT pg_catalog.quote_ident(current_user)::regrole) RETURNS SETOF text
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	statement text;
	mapping text;
BEGIN
	IF name IS NULL OR identity IS NULL OR conninfo IS NULL OR username IS NULL OR for_user IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'name, identity, conninfo, username and for_user must not be null';
	END IF;
	statement := mpc.partner_server(name, identity, conninfo);
	EXECUTE statement;
	RETURN NEXT statement;
	mapping := format('CREATE USER MAPPING FOR %s SERVER %I OPTIONS ("user" %L', for_user, name, username);
	IF password IS NULL THEN
		EXECUTE mapping || ')';
		RETURN NEXT mapping || ')';
	ELSE
		-- The text of a failing statement would stand in the context of its error, and so in
		-- the log: the error is raised again without.
		BEGIN
			EXECUTE mapping || format(', password %L)', password);
		EXCEPTION WHEN OTHERS THEN
			RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = SQLERRM;
		END;
		RETURN NEXT mapping || ', password ''***'')';
	END IF;
	IF login IS NOT NULL THEN
		PERFORM mpc.admit(login, name);
		RETURN NEXT format('SELECT mpc_admit(%L, %L)', login, name);
	END IF;
END
$$;
COMMENT ON FUNCTION @extschema@.mpc_partner(text, text, text, text, text, regrole, regrole) IS 'creates server and user mapping of a partner and admits its login; returns what it ran';
REVOKE EXECUTE ON FUNCTION @extschema@.mpc_partner(text, text, text, text, text, regrole, regrole) FROM PUBLIC;

CREATE VIEW mpc.parties AS
	WITH member AS (
		SELECT s.srvname AS federation, n.party
		FROM pg_catalog.pg_foreign_server AS s
		JOIN pg_catalog.pg_foreign_data_wrapper AS w
			ON w.oid OPERATOR(pg_catalog.=) s.srvfdw AND w.fdwname OPERATOR(pg_catalog.=) 'mpc_federation'::pg_catalog.name
		CROSS JOIN LATERAL pg_catalog.pg_options_to_table(s.srvoptions) AS o
		CROSS JOIN LATERAL pg_catalog.unnest(mpc.split_names(o.option_value)) AS n(party)
		WHERE o.option_name OPERATOR(pg_catalog.=) 'parties'
	), party AS (
		SELECT s.srvname::pg_catalog.text AS party,
			(SELECT o.option_value FROM pg_catalog.pg_options_to_table(s.srvoptions) AS o WHERE o.option_name OPERATOR(pg_catalog.=) 'identity') AS identity,
			(SELECT o.option_value FROM pg_catalog.pg_options_to_table(s.srvoptions) AS o WHERE o.option_name OPERATOR(pg_catalog.=) 'host') AS host,
			(SELECT o.option_value FROM pg_catalog.pg_options_to_table(s.srvoptions) AS o WHERE o.option_name OPERATOR(pg_catalog.=) 'hostaddr') AS hostaddr,
			(SELECT o.option_value FROM pg_catalog.pg_options_to_table(s.srvoptions) AS o WHERE o.option_name OPERATOR(pg_catalog.=) 'port') AS port,
			(SELECT o.option_value FROM pg_catalog.pg_options_to_table(s.srvoptions) AS o WHERE o.option_name OPERATOR(pg_catalog.=) 'dbname') AS dbname
		FROM pg_catalog.pg_foreign_server AS s
		JOIN pg_catalog.pg_foreign_data_wrapper AS w
			ON w.oid OPERATOR(pg_catalog.=) s.srvfdw AND w.fdwname OPERATOR(pg_catalog.=) 'mpc_party'::pg_catalog.name
	)
	SELECT m.federation, COALESCE(m.party, p.party) AS party, mpc.fingerprint(p.identity) AS fingerprint,
		COALESCE(p.host, p.hostaddr) AS host, p.port, p.dbname,
		ARRAY(SELECT l.login FROM mpc.login AS l WHERE l.party OPERATOR(pg_catalog.=) COALESCE(m.party, p.party)) AS logins,
		mpc.card_epoch(p.identity) AS epoch
	FROM member AS m FULL JOIN party AS p ON p.party OPERATOR(pg_catalog.=) m.party;
COMMENT ON VIEW mpc.parties IS 'partners by federation, with the fingerprint of their pinned identities; federation is null for a partner in none';
COMMENT ON COLUMN mpc.parties.federation IS 'name of the server of wrapper mpc_federation';
COMMENT ON COLUMN mpc.parties.party IS 'name of the server of wrapper mpc_party';
COMMENT ON COLUMN mpc.parties.fingerprint IS 'short form of the pinned identity; null when the server is missing or has none';
COMMENT ON COLUMN mpc.parties.host IS 'host or address';
COMMENT ON COLUMN mpc.parties.port IS 'port';
COMMENT ON COLUMN mpc.parties.dbname IS 'database';
COMMENT ON COLUMN mpc.parties.logins IS 'login roles admitted for the partner';
COMMENT ON COLUMN mpc.parties.epoch IS 'epoch of the pinned identity';
REVOKE ALL ON mpc.parties FROM PUBLIC;

-- Datasets

CREATE FUNCTION @extschema@.mpc_unpublish(dataset text, federation text DEFAULT NULL) RETURNS void
	LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'mpc_sql_unpublish';
COMMENT ON FUNCTION @extschema@.mpc_unpublish(text, text) IS 'withdraws a dataset; only its owner and superusers may';
REVOKE EXECUTE ON FUNCTION @extschema@.mpc_unpublish(text, text) FROM PUBLIC;

CREATE FUNCTION mpc.domain_text(domain bytea, lookup regclass, lookup_column text) RETURNS text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	-- The bytes begin with the number of values.
	n integer := get_byte(domain, 0) + (get_byte(domain, 1) << 8) + (get_byte(domain, 2) << 16);
BEGIN
	RETURN CASE WHEN lookup IS NOT NULL THEN format('lookup %s.%I', lookup, lookup_column)
		WHEN n = 1 THEN '1 value' ELSE COALESCE(n || ' values', 'open') END;
END
$$;
COMMENT ON FUNCTION mpc.domain_text(bytea, regclass, text) IS 'the domain of a key column in words';

CREATE VIEW mpc.datasets AS
	SELECT d.name AS dataset, d.federation, d.relation, d.owner,
		ARRAY(SELECT c.name FROM mpc.dataset_column AS c WHERE c.dataset OPERATOR(pg_catalog.=) d.name
			AND c.federation OPERATOR(pg_catalog.=) d.federation AND c.role OPERATOR(pg_catalog.=) 'key' ORDER BY c.name) AS keys,
		ARRAY(SELECT c.name FROM mpc.dataset_column AS c WHERE c.dataset OPERATOR(pg_catalog.=) d.name
			AND c.federation OPERATOR(pg_catalog.=) d.federation AND c.role OPERATOR(pg_catalog.=) 'measure' ORDER BY c.name) AS measures,
		ARRAY(SELECT c.name FROM mpc.dataset_column AS c WHERE c.dataset OPERATOR(pg_catalog.=) d.name
			AND c.federation OPERATOR(pg_catalog.=) d.federation AND c.role OPERATOR(pg_catalog.=) 'filter' ORDER BY c.name) AS filters,
		ARRAY(SELECT c.name FROM mpc.dataset_column AS c WHERE c.dataset OPERATOR(pg_catalog.=) d.name
			AND c.federation OPERATOR(pg_catalog.=) d.federation AND c.role OPERATOR(pg_catalog.=) 'identifier' ORDER BY c.name) AS identifiers,
		COALESCE((SELECT pg_catalog.jsonb_object_agg(c.name, mpc.domain_text(c.domain, c.lookup, c.lookup_column)) FROM mpc.dataset_column AS c
			WHERE c.dataset OPERATOR(pg_catalog.=) d.name AND c.federation OPERATOR(pg_catalog.=) d.federation
			AND c.role OPERATOR(pg_catalog.=) 'key'), '{}') AS domains,
		COALESCE((SELECT pg_catalog.jsonb_object_agg(c.name, c.normalize) FROM mpc.dataset_column AS c
			WHERE c.dataset OPERATOR(pg_catalog.=) d.name AND c.federation OPERATOR(pg_catalog.=) d.federation
			AND c.normalize OPERATOR(pg_catalog.<>) ''), '{}') AS normalize,
		d.functions, d.min_rows, d.max_groups, d."intersect", d.min_set, d.max_ratio, d.max_probes, d.max_changes,
		d.suspended, d.published_at
	FROM mpc.dataset AS d;
COMMENT ON VIEW mpc.datasets IS 'what this database publishes';
COMMENT ON COLUMN mpc.datasets.dataset IS 'name of the dataset, the same at every party';
COMMENT ON COLUMN mpc.datasets.federation IS 'to whom it is published';
COMMENT ON COLUMN mpc.datasets.relation IS 'published relation';
COMMENT ON COLUMN mpc.datasets.owner IS 'role with whose rights questions run';
COMMENT ON COLUMN mpc.datasets.keys IS 'columns it may be grouped by';
COMMENT ON COLUMN mpc.datasets.measures IS 'columns that may be aggregated';
COMMENT ON COLUMN mpc.datasets.filters IS 'columns a question may restrict';
COMMENT ON COLUMN mpc.datasets.identifiers IS 'columns whose different values may be counted over all parties';
COMMENT ON COLUMN mpc.datasets.domains IS 'for each key: open, so many values, or the lookup relation and column';
COMMENT ON COLUMN mpc.datasets.normalize IS 'for each identifier that is normalized: the steps';
COMMENT ON COLUMN mpc.datasets.functions IS 'allowed classes of functions';
COMMENT ON COLUMN mpc.datasets.min_rows IS 'least number of rows behind anything this party contributes';
COMMENT ON COLUMN mpc.datasets.max_groups IS 'most groups of open keys that one question may have here';
COMMENT ON COLUMN mpc.datasets."intersect" IS 'what partners may learn of common identifiers: nothing (null), count, sum or members; each allows those before it';
COMMENT ON COLUMN mpc.datasets.min_set IS 'least number of identifiers on either side of an intersection';
COMMENT ON COLUMN mpc.datasets.max_ratio IS 'most times as many identifiers on the asker''s side of an intersection as on this one';
COMMENT ON COLUMN mpc.datasets.max_probes IS 'most identifiers that one partner may ask about in 24 hours';
COMMENT ON COLUMN mpc.datasets.max_changes IS 'most intersections that one partner may ask in 24 hours';
COMMENT ON COLUMN mpc.datasets.suspended IS 'column that broke the contract; every question is refused until published anew';
COMMENT ON COLUMN mpc.datasets.published_at IS 'when it was last published';
REVOKE ALL ON mpc.datasets FROM PUBLIC;

-- Ledger

CREATE FUNCTION mpc.verify_ledger(OUT rows bigint, OUT broken_at bigint) RETURNS record
	LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'mpc_sql_verify_ledger';
COMMENT ON FUNCTION mpc.verify_ledger() IS 'recomputes the chain of answered questions: how many rows, and the first seq that is not as it was written, null when all are';
REVOKE EXECUTE ON FUNCTION mpc.verify_ledger() FROM PUBLIC;

CREATE VIEW mpc.ledger AS
	SELECT e.id, e.at, e.role, e.party, e.login, e.dataset, e.question,
		pg_catalog.encode(e.rid, 'hex') AS request_id, pg_catalog.octet_length(e.request) AS request_bytes, e.seq
	FROM mpc.ledger_entry AS e;
COMMENT ON VIEW mpc.ledger IS 'every question this database answered (role peer) or asked (role asker)';
COMMENT ON COLUMN mpc.ledger.id IS 'order of writing';
COMMENT ON COLUMN mpc.ledger.at IS 'this database''s clock';
COMMENT ON COLUMN mpc.ledger.role IS 'peer: answered for a partner; asker: asked by this database';
COMMENT ON COLUMN mpc.ledger.party IS 'who asked (role peer) or the federation asked (role asker)';
COMMENT ON COLUMN mpc.ledger.login IS 'session user';
COMMENT ON COLUMN mpc.ledger.dataset IS 'dataset of the question';
COMMENT ON COLUMN mpc.ledger.question IS 'the question in words';
COMMENT ON COLUMN mpc.ledger.request_id IS 'request id, the same at every party';
COMMENT ON COLUMN mpc.ledger.request_bytes IS 'length of the request';
COMMENT ON COLUMN mpc.ledger.seq IS 'position in the chain of answered questions';
REVOKE ALL ON mpc.ledger FROM PUBLIC;

-- Progress

CREATE FUNCTION mpc.progress_rows() RETURNS TABLE (pid integer, role text, dataset text, relation regclass, phase text, done bigint, total bigint)
	LANGUAGE c STABLE ROWS 5 AS 'MODULE_PATHNAME', 'mpc_sql_progress_rows';
COMMENT ON FUNCTION mpc.progress_rows() IS 'intersections at work in this database, of sessions whose statistics the caller may see';

CREATE VIEW mpc.progress AS
	SELECT p.pid, p.role, p.dataset, p.relation, p.phase, p.done, p.total FROM mpc.progress_rows() AS p;
COMMENT ON VIEW mpc.progress IS 'how far intersections of this database have come; those of other roles for members of pg_read_all_stats';
COMMENT ON COLUMN mpc.progress.pid IS 'process of the session';
COMMENT ON COLUMN mpc.progress.role IS 'peer: answers a partner; asker: asks';
COMMENT ON COLUMN mpc.progress.dataset IS 'dataset of the question';
COMMENT ON COLUMN mpc.progress.relation IS 'joint table, or published relation; null when there is none';
COMMENT ON COLUMN mpc.progress.phase IS 'reading, blinding, exchanging, evaluating or matching';
COMMENT ON COLUMN mpc.progress.done IS 'items of the phase that are done';
COMMENT ON COLUMN mpc.progress.total IS 'items of the phase; null when that is not known';
REVOKE ALL ON mpc.progress FROM PUBLIC;

-- The check: one function per subject, status is ok, warn or FAIL.

CREATE FUNCTION mpc.library_version() RETURNS text
	LANGUAGE c IMMUTABLE AS 'MODULE_PATHNAME', 'mpc_sql_library_version';
COMMENT ON FUNCTION mpc.library_version() IS 'version of the loaded library';

CREATE FUNCTION mpc.sodium_version() RETURNS text
	LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'mpc_sql_sodium_version';
COMMENT ON FUNCTION mpc.sodium_version() IS 'version of libsodium, null when it does not start';

CREATE FUNCTION mpc.check_library() RETURNS TABLE ("check" text, status text, detail text, fix text)
	LANGUAGE plpgsql VOLATILE ROWS 10 SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	installed text := (SELECT e.extversion FROM pg_extension AS e WHERE e.extname = 'mpc_agg');
	encoding text := current_setting('server_encoding');
BEGIN
	RETURN QUERY SELECT 'library', CASE WHEN installed = mpc.library_version() THEN 'ok' ELSE 'FAIL' END,
		format('library %s, extension %s', mpc.library_version(), installed),
		CASE WHEN installed <> mpc.library_version() THEN 'ALTER EXTENSION mpc_agg UPDATE' END;
	RETURN QUERY SELECT 'libsodium', CASE WHEN v IS NULL THEN 'FAIL' ELSE 'ok' END,
		COALESCE('libsodium ' || v, 'libsodium does not start'), NULL::text FROM mpc.sodium_version() AS v;
	RETURN QUERY SELECT 'encoding', CASE WHEN encoding = 'SQL_ASCII' THEN 'FAIL' ELSE 'ok' END,
		'database encoding ' || encoding,
		CASE WHEN encoding = 'SQL_ASCII' THEN 'CREATE DATABASE ... ENCODING ''UTF8'' TEMPLATE template0' END;
	"check" := 'identity';
	BEGIN
		status := 'ok';
		detail := mpc.fingerprint(mpc.identity_card());
	EXCEPTION WHEN OTHERS THEN
		status := 'FAIL';
		detail := SQLERRM;
		fix := 'SELECT mpc_identity_import(...)';
	END;
	RETURN NEXT;
END
$$;
COMMENT ON FUNCTION mpc.check_library() IS 'part of mpc_check()';
REVOKE EXECUTE ON FUNCTION mpc.check_library() FROM PUBLIC;

CREATE FUNCTION mpc.check_exposure() RETURNS TABLE ("check" text, status text, detail text, fix text)
	LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	exposed boolean;
BEGIN
	RETURN QUERY SELECT 'publication', 'FAIL', format('publication "%s" covers all tables, secrets too', p.pubname),
		format('DROP PUBLICATION %I', p.pubname)
		FROM pg_publication AS p WHERE p.puballtables;
	exposed := FOUND;
	RETURN QUERY SELECT 'publication', 'FAIL', format('publication "%s" covers schema mpc, secrets too', p.pubname),
		format('ALTER PUBLICATION %I DROP TABLES IN SCHEMA mpc', p.pubname)
		FROM pg_publication AS p JOIN pg_publication_namespace AS n ON n.pnpubid = p.oid
		WHERE n.pnnspid = 'mpc'::regnamespace;
	exposed := exposed OR FOUND;
	RETURN QUERY SELECT 'publication', 'FAIL', format('publication "%s" covers table mpc.%s', p.pubname, c.relname),
		format('ALTER PUBLICATION %I DROP TABLE mpc.%I', p.pubname, c.relname)
		FROM pg_publication AS p JOIN pg_publication_rel AS r ON r.prpubid = p.oid
		JOIN pg_class AS c ON c.oid = r.prrelid WHERE c.relnamespace = 'mpc'::regnamespace;
	exposed := exposed OR FOUND;
	RETURN QUERY SELECT 'publication', 'FAIL', format('replication slot "%s" can decode the tables of schema mpc', s.slot_name),
		format('SELECT pg_drop_replication_slot(%L)', s.slot_name)
		FROM pg_replication_slots AS s WHERE s.slot_type = 'logical' AND s.database = current_database();
	IF NOT (exposed OR FOUND) THEN
		RETURN QUERY SELECT 'publication', 'ok', 'no publication and no logical slot reaches schema mpc', NULL::text;
	END IF;
END
$$;
COMMENT ON FUNCTION mpc.check_exposure() IS 'part of mpc_check()';
REVOKE EXECUTE ON FUNCTION mpc.check_exposure() FROM PUBLIC;

CREATE FUNCTION mpc.check_party(federation text, party text) RETURNS TABLE ("check" text, status text, detail text, fix text)
	LANGUAGE plpgsql VOLATILE ROWS 1 SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	reason text;
	host text;
BEGIN
	"check" := format('party %I of %I', party, federation);
	status := 'ok';
	IF NOT EXISTS (SELECT FROM pg_user_mappings AS m WHERE m.srvname = party
				   AND (m.umuser = 0 OR m.umuser = quote_ident(current_user)::regrole)) THEN
		status := 'warn';		-- others may have one
		detail := format('not tested: "%s" has no user mapping for party "%s"', current_user, party);
		fix := format('CREATE USER MAPPING FOR %I SERVER %I OPTIONS (user ''...'', password ''...'')', current_user, party);
	ELSE
		BEGIN
			detail := mpc.probe(federation, party);
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS reason = PG_EXCEPTION_DETAIL;
			status := 'FAIL';
			detail := concat_ws(': ', SQLERRM, nullif(reason, ''));
			IF SQLSTATE = '08001' THEN
				fix := format('ALTER SERVER %I OPTIONS (SET host ''...'', SET port ''...'', SET dbname ''...''); ALTER USER MAPPING FOR %I SERVER %1$I OPTIONS (SET password ''...'')',
					party, current_user);
			END IF;
		END;
	END IF;
	RETURN NEXT;
	SELECT split_part(o, '=', 2) INTO host FROM pg_foreign_server AS s, unnest(s.srvoptions) AS o WHERE s.srvname = party AND o ~ '^host(addr)?='
		ORDER BY o DESC LIMIT 1;		-- hostaddr is where libpq goes
	IF host !~ '^(/|localhost$|127\.|::1$)'
		AND NOT EXISTS (SELECT FROM pg_foreign_server AS s WHERE s.srvname = party AND 'sslmode=verify-full' = ANY (s.srvoptions)) THEN
		"check" := format('transport to %I', party);
		status := 'warn';
		detail := 'without sslmode verify-full, somebody on the network may pose as this party''s server and take the password';
		fix := format('ALTER SERVER %I OPTIONS (ADD sslmode ''verify-full'', ADD sslrootcert ''...'')', party);
		RETURN NEXT;
	END IF;
END
$$;
COMMENT ON FUNCTION mpc.check_party(text, text) IS 'part of mpc_check()';
REVOKE EXECUTE ON FUNCTION mpc.check_party(text, text) FROM PUBLIC;

CREATE FUNCTION mpc.check_federations() RETURNS TABLE ("check" text, status text, detail text, fix text)
	LANGUAGE plpgsql VOLATILE ROWS 10 SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	server record;
	problem text;
BEGIN
	FOR server IN SELECT s.srvname, ARRAY(SELECT p.party FROM mpc.parties AS p WHERE p.federation = s.srvname ORDER BY p.party) AS parties
		FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
		WHERE w.fdwname = 'mpc_federation' ORDER BY s.srvname
	LOOP
		problem := mpc.federation_problem(server.srvname::text);
		IF problem IS NULL AND cardinality(server.parties) = 1 AND NOT EXISTS (
			SELECT FROM pg_foreign_server AS s, unnest(s.srvoptions) AS o
			WHERE s.srvname = server.srvname AND o LIKE 'allow_two_party=%' AND split_part(o, '=', 2)::boolean) THEN
			RETURN QUERY SELECT format('federation %I', server.srvname), 'FAIL', 'two parties, and sums of two are not allowed: no question is answered',
				format('ALTER SERVER %I OPTIONS (ADD allow_two_party ''true'')', server.srvname);
			CONTINUE;
		END IF;
		RETURN QUERY SELECT format('federation %I', server.srvname), CASE WHEN problem IS NULL THEN 'ok' ELSE 'FAIL' END,
			COALESCE(problem, CASE cardinality(server.parties) WHEN 1 THEN 'one party and this database'
				ELSE format('%s parties and this database', cardinality(server.parties)) END),
			CASE WHEN problem LIKE 'threshold %' THEN format('ALTER SERVER %I OPTIONS (DROP threshold)', server.srvname)
				WHEN problem LIKE 'protocol %' THEN format('ALTER SERVER %I OPTIONS (SET protocol ''masked'')', server.srvname)
				WHEN problem IS NOT NULL THEN format('ALTER SERVER %I OPTIONS (SET parties ''...'')', server.srvname) END;
		IF problem IS NULL THEN
			RETURN QUERY SELECT c.* FROM unnest(server.parties) AS p(party)
				CROSS JOIN LATERAL mpc.check_party(server.srvname::text, p.party) AS c;
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION mpc.check_federations() IS 'part of mpc_check()';
REVOKE EXECUTE ON FUNCTION mpc.check_federations() FROM PUBLIC;

CREATE FUNCTION mpc.check_dataset(name text, federation text, relation regclass, owner regrole, suspended text)
	RETURNS TABLE ("check" text, status text, detail text, fix text)
	LANGUAGE plpgsql STABLE ROWS 1 SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	class pg_catalog.pg_class;
	role pg_catalog.pg_roles;
	problem text := mpc.dataset_problem(name, federation);
	missing_grant text;
BEGIN
	SELECT c.* INTO class FROM pg_class AS c WHERE c.oid = relation;
	SELECT r.* INTO role FROM pg_roles AS r WHERE r.oid = owner;
	SELECT format('GRANT SELECT (%I) ON %s TO %I', k.lookup_column, k.lookup, role.rolname) INTO missing_grant
		FROM mpc.dataset_column AS k JOIN pg_attribute AS a ON a.attrelid = k.lookup AND a.attname = k.lookup_column
		WHERE k.dataset = check_dataset.name AND k.federation = check_dataset.federation
		AND NOT has_column_privilege(role.oid, a.attrelid, a.attnum, 'SELECT') ORDER BY k.name LIMIT 1;
	"check" := format('dataset %I of %I', name, federation);
	status := 'FAIL';
	fix := format('SELECT mpc_unpublish(%L, %L)', name, federation);
	IF NOT EXISTS (SELECT FROM pg_foreign_server AS s WHERE s.srvname = federation) THEN
		detail := format('federation "%s" does not exist', federation);
	ELSIF class.oid IS NULL THEN
		detail := 'its relation does not exist';
	ELSIF role.oid IS NULL THEN
		detail := 'its owner does not exist';
	ELSIF NOT pg_has_role(role.oid, class.relowner, 'USAGE') THEN
		detail := format('"%s" does not own %s', role.rolname, relation);
		fix := format('ALTER TABLE %s OWNER TO %I', relation, role.rolname);
	ELSIF problem IS NOT NULL THEN
		detail := problem;
		fix := COALESCE(missing_grant, format('SELECT mpc_publish(%L, ...)', name));
	ELSIF suspended IS NOT NULL THEN
		detail := format('suspended: a value of column "%s" broke the contract', suspended);
		fix := format('SELECT mpc_publish(%L, ...)', name);
	ELSIF class.relrowsecurity AND (NOT class.relforcerowsecurity OR role.rolsuper OR role.rolbypassrls) THEN
		status := 'warn';
		detail := format('row security of %s does not hold for its publisher "%s"', relation, role.rolname);
		fix := CASE WHEN role.rolsuper OR role.rolbypassrls THEN format('ALTER TABLE %s OWNER TO ...', relation)
			ELSE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', relation) END;
	ELSE
		status := 'ok';
		detail := format('%s, owned by "%s"', relation, role.rolname);
		fix := NULL;
	END IF;
	RETURN NEXT;
END
$$;
COMMENT ON FUNCTION mpc.check_dataset(text, text, regclass, regrole, text) IS 'part of mpc_check()';
REVOKE EXECUTE ON FUNCTION mpc.check_dataset(text, text, regclass, regrole, text) FROM PUBLIC;

CREATE FUNCTION mpc.check_overlaps() RETURNS TABLE ("check" text, status text, detail text, fix text)
	LANGUAGE plpgsql STABLE ROWS 1 SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY SELECT DISTINCT format('overlap of %I and %I', a.federation, b.federation), 'warn',
		format('%s is published to both, and they differ by so few parties that their totals show these parties'' part', a.relation),
		format('SELECT mpc_unpublish(%L, %L)', b.name, b.federation)
		FROM mpc.dataset AS a JOIN mpc.dataset AS b ON b.relation = a.relation AND b.federation > a.federation
		WHERE mpc.federations_overlap(a.federation, b.federation) ORDER BY 1, 3, 4;
END
$$;
COMMENT ON FUNCTION mpc.check_overlaps() IS 'part of mpc_check()';
REVOKE EXECUTE ON FUNCTION mpc.check_overlaps() FROM PUBLIC;

CREATE FUNCTION mpc.check_login(login regrole, party text) RETURNS TABLE ("check" text, status text, detail text, fix text)
	LANGUAGE plpgsql STABLE ROWS 1 SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	role pg_catalog.pg_roles;
BEGIN
	SELECT r.* INTO role FROM pg_roles AS r WHERE r.oid = login;
	"check" := format('login %s', login);
	status := 'FAIL';
	IF role.oid IS NULL THEN
		detail := format('the role admitted for party "%s" does not exist', party);
		fix := format('DELETE FROM mpc.login WHERE login = %L', login);
	ELSIF role.rolsuper OR role.rolreplication OR role.rolbypassrls OR role.rolcreaterole THEN
		detail := 'the login of a partner must not be SUPERUSER, REPLICATION, BYPASSRLS or CREATEROLE';
		fix := format('ALTER ROLE %I NOSUPERUSER NOREPLICATION NOBYPASSRLS NOCREATEROLE', role.rolname);
	ELSIF NOT EXISTS (SELECT FROM mpc.parties AS p WHERE p.party = check_login.party AND p.fingerprint IS NOT NULL) THEN
		detail := format('party "%s" does not exist or has no identity', party);
		fix := format('DELETE FROM mpc.login WHERE login = %L', login);
	ELSIF NOT (role.rolcanlogin AND has_schema_privilege(role.oid, 'mpc', 'USAGE')
			   AND has_database_privilege(role.oid, current_database(), 'CONNECT')
			   AND has_function_privilege(role.oid, 'mpc.hello(bytea, bytea)', 'EXECUTE')
			   AND has_function_privilege(role.oid, 'mpc.answer(bytea, bytea)', 'EXECUTE')) THEN
		detail := 'it cannot log in here or cannot call the entry points';
		fix := format('ALTER ROLE %I LOGIN; GRANT CONNECT ON DATABASE %I TO %I; SELECT mpc_admit(%L, %L)',
			role.rolname, current_database(), role.rolname, login, party);
	ELSIF NOT EXISTS (SELECT FROM pg_db_role_setting AS s WHERE s.setrole = role.oid AND s.setdatabase = 0
					  AND 'session_preload_libraries=mpc_agg_lock' = ANY (s.setconfig))
		OR EXISTS (SELECT FROM pg_db_role_setting AS s, unnest(s.setconfig) AS c WHERE s.setrole = role.oid
				   AND s.setdatabase <> 0 AND c LIKE 'session\_preload\_libraries=%') THEN
		detail := 'it is not locked in every database of this server';
		fix := (SELECT string_agg(format('ALTER ROLE %I IN DATABASE %I RESET session_preload_libraries; ', role.rolname, d.datname), '')
				FROM pg_db_role_setting AS s JOIN pg_database AS d ON d.oid = s.setdatabase WHERE s.setrole = role.oid);
		fix := concat(fix, format('ALTER ROLE %I SET session_preload_libraries = ''mpc_agg_lock''', role.rolname));
	ELSIF EXISTS (SELECT FROM pg_auth_members AS m WHERE m.member = role.oid) THEN
		status := 'warn';
		detail := 'it is a member of other roles and has their rights, too';
		fix := (SELECT string_agg(format('REVOKE %I FROM %I', g.rolname, role.rolname), '; ')
				FROM pg_auth_members AS m JOIN pg_roles AS g ON g.oid = m.roleid WHERE m.member = role.oid);
	ELSE
		status := 'ok';
		detail := format('admitted for party "%s", and locked', party);
	END IF;
	RETURN NEXT;
END
$$;
COMMENT ON FUNCTION mpc.check_login(regrole, text) IS 'part of mpc_check()';
REVOKE EXECUTE ON FUNCTION mpc.check_login(regrole, text) FROM PUBLIC;

CREATE FUNCTION mpc.check_ledger() RETURNS TABLE ("check" text, status text, detail text, fix text)
	LANGUAGE plpgsql STABLE ROWS 1 SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY SELECT 'ledger', CASE WHEN v.broken_at IS NULL THEN 'ok' ELSE 'FAIL' END,
		CASE WHEN v.broken_at IS NULL THEN format('%s answered questions, chain unbroken', v.rows)
			ELSE format('the chain is broken at seq %s of %s rows', v.broken_at, v.rows) END,
		CASE WHEN v.broken_at IS NOT NULL THEN format('SELECT * FROM mpc.ledger WHERE seq >= %s ORDER BY seq', v.broken_at) END
		FROM mpc.verify_ledger() AS v;
END
$$;
COMMENT ON FUNCTION mpc.check_ledger() IS 'part of mpc_check()';
REVOKE EXECUTE ON FUNCTION mpc.check_ledger() FROM PUBLIC;

CREATE FUNCTION @extschema@.mpc_check() RETURNS TABLE ("check" text, status text, detail text, fix text)
	LANGUAGE plpgsql VOLATILE ROWS 30 SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY SELECT c.* FROM mpc.check_library() AS c;
	RETURN QUERY SELECT c.* FROM mpc.check_exposure() AS c;
	RETURN QUERY SELECT c.* FROM mpc.check_federations() AS c;
	RETURN QUERY SELECT c.* FROM mpc.dataset AS d
		CROSS JOIN LATERAL mpc.check_dataset(d.name, d.federation, d.relation, d.owner, d.suspended) AS c
		ORDER BY 1;
	RETURN QUERY SELECT c.* FROM mpc.check_overlaps() AS c;
	RETURN QUERY SELECT c.* FROM mpc.login AS l CROSS JOIN LATERAL mpc.check_login(l.login, l.party) AS c ORDER BY 1;
	RETURN QUERY SELECT c.* FROM mpc.check_ledger() AS c;
END
$$;
COMMENT ON FUNCTION @extschema@.mpc_check() IS 'one row per check, with the SQL that fixes what is wrong';
REVOKE EXECUTE ON FUNCTION @extschema@.mpc_check() FROM PUBLIC;

-- Every database that has the extension has an identity.
SELECT mpc.make_identity();
-- Sums of measures, of their squares and products over this database's own rows, and publishing.

CREATE FUNCTION mpc.measure_add(internal, boolean, bigint, bigint, integer) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_measure_add_bool';
COMMENT ON FUNCTION mpc.measure_add(internal, boolean, bigint, bigint, integer) IS 'transition function of mpc.measure_sum';

CREATE FUNCTION mpc.measure_add(internal, integer, bigint, bigint, integer) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_measure_add_int4';
COMMENT ON FUNCTION mpc.measure_add(internal, integer, bigint, bigint, integer) IS 'transition function of mpc.measure_sum';

CREATE FUNCTION mpc.measure_add(internal, bigint, bigint, bigint, integer) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_measure_add_int8';
COMMENT ON FUNCTION mpc.measure_add(internal, bigint, bigint, bigint, integer) IS 'transition function of mpc.measure_sum';

CREATE FUNCTION mpc.measure_add(internal, numeric, numeric, numeric, integer) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_measure_add_numeric';
COMMENT ON FUNCTION mpc.measure_add(internal, numeric, numeric, numeric, integer) IS 'transition function of mpc.measure_sum';

CREATE FUNCTION mpc.measure_add(internal, double precision, numeric, numeric, integer) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_measure_add_float8';
COMMENT ON FUNCTION mpc.measure_add(internal, double precision, numeric, numeric, integer) IS 'transition function of mpc.measure_sum';

CREATE FUNCTION mpc.measure_combine(internal, internal) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_measure_combine';
COMMENT ON FUNCTION mpc.measure_combine(internal, internal) IS 'combines states of mpc.measure_sum, mpc.measure_moments, mpc.measure_interval, mpc.measure_pair, mpc.measure_products, mpc.measure_histogram and mpc.measure_logistic';

CREATE FUNCTION mpc.measure_serialize(internal) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_measure_serialize';
COMMENT ON FUNCTION mpc.measure_serialize(internal) IS 'serializes a state of mpc.measure_sum, mpc.measure_moments, mpc.measure_interval, mpc.measure_pair, mpc.measure_products, mpc.measure_histogram or mpc.measure_logistic';

CREATE FUNCTION mpc.measure_deserialize(bytea, internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_measure_deserialize';
COMMENT ON FUNCTION mpc.measure_deserialize(bytea, internal) IS 'deserializes a state of mpc.measure_sum, mpc.measure_moments, mpc.measure_interval, mpc.measure_pair, mpc.measure_products, mpc.measure_histogram or mpc.measure_logistic';

CREATE FUNCTION mpc.measure_final(internal) RETURNS bytea
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_measure_final';
COMMENT ON FUNCTION mpc.measure_final(internal) IS 'final function of mpc.measure_sum';

CREATE AGGREGATE mpc.measure_sum(boolean, low bigint, high bigint, scale integer) (
	SFUNC = mpc.measure_add, STYPE = internal, SSPACE = 160, FINALFUNC = mpc.measure_final,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_sum(boolean, bigint, bigint, integer) IS 'exact sum of a measure: non-null count, scaled sum, whether a value was outside its contract';

CREATE AGGREGATE mpc.measure_sum(integer, low bigint, high bigint, scale integer) (
	SFUNC = mpc.measure_add, STYPE = internal, SSPACE = 160, FINALFUNC = mpc.measure_final,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_sum(integer, bigint, bigint, integer) IS 'exact sum of a measure: non-null count, scaled sum, whether a value was outside its contract';

CREATE AGGREGATE mpc.measure_sum(bigint, low bigint, high bigint, scale integer) (
	SFUNC = mpc.measure_add, STYPE = internal, SSPACE = 160, FINALFUNC = mpc.measure_final,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_sum(bigint, bigint, bigint, integer) IS 'exact sum of a measure: non-null count, scaled sum, whether a value was outside its contract';

CREATE AGGREGATE mpc.measure_sum(numeric, low numeric, high numeric, scale integer) (
	SFUNC = mpc.measure_add, STYPE = internal, SSPACE = 160, FINALFUNC = mpc.measure_final,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_sum(numeric, numeric, numeric, integer) IS 'exact sum of a measure: non-null count, scaled sum, whether a value was outside its contract';

CREATE AGGREGATE mpc.measure_sum(double precision, low numeric, high numeric, scale integer) (
	SFUNC = mpc.measure_add, STYPE = internal, SSPACE = 160, FINALFUNC = mpc.measure_final,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_sum(double precision, numeric, numeric, integer) IS 'exact sum of a measure: non-null count, scaled sum, whether a value was outside its contract';

CREATE FUNCTION mpc.measure_moments_add(internal, boolean, bigint, bigint, integer) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_moments_add_bool';
COMMENT ON FUNCTION mpc.measure_moments_add(internal, boolean, bigint, bigint, integer) IS 'transition function of mpc.measure_moments';

CREATE FUNCTION mpc.measure_moments_add(internal, integer, bigint, bigint, integer) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_moments_add_int4';
COMMENT ON FUNCTION mpc.measure_moments_add(internal, integer, bigint, bigint, integer) IS 'transition function of mpc.measure_moments';

CREATE FUNCTION mpc.measure_moments_add(internal, bigint, bigint, bigint, integer) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_moments_add_int8';
COMMENT ON FUNCTION mpc.measure_moments_add(internal, bigint, bigint, bigint, integer) IS 'transition function of mpc.measure_moments';

CREATE FUNCTION mpc.measure_moments_add(internal, numeric, numeric, numeric, integer) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_moments_add_numeric';
COMMENT ON FUNCTION mpc.measure_moments_add(internal, numeric, numeric, numeric, integer) IS 'transition function of mpc.measure_moments';

CREATE FUNCTION mpc.measure_moments_add(internal, double precision, numeric, numeric, integer) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_moments_add_float8';
COMMENT ON FUNCTION mpc.measure_moments_add(internal, double precision, numeric, numeric, integer) IS 'transition function of mpc.measure_moments';

CREATE FUNCTION mpc.measure_moments_final(internal) RETURNS bytea
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_moments_final';
COMMENT ON FUNCTION mpc.measure_moments_final(internal) IS 'final function of mpc.measure_moments';

CREATE AGGREGATE mpc.measure_moments(boolean, low bigint, high bigint, scale integer) (
	SFUNC = mpc.measure_moments_add, STYPE = internal, SSPACE = 256, FINALFUNC = mpc.measure_moments_final,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_moments(boolean, bigint, bigint, integer) IS 'exact sums of a measure and of its squares: as mpc.measure_sum';

CREATE AGGREGATE mpc.measure_moments(integer, low bigint, high bigint, scale integer) (
	SFUNC = mpc.measure_moments_add, STYPE = internal, SSPACE = 256, FINALFUNC = mpc.measure_moments_final,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_moments(integer, bigint, bigint, integer) IS 'exact sums of a measure and of its squares: as mpc.measure_sum';

CREATE AGGREGATE mpc.measure_moments(bigint, low bigint, high bigint, scale integer) (
	SFUNC = mpc.measure_moments_add, STYPE = internal, SSPACE = 256, FINALFUNC = mpc.measure_moments_final,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_moments(bigint, bigint, bigint, integer) IS 'exact sums of a measure and of its squares: as mpc.measure_sum';

CREATE AGGREGATE mpc.measure_moments(numeric, low numeric, high numeric, scale integer) (
	SFUNC = mpc.measure_moments_add, STYPE = internal, SSPACE = 256, FINALFUNC = mpc.measure_moments_final,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_moments(numeric, numeric, numeric, integer) IS 'exact sums of a measure and of its squares: as mpc.measure_sum';

CREATE AGGREGATE mpc.measure_moments(double precision, low numeric, high numeric, scale integer) (
	SFUNC = mpc.measure_moments_add, STYPE = internal, SSPACE = 256, FINALFUNC = mpc.measure_moments_final,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_moments(double precision, numeric, numeric, integer) IS 'exact sums of a measure and of its squares: as mpc.measure_sum';

CREATE FUNCTION mpc.measure_interval_add(internal, interval) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_interval_add';
COMMENT ON FUNCTION mpc.measure_interval_add(internal, interval) IS 'transition function of mpc.measure_interval';

CREATE FUNCTION mpc.measure_interval_final(internal) RETURNS bytea
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_interval_final';
COMMENT ON FUNCTION mpc.measure_interval_final(internal) IS 'final function of mpc.measure_interval';

CREATE AGGREGATE mpc.measure_interval(interval) (
	SFUNC = mpc.measure_interval_add, STYPE = internal, SSPACE = 256, FINALFUNC = mpc.measure_interval_final,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_interval(interval) IS 'exact sums of months, days and microseconds of a measure: as mpc.measure_sum';

CREATE FUNCTION mpc.measure_pair_add(internal, "any", "any", numeric[]) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_pair_add';
COMMENT ON FUNCTION mpc.measure_pair_add(internal, "any", "any", numeric[]) IS 'transition function of mpc.measure_pair';

CREATE FUNCTION mpc.measure_pair_final(internal) RETURNS bytea
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_pair_final';
COMMENT ON FUNCTION mpc.measure_pair_final(internal) IS 'final function of mpc.measure_pair';

CREATE AGGREGATE mpc.measure_pair(y "any", x "any", bounds numeric[]) (
	SFUNC = mpc.measure_pair_add, STYPE = internal, SSPACE = 512, FINALFUNC = mpc.measure_pair_final,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_pair("any", "any", numeric[]) IS 'exact sums of two measures, of their squares and products, over the rows where neither is null: as mpc.measure_sum';

CREATE FUNCTION mpc.measure_products_add(internal, numeric[], numeric[], integer[], VARIADIC "any") RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_products_add';
COMMENT ON FUNCTION mpc.measure_products_add(internal, numeric[], numeric[], integer[], VARIADIC "any") IS 'transition function of mpc.measure_products';

CREATE FUNCTION mpc.measure_products_final(internal, numeric[], numeric[], integer[], VARIADIC "any") RETURNS bytea
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_products_final';
COMMENT ON FUNCTION mpc.measure_products_final(internal, numeric[], numeric[], integer[], VARIADIC "any") IS 'final function of mpc.measure_products';

CREATE AGGREGATE mpc.measure_products(lows numeric[], highs numeric[], scales integer[], VARIADIC "any") (
	SFUNC = mpc.measure_products_add, STYPE = internal, SSPACE = 8192,
	FINALFUNC = mpc.measure_products_final, FINALFUNC_EXTRA,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_products(numeric[], numeric[], integer[], VARIADIC "any") IS 'exact sums of measures and of all their products, over the rows where none is null: as mpc.measure_sum';

CREATE FUNCTION mpc.measure_registers_add(internal, "any", bytea) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_registers_add';
COMMENT ON FUNCTION mpc.measure_registers_add(internal, "any", bytea) IS 'transition function of mpc.measure_registers';

CREATE FUNCTION mpc.measure_registers_combine(internal, internal) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_registers_combine';
COMMENT ON FUNCTION mpc.measure_registers_combine(internal, internal) IS 'combines states of mpc.measure_registers';

CREATE FUNCTION mpc.measure_registers_serialize(internal) RETURNS bytea
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_registers_serialize';
COMMENT ON FUNCTION mpc.measure_registers_serialize(internal) IS 'serializes a state of mpc.measure_registers; its final function, too';

CREATE FUNCTION mpc.measure_registers_deserialize(bytea, internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_registers_deserialize';
COMMENT ON FUNCTION mpc.measure_registers_deserialize(bytea, internal) IS 'deserializes a state of mpc.measure_registers';

CREATE AGGREGATE mpc.measure_registers("any", salt bytea) (
	SFUNC = mpc.measure_registers_add, STYPE = internal, SSPACE = 2304, FINALFUNC = mpc.measure_registers_serialize,
	COMBINEFUNC = mpc.measure_registers_combine, SERIALFUNC = mpc.measure_registers_serialize,
	DESERIALFUNC = mpc.measure_registers_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_registers("any", bytea) IS 'non-null count of an identifier, and the registers that its values raise under a salt';

CREATE FUNCTION mpc.measure_histogram_add(internal, "any", numeric, numeric, integer, numeric, numeric, integer) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_histogram_add';
COMMENT ON FUNCTION mpc.measure_histogram_add(internal, "any", numeric, numeric, integer, numeric, numeric, integer) IS 'transition function of mpc.measure_histogram';

CREATE FUNCTION mpc.measure_histogram_final(internal) RETURNS bytea
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_histogram_final';
COMMENT ON FUNCTION mpc.measure_histogram_final(internal) IS 'final function of mpc.measure_histogram';

CREATE AGGREGATE mpc.measure_histogram("any", low numeric, high numeric, scale integer, grid_low numeric, grid_high numeric, buckets integer) (
	SFUNC = mpc.measure_histogram_add, STYPE = internal, SSPACE = 8192, FINALFUNC = mpc.measure_histogram_final,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_histogram("any", numeric, numeric, integer, numeric, numeric, integer) IS 'how many values of a measure are in each cell of a grid of scaled integers: as mpc.measure_sum';

CREATE FUNCTION mpc.measure_logistic_add(internal, numeric[], numeric[], integer[], double precision[], VARIADIC "any") RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_logistic_add';
COMMENT ON FUNCTION mpc.measure_logistic_add(internal, numeric[], numeric[], integer[], double precision[], VARIADIC "any") IS 'transition function of mpc.measure_logistic';

CREATE FUNCTION mpc.measure_logistic_final(internal, numeric[], numeric[], integer[], double precision[], VARIADIC "any") RETURNS bytea
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_logistic_final';
COMMENT ON FUNCTION mpc.measure_logistic_final(internal, numeric[], numeric[], integer[], double precision[], VARIADIC "any") IS 'final function of mpc.measure_logistic';

CREATE AGGREGATE mpc.measure_logistic(lows numeric[], highs numeric[], scales integer[], coefficients double precision[], VARIADIC "any") (
	SFUNC = mpc.measure_logistic_add, STYPE = internal, SSPACE = 8192,
	FINALFUNC = mpc.measure_logistic_final, FINALFUNC_EXTRA,
	COMBINEFUNC = mpc.measure_combine, SERIALFUNC = mpc.measure_serialize,
	DESERIALFUNC = mpc.measure_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE mpc.measure_logistic(numeric[], numeric[], integer[], double precision[], VARIADIC "any") IS 'log likelihood, gradient and Hessian of logistic regression at some coefficients, over the rows where no measure is null: as mpc.measure_sum';

CREATE FUNCTION @extschema@.mpc_publish(
	dataset text, relation regclass, federation text,
	keys text[] DEFAULT '{}', measures text[] DEFAULT '{}', filters text[] DEFAULT '{}',
	identifiers text[] DEFAULT '{}', "intersect" text DEFAULT NULL,
	functions text[] DEFAULT '{count,sum,avg}', min_rows integer DEFAULT 5,
	columns jsonb DEFAULT '{}', max_groups integer DEFAULT 100000, allow_overlap boolean DEFAULT false,
	min_set integer DEFAULT 10, max_ratio integer DEFAULT 100, max_probes bigint DEFAULT 10000000,
	max_changes integer DEFAULT 10)
	RETURNS void
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mpc_sql_publish';
COMMENT ON FUNCTION @extschema@.mpc_publish(text, regclass, text, text[], text[], text[], text[], text, text[], integer, jsonb, integer, boolean, integer, integer, bigint, integer) IS 'publishes columns of a relation to a federation as a dataset, or publishes it anew';
REVOKE ALL ON FUNCTION @extschema@.mpc_publish(text, regclass, text, text[], text[], text[], text[], text, text[], integer, jsonb, integer, boolean, integer, integer, bigint, integer) FROM PUBLIC;
-- Joint tables.

CREATE FUNCTION mpc.federation_handler() RETURNS fdw_handler
	LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'mpc_sql_federation_handler';
COMMENT ON FUNCTION mpc.federation_handler() IS 'handler of wrapper mpc_federation';
REVOKE ALL ON FUNCTION mpc.federation_handler() FROM PUBLIC;

CREATE FOREIGN DATA WRAPPER mpc_federation
	HANDLER mpc.federation_handler VALIDATOR mpc.federation_validator;
COMMENT ON FOREIGN DATA WRAPPER mpc_federation IS 'a server is a federation: the parties that compute together';

-- The entry points of partners. Only mpc_admit() grants them.

CREATE PROCEDURE mpc.hello(request bytea, INOUT reply bytea)
	LANGUAGE c AS 'MODULE_PATHNAME', 'mpc_sql_hello';
COMMENT ON PROCEDURE mpc.hello(bytea, bytea) IS 'called by a partner''s database: gives a one-time key';
REVOKE ALL ON PROCEDURE mpc.hello(bytea, bytea) FROM PUBLIC;

CREATE PROCEDURE mpc.answer(request bytea, INOUT reply bytea)
	LANGUAGE c AS 'MODULE_PATHNAME', 'mpc_sql_answer';
COMMENT ON PROCEDURE mpc.answer(bytea, bytea) IS 'called by a partner''s database: answers one question, after recording it';
REVOKE ALL ON PROCEDURE mpc.answer(bytea, bytea) FROM PUBLIC;

CREATE FUNCTION mpc.dataset_problem(dataset text, federation text) RETURNS text
	LANGUAGE c STRICT STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_dataset_problem';
COMMENT ON FUNCTION mpc.dataset_problem(text, text) IS 'which column of the contract the published relation lacks, or which lookup cannot be read; null for none';
REVOKE ALL ON FUNCTION mpc.dataset_problem(text, text) FROM PUBLIC;

CREATE FUNCTION mpc.probe(federation text, party text) RETURNS text
	LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mpc_sql_probe';
COMMENT ON FUNCTION mpc.probe(text, text) IS 'greets a party and tells how long it took; raises when it does not answer as it should';
REVOKE ALL ON FUNCTION mpc.probe(text, text) FROM PUBLIC;

CREATE FUNCTION mpc.describe(federation text) RETURNS TABLE (party text, dataset text, "column" text, role text,
	type text, scale integer, low text, high text, domain text, "normalize" text, agrees boolean)
	LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE ROWS 100 AS 'MODULE_PATHNAME', 'mpc_sql_describe';
COMMENT ON FUNCTION mpc.describe(text) IS 'asks every party of a federation what it publishes to it: one row for each party, dataset and column in a role';
REVOKE ALL ON FUNCTION mpc.describe(text) FROM PUBLIC;

-- The explicit twins of the standard aggregates. They never see a row: over a joint
-- table or a published relation the planner hands them to the federation, anywhere else they raise.
-- The support function loads the library while a session's first such query is planned;
-- a final function that modifies its state keeps them from being window functions.

CREATE FUNCTION mpc.twin_support(internal) RETURNS internal
	LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'mpc_sql_twin_support';
COMMENT ON FUNCTION mpc.twin_support(internal) IS 'for the planner: loads the library';
CREATE FUNCTION mpc.refuse_local(internal, "any") RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED SUPPORT mpc.twin_support AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local(internal, "any") IS 'raises: an mpc_* aggregate is answered by a federation only';
CREATE FUNCTION mpc.refuse_local(internal) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED SUPPORT mpc.twin_support AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';
CREATE FUNCTION mpc.refuse_local_bigint(internal) RETURNS bigint
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_bigint(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';

CREATE FUNCTION mpc.refuse_local_numeric(internal) RETURNS numeric
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_numeric(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';

CREATE FUNCTION mpc.refuse_local_real(internal) RETURNS real
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_real(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';

CREATE FUNCTION mpc.refuse_local_double_precision(internal) RETURNS double precision
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_double_precision(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';

CREATE FUNCTION mpc.refuse_local_integer(internal) RETURNS integer
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_integer(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';

CREATE FUNCTION mpc.refuse_local_interval(internal) RETURNS interval
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_interval(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';

CREATE FUNCTION mpc.refuse_local_boolean(internal) RETURNS boolean
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_boolean(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';

CREATE AGGREGATE @extschema@.mpc_parties(*) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_integer, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_parties(*) IS 'number of parties that contribute to this row; null where groups were folded together';

CREATE AGGREGATE @extschema@.mpc_remainder(*) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_boolean, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_remainder(*) IS 'true in the row that holds what belongs to no group that may be shown';

CREATE AGGREGATE @extschema@.mpc_count(*) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_bigint, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_count(*) IS 'number of rows of all parties';

CREATE AGGREGATE @extschema@.mpc_count("any") (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_bigint, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_count("any") IS 'number of rows of all parties in which the value is not null';

CREATE AGGREGATE @extschema@.mpc_sum(smallint) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_bigint, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_sum(smallint) IS 'sum over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_avg(smallint) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_numeric, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_avg(smallint) IS 'average over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_sum(integer) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_bigint, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_sum(integer) IS 'sum over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_avg(integer) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_numeric, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_avg(integer) IS 'average over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_sum(bigint) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_numeric, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_sum(bigint) IS 'sum over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_avg(bigint) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_numeric, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_avg(bigint) IS 'average over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_sum(numeric) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_numeric, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_sum(numeric) IS 'sum over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_avg(numeric) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_numeric, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_avg(numeric) IS 'average over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_sum(real) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_real, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_sum(real) IS 'sum over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_avg(real) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_double_precision, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_avg(real) IS 'average over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_sum(double precision) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_double_precision, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_sum(double precision) IS 'sum over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_avg(double precision) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_double_precision, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_avg(double precision) IS 'average over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_sum(interval) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_interval, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_sum(interval) IS 'sum over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_avg(interval) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_interval, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_avg(interval) IS 'average over the rows of all parties';

CREATE AGGREGATE @extschema@.mpc_sum(boolean) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_bigint, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_sum(boolean) IS 'number of rows of all parties in which the value is true';

CREATE AGGREGATE @extschema@.mpc_avg(boolean) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_numeric, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_avg(boolean) IS 'fraction of rows of all parties in which the value is true';

-- Intersections. Their aggregates are pushed to the federation as all others; members come from functions.

CREATE FUNCTION mpc.refuse_local_set(internal, VARIADIC "any") RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED SUPPORT mpc.twin_support AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_set(internal, VARIADIC "any") IS 'raises: an mpc_* aggregate is answered by a federation only';

CREATE AGGREGATE @extschema@.mpc_intersect_count(VARIADIC "any") (SFUNC = mpc.refuse_local_set, STYPE = internal, FINALFUNC = mpc.refuse_local_bigint, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_intersect_count(VARIADIC "any") IS 'number of identifiers that all parties have';

CREATE AGGREGATE @extschema@.mpc_union_count(VARIADIC "any") (SFUNC = mpc.refuse_local_set, STYPE = internal, FINALFUNC = mpc.refuse_local_bigint, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_union_count(VARIADIC "any") IS 'number of identifiers that any of two parties has';

CREATE FUNCTION @extschema@.mpc_intersect(joint regclass, identifier text) RETURNS SETOF text
	LANGUAGE c VOLATILE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_intersect';
COMMENT ON FUNCTION @extschema@.mpc_intersect(regclass, text) IS 'own identifiers that all other parties have, too, as text';
CREATE FUNCTION @extschema@.mpc_intersect(joint regclass, identifier text, "like" anyelement) RETURNS SETOF anyelement
	LANGUAGE c VOLATILE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_intersect';
COMMENT ON FUNCTION @extschema@.mpc_intersect(regclass, text, anyelement) IS 'own identifiers that all other parties have, too, as values of the type of the last argument';
CREATE FUNCTION @extschema@.mpc_intersect(joint regclass, identifiers text[]) RETURNS SETOF record
	LANGUAGE c VOLATILE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_intersect_columns';
COMMENT ON FUNCTION @extschema@.mpc_intersect(regclass, text[]) IS 'own identifiers of several columns that all other parties have, too';

-- The same for statistics: each over the types PostgreSQL has it for, with its result type.

CREATE FUNCTION mpc.refuse_local(internal, "any", "any") RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED SUPPORT mpc.twin_support AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local(internal, "any", "any") IS 'raises: an mpc_* aggregate is answered by a federation only';
CREATE FUNCTION mpc.refuse_local_smallint(internal) RETURNS smallint
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_smallint(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';
CREATE FUNCTION mpc.refuse_local_date(internal) RETURNS date
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_date(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';
CREATE FUNCTION mpc.refuse_local_timestamp_without_time_zone(internal) RETURNS timestamp without time zone
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_timestamp_without_time_zone(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';
CREATE FUNCTION mpc.refuse_local_timestamp_with_time_zone(internal) RETURNS timestamp with time zone
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_timestamp_with_time_zone(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';

CREATE AGGREGATE @extschema@.mpc_intersect_sum("any", smallint) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_bigint, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_intersect_sum("any", smallint) IS 'sum of a measure over the own rows whose identifiers the other party has, too';
CREATE AGGREGATE @extschema@.mpc_intersect_sum("any", integer) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_bigint, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_intersect_sum("any", integer) IS 'sum of a measure over the own rows whose identifiers the other party has, too';
CREATE AGGREGATE @extschema@.mpc_intersect_sum("any", bigint) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_numeric, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_intersect_sum("any", bigint) IS 'sum of a measure over the own rows whose identifiers the other party has, too';
CREATE AGGREGATE @extschema@.mpc_intersect_sum("any", numeric) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_numeric, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_intersect_sum("any", numeric) IS 'sum of a measure over the own rows whose identifiers the other party has, too';
CREATE AGGREGATE @extschema@.mpc_intersect_sum("any", real) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_real, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_intersect_sum("any", real) IS 'sum of a measure over the own rows whose identifiers the other party has, too';
CREATE AGGREGATE @extschema@.mpc_intersect_sum("any", double precision) (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_double_precision, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_intersect_sum("any", double precision) IS 'sum of a measure over the own rows whose identifiers the other party has, too';

DO $$
DECLARE
	numbers CONSTANT text := 'smallint,integer,bigint,numeric>numeric; real,double precision>double precision';
	ordered CONSTANT text := 'smallint>smallint; integer>integer; bigint>bigint; numeric>numeric; real>real; '
		'double precision>double precision; date>date; timestamp without time zone>timestamp without time zone; '
		'timestamp with time zone>timestamp with time zone';
	pairs CONSTANT text := 'double precision, double precision>double precision';
	spec text[];
	kind text;
	argument text;
	result text;
BEGIN
	FOREACH spec SLICE 1 IN ARRAY ARRAY[
		['var_pop', numbers, 'population variance'],
		['var_samp', numbers, 'sample variance'],
		['variance', numbers, 'sample variance'],
		['stddev_pop', numbers, 'population standard deviation'],
		['stddev_samp', numbers, 'sample standard deviation'],
		['stddev', numbers, 'sample standard deviation'],
		['bool_and', 'boolean>boolean', 'whether all values are true'],
		['every', 'boolean>boolean', 'whether all values are true'],
		['bool_or', 'boolean>boolean', 'whether any value is true'],
		['bit_and', 'smallint>smallint; integer>integer; bigint>bigint', 'bitwise AND'],
		['bit_or', 'smallint>smallint; integer>integer; bigint>bigint', 'bitwise OR'],
		['min', ordered, 'least value'],
		['max', ordered, 'greatest value'],
		['covar_pop', pairs, 'population covariance'],
		['covar_samp', pairs, 'sample covariance'],
		['corr', pairs, 'correlation coefficient'],
		['regr_count', 'double precision, double precision>bigint', 'number of pairs without null'],
		['regr_avgx', pairs, 'average of X over the pairs without null'],
		['regr_avgy', pairs, 'average of Y over the pairs without null'],
		['regr_sxx', pairs, 'sum of squared deviations of X'],
		['regr_syy', pairs, 'sum of squared deviations of Y'],
		['regr_sxy', pairs, 'sum of products of deviations of X and Y'],
		['regr_slope', pairs, 'slope of the least-squares line'],
		['regr_intercept', pairs, 'Y at X = 0 of the least-squares line'],
		['regr_r2', pairs, 'square of the correlation coefficient']]
	LOOP
		FOREACH kind IN ARRAY string_to_array(spec[2], '; ')
		LOOP
			result := split_part(kind, '>', 2);
			FOREACH argument IN ARRAY
				string_to_array(split_part(kind, '>', 1), CASE WHEN spec[2] = numbers THEN ',' ELSE ';' END)
			LOOP
				EXECUTE format('CREATE AGGREGATE @extschema@.mpc_%s(%s) (SFUNC = mpc.refuse_local, STYPE = internal, '
							   'FINALFUNC = mpc.refuse_local_%s, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED)',
							   spec[1], argument, replace(result, ' ', '_'));
				EXECUTE format('COMMENT ON AGGREGATE @extschema@.mpc_%s(%s) IS %L',
							   spec[1], argument, spec[3] || ' over the rows of all parties');
			END LOOP;
		END LOOP;
	END LOOP;
END
$$;

CREATE AGGREGATE @extschema@.mpc_approx_count_distinct("any") (SFUNC = mpc.refuse_local, STYPE = internal, FINALFUNC = mpc.refuse_local_bigint, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_approx_count_distinct("any") IS 'about how many different values of an identifier all parties have together: standard error 3.3 percent';

CREATE FUNCTION mpc.refuse_local_products(internal, "any", VARIADIC "any") RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED SUPPORT mpc.twin_support AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_products(internal, "any", VARIADIC "any") IS 'raises: an mpc_* aggregate is answered by a federation only';
CREATE FUNCTION mpc.refuse_local_numeric_array(internal) RETURNS numeric[]
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_numeric_array(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';

CREATE AGGREGATE @extschema@.mpc_products(outcome "any", VARIADIC predictors "any") (SFUNC = mpc.refuse_local_products, STYPE = internal, FINALFUNC = mpc.refuse_local_numeric_array, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_products("any", VARIADIC "any") IS 'over the rows of all parties in which no column is null: their number, the sum of each column, the sum of each product of two';

-- Distributions: a grid sorts the values, as width_bucket() does.

CREATE TYPE @extschema@.mpc_distribution AS (low numeric, high numeric, counts bigint[], folded bigint);
COMMENT ON TYPE @extschema@.mpc_distribution IS 'how many values are in each cell of a grid: cell 0 below low, 1 to n between low and high, n + 1 from high on; folded: how many may not be shown in theirs';

CREATE FUNCTION @extschema@.mpc_buckets(distribution mpc_distribution, OUT bucket integer, OUT low numeric, OUT high numeric, OUT count bigint)
	RETURNS SETOF record
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 12
	BEGIN ATOMIC
		SELECT b, CASE WHEN b > 0 THEN trim_scale(distribution.low + (distribution.high - distribution.low) * (b - 1) / (array_upper(distribution.counts, 1) - 1)) END,
			CASE WHEN b < array_upper(distribution.counts, 1) THEN trim_scale(distribution.low + (distribution.high - distribution.low) * b / (array_upper(distribution.counts, 1) - 1)) END,
			distribution.counts[b]
		FROM generate_subscripts(distribution.counts, 1) AS b
		UNION ALL SELECT NULL, NULL, NULL, distribution.folded WHERE distribution.folded > 0;
	END;
COMMENT ON FUNCTION @extschema@.mpc_buckets(mpc_distribution) IS 'the cells of a histogram, a row for each; the last one, where there are any, for values that may not be shown in theirs';

CREATE FUNCTION mpc.refuse_local(internal, "any", "any", "any", "any") RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED SUPPORT mpc.twin_support AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local(internal, "any", "any", "any", "any") IS 'raises: an mpc_* aggregate is answered by a federation only';
CREATE FUNCTION mpc.refuse_local(internal, "any", "any", "any", "any", "any") RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED SUPPORT mpc.twin_support AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local(internal, "any", "any", "any", "any", "any") IS 'raises: an mpc_* aggregate is answered by a federation only';
CREATE FUNCTION mpc.refuse_local_distribution(internal) RETURNS @extschema@.mpc_distribution
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_distribution(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';
CREATE FUNCTION mpc.refuse_local_numrange(internal) RETURNS numrange
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_numrange(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';

-- Types of the column and of its limits: integers are their own, since as double precision a large one would be another.
DO $$
DECLARE
	type text;
BEGIN
	FOREACH type IN ARRAY ARRAY['integer', 'bigint', 'numeric', 'double precision']
	LOOP
		EXECUTE format('CREATE AGGREGATE @extschema@.mpc_histogram(%1$s, low %1$s, high %1$s, buckets integer) (SFUNC = mpc.refuse_local, STYPE = internal, '
					   'FINALFUNC = mpc.refuse_local_distribution, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED)', type);
		EXECUTE format('COMMENT ON AGGREGATE @extschema@.mpc_histogram(%1$s, %1$s, %1$s, integer) IS %2$L', type,
					   'number of values of all parties in each cell of a grid');
		EXECUTE format('CREATE AGGREGATE @extschema@.mpc_percentile(fraction double precision, %1$s) (SFUNC = mpc.refuse_local, STYPE = internal, '
					   'FINALFUNC = mpc.refuse_local_numrange, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED)', type);
		EXECUTE format('COMMENT ON AGGREGATE @extschema@.mpc_percentile(double precision, %1$s) IS %2$L', type,
					   'interval that holds a percentile of the values of all parties, by a grid of 1024 buckets between the declared bounds');
		EXECUTE format('CREATE AGGREGATE @extschema@.mpc_percentile(fraction double precision, %1$s, low %1$s, high %1$s, buckets integer) (SFUNC = mpc.refuse_local, STYPE = internal, '
					   'FINALFUNC = mpc.refuse_local_numrange, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED)', type);
		EXECUTE format('COMMENT ON AGGREGATE @extschema@.mpc_percentile(double precision, %1$s, %1$s, %1$s, integer) IS %2$L', type,
					   'interval that holds a percentile of the values of all parties, by a grid');
	END LOOP;
END
$$;

CREATE FUNCTION mpc.refuse_local_logistic(internal, double precision[], "any", VARIADIC "any") RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED SUPPORT mpc.twin_support AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_logistic(internal, double precision[], "any", VARIADIC "any") IS 'raises: an mpc_* aggregate is answered by a federation only';
CREATE FUNCTION mpc.refuse_local_double_precision_array(internal) RETURNS double precision[]
	LANGUAGE c IMMUTABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mpc_sql_refuse_local';
COMMENT ON FUNCTION mpc.refuse_local_double_precision_array(internal) IS 'raises: an mpc_* aggregate is answered by a federation only';

CREATE AGGREGATE @extschema@.mpc_logistic_sums(coefficients double precision[], outcome "any", VARIADIC predictors "any") (SFUNC = mpc.refuse_local_logistic, STYPE = internal, FINALFUNC = mpc.refuse_local_double_precision_array, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE @extschema@.mpc_logistic_sums(double precision[], "any", VARIADIC "any") IS 'over the rows of all parties in which no column is null: their number, and log likelihood, gradient and Hessian of logistic regression at these coefficients';

-- Models: each asks and computes from the sums; logistic regression asks again at each place it comes to.

CREATE FUNCTION mpc.linear_model(products numeric[], "binary" boolean[], names name[],
	OUT term text, OUT estimate double precision, OUT std_error double precision, OUT t double precision, OUT p double precision,
	OUT n bigint, OUT r2 double precision, OUT adjusted_r2 double precision, OUT residual_error double precision) RETURNS SETOF record
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 5 AS 'MODULE_PATHNAME', 'mpc_sql_linear_model';
COMMENT ON FUNCTION mpc.linear_model(numeric[], boolean[], name[]) IS 'least squares from what mpc_products gives: which of its columns, the outcome first, count in binary fractions, and their names';

CREATE FUNCTION mpc.two_means(n bigint[], total numeric[], variance numeric[], equal_variances boolean,
	OUT statistic double precision, OUT df double precision, OUT p double precision, OUT difference double precision, OUT std_error double precision,
	OUT mean1 double precision, OUT variance1 double precision, OUT mean2 double precision, OUT variance2 double precision) RETURNS record
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_two_means';
COMMENT ON FUNCTION mpc.two_means(bigint[], numeric[], numeric[], boolean) IS 't-test from the numbers of values, sums and population variances of two groups';

CREATE FUNCTION mpc.variance_table(n bigint[], total numeric[], variance numeric[],
	OUT statistic double precision, OUT df_between bigint, OUT df_within bigint, OUT p double precision,
	OUT squares_between double precision, OUT squares_within double precision) RETURNS record
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_variance_table';
COMMENT ON FUNCTION mpc.variance_table(bigint[], numeric[], numeric[]) IS 'one-way analysis of variance from the numbers of values, sums and population variances of the groups';

CREATE FUNCTION mpc.chi_square(cells bigint[], columns integer,
	OUT statistic double precision, OUT df bigint, OUT p double precision, OUT least_expected double precision) RETURNS record
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_chi_square';
COMMENT ON FUNCTION mpc.chi_square(bigint[], integer) IS 'Pearson''s chi-square test of a table of counts, row by row';

CREATE FUNCTION mpc.measure_is_binary(source regclass, "column" name) RETURNS boolean
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	type regtype := (SELECT a.atttypid FROM pg_attribute AS a WHERE a.attrelid = source AND a.attname = "column" AND a.attnum > 0 AND NOT a.attisdropped);
BEGIN
	IF source IS NULL OR "column" IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'arguments of a model must not be null';
	END IF;
	IF type IS NULL THEN
		RAISE undefined_column USING MESSAGE = format('column "%s" of relation %s does not exist', "column", source);
	END IF;
	IF type NOT IN ('smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision') THEN
		RAISE datatype_mismatch USING MESSAGE = format('column "%s" has type %s, which is no number', "column", type);
	END IF;
	RETURN type IN ('real', 'double precision');
END
$$;
COMMENT ON FUNCTION mpc.measure_is_binary(regclass, name) IS 'whether a column counts in binary fractions, not decimal ones; raises when it is no number';

CREATE FUNCTION @extschema@.mpc_linregr(source regclass, outcome name, predictors name[])
	RETURNS TABLE (term text, estimate double precision, std_error double precision, t double precision, p double precision,
		n bigint, r2 double precision, adjusted_r2 double precision, residual_error double precision)
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	names CONSTANT name[] := outcome || predictors;
	"binary" CONSTANT boolean[] := ARRAY(SELECT mpc.measure_is_binary(source, u.c) FROM unnest(names) WITH ORDINALITY AS u(c, i) ORDER BY u.i);
	columns text;
	products numeric[];
BEGIN
	IF predictors IS NULL OR cardinality(predictors) NOT BETWEEN 1 AND 32 THEN
		RAISE invalid_parameter_value USING MESSAGE = 'a linear model takes between 1 and 32 predictors';
	END IF;
	SELECT string_agg(quote_ident(u.c), ', ' ORDER BY u.i) INTO columns FROM unnest(names) WITH ORDINALITY AS u(c, i);
	EXECUTE format('SELECT @extschema@.mpc_products(%s) FROM %s', columns, source) INTO products;
	IF products IS NULL THEN
		RAISE invalid_parameter_value USING MESSAGE = 'no row has values of all columns of the model';
	END IF;
	RETURN QUERY SELECT * FROM mpc.linear_model(products, "binary", names);
END
$$;
COMMENT ON FUNCTION @extschema@.mpc_linregr(regclass, name, name[]) IS 'linear regression by least squares over the rows of all parties: a row for each coefficient';

CREATE FUNCTION mpc.logistic_model(question text, names name[], max_iterations integer,
	OUT term text, OUT estimate double precision, OUT std_error double precision, OUT z double precision, OUT p double precision,
	OUT n bigint, OUT log_likelihood double precision, OUT null_log_likelihood double precision, OUT iterations integer, OUT converged boolean) RETURNS SETOF record
	LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED ROWS 5 AS 'MODULE_PATHNAME', 'mpc_sql_logistic_model';
COMMENT ON FUNCTION mpc.logistic_model(text, name[], integer) IS 'maximum likelihood by a statement that gives what mpc_logistic_sums gives at coefficients $1, and the names of its columns, the outcome first';

CREATE FUNCTION @extschema@.mpc_logregr(source regclass, outcome name, predictors name[], max_iterations integer DEFAULT 8)
	RETURNS TABLE (term text, estimate double precision, std_error double precision, z double precision, p double precision,
		n bigint, log_likelihood double precision, null_log_likelihood double precision, iterations integer, converged boolean)
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	names CONSTANT name[] := outcome || predictors;
	columns text;
BEGIN
	IF source IS NULL OR outcome IS NULL OR max_iterations IS NULL OR array_position(names, NULL) IS NOT NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'arguments of a model must not be null';
	END IF;
	IF predictors IS NULL OR cardinality(predictors) NOT BETWEEN 1 AND 32 THEN
		RAISE invalid_parameter_value USING MESSAGE = 'a logistic model takes between 1 and 32 predictors';
	END IF;
	SELECT string_agg(quote_ident(u.c), ', ' ORDER BY u.i) INTO columns FROM unnest(names) WITH ORDINALITY AS u(c, i);
	RETURN QUERY SELECT * FROM mpc.logistic_model(format('SELECT @extschema@.mpc_logistic_sums($1, %s) FROM %s', columns, source), names, max_iterations);
END
$$;
COMMENT ON FUNCTION @extschema@.mpc_logregr(regclass, name, name[], integer) IS 'logistic regression by maximum likelihood over the rows of all parties: a row for each coefficient; each iteration is a question';

-- What the tests of means ask: per group with values its number of them, their sum and population variance.
CREATE FUNCTION mpc.group_moments(source regclass, measure name, group_key name,
	OUT labels text[], OUT n bigint[], OUT total numeric[], OUT variance numeric[]) RETURNS record
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1
AS $$
DECLARE
	remainder boolean;
	sum CONSTANT text := CASE WHEN mpc.measure_is_binary(source, measure) THEN '@extschema@.mpc_avg(%2$I)::text::numeric * @extschema@.mpc_count(%2$I)'
		ELSE '@extschema@.mpc_sum(%2$I)::numeric' END;
BEGIN
	IF group_key IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'arguments of a test must not be null';
	END IF;
	-- A CTE of its own: no condition on the keys may be moved into the question.
	EXECUTE format('WITH g AS MATERIALIZED (SELECT %1$I AS k, @extschema@.mpc_count(%2$I) AS n, ' || sum || ' AS total,
			@extschema@.mpc_var_pop(%2$I)::text::numeric AS variance, @extschema@.mpc_remainder(*) AS remainder FROM %3$s GROUP BY %1$I)
		SELECT bool_or(g.remainder), array_agg(g.k::text ORDER BY g.k) FILTER (WHERE used), array_agg(g.n ORDER BY g.k) FILTER (WHERE used),
			array_agg(g.total ORDER BY g.k) FILTER (WHERE used), array_agg(g.variance ORDER BY g.k) FILTER (WHERE used)
		FROM g, LATERAL (SELECT g.k IS NOT NULL AND g.n > 0) AS u(used)', group_key, measure, source)
		INTO remainder, labels, n, total, variance;
	PERFORM mpc.refuse_remainder(remainder);
END
$$;
COMMENT ON FUNCTION mpc.group_moments(regclass, name, name) IS 'what the tests of means are computed from';

CREATE FUNCTION mpc.refuse_remainder(remainder boolean) RETURNS void
	LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF remainder THEN
		RAISE object_not_in_prerequisite_state USING
			MESSAGE = 'the answer has a remainder: a test without its rows would be a test of other rows',
			HINT = 'Test groups that all stand on enough rows and parties.';
	END IF;
END
$$;
COMMENT ON FUNCTION mpc.refuse_remainder(boolean) IS 'raises where an answer has a remainder';

CREATE FUNCTION @extschema@.mpc_ttest(source regclass, measure name, group_key name, equal_variances boolean DEFAULT false)
	RETURNS TABLE (statistic double precision, df double precision, p double precision, difference double precision, std_error double precision,
		group1 text, n1 bigint, mean1 double precision, variance1 double precision,
		group2 text, n2 bigint, mean2 double precision, variance2 double precision)
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	g record;
BEGIN
	SELECT * INTO g FROM mpc.group_moments(source, measure, group_key);
	IF COALESCE(cardinality(g.labels), 0) <> 2 THEN
		RAISE invalid_parameter_value USING
			MESSAGE = format('a t-test compares two groups, and column "%s" has %s', group_key, COALESCE(cardinality(g.labels), 0)),
			HINT = 'Compare more than two by mpc_anova().';
	END IF;
	RETURN QUERY SELECT r.statistic, r.df, r.p, r.difference, r.std_error,
		g.labels[1], g.n[1], r.mean1, r.variance1, g.labels[2], g.n[2], r.mean2, r.variance2
		FROM mpc.two_means(g.n, g.total, g.variance, COALESCE(equal_variances, false)) AS r;
END
$$;
COMMENT ON FUNCTION @extschema@.mpc_ttest(regclass, name, name, boolean) IS 't-test of the difference of two groups'' means over the rows of all parties: Welch''s, or Student''s where variances are taken as equal';

CREATE FUNCTION @extschema@.mpc_anova(source regclass, measure name, group_key name)
	RETURNS TABLE (statistic double precision, df_between bigint, df_within bigint, p double precision,
		squares_between double precision, squares_within double precision, groups bigint, n bigint)
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	g record;
BEGIN
	SELECT * INTO g FROM mpc.group_moments(source, measure, group_key);
	IF COALESCE(cardinality(g.labels), 0) < 2 THEN
		RAISE invalid_parameter_value USING
			MESSAGE = format('an analysis of variance compares at least two groups, and column "%s" has %s', group_key, COALESCE(cardinality(g.labels), 0));
	END IF;
	RETURN QUERY SELECT r.statistic, r.df_between, r.df_within, r.p, r.squares_between, r.squares_within,
		cardinality(g.labels)::bigint, (SELECT sum(u)::bigint FROM unnest(g.n) AS u)
		FROM mpc.variance_table(g.n, g.total, g.variance) AS r;
END
$$;
COMMENT ON FUNCTION @extschema@.mpc_anova(regclass, name, name) IS 'one-way analysis of variance over the rows of all parties';

CREATE FUNCTION @extschema@.mpc_chisq(source regclass, row_key name, column_key name)
	RETURNS TABLE (statistic double precision, df bigint, p double precision, row_values bigint, column_values bigint, n bigint, least_expected double precision)
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	remainder boolean;
	cells bigint[];
	columns integer;
BEGIN
	IF source IS NULL OR row_key IS NULL OR column_key IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'arguments of a test must not be null';
	END IF;
	IF row_key = column_key THEN
		RAISE invalid_parameter_value USING MESSAGE = 'a chi-square test takes two different columns';
	END IF;
	EXECUTE format('WITH g AS MATERIALIZED (SELECT %1$I AS r, %2$I AS c, @extschema@.mpc_count(*) AS n, @extschema@.mpc_remainder(*) AS remainder FROM %3$s GROUP BY %1$I, %2$I),
			used AS (SELECT r, c, n FROM g WHERE r IS NOT NULL AND c IS NOT NULL),
			cell AS (SELECT COALESCE(used.n, 0) AS n, row_number() OVER (ORDER BY r, c) AS i
				FROM (SELECT DISTINCT r FROM used) AS a CROSS JOIN (SELECT DISTINCT c FROM used) AS b LEFT JOIN used USING (r, c))
		SELECT (SELECT bool_or(g.remainder) FROM g), (SELECT count(DISTINCT c) FROM used), (SELECT array_agg(n ORDER BY i) FROM cell)', row_key, column_key, source)
		INTO remainder, columns, cells;
	PERFORM mpc.refuse_remainder(remainder);
	IF columns < 2 OR cardinality(cells) < 2 * columns THEN
		RAISE invalid_parameter_value USING MESSAGE = format('a chi-square test needs two values of "%s" and of "%s"', row_key, column_key);
	END IF;
	RETURN QUERY SELECT r.statistic, r.df, r.p, (cardinality(cells) / columns)::bigint, columns::bigint, (SELECT sum(u)::bigint FROM unnest(cells) AS u), r.least_expected
		FROM mpc.chi_square(cells, columns) AS r;
END
$$;
COMMENT ON FUNCTION @extschema@.mpc_chisq(regclass, name, name) IS 'Pearson''s chi-square test of two keys'' independence over the rows of all parties, without continuity correction';

CREATE FUNCTION mpc.log_rank(at_risk bigint[], events bigint[],
	OUT statistic double precision, OUT p double precision, OUT expected1 double precision, OUT expected2 double precision) RETURNS record
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_log_rank';
COMMENT ON FUNCTION mpc.log_rank(bigint[], bigint[]) IS 'log-rank test from the numbers at risk and of events of two arms in turn, time by time';

CREATE FUNCTION @extschema@.mpc_logrank(source regclass, time_key name, event_key name, arm_key name)
	RETURNS TABLE (arm text, n bigint, observed bigint, expected double precision, statistic double precision, df bigint, p double precision)
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	answer record;
BEGIN
	IF source IS NULL OR time_key IS NULL OR event_key IS NULL OR arm_key IS NULL THEN
		RAISE null_value_not_allowed USING MESSAGE = 'arguments of a test must not be null';
	END IF;
	IF time_key = event_key OR time_key = arm_key OR event_key = arm_key THEN
		RAISE invalid_parameter_value USING MESSAGE = 'a log-rank test takes three different columns';
	END IF;
	-- A CTE of its own: no condition on the keys may be moved into the question. At risk at a time are those who had neither event nor end before.
	EXECUTE format('WITH g AS MATERIALIZED (SELECT %1$I AS t, %2$I::integer AS e, %3$I AS a, @extschema@.mpc_count(*) AS n, @extschema@.mpc_remainder(*) AS remainder FROM %4$s GROUP BY %1$I, %2$I, %3$I),
			used AS (SELECT t, e, a, n FROM g WHERE t IS NOT NULL AND e IS NOT NULL AND a IS NOT NULL),
			cell AS (SELECT t, a, COALESCE(sum(used.n), 0) AS n, COALESCE(sum(used.n) FILTER (WHERE e = 1), 0) AS events
				FROM (SELECT DISTINCT t FROM used) AS x CROSS JOIN (SELECT DISTINCT a FROM used) AS y LEFT JOIN used USING (t, a) GROUP BY t, a),
			risk AS (SELECT t, a, sum(n) OVER (PARTITION BY a ORDER BY t DESC) AS n, events FROM cell),
			arms AS (SELECT a, sum(n)::bigint AS n, sum(events)::bigint AS events FROM cell GROUP BY a)
		SELECT (SELECT bool_or(g.remainder) FROM g) AS remainder, (SELECT bool_and(e IN (0, 1)) FROM used) AS told,
			(SELECT array_agg(n::bigint ORDER BY t, a) FROM risk) AS at_risk, (SELECT array_agg(events::bigint ORDER BY t, a) FROM risk) AS events,
			(SELECT array_agg(a::text ORDER BY a) FROM arms) AS arms, (SELECT array_agg(n ORDER BY a) FROM arms) AS n, (SELECT array_agg(events ORDER BY a) FROM arms) AS observed',
		time_key, event_key, arm_key, source) INTO answer;
	PERFORM mpc.refuse_remainder(answer.remainder);
	IF NOT answer.told THEN
		RAISE invalid_parameter_value USING MESSAGE = format('column "%s" has values other than 0 and 1, or true and false', event_key);
	END IF;
	IF COALESCE(cardinality(answer.arms), 0) <> 2 THEN
		RAISE invalid_parameter_value USING MESSAGE = format('a log-rank test compares two arms, and column "%s" has %s', arm_key, COALESCE(cardinality(answer.arms), 0));
	END IF;
	RETURN QUERY SELECT answer.arms[i], answer.n[i], answer.observed[i], CASE i WHEN 1 THEN r.expected1 ELSE r.expected2 END, r.statistic, 1::bigint, r.p
		FROM mpc.log_rank(answer.at_risk, answer.events) AS r, generate_series(1, 2) AS i ORDER BY i;
END
$$;
COMMENT ON FUNCTION @extschema@.mpc_logrank(regclass, name, name, name) IS 'log-rank test of two arms'' survival over the rows of all parties: a row for each arm';

-- Shares: a number or a key split among parties, any threshold of which give it back. Computed from the arguments alone.

CREATE TYPE @extschema@.mpc_share;

CREATE FUNCTION mpc.share_in(cstring) RETURNS @extschema@.mpc_share
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_share_in';
COMMENT ON FUNCTION mpc.share_in(cstring) IS 'input of type mpc_share';

CREATE FUNCTION mpc.share_out(@extschema@.mpc_share) RETURNS cstring
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_share_out';
COMMENT ON FUNCTION mpc.share_out(@extschema@.mpc_share) IS 'output of type mpc_share';

CREATE FUNCTION mpc.share_recv(internal) RETURNS @extschema@.mpc_share
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_share_recv';
COMMENT ON FUNCTION mpc.share_recv(internal) IS 'binary input of type mpc_share';

CREATE FUNCTION mpc.share_send(@extschema@.mpc_share) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_share_send';
COMMENT ON FUNCTION mpc.share_send(@extschema@.mpc_share) IS 'binary output of type mpc_share';

CREATE TYPE @extschema@.mpc_share (
	INPUT = mpc.share_in, OUTPUT = mpc.share_out, RECEIVE = mpc.share_recv, SEND = mpc.share_send,
	INTERNALLENGTH = VARIABLE, STORAGE = extended);
COMMENT ON TYPE @extschema@.mpc_share IS 'one party''s share of a number (Shamir): fewer than the threshold tell nothing of it';

CREATE FUNCTION @extschema@.mpc_share(secret numeric, parties integer, threshold integer) RETURNS SETOF @extschema@.mpc_share
	LANGUAGE c VOLATILE STRICT PARALLEL SAFE ROWS 10 AS 'MODULE_PATHNAME', 'mpc_sql_share';
COMMENT ON FUNCTION @extschema@.mpc_share(numeric, integer, integer) IS 'shares a number among parties: one row for each, in the order of their indexes';

CREATE FUNCTION mpc.share_add(@extschema@.mpc_share, @extschema@.mpc_share) RETURNS @extschema@.mpc_share
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_share_add';
COMMENT ON FUNCTION mpc.share_add(@extschema@.mpc_share, @extschema@.mpc_share) IS 'implementation of + operator, and of sum(mpc_share)';

CREATE FUNCTION mpc.share_subtract(@extschema@.mpc_share, @extschema@.mpc_share) RETURNS @extschema@.mpc_share
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_share_subtract';
COMMENT ON FUNCTION mpc.share_subtract(@extschema@.mpc_share, @extschema@.mpc_share) IS 'implementation of - operator';

CREATE FUNCTION mpc.share_multiply(@extschema@.mpc_share, numeric) RETURNS @extschema@.mpc_share
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_share_multiply';
COMMENT ON FUNCTION mpc.share_multiply(@extschema@.mpc_share, numeric) IS 'implementation of * operator';

CREATE FUNCTION mpc.share_multiply(numeric, @extschema@.mpc_share) RETURNS @extschema@.mpc_share
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_share_multiply_left';
COMMENT ON FUNCTION mpc.share_multiply(numeric, @extschema@.mpc_share) IS 'implementation of * operator';

CREATE OPERATOR @extschema@.+ (
	LEFTARG = @extschema@.mpc_share, RIGHTARG = @extschema@.mpc_share,
	FUNCTION = mpc.share_add, COMMUTATOR = OPERATOR(@extschema@.+));
COMMENT ON OPERATOR @extschema@.+ (@extschema@.mpc_share, @extschema@.mpc_share) IS 'share of the sum';

CREATE OPERATOR @extschema@.- (
	LEFTARG = @extschema@.mpc_share, RIGHTARG = @extschema@.mpc_share, FUNCTION = mpc.share_subtract);
COMMENT ON OPERATOR @extschema@.- (@extschema@.mpc_share, @extschema@.mpc_share) IS 'share of the difference';

CREATE OPERATOR @extschema@.* (
	LEFTARG = @extschema@.mpc_share, RIGHTARG = numeric,
	FUNCTION = mpc.share_multiply, COMMUTATOR = OPERATOR(@extschema@.*));
COMMENT ON OPERATOR @extschema@.* (@extschema@.mpc_share, numeric) IS 'share of the secret times a public number';

CREATE OPERATOR @extschema@.* (
	LEFTARG = numeric, RIGHTARG = @extschema@.mpc_share,
	FUNCTION = mpc.share_multiply, COMMUTATOR = OPERATOR(@extschema@.*));
COMMENT ON OPERATOR @extschema@.* (numeric, @extschema@.mpc_share) IS 'share of the secret times a public number';

CREATE AGGREGATE @extschema@.sum(@extschema@.mpc_share) (
	SFUNC = mpc.share_add, STYPE = @extschema@.mpc_share, COMBINEFUNC = mpc.share_add, PARALLEL = SAFE);
COMMENT ON AGGREGATE @extschema@.sum(@extschema@.mpc_share) IS 'share of the sum; all of one index';

CREATE FUNCTION mpc.reconstruct_add(internal, @extschema@.mpc_share) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_reconstruct_add';
COMMENT ON FUNCTION mpc.reconstruct_add(internal, @extschema@.mpc_share) IS 'transition function of mpc_reconstruct';

CREATE FUNCTION mpc.reconstruct_final(internal) RETURNS numeric
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_reconstruct_final';
COMMENT ON FUNCTION mpc.reconstruct_final(internal) IS 'final function of mpc_reconstruct';

CREATE AGGREGATE @extschema@.mpc_reconstruct(@extschema@.mpc_share) (
	SFUNC = mpc.reconstruct_add, STYPE = internal, SSPACE = 9616,
	FINALFUNC = mpc.reconstruct_final, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = SAFE);
COMMENT ON AGGREGATE @extschema@.mpc_reconstruct(@extschema@.mpc_share) IS 'the number of which these are shares, of different indexes; spare ones are checked';

CREATE FUNCTION @extschema@.mpc_split(secret bytea, parties integer, threshold integer) RETURNS SETOF bytea
	LANGUAGE c VOLATILE STRICT PARALLEL SAFE ROWS 10 AS 'MODULE_PATHNAME', 'mpc_sql_split';
COMMENT ON FUNCTION @extschema@.mpc_split(bytea, integer, integer) IS 'splits a key among custodians: one row for each, in the order of their indexes';

CREATE FUNCTION mpc.combine_add(internal, bytea) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_combine_add';
COMMENT ON FUNCTION mpc.combine_add(internal, bytea) IS 'transition function of mpc_combine';

CREATE FUNCTION mpc.combine_final(internal) RETURNS bytea
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mpc_sql_combine_final';
COMMENT ON FUNCTION mpc.combine_final(internal) IS 'final function of mpc_combine';

CREATE AGGREGATE @extschema@.mpc_combine(bytea) (
	SFUNC = mpc.combine_add, STYPE = internal, SSPACE = 8192,
	FINALFUNC = mpc.combine_final, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = SAFE);
COMMENT ON AGGREGATE @extschema@.mpc_combine(bytea) IS 'the key of which these are shares, of different indexes; every one is checked';
