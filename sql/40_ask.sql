-- Asking: the answer is what plain SQL gives over the union of all rows, to the last digit.
\pset format unaligned
\pset tuples_only on
SELECT COALESCE(max(id), 0) AS first FROM mpc.ledger \gset

-- Every measure: values, NULL rules, result types.
SELECT same('SELECT count(*), count(s), count(i), count(b), count(n), count(r), count(d), count(f), count(nothing), count(1) FROM %s');
SELECT same('SELECT sum(s), sum(i), sum(b), sum(n), sum(r), sum(d), sum(nothing) FROM %s');
SELECT same('SELECT avg(s), avg(i), avg(b), avg(n), avg(r), avg(d), avg(nothing) FROM %s');
SELECT same('SELECT pg_typeof(count(*)), pg_typeof(sum(s)), pg_typeof(sum(i)), pg_typeof(sum(b)), pg_typeof(sum(n)), pg_typeof(sum(r)), pg_typeof(sum(d)) FROM %s');
SELECT same('SELECT pg_typeof(avg(s)), pg_typeof(avg(i)), pg_typeof(avg(b)), pg_typeof(avg(n)), pg_typeof(avg(r)), pg_typeof(avg(d)) FROM %s');
SELECT same('SELECT mpc_count(*), mpc_count(s), mpc_sum(s), mpc_sum(i), mpc_sum(b), mpc_sum(n), mpc_sum(r), mpc_sum(d), mpc_avg(s), mpc_avg(i), mpc_avg(b), mpc_avg(n), mpc_avg(r), mpc_avg(d) FROM %s');
SELECT same('SELECT pg_typeof(mpc_count(*)), pg_typeof(mpc_sum(s)), pg_typeof(mpc_sum(b)), pg_typeof(mpc_sum(n)), pg_typeof(mpc_sum(r)), pg_typeof(mpc_sum(d)), pg_typeof(mpc_avg(i)), pg_typeof(mpc_avg(r)) FROM %s');
SELECT j = p, j FROM (SELECT ROW(mpc_sum(f), mpc_avg(f), pg_typeof(mpc_sum(f)), pg_typeof(mpc_avg(f)))::text AS j FROM joint.survey) AS j, (SELECT ROW(sum(f::integer), avg(f::integer), pg_typeof(sum(f::integer)), pg_typeof(avg(f::integer)))::text AS p FROM everybody) AS p;
SELECT same('SELECT count(*), count(s), sum(i), avg(n), sum(d) IS NULL FROM %s WHERE i > 2000000000');
SELECT same('SELECT count(*), sum(i) FROM %s WHERE false');
SELECT same('SELECT count(*), sum(i) FROM %s WHERE NULL');

-- WHERE: the whole grammar. One matching row at one party must be enough for it.
ALTER SERVER offices OPTIONS (ADD min_contributors '0');
CREATE FUNCTION filtered(condition text) RETURNS text LANGUAGE sql AS $$ SELECT same('SELECT count(*), sum(i), avg(n), count(d) FROM %s WHERE ' || condition) $$;
SELECT c, filtered(c) FROM unnest(ARRAY[
	'i = 4000', 'i <> 4000', 'i < 4000', 'i <= 4000', 'i > 4000', 'i >= 4000', '4000 < i', '4000 >= i', 'i BETWEEN 2000 AND 9000', 'i NOT BETWEEN 2000 AND 9000', 'i BETWEEN SYMMETRIC 9000 AND 2000',
	'i IN (6000, 12000)', 'i NOT IN (6000, 12000)', 'i IN (6000, NULL)', 'i NOT IN (6000, NULL)', 'i = ANY (''{6000,12000}''::integer[])', 'i <> ALL (''{6000,12000}''::integer[])', 'i = ANY (NULL)', 'i = ANY (''{}''::integer[])', 'i <> ALL (''{}''::integer[])',
	'i IS NULL', 'i IS NOT NULL', 'NOT i IS NULL', 'i = NULL', 'NOT (i > 4000)', 'NOT (i > 4000 OR txt = ''eng'')', 'i > 4000 AND (txt = ''eng'' OR NOT f) AND NOT (n IS NULL OR ch = ''b'')',
	's = 32767::smallint', 's < 99999', 's > 99999', 's = 99999', 's <> 99999', 's IN (99999, -8)', 's IN (99999)', 's NOT IN (99999)', 's > -99999', 'NOT (s < 99999)', 'b > 6000000000000', 'b = 6000000000000::numeric::bigint', 'i = 4000::smallint', 'i = 4000::bigint', 'i < 9223372036854775807', 'i <> -9223372036854775808',
	'n = 5', 'n > 5.0000', 'n <= -1.25', 'n IN (5, 17.50)', 'n = 5.001', 'n < 1e30', 'n > -1e-30',
	'f', 'NOT f', 'f = true', 'f <> true', 'f IS TRUE', 'f IS NOT TRUE', 'f IS FALSE', 'f IS NOT FALSE', 'f IS UNKNOWN', 'f IS NOT UNKNOWN', 'f IS NULL', 'f = (1 = 1)', 'NOT (f IS NOT TRUE)',
	'txt = ''eng''', 'txt <> ''eng''', 'txt = ''O''''Hara''', 'txt = ''a_b%c\''', 'txt = ''''', 'txt < ''hr''', 'txt >= ''O''', 'txt IN (''eng'', ''hr'', NULL)', 'txt LIKE ''e%''', 'txt LIKE ''eng''', 'txt NOT LIKE ''e%''', 'txt LIKE ''a\_b\%c\\''', 'txt LIKE ''%''', 'txt LIKE ''''', 'txt LIKE NULL',
	'vc = ''c4ca4238''', 'vc < ''d''', 'vc LIKE ''c%''', 'vc IN (''c4ca4238'', ''toolongforit'')', 'ch = ''ab''', 'ch = ''ab  ''', 'ch < ''b''', 'ch > ''B''', 'ch LIKE ''ab%''', 'ch IN (''ab'', ''b'')', 'ch <> ''ab c''',
	'day = ''2024-01-05''', 'day < date ''2024-01-10''', 'day > date ''2024-01-03'' + 5', 'day BETWEEN ''-infinity'' AND ''infinity''', 'day < ''infinity''', 'ts >= ''2024-01-03 06:00''', 'ts <> ''2024-01-03 06:00''', 'tz > ''2024-01-03 06:00+05''', 'tz <= timestamptz ''2024-01-03 06:00 Europe/Paris'' + interval ''1 day''', 'ts < ''infinity''',
	'u = ''cfcd2084-95d5-65ef-66e7-dff9f98764da''', 'u > ''cfcd2084-95d5-65ef-66e7-dff9f98764da''', 'u IN (''c4ca4238-a0b9-2382-0dcc-509a6f75849b'')',
	'm = ''sad''', 'm > ''sad''', 'm <> ''happy''', 'm IN (''sad'', ''happy'')', 'm BETWEEN ''fine'' AND ''happy''', 'm IS NULL',
	'1 = 1 AND i > 4000', 'current_date > ''2000-01-01'' AND i > 4000', 'day < current_date', 'day > current_date', 'i > length(''four'') * 1000', 'i > 4000 AND i > 5000 AND true', 'i = 4000 AND i = 8000', 'txt = lower(''ENG'')', 'txt = ''e'' || ''ng''', 'i > 4000 OR false', 'i > 4000 OR NULL', 'i > 4000 AND NULL', 'COALESCE(NULL, 4000) < i']) WITH ORDINALITY AS t(c, o) ORDER BY o;
SELECT left(filtered('i IN (' || (SELECT string_agg(g::text, ',') FROM generate_series(1000, 6000, 20) AS g) || ')'), 60);

ALTER SERVER offices OPTIONS (DROP min_contributors);
SELECT try('SELECT count(*) FROM joint.survey WHERE i = 4000');

-- HAVING, expressions, ORDER BY, LIMIT, DISTINCT above the aggregate.
SELECT same('SELECT sum(i) * 2 - count(*) AS x, round(avg(n), 3), sum(i) / NULLIF(count(s), 0), COALESCE(sum(nothing), -1), CASE WHEN count(*) > 5 THEN ''many'' END FROM %s HAVING count(*) > 5 AND sum(b) > avg(i) ORDER BY 1 LIMIT 1');
SELECT same('SELECT sum(i) FROM %s HAVING count(*) > 60');
SELECT same('SELECT DISTINCT avg(i)::integer FROM %s');
SELECT same('SELECT 1 AS one FROM %s HAVING sum(i) > 0');
SELECT same('SELECT count(*), (SELECT 2) FROM %s');
SELECT same('SELECT sum(sum(i)) OVER (), rank() OVER (ORDER BY count(*)) FROM %s');
SELECT count(*) FROM joint.survey OFFSET 1;
SELECT count(*) FROM joint.survey LIMIT 0;

-- Views, CTE, sub-selects, joins of the result.
CREATE VIEW young AS SELECT count(*) AS n, avg(i) AS a FROM joint.survey WHERE s < 10;
SELECT * FROM young WHERE n > 5;
CREATE VIEW rows_view AS SELECT i, n, txt FROM joint.survey WHERE s < 10;
SELECT count(*), avg(i) FROM rows_view;
SELECT sum(n) = (SELECT sum(n) FROM everybody WHERE s < 10 AND txt = 'hr') AS equal FROM rows_view WHERE txt = 'hr';
WITH j AS (SELECT count(*) AS n, sum(i) AS s FROM joint.survey) SELECT j.n, j.s, count(*) AS mine, round(sum(v.i) * 100.0 / j.s, 1) AS percent FROM j, survey AS v GROUP BY 1, 2;
WITH j AS MATERIALIZED (SELECT avg(i) AS a FROM joint.survey) SELECT count(*) = (SELECT count(*) FROM survey WHERE i > (SELECT avg(i) FROM everybody)) FROM survey, j WHERE i > j.a;
SELECT count(*) FROM survey WHERE i > (SELECT avg(i) FROM joint.survey);
SELECT a.c, b.c FROM (SELECT count(*) AS c FROM joint.survey WHERE f) AS a JOIN (SELECT count(*) AS c FROM joint.survey WHERE NOT f) AS b ON true;
SELECT count(*) AS c FROM joint.survey UNION ALL SELECT sum(i) FROM joint.survey UNION ALL SELECT sum(i) FROM everybody;
CREATE TEMP TABLE kept AS SELECT count(*) AS n, sum(b) AS s FROM joint.survey;
INSERT INTO kept SELECT count(*), sum(b) FROM everybody;
SELECT count(DISTINCT kept) FROM kept;
COPY (SELECT count(*), avg(n) FROM joint.survey) TO STDOUT;

-- A nested loop that runs the question's node again and again asks once.
SELECT count(*) AS before FROM mpc.ledger \gset
SET enable_material = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
SELECT count(*), min(j.c), max(j.c) FROM generate_series(1, 5) AS g JOIN (SELECT count(*) AS c FROM joint.survey) AS j ON j.c >= g;
SELECT g, (SELECT sum(i) FROM joint.survey) FROM generate_series(1, 3) AS g;
RESET enable_material; RESET enable_hashjoin; RESET enable_mergejoin;
SELECT count(*) - :before AS questions FROM mpc.ledger;

-- Prepared, custom and generic; a parameter that is null.
PREPARE ask(integer, text) AS SELECT count(*), sum(i) FROM joint.survey WHERE i > $1 AND txt = $2;
SET plan_cache_mode = force_custom_plan;
EXECUTE ask(3000, 'hr');
SET plan_cache_mode = force_generic_plan;
EXECUTE ask(3000, 'hr');
EXECUTE ask(NULL, 'hr');
EXECUTE ask(5000, 'eng');
PREPARE ask_in(integer[]) AS SELECT count(*) FROM joint.survey WHERE i = ANY ($1);
EXECUTE ask_in('{4000,8000,12000}');
EXECUTE ask_in('{}');
EXECUTE ask_in(NULL);
PREPARE ask_like(text) AS SELECT count(*) FROM joint.survey WHERE txt LIKE $1;
EXECUTE ask_like('e%');
EXECUTE ask_like('%e');
PREPARE gate(boolean) AS SELECT count(*), sum(i) FROM joint.survey WHERE $1;
EXECUTE gate(true);
EXECUTE gate(false);
EXECUTE gate(NULL);
RESET plan_cache_mode;
SELECT count(*), sum(i) FROM everybody WHERE i > 3000 AND txt = 'hr';
SELECT count(*), sum(i) FROM everybody WHERE i > 5000 AND txt = 'eng';
CREATE FUNCTION above(bound integer) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM joint.survey WHERE i > bound); END $$;
SELECT above(g * 1000) = (SELECT count(*) FROM everybody WHERE i > g * 1000) FROM generate_series(1, 7) AS g;
DEALLOCATE ALL;

-- Cursors.
BEGIN;
DECLARE scrolled SCROLL CURSOR FOR SELECT count(*), sum(i) FROM joint.survey;
FETCH NEXT FROM scrolled; FETCH NEXT FROM scrolled; FETCH PRIOR FROM scrolled; FETCH ABSOLUTE 1 FROM scrolled; FETCH BACKWARD 1 FROM scrolled;
DECLARE held CURSOR WITH HOLD FOR SELECT count(*) FROM joint.survey WHERE f;
COMMIT;
FETCH ALL FROM held;
CLOSE held;
BEGIN;
DECLARE never CURSOR FOR SELECT count(*) FROM joint.survey;
CLOSE never;
COMMIT;

-- Transactions: read-only, serializable, savepoints, EXCEPTION around a question that fails and one after it.
BEGIN READ ONLY; SELECT count(*) FROM joint.survey; COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT count(*) FROM joint.survey; COMMIT;
SELECT count(*) AS before FROM mpc.ledger \gset
BEGIN;
SAVEPOINT one; SELECT count(*) FROM joint.survey; ROLLBACK TO one;
SAVEPOINT two; SELECT sum(d) / 0 FROM joint.survey; ROLLBACK TO two;
SAVEPOINT three; SELECT sum(i) FROM joint.survey; RELEASE three;
SELECT try('SELECT 1 / (count(*) - 60) FROM joint.survey');
SELECT sum(i) FROM joint.survey;
COMMIT;
SELECT count(*) - :before AS questions_not_rolled_back FROM mpc.ledger;
DO $$ BEGIN PERFORM count(*) / 0 FROM joint.survey; EXCEPTION WHEN division_by_zero THEN RAISE NOTICE 'caught, and then %', (SELECT count(*) FROM joint.survey); END $$;

-- Settings of the session change nothing.
SET enable_partitionwise_aggregate = on; SET enable_partitionwise_join = on; SET datestyle = 'German'; SET timezone = 'Asia/Tokyo'; SET extra_float_digits = -15; SET search_path = joint, mpc, public; SET row_security = off;
SELECT public.filtered('tz <= ''2024-01-03 06:00+09'' AND day < ''2024-01-20''');
RESET ALL;

-- Roles: SET ROLE, SECURITY DEFINER, a view of another owner uses the owner's mapping.
CREATE FUNCTION as_definer() RETURNS text SECURITY DEFINER LANGUAGE sql AS 'SELECT try(''SELECT count(*) FROM joint.survey'')';
CREATE FUNCTION as_invoker() RETURNS text LANGUAGE sql AS 'SELECT try(''SELECT count(*) FROM joint.survey'')';
ALTER FUNCTION as_definer() OWNER TO regress_analyst;
CREATE VIEW analysts_view AS SELECT count(*) FROM joint.survey;
ALTER VIEW analysts_view OWNER TO regress_analyst;
GRANT SELECT ON analysts_view TO regress_other;
SET ROLE regress_analyst;
SELECT as_definer(), as_invoker();
SET ROLE regress_other;
SELECT as_definer(), as_invoker();
SELECT * FROM analysts_view;
RESET ROLE;
REVOKE SELECT ON joint.survey FROM regress_analyst;
SET ROLE regress_other;
SELECT try('SELECT * FROM analysts_view');
RESET ROLE;
GRANT SELECT ON joint.survey TO regress_analyst;
GRANT SELECT (i) ON joint.survey TO regress_other;
SET ROLE regress_other;
SELECT try('SELECT sum(n) FROM joint.survey');
SELECT try('SELECT sum(i) FROM joint.survey');
RESET ROLE;
REVOKE ALL ON joint.survey FROM regress_other;

-- The ledger: what was asked, in words; the asker's rows and the peers' are the same questions.
SELECT role, party, dataset, login = session_user, question, length(request_id), request_bytes > 0, seq FROM mpc.ledger WHERE id > :first ORDER BY id LIMIT 3;
SELECT question FROM (SELECT DISTINCT substr(question, 54) FROM mpc.ledger WHERE id > :first AND question LIKE 'count(*), sum(i), avg(n), count(d) from survey where%' AND length(question) < 200 AND question !~ 'day [<>] ''20(?!24)') AS q(question) ORDER BY question COLLATE "C";

DROP VIEW young, rows_view, analysts_view;
DROP FUNCTION filtered, above, as_definer, as_invoker;
DROP TABLE kept;
-- The usual optional filter: below OR a condition without columns is decided at the asker, also in a generic plan.
SET plan_cache_mode = force_generic_plan;
PREPARE optional(text) AS SELECT count(*), count(*) = (SELECT count(*) FROM everybody WHERE $1 IS NULL OR txt = $1) AS same FROM joint.survey WHERE $1 IS NULL OR txt = $1;
EXECUTE optional(NULL);
EXECUTE optional('O''Hara');
DEALLOCATE optional;
RESET plan_cache_mode;
