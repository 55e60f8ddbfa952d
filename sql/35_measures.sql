-- The aggregates over measures, called directly: exact sums of values, squares and products, whatever the type, beside plain numeric arithmetic.
\pset format unaligned
\pset tuples_only on

-- The bytes in words: rows, values, violated, moments.
CREATE FUNCTION little(bytes bytea, place integer, size integer) RETURNS numeric LANGUAGE sql PARALLEL SAFE AS $$
	SELECT trunc(sum(get_byte(bytes, place + i) * 256::numeric ^ i) - CASE WHEN get_byte(bytes, place + size - 1) > 127 THEN 256::numeric ^ size ELSE 0 END) FROM generate_series(0, size - 1) AS i $$;
CREATE FUNCTION shown(bytes bytea) RETURNS text LANGUAGE sql PARALLEL SAFE AS $$
	SELECT concat_ws(' ', little(bytes, 0, 8), little(bytes, 8, 8), CASE little(bytes, 16, 8) WHEN 0 THEN 'kept' WHEN 1 THEN 'violated' ELSE 'MALFORMED' END, ':',
		string_agg(little(bytes, place, 32)::text, ' ' ORDER BY place)) FROM generate_series(24, octet_length(bytes) - 1, 32) AS place $$;

-- What they must give, by numeric arithmetic over scaled values that are inside their bounds.
CREATE FUNCTION told(rows bigint, VARIADIC moments numeric[]) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', rows, trunc(moments[1]), 'kept :', string_agg(trunc(COALESCE(m, 0))::text, ' ' ORDER BY n)) FROM unnest(moments[2:]) WITH ORDINALITY AS u(m, n) $$;

-- No row, only nulls, a few values.
SELECT mpc.measure_sum(NULL::integer, 0, 0, 0), mpc.measure_moments(NULL::integer, 0, 0, 0), mpc.measure_pair(1, 1, ARRAY[0, 1, 0, 0, 1, 0]::numeric[]) FROM generate_series(1, 0);
SELECT shown(mpc.measure_sum(NULL::integer, 0, 0, 0)), shown(mpc.measure_moments(NULL::float8, 0, 0, 0)), shown(mpc.measure_pair(NULL::integer, NULL::real, ARRAY[0, 0, 0, 0, 0, 0]::numeric[])) FROM generate_series(1, 3);
SELECT mpc.measure_moments(i, -5, 5, 0) FROM (VALUES (3), (-5)) AS v(i);
SELECT shown(mpc.measure_sum(i, -5, 5, 0)), shown(mpc.measure_moments(i, -5, 5, 0)) FROM (VALUES (3), (-5), (NULL)) AS v(i);
SELECT shown(mpc.measure_pair(y, x, ARRAY[-5, 5, 0, 0, 300, 2]::numeric[])) FROM (VALUES (3, 1.5), (-5, 2.25), (NULL, 1), (4, NULL), (NULL, NULL)) AS v(y, x);

-- Random rows: nulls here and there, all types, numbers of all sizes.
SELECT setseed(0.25);
CREATE TABLE mixed AS
	SELECT CASE WHEN random() < 0.9 THEN random() < 0.3 END AS f, CASE WHEN random() < 0.9 THEN (random() * 65535 - 32768)::smallint END AS s,
		CASE WHEN random() < 0.9 THEN (random() * 4294967295 - 2147483648)::integer END AS i,
		CASE WHEN random() < 0.9 THEN (9.2e18 * (2 * random() - 1) * 0.5 ^ (64 * random()))::bigint END AS b,
		CASE WHEN random() < 0.9 THEN ((2 * random() - 1)::numeric * 10::numeric ^ (28 * random())::integer / 3)::numeric(30,2) END AS n,
		CASE WHEN random() < 0.9 THEN ((2 * random() - 1) * 2 ^ (40 * random() - 5))::real END AS r,
		CASE WHEN random() < 0.9 THEN (2 * random() - 1) * 2 ^ (67 * random() - 10) END AS d
	FROM generate_series(1, 5000);
-- The extremes of each type and of the bounds, at every place.
INSERT INTO mixed SELECT true, s, i, b, n, r, d FROM unnest('{-32768,32767}'::smallint[]) AS s, unnest('{-2147483648,2147483647}'::integer[]) AS i,
	unnest('{-9223372036854775808,9223372036854775807,576460752303423488,-576460752303423489}'::bigint[]) AS b,
	unnest('{12676506002282294014967032053.75,-12676506002282294014967032053.75}'::numeric[]) AS n, unnest('{1e12,-1e12}'::real[]) AS r, unnest('{295147905179352792736,-295147905179352792736,0.5,-0.00000000011641532182693481}'::float8[]) AS d;
\set most 1267650600228229401496703205375
-- 2^32 times a double, to nearest, ties to even. From float8 to numeric with all digits, which a cast would cut.
CREATE FUNCTION binary_scaled(d float8) RETURNS numeric LANGUAGE sql AS $$
	SELECT CASE WHEN abs(d) >= 2 ^ 20 THEN trunc(d / 2 ^ 20)::bigint::numeric * 2 ^ 52::numeric + ((d - trunc(d / 2 ^ 20) * 2 ^ 20) * 2 ^ 32)::bigint ELSE (d * 2 ^ 32)::bigint::numeric END $$;
CREATE VIEW scaled AS SELECT f::integer::numeric AS f, s::numeric, i::numeric, b::numeric, n * 100 AS n, binary_scaled(r) AS r, binary_scaled(d) AS d FROM mixed;
SELECT count(*), bool_or(abs(n) = :most) AS n, max(abs(d)) > :most * 0.999 AS d FROM scaled;
-- Equal, for every type: the aggregates' arguments, and the column.
CREATE FUNCTION one(aggregate text, typed text, bounds text, moments text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	ours text;
	told text;
BEGIN
	EXECUTE format('SELECT shown(mpc.measure_%s(%s, %s)) FROM mixed', aggregate, typed, bounds) INTO ours;
	EXECUTE format('SELECT told(count(*), count(%1$s), %2$s) FROM scaled', left(typed, 1), moments) INTO told;
	RETURN CASE WHEN ours = told THEN 'equal' ELSE format('DIFFERENT: %s, told %s', ours, told) END;
END
$$;
\set most_numeric '-1267650600228229401496703205375, 1267650600228229401496703205375'
\set most_bigint '-9223372036854775808, 9223372036854775807'
SELECT c, one('sum', c, b, format('sum(%s)', left(c, 1))), one('moments', c, b, format('sum(%1$s), sum(%1$s * %1$s)', left(c, 1)))
	FROM (VALUES ('f', :'most_bigint' || ', 0'), ('s::integer', :'most_bigint' || ', 0'), ('i', :'most_bigint' || ', 0'), ('b', :'most_bigint' || ', 0'), ('n', :'most_numeric' || ', 2'), ('r', :'most_numeric' || ', 32'), ('d', :'most_numeric' || ', 32')) AS v(c, b);
-- Every pair of types.
CREATE FUNCTION pair(y text, x text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	ours text;
	told text;
	scale jsonb := '{"f": 0, "s": 0, "i": 0, "b": 0, "n": 2, "r": 32, "d": 32}';
	most text := '-1267650600228229401496703205375, 1267650600228229401496703205375';
BEGIN
	EXECUTE format('SELECT shown(mpc.measure_pair(%1$s, %2$s, ARRAY[%3$s, %4$s, %3$s, %5$s]::numeric[])) FROM mixed', y, x, most, scale -> y, scale -> x) INTO ours;
	EXECUTE format('SELECT told((SELECT count(*) FROM mixed), count(*), sum(%1$s), sum(%2$s), sum(%1$s * %1$s), sum(%2$s * %2$s), sum(%1$s * %2$s)) FROM scaled WHERE %1$s IS NOT NULL AND %2$s IS NOT NULL', y, x) INTO told;
	RETURN CASE WHEN ours = told THEN 'equal' ELSE format('DIFFERENT: %s, told %s', ours, told) END;
END
$$;
SELECT y, string_agg(pair(y, x), ' ' ORDER BY x) FROM unnest('{f,s,i,b,n,r,d}'::text[]) AS y, unnest('{f,s,i,b,n,r,d}'::text[]) AS x GROUP BY y ORDER BY y;
-- Groups, and a filter.
SELECT count(*), bool_and(ours = told) FROM (SELECT g, shown(mpc.measure_pair(b, d, ARRAY[:most_numeric, 0, :most_numeric, 32]::numeric[])) FROM (SELECT b, d, s % 7 AS g FROM mixed) AS m GROUP BY g) AS a (g, ours)
	JOIN (SELECT g, told(count(*), count(*) FILTER (WHERE b + d IS NOT NULL), sum(b) FILTER (WHERE d IS NOT NULL), sum(d) FILTER (WHERE b IS NOT NULL), sum(b * b) FILTER (WHERE d IS NOT NULL), sum(d * d) FILTER (WHERE b IS NOT NULL), sum(b * d))
		FROM (SELECT b, d, s % 7 AS g FROM scaled) AS s GROUP BY g) AS p (g, told) USING (g);
SELECT shown(mpc.measure_moments(i, -3, 3, 0) FILTER (WHERE i > 1)), shown(mpc.measure_moments(i, -3, 3, 0) FILTER (WHERE i > 9)) FROM generate_series(-3, 3) AS i;
-- Bounds belong to each group's first row, not to the plan.
SELECT high, m FROM (VALUES (1), (2), (3)) AS v(high), LATERAL (SELECT shown(mpc.measure_moments(i, 0, high, 0)) AS m FROM generate_series(0, 3) AS i) AS l;

-- Small ones are added up in 128 bits for a while: the largest that may be, often enough for many such sums, and negative products.
SELECT shown(mpc.measure_moments(b, -576460752303423488, 576460752303423488, 0)) = told(count(*), count(*), sum(b), sum(b::numeric * b)) AS moments, shown(mpc.measure_pair(b, -b, ARRAY[-576460752303423488, 576460752303423488, 0, -576460752303423488, 576460752303423488, 0]::numeric[])) = told(count(*), count(*), sum(b), -sum(b), sum(b::numeric * b), sum(b::numeric * b), -sum(b::numeric * b)) AS pair
	FROM (SELECT 576460752303423488 - (g % 3) AS b FROM generate_series(1, 2000) AS g) AS g;

-- Doubles round to nearest, ties to even, on both sides of where the quick way ends (2^51), and where there is nothing left to round.
SELECT d, shown(mpc.measure_sum(d, :most_numeric, 0)), shown(mpc.measure_moments(d, :most_numeric, 0)), shown(mpc.measure_pair(d, 1, ARRAY[:most_numeric, 0, 0, 1, 0]::numeric[])) FROM unnest('{0.5,1.5,2.5,-0.5,-1.5,-0,0.49999999999999994,2251799813685247.5,2251799813685247.75,2251799813685246.5,2251799813685248.5,-2251799813685247.5,-2251799813685248.5,4503599627370495.5,4503599627370497,9223372036854775808,1e30,5e-324}'::float8[]) AS d GROUP BY d ORDER BY abs(d), d;

-- What breaks the contract is remembered and not added, and never raises: too low, too high, too many digits, no number.
SELECT shown(mpc.measure_sum(i, -2, 2, 0)), shown(mpc.measure_moments(i, -2, 2, 0)), shown(mpc.measure_pair(i, -i, ARRAY[-2, 2, 0, -9, 9, 0]::numeric[])) FROM generate_series(-3, 2) AS i;
SELECT shown(mpc.measure_moments(b, -2, 2, 0)), shown(mpc.measure_moments(b, 9223372036854775807, 9223372036854775807, 0)), shown(mpc.measure_pair(b, b, ARRAY[-2, 2, 0, :most_numeric, 0]::numeric[])), shown(mpc.measure_pair(b, 1, ARRAY[9223372036854775808, 9223372036854775809, 0, 0, 1, 0]::numeric[])) FROM unnest('{1,9223372036854775807,-9223372036854775808}'::bigint[]) AS b;
SELECT n, shown(mpc.measure_sum(n, -500, 500, 2)), shown(mpc.measure_moments(n, -500, 500, 2)), shown(mpc.measure_pair(n, 1, ARRAY[-500, 500, 2, 0, 1, 0]::numeric[])) FROM unnest('{5,5.01,-5.01,0.001,NaN,Infinity,-Infinity,1e200}'::numeric[]) AS n GROUP BY n ORDER BY n;
SELECT d, shown(mpc.measure_sum(d, -10, 10, 1)), shown(mpc.measure_moments(d, -10, 10, 1)), shown(mpc.measure_pair(1, d, ARRAY[0, 1, 0, -10, 10, 1]::numeric[])) FROM unnest('{5,5.5,-5.25,NaN,Infinity,-Infinity,1e300}'::float8[]) AS d GROUP BY d ORDER BY d;
SELECT r, shown(mpc.measure_pair(1, r, ARRAY[0, 1, 0, -10, 10, 1]::numeric[])) FROM unnest('{5,5.5,NaN,Infinity,1e38}'::real[]) AS r GROUP BY r ORDER BY r;
SELECT shown(mpc.measure_sum(f, 0, 0, 0)), shown(mpc.measure_moments(f, 0, 0, 0)), shown(mpc.measure_pair(f, f, ARRAY[0, 0, 0, 0, 1, 0]::numeric[])) FROM unnest('{f,t}'::boolean[]) AS f;
-- Of a pair also where the other value is null: whether a column keeps its contract does not depend on the other.
SELECT y, x, shown(mpc.measure_pair(y, x, ARRAY[0, 1, 0, 0, 100, 2]::numeric[])) FROM (VALUES (1, NULL), (2, NULL), (NULL, 1), (NULL, 1.01), (NULL, 0.001), (2, 1), (1, 2)) AS v(y, x) GROUP BY y, x ORDER BY y, x;

-- Intervals: the sums of their three fields, whatever their signs, and more than fits the type.
SELECT shown(mpc.measure_interval(v)), shown(mpc.measure_interval(NULL)) FROM unnest('{1 mon -2 days 00:00:03.5,-13 mons 4 days -00:00:00.000001,NULL}'::interval[]) AS v;
SELECT mpc.measure_interval(NULL), mpc.measure_interval('1 day') FROM generate_series(1, 0);
SELECT shown(mpc.measure_interval(v)), shown(mpc.measure_interval(-v)) FROM unnest(ARRAY[interval '178956970 years 7 mons', '2147483647 days', '2562047788:00:54.775807']) AS v, generate_series(1, 3);

-- What they cannot be asked.
SELECT try(format('SELECT mpc.measure_%s(%s)', a, c)) FROM unnest('{sum,moments}'::text[]) AS a, unnest(ARRAY['1, NULL, 1, 0', '1, 0, NULL, 0', '1, 0, 1, NULL', '1, 0, 1, 1', 'true, 0, 1, -1', '1.5, 0, 1.5, 0', '1.5, ''NaN'', 1, 0', '1.5, 0, 1, 39', '1.5, 0, 1, -1', '1.5::float8, 0, 1, 65', '1.5, 0, 1e38, 0',
	'1, -1267650600228229401496703205376.0, 0, 0', '1.0, 0, 1267650600228229401496703205376, 0', '1.0, -1267650600228229401496703205375, 1267650600228229401496703205375, 0']) WITH ORDINALITY AS u(c, n) ORDER BY a DESC, n;
SELECT try(format('SELECT mpc.measure_pair(%s)', c)) FROM unnest(ARRAY['1, 1, ARRAY[NULL, 1, 0, 0, 1, 0]::numeric[]', '1, 1, ARRAY[0, 1, 0, 0, NULL, 0]::numeric[]', '1, 1, ARRAY[0, 1, 0, 0, 1, NULL]::numeric[]', '1, 1, ARRAY[0, 1, 0, 0, 1, 1]::numeric[]', '1.0, 1, ARRAY[0, 1, 39, 0, 1, 0]::numeric[]', '1, 1::real, ARRAY[0, 1, 0, 0, 1, 65]::numeric[]', '1, 1, ARRAY[0, 0.5, 0, 0, 1, 0]::numeric[]', '1, 1, ARRAY[0, ''Infinity'', 0, 0, 1, 0]::numeric[]', '1, 1, ARRAY[0, 1, 0, 0, 1267650600228229401496703205376, 0]::numeric[]', '''1'', 1, ARRAY[0, 1, 0, 0, 1, 0]::numeric[]', '1, current_date, ARRAY[0, 1, 0, 0, 1, 0]::numeric[]', 'NULL, 1, ARRAY[0, 1, 0, 0, 1, 0]::numeric[]', '1, ''{1}''::integer[], ARRAY[0, 1, 0, 0, 1, 0]::numeric[]', '1, 1, NULL', '1, 1, ARRAY[0, 1, 0]::numeric[]', '1.0, 1, ARRAY[0, 1, 0.5, 0, 1, 0]::numeric[]']) AS c;

-- Parallel workers give what one process gives, states going over as bytes; so do groups, and rows that break the contract.
CREATE TABLE many AS SELECT g % 3 AS k, CASE WHEN g % 11 > 0 THEN (g * 7919::bigint) % 1000003 - 500000 END AS b, CASE WHEN g % 13 > 0 THEN 9e25 / g - 7 * g END::numeric(30,2) AS n, CASE WHEN g % 17 > 0 THEN (g - 10000) / 7.0 END::float8 AS d FROM generate_series(1, 20000) AS g;
CREATE VIEW answers AS SELECT k, shown(mpc.measure_interval(make_interval(months => b::integer, days => k - 7, secs => d))) AS t, shown(mpc.measure_sum(n, :most_numeric, 2)) AS s, shown(mpc.measure_moments(b, :most_bigint, 0)) AS i, shown(mpc.measure_moments(n, :most_numeric, 2)) AS m,
	shown(mpc.measure_pair(n, d, ARRAY[:most_numeric, 2, :most_numeric, 32]::numeric[])) AS p, shown(mpc.measure_pair(b, d, ARRAY[0, 1000000, 0, :most_numeric, 32]::numeric[])) AS v FROM many GROUP BY GROUPING SETS ((), (k));
CREATE VIEW whole AS SELECT shown(mpc.measure_interval(make_interval(months => b::integer, days => k - 7, secs => d))) AS t, shown(mpc.measure_sum(n, :most_numeric, 2)) AS s, shown(mpc.measure_moments(b, :most_bigint, 0)) AS i, shown(mpc.measure_moments(n, :most_numeric, 2)) AS m,
	shown(mpc.measure_pair(n, d, ARRAY[:most_numeric, 2, :most_numeric, 32]::numeric[])) AS p, shown(mpc.measure_pair(b, d, ARRAY[0, 1000000, 0, :most_numeric, 32]::numeric[])) AS v FROM many;
CREATE TABLE alone AS SELECT * FROM answers;
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET max_parallel_workers_per_gather = 3;
SET parallel_leader_participation = off;
EXPLAIN (COSTS off) SELECT * FROM whole;
SELECT w.* FROM whole AS w;
SELECT count(*) AS equal FROM whole AS w JOIN alone AS a ON ROW(w.*) = ROW(a.t, a.s, a.i, a.m, a.p, a.v) WHERE a.k IS NULL;
SELECT w.s = told(count(*), count(n), sum(n * 100)) AS sum, w.i = told(count(*), count(b), sum(b), sum(b::numeric * b)) AS moments_b, w.m = told(count(*), count(n), sum(n * 100), sum(n * n * 10000)) AS moments_n FROM whole AS w, many GROUP BY w.s, w.i, w.m;
SELECT count(*) AS equal FROM alone AS a JOIN (SELECT k, shown(mpc.measure_sum(n, :most_numeric, 2)) AS s, shown(mpc.measure_pair(n, d, ARRAY[:most_numeric, 2, :most_numeric, 32]::numeric[])) AS p FROM many GROUP BY k) AS w USING (k, s, p);
-- A worker without rows, and none with any.
SELECT shown(mpc.measure_pair(b, d, ARRAY[0, 1000000, 0, :most_numeric, 32]::numeric[])), shown(mpc.measure_moments(b, 0, 1, 0)) FROM many WHERE n = 3;
RESET ALL;
DROP VIEW answers, whole, scaled;
DROP TABLE mixed, many, alone;
