-- GROUPING SETS, ROLLUP and CUBE over a joint table: a question for each set, with GROUPING, against plain SQL over the union.
\pset format unaligned
\pset tuples_only on
\set sales 'SELECT party, (ARRAY[''apple'', ''pear'', NULL, ''fig '' || party])[g % 4 + 1] AS item, g % 3 AS shelf, (ARRAY[''Kiel'', ''Bonn'', ''Ulm''])[g % 3 + 1] AS town, (ARRAY[''happy'', ''sad'', NULL]::mood[])[g % 3 + 1] AS m, date ''2024-01-01'' + g % 3 AS sold, (1.25 * g * party)::numeric(8,2) AS price, CASE WHEN g % 2 = 0 THEN g END AS pieces FROM generate_series(1, 20) AS g, generate_series(1, 3) AS party'
\set own 'CREATE TABLE stall AS SELECT * FROM sales WHERE party = array_position(ARRAY[''regress_north'', ''regress_south'', ''regress_west''], current_database()::text)'
\set publish 'SELECT mpc_publish(''stall'', ''stall'', ''offices'', keys => ''{item,shelf,town,m,sold}'', measures => ''{price,pieces}'', filters => ''{item,sold,pieces}'', min_rows => 1, columns => ''{"shelf": {"domain": [1, 2, 9]}}'')'
CREATE VIEW sales AS :sales;
:own;
:publish;
\c regress_south
CREATE VIEW sales AS :sales;
:own;
:publish;
\c regress_west
CREATE VIEW sales AS :sales;
:own;
:publish;
\c regress_north
ALTER SERVER offices OPTIONS (ADD min_contributors '0');
IMPORT FOREIGN SCHEMA offices LIMIT TO (stall) FROM SERVER offices INTO joint;
CREATE FUNCTION explain_sets(options text, query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE format('EXPLAIN (%s) %s', options, query) LOOP
		RETURN NEXT regexp_replace(line, '((Bytes|Time)[^:]*: )[0-9.]+', '\1N', 'g');
	END LOOP;
END $$;
-- The rows of a query over %s, as a sorted list, when joint table and union give the same.
CREATE FUNCTION same_rows(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	rows_of CONSTANT text := 'SELECT array_agg(r::text ORDER BY r::text) FROM (%q) AS r';
	joint text[];
	plain text[];
BEGIN
	EXECUTE replace(rows_of, '%q', replace(query, '%s', 'joint.stall')) INTO joint;
	EXECUTE replace(rows_of, '%q', replace(query, '%s', 'sales')) INTO plain;
	IF joint IS DISTINCT FROM plain THEN
		RETURN format(E'DIFFERENT: joint %s\nplain %s', joint, plain);
	END IF;
	RETURN cardinality(joint) || ' rows, ' || array_to_string(joint[1:4], ' ');
END $$;
SELECT same_rows('SELECT town, m, count(*), sum(price), avg(pieces), grouping(town, m) FROM %s GROUP BY ROLLUP (town, m)');
SELECT same_rows('SELECT item, m, count(*), sum(price), grouping(item), grouping(m, item) FROM %s GROUP BY CUBE (item, m)');
SELECT same_rows('SELECT item, count(*), sum(price) FROM %s GROUP BY GROUPING SETS ((item), (), (item))');
SELECT same_rows('SELECT item, count(*), sum(price) FROM %s GROUP BY DISTINCT ROLLUP (item), ROLLUP (item)');
SELECT same_rows('SELECT count(*), sum(pieces) FROM %s GROUP BY GROUPING SETS ((), ())');
SELECT same_rows('SELECT item, m, count(*) FROM %s GROUP BY item, ROLLUP (m) HAVING grouping(m) = 1 OR count(*) > 1');
SELECT same_rows('SELECT coalesce(item, ''none''), sum(price) / count(*) AS mean FROM %s WHERE item > ''a'' AND sold >= ''2024-01-02'' GROUP BY ROLLUP (item) ORDER BY 2 LIMIT 3');
SELECT same_rows('SELECT sold, town, count(*) FILTER (WHERE item = ''apple'') AS apples, sum(price) FILTER (WHERE pieces > 4), grouping(sold, town) FROM %s WHERE sold IS NOT NULL GROUP BY GROUPING SETS ((sold, town), (town), ())');
-- No row qualifies: the set without keys gives its row.
SELECT same_rows('SELECT item, count(*), sum(price), grouping(item) FROM %s WHERE false GROUP BY ROLLUP (item)');
SELECT same_rows('SELECT item, count(*), sum(price), grouping(item) FROM %s WHERE item = ''none'' GROUP BY ROLLUP (item)');
-- Parties and remainder stand beside them.
SELECT town, count(*), mpc_parties(*), mpc_remainder(*), grouping(town) FROM joint.stall GROUP BY ROLLUP (town) ORDER BY grouping(town), town;
SELECT shelf, count(*), mpc_remainder(*), grouping(shelf) FROM joint.stall GROUP BY ROLLUP (shelf) ORDER BY grouping(shelf), mpc_remainder(*), shelf;
-- The own table is another face of it.
SELECT town, mpc_count(*), grouping(town) FROM stall GROUP BY ROLLUP (town) ORDER BY grouping(town), town;
-- Each set is a question; two equal sets are one.
SELECT explain_sets('VERBOSE, COSTS OFF', 'SELECT town, shelf, count(*) FROM joint.stall GROUP BY ROLLUP (town, shelf)');
SELECT count(*) AS before FROM mpc.ledger WHERE role = 'asker' \gset
SELECT town, count(*) FROM joint.stall GROUP BY GROUPING SETS ((town), (town), ()) ORDER BY town, count;
SELECT count(*) - :before AS asked FROM mpc.ledger WHERE role = 'asker';
SELECT explain_sets('ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF', 'SELECT town, shelf, count(*) FROM joint.stall GROUP BY ROLLUP (town, shelf)');
-- A prepared statement, and a cursor that goes back.
PREPARE by_item(text) AS SELECT item, count(*), grouping(item) FROM joint.stall WHERE item < $1 GROUP BY ROLLUP (item) ORDER BY 3, 1;
EXECUTE by_item('b');
EXECUTE by_item('q');
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT town, count(*) FROM joint.stall GROUP BY ROLLUP (town);
MOVE FORWARD ALL FROM c;
FETCH BACKWARD 2 FROM c;
COMMIT;
-- What is refused: a condition on a key that is no filter, which a set without the key could not apply; DISTINCT.
SELECT town, count(*) FROM joint.stall WHERE town = 'Ulm' GROUP BY ROLLUP (town);
SELECT town, count(DISTINCT item) FROM joint.stall GROUP BY ROLLUP (town);
SELECT upper(town), count(*) FROM joint.stall GROUP BY ROLLUP (upper(town));
ALTER SERVER offices OPTIONS (DROP min_contributors);
