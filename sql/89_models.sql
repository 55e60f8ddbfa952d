-- Models: the sums of products they are computed from, and what they give beside published figures.
\pset format unaligned
\pset tuples_only on
\set SHOW_CONTEXT never

-- The aggregate over own rows, called directly: rows, values, violated, then sums, of which the last bytes are signs.
CREATE FUNCTION opened(bytes bytea) RETURNS numeric[] LANGUAGE sql AS $$
	SELECT array_agg(v ORDER BY place) FROM (VALUES (0, 8), (8, 8), (16, 8)) AS head(place, size) FULL JOIN (SELECT g, 32 FROM generate_series(24, octet_length(bytes) - 1, 32) AS g) AS body(place, size) USING (place, size),
		LATERAL (SELECT trunc(sum(get_byte(bytes, place + i) * 256::numeric ^ i) - CASE WHEN get_byte(bytes, place + size - 1) > 127 THEN 256::numeric ^ size ELSE 0 END) FROM generate_series(0, size - 1) AS i) AS n(v) $$;
-- What it must give, by numeric arithmetic over scaled columns of view "integers".
CREATE FUNCTION told_products(columns text[]) RETURNS numeric[] LANGUAGE plpgsql AS $$
DECLARE
	complete text := array_to_string(columns, ' + ') || ' IS NOT NULL';
	told numeric[];
BEGIN
	EXECUTE format('SELECT ARRAY[(SELECT count(*) FROM integers), count(*), 0, %s, %s]::numeric[] FROM integers WHERE %s',
		(SELECT string_agg(format('COALESCE(sum(%s), 0)', c), ', ' ORDER BY i) FROM unnest(columns) WITH ORDINALITY AS u(c, i)),
		(SELECT string_agg(format('COALESCE(sum(%s * %s), 0)', a, b), ', ' ORDER BY i, k) FROM unnest(columns) WITH ORDINALITY AS u(a, i), unnest(columns) WITH ORDINALITY AS v(b, k) WHERE i <= k), complete) INTO told;
	RETURN told;
END $$;
CREATE FUNCTION compare_products(columns text[], source text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	scale jsonb := '{"f": 0, "s": 0, "i": 0, "b": 0, "n": 2, "r": 10, "d": 32}';
	most text := repeat(',1267650600228229401496703205375', cardinality(columns));
	ours numeric[];
BEGIN
	EXECUTE format('SELECT opened(mpc.measure_products(%L, %L, %L, %s)) FROM %s', '{' || substr(replace(most, ',', ',-'), 2) || '}', '{' || substr(most, 2) || '}',
		ARRAY(SELECT (scale -> c)::integer FROM unnest(columns) AS c), array_to_string(columns, ', '), source) INTO ours;
	RETURN CASE WHEN ours = told_products(columns) THEN 'equal' ELSE format('DIFFERENT: %s, told %s', ours, told_products(columns)) END;
END $$;
SELECT setseed(0.5);
CREATE TABLE integers AS SELECT CASE WHEN random() < 0.95 THEN (random())::integer::numeric END AS f, CASE WHEN random() < 0.95 THEN (random() * 65535 - 32768)::integer::numeric END AS s,
	CASE WHEN random() < 0.95 THEN (random() * 4294967295 - 2147483648)::bigint::numeric END AS i, CASE WHEN random() < 0.95 THEN (9.2e18 * (2 * random() - 1) * 0.5 ^ (64 * random()))::bigint::numeric END AS b,
	CASE WHEN random() < 0.95 THEN trunc((2 * random() - 1)::numeric * 10::numeric ^ (29 * random())::integer) END AS n,
	CASE WHEN random() < 0.95 THEN ((2 * random() - 1) * 2 ^ 24)::integer::numeric END AS r, CASE WHEN random() < 0.95 THEN ((2 * random() - 1) * 2 ^ (52 * random()))::bigint::numeric END AS d FROM generate_series(1, 3000);
INSERT INTO integers SELECT 1, -32768, 2147483647, b, n, 16777216, 9007199254740992 FROM unnest('{-9223372036854775808,9223372036854775807,576460752303423488,-576460752303423489}'::numeric[]) AS b, unnest('{1267650600228229401496703205375,-1267650600228229401496703205375}'::numeric[]) AS n;
CREATE TABLE mixed AS SELECT f::integer::boolean AS f, s::smallint AS s, i::integer AS i, b::bigint AS b, (n * 0.01)::numeric(33,2) AS n, (r::float8 / 1024)::real AS r, d::float8 / 4294967296 AS d FROM integers;
SELECT c, compare_products(c, 'mixed') FROM (VALUES ('{s,i}'::text[]), ('{i,f}'), ('{b,n}'), ('{r,d}'), ('{b,b,b}'), ('{f,s,i,b,n,r,d}'), ('{d,r,n,b,i,s,f}'), ('{i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,s}')) AS v(c);
-- No row, no complete row, values outside the bounds: noted, also where another column is null, and never raised.
SELECT opened(mpc.measure_products('{0,0,0}', '{9,9,9}', '{0,0,0}', i, i, b)) FROM mixed WHERE false;
SELECT opened(mpc.measure_products('{0,0}', '{9,9}', '{0,2}', y, x)) FROM (VALUES (1, NULL::numeric), (NULL, 0.05), (NULL, NULL)) AS v(y, x);
SELECT n, opened(mpc.measure_products('{0,-9}', '{9,9}', '{0,2}', y, x)) FROM (VALUES (1, 10, 0.05), (2, NULL, 0.1), (3, 1, 0.001), (4, 1, 'NaN'), (5, 1, -0.09), (5, 9, 0.01)) AS v(n, y, x) GROUP BY n ORDER BY n;
SELECT opened(mpc.measure_products('{0,0}', '{9,9}', '{0,0}', i, i) FILTER (WHERE i > 3)) FROM generate_series(1, 5) AS i;
-- Refused, and not only by those who write the statement.
SELECT try(format('SELECT mpc.measure_products(%s)', c)) FROM unnest(ARRAY['''{0}'', ''{1}'', ''{0}'', 1', '''{0,0}'', ''{1}'', ''{0,0}'', 1, 1', '''{0,NULL}'', ''{1,1}'', ''{0,0}'', 1, 1', 'NULL, ''{1,1}'', ''{0,0}'', 1, 1', '''{0,0}'', ''{1,1}'', ''{0,1}'', 1, 1',
	'''{0,0}'', ''{1,1.5}'', ''{0,0}'', 1, 1', '''{0,0}'', ''{1,1267650600228229401496703205377}'', ''{0,0}'', 1, 1', '''{0,0}'', ''{1,1}'', ''{0,0}'', 1, ''x''::text', '''{0,0}'', ''{1,1}'', ''{0,0}'', VARIADIC ''{1,1}''::integer[]', '''{0}'', ''{1}'', ''{0}'', ' || substr(repeat(', 1', 34), 3)]) AS c;
-- One iteration of logistic regression: at coefficients of 0 all is exact. A unit of a term is 2^(bits - 200), of its log likelihood 2^-160.
CREATE FUNCTION terms(bytes bytea, bits integer[]) RETURNS numeric[] LANGUAGE sql AS $$
	SELECT array_agg(CASE WHEN i <= 3 THEN v ELSE trim_scale(v / 2::numeric ^ (200 - bits[i - 3])) END ORDER BY i) FROM unnest(opened(bytes)) WITH ORDINALITY AS u(v, i) $$;
SELECT x[:3] AS counts, round(x[4], 15) AS log_likelihood, x[5:] AS terms FROM terms((SELECT mpc.measure_logistic('{0,-16}', '{1,3}', '{0,1}', '{0,0}', y, x) FROM (VALUES (true, 0.3), (true, -1.6), (false, 0.1), (NULL, 0.2)) AS v(y, x)), '{40,0,4,0,4,8}') AS x;
-- At others, beside double arithmetic; the outcome as a number, and bounds of a boolean.
SELECT bool_and(abs(x[3 + i] - told[i]) <= 1e-14 * abs(told[i])) FROM terms((SELECT mpc.measure_logistic('{0,-100,-8,0}', '{1,4000,7,1}', '{0,2,3,0}', '{0.5,-0.25,3e0,1e-3}', y, n, d, f) FROM (VALUES (1, 0.25, 0.5::float8, true), (0, -1, 0.125, false), (1, 40, -1, true)) AS v(y, n, d, f)), '{40,0,12,3,0,0,12,3,0,24,15,12,6,3,0}') AS x,
	LATERAL (SELECT array_agg(t ORDER BY i) FROM (SELECT i, sum(t) FROM (VALUES (1, 0.25 * 100, 0.5 * 8, 1), (0, -100, 1, 0), (1, 4000, -8, 1)) AS v(y, n, d, f), LATERAL (SELECT 1 / (1 + exp(-(0.5 - 0.25 * n / 100 + 3.0 * d / 8 + 0.001 * f)::float8))) AS p(p),
		LATERAL unnest(ARRAY[ln(CASE y WHEN 1 THEN p ELSE 1 - p END), y - p, (y - p) * n, (y - p) * d, (y - p) * f] || (SELECT array_agg(p * (1 - p) * a * b ORDER BY i, k) FROM unnest(ARRAY[1, n, d, f]) WITH ORDINALITY AS u(a, i), unnest(ARRAY[1, n, d, f]) WITH ORDINALITY AS w(b, k) WHERE i <= k)) WITH ORDINALITY AS t(t, i) GROUP BY i) AS s(i, t)) AS told(told), generate_series(1, 15) AS i;
-- Far from all: rows weigh nothing, and a log likelihood has a least value. A value outside the bounds is noted.
SELECT terms(mpc.measure_logistic('{0,0}', '{1,1000}', '{0,0}', '{0,-1e70}', y, x), '{40,0,10,0,10,20}') FROM (VALUES (true, 1), (false, 1000)) AS v(y, x);
SELECT (opened(mpc.measure_logistic('{0,0}', '{1,9}', '{0,0}', '{0,0}', y, x)))[:3] FROM (VALUES (1, 10), (2, 1), (1, 1), (1, NULL)) AS v(y, x);
SELECT opened(mpc.measure_logistic('{0,0}', '{1,9}', '{0,0}', '{0,0}', i, i)) FROM generate_series(1, 0) AS i;
SELECT try(format('SELECT mpc.measure_logistic(%s)', c)) FROM unnest(ARRAY['''{0}'', ''{1}'', ''{0}'', ''{0}'', 1', '''{0,0}'', ''{2,1}'', ''{0,0}'', ''{0,0}'', 1, 1', '''{-1,0}'', ''{1,1}'', ''{0,0}'', ''{0,0}'', 1, 1', '''{0,0}'', ''{1,1}'', ''{0,0}'', ''{0}'', 1, 1', '''{0,0}'', ''{1,1}'', ''{0,0}'', ''{0,NULL}'', 1, 1', '''{0,0}'', ''{1,1}'', ''{0,0}'', ''{0,NaN}'', 1, 1', '''{0,0}'', ''{1,1}'', ''{0,0}'', ''{0,1e80}'', 1, 1', '''{0,0}'', ''{1,1267650600228229401496703205377}'', ''{0,0}'', ''{0,0}'', 1, 1', '''{0,0}'', ''{1,1}'', ''{0,0}'', ''{0,0}'', ''x''::text, 1']) AS c;
-- Parallel workers, of which one sees no row.
CREATE TABLE many AS SELECT * FROM mixed, generate_series(1, 5);
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET max_parallel_workers_per_gather = 3;
SET parallel_leader_participation = off;
EXPLAIN (COSTS off) SELECT mpc.measure_products('{0,0}', '{1,1}', '{0,0}', b, d) FROM many;
SELECT (SELECT mpc.measure_logistic('{0,-32768,-9007199254740992}', '{1,32767,9007199254740992}', '{0,0,32}', '{0.1,0.00001,0.0005}', f, s, d) FROM many) = (SELECT mpc.measure_logistic('{0,-32768,-9007199254740992}', '{1,32767,9007199254740992}', '{0,0,32}', '{0.1,0.00001,0.0005}', f, s, d) FROM (SELECT * FROM many ORDER BY b LIMIT ALL OFFSET 0) AS alone) AS equal;
SELECT opened(a) = ARRAY[5 * v[1], 5 * v[2], 0] || ARRAY(SELECT 5 * u FROM unnest(v[4:]) WITH ORDINALITY AS u(u, i) ORDER BY i) AS equal
	FROM (SELECT mpc.measure_products('{-1267650600228229401496703205375,-1267650600228229401496703205375,-1267650600228229401496703205375,-1267650600228229401496703205375}', '{1267650600228229401496703205375,1267650600228229401496703205375,1267650600228229401496703205375,1267650600228229401496703205375}', '{2,32,0,0}', n, d, b, s) FROM many) AS m(a), told_products('{n,d,b,s}') AS v;
RESET ALL;
DROP TABLE integers, mixed, many;
DROP FUNCTION terms, opened, told_products, compare_products;

-- Each party's part of a trial: nulls here and there, binary fractions. Group "rare" has a row at one party only.
\set trial 'SELECT party, g, (CASE WHEN g % 7 > 0 THEN 1.25 * g + party * g % 11 END)::numeric(8,2) AS y, CASE WHEN g % 11 > 0 THEN g * party - 30 END AS i, (g * g - 40)::smallint AS s, (g * 1000000000000::bigint / (party + 1)) AS b, CASE WHEN g % 13 > 0 THEN g * g / 8.0 - party END::double precision AS d, (g % 5 / 4.0)::real AS r, 5 AS same, g % 2 = 0 AS f, (ARRAY[''new'', ''old'', NULL])[1 + g % 2 + (g % 10 = 0)::integer] COLLATE "C" AS arm, (ARRAY[''a'', ''b'', ''c''])[1 + (g * party) % 3] COLLATE "C" AS site, CASE WHEN party = 1 AND g = 1 THEN ''rare'' ELSE ''often'' END COLLATE "C" AS how, g::numeric(38,0) AS wide FROM generate_series(1, 40) AS g, generate_series(1, 3) AS party'
\set own 'CREATE TABLE trial AS SELECT * FROM everyone WHERE party = array_position(ARRAY[''regress_north'', ''regress_south'', ''regress_west''], current_database()::text)'
\set publish 'SELECT mpc_publish(''trial'', ''trial'', ''offices'', keys => ''{arm,site,how}'', measures => ''{y,i,s,b,d,r,same,f,wide}'', filters => ''{g,arm}'', functions => ''{all}'', min_rows => 1)'
CREATE VIEW everyone AS :trial;
:own;
DO $$ BEGIN ALTER SERVER offices OPTIONS (DROP min_contributors); EXCEPTION WHEN undefined_object THEN NULL; END $$;
ALTER SERVER offices OPTIONS (ADD min_contributors '0');
:publish;
\c regress_south
CREATE VIEW everyone AS :trial;
:own;
:publish;
\c regress_west
CREATE VIEW everyone AS :trial;
:own;
:publish;
\c regress_north
IMPORT FOREIGN SCHEMA offices LIMIT TO (trial) FROM SERVER offices INTO joint;

-- mpc_products: to the last digit what numeric arithmetic gives over the rows of all. Doubles count in binary fractions, written with all digits of their scale.
CREATE FUNCTION plain_products(columns text[], source text, condition text) RETURNS numeric[] LANGUAGE plpgsql AS $$
DECLARE
	typed text[] := ARRAY(SELECT CASE c WHEN 'd' THEN 'd::numeric(40,32)' WHEN 'r' THEN 'r::numeric(40,32)' ELSE c || '::numeric' END FROM unnest(columns) WITH ORDINALITY AS u(c, i) ORDER BY i);
	plain numeric[];
BEGIN
	EXECUTE format('SELECT ARRAY[count(*), %s, %s] FROM %s WHERE %s AND %s', (SELECT string_agg(format('sum(%s)', c), ', ' ORDER BY i) FROM unnest(typed) WITH ORDINALITY AS u(c, i)),
		(SELECT string_agg(format('sum(%s * %s)', a, b), ', ' ORDER BY i, k) FROM unnest(typed) WITH ORDINALITY AS u(a, i), unnest(typed) WITH ORDINALITY AS v(b, k) WHERE i <= k), source, array_to_string(typed, ' + ') || ' IS NOT NULL', condition) INTO plain;
	RETURN plain;
END $$;
CREATE FUNCTION same_products(columns text[], condition text DEFAULT 'true') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	plain text := plain_products(columns, 'everyone', condition);
	joint text;
	own text;
BEGIN
	EXECUTE format('SELECT mpc_products(%s) FROM joint.trial WHERE %s', array_to_string(columns, ', '), condition) INTO joint;
	EXECUTE format('SELECT mpc_products(%s) FROM trial WHERE %s', array_to_string(columns, ', '), condition) INTO own;
	RETURN CASE WHEN plain = joint AND plain = own THEN 'equal: ' || left(joint, 60) ELSE format(E'DIFFERENT:\n%s\n%s\n%s', plain, joint, own) END;
END $$;
SELECT mpc_products(i, s) FROM joint.trial;
SELECT plain_products('{i,s}', 'everyone', 'true');
SELECT c, same_products(c::text[]) FROM unnest(ARRAY['{i,s}', '{y,i}', '{y,i,s,b}', '{d,r}', '{d,y,b,r,i}', '{y,y,y}', '{y,i,s,b,d,r,same,y,i,s,b,d,r,same,y,i,s,b,d,r,same,y,i,s,b,d,r,same,y,i,s,b,d}']) AS c;
SELECT same_products('{y,i,d}', 'g > 20'), same_products('{i,s}', 'g > 20 AND arm = ''new'''), pg_typeof(mpc_products(i, s)) FROM joint.trial;
-- With a filter, beside others, and where no row has all columns.
SELECT mpc_products(y, i) FILTER (WHERE g > 20) = plain_products('{y,i}', 'everyone', 'g > 20') AS few, mpc_products(y, i) FILTER (WHERE arm = 'old') = plain_products('{y,i}', 'everyone', 'arm = ''old''') AS old,
	mpc_products(y, i) = plain_products('{y,i}', 'everyone', 'true') AS all, count(*), corr(y, i), mpc_products(y, i, s) = plain_products('{y,i,s}', 'everyone', 'true') AS three FROM joint.trial;
SELECT count(*), corr(y, i) FROM everyone;
SELECT mpc_products(y, i), count(*) FROM joint.trial WHERE g = 7;
SELECT mpc_products(y, i) FROM joint.trial WHERE false;
EXPLAIN (COSTS off, VERBOSE) SELECT mpc_products(y, i, d) FROM joint.trial;
SELECT question FROM mpc.ledger WHERE role = 'asker' AND question LIKE 'products%' ORDER BY id DESC LIMIT 1;

-- What cannot be asked.
SELECT try(format('SELECT %s', q)) FROM unnest(ARRAY['mpc_products(y, i) FROM joint.trial GROUP BY arm', 'mpc_products(y, i), count(DISTINCT arm) FROM joint.trial', 'mpc_products(y) FROM joint.trial', 'mpc_products(y, f) FROM joint.trial', 'mpc_products(y, arm) FROM joint.trial', 'mpc_products(y, g) FROM joint.trial',
	'mpc_products(y, i + 1) FROM joint.trial', 'mpc_products(y, i::float8) FROM joint.trial', 'mpc_products(y, VARIADIC ARRAY[i, s]) FROM joint.trial', 'mpc_products(DISTINCT y, i) FROM joint.trial', 'mpc_products(y, i ORDER BY i) FROM joint.trial', 'mpc_products(y, wide) FROM joint.trial',
	'mpc_products(' || substr(repeat(', i', 34), 3) || ') FROM joint.trial', substr((SELECT string_agg(format(', mpc_products(y, i) FILTER (WHERE g < %s)', n), '') FROM generate_series(1, 17) AS n), 3) || ' FROM joint.trial', 'mpc_products(g, party) FROM everyone']) AS q;

-- Class models, and no other, gives the right to it.
SELECT mpc_publish('trial', 'trial', 'offices', keys => '{arm,site,how}', measures => '{y,i,s,b,d,r,same,f,wide}', filters => '{g,arm}', functions => '{count,sum,avg,moments,extremes}', min_rows => 1);
SELECT try('SELECT mpc_products(y, i) FROM joint.trial');
\c regress_south
SELECT try('SELECT mpc_products(y, i) FROM trial');
\c regress_north
SELECT mpc_publish('trial', 'trial', 'offices', keys => '{arm,site,how}', measures => '{y,i,s,b,d,r,same,f,wide}', filters => '{g,arm}', functions => '{models}', min_rows => 5);
SELECT same_products('{s,b}'), try('SELECT sum(y) FROM joint.trial');
SELECT try('SELECT mpc_publish(''trial'', ''trial'', ''offices'', functions => ''{model}'')');

-- Thresholds: North has 35 rows with y, i and d. It gives nothing of fewer rows than there are sums and three more, ...
:publish;
SELECT mpc_publish('trial', 'trial', 'offices', keys => '{arm,site,how}', measures => '{y,i,s,b,d,r,same,f,wide}', filters => '{g,arm}', functions => '{all}', min_rows => 8);
CREATE FUNCTION others(columns text[], condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	joint numeric[];
BEGIN
	EXECUTE format('SELECT mpc_products(%s) FROM joint.trial WHERE %s', array_to_string(columns, ', '), condition) INTO joint;
	RETURN CASE joint WHEN plain_products(columns, 'everyone', condition) THEN 'all' WHEN plain_products(columns, 'everyone', condition || ' AND party > 1') THEN 'without north' ELSE joint::text END;
END $$;
SELECT g, others('{s,b}', 'g <= ' || g) AS two, others('{s,b,same}', 'g <= ' || g) AS three, others('{s,b,same,r}', 'g <= ' || g) AS four FROM unnest('{7,8,11,12,16,17}'::integer[]) AS g;
-- ... or where it would leave out few values of a column: 5 have no y, 3 no i.
SELECT others('{y,s}', 'true') AS five, others('{i,s}', 'true') AS three, others('{s,b}', 'true') AS none, others('{s,i,b}', 'g < 10') AS none;
\c regress_north
:publish;

-- Linear regression: Longley's data, a third of the rows at each party. The certified figures are those of the National Institute of Standards and Technology.
\set rows 'VALUES (1, 83.0, 234289, 2356, 1590, 107608, 1947, 60323), (2, 88.5, 259426, 2325, 1456, 108632, 1948, 61122), (3, 88.2, 258054, 3682, 1616, 109773, 1949, 60171), (1, 89.5, 284599, 3351, 1650, 110929, 1950, 61187), (2, 96.2, 328975, 2099, 3099, 112075, 1951, 63221), (3, 98.1, 346999, 1932, 3594, 113270, 1952, 63639), (1, 99.0, 365385, 1870, 3547, 115094, 1953, 64989), (2, 100.0, 363112, 3578, 3350, 116219, 1954, 63761), (3, 101.2, 397469, 2904, 3048, 117388, 1955, 66019), (1, 104.6, 419180, 2822, 2857, 118734, 1956, 67857), (2, 108.4, 442769, 2936, 2798, 120445, 1957, 68169), (3, 110.8, 444546, 4681, 2637, 121950, 1958, 66513), (1, 112.6, 482704, 3813, 2552, 123366, 1959, 68655), (2, 114.2, 502601, 3931, 2514, 125368, 1960, 69564), (3, 115.7, 518173, 4806, 2572, 127852, 1961, 69331), (1, 116.9, 554894, 4007, 2827, 130081, 1962, 70551)'
\set longley 'CREATE TABLE longley AS SELECT party, deflator::numeric(5,1), gnp, unemployed, armed, population, year, employed, deflator::float8 AS deflator8, gnp::float8 / 8 AS gnp8, 2 * year - 3 AS twice FROM (' :rows ') AS v(party, deflator, gnp, unemployed, armed, population, year, employed) WHERE party = array_position(ARRAY[''regress_north'', ''regress_south'', ''regress_west''], current_database()::text)'
\set publish_longley 'SELECT mpc_publish(''longley'', ''longley'', ''offices'', measures => ''{deflator,gnp,unemployed,armed,population,year,employed,deflator8,gnp8,twice}'', functions => ''{models}'', min_rows => 1)'
:longley;
:publish_longley;
\c regress_south
:longley;
:publish_longley;
\c regress_west
:longley;
:publish_longley;
\c regress_north
IMPORT FOREIGN SCHEMA offices LIMIT TO (longley) FROM SERVER offices INTO joint;
CREATE TABLE certified (term text, estimate float8, std_error float8);
INSERT INTO certified VALUES ('(intercept)', -3482258.63459582, 890420.383607373), ('deflator', 15.0618722713733, 84.9149257747669), ('gnp', -0.358191792925910E-01, 0.334910077722432E-01), ('unemployed', -2.02022980381683, 0.488399681651699),
	('armed', -1.03322686717359, 0.214274163161675), ('population', -0.511041056535807E-01, 0.226073200069370), ('year', 1829.15146461355, 455.478499142212);
SELECT term, abs(m.estimate / c.estimate - 1) < 2e-14 AS estimate, abs(m.std_error / c.std_error - 1) < 2e-14 AS error, abs(t * c.std_error / c.estimate - 1) < 2e-14 AS t, p BETWEEN 0 AND 1 AS p, n, abs(r2 / 0.995479004577296 - 1) < 2e-14 AS r2, abs(residual_error / 304.854073561965 - 1) < 2e-14 AS residual
	FROM mpc_linregr('joint.longley', 'employed', '{deflator,gnp,unemployed,armed,population,year}') AS m LEFT JOIN certified AS c USING (term) ORDER BY term;
-- In binary fractions, in another order, from the own table.
SELECT m.term, round((m.estimate / c.estimate)::numeric, 9), round((m.std_error / c.std_error)::numeric, 9) FROM mpc_linregr('longley', 'employed', '{year,population,gnp8,armed,deflator8,unemployed}') AS m LEFT JOIN certified AS c ON c.term = trim(TRAILING '8' FROM m.term) ORDER BY m.term;
SELECT term, round(estimate::numeric, 6), round(std_error::numeric, 6), round(t::numeric, 6), round(p::numeric, 12), n, round(r2::numeric, 9), round(adjusted_r2::numeric, 9), round(residual_error::numeric, 6) FROM mpc_linregr('joint.longley', 'employed', '{gnp}');
-- A perfect fit has no errors and nothing to test; a view asks what its table would.
SELECT * FROM mpc_linregr('joint.longley', 'twice', '{year}');
CREATE VIEW recent AS SELECT employed AS "jobs ""n""", gnp FROM joint.longley;
SELECT term, round(estimate::numeric, 6), n FROM mpc_linregr('recent', 'jobs "n"', '{gnp}');
CREATE FUNCTION model(text) RETURNS text LANGUAGE sql AS $$ SELECT try('SELECT * FROM mpc_' || $1) $$;
SELECT model(c) FROM unnest(ARRAY['linregr(''joint.longley'', ''employed'', ''{year,gnp,twice}'')', 'linregr(''joint.longley'', ''employed'', ''{gnp,gnp}'')', 'linregr(''joint.trial'', ''y'', ''{i,same}'')', 'linregr(''joint.trial'', ''same'', ''{i}'')', 'linregr(''joint.longley'', ''employed'', ''{deflator,gnp,unemployed,armed,population,year,deflator8,gnp8,twice,party}'')',
	'linregr(''joint.longley'', ''employed'', ''{}'')', 'linregr(''joint.longley'', ''employed'', NULL)', 'linregr(''joint.longley'', NULL, ''{gnp}'')', 'linregr(NULL, ''employed'', ''{gnp}'')', 'linregr(''joint.longley'', ''employed'', ''{gmp}'')', 'linregr(''joint.trial'', ''y'', ''{arm}'')', 'linregr(''joint.trial'', ''y'', ''{f}'')',
	'linregr(''everyone'', ''y'', ''{i}'')', 'linregr(''joint.longley'', ''employed'', ARRAY(SELECT ''gnp'' FROM generate_series(1, 33)))']) AS c;
CREATE VIEW three AS SELECT y, i, s, b FROM joint.trial WHERE g = 1;
CREATE VIEW none AS SELECT y, i FROM joint.trial WHERE g = 7;
SELECT model('linregr(''three'', ''y'', ''{i,s}'')'), model('linregr(''none'', ''y'', ''{i}'')');

-- Tests by groups. sleep and PlantGrowth are data sets of R, hair and eyes from its HairEyeColor; each figure is R's.
\set tests 'CREATE TABLE tests AS SELECT *, value::numeric(6,2) AS exact, value::float8 AS wide FROM (SELECT g % 3 + 1 AS party, ''sleep'' AS what, CASE WHEN g <= 10 THEN 1 ELSE 2 END AS k, NULL AS hair, NULL AS eye, v AS value FROM unnest(''{0.7,-1.6,-0.2,-1.2,-0.1,3.4,3.7,0.8,0,2,1.9,0.8,1.1,0.1,-0.1,4.4,5.5,1.6,4.6,3.4}''::numeric[]) WITH ORDINALITY AS u(v, g) UNION ALL SELECT g % 3 + 1, ''plants'', ((g - 1) / 10)::integer, NULL, NULL, v FROM unnest(''{4.17,5.58,5.18,6.11,4.50,4.61,5.17,4.53,5.33,5.14,4.81,4.17,4.41,3.59,5.87,3.83,6.03,4.89,4.32,4.69,6.31,5.12,5.54,5.50,5.37,5.29,4.92,6.15,5.80,5.26}''::numeric[]) WITH ORDINALITY AS u(v, g) UNION ALL SELECT g % 3 + 1, ''people'', 1, h, e, 1 FROM (VALUES (''Black'', ''Brown'', 68), (''Black'', ''Blue'', 20), (''Black'', ''Hazel'', 15), (''Black'', ''Green'', 5), (''Brown'', ''Brown'', 119), (''Brown'', ''Blue'', 84), (''Brown'', ''Hazel'', 54), (''Brown'', ''Green'', 29), (''Red'', ''Brown'', 26), (''Red'', ''Blue'', 17), (''Red'', ''Hazel'', 14), (''Red'', ''Green'', 14), (''Blond'', ''Brown'', 7), (''Blond'', ''Blue'', 94), (''Blond'', ''Hazel'', 10), (''Blond'', ''Green'', 16), (''Blond'', NULL, 50), (NULL, ''Blue'', 7)) AS c(h, e, n), generate_series(1, n) AS g UNION ALL SELECT g, ''nulls'', NULL, NULL, NULL, g FROM generate_series(1, 3) AS g UNION ALL SELECT g, ''nulls'', g, NULL, NULL, NULL FROM generate_series(1, 3) AS g) AS v WHERE party = array_position(ARRAY[''regress_north'', ''regress_south'', ''regress_west''], current_database()::text)'
\set publish_tests 'SELECT mpc_publish(''tests'', ''tests'', ''offices'', keys => ''{k,hair,eye}'', measures => ''{exact,wide}'', filters => ''{what,k}'', functions => ''{count,sum,avg,moments}'', columns => ''{"hair": {"max_key_bytes": 20}, "eye": {"max_key_bytes": 20}, "wide": {"scale": 64}}'', min_rows => 1)'
:tests;
:publish_tests;
\c regress_south
:tests;
:publish_tests;
\c regress_west
:tests;
:publish_tests;
\c regress_north
IMPORT FOREIGN SCHEMA offices LIMIT TO (tests) FROM SERVER offices INTO joint;
CREATE VIEW sleep AS SELECT exact, wide, k FROM joint.tests WHERE what IN ('sleep', 'nulls');
CREATE VIEW plants AS SELECT exact, wide, k FROM joint.tests WHERE what = 'plants';
CREATE VIEW people_seen AS SELECT hair, eye FROM joint.tests WHERE what = 'people';
CREATE FUNCTION near(a float8, b float8) RETURNS text LANGUAGE sql AS $$ SELECT CASE WHEN abs(a / b - 1) < 1e-12 THEN 'R''s' ELSE format('%s, R %s', a, b) END $$;
-- t.test(extra ~ group, sleep); with var.equal = TRUE
SELECT m, near(statistic, -1.8608134674868531), near(df, 17.7764735161784984), near(p, 0.0793941401873582), near(mean1, 0.75), near(mean2, 2.33), near(difference, -1.58), group1, n1, group2, n2, round(variance1::numeric, 9), round(variance2::numeric, 9), round(std_error::numeric, 9)
	FROM unnest('{exact,wide}'::name[]) AS m, mpc_ttest('sleep', m, 'k');
SELECT m, near(statistic, -1.8608134674868528), df, near(p, 0.0791867142159382) FROM unnest('{exact,wide}'::name[]) AS m, mpc_ttest('sleep', m, 'k', equal_variances => true);
-- summary(aov(weight ~ group, PlantGrowth))
SELECT m, near(statistic, 4.8460878623801351), df_between, df_within, near(p, 0.0159099583256229), near(squares_between, 3.76634), near(squares_within, 10.49209), groups, n FROM unnest('{exact,wide}'::name[]) AS m, mpc_anova('plants', m, 'k');
-- chisq.test(margin.table(HairEyeColor, c(1, 2)))
SELECT near(statistic, 138.289841626008), df, near(p, 2.32528678709881e-25), row_values, column_values, n, near(least_expected, 7.67567567567568) FROM mpc_chisq('people_seen', 'hair', 'eye');
SELECT ROW(t.*) = ROW(o.*) AS equal FROM mpc_chisq('people_seen', 'hair', 'eye') AS t, mpc_chisq('tests', 'hair', 'eye') AS o;
-- Two groups exactly; no variance; few values; one value in each cell; NULL arguments; columns that are no key or no measure.
CREATE VIEW constant AS SELECT same, arm, site FROM joint.trial;
CREATE VIEW apart AS SELECT s, r, CASE WHEN true THEN arm END AS arm FROM joint.trial WHERE g IN (1, 2);
SELECT model(c) FROM unnest(ARRAY['ttest(''plants'', ''exact'', ''k'')', 'ttest(''constant'', ''same'', ''arm'')', 'ttest(''constant'', ''same'', ''site'')', 'ttest(''constant'', ''same'', ''arm'', NULL)', 'anova(''constant'', ''same'', ''site'')', 'ttest(''people_seen'', ''hair'', ''eye'')', 'ttest(''plants'', ''exact'', NULL)', 'ttest(''plants'', NULL, ''k'')', 'ttest(NULL, ''exact'', ''k'')',
	'ttest(''joint.trial'', ''f'', ''arm'')', 'ttest(''joint.trial'', ''y'', ''g'')', 'anova(''none'', ''y'', ''i'')', 'chisq(''joint.trial'', ''arm'', ''arm'')', 'chisq(''joint.trial'', ''arm'', NULL)', 'chisq(''joint.trial'', ''arm'', ''g'')', 'chisq(''joint.tests'', ''hair'', ''nothing'')']) AS c;
SELECT round(statistic::numeric, 9), round(df::numeric, 9), round(p::numeric, 9), group1, group2, n1, n2 FROM mpc_ttest('joint.trial', 'y', 'arm');
SELECT near(statistic, (mean1 - mean2) / sqrt(v1 / n1 + v2 / n2)) FROM mpc_ttest('joint.trial', 'y', 'arm') AS t, LATERAL (SELECT var_samp(y) FILTER (WHERE arm = 'new')::float8, var_samp(y) FILTER (WHERE arm = 'old')::float8 FROM everyone) AS v(v1, v2);
-- What was folded into a remainder is not left out in silence.
SELECT mpc_publish('trial', 'trial', 'offices', keys => '{arm,site,how}', measures => '{y,i,s,b,d,r,same,f,wide}', filters => '{g,arm}', functions => '{all}', min_rows => 8);
SET client_min_messages = warning;
SELECT model(c) FROM unnest(ARRAY['ttest(''joint.trial'', ''s'', ''how'')', 'anova(''joint.trial'', ''s'', ''how'')', 'chisq(''joint.trial'', ''how'', ''arm'')']) AS c;
RESET client_min_messages;

-- Called with what no rows have.
SELECT try('SELECT * FROM mpc.' || c) FROM unnest(ARRAY['linear_model(''{3,1,1}'', ''{f,f}'', ''{y,x}'')', 'linear_model(''{3,1,1,5,5,5}'', ''{f}'', ''{y,x}'')', 'linear_model(''{3,1,1,5,5,5.5}'', ''{f,f}'', ''{y,x}'')', 'linear_model(''{3,9,9,5,5,5}'', ''{f,f}'', ''{y,x}'')', 'linear_model(''{3,1,1,5,5,NULL}'', ''{f,f}'', ''{y,x}'')', 'linear_model(''{3,1,1,5,5,NaN}'', ''{f,f}'', ''{y,x}'')', 'linear_model(''{3,1,1,5,5,1e90}'', ''{f,f}'', ''{y,x}'')', 'linear_model(''{-3,1,1,5,5,5}'', ''{f,f}'', ''{y,x}'')',
	'two_means(''{1}'', ''{1}'', ''{0}'', true)', 'two_means(''{1,1}'', ''{1,2}'', ''{0,0}'', true)', 'two_means(''{1,0}'', ''{1,2}'', ''{0,0}'', true)', 'two_means(''{2,2}'', ''{1,2}'', ''{1,-1}'', true)', 'two_means(''{2,2}'', ''{1,NaN}'', ''{1,1}'', true)', 'two_means(''{2,2}'', ''{1,2}'', ''{1,1e200}'', true)', 'two_means(''{1,2}'', ''{1,2}'', ''{1,1}'', true)',
	'variance_table(''{1,1}'', ''{1,2}'', ''{0,0}'')', 'variance_table(''{}'', ''{}'', ''{}'')', 'chi_square(''{1,2,3}'', 2)', 'chi_square(''{1,2}'', 0)', 'chi_square(''{1,-2,3,4}'', 2)', 'chi_square(''{}'', 2)', 'chi_square(''{1,0,2,0}'', 2)', 'chi_square(ARRAY(SELECT 1::bigint FROM generate_series(1, 2050)), 1025)',
	'log_rank(''{1,2,3}'', ''{0,1,1}'')', 'log_rank(''{1,2}'', ''{0}'')', 'log_rank(''{1,2}'', ''{2,1}'')', 'log_rank(''{1,2}'', ''{1,NULL}'')', 'log_rank(''{}'', ''{}'')',
	'logistic_model(''SELECT 1'', ''{y,x}'', 3)', 'logistic_model(''SELECT ARRAY[1, 2]::float8[]'', ''{y,x}'', 3)', 'logistic_model(''SELECT ARRAY[9, -6, 9, 0, 1, 1, 1]::float8[]'', ''{y,x}'', 3)', 'logistic_model(''SELECT ARRAY[9, 6, 1, 0, 1, 1, 1]::float8[]'', ''{y,x}'', 3)', 'logistic_model(''SELECT ARRAY[-9, -6, 1, 0, 1, 1, 1]::float8[]'', ''{y,x}'', 3)', 'logistic_model(''SELECT NULL::float8[]'', ''{y,x}'', 3)', 'logistic_model(''SELECT ARRAY[9, -6, 0.5, 0, 2.25, 0, 1]::float8[]'', ''{y}'', 3)', 'logistic_model(''nothing'', ''{y,x}'', 3)']) AS c;
-- Means of all sizes, far from 0, keep the digits of their difference.
SELECT e, near(statistic * 1e3 / 10::float8 ^ e, r * 1e3 / 10::float8 ^ e) FROM unnest('{-12,-3,0,5,20,30}'::integer[]) AS e, LATERAL (SELECT 10::numeric ^ e) AS u(u), mpc.two_means('{4,6}', ARRAY[4 * (1e9 * u + 1 * u), 6 * (1e9 * u + 3 * u)], ARRAY[1.5 * u * u, 2.5 * u * u], false), LATERAL (SELECT -2 / sqrt(1.5 / 3 + 2.5 / 5)) AS want(r);

-- All as it was.
DROP VIEW recent, three, none, sleep, plants, people_seen, constant, apart;
DROP FUNCTION plain_products, same_products, others, model, near;
DROP TABLE certified;
SELECT mpc_unpublish('trial'), mpc_unpublish('longley'), mpc_unpublish('tests');
DROP FOREIGN TABLE joint.trial, joint.longley, joint.tests;
DROP TABLE trial, longley, tests;
DROP VIEW everyone;
ALTER SERVER offices OPTIONS (DROP min_contributors);
\c regress_south
SELECT mpc_unpublish('trial'), mpc_unpublish('longley'), mpc_unpublish('tests');
DROP TABLE trial, longley, tests;
DROP VIEW everyone;
\c regress_west
SELECT mpc_unpublish('trial'), mpc_unpublish('longley'), mpc_unpublish('tests');
DROP TABLE trial, longley, tests;
DROP VIEW everyone;
\c regress_north
