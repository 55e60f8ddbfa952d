-- DROP EXTENSION leaves nothing behind; then it can be created again, with a new identity.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SELECT try('DROP EXTENSION mpc_agg') LIKE '2BP01: cannot drop extension mpc_agg because other objects depend on it%' AS refused;
SELECT mpc_identity() AS before \gset
DROP EXTENSION mpc_agg CASCADE;
SELECT count(*) FROM pg_namespace WHERE nspname = 'mpc';
SELECT count(*) FROM pg_proc WHERE proname ~ '^mpc_' OR probin ~ 'mpc_agg';
SELECT count(*) FROM pg_foreign_data_wrapper WHERE fdwname ~ '^mpc_';
SELECT count(*) FROM pg_foreign_server WHERE srvname IN ('south', 'west', 'offices');
SELECT count(*) FROM pg_class WHERE relname = 'survey' AND relkind = 'f';
SELECT count(*) FROM pg_user_mapping;
SELECT count(*) FROM survey;
-- Its partners are told nothing but that it does not answer.
\c regress_south
SELECT try('SELECT count(*) FROM mpc.parties');
SELECT try($$SELECT mpc.probe('offices', 'north')$$);
CREATE FOREIGN TABLE joint.survey (i integer) SERVER offices OPTIONS (dataset 'survey');
SELECT try('SELECT count(*) FROM joint.survey');
\c regress_north
CREATE SCHEMA elsewhere;
CREATE EXTENSION mpc_agg SCHEMA elsewhere;
SELECT elsewhere.mpc_identity() <> :'before' AS another, (SELECT count(*) FROM mpc.ledger) AS asked;
SELECT try('ALTER EXTENSION mpc_agg SET SCHEMA public');
SELECT bool_and(status = 'ok'), count(*) FROM elsewhere.mpc_check();
\c regress_south
SELECT try($$SELECT mpc.probe('offices', 'north')$$);
\c regress_north
DROP EXTENSION mpc_agg;
CREATE EXTENSION mpc_agg;
SELECT count(*) FROM mpc.dataset;
DROP EXTENSION mpc_agg;
\c regress_south
SET client_min_messages = warning;
DROP EXTENSION mpc_agg CASCADE;
\c regress_west
SET client_min_messages = warning;
DROP EXTENSION mpc_agg CASCADE;
SET client_min_messages = warning;
DROP OWNED BY regress_owner, regress_analyst, regress_other, regress_north_login, regress_south_login, regress_west_login CASCADE;
\c regress_south
SET client_min_messages = warning;
DROP OWNED BY regress_owner, regress_analyst, regress_other, regress_north_login, regress_south_login, regress_west_login CASCADE;
\c regress_north
SET client_min_messages = warning;
DROP OWNED BY regress_owner, regress_analyst, regress_other, regress_north_login, regress_south_login, regress_west_login CASCADE;
DROP ROLE regress_owner, regress_analyst, regress_other, regress_north_login, regress_south_login, regress_west_login;
SELECT count(*) FROM pg_roles WHERE rolname ~ '^regress_(owner|analyst|other|.*_login)$';
