-- min_rows, min_contributors, allow_two_party, parties that publish nothing: R3, R4, R6, R7.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = notice;
CREATE TABLE few (office integer, g integer, x integer, y integer);
-- North has 12 rows, south 8, west 3. Column y is null but for one row of the south.
INSERT INTO few SELECT 1, g, 100 + g, NULL FROM generate_series(1, 12) AS g UNION ALL SELECT 2, g, 200 + g, CASE WHEN g = 8 THEN 7 END FROM generate_series(1, 8) AS g UNION ALL SELECT 3, g, 300 + g, NULL FROM generate_series(1, 3) AS g;
CREATE TABLE all_few AS SELECT * FROM few;
DELETE FROM few WHERE office <> 1; ALTER TABLE few OWNER TO regress_owner;
SET ROLE regress_owner; SELECT mpc_publish('few', 'few', 'offices', measures => '{x,y}', filters => '{g}'); RESET ROLE;
\c regress_south
CREATE TABLE few AS SELECT 2 AS office, g, 200 + g AS x, CASE WHEN g = 8 THEN 7 END AS y FROM generate_series(1, 8) AS g;
SELECT mpc_publish('few', 'few', 'offices', measures => '{x,y}', filters => '{g}');
\c regress_west
CREATE TABLE few AS SELECT 3 AS office, g, 300 + g AS x, NULL::integer AS y FROM generate_series(1, 3) AS g;
SELECT mpc_publish('few', 'few', 'offices', measures => '{x,y}', filters => '{g}', min_rows => 3);
\c regress_north
CREATE FOREIGN TABLE joint.few (g integer, x integer, y integer) SERVER offices OPTIONS (dataset 'few');
CREATE FUNCTION contributed(condition text DEFAULT 'true', fewest integer[] DEFAULT '{5,5,3}') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	joint text;
	plain record;
BEGIN
	joint := try('SELECT count(*), sum(x) FROM joint.few WHERE ' || condition);
	EXECUTE format('SELECT sum(c)::bigint, sum(s)::bigint FROM (SELECT office, count(*) AS c, sum(x) AS s FROM all_few WHERE %s GROUP BY office HAVING count(*) >= ($1)[office]) AS o', condition) INTO plain USING fewest;
	RETURN joint || CASE WHEN joint = plain::text THEN ' as it should be' ELSE '' END;
END $$;

-- All or nothing, party by party: each contributes its matching rows when there are enough of them.
SELECT contributed();
SELECT contributed('g <= 8');
SELECT contributed('g > 5');
SELECT contributed('g <= 3');
SELECT contributed('g > 100');
ALTER SERVER offices OPTIONS (ADD min_contributors '1');
SELECT contributed('g <= 3');
SELECT contributed('g <= 5');
SELECT contributed('g <= 4');
SELECT contributed('g > 1');
SELECT contributed('g > 3');
SELECT contributed('g > 4');
SELECT contributed('g > 7');
ALTER SERVER offices OPTIONS (SET min_contributors '0');
SELECT contributed('g > 7');
SELECT contributed('g > 8');
SELECT contributed('g IN (1, 2)');

-- R3: a party with rows enough and fewer non-null values of a measure than min_rows gives its rows and nothing of that measure: what is asked beside it is as without it.
SELECT try('SELECT count(*), count(y), sum(y) FROM joint.few'), try('SELECT count(*) FROM joint.few');
SELECT try('SELECT count(*), sum(x), sum(y) FROM joint.few'), try('SELECT count(*), sum(x) FROM joint.few'), count(*), sum(x) FROM all_few;
SELECT try('SELECT count(y) FROM joint.few'), try('SELECT avg(y), count(*) FROM joint.few WHERE g < 8'), try('SELECT sum(y) FROM joint.few WHERE g = 8');

-- Five values of y at the south are enough there, and too few others stand behind them: the question without y is answered.
\c regress_south
UPDATE few SET y = g WHERE g < 6;
\c regress_north
SELECT try('SELECT count(*), sum(y) FROM joint.few');
ALTER SERVER offices OPTIONS (SET min_contributors '2');
SELECT try('SELECT count(*), sum(y) FROM joint.few'), try('SELECT count(*), sum(x) FROM joint.few');
ALTER SERVER offices OPTIONS (SET min_contributors '0');

-- One's own rows obey one's own policy.
SELECT mpc_publish('few', 'few', 'offices', measures => '{x,y}', filters => '{g}', min_rows => 13);
SELECT contributed(fewest => '{13,5,3}');
SELECT mpc_publish('few', 'few', 'offices', measures => '{x,y}', filters => '{g}', min_rows => 12);
SELECT contributed(fewest => '{12,5,3}');
ALTER SERVER offices OPTIONS (DROP min_contributors);

-- R6: two others must publish. Whoever publishes nothing takes part with nothing and is named.
SELECT mpc_unpublish('few');
SELECT contributed(fewest => '{99,5,3}');
SELECT sum(x) FROM joint.few WHERE g > 0;
\c regress_west
SELECT mpc_unpublish('few');
CREATE FOREIGN TABLE joint.few (g integer, x integer, y integer) SERVER offices OPTIONS (dataset 'few');
\c regress_north
SELECT any_party(try('SELECT sum(x) FROM joint.few'));
SELECT mpc_publish('few', 'few', 'offices', measures => '{x,y}', filters => '{g}');
SELECT any_party(try('SELECT sum(x) FROM joint.few'));
\c regress_south
ALTER SERVER offices OPTIONS (ADD allow_two_party 'true');
\c regress_north
ALTER SERVER offices OPTIONS (ADD allow_two_party 'true');
SELECT try('SELECT sum(x) FROM joint.few');
\c regress_west
ALTER SERVER offices OPTIONS (ADD allow_two_party 'true');
\c regress_north
SELECT contributed(fewest => '{5,5,99}');
ALTER SERVER offices OPTIONS (DROP allow_two_party);
\c regress_south
ALTER SERVER offices OPTIONS (DROP allow_two_party);
\c regress_west
ALTER SERVER offices OPTIONS (DROP allow_two_party);
SELECT count(*), sum(x) FROM joint.few;
SELECT any_party(try('SELECT sum(x) FROM joint.few WHERE x > 5'));
\c regress_south
SELECT mpc_unpublish('few');
\c regress_west
SELECT any_party(try('SELECT sum(x) FROM joint.few'));
\c regress_north
SELECT mpc_unpublish('few');
SELECT any_party(try('SELECT sum(x) FROM joint.few'));

-- A federation of two: both must allow it.
CREATE SERVER pair FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'south');
SELECT mpc_publish('few', 'few', 'pair', measures => '{x}');
CREATE FOREIGN TABLE joint.pair (x integer) SERVER pair OPTIONS (dataset 'few');
SELECT try('SELECT sum(x) FROM joint.pair');
ALTER SERVER pair OPTIONS (ADD allow_two_party 'true');
SELECT try('SELECT sum(x) FROM joint.pair');
\c regress_south
CREATE SERVER pair FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'north');
SELECT mpc_publish('few', 'few', 'pair', measures => '{x}');
\c regress_north
SELECT try('SELECT sum(x) FROM joint.pair');
\c regress_south
ALTER SERVER pair OPTIONS (ADD allow_two_party 'on');
\c regress_north
SELECT sum(x), (SELECT sum(x) FROM all_few WHERE office < 3) FROM joint.pair;
ALTER SERVER pair OPTIONS (SET allow_two_party 'false');
SELECT try('SELECT sum(x) FROM joint.pair');
ALTER SERVER pair OPTIONS (SET allow_two_party 'true', ADD min_contributors '2');
SELECT try('SELECT sum(x) FROM joint.pair');

-- A dataset of one name in two federations; the roster decides which.
SELECT mpc_publish('few', 'few', 'offices', measures => '{x}', allow_overlap => true);
SELECT try($$SELECT mpc_unpublish('few')$$);
SELECT try($$SELECT mpc_unpublish('few', 'offices')$$), try($$SELECT mpc_unpublish('few', 'pair')$$);
DROP SERVER pair CASCADE;
DROP FOREIGN TABLE joint.few;
DROP TABLE few, all_few;
DROP FUNCTION contributed;
\c regress_south
SELECT mpc_unpublish('few');
DROP SERVER pair;
DROP TABLE few;
\c regress_west
DROP FOREIGN TABLE joint.few;
DROP TABLE few;
\c regress_north
SELECT same('SELECT count(*) FROM %s');
