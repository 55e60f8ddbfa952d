-- Three databases of one cluster play three parties: regress_north, regress_south
-- and regress_west. Every other test builds on what is made here.
\getenv abs_srcdir PG_ABS_SRCDIR
\set party_sql :abs_srcdir '/sql/include/party.sql'
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_far, regress_owner, regress_analyst, regress_other, regress_north_login, regress_south_login, regress_west_login;
RESET client_min_messages;
CREATE ROLE regress_owner;
CREATE ROLE regress_analyst;
CREATE ROLE regress_other;
CREATE ROLE regress_north_login LOGIN PASSWORD 'regress north';
CREATE ROLE regress_south_login LOGIN PASSWORD 'regress south';
CREATE ROLE regress_west_login LOGIN PASSWORD 'regress west';

-- How this server reaches itself: by TCP where it listens, else by its socket.
SELECT CASE WHEN l = '' THEN trim(split_part(current_setting('unix_socket_directories'), ',', 1))
	WHEN l IN ('*', '0.0.0.0', '::') THEN 'localhost' ELSE trim(split_part(l, ',', 1)) END AS host
	FROM current_setting('listen_addresses') AS l \gset
SELECT format('host=''%s'' port=%s dbname=', :'host', current_setting('port')) AS address \gset

\set party 1
\set ECHO none
\i :party_sql
\set ECHO all
SELECT mpc_identity() AS north_identity \gset
\c regress_south
\set party 2
\set ECHO none
\i :party_sql
\set ECHO all
SELECT mpc_identity() AS south_identity \gset
\c regress_west
\set party 3
\set ECHO none
\i :party_sql
\set ECHO all
SELECT mpc_identity() AS west_identity \gset

-- Each makes partners of the other two, and the federation.
\c regress_north
SELECT count(*) FROM mpc_partner('south', :'south_identity', :'address' || 'regress_south', 'regress_north_login', 'regress north', 'regress_south_login');
SELECT count(*) FROM mpc_partner('west', :'west_identity', :'address' || 'regress_west', 'regress_north_login', 'regress north', 'regress_west_login');
CREATE SERVER offices FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'south, west');
\c regress_south
SELECT count(*) FROM mpc_partner('north', :'north_identity', :'address' || 'regress_north', 'regress_south_login', 'regress south', 'regress_north_login');
SELECT count(*) FROM mpc_partner('west', :'west_identity', :'address' || 'regress_west', 'regress_south_login', 'regress south', 'regress_west_login');
CREATE SERVER offices FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'north, west');
\c regress_west
SELECT count(*) FROM mpc_partner('north', :'north_identity', :'address' || 'regress_north', 'regress_west_login', 'regress west', 'regress_north_login');
SELECT count(*) FROM mpc_partner('south', :'south_identity', :'address' || 'regress_south', 'regress_west_login', 'regress west', 'regress_south_login');
CREATE SERVER offices FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'north, south');

-- All publish the same dataset. Publishing is granted, not owned by everybody.
\set publish 'SELECT mpc_publish(''survey'', ''survey'', federation => ''offices'', keys => ''{txt,m}'', measures => ''{s,i,b,n,r,d,f,nothing}'', filters => ''{s,i,b,n,f,txt,vc,ch,day,ts,tz,u,m}'', min_rows => 1)'
GRANT USAGE ON FOREIGN SERVER offices TO regress_owner;
SET ROLE regress_owner;
:publish;
\c regress_south
GRANT USAGE ON FOREIGN SERVER offices TO regress_owner;
SET ROLE regress_owner;
:publish;
\c regress_north
GRANT USAGE ON FOREIGN SERVER offices TO regress_owner;
SET ROLE regress_owner;
:publish;
RESET ROLE;

IMPORT FOREIGN SCHEMA offices FROM SERVER offices INTO joint;
\d joint.survey
GRANT SELECT ON joint.survey TO regress_analyst;
GRANT USAGE ON FOREIGN SERVER offices TO regress_analyst;
CREATE USER MAPPING FOR regress_analyst SERVER south OPTIONS (user 'regress_north_login', password 'regress north', password_required 'false');
CREATE USER MAPPING FOR regress_analyst SERVER west OPTIONS (user 'regress_north_login', password 'regress north', password_required 'false');

-- The first joint answer, and what plain SQL says over all rows.
SELECT count(*), sum(i), avg(n) FROM joint.survey;
SELECT count(*), sum(i), avg(n) FROM everybody;
SELECT same('SELECT count(*), sum(i), avg(n) FROM %s');
