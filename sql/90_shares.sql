-- Shares of numbers and of keys: what they give, what arithmetic on them gives, and everything that is refused.
\pset format unaligned
\pset tuples_only on
\getenv abs_builddir PG_ABS_BUILDDIR
\set share_file :abs_builddir '/results/share.bin'

-- deal: all shares of a number. at: those of some indexes. open: the number that shares give.
CREATE FUNCTION deal(secret numeric, parties integer, threshold integer) RETURNS mpc_share[] LANGUAGE sql AS $$ SELECT ARRAY(SELECT mpc_share(secret, parties, threshold)) $$;
CREATE FUNCTION at(shares mpc_share[], VARIADIC indexes integer[]) RETURNS mpc_share[] LANGUAGE sql AS $$ SELECT array_agg(shares[i] ORDER BY n) FROM unnest(indexes) WITH ORDINALITY AS u(i, n) $$;
CREATE FUNCTION open(shares mpc_share[]) RETURNS numeric LANGUAGE sql AS $$ SELECT mpc_reconstruct(s) FROM unnest(shares) AS s $$;
-- changed: a share whose record has other bytes from some byte on, and a right checksum again.
CREATE FUNCTION base64url(bytes bytea) RETURNS text LANGUAGE sql AS $$ SELECT translate(encode(bytes, 'base64'), E'+/\n', '-_') $$;
CREATE FUNCTION changed(share mpc_share, place integer, bytes bytea) RETURNS text LANGUAGE sql AS $$
	SELECT 'mpcs1:' || base64url(r || substr(sha512('\x0f'::bytea || 'MPCAGG-v1/share'::bytea || r), 1, 8))
	FROM substr(overlay(mpc.share_send(share) PLACING bytes FROM place + 1), 1, 70) AS r $$;

-- One row for each party, in the order of the indexes (byte 3 of the record); text and binary form go out and in.
SELECT count(*), count(DISTINCT s::text), min(length(s::text)), bool_and(s::text ~ '^mpcs1:[A-Za-z0-9_-]+$'), array_agg(get_byte(mpc.share_send(s), 3)) FROM mpc_share(42, 5, 3) AS s;
SELECT bool_and(s::text::mpc_share::text = s::text), bool_and(octet_length(mpc.share_send(s)) = 78) FROM mpc_share(42, 5, 3) AS s;
SELECT pg_typeof(mpc_share(1, 2, 2)) LIMIT 1;
CREATE TABLE kept AS SELECT n, s FROM mpc_share(-3.14, 3, 2) WITH ORDINALITY AS x(s, n);
CREATE TABLE copied (LIKE kept);
COPY kept TO :'share_file' (FORMAT binary);
COPY copied FROM :'share_file' (FORMAT binary);
SELECT count(*), bool_and(k.s::text = c.s::text) FROM kept AS k JOIN copied AS c USING (n);
SELECT mpc_reconstruct(s) FROM copied;
COPY (SELECT n, substr(mpc.share_send(s), 2) FROM kept) TO :'share_file' (FORMAT binary);
SELECT try(format('COPY copied FROM %L (FORMAT binary)', :'share_file'));
COPY (SELECT n, mpc.share_send(s) || '\x00'::bytea FROM kept) TO :'share_file' (FORMAT binary);
SELECT try(format('COPY copied FROM %L (FORMAT binary)', :'share_file'));
COPY (SELECT n, set_byte(mpc.share_send(s), 77, get_byte(mpc.share_send(s), 77) # 1) FROM kept) TO :'share_file' (FORMAT binary);
SELECT try(format('COPY copied FROM %L (FORMAT binary)', :'share_file'));
COPY (SELECT n, ''::bytea FROM kept) TO :'share_file' (FORMAT binary);
SELECT try(format('COPY copied FROM %L (FORMAT binary)', :'share_file'));

-- Numbers come back as they went, digit for digit.
SELECT string_agg(COALESCE(open(deal(secret, 3, 2))::text, 'null'), ' ') FROM unnest('{0,0.00,-0,1,-1,0.5,-0.50,1e37,-1e37,99999999999999999999999999999999999999,-99999999999999999999999999999999999999,0.00000000000000000000000000000000000001,-0.99999999999999999999999999999999999999,12345678901234567890.123456789012345678}'::numeric[]) AS secret;
SELECT string_agg((open(deal(-7.25, parties, threshold)))::text, ' ') FROM (VALUES (2, 2), (3, 2), (3, 3), (10, 7), (100, 2), (100, 67), (100, 100)) AS v(parties, threshold);
-- Every choice of three of five, in every order.
SELECT count(*), count(DISTINCT open(at(d, i, j, k))), min(open(at(d, i, j, k))) FROM deal(1234.56, 5, 3) AS d, generate_series(1, 5) AS i, generate_series(1, 5) AS j, generate_series(1, 5) AS k WHERE i <> j AND j <> k AND i <> k;
-- Shares differ from call to call: nothing to recognize a number by.
SELECT a.s::text = b.s::text FROM mpc_share(1, 2, 2) AS a(s), mpc_share(1, 2, 2) AS b(s) LIMIT 1;

-- What cannot be shared.
SELECT try('SELECT mpc_share(''NaN'', 3, 2)');
SELECT try('SELECT mpc_share(''infinity'', 3, 2)');
SELECT try('SELECT mpc_share(''-infinity'', 3, 2)');
SELECT try('SELECT mpc_share(1e38, 3, 2)');
SELECT try('SELECT mpc_share(-1e38, 3, 2)');
SELECT try('SELECT mpc_share(1e-39, 3, 2)');
SELECT try('SELECT mpc_share(10000000000000000000.0000000000000000000, 3, 2)');
SELECT try('SELECT mpc_share(1, 1, 1)');
SELECT try('SELECT mpc_share(1, 101, 2)');
SELECT try('SELECT mpc_share(1, -1, 2)');
SELECT try('SELECT mpc_share(1, 65538, 2)');
SELECT try('SELECT mpc_share(1, 3, 1)');
SELECT try('SELECT mpc_share(1, 3, 4)');
SELECT try('SELECT mpc_share(1, 3, -2)');
SELECT try('SELECT mpc_share(1, 3, 65538)');
SELECT count(*) FROM mpc_share(NULL, 3, 2);
SELECT count(*) FROM mpc_share(1, NULL, 2);

-- What is no share. No message repeats it.
SELECT try(format('SELECT %L::mpc_share', t)) FROM unnest(ARRAY['', 'x', 'mpcs', 'mpcs1:', 'mpcs1:AAAA', 'mpcs01:AAAA', 'MPCS1:AAAA', 'mpc1:AAAA', 'mpcs1:' || repeat('A', 104), 'mpcs1:AQ' || repeat('A', 102), 'mpcs1:' || repeat('=', 104)]) AS t;
SELECT try(format('SELECT %L::mpc_share', t)) FROM unnest(ARRAY['mpcs2:', 'mpcs10:AAAA', 'mpcs0:AAAA']) AS t;
SELECT DISTINCT try(format('SELECT %L::mpc_share', t)) FROM (SELECT s::text AS s FROM mpc_share(42, 2, 2) AS s LIMIT 1) AS s, unnest(ARRAY[s || 'A', left(s, -1), ' ' || s, s || E'\n', s || '=', upper(s)]) AS t;
SELECT count(*), array_agg(DISTINCT split_part(try(format('SELECT %L::mpc_share', overlay(s::text PLACING CASE substr(s::text, g, 1) WHEN 'A' THEN 'B' ELSE 'A' END FROM g))), ':', 1)) FROM (SELECT s FROM mpc_share(42, 2, 2) AS s LIMIT 1) AS s, generate_series(1, 110) AS g;
SELECT (deal(1, 3, 2))[1] AS one \gset
SELECT changed(:'one', 0, '\x01') = :'one' AS the_same;
SELECT try(format('SELECT %L::mpc_share', changed(:'one', place, bytes))) FROM (VALUES (0, '\x02'::bytea), (1, '\x65'), (1, '\x01'), (2, '\x01'), (2, '\x04'), (3, '\x00'), (3, '\x04'), (4, '\x4d'), (5, '\x01'),
	(6, '\x01000000000000000000000000000008'), (22, '\xffffffffffffffffffffffffffffff7f'), (22, '\x00000000000000000000000000000080'),
	(38, '\xedd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010'), (38, '\xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff')) AS v(place, bytes);
-- The edges of what is one.
SELECT try(format('SELECT %L::mpc_share IS NOT NULL', changed(:'one', place, bytes))) FROM (VALUES (4, '\x4c'::bytea), (6, '\x00000000000000000000000000000008'), (22, '\xfeffffffffffffffffffffffffffff7f'),
	(38, '\xecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010')) AS v(place, bytes);

-- Arithmetic: each party on its own shares, and the sum comes out of the sums.
CREATE FUNCTION each(a mpc_share[], operator text, b mpc_share[]) RETURNS mpc_share[] LANGUAGE plpgsql AS $$
DECLARE
	result mpc_share[];
BEGIN
	EXECUTE format('SELECT array_agg(x %s y ORDER BY n) FROM unnest($1, $2) WITH ORDINALITY AS u(x, y, n)', operator) INTO result USING a, b;
	RETURN result;
END $$;
CREATE FUNCTION times(a mpc_share[], k numeric) RETURNS mpc_share[] LANGUAGE sql AS $$ SELECT array_agg(x * k ORDER BY n) FROM unnest(a) WITH ORDINALITY AS u(x, n) $$;
SELECT open(each(deal(x, 3, 2), '+', deal(y, 3, 2))), x + y, open(each(deal(x, 3, 2), '-', deal(y, 3, 2))), x - y FROM (VALUES (1, 2), (1.5, 2), (2, 1.50), (-1, 1), (0.001, -99999999999999.9), (99999999999999999999999999999999999999, 99999999999999999999999999999999999999)) AS v(x, y);
SELECT open(times(deal(x, 3, 2), k)), x * k FROM (VALUES (1.25, 4), (1.25, 0.04), (-3, 7), (3, -7), (0, 9), (9, 0), (-1.5, -0.5), (99999999999999999999999999999999999999, 10633823966279326983230456482242756608)) AS v(x, k);
SELECT open(ARRAY(SELECT 3 * s FROM unnest(d) AS s)), open(ARRAY(SELECT s * 3 FROM unnest(d) AS s)), open(ARRAY(SELECT s * 3::smallint FROM unnest(d) AS s)), open(ARRAY(SELECT 3::bigint * s * 0.5 FROM unnest(d) AS s)) FROM deal(14, 3, 2) AS d;
SELECT try(format('SELECT %L::mpc_share * 0.5::double precision', :'one'));
SELECT open(each(d, '-', d)), open(each(d, '+', times(d, -1))) FROM deal(5, 3, 2) AS d;
-- A share of one's own number, spoilt by a public factor, is itself again after the inverse steps.
SELECT open(each(times(d, 1000000), '-', times(d, 999999))) FROM deal(-8.25, 4, 3) AS d;

-- sum(): per party; NULLs do not count, nothing gives NULL, and it grows far.
CREATE TABLE pay (name text, salary numeric, share mpc_share[]);
INSERT INTO pay SELECT name, salary, deal(salary, 3, 2) FROM (VALUES ('a', 3000), ('b', 2500.50), ('c', 4100), ('d', NULL)) AS v(name, salary);
SELECT mpc_reconstruct(s), (SELECT sum(salary) FROM pay) FROM (SELECT sum(share[i]) FROM pay, generate_series(1, 3) AS i GROUP BY i) AS x(s);
SELECT sum(s) IS NULL FROM (VALUES (NULL::mpc_share)) AS v(s);
SELECT sum(s) IS NULL FROM kept WHERE false;
SELECT mpc_reconstruct(s) FROM (SELECT sum(s) FROM kept, generate_series(1, 10000) GROUP BY n) AS x(s);
SELECT sum(s) IS NOT NULL FROM (SELECT s, sum(s) OVER (ORDER BY g ROWS 1 PRECEDING) FROM kept, generate_series(1, 3) AS g WHERE n = 1) AS x;
SELECT mpc_reconstruct(total) FROM (SELECT n, sum(s) OVER (PARTITION BY n ORDER BY g) AS total, g FROM kept, generate_series(1, 4) AS g) AS x WHERE g = 4;
SELECT try('SELECT sum(s) FROM kept');
SELECT try('SELECT a.s + b.s FROM kept AS a, kept AS b WHERE a.n = 1 AND b.n = 2');
SELECT try('SELECT a.s - b.s FROM kept AS a, kept AS b WHERE a.n = 1 AND b.n = 2');
SELECT try('SELECT a[1] + b[1] FROM deal(1, 3, 2) AS a, deal(1, 4, 2) AS b');
SELECT try('SELECT a[1] + b[1] FROM deal(1, 3, 2) AS a, deal(1, 3, 3) AS b');

-- Beyond the bound: an error, never another number.
SELECT try('SELECT count(times(times(deal(1, 3, 2), 10633823966279326983230456482242756608), 1))');
SELECT try('SELECT times(deal(1, 3, 2), 10633823966279326983230456482242756609)');
SELECT try('SELECT times(times(deal(1, 3, 2), 4611686018427387904), -4611686018427387904)');
SELECT try('SELECT each(d, ''+'', d) FROM times(deal(1, 3, 2), 10633823966279326983230456482242756608) AS d');
SELECT try('SELECT each(d, ''-'', d) FROM times(deal(1, 3, 2), 10633823966279326983230456482242756608) AS d');
SELECT try('SELECT each(deal(1, 3, 2), ''+'', deal(1e-38, 3, 2))');
SELECT open(each(deal(-1, 3, 2), '-', deal(-1e-37, 3, 2)));
SELECT open(times(times(deal(1e-38, 3, 2), 1e-38), 1));
SELECT try('SELECT times(times(deal(1e-38, 3, 2), 1e-38), 1.0)');
SELECT try('SELECT times(deal(1, 3, 2), ''NaN'')');
SELECT try('SELECT times(deal(1, 3, 2), ''infinity'')');
SELECT try('SELECT times(deal(1, 3, 2), 1e38)');
SELECT try('SELECT times(deal(1, 3, 2), 1e-39)');

-- mpc_reconstruct(): of nothing, of too few, of what does not belong together.
SELECT mpc_reconstruct(s) IS NULL FROM kept WHERE false;
SELECT mpc_reconstruct(NULL::mpc_share) IS NULL FROM kept;
SELECT mpc_reconstruct(CASE WHEN n <> 2 THEN s END) FROM kept;
SELECT try('SELECT open(at(deal(5, 3, 3), 1, 2))');
SELECT try('SELECT open(at(deal(5, 3, 2), 3))');
SELECT try('SELECT open(at(deal(5, 3, 2), 1, 2, 1))');
SELECT try('SELECT open(at(deal(5, 3, 2), 1) || at(deal(5, 3, 2), 2))');
SELECT try('SELECT open(at(deal(5, 3, 2), 1) || at(deal(5, 4, 2), 2))');
SELECT try('SELECT open(at(deal(5, 3, 2), 1) || at(deal(5, 3, 3), 2))');
SELECT try('SELECT open(at(d, 1) || at(times(d, 1.0), 2)) FROM deal(5, 3, 2) AS d');
SELECT try('SELECT open(at(d, 1) || at(times(d, 2), 2)) FROM deal(5, 3, 2) AS d');
SELECT try('SELECT open(at(each(a, ''+'', b), 1) || at(each(a, ''+'', a), 2)) FROM deal(5, 3, 2) AS a, deal(6, 3, 2) AS b');
SELECT try('SELECT open(at(each(a, ''+'', b), 1) || at(each(a, ''-'', b), 2)) FROM deal(5, 3, 2) AS a, deal(6, 3, 2) AS b');
SELECT open(at(each(a, '+', b), 1) || at(each(b, '+', a), 2)) FROM deal(5, 3, 2) AS a, deal(6, 3, 2) AS b;

-- Wrong shares whose checksum is right: byte 3 of the point is changed. Without a spare share a lie may go unnoticed, unless it
-- gives what no such shares can; with spare ones it is noticed, and named where that is possible.
CREATE FUNCTION spoilt(shares mpc_share[], VARIADIC indexes integer[]) RETURNS mpc_share[] LANGUAGE sql AS $$
	SELECT array_agg(CASE WHEN i = ANY (indexes) THEN changed(s, 38, set_byte(substr(mpc.share_send(s), 39, 32), 3, get_byte(mpc.share_send(s), 41) # 16))::mpc_share ELSE s END ORDER BY i)
	FROM unnest(shares) WITH ORDINALITY AS u(s, i) $$;
SELECT try('SELECT open(at(spoilt(deal(5, 3, 2), 1), 1, 2)) <> 5');
SELECT try('SELECT open(ARRAY[d[1], changed(d[2], 67, ''\x010203'')::mpc_share]) FROM deal(5, 3, 2) AS d');
SELECT try('SELECT open(spoilt(deal(5, 3, 2), 3))');
SELECT try('SELECT open(spoilt(deal(5, 4, 2), 3))');
SELECT try('SELECT open(spoilt(deal(5, 7, 3), 6, 2))');
SELECT try('SELECT open(spoilt(deal(5, 9, 3), 1, 5, 9))');
SELECT try('SELECT open(spoilt(deal(5, 7, 3), 1, 2, 4))');
SELECT open(at(spoilt(deal(5, 7, 3), 6, 2), 1, 3, 4, 5, 7));
SELECT try('SELECT mpc_reconstruct(s) OVER () FROM kept');

-- Keys: any threshold of them give the bytes.
CREATE FUNCTION split(secret bytea, parties integer, threshold integer) RETURNS bytea[] LANGUAGE sql AS $$ SELECT ARRAY(SELECT mpc_split(secret, parties, threshold)) $$;
CREATE FUNCTION pick(shares bytea[], VARIADIC indexes integer[]) RETURNS bytea[] LANGUAGE sql AS $$ SELECT array_agg(shares[i] ORDER BY n) FROM unnest(indexes) WITH ORDINALITY AS u(i, n) $$;
CREATE FUNCTION combine(shares bytea[]) RETURNS bytea LANGUAGE sql AS $$ SELECT mpc_combine(s) FROM unnest(shares) AS s $$;
SELECT count(*), count(DISTINCT s), min(octet_length(s)), min(encode(substr(s, 1, 7), 'escape')), count(DISTINCT substr(s, 8, 16)), array_agg(encode(substr(s, 24, 7), 'hex')) FROM mpc_split('a key of 32 bytes for everything!', 3, 2) AS s;
SELECT encode(combine(pick(k, 2, 3)), 'escape'), combine(pick(k, 3, 1)) = combine(k) FROM split('a key of 32 bytes for everything!', 3, 2) AS k;
SELECT count(*), bool_and(combine(pick(split(secret, 5, 3), 5, 1, 4)) = secret) FROM (SELECT substr(decode(repeat(md5(g::text), 5), 'hex'), 1, g) FROM generate_series(0, 80) AS g) AS v(secret);
SELECT octet_length(combine(k)), combine(pick(k, 3, 2)) = convert_to(repeat('x', 65536), 'UTF8'), octet_length(k[1]) FROM split(convert_to(repeat('x', 65536), 'UTF8'), 3, 2) AS k;
SELECT combine(split('\x00', 100, 100)), combine(split('\x', 2, 2)), octet_length((split('\x', 2, 2))[1]);
SELECT mpc_combine(s) IS NULL FROM unnest('{}'::bytea[]) AS s;
SELECT mpc_combine(NULL::bytea) IS NULL;
SELECT mpc_combine(CASE WHEN n <> 2 THEN s END) FROM mpc_split('\x1234', 3, 2) WITH ORDINALITY AS x(s, n);
SELECT count(*) FROM mpc_split(NULL, 3, 2);
SELECT try('SELECT mpc_split(convert_to(repeat(''x'', 65537), ''UTF8''), 3, 2)');
SELECT try('SELECT mpc_split(''\x00'', 1, 1)');
SELECT try('SELECT mpc_split(''\x00'', 101, 2)');
SELECT try('SELECT mpc_split(''\x00'', 3, 1)');
SELECT try('SELECT mpc_split(''\x00'', 3, 4)');
SELECT try('SELECT combine(pick(split(''\x1234'', 3, 2), 2))');
SELECT try('SELECT combine(pick(split(''\x1234'', 3, 2), 2, 1, 2))');
SELECT try('SELECT combine(pick(split(''\x1234'', 3, 2), 2) || pick(split(''\x1234'', 3, 2), 1))');
SELECT try('SELECT combine(pick(split(''\x1234'', 3, 2), 2) || pick(split(''\x12'', 4, 3), 1))');
CREATE FUNCTION flipped(shares bytea[], place integer, VARIADIC indexes integer[]) RETURNS bytea[] LANGUAGE sql AS $$ SELECT array_agg(CASE WHEN i = ANY (indexes) THEN set_byte(s, place, get_byte(s, place) # 1) ELSE s END ORDER BY i) FROM unnest(shares) WITH ORDINALITY AS u(s, i) $$;
-- A wrong lane (byte 40) or a wrong tag (the last byte).
SELECT try(format('SELECT combine(pick(flipped(split(%L, 5, 3), 40, 2), %s))', '\x1234', i)) FROM unnest(ARRAY['1, 2, 3', '1, 3, 4', '1, 2, 3, 4', '1, 3, 4, 2']) AS i;
SELECT try('SELECT combine(pick(flipped(split(''\x1234'', 5, 3), 125, 2), 1, 2, 3))');
SELECT try('SELECT combine(flipped(split(''\x1234'', 7, 3), 70, 1, 2))');
-- More are wrong than the points tell; by chance the tags may.
SELECT try('SELECT combine(flipped(split(''\x1234'', 7, 3), 70, 1, 4, 5))') LIKE '22023: shares %' AS refused;
SELECT try('SELECT combine(flipped(split(''\x1234'', 7, 3), 125, 1, 2, 4, 5, 6, 7))');
-- Bytes that are no share: index 0, 4 of 3, 2 of 4 made 3 of 4, other version, cut, longer, a length that lies, no element.
SELECT try(format('SELECT mpc_combine(%L::bytea)', b)) FROM (SELECT (split('\x1234', 3, 2))[2] AS s) AS s, unnest(ARRAY[''::bytea, '\x00', 'MPCAGK', set_byte(s, 0, 0), set_byte(s, 6, 2), set_byte(s, 25, 0), set_byte(s, 25, 4), set_byte(s, 23, 1), set_byte(s, 23, 4), set_byte(s, 24, 101),
	substr(s, 1, 40), substr(s, 1, 125), s || '\x00'::bytea, set_byte(s, 26, 255), set_byte(s, 28, 2), set_byte(s, 29, 255), set_byte(s, 61, 255)]) AS b;
-- The index is under the tag: a renamed share is a wrong one.
SELECT try('SELECT combine(pick(k, 1, 2) || set_byte(k[2], 25, 3)) FROM split(''\x1234'', 3, 2) AS k');
SELECT try('SELECT mpc_combine(s) OVER () FROM mpc_split(''\x00'', 2, 2) AS s');

-- Everybody may: it computes on its arguments alone.
SET ROLE regress_other;
SELECT mpc_reconstruct(s * 2) FROM mpc_share(21, 3, 2) AS s;
SELECT mpc_combine(s) FROM mpc_split('\xabcd', 3, 2) AS s;
RESET ROLE;
-- Parallel workers add up in parts.
CREATE TABLE many AS SELECT n % 3 AS i, (deal(n, 3, 2))[n % 3 + 1] AS s FROM generate_series(1, 3000) AS n;
BEGIN;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL enable_hashagg = off;
EXPLAIN (COSTS OFF) SELECT sum(s) FROM many WHERE i = 1;
SELECT sum(s)::text AS parallel FROM many WHERE i = 1 \gset
COMMIT;
SET max_parallel_workers_per_gather = 0;
SELECT sum(s)::text = :'parallel' AS the_same FROM many WHERE i = 1;
DROP TABLE kept, copied, pay, many;
