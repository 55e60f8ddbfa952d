-- Sums of the widest numbers: numeric of 38 digits at any scale, and totals far beyond one value; what does not fit is refused before anything is sent.
\pset format unaligned
\pset tuples_only on
\set SHOW_CONTEXT never
-- The greatest and the least value of each type, hundreds of times at each party; "even" cancels out between the parties.
\set wide 'SELECT party, g, (ARRAY[''high'', ''low''])[g % 2 + 1] COLLATE "C" AS side, (CASE WHEN g % 2 = 0 THEN 1 ELSE -1 END * (10::numeric ^ 38 - 1))::numeric(38,0) AS w, (''0.'' || repeat(''9'', 38))::numeric(38,38) AS f, (CASE WHEN g % 5 > 0 THEN (10::numeric ^ 38 - 1 - g) / 10::numeric ^ 10 END)::numeric(38,10) AS n, ((party - 2) * (10::numeric ^ 38 - 1))::numeric(38,0) AS even, (10::numeric ^ 33 - 1 + 0.99999)::numeric AS loose, (CASE WHEN g % 2 = 0 THEN 9223372036854775807 ELSE -9223372036854775807 - 1 END)::bigint AS b, (CASE WHEN g % 3 = 0 THEN 9223372036854775807 ELSE 9223372036854775806 END)::bigint AS up, (CASE WHEN g % 2 = 0 THEN 2147483647 ELSE 2147483646 END)::integer AS i, (-32768)::smallint AS s, (CASE WHEN g % 2 = 0 THEN 1 ELSE -1 END * (2::numeric ^ 100 - 1))::numeric(38,0) AS most, (g * 10::numeric ^ 20)::numeric(38,0) AS over FROM generate_series(1, 700) AS g, generate_series(1, 3) AS party'
\set own 'CREATE TABLE wide AS SELECT w.* FROM all_wide AS w WHERE w.party = array_position(ARRAY[''regress_north'', ''regress_south'', ''regress_west''], current_database()::text)'
\set publish 'SELECT mpc_publish(''wide'', ''wide'', ''offices'', keys => ''{side}'', measures => ''{w,f,n,even,loose,b,up,i,s,most,over}'', filters => ''{g}'', columns => ''{"loose": {"type": "numeric(38,5)"}, "most": {"low": "-1267650600228229401496703205375", "high": "1267650600228229401496703205375"}, "over": {"low": 0, "high": "1267650600228229401496703205376"}}'', min_rows => 1, functions => ''{all}'')'
CREATE VIEW all_wide AS :wide;
:own;
:publish;
\c regress_south
CREATE VIEW all_wide AS :wide;
:own;
:publish;
\c regress_west
CREATE VIEW all_wide AS :wide;
:own;
:publish;
\c regress_north
IMPORT FOREIGN SCHEMA offices LIMIT TO (wide) FROM SERVER offices INTO joint;
ALTER SERVER offices OPTIONS (ADD min_contributors '0');
CREATE FUNCTION alike_wide(sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	rows_of text := 'SELECT string_agg(q::text, '' '' ORDER BY q::text) FROM (%s) AS q';
	own text;
	joint text;
	plain text;
BEGIN
	EXECUTE format(rows_of, replace(sql, '%s', 'wide')) INTO own;
	EXECUTE format(rows_of, replace(replace(sql, 'mpc_', ''), '%s', 'joint.wide')) INTO joint;
	EXECUTE format(rows_of, replace(replace(sql, 'mpc_', ''), '%s', 'all_wide')) INTO plain;
	IF own IS DISTINCT FROM joint OR own IS DISTINCT FROM plain THEN
		RETURN format(E'DIFFERENT:\n%s\n%s\n%s', own, joint, plain);
	END IF;
	RETURN own;
END $$;
SELECT alike_wide('SELECT mpc_sum(w), mpc_avg(w), mpc_sum(f), mpc_avg(f) FROM %s');
SELECT alike_wide('SELECT mpc_sum(n), mpc_avg(n), mpc_count(n), mpc_sum(even), mpc_avg(even) FROM %s');
SELECT alike_wide('SELECT side, mpc_sum(w), mpc_avg(w), mpc_sum(f), mpc_avg(n) FROM %s GROUP BY side');
SELECT j = p AS equal, j FROM (SELECT ROW(sum(loose), avg(loose), count(loose))::text AS j FROM joint.wide) AS j, (SELECT ROW(sum(loose::numeric(38,5)), avg(loose::numeric(38,5)), count(loose))::text AS p FROM all_wide) AS p;
SELECT alike_wide('SELECT side, mpc_sum(w) FILTER (WHERE g > 690), mpc_avg(n) FILTER (WHERE g < 10), mpc_sum(even) FROM %s WHERE g > 3 GROUP BY side HAVING mpc_sum(w) < 0');
SELECT alike_wide('SELECT mpc_sum(w) + 1, mpc_sum(w) FROM %s WHERE g = 2');
SELECT alike_wide('SELECT mpc_sum(b), mpc_avg(b), mpc_sum(up), mpc_avg(up), mpc_sum(i), mpc_avg(i), mpc_sum(s), mpc_avg(s), pg_typeof(mpc_sum(up)), pg_typeof(mpc_sum(i)) FROM %s');
-- Squares of just below 2^100, and of bigint, digit for digit.
SELECT alike_wide('SELECT mpc_var_pop(most), mpc_var_samp(most), mpc_stddev_pop(most), mpc_sum(most), mpc_avg(most) FROM %s');
SELECT alike_wide('SELECT mpc_var_pop(b), mpc_stddev_samp(up), mpc_variance(i) FROM %s');
SELECT j.sums = p.sums AS equal FROM (SELECT mpc_products(most, b) AS sums FROM joint.wide) AS j, (SELECT ARRAY[count(*), sum(most), sum(b), sum(most * most), sum(most * b), sum(b::numeric * b)] AS sums FROM all_wide) AS p;

-- Second moments, and all of class moments over pairs but regr_count, need bounds within 2^100. What has none, or wider ones, is refused with the reason; partners are asked nothing.
\c regress_south
SELECT count(*) AS before FROM mpc.ledger \gset
\c regress_north
\set SHOW_CONTEXT never
SELECT f, try(format('SELECT %s(%s) FROM joint.wide', f, CASE WHEN f ~ 'regr|corr|covar' THEN 'w, i' ELSE 'w' END)) FROM string_to_table('var_pop var_samp variance stddev_pop stddev_samp stddev regr_avgx regr_avgy regr_sxx regr_syy regr_sxy covar_pop covar_samp corr regr_slope regr_intercept regr_r2', ' ') AS f;
SELECT c, try(format('SELECT var_pop(%s) FROM joint.wide', c)) FROM unnest('{f,n,even,loose,over}'::text[]) AS c;
SELECT try(q) FROM unnest(ARRAY['SELECT regr_avgx(w, i) FROM joint.wide', 'SELECT regr_avgx(i, w) FROM joint.wide', 'SELECT regr_avgy(i, over) FROM joint.wide', 'SELECT mpc_products(i, w) FROM joint.wide', 'SELECT mpc_stddev(w) FROM wide', 'SELECT count(*) FROM mpc_linregr(''joint.wide'', ''w'', ''{i}'')', 'SELECT sum(w), var_pop(w) FILTER (WHERE g < 0) FROM joint.wide GROUP BY side']) WITH ORDINALITY AS u(q, n) ORDER BY n;
\c regress_south
SELECT count(*) - :before AS asked FROM mpc.ledger;
\c regress_north
\set SHOW_CONTEXT never
SELECT alike_wide('SELECT mpc_regr_count(w, i), mpc_regr_count(n, over), mpc_regr_count(n, f) FROM %s');
SELECT regr_avgx(i, most), regr_avgy(i, most) FROM joint.wide;

-- The same for an asker that publishes nothing itself.
SELECT mpc_unpublish('wide');
\c regress_north
SELECT sum(w) = (SELECT sum(w) FROM all_wide WHERE party > 1) AS equal FROM joint.wide;
\c regress_south
SELECT count(*) AS before FROM mpc.ledger \gset
\c regress_north
\set SHOW_CONTEXT never
SELECT try(q) FROM unnest(ARRAY['SELECT var_pop(w) FROM joint.wide', 'SELECT regr_avgx(i, over) FROM joint.wide', 'SELECT max(w) FROM joint.wide', 'SELECT mpc_products(i, w) FROM joint.wide']) WITH ORDINALITY AS u(q, n) ORDER BY n;
\c regress_south
SELECT count(*) - :before AS asked FROM mpc.ledger;
\c regress_north
\set SHOW_CONTEXT never
:publish;

-- Refused when it is published: more digits, bounds beyond the type, a value beyond the contract.
ALTER TABLE wide ADD wider numeric(39,0), ADD longer numeric(38,2);
SELECT try(format('SELECT mpc_publish(''wide'', ''wide'', ''offices'', measures => ''{%s}'', columns => ''%s'')', c, d)) FROM (VALUES ('wider', '{}'), ('loose', '{"loose": {"type": "numeric(39,0)"}}'), ('loose', '{"loose": {"type": "numeric(38,4)"}}'), ('loose', '{"loose": {"type": "numeric(38,6)"}}'), ('longer', '{"longer": {"high": 1e36}}'), ('longer', '{"longer": {"low": -1e36}}'), ('w', '{"w": {"high": 99999999999999999999999999999999999998}}'), ('w', '{"w": {"low": -99999999999999999999999999999999999998}}')) AS v(c, d);
-- And later: 34 digits before the point where the contract has 33.
UPDATE wide SET loose = 10::numeric ^ 33 WHERE g = 5;
SELECT try('SELECT sum(loose) FROM joint.wide');
SELECT try('SELECT sum(w) FROM joint.wide');
UPDATE wide SET loose = 10::numeric ^ 33 - 0.00002 WHERE g = 5;
:publish;
SELECT sum(loose) = (SELECT sum(loose) - 0.00001 FROM all_wide) AS equal FROM joint.wide;

SELECT mpc_unpublish('wide');
DROP FOREIGN TABLE joint.wide;
DROP FUNCTION alike_wide;
DROP VIEW all_wide;
DROP TABLE wide;
\c regress_south
SELECT mpc_unpublish('wide');
DROP VIEW all_wide;
DROP TABLE wide;
\c regress_west
SELECT mpc_unpublish('wide');
DROP VIEW all_wide;
DROP TABLE wide;
\c regress_north
ALTER SERVER offices OPTIONS (DROP min_contributors);
