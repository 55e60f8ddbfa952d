-- mpc_histogram and mpc_percentile: the cells they count, what may be shown of them, who may ask, and what is refused.
\pset format unaligned
\pset tuples_only on
\set SHOW_CONTEXT never

-- The aggregate over own rows, called directly: rows, values, violated, then the cells.
CREATE FUNCTION opened(bytes bytea) RETURNS numeric[] LANGUAGE sql PARALLEL SAFE AS $$
	SELECT array_agg(v ORDER BY place) FROM (VALUES (0, 8), (8, 8), (16, 8)) AS head(place, size) FULL JOIN (SELECT g, 32 FROM generate_series(24, octet_length(bytes) - 1, 32) AS g) AS body(place, size) USING (place, size),
		LATERAL (SELECT trunc(sum(get_byte(bytes, place + i) * 256::numeric ^ i)) FROM generate_series(0, size - 1) AS i) AS n(v) $$;
-- The cell of a value, in exact integers.
CREATE FUNCTION cell(v numeric, low numeric, high numeric, buckets integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN v < low THEN 0 WHEN v >= high THEN buckets + 1 ELSE 1 + div((v - low) * buckets, high - low)::integer END $$;
CREATE FUNCTION told_cells(v numeric[], low numeric, high numeric, buckets integer) RETURNS numeric[] LANGUAGE sql AS $$
	SELECT array_agg(COALESCE(n, 0)::numeric ORDER BY c) FROM generate_series(0, buckets + 1) AS c LEFT JOIN (SELECT cell(u, low, high, buckets) AS c, count(*) AS n FROM unnest(v) AS u WHERE u IS NOT NULL GROUP BY 1) AS w USING (c) $$;
SELECT opened(mpc.measure_histogram(v, -100, 100, 0, 0, 10, 3)) FROM unnest('{-1,0,3,4,6,7,9,10,99,NULL}'::integer[]) AS v;
SELECT opened(mpc.measure_histogram(v::smallint, -100, 100, 0, -5, 5, 1)) FROM generate_series(-7, 7) AS v;
SELECT opened(mpc.measure_histogram(v, -1000, 1000, 2, 0, 100, 4)) FROM unnest('{-0.01,0,0.24,0.25,0.26,0.5,0.75,0.99,1,1.01}'::numeric[]) AS v;
SELECT opened(mpc.measure_histogram(v, -1000, 1000, 2, -1, 5, 2)) FROM unnest('{-0.5,-0.25,0,0.25,0.5,0.75,1,1.25,1.5}'::float8[]) AS v;
SELECT opened(mpc.measure_histogram(v::real, -1000, 1000, 2, -1, 5, 2)) FROM unnest('{-0.5,-0.25,0,0.25,0.5,0.75,1,1.25,1.5}'::float8[]) AS v;
-- Against exact arithmetic: the largest limits, widths that no number of buckets divides.
CREATE FUNCTION compare_cells(l numeric, h numeric, n integer) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	v CONSTANT numeric[] := ARRAY(SELECT e + d FROM generate_series(0, n) AS b, trunc(l + b * (h - l) / n) AS e, generate_series(-2, 2) AS d WHERE abs(e + d) < 1e38);
	ours numeric[];
BEGIN
	EXECUTE format('SELECT opened(mpc.measure_histogram(v, -99999999999999999999999999999999999999, 99999999999999999999999999999999999999, 0, %s, %s, %s)) FROM unnest($1) AS v', l, h, n) INTO ours USING v;
	RETURN ours[4:] = told_cells(v, l, h, n);
END $$;
SELECT l, h, array_agg(n || ' ' || compare_cells(l, h, n) ORDER BY n) FROM (VALUES (-99999999999999999999999999999999999999, 99999999999999999999999999999999999999), (-7, 1000), (99999999999999999999999999999999999990, 99999999999999999999999999999999999999)) AS w(l, h), unnest('{1,2,3,7,1000,1024}'::integer[]) AS n GROUP BY l, h ORDER BY l;
SELECT try('SELECT mpc.measure_histogram(v, 0, 9, 0, 0, v, 3) FROM generate_series(1, 2) AS v GROUP BY v');
-- No row, only nulls, a value outside the contract.
SELECT mpc.measure_histogram(v, 0, 9, 0, 0, 9, 3) FROM generate_series(1, 0) AS v;
SELECT opened(mpc.measure_histogram(v, 0, 9, 0, 0, 9, 3)) FROM unnest('{NULL,NULL}'::integer[]) AS v;
SELECT opened(mpc.measure_histogram(v, 0, 9, 0, 0, 9, 3)) FROM unnest('{5,10,9}'::integer[]) AS v;
SELECT v, opened(mpc.measure_histogram(v, 0, 90, 1, 0, 9, 3)) FROM unnest('{5,NaN,0.01}'::numeric[]) AS v GROUP BY v ORDER BY v;
SELECT try(format('SELECT mpc.measure_histogram(%s)', c)) FROM unnest(ARRAY['1, 0, 9, 0, NULL, 9, 3', '1, 0, 9, 0, 0, 9, 0', '1, 0, 9, 0, 0, 9, 1025', '1, 0, 9, 0, 0, 9, NULL', '1, 0, 9, 0, 9, 9, 3', '1, 0, 9, 0, 9, 0, 3', '1, 0, 9, 0, 0, 0.5, 3', '1, 0, 9, 0, 0, 1e38, 3',
	'1, 0, 9, 0, ''NaN'', 9, 3', '1, NULL, 9, 0, 0, 9, 3', '1, 0, 9, 1, 0, 9, 3', 'current_date, 0, 9, 0, 0, 9, 3']) AS c;
-- Parallel workers, of which one sees no row; groups.
CREATE TABLE many AS SELECT g % 3 AS k, CASE WHEN g % 11 > 0 THEN (g * 7919::bigint) % 1000003 - 500000 END AS b FROM generate_series(1, 20000) AS g;
CREATE TABLE alone AS SELECT k, mpc.measure_histogram(b, -600000, 600000, 0, -400000, 400001, 37) AS h FROM many GROUP BY GROUPING SETS ((), (k));
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET max_parallel_workers_per_gather = 3;
SET parallel_leader_participation = off;
EXPLAIN (COSTS off) SELECT mpc.measure_histogram(b, -600000, 600000, 0, -400000, 400001, 37) FROM many;
SELECT h = (SELECT mpc.measure_histogram(b, -600000, 600000, 0, -400000, 400001, 37) FROM many) AS equal, (opened(h))[4:] = (SELECT told_cells(array_agg(b), -400000, 400001, 37) FROM many WHERE b IS NOT NULL) AS told FROM alone WHERE k IS NULL;
SELECT count(*) AS equal FROM alone JOIN (SELECT k, mpc.measure_histogram(b, -600000, 600000, 0, -400000, 400001, 37) AS h FROM many GROUP BY k) AS w USING (k, h);
SELECT opened(mpc.measure_histogram(b, -600000, 600000, 0, 0, 9, 3)) FROM many WHERE b = -492081;
RESET ALL;
DROP TABLE many, alone;

-- Each party's part.
\set pulses 'SELECT party, g, (ARRAY[''a'', ''b'', ''c''])[g % 3 + 1] COLLATE "C" AS ward, ''room '' || g % 4 AS room, CASE WHEN g % 5 > 0 THEN (g * g * party) % 101 - 20 END AS i, (g * party - 31)::smallint AS s, (g - 20) * party * 9007199254740993 AS b, (1.25 * (g - 7) * party)::numeric(10,2) AS n, ((g - 9) / 8.0 * party)::real AS r, (g - 21) * party / 16.0::double precision AS d, g % 2 = 0 AS f, NULL::integer AS nothing, CASE WHEN party = 2 THEN g END AS south, date ''2024-01-01'' + g AS day FROM generate_series(1, 40) AS g, generate_series(1, 3) AS party'
\set own 'CREATE TABLE pulse AS SELECT * FROM pulses WHERE party = array_position(ARRAY[''regress_north'', ''regress_south'', ''regress_west''], current_database()::text)'
\set least 1
\set publish 'SELECT mpc_publish(''pulse'', ''pulse'', ''offices'', keys => ''{ward,room}'', measures => ''{i,s,b,n,r,d,f,nothing,south,day}'', filters => ''{g,f,ward}'', functions => ''{count,sum,distribution}'', min_rows => :least, columns => ''{"ward": {"domain": ["a", "b"]}, "i": {"low": -20, "high": 100}, "d": {"scale": 8, "low": -100, "high": 100}, "r": {"scale": 3}, "b": {"low": "-600000000000000000", "high": "9000000000000000000"}}'')'
CREATE VIEW pulses AS :pulses;
:own;
:publish;
ALTER SERVER offices OPTIONS (ADD min_contributors '0');
\c regress_south
CREATE VIEW pulses AS :pulses;
:own;
:publish;
\c regress_west
CREATE VIEW pulses AS :pulses;
:own;
:publish;
\c regress_north
IMPORT FOREIGN SCHEMA offices LIMIT TO (pulse) FROM SERVER offices INTO joint;
-- The joint counts beside those of the union: "equal", or both.
CREATE FUNCTION same_histogram(v text, low text, high text, buckets integer, tail text DEFAULT '') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	joint numeric[];
	plain numeric[];
BEGIN
	EXECUTE format('SELECT (mpc_histogram(%s, %s, %s, %s)).counts FROM joint.pulse %s', v, low, high, buckets, tail) INTO joint;
	EXECUTE format('SELECT told_cells(array_agg(%s::numeric), (%s)::numeric, (%s)::numeric, %s) FROM pulses %s', v, low, high, buckets, tail) INTO plain;
	RETURN CASE WHEN joint[0:] IS NOT DISTINCT FROM plain THEN 'equal' ELSE format('joint %s, plain %s', joint, plain) END;
END $$;

-- As width_bucket() counts, whatever the type of the column and of the limits.
SELECT mpc_histogram(i, 0, 80, 8) FROM joint.pulse;
SELECT pg_typeof(mpc_histogram(i, 0, 80, 8)), (mpc_histogram(i, 0, 80, 8)).counts[0] AS below, (mpc_histogram(i, 0, 80, 8)).folded FROM joint.pulse;
SELECT array_agg(n ORDER BY b) FROM (SELECT width_bucket(i, 0, 80, 8) AS b, count(*) AS n FROM pulses WHERE i IS NOT NULL GROUP BY 1) AS w;
SELECT * FROM mpc_buckets((SELECT mpc_histogram(i, -20, 100, 7) FROM joint.pulse));
SELECT * FROM mpc_buckets(ROW(0.5, 2, '[0:3]={1,2,3,4}', 0));
SELECT * FROM mpc_buckets(ROW(0.5, 2, '[0:3]={1,2,3,4}', 5)) WHERE bucket IS NULL;
SELECT v, same_histogram(v, low, high, buckets) FROM (VALUES ('i', '0', '80', 8), ('i', '-20', '101', 1024), ('i', '-3', '17', 7), ('i', '0.0', '7', 3), ('i', '1::bigint', '7', 3), ('s', '-30', '90', 13), ('s', '(-30)::smallint', '90::smallint', 13), ('s', '(-30)::float8', '90', 13),
	('b', '-99999999999999999', '9007199254740993', 5), ('b', '9007199254740992', '9007199254740994', 2), ('b', '9007199254740993', '90071992547409930', 10), ('b', '-1', '1', 1), ('n', '0.05', '100.01', 11), ('n', '-10', '10', 3), ('n', '1', '2', 100),
	('r', '-1', '10.5', 16), ('r', '-1.125', '10.5', 15), ('d', '-7.5', '7.25', 9), ('d', '0.00390625', '1', 255), ('d', '-100', '100', 3), ('nothing', '0', '1', 1)) AS t(v, low, high, buckets);
SELECT same_histogram('i', '0', '80', 8, 'WHERE g < 30 AND f'), same_histogram('n', '0', '80', 8, 'WHERE g = 7');
-- Beside other aggregates, with FILTER, several columns.
SELECT count(*), sum(i), (mpc_histogram(i, 0, 80, 4) FILTER (WHERE f)).counts, (mpc_histogram(n, 0, 80, 2)).counts, (mpc_histogram(d, 0, 8, 2) FILTER (WHERE g > 10)).counts, count(i) FILTER (WHERE f) FROM joint.pulse;
SELECT count(*), sum(i), told_cells(array_agg(i) FILTER (WHERE f AND i IS NOT NULL), 0, 80, 4), told_cells(array_agg(n), 0, 80, 2), told_cells(array_agg(d::numeric) FILTER (WHERE g > 10), 0, 8, 2), count(i) FILTER (WHERE f) FROM pulses;
-- Groups, the remainder, HAVING, grouping sets; open keys, too.
SELECT ward, (mpc_histogram(i, 0, 80, 4)).counts, mpc_remainder(*) FROM joint.pulse GROUP BY ward ORDER BY ward;
SELECT nullif(ward, 'c') AS ward, told_cells(array_agg(i) FILTER (WHERE i IS NOT NULL), 0, 80, 4), ward = 'c' FROM pulses GROUP BY 1, 3 ORDER BY 1;
SELECT room, (mpc_histogram(i, 0, 80, 4)).counts FROM joint.pulse GROUP BY room HAVING (mpc_histogram(i, 0, 80, 4)).counts[0] > 2 ORDER BY room;
SELECT room, told_cells(array_agg(i) FILTER (WHERE i IS NOT NULL), 0, 80, 4) FROM pulses GROUP BY room HAVING count(*) FILTER (WHERE i < 0) > 2 ORDER BY room;
SELECT room, (mpc_histogram(i, 0, 80, 2)).counts, mpc_percentile(0.5, i, 0, 80, 2), grouping(room) FROM joint.pulse GROUP BY ROLLUP (room) ORDER BY grouping(room), room;
SELECT count(DISTINCT room), (mpc_histogram(i, 0, 80, 2)).counts FROM joint.pulse;
-- No value: cells of 0, as counts are 0. Percentiles are NULL.
SELECT mpc_histogram(nothing, 0, 2, 2), mpc_percentile(0.5, nothing, 0, 2, 2) FROM joint.pulse;
SELECT mpc_histogram(i, 0, 2, 2), mpc_percentile(0.5, i, 0, 2, 2) FROM joint.pulse WHERE g > 100;
SELECT mpc_histogram(i, 0, 2, 2), mpc_percentile(0.5, i) FROM joint.pulse WHERE false;
SELECT mpc_histogram(i, 0, 2, 2) FILTER (WHERE false), mpc_percentile(0.5, i) FILTER (WHERE false), count(*) FROM joint.pulse;

-- Percentiles: the interval holds what percentile_disc gives. Without a grid it is one unit wide where bounds are declared narrowly.
SELECT mpc_percentile(0, i), mpc_percentile(0.1, i), mpc_percentile(0.5, i), mpc_percentile(0.9, i), mpc_percentile(1, i), mpc_percentile(NULL, i), pg_typeof(mpc_percentile(0.5, i)) FROM joint.pulse;
SELECT percentile_disc('{0,0.1,0.5,0.9,1}'::float8[]) WITHIN GROUP (ORDER BY i) FROM pulses;
SELECT mpc_percentile(0.5, i, 0, 80, 8), mpc_percentile(0.01, i, 0, 80, 8), mpc_percentile(0.99, i, 0, 80, 8), mpc_histogram(i, 0, 80, 8) FROM joint.pulse;
SELECT mpc_percentile(0.25, d), mpc_percentile(0.75, d), mpc_percentile(0.5, r, -1, 10.5, 16), mpc_percentile(0.5, n, 0, 50.5, 3), mpc_percentile(0.5, b, 0, 9007199254740993, 2) FROM joint.pulse;
SELECT percentile_disc('{0.25,0.75}'::float8[]) WITHIN GROUP (ORDER BY d), percentile_disc(0.5) WITHIN GROUP (ORDER BY r), percentile_disc(0.5) WITHIN GROUP (ORDER BY n), percentile_disc(0.5) WITHIN GROUP (ORDER BY b) FROM pulses;
SELECT ward, mpc_percentile(0.5, i) FROM joint.pulse GROUP BY ward ORDER BY ward;
SELECT try('SELECT mpc_percentile(1.5, i) FROM joint.pulse'), try('SELECT mpc_percentile(-0.1, i) FROM joint.pulse WHERE false'), try('SELECT mpc_percentile(''NaN'', i) FROM joint.pulse');

-- Prepared: grid and fraction are parameters, of custom and generic plans.
PREPARE spread (integer, integer, integer, float8) AS SELECT (mpc_histogram(i, $1, $2, $3)).counts, mpc_percentile($4, i, $1, $2, $3) FROM joint.pulse;
SET plan_cache_mode = force_generic_plan;
EXECUTE spread (0, 80, 4, 0.5);
EXECUTE spread (-20, 20, 2, 0.25);
EXPLAIN (COSTS off, VERBOSE) EXECUTE spread (0, 80, 4, 0.5);
RESET plan_cache_mode;
EXECUTE spread (0, 80, 4, 0.5);
SELECT try('EXECUTE spread (0, 80, 0, 0.5)'), try('EXECUTE spread (NULL, 80, 2, 0.5)');
SELECT (mpc_histogram(i, length(''), extract(year from date '0080-01-01')::integer, 4)).counts FROM joint.pulse;
DEALLOCATE spread;

-- EXPLAIN, the ledgers, the own table.
EXPLAIN (COSTS off, VERBOSE) SELECT mpc_percentile(0.5, i), mpc_histogram(d, -0.5, 0.25, 3) FILTER (WHERE g > 3), mpc_histogram(n, 0.5, 7, 2) FROM joint.pulse;
SELECT mpc_percentile(0.5, i), mpc_percentile(0.75, i), mpc_histogram(d, -0.5, 0.25, 3) FILTER (WHERE g > 3), (mpc_histogram(n, 0.5, 7, 2)).counts FROM joint.pulse;
SELECT question FROM mpc.ledger WHERE role = 'asker' ORDER BY id DESC LIMIT 1;
\c regress_south
SELECT question FROM mpc.ledger WHERE role = 'peer' ORDER BY id DESC LIMIT 1;
\c regress_north
SELECT mpc_histogram(i, 0, 80, 8), mpc_percentile(0.5, i, 0, 80, 8), mpc_percentile(0.75, i, 0, 80, 8) FROM pulse;
SELECT ward, mpc_percentile(0.5, i) FROM pulse GROUP BY ward ORDER BY ward;
SELECT try('SELECT mpc_histogram(x, 0, 1, 2) FROM generate_series(1, 3) AS x'), try('SELECT mpc_percentile(0.5, x) FROM generate_series(1, 0) AS x'), try('SELECT mpc_percentile(0.5, i) OVER () FROM pulse');

-- What is refused.
SELECT try(format('SELECT %s FROM joint.pulse', q)) FROM unnest(ARRAY['mpc_histogram(i, 0, 80, 0)', 'mpc_histogram(i, 0, 80, 1025)', 'mpc_histogram(i, 80, 0, 2)', 'mpc_histogram(i, 3, 3, 2)', 'mpc_histogram(i, NULL, 80, 2)', 'mpc_histogram(i, 0.5, 80, 2)', 'mpc_histogram(n, 0.001, 80, 2)',
	'mpc_histogram(d, 0.1, 80, 2)', 'mpc_histogram(d, ''NaN'', 80, 2)', 'mpc_histogram(d, 0, ''Infinity'', 2)', 'mpc_histogram(n, 0, ''Infinity'', 2)', 'mpc_histogram(n, 0, 1e37, 2)', 'mpc_histogram(d, 0, 1e300, 2)', 'mpc_histogram(d, 5e-324, 1, 2)',
	'mpc_histogram(i + 1, 0, 80, 2)', 'mpc_histogram(i, s, 80, 2)', 'mpc_histogram(i, 0, random(), 2)', 'mpc_histogram(i, 0, (SELECT 80), 2)', 'mpc_histogram(g, 0, 80, 2)', 'mpc_histogram(day, 0, 80, 2)', 'mpc_histogram(f, 0, 80, 2)', 'mpc_histogram(DISTINCT i, 0, 80, 2)',
	'mpc_histogram(i, 0, 80, 2), mpc_histogram(i, 0, 80, 3)', 'mpc_histogram(i, 0, 80, 2), mpc_histogram(i, 0, 80, 2) FILTER (WHERE f)', 'mpc_histogram(i, 0, 80, 2), mpc_percentile(0.5, i)', 'mpc_percentile(0.5, i, 0, 80, 2), mpc_percentile(0.5, i, 1, 80, 2)',
	'mpc_histogram(i, 0, 80, 2), mpc_histogram(s, 0, 80, 2), mpc_histogram(b, 0, 80, 2), mpc_histogram(n, 0, 80, 2), mpc_histogram(d, 0, 80, 2)',
	'mpc_percentile(0.5, s)', 'mpc_percentile(0.5, r)', 'mpc_percentile(0.5, n)', 'percentile_disc(0.5) WITHIN GROUP (ORDER BY i)', 'percentile_cont(0.5) WITHIN GROUP (ORDER BY i)', 'mode() WITHIN GROUP (ORDER BY i)']) AS q;

-- min_rows: small cells are folded into the rest at each party. North, south and west have 32 values of i each.
\set least 4
:publish;
\c regress_south
\set least 4
:publish;
\c regress_west
\set least 4
:publish;
\c regress_north
SELECT mpc_histogram(i, 0, 80, 8), (SELECT sum(c) FROM unnest((mpc_histogram(i, 0, 80, 8)).counts) AS c) + (mpc_histogram(i, 0, 80, 8)).folded = count(i) AS all FROM joint.pulse;
SELECT party, told_cells(array_agg(i), 0, 80, 8) FROM pulses WHERE i IS NOT NULL GROUP BY party ORDER BY party;
SELECT * FROM mpc_buckets((SELECT mpc_histogram(i, 0, 80, 8) FROM joint.pulse));
SELECT mpc_percentile(0.1, i, 0, 80, 8), mpc_percentile(0.5, i, 0, 80, 8), mpc_percentile(0.9, i, 0, 80, 8) FROM joint.pulse;
SELECT percentile_disc('{0.1,0.5,0.9}'::float8[]) WITHIN GROUP (ORDER BY i) FROM pulses;
-- A value in each of many cells: nothing but the rest is left.
SELECT (mpc_histogram(n, -100, 200, 1024)).folded, mpc_percentile(0.5, n, -100, 200, 1024) FROM joint.pulse;
SELECT ward, (mpc_histogram(i, 0, 80, 2)).counts, (mpc_histogram(i, 0, 80, 2)).folded, count(i), mpc_remainder(*) FROM joint.pulse GROUP BY ward ORDER BY ward;
SELECT party, ward, told_cells(array_agg(i), 0, 80, 2) FROM pulses WHERE i IS NOT NULL GROUP BY party, ward ORDER BY ward, party;
-- min_contributors: a cell shown has values of two others; where only one has any, it is in the rest.
ALTER SERVER offices OPTIONS (SET min_contributors '2');
SELECT mpc_histogram(i, 0, 80, 8), mpc_parties(*) FROM joint.pulse;
SELECT mpc_histogram(n, -100, 200, 12) FROM joint.pulse;
SELECT party, told_cells(array_agg(n), -100, 200, 12) FROM pulses GROUP BY party ORDER BY party;
SELECT try('SELECT mpc_histogram(south, 0, 40, 2) FROM joint.pulse');
-- Without the class, no histogram: at the asker, and at a peer.
SELECT try($$SELECT mpc_publish('pulse', 'pulse', 'offices', measures => '{i}', functions => '{count,sum,spread}')$$);
\c regress_south
SELECT mpc_publish('pulse', 'pulse', 'offices', measures => '{i}', functions => '{count}', columns => '{"i": {"low": -20, "high": 100}}');
\c regress_north
SELECT try('SELECT mpc_histogram(i, 0, 80, 2) FROM joint.pulse');
SELECT mpc_publish('pulse', 'pulse', 'offices', measures => '{i}', functions => '{count}', columns => '{"i": {"low": -20, "high": 100}}');
SELECT try('SELECT mpc_histogram(i, 0, 80, 2) FROM joint.pulse');
SELECT mpc_unpublish('pulse');
DROP FOREIGN TABLE joint.pulse;
DROP TABLE pulse;
DROP VIEW pulses;
DROP FUNCTION same_histogram, compare_cells, told_cells, cell, opened;
ALTER SERVER offices OPTIONS (DROP min_contributors);
\c regress_south
SELECT mpc_unpublish('pulse');
DROP TABLE pulse;
DROP VIEW pulses;
\c regress_west
SELECT mpc_unpublish('pulse');
DROP TABLE pulse;
DROP VIEW pulses;
