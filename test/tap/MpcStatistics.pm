package MpcStatistics;

=head1 NAME

MpcStatistics - variances, regressions, truth values, bits and extremes, for random questions

=head1 SYNOPSIS

  $oracle->run(MpcStatistics::functions_sql());
  my $pair = MpcStatistics::aggregate(MpcRandom::dataset(...), 1, undef);
  # $pair->[0] for the joint table, $pair->[1] for the oracle

A statistic of double precision is the double nearest to the true value over what travels: an integer or a numeric itself, a real
or a double rounded to its scale. The oracle gives it from numeric sums with hundreds of digits, so that both are equal digit
for digit. Variances of integers and numeric are numeric, and PostgreSQL's own.

=cut

use strict;
use warnings FATAL => 'all';
use utf8;

use MpcRandom;

*one_of = \&MpcRandom::one_of;
*chance = \&MpcRandom::chance;

my @spreads = qw(var_pop var_samp variance stddev_pop stddev_samp stddev);
my @lines = qw(covar_pop covar_samp corr regr_count regr_avgx regr_avgy regr_sxx regr_syy regr_sxy regr_slope regr_intercept regr_r2);

=over

=item functions_sql()

What the oracle's database needs.

=cut

sub functions_sql
{
	return <<'SQL';
-- d * unit, to the nearest integer, ties to even, / unit: what a real or double is when it travels.
CREATE FUNCTION travelled(d numeric, unit numeric, inverse numeric) RETURNS numeric IMMUTABLE LANGUAGE sql AS
	$$ SELECT CASE WHEN abs(d * unit - trunc(d * unit)) = 0.5 THEN 2 * round(d * unit * 0.5) ELSE round(d * unit) END * inverse $$;
-- a / b and its root with so many digits that the cast alone rounds.
CREATE FUNCTION quotient(a numeric, b numeric) RETURNS double precision IMMUTABLE LANGUAGE sql AS
	$$ SELECT (round(a * 1e500 / b) || 'e-500')::double precision $$;
CREATE FUNCTION root(a numeric, b numeric) RETURNS double precision IMMUTABLE LANGUAGE sql AS
	$$ SELECT (round(sqrt(a * 1e1000 / b)) || 'e-500')::double precision $$;
CREATE FUNCTION nearest(name text, n numeric, y numeric, x numeric, yy numeric, xx numeric, xy numeric) RETURNS double precision IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	vy numeric := n * yy - y * y;
	vx numeric := n * xx - x * x;
	c numeric := n * xy - x * y;
BEGIN
	IF n = 0 OR n = 1 AND name ~ '_samp|variance|stddev$' OR name IN ('corr', 'regr_slope', 'regr_intercept', 'regr_r2') AND (vx = 0 OR vy = 0 AND name = 'corr') THEN
		RETURN NULL;
	END IF;
	RETURN CASE name
		WHEN 'var_pop' THEN quotient(vy, n * n)
		WHEN 'var_samp' THEN quotient(vy, n * (n - 1))
		WHEN 'variance' THEN quotient(vy, n * (n - 1))
		WHEN 'stddev_pop' THEN root(vy, n * n)
		WHEN 'stddev_samp' THEN root(vy, n * (n - 1))
		WHEN 'stddev' THEN root(vy, n * (n - 1))
		WHEN 'covar_pop' THEN quotient(c, n * n)
		WHEN 'covar_samp' THEN quotient(c, n * (n - 1))
		WHEN 'corr' THEN sign(c) * root(c * c, vx * vy)
		WHEN 'regr_avgx' THEN quotient(x, n)
		WHEN 'regr_avgy' THEN quotient(y, n)
		WHEN 'regr_sxx' THEN quotient(vx, n)
		WHEN 'regr_syy' THEN quotient(vy, n)
		WHEN 'regr_sxy' THEN quotient(c, n)
		WHEN 'regr_slope' THEN quotient(c, vx)
		WHEN 'regr_intercept' THEN quotient(y * vx - x * c, n * vx)
		WHEN 'regr_r2' THEN CASE WHEN vy = 0 THEN 1 ELSE quotient(c * c, vx * vy) END
	END;
END $$;
-- n and slope of a regression, or why there is none: too few rows, or one of the two has but one value.
CREATE FUNCTION line(n bigint, y numeric, x numeric, yy numeric, xx numeric, xy numeric, OUT rows bigint, OUT slope double precision) IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
	IF n < 3 OR n * yy = y * y OR n * xx - x * x <= 1e-14 * n * xx THEN
		RAISE 'no regression' USING ERRCODE = '22023';
	END IF;
	rows := n;
	slope := quotient(n * xy - x * y, n * xx - x * x);
END $$;
SQL
}

# Bounds that are too wide for squares are refused: without declared ones those of a numeric with more than 30 digits.
sub _has_squares
{
	my ($column) = @_;
	return 0 if $column->{kind} !~ /^(int|numeric|float)$/;
	return $column->{bounds} || $column->{type} !~ /^numeric\((\d+),/ || $1 <= 30;
}

# What a column's value is when it travels, in numeric.
sub _exactly
{
	my ($column) = @_;
	return "$column->{name}::numeric" if $column->{kind} ne 'float';
	my $unit = 2**$column->{scale};
	return "travelled($column->{name}_exact, " . MpcRandom::exact($unit) . ', ' . MpcRandom::exact(1 / $unit) . ')';
}

sub _nearest
{
	my ($function, $y, $x, $filter) = @_;
	my @not_null = map { "$_->{name} IS NOT NULL" } $y, $x;
	my ($v, $w) = map { _exactly($_) } $y, $x;
	my $where = 'FILTER (WHERE ' . join(' AND ', @not_null, defined $filter ? "($filter)" : ()) . ')';
	return "nearest('$function', count(*) $where, " . join(', ', map { "sum($_) $where" } $v, $w, "$v * $v", "$w * $w", "$v * $w") . ')';
}

# Bounds too far apart for a key of 64 bits: without declared ones those of a numeric with more than 18 digits.
sub _has_extremes
{
	my ($column) = @_;
	return $column->{bounds} || $column->{kind} =~ /^(int|float|date|time)$/ || $column->{type} =~ /^numeric\((\d+),/ && $1 <= 18;
}

=item extreme(dataset, exact, tail)

A min or max with this FILTER, as aggregate() below; of real and double precision also column and function for MpcQuestions::differs(). exact: of
integers and numeric only.

=cut

sub extreme
{
	my ($set, $want_exact, $tail) = @_;
	my $column = one_of(grep { _has_extremes($_) && $_->{kind} ne 'bool' && !($want_exact && $_->{kind} !~ /int|numeric/) } MpcRandom::with_role($set, 'measure'));
	return undef if !$column;
	my $call = one_of('min', 'max') . "($column->{name})$tail";
	my $joint = (chance(0.25) ? 'mpc_' : '') . $call;
	return [ $joint, $call ] if $column->{kind} ne 'float';
	return [ $joint, $call, $column, 'extreme' ];
}

=item products(dataset, filter)

mpc_products of some columns, as aggregate() below.

=cut

sub products
{
	my ($set, $filter) = @_;
	my @numbers = grep { _has_squares($_) } MpcRandom::with_role($set, 'measure');
	return if !@numbers;
	my @columns = map { one_of(@numbers) } 1 .. one_of(2, 2, 3, 4);
	my @exactly = map { _exactly($_) } @columns;
	my $joint = 'mpc_products(' . join(', ', map { $_->{name} } @columns) . ')' . (defined $filter ? " FILTER (WHERE $filter)" : '');
	my $where = 'FILTER (WHERE ' . join(' AND ', (map { "$_->{name} IS NOT NULL" } @columns), defined $filter ? "($filter)" : ()) . ')';
	my @sums = (@exactly, map { my $i = $_; map { "$exactly[$i] * $exactly[$_]" } $i .. $#exactly } 0 .. $#exactly);
	return [ $joint, "CASE WHEN count(*) $where > 0 THEN ARRAY[count(*) $where, " . join(', ', map { "sum($_) $where" } @sums) . '] END' ];
}

=item regression(dataset, view)

A line through two columns of a view of that name: the statement for mpc_linregr and the oracle's; nothing where no two columns can be
in one. The columns of the answer are the number of rows and the slope.

=cut

sub regression
{
	my ($set, $view) = @_;
	my @numbers = grep { _has_squares($_) } MpcRandom::with_role($set, 'measure');
	return if @numbers < 2;
	my ($y, $x) = sort { rand() <=> 0.5 } @numbers;
	my ($v, $w) = map { _exactly($_) } $y, $x;
	return ("SELECT n, estimate FROM mpc_linregr('$view', '$y->{name}', '{$x->{name}}') WHERE term = '$x->{name}'",
		'SELECT (l).rows, (l).slope FROM (SELECT line(count(*), ' . join(', ', map { "sum($_)" } $v, $w, "$v * $v", "$w * $w", "$v * $w") . ") AS l FROM $view WHERE $y->{name} IS NOT NULL AND $x->{name} IS NOT NULL) AS t");
}

=item aggregate(dataset, exact, filter)

One drawn, as [for the joint table, for the oracle]; undef where no column is of a fitting type. exact: only such as give integers or numeric.
filter: a condition for FILTER, or undef.

=back

=cut

sub aggregate
{
	my ($set, $exact, $filter) = @_;
	my @measures = MpcRandom::with_role($set, 'measure');
	my @numbers = grep { _has_squares($_) && !($exact && $_->{kind} eq 'float') } @measures;
	my %kinds = (
		spread => \@numbers, pair => [ grep { _has_squares($_) } @measures ],
		bits => [ grep { $_->{kind} eq 'int' } @measures ], truth => [ $exact ? () : grep { $_->{kind} eq 'bool' } @measures ]);
	my @possible = grep { @{ $kinds{$_} } } sort keys %kinds;
	return if !@possible;
	my $kind = one_of(@possible);
	my ($y, $x) = map { one_of(@{ $kinds{$kind} }) } 1 .. 2;
	my $tail = defined $filter ? " FILTER (WHERE $filter)" : '';
	my $function = $kind eq 'spread' ? one_of(@spreads) : $kind eq 'bits' ? one_of(qw(bit_and bit_or)) : $kind eq 'truth' ? one_of(qw(bool_and every bool_or)) : $exact ? 'regr_count' : one_of(@lines);
	my $arguments = $kind eq 'pair' ? "$y->{name}, $x->{name}" : $y->{name};
	my $joint = (chance(0.25) ? 'mpc_' : '') . "$function($arguments)$tail";
	return [ $joint, _nearest($function, $y, $kind eq 'pair' ? $x : $y, $filter) ] if $function ne 'regr_count' && ($kind eq 'pair' || $kind eq 'spread' && $y->{kind} eq 'float');
	return [ $joint, "$function($arguments)$tail" ];
}

1;
