-- Keys that are computed: months, years and bands of age in a published view, and as columns of the published table. Booleans as measures.
\pset format unaligned
\pset tuples_only on
\set SHOW_CONTEXT never
-- Visits around the end of a month, hour by hour: which month they are in depends on the time zone.
\set visits 'SELECT party, g, timestamptz ''2024-02-29 12:00+00'' + (g * party) * interval ''1 hour'' AS at, date ''1960-01-01'' + g * party * 400 AS born, (g * party)::integer AS cost, CASE WHEN g % 5 > 0 THEN g % 2 = 0 END AS paid, NULL::boolean AS unknown, party <> 2 AS same FROM generate_series(1, 30) AS g, generate_series(1, 3) AS party'
\set own 'CREATE TABLE visits AS SELECT v.* FROM all_visits AS v WHERE v.party = array_position(ARRAY[''regress_north'', ''regress_south'', ''regress_west''], current_database()::text)'
-- A month without a zone is that of UTC, one with a zone is the same everywhere; year and band are of dates and need none.
\set derived 'date_trunc(''month'', at)::date AS month, date_trunc(''month'', at AT TIME ZONE ''America/New_York'')::date AS month_there, extract(year FROM born)::integer AS born_in, CASE WHEN born < ''1970-01-01'' THEN ''older'' WHEN born < ''1990-01-01'' THEN ''middle'' ELSE ''younger'' END AS band, at, g, cost, paid, unknown, same'
\set publish 'SELECT mpc_publish(''visit_groups'', ''visit_groups'', ''offices'', keys => ''{month,month_there,born_in,band}'', measures => ''{cost,paid,unknown,same}'', filters => ''{month,band,paid,g}'', columns => ''{"band": {"domain": ["older", "middle", "younger"]}, "month_there": {"domain": ["2024-02-01", "2024-03-01"]}}'', min_rows => 1, functions => ''{all}'')'
\set stored 'ALTER TABLE visits ADD month_there date GENERATED ALWAYS AS (date_trunc(''month'', at AT TIME ZONE ''America/New_York'')::date) STORED, ADD born_in integer GENERATED ALWAYS AS (extract(year FROM born)::integer) STORED'
\set publish_stored 'SELECT mpc_publish(''visits'', ''visits'', ''offices'', keys => ''{month_there,born_in}'', measures => ''{cost,paid}'', filters => ''{g,paid}'', columns => ''{"month_there": {"domain": ["2024-02-01", "2024-03-01"]}}'', min_rows => 1, functions => ''{all}'')'
SET timezone = 'America/New_York';
CREATE VIEW all_visits AS :visits;
:own;
CREATE VIEW visit_groups AS SELECT :derived FROM visits;
:publish;
:stored;
:publish_stored;
\c regress_south
SET timezone = 'Asia/Tokyo';
CREATE VIEW all_visits AS :visits;
:own;
CREATE VIEW visit_groups AS SELECT :derived FROM visits;
:publish;
:stored;
:publish_stored;
\c regress_west
SET timezone = 'Pacific/Apia';
CREATE VIEW all_visits AS :visits;
:own;
CREATE VIEW visit_groups AS SELECT :derived FROM visits;
:publish;
:stored;
:publish_stored;
\c regress_north
IMPORT FOREIGN SCHEMA offices LIMIT TO (visit_groups, visits) FROM SERVER offices INTO joint;
ALTER SERVER offices OPTIONS (ADD min_contributors '0');
CREATE VIEW all_groups AS SELECT :derived FROM all_visits;
-- The joint table, asked from any time zone, and plain SQL over all rows in UTC.
CREATE FUNCTION alike_visits(sql text, relation text DEFAULT 'visit_groups') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	rows_of text := 'SELECT string_agg(q::text, '' '' ORDER BY q::text) FROM (%s) AS q';
	plain text;
	answer text;
	asked text;
	zone text;
BEGIN
	PERFORM set_config('timezone', 'UTC', true);
	EXECUTE format(rows_of, replace(replace(sql, 'mpc_', ''), '%s', 'all_groups')) INTO plain;
	FOREACH asked IN ARRAY CASE relation WHEN 'visits' THEN ARRAY['visits', 'joint.visits'] ELSE ARRAY['joint.' || relation] END LOOP
		FOREACH zone IN ARRAY ARRAY['UTC', 'Pacific/Apia', 'America/New_York'] LOOP
			PERFORM set_config('timezone', zone, true);
			EXECUTE format(rows_of, replace(sql, '%s', asked)) INTO answer;
			IF answer IS DISTINCT FROM plain THEN
				RETURN format(E'DIFFERENT: %s in %s\n%s\n%s', asked, zone, answer, plain);
			END IF;
		END LOOP;
	END LOOP;
	RETURN plain;
END $$;
SELECT alike_visits('SELECT month, mpc_count(*), mpc_sum(cost) FROM %s GROUP BY month');
SELECT alike_visits('SELECT month_there, mpc_count(*), mpc_avg(cost) FROM %s GROUP BY month_there');
SELECT alike_visits('SELECT month, month_there, mpc_count(*) FROM %s GROUP BY month, month_there');
SELECT alike_visits('SELECT band, mpc_count(*), mpc_stddev(cost), mpc_max(cost) FROM %s GROUP BY band');
SELECT alike_visits('SELECT band, month_there, mpc_min(cost), mpc_sum(cost) FROM %s WHERE month > ''2024-02-15'' AND band <> ''older'' GROUP BY band, month_there');
SELECT alike_visits('SELECT born_in, mpc_count(*) FROM %s GROUP BY born_in HAVING mpc_count(*) > 2');
SELECT alike_visits('SELECT band, born_in, mpc_sum(cost) FROM %s WHERE g < 9 GROUP BY ROLLUP (band, born_in)');
SELECT alike_visits('SELECT mpc_count(DISTINCT born_in) AS years, mpc_count(DISTINCT month) AS months FROM %s');
-- The months differ by zone: where they are computed without one, in the partners' UTC, not in anybody's own.
SET timezone = 'UTC';
SELECT month, month_there, count(*) FROM joint.visit_groups GROUP BY month, month_there ORDER BY 1, 2;
SET timezone = 'Asia/Tokyo';
SELECT month, count(*) FROM joint.visit_groups GROUP BY month ORDER BY 1;
SELECT month, count(*) FROM all_groups GROUP BY month ORDER BY 1;
RESET timezone;
-- A view is asked over its joint table; columns that are stored in the table, over both.
SELECT try('SELECT month, mpc_count(*) FROM visit_groups GROUP BY month');
SELECT try('SELECT date_trunc(''month'', at), mpc_count(*) FROM visits GROUP BY 1');
SELECT alike_visits('SELECT month_there, born_in, mpc_count(*), mpc_sum(cost) FROM %s GROUP BY month_there, born_in HAVING mpc_sum(cost) > 50', 'visits');
SELECT alike_visits('SELECT month_there, mpc_sum(cost), mpc_bool_and(paid) FROM %s WHERE g < 20 GROUP BY month_there', 'visits');
EXPLAIN (VERBOSE, COSTS OFF) SELECT band, month_there, count(*) FROM joint.visit_groups GROUP BY band, month_there;
EXPLAIN (VERBOSE, COSTS OFF) SELECT month_there, born_in, mpc_count(*) FROM visits GROUP BY month_there, born_in;

-- Booleans: counted, filtered, all and any; no sum but as a count of those that pass a filter.
SELECT alike_visits('SELECT mpc_count(paid), mpc_count(*) FILTER (WHERE paid), mpc_count(*) FILTER (WHERE NOT paid), mpc_count(*) FILTER (WHERE paid IS NULL), mpc_count(unknown), mpc_count(same) FROM %s');
SELECT alike_visits('SELECT mpc_bool_and(paid), mpc_bool_or(paid), mpc_every(paid), mpc_bool_and(same), mpc_bool_or(same), mpc_every(unknown), mpc_bool_or(unknown), mpc_bool_and(unknown) FROM %s');
SELECT alike_visits('SELECT band, mpc_bool_and(paid) FILTER (WHERE g IN (2, 4, 6)), mpc_bool_or(paid) FILTER (WHERE NOT paid), mpc_count(paid), mpc_count(*) FILTER (WHERE paid AND g > 10) FROM %s GROUP BY band');
SELECT alike_visits('SELECT mpc_bool_and(paid), mpc_bool_or(paid), mpc_every(same), mpc_count(paid) FROM %s WHERE g = 2');
SELECT mpc_sum(paid), mpc_avg(paid), count(*) FILTER (WHERE paid) FROM joint.visit_groups;
SELECT sum(paid::integer), avg(paid::integer) FROM all_visits;
SELECT try(q) FROM unnest(ARRAY['SELECT sum(paid::int) FROM joint.visit_groups', 'SELECT avg(paid::integer) FROM joint.visit_groups', 'SELECT band, sum(paid::int) + 1 FROM joint.visit_groups GROUP BY band', 'SELECT mpc_sum(paid::int) FROM visits', 'SELECT sum(CASE WHEN paid THEN 1 ELSE 0 END) FROM joint.visit_groups', 'SELECT sum(cost::bigint) FROM joint.visit_groups', 'SELECT count(paid OR same) FROM joint.visit_groups', 'SELECT sum(paid) FROM joint.visit_groups', 'SELECT bool_or(cost > 3) FROM joint.visit_groups', 'SELECT mpc_min(paid) FROM visits', 'SELECT mpc_var_pop(paid) FROM joint.visit_groups']) WITH ORDINALITY AS u(q, n) ORDER BY n;

SELECT mpc_unpublish('visits');
SELECT mpc_unpublish('visit_groups');
DROP FOREIGN TABLE joint.visits, joint.visit_groups;
DROP FUNCTION alike_visits;
DROP VIEW all_groups, visit_groups, all_visits;
DROP TABLE visits;
\c regress_south
SELECT mpc_unpublish('visits');
SELECT mpc_unpublish('visit_groups');
DROP VIEW visit_groups, all_visits;
DROP TABLE visits;
\c regress_west
SELECT mpc_unpublish('visits');
SELECT mpc_unpublish('visit_groups');
DROP VIEW visit_groups, all_visits;
DROP TABLE visits;
\c regress_north
ALTER SERVER offices OPTIONS (DROP min_contributors);
