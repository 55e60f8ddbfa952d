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
	PRIMARY KEY (dataset, federation, role, name),
	FOREIGN KEY (dataset, federation) REFERENCES mpc.dataset ON DELETE CASCADE
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
COMMENT ON COLUMN mpc.dataset_column.max_key_bytes IS 'keys: longest key in bytes';
REVOKE ALL ON mpc.dataset_column FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('mpc.dataset_column', '');

CREATE TABLE mpc.ledger_entry (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	role text NOT NULL CHECK (role IN ('peer', 'asker')),
	at timestamptz NOT NULL,
	rid bytea NOT NULL,
	party text NOT NULL,
	login name NOT NULL DEFAULT SESSION_USER,
	dataset text NOT NULL,
	question text NOT NULL,
	request bytea NOT NULL,
	seq bigint UNIQUE,
	prev_hash bytea,
	row_hash bytea,
	CHECK ((role = 'peer') = (seq IS NOT NULL AND prev_hash IS NOT NULL AND row_hash IS NOT NULL))
);
CREATE UNIQUE INDEX ledger_entry_rid ON mpc.ledger_entry (rid, role);
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
