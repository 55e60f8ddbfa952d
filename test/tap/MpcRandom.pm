package MpcRandom;

=head1 NAME

MpcRandom - random tables and questions, for tests that compare with plain SQL

=head1 SYNOPSIS

  srand(MpcTest::seed());
  my $dataset = MpcRandom::dataset(name => 'd1', schema => 'trio', parties => [qw(a b c)]);
  my $question = MpcRandom::question($dataset);
  # $question->{before}, {joint}, {oracle}, {columns}

All that is drawn follows from srand(): the same seed gives the same run. Text is
in characters; encode it before it leaves.

=cut

use strict;
use warnings FATAL => 'all';
use utf8;

use Math::BigFloat;
use POSIX qw(frexp);

=head1 DRAWING

=over

=item one_of(list), chance(probability), between(low, high)

=cut

sub one_of { return $_[ int rand @_ ]; }
sub chance { return rand() < $_[0]; }
sub between { return $_[0] + int rand($_[1] - $_[0] + 1); }

=item literal(value)

A value as an SQL literal, NULL for undef.

=cut

sub literal
{
	my ($value) = @_;
	return defined $value ? "'" . $value =~ s/'/''/gr . "'" : 'NULL';
}

=item exact(number)

All decimal digits of a double: its own value, where double precision::numeric
would round to 15 digits.

=cut

sub exact
{
	my ($number) = @_;
	return sprintf('%.1100f', $number) =~ s/\.?0+$//r =~ s/^-0$/0/r;
}

=back

=head1 VALUES

=cut

my %range = (
	smallint => [ -32768, 32767 ],
	integer => [ -2147483648, 2147483647 ],
	bigint => [ -9223372036854775807 - 1, 9223372036854775807 ]);

my @latin = ('', ' ', 'a', 'A', 'ab', 'abc', 'abd', 'Abc', 'a b', 'a ', 'ab ', 'b', 'B', 'z', '_', 'a_b', '%',
	'50%', '50% of', "it's", "''", '"q"', 'a\\b', '\\', 'back\\', '{a,b}', 'NULL', 'null', "\t", 'é', 'Éa', 'ß',
	'zé', '$1', 'a|b', '--', ';', '0', '-1');
my @unicode = ('日本', '日', 'łódź', 'я', '€', '🙂', "e\x{301}", "\x{fffd}", 'z日');

sub _integer
{
	my ($column) = @_;
	my ($low, $high) = @{ $column->{bounds} // $range{ $column->{type} } };
	my $value = one_of(0, 1, -1, 7, 42, $low, $high, $low + 1, $high - 1,
		between(-9, 9), between(-9, 9), between(-1000, 1000), between(-30000, 30000), int((rand() - 0.5) * 1e9));
	return $value >= $low && $value <= $high ? $value : one_of($low, $high);
}

# Up to p digits, s of them behind the point, trailing zeros included.
sub _decimal
{
	my ($column) = @_;
	my ($p, $s) = $column->{type} =~ /\((\d+),(\d+)\)/ ? ($1, $2) : (20, 6);
	return one_of(@{ $column->{bounds} }) if $column->{bounds} && chance(0.3);
	return one_of('NaN', 'Infinity', '-Infinity') if $column->{type} eq 'numeric' && chance(0.1);
	my $digits = chance(0.1) ? '9' x $p : join('', map { int rand 10 } 1 .. between(1, $p));
	$digits = ('0' x ($s + 1 - length $digits)) . $digits if length $digits <= $s;
	$digits = substr($digits, 0, 1) . substr($digits, -$s) if $column->{bounds} && $s > 0;
	my $point = length($digits) - $s;
	my $value = $s > 0 ? substr($digits, 0, $point) . '.' . substr($digits, $point) : $digits;
	$value =~ s/0+$// if $s > 0 && chance(0.3);
	return (chance(0.4) ? '-' : '') . $value;
}

sub _float
{
	my ($column) = @_;
	my ($low, $high) = @{ $column->{bounds} // [] };
	return one_of($low, $high) if defined $low && chance(0.3);
	my $most = 100 - $column->{scale};
	my $value = one_of(0.1, -0.0, 0.5, -1.5, 1 / 3, 1e-30, 5e-324, 2**$most, rand() - 0.5, (rand() - 0.5) * 1000,
		(rand() - 0.5) * 2**between(-40, $most), between(-100, 100) * 2**(-$column->{scale} - 1));
	$value = unpack('f', pack('f', $value)) if $column->{type} eq 'real';
	$value = $low if defined $low && ($value < $low || $value > $high);
	return sprintf('%.17g', $value);
}

sub _text
{
	my ($column) = @_;
	my $most = $column->{type} =~ /\((\d+)\)/ ? $1 : 100;
	my $value = one_of(@latin, $column->{unicode} ? @unicode : ());
	$value .= one_of(@latin) if chance(0.2);
	return substr($value, 0, $most);
}

sub _character { return _text(@_) =~ s/ +$//r . (chance(0.2) ? ' ' : ''); }

# Ten days apart: a midnight between two questions moves no row over a border.
sub _date
{
	return one_of('infinity', '-infinity', '0044-03-15 BC', '1999-12-31', '2000-02-29') if chance(0.15);
	return MpcRandom::day(10 * between(-12, 2));
}

sub _time
{
	my ($column) = @_;
	my $zone = $column->{type} =~ /with time zone/;
	return one_of('infinity', '-infinity', '0044-03-15 12:00:00' . ($zone ? '+00' : '') . ' BC') if chance(0.1);
	my $value = sprintf('2020-%02d-%02d %02d:%02d:%02d', between(1, 3), between(1, 9), between(0, 23),
		one_of(0, 30), one_of(0, 59));
	$value .= one_of('', '.5', '.123');
	$value .= one_of('456', '4') if $column->{type} !~ /\(/ && $value =~ /\.123$/;
	$value .= one_of('+00', '-05', '+05:30') if $zone;
	return $value;
}

=over

=item day(n)

The date n days from the day of the run.

=cut

my $now = time;

sub day
{
	my ($days) = @_;
	my (undef, undef, undef, $d, $m, $y) = gmtime($now + 86400 * $days);
	return sprintf('%04d-%02d-%02d', $y + 1900, $m + 1, $d);
}

=item @labels

Of enum type mood, in its order, which is not that of the alphabet.

=back

=cut

our @labels = ('sad', 'ok', 'happy', "it's", 'Große Freude');

my %maker = (
	int => \&_integer, numeric => \&_decimal, float => \&_float, text => \&_text, char => \&_character,
	date => \&_date, time => \&_time, bool => sub { one_of('true', 'false') }, mood => sub { one_of(@labels) },
	uuid => sub { sprintf('%08x-0000-4000-8000-%012x', one_of(0, 1, 0xffffffff, 0xab), between(0, 3)) });

=head1 DATASETS

=cut

my @measures = (
	(map { [ $_, 'int' ] } qw(smallint integer bigint bigint)),
	(map { [ "numeric($_)", 'numeric' ] } '5,2', '12,2', '12,2', '18,6', '20,0', '10,10', '38,10', '38,38', '38,0'),
	[ 'real', 'float' ], [ 'double precision', 'float' ], [ 'double precision', 'float' ], [ 'boolean', 'bool' ]);

my @filters = (
	[ 'text', 'text' ], [ 'text', 'text' ], [ 'character varying(12)', 'text' ], [ 'character varying', 'text' ],
	[ 'character(6)', 'char' ], [ 'boolean', 'bool' ], [ 'boolean', 'bool' ],
	(map { [ $_, 'int' ] } qw(smallint integer bigint)), [ 'numeric(8,3)', 'numeric' ], [ 'numeric', 'numeric' ],
	[ 'date', 'date' ], [ 'date', 'date' ], [ 'timestamp without time zone', 'time' ], [ 'timestamp(3) without time zone', 'time' ],
	[ 'timestamp with time zone', 'time' ], [ 'uuid', 'uuid' ], [ 'mood', 'mood' ]);

my %narrower = (
	'integer' => ['smallint'], 'bigint' => [qw(integer smallint)],
	'numeric(12,2)' => [ 'integer', 'numeric', 'numeric(9,1)' ], 'numeric(38,10)' => [qw(bigint numeric)],
	'numeric(20,0)' => [qw(bigint smallint)], 'numeric(18,6)' => ['numeric'], 'numeric' => [ 'integer', 'numeric(9,2)' ],
	'double precision' => ['real'], 'text' => [ 'character varying', 'character varying(10)' ],
	'character varying' => ['character varying(8)'], 'character varying(12)' => ['character varying(8)'],
	'timestamp without time zone' => ['timestamp(0) without time zone']);

# Does a value survive the cast to a party's own type?
sub _fits
{
	my ($value, $type) = @_;
	return 1 if !defined $value;
	return $value =~ /^-?\d{1,19}$/ && $value >= $range{$type}[0] && $value <= $range{$type}[1] if $range{$type};
	return $value eq sprintf('%.17g', unpack('f', pack('f', $value))) if $type eq 'real';
	return $value !~ /[yN]/ && $value =~ /^-?0*\d{1,7}(\.\d{1,$2})?$/ if $type =~ /^numeric\((\d+),(\d+)\)$/;
	return length $value <= $1 if $type =~ /^character varying\((\d+)\)$/;
	return $value !~ /\./ if $type =~ /^timestamp\(0\)/;
	return 1;
}

sub _bounds
{
	my ($column) = @_;
	return [ between(-300, -100), between(100, 300) ] if $column->{kind} eq 'int';
	return [ -1000.25, 1000.125 ] if $column->{kind} eq 'float';
	return [ '-1000.25', '1000.5' ] if $column->{type} =~ /^numeric\((12,2|18,6|38,10)\)$/;
	return;
}

sub _column
{
	my ($name, $spec, $role, %args) = @_;
	my $column = { name => $name, type => $spec->[0], kind => $spec->[1], role => { $role => 1 },
		unicode => $args{unicode}, nulls => one_of(0, 0.1, 0.1, 0.3, 0.9), local => {} };
	$column->{scale} = one_of(32, 32, 32, 0, 16, 64) if $column->{kind} eq 'float';
	$column->{bounds} = _bounds($column) if $role eq 'measure' && chance(0.3);
	$column->{role}{filter} = 1 if $role eq 'measure' && $column->{kind} ne 'float' && chance(0.4);
	foreach my $party (@{ $args{parties} })
	{
		my $narrow = $narrower{ $column->{type} };
		$column->{local}{$party} = $narrow && chance(0.3) ? one_of(@$narrow) : $column->{type};
	}
	return $column;
}

sub _value
{
	my ($column, $party) = @_;
	return undef if chance($column->{nulls});
	my $value = $maker{ $column->{kind} }->($column);
	my $type = $column->{local}{$party};
	return $type eq $column->{type} || _fits($value, $type) ? $value : undef;
}

=over

=item dataset(name, schema, parties, ...)

  silent    parties that publish nothing
  unicode   text beyond LATIN1, too
  collation of a party's own text, by party
  measures  specifications, drawn when absent
  min_rows  1 when absent

=cut

sub dataset
{
	my (%args) = @_;
	my $set = { %args, columns => [], rows => {} };
	my @m = $args{measures} ? @{ $args{measures} } : map { one_of(@measures) } 1 .. between(4, 6);
	my @f = map { one_of(@filters) } 1 .. between(6, 9);
	push @{ $set->{columns} }, _column('m' . ($_ + 1), $m[$_], 'measure', %args) foreach 0 .. $#m;
	push @{ $set->{columns} }, _column('Filter ' . ($_ + 1), $f[$_], 'filter', %args) foreach 0 .. $#f;
	foreach my $party (@{ $args{parties} })
	{
		next if grep { $_ eq $party } @{ $args{silent} // [] };
		my $n = one_of(0, 1, 3, between(5, 60), between(5, 60), between(5, 60), 120);
		my %empty = map { $_->{name} => chance(0.07) } @{ $set->{columns} };
		$set->{rows}{$party} = [ map {
			[ map { $empty{ $_->{name} } ? undef : _value($_, $party) } @{ $set->{columns} } ] } 1 .. $n ];
	}
	return $set;
}

=item quoted(column)

=cut

sub quoted { return $_[0]{name} =~ /^[a-z0-9]+$/ ? $_[0]{name} : "\"$_[0]{name}\""; }

sub _with_role
{
	my ($set, $role) = @_;
	return grep { $_->{role}{$role} } @{ $set->{columns} };
}

sub _insert
{
	my ($table, @rows) = @_;
	return '' if !@rows;
	return "INSERT INTO $table VALUES\n" . join(",\n", map { '(' . join(', ', map { literal($_) } @$_) . ')' } @rows) . ";\n";
}

=item local_sql(dataset, party)

Creates, fills and publishes a party's own table. Where the party's type is the
contract's, it is declared or not.

=cut

sub local_sql
{
	my ($set, $party) = @_;
	my $table = "$set->{schema}.own_$set->{name}";
	my (@columns, @declared);
	foreach my $column (@{ $set->{columns} })
	{
		my $type = $column->{local}{$party};
		my @members;
		my $collation = $column->{kind} =~ /text|char/ && $set->{collation}{$party};
		push @columns, quoted($column) . " $type" . ($collation ? " COLLATE $collation" : '');
		push @members, "\"type\": \"$column->{type}\"" if $type ne $column->{type} || chance(0.3);
		push @members, "\"low\": \"$column->{bounds}[0]\", \"high\": $column->{bounds}[1]" if $column->{bounds};
		push @members, "\"scale\": $column->{scale}" if $column->{kind} eq 'float';
		push @declared, "\"$column->{name}\": {" . join(', ', @members) . '}' if @members;
	}
	my $names = sub { literal('{' . join(',', map { "\"$_->{name}\"" } _with_role($set, $_[0])) . '}') };
	return "CREATE TABLE $table (" . join(', ', @columns) . ");\n"
	  . _insert($table, @{ $set->{rows}{$party} })
	  . "SELECT mpc_publish('$set->{name}', '$table', federation => '$set->{schema}', measures => "
	  . $names->('measure') . ', filters => ' . $names->('filter')
	  . ', min_rows => ' . ($set->{min_rows} // 1) . ', columns => ' . literal('{' . join(', ', @declared) . '}') . ");\n";
}

sub _contract_columns
{
	my ($set) = @_;
	return map { quoted($_) . " $_->{type}" . ($_->{kind} =~ /text|char/ ? ' COLLATE "C"' : '') } @{ $set->{columns} };
}

=item joint_sql(dataset)

The joint table of a party that publishes nothing and so imports nothing.

=cut

sub joint_sql
{
	my ($set) = @_;
	return "CREATE FOREIGN TABLE $set->{schema}.$set->{name} (" . join(', ', _contract_columns($set))
	  . ") SERVER $set->{schema} OPTIONS (dataset '$set->{name}');\n";
}

=item oracle_sql(dataset)

One plain table under the joint table's name with everybody's rows, and with the
contract's types. Beside each real and double stands its exact value.

=cut

sub oracle_sql
{
	my ($set) = @_;
	my $table = "$set->{schema}.$set->{name}";
	my @floats = grep { $set->{columns}[$_]{kind} eq 'float' } 0 .. $#{ $set->{columns} };
	my @columns = (_contract_columns($set), (map { "$set->{columns}[$_]{name}_exact numeric" } @floats), 'party text');
	my @rows;
	foreach my $party (sort keys %{ $set->{rows} })
	{
		foreach my $row (@{ $set->{rows}{$party} })
		{
			push @rows, [ @$row, (map { defined $row->[$_] ? exact($row->[$_]) : undef } @floats), $party ];
		}
	}
	return "CREATE TABLE $table (" . join(', ', @columns) . ");\n" . _insert($table, @rows);
}

=back

=head1 QUESTIONS

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
	$value = $maker{$kind}->($column) while !defined $value || $kind eq 'numeric' && $value =~ /[NI]/;
	return [ $value, _parameter_type($column, $value) ];
}

sub _parameter_type
{
	my ($column, $value) = @_;
	return one_of('text', 'varchar') if $column->{kind} eq 'text';
	return 'bpchar' if $column->{kind} eq 'char';
	return one_of(grep { _fits($value, $_) } sort keys %range) if $column->{kind} eq 'int';
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
	return $value < 0 ? "($value)" : $value if $column->{kind} eq 'int' && chance(0.6) && $value > $range{bigint}[0];
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
	my $text = _text($column);
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

sub _leaf
{
	my ($set, $parameters) = @_;
	my $column = one_of(_with_role($set, 'filter'));
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
	my $column = one_of(_with_role($set, 'filter'));
	my ($x, $y) = map { _written($column, _constant($column)) } 1 .. 2;
	my $name = quoted($column);
	return one_of('false', 'true', 'NULL', '1 = 1', "current_date > '2000-01-01'", "now() < '2000-01-01'",
		"$name = $x AND $name = $y", "$name = $x AND $name <> $x", "$name IS NULL AND $name = $x",
		"($name = $x OR true)", "($name = $x AND false)", "NOT ($name = $x OR NOT false)",
		# without columns, decided at the asker: true, false, null
		"($name = $x OR current_date > '2000-01-01')", "($name = $x OR now() < '2000-01-01')",
		"NOT ($name = $x OR length(current_user) = NULL)", "(current_date > '2000-01-01' AND $name = $x OR $name = $y)");
}

sub _condition
{
	my ($set, $parameters, $depth) = @_;
	return _leaf($set, $parameters) if $depth == 0 || chance(0.35);
	my @parts = map { _condition($set, $parameters, $depth - 1) } 1 .. between(2, 3);
	return 'NOT (' . $parts[0] . ')' if chance(0.2);
	return '(' . join(one_of(' AND ', ' OR ', ' OR '), @parts) . ')';
}

sub _where
{
	my ($set, $parameters) = @_;
	return '' if !$parameters && chance(0.1);
	my $condition = !$parameters && chance(0.1) ? _odd($set) : _condition($set, $parameters, between(0, 3));
	$condition .= ' AND ' . _odd($set) if chance(0.05);
	return " WHERE $condition";
}

# An aggregate of the question and the oracle's for it: [joint, oracle, column of doubles, function].
sub _aggregate
{
	my ($set, $want_exact) = @_;
	my $mpc = chance(0.25) ? 'mpc_' : '';
	return [ "${mpc}count(*)", 'count(*)' ] if chance(0.2);
	my $column = one_of(grep { !$want_exact || $_->{kind} ne 'float' } _with_role($set, 'measure'));
	return [ 'count(*)', 'count(*)' ] if !$column;
	my ($name, $kind) = ($column->{name}, $column->{kind});
	my $function = one_of('sum', 'sum', 'avg', 'avg', 'count');
	return [ "${mpc}count($name)", "count($name)" ] if $function eq 'count';
	return [ "mpc_$function($name)", "$function($name\::integer)" ] if $kind eq 'bool';
	return [ "$mpc$function($name)", "$function($name)" ] if $kind ne 'float';
	return [ "$mpc$function($name)", "sum(${name}_exact) || '/' || count($name)", $column, $function ];
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
	my ($set, $want_exact) = @_;
	my @items = map { chance(0.2) ? _expression($set) : _aggregate($set, $want_exact) } 1 .. between(1, 5);
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
	my @items = _items($set);
	my ($joint, $oracle) = _select($set, \@items, _where($set, \@parameters));
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
	my $where = _where($set);
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
	my @parts = map { my $item = [ map { "($_) AS z" } @{ _aggregate($set, 1) } ]; [ _select($set, [$item], _where($set)) ] } 1 .. 2;
	my @sql = map { my $i = $_; sprintf($form, $parts[0][$i], $parts[1][$i]) } 0 .. 1;
	@sql = map { s/SELECT \((.*?)\) AS z/SELECT ($1)::text AS z/gr } @sql if $form =~ /UNION/;
	return { joint => $sql[0], oracle => $sql[1], columns => [ [], [] ] };
}

# Views over a joint table: all of its columns, restricted, or aggregated already.
sub _view
{
	my ($set) = @_;
	my @items = _items($set);
	my $where = _where($set);
	my ($joint, $oracle) = _select($set, \@items, $where);
	if (chance(0.5))
	{
		my $inner = _where($set);
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
	my ($joint, $oracle) = _select($set, \@items, _where($set));
	return { joint => $joint, oracle => $oracle, columns => \@items };
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
	return { set => $set, %{ one_of((\&_plain) x 9, (\&_prepared) x 4, \&_having, \&_having, (\&_combined) x 2, \&_view)->($set) } };
}

=item threshold_question(dataset, asker)

One whose oracle keeps the rule of min_rows: a party with fewer rows, or with fewer
values of a measure, contributes nothing; and too few others are an error, be it behind
the rows or behind one of the measures.

=cut

sub threshold_question
{
	my ($set, $asker) = @_;
	my @items = map { _aggregate($set, 1) } 1 .. between(1, 3);
	my $where = _where($set);
	my ($joint, $oracle) = _select($set, \@items, '');
	my @used = map { $_->[1] =~ /\((\w+)/ ? $1 : () } @items;
	my $enough = join(' AND ', "count(*) >= $set->{min_rows}", map { "(count($_) = 0 OR count($_) >= $set->{min_rows})" } @used);
	my $from = "FROM $set->{schema}.$set->{name}$where GROUP BY party HAVING $enough";
	my $given = "SELECT party $from";
	my $counted = join(', ', 'SELECT party, count(*) AS c', map { "count($used[$_]) AS c$_" } 0 .. $#used) . " $from";
	my $few = join(' OR ', map { "(count(*) FILTER (WHERE $_ > 0) > 0 AND count(*) FILTER (WHERE $_ > 0 AND party <> '$asker') < 2)" }
		'c', map { "c$_" } 0 .. $#used);
	my $rule = ($where =~ s/^ WHERE (.*)/ WHERE ($1) AND /sr || ' WHERE ') . "party IN ($given)";
	return { set => $set, joint => "$joint$where", columns => \@items, oracle => "$oracle$rule",
		refused => "SELECT $few FROM ($counted) AS g" };
}

=item differs(joint, oracle, column of doubles, function)

Why two values differ; undef when they do not. A sum of N values x, each of which
travels as round(x * 2^scale), is off by at most N * 2^-(scale+1), and then it is
rounded once to the type of the result: by half a unit in the last place, of 24 or 53 bits.
An average is such a sum as a double, divided by N in doubles; N times that is off by
half a unit of the sum and N halves of one of the quotient, together less than three.

=back

=cut

my $unit = 300;		# all is compared in integers, as multiples of 2^-300

sub differs
{
	my ($joint, $oracle, $column, $function) = @_;
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
	my $error = Math::BigFloat->new(exact($value))->bmul($times)->bsub(Math::BigFloat->new($sum))->babs;
	my $bound = Math::BigFloat->new(2)->bpow($unit - $column->{scale} - 1)->bmul($n);
	$bound->badd($half_a_unit->bmul($function eq 'avg' ? 3 : 1)) if $value != 0;
	$error->bmul(Math::BigFloat->new(2)->bpow($unit));
	return $error->bcmp($bound) <= 0 ? undef : "off by more than $n * 2^-" . ($column->{scale} + 1) . ' and its rounding';
}

1;
