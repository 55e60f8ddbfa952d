-- Intersections: what is published for them, what can be asked, and what is refused. Random sets of every type: test/tap/061_intersections.pl.
\pset format unaligned
\pset tuples_only on
\set SHOW_CONTEXT never

-- Customers 1 to 40 are north's, 21 to 60 south's, 31 to 80 west's. Each seventh has no email, each fifth two rows.
\set everyone 'SELECT party, g AS no, CASE WHEN g % 7 > 0 THEN ''c'' || g || ''@exämple.org'' END AS email, date ''2000-01-01'' + g AS born, (''name '' || g % 9)::varchar(20) AS name, (ARRAY[''gold'', ''silver'', NULL])[g % 3 + 1] AS segment, (g * 1.25 + party + again)::numeric(10,2) AS spent, CASE WHEN g % 4 > 0 THEN g * party END AS visits, NULL::integer AS nothing, g % 10 AS x FROM generate_series(1, 80) AS g, (VALUES (1, 1, 40), (2, 21, 60), (3, 31, 80)) AS p(party, low, high), generate_series(1, 2) AS again WHERE g BETWEEN low AND high AND (again = 1 OR g % 5 = 0)'
\set own 'CREATE TABLE clients AS SELECT * FROM everyone WHERE party = array_position(ARRAY[''regress_north'', ''regress_south'', ''regress_west''], current_database()::text)'
-- publish('members', more arguments): the dataset of all tests below, in a federation of north and south only.
\set publishing 'CREATE FUNCTION publish("intersect" text, more text DEFAULT ''min_set => 5, max_changes => 1000'', federation text DEFAULT ''pair'') RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE format(''SELECT mpc_publish(''''clients'''', ''''clients'''', %L, keys => ''''{segment,x}'''', measures => ''''{spent,visits,nothing}'''', filters => ''''{no,x}'''', identifiers => ''''{no,email,born,name}'''', "intersect" => %L, min_rows => 1, %s)'', federation, "intersect", more); END $f$'
CREATE VIEW everyone AS :everyone;
:own;
:publishing;

CREATE SERVER pair FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'south', allow_two_party 'true');

-- What is published: nothing may be intersected unless the publisher says so.
SELECT mpc_publish('clients', 'clients', 'pair', identifiers => '{email}');
SELECT "intersect" IS NULL AS nothing, min_set, max_ratio, max_probes, max_changes FROM mpc.datasets WHERE dataset = 'clients';
SELECT try(format($$SELECT mpc_publish('clients', 'clients', 'pair', %s)$$, a)) FROM unnest(ARRAY[
	'identifiers => ''{email}'', "intersect" => ''all''', 'identifiers => ''{email}'', "intersect" => ''''', 'identifiers => ''{email}'', "intersect" => ''Members''',
	'"intersect" => ''count''', 'identifiers => ''{spent}'', "intersect" => ''count''', 'identifiers => ''{no such}'', "intersect" => ''count''',
	'identifiers => ''{email}'', min_set => -1', 'identifiers => ''{email}'', max_ratio => 0', 'identifiers => ''{email}'', max_probes => -1', 'identifiers => ''{email}'', max_changes => -1',
	'identifiers => ''{email}'', min_set => NULL', 'identifiers => ''{email}'', max_ratio => NULL', 'identifiers => ''{email}'', max_probes => NULL', 'identifiers => ''{email}'', max_changes => NULL']) AS a;
SELECT try($$SELECT mpc_publish('clients', 'clients', 'pair', identifiers => '{email}', intersect => 'count')$$);
SELECT publish('sum', 'min_set => 5, max_ratio => 7, max_changes => 9, max_probes => 12345678901');
SELECT identifiers, "intersect", min_set, max_ratio, max_probes, max_changes FROM mpc.datasets WHERE dataset = 'clients';
SELECT publish('members');

\c regress_south
CREATE SERVER pair FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'north', allow_two_party 'true');
CREATE VIEW everyone AS :everyone;
:own;
:publishing;
SELECT publish('members');
\c regress_west
CREATE VIEW everyone AS :everyone;
:own;
:publishing;
\c regress_north
IMPORT FOREIGN SCHEMA pair FROM SERVER pair INTO joint;
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'joint.clients'::regclass AND attnum > 0 ORDER BY attname;
SELECT "column", type, agrees FROM mpc.describe('pair') WHERE dataset = 'clients' AND role = 'identifier' AND party = 'south' ORDER BY 1;

-- Against plain SQL. alike(joint, plain): all rows of both, or the answer twice.
CREATE FUNCTION alike(joint text, plain text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	a text;
	b text;
BEGIN
	EXECUTE format('SELECT string_agg(r::text, '' '' ORDER BY r::text) FROM (%s) AS r', joint) INTO a;
	EXECUTE format('SELECT string_agg(r::text, '' '' ORDER BY r::text) FROM (%s) AS r', plain) INTO b;
	RETURN CASE WHEN a IS NOT DISTINCT FROM b THEN COALESCE(a, 'no row') ELSE format('DIFFERENT: joint %s, plain %s', a, b) END;
END $$;
CREATE VIEW north AS SELECT * FROM everyone WHERE party = 1;
CREATE VIEW south AS SELECT * FROM everyone WHERE party = 2;
SELECT alike('SELECT mpc_intersect_count(email), mpc_union_count(email) FROM joint.clients',
	'SELECT (SELECT count(*) FROM (SELECT email FROM north WHERE email IS NOT NULL INTERSECT SELECT email FROM south) AS i), count(DISTINCT email) FROM everyone WHERE party < 3');
SELECT alike('SELECT count(DISTINCT born) FROM joint.clients WHERE x > 3', 'SELECT count(DISTINCT born) FROM everyone WHERE party < 3 AND x > 3');
SELECT alike('SELECT mpc_intersect(''joint.clients'', ''email'')', 'SELECT email FROM north WHERE email IS NOT NULL INTERSECT SELECT email FROM south');
SELECT alike('SELECT mpc_intersect(''joint.clients'', ''no'', NULL::integer) / 10', 'SELECT no / 10 FROM (SELECT no FROM north INTERSECT SELECT no FROM south) AS i');
SELECT alike('SELECT * FROM mpc_intersect(''joint.clients'', ARRAY[''name'', ''born'']) AS m(name varchar, born date)', 'SELECT name, born FROM north INTERSECT SELECT name, born FROM south');
SELECT alike('SELECT mpc_intersect_count(no, email) FROM joint.clients WHERE x < 8', 'SELECT count(*) FROM (SELECT no, email FROM north WHERE x < 8 AND email IS NOT NULL INTERSECT SELECT no, email FROM south) AS i');
-- All own rows of a common identifier are summed; those of no sum are NULL, as in SQL.
SELECT alike('SELECT mpc_intersect_count(email), mpc_intersect_sum(email, spent), mpc_intersect_sum(email, visits), mpc_intersect_sum(email, nothing) FROM joint.clients',
	'SELECT count(DISTINCT email), sum(spent), sum(visits), sum(nothing) FROM north WHERE email IN (SELECT email FROM south)');
SELECT alike('SELECT segment, mpc_intersect_count(no), mpc_intersect_sum(no, spent) FROM joint.clients GROUP BY segment',
	'SELECT segment, count(DISTINCT no), sum(spent) FROM north WHERE no IN (SELECT no FROM south) GROUP BY segment');
SELECT alike('SELECT segment, x, mpc_intersect_sum(no, visits) * 2 AS s FROM joint.clients WHERE x IN (1, 2, 5) GROUP BY segment, x HAVING mpc_intersect_count(no) > 0',
	'SELECT segment, x, sum(visits) * 2 AS s FROM north WHERE no IN (SELECT no FROM south) AND x IN (1, 2, 5) GROUP BY segment, x');
SELECT pg_typeof(mpc_intersect_count(no)), pg_typeof(mpc_intersect_sum(no, spent)), pg_typeof(mpc_intersect_sum(no, visits)) FROM joint.clients WHERE x <> 8;

-- Twice the same question over the same sets; in other words or of other rows it is another one.
CREATE FUNCTION earlier(sql text) RETURNS text LANGUAGE sql AS $$ SELECT regexp_replace(try(sql), 'request [0-9a-f]{64}', 'request R') $$;
SELECT earlier('SELECT mpc_intersect_count(email), mpc_union_count(email) FROM joint.clients');
SELECT alike('SELECT mpc_intersect_count(email) FROM joint.clients', 'SELECT count(*) FROM (SELECT email FROM north WHERE email IS NOT NULL INTERSECT SELECT email FROM south) AS i');
SELECT earlier('SELECT mpc_intersect_count(email) FROM joint.clients');
INSERT INTO clients SELECT 1, 60, 'c60@exämple.org', '2000-02-29';
SELECT alike('SELECT mpc_intersect_count(email) FROM joint.clients', 'SELECT 1 + count(*) FROM (SELECT email FROM north WHERE email IS NOT NULL INTERSECT SELECT email FROM south) AS i');
DELETE FROM clients WHERE no = 60;
-- Its number is in the ledgers.
SELECT (regexp_match(try('SELECT mpc_intersect_count(email) FROM joint.clients'), 'request ([0-9a-f]{64})'))[1] AS earlier \gset
SELECT role, question FROM mpc.ledger WHERE request_id = :'earlier';
\c regress_south
SELECT role, party, question FROM mpc.ledger WHERE request_id = :'earlier';
SELECT count(*), count(own_set), bool_and(at <= clock_timestamp()) FROM mpc.intersection_run WHERE encode(rid, 'hex') = :'earlier';
\c regress_north

-- No row: the sets are empty, and asking for it is for nothing.
SELECT try('SELECT mpc_intersect_count(no), mpc_union_count(no) FROM joint.clients WHERE false'), try('SELECT mpc_intersect_count(no), mpc_intersect_sum(no, spent) FROM joint.clients WHERE false'), try('SELECT count(*) FROM (SELECT segment, mpc_intersect_count(no) FROM joint.clients WHERE false GROUP BY segment) AS g');
SELECT try('SELECT count(DISTINCT no) FROM joint.clients WHERE false'), try('SELECT mpc_intersect_count(no) FROM joint.clients WHERE no = 41'), try('SELECT mpc_intersect_count(no) FROM joint.clients WHERE no < 10');

-- What cannot be asked.
SELECT try(format('SELECT %s', q)) FROM unnest(ARRAY['mpc_intersect_count(no), count(*) FROM joint.clients', 'mpc_intersect_count(no), sum(spent) FROM joint.clients', 'mpc_intersect_count(no), mpc_approx_count_distinct(no) FROM joint.clients', 'mpc_union_count(no), min(visits) FROM joint.clients', 'count(DISTINCT no), count(*) FROM joint.clients', 'count(DISTINCT no), count(DISTINCT segment) FROM joint.clients', 'segment, count(DISTINCT no) FROM joint.clients GROUP BY segment',
	'mpc_intersect_count(no), mpc_intersect_count(email) FROM joint.clients', 'mpc_intersect_count(no), mpc_intersect_sum(email, spent) FROM joint.clients', 'mpc_intersect_count(no, email), mpc_intersect_count(no, born) FROM joint.clients', 'mpc_intersect_count(no), mpc_intersect_count(no, email) FROM joint.clients',
	'mpc_intersect_count(no) FILTER (WHERE x = 1) FROM joint.clients', 'mpc_intersect_sum(no, spent) FILTER (WHERE x = 1) FROM joint.clients', 'mpc_union_count(no) FILTER (WHERE x = 1) FROM joint.clients', 'count(DISTINCT no) FILTER (WHERE x = 1) FROM joint.clients',
	'segment, mpc_intersect_count(no) FROM joint.clients GROUP BY ROLLUP (segment)', 'segment, x, mpc_intersect_count(no) FROM joint.clients GROUP BY GROUPING SETS (segment, x)', 'segment, mpc_union_count(no) FROM joint.clients GROUP BY segment', 'mpc_intersect_count(no) FROM joint.clients GROUP BY no',
	'mpc_intersect_count(spent) FROM joint.clients', 'mpc_intersect_count(segment) FROM joint.clients', 'mpc_intersect_sum(spent, no) FROM joint.clients', 'mpc_intersect_sum(no, no) FROM joint.clients', 'mpc_intersect_sum(no, x) FROM joint.clients', 'mpc_union_count(x) FROM joint.clients',
	'mpc_intersect_count(lower(email)) FROM joint.clients', 'mpc_intersect_count(no + 1) FROM joint.clients', 'mpc_intersect_sum(no, spent * 2) FROM joint.clients', 'mpc_intersect_count(5) FROM joint.clients', 'mpc_intersect_count() FROM joint.clients', 'mpc_intersect_count(VARIADIC ARRAY[no]) FROM joint.clients', 'mpc_intersect_count(DISTINCT no) FROM joint.clients', 'mpc_intersect_count(no ORDER BY no) FROM joint.clients', 'mpc_intersect_sum(no, email) FROM joint.clients',
	'mpc_intersect_count(no) OVER () FROM joint.clients', 'mpc_intersect_count(no) FROM joint.clients WHERE email = ''x''', 'mpc_intersect_count(no) FROM joint.clients WHERE lower(segment) = ''gold''', 'mpc_intersect_count(a.no) FROM joint.clients AS a JOIN joint.clients AS b USING (no)', 'mpc_intersect_count(no) FROM everyone', 'mpc_union_count(no) FROM (VALUES (1)) AS v(no)', 'mpc_intersect_sum(no, visits) FROM everyone']) AS q;
-- Beside each other, as subqueries.
SELECT try('SELECT a.*, b.* FROM (SELECT mpc_intersect_count(no) FROM joint.clients WHERE x <> 9) AS a, (SELECT mpc_union_count(born) FROM joint.clients WHERE x <> 9) AS b');

-- Over the own table.
SELECT alike('SELECT mpc_intersect_count(no) FROM clients WHERE x <> 1', 'SELECT count(*) FROM (SELECT no FROM north WHERE x <> 1 INTERSECT SELECT no FROM south) AS i');
SELECT alike('SELECT segment, mpc_intersect_sum(no, spent) FROM clients WHERE x <> 2 GROUP BY segment', 'SELECT segment, sum(spent) FROM north WHERE no IN (SELECT no FROM south) AND x <> 2 GROUP BY segment');
SELECT try('SELECT mpc_intersect_count(no), count(*) FROM clients'), try('SELECT count(*) FROM mpc_intersect(''clients'', ''no'')'), try('SELECT count(DISTINCT no) FROM clients');

-- Members: the arguments.
SELECT try(format('SELECT * FROM mpc_intersect(%s', a)) FROM unnest(ARRAY['NULL, ''no'')', '''joint.clients'', NULL::text)', '''joint.clients'', NULL::text, 5)', '''joint.clients'', NULL::text[]) AS m(no integer)', '''joint.clients'', ARRAY[''no'', NULL]) AS m(no integer, x integer)', '''joint.clients'', ''{}''::text[]) AS m(no integer)',
	'''joint.nowhere'', ''no'')', '''everyone'', ''no'')', '1, ''no'')', '''joint.clients'', ''No'')', '''joint.clients'', ''nowhere'')', '''joint.clients'', ''spent'')', '''joint.clients'', ''segment'')', '''joint.clients'', ''tableoid'')',
	'''joint.clients'', ''no'', NULL::bigint)', '''joint.clients'', ''email'', NULL::varchar)', '''joint.clients'', ARRAY[''no'', ''born'']) AS m(no integer)', '''joint.clients'', ARRAY[''no'', ''born'']) AS m(no integer, born timestamp)', '''joint.clients'', ARRAY[''no'', ''born''])', '''joint.clients'', ARRAY[''no'', ''no'']) AS m(no integer, again integer)',
	'''joint.clients'', array_fill(''no''::text, ARRAY[17])) AS m(no integer)']) AS a;

-- EXPLAIN asks nobody before ANALYZE; how many rounds there are depends on sizes.
SELECT count(*) AS before FROM mpc.ledger \gset
EXPLAIN (COSTS off) SELECT mpc_intersect_count(no) FROM joint.clients;
EXPLAIN (VERBOSE, COSTS off) SELECT mpc_intersect_count(no, email) FROM joint.clients WHERE x > 4 OR no IN (1, 2);
EXPLAIN (VERBOSE, COSTS off) SELECT mpc_union_count(email) + 1, mpc_intersect_count(email) FROM joint.clients;
EXPLAIN (VERBOSE, COSTS off) SELECT count(DISTINCT email) FROM joint.clients;
EXPLAIN (VERBOSE, COSTS off) SELECT segment, mpc_intersect_sum(no, spent) FROM joint.clients GROUP BY segment HAVING mpc_intersect_count(no) > 3 ORDER BY segment;
EXPLAIN (VERBOSE, COSTS off) SELECT mpc_intersect_count(no) FROM joint.clients WHERE false;
EXPLAIN (VERBOSE, COSTS off) SELECT mpc_intersect_count(no) FROM clients WHERE x <> 3;
EXPLAIN (COSTS off) SELECT mpc_intersect('joint.clients', 'no');
SELECT count(*) - :before FROM mpc.ledger;
CREATE FUNCTION explain(options text, query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE format('EXPLAIN (%s) %s', options, query) LOOP
		RETURN NEXT regexp_replace(line, '((Bytes|Time)[^:]*: )[0-9.]+', '\1N', 'g');
	END LOOP;
END $$;
SELECT explain('ANALYZE, VERBOSE, COSTS off, TIMING off, SUMMARY off', 'SELECT mpc_intersect_count(no) FROM joint.clients WHERE x <> 4');
SELECT regexp_matches(explain, '"(?:Protocol|Total Time|Party Time|Bytes[A-Za-z ]*|Party)": [^,\n]*', 'g') FROM explain('ANALYZE, COSTS off, SUMMARY off, FORMAT JSON', 'SELECT mpc_intersect_sum(no, spent) FROM joint.clients WHERE x <> 4');
DROP FUNCTION explain;

-- What each party allows: nothing < count < sum < members. Both rules hold, the other party's and the own.
CREATE FUNCTION allowed(x integer) RETURNS TABLE (question text, answer text) LANGUAGE sql AS $$
	SELECT q, try(format(s, x)) FROM (VALUES ('count', 'SELECT mpc_intersect_count(born) FROM joint.clients WHERE no <> %s'), ('union', 'SELECT mpc_union_count(born) FROM joint.clients WHERE no <> %s'), ('sum', 'SELECT mpc_intersect_sum(born, spent) FROM joint.clients WHERE no <> %s'),
		('groups', 'SELECT segment, mpc_intersect_count(born) FROM joint.clients WHERE no <> %s GROUP BY segment ORDER BY 1 LIMIT 1'), ('members', 'SELECT count(*) FROM mpc_intersect(''joint.clients'', ''email'') AS m')) AS q(q, s) $$;
\c regress_south
SELECT publish(NULL);
\c regress_north
SELECT allowed(101);
SELECT try('SELECT count(DISTINCT no) FROM joint.clients WHERE no <> 101');
\c regress_south
SELECT publish('count');
\c regress_north
SELECT allowed(102);
\c regress_south
SELECT publish('sum');
\c regress_north
SELECT allowed(103);
SELECT publish('count');
SELECT allowed(104);
-- Where nothing may be intersected here, count(DISTINCT ...) is that of keys again.
SELECT publish(NULL);
SELECT allowed(105);
SELECT try('SELECT count(DISTINCT no) FROM joint.clients');
SELECT publish('members');
\c regress_south
SELECT publish('members');
\c regress_north

-- Limits: this party's and the partner's.
SELECT publish('members', 'min_set => 41');
SELECT try('SELECT mpc_intersect_count(no) FROM joint.clients WHERE no <> 201');
SELECT publish('members');
\c regress_south
SELECT publish('members', 'min_set => 41');
\c regress_north
SELECT try('SELECT mpc_intersect_count(no) FROM joint.clients WHERE no <> 202'), try('SELECT mpc_intersect_count(no) FROM joint.clients WHERE no < 24');
\c regress_south
SELECT publish('members', 'min_set => 5, max_ratio => 3, max_changes => 1000');
\c regress_north
-- 34 of north to 14, then to 9 of south.
SELECT try('SELECT mpc_intersect_count(no) FROM joint.clients WHERE no < 35'), try('SELECT mpc_intersect_count(no) FROM joint.clients WHERE no < 30');
\c regress_south
SELECT publish('members', 'min_set => 5, max_changes => 1000, max_probes => 39');
\c regress_north
SELECT try('SELECT mpc_intersect_count(no) FROM joint.clients WHERE no <> 203'), earlier('SELECT mpc_intersect_count(no, born) FROM joint.clients');
\c regress_south
SELECT publish('members', 'min_set => 5, max_changes => 1');
\c regress_north
SELECT try('SELECT mpc_intersect_count(no) FROM joint.clients WHERE no <> 204');
\c regress_south
SELECT publish('members', 'min_set => 5, max_changes => 0');
\c regress_north
SELECT try('SELECT mpc_intersect(''joint.clients'', ''name'')');
\c regress_south
SELECT sum(probes) > 1000 AS probes, count(*) > 10 AS runs FROM mpc.intersection_run WHERE party = 'north' AND dataset = 'clients';
SELECT publish('members');
\c regress_north

-- Who may ask: SELECT on the joint table, or on the column; the question is carried by one's own user mappings.
SET ROLE regress_analyst;
SELECT try('SELECT mpc_intersect_count(name) FROM joint.clients'), try('SELECT mpc_intersect(''joint.clients'', ''name'')'), try('SELECT * FROM mpc_intersect(''joint.clients'', ARRAY[''name'', ''born'']) AS m(name varchar, born date)');
RESET ROLE;
GRANT SELECT (name) ON joint.clients TO regress_analyst;
SET ROLE regress_analyst;
SELECT try('SELECT count(*) FROM mpc_intersect(''joint.clients'', ''name'')'), try('SELECT mpc_intersect_count(name) FROM joint.clients'), try('SELECT mpc_intersect(''joint.clients'', ''born'')'), try('SELECT mpc_intersect_count(born) FROM joint.clients');
RESET ROLE;
GRANT SELECT ON joint.clients TO regress_other;
SET ROLE regress_other;
SELECT try('SELECT count(*) FROM mpc_intersect(''joint.clients'', ''name'')'), try('SELECT mpc_union_count(name) FROM joint.clients');
SELECT try('SELECT count(*) FROM mpc.intersection_run'), try('SELECT count(*) FROM mpc.progress');
RESET ROLE;

-- A third set: members and their number, of all three; no sum, and no union.
\c regress_west
SELECT publish('members', federation => 'offices');
\c regress_south
SELECT mpc_unpublish('clients');
SELECT publish('members', federation => 'offices');
\c regress_north
DROP FOREIGN TABLE joint.clients;
SELECT mpc_unpublish('clients');
SELECT publish('members', federation => 'offices');
IMPORT FOREIGN SCHEMA offices LIMIT TO (clients) FROM SERVER offices INTO joint;
CREATE VIEW west AS SELECT * FROM everyone WHERE party = 3;
SELECT alike('SELECT mpc_intersect(''joint.clients'', ''no'', 0)', 'SELECT no FROM north INTERSECT SELECT no FROM south INTERSECT SELECT no FROM west');
SELECT alike('SELECT mpc_intersect_count(email) FROM joint.clients WHERE x <> 3', 'SELECT count(*) FROM (SELECT email FROM north WHERE x <> 3 AND email IS NOT NULL INTERSECT SELECT email FROM south INTERSECT SELECT email FROM west) AS i');
SELECT alike('SELECT * FROM mpc_intersect(''joint.clients'', ARRAY[''no'', ''email'']) AS m(no integer, email text)', 'SELECT no, email FROM north WHERE email IS NOT NULL INTERSECT SELECT no, email FROM south INTERSECT SELECT no, email FROM west');
SELECT try(format('SELECT %s FROM joint.clients', q)) FROM unnest(ARRAY['mpc_intersect_sum(no, spent)', 'mpc_union_count(no)', 'count(DISTINCT no)']) AS q;
EXPLAIN (VERBOSE, COSTS off) SELECT mpc_intersect_count(email) FROM joint.clients WHERE x <> 3;

-- Who publishes nothing cannot ask, and without it there is no intersection of the others.
\c regress_west
SELECT mpc_unpublish('clients');
IMPORT FOREIGN SCHEMA offices LIMIT TO (clients) FROM SERVER offices INTO joint;
SELECT any_party(try('SELECT mpc_intersect_count(no) FROM joint.clients')), any_party(try('SELECT mpc_intersect_sum(no, spent) FROM joint.clients')), any_party(try('SELECT mpc_intersect(''joint.clients'', ''no'')'));
DROP FOREIGN TABLE joint.clients;
\c regress_north
SELECT try('SELECT mpc_intersect_count(no) FROM joint.clients WHERE no <> 301'), try('SELECT mpc_intersect(''joint.clients'', ''no'')');
DROP VIEW west;
DROP FOREIGN TABLE joint.clients;
SELECT mpc_unpublish('clients');
SELECT publish('members');
IMPORT FOREIGN SCHEMA pair FROM SERVER pair INTO joint;
\c regress_south
SELECT mpc_unpublish('clients');
\c regress_north
SELECT try('SELECT mpc_intersect_count(no) FROM joint.clients WHERE no <> 301');
\c regress_south
SELECT publish('members');

-- Sets of which nobody sees how large they are: all parties say so.
ALTER SERVER pair OPTIONS (ADD pad_sets 'true');
\c regress_north
SELECT try('ALTER SERVER pair OPTIONS (ADD pad_sets ''maybe'')');
SELECT try('SELECT mpc_union_count(no) FROM joint.clients WHERE no <> 302');
ALTER SERVER pair OPTIONS (ADD pad_sets 'true');
SELECT try('SELECT mpc_union_count(no) FROM joint.clients WHERE no <> 303'), try('SELECT count(DISTINCT no) FROM joint.clients');
SELECT alike('SELECT mpc_intersect_count(no) FROM joint.clients WHERE no <> 304', 'SELECT count(*) FROM (SELECT no FROM north INTERSECT SELECT no FROM south) AS i');
SELECT alike('SELECT mpc_intersect(''joint.clients'', ''born'', NULL::date)', 'SELECT born FROM north INTERSECT SELECT born FROM south');
SELECT alike('SELECT segment, mpc_intersect_sum(email, visits) FROM joint.clients WHERE no <> 305 GROUP BY segment', 'SELECT segment, sum(visits) FROM north WHERE email IN (SELECT email FROM south) GROUP BY segment');
\c regress_south
-- 40 and what the asker announces them with.
SELECT probes FROM mpc.intersection_run WHERE party = 'north' AND dataset = 'clients' ORDER BY at DESC LIMIT 2;
ALTER SERVER pair OPTIONS (DROP pad_sets);
\c regress_north
ALTER SERVER pair OPTIONS (DROP pad_sets);

-- All as it was.
DROP FUNCTION alike, earlier, allowed, publish;
DROP VIEW north, south;
SELECT mpc_unpublish('clients');
DROP FOREIGN TABLE joint.clients;
DROP TABLE clients;
DROP VIEW everyone;
DROP SERVER pair;
\c regress_south
SELECT mpc_unpublish('clients');
DELETE FROM mpc.intersection_run;
DROP FUNCTION publish;
DROP TABLE clients;
DROP VIEW everyone;
DROP SERVER pair;
\c regress_west
DELETE FROM mpc.intersection_run;
DROP FUNCTION publish;
DROP TABLE clients;
DROP VIEW everyone;
\c regress_north
