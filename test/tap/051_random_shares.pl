# The oracle for shares: random numbers, parties, thresholds and formulas, computed on the shares and on the numbers, must give
# the same digits; so must random keys. Any set of shares above the threshold will do, and a wrong one is found.

use strict;
use warnings FATAL => 'all';

use MpcTest;
use Test::More;

my $seed = MpcTest::seed();
note("SEED=$seed");
my $fed = MpcTest::single();
my $setseed = sprintf 'SELECT setseed(%.9f)', ($seed % 1_000_000_000) / 1_000_000_000;

$fed->sql('alone', <<'SQL');
-- A number of up to 19 digits, either sign, with up to 9 decimal places.
CREATE FUNCTION draw() RETURNS numeric LANGUAGE sql VOLATILE AS $$
	SELECT round(((random() - 0.5) * 10 ^ (random() * 10))::numeric, (random() * 9)::integer) $$;

-- One formula over four numbers, on shares and on numbers; then some of the shares give the result.
CREATE FUNCTION formula() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n integer := 2 + floor(random() * 12);
	t integer := 2 + floor(random() * (n - 1));
	x numeric[] := ARRAY[draw(), draw(), draw(), draw()];
	k numeric := round(draw() / 1000, 3);
	expected numeric;
	opened numeric;
BEGIN
	expected := (x[1] + x[2] - x[3]) * k + x[4] - x[4] * 7;
	WITH dealt AS (SELECT a, i, s FROM generate_series(1, 4) AS a, LATERAL mpc_share(x[a], n, t) WITH ORDINALITY AS d(s, i)),
		computed AS (SELECT (d1.s + d2.s - d3.s) * k + d4.s - 7 * d4.s AS s FROM dealt AS d1 JOIN dealt AS d2 USING (i) JOIN dealt AS d3 USING (i) JOIN dealt AS d4 USING (i)
			WHERE d1.a = 1 AND d2.a = 2 AND d3.a = 3 AND d4.a = 4 ORDER BY random() LIMIT t + floor(random() * (n - t + 1)))
	SELECT mpc_reconstruct(s) INTO opened FROM computed;
	IF opened::text = expected::text THEN
		RETURN 'right';
	END IF;
	RETURN format('n %s, t %s, x %s, k %s: expected %s, opened %s', n, t, x, k, expected, opened);
END $$;

-- A key of up to 300 bytes, from some of its shares; one more that is wrong is named.
CREATE FUNCTION custody() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n integer := 3 + floor(random() * 12);
	t integer := 2 + floor(random() * (n - 2));
	key bytea := substr(decode((SELECT string_agg(md5(random()::text), '') FROM generate_series(1, 19)), 'hex'), 1, (random() * 300)::integer);
	share bytea[] := ARRAY(SELECT mpc_split(key, n, t));
	picked bytea[] := ARRAY(SELECT s FROM unnest(share) AS s ORDER BY random() LIMIT t);
	liar integer := 1 + floor(random() * n);
	place integer;
BEGIN
	IF (SELECT mpc_combine(s) FROM unnest(picked) AS s) IS DISTINCT FROM key THEN
		RETURN format('n %s, t %s, key %s: not combined', n, t, key);
	END IF;
	place := 30 + floor(random() * (octet_length(share[1]) - 30));
	IF place % 32 = 29 AND place < octet_length(share[1]) - 32 THEN
		place := place - 1;		-- the highest byte of an element: what is changed there may be none
	END IF;
	share[liar] := set_byte(share[liar], place, get_byte(share[liar], place) # 1);
	BEGIN
		PERFORM mpc_combine(s) FROM unnest(share) AS s;
	EXCEPTION WHEN invalid_parameter_value THEN
		IF SQLERRM = format('share of index %s is wrong', liar) THEN
			RETURN 'right';
		END IF;
		RETURN format('n %s, t %s, key %s, liar %s at %s: %s', n, t, key, liar, place, SQLERRM);
	END;
	RETURN format('n %s, t %s, key %s, liar %s at %s: not found', n, t, key, liar, place);
END $$;
SQL

foreach my $what (qw(formula custody))
{
	is($fed->sql('alone', "$setseed; SELECT string_agg(DISTINCT r, E'\\n'), count(*) FROM (SELECT $what() AS r FROM generate_series(1, 400)) AS x") =~ s/^\n//r,
		'right|400', "400 random runs of $what agree");
}

done_testing();
