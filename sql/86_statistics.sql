-- Statistics and FILTER over joint tables: what plain SQL gives over the union of all rows, and what is refused.
\pset format unaligned
\pset tuples_only on
\set SHOW_CONTEXT never
-- Who did not allow them.
SELECT any_party(try('SELECT var_pop(i) FROM joint.survey'));
SELECT any_party(try('SELECT corr(i, n) FROM joint.survey'));
SELECT any_party(try('SELECT regr_count(i, n) FROM joint.survey'));
SELECT any_party(try('SELECT bool_and(f) FROM joint.survey'));
SELECT any_party(try('SELECT bit_or(i) FROM joint.survey'));

-- min_rows: several sums over few rows are those rows. 1 is none, and stays none.
\set publish 'SELECT mpc_publish(''survey'', ''survey'', federation => ''offices'', keys => ''{txt,m}'', measures => ''{s,i,b,n,r,d,f,nothing}'', filters => ''{s,i,b,n,f,txt,vc,ch,day,ts,tz,u,m}'', functions => ''{all}'', min_rows => 1)'
SET ROLE regress_owner;
SELECT mpc_publish('survey', 'survey', federation => 'offices', measures => '{i}', functions => '{count,moments}', min_rows => 5);
RESET ROLE;
SELECT min_rows, functions FROM mpc.dataset WHERE name = 'survey';
SET ROLE regress_owner;
SELECT mpc_publish('survey', 'survey', federation => 'offices', measures => '{i}', functions => '{all}', min_rows => 8);
SELECT mpc_publish('survey', 'survey', federation => 'offices', measures => '{i,f}', functions => '{sum,extremes}', min_rows => 5);
RESET ROLE;
SELECT min_rows, functions FROM mpc.dataset WHERE name = 'survey';
SET ROLE regress_owner;
:publish;
\c regress_south
SET ROLE regress_owner;
:publish;
\c regress_west
SET ROLE regress_owner;
:publish;
\c regress_north
\set SHOW_CONTEXT never
SELECT min_rows, functions FROM mpc.dataset WHERE name = 'survey';
ALTER SERVER offices OPTIONS (ADD min_contributors '0');

-- agree(expressions, tail): asks the joint table and the union of all rows; the rows of the answer when both give the same types
-- and values. PostgreSQL's double precision is a sum of rounded terms, ours is exact and rounded once: they may differ by 1e-13 of it.
CREATE FUNCTION agree(expressions text[], tail text DEFAULT '', relation text DEFAULT 'joint.survey') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	list text := (SELECT format('SELECT ARRAY[%s] AS v, ARRAY[%s] AS t FROM ', string_agg(format('(%s)::text', e), ', '), string_agg(format('pg_typeof(%s)', e), ', ')) FROM unnest(expressions) AS e);
	plain text := replace(list, 'mpc_', '');
	same text := $f$SELECT j.v, j.t = p.t AND j.n IS NOT NULL AND p.n IS NOT NULL AND NOT EXISTS (SELECT FROM unnest(j.v, p.v, p.t) AS u(j, p, t)
		WHERE j IS DISTINCT FROM p AND COALESCE(t <> 'double precision'::regtype OR abs(j::float8 - p::float8) > 1e-13 * abs(p::float8), true)) AS same, p.v AS plain
		FROM (SELECT *, row_number() OVER () AS n FROM (%s) AS q) AS j FULL JOIN (SELECT *, row_number() OVER () AS n FROM (%s) AS q) AS p USING (n) ORDER BY n$f$;
	line record;
BEGIN
	FOR line IN EXECUTE format(same, list || relation || ' ' || tail, plain || 'everybody ' || replace(tail, 'mpc_', '')) LOOP
		RETURN NEXT CASE WHEN line.same THEN array_to_string(line.v, ' ', '-') ELSE format('DIFFERENT: joint %s, plain %s', line.v, line.plain) END;
	END LOOP;
END
$$;
-- Every function over every column that PostgreSQL has it for; %s holds their arguments.
CREATE FUNCTION each(functions text, arguments text) RETURNS text[] LANGUAGE sql AS $$
	SELECT array_agg(format('%s(%s)', f, a) ORDER BY i, k) FROM string_to_table(functions, ' ') WITH ORDINALITY AS f(f, i), string_to_table(arguments, ' ') WITH ORDINALITY AS a(a, k) $$;
\set spreads 'var_pop var_samp variance stddev_pop stddev_samp stddev'
\set lines 'regr_count regr_avgx regr_avgy regr_sxx regr_syy regr_sxy covar_pop covar_samp corr regr_slope regr_intercept regr_r2'
\set truths 'bool_and every bool_or'
\set bits 'bit_and bit_or'

-- Variances of each type, digit for digit where they are numeric.
SELECT c, agree(each(:'spreads', c)) FROM unnest('{s,i,b,n,r,d,nothing}'::text[]) AS c;
SELECT same('SELECT var_pop(s), var_samp(i), variance(b), stddev_pop(n), stddev_samp(n), stddev(i), stddev(b), stddev(s) FROM %s');
SELECT same('SELECT mpc_var_pop(s), mpc_var_samp(i), mpc_variance(b), mpc_stddev_pop(n), mpc_stddev_samp(n), mpc_stddev(i), mpc_stddev_pop(b), mpc_var_samp(nothing) FROM %s');
-- Truth values and bits, with their signs.
SELECT agree(each(:'truths', 'f'));
SELECT c, agree(each(:'bits', c)) FROM unnest('{s,i,b,nothing}'::text[]) AS c;
-- Pairs, where both values are there: what is cast to double precision is taken exactly.
SELECT a, agree(each(:'lines', a)) FROM string_to_table('s,i i,s i,b n,s n,n b,n r,d d,r i,d d,b n,d r,n s,r d,nothing nothing,nothing', ' ') AS a;
SELECT agree(ARRAY['corr(i::float8, n)', 'regr_slope(s::double precision, b::float8)', 'covar_pop(CAST(n AS float8), r)']);
-- The twins.
SELECT c, agree(each(replace('mpc_' || :'spreads', ' ', ' mpc_'), c)) FROM unnest('{s,i,b,n,r,d}'::text[]) AS c;
SELECT agree(each(replace('mpc_' || :'truths', ' ', ' mpc_'), 'f'));
SELECT agree(each(replace('mpc_' || :'bits', ' ', ' mpc_'), 's i b'));
SELECT agree(each(replace('mpc_' || :'lines', ' ', ' mpc_'), 'n,d d,i'));

-- No row, one, two, constants, only NULLs; at one party or at none.
\set all 'var_pop(i) var_samp(i) stddev_pop(n) stddev_samp(n) variance(d) stddev_pop(r) bool_and(f) bool_or(f) bit_and(s) bit_or(b)'
\set pairs 'regr_count(d,i) corr(d,i) covar_samp(d,i) regr_slope(d,i) regr_intercept(d,i) regr_r2(d,i) regr_avgx(d,i) regr_avgy(d,i) regr_sxx(d,i) regr_syy(d,i) regr_sxy(d,i) covar_pop(d,i)'
SELECT c, agree(string_to_array(:'all' || ' ' || :'pairs', ' '), 'WHERE ' || c) FROM unnest(ARRAY['i = 1', 'false', 'i = 57000', 'i IN (54000, 57000)', 's = 3 AND n = -2.5', 'n = 5', 'i = 6000', 'i IS NULL', 'n IS NULL', 'i = 12000 AND n IS NULL', 'NOT f', 'f AND i > 3000']) AS c;

-- WHERE, and groups: of an open key, of one with a domain, of both; NULL among them.
SELECT agree(ARRAY['txt', 'count(*)'] || string_to_array(:'all', ' '), 'GROUP BY txt ORDER BY txt COLLATE "C"');
SELECT agree(ARRAY['m'] || string_to_array(:'pairs', ' '), 'WHERE s < 25 GROUP BY m ORDER BY m');
SELECT agree(ARRAY['m', 'txt', 'stddev(n)', 'corr(d, s)', 'bit_or(i)', 'every(f)', 'regr_count(d, s)'], 'GROUP BY txt, m ORDER BY m, txt COLLATE "C"');
-- HAVING, ORDER BY and expressions.
SELECT agree(ARRAY['txt', 'stddev(i)', 'round(var_pop(i) / nullif(avg(i), 0), 3)', 'CASE WHEN bool_or(f) THEN bit_and(i) END', 'stddev(n)::integer % 7'], 'GROUP BY txt HAVING stddev(i) > 100 AND regr_count(i, n) > 5 OR bool_and(f) ORDER BY stddev(i) DESC LIMIT 3');
SELECT agree(ARRAY['sqrt(var_pop(n)) - stddev_pop(n)', 'corr(n, i) ^ 2 - regr_r2(n, i) < 1e-9', 'greatest(variance(i), variance(b))', 'sum(i) + var_pop(i)', 'count(*) - regr_count(n, i)']);
SELECT agree(ARRAY['regr_slope(n, s) * 10 + regr_intercept(n, s)', 'stddev(d) / sqrt(count(d))', 'covar_pop(n, s) / nullif(var_pop(s), 0) - regr_slope(n, s) < 1']);
SELECT same('SELECT rank() OVER (ORDER BY stddev(i)), sum(var_pop(n)) OVER () FROM %s HAVING bit_or(s) IS NOT NULL');

-- FILTER: on each aggregate, one, several, equal ones; of columns that are filters, measures or not, or keys, too.
SELECT f, agree(ARRAY(SELECT a || format(' FILTER (WHERE %s)', f) FROM string_to_table('count(*) count(n) sum(i) avg(n) sum(d) ' || :'all' || ' ' || :'pairs', ' ') AS a))
	FROM unnest(ARRAY['i > 4000', 'f', 'NOT f', 'f IS NOT TRUE', 'txt = ''hr'' OR day < ''2024-01-08''', 'n IS NULL', 'i IN (4000, 8000, 57000, NULL)', 'txt LIKE ''O''''%'' AND m <> ''sad''', 'i > 99999999999', 's = 99999', 'i BETWEEN 3000 AND 3000']) AS f;
SELECT agree(ARRAY['count(*)', 'count(*) FILTER (WHERE f)', 'count(*) FILTER (WHERE NOT f)', 'count(*) FILTER (WHERE f IS NULL)', 'sum(i) FILTER (WHERE f)', 'sum(i)', 'corr(i, n) FILTER (WHERE f)', 'corr(i, n)', 'count(*) FILTER (WHERE f)', 'avg(i) FILTER (WHERE i > 5000)', 'avg(i) FILTER (WHERE f)']);
SELECT agree(ARRAY['count(*) FILTER (WHERE true)', 'sum(i) FILTER (WHERE NOT false)', 'sum(i) FILTER (WHERE f AND 1 = 1)', 'sum(i) FILTER (WHERE i > length(''four'') * 1000)']);
-- What reads no column is decided here, and nobody is told: no row passes, or all do.
SELECT agree(ARRAY['count(*) FILTER (WHERE false)', 'sum(i) FILTER (WHERE NULL)', 'count(*) FILTER (WHERE current_date > ''2000-01-01'')', 'regr_count(n, i) FILTER (WHERE current_date < ''2000-01-01'')', 'corr(d, i) FILTER (WHERE length(current_user) > 0)', 'bool_or(f) FILTER (WHERE i = ANY (NULL))', 'sum(i)', 'sum(n) FILTER (WHERE false)']);
SELECT question FROM mpc.ledger WHERE role = 'asker' ORDER BY id DESC LIMIT 1;
SELECT agree(ARRAY['txt', 'count(*) FILTER (WHERE false)', 'sum(i) FILTER (WHERE NULL)', 'avg(i)'], 'GROUP BY txt HAVING count(*) FILTER (WHERE false) = 0 ORDER BY txt COLLATE "C"');
SELECT agree(ARRAY['count(*) FILTER (WHERE false)']);
SELECT agree(ARRAY['count(*) FILTER (WHERE i > 2000)', 'sum(n) FILTER (WHERE i > 6000 OR f)', 'bool_and(f) FILTER (WHERE i > 2000)', 'var_samp(n) FILTER (WHERE s < 30)'], 'WHERE s > -10 AND (f OR txt = ''hr'')');
SELECT agree(ARRAY['txt', 'm', 'count(*) FILTER (WHERE i > 2000)', 'stddev(n) FILTER (WHERE i > 2000)', 'sum(i) FILTER (WHERE f)', 'regr_count(n, i) FILTER (WHERE f)', 'bool_or(f)'], 'GROUP BY txt, m ORDER BY txt COLLATE "C", m');
SELECT agree(ARRAY['m', 'count(*) FILTER (WHERE m <> ''sad'')', 'sum(i) FILTER (WHERE m IN (''sad'', ''happy'') AND f)', 'corr(d, s) FILTER (WHERE txt < ''i'')'], 'WHERE day > ''2024-01-03'' GROUP BY m HAVING count(*) FILTER (WHERE f) > 2 ORDER BY sum(n) FILTER (WHERE i > 3000) DESC');
SELECT agree(ARRAY['count(*) FILTER (WHERE f) * 100 / count(*)', 'sum(i) FILTER (WHERE f) - sum(i) FILTER (WHERE NOT f)', 'coalesce(sum(i) FILTER (WHERE i > 99999), -1)', 'corr(d, i) FILTER (WHERE f) > corr(d, i)']);
SELECT agree(ARRAY['mpc_count(*) FILTER (WHERE f)', 'mpc_sum(n) FILTER (WHERE i > 5000)', 'mpc_var_pop(n) FILTER (WHERE f)', 'mpc_corr(n, i) FILTER (WHERE f)', 'mpc_bool_or(f) FILTER (WHERE i > 5000)', 'mpc_bit_or(i) FILTER (WHERE txt = ''hr'')']);
SELECT agree(ARRAY['count(*) FILTER (WHERE f)', 'sum(i) FILTER (WHERE f)'], 'WHERE false');
-- Half of them shown, so that the sides do not differ: a view, and a window over groups.
CREATE VIEW halves AS SELECT m, count(*) FILTER (WHERE f) AS yes, avg(i) FILTER (WHERE NOT f) AS no FROM joint.survey GROUP BY m;
SELECT *, sum(yes) OVER () FROM halves ORDER BY m;
SELECT m, count(*) FILTER (WHERE f) AS yes, avg(i) FILTER (WHERE NOT f) AS no, sum(count(*) FILTER (WHERE f)) OVER () FROM everybody GROUP BY m ORDER BY m;
DROP VIEW halves;

-- Prepared: values of parameters, NULL among them; gates below OR and AND; equal once they are known.
\set list 'count(*) FILTER (WHERE i > $1), sum(n) FILTER (WHERE i > $1 AND $3), var_samp(i) FILTER (WHERE $3 OR txt = $2), count(*) FILTER (WHERE i > $4), round(corr(d, i) FILTER (WHERE i > $1 OR $2 IS NULL)::numeric, 9), bool_and(f) FILTER (WHERE txt = $2), count(*) FILTER (WHERE $3)'
PREPARE filtered(integer, text, boolean, integer) AS SELECT j = p, j FROM (SELECT ROW(:list)::text AS j FROM joint.survey WHERE s < 40) AS j, (SELECT ROW(:list)::text AS p FROM everybody WHERE s < 40) AS p;
PREPARE question AS SELECT question FROM mpc.ledger WHERE role = 'asker' ORDER BY id DESC LIMIT 1;
SET plan_cache_mode = force_generic_plan;
EXECUTE filtered(4000, 'hr', true, 9000);
EXECUTE question;
EXECUTE filtered(4000, 'hr', false, 4000);
EXECUTE question;
EXECUTE filtered(4000, NULL, NULL, NULL);
EXECUTE question;
EXECUTE filtered(NULL, 'none', true, 5000);
SET plan_cache_mode = force_custom_plan;
EXECUTE filtered(4000, 'hr', true, 9000);
EXECUTE filtered(4000, NULL, NULL, NULL);
EXECUTE filtered(4000, 'hr', false, 4000);
RESET plan_cache_mode;
DEALLOCATE ALL;

-- The own table asks everybody, with the twins.
SELECT agree(ARRAY['mpc_var_pop(i)', 'mpc_stddev(n) FILTER (WHERE f)', 'mpc_bool_or(f)', 'mpc_bit_and(b)', 'mpc_corr(n, i) FILTER (WHERE i > 2000)', 'mpc_regr_count(d, s)', 'mpc_count(*) FILTER (WHERE i > 2000)'], 'WHERE s < 40', 'survey');
SELECT agree(ARRAY['m', 'mpc_stddev_samp(i)', 'mpc_sum(n) FILTER (WHERE f)', 'mpc_regr_slope(n, s)'], 'GROUP BY m HAVING mpc_count(*) FILTER (WHERE f) > 1 ORDER BY mpc_var_pop(n) DESC', 'survey');
SELECT try('SELECT mpc_var_pop(i), var_pop(i) FROM survey');
SELECT try('SELECT mpc_count(*) FILTER (WHERE d > 1) FROM survey');

-- EXPLAIN shows what would be asked.
EXPLAIN (VERBOSE, COSTS OFF) SELECT count(*), count(*) FILTER (WHERE i > 4000), stddev(n) FILTER (WHERE i > 4000), corr(n, i) FILTER (WHERE txt LIKE 'a%' OR f), bool_and(f) FROM joint.survey WHERE s < 40;
EXPLAIN (VERBOSE, COSTS OFF) SELECT m, regr_slope(n, i), bit_or(s) FILTER (WHERE f) FROM joint.survey GROUP BY m HAVING var_pop(d) > 1 ORDER BY stddev(n);
EXPLAIN (VERBOSE, COSTS OFF) SELECT mpc_regr_r2(n, i) FILTER (WHERE f) FROM survey;

-- Refused.
SELECT var_pop(f) FROM joint.survey;
SELECT mpc_stddev(f) FROM joint.survey;
SELECT mpc_bit_and(n) FROM joint.survey;
SELECT mpc_bool_or(i) FROM joint.survey;
SELECT try('SELECT corr(i, id) FROM joint.survey');
SELECT try(q) FROM unnest(ARRAY['SELECT corr(i, 1) FROM joint.survey', 'SELECT corr(i, n + 1) FROM joint.survey', 'SELECT corr(i::real, n) FROM joint.survey', 'SELECT corr(i, float8(n)) FROM joint.survey', 'SELECT stddev(i::numeric) FROM joint.survey', 'SELECT stddev(DISTINCT i) FROM joint.survey', 'SELECT bit_xor(i) FROM joint.survey',
	'SELECT count(DISTINCT txt) FILTER (WHERE f) FROM joint.survey', 'SELECT sum(i) FILTER (WHERE random() > 2) FROM joint.survey', 'SELECT sum(i) FILTER (WHERE (SELECT true)) FROM joint.survey', 'SELECT sum(i) FILTER (WHERE r > 1) FROM joint.survey',
	'SELECT sum(i) FILTER (WHERE i % 2 = 0) FROM joint.survey', 'SELECT sum(i) FILTER (WHERE i > random()) FROM joint.survey', 'SELECT sum(i) FILTER (WHERE i > (SELECT 5)) FROM joint.survey', 'SELECT sum(i) FILTER (WHERE i IN (SELECT 5)) FROM joint.survey',
	'SELECT mpc_parties(*) FILTER (WHERE f) FROM joint.survey', 'SELECT txt, mpc_remainder(*) FILTER (WHERE f) FROM joint.survey GROUP BY txt', 'SELECT sum(i) FILTER (WHERE i > s) FROM joint.survey', 'SELECT sum(i) FILTER (WHERE lower(txt) = ''hr'') FROM joint.survey GROUP BY txt']) WITH ORDINALITY AS u(q, o) ORDER BY o;

-- Bounds too wide for squares: whoever wants them declares bounds within 2^100, of both columns of a pair.
\set own 'CREATE TABLE wide AS SELECT (10 ^ 27 * g)::numeric(38,2) AS w, (10 ^ 20 * g + 0.25)::numeric(38,2) AS v, g FROM generate_series(1, 20) AS g'
\set publish_wide 'SELECT mpc_publish(''wide'', ''wide'', ''offices'', measures => ''{w,v,g}'', columns => ''{"v": {"low": 0, "high": "12676506002282294014967032053.75"}}'', functions => ''{all}'', min_rows => 1)'
:own;
:publish_wide;
\c regress_south
:own;
:publish_wide;
\c regress_west
:own;
:publish_wide;
\c regress_north
IMPORT FOREIGN SCHEMA offices LIMIT TO (wide) FROM SERVER offices INTO joint;
SELECT try(q) FROM unnest(ARRAY['SELECT var_pop(w) FROM joint.wide', 'SELECT covar_pop(v, w) FROM joint.wide', 'SELECT corr(w, g) FROM joint.wide', 'SELECT regr_count(g, w) FROM joint.wide']) WITH ORDINALITY AS u(q, o) ORDER BY o;
SELECT j = p, j FROM (SELECT ROW(sum(w), avg(w), sum(v), var_pop(v), stddev_samp(v))::text AS j FROM joint.wide) AS j, (SELECT ROW(sum(w), avg(w), sum(v), var_pop(v), stddev_samp(v))::text AS p FROM wide, generate_series(1, 3)) AS p;
SELECT corr(v, g), regr_slope(v, g) FROM joint.wide;
SELECT mpc_unpublish('wide');
DROP FOREIGN TABLE joint.wide;
DROP TABLE wide;
\c regress_south
SELECT mpc_unpublish('wide');
DROP TABLE wide;
\c regress_west
SELECT mpc_unpublish('wide');
DROP TABLE wide;
\c regress_north
ALTER SERVER offices OPTIONS (DROP min_contributors);
DROP FUNCTION agree, each;
