-- min and max over a joint table, by the secure maximum: every type, groups, filters, thresholds, what is refused, and the rounds.
\pset format unaligned
\pset tuples_only on
\set gauges 'SELECT party, g, (ARRAY[''a'', ''b'', ''c''])[g % 3 + 1] AS region, ''town '' || party AS town, (g * party - 31)::smallint AS s, CASE WHEN g % 5 > 0 THEN 1000 * (g - 10) * party END AS i, (g - 10) * party * 100000000000000000 AS b, (1.25 * (g - 7) * party)::numeric(10,2) AS n, 0.001 * g * party AS loose, (g * party)::numeric(30,2) AS wide, ((g - 9) / 8.0 * party)::real AS r, (g - 11) * party / 3.0::double precision AS d, date ''2024-01-01'' + g * party AS day, date ''2000-02-29'' - g AS leap, timestamp ''1999-12-31 23:00'' + g * party * interval ''7 minutes'' AS at, (timestamp ''2024-01-01'' + g * interval ''1 ms'')::timestamp(3) AS ms, timestamptz ''2024-01-01 00:00+00'' - g * party * interval ''24 hours'' AS tz, g % 2 = 0 AS f, CASE WHEN party = 2 THEN -g END AS south, CASE WHEN g <= 2 * party THEN 10 * g + party END AS few, CASE WHEN g % 3 <> 1 THEN g * party WHEN party = 2 THEN 1000 * (g - 10) END AS lone, NULL::integer AS nothing, g % 4 AS tie, (g % 2)::smallint AS bit FROM generate_series(1, 20) AS g, generate_series(1, 3) AS party'
\set own 'CREATE TABLE gauge AS SELECT * FROM gauges WHERE party = array_position(ARRAY[''regress_north'', ''regress_south'', ''regress_west''], current_database()::text)'
\set publish 'SELECT mpc_publish(''gauge'', ''gauge'', ''offices'', keys => ''{region,town}'', measures => ''{s,i,b,n,loose,wide,r,d,day,leap,at,ms,tz,f,south,few,lone,nothing,tie,bit}'', filters => ''{g,f,region}'', functions => ''{count,sum,avg,extremes}'', min_rows => 3, columns => ''{"region": {"domain": ["a", "b"]}, "loose": {"type": "numeric(12,3)"}, "leap": {"low": "1990-01-01", "high": "2010-12-31"}, "tie": {"low": 0, "high": 3}, "bit": {"low": 1, "high": 1}, "nothing": {"low": -7, "high": 4000}}'')'
CREATE VIEW gauges AS :gauges;
:own;
UPDATE gauge SET bit = 1;
:publish;
\c regress_south
CREATE VIEW gauges AS :gauges;
:own;
UPDATE gauge SET bit = 1;
:publish;
\c regress_west
CREATE VIEW gauges AS :gauges;
:own;
UPDATE gauge SET bit = 1;
:publish;
\c regress_north
IMPORT FOREIGN SCHEMA offices LIMIT TO (gauge) FROM SERVER offices INTO joint;
-- Asks the joint table and the union of all rows, %s in the text; the rows, or both where they differ.
CREATE FUNCTION same_gauges(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	rows_of CONSTANT text := 'SELECT array_agg(r::text ORDER BY r::text) FROM (%q) AS r';
	joint text[];
	plain text[];
BEGIN
	EXECUTE replace(rows_of, '%q', replace(query, '%s', 'joint.gauge')) INTO joint;
	EXECUTE replace(rows_of, '%q', replace(query, '%s', 'gauges')) INTO plain;
	RETURN CASE WHEN joint IS DISTINCT FROM plain THEN format(E'DIFFERENT: joint %s\nplain %s', joint, plain) ELSE array_to_string(joint, ' ') END;
END $$;
CREATE FUNCTION explain_gauge(options text, query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE format('EXPLAIN (%s) %s', options, query) LOOP
		RETURN NEXT regexp_replace(line, '((Bytes|Time)[^:]*: )[0-9.]+', '\1N', 'g');
	END LOOP;
END $$;
SET timezone = 'UTC';

-- Every type, with its own result type.
SELECT same_gauges('SELECT min(i), max(i) FROM %s');
SELECT same_gauges('SELECT max(s), min(s), pg_typeof(max(s)), min(b), max(b), pg_typeof(min(b)) FROM %s');
SELECT same_gauges('SELECT min(n), max(n), pg_typeof(max(n)), min(loose), max(loose) FROM %s');
SELECT same_gauges('SELECT min(r), max(r), pg_typeof(min(r)), min(d), max(d), pg_typeof(max(d)) FROM %s');
SELECT same_gauges('SELECT min(day), max(day), min(leap), max(leap), pg_typeof(max(day)) FROM %s');
SELECT same_gauges('SELECT min(at), max(at), min(ms), max(ms), min(tz), max(tz), pg_typeof(min(at)), pg_typeof(max(tz)) FROM %s');
-- Ties, one value only, no value, one party only.
SELECT same_gauges('SELECT min(tie), max(tie), min(nothing), max(nothing) FROM %s WHERE g < 18');
SELECT min(bit), max(bit), count(bit) FROM joint.gauge;
SELECT same_gauges('SELECT max(i), min(day), count(*) FROM %s WHERE g > 100');
-- Beside other aggregates, several at once, DISTINCT.
SELECT same_gauges('SELECT count(*), sum(i), min(i), avg(n), max(n), max(i), count(day), bool_or(f), min(DISTINCT n) FROM %s');
SELECT same_gauges('SELECT max(i) - min(i) AS width, max(at)::date FROM %s HAVING min(i) < 0');
-- WHERE and FILTER.
SELECT same_gauges('SELECT min(i), max(i) FROM %s WHERE g BETWEEN 4 AND 12 AND f');
SELECT same_gauges('SELECT min(i) FILTER (WHERE g <= 10), max(i) FILTER (WHERE f), max(i), min(day) FILTER (WHERE NOT f) FROM %s');
-- Groups of a declared domain; what is outside it is the remainder.
SELECT region, min(i), max(i), min(r), max(tz), count(*), mpc_remainder(*) FROM joint.gauge GROUP BY region ORDER BY region;
SELECT nullif(region, 'c') AS region, min(i), max(i), min(r), max(tz), count(*), region = 'c' FROM gauges GROUP BY 1, 7 ORDER BY 1;
SELECT region, min(n), max(n) FROM joint.gauge WHERE region = 'b' GROUP BY region;
SELECT region, max(n), grouping(region) FROM joint.gauge GROUP BY ROLLUP (region) ORDER BY 3, 1;
SELECT region, max(day) AS last FROM joint.gauge GROUP BY region HAVING max(day) > '2024-02-20' ORDER BY last DESC;

-- A party with too few values stays out, all of it (min_rows 3): north has 2 values of "few", south 4 and west 6.
ALTER SERVER offices OPTIONS (ADD min_contributors '0');
SELECT same_gauges('SELECT min(south), max(south), max(i) FILTER (WHERE g > 3) FROM %s');
SELECT town, count(i) FROM joint.gauge GROUP BY town ORDER BY town;
SELECT max(few), min(few), count(few) FROM joint.gauge;
SELECT max(few), min(few), count(few) FROM gauges WHERE party > 1;
-- By group: each party has two values in region a, three in b and two in c, which is outside the domain.
SELECT region, count(i), min(i), max(i), mpc_remainder(*) FROM joint.gauge WHERE g <= 8 GROUP BY region ORDER BY region;
SELECT CASE WHEN region = 'b' THEN region END AS region, count(i), min(i), max(i) FROM gauges WHERE g <= 8 GROUP BY 1 ORDER BY 1;
-- A filter that leaves out too few rows is folded, too: one row of each group.
SELECT region, max(i) FILTER (WHERE g > 2), count(*), mpc_remainder(*) FROM joint.gauge WHERE g < 12 GROUP BY region ORDER BY region;
-- Fewer contributors than the asker wants: groups are folded into the remainder here (R7), with what they hold.
ALTER SERVER offices OPTIONS (SET min_contributors '2');
SELECT try('SELECT max(south) FROM joint.gauge');
SELECT try('SELECT max(few) FROM joint.gauge');
SELECT region, count(lone), min(lone), max(lone), mpc_parties(*), mpc_remainder(*) FROM joint.gauge GROUP BY region ORDER BY region;
SELECT CASE WHEN region = 'a' THEN region END AS region, count(lone), min(lone), max(lone) FROM gauges GROUP BY 1 ORDER BY 1;
-- That is known from the sums: nobody is asked for the maximum.
\c regress_south
SELECT count(*) AS before FROM mpc.ledger WHERE role = 'peer' \gset
\c regress_north
SELECT try('SELECT max(south) FROM joint.gauge');
\c regress_south
SELECT count(*) - :before AS asked FROM mpc.ledger WHERE role = 'peer';
\c regress_north
ALTER SERVER offices OPTIONS (DROP min_contributors);

-- Both requests are in the ledgers, with the same question.
SELECT max(i) FROM joint.gauge WHERE g < 19;
SELECT question FROM mpc.ledger WHERE role = 'asker' ORDER BY at DESC LIMIT 2;
\c regress_south
SELECT question, get_byte(request, 8) AS protocol FROM mpc.ledger_entry WHERE role = 'peer' ORDER BY seq DESC LIMIT 2;
\c regress_north
SET timezone = 'UTC';

-- The own table is another face of it.
SELECT mpc_min(i), mpc_max(i), mpc_max(day), mpc_min(n), mpc_max(s), mpc_min(b), mpc_max(r), mpc_min(d), mpc_max(at), mpc_min(tz) FROM gauge;
SELECT min(i), max(i), max(day), min(n), max(s), min(b), max(r), min(d), max(at), min(tz) FROM gauges;
SELECT region, mpc_max(day) FROM gauge GROUP BY region ORDER BY region;
SELECT try('SELECT mpc_max(x) FROM generate_series(1, 3) AS x');

-- Rounds: one of the sums, then one for each digit. Short keys need one, dates four, bigint eight.
SELECT explain_gauge('COSTS OFF', 'SELECT max(tie) FROM joint.gauge');
SELECT explain_gauge('COSTS OFF', 'SELECT max(nothing), min(tie) FROM joint.gauge');
SELECT explain_gauge('COSTS OFF', 'SELECT max(day) FROM joint.gauge');
SELECT explain_gauge('VERBOSE, COSTS OFF', 'SELECT region, max(day), min(b) FILTER (WHERE f) FROM joint.gauge WHERE g > 1 GROUP BY region');
SELECT explain_gauge('ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF', 'SELECT max(day), min(tie), sum(i) FROM joint.gauge');
SELECT explain_gauge('ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF', 'SELECT region, max(tie) FROM joint.gauge GROUP BY ROLLUP (region)');

-- What is refused, and why.
SELECT try('SELECT max(wide) FROM joint.gauge');
SELECT try('SELECT max(f::text) FROM joint.gauge');
SELECT try('SELECT max(town) FROM joint.gauge');
SELECT try('SELECT min(f) FROM joint.gauge');
SELECT try('SELECT max(i + 1) FROM joint.gauge');
SELECT try('SELECT max(g) FROM joint.gauge');
SELECT try('SELECT town, max(i) FROM joint.gauge GROUP BY town');
SELECT try('SELECT sum(day) FROM joint.gauge');
SELECT try('SELECT mpc_avg(tz) FROM gauge');
SELECT try('SELECT mpc_max(town) FROM gauge');

-- Bounds and digits of the contract hold for extremes as for sums: a value outside them ends the question (R9).
\c regress_south
UPDATE gauge SET loose = 0.0305 WHERE g = 3;
\c regress_north
SELECT try('SELECT max(loose) FROM joint.gauge WHERE g > 5');
SELECT try('SELECT max(loose) FROM joint.gauge');
\c regress_south
UPDATE gauge SET loose = 0.006 WHERE g = 3;
:publish;
\c regress_north
SELECT same_gauges('SELECT max(loose), min(loose) FROM %s');
UPDATE gauge SET leap = '2011-01-01' WHERE g = 3;
SELECT try('SELECT min(leap) FROM joint.gauge');
UPDATE gauge SET leap = date '2000-02-29' - g WHERE g = 3;
UPDATE gauge SET d = 'NaN' WHERE g = 3;
SELECT try('SELECT min(d) FROM joint.gauge');
UPDATE gauge SET d = '-Infinity' WHERE g = 3;
SELECT try('SELECT max(d) FROM joint.gauge');
UPDATE gauge SET d = '-0', day = 'infinity', tz = '-infinity' WHERE g = 3;
SELECT max(day), min(tz), max(d) < 100 FROM joint.gauge;

-- Bounds of dates are declared and shown as such.
SELECT "column", low, high FROM mpc.describe('offices') WHERE dataset = 'gauge' AND "column" IN ('leap', 'day', 'ms', 'tie') AND party = 'south' ORDER BY 1;
SELECT try($$SELECT mpc_publish('gauge', 'gauge', 'offices', measures => '{day}', columns => '{"day": {"low": "yesteryear"}}')$$);
SELECT try($$SELECT mpc_publish('gauge', 'gauge', 'offices', measures => '{day}', columns => '{"day": {"low": "2024-01-01", "high": "2023-01-01"}}')$$);
-- Without the class, no extremes.
SELECT try($$SELECT mpc_publish('gauge', 'gauge', 'offices', measures => '{i}', functions => '{count,sum}', min_rows => 1)$$);
SELECT try('SELECT max(i) FROM joint.gauge');
SELECT mpc_unpublish('gauge');
