-- Options of servers, user mappings and joint tables: an allow-list.
\pset format unaligned
\pset tuples_only on
\c regress_south
SELECT mpc_identity() AS south \gset
\c regress_west
SELECT mpc_identity() AS west \gset
-- Identities of parties that exist on paper only.
BEGIN;
DELETE FROM mpc.identity;
SELECT mpc.make_identity() AS east \gset
DELETE FROM mpc.identity;
SELECT mpc.make_identity() AS far \gset
ROLLBACK;
\c regress_north
SET client_min_messages = warning; -- cascades name the superuser

-- Every option once.
CREATE SERVER full_party FOREIGN DATA WRAPPER mpc_party OPTIONS (
	host 'db.example', hostaddr '127.0.0.1', port '5432', dbname 'stats', sslmode 'verify-full', sslrootcert '/a', sslcert '/b', sslkey '/c',
	channel_binding 'require', connect_timeout '5', keepalives '1', keepalives_idle '10', keepalives_interval '5', keepalives_count '3', tcp_user_timeout '1000');
SELECT try(format('ALTER SERVER full_party OPTIONS (ADD identity %L)', :'south'));
CREATE USER MAPPING FOR CURRENT_USER SERVER full_party OPTIONS (user 'u', password '', password_required 'false', sslcert '/b', sslkey '/c');
CREATE SERVER full_federation FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'full_party, "West Office"', protocol 'shamir', threshold '3', min_contributors '1', allow_two_party 'true', timeout '2500');
CREATE FOREIGN TABLE full_joint (x integer) SERVER full_federation OPTIONS (dataset 'x');
SELECT try('SELECT count(*) FROM full_joint');
DROP FOREIGN TABLE full_joint;
DROP SERVER full_federation;
DROP SERVER full_party CASCADE;

-- What is unknown is refused, and the hint lists what is known.
SELECT try($$CREATE SERVER bad FOREIGN DATA WRAPPER mpc_party OPTIONS (service 'x')$$);
SELECT try($$CREATE SERVER bad FOREIGN DATA WRAPPER mpc_party OPTIONS (options '-c work_mem=1')$$);
SELECT try($$CREATE SERVER bad FOREIGN DATA WRAPPER mpc_party OPTIONS (passfile '/etc/passwd')$$);
SELECT try($$CREATE SERVER bad FOREIGN DATA WRAPPER mpc_party OPTIONS (user 'x')$$);
SELECT try($$CREATE SERVER bad FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'south', gate 'on')$$);
SELECT try($$CREATE SERVER bad FOREIGN DATA WRAPPER mpc_federation OPTIONS (Parties 'south', "Parties" 'x')$$);
SELECT try($$CREATE USER MAPPING FOR regress_other SERVER south OPTIONS (host 'x')$$);
SELECT try($$CREATE USER MAPPING FOR regress_other SERVER offices OPTIONS (user 'x')$$);
SELECT try($$CREATE FOREIGN TABLE bad (x integer) SERVER offices OPTIONS (dataset 'd', relation 'r')$$);
SELECT try($$CREATE FOREIGN TABLE bad (x integer OPTIONS (type 'integer')) SERVER offices OPTIONS (dataset 'd')$$);
SELECT try($$CREATE FOREIGN TABLE bad (x integer) SERVER south OPTIONS (dataset 'd')$$);
SELECT try($$CREATE FOREIGN TABLE bad (x integer) SERVER south$$);
SELECT try('SELECT x FROM bad');
DROP FOREIGN TABLE bad;
SELECT try($$ALTER FOREIGN DATA WRAPPER mpc_party OPTIONS (ADD debug 'x')$$);

-- What is missing.
SELECT try($$CREATE SERVER bad FOREIGN DATA WRAPPER mpc_federation$$);
SELECT try($$CREATE FOREIGN TABLE bad (x integer) SERVER offices$$);
SELECT try($$ALTER SERVER offices OPTIONS (DROP parties)$$);
SELECT try($$ALTER FOREIGN TABLE joint.survey OPTIONS (DROP dataset)$$);

-- Bad values, one by one.
CREATE FUNCTION bad_party(option text, value text) RETURNS text LANGUAGE sql AS $$
	SELECT try(format('CREATE SERVER bad FOREIGN DATA WRAPPER mpc_party OPTIONS (%I %L)', option, value)) $$;
SELECT bad_party('host', '');
SELECT bad_party('port', '0');
SELECT bad_party('port', '65536');
SELECT bad_party('port', '5432x');
SELECT bad_party('port', '');
SELECT bad_party('port', '5432.4');
SELECT bad_party('port', '0x1538');
SELECT bad_party('sslmode', 'Verify-Full');
SELECT bad_party('channel_binding', 'yes');
SELECT bad_party('connect_timeout', '-1');
SELECT bad_party('keepalives_idle', '10s');
SELECT bad_party('tcp_user_timeout', '99999999999');
SELECT bad_party('identity', '');
SELECT bad_party('identity', 'mpc1:nonsense');
SELECT replace(bad_party('identity', left(:'south', -4) || 'AAAA'), left(:'south', -4), 'mpc1:...');
SELECT bad_party('identity', mpc_identity());
CREATE FUNCTION bad_federation(option text, value text) RETURNS text LANGUAGE sql AS $$
	SELECT try(format('CREATE SERVER bad FOREIGN DATA WRAPPER mpc_federation OPTIONS (%s %I %L)', CASE WHEN option <> 'parties' THEN 'parties ''south, west'',' END, option, value)) $$;
SELECT bad_federation('parties', '');
SELECT bad_federation('parties', ',');
SELECT bad_federation('parties', 'south,,west');
SELECT bad_federation('parties', 'south west');
SELECT bad_federation('parties', '"south');
SELECT bad_federation('parties', 'south, west, south');
SELECT bad_federation('parties', 'south, SOUTH');
SELECT left(bad_federation('parties', (SELECT string_agg('p' || g, ',') FROM generate_series(1, 5000) AS g)), 60);
SELECT regexp_replace(bad_federation('parties', (SELECT string_agg('p' || g, ',') FROM generate_series(1, 5000) AS g)), '.*\n', '');
SELECT bad_federation('protocol', 'plain');
SELECT bad_federation('protocol', 'Shamir');
SELECT bad_federation('threshold', '1');
SELECT bad_federation('threshold', '101');
SELECT bad_federation('threshold', '2.5');
SELECT bad_federation('threshold', '');
SELECT bad_federation('threshold', '3');
SELECT try($$CREATE SERVER bad FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'south', protocol 'masked', threshold '3')$$);
SELECT try($$ALTER SERVER offices OPTIONS (ADD threshold '3')$$);
SELECT bad_federation('min_contributors', '-1');
SELECT bad_federation('min_contributors', '100000');
SELECT bad_federation('min_contributors', '1.5');
SELECT bad_federation('allow_two_party', 'perhaps');
SELECT bad_federation('timeout', '0');
SELECT bad_federation('timeout', '1 fortnight');
SELECT bad_federation('timeout', '2h');
SELECT bad_federation('timeout', '1.5s');
DROP SERVER bad;
SELECT try($$CREATE FOREIGN TABLE bad (x integer) SERVER offices OPTIONS (dataset '')$$);
SELECT replace(try(format('CREATE FOREIGN TABLE bad (x integer) SERVER offices OPTIONS (dataset %L)', repeat('x', 300))), repeat('x', 300), 'xxx...');

-- What names files of the server, or weakens a check, is for superusers.
GRANT USAGE ON FOREIGN DATA WRAPPER mpc_party TO regress_other;
GRANT USAGE ON FOREIGN SERVER south TO regress_other;
SET ROLE regress_other;
SELECT bad_party('sslcert', '/etc/ssl/server.pem');
SELECT bad_party('sslkey', '/etc/ssl/server.key');
SELECT bad_party('sslrootcert', '/etc/ssl/root.pem');
SELECT try($$CREATE USER MAPPING FOR regress_other SERVER south OPTIONS (user 'x', sslkey '/x')$$);
SELECT try($$CREATE USER MAPPING FOR regress_other SERVER south OPTIONS (user 'x', password_required 'false')$$);
SELECT try($$CREATE USER MAPPING FOR regress_other SERVER south OPTIONS (user 'x', password_required 'no idea')$$);
SELECT try($$CREATE USER MAPPING FOR regress_other SERVER south OPTIONS (user 'regress_north_login', password_required 'true')$$);
RESET ROLE;
REVOKE USAGE ON FOREIGN DATA WRAPPER mpc_party FROM regress_other;

-- A mapping without password, none at all, no right to the federation.
GRANT SELECT ON joint.survey TO regress_other;
CREATE USER MAPPING FOR regress_other SERVER west OPTIONS (user 'regress_north_login', password 'regress north');
SET ROLE regress_other;
SELECT try('SELECT count(*) FROM joint.survey');
RESET ROLE;
GRANT USAGE ON FOREIGN SERVER offices TO regress_other;
SET ROLE regress_other;
SELECT try('SELECT count(*) FROM joint.survey');
RESET ROLE;
ALTER USER MAPPING FOR regress_other SERVER south OPTIONS (ADD password '');
SET ROLE regress_other;
SELECT try('SELECT count(*) FROM joint.survey');
RESET ROLE;
DROP USER MAPPING FOR regress_other SERVER south;
SET ROLE regress_other;
SELECT try('SELECT count(*) FROM joint.survey');
RESET ROLE;
DROP USER MAPPING FOR regress_other SERVER west;
REVOKE SELECT ON joint.survey FROM regress_other;
SET ROLE regress_other;
SELECT try('SELECT count(*) FROM joint.survey');
RESET ROLE;
REVOKE USAGE ON FOREIGN SERVER south, offices FROM regress_other;

-- Federations that cannot be used: R18. What is wrong is said at use, and by mpc_check().
CREATE FUNCTION use(server text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE FOREIGN TABLE used (i integer) SERVER %I OPTIONS (dataset ''survey'')', server);
	RETURN try('SELECT count(*) FROM used') || E'\n' || COALESCE(mpc.federation_problem(server), 'none');
END $$;
CREATE SERVER lost FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'south, east');
SELECT use('lost');
ALTER SERVER lost OPTIONS (SET parties 'south, offices');
DROP FOREIGN TABLE used;
SELECT use('lost');
DROP SERVER lost CASCADE;
CREATE SERVER twin FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'west, south');
SELECT use('twin');
SELECT try('SELECT count(*) FROM joint.survey');
DROP SERVER twin CASCADE;
SELECT try(format('CREATE SERVER south2 FOREIGN DATA WRAPPER mpc_party OPTIONS (identity %L)', :'south'));
CREATE SERVER doubled FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'south, south2');
SELECT use('doubled');
ALTER SERVER south2 OPTIONS (DROP identity);
SELECT try('SELECT count(*) FROM used');
SELECT try(format('ALTER SERVER south2 OPTIONS (ADD identity %L)', :'west'));
ALTER SERVER south2 OWNER TO regress_owner;
SELECT try('SELECT count(*) FROM used');
DROP SERVER doubled CASCADE;
DROP SERVER south2;
ALTER SERVER south RENAME TO midday;
SELECT try('SELECT count(*) FROM joint.survey');
ALTER SERVER midday RENAME TO south;
SELECT same('SELECT count(*) FROM %s');

-- Threshold sums: which thresholds fit depends on how many the parties are, so that is said at use, too.
SELECT try(format('CREATE SERVER east FOREIGN DATA WRAPPER mpc_party OPTIONS (identity %L)', :'east'));
SELECT try(format('CREATE SERVER far FOREIGN DATA WRAPPER mpc_party OPTIONS (identity %L)', :'far'));
CREATE SERVER sums FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'east', protocol 'shamir', threshold '2');
CREATE FUNCTION problem(parties text, threshold integer) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('ALTER SERVER sums OPTIONS (SET parties %L, SET threshold %L)', parties, threshold);
	RETURN mpc.federation_problem('sums');
END $$;
SELECT parties, t, problem(parties, t) FROM (VALUES ('east, far', 3), ('east, far, west', 4), ('east, far, west, south', 5)) AS f(parties, n), generate_series(2, n + 1) AS t;
SELECT try('ALTER SERVER sums OPTIONS (SET protocol ''masked'')');
SELECT use('sums');
SELECT status, detail, fix FROM mpc_check() WHERE "check" = 'federation sums';
ALTER SERVER sums OPTIONS (DROP threshold);
SELECT mpc.federation_problem('sums') IS NULL AS sound;
ALTER SERVER sums OPTIONS (SET parties 'east', ADD allow_two_party 'true');
SELECT try('SELECT count(*) FROM used');
SELECT status, detail, fix FROM mpc_check() WHERE "check" = 'federation sums';
ALTER SERVER sums OPTIONS (SET protocol 'masked');
SELECT mpc.federation_problem('sums') IS NULL AS sound;
DROP SERVER sums CASCADE;
DROP SERVER east, far;

-- mpc_partner() and mpc_admit(): what they ran, and what they refuse.
SELECT mpc_identity() AS north \gset
SELECT replace(replace(p, :'south', 'mpc1:...'), quote_ident(current_user), 'SUPERUSER') FROM mpc_partner('far', :'south', 'host=far.example port=1 dbname=''a b''', 'me', 'it''s secret', NULL) AS p;
SELECT srvname, srvoptions[1:3] FROM pg_foreign_server WHERE srvname = 'far';
DROP SERVER far CASCADE;
SELECT mpc_partner('Far', :'south', 'host=far.example', 'me', NULL, NULL, 'regress_other') LIKE 'CREATE USER MAPPING%' AS p;
DROP SERVER "Far" CASCADE;
SELECT try(format('SELECT mpc_partner(''far'', %L, ''host=x password=secret'', ''me'', ''p'', NULL)', :'south'));
SELECT try(format('SELECT mpc_partner(''far'', %L, ''host=x service=y'', ''me'', ''p'', NULL)', :'south'));
SELECT try(format('SELECT mpc_partner(''far'', %L, ''host'', ''me'', ''p'', NULL)', :'south'));
SELECT try(format('SELECT mpc_partner(''south'', %L, ''host=x'', ''me'', ''p'', NULL)', :'south'));
SELECT try(format('SELECT mpc_partner(''far'', %L, ''host=x'', ''me'', ''secret'', NULL)', :'north'));
SELECT try(format('SELECT mpc_partner(''far'', NULL, ''host=x'', ''me'', ''secret'', NULL)'));
SELECT try(format('SELECT mpc_partner(''far'', %L, ''host=x'', ''me'', ''secret'', ''regress_west_login'')', :'south'));
SELECT count(*) FROM pg_foreign_server WHERE srvname = 'far';
SELECT try($$SELECT mpc_admit('regress_west_login', 'south')$$);
SELECT try($$SELECT mpc_admit('regress_west_login', 'east')$$);
SELECT try($$SELECT mpc_admit('regress_other', 'south')$$);
SELECT try($$SELECT mpc_admit(NULL, 'south')$$);
SELECT try($$SELECT mpc_admit('nobody at all', 'south')$$);
SELECT replace(try(format('SELECT mpc_admit(%L, ''south'')', quote_ident(current_user))), current_user, 'SUPERUSER');
SET ROLE regress_other;
SELECT try($$SELECT mpc_admit('regress_west_login', 'west')$$);
SELECT try($$SELECT mpc_partner('far', 'x', 'host=x', 'me', 'secret', NULL)$$);
RESET ROLE;
DROP FUNCTION bad_party, bad_federation, use, problem;
