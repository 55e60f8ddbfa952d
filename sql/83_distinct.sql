-- mpc_approx_count_distinct: about how many different identifiers all parties have. Salts are drawn for each question: only what holds for every salt is shown.
\pset format unaligned
\pset tuples_only on
\set SHOW_CONTEXT never

-- The aggregate over own rows, called directly: how many values, how many registers they raise, the sum of the levels.
CREATE FUNCTION registers_told(bytes bytea) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT format('%s values, %s registers, %s levels', sum(get_byte(bytes, i) * 256 ^ i) FILTER (WHERE i < 8), count(*) FILTER (WHERE i >= 8 AND get_byte(bytes, i) > 0), sum(get_byte(bytes, i)) FILTER (WHERE i >= 8)) FROM generate_series(0, octet_length(bytes) - 1) AS i $$;
\set salt '''\\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f''::bytea'
SELECT registers_told(mpc.measure_registers(v, :salt)) FROM (VALUES ('alice'::text), ('alice'), (NULL), ('käthe@example.org'), ('')) AS v(v);
SELECT registers_told(mpc.measure_registers(v, :salt)) FROM (VALUES (NULL::text)) AS v(v);
SELECT registers_told(mpc.measure_registers(v, :salt)) FROM (VALUES ('alice'::text)) AS v(v) WHERE false;
SELECT registers_told(mpc.measure_registers(g, :salt) FILTER (WHERE g = 1483774)) FROM (VALUES (1483774), (5)) AS v(g);
-- A value counts by what it is, not by how wide its column is; text and bytes of it are the same.
SELECT count(DISTINCT r) = 1 AS same FROM (SELECT mpc.measure_registers(g::smallint, :salt) FROM generate_series(-500, 500) AS g UNION ALL SELECT mpc.measure_registers(g, :salt) FROM generate_series(-500, 500) AS g UNION ALL SELECT mpc.measure_registers(g::bigint, :salt) FROM generate_series(-500, 500) AS g UNION ALL SELECT mpc.measure_registers(int8send(g), :salt) FROM generate_series(-500, 500) AS g) AS r(r);
SELECT count(DISTINCT r) = 1 AS same FROM (SELECT mpc.measure_registers('no ' || g, :salt) FROM generate_series(1, 500) AS g UNION ALL SELECT mpc.measure_registers(('no ' || g)::varchar(9), :salt) FROM generate_series(1, 500) AS g UNION ALL SELECT mpc.measure_registers(convert_to('no ' || g, 'UTF8'), :salt) FROM generate_series(1, 500) AS g) AS r(r);
SELECT count(DISTINCT r) = 1 AS same FROM (SELECT mpc.measure_registers(md5(g::text)::uuid, :salt) FROM generate_series(1, 500) AS g UNION ALL SELECT mpc.measure_registers(decode(md5(g::text), 'hex'), :salt) FROM generate_series(1, 500) AS g) AS r(r);
SELECT count(DISTINCT r) = 1 AS same FROM (SELECT mpc.measure_registers(date '2000-01-01' + g, :salt) FROM generate_series(-500, 500) AS g UNION ALL SELECT mpc.measure_registers(int4send(g), :salt) FROM generate_series(-500, 500) AS g) AS r(r);
-- Refused, and not only by those who write the statement.
SELECT try(format('SELECT mpc.measure_registers(%s)', c)) FROM unnest(ARRAY['1, ''''', '1, NULL', '1, ''\x00'' || ' || :'salt', '1.5, ' || :'salt', 'true, ' || :'salt', '''x''::char(3), ' || :'salt', 'now(), ' || :'salt', '''{1}''::integer[], ' || :'salt']) AS c;
-- Parallel workers, of which one sees no row.
CREATE TABLE many AS SELECT g % 7000 AS no, CASE WHEN g % 10 > 0 THEN g::text END AS name FROM generate_series(1, 40000) AS g;
CREATE TABLE alone AS SELECT mpc.measure_registers(no, :salt) AS no, mpc.measure_registers(name, :salt) AS name FROM many;
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET max_parallel_workers_per_gather = 3;
SET parallel_leader_participation = off;
EXPLAIN (COSTS off) SELECT mpc.measure_registers(no, '') FROM many;
SELECT together.no = alone.no AS no, together.name = alone.name AS name FROM (SELECT mpc.measure_registers(no, :salt), mpc.measure_registers(name, :salt) FROM many) AS together(no, name), alone;
SELECT registers_told(mpc.measure_registers(no, :salt)), registers_told(mpc.measure_registers(name, :salt)) FROM many;
SELECT registers_told(mpc.measure_registers(no, :salt)) FROM many WHERE no = 4711;
SELECT registers_told(mpc.measure_registers(no, :salt)) FROM many WHERE no < 0;
RESET ALL;
DROP TABLE many, alone;
DROP FUNCTION registers_told;

-- Each person is at two of three parties, with one row or two. Nobody has a "fax"; "code" is everybody's.
\set people 'SELECT party, g AS no, ''person'' || g || ''@exämple.org'' AS email, (''+49 '' || g)::varchar(20) AS phone, (g % 300)::smallint AS small, g * 1000000000000::bigint AS big, date ''2000-01-01'' + g % 800 AS born, md5(g::text)::uuid AS id, decode(md5(g::text), ''hex'') AS raw, NULL::text AS fax, 7 AS code, g % 10 AS x FROM generate_series(1, 3000) AS g, generate_series(1, 3) AS party, generate_series(1, 2) AS again WHERE (g + party) % 3 > 0 AND (again = 1 OR g % 5 = 0)'
\set own 'CREATE TABLE people AS SELECT * FROM everyone WHERE party = array_position(ARRAY[''regress_north'', ''regress_south'', ''regress_west''], current_database()::text)'
\set identifiers '{email,phone,no,small,big,born,id,raw,fax,code}'
\set publish 'SELECT mpc_publish(''people'', ''people'', ''offices'', keys => ''{x}'', measures => ''{no,x}'', filters => ''{x,no}'', identifiers => ''{email,phone,no,small,big,born,id,raw,fax,code}'', functions => ''{all}'', min_rows => 1)'
CREATE VIEW everyone AS :people;
:own;
:publish;
\c regress_south
CREATE VIEW everyone AS :people;
:own;
:publish;
\c regress_west
CREATE VIEW everyone AS :people;
:own;
SELECT mpc_publish('people', 'people', 'offices', identifiers => '{phone,email}', functions => '{all}', columns => '{"phone": {"type": "text"}}');
\c regress_north
-- Part of the contract as any column: told, compared, imported.
SELECT identifiers, functions FROM mpc.datasets WHERE dataset = 'people';
SELECT name, type, scale, low, high, max_key_bytes, domain IS NULL AS open FROM mpc.dataset_column WHERE dataset = 'people' AND role = 'identifier' ORDER BY name;
SELECT "column", type, domain, low, scale, agrees FROM mpc.describe('offices') WHERE dataset = 'people' AND role = 'identifier' AND party = 'west' ORDER BY 1;
IMPORT FOREIGN SCHEMA offices LIMIT TO (people) FROM SERVER offices INTO joint;
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'joint.people'::regclass AND attnum > 0 ORDER BY attname;
SELECT try('SELECT mpc_approx_count_distinct(phone) FROM joint.people'), try('SELECT mpc_approx_count_distinct(no) FROM joint.people');
\c regress_west
:publish;
\c regress_north

ALTER SERVER offices OPTIONS (ADD min_contributors '0');
-- Within 15 percent, 4.6 times the standard error, whoever holds whom and how often; of few, two may share a register with others.
CREATE FUNCTION near(identifier text, condition text DEFAULT 'true', source text DEFAULT 'joint.people') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	joint bigint;
	plain bigint;
BEGIN
	EXECUTE format('SELECT mpc_approx_count_distinct(%s) FROM %s WHERE %s', identifier, source, condition) INTO joint;
	EXECUTE format('SELECT count(DISTINCT %s) FROM everyone WHERE %s', identifier, condition) INTO plain;
	RETURN CASE WHEN abs(joint - plain) <= CASE WHEN plain > 1 THEN 0.15 * plain + 2 ELSE 0 END THEN format('near %s', plain) ELSE format('FAR: %s, in truth %s', joint, plain) END;
END $$;
SELECT i, near(i) FROM unnest(:'identifiers'::text[]) AS i;
SELECT i, near(i, source => 'people') FROM unnest('{email,no,raw}'::text[]) AS i;
SELECT c, near('email', c) FROM unnest('{x = 3,no <= 100,no <= 5 AND x < 9,no = 1}'::text[]) AS c;
-- Zero where there is none, as any count; one where there is one.
SELECT mpc_approx_count_distinct(email) FROM joint.people WHERE no < 0;
SELECT mpc_approx_count_distinct(email) FROM joint.people WHERE false;
SELECT mpc_approx_count_distinct(fax), mpc_approx_count_distinct(fax) + count(*) FROM joint.people;
SELECT mpc_approx_count_distinct(code), pg_typeof(mpc_approx_count_distinct(code)) FROM joint.people;
SELECT mpc_approx_count_distinct(email) FILTER (WHERE no < 0), count(*), sum(x), mpc_parties(*) FROM joint.people;
SELECT mpc_approx_count_distinct(email) FILTER (WHERE false), count(*) FROM joint.people;
SELECT count(*), sum(x) FROM everyone;
SELECT abs(mpc_approx_count_distinct(email) FILTER (WHERE x = 3) - 300) < 45 AS near, count(*) FILTER (WHERE x = 3), min(no), max(no) FROM joint.people;
SELECT count(*) FILTER (WHERE x = 3), min(no), max(no) FROM everyone;
SELECT try('SELECT 1 FROM joint.people HAVING mpc_approx_count_distinct(no) > 2000'), try('SELECT 1 FROM joint.people HAVING mpc_approx_count_distinct(no) > 4000');
-- A salt for each question: the same one is estimated anew.
CREATE FUNCTION different(times integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	seen bigint[] := '{}';
BEGIN
	FOR i IN 1 .. times LOOP
		seen := seen || (SELECT mpc_approx_count_distinct(email) FROM joint.people);
	END LOOP;
	RETURN (SELECT count(DISTINCT s) FROM unnest(seen) AS s);
END $$;
SELECT different(8) > 1 AS anew;
EXPLAIN (COSTS off, VERBOSE) SELECT mpc_approx_count_distinct(email) FILTER (WHERE x = 3) FROM joint.people WHERE no > 5;
SELECT question FROM mpc.ledger WHERE role = 'asker' AND question LIKE 'approx%' ORDER BY id DESC LIMIT 1;
\c regress_west
SELECT question FROM mpc.ledger WHERE role = 'peer' AND question LIKE 'approx%filter%' ORDER BY id DESC LIMIT 1;
\c regress_north

-- What cannot be asked.
SELECT try(format('SELECT %s', q)) FROM unnest(ARRAY['mpc_approx_count_distinct(email) FROM joint.people GROUP BY x', 'mpc_approx_count_distinct(email) FROM joint.people GROUP BY ROLLUP (x)', 'mpc_approx_count_distinct(email), count(DISTINCT x) FROM joint.people', 'mpc_approx_count_distinct(email), mpc_approx_count_distinct(no) FROM joint.people', 'mpc_approx_count_distinct(email), mpc_approx_count_distinct(email) FILTER (WHERE x = 1) FROM joint.people',
	'mpc_approx_count_distinct(x) FROM joint.people', 'mpc_approx_count_distinct(lower(email)) FROM joint.people', 'mpc_approx_count_distinct(DISTINCT email) FROM joint.people', 'mpc_approx_count_distinct(email ORDER BY email) FROM joint.people', 'mpc_approx_count_distinct(5) FROM joint.people', 'mpc_approx_count_distinct(email) FROM people GROUP BY x', 'mpc_approx_count_distinct(email), count(*) FROM people', 'mpc_approx_count_distinct(email) FROM everyone',
	'count(DISTINCT email) FROM joint.people', 'count(email) FROM joint.people', 'count(*) FROM joint.people GROUP BY raw', 'count(*) FROM joint.people WHERE email = ''x''', 'count(*) FROM joint.people WHERE raw = ''\x00''']) AS q;

-- Class distribution, and no other, gives the right to it.
SELECT mpc_publish('people', 'people', 'offices', identifiers => '{email}', functions => '{count,sum,avg,moments,extremes,models}', min_rows => 1);
SELECT try('SELECT mpc_approx_count_distinct(email) FROM joint.people');
\c regress_south
SELECT try('SELECT mpc_approx_count_distinct(email) FROM people');
\c regress_north
SELECT mpc_publish('people', 'people', 'offices', identifiers => '{email}', functions => '{distribution}', min_rows => 1);
SELECT functions FROM mpc.datasets WHERE dataset = 'people';
SELECT near('email'), try('SELECT mpc_approx_count_distinct(email), count(*) FROM joint.people');

-- Thresholds are on rows with a value: north gives nothing of its 8.
SELECT party, count(email) FROM everyone WHERE no <= 10 GROUP BY party ORDER BY party;
SELECT mpc_publish('people', 'people', 'offices', keys => '{x}', measures => '{no,x}', filters => '{x,no}', identifiers => '{email,fax}', functions => '{all}', min_rows => 9);
SELECT mpc_approx_count_distinct(email) BETWEEN 7 AND 11 AS all, mpc_parties(*), count(*) FROM joint.people WHERE no <= 10;
SELECT mpc_approx_count_distinct(email) FILTER (WHERE no = 1), mpc_approx_count_distinct(email) FILTER (WHERE no = 1) + count(*) AS sum FROM joint.people;
-- Person 3 is at one party other than the asker.
ALTER SERVER offices OPTIONS (SET min_contributors '2');
SELECT try('SELECT mpc_approx_count_distinct(email) FROM joint.people WHERE no = 3'), try('SELECT mpc_approx_count_distinct(email) FILTER (WHERE no = 3) FROM joint.people');
SELECT try('SELECT mpc_approx_count_distinct(fax), count(*) FROM joint.people');

-- All as it was.
ALTER SERVER offices OPTIONS (DROP min_contributors);
DROP FUNCTION near, different;
SELECT mpc_unpublish('people');
DROP FOREIGN TABLE joint.people;
DROP TABLE people;
DROP VIEW everyone;
\c regress_south
SELECT mpc_unpublish('people');
DROP TABLE people;
DROP VIEW everyone;
\c regress_west
SELECT mpc_unpublish('people');
DROP TABLE people;
DROP VIEW everyone;
\c regress_north
