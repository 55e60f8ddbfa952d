-- mpc_check(), the views over the catalog, and the ledger.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
-- What differs from cluster to cluster is masked: versions, times, the superuser's name.
CREATE FUNCTION checked(which text DEFAULT '') RETURNS SETOF text LANGUAGE sql AS $$
	SELECT replace(regexp_replace(format('%s: %s, %s%s', status, "check", CASE WHEN "check" IN ('identity', 'library', 'libsodium', 'encoding') THEN '...' ELSE detail END, E'\n  FIX: ' || fix),
		'[0-9.]+ ms', 'N ms', 'g'), quote_ident(current_user), 'SUPERUSER')
	FROM mpc_check() WITH ORDINALITY AS c("check", status, detail, fix, n) WHERE "check" ~ which AND (status <> 'ok' OR which = '') ORDER BY n $$;
SELECT checked();
SET ROLE regress_other;
SELECT try('SELECT * FROM mpc_check()');
SELECT try('SELECT * FROM mpc.parties'), try('SELECT * FROM mpc.ledger'), try('SELECT * FROM mpc.verify_ledger()');
RESET ROLE;
GRANT SELECT ON mpc.parties, mpc.ledger, mpc.datasets TO regress_other;
SET ROLE regress_other;
SELECT federation, party, fingerprint ~ '^[0-9a-f]{4}', dbname, logins, epoch FROM mpc.parties ORDER BY party;
SELECT dataset, owner, min_rows FROM mpc.datasets;
SELECT try('SELECT count(*) > 0 FROM mpc.ledger');
RESET ROLE;
REVOKE SELECT ON mpc.parties, mpc.ledger, mpc.datasets FROM regress_other;

-- Each broken thing, its row, and whether the fix it prints helps.
CREATE FUNCTION apply_fix(which text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	sql text;
BEGIN
	FOR sql IN SELECT unnest(string_to_array(fix, '; ')) FROM mpc_check() AS c WHERE c."check" ~ which AND fix IS NOT NULL LOOP EXECUTE sql; END LOOP;
	RETURN QUERY SELECT checked(which);
END $$;
REVOKE EXECUTE ON PROCEDURE mpc.answer FROM regress_south_login;
SELECT checked('login');
SELECT apply_fix('login');
ALTER ROLE regress_west_login CREATEROLE NOLOGIN;
SELECT checked('login');
SELECT apply_fix('login');
SELECT apply_fix('login');
GRANT regress_owner TO regress_west_login;
SELECT checked('login');
SELECT apply_fix('login');
REVOKE USAGE ON SCHEMA mpc FROM PUBLIC, regress_south_login;
SELECT checked('login');
SELECT apply_fix('login');
GRANT USAGE ON SCHEMA mpc TO PUBLIC;
CREATE ROLE regress_gone LOGIN;
SELECT mpc_admit('regress_gone', 'west');
REVOKE ALL ON ALL ROUTINES IN SCHEMA mpc FROM regress_gone; REVOKE ALL ON SCHEMA mpc FROM regress_gone;
DROP ROLE regress_gone;
SELECT regexp_replace(checked('login'), '[0-9]{4,}', 'OID', 'g');
SELECT apply_fix('login');
SET client_min_messages = error; -- of wal_level
CREATE PUBLICATION everything FOR ALL TABLES;
CREATE PUBLICATION secrets FOR TABLES IN SCHEMA mpc;
CREATE PUBLICATION one_secret FOR TABLE mpc.identity;
SELECT checked('publication');
SELECT apply_fix('publication');
DROP PUBLICATION IF EXISTS everything; DROP PUBLICATION secrets; DROP PUBLICATION one_secret;
ALTER SERVER west OPTIONS (SET dbname 'no such database');
SELECT checked('party');
ALTER SERVER west OPTIONS (SET dbname 'regress_west');
SELECT try('DROP USER MAPPING FOR CURRENT_USER SERVER south');
SELECT checked('party');
CREATE USER MAPPING FOR CURRENT_USER SERVER south OPTIONS (user 'regress_north_login', password 'regress north');
ALTER SERVER offices OPTIONS (SET parties 'south, east');
SELECT checked('federation');
ALTER SERVER offices OPTIONS (SET parties 'south, west');
ALTER TABLE survey ENABLE ROW LEVEL SECURITY;
SELECT checked('dataset');
SELECT apply_fix('dataset');
ALTER ROLE regress_owner BYPASSRLS;
SELECT checked('dataset');
ALTER ROLE regress_owner NOBYPASSRLS;
-- Row security holds for the publisher: what its policy hides is not summed.
CREATE POLICY few ON survey USING (id <= 110);
SELECT count(*) FROM joint.survey;
DROP POLICY few ON survey;
ALTER TABLE survey NO FORCE ROW LEVEL SECURITY; ALTER TABLE survey DISABLE ROW LEVEL SECURITY;
ALTER TABLE survey OWNER TO regress_other;
SELECT checked('dataset');
SELECT apply_fix('dataset');

-- A lookup that its publisher may no longer read, or that is gone.
CREATE TABLE moods AS SELECT DISTINCT m FROM survey;
GRANT SELECT ON moods TO regress_owner;
SET ROLE regress_owner;
SELECT mpc_publish('moody', 'survey', 'offices', keys => '{m}', columns => '{"m": {"domain": {"relation": "moods"}}}');
RESET ROLE;
SELECT checked('dataset');
REVOKE SELECT ON moods FROM regress_owner;
SELECT checked('dataset');
SELECT apply_fix('dataset');
ALTER TABLE moods RENAME COLUMN m TO mood;
SELECT checked('dataset');
DROP TABLE moods;
SELECT checked('dataset');
SELECT mpc_unpublish('moody');
-- R8: federations that came to overlap.
CREATE SERVER pair FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'south', min_contributors '0');
ALTER SERVER offices OPTIONS (ADD min_contributors '0');
GRANT USAGE ON FOREIGN SERVER pair TO regress_owner;
SET ROLE regress_owner;
SELECT mpc_publish('both', 'survey', 'pair');
RESET ROLE;
SELECT checked('overlap');
ALTER SERVER offices OPTIONS (DROP min_contributors);
SELECT checked('overlap');
SELECT apply_fix('overlap');
DROP SERVER pair;

-- R9: a value that breaks the contract suspends the dataset: the same answer for every question until it is published anew.
\c regress_south
SET ROLE regress_owner;
SELECT mpc_publish('survey', 'survey', 'offices', measures => '{s,i,b,n,r,d,f,nothing}', filters => '{s,i,b,n,f,txt,vc,ch,day,ts,tz,u,m}', min_rows => 1);
UPDATE survey SET d = 'NaN' WHERE id = 205;
RESET ROLE;
\c regress_north
SELECT try('SELECT sum(i) FROM joint.survey');
SELECT try('SELECT sum(d) FROM joint.survey WHERE s > 1000');
SELECT try('SELECT sum(d) FROM joint.survey');
SELECT try('SELECT sum(d) FROM joint.survey WHERE i > 5000');
SELECT try('SELECT sum(i) FROM joint.survey');
\c regress_south
SELECT suspended FROM mpc.datasets;
SELECT status, "check", detail, fix FROM mpc_check() WHERE "check" LIKE 'dataset%';
SET ROLE regress_owner;
SELECT try($$SELECT mpc_publish('survey', 'survey', 'offices', measures => '{d}')$$);
UPDATE survey SET d = 5 / 16.0 - 2 WHERE id = 205;
SELECT mpc_publish('survey', 'survey', 'offices', keys => '{txt,m}', measures => '{s,i,b,n,r,d,f,nothing}', filters => '{s,i,b,n,f,txt,vc,ch,day,ts,tz,u,m}', min_rows => 1);
RESET ROLE;
\c regress_north
SELECT same('SELECT sum(d) FROM %s');
-- One's own value is found, too, and one's own table is named.
UPDATE survey SET d = 'infinity' WHERE id = 105;
SELECT try('SELECT sum(d) FROM joint.survey'), same('SELECT sum(i) FROM %s');
UPDATE survey SET d = 5 / 16.0 - 1 WHERE id = 105;

-- The ledger of a peer is a chain: whoever changes a row is found.
\c regress_west
SELECT rows > 0 AS some, broken_at FROM mpc.verify_ledger();
SELECT count(*) = max(seq) AND min(seq) = 1 AS chained, bool_and(role = 'peer') AND bool_and(party IN ('north', 'south')) AND bool_and(login::text = 'regress_' || party || '_login') AS peers FROM mpc.ledger;
SELECT question FROM mpc.ledger ORDER BY id DESC LIMIT 2;
BEGIN; UPDATE mpc.ledger_entry SET party = 'south' WHERE seq = 2; SELECT broken_at, (SELECT status || ': ' || fix FROM mpc.check_ledger()) FROM mpc.verify_ledger(); ROLLBACK;
BEGIN; UPDATE mpc.ledger_entry SET dataset = 'payroll' WHERE seq = 2; SELECT broken_at FROM mpc.verify_ledger(); ROLLBACK;
BEGIN; UPDATE mpc.ledger_entry SET at = at + interval '1 microsecond' WHERE seq = 3; SELECT broken_at FROM mpc.verify_ledger(); ROLLBACK;
BEGIN; UPDATE mpc.ledger_entry SET request = set_byte(request, 50, get_byte(request, 50) # 1) WHERE seq = 1; SELECT broken_at FROM mpc.verify_ledger(); ROLLBACK;
BEGIN; DELETE FROM mpc.ledger_entry WHERE seq = 2; SELECT broken_at FROM mpc.verify_ledger(); ROLLBACK;
BEGIN; DELETE FROM mpc.ledger_entry WHERE seq = (SELECT max(seq) FROM mpc.ledger); SELECT broken_at = (SELECT seq FROM mpc.ledger_head) AS the_last FROM mpc.verify_ledger(); ROLLBACK;
BEGIN; UPDATE mpc.ledger_entry SET row_hash = prev_hash WHERE seq = 2; SELECT broken_at FROM mpc.verify_ledger(); ROLLBACK;
BEGIN; UPDATE mpc.ledger_entry SET question = 'count(*) from nothing' WHERE seq = 2; SELECT broken_at FROM mpc.verify_ledger(); ROLLBACK; -- the words are chained, too
BEGIN; DELETE FROM mpc.ledger_entry; DELETE FROM mpc.ledger_head; SELECT * FROM mpc.verify_ledger(); ROLLBACK;
SELECT broken_at IS NULL AS whole FROM mpc.verify_ledger();

-- The entry points are for admitted logins and nothing else; nobody reads through them.
SET ROLE regress_other;
SELECT try($$CALL mpc.hello('\x00', NULL)$$);
RESET ROLE;
\set VERBOSITY sqlstate
CALL mpc.answer('\x00', NULL);
BEGIN; CALL mpc.answer('\x00', NULL); ROLLBACK;
\set VERBOSITY default
SET SESSION AUTHORIZATION regress_north_login;
SELECT try('SELECT count(*) FROM mpc.ledger');
SELECT try('SELECT count(*) FROM survey');
CALL mpc.answer(NULL, NULL);
BEGIN; CALL mpc.answer('\x00', NULL); ROLLBACK;
DO $$ DECLARE reply bytea; BEGIN CALL mpc.answer('\x00', reply); EXCEPTION WHEN OTHERS THEN RAISE NOTICE '%: %', SQLSTATE, SQLERRM; END $$;
RESET SESSION AUTHORIZATION;
\c regress_north
DROP FUNCTION checked, apply_fix;
