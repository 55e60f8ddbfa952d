# How many different people do parties have together? Customers that several parties know, identified by all types: every
# estimate is held against count(DISTINCT) over the union, and all of them together against the error that the manual promises.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/../hostile";
use Hostile;
use MpcRandom;
use MpcTest;
use Test::More;

my $seed = MpcTest::seed();
note("SEED=$seed");
srand($seed);

my $sigma = 1.04 / 32;
my @offices = qw(north south west east);
my $fed = MpcTest::federation(names => \@offices, options => { min_contributors => 0 });

# ------------------------------------------------------------------ the data

# Person g as each type. East has narrower columns.
my %type = (email => 'text', nick => 'varchar(40)', small => 'smallint', no => 'integer', big => 'bigint', id => 'uuid', raw => 'bytea', born => 'date');
my %value = (
	email => q{'käthe' || g || '@exämple.org'}, nick => q{('person ' || g / 3)::varchar(40)}, small => '(g % 30000 - 15000)::smallint', no => '(g * 7919)::integer', big => '(g % 32000)::bigint',
	id => 'md5(g::text)::uuid', raw => q{decode(repeat(md5(g::text), 3), 'hex')}, born => q{date '1900-01-01' + g % 20000});
my @identifiers = sort keys %type;

# Numbers of persons for each table: n drawn of so many, in runs of a random hash, some of them twice.
sub persons
{
	my ($from, $to, $share, $salt) = @_;
	return "SELECT g FROM generate_series($from, $to) AS g, generate_series(1, 2) AS again"
	  . " WHERE abs(hashint4(g + $salt)) % 1000 < $share AND (again = 1 OR g % 4 = 0)";
}
my %share = map { $_ => MpcRandom::between(150, 700) } @offices;
my $most = MpcRandom::between(20000, 28000);
foreach my $office (@offices)
{
	my %own = (%type, $office eq 'east' ? (big => 'smallint', nick => 'varchar(30)', email => 'varchar(60)') : ());
	my $rows = persons(1, $most, $share{$office}, MpcRandom::between(1, 1000000));
	if ($office eq 'north')
	{
		$fed->sql('north', 'CREATE TABLE everybody (office text, g integer, ' . join(', ', map { "$_ $type{$_}" } @identifiers) . '); GRANT SELECT ON everybody TO analyst');
	}
	$fed->sql($office, 'CREATE TABLE people (g integer, ' . join(', ', map { "$_ $own{$_}" } @identifiers) . ');'
		  . " INSERT INTO people SELECT g, " . join(', ', map { $_ eq 'big' ? "($value{$_})::$own{$_}" : $value{$_} } @identifiers) . " FROM ($rows) AS r;"
		  . ' INSERT INTO people (g) SELECT 5 FROM generate_series(1, 100); ANALYZE people');
	$fed->sql('north', "INSERT INTO everybody SELECT '$office', g, " . join(', ', map { $value{$_} } @identifiers) . " FROM ($rows) AS r");
}
my $declared = '{"big": {"type": "bigint"}, "nick": {"type": "character varying(40)"}, "email": {"type": "text"}}';
my %publication = (relation => 'people', identifiers => \@identifiers, measures => ['g'], filters => ['g'], functions => [qw(count distribution)], min_rows => 5, columns => $declared);
$fed->publish('people', \%publication);
$fed->import_joint;

# ------------------------------------------------------------------ estimates

my @off;

# Within 4.5 standard errors of the truth; of few also two more or less, who may share a register. Each is kept.
sub near
{
	my ($identifier, $condition, $where) = @_;
	my $plain = $fed->ask('north', "SELECT count(DISTINCT $identifier) FROM everybody WHERE $condition" . ($where ? " AND office IN ($where)" : ''));
	my $joint = $fed->ask('north', "SELECT mpc_approx_count_distinct($identifier) FROM joint.people WHERE $condition");
	push @off, ($joint - $plain) / $plain if $plain > 3000 && !$where;
	cmp_ok(abs($joint - $plain), '<=', 4.5 * $sigma * $plain + 2, "$identifier where $condition: $joint of $plain");
	return $joint;
}
foreach my $round (1 .. 5)
{
	near($_, 'true') foreach @identifiers;
}
near($identifiers[ rand @identifiers ], 'g < ' . MpcRandom::between(5000, 20000)) foreach 1 .. 10;
near('email', 'g <= 40');

# The error of the manual, 3.3 percent: by the chi-square distribution of this many, and no bias beyond chance.
my $n = @off;
my ($sum, $squares) = (0, 0);
($sum, $squares) = ($sum + $_, $squares + $_ * $_) foreach @off;
cmp_ok($n, '>=', 30, "$n estimates of many");
cmp_ok(abs($sum / $n), '<', 4 * $sigma / sqrt($n), sprintf('their mean is off by %.2f percent', 100 * $sum / $n));
cmp_ok(sqrt($squares / $n), '<', $sigma * (1 + 4 / sqrt(2 * $n)), sprintf('one of them by %.2f percent', 100 * sqrt($squares / $n)));
cmp_ok(sqrt($squares / $n), '>', $sigma * (1 - 4 / sqrt(2 * $n)), '... which is not too good to be true');

# Rows with no value are not counted, nor is a value twice; zero is exact.
is($fed->ask('west', 'SELECT mpc_approx_count_distinct(id) FROM joint.people WHERE g = 5 AND g > 5'), '0', 'nobody');
like($fed->ask('west', "SELECT mpc_approx_count_distinct(id), count(g) FROM joint.people WHERE g = 5"), qr/^[01]\|[1-9]\d\d+$/, 'many rows without a value');

# The salt is another one for each question.
my %seen;
$seen{ $fed->ask('south', 'SELECT mpc_approx_count_distinct(id) FROM joint.people') }++ foreach 1 .. 8;
cmp_ok(scalar keys %seen, '>', 1, 'the same question has other registers each time');

# ------------------------------------------------------------------ who holds whom

# The same 6000 people at all, then 1500 others at each: the same number, though one has four times the rows.
$fed->on_all('CREATE TABLE same AS SELECT g AS no FROM generate_series(1, 6000) AS g');
my $from = 0;
foreach my $office (@offices)
{
	$fed->sql($office, "CREATE TABLE apart AS SELECT g AS no FROM generate_series($from + 1, $from + 1500) AS g");
	$from += 1500;
}
foreach my $dataset (qw(same apart))
{
	$fed->publish($dataset, { relation => $dataset, identifiers => ['no'], functions => [qw(count distribution)] });
	$fed->on_all("IMPORT FOREIGN SCHEMA offices LIMIT TO ($dataset) FROM SERVER offices INTO joint; GRANT SELECT ON joint.$dataset TO analyst");
	my ($estimate, $rows) = split(/\|/, $fed->ask('east', "SELECT mpc_approx_count_distinct(no), count(*) FROM joint.$dataset"));
	cmp_ok(abs($estimate / 6000 - 1), '<', 4.5 * $sigma, "$dataset: $estimate of 6000, in $rows rows");
	my $own = $fed->sql('west', "SELECT mpc_approx_count_distinct(no) FROM $dataset");
	cmp_ok(abs($own / 6000 - 1), '<', 4.5 * $sigma, "... from the own table $own");
}

# Never more than there are values.
is(join(' ', grep { $_ > 6000 } map { $fed->ask('north', 'SELECT mpc_approx_count_distinct(no) FROM joint.apart') } 1 .. 12), '', 'no estimate above the number of values');

# ------------------------------------------------------------------ thresholds

# South holds back what stands on fewer rows than its min_rows: the estimate is that of the others.
$fed->publish('people', \%publication, south => { %publication, min_rows => 1000000 });
near('email', 'true', "'north', 'west', 'east'");
is($fed->ask('north', 'SELECT mpc_parties(*) FROM joint.people'), '3', 'south is no contributor');
$fed->on_all("ALTER SERVER offices OPTIONS (SET min_contributors '3')");
my ($out, $err) = $fed->ask_err('north', 'SELECT mpc_approx_count_distinct(email) FROM joint.people');
like($err, qr/too few parties contribute to this answer/, 'min_contributors');
$fed->on_all("ALTER SERVER offices OPTIONS (SET min_contributors '0')");
$fed->publish('people', \%publication);

# ------------------------------------------------------------------ a peer's own rules

# What an honest asker does not ask, see refusal.h.
my ($malformed, $column, $function) = (1, 8, 9);
my $liar = Hostile->new($fed, 'north');

sub asked
{
	my ($dataset, @parts) = @_;
	$liar->connect($_) foreach grep { $_ ne 'north' } @offices;
	$liar->request($dataset, @parts);
	return $liar->do('send south plain');
}
like(asked('people', 'agg 17 email'), qr/^reply/, 'an honest request is answered');
like(asked('people', 'agg 17 email', 'agg 17 no'), qr/^refused $malformed: /, 'two in one question');
like(asked('people', 'agg 17 email,no'), qr/^refused $malformed: /, 'of two columns');
like(asked('people', 'agg 17 email', 'lanes 5'), qr/^refused $malformed: /, 'fewer lanes than registers have');
like(asked('people', 'agg count email'), qr/^refused $column: column "email" is not a measure/, 'an identifier is no measure');
like(asked('people', 'agg 17 g'), qr/^refused $column: column "g" is not an identifier/, 'a measure is no identifier');
$fed->publish('people', { %publication, keys => ['g'], columns => '{"g": {"domain": [1, 2]}, ' . substr($declared, 1) });
like(asked('people', 'key g', 'agg 17 email'), qr/^refused $function: numbers of different identifiers are not given by groups/, 'by groups');
$fed->publish('people', { %publication, functions => [qw(count sum avg moments extremes models)] });
like(asked('people', 'agg 17 email'), qr/^refused $function: function class "distribution"/, 'where the class is not allowed (R11)');
$liar->end;

# ------------------------------------------------------------------ in shares

$fed->publish('people', { %publication, min_rows => 1 });
$fed->on_all("ALTER SERVER offices OPTIONS (ADD protocol 'shamir')");
my $plain = $fed->ask('north', 'SELECT count(DISTINCT id) FROM everybody');
my $held = $fed->ask('west', 'SELECT mpc_approx_count_distinct(id) FROM joint.people');
cmp_ok(abs($held / $plain - 1), '<', 4.5 * $sigma, "a Shamir sum: $held of $plain");

done_testing();
