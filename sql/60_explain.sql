-- EXPLAIN says what would be asked, and contacts nobody; ANALYZE asks and says what it cost.
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION explain(options text, query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE format('EXPLAIN (%s) %s', options, query) LOOP
		line := regexp_replace(line, '(Bytes[^:]*: )[0-9]+', '\1N', 'g');
		RETURN NEXT regexp_replace(line, '(Time"?: )[0-9.]+', '\1N', 'g');
	END LOOP;
END $$;
SELECT count(*) AS before FROM mpc.ledger \gset
\c regress_south
SELECT count(*) AS peers_before FROM mpc.ledger \gset
\c regress_north
SELECT explain('COSTS on', $q$SELECT count(*) FROM joint.survey$q$);
SELECT explain('VERBOSE', $q$SELECT sum(i) FROM joint.survey$q$);
SELECT explain('VERBOSE, COSTS off', $q$SELECT count(*), count(n), sum(n), avg(n), sum(d) FROM joint.survey WHERE i BETWEEN 5 AND 9 AND (txt LIKE 'it''s%' OR NOT f) AND n IN (5, 1.50) AND day > '2024-01-05' AND tz <= '2024-01-05 00:00+00' AND m <> 'sad' AND u IS NOT NULL AND ch = 'ab'$q$);
SELECT explain('VERBOSE, COSTS off', $q$SELECT mpc_avg(i) AS a, mpc_count(*) / 2 FROM joint.survey HAVING mpc_sum(i) > 5 ORDER BY 1$q$);
SELECT explain('VERBOSE, COSTS off', $q$SELECT count(*) FROM joint.survey WHERE false$q$);
SELECT explain('VERBOSE, COSTS off', $q$SELECT count(*) FROM joint.survey WHERE length(current_user) < 0$q$);
SELECT explain('VERBOSE, COSTS off', $q$SELECT count(*) FROM joint.survey WHERE txt = E'a\nb\'c' || repeat('x', 80)$q$);
SELECT explain('VERBOSE, COSTS off', $q$SELECT count(*) FROM joint.survey WHERE s > 99999 OR i IN (99999999999)$q$);
SELECT explain('VERBOSE, COSTS off, FORMAT JSON', $q$SELECT count(*), sum(i) FROM joint.survey WHERE i > 5$q$);
SELECT explain('COSTS off, FORMAT YAML', $q$SELECT count(*) FROM joint.survey$q$);
SELECT explain('COSTS off', $q$WITH j AS (SELECT count(*) AS c FROM joint.survey) SELECT * FROM everybody, j WHERE i > j.c$q$);
SELECT explain('COSTS off', $q$SELECT txt, count(*) FROM joint.survey GROUP BY txt$q$);

-- Prepared: the values are known to a custom plan, and to EXECUTE of a generic one.
PREPARE ask(integer, text) AS SELECT count(*) FROM joint.survey WHERE i > $1 AND txt = $2;
SET plan_cache_mode = force_generic_plan;
SELECT explain('VERBOSE, COSTS off', $q$EXECUTE ask(7, 'hr')$q$);
SELECT explain('VERBOSE, COSTS off', $q$EXECUTE ask(NULL, NULL)$q$);
SET plan_cache_mode = force_custom_plan;
SELECT explain('VERBOSE, COSTS off', $q$EXECUTE ask(7, 'hr')$q$);
SELECT explain('VERBOSE, COSTS off', $q$EXECUTE ask(NULL, NULL)$q$);
RESET plan_cache_mode;

-- Nobody was asked.
SELECT count(*) - :before FROM mpc.ledger;
\c regress_south
SELECT count(*) - :peers_before FROM mpc.ledger;
\c regress_north

-- ANALYZE: a cold connection takes two rounds, a warm one one.
SELECT explain('ANALYZE, COSTS off, TIMING off, SUMMARY off', 'SELECT count(*), sum(i) FROM joint.survey WHERE i > 5000');
SELECT explain('ANALYZE, VERBOSE, COSTS off, TIMING off, SUMMARY off', 'SELECT count(*), sum(i) FROM joint.survey WHERE i > 5000');
SELECT regexp_matches(explain, '"(?:Total Time|Party Time|Rounds|Bytes[A-Za-z ]*|Party)": [^,\n]*', 'g') FROM explain('ANALYZE, COSTS off, SUMMARY off, FORMAT JSON', 'SELECT count(*) FROM joint.survey');
SELECT explain('ANALYZE, COSTS off, TIMING off, SUMMARY off', 'SELECT count(*) FROM joint.survey WHERE false');

-- R10: times per party only for those who may read all statistics.
GRANT EXECUTE ON FUNCTION explain TO regress_analyst;
SET ROLE regress_analyst;
SELECT regexp_matches(explain, '"(?:Total Time|Party Time|Rounds)": [^,\n]*', 'g') FROM explain('ANALYZE, COSTS off, SUMMARY off, FORMAT JSON', 'SELECT count(*) FROM joint.survey');
RESET ROLE;
GRANT pg_read_all_stats TO regress_analyst;
SET ROLE regress_analyst;
SELECT regexp_matches(explain, '"(?:Total Time|Party Time|Rounds)": [^,\n]*', 'g') FROM explain('ANALYZE, COSTS off, SUMMARY off, FORMAT JSON', 'SELECT count(*) FROM joint.survey');
RESET ROLE;
REVOKE pg_read_all_stats FROM regress_analyst;

-- Who publishes nothing, and who may not ask.
CREATE FOREIGN TABLE elsewhere (x integer) SERVER offices OPTIONS (dataset 'no such');
SELECT explain('VERBOSE, COSTS off', $q$SELECT count(*), sum(x) FROM elsewhere WHERE x > 5$q$);
DROP FOREIGN TABLE elsewhere;

-- A dataset of the others: imported as they tell it; what it is, is unknown until one was asked.
\set publish 'SELECT mpc_publish(''spare'', ''survey'', federation => ''offices'', keys => ''{m}'', measures => ''{i,n,d}'', filters => ''{s}'', min_rows => 1)'
\c regress_south
SET ROLE regress_owner;
:publish;
\c regress_west
SET ROLE regress_owner;
:publish;
\c regress_north
SELECT * FROM mpc.describe('offices') WHERE dataset = 'spare' OR NOT agrees;
IMPORT FOREIGN SCHEMA offices LIMIT TO (spare, "no such") FROM SERVER offices INTO joint;
\d joint.spare
SELECT explain('VERBOSE, COSTS off', $q$SELECT m, sum(i) FROM joint.spare WHERE s > 5 GROUP BY m$q$);
SELECT count(*) > 0 FROM joint.spare;
SELECT explain('VERBOSE, COSTS off', $q$SELECT m, sum(i) FROM joint.spare WHERE s > 5 GROUP BY m$q$);
DROP FOREIGN TABLE joint.spare;
\c regress_south
SELECT mpc_unpublish('spare');
\c regress_west
SELECT mpc_unpublish('spare');
\c regress_north
SET ROLE regress_other;
SELECT explain('COSTS off', $q$SELECT count(*) FROM joint.survey$q$);
RESET ROLE;
DROP FUNCTION explain;
