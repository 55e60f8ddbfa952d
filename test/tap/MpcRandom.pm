package MpcRandom;

=head1 NAME

MpcRandom - random values and tables, for tests that compare with plain SQL

=head1 SYNOPSIS

  srand(MpcTest::seed());
  my $dataset = MpcRandom::dataset(name => 'd1', schema => 'trio', parties => [qw(a b c)]);
  # MpcRandom::local_sql($dataset, 'a') at each party, MpcRandom::oracle_sql($dataset) in the oracle's database

All that is drawn follows from srand(): the same seed gives the same run. Text is
in characters; encode it before it leaves.

=cut

use strict;
use warnings FATAL => 'all';
use utf8;

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

=over

=item %range

The least and the greatest value of each integer type.

=cut

our %range = (
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
	my $most = 99 - $column->{scale};
	my $value = one_of(0.1, -0.0, 0.5, -1.5, 1 / 3, 1e-30, 5e-324, 2**$most, rand() - 0.5, (rand() - 0.5) * 1000,
		(rand() - 0.5) * 2**between(-40, $most), between(-100, 100) * 2**(-$column->{scale} - 1));
	$value = unpack('f', pack('f', $value)) if $column->{type} eq 'real';
	$value = $low if defined $low && ($value < $low || $value > $high);
	return sprintf('%.17g', $value);
}

=item text(column)

Any text that fits a column of text or character.

=cut

sub text
{
	my ($column) = @_;
	my $most = $column->{type} =~ /\((\d+)\)/ ? $1 : 100;
	my $value = one_of(@latin, $column->{unicode} ? @unicode : ());
	$value .= one_of(@latin) if chance(0.2);
	return substr($value, 0, $most);
}

sub _character { return text(@_) =~ s/ +$//r . (chance(0.2) ? ' ' : ''); }

# Ten days apart: a midnight between two questions moves no row over a border.
sub _date
{
	my ($column) = @_;
	return one_of(@{ $column->{bounds} }) if $column->{bounds} && chance(0.2);
	return one_of('infinity', '-infinity', '0044-03-15 BC', '1999-12-31', '2000-02-29') if !$column->{bounds} && chance(0.15);
	return MpcRandom::day(10 * between(-12, 2));
}

sub _time
{
	my ($column) = @_;
	my $zone = $column->{type} =~ /with time zone/;
	return one_of(@{ $column->{bounds} }) if $column->{bounds} && chance(0.1);
	return one_of('infinity', '-infinity', '0044-03-15 12:00:00' . ($zone ? '+00' : '') . ' BC') if !$column->{bounds} && chance(0.1);
	my $value = sprintf('2020-%02d-%02d %02d:%02d:%02d', between(1, 3), between(1, 9), between(0, 23),
		one_of(0, 30), one_of(0, 59));
	$value .= one_of('', '.5', '.123');
	$value .= one_of('456', '4') if $column->{type} !~ /\(/ && $value =~ /\.123$/;
	$value .= one_of('+00', '-05', '+05:30') if $zone;
	return $value;
}

# Months, days and time each for themselves, as they are added: none is carried. So small that in no order a sum overflows.
sub _interval
{
	return one_of('00:00:00', '1 mon', '-1 mon', '30 days', '24:00:00', '1 mon -30 days', '-17800 years', '2000000 days',
		'2562047:00:54.775807', '-00:00:00.000001') if chance(0.15);
	my @parts = (between(-9, 30) . ' mons', between(-40, 400) . ' days', between(-90, 900) . ' min ' . between(-59, 59) . '.' . between(0, 999999) . ' secs');
	return join(' ', grep { chance(0.7) } @parts) || $parts[0];
}

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
	int => \&_integer, numeric => \&_decimal, float => \&_float, text => \&text, char => \&_character,
	date => \&_date, time => \&_time, interval => \&_interval, bool => sub { one_of('true', 'false') }, mood => sub { one_of(@labels) },
	uuid => sub { sprintf('%08x-0000-4000-8000-%012x', one_of(0, 1, 0xffffffff, 0xab), between(0, 3)) });

=head1 DATASETS

=cut

my @measures = (
	(map { [ $_, 'int' ] } qw(smallint integer bigint bigint)),
	(map { [ "numeric($_)", 'numeric' ] } '5,2', '12,2', '12,2', '18,6', '20,0', '10,10', '38,10', '38,38', '38,0'),
	[ 'real', 'float' ], [ 'double precision', 'float' ], [ 'double precision', 'float' ], [ 'boolean', 'bool' ], [ 'interval', 'interval' ]);

# Counted, and with a least and a greatest.
my @moments = (
	[ 'date', 'date' ], [ 'timestamp without time zone', 'time' ], [ 'timestamp(3) without time zone', 'time' ], [ 'timestamp with time zone', 'time' ]);

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
	'timestamp without time zone' => ['timestamp(0) without time zone'], 'interval' => ['interval(6)']);

=over

=item fits(value, type)

Does it survive the cast to a party's own type?

=cut

sub fits
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
	return [ MpcRandom::day(-120), MpcRandom::day(20) ] if $column->{kind} eq 'date';
	return [ '2019-12-31 12:00:00', '2020-03-10 12:00:00' ] if $column->{type} eq 'timestamp without time zone';
	return [ '2019-12-31 12:00:00+00', '2020-03-10 12:00:00.25+00' ] if $column->{type} =~ /with time zone/;
	return [ '-1000.25', '1000.5' ] if $column->{type} =~ /^numeric\((12,2|18,6|38,10)\)$/;
	return;
}

=item column(name, [type, kind, values], role, parties => [...], unicode => ...)

A column in that role; its values are drawn from those given, if any, else from all of its type.

=item draw(column)

Any value of the column's type.

=cut

sub column
{
	my ($name, $spec, $role, %args) = @_;
	my $column = { name => $name, type => $spec->[0], kind => $spec->[1], values => $spec->[2], role => { $role => 1 },
		unicode => $args{unicode}, nulls => one_of(0, 0.1, 0.1, 0.3, 0.9), local => {} };
	$column->{scale} = $spec->[2] ? 32 : one_of(32, 32, 32, 0, 16, 64) if $column->{kind} eq 'float';
	$column->{bounds} = _bounds($column) if $role eq 'measure' && chance(0.3);
	$column->{role}{filter} = 1 if $role eq 'measure' && $column->{kind} !~ /float|interval/ && chance(0.4);
	foreach my $party (@{ $args{parties} })
	{
		my $narrow = $narrower{ $column->{type} };
		$column->{local}{$party} = $narrow && chance(0.3) ? one_of(@$narrow) : $column->{type};
	}
	return $column;
}

sub draw { return $maker{ $_[0]{kind} }->($_[0]); }

sub _value
{
	my ($column, $party) = @_;
	return undef if chance($column->{nulls});
	my $value = $column->{values} ? one_of(@{ $column->{values} }) : draw($column);
	my $type = $column->{local}{$party};
	return $type eq $column->{type} || fits($value, $type) ? $value : undef;
}

=item dataset(name, schema, parties, ...)

  silent    parties that publish nothing
  unicode   text beyond LATIN1, too
  collation of a party's own text, by party
  keys      columns, none when absent; a member "declared" says more of one, as JSON
  measures  specifications, drawn when absent
  everything  1: min, max and products are asked, too; dates and timestamps are measures then
  filters   the same
  rows      numbers of a party's rows to draw from
  functions classes that are allowed, all when absent
  min_rows  1 when absent; a hash where parties differ

=cut

sub dataset
{
	my (%args) = @_;
	my $set = { %args, columns => [], rows => {} };
	my @m = $args{measures} ? @{ $args{measures} } : map { one_of(@measures) } 1 .. between(4, 6);
	push @m, map { one_of(@moments) } 1 .. between(1, 2) if $args{everything} && !$args{measures};
	my @f = $args{filters} ? @{ $args{filters} } : map { one_of(@filters) } 1 .. between(6, 9);
	push @{ $set->{columns} }, @{ $args{keys} // [] };
	push @{ $set->{columns} }, column('m' . ($_ + 1), $m[$_], 'measure', %args) foreach 0 .. $#m;
	push @{ $set->{columns} }, column('Filter ' . ($_ + 1), $f[$_], 'filter', %args) foreach 0 .. $#f;
	foreach my $party (@{ $args{parties} })
	{
		next if grep { $_ eq $party } @{ $args{silent} // [] };
		my $n = one_of($args{rows} ? @{ $args{rows} } : (0, 1, 3, between(5, 60), between(5, 60), between(5, 60), 120));
		my %empty = map { $_->{name} => chance(0.07) } @{ $set->{columns} };
		$set->{rows}{$party} = [ map {
			[ map { $empty{ $_->{name} } ? undef : _value($_, $party) } @{ $set->{columns} } ] } 1 .. $n ];
	}
	return $set;
}

=item quoted(column)

=cut

sub quoted { return $_[0]{name} =~ /^[a-z0-9]+$/ ? $_[0]{name} : "\"$_[0]{name}\""; }

=item with_role(dataset, role)

=cut

sub with_role
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
		push @members, "\"low\": \"$column->{bounds}[0]\", \"high\": " . ($column->{kind} =~ /date|time/ ? "\"$column->{bounds}[1]\"" : $column->{bounds}[1]) if $column->{bounds};
		push @members, "\"scale\": $column->{scale}" if $column->{kind} eq 'float';
		push @members, $column->{declared} if defined $column->{declared};
		push @declared, "\"$column->{name}\": {" . join(', ', @members) . '}' if @members;
	}
	my $names = sub { literal('{' . join(',', map { "\"$_->{name}\"" } with_role($set, $_[0])) . '}') };
	my $functions = $set->{functions} // '{all}';
	return "CREATE TABLE $table (" . join(', ', @columns) . ");\n"
	  . _insert($table, @{ $set->{rows}{$party} })
	  . "SELECT mpc_publish('$set->{name}', '$table', federation => '$set->{schema}', measures => "
	  . $names->('measure') . ', filters => ' . $names->('filter') . ', keys => ' . $names->('key')
	  . ", functions => '$functions', min_rows => " . (ref $set->{min_rows} ? $set->{min_rows}{$party} : $set->{min_rows} // 1) . ', columns => ' . literal('{' . join(', ', @declared) . '}') . ");\n";
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

=cut

1;
