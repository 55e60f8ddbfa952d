package MpcQuestions;

=head1 NAME

MpcQuestions - random questions, for tests that compare with plain SQL

=head1 SYNOPSIS

  my $question = MpcQuestions::question(MpcRandom::dataset(...));
  # $question->{before}, {joint}, {oracle}, {columns}
  my $why = MpcQuestions::differs($joint, $oracle, ...);

=cut

use strict;
use warnings FATAL => 'all';
use utf8;

use Math::BigFloat;
use MpcRandom;
use MpcStatistics;
use POSIX qw(frexp);

*one_of = \&MpcRandom::one_of;
*chance = \&MpcRandom::chance;
*between = \&MpcRandom::between;
*literal = \&MpcRandom::literal;
*quoted = \&MpcRandom::quoted;
*with_role = \&MpcRandom::with_role;

=head1 CONDITIONS

=cut

# A constant for comparisons with a column: [text, type of a parameter].
sub _constant
{
	my ($column) = @_;
	my $kind = $column->{kind};
	my $value;
	if ($kind eq 'int' && chance(0.2))
	{
		$value = one_of(-32769, 32768, 70000, 2147483648, -2147483649, 9223372036854775807);
	}
	elsif ($kind eq 'numeric' && chance(0.3))
	{
		$value = one_of('0.0000000000000000000000000000000000000001', '1.5000', '-12345678901234567890123456789012345678901.5', '7.12345', '1e3');
	}
	# A question may compare with no NaN and no infinity; a table may hold them.
	$value = MpcRandom::draw($column) while !defined $value || $kind eq 'numeric' && $value =~ /[NI]/;
	return [ $value, _parameter_type($column, $value) ];
}

sub _parameter_type
{
	my ($column, $value) = @_;
	return one_of('text', 'varchar') if $column->{kind} eq 'text';
	return 'bpchar' if $column->{kind} eq 'char';
	return one_of(grep { MpcRandom::fits($value, $_) } sort keys %MpcRandom::range) if $column->{kind} eq 'int';
	return $column->{type} =~ s/\(.*?\)//r;
}

# As it stands in a question: a parameter, with or without a cast, or an expression of constants.
sub _written
{
	my ($column, $constant, $parameters) = @_;
	my ($value, $type) = @$constant;
	if ($parameters && chance(0.6))
	{
		push @$parameters, [ $type, chance(0.1) ? 'NULL' : literal($value) ];
		return '$' . @$parameters;
	}
	return $value if $column->{kind} =~ /bool/ && chance(0.5);
	return $value < 0 ? "($value)" : $value if $column->{kind} eq 'int' && chance(0.6) && $value > $MpcRandom::range{bigint}[0];
	return $value if $column->{kind} eq 'numeric' && $value =~ /^\d/ && $value =~ /[.e]/ && chance(0.6);
	return literal($value) . "::$type" if chance(0.3) || $column->{kind} =~ /int|numeric/;
	return '(' . literal(substr $value, 0, 1) . ' || ' . literal(substr $value, 1) . ')' if $column->{kind} eq 'text' && chance(0.1) && length $value;
	return literal($value);
}

sub _comparison
{
	my ($column, $parameters) = @_;
	my $name = quoted($column);
	my $op = one_of('=', '=', '<>', '<', '<=', '>', '>=');
	$op = one_of('=', '<>') if $column->{kind} eq 'bool';
	my $value = _written($column, _constant($column), $parameters);
	return chance(0.2) ? "$value $op $name" : "$name $op $value";
}

sub _between
{
	my ($column, $parameters) = @_;
	my ($low, $high) = map { _written($column, _constant($column), $parameters) } 1 .. 2;
	return quoted($column) . one_of(' BETWEEN ', ' BETWEEN ', ' NOT BETWEEN ', ' BETWEEN SYMMETRIC ') . "$low AND $high";
}

sub _in
{
	my ($column, $parameters) = @_;
	my @values = map { _written($column, _constant($column), undef) } 1 .. between(1, 6);
	push @values, 'NULL' if chance(0.2);
	return quoted($column) . one_of(' IN (', ' IN (', ' NOT IN (') . join(', ', @values) . ')';
}

sub _any
{
	my ($column, $parameters) = @_;
	my $many = chance(0.05);
	my @constants = map { _constant($column) } 1 .. ($many ? 600 : between(0, 5));
	my $type = $column->{kind} eq 'int' ? 'bigint' : _parameter_type($column, '');
	my $array = 'ARRAY[' . join(', ', (map { literal($_->[0]) } @constants), chance(0.15) ? 'NULL' : ()) . "]::${type}[]";
	$array = "NULL::${type}[]" if chance(0.05);
	if ($parameters)
	{
		push @$parameters, [ "${type}[]", $array ];
		$array = '$' . @$parameters;
	}
	return quoted($column) . one_of(' = ANY (', ' = ANY (', ' <> ALL (') . "$array)";
}

sub _null { return quoted($_[0]) . one_of(' IS NULL', ' IS NOT NULL'); }

sub _bool
{
	my ($column) = @_;
	my $name = quoted($column);
	return one_of($name, "NOT $name", map { ("$name IS $_", "$name IS NOT $_") } qw(TRUE FALSE UNKNOWN));
}

# Prefixes with their wildcards escaped. LIKE sees the blanks of character(n), so that takes no plain text.
sub _like
{
	my ($column, $parameters) = @_;
	my $text = MpcRandom::text($column);
	my $prefix = substr($text, 0, between(0, length $text)) =~ s/([\\%_])/\\$1/gr;
	$prefix .= one_of('%', '%', '%', '%%', '') if $column->{kind} eq 'text';
	$prefix .= '%' if $column->{kind} eq 'char';
	my $op = one_of(' LIKE ', ' LIKE ', ' NOT LIKE ');
	if ($parameters && chance(0.5))
	{
		push @$parameters, [ 'text', literal($prefix) ];
		return quoted($column) . $op . '$' . @$parameters;
	}
	return quoted($column) . "${op}'x!%!!%' ESCAPE '!'" if chance(0.05);
	return quoted($column) . $op . literal($prefix);
}

sub _stable
{
	my ($column) = @_;
	my $name = quoted($column);
	return "$name " . one_of('<', '>=') . ' current_date - ' . (10 * between(0, 12) + 5) if $column->{kind} eq 'date';
	return "$name > now() - interval '30 days'" if $column->{type} =~ /with time zone/;
	return "$name <= localtimestamp" if $column->{kind} eq 'time' && $column->{type} =~ /without/;
	return "$name = lower('ABC')" if $column->{kind} eq 'text';
	return "$name < 3 + 4" if $column->{kind} eq 'int';
	return _null($column);
}

# The day first or the month first, at the asker's DateStyle; the hour at the asker's TimeZone.
sub _styled
{
	my ($column) = @_;
	return quoted($column) . " > '0" . between(1, 9) . '/0' . between(1, 9) . "/2020'" if $column->{kind} eq 'date';
	return quoted($column) . " < '2020-02-0" . between(1, 9) . ' 12:00\'' if $column->{kind} eq 'time';
	return _comparison($column);
}

=over

=item leaf(column, parameters)

One comparison, IN, IS NULL or LIKE of a column as questions may have it. parameters: a list to which [type, SQL of
its value] of each $n is added, or undef for none.

=item condition(dataset, parameters, depth)

Some over its filters, combined.

=item where(dataset, parameters)

A WHERE clause or nothing.

=cut

sub leaf
{
	my ($column, $parameters) = @_;
	my @forms = (\&_comparison, \&_comparison, \&_comparison, \&_in, \&_any, \&_null, \&_stable);
	push @forms, \&_between, \&_between if $column->{kind} ne 'bool';
	push @forms, (\&_bool) x 6 if $column->{kind} eq 'bool';
	push @forms, (\&_like) x 4 if $column->{kind} =~ /text|char/;
	push @forms, (\&_styled) x 3 if $column->{kind} =~ /date|time/;
	return one_of(@forms)->($column, $parameters);
}

# Conditions without a column, and contradictions that the planner sees.
sub _odd
{
	my ($set) = @_;
	my $column = one_of(with_role($set, 'filter'));
	my ($x, $y) = map { _written($column, _constant($column)) } 1 .. 2;
	my $name = quoted($column);
	return one_of('false', 'true', 'NULL', '1 = 1', "current_date > '2000-01-01'", "now() < '2000-01-01'",
		"$name = $x AND $name = $y", "$name = $x AND $name <> $x", "$name IS NULL AND $name = $x",
		"($name = $x OR true)", "($name = $x AND false)", "NOT ($name = $x OR NOT false)",
		# without columns, decided at the asker: true, false, null
		"($name = $x OR current_date > '2000-01-01')", "($name = $x OR now() < '2000-01-01')",
		"NOT ($name = $x OR length(current_user) = NULL)", "(current_date > '2000-01-01' AND $name = $x OR $name = $y)");
}

sub condition
{
	my ($set, $parameters, $depth) = @_;
	return leaf(one_of(with_role($set, 'filter')), $parameters) if $depth == 0 || chance(0.35);
	my @parts = map { condition($set, $parameters, $depth - 1) } 1 .. between(2, 3);
	return 'NOT (' . $parts[0] . ')' if chance(0.2);
	return '(' . join(one_of(' AND ', ' OR ', ' OR '), @parts) . ')';
}

sub where
{
	my ($set, $parameters) = @_;
	return '' if !$parameters && chance(0.1);
	my $condition = !$parameters && chance(0.1) ? _odd($set) : condition($set, $parameters, between(0, 3));
	$condition .= ' AND ' . _odd($set) if chance(0.05);
	return " WHERE $condition";
}

=back

=head1 QUESTIONS

=cut

=over

=item filter(dataset, parameters)

A condition for FILTER, or undef for none; mostly the dataset's last one again, so that some of a question are equal.

=back

=cut

sub filter
{
	my ($set, $parameters) = @_;
	return undef if !chance(0.4);
	return $set->{last_filter} if defined $set->{last_filter} && !$parameters && chance(0.4);
	my $filter = chance(0.1) ? _odd($set) : condition($set, $parameters, between(0, 1));
	$set->{last_filter} = $filter if !$parameters;
	return $filter;
}

# An aggregate of the question and the oracle's for it: [joint, oracle, column of doubles, function].
sub _aggregate
{
	my ($set, $want_exact, $parameters) = @_;
	my $filter = filter($set, $parameters);
	my $tail = defined $filter ? " FILTER (WHERE $filter)" : '';
	return MpcStatistics::products($set, $filter) // _simple($set, 0, $tail) if $set->{everything} && !$want_exact && chance(0.06);
	my $statistic = chance(0.35) ? MpcStatistics::aggregate($set, $want_exact, $filter) : undef;
	return $statistic // _simple($set, $want_exact, $tail);
}

# One of count, sum and avg, or of min and max.
sub _simple
{
	my ($set, $want_exact, $tail) = @_;
	my $extreme = $set->{everything} && chance(0.3) ? MpcStatistics::extreme($set, $want_exact, $tail) : undef;
	return $extreme if $extreme;
	my $mpc = chance(0.25) ? 'mpc_' : '';
	return [ "${mpc}count(*)$tail", "count(*)$tail" ] if chance(0.2);
	my $column = one_of(grep { !$want_exact || $_->{kind} !~ /float|interval/ } with_role($set, 'measure'));
	return [ "count(*)$tail", "count(*)$tail" ] if !$column;
	my ($name, $kind) = ($column->{name}, $column->{kind});
	my $function = $kind =~ /date|time/ ? 'count' : one_of('sum', 'sum', 'avg', 'avg', 'count');
	return [ "${mpc}count($name)$tail", "count($name)$tail" ] if $function eq 'count';
	return [ "mpc_$function($name)$tail", "$function($name\::integer)$tail" ] if $kind eq 'bool';
	return [ "$mpc$function($name)$tail", "$function($name)$tail" ] if $kind ne 'float';
	return [ "$mpc$function($name)$tail", "sum(${name}_exact)$tail || '/' || count($name)$tail", $column, $function ];
}

# PostgreSQL's own arithmetic over exact aggregates.
sub _expression
{
	my ($set) = @_;
	my ($x, $y) = map { _aggregate($set, 1) } 1 .. 2;
	my $form = one_of('%s + %s', '%s - 3 * %s', 'coalesce(%s, -1) * (1 + 0 * %s)', '%s / nullif(%s, 0)', 'round(%s, 3) + %s',
		'CASE WHEN %s > 3 THEN %s END', 'greatest(%s, %s)', '(%s)::text || %s', '%s IS NULL OR %s > 10', '%s %% nullif(%s, 0)');
	return [ map { my $i = $_; sprintf($form, $x->[$i], $y->[$i]) } 0 .. 1 ];
}

sub _items
{
	my ($set, $want_exact, $parameters) = @_;
	my @items = map { chance(0.2) ? _expression($set) : _aggregate($set, $want_exact, $parameters) } 1 .. between(1, 5);
	push @items, $items[0] if chance(0.15);
	return @items;
}

sub _select
{
	my ($set, $items, $tail) = @_;
	my $from = "FROM $set->{schema}.$set->{name}";
	return map { my $i = $_; 'SELECT ' . join(', ', map { $_->[$i] } @$items) . " $from" . (ref $tail ? $tail->[$i] : $tail) } 0 .. 1;
}

my $serial = 0;

sub _prepared
{
	my ($set) = @_;
	my $name = 'q' . ++$serial;
	my @parameters;
	my @items = _items($set, 0, \@parameters);
	my ($joint, $oracle) = _select($set, \@items, where($set, \@parameters));
	my $types = @parameters ? ' (' . join(', ', map { $_->[0] } @parameters) . ')' : '';
	my $values = @parameters ? ' (' . join(', ', map { $_->[1] } @parameters) . ')' : '';
	my @before = 'SET plan_cache_mode = ' . one_of('force_generic_plan', 'force_generic_plan', 'force_custom_plan', 'auto');
	return { before => [ @before, "PREPARE $name$types AS $joint" ], oracle_before => [ @before, "PREPARE $name$types AS $oracle" ],
		joint => "EXECUTE $name$values", oracle => "EXECUTE $name$values", columns => \@items };
}

sub _having
{
	my ($set) = @_;
	my @items = _items($set);
	my $condition = chance(0.2) ? [ ('true') x 2 ] : do {
		my $x = _aggregate($set, 1);
		my $rest = one_of('> 10', '<> 0', 'IS NOT NULL', '< 100');
		[ map { "$x->[$_] $rest" } 0 .. 1 ] };
	my $where = where($set);
	my ($joint, $oracle) = _select($set, \@items, [ map { "$where HAVING $_" } @$condition ]);
	return { joint => $joint, oracle => $oracle, columns => \@items };
}

# Two questions in one statement, one value each.
sub _combined
{
	my ($set) = @_;
	my $form = one_of('SELECT (%s) AS x, (%s) AS y', 'WITH x AS (%s), y AS (%s) SELECT * FROM x, y',
		'WITH x AS MATERIALIZED (%s) SELECT * FROM x UNION ALL (%s)', 'SELECT * FROM (%s) AS x CROSS JOIN (%s) AS y',
		'SELECT * FROM (%s) AS x FULL JOIN (%s) AS y ON true');
	my @parts = map { my $item = [ map { "($_) AS z" } @{ _aggregate($set, 1) } ]; [ _select($set, [$item], where($set)) ] } 1 .. 2;
	my @sql = map { my $i = $_; sprintf($form, $parts[0][$i], $parts[1][$i]) } 0 .. 1;
	@sql = map { s/SELECT \((.*?)\) AS z/SELECT ($1)::text AS z/gr } @sql if $form =~ /UNION/;
	return { joint => $sql[0], oracle => $sql[1], columns => [ [], [] ] };
}

# Views over a joint table: all of its columns, restricted, or aggregated already.
sub _view
{
	my ($set) = @_;
	my @items = _items($set);
	my $where = where($set);
	my ($joint, $oracle) = _select($set, \@items, $where);
	if (chance(0.5))
	{
		my $inner = where($set);
		my $name = "$set->{schema}.v" . ++$serial;
		my $view = "CREATE VIEW $name AS SELECT * FROM $set->{schema}.$set->{name}$inner; GRANT SELECT ON $name TO analyst";
		($joint, $oracle) = map { s/FROM \Q$set->{schema}.$set->{name}\E/FROM $name/r } $joint, $oracle;
		return { view => [ $view, $view ], joint => $joint, oracle => $oracle, columns => \@items };
	}
	my $name = "$set->{schema}.v" . ++$serial;
	my $names = ' (' . join(', ', map { "c$_" } 1 .. @items) . ')';
	return { view => [ map { "CREATE VIEW $name$names AS $_; GRANT SELECT ON $name TO analyst" } $joint, $oracle ],
		joint => "SELECT * FROM $name", oracle => "SELECT * FROM $name", columns => \@items };
}

sub _plain
{
	my ($set) = @_;
	my @items = _items($set);
	my ($joint, $oracle) = _select($set, \@items, where($set));
	return { joint => $joint, oracle => $oracle, columns => \@items };
}

# A regression over a view with a condition; a count where no measure can be in one.
sub _model
{
	my ($set) = @_;
	my $where = where($set);
	my $name = "$set->{schema}.v" . ++$serial;
	my ($joint, $oracle) = MpcStatistics::regression($set, $name) or return _plain($set);
	my $view = "CREATE VIEW $name AS SELECT * FROM $set->{schema}.$set->{name}$where; GRANT SELECT ON $name TO analyst";
	return { view => [ $view, $view ], joint => $joint, oracle => $oracle, columns => [ [], [ $joint, $oracle, {}, 'near' ] ] };
}

=over

=item question(dataset)

A hash with the statement for the joint table and the oracle's, what must run before
("before" as the asker, "view" as its superuser), and per column of the answer
[.., .., column of doubles, function], where the third is absent for exact ones.

=cut

sub question
{
	my ($set) = @_;
	return { set => $set, %{ one_of((\&_plain) x 9, (\&_prepared) x 4, \&_having, \&_having, (\&_combined) x 2, \&_view, $set->{everything} ? \&_model : ())->($set) } };
}

=item threshold_question(dataset, asker)

One whose oracle keeps the rule of min_rows: a party with fewer rows contributes nothing, one with fewer
values of a measure nothing of that measure; and too few others are an error, be it behind
the rows or behind one of the measures.

=cut

sub threshold_question
{
	my ($set, $asker) = @_;
	my @items = map { _simple($set, 1, '') } 1 .. between(1, 3);
	my $where = where($set);
	my ($joint) = _select($set, \@items, $where);
	my %used = map { $_->[1] =~ /\((\w+)/ ? ($1 => 1) : () } @items;
	my @used = sort keys %used;
	my $enough = join('', map { ", CASE WHEN count($_) OVER w >= $set->{min_rows} THEN $_ END AS $_" } @used);
	my $from = "FROM (SELECT party, count(*) OVER w AS its_rows$enough FROM $set->{schema}.$set->{name}$where WINDOW w AS (PARTITION BY party)) AS t"
	  . " WHERE its_rows >= $set->{min_rows}";
	my $counted = join(', ', 'SELECT party, count(*) AS c', map { "count($used[$_]) AS c$_" } 0 .. $#used) . " $from GROUP BY party";
	my $few = join(' OR ', map { "(count(*) FILTER (WHERE $_ > 0) > 0 AND count(*) FILTER (WHERE $_ > 0 AND party <> '$asker') < 2)" }
		'c', map { "c$_" } 0 .. $#used);
	return { set => $set, joint => $joint, columns => \@items, oracle => 'SELECT ' . join(', ', map { $_->[1] } @items) . " $from",
		refused => "SELECT $few FROM ($counted) AS g" };
}

=item differs(joint, oracle, column of doubles, function)

Why two values differ; undef when they do not. A sum of N values x, each of which
travels as round(x * 2^scale), is off by at most N * 2^-(scale+1), and then it is
rounded once to the type of the result: by half a unit in the last place, of 24 or 53 bits.
An average is such a sum as a double, divided by N in doubles; N times that is off by
half a unit of the sum and N halves of one of the quotient, together less than three.
A least or greatest value is equal, but that SQL may show 0 for -0 and the other way round. What is near has 13 digits alike.

=back

=cut

my $unit = 300;		# all is compared in integers, as multiples of 2^-300

sub differs
{
	my ($joint, $oracle, $column, $function) = @_;
	if ($column && $function eq 'extreme')
	{
		s/^-0$/0/ foreach $joint, $oracle;
	}
	return abs($joint - $oracle) <= 1e-13 * abs($oracle) ? undef : 'not near' if $column && $function eq 'near' && $joint =~ /\d/;
	if (!$column || $oracle !~ m,/, || $joint !~ /^-?[\d.]+(e[-+]\d+)?$/)
	{
		return $joint eq $oracle ? undef : 'not the same';
	}
	my ($sum, $n) = split m,/,, $oracle;
	my $times = $function eq 'avg' ? $n : 1;
	my $single = $column->{type} eq 'real' && $function eq 'sum';
	my $value = $single ? unpack('f', pack('f', $joint)) : $joint + 0;
	my (undef, $exponent) = frexp($value * $times);
	my $half_a_unit = Math::BigFloat->new(2)->bpow($unit + $exponent - ($single ? 25 : 54));
	my $error = Math::BigFloat->new(MpcRandom::exact($value))->bmul($times)->bsub(Math::BigFloat->new($sum))->babs;
	my $bound = Math::BigFloat->new(2)->bpow($unit - $column->{scale} - 1)->bmul($n);
	$bound->badd($half_a_unit->bmul($function eq 'avg' ? 3 : 1)) if $value != 0;
	$error->bmul(Math::BigFloat->new(2)->bpow($unit));
	return $error->bcmp($bound) <= 0 ? undef : "off by more than $n * 2^-" . ($column->{scale} + 1) . ' and its rounding';
}

1;
