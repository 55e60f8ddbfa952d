-- What every one of the three databases has. Variable "party" is 1, 2 or 3.
CREATE EXTENSION mpc_agg;
CREATE TYPE mood AS ENUM ('sad', 'fine', 'happy');
CREATE TABLE survey (
	id integer, s smallint, i integer, b bigint, n numeric(10,2), r real, d double precision, f boolean, nothing integer,
	txt text COLLATE "C", vc varchar(8) COLLATE "C", ch char(4) COLLATE "C",
	day date, ts timestamp, tz timestamptz, u uuid, m mood, secret text);
CREATE TABLE everybody (LIKE survey);

-- The rows of one party: 20, with nulls here and there. Binary fractions, so that sums of doubles are exact.
CREATE FUNCTION rows_of(party integer) RETURNS SETOF survey LANGUAGE sql STABLE AS $$
	SELECT 100 * party + g, CASE WHEN g % 7 > 0 THEN g * party - 15 END::smallint, CASE WHEN g % 5 > 0 THEN 1000 * g * party END,
		CASE WHEN g % 6 > 0 THEN g * party * 1000000000000::bigint END, CASE WHEN g % 4 > 0 THEN 1.25 * g * party - 20 END,
		CASE WHEN g % 8 > 0 THEN g * party / 8.0 END::real, CASE WHEN g % 9 > 0 THEN g / 16.0 - party END::double precision,
		CASE WHEN g % 3 > 0 THEN g % 2 = 0 END, NULL::integer,
		CASE WHEN g <> 13 THEN (ARRAY['eng', 'hr', 'O''Hara', 'a_b%c\', ''])[g % 5 + 1] END, left(md5((g % 4)::text), 8), (ARRAY['ab', 'ab c', 'b', 'B'])[g % 4 + 1],
		date '2024-01-01' + g, timestamp '2024-01-01 00:00' + g * interval '6 hours', timestamptz '2024-01-01 00:00+00' + g * interval '6 hours',
		md5((g % 3)::text)::uuid, (enum_range(NULL::mood))[g % 3 + 1], 'row ' || g || ' of ' || party
	FROM generate_series(1, 20) AS g
$$;
INSERT INTO survey SELECT * FROM rows_of(:party);
INSERT INTO everybody SELECT r.* FROM generate_series(1, 3) AS p, rows_of(p) AS r;
GRANT SELECT ON everybody TO PUBLIC;
ALTER TABLE survey OWNER TO regress_owner;
GRANT EXECUTE ON FUNCTION mpc_publish, mpc_unpublish TO regress_owner;
CREATE SCHEMA joint;
GRANT USAGE ON SCHEMA joint TO PUBLIC;

-- try(sql): the first row of the answer, or the error in full, without what differs from cluster to cluster.
CREATE FUNCTION try(sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer record;
	message text;
	detail text;
	hint text;
BEGIN
	IF sql ~* '^(select|with|values|explain|execute)\M' THEN
		EXECUTE sql INTO answer;
		RETURN answer::text;
	END IF;
	EXECUTE sql;
	RETURN 'ok';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN regexp_replace(SQLSTATE || ': ' || message || COALESCE(E'\n  DETAIL: ' || NULLIF(detail, ''), '')
		|| COALESCE(E'\n  HINT: ' || NULLIF(hint, ''), ''), '[0-9.]+ ms', 'N ms', 'g');
END
$$;

-- same(sql): asks the joint table and the union of all rows, %s in the text; the answer when both give the same.
CREATE FUNCTION same(sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	joint record;
	plain record;
BEGIN
	EXECUTE replace(sql, '%s', 'joint.survey') INTO joint;
	EXECUTE replace(replace(sql, 'mpc_', ''), '%s', 'everybody') INTO plain;
	IF joint::text IS DISTINCT FROM plain::text THEN
		RETURN format('DIFFERENT: joint %s, plain %s', joint, plain);
	END IF;
	RETURN joint::text;
END
$$;

-- Of several parties that refuse, the one that is named depends on the identities, which are random.
CREATE FUNCTION any_party(message text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT regexp_replace(message, 'party "(north|south|west)"', 'a party', 'g') $$;
