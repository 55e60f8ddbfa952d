-- GROUP BY over a joint table: what it answers and with which notices, what it refuses, and what it says it does.
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION explain(options text, query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE format('EXPLAIN (%s) %s', options, query) LOOP
		RETURN NEXT regexp_replace(line, '((Bytes|Time)[^:]*: )[0-9.]+', '\1N', 'g');
	END LOOP;
END $$;

-- Each party's shop. Key "item" is open, "size" open and short, "shelf" has a declared domain and "town" one in a lookup relation.
\set stock 'SELECT party, (ARRAY[''apple'', ''pear'', ''plum'', NULL, ''fig '' || party])[g % 5 + 1] AS item, (ARRAY[''S'', ''M'', ''XXXL'', ''L''])[g % 4 + 1] AS size, (ARRAY[''a'', ''ab c'', ''b''])[g % 3 + 1]::char(4) AS code, g % 4 AS shelf, (ARRAY[''Kiel'', ''Bonn'', ''Ulm''])[g % 3 + 1] AS town, (ARRAY[''happy'', ''sad'', NULL]::mood[])[g % 3 + 1] AS m, date ''2024-01-01'' + g % 3 AS sold, (1.25 * g * party)::numeric(8,2) AS price, CASE WHEN g % 2 = 0 THEN g END AS pieces FROM generate_series(1, 20) AS g, generate_series(1, 3) AS party'
\set own 'CREATE TABLE shop AS SELECT * FROM stock WHERE party = array_position(ARRAY[''regress_north'', ''regress_south'', ''regress_west''], current_database()::text)'
\set publish 'SELECT mpc_publish(''shop'', ''shop'', ''offices'', keys => ''{item,size,code,shelf,town,m,sold}'', measures => ''{price,pieces}'', filters => ''{item,sold,pieces}'', min_rows => 1, columns => ''{"size": {"max_key_bytes": 5}, "shelf": {"domain": [1, 2, 3, 9]}, "town": {"domain": {"relation": "towns"}}}'')'
CREATE VIEW stock AS :stock;
:own;
CREATE TABLE towns (town text);
INSERT INTO towns VALUES ('Ulm'), ('Kiel'), ('Oslo'), (NULL), ('Kiel');
ALTER SERVER offices OPTIONS (ADD min_contributors '0');
:publish;
\c regress_south
CREATE VIEW stock AS :stock;
:own;
CREATE TABLE towns AS SELECT unnest(ARRAY['Oslo', 'Kiel', 'Ulm']) AS town;
:publish;
\c regress_west
CREATE VIEW stock AS :stock;
:own;
CREATE TABLE towns AS SELECT unnest(ARRAY['Oslo', 'Kiel', 'Ulm']) AS town;
:publish;
\c regress_north
IMPORT FOREIGN SCHEMA offices LIMIT TO (shop) FROM SERVER offices INTO joint;

-- Groups of all parties; NULL is one of them. The oracle is plain SQL.
SELECT item, count(*), sum(price), avg(pieces), mpc_parties(*), mpc_remainder(*) FROM joint.shop GROUP BY item ORDER BY item;
SELECT item, count(*), sum(price), avg(pieces), count(DISTINCT party) FROM stock GROUP BY item ORDER BY item COLLATE "C";
SELECT m, code, count(*), sum(pieces) FROM joint.shop GROUP BY m, code ORDER BY m, code;
SELECT m, code, count(*), sum(pieces) FROM stock GROUP BY m, code ORDER BY m, code;
SELECT sum(c), sum(s), sum(n) FROM (SELECT count(*) AS c, sum(price) AS s, count(pieces) AS n FROM joint.shop GROUP BY item, size, code, shelf, town, m, sold) AS g;
SELECT count(*), sum(price), count(pieces) FROM stock;
SELECT m FROM joint.shop GROUP BY m;
SELECT count(*) FROM joint.shop GROUP BY m;
SELECT item AS what, sold - date '2024-01-01' AS day, count(*) * 2 AS twice FROM joint.shop GROUP BY 1, sold ORDER BY 2, 1 LIMIT 4;
SELECT item, count(*) FROM joint.shop WHERE item IS NULL OR item LIKE 'fig%' GROUP BY item, item ORDER BY item;
SELECT item, count(*) FROM joint.shop WHERE item = 'none' GROUP BY item;
SELECT item, count(*) FROM joint.shop WHERE false GROUP BY item;
-- character(n) is padded, an enum has its order, a domain's empty groups are no rows.
SELECT code, length(code), octet_length(code), pg_typeof(code), count(*) FROM joint.shop GROUP BY code ORDER BY code;
SELECT m, m > 'sad', count(*) FROM joint.shop GROUP BY m ORDER BY m DESC;
SELECT shelf, count(*) FROM joint.shop WHERE pieces IN (1, 2, 6) GROUP BY shelf ORDER BY shelf;

-- A collation under which the same texts are equal changes no group.
SELECT item COLLATE "und-x-icu" AS item, count(*) FROM joint.shop GROUP BY 1 ORDER BY 1 LIMIT 2;
SELECT count(DISTINCT item COLLATE "und-x-icu") FROM joint.shop;

-- The remainder: keys too long, or outside their domains.
SELECT size, count(*), mpc_parties(*), mpc_remainder(*) FROM joint.shop GROUP BY size;
SELECT shelf, count(*), mpc_remainder(*) FROM joint.shop GROUP BY shelf;
SELECT town, count(*), mpc_remainder(*) FROM joint.shop GROUP BY town;
SELECT shelf, size, count(*), mpc_remainder(*) FROM joint.shop WHERE sold = '2024-01-02' GROUP BY shelf, size ORDER BY shelf, size, 4;
SELECT shelf, count(*) FROM joint.shop GROUP BY shelf HAVING NOT mpc_remainder(*) ORDER BY shelf;
-- A lookup relation is read at each question, and all parties must have the same values in theirs.
INSERT INTO towns VALUES ('Bonn');
SELECT any_party(try('SELECT count(*) FROM joint.shop GROUP BY town'));
SELECT count(*) FROM joint.shop;
\c regress_south
INSERT INTO towns VALUES ('Bonn');
\c regress_west
INSERT INTO towns VALUES ('Bonn');
\c regress_north
SELECT town, count(*), mpc_remainder(*) FROM joint.shop GROUP BY town;
-- So must the length of keys be, and domains that are declared.
SELECT mpc_publish('shop', 'shop', 'offices', keys => '{item,size,shelf}', measures => '{price}', min_rows => 1, columns => '{"size": {"max_key_bytes": 6}, "shelf": {"domain": [1, 2, 3]}}');
SELECT any_party(try('SELECT count(*) FROM joint.shop GROUP BY size'));
SELECT any_party(try('SELECT count(*) FROM joint.shop GROUP BY shelf'));
SELECT count(*) FROM (SELECT item FROM joint.shop GROUP BY item) AS g;
:publish;

-- HAVING, and conditions on keys: they leave the remainder out. Key "item" is a filter, too: its condition is sent; one on "code" or "size" is applied here.
SELECT item, count(*) FROM joint.shop GROUP BY item HAVING count(*) > 5 ORDER BY item;
SELECT item, count(*) FROM joint.shop GROUP BY item HAVING item < 'b' OR sum(price) > 200 ORDER BY item;
SELECT code, count(*) FROM joint.shop GROUP BY code HAVING code > 'a';
SELECT code, count(*) FROM joint.shop WHERE upper(code) LIKE '%B%' GROUP BY code;
SELECT size, count(*) FROM joint.shop WHERE size <> 'S' GROUP BY size;
SELECT size, count(*) FROM joint.shop GROUP BY size HAVING size <> 'S' AND count(*) > 0;
SELECT size, item, count(*) FROM joint.shop WHERE item = 'apple' GROUP BY size, item;
SELECT size, item, count(*) FROM joint.shop WHERE item || '!' = 'apple!' GROUP BY size, item;
SELECT size, item, count(*), mpc_remainder(*) FROM joint.shop GROUP BY size, item HAVING item = 'apple' AND count(*) > 0;
SELECT size, item, count(*), mpc_remainder(*) FROM joint.shop WHERE item = 'apple' OR pieces = 2 GROUP BY size, item ORDER BY size, item;
-- The planner takes item = v out of the join, since both are 'apple': a remainder would join with anything.
CREATE TABLE o AS SELECT 'apple' COLLATE "C" AS v;
SELECT v, item, size, c FROM o JOIN (SELECT item, size, count(*) AS c FROM joint.shop GROUP BY item, size) AS q ON q.item = o.v ORDER BY size;
SELECT v, item, size, c FROM o JOIN (SELECT item, size, count(*) AS c FROM joint.shop GROUP BY item, size) AS q ON q.item = o.v WHERE q.item = 'apple' ORDER BY size;
SELECT v, item, size, c FROM o JOIN (SELECT item, size, count(*) AS c FROM joint.shop GROUP BY item, size) AS q ON q.item = o.v WHERE o.v = 'apple' ORDER BY size;
DROP TABLE o;
SELECT try('SELECT count(*) FROM joint.shop WHERE code > ''a''');
SELECT try('SELECT count(*) FROM joint.shop WHERE upper(item) = ''APPLE''');
SELECT try('SELECT item, count(*) FROM joint.shop WHERE code > ''a'' GROUP BY item');
SELECT try('SELECT item, count(*) FROM joint.shop WHERE random() > 2 AND item = ''x'' GROUP BY item');
SELECT try('SELECT item, count(*) FROM joint.shop WHERE item > random()::text GROUP BY item');

-- count(DISTINCT key): where every key is shown.
SELECT count(DISTINCT item), count(DISTINCT m), count(*), sum(price) FROM joint.shop;
SELECT count(DISTINCT item), count(DISTINCT m), count(*), sum(price) FROM stock;
SELECT m, count(DISTINCT item), count(DISTINCT code), count(pieces), avg(price) FROM joint.shop GROUP BY m ORDER BY m;
SELECT m, count(DISTINCT item), count(DISTINCT code), count(pieces), avg(price) FROM stock GROUP BY m ORDER BY m;
SELECT count(DISTINCT item) FROM joint.shop WHERE item = 'none';
SELECT count(DISTINCT code) FROM joint.shop WHERE code <> 'b';
SELECT count(DISTINCT item), mpc_parties(*), mpc_remainder(*) FROM joint.shop;
SELECT count(DISTINCT item) FROM joint.shop WHERE false;
SELECT try('SELECT count(DISTINCT size) FROM joint.shop');
SELECT try('SELECT m, count(DISTINCT shelf) FROM joint.shop GROUP BY m');
SELECT try('SELECT count(DISTINCT price) FROM joint.shop');
SELECT try('SELECT sum(DISTINCT pieces) FROM joint.shop');
SELECT try('SELECT count(DISTINCT lower(item)) FROM joint.shop');

-- What can be built on it: it is a relation like any other.
SELECT item, c, row_number() OVER (ORDER BY c DESC, item) FROM (SELECT item, count(*) AS c FROM joint.shop GROUP BY item) AS g LIMIT 3;
SELECT item, count(*), sum(count(*)) OVER () FROM joint.shop GROUP BY item ORDER BY item LIMIT 2;
WITH j AS (SELECT item, sum(price) AS s FROM joint.shop GROUP BY item) SELECT l.item, l.s, r.c FROM j AS l JOIN (SELECT item, count(*) AS c FROM joint.shop GROUP BY item) AS r USING (item) ORDER BY 1 LIMIT 2;
SELECT DISTINCT count(*) FROM joint.shop GROUP BY item, m ORDER BY 1;
SELECT sold, (SELECT count(*) FROM joint.shop WHERE item = 'pear') FROM joint.shop GROUP BY sold ORDER BY sold;
CREATE VIEW items AS SELECT item, m, count(*) AS c FROM joint.shop GROUP BY item, m;
SELECT m, max(c), sum(c) FROM items GROUP BY m ORDER BY m;
SELECT * FROM items WHERE item = 'apple' ORDER BY m;
DROP VIEW items;
PREPARE days(text, integer) AS SELECT sold, count(*) FROM joint.shop WHERE item = $1 GROUP BY sold HAVING count(*) > $2 ORDER BY sold;
SET plan_cache_mode = force_generic_plan;
EXECUTE days('apple', 3);
EXECUTE days('plum', 4);
EXECUTE days(NULL, 0);
RESET plan_cache_mode;
BEGIN;
DECLARE c SCROLL CURSOR WITH HOLD FOR SELECT item, count(*) FROM joint.shop GROUP BY item ORDER BY item;
FETCH 2 FROM c;
FETCH BACKWARD 1 FROM c;
COMMIT;
FETCH LAST FROM c;
CLOSE c;

-- Each plan node asks once, whatever reads it and however often.
SELECT count(*) AS before FROM mpc.ledger WHERE role = 'asker' \gset
SET enable_material = off;
SELECT explain('COSTS OFF', 'SELECT count(*), sum(c) FROM generate_series(1, 7) AS x LEFT JOIN (SELECT m, count(*) AS c FROM joint.shop GROUP BY m) AS g ON x < c');
SELECT count(*), sum(c) FROM generate_series(1, 7) AS x LEFT JOIN (SELECT m, count(*) AS c FROM joint.shop GROUP BY m) AS g ON x < c;
RESET enable_material;
SELECT count(*) - :before FROM mpc.ledger WHERE role = 'asker';
SELECT question FROM mpc.ledger WHERE role = 'asker' ORDER BY id DESC LIMIT 1;
SELECT count(*) FROM joint.shop WHERE item > 'b' GROUP BY sold, item HAVING count(*) > 100;
SELECT question FROM mpc.ledger WHERE role = 'asker' ORDER BY id DESC LIMIT 1;
\c regress_south
SELECT question FROM mpc.ledger WHERE role = 'peer' ORDER BY id DESC LIMIT 1;
\c regress_north

-- What is refused, and why.
\set SHOW_CONTEXT never
CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SELECT upper(item), count(*) FROM joint.shop GROUP BY upper(item);
SELECT count(*) FROM joint.shop GROUP BY pieces % 2;
SELECT count(*) FROM joint.shop GROUP BY ();
SELECT DISTINCT item FROM joint.shop;
SELECT DISTINCT ON (item) item FROM joint.shop;
SELECT item::bpchar, count(*) FROM joint.shop GROUP BY item::bpchar;
SELECT item::varchar(3), count(*) FROM joint.shop GROUP BY 1;
SELECT code::text, count(*) FROM joint.shop GROUP BY code::text;
SELECT m::text, count(*) FROM joint.shop GROUP BY 1;
SELECT shelf::bigint, count(*) FROM joint.shop GROUP BY 1;
SELECT count(DISTINCT item::bpchar) FROM joint.shop;
SELECT item COLLATE loose, count(*) FROM joint.shop GROUP BY 1;
SELECT count(DISTINCT item COLLATE loose) FROM joint.shop;
SELECT price, count(*) FROM joint.shop GROUP BY price;
SELECT pieces, count(*) FROM joint.shop GROUP BY pieces;
SELECT item, max(price) FROM joint.shop GROUP BY item;
SELECT item, count(*) FILTER (WHERE m = 'sad') FROM joint.shop GROUP BY item;
SELECT item, array_agg(m) FROM joint.shop GROUP BY item;
SELECT s.item, count(*) FROM joint.shop AS s JOIN towns USING (town) GROUP BY s.item;
SELECT a.item, count(*) FROM joint.shop AS a, joint.shop AS b GROUP BY a.item;
SELECT item, sum(count(*)) OVER (PARTITION BY item) FROM joint.shop GROUP BY m;
SELECT item, price, count(*) FROM joint.shop GROUP BY item;
SELECT item, row_number() OVER () FROM joint.shop;
SELECT item FROM joint.shop GROUP BY item FOR UPDATE;
SELECT mpc_remainder(*) FROM stock;
SELECT mpc_parties(*) FROM stock GROUP BY party;

-- EXPLAIN contacts nobody.
SELECT explain('VERBOSE, COSTS OFF', 'SELECT item, count(*), sum(price) FROM joint.shop WHERE sold > ''2024-01-01'' GROUP BY item');
SELECT explain('VERBOSE, COSTS OFF', 'SELECT m, shelf, count(*), mpc_parties(*) FROM joint.shop GROUP BY m, shelf');
SELECT explain('VERBOSE, COSTS OFF', 'SELECT m, item, count(*) FROM joint.shop GROUP BY m, item HAVING count(*) > 3 ORDER BY count(*) DESC LIMIT 2');
SELECT explain('VERBOSE, COSTS OFF', 'SELECT code, count(*) FROM joint.shop WHERE length(code) > 1 AND item = ''x'' GROUP BY code, item');
SELECT explain('VERBOSE, COSTS OFF', 'SELECT count(DISTINCT item), count(DISTINCT m) FROM joint.shop');
SELECT explain('VERBOSE, COSTS OFF', 'SELECT m FROM joint.shop GROUP BY m');
SELECT explain('COSTS ON', 'SELECT m, count(*) FROM joint.shop GROUP BY m');
SELECT explain('ANALYZE, VERBOSE, COSTS OFF, TIMING OFF, SUMMARY OFF', 'SELECT m, count(*) FROM joint.shop GROUP BY m');
SELECT explain('ANALYZE, VERBOSE, COSTS OFF, TIMING OFF, SUMMARY OFF', 'SELECT item, count(*) FROM joint.shop GROUP BY item');
SELECT explain('ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF', 'SELECT size, count(*) FROM joint.shop WHERE size > ''A'' GROUP BY size');

-- Thresholds: a party folds groups of fewer rows than its min_rows, and its smallest other group where those are too few together.
\set careful 'SELECT mpc_publish(''shop'', ''shop'', ''offices'', keys => ''{item,code,m}'', measures => ''{price,pieces}'', filters => ''{item}'', min_rows => 4)'
DELETE FROM shop WHERE item = 'pear' OR (item = 'plum' AND price < 10);
:careful;
SELECT item, count(*), mpc_parties(*), mpc_remainder(*) FROM joint.shop GROUP BY item;
SELECT item, count(*), count(pieces), sum(pieces), mpc_parties(*), mpc_remainder(*) FROM joint.shop GROUP BY item;
SELECT item, count(*) FROM joint.shop GROUP BY item ORDER BY count(*) LIMIT 1;
SELECT try('SELECT count(DISTINCT item) FROM joint.shop');
-- R7: a group that too few others have is folded by the asker.
ALTER SERVER offices OPTIONS (SET min_contributors '1');
SELECT item, count(*), mpc_parties(*), mpc_remainder(*) FROM joint.shop GROUP BY item;
ALTER SERVER offices OPTIONS (SET min_contributors '2');
SELECT item, count(*), mpc_parties(*), mpc_remainder(*) FROM joint.shop GROUP BY item;
SELECT try('SELECT item, count(*) FROM joint.shop WHERE item LIKE ''fig%'' GROUP BY item');
SELECT item, count(*) FROM joint.shop WHERE item = 'none' GROUP BY item;
ALTER SERVER offices OPTIONS (DROP min_contributors);

-- All as it was.
SELECT mpc_unpublish('shop');
DROP FOREIGN TABLE joint.shop;
DROP TABLE shop, towns;
DROP VIEW stock;
DROP FUNCTION explain;
DROP COLLATION loose;
\c regress_south
SELECT mpc_unpublish('shop');
DROP TABLE shop, towns;
DROP VIEW stock;
\c regress_west
SELECT mpc_unpublish('shop');
DROP TABLE shop, towns;
DROP VIEW stock;
\c regress_north
SELECT same('SELECT count(*) FROM %s');
