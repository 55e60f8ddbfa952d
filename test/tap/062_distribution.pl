# Histograms and percentiles over random tables, grids, groups and thresholds. The oracle is width_bucket() and percentile_disc() over
# one table with all rows and their parties. What each party folds of its cells, and then the asker, is worked out a second
# time here; each interval of a percentile must hold what percentile_disc() gives. Everything is drawn from SEED.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/../hostile";
use Hostile;
use List::Util qw(max sum0);
use MpcRandom;
use MpcTest;
use Test::More;

*one_of = \&MpcRandom::one_of;
*chance = \&MpcRandom::chance;
*between = \&MpcRandom::between;

my $seed = MpcTest::seed();
note("SEED=$seed");

my @parties = qw(north south west east);
my $fed = MpcTest::federation(names => \@parties, options => { min_contributors => 0 });
srand($seed);		# making clusters draws, too

# Each with the unit of its contract: a value is a number of units. The bounds are those of i alone.
my %type = (i => 'integer', s => 'smallint', b => 'bigint', n => 'numeric(12,3)', r => 'real', d => 'double precision');
my %unit = (i => 1, s => 1, b => 1, n => '0.001', r => '0.0009765625', d => '0.0009765625');
my %most = (i => 500, s => 300, b => 2**40, n => 90000, r => 9000, d => 2**22);
# A cast of real to numeric would keep six digits; doubles here have no more than fifteen.
my %exact = map { $_ => $_ eq 'r' ? '::float8::numeric' : '::numeric' } keys %type;
my @columns = sort keys %type;

# So many units as SQL.
sub number
{
	my ($column, $units) = @_;
	return "($units)::bigint" if $column eq 'b';
	return "(($units) * $unit{$column})::" . ($column eq 'n' ? 'numeric' : $column =~ /[rd]/ ? 'float8' : 'integer');
}

# Many values are the same, so that some cells are full.
my %often = map { my $c = $_; $c => [ map { between(-$most{$c}, $most{$c}) } 1 .. 4 ] } @columns;
sub value
{
	my ($column) = @_;
	return 'NULL' if chance(0.1);
	return number($column, chance(0.7) ? one_of(@{ $often{$column} }) : between(-$most{$column}, $most{$column}));
}

sub make_table
{
	my ($table, $rows, %least) = @_;
	my $columns = 'k text, e text, f integer, ' . join(', ', map { "$_ $type{$_}" } @columns);
	$fed->sql('south', "CREATE TABLE all_$table (party text, $columns); GRANT SELECT ON all_$table TO analyst");
	foreach my $party (@parties)
	{
		my @rows = map { join(', ', one_of("'a'", "'b'", "'c'", 'NULL'), one_of("'x'", "'x'", "'y'", "'z'"), between(0, 9), map { value($_) } @columns) }
		  1 .. one_of($rows, $rows, between(0, $rows), 3);
		$fed->sql($party, "CREATE TABLE $table ($columns)");
		next if !@rows;
		$fed->sql($party, "INSERT INTO $table VALUES " . join(', ', map { "($_)" } @rows));
		$fed->sql('south', "INSERT INTO all_$table VALUES " . join(', ', map { "('$party', $_)" } @rows));
	}
	$fed->publish($table, { relation => $table, keys => [qw(k e)], measures => \@columns, filters => ['f'], functions => [qw(count distribution)],
		columns => '{"i": {"low": -500, "high": 500}, "r": {"scale": 10}, "d": {"scale": 10}, "e": {"domain": ["x", "y"]}}' },
		map { $_ => { min_rows => $least{$_} } } @parties);
	$fed->on_all("IMPORT FOREIGN SCHEMA offices LIMIT TO ($table) FROM SERVER offices INTO joint; GRANT SELECT ON joint.$table TO analyst");
	return { name => $table, least => \%least };
}

# ------------------------------------------------------------------ the rules once more

# What of these cells is folded, where the values themselves may be shown.
sub folded_rows
{
	my ($least, @cell) = @_;
	my %folded = map { $_ => 1 } grep { $cell[$_] > 0 && $cell[$_] < $least } 0 .. $#cell;
	return %folded if !%folded || sum0(map { $cell[$_] } keys %folded) >= $least;
	my ($filler) = sort { $cell[$a] <=> $cell[$b] || $a <=> $b } grep { !$folded{$_} && $cell[$_] >= $least } 0 .. $#cell;
	return map { $_ => 1 } defined $filler ? (keys %folded, $filler) : 0 .. $#cell;
}

# The same at the asker; the rest is the last of others and mine.
sub folded_contributors
{
	my ($least, $others, $mine, @size) = @_;
	my $rest = @size;
	my $fails = sub { $others->[$_[0]] + $mine->[$_[0]] > 0 && $others->[$_[0]] < $least };
	my %folded = map { $_ => 1 } grep { $fails->($_) } 0 .. $#size;
	my @together = (keys %folded, $rest);
	return %folded if !sum0(map { $others->[$_] + $mine->[$_] } @together) || max(map { $others->[$_] } @together) >= $least;
	my ($filler) = sort { $size[$a] <=> $size[$b] || $a <=> $b } grep { !$folded{$_} && $others->[$_] >= $least } 0 .. $#size;
	return map { $_ => 1 } defined $filler ? (keys %folded, $filler) : 0 .. $#size;
}

# Counts of all parties, the rest last, from what each has in one group: cells, folded at the party and at the asker.
sub joint_cells
{
	my ($q, %have) = @_;
	my $ncells = $q->{buckets} + 2;
	my (%shown, @joint);
	foreach my $party (keys %have)
	{
		my @cell = @{ $have{$party} };
		my %folded = folded_rows($q->{set}{least}{$party}, @cell);
		$shown{$party} = [ (map { $folded{$_} ? 0 : $cell[$_] } 0 .. $#cell), sum0(map { $cell[$_] } keys %folded) ];
	}
	foreach my $i (0 .. $ncells)
	{
		$joint[$i] = sum0(map { $_->[$i] } values %shown);
	}
	my @others = map { my $i = $_; scalar grep { $_ ne 'south' && $shown{$_}[$i] > 0 } keys %shown } 0 .. $ncells;
	my @mine = map { $shown{south} && $shown{south}[$_] > 0 ? 1 : 0 } 0 .. $ncells;
	my %folded = folded_contributors($q->{contributors}, \@others, \@mine, @joint[ 0 .. $ncells - 1 ]);
	my $more = sum0(map { $joint[$_] } keys %folded);
	return (map { $folded{$_} ? 0 : $joint[$_] } 0 .. $ncells - 1), $joint[$ncells] + $more;
}

# ------------------------------------------------------------------ questions

my %seen = map { $_ => 0 } qw(exact bounded folded refused percentiles open narrow groups filters);

# Rows and cells by group and party, from plain SQL.
sub read_plain
{
	my ($q) = @_;
	my %plain;
	my $cell = "width_bucket($q->{column}$exact{$q->{column}}, ($q->{low})::numeric, ($q->{high})::numeric, $q->{buckets})";
	foreach my $line (split(/\n/, $fed->ask('south', "SELECT party, coalesce($q->{label}, '-'), CASE WHEN $q->{column} IS NOT NULL AND $q->{filter} THEN $cell END, count(*)"
		  . " FROM all_$q->{set}{name} WHERE $q->{condition} GROUP BY 1, 2, 3")))
	{
		my ($party, $key, $at, $n) = split(/\|/, $line);
		my $have = $plain{$key}{$party} //= { rows => 0, cell => [ (0) x ($q->{buckets} + 2) ] };
		$have->{rows} += $n;
		$have->{cell}[$at] += $n if $at ne '';
	}
	return \%plain;
}

# Whether a group, or some of a party's part of it, is folded or withheld as a whole.
sub is_touched
{
	my ($q, $group) = @_;
	my ($others_rows, $others_values, $mine_rows, $mine_values) = (0, 0, 0, 0);
	foreach my $party (keys %$group)
	{
		my $least = $q->{set}{least}{$party};
		my ($rows, $values) = ($group->{$party}{rows}, sum0(@{ $group->{$party}{cell} }));
		return 1 if $rows < $least || ($values > 0 && $values < $least) || ($q->{filter} ne 'true' && $least > 1);
		($party eq 'south' ? $mine_rows : $others_rows)++;
		($party eq 'south' ? $mine_values : $others_values)++ if $values > 0;
	}
	return $others_rows < $q->{contributors} || ($mine_values + $others_values > 0 && $others_values < $q->{contributors});
}

sub draw_question
{
	my ($set, $contributors) = @_;
	my $column = one_of(@columns);
	my $most = $most{$column};
	my $low = between(-$most, $most - 1);
	my $high = between($low + 1, $most);
	my $key = one_of('', '', 'k', 'e'); # open keys have at most 335 lanes
	my ($low_sql, $high_sql) = map { number($column, $_) } $low, $high;
	return { set => $set, contributors => $contributors, column => $column, low => $low_sql, high => $high_sql,
		buckets => one_of(1, 2, 3, 5, between(1, 40), between(1, $key eq 'k' ? 150 : 1024)), key => $key, filter => chance(0.2) ? 'f > ' . between(0, 4) : 'true',
		label => $key eq 'e' ? "CASE WHEN e IN ('x', 'y') THEN e ELSE 'remainder' END" : $key eq 'k' ? 'k' : "'all'",
		condition => one_of('true', 'true', 'f < ' . between(2, 9), 'f = 3'), fraction => [ map { one_of(0, 1, 0.5, 0.25, rand()) } 1 .. 3 ] };
}

sub sql_of
{
	my ($q) = @_;
	my $grid = "$q->{low}, $q->{high}, $q->{buckets}";
	my $key = $q->{key} eq '' ? "'all'" : "CASE WHEN mpc_remainder(*) THEN 'remainder' ELSE coalesce($q->{key}, '-') END";
	return "SELECT $key, (mpc_histogram($q->{column}, $grid) FILTER (WHERE $q->{filter})).*, count($q->{column}) FILTER (WHERE $q->{filter}), "
	  . join(', ', map { "mpc_percentile($_, $q->{column}, $grid) FILTER (WHERE $q->{filter})" } @{ $q->{fraction} })
	  . " FROM joint.$q->{set}{name} WHERE $q->{condition}" . ($q->{key} ne '' ? " GROUP BY $q->{key}" : '');
}

# The intervals of one group, where no party's values are missing from it.
sub check_percentiles
{
	my ($q, $key, @interval) = @_;
	my $v = $q->{column};
	my $rows = "FROM all_$q->{set}{name} WHERE ($q->{condition}) AND ($q->{filter}) AND coalesce($q->{label}, '-') = '$key'";
	my @test;
	foreach my $i (0 .. $#interval)
	{
		push @test, $interval[$i] eq '' ? "(SELECT count($v) = 0 $rows)" : "(SELECT '$interval[$i]'::numrange @> percentile_disc($q->{fraction}[$i]) WITHIN GROUP (ORDER BY $v)$exact{$v} $rows)";
		$seen{percentiles}++ if $interval[$i] ne '';
		$seen{open}++ if $interval[$i] =~ /\(,|,\)/;
		$seen{narrow}++ if $interval[$i] =~ /^\[.+,.+\)$/;
	}
	my $held = $fed->ask('south', 'SELECT ' . join(' AND ', @test));
	is($held, 't', "$v @{$q->{fraction}} of $key in @interval: " . sql_of($q)) if $held ne 't';
	return $held eq 't';
}

# Counts and the rest are all values; each is none or enough.
sub check_sums
{
	my ($q, $n, $folded, @cell) = @_;
	my $least = (sort { $a <=> $b } values %{ $q->{set}{least} })[0];
	my $sound = sum0(@cell, $folded) == $n && !grep { $_ > 0 && $_ < $least } @cell, $folded;
	ok($sound, "cells @cell and $folded of $n: " . sql_of($q)) if !$sound;
	return $sound;
}

sub compare
{
	my ($q) = @_;
	my $plain = read_plain($q);
	my ($out, $err, $rc) = $fed->ask_err('south', sql_of($q));
	my %touched = map { $_ => is_touched($q, $plain->{$_}) } keys %$plain;
	my $any = grep { $_ } values %touched;
	my $passed = 1;

	$seen{filters}++ if $q->{filter} ne 'true';
	$seen{groups}++ if $q->{key} ne '';
	if ($rc != 0)
	{
		$seen{refused}++;
		my $expected = $err =~ /too few parties contribute/ && $any;
		ok($expected, "refused: $err, " . sql_of($q)) if !$expected;
		return $expected;
	}
	foreach my $line (split(/\n/, $out))
	{
		my ($key, $low, $high, $counts, $folded, $n, @interval) = split(/\|/, $line, -1);
		my @cell = split(/,/, $counts =~ s/^\[0:\d+\]=\{|\}$//gr);
		$passed &&= check_sums($q, $n, $folded, @cell);
		$seen{folded}++ if $folded > 0;
		if ($any)
		{
			$seen{bounded}++;
			next;
		}
		$seen{exact}++;
		my @expected = joint_cells($q, map { $_ => $plain->{$key}{$_}{cell} } keys %{ $plain->{$key} });
		my $same = "@cell $folded" eq "@expected";
		is("@cell $folded", "@expected", "cells of $key: " . sql_of($q)) if !$same;
		$passed &&= $same && check_percentiles($q, $key, @interval);
	}
	return $passed;
}

my @sets = (
	make_table('plain', 60, map { $_ => 1 } @parties),
	make_table('same', 120, map { $_ => 3 } @parties),
	make_table('own', 150, north => 2, south => 4, west => 7, east => 5));
my $right = 0;
foreach my $question (1 .. 180)
{
	my $contributors = $question <= 110 ? 0 : $question <= 145 ? 2 : 3;
	$fed->sql('south', "ALTER SERVER offices OPTIONS (SET min_contributors '$contributors')") if $question == 111 || $question == 146;
	$right += compare(draw_question(one_of(@sets), $contributors)) ? 1 : 0;
}
is($right, 180, 'random questions');
note(join(', ', map { "$seen{$_} $_" } sort keys %seen));
cmp_ok($seen{$_}, '>', 0, "enough are seen: $_") foreach sort keys %seen;
cmp_ok($seen{percentiles}, '>=', 200, 'hundreds of percentiles hold what percentile_disc gives');

$fed->sql('south', "ALTER SERVER offices OPTIONS (SET min_contributors '0')");

# Without a grid: declared bounds of 1001 integers, a bucket each. So the interval is the value.
is($fed->ask('south', 'SELECT mpc_percentile(0.3, i) FROM joint.plain'),
	$fed->ask('south', "SELECT numrange(v, v + 1) FROM (SELECT percentile_disc(0.3) WITHIN GROUP (ORDER BY i) AS v FROM all_plain) AS p"), 'a percentile to the unit');

# ------------------------------------------------------------------ a peer's own rules

# What an honest asker does not ask, see refusal.h.
my ($malformed, $function) = (1, 9);
my $liar = Hostile->new($fed, 'north');

sub asked
{
	my (@parts) = @_;
	$liar->connect($_) foreach grep { $_ ne 'north' } @parties;
	$liar->request('plain', @parts);
	return $liar->do('send south plain');
}
like(asked('agg 49 i,0,10,4'), qr/^reply/, 'a histogram');
like(asked('agg 49 i,0,10,4', 'agg 49 i,0,10,4', 'agg 2 i'), qr/^reply/, 'the same again');
like(asked('agg 49 i,0,10,4', 'agg 49 i,0,10,5'), qr/^refused $function: column "i" has one histogram in a question/, 'two grids over one column (R3)');
like(asked('agg 49 i,0,10,4', 'agg 49 i,0,11,4'), qr/^refused $function: column "i" has one histogram in a question/, 'another limit');
like(asked('agg 49 i,0,10,0'), qr/^refused $malformed: /, 'no bucket');
like(asked('agg 49 i,0,10,1025'), qr/^refused $malformed: /, 'more buckets than there may be');
like(asked('agg 49 i,10,10,4'), qr/^refused $malformed: /, 'limits that are the same');
like(asked('agg 49 i,10,-10,4'), qr/^refused $malformed: /, 'limits the wrong way round');
like(asked('agg 49 i,0,1.5,4'), qr/^refused $malformed: /, 'a limit that is no integer');
like(asked('agg 49 i,0,10,4', 'lanes 12'), qr/^refused $malformed: /, 'fewer lanes than cells');
like(asked(map { "agg 49 $_,0,10,4" } qw(i s b n d)), qr/^refused \d+: /, 'histograms of five columns');
$fed->publish('plain', { relation => 'plain', measures => [qw(i n)], functions => [qw(count sum avg moments extremes models)] });
like(asked('agg 49 i,0,10,4'), qr/^refused $function: function class "distribution"/, 'where distributions are not allowed (R11)');
$liar->end;

done_testing();
