package MpcKeys;

=head1 NAME

MpcKeys - random datasets with keys, for tests that compare with plain SQL

=head1 SYNOPSIS

  my $set = MpcKeys::dataset(name => 'g1', schema => 'trio', parties => [qw(a b c)]);
  # MpcKeys::lookup_sql($set) at each party, MpcKeys::outside_sql($set) in the oracle's database

Rows whose key is outside its declared domain or too long are in no group. The oracle's table says of each key column "k"
in a column "out_k" whether its value is such a one.

=cut

use strict;
use warnings FATAL => 'all';
use utf8;

use JSON::PP;
use MpcRandom;

*one_of = \&MpcRandom::one_of;
*chance = \&MpcRandom::chance;
*between = \&MpcRandom::between;
*quoted = \&MpcRandom::quoted;
*literal = \&MpcRandom::literal;

=head1 FUNCTIONS

=over

=item dataset(...)

As MpcRandom::dataset(), where everything => 1 is also GROUPING SETS. many => 1: about two thousand groups; closed => 1: every key has a declared domain.

=cut

my @types = (
	[ 'text', 'text' ], [ 'text', 'text' ], [ 'character varying(12)', 'text' ], [ 'character varying', 'text' ], [ 'character(6)', 'char' ],
	[ 'boolean', 'bool' ], (map { [ $_, 'int' ] } qw(smallint integer bigint)), [ 'date', 'date' ], [ 'date', 'date' ],
	[ 'timestamp without time zone', 'time' ], [ 'timestamp(3) without time zone', 'time' ], [ 'timestamp with time zone', 'time' ],
	[ 'uuid', 'uuid' ], [ 'mood', 'mood' ], [ 'mood', 'mood' ]);

# Eighths: sums of them are exact as doubles and as real numbers.
my @eighths = map { sprintf('%.17g', $_ / 8) } -800, -17, -1, 0, 1, 5, 12, 799;
my @measures = (
	[ 'smallint', 'int' ], [ 'integer', 'int' ], [ 'bigint', 'int' ], [ 'numeric(12,2)', 'numeric' ], [ 'numeric(38,10)', 'numeric' ],
	[ 'boolean', 'bool' ], [ 'real', 'float', \@eighths ], [ 'double precision', 'float', \@eighths ], [ 'interval', 'interval' ]);
my @moments = ([ 'date', 'date' ], [ 'timestamp without time zone', 'time' ], [ 'timestamp with time zone', 'time' ]);
my @filters = ([ 'text', 'text' ], [ 'integer', 'int' ], [ 'boolean', 'bool' ], [ 'date', 'date' ], [ 'numeric(8,3)', 'numeric' ]);

sub _distinct
{
	my %seen;
	return grep { !$seen{$_}++ } @_;
}

# A domain holds some of the values, and some that nobody has; NULL has a place of its own.
sub _declare_domain
{
	my ($column, %args) = @_;
	my @values = _distinct((grep { chance(0.7) } @{ $column->{values} }), MpcRandom::draw($column));
	@values = @values[ 0 .. 5 ] if @values > 6;
	$column->{domain} = \@values;
	$column->{declared} = '"domain": ' . JSON::PP->new->encode(\@values);
	return if chance(0.6);
	$column->{lookup} = "$args{schema}.\"$args{name} $column->{name}\"";
	$column->{declared} = '"domain": ' . JSON::PP->new->encode({ relation => $column->{lookup}, column => 'a value' });
	return;
}

sub _key
{
	my ($name, %args) = @_;
	my $column = MpcRandom::column($name, one_of(@types), 'key', %args);
	$column->{nulls} = one_of(0, 0.05, 0.1, 0.3);
	$column->{role}{filter} = 1 if chance(0.4);
	$column->{values} = [ map { MpcRandom::draw($column) } 1 .. one_of(1, 2, 4, 8, 8, 20) ];
	if ($args{closed} || chance(0.35))
	{
		_declare_domain($column, %args);
	}
	elsif ($column->{kind} =~ /text|char/ && chance(0.5))
	{
		$column->{longest} = one_of(2, 3, 4, 6, $column->{type} =~ /\(/ ? () : (130, 300));
		$column->{declared} = "\"max_key_bytes\": $column->{longest}";
		push @{ $column->{values} }, 'é' x 70 if $column->{longest} > 61;
	}
	return $column;
}

# One column would do for many groups; two and three make many more of them.
sub _many_keys
{
	my (%args) = @_;
	my @specs = (
		[ 'integer', 'int', [ 0 .. 900 ] ], [ 'text', 'text', [ map { "Schlüssel $_" } 1 .. 30 ] ],
		[ 'date', 'date', [ map { MpcRandom::day($_) } 1 .. 20 ] ], [ 'boolean', 'bool', [ 'true', 'false' ] ]);
	return map { MpcRandom::column('k' . ($_ + 1), $specs[$_], 'key', %args) } 0 .. $#specs;
}

sub dataset
{
	my (%args) = @_;
	my @keys = $args{many} ? _many_keys(%args) : map { _key($_, %args) } map { chance(0.2) ? "Key $_" : "k$_" } 1 .. between(3, 6);
	return MpcRandom::dataset(
		%args, keys => \@keys,
		measures => [ (map { one_of(@measures) } 1 .. 3), $args{everything} ? one_of(@moments) : () ], filters => [ map { one_of(@filters) } 1 .. 2 ],
		rows => $args{many} ? [ 700, 900 ] : [ 0, 1, 5, 30, 30, 100, 300 ]);
}

=item lookup_sql(dataset)

The lookup relations of its keys, in any order, with values twice and NULL.

=cut

sub lookup_sql
{
	my ($set) = @_;
	my $sql = '';
	foreach my $column (grep { $_->{lookup} } @{ $set->{columns} })
	{
		my @values = sort { rand() <=> 0.5 } @{ $column->{domain} };
		$sql .= "CREATE TABLE $column->{lookup} (\"a value\" $column->{type});\nINSERT INTO $column->{lookup} VALUES "
		  . join(', ', map { '(' . literal($_) . ')' } @values, $values[0], undef) . ";\n";
	}
	return $sql;
}

# A condition: what the contract has no place for. In a group key a text takes two bytes more, or three.
sub _outside
{
	my ($column) = @_;
	my $name = quoted($column);
	if ($column->{domain})
	{
		return "$name IS NOT NULL AND $name NOT IN (" . join(', ', map { literal($_) . "::$column->{type}" } @{ $column->{domain} }) . ')';
	}
	return 'false' if $column->{kind} !~ /text|char/;
	my $length = "octet_length($name\::text)";
	return "$name IS NOT NULL AND $length + CASE WHEN $length < 128 THEN 2 ELSE 3 END > " . ($column->{longest} // 61);
}

sub outside_name { return '"out ' . $_[0]{name} . '"'; }

=item outside_sql(dataset), outside_name(column)

Adds these columns to the oracle's table; what one is called.

=back

=cut

sub outside_sql
{
	my ($set) = @_;
	my $table = "$set->{schema}.$set->{name}";
	return join('', map {
		my $name = outside_name($_);
		"ALTER TABLE $table ADD $name boolean; UPDATE $table SET $name = " . _outside($_) . ";\n" } MpcRandom::with_role($set, 'key'));
}

1;
