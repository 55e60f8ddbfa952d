# The oracle for variances, covariances and regressions over exact sums: random sets of numbers of every type. What is numeric
# must be PostgreSQL's own aggregate, digit for digit. What is double precision must be the double nearest to the true value,
# which numeric gives with hundreds of digits; PostgreSQL's own aggregates, which sum doubles, must be near it and NULL with it.

use strict;
use warnings FATAL => 'all';

use FindBin;
use Math::BigInt;
use MpcRandom;
use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $seed = MpcTest::seed();
note("SEED=$seed");
srand($seed);

my $fed = MpcTest::single();
my $probe = "$PostgreSQL::Test::Utils::tmp_check/moments/moments_probe.so";
{
	local $ENV{PATH} = join(':', grep { !/tmp_install/ } split(/:/, $ENV{PATH}));
	is(system("make -s -C '$FindBin::Bin/../moments' BUILD='" . ($probe =~ s,/[^/]+$,,r) . "'"), 0, 'the probe builds');
}

# Names, numbers and sums of the functions: Y, X, Y*Y, X*X, X*Y. PostgreSQL has those of two arguments for doubles alone.
my @functions = (
	[ 'sum', 3, 'y' ], [ 'avg', 4, 'y' ],
	[ 'var_pop', 5, 'y yy' ], [ 'var_samp', 6, 'y yy' ], [ 'stddev_pop', 7, 'y yy' ], [ 'stddev_samp', 8, 'y yy' ],
	[ 'covar_pop', 32, 'y x xy' ], [ 'covar_samp', 33, 'y x xy' ], [ 'corr', 34, 'y x yy xx xy' ],
	[ 'regr_count', 35, '' ], [ 'regr_avgx', 36, 'x' ], [ 'regr_avgy', 37, 'y' ],
	[ 'regr_sxx', 38, 'x xx' ], [ 'regr_syy', 39, 'y yy' ], [ 'regr_sxy', 40, 'y x xy' ],
	[ 'regr_slope', 41, 'y x yy xx xy' ], [ 'regr_intercept', 42, 'y x yy xx xy' ], [ 'regr_r2', 43, 'y x yy xx xy' ]);

# Type, scale, bits of the largest scaled integer, and of the significant part of a double.
my %type = (
	s => [ 'smallint', 0, 15 ], i => [ 'integer', 0, 31 ], b => [ 'bigint', 0, 63 ],
	n => [ 'numeric(12,2)', 2, 39 ], m => [ 'numeric(30,15)', 15, 99 ], f => [ 'numeric(20,20)', 20, 66 ],
	w => [ 'numeric(38,0)', 0, 100 ], r => [ 'real', 32, 100, 24 ],
	d => [ 'double precision', 32, 100, 53 ], e => [ 'double precision', 64, 100, 53 ], g => [ 'double precision', 0, 100, 53 ]);
my @pairs = qw(ss ib bn sn nm mf fw we ri dd gr ef mi id wd eb);
my $sets = 130;

$fed->sql('alone', <<"SQL");
CREATE FUNCTION probe(function integer, ytype text, yscale integer, xtype text, xscale integer, n bigint, moment numeric[])
	RETURNS text LANGUAGE c AS '$probe', 'moments_probe';
SQL
$fed->sql('alone', <<'SQL');
-- a / b and its root with so many digits that the cast alone rounds: of a tie, all digits are there.
CREATE FUNCTION quotient(a numeric, b numeric) RETURNS double precision LANGUAGE sql AS
	$$ SELECT (round(a * 1e500 / b) || 'e-500')::double precision $$;
CREATE FUNCTION root(a numeric, b numeric) RETURNS double precision LANGUAGE sql AS
	$$ SELECT (round(sqrt(a * 1e1000 / b)) || 'e-500')::double precision $$;

-- What a function is in double precision, of sums of integers that are a unit times the values.
CREATE FUNCTION nearest(name text, n numeric, y numeric, x numeric, yy numeric, xx numeric, xy numeric, yunit numeric, xunit numeric)
	RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
	vy numeric := greatest(n * yy - y * y, 0);
	vx numeric := greatest(n * xx - x * x, 0);
	c numeric := n * xy - x * y;
BEGIN
	IF n = 0 OR n = 1 AND name LIKE '%_samp' OR name IN ('corr', 'regr_slope', 'regr_intercept', 'regr_r2') AND (vx = 0 OR vy = 0 AND name = 'corr') THEN
		RETURN NULL;
	END IF;
	RETURN CASE name
		WHEN 'avg' THEN quotient(y, n * yunit)
		WHEN 'sum' THEN quotient(y, yunit)
		WHEN 'var_pop' THEN quotient(vy, n * n * yunit * yunit)
		WHEN 'var_samp' THEN quotient(vy, n * (n - 1) * yunit * yunit)
		WHEN 'stddev_pop' THEN root(vy, n * n * yunit * yunit)
		WHEN 'stddev_samp' THEN root(vy, n * (n - 1) * yunit * yunit)
		WHEN 'covar_pop' THEN quotient(c, n * n * xunit * yunit)
		WHEN 'covar_samp' THEN quotient(c, n * (n - 1) * xunit * yunit)
		WHEN 'corr' THEN sign(c) * root(c * c, vx * vy)
		WHEN 'regr_avgx' THEN quotient(x, n * xunit)
		WHEN 'regr_avgy' THEN quotient(y, n * yunit)
		WHEN 'regr_sxx' THEN quotient(vx, n * xunit * xunit)
		WHEN 'regr_syy' THEN quotient(vy, n * yunit * yunit)
		WHEN 'regr_sxy' THEN quotient(c, n * xunit * yunit)
		WHEN 'regr_slope' THEN quotient(c * xunit, vx * yunit)
		WHEN 'regr_intercept' THEN quotient(y * vx - x * c, n * vx * yunit)
		WHEN 'regr_r2' THEN CASE WHEN vy = 0 THEN 1 ELSE quotient(c * c, vx * vy) END
	END;
END $$;

-- How far PostgreSQL's own double may be off: 1e-13 of the values behind it, and more where they hardly differ.
CREATE FUNCTION slack(name text, n double precision, y double precision, x double precision, yy double precision, xx double precision,
	vy double precision, vx double precision, yunit double precision, xunit double precision)
	RETURNS double precision LANGUAGE sql AS $$
	SELECT 1e-13 * CASE
		WHEN name ~ 'var_|syy|sxy|sxx' THEN n * greatest(yy / yunit / yunit, xx / xunit / xunit, sqrt(yy * xx) / xunit / yunit)
		WHEN name ~ 'sum|avg|stddev' THEN (n + n * yy / vy) * greatest(sqrt(yy) / yunit, sqrt(xx) / xunit)
		ELSE n * (yy / vy) * n * (xx / vx) * CASE name WHEN 'regr_slope' THEN 1 + sqrt(yy / xx) / yunit * xunit
			WHEN 'regr_intercept' THEN sqrt(yy) / yunit * sqrt(xx) / xunit + sqrt(yy) / yunit ELSE 1 END
		END $$;
SQL

# An integer of at most so many bits, with no more significant ones than a double has.
sub drawn
{
	my ($bits, $significant) = @_;
	my $take = MpcRandom::between(1, $bits);
	my $keep = $significant && $significant < $take ? $significant : $take;
	my $value = Math::BigInt->new(0);
	$value = $value * 2**15 + int(rand(2**15)) foreach 0 .. $keep / 15;
	$value = $value % Math::BigInt->new(2)->bpow($keep);
	return $value * Math::BigInt->new(2)->bpow($take - $keep) * MpcRandom::one_of(1, -1);
}

# One variable of a set: alike, nearly alike, of one size, or of all sizes up to the bounds.
sub series
{
	my ($n, $spec) = @_;
	my (undef, undef, $bits, $significant) = @$spec;
	my $most = Math::BigInt->new(2)->bpow($bits) - Math::BigInt->new(2)->bpow($significant ? $bits - $significant : 0);
	my $first = drawn($bits - 1, $significant ? $significant - 2 : 0);
	my $small = MpcRandom::between(1, $bits);
	my $draw = MpcRandom::one_of(
		sub { $first }, sub { $first * MpcRandom::one_of(1, 1, 1, 2) }, sub { MpcRandom::one_of($most, -$most, $first) },
		sub { drawn($small, $significant) }, sub { drawn($small, $significant) }, sub { drawn($bits, $significant) });
	return map { $draw->() } 1 .. $n;
}

sub rows
{
	my ($y, $x) = @_;
	my (@rows, @y, @x);
	foreach my $id (1 .. $sets)
	{
		my $n = MpcRandom::one_of(0, 1, 2, 3, 4, map { MpcRandom::between(2, 30) } 1 .. 5);
		@y = series($n, $type{$y});
		@x = MpcRandom::chance(0.1) && $y eq $x ? @y : series($n, $type{$x});
		push @rows, map { "($id, $y[$_], $x[$_])" } 0 .. $n - 1;
	}
	return join(', ', @rows);
}

sub unit
{
	my ($spec) = @_;
	return Math::BigInt->new($spec->[3] ? 2 : 10)->bpow($spec->[1]);
}

# A scaled integer as a value of its type, exact.
sub value
{
	my ($name, $spec) = @_;
	return $spec->[3] ? "($name\::double precision / " . unit($spec) . "::double precision)::$spec->[0]"
	  : "($name * 1e-$spec->[1])::$spec->[0]";
}

sub call
{
	my ($function, $y, $x) = @_;
	my (undef, $number, $sums) = @$function;
	my $moments = join(', ', map { " $sums " =~ / $_ / ? $_ : 'NULL' } qw(y x yy xx xy));
	my $second = $number < 32 ? 'NULL, NULL' : "'$x->[0]', $x->[1]";
	return "probe($number, '$y->[0]', $y->[1], $second, n, ARRAY[$moments]::numeric[])";
}

# The rows with a wrong answer among those that a query gives with columns id, got, expected.
sub none_wrong
{
	my ($prepare, $query, $what) = @_;
	is($fed->sql('alone', "$prepare SELECT * FROM ($query) AS q WHERE got IS DISTINCT FROM expected LIMIT 5"), '', $what);
	return;
}

my $units = sub { my ($y, $x) = @_; return unit($y) . ', ' . unit($x); };
my $compared = 0;
foreach my $pair (@pairs)
{
	my ($y, $x) = map { $type{$_} } split(//, $pair);
	my $own = join(', ', map {
		my $args = $_->[1] < 32 ? value('r.y', $y) : value('r.y', $y) . '::double precision, ' . value('r.x', $x) . '::double precision';
		"$_->[0]($args) AS $_->[0], pg_typeof($_->[0]($args))::text AS $_->[0]_type" } @functions);
	$fed->sql('alone', 'DROP TABLE IF EXISTS r, s; CREATE TABLE r (id integer, y numeric, x numeric); INSERT INTO r VALUES '
	  . rows(split(//, $pair)) . "; CREATE TABLE s AS SELECT id, count(r.y) AS n, sum(r.y) AS y, sum(r.x) AS x, sum(r.y * r.y) AS yy, sum(r.x * r.x) AS xx,"
	  . " sum(r.x * r.y) AS xy, $own FROM generate_series(1, $sets) AS id LEFT JOIN r USING (id) GROUP BY id");

	# Digit for digit, type and NULL: PostgreSQL's own where it is exact, the nearest double elsewhere.
	my @exact = map {
		my $is_double = $_->[1] >= 36 || $_->[1] =~ /^3[234]$/ || $y->[3] && $_->[1] < 32 && !($_->[0] eq 'sum' && $y->[0] eq 'real');
		my $expected = $is_double ? "nearest('$_->[0]', n, y, x, yy, xx, xy, " . $units->($y, $x) . ')' : $_->[0];
		my $some = $_->[1] < 5 ? 'n > 0' : 'true';
		$expected = "nearest('sum', n, y, x, yy, xx, xy, " . $units->($y, $x) . ")::real" if $_->[0] eq 'sum' && $y->[0] eq 'real';
		"SELECT id, '$_->[0]' AS name, " . call($_, $y, $x) . " AS got, $_->[0]_type || '|' || coalesce(($expected)::text, '') AS expected FROM s WHERE $some" } @functions;
	none_wrong('', join(' UNION ALL ', @exact), "$y->[0] with scale $y->[1], $x->[0] with scale $x->[1]");
	$compared += $fed->sql('alone', 'SELECT count(*) FROM (' . join(' UNION ALL ', @exact) . ') AS q');

	# Near PostgreSQL's own, and NULL with it. Sums of equal doubles need not be equal: then it takes noise for a spread.
	my $sharp = $pair =~ /^[si][si]$/ ? 'true' : 'n < 2 OR n * yy > y * y AND n * xx > x * x';
	my @near = map {
		my $slack = "slack('$_->[0]', n, y::double precision, x::double precision, yy::double precision, xx::double precision, nullif(n * yy - y * y, 0)::double precision,"
		  . ' nullif(n * xx - x * x, 0)::double precision, ' . $units->($y, $x) . ')';
		"SELECT id, '$_->[0]' AS name, split_part(p, '|', 2) AS answer, $_->[0]::text AS own, CASE WHEN p LIKE '%|' THEN 'NULL'"
		  . " WHEN abs(split_part(p, '|', 2)::double precision - $_->[0]) <= coalesce($slack, 0) + 1e-13 * abs($_->[0]) THEN 'near' END AS got,"
		  . " CASE WHEN $_->[0] IS NULL THEN 'NULL' ELSE 'near' END AS expected FROM s, LATERAL (SELECT " . call($_, $y, $x) . " OFFSET 0) AS l(p) WHERE ($sharp)" }
		grep { $_->[1] >= 5 } @functions;
	none_wrong('', join(' UNION ALL ', @near), '... and near what PostgreSQL computes from the doubles');
}
cmp_ok($compared, '>=', 2000, "$compared random cases");

# Sums as large as a lane holds, for 2^50 rows; and sums that no values have: a spread below 0 counts as 0.
foreach my $pair (@pairs)
{
	my ($y, $x) = map { $type{$_} } split(//, $pair);
	my @huge = map { '(' . join(', ', $_, MpcRandom::one_of(1, 2, 2**50 - 1, MpcRandom::between(1, 2**50)),
		map { MpcRandom::one_of(1, -1) * Math::BigInt->new(2)->bpow(250) - drawn(249) } 1 .. 5) . ')' } 1 .. 20;
	my @queries = map { "SELECT id, '$_->[0]' AS name, " . call($_, $y, $x) . " AS got, 'double precision|' || coalesce(nearest('$_->[0]', n, y, x, yy, xx, xy, "
		  . $units->($y, $x) . ")::text, '') AS expected FROM s" } grep { $_->[1] >= 32 && $_->[1] != 35 || $y->[3] && $_->[1] >= 5 && $_->[1] < 9 } @functions;
	none_wrong('DROP TABLE IF EXISTS s; CREATE TABLE s AS SELECT * FROM (VALUES ' . join(', ', @huge) . ') AS v (id, n, y, x, yy, xx, xy);',
		join(' UNION ALL ', @queries), "$pair: any sums have an answer");
}
is($fed->sql('alone', q{SELECT probe(5, 'integer', 0, NULL, NULL, 2, '{5, NULL, 12, NULL, NULL}'), probe(7, 'real', 32, NULL, NULL, 2, '{5, NULL, 12, NULL, NULL}')}),
	'numeric|0|double precision|0', 'no variance is below 0');

# A boolean has a sum and an average, and no other moment.
foreach my $args (q{5, 'boolean', 0, NULL, NULL}, q{32, 'boolean', 0, 'integer', 0}, q{35, 'integer', 0, 'boolean', 0}, q{8, 'text', 0, NULL, NULL})
{
	my ($rc, $out, $err) = $fed->node('alone')->psql('postgres', "SELECT probe($args, 3, '{1, 1, 1, 1, 1}')");
	like($err, qr/cannot aggregate column "[yx]" of type (boolean|text)/, "refused: $args");
}

# A total that its type cannot hold is an error, and the last one that it can is not: those need more rows than a test has.
sub probed
{
	my ($args) = @_;
	my ($rc, $out, $err) = $fed->node('alone')->psql('postgres', "\\set VERBOSITY sqlstate\nSELECT probe($args)");
	return $out ne '' ? $out : $err =~ /ERROR:  (\w+)/ ? $1 : $err;
}
foreach my $type (qw(smallint integer boolean))
{
	is(probed("3, '$type', 0, NULL, NULL, 4294967298, ARRAY[$_, NULL, NULL, NULL, NULL]::numeric[]"), "bigint|$_", "sum($type) of $_")
	  foreach '9223372036854775807', '-9223372036854775808';
	is(probed("3, '$type', 0, NULL, NULL, 4294967298, ARRAY[$_, NULL, NULL, NULL, NULL]::numeric[]"), '22003', "sum($type) has no $_")
	  foreach '9223372036854775808', '-9223372036854775809', '18446744073709551616';
}
is(probed("3, 'bigint', 0, NULL, NULL, 3, '{27670116110564327421, NULL, NULL, NULL, NULL}'"), 'numeric|27670116110564327421', 'sum(bigint) is numeric');
is(probed("3, 'numeric(38,38)', 38, NULL, NULL, 9223372036854775807, ARRAY[9223372036854775807 * trunc(10::numeric ^ 38 - 1), NULL, NULL, NULL, NULL]::numeric[]"),
	'numeric|9223372036854775806.99999999999999999990776627963145224193', 'sum(numeric(38,38)) of 2^63 - 1 rows');
my @least = ('-2147483648', '-2147483648', '-9223372036854775808');
my @most = qw(2147483647 2147483647 9223372036854775807);
foreach my $i (0 .. 2)
{
	my %near = (most => Math::BigInt->new($most[$i]), least => Math::BigInt->new($least[$i]));
	foreach my $n (1, 7)
	{
		my $args = sub { my @field = (1, -2, 3); $field[$i] = $_[0]; return "'interval', 0, NULL, NULL, $n, ARRAY[" . join(', ', @field) . ', NULL, NULL]::numeric[]' };
		like(probed('15, ' . $args->($near{$_})), qr/^interval\|./, "field $i of a sum is $near{$_}") foreach sort keys %near;
		is(probed("$_, " . $args->($near{most} + 1)), '22008', "function $_ has no field $i of $near{most} and 1") foreach 15, 16;
		is(probed("$_, " . $args->($near{least} - 1)), '22008', "nor of $near{least} less 1") foreach 15, 16;
	}
}
my @averages = map {
	my ($months, $days, $micro) = (MpcRandom::between(-100000, 100000), MpcRandom::between(-100000, 100000), MpcRandom::between(-1e15, 1e15));
	my $n = MpcRandom::one_of(1, 2, 3, 7, 11, MpcRandom::between(1, 100000));
	"SELECT $_ AS id, probe(16, 'interval', 0, NULL, NULL, $n, ARRAY[$months, $days, $micro, NULL, NULL]::numeric[]) AS got, 'interval|' || '$months months $days days $micro microseconds'::interval / $n AS expected" } 1 .. 200;
none_wrong('', join(' UNION ALL ', @averages), 'averages of intervals are divided as PostgreSQL does');

done_testing();
