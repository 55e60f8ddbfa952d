-- Measures of type interval: sum and avg add months, days and microseconds each for itself, as PostgreSQL does over the union of all rows.
\pset format unaligned
\pset tuples_only on
\set SHOW_CONTEXT never
-- Within a party and between the three: fields of both signs, NULLs, a party without values, values with a modifier, sums that are out of range.
\set stays 'SELECT party, g, (ARRAY[''a'', ''b'', NULL])[g % 3 + 1] COLLATE "C" AS ward, (ARRAY[''x'', ''y''])[g % 2 + 1] COLLATE "C" AS house, CASE WHEN g % 7 > 0 THEN make_interval(months => g * g % 17 - 8, days => party * g - 20, secs => (g - party) * 3601.000001) END AS stay, CASE WHEN party <> 2 THEN g * interval ''1.5 day'' END AS brief, (g * interval ''1:02:03.4567'')::interval(2) AS rounded, make_interval(months => g)::interval year to month AS years, NULL::interval AS nothing, CASE WHEN g <= 2 * party THEN g * interval ''1 hour'' END AS few, CASE WHEN g = 1 THEN interval ''2147483647 days'' WHEN g = 2 THEN interval ''-2147483600 days'' END AS swing, CASE WHEN g = 1 THEN interval ''178956970 years 7 mons'' END AS months, CASE WHEN g = 1 THEN -interval ''2147483647 days'' END AS days, CASE WHEN g = 1 THEN interval ''2562047788:00:54.775807'' END AS hours, party = 1 AS north FROM generate_series(1, 20) AS g, generate_series(1, 3) AS party'
\set own 'CREATE TABLE stays AS SELECT s.* FROM all_stays AS s WHERE s.party = array_position(ARRAY[''regress_north'', ''regress_south'', ''regress_west''], current_database()::text)'
\set publish 'SELECT mpc_publish(''stays'', ''stays'', ''offices'', keys => ''{ward,house}'', measures => ''{stay,brief,rounded,years,nothing,few,swing,months,days,hours,g}'', filters => ''{ward,g}'', columns => ''{"house": {"domain": ["x"]}}'', min_rows => 1, functions => ''{all}'')'
CREATE VIEW all_stays AS :stays;
:own;
:publish;
\c regress_south
CREATE VIEW all_stays AS :stays;
:own;
:publish;
\c regress_west
CREATE VIEW all_stays AS :stays;
:own;
:publish;
\c regress_north
IMPORT FOREIGN SCHEMA offices LIMIT TO (stays) FROM SERVER offices INTO joint;
ALTER SERVER offices OPTIONS (ADD min_contributors '0');
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'joint.stays'::regclass AND atttypid = 'interval'::regtype ORDER BY attnum;
SELECT "column", role, type, scale, low, high, agrees FROM mpc.describe('offices') WHERE dataset = 'stays' AND party = 'south' AND "column" IN ('stay', 'rounded', 'years') ORDER BY 1;

-- alike(sql): over the own table, the joint table and the rows of all, %s in the text: the answer when all are the same.
CREATE FUNCTION alike_stays(sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	rows_of text := 'SELECT string_agg(q::text, '' '' ORDER BY q::text) FROM (%s) AS q';
	own text;
	joint text;
	plain text;
BEGIN
	EXECUTE format(rows_of, replace(sql, '%s', 'stays')) INTO own;
	EXECUTE format(rows_of, replace(replace(sql, 'mpc_', ''), '%s', 'joint.stays')) INTO joint;
	EXECUTE format(rows_of, replace(replace(sql, 'mpc_', ''), '%s', 'all_stays')) INTO plain;
	IF own IS DISTINCT FROM joint OR own IS DISTINCT FROM plain THEN
		RETURN format(E'DIFFERENT:\n%s\n%s\n%s', own, joint, plain);
	END IF;
	RETURN own;
END $$;
SELECT alike_stays('SELECT mpc_count(stay), mpc_sum(stay), mpc_avg(stay), pg_typeof(mpc_sum(stay)), pg_typeof(mpc_avg(stay)) FROM %s');
SELECT alike_stays('SELECT mpc_sum(brief), mpc_avg(brief), mpc_sum(rounded), mpc_avg(rounded), mpc_sum(years), mpc_avg(years) FROM %s');
SELECT alike_stays('SELECT mpc_count(nothing), mpc_sum(nothing), mpc_avg(nothing), mpc_count(*) FROM %s');
SELECT alike_stays('SELECT mpc_count(stay), mpc_sum(stay), mpc_avg(stay) FROM %s WHERE g > 100');
SELECT alike_stays('SELECT mpc_avg(stay) FROM %s WHERE false');
SELECT alike_stays('SELECT ward, mpc_count(*), mpc_count(stay), mpc_sum(stay), mpc_avg(stay) FROM %s GROUP BY ward');
SELECT alike_stays('SELECT ward, mpc_sum(stay) FROM %s WHERE g BETWEEN 3 AND 12 GROUP BY ward HAVING mpc_avg(stay) < interval ''0'' OR ward IS NULL');
SELECT alike_stays('SELECT ward, mpc_sum(stay) FILTER (WHERE g > 5), mpc_avg(brief) FILTER (WHERE ward = ''a''), mpc_count(stay) FILTER (WHERE g > 5), mpc_sum(stay) FROM %s GROUP BY ward');
SELECT alike_stays('SELECT justify_interval(mpc_sum(stay) + mpc_avg(brief)), extract(epoch FROM mpc_avg(stay)), mpc_sum(g), mpc_sum(stay) / mpc_count(stay) = mpc_avg(stay) AS q FROM %s');
-- Of a declared domain, with what is outside it, and under a ROLLUP.
SELECT house, sum(stay), avg(stay), mpc_remainder(*) FROM joint.stays GROUP BY house ORDER BY house;
SELECT nullif(house, 'y'), sum(stay), avg(stay), house = 'y' FROM all_stays GROUP BY house ORDER BY 1;
SELECT ward, sum(stay) FROM joint.stays GROUP BY ROLLUP (ward) ORDER BY grouping(ward), ward;
SELECT ward, sum(stay) FROM all_stays GROUP BY ROLLUP (ward) ORDER BY grouping(ward), ward;

-- A total outside the type is PostgreSQL's own error. What PostgreSQL adds in some order to more than the type on its way is no error here: only the total counts.
SELECT try(format('SELECT %s(%s) FROM %s', f, c, t)) FROM unnest('{sum,avg}'::text[]) AS f, unnest('{months,days,hours}'::text[]) WITH ORDINALITY AS c(c, n), unnest('{joint.stays,all_stays}'::text[]) AS t ORDER BY n, f, t;
SELECT try('SELECT sum(swing) FROM (SELECT swing FROM all_stays ORDER BY swing) AS s');
SELECT sum(swing), count(swing) FROM joint.stays;
SELECT sum(swing), count(swing) FROM (SELECT swing FROM all_stays ORDER BY party, g DESC) AS s;
SELECT sum(months), sum(days), sum(hours) FROM stays;
SELECT count(months), count(days), count(hours) FROM joint.stays;

-- Thresholds hold on the values behind a sum: north has two of "few", south four, west six.
SELECT try($$SELECT mpc_publish('stays', 'stays', 'offices', keys => '{ward,house}', measures => '{stay,brief,rounded,years,nothing,few,swing,months,days,hours,g}', filters => '{ward,g}', columns => '{"house": {"domain": ["x"]}}', min_rows => 3, functions => '{count,sum,avg}')$$);
SELECT sum(few), avg(few), count(few) FROM joint.stays;
SELECT sum(few), avg(few), count(few) FROM all_stays WHERE party > 1;
SELECT try('SELECT bool_and(stay IS NULL) FROM joint.stays');
:publish;

-- What is asked.
EXPLAIN (VERBOSE, COSTS OFF) SELECT ward, sum(stay), avg(stay), count(stay), avg(g) FROM joint.stays GROUP BY ward;
EXPLAIN (VERBOSE, COSTS OFF) SELECT mpc_avg(stay) FILTER (WHERE g > 3) FROM stays;
SELECT sum(stay) IS NOT NULL FROM joint.stays WHERE g < 5;
SELECT question FROM mpc.ledger WHERE role = 'asker' ORDER BY id DESC LIMIT 1;

-- Refused: bounds, other roles, other functions.
SELECT try(format('SELECT mpc_publish(''stays'', ''stays'', ''offices'', %s)', a)) FROM unnest(ARRAY['measures => ''{stay}'', columns => ''{"stay": {"low": 0}}''', 'measures => ''{stay}'', columns => ''{"stay": {"high": "1 day"}}''', 'measures => ''{stay}'', columns => ''{"stay": {"scale": 6}}''', 'measures => ''{g}'', columns => ''{"g": {"type": "interval"}}''', 'measures => ''{stay}'', columns => ''{"stay": {"type": "bigint"}}''', 'keys => ''{stay}''', 'filters => ''{stay}''']) AS a;
SELECT try(q) FROM unnest(ARRAY['SELECT min(stay) FROM joint.stays', 'SELECT max(stay) FROM joint.stays', 'SELECT mpc_max(stay) FROM stays', 'SELECT stddev(stay) FROM joint.stays', 'SELECT mpc_var_pop(stay) FROM stays', 'SELECT corr(stay, g) FROM joint.stays', 'SELECT mpc_products(stay, g) FROM joint.stays', 'SELECT sum(stay * 2) FROM joint.stays',
	'SELECT sum(stay) FROM joint.stays WHERE stay > interval ''1 day''', 'SELECT sum(g) FILTER (WHERE stay IS NULL) FROM joint.stays', 'SELECT stay, count(*) FROM joint.stays GROUP BY stay', 'SELECT sum(DISTINCT stay) FROM joint.stays', 'SELECT mpc_sum(stay) FROM all_stays', 'SELECT * FROM mpc_linregr(''joint.stays'', ''stay'', ''{g}'')']) WITH ORDINALITY AS u(q, n) ORDER BY n;
SELECT mpc_unpublish('stays');
DROP FOREIGN TABLE joint.stays;
DROP FUNCTION alike_stays;
DROP VIEW all_stays;
DROP TABLE stays;
\c regress_south
SELECT mpc_unpublish('stays');
DROP VIEW all_stays;
DROP TABLE stays;
\c regress_west
SELECT mpc_unpublish('stays');
DROP VIEW all_stays;
DROP TABLE stays;
\c regress_north
ALTER SERVER offices OPTIONS (DROP min_contributors);
