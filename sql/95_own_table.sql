-- Aggregates mpc_* over a published relation of this database ask its federation, as they do over its joint table.
\pset format unaligned
\pset tuples_only on
\set SHOW_CONTEXT never
-- North has people below 30 only, and a CHECK that says so; the primary key holds at each party alone.
\set people 'SELECT g AS id, party, (ARRAY[''f'', ''m'', NULL])[g % 3 + 1] COLLATE "C" AS gender, (CASE WHEN party = 1 THEN 20 + g % 10 ELSE 20 + 3 * g % 50 END) AS age, 1000 * party + g AS earnings, (1.25 * g)::numeric(8,2) AS bonus, (party * g)::smallint AS points, (CASE WHEN g % 4 > 0 THEN g % 4 = 2 END) AS remote, date ''2024-01-01'' + g AS hired FROM generate_series(1, 20) AS g, generate_series(1, 3) AS party'
\set own 'CREATE TABLE staff AS SELECT p.* FROM people AS p WHERE p.party = array_position(ARRAY[''regress_north'', ''regress_south'', ''regress_west''], current_database()::text)'
\set publish 'SELECT mpc_publish(''staff'', ''staff'', ''offices'', keys => ''{id,gender,hired}'', measures => ''{earnings,bonus,points,remote}'', filters => ''{gender,age,hired,remote}'', min_rows => 1)'
CREATE VIEW people AS :people;
:own;
ALTER TABLE staff ADD PRIMARY KEY (id), ADD CHECK (age < 30), ALTER gender TYPE text COLLATE "C";
:publish;
\c regress_south
CREATE VIEW people AS :people;
:own;
:publish;
\c regress_west
CREATE VIEW people AS :people;
:own;
:publish;
\c regress_north
IMPORT FOREIGN SCHEMA offices LIMIT TO (staff) FROM SERVER offices INTO joint;

-- The first statement of a session, without any preload.
\c regress_north
SELECT gender, mpc_sum(earnings), mpc_avg(earnings) FROM staff WHERE age > 40 GROUP BY gender ORDER BY gender;
SELECT gender, sum(earnings), avg(earnings) FROM people WHERE age > 40 GROUP BY gender ORDER BY gender;
SELECT gender, sum(earnings), avg(earnings) FROM joint.staff WHERE age > 40 GROUP BY gender ORDER BY gender;
\c regress_north
EXPLAIN (VERBOSE, COSTS OFF) SELECT gender, mpc_sum(earnings) FROM staff WHERE age > 40 GROUP BY gender HAVING mpc_count(*) > 1 ORDER BY gender;
\c regress_north
CREATE TABLE nobody (LIKE staff);
\c regress_north
SELECT mpc_sum(earnings) OVER () FROM nobody;
\c regress_north
SELECT gender, mpc_sum(earnings) FROM nobody GROUP BY gender;
\c regress_north
SET constraint_exclusion = on;
SELECT mpc_count(*) FROM staff WHERE age > 40;

-- alike(sql): over the own table, the joint table and the rows of all, %s in the text: the answer when all are the same.
CREATE FUNCTION alike(sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	rows_of text := 'SELECT string_agg(q::text, '' '') FROM (%s) AS q';
	own text;
	joint text;
	plain text;
BEGIN
	EXECUTE format(rows_of, replace(sql, '%s', 'staff')) INTO own;
	EXECUTE format(rows_of, replace(sql, '%s', 'joint.staff')) INTO joint;
	EXECUTE format(rows_of, replace(replace(sql, 'mpc_', ''), '%s', 'people')) INTO plain;
	IF own IS DISTINCT FROM joint OR own IS DISTINCT FROM plain THEN
		RETURN format(E'DIFFERENT:\n%s\n%s\n%s', own, joint, plain);
	END IF;
	RETURN own;
END $$;
SET constraint_exclusion = on;
SELECT alike('SELECT mpc_count(*), mpc_count(remote), mpc_sum(earnings), mpc_avg(earnings) FROM %s');
SELECT alike('SELECT mpc_sum(bonus), mpc_avg(bonus), mpc_sum(points), mpc_avg(points) FROM %s WHERE age BETWEEN 30 AND 60');
SELECT alike('SELECT mpc_count(*) FROM %s WHERE age >= 30');
SELECT alike('SELECT mpc_count(*) FROM %s WHERE age < 30');
SELECT alike('SELECT mpc_count(*) FROM %s WHERE age IS NULL');
SELECT alike('SELECT mpc_count(*), mpc_sum(bonus) FROM %s WHERE age = 41 AND age = 44');
SELECT alike('SELECT mpc_count(*), mpc_sum(bonus) FROM %s WHERE false');
SELECT alike('SELECT gender, mpc_count(*) FROM %s WHERE false GROUP BY gender');
SELECT alike('SELECT mpc_sum(earnings) FROM %s WHERE remote OR NOT remote AND hired > ''2024-01-10'' OR gender IN (''f'', ''x'')');
SELECT alike('SELECT gender, mpc_count(*), mpc_sum(bonus) / mpc_count(bonus) AS x FROM %s WHERE age > 30 GROUP BY gender HAVING mpc_sum(earnings) > 100 ORDER BY gender');
SELECT alike('SELECT upper(gender) AS u, mpc_count(*) FROM %s WHERE gender > '''' GROUP BY gender ORDER BY 1');
SELECT alike('SELECT gender FROM %s GROUP BY gender HAVING mpc_count(*) > 15 ORDER BY gender');
SELECT alike('SELECT 1 AS one FROM %s HAVING mpc_count(*) > 15');
SELECT alike('SELECT mpc_count(DISTINCT gender) AS c, mpc_sum(earnings) AS s FROM %s WHERE age > 30');
SELECT alike('SELECT gender, mpc_count(*) FROM %s GROUP BY gender, gender HAVING gender = ''f''');
SELECT alike('SELECT hired, gender, mpc_avg(earnings) FROM %s WHERE hired < ''2024-01-04'' GROUP BY 1, 2 ORDER BY 1, 2');
RESET constraint_exclusion;
SELECT gender, mpc_parties(*), mpc_remainder(*) FROM staff GROUP BY gender ORDER BY gender;

-- What can be built on it.
WITH j AS (SELECT gender, mpc_avg(earnings) AS everybody FROM staff GROUP BY gender), o AS (SELECT gender, avg(earnings) AS own FROM staff GROUP BY gender) SELECT gender, round(everybody), round(own) FROM j JOIN o USING (gender) ORDER BY gender;
SELECT gender, mpc_sum(earnings) AS s, sum(mpc_sum(earnings)) OVER (), rank() OVER (ORDER BY mpc_sum(earnings)) FROM staff GROUP BY gender ORDER BY s LIMIT 2;
SELECT (SELECT mpc_sum(s.earnings) + g FROM generate_series(1, 1) AS g) FROM staff AS s;
SELECT name, (SELECT mpc_count(*) FROM staff WHERE age > 40) AS c FROM (VALUES ('a'), ('b')) AS v (name);
CREATE TABLE kept AS SELECT gender, mpc_sum(earnings) AS s FROM staff GROUP BY gender;
INSERT INTO kept SELECT 'all', mpc_sum(earnings) FROM staff;
UPDATE kept SET s = s - (SELECT mpc_sum(earnings) FROM staff) WHERE gender = 'all';
SELECT * FROM kept ORDER BY gender;
CREATE VIEW elders AS SELECT gender AS g, age AS a, earnings FROM staff WHERE age > 30;
SELECT g, mpc_count(*), mpc_sum(earnings) FROM elders WHERE a < 60 GROUP BY g ORDER BY g;
SELECT gender, count(*), sum(earnings) FROM people WHERE age > 30 AND age < 60 GROUP BY gender ORDER BY gender;
WITH w AS (SELECT * FROM staff WHERE age > 50) SELECT mpc_count(*) FROM w;
CREATE VIEW answers AS SELECT gender, mpc_count(*) AS c FROM staff GROUP BY gender;
SELECT * FROM answers WHERE c > 1 AND gender = 'm';
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT gender, mpc_count(*) FROM staff GROUP BY gender ORDER BY gender;
FETCH 2 FROM c;
FETCH BACKWARD 1 FROM c;
COMMIT;
SET enable_material = off;
SELECT count(*) AS before FROM mpc.ledger WHERE role = 'asker' \gset
SELECT count(*), sum(c) FROM generate_series(1, 7) AS x LEFT JOIN (SELECT gender, mpc_count(*) AS c FROM staff GROUP BY gender) AS g ON x < c;
SELECT count(*) - :before FROM mpc.ledger WHERE role = 'asker';
RESET enable_material;
SELECT question FROM mpc.ledger WHERE role = 'asker' ORDER BY id DESC LIMIT 1;
PREPARE older(integer) AS SELECT gender, mpc_count(*) FROM staff WHERE age > $1 GROUP BY gender ORDER BY gender;
SET plan_cache_mode = force_generic_plan;
EXECUTE older(40);
EXECUTE older(50);
EXECUTE older(NULL);
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE older(40);
RESET plan_cache_mode;

-- Keys as they are written: the primary key makes no other column superfluous.
SELECT id, gender, mpc_count(*) FROM staff WHERE hired < '2024-01-03' GROUP BY id, gender ORDER BY id;
SELECT id, gender, count(*) FROM people WHERE hired < '2024-01-03' GROUP BY id, gender ORDER BY id;
EXPLAIN (VERBOSE, COSTS OFF) SELECT id, mpc_count(*) FROM staff GROUP BY gender, id, hired ORDER BY hired;
SELECT id, gender, mpc_count(*) FROM staff GROUP BY id;
SELECT id, mpc_count(*) FROM staff GROUP BY id ORDER BY gender;

-- EXPLAIN says the same as of the joint table, and asks nobody.
CREATE FUNCTION explain(options text, query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE format('EXPLAIN (%s) %s', options, query) LOOP
		RETURN NEXT regexp_replace(line, '((Bytes|Time)[^:]*: )[0-9.]+', '\1N', 'g');
	END LOOP;
END $$;
SELECT count(*) AS before FROM mpc.ledger \gset
EXPLAIN SELECT mpc_sum(bonus) FROM staff;
SELECT explain FROM explain('VERBOSE, COSTS OFF', 'SELECT gender, mpc_sum(bonus) FROM joint.staff WHERE age > 40 AND hired < ''2024-01-09'' GROUP BY gender') WHERE explain ~ '^  [A-Z]'
EXCEPT SELECT explain FROM explain('VERBOSE, COSTS OFF', 'SELECT gender, mpc_sum(bonus) FROM staff WHERE age > 40 AND hired < ''2024-01-09'' GROUP BY gender');
SELECT explain('VERBOSE, COSTS OFF', 'SELECT mpc_count(*), mpc_sum(bonus) FROM staff WHERE length(current_user) < 0');
SELECT explain('COSTS OFF, FORMAT JSON', 'SELECT mpc_count(*) FROM staff');
SELECT count(*) - :before FROM mpc.ledger;
SELECT explain('ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF', 'SELECT mpc_count(*) FROM staff');

-- What is refused, at planning: EXPLAIN meets it, too.
SELECT count(*) AS before FROM mpc.ledger \gset
EXPLAIN SELECT mpc_sum(earnings) FROM nobody;
SELECT 1 FROM nobody HAVING mpc_count(*) > 0;
SELECT (SELECT mpc_count(*) FROM nobody);
WITH w AS (SELECT mpc_count(*) FROM nobody) SELECT * FROM w;
SELECT * FROM (SELECT gender, mpc_count(*) FROM nobody GROUP BY gender) AS s JOIN staff USING (gender);
INSERT INTO kept SELECT 'all', mpc_sum(earnings) FROM nobody;
SELECT mpc_count(*);
SELECT mpc_count(*) FROM generate_series(1, 3);
SELECT mpc_count(*) FROM (VALUES (1)) AS v;
SELECT mpc_sum(earnings), avg(earnings) FROM staff;
SELECT mpc_sum(earnings) FROM staff ORDER BY max(age);
SELECT gender, mpc_count(*) FROM staff GROUP BY gender HAVING count(*) > 1;
SELECT mpc_sum(DISTINCT earnings) FROM staff;
SELECT mpc_sum(earnings ORDER BY age) FROM staff;
SELECT mpc_sum(earnings + 1) FROM staff;
SELECT mpc_sum(earnings::bigint) FROM staff;
SELECT mpc_count(staff) FROM staff;
SELECT mpc_count(*), max(ctid) FROM staff;
SELECT mpc_count(*) FROM staff GROUP BY age / 10;
SELECT mpc_sum(earnings) OVER () FROM staff;
SELECT mpc_count(*) OVER (PARTITION BY gender) FROM nobody;
SELECT mpc_count(*) FROM staff JOIN kept USING (gender);
SELECT mpc_count(*) FROM staff LEFT JOIN staff AS s USING (id);
SELECT mpc_count(*) FROM staff, staff AS s WHERE staff.id = s.id;
SELECT mpc_count(*) FROM staff, joint.staff AS s;
SELECT mpc_count(*) FROM kept LEFT JOIN joint.staff ON false;
SELECT mpc_count(*) FROM staff WHERE gender IN (SELECT gender FROM kept);
SELECT mpc_count(*) FROM staff WHERE EXISTS (SELECT FROM kept WHERE kept.gender = staff.gender);
SELECT mpc_count(*) FROM staff WHERE age > (SELECT 40 FROM kept LIMIT 1);
SELECT (SELECT mpc_count(*) FROM staff WHERE age > k.s) FROM kept AS k;
SELECT k.gender, l.c FROM kept AS k, LATERAL (SELECT mpc_count(*) AS c FROM staff WHERE staff.gender = k.gender) AS l;
SELECT mpc_count(*) FROM staff WHERE age > random() * 100;
SELECT mpc_count(*) FROM staff WHERE age % 2 = 0;
SELECT mpc_count(*) FROM staff TABLESAMPLE SYSTEM (50);
SELECT mpc_count(*) FROM (SELECT * FROM staff LIMIT 5) AS s;
SELECT mpc_count(*) FROM (SELECT DISTINCT gender FROM staff) AS s;
SELECT mpc_count(*) FROM (SELECT age FROM staff UNION ALL SELECT age FROM nobody) AS s;
WITH w AS MATERIALIZED (SELECT * FROM staff) SELECT mpc_count(*) FROM w;
SELECT sum(c) FROM (SELECT mpc_count(*) OVER () AS c FROM nobody) AS s;
SELECT count(*) - :before FROM mpc.ledger;
-- At execution, by the contract.
SELECT mpc_sum(age) FROM staff;
SELECT mpc_count(*) FROM staff WHERE earnings > 5;
SELECT mpc_count(*) FILTER (WHERE earnings > 5) FROM staff;
SELECT age, mpc_count(*) FROM staff GROUP BY age;

-- A published view is asked over its joint table: unfolded, it is another table.
CREATE VIEW juniors AS SELECT * FROM staff WHERE age < 25;
SELECT mpc_count(*) FROM juniors;
SELECT mpc_publish('juniors', 'juniors', 'offices', measures => '{earnings}', min_rows => 1);
SELECT mpc_count(*) FROM juniors;
CREATE VIEW middle AS SELECT * FROM juniors;
SELECT mpc_count(*) FROM middle;
CREATE VIEW grouped AS SELECT gender, sum(earnings) AS earnings FROM staff GROUP BY gender;
SELECT mpc_publish('grouped', 'grouped', 'offices', measures => '{"earnings"}', columns => '{"earnings": {"low": 0, "high": 1000000}}', min_rows => 1);
SELECT mpc_count(*) FROM grouped;
SELECT mpc_unpublish('juniors'), mpc_unpublish('grouped');
CREATE VIEW barrier WITH (security_barrier) AS SELECT * FROM staff WHERE age > 5;
SELECT mpc_count(*) FROM barrier;

-- Published twice, not at all, as something else: a cached plan never asks about another dataset.
PREPARE how_many AS SELECT mpc_count(*) FROM staff;
EXECUTE how_many;
SELECT mpc_unpublish('staff');
EXECUTE how_many;
EXECUTE how_many;
:publish;
EXECUTE how_many;
SELECT mpc_publish('other', 'staff', 'offices', measures => '{earnings}', min_rows => 1);
EXECUTE how_many;
EXECUTE how_many;
SELECT mpc_sum(earnings) FROM staff;
SELECT mpc_unpublish('other');
EXECUTE how_many;
SELECT mpc_unpublish('staff');
SELECT mpc_publish('other', 'staff', 'offices', measures => '{earnings}', min_rows => 1);
EXECUTE how_many;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE how_many;
SELECT mpc_unpublish('other');
EXPLAIN EXECUTE how_many;
:publish;
EXECUTE how_many;

-- Types: the contract may be wider than the column, the answer would not be.
SELECT mpc_publish('wide', 'nobody', 'offices', measures => '{earnings,points}', columns => '{"earnings": {"type": "bigint"}}', min_rows => 1);
SELECT mpc_sum(earnings) FROM nobody;
SELECT mpc_unpublish('wide');
DROP VIEW elders, answers, juniors, grouped, barrier CASCADE;
ALTER TABLE staff ALTER points TYPE integer;
SELECT mpc_sum(points) FROM staff;
SELECT mpc_count(*) FROM staff;
ALTER TABLE staff ALTER points TYPE smallint;
ALTER TABLE staff RENAME earnings TO income;
SELECT mpc_sum(income) FROM staff;
ALTER TABLE staff RENAME income TO earnings;

-- Partitions, children, materialized views, foreign tables of others: how rows are kept changes nothing.
ALTER TABLE staff RENAME TO staff_heap;
CREATE TABLE staff (LIKE staff_heap, CHECK (age < 30)) PARTITION BY RANGE (age);
CREATE TABLE staff_1 PARTITION OF staff FOR VALUES FROM (20) TO (25);
CREATE TABLE staff_2 PARTITION OF staff FOR VALUES FROM (25) TO (40);
INSERT INTO staff SELECT * FROM staff_heap;
:publish;
SET constraint_exclusion = on;
SELECT alike('SELECT mpc_count(*), mpc_sum(earnings) FROM %s');
SELECT alike('SELECT mpc_count(*), mpc_sum(earnings) FROM %s WHERE age > 45');
SELECT alike('SELECT mpc_count(*), mpc_sum(earnings) FROM %s WHERE age > 22 AND age < 25');
SET enable_partitionwise_aggregate = on;
SET enable_partitionwise_join = on;
SELECT alike('SELECT gender, mpc_sum(earnings) FROM %s WHERE age > 22 GROUP BY gender ORDER BY gender');
SELECT try('SELECT age, mpc_count(*) FROM staff GROUP BY age');
RESET enable_partitionwise_aggregate;
RESET enable_partitionwise_join;
RESET constraint_exclusion;
SELECT mpc_count(*) FROM staff_1;
SELECT mpc_count(*) FROM ONLY staff;
ALTER TABLE staff RENAME TO staff_parts;
CREATE TABLE staff (LIKE staff_heap);
CREATE TABLE child () INHERITS (staff);
INSERT INTO child SELECT * FROM staff_heap;
:publish;
SELECT alike('SELECT mpc_count(*), mpc_sum(earnings) FROM %s WHERE age > 22');
SELECT mpc_count(*) FROM ONLY staff;
DROP TABLE staff CASCADE;
CREATE MATERIALIZED VIEW staff AS SELECT * FROM staff_heap;
:publish;
SELECT alike('SELECT mpc_count(*), mpc_sum(earnings) FROM %s WHERE age > 22');
DROP MATERIALIZED VIEW staff;
ALTER TABLE staff_heap RENAME TO staff;
:publish;

-- Rights: SELECT on the table as always, USAGE on the federation, no row security.
SET ROLE regress_analyst;
SELECT mpc_count(*) FROM staff;
RESET ROLE;
GRANT SELECT ON staff TO regress_analyst, regress_other;
SET ROLE regress_analyst;
SELECT mpc_count(*) FROM staff;
SET ROLE regress_other;
SELECT mpc_count(*) FROM staff;
EXPLAIN SELECT mpc_count(*) FROM staff;
RESET ROLE;
CREATE VIEW counted AS SELECT mpc_count(*) FROM staff;
ALTER VIEW counted OWNER TO regress_analyst;
GRANT SELECT ON counted TO regress_other;
SET ROLE regress_other;
SELECT * FROM counted;
RESET ROLE;
CREATE POLICY everything ON staff USING (true);
ALTER TABLE staff ENABLE ROW LEVEL SECURITY;
SELECT mpc_count(*) FROM staff;
PREPARE rows AS SELECT mpc_count(*) FROM staff;
EXECUTE rows;
SET ROLE regress_analyst;
SELECT mpc_count(*) FROM staff;
EXECUTE rows;
SELECT gender, mpc_count(*) FROM staff WHERE false GROUP BY gender;
RESET ROLE;
ALTER TABLE staff DISABLE ROW LEVEL SECURITY;

-- What others name mpc_* is theirs.
CREATE AGGREGATE mpc_joined(text) (SFUNC = textcat, STYPE = text);
SELECT mpc_joined(gender) FROM kept WHERE gender = 'f';
SELECT mpc_joined(gender) OVER () FROM kept WHERE gender = 'f';
SELECT mpc_joined(gender), mpc_count(*) FROM staff;

DROP TABLE staff, staff_parts, kept, nobody CASCADE;
DROP FOREIGN TABLE joint.staff;
SELECT mpc_unpublish('staff');
DROP FUNCTION alike, explain;
DROP AGGREGATE mpc_joined(text);
DROP VIEW people;
\c regress_south
SELECT mpc_unpublish('staff');
DROP TABLE staff;
DROP VIEW people;
\c regress_west
SELECT mpc_unpublish('staff');
DROP TABLE staff;
DROP VIEW people;
