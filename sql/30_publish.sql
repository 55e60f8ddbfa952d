-- mpc_publish(): every argument and every error. The contract is what is published, not what is in the table.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
CREATE DOMAIN year AS integer;
CREATE TABLE zoo (
	i integer, b bigint, n numeric(6,2), wide numeric, tall numeric(60,2), neg numeric(4,-2), r real, d double precision, f boolean, t text,
	dom year, a integer[], mo money, j json, jb jsonb, by bytea, iv interval, "Odd ""name" integer, gone integer);
ALTER TABLE zoo DROP COLUMN gone;
INSERT INTO zoo VALUES (1, 10, 1.25, 1.5, 2.5, 300, 1.5, 2.5, true, 'x', 2000, '{1}', 1, '{}', '{}', '', '1 day', 7);
INSERT INTO zoo (i, b, n) VALUES (NULL, NULL, NULL), (-3, -30, -1.25);
ALTER TABLE zoo OWNER TO regress_owner;
GRANT USAGE ON FOREIGN SERVER offices TO regress_analyst;
GRANT EXECUTE ON FUNCTION mpc_publish, mpc_unpublish TO regress_analyst;
CREATE FUNCTION publish(arguments text) RETURNS text LANGUAGE sql AS $$
	SELECT try('SELECT mpc_publish(dataset => ''zoo'', relation => ''zoo'', federation => ''offices''' || arguments || ')') $$;
CREATE FUNCTION declare(declared text, measures text DEFAULT 'i') RETURNS text LANGUAGE sql AS $$
	SELECT publish(format(', measures => ''{%s}'', columns => %L', measures, declared)) $$;
SET ROLE regress_owner;

-- Everything by name, and what the catalog then says.
SELECT publish('');
SELECT publish($$, keys => '{t,i}', measures => '{i,b,n,r,d,f,"Odd \"name"}', filters => '{i,n,t}', functions => '{count,sum}', min_rows => 2,
	columns => '{"i": {"type": "bigint", "low": -5, "high": "100"}, "n": {"low": -1.25, "high": 9.99}, "d": {"scale": 10, "low": 0.0001, "high": 2.5}, "b": {"type": "numeric(22,3)"}}'$$);
RESET ROLE;
SELECT dataset, federation, relation, owner, keys, measures, filters, identifiers, domains, functions, min_rows, max_groups, suspended, published_at = now() AS now FROM mpc.datasets WHERE dataset = 'zoo';
SELECT name, role, type, scale, low, high, max_key_bytes, domain, lookup, lookup_column FROM mpc.dataset_column WHERE dataset = 'zoo' ORDER BY role, name;
SET ROLE regress_owner;
SELECT try('SELECT * FROM mpc.datasets');

-- Arguments.
SELECT try($$SELECT mpc_publish(NULL, 'zoo', 'offices')$$);
SELECT try($$SELECT mpc_publish('zoo', NULL, 'offices')$$);
SELECT try($$SELECT mpc_publish('zoo', 'zoo', NULL)$$);
SELECT try($$SELECT mpc_publish('', 'zoo', 'offices')$$);
SELECT try(format('SELECT mpc_publish(%L, ''zoo'', ''offices'')', repeat('x', 300)));
SELECT try($$SELECT mpc_publish('zoo', 'no_such', 'offices')$$);
SELECT try($$SELECT mpc_publish('zoo', 4294967295, 'offices')$$);
SELECT try($$SELECT mpc_publish('zoo', 'zoo', 'abroad')$$);
SELECT try($$SELECT mpc_publish('zoo', 'zoo', 'south')$$);
SELECT publish(', measures => NULL');
SELECT publish(', measures => ''{NULL}''');
SELECT publish(', measures => ''{{i,b},{n,r}}''');
SELECT publish(', functions => NULL');
SELECT publish(', functions => ''{}''');
SELECT publish(', functions => ''{count,median}''');
SELECT publish(', functions => ''{NULL}''');
SELECT publish(', min_rows => NULL');
SELECT publish(', min_rows => 0');
SELECT publish(', min_rows => -1');
SELECT publish(', max_groups => NULL');
SELECT publish(', max_groups => 0');
SELECT publish(', max_groups => 10000001');
SELECT publish(', max_groups => 10000000');
SELECT publish(', allow_overlap => NULL');
SELECT publish(', identifiers => NULL');
SELECT publish(', identifiers => ''{NULL}''');
SELECT publish(', identifiers => ''{i,i}''');
SELECT publish(', "intersect" => ''i''');

-- Columns.
SELECT publish(', measures => ''{x}''');
SELECT publish(', measures => ''{I}''');
SELECT publish(', measures => ''{i,i}''');
SELECT publish(', measures => ''{ctid}''');
SELECT publish(', measures => ''{""}''');
SELECT publish(', keys => ''{gone}''');
SELECT publish(', measures => ''{"........pg.dropped.19........"}''');
SELECT c, publish(format(', measures => ''{%s}''', c)) FROM unnest('{wide,tall,neg,t,dom,a,mo,j,jb,by}'::text[]) AS c;
SELECT c, publish(format(', filters => ''{%s}''', c)) FROM unnest('{r,d,wide,by,dom,a,mo,j,iv}'::text[]) AS c;
SELECT c, publish(format(', keys => ''{%s}''', c)) FROM unnest('{r,n,by,dom,iv}'::text[]) AS c;
SELECT c, publish(format(', identifiers => ''{%s}''', c)) FROM unnest('{i,b,t,by,n,wide,r,d,f,dom,a}'::text[]) AS c;

-- What is declared about them.
SELECT declare('[]');
SELECT declare('null');
SELECT declare('{"i": 5}');
SELECT declare('{"i": {"lowest": 0}}');
SELECT declare('{"b": {"low": 0}}');
SELECT declare('{"i": {"low": "abc"}}');
SELECT declare('{"i": {"low": true}}');
SELECT declare('{"i": {"low": "NaN"}}');
SELECT declare('{"i": {"low": "-infinity"}}');
SELECT declare('{"i": {"low": 0.5}}');
SELECT declare('{"i": {"low": 5, "high": 4}}');
SELECT declare('{"i": {"high": 2147483648}}');
SELECT declare('{"i": {"high": 1e1000}}');
SELECT declare('{"i": {"scale": 2}}');
SELECT declare('{"i": {"scale": "2"}}');
SELECT declare('{"d": {"scale": 65}}', 'd');
SELECT declare('{"d": {"scale": 1.5}}', 'd');
SELECT declare('{"d": {"scale": -1}}', 'd');
SELECT declare('{"d": {"scale": 99999999999}}', 'd');
SELECT declare('{"d": {"scale": 64}}', 'd');
SELECT declare('{"i": {"type": "smallint"}}');
SELECT declare('{"i": {"type": "integre"}}');
SELECT declare('{"i": {"type": "integer; drop table zoo"}}');
SELECT declare('{"i": {"type": ""}}');
SELECT declare('{"i": {"type": 5}}');
SELECT declare('{"i": {"type": "json"}}');
SELECT declare('{"i": {"type": "setof integer"}}');
SELECT declare('{"i": {"type": "numeric(4,2)"}}');
SELECT declare('{"n": {"type": "numeric(8,1)"}}', 'n');
SELECT declare('{"wide": {"type": "numeric(12,2)"}}', 'wide');
SELECT declare('{"t": {"low": 0}}', 'i}'', filters => ''{t');
SELECT declare('{"i": {"max_key_bytes": 61}}');
SELECT declare('{"i": {"domain": [1, 2]}}');
SELECT declare('{"t": {"domain": {"relation": "zoo"}}}', 'i}'', filters => ''{t');

-- Identifiers: how they are normalized.
RESET ROLE;
CREATE TABLE members (email text, phone varchar(20), no integer, raw bytea);
ALTER TABLE members OWNER TO regress_owner;
CREATE FUNCTION identify(which text, declared text, keys text[] DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	said text;
BEGIN
	DELETE FROM mpc.dataset WHERE name = 'members';
	SET ROLE regress_owner;
	said := try(format('SELECT mpc_publish(''members'', ''members'', ''offices'', identifiers => %L, keys => %L, columns => %L)', ARRAY[which], keys, declared));
	RESET ROLE;
	RETURN COALESCE((SELECT format('%s, %s: "%s"', d.normalize, c.role, c.normalize)
		FROM mpc.datasets AS d, mpc.dataset_column AS c WHERE d.dataset = 'members' AND c.dataset = 'members' ORDER BY c.role LIMIT 1), said);
END $$;
SELECT identify('email', '{}');
SELECT steps, identify('email', format('{"email": {"normalize": %s}}', steps)) FROM unnest(ARRAY['"trim lower"', '" lower  trim "', '["digits", "lower", "nfc", "trim"]', '"nfc"', '["lower"]',
	'"upper"', '"Lower"', '"trim trim"', '["trim", "trim"]', '["trim lower"]', '"trim,lower"', '"trim\tlower"', '""', '" "', '[]', '[1]', '[null]', '[["trim"]]', '{"trim": true}', '1', 'true', 'null', '"trim", "normalize": "lower"']) AS steps;
SELECT identify('phone', '{"phone": {"normalize": "digits"}}');
SELECT identify('phone', '{"phone": {"normalize": "digits", "type": "text"}}');
SELECT identify('no', '{"no": {"normalize": "digits"}}');
SELECT identify('raw', '{"raw": {"normalize": "trim"}}');
SELECT identify('email', '{"phone": {"normalize": "trim"}}');
SELECT identify('email', '{"phone": {"normalize": "trim"}}', '{phone}');
-- A column that is a key as well: the identifier is normalized.
SELECT identify('email', '{"email": {"normalize": "trim"}}', '{email}');
SELECT name, role, max_key_bytes, normalize FROM mpc.dataset_column WHERE dataset = 'members' ORDER BY role;
DELETE FROM mpc.dataset WHERE name = 'members';
DROP FUNCTION identify;
DROP TABLE members;
SET ROLE regress_owner;

-- Keys: how long they may be, and which values they may have. key() shows what the catalog then says.
RESET ROLE;
CREATE TABLE ark (animal text, size varchar(4), cabin char(2), born date, seen timestamptz, "M" mood, tame boolean, code integer, big bigint, u uuid, note varchar(2000));
ALTER TABLE ark OWNER TO regress_owner;
CREATE FUNCTION key(which text, declared text DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	said text;
BEGIN
	DELETE FROM mpc.dataset WHERE name = 'ark';
	SET ROLE regress_owner;
	said := try(format('SELECT mpc_publish(''ark'', ''ark'', ''offices'', keys => %L, columns => %L)', ARRAY[which], declared));
	RESET ROLE;
	RETURN COALESCE((SELECT format('%s, %s bytes %s', d.domains ->> which, c.max_key_bytes, encode(c.domain, 'hex'))
		FROM mpc.datasets AS d, mpc.dataset_column AS c WHERE d.dataset = 'ark' AND c.dataset = 'ark'), said);
END $$;
SELECT attname, key(attname) FROM pg_attribute WHERE attrelid = 'ark'::regclass AND attnum > 0 ORDER BY attnum;
SELECT key('animal', '{"animal": {"max_key_bytes": 2}}');
SELECT key('animal', '{"animal": {"max_key_bytes": 2048}}');
SELECT key('note', '{"note": {"max_key_bytes": 1000}}');
SELECT key('animal', '{"animal": {"max_key_bytes": 1}}');
SELECT key('animal', '{"animal": {"max_key_bytes": 2049}}');
SELECT key('animal', '{"animal": {"max_key_bytes": 61.5}}');
SELECT key('animal', '{"animal": {"max_key_bytes": "61"}}');
SELECT key('code', '{"code": {"max_key_bytes": 10}}');
SELECT key('code', '{"code": {"max_key_bytes": 61}}');

-- A declared domain: sorted, distinct, canonical.
SELECT key('animal', '{"animal": {"domain": ["dog", "cat", "", "dog"]}}');
SELECT key('animal', '{"animal": {"domain": ["dogs"], "max_key_bytes": 6}}');
SELECT key('animal', '{"animal": {"domain": ["dogs"], "max_key_bytes": 5}}');
SELECT key('animal', format('{"animal": {"domain": ["%s"]}}', repeat('x', 60)));
SELECT key('code', '{"code": {"domain": [3, "10", -1, 3]}}');
SELECT key('code', '{"code": {"type": "bigint", "domain": [3000000000]}}');
SELECT key('big', '{"big": {"domain": ["9223372036854775807"]}}');
SELECT key('size', '{"size": {"domain": ["tiny", "big"]}}');
SELECT key('cabin', '{"cabin": {"domain": ["A ", "A"]}}');
SELECT key('tame', '{"tame": {"domain": [true]}}');
SELECT key('M', '{"M": {"domain": ["sad", "happy"]}}');
SELECT key('u', '{"u": {"domain": ["00000000-0000-0000-0000-00000000000A"]}}');
SELECT key('born', '{"born": {"domain": ["2000-01-02"]}}');
SET datestyle = 'sql, dmy'; SET timezone = 'America/New_York';
SELECT key('born', '{"born": {"domain": ["2000-01-02"]}}');
SELECT key('seen', '{"seen": {"domain": ["2000-01-01 00:00:01", "2000-01-01 01:00:01+01"]}}');
RESET datestyle; RESET timezone;
SELECT key('animal', '{"animal": {"domain": []}}');
SELECT key('animal', '{"animal": {"domain": "dog"}}');
SELECT key('animal', '{"animal": {"domain": ["dog", null]}}');
SELECT key('animal', '{"animal": {"domain": [["dog"]]}}');
SELECT key('code', '{"code": {"domain": [1.5]}}');
SELECT key('code', '{"code": {"domain": [3000000000]}}');
SELECT key('code', '{"code": {"domain": ["dog"]}}');
SELECT key('size', '{"size": {"domain": ["large"]}}');
SELECT key('cabin', '{"cabin": {"domain": ["A12"]}}');
SELECT key('M', '{"M": {"domain": ["angry"]}}');
SELECT key('born', '{"born": {"domain": ["2024-02-30"]}}');

-- One that stands in a lookup relation: what is kept is where, not what.
CREATE TABLE animals (animal text, tag varchar(70) COLLATE "C", number smallint, price numeric, "M" mood, when_born date);
INSERT INTO animals VALUES ('dog', 'd', 1, 1.5, 'sad', '2000-01-01'), ('cat', 'c', 2, 2.5, 'sad', NULL), (NULL, 'c', NULL, NULL, NULL, NULL), ('dog', repeat('x', 59), NULL, NULL, NULL, NULL);
CREATE VIEW kennel AS SELECT * FROM animals;
CREATE MATERIALIZED VIEW ashore AS SELECT * FROM animals;
GRANT SELECT ON kennel, ashore TO regress_owner;
SELECT key('animal', '{"animal": {"domain": {"relation": "animals"}}}');
GRANT SELECT (animal, number, price, "M", tag) ON animals TO regress_owner;
SELECT key('animal', '{"animal": {"domain": {"relation": "animals"}}}');
SELECT lookup, lookup_column, domain FROM mpc.dataset_column WHERE dataset = 'ark';
SELECT key('animal', '{"animal": {"domain": {"relation": "public.animals", "column": "tag"}}}');
UPDATE animals SET tag = repeat('x', 60) WHERE length(tag) > 1;
SELECT key('animal', '{"animal": {"domain": {"relation": "animals", "column": "tag"}}}');
SELECT key('animal', '{"animal": {"domain": {"relation": "animals", "column": "tag"}, "max_key_bytes": 62}}');
SELECT key('code', '{"code": {"domain": {"relation": "animals", "column": "number"}}}');
SELECT key('code', '{"code": {"domain": {"relation": "animals", "column": "price"}}}');
SELECT key('M', '{"M": {"domain": {"relation": "animals"}}}');
SELECT key('animal', '{"animal": {"domain": {"relation": "ashore"}}}');
SELECT key('animal', '{"animal": {"domain": {"relation": "kennel"}}}');
SELECT key('born', '{"born": {"domain": {"relation": "animals", "column": "when_born"}}}');
SELECT key('born', '{"born": {"domain": {"relation": "animals"}}}');
SELECT key('animal', '{"animal": {"domain": {"relation": "animal"}}}');
SELECT key('animal', '{"animal": {"domain": {"relation": "-"}}}');
SELECT key('animal', '{"animal": {"domain": {"relation": 5}}}');
SELECT key('animal', '{"animal": {"domain": {"column": "animal"}}}');
SELECT key('animal', '{"animal": {"domain": {"relation": "animals", "where": "true"}}}');
ALTER TABLE animals ENABLE ROW LEVEL SECURITY;
SELECT key('animal', '{"animal": {"domain": {"relation": "animals"}}}');
ALTER TABLE animals DISABLE ROW LEVEL SECURITY;
-- As many values as there may be, and one more.
CREATE TABLE numbers AS SELECT generate_series(1, 999999) AS code;
GRANT SELECT ON numbers TO regress_owner;
SELECT key('code', '{"code": {"domain": {"relation": "numbers"}}}');
INSERT INTO numbers VALUES (0);
SELECT key('code', '{"code": {"domain": {"relation": "numbers"}}}');
DROP TABLE numbers;

-- R8: one relation, two federations of nearly the same parties.
CREATE SERVER pair FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'south');
GRANT USAGE ON FOREIGN SERVER pair TO regress_owner;
CREATE FUNCTION overlapping(arguments text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	said text;
BEGIN
	SET ROLE regress_owner;
	said := try(format('SELECT mpc_publish(%s)', arguments));
	RESET ROLE;
	RETURN said || ' ' || (SELECT count(*) FROM mpc.check_overlaps());
END $$;
SELECT overlapping($$'ark', 'ark', 'offices'$$);
SELECT overlapping($$'arc', 'ark', 'pair'$$);
SELECT overlapping($$'ark', 'ark', 'pair', allow_overlap => true$$);
SELECT overlapping($$'ark', 'ark', 'offices'$$);
SELECT overlapping($$'another', 'ark', 'offices', allow_overlap => true$$);
SELECT mpc_unpublish('another');
SELECT mpc.federations_overlap('offices', 'pair'), mpc.federations_overlap('offices', 'offices'), mpc.federations_overlap('offices', 'south'), mpc.federations_overlap('abroad', 'offices');
SELECT * FROM mpc.check_overlaps();
SELECT overlapping($$'zoo', 'zoo', 'offices'$$);
ALTER SERVER pair OPTIONS (ADD min_contributors '1');
SELECT overlapping($$'ark', 'ark', 'offices'$$);
ALTER SERVER offices OPTIONS (ADD min_contributors '1');
SELECT overlapping($$'ark', 'ark', 'offices'$$);
ALTER SERVER offices OPTIONS (SET min_contributors '0');
SELECT overlapping($$'ark', 'ark', 'pair'$$);
ALTER SERVER offices OPTIONS (DROP min_contributors);
SELECT overlapping($$'ark', 'ark', 'pair'$$);
-- One that is broken or gone answers nobody.
ALTER SERVER pair OPTIONS (SET parties 'south, east');
SELECT overlapping($$'ark', 'ark', 'offices'$$);
DROP SERVER pair;
SELECT overlapping($$'ark', 'ark', 'offices'$$);
-- The parties on each side count for themselves. Two of them exist on paper only.
\c regress_west
BEGIN;
DELETE FROM mpc.identity;
SELECT mpc.make_identity() AS east \gset
DELETE FROM mpc.identity;
SELECT mpc.make_identity() AS far \gset
ROLLBACK;
\c regress_north
SET client_min_messages = warning;
CREATE SERVER east FOREIGN DATA WRAPPER mpc_party OPTIONS (identity :'east');
CREATE SERVER far FOREIGN DATA WRAPPER mpc_party OPTIONS (identity :'far');
CREATE SERVER other FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'south, east');
GRANT USAGE ON FOREIGN SERVER other TO regress_owner;
SELECT overlapping($$'arc', 'ark', 'other'$$);
ALTER SERVER other OPTIONS (SET parties 'south, east, far');
SELECT overlapping($$'arc', 'ark', 'other'$$);
ALTER SERVER other OPTIONS (SET parties 'south, west, east');
SELECT overlapping($$'arc', 'ark', 'other'$$);
ALTER SERVER other OPTIONS (SET parties 'east, far');
SELECT overlapping($$'arc', 'ark', 'other'$$);
ALTER SERVER other OPTIONS (SET parties 'south, west, east, far');
SELECT overlapping($$'arc', 'ark', 'other'$$);
ALTER SERVER other OPTIONS (ADD min_contributors '3');
SELECT overlapping($$'arc', 'ark', 'other'$$);
DELETE FROM mpc.dataset WHERE name = 'arc';
DROP SERVER other, east, far;
DELETE FROM mpc.dataset WHERE name = 'ark';
DROP FUNCTION key, overlapping;
DROP VIEW kennel;
DROP MATERIALIZED VIEW ashore;
DROP TABLE ark, animals;
SET ROLE regress_owner;

-- Rows that break the contract: named by column, never by value.
SELECT declare('{"i": {"low": 0}}');
SELECT declare('{"i": {"high": 0}}');
SELECT declare('{"wide": {"type": "numeric(12,0)"}}', 'wide');
SELECT declare('{"d": {"high": 2.25}}', 'd');
BEGIN;
UPDATE zoo SET d = 'NaN' WHERE i = 1; SELECT publish(', measures => ''{d}'''); ROLLBACK;
BEGIN;
UPDATE zoo SET r = '-infinity' WHERE i = 1; SELECT publish(', measures => ''{r}'''); ROLLBACK;
BEGIN;
UPDATE zoo SET n = 'NaN' WHERE i = 1; SELECT publish(', measures => ''{n}'''); ROLLBACK;
BEGIN;
UPDATE zoo SET d = 1e300 WHERE i = 1; SELECT publish(', measures => ''{d}'''); ROLLBACK;
BEGIN;
UPDATE zoo SET d = 1e-300 WHERE i = 1; SELECT publish(', measures => ''{d}'''); ROLLBACK;

-- Who may: owners of the relation, users of the federation, and of a dataset only its own publisher.
SELECT publish('');
RESET ROLE;
SET ROLE regress_analyst;
SELECT publish('');
SELECT try($$SELECT mpc_unpublish('zoo')$$);
RESET ROLE;
CREATE TABLE analysts AS SELECT 1 AS i;
ALTER TABLE analysts OWNER TO regress_analyst;
SET ROLE regress_analyst;
SELECT try($$SELECT mpc_publish('zoo', 'analysts', 'offices')$$);
SELECT try($$SELECT mpc_publish('ants', 'analysts', 'offices')$$);
SELECT try($$SELECT mpc_unpublish('ants', 'offices')$$);
RESET ROLE;
REVOKE USAGE ON FOREIGN SERVER offices FROM regress_analyst;
SET ROLE regress_analyst;
SELECT try($$SELECT mpc_publish('ants', 'analysts', 'offices')$$);
RESET ROLE;
GRANT USAGE ON FOREIGN SERVER offices TO regress_analyst;
REVOKE EXECUTE ON FUNCTION mpc_publish, mpc_unpublish FROM regress_analyst;
SET ROLE regress_analyst;
SELECT try($$SELECT mpc_publish('ants', 'analysts', 'offices')$$);
SELECT try($$SELECT mpc_unpublish('zoo')$$);
RESET ROLE;
DROP TABLE analysts;

-- Unpublish.
SELECT try('SELECT mpc_unpublish(NULL)');
SELECT try($$SELECT mpc_unpublish('no such')$$);
SELECT try($$SELECT mpc_unpublish('zoo', 'south')$$);
SELECT try($$SELECT mpc_unpublish('zoo')$$);
SELECT try($$SELECT mpc_unpublish('zoo')$$);
SELECT count(*) FROM mpc.dataset_column WHERE dataset = 'zoo';

-- What can be published at all.
CREATE SEQUENCE zoo_seq;
CREATE INDEX zoo_i ON zoo (i);
CREATE TYPE pair AS (a integer, b integer);
CREATE TEMP TABLE short_lived (i integer);
SELECT r, try(format('SELECT mpc_publish(''zoo'', %L, ''offices'')', r)) FROM unnest('{zoo_seq,zoo_i,pair,short_lived,joint.survey}'::text[]) AS r;
SELECT try($$SELECT mpc_publish('zoo', 'joint.survey', 'offices', measures => '{i}')$$);

-- Views, partitioned, materialized and foreign tables are published like tables, and asked: the same answer from all.
CREATE VIEW survey_view WITH (security_barrier) AS SELECT * FROM survey WHERE id > 0;
CREATE MATERIALIZED VIEW survey_matview AS SELECT * FROM survey;
CREATE TABLE survey_parts (LIKE survey) PARTITION BY RANGE (id);
CREATE TABLE survey_low PARTITION OF survey_parts FOR VALUES FROM (0) TO (110);
CREATE TABLE survey_high PARTITION OF survey_parts DEFAULT;
INSERT INTO survey_parts SELECT * FROM survey;
CREATE TABLE survey_parent (LIKE survey);
CREATE TABLE survey_child () INHERITS (survey_parent);
INSERT INTO survey_parent SELECT * FROM survey WHERE id % 2 = 0;
INSERT INTO survey_child SELECT * FROM survey WHERE id % 2 = 1;
CREATE EXTENSION postgres_fdw;
CREATE SERVER loopback FOREIGN DATA WRAPPER postgres_fdw;
SELECT try(format('ALTER SERVER loopback OPTIONS (ADD host %L, ADD port %L, ADD dbname %L)', s.host, s.port, current_database())) FROM mpc.parties AS s WHERE party = 'south';
GRANT USAGE ON FOREIGN SERVER loopback TO regress_owner;
CREATE ROLE regress_far LOGIN PASSWORD 'regress far';
GRANT SELECT ON survey TO regress_far;
CREATE USER MAPPING FOR regress_owner SERVER loopback OPTIONS (user 'regress_far', password 'regress far', password_required 'false');
CREATE FOREIGN TABLE survey_far (id integer, s smallint, i integer, b bigint, n numeric(10,2), r real, d double precision, f boolean, nothing integer, txt text COLLATE "C", m mood) SERVER loopback OPTIONS (table_name 'survey');
ALTER VIEW survey_view OWNER TO regress_owner;
ALTER MATERIALIZED VIEW survey_matview OWNER TO regress_owner;
ALTER TABLE survey_parts OWNER TO regress_owner;
ALTER TABLE survey_parent OWNER TO regress_owner;
ALTER TABLE survey_child OWNER TO regress_owner;
ALTER FOREIGN TABLE survey_far OWNER TO regress_owner;
CREATE FUNCTION publish_and_ask(relation regclass) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	SET ROLE regress_owner;
	PERFORM mpc_publish('survey', relation, 'offices', measures => '{i,b,n,r,d,f}', filters => '{i,txt,n}', min_rows => 1);
	RESET ROLE;
	RETURN same($q$SELECT count(*), count(n), sum(i), sum(b), avg(n), sum(r), avg(d) FROM %s WHERE txt >= 'e' AND n < 30.5$q$);
END $$;
\c regress_north
SET client_min_messages = warning;
SELECT r, publish_and_ask(r) FROM unnest('{survey,survey_view,survey_matview,survey_parts,survey_parent,survey_far}'::regclass[]) AS r;

-- The relation changes under the dataset.
SET ROLE regress_owner;
SELECT mpc_publish('survey', 'survey_parent', 'offices', measures => '{i,n}', filters => '{txt}', min_rows => 1);
ALTER TABLE survey_parent RENAME COLUMN n TO renamed;
RESET ROLE;
SELECT mpc.dataset_problem('survey', 'offices');
SELECT try('SELECT sum(i) FROM joint.survey');
SELECT try('SELECT sum(n) FROM joint.survey');
ALTER TABLE survey_parent OWNER TO CURRENT_USER;
SELECT try('SELECT sum(i) FROM joint.survey');
DROP TABLE survey_parent CASCADE;
SELECT try('SELECT sum(i) FROM joint.survey');
SET ROLE regress_owner;
SELECT mpc_publish('survey', 'survey', 'offices', measures => '{i}', functions => '{count}', min_rows => 1);
RESET ROLE;
SELECT try('SELECT count(i) FROM joint.survey');
SELECT try('SELECT sum(i) FROM joint.survey');
SELECT try('SELECT count(n) FROM joint.survey');
SELECT try('SELECT count(*) FROM joint.survey WHERE i > 5');

-- Another contract than the partners': what differs is named (R20). A column that is not used does not matter.
SET ROLE regress_owner;
SELECT mpc_publish('survey', 'survey', 'offices', measures => '{i,b,n}', filters => '{s,i}', min_rows => 1, columns => '{"b": {"low": 0}, "n": {"type": "numeric(12,2)"}, "s": {"type": "integer"}}');
RESET ROLE;
SELECT any_party(try('SELECT sum(i) FROM joint.survey'));
SELECT any_party(try('SELECT sum(b) FROM joint.survey'));
SELECT any_party(try('SELECT sum(n) FROM joint.survey'));
SELECT any_party(try('SELECT count(*) FROM joint.survey WHERE s > 3'));
SELECT any_party(try('SELECT count(*) FROM joint.survey WHERE i > 3'));

-- Domains and lengths of keys are part of it.
SET ROLE regress_owner;
SELECT mpc_publish('survey', 'survey', 'offices', keys => '{txt,m,f,vc}', min_rows => 1, columns => '{"txt": {"max_key_bytes": 62}, "m": {"domain": ["sad"]}}');
RESET ROLE;
SELECT any_party(try('SELECT count(*) FROM joint.survey GROUP BY txt'));
SELECT any_party(try('SELECT count(*) FROM joint.survey GROUP BY m'));
SET ROLE regress_owner;
SELECT mpc_publish('survey', 'survey', 'offices', keys => '{txt,m}', min_rows => 1, columns => '{"txt": {"domain": ["eng", "hr"]}}');
RESET ROLE;
SELECT any_party(try('SELECT count(*) FROM joint.survey GROUP BY txt'));

-- Each party's own limit of groups, and a lookup relation that goes away.
SET ROLE regress_owner;
SELECT mpc_publish('survey', 'survey', 'offices', keys => '{txt,m}', min_rows => 1);
\c regress_south
SET ROLE regress_owner;
SELECT mpc_publish('survey', 'survey', 'offices', keys => '{txt,m}', min_rows => 1, max_groups => 4);
\c regress_north
SELECT try('SELECT count(*) FROM joint.survey GROUP BY txt');
SELECT try('SELECT count(*) FROM joint.survey GROUP BY m');
\c regress_south
CREATE TABLE moods AS SELECT DISTINCT m FROM survey;
GRANT SELECT ON moods TO regress_owner;
SET ROLE regress_owner;
SELECT mpc_publish('survey', 'survey', 'offices', keys => '{txt,m}', min_rows => 1, columns => '{"m": {"domain": {"relation": "moods"}}}');
\c regress_north
SELECT try('SELECT count(*) FROM joint.survey GROUP BY m');
\c regress_south
DROP TABLE moods;
\c regress_north
SELECT try('SELECT count(*) FROM joint.survey GROUP BY m');
SELECT try('SELECT count(*) FROM joint.survey');
\c regress_south
SET ROLE regress_owner;
SELECT mpc_publish('survey', 'survey', federation => 'offices', keys => '{txt,m}', measures => '{s,i,b,n,r,d,f,nothing}', filters => '{s,i,b,n,f,txt,vc,ch,day,ts,tz,u,m}', min_rows => 1);
\c regress_north
SET client_min_messages = warning;

-- All as it was.
DROP VIEW survey_view;
DROP MATERIALIZED VIEW survey_matview;
DROP TABLE survey_parts, zoo;
DROP OWNED BY regress_far;
DROP ROLE regress_far;
DROP EXTENSION postgres_fdw CASCADE;
DROP SEQUENCE zoo_seq;
DROP TYPE pair;
DROP DOMAIN year;
DROP FUNCTION publish, declare, publish_and_ask;
SET ROLE regress_owner;
SELECT mpc_publish('survey', 'survey', federation => 'offices', keys => '{txt,m}', measures => '{s,i,b,n,r,d,f,nothing}', filters => '{s,i,b,n,f,txt,vc,ch,day,ts,tz,u,m}', min_rows => 1);
RESET ROLE;
SELECT same('SELECT count(*) FROM %s');
